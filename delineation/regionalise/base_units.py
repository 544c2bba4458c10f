"""Base units in place of a layer's polygons, made on the spot: squares, hexagons, catchments, or polygons united."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import shapely

from ..case.made_sources import Maker, parse_maker
from ..core.arrays import objects
from ..core.errors import BadInput
from ..core.findings import Facts, Finding
from ..core.messages import Message, at
from ..core.progress import Progress, silent, within
from ..sources.layer import read_layer
from ..sources.made.catchments import catchments_over
from ..sources.made.cells import cell_area, cells
from ..sources.made.townships import field_of, united
from ..sources.measure import measured
from .cutting import BaseUnits, cut
from .neighbours import metres_a_unit

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from numpy.typing import NDArray
    from pyproj import CRS

    from ..core.arrays import Ints, Objects

__all__ = ["BaseUnits", "cells", "lay_base", "lay_units", "parse_base"]


def parse_base(text: str) -> Maker:
    """Read ``grid:size=500``, ``hexagons:size=500``, ``catchments:dem=FILE,area=5e6`` or ``townships:field=NAME``.

    Raises
    ------
    BadInput
        See `parse_maker`.
    """
    return parse_maker(text, Message("--base"))


def lay_units(
    geometry: Objects,
    columns: Mapping[str, NDArray[Any]],
    crs: CRS | None,
    base: Maker,
    *,
    ids: Ints,
    source: str = "",
    progress: Progress = silent,
) -> BaseUnits:
    """Make base units over a layer, and find what each has in common with the layer's polygons.

    Parameters
    ----------
    geometry : (m,) object
        The layer's polygons; their union is the outline.
    columns : mapping of str to (m,) arrays
        The layer's fields.
    crs : CRS or None
    base : Maker
        ``grid`` and ``hexagons`` need a plane. ``catchments`` tile the outline; where the DEM says nothing, each
        connected part is a unit (S84). ``townships`` of a ``field`` are the layer's polygons of one value; of a
        ``file`` the outline is cut by that layer's polygons, and what they leave of it is a unit for each connected
        part (S84). A township in several parts that do not touch stays one unit, as a multipolygon of a layer does:
        a neighbour of any of its parts is its neighbour (S86).
    ids : (m,) int64
        Feature ids, by which messages name polygons.
    source : str
        What messages call the layer.
    progress : callable

    Raises
    ------
    BadInput
        A layer in degrees for cells, without a CRS for a DEM or a file, and what each kind refuses.
    """
    if base.kind in ("grid", "hexagons"):
        if crs is not None and crs.is_geographic:
            raise BadInput(
                Message("the layer is in degrees, in which cells of equal size cannot be laid"),
                where=source,
                wanted=Message("a layer in a projected CRS"),
            )
        return lay_base(geometry, base.kind, base.size / metres_a_unit(crs), progress=progress)
    if base.kind == "townships" and not base.file:
        return _of_field(geometry, columns, ids, base.field, source, progress)
    if crs is None:
        raise BadInput(
            Message("no CRS is stated"),
            where=source,
            wanted=Message("a layer with a CRS, to lay base units over it"),
        )
    if base.kind == "townships":
        return _of_file(geometry, crs, base, progress)
    made = catchments_over(geometry, crs, base, Path(base.dem), progress=within(progress, 0.0, 0.4))
    near = np.unique(shapely.STRtree(geometry).query(made.polygons)[0])
    names = objects([Message("catchment {number}", number=number) for number in range(1, len(near) + 1)])
    return cut(geometry, made.polygons[near], names, made.findings, progress=within(progress, 0.4, 1.0))[0]


def lay_base(geometry: Objects, kind: str, size: float, *, progress: Progress = silent) -> BaseUnits:
    """Cut cells at the outline of a layer, and find what each has in common with the layer's polygons.

    Parameters
    ----------
    geometry : (m,) object
        The layer's polygons; their union is the outline.
    kind, size
        As of `cells`, in units of the CRS.
    progress : callable

    Raises
    ------
    BadInput
        Too many cells, or none that meets the layer.
    """
    laid = cells(kind, size, tuple(shapely.total_bounds(geometry).tolist()))
    near = np.unique(shapely.STRtree(geometry).query(laid)[0])
    units, _ = cut(geometry, laid[near], None, whole_area=cell_area(kind, size), progress=progress)
    return units


def _of_field(
    geometry: Objects,
    columns: Mapping[str, NDArray[Any]],
    ids: Ints,
    field: str,
    source: str,
    progress: Progress,
) -> BaseUnits:
    """Unite the layer's polygons of one value."""
    found = field_of(columns, field, Message("--base"))
    laid = united(geometry, columns[found], ids, source=source, field=found, progress=within(progress, 0.0, 0.4))
    units, _ = cut(geometry, laid.shapes, laid.names, laid.findings, progress=within(progress, 0.4, 1.0))
    return replace(units, field=found)


def _of_file(geometry: Objects, crs: CRS, base: Maker, progress: Progress) -> BaseUnits:
    """Cut the outline by the polygons of another layer."""
    layer = read_layer(Path(base.file), layer=base.layer, progress=within(progress, 0.0, 0.2))
    columns = {key: values[layer.row] for key, values in layer.raw.columns.items()}
    field = field_of(columns, base.field, at(layer.name)) if base.field else ""
    values = columns[field] if field else np.full(len(layer.row), "", dtype=object)
    shapes, found = layer.in_crs(crs)
    near = np.unique(shapely.STRtree(geometry).query(shapes)[0])
    if not len(near):
        raise BadInput(
            Message("no overlap with the layer"),
            where=layer.name,
            wanted=Message("polygons over the layer (check the CRS and the file)"),
        )
    laid = united(
        shapes[near],
        values[near],
        layer.feature_id[near],
        source=layer.name,
        field=field,
        progress=within(progress, 0.2, 0.5),
    )
    units, left = cut(geometry, laid.shapes, laid.names, laid.findings, rest=True, progress=within(progress, 0.5, 1.0))
    if left > 0:
        area = measured(units.geometry, crs, ellipsoidal=False)
        said: Facts = {"path": layer.name, "area": left * area, "share": left}
        found.append(Finding("S84", {**said, "problem": "file", "count": units.rest}, value=left * area))
    return replace(units, findings=(*found, *units.findings))
