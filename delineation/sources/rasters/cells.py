"""Which cells of a lattice a polygon covers, and what share of each: exactextract behind one function."""

from __future__ import annotations

import functools
import importlib
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from ...core.errors import MissingLibrary
from ...core.findings import Finding
from ...core.messages import Message

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from ...core.arrays import Floats, Ints, Objects
    from .raster import Window


def exactextract_version() -> str:
    """Version of exactextract, "" where it is not installed."""
    try:
        return str(importlib.import_module("exactextract").__version__)
    except ImportError:
        return ""


def unmeasured_rasters(names: Sequence[str], library: str) -> Finding:
    """Say that rasters are not measured, since a library is missing: S62."""
    return Finding("S62", {"rasters": tuple(names), "library": library}, value=float(len(names)))


def cell_shares(polygons: Objects, window: Window) -> tuple[Ints, Ints, Floats]:
    """Share of every cell that every polygon covers.

    Parameters
    ----------
    polygons : (n,) object
        In cells: x = column, y = -row (``grids.to_cells``).
    window : tuple of int
        Only these cells are looked at.

    Returns
    -------
    polygon : (k,) int64
        Rows of ``polygons``, ascending.
    cell : (k,) int64
        Cell of the window, counted along its rows.
    share : (k,) float64
        Share of the cell's area, above 0 and at most 1, in single precision.

    Raises
    ------
    MissingLibrary
        exactextract is not installed.
    """
    features, cells, results, extract = _adapters()
    source, writer = features(shapely.to_wkb(polygons)), results()
    extract([cells(window)], source, ["cell_id", "coverage"], output=writer, max_cells_in_memory=2**31 - 1)
    found = writer.found
    count = np.array([len(cell) for cell, _ in found], dtype=np.int64)
    polygon = np.repeat(np.arange(len(polygons)), count)
    cell = np.concatenate([cell for cell, _ in found] or [np.zeros(0, dtype=np.int64)]).astype(np.int64, copy=False)
    share = np.concatenate([share for _, share in found] or [np.zeros(0)])
    return polygon, cell, share


@functools.cache
def _adapters() -> tuple[Any, Any, Any, Any]:
    """Source of polygons, lattice and sink for exactextract, made when it is first needed: it may be absent."""
    try:
        from exactextract import exact_extract
        from exactextract.feature import Feature, FeatureSource
        from exactextract.raster import RasterSource
        from exactextract.writer import Writer
    except ImportError as error:
        raise MissingLibrary(
            Message("exactextract is not installed"), wanted=Message("exactextract 0.2 or newer")
        ) from error

    class Face(Feature):  # type: ignore[misc]
        """A polygon as WKB: a quarter of the cost of a GeoDataFrame, and no file between."""

        def __init__(self, wkb: bytes) -> None:
            super().__init__()
            self.wkb = wkb

        def geometry(self) -> bytes:
            return self.wkb

        def fields(self) -> list[str]:
            return []

    class FaceSource(FeatureSource):  # type: ignore[misc]
        def __init__(self, wkb: Objects) -> None:
            super().__init__()
            self.wkb = wkb

        def count(self) -> int:
            return len(self.wkb)

        def __iter__(self) -> Iterator[Face]:
            return map(Face, self.wkb)

        def srs_wkt(self) -> None:
            return None

    class Lattice(RasterSource):  # type: ignore[misc]
        """A lattice without values: they are looked up once for all polygons and rasters."""

        def __init__(self, window: Window) -> None:
            super().__init__()
            self.window = window

        def res(self) -> tuple[float, float]:
            return 1.0, 1.0

        def extent(self) -> tuple[float, float, float, float]:
            top, bottom, left, right = self.window
            return float(left), float(-bottom), float(right), float(-top)

        def nodata_value(self) -> None:
            return None

        def srs_wkt(self) -> None:
            return None

        def read_window(self, x0: int, y0: int, nx: int, ny: int) -> NDArray[np.uint8]:
            del x0, y0
            return np.zeros((ny, nx), dtype=np.uint8)

    class CellShares(Feature):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.values: dict[str, NDArray[Any]] = {}

        def set(self, name: str, value: NDArray[Any]) -> None:
            self.values[name] = value

        def set_geometry(self, geometry: bytes) -> None:
            """Results carry none."""

        def set_geometry_format(self) -> str:
            return "wkb"

    class CellSharesWriter(Writer):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.found: list[tuple[NDArray[Any], NDArray[Any]]] = []

        def add_operation(self, operation: Any) -> None:
            """Names of the statistics are known."""

        def write(self, feature: Any) -> None:
            result = CellShares()
            feature.copy_to(result)
            empty = np.zeros(0)
            self.found.append((result.values.get("cell_id", empty), result.values.get("coverage", empty)))

        def features(self) -> None:
            return None

    return FaceSource, Lattice, CellSharesWriter, exact_extract
