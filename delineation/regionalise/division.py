"""A polygon layer divided into contiguous regions by any method, in memory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..case.reading import method_of
from ..core.arrays import number_of
from ..core.errors import BadInput
from ..core.findings import Facts, Finding
from ..core.messages import Message, first_few, one_of
from ..core.progress import Progress, patiently, silent, within
from ..methods.number_of_regions import Choice, feasible_range, parse_k, suggest_k
from ..methods.regional import floor_of, solve, solver_parameters, unscaled_defaults
from ..regions.feasibility import check_bounds, check_count
from ..regions.objective import Squares, squares
from ..regions.problem import numbered
from ..regions.values import attributes, weights_of
from .base_units import parse_base
from .neighbours import neighbours, snap_of
from .polygons import over_base, read_polygons, with_rasters
from .request import OWN_SUMS, lay_task

if TYPE_CHECKING:
    from pathlib import Path

    from ..core.arrays import Floats, Ints, Objects
    from ..regions.problem import Bound, Graph
    from ..regions.values import Attributes
    from .neighbours import Neighbours
    from .polygons import Polygons
    from .request import Request

_MASSES = ("", "equal", "area")
_LAST_SEED = 2**32 - 1  # as of a case


@dataclass(frozen=True)
class LayerDivision:
    """A layer divided, in memory.

    Attributes
    ----------
    polygons : Polygons
        All of the layer.
    taken : Attributes
        Of those that take part; ``taken.row`` says which.
    label : (n,) int64
        Region of each polygon, 0 … k − 1, numbered by first polygon; −1 for those left out.
    outline : (k,) object
        Regions as multipolygons.
    perimeter, area : (k,) float64
        m, m².
    found : Squares
    bounds : tuple of Bound
    mass : (m,) float64
        Both of those that take part.
    weighed : {"equal", "area"}
        What the mass is.
    choice : Choice or None
        Where a range of k was asked for.
    findings : tuple of Finding
    """

    polygons: Polygons
    taken: Attributes
    label: Ints
    outline: Objects
    perimeter: Floats
    area: Floats
    found: Squares
    bounds: tuple[Bound, ...]
    mass: Floats
    weighed: str
    choice: Choice | None
    findings: tuple[Finding, ...]

    @property
    def k(self) -> int:
        """Number of regions."""
        return len(self.outline)

    def labels(self) -> list[int | None]:
        """Region of each feature of the layer in its order; None for one without a polygon or left out."""
        out: list[int | None] = [None] * self.polygons.total
        for row, label in zip(self.polygons.row, self.label, strict=True):
            out[int(row)] = int(label) if label >= 0 else None
        return out

    def sizes(self) -> list[int]:
        """Count the polygons of each region."""
        return [int(count) for count in np.bincount(self.label[self.label >= 0], minlength=self.k)]


def divide(layer: str | Path, request: Request, *, progress: Progress = silent) -> LayerDivision:
    """Divide a polygon layer into contiguous regions, and write nothing.

    Parameters
    ----------
    layer : str or Path
        ``FILE`` or ``FILE|layername=L``.
    request : Request
        By what method, and what the regions are to be like.
    progress : callable

    Raises
    ------
    BadInput
    Cancelled
    """
    if not 0 <= request.seed <= _LAST_SEED:
        raise BadInput(
            Message("seed = {seed}", seed=request.seed),
            where=Message("seed"),
            wanted=Message("0 to {most:,}", most=_LAST_SEED),
        )
    solver, parameters = method_of({}, request.method, "method")
    if request.scale == "none":
        parameters = {**unscaled_defaults(solver), **parameters}
    wanted = _number(solver, parameters, request.k)
    own_floor = _own_floor(solver, parameters) if request.small == "keep" else 0.0
    if request.mass not in _MASSES:
        raise BadInput(Message("mass = '{mass}'", mass=request.mass), where=Message("mass"), wanted=one_of(_MASSES))
    progress(0.0, Message("reading"))
    every, weights = _read(layer, request, within(progress, 0.0, 0.3))
    taken = attributes(
        every.columns,
        weights,
        every.names,
        scale=request.scale,
        missing=request.missing,
        centres=every.centres(),
        coordinates=request.coordinates,
    )
    polygons = every.take(taken.row)
    lie = neighbours(
        polygons.geometry,
        polygons.crs,
        contiguity=request.contiguity,
        snap=request.snap,
        progress=within(progress, 0.3, 0.5),
    )
    mass = request.mass or ("area" if request.base else "equal")
    weight = lie.area / lie.area.mean() if mass == "area" else np.ones(len(polygons))
    # Lines, prices and outlines are long calls into libraries.
    task = patiently(
        lambda _: lay_task(request, polygons, taken, lie, weight, own_floor),
        within(progress, 0.5, 0.52),
        Message("neighbours"),
    )

    def judge(label: Ints) -> Squares:
        return squares(taken.values, weight, label[task.node])

    choice, going = None, within(progress, 0.52, 0.95)
    if isinstance(wanted, tuple):
        choice = suggest_k(
            task.problem,
            solver,
            feasible_range(task.problem, *wanted),
            parameters,
            judge=judge,
            count=len(polygons),
            seed=request.seed,
            progress=going,
        )
        got = choice.regions[choice.best]
    else:
        check_bounds(task.problem)
        if wanted is not None:
            check_count(task.problem, wanted)
        got = solve(solver, task.problem, parameters, seed=request.seed, progress=going)
    label = numbered(got.labels[task.node])
    everywhere = np.full(len(every), -1, dtype=np.int64)
    everywhere[taken.row] = label
    outline, perimeter = patiently(
        lambda _: lie.outlines(label, got.k), within(progress, 0.95, 1.0), Message("regions")
    )
    progress(1.0, Message("regions"))
    snapped = snap_of(polygons.geometry, polygons.crs) if request.snap is None else request.snap
    return LayerDivision(
        polygons=every,
        taken=taken,
        label=everywhere,
        outline=outline,
        perimeter=perimeter,
        area=np.bincount(label, lie.area, minlength=got.k).astype(np.float64),
        found=judge(got.labels),
        bounds=task.bounds,
        mass=weight,
        weighed=mass,
        choice=choice,
        findings=(
            *polygons.findings,
            *taken.findings,
            *neighbour_findings(lie, polygons.names, polygons.source, snapped),
            *component_findings(task.problem.graph, task.problem.names, polygons.source, apart=request.keep_apart),
            *task.findings,
            *got.findings,
        ),
    )


def _own_floor(solver: str, parameters: dict[str, Any]) -> float:
    """Take a least area out of the method's parameters, where it has one."""
    floor = parameters.get(floor_of(solver))
    if isinstance(floor, bool) or not isinstance(floor, int | float) or not 0 < floor < np.inf:
        return 0.0
    return float(parameters.pop(floor_of(solver)))


def _number(solver: str, parameters: dict[str, Any], k: int | str | None) -> int | tuple[int, int] | None:
    """Settle the number of regions, stated by itself or in the method string; it becomes a parameter."""
    known = [one.name for one in solver_parameters(solver)]
    said = parameters.get("k")
    if k is not None and said is not None and str(k) != str(said):
        raise BadInput(
            Message("k = {k} and k = {other}", k=k, other=said),
            where=Message("k"),
            wanted=Message("one number of regions"),
        )
    stated = said if k is None else k
    if stated is None:
        return None
    if "k" not in known:
        raise BadInput(
            Message("method {method:method} finds the number of regions itself", method=solver),
            where=Message("k"),
            wanted=Message("k left out"),
        )
    wanted = parse_k(str(stated))
    parameters.pop("k", None)
    if isinstance(wanted, int):
        parameters["k"] = wanted
    return wanted


def _read(layer: str | Path, request: Request, progress: Progress) -> tuple[Polygons, dict[str, float]]:
    """Read the polygons, lay base units over them and rasters under them as asked; the weights of the variables."""
    bounded = list(dict.fromkeys(name for given in request.limits().values() for name in given))
    base, rasters = parse_base(request.base) if request.base else None, request.rasters
    found = read_polygons(layer, name=request.name, progress=within(progress, 0.0, 0.4))
    weights = {}
    if request.variables or rasters or not request.coordinates:
        weights = weights_of(request.variables or list(rasters), {**found.columns, **dict.fromkeys(rasters)})
    unused = [name for name in rasters if name not in (*weights, *bounded)]
    if unused:
        raise BadInput(
            Message("raster '{name}' is not used", name=unused[0]),
            where=Message("raster"),
            wanted=Message("'{name}' among the variables too, or no such raster", name=unused[0]),
        )
    if base is not None:
        named = [one for one in found.columns if one.lower() == request.align.lower()]
        found = over_base(
            found,
            base,
            means=[one for one in weights if one in found.columns],
            sums=[one for one in bounded if one in found.columns or one not in OWN_SUMS],
            texts=[one for one in (request.keep_apart, request.fixed, *named[:1]) if one],
            progress=within(progress, 0.4, 0.7),
        )
    if rasters:
        found = with_rasters(found, rasters, progress=within(progress, 0.7, 1.0))
    return found, weights


# ── What is told of how a layer's polygons lie: overlaps, gaps, parts that do not touch one another ─────────────────

_SHOWN = 5  # names that a finding lists


def neighbour_findings(found: Neighbours, names: Objects, source: str, snap: float) -> list[Finding]:
    """Say what of the layer does not lie side by side: S74 overlaps, S75 gaps.

    Parameters
    ----------
    found : Neighbours
    names : (n,) object
        What messages call each polygon.
    source : str
        What they call the layer.
    snap : float
        Tolerance that was used, m.
    """
    findings = []
    if len(found.overlap):
        area, pairs = float(found.overlap_area.sum()), _pairs(found.overlap, names)
        facts: Facts = {"source": source, "count": len(found.overlap), "area": area, "pairs": pairs}
        findings.append(Finding("S74", facts, value=area))
    if found.bridged:
        facts = {"source": source, "count": found.bridged, "snap": snap}
        findings.append(Finding("S75", facts, value=float(found.bridged)))
    if len(found.apart):
        pairs = _pairs(found.apart, names)
        facts = {"source": source, "count": len(found.apart), "snap": snap, "pairs": pairs, "problem": "apart"}
        findings.append(Finding("S75", facts, value=float(len(found.apart))))
    return findings


def component_findings(graph: Graph, names: Objects, source: str, *, apart: str = "") -> list[Finding]:
    """Name the parts of a layer that no neighbour connects (S73), the smallest first.

    Parameters
    ----------
    graph : Graph
    names : (n,) object
    source : str
    apart : str
        Field whose values were kept apart, "" for none.
    """
    component = graph.component()
    count = number_of(component)
    if count < 2:
        return []
    size, first = np.bincount(component), np.unique(component, return_index=True)[1]
    order = np.argsort(size, kind="stable")
    each = (
        Message("{name} (+{more})", name=names[first[row]], more=int(size[row]) - 1)
        if size[row] > 1
        else names[first[row]]
        for row in order
    )
    listed = first_few(each, _SHOWN)
    facts: Facts = {"source": source, "count": count, "islands": int((size == 1).sum()), "listed": listed}
    if apart:
        facts |= {"problem": "apart", "field": apart}
    return [Finding("S73", facts, value=float(count))]


def _pairs(pairs: Ints, names: Objects) -> Message:
    each = (Message("{name} – {other}", name=names[one], other=names[other]) for one, other in pairs)
    return first_few(each, _SHOWN)
