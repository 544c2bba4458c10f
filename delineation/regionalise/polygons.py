"""The polygons that are divided: a layer's own, or base units over it; their fields, and what rasters say of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from ..basis.evidence import findings_of, measure
from ..core.errors import BadInput
from ..core.messages import Message, at, first_few
from ..core.progress import Progress, patiently, silent
from ..core.text import clean_name
from ..regions.values import field_named, numbers_of
from ..sources.coordinates.crs_candidates import refuse_degrees
from ..sources.files import split_layer
from ..sources.layer import read_layer
from ..sources.measure import areas
from ..sources.rasters.raster import open_raster
from .alignment import texts_of
from .base_units import lay_units
from .neighbours import metres_a_unit
from .outline import METRES_A_DEGREE

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

    from numpy.typing import NDArray
    from pyproj import CRS

    from ..case.made_sources import Maker
    from ..core.arrays import Floats, Ints, Objects
    from ..core.findings import Finding

_DECIDES = 0.5  # share of a polygon that a raster has to cover, as in the national profile


@dataclass(frozen=True)
class Polygons:
    """Polygons with their fields.

    Attributes
    ----------
    geometry : (n,) object
        Polygons and multipolygons, possibly invalid.
    row : (n,) int64
        Row of each among the ``total`` features of the layer, which some have no polygon of; of base units its own.
    total : int
    columns : mapping of str to (n,) arrays
    sums : mapping of str to (n,) float64, or None
        Of base units the fields that add up, handed out by area; else any column may be one.
    names : (n,) object
        What messages call each.
    feature_id : (n,) int64
    crs : CRS or None
    source : str
        What messages call the layer.
    path : Path
    findings : tuple of Finding
    """

    geometry: Objects
    row: Ints
    total: int
    columns: Mapping[str, NDArray[Any]]
    sums: Mapping[str, Floats] | None
    names: Objects
    feature_id: Ints
    crs: CRS | None
    source: str
    path: Path
    findings: tuple[Finding, ...]

    def __len__(self) -> int:
        """Count the polygons."""
        return len(self.geometry)

    def take(self, rows: Ints) -> Polygons:
        """Pick polygons."""
        return replace(
            self,
            geometry=self.geometry[rows],
            row=self.row[rows],
            names=self.names[rows],
            feature_id=self.feature_id[rows],
            sums=None if self.sums is None else {name: values[rows] for name, values in self.sums.items()},
            columns={name: values[rows] for name, values in self.columns.items()},
        )

    @property
    def summable(self) -> Mapping[str, NDArray[Any]]:
        """Columns that may be added up."""
        return self.columns if self.sums is None else self.sums

    def additive(self, name: str, where: Message) -> tuple[str, Floats]:
        """Read a field that adds up: its name as the layer spells it, and a number ≥ 0 for each polygon.

        Raises
        ------
        BadInput
            No such field; a value that is empty, negative or no number.
        """
        field = field_named(name, self.summable, where)
        values = numbers_of(field, self.summable[field], self.names, where)
        wrong = np.flatnonzero(~(values >= 0))
        if len(wrong):
            raise BadInput(
                Message(
                    "field '{field}' holds no number of 0 or more for {polygons}",
                    field=field,
                    polygons=first_few(self.names[wrong], 5),
                ),
                where=where,
                wanted=Message("a field whose values can be summed, with a value for every polygon"),
            )
        return field, values

    def centres(self) -> Floats:
        """Centroids (n, 2) in m; in a geographic CRS on a plane that is true to scale in the middle of the layer."""
        centre: Floats = shapely.get_coordinates(shapely.centroid(self.geometry))
        unit = metres_a_unit(self.crs)
        if self.crs is not None and self.crs.is_geographic:
            along = float(np.cos(np.radians(centre[:, 1].mean())))
            return np.multiply(centre, [METRES_A_DEGREE * along, METRES_A_DEGREE])
        return np.multiply(centre, unit)


def read_polygons(spec: str | Path, *, name: str = "", progress: Progress = silent) -> Polygons:
    """Read a layer of polygons with its fields.

    Parameters
    ----------
    spec : str or Path
        ``FILE`` or ``FILE|layername=L``.
    name : str
        Field that messages name polygons by; else they are named by feature id.
    progress : callable

    Raises
    ------
    BadInput
        Whatever cannot be used.
    """
    path, layer = split_layer(str(spec))
    read = read_layer(path, layer=layer, progress=progress)
    if read.crs is None:
        stated = Message("a layer that states its CRS; a .prj beside a Shapefile does")
        refuse_degrees(read.geometry, read.name, stated, unread=read.raw.unread)
    columns = {key: values[read.row] for key, values in read.raw.columns.items()}
    return Polygons(
        geometry=read.geometry,
        row=read.row,
        total=len(read.raw.feature_id),
        columns=columns,
        sums=None,
        names=_names(columns, read.feature_id, name),
        feature_id=read.feature_id,
        crs=read.crs,
        source=read.name,
        path=path,
        findings=read.findings,
    )


def _names(columns: Mapping[str, NDArray[Any]], feature_id: Ints, name: str) -> Objects:
    out = np.empty(len(feature_id), dtype=object)
    out[:] = [Message("feature {feature}", feature=number) for number in map(int, feature_id)]
    if name:
        texts = [clean_name(value) for value in columns[field_named(name, columns, at("name"))].tolist()]
        out[:] = [text or number for text, number in zip(texts, out, strict=True)]
    return out


def over_base(
    found: Polygons,
    base: Maker,
    *,
    means: Collection[str] = (),
    sums: Collection[str] = (),
    texts: Collection[str] = (),
    progress: Progress = silent,
) -> Polygons:
    """Lay base units over a layer: they take its place.

    Parameters
    ----------
    found : Polygons
        Their union is the outline.
    base : Maker
        As of `parse_base`; see `lay_units`.
    means, sums, texts : collections of str
        Fields that the units take over: the area-weighted mean (of a density, a score), what is handed out by area (of
        a population), the text that covers most. The field that townships come from is taken over in any case.
    progress : callable

    Raises
    ------
    BadInput
        A field that is not there or holds no numbers, and what `lay_units` refuses.
    """
    laid = patiently(
        lambda go_on: lay_units(
            found.geometry, found.columns, found.crs, base, ids=found.feature_id, source=found.source, progress=go_on
        ),
        progress,
        Message("base units"),
    )
    count = len(laid.geometry)

    def spelt(given: Collection[str]) -> list[str]:
        return sorted({field_named(one, found.columns, at("base")) for one in given})

    def numbers(one: str) -> Floats:
        return numbers_of(one, found.columns[one], found.names, at("base"))

    columns: dict[str, NDArray[Any]] = {laid.field: laid.names.astype(str).astype(object)} if laid.field else {}
    columns |= {one: laid.majority(texts_of(found.columns[one])) for one in spelt(texts)}
    columns |= {one: laid.mean(numbers(one)) for one in spelt(means)}
    return replace(
        found,
        geometry=laid.geometry,
        row=np.arange(count),
        total=count,
        columns=columns,
        names=laid.names,
        sums={one: laid.sum(numbers(one)) for one in spelt(sums)},
        feature_id=np.arange(1, count + 1),
        findings=(*found.findings, *laid.findings),
    )


def with_rasters(found: Polygons, rasters: Mapping[str, str], *, progress: Progress = silent) -> Polygons:
    """Add the mean of each raster over each polygon as a column, empty where it covers less than half of it.

    Parameters
    ----------
    found : Polygons
    rasters : mapping of str to str
        Name → file.
    progress : callable

    Raises
    ------
    BadInput
        A raster named like a field, one that cannot be read or lies elsewhere, a layer without a CRS.
    MissingLibrary
        exactextract or a reader of rasters is not installed.
    """
    for raster in rasters:
        if raster in found.columns:
            raise BadInput(
                Message("'{name}' names a raster and a field", name=raster),
                where=Message("raster"),
                wanted=Message("another name for the raster"),
            )
    if found.crs is None:
        raise BadInput(
            Message("no CRS is stated"),
            where=found.source,
            wanted=Message("a layer with a CRS, to lay rasters under it"),
        )
    opened = {name: open_raster(path) for name, path in rasters.items()}
    shapes = _solid(found.geometry)
    table = measure(shapes, found.crs.to_wkt(), opened, progress=progress)
    said = findings_of(table, areas(shapes, found.crs), opened, covered_min=_DECIDES)
    columns = dict(found.columns)
    for name in rasters:
        mine = table[table["raster"] == name]
        decides = mine["covered"].to_numpy() >= _DECIDES
        columns[name] = np.where(decides, mine["mean"].to_numpy(dtype=np.float64), np.nan)
    return replace(found, columns=columns, findings=(*found.findings, *said))


def _solid(geometry: Objects) -> Objects:
    """Make invalid polygons valid; the lines that this leaves beside polygons, or in place of one, have no area."""
    out = geometry.copy()
    broken = np.flatnonzero(~shapely.is_valid(out))
    # A collection may hold a multipolygon.
    parts, of_row = shapely.get_parts(shapely.make_valid(out[broken]), return_index=True)
    single, of_part = shapely.get_parts(parts, return_index=True)
    keep = shapely.get_type_id(single) == shapely.GeometryType.POLYGON
    out[broken] = shapely.MultiPolygon()
    row, place = np.unique(of_row[of_part][keep], return_inverse=True)
    out[broken[row]] = shapely.multipolygons(single[keep], indices=place.ravel())
    return out
