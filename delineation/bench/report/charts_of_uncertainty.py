"""Chart of what errors of the sources leave of the areas of categories."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.lines import Line2D

from ...core.messages import Message
from ...export.map_figure import COLOURS
from .chart_frame import BLACK, ROW, WORDS, labels, new_figure, ruled, signed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.figure import Figure

    from ..experiments.uncertainty import Uncertainty
    from ..runs.run import Comparison

__all__ = ["area_ranges"]


def area_ranges(comparison: Comparison, found: Sequence[Uncertainty], language: str) -> Figure:
    """Draw the land area of each category as it is, and between which nine tenths of the samples lie.

    Parameters
    ----------
    comparison : Comparison
    found : sequence of Uncertainty
        One a method, in the order of the rows.
    language : {"zh", "en"}
    """
    said, methods = WORDS[language], labels(comparison)
    figure = new_figure(240, 36 + ROW * len(methods))
    grid = figure.subplots(1, 3, sharey=True)
    place = np.arange(len(methods))[::-1]
    for axes, category in zip(grid, (1, 2, 3), strict=True):
        rows = [next(row for row in one.areas if row.category == category and not row.sea) for one in found]
        low, high, area = (np.array([getattr(row, name) for row in rows]) / 1e6 for name in ("low", "high", "area"))
        axes.plot(area, place + 0.1, linestyle="", marker="|", markersize=9, markeredgewidth=1.6, color=BLACK)
        # Below the mark, and with ends of a point's width: a range of nearly nothing shows as well.
        axes.hlines(place - 0.2, low, high, color=COLOURS[category], linewidth=5)
        for end in (low, high):
            axes.plot(end, place - 0.2, linestyle="", marker="|", markersize=5, color=COLOURS[category])
        axes.set_title(said[category], fontsize=9)
        axes.set_xlabel(said["area"], fontsize=8)
        axes.set_ylim(-0.6, len(methods) - 0.4)
        axes.margins(x=0.08)
        axes.locator_params(axis="x", nbins=5)
        ruled(axes)
    grid[0].set_yticks(place, methods, fontsize=8)
    count = max(one.samples for one in found)
    span = Message("5–95 % of {count} samples with errors", count=count)
    keys = [
        Line2D([], [], color=COLOURS[1], linewidth=5, label=comparison.said(span, language)),
        Line2D([], [], color=BLACK, marker="|", markersize=11, linestyle="", label=said["as_is"]),
    ]
    figure.legend(handles=keys, loc="outside lower right", ncols=2, frameon=False, fontsize=8)
    return signed(figure, comparison)
