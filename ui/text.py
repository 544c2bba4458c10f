"""Words in the user's language: the panel's own; the engine's messages, errors and findings, and names of things."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import QCoreApplication

from ..delineation.case.names import Glossary, glossary
from ..delineation.case.profile import NATIONAL, named_profile, read_profile
from ..delineation.core.errors import DelineationError
from ..delineation.core.messages import plain_names, word

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..delineation.case.profile import Profile
    from ..delineation.core.findings import Finding
    from ..delineation.core.messages import Message, Names
    from ..delineation.plan.file import Plan

_last: list[tuple[Profile, Glossary]] = []  # a profile that is not the national one, and its names

_UNFIT = re.compile(r'[\\/:*?"<>|\s]+')
_LONGEST = 60  # letters of a name in the name of a file, which may have 255 bytes


def fit_for_file(name: str) -> str:
    """Write a name so that files can be called by it."""
    return _UNFIT.sub("_", name).strip("_.")[:_LONGEST]


def tr(text: str, meaning: str = "", /, **facts: object) -> str:
    """Say a text of the panel with its facts in their places; ``meaning`` tells texts that are alike apart.

    ``make i18n`` gathers the texts from these calls: each is written out where it is said.
    """
    told = QCoreApplication.translate("ControlUnits", text, meaning)
    return told.format(**facts) if facts else told


def listed(things: Iterable[str]) -> str:
    """Write things one behind the other."""
    return tr(", ", "between things listed").join(things)


def language() -> str:
    """``zh`` where the interface is Chinese, else ``en``: findings and sentences follow it."""
    # Its translation says which language the translation file is in.
    return "zh" if tr("en", "code of this language") == "zh" else "en"


def names_of(profile: Profile | None = None) -> Names:
    """Give what a profile calls things, the national one's by default; ids where its names cannot be read."""
    try:
        if profile is None:
            return glossary()
        if not _last or _last[0][0] is not profile:
            _last[:] = [(profile, glossary(profile))]
        return _last[0][1]
    except DelineationError:
        return plain_names


def profile_of(plan: Plan) -> Profile | None:
    """Read the profile that a plan names; None, which is the national one, where it is elsewhere by now."""
    name = named_profile(plan)
    try:
        return read_profile(name) if name != NATIONAL.stem else None
    except DelineationError:
        return None


def square_kilometres(area: float) -> str:
    """Write an area of m² in km² with two digits."""
    return f"{area / 1e6:,.2f}"


def capital(text: str) -> str:
    """Begin a label with a capital letter."""
    return text[:1].upper() + text[1:]


def said(message: Message, profile: Profile | None = None) -> str:
    """Put a message of the engine (a stage, a reason) into words."""
    return word(message, language(), names_of(profile))


def sentence(error: DelineationError, profile: Profile | None = None) -> str:
    """Say in one sentence what was found, where, and what is wanted."""
    return error.sentence(language(), names_of(profile))


def changed_words(plan: Plan) -> str:
    """Say that other programs have changed a plan (``plan.changes``)."""
    from ..delineation.plan.replaced import changes_in_words

    return capital(said(changes_in_words(plan.changes), profile_of(plan)))


def findings_rows(findings: Iterable[Finding], profile: Profile | None = None) -> list[dict[str, Any]]:
    """Word findings; rows as of ``checks.to_rows``."""
    from ..delineation.checks import load_texts, to_rows

    return to_rows(findings, load_texts(profile), language(), names_of(profile))


def categories(tongue: str = "", profile: Profile | None = None) -> dict[int, str]:
    """Name the three categories."""
    names = names_of(profile)
    return {number: capital(names("category", str(number), tongue or language(), {})) for number in (1, 2, 3)}
