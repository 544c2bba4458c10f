"""The picture of a map, drawn by matplotlib: units, borders, labels, and what a map needs beside them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely
from matplotlib import patheffects
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, PathPatch, Polygon, Rectangle
from matplotlib.path import Path as Outline

from ..case.names import Glossary
from ..case.profile import read_profile
from ..core.figure import drawing, save
from ..core.messages import Message, counted, word

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from matplotlib.axes import Axes
    from numpy.typing import NDArray
    from pyproj import CRS

    from .map_png import MapTables

__all__ = ["COLOURS", "SEA_COLOURS", "figure_of", "outline_path", "save_figure"]

COLOURS = {1: "#1B7F5C", 2: "#D95F02", 3: "#F2D16B"}
SEA_COLOURS = {1: "#76B29D", 2: "#E89F67", 3: "#F7E3A6"}  # the land's hues, paler
DARK, RED = "#3a3a3a", "#C8102E"
MM = 72 / 25.4  # points in a millimetre
SIDE = 66.0  # mm: the panel beside the map
LABELS = 120  # units with a name at most, the largest first


def save_figure(tables: MapTables, target: Path, width: float, dpi: int) -> None:
    """Draw the map and write it as a PNG; an existing one is replaced whole.

    Parameters
    ----------
    tables : MapTables
    target : Path
    width : float
        mm.
    dpi : int
        Dots per inch.

    Warns
    -----
    UserWarning
        No font with Chinese characters is installed.
    """
    with drawing(**{"hatch.linewidth": 0.5}):
        save(figure_of(tables, width, dpi), target, kind="png")


def figure_of(tables: MapTables, width: float, dpi: int) -> Figure:
    """Draw the map; the fonts are those of matplotlib's settings."""
    west, south, east, north = shapely.total_bounds(tables.units.geometry.to_numpy())
    latitude = (south + north) / 2
    # One unit of x is so many units of y on the ground; in a geographic CRS a degree of longitude is the shorter one.
    stretch = 1 / np.cos(np.radians(latitude)) if tables.crs.is_geographic else 1.0
    room = width - SIDE - 12
    height = float(np.clip(room * (north - south) * stretch / (east - west), 130, 2 * width)) + 22
    figure = Figure(figsize=(width / 25.4, height / 25.4), dpi=dpi, facecolor="white")
    FigureCanvasAgg(figure)
    axes = figure.add_axes((6 / width, 6 / height, room / width, (height - 22) / height))
    margin = 0.02 * max(east - west, north - south)
    axes.set_xlim(west - margin, east + margin)
    axes.set_ylim(south - margin, north + margin)
    axes.set_aspect(stretch)
    axes.set_xticks([])
    axes.set_yticks([])

    _draw_units(axes, tables.units)
    townships, counties = (_merged(tables.faces, column) for column in ("township", "county"))
    _draw_lines(axes, townships.to_numpy(), DARK, 0.1, zorder=3)
    red = _red_line(tables)
    _draw_lines(axes, red, RED, 0.35, zorder=4)
    _draw_lines(axes, counties.to_numpy(), DARK, 0.8, zorder=5)
    names = json.loads(tables.meta.get("county_names", "{}"))
    _label(axes, counties.rename(index=lambda code: names.get(code, code)), tables.units)

    say = _voice(tables.meta)
    title = tables.meta.get("name", "")
    heading = (
        Message("{title} · map of the control units", title=title) if title else Message("map of the control units")
    )
    figure.text(6 / width, 1 - 6 / height, say(heading), fontsize=15, va="top", weight="bold")
    side = figure.add_axes(((width - SIDE) / width, 6 / height, (SIDE - 6) / width, (height - 22) / height))
    side.set_axis_off()
    _legend(side, tables.units, say, has_red_line=len(red) > 0)
    _scale_bar(figure, axes, tables.crs, latitude, (width - SIDE) / width, 26 / height)
    _north_arrow(figure, (width - 12) / width, 1 - 18 / height, 12 / height, say(Message("N")))
    code = tables.crs.to_epsg()
    notes = [Message("coordinate system: {name}", name=tables.crs.name)]
    if code:
        notes = [Message("coordinate system: {name} (EPSG:{code})", name=tables.crs.name, code=code)]
    if tables.meta.get("status"):
        notes.append(Message("status: {status}", status=tables.meta["status"]))
    if any("示意" in value for value in tables.meta.values()):
        notes.append(Message("a sample: the boundaries are for show and decide nothing"))
    foot = "\n".join(say(note) for note in notes)
    figure.text((width - SIDE) / width, 6 / height, foot, fontsize=7, va="bottom", linespacing=1.5, wrap=True)
    return figure


def _voice(meta: Mapping[str, str]) -> Callable[[Message], str]:
    """Speak the language of the plan's profile, as all that is written into files."""
    names = Glossary(read_profile(meta.get("profile") or "national"))
    return lambda message: word(message, names.language, names)


def _draw_units(axes: Axes, units: pd.DataFrame) -> None:
    sea = units["code"].fillna("").str.startswith("HY").to_numpy()
    category = units["category"].to_numpy()
    polygons = units.geometry.to_numpy()
    for colours, place in ((COLOURS, ~sea), (SEA_COLOURS, sea)):
        for key, colour in colours.items():
            chosen = polygons[place & (category == key)]
            if len(chosen):
                fill = {"facecolor": colour, "edgecolor": DARK, "linewidth": 0.3 * MM / 2}
                axes.add_patch(PathPatch(outline_path(chosen), hatch="///" if key == 2 else None, zorder=2, **fill))


def outline_path(polygons: NDArray[np.object_]) -> Outline:
    """All rings as one path; holes run the other way round, so that they stay empty."""
    parts = shapely.orient_polygons(shapely.get_parts(polygons))
    rings, _ = shapely.get_rings(parts, return_index=True)
    points, ring = shapely.get_coordinates(rings, return_index=True)
    codes = np.full(len(points), Outline.LINETO, dtype=np.uint8)
    first = np.flatnonzero(np.diff(ring, prepend=-1))
    codes[first] = Outline.MOVETO
    codes[np.append(first[1:], len(points)) - 1] = Outline.CLOSEPOLY
    return Outline(points, codes)


def _draw_lines(axes: Axes, polygons: NDArray[np.object_], colour: str, width: float, *, zorder: int) -> None:
    if len(polygons):
        look: dict[str, Any] = {"edgecolor": colour, "linewidth": width * MM, "joinstyle": "round"}
        axes.add_patch(PathPatch(outline_path(polygons), facecolor="none", zorder=zorder, **look))


def _merged(faces: pd.DataFrame, column: str) -> pd.Series:
    """Faces of equal value as one polygon each, indexed by the value."""
    known = faces[faces[column].notna() & (faces[column] != "")]
    polygons = known.geometry.to_numpy()
    groups = known.groupby(column, sort=True).indices
    return pd.Series({key: shapely.coverage_union_all(polygons[rows]) for key, rows in groups.items()}, dtype=object)


def _red_line(tables: MapTables) -> NDArray[np.object_]:
    covered = tables.coverage.loc[tables.coverage["role"] == "red_line", "face_id"]
    polygons = tables.faces.loc[tables.faces["face_id"].isin(covered)].geometry.to_numpy()
    return np.array([shapely.coverage_union_all(polygons)], dtype=object) if len(polygons) else polygons


def _label(axes: Axes, counties: pd.Series, units: pd.DataFrame) -> None:
    """Names of counties, then of units, the largest first; one that would cover another is left out."""
    halo: list[patheffects.AbstractPathEffect] = [patheffects.withStroke(linewidth=2.2, foreground="white")]
    largest = units.assign(size=shapely.area(units.geometry.to_numpy())).nlargest(LABELS, "size", keep="first")
    wanted = [(str(name), polygon, 11.0, "bold") for name, polygon in counties.items()]
    wanted += [
        (_two_lines(str(name)), polygon, 6.5, "normal")
        for name, polygon in zip(largest["name"].fillna(""), largest.geometry, strict=True)
        if name
    ]
    renderer = axes.figure.canvas.get_renderer()  # type: ignore[attr-defined]
    taken: NDArray[np.float64] = np.empty((0, 4))
    for words, polygon, size, weight in wanted:
        parts = shapely.get_parts(polygon)
        point = shapely.point_on_surface(parts[np.argmax(shapely.area(parts))])
        text = axes.text(point.x, point.y, words, fontsize=size, weight=weight, ha="center", va="center", zorder=6)
        text.set_path_effects(halo)
        box = text.get_window_extent(renderer).extents
        hit = (taken[:, 0] < box[2]) & (taken[:, 2] > box[0]) & (taken[:, 1] < box[3]) & (taken[:, 3] > box[1])
        if hit.any():
            text.remove()
        else:
            taken = np.vstack([taken, box])


def _two_lines(name: str, *, longest: int = 10) -> str:
    half = (len(name) + 1) // 2
    return name if len(name) <= longest else f"{name[:half]}\n{name[half:]}"


def _legend(axes: Axes, units: pd.DataFrame, say: Callable[[Message], str], *, has_red_line: bool) -> None:
    sea = units["code"].fillna("").str.startswith("HY")
    land_area = units.loc[~sea, "area_m2"].sum()
    handles: list[Patch | Line2D] = []
    for colours, at_sea, rows in ((COLOURS, False, units[~sea]), (SEA_COLOURS, True, units[sea])):
        for key, colour in colours.items():
            chosen = rows[rows["category"] == key]
            if len(chosen):
                area = chosen["area_m2"].sum()
                size = Message("{area:,.2f} km²", area=area / 1e6)
                if at_sea:
                    title = Message("{category:category} units (sea)", category=key)
                    said = counted(len(chosen), "{n} unit, {size}", "{n} units, {size}", size=size)
                else:
                    title, share = Message("{category:category} units", category=key), area / land_area
                    said = counted(
                        len(chosen),
                        "{n} unit, {size}, {share:share}",
                        "{n} units, {size}, {share:share}",
                        size=size,
                        share=share,
                    )
                words = f"{say(title)}\n{say(said)}"
                hatch = "///" if key == 2 else None
                handles.append(Patch(facecolor=colour, edgecolor=DARK, hatch=hatch, linewidth=0.5, label=words))
    handles += (
        [Line2D([], [], color=RED, linewidth=0.35 * MM, label=say(Message("{role:role}", role="red_line")))]
        if has_red_line
        else []
    )
    handles.append(Line2D([], [], color=DARK, linewidth=0.8 * MM, label=say(Message("county boundary"))))
    handles.append(Line2D([], [], color=DARK, linewidth=0.1 * MM, label=say(Message("township boundary"))))
    look: dict[str, Any] = {
        "frameon": False,
        "fontsize": 8,
        "title": say(Message("Legend")),
        "title_fontsize": 10,
        "alignment": "left",
    }
    axes.legend(handles=handles, loc="upper left", bbox_to_anchor=(0, 0.93), borderaxespad=0, labelspacing=0.9, **look)


def _scale_bar(figure: Figure, axes: Axes, crs: CRS, latitude: float, left: float, bottom: float) -> None:
    """Draw a bar of a round length, at most 45 mm long; in a geographic CRS it holds at the map's middle."""
    axes.apply_aspect()
    span = np.diff(axes.get_xlim())[0] / (axes.get_position().width * figure.get_figwidth() * 25.4)  # CRS units per mm
    metres = 111_320 * np.cos(np.radians(latitude)) if crs.is_geographic else crs.axis_info[0].unit_conversion_factor
    most = 45 * span * metres
    power = 10.0 ** np.floor(np.log10(most))
    length = max(step * power for step in (1, 2, 5) if step * power <= most)
    width = length / (span * metres) / 25.4 / figure.get_figwidth()
    thick = 1.5 / 25.4 / figure.get_figheight()
    for start, colour in ((left, DARK), (left + width / 2, "white")):
        figure.add_artist(Rectangle((start, bottom), width / 2, thick, facecolor=colour, edgecolor=DARK))
    words = f"{length / 1000:g} km" if length >= 1000 else f"{length:g} m"
    for x, text in ((left, "0"), (left + width, words)):
        figure.text(x, bottom + 1.5 * thick, text, fontsize=8, ha="center" if text != "0" else "left", va="bottom")


def _north_arrow(figure: Figure, x: float, top: float, height: float, north: str) -> None:
    half = 0.28 * height * figure.get_figheight() / figure.get_figwidth()
    for side, colour in ((-1, DARK), (1, "white")):
        corners = [(x, top), (x + side * half, top - height), (x, top - 0.75 * height)]
        figure.add_artist(Polygon(corners, closed=True, facecolor=colour, edgecolor=DARK, linewidth=0.8))
    figure.text(x, top + 0.1 * height, north, fontsize=10, ha="center", va="bottom")
