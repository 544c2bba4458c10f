"""What is printed of two small cases in both languages, held against texts that a person can read.

``UPDATE_PRINTED=1 pytest test/export/test_printed.py`` writes the texts in ``data/printed`` anew; look at their
differences before they are committed.
"""

from __future__ import annotations

import contextlib
import difflib
import io
import os
import re
from functools import cache
from typing import TYPE_CHECKING

import pytest
from command import ROOT
from control_units.delineation.cli import main
from control_units.delineation.export.atlas_sheet import Atlas, AtlasOptions
from control_units.delineation.plan.file import read_plan
from docx import Document
from docx.table import Table
from file_text import run
from hand import hand
from openpyxl import load_workbook
from own_profile import own_profile
from rich import rich

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

TEXTS = ROOT / "test" / "data" / "printed"
LAYOUT = ROOT / "resources" / "packages" / "national.toml"
# Case → how it is written, the site and what is said of the project that is to come there.
CASES: dict[str, tuple[Callable[..., Path], tuple[str, ...]]] = {
    "county": (hand, ("501500,3401500,300", "--project", "甲厂", "--industry", "C2614", "--fact", "capacity=2000 t/d")),
    "layers": (rich, ("LINESTRING (500500 3405000, 509500 3405500)", "--industry", "E4812", "--as-of", "2025-01-31")),
}
# Files of the package that QGIS prints, or that are others once more.
SLOW = r'"(map|atlas)-|\.gdb"|\.gpkg"|_GBK/'
# Sums of verify.py, a source, the national clauses hang on the release and the day, and not on the case.
SUM = re.compile(r"\b[0-9a-f]{64}\b|(?<=\| )[0-9a-f]{12}$", re.MULTILINE)


def told(*arguments: object) -> str:
    """What a verb of the command line says."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(io.StringIO()):
        assert main([str(one) for one in arguments]) == 0, out.getvalue()
    return out.getvalue()


def of_document(path: Path) -> Iterator[str]:
    """Paragraphs, and rows of tables with a bar between cells."""
    for block in Document(path).iter_inner_content():
        if isinstance(block, Table):
            yield from (" | ".join(cell.text for cell in row.cells) for row in block.rows)
        else:
            yield block.text


def of_workbook(path: Path) -> Iterator[str]:
    """Sheets that are shown, their rows with height, a bar between cells."""
    for sheet in (one for one in load_workbook(path) if one.sheet_state == "visible"):
        yield f"── {sheet.title}"
        for number, row in enumerate(sheet.iter_rows(values_only=True), 1):
            height = sheet.row_dimensions[number].height
            cells = " | ".join("" if one is None else str(one) for one in row)
            yield f"{'' if height is None else f'{height:g}':>6} {cells}".rstrip()


def of_atlas(plan: Path) -> Iterator[str]:
    """Sheet by sheet: items, card, list."""
    atlas = Atlas(read_plan(plan), AtlasOptions())
    for sheet in (sheet for part in atlas.parts for sheet in atlas.sheets_of(part)):
        yield f"── {sheet.number} {sheet.bookmark}"
        yield from (f"{name}: {text}" for name, (text, _) in sheet.texts.items())
        yield from (f"  {what}: {of}" for what, of in sheet.card)
        yield " | ".join(f"{column.head} {column.share:.0%}" for column in sheet.columns)
        yield from (" | ".join(row) for row in sheet.rows)


@pytest.fixture(scope="session")
def printed(tmp_path_factory) -> Callable[[str, str], dict[str, str]]:
    @cache
    def of(case: str, language: str) -> dict[str, str]:
        folder = tmp_path_factory.mktemp(f"{case}-{language}")
        write, asked = CASES[case]
        own_profile(folder, "own.toml", 'language = "zh"', f'language = "{language}"')
        if case == "layers":
            head, *clauses = (folder / "own" / "clauses.csv").read_text("utf-8").splitlines(keepends=True)
            kept = [row for row in clauses if row.startswith("N-ALL") or row.partition(",")[0].endswith(("S3", "R1"))]
            (folder / "own" / "clauses.csv").write_text(head + "".join(kept), "utf-8")
        file = write(folder)
        file.write_text(file.read_text("utf-8").replace('profile = "national"', 'profile = "own.toml"'), "utf-8")
        plan = folder / "plan.gpkg"
        told("run", file, "-o", plan)
        told("lists", plan, "-o", folder / "lists.xlsx")
        told("export", plan, "--format", "map-pdf", "--drawn-by", "matplotlib", "-o", folder / "map.pdf")
        answer = told("--lang", language, "assess", plan, *asked, "-o", folder / "report.docx")
        blocks = LAYOUT.read_text("utf-8").split("[[file]]")
        kept = [one for one in blocks if not re.search(SLOW, one)]
        (folder / "layout.toml").write_text("[[file]]".join(kept), "utf-8")
        told("package", plan, "-o", folder / "out", "--profile", folder / "layout.toml", "--city", "试验市")
        texts = {
            "answer": answer.replace(str(folder), ""),
            "report": "\n".join(of_document(folder / "report.docx")),
            "lists": "\n".join(of_workbook(folder / "lists.xlsx")),
            "atlas": "\n".join(of_atlas(plan)),
            "map": run("pdftotext", "-raw", folder / "map.pdf", "-"),
            "readme": next((folder / "out").rglob("说明.txt")).read_text("utf-8-sig"),
        }
        return {name: SUM.sub("(sum)", text).strip() + "\n" for name, text in texts.items()}

    return of


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("what", ["answer", "report", "lists", "atlas", "map", "readme"])
def test_what_is_printed_reads_as_before(printed, case, language, what):
    file, text = TEXTS / f"{case}_{language}" / f"{what}.txt", printed(case, language)[what]
    if os.environ.get("UPDATE_PRINTED"):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    before = file.read_text("utf-8")
    now, was = text.splitlines(), before.splitlines()
    if text != before:
        pytest.fail("\n".join(difflib.unified_diff(was, now, f"{file} as it was", "now", n=1)), pytrace=False)
