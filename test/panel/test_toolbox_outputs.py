"""Outputs load styled and in order; a run that is stopped leaves nothing; QGIS's threads can call again and again."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from control_units.delineation.core.messages import Message
from fakes import StopsAt, own_profile
from hand import hand, squares, write_layer
from qgis.core import (
    QgsApplication,
    QgsProcessing,
    QgsProcessingAlgRunnerTask,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProject,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QEventLoop


@pytest.fixture
def case(tmp_path):
    return hand(tmp_path / "hand")


@pytest.fixture
def loaded():
    """Run an algorithm as its dialog does, and load what it gives."""
    from processing.gui.Postprocessing import handleAlgorithmResults

    def run(algorithm, given):
        context, feedback = QgsProcessingContext(), QgsProcessingFeedback()
        project = QgsProject.instance()
        context.setProject(project)
        for definition in algorithm.destinationParameterDefinitions():
            value = given.get(definition.name())
            if value is not None and hasattr(value, "destinationProject"):
                value.destinationProject = project
        results, ok = algorithm.run(given, context, feedback)
        assert ok, feedback.textLog()
        assert handleAlgorithmResults(algorithm, context, feedback, given), feedback.textLog()
        return results

    return run


def sink(destination="memory:"):
    from qgis.core import QgsProcessingOutputLayerDefinition

    return QgsProcessingOutputLayerDefinition(destination, QgsProject.instance())


def legend(layer):
    return [item.label() for item in layer.renderer().legendSymbolItems()]


def test_a_plans_layers_load_styled_in_a_group_and_read_only(toolbox, loaded, case, tmp_path):
    output = tmp_path / "plan.gpkg"
    loaded(toolbox("delineate"), {"CASE": str(case), "OUTPUT": str(output)})
    group = QgsProject.instance().layerTreeRoot().findGroup("hand · plan")
    layers = [node.layer() for node in group.findLayers()]
    assert [layer.name() for layer in layers] == ["Findings", "Control units", "Faces"]
    findings, units, faces = layers
    assert "优先保护单元" in legend(units)
    assert units.labelsEnabled()
    assert [category.value() for category in faces.renderer().categories()] == [1, 2, 3]
    assert [category.value() for category in findings.renderer().categories()] == ["error", "warning"]
    assert all(layer.readOnly() for layer in layers)
    from control_units.ui.processing import styling

    loaded(toolbox("describe_plan"), {"PLAN": str(output), "UNITS_TABLE": sink()})
    # The same plan delineated again shows in the layers that are there.
    loaded(toolbox("delineate"), {"CASE": str(case), "OUTPUT": str(output), "METHOD": "fitting:threshold=0.9"})
    assert len(QgsProject.instance().mapLayers()) == 4
    assert len(styling._WAITING) <= 3  # what a context has deleted is not kept
    again = QgsVectorLayer(f"{output}|layername=units", "units", "ogr")
    assert {f["code"] for f in units.getFeatures()} == {f["code"] for f in again.getFeatures()}


@pytest.mark.parametrize(
    ("name", "suffix"),
    [("lists-xlsx", ".xlsx"), ("units-shp", ".shp"), ("units-gpkg", ".gpkg"), ("map-png", ".png")],
)
def test_a_plan_is_exported_as_the_engine_exports_it(toolbox, tmp_path, name, suffix):
    from control_units.delineation.export.registry import export
    from sample_plan import write_sample_plan

    plan = write_sample_plan(tmp_path / "plan.gpkg")
    export(name, plan, tmp_path / f"own{suffix}")
    for output in (str(tmp_path / f"out{suffix}"), QgsProcessing.TEMPORARY_OUTPUT):
        given = {"PLAN": str(plan), "FORMAT": name, "OUTPUT": output}
        results, ok = toolbox("export_plan").run(given, QgsProcessingContext(), QgsProcessingFeedback())
        assert ok
        assert results["UNITS"] == 5
        assert Path(results["OUTPUT"]).suffix == suffix
        assert Path(results["OUTPUT"]).read_bytes() == (tmp_path / f"own{suffix}").read_bytes()


def told_by(monkeypatch, toolbox, given, facts):
    """Export in a format whose writer says such facts; what the log says, and the results."""
    from control_units.delineation.export import registry

    def write(plan, output, *, progress=None):  # noqa: ARG001
        output.write_text("poem")
        return registry.Written((output,), {"units": 5}, facts)

    registry.exporters()
    one = registry.Exporter("poem-txt", "诗", "Poem", "文本", "Text", ".txt", 999, write, ())
    monkeypatch.setitem(registry._EXPORTERS, "poem-txt", one)
    feedback = QgsProcessingFeedback()
    results, ok = toolbox("export_plan").run(given | {"FORMAT": "poem-txt"}, QgsProcessingContext(), feedback)
    assert ok, feedback.textLog()
    return feedback.textLog(), results


def test_the_log_says_all_that_the_command_line_says(toolbox, tmp_path, monkeypatch):
    from control_units.delineation.export.registry import Written
    from control_units.delineation.export.telling import said_of
    from sample_plan import write_sample_plan

    plan, output = write_sample_plan(tmp_path / "plan.gpkg"), tmp_path / "a.txt"
    facts = {"encoding": "GBK", "cut": 2, "mended": 1, "fonts": {"SimHei": "Noto Sans"}, "drawn_by": "matplotlib"}
    facts |= {"because": Message("no qgis_process found"), "lacking": ["𠮷"], "shortened": ["unit"]}
    given = {"PLAN": str(plan), "OUTPUT": str(output)}
    log, results = told_by(monkeypatch, toolbox, given, facts)
    assert results == {"OUTPUT": str(output), "UNITS": 5}
    said = [str(one) for one in said_of(Written((output,), {"units": 5}, facts, noted=True))]
    assert len(said) == 8
    assert [one for one in said if one not in log] == []
    assert "could not be noted" not in log
    (tmp_path / "plan.history.jsonl").unlink()
    (tmp_path / "plan.history.jsonl").mkdir()
    assert "could not be noted" in told_by(monkeypatch, toolbox, given, {})[0]
    # A temporary file is no part of a plan's history.
    kept = given | {"OUTPUT": QgsProcessing.TEMPORARY_OUTPUT}
    assert "could not be noted" not in told_by(monkeypatch, toolbox, kept, {})[0]


def test_a_plan_is_described_in_the_words_of_its_profile(toolbox, tmp_path):
    from dataclasses import replace

    from control_units.delineation.plan.file import write_plan
    from sample_plan import sample_plan

    plan = sample_plan()
    row = {"stage": "repair", "role": "red_line", "from_m2": 3.0, "to_m2": 1.0, "reason": "x", "facts": ""}
    ledger = pd.DataFrame([{name: row.get(name) for name in plan.ledger.columns}])
    source = pd.DataFrame([{name: {"source": "a", "role": "red_line"}.get(name) for name in plan.sources.columns}])
    for profile, words in (
        (str(own_profile(tmp_path)), ("Class one", "The red line", "Mending")),
        ("national", ("Priority protection", "Ecological red line", "Repair")),
        ("elsewhere", ("Priority protection", "Ecological red line", "Repair")),
    ):
        meta = {**plan.meta, "profile": profile}
        write_plan(replace(plan, meta=meta, ledger=ledger, sources=source), tmp_path / "plan.gpkg")
        report = tmp_path / "r.html"
        given = {"PLAN": str(tmp_path / "plan.gpkg"), "REPORT": str(report), "UNITS_TABLE": "memory:"}
        context, feedback = QgsProcessingContext(), QgsProcessingFeedback()
        results, ok = toolbox("describe_plan").run(given, context, feedback)
        assert ok, feedback.textLog()
        page = report.read_text(encoding="utf-8")
        assert [one for one in words if f"<td>{one}</td>" not in page] == []
        table = context.getMapLayer(results["UNITS_TABLE"])
        assert words[0] in {value for feature in table.getFeatures() for value in feature.attributes()}


def test_algorithms_stand_in_their_order(toolbox):
    from control_units.ui.processing.algorithms import ALGORITHMS

    first = ["partition", "guess_roles", "delineate", "suggest_units", "compare_methods", "regionalise", "edit_plan"]
    first += ["import_lists"]
    last = ["check_plan", "describe_plan", "assess_site", "export_plan", "print_map", "print_atlas"]
    last += ["export_package", "verify_package"]
    assert [one.NAME for one in ALGORITHMS if one.NAME in {*first, *last}] == [*first, *last]
    places = [one.ORDER for one in ALGORITHMS]
    assert places == sorted(set(places))
    assert all(toolbox(one.NAME) is not None for one in ALGORITHMS)


def test_nothing_is_loaded_where_nobody_looks(toolbox, case, tmp_path):
    context = QgsProcessingContext()
    toolbox("delineate").run({"CASE": str(case), "OUTPUT": str(tmp_path / "p.gpkg")}, context, QgsProcessingFeedback())
    assert context.layersToLoadOnCompletion() == {}
    context.setProject(QgsProject.instance())
    given = {"CASE": str(case), "OUTPUT": str(tmp_path / "p.gpkg"), "LOAD": False}
    toolbox("delineate").run(given, context, QgsProcessingFeedback())
    assert context.layersToLoadOnCompletion() == {}


def test_copies_of_a_plan_and_findings_are_styled(toolbox, loaded, case, tmp_path):
    copies = {"UNITS_LAYER": sink(), "FACES_LAYER": sink(), "FINDINGS_LAYER": ""}  # as a batch leaves what it skips
    given = {"CASE": str(case), "OUTPUT": str(tmp_path / "p.gpkg"), "LOAD": False} | copies
    loaded(toolbox("delineate"), given)
    loaded(toolbox("check_plan"), {"PLAN": str(tmp_path / "p.gpkg"), "FINDINGS": sink()})
    layers = {layer.name(): layer for layer in QgsProject.instance().mapLayers().values()}
    assert "重点管控单元" in legend(layers["Copy of the units"])
    assert [category.value() for category in layers["Copy of the faces"].renderer().categories()] == [1, 2, 3]
    assert [category.value() for category in layers["Findings"].renderer().categories()] == ["error", "warning"]
    assert layers["Copy of the units"].featureCount() == 3


def test_faces_are_darker_the_more_layers_lie_over_them(toolbox, loaded, case):
    source = case.parent / "hand.gpkg"
    layers = [QgsVectorLayer(f"{source}|layername={name}", name, "ogr") for name in ("county", "red_line")]
    QgsProject.instance().addMapLayers(layers)
    loaded(toolbox("partition"), {"LAYERS": layers, "FACES": sink(), "BORDERS": sink()})
    faces, borders = (QgsProject.instance().mapLayersByName(name)[0] for name in ("Faces", "Borders between faces"))
    renderer = faces.renderer()
    assert renderer.classAttribute() == "inputs"
    lightness = {}
    context = _context(faces)
    for face in faces.getFeatures():
        lightness[face["inputs"]] = renderer.originalSymbolForFeature(face, context).color().lightness()
    renderer.stopRender(context)
    assert lightness[2] < lightness[1]
    order = [node.name() for node in QgsProject.instance().layerTreeRoot().findLayers()]
    assert order.index(borders.name()) < order.index(faces.name())


def _context(layer):
    from qgis.core import QgsExpressionContext, QgsExpressionContextUtils, QgsRenderContext

    context = QgsRenderContext()
    context.setExpressionContext(QgsExpressionContext(QgsExpressionContextUtils.globalProjectLayerScopes(layer)))
    layer.renderer().startRender(context, layer.fields())
    return context


@pytest.mark.parametrize("percent", [0, 15, 45, 80])
@pytest.mark.parametrize("name", ["partition", "delineate", "check_plan", "guess_roles"])
def test_a_run_that_is_stopped_leaves_nothing(toolbox, tmp_path, sample_plan_file, name, percent):
    folder = hand(tmp_path / "hand").parent
    write_layer(folder / "many.gpkg", "many", squares(12), {"n": list(range(144))})
    out = tmp_path / "out"
    out.mkdir()
    given = {
        "partition": {"LAYERS": [folder / "many.gpkg"], "FACES": out / "f.gpkg", "COVERAGE": out / "c.csv"},
        "delineate": {"CASE": folder / "case.toml", "OUTPUT": out / "p.gpkg", "UNITS_LAYER": out / "u.gpkg"},
        "check_plan": {"PLAN": sample_plan_file, "FINDINGS": out / "f.gpkg", "REPORT": out / "r.html"},
        "guess_roles": {"FOLDER": folder, "CASE": out / "c.toml", "ROLES": out / "r.csv"},
    }[name]
    given = {key: [str(v) for v in value] if isinstance(value, list) else str(value) for key, value in given.items()}
    results, _ = toolbox(name).run(given, QgsProcessingContext(), StopsAt(percent))
    assert not {"FACES_COUNT", "UNITS", "ERRORS", "SOURCES"} & set(results)
    assert list(out.iterdir()) == []


def test_the_engine_can_be_called_again_and_again_from_qgis_threads(toolbox, case, tmp_path):
    """PROJ contexts of pyproj do not outlive a thread's state: the third task in one pooled thread used to end QGIS."""
    for number in range(4):
        output = tmp_path / f"{number}.gpkg"
        context, feedback = QgsProcessingContext(), QgsProcessingFeedback()
        given = {"CASE": str(case), "OUTPUT": str(output), "LOAD": False}
        algorithm = toolbox("delineate")  # the task runs it and does not own it
        task = QgsProcessingAlgRunnerTask(algorithm, given, context, feedback)
        answers, loop = [], QEventLoop()
        task.executed.connect(lambda ok, results, a=answers, stop=loop: (a.append((ok, results)), stop.quit()))
        QgsApplication.taskManager().addTask(task)
        loop.exec()
        assert answers[0][0], feedback.textLog()
        assert answers[0][1]["UNITS"] == 3
        assert feedback.progress() == 100


def test_a_missing_library_is_one_sentence(toolbox, monkeypatch):
    from control_units.delineation.core import libraries

    assert toolbox("delineate").canExecute() == (True, "")
    there = libraries._there
    monkeypatch.setattr(libraries, "_there", lambda module: module not in ("pyogrio", "shapely") and there(module))
    ok, text = toolbox("delineate").canExecute()
    assert not ok
    assert "Python lacks shapely (missing), pyogrio (missing); wanted: shapely 2" in text


def required(algorithm, folder, layer):
    """Something for every input that has to be given, so that only an output can be wrong."""
    either = {"check_plan": {"PLAN": str(folder / "read.gpkg")}, "assess_site": {"SITE": "1,1"}}
    given = either.get(algorithm.name(), {})
    for one in algorithm.parameterDefinitions():
        if one.isDestination() or one.flags() & one.Flag.FlagOptional or one.name() in given:
            continue
        if one.type() in ("source", "vector"):
            given[one.name()] = layer
        elif one.type() == "multilayer":
            given[one.name()] = [layer]
        elif one.type() == "file":
            names = {"CASE": "case.toml", "EDITS": "ops.jsonl", "WORKBOOK": "lists.xlsx"}
            given[one.name()] = str(folder / names.get(one.name(), "read.gpkg"))
        elif one.defaultValue() is None:
            given[one.name()] = "1"
    return given | ({"LAYERS": [layer]} if algorithm.name() == "guess_roles" else {})


@pytest.mark.usefixtures("toolbox")
def test_no_algorithm_takes_a_plan_or_what_it_reads_for_an_output(case, tmp_path, sample_plan_file):
    import shutil

    from control_units.ui.processing.algorithm import Algorithm

    plan, read = tmp_path / "plan.gpkg", case.parent / "read.gpkg"
    shutil.copy(sample_plan_file, plan)
    shutil.copy(sample_plan_file, read)
    for name in ("ops.jsonl", "lists.xlsx"):
        (case.parent / name).touch()
    layer = QgsVectorLayer(f"{case.parent / 'hand.gpkg'}|layername=township", "towns", "ogr")
    context, walked = QgsProcessingContext(), 0
    for found in QgsApplication.processingRegistry().providerById("control_units").algorithms():
        algorithm = found.create()
        if not isinstance(algorithm, Algorithm):
            continue  # the example model: its steps refuse for themselves, when they begin
        outputs = algorithm.destinationParameterDefinitions()
        usual = required(algorithm, case.parent, layer)
        inputs = {case, read} & {Path(str(one)) for one in usual.values()} or {case.parent / "hand.gpkg"}
        usual |= {one.name(): str(tmp_path / f"new_{one.name()}") for one in outputs}
        assert algorithm.checkParameterValues(usual, context) == (True, ""), algorithm.name()
        for one in outputs:
            places = [str(plan), f"ogr:dbname='{plan}' table=\"faces\" (geom)", sink(str(plan))]
            if one.type() != "sink":
                places = [] if one.name() == algorithm.PLAN_OUTPUT else places[:1]
            for place in places:
                ok, text = algorithm.checkParameterValues({**usual, one.name(): place}, context)
                assert (ok, "会丢失" in text or "would be lost" in text) == (False, True), (algorithm.name(), text)
            for place in inputs if len(usual) > len(outputs) else ():
                ok, text = algorithm.checkParameterValues({**usual, one.name(): str(place)}, context)
                assert not ok, (algorithm.name(), one.name(), place)
            walked += 1
    assert walked > 20
