"""The plan beside another version of it: a table, a layer on the map, and a line that is dragged over it."""

from __future__ import annotations

import re
import shutil

import pytest
from control_units.ui.map.layers import plan_layer, show_plan
from control_units.ui.map.version_layer import VERSION, kinds
from control_units.ui.pages.revision.version_box import VersionBox
from control_units.ui.work.versions import PlanVersion
from qgis.core import QgsProject, QgsVectorLayer
from qgis.gui import QgsMapCanvas, QgsMapTool
from qgis.PyQt.QtCore import QEvent, QPoint, QPointF, Qt
from qgis.PyQt.QtGui import QKeyEvent, QMouseEvent
from qgis.PyQt.QtTest import QSignalSpy, QTest
from qgis.PyQt.QtWidgets import QApplication
from telling import done, until


@pytest.fixture
def place(plan_place):
    return plan_place


@pytest.fixture
def canvas(place):
    show_plan(place.session.plan_path, "plan")
    units = plan_layer(place.session.plan_path, "units")
    canvas = QgsMapCanvas()
    canvas.resize(400, 300)
    canvas.setDestinationCrs(units.crs())
    canvas.setLayers([units])
    canvas.setExtent(units.extent())
    canvas.show()
    yield canvas
    canvas.close()


@pytest.fixture
def box(place, canvas):
    box = VersionBox(place.session.revision, place.session, canvas)
    box.resize(380, 560)
    box.show()
    until(lambda: box.what.count(), place)
    yield box
    box.shut()
    box.close()
    box.deleteLater()


def raised(state) -> dict:
    """The smallest face of general land that may be given to a unit of a stricter category beside it."""
    mesh, ids = state.mesh, state.counters.ids
    found = []
    for left, right in zip(mesh.left.tolist(), mesh.right.tolist(), strict=True):
        one, other = (state.units[ids[state.label[row]]] for row in (left, right))
        if one.category > other.category and (one.county, one.code[:2]) == (other.county, "ZH"):
            found.append((mesh.area[left], int(mesh.face_id[left]), other.unit_id))
    _, face, unit = min(found)
    return {"op": "assign", "faces": [face], "unit": unit}


@pytest.fixture
def compared(box, place):
    """The plan with an edit beside the plan as its run left it."""
    revision = place.session.revision
    revision.begin()
    until(lambda: revision.is_open, place)
    done(revision, lambda: revision.do(raised(revision.state)))
    box.start.click()
    until(lambda: filled(box), place)
    return box


def filled(box) -> bool:
    layer = box.layer.layer()
    return layer is not None and layer.readOnly() and layer.featureCount() == len(box.found.rows)


def listed(box) -> list[list[str]]:
    rows = range(box.table.rows.rowCount())
    return [[box.table.rows.index(row, column).data() for column in range(3)] for row in rows]


def test_what_became_of_the_units_is_listed_with_sums_by_kind(compared):
    assert [row[0] for row in listed(compared)] == ["stricter category"]
    sums = [re.fullmatch(r"(.*): (\d+) places, (.*) km²", compared.sums.itemText(row)) for row in range(3)]
    assert [one[1] for one in sums] == ["All changes", "stricter category", "unchanged"]
    assert sums[0][3] == sums[1][3] == listed(compared)[0][2]
    compared.sums.setCurrentIndex(2)
    assert len(listed(compared)) == int(sums[2][2]) > 5
    areas = [float(row[2]) for row in listed(compared)]
    assert areas == sorted(areas, reverse=True)


def test_a_row_that_is_chosen_is_shown(compared):
    zoomed = QSignalSpy(compared.zoom)
    compared.table.clicked.emit(compared.table.rows.index(0, 0))
    west, south, east, north = zoomed[0][0]
    assert west < east and south < north


def test_the_changes_are_a_layer_on_top_with_a_legend_in_words_that_nobody_edits(compared, place):
    layer = compared.layer.layer()
    root = QgsProject.instance().layerTreeRoot()
    assert root.children()[0].layer() is layer
    assert layer.readOnly() and not layer.startEditing()
    legend = {one.value(): one.label() for one in layer.renderer().categories()}
    assert legend == {kind: kinds()[kind] for kind in ("up", "unchanged")}
    (up,) = (one for one in layer.getFeatures() if one["kind"] == "up")
    assert up["was"] != up["now"] and up["area_km2"] > 0
    assert place.session.plan.crs and layer.crs().isValid()


def test_edits_since_are_told_and_compared_again(compared, place):
    revision = place.session.revision
    done(revision, revision.undo)
    assert "Edits were made since" in compared.note.text()
    assert "out of date" in compared.layer.layer().name()
    compared.start.click()
    until(lambda: not listed(compared), place)
    assert "out of date" not in compared.layer.layer().name()


def test_it_is_compared_with_an_edit_a_scenario_and_another_file(compared, place, plan_file):
    revision = place.session.revision
    done(revision, lambda: revision.do({"op": "lock", "unit": next(iter(revision.state.units))}))
    compared.compare_edit(1)
    until(lambda: not compared._comparing.busy, place)
    assert not listed(compared)
    done(revision, lambda: revision.branch("方案乙"))
    done(revision, lambda: revision.undo(2))
    compared.compare_scenarios("main", "方案乙")
    until(lambda: not compared._comparing.busy, place)
    assert [row[0] for row in listed(compared)] == ["looser category"]
    compared.compare_with(PlanVersion("file", path=plan_file))
    until(lambda: not compared._comparing.busy, place)
    assert not listed(compared) and compared.what.currentText() == plan_file.name


def test_a_unit_that_is_called_otherwise_is_a_change_too(compared, place):
    revision = place.session.revision
    unit = next(iter(revision.state.units))
    done(revision, lambda: revision.do({"op": "rename", "unit": unit, "name": "新名称"}))
    compared.compare_edit(1)
    until(lambda: not compared._comparing.busy, place)
    ((kind, units, _),) = listed(compared)
    assert kind == "other code or name" and units.endswith("新名称")


def test_a_file_that_is_no_plan_is_told_of_in_a_sentence(compared, place, tmp_path):
    (tmp_path / "other.gpkg").write_bytes(b"no database")
    compared.compare_with(PlanVersion("file", path=tmp_path / "other.gpkg"))
    until(lambda: not compared._comparing.busy, place)
    assert "other.gpkg" in compared.note.text()
    assert compared.layer.layer() is None


def test_the_layer_goes_with_the_plan(compared, place):
    place.session.close()
    left = [one for one in QgsProject.instance().mapLayers().values() if one.customProperty(VERSION)]
    assert not left and compared.table.rows.rowCount() == 0


def test_a_layer_that_a_project_brings_back_empty_goes(box, tmp_path):
    layer = QgsVectorLayer("MultiPolygon", "changes", "memory")
    layer.setCustomProperty(VERSION, 1)
    QgsProject.instance().addMapLayer(layer)
    QgsProject.instance().write(str(tmp_path / "p.qgs"))
    QgsProject.instance().read(str(tmp_path / "p.qgs"))
    assert box.layer.layer() is None
    assert not [one for one in QgsProject.instance().mapLayers().values() if one.customProperty(VERSION)]


def mouse(canvas, kind, x, buttons=Qt.MouseButton.LeftButton) -> None:
    viewport = canvas.viewport()
    button = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseMove else Qt.MouseButton.LeftButton
    event = QMouseEvent(
        kind,
        QPointF(x, 150),
        QPointF(viewport.mapToGlobal(QPoint(x, 150))),
        button,
        buttons,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(viewport, event)


def test_a_line_on_the_map_parts_before_and_now_and_is_dragged(compared, canvas, place):
    compared.slide.click()
    swipe = compared.swipe
    until(lambda: swipe._item.image is not None, place)
    wide = canvas.viewport().width()
    mouse(canvas, QEvent.Type.MouseButtonPress, wide // 2)
    mouse(canvas, QEvent.Type.MouseMove, wide // 4)
    mouse(canvas, QEvent.Type.MouseButtonRelease, wide // 4)
    assert swipe._item.share == pytest.approx(0.25, abs=0.01)
    assert compared.line.value() == pytest.approx(50, abs=2)
    compared.line.setValue(150)
    assert swipe._item.share == pytest.approx(0.75)
    QApplication.sendEvent(canvas, QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Escape, Qt.KeyboardModifier.NoModifier))
    assert not swipe.on and not compared.slide.isChecked()


@pytest.mark.parametrize("off", [0, 8, 18, 19])
def test_its_grip_is_taken_beside_the_line_before_any_tool(compared, canvas, place, off):
    class Watcher(QgsMapTool):
        seen = 0

        def canvasPressEvent(self, _):  # noqa: N802 - QGIS calls it so
            self.seen += 1

    tool = Watcher(canvas)
    canvas.setMapTool(tool)
    compared.slide.click()
    swipe = compared.swipe
    until(lambda: swipe._item.image is not None, place)
    viewport = canvas.viewport()
    centre = QPoint(viewport.width() // 2 + off, viewport.height() // 2)
    # Sent to the map itself: a pointer that is moved on the screen tells whatever window lies there.
    mouse(canvas, QEvent.Type.MouseMove, centre.x(), Qt.MouseButton.NoButton)
    taken = off < 19
    assert (viewport.cursor().shape() == Qt.CursorShape.SplitHCursor) is taken
    QTest.mousePress(viewport, Qt.MouseButton.LeftButton, pos=centre)
    QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=centre)
    assert tool.seen == (not taken)
    assert all(swipe._item.texts)
    canvas.unsetMapTool(tool)


def test_the_line_shows_a_former_file_too(compared, place, plan_file):
    compared.compare_with(PlanVersion("file", path=plan_file))
    until(lambda: not compared._comparing.busy, place)
    assert [row[0] for row in listed(compared)] == ["stricter category"]
    compared.slide.click()
    until(lambda: compared.swipe._item.image is not None, place)
    former = {one["unit_id"]: one["category"] for one in compared.found.former}
    plan = place.session.plan.units
    assert former == dict(zip(plan["unit_id"], plan["category"], strict=True))


def test_the_plan_before_the_last_run_is_offered_where_there_is_one(compared, place, plan_file):
    titles = [compared.what.itemText(row) for row in range(compared.what.count())]
    assert titles[0] == "As the run left it" and "The plan before the last run" not in titles
    shutil.copy(plan_file, place.session.plan_path.with_name("plan.undo.gpkg"))
    compared._fill()
    compared.what.setCurrentText("The plan before the last run")
    compared.start.click()
    until(lambda: not compared._comparing.busy, place)
    assert [row[0] for row in listed(compared)] == ["stricter category"]
