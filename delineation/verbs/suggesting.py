"""Suggesting units: what a method would make of a case, measured beside the rules alone. Nothing is written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from ..bench.experiments.boundary_confidence import LINES, lines_of
from ..bench.measures.metrics import metrics_of
from ..bench.scene.division import division_of
from ..bench.scene.scene import scene_of
from ..case.model import Case
from ..case.names import glossary
from ..case.reading import method_text, read_case
from ..core.messages import Message
from ..core.progress import Progress, patiently, silent, within
from ..core.sums import sum_by
from ..labelling.lowered_land import lowered_land
from ..labelling.units import name_units
from ..methods.of_case import overlaid, with_method
from ..methods.plugins import load_plugins
from ..partition import border_lines, dissolve
from ..run.run import Run

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from ..basis.build import Basis
    from ..bench.measures.metrics import Metric
    from ..bench.scene.division import Division
    from ..bench.scene.scene import Scene
    from ..core.arrays import Ints
    from ..core.findings import Finding
    from ..core.geopackage import Column
    from ..labelling.label import Labelling
    from ..labelling.lowered_land import LoweredLand
    from ..run.run import BasisWithInputs

_TEXT, _INT, _REAL = "TEXT", "INTEGER", "REAL"
# Columns of the tables; the first two have ``geometry`` as well.
UNITS: tuple[Column, ...] = (
    ("unit", _INT),
    ("category", _INT),
    ("kind", _TEXT),
    ("name", _TEXT),
    ("county", _TEXT),
    ("townships", _TEXT),
    ("parts", _INT),
    ("area_m2", _REAL),
)
BORDERS: tuple[Column, ...] = (("left", _INT), ("right", _INT), ("line", _TEXT), ("length_m", _REAL))
METRIC_TABLE: tuple[Column, ...] = (
    ("metric", _TEXT),
    ("value", _REAL),
    ("overlay", _REAL),
    ("unit", _TEXT),
    ("better", _TEXT),
)


@dataclass(frozen=True)
class Suggestion:
    """A candidate.

    Attributes
    ----------
    method : str
        Method string.
    seed : int
    crs : str
        WKT.
    units : pandas.DataFrame
        One row a candidate unit, numbered from 1 in the order that a plan would code them: columns of ``UNITS`` and
        ``geometry``.
    borders : pandas.DataFrame
        One row a pair of units and kind of line that they meet on (``boundary_confidence.LINES``): columns of
        ``BORDERS`` and ``geometry``.
    metrics : pandas.DataFrame
        One row a metric of the bench: its value, that of the rules alone (``overlay``), its unit, and which is better;
        NaN where it cannot be told.
    known : mapping of str to Metric
        Those metrics, with their words.
    findings : tuple of Finding
        What the sources, the cleaning and the method said.
    lowered : tuple of LoweredLand
        What it takes out of priority: adopting it asks for a document that allows it.
    """

    method: str
    seed: int
    crs: str
    units: pd.DataFrame
    borders: pd.DataFrame
    metrics: pd.DataFrame
    known: Mapping[str, Metric]
    findings: tuple[Finding, ...]
    lowered: tuple[LoweredLand, ...] = ()


def suggest(
    case: Case | str | Path,
    method: str,
    *,
    seed: int | None = None,
    plugins: Sequence[str | Path] = (),
    laid: BasisWithInputs | None = None,
    workers: int = 1,
    progress: Progress = silent,
) -> Suggestion:
    """Divide the faces of a case by a method and measure what comes out.

    Parameters
    ----------
    case : Case or path
    method : str
        Method string, ``name:key=value,…``.
    seed : int, optional
        The case's where not given.
    plugins : sequence of path
        Python files that register methods.
    laid : BasisWithInputs, optional
        Of a run before; its basis is taken where the sources are what they were.
    workers : int
        Threads for evidence; the candidate does not depend on it.
    progress : callable

    Raises
    ------
    BadInput
        What the case, the method or a plugin cannot be used for.
    Cancelled

    Examples
    --------
    >>> from control_units.delineation import verbs
    >>> verbs.suggest("case.toml", "ward:k=4,variables=x+y").units["category"].tolist()
    [1, 2, 3, 3]
    """
    load_plugins(plugins)
    case = case if isinstance(case, Case) else read_case(case)
    chosen = with_method(case, method, seed=seed)
    going = Run(case, before=laid, workers=workers, progress=progress)
    basis, ruled = going.basis, going.label(overlaid(case), progress=silent)
    found = going.label(chosen, progress=within(progress, 0.62, 0.85))

    def tell(go_on: Progress) -> Suggestion:
        units, borders = _units(chosen, basis, found), _borders(basis, found.units.of_face)
        scene = scene_of(case, basis, ruled)
        known = metrics_of(scene, glossary(case.profile))
        divisions = division_of("candidate", found), division_of("overlay", ruled)
        metrics = _metrics(scene, known, divisions, go_on)
        findings, crs = (*basis.findings, *found.findings), basis.sources.crs.to_wkt()
        text = method_text(chosen.method, chosen.method_parameters)
        lowered = lowered_land(basis, found)
        return Suggestion(text, chosen.seed, crs, units, borders, metrics, known, findings, lowered)

    # Dissolving makes calls that take their time where a polygon is huge.
    suggestion = patiently(tell, within(progress, 0.85, 1.0), Message("dissolving"))
    progress(1.0, Message("done"))
    return suggestion


def _units(case: Case, basis: Basis, found: Labelling) -> pd.DataFrame:
    units, ground = found.units, basis.ground
    names, _ = name_units(units, found.kinds, ground, case.profile)
    geometry = dissolve(basis.partition, units.of_face, len(units))
    frame = pd.DataFrame(
        {
            "unit": np.arange(1, len(units) + 1),
            "category": units.category,
            "kind": [found.kinds[kind] for kind in units.kind],
            "name": names,
            "county": [ground.districts[district] for district in units.district],
            "townships": ["、".join(ground.townships[town][1] for town in towns) for towns in units.townships],
            "parts": shapely.get_num_geometries(geometry),
            "area_m2": units.area,
        }
    )
    frame["geometry"] = pd.Series(geometry, dtype=object)
    return frame


def _borders(basis: Basis, unit: Ints) -> pd.DataFrame:
    """Join the borders of faces that two units share; apart by what they lie on."""
    borders = basis.partition.borders
    one, two = unit[borders.left], unit[borders.right]
    drawn = np.flatnonzero(one != two)
    low, high = np.minimum(one, two)[drawn], np.maximum(one, two)[drawn]
    on = lines_of(borders, basis.ground)[drawn]
    pairs, group = np.unique(np.column_stack([low, high, on]), axis=0, return_inverse=True)
    group = group.ravel().astype(np.int64)
    parts, line = shapely.get_parts(border_lines(basis.partition)[drawn], return_index=True)
    order = np.argsort(group[line], kind="stable")
    shapes = shapely.multilinestrings(parts[order], indices=group[line][order]) if len(parts) else []
    merged = [shapely.multilinestrings(shapely.get_parts(shape)) for shape in shapely.line_merge(shapes)]
    frame = pd.DataFrame(
        {
            "left": pairs[:, 0] + 1,
            "right": pairs[:, 1] + 1,
            "line": np.array(LINES, dtype=object)[pairs[:, 2]],
            "length_m": sum_by(group, borders.length[drawn], len(pairs)),
        }
    )
    frame["geometry"] = pd.Series(merged, dtype=object)
    return frame


def _metrics(
    scene: Scene, known: Mapping[str, Metric], divisions: tuple[Division, Division], progress: Progress
) -> pd.DataFrame:
    rows = []
    for number, (name, metric) in enumerate(known.items()):
        progress(number / len(known), Message("measuring the candidate"))
        value, plain = (metric.function(scene, division) for division in divisions)
        rows.append((name, value, plain, metric.unit, metric.better))
    return pd.DataFrame(rows, columns=[name for name, _ in METRIC_TABLE])
