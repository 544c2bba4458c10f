"""The null model: random contiguous divisions of as many units of the same sizes, and how one stands among them.

What it keeps of a division: the counties and shores that no unit crosses, how many units each has, about their sizes
(`size_gap`: a few per cent of the area), and the category of each by the rank of its size. What it does not keep, and
what that does to the metrics:

* Units are grown along frontiers, so they are rounder and have shorter borders than what follows zones, rivers or
  ridges, and they are one piece each. Compactness, boundary length, parts and fragments of real divisions stand at the
  bad end by that alone.
* They know neither red lines nor zones: omission, commission, capture and dominance of real divisions stand at the good
  end by that alone.
* They are no uniform draw from all contiguous divisions, which nobody can make for thousands of faces: their seeds are
  spread by area, and a unit that is to be smaller than every face about its seed is one whole face.

So a percentile tells what a value is worth against blind contiguity; it compares two methods only where they have as
many units of about the same sizes. p is right for what it claims: of a division that is itself a draw of the null model
it is uniform, whatever the metric (held by a test).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ...core.messages import Message
from ...core.progress import Progress, silent
from ...core.sums import sum_by
from ..measures.metrics import measure, metrics_of
from ..scene.division import Division
from .growth_areas import GrowthGround
from .random_units import grow, level, size_gap

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ...core.arrays import Floats
    from ..scene.scene import Scene

__all__ = ["GrowthGround", "NullModelRank", "random_divisions", "size_gap", "stand"]


def random_divisions(
    ground: GrowthGround, division: Division, count: int, *, seed: int, progress: Progress = silent
) -> Iterator[Division]:
    """Draw random divisions like a given one.

    In each county the units get as many random faces and grow from them by turns until all land is taken, then hand
    land over to each other until their sizes are about those wanted (`random_units.grow`, `random_units.level`). So
    there are as many units, each one piece, of about the same sizes (`size_gap` says how nearly); each has the
    category of the unit whose size it was to have. (Simultaneous region growing from random seeds; Openshaw & Rao 1995
    start their searches so.)

    Parameters
    ----------
    ground : GrowthGround
    division : Division
    count : int
    seed : int
    progress : callable
    """
    rng = np.random.default_rng(seed)
    size = sum_by(division.unit, ground.area, division.count)
    home = np.zeros(division.count, dtype=np.int64)
    home[division.unit] = ground.field
    for number in range(count):
        progress(number / count, Message("null model"))
        unit = level(ground, size, home, grow(ground, size, home, rng), rng)
        yield Division(division.name, division.unit_category[unit], unit)


@dataclass(frozen=True)
class NullModelRank:
    """Where one metric of a division stands among random ones.

    Attributes
    ----------
    metric : str
    value : float
        Of the division.
    mean, spread : float
        Of the random ones; NaN where one of them is infinite.
    percentile : float
        Share 0–1 of random ones below it, those equal counted half.
    p : float
        Share of random ones at least as good, the division itself counted in: (1 + b)/(1 + m), Phipson & Smyth 2010;
        two-sided (twice the smaller side, at most 1) where neither end is better.
    count : int
        m, random divisions that have the metric.
    """

    metric: str
    value: float
    mean: float
    spread: float
    percentile: float
    p: float
    count: int


def stand(
    scene: Scene, division: Division, others: Iterable[Division], names: Sequence[str] | None = None
) -> tuple[NullModelRank, ...]:
    """Hold every metric of a division against random ones.

    Parameters
    ----------
    scene : Scene
    division : Division
    others : iterable of Division
        As ``random_divisions`` gives them.
    names : sequence of str, optional
        All metrics where not given.

    Returns
    -------
    tuple of Standing
        One a metric; NaN for one that the division does not have.
    """
    metrics = metrics_of(scene)
    chosen = list(metrics if names is None else names)
    own = measure(scene, division, chosen)
    table = np.array([list(measure(scene, other, chosen).values()) for other in others]).reshape(-1, len(chosen))
    return tuple(
        _standing(name, own[name], column[~np.isnan(column)], metrics[name].better)
        for name, column in zip(chosen, table.T, strict=True)
    )


def _standing(name: str, value: float, drawn: Floats, better: str) -> NullModelRank:
    if np.isnan(value) or not len(drawn):
        return NullModelRank(name, value, np.nan, np.nan, np.nan, np.nan, len(drawn))
    # Equal up to rounding is equal: a metric that no division changes must not look rare. An infinite one is more than
    # any other, and random ones that are infinite count: without them p would be too small.
    finite = np.abs(drawn[np.isfinite(drawn)])
    slack = 1e-9 * max(abs(value) if np.isfinite(value) else 0.0, float(finite.max(initial=0.0)))
    below, above = int((drawn < value - slack).sum()), int((drawn > value + slack).sum())
    equal = len(drawn) - below - above
    high, low = (1 + above + equal) / (1 + len(drawn)), (1 + below + equal) / (1 + len(drawn))
    p = {"high": high, "low": low}.get(better, min(1.0, 2 * min(high, low)))
    whole = len(finite) == len(drawn)
    mean, spread = (float(drawn.mean()), float(drawn.std())) if whole else (np.nan, np.nan)
    return NullModelRank(name, value, mean, spread, (below + equal / 2) / len(drawn), p, len(drawn))
