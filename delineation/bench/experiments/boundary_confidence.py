"""What many divisions say together: how sure each border is, and where the category of a face is disputed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ...basis.ground import Ground
    from ...core.arrays import Floats, Ints
    from ...partition import Borders
    from ..runs.labels import Labelled

LINES = ("other", "township", "county", "shore")
"""What a border lies on, by the number that ``lines_of`` gives."""
_CATEGORIES = (1, 2, 3)


@dataclass(frozen=True)
class Confidence:
    """How often each border of the faces separates two units.

    Attributes
    ----------
    by_method : (m, b) float64
        Share 0–1 of a method's runs: seeds and weight shifts, each counting as one.
    share : (b,) float64
        Mean of the methods' shares, so that a method with many runs speaks no louder than one with a single run.
    """

    by_method: Floats
    share: Floats


@dataclass(frozen=True)
class Disagreement:
    """How far runs differ in the category of each face.

    Attributes
    ----------
    share : (3, n) float64
        Share p of each category 1–3 among the runs, every method weighing the same.
    pairs : (n,) float64
        Share 0–1 of pairs of runs that give the face different categories; NaN with one run.
    entropy : (n,) float64
        −Σ p·ln p, nat (Shannon 1948): 0 where all agree, ln 3 at most.
    category : (n,) int64
        The one with the largest share; of equal ones the stricter.
    """

    share: Floats
    pairs: Floats
    entropy: Floats
    category: Ints


def boundary_confidence(borders: Borders, labelled: Sequence[Labelled]) -> Confidence:
    """Measure how often each border separates two units, by method and over all.

    Parameters
    ----------
    borders : Borders
        b of them.
    labelled : sequence of Labelled
        One a method, m of them; all their seeds and weight shifts are runs.
    """
    by_method = np.zeros((len(labelled), len(borders.left)))
    for row, one in enumerate(labelled):
        runs = (*one.seeds, *one.shifted)
        for run in runs:
            unit = run.division.unit
            by_method[row] += unit[borders.left] != unit[borders.right]
        by_method[row] /= len(runs)
    return Confidence(by_method, by_method.mean(axis=0))


def disagreement(labelled: Sequence[Labelled], count: int) -> Disagreement:
    """Measure how far runs differ in the category of each face.

    A run of method i, which has r_i of them among m methods, weighs w = 1 / (m·r_i). Of all pairs of different runs,
    each weighing w·w', the share with different categories is (1 − Σ_c p_c²) / (1 − Σ w²): with as many runs in each
    method it is the plain share of pairs (the index of Gini 1912 and Simpson 1949, without a run's pair with itself).

    Parameters
    ----------
    labelled : sequence of Labelled
    count : int
        Faces, n.
    """
    share = np.zeros((len(_CATEGORIES), count))
    alone = 0.0
    for one in labelled:
        runs = (*one.seeds, *one.shifted)
        weight = 1.0 / (len(labelled) * len(runs))
        alone += len(runs) * weight**2
        for run in runs:
            share[run.division.category - 1, np.arange(count)] += weight
    differ = 1.0 - (share**2).sum(axis=0)
    pairs = np.clip(differ / (1.0 - alone), 0.0, 1.0) if alone < 1.0 - 1e-12 else np.full(count, np.nan)
    logarithm = np.log(np.where(share > 0, share, 1.0))
    # What is left of sums of weights where all agree is rounding.
    pairs[pairs < 1e-12] = 0.0
    entropy = np.abs((share * logarithm).sum(axis=0))
    entropy[entropy < 1e-12] = 0.0
    category = np.round(share, 12).argmax(axis=0) + 1
    return Disagreement(share, pairs, entropy, category)


def lines_of(borders: Borders, ground: Ground) -> Ints:
    """Say what each border lies on: index into ``LINES``.

    No unit crosses a county or the shore, so that these borders are there by the rules of the game, whatever a method
    does; the others are its choice.

    Parameters
    ----------
    borders : Borders
    ground : Ground
    """
    left, right = borders.left, borders.right
    out = np.zeros(len(left), dtype=np.int64)
    # The later ones are stronger.
    for number, place in enumerate((ground.township, ground.county, ground.sea), 1):
        out[place[left] != place[right]] = number
    return out
