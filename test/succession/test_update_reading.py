"""Last year's units, read from whatever layer holds them."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from control_units.delineation.case.model import SourceSpec
from control_units.delineation.case.reading import read_case
from control_units.delineation.core.errors import BadInput
from control_units.delineation.plan.file import read_plan
from control_units.delineation.sources.coordinates.crs import parse_crs
from control_units.delineation.sources.previous_units import (
    joined_units,
    previous_specs,
    read_previous_units,
    unit_category,
)
from control_units.delineation.verbs.running import run
from hand import CASE, CRS, box, hand, write_layer

STUDY = (500_000.0, 3_400_000.0, 510_000.0, 3_410_000.0)
PREVIOUS = '\n[previous]\npath = "{path}"\n{more}'


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("last_year")


@pytest.fixture(scope="module")
def plan(folder):
    run(hand(folder), folder / "plan.gpkg")
    return folder / "plan.gpkg"


def units_of(folder, path, more="", spec=None):
    """Last year's units of a case that names them."""
    case = folder / f"{path.stem}.toml"
    case.write_text(CASE + PREVIOUS.format(path=path.as_posix(), more=more), encoding="utf-8")
    return read_previous_units(read_case(case), parse_crs(CRS), STUDY, spec=spec)


def test_a_plan_of_ours_says_all_of_its_units_and_faces(plan, folder):
    units, then = units_of(folder, plan), read_plan(plan)
    assert units.code == tuple(then.units["code"])
    assert units.unit_id == tuple(then.units["unit_id"])
    assert units.kind == tuple(then.units["kind"])
    assert units.category.tolist() == then.units["category"].tolist()
    assert units.county == ("999901",) * 3
    assert units.stated_area == pytest.approx(then.units["area_m2"].to_numpy())
    assert units.ours
    assert (units.year, units.last_id) == ("2025", 3)
    assert shapely.equals_identical(units.geometry, then.units["geometry"].to_numpy(object)).all()
    assert units.plan.faces["rule_category"].tolist() == then.faces["rule_category"].tolist()
    assert shapely.equals_identical(
        units.plan.faces["geometry"].to_numpy(object), then.faces["geometry"].to_numpy(object)
    ).all()
    assert len(units.plan.coverage) == len(then.coverage)
    assert units.plan.rules["id"].tolist() == then.rules["id"].tolist()


FOREIGN = {
    "HJGKDYBM": ["ZH99990110007", "ZH99990130009"],
    "HJGKDYMC": ["青山水源涵养区\n", " 一般单元"],
    "COUNTY": ["试验县", "试验县"],
    "area_m2": [4e6, 9.6e7],
}


def two(red=None):
    red = red or box(1_000, 1_000, 2_000, 2_000)
    return [red, box(0, 0, 10_000, 10_000).difference(red)]


def test_a_foreign_shapefile_is_read_through_aliases(folder):
    units = units_of(folder, write_layer(folder / "old.shp", "old", two(), FOREIGN, encoding="GBK"))
    assert units.code == ("ZH99990110007", "ZH99990130009")
    assert units.name == ("青山水源涵养区", "一般单元")
    assert units.category.tolist() == [1, 3]
    assert units.stated_area.tolist() == [4e6, 9.6e7]
    assert units.fields["county_name"] == "COUNTY"
    assert (units.ours, units.plan, units.meta) == (False, None, {})


def test_fields_of_a_bureaus_own_are_named_by_the_case(folder):
    fields = {"BM": ["甲1", "甲2"], "MINGCHENG": ["青山", "其余"], "LEIBIE": ["优先保护单元", "3"], "MJ": [4e6, 9.6e7]}
    path = write_layer(folder / "own.gpkg", "own", two(), fields)
    more = 'fields = { code = "BM", name = "MINGCHENG", category = "LEIBIE", area = "MJ" }\n'
    units = units_of(folder, path, more)
    assert (units.code, units.name) == (("甲1", "甲2"), ("青山", "其余"))
    assert units.category.tolist() == [1, 3]
    assert units.stated_area.tolist() == [4e6, 9.6e7]
    assert units.county == ("", "")


def test_a_column_that_looks_like_codes_is_proposed_and_not_taken(folder):
    path = write_layer(folder / "strange.gpkg", "u", two(), {"MC": ["甲", "乙"], "GKDYBH": FOREIGN["HJGKDYBM"]})
    with pytest.raises(BadInput, match="no field with unit codes") as refused:
        units_of(folder, path)
    assert '[previous] fields = { code = "GKDYBH" }' in str(refused.value)


def test_a_source_of_role_unit_is_read_by_the_same_reader(folder):
    path = write_layer(folder / "source.gpkg", "units", two(), {"code": FOREIGN["HJGKDYBM"], "BZ": ["留", "去"]})
    spec = SourceSpec("unit", path.as_posix(), "units", where="BZ = '留'")
    assert units_of(folder, path, spec=spec).code == ("ZH99990110007",)
    bare = SourceSpec("unit", write_layer(folder / "bare.gpkg", "units", two(), {"X": ["1", "2"]}).as_posix(), "units")
    with pytest.raises(BadInput, match="no field with unit codes") as refused:
        units_of(folder, path, spec=bare)
    assert "[[source]]" in str(refused.value)


def test_shapes_in_degrees_come_into_the_case_crs_and_invalid_ones_are_mended(folder):
    bow = shapely.Polygon([(114, 30.7), (114.1, 30.8), (114.1, 30.7), (114, 30.8)])
    path = write_layer(folder / "bow.gpkg", "units", [bow], {"code": ["ZH99990130001"]}, crs="EPSG:4490")
    units = units_of(folder, path)
    assert shapely.is_valid(units.geometry).all()
    assert 500_000 < shapely.get_x(shapely.centroid(units.geometry[0])) < 510_000
    assert "S18" in [finding.id for finding in units.findings]


def test_land_and_sea_units_of_two_files_are_one_set(folder):
    land = units_of(folder, write_layer(folder / "land.gpkg", "u", two(), {"code": FOREIGN["HJGKDYBM"]}))
    sea = units_of(folder, write_layer(folder / "sea.gpkg", "u", [box(0, 10_000, 99, 99)], {"code": ["HY99990030001"]}))
    both = joined_units([land, sea])
    assert both.code == (*land.code, "HY99990030001")
    assert len(both.geometry) == len(both) == 3
    np.testing.assert_array_equal(both.area, [*land.area, *sea.area])
    with pytest.raises(BadInput, match="is also in"):
        joined_units(
            [land, units_of(folder, write_layer(folder / "u2.gpkg", "u", two(), {"code": FOREIGN["HJGKDYBM"]}))]
        )


def test_what_gives_last_years_units_to_an_update(folder, plan):
    unit = f'\n[[source]]\nrole = "unit"\npath = "{plan.as_posix()}"\nlayer = "units"\n'
    both = folder / "both.toml"
    both.write_text(CASE + PREVIOUS.format(path="other.gpkg", more="") + unit, encoding="utf-8")
    assert [number for number, _ in previous_specs(read_case(both))] == [4]
    alone = folder / "alone.toml"
    alone.write_text(CASE + PREVIOUS.format(path="other.gpkg", more=""), encoding="utf-8")
    assert [spec.path for _, spec in previous_specs(read_case(alone))] == ["other.gpkg"]
    assert previous_specs(read_case(hand(folder / "none"))) == []


def test_the_category_is_the_codes_ninth_digit():
    assert [unit_category(code) for code in ("ZH42052620003", "HY44130010001", "未编码")] == [2, 1, 0]
