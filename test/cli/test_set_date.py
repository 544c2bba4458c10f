"""``SOURCE_DATE_EPOCH``: whatever is written is written with it too, the same bytes each time."""

from __future__ import annotations

import zipfile

import every_writer
import openpyxl
import pytest
from every_writer import WITHOUT, WRITERS

pytestmark = pytest.mark.uses("python-docx", "matplotlib", "gdal")
SET = "1700000000"  # 2023-11-14T22:13:20Z
# A geodatabase has ids by chance in it, and the bench's folder its times: not the same bytes, and not promised.
OTHERWISE = {"bench", "export units-gdb", "export zones-gdb"}


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    return every_writer.place_of(tmp_path_factory.mktemp("dated"))


def written(what, to):
    return {name: file.read_bytes() for name, file in every_writer.written(WRITERS[what], to).items()}


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
