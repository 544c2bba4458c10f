"""Chart of the known truth: what each method finds of what was planted while noise grows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..experiments.ground_truth import TRUTHS
from .chart_frame import BLACK, BLUE, GREEN, ORANGE, PINK, WORDS, labels, new_figure, ruled, signed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from ..experiments.ground_truth import TruthRow
    from ..runs.run import Comparison

__all__ = ["found_again"]

_COLOURS, _MARKERS, _LINES = (ORANGE, BLUE, GREEN, PINK, BLACK), ("o", "s", "^", "D"), ("-", "--", ":")


def found_again(comparison: Comparison, found: Sequence[TruthRow], language: str) -> Figure:
    """Draw adjusted Rand with what was planted, and displacement of borders, over noise: a row of panels a truth.

    Parameters
    ----------
    comparison : Comparison
    found : sequence of TruthRow
        At least one.
    language : {"zh", "en"}
    """
    said = WORDS[language]
    texts = [str(row["method"]) for row in comparison.rows]
    named = dict(zip(texts, labels(comparison, language), strict=True))
    kinds = [truth for truth in TRUTHS if any(one.truth == truth for one in found)]
    figure = new_figure(230, max(74 * len(kinds) + 10, 20 + 8 * len(texts)))
    grid = figure.subplots(len(kinds), 2, squeeze=False)
    keys = {}
    for (left, right), truth in zip(grid, kinds, strict=True):
        mine = [one for one in found if one.truth == truth]
        noises = sorted({one.noise for one in mine})
        for method in dict.fromkeys(one.method for one in mine):
            number = texts.index(method)
            look = {
                "color": _COLOURS[number % 5],
                "marker": _MARKERS[number % 4],
                "linestyle": _LINES[number % 3],
                "markersize": 5,
                "linewidth": 1.3,
                "label": named[method].replace("\n", "\n    "),
            }
            by_noise = {one.noise: one for one in mine if one.method == method}
            for axes, name in ((left, "ari"), (right, "displacement")):
                values = [getattr(by_noise[noise], name) if noise in by_noise else np.nan for noise in noises]
                (keys[method],) = axes.plot(range(len(noises)), values, **look)
        for axes, name in ((left, "ari"), (right, "displacement")):
            _dressed(axes, noises)
            axes.set_title(f"{said[truth]}\n{said[f'truth_{name}']}", fontsize=8.5)
            axes.set_xlabel(said["noise_of"][truth == "values"], fontsize=8)
        left.set_ylim(min(0.0, left.get_ylim()[0]), 1.04)
        right.set_ylim(bottom=0)
    handles = [keys[text] for text in texts if text in keys]
    figure.legend(handles=handles, loc="outside right upper", frameon=False, fontsize=8)
    return signed(figure, comparison)


def _dressed(axes: Axes, noises: Sequence[float]) -> None:
    axes.set_xticks(range(len(noises)), [f"{noise:g}" for noise in noises], fontsize=8)
    ruled(axes)
