"""The plugin comes and goes without leaving anything behind, and speaks Chinese where QGIS does."""

from __future__ import annotations

from pathlib import Path

import control_units
import pytest
from control_units.delineation.core.errors import BadInput
from control_units.delineation.core.messages import Message, at
from qgis.core import QgsApplication, QgsProcessingContext, QgsProcessingException, QgsProcessingFeedback
from qgis.PyQt.QtCore import QCoreApplication, QEvent
from qgis.PyQt.QtWidgets import QAction, QMainWindow, QMenu
from sample_plan import sample_plan

ROOT = Path(control_units.__file__).parent
TITLE = "Delineate control units"


class Interface:
    """A QGIS that has a window and a menu, and then fails."""

    def __init__(self) -> None:
        self.window = QMainWindow()
        self.menu = self.window.menuBar().addMenu("Plugins")

    def mainWindow(self) -> QMainWindow:  # noqa: N802 - QGIS calls it so
        return self.window

    def pluginMenu(self) -> QMenu:  # noqa: N802
        return self.menu

    def registerMainWindowAction(self, *_: object) -> None:  # noqa: N802
        raise RuntimeError("no more")


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


def providers() -> set[str]:
    return {one.id() for one in QgsApplication.processingRegistry().providers()}


@pytest.mark.usefixtures("chinese")
def test_it_loads_and_unloads_twice_without_a_trace():
    """What qgis_process needs; the window's part is a story in test/stories."""
    before = providers()
    for _ in range(2):
        plugin = control_units.classFactory(None)
        plugin.initProcessing()
        assert algorithm() is not None
        assert translated() == "划定管控单元"
        plugin.unload()
        assert providers() == before
        assert translated() == TITLE


@pytest.mark.usefixtures("chinese")
def test_where_it_cannot_start_it_leaves_nothing_behind():
    interface = Interface()
    before, actions = providers(), set(interface.window.findChildren(QAction))
    with pytest.raises(RuntimeError, match="no more"):
        control_units.classFactory(interface).initGui()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert providers() == before
    assert interface.menu.actions() == []
    assert set(interface.window.findChildren(QAction)) == actions
    assert translated() == TITLE


# Chinese is zh-Hans in the options of QGIS, and zh_CN where the system says so.
@pytest.mark.parametrize(
    ("locale", "wanted"), [("zh-Hans", "划定管控单元"), ("zh_CN", "划定管控单元"), ("zh-Hant", TITLE), ("de", TITLE)]
)
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
    from control_units.delineation.case import reading
    from control_units.delineation.plan.summary import summarise
    from control_units.delineation.verbs import rerunning

    seen, plan = {}, sample_plan()

    class Made:
        def __init__(self):
            self.plan, self.target = plan, tmp_path / "p.gpkg"

        def put_in_place(self, *, elsewhere):
            seen.update(elsewhere=elsewhere)
            return self.target

        def note(self, path, *, author):  # noqa: ARG002 - whoever is logged in here
            return path == tmp_path / "p.gpkg"

        def discard(self):
            seen.update(discarded=True)

    def read(path, **options):
        seen.update(options, case=str(path))

    def run(_case, output, *, progress, **options):
        seen.update(options, output=str(output))
        progress(0.5, Message("half"))
        return Made()

    monkeypatch.setattr(reading, "read_case", read)
    monkeypatch.setattr(rerunning, "run_again", run)
    feedback = QgsProcessingFeedback()
    given = {"CASE": str(tmp_path / "c.toml"), "METHOD": "ward:k=3", "OUTPUT": str(tmp_path / "p.gpkg"), "LOAD": False}
    result, ok = algorithm().run(given, QgsProcessingContext(), feedback)
    assert ok
    defaults = {"seed": None, "workers": 1, "replay": False, "discard_edits": False}
    # A plan that is held open is refused: what comes next reads the output, and nothing beside it.
    ended = {"elsewhere": False, "discarded": True}
    assert seen == {"case": given["CASE"], "output": given["OUTPUT"], "method": "ward:k=3", **defaults, **ended}
    numbers = [result[key] for key in ("UNITS", "FACES", "AREA", "ERRORS", "WARNINGS")]
    summary = summarise(plan)
    assert numbers == [*(summary[key] for key in ("units", "faces", "area_m2")), *summary["findings"].values()]
    assert feedback.progress() == 50
    given |= {"METHOD": "", "SEED": 0, "WORKERS": 2, "DISCARD_EDITS": True}
    algorithm().run(given, QgsProcessingContext(), feedback)
    assert (seen["method"], seen["seed"], seen["workers"], seen["discard_edits"]) == (None, 0, 2, True)


@pytest.mark.usefixtures("loaded")
def test_the_engines_sentence_reaches_the_user(monkeypatch, tmp_path):
    from control_units.delineation.case import reading

    def read(*_, **__):
        raise BadInput(Message("the field is empty"), where=at("parks.shp"), wanted=Message("names"))

    monkeypatch.setattr(reading, "read_case", read)
    with pytest.raises(QgsProcessingException, match=r"parks\.shp: the field is empty; wanted: names"):
        algorithm().create().processAlgorithm(
            {"CASE": "c.toml", "OUTPUT": str(tmp_path / "p.gpkg")}, QgsProcessingContext(), QgsProcessingFeedback()
        )


@pytest.mark.usefixtures("loaded")
def test_cancelling_stops_the_run_and_leaves_no_plan(data, tmp_path):
    class StopsAtOnce(QgsProcessingFeedback):
        def isCanceled(self):  # noqa: N802
            return True

    output = tmp_path / "p.gpkg"
    given = {"CASE": str(data / "HAND" / "case.toml"), "OUTPUT": str(output)}
    result, _ = algorithm().run(given, QgsProcessingContext(), StopsAtOnce())
    assert "UNITS" not in result
    assert list(tmp_path.iterdir()) == []
