"""What each cut of a tree gains: how much less the values of the two sides spread than those of the whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..core.arrays import places

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from ..core.arrays import Floats, Ints
    from .spanning_trees import Tree


def hanging(tree: Tree, values: NDArray[Any]) -> NDArray[Any]:
    """Sum values (…, m) over all that hangs on each node but the root: (…, m − 1)."""
    sums = np.zeros((*values.shape[:-1], len(tree.node) + 1), dtype=values.dtype)
    np.cumsum(values, axis=-1, out=sums[..., 1:])
    place = np.arange(1, len(tree.node))
    return sums[..., place + tree.size[1:]] - sums[..., 1:-1]


def square_gains(tree: Tree, values: Floats, mass: Floats, word: Callable[[], None]) -> Floats:  # noqa: ARG001
    """Fall of Σ mass·|x − mean|²: ``m·|S|² / (m_S·(m − m_S))``.

    S is the sum of ``mass·(x − mean of all)`` over the nodes of a side, m_S their mass, m that of all.

    Parameters
    ----------
    tree : Tree
    values : (p, m) float64
        In the tree's order.
    mass : (m,) float64
    word : callable
        Said in the middle of what takes long.

    Returns
    -------
    (m − 1,) float64
        For a cut above each node but the root.
    """
    whole = float(mass.sum())
    moved = values * mass
    moved -= moved.sum(axis=1)[:, None] / whole * mass
    side, weight = hanging(tree, moved), hanging(tree, mass)
    out: Floats = np.einsum("ij,ij->j", side, side) * (whole / (weight * (whole - weight)))
    return out


def manhattan_gains(tree: Tree, values: Floats, mass: Floats, word: Callable[[], None]) -> Floats:
    """Fall of Σ mass·|x − mean|₁, the mean that of each side; parameters as of `square_gains`."""
    start = np.arange(1, len(tree.node))
    stop = start + tree.size[1:]
    whole, weight = float(mass.sum()), hanging(tree, mass)
    out = np.zeros(len(start))
    for column in values:
        word()
        total = float((column * mass).sum())
        sums = hanging(tree, column * mass)
        middle, other, mean = sums / weight, (total - sums) / (whole - weight), total / whole
        # Deviations from a mean add up to nothing: those below it make half of the sum of their amounts.
        held, moment = _below(column, mass, np.append(start, 0), np.append(stop, len(column)), np.append(middle, mean))
        spread = 2 * (np.append(middle, mean) * held - moment)
        every = (np.zeros_like(start), np.full_like(start, len(column)))
        held, moment = (
            all_of - below
            for all_of, below in zip(
                _below(column, mass, *every, other), _below(column, mass, start, stop, other), strict=True
            )
        )
        out += spread[-1] - spread[:-1] - 2 * (other * held - moment)
    return out


def _below(values: Floats, mass: Floats, start: Ints, stop: Ints, limit: Floats) -> tuple[Floats, Floats]:
    """Mass, and sum of mass·x, of the values below a limit at places start … stop − 1, for many such questions at once.

    A wavelet matrix: values as ranks, dealt out bit by bit from the highest, zeros before ones, in order otherwise, so
    that what was a slice stays one (Claude, Navarro & Ordóñez 2015: The wavelet matrix).
    """
    order = np.argsort(values, kind="stable")
    rank = places(order, len(values))
    bound = np.searchsorted(values[order], limit)
    held, moment = np.zeros(len(limit)), np.zeros(len(limit))
    row = np.arange(len(values))
    for bit in range(len(values).bit_length() - 1, -1, -1):
        zero = (rank[row] >> bit) & 1 == 0
        zeros = np.append(0, np.cumsum(zero))
        before, after = zeros[start], zeros[stop]
        up = (bound >> bit) & 1 == 1
        for sums, amount in ((held, mass), (moment, mass * values)):
            lower = np.append(0.0, np.cumsum(np.where(zero, amount[row], 0.0)))
            sums[up] += (lower[stop] - lower[start])[up]
        start = np.where(up, zeros[-1] + start - before, before)
        stop = np.where(up, zeros[-1] + stop - after, after)
        row = np.concatenate([row[zero], row[~zero]])
    return held, moment


GAINS: dict[str, Callable[[Tree, Floats, Floats, Callable[[], None]], Floats]] = {
    "euclidean": square_gains,
    "manhattan": manhattan_gains,
}
