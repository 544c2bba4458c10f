"""Grouping faces into units, and what the units are called."""

from __future__ import annotations

import dataclasses
from collections import Counter

import numpy as np
import pytest
import shapely
from control_units.delineation.core.errors import BadInput
from control_units.delineation.labelling.cleaning import groups
from control_units.delineation.labelling.units import form_units, name_units
from control_units.delineation.methods.situation import Labels
from hypothesis import given, settings
from hypothesis import strategies as st
from synthetic import Row, basis_of, box, county, face_at, grouped, labelled, national, with_codes

SIDE = 10_000
TOWNS = [
    Row("township", box(5_000 * n, 0, 5_000, SIDE), code=f"99990100{n + 1}", name=name)
    for n, name in enumerate(["东镇", "西街道"])
]
# Two townships; red line in both, one patch named; eco in one; two blocks of one park and another park; town and two
# elements over the border of the townships.
COUNTY = [
    county(0, 0, SIDE, SIDE),
    *TOWNS,
    Row("red_line", box(0, 0, 500, 500), name="青山"),
    Row("red_line", box(9_000, 0, 500, 500)),
    Row("red_line", box(2_000, 0, 500, 500), name="青山"),
    Row("general_eco_space", box(0, 500, 500, 500)),
    Row("industrial_park", box(1_000, 5_000, 500, 500), name="一园"),
    Row("industrial_park", box(8_000, 5_000, 500, 500), name="一园"),
    Row("industrial_park", box(3_000, 5_000, 500, 500), name="二园"),
    Row("urban_boundary", box(4_000, 2_000, 2_000, 500)),
    Row("water_zone", box(4_500, 3_000, 1_000, 500), "urban"),
    Row("air_zone", box(4_800, 4_000, 400, 500), "high_emission"),
]


def kinds_of(labelling, *categories: int) -> dict[str, int]:
    units = labelling.units
    pairs = zip(units.category.tolist(), units.kind.tolist(), strict=True)
    return dict(Counter(labelling.kinds[kind] for category, kind in pairs if category in categories))


def names_of(basis, labelling, **options) -> tuple[list[str], list[str]]:
    return name_units(labelling.units, labelling.kinds, basis.ground, national(), **options)


def test_what_a_source_says_of_its_zone_goes_before_the_usual_subtype():
    port = Row("spatial_plan", box(0, 0, 1_000, 1_000), "key", subtype="港口")
    basis, labelling = labelled([county(0, 0, SIDE, SIDE), port, Row("urban_boundary", box(5_000, 0, 1_000, 1_000))])
    assert names_of(basis, labelling)[1] == ["城镇生活", "港口", ""]


def test_what_a_method_made_goes_by_its_township_where_there_is_one():
    basis, labelling = labelled([county(0, 0, SIDE, SIDE), *TOWNS, Row("farmland", box(8_000, 0, 2_000, SIDE))])
    count = len(basis.area)
    unit = np.zeros(count, dtype=np.int64)
    unit[face_at(basis, 9_000, 1)] = 1
    general = np.full(count, labelling.kinds.index("general"))
    empty = np.full(count, "", dtype=object)
    units = form_units(
        Labels(np.full(count, 3), general, unit),
        labelling.kinds,
        empty,
        empty,
        basis.area,
        basis.partition.borders,
        basis.ground,
        grouped(),
        general,
        basis.partition.rounding,
    )
    names, _ = name_units(units, labelling.kinds, basis.ground, national())
    assert dict(zip(names, units.area.tolist(), strict=True)) == pytest.approx(
        {"甲县一般管控单元": 8_000 * SIDE, "甲县西街道一般管控单元": 2_000 * SIDE}
    )
    assert [len(towns) for towns in units.townships] == [2, 1]


def test_300_patches_are_one_unit_or_300():
    patches = [Row("red_line", box(100 + 400 * (n % 20), 100 + 400 * (n // 20), 100, 100)) for n in range(300)]
    rows = [county(0, 0, 8_200, 6_200), *patches]
    basis, labelling = labelled(rows)
    assert kinds_of(labelling, 1) == {"red_line": 1}
    basis, labelling = labelled(rows, grouping=grouped(priority="part"))
    assert kinds_of(labelling, 1) == {"red_line": 300}
    names, _ = names_of(basis, labelling)
    assert len(set(names)) == 301
    assert {"甲县生态保护红线优先保护单元1", "甲县生态保护红线优先保护单元300"} <= set(names)


def test_a_part_is_what_hangs_together():
    rows = [
        county(0, 0, 100, 100),
        Row("red_line", box(0, 0, 10, 10)), Row("red_line", box(10, 0, 10, 10)),  # one line between them
        Row("red_line", box(20, 10, 10, 10)),  # a corner
        Row("protected_area", box(30, 10, 10, 10)),  # another kind
    ]  # fmt: skip
    _, labelling = labelled(rows, grouping=grouped(priority="part"))
    assert kinds_of(labelling, 1) == {"red_line": 2, "protected_area": 1}


def test_one_park_of_several_blocks_and_a_park_in_two_counties():
    rows = [
        county(0, 0, 5_000, SIDE),
        county(5_000, 0, 5_000, SIDE, code="999902", name="乙县"),
        Row("industrial_park", box(4_000, 0, 2_000, 500), name="东园"),
        Row("industrial_park", box(1_000, 5_000, 500, 500), name="东园"),
    ]
    basis, labelling = labelled(rows)
    names, _ = names_of(basis, labelling)
    assert [name for name in names if "园" in name] == ["甲县东园产业集聚重点管控单元", "乙县东园产业集聚重点管控单元"]
    west = shapely.union_all(basis.partition.faces[labelling.units.of_face == 0])
    assert (shapely.get_num_geometries(west), west.area) == (2, pytest.approx(500_000 + 250_000))


def test_parks_without_a_name_are_told_apart():
    rows = [
        county(0, 0, SIDE, SIDE),
        Row("industrial_park", box(0, 0, 500, 500)),
        Row("industrial_park", box(2_000, 0, 500, 500)),
        Row("industrial_park", box(4_000, 0, 500, 500), code="G07"),
    ]
    basis, labelling = labelled(rows)
    names, _ = names_of(basis, labelling)
    assert names[:3] == [f"甲县{park}产业集聚重点管控单元" for park in ("2", "3", "G07")]
    rows[2] = dataclasses.replace(rows[2], source=4)
    basis, labelling = labelled(rows)
    assert names_of(basis, labelling)[0][:2] == [f"甲县{park}产业集聚重点管控单元" for park in ("1-2", "5-3")]


def test_land_and_sea_never_share_a_unit():
    rows = [
        county(0, 0, SIDE, SIDE, code="440601"),
        Row("sea", box(8_000, 0, 4_000, SIDE)),
        Row("red_line", box(7_000, 0, 2_000, 500)),
        Row("industrial_park", box(7_500, 2_000, 1_000, 500), name="港"),
        Row("township", box(0, 0, 12_000, SIDE), code="440601001", name="海镇"),
    ]
    for mode in ("kind", "township", "part"):
        general = {"part": "county", "kind": "county"}.get(mode, mode)
        basis, labelling = labelled(rows, grouping=grouped(priority=mode, key=mode, general=general))
        assert kinds_of(labelling, 1, 2, 3) == {"red_line": 2, "industrial_park": 2, "general": 2}
        for unit in range(len(labelling.units)):
            assert len(set(basis.ground.sea[labelling.units.of_face == unit].tolist())) == 1
    basis, labelling = labelled(rows)
    names, _ = names_of(basis, labelling)
    assert len(set(names)) == len(names)
    at_sea = [name for name, sea in zip(names, labelling.units.sea, strict=True) if sea]
    assert at_sea == ["海域生态保护红线优先保护单元", "海域产业园区重点管控单元", "海域一般管控单元"]
    districts = {basis.ground.districts[d] for d in labelling.units.district[labelling.units.sea]}
    assert districts == {"440600"}
    basis, labelling = labelled([county(0, 0, SIDE, SIDE), Row("sea", box(8_000, 0, 4_000, SIDE), zone="priority")])
    assert "海域优先保护单元" in names_of(basis, labelling)[0]


@pytest.mark.parametrize(("digits", "code"), [("city", "440600"), ("province", "440000"), ("441399", "441399")])
def test_the_digits_of_the_sea_are_the_profile_s(digits, code):
    rows = [county(0, 0, 10, 10, code="440601"), Row("sea", box(8, 0, 10, 10))]
    basis, _ = labelled(rows, profile=with_codes(sea_digits=digits))
    assert basis.ground.districts == ("440601", code)


def test_sea_outside_every_county_belongs_to_the_city_with_most_land():
    """Whatever the number of faces: a fine layer in the small county changes nothing."""
    dots = [Row("farmland", box(1 + 2 * n, 1, 1, 1)) for n in range(20)]
    rows = [
        county(0, 0, 50, 10, code="440601"), county(0, 10, 100, 100, code="440701", name="乙县"),
        Row("sea", box(100, 0, 50, 50)), *dots,
    ]  # fmt: skip
    basis, _ = labelled(rows)
    assert basis.ground.districts[basis.ground.county[face_at(basis, 120, 20)]] == "440700"


def test_a_sea_has_the_city_s_code_where_a_county_s_fifth_digit_is_none():
    """Leizhou, 440882, is of Zhanjiang, 440800."""
    rows = [county(0, 0, 10, 10, code="440882"), Row("sea", box(8, 0, 10, 10))]
    assert labelled(rows)[0].ground.districts == ("440882", "440800")


@pytest.mark.parametrize(("two", "other", "wanted"), [(60, 100, "440800"), (40, 100, "440600")])
def test_the_outer_sea_goes_by_the_land_of_all_counties_of_a_city(two, other, wanted):
    """Not by its largest county, nor by what of a county is sea."""
    rows = [
        county(0, 0, 100, other, code="440601"),
        county(100, 0, 100, two, code="440882"),
        county(200, 0, 100, two + 300, code="440883"),
        Row("sea", box(200, two, 100, 300)),
        Row("sea", box(300, 0, 50, 50)),
    ]
    basis, _ = labelled(rows)
    at = {name: basis.ground.districts[basis.ground.county[face_at(basis, x, 20)]] for name, x in SPOTS.items()}
    assert at == {"two": "440882", "outer": wanted}
    assert basis.ground.districts[basis.ground.county[face_at(basis, 250, two + 100)]] == "440800"


SPOTS = {"two": 150, "outer": 320}


def test_bad_sea_digits_are_refused():
    with pytest.raises(BadInput, match="sea_digits"):
        labelled([county(0, 0, 9, 9), Row("sea", box(5, 0, 9, 9))], profile=with_codes(sea_digits="county"))


def test_without_counties_the_townships_codes_give_them():
    rows = [
        Row("township", box(0, 0, 10, 10), code="999901001", name="甲镇"),
        Row("township", box(10, 0, 10, 10), code="999902001000", name="乙镇"),
        Row("township", box(20, 0, 10, 10), code="999901002", name="丙镇"),
    ]
    basis, labelling = labelled(rows)
    assert basis.ground.districts == basis.ground.district_names == ("999901", "999902")
    assert names_of(basis, labelling)[0] == ["999901一般管控单元", "999902一般管控单元"]
    with pytest.raises(BadInput, match="no county source"):
        labelled([dataclasses.replace(rows[0], code="甲")])


def with_names(**templates: str):
    profile = national()
    own = {**profile.settings, "city": "示范市", "names": {**profile["names"], **templates}}
    return dataclasses.replace(profile, settings=own)


def test_templates_number_and_city():
    basis, labelling = labelled(COUNTY, grouping=grouped(priority="part"))
    profile = with_names(priority="{city}{county}{kind}第{n}单元", general="{city}{category}")
    names, _ = name_units(labelling.units, labelling.kinds, basis.ground, profile)
    assert names[:3] == [f"示范市甲县生态保护红线第{n}单元" for n in (1, 2, 3)]
    # One that stands alone has no number.
    assert names[3] == "示范市甲县一般生态空间第单元"
    assert names[-1] == "示范市一般管控"
    for template in ("{village}", "{", "{}"):
        with pytest.raises(BadInput, match=r"\{county\}"):
            name_units(labelling.units, labelling.kinds, basis.ground, with_names(general=template))


def test_former_names_stay_and_new_ones_keep_clear_of_them():
    basis, labelling = labelled(COUNTY, grouping=grouped(priority="part"))
    base = "甲县生态保护红线优先保护单元"
    count = len(labelling.units)
    # The third patch was the first of the last version; the others are new.
    former = ["", "", f"{base}1", "手工命名", *[""] * (count - 4)]
    names, _ = names_of(basis, labelling, former=former)
    assert names[:4] == [f"{base}2", f"{base}3", f"{base}1", "手工命名"]
    assert len(set(names)) == count
    # A single new unit whose name somebody else has.
    former = ["" if n < count - 1 else "甲县一般生态空间优先保护单元" for n in range(count)]
    names, _ = names_of(basis, labelling, former=former)
    assert names[3] == "甲县一般生态空间优先保护单元2"


def test_numbers_do_not_run_into_names_that_end_in_one():
    rows = [county(0, 0, SIDE, SIDE)]
    rows += [Row("industrial_park", box(1_000 * n, 0, 500, 500), name=name) for n, name in enumerate(["园", "园1"])]
    basis, labelling = labelled(rows)
    profile = with_names(park="{park}", general="园")
    names, _ = name_units(labelling.units, labelling.kinds, basis.ground, profile)
    assert names == ["园2", "园1", "园3"] or len(set(names)) == 3


ROLES = ["red_line", "general_eco_space", "protected_area", "industrial_park", "urban_boundary", "air_zone", "sea"]
MODES = st.fixed_dictionaries(
    {
        "priority": st.sampled_from(["kind", "township", "named", "part"]),
        "key": st.sampled_from(["kind", "township", "part"]),
        "general": st.sampled_from(["county", "township"]),
    }
)
PATCH = st.tuples(
    st.sampled_from(ROLES),
    st.integers(0, 9),
    st.integers(0, 9),
    st.integers(1, 6),
    st.integers(1, 6),
    st.sampled_from(["", "甲", "乙"]),
)
ZONE = {"air_zone": "key", "sea": "", "urban_boundary": "concentrated"}


@settings(max_examples=60)
@given(st.lists(PATCH, max_size=8), MODES, st.sampled_from(["overlay", "fitting"]))
def test_units_hold_what_they_promise(patches, modes, method):
    """Invariant 4, and: every face in one unit, one category a unit, parks and kinds apart, parts in one piece."""
    rows = [
        county(0, 0, 7, 12),
        county(7, 0, 7, 12, code="999902", name="乙县"),
        Row("township", box(0, 0, 10, 6), code="1", name="南"),
        Row("township", box(0, 6, 14, 6), code="2", name="北"),
        *(Row(r, box(x, y, w, h), ZONE.get(r, ""), name) for r, x, y, w, h, name in patches),
    ]
    basis, labelling = labelled(rows, grouping=grouped(**modes), method=method)
    units, ground = labelling.units, basis.ground
    assert units.area.sum() == pytest.approx(basis.area.sum())
    assert sorted(set(units.of_face.tolist())) == list(range(len(units)))
    names, _ = names_of(basis, labelling)
    assert len(set(names)) == len(names)
    identity = np.array(units.identity)[units.of_face]
    for unit in range(len(units)):
        here = units.of_face == unit
        for array in (ground.county, ground.sea, labelling.labels.category):
            assert len(np.unique(array[here])) == 1
        kinds = {labelling.kinds[kind] for kind in labelling.labels.kind[here]}
        # Red line and general ecological space never share a unit; nor does a park with anything else.
        assert not {"red_line", "general_eco_space"} <= kinds
        assert "industrial_park" not in kinds or len(kinds) == 1
        mode = modes["priority"] if units.category[unit] == 1 else modes["key"]
        if mode == "part" and units.category[unit] < 3 and (labelling.labels.unit[here] < 0).all():
            inside = groups(basis.partition.borders, np.where(here, 0, np.arange(1, len(here) + 1)))
            assert len(np.unique(inside[here])) == 1
        assert units.first[unit] == np.flatnonzero(here)[0]
        assert len(np.unique(identity[here])) == 1
    key = [units.district, units.category]
    assert (np.lexsort((key[1], key[0])) == np.arange(len(units))).all()


def test_a_face_under_no_township_has_none():
    towns = [Row("township", box(x, 0, 3_000, SIDE), code=f"99990100{x}", name=f"{x}镇") for x in (0, 3_000)]
    basis = basis_of([county(0, 0, SIDE, SIDE), *towns])
    told = [basis.ground.township[face_at(basis, x, 5)] for x in (1_000, 4_000, 9_000)]
    assert (told, len(basis.ground.townships)) == ([0, 1, -1], 2)
    assert [finding.value for finding in basis.findings if finding.id == "S09"] == [pytest.approx(4_000 * SIDE)]
    # Half a square metre, which the rounding of borders may leave bare, is not worth a word.
    nearly = Row("township", box(0, 0, SIDE - 1e-3, 500), code="999901003", name="乙镇")
    assert not basis_of([county(0, 0, SIDE, 500), nearly]).findings
