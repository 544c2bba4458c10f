"""Chart of the known truth: what each method finds of planted regions while noise grows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .chart_frame import BLACK, BLUE, GREEN, ORANGE, PINK, WORDS, labels, new_figure, signed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.figure import Figure

    from .run import Comparison
    from .truth import Found

__all__ = ["found_again"]

_COLOURS, _MARKERS, _LINES = (ORANGE, BLUE, GREEN, PINK, BLACK), ("o", "s", "^", "D"), ("-", "--", ":")


def found_again(comparison: Comparison, found: Sequence[Found], language: str) -> Figure:
    """Draw adjusted Rand with the planted regions, and displacement of borders, over noise: means over counties.

    Parameters
    ----------
    comparison : Comparison
    found : sequence of Found
        At least one.
    language : {"zh", "en"}
    """
    said = WORDS[language]
    named = dict(zip((str(row["method"]) for row in comparison.rows), labels(comparison), strict=True))
    methods = list(dict.fromkeys(one.method for one in found))
    noises = sorted({one.noise for one in found})
    figure = new_figure(230, 84 + 6 * max(0, len(methods) - 8))
    left, right = figure.subplots(1, 2, sharex=True)
    for number, method in enumerate(methods):
        look = {
            "color": _COLOURS[number % 5], "marker": _MARKERS[number % 4], "linestyle": _LINES[number % 3],
            "markersize": 5, "linewidth": 1.3,
        }  # fmt: skip
        for axes, name in ((left, "ari"), (right, "displacement")):
            mine = [
                np.array([getattr(one, name) for one in found if one.method == method and one.noise == noise])
                for noise in noises
            ]
            # A division without borders is displaced nowhere.
            known = [values[np.isfinite(values)] for values in mine]
            mean = [float(values.mean()) if len(values) else np.nan for values in known]
            axes.plot(range(len(noises)), mean, label=named.get(method, method), **look)
    for axes, name in ((left, "ari"), (right, "displacement")):
        axes.set_title(said[f"truth_{name}"], fontsize=9)
        axes.set_xticks(range(len(noises)), [f"{noise:g}" for noise in noises], fontsize=8)
        axes.set_xlabel(said["noise"], fontsize=8)
        axes.tick_params(labelsize=7.5)
        axes.grid(color="#e4e4e4", linewidth=0.6)
        axes.set_axisbelow(True)
    left.set_ylim(min(0.0, left.get_ylim()[0]), 1.04)
    right.set_ylim(bottom=0)
    handles, names = left.get_legend_handles_labels()
    figure.legend(handles, names, loc="outside right upper", frameon=False, fontsize=8)
    return signed(figure, comparison)
