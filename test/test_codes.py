"""Codes, ids, names and lineage from version to version."""

from __future__ import annotations

import json
from typing import NamedTuple

import numpy as np
import pytest
import shapely
from control_units.delineation.case.reading import read_case
from control_units.delineation.core.errors import BadInput
from control_units.delineation.labelling.codes import assign_codes, code_stems
from control_units.delineation.labelling.units import Units
from control_units.delineation.plan.file import read_plan
from control_units.delineation.succession.administrative import AdminChange, read_changes
from control_units.delineation.succession.lineage import lineage_rows
from control_units.delineation.succession.predecessor import Predecessor, shared_with
from control_units.delineation.verbs.running import delineate, run
from hand import CASE, CRS, hand, write_layer
from hand import box as place
from hypothesis import given, settings
from hypothesis import strategies as st
from synthetic import Row, basis_of, box, county, national, with_codes

# --- codes of a first version ---------------------------------------------------------------------------------------


class Coding(NamedTuple):
    """Codes of new units, and which of before each goes on."""

    code: tuple[str, ...]
    unit_id: tuple[str, ...]
    kept: np.ndarray
    retired: tuple[str, ...]
    last_id: int


def coded(stems, before=None, *, recode=False, profile=None):
    """Code units given as (district, category) or (district, category, "sea")."""
    profile = profile or national()
    category, sea = np.array([stem[1] for stem in stems]), np.array([len(stem) > 2 for stem in stems])
    codes = code_stems([stem[0] for stem in stems], category, sea, profile)
    onto = None
    if before is not None:
        previous, units = before
        onto = previous.onto(units, codes, ("general",), least_iou=profile["codes"]["keep_code_iou"])
    new = assign_codes(codes, *filter(None, (onto,)), recode=recode)
    kept = np.full(len(stems), -1) if onto is None else onto.kept
    return Coding(new.code, new.unit_id, kept, new.retired, new.last_id)


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
    assert (new.kept.tolist(), new.retired, new.last_id) == ([-1] * 6, (), 6)


def test_the_sea_has_a_prefix_of_its_own():
    new = coded([("440601", 3), ("440600", 3, "sea"), ("440600", 1, "sea")])
    assert new.code == ("ZH44060130001", "HY44060030001", "HY44060010001")
    assert coded([("440600", 3, "sea")], profile=with_codes(sea_prefix="HX")).code == ("HX44060030001",)


def test_there_are_9999_serials():
    stems = [("420526", 3)] * 9_999
    assert coded(stems).code[-1] == "ZH42052639999"
    with pytest.raises(BadInput, match="a coarser grouping"):
        coded([*stems, ("420526", 3)])


# --- codes that go on -----------------------------------------------------------------------------------------------


def previous_of(old, pairs, new_area, *, ids=None, retired=(), last_id=0, changes=(), standing=()):
    """A version before of old units (code, area), and the new ones: a face for each pair (old, new, shared area)."""
    count, blank = len(old), ("",) * len(old)
    nothing = np.zeros(len(new_area), dtype=np.int64)
    new = Units(
        of_face=np.array([p[1] for p in pairs], dtype=np.int64),
        category=nothing,
        kind=nothing,
        district=nothing,
        sea=nothing,
        area=np.array(new_area, dtype=float),
        first=nothing,
        identity=("",) * len(new_area),
        grouped_by=("",) * len(new_area),
        subtype=("",) * len(new_area),
        township=nothing,
        townships=((),) * len(new_area),
    )
    before = Predecessor(
        code=tuple(code for code, _ in old),
        name=tuple(f"旧{n}" for n in range(count)),
        unit_id=tuple(ids or [f"U{n + 1:06d}" for n in range(count)]),
        kind=blank,
        grouped_by=blank,
        category=np.zeros(count, dtype=np.int64),
        locked=np.zeros(count, dtype=bool),
        area=np.array([area for _, area in old], dtype=float),
        retired=tuple(retired),
        last_id=last_id,
        shares=(
            np.arange(len(pairs)),
            np.array([p[0] for p in pairs], dtype=np.int64),
            np.array([p[2] for p in pairs], dtype=float),
        ),
        changes=tuple(changes),
        standing=tuple(standing),
    )
    return before, new


A1, A2, A3 = "ZH42052610001", "ZH42052610002", "ZH42052610003"


def test_a_code_is_kept_by_overlap_not_by_order():
    before = previous_of([(A1, 10), (A2, 20)], [(0, 1, 9), (1, 0, 18)], [20, 10])
    new = coded([("420526", 1), ("420526", 1)], before)
    assert (new.code, new.unit_id) == ((A2, A1), ("U000002", "U000001"))
    assert (new.kept.tolist(), new.retired) == ([1, 0], ())


@pytest.mark.parametrize(("shared", "kept"), [(7, True), (2 * 10 / 3, True), (6.6, False)])
def test_the_overlap_has_to_be_half_of_the_union(shared, kept):
    """Two units of 10 that share 20/3 have a union of 40/3."""
    new = coded([("420526", 1)], previous_of([(A1, 10)], [(0, 0, shared)], [10]))
    assert new.code == ((A1,) if kept else (A2,))
    assert new.retired == (() if kept else (A1,))
    assert new.unit_id == (("U000001",) if kept else ("U000002",))


def test_the_best_pair_goes_first_and_one_to_one():
    before = previous_of([(A1, 10)], [(0, 0, 6), (0, 1, 10)], [6, 10])
    assert coded([("420526", 1), ("420526", 1)], before).code == (A2, A1)
    before = previous_of([(A1, 5), (A2, 5)], [(0, 0, 5), (1, 0, 5)], [10])
    new = coded([("420526", 1)], before)
    assert (new.code, new.retired) == ((A1,), (A2,))


def test_another_category_county_or_shore_is_another_code():
    others = {("420526", 2): "ZH42052620001", ("420527", 1): "ZH42052710001", ("420526", 1, "sea"): "HY42052610001"}
    for stem, code in others.items():
        new = coded([stem], previous_of([(A1, 10)], [(0, 0, 10)], [10]))
        assert (new.code, new.retired, new.unit_id) == ((code,), (A1,), ("U000002",))


def test_a_layer_without_ids_or_with_foreign_codes_keeps_what_it_can():
    before = previous_of([(A3, 10), ("未编码", 10)], [(0, 0, 10), (1, 1, 10)], [10, 10], ids=["", ""])
    new = coded([("420526", 1), ("420526", 1)], before)
    assert (new.code, new.unit_id) == ((A3, "ZH42052610004"), ("U000001", "U000002"))
    assert new.retired == ("未编码",)


def test_codes_go_on_under_a_prefix_of_the_profile():
    profile = with_codes(unit_prefix="HN", keep_code_iou=0.9)
    old = [("HN42052610007", 10)]
    before = previous_of(old, [(0, 0, 9.5)], [10, 10])
    assert coded([("420526", 1), ("420526", 1)], before, profile=profile).code == ("HN42052610007", "HN42052610008")
    assert coded([("420526", 1)], previous_of(old, [(0, 0, 8)], [10]), profile=profile).kept[0] == -1


def test_retired_serials_and_ids_are_not_used_again_over_three_versions():
    first = coded([("420526", 1)] * 3)
    # The second version keeps the first unit only.
    areas = [(code, 10.0) for code in first.code]
    second = coded([("420526", 1)], previous_of(areas, [(0, 0, 10)], [10], ids=first.unit_id, last_id=first.last_id))
    assert (second.code, second.retired, second.last_id) == ((A1,), (A2, A3), 3)
    # The third has two units anew.
    before = previous_of(
        [(A1, 10)], [(0, 0, 10)], [10, 10, 10], ids=second.unit_id, retired=second.retired, last_id=second.last_id
    )
    third = coded([("420526", 1)] * 3, before)
    assert third.code == (A1, "ZH42052610004", "ZH42052610005")
    assert third.unit_id == ("U000001", "U000004", "U000005")
    assert (third.retired, third.last_id) == ((A2, A3), 5)


# --- changes of the ground ------------------------------------------------------------------------------------------


def change(old, new, kind="recode", level="county"):
    return AdminChange(old, new, "", "", level, kind)


@pytest.mark.parametrize(("recode", "code", "retired"), [(False, A2, ()), (True, "ZH42058810002", (A2,))])
def test_a_recoded_county_keeps_or_recodes(recode, code, retired):
    before = previous_of([(A2, 10)], [(0, 0, 10)], [10], changes=[change("420526", "420588")])
    new = coded([("420588", 1)], before, recode=recode)
    assert (new.code, new.kept.tolist(), new.unit_id) == ((code,), [0], ("U000001",))
    assert new.retired == retired


def test_recoded_units_keep_their_serials_before_new_ones_take_any():
    before = previous_of([(A1, 10)], [(0, 1, 10)], [10, 10], changes=[change("420526", "420588")])
    assert coded([("420588", 1), ("420588", 1)], before, recode=True).code == ("ZH42058810002", "ZH42058810001")


def test_counties_that_merge_share_the_serials():
    old = [(A1, 10), ("ZH42052710001", 10)]
    changes = [change("420526", "420588", "merge"), change("420527", "420588", "merge")]
    before = previous_of(old, [(0, 0, 10), (1, 1, 10)], [10, 10], changes=changes)
    stems = [("420588", 1), ("420588", 1)]
    assert coded(stems, before).code == (A1, "ZH42052710001")
    assert coded(stems, before, recode=True).code == ("ZH42058810001", "ZH42058810002")


def test_a_county_that_was_split_or_recoded_twice():
    changes = [change("420526", "420588", "split"), change("420526", "420589", "split"), change("420589", "420599")]
    before = previous_of([(A1, 10), (A2, 10)], [(0, 0, 10), (1, 1, 10)], [10, 10], changes=changes)
    assert before[0].counties_now("420526") == ("420588", "420599")
    assert before[0].counties_now("420527") == ("420527",)
    assert coded([("420588", 1), ("420599", 1)], before).kept.tolist() == [0, 1]
    # A circle ends, and townships are no counties.
    round_trip = [change("420526", "420588"), change("420588", "420526"), change("420001", "420002", level="township")]
    again, _ = previous_of([(A1, 10)], [], [10], changes=round_trip)
    assert set(again.counties_now("420526")) <= {"420526", "420588"}
    assert again.counties_now("420001") == ("420001",)


HEAD = "old_code,new_code,old_name,new_name,level,kind,date,document\n"


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


# --- lineage --------------------------------------------------------------------------------------------------------


def lived_on(before):
    previous, new = before
    return previous.onto(new, ["ZH4205261"] * len(new), ("general",))


def relations(old, pairs, new, *, least=0.01):
    """Lineage of units of given areas, as (old, new) → (relation, area)."""
    before = previous_of([(f"o{n}", area) for n, area in enumerate(old)], pairs, new)
    names = tuple(f"n{n}" for n in range(len(new)))
    rows = lineage_rows(lived_on(before), names, least)
    return {(row["old"], row["new"]): (row["relation"], row["area_m2"]) for row in rows}


def test_relations():
    assert relations([10], [(0, 0, 10)], [10]) == {("o0", "n0"): ("recode", 10)}
    assert relations([10], [(0, 0, 4), (0, 1, 6)], [4, 6]) == {("o0", "n0"): ("split", 4), ("o0", "n1"): ("split", 6)}
    assert relations([4, 6], [(0, 0, 4), (1, 0, 6)], [10]) == {("o0", "n0"): ("merge", 4), ("o1", "n0"): ("merge", 6)}
    crossed = relations([10, 10], [(0, 0, 5), (0, 1, 5), (1, 1, 10)], [5, 15])
    assert crossed == {("o0", "n0"): ("split", 5), ("o0", "n1"): ("rearranged", 5), ("o1", "n1"): ("merge", 10)}
    assert relations([7], [], [9]) == {("o0", ""): ("retired", 7), ("", "n0"): ("new", 9)}


def test_the_same_code_is_the_same_unit():
    before = previous_of([(A1, 10)], [(0, 0, 10)], [10])
    assert [row["relation"] for row in lineage_rows(lived_on(before), (A1,), 0.01)] == ["same"]
    assert [row["relation"] for row in lineage_rows(lived_on(before), (A2,), 0.01)] == ["recode"]


def test_noise_of_digitising_is_no_lineage():
    pairs = [(0, 0, 995), (0, 1, 5)]
    assert set(relations([1000], pairs, [995, 600])) == {("o0", "n0"), ("", "n1")}
    # A whole small unit is none, however small beside the other.
    assert set(relations([1000], pairs, [995, 5])) == {("o0", "n0"), ("o0", "n1")}
    assert set(relations([1000], pairs, [995, 600], least=0)) == {("o0", "n0"), ("o0", "n1")}


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


@pytest.mark.parametrize(("how", "prefix"), [("keep", "ZH999901"), ("recode", "ZH999951")])
def test_a_county_turned_district_keeps_or_recodes_and_names_are_proposed(first, tmp_path, how, prefix):
    changes = tmp_path / "changes.csv"
    changes.write_text(HEAD + "999901,999951,试验县,试验区,county,recode,2025-06-01,函\n", encoding="utf-8")
    text = f'\n[admin]\nchanges = "{changes.as_posix()}"\non_recode = "{how}"\n'
    plan = again(tmp_path, "second", first, text, county=RENAMED)
    before = read_plan(first).units
    assert [code.removeprefix(prefix) for code in plan.units["code"]] == [code[8:] for code in before["code"]]
    assert plan.units["unit_id"].tolist() == before["unit_id"].tolist()
    assert plan.units["name"].tolist() == before["name"].tolist()
    assert set(plan.units["county"]) == {"999951"}
    found = plan.findings[plan.findings["id"] == "S14"]
    assert len(found) == 3
    facts = [json.loads(text) for text in found["facts"]]
    assert {fact["unit"] for fact in facts} == set(plan.units["code"])
    assert {fact["proposed"] for fact in facts} == {name.replace("试验县", "试验区") for name in before["name"]}
    # A superseded prefix is valid under `keep`.
    assert not (plan.findings["id"] == "Q04").any()
    assert set(plan.lineage["relation"]) == {"same" if how == "keep" else "recode"}


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
