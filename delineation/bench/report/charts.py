"""Charts of a comparison, drawn by matplotlib: one function a picture, each gives a figure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from ...export.map_figure import COLOURS
from ..measures.themes import MISSING, factor_of, headed, shown
from .chart_frame import BLACK, BLUE, GREY, ORANGE, ROW, SKY, WORDS, bare, labels, new_figure, signed, wrapped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.figure import Figure

    from ..runs.run import Comparison
    from .tables import Agreements

__all__ = ["agreement", "areas", "metric_bars", "stability"]


def metric_bars(comparison: Comparison, names: Sequence[str], language: str) -> Figure:
    """Bars of chosen metrics, a panel a metric; methods on the Pareto front are darker.

    Parameters
    ----------
    comparison : Comparison
    names : sequence of str
        Metrics; at least one.
    language : {"zh", "en"}
    """
    said, methods = WORDS[language], labels(comparison, language)
    columns = min(4, len(names))
    rows = -(-len(names) // columns)
    figure = new_figure(250, rows * (14 + ROW * len(methods)) + 14)
    grid = figure.subplots(rows, columns, squeeze=False, sharey=True)
    place = np.arange(len(methods))[::-1]
    colours = [BLUE if row["pareto_front"] else SKY for row in comparison.rows]
    for number, axes in enumerate(grid.ravel()):
        if number >= len(names):
            axes.set_axis_off()
            continue
        metric = comparison.metrics[names[number]]
        values = [row[metric.name] for row in comparison.rows]
        drawn = np.array([0.0 if value is None else value * factor_of(metric) for value in values])
        axes.barh(place, drawn, color=colours, height=0.66)
        low, high = min(0.0, float(drawn.min())), max(0.0, float(drawn.max()))
        span = (high - low) or 1.0
        # Room for the numbers at the ends of the bars.
        axes.set_xlim(low - (0.34 * span if low < 0 else 0.0), high + (0.34 * span if high > 0 or not low else 0.0))
        for y, value, length in zip(place, values, drawn, strict=True):
            left = length < 0
            at = length - 0.03 * span if left else length + 0.03 * span
            axes.text(at, y, shown(metric, value), va="center", ha="right" if left else "left", fontsize=7.5)
        axes.axvline(0, color=GREY, linewidth=0.6)
        arrow = said["better"][metric.better][:1]
        axes.set_title(wrapped(f"{headed(metric, language)} {arrow}".strip(), 28), fontsize=8.5)
        axes.set_xticks([])
        bare(axes)
    for axes in grid[:, 0]:
        axes.set_yticks(place, methods, fontsize=8)
    figure.legend(
        handles=[Patch(color=BLUE, label=said["front"]), Patch(color=SKY, label=said["beaten"])],
        loc="outside lower right",
        ncols=2,
        frameon=False,
        fontsize=8,
    )
    return signed(figure, comparison)


def agreement(comparison: Comparison, found: Agreements, language: str) -> Figure:
    """Heat maps of the pairwise agreement of methods: units by adjusted Rand and V-measure, categories by kappa."""
    said, methods = WORDS[language], labels(comparison, language)
    count = len(methods)
    side = max(52.0, 8.0 * count)
    figure = new_figure(3 * side + 92, side + 34)
    grid = figure.subplots(1, 3)
    picture = None
    for axes, name in zip(grid, ("ari", "v_measure", "kappa"), strict=True):
        table = getattr(found, name)
        picture = axes.imshow(table, cmap="cividis", vmin=0.0, vmax=1.0)
        axes.set_title(said[name], fontsize=9)
        axes.set_xticks(range(count), [str(number + 1) for number in range(count)], fontsize=8)
        axes.set_yticks(range(count), [str(number + 1) for number in range(count)], fontsize=8)
        size = 8 if count <= 8 else 6.5
        for row in range(count) if count <= 16 else ():
            for column in range(count):
                value = table[row, column]
                text = MISSING if np.isnan(value) else f"{value:.2f}".replace("-0.00", "0.00")
                dark = np.isnan(value) or value > 0.55
                axes.text(column, row, text, ha="center", va="center", fontsize=size, color=BLACK if dark else "white")
    grid[0].set_yticks(range(count), methods, fontsize=8)
    if picture is not None:
        figure.colorbar(picture, ax=list(grid), shrink=0.8, aspect=25).ax.tick_params(labelsize=7.5)
    return signed(figure, comparison)


def stability(comparison: Comparison, language: str) -> Figure:
    """Dots: how alike a method's divisions are over seeds and with weights a tenth up and down."""
    said, methods = WORDS[language], labels(comparison, language)
    figure = new_figure(190, 34 + ROW * len(methods))
    place = np.arange(len(methods))[::-1]
    marks = (("ari", "o", BLUE, "rand", 0.14), ("v", "^", ORANGE, "v", -0.14))
    grid = figure.subplots(1, 2, sharey=True, sharex=True)
    for axes, what in zip(grid, ("seeds", "weights"), strict=True):
        for name, marker, colour, _, shift in marks:
            values = [row[f"{name}_{what}"] for row in comparison.rows]
            known = [number for number, value in enumerate(values) if value is not None]
            axes.plot(
                [values[number] for number in known],
                place[known] + shift,
                linestyle="",
                marker=marker,
                color=colour,
                markersize=6,
            )
        for number, row in enumerate(comparison.rows):
            if row[f"ari_{what}"] is None:
                # Beyond the end of the axis: inside it would be a place that means a value.
                axes.text(1.02, place[number], MISSING, transform=axes.get_yaxis_transform(), ha="left", va="center")
        axes.set_title(said[what], fontsize=9)
        axes.set_xlim(min([0.0, *(row[f"ari_{what}"] or 0.0 for row in comparison.rows)]) - 0.03, 1.03)
        axes.set_ylim(-0.6, len(methods) - 0.4)
        axes.grid(color="#e4e4e4", linewidth=0.6)
        axes.tick_params(labelsize=8)
    grid[0].set_yticks(place, methods, fontsize=8)
    keys = [Line2D([], [], linestyle="", marker=one[1], color=one[2], label=said[one[3]]) for one in marks]
    figure.legend(handles=keys, loc="outside lower right", ncols=2, frameon=False, fontsize=8)
    return signed(figure, comparison)


def areas(comparison: Comparison, language: str) -> Figure:
    """Stacked bars: area of the land units of each category, with their numbers."""
    said, methods = WORDS[language], labels(comparison, language)
    figure = new_figure(190, 34 + ROW * len(methods))
    axes = figure.subplots()
    place = np.arange(len(methods))[::-1]
    left = np.zeros(len(methods))
    for category, name in ((1, "priority"), (2, "key"), (3, "general")):
        area = np.array([(row[f"area_{name}"] or 0.0) / 1e6 for row in comparison.rows])
        look: dict[str, Any] = {"left": left, "height": 0.66, "edgecolor": BLACK, "linewidth": 0.4}
        axes.barh(place, area, color=COLOURS[category], label=said[category], **look)
        if category == 2:
            # Apart from the colour: viewers that know no hatching, as Qt's, would leave such a bar white.
            axes.barh(place, area, color="none", hatch="///", **look)
        left += area
    for y, end, row in zip(place, left, comparison.rows, strict=True):
        counts = " + ".join(str(row[f"units_{name}"]) for name in ("priority", "key", "general"))
        axes.text(end, y, f"  {counts} {said['count']}", va="center", fontsize=7.5)
    axes.set_xlim(0, (float(left.max()) or 1.0) * 1.22)
    axes.set_yticks(place, methods, fontsize=8)
    axes.set_xlabel(said["area"], fontsize=8)
    axes.tick_params(axis="x", labelsize=7.5)
    bare(axes)
    figure.legend(loc="outside upper center", ncols=3, frameon=False, fontsize=8)
    return signed(figure, comparison)
