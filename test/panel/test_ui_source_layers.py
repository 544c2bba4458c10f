"""Sources on the map and confirmed: a layer each, off until wanted, read as the engine reads; several at once."""

from __future__ import annotations

import shutil
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyogrio
import pytest
from control_units.delineation.core.findings import Finding
from control_units.delineation.guessing import Guess
from control_units.delineation.plan.file import write_plan
from control_units.ui.map.layers import group_of, show_plan
from control_units.ui.map.source_layers import GROUP, READ, SOURCE_LAYER
from control_units.ui.pages.sources.page import SourcesPage
from control_units.ui.pages.sources.role_list import ENTRY, MAP
from control_units.ui.work.source_notes import known_text, read_known
from fakes import workplace
from hand import CRS, SOUTH, WEST, box, hand
from osgeo import gdal
from qgis.core import QgsCoordinateReferenceSystem, QgsProject, QgsVectorLayer
from qgis.PyQt.QtCore import QCoreApplication, QPoint, Qt
from qgis.PyQt.QtGui import QColor
from qgis.PyQt.QtTest import QTest
from sample_plan import sample_plan
from strange_prefecture import COUNTIES, PARKS, RESERVE, SHAPEFILES, TRUTH, make


@pytest.fixture
def page():
    page = SourcesPage(workplace())
    page.resize(380, 560)
    page.show()
    yield page
    page.deleteLater()
    QCoreApplication.processEvents()
    QgsProject.instance().clear()


@pytest.fixture(scope="module")
def prefecture(tmp_path_factory):
    return make(tmp_path_factory.mktemp("prefecture"), wrong=False)


@pytest.fixture
def filled(page, prefecture):
    page.add_files_of([str(prefecture)])
    settle(page)
    return page


def settle(page) -> None:
    while page.session.runner.finish():
        QCoreApplication.processEvents()
    for _ in range(5):
        QCoreApplication.processEvents()


def entry_of(page, start: str):
    return next(entry for entry in page.book.entries if entry.title.startswith(start))


def layer_of(page, start: str) -> QgsVectorLayer:
    return page.map.layers.layer_of(entry_of(page, start))


def group():
    return next((one for one in QgsProject.instance().layerTreeRoot().findGroups() if one.customProperty(GROUP)), None)


def press_line(page, start: str, column: int, keys=Qt.KeyboardModifier.NoModifier) -> None:
    items = page.list.items()
    item = next(one for one in items if one.data(0, ENTRY) and one.data(0, ENTRY).title.startswith(start))
    page.list.scrollToItem(item)
    row = page.list.visualItemRect(item).center().y()
    header = page.list.header()
    where = QPoint(header.sectionViewportPosition(column) + header.sectionSize(column) // 2, row)
    QTest.mouseClick(page.list.viewport(), Qt.MouseButton.LeftButton, keys, where)


def doubtful(page, start: str, confidence: float = 0.6):
    """Make a source one that a person is asked about, for its role alone."""
    entry = entry_of(page, start)
    page.book.confirm_encodings([entry])
    settle(page)
    entry.guess = Guess(entry.role, confidence, uncertain=(Finding("S52", {"problem": "weak"}),))
    page.book.changed.emit()
    assert entry.mark == "check"
    return entry


# ── on the map ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.usefixtures("filled")
def test_each_source_has_a_layer_that_is_off_and_not_read():
    layers = [node.layer() for node in group().findLayers()]
    assert len(layers) == len(TRUTH)
    assert not any(node.isVisible() for node in group().findLayers())
    assert not any(layer.customProperty(READ) for layer in layers)
    assert {layer.source().rsplit("/", 1)[1] for layer in layers} == {"polygon.fgb"}


@pytest.mark.usefixtures("filled")
def test_what_is_filled_lies_under_outlines():
    names = [node.name() for node in group().findLayers()]
    assert names[:3] == ["Counties", "Townships", "Ecological red line"]


def test_a_line_shows_its_source_zooms_to_it_and_hides_it(filled):
    press_line(filled, "自然保护地整合优化", MAP)
    assert filled.stack.currentWidget() is filled.list
    layer = layer_of(filled, "自然保护地整合优化")
    ticked = [node.layer() for node in group().findLayers() if node.isVisible()]
    assert ticked == [layer]
    canvas = filled.place.iface.mapCanvas()
    assert canvas.extent().contains(layer.extent())
    assert canvas.extent().area() < 40 * layer.extent().area()
    press_line(filled, "自然保护地整合优化", MAP)
    assert not any(node.isVisible() for node in group().findLayers())


def test_what_is_shown_lies_over_a_plan(filled, tmp_path):
    plan = tmp_path / "甲县.plan.gpkg"
    write_plan(sample_plan(), plan)
    show_plan(plan, "甲县")
    root = QgsProject.instance().layerTreeRoot()
    assert root.children().index(group()) > root.children().index(group_of(plan))
    press_line(filled, "自然保护地整合优化", MAP)
    assert root.children().index(group()) < root.children().index(group_of(plan))
    assert len(group().findLayers()) == len(TRUTH)
    assert [node.layer() for node in group().findLayers() if node.isVisible()] == [
        layer_of(filled, "自然保护地整合优化")
    ]
    press_line(filled, "自然保护地整合优化", MAP)
    assert not any(node.isVisible() for node in group().findLayers())


@pytest.mark.parametrize("stated", ["", "UTF-8", "ISO-8859-1"])
def test_texts_are_those_that_the_engine_reads(page, prefecture, tmp_path, stated):
    for file in prefecture.glob("自然保护地整合优化.*"):
        shutil.copy(file, tmp_path)
    if stated:
        (tmp_path / "自然保护地整合优化.cpg").write_text(stated)
    page.add_files_of([str(tmp_path / "自然保护地整合优化.shp")])
    settle(page)
    page.map.show(page.book.entries)
    layer = layer_of(page, "自然保护地整合优化")
    assert [one["名称"] for one in layer.getFeatures()] == [RESERVE, RESERVE, "澜江省级湿地公园"]
    assert layer.displayExpression() == '"名称"'


def test_a_tick_in_the_tree_reads_that_layer_alone(filled):
    node = next(node for node in group().findLayers() if node.layer() is layer_of(filled, "产业园区"))
    node.setItemVisibilityCheckedParentRecursive(True)
    assert [one["园区名称"] for one in node.layer().getFeatures()] == [*PARKS]
    assert sum(bool(one.layer().customProperty(READ)) for one in group().findLayers()) == 1


def test_a_condition_and_a_crs_of_the_case_are_those_of_the_layer(page, prefecture):
    page.add_files_of([str(prefecture / "土壤污染风险管控分区.shp")])
    settle(page)
    entry = page.book.entries[0]
    page.book.replace(entry, where="\"地块\" = '旧农药厂'", crs="EPSG:4548")
    settle(page)
    page.map.show([entry])
    layer = page.map.layers.layer_of(entry)
    assert [one["地块"] for one in layer.getFeatures()] == ["旧农药厂"]
    assert layer.crs() == QgsCoordinateReferenceSystem("EPSG:4548")


def test_what_qgis_reads_otherwise_the_engine_reads_beside_the_window(page, prefecture, tmp_path):
    meta = pyogrio.read_dataframe(prefecture / "一般生态空间.shp")
    meta["geometry"] = meta.geometry.to_wkt()
    file = tmp_path / "一般生态空间.csv"
    file.write_bytes(f'名称,WKT\n公益林,"{meta["geometry"][0]}"\n'.encode("gbk"))
    page.add_files_of([str(file)])
    settle(page)
    entry = page.book.entries[0]
    page.book.replace(entry, crs="EPSG:4547")
    settle(page)
    page.map.show([entry])
    assert not page.map.layers.is_drawn(entry)
    settle(page)
    assert page.map.layers.is_drawn(entry)
    layer = page.map.layers.layer_of(entry)
    assert (layer.providerType(), [one["名称"] for one in layer.getFeatures()]) == ("memory", ["公益林"])
    assert page.place.iface.mapCanvas().extent().contains(layer.extent())


def test_a_layer_is_read_anew_when_it_is_read_otherwise(filled):
    entry = entry_of(filled, "自然保护地整合优化")
    filled.map.show([entry])
    filled.book.replace(entry, encoding="CP1252")
    settle(filled)
    names = [one[0] for one in filled.map.layers.layer_of(entry).getFeatures()]
    assert RESERVE not in names


def test_another_role_is_another_look_of_the_same_layer(filled):
    entry = entry_of(filled, "一般生态空间")
    layer, before = filled.map.layers.layer_of(entry), filled.map.layers.layer_of(entry).renderer().symbol().color()
    filled.book.replace(entry, role="protected_area", fields={}, zones={}, zone="")
    settle(filled)
    assert filled.map.layers.layer_of(entry) is layer
    assert layer.renderer().symbol().color() != before


def test_looks_that_somebody_gave_a_layer_stay(filled):
    entry = entry_of(filled, "自然保护地整合优化")
    filled.map.show([entry])
    layer = filled.map.layers.layer_of(entry)
    layer.renderer().symbol().setColor(QColor("#123456"))
    filled.book.reload(entry)
    settle(filled)
    filled.map.show([entry])
    assert layer.renderer().symbol().color().name() == "#123456"


def test_what_is_taken_out_leaves_the_map_and_the_group_goes_with_the_case(filled):
    entry = entry_of(filled, "产业园区")
    filled.book.remove(entry)
    assert len(group().findLayers()) == len(TRUTH) - 1
    filled.session.close()
    assert group() is None
    assert not [one for one in QgsProject.instance().mapLayers().values() if one.customProperty(SOURCE_LAYER)]


def test_a_file_that_is_gone_is_not_shown(filled, tmp_path):
    entry = entry_of(filled, "产业园区")
    filled.book.replace(entry, path=str(tmp_path / "no.shp"))
    settle(filled)
    assert not filled.map.layers.can_show(entry)
    assert filled.map.layers.layer_of(entry) is None


def test_a_look_once_more_keeps_the_layer_and_its_tick(filled):
    entry = entry_of(filled, "自然保护地整合优化")
    filled.map.show([entry])
    layer = filled.map.layers.layer_of(entry)
    filled.book.reload(entry)
    assert filled.map.layers.layer_of(entry) is layer
    settle(filled)
    assert filled.map.layers.layer_of(entry) is layer
    assert filled.map.layers.is_shown(entry)


def test_a_project_that_is_opened_again_has_each_layer_once_and_as_it_was(page, tmp_path):
    case = hand(tmp_path)
    assert page.session.open_case(case)
    settle(page)
    page.map.show([entry_of(page, "red_line")])
    project = QgsProject.instance()
    assert project.write(str(tmp_path / "a.qgs"))
    page.session.close()
    project.clear()
    assert project.read(str(tmp_path / "a.qgs"))
    assert page.session.open_case(case)
    settle(page)
    groups = [one for one in project.layerTreeRoot().findGroups() if one.customProperty(GROUP)]
    assert [len(one.findLayers()) for one in groups] == [4]
    entry = entry_of(page, "red_line")
    assert [node.layer() for node in groups[0].findLayers() if node.isVisible()] == [page.map.layers.layer_of(entry)]
    assert page.map.layers.layer_of(entry).featureCount() == 1
    page.map.show([entry_of(page, "county")])
    assert page.map.layers.layer_of(entry_of(page, "county")).featureCount() == 1


def test_details_hold_a_picture_of_the_source(filled):
    press_line(filled, "自然保护地整合优化", 0)
    details = filled.details
    assert details.preview.isVisible()
    for _ in range(100):
        QTest.qWait(20)
        if details.preview.pixmap() is not None:
            break
    picture = details.preview.pixmap().toImage()
    colours = {picture.pixelColor(x, y).name() for x in range(0, picture.width(), 3) for y in range(picture.height())}
    assert "#1b7f3c" in colours


def test_a_look_at_a_source_does_not_hold_up_the_window(filled):
    since = time.monotonic()
    for _ in range(3):
        filled.book.changed.emit()
    assert (time.monotonic() - since) / 3 < 0.3


# ── confirmed ─────────────────────────────────────────────────────────────────────────────────────────────────────────


PROTECTING = ("生态保护红线2023.shp", "自然保护地整合优化.shp", "饮用水水源保护区.shp")


def test_encodings_that_were_read_alike_are_confirmed_at_once(filled):
    alike = filled.book.read_alike()
    assert len(alike) == SHAPEFILES
    assert filled.bar.isVisible()
    assert COUNTIES["459901"] in filled.bar.text.text()
    QTest.mouseClick(filled.bar.all_right, Qt.MouseButton.LeftButton)
    settle(filled)
    assert {entry.spec.encoding for entry in alike} == {"GB18030"}
    assert {entry.title for entry in filled.book.entries if entry.mark != "present"} == set(PROTECTING)


def test_what_protects_stays_to_be_confirmed_together_when_it_was_seen(filled):
    QTest.mouseClick(filled.bar.all_right, Qt.MouseButton.LeftButton)
    settle(filled)
    assert filled.bar.isVisible()
    assert not filled.bar.all_right.isVisible()
    assert [name for name in PROTECTING if name not in filled.bar.text.text()] == []
    QTest.mouseClick(filled.bar.confirm, Qt.MouseButton.LeftButton)
    assert {entry.mark for entry in filled.book.entries} == {"present"}
    assert not filled.bar.isVisible()
    assert filled.state().mark == "done"


def test_all_that_protects_is_zoomed_to_though_layers_come_one_by_one(filled):
    QTest.mouseClick(filled.bar.all_right, Qt.MouseButton.LeftButton)
    settle(filled)
    extent = filled.place.iface.mapCanvas().extent()
    assert [name for name in PROTECTING if not extent.contains(layer_of(filled, name).extent())] == []


def test_a_red_line_that_was_seen_before_is_not_asked_about_again(filled):
    filled.map.show([entry_of(filled, PROTECTING[0])])
    settle(filled)
    QTest.mouseClick(filled.bar.all_right, Qt.MouseButton.LeftButton)
    settle(filled)
    assert {entry.title for entry in filled.book.entries if entry.mark == "check"} == set(PROTECTING[1:])


def test_what_nobody_has_seen_yet_is_remembered(filled):
    QTest.mouseClick(filled.bar.all_right, Qt.MouseButton.LeftButton)
    settle(filled)
    known = read_known(known_text(filled.session.known, str), str)
    assert {Path(one.path).name for one in known if one.unseen} == set(PROTECTING)


def test_with_their_encodings_confirmed_protecting_sources_are_drawn_at_once(filled):
    QTest.mouseClick(filled.bar.all_right, Qt.MouseButton.LeftButton)
    settle(filled)
    shown = [node.name() for node in group().findLayers() if node.isVisible()]
    assert shown == ["Counties", "Ecological red line", "Protected area", "Drinking water protection zone"]
    assert all(
        entry_of(filled, start).drawn for start in ("生态保护红线2023", "自然保护地整合优化", "饮用水水源保护区")
    )


def test_an_encoding_that_is_right_settles_nothing_else(filled):
    entry = entry_of(filled, "生态保护红线2023")
    entry.guess = replace(entry.guess, uncertain=(Finding("S52", {"problem": "weak"}),))
    QTest.mouseClick(filled.bar.all_right, Qt.MouseButton.LeftButton)
    settle(filled)
    assert (entry.spec.encoding, entry.mark) == ("GB18030", "check")


def test_the_most_doubtful_comes_first(filled):
    doubtful(filled, "大气环境管控分区", 0.7)
    doubtful(filled, "产业园区", 0.55)
    shown = [filled.list.topLevelItem(row).data(0, ENTRY) for row in range(2)]
    assert [entry.title for entry in shown] == ["产业园区.shp", "大气环境管控分区.shp"]
    assert filled.book.first() is shown[0]


def test_several_lines_are_chosen_without_opening_them_and_confirmed_together(filled):
    chosen = [doubtful(filled, "大气环境管控分区"), doubtful(filled, "产业园区")]
    press_line(filled, "大气环境管控分区", 1, Qt.KeyboardModifier.ControlModifier)
    press_line(filled, "产业园区", 1, Qt.KeyboardModifier.ControlModifier)
    assert filled.stack.currentWidget() is filled.list
    assert {id(one) for one in filled.list.chosen_entries()} == {id(one) for one in chosen}
    QTest.mouseClick(filled.bar.confirm, Qt.MouseButton.LeftButton)
    assert {entry.mark for entry in chosen} == {"present"}


def test_nobody_confirms_a_red_line_unseen(filled):
    red, air = doubtful(filled, "生态保护红线2023"), doubtful(filled, "大气环境管控分区")
    filled.confirm([red, air])
    assert (red.mark, air.mark) == ("check", "present")
    assert filled.map.layers.is_shown(red)
    assert "生态保护红线2023" in filled.place.messages.texts[-1]
    filled.confirm([red])
    assert red.mark == "present"


def test_to_look_at_a_red_line_draws_it(filled):
    red = doubtful(filled, "生态保护红线2023", 0.51)
    filled.act()
    assert filled.details.entry is red
    assert filled.map.layers.is_shown(red)
    filled.act()
    assert red.mark == "present"


def test_the_menu_of_a_line_offers_what_can_be_done(filled):
    doubtful(filled, "产业园区")
    press_line(filled, "产业园区", 1, Qt.KeyboardModifier.ControlModifier)
    actions = {one.text(): one for one in filled.list.menu().actions() if one.text()}
    actions["Show on the &map"].trigger()
    assert filled.map.layers.is_shown(entry_of(filled, "产业园区"))
    actions["&Confirm 1"].trigger()
    assert entry_of(filled, "产业园区").mark == "present"
    actions["&Take out of the case"].trigger()
    assert not [one for one in filled.book.entries if one.title.startswith("产业园区")]


def test_why_names_the_role_that_it_was_taken_for(filled):
    press_line(filled, "水环境管控分区", 0)
    text = filled.details.problem.text()
    assert text.startswith("Recognised as Water environment zone (sure, 98%), because:")
    assert filled.details.fields.combos["name"].currentData() == "控制单元"


def test_fields_are_open_whatever_was_in_doubt_before(filled):
    press_line(filled, "水环境管控分区", 0)
    details = filled.details
    assert not details.fields.isCollapsed()
    assert not details.reading.isCollapsed()
    filled._show(None)
    press_line(filled, "城镇开发边界", 0)
    assert not details.fields.isCollapsed()
    assert details.reading.isCollapsed()


def test_a_raster_is_shown_too(page, tmp_path):
    hand(tmp_path)
    raster = gdal.GetDriverByName("GTiff").Create(str(tmp_path / "score.tif"), 10, 10, 1, gdal.GDT_Float32)
    raster.SetGeoTransform((WEST, 1_000, 0, SOUTH + 10_000, 0, -1_000))
    raster.SetProjection(QgsCoordinateReferenceSystem(CRS).toWkt())
    raster.GetRasterBand(1).WriteArray(np.arange(100.0).reshape(10, 10))
    del raster
    page.add_files_of([str(tmp_path / "hand.gpkg"), str(tmp_path / "score.tif")])
    settle(page)
    entry = next(one for one in page.book.entries if one.raster)
    page.map.show([entry])
    layer = page.map.layers.layer_of(entry)
    assert (layer.isValid(), page.map.layers.is_shown(entry)) == (True, True)
    assert page.place.iface.mapCanvas().extent().contains(layer.extent())


def test_a_case_of_a_file_shows_its_sources_too(page, tmp_path):
    hand(tmp_path, red_line=([box(0, 0, 500, 500)], {"id": ["a"]}))
    assert page.session.open_case(tmp_path / "case.toml")
    settle(page)
    entry = entry_of(page, "red_line")
    page.map.show([entry])
    assert page.map.layers.layer_of(entry).featureCount() == 1
