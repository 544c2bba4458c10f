"""What a map of a plan shows and says, whoever draws it: sheets, their polygons, the words of legend and notes."""

from __future__ import annotations

import json
import math
import re
import unicodedata
from collections import Counter, defaultdict
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from ..case.names import glossary
from ..case.profile import NATIONAL, UNDELIVERED, plan_profile
from ..core.arrays import number_of
from ..core.connected import connected
from ..core.errors import BadInput
from ..core.messages import NOTHING, Message, at, counted, one_of, word
from ..core.text import require_known
from ..lists.draft import is_sea
from ..partition.dissolve import united
from ..plan.statement import statement
from ..plan.summary import undelivered_land
from ..sources.coordinates.crs import crs_words, parse_crs
from .records import records_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from ..plan.file import Plan

__all__ = [
    "ELEMENT",
    "ELEMENTS",
    "LARGER",
    "LAYOUTS",
    "PAPERS",
    "PITCH",
    "TABLE_PAGE",
    "MapOptions",
    "MapSheet",
    "MapWords",
    "SheetOptions",
    "TablePage",
    "broken",
    "file_of",
    "label_lines",
    "layout_names",
    "nice_scale",
    "own_layouts",
    "plain_name",
    "sheet_texts",
    "sheets",
    "unit_table",
]

PAPERS = {"A4": (210, 297), "A3": (297, 420), "A2": (420, 594), "A1": (594, 841), "A0": (841, 1189)}
"""Width and height in mm, upright."""
LARGER = {"A4": 0.74, "A3": 1.0, "A2": 1.3, "A1": 1.7, "A0": 2.2}
"""How much larger than on A3 everything is that is read from further away."""
LAYOUTS = NATIONAL.parents[1] / "layouts"
TOWNSHIP, UNITS, ELEMENTS = "township", "units", "elements"
ELEMENT = "{element}"
"""In the name of a file of maps of all elements: what the element is called."""
_DPI = (36, 1200)
_PIXELS = 400_000_000  # of a picture: 1.6 GB while it is drawn
_STEPS = (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10)
_FORBIDDEN = '\\/:*?"<>|'
_PIECE = re.compile(r"[（《“(]*(?:[A-Za-z0-9.,:()_+-]+ ?|.)[），。；：、》”]*")
_SLIVER = 0.01  # part of a unit that is a township's own
_OTHER_RANK = 0.1  # what a name counts for a township that is not as large among the unit's as the name says
_LONGEST = 60  # characters of a township in a file's name


@dataclass(frozen=True)
class SheetOptions:
    """What may be asked of printed sheets."""

    def changed(self) -> dict[str, Any]:
        """Give what is set otherwise than by default."""
        return {one.name: value for one in fields(self) if (value := getattr(self, one.name)) != one.default}


@dataclass(frozen=True)
class MapOptions(SheetOptions):
    """What may be asked of a map.

    Attributes
    ----------
    paper : str
        ``A4`` … ``A0``.
    dpi : int
        Dots per inch of a picture.
    by : {"", "township"}
        Besides the whole a map of each township, in files of their own.
    unit : str
        Who compiled the map (编制单位).
    review : str
        Number under which the map was approved (审图号).
    basemap : str
        Where counties and townships come from; by default what the plan's sources say.
    layouts : str
        Folder with sheets (.qpt) that take the place of the profile's and of the shipped ones: of a paper that lies
        or stands, whichever of the two is there.
    theme : str
        What is drawn: ``units``, the zones of an element by its id or name, or ``elements``: of each one a file.
    """

    paper: str = "A3"
    dpi: int = 300
    by: str = ""
    unit: str = ""
    review: str = ""
    basemap: str = ""
    layouts: str = ""
    theme: str = ""

    @classmethod
    def read(cls, *, picture: bool, **given: Any) -> MapOptions:
        """Take options as they were typed.

        Raises
        ------
        BadInput
            An unknown paper or division, no number of dots, or a picture too large to draw.
        """
        paper = str(given.pop("paper")).upper()
        if paper not in PAPERS:
            raise BadInput(Message("unknown paper '{paper}'", paper=paper), where="paper", wanted=one_of(PAPERS))
        by = str(given.pop("by"))
        if by not in ("", TOWNSHIP):
            raise BadInput(Message("unknown division '{by}'", by=by), where="by", wanted=TOWNSHIP)
        typed = given.pop("dpi")
        dpi = int(typed) if str(typed).isascii() and str(typed).isdigit() else 0
        least, most = _DPI
        if picture:
            width, height = PAPERS[paper]
            most = min(most, int(25.4 * math.sqrt(_PIXELS / (width * height))))
        if not least <= dpi <= most:
            raise BadInput(
                Message("{dpi} dots per inch on {paper}", dpi=at(typed), paper=paper),
                where="dpi",
                wanted=Message("{least} to {most}", least=least, most=most),
            )
        return cls(paper, dpi, by, **{name: str(value) for name, value in given.items()})


class MapWords:
    """Words of a map, in the language of the plan's profile."""

    def __init__(self, tables: Plan) -> None:
        self.profile = plan_profile(tables)
        self.names = glossary(self.profile)
        self.language = str(self.profile.settings.get("language", "zh"))

    def say(self, message: Message) -> str:
        """Word a message."""
        return word(message, self.language, self.names)

    def category(self, number: int, *, sea: bool = False, zones: bool = False) -> str:
        """Name the units or zones of a category."""
        if zones:
            return self.say(Message("{category:category} zones", category=str(number)))
        if sea:
            return self.say(Message("{category:category} units (sea)", category=str(number)))
        return self.say(Message("{category:category} units", category=str(number)))


@dataclass(frozen=True)
class MapSheet:
    """One map.

    Attributes
    ----------
    name : str
        Of the township, "" of the whole.
    words : MapWords
    texts : mapping of str to (str, str)
        Of the sheet's items by id: in full, and the value alone. Both are empty where nothing is known.
    units : DataFrame
        ``code, name, category, sea, area_m2, geometry``; of a township what lies in it.
    around : DataFrame
        Units that surround a township; empty on a map of the whole.
    counties, townships : Series
        Polygons by name; counties end at the sea.
    red_line : ndarray
        Polygons, one a patch.
    lacking : tuple of str
        Elements that are unfinished.
    undelivered : ndarray
        What was filled in with their general zones, as polygons.
    focus : polygon or None
        Of the township.
    theme : str
        The element, "" of a map of the units. Its zones stand in the units' place, with their ``kind`` in words and
        their ``share`` in the land.
    """

    name: str
    words: MapWords
    texts: Mapping[str, tuple[str, str]]
    units: pd.DataFrame
    around: pd.DataFrame
    counties: pd.Series
    townships: pd.Series
    red_line: Any
    lacking: tuple[str, ...]
    undelivered: Any
    focus: Any
    theme: str = ""

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """Of what is shown: west, south, east, north."""
        shapes = self.units.geometry.to_numpy() if self.focus is None else np.array([self.focus])
        west, south, east, north = (float(bound) for bound in shapely.total_bounds(shapes))
        return west, south, east, north

    def legend(self) -> dict[tuple[int, bool], tuple[str, str]]:
        """Give for each category on land and at sea that there is its name, and how many, how much and its share."""
        out = {}
        for number, rows in self.units.groupby("category") if self.theme else ():
            sizes = rows.groupby("kind", sort=False)[["area_m2", "share"]].sum().itertuples()
            lines = [
                f"{kind}\n{self.words.say(Message('{area:,.2f} km², {share:share}', area=area / 1e6, share=share))}"
                for kind, area, share in sizes
            ]
            out[int(number), False] = (self.words.category(int(number), zones=True), "\n".join(lines))
        for sea in () if self.theme else (False, True):
            rows = self.units[self.units["sea"] == sea]
            areas = [float(rows.loc[rows["category"] == number, "area_m2"].sum()) for number in (1, 2, 3)]
            for number, area in zip((1, 2, 3), areas, strict=True):
                count = int((rows["category"] == number).sum())
                if count:
                    said = units_of_size(count, area, 0.0 if sea else sum(areas))
                    out[number, sea] = (self.words.category(number, sea=sea), self.words.say(said))
        return out

    def line_words(self) -> dict[str, str]:
        """Word what the lines are."""
        return {
            "red_line": self.words.names.role("red_line", self.words.language),
            "county": self.words.say(Message("county boundary")),
            "township": self.words.say(Message("township boundary")),
            "undelivered": self.words.say(
                Message("{elements:element}: {why:filled}", elements=self.lacking, why=UNDELIVERED)
            ),
        }


def sheets(tables: Plan, options: MapOptions) -> Iterator[MapSheet]:
    """Make the map of the whole, of each theme, and then, where asked for, that of each township.

    Raises
    ------
    BadInput
        There are no townships, an element of which the plan has no zones, or the plan's profile cannot be read.
    """
    words = MapWords(tables)
    themes = _themes(tables, options, words)
    names = json.loads(tables.meta.get("county_names") or "{}")
    units = tables.units.assign(sea=is_sea(tables.units).to_numpy(dtype=bool))
    on_land = ~tables.faces["unit_id"].isin(units.loc[units["sea"], "unit_id"])
    pieces = _pieces(tables.faces, on_land)
    counties = _merged(pieces[pieces["land"]], "county")
    counties.index = [str(names.get(code, code)) for code in counties.index]
    townships = _merged(pieces, "township")
    titles = _township_names(tables)
    covered = tables.coverage.loc[tables.coverage["role"] == "red_line", "face_id"]
    red_line = _patches(tables, tables.faces["face_id"].isin(covered))
    land = undelivered_land(tables.element_zones, tables.faces, tables.coverage, words.profile.roles)

    def open_(theme: str) -> tuple[tuple[str, ...], Any]:
        bare = {one: faces for one, faces in land.items() if theme in ("", one)}
        return tuple(bare), _patches(tables, np.any([np.zeros(len(tables.faces), bool), *bare.values()], axis=0))

    if options.by and townships.empty:
        raise BadInput(Message("the plan has no township"), where="by", wanted=Message("a plan with townships"))
    named = townships.rename(index=titles)
    none = units.iloc[:0]
    for theme in themes:
        texts = sheet_texts(tables, options, words, "", theme)
        name = words.names("element", theme, words.language, {}) if options.theme == ELEMENTS else ""
        shown = _zones(tables, words, theme, units) if theme else units
        line = red_line if words.profile.roles["red_line"].element == theme or not theme else red_line[:0]
        yield MapSheet(name, words, texts, shown, none, counties, named, line, *open_(theme), None, theme)
    if not options.by:
        return
    double = {name for name, count in Counter(titles.values()).items() if count > 1}
    by_township = tables.faces.groupby("township", sort=True).indices
    of_unit = units.set_index("unit_id")
    for code, polygon in townships.items():
        inside = tables.faces.iloc[by_township[code]]
        name = titles[code] if titles[code] not in double else f"{titles[code]} {code}"
        yield MapSheet(
            name,
            words,
            sheet_texts(tables, options, words, name),
            _inside(inside, of_unit),
            units,
            counties,
            named.drop(titles[code], errors="ignore"),
            red_line,
            *open_(""),
            polygon,
        )


def _themes(tables: Plan, options: MapOptions, words: MapWords) -> list[str]:
    """Read which elements are to be drawn, "" for the units."""
    elements = [str(one) for one in tables.element_zones["element"].unique()]
    theme = options.theme or UNITS
    known = {UNITS: [""], ELEMENTS: elements} | {one: [one] for one in elements}
    known |= {words.names("element", one, words.language, {}): [one] for one in elements}
    require_known(theme, known, Message("the plan has no zones of '{what}'", what=theme), at("theme"))
    if options.by and known[theme] != [""]:
        what = Message("maps of townships are of the units alone")
        raise BadInput(what, where="by", wanted=Message("a theme, or maps of townships"))
    return known[theme]


def _zones(tables: Plan, words: MapWords, element: str, units: pd.DataFrame) -> pd.DataFrame:
    """Put the zones of an element in the place of units."""
    where = Message("theme")
    zones = records_of(tables, "zones", words.profile).apart("element", where)[element]
    said = {"name": "name", "kind": "zone_name", "category": "category"}
    return zones.frame.assign(
        unit_id=zones.frame["code"],
        sea=False,
        share=zones.frame["area_m2"] / units.loc[~units["sea"], "area_m2"].sum(),
        **{name: zones.column(of, where) for name, of in said.items()},
    )


def own_layouts(options: MapOptions) -> list[Path]:
    """Find the sheets that somebody's own folder has of a paper; none where no folder is given.

    Raises
    ------
    BadInput
        There is no such folder, or it has no sheet of that paper.
    """
    if not options.layouts:
        return []
    folder = Path(options.layouts)
    names = layout_names(options.paper)
    if not folder.is_dir():
        what = Message("there is no such folder")
        raise BadInput(what, where=folder, wanted=Message("a folder with {names}", names=one_of(names)))
    found = [path for name in names if (path := folder / name).is_file()]
    if not found:
        what = Message("the folder has no sheet of paper {paper}", paper=options.paper)
        raise BadInput(what, where=folder, wanted=Message("a folder with {names}", names=one_of(names)))
    return found


def layout_names(paper: str) -> tuple[str, str]:
    """Name the files of a paper's sheets: the one that lies, the one that stands."""
    return f"map_{paper}_landscape.qpt", f"map_{paper}_portrait.qpt"


# ── The table of all units ──────────────────────────────────────────────────────────────────────────────────────────

TABLE_PAGE = PAPERS["A4"]
"""A table is read at a desk, whatever the map's paper."""
_EDGE = 12.0  # mm
_TOP, PITCH = 30.0, 5.4  # mm from the top to the first line, and from line to line
_COLUMNS = (36.0, 92.0, 34.0, 24.0)  # mm
_TEXT, _LEAST_TEXT = 9.0, 5.0  # points
_POINT = 25.4 / 72


@dataclass(frozen=True)
class TablePage:
    """A page of the table, upright A4.

    Attributes
    ----------
    texts : tuple of (str, float, float, float)
        Texts of one line: the text, where it begins or ends (mm from the left), where its line begins (mm from the
        top), and its size in points. One that ends there has the size negative.
    rules : tuple of float
        Lines across, mm from the top.
    """

    texts: tuple[tuple[str, float, float, float], ...]
    rules: tuple[float, ...]
    left: float = _EDGE
    right: float = TABLE_PAGE[0] - _EDGE


def unit_table(sheet: MapSheet) -> list[TablePage]:
    """Lay out all units by code, name, category and area: on the map the smallest have no label.

    A long name is smaller, and where it is longer still it has several lines.
    """
    words = sheet.words
    heads = (Message("Code"), Message("Name"), Message("Category"), Message("Area (km²)"))
    rows = []
    for unit in sheet.units.sort_values(["code", "unit_id"], kind="stable").itertuples():
        category = words.category(int(unit.category), sea=bool(unit.sea), zones=bool(sheet.theme))
        cells = (str(unit.code or ""), str(unit.name or ""), category, f"{unit.area_m2 / 1e6:,.2f}")
        rows.append([_fitting(text, width - 2) for text, width in zip(cells, _COLUMNS, strict=True)])
    pages: list[list[list[tuple[list[str], float]]]] = [[]]
    fit, used = int((TABLE_PAGE[1] - _TOP - 2 * _EDGE) / PITCH), 0
    for row in rows:
        high = min(max(len(lines) for lines, _ in row), fit)
        if used + high > fit:
            pages.append([])
            used = 0
        pages[-1].append(row)
        used += high
    out = []
    starts = [_EDGE + sum(_COLUMNS[:number]) for number in range(len(_COLUMNS))]
    for number, page in enumerate(pages, 1):
        title, size = _fitting(words.say(Message("Table of the map: {title}", title=sheet.texts["标题"][0])), 160, 12)
        foot = words.say(Message("page {number} of {count}", number=number, count=len(pages)))
        texts = [(line, _EDGE, _EDGE + row * 0.6 * PITCH, size) for row, line in enumerate(title[:2])]
        texts.append((sheet.texts["密级"][0], TABLE_PAGE[0] - _EDGE, _EDGE, -_TEXT))
        texts.append((foot, TABLE_PAGE[0] - _EDGE, TABLE_PAGE[1] - _EDGE - 4, -0.9 * _TEXT))
        y, rules = _TOP, [_TOP - 0.3]
        for head, start, width in zip(heads, starts, _COLUMNS, strict=True):
            ends = head is heads[-1]
            texts.append((words.say(head), start + ends * width, y - PITCH, -_TEXT if ends else _TEXT))
        for row in page:
            for (lines, size), start, width in zip(row, starts, _COLUMNS, strict=True):
                ends = start == starts[-1]
                for line, text in enumerate(lines[:fit]):
                    if text:
                        texts.append((text, start + ends * width, y + line * PITCH, -size if ends else size))
            y += PITCH * max(len(lines[:fit]) for lines, _ in row)
            rules.append(y - 0.3)
        out.append(TablePage(tuple(texts), tuple(rules)))
    return out


def _fitting(text: str, width: float, size: float = _TEXT) -> tuple[list[str], float]:
    """Make a text so small that it fits into a width in mm, and then break it."""
    text = " ".join(text.split())
    size = max(min(size, width / (_ems(text) or 1) / _POINT), _LEAST_TEXT)
    return broken(text, width / (size * _POINT) * (1 + 1e-9), _ems), size


def _ems(text: str) -> float:
    """How wide a text is, at most, in its size."""
    return sum(1.0 if unicodedata.east_asian_width(one) in "WFA" else 0.62 for one in text)


def file_of(output: Path, sheet: MapSheet) -> Path:
    """Name the file of a map: of each element beside the output, where its name says so; of townships in a folder."""
    name = plain_name(sheet.name)
    if not name:
        return output
    if sheet.theme:
        stem = output.stem if ELEMENT in output.stem else f"{output.stem}_{ELEMENT}"
        return output.with_stem(stem.replace(ELEMENT, name))
    folder = output.with_name(f"{output.stem}_{sheet.words.say(Message('townships'))}")
    return folder / f"{output.stem}_{name}{output.suffix}"


def units_of_size(count: int, area: float, whole: float) -> Message:
    """Say how many units have how much land, and its share of the ``whole`` (m²) where that is asked for."""
    size = Message("{area:,.2f} km²", area=area / 1e6)
    if not whole:
        return counted(count, "{n} unit, {size}", "{n} units, {size}", size=size)
    share = area / whole
    return counted(count, "{n} unit, {size}, {share:share}", "{n} units, {size}, {share:share}", size=size, share=share)


def plain_name(name: str) -> str:
    """Make a name such as Windows, too, takes for the end of a file's.

    Examples
    --------
    >>> plain_name("甲区/乙街道. ")
    '甲区_乙街道'
    """
    plain = unicodedata.normalize("NFC", name)
    plain = "".join("_" if one in _FORBIDDEN or not one.isprintable() else one for one in plain)
    return plain[:_LONGEST].strip(" .")


def nice_scale(least: float) -> float:
    """Give the smallest round denominator of a scale that is at least so large.

    Examples
    --------
    >>> nice_scale(387_212)
    400000
    """
    power = 10.0 ** math.floor(math.log10(least))
    return round(next(step for step in _STEPS if step * power >= least * (1 - 1e-9)) * power)


def label_lines(name: str, longest: int = 9) -> str:
    r"""Break a name into lines of about equal length; Chinese has no spaces to break it at.

    Examples
    --------
    >>> label_lines("甲县东园区产业集聚重点管控单元")
    '甲县东园区产业集\n聚重点管控单元'
    """
    count = -(-len(name) // longest)
    size = -(-len(name) // max(count, 1))
    return "\n".join(name[start : start + size] for start in range(0, len(name), size)) if name else ""


def broken(text: str, width: float, measure: Callable[[str], float]) -> list[str]:
    """Break a text into lines of a width; whoever draws knows how wide a text is.

    Chinese breaks anywhere, but for marks, which stay with what they belong to; words of letters and digits stay whole
    where they fit into a line.

    Examples
    --------
    >>> broken("坐标系：CGCS2000 (EPSG:4490)", 12, len)
    ['坐标系：CGCS2000', '(EPSG:4490)']
    """
    lines = []
    for paragraph in text.split("\n"):
        line = ""
        for piece in _PIECE.findall(paragraph):
            for part in [piece] if measure(piece.rstrip()) <= width else list(piece):
                if line and measure((line + part).rstrip()) > width:
                    lines.append(line.rstrip())
                    line = ""
                line += part
        lines.append(line.rstrip())
    return lines


# ── Polygons ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _pieces(faces: pd.DataFrame, land: pd.Series) -> pd.DataFrame:
    """Unite the faces of a county and township on land or at sea: all that is united further is made of these."""
    polygons, keys = faces.geometry.to_numpy(), faces[["county", "township"]].fillna("").assign(land=land)
    groups = keys.groupby(["county", "township", "land"], sort=True).indices
    rows = [(*key, united(polygons[own])) for key, own in groups.items()]
    return pd.DataFrame(rows, columns=["county", "township", "land", "geometry"])


def _merged(faces: pd.DataFrame, column: str) -> pd.Series:
    """Faces of equal value as one polygon each, indexed by the value."""
    known = faces[faces[column].notna() & (faces[column] != "")]
    polygons = known.geometry.to_numpy()
    groups = known.groupby(column, sort=True).indices
    return pd.Series({key: united(polygons[rows]) for key, rows in groups.items()}, dtype=object)


def _patches(tables: Plan, which: Any) -> Any:
    """Unite faces, patch by patch."""
    faces = tables.faces.loc[which]
    polygons = faces.geometry.to_numpy()
    if not len(polygons):
        return polygons
    # Patch by patch: of many patches at once GEOS tries every hole in every shell.
    ids = pd.Index(faces["face_id"])
    left, right = (ids.get_indexer(tables.borders[side]) for side in ("left", "right"))
    both = (left >= 0) & (right >= 0)
    patch = connected(left, right, len(polygons), both)
    order = np.argsort(patch, kind="stable")
    starts = np.searchsorted(patch[order], np.arange(1, number_of(patch)))
    return np.array([united(one) for one in np.split(polygons[order], starts)], dtype=object)


def _inside(faces: pd.DataFrame, units: pd.DataFrame) -> pd.DataFrame:
    """Units as far as these faces go."""
    polygons = faces.geometry.to_numpy()
    groups = {key: rows for key, rows in faces.groupby("unit_id", sort=True).indices.items() if key in units.index}
    shapes = [united(polygons[rows]) for rows in groups.values()]
    areas = [float(faces["area_m2"].iloc[rows].sum()) for rows in groups.values()]
    out = units.loc[list(groups)].reset_index()
    return out.assign(geometry=np.array(shapes, dtype=object), area_m2=areas)


def _township_names(tables: Plan) -> dict[str, str]:
    """Name townships: a plan keeps their codes in its faces, and their names in its units, the largest first.

    A unit may name fewer townships than its faces have: slivers along an outline are none of its own. So every unit
    votes, with areas, for each of its townships by each of its names, and most for those of the same rank.
    """
    codes = sorted({str(code) for code in tables.faces["township"].dropna() if code})
    areas = tables.faces.groupby(["unit_id", "township"])["area_m2"].sum()
    of_unit: dict[str, list[tuple[float, str]]] = defaultdict(list)
    for (unit, code), area in areas.items():
        if code:
            of_unit[unit].append((-float(area), str(code)))
    votes = _Votes(), _Votes()  # without slivers, and then with them
    for unit, text in zip(tables.units["unit_id"], tables.units["townships"].fillna(""), strict=True):
        names, parts = [name for name in str(text).split("、") if name], sorted(of_unit[unit])
        whole = sum(area for area, _ in parts)
        votes[0].add([part for part in parts if part[0] <= _SLIVER * whole], names)
        votes[1].add(parts, names)
    found: dict[str, str] = {}
    for one in votes:
        one.decide(found)
    return {code: found.get(code, code) for code in codes}


@dataclass
class _Votes:
    """What units say of the names of townships.

    Attributes
    ----------
    areas : Counter
        (township, name) → m².
    apart : mapping
        Name → pairs of townships in a unit that has only one of that name.
    """

    areas: Counter[tuple[str, str]] = field(default_factory=Counter)
    apart: dict[str, set[tuple[str, str]]] = field(default_factory=lambda: defaultdict(set))

    def add(self, parts: list[tuple[float, str]], names: list[str]) -> None:
        """Take in a unit: its townships with their areas below zero, and its names, both the largest first."""
        for rank, (area, code) in enumerate(parts):
            for place, name in enumerate(names):
                weight = (1.0 if rank == place else _OTHER_RANK) / len(names)  # one name alone is the surest
                self.areas[code, name] += -area * weight  # type: ignore[assignment]
        codes = [code for _, code in parts]
        for name, count in Counter(names).items():
            if count == 1:
                self.apart[name].update((one, other) for one in codes for other in codes if one != other)

    def decide(self, found: dict[str, str]) -> None:
        """Name townships that have no name yet, those first of which most is said."""
        for (code, name), _ in sorted(self.areas.items(), key=lambda vote: (-vote[1], vote[0])):
            taken = [other for other, its in found.items() if its == name]
            if code not in found and not any((code, other) in self.apart[name] for other in taken):
                found[code] = name


# ── Texts ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def sheet_texts(
    tables: Plan, options: MapOptions, words: MapWords, township: str, theme: str = ""
) -> dict[str, tuple[str, str]]:
    """Word what stands on a sheet, by the ids of its items."""
    meta = tables.meta
    (_, day), (_, year), (_, province), (_, city) = statement(meta)
    mark = meta.get("classification", "")
    status = meta.get("status", "")
    sources = options.basemap or "；".join(_providers(tables.sources))
    crs = crs_words(parse_crs(tables.crs))
    method = Message("ellipsoidal areas") if meta.get("area_method") == "ellipsoidal" else Message("planar areas")
    title = Message("{title} · map of the control units", title=meta.get("name", "")) if meta.get("name") else _BARE
    if theme:
        title = Message("{plan} · map of the zones: {element:element}", plan=meta.get("name", ""), element=theme)
    if township:
        title = Message("{title}: {township}", title=title, township=township)
    unstated = Message("not stated")
    made_up = Message("a sample: the boundaries are for demonstration only and have no legal effect")
    said: dict[str, tuple[Message, str]] = {
        "标题": (title, ""),
        "密级": (Message("classification: {mark}", mark=mark or unstated), mark),
        "编制单位": (Message("compiled by: {unit}", unit=options.unit) if options.unit else NOTHING, options.unit),
        "日期": (Message("compiled on {day}, filing year {year}", day=day, year=year), meta.get("date", "")[:10]),
        "坐标系": (Message("coordinate system: {name}", name=crs), words.say(crs)),
        "底图来源": (
            Message(
                "place: {province}, {city}\nbase map: {source}",
                province=province,
                city=city,
                source=sources or unstated,
            ),
            sources,
        ),
        "审图号": (
            Message("map approval number: {number}", number=options.review)
            if options.review
            else Message("not approved: not to be made public"),
            options.review,
        ),
        "状态": (Message("status: {status}", status=status or unstated), status),
        "面积口径": (Message("area measure: {method}", method=method), words.say(method)),
    }
    if any("示意" in value for value in meta.values()):
        said["状态"] = (Message("{status}; {note}", status=said["状态"][0], note=made_up), status)
    texts = {name: (words.say(message), value) for name, (message, value) in said.items()}
    return {name: (full, value or full) for name, (full, value) in texts.items()}


def _providers(sources: pd.DataFrame) -> dict[str, None]:
    """Find who provided counties and townships, as the plan's sources say it."""
    boundaries = sources.loc[sources["role"].isin(["county", "township"]), ["provider", "date"]].fillna("")
    return dict.fromkeys(
        f"{provider}（{date}）" if date else str(provider)
        for provider, date in zip(boundaries["provider"], boundaries["date"], strict=True)
        if provider
    )


_BARE = Message("map of the control units")
