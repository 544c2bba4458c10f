"""Small things of the panel that were seen once, each with what holds it."""

from __future__ import annotations

from contextlib import ExitStack
from types import SimpleNamespace

import pytest
from control_units.delineation.core.messages import Message
from control_units.delineation.sources import examine as examine_module
from control_units.ui.frame import header as header_module
from control_units.ui.frame.dock import Dock
from control_units.ui.map.layers import repaint_without
from control_units.ui.pages import pages
from control_units.ui.pages.rules.tree import ROW
from control_units.ui.widgets.elided_combo import ElidedCombo
from control_units.ui.widgets.narrow import fit_narrow
from control_units.ui.widgets.tables import LineTree, RowsView, ViewColumn
from fakes import workplace
from hand import SOUTH, WEST, box, hand, write_layer
from osgeo import gdal
from panel_looks import doubled
from qgis.core import QgsProject, QgsVectorLayer
from qgis.PyQt.QtCore import QCoreApplication, QEvent, QObject, Qt
from qgis.PyQt.QtTest import QSignalSpy, QTest
from qgis.PyQt.QtWidgets import (
    QApplication,
    QLabel,
    QStyle,
    QTableWidget,
    QTextBrowser,
)


@pytest.fixture
def dock(tmp_path):
    """The panel over a case of its own."""
    dock = Dock(workplace(), pages)
    dock.resize(420, 640)
    dock.show()
    open_file(dock, hand(tmp_path))
    yield dock
    dock.session.revision.shut()
    dock.close()
    dock.deleteLater()
    QgsProject.instance().clear()


def open_file(dock, file) -> None:
    dock.opener.open_file(str(file))
    settle(dock)


def settle(dock) -> None:
    for _ in range(3):
        dock.session.runner.finish()
        QCoreApplication.processEvents()


def test_one_button_runs_and_one_stops_and_so_do_the_keys(dock):
    run = dock.turn_to("run")
    settle(dock)
    assert run.run.isVisible()
    assert (dock.next.isVisible(), doubled(dock)) == (False, [])
    QTest.keyClick(run.stages, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    QCoreApplication.processEvents()
    assert run.cancel.isVisible()
    assert (dock.next.isVisible(), doubled(dock)) == (False, [])


@pytest.mark.parametrize("browser", [True, False])
def test_help_shows_in_a_window_where_there_is_no_browser(dock, monkeypatch, browser):
    monkeypatch.setattr(header_module.QDesktopServices, "openUrl", lambda _: browser)
    dock.header.help("rules")
    pages_shown = dock.findChildren(QTextBrowser, "control_units_help_page")
    assert len(pages_shown) == (not browser)
    assert all("2 Rules" in page.toPlainText() and page.window().isVisible() for page in pages_shown)


@pytest.mark.parametrize("library", [True, False])
def test_a_raster_that_will_not_be_measured_says_so_on_its_line(dock, tmp_path, monkeypatch, library):
    if not library:
        monkeypatch.setattr(examine_module, "exactextract_version", lambda: "")
    more = ""
    for name, west in (("near", WEST), ("away", WEST + 400_000)):
        raster = gdal.GetDriverByName("GTiff").Create(str(tmp_path / f"{name}.tif"), 10, 10)
        raster.SetGeoTransform([west, 1_000, 0, SOUTH + 10_000, 0, -1_000])
        raster.FlushCache()
        more += f'\n[[raster]]\nname = "{name}"\npath = "{name}.tif"\ncrs = "EPSG:4547"\n'
    case = tmp_path / "case.toml"
    case.write_text(case.read_text("utf-8") + more, "utf-8")
    open_file(dock, case)
    tree = dock.turn_to("sources").list
    settle(dock)
    near, away = (one for one in tree.items() if one.text(0) == "Evidence")
    assert (near.text(2), away.text(2)) == ("raster" if library else "not measured", "not measured")
    assert ("exactextract is not installed" in near.toolTip(2)) != library
    assert ("outside the study area" in away.toolTip(2)) == library


def test_whatever_takes_a_layer_away_has_the_map_painted_anew_while_the_panel_is_there():
    project, painted = QgsProject.instance(), []
    layers = [QgsVectorLayer("Polygon?crs=EPSG:4547", name, "memory") for name in ("one", "two")]
    names = [one.id() for one in layers]
    project.addMapLayers(layers)
    with ExitStack() as undo:
        repaint_without(SimpleNamespace(refresh=lambda *_: painted.append(len(project.mapLayers()))), undo)
        project.removeMapLayer(names[0])
        assert painted == [1]
    project.removeMapLayer(names[1])
    assert painted == [1]


def test_a_source_whose_layer_was_taken_away_is_told_to_be_off_the_map(dock):
    page = dock.turn_to("sources")
    entry = page.book.entries[0]
    page.map.layers.show(entry)
    told = QSignalSpy(page.map.layers.ticked)
    QgsProject.instance().removeMapLayer(page.map.layers.layer_of(entry).id())
    assert (len(told), page.map.layers.is_shown(entry)) == (1, False)


def test_names_that_begin_alike_differ_where_they_are_cut(dock):
    combo, table, shown = ElidedCombo(5, dock), QTableWidget(1, 1, dock), set()
    fit_narrow(dock)
    combo.resize(120, 24)
    for number in (1, 2):
        combo.addItem(f"临江县生态保护红线及一般生态空间优先保护管控单元{number}")
        combo.setCurrentIndex(number - 1)
        shown.add(combo.shown_text())
    assert len(shown) == 2
    assert all("…" in one for one in shown)
    assert table.textElideMode() == Qt.TextElideMode.ElideMiddle


class Unlaid(QObject):
    """Collects labels of pages that are painted with less room than their words take."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt calls it so
        painted = event.type() == QEvent.Type.Paint and isinstance(watched, QLabel) and watched.wordWrap()
        if (
            painted
            and self.parent().isAncestorOf(watched)
            and watched.heightForWidth(watched.width()) > watched.height() + 2
        ):
            self.setProperty("found", [*(self.property("found") or []), watched.text()])
        return False


@pytest.mark.parametrize("size", [(420, 640), (320, 640)])
def test_no_page_is_painted_before_it_is_laid_out(dock, size):
    dock.resize(*size)
    dock.session.start_run()
    settle(dock)
    unlaid = Unlaid(dock.book)
    QApplication.instance().installEventFilter(unlaid)
    for name in ("method", "rules", "output", "sources", "run", "result", "revision", "lists", "assess", "output"):
        dock.turn_to(name)
        for *_, progress in dock.session.runner.waiting:  # a bar paints itself at once, and what lies beside it
            progress(0.25, Message("coverage"))
        settle(dock)
    QApplication.instance().removeEventFilter(unlaid)
    assert unlaid.property("found") is None


def test_a_rule_that_is_off_is_told_by_words_and_letters_that_every_theme_has(dock):
    tree = dock.turn_to("rules").tree
    lines = [one for one in tree.items() if one.parent() is None]
    active = [one.data(0, ROW).active for one in lines]
    assert 0 < sum(active) < len(lines)
    assert ["switched off" not in one.text(0) and not one.font(0).italic() for one in lines] == active


def test_heads_of_columns_are_whole_under_a_style_sheet():
    QApplication.instance().setStyleSheet("QHeaderView { color: black }")
    tree = LineTree(None, "县级行政区", "单元数", "面积/km²", wide=0)
    tree.resize(340, 200)
    tree.show()
    QCoreApplication.processEvents()
    header = tree.header()
    margin = 2 * header.style().pixelMetric(QStyle.PixelMetric.PM_HeaderMargin, None, header)
    room = [header.sectionSize(column) - margin for column in (1, 2)]
    QApplication.instance().setStyleSheet("")
    assert room[0] >= header.fontMetrics().horizontalAdvance("单元数")
    assert room[1] >= header.fontMetrics().horizontalAdvance("面积/km²")


def test_a_head_that_sorts_has_room_for_its_arrow_beside_its_title():
    wide, tables = [], []
    for by in (None, (1, Qt.SortOrder.DescendingOrder)):
        tables.append(table := RowsView(None, ViewColumn("单元", str), ViewColumn("km²", str, right=True), by=by))
        table.rows.put([1, 2])
        table.resize(300, 200)
        table.show()
        QCoreApplication.processEvents()
        assert table.header().isSortIndicatorShown() == (by is not None)
        wide.append(table.header().sectionSize(1))
    assert wide[1] - wide[0] >= table.style().pixelMetric(QStyle.PixelMetric.PM_HeaderMarkSize, None, table.header())


def test_a_plan_of_any_name_opens_with_its_own_case_and_runs_into_its_own_place(dock, tmp_path):
    session, case, plan = dock.session, tmp_path / "case.toml", tmp_path / "plan.gpkg"
    session.start_run()
    settle(dock)
    session.plan_path.with_name("case.plan.history.jsonl").rename(tmp_path / "plan.history.jsonl")
    session.plan_path.rename(plan)
    open_file(dock, plan)
    assert (session.case_path, session.target, session.changed_since_run()) == (case, plan, ())
    text = case.read_text("utf-8")
    case.write_text(text.replace("sliver_area = 10_000", "sliver_area = 20_000"), "utf-8")
    open_file(dock, plan)
    assert session.changed_since_run() == ("cleaning",)
    assert "have changed" in dock.turn_to("output").told.text.text()
    case.unlink()
    open_file(dock, plan)
    assert session.case is None
    assert "no case beside it" in dock.turn_to("output").told.text.text()


def test_a_plan_opens_with_no_other_case_and_with_its_own_under_another_name(dock, tmp_path):
    session, case = dock.session, tmp_path / "case.toml"
    session.start_run()
    settle(dock)
    plan, said = session.plan_path, QSignalSpy(session.failed)
    case.write_text(case.read_text("utf-8").replace('name = "hand"', 'name = "丙县"'), "utf-8")
    open_file(dock, plan)
    assert (session.case.name, len(said)) == ("丙县", 0)
    write_layer(tmp_path / "hand.gpkg", "red_line", [box(0, 0, 500, 500)], {"id": ["R9"]})
    open_file(dock, plan)
    assert (session.case, session.plan_path) == (None, plan)
    assert [(one.doing, "丙县" in str(one.error)) for (one,) in said] == [("open_case", True)]
