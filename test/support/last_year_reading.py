"""Packages of `last_years` read back: each cell, shape and text held against a plan's GeoPackage, without the engine.

    python test/support/last_year_reading.py PACKAGE DELIVERY.toml PLAN.gpkg

Prints as JSON how much was compared of what, what differs, and all texts. What stands where says the delivery's file.
"""

from __future__ import annotations

import json
import re
import sqlite3
import sys
import tomllib
import zipfile
from collections import Counter
from html import unescape
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import docx
import openpyxl
import pyogrio
import pyproj
import shapely

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from geopandas import GeoDataFrame

DATA = Path(__file__).parents[1] / "data" / "last_years"
WORDS = tomllib.loads((DATA / "words.toml").read_text("utf-8"))
CATEGORIES, ELEMENTS, MEASURES = WORDS["category"], WORDS["element"], WORDS["measure"]
EMPTY = WORDS["empty"]
DIMENSIONS = ("space", "discharge", "risk", "resource")


class Column(NamedTuple):
    """A column: its head, rows of it between bars; what stands below it, "-" for nothing; digits behind the point.

    One whose ``of`` begins with "?" may stay empty.
    """

    title: str
    of: str
    decimals: int


class Held(NamedTuple):
    """A sheet, a table of a document (its number) or a layer: which rows, and what stands above its head."""

    file: str
    name: str
    of: str
    only: dict[str, Any]
    above: list[str]
    total: bool
    columns: list[Column]
    crs: int
    encoding: str
    left_out: bool  # this year, which is told

    @property
    def depth(self) -> int:
        """Rows of the head."""
        return 1 + max(column.title.count("/") for column in self.columns)


class State:
    """The territory as a plan has it."""

    def __init__(self, plan: Path, older: Callable[[GeoDataFrame], GeoDataFrame] = lambda units: units) -> None:
        with sqlite3.connect(plan) as base:
            meta = dict(base.execute("select key, value from meta"))
            clauses = "select unit_id, dimension, text, basis from clauses where status <> '建议' order by fid"
            self.clauses = base.execute(clauses).fetchall()
        self.counties: dict[str, str] = json.loads(meta["county_names"])
        self.facts = {"year": meta["date"][:4]} | {key: meta[key] for key in ("city", "province", "classification")}
        units, zones, faces, covered = (
            pyogrio.read_dataframe(plan, layer=layer) for layer in ("units", "element_zones", "faces", "coverage")
        )
        units, self.crs = older(units), faces.crs
        for dimension in DIMENSIONS:
            units[dimension] = [self._texts(unit, dimension) for unit in units["unit_id"]]
        zones["element_name"] = [ELEMENTS[element]["element_name"] for element in zones["element"]]
        added = zones["filled"].map({"undelivered": "（按未提供补足）"}).fillna("")
        zones["zone_name"] = (zones["element"] + " " + zones["zone"]).map(WORDS["zone"]) + added
        self.frames = {"units": self._told(units), "zones": self._told(zones)}
        for role in ("red_line", "industrial_park"):
            own = covered[covered["role"] == role].merge(faces[["face_id", "geometry"]])
            self.frames[role] = _measured(faces[["geometry"]].iloc[:0].merge(own, how="right").dissolve("feature_id"))

    @property
    def names(self) -> set[str]:
        """Codes and names that are of this year."""
        units, zones = self.frames["units"], self.frames["zones"]
        return {*units["code"], *units["name"], *zones["code"]}

    def _texts(self, unit: str, dimension: str) -> list[str]:
        return list(dict.fromkeys(text for *key, text, _ in self.clauses if key == [unit, dimension]))

    def _told(self, frame: GeoDataFrame) -> GeoDataFrame:
        frame["category"] = frame["code"].str[8].astype(int)
        for name in ("category_short", "category_long"):
            frame[name] = [CATEGORIES[code[8]][name] for code in frame["code"]]
        frame["county_name"] = frame["county"].map(self.counties)
        return _measured(frame.sort_values("code").assign(**self.facts))

    def rows(self, held: Held) -> list[list[Any]]:
        """Give the cells of a table as they are to be: numbers unrounded, texts of a list apart, totals last."""
        if held.of == "counties":
            parts = self.frames["units"].groupby("county")
            records = [_sums(own) | {"county_name": self.counties[code]} for code, own in parts]
        else:
            records = self.chosen(held).to_dict("records")
        records = [record | {"number": number, "-": None} for number, record in enumerate(records, 1)]
        if held.total and records:
            whole = self.frames["units"] if held.of == "counties" else self.chosen(held)
            records.append(_sums(whole) | {held.columns[0].of: "合计"})
        return [[record.get(column.of.lstrip("?")) for column in held.columns] for record in records]

    def chosen(self, held: Held) -> GeoDataFrame:
        """Give the records of a table."""
        frame = self.frames[held.of]
        for key, value in held.only.items():
            frame = frame[frame[key].astype(str) == value]
        return frame


def _measured(frame: GeoDataFrame) -> GeoDataFrame:
    return frame.assign(**{of: frame.area / square for of, square in MEASURES.items()})


def _sums(frame: GeoDataFrame) -> dict[str, Any]:
    """Sum up, as a whole and by category."""
    out: dict[str, Any] = {}
    for suffix, part in [("", frame), *((f"_{digit}", frame[frame["category"] == int(digit)]) for digit in CATEGORIES)]:
        sums = {of: float(part[of].sum()) for of in MEASURES}
        share = 100 * sums["area_m2"] / frame["area_m2"].sum()
        out |= {f"{of}{suffix}": value for of, value in [*sums.items(), ("n", len(part)), ("share", share)]}
    return out


def held_in(delivery: dict[str, Any], state: State) -> Iterator[Held]:
    """Give what a delivery holds in a year, tables that there are for each county, category or element one by one."""
    ways = {
        "county": [{"county": code, "county_name": name} for code, name in state.counties.items()],
        "category": [{"category": digit} | words for digit, words in CATEGORIES.items()],
        "element": [{"element": element} | words for element, words in ELEMENTS.items()],
    }
    for held in delivery["held"]:
        each = held.get("each", "").split()
        columns = [line.split() for line in held["columns"].strip().splitlines()]
        for chosen in product(*(ways[name] for name in each)):
            facts = {key: value for one in (state.facts, *chosen) for key, value in one.items()}
            yield Held(
                held["file"].format(**facts),
                held.get("name", "").format(**facts),
                held["of"],
                only := held.get("only", {}) | {name: facts[name] for name in each},
                [line.format(**facts) for line in held.get("above", [])],
                held.get("total", False) and only != EMPTY,
                [Column(title, of, int(*digits)) for title, of, *digits in columns],
                held.get("crs", 0),
                held.get("encoding", ""),
                held.get("left_out", False),
            )


class Reader:
    """A package beside the plan it was made of: how much was compared of what, what differs."""

    def __init__(self, package: Path, delivery: dict[str, Any], state: State) -> None:
        self.package, self.state = package, state
        self.compared: Counter[str] = Counter()
        self.wrong: list[str] = []
        for held in held_in(delivery, state):
            file, where = package / held.file, f"{held.file}|{held.name}"
            if self.same("file", where, file.exists(), True) and not held.left_out:
                read = {".xlsx": self._sheet, ".docx": self._word_table}.get(file.suffix, self._layer)
                read(held, file, where)
        for text in delivery.get("text", ()):
            file = package / text["file"].format(**state.facts)
            said = texts_of(file) if file.exists() else []
            for line in "|".join(text["lines"]).format(**state.facts).split("|"):
                self.same("line", file.name, line if line in said else None, line)

    def same(self, kind: str, where: str, stated: Any, wanted: Any, decimals: int = 0) -> bool:
        """Hold a cell against what it is to say: numbers by their digits, texts of a list in their order."""
        self.compared[kind] += 1
        if kind.startswith("?") and stated is None:
            return True
        if isinstance(wanted, float):
            text = str(stated).replace(",", "")
            value = float(text) if re.fullmatch(r"\d+(\.\d+)?", text) else -1.0
            agree = abs(value - wanted) <= 0.5 * 10.0**-decimals + 1e-6
        elif isinstance(wanted, list):
            # Where a row goes on below, a text may be parted by a line.
            lines = ["".join(line.split()) for line in re.split(r"(?m)^\s*\d+[.．、]", str(stated or ""))[1:]]
            texts = ["".join(text.split()) for text in wanted]
            agree = len(lines) == len(texts) and all(map(str.__contains__, lines, texts))
        else:
            agree = ("" if stated is None else str(stated)) == ("" if wanted is None else str(wanted))
        if not agree:
            self.wrong.append(f"{kind}: {where}: {str(stated)[:80]}, wanted {str(wanted)[:80]}")
        return agree

    def _sheet(self, held: Held, file: Path, where: str) -> None:
        book = openpyxl.load_workbook(file)
        if self.same("sheet", where, held.name in book.sheetnames, True):
            rows = [list(row[: len(held.columns)]) for row in book[held.name].values]
            self.same("above", where, [row[0] for row in rows[: len(held.above)]] == held.above, True)
            self._table(held, rows[len(held.above) :], where)

    def _word_table(self, held: Held, file: Path, where: str) -> None:
        opened = docx.Document(str(file))
        table = opened.tables[int(held.name) - 1]
        above = docx.text.paragraph.Paragraph(table._tbl.getprevious(), opened).text
        self.same("above", where, above, held.above[0])
        self._table(held, [[cell.text for cell in row.cells] for row in table.rows], where)

    def _table(self, held: Held, rows: list[list[Any]], where: str) -> None:
        head = {text for row in rows[: held.depth] for text in row if text}
        self.same("head", where, head == {part for column in held.columns for part in column.title.split("/")}, True)
        found: list[list[Any]] = []
        for row in rows[held.depth :]:
            if found and "续" in str(row[0]):
                both = zip(found[-1], row, held.columns, strict=True)
                found[-1] = [f"{a}\n{b}" if b and of in DIMENSIONS else a for a, b, (_, of, _) in both]
            elif any(cell not in (None, "") for cell in row):
                found.append(row)
        wanted = self.state.rows(held)
        if self.same("rows", where, len(found), len(wanted)):
            for number, (cells, record) in enumerate(zip(found, wanted, strict=True), 1):
                for (title, of, decimals), stated, value in zip(held.columns, cells, record, strict=True):
                    place = f"{where} {number}/{title}"
                    self.same(of, place, stated, value, decimals)
                    digits = str(stated).partition(".")[2] if isinstance(value, float) else ""
                    self.same("digits", place, len(digits) <= decimals, True)

    def _layer(self, held: Held, file: Path, where: str) -> None:
        layers = {str(name) for name, _ in pyogrio.list_layers(file)}
        if not self.same("layer", where, not held.name or held.name in layers or layers, True):
            return
        frame = pyogrio.read_dataframe(file, layer=held.name or 0)
        self.same("crs", where, frame.crs.to_epsg(), held.crs)
        self.same("fields", where, [*frame.columns[:-1]] == [column.title for column in held.columns], True)
        if held.encoding:
            self.same("encoding", where, file.with_suffix(".cpg").read_text(), held.encoding)
        back = pyproj.Transformer.from_crs(frame.crs, self.state.crs, always_xy=True)
        shapes = shapely.transform(frame.geometry.to_numpy(), back.transform, interleaved=False)
        wanted = self.state.rows(held)
        if not self.same("rows", where, len(frame), len(wanted)):
            return
        for shape, record in zip(self.state.chosen(held).geometry, wanted, strict=True):
            row = int(shapely.area(shapely.intersection(shapes, shape)).argmax())
            differs = shapely.symmetric_difference(shapes[row], shape).area
            self.same("shape", f"{where} {row} {differs:.2f} m²", differs < max(1.0, shape.length * 2e-3), True)
            for (title, of, decimals), value in zip(held.columns, record, strict=True):
                self.same(of, f"{where} {row}/{title}", frame.get(title, {}).get(row), value, decimals)


def texts_of(file: Path) -> list[str]:
    """Give all texts of a file: paragraphs, cells and attributes of any of its members, names and values of layers."""
    if file.suffix in (".xlsx", ".docx"):
        with zipfile.ZipFile(file) as archive:
            parts = [archive.read(name).decode() for name in archive.namelist() if name.endswith((".xml", ".rels"))]
        plain = (re.sub(r"</?(?:w:)?[rt]\b[^<>]*>", "", part) for part in parts)
        return [unescape(piece) for part in plain for piece in re.split(r'[<>"]+', part)]
    if file.suffix in (".shp", ".gdb"):
        frames = {
            name: pyogrio.read_dataframe(file, layer=name, read_geometry=False) for name, _ in pyogrio.list_layers(file)
        }
        return [str(text) for name, one in frames.items() for text in (name, *one.columns, *one.to_numpy().ravel())]
    return []


def read_back(package: Path, delivery: Path, plan: Path) -> dict[str, Any]:
    """Compare a package with its plan, and give its texts by place, but for what this year's clauses say."""
    state = State(plan)
    read = Reader(package, tomllib.loads(delivery.read_text("utf-8")), state)
    files = [file for file in sorted(package.rglob("*")) if file.suffix not in (".json", ".txt", ".py")]
    said = {part for row in state.clauses for part in row[2:] if part}
    texts = {}
    for file in files:
        own = [text for text in texts_of(file) if not any(part in text for part in said)]
        texts[file.relative_to(package).as_posix()] = own
    return {"compared": read.compared, "wrong": read.wrong, "texts": texts}


if __name__ == "__main__":
    document = read_back(*map(Path, sys.argv[1:]))
    assert not [name for name in sys.modules if "delineation" in name or "control_units" in name]
    json.dump(document, sys.stdout, ensure_ascii=False)
