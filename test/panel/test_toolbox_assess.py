"""Sites of projects assessed from the toolbox: one that is written, and each of a layer."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import shapely
from control_units.ui.map.site_sketch import VERDICT_COLOURS
from fakes import processed
from qgis.core import (
    QgsFeature,
    QgsField,
    QgsGeometry,
    QgsProcessing,
    QgsProcessingContext,
    QgsProject,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QMetaType
from sample_plan import STEP, write_sample_plan

MEMORY = QgsProcessing.TEMPORARY_OUTPUT
WEST, SOUTH = 500_000, 3_200_000


@pytest.fixture(scope="module")
def plan(tmp_path_factory):
    return str(write_sample_plan(tmp_path_factory.mktemp("assess") / "plan.gpkg"))


@pytest.fixture
def sites():
    """Three sites in degrees: two in the plan, with what they are, and one without a shape."""
    layer = QgsVectorLayer("Polygon?crs=EPSG:4490", "地块", "memory")
    layer.dataProvider().addAttributes([QgsField(name, QMetaType.Type.QString) for name in ("项目", "行业")])
    layer.updateFields()
    from pyproj import Transformer

    way = Transformer.from_crs("EPSG:4549", "EPSG:4490", always_xy=True)
    features = []
    for number, name, industry in ((0, "甲厂", "C26"), (2, "乙厂", "X99"), (None, "丙厂", "")):
        feature = QgsFeature(layer.fields())
        feature.setAttributes([name, industry])
        if number is not None:
            box = shapely.box(*(at + d for d in (1_000, 1_200) for at in (WEST + number * STEP, SOUTH)))
            shape = shapely.transform(box, lambda places: _moved(way, places))
            feature.setGeometry(QgsGeometry.fromWkt(shape.wkt))
        features.append(feature)
    layer.dataProvider().addFeatures(features)
    QgsProject.instance().addMapLayer(layer)
    return layer


def _moved(way, places):
    import numpy as np

    return np.column_stack(way.transform(places[:, 0], places[:, 1]))


def run(algorithm, given):
    results, ok, log, context = processed(algorithm, given)
    layer = context.takeResultLayer(results["VERDICTS"]) if ok else None
    return results, ok, log, layer


def test_one_site_has_a_verdict_a_layer_a_report_and_json(toolbox, plan, tmp_path):
    given = {"PLAN": plan, "SITE": f"{WEST + 1000},{SOUTH + 1000},100", "INDUSTRY": "C2614", "VERDICTS": MEMORY}
    given |= {"JSON": str(tmp_path / "a.json"), "DOCUMENT": str(tmp_path / "a.xlsx")}
    results, ok, log, layer = run(toolbox("assess_site"), given)
    assert ok, log
    told = json.loads(Path(results["JSON"]).read_text(encoding="utf-8"))
    assert results["VERDICT"] == told["verdict"] in VERDICT_COLOURS
    assert results["TITLE"] == told["title"]
    assert told["project"]["industry"] == "C2614"
    assert Path(results["DOCUMENT"]).is_file()
    assert told["disclaimer"] in log
    (feature,) = layer.getFeatures()
    assert feature["verdict"] == told["verdict"]
    assert feature.geometry().area() == pytest.approx(3.1416e4, rel=0.01)


def test_each_site_of_a_layer_is_answered_and_what_is_wrong_with_one_is_said(toolbox, plan, sites, tmp_path):
    given = {"PLAN": plan, "LAYER": sites.id(), "NAME_FIELD": "项目", "INDUSTRY_FIELD": "行业", "VERDICTS": MEMORY}
    given |= {"DOCUMENT": str(tmp_path / "all.csv")}
    results, ok, log, layer = run(toolbox("assess_site"), given)
    assert ok, log
    rows = {feature["name"]: feature for feature in layer.getFeatures()}
    assert results["SITES"] == 3
    assert results["REFUSED"] == 2
    assert rows["甲厂"]["units"].startswith("ZH33082410001")
    assert "X99" in rows["乙厂"]["problem"]
    assert rows["丙厂"]["problem"]
    assert "丙厂" in log
    assert "甲厂" in Path(results["DOCUMENT"]).read_text(encoding="utf-8-sig")


def test_a_site_that_is_none_fails_with_one_sentence(toolbox, plan):
    _, ok, log, _ = run(toolbox("assess_site"), {"PLAN": plan, "SITE": "0,0", "VERDICTS": MEMORY})
    assert not ok
    assert "km from the plan" in log


@pytest.mark.parametrize("both", [True, False])
def test_a_layer_or_a_site_has_to_be_given(toolbox, plan, sites, both):
    given = {"PLAN": plan, "VERDICTS": MEMORY}
    given |= {"LAYER": sites.id(), "SITE": "1,2"} if both else {}
    context = QgsProcessingContext()
    context.setProject(QgsProject.instance())
    ok, text = toolbox("assess_site").checkParameterValues(given, context)
    assert not ok
    assert "one of the two" in text


def test_the_layer_of_verdicts_is_coloured_by_them(toolbox, plan, sites):
    from control_units.ui.processing.styling import OWN

    _, ok, log, layer = run(toolbox("assess_site"), {"PLAN": plan, "LAYER": sites.id(), "VERDICTS": MEMORY})
    assert ok, log
    OWN["verdicts"](layer)
    colours = {one.value(): one.symbol().color().name() for one in layer.renderer().categories()}
    assert colours == VERDICT_COLOURS
