"""What QGIS's attribute tables show of a plan, as the plan file says it: titles, units, names in place of codes."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from xml.etree import ElementTree

import pytest
from control_units.delineation.case.names import glossary
from control_units.delineation.plan.attribute_tables import KM2, TITLED, field_settings
from control_units.delineation.plan.tables import LAYERS, TABLES
from sample_plan import write_sample_plan


def read(layer: str, language: str = "zh", counties: dict[str, str] | None = None) -> ElementTree.Element:
    return ElementTree.fromstring(field_settings(layer, glossary(), language, counties or {}))  # noqa: S314  (made here)


def words(root: ElementTree.Element, field: str) -> dict[str, str]:
    """Value → word of a column."""
    (found,) = [one for one in root.iter("field") if one.get("name") == field and one.find("editWidget") is not None]
    return {one.get("value"): one.get("name") for one in found.iter("Option") if one.get("value") is not None}


@pytest.mark.parametrize("layer", TITLED)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_column_has_a_title_in_the_language(layer, language):
    root = read(layer, language)
    titles = {one.get("field"): one.get("name") for one in root.iter("alias")}
    assert titles.keys() - {KM2} == set((LAYERS.get(layer) or TABLES[layer]).names)
    said = "".join(titles.values()).replace("²", "").replace("–", "")
    assert said.isascii() == (language == "en")
    shown = [one.get("name") for one in root.iter("column") if one.get("hidden") == "0"]
    assert set(shown) <= titles.keys()


def test_zones_of_several_elements_go_by_what_their_names_end_alike_in():
    zones = words(read("element_zones"), "zone")
    assert zones["priority"] == "优先保护区"
    assert zones["industrial"] == "水环境工业污染重点管控区"
    assert words(read("element_zones", "en"), "element")["air"] == "Air environment"


def test_what_is_so_or_not_is_a_yes_or_a_no():
    assert words(read("units"), "locked") == {"0": "否", "1": "是"}
    assert words(read("evidence", "en"), "inherited") == {"0": "No", "1": "Yes"}


def test_a_name_that_xml_cannot_hold_costs_no_style():
    hostile = {"330824": 'a"><b\x00]]>&\ud800', "330881": ""}
    counties = words(read("units", counties=hostile), "county")
    assert counties == {"330824": 'a"><b]]>&（330824）'}


def test_the_plan_file_brings_them_to_a_bare_qgis(tmp_path):
    plan = write_sample_plan(tmp_path / "plan.gpkg")
    with closing(sqlite3.connect(plan)) as connection:
        styles = dict(connection.execute("SELECT f_table_name, styleQML FROM layer_styles"))
    root = ElementTree.fromstring(styles["units"].partition("\n")[2])  # noqa: S314  (made here)
    assert {"Fields", "Forms", "AttributeTable", "Symbology"} <= set(root.get("styleCategories").split("|"))
    assert words(root, "county") == {"330824": "甲县（330824）", "330881": "乙市（330881）"}
    assert root.find("renderer-v2") is not None
