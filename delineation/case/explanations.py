"""Explanations: what switches and settings mean, in the profile's words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .profile import PROFILES
from .profile_files import read_settings

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from .profile import Profile

__all__ = ["Explanation", "explain", "in_order", "load_explanations"]

FILE = "explanations.toml"


@dataclass(frozen=True)
class Explanation:
    """What a setting is called and means.

    Attributes
    ----------
    name, sentence : str
    unit : str
        ``m²``, ``m``, ``share`` (0–1, shown in %), or "".
    choices : tuple of str
        What the setting may be, where its own table does not say so.
    in_sight : bool
        A form shows the setting before somebody asks for more.
    about : str
        What a form lists it under otherwise: a name of the group ``about``.
    """

    name: str
    sentence: str = ""
    unit: str = ""
    choices: tuple[str, ...] = ()
    in_sight: bool = False
    about: str = ""


def load_explanations(profile: Profile) -> dict[str, dict[str, Any]]:
    """Read ``explanations.toml``: the national profile's, a bureau's own on top.

    Raises
    ------
    BadInput
        A file that is no valid TOML.
    """
    out: dict[str, dict[str, Any]] = {}
    for folder in dict.fromkeys([PROFILES / "national", profile.folder]):
        path = folder / FILE
        if not path.is_file():
            continue
        found = read_settings(path, PROFILES / "national" / FILE)
        for group, entries in found.items():
            known = out.setdefault(group, {})
            known |= {name: {**known.get(name, {}), **entry} for name, entry in entries.items()}
    return out


def explain(explanations: Mapping[str, Mapping[str, Any]], group: str, name: str, language: str = "zh") -> Explanation:
    """Find what a setting means.

    Parameters
    ----------
    explanations : mapping
        Of ``load_explanations``.
    group : str
        ``switch``, ``cleaning``, ``grouping``, ``method``, ``parameter``, ``choice`` or ``about``.
    name : str
        One that nobody worded goes by its own name.
    language : str
        ``zh`` or ``en``.
    """
    entry = explanations.get(group, {}).get(name, {})
    return Explanation(
        name=str(entry.get(f"name_{language}", name.replace("_", " "))),
        sentence=str(entry.get(language, "")),
        unit=str(entry.get("unit", "")),
        choices=tuple(map(str, entry.get("choices", ()))),
        in_sight=bool(entry.get("in_sight", False)),
        about=str(entry.get("about", "")),
    )


def in_order(explanations: Mapping[str, Mapping[str, Any]], group: str, names: Iterable[str]) -> list[str]:
    """Sort names as their explanations follow each other; those that nobody worded come last, by name."""
    place = {name: number for number, name in enumerate(explanations.get(group, {}))}
    return sorted(names, key=lambda name: (place.get(name, len(place)), name))
