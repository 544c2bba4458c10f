"""Three invented last years of `strange_prefecture`, written as others write them: by the layouts in `data/last_years`.

What they hold is last year's: another red line and ecological space, so other shapes and areas, older names, and one
county without general units. Nothing here comes from the engine; both years' plans are made by its command line.
"""

from __future__ import annotations

import tomllib
from itertools import groupby
from string import Template
from typing import TYPE_CHECKING, Any

import docx
import geopandas as gpd
import openpyxl
import pyogrio
import strange_prefecture as prefecture
from last_year_reading import DATA, DIMENSIONS, EMPTY, Column, Held, State, held_in

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LAYOUTS = {file.stem: file for file in sorted((DATA / "layouts").iterdir())}
LAST, NOW = "2025", "2026"
# Year → what the red line, its 密级 and the ecological space were then.
SOURCES = {
    LAST: {"red_line": prefecture.WRONG[0], "classification": "内部", "space": prefecture.SPACES[0]},
    NOW: {"red_line": prefecture.RED_LINE, "classification": "秘密", "space": prefecture.SPACES[1]},
}
# This year's name → last year's, of what stands in names of units.
RENAMED = {"青岩工业园": "青岩工业集中区", "水寨镇": "水寨乡", "东关镇": "东关街道"}
LONGEST = 380  # letters of a row from which last year's lists went on in another


def cases(folder: Path) -> dict[str, Path]:
    """Write the sources, one township of which lies apart, and a case a year."""
    prefecture.make(folder)
    towns = folder / prefecture.TRUTH["township"][0]
    layer = gpd.read_file(towns, encoding="GBK")
    layer.replace("飞云镇", "飞云镇（飞地）").to_file(towns, encoding="GBK")
    text = Template((DATA / "case.template").read_text("utf-8"))
    out = {year: folder / f"case{year}.toml" for year in SOURCES}
    for year, sources in SOURCES.items():
        out[year].write_text(text.substitute(sources, year=year), "utf-8")
    return out


def as_it_was(plan: Path) -> State:
    """Give last year's state: older names, and what is general now in one county was key."""

    def older(units: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
        for now, before in RENAMED.items():
            units["name"] = units["name"].str.replace(now, before)
            units["townships"] = units["townships"].str.replace(now, before)
        key = (units["county"] == EMPTY["county"]) & (units["category"] == 3)
        units.loc[key, "code"] = units["code"].str[:8] + "207" + units["code"].str[-2:]
        units.loc[key, "name"] = units["name"].str.replace("一般管控", "农业农村重点管控")
        return units

    return State(plan, older)


def of_file(held: Held) -> str:
    """Say where a part of a delivery stands."""
    return held.file


def deliver(name: str, state: State, folder: Path) -> Path:
    """Write a delivery of last year."""
    layout = tomllib.loads(LAYOUTS[name].read_text("utf-8"))
    root = folder / layout["folder"].format(**state.facts)
    for path, parts in groupby(sorted(held_in(layout, state), key=of_file), of_file):
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        texts = [one for one in layout.get("text", ()) if one["file"].format(**state.facts) == path]
        write = {".xlsx": _workbook, ".docx": _document}.get(file.suffix, _layers)
        write(file, list(parts), texts, state)
    for slot in layout.get("slots", ()):
        (root / slot).parent.mkdir(exist_ok=True)
        (root / slot).write_bytes(b"%PDF-1.4\n%%EOF\n")
    return root


def _grid(held: Held, state: State) -> tuple[list[list[Any]], list[tuple[int, int, int, int]]]:
    """Give head and rows of a table, and what is merged in the head: from row and column to row and column, from 0."""
    parts = [column.title.split("/") for column in held.columns]
    merged = [(0, place, held.depth - 1, place) for place, own in enumerate(parts) if len(own) < held.depth]
    head = [[own[level] if level < len(own) else None for own in parts] for level in range(held.depth)]
    for _, own in groupby(range(len(parts)), lambda place: parts[place][0]):
        first, *others = own
        merged += [(0, first, 0, others[-1])] if others else []
        for place in others:
            head[0][place] = None
    rows = [] if held.of == "units" and held.only == EMPTY else state.rows(held)
    cells = [[_shown(*pair) for pair in zip(row, held.columns, strict=True)] for row in rows]
    return [*head, *cells], merged


def _shown(value: Any, column: Column) -> Any:
    if isinstance(value, list):
        return [f"{number}．{text}" for number, text in enumerate(value, 1)]
    return round(value, column.decimals) if isinstance(value, float) else value


def _in_rows(row: list[Any]) -> Iterator[list[Any]]:
    """Let a record whose texts are too long for a page go on in 续 rows: its number, its code and name, the rest."""
    left, out = [cell if isinstance(cell, list) else [] for cell in row], list(row)
    while True:
        for place, lines in enumerate(left):
            if lines:
                fits = next((n for n in range(1, len(lines)) if sum(map(len, lines[: n + 1])) > LONGEST), len(lines))
                out[place], left[place] = "\n".join(lines[:fits]), lines[fits:]
        yield [cell or None for cell in out]
        if not any(left):
            return
        out = [f"{row[0]}续", *row[1:3], *[None] * (len(row) - 3)]


def _workbook(file: Path, parts: list[Held], texts: list[dict[str, Any]], state: State) -> None:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for held in parts:
        sheet, (rows, merged), top = book.create_sheet(held.name), _grid(held, state), len(held.above) + 1
        for line in held.above:
            sheet.append([line])
            sheet.merge_cells(None, sheet.max_row, 1, sheet.max_row, len(held.columns))
        for row in rows:
            for one in _in_rows(row):
                sheet.append(one)
        for first, left, last, right in merged:
            sheet.merge_cells(None, top + first, left + 1, top + last, right + 1)
        for place, column in enumerate(held.columns, 1):
            sheet.column_dimensions[openpyxl.utils.get_column_letter(place)].width = (
                42 if column.of in DIMENSIONS else 14
            )
    for text in texts:
        sheet = book.create_sheet(text["name"])
        for line in (*text.get("told", ()), *text["lines"]):
            sheet.append(line.format(**state.facts).split("|"))
    book.save(file)


def _document(file: Path, parts: list[Held], texts: list[dict[str, Any]], state: State) -> None:
    document = docx.Document()
    for line in (*texts[0]["lines"], *texts[0].get("told", ())):
        above = line.startswith("密级")
        paragraph = document.sections[0].header.paragraphs[0] if above else document.add_paragraph()
        paragraph.add_run(line.format(**state.facts))
    for held in parts:
        document.add_heading(held.above[0], 1)
        rows, merged = _grid(held, state)
        table = document.add_table(len(rows), len(held.columns), style="Table Grid")
        for cells, row in zip(table.rows, rows, strict=True):
            for cell, value, column in zip(cells.cells, row, held.columns, strict=True):
                shown = f"{value:.{column.decimals}f}" if isinstance(value, float) else value
                if shown:
                    cell.text = "\n".join(shown) if isinstance(shown, list) else str(shown)
        for first, left, last, right in merged:
            table.cell(first, left).merge(table.cell(last, right))
    document.save(file)


def _layers(file: Path, parts: list[Held], _: list[dict[str, Any]], state: State) -> None:
    before = pyogrio.get_gdal_config_option("SHAPE_ENCODING")
    pyogrio.set_gdal_config_options({"SHAPE_ENCODING": None})
    for number, held in enumerate(parts):
        rows, _ = _grid(held, state)
        columns = {column.title: [row[place] for row in rows[1:]] for place, column in enumerate(held.columns)}
        own = state.chosen(held).geometry.to_list()
        frame = gpd.GeoDataFrame(columns, geometry=own, crs=state.crs).to_crs(held.crs)
        digits = {column.title: "int32" for column in held.columns if column.of == "category"}
        options = (
            {"layer": held.name, "append": number > 0, "driver": "OpenFileGDB"}
            if held.name
            else {"encoding": held.encoding}
        )
        pyogrio.write_dataframe(frame.astype(digits), file, promote_to_multi=True, **options)
    pyogrio.set_gdal_config_options({"SHAPE_ENCODING": before})
