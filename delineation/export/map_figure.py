"""The picture of a map, drawn by matplotlib: units, borders, labels, and what a map needs beside them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from unicodedata import east_asian_width

import numpy as np
import shapely
from matplotlib import patheffects
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, PathPatch, Polygon, Rectangle
from matplotlib.path import Path as Outline

from ..core.figure import drawing, save
from ..core.messages import Message
from .map_sheet import LARGER, PAPERS, TABLE_PAGE, MapOptions, broken, label_lines, unit_table

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pandas as pd
    from matplotlib.axes import Axes
    from pyproj import CRS

    from ..core.arrays import Floats, Objects
    from .map_sheet import MapSheet, TablePage

__all__ = [
    "COLOURS",
    "DARK",
    "MM",
    "RED",
    "SEA_COLOURS",
    "north_arrow",
    "outline_path",
    "save_sheet",
    "scale_bar",
    "wrapped",
]

COLOURS = {1: "#1B7F5C", 2: "#D95F02", 3: "#F2D16B"}
SEA_COLOURS = {1: "#76B29D", 2: "#E89F67", 3: "#F7E3A6"}  # the land's hues, paler
DARK, RED = "#3a3a3a", "#C8102E"
MM = 72 / 25.4  # points in a millimetre
SIDE = 66.0  # mm: the panel beside the map
LABELS = 120  # units with a name at most, the largest first
AROUND = "#efefef"  # what surrounds a township
# Items of a sheet that stand beside the map, from the top down.
NOTES = ("状态", "坐标系", "面积口径", "底图来源", "编制单位", "日期", "审图号")
_LOOK = {"hatch.linewidth": 0.5}
# The other way than key control units are hatched.
_UNDELIVERED: dict[str, Any] = {"facecolor": "none", "edgecolor": DARK, "hatch": "\\\\\\", "linewidth": 0}


def save_sheet(sheet: MapSheet, crs: CRS, target: Path, options: MapOptions) -> int:
    """Draw a sheet on its paper and write it as a PNG or a PDF, whose texts can be searched for.

    The map of the whole has a table of all units on further pages of a PDF.

    Returns
    -------
    int
        How many units a picture of the whole has no label for; 0 of a PDF.

    Warns
    -----
    UserWarning
        No font with Chinese characters is installed.
    """
    short, long = PAPERS[options.paper]
    scale = LARGER[options.paper]
    lying, standing = (_room(sheet, crs, *way, scale) for way in ((long, short), (short, long)))
    width, height = (long, short) if lying >= standing else (short, long)
    # Fonts of type 3 have no Chinese text that a reader finds.
    with drawing(**_LOOK, **{"pdf.fonttype": 42}):
        figure, labelled = _figure(sheet, crs, width, height, options.dpi, scale)
        kind = target.suffix.lower().removeprefix(".")
        table = unit_table(sheet) if kind == "pdf" and sheet.focus is None else []
        save(figure, target, kind=kind, title=sheet.texts["标题"][0], more=[_table_page(page) for page in table])
    return len(sheet.units) - labelled if kind == "png" and sheet.focus is None and not sheet.theme else 0


def _table_page(page: TablePage) -> Figure:
    width, height = TABLE_PAGE
    figure = Figure(figsize=(width / 25.4, height / 25.4), facecolor="white")
    for text, x, y, size in page.texts:
        # Drawn from the line's upper edge; the size says on which side it begins.
        across = "right" if size < 0 else "left"
        figure.text(x / width, 1 - y / height, text, fontsize=abs(size), ha=across, va="top", parse_math=False)
    for y in page.rules:
        line = [page.left / width, page.right / width], [1 - y / height, 1 - y / height]
        figure.add_artist(Line2D(*line, color="#b0b0b0", linewidth=0.5))
    return figure


def _stretch(sheet: MapSheet, crs: CRS) -> float:
    """One unit of x is so many units of y on the ground: in a geographic CRS a degree of longitude is the shorter."""
    _, south, _, north = sheet.bounds
    return float(1 / np.cos(np.radians((south + north) / 2))) if crs.is_geographic else 1.0


def _room(sheet: MapSheet, crs: CRS, width: float, height: float, scale: float) -> float:
    """How large the map becomes on such a sheet."""
    west, south, east, north = sheet.bounds
    return min(
        (width - (SIDE + 12) * scale) / (east - west),
        (height - 22 * scale) / ((north - south) * _stretch(sheet, crs)),
    )


def _figure(sheet: MapSheet, crs: CRS, width: float, height: float, dpi: int, scale: float) -> tuple[Figure, int]:
    """Draw a sheet of a size in mm, what is read on it so many times as large as on A3, and count labelled units."""
    side = SIDE * scale
    room, edge = width - side - 12 * scale, 6 * scale
    figure = Figure(figsize=(width / 25.4, height / 25.4), dpi=dpi, facecolor="white")
    FigureCanvasAgg(figure)
    axes = figure.add_axes((edge / width, edge / height, room / width, (height - 22 * scale) / height))
    west, south, east, north = sheet.bounds
    # What the sheet has beside the plan belongs to the map.
    stretch = _stretch(sheet, crs)
    across, up = room / (east - west), (height - 22 * scale) / ((north - south) * stretch)
    half = 1.04 * room / min(across, up) / 2, 1.04 * (height - 22 * scale) / min(across, up) / stretch / 2
    axes.set_xlim((west + east) / 2 - half[0], (west + east) / 2 + half[0])
    axes.set_ylim((south + north) / 2 - half[1], (south + north) / 2 + half[1])
    axes.set_aspect(stretch)
    axes.set_xticks([])
    axes.set_yticks([])
    axes.apply_aspect()

    if len(sheet.around):
        around = outline_path(sheet.around.geometry.to_numpy())
        axes.add_patch(PathPatch(around, facecolor=AROUND, edgecolor="#b0b0b0", linewidth=0.1 * MM, zorder=1))
    _draw_units(axes, sheet.units)
    if len(sheet.undelivered):
        axes.add_patch(PathPatch(outline_path(sheet.undelivered), zorder=2.5, **_UNDELIVERED))
    _draw_lines(axes, sheet.townships.to_numpy(), DARK, 0.1, zorder=3)
    _draw_lines(axes, sheet.red_line, RED, 0.35, zorder=4)
    _draw_lines(axes, sheet.counties.to_numpy(), DARK, 0.8, zorder=5)
    if sheet.focus is not None:
        _draw_lines(axes, np.array([sheet.focus]), DARK, 0.6, zorder=5)
    labelled = _label(axes, sheet, scale)

    heading = figure.text(edge / width, 1 - edge / height, "", fontsize=15 * scale, va="top", weight="bold")
    heading.set_text(wrapped(sheet.texts["标题"][0], width - 60 * scale, 15 * scale))
    mark = sheet.texts["密级"][0]
    figure.text(1 - edge / width, 1 - edge / height, mark, fontsize=9 * scale, va="top", ha="right")
    panel = figure.add_axes(
        ((width - side) / width, edge / height, (side - edge) / width, (height - 22 * scale) / height)
    )
    panel.set_axis_off()
    _legend(panel, sheet, scale)
    notes = [sheet.texts[name][0] for name in NOTES if sheet.texts[name][0]]
    foot = "\n".join(wrapped(note, side - 2 * edge, 7 * scale) for note in notes)
    left = (width - side) / width
    figure.text(left, edge / height, foot, fontsize=7 * scale, va="bottom", linespacing=1.5)
    lines = foot.count("\n") + 1
    bottom = (edge + 3.9 * scale * lines + 6 * scale) / height
    scale_bar(figure, axes, crs, (south + north) / 2, left, bottom, scale)
    north_arrow(
        figure,
        (width - 14 * scale) / width,
        1 - 24 * scale / height,
        12 * scale / height,
        scale,
        sheet.words.say(Message("N")),
    )
    return figure, labelled


def wrapped(text: str, width: float, size: float) -> str:
    """Break a text into lines of a width in mm: a Chinese character is as wide as its size, a letter about half."""

    def measure(part: str) -> float:
        return sum(1.0 if east_asian_width(one) in "WF" else 0.58 for one in part) * size / MM

    return "\n".join(broken(text, width, measure))


def _draw_units(axes: Axes, units: pd.DataFrame) -> None:
    sea = units["sea"].to_numpy(dtype=bool)
    category = units["category"].to_numpy()
    polygons = units.geometry.to_numpy()
    for colours, place in ((COLOURS, ~sea), (SEA_COLOURS, sea)):
        for key, colour in colours.items():
            chosen = polygons[place & (category == key)]
            if len(chosen):
                fill = {"facecolor": colour, "edgecolor": DARK, "linewidth": 0.3 * MM / 2}
                axes.add_patch(PathPatch(outline_path(chosen), hatch="///" if key == 2 else None, zorder=2, **fill))


def outline_path(polygons: Objects) -> Outline:
    """All rings as one path; holes run the other way round, so that they stay empty."""
    parts = shapely.orient_polygons(shapely.get_parts(polygons))
    rings, _ = shapely.get_rings(parts, return_index=True)
    points, ring = shapely.get_coordinates(rings, return_index=True)
    codes = np.full(len(points), Outline.LINETO, dtype=np.uint8)
    first = np.flatnonzero(np.diff(ring, prepend=-1))
    codes[first] = Outline.MOVETO
    codes[np.append(first[1:], len(points)) - 1] = Outline.CLOSEPOLY
    return Outline(points, codes)


def _draw_lines(axes: Axes, polygons: Objects, colour: str, width: float, *, zorder: int) -> None:
    if len(polygons):
        look: dict[str, Any] = {"edgecolor": colour, "linewidth": width * MM, "joinstyle": "round"}
        axes.add_patch(PathPatch(outline_path(polygons), facecolor="none", zorder=zorder, **look))


def _label(axes: Axes, sheet: MapSheet, scale: float) -> int:
    """Names of counties, then of units, the largest first; one that would cover another gives way to the unit's code.

    Returns
    -------
    int
        How many units have a label.
    """
    units = sheet.units
    largest = units.assign(size=shapely.area(units.geometry.to_numpy())).nlargest(LABELS, "size", keep="first")
    wanted: list[tuple[list[str], Any, float, str]] = []
    if sheet.focus is None:
        wanted += [([str(name)], polygon, 11.0, "bold") for name, polygon in sheet.counties.items()]
    for name, code, polygon in zip(largest["name"], largest["code"], largest.geometry, strict=True):
        said = [label_lines(str(name or ""), 10), str(code or "")]
        wanted.append(([one for one in said if one], polygon, 6.5, "normal"))
    renderer = axes.figure.canvas.get_renderer()  # type: ignore[attr-defined]
    taken = _Taken(np.asarray(axes.get_window_extent(renderer).extents), np.empty((0, 4)))
    labelled = 0
    for choices, polygon, size, weight in wanted:
        parts = shapely.get_parts(polygon)
        point = shapely.point_on_surface(parts[np.argmax(shapely.area(parts))])
        for words in choices:
            look: dict[str, Any] = {"fontsize": size * scale, "weight": weight, "parse_math": False}
            text = axes.text(point.x, point.y, words, ha="center", va="center", **look)
            # A county's name gives way a little before it is left out.
            ways = _WAYS if weight == "bold" else _WAYS[:1]
            place = taken.place(np.reshape(text.get_window_extent(renderer).extents, (2, 2)), ways)
            text.remove()
            if place is None:
                continue
            x, y = axes.transData.inverted().transform(place)
            halo = patheffects.withStroke(linewidth=2.2 * scale, foreground="white")
            axes.text(x, y, words, ha="center", va="center", zorder=6, path_effects=[halo], **look)
            # Once more without the halo: with one it is a shape, and no text that can be searched for.
            axes.text(x, y, words, ha="center", va="center", zorder=7, **look)
            labelled += weight != "bold"
            break
    return labelled


@dataclass
class _Taken:
    """Boxes of labels (west, south, east, north) in a frame."""

    frame: Floats
    boxes: Floats

    def place(self, corners: Floats, ways: Sequence[tuple[float, float]]) -> Floats | None:
        """Take the first of some places near by where a box covers no other, and give its middle."""
        middle, half = corners.mean(axis=0), (corners[1] - corners[0]) / 2
        for way in ways:
            place: Floats = middle + 2.1 * half * np.array(way)
            box = np.concatenate([place - half, place + half])
            if _is_free(box, self.boxes, self.frame):
                self.boxes = np.vstack([self.boxes, box])
                return place
        return None


_WAYS = ((0.0, 0.0), (0.0, 1.0), (0.0, -1.0), (0.6, 0.0), (-0.6, 0.0), (0.0, 2.0), (0.0, -2.0))


def _is_free(box: Floats, taken: Floats, frame: Floats) -> bool:
    """Whether a box (west, south, east, north) lies in the frame, and covers none of those that are taken."""
    hit = (taken[:, 0] < box[2]) & (taken[:, 2] > box[0]) & (taken[:, 1] < box[3]) & (taken[:, 3] > box[1])
    return not hit.any() and bool(np.all(box[:2] >= frame[:2]) and np.all(box[2:] <= frame[2:]))


def _legend(axes: Axes, sheet: MapSheet, scale: float) -> None:
    handles: list[Patch | Line2D] = []
    for (number, sea), (name, size) in sheet.legend().items():
        colour = (SEA_COLOURS if sea else COLOURS)[number]
        hatch = "///" if number == 2 else None
        handles.append(Patch(facecolor=colour, edgecolor=DARK, hatch=hatch, linewidth=0.5, label=f"{name}\n{size}"))
    words = sheet.line_words()
    if len(sheet.undelivered):
        handles.append(Patch(**_UNDELIVERED, label=words["undelivered"]))
    lines = [("red_line", RED, 0.35)] if len(sheet.red_line) else []
    for line, colour, width in (*lines, ("county", DARK, 0.8), ("township", DARK, 0.1)):
        handles.append(Line2D([], [], color=colour, linewidth=width * MM, label=words[line]))
    look: dict[str, Any] = {"frameon": False, "fontsize": 8 * scale, "title_fontsize": 10 * scale, "alignment": "left"}
    title = sheet.words.say(Message("Legend"))
    axes.legend(
        handles=handles,
        title=title,
        loc="upper left",
        bbox_to_anchor=(0, 0.9),
        borderaxespad=0,
        labelspacing=0.9,
        **look,
    )


def scale_bar(figure: Figure, axes: Axes, crs: CRS, latitude: float, left: float, bottom: float, scale: float) -> None:
    """Draw a bar of a round length, at most 45 mm long on A3; in a geographic CRS it holds at the map's middle."""
    axes.apply_aspect()
    span = np.diff(axes.get_xlim())[0] / (axes.get_position().width * figure.get_figwidth() * 25.4)  # CRS units per mm
    metres = 111_320 * np.cos(np.radians(latitude)) if crs.is_geographic else crs.axis_info[0].unit_conversion_factor
    most = 45 * scale * span * metres
    power = 10.0 ** np.floor(np.log10(most))
    length = max(step * power for step in (1, 2, 5) if step * power <= most)
    width = length / (span * metres) / 25.4 / figure.get_figwidth()
    thick = 1.5 * scale / 25.4 / figure.get_figheight()
    for start, colour in ((left, DARK), (left + width / 2, "white")):
        figure.add_artist(Rectangle((start, bottom), width / 2, thick, facecolor=colour, edgecolor=DARK))
    words = f"{length / 1000:g} km" if length >= 1000 else f"{length:g} m"
    for x, text in ((left, "0"), (left + width, words)):
        figure.text(
            x, bottom + 1.5 * thick, text, fontsize=8 * scale, ha="center" if text != "0" else "left", va="bottom"
        )


def north_arrow(figure: Figure, x: float, top: float, height: float, scale: float, north: str) -> None:
    """Draw an arrow that points north, its head at a place in parts of the figure."""
    half = 0.28 * height * figure.get_figheight() / figure.get_figwidth()
    for side, colour in ((-1, DARK), (1, "white")):
        corners = [(x, top), (x + side * half, top - height), (x, top - 0.75 * height)]
        figure.add_artist(Polygon(corners, closed=True, facecolor=colour, edgecolor=DARK, linewidth=0.8))
    figure.text(x, top + 0.1 * height, north, fontsize=10 * scale, ha="center", va="bottom")
