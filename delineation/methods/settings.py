"""What every regionalising method takes in a case, beside its own parameters."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..core.errors import BadInput
from ..core.messages import Message, one_of
from ..regions.small_components import SMALL
from .table import Parameter

_CHOICES = {
    "scope": ("whole", "category", "county_category"),
    "cores": ("grow", "apart"),
    "small": SMALL,
    "missing": ("mean", "leave_out", "error"),
    "weigh": ("area", "count"),
}
_WEIGHT = 1.0  # of alignment, where nothing else is said


@dataclass(frozen=True)
class MethodSettings:
    """What every regionalising method takes in a case, beside its own parameters.

    Attributes
    ----------
    variables : str
        Evidence and its weights, joined by ``+``: ``dem:2+slope+x+y``. A raster's name is its mean, ``name.stdev`` its
        spread, ``name.majority`` its classes, a role the share it covers, ``x`` and ``y`` the place. Empty: the mean
        of every raster of scores or grades.
    scope : {"whole", "category", "county_category"}
        Within what regions are made. No region ever crosses a county or the shore, as no unit does. So ``whole`` means
        over all categories of each county, and ``category`` within each category of each county; ``county_category``
        says the same in full, and gives the same regions. The number of regions is that of all counties together.
        Of a region over several categories the one with most area becomes that of all of it, so that ``whole`` may put
        priority land lower (`labelling.lowered_land`). Where a case does not say, the profile does (``[method]``).
    cores : {"grow", "apart"}
        What a red line, a water source, a protected area or a park is: a fixed unit that a region may grow from, or a
        unit by itself that takes no part.
    locked : str
        Units of before that are kept, by code or name, joined by ``+``, or ``all``: features of a source of role
        ``unit``. A region may grow from one; none splits it, or holds two. With ``cores=apart`` each is a unit by
        itself, and ``k`` does not count it. Its category is the one that the rules give most of it.
    min_area, max_area : float
        Of a region, m²; a maximum of 0 is none.
    least, most : str
        What a region adds up to at least and at most, joined by ``+``: ``area:5e6+faces:3+population:20000``. ``area``
        is in m², ``faces`` counts the faces that cleaning leaves, a raster of scores is the sum of its cells, a role
        the m² that it covers; see `face_sums.additive`.
    small : {"error", "keep"}
        What happens to a part that touches no other and has less in all than every region is to have: the request is
        refused, or the part is left as it is, with a finding.
    keep_apart : str
        Roles joined by ``+`` whose outlines no region crosses. A fixed unit that lies across them is not split, and a
        region grows from it only on the side that most of it is on (S78).
    compactness : float
        Price of all borders (see `compactness.prices`).
    align : str
        Roles joined by ``+``: borders on outlines of their polygons, or along their lines (``road``, ``ridge``,
        ``river``, ``guide``), cost less than others.
    alignment : float
        What borders cost that are not aligned, where ``align`` names something.
    align_within : float
        How far from a line, in m, a border counts as along it. Outlines of polygons are met exactly.
    missing : {"mean", "leave_out", "error"}
        What happens to a face whose evidence covers less than the profile's share.
    weigh : {"area", "count"}
        Whether a face counts by its area or as one.
    """

    variables: str = ""
    scope: str = "category"
    cores: str = "grow"
    locked: str = ""
    min_area: float = 0.0
    max_area: float = 0.0
    least: str = ""
    most: str = ""
    small: str = "error"
    keep_apart: str = ""
    compactness: float = 0.0
    align: str = ""
    alignment: float = _WEIGHT
    align_within: float = 10.0
    missing: str = "mean"
    weigh: str = "area"


SETTINGS = tuple(Parameter(name, one.default) for name, one in MethodSettings.__dataclass_fields__.items())


def check_settings(settings: MethodSettings, where: Message) -> None:
    """Refuse what is none of a setting's choices, with `BadInput`; ``where`` is what messages call the method."""
    for name, known in _CHOICES.items():
        if getattr(settings, name) not in known:
            raise BadInput(
                Message("{name} = {value!r}", name=name, value=getattr(settings, name)),
                where=where,
                wanted=one_of(known),
            )
    for name in ("min_area", "max_area", "compactness", "alignment", "align_within"):
        value = getattr(settings, name)
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < np.inf:
            raise BadInput(
                Message("{name} = {value!r}", name=name, value=value),
                where=where,
                wanted=Message("a number of 0 or more"),
            )
    for name in ("variables", "locked", "keep_apart", "align"):
        if not isinstance(getattr(settings, name), str):
            raise BadInput(
                Message("{name} = {value!r}", name=name, value=getattr(settings, name)),
                where=where,
                wanted=Message("names joined by +"),
            )
    for name in ("least", "most"):
        if not isinstance(getattr(settings, name), str):
            raise BadInput(
                Message("{name} = {value!r}", name=name, value=getattr(settings, name)),
                where=where,
                wanted=Message("name:number above 0, joined by +, such as area:5e6+faces:3"),
            )
    if settings.alignment not in (0, _WEIGHT) and not names_of(settings.align):
        raise BadInput(
            Message("alignment without align"),
            where=where,
            wanted=Message("align = the roles to keep to, such as township+road"),
        )


def names_of(text: str) -> list[str]:
    """Read names joined by ``+``."""
    return [name.strip() for name in text.split("+") if name.strip()]
