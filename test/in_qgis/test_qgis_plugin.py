"""The plugin comes and goes without leaving anything behind, and speaks Chinese where QGIS does."""

from __future__ import annotations

from pathlib import Path

import control_units
import pytest
from control_units.delineation.errors import BadInput
from qgis.core import QgsApplication, QgsProcessingContext, QgsProcessingException, QgsProcessingFeedback
from qgis.PyQt.QtCore import QCoreApplication, QEvent
from qgis.PyQt.QtWidgets import QAction, QMainWindow, QMenu
from sample_plan import write_sample_plan

ROOT = Path(control_units.__file__).parent
TITLE = "Delineate control units"


class Interface:
    """The part of QgisInterface that the plugin uses, keeping what it is given."""

    def __init__(self) -> None:
        self.window = QMainWindow()
        self.menu = self.window.menuBar().addMenu("Plugins")
        self.toolbar: list[QAction] = []

    def mainWindow(self) -> QMainWindow:  # noqa: N802 - QGIS calls it so
        return self.window

    def pluginMenu(self) -> QMenu:  # noqa: N802
        return self.menu

    def addToolBarIcon(self, action: QAction) -> int:  # noqa: N802
        self.toolbar.append(action)
        return len(self.toolbar)

    def removeToolBarIcon(self, action: QAction) -> None:  # noqa: N802
        self.toolbar.remove(action)


@pytest.fixture
def chinese(monkeypatch):
    monkeypatch.setattr(QgsApplication, "locale", staticmethod(lambda: "zh_CN"))


def translated() -> str:
    return QCoreApplication.translate("ControlUnits", TITLE)


def algorithm():
    return QgsApplication.processingRegistry().algorithmById("control_units:delineate")


@pytest.fixture
def loaded():
    plugin = control_units.classFactory(None)
    plugin.initProcessing()
    yield plugin
    plugin.unload()


@pytest.mark.usefixtures("chinese")
def test_it_loads_and_unloads_twice_without_a_trace():
    interface = Interface()
    providers = {one.id() for one in QgsApplication.processingRegistry().providers()}
    before = set(interface.window.findChildren(QAction))
    for _ in range(2):
        plugin = control_units.classFactory(interface)
        plugin.initGui()
        assert algorithm() is not None
        assert len(interface.menu.actions()) == len(interface.toolbar) == 1
        assert interface.menu.actions()[0].menu().actions() == interface.toolbar
        assert not interface.toolbar[0].icon().isNull()
        assert translated() == "划定管控单元"
        plugin.unload()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        assert {one.id() for one in QgsApplication.processingRegistry().providers()} == providers
        assert interface.menu.actions() == interface.toolbar == []
        assert set(interface.window.findChildren(QAction)) == before
        assert translated() == TITLE


@pytest.mark.parametrize(("locale", "wanted"), [("zh_CN", "划定管控单元"), ("zh_TW", TITLE), ("de", TITLE)])
def test_the_language_is_that_of_qgis(monkeypatch, locale, wanted):
    monkeypatch.setattr(QgsApplication, "locale", staticmethod(lambda: locale))
    plugin = control_units.classFactory(None)
    plugin.initProcessing()
    try:
        assert algorithm().displayName() == wanted
        assert algorithm().name() == "delineate"
    finally:
        plugin.unload()


@pytest.mark.usefixtures("loaded")
def test_the_algorithm_passes_on_what_it_is_given(monkeypatch, tmp_path):
    from control_units.delineation import pipeline

    seen = {}

    def run(case, output, *, progress, **options):
        seen.update(options, case=str(case), output=str(output))
        progress(0.5, "half")
        write_sample_plan(output)
        return {"units": 3, "faces": 7, "area_m2": 12.5, "findings": {"error": 1, "warning": 2}}

    monkeypatch.setattr(pipeline, "run", run)
    feedback = QgsProcessingFeedback()
    given = {"CASE": str(tmp_path / "c.toml"), "METHOD": "ward:k=3", "OUTPUT": str(tmp_path / "p.gpkg")}
    result, ok = algorithm().run(given, QgsProcessingContext(), feedback)
    assert ok
    defaults = {"seed": None, "workers": 1, "discard_edits": False}
    assert seen == {"case": given["CASE"], "output": given["OUTPUT"], "method": "ward:k=3", **defaults}
    numbers = [result[key] for key in ("UNITS", "FACES", "AREA", "ERRORS", "WARNINGS")]
    assert numbers == [3, 7, 12.5, 1, 2]
    assert feedback.progress() == 50
    given |= {"METHOD": "", "SEED": 0, "WORKERS": 2, "DISCARD_EDITS": True}
    algorithm().run(given, QgsProcessingContext(), feedback)
    assert (seen["method"], seen["seed"], seen["workers"], seen["discard_edits"]) == (None, 0, 2, True)


@pytest.mark.usefixtures("loaded")
def test_the_engines_sentence_reaches_the_user(monkeypatch, tmp_path):
    from control_units.delineation import pipeline

    def run(*_, **__):
        raise BadInput("the field is empty", where="parks.shp", wanted="names")

    monkeypatch.setattr(pipeline, "run", run)
    with pytest.raises(QgsProcessingException, match=r"parks\.shp: the field is empty; wanted: names"):
        algorithm().create().processAlgorithm(
            {"CASE": "c.toml", "OUTPUT": str(tmp_path / "p.gpkg")}, QgsProcessingContext(), QgsProcessingFeedback()
        )


@pytest.mark.usefixtures("loaded")
def test_cancelling_stops_the_run_and_leaves_no_plan(data, tmp_path):
    class StopsAtOnce(QgsProcessingFeedback):
        def isCanceled(self) -> bool:  # noqa: N802
            return True

    output = tmp_path / "p.gpkg"
    given = {"CASE": str(data / "HAND" / "case.toml"), "OUTPUT": str(output)}
    result, _ = algorithm().run(given, QgsProcessingContext(), StopsAtOnce())
    assert "UNITS" not in result
    assert list(tmp_path.iterdir()) == []
