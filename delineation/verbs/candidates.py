"""Candidates: divisions by clustering beside a plan, measured as the plan is; and how many regions to ask for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ..bench.measures.metrics import METRICS, measure
from ..bench.scene.division import Division, divide, division_of
from ..bench.scene.scene import scene_of
from ..case.reading import method_text
from ..core.errors import BadInput
from ..core.messages import Message
from ..core.progress import Progress, patiently, silent, within
from ..labelling.label import label
from ..labelling.lowered_land import lowered_land
from ..labelling.units import name_units
from ..methods.number_of_regions import feasible_range, suggest_k
from ..methods.of_case import overlaid, presets
from ..methods.regional import solver_parameters
from ..methods.regionalise_faces import regionalise_faces
from ..methods.registry import parameters
from ..methods.settings import MethodSettings
from ..methods.table import known_parameters
from ..partition.dissolve import dissolve, outline
from ..regions.problem import Problem, Regions
from ..regions.several_k import several_of
from .trials import refuse_other_faces

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shapely import MultiPolygon

    from ..basis.build import Basis
    from ..bench.scene.scene import Scene
    from ..case.model import Case
    from ..core.arrays import Floats, Ints, Objects
    from ..core.findings import Finding
    from ..labelling.lowered_land import LoweredLand
    from ..methods.number_of_regions import Choice
    from ..plan.file import Plan

MEASURED = (
    "units",
    "units_priority",
    "units_key",
    "units_general",
    "area_priority",
    "area_key",
    "area_general",
    "red_line_capture",
    "omission",
    "commission",
    "dominance",
    "variance_ratio",
    "polsby_popper_by_area",
    "boundary_on_townships",
)
"""What a candidate is compared with the plan by: names of ``bench.measures.metrics.METRICS``."""
# Numbers of regions tried where each is a search of its own, and where one tree gives them all for little more.
_TRIED, _TRIED_AT_ONCE = 12, 60


@dataclass(frozen=True)
class Candidate:
    """A division that a plan might take.

    Attributes
    ----------
    text : str
        Method string.
    method : str
    parameters : mapping
    seed : int
    crs : str
        WKT.
    category : (k,) int64
        Of each unit.
    name : tuple of str
    area : (k,) float64
        m².
    geometry : (k,) object
        Multipolygons.
    row, plan : mapping of str to float
        ``MEASURED`` of the candidate and of the plan beside it; NaN where one cannot be told.
    findings : tuple of Finding
        What the method did short of what it was asked.
    division : str
        Digest of its units (``Labelling.division``), for ``adopt_beside``.
    lowered : tuple of LoweredLand
        What it takes out of priority: adopting it asks for a document that allows it.
    lowered_places : tuple of MultiPolygon
        Where that is.
    """

    text: str
    method: str
    parameters: Mapping[str, Any]
    seed: int
    crs: str
    category: Ints
    name: tuple[str, ...]
    area: Floats
    geometry: Objects
    row: Mapping[str, float]
    plan: Mapping[str, float]
    findings: tuple[Finding, ...]
    division: str
    lowered: tuple[LoweredLand, ...] = ()
    lowered_places: tuple[MultiPolygon, ...] = ()


def make_candidate(
    case: Case, basis: Basis, plan: Plan, method: str, given: Mapping[str, Any], *, progress: Progress = silent
) -> Candidate:
    """Divide the faces of a plan by a method, and measure what comes out as the plan is measured.

    Parameters
    ----------
    case : Case
        What the basis was laid from; its seed is taken.
    basis : Basis
    plan : Plan
        Of the same faces.
    method : str
    given : mapping
        The method's parameters.
    progress : callable

    Raises
    ------
    BadInput
        What the method cannot be used for; a plan of other faces.
    Cancelled
    """
    known_parameters(method, parameters(method), given)
    text = method_text(method, given)
    chosen = replace(case, method=method, method_parameters=dict(given))
    progress(0.0, Message("{method:asked}", method=text))
    found = label(chosen, basis, progress=within(progress, 0.0, 0.8))
    scene = _scene(case, basis)
    stands = _row(scene, _division_of(plan, len(scene)))
    units = found.units

    lowered = lowered_land(basis, found)

    def shapes(go_on: Progress) -> tuple[Objects, list[MultiPolygon]]:
        go_on(0.0, Message("dissolving"))
        places = [outline(basis.partition, land.faces) for land in lowered]
        return dissolve(basis.partition, units.of_face, len(units)), places

    geometry, places = patiently(shapes, within(progress, 0.85, 0.95), Message("dissolving"))
    names, _ = name_units(units, found.kinds, basis.ground, case.profile)
    row = _row(scene, division_of(text, found))
    progress(1.0, Message("done"))
    return Candidate(
        text,
        method,
        dict(given),
        chosen.seed,
        basis.sources.crs.to_wkt(),
        units.category,
        tuple(names),
        units.area,
        geometry,
        row,
        stands,
        found.labels.findings,
        found.division,
        lowered,
        tuple(places),
    )


def measure_plan(case: Case, basis: Basis, plan: Plan) -> dict[str, float]:
    """Measure a plan as it stands, edits included: ``MEASURED``.

    Raises
    ------
    BadInput
        The basis has other faces.
    """
    scene = _scene(case, basis)
    return _row(scene, _division_of(plan, len(scene)))


def fewest_regions(case: Case, basis: Basis, given: Mapping[str, Any]) -> int:
    """Count the regions that any division has at least: for each part that touches no other, and each fixed unit.

    Parameters
    ----------
    case : Case
    basis : Basis
    given : mapping
        Parameters that every clustering method takes (``methods.settings.Settings``); others are passed over.

    Raises
    ------
    BadInput
        Settings that no division can meet.
    """
    found = [1]

    def least(problem: Problem) -> Regions:
        found[0] = feasible_range(problem, 1, len(problem))[0]
        # Each connected part as one region: a division like any other, for who wants none.
        return Regions(problem.graph.component())

    _divided(case, basis, given, least)
    return found[0]


def curve_of_k(
    case: Case,
    basis: Basis,
    method: str,
    given: Mapping[str, Any],
    low: int,
    high: int,
    *,
    progress: Progress = silent,
) -> Choice:
    """Divide the faces of a case into each of several numbers of regions, and weigh them; see ``suggest_k``.

    At most 60 numbers are tried, spread over the range; a dozen where each is a search of its own.

    Parameters
    ----------
    case : Case
    basis : Basis
    method : str
        A clustering method that takes ``k``.
    given : mapping
        Its parameters; ``k`` is passed over.
    low, high : int
        The range; numbers that no division has are left out.
    progress : callable

    Raises
    ------
    BadInput
        No number of the range is possible; what the method cannot be used for.
    Cancelled
    """
    if not 1 <= low < high:
        raise BadInput(
            Message("a range from {low} to {high}", low=low, high=high),
            where=Message("k"),
            wanted=Message("a rising range that begins at 1 or more"),
        )
    known_parameters(method, parameters(method), {**given, "k": low})
    own = {one.name for one in solver_parameters(method)} - {"k"}
    mine = {key: value for key, value in given.items() if key in own}
    found: list[Choice] = []

    def try_all(problem: Problem) -> Regions:
        room = feasible_range(problem, low, high)
        most = _TRIED if several_of(method) is None else _TRIED_AT_ONCE
        ks = [int(k) for k in np.unique(np.linspace(room[0], room[-1], min(most, len(room))).round())]
        found.append(suggest_k(problem, method, ks, mine, seed=case.seed, progress=progress))
        return found[0].regions[found[0].best]

    _divided(case, basis, given, try_all)
    if not found:
        raise BadInput(
            Message("no face takes part in the division"),
            where=Message("[method]"),
            wanted=Message("land outside fixed units"),
        )
    return found[0]


def _divided(case: Case, basis: Basis, given: Mapping[str, Any], solver: Any) -> None:
    """Put the faces of a case before a solver."""
    known = MethodSettings.__dataclass_fields__
    asked = presets(case.profile) | dict(given)
    settings = MethodSettings(**{key: value for key, value in asked.items() if key in known})

    label(case, basis, divide=lambda situation: regionalise_faces(situation, settings, solver, Message("[method]")))


def _scene(case: Case, basis: Basis) -> Scene:
    return scene_of(case, basis, label(overlaid(case), basis))


def _division_of(plan: Plan, count: int) -> Division:
    refuse_other_faces(len(plan.faces), count, cut=plan.cut)
    unit = np.unique(plan.faces["unit_id"].to_numpy(dtype=str), return_inverse=True)[1].ravel()
    return divide("plan", plan.faces["category"].to_numpy(dtype=np.int64), unit.astype(np.int64))


def _row(scene: Scene, division: Division) -> dict[str, float]:
    return measure(scene, division, [name for name in MEASURED if name in METRICS])
