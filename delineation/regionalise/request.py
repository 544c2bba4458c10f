"""What is asked of the verb ``regions``, and the problem that it makes of polygons."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from ..core.connected import connected
from ..core.errors import BadInput
from ..core.findings import Finding
from ..core.messages import Message, at, first_few
from ..regions.compactness import prices
from ..regions.contraction import contract, one_by_one
from ..regions.objective import total_ss
from ..regions.problem import Bound, Graph, Problem
from ..regions.small_components import check_small, keep_small
from ..regions.values import field_named
from ..sources.files import split_layer
from .alignment import along_lines, between_values, read_lines, texts_of
from .base_units import parse_base
from .neighbours import metres_a_unit

if TYPE_CHECKING:
    from pathlib import Path

    from ..core.arrays import Floats, Ints
    from ..regions.values import Attributes
    from .neighbours import Neighbours
    from .polygons import Polygons

__all__ = ["OWN_SUMS", "Request", "Task", "lay_task"]

OWN_SUMS = ("area", "count")
_SHOWN = 5  # fixed units that a finding names


@dataclass(frozen=True)
class Request:
    """By what method a layer is to be divided, and what its regions are to be like.

    Attributes
    ----------
    method : str
        A regionalising method, as a name or as a string with parameters: ``redcap:order=full,linkage=average,k=5``.
    variables : str, sequence or mapping
        Fields (and rasters) that regions are to be alike in; see `weights_of`. May be empty where ``coordinates`` > 0.
    k : int or str, optional
        Number of regions; ``"2..20"`` tries each, and takes the one with the largest pseudo-F. See `suggest_k`.
    scale, missing, coordinates
        See `attributes`.
    contiguity, snap
        See `neighbours`.
    floor, most : str, sequence or mapping
        ``FIELD=V``: the least and the most that the field adds up to in every region; ``area=V`` in m² and ``count=V``
        polygons, unless the layer has a field of that name.
    compactness : float
        What all borders of the layer together cost, as a multiple of the total sum of squares; see `prices`.
    keep_apart : str
        Field whose values no region crosses.
    fixed : str
        Field: polygons with the same value, not empty, are one unit that a region may grow from, and no region holds
        two of them.
    align : str
        Field or file of lines: borders between different values, or within ``align_within`` (m) of a line, cost less.
    alignment : float
        What all borders would cost if none were aligned, as ``compactness``.
    small : {"error", "keep"}
        What happens to a part that touches no other and has less in all than ``floor`` asks for: refused, or left as it
        is; see `keep_small`.
    mass : {"", "equal", "area"}
        Weight of a polygon in means and sums of squares: 1, or its area as a multiple of the mean. By default 1, and
        with ``base`` the area, for units at the outline are less than whole.
    base : str
        Divide base units over the layer in place of its polygons: ``grid:size=500`` or ``hexagons:size=500`` (m),
        ``catchments:dem=FILE,area=5e6`` (m²), ``townships:field=NAME`` or ``townships:file=FILE,field=NAME``; see
        `parse_maker` and `lay_units`. Variables are averaged by area, fields of bounds handed out by area, other fields
        by what covers most of a unit.
    rasters : mapping of str to str
        Name → file: the mean over each polygon is a variable of that name.
    name : str
        Field that messages name polygons by.
    seed : int
    """

    method: str
    variables: str | Sequence[str] | Mapping[str, float] = ""
    k: int | str | None = None
    scale: str = "zscore"
    missing: str = "error"
    coordinates: float = 0.0
    contiguity: str = "queen"
    snap: float | None = None
    floor: str | Sequence[str] | Mapping[str, float] = ()
    most: str | Sequence[str] | Mapping[str, float] = ()
    compactness: float = 0.0
    keep_apart: str = ""
    fixed: str = ""
    align: str = ""
    alignment: float = 1.0
    align_within: float = 10.0
    small: str = "error"
    mass: str = ""
    base: str = ""
    rasters: Mapping[str, str] = field(default_factory=dict)
    name: str = ""
    seed: int = 1

    def files(self) -> list[Path]:
        """List what may be read beside the layer: lines to align with, rasters, what base units are made from."""
        base = parse_base(self.base).files if self.base else ()
        return [split_layer(text)[0] for text in (self.align, *self.rasters.values(), *base) if text]

    def limits(self) -> dict[str, dict[str, float]]:
        """Read what the sums of every region are bound by: ``floor`` and ``most``, field → value.

        Raises
        ------
        BadInput
            No field, no number above 0, or a field twice.
        """
        return {"floor": _limits(self.floor, Message("floor")), "most": _limits(self.most, Message("most"))}


@dataclass(frozen=True)
class Task:
    """A problem, and the way from its nodes back to the polygons.

    Attributes
    ----------
    problem : Problem
        Fixed units contracted; parts that are too small for its bounds freed of them, where these are to be kept.
    node : (n,) int64
        Node of each polygon.
    bounds : tuple of Bound
        Of the polygons.
    findings : tuple of Finding
    """

    problem: Problem
    node: Ints
    bounds: tuple[Bound, ...]
    findings: tuple[Finding, ...]


def _limits(given: str | Sequence[str] | Mapping[str, float], where: Message) -> dict[str, float]:
    """Read ``FIELD=V``, several of them, or field → value."""
    if isinstance(given, Mapping):
        pairs = [(str(name), str(value)) for name, value in given.items()]
    else:
        texts = [part for text in ([given] if isinstance(given, str) else given) for part in text.split(",")]
        pairs = [(name.strip(), value.strip()) for name, _, value in (text.rpartition("=") for text in texts if text)]
    out: dict[str, float] = {}
    for name, value in pairs:
        try:
            number = float(value)
        except ValueError:
            number = np.nan
        if not name or not 0 < number < np.inf:
            what = Message("'{name}={value}'", name=name, value=value) if name else Message("'{value}'", value=value)
            raise BadInput(what, where=where, wanted=Message("FIELD=V with a number above 0; area=V in m², count=V"))
        if name in out:
            raise BadInput(
                Message("'{name}' is given twice", name=name), where=where, wanted=Message("one value per field")
            )
        out[name] = number
    return out


def lay_task(
    request: Request,
    polygons: Polygons,
    taken: Attributes,
    lie: Neighbours,
    mass: Floats,
    own_floor: float = 0.0,
) -> Task:
    """Make the problem: graph, prices, bounds, fixed units.

    Parameters
    ----------
    request : Request
    polygons : Polygons
        Those that take part.
    taken : Attributes
        Of the same.
    lie : Neighbours
        Of the same.
    mass : (n,) float64
    own_floor : float
        Least area, m², of a method that has it as a parameter.

    Raises
    ------
    BadInput
        A field that is not there or holds no numbers, bounds that exclude each other, a fixed unit across what is to be
        kept apart.
    """
    check_small(request.small, Message("small"))
    findings: list[Finding] = []
    graph = _kept_apart(request, polygons, lie.graph)
    group = _fixed(request, polygons, graph, findings)
    bounds = _bounds(request, polygons, lie.area, findings)
    whole = Problem(
        values=taken.values,
        mass=mass,
        graph=graph,
        price=_prices(request, polygons, graph, lie, total_ss(taken.values, mass)),
        bounds=(*bounds, Bound("area", lie.area, own_floor, unit="m²")) if own_floor else bounds,
        core=group,
        area=lie.area,
        perimeter=lie.perimeter,
        names=polygons.names,
    )
    node = one_by_one(group)
    problem = contract(whole, node) if request.fixed else whole
    if request.small == "keep":
        problem, found = keep_small(problem)
        findings += found
    return Task(problem, node, bounds, tuple(findings))


def _kept_apart(request: Request, polygons: Polygons, graph: Graph) -> Graph:
    """Cut the links between polygons of different values: no region crosses from one to another."""
    if not request.keep_apart:
        return graph
    column = field_named(request.keep_apart, polygons.columns, Message("keep_apart"))
    same = between_values(graph, texts_of(polygons.columns[column])) == 0
    return Graph(graph.count, graph.left[same], graph.right[same], graph.border[same])


def _fixed(request: Request, polygons: Polygons, graph: Graph, findings: list[Finding]) -> Ints:
    """Give polygons with one value, not empty, the number of their fixed unit; −1 to the others."""
    group = np.full(len(polygons), -1, dtype=np.int64)
    if not request.fixed:
        return group
    column = field_named(request.fixed, polygons.columns, Message("fixed"))
    words = texts_of(polygons.columns[column])
    held = np.flatnonzero(words != "")
    known, number = np.unique(words[held].astype(str), return_inverse=True)
    group[held] = number.ravel()
    if request.keep_apart:
        sides = texts_of(polygons.columns[field_named(request.keep_apart, polygons.columns, Message("keep_apart"))])
        side = np.unique(sides.astype(str), return_inverse=True)[1].ravel()
        torn = _several(group[held], side[held], len(known))
        if len(torn):
            raise BadInput(
                Message(
                    "fixed unit '{unit}' has several values of '{field}'",
                    unit=str(known[torn[0]]),
                    field=request.keep_apart,
                ),
                where=Message("fixed"),
                wanted=Message("fixed units that each have one value of that field"),
            )
    inside = (group[graph.left] == group[graph.right]) & (group[graph.left] >= 0)
    piece = connected(graph.left, graph.right, graph.count, inside)
    torn = _several(group[held], piece[held], len(known))
    if len(torn):
        listed = first_few((str(known[row]) for row in torn), _SHOWN)
        findings.append(Finding("S78", {"count": len(torn), "listed": listed}, value=float(len(torn))))
    return group


def _several(group: Ints, kind: Ints, count: int) -> Ints:
    """Find the groups 0 … count − 1 that hold more than one kind."""
    pairs = np.unique(np.stack((group, kind), axis=1), axis=0)
    return np.flatnonzero(np.bincount(pairs[:, 0], minlength=count) > 1)


def _bounds(request: Request, polygons: Polygons, area: Floats, findings: list[Finding]) -> tuple[Bound, ...]:
    out: dict[str, Bound] = {}
    for where, given in request.limits().items():
        for asked, value in given.items():
            own = asked in OWN_SUMS and asked not in polygons.summable
            if own:
                name, values = asked, area if asked == "area" else np.ones(len(polygons))
            else:
                name, values = polygons.additive(asked, at(where))
            if asked in OWN_SUMS and not own:
                findings.append(Finding("S79", {"field": asked}))
            one = out.get(name, Bound(name, values, unit="m²" if own and asked == "area" else ""))
            least, most = (value, one.most) if where == "floor" else (one.least, value)
            if least > most:
                raise BadInput(
                    Message(
                        "the lower bound {low:g} on {name:sum} is above the upper bound {high:g}",
                        name=name,
                        low=least,
                        high=most,
                    ),
                    where=where,
                    wanted=Message("a lower bound no greater than the upper bound"),
                )
            out[name] = replace(one, least=least, most=most)
    return tuple(out.values())


def _prices(request: Request, polygons: Polygons, graph: Graph, lie: Neighbours, total: float) -> Floats:
    if not 0 <= request.align_within < np.inf:
        raise BadInput(
            Message("align_within = {align_within:g}", align_within=request.align_within),
            where=Message("align"),
            wanted=Message("metres, 0 or more"),
        )
    aligned = None
    if request.align:
        aligned = _aligned(request, polygons, graph, lie)
    return prices(graph, total, request.compactness, request.alignment if request.align else 0.0, aligned)


def _aligned(request: Request, polygons: Polygons, graph: Graph, lie: Neighbours) -> Floats:
    """Share of each border that lies between values of a field, or along the lines of a file."""
    named = [column for column in polygons.columns if column.lower() == request.align.lower()]
    if named:
        column = field_named(request.align, polygons.columns, Message("align"))
        return between_values(graph, texts_of(polygons.columns[column]))
    if not os.path.exists(split_layer(request.align)[0]):  # noqa: PTH110 - pathlib raises for a name too long
        raise BadInput(
            Message("'{align}' is neither a field nor a file", align=request.align),
            where=Message("align"),
            wanted=Message("a field, or a layer of lines as FILE or FILE|layername=L"),
        )
    lines = read_lines(request.align, polygons.crs)
    return along_lines(graph, lie.shared, lines, request.align_within / metres_a_unit(polygons.crs))
