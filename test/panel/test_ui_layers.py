"""A plan's layers in QGIS, and what a project remembers of the panel."""

from __future__ import annotations

import os
import shutil
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest
import shapely
from control_units.delineation.core import database_file
from control_units.delineation.core.findings import Finding
from control_units.delineation.plan.file import read_plan, write_plan
from control_units.delineation.verbs.running import run
from control_units.ui.frame.header import Header
from control_units.ui.frame.opener import Opener
from control_units.ui.map.layers import (
    group_of,
    let_go,
    plan_layer,
    plans_shown,
    refuse_edited,
    show_plan,
    take_up,
    take_up_all,
)
from control_units.ui.map.look import dress
from control_units.ui.pages.page import Workplace
from control_units.ui.work.memory import ProjectMemory
from control_units.ui.work.open_reading import plan_beside
from control_units.ui.work.session import Session
from control_units.ui.work.settings import PanelSetting
from control_units.ui.work.source_notes import read_known
from control_units.ui.work.sourcebook import SourceBook
from fakes import Said, SlowRunner
from hand import box, hand, write_layer
from qgis.core import (
    Qgis,
    QgsApplication,
    QgsExpressionContextUtils,
    QgsMapRendererSequentialJob,
    QgsMapSettings,
    QgsProject,
    QgsSettings,
    QgsSingleSymbolRenderer,
    QgsSymbol,
    QgsVectorLayer,
    QgsWkbTypes,
)
from qgis.PyQt.QtCore import QCoreApplication, QSize
from sample_plan import sample_plan


@pytest.fixture
def project():
    project = QgsProject.instance()
    project.clear()
    yield project
    project.clear()


@pytest.fixture(scope="module")
def plan_file(tmp_path_factory):
    """The sample plan with one more border, between its counties."""
    plan = sample_plan()
    line = shapely.multilinestrings([[[520_000, 3_200_000], [520_000, 3_205_000]]])
    more = plan.borders.assign(left=4, right=5, geometry=[line])
    path = tmp_path_factory.mktemp("plan") / "plan.gpkg"
    write_plan(replace(plan, borders=pd.concat([plan.borders, more], ignore_index=True)), path)
    return path


@pytest.fixture
def plan(plan_file, tmp_path):
    return shutil.copy(plan_file, tmp_path / "甲县 成果.plan.gpkg")


def names(group) -> list[str]:
    return [node.layer().customProperty("control_units/layer") for node in group.findLayers()]


def test_they_come_in_one_group_in_order_read_only_and_styled(project, plan):
    group = show_plan(plan, "甲县")
    assert group.name() == "甲县"
    assert names(group) == ["findings", "county_borders", "borders", "units", "faces", "element_zones"]
    for node in group.findLayers():
        layer = node.layer()
        assert layer.isValid()
        assert layer.readOnly()
        assert not isinstance(layer.renderer(), QgsSingleSymbolRenderer) or node.layer().name().startswith("Borders")
    assert plan_layer(plan, "faces").hasScaleBasedVisibility()
    assert plan_layer(plan, "units").labelsEnabled()
    assert project.layerTreeRoot().children()[0].name() == "甲县"


def test_shown_again_it_is_not_doubled(project, plan):
    show_plan(plan, "甲县")
    show_plan(plan, "甲县")
    assert len(project.mapLayers()) == 6


@pytest.mark.usefixtures("project")
def test_the_borders_of_counties_are_drawn_wider_than_all_others(plan):
    show_plan(plan, "甲县")
    layer = plan_layer(plan, "county_borders")
    faces = {face["face_id"]: face["county"] for face in plan_layer(plan, "faces").getFeatures()}
    wanted = {
        (border["left"], border["right"])
        for border in plan_layer(plan, "borders").getFeatures()
        if faces[border["left"]] != faces[border["right"]]
    }
    assert wanted
    assert {(border["left"], border["right"]) for border in layer.getFeatures()} == wanted
    assert layer.renderer().symbol().width() == 0.8
    assert not layer.hasScaleBasedVisibility()
    let_go(plan)
    take_up(plan)
    assert layer.featureCount() == len(wanted)
    assert layer.renderer().symbol().width() == 0.8


@pytest.mark.usefixtures("project")
def test_a_border_of_pieces_that_a_cut_has_put_at_the_end_is_found_by_their_ids(plan):
    def borders():
        show_plan(plan, "甲县")
        found = [border.geometry().asWkt(3) for border in plan_layer(plan, "county_borders").getFeatures()]
        QgsProject.instance().clear()
        return found

    before = borders()
    found = read_plan(plan)
    borders_of = found.borders.assign(left=found.borders["left"] + 1000, right=found.borders["right"] + 1000)
    faces = found.faces.assign(face_id=found.faces["face_id"] + 1000)
    write_plan(replace(found, faces=faces, borders=borders_of), plan)
    assert before
    assert borders() == before


@pytest.mark.usefixtures("project")
def test_of_a_single_county_there_is_no_such_layer(tmp_path):
    run(hand(tmp_path), tmp_path / "case.plan.gpkg")
    assert "county_borders" not in names(show_plan(tmp_path / "case.plan.gpkg", "试验县"))


@pytest.mark.usefixtures("project")
def test_two_plans_stay_apart(plan, tmp_path):
    other = shutil.copy(plan, tmp_path / "other.gpkg")
    show_plan(plan, "甲县")
    show_plan(other, "乙县")
    assert sorted(plans_shown()) == sorted([("甲县", plan), ("乙县", other)])
    let_go(other)
    assert plan_layer(plan, "units").featureCount() > 0
    assert plan_layer(other, "units").featureCount() == 0
    take_up(other)
    assert plan_layer(other, "units").featureCount() > 0
    assert group_of(plan).name() == "甲县"


@pytest.fixture
def heard():
    """What is said in QGIS's log meanwhile."""
    lines = []
    log = QgsApplication.messageLog()

    def hear(*line):
        lines.append(line)

    log.messageReceived[str, str, Qgis.MessageLevel].connect(hear)
    yield lines
    log.messageReceived[str, str, Qgis.MessageLevel].disconnect(hear)


@pytest.mark.usefixtures("project")
def test_letting_go_and_taking_up_is_nothing_to_complain_of(plan, heard):
    show_plan(plan, "甲县")
    for _ in range(2):
        let_go(plan)
        layers = QgsProject.instance().mapLayers().values()
        assert {(layer.isValid(), layer.providerType(), layer.featureCount()) for layer in layers} == {(True, "ogr", 0)}
        take_up(plan)
    assert heard == []
    assert all(layer.isValid() for layer in QgsProject.instance().mapLayers().values())


@pytest.fixture
def two_years(project, tmp_path):  # noqa: ARG001 - clears the project first
    """The plans of one county in two years, of the same name, both shown; the first one is open."""
    session = Session(SlowRunner())
    plans = []
    for year in ("2023", "2024"):
        assert session.open_case(hand(tmp_path / year))
        session.start_run()
        session.runner.finish()
        plans.append(session.plan_path)
        show_plan(session.plan_path, session.name)
    assert session.open_case(tmp_path / "2023" / "case.toml")
    return session, plans


def test_two_years_of_one_county_are_both_listed_and_the_open_one_ticked(two_years):
    session, plans = two_years
    assert sorted(plans_shown(), key=lambda one: one[1]) == [("hand", plan) for plan in plans]
    place = Workplace(session, Said(), None)
    opener, opened = Opener(SimpleNamespace(session=session, place=place)), []
    opener.open_file = opened.append
    header = Header(place, opener)
    header._fill_shown()
    listed = {action.toolTip(): (action.text(), action.isChecked()) for action in header._shown.actions()}
    assert listed == {
        str(plans[0]): ("hand (2023 / case.plan.gpkg)", True),
        str(plans[1]): ("hand (2024 / case.plan.gpkg)", False),
    }
    for action in header._shown.actions():
        action.trigger()
    assert sorted(opened) == list(map(str, plans))


@pytest.mark.parametrize("year", [0, 1])
def test_a_plan_that_cannot_be_replaced_is_shown_again(two_years, monkeypatch, year):
    session, plans = two_years
    assert session.open_case(plans[year].with_name("case.toml"))
    session.refuse_edited, session.let_go = refuse_edited, let_go
    session.failed.connect(lambda _: take_up_all())

    def held(_, target):
        raise PermissionError(13, "Permission denied", str(target))

    session.start_run()
    monkeypatch.setattr(database_file, "_REPLACING", 0.1)
    monkeypatch.setattr(database_file, "_WINDOWS", True)
    monkeypatch.setattr(os, "replace", held)
    session.runner.finish()
    monkeypatch.undo()
    assert not session.busy
    for plan in plans:
        for name in ("units", "faces"):
            assert plan_layer(plan, name).featureCount() > 0
    assert list(plans[year].parent.glob(".*waiting*")) == []


def held_open(path) -> int:
    """How often this process has a file open."""
    folder = Path("/proc/self/fd")
    if not folder.is_dir():
        pytest.skip("this system does not say which files are open")
    return sum(one.resolve() == path for one in folder.iterdir())


@pytest.mark.usefixtures("project")
def test_let_go_of_a_plan_nothing_holds_its_file_and_looks_stay(plan):
    show_plan(plan, "甲县")
    units = plan_layer(plan, "units")
    assert len(list(units.getFeatures())) > 0
    symbol = QgsSymbol.defaultSymbol(QgsWkbTypes.GeometryType.PolygonGeometry)
    units.setRenderer(QgsSingleSymbolRenderer(symbol))
    colour = symbol.color()
    count = units.featureCount()
    assert held_open(plan) > 0
    let_go(plan)
    QCoreApplication.processEvents()
    assert held_open(plan) == 0
    shutil.copy(plan, plan.with_suffix(".new")).replace(plan)
    take_up(plan)
    assert plan_layer(plan, "units") is units
    assert units.featureCount() == count
    assert units.renderer().symbol().color() == colour
    assert units.readOnly()


@pytest.mark.usefixtures("project")
def test_the_hatch_is_an_option(plan):
    def hatched(layer):
        symbols = [rule.symbol() for rule in layer.renderer().rootRule().descendants() if rule.symbol()]
        return any(
            symbol.symbolLayer(row).layerType() == "LinePatternFill" and symbol.symbolLayer(row).enabled()
            for symbol in symbols
            for row in range(symbol.symbolLayerCount())
        )

    layer = QgsVectorLayer(f"{plan}|layername=units", "u", "ogr")
    dress(layer, "units")
    assert not hatched(layer)
    try:
        PanelSetting.HATCH_KEY.set(True)
        dress(layer, "units")
        assert hatched(layer)
        # The style asks for it when it draws.
        assert QgsExpressionContextUtils.layerScope(layer).variable("hatch_key") in (1, "1")
    finally:
        QgsSettings().remove("control_units")


@pytest.mark.usefixtures("project")
def test_the_legend_speaks_the_users_language(plan):
    show_plan(plan, "甲县")
    labels = [rule.label() for rule in plan_layer(plan, "units").renderer().rootRule().descendants()]
    assert labels[:3] == ["Priority protection", "Key control", "General control"]


# ── what a project remembers ──────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def remembering(project):  # noqa: ARG001 - clears the project first
    with ExitStack() as undo:
        session = Session(SlowRunner())
        memory = ProjectMemory(session, undo)
        yield session
        del memory


@pytest.fixture
def ran(remembering, tmp_path):
    assert remembering.open_case(hand(tmp_path / "work"))
    remembering.start_run()
    remembering.runner.finish()
    return remembering


def test_a_project_brings_its_plan_back_wherever_both_went(ran, project, tmp_path):
    file = tmp_path / "work" / "p.qgz"
    case = ran.case
    assert project.write(str(file))
    assert not project.readEntry("control_units", "plan")[0].startswith("/")
    project.clear()
    assert ran.empty
    moved = tmp_path / "moved"
    shutil.move(tmp_path / "work", moved)
    assert project.read(str(moved / "p.qgz"))
    assert ran.plan_path.resolve() == (moved / "case.plan.gpkg").resolve()
    assert replace(ran.case, path=case.path) == case
    assert ran.changed_since_run() == ()
    assert ran.laid is None


def test_another_project_has_another_session(ran, project, tmp_path):
    other = tmp_path / "other.qgz"
    first = tmp_path / "first.qgz"
    project.write(str(first))
    project.clear()
    assert project.write(str(other))
    assert project.read(str(first))
    assert ran.case is not None
    assert project.read(str(other))
    assert ran.empty


def test_a_run_that_ends_after_its_project_is_gone_changes_nothing(ran, project):
    plan, folder = ran.plan_path, ran.case_path.parent
    before = plan.read_bytes()
    done = []
    start = ran.runner.start
    ran.runner.start = lambda title, work, **how: (done.append((work, how["done"])), start(title, work, **how))[1]
    ran.change(seed=77)
    ran.start_run()
    work, finish = done[0]
    outcome = work(lambda *_: None)
    project.clear()
    assert not ran.busy
    finish(outcome)
    assert ran.empty
    assert plan.read_bytes() == before
    assert list(folder.glob(".*")) == []


def test_what_was_not_saved_comes_back_with_the_project(ran, project, tmp_path):
    ran.change(name="改名后", seed=9)
    assert not ran.case_saved
    project.write(str(tmp_path / "p.qgz"))
    project.clear()
    project.read(str(tmp_path / "p.qgz"))
    assert (ran.case.name, ran.case.seed, ran.case_saved) == ("改名后", 9, False)
    assert set(ran.changed_since_run()) == {"seed"}


@pytest.fixture
def drafting(project):  # noqa: ARG001 - clears the project first
    """A session with the sources as the panel holds them, remembered by the project."""
    with ExitStack() as undo:
        session = Session(SlowRunner())
        memory = ProjectMemory(session, undo)
        yield session, SourceBook(session)
        del memory


def told(book) -> list[tuple]:
    return sorted(
        (
            entry.title,
            entry.role,
            entry.mark,
            entry.confirmed,
            tuple(one.id for one in entry.guess.uncertain) if entry.guess else None,
        )
        for entry in book.entries
    )


@pytest.mark.parametrize("saved", [False, True])
def test_layers_that_are_not_used_and_doubts_come_back_with_the_project(drafting, project, tmp_path, saved):
    session, book = drafting
    folder = tmp_path / "收到"
    hand(folder)
    (folder / "case.toml").unlink()
    for number in range(3):
        write_layer(folder / "杂项.gpkg", f"无名图层{number}", [box(0, 0, 50, 50)], {"a": ["1"]})
    book.add(lambda _: [str(folder)])
    session.runner.finish()
    for entry in book.entries:
        if entry.role in ("red_line", "water_zone"):
            entry.guess = replace(entry.guess, uncertain=(Finding("S52", {"problem": "weak"}),))
    doubtful = [entry for entry in book.entries if entry.mark == "check"]
    unused = [entry for entry in book.entries if entry.mark == "unused"]
    assert len(doubtful) == 2
    assert len(unused) == 3
    book.confirm(doubtful[0])
    if saved:
        assert session.save_case(folder / "case.toml")
    before = told(book)
    project.write(str(folder / "p.qgz"))
    project.clear()
    assert book.entries == []
    # A case with its project can go anywhere; a draft without a file has its sources where they were.
    there = folder.rename(tmp_path / "moved") if saved else folder
    project.read(str(there / "p.qgz"))
    session.runner.finish()
    assert told(book) == before
    again = next(entry for entry in book.entries if entry.title == unused[0].title)
    assert again.guess == unused[0].guess
    assert not project.isDirty()


def test_a_draft_of_which_nothing_is_used_yet_comes_back(drafting, project, tmp_path):
    session, book = drafting
    write_layer(tmp_path / "x.gpkg", "无名图层", [box(0, 0, 50, 50)], {"a": ["1"]})
    book.add(lambda _: [str(tmp_path / "x.gpkg")])
    session.runner.finish()
    assert [entry.mark for entry in book.entries] == ["unused"]
    project.write(str(tmp_path / "p.qgz"))
    project.clear()
    project.read(str(tmp_path / "p.qgz"))
    assert [(entry.title, entry.mark) for entry in book.entries] == [("无名图层", "unused")]


def test_another_case_does_not_get_the_layers_of_the_one_before(drafting, tmp_path):
    session, book = drafting
    write_layer(tmp_path / "x.gpkg", "无名图层", [box(0, 0, 50, 50)], {"a": ["1"]})
    book.add(lambda _: [str(tmp_path / "x.gpkg")])
    session.runner.finish()
    assert session.open_case(hand(tmp_path / "other"))
    assert {entry.role for entry in book.entries} == {"county", "township", "red_line", "water_zone"}
    assert session.known == ()


def test_a_memory_of_another_version_is_left_alone(project):
    assert read_known("{nonsense", str) == ()
    assert read_known('[{"path": "a", "colour": "red"}]', str) == ()
    del project


def test_how_files_looked_comes_back_with_the_project(ran, project, tmp_path):
    stamps = ran.files.stamps
    assert stamps
    project.write(str(tmp_path / "p.qgz"))
    project.clear()
    assert ran.files.stamps == {}
    project.read(str(tmp_path / "p.qgz"))
    assert ran.files.stamps == stamps
    ran.files.look()
    assert ran.runner.finish() == 0


def test_a_plan_that_is_gone_is_said_and_the_rest_comes_back(ran, project, tmp_path):
    project.write(str(tmp_path / "p.qgz"))
    project.clear()
    plan_beside(tmp_path / "work" / "case.toml").unlink()
    seen = []
    ran.failed.connect(lambda failure: seen.append(failure.doing))
    project.read(str(tmp_path / "p.qgz"))
    assert seen == ["open_plan"]
    assert ran.case is not None
    assert ran.plan is None


def test_opening_a_project_does_not_make_it_ask_to_be_saved(ran, project, tmp_path):
    project.write(str(tmp_path / "p.qgz"))
    assert not project.isDirty()
    project.clear()
    project.read(str(tmp_path / "p.qgz"))
    assert ran.case is not None
    assert not project.isDirty()


def test_the_memory_goes_with_its_undo(project, tmp_path):
    with ExitStack() as undo:
        session = Session(SlowRunner())
        memory = ProjectMemory(session, undo)
    session.open_case(hand(tmp_path))
    assert project.readEntry("control_units", "case", "")[0] == ""
    project.clear()
    assert not session.empty
    del memory


def legend(layer) -> list[str]:
    return [item.label() for item in layer.renderer().legendSymbolItems()]


@pytest.mark.usefixtures("project")
def test_the_legend_names_the_sea_only_where_there_is_some(plan):
    sample = sample_plan()
    land = replace(sample, units=sample.units.assign(code="ZH" + sample.units["code"].str[2:]))
    write_plan(land, plan)
    show_plan(plan, "甲县")
    layer = plan_layer(plan, "units")
    assert legend(layer) == ["Priority protection", "Key control", "General control"]
    let_go(plan)
    write_plan(sample, plan)
    show_plan(plan, "甲县")
    assert len(legend(layer)) == 6


@pytest.mark.usefixtures("project")
def test_a_chosen_unit_stands_out_from_general_control(plan):
    show_plan(plan, "甲县")
    layer = plan_layer(plan, "units")
    general = next(one for one in layer.getFeatures() if one["category"] == 3)
    layer.selectByIds([general.id()])
    settings = QgsMapSettings()
    settings.setLayers([layer])
    settings.setDestinationCrs(layer.crs())
    settings.setExtent(general.geometry().boundingBox())
    settings.setOutputSize(QSize(60, 60))
    settings.setFlag(Qgis.MapSettingsFlag.DrawSelection)
    job = QgsMapRendererSequentialJob(settings)
    job.start()
    job.waitForFinished()
    drawn = job.renderedImage()
    colours = [drawn.pixelColor(x, y) for x in range(5, 60, 10) for y in range(5, 60, 10)]
    blue = [one for one in colours if one.blue() > 180 > one.red() + 40]
    assert len(blue) > len(colours) / 2, "not QGIS's yellow"
