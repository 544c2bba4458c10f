"""Codes, ids, names and lineage from version to version."""

from __future__ import annotations

import json

import numpy as np
import pytest
import shapely
from control_units.delineation.case.reading import read_case
from control_units.delineation.core.errors import BadInput
from control_units.delineation.labelling.codes import assign_codes, code_stems
from control_units.delineation.plan.file import read_plan
from control_units.delineation.succession.administrative import AdminChange, read_changes
from control_units.delineation.succession.predecessor import shared_with
from control_units.delineation.verbs.running import delineate, run
from hand import CASE, CRS, HEAD, hand, write_layer
from hand import box as place
from hypothesis import given, settings
from hypothesis import strategies as st
from synthetic import Row, basis_of, box, county, national, with_codes

# --- codes of a first version ---------------------------------------------------------------------------------------


def coded(stems, profile=None):
    """Code units of a first version, given as (district, category) or (district, category, "sea")."""
    category, sea = np.array([stem[1] for stem in stems]), np.array([len(stem) > 2 for stem in stems])
    return assign_codes(code_stems([stem[0] for stem in stems], category, sea, profile or national()))


def test_serials_count_by_county_and_category():
    new = coded([("420526", 1), ("420526", 1), ("420526", 2), ("440606", 1), ("420526", 2), ("420526", 3)])
    assert new.code == (
        "ZH42052610001",
        "ZH42052610002",
        "ZH42052620001",
        "ZH44060610001",
        "ZH42052620002",
        "ZH42052630001",
    )
    assert new.unit_id == tuple(f"U00000{n}" for n in range(1, 7))
    assert (new.retired, new.last_id) == ((), 6)


def test_land_and_sea_have_prefixes_of_their_own_and_a_profile_others():
    new = coded([("440601", 3), ("440600", 3, "sea"), ("440600", 1, "sea")])
    assert new.code == ("ZH44060130001", "HY44060030001", "HY44060010001")
    others = with_codes(unit_prefix="HN", sea_prefix="HX")
    assert coded([("440600", 3, "sea"), ("440601", 3)], others).code == ("HX44060030001", "HN44060130001")


def test_there_are_9999_serials():
    stems = [("420526", 3)] * 9_999
    assert coded(stems).code[-1] == "ZH42052639999"
    with pytest.raises(BadInput, match="a coarser grouping"):
        coded([*stems, ("420526", 3)])


# --- changes of the ground ------------------------------------------------------------------------------------------


def test_change_tables(tmp_path):
    table = tmp_path / "changes.csv"
    table.write_text(HEAD + " 420526 ,420588,兴山县,兴山区,county,recode,2025-01-01,函\n", encoding="utf-8-sig")
    assert read_changes(table) == (AdminChange("420526", "420588", "兴山县", "兴山区", "county", "recode"),)
    for text, said in ((HEAD + "1,2,,,county,abolish,,\n", "line 2"), ("old_cod\n1\n", "old_code")):
        table.write_text(text, encoding="utf-8")
        with pytest.raises(BadInput, match=said):
            read_changes(table)
    with pytest.raises(BadInput, match="file not found"):
        read_changes(tmp_path / "none.csv")


RECTANGLE = st.tuples(st.floats(-5, 15), st.floats(-5, 15), st.floats(0.1, 12), st.floats(0.1, 12))


@settings(max_examples=60)
@given(st.lists(RECTANGLE, min_size=1, max_size=5), st.lists(RECTANGLE, max_size=3))
def test_what_an_old_unit_shares_is_its_area_inside_the_study_area(old, cuts):
    basis = basis_of([county(0, 0, 10, 10), *(Row("red_line", box(*cut)) for cut in cuts)])
    units = np.array([box(*rectangle) for rectangle in old], dtype=object)
    face, owner, shared = shared_with(basis.partition.faces, basis.area, units)
    inside = shapely.area(shapely.intersection(units, box(0, 0, 10, 10)))
    np.testing.assert_allclose(np.bincount(owner, shared, len(units)), inside, rtol=1e-9, atol=1e-9)
    assert (shared > 0).all()
    assert (shared <= basis.area[face] * (1 + 1e-9)).all()


# --- from file to file ----------------------------------------------------------------------------------------------

PREVIOUS = '\n[previous]\npath = "{path}"\n'


def again(folder, name, last, text="", **layers):
    """Run the hand case once more, on the last version; the plan that came out."""
    case = hand(folder / name, CASE + PREVIOUS.format(path=last.as_posix()) + text, **layers)
    run(case, folder / f"{name}.gpkg")
    return read_plan(folder / f"{name}.gpkg")


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    folder = tmp_path_factory.mktemp("versions")
    run(hand(folder / "first"), folder / "first.gpkg")
    return folder / "first.gpkg"


def test_the_same_case_again_is_the_same_plan(first, tmp_path):
    before, after = read_plan(first), again(tmp_path, "second", first)
    keys = ["unit_id", "code", "name", "category", "kind", "area_m2"]
    assert before.units[keys].equals(after.units[keys])
    assert set(after.lineage["relation"]) == {"same"}
    assert after.lineage["area_m2"].to_numpy() == pytest.approx(after.units["area_m2"].to_numpy())
    assert after.meta["retired_codes"] == "[]"


MOVED = ([place(7_000, 8_000, 1_000, 1_000)], {"zone": ["工业污染重点管控区"]})


WITHOUT_WATER = CASE.replace('role = "water_zone"', 'role = "catchment"').replace('fields = { zone = "zone" }\n', "")


def water(plan):
    return plan.units.loc[plan.units["category"] == 2, ["code", "unit_id", "name"]].iloc[0].tolist()


def test_the_only_unit_of_its_kind_goes_on_wherever_it_moves(first, tmp_path):
    second = again(tmp_path, "second", first, water=MOVED)
    assert water(second) == water(read_plan(first))
    assert json.loads(second.meta["retired_codes"]) == []
    # What the old unit shares is its own land, though none of it is the same.
    shared = second.lineage[second.lineage["old"] == "ZH99990120001"]["area_m2"].sum()
    assert shared == pytest.approx(6e6)


def test_neither_serial_nor_id_is_used_again_after_the_version_that_retired_them(first, tmp_path):
    """The water zone goes and comes back: its first code and id, the highest, stay retired."""
    text = WITHOUT_WATER + PREVIOUS.format(path=first.as_posix())
    run(hand(tmp_path / "second", text), tmp_path / "second.gpkg")
    second, third = read_plan(tmp_path / "second.gpkg"), again(tmp_path, "third", tmp_path / "second.gpkg")
    assert json.loads(second.meta["retired_codes"]) == json.loads(third.meta["retired_codes"]) == ["ZH99990120001"]
    assert water(third)[0] == "ZH99990120002"
    assert water(third)[1] not in {*read_plan(first).units["unit_id"], *second.units["unit_id"]}


@pytest.mark.parametrize(
    ("code", "height", "goes_on"),
    [
        ("ZH99990110007", 2_000, True),
        ("ZH99990110007", 1_000, True),
        ("ZH99990110007", 999, False),
        ("ZH99990120007", 2_000, False),
        ("ZH99990210007", 2_000, False),
        ("HY99990110007", 2_000, False),
        ("未编码", 2_000, False),
    ],
)
def test_where_only_shapes_speak_half_of_the_union_has_to_be_shared(tmp_path, code, height, goes_on):
    """By a unit of the category, the county and the shore; of two the one that shares more goes on."""
    shapes = [place(1_000, 1_000, 2_000, height), place(1_000, 1_000, 2_000, 900)]
    plan = again(tmp_path, "now", write_layer(tmp_path / "old.gpkg", "u", shapes, {"code": [code, "ZH99990110009"]}))
    codes = plan.units.set_index("kind")["code"]
    assert codes["red_line"] == (code if goes_on else "ZH99990110010")
    assert json.loads(plan.meta["retired_codes"]) == sorted({code, "ZH99990110009"} - {codes["red_line"]})


@pytest.mark.parametrize(("beyond", "told"), [(20, False), (21, True)])
def test_lineage_says_what_becomes_of_which_unit_but_for_noise_of_digitising(tmp_path, beyond, told):
    """A hundredth of the smaller unit is none, and a small unit that lies in another as a whole is one."""
    shapes = [
        place(4_000, 4_000 - beyond, 1_500, 2_000 + beyond),
        place(5_500, 4_000, 3_000, 2_000),
        place(9_000, 9_000, 10, 10),
    ]
    old = write_layer(tmp_path / "old.gpkg", "u", shapes, {"code": ["west", "east", "small"]})
    plan = again(tmp_path, "now", old)
    kind = {"": "", **plan.units.set_index("code")["kind"]}
    rows = plan.lineage[["old", "new", "relation", "area_m2"]].itertuples(index=False)
    found = {(row.old, kind[row.new]): (row.relation, round(row.area_m2)) for row in rows}
    assert found == {
        ("west", "water_zone"): ("rearranged" if told else "merge", 3_000_000),
        ("east", "water_zone"): ("rearranged", 3_000_000),
        ("east", "general"): ("rearranged", 3_000_000),
        ("small", "general"): ("merge", 100),
        ("", "red_line"): ("new", 4_000_000),
    } | ({("west", "general"): ("rearranged", 31_500)} if told else {})


FOREIGN = {
    "HJGKDYBM": ["ZH99990110007", "ZH99990130009", "ZH99990120004"],
    "HJGKDYMC": ["青山水源涵养区", "", "旧重点单元"],
}


@pytest.fixture
def shapefile(tmp_path):
    """Units of a bureau's own: red line as it is, the rest around it, and one elsewhere."""
    red = place(1_000, 1_000, 2_000, 2_000)
    shapes = [red, place(0, 0, 10_000, 10_000).difference(red), place(20_000, 0, 500, 500)]
    return write_layer(tmp_path / "old.shp", "old", shapes, FOREIGN, encoding="GBK")


def test_codes_and_names_of_a_foreign_shapefile_go_on(shapefile, tmp_path):
    plan = again(tmp_path, "second", shapefile)
    units = plan.units.set_index("kind")
    assert units["code"].to_dict() == {
        "red_line": "ZH99990110007",
        "water_zone": "ZH99990120005",
        "general": "ZH99990130009",
    }
    assert units["name"].to_dict() == {
        "red_line": "青山水源涵养区",
        "water_zone": "试验县水环境重点管控单元",
        "general": "试验县一般管控单元",
    }
    assert json.loads(plan.meta["retired_codes"]) == ["ZH99990120004"]
    assert sorted(plan.units["unit_id"]) == ["U000001", "U000002", "U000003"]
    relation = plan.lineage.set_index(["old", "new"])["relation"].to_dict()
    assert relation == {
        ("ZH99990110007", "ZH99990110007"): "same",
        ("ZH99990130009", "ZH99990130009"): "split",
        ("ZH99990130009", "ZH99990120005"): "split",
        ("ZH99990120004", ""): "retired",
    }


def test_a_foreign_layer_that_cannot_be_used_is_refused(tmp_path):
    shape = place(0, 0, 10_000, 10_000)
    nameless = write_layer(tmp_path / "nameless.shp", "nameless", [shape], {"HJGKDYBM": [""]})
    with pytest.raises(BadInput, match="no unit has a code"):
        again(tmp_path, "second", nameless)
    bare = write_layer(tmp_path / "bare.shp", "bare", [shape], {"X": ["1"]})
    with pytest.raises(BadInput, match="no field with unit codes"):
        again(tmp_path, "third", bare)
    loose = write_layer(tmp_path / "loose.gpkg", "units", [shape], {"code": ["ZH99990130001"]}, crs=None)
    with pytest.raises(BadInput, match="no CRS"):
        again(tmp_path, "fourth", loose)


def test_gaps_and_bow_ties_of_a_foreign_layer_do_not_stop_it(tmp_path):
    bow = shapely.from_wkt("POLYGON((500000 3400000, 510000 3410000, 510000 3400000, 500000 3410000, 500000 3400000))")
    codes = {"code": ["ZH99990130001", "ZH99990130002"]}
    old = write_layer(tmp_path / "old.gpkg", "units", [bow, None], codes, crs=CRS)
    plan = again(tmp_path, "second", old)
    shared = plan.lineage[plan.lineage["old"] == "ZH99990130001"]["area_m2"].sum()
    assert shared == pytest.approx(5e7)
    assert "retired" in plan.lineage.loc[plan.lineage["old"] == "ZH99990130002", "relation"].tolist()


RENAMED = ([place(0, 0, 10_000, 10_000)], {"code": ["999951"], "name": ["试验区"]})


def test_without_a_change_table_another_county_is_another_code(first, tmp_path):
    plan = again(tmp_path, "second", first, county=RENAMED)
    assert all(code.startswith("ZH999951") for code in plan.units["code"])
    assert set(plan.lineage["relation"]) == {"recode"}
    assert not set(plan.units["unit_id"]) & set(read_plan(first).units["unit_id"])


def test_the_previous_version_cuts_nothing(first, tmp_path):
    case = hand(tmp_path / "second", CASE + PREVIOUS.format(path=first.as_posix()), water=MOVED)
    plan = delineate(read_case(case))
    alone = delineate(read_case(hand(tmp_path / "alone", water=MOVED)))
    assert shapely.equals_exact(plan.faces["geometry"].to_numpy(object), alone.faces["geometry"].to_numpy(object)).all()
