"""The nouns of a case in the user's language: roles, zones, parts of the inputs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from qgis.PyQt.QtCore import QCoreApplication

from .text import language

if TYPE_CHECKING:
    from ..delineation.case.profile import Profile, Role

__all__ = [
    "PREVIOUS",
    "listed",
    "made_label",
    "part_label",
    "role_label",
    "seconds",
    "stage_titles",
    "sum_label",
    "sure_word",
    "zone_label",
]

translate = QCoreApplication.translate
# A role of the panel only: the case has it as [previous].
PREVIOUS = "previous"
LISTED = 4  # things that are named before they are counted


def role_label(profile: Profile, name: str) -> str:
    """Name a role."""
    if not name:
        return translate("ControlUnits", "Not used")
    if name == PREVIOUS:
        return translate("ControlUnits", "Previous units (codes and names)")
    role = profile.roles.get(name)
    if language() == "zh" and role is not None:
        return role.label
    return name.replace("_", " ").capitalize()


def sum_label(profile: Profile, name: str) -> str:
    """Name what adds up over faces, or a role; a raster goes by its own name."""
    own = {
        "area": translate("ControlUnits", "area in m²"),
        "faces": translate("ControlUnits", "number of faces"),
    }
    return own.get(name) or (role_label(profile, name) if name in profile.roles else name)


def zone_label(role: Role, zone: str) -> str:
    """Name a zone of a role."""
    if language() == "zh":
        words = role.zones.get(zone, ())
        plain = {"priority": "优先", "key": "重点", "general": "一般"}
        return words[0] if words else plain.get(zone, zone)
    return zone.replace("_", " ")


def made_label(text: str) -> str:
    """Name what is made on the spot (``SourceSpec.made``): what, how large, of what."""
    from ..delineation.case.made_sources import parse_maker
    from ..delineation.core.errors import BadInput

    try:
        maker = parse_maker(text, "made", case=True)
    except BadInput:
        return text
    of = maker.of or Path(maker.file).name
    texts = {
        "grid": translate("ControlUnits", "grid of {size} m"),
        "hexagons": translate("ControlUnits", "hexagons of {size} m"),
        "catchments": translate("ControlUnits", "catchments of {file}, from {area} km²"),
        "townships": translate("ControlUnits", "{of} united by {field}"),
    }
    facts = {"size": f"{maker.size:,g}", "file": Path(maker.dem).name, "area": f"{maker.area / 1e6:,g}"}
    return texts[maker.kind].format(of=of, field=maker.field or "–", **facts)


def sure_word(confidence: float, *, used: float, sure: float) -> str:
    """Say how sure a guess is."""
    if confidence >= sure:
        return translate("ControlUnits", "sure", "confidence of a guess")
    if confidence >= used:
        return translate("ControlUnits", "likely", "confidence of a guess")
    return translate("ControlUnits", "doubtful", "confidence of a guess")


def part_label(part: str) -> str:
    """Name a part of the inputs, as ``Inputs.changed_since`` gives it."""
    kind, _, name = part.partition(":")
    texts = {
        "frame": translate("ControlUnits", "CRS, area or snap distance"),
        "profile": translate("ControlUnits", "the profile"),
        "order": translate("ControlUnits", "which sources there are"),
        "source": translate("ControlUnits", "source {name}"),
        "raster": translate("ControlUnits", "raster {name}"),
        "file": translate("ControlUnits", "content of {name}"),
        "table": translate("ControlUnits", "content of {name}"),
        "rules": translate("ControlUnits", "rules and switches"),
        "cleaning": translate("ControlUnits", "cleaning"),
        "grouping": translate("ControlUnits", "grouping"),
        "method": translate("ControlUnits", "method"),
        "seed": translate("ControlUnits", "seed"),
        "previous": translate("ControlUnits", "previous units"),
        "admin": translate("ControlUnits", "changes of administrative units"),
        "tables": translate("ControlUnits", "the profile's tables"),
    }
    return texts.get(kind, part).format(name=name)


def stage_titles() -> dict[str, str]:
    """Name the stages of a run."""
    return {
        "sources": translate("ControlUnits", "Read and place the sources"),
        "partition": translate("ControlUnits", "Node all boundaries into faces"),
        "evidence": translate("ControlUnits", "Measure rasters in each face"),
        "units": translate("ControlUnits", "Rules, cleaning, method, units"),
        "lists": translate("ControlUnits", "Codes, outlines, entry lists"),
        "checks": translate("ControlUnits", "Checks"),
        "writing": translate("ControlUnits", "Write the plan"),
    }


def listed(parts: tuple[str, ...]) -> str:
    """Name changed parts of the inputs in one line."""
    comma = translate("ControlUnits", ", ", "between things listed")
    named = list(dict.fromkeys(part_label(part) for part in parts))
    if len(named) <= LISTED:
        return comma.join(named)
    more = translate("ControlUnits", "{parts} and {count} more")
    return more.format(parts=comma.join(named[:LISTED]), count=len(named) - LISTED)


def seconds(count: float) -> str:
    """Say a time as exactly as it is worth."""
    if count < 9.95:
        return translate("ControlUnits", "{count} s").format(count=f"{count:.1f}")
    if count < 90:
        return translate("ControlUnits", "{count} s").format(count=f"{count:.0f}")
    return translate("ControlUnits", "{count} min").format(count=f"{count / 60:.0f}")
