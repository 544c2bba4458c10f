"""The maps of an assessment's report: the site among units and protected land, and where else it could go."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from matplotlib import patheffects
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, PathPatch, Rectangle
from matplotlib.transforms import Bbox

from ..core.messages import Message, at
from ..export.map_figure import COLOURS, DARK, MM, RED, SEA_COLOURS, north_arrow, outline_path, scale_bar, wrapped
from ..export.map_sheet import label_lines
from ..sources.coordinates.crs import crs_words
from .report_content import ELSEWHERE_MAP, MAP_SIZE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from ..sources.coordinates.crs import Box
    from .report_content import ReportWords
    from .report_plan import MapLayers, MapUnit

_SIDE = 46.0  # mm of the width that the legend has
_LEAST = (4_000.0, 8_000.0, 16_000.0)  # m that a map shows at least, more where it would show one unit alone
_MARGIN = 3_000.0  # m that are shown around a site at most
_SEEN = 3.0  # mm: a smaller site has a ring round it
_LABELS = 14
_SITE = "#111111"
_SCALE = 0.62  # of letters and lines, against those of an A3 sheet
# Of an outlined role: colour, width in mm, dashes, hatch.
_OUTLINES: Mapping[str, tuple[str, float, Any, str]] = {
    "red_line": (RED, 0.5, "solid", "\\\\\\"),
    "protected_area": ("#0B5D1E", 0.35, (0, (5, 1.5)), ""),
    "drinking_water": ("#0057B8", 0.35, (0, (4, 1, 1, 1)), "..."),
    "general_eco_space": ("#5E9C3A", 0.3, (0, (2, 1)), ""),
    "farmland": ("#8A5A00", 0.3, (0, (1, 1)), ""),
    "urban_boundary": ("#7B2D8B", 0.35, (0, (6, 1, 1, 1, 1, 1)), ""),
}


def draw_map(
    figure: Figure, answer: Mapping[str, Any], words: ReportWords, name: str, corner: tuple[float, float]
) -> None:
    """Draw a map into a figure.

    Parameters
    ----------
    figure : Figure
    answer : mapping
    words : ReportWords
    name : {"site", "elsewhere"}
    corner : tuple of float
        Left and lower edge, mm.
    """
    paper_width, paper_height = figure.get_figwidth() * 25.4, figure.get_figheight() * 25.4
    width, height = MAP_SIZE
    room = width - _SIDE
    left, bottom = corner

    def placed(x: float, y: float, wide: float, high: float) -> tuple[float, float, float, float]:
        return (left + x) / paper_width, (bottom + y) / paper_height, wide / paper_width, high / paper_height

    site = shapely.from_wkt(answer["site"]["wkt"])
    good = [one for one in answer["where_else"] if one["blocked_by"] is None] if name == ELSEWHERE_MAP else []
    blocked = [one for one in answer["where_else"] if one["blocked_by"] is not None] if name == ELSEWHERE_MAP else []
    shown = [site, *(shapely.from_wkt(one["wkt"]) for one in (good or blocked))]
    for least in _LEAST:
        box = _window(shown, room / height, least)
        layers = words.plan.layers(box)
        if len(layers.units) > 1:
            break

    axes = figure.add_axes(placed(0.2, 0.2, room - 0.4, height - 0.4))
    _set_window(axes, box)
    _draw_units(axes, layers.units)
    _draw_outlined(axes, layers)
    size = (box[2] - box[0]) / room
    if name == ELSEWHERE_MAP:
        _draw_places(axes, good, blocked)
    _draw_site(axes, site, answer["site"]["kind"], size)
    _label(figure, axes, layers.units, site, size)

    x = left + room + 3.0
    _legend(
        figure,
        words,
        layers,
        answer,
        placed(room + 2, 0, _SIDE - 2, height - 14),
        places=bool(good),
        tried=bool(blocked),
    )
    north = words.say(Message("N"))
    north_arrow(
        figure, (left + width - 5) / paper_width, (bottom + height - 5) / paper_height, 8 / paper_height, _SCALE, north
    )
    notes = wrapped("\n".join(_notes(words, answer)), _SIDE - 4, 5.6)
    lines = notes.count("\n") + 1
    figure.text(
        x / paper_width,
        (bottom + 0.5) / paper_height,
        notes,
        fontsize=5.6,
        va="bottom",
        linespacing=1.35,
        parse_math=False,
    )
    above = bottom + 1.5 + 2.85 * lines
    scale_bar(
        figure, axes, words.plan.crs, (box[1] + box[3]) / 2, x / paper_width, (above + 1.0) / paper_height, _SCALE
    )
    inset = figure.add_axes(placed(room + 3, above - bottom + 8.5, _SIDE - 4, 25))
    _overview(inset, words, box)


def _window(shapes: Sequence[Any], ratio: float, least: float) -> Box:
    """Give what a map shows: the shapes in the middle, with as much around them, but no more than `_MARGIN`."""
    west, south, east, north = shapely.total_bounds(np.array(shapes, dtype=object)).tolist()
    margin = min(max(east - west, north - south), _MARGIN)
    wide = max(east - west + 2 * margin, (north - south + 2 * margin) * ratio, least)
    x, y = (west + east) / 2, (south + north) / 2
    return x - wide / 2, y - wide / ratio / 2, x + wide / 2, y + wide / ratio / 2


def _set_window(axes: Axes, box: Box) -> None:
    axes.set_xlim(box[0], box[2])
    axes.set_ylim(box[1], box[3])
    axes.set_aspect("auto")
    axes.set_xticks([])
    axes.set_yticks([])
    for spine in axes.spines.values():
        spine.set_linewidth(0.6)


def _polygons(shapes: Any) -> Any:
    parts = shapely.get_parts(np.array([*shapes, None], dtype=object)[:-1])
    return parts[shapely.get_dimensions(parts) == 2]


def _draw_units(axes: Axes, units: Sequence[MapUnit], *, plain: bool = False) -> None:
    for sea, colours in ((False, COLOURS), (True, SEA_COLOURS)):
        for category, colour in colours.items():
            chosen = _polygons([one.shape for one in units if one.sea is sea and one.category == category])
            if len(chosen):
                edge = "none" if plain else DARK
                axes.add_artist(
                    PathPatch(
                        outline_path(chosen),
                        alpha=None if plain else 0.75,
                        zorder=1,
                        facecolor=colour,
                        edgecolor=edge,
                        linewidth=0.0 if plain else 0.4,
                    )
                )


def _draw_outlined(axes: Axes, layers: MapLayers) -> None:
    for role, shapes in reversed(layers.outlined.items()):
        colour, wide, dashes, hatch = _OUTLINES[role]
        chosen = _polygons(shapes)
        if len(chosen):
            path = outline_path(chosen)
            order = 3 if role == "red_line" else 2
            if hatch:
                axes.add_artist(
                    PathPatch(
                        path, facecolor="none", edgecolor=colour, linewidth=0, hatch=hatch, alpha=0.35, zorder=order
                    )
                )
            axes.add_artist(
                PathPatch(
                    path, facecolor="none", zorder=order + 0.5, edgecolor=colour, linewidth=wide * MM, linestyle=dashes
                )
            )


def _draw_site(axes: Axes, site: Any, kind: str, size: float) -> None:
    """Draw a site; one that is hardly seen has a ring round it. ``size`` is how many metres a millimetre is."""
    halo = [patheffects.withStroke(linewidth=3.0, foreground="white")]
    if kind == "polygon":
        path = outline_path(_polygons([site]))
        axes.add_artist(PathPatch(path, facecolor="white", alpha=0.45, linewidth=0, zorder=6))
        axes.add_artist(
            PathPatch(path, facecolor="none", edgecolor=_SITE, linewidth=1.6, zorder=6.5, path_effects=halo)
        )
    elif kind == "line":
        for part in shapely.get_parts(site):
            x, y = shapely.get_coordinates(part).T
            axes.plot(x, y, color=_SITE, linewidth=1.8, zorder=6.5, path_effects=halo, solid_capstyle="round")
    else:
        x, y = shapely.get_coordinates(site).T
        axes.plot(
            x,
            y,
            marker="+",
            linestyle="none",
            color=_SITE,
            markersize=9,
            markeredgewidth=1.8,
            zorder=6.5,
            path_effects=halo,
        )
    west, south, east, north = shapely.bounds(site).tolist()
    if max(east - west, north - south) < _SEEN * size:
        axes.plot(
            [(west + east) / 2],
            [(south + north) / 2],
            linestyle="none",
            zorder=6.6,
            path_effects=halo,
            marker="o",
            markersize=16,
            markerfacecolor="none",
            markeredgecolor=_SITE,
        )


def _draw_places(axes: Axes, good: Sequence[Mapping[str, Any]], blocked: Sequence[Mapping[str, Any]]) -> None:
    if blocked:
        points = shapely.get_coordinates(shapely.centroid(shapely.from_wkt([one["wkt"] for one in blocked])))
        axes.plot(*points.T, marker="x", linestyle="none", color="#555555", markersize=3, markeredgewidth=0.7, zorder=5)
    for number, one in enumerate(good, 1):
        shape = shapely.from_wkt(one["wkt"])
        polygons = _polygons([shape])
        if len(polygons):
            axes.add_artist(
                PathPatch(outline_path(polygons), facecolor="white", edgecolor="#003A8C", linewidth=1.0, zorder=5.5)
            )
        middle = shapely.centroid(shape)
        look: dict[str, Any] = {"fontsize": 7, "weight": "bold", "color": "white", "ha": "center", "va": "center"}
        axes.plot([middle.x], [middle.y], marker="o", linestyle="none", color="#003A8C", markersize=9, zorder=7)
        axes.text(middle.x, middle.y, str(number), zorder=7.1, clip_on=True, **look)


def _label(figure: Figure, axes: Axes, units: Sequence[MapUnit], site: Any, size: float) -> None:
    """Name the units that there is room for beside the site, the largest first."""
    (left, right), (low, high) = axes.get_xlim(), axes.get_ylim()
    frame = shapely.box(left, low, right, high)
    shapes = [(shapely.intersection(one.shape, frame), one) for one in units]
    shapes.sort(key=lambda pair: (-float(shapely.area(pair[0])), pair[1].code))
    renderer = FigureCanvasAgg(figure).get_renderer()  # type: ignore[no-untyped-call]
    inside = axes.get_window_extent(renderer)
    taken, there = list[Bbox](), shapely.buffer(site, 1.5 * size)
    to_ground = axes.transData.inverted()
    halo = [patheffects.withStroke(linewidth=1.6, foreground="white")]
    for shape, unit in shapes[:_LABELS]:
        parts = _polygons([shape])
        if not len(parts):
            continue
        part = parts[np.argmax(shapely.area(parts))]
        free = shapely.difference(part, shapely.buffer(site, 8 * size))
        point = shapely.point_on_surface(part if shapely.is_empty(free) else free)
        if shapely.is_empty(point):  # of a part without an area
            continue
        for said in (label_lines(unit.name, 10), unit.code):
            look: dict[str, Any] = {"fontsize": 5.6, "ha": "center", "va": "center", "parse_math": False}
            text = axes.text(point.x, point.y, said, zorder=8, path_effects=halo, **look)
            extent = text.get_window_extent(renderer).padded(1.5)
            west, south, east, north = extent.extents
            fits = inside.x0 <= west and east <= inside.x1 and inside.y0 <= south and north <= inside.y1
            over = shapely.intersects(shapely.box(*to_ground.transform(extent.corners()[[0, 3]]).ravel()), there)
            if said and fits and not over and not extent.count_overlaps(taken):
                # Once more without the halo: with one it is a shape, and no text that can be searched for.
                axes.text(point.x, point.y, said, zorder=8.1, **look)
                taken.append(extent)
                break
            text.remove()


def _legend(
    figure: Figure,
    words: ReportWords,
    layers: MapLayers,
    answer: Mapping[str, Any],
    place: tuple[float, float, float, float],
    *,
    places: bool,
    tried: bool,
) -> None:
    say = words.say
    panel = figure.add_axes(place)
    panel.set_axis_off()
    kind = answer["site"]["kind"]
    mark: dict[str, Any] = (
        {"marker": "+", "linestyle": "none", "markersize": 7} if kind == "point" else {"linewidth": 1.8}
    )
    here = say(Message("the site"))
    handles: list[Any] = [Line2D([], [], color=_SITE, label=here, **mark)]
    if kind == "polygon":
        handles = [Patch(facecolor="white", edgecolor=_SITE, linewidth=1.4, label=here)]
    if places:
        handles.append(
            Line2D(
                [],
                [],
                marker="o",
                linestyle="none",
                color="#003A8C",
                markersize=6,
                label=say(Message("a place that would do")),
            )
        )
    if tried:
        handles.append(
            Line2D(
                [],
                [],
                marker="x",
                linestyle="none",
                color="#555555",
                markersize=4,
                label=say(Message("a place that will not do")),
            )
        )
    there = {(one.category, one.sea) for one in layers.units}
    for category, sea in sorted(there, key=lambda one: (one[1], one[0])):
        named = (
            Message("{category:category} units (sea)", category=str(category))
            if sea
            else Message("{category:category} units", category=str(category))
        )
        colour = (SEA_COLOURS if sea else COLOURS)[category]
        handles.append(Patch(facecolor=colour, edgecolor=DARK, linewidth=0.4, alpha=0.75, label=say(named)))
    for role in layers.outlined:
        colour, wide, dashes, hatch = _OUTLINES[role]
        label = words.name("role", role)
        if hatch:
            handles.append(
                Patch(
                    facecolor="none", edgecolor=colour, linewidth=wide * MM, linestyle=dashes, hatch=hatch, label=label
                )
            )
        else:
            handles.append(Line2D([], [], color=colour, linewidth=wide * MM, linestyle=dashes, label=label))
    panel.legend(
        handles=handles, title=say(Message("Legend")), loc="upper left", bbox_to_anchor=(0, 1.12), borderaxespad=0,
        labelspacing=0.55, handlelength=2.2, frameon=False, fontsize=6.2, title_fontsize=7.5, alignment="left",
    )  # fmt: skip


def _notes(words: ReportWords, answer: Mapping[str, Any]) -> list[str]:
    """Say below the legend what the map is drawn in, of which plan, and who may read it."""
    plan, unstated = words.plan, Message("not stated")
    said = [
        Message("coordinate system: {name}", name=crs_words(plan.crs)),
        Message("status: {status}", status=answer["plan"]["status"] or unstated),
        Message("classification: {mark}", mark=plan.mark or unstated),
        Message("not approved: not to be made public"),
    ]
    if plan.illustration:
        said.append(Message("a sample: the boundaries are for demonstration only and have no legal effect"))
    return [words.say(at(one)) for one in said]


def _overview(axes: Axes, words: ReportWords, box: Box) -> None:
    """Show where in the plan the map lies."""
    west, south, east, north = words.plan.bounds
    axes.set_xlim(west, east)
    axes.set_ylim(south, north)
    axes.set_aspect("equal", anchor="W")
    axes.set_axis_off()
    _draw_units(axes, words.plan.overview.units, plain=True)
    wide, high = max(box[2] - box[0], (east - west) / 30), max(box[3] - box[1], (north - south) / 30)
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    left, right = max(x - wide / 2, west), min(x + wide / 2, east)
    low, top = max(y - high / 2, south), min(y + high / 2, north)
    axes.add_artist(
        Rectangle(
            (left, low),
            right - left,
            top - low,
            zorder=4,
            facecolor="none",
            edgecolor="black",
            linewidth=1.1,
            clip_on=False,
        )
    )
