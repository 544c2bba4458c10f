"""The nouns of a case in the user's language: roles, zones, parts of the inputs."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from ..delineation.case.names import Glossary
from ..delineation.core.messages import NOTHING
from .text import capital, language, listed, names_of, tr

if TYPE_CHECKING:
    from ..delineation.case.profile import Profile

# A role of the panel only: the case has it as [previous].
PREVIOUS = "previous"
_IN_BRACKETS = re.compile("[(（]([^，,)）]+)")
LISTED = 4  # things that are named before they are counted


def role_label(profile: Profile | None, name: str) -> str:
    """Name a role."""
    if not name:
        return tr("Not used")
    if name == PREVIOUS:
        return tr("Previous units (codes and names)")
    return capital(names_of(profile)("role", name, language(), {}))


def raster_label(profile: Profile, name: str) -> str:
    """Name a raster; one that is called as nobody else calls it keeps its name."""
    return capital(names_of(profile)("raster", name, language(), {}))


def sum_label(profile: Profile, name: str) -> str:
    """Name what adds up over faces: areas and numbers, or a role; a raster goes by its own name."""
    label = capital(names_of(profile)("sum", name, language(), {}))
    return tr("{sum}, m²", sum=label) if name == "area" else label


def zone_label(profile: Profile, role: str, zone: str) -> str:
    """Name a zone or grade of a role; what stands in a layer and is none is left as it stands there."""
    known = profile.roles.get(role)
    if known is None or zone not in (*known.zone_ids, *known.grades):
        return zone
    return capital(names_of(profile)("zone", zone, language(), {"role": role}))


def scenario_label(name: str) -> str:
    """Name a scenario; the one that every plan has is the plan itself."""
    from ..delineation.revision.timeline import MAIN

    return tr("Main plan") if name == MAIN else name


def method_name(method: str, profile: Profile | None = None, *, short: bool = False) -> str:
    """Name a method; ``short`` gives what stands in brackets, by which those who know it call it."""
    name = capital(names_of(profile)("method", method, language(), {}))
    inside = _IN_BRACKETS.search(name) if short else None
    return inside[1] if inside else name


def method_label(text: str, profile: Profile | None = None, *, short: bool = False) -> str:
    """Name a method and what it is asked for, of a method string (``ward:k=6,variables=x+y``).

    ``short`` as of ``method_name``.
    """
    names = names_of(profile)
    return capital(names.method(text, language(), short=short)) if isinstance(names, Glossary) else text


def asked_value(setting: str, value: str, profile: Profile | None = None) -> str:
    """Say a setting's value in words: what it names, or which choice it is; a number as it is."""
    names = names_of(profile)
    return names.setting(setting, value, language()) if isinstance(names, Glossary) else value


def made_label(text: str, profile: Profile | None = None) -> str:
    """Name what is made on the spot (``SourceSpec.made``): what, how large, of what."""
    from ..delineation.case.made_sources import parse_maker
    from ..delineation.core.errors import BadInput

    try:
        maker = parse_maker(text, NOTHING, case=True)
    except BadInput:
        return text
    of = capital(names_of(profile)("role", maker.of, language(), {})) if maker.of else Path(maker.file).name
    texts = {
        "grid": tr("grid of {size} m"),
        "hexagons": tr("hexagons of {size} m"),
        "catchments": tr("catchments of {file}, from {area} km²"),
        "townships": tr("{of} united by {field}"),
    }
    return texts[maker.kind].format(
        of=of,
        field=maker.field or "–",
        size=f"{maker.size:,g}",
        file=Path(maker.dem).name,
        area=f"{maker.area / 1e6:,g}",
    )


def sure_word(confidence: float, *, used: float, sure: float) -> str:
    """Say how sure a guess is."""
    if confidence >= sure:
        return tr("sure", "confidence of a guess")
    if confidence >= used:
        return tr("likely", "confidence of a guess")
    return tr("doubtful", "confidence of a guess")


def part_label(part: str, profile: Profile | None = None) -> str:
    """Name a part of the inputs, as ``Inputs.changed_since`` gives it."""
    kind, _, name = part.partition(":")
    texts = {
        "frame": tr("CRS, area or snap distance"),
        "profile": tr("the profile"),
        "order": tr("which sources there are"),
        "source": tr("source {name}"),
        "raster": tr("raster {name}"),
        "file": tr("content of {name}"),
        "table": tr("content of {name}"),
        "rules": tr("rules and switches"),
        "cleaning": tr("cleaning"),
        "grouping": tr("grouping"),
        "method": tr("method"),
        "seed": tr("seed"),
        "previous": tr("previous units"),
        "admin": tr("changes of administrative units"),
        "tables": tr("the profile's tables"),
        "stated": tr("date, filing year or place"),
    }
    name = names_of(profile)("raster", name, language(), {}) if kind == "raster" else name
    return texts.get(kind, part).format(name=name)


def stage_titles() -> dict[str, str]:
    """Name the stages of a run."""
    return {
        "sources": tr("Read and place the sources"),
        "partition": tr("Node all boundaries into faces"),
        "evidence": tr("Measure rasters in each face"),
        "units": tr("Rules, cleaning, method, units"),
        "lists": tr("Codes, outlines, entry lists"),
        "checks": tr("Checks"),
        "writing": tr("Write the plan"),
    }


def parts_label(parts: tuple[str, ...], profile: Profile | None = None) -> str:
    """Name changed parts of the inputs in one line."""
    named = list(dict.fromkeys(part_label(part, profile) for part in parts))
    if len(named) <= LISTED:
        return listed(named)
    return tr("{parts} and {count} more", parts=listed(named[:LISTED]), count=len(named) - LISTED)


def seconds(count: float) -> str:
    """Say a time as exactly as it is worth."""
    if count < 9.95:
        return tr("{count} s", count=f"{count:.1f}")
    if count < 90:
        return tr("{count} s", count=f"{count:.0f}")
    return tr("{count} min", count=f"{count / 60:.0f}")
