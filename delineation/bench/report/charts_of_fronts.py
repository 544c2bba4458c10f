"""Chart of the metrics of the Pareto front: where each method lies, told by shape and colour of its mark."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.lines import Line2D

from ..measures.themes import factor_of, headed
from .chart_frame import BLACK, BLUE, GREEN, GREY, ORANGE, PINK, WORDS, labels, new_figure, ruled, signed, wrapped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from ..measures.metrics import Metric
    from ..runs.run import Comparison

_KEY = 7.6  # mm of the legend's height that a method takes
# Five and seven: the first 35 methods differ in colour or shape, neighbours in both.
_COLOURS = (BLUE, ORANGE, GREEN, PINK, BLACK)
_SHAPES = ("o", "s", "^", "D", "v", "p", "<")
_SIZE, _RING = {True: 8.0, False: 6.0}, 4.5  # points of a mark; by how many another in its place is larger
_PLACES = 60  # marks in the same of so many parts of both axes would hide each other


def pareto(comparison: Comparison, names: Sequence[str], language: str) -> Figure:
    """Scatter of the first of the front's metrics against each other one, a mark a method.

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
    figure = new_figure(105 * columns + 70, max(78.0 * rows, 22.0 + _KEY * len(comparison.rows)) + 12)
    grid = figure.subplots(rows, columns, squeeze=False).ravel()
    for axes, metric in zip(grid, others, strict=False):
        _scatter(axes, comparison, first, metric, language)
    for axes in grid[len(others) :]:
        axes.set_axis_off()
    keys = [
        Line2D([], [], label=label.replace("\n", "\n    "), **mark_of(number, on=bool(row["pareto_front"])))
        for number, (label, row) in enumerate(zip(labels(comparison, language), comparison.rows, strict=True))
    ]
    grey = {True: {"markerfacecolor": GREY}, False: {"markeredgecolor": GREY}}
    for on, name in ((True, "front"), (False, "beaten")):
        keys.append(Line2D([], [], label=said[name], **mark_of(0, on=on) | grey[on]))
    figure.legend(handles=keys, loc="outside right upper", frameon=False, fontsize=8, handlelength=1.2)
    return signed(figure, comparison)


def mark_of(number: int, *, on: bool) -> dict[str, Any]:
    """Say how the mark of a method looks, counted from 0: filled where it is on the front, else open."""
    colour = _COLOURS[number % len(_COLOURS)]
    # A white rim keeps a filled mark apart from one that lies behind it.
    face, edge = (colour, "white") if on else ("none", colour)
    look = {"color": colour, "markerfacecolor": face, "markeredgecolor": edge, "markeredgewidth": 0.6 if on else 1.2}
    return {"marker": _SHAPES[number % len(_SHAPES)], "linestyle": "", "markersize": _SIZE[on], **look}


def _scatter(axes: Axes, comparison: Comparison, across: Metric, up: Metric, language: str) -> None:
    """Draw one panel; methods without one of the values are not in it."""
    points = {
        number: (_value(row[across.name], across), _value(row[up.name], up))
        for number, row in enumerate(comparison.rows)
        if row[across.name] is not None and row[up.name] is not None
    }
    axes.margins(0.12)
    marks = [
        axes.plot(x, y, **mark_of(number, on=bool(comparison.rows[number]["pareto_front"])))[0]
        for number, (x, y) in points.items()
    ]
    axes.autoscale_view()
    within: Counter[tuple[int, ...]] = Counter()
    for mark in marks:
        # Methods in one place lie round each other, the later ones behind, so that each is seen.
        share = np.asarray(axes.transLimits.transform(mark.get_xydata())).ravel()
        place = tuple((share * _PLACES).round().astype(int))
        mark.set(markersize=mark.get_markersize() + _RING * within[place], zorder=4 - 0.01 * within[place])
        within[place] += 1
    said = WORDS[language]["better"]
    axes.set_xlabel(f"{headed(across, language)}  {said[across.better]}", fontsize=8)
    axes.set_ylabel(f"{wrapped(headed(up, language), 38)}\n{said[up.better]}", fontsize=8)
    for axis in (axes.xaxis, axes.yaxis):
        # What the ticks of values that are nearly equal are to be added to.
        axis.get_offset_text().set_fontsize(7)
    ruled(axes)


def _value(value: float, metric: Metric) -> float:
    """Give a value in the unit of the axis, without the digits that the order of a sum changes."""
    return float(f"{value * factor_of(metric):.9g}")
