"""Another file in place of a source: what it changes stands in a list, is drawn on the map, and is confirmed."""

from __future__ import annotations

import pytest
from control_units.ui.map.change_layer import CHANGES
from control_units.ui.pages.sources import details as details_module
from control_units.ui.pages.sources.details import reasons as reasons_of
from control_units.ui.pages.sources.page import SourcesPage
from fakes import workplace
from hand import CASE, box, hand, write_layer
from qgis.core import QgsProject
from qgis.PyQt.QtCore import QCoreApplication, Qt
from qgis.PyQt.QtTest import QTest
from telling import texts_of

ZONES = [box(0, 0, 2_000, 2_000), box(2_500, 0, 2_000, 2_000), box(5_000, 0, 2_000, 2_000)]


@pytest.fixture
def page(tmp_path):
    fields = {"zone": ["水环境一般管控区", "工业污染重点管控区", "水环境优先保护区"], "name": ["上段", "中段", "下段"]}
    case = hand(tmp_path / "a", CASE, water=(ZONES, fields))
    page = SourcesPage(workplace())
    page.resize(380, 700)
    page.show()
    assert page.session.open_case(case)
    settle(page)
    yield page
    page.deleteLater()
    QCoreApplication.processEvents()
    QgsProject.instance().clear()


def settle(page) -> None:
    while page.session.runner.finish():
        QCoreApplication.processEvents()
    for _ in range(5):
        QCoreApplication.processEvents()


def entry_of(page, title: str):
    return next(one for one in page.book.entries if one.title == title)


def choose(page, monkeypatch, entry, file) -> None:
    page._show(entry)
    monkeypatch.setattr(details_module, "ask_file", lambda *_: str(file))
    QTest.mouseClick(page.details.other, Qt.MouseButton.LeftButton)
    settle(page)


@pytest.fixture
def changed(page, tmp_path, monkeypatch):
    """A water layer of next year: one zone smaller, one gone, one new, the zones under another name."""
    shapes = [box(0, 0, 2_000, 1_000), ZONES[1], box(0, 8_000, 500, 500)]
    fields = {
        "分类结果": ["水环境一般管控区", "工业污染重点管控区", "水环境优先保护区"],
        "name": ["上段", "中段", "新段"],
    }
    entry = entry_of(page, "water")
    choose(page, monkeypatch, entry, write_layer(tmp_path / "b.gpkg", "water", shapes, fields))
    return entry


def rows(page) -> list[list[str]]:
    return texts_of(page.details.changes.list)


def test_the_features_that_changed_are_listed_the_largest_change_first(page, changed):
    assert page.details.changes.isVisible()
    assert rows(page) == [
        ["gone", "下段", "4.00", "–"],
        ["moved", "上段", "4.00", "2.00"],
        ["new", "新段", "–", "0.25"],
    ]
    text = page.details.changes.text.text()
    assert "Features: 3 before, 3 now: 1 unchanged, 1 moved, 1 new, 1 gone." in text
    assert "Area: 12.00 km² before, 6.25 km² now (-5.75 km²)." in text
    assert "Features were recognised by column name." in text
    assert changed.change is not None


@pytest.mark.usefixtures("changed")
def test_lines_that_changed_are_in_sight_however_narrow_the_panel(page):
    tree = page.details.changes.list
    for width in (380, 250):
        page.resize(width, 700)
        settle(page)
        bottom = tree.visualRect(tree.rows.index(tree.rows.rowCount() - 1, 0)).bottom()
        assert 0 < bottom <= tree.viewport().height(), width


def test_the_case_reads_the_new_file_as_far_as_its_columns_are_found_again(page, changed):
    spec = next(one for one in page.session.case.sources if one.role == "water_zone")
    assert dict(spec.fields) == {"zone": "分类结果"}
    assert not changed.seen.problem


def test_what_was_found_by_its_values_a_person_confirms(page, changed):
    assert changed.mark == "check"
    assert "zone column 'zone' is gone; '分类结果' holds the same values" in page.details.changes.text.text()
    page.act()
    assert changed.mark == "present"


def test_the_changes_are_drawn_on_the_map(page, changed):
    QTest.mouseClick(page.details.changes.draw, Qt.MouseButton.LeftButton)
    settle(page)
    (layer,) = [one for one in QgsProject.instance().mapLayers().values() if one.customProperty(CHANGES)]
    drawn = sorted((one["change"], one["name"]) for one in layer.getFeatures())
    assert drawn == [("after", "上段"), ("before", "上段"), ("gone", "下段"), ("new", "新段")]
    assert page.place.iface.mapCanvas().extent().contains(layer.extent())
    assert changed.change.crs.to_epsg() == int(layer.crs().authid().removeprefix("EPSG:"))


def test_zone_values_that_came_and_went_are_named(page, tmp_path, monkeypatch):
    fields = {"zone": ["水环境一般管控区", "怪区", "水环境优先保护区"], "name": ["上段", "中段", "下段"]}
    choose(page, monkeypatch, entry_of(page, "water"), write_layer(tmp_path / "b.gpkg", "water", ZONES, fields))
    lines = page.details.changes.text.text().splitlines()
    assert "New zone values: “怪区” → ?." in lines
    assert "Zone values that are gone: “工业污染重点管控区”." in lines
    assert "• zone value '怪区' of 1 feature is new, and nobody knows what it means" in lines
    assert entry_of(page, "water").mark == "problem"


def test_a_line_of_the_list_shows_its_place(page, changed):
    tree, canvas = page.details.changes.list, page.place.iface.mapCanvas()
    QTest.mouseClick(tree.viewport(), Qt.MouseButton.LeftButton, pos=tree.visualRect(tree.rows.index(0, 0)).center())
    gone = changed.change.before.geometry[2]
    x, y = gone.centroid.coords[0]
    assert tree.row()["change"] == "gone"
    assert canvas.extent().contains(x, y)
    assert canvas.extent().width() < 20_000


def test_a_red_line_with_another_file_is_seen_before_it_is_confirmed(page, tmp_path):
    entry = entry_of(page, "red_line")
    entry.drawn = entry.confirmed = True
    new = write_layer(tmp_path / "b.gpkg", "red_line", [box(1_000, 1_000, 2_000, 1_500)], {"id": ["R1"]})
    page._show(None)
    page.book.take_file(entry, str(new))
    settle(page)
    assert (entry.mark, entry.drawn) == ("check", False)
    page.confirm([entry])
    assert entry.mark == "check"
    assert page.map.layers.is_shown(entry)
    page.confirm([entry])
    assert entry.mark == "present"


@pytest.mark.parametrize(
    ("column", "reasons"),
    [("HXMC", ["• it has a field 'HXMC'"]), ("id", [])],
)
def test_why_it_is_taken_for_that_is_said_of_the_other_file(page, tmp_path, column, reasons):
    """Nothing of the file before is said of another one, which may be no red line by itself."""
    shapes = [box(1_000, 1_000, 2_000, 2_000)]
    old = write_layer(tmp_path / "生态保护红线_报批.shp", "red", shapes, {"HXMC": ["甲"]}, encoding="UTF-8")
    page.book.add(lambda _: [str(old)])
    settle(page)
    entry = entry_of(page, "生态保护红线_报批.shp")
    assert "生态保护红线_报批" in str(reasons_of(entry, page.session.case.profile))
    new = write_layer(tmp_path / "hx.shp", "hx", shapes, {column: ["甲"]}, encoding="UTF-8")
    page.book.take_file(entry, str(new))
    settle(page)
    page._show(entry)
    lines = page.details.problem.text().splitlines()
    assert [line for line in lines if "报批" in line] == []
    assert [line for line in lines if "a field" in line] == reasons


def test_what_is_on_the_map_stays_there_with_the_other_file(page, tmp_path):
    entry = entry_of(page, "red_line")
    page.map.show([entry])
    new = write_layer(tmp_path / "b.gpkg", "red_line", [box(5_000, 1_000, 2_000, 1_500)], {"id": ["R1"]})
    page.book.take_file(entry, str(new))
    settle(page)
    assert page.map.layers.is_shown(entry)
    assert "b.gpkg" in page.map.layers.layer_of(entry).source()


def test_the_same_file_elsewhere_asks_nothing(page, tmp_path, monkeypatch):
    entry = entry_of(page, "red_line")
    new = write_layer(tmp_path / "b.gpkg", "red_line", [box(1_000, 1_000, 2_000, 2_000)], {"id": ["R1"]})
    choose(page, monkeypatch, entry, new)
    assert entry.mark == "present"
    assert rows(page) == []
    assert "Features: 1 before, 1 now: 1 unchanged." in page.details.changes.text.text()
