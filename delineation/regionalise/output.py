"""The GeoPackage that ``regions`` writes, and its rows: polygons with their region, and the dissolved regions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from ..core.arrays import objects
from ..core.findings import Facts, Finding
from ..core.geopackage import new_file, write_features, write_tables
from ..core.messages import Message
from ..core.office_files import file_time
from ..core.progress import Progress, silent, within
from ..core.sums import sum_by
from ..core.text import free_column
from ..plan.styles import layer_styles_rows
from ..regions.compactness import polsby_popper
from ..sources.coordinates.crs import crs_text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    from ..core.arrays import Bools, Objects
    from ..core.geopackage import SigningGuard
    from .division import LayerDivision

Column = tuple[str, "NDArray[Any]", "Bools | None"]
"""Name, values (integers, floats or texts), and where a value is missing."""
_TAKEN = ("fid", "geom", "region")
_STYLES = {"features": "regions", "regions": "region_outlines"}


def feature_columns(division: LayerDivision) -> list[Column]:
    """Give the columns of the polygons: ``region`` (missing for those left out), then the layer's fields."""
    gone = division.label < 0
    out: list[Column] = [("region", np.where(gone, 0, division.label), gone if gone.any() else None)]
    titles = dict(_titles(division))
    out += [(titles[name], *_plain(values)) for name, values in division.polygons.columns.items()]
    for name, values in (division.polygons.sums or {}).items():
        out.append((free_column(f"{name}_sum", {column[0].lower() for column in out}), *_plain(values)))
    return out


def renamed(division: LayerDivision) -> list[Finding]:
    """Say which fields of the layer go by another name in the output (S79), because one of that name is there."""
    changed = tuple(f"{name} → {title}" for name, title in _titles(division) if name != title)
    if not changed:
        return []
    facts: Facts = {"count": len(changed), "fields": changed, "problem": "renamed"}
    return [Finding("S79", facts, value=float(len(changed)))]


def region_columns(division: LayerDivision) -> list[Column]:
    """Give the columns of the regions.

    ``region``, ``polygons`` (count), ``area_m2``, ``perimeter_m``, ``compactness`` (4πA/P² of the dissolved outline,
    0–1), the mean of each variable (``mean_…``, as the fields have it) and the sum of each bounded field (``sum_…``).
    """
    count, label = division.k, division.label[division.taken.row]
    out: list[Column] = [
        ("region", np.arange(count), None),
        ("polygons", np.array(division.sizes()), None),
        ("area_m2", division.area, None),
        ("perimeter_m", division.perimeter, None),
        ("compactness", polsby_popper(division.area, division.perimeter), None),
    ]
    taken = {name for name, _, _ in out} | {"fid", "geom"}
    weight = sum_by(label, division.mass, count)
    for name, values in zip(division.taken.names, division.taken.raw.T, strict=True):
        title = free_column(f"mean_{name}", taken)
        out.append((title, sum_by(label, division.mass * values, count) / weight, None))
    for bound in division.bounds:
        title = free_column(f"sum_{bound.name}", taken)
        out.append((title, sum_by(label, bound.value, count), None))
    return out


def write(
    path: Path, division: LayerDivision, meta: Mapping[str, str], *, guard: SigningGuard, progress: Progress = silent
) -> None:
    """Write layers ``features`` and ``regions`` and table ``meta`` beside ``path``, then put them in its place.

    Parameters
    ----------
    path : Path
    division : LayerDivision
    meta : mapping of str to str
        How the division was made, and what it is worth.
    guard : SigningGuard
        As of `core.geopackage.new_file`.
    progress : callable

    Raises
    ------
    BadInput
        No such folder, no right to write, no room.
    """
    crs = None if division.polygons.crs is None else crs_text(division.polygons.crs)
    shapes, date = division.polygons.geometry, file_time()
    with new_file(path, guard=guard, date=date) as draft:
        for number, (layer, geometry, columns) in enumerate(
            (
                ("features", multi(shapes), feature_columns(division)),
                ("regions", division.outline, region_columns(division)),
            )
        ):
            names, arrays = [column[0] for column in columns], [column[1] for column in columns]
            masks = [column[2] for column in columns]
            write_features(
                draft,
                layer,
                "MultiPolygon",
                shapely.to_wkb(geometry),
                arrays,
                names,
                masks,
                crs,
                append=number > 0,
                progress=within(progress, number / 2, (number + 1) / 2),
            )
        table = pd.DataFrame({"key": list(meta), "value": list(meta.values())})
        styles = layer_styles_rows(list(_STYLES), update_time=date, style_of=_STYLES)
        write_tables(draft, {"meta": (table, (("key", "TEXT"), ("value", "TEXT")))}, styles)
        # The last moment to stop: what follows puts the file in its place.
        progress(1.0, Message("written"))


def _titles(division: LayerDivision) -> list[tuple[str, str]]:
    """Name fields so that none is there twice: GeoPackage does not tell letters of case apart."""
    taken, out = set(_TAKEN), []
    for name in division.polygons.columns:
        out.append((name, free_column(name, taken)))
    return out


def _plain(values: NDArray[Any]) -> tuple[NDArray[Any], Bools | None]:
    """Give integers and floats as they are, all else as texts."""
    if values.dtype.kind in "iub":
        return values.astype(np.int64), None
    if values.dtype.kind == "f":
        gone = np.isnan(values)
        return values.astype(np.float64), gone if gone.any() else None
    dates = values.dtype.kind == "M"
    listed = np.datetime_as_string(values).astype(object) if dates else values.astype(object)
    gone = np.array([one is None or one != one or (dates and one == "NaT") for one in listed], dtype=np.bool_)
    texts = objects([None if empty else str(one) for one, empty in zip(listed, gone, strict=True)])
    return texts, gone if gone.any() else None


def multi(shapes: Objects) -> Objects:
    """Make multipolygons of all: a layer has one type."""
    parts, owner = shapely.get_parts(shapes, return_index=True)
    out: Objects = shapely.multipolygons(parts, indices=owner)
    return out
