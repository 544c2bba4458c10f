"""What is added up over the faces of a region, and what it has to come to at least and at most."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from ..core.errors import BadInput
from ..core.messages import Message
from ..core.text import require_known
from ..regions.problem import Bound

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ..core.arrays import Floats, Ints
    from .settings import MethodSettings
    from .situation import Situation

__all__ = ["AREA", "additive", "bounds_of", "check_sum", "limits_of"]

AREA, FACES = "area", "faces"
# A plus between two sums, not that of 5e+6.
_PLUS = re.compile(r"(?<![0-9.][eE])\+")


def limits_of(text: str, where: Message) -> dict[str, float]:
    """Read ``area:5e6+faces:3+population:20000``: what is added up → what it is held to.

    Raises
    ------
    BadInput
        No name, no number above 0, or a name twice.
    """
    out: dict[str, float] = {}
    for part in filter(None, (item.strip() for item in _PLUS.split(text))):
        name, _, value = (item.strip() for item in part.rpartition(":"))
        try:
            number = float(value)
        except ValueError:
            number = np.nan
        if not name or not 0 < number < np.inf:
            raise BadInput(
                Message("'{part}'", part=part),
                where=where,
                wanted=Message("name:number above 0, joined by +, such as area:5e6+faces:3"),
            )
        if name in out:
            raise BadInput(Message("'{name}' is given twice", name=name), where=where, wanted=Message("one value each"))
        out[name] = number
    return out


def bounds_of(situation: Situation, settings: MethodSettings, face: Ints, where: Message) -> tuple[Bound, ...]:
    """Make bounds of ``min_area``, ``max_area``, ``least`` and ``most``.

    Parameters
    ----------
    situation : Situation
    settings : MethodSettings
    face : (f,) int64
        Faces that take part.
    where : Message

    Returns
    -------
    tuple of Bound
        Of these faces; see `additive` for what each adds up.

    Raises
    ------
    BadInput
        What is no sum, twice the same, or a least above a most.
    """
    least, most = (
        limits_of(settings.least, Message("{where} {setting}", where=where, setting="least")),
        limits_of(settings.most, Message("{where} {setting}", where=where, setting="most")),
    )
    for limits, value, name in ((least, settings.min_area, "min_area"), (most, settings.max_area, "max_area")):
        if value and AREA in limits:
            raise BadInput(
                Message("area is also limited by {key}", key=name),
                where=where,
                wanted=Message("only one of the two limits"),
            )
        if value:
            limits[AREA] = float(value)
    out = []
    for name in {**least, **most}:
        low, high = least.get(name, 0.0), most.get(name, np.inf)
        if low > high:
            raise BadInput(
                Message(
                    "the lower bound {low:g} on {name:sum} is above the upper bound {high:g}",
                    name=name,
                    low=low,
                    high=high,
                ),
                where=where,
                wanted=Message("a lower bound no greater than the upper bound"),
            )
        unit = "" if name == FACES or name in situation.rasters else "m²"
        out.append(Bound(name, additive(situation, name, where)[face], low, high, unit))
    return tuple(out)


def additive(situation: Situation, name: str, where: Message) -> Floats:
    """Measure of each face what adds up over a region.

    * ``area``: m²;
    * ``faces``: 1, and 0 for what rides with a host: the faces that cleaning leaves;
    * a raster of scores: the sum of its cells, ``mean · covered · A / a`` with the mean of the cells under the face,
      the share 0–1 of it that has values, its area A and the area a of a cell there. So a raster of people per cell
      adds up to people; one of people per km² does not. Where the raster has no value the sum is 0;
    * a role: m² of the region that features of this role cover.

    Parameters
    ----------
    situation : Situation
    name : str
    where : Message

    Returns
    -------
    (n,) float64
        Of all faces.

    Raises
    ------
    BadInput
        None of these (the nearest is named), a raster without evidence, of grades or classes, or with negative sums.
    """
    if name == AREA:
        return situation.area
    if name == FACES:
        return np.asarray(situation.root == np.arange(len(situation.area)), dtype=np.float64)
    check_sum(name, situation.rasters, situation.roles, where)
    if name in situation.rasters:
        return _cells(situation, name, where)
    return np.where(situation.extent(name) >= 0, situation.area, 0.0)


def check_sum(name: str, rasters: Mapping[str, str], roles: Iterable[str], where: Message) -> None:
    """Refuse with `BadInput` what does not add up: no raster (name → kind) of scores, and no role."""
    if name in rasters and rasters[name] != "score":
        kind = rasters[name]
        raise BadInput(
            Message("values of raster '{name}', of kind {kind}, cannot be summed", name=name, kind=kind),
            where=where,
            wanted=Message("a raster of kind score"),
        )
    known = (AREA, FACES, *rasters, *roles)
    require_known(name, known, Message("nothing called '{name}' that can be summed", name=name), where)


def _cells(situation: Situation, name: str, where: Message) -> Floats:
    table = situation.evidence
    rows = (table["raster"] == name).to_numpy()
    if not rows.any():
        raise BadInput(
            Message("raster '{name}' was not measured", name=name),
            where=where,
            wanted=Message("evidence from this raster, so that it can be summed"),
        )
    out: Floats = np.zeros(len(situation.area))
    number = table["face_id"].to_numpy(dtype=np.int64)[rows] - 1
    mean, covered = (np.nan_to_num(table[key].to_numpy(dtype=np.float64)[rows]) for key in ("mean", "covered"))
    out[number] = mean * covered * situation.cells(name)[number]
    low = int(out.argmin())
    if out[low] < 0:
        raise BadInput(
            Message("raster '{name}' adds up to {sum:g} in face {face}", name=name, sum=float(out[low]), face=low + 1),
            where=where,
            wanted=Message("a raster without negative values, so that it can be summed"),
        )
    return out
