"""Rasters as files: checked, read by window, outlined and burnt; ``gate.py`` opens them."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from shapely.geometry import shape as from_mapping

from ...core.errors import BadInput, MissingLibrary
from ...core.messages import Message, at, foreign
from .. import gate
from ..coordinates.crs import Box, parse_crs, short_name
from ..coordinates.crs_candidates import no_crs
from ..coordinates.stated_crs import contradiction
from ..formats.paths import missing

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from numpy.typing import NDArray

    from ...core.arrays import Floats, Ints, Objects

# First and last row, first and last column of a block of cells, the last ones excluded; may stick out of the raster.
Window = tuple[int, int, int, int]
MOST_INFINITE = 100_000  # that are remembered; nobody looks at more


@dataclass(frozen=True)
class Raster:
    """One band of a raster file; its values are read when asked for.

    Attributes
    ----------
    path : str
    band : int
        From 1.
    crs : str
        ``EPSG:n`` or WKT.
    transform : tuple of six float
        (dx, 0, west, 0, -dy, north): x = west + dx·column, y = north - dy·row, in units of the CRS. Always north up.
    shape : tuple of int
        Rows, columns.
    nodata : float or None
        The declared NoData value.
    dtype : str
        Type of the stored values.
    bounds : tuple of float
        West, south, east, north.
    backend : str
        The library that reads it, one of ``BACKENDS``.
    south_up : bool
        The file's first row is the southern one; ``read`` turns it round.
    infinite : set of int
        Cells read so far that are infinite, counted along the rows from the north-west; at most ``MOST_INFINITE``.
    """

    path: str
    band: int
    crs: str
    transform: tuple[float, float, float, float, float, float]
    shape: tuple[int, int]
    nodata: float | None
    dtype: str
    bounds: tuple[float, float, float, float]
    backend: str
    south_up: bool = False
    infinite: set[int] = field(default_factory=set, compare=False, repr=False)

    def read(self, window: Window | None = None) -> Floats:
        """Read a block of cells.

        Parameters
        ----------
        window : tuple of int, optional
            The whole band where not given.

        Returns
        -------
        (rows, columns) float64
            Values with the file's scale and offset applied; NaN for NoData, masked cells, NaN, infinity, and outside
            the raster.

        Raises
        ------
        BadInput
            The file cannot be read (any more).
        """
        rows, columns = self.shape
        top, bottom, left, right = window or (0, rows, 0, columns)
        out = np.full((bottom - top, right - left), np.nan)
        first, last, west, east = max(top, 0), min(bottom, rows), max(left, 0), min(right, columns)
        if first >= last or west >= east:
            return out
        inside = (rows - last, rows - first, west, east) if self.south_up else (first, last, west, east)
        with gate.raster(self.path, self.backend) as dataset:
            values = _LIBRARIES[self.backend](dataset).values(self.band, inside)
        values = values[::-1] if self.south_up else values
        if np.isinf(values).any():
            row, column = np.nonzero(np.isinf(values))
            room = max(MOST_INFINITE - len(self.infinite), 0)
            self.infinite.update(map(int, (row[:room] + first) * columns + column[:room] + west))
            values[np.isinf(values)] = np.nan
        out[first - top : last - top, west - left : east - left] = values
        return out


@dataclass(frozen=True)
class _Facts:
    bands: int
    wkt: str
    transform: tuple[float, ...] | None
    shape: tuple[int, int]
    nodata: float | None
    dtype: str


class _Rasterio:
    """A dataset of rasterio."""

    def __init__(self, dataset: Any) -> None:
        self.dataset = dataset

    def facts(self, band: int) -> _Facts:
        data = self.dataset
        known = 1 <= band <= data.count
        matrix = tuple(data.transform)[:6]
        return _Facts(
            bands=data.count,
            wkt=data.crs.to_wkt(version="WKT2_2019") if data.crs else "",
            transform=None if matrix == (1.0, 0.0, 0.0, 0.0, 1.0, 0.0) else matrix,
            shape=(data.height, data.width),
            nodata=data.nodatavals[band - 1] if known else None,
            dtype=data.dtypes[band - 1] if known else "",
        )

    def values(self, band: int, window: Window) -> Floats:
        span = ((window[0], window[1]), (window[2], window[3]))
        data = self.dataset
        raw, mask = data.read(band, window=span), data.read_masks(band, window=span)
        return _scaled(raw, mask, data.scales[band - 1], data.offsets[band - 1])


class _Gdal:
    """A dataset of GDAL's own Python bindings."""

    def __init__(self, dataset: Any) -> None:
        self.dataset = dataset

    def facts(self, band: int) -> _Facts:
        data = self.dataset
        known = 1 <= band <= data.RasterCount
        layer = data.GetRasterBand(band) if known else None
        srs = data.GetSpatialRef()
        none = (0.0, 1.0, 0.0, 0.0, 0.0, 1.0)
        west, dx, row_x, north, column_y, dy = data.GetGeoTransform(can_return_null=True) or none
        matrix = (dx, row_x, west, column_y, dy, north)
        code = layer.DataType if layer else 0
        return _Facts(
            bands=data.RasterCount,
            wkt=srs.ExportToWkt(["FORMAT=WKT2_2019"]) if srs else "",
            transform=None if matrix == (1.0, 0.0, 0.0, 0.0, 1.0, 0.0) else matrix,
            shape=(data.RasterYSize, data.RasterXSize),
            nodata=layer.GetNoDataValue() if layer else None,
            dtype={"byte": "uint8"}.get(name := gate.library("osgeo.gdal").GetDataTypeName(code).lower(), name),
        )

    def values(self, band: int, window: Window) -> Floats:
        top, bottom, left, right = window
        size = {"xoff": left, "yoff": top, "win_xsize": right - left, "win_ysize": bottom - top}
        layer = self.dataset.GetRasterBand(band)
        raw, mask = layer.ReadAsArray(**size), layer.GetMaskBand().ReadAsArray(**size)
        scale, offset = layer.GetScale(), layer.GetOffset()
        return _scaled(raw, mask, 1.0 if scale is None else scale, offset or 0.0)


_LIBRARIES: dict[str, Callable[[Any], _Rasterio | _Gdal]] = {"rasterio": _Rasterio, "gdal": _Gdal}
BACKENDS = tuple(_LIBRARIES)


def open_raster(path: str | Path, band: int = 1, *, crs: str = "", backend: str | None = None) -> Raster:
    """Open one band of a raster file and check that it can be laid over polygons.

    Parameters
    ----------
    path : str or Path
        A file of a plain local format, or a VRT of such files.
    band : int
        From 1.
    crs : str
        Overrides the file's.
    backend : {"rasterio", "gdal"}, optional
        Else rasterio where it is installed, else GDAL's bindings.

    Raises
    ------
    BadInput
        No such file, unreadable, no such band, complex values, no CRS or a local one, no georeference, a rotated,
        sheared or mirrored grid.
    MissingLibrary
        Neither rasterio nor GDAL's bindings are installed.
    """
    where = at(path)
    try:
        there = Path(path).exists()
    except OSError as error:
        raise BadInput(
            Message("raster cannot be read ({error})", error=foreign(error)),
            where=where,
            wanted=Message("a whole file of a format GDAL reads"),
        ) from error
    if not there:
        raise missing(Path(path), Message("an existing raster file"))
    name = backend or _default_backend()
    with gate.raster(str(path), name) as dataset:
        facts = _LIBRARIES[name](dataset).facts(band)
    if not 1 <= band <= facts.bands:
        raise BadInput(
            Message("band {band} of a raster of {bands}", band=band, bands=facts.bands),
            where=where,
            wanted=Message("band = 1 … {bands}", bands=facts.bands),
        )
    if facts.dtype.startswith("c"):
        raise BadInput(
            Message("values of type {dtype}", dtype=facts.dtype), where=where, wanted=Message("real numbers")
        )
    if not (crs or facts.wkt):
        what, wanted = no_crs(_bounds(facts), (), key="[[raster]]")
        raise BadInput(Message("raster has {what}", what=what), where=where, wanted=wanted)
    system = parse_crs(crs or facts.wkt, where)
    if not (system.is_geographic or system.is_projected):
        raise BadInput(
            Message("CRS '{name}' is {kind:system}", name=system.name, kind=system.type_name),
            where=where,
            wanted=Message("a geographic or projected CRS"),
        )
    if wrong := contradiction(_bounds(facts), system, "[[raster]]"):
        raise BadInput(wrong[0], where=where, wanted=wrong[1])
    if facts.transform is None:
        raise BadInput(
            Message("raster has no georeference"),
            where=where,
            wanted=Message("a geotransform, or a world file beside it"),
        )
    dx, row_x, west, column_y, dy, north = facts.transform
    if (
        max(abs(row_x), abs(column_y)) > 1e-9 * min(abs(dx), abs(dy))
        or dx <= 0
        or not all(map(math.isfinite, facts.transform))
    ):
        raise BadInput(
            Message("raster is rotated, sheared or mirrored"),
            where=where,
            wanted=Message("a north-up raster: warp it first"),
        )
    rows, columns = facts.shape
    south_up = dy > 0
    north, height = (north + dy * rows, dy) if south_up else (north, -dy)
    return Raster(
        path=str(path),
        band=band,
        crs=short_name(system),
        transform=(dx, 0.0, west, 0.0, -height, north),
        shape=facts.shape,
        nodata=facts.nodata,
        dtype=facts.dtype,
        bounds=(west, north - height * rows, west + dx * columns, north),
        backend=name,
        south_up=south_up,
    )


def raster_crs(path: str | Path, band: int = 1, *, crs: str = "") -> str:
    """Give the CRS that ``open_raster`` finds, "" where no library is there to read it."""
    try:
        return open_raster(path, band, crs=crs).crs
    except MissingLibrary:
        return ""


def _bounds(facts: _Facts) -> Box:
    """Extent as the file has it; in cells where it has none."""
    dx, _, west, _, dy, north = facts.transform or (1.0, 0.0, 0.0, 0.0, -1.0, 0.0)
    rows, columns = facts.shape
    east, south = west + dx * columns, north + dy * rows
    return min(west, east), min(south, north), max(west, east), max(south, north)


def polygonize(codes: NDArray[np.int32], *, backend: str | None = None) -> tuple[Objects, Ints]:
    """Outline the areas of equal code above 0; cells that meet at a corner only are two areas.

    Parameters
    ----------
    codes : (rows, columns) int32
    backend : {"rasterio", "gdal"}, optional

    Returns
    -------
    polygons : (n,) object
        In cells: x = column, y = row, counted from the upper left corner.
    code : (n,) int64
    """
    if (backend or _default_backend()) == "rasterio":
        shapes = list(gate.library("rasterio.features").shapes(codes, mask=codes > 0, connectivity=4))
        found = np.array([from_mapping(mapping) for mapping, _ in shapes], dtype=object)
        return found, np.array([code for _, code in shapes], dtype=np.int64)
    gdal, ogr = gate.library("osgeo.gdal"), gate.library("osgeo.ogr")
    with gdal.ExceptionMgr():
        rows, columns = codes.shape
        raster = gdal.GetDriverByName("MEM").Create("", columns, rows, 1, gdal.GDT_Int32)
        raster.GetRasterBand(1).WriteArray(codes)
        store, layer = _memory_layer(ogr)
        gdal.Polygonize(raster.GetRasterBand(1), raster.GetRasterBand(1), layer, 0, [])
        pairs = [(bytes(feature.GetGeometryRef().ExportToWkb()), feature.GetField(0)) for feature in layer]
        del store
    return shapely.from_wkb(np.array([wkb for wkb, _ in pairs], dtype=object)), np.array(
        [code for _, code in pairs], dtype=np.int64
    )


def burn(polygons: Objects, shape: tuple[int, ...], *, backend: str | None = None) -> NDArray[np.int32]:
    """Say which polygon the centre of each cell lies in.

    Parameters
    ----------
    polygons : (n,) object
        In cells, as ``polygonize`` gives them; not overlapping.
    shape : tuple of int
        Rows, columns.
    backend : {"rasterio", "gdal"}, optional

    Returns
    -------
    (rows, columns) int32
        Row of ``polygons`` + 1, 0 where there is none.
    """
    out: NDArray[np.int32]
    if (backend or _default_backend()) == "rasterio":
        pairs = ((polygon, number) for number, polygon in enumerate(polygons, 1))
        out = gate.library("rasterio.features").rasterize(pairs, out_shape=shape, dtype="int32")
        return out
    gdal, ogr = gate.library("osgeo.gdal"), gate.library("osgeo.ogr")
    with gdal.ExceptionMgr():
        raster = gdal.GetDriverByName("MEM").Create("", shape[1], shape[0], 1, gdal.GDT_Int32)
        store, layer = _memory_layer(ogr)
        for number, wkb in enumerate(shapely.to_wkb(polygons), 1):
            feature = ogr.Feature(layer.GetLayerDefn())
            feature.SetField(0, number)
            feature.SetGeometryDirectly(ogr.CreateGeometryFromWkb(wkb))
            layer.CreateFeature(feature)
        gdal.RasterizeLayer(raster, [1], layer, options=["ATTRIBUTE=code"])
        out = raster.GetRasterBand(1).ReadAsArray()
        del store
    return out


def _memory_layer(ogr: ModuleType) -> tuple[Any, Any]:
    store = (ogr.GetDriverByName("Memory") or ogr.GetDriverByName("MEM")).CreateDataSource("")
    layer = store.CreateLayer("codes", None, ogr.wkbPolygon)
    layer.CreateField(ogr.FieldDefn("code", ogr.OFTInteger))
    return store, layer


def _scaled(raw: NDArray[Any], mask: NDArray[np.uint8], scale: float, offset: float) -> Floats:
    values = raw.astype(np.float64)
    values[mask == 0] = np.nan
    return values if (scale, offset) == (1.0, 0.0) else values * scale + offset


def _default_backend() -> str:
    try:
        gate.library("rasterio")
    except MissingLibrary:
        return "gdal"
    return "rasterio"
