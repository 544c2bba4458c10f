"""The attribute tables and map tips of a plan speak the planner's language: titles, units, names in place of codes."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing

import pytest
from control_units.ui.map import layers, look
from control_units.ui.map.layers import let_go, plan_layer, show_plan, take_up
from qgis.core import QgsExpression, QgsExpressionContext, QgsExpressionContextUtils, QgsProject, QgsVectorLayer


def titles(layer) -> dict[str, str]:
    """Name of each field → what heads its column."""
    return {field.name(): layer.attributeDisplayName(number) for number, field in enumerate(layer.fields())}


def shown(layer) -> list[str]:
    """Names of the columns of its attribute table that are not hidden."""
    return [column.name for column in layer.attributeTableConfig().columns() if column.name and not column.hidden]


def row(layer, number: int = 0) -> dict[str, str]:
    """A feature as the attribute table shows it."""
    feature = [*layer.getFeatures()][number]
    context = QgsExpressionContext(QgsExpressionContextUtils.globalProjectLayerScopes(layer))
    context.setFeature(feature)
    return {name: str(QgsExpression(f'represent_value("{name}")').evaluate(context)) for name in shown(layer)}


def tip(layer, number: int = 0) -> str:
    """The map tip of a feature."""
    context = QgsExpressionContext(QgsExpressionContextUtils.globalProjectLayerScopes(layer))
    context.setFeature([*layer.getFeatures()][number])
    return QgsExpression.replaceExpressionText(layer.mapTipTemplate(), context)


@pytest.fixture
def chinese(monkeypatch):
    for module in (look, layers):
        monkeypatch.setattr(module, "language", lambda: "zh", raising=False)


@pytest.fixture
def project():
    yield QgsProject.instance()
    QgsProject.instance().clear()


@pytest.mark.parametrize(
    ("name", "headed"),
    [
        (
            "units",
            {
                "code": "环境管控单元编码",
                "category": "管控单元分类",
                "area_km2": "面积（km²）",
                "county": "县级行政区代码",
            },
        ),
        ("faces", {"rule_category": "规则判定类别", "area_m2": "面积（m²）"}),
        ("borders", {"length_m": "长度（m）"}),
        ("element_zones", {"zone": "管控分区类型", "area_km2": "面积（km²）"}),
        ("findings", {"id": "规则编号", "message": "问题描述"}),
    ],
)
def test_a_plan_opened_in_a_bare_qgis_heads_its_columns_in_chinese(sample_plan_file, name, headed):
    layer = QgsVectorLayer(f"{sample_plan_file}|layername={name}", name, "ogr")
    assert titles(layer).items() >= headed.items()
    assert not {"fid", "unit_id", "facts", "shape"} & set(shown(layer))


def test_codes_are_shown_as_names_and_areas_in_square_kilometres(sample_plan_file):
    units = QgsVectorLayer(f"{sample_plan_file}|layername=units", "units", "ogr")
    first = row(units)
    assert (first["category"], first["kind"], first["county"]) == ("优先保护", "生态保护红线", "甲县（330824）")
    assert first["area_km2"] == "100"
    zones = QgsVectorLayer(f"{sample_plan_file}|layername=element_zones", "zones", "ogr")
    assert [row(zones, number)["zone"] for number in (0, 1)] == ["生态保护红线", "一般管控区"]
    assert row(zones)["element"] == "生态"
    findings = QgsVectorLayer(f"{sample_plan_file}|layername=findings|geometrytype=Point", "findings", "ogr")
    assert row(findings)["severity"] == "错误"


def test_a_lock_and_a_value_from_before_a_cut_are_a_yes_or_a_no(sample_plan_file, tmp_path):
    plan = shutil.copy(sample_plan_file, tmp_path / "plan.gpkg")
    with closing(sqlite3.connect(plan)) as connection, connection:
        connection.execute("INSERT INTO evidence (face_id, raster, inherited) VALUES (1, 'dem', 1)")
    units, evidence = (QgsVectorLayer(f"{plan}|layername={name}", name, "ogr") for name in ("units", "evidence"))
    assert (titles(units)["locked"], row(units)["locked"]) == ("已锁定", "否")
    assert (titles(evidence)["inherited"], row(evidence)["inherited"]) == ("沿用切分前的值", "是")


@pytest.mark.usefixtures("project")
def test_under_an_english_locale_the_panels_layers_speak_english(sample_plan_file):
    show_plan(sample_plan_file, "plan")
    units = plan_layer(sample_plan_file, "units")
    assert titles(units)["area_km2"] == "Area (km²)"
    assert (row(units)["category"], row(units)["kind"]) == ("Priority protection", "Ecological red line")


@pytest.mark.usefixtures("project", "chinese")
def test_in_a_chinese_qgis_they_speak_chinese(sample_plan_file):
    show_plan(sample_plan_file, "plan")
    assert (
        titles(plan_layer(sample_plan_file, "county_borders") or plan_layer(sample_plan_file, "borders"))["length_m"]
        == "长度（m）"
    )
    assert row(plan_layer(sample_plan_file, "units"))["category"] == "优先保护"


@pytest.mark.usefixtures("project")
def test_they_stay_while_the_file_is_replaced(sample_plan_file):
    show_plan(sample_plan_file, "plan")
    let_go(sample_plan_file)
    take_up(sample_plan_file)
    units = plan_layer(sample_plan_file, "units")
    assert titles(units)["area_km2"] == "Area (km²)"
    assert row(units)["area_km2"] == "100"


def test_a_map_tip_says_name_code_category_area_and_the_first_reason(tmp_path):
    from dataclasses import replace

    from control_units.delineation.plan.file import write_plan
    from sample_plan import sample_plan

    plan = sample_plan()
    units = plan.units.assign(reasons="R01 生态保护红线 98.20%；其余区域 1.80%")
    write_plan(replace(plan, units=units), tmp_path / "plan.gpkg")
    text = tip(QgsVectorLayer(f"{tmp_path / 'plan.gpkg'}|layername=units", "units", "ogr"))
    for said in ("甲县生态保护红线优先保护单元", "ZH33082410001", "优先保护单元", "100 km²", "R01 生态保护红线 98.20%"):
        assert said in text
    assert "其余区域" not in text
