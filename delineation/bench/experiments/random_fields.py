"""Smooth random fields: errors of a map that are alike at places near each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from ...core.arrays import Floats

_WAVES = 64
_BLOCK = 1 << 15  # points at a time: 16 MB


@dataclass(frozen=True)
class SmoothField:
    """A random displacement of the plane, as a function of place.

    Attributes
    ----------
    wave : (2, m, 2) float64
        Of the displacement in x and in y: wave vectors, rad/m.
    phase : (2, m) float64
        rad.
    height : float
        Of each wave, m.
    """

    wave: Floats
    phase: Floats
    height: float

    def at(self, point: Floats) -> Floats:
        """Displacement at points (n, 2), m: (n, 2). Equal points are displaced equally, to the last bit."""
        out = np.empty((len(point), 2))
        for first in range(0, len(point), _BLOCK):
            block = point[first : first + _BLOCK, :2]
            for axis in range(2):
                # Sums over waves one place at a time: a product of matrices would round by the size of the block.
                angle = block[:, :1] * self.wave[axis, :, 0] + block[:, 1:] * self.wave[axis, :, 1] + self.phase[axis]
                out[first : first + _BLOCK, axis] = self.height * np.cos(angle).sum(axis=1)
        return out


def smooth_field(sigma: float, length: float, rng: np.random.Generator) -> SmoothField:
    """Draw a displacement that is normal with standard deviation ``sigma`` in x and in y, each by itself.

    Two places a distance d apart are correlated by exp(−d² / (2·length²)): sums of cosines whose wave vectors are drawn
    from that correlation's spectrum (random Fourier features; Rahimi & Recht 2007, NIPS 20), by the central limit
    theorem all but normal.

    Parameters
    ----------
    sigma : float
        m.
    length : float
        Correlation length, m, above 0.
    rng : numpy.random.Generator
    """
    wave = rng.normal(0, 1 / length, (2, _WAVES, 2))
    phase = rng.uniform(0, 2 * np.pi, (2, _WAVES))
    return SmoothField(wave, phase, sigma * float(np.sqrt(2 / _WAVES)))
