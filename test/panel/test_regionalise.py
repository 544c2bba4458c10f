"""``control_units:regionalise``: layers as QGIS shows them divided, sinks filled and styled, stops without a trace."""

from __future__ import annotations

import json

import numpy as np
import pytest
from control_units.delineation.methods import redcap, skater
from control_units.delineation.methods.regional import solvers
from fakes import StopsAt, processed
from hand import CRS, box, write_layer
from qgis.core import (
    QgsExpressionContextUtils,
    QgsFeature,
    QgsGeometry,
    QgsProcessingContext,
    QgsProcessingFeatureSourceDefinition,
    QgsProcessingFeedback,
    QgsProcessingOutputLayerDefinition,
    QgsProcessingParameterDefinition,
    QgsProject,
    QgsRasterLayer,
    QgsRenderContext,
    QgsSymbolLayer,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import Qt
from raster_files import write as write_raster

PLACES = [(x, y) for x in range(4) for y in range(3)]
WEST = {1, 2, 3, 4, 5, 6}


@pytest.fixture
def board(tmp_path):
    """Four columns of three squares, low in the west and high in the east, as a layer of the project."""
    shapes = [box(1_000 * x, 1_000 * y, 1_000, 1_000) for x, y in PLACES]
    columns = {
        "a": [10.0 * (x >= 2) + 0.1 * y for x, y in PLACES],
        "people": [10 * (y + 1) for _, y in PLACES],
        "row": ["南" if y < 1 else "北" for _, y in PLACES],
        "region": ["甲"] * 12,
    }
    write_layer(tmp_path / "board.gpkg", "board", shapes, columns)
    layer = QgsVectorLayer(f"{tmp_path / 'board.gpkg'}|layername=board", "棋盘", "ogr")
    yield QgsProject.instance().addMapLayer(layer)
    QgsProject.instance().clear()


@pytest.fixture
def divided(toolbox):
    """Divide; gives the features by id and the regions, both in memory, the results and the log."""

    def run(layer, **given):
        given = {
            "INPUT": layer,
            "METHOD": "skater",
            "VARIABLES": ["a"],
            "K": 2,
            "FEATURES": "memory:",
            "REGIONS": "memory:",
        } | given
        results, ok, log, context = processed(toolbox("regionalise"), given)
        assert ok, log
        features, regions = (list(context.getMapLayer(results[key]).getFeatures()) for key in ("FEATURES", "REGIONS"))
        return features, regions, results | {"CONTEXT": context}, log

    return run


def groups(features, key="fid"):
    found = {}
    for number, feature in enumerate(features, 1):
        found.setdefault(feature["region"], set()).add(feature[key] if key != "fid" else number)
    return found


def test_the_methods_offered_are_the_engines():
    from control_units.delineation.methods.registry import offered

    assert {"skater", "redcap"} == {*skater.__all__, *redcap.__all__}
    assert offered(regional=True) == ("skater", "redcap", "ward", "azp", "maxp", "kmeans_repaired")
    assert set(solvers()) == set(offered(regional=True))


def test_a_layer_is_divided_and_dissolved(divided, board):
    features, regions, results, log = divided(board.id(), FLOOR="people=30")
    assert groups(features) == {0: WEST, 1: {7, 8, 9, 10, 11, 12}}
    assert results["REGIONS_COUNT"] == 2
    assert results["RATIO"] > 0.99
    # The layer's own field of that name is there under another, and that is said.
    assert features[0]["region_2"] == "甲"
    assert [one["polygons"] for one in regions] == [6, 6]
    assert [one["sum_people"] for one in regions] == [120, 120]
    assert sum(one.geometry().area() for one in regions) == pytest.approx(12e6)
    assert regions[0]["compactness"] == pytest.approx(0.7539822, rel=1e-6)
    layer = results["CONTEXT"].getMapLayer(results["REGIONS"])
    assert layer.crs().authid() == "EPSG:4547"
    assert "error" not in log.lower()


def test_selection_filter_and_memory_layers_count(divided, board):
    board.selectByIds([1, 2, 3, 4, 5, 6])
    some = QgsProcessingFeatureSourceDefinition(board.id(), selectedFeaturesOnly=True)
    features, *_ = divided(some)
    assert len(features) == 6
    board.removeSelection()
    assert board.setSubsetString("\"row\" = '北'")
    features, *_ = divided(board.id())
    assert len(features) == 8
    memory = QgsVectorLayer("Polygon?crs=EPSG:4547&field=值:double", "内存", "memory")
    for number in range(4):
        feature = QgsFeature(memory.fields())
        feature.setAttributes([[1.0, 1.1, 5.0, None][number]])
        feature.setGeometry(QgsGeometry.fromWkt(box(1_000 * number, 0, 1_000, 1_000).wkt))
        assert memory.dataProvider().addFeature(feature)
    QgsProject.instance().addMapLayer(memory)
    features, _, _, log = divided(memory.id(), VARIABLES=["值"], MISSING="leave_out")
    assert [one["region"] for one in features[:3]] == [0, 0, 1]
    assert not isinstance(features[3]["region"], int)  # NULL
    assert "S76" in log


def test_a_curve_of_numbers_of_regions(divided, board):
    _, _, results, _ = divided(board.id(), K=2, K_MAX=5, CURVE="memory:")
    rows = list(results["CONTEXT"].getMapLayer(results["CURVE"]).getFeatures())
    assert [row["k"] for row in rows] == [2, 3, 4, 5]
    (taken,) = [row["k"] for row in rows if "taken" in str(row["mark"])]
    assert taken == results["REGIONS_COUNT"]
    assert max(rows, key=lambda row: row["pseudo_f"])["k"] == taken


def test_wishes_reach_the_engine(divided, board):
    apart = groups(divided(board.id(), KEEP_APART="row")[0], "row")
    assert {frozenset(rows) for rows in apart.values()} == {frozenset({"南"}), frozenset({"北"})}
    lines = QgsVectorLayer("LineString?crs=EPSG:4547", "道路", "memory")
    feature = QgsFeature()
    at = box(0, 1_000, 1_000, 1_000).bounds
    feature.setGeometry(QgsGeometry.fromWkt(f"LINESTRING({at[0]} {at[1]}, {at[0] + 4000} {at[1]})"))
    assert lines.dataProvider().addFeature(feature)
    QgsProject.instance().addMapLayer(lines)
    features, *_ = divided(board.id(), METHOD="redcap", OPTIONS="linkage=ward", ALIGN_LINES=lines.id(), ALIGNMENT=100.0)
    assert {frozenset(rows) for rows in groups(features, "row").values()} == {frozenset({"南"}), frozenset({"北"})}
    cells, _, results, _ = divided(board.id(), BASE="grid", BASE_SIZE=500.0, MOST="people=160", K=3)
    assert len(cells) == 48
    assert sum(one["people_sum"] for one in cells) == pytest.approx(240)
    assert results["REGIONS_COUNT"] == 3


def test_a_number_of_regions_is_not_asked_of_a_method_that_finds_it(divided, board):
    _, regions, results, _ = divided(board.id(), METHOD="maxp", K=7, FLOOR="count=5")
    assert results["REGIONS_COUNT"] == 2
    assert min(one["polygons"] for one in regions) >= 5


def test_parts_that_are_too_small_are_refused_or_kept(divided, toolbox, board):
    # Eight squares in the west, one by itself in the east.
    board.setSubsetString('"fid" not in (7, 8, 9, 10, 11)')
    context, feedback = QgsProcessingContext(), QgsProcessingFeedback()
    context.setProject(QgsProject.instance())
    given = {
        "INPUT": board.id(),
        "METHOD": "skater",
        "VARIABLES": ["a"],
        "K": 2,
        "FLOOR": "count=2",
        "FEATURES": "memory:",
        "REGIONS": "memory:",
    }
    _, ok = toolbox("regionalise").run(given, context, feedback)
    assert not ok
    assert "a lower bound on number of polygons of 1 or less" in feedback.textLog()
    features, regions, _, log = divided(board.id(), FLOOR="count=2", SMALL="keep", K=3)
    assert sorted(one["polygons"] for one in regions)[0] == 1
    assert features[-1]["region"] in [one["region"] for one in regions if one["polygons"] == 1]
    assert "S8" in log


OWN = """\
import numpy as np
from control_units.delineation.methods import regional
from control_units.delineation.regions.problem import Regions

@regional("in_file_halves", draws=False)
def halves(problem, *, seed=1, progress=None, at=0.5):
    return Regions((np.arange(len(problem)) >= at * len(problem)).astype(np.int64))
"""


def test_a_method_of_ones_own_comes_from_a_file(divided, toolbox, board, tmp_path):
    file = tmp_path / "mine.py"
    file.write_text(OWN, encoding="utf-8")
    own = {"PLUGIN": str(file), "METHOD_STRING": "in_file_halves:at=0.75"}
    features, regions, *_ = divided(board.id(), **own)
    assert [one["polygons"] for one in regions] == [9, 3]
    assert groups(features) == {0: set(range(1, 10)), 1: {10, 11, 12}}
    # What is of the method by itself goes with it.
    base = {"INPUT": board.id(), "VARIABLES": ["a"], "FEATURES": "memory:", "REGIONS": "memory:"}
    _, ok, log, _ = processed(toolbox("regionalise"), base | {"PLUGIN": str(tmp_path / "none.py")})
    assert not ok
    assert "file not found" in log
    algorithm = toolbox("regionalise")
    for name in ("PLUGIN", "METHOD_STRING", "SMALL"):
        assert algorithm.parameterDefinition(name).flags() & QgsProcessingParameterDefinition.Flag.FlagAdvanced


@pytest.fixture
def refused(toolbox, board):
    """Run it with something that it refuses; its log."""

    def refused(**given):
        base = {"INPUT": board.id(), "VARIABLES": ["a"], "K": 2, "FEATURES": "memory:", "REGIONS": "memory:"}
        _, ok, log, _ = processed(toolbox("regionalise"), base | given)
        assert not ok
        return log

    return refused


def test_catchments_and_townships_are_divided(divided, board, tmp_path, refused):
    # Four valleys that run south, a square wide each.
    x = np.arange(40)
    height = abs(x % 10 - 4.4)[None, :] * 20.0 + np.arange(30)[::-1, None]
    west, _, _, north = box(0, 0, 4_000, 3_000).bounds
    write_raster(tmp_path / "dem.tif", height, transform=(100.0, 0, west, 0, -100.0, north), crs=CRS)
    raster = QgsProject.instance().addMapLayer(QgsRasterLayer(str(tmp_path / "dem.tif"), "高程"))
    features, *_ = divided(board.id(), BASE="catchments", BASE_DEM=raster, BASE_AREA=2e5, K=2)
    assert len(features) == 4
    assert sum(one.geometry().area() for one in features) == pytest.approx(
        sum(one.geometry().area() for one in board.getFeatures())
    )
    features, *_ = divided(board.id(), BASE="townships", BASE_FIELD="row", K=2)
    assert {one["row"] for one in features} == {"南", "北"}
    towns = QgsVectorLayer("Polygon?crs=EPSG:4547&field=名:string", "镇", "memory")
    for number, name in enumerate(("甲", "乙", "甲")):
        feature = QgsFeature(towns.fields())
        feature.setAttributes([name])
        feature.setGeometry(QgsGeometry.fromWkt(box(1_000 * number, -50, 1_000, 5_000).wkt))
        assert towns.dataProvider().addFeature(feature)
    QgsProject.instance().addMapLayer(towns)
    features, _, _, log = divided(board.id(), BASE="townships", BASE_LAYER=towns.id(), BASE_LAYER_FIELD="名", K=2)
    assert len(features) == 3  # 甲 in two parts, 乙, and what they leave
    assert "S84" in log
    assert "S86" in log

    assert "no elevation model" in refused(BASE="catchments")
    assert "neither or both of field and layer are given" in refused(BASE="townships")
    assert "cells of the DEM" in refused(BASE="catchments", BASE_DEM=raster, BASE_AREA=100.0)


def test_a_raster_is_a_variable_by_its_layers_name(divided, board, tmp_path):
    # High in the south: two rows of cells of 1 km over three rows of squares, the south twice.
    values = np.array([[1.0] * 4, [1.1] * 4, [9.0] * 4])
    west, south, _, north = box(0, 0, 1_000, 3_000).bounds
    assert north - south == 3_000
    write_raster(tmp_path / "slope.tif", values, transform=(1000.0, 0.0, west, 0.0, -1000.0, north), crs=CRS)
    raster = QgsProject.instance().addMapLayer(QgsRasterLayer(str(tmp_path / "slope.tif"), "坡度"))
    assert raster.isValid()
    features, regions, *_ = divided(board.id(), VARIABLES=[], RASTERS=[raster])
    assert {frozenset(rows) for rows in groups(features, "row").values()} == {frozenset({"南"}), frozenset({"北"})}
    assert sorted(one["mean_坡度"] for one in regions) == pytest.approx([1.05, 9.0])


def test_an_error_names_the_layer_and_the_polygon(refused, board):
    assert "has '南' in field 'row'" in refused(VARIABLES=["row"])
    assert "k = 99" in refused(K=99)
    assert "no variable" in refused(VARIABLES=[])
    assert "'people'" in refused(FLOOR="people")
    assert "one of the two" in refused(ALIGN_FIELD="row", ALIGN_LINES=board.id())


def test_outputs_load_styled(toolbox, board):
    from processing.gui.Postprocessing import handleAlgorithmResults

    context, feedback = QgsProcessingContext(), QgsProcessingFeedback()
    project = QgsProject.instance()
    context.setProject(project)
    algorithm = toolbox("regionalise")
    sinks = {key: QgsProcessingOutputLayerDefinition("memory:", project) for key in ("FEATURES", "REGIONS")}
    given = {"INPUT": board.id(), "VARIABLES": ["a"], "K": 2, "METHOD": "skater", **sinks}
    _, ok = algorithm.run(given, context, feedback)
    assert ok, feedback.textLog()
    assert handleAlgorithmResults(algorithm, context, feedback, given)
    features = project.mapLayersByName("Polygons with their region")[0]
    assert colours_of(features) == 2
    regions = project.mapLayersByName("Regions")[0]
    assert regions.labelsEnabled()
    assert regions.labeling().settings().fieldName == "region"


def colours_of(layer):
    """In how many colours the polygons of a layer are filled."""
    context = QgsRenderContext()
    context.expressionContext().appendScopes(QgsExpressionContextUtils.globalProjectLayerScopes(layer))
    renderer = layer.renderer().clone()
    renderer.startRender(context, layer.fields())
    seen = set()
    for feature in layer.getFeatures():
        context.expressionContext().setFeature(feature)
        fill = renderer.symbolForFeature(feature, context).symbolLayer(0).dataDefinedProperties()
        seen.add(fill.property(QgsSymbolLayer.Property.FillColor).valueAsString(context.expressionContext())[0])
    renderer.stopRender(context)
    return len(seen)


def test_a_file_of_the_command_line_opens_with_its_looks(board, tmp_path):
    from control_units.delineation.verbs.regions import regions

    regions(str(board.source()).split("|")[0], tmp_path / "r.gpkg", method="skater", k=2, variables="a")
    features = QgsVectorLayer(f"{tmp_path}/r.gpkg|layername=features", "features")
    assert colours_of(features) == 2
    outlines = QgsVectorLayer(f"{tmp_path}/r.gpkg|layername=regions", "regions")
    assert outlines.labelsEnabled()
    assert outlines.renderer().symbol().symbolLayer(0).brushStyle() == Qt.BrushStyle.NoBrush


@pytest.mark.parametrize("percent", [0, 20, 40, 60])
def test_a_run_that_is_stopped_leaves_nothing(toolbox, board, tmp_path, percent):
    context = QgsProcessingContext()
    context.setProject(QgsProject.instance())
    out = tmp_path / "out"
    out.mkdir()
    given = {
        "INPUT": board.id(),
        "VARIABLES": ["a"],
        "K": 2,
        "METHOD": "skater",
        "FEATURES": str(out / "f.gpkg"),
        "REGIONS": str(out / "r.gpkg"),
    }
    results, _ = toolbox("regionalise").run(given, context, StopsAt(percent))
    assert "REGIONS_COUNT" not in results
    assert list(out.iterdir()) == []


@pytest.mark.usefixtures("board")
def test_qgis_process_runs_it(qgis_process, tmp_path):
    document = {
        "inputs": {
            "INPUT": f"{tmp_path / 'board.gpkg'}|layername=board",
            "VARIABLES": ["a"],
            "K": 2,
            "METHOD": "skater",
            "FEATURES": str(tmp_path / "f.gpkg"),
            "REGIONS": str(tmp_path / "r.gpkg"),
        }
    }
    done = qgis_process("--json", "run", "control_units:regionalise", "-", given=json.dumps(document))
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    assert json.loads(done.stdout)["results"]["REGIONS_COUNT"] == 2
