"""Sources that a case makes on the spot: features over the study area, in the case's CRS, before anything is noded."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import shapely

from ...core.errors import BadInput
from ...core.messages import Message, at
from ...core.progress import Progress, patiently, silent, within
from ..coordinates.crs import short_name
from ..features import Features, SourceInfo, concatenate
from ..files import checksum
from ..layer import read_layer
from ..rasters.raster import open_raster
from .catchments import catchments_over
from .cells import cells
from .townships import field_of, united

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyproj import CRS

    from ...case.made_sources import Maker
    from ...case.model import Case, RasterSpec, SourceSpec
    from ...core.arrays import Objects
    from ...core.findings import Finding
    from ..layer import PolygonLayer
    from ..reading import Given

_INSET = 1e-6  # of a cell: one that only touches the study area lies outside


def make_source(
    case: Case, number: int, given: Sequence[Given], crs: CRS, *, progress: Progress = silent
) -> tuple[Features, SourceInfo, list[Finding]]:
    """Make one source of a case.

    Its features tile the study area where they can, catchments its counties, else townships; they reach beyond it, and
    the partition cuts them there. Catchments are numbered from the north-west, cells from the south-west, townships as
    their first polygon is.

    Parameters
    ----------
    case : Case
    number : int
        Position of the source; it has a maker.
    given : sequence of Given
        The case's layers.
    crs : CRS
        Of the case.
    progress : callable

    Raises
    ------
    BadInput
        What the maker refuses; nothing over the study area.
    """
    spec = case.sources[number]
    maker = spec.maker
    if maker is None:
        raise ValueError(spec)
    progress(0.0, Message("making {made}", made=spec.made))
    every = concatenate([one.features for one in given])
    land = "county" if every.of("county").any() else "township"
    area = _Area(every.geometry[every.of(land)], every.geometry[every.of("sea")], crs)
    shapes, names, stated, findings = patiently(
        lambda go_on: _made(case, maker, spec.place, given, area, go_on),
        progress,
        Message("making {made}", made=spec.made),
    )
    if not len(shapes):
        raise BadInput(
            Message("no overlap with the study area"),
            where=spec.place,
            wanted=Message("features inside the counties (check the CRS and the file)"),
        )
    count = len(shapes)
    empty = np.full(count, "", dtype=object)
    numbers = empty.copy()
    numbers[:] = [str(one) for one in range(1, count + 1)]
    # A township's code is one where its value is made of digits.
    digits = np.array([str(name).isdigit() for name in names], dtype=bool)
    features = Features(
        geometry=shapes,
        source=np.full(count, number, dtype=np.int64),
        role=np.full(count, spec.role, dtype=object),
        feature_id=np.arange(1, count + 1),
        zone=empty,
        grade=empty,
        subtype=empty,
        code=np.where(digits, names, empty) if maker.kind == "townships" else numbers,
        name=np.where(digits, empty, names) if maker.kind == "townships" else empty,
    )
    files = [case.file(file) for file in maker.files]
    date, mark = _inherited(case, number)
    info = SourceInfo(
        role=spec.role,
        name=maker.kind,
        path=maker.dem or maker.file,
        layer=spec.made,
        crs=stated,
        encoding="",
        count=count,
        sha256=checksum(files[0]) if files else "",
        date=date,
        provider=spec.provider,
        document=spec.document,
        classification=mark,
        official_area_m2=0.0,
        trigger=spec.trigger,
    )
    progress(1.0, Message("making {made}", made=spec.made))
    return features, info, findings


@dataclass(frozen=True)
class _Area:
    """The study area: counties, else townships, and sea, in the case's CRS."""

    land: Objects
    sea: Objects
    crs: CRS


_Made = tuple["Objects", "Objects", str, "list[Finding]"]


def _made(
    case: Case,
    maker: Maker,
    place: str,
    given: Sequence[Given],
    area: _Area,
    progress: Progress,
) -> _Made:
    """Shapes, names, the CRS that they come from, findings."""
    study, crs = np.concatenate((area.land, area.sea)), area.crs
    tree = shapely.STRtree(study)
    if maker.kind in ("grid", "hexagons"):
        laid = cells(maker.kind, maker.size, tuple(shapely.total_bounds(study).tolist()), where=at(place))
        laid = laid[np.unique(tree.query(_inset(laid), predicate="intersects")[0])]
        return laid, np.full(len(laid), "", dtype=object), short_name(crs), []
    if maker.kind == "catchments":
        path = case.file(maker.dem)
        found = catchments_over(area.land, crs, maker, path, sea=area.sea, progress=progress)
        near = np.unique(tree.query(found.polygons, predicate="intersects")[0])
        # Sea, and what the DEM says nothing of, is no catchment.
        near = near[~found.uncovered[near]]
        stated = open_raster(path, maker.band, crs=maker.crs).crs
        told = [
            replace(one, facts={**one.facts, "problem": "case"}) if one.id == "S84" else one for one in found.findings
        ]
        return found.polygons[near], np.full(len(near), "", dtype=object), stated, told
    if maker.of:
        mine = [one for one in given if one.role == maker.of]
        values = [_values(one.layer, maker.field) for one in mine]
        shapes = np.concatenate([one.features.geometry for one in mine])
        ids = np.concatenate([one.features.feature_id for one in mine])
        towns = united(
            shapes,
            np.concatenate(values),
            ids,
            source=", ".join(one.layer.name for one in mine),
            field=maker.field,
            progress=progress,
        )
        return towns.shapes, towns.names, short_name(crs), list(towns.findings)
    return _of_file(case, maker, tree, crs, progress)


def _of_file(case: Case, maker: Maker, tree: shapely.STRtree, crs: CRS, progress: Progress) -> _Made:
    layer = read_layer(case.file(maker.file), name=maker.file, layer=maker.layer, progress=within(progress, 0.0, 0.4))
    shapes, found = layer.in_crs(crs)
    near = np.unique(tree.query(shapes, predicate="intersects")[0])
    values = _values(layer, maker.field) if maker.field else np.full(len(shapes), "", dtype=object)
    towns = united(
        shapes[near],
        values[near],
        layer.feature_id[near],
        source=layer.name,
        field=maker.field,
        progress=within(progress, 0.4, 1.0),
    )
    return towns.shapes, towns.names, short_name(layer.stated_crs()), [*found, *towns.findings]


def _values(layer: PolygonLayer, field: str) -> Objects:
    columns = layer.raw.columns
    return np.asarray(columns[field_of(columns, field, at(layer.name))][layer.row], dtype=object)


def _inset(laid: Objects) -> Objects:
    """Shrink cells a little about their middle."""
    middle = shapely.get_coordinates(shapely.centroid(laid))
    points, row = shapely.get_coordinates(laid, return_index=True)
    moved: Objects = shapely.set_coordinates(laid.copy(), points + _INSET * (middle[row] - points))
    return moved


def _inherited(case: Case, number: int) -> tuple[str, str]:
    """Date and 密级 of a made source: as stated, else of what it is made of, where the case says it there."""
    spec = case.sources[number]
    maker = spec.maker
    files = {case.file(file) for file in spec.files}
    of: list[RasterSpec | SourceSpec] = [one for one in case.rasters if case.file(one.path) in files]
    of += [
        one
        for one in case.sources
        if not one.made and (case.file(one.path) in files or (maker is not None and one.role == maker.of))
    ]
    levels = case.profile["classification"]["levels"]
    mark = max((one.classification for one in of if one.classification), key=levels.index, default="")
    return spec.date or max((one.date for one in of), default=""), spec.classification or mark
