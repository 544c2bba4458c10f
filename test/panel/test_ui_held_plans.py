"""A plan whose file other layers of the project show, or are edited through: all are let go of, or nothing is done."""

from __future__ import annotations

import shutil
from pathlib import Path

import processing
import pytest
from control_units.delineation.core.errors import HeldOpen
from control_units.delineation.plan.file import read_plan
from control_units.delineation.plan.history import history_file, read_events
from control_units.delineation.verbs.running import run
from control_units.delineation.verbs.taking_back import take_back
from control_units.ui.map.layers import (
    layers_of_file,
    let_go,
    plan_layer,
    refuse_edited,
    show_plan,
    take_up,
    take_up_all,
)
from control_units.ui.processing.provider import ControlUnitsProvider
from control_units.ui.work.session import Session
from control_units.ui.work.settings import PanelSetting
from fakes import SlowRunner
from hand import hand
from qgis.core import (
    QgsApplication,
    QgsProcessingException,
    QgsProject,
    QgsSimpleLineSymbolLayer,
    QgsSingleSymbolRenderer,
    QgsSymbol,
    QgsVectorLayer,
    QgsWkbTypes,
)
from qgis.PyQt.QtCore import QCoreApplication

NEW_NAME = "由人改名"


@pytest.fixture(scope="module")
def case(tmp_path_factory):
    return hand(tmp_path_factory.mktemp("held"))


@pytest.fixture(scope="module")
def made(case):
    run(case, case.with_name("made.gpkg"))
    return case.with_name("made.gpkg")


@pytest.fixture
def plan(made, tmp_path):
    QgsProject.instance().clear()
    yield Path(shutil.copy(made, tmp_path / "plan.gpkg"))
    QgsProject.instance().clear()


@pytest.fixture(scope="module")
def provider():
    provider = ControlUnitsProvider()
    QgsApplication.processingRegistry().addProvider(provider)
    yield provider
    QgsApplication.processingRegistry().removeProvider(provider)


def added(source: str, name: str = "mine", provider: str = "ogr") -> QgsVectorLayer:
    """A layer as a user adds it."""
    layer = QgsVectorLayer(source, name, provider)
    assert layer.isValid(), source
    QgsProject.instance().addMapLayer(layer)
    return layer


def times_open(path: Path) -> int:
    """How often this process has a file or its log open."""
    folder = Path("/proc/self/fd")
    if not folder.is_dir():
        pytest.skip("this system does not say which files are open")
    return sum(str(one.resolve()).startswith(str(path)) for one in folder.iterdir())


WAYS = {
    "units": "{}|layername=units",
    "by number": "{}|layerid=0",
    "some": '{}|layername=units|subset="category" = 1',
    "a table": "{}|layername=clauses",
    "the file alone": "{}",
    "points": "{}|layername=findings",
    "lines": "{}|layername=borders",
}


@pytest.mark.parametrize("way", WAYS)
def test_every_layer_of_the_file_is_let_go_of_whoever_added_it(plan, way):
    show_plan(plan, "甲县")
    layer = added(WAYS[way].format(plan))
    source, count, fields = layer.source(), layer.featureCount(), layer.fields().names()
    list(layer.getFeatures())
    assert layer in layers_of_file(plan)
    assert times_open(plan) > 0
    let_go(plan)
    QCoreApplication.processEvents()
    assert times_open(plan) == 0
    assert layer.isValid()
    take_up(plan)
    assert (layer.source(), layer.featureCount(), layer.fields().names()) == (source, count, fields)
    assert not layer.readOnly(), "a layer of the user's stays as it was"
    assert plan_layer(plan, "units").readOnly()


def test_by_another_provider_too(plan):
    if "spatialite" not in [one.lower() for one in provider_names()]:
        pytest.skip("this QGIS has no provider for SpatiaLite")
    layer = QgsVectorLayer(f"dbname='{plan}' table=\"clauses\"", "mine", "spatialite")
    QgsProject.instance().addMapLayer(layer)
    assert layers_of_file(plan) == [layer]
    let_go(plan)
    assert times_open(plan) == 0


def provider_names() -> list[str]:
    from qgis.core import QgsProviderRegistry

    return QgsProviderRegistry.instance().providerList()


def test_looks_and_selection_filters_of_a_users_layer_stay(plan):
    layer = added(f"{plan}|layername=units|subset=category = 1")
    symbol = QgsSymbol.defaultSymbol(QgsWkbTypes.GeometryType.PolygonGeometry)
    symbol.changeSymbolLayer(0, QgsSimpleLineSymbolLayer())
    layer.setRenderer(QgsSingleSymbolRenderer(symbol))
    layer.setFieldAlias(layer.fields().indexOf("name"), "名称")
    let_go(plan)
    take_up(plan)
    assert isinstance(layer.renderer().symbol().symbolLayer(0), QgsSimpleLineSymbolLayer)
    assert layer.attributeAlias(layer.fields().indexOf("name")) == "名称"
    assert layer.subsetString() == "category = 1"


def test_layers_of_other_files_are_left_alone(plan, made):
    other = added(f"{made}|layername=units")
    added(f"{plan}|layername=units")
    let_go(plan)
    assert other.featureCount() == 3
    take_up_all()
    assert {layer.featureCount() for layer in QgsProject.instance().mapLayers().values()} == {3}


def edited(plan: Path) -> QgsVectorLayer:
    """A layer of the plan with an edit that is not saved."""
    layer = added(f"{plan}|layername=units")
    layer.startEditing()
    (first, *_) = layer.getFeatures()
    assert layer.changeAttributeValue(first.id(), layer.fields().indexOf("name"), NEW_NAME)
    return layer


def test_a_layer_that_is_edited_is_not_let_go_of_and_neither_are_the_others(plan):
    show_plan(plan, "甲县")
    layer = edited(plan)
    for refused in (refuse_edited, let_go):
        with pytest.raises(HeldOpen, match="layer 'mine' of the plan is being edited"):
            refused(plan)
    assert layer.isEditable()
    assert layer.getFeature(1)["name"] == NEW_NAME
    assert plan_layer(plan, "units").featureCount() == 3
    layer.rollBack()
    let_go(plan)
    assert times_open(plan) == 0


@pytest.fixture
def session(case, tmp_path, plan):
    """The panel's session with the plan of a case of its own."""
    shutil.copytree(case.parent, tmp_path / "at")
    at = tmp_path / "at"
    shutil.move(plan, at / "case.plan.gpkg")
    session = Session(SlowRunner())
    session.refuse_edited, session.let_go = refuse_edited, let_go
    session.failed.connect(lambda _: take_up_all())
    assert session.open_case(at / "case.toml")
    session.failures = []
    session.failed.connect(lambda failure: session.failures.append(failure.error))
    return session


def test_the_panel_runs_nothing_while_a_layer_is_edited(session):
    layer = edited(session.plan_path)
    session.start_run()
    assert not session.busy
    (error,) = session.failures
    assert "is being edited" in str(error.what)
    assert layer.getFeature(1)["name"] == NEW_NAME


def test_edits_begun_while_the_panel_runs_are_not_lost(session):
    session.start_run()
    layer = edited(session.plan_path)
    before = session.plan_path.read_bytes()
    session.runner.finish()
    (error,) = session.failures
    assert "is being edited" in str(error.what)
    assert layer.commitChanges()
    assert NEW_NAME in set(read_plan(session.plan_path).units["name"])
    assert session.plan_path.read_bytes()[:16] == before[:16]
    assert not list(session.plan_path.parent.glob(".*"))
    # What was laid is kept: the next run begins where this one was refused.
    assert session.laid is not None


def test_what_was_saved_through_a_layer_is_refused_then_discarded_and_kept(session):
    layer = edited(session.plan_path)
    assert layer.commitChanges()
    session.start_run()
    session.runner.finish()
    (error,) = session.failures
    assert "units (values in its 3 rows)" in str(error.what)
    assert NEW_NAME in [feature["name"] for feature in layer.getFeatures()]
    session.start_run(discard_edits=True)
    session.runner.finish()
    assert len(session.failures) == 1
    kept = session.plan_path.with_name("case.plan.before.gpkg")
    assert NEW_NAME in set(read_plan(kept).units["name"])
    assert NEW_NAME not in set(read_plan(session.plan_path).units["name"])
    take_up_all()
    assert NEW_NAME not in [feature["name"] for feature in layer.getFeatures()]


def delineate(case: Path, plan: Path, **more: object) -> int:
    return processing.run("control_units:delineate", {"CASE": str(case), "OUTPUT": str(plan), "LOAD": False, **more})[
        "UNITS"
    ]


@pytest.mark.usefixtures("provider")
def test_the_toolbox_says_the_same(case, plan):
    layer = edited(plan)
    with pytest.raises(QgsProcessingException, match=r"is being edited|正在编辑"):
        delineate(case, plan)
    assert layer.getFeature(1)["name"] == NEW_NAME
    assert layer.commitChanges()
    with pytest.raises(QgsProcessingException, match="units"):
        delineate(case, plan)
    assert NEW_NAME in [feature["name"] for feature in layer.getFeatures()], "the layer shows the plan as it is"
    assert delineate(case, plan, DISCARD_EDITS=True) == 3
    assert NEW_NAME in set(read_plan(plan.with_name("plan.before.gpkg")).units["name"])
    assert NEW_NAME not in [feature["name"] for feature in layer.getFeatures()], "the layer shows the new plan"


@pytest.mark.usefixtures("provider")
def test_a_run_of_the_toolbox_stands_in_the_history_and_can_be_taken_back(case, plan):
    before = read_plan(plan)
    PanelSetting.AUTHOR.set("张三")
    try:
        assert delineate(case, plan, METHOD="ward:k=4,variables=x+y") == 4
    finally:
        PanelSetting.AUTHOR.set("")
    (event,) = read_events(plan)
    assert (event.event, event.author) == ("run", "张三")
    assert take_back(plan)["taken_back"] == "run"
    assert read_plan(plan).units["code"].tolist() == before.units["code"].tolist()


@pytest.mark.usefixtures("provider")
def test_a_plan_that_is_left_to_qgis_has_no_history(case):
    made = processing.run("control_units:delineate", {"CASE": str(case), "OUTPUT": "TEMPORARY_OUTPUT", "LOAD": False})
    assert not history_file(Path(made["OUTPUT"])).exists()
