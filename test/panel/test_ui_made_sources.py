"""Sources that a case makes on the spot, in the panel: shown as what they are, kept, and never taken for a folder."""

from __future__ import annotations

import pytest
from control_units.delineation.case.made_sources import Maker, parse_maker
from control_units.delineation.case.reading import read_case
from control_units.delineation.verbs.running import run
from control_units.ui.pages.sources.maker_fields import maker_text
from control_units.ui.pages.sources.page import SourcesPage
from control_units.ui.pages.sources.role_list import ENTRY
from fakes import workplace
from hand import hand
from made_cases import CATCHMENTS, MORE, dem, made_case
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtTest import QTest


@pytest.fixture
def page(tmp_path):
    page = SourcesPage(workplace())
    page.show()
    page.session.open_case(made_case(tmp_path / "data", "catchments", "grid"))
    page.session.runner.finish()
    yield page
    page.deleteLater()


# Made in the panel


@pytest.fixture
def plain(tmp_path):
    """A page with a case that makes nothing yet; the DEM lies beside it."""
    page = SourcesPage(workplace())
    page.show()
    page.session.open_case(hand(tmp_path / "data"))
    dem(tmp_path / "data")
    page.session.runner.finish()
    yield page
    page.deleteLater()


def made_in(page):
    return [(spec.role, spec.made) for spec in page.session.case.sources if spec.made]


def pick(combo, data):
    combo.setCurrentIndex(combo.findData(data))
    combo.activated.emit(combo.currentIndex())


def test_squares_are_added_with_two_clicks(plain):
    dialog = plain._make()
    assert dialog.fields.text() == "grid:size=1000"
    fields = ("size", "dem", "area", "shore", "of", "field")
    assert [name for name in fields if getattr(dialog.fields, name).isVisible()] == ["size"]
    dialog.fields.size.setValue(2_500)
    QTest.mouseClick(dialog.ok, Qt.MouseButton.LeftButton)
    plain.session.runner.finish()
    assert made_in(plain) == [("catchment", "grid:size=2500")]
    assert entry_of(plain, "grid:size=2500").mark == "present"
    # The same once more is nothing.
    again = plain._make()
    again.fields.size.setValue(2_500)
    QTest.mouseClick(again.ok, Qt.MouseButton.LeftButton)
    assert again.isVisible()
    assert "already" in again.fields.wrong.text()
    again.reject()
    assert len(made_in(plain)) == 1


def test_catchments_want_a_dem_and_say_so_in_the_engines_words(plain, tmp_path):
    dialog = plain._make()
    pick(dialog.fields.kind, "catchments")
    assert not dialog.fields.wrong.isVisible()  # nobody has written anything yet
    QTest.mouseClick(dialog.ok, Qt.MouseButton.LeftButton)
    assert dialog.isVisible()
    assert "names no DEM" in dialog.fields.wrong.text()
    dialog.fields.dem.setFilePath(str(tmp_path / "data" / "none.tif"))
    assert "none.tif" in dialog.fields.wrong.text()
    dialog.fields.dem.setFilePath(str(tmp_path / "data" / "dem.tif"))
    assert not dialog.fields.wrong.isVisible()
    dialog.fields.area.setValue(2.5)
    dialog.fields.coast.click()
    dialog.fields.sea.setValue(3)
    QTest.mouseClick(dialog.ok, Qt.MouseButton.LeftButton)
    plain.session.runner.finish()
    ((role, text),) = made_in(plain)
    assert role == "catchment"
    assert parse_maker(text, "", case=True) == Maker(
        "catchments", dem=str(tmp_path / "data" / "dem.tif"), area=2.5e6, sea=3.0
    )
    assert entry_of(plain, text).title == "catchments of dem.tif, from 2.5 km²"
    assert plain.session.save_case(tmp_path / "data" / "saved.toml")
    # It runs, and the file is named beside the case.
    assert read_case(tmp_path / "data" / "saved.toml").sources[-1].made == "catchments:dem=dem.tif,area=2500000,sea=3"
    run(tmp_path / "data" / "saved.toml", tmp_path / "plan.gpkg")


def test_polygons_are_united_by_a_field_of_the_layer(plain):
    dialog = plain._make()
    pick(dialog.fields.kind, "townships")
    assert [dialog.fields.of.itemData(n) for n in range(dialog.fields.of.count())] == [
        "county",
        "township",
        "red_line",
        "water_zone",
    ]
    pick(dialog.fields.of, "township")
    fields = [dialog.fields.field.itemText(n) for n in range(dialog.fields.field.count())]
    assert {"code", "name"} <= set(fields)
    QTest.mouseClick(dialog.ok, Qt.MouseButton.LeftButton)
    assert "names no field" in dialog.fields.wrong.text()
    dialog.fields.field.setEditText("name")
    dialog.fields.field.lineEdit().editingFinished.emit()
    QTest.mouseClick(dialog.ok, Qt.MouseButton.LeftButton)
    assert made_in(plain) == [("catchment", "townships:of=township,field=name")] or made_in(plain) == [
        ("catchment", "townships:field=name,of=township")
    ]
    # Another kind and back again, and nothing that was written is lost.
    dialog = plain._make()
    pick(dialog.fields.kind, "hexagons")
    dialog.fields.size.setValue(700)
    pick(dialog.fields.kind, "grid")
    pick(dialog.fields.kind, "hexagons")
    assert dialog.fields.text() == "hexagons:size=700"
    dialog.reject()


def test_what_is_made_is_changed_in_its_details(page):
    details, entry = page.details, entry_of(page, CATCHMENTS)
    page._show(entry)
    assert details.maker.isVisible()
    assert not details.fields.isVisible()
    assert not details.reading.isVisible()
    assert [details.role.itemData(n) for n in range(details.role.count())] == ["catchment", "unit"]
    box = details.maker.fields
    assert (box.kind.currentData(), box.area.value(), box.coast.isChecked()) == ("catchments", 5.0, False)
    box.area.setValue(8)
    page.session.runner.finish()
    # The DEM stays as the case has it, beside the file.
    assert entry.spec.made == "catchments:dem=dem.tif,area=8000000"
    box.dem.setFilePath("/nowhere/x.tif")
    assert box.wrong.isVisible()
    assert "x.tif" in box.wrong.text()
    assert entry.spec.made == "catchments:dem=dem.tif,area=8000000"
    # Something else changes; what is being written stays.
    page.book.replace(entry, provider="某局")
    page.session.runner.finish()
    assert box.dem.filePath() == "/nowhere/x.tif"
    page._show(entry_of(page, "county"))
    assert not details.maker.isVisible()
    assert details.reading.isVisible()
    page._show(entry)
    assert box.dem.filePath().endswith("dem.tif")
    assert not box.wrong.isVisible()


def test_keys_that_no_field_shows_are_kept(page):
    entry = entry_of(page, CATCHMENTS)
    page.book.replace(entry, made="catchments:dem=dem.tif,area=5e6,band=1,least=0.25,crs=EPSG:4547")
    page.session.runner.finish()
    page._show(entry)
    page.details.maker.fields.area.setValue(6)
    page.session.runner.finish()
    assert entry.spec.maker == Maker("catchments", dem="dem.tif", area=6e6, least=0.25, crs="EPSG:4547")
    assert entry.mark == "present"


@pytest.mark.parametrize(
    "maker",
    [
        Maker("grid", size=0.3),
        Maker("hexagons", size=1_234.5678),
        Maker("townships", of="village", field="甲 乙"),
        Maker("catchments", dem="a,b.tif", area=123.25, sea=-0.5, least=0.0, band=2),
        Maker("townships", file="x.gpkg", layer="l", field="f"),
    ],
)
def test_the_text_of_a_maker_reads_as_it(maker):
    assert parse_maker(maker_text(maker), "", case=True) == maker


def entry_of(page, name):
    """The entry of what is made so, or of a layer of that name."""
    return next(one for one in page.book.entries if name in ((one.spec.made, one.title) if not one.raster else ()))


def test_they_are_listed_by_what_makes_them(page):
    items = page.list.items()
    texts = {item.text(1): item.text(2) for item in items if item.data(0, ENTRY) is not None}
    assert texts["catchments of dem.tif, from 5 km²"] == texts["grid of 3,000 m"] == "made"
    for title in (CATCHMENTS, "grid:size=3000"):
        entry = entry_of(page, title)
        assert entry.mark == "present"
        page.details.show_entry(entry)
    assert entry_of(page, CATCHMENTS).seen.crs == "EPSG:4547"
    assert page.session.blockers == {}


def test_other_changes_leave_them_as_they_were(page, tmp_path):
    before = [spec for spec in page.session.case.sources if spec.made]
    page.book.replace(entry_of(page, "county"), provider="某局")
    page.session.runner.finish()
    assert [spec for spec in page.session.case.sources if spec.made] == before
    page.session.save_case(tmp_path / "data" / "again.toml")
    assert [spec.made for spec in read_case(tmp_path / "data" / "again.toml").sources if spec.made] == [
        CATCHMENTS,
        "grid:size=3000",
    ]
    (tmp_path / "other").mkdir()
    page.session.save_case(tmp_path / "other" / "moved.toml")
    moved = read_case(tmp_path / "other" / "moved.toml")
    assert next(spec.made for spec in moved.sources if spec.made) == CATCHMENTS.replace("dem.tif", "../data/dem.tif")


def test_a_dem_that_is_gone_is_a_problem_and_one_is_removed(page, tmp_path):
    (tmp_path / "data" / "dem.tif").unlink()
    page.book.looks.look_where_changed()
    page.session.runner.finish()
    assert entry_of(page, CATCHMENTS).mark == "problem"
    assert entry_of(page, "grid:size=3000").mark == "present"
    page.book.remove(entry_of(page, CATCHMENTS))
    assert [spec.made for spec in page.session.case.sources if spec.made] == ["grid:size=3000"]


def test_two_of_one_role_are_two_entries(tmp_path):
    page = SourcesPage(workplace())
    case = made_case(tmp_path, "grid")
    case.write_text(case.read_text(encoding="utf-8") + MORE["grid"].replace("3000", "5000"), encoding="utf-8")
    page.session.open_case(case)
    page.session.runner.finish()
    assert len([entry for entry in page.book.entries if entry.spec.made]) == 2
    page.deleteLater()
