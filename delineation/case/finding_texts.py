"""Findings in words: severity and texts as the profile has them; rows as ``--json`` prints and the plan stores them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from string import Formatter
from typing import TYPE_CHECKING, Any

import shapely

from ..core.errors import BadInput, visible
from ..core.messages import Message, at, first_few, one_of, word_text
from .names import glossary
from .profile import NATIONAL
from .profile_files import Section, read_settings

if TYPE_CHECKING:
    from pathlib import Path

    from ..core.findings import Finding
    from ..core.messages import Names
    from .profile import Profile

_SEVERITIES = ("error", "warning")
_OF_ALL = {"problem", "units", "value"}  # what the text of any finding may name
# What a bureau's own table need not say again.
_KEPT = ("facts", "title_zh", "title_en", "asks_zh", "asks_en", "home")
# What a text says to whoever works on the plan alone: from a pair of bars to the next, or to its end.
_ADVICE = re.compile(r"\|\|(.*?)(?:\|\||$)", re.DOTALL)


def load_texts(profile: Profile | None = None) -> dict[str, Any]:
    """Read the registry of findings: severity, facts, title, what a rule asks, and wording by id.

    All ``findings*.toml`` of the national profile, a bureau's own on top.

    Raises
    ------
    BadInput
        A file that cannot be read, no severity, or a text that names what the finding does not say.
    """
    folders = [NATIONAL] if profile is None else [NATIONAL, profile.folder]
    texts: dict[str, Any] = {}
    for folder in dict.fromkeys(folders):
        for path in sorted(folder.glob("findings*.toml")):
            for name, entry in _texts(path, texts if folder != NATIONAL else {}).items():
                kept = {key: value for key, value in texts.get(name, {}).items() if key in _KEPT}
                texts[name] = Section({**kept, **entry}, entry.place)
    return texts


def _texts(path: Path, national: Mapping[str, Any]) -> Section:
    found = read_settings(path, NATIONAL / path.name if (NATIONAL / path.name).is_file() else path)
    for name, entry in found.items():
        if not isinstance(entry, dict) or entry["severity"] not in _SEVERITIES:
            raise BadInput(
                Message("finding {name} has no severity", name=name), where=at(path), wanted=one_of(_SEVERITIES)
            )
        # Which facts there are is the product's to say: a bureau words them.
        facts = {*national[name]["facts"], *_OF_ALL} if name in national else _named(entry)
        if strange := sorted(_named(entry) - facts):
            raise BadInput(
                Message("the text of finding {id} names '{fact}', which it does not have", id=name, fact=strange[0]),
                where=at(path),
                wanted=one_of(sorted(facts)),
            )
    return found


def _named(entry: Mapping[str, Any]) -> set[str]:
    """Names of the facts in the texts of a finding, those by problem among them."""
    out: set[str] = set()
    for key, text in entry.items():
        if isinstance(text, Mapping):
            out |= _named(text)
        elif key in ("zh", "en"):
            # Of one with a brace too many, which `message` tells, what stands before that.
            with suppress(ValueError):
                out.update(re.split(r"[.\[]", field)[0] for _, field, _, _ in Formatter().parse(text) if field)
    return out


# ── Findings as rows with severity and text: what ``--json`` prints and the findings layer stores ───────────────────


def _entry(finding: Finding, texts: Mapping[str, Any]) -> Mapping[str, Any]:
    """Find a finding's texts: a fact ``problem`` picks the sub-table of that name, whose keys go first."""
    if finding.id not in texts:
        raise BadInput(
            Message("no text for finding {id}", id=finding.id),
            where=Message("findings*.toml"),
            wanted=Message("a table [{id}]", id=finding.id),
        )
    table: Mapping[str, Any] = texts[finding.id]
    special = table.get(str(finding.facts.get("problem", "")))
    return Section({**table, **special}, finding.id) if isinstance(special, Mapping) else table


def severity(finding: Finding, texts: Mapping[str, Any]) -> str:
    """``error`` or ``warning``, as the profile says."""
    return str(_entry(finding, texts)["severity"])


def stays_home(finding: Finding, texts: Mapping[str, Any]) -> bool:
    """Tell whether a finding concerns the program alone (``home``, which says why): nothing that is filed tells it."""
    return bool(_entry(finding, texts).get("home"))


def message(
    finding: Finding,
    texts: Mapping[str, Any],
    language: str = "zh",
    names: Names | None = None,
    *,
    filed: bool = False,
) -> str:
    """Put a finding into words.

    Parameters
    ----------
    finding : Finding
    texts : mapping
        ``load_texts``.
    language : str
        ``zh`` or ``en``.
    names : callable, optional
        What things are called (`glossary`): the national profile's by default.
    filed : bool
        For readers outside: without the advice, which stands in a text between pairs of bars (``||``).
    """
    facts = {"units": first_few(finding.units, 5), "value": float("nan") if finding.value is None else finding.value}
    text: str = _ADVICE.sub("" if filed else r"\1", _entry(finding, texts)[language])
    try:
        said = word_text(text, {**facts, **finding.facts}, language, names or glossary())
    except (ValueError, TypeError, LookupError, AttributeError) as error:
        raise BadInput(
            Message("the text of finding {id} does not fit its facts ({text})", id=finding.id, text=text[:60]),
            where=Message("findings*.toml"),
            wanted=Message("the setting, as in the national profile"),
        ) from error
    return visible(said, lines=True)


def to_rows(
    findings: Iterable[Finding], texts: Mapping[str, Any], language: str = "zh", names: Names | None = None
) -> list[dict[str, Any]]:
    """Make rows ``{"id", "severity", "where", "units", "value", "message"}``.

    ``where`` is WKT to the millimetre, empty where a finding has no place.
    """
    return [as_row(finding, severity(finding, texts), message(finding, texts, language, names)) for finding in findings]


def as_row(finding: Finding, severity: str, message: str) -> dict[str, Any]:
    """Make one such row of a finding that is in words."""
    return {
        "id": finding.id,
        "severity": severity,
        "where": "" if finding.geometry is None else shapely.to_wkt(finding.geometry, rounding_precision=3),
        "units": list(finding.units),
        "value": finding.value,
        "message": message,
    }
