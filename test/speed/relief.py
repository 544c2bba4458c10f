"""Fractal relief and its drainage basins, the ground all layers of the synthetic county are drawn on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import scipy.fft
from scipy import ndimage, sparse
from scipy.sparse.csgraph import dijkstra
from skimage.segmentation import watershed

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["CELL", "Ground", "fractal", "ground", "grow"]

CELL = 60.0  # metres: side of a grid cell
BASIN_CELLS = 2_500  # mean size of a basin, cells


@dataclass(frozen=True)
class Ground:
    """Relief over a square grid, row 0 in the north.

    Attributes
    ----------
    height : (n, n) float32
        Standardised height.
    study : (n, n) bool
        Cells of the study area, in one piece and without holes.
    basin : (n, n) int32
        Drainage basin 1…k, 0 outside the study area.
    links : (k, k) sparse float
        Basins that share a border, weighted by the distance between their centres (cells).
    """

    height: NDArray[np.float32]
    study: NDArray[np.bool_]
    basin: NDArray[np.int32]
    links: sparse.csr_matrix

    @property
    def basins(self) -> int:
        """Number of basins."""
        return int(self.links.shape[0])


def fractal(rng: np.random.Generator, n: int, *, longest: float, roughness: float) -> NDArray[np.float32]:
    """A random field by spectral synthesis: white noise filtered with a power law.

    Parameters
    ----------
    rng : numpy.random.Generator
    n : int
        Side, cells.
    longest : float
        Wavelength in cells above which the spectrum is flat, so that a larger field has more hills, not larger ones.
    roughness : float
        Hurst exponent H of the surface (amplitude ∝ k^-(H+1)); small is rough.

    Returns
    -------
    (n, n) float32, mean 0, standard deviation 1.

    Notes
    -----
    Fourier filtering after Saupe, "Algorithms for random fractals", in: The Science of Fractal Images (1988).
    """
    size = scipy.fft.next_fast_len(n, real=True)
    spectrum = scipy.fft.rfft2(rng.standard_normal((size, size), dtype=np.float32))
    square = (
        np.square(scipy.fft.fftfreq(size).astype(np.float32))[:, None]
        + np.square(scipy.fft.rfftfreq(size).astype(np.float32))[None, :]
    )
    spectrum *= (square + np.float32(longest**-2)) ** np.float32(-(roughness + 1) / 2)
    field = scipy.fft.irfft2(spectrum, s=(size, size))[:n, :n]
    return ((field - field.mean()) / field.std()).astype(np.float32)


def ground(rng: np.random.Generator, n: int) -> Ground:
    """Relief, study area and basins on an n × n grid."""
    height = fractal(rng, n, longest=160, roughness=0.9)
    study = _outline(n, fractal(rng, n, longest=n / 3, roughness=1.2))
    basin = _basins(rng, height, study)
    return Ground(height, study, basin, _links(basin))


def grow(rng: np.random.Generator, links: sparse.csr_matrix, k: int) -> NDArray[np.int64]:
    """Divide connected cells into k contiguous groups grown from seeds that lie far from each other.

    Returns
    -------
    (cells,) int64, group 0…k-1.
    """
    count = links.shape[0]
    seeds = [int(rng.integers(count))]
    distance = dijkstra(links, indices=seeds[0])
    while len(seeds) < min(k, count):
        # a jitter keeps the groups from being equally large
        far = int(np.argmax(distance * rng.uniform(0.5, 1.0, count)))
        seeds.append(far)
        distance = np.minimum(distance, dijkstra(links, indices=far, limit=float(distance[far])))
    _, _, source = dijkstra(links, indices=seeds, min_only=True, return_predecessors=True)
    return np.searchsorted(np.sort(seeds), source).astype(np.int64)


def _outline(n: int, warp: NDArray[np.float32]) -> NDArray[np.bool_]:
    axis = np.linspace(-1, 1, n, dtype=np.float32)
    radius = np.sqrt(np.square(axis)[:, None] + np.square(axis)[None, :])
    inside = radius + 0.08 * warp < 0.82
    inside[:3], inside[-3:], inside[:, :3], inside[:, -3:] = False, False, False, False
    pieces, _ = ndimage.label(inside)
    inside = pieces == np.argmax(np.bincount(pieces.ravel())[1:]) + 1
    return ndimage.binary_fill_holes(ndimage.binary_opening(inside, iterations=2) & inside)


def _basins(rng: np.random.Generator, height: NDArray[np.float32], study: NDArray[np.bool_]) -> NDArray[np.int32]:
    n = len(study)
    step = BASIN_CELLS**0.5
    corner = np.arange(0, n, step)
    row, column = (axis.ravel() + rng.uniform(0, step, axis.size) for axis in np.meshgrid(corner, corner))
    row, column = np.minimum(row.astype(int), n - 1), np.minimum(column.astype(int), n - 1)
    pieces, _ = ndimage.label(study)
    largest = pieces == np.argmax(np.bincount(pieces.ravel())[1:]) + 1
    inside = largest[row, column]
    markers = np.zeros((n, n), np.int32)
    markers[row[inside], column[inside]] = np.arange(1, inside.sum() + 1)
    smooth = ndimage.gaussian_filter(height, 2)
    basin = watershed(smooth, markers, mask=largest).astype(np.int32)
    return np.unique(basin, return_inverse=True)[1].reshape(n, n).astype(np.int32)


def _links(basin: NDArray[np.int32]) -> sparse.csr_matrix:
    count = int(basin.max())
    pairs = np.concatenate(
        [
            np.stack([basin[:, :-1].ravel(), basin[:, 1:].ravel()], 1),
            np.stack([basin[:-1].ravel(), basin[1:].ravel()], 1),
        ]
    )
    pairs = pairs[(pairs[:, 0] != pairs[:, 1]) & pairs.all(axis=1)] - 1
    key = np.unique(np.sort(pairs, axis=1) @ np.array([count, 1]))
    left, right = key // count, key % count
    centre = np.array(ndimage.center_of_mass(np.ones_like(basin), basin, np.arange(1, count + 1)))
    length = np.hypot(*(centre[left] - centre[right]).T)
    half = sparse.coo_matrix((length, (left, right)), shape=(count, count))
    return (half + half.T).tocsr()
