"""Charts of the fitting-threshold curve: of all the land, and of terrain classes beside each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .chart_frame import BLACK, BLUE, GREEN, GREY, ORANGE, PINK, WORDS, new_figure, ruled, signed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from ..experiments.threshold_curve import Curve
    from ..runs.run import Comparison

# Of terrain classes: colour, line and marker, so that they are told apart in grey as well.
_LOOKS = ((ORANGE, "-", "o"), (BLUE, "--", "s"), (GREEN, "-.", "^"), (PINK, ":", "D"), (BLACK, "-", "x"))


def curve(comparison: Comparison, one: Curve, language: str) -> Figure:
    """Priority area, omission and units over the threshold, with the overlay's, the crossing and the knee.

    Parameters
    ----------
    comparison : Comparison
    one : Curve
        Of all the land.
    language : {"zh", "en"}
    """
    said = WORDS[language]
    figure = new_figure(170, 150)
    top, middle, bottom = figure.subplots(3, 1, sharex=True, height_ratios=(3, 2, 2))
    per_cent = one.threshold * 100
    top.plot(per_cent, one.priority_area / 1e6, color=BLUE, marker="o", markersize=4, label=said["fitting"])
    top.axhline(one.overlay_area / 1e6, color=ORANGE, linestyle="--", label=said["overlay"])
    top.set_ylabel(said["priority"], fontsize=8)
    top.set_ylim(0, max(float(one.priority_area.max()), one.overlay_area) / 1e6 * 1.12 or 1.0)
    middle.plot(per_cent, one.omission * 100, color=BLUE, marker="o", markersize=4)
    middle.set_ylabel(said["omission"], fontsize=8)
    middle.set_ylim(-4, 104)
    bottom.plot(per_cent, one.units, color=BLUE, marker="o", markersize=4)
    bottom.axhline(one.overlay_units, color=ORANGE, linestyle="--")
    bottom.set_ylabel(said["units"], fontsize=8)
    bottom.set_ylim(0, max(int(one.units.max()), one.overlay_units) * 1.12 or 1)
    bottom.set_xlabel(said["threshold"], fontsize=8)
    _marks(top, one, language)
    for axes in (top, middle, bottom):
        if one.crossing is not None:
            axes.axvline(one.crossing.threshold * 100, color=GREY, linestyle=":", linewidth=1.2)
        _dressed(axes)
    # Beside the panels: inside, a curve that ends high would lie below it.
    figure.legend(*top.get_legend_handles_labels(), loc="outside upper right", ncols=2, frameon=False, fontsize=8)
    return signed(figure, comparison)


def curve_by_terrain(comparison: Comparison, curves: Sequence[Curve], language: str) -> Figure:
    """Priority area as a share of the overlay's, and omission, over the threshold: a line a terrain class.

    Parameters
    ----------
    comparison : Comparison
    curves : sequence of Curve
        One a class; one without any priority area under overlay is left out of the upper part.
    language : {"zh", "en"}
    """
    said = WORDS[language]
    figure = new_figure(170, 130)
    top, bottom = figure.subplots(2, 1, sharex=True)
    top.axhline(100, color=GREY, linestyle="--", linewidth=1)
    top.text(1.01, 100, said["overlay"], transform=top.get_yaxis_transform(), va="center", fontsize=7.5)
    for number, one in enumerate(curves):
        colour, line, marker = _LOOKS[number % len(_LOOKS)]
        look = {"color": colour, "linestyle": line, "marker": marker, "markersize": 4.5}
        if one.overlay_area > 0:
            share = one.priority_area / one.overlay_area * 100
            top.plot(one.threshold * 100, share, label=f"{one.terrain}", **look)
            if one.crossing is not None:
                top.plot(one.crossing.threshold * 100, 100, marker="v", color=colour, markersize=9, linestyle="")
        bottom.plot(one.threshold * 100, one.omission * 100, label=f"{one.terrain}", **look)
    top.set_ylabel(said["ratio"], fontsize=8)
    top.set_ylim(bottom=-4)
    bottom.set_ylabel(said["omission"], fontsize=8)
    bottom.set_ylim(-4, 104)
    bottom.set_xlabel(said["threshold"], fontsize=8)
    for axes in (top, bottom):
        _dressed(axes)
    handles, names = bottom.get_legend_handles_labels()
    figure.legend(handles, names, loc="outside upper right", ncols=len(curves), frameon=False, fontsize=8)
    return signed(figure, comparison)


def _marks(axes: Axes, one: Curve, language: str) -> None:
    """Mark the crossing and the knee, each with its threshold."""
    said, crossing, knee = WORDS[language], one.crossing, one.knee
    if crossing is not None:
        x, y = crossing.threshold * 100, one.overlay_area / 1e6
        axes.plot(x, y, marker="v", color=BLACK, markersize=8, linestyle="")
        text = f"{said['crossing']} = {x:.1f} %"
        # On the side where the curve is not.
        axes.annotate(text, (x, y), textcoords="offset points", xytext=(8, 6), fontsize=8)
    if knee is not None:
        at = int(abs(one.threshold - knee).argmin())
        x, y = knee * 100, float(one.priority_area[at]) / 1e6
        axes.plot(x, y, marker="D", color=GREEN, markersize=7, linestyle="", zorder=4)
        text = f"{said['knee']} = {x:.0f} %"
        axes.annotate(text, (x, y), textcoords="offset points", xytext=(4, -14), fontsize=8, color=GREEN)


def _dressed(axes: Axes) -> None:
    axes.set_xlim(2, 98)
    axes.set_xticks(range(10, 100, 10))
    ruled(axes)
