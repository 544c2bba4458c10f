"""Charts of a comparison, drawn by matplotlib: one function a picture, each gives a figure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from ...core.messages import Message
from ...export.map_figure import COLOURS
from ..experiments.ground_truth import TRUTHS
from ..measures.themes import MISSING, by_theme, factor_of, headed, shown
from .chart_frame import (
    BLACK,
    BLUE,
    GREEN,
    GREY,
    ORANGE,
    PINK,
    ROW,
    SKY,
    WORDS,
    bare,
    labels,
    new_figure,
    ruled,
    signed,
    wrapped,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matplotlib.figure import Figure

    from ..experiments.ground_truth import TruthRow
    from ..experiments.null_model import NullModelRank
    from ..experiments.uncertainty import Uncertainty
    from ..runs.run import Comparison
    from .tables import Agreements

_SURE = 0.05  # the p from which on a place among random divisions gets its star
_COLOURS, _MARKERS, _LINES = (ORANGE, BLUE, GREEN, PINK, BLACK), ("o", "s", "^", "D"), ("-", "--", ":")  # of a truth


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


def null_percentiles(comparison: Comparison, stood: Mapping[str, Sequence[NullModelRank]], language: str) -> Figure:
    """Heat map: per cent of random divisions that a method is better than, a star where p ≤ 0.05.

    Only metrics of which one end is better, and that do not belong to one source or raster.

    Parameters
    ----------
    comparison : Comparison
    stood : mapping of str to sequence of NullModelRank
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
            axes.set_xticks(range(len(noises)), [f"{noise:g}" for noise in noises], fontsize=8)
            ruled(axes)
            axes.set_title(f"{said[truth]}\n{said[f'truth_{name}']}", fontsize=8.5)
            axes.set_xlabel(said["noise_of"][truth == "values"], fontsize=8)
        left.set_ylim(min(0.0, left.get_ylim()[0]), 1.04)
        right.set_ylim(bottom=0)
    handles = [keys[text] for text in texts if text in keys]
    figure.legend(handles=handles, loc="outside right upper", frameon=False, fontsize=8)
    return signed(figure, comparison)


def area_ranges(comparison: Comparison, found: Sequence[Uncertainty], language: str) -> Figure:
    """Draw the land area of each category as it is, and between which nine tenths of the samples lie.

    Parameters
    ----------
    comparison : Comparison
    found : sequence of Uncertainty
        One a method, in the order of the rows.
    language : {"zh", "en"}
    """
    said, methods = WORDS[language], labels(comparison, language)
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
