"""Chart of the metrics of the Pareto front: where each method lies, its number beside the panel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.transforms import ScaledTranslation

from ..measures.themes import factor_of, headed
from .chart_frame import BLUE, GREY, WORDS, labels, new_figure, signed, wrapped
from .label_column import named_together, slots, snapped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.text import Annotation
    from numpy.typing import NDArray

    from ..measures.metrics import Metric
    from ..runs.run import Comparison

__all__ = ["pareto"]

_SLOT = 5.8  # mm of a panel's height that a label takes
_GAP = 1.15  # heights of a label from one to the next
_ASIDE = 12 / 72  # inches from a panel to its labels
# A dot has room inside a ring: of two methods in one place both show.
_MARKS: dict[bool, dict[str, Any]] = {
    True: {"marker": "o", "color": BLUE, "markersize": 5.0, "markeredgewidth": 0.0, "zorder": 5},
    False: {"marker": "o", "color": BLUE, "markerfacecolor": "none", "markersize": 8.5, "zorder": 4},
}


def pareto(comparison: Comparison, names: Sequence[str], language: str) -> Figure:
    """Scatter of the first of the front's metrics against each other one, methods by number.

    A mark is where its values are. Only the numbers move, in a column at the right of the panel, and a line leads
    from each to its mark.

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
    high = max(78.0, 24.0 + _SLOT * len(comparison.rows))
    figure = new_figure(118 * columns + 40, high * rows + 24)
    # A column of labels is no part of the axis that stands beside it.
    figure.set_layout_engine("constrained", w_pad=0.09)
    grid = figure.subplots(rows, columns, squeeze=False)
    drawn = []
    for number, axes in enumerate(grid.ravel()):
        if number >= len(others):
            axes.set_axis_off()
            continue
        drawn.append((axes, _scatter(axes, comparison, first, others[number], language)))
    keys: list[Any] = [
        Line2D([], [], linestyle="", label=said[name], **_MARKS[on])
        for on, name in ((True, "front"), (False, "beaten"))
    ]
    keys += [Line2D([], [], linestyle="", label=label.replace("\n", "\n    ")) for label in labels(comparison)]
    figure.legend(handles=keys, loc="outside right upper", frameon=False, fontsize=8, handlelength=1.2)
    signed(figure, comparison)
    # How high a label is in shares of its panel is known when all parts have their places.
    figure.draw_without_rendering()
    for axes, notes in drawn:
        _place(axes, notes)
    return figure


def _scatter(axes: Axes, comparison: Comparison, across: Metric, up: Metric, language: str) -> list[Annotation]:
    """Draw one panel; its labels, which name points of equal values together, have still to be placed."""
    rows = comparison.rows
    known = [number for number, row in enumerate(rows) if row[across.name] is not None and row[up.name] is not None]
    x = snapped(np.array([rows[number][across.name] * factor_of(across) for number in known], dtype=np.float64))
    y = snapped(np.array([rows[number][up.name] * factor_of(up) for number in known], dtype=np.float64))
    places: dict[tuple[float, float, bool], list[int]] = {}
    for number, one, other in zip(known, x, y, strict=True):
        places.setdefault((float(one), float(other), bool(rows[number]["pareto_front"])), []).append(number + 1)
    notes = []
    beside = axes.transAxes + ScaledTranslation(_ASIDE, 0, axes.figure.dpi_scale_trans)
    for (one, other, on), numbers in places.items():
        axes.plot(one, other, linestyle="", **_MARKS[on])
        note = axes.annotate(
            named_together(numbers),
            (one, other),
            xytext=(1.0, 0.5),
            textcoords=beside,
            ha="left",
            va="center",
            fontsize=8,
            color="white" if on else BLUE,
            annotation_clip=False,
            arrowprops={
                "arrowstyle": "-",
                "color": GREY,
                "linewidth": 0.5,
                "relpos": (0.0, 0.5),
                "shrinkA": 0.0,
                "shrinkB": _MARKS[on]["markersize"] / 2,
            },
            bbox={"boxstyle": "round,pad=0.25", "facecolor": BLUE if on else "white", "edgecolor": BLUE},
        )
        notes.append(note)
    axes.set_xlim(*_limits(x))
    axes.set_ylim(*_limits(y))
    said = WORDS[language]["better"]
    axes.set_xlabel(f"{headed(across, language)}  {said[across.better]}", fontsize=8)
    axes.set_ylabel(f"{wrapped(headed(up, language), 38)}\n{said[up.better]}", fontsize=8)
    axes.tick_params(labelsize=7.5)
    for axis in (axes.xaxis, axes.yaxis):
        # What the ticks of values that are nearly equal are to be added to.
        axis.get_offset_text().set_fontsize(7)
    axes.grid(color="#e4e4e4", linewidth=0.6)
    axes.set_axisbelow(True)
    return notes


def _limits(value: NDArray[np.float64]) -> tuple[float, float]:
    """Give ends of an axis that leave room for a mark on every side; of equal values it is in the middle."""
    if not len(value):
        return 0.0, 1.0
    low, high = float(value.min()), float(value.max())
    span = (high - low) or 0.1 * abs(high) or 1.0
    middle = (low + high) / 2
    return middle - 0.57 * span, middle + 0.57 * span


def _place(axes: Axes, notes: Sequence[Annotation]) -> None:
    """Move the labels of a panel, which has its size by now, to their heights in the column."""
    if not notes:
        return
    boxes = [box for note in notes if (box := note.get_bbox_patch()) is not None]
    size = max(box.get_window_extent().height for box in boxes) / axes.bbox.height
    x, y = np.array([note.xy for note in notes], dtype=np.float64).T
    low, high = axes.get_ylim()
    share: NDArray[np.float64] = (y - low) / (high - low)
    heights = slots(x, share, _GAP * size, size / 2, 1 - size / 2)
    for note, height in zip(notes, heights, strict=True):
        note.set_position((1.0, float(height)))
