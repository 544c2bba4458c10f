"""Layers as QGIS shows them reach the engine: in memory, filtered, selected, edited, joined, under the user's names."""

from __future__ import annotations

import warnings
from pathlib import Path

import pytest
from fakes import processed
from hand import box, hand, write_layer
from qgis.core import (
    Qgis,
    QgsApplication,
    QgsCoordinateReferenceSystem,
    QgsFeature,
    QgsFeatureRequest,
    QgsField,
    QgsGeometry,
    QgsProcessingContext,
    QgsProcessingFeatureSourceDefinition,
    QgsProcessingFeedback,
    QgsProject,
    QgsVectorLayer,
    QgsVectorLayerJoinInfo,
)
from qgis.PyQt.QtCore import QMetaType


def added(layer):
    assert layer.isValid()
    return QgsProject.instance().addMapLayer(layer)


def opened(folder, name="squares", title="格子"):
    """Four squares in a row with ids 1 to 4, as a layer of the project."""
    write_layer(
        folder / "squares.gpkg",
        name,
        [box(1_000 * k, 0, 1_000, 1_000) for k in range(4)],
        {"zone": ["a", "a", "b", "b"], "n": [1, 2, 3, 4]},
    )
    return added(QgsVectorLayer(f"{folder / 'squares.gpkg'}|layername={name}", title, "ogr"))


def in_memory(title="内存图层", ids=(0, 1)):
    layer = QgsVectorLayer("Polygon?crs=EPSG:4547&field=code:string", title, "memory")
    for k in ids:
        feature = QgsFeature(layer.fields())
        feature.setAttributes([f"c{k}"])
        feature.setGeometry(QgsGeometry.fromWkt(box(1_500 * k, 0, 1_000, 1_000).wkt))
        assert layer.dataProvider().addFeature(feature)
    return added(layer)


@pytest.fixture
def qgis_log():
    """What QGIS writes into its log of messages."""
    found = []
    log = QgsApplication.messageLog()

    def note(text, tag, level):  # noqa: ARG001 - the signal's arguments
        found.append(text)

    log.messageReceived[str, str, Qgis.MessageLevel].connect(note)
    yield found
    log.messageReceived[str, str, Qgis.MessageLevel].disconnect(note)


@pytest.fixture
def overlaid(toolbox):
    """Overlay layers; gives the faces, the rows of the coverage table, and the results."""

    def run(*layers, **given):
        context, feedback = QgsProcessingContext(), QgsProcessingFeedback()
        context.setProject(QgsProject.instance())
        given = {"LAYERS": list(layers), "FACES": "memory:", "COVERAGE": "memory:"} | given
        results, ok = toolbox("partition").run(given, context, feedback)
        assert ok, feedback.textLog()
        faces, table = (context.getMapLayer(results[key]) for key in ("FACES", "COVERAGE"))
        rows = [(f["input"], f["feature_id"]) for f in table.getFeatures()]
        return list(faces.getFeatures()), rows, results | {"CRS": faces.crs().authid()}

    return run


def test_a_layer_in_memory_has_its_own_name_and_ids(overlaid, tmp_path):
    memory, file = in_memory(), opened(tmp_path)
    faces, rows, results = overlaid(memory, file)
    ids = {feature.id() for feature in memory.getFeatures()}
    assert {row for row in rows if row[0] == "内存图层"} == {("内存图层", number) for number in ids}
    assert {number for name, number in rows if name == "格子"} == {1, 2, 3, 4}
    assert {"内存图层_id", "格子_id"} <= {field.name() for field in faces[0].fields()}
    assert results["FACES_COUNT"] == len(faces) == 6
    assert max(face["inputs"] for face in faces) == 2


def test_a_filter_is_kept(overlaid, tmp_path):
    layer = opened(tmp_path)
    assert layer.setSubsetString("\"zone\" = 'b'")
    _, rows, _ = overlaid(layer)
    assert sorted(rows) == [("格子", 3), ("格子", 4)]


def test_only_the_selection_is_taken_where_asked_for(overlaid, tmp_path):
    layer, whole = opened(tmp_path), in_memory()
    layer.selectByIds([2, 4])
    _, rows, _ = overlaid(layer, whole, SELECTED=True)
    assert {number for name, number in rows if name == "格子"} == {2, 4}
    assert len({number for name, number in rows if name == "内存图层"}) == 2
    _, rows, _ = overlaid(layer)
    assert len(rows) == 4


def test_unsaved_edits_count_and_stay_unsaved(overlaid, tmp_path):
    layer = opened(tmp_path)
    assert layer.startEditing()
    assert layer.deleteFeature(1)
    assert layer.changeGeometry(2, QgsGeometry.fromWkt(box(1_000, 0, 1_000, 2_000).wkt))
    new = QgsFeature(layer.fields())
    new.setGeometry(QgsGeometry.fromWkt(box(9_000, 0, 1_000, 1_000).wkt))
    assert layer.addFeature(new)
    fresh = min(feature.id() for feature in layer.getFeatures())
    faces, rows, _ = overlaid(layer)
    assert sorted(number for _, number in rows) == sorted([2, 3, 4, fresh])
    assert sum(face["area_m2"] for face in faces) == pytest.approx(5e6)
    assert layer.isEditable()
    assert layer.isModified()
    layer.rollBack()


def test_two_layers_of_one_name_are_told_apart(overlaid):
    _, rows, _ = overlaid(in_memory("同名"), in_memory("同名", ids=(0,)))
    assert {name for name, _ in rows} == {"同名", "同名_2"}


def test_a_crs_set_by_hand_counts(overlaid, tmp_path):
    write_layer(tmp_path / "bare.shp", "bare", [box(0, 0, 1_000, 1_000)], {"a": [1]}, crs=None)
    layer = added(QgsVectorLayer(str(tmp_path / "bare.shp"), "bare", "ogr"))
    layer.setCrs(QgsCoordinateReferenceSystem("EPSG:4547"))
    _, rows, results = overlaid(layer)
    assert results["CRS"] == "EPSG:4547"
    assert rows == [("bare", 0)]  # a Shapefile's first feature is number 0


def test_a_plain_file_is_read_where_it_lies(tmp_path, toolbox):  # noqa: ARG001 - the fixture clears the project
    from control_units.ui.processing.taking import take

    layer = opened(tmp_path)
    assert take(layer).file == f"{tmp_path / 'squares.gpkg'}|layername=squares"
    layer.selectByIds([1])
    assert take(layer).file
    assert not take(layer, selected_only=True).file
    layer.addExpressionField("1", QgsField("virtual", QMetaType.Type.Int))
    assert not take(layer).file
    assert take(layer, fields=False).file


def guessed(toolbox, tmp_path, *layers, **given):
    case = tmp_path / "out" / "case.toml"
    case.parent.mkdir(exist_ok=True)
    given = {"LAYERS": list(layers), "ROLES": "memory:", "CASE": str(case)} | given
    results, ok, log, context = processed(toolbox("guess_roles"), given)
    assert ok, log
    table = context.getMapLayer(results["ROLES"])
    return {f["layer"]: f["role"] for f in table.getFeatures()}, case


def test_layers_of_qgis_only_are_saved_beside_the_case_and_it_runs(toolbox, tmp_path):
    folder = hand(tmp_path / "hand").parent
    county = added(QgsVectorLayer(f"{folder / 'hand.gpkg'}|layername=county", "县界", "ogr"))
    memory = QgsVectorLayer("Polygon?crs=EPSG:4547&field=id:string", "生态保护红线", "memory")
    feature = QgsFeature(memory.fields())
    feature.setAttributes(["R1"])
    feature.setGeometry(QgsGeometry.fromWkt(box(1_000, 1_000, 2_000, 2_000).wkt))
    memory.dataProvider().addFeature(feature)
    added(memory)
    roles, case = guessed(toolbox, tmp_path, county, memory)
    assert roles["生态保护红线"] == "red_line"
    text = case.read_text(encoding="utf-8")
    assert 'path = "case_sources.gpkg"' in text
    assert 'layer = "生态保护红线"' in text
    assert str(tmp_path) not in text
    assert sorted(path.name for path in case.parent.iterdir()) == ["case.toml", "case_sources.gpkg"]
    from control_units.delineation.case.reading import read_case

    assert {source.role for source in read_case(case).sources} == {"county", "red_line"}


def copies_told(case):
    """What the comments of a case, and the plan of it, say of copies."""
    from command import ask
    from control_units.delineation.plan.file import read_plan
    from control_units.delineation.verbs.checking import findings_in_words

    lines = [line for line in case.read_text(encoding="utf-8").splitlines() if "的副本" in line]
    plan = case.with_name("plan.gpkg")
    assert ask("run", case, "-o", plan).code in (0, 1)
    return lines, [row["message"] for row in findings_in_words(read_plan(plan), "en") if row["id"] == "S47"]


def red_lines(folder):
    """A county, and four red lines, as layers of the project."""
    hand(folder)
    zones = [box(1_000 * k, 0, 1_000, 1_000) for k in range(4)]
    write_layer(folder / "red.gpkg", "red_line", zones, {"id": ["R1", "R2", "R3", "R4"]})
    county = added(QgsVectorLayer(f"{folder / 'hand.gpkg'}|layername=county", "县界", "ogr"))
    return county, added(QgsVectorLayer(f"{folder / 'red.gpkg'}|layername=red_line", "生态保护红线", "ogr"))


def test_a_selection_says_in_case_and_plan_that_it_is_a_part(toolbox, tmp_path):
    county, red = red_lines(tmp_path / "hand")
    red.selectByIds([2, 4])
    _, case = guessed(toolbox, tmp_path, county, red, SELECTED=True)
    (line,), (said,) = copies_told(case)
    assert "只含其 4 个要素中选中的 2 个（来自 red.gpkg|red_line）" in line
    assert "a copy of layer 生态保护红线 in QGIS, 2 of 4 features selected, from red.gpkg|red_line" in said
    assert str(tmp_path) not in case.read_text(encoding="utf-8")


def test_a_filter_that_the_case_cannot_hold_says_so_and_one_it_can_is_no_copy(toolbox, tmp_path):
    county, red = red_lines(tmp_path / "hand")
    assert red.setSubsetString("\"id\" IN ('R1', 'R3')")
    _, case = guessed(toolbox, tmp_path, county, red)
    assert copies_told(case) == ([], [])
    assert "where = " in case.read_text(encoding="utf-8")
    red.addExpressionField("'x'", QgsField("virtual", QMetaType.Type.QString))
    _, case = guessed(toolbox, tmp_path, county, red)
    (line,), (said,) = copies_told(case)
    assert "只含符合条件 \"id\" IN ('R1', 'R3') 的 2 个要素（来自 red.gpkg|red_line）" in line
    assert "the 2 features where \"id\" IN ('R1', 'R3'), from red.gpkg|red_line" in said


def test_a_layer_in_memory_is_said_to_be_a_copy_of_all_it_holds(toolbox, tmp_path):
    county, red = red_lines(tmp_path / "hand")
    memory = red.materialize(QgsFeatureRequest())
    memory.setName("生态保护红线")
    QgsProject.instance().removeMapLayer(red.id())
    _, case = guessed(toolbox, tmp_path, county, added(memory))
    (line,), (said,) = copies_told(case)
    assert "含其全部 4 个要素" in line
    assert "all its 4 features, from memory" in said


def test_copies_for_one_run_say_nothing_of_themselves(toolbox, tmp_path):
    layer = opened(tmp_path)
    layer.selectByIds([2, 4])
    _, ok, log, _ = processed(toolbox("partition"), {"LAYERS": [layer], "SELECTED": True, "FACES": "memory:"})
    assert ok
    assert "S47" not in log


def test_features_of_several_parts_are_copied_without_a_warning(overlaid, qgis_log):
    memory = in_memory()
    feature = QgsFeature(memory.fields())
    feature.setGeometry(QgsGeometry.fromWkt("MULTIPOLYGON (((0 0, 10 0, 10 10, 0 0)), ((20 0, 30 0, 30 10, 20 0)))"))
    assert memory.dataProvider().addFeature(feature)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        faces, rows, _ = overlaid(memory)
    assert len({number for _, number in rows}) == 3
    assert len(faces) == 4
    said = [*qgis_log, *(str(one.message) for one in caught)]
    assert [text for text in said if "geometry" in text.lower()] == []


def test_joined_fields_are_seen(toolbox, tmp_path):
    folder = hand(tmp_path / "hand").parent
    towns = added(QgsVectorLayer(f"{folder / 'hand.gpkg'}|layername=water", "一层", "ogr"))
    table = added(QgsVectorLayer("NoGeometry?field=k:string&field=分区:string", "表", "memory"))
    row = QgsFeature(table.fields())
    row.setAttributes(["工业污染重点管控区", "水环境城镇生活污染重点管控区"])
    table.dataProvider().addFeature(row)
    join = QgsVectorLayerJoinInfo()
    join.setJoinLayer(table)
    join.setJoinFieldName("k")
    join.setTargetFieldName("zone")
    join.setUsingMemoryCache(True)
    assert towns.addJoin(join)
    _, case = guessed(toolbox, tmp_path, towns)
    import pyogrio

    fields = list(pyogrio.read_info(case.parent / "case_sources.gpkg", layer="一层")["fields"])
    assert "表_分区" in fields


def test_a_selection_of_a_layer_of_units_is_checked(toolbox, tmp_path):
    codes = ["ZH99990110001", "ZH99990120001"]
    fields = {"unit_id": ["u1", "u2"], "code": codes, "category": [1, 2], "name": ["甲", "乙"]}
    write_layer(tmp_path / "u.gpkg", "units", [box(0, 0, 5_000, 5_000), box(4_000, 0, 5_000, 5_000)], fields)
    layer = added(QgsVectorLayer(f"{tmp_path / 'u.gpkg'}|layername=units", "单元", "ogr"))
    overlaps = []
    layer.selectByIds([1])
    for given in (
        layer.id(),
        QgsProcessingFeatureSourceDefinition(layer.id(), selectedFeaturesOnly=True),
        QgsProcessingFeatureSourceDefinition(layer.id(), filterExpression="\"unit_id\" = 'u1'"),
    ):
        results, ok, log, context = processed(toolbox("check_plan"), {"LAYER": given, "FINDINGS": "memory:"})
        assert ok, log
        found = context.getMapLayer(results["FINDINGS"])
        assert found.featureCount() == results["ERRORS"] + results["WARNINGS"]
        overlaps.append([f["units"] for f in found.getFeatures() if f["id"] == "Q07"])
    assert overlaps == [["ZH99990110001、ZH99990120001"], [], []]


def test_findings_of_a_layer_in_degrees_lie_on_it_and_say_how_it_was_read(toolbox, tmp_path):
    import shapely
    from control_units.delineation.sources.coordinates.crs import parse_crs, to_crs

    codes = ["ZH99990110001", "ZH99990120001"]
    fields = {"unit_id": ["u1", "u2"], "code": codes, "category": [1, 2], "name": ["甲", "乙"]}
    squares = [box(0, 0, 5_000, 5_000), box(4_000, 0, 5_000, 5_000)]
    degrees, _ = to_crs(squares, parse_crs("EPSG:4547"), parse_crs("EPSG:4490"), "squares")
    turned = [shapely.transform(shape, lambda xy: xy[:, ::-1]) for shape in degrees]
    write_layer(tmp_path / "u.gpkg", "units", turned, fields, crs="EPSG:4490")
    layer = added(QgsVectorLayer(f"{tmp_path / 'u.gpkg'}|layername=units", "单元", "ogr"))
    results, ok, log, context = processed(toolbox("check_plan"), {"LAYER": layer.id(), "FINDINGS": "memory:"})
    assert ok, log
    found = context.getMapLayer(results["FINDINGS"])
    rows = {f["id"]: f for f in found.getFeatures()}
    assert rows["S31"]["severity"] == "warning"
    assert found.crs().authid() == "EPSG:4547"
    place = shapely.from_wkt(rows["Q07"].geometry().asWkt())
    assert shapely.intersection(*squares).buffer(1).contains(place)


def test_copies_are_called_by_their_layers_in_the_log(toolbox):
    memory = in_memory()
    memory.dataProvider().truncate()
    _, ok, log, _ = processed(toolbox("partition"), {"LAYERS": [memory], "FACES": "memory:"})
    assert not ok
    assert "内存图层: no features with a geometry" in log
    assert str(Path("layers.gpkg")) not in log
