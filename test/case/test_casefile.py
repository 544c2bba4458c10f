"""A case is written so that it reads as the same case, whatever stands in it."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from control_units.delineation.case.model import (
    Admin,
    Case,
    Cleaning,
    Grouping,
    ListSettings,
    Previous,
    RasterSpec,
    Rules,
    SourceSpec,
)
from control_units.delineation.case.profile import read_profile
from control_units.delineation.case.reading import read_case
from control_units.delineation.case.writing import case_text, relocated, write_case_file
from control_units.delineation.core.errors import BadInput
from control_units.delineation.core.toml import toml_key, toml_text, toml_value
from hypothesis import given
from hypothesis import strategies as st

ROOT = Path(__file__).resolve().parents[2]
DEMO = ROOT / "resources" / "demo" / "case.toml"
ODD = 'a "quoted" name\\with 反斜杠, ئۇيغۇر\u200f and \u2067ئۇيغۇر\u2069, # no comment'


def read_back(case: Case, path: Path) -> Case:
    write_case_file(replace(case, path=path), path)
    return replace(read_case(path), path=case.path)


def full_case(path: Path) -> Case:
    return Case(
        path=path,
        name=ODD,
        profile=read_profile(),
        crs="EPSG:4549",
        area="ellipsoidal",
        seed=7,
        sources=(
            SourceSpec(
                "county",
                "数据/县 界.shp",
                fields={"code": "代码", "name": "名 称"},
                encoding="GBK",
                date="2024-05",
            ),
            SourceSpec(
                "water_zone",
                "w.gpkg",
                layer='w"1"',
                where="\"LX\" = '01'",
                fields={"zone": "类型"},
                zones={"工业\n污染": "industrial", "1.5": "general"},
                classification="公开",
                official_area=1234567.25,
            ),
            SourceSpec(
                "shoreline",
                "line.shp",
                buffer=500.0,
                crs="GCJ-02",
                provider="自然资源局",
                document="〔2024〕3号",
            ),
        ),
        rasters=(RasterSpec("cc", "cc.tif", band=2, kind="grade", better="low", grades={"1": "高"}, zones={"5": "x"}),),
        rules=Rules(switches={"soil_priority": True, "udb_min_area": 0.1, "built_up_in_water_priority": "key"}),
        cleaning=Cleaning(sliver_area=5e-7, snap=0.0),
        grouping=Grouping(priority="named"),
        method="fitting",
        method_parameters={"threshold": {"mountain": 0.4, "plain": 1}, "strict": False},
        previous=Previous("last.gpkg", "units", {"code": "BM"}),
        admin=Admin("changes.csv", "recode"),
        lists=ListSettings(("省.xlsx", "市/条款.csv"), "县"),
        province="浙江省",
        city="衢州市",
    )


@pytest.mark.parametrize("case", [read_case(DEMO), full_case(Path("full.toml"))], ids=["demo", "full"])
def test_a_written_case_reads_as_the_same(case, tmp_path):
    assert read_back(case, tmp_path / "案 例.toml") == case


def test_defaults_are_not_written(tmp_path):
    case = Case(tmp_path / "c.toml", "n", read_profile(), (SourceSpec("county", "a.gpkg"),))
    assert tomllib.loads(case_text(case)) == {
        "case": {"name": "n", "seed": 1},
        "source": [{"role": "county", "path": "a.gpkg"}],
    }


TEXTS = st.text(st.characters(exclude_categories=["Cs"]))


@given(TEXTS)
def test_any_text_comes_back(text):
    assert tomllib.loads(f"{toml_key(text)} = {toml_text(text)}") == {text: text}


@given(
    st.recursive(
        st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False) | TEXTS,
        lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner),
        max_leaves=8,
    )
)
def test_any_value_comes_back(value):
    assert tomllib.loads(f"x = {toml_value(value)}") == {"x": value}


@pytest.mark.parametrize(("text", "found"), [('"own.csv"', "found 'own.csv'"), ("[1]", "found 1")])
def test_libraries_are_a_list_of_texts(tmp_path, text, found):
    path = tmp_path / "c.toml"
    write_case_file(Case(path, "n", read_profile(), (SourceSpec("county", "a.gpkg"),)), path)
    with path.open("a", encoding="utf-8") as file:
        file.write(f"\n[lists]\nlibrary = {text}\n")
    with pytest.raises(BadInput, match=found) as caught:
        read_case(path)
    assert "[lists] library" in str(caught.value.where)


def test_paths_follow_the_file(tmp_path):
    folder = tmp_path / "a" / "b"
    folder.mkdir(parents=True)
    case = full_case(tmp_path / "a" / "c.toml")
    moved = relocated(case, folder / "d.toml")
    assert [spec.path for spec in moved.sources] == ["../数据/县 界.shp", "../w.gpkg", "../line.shp"]
    assert [moved.file(spec.path).resolve() for spec in moved.sources] == [
        case.file(spec.path).resolve() for spec in case.sources
    ]
    assert (moved.previous.path, moved.admin.changes, moved.rasters[0].path) == (
        "../last.gpkg",
        "../changes.csv",
        "../cc.tif",
    )
    assert moved.lists.library == ("../省.xlsx", "../市/条款.csv")
    assert replace(relocated(moved, case.path)) == case


def test_a_draft_without_a_file_gets_a_name_and_relative_paths(tmp_path):
    draft = Case(Path(), "", read_profile(), (SourceSpec("county", str(tmp_path / "x" / "a.shp")),))
    saved = relocated(draft, tmp_path / "开化.toml")
    assert (saved.name, saved.sources[0].path) == ("开化", "x/a.shp")


def test_what_is_far_away_keeps_its_absolute_path(tmp_path):
    deep = tmp_path / "a" / "b" / "c" / "d"
    far = str(tmp_path / "data" / "a.shp")
    case = Case(Path(), "n", read_profile(), (SourceSpec("county", far), SourceSpec("sea", "PG:dbname=x")))
    assert [spec.path for spec in relocated(case, deep / "c.toml").sources] == [Path(far).as_posix(), "PG:dbname=x"]


def test_an_old_file_survives_a_case_that_cannot_be_written(tmp_path):
    path = tmp_path / "c.toml"
    path.write_text("old", encoding="utf-8")
    case = Case(path, "n", read_profile(), (SourceSpec("county", "\udcff.shp"),))
    with pytest.raises(BadInput, match="is U\\+DCFF"):
        write_case_file(case, path)
    assert path.read_text(encoding="utf-8") == "old"
    assert [one.name for one in tmp_path.iterdir()] == ["c.toml"]


def test_no_folder_is_one_sentence(tmp_path):
    path = tmp_path / "nowhere" / "c.toml"
    with pytest.raises(BadInput, match="cannot be written"):
        write_case_file(Case(path, "n", read_profile(), (SourceSpec("county", "a"),)), path)
