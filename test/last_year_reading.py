"""What a table or layer of a delivery has to say, read from a plan's GeoPackage by SQL and GEOS: nothing of the engine.

A `Delivery` says in which files, sheets, tables and layers what stands; last year's is written by it (`last_years.py`)
and this year's is read by it: each cell is held against the plan of its year.
"""

from __future__ import annotations

import json
import re
import sqlite3
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping  # noqa: TC003 - hints of dataclasses
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pyogrio
import pyproj
import shapely

PRIORITY, KEY, GENERAL = CATEGORIES = (1, 2, 3)
SHORT = {PRIORITY: "优先保护", KEY: "重点管控", GENERAL: "一般管控"}
LONG = {category: f"{name}单元" for category, name in SHORT.items()}
DIMENSIONS = ("space", "discharge", "risk", "resource")
ELEMENTS = {"ecology": "生态", "water": "水环境", "air": "大气环境", "soil": "土壤环境", "resource": "自然资源"}
ZONES = {
    ("ecology", "red_line"): "生态保护红线",
    ("ecology", "general_eco_space"): "一般生态空间",
    ("ecology", "general"): "生态空间一般管控区",
    ("water", "priority"): "水环境优先保护区",
    ("water", "industrial"): "水环境工业污染重点管控区",
    ("water", "general"): "水环境一般管控区",
    ("air", "priority"): "大气环境优先保护区",
    ("air", "high_emission"): "大气环境高排放重点管控区",
    ("air", "general"): "大气环境一般管控区",
    ("soil", "construction_risk"): "建设用地污染风险重点管控区",
    ("soil", "general"): "土壤环境一般管控区",
}
# What a column holds → m² of its measure; "wan_mu" is 万亩.
MEASURES = {"area_m2": 1.0, "area_ha": 1e4, "area_km2": 1e6, "area_mu": 2000 / 3, "area_wan_mu": 2e7 / 3}
PROPOSED, AGAIN = "建议", re.compile(r"续|^$")
LINE = re.compile(r"(?m)^\s*\d+[.．、]")
CENT = 1e-6


@dataclass(frozen=True)
class Column:
    """A column: its head, of several rows with bars; what it holds, "" for nothing; digits; words of a category."""

    title: str
    of: str = ""
    decimals: int = 0
    words: Mapping[Any, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Held:
    """A sheet, a table of a document (its number) or a layer, with {year} in its names.

    Attributes
    ----------
    of : str
        units, zones, counties; parks and red_line of layers.
    only : mapping
        Which of the rows.
    above : tuple of str
        Lines above a table: in a document the paragraph before it is the last.
    was_empty : bool
        Last year it had no rows.
    """

    file: str
    name: str
    of: str
    columns: tuple[Column, ...]
    only: Mapping[str, Any] = field(default_factory=dict)
    above: tuple[str, ...] = ()
    total: bool = False
    was_empty: bool = False
    crs: str = ""
    encoding: str = ""

    @property
    def depth(self) -> int:
        """Rows of the head."""
        return max(column.title.count("/") for column in self.columns) + 1


@dataclass(frozen=True)
class Delivery:
    """A delivery: its folder and what is in it, with tokens of `State.facts`.

    Attributes
    ----------
    kept : tuple of str
        Texts with figures or years that stay as they are: a document's number, a horizon, a sentence that is told.
    texts : mapping
        File, of a workbook with its sheet behind a bar → lines that have to stand there.
    """

    folder: str
    held: tuple[Held, ...]
    kept: tuple[str, ...] = ()
    texts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    slots: tuple[str, ...] = ()


class State:
    """The territory in a year, as a plan has it."""

    def __init__(self, plan: Path) -> None:
        base = sqlite3.connect(f"file:{plan}?mode=ro", uri=True)
        base.row_factory = sqlite3.Row
        self.meta = {row["key"]: row["value"] for row in base.execute("select key, value from meta")}
        self.units = self._rows(base, "units")
        self.zones = self._rows(base, "element_zones")
        self.faces = {row["face_id"]: row["shape"] for row in self._rows(base, "faces")}
        self.coverage = [dict(row) for row in base.execute("select * from coverage")]
        self.clauses = [dict(row) for row in base.execute("select * from clauses order by fid")]
        base.close()
        self.crs = pyproj.CRS.from_user_input(self.meta["crs"])
        self.counties: dict[str, str] = json.loads(self.meta["county_names"])
        self.units.sort(key=lambda unit: unit["code"])
        self.zones.sort(key=lambda zone: zone["code"])

    @staticmethod
    def _rows(base: sqlite3.Connection, layer: str) -> list[dict[str, Any]]:
        rows = []
        for row in base.execute(f"select * from {layer}"):  # noqa: S608 - names of this file
            blob = row["geom"]
            envelope = (0, 32, 48, 48, 64)[blob[3] >> 1 & 7]
            rows.append({**dict(row), "shape": shapely.from_wkb(blob[8 + envelope :])})
        return rows

    @cached_property
    def facts(self) -> dict[str, str]:
        """What names are made of."""
        return {
            "year": self.meta["date"][:4],
            "city": self.meta["city"],
            "province": self.meta["province"],
            "classification": self.meta["classification"],
        }

    def said(self, text: str) -> str:
        """Fill in tokens."""
        return text.format(**self.facts)

    def rows(self, held: Held) -> list[dict[str, Any]]:
        """Give the records of a table in the order of their codes."""
        if held.of == "counties":
            return [self._county(code) for code in sorted(self.counties)]
        if held.of in ("parks", "red_line"):
            return self.features({"parks": "industrial_park"}.get(held.of, held.of))
        rows = self.units if held.of == "units" else self.zones
        rows = [{**row, "category": int(row["code"][8])} for row in rows]
        return [row for row in rows if all(row[key] == value for key, value in held.only.items())]

    def _county(self, code: str) -> dict[str, Any]:
        return {"county": code, "own": [unit for unit in self.units if unit["county"] == code]}

    def features(self, role: str) -> list[dict[str, Any]]:
        """Give the features of a role as far as the faces have them."""
        found: dict[tuple[str, int], list[int]] = {}
        for row in self.coverage:
            if row["role"] == role:
                found.setdefault((row["source"], row["feature_id"]), []).append(row["face_id"])
        return [
            {"feature": key, "shape": shapely.union_all([self.faces[face] for face in faces])}
            for key, faces in sorted(found.items())
        ]

    def lists(self, unit_id: str, dimension: str) -> list[str]:
        """Give the clauses of a unit and dimension, those that are proposed left out, each once."""
        own = [row for row in self.clauses if row["unit_id"] == unit_id and row["dimension"] == dimension]
        return list(dict.fromkeys(row["text"] for row in own if row["status"] != PROPOSED))

    def value(self, row: Mapping[str, Any], of: str) -> Any:
        """Say what a column holds of a record; of areas the whole number of them, unrounded."""
        if "own" in row:
            return self._sum_of(row, of)
        if of in MEASURES:
            return row["shape"].area / MEASURES[of]
        direct: dict[str, Callable[[], Any]] = {
            "county_name": lambda: self.counties[row["county"]],
            "year": lambda: self.facts["year"],
            "city": lambda: self.facts["city"],
            "province": lambda: self.facts["province"],
            "classification": lambda: self.facts["classification"],
            "element_name": lambda: ELEMENTS[row["element"]],
            "zone_name": lambda: (
                ZONES[row["element"], row["zone"]] + ("（按未提供补足）" if row["filled"] == "undelivered" else "")
            ),
            "date": lambda: self.meta["date"],
        }
        if of in DIMENSIONS:
            return self.lists(row["unit_id"], of)
        return direct[of]() if of in direct else row[of]

    def _sum_of(self, row: Mapping[str, Any], of: str) -> Any:
        """Sum up a county's units: n_1, share_1, area_wan_mu_1 are of a category."""
        if of == "county_name":
            return "、".join(self.counties[code] for code in [row["county"]])
        if of == "county":
            return row["county"]
        what, _, digit = of.rpartition("_") if of[-1].isdigit() and of[-2] == "_" else (of, "", "")
        own = [unit for unit in row["own"] if not digit or unit["category"] == int(digit)]
        area = sum(unit["shape"].area for unit in own)
        if what == "n":
            return len(own)
        if what == "share":
            return 100 * area / sum(unit["shape"].area for unit in row["own"])
        return area / MEASURES[what]


# ── this year's, read ─────────────────────────────────────────────────────────────────────────────────────────────


class Reader:
    """A package beside the plan it was made of: what was compared, and what differs."""

    def __init__(self, folder: Path, state: State, delivery: Delivery) -> None:
        self.folder, self.state, self.delivery = folder, state, delivery
        self.compared: Counter[str] = Counter()
        self.wrong: list[str] = []

    def say(self, where: str, stated: object, wanted: object) -> None:
        """Take down a difference."""
        self.wrong.append(f"{where}: {stated!r}, wanted {wanted!r}")

    def same(self, kind: str, where: str, stated: object, wanted: object) -> bool:
        """Hold one thing against another."""
        self.compared[kind] += 1
        if stated != wanted:
            self.say(f"{kind}: {where}", stated, wanted)
        return stated == wanted

    def path(self, held_file: str) -> Path:
        """Find a file of the delivery."""
        return self.folder / self.state.said(held_file)

    def compare(self) -> Reader:
        """Compare all that the delivery holds."""
        for held in self.delivery.held:
            file = self.path(held.file)
            where = f"{file.relative_to(self.folder)}|{self.state.said(held.name)}"
            if not self.same("file", where, file.exists(), True):
                continue
            if file.suffix == ".xlsx":
                self._sheet(held, file, where)
            elif file.suffix == ".docx":
                self._word_table(held, file, where)
            else:
                self._layer(held, file, where)
        for place, lines in self.delivery.texts.items():
            self._texts(place, lines)
        return self

    # ── tables ────────────────────────────────────────────────────────────────────────────────────────────────────

    def _sheet(self, held: Held, file: Path, where: str) -> None:
        book = openpyxl.load_workbook(file)
        name = self.state.said(held.name)
        if not self.same("sheet", where, name in book.sheetnames, True):
            return
        rows = [list(row) for row in book[name].values]
        for number, text in enumerate(held.above):
            self.same("line above", where, rows[number][0], self.state.said(text))
        self._table(held, rows[len(held.above) :], where)

    def _word_table(self, held: Held, file: Path, where: str) -> None:
        body = list(docx.Document(str(file)).element.body.iterchildren())
        places = [place for place, element in enumerate(body) if element.tag.endswith("}tbl")]
        if not self.same("table", where, len(places) >= int(held.name), True):
            return
        place = places[int(held.name) - 1]
        for back, text in enumerate(reversed(held.above), 1):
            found = "".join(one.text or "" for one in body[place - back].iter("{*}t"))
            self.same("line above", where, found, self.state.said(text))
        rows = docx.table.Table(body[place], docx.Document(str(file))).rows
        self._table(held, [[cell.text for cell in row.cells] for row in rows], where)

    def _table(self, held: Held, rows: list[list[Any]], where: str) -> None:
        """Compare a table from its head on; what is merged over several rows or columns stands in the first of them."""
        rows = [row[: len(held.columns)] for row in rows]
        heads = {text for row in rows[: held.depth] for text in row if text}
        wanted = {part for column in held.columns for part in column.title.split("/")}
        self.same("head", where, heads, wanted)
        body, records = rows[held.depth :], self.state.rows(held)
        groups, totals = self._groups(held, body)
        if not self.same("rows", where, len(groups), len(records)):
            codes = [column.of for column in held.columns]
            key = next((codes.index(of) for of in ("code", "county_name") if of in codes), None)
            if key is not None:
                stated = {str(group[0][key]) for group in groups}
                asked = {str(self.state.value(record, held.columns[key].of)) for record in records}
                self.say(f"rows: {where}", sorted(stated - asked)[:5], sorted(asked - stated)[:5])
            return
        for number, (group, record) in enumerate(zip(groups, records, strict=True), 1):
            for place, column in enumerate(held.columns):
                cells = [row[place] for row in group]
                self._cell(column, cells, {**record, "number": number}, f"{where} {number}/{column.title}")
        self.same("totals", where, len(totals), int(held.total))
        for total in totals:
            self._total(held, total, records, where)

    @staticmethod
    def _groups(held: Held, body: list[list[Any]]) -> tuple[list[list[list[Any]]], list[list[Any]]]:
        """Part rows into those of one record each, with what goes on in 续 rows, and the rows of totals."""
        groups: list[list[list[Any]]] = []
        totals = []
        of = [column.of for column in held.columns]
        key = of.index("code") if "code" in of else of.index("county_name")
        for row in body:
            if "合计" in "".join(str(cell) for cell in row if cell is not None):
                totals.append(row)
            elif not any(cell not in (None, "") for cell in row):
                continue
            elif groups and not totals and (row[key] in (None, "") or row[key] == groups[-1][0][key]):
                groups[-1].append(row)
            elif not str(row[0]).startswith("注"):
                groups.append([row])
        return groups, totals

    def _cell(self, column: Column, cells: list[Any], record: Mapping[str, Any], where: str) -> None:
        first = cells[0]
        if not column.of:
            self.same("empty", where, first in (None, ""), True)
            return
        wanted = self.state.value(record, column.of)
        if column.of in DIMENSIONS:
            self._clauses(cells, wanted, where)
        elif isinstance(wanted, float):
            self._number(column, first, wanted, where)
        else:
            wanted = column.words.get(wanted, wanted)
            self.same(column.of, where, _plain(first), _plain(wanted))
            for more in cells[1:]:
                again = more in (None, "") or _plain(more) == _plain(wanted) or bool(AGAIN.search(str(more)))
                self.same("row that goes on", where, again, True)

    def _clauses(self, cells: list[Any], wanted: list[str], where: str) -> None:
        text, at = "\n".join(str(cell) for cell in cells if cell not in (None, "")), 0
        joined = re.sub(r"\s+", "", text)
        for clause in wanted:
            clause = re.sub(r"\s+", "", clause)
            found = joined.find(clause, at)
            if not self.same("clause", where, found >= 0, True):
                self.say(f"clause: {where}", joined[at : at + 40], clause[:40])
                return
            at = found + len(clause)
        self.same("clauses", where, len(LINE.findall(text)), len(wanted))

    def _number(self, column: Column, stated: Any, wanted: float, where: str) -> None:
        self.compared[column.of] += 1
        text = str(stated if stated is not None else "").replace(",", "").rstrip("%")
        try:
            value = float(text)
            stated = value
        except ValueError:
            self.say(f"{column.of}: {where}", stated, wanted)
            return
        near = abs(value - wanted) <= 0.5 * 10**-column.decimals + CENT
        if not near or abs(value - round(value, column.decimals)) > 1e-9:
            self.say(f"{column.of}: {where}", stated, round(wanted, column.decimals))

    def _total(self, held: Held, total: list[Any], records: list[dict[str, Any]], where: str) -> None:
        units = [unit for record in records for unit in record.get("own", [record])]
        for place, column in enumerate(held.columns):
            what = f"{where} 合计/{column.title}"
            if column.of.rstrip("_123") in {*MEASURES, "n", "share"}:
                whole = self.state._sum_of({"county": "", "own": units}, column.of)
                if isinstance(whole, float):
                    self._number(column, total[place], whole, what)
                else:
                    self.same("total", what, _plain(total[place]), _plain(whole))
            elif column.of and place:
                label = total[place] in (None, "", "—", "/") or "合计" in str(total[place])
                self.same("total", what, label, True)

    # ── layers ────────────────────────────────────────────────────────────────────────────────────────────────────

    def _layer(self, held: Held, file: Path, where: str) -> None:
        name = self.state.said(held.name)
        options = {"layer": name} if name else {}
        names = [row[0] for row in pyogrio.list_layers(file)]
        if name and not self.same("layer", where, name in names, True):
            return
        info = pyogrio.read_info(file, **options)
        self.same("crs", where, pyproj.CRS(info["crs"]).to_epsg(), int(held.crs.rpartition(":")[2]))
        self.same("fields", where, list(info["fields"]), [column.title for column in held.columns])
        if held.encoding:
            self.same("encoding", where, file.with_suffix(".cpg").read_text().strip().upper(), held.encoding)
        frame = pyogrio.read_dataframe(file, **options)
        back = pyproj.Transformer.from_crs(frame.crs, self.state.crs, always_xy=True)
        shapes = shapely.transform(frame.geometry.to_numpy(), back.transform, interleaved=False)
        records = self.state.rows(held)
        if not self.same("rows", where, len(frame), len(records)):
            return
        pairs = self._paired(held, frame, shapes, records)
        for number, (row, record) in enumerate(pairs, 1):
            differ = shapely.symmetric_difference(shapes[row], record["shape"]).area
            near = differ <= max(1.0, shapely.length(record["shape"]) * 2e-3)
            self.same("shape", f"{where} {number} ({differ:.1f} m²)", near, True)
            for column in held.columns:
                if column.title in frame and (column.of in MEASURES or column.of in record or not column.of):
                    value = frame[column.title].iloc[row]
                    value = None if value is None or value != value else value
                    self._cell(column, [value], {**record, "number": row + 1}, f"{where} {number}/{column.title}")
                elif column.title in frame:
                    value = frame[column.title].iloc[row]
                    self._cell(column, [value], record, f"{where} {number}/{column.title}")

    @staticmethod
    def _paired(
        held: Held, frame: Any, shapes: Any, records: list[dict[str, Any]]
    ) -> Iterator[tuple[int, dict[str, Any]]]:
        """Pair features with records: by their code, else by what they share most of."""
        code = next((column.title for column in held.columns if column.of == "code"), None)
        if code in frame:
            rows = {str(value): row for row, value in enumerate(frame[code])}
            yield from ((rows[record["code"]], record) for record in records if record["code"] in rows)
            return
        for record in records:
            yield int(shapely.area(shapely.intersection(shapes, record["shape"])).argmax()), record

    # ── texts ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def _texts(self, place: str, lines: tuple[str, ...]) -> None:
        name, _, sheet = place.partition("|")
        file = self.path(name)
        if not self.same("file", place, file.exists(), True):
            return
        text = "\n".join(texts_of(file, self.state.said(sheet)))
        for line in lines:
            self.same("line", place, self.state.said(line) in text, True) or self.say(place, "", self.state.said(line))

    def left(self, before: State) -> list[str]:
        """List what of last year is left: codes and names of units that are none now, and its year, place by place."""
        now = {unit[key] for unit in self.state.units for key in ("code", "name")}
        now |= {zone["code"] for zone in self.state.zones}
        old = {unit[key] for unit in before.units for key in ("code", "name")} | {zone["code"] for zone in before.zones}
        needles, found = [*sorted(old - now), before.facts["year"]], []
        clauses = {part for row in self.state.clauses for part in (row["text"], row["basis"]) if needles[-1] in part}
        for file in sorted(self.folder.rglob("*")):
            relative = file.relative_to(self.folder).as_posix()
            if relative.partition("/")[0] in ("manifest.json", "manifest-sha256.txt", "verify.py"):
                continue
            texts = [relative, *(texts_of(file) if file.is_file() or file.suffix == ".gdb" else ())]
            for text in texts:
                # Of this year's clauses a year is no matter: laws have their numbers and days.
                for kept in (*self.delivery.kept, *clauses):
                    text = text.replace(kept, "")
                found += [f"{relative}: {needle} in {text[:60]!r}" for needle in needles if needle in text]
        return found


def texts_of(file: Path, sheet: str = "") -> list[str]:
    """Give all texts of a file: cells with margins and names of sheets, paragraphs with headers, fields of layers."""
    if file.suffix == ".xlsx":
        book = openpyxl.load_workbook(file)
        sheets = [book[sheet]] if sheet else book.worksheets
        cells = [str(cell) for one in sheets for row in one.values for cell in row if cell is not None]
        margins = [getattr(one, page).text or "" for own in sheets for one in _margins(own) for page in _SIDES]
        own = book.properties
        known = [str(text) for text in (own.title, own.subject, own.keywords, own.description) if text]
        return [*(one.title for one in sheets), *cells, *margins, *known]
    if file.suffix == ".docx":
        with zipfile.ZipFile(file) as archive:
            parts = [archive.read(name).decode() for name in archive.namelist() if name.endswith(".xml")]
        paragraphs = (one for part in parts for one in re.findall(r"<w:p[ >].*?</w:p>", part, re.DOTALL))
        return ["".join(re.findall(r"<w:t(?: [^>]*)?>([^<]*)</w:t>", one)) for one in paragraphs]
    if file.suffix in (".shp", ".gdb", ".gpkg"):
        texts = []
        for name, *_ in pyogrio.list_layers(file):
            frame = pyogrio.read_dataframe(file, layer=name, read_geometry=False)
            texts += [name, *frame.columns, *(str(value) for column in frame for value in frame[column])]
        return texts
    return [file.read_text("utf-8", "replace")] if file.suffix in (".txt", ".csv") else []


_SIDES = ("left", "center", "right")


def _margins(sheet: Any) -> list[Any]:
    pages = ("oddHeader", "oddFooter")
    return [_Flat(getattr(sheet, page)) for page in pages]


class _Flat:
    def __init__(self, page: Any) -> None:
        self.left, self.center, self.right = page.left, page.center, page.right


def _plain(value: Any) -> str:
    """Write a value as a reader would: whole numbers without a point."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None else str(value).strip()
