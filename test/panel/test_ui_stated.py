"""Date, filing year, province and city on the Output page: empty until somebody fills them in, asked once, kept."""

from __future__ import annotations

import shutil
import sqlite3
import tomllib
from dataclasses import replace
from datetime import date

import pytest
from control_units.delineation.plan.file import read_meta, read_plan
from control_units.delineation.verbs import run
from control_units.ui.pages.output import stated_form
from control_units.ui.pages.output.page import OutputPage
from fakes import workplace
from hand import CASE, hand
from qgis.core import QgsProject
from qgis.PyQt.QtCore import QPoint, Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QApplication

KEYS = ("date", "filing_year", "province", "city")
PREVIOUS = '[previous]\npath = "last.gpkg"\nlayer = "units"\n'
UNDATED = CASE.replace('date = "2025-01-31"\nfiling_year = 2025\n', "") + PREVIOUS


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    """A case of which nothing is stated, with its plan; last year's was filed for 2025."""
    folder = tmp_path_factory.mktemp("stated")
    run(hand(folder / "last"), folder / "last.gpkg")
    run(hand(folder, UNDATED), folder / "case.plan.gpkg")
    return folder


@pytest.fixture
def page(ran, tmp_path):
    """The Output page of that case."""
    shutil.copytree(ran, tmp_path, dirs_exist_ok=True)
    place = workplace()
    assert place.session.open_case(tmp_path / "case.toml")
    page = OutputPage(place)
    page.resize(420, 620)
    page.show()
    assert QTest.qWaitForWindowExposed(page)
    yield page
    page.deleteLater()
    QgsProject.instance().clear()


def write(page, key: str, text: str) -> None:
    field = page.stated.fields[key]
    field.setFocus()
    field.selectAll()
    QTest.keyClick(field, Qt.Key.Key_Delete)
    QTest.keyClicks(field, text) if text.isascii() else field.insert(text)  # Qt's tests have no Chinese keys
    QTest.keyClick(field, Qt.Key.Key_Return)


def shown(page) -> list[str]:
    return [page.stated.fields[key].text() for key in KEYS]


def kept(page) -> list[list[object]]:
    """What plan and case keep."""
    meta, head = read_meta(page.session.plan_path), tomllib.loads(page.session.case_path.read_text("utf-8"))["case"]
    return [[one.get(key, "") for key in KEYS] for one in (meta, head)]


def test_what_is_written_goes_into_case_and_plan_and_makes_no_run_necessary(page):
    assert shown(page) == ["", "", "", ""]
    assert page.stated.told.text().startswith("Not filled in: Compiled on, Filing year, Province, City.")
    assert not any(str(date.today().year) in field.placeholderText() for field in page.stated.fields.values())
    said = ["2026-11-17", "2026", "某省", "某市"]
    for key, text in zip(KEYS, said, strict=True):
        write(page, key, text)
    assert kept(page) == [said, ["2026-11-17", 2026, "某省", "某市"]]
    assert read_plan(page.session.plan_path, summed=True).changes == {}
    assert not page.stated.told.isVisible()
    assert "stated" not in (page.session.changed_since_run() or ())
    # Asked once: whoever opens it again finds it.
    again = OutputPage(page.place)
    again.stated.refresh()
    assert shown(again) == said
    # What is no day is taken back.
    for text in ("2026-02-30", "2026", "2026-1-1"):
        write(page, "date", text)
        page.stated.fields["city"].setFocus()
        QApplication.processEvents()
        assert shown(page) == said
    write(page, "date", "")
    assert [one[0] for one in kept(page)] == ["", ""]


def test_a_package_without_them_is_refused_and_the_hand_is_put_where_they_are_missing(page, tmp_path):
    def made():
        QTest.mouseClick(page.card.start, Qt.MouseButton.LeftButton, pos=QPoint(8, page.card.start.height() // 2))
        page.session.runner.finish()
        QApplication.processEvents()
        return page.packaging.made

    before = set(tmp_path.iterdir())
    assert {row["id"] for row in made().open_errors} == {"P24", "P25"}
    assert {path for path in tmp_path.iterdir() if path.is_dir()} <= before
    assert page.stated.fields["date"].hasFocus()
    QTest.keyClicks(page.stated.fields["date"], "2026-11-17")
    QTest.keyClick(page.stated.fields["date"], Qt.Key.Key_Tab)
    write(page, "filing_year", "2026")
    assert page.packaging.refusing == []
    assert not made().refused


def test_a_filing_year_not_later_than_last_years_is_asked_about(page, monkeypatch):
    asked, answers = [], iter([False, True])
    monkeypatch.setattr(stated_form, "sure", lambda *told: asked.append(told[1]) or next(answers))
    for year, stands in (("2025", ""), ("2024", "2024"), ("2026", "2026")):
        write(page, "filing_year", year)
        assert kept(page)[0][1] == shown(page)[1] == stands
    assert [("2025" in one, "2024" in one) for one in asked] == [(True, False), (True, True)]


def test_the_province_of_the_codes_is_offered_as_that_and_not_as_stated(page):
    plan = page.session.plan_path
    with sqlite3.connect(plan) as database:
        database.execute("UPDATE meta SET value = '{\"650102\": \"天山区\"}' WHERE key = 'county_names'")
    assert page.session.open_case(plan)
    page.refresh()
    field = page.stated.fields["province"]
    assert (field.text(), field.placeholderText()) == ("", "新疆维吾尔自治区 (by the county codes)")
    assert "Province" not in page.stated.told.text()


def test_a_filed_plan_keeps_what_it_was_filed_with(page):
    plan = page.session.plan
    page.session.take_edited(replace(plan, meta={**plan.meta, "status": "备案"}))
    page.refresh()
    assert not page.stated.isEnabled()
