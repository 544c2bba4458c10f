"""The file ``comparison.gpkg``: boundary confidence, disagreement and the units of each method, styled for QGIS."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from ...core.geopackage import new_file, write_layers, write_tables
from ...core.messages import Message
from ...core.office_files import file_time
from ...core.progress import Progress, silent, within
from ...core.sums import sum_by
from ...partition import border_lines, dissolve
from ...plan.provenance import highest_mark
from ...plan.styles import layer_styles_rows
from ..experiments.boundary_confidence import LINES, boundary_confidence, disagreement, lines_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from ...core.arrays import Floats, Ints
    from ...core.geopackage import Column, SigningGuard
    from ..experiments.uncertainty import Uncertainty
    from ..runs.run import Comparison
    from ..scene.division import Division

__all__ = ["CONFIDENCE", "DISAGREEMENT", "short_names", "write_comparison"]

CONFIDENCE, DISAGREEMENT = "boundary_confidence", "disagreement"
UNITS_STYLE = "method_units"
_LONGEST = 48
"""Characters of a method in the name of a layer or field: databases and legends cut longer ones."""
_TEXT, _INT, _REAL = "TEXT", "INTEGER", "REAL"
_UNIT_COLUMNS: tuple[Column, ...] = (
    ("unit", _INT),
    ("category", _INT),
    ("county", _TEXT),
    ("sea", _INT),
    ("parts", _INT),
    ("area_m2", _REAL),
)


def short_names(texts: Sequence[str]) -> tuple[str, ...]:
    """Name methods so that a layer or a field can be called so: ``fitting:threshold=0.3`` → ``fitting_threshold_0_3``.

    Two that would be called the same are numbered.
    """
    out: list[str] = []
    for text in texts:
        plain = re.sub(r"\W+", "_", text).strip("_")[:_LONGEST].rstrip("_") or "method"
        name, number = plain, 1
        # Tables of a GeoPackage do not tell letters of case apart.
        while name.lower() in (other.lower() for other in out):
            number += 1
            name = f"{plain}_{number}"
        out.append(name)
    return tuple(out)


def write_comparison(
    comparison: Comparison,
    path: Path,
    *,
    guard: SigningGuard,
    doubts: Sequence[Uncertainty] = (),
    progress: Progress = silent,
) -> None:
    """Write the layers of a comparison; an existing file is replaced whole.

    ``boundary_confidence``: lines between faces that any run separates, with ``confidence`` and one ``by_…`` a method
    (shares 0–1), what they lie on (``line``: county and shore are there whatever a method does) and ``length_m``.
    ``disagreement``: faces with the share of each category, ``differ`` (share of pairs of runs) and ``entropy`` (nat).
    ``units_…``: units of the first seed, one layer a method; ``uncertainty_…``: probability of each category with
    errors of the sources, and ``kept``, that of the category the method gives. Table ``methods``: method strings by
    layer and field; ``meta``: name, date and 密级, the highest of the sources'.

    Parameters
    ----------
    comparison : Comparison
    path : Path
        A GeoPackage.
    doubts : sequence of Uncertainty, optional
        One a method.
    progress : callable

    Raises
    ------
    BadInput
        The file cannot be written.
    Cancelled
    """
    basis = comparison.basis
    texts = [one.entry.text for one in comparison.labelled]
    names = short_names(texts)
    layers: dict[str, tuple[pd.DataFrame, str, Sequence[Column]]] = {}
    progress(0.0, Message("boundary confidence"))
    layers[CONFIDENCE] = _confidence(comparison, names)
    found = disagreement(comparison.labelled, len(basis.area))
    layers[DISAGREEMENT] = _shares(comparison, found.category, found.share, found.pairs, found.entropy)
    for number, (name, one) in enumerate(zip(names, comparison.labelled, strict=True)):
        progress(0.2 + 0.4 * number / len(names), Message("units of {method:asked}", method=one.entry.text))
        layers[f"units_{name}"] = _units(comparison, one.division)
    for name, one, doubt in zip(names, comparison.labelled, doubts, strict=bool(doubts)):
        share = doubt.probability.T
        # Two samples drawn by chance differ so often.
        layers[f"uncertainty_{name}"] = _shares(
            comparison, one.division.category, share, 1 - (share**2).sum(axis=0), doubt.entropy, kept=doubt.kept
        )
    table = pd.DataFrame(
        {
            "method": texts,
            "layer": [f"units_{name}" for name in names],
            "field": [f"by_{name}" for name in names],
            "runs": [len(one.seeds) + len(one.shifted) for one in comparison.labelled],
        }
    )
    columns = (("method", _TEXT), ("layer", _TEXT), ("field", _TEXT), ("runs", _INT))
    day, date = comparison.case.date, file_time(comparison.case.date)
    told = {"name": comparison.case.name, "date": day, "classification": highest_mark(comparison.case)}
    meta = pd.DataFrame({"key": list(told), "value": list(told.values())})
    tables = {"methods": (table, columns), "meta": (meta, (("key", _TEXT), ("value", _TEXT)))}
    styles = dict.fromkeys((f"units_{name}" for name in names), UNITS_STYLE)
    styles |= dict.fromkeys((f"uncertainty_{name}" for name in names), DISAGREEMENT)
    with new_file(path, guard=guard, date=date) as draft:
        write_layers(draft, layers, basis.sources.crs.to_wkt(), progress=within(progress, 0.6, 0.95))
        write_tables(draft, tables, layer_styles_rows(list(layers), update_time=date, style_of=styles))
        progress(1.0, Message("written"))


def _confidence(comparison: Comparison, names: Sequence[str]) -> tuple[pd.DataFrame, str, Sequence[Column]]:
    partition = comparison.basis.partition
    borders = partition.borders
    found = boundary_confidence(borders, comparison.labelled)
    drawn = np.flatnonzero(found.share > 0)
    fields = [f"by_{name}" for name in names]
    frame = pd.DataFrame(
        {
            "left": borders.left[drawn] + 1,
            "right": borders.right[drawn] + 1,
            "length_m": borders.length[drawn],
            "line": np.array(LINES, dtype=object)[lines_of(borders, comparison.basis.ground)[drawn]],
            "confidence": found.share[drawn],
            **{field: share[drawn] for field, share in zip(fields, found.by_method, strict=True)},
        }
    )
    frame["geometry"] = pd.Series(border_lines(partition)[drawn], dtype=object)
    columns = [("left", _INT), ("right", _INT), ("length_m", _REAL), ("line", _TEXT), ("confidence", _REAL)]
    return frame, "MultiLineString", [*columns, *((field, _REAL) for field in fields)]


def _shares(
    comparison: Comparison,
    category: Ints,
    share: Floats,
    differ: Floats,
    entropy: Floats,
    **more: Floats,
) -> tuple[pd.DataFrame, str, Sequence[Column]]:
    """Faces with the share of each category."""
    basis = comparison.basis
    numbers = {
        "priority": share[0],
        "key": share[1],
        "general": share[2],
        "differ": differ,
        "entropy": entropy,
        **more,
        "area_m2": basis.area,
    }
    frame = pd.DataFrame({"face_id": np.arange(1, len(basis.area) + 1), "category": category, **numbers})
    frame["geometry"] = pd.Series(basis.partition.faces, dtype=object)
    return frame, "Polygon", [("face_id", _INT), ("category", _INT), *((name, _REAL) for name in numbers)]


def _units(comparison: Comparison, division: Division) -> tuple[pd.DataFrame, str, Sequence[Column]]:
    basis, count = comparison.basis, division.count
    first = np.full(count, -1, dtype=np.int64)
    first[division.unit[::-1]] = np.arange(len(division.unit))[::-1]
    geometry = dissolve(basis.partition, division.unit, count)
    frame = pd.DataFrame(
        {
            "unit": np.arange(1, count + 1),
            "category": division.unit_category,
            "county": np.array(basis.ground.districts, dtype=object)[basis.ground.county[first]],
            "sea": basis.ground.sea[first].astype(np.int64),
            "parts": shapely.get_num_geometries(geometry),
            "area_m2": sum_by(division.unit, basis.area, count),
        }
    )
    frame["geometry"] = pd.Series(geometry, dtype=object)
    return frame, "MultiPolygon", _UNIT_COLUMNS
