"""How alike two divisions of the same faces are, and how alike many: by area, or by number of faces."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import coo_array

from ...core.arrays import number_of
from ...core.errors import BadInput
from ...core.messages import Message

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from scipy.sparse import csr_array

    from ...core.arrays import Floats, Ints

    Agreement = Callable[[Ints, Ints, Floats | None], float]


def contingency(one: Ints, two: Ints, weight: Floats | None = None) -> csr_array:
    """How much each label of the one shares with each of the other: sparse (k₁, k₂), float64.

    Parameters
    ----------
    one, two : (n,) int64
        Labels, 0 or more.
    weight : (n,) float64, optional
        m², for areas; faces are counted without it.

    Raises
    ------
    BadInput
        Labels of different numbers of faces, or below 0.
    """
    if one.shape != two.shape or (weight is not None and weight.shape != one.shape):
        sizes = tuple(len(each) for each in (one, two, weight) if each is not None)
        raise BadInput(
            Message("labels and weights of different lengths ({sizes})", sizes=sizes),
            where=Message("agreement"),
            wanted=Message("divisions of the same faces"),
        )
    if len(one) and min(int(one.min()), int(two.min())) < 0:
        raise BadInput(Message("a label below 0"), where=Message("agreement"), wanted=Message("labels of 0 or more"))
    shape = (number_of(one), number_of(two))
    value = np.ones(len(one)) if weight is None else np.asarray(weight, dtype=np.float64)
    return coo_array((value, (one, two)), shape=shape).tocsr()


def adjusted_rand(one: Ints, two: Ints, weight: Floats | None = None) -> float:
    """Compare by the adjusted Rand index: (I − E) / (M − E), 1 for equal divisions, 0 on average for random ones.

    Without weights over pairs of faces: I = Σ_ij C(n_ij, 2), E = Σ_i C(a_i, 2)·Σ_j C(b_j, 2) / C(n, 2),
    M = (Σ_i C(a_i, 2) + Σ_j C(b_j, 2)) / 2. With weights over pairs of points of the land, the limit for infinitely
    many: I = Σ p_ij², E = Σ a_i²·Σ b_j², M = (Σ a_i² + Σ b_j²) / 2 in shares. NaN without faces.

    Source: Hubert & Arabie 1985 (Journal of Classification 2:193–218).
    """
    table = contingency(one, two, weight)
    total = float(table.data.sum())
    if not total > 0:
        return float("nan")
    if weight is None:
        pairs = [float((part * (part - 1)).sum()) / 2 for part in _parts(table)]
        whole = total * (total - 1) / 2
    else:
        pairs = [float(((part / total) ** 2).sum()) for part in _parts(table)]
        whole = 1.0
    both, first, second = pairs
    chance = first * second / whole if whole else 0.0
    most = (first + second) / 2
    # Both are one region, or both all single faces: equal.
    return 1.0 if most - chance <= 1e-15 * most or not most else (both - chance) / (most - chance)


def homogeneity_completeness(one: Ints, two: Ints, weight: Floats | None = None) -> tuple[float, float]:
    """Homogeneity h = 1 − H(one | two) / H(one), completeness c = 1 − H(two | one) / H(two), 0–1.

    Homogeneous: each region of ``two`` lies in one region of ``one``; complete: the other way round. 1 where there is
    nothing to tell apart; NaN without faces. Source: Rosenberg & Hirschberg 2007 (EMNLP-CoNLL, 410–420).
    """
    table = contingency(one, two, weight)
    if not float(table.data.sum()) > 0:
        return float("nan"), float("nan")
    both, first, second = (_entropy(part) for part in _parts(table))
    shared = first + second - both
    # Entropies of one region are 0, up to rounding.
    return (shared / first if first > 1e-15 else 1.0, shared / second if second > 1e-15 else 1.0)


def v_measure(one: Ints, two: Ints, weight: Floats | None = None) -> float:
    """V-measure: harmonic mean 2hc / (h + c) of homogeneity and completeness, 0–1; the same both ways.

    Source: Rosenberg & Hirschberg 2007 (EMNLP-CoNLL, 410–420), β = 1.
    """
    h, c = homogeneity_completeness(one, two, weight)
    return 2 * h * c / (h + c) if not h + c <= 0 else 0.0


def kappa(one: Ints, two: Ints, weight: Floats | None = None) -> float:
    """Cohen's kappa of categories: (p_o − p_e) / (1 − p_e), p_o = Σ p_ii, p_e = Σ p_i·p_·i; at most 1.

    Labels are compared by name, as categories are, not by best match as units are. NaN where both have one category,
    the same, throughout: chance cannot be told from agreement; and without faces.

    Source: Cohen 1960 (Educational and Psychological Measurement 20:37–46).
    """
    table = contingency(one, two, weight)
    total = float(table.data.sum())
    if not total > 0:
        return float("nan")
    same = float(table.diagonal().sum()) / total
    rows, columns = np.asarray(table.sum(axis=1)) / total, np.asarray(table.sum(axis=0)) / total
    common = min(len(rows), len(columns))
    chance = float((rows[:common] * columns[:common]).sum())
    return (same - chance) / (1 - chance) if chance < 1 - 1e-15 else float("nan")


def pairwise(labels: Sequence[Ints], agreement: Agreement, weight: Floats | None = None) -> Floats:
    """Agreement of each division with each, (r, r), symmetric.

    Parameters
    ----------
    labels : sequence of (n,) int64
    agreement : callable
        ``adjusted_rand``, ``v_measure`` or ``kappa``: the same both ways.
    weight : (n,) float64, optional
    """
    out = np.empty((len(labels), len(labels)))
    for row, one in enumerate(labels):
        for column, two in enumerate(labels[: row + 1]):
            out[row, column] = out[column, row] = agreement(one, two, weight)
    return out


def mean_pairwise(labels: Sequence[Ints], agreement: Agreement, weight: Floats | None = None) -> float:
    """Stability over runs: mean agreement of all r·(r − 1)/2 pairs of different runs; NaN of fewer than two.

    Parameters
    ----------
    labels : sequence of (n,) int64
        One a run.
    agreement : callable
        As for ``pairwise``.
    weight : (n,) float64, optional
    """
    if len(labels) < 2:
        return float("nan")
    found = pairwise(labels, agreement, weight)
    return float(found[np.triu_indices(len(labels), 1)].mean())


def _parts(table: csr_array) -> tuple[Floats, Floats, Floats]:
    """Entries, row sums and column sums of a contingency table."""
    return table.data, np.asarray(table.sum(axis=1)), np.asarray(table.sum(axis=0))


def _entropy(part: Floats) -> float:
    """Shannon entropy of amounts, nat."""
    share = part[part > 0] / part.sum()
    return abs(float((share * np.log(share)).sum()))
