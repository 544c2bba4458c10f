"""Charts of a comparison, drawn by matplotlib: one function a picture, each gives a figure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from ...map_figure import COLOURS
from ..measures.themes import MISSING, factor_of, headed, shown
from .chart_frame import BLACK, BLUE, GREY, ORANGE, ROW, SKY, WORDS, bare, labels, new_figure, signed, wrapped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from ..measures.metrics import Metric
    from ..runs.run import Comparison
    from .tables import Agreements

__all__ = ["agreement", "areas", "metric_bars", "pareto", "stability"]

_NEAR = (0.12, 0.09)  # shares of the axes, across and up, within which two points share a label

def metric_bars(comparison: Comparison, names: Sequence[str], language: str) -> Figure:
    """Bars of chosen metrics, a panel a metric; methods on the Pareto front are darker.

    Parameters
    ----------
    comparison : Comparison
    names : sequence of str
        Metrics; at least one.
    language : {"zh", "en"}
    """
    said, methods = WORDS[language], labels(comparison)
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
        loc="outside lower right", ncols=2, frameon=False, fontsize=8,
    )  # fmt: skip
    return signed(figure, comparison)


def pareto(comparison: Comparison, names: Sequence[str], language: str) -> Figure:
    """Scatter of the first of the front's metrics against each other one, methods by number.

    Parameters
    ----------
    comparison : Comparison
    names : sequence of str
        Metrics of the front; at least two.
    language : {"zh", "en"}
    """
    said, first = WORDS[language], comparison.metrics[names[0]]
    others = [comparison.metrics[name] for name in names[1:]]
    columns = 1 if len(others) == 1 else 2
    rows = -(-len(others) // columns)
    figure = new_figure(110 * columns + 40, 78 * rows + 24)
    grid = figure.subplots(rows, columns, squeeze=False)
    for number, axes in enumerate(grid.ravel()):
        if number >= len(others):
            axes.set_axis_off()
            continue
        _scatter(axes, comparison, first, others[number], language)
    keys: list[Any] = [
        Line2D([], [], marker="s", linestyle="", color=BLUE, markerfacecolor=face, markersize=9, label=said[name])
        for face, name in ((BLUE, "front"), ("white", "beaten"))
    ]
    keys += [Line2D([], [], linestyle="", label=label.replace("\n", "\n    ")) for label in labels(comparison)]
    figure.legend(handles=keys, loc="outside right upper", frameon=False, fontsize=8, handlelength=1.2)
    return signed(figure, comparison)


def _scatter(axes: Axes, comparison: Comparison, across: Metric, up: Metric, language: str) -> None:
    """Draw one panel; methods that would lie upon each other share a point and are named together."""
    rows = comparison.rows
    known = [
        number for number, row in enumerate(rows) if row[across.name] is not None and row[up.name] is not None
    ]
    x = np.array([rows[number][across.name] * factor_of(across) for number in known])
    y = np.array([rows[number][up.name] * factor_of(up) for number in known])
    for members, front, shift in _together(x, y, [rows[number]["pareto_front"] for number in known]):
        axes.annotate(
            ",".join(str(known[row] + 1) for row in members), (x[members].mean(), y[members].mean()),
            textcoords="offset points", xytext=(0, 15 * shift), ha="center", va="center", fontsize=8,
            color="white" if front else BLUE, arrowprops={"arrowstyle": "-", "color": BLUE} if shift else None,
            bbox={"boxstyle": "round,pad=0.35", "facecolor": BLUE if front else "white", "edgecolor": BLUE},
        )  # fmt: skip
    for value, limits in ((x, axes.set_xlim), (y, axes.set_ylim)):
        span = (float(np.ptp(value)) if len(value) else 0.0) or 1.0
        middle = (float(value.min()) + float(value.max())) / 2 if len(value) else 0.5
        limits(middle - 0.62 * span, middle + 0.62 * span)
    said = WORDS[language]["better"]
    axes.set_xlabel(f"{headed(across, language)}  {said[across.better]}", fontsize=8)
    axes.set_ylabel(f"{wrapped(headed(up, language), 38)}\n{said[up.better]}", fontsize=8)
    axes.tick_params(labelsize=7.5)
    axes.grid(color="#e4e4e4", linewidth=0.6)
    axes.set_axisbelow(True)


def _together(
    x: NDArray[np.float64], y: NDArray[np.float64], front: Sequence[bool]
) -> list[tuple[list[int], bool, int]]:
    """Gather points that would lie upon each other: (rows, on the front, how far to be moved up)."""
    place = np.column_stack([(value - value.min()) / (np.ptp(value) or 1.0) for value in (x, y)]) if len(x) else x
    groups: list[tuple[list[int], bool, int]] = []
    for row, on in enumerate(front):
        near = [one for one in groups if (np.abs(place[one[0][0]] - place[row]) < _NEAR).all()]
        same = next((one for one in near if one[1] == on), None)
        if same is not None:
            same[0].append(row)
        else:
            groups.append(([row], on, len(near)))
    return groups


def agreement(comparison: Comparison, found: Agreements, language: str) -> Figure:
    """Heat maps of the pairwise agreement of methods: units by adjusted Rand and V-measure, categories by kappa."""
    said, methods = WORDS[language], labels(comparison)
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
    said, methods = WORDS[language], labels(comparison)
    figure = new_figure(190, 34 + ROW * len(methods))
    place = np.arange(len(methods))[::-1]
    marks = (("ari", "o", BLUE, "rand", 0.14), ("v", "^", ORANGE, "v", -0.14))
    grid = figure.subplots(1, 2, sharey=True, sharex=True)
    for axes, what in zip(grid, ("seeds", "weights"), strict=True):
        for name, marker, colour, _, shift in marks:
            values = [row[f"{name}_{what}"] for row in comparison.rows]
            known = [number for number, value in enumerate(values) if value is not None]
            axes.plot(
                [values[number] for number in known], place[known] + shift, linestyle="", marker=marker, color=colour,
                markersize=6,
            )  # fmt: skip
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
    said, methods = WORDS[language], labels(comparison)
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
