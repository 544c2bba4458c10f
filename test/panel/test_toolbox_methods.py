"""``suggest_units`` and ``compare_methods``: sinks filled as the engine divides, styled, stopped without a trace."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

import pytest
from control_units.delineation.case.reading import read_case
from control_units.delineation.methods.registry import methods, parameters
from control_units.delineation.verbs.running import delineate
from fakes import StopsAt, processed
from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputLayerDefinition,
    QgsProject,
    QgsVectorLayer,
)
from rich import rich

pytestmark = pytest.mark.slow

PLUGIN = '''
from delineation.methods import method, Labels
import numpy as np

@method("{name}", draws=False)
def plain(situation, *, seed=1, parts: int = 2):
    """Halve each county by the order of its faces."""
    half = (np.arange(len(situation.area)) * parts // len(situation.area)).astype(np.int64)
    return Labels(situation.category, situation.kind, np.where(situation.sea, -1, half))
'''


@pytest.fixture(scope="module")
def case(tmp_path_factory):
    return rich(tmp_path_factory.mktemp("rich"))


@pytest.fixture
def ran(toolbox, case):
    """Run an algorithm in this process; gives its results, the layer of a sink as features, and the log."""

    def run(name, **given):
        given = {"CASE": str(case)} | given
        results, ok, log, context = processed(toolbox(name), given)
        assert ok, log

        def rows(key):
            return list(context.getMapLayer(results[key]).getFeatures())

        return results, rows, log, context

    return run


MEMORY = {"UNITS": "memory:", "BORDERS": "memory:", "METRICS": "memory:"}
COMPARED = {"METRICS": "memory:", "CONFIDENCE": "memory:", "DISAGREEMENT": "memory:"}


# ── suggest_units ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_methods_offered_are_the_engines_and_their_first_choices_its_defaults():
    from control_units.delineation.methods.registry import offered
    from control_units.ui.processing.algorithms.suggest_units import OWN

    own = {name for name in methods() if not name.startswith("test_")}
    known = offered(regional=False)
    assert known[:2] == ("overlay", "fitting")
    assert set(known) == own
    for name in known:
        defaults = {one.name: one.default for one in parameters(name)}
        for option in (one for one in OWN if one.choices):
            assert defaults.get(option.name, option.default) == option.default == option.choices[0]


def test_candidate_units_are_those_a_run_would_make(ran, case):
    results, rows, _, context = ran(
        "suggest_units", METHOD="ward", K=12, VARIABLES="x+y", SCOPE="category", SEED=4, **MEMORY
    )
    assert results["METHOD_USED"] == "ward:k=12,variables=x+y,scope=category"
    plan = delineate(read_case(case, method=results["METHOD_USED"], seed=4))
    units = rows("UNITS")
    assert results["UNITS_COUNT"] == len(units) == len(plan.units)
    assert [one["unit"] for one in units] == list(range(1, len(units) + 1))
    for one, (_, wanted) in zip(units, plan.units.iterrows(), strict=True):
        assert [one[key] for key in ("category", "kind", "name", "county", "townships", "parts")] == [
            wanted[key] for key in ("category", "kind", "name", "county", "townships", "parts")
        ]
        assert one["area_m2"] == pytest.approx(wanted["area_m2"])
        assert one["area_km2"] == pytest.approx(wanted["area_m2"] / 1e6)
        assert one.geometry().area() == pytest.approx(wanted["area_m2"])
    assert {one["category_name"] for one in units} <= {"Priority protection", "Key control", "General control"}
    assert context.getMapLayer(results["UNITS"]).crs().authid() == "EPSG:4547"


def test_candidate_borders_are_the_lines_between_them(ran):
    _, rows, _, _ = ran("suggest_units", METHOD="skater", K=7, VARIABLES="x+y", **MEMORY)
    units = {one["unit"]: one.geometry() for one in rows("UNITS")}
    borders, total = rows("BORDERS"), 0.0
    assert {one["line"] for one in borders} <= {"other", "township", "county", "shore"}
    assert len({(one["left"], one["right"], one["line"]) for one in borders}) == len(borders)
    for one in borders:
        assert one["left"] < one["right"]
        shared = units[one["left"]].intersection(units[one["right"]])
        assert one.geometry().length() == pytest.approx(one["length_m"])
        assert shared.buffer(0.01, 4).contains(one.geometry())
        total += one["length_m"]
    outline = QgsProject.instance() and sum(one.length() for one in units.values())
    # Each border is part of two outlines; what is left is the county's own.
    assert outline == pytest.approx(2 * total + 40_000)
    metrics = {one["metric"]: one for one in rows("METRICS")}
    assert metrics["boundary_length"]["value"] == pytest.approx(total)


def test_metrics_stand_beside_those_of_the_rules_alone(ran):
    _, rows, _, _ = ran("suggest_units", METHOD="fitting", OPTIONS="threshold=0.9", **MEMORY)
    fitted = {one["metric"]: one for one in rows("METRICS")}
    _, rows, _, _ = ran("suggest_units", METHOD="overlay", **MEMORY)
    overlay = {one["metric"]: one for one in rows("METRICS")}
    assert fitted["omission"]["title"] == "omission of priority zones"
    assert (fitted["omission"]["unit"], fitted["omission"]["better"]) == ("share", "low")
    assert fitted["omission"]["value"] > fitted["omission"]["overlay"]
    # A case without rasters has no variance to tell.
    assert not isinstance(fitted["variance_ratio"]["value"], float)
    for name, one in overlay.items():
        same = one["value"] == one["overlay"] == fitted[name]["overlay"]
        assert same or not isinstance(one["value"], float), name


def test_what_a_method_does_not_take_is_left_out_and_a_string_says_all(ran):
    results, rows, _, _ = ran("suggest_units", METHOD="overlay", K=9, VARIABLES="x", SCOPE="category", **MEMORY)
    assert results["METHOD_USED"] == "overlay"
    results, *_ = ran("suggest_units", METHOD="overlay", METHOD_STRING="ward:k=8,variables=x+y,cores=apart", **MEMORY)
    apart = results["UNITS_COUNT"]
    assert results["METHOD_USED"] == "ward:k=8,variables=x+y,cores=apart,scope=category"
    results, *_ = ran("suggest_units", METHOD="ward", K=8, VARIABLES="x+y", CORES="apart", **MEMORY)
    assert results["UNITS_COUNT"] == apart
    assert rows("UNITS")


def test_a_method_of_ones_own_is_taken_from_a_file(ran, tmp_path):
    (tmp_path / "own.py").write_text(PLUGIN.format(name="test_halves"), encoding="utf-8")
    plugin = str(tmp_path / "own.py")
    results, rows, _, _ = ran("suggest_units", METHOD_STRING="test_halves:parts=3", PLUGIN=plugin, **MEMORY)
    assert results["METHOD_USED"] == "test_halves:parts=3"
    assert len(rows("UNITS")) == results["UNITS_COUNT"]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"METHOD": "ward", "K": 900, "VARIABLES": "x+y"}, "k = 900"),
        ({"METHOD": "ward", "K": 8, "VARIABLES": "x,y"}, "names joined by +"),
        ({"METHOD": "ward", "K": 8, "OPTIONS": "k=5", "VARIABLES": "x+y"}, "given twice"),
        ({"METHOD": "ward", "K": 8}, "no raster of scores or grades"),
        ({"METHOD_STRING": "wrad:k=5"}, "unknown method 'wrad'"),
        ({"METHOD": "overlay", "CASE": "/no/case.toml"}, "file not found"),
    ],
)
def test_what_cannot_be_suggested_is_one_sentence(toolbox, case, given, said):
    context, feedback = QgsProcessingContext(), QgsProcessingFeedback()
    _, ok = toolbox("suggest_units").run({"CASE": str(case), **MEMORY} | given, context, feedback)
    assert not ok
    assert said in feedback.textLog()
    assert "Traceback" not in feedback.textLog()


def load(toolbox, name, given):
    """Run an algorithm as its dialog does, so that its layers are loaded."""
    from processing.gui.Postprocessing import handleAlgorithmResults

    context, feedback = QgsProcessingContext(), QgsProcessingFeedback()
    project = QgsProject.instance()
    context.setProject(project)
    given = {
        key: QgsProcessingOutputLayerDefinition("memory:", project) if value == "memory:" else value
        for key, value in given.items()
    }
    algorithm = toolbox(name)
    _, ok = algorithm.run(given, context, feedback)
    assert ok, feedback.textLog()
    assert handleAlgorithmResults(algorithm, context, feedback, given)
    return project


def test_a_candidate_loads_hatched_so_that_the_plan_shows_through(toolbox, case):
    given = {"CASE": str(case), "METHOD": "ward", "K": 8, "VARIABLES": "x+y", **MEMORY}
    project = load(toolbox, "suggest_units", given)
    (units,) = project.mapLayersByName("Candidate units")
    renderer = units.renderer()
    assert renderer.classAttribute() == "category"
    assert [one.label() for one in renderer.categories()] == [
        "Priority protection",
        "Key control",
        "General control",
    ]
    for one in renderer.categories():
        kinds = [layer.layerType() for layer in one.symbol().symbolLayers()]
        assert kinds == ["LinePatternFill", "SimpleLine"]
    (borders,) = project.mapLayersByName("Candidate borders")
    assert [one.value() for one in borders.renderer().categories()] == ["other", "township", "county", "shore"]
    layers = [one.layer().name() for one in project.layerTreeRoot().findLayers()]
    assert layers.index("Candidate borders") < layers.index("Candidate units")
    (metrics,) = project.mapLayersByName("Metrics of the candidate")
    assert not metrics.isSpatial()


@pytest.mark.parametrize("percent", [0, 30, 62, 90])
def test_a_suggestion_that_is_stopped_leaves_nothing(toolbox, case, tmp_path, percent):
    out = tmp_path / "out"
    out.mkdir()
    given = {"CASE": str(case), "METHOD": "ward", "K": 8, "VARIABLES": "x+y"}
    given |= {key: str(out / f"{key}.gpkg") for key in MEMORY}
    results, _ = toolbox("suggest_units").run(given, QgsProcessingContext(), StopsAt(percent))
    assert "UNITS_COUNT" not in results
    assert list(out.iterdir()) == []


# ── compare_methods ───────────────────────────────────────────────────────────────────────────────────────────────────

METHODS = "overlay, fitting:threshold=0.9\nward:k=8,variables=x+y"


@pytest.fixture(scope="module")
def bench(case, tmp_path_factory):
    """The same comparison by the engine."""
    from control_units.delineation.bench.runs.entries import split_methods
    from control_units.delineation.verbs.benchmarking import bench

    folder = tmp_path_factory.mktemp("bench") / "out"
    # The toolbox writes in the language of QGIS.
    options = {"seeds": 2, "nulls": 0, "curve": False, "language": "en"}
    return folder, bench(case, split_methods(METHODS.replace("\n", ",")), folder, **options)


def compared(ran, folder, **more):
    given = {"METHODS": METHODS, "SEEDS": 2, "NULLS": 0, "CURVE": False, "OUTPUT": str(folder), **COMPARED}
    return ran("compare_methods", **given | more)


@pytest.fixture(scope="module")
def answers():
    """What was compared once, and what came of it."""
    return {}


@pytest.fixture
def comparison(ran, answers, tmp_path_factory):
    """Folder of a comparison with a report, and what the algorithm gives: the same for all that only look at it."""
    if not answers:
        folder = tmp_path_factory.mktemp("compared")
        answers[folder] = compared(ran, folder / "out", REPORT=str(folder / "r.html"))
    ((folder, answer),) = answers.items()
    return folder, answer


def test_methods_are_compared_as_the_engine_does(comparison, bench):
    folder, wanted = bench
    place, (results, rows, log, context) = comparison
    table = rows("METRICS")
    assert [one["method"] for one in table] == ["overlay", "fitting:threshold=0.9", "ward:k=8,variables=x+y"]
    assert results["METHODS_COUNT"] == 3
    assert (
        results["ON_FRONT"]
        == sum(one["pareto_front"] for one in table)
        == sum(row["pareto_front"] for row in wanted["methods"])
    )
    for one, row in zip(table, wanted["methods"], strict=True):
        for name, value in row.items():
            if name in ("method", "seconds", "peak_bytes", "pareto_front"):
                continue
            assert (one[name] == pytest.approx(value)) if value is not None else not isinstance(one[name], float), name
    for name in ("methods.csv", "methods.md", "methods.xlsx", "methods.tex", "agreement.csv"):
        assert (place / "out" / name).read_bytes() == (folder / name).read_bytes(), name
    assert "error" not in log.lower()
    for key, layer in (("CONFIDENCE", "boundary_confidence"), ("DISAGREEMENT", "disagreement")):
        source = QgsVectorLayer(f"{folder / 'comparison.gpkg'}|layername={layer}", layer, "ogr")
        copy = context.getMapLayer(results[key])
        names = [field.name() for field in source.fields() if field.name() != "fid"]
        assert [field.name() for field in copy.fields()] == names
        assert copy.crs().authid() == source.crs().authid() == "EPSG:4547"
        for one, other in zip(copy.getFeatures(), source.getFeatures(), strict=True):
            assert [one[name] for name in names] == [other[name] for name in names]
            assert one.geometry().equals(other.geometry())


def test_the_report_has_the_table_and_the_plots_in_one_file(comparison):
    place, (results, _, _, _) = comparison
    page = Path(results["REPORT"]).read_text(encoding="utf-8")
    plots = list((place / "out" / "plots").glob("*.png"))
    assert page.count("data:image/png;base64,") == len(plots) >= 3
    assert 'src="http' not in page
    assert "<h1>Comparison of methods: hand</h1>" in page
    assert "Priority zones" in page
    assert "omission of priority zones (%) ↓" in page
    with (place / "out" / "methods.csv").open(encoding="utf-8-sig", newline="") as stream:
        omission = [f"{100 * float(row['omission']):,.2f}" for row in csv.DictReader(stream)]
    assert "".join(f'<td class="n">{text}</td>' for text in omission) in page


def test_a_method_that_fails_has_its_reason_in_table_log_and_report(ran, tmp_path):
    methods = "overlay\nward:k=9999,variables=x+y"
    results, rows, log, _ = compared(ran, tmp_path / "out", METHODS=methods, REPORT=str(tmp_path / "r.html"))
    one, failed = rows("METRICS")
    assert one["units"] > 1 and isinstance(failed["error"], str)
    assert "k = 9999; wanted: 1 to " in failed["error"]
    assert not isinstance(failed["units"], float) and not isinstance(failed["seconds"], float)
    assert results["ON_FRONT"] == 1
    assert failed["error"] in log
    assert "k = 9999" in (tmp_path / "r.html").read_text(encoding="utf-8")


def test_what_is_finished_is_not_run_again(ran, comparison, tmp_path, monkeypatch):
    shutil.copytree(comparison[0] / "out", tmp_path / "out")
    from control_units.delineation.bench.runs import labels

    def never(*_args, **_options):
        raise AssertionError("labelled again")

    monkeypatch.setattr(labels, "_made", never)
    results, *_ = compared(ran, tmp_path / "out")
    assert results["METHODS_COUNT"] == 3


def test_every_wish_reaches_the_engine(ran, tmp_path):
    (tmp_path / "own.py").write_text(PLUGIN.format(name="test_thirds"), encoding="utf-8")
    results, rows, _, _ = compared(
        ran,
        tmp_path / "out",
        METHODS="overlay,test_thirds:parts=3",
        NULLS=5,
        CURVE=True,
        PARETO="omission",
        SAMPLES=2,
        SIGMA=5.0,
        PLUGIN=str(tmp_path / "own.py"),
        SEEDS=1,
    )
    assert [one["method"] for one in rows("METRICS")] == ["overlay", "test_thirds:parts=3"]
    assert (tmp_path / "out" / "null.csv").is_file()
    assert (tmp_path / "out" / "curve.csv").is_file()
    assert (tmp_path / "out" / "uncertainty.csv").is_file()
    assert not (tmp_path / "out" / "truth.csv").exists()
    assert results["OUTPUT"] == str(tmp_path / "out")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"METHODS": "overlay,overlay"}, "given twice"),
        ({"METHODS": ""}, "no method"),
        ({"METHODS": "ward:k=900,variables=x+y"}, "ward:k=900"),
        ({"PARETO": "beauty"}, "beauty"),
    ],
)
def test_what_cannot_be_compared_is_one_sentence(toolbox, case, tmp_path, given, said):
    context, feedback = QgsProcessingContext(), QgsProcessingFeedback()
    base = {"CASE": str(case), "METHODS": "overlay", "NULLS": 0, "CURVE": False, "OUTPUT": str(tmp_path / "out")}
    _, ok = toolbox("compare_methods").run(base | COMPARED | given, context, feedback)
    assert not ok
    assert said in feedback.textLog()
    assert "Traceback" not in feedback.textLog()
    assert not (tmp_path / "out" / "methods.csv").exists()


def test_a_comparison_loads_with_confidence_as_line_width(toolbox, case, tmp_path):
    given = {"CASE": str(case), "METHODS": METHODS, "SEEDS": 1, "NULLS": 0, "CURVE": False, **COMPARED}
    project = load(toolbox, "compare_methods", given | {"OUTPUT": str(tmp_path / "out")})
    (confidence,) = project.mapLayersByName("Boundary confidence")
    assert confidence.renderer().classAttribute() == "confidence"
    widths = [one.symbol().width() for one in confidence.renderer().ranges()]
    assert widths == sorted(widths)
    assert widths[0] < widths[-1]
    (disagreement,) = project.mapLayersByName("Disagreement")
    assert disagreement.renderer().classAttribute() == "differ"
    layers = [one.layer().name() for one in project.layerTreeRoot().findLayers()]
    assert layers.index("Boundary confidence") < layers.index("Disagreement")
    (metrics,) = project.mapLayersByName("Metrics by method")
    assert metrics.featureCount() == 3


@pytest.mark.parametrize("percent", [0, 15, 45, 90])
def test_a_comparison_that_is_stopped_writes_no_table(toolbox, case, tmp_path, percent):
    given = {"CASE": str(case), "METHODS": METHODS, "SEEDS": 1, "NULLS": 0, "CURVE": False}
    given |= {key: str(tmp_path / f"{key}.gpkg") for key in COMPARED} | {"OUTPUT": str(tmp_path / "out")}
    results, _ = toolbox("compare_methods").run(given, QgsProcessingContext(), StopsAt(percent))
    assert "METHODS_COUNT" not in results
    left = {path.relative_to(tmp_path).parts[:2] for path in tmp_path.rglob("*") if path.is_file()}
    assert left <= {("out", "labels")}


# ── by qgis_process ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_qgis_process_suggests_and_compares(qgis_process, case, tmp_path):
    def run(name, **inputs):
        document = {"inputs": {key: str(one) if isinstance(one, Path) else one for key, one in inputs.items()}}
        done = qgis_process("--json", "run", f"control_units:{name}", "-", given=json.dumps(document))
        assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
        return json.loads(done.stdout)["results"]

    results = run(
        "suggest_units",
        CASE=case,
        METHOD="redcap",
        K=8,
        VARIABLES="x+y",
        UNITS=tmp_path / "u.gpkg",
        BORDERS=tmp_path / "b.gpkg",
        METRICS=tmp_path / "m.csv",
    )
    assert results["METHOD_USED"] == "redcap:k=8,variables=x+y,scope=category"
    units = QgsVectorLayer(str(tmp_path / "u.gpkg"), "u", "ogr")
    assert units.featureCount() == results["UNITS_COUNT"]
    assert QgsVectorLayer(str(tmp_path / "b.gpkg"), "b", "ogr").featureCount() > 0
    assert (tmp_path / "m.csv").read_text(encoding="utf-8").startswith("metric,title,value,overlay,unit,better")
    results = run(
        "compare_methods",
        CASE=case,
        METHODS="overlay,ward:k=8,variables=x+y",
        SEEDS=1,
        NULLS=0,
        CURVE=False,
        OUTPUT=tmp_path / "out",
        METRICS=tmp_path / "m.gpkg",
        CONFIDENCE=tmp_path / "c.gpkg",
        DISAGREEMENT=tmp_path / "d.gpkg",
        REPORT=tmp_path / "r.html",
    )
    assert results["METHODS_COUNT"] == 2
    assert (tmp_path / "out" / "methods.csv").is_file()
    assert QgsVectorLayer(str(tmp_path / "c.gpkg"), "c", "ogr").featureCount() > 0
    assert (tmp_path / "r.html").stat().st_size > 10_000
