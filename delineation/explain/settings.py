"""Explanations: what switches and settings mean, in the profile's words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..case.profile import PROFILES
from ..case.profile_files import read_settings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..case.profile import Profile

__all__ = ["Explanation", "explain", "load_explanations"]

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
    """

    name: str
    sentence: str = ""
    unit: str = ""
    choices: tuple[str, ...] = ()


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
            out.setdefault(group, {}).update(entries)
    return out


def explain(explanations: Mapping[str, Mapping[str, Any]], group: str, name: str, language: str = "zh") -> Explanation:
    """Find what a setting means.

    Parameters
    ----------
    explanations : mapping
        Of ``load_explanations``.
    group : str
        ``switch``, ``cleaning``, ``grouping``, ``method``, ``parameter`` or ``choice``.
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
    )
