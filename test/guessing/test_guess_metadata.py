"""Provenance of sources (数据时点, provider, document, 密级, published area): from the case to plan and readers."""

from __future__ import annotations

import json

import pytest
from command import ask
from control_units.delineation.case.reading import read_case
from control_units.delineation.cli import main
from control_units.delineation.core.errors import BadInput
from control_units.delineation.guessing.metadata import date_of_name, metadata_of
from control_units.delineation.plan.file import read_plan, write_plan
from control_units.delineation.verbs.running import delineate
from hand import CASE, hand

KNOWN = """
date = "2023-12"
provider = "市自然资源和规划局"
document = "闽政〔2023〕1号"
classification = "秘密"
official_area = {official}
"""


def _with(text: str, official: str = "4_100_000") -> str:
    return text.replace('layer = "red_line"\n', 'layer = "red_line"' + KNOWN.format(official=official))


def test_all_of_it_stands_in_the_plan_and_in_info(tmp_path, capsys):
    case = hand(tmp_path, _with(CASE))
    assert ask("run", case, "-o", tmp_path / "plan.gpkg").code in (0, 1)
    plan = read_plan(tmp_path / "plan.gpkg")
    row = plan.sources.set_index("role").loc["red_line"]
    said = ("2023-12", "市自然资源和规划局", "闽政〔2023〕1号", "秘密", 4.1e6, 4e6)
    keys = ("date", "provider", "document", "classification", "official_area_m2", "area_m2")
    assert tuple(row[key] for key in keys) == said
    assert plan.meta["classification"] == "秘密"
    told = ask("info", tmp_path / "plan.gpkg").document
    assert told["classification"] == "秘密"
    line = next(one for one in told["provenance"] if one["role"] == "red_line")
    assert tuple(line[key] for key in keys) == said
    heads = {
        "en": "classification of the plan, the highest of theirs: 秘密",
        "zh": "成果密级取各来源中的最高者：秘密",
    }
    for language, head in heads.items():
        assert main(["info", str(tmp_path / "plan.gpkg"), "--lang", language]) == 0
        text = capsys.readouterr().out
        for word in ("市自然资源和规划局", "闽政〔2023〕1号", "秘密", "4.1000", "4.0000"):
            assert word in text
        assert head in text


def test_areas_are_compared_in_square_kilometres_and_nothing_is_rescaled(tmp_path):
    plan = delineate(read_case(hand(tmp_path, _with(CASE))))
    finding = plan.findings[plan.findings["id"] == "S16"].iloc[0]
    assert finding["value"] == pytest.approx(-1e5)
    assert "4.0000 km²" in finding["message"]
    assert "4.1000 km²" in finding["message"]
    assert "-2.4390%" in finding["message"]
    assert plan.units.loc[plan.units["kind"] == "red_line", "area_m2"].item() == 4e6


def test_areas_equal_within_rounding_are_no_finding_but_stand_in_the_provenance(tmp_path):
    plan = delineate(read_case(hand(tmp_path, _with(CASE, "4_000_010"))))
    assert not (plan.findings["id"] == "S16").any()
    row = plan.sources.set_index("role").loc["red_line"]
    assert (row["area_m2"], row["official_area_m2"]) == (4e6, 4_000_010.0)


def _then(folder, first, extra=""):
    write_plan(first, folder / "last.gpkg")
    text = CASE + f'\n[previous]\npath = "last.gpkg"\n{extra}'
    return delineate(read_case(hand(folder / "new", text.replace('"last.gpkg"', '"../last.gpkg"'))))


def test_the_previous_version_is_a_source_too(tmp_path):
    first = delineate(read_case(hand(tmp_path / "old", CASE)))
    extra = 'date = "2020"\nprovider = "市生态环境局"\ndocument = "厦府〔2021〕105号"\nclassification = "内部"\n'
    plan = _then(tmp_path, first, extra)
    row = plan.sources.set_index("role").loc["previous"]
    assert tuple(row[["date", "provider", "document", "classification"]]) == (
        "2020",
        "市生态环境局",
        "厦府〔2021〕105号",
        "内部",
    )
    assert row["count"] == len(first.units)
    assert len(row["sha256"]) == 64
    assert plan.meta["classification"] == "内部"


def test_a_secret_previous_plan_makes_a_secret_plan(tmp_path):
    """Its codes and names go into the new one, whatever the case says of it."""
    plan = _then(tmp_path, delineate(read_case(hand(tmp_path / "old", _with(CASE)))))
    assert plan.meta["classification"] == "秘密"
    assert plan.sources.set_index("role").loc["previous", "classification"] == "秘密"


def test_an_unknown_mark_of_the_previous_version_is_refused(tmp_path):
    case = hand(tmp_path, CASE + '\n[previous]\npath = "last.gpkg"\nclassification = "绝对保密"\n')
    with pytest.raises(BadInput, match=r"公开 \| 内部"):
        read_case(case)


@pytest.mark.parametrize(
    ("name", "date"),
    [
        ("生态保护红线2023", "2023"),
        ("STBHHX_202312", "2023-12"),
        ("红线20231231", "2023-12-31"),
        ("2024年城镇开发边界", "2024"),
        ("永久基本农田2023年6月", "2023-06"),
        ("2023-06-30红线", "2023-06-30"),
        ("350203红线", ""),
        ("XZQ350200", ""),
        ("图斑20999999", ""),
        ("cgcs2000_stbhhx", ""),
        ("DEM_30m", ""),
        ("CGCS2000_3_Degree_GK_CM_117E", ""),
        ("红线2019_2023", "2023"),
        ("城镇开发边界2021-2035", ""),
        ("国土空间规划（2021—2035年）2024", "2024"),
        ("WGS1984_红线", ""),
        ("2000国家大地坐标系红线2022", "2022"),
        ("红线20230230", "2023-02"),
        ("乡镇界线（2025年13月）", "2025"),
        ("图斑2023年0月", "2023"),
    ],
)
def test_dates_in_names(name, date):
    assert date_of_name(name) == date


@pytest.mark.parametrize(
    ("text", "date", "provider"),
    [
        ("<gmd:MD><gmd:dateStamp><gco:Date>2023-12-01</gco:Date></gmd:dateStamp></gmd:MD>", "2023-12-01", ""),
        ("<metadata><Esri><CreaDate>20220315</CreaDate></Esri></metadata>", "2022-03-15", ""),
        (
            "<metadata><idinfo><citation><citeinfo><origin>省测绘院</origin><pubdate>2021</pubdate></citeinfo></citation></idinfo>"
            "<Esri><CreaDate>20220315</CreaDate></Esri></metadata>",
            "2021",
            "省测绘院",
        ),
        ("<metadata><mdDateSt Sync='TRUE'>20200101</mdDateSt></metadata>", "2020-01-01", ""),
        ('<!DOCTYPE x [<!ENTITY a "b"><!ENTITY c "&a;&a;">]><x><pubdate>&c;</pubdate></x>', "", ""),
    ],
)
def test_dates_in_metadata_files(tmp_path, text, date, provider):
    (tmp_path / "red.shp.xml").write_text(text, encoding="utf-8")
    found = metadata_of(tmp_path / "red.shp")
    assert (found.date, found.provider) == (date, provider)
    assert found.source == ("red.shp.xml" if date else "")


def test_the_sources_of_a_plan_are_json(tmp_path):
    plan = delineate(read_case(hand(tmp_path, _with(CASE))))
    rows = plan.sources.astype(object).where(plan.sources.notna(), None).to_dict("records")
    assert {row["role"] for row in rows} >= {"county", "red_line"}
    assert json.loads(json.dumps(rows, ensure_ascii=False)) == rows
