"""The Pareto front: the methods that none beats in every metric asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ...core.errors import BadInput
from ...core.messages import Message, first_few, one_of
from ...core.text import require_known

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ...core.arrays import Bools, Floats
    from .metrics import Better, Metric

# Sums of floats in another order: values that differ by less, relatively, are equal.
_ROUNDING = 1e-9
_NAMED = 8  # metrics that a refusal names


def dominates(value: Floats, better: Sequence[Better]) -> Bools:
    """Which rows beat which: ``[i, j]`` where i is as good as j in every column and better in one, (m, m).

    Source: Pareto dominance as in Deb et al. 2002 (IEEE Transactions on Evolutionary Computation 6(2):182–197).

    Parameters
    ----------
    value : (m, q) float64
        A row a method, a column a metric. A row with a NaN beats none and is beaten by none.
    better : sequence of {"high", "low"}
        One a column.

    Raises
    ------
    BadInput
        Another number of directions than columns; a direction other than high or low.
    """
    if len(better) != value.shape[1]:
        raise BadInput(
            Message("{directions} directions for {metrics} metrics", directions=len(better), metrics=value.shape[1]),
            where=Message("Pareto front"),
            wanted=Message("one direction per metric"),
        )
    for way in better:
        if way not in ("high", "low"):
            raise BadInput(
                Message("direction '{way}'", way=way), where=Message("Pareto front"), wanted=one_of(("high", "low"))
            )
    gain = value * np.where(np.array(better, dtype=str) == "high", 1.0, -1.0)
    known = _known(value)
    one, other = gain[:, None, :], gain[None, :, :]
    with np.errstate(invalid="ignore"):
        slack = _ROUNDING * np.maximum(np.abs(one), np.abs(other))
        # Two infinite values are equal; one is more than any number.
        slack = np.where(np.isinf(slack), 0.0, slack)
        ahead, behind = one > other + slack, other > one + slack
    beats: Bools = ahead.any(axis=2) & ~behind.any(axis=2) & known[:, None] & known
    return beats


def front(value: Floats, better: Sequence[Better]) -> Bools:
    """Which rows lie on the Pareto front, (m,): none beats them, and all their values are known.

    Parameters
    ----------
    value, better
        As of ``dominates``. Equal rows are on the front together, or not at all.
    """
    beaten: Bools = np.asarray(dominates(value, better).any(axis=0))
    return _known(value) & ~beaten


def front_of_rows(rows: Sequence[Mapping[str, float]], chosen: Sequence[str], metrics: Mapping[str, Metric]) -> Bools:
    """Which rows of the table lie on the Pareto front over chosen metrics, (m,).

    Parameters
    ----------
    rows : sequence of mapping
        From ``measure``.
    chosen : sequence of str
        Names of metrics that have a better end.
    metrics : mapping of str to Metric
        Those of the scene.

    Raises
    ------
    BadInput
        No metric, an unknown one, or one of which neither end is better.
    """
    check_chosen(chosen, metrics)
    value = np.array([[row[name] for name in chosen] for row in rows], dtype=np.float64).reshape(-1, len(chosen))
    return front(value, [metrics[name].better for name in chosen])


def check_chosen(chosen: Sequence[str], metrics: Mapping[str, Metric]) -> None:
    """Refuse metrics over which no front can be drawn.

    Parameters
    ----------
    chosen : sequence of str
    metrics : mapping of str to Metric
        Those of the scene.

    Raises
    ------
    BadInput
        No metric, an unknown one, or one of which neither end is better.
    """
    if not chosen:
        raise BadInput(
            Message("no metric"),
            where=Message("Pareto front"),
            wanted=Message("at least one metric for which high or low is better"),
        )
    for name in chosen:
        require_known(name, metrics, Message("unknown metric '{name}'", name=name), Message("Pareto front"))
        if metrics[name].better == "none":
            judging = [other for other, metric in metrics.items() if metric.better != "none"]
            raise BadInput(
                Message("for metric '{name}' neither high nor low is better", name=name),
                where=Message("Pareto front"),
                wanted=first_few(judging, _NAMED),
            )


def _known(value: Floats) -> Bools:
    """Rows whose values are all known."""
    return ~np.asarray(np.isnan(value).any(axis=1))
