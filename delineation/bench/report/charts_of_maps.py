"""Maps of a comparison: where the category is disputed, how sure each border is, what errors of the sources leave.

Colours and classes are those of the layers in ``comparison.gpkg``. What is drawn of faces and borders is an image even
in an SVG: a county has hundreds of thousands of vertices.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from matplotlib.collections import LineCollection
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, PathPatch

from ...export.map_figure import outline_path
from ...partition import border_lines, dissolve
from ..experiments.boundary_confidence import LINES, boundary_confidence, disagreement, lines_of
from .chart_frame import GREY, WORDS, labels, new_figure, signed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from ...core.arrays import Floats
    from ...partition import Partition
    from ..experiments.uncertainty import Uncertainty
    from ..runs.run import Comparison

# Light to dark, so that they are told apart in grey and with any colour vision (ColorBrewer's PuRd).
_SHADES = ("#f7f4f9", "#d4b9da", "#c994c7", "#dd1c77", "#67001f")
_DISPUTED = (0.0, 0.25, 0.5, 0.75)
# A large face loses a little at its edges in any sample: that is no doubt about the face.
_CHANGED = (0.05, 0.25, 0.5, 0.75)
_LINE, _GIVEN = "#4b2e83", "#a0a0a0"
_WIDTHS = (0.3, 0.7, 1.2, 1.8, 2.6)  # points: 0–20 %, …, 80–100 %
_ROUNDING = 1e-9


def borders_and_disputes(comparison: Comparison, language: str) -> Figure:
    """Draw the disagreement over categories beside boundary confidence.

    Parameters
    ----------
    comparison : Comparison
    language : {"zh", "en"}
    """
    said, basis = WORDS[language], comparison.basis
    figure = new_figure(260, 30 + 120 * _height(basis.partition))
    left, right = figure.subplots(1, 2)
    found = disagreement(comparison.labelled, len(basis.area))
    _shade(left, basis.partition, np.nan_to_num(found.pairs), _DISPUTED)
    left.set_title(said["disputed"], fontsize=9)
    below: dict[str, Any] = {"loc": "upper center", "bbox_to_anchor": (0.5, 0.0), "frameon": False, "fontsize": 7.5}
    left.legend(handles=_keys(_DISPUTED), ncols=5, **below)
    _draw_borders(right, comparison)
    right.set_title(said["survives"], fontsize=9)
    lines = [
        Line2D([], [], color=_LINE, linewidth=width, label=f"{20 * number}–{20 * number + 20} %")
        for number, width in enumerate(_WIDTHS)
    ]
    lines.append(Line2D([], [], color=_GIVEN, linewidth=_WIDTHS[-1], label=said["given"]))
    right.legend(handles=lines, ncols=3, **below)
    return signed(figure, comparison)


def certainty(comparison: Comparison, found: Sequence[Uncertainty], language: str) -> Figure:
    """Draw, for each method, how often errors of the sources change the category of a face.

    Parameters
    ----------
    comparison : Comparison
    found : sequence of Uncertainty
        One a method, in the order of the rows.
    language : {"zh", "en"}
    """
    said, partition = WORDS[language], comparison.basis.partition
    columns = min(len(found), 3)
    rows = -(-len(found) // columns)
    figure = new_figure(max(85.0 * columns, 130.0), 24 + rows * (14 + 78 * _height(partition)))
    grid = figure.subplots(rows, columns, squeeze=False).ravel()
    for axes in grid[len(found) :]:
        axes.set_axis_off()
    for axes, one, name in zip(grid, found, labels(comparison, language), strict=False):
        _shade(axes, partition, 1.0 - one.kept, _CHANGED)
        axes.set_title(name, fontsize=8)
    figure.suptitle(said["changed"], fontsize=9)
    figure.legend(handles=_keys(_CHANGED), loc="outside lower right", ncols=5, frameon=False, fontsize=7.5)
    return signed(figure, comparison)


def _height(partition: Partition) -> float:
    """Height of the land as a share of its width, within what a page bears."""
    west, south, east, north = shapely.total_bounds(partition.faces).tolist()
    return float(np.clip((north - south) / max(east - west, 1e-9), 0.35, 1.4))


def _keys(steps: Sequence[float]) -> list[Patch]:
    """Say what the shades mean: up to the first step, between each and the next, beyond the last."""
    ends = [f"{100 * step:.0f}" for step in (*steps, 1.0)]
    words = [f"≤ {ends[0]} %" if steps[0] else "0", *(f"{low}–{high} %" for low, high in pairwise(ends))]
    return [
        Patch(facecolor=shade, edgecolor=GREY, linewidth=0.4, label=one)
        for shade, one in zip(_SHADES, words, strict=True)
    ]


def _shade(axes: Axes, partition: Partition, value: Floats, steps: Sequence[float]) -> None:
    """Fill faces by the class of their value, those of a class as one polygon; what has no value stays empty."""
    shade = np.searchsorted([step + _ROUNDING for step in steps], value).astype(np.int64)
    shade[np.isnan(value)] = -1
    for polygon, colour in zip(dissolve(partition, shade, len(_SHADES)), _SHADES, strict=True):
        if not shapely.is_empty(polygon):
            _fill(axes, polygon, colour)
    _frame(axes, partition)


def _fill(axes: Axes, polygon: shapely.Geometry, colour: str) -> None:
    axes.add_patch(PathPatch(outline_path(polygon), facecolor=colour, edgecolor=colour, linewidth=0.2, rasterized=True))


def _draw_borders(axes: Axes, comparison: Comparison) -> None:
    basis = comparison.basis
    borders = basis.partition.borders
    share = boundary_confidence(borders, comparison.labelled).share
    given = np.isin(lines_of(borders, basis.ground), [LINES.index("county"), LINES.index("shore")])
    width = np.clip(np.ceil(share * len(_WIDTHS) - _ROUNDING).astype(np.int64) - 1, 0, len(_WIDTHS) - 1)
    lines = border_lines(basis.partition)
    # The surest last: they lie over the others.
    for number, points in enumerate(_WIDTHS):
        for colour, kind in ((_GIVEN, given), (_LINE, ~given)):
            parts = shapely.get_parts(lines[(share > 0) & (width == number) & kind])
            if len(parts):
                xy, line = shapely.get_coordinates(parts, return_index=True)
                segments = np.split(xy, np.flatnonzero(np.diff(line)) + 1)
                axes.add_collection(
                    LineCollection(segments, colors=colour, linewidths=points, capstyle="round", rasterized=True)
                )
    _frame(axes, basis.partition)


def _frame(axes: Axes, partition: Partition) -> None:
    """Show all of the land, with its outline, at one scale both ways."""
    outline = dissolve(partition, np.zeros(len(partition), dtype=np.int64), 1)
    for ring in shapely.get_rings(shapely.get_parts(outline)):
        axes.plot(*shapely.get_coordinates(ring).T, color=GREY, linewidth=0.6, rasterized=True)
    west, south, east, north = shapely.total_bounds(partition.faces).tolist()
    margin = 0.02 * max(east - west, north - south)
    axes.set_xlim(west - margin, east + margin)
    axes.set_ylim(south - margin, north + margin)
    axes.set_aspect("equal")
    axes.set_xticks([])
    axes.set_yticks([])
    axes.set_axis_off()
