"""Small things of the panel that were seen once, each with what holds it."""

from __future__ import annotations

import shutil
from contextlib import ExitStack
from types import SimpleNamespace

import pytest
from control_units.delineation.sources import examine as examine_module
from control_units.ui.frame import header as header_module
from control_units.ui.frame.dock import Dock
from control_units.ui.map.layers import repaint_without
from control_units.ui.pages import pages
from control_units.ui.pages.rule_tree import ROW
from control_units.ui.widgets.elided_combo import ElidedCombo
from control_units.ui.widgets.narrow import fit_narrow
from control_units.ui.widgets.tables import head
from fakes import workplace
from hand import SOUTH, WEST, box, hand, write_layer
from osgeo import gdal, osr
from panel_looks import doubled
from qgis.core import QgsProject, QgsVectorLayer
from qgis.PyQt.QtCore import QCoreApplication, QEvent, QObject, Qt, QUrl
from qgis.PyQt.QtGui import QColor, QPalette
from qgis.PyQt.QtTest import QSignalSpy, QTest
from qgis.PyQt.QtWidgets import QApplication, QDialog, QLabel, QTableWidget, QTextBrowser, QTreeWidget
from rich import rich

ONE, TWO = "临江县生态保护红线及一般生态空间优先保护管控单元1", "临江县生态保护红线及一般生态空间优先保护管控单元2"


@pytest.fixture
def dock():
    dock = Dock(workplace(), pages)
    dock.resize(420, 640)
    dock.show()
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


def made(dock, case):
    """Open a case and run it."""
    open_file(dock, case)
    dock.session.start_run()
    settle(dock)
    return dock.session.plan_path


# ── One button for one thing ────────────────────────────────────────────────────────────────────────────────────────


def test_before_the_first_run_one_button_runs_and_so_do_the_keys(dock, tmp_path):
    open_file(dock, hand(tmp_path))
    run = dock.turn_to("run")
    settle(dock)
    assert run.run.isVisible()
    assert not dock.next.isVisible()
    assert doubled(dock) == []
    QTest.keyClick(run.stages, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert dock.session.busy
    QCoreApplication.processEvents()
    assert run.cancel.isVisible()
    assert doubled(dock) == []


def test_what_is_tried_is_kept_by_one_button(dock, tmp_path):
    made(dock, rich(tmp_path))
    rules = dock.turn_to("rules")
    settle(dock)
    rules.trial.change(switches={"soil_priority": True})
    QTest.qWait(400)
    settle(dock)
    assert rules.bar.keep.isVisible()
    assert dock.next.text() == "&Keep and run"
    assert doubled(dock) == []


# ── Help without a browser ──────────────────────────────────────────────────────────────────────────────────────────


def test_help_shows_in_a_window_where_there_is_no_browser(dock, tmp_path, monkeypatch):
    open_file(dock, hand(tmp_path))
    dock.turn_to("rules")
    asked = []
    monkeypatch.setattr(header_module.QDesktopServices, "openUrl", lambda url: asked.append(url.fileName()) or False)
    dock.header.help(dock.header.page)
    (page,) = dock.findChildren(QTextBrowser, "control_units_help_page")
    assert asked == ["rules.en.html"]
    assert page.window().isVisible()
    assert "2 Rules" in page.toPlainText()
    page.setSource(QUrl("run.en.html"))
    assert "4 Run" in page.toPlainText(), "and its links lead on"


def test_help_opens_no_window_where_a_browser_shows_it(dock, monkeypatch):
    monkeypatch.setattr(header_module.QDesktopServices, "openUrl", lambda _: True)
    dock.header.help()
    assert dock.findChildren(QDialog) == []


# ── Rasters that will not be measured ───────────────────────────────────────────────────────────────────────────────


def with_rasters(folder, *wests: float):
    """Write the county's case with rasters that begin so far in the west."""
    case, system = hand(folder), osr.SpatialReference()
    system.ImportFromEPSG(4547)
    for number, west in enumerate(wests):
        raster = gdal.GetDriverByName("GTiff").Create(str(folder / f"{number}.tif"), 10, 10, 1, gdal.GDT_Float32)
        raster.SetGeoTransform([west, 1_000, 0, SOUTH + 10_000, 0, -1_000])
        raster.SetProjection(system.ExportToWkt())
        raster.GetRasterBand(1).Fill(number + 1.5)
        raster.FlushCache()
        with case.open("a", encoding="utf-8") as text:
            text.write(f'\n[[raster]]\nname = "r{number}"\npath = "{number}.tif"\nkind = "score"\nbetter = "high"\n')
    return case


def rasters(dock) -> list[tuple[str, str]]:
    """State and tip of each raster's line."""
    page = dock.turn_to("sources")
    settle(dock)
    lines = [page.list.topLevelItem(row) for row in range(page.list.topLevelItemCount())]
    return [(one.text(2), one.toolTip(2)) for one in lines if one.text(0) == "Evidence"]


def test_a_raster_that_will_be_measured_is_only_called_so(dock, tmp_path):
    open_file(dock, with_rasters(tmp_path, WEST, WEST))
    assert rasters(dock) == [("raster", "")] * 2


def test_without_the_library_each_rasters_line_says_so_before_the_run(dock, tmp_path, monkeypatch):
    monkeypatch.setattr(examine_module, "exactextract_version", lambda: "")
    open_file(dock, with_rasters(tmp_path, WEST, WEST))
    found = rasters(dock)
    assert [state for state, _ in found] == ["not measured"] * 2
    assert all("exactextract is not installed" in tip for _, tip in found)


def test_a_raster_beside_the_territory_says_so_and_one_over_it_does_not(dock, tmp_path):
    open_file(dock, with_rasters(tmp_path, WEST, WEST + 400_000))
    near, away = rasters(dock)
    assert near == ("raster", "")
    assert away[0] == "not measured"
    assert "outside the study area" in away[1]


# ── What is taken away in QGIS ──────────────────────────────────────────────────────────────────────────────────────


def test_whatever_takes_a_layer_away_has_the_map_painted_anew_while_the_panel_is_there():
    project, painted = QgsProject.instance(), []
    canvas = SimpleNamespace(refresh=lambda *_: painted.append(len(project.mapLayers())))
    layers = [QgsVectorLayer("Polygon?crs=EPSG:4547", name, "memory") for name in ("one", "two", "three")]
    names = [one.id() for one in layers]
    project.addMapLayers(layers)
    with ExitStack() as undo:
        repaint_without(canvas, undo)
        project.removeMapLayer(names[0])
        project.layerTreeRoot().removeLayer(layers[1])
        QCoreApplication.processEvents()
        assert painted == [2, 1]
    project.removeMapLayer(names[2])
    assert painted == [2, 1]


def test_the_sources_list_says_that_a_layer_was_taken_away(dock, tmp_path):
    open_file(dock, hand(tmp_path))
    page = dock.turn_to("sources")
    settle(dock)
    entry = page.book.entries[0]
    page.layers.show(entry)
    settle(dock)
    told = QSignalSpy(page.layers.ticked)
    assert page.layers.is_shown(entry)
    QgsProject.instance().removeMapLayer(page.layers.layer_of(entry).id())
    assert len(told) == 1
    assert not page.layers.is_shown(entry)


# ── Names that begin alike ──────────────────────────────────────────────────────────────────────────────────────────


def test_names_that_begin_alike_differ_where_they_are_cut(dock):
    label, combo, table = QLabel(ONE, dock), ElidedCombo(5, dock), QTableWidget(1, 1, dock)
    combo.addItems([ONE, TWO])
    fit_narrow(dock)
    combo.resize(120, 24)
    shown = []
    for row in (0, 1):
        combo.setCurrentIndex(row)
        shown.append(combo.shown_text())
    assert "…" in shown[0]
    assert shown[0] != shown[1]
    assert table.textElideMode() == Qt.TextElideMode.ElideMiddle
    pictures = []
    label.resize(120, 24)
    label.show()
    for text in (ONE, TWO):
        label.setText(text)
        pictures.append(label.grab().toImage())
    assert pictures[0] != pictures[1]


# ── What is seen first ──────────────────────────────────────────────────────────────────────────────────────────────


class Unlaid(QObject):
    """Collects labels that are painted with less room than their words take, or over one another."""

    def __init__(self, dock) -> None:
        super().__init__(dock)
        self.dock, self.found = dock, []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt calls it so
        if event.type() == QEvent.Type.Paint and isinstance(watched, QLabel) and self.dock.isAncestorOf(watched):
            if watched.wordWrap() and watched.heightForWidth(watched.width()) > watched.height() + 2:
                self.found.append((watched.text(), watched.size()))
            for other in watched.parentWidget().findChildren(QLabel, options=Qt.FindChildOption.FindDirectChildrenOnly):
                over = other.geometry().intersected(watched.geometry())
                if other is not watched and other.isVisible() and min(over.width(), over.height()) > 2:
                    self.found.append((watched.text(), other.text()))
        return False


@pytest.mark.parametrize("size", [(420, 640), (320, 500)])
def test_no_page_is_painted_before_it_is_laid_out(dock, tmp_path, size):
    dock.resize(*size)
    made(dock, rich(tmp_path))
    dock.turn_to("sources")
    settle(dock)
    unlaid = Unlaid(dock)
    QApplication.instance().installEventFilter(unlaid)
    for name in ("output", "method", "rules", "run", "result", "revision", "lists", "assess", "output"):
        dock.turn_to(name)
        settle(dock)
    QApplication.instance().removeEventFilter(unlaid)
    assert unlaid.found == []


def test_a_rule_that_is_off_is_told_in_words_and_can_be_read(dock, tmp_path):
    open_file(dock, hand(tmp_path))
    tree = dock.turn_to("rules").tree
    dark = QPalette()
    dark.setColor(QPalette.ColorRole.Text, QColor("#eeeeee"))
    dark.setColor(QPalette.ColorRole.Base, QColor("#222222"))
    tree.setPalette(dark)
    tree.clear()
    dock.turn_to("rules").refresh()
    lines = {one.data(0, ROW).id: one for row in range(tree.topLevelItemCount()) if (one := tree.topLevelItem(row))}
    off = {name for name, one in lines.items() if not one.data(0, ROW).active}
    assert off
    assert off < set(lines)
    for name, one in lines.items():
        assert ("switched off" in one.text(0)) == (name in off)
        assert one.font(0).italic() == (name in off)
        assert contrast(one.foreground(0).color(), QColor("#222222")) >= 4.5


def contrast(one: QColor, other: QColor) -> float:
    """Contrast of two colours as WCAG 2 reckons it."""

    def light(colour: QColor) -> float:
        parts = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in colour.getRgbF()[:3]]
        return sum(share * part for share, part in zip((0.2126, 0.7152, 0.0722), parts, strict=True))

    high, low = sorted((light(one), light(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_heads_of_columns_are_whole_under_a_style_sheet():
    QApplication.instance().setStyleSheet("QHeaderView { color: black }")
    try:
        tree = QTreeWidget()
        head(tree, "县级行政区", "单元数", "面积/km²", "占比", wide=3)
        tree.resize(340, 200)
        tree.show()
        QCoreApplication.processEvents()
        header = tree.header()
        taken = [header.fontMetrics().horizontalAdvance(tree.headerItem().text(column)) for column in range(4)]
        margin = 2 * header.style().pixelMetric(header.style().PixelMetric.PM_HeaderMargin, None, header)
        assert all(header.sectionSize(column) >= taken[column] + margin for column in range(4))
    finally:
        QApplication.instance().setStyleSheet("")


# ── A plan and its case ─────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def apart(dock, tmp_path):
    """A case and its plan under a name of its own, as ``run case.toml -o plan.gpkg`` writes it, in a folder."""
    (tmp_path / "甲").mkdir()
    made(dock, hand(tmp_path / "甲")).rename(tmp_path / "甲" / "plan.gpkg")
    for beside in (tmp_path / "甲").glob("case.plan.*"):
        beside.rename(beside.with_name(beside.name.replace("case.plan.", "plan.")))
    dock.session.close()
    return tmp_path / "甲"


def test_a_plan_of_any_name_opens_with_its_case_and_runs_into_its_own_place(dock, apart):
    moved = apart.rename(apart.with_name("乙"))
    open_file(dock, moved / "plan.gpkg")
    assert dock.session.case_path == moved / "case.toml"
    assert dock.session.target == moved / "plan.gpkg"
    assert dock.session.changed_since_run() == ()
    dock.session.start_run()
    settle(dock)
    assert not (moved / "case.plan.gpkg").exists()


def test_a_plan_never_opens_with_the_case_of_another(dock, apart, tmp_path):
    (tmp_path / "丙").mkdir()
    case = hand(tmp_path / "丙")
    case.write_text(case.read_text("utf-8").replace('name = "hand"', 'name = "丙县"'), "utf-8")
    write_layer(tmp_path / "丙" / "hand.gpkg", "red_line", [box(0, 0, 500, 500)], {"id": ["R9"]})
    shutil.copy(apart / "plan.gpkg", tmp_path / "丙" / "plan.gpkg")
    said = QSignalSpy(dock.session.failed)
    open_file(dock, tmp_path / "丙" / "plan.gpkg")
    assert dock.session.case is None
    assert dock.session.plan is not None
    assert [(one.doing, "丙县" in str(one.error)) for (one,) in said] == [("open_case", True)]


def test_a_case_that_was_changed_or_renamed_since_is_still_the_plans_and_it_is_said(dock, apart):
    case = apart / "case.toml"
    case.write_text(case.read_text("utf-8").replace('name = "hand"', 'name = "改名"'), "utf-8")
    open_file(dock, apart / "plan.gpkg")
    assert dock.session.case.name == "改名"
    case.write_text(case.read_text("utf-8").replace("sliver_area = 10_000", "sliver_area = 20_000"), "utf-8")
    open_file(dock, apart / "plan.gpkg")
    assert dock.session.changed_since_run() == ("cleaning",)
    assert "have changed" in dock.turn_to("output").told.text()


def test_a_plan_without_a_case_beside_it_says_so(dock, apart):
    (apart / "case.toml").unlink()
    open_file(dock, apart / "plan.gpkg")
    assert dock.session.case is None
    assert "no case beside it" in dock.turn_to("output").told.text()
