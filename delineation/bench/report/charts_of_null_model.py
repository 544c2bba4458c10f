"""Chart of the null model: where each metric of each method stands among random divisions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..measures.themes import MISSING, by_theme
from .chart_frame import BLACK, WORDS, labels, new_figure, signed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matplotlib.figure import Figure

    from ..experiments.null_model import Standing
    from ..runs.run import Comparison

__all__ = ["null_percentiles"]

_SURE = 0.05


def null_percentiles(comparison: Comparison, stood: Mapping[str, Sequence[Standing]], language: str) -> Figure:
    """Heat map: per cent of random divisions that a method is better than, a star where p ≤ 0.05.

    Only metrics of which one end is better, and that do not belong to one source or raster.

    Parameters
    ----------
    comparison : Comparison
    stood : mapping of str to sequence of Standing
        By method string.
    language : {"zh", "en"}
    """
    said, methods = WORDS[language], labels(comparison, language, lines=1)
    by_method = [{one.metric: one for one in stood[str(row["method"])]} for row in comparison.rows]
    listed = [
        metric
        for _, metrics in by_theme(comparison.metrics)
        for metric in metrics
        if metric.better != "none"
        and "[" not in metric.name
        and any(metric.name in one and one[metric.name].percentile == one[metric.name].percentile for one in by_method)
    ]
    figure = new_figure(96 + 17 * len(methods) + 30, 40 + 6.4 * len(listed))
    axes = figure.subplots()
    table = np.full((len(listed), len(methods)), np.nan)
    for row, metric in enumerate(listed):
        for column, found in enumerate(by_method):
            one = found.get(metric.name)
            if one is not None:
                table[row, column] = one.percentile if metric.better == "high" else 1 - one.percentile
    picture = axes.imshow(table * 100, cmap="PuOr", vmin=0, vmax=100, aspect="auto")
    for row, metric in enumerate(listed):
        for column, found in enumerate(by_method):
            value = table[row, column]
            sure = metric.name in found and found[metric.name].p <= _SURE
            text = MISSING if np.isnan(value) else f"{value * 100:.0f}" + ("*" if sure else "")
            dark = not np.isnan(value) and abs(value - 0.5) > 0.27
            axes.text(column, row, text, ha="center", va="center", fontsize=7.5, color="white" if dark else BLACK)
    axes.set_yticks(range(len(listed)), [one.zh if language == "zh" else one.en for one in listed], fontsize=8)
    axes.set_xticks(range(len(methods)), methods, fontsize=8, rotation=30, ha="right", rotation_mode="anchor")
    axes.set_title(f"{said['percentile']}    {said['p']}", fontsize=9)
    figure.colorbar(picture, ax=axes, shrink=0.8, aspect=30).ax.tick_params(labelsize=7.5)
    return signed(figure, comparison)
