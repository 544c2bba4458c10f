"""A plan's layers stay read-only whoever tries, and say why and what does it instead."""

from __future__ import annotations

import shutil

import pytest
from control_units.ui.map.layers import LAYER, let_go, plan_layer, show_plan, take_up
from control_units.ui.map.read_only import ReadOnlyLayers, why_read_only
from fakes import Iface
from processing.gui.AlgorithmExecutor import execute_in_place
from qgis.core import QgsApplication, QgsProcessingContext, QgsProject, QgsVectorLayer
from qgis.PyQt.QtCore import QObject, Qt, pyqtSignal
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QAction, QPushButton, QToolBar


class Tree(QObject):
    currentLayerChanged = pyqtSignal(object)  # noqa: N815 - as QGIS calls it


class Window(Iface):
    """QGIS's window with a pencil in a toolbar and in a menu; a layer is the active one."""

    def __init__(self) -> None:
        super().__init__()
        self._tree = Tree()
        self.currentLayerChanged = self._tree.currentLayerChanged
        self.active: QgsVectorLayer | None = None
        self.pencil = QAction("Toggle Editing", self.window)
        self.pencil.setToolTip("as QGIS has it")
        self.toolbar = QToolBar(self.window)
        self.window.addToolBar(self.toolbar)
        self.toolbar.addAction(self.pencil)
        self.menu = self.window.menuBar().addMenu("Layer")
        self.menu.addAction(self.pencil)
        self.window.show()

    def actionToggleEditing(self) -> QAction:  # noqa: N802 - QGIS calls it so
        return self.pencil

    def activeLayer(self) -> QgsVectorLayer | None:  # noqa: N802
        return self.active

    def turn_to(self, layer: QgsVectorLayer | None) -> None:
        self.active = layer
        self.pencil.setEnabled(layer is not None and layer.supportsEditing())
        self.currentLayerChanged.emit(layer)

    def said(self) -> list[str]:
        return [one.text() for one in self.bar.items()]


@pytest.fixture
def plan(sample_plan_file, tmp_path):
    path = shutil.copy(sample_plan_file, tmp_path / "plan.gpkg")
    show_plan(path, "plan")
    yield path
    QgsProject.instance().clear()


@pytest.fixture
def opened():
    return []


@pytest.fixture
def window(plan, opened):  # noqa: ARG001 - what it keeps is shown first
    window = Window()
    kept = ReadOnlyLayers(window, lambda *asked: opened.append(asked))
    yield window
    kept.close()


def test_the_pencil_says_why_and_names_the_tool_and_is_as_it_was_for_another_layer(window, plan):
    for name, tool in (("faces", "Paint"), ("units", "Split"), ("borders", "Reshape"), ("findings", "Result")):
        layer = plan_layer(plan, name)
        window.turn_to(layer)
        assert tool in window.pencil.toolTip()
        assert layer.name() in window.pencil.toolTip()
    window.turn_to(QgsVectorLayer("Point", "own", "memory"))
    assert window.pencil.toolTip() == "as QGIS has it"
    assert why_read_only(window.active) == ""


@pytest.mark.parametrize(("name", "desk"), [("units", "revision"), ("findings", "result")])
def test_a_click_on_the_grey_pencil_is_answered_and_the_answer_opens_the_desk(window, plan, opened, name, desk):
    window.turn_to(plan_layer(plan, name))
    for _ in range(2):
        QTest.mouseClick(window.toolbar.widgetForAction(window.pencil), Qt.LeftButton)
    (said,) = window.said()
    assert why_read_only(window.active).replace("'", "&#x27;") in said
    window.bar.items()[0].findChild(QPushButton).click()
    assert opened == [(desk, plan)]
    assert window.said() == []


def test_so_is_one_in_the_menu(window, plan):
    window.turn_to(plan_layer(plan, "faces"))
    window.menu.popup(window.window.mapToGlobal(window.window.rect().center()))
    QTest.mouseClick(window.menu, Qt.LeftButton, Qt.NoModifier, window.menu.actionGeometry(window.pencil).center())
    window.menu.close()
    assert len(window.said()) == 1


def test_a_click_on_the_pencil_of_another_layer_says_nothing(window, plan):
    window.turn_to(plan_layer(plan, "faces"))
    window.turn_to(QgsVectorLayer("Point", "own", "memory"))
    QTest.mouseClick(window.toolbar.widgetForAction(window.pencil), Qt.LeftButton)
    window.pencil.setEnabled(False)
    QTest.mouseClick(window.toolbar.widgetForAction(window.pencil), Qt.LeftButton)
    assert window.said() == []


def test_a_script_that_makes_a_layer_writable_does_not_get_to_write(window, plan):
    layer = plan_layer(plan, "units")
    layer.setReadOnly(False)
    assert not layer.startEditing()
    assert layer.readOnly()
    assert len(window.said()) == 1


def test_what_is_edited_when_the_panel_comes_may_be_ended_and_is_read_only_then(plan):
    layer = plan_layer(plan, "units")
    layer.setReadOnly(False)
    layer.startEditing()
    feature = next(layer.getFeatures())
    layer.changeAttributeValue(feature.id(), layer.fields().indexOf("name"), "x")
    window = Window()
    kept = ReadOnlyLayers(window, print)
    assert layer.isEditable() and layer.isModified()
    layer.rollBack()
    assert layer.readOnly()
    kept.close()
    layer.setReadOnly(False)
    assert not layer.readOnly()


@pytest.mark.usefixtures("plan")
def test_a_project_that_was_saved_without_the_mark_is_read_only_all_the_same(window, tmp_path):
    project = QgsProject.instance()
    assert project.write(str(tmp_path / "project.qgs"))
    text = (tmp_path / "project.qgs").read_text(encoding="utf-8")
    assert 'readOnly="1"' in text
    (tmp_path / "project.qgs").write_text(text.replace('readOnly="1"', 'readOnly="0"'), encoding="utf-8")
    project.clear()
    assert project.read(str(tmp_path / "project.qgs"))
    layers = [one for one in project.mapLayers().values() if one.customProperty(LAYER)]
    assert len(layers) >= 4
    assert all(one.readOnly() for one in layers)
    assert window.said() == []


def test_a_plan_that_is_replaced_is_read_only_again(window, plan):
    let_go(plan)
    take_up(plan)
    layer = plan_layer(plan, "units")
    assert layer.readOnly() and layer.featureCount()
    assert window.said() == []


@pytest.mark.usefixtures("window")
def test_a_layer_that_only_got_the_looks_of_a_plans_is_its_owners():
    own = QgsVectorLayer("Polygon", "own", "memory")
    own.setCustomProperty(LAYER, "units")
    QgsProject.instance().addMapLayer(own)
    assert not own.readOnly()
    assert own.startEditing()
    own.rollBack()


@pytest.mark.usefixtures("window")
def test_processing_does_not_edit_a_plan_in_place(plan):
    layer = plan_layer(plan, "units")
    before = [one.geometry().asWkt() for one in layer.getFeatures()]
    algorithm = QgsApplication.processingRegistry().createAlgorithmById("native:translategeometry", {"IN_PLACE": True})
    context = QgsProcessingContext()
    context.setProject(QgsProject.instance())
    layer.selectAll()
    done, _ = execute_in_place(algorithm, {"INPUT": layer, "DELTA_X": 10}, context=context)
    assert not done
    assert [one.geometry().asWkt() for one in layer.getFeatures()] == before
