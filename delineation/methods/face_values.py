"""Evidence, roles and places of a case's faces as attributes that regions are to be alike in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..basis.evidence import usable
from ..core.arrays import number_of
from ..core.errors import BadInput
from ..core.messages import Message
from ..core.sums import sum_by
from ..core.text import nearest
from ..regions.values import attributes

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ..core.arrays import Floats, Ints, Objects
    from ..core.findings import Finding
    from .settings import MethodSettings
    from .situation import Situation

_METHOD = Message("[method]")

_STATISTICS = ("mean", "stdev", "majority")


def face_values(
    situation: Situation, face: Ints, node: Ints, settings: MethodSettings, where: Message
) -> tuple[Floats, Ints, list[Finding]]:
    """Measure the variables of each node.

    A raster's statistic is the mean over the node's faces, by area, of those that the raster covers by the profile's
    share; a node that they cover by less in all has no value of it. A role's is the share of the node it covers.

    Parameters
    ----------
    situation : Situation
    face : (f,) int64
        Faces that take part.
    node : (f,) int64
        Node of each, 0 … m − 1.
    settings : MethodSettings
    where : Message

    Returns
    -------
    values : (m', p) float64
        Standardised and weighted.
    kept : (m',) int64
        Nodes that have values: all, unless those without are left out.
    findings : list of Finding

    Raises
    ------
    BadInput
        A variable that is not there, a weight that is no positive number, a node without value where that is an error.
    """
    given = variables_of_text(settings.variables, situation.rasters, where)
    columns: dict[str, Floats] = {}
    weights: dict[str, float] = {}
    names = list(given)
    places = [name for name in names if name in ("x", "y")]
    for name in names:
        if name not in places:
            found = _column(situation, name, face, node, where)
            columns |= found
            weights |= {one: given[name] / len(found) for one in found}
    area = situation.area[face]
    size = sum_by(node, area, number_of(node))
    centre = np.column_stack([sum_by(node, area * one, len(size)) / size for one in situation.point[face].T])
    for name in places:
        # One scale for both directions: a kilometre is a kilometre.
        columns[name], weights[name] = centre[:, "xy".index(name)], given[name]
    first = np.unique(node, return_index=True)[1]
    found_values = attributes(
        columns,
        weights,
        called(situation, face[first]),
        missing=settings.missing,
        where=Message("{where} variables", where=where),
    )
    return found_values.values, found_values.row, list(found_values.findings)


def called(situation: Situation, face: Ints) -> Objects:
    """Name faces as messages do: by ``face_id`` and a place in them, in whole metres of the case's CRS."""
    places = np.column_stack([face + 1, np.round(situation.point[face])]).astype(np.int64)
    out = np.empty(len(face), dtype=object)
    rows: list[list[int]] = places.tolist()  # type: ignore[assignment]
    out[:] = [Message("face {face} at {x}, {y}", face=face, x=x, y=y) for face, x, y in rows]
    return out


def variables_of_text(text: str, rasters: Mapping[str, str], where: Message = _METHOD) -> dict[str, float]:
    """Read ``dem:2+slope``: variable → weight; of an empty text, every raster of scores or grades.

    Parameters
    ----------
    text : str
    rasters : mapping of str to str
        Raster name → kind.
    where : Message

    Raises
    ------
    BadInput
        A weight that is no positive number, a variable twice, or none at all.
    """
    out: dict[str, float] = {}
    for part in filter(None, (item.strip() for item in text.split("+"))):
        name, colon, weight = part.partition(":")
        try:
            value = float(weight) if colon else 1.0
        except ValueError:
            value = np.nan
        if not 0 < value < np.inf:
            raise BadInput(
                Message("variable '{text}'", text=part),
                where=Message("{where} variables", where=where),
                wanted=Message("name or name:weight above 0"),
            )
        if name in out:
            raise BadInput(
                Message("variable '{name}' is given twice", name=name),
                where=Message("{where} variables", where=where),
                wanted=Message("each once"),
            )
        out[name] = value
    usual = [name for name, kind in rasters.items() if kind != "class"]
    if not out and not usual:
        raise BadInput(
            Message("the case has no raster of scores or grades"),
            where=Message("{where} variables", where=where),
            wanted=Message("a raster of scores, or variables to compare, such as the place (x+y)"),
        )
    return out or dict.fromkeys(usual, 1.0)


def _column(situation: Situation, name: str, face: Ints, node: Ints, where: Message) -> dict[str, Floats]:
    """Values of one variable at the nodes: one column, or one a class."""
    check_variable(name, situation.rasters, situation.roles, where)
    raster, _, statistic = name.rpartition(".")
    if name in situation.rasters:
        raster, statistic = name, "majority" if situation.rasters[name] == "class" else "mean"
    if raster in situation.rasters and statistic in _STATISTICS:
        return _measured(situation, raster, statistic, face, node)
    area = situation.area[face]
    covered = situation.extent(name)[face] >= 0
    count = number_of(node)
    return {name: sum_by(node, area * covered, count) / sum_by(node, area, count)}


def check_variable(name: str, rasters: Mapping[str, str], roles: Iterable[str], where: Message) -> None:
    """Refuse with `BadInput` what is no variable: no raster (name → kind) or statistic of one, no role, no place."""
    raster, _, statistic = name.rpartition(".")
    known = [*rasters, *roles, "x", "y"]
    if name not in known and not (raster in rasters and statistic in _STATISTICS):
        raise BadInput(
            Message("'{name}' is neither a raster nor a role", name=name),
            where=Message("{where} variables", where=where),
            wanted=nearest(name, known),
        )


def _measured(situation: Situation, raster: str, statistic: str, face: Ints, node: Ints) -> dict[str, Floats]:
    table = situation.evidence
    rows = (table["raster"] == raster).to_numpy()
    value = np.full(len(situation.area), np.nan)
    covered = np.zeros(len(situation.area))
    number = table["face_id"].to_numpy(dtype=np.int64)[rows] - 1
    sound = usable(table[rows], situation.covered_min)
    value[number[sound]] = table[statistic].to_numpy(dtype=np.float64)[rows][sound]
    covered[number] = np.nan_to_num(table["covered"].to_numpy(dtype=np.float64)[rows])
    return _by_node(raster, statistic, (value[face], covered[face], situation.area[face]), node, situation.covered_min)


def _by_node(
    raster: str,
    statistic: str,
    of_face: tuple[Floats, Floats, Floats],
    node: Ints,
    covered_min: float,
) -> dict[str, Floats]:
    """Means by node of value, covered share and area of its faces."""
    value, covered, area = of_face
    count = number_of(node)
    known = np.isfinite(value)
    weight = np.where(known, area, 0.0)
    size = sum_by(node, weight, count)
    thin = sum_by(node, area * np.where(known, covered, 0.0), count) < covered_min * sum_by(node, area, count)
    empty = (size <= 0) | thin

    def mean(of: Floats) -> Floats:
        out = sum_by(node, weight * np.where(known, of, 0.0), count) / np.where(size > 0, size, 1.0)
        return np.where(empty, np.nan, out)

    if statistic != "majority":
        return {f"{raster}.{statistic}": mean(value)}
    # Classes have no mean: one variable a class, the share of the node it holds; together they weigh as one.
    return {f"{raster} = {one:g}": mean((value == one).astype(np.float64)) for one in np.unique(value[known])}
