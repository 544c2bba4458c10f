"""Turns fields and labels on a grid into natural-looking polygons (development only)."""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import contourpy
import numpy as np
import shapely
from rasterio.features import rasterize, shapes
from rasterio.transform import from_origin
from rasterio.warp import reproject
from scipy import ndimage

if TYPE_CHECKING:
    import rasterio
    from numpy.typing import NDArray
    from rasterio.enums import Resampling

CELL = 150.0
EPSG = 4538


@dataclass(frozen=True)
class Frame:
    """The working grid: CGCS2000 / 3-degree Gauss-Kruger CM 87E, square cells of `CELL` metres."""

    left: float
    top: float
    rows: int
    columns: int

    @property
    def transform(self) -> rasterio.Affine:
        """Cell to metres."""
        return from_origin(self.left, self.top, CELL, CELL)

    @property
    def x(self) -> NDArray[np.float64]:
        """Eastings of the columns' centres."""
        return self.left + CELL * (np.arange(self.columns) + 0.5)

    @property
    def y(self) -> NDArray[np.float64]:
        """Northings of the rows' centres."""
        return self.top - CELL * (np.arange(self.rows) + 0.5)

    def warp(
        self, values: NDArray[np.generic], transform: rasterio.Affine, epsg: int, how: Resampling
    ) -> NDArray[np.float32]:
        """Resample a band to this grid; NaN where it has no value."""
        out = np.full((self.rows, self.columns), np.nan, np.float32)
        reproject(
            values.astype(np.float32),
            out,
            src_transform=transform,
            src_crs=f"EPSG:{epsg}",
            dst_transform=self.transform,
            dst_crs=f"EPSG:{EPSG}",
            src_nodata=np.nan,
            dst_nodata=np.nan,
            resampling=how,
        )
        return out

    def burn(self, shape: shapely.Geometry) -> NDArray[np.bool_]:
        """Cells whose centre lies in `shape`."""
        if shape.is_empty:
            return np.zeros((self.rows, self.columns), bool)
        return rasterize([(shape, 1)], (self.rows, self.columns), transform=self.transform, dtype="uint8").astype(bool)

    def mean(self, field: NDArray[np.floating], parts: NDArray[np.object_]) -> NDArray[np.float64]:
        """Mean of `field` over each polygon (cell centres)."""
        marks = zip(parts, range(1, len(parts) + 1), strict=True)
        label = rasterize(marks, (self.rows, self.columns), transform=self.transform, dtype="int32")
        return np.asarray(ndimage.mean(field, label, np.arange(1, len(parts) + 1)))


def frame_of(bounds: tuple[float, float, float, float], margin: float = 3_000.0) -> Frame:
    """Lay a grid over `bounds` (metres) and a margin, its origin on a multiple of the cell."""
    left = np.floor((bounds[0] - margin) / CELL) * CELL
    top = np.ceil((bounds[3] + margin) / CELL) * CELL
    columns = int(np.ceil((bounds[2] + margin - left) / CELL))
    rows = int(np.ceil((top - bounds[1] + margin) / CELL))
    return Frame(float(left), float(top), rows, columns)


def smooth(field: NDArray[np.generic], metres: float) -> NDArray[np.float32]:
    """Gaussian mean with a standard deviation in metres."""
    return np.asarray(ndimage.gaussian_filter(np.asarray(field, np.float32), metres / CELL, mode="nearest"))


def texture(frame: Frame, seed: int, metres: float) -> NDArray[np.float32]:
    """Smooth noise of zero mean and unit spread: the roughness that a 1 km source cannot give a border."""
    noise = np.random.default_rng(seed).standard_normal((frame.rows, frame.columns)).astype(np.float32)
    field = smooth(noise, metres) + 0.5 * smooth(noise, metres / 3) * (1 / 3)
    return np.asarray((field - field.mean()) / field.std())


def above(
    frame: Frame, field: NDArray[np.floating], level: float, *, least: float, hole: float, simplify: float
) -> NDArray[np.object_]:
    """Polygons where `field` ≥ `level` (interpolated), parts and holes below `least`, `hole` (m²) left out."""
    maker = contourpy.contour_generator(
        frame.x, frame.y, np.nan_to_num(field, nan=-1e9), fill_type=contourpy.FillType.OuterOffset
    )
    points, offsets = maker.filled(level, np.inf)
    found = []
    for xy, cuts in zip(points, offsets, strict=True):
        rings = [xy[a:b] for a, b in pairwise(cuts)]
        holes = [r for r in rings[1:] if len(r) > 3 and shapely.Polygon(r).area >= hole]
        if len(rings[0]) > 3:
            found.append(shapely.Polygon(rings[0], holes))
    polygons = shapely.make_valid(shapely.simplify(np.array(found, dtype=object), simplify))
    return tidy(polygons, least)


def tidy(shape: NDArray[np.object_] | shapely.Geometry, least: float) -> NDArray[np.object_]:
    """Single polygons of at least `least` m², the largest first, coordinates on whole centimetres."""
    parts = shapely.get_parts(shapely.get_parts(shapely.set_precision(np.atleast_1d(np.asarray(shape)), 0.01)))
    parts = parts[(shapely.get_type_id(parts) == 3) & (shapely.area(parts) >= least)]
    box = shapely.bounds(parts)
    return np.asarray(parts[np.lexsort((box[:, 1], box[:, 0], -np.round(shapely.area(parts)))) if len(parts) else []])


def chaikin(line: shapely.Geometry) -> shapely.Geometry:
    """Cut the corners of a line once, its ends kept; a ring stays a ring."""
    p = shapely.get_coordinates(line)
    if len(p) < 3:
        return line
    cut = np.empty((2 * (len(p) - 1), 2))
    cut[0::2], cut[1::2] = 0.75 * p[:-1] + 0.25 * p[1:], 0.25 * p[:-1] + 0.75 * p[1:]
    cut = np.vstack([cut, cut[:1]]) if np.array_equal(p[0], p[-1]) else np.vstack([p[:1], cut[1:-1], p[-1:]])
    return shapely.linestrings(cut)


def tiles(
    frame: Frame, label: NDArray[np.int32], clip: shapely.Geometry, *, blur: float, simplify: float
) -> tuple[NDArray[np.object_], NDArray[np.int64]]:
    """Polygons of the labels that tile `clip`: edges softened, straightened and rounded, shared edges still shared.

    Every label's indicator is blurred and the largest wins, so that stairs become curves; the arcs between nodes are
    then simplified and their corners cut. Returns polygons and the label of each.
    """
    best = np.full(label.shape, -1.0, np.float32)
    soft = np.zeros_like(label)
    reach = int(4 * blur / CELL) + 1
    for index, box in enumerate(ndimage.find_objects(label + 1)):
        if box is None:
            continue
        grown = tuple(slice(max(s.start - reach, 0), s.stop + reach) for s in box)
        weight = smooth(label[grown] == index, blur)
        won = weight > best[grown]
        best[grown][won], soft[grown][won] = weight[won], index
    raw = [(shapely.geometry.shape(g), int(v)) for g, v in shapes(soft.astype(np.int32), transform=frame.transform)]
    raw = [(g, v) for g, v in raw if g.area >= 4 * CELL**2]
    simple = shapely.coverage_simplify(np.array([g for g, _ in raw], dtype=object), simplify)
    lines = shapely.line_merge(shapely.union_all(shapely.boundary(simple)))
    arcs = np.array([chaikin(a) for a in shapely.get_parts(lines)], dtype=object)
    pieces = shapely.get_parts(shapely.polygonize(shapely.get_parts(shapely.union_all(arcs))))
    at = shapely.get_coordinates(shapely.point_on_surface(pieces))
    row = np.clip(((frame.top - at[:, 1]) / CELL).astype(int), 0, frame.rows - 1)
    column = np.clip(((at[:, 0] - frame.left) / CELL).astype(int), 0, frame.columns - 1)
    values = soft[row, column]
    names = np.unique(values)
    merged = np.array([shapely.union_all(pieces[values == v]) for v in names], dtype=object)
    clipped = shapely.intersection(merged, clip)
    keep = shapely.area(clipped) > 0
    return clipped[keep], names[keep].astype(np.int64)


def catchments(height: NDArray[np.float32], threshold: int, smallest: int) -> NDArray[np.int32]:
    """Sub-catchments of a relief: a label per cell.

    Pits are filled by flooding from the rim (Barnes et al. 2014), water runs down the steepest of eight ways, a
    stream is what drains `threshold` cells, and each stretch between confluences has a catchment of its own. One
    under `smallest` cells joins the one it drains into.
    """
    rows, columns = height.shape
    z = height.astype(np.float64).ravel()
    down = np.full(z.size, -1)
    seen = np.zeros(z.size, bool)
    side = np.arange(rows) * columns
    ring = np.unique(np.r_[np.arange(columns), np.arange(z.size - columns, z.size), side, side + columns - 1])
    heap = [(z[i], int(i)) for i in ring]
    seen[ring] = True
    heapq.heapify(heap)
    order = []
    step = [(dr, dc) for dr in (-1, 0, 1) for dc in (-1, 0, 1) if dr or dc]
    while heap:
        level, i = heapq.heappop(heap)
        order.append(i)
        r, c = divmod(i, columns)
        best = 0.0
        for dr, dc in step:
            if 0 <= r + dr < rows and 0 <= c + dc < columns:
                j = (r + dr) * columns + c + dc
                if not seen[j]:
                    seen[j] = True
                    z[j] = max(z[j], level)
                    down[j] = i
                    heapq.heappush(heap, (z[j], j))
                elif (drop := (z[i] - z[j]) / np.hypot(dr, dc)) > best:
                    best, down[i] = drop, j
    area = np.ones(z.size, np.int64)
    for i in reversed(order):
        if down[i] >= 0:
            area[down[i]] += area[i]
    stream = area >= threshold
    feeders = np.bincount(down[(down >= 0) & stream], minlength=z.size)
    label = np.zeros(z.size, np.int32)
    outlet = [-1]
    for i in order:
        below = down[i]
        if below < 0 or (stream[i] and feeders[below] > 1):
            outlet.append(below)
            label[i] = len(outlet) - 1
        else:
            label[i] = label[below]
    size = np.bincount(label, minlength=len(outlet))
    target = np.arange(len(outlet))
    for k in range(len(outlet) - 1, 0, -1):
        if size[k] < smallest and outlet[k] >= 0:
            target[k] = label[outlet[k]]
            size[target[k]] += size[k]
    for k in range(1, len(outlet)):
        target[k] = target[target[k]]
    return np.asarray(target[label].reshape(rows, columns), dtype=np.int32)
