"""What a map of a plan shows and says, whoever draws it: sheets, their polygons, the words of legend and notes."""

from __future__ import annotations

import json
import math
import re
import unicodedata
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from ..case.names import glossary
from ..case.profile import NATIONAL, profile_for_words
from ..core.errors import BadInput
from ..core.messages import NOTHING, Message, at, counted, one_of, word
from ..lists.draft import is_sea

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from .map_png import MapTables

__all__ = [
    "LARGER",
    "LAYOUTS",
    "PAPERS",
    "MapOptions",
    "MapSheet",
    "MapWords",
    "broken",
    "file_of",
    "label_lines",
    "nice_scale",
    "sheets",
]

PAPERS = {"A4": (210, 297), "A3": (297, 420), "A2": (420, 594), "A1": (594, 841), "A0": (841, 1189)}
"""Width and height in mm, upright."""
LARGER = {"A4": 0.74, "A3": 1.0, "A2": 1.3, "A1": 1.7, "A0": 2.2}
"""How much larger than on A3 everything is that is read from further away."""
LAYOUTS = NATIONAL.parents[1] / "layouts"
TOWNSHIP = "township"
_DPI = (36, 1200)
_PIXELS = 400_000_000  # of a picture: 1.6 GB while it is drawn
_STEPS = (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10)
_FORBIDDEN = '\\/:*?"<>|'
_PIECE = re.compile(r"[（《“(]*(?:[A-Za-z0-9.,:()_+-]+ ?|.)[），。；：、》”]*")
_LONGEST = 60  # characters of a township in a file's name


@dataclass(frozen=True)
class MapOptions:
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
        Folder with sheets (.qpt) that take the place of those of the same name in the profile's folder and of the
        shipped ones.
    """

    paper: str = "A3"
    dpi: int = 300
    by: str = ""
    unit: str = ""
    review: str = ""
    basemap: str = ""
    layouts: str = ""

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
            raise BadInput(Message("unknown paper '{paper}'", paper=paper), where=at("paper"), wanted=one_of(PAPERS))
        by = str(given.pop("by"))
        if by not in ("", TOWNSHIP):
            raise BadInput(Message("unknown division '{by}'", by=by), where=at("by"), wanted=at(TOWNSHIP))
        typed = given.pop("dpi")
        dpi = int(typed) if str(typed).isascii() and str(typed).isdigit() else 0
        least, most = _DPI
        if picture:
            width, height = PAPERS[paper]
            most = min(most, int(25.4 * math.sqrt(_PIXELS / (width * height))))
        if not least <= dpi <= most:
            raise BadInput(
                Message("{dpi} dots per inch on {paper}", dpi=at(typed), paper=paper),
                where=at("dpi"),
                wanted=Message("{least} to {most}", least=least, most=most),
            )
        return cls(paper, dpi, by, **{name: str(value) for name, value in given.items()})


class MapWords:
    """Words of a map, in the language of the plan's profile."""

    def __init__(self, tables: MapTables) -> None:
        self.profile = profile_for_words(tables.meta.get("profile", ""))
        self.names = glossary(self.profile)
        self.language = str(self.profile.settings.get("language", "zh"))

    def say(self, message: Message) -> str:
        """Word a message."""
        return word(message, self.language, self.names)

    def category(self, number: int, *, sea: bool = False) -> str:
        """Name the units of a category."""
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
        Polygons by name.
    red_line : ndarray
        Polygons, one or none.
    focus : polygon or None
        Of the township.
    """

    name: str
    words: MapWords
    texts: Mapping[str, tuple[str, str]]
    units: pd.DataFrame
    around: pd.DataFrame
    counties: pd.Series
    townships: pd.Series
    red_line: Any
    focus: Any

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """Of what is shown: west, south, east, north."""
        shapes = self.units.geometry.to_numpy() if self.focus is None else np.array([self.focus])
        west, south, east, north = (float(bound) for bound in shapely.total_bounds(shapes))
        return west, south, east, north

    def legend(self) -> dict[tuple[int, bool], tuple[str, str]]:
        """Give for each category on land and at sea that there is its name, and how many, how much and its share."""
        # Not at the top: it brings the library for workbooks.
        from .tables_xlsx import percents

        out = {}
        for sea in (False, True):
            rows = self.units[self.units["sea"] == sea]
            areas = [float(rows.loc[rows["category"] == number, "area_m2"].sum()) for number in (1, 2, 3)]
            for number, area, share in zip((1, 2, 3), areas, percents(areas), strict=True):
                count = int((rows["category"] == number).sum())
                if count:
                    size = Message("{area:,.2f} km²", area=area / 1e6)
                    said = counted(count, "{n} unit, {size}", "{n} units, {size}", size=size)
                    if not sea:
                        said = counted(
                            count,
                            "{n} unit, {size}, {share:share}",
                            "{n} units, {size}, {share:share}",
                            size=size,
                            share=share / 100,
                        )
                    out[number, sea] = (self.words.category(number, sea=sea), self.words.say(said))
        return out

    def line_words(self) -> dict[str, str]:
        """Word what the lines are."""
        return {
            "red_line": self.words.names.role("red_line", self.words.language),
            "county": self.words.say(Message("county boundary")),
            "township": self.words.say(Message("township boundary")),
        }


def sheets(tables: MapTables, options: MapOptions) -> Iterator[MapSheet]:
    """Make the map of the whole and then, where asked for, that of each township.

    Raises
    ------
    BadInput
        There are no townships.
    """
    words = MapWords(tables)
    names = json.loads(tables.meta.get("county_names") or "{}")
    counties = _merged(tables.faces, "county")
    counties.index = [str(names.get(code, code)) for code in counties.index]
    townships = _merged(tables.faces, "township")
    titles = _township_names(tables)
    red_line = _red_line(tables)
    if options.by and townships.empty:
        raise BadInput(Message("the plan has no township"), where=at("by"), wanted=Message("a plan with townships"))
    units = tables.units.assign(sea=is_sea(tables.units).to_numpy(dtype=bool))
    named = townships.rename(index=titles)
    none = units.iloc[:0]
    yield MapSheet("", words, _texts(tables, options, words, ""), units, none, counties, named, red_line, None)
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
            _texts(tables, options, words, name),
            _inside(inside, of_unit),
            units,
            counties,
            named.drop(titles[code], errors="ignore"),
            red_line,
            polygon,
        )


def file_of(output: Path, name: str, words: MapWords) -> Path:
    """Name the file of a township's map: in a folder beside the file of the whole."""
    if not name:
        return output
    plain = unicodedata.normalize("NFC", name)
    plain = "".join("_" if one in _FORBIDDEN or not one.isprintable() else one for one in plain)
    plain = plain.strip(" .")[:_LONGEST]
    folder = output.with_name(f"{output.stem}_{words.say(Message('townships'))}")
    return folder / f"{output.stem}_{plain}{output.suffix}"


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


def _merged(faces: pd.DataFrame, column: str) -> pd.Series:
    """Faces of equal value as one polygon each, indexed by the value."""
    known = faces[faces[column].notna() & (faces[column] != "")]
    polygons = known.geometry.to_numpy()
    groups = known.groupby(column, sort=True).indices
    return pd.Series({key: shapely.coverage_union_all(polygons[rows]) for key, rows in groups.items()}, dtype=object)


def _red_line(tables: MapTables) -> Any:
    covered = tables.coverage.loc[tables.coverage["role"] == "red_line", "face_id"]
    polygons = tables.faces.loc[tables.faces["face_id"].isin(covered)].geometry.to_numpy()
    return np.array([shapely.coverage_union_all(polygons)], dtype=object) if len(polygons) else polygons


def _inside(faces: pd.DataFrame, units: pd.DataFrame) -> pd.DataFrame:
    """Units as far as these faces go."""
    polygons = faces.geometry.to_numpy()
    groups = {key: rows for key, rows in faces.groupby("unit_id", sort=True).indices.items() if key in units.index}
    shapes = [shapely.coverage_union_all(polygons[rows]) for rows in groups.values()]
    areas = [float(faces["area_m2"].iloc[rows].sum()) for rows in groups.values()]
    out = units.loc[list(groups)].reset_index()
    return out.assign(geometry=np.array(shapes, dtype=object), area_m2=areas)


def _township_names(tables: MapTables) -> dict[str, str]:
    """Name townships: a plan keeps their codes in its faces, and their names in its units, the largest first."""
    areas = tables.faces.groupby(["unit_id", "township"])["area_m2"].sum()
    of_unit: dict[str, list[tuple[float, str]]] = defaultdict(list)
    for (unit, code), area in areas.items():
        if code:
            of_unit[unit].append((float(area), str(code)))
    votes: dict[str, Counter[str]] = defaultdict(Counter)
    for unit, text in zip(tables.units["unit_id"], tables.units["townships"].fillna(""), strict=True):
        names, parts = str(text).split("、"), sorted(of_unit[unit], reverse=True)
        if text and len(names) == len(parts):
            for name, (area, code) in zip(names, parts, strict=True):
                votes[code][name] += area / len(parts)  # type: ignore[assignment]
    codes = {str(code) for code in tables.faces["township"].dropna() if code}
    return {code: votes[code].most_common(1)[0][0] if votes[code] else code for code in sorted(codes)}


# ── Texts ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _texts(tables: MapTables, options: MapOptions, words: MapWords, township: str) -> dict[str, tuple[str, str]]:
    """Word what stands on a sheet, by the ids of its items."""
    # Not at the top: it brings the library for workbooks.
    from ..core.office_files import document_date

    meta = tables.meta
    date = document_date(meta.get("date", ""))
    day = date.date().isoformat() if date else ""
    mark = meta.get("classification", "")
    status = meta.get("status", "")
    sources = options.basemap or "；".join(tables.providers)
    code = tables.crs.to_epsg()
    crs = f"{tables.crs.name} (EPSG:{code})" if code else str(tables.crs.name)
    method = Message("ellipsoidal areas") if meta.get("area_method") == "ellipsoidal" else Message("planar areas")
    title = Message("{title} · map of the control units", title=meta.get("name", "")) if meta.get("name") else _BARE
    if township:
        title = Message("{title}: {township}", title=title, township=township)
    unstated = Message("not stated")
    made_up = Message("a sample: the boundaries are for demonstration only and have no legal effect")
    said: dict[str, tuple[Message, str]] = {
        "标题": (title, ""),
        "密级": (Message("classification: {mark}", mark=mark or unstated), mark),
        "编制单位": (Message("compiled by: {unit}", unit=options.unit) if options.unit else NOTHING, options.unit),
        "日期": (Message("date: {day}", day=day) if day else NOTHING, day),
        "坐标系": (Message("coordinate system: {name}", name=crs), crs),
        "底图来源": (Message("base map: {source}", source=sources or unstated), sources),
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


_BARE = Message("map of the control units")
