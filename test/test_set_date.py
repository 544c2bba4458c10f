"""``SOURCE_DATE_EPOCH``: whatever is written is written with it too, the same bytes each time."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

import openpyxl
import pytest
from command import ask
from control_units.delineation.export.registry import exporters
from hand import hand

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.uses("python-docx", "matplotlib", "gdal")
SET = "1700000000"  # 2023-11-14T22:13:20Z
SITE = "502000,3402000"
BATCH = "id,name,x,y\n-1+2,=甲,502000,3402000\n@a,+乙,503000,3403000\n"
REGIONS = "regions hand.gpkg|layername=township --method skater --k 2 --coordinates 1 -o O.gpkg"
# What is written, and how; O stands for where.
WRITERS = {
    "run": "run case.toml -o O.gpkg",
    "partition": "partition hand.gpkg|layername=county hand.gpkg|layername=water -o O.gpkg",
    "regions": REGIONS,
    "guess": "guess hand.gpkg|layername=county hand.gpkg|layername=red_line -o O.toml",
    "impact": "impact plan.gpkg red_line=hand.gpkg --case case.toml -o O.gpkg",
    "version": "version plan.gpkg -o O.gpkg --reason r",
    "lists": "lists plan.gpkg -o O.xlsx",
    "report.docx": f"assess plan.gpkg {SITE} --as-of 2026-01-01 -o O.docx",
    "report.pdf": f"assess plan.gpkg {SITE} --as-of 2026-01-01 -o O.pdf",
    "report.xlsx": f"assess plan.gpkg {SITE} --as-of 2026-01-01 -o O.xlsx",
    "batch.csv": "assess plan.gpkg --batch batch.csv --as-of 2026-01-01 -o O.csv",
    "batch.xlsx": "assess plan.gpkg --batch batch.csv --as-of 2026-01-01 -o O.xlsx",
    "bench": "bench case.toml --methods overlay --no-curve --nulls 0 --truth 0 --samples 0 -o O",
    "schemas": "publish schema O",
    "learned profile": "profile --like last -o O.toml",
    "package": "package plan.gpkg -o O --profile learned.toml --city 试验市 --province 试验省",
    **{
        f"export {name}": f"export plan.gpkg --format {name} -o O{one.suffix}"
        + ("", " --drawn-by matplotlib")["drawn_by" in one.options]
        for name, one in exporters().items()
    },
}
# These need QGIS to draw them.
WITHOUT = {"export atlas-pdf"}
# A geodatabase has ids by chance in it, and the bench's folder its times: not the same bytes, and not promised.
OTHERWISE = {"bench", "export units-gdb", "export zones-gdb"}


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    folder = tmp_path_factory.mktemp("dated")
    hand(folder)
    (folder / "batch.csv").write_text(BATCH, encoding="utf-8")
    assert ask("run", folder / "case.toml", "-o", folder / "plan.gpkg").code == 0
    (folder / "last").mkdir()
    for name, file in (("units-gpkg", "units_2025.gpkg"), ("lists-xlsx", "lists.xlsx"), ("lists-docx", "lists.docx")):
        assert ask("export", folder / "plan.gpkg", "--format", name, "-o", folder / "last" / file).code == 0
    assert ask("profile", "--like", folder / "last", "-o", folder / "learned.toml").code == 0
    return folder


def written(what: str, to: Path) -> dict[str, bytes]:
    to.mkdir()
    arguments = [one.replace("O", str(to / "out"), 1) if one.startswith("O") else one for one in WRITERS[what].split()]
    answer = ask(*arguments)
    assert answer.code in (0, 1), answer
    return {str(file.relative_to(to)): file.read_bytes() for file in sorted(to.rglob("*")) if file.is_file()}


@pytest.mark.parametrize("what", sorted(WRITERS.keys() - WITHOUT))
def test_every_writer_writes_with_a_set_date_the_same_each_time(place, tmp_path, monkeypatch, what):
    monkeypatch.chdir(place)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", SET)
    first = written(what, tmp_path / "a")
    assert first
    if what not in OTHERWISE:
        assert first == written(what, tmp_path / "b")


@pytest.mark.parametrize("date", ["0", SET, "4354819199", "253402300799"])
def test_a_workbook_says_the_date_as_far_as_it_can(place, tmp_path, monkeypatch, date):
    monkeypatch.chdir(place)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", date)
    written("batch.xlsx", tmp_path / "a")
    with zipfile.ZipFile(tmp_path / "a" / "out.xlsx") as archive:
        years = {one.date_time[0] for one in archive.infolist()}
    assert years == {{"0": 1980, SET: 2023}.get(date, 2107)}
    rows = list(openpyxl.load_workbook(tmp_path / "a" / "out.xlsx").active.iter_rows(values_only=True))
    assert [row[0] for row in rows[1:3]] == ["-1+2", "@a"]
