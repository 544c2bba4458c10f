"""The Sources page: what is guessed, what is wrong, and how a person sets it right, by mouse and keyboard."""

from __future__ import annotations

import warnings
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyogrio.raw
import pytest
import shapely
from control_units.delineation.case.reading import read_case
from control_units.delineation.sources.examine import Examined
from control_units.ui.frame.dock import Dock
from control_units.ui.pages import pages
from control_units.ui.pages.sources.page import SourcesPage
from control_units.ui.pages.sources.role_list import ENTRY, ROLE
from control_units.ui.work.source_notes import known_text, read_known
from dbf import Column, shapefile
from fakes import workplace
from hand import CASE, LAYERS, box, hand, write_layer
from pyproj import CRS
from qgis.core import QgsFeatureRequest, QgsProject, QgsVectorLayer
from qgis.gui import QgsProjectionSelectionWidget
from qgis.PyQt.QtCore import QCoreApplication, QPoint, Qt
from qgis.PyQt.QtGui import QFont
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QApplication, QComboBox, QDoubleSpinBox, QLineEdit, QPushButton
from telling import texts_of


@pytest.fixture
def place():
    return workplace()


@pytest.fixture
def page(place):
    page = SourcesPage(place)
    page.resize(380, 560)
    page.show()
    yield page
    page.deleteLater()


@pytest.fixture
def folder(tmp_path):
    hand(tmp_path / "data")
    return tmp_path


def add(page, *files, role: str = "") -> None:
    page.add_files_of([str(file) for file in files], role)
    page.session.runner.finish()


def lines(page) -> list[tuple[str, str]]:
    """Layer and state of each line that stands for a source."""
    items = page.list.items()
    return [(item.text(1), item.text(2)) for item in items if item.data(0, ENTRY) is not None]


def entry_of(page, title: str):
    return next(entry for entry in page.book.entries if entry.title == title)


def item_of(page, title: str):
    items = page.list.items()
    return next(item for item in items if item.data(0, ENTRY) and item.data(0, ENTRY).title == title)


def click(page, title: str) -> None:
    where = page.list.visualItemRect(item_of(page, title)).center()
    QTest.mouseClick(page.list.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, where)


def button(page, start: str) -> QPushButton:
    found = [one for one in page.findChildren(QPushButton) if one.text().replace("&", "").startswith(start)]
    return found[0]


@pytest.mark.parametrize("wide", [340, 700])
def test_names_of_layers_have_their_room_before_long_names_of_roles(page, folder, wide):
    """Of each name twelve letters are read, however narrow the panel; with room enough the roles are whole."""
    add(page, folder / "data")
    page.resize(wide, 600)
    QApplication.processEvents()
    tree = page.list
    assert tree.columnWidth(1) >= tree.fontMetrics().horizontalAdvance("n" * 12)
    whole = max(tree.fontMetrics().horizontalAdvance(tree.topLevelItem(row).text(0)) for row in range(5))
    assert (tree.columnWidth(0) > whole) is (wide == 700)


def test_an_empty_page_says_how_to_begin(page):
    page.session.new()
    state = page.state()
    assert (state.mark, bool(state.action)) == ("next", True)
    assert page.session.blockers["sources"]
    top = page.list.topLevelItem(0)
    assert (top.data(0, ROLE), top.text(2)) == ("county", "missing")


def test_files_become_sources_with_role_fields_and_zones(page, folder):
    add(page, folder / "data" / "hand.gpkg")
    case = page.session.case
    assert {spec.role: spec.layer for spec in case.sources} == {
        "county": "county",
        "township": "township",
        "red_line": "red_line",
        "water_zone": "water",
    }
    water = next(spec for spec in case.sources if spec.role == "water_zone")
    assert water.fields["zone"] == "zone"
    assert page.session.blockers == {}
    assert page.state().mark in ("done", "problem")
    assert len(lines(page)) == 4


def test_while_it_guesses_the_page_stays_free_and_can_stop(page, folder):
    page.add_files_of([str(folder / "data" / "hand.gpkg")])
    assert page.guess_row.isVisible()
    assert page.state().mark == "next"
    QTest.mouseClick(button(page, "Stop"), Qt.MouseButton.LeftButton)
    assert not page.guess_row.isVisible()
    assert page.book.entries == []


def test_a_click_opens_what_the_case_says_of_a_line(page, folder):
    add(page, folder / "data" / "hand.gpkg")
    click(page, "water")
    assert page.stack.currentWidget() is page.details
    details = page.details
    assert details.role.currentData() == "water_zone"
    assert details.fields.combos["zone"].currentData() == "zone"
    assert texts_of(details.fields.values) and texts_of(details.fields.rows)
    QTest.keyClick(details.role, Qt.Key.Key_Escape)
    assert page.stack.currentWidget() is page.list


def test_return_opens_a_line_too(page, folder):
    add(page, folder / "data" / "hand.gpkg")
    page.list.setCurrentItem(item_of(page, "red_line"))
    QTest.keyClick(page.list, Qt.Key.Key_Return)
    assert page.details.entry is entry_of(page, "red_line")


def choose(combo, data) -> None:
    """Choose as a person does: the signal that only people send."""
    combo.setCurrentIndex(combo.findData(data))
    combo.activated.emit(combo.currentIndex())


def test_another_role_is_in_the_case_at_once(page, folder):
    add(page, folder / "data" / "hand.gpkg")
    click(page, "red_line")
    choose(page.details.role, "general_eco_space")
    assert [spec.role for spec in page.session.case.sources if spec.layer == "red_line"] == ["general_eco_space"]
    assert not page.session.case_saved


def test_a_role_that_is_put_back_has_its_fields_and_zones_again(page, folder):
    add(page, folder / "data" / "hand.gpkg")
    click(page, "water")
    before = entry_of(page, "water").spec
    assert before.fields["zone"]
    for role in ("farmland", "red_line", "water_zone"):
        choose(page.details.role, role)
        page.session.runner.finish()
    assert entry_of(page, "water").spec == before


def test_another_role_than_the_guess_is_asked_about_until_a_person_says_so(page, folder):
    add(page, folder / "data" / "hand.gpkg")
    assert page.state().mark == "done"
    click(page, "water")
    before = entry_of(page, "water").spec
    choose(page.details.role, "air_zone")
    page.session.runner.finish()
    assert dict(lines(page))["water"] == "confirm"
    assert item_of(page, "water").text(0) == "Air environment zone"
    share = f"{entry_of(page, 'water').guess.confidence:.0%}"
    said = f"Given as Air environment zone, but it looks like Water environment zone ({share})."
    assert f"Please check:\n• {said}\nRecognised as Water" in page.details.problem.text()
    assert said in item_of(page, "water").toolTip(0)
    assert page.state().mark == "problem"
    # It outlives the project.
    again = next(one for one in read_known(known_text(page.session.known, str), str) if one.layer == "water")
    assert (again.role, again.guess.role, again.confirmed) == ("air_zone", "water_zone", False)
    QTest.mouseClick(page.details.confirm, Qt.MouseButton.LeftButton)
    assert (entry_of(page, "water").mark, page.state().mark) == ("present", "done")
    # Another role is another question; one click gives what the guess says.
    choose(page.details.role, "farmland")
    page.session.runner.finish()
    assert page.state().mark == "problem"
    use = next(
        one for one in page.details.findChildren(QPushButton) if one.text() == "Use it as Water environment zone"
    )
    QTest.mouseClick(use, Qt.MouseButton.LeftButton)
    page.session.runner.finish()
    assert (entry_of(page, "water").spec, page.state().mark) == (before, "done")


@pytest.mark.parametrize(
    ("first", "then", "mark"), [("water_zone", "air_zone", "check"), ("air_zone", "water_zone", "present")]
)
def test_in_a_case_that_was_opened_another_role_is_held_against_a_guess_too(page, folder, first, then, mark):
    case = folder / "data" / "case.toml"
    case.write_text(case.read_text("utf-8").replace('role = "water_zone"', f'role = "{first}"'), "utf-8")
    page.session.open_case(case)
    page.session.runner.finish()
    assert entry_of(page, "water").guess is None
    click(page, "water")
    choose(page.details.role, then)
    page.session.runner.finish()
    assert entry_of(page, "water").mark == mark
    said = "Given as Air environment zone, but it looks like Water environment zone"
    assert (said in item_of(page, "water").toolTip(0)) == (mark == "check")
    assert (said in page.details.problem.text()) == (mark == "check")
    choose(page.details.role, "water_zone")
    page.session.runner.finish()
    assert (entry_of(page, "water").guess, entry_of(page, "water").mark) == (None, "present")


@pytest.mark.parametrize(("role", "mark"), [("red_line", "check"), ("water_zone", "present")])
def test_a_file_chosen_for_a_role_is_held_against_the_guess(page, folder, role, mark):
    write_layer(folder / "水环境管控分区.gpkg", "水环境管控分区", *LAYERS["water"])
    add(page, folder / "水环境管控分区.gpkg", role=role)
    (entry,) = page.book.entries
    assert (entry.role, entry.guess.role, entry.mark) == (role, "water_zone", mark)


def test_an_unknown_zone_value_is_mended_in_place(page, tmp_path):
    zones = [box(0, 0, 100, 100), box(100, 0, 100, 100)]
    hand(tmp_path, water=(zones, {"zone": ["一般管控区", "怪区"]}))
    page.session.open_case(tmp_path / "case.toml")
    page.session.runner.finish()
    water = entry_of(page, "water")
    assert water.mark == "problem"
    assert "怪区" in str(water.seen.problem.what)
    assert page.state().mark == "problem"
    assert "water" in page.session.blockers["sources"]
    page.act()
    assert page.details.entry is water
    table = page.details.fields.values
    assert texts_of(table)[0][0] == "怪区"  # what nobody understands comes first
    choose(table.indexWidget(table.rows.index(0, 2)), "industrial")
    page.session.runner.finish()
    assert water.mark == "present"
    assert dict(water.spec.zones) == {"怪区": "industrial"}
    assert page.session.blockers == {}


PARK_FIELDS = {"级别": ["国家级", "省重点"], "主导产业": ["化工", ""], "排放": ["COD 1 t/a", ""]}


def test_levels_of_parks_have_a_column_to_choose_and_values_to_mend(page, tmp_path):
    """The grade is chosen where the zone is; a value that nobody knows is given its grade in the same table."""
    text = CASE.replace(
        "[rules]", '[[source]]\nrole = "industrial_park"\npath = "hand.gpkg"\nlayer = "park"\n\n[rules]'
    )
    hand(tmp_path, text, park=([box(0, 0, 100, 100), box(200, 0, 100, 100)], PARK_FIELDS))
    page.session.open_case(tmp_path / "case.toml")
    page.session.runner.finish()
    click(page, "park")
    fields, entry = page.details.fields, entry_of(page, "park")
    keys = ["code", "name", "grade", "park_industries", "park_emissions"]
    assert [key for key, combo in fields.combos.items() if combo.isVisible()] == keys
    assert "主导产业 (found" in fields.combos["park_industries"].currentText()
    choose(fields.combos["park_emissions"], "排放")
    page.session.runner.finish()
    assert dict(entry.spec.fields) == {"park_emissions": "排放"}
    choose(fields.combos["grade"], "级别")
    page.session.runner.finish()
    assert entry.mark == "problem"
    assert texts_of(fields.values)[0][0] == "省重点"
    choose(fields.values.indexWidget(fields.values.rows.index(0, 2)), "province")
    page.session.runner.finish()
    assert (dict(entry.spec.fields), dict(entry.spec.zones)) == (
        {"park_emissions": "排放", "grade": "级别"},
        {"省重点": "province"},
    )
    assert [row[3] for row in texts_of(fields.rows)] == ["National level", "Provincial level"]


def test_a_layer_without_a_crs_is_read_with_one_click(page, tmp_path):
    polygon = shapely.box(39_589_000, 2_702_000, 39_599_000, 2_712_000)
    path = tmp_path / "乡镇.shp"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that there is no CRS is the point
        pyogrio.raw.write(
            str(path),
            geometry=shapely.to_wkb([polygon]),
            fields=["XZQDM", "XZQMC"],
            field_data=[np.array([text], dtype=object) for text in ("350203001000", "厦港街道")],
            geometry_type="Polygon",
            driver="ESRI Shapefile",
            encoding="UTF-8",
        )
    add(page, path, role="township")
    entry = page.book.entries[0]
    assert entry.mark == "problem"
    page.act()
    fix = button(page, "Read it in EPSG:4527")
    QTest.mouseClick(fix, Qt.MouseButton.LeftButton)
    page.session.runner.finish()
    assert entry.spec.crs == "EPSG:4527"
    assert entry.mark == "present"


def test_a_layer_without_a_crs_is_offered_that_of_its_county_and_one_elsewhere_is_told(page, folder, tmp_path):
    """An easting without its zone fits 21 meridians, of which one brings the layer to the county."""
    write_layer(tmp_path / "park.shp", "park", [box(100, 100, 900, 900)], {"name": ["甲园区"]}, crs=None)
    add(page, folder / "data" / "hand.gpkg")
    add(page, tmp_path / "park.shp", role="industrial_park")
    entry = entry_of(page, "park.shp")
    click(page, "park.shp")
    offered = [one.text() for one in page.findChildren(QPushButton) if one.text().startswith("Read it in")]
    assert offered == ["Read it in EPSG:4547, meridian 114°"]
    told = page.details.problem.text()
    assert "no CRS" in told
    assert "Choose its CRS below" in told
    assert "[[source]]" not in told
    page.book.replace(entry, crs="EPSG:4534")
    page.session.runner.finish()
    assert item_of(page, "park.shp").text(2) == "outside"
    assert "It lies outside the study area: is its CRS right?" in page.details.problem.text()
    page.book.replace(entry, crs="EPSG:4547")
    page.session.runner.finish()
    assert item_of(page, "park.shp").text(2) == "doubtful"  # how sure the guess is, as before


@pytest.mark.parametrize("stated", ["GBK", ""])
def test_samples_of_another_reading_stand_only_beside_what_the_file_does_not_say(page, tmp_path, stated):
    """A column “as the file says” of other letters would contradict the sentence above it."""
    folder = gbk(tmp_path)
    if stated:
        (folder / "乡镇.cpg").write_text(stated, encoding="ascii")
    add(page, folder, role="township")
    page._show(page.book.entries[0])
    reading = page.details.reading
    assert reading.samples.isColumnHidden(0) == bool(stated)
    assert reading.why.text().startswith("Read as the file says: " if stated else "The file does not say its encoding")


@pytest.mark.parametrize("stated", ["UTF-8", ""])
def test_a_lying_encoding_is_asked_about_and_confirmed(page, data, stated):
    name = "town_gbk_wrongcpg_utf8" if stated else "乡镇_gbk_nocpg_ldid0"
    add(page, data / "MESSY" / name, role="township")
    entry = page.book.entries[0]
    assert entry.misread
    assert entry.mark == "check"
    page.act()
    samples = page.details.reading.samples
    texts = texts_of(samples)
    assert "天马华侨农场" in {read for _, read in texts}
    assert texts[0][0] != texts[0][1]
    assert page.state().mark == "problem"
    page.act()
    assert entry.mark == "present"
    assert entry.spec.encoding == entry.seen.reading.encoding == "GB18030"


def gbk(folder: Path) -> Path:
    """Townships in GBK whose Shapefile does not say so, in a folder as a bureau hands it over."""
    names = ["天马华侨农场", "思明区街道", "厦门市郊", "湖里街道", "集美街道"]
    path = folder / "收到" / "乡镇.shp"
    path.parent.mkdir(parents=True)
    codes = [f"35020300{number}000".encode() for number in range(1, 6)]
    columns = [Column(b"XZQDM", codes, 12), Column(b"XZQMC", [name.encode("gbk") for name in names], 40)]
    shapefile(path, columns)
    path.with_suffix(".prj").write_text(CRS.from_epsg(4547).to_wkt("WKT1_ESRI"), encoding="utf-8")
    return path.parent


@pytest.fixture
def letters():
    """A function that makes the letters of what is built later so many points taller, until the test ends."""
    before = QApplication.font()

    def taller(points: int) -> None:
        font = QFont(before)
        font.setPointSize(before.pointSize() + points)
        QApplication.setFont(font)

    yield taller
    QApplication.setFont(before)


@pytest.mark.parametrize(
    ("taller", "path"), [(0, ""), (4, ""), (0, "两区三线划定成果/" * 12)], ids=["as ever", "tall letters", "long path"]
)
def test_to_look_at_it_shows_the_samples_first_and_only_then_asks(place, tmp_path, letters, taller, path):
    """The button in the panel: it opens the samples, then says that the next press confirms."""
    letters(taller)
    dock = Dock(place, lambda: pages()[:1])
    dock.resize(420, 640)
    dock.show()
    place.session.new()
    QCoreApplication.processEvents()
    (page,) = dock.pages
    add(page, gbk(tmp_path / path), role="township")
    QCoreApplication.processEvents()
    (entry,) = page.book.entries
    assert entry.mark == "check"
    assert dock.next.text() == "Look at it"
    QTest.mouseClick(dock.next, Qt.MouseButton.LeftButton)
    QCoreApplication.processEvents()
    assert page.details.isVisible()
    assert entry.spec.encoding == ""
    assert dock.next.text() == "Right, go on"
    samples, reasons = page.details.reading.samples, page.details.problem
    window = page.details.viewport()
    for widget in (samples, page.details.reading.why):
        assert widget.isVisible()
        top, bottom = (widget.mapTo(window, QPoint(0, y)).y() for y in (0, widget.height()))
        assert 0 <= top < bottom <= window.height(), "in view, whole"
    if reasons.isVisible():
        assert samples.mapTo(window, QPoint(0, 0)).y() < reasons.mapTo(window, QPoint(0, 0)).y()
    QTest.mouseClick(dock.next, Qt.MouseButton.LeftButton)
    QCoreApplication.processEvents()
    assert entry.spec.encoding == "GB18030"
    assert page.details.reading.isCollapsed() or page.stack.currentWidget() is page.list
    dock.deleteLater()


def test_a_file_that_changes_is_looked_at_again_when_somebody_comes_back(page, folder):
    page.session.open_case(folder / "data" / "case.toml")
    page.session.runner.finish()
    page.look_again()
    assert page.session.runner.finish() == 0
    (folder / "data" / "hand.gpkg").unlink()
    page.look_again()
    assert page.session.runner.finish() > 0
    assert {entry.mark for entry in page.book.entries} == {"problem"}


def test_provenance_goes_into_the_case(page, folder):
    page.session.open_case(folder / "data" / "case.toml")
    page.session.runner.finish()
    click(page, "red_line")
    edits = page.details.origin.edits
    said = {"date": "2024-05", "provider": "自然资源局", "document": "〔2024〕3号", "official_area": "1.25"}
    for key, text in said.items():
        edits[key].setText(text)
        edits[key].editingFinished.emit()
    choose(page.details.origin.level, "秘密")
    assert page.session.save_case(folder / "data" / "case.toml")
    spec = next(one for one in read_case(folder / "data" / "case.toml").sources if one.role == "red_line")
    assert (spec.date, spec.provider, spec.document) == ("2024-05", "自然资源局", "〔2024〕3号")
    assert (spec.official_area, spec.classification) == (1.25e6, "秘密")
    edits["date"].setText("2024-13")
    edits["date"].editingFinished.emit()
    assert edits["date"].text() == "2024-05"


def test_a_saved_case_runs_elsewhere_and_opens_the_same(page, folder):
    add(page, folder / "data" / "hand.gpkg")
    assert page.session.save_case(folder / "甲县.toml")
    assert page.session.case.name == "甲县"
    assert {spec.path for spec in page.session.case.sources} == {"data/hand.gpkg"}
    before = [(entry.role, entry.title) for entry in page.book.entries]
    assert [entry.seen for entry in page.book.entries if entry.seen is None] == []  # nothing is read again
    page.session.close()
    assert page.book.entries == []
    assert page.session.open_case(folder / "甲县.toml")
    assert [(entry.role, entry.title) for entry in page.book.entries] == before


def test_layers_of_the_project_come_with_filter_and_edits(page, folder):
    file = folder / "data" / "hand.gpkg"
    plain = QgsVectorLayer(f"{file}|layername=county", "县界", "ogr")
    memory = plain.materialize(QgsFeatureRequest())
    memory.setName("内存县界")
    filtered = QgsVectorLayer(f"{file}|layername=township", "乡镇", "ogr")
    count = filtered.featureCount()
    filtered.setSubsetString('"fid" = 1')
    QgsProject.instance().addMapLayers([plain, memory, filtered])
    try:
        assert page.session.open_case(folder / "data" / "case.toml")
        page.session.runner.finish()
        for entry in list(page.book.entries):
            page.book.remove(entry)
        page.add_layers([plain, filtered])
        page.session.runner.finish()
        page.add_layers([memory])
        page.session.runner.finish()
    finally:
        QgsProject.instance().clear()
    assert page.place.messages.texts == []
    found = {entry.title: entry for entry in page.book.entries}
    assert Path(found["county"].spec.path) == file
    assert found["乡镇"].spec.path.endswith("case.layers.gpkg")
    assert found["乡镇"].seen.count == 1 < count
    assert found["内存县界"].seen.count == found["county"].seen.count


def test_the_same_file_twice_is_one_source(page, folder):
    add(page, folder / "data" / "hand.gpkg")
    before = len(page.book.entries)
    add(page, folder / "data" / "hand.gpkg")
    assert len(page.book.entries) == before


def test_a_plan_among_the_files_is_no_source(page, sample_plan_file):
    add(page, sample_plan_file)
    assert page.book.entries == []
    assert len(page.place.messages.texts) == 1


def test_nothing_readable_is_said_and_changes_nothing(page, tmp_path):
    (tmp_path / "a.txt").write_text("x", encoding="utf-8")
    page.session.new()
    add(page, tmp_path)
    assert len(page.place.messages.texts) == 1
    assert page.book.entries == []


def test_a_damaged_layer_among_sound_ones_stands_there_with_what_is_wrong(page, folder):
    (folder / "坏.gpkg").write_bytes((folder / "坏.gpkg").name.encode() * 50)
    add(page, *sorted(str(one) for one in folder.iterdir()))
    damaged = [entry for entry in page.book.entries if "坏" in entry.title]
    assert len(page.book.entries) > 1
    assert [entry.mark for entry in damaged] == ["unused"]
    assert "cannot be read" in str(damaged[0].seen.problem.what)


def test_a_doubtful_guess_is_not_used_until_a_person_says_so(page, folder):
    write_layer(folder / "x.gpkg", "无名图层", [box(0, 0, 50, 50)], {"a": ["1"]})
    add(page, folder / "data" / "hand.gpkg", folder / "x.gpkg")
    entry = entry_of(page, "无名图层")
    assert entry.mark == "unused"
    assert all(spec.layer != "无名图层" for spec in page.session.case.sources)
    click(page, "无名图层")
    choose(page.details.role, "farmland")
    page.session.runner.finish()
    assert [spec.role for spec in page.session.case.sources if Path(spec.path).name == "x.gpkg"] == ["farmland"]


def test_a_look_that_is_overtaken_is_not_believed(page, folder):
    page.session.open_case(folder / "data" / "case.toml")
    entry = entry_of(page, "red_line")
    page.session.runner.finish()
    assert entry.seen is not None
    runner = page.session.runner
    page.book.looks.look(entry)
    _, _, done, _, _ = runner.waiting[-1]
    entry.spec = replace(entry.spec, crs="EPSG:4490")
    before = entry.seen
    done(Examined(count=99))
    assert entry.seen is before


def test_every_control_says_more_when_the_mouse_rests_on_it(page, folder):
    add(page, folder / "data" / "hand.gpkg")
    click(page, "water")
    controls = page.details.findChildren((QPushButton, QComboBox, QLineEdit, QDoubleSpinBox))
    # What belongs to a control of QGIS or of Qt is theirs to explain.
    own = [one for one in controls if not isinstance(one.parent(), QgsProjectionSelectionWidget | QDoubleSpinBox)]
    assert [(type(one).__name__, one.parent()) for one in own if not one.toolTip()] == []


# Lines that cut nothing


def road(folder):
    line = shapely.LineString([(501_000, 3_401_000), (505_000, 3_404_000)])
    write_layer(folder / "roads.gpkg", "roads", [line], {}, kind="LineString")


def test_lines_for_alignment_are_a_group_of_their_own(page, folder):
    add(page, folder / "data" / "hand.gpkg")
    click(page, "water")
    role = page.details.role
    rows = [(role.itemData(n), role.itemText(n), role.model().item(n).isEnabled()) for n in range(role.count())]
    head = next(n for n, (_, text, _) in enumerate(rows) if text == "Lines for alignment")
    assert rows[head] == (None, "Lines for alignment", False)
    assert {name for name, _, _ in rows[head + 1 :]} == {"road", "river", "ridge", "guide"}
    assert not {"road", "river", "ridge", "guide"} & {name for name, _, _ in rows[:head]}
    assert role.currentData() == "water_zone"
    assert not page.details.guide.isVisible()


def test_a_guide_has_no_buffer_and_says_what_it_is_for(page, folder):
    add(page, folder / "data" / "hand.gpkg")
    page.session.runner.finish()
    road(folder)
    add(page, folder / "roads.gpkg", role="shoreline")
    entry = entry_of(page, "roads.gpkg")
    reading, details = page.details.reading, page.details
    click(page, "roads.gpkg")
    reading.setCollapsed(False)
    assert reading.buffer.isVisible()
    reading.buffer.setValue(50)
    page.session.runner.finish()
    assert entry.spec.buffer == 50
    choose(details.role, "road")
    page.session.runner.finish()
    assert (entry.spec.role, entry.spec.buffer) == ("road", 0)
    assert entry.mark == "present", entry.seen.problem
    assert not reading.buffer.isVisible()
    assert "cut no face" in details.guide.text()
    assert details.guide.isVisible()
    # Chosen by mistake and put back, it is as wide as it was.
    choose(details.role, "shoreline")
    page.session.runner.finish()
    assert entry.spec.buffer == 50
    assert reading.buffer.isVisible()


def test_a_buffer_that_a_case_gives_a_guide_can_be_taken_back(page, folder):
    add(page, folder / "data" / "hand.gpkg")
    road(folder)
    add(page, folder / "roads.gpkg", role="road")
    entry = entry_of(page, "roads.gpkg")
    page.book.replace(entry, buffer=20.0)
    page.session.runner.finish()
    click(page, "roads.gpkg")
    page.details.reading.setCollapsed(False)
    assert page.details.reading.buffer.isVisible()
    page.details.reading.buffer.setValue(0)
    page.session.runner.finish()
    assert entry.spec.buffer == 0
    assert not page.details.reading.buffer.isVisible()
