"""What an atlas of a plan shows and says, whoever prints it: a sheet a unit or a county, with card and list."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from ..core.errors import BadInput, DelineationError
from ..core.messages import Message, at, counted, joined, one_of
from ..explain.why import why
from ..explain.why_words import word as word_card
from ..lists.kept_library import unchecked_in_words
from ..lists.rows import list_rows
from ..lists.wording import list_words
from ..rules.rejudging import Rejudged
from .map_png import tables_of
from .map_sheet import LAYOUTS, MapOptions, MapWords, SheetOptions, plain_name, sheet_texts, sheets, units_of_size

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ..explain.why_words import WhyCard
    from ..lists.rows import ListRow
    from ..plan.file import Plan
    from .map_sheet import MapSheet

__all__ = ["Atlas", "AtlasOptions", "AtlasPart", "AtlasSheet", "ListColumn", "atlas_layout"]

PAPERS = ("A4", "A3")
UNIT, COUNTY = "unit", "county"
_INDEX = 160  # units of the index that are laid out at once
_EARLY = ("", "草稿", "draft")  # of a plan that is not agreed on yet


@dataclass(frozen=True)
class AtlasOptions(SheetOptions):
    """What may be asked of an atlas.

    Attributes
    ----------
    paper : {"A4", "A3"}
    sheets : {"unit", "county"}
        What has a sheet of its own.
    split : {"", "county"}
        All in one file, or one for each county in a folder beside an overview.
    unit, review, basemap, layouts : str
        As of `MapOptions`; the sheets of an atlas are called ``atlas_A4.qpt`` and ``atlas_A3.qpt``.
    """

    paper: str = "A4"
    sheets: str = UNIT
    split: str = ""
    unit: str = ""
    review: str = ""
    basemap: str = ""
    layouts: str = ""

    @classmethod
    def read(cls, **given: Any) -> AtlasOptions:
        """Take options as they were typed.

        Raises
        ------
        BadInput
            An unknown paper, kind of sheet or division.
        """
        known = {"paper": PAPERS, "sheets": (UNIT, COUNTY), "split": ("", COUNTY)}
        texts = {name: str(value) for name, value in given.items()}
        texts["paper"] = texts.get("paper", PAPERS[0]).upper()
        for name, choices in known.items():
            if (text := texts.get(name, choices[0])) not in choices:
                what = Message("unknown choice '{text}'", text=text)
                raise BadInput(what, where=name, wanted=one_of([one for one in choices if one]))
        return cls(**texts)

    @property
    def of_map(self) -> MapOptions:
        """Give the options of the overview."""
        return MapOptions(paper=self.paper, unit=self.unit, review=self.review, basemap=self.basemap)


def atlas_layout(options: AtlasOptions, profile_folder: Path | None = None) -> Path:
    """Find the sheet: in the folder that is given, in the profile's, among those that come with the plugin.

    Raises
    ------
    BadInput
        The folder that is given is not there, or has none of that paper.
    """
    name = f"atlas_{options.paper}.qpt"
    if options.layouts:
        folder = Path(options.layouts)
        if not (folder / name).is_file():
            there = folder.is_dir()
            what = Message("the folder has no sheet {name}", name=name) if there else Message("there is no such folder")
            raise BadInput(what, where=folder, wanted=Message("a folder with {names}", names=at(name)))
        return folder / name
    folders = [*([profile_folder / "layouts"] if profile_folder else []), LAYOUTS]
    return next((path for folder in folders if (path := folder / name).is_file()), LAYOUTS / name)


@dataclass(frozen=True)
class ListColumn:
    """A column of a list.

    Attributes
    ----------
    head : str
    share : float
        Of the list's width.
    right : bool
        Its texts end at the right: numbers.
    """

    head: str
    share: float
    right: bool = False


@dataclass(frozen=True)
class AtlasSheet:
    """A sheet, which may have several pages.

    Attributes
    ----------
    number : int
        From 1 through the whole atlas; 0 of the index.
    units : tuple of str
        Ids of the units that it shows.
    category : int
        Of the unit; 0 of a county.
    bookmark : str
        By what it goes in the contents of the file.
    texts : mapping of str to (str, str)
        Of items by id: in full, and the value alone.
    card : tuple of (str, str)
        Rows of the card: what, and what of it.
    columns : tuple of ListColumn
        Of the list.
    rows : tuple of tuple of str
    """

    number: int
    units: tuple[str, ...]
    category: int
    bookmark: str
    texts: Mapping[str, tuple[str, str]]
    card: tuple[tuple[str, str], ...]
    columns: tuple[ListColumn, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class AtlasPart:
    """The sheets of a county: what becomes a file, or is printed again where an export was broken off.

    Attributes
    ----------
    number : int
        From 1.
    code, name : str
        Of the county.
    first : int
        Number of its first sheet.
    units : tuple of str
        Ids in the order of codes.
    """

    number: int
    code: str
    name: str
    first: int
    units: tuple[str, ...]

    @property
    def file(self) -> str:
        """Name its file, without suffix, such as Windows, too, takes it."""
        return plain_name("_".join(filter(None, (self.code, self.name)))) or str(self.number)


class Atlas:
    """The sheets of a plan.

    Attributes
    ----------
    plan : Plan
    options : AtlasOptions
    words : MapWords
    tables : Plan
    parts : tuple of AtlasPart
        Counties in the order of their codes.
    """

    def __init__(self, plan: Plan, options: AtlasOptions) -> None:
        self.plan, self.options = plan, options
        self.tables = tables_of(plan)
        self.words = MapWords(self.tables)
        self._wording = list_words(self.words.profile, plan.meta)
        self._rows = {row.unit_id: row for row in list_rows(plan)}
        self._again = Rejudged(plan)
        self._counties = json.loads(plan.meta.get("county_names") or "{}")
        self.parts = tuple(self._parts())

    @cached_property
    def whole(self) -> MapSheet:
        """The map of the whole: what is shown on every sheet is part of it."""
        return next(sheets(self.tables, self.options.of_map))

    def prepare(self) -> None:
        """Compute what is slow and all sheets share: the whole map, and what the rules say of each face."""
        _ = self.whole, self._explains, self._bounds

    @property
    def count(self) -> int:
        """Count the sheets."""
        return len(self.parts) if self.options.sheets == COUNTY else len(self._rows)

    @property
    def numbers(self) -> dict[str, int]:
        """Give the number of each unit's sheet."""
        alone = self.options.sheets == UNIT
        return {
            unit: part.first + place if alone else part.number
            for part in self.parts
            for place, unit in enumerate(part.units)
        }

    @cached_property
    def title(self) -> str:
        """Name the atlas."""
        name = self.plan.meta.get("name", "")
        if not name:
            return self.words.say(Message("atlas of the control units"))
        return self.words.say(Message("{title} · atlas of the control units", title=name))

    def sheets_of(self, part: AtlasPart) -> Iterator[AtlasSheet]:
        """Make a county's sheets, one by one."""
        if self.options.sheets == COUNTY:
            yield self._county_sheet(part)
            return
        whole = sum(self._rows[unit].area for unit in part.units)
        for place, unit in enumerate(part.units):
            yield self._unit_sheet(part, part.first + place, self._rows[unit], whole)

    def index(self) -> Iterator[AtlasSheet]:
        """Make the list that says which unit is on which sheet; a part of it at a time."""
        say = self.words.say
        columns = (
            ListColumn(say(Message("Sheet")), 0.08, right=True),
            ListColumn(say(Message("Code")), 0.19),
            ListColumn(say(Message("Name")), 0.35),
            ListColumn(say(Message("Category")), 0.14),
            ListColumn(say(Message("Area (km²)")), 0.12, right=True),
            ListColumn(say(Message("County")), 0.12),
        )
        numbers, names = self.numbers, {part.code: part.name for part in self.parts}
        rows = [
            (
                str(numbers[row.unit_id]),
                row.code or row.unit_id,
                row.name,
                self.words.category(row.category, sea=row.sea),
                f"{row.area / 1e6:,.2f}",
                names[row.county],
            )
            for part in self.parts
            for row in map(self._rows.__getitem__, part.units)
        ]
        title = say(Message("Index of the sheets"))
        about = say(_index_size(len(rows), len(self.parts)))
        texts = self._same | {"名称": (title, title), "编码": (about, about), "幅号": ("", ""), "清单名": ("", "")}
        for start in range(0, len(rows), _INDEX):
            yield AtlasSheet(0, (), 0, title, texts, (), columns, tuple(rows[start : start + _INDEX]))

    def _parts(self) -> Iterator[AtlasPart]:
        by_county: dict[str, list[str]] = {}
        for row in self._rows.values():
            by_county.setdefault(row.county, []).append(row.unit_id)
        first = 1
        for number, (code, units) in enumerate(sorted(by_county.items()), 1):
            yield AtlasPart(number, code, str(self._counties.get(code, code)), first, tuple(units))
            first += len(units)

    # ── Texts ─────────────────────────────────────────────────────────────────────────────────────────────────────

    @cached_property
    def _same(self) -> dict[str, tuple[str, str]]:
        """What stands on every sheet."""
        meta = self.plan.meta
        texts = sheet_texts(self.tables, self.options.of_map, self.words, "")
        status = meta.get("status", "")
        # What is not agreed on yet says so in red, by its own word.
        stamp = (status or self.words.say(Message("draft"))) if status in _EARLY else ""
        return texts | {"标题": (self.title, self.title), "草稿": (stamp, stamp)}

    def _texts(self, number: int, name: str, code: str, of_list: Message) -> dict[str, tuple[str, str]]:
        say = self.words.say
        place = say(Message("sheet {number} of {count}", number=number, count=self.count))
        heading = say(of_list)
        return self._same | {
            "名称": (name, name),
            "编码": (code, code),
            "幅号": (place, str(number)),
            "清单名": (heading, heading),
        }

    def _unit_sheet(self, part: AtlasPart, number: int, row: ListRow, whole: float) -> AtlasSheet:
        code = self.words.say(
            Message(
                "{code} · {category}",
                code=row.code or row.unit_id,
                category=self.words.category(row.category, sea=row.sea),
            )
        )
        columns, rows = self._clauses(row)
        return AtlasSheet(
            number=number,
            units=(row.unit_id,),
            category=row.category,
            bookmark=" ".join(filter(None, (row.code, row.name))) or row.unit_id,
            texts=self._texts(number, row.name or row.code, code, Message("Entry list")),
            card=tuple(self._unit_card(part, row, whole)),
            columns=columns,
            rows=rows,
        )

    def _unit_card(self, part: AtlasPart, row: ListRow, whole: float) -> Iterator[tuple[str, str]]:
        say, names, language = self.words.say, self.words.names, self.words.language
        kind = names.kind(row.kind, language)
        if row.subtype:
            kind = say(Message("{kind} ({subtype})", kind=kind, subtype=row.subtype))
        where = [Message("{name}", name=part.name)]
        if row.townships:
            where.append(Message("{name}", name=row.townships))
        yield say(Message("Place")), say(joined(where))
        yield say(Message("Kind")), kind
        size = Message(
            "{km2:,.4f} km², {share:share} of {county}",
            km2=row.area / 1e6,
            share=row.area / whole if whole else 0.0,
            county=part.name,
        )
        yield say(Message("Area")), say(size)
        if row.unchecked:
            yield say(Message("Entry list")), say(unchecked_in_words(row.unchecked))
        card = self._why(row.unit_id)
        if card is None:
            yield say(Message("Why")), self._reasons[row.unit_id]
            return
        yield say(Message("Why")), "\n".join((card.headline, *map(_item, card.because), card.filed))
        for title, said in (
            (Message("Also here, overruled"), card.overruled),
            (Message("Informs the entry list"), card.informs),
            (Message("Merged in, decides nothing"), card.rides),
        ):
            if said:
                yield say(title), "\n".join(map(_item, said))
        if card.evidence:
            yield say(Message("Evidence")), ("；" if language == "zh" else "; ").join(card.evidence)
        if card.following:
            yield say(Message("Next category")), card.following
        if card.edits:
            yield say(Message("Edits")), "\n".join(card.edits)

    @cached_property
    def _reasons(self) -> dict[str, str]:
        units = self.plan.units
        return dict(zip(units["unit_id"], units["reasons"].fillna("").astype(str), strict=True))

    def _why(self, unit: str) -> WhyCard | None:
        """Explain a unit; None where the plan has not what its rules go by, and only the reasons that it states."""
        if not self._explains:
            return None
        answer = why(self.plan, unit, again=self._again, language=self.words.language)
        method = str(self.plan.meta["method"])
        return word_card(answer, self.words.profile, self.words.language, method=method, journal=self.plan.journal)

    @cached_property
    def _explains(self) -> bool:
        if "covered_min" not in self.plan.meta or self.plan.rules.empty:
            return False
        try:
            _ = self._again.judgement
        except DelineationError:
            return False
        return True

    def _clauses(self, row: ListRow) -> tuple[tuple[ListColumn, ...], tuple[tuple[str, ...], ...]]:
        say, wide = self.words.say, self.words.language == "zh"
        shares = (0.13, 0.06, 0.5, 0.22, 0.09) if wide else (0.15, 0.05, 0.47, 0.2, 0.13)
        heads = (
            Message("Dimension"),
            Message("No."),
            Message("Requirement"),
            Message("Legal basis"),
            Message("Review"),
        )
        columns = tuple(ListColumn(say(head), share) for head, share in zip(heads, shares, strict=True))
        rows = []
        for dimension, heading in self._wording.dimensions.items():
            for clause in row.clauses[dimension]:
                effect = self._wording.effect(clause.effect, clause.text)
                text = say(Message("[{effect}] {text}", effect=effect, text=clause.text))
                rows.append((heading, str(clause.number), text, clause.basis, "\n".join(map(say, clause.marks))))
        return columns, tuple(rows)

    def _county_sheet(self, part: AtlasPart) -> AtlasSheet:
        say = self.words.say
        units = [self._rows[unit] for unit in part.units]
        columns = (
            ListColumn(say(Message("No.")), 0.06, right=True),
            ListColumn(say(Message("Code")), 0.18),
            ListColumn(say(Message("Name")), 0.28),
            ListColumn(say(Message("Category")), 0.14),
            ListColumn(say(Message("Area (km²)")), 0.12, right=True),
            ListColumn(say(Message("Townships")), 0.22),
        )
        rows = tuple(
            (
                str(place),
                row.code or row.unit_id,
                row.name,
                self.words.category(row.category, sea=row.sea),
                f"{row.area / 1e6:,.4f}",
                row.townships,
            )
            for place, row in enumerate(units, 1)
        )
        return AtlasSheet(
            number=part.number,
            units=part.units,
            category=0,
            bookmark=part.name,
            texts=self._texts(part.number, part.name, part.code, Message("Units")),
            card=tuple(self._county_card(units)),
            columns=columns,
            rows=rows,
        )

    def _county_card(self, units: Sequence[ListRow]) -> Iterator[tuple[str, str]]:
        """Say how many units and how much of a county are of which category, and of which kinds they are."""
        say, names, language = self.words.say, self.words.names, self.words.language
        groups: dict[tuple[bool, int], list[ListRow]] = {}
        for row in units:
            groups.setdefault((row.sea, row.category), []).append(row)
        ordered = sorted(groups.items())
        areas = [sum(row.area for row in own) for _, own in ordered]
        yield say(Message("Area")), say(units_of_size(len(units), sum(areas), sum(areas)))
        for ((sea, category), own), area in zip(ordered, areas, strict=True):
            kinds: dict[str, int] = {}
            for row in own:
                kind = names.kind(row.kind, language)
                kinds[kind] = kinds.get(kind, 0) + 1
            listed = tuple(Message("{kind} {count}", kind=kind, count=count) for kind, count in kinds.items())
            line = Message("{size}: {kinds}", size=units_of_size(len(own), area, sum(areas)), kinds=listed)
            yield self.words.category(category, sea=sea), say(line)

    @cached_property
    def _bounds(self) -> dict[str, Any]:
        units = self.whole.units
        return dict(zip(units["unit_id"], shapely.bounds(units["geometry"].to_numpy()), strict=True))

    def bounds(self, units: Sequence[str]) -> tuple[float, float, float, float]:
        """Give west, south, east and north of units together."""
        each = np.array([self._bounds[unit] for unit in units])
        west, south = each[:, :2].min(axis=0)
        east, north = each[:, 2:].max(axis=0)
        return float(west), float(south), float(east), float(north)


def _index_size(units: int, counties: int) -> Message:
    return Message(
        "{units}, {counties}",
        units=counted(units, "{n:,} unit", "{n:,} units"),
        counties=counted(counties, "{n} county", "{n} counties"),
    )


def _item(text: str) -> str:
    return f"· {text}"
