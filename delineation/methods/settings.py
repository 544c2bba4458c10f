"""What every regionalising method takes in a case, beside its own parameters."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..errors import BadInput
from .registry import Parameter

__all__ = ["SETTINGS", "Settings", "check_settings", "names_of"]

_CHOICES = {
    "scope": ("whole", "category", "county_category"),
    "cores": ("grow", "apart"),
    "missing": ("mean", "leave_out", "error"),
    "weigh": ("area", "count"),
}


@dataclass(frozen=True)
class Settings:
    """What every regionalising method takes in a case, beside its own parameters.

    Attributes
    ----------
    variables : str
        Evidence and its weights, joined by ``+``: ``dem:2+slope+x+y``. A raster's name is its mean, ``name.stdev`` its
        spread, ``name.majority`` its classes, a role the share it covers, ``x`` and ``y`` the place. Empty: the mean
        of every raster of scores or grades.
    scope : {"whole", "category", "county_category"}
        Within what regions are made; none crosses a county or the shore whatever it says.
    cores : {"grow", "apart"}
        What a red line, a water source, a protected area or a park is: a fixed unit that a region may grow from, or a
        unit by itself that takes no part.
    min_area, max_area : float
        Of a region, m²; a maximum of 0 is none.
    keep_apart : str
        Roles joined by ``+`` whose outlines no region crosses.
    compactness, alignment : float
        Prices of border (see `prices`); alignment is what a border costs that does not lie on an outline of ``align``.
    align : str
        Roles joined by ``+``.
    missing : {"mean", "leave_out", "error"}
        What happens to a face whose evidence covers less than the profile's share.
    weigh : {"area", "count"}
        Whether a face counts by its area or as one.
    """

    variables: str = ""
    scope: str = "whole"
    cores: str = "grow"
    min_area: float = 0.0
    max_area: float = 0.0
    keep_apart: str = ""
    compactness: float = 0.0
    alignment: float = 0.0
    align: str = "township"
    missing: str = "mean"
    weigh: str = "area"


SETTINGS = tuple(Parameter(name, one.default) for name, one in Settings.__dataclass_fields__.items())


def check_settings(settings: Settings, where: str) -> None:
    """Refuse what is none of a setting's choices, with `BadInput`; ``where`` is what messages call the method."""
    for name, known in _CHOICES.items():
        if getattr(settings, name) not in known:
            raise BadInput(f"{name} = {getattr(settings, name)!r}", where=where, wanted=" | ".join(known))
    for name in ("min_area", "max_area", "compactness", "alignment"):
        value = getattr(settings, name)
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < np.inf:
            raise BadInput(f"{name} = {value!r}", where=where, wanted="a number from 0")
    for name in ("variables", "keep_apart", "align"):
        if not isinstance(getattr(settings, name), str):
            raise BadInput(f"{name} = {getattr(settings, name)!r}", where=where, wanted="names joined by +")


def names_of(text: str) -> list[str]:
    """Read names joined by ``+``."""
    return [name.strip() for name in text.split("+") if name.strip()]
