"""Element zones: codes, the remainder, what tiles the land, and which zone goes first where two lie on each other."""

from __future__ import annotations

import re

import numpy as np
import pytest
from control_units.delineation.case.profile import read_profile
from control_units.delineation.core.errors import BadInput
from control_units.delineation.labelling.zones import lay_zones
from hypothesis import given, settings
from hypothesis import strategies as st
from own_profile import own_profile
from synthetic import Row, basis_of, box, case_of, county, national

YS = re.compile(r"^YS\d{6}[123]\d\d\d{4}$")
LAND = [county(0, 0, 10, 10), county(10, 0, 10, 10, code="999902", name="乙县")]


def zones_of(*rows: Row, profile=None):
    """Area of each zone by element and code, in km² for metres, and the basis."""
    basis = basis_of([*LAND, *rows])
    laid = lay_zones(basis, case_of(profile=profile or national()))
    areas = {}
    for element in laid:
        known = element.of_face >= 0
        area = np.bincount(element.of_face[known], basis.area[known], len(element.code))
        areas[element.element] = dict(zip(element.code, area.tolist(), strict=True))
    return areas, laid, basis


def test_codes_say_county_category_element_and_subtype():
    areas, laid, _ = zones_of(
        Row("red_line", box(0, 0, 2, 10)),
        Row("general_eco_space", box(2, 0, 3, 10)),
        Row("water_zone", box(0, 0, 4, 10), "industrial"),
        Row("water_zone", box(8, 0, 4, 10), "priority"),
        Row("air_zone", box(0, 0, 20, 5), "receptor_sensitive"),
        Row("soil_zone", box(0, 0, 1, 1), "farmland_risk"),
        Row("resource_zone", box(0, 0, 5, 5), "fuel_ban"),
    )
    approx = pytest.approx
    assert areas == {
        "ecology": approx(
            {
                "YS9999011110001": 20,
                "YS9999011120001": 30,
                "YS9999013110001": 50,
                "YS9999023110001": 100,
            }
        ),
        "water": approx(
            {
                "YS9999011210001": 20,
                "YS9999012210001": 40,
                "YS9999013210001": 40,
                "YS9999021210001": 20,
                "YS9999023210001": 80,
            }
        ),
        "air": approx(
            {
                "YS9999012340001": 50,
                "YS9999013310001": 50,
                "YS9999022340001": 50,
                "YS9999023310001": 50,
            }
        ),
        "soil": approx({"YS9999012410001": 1, "YS9999013410001": 99, "YS9999023410001": 100}),
        # Resources tile nothing: no remainder.
        "resource": approx({"YS9999012540001": 25}),
    }
    codes = [code for element in laid for code in element.code]
    assert all(YS.match(code) for code in codes)
    assert len(set(codes)) == len(codes)
    ecology = laid[0]
    assert ecology.zone == ("red_line", "general_eco_space", "general", "general")
    assert ecology.county == ("999901",) * 3 + ("999902",)
    assert ecology.filled == ("", "", "remainder", "remainder")


def test_an_element_without_a_source_has_no_zones():
    assert zones_of()[0] == {}
    assert set(zones_of(Row("farmland", box(0, 0, 5, 5)), Row("protected_area", box(0, 0, 5, 5)))[0]) == set()
    assert set(zones_of(Row("air_zone", box(0, 0, 5, 5), "general"))[0]) == {"air"}


def test_the_sea_has_no_element_zones_of_the_land():
    areas, laid, basis = zones_of(Row("sea", box(5, 0, 30, 10)), Row("water_zone", box(0, 0, 20, 10), "urban"))
    assert areas == {"water": {"YS9999012220001": pytest.approx(50)}}
    assert (laid[0].of_face[basis.ground.sea] == -1).all()


def test_zones_that_lie_on_each_other_go_by_the_code_table():
    """Red line before ecological space, priority before key, one key zone before the next, catchments last."""
    areas, _, _ = zones_of(Row("general_eco_space", box(0, 0, 10, 10)), Row("red_line", box(0, 0, 5, 10)))
    assert areas["ecology"]["YS9999011110001"] == areas["ecology"]["YS9999011120001"] == pytest.approx(50)
    areas, laid, _ = zones_of(
        Row("water_zone", box(0, 0, 10, 10), "catchment"),
        Row("water_zone", box(0, 0, 8, 10), "general"),
        Row("water_zone", box(0, 0, 6, 10), "agricultural"),
        Row("water_zone", box(0, 0, 4, 10), "urban"),
        Row("water_zone", box(0, 0, 3, 10), "industrial"),
        Row("water_zone", box(0, 0, 1, 10), "priority"),
    )
    sizes = {
        zone: size
        for zone, county, size in zip(
            laid[0].zone,
            laid[0].county,
            areas["water"].values(),
            strict=True,
        )
        if county == "999901"
    }
    wanted = {"priority": 10, "industrial": 20, "urban": 10, "agricultural": 20, "catchment": 40}
    assert sizes == pytest.approx(wanted)


def test_several_features_of_one_type_are_one_zone_a_county():
    areas, _, _ = zones_of(*(Row("air_zone", box(2 * n, 0, 1, 10), "high_emission") for n in range(10)))
    assert areas["air"]["YS9999012310001"] == areas["air"]["YS9999022310001"] == pytest.approx(50)


@pytest.fixture
def own(tmp_path):
    """A bureau's own profile, whose code table a test may change."""
    return own_profile(tmp_path), tmp_path / "own" / "codes_ys.csv"


def test_the_profile_s_table_gives_the_digits(own):
    path, table = own
    text = table.read_text(encoding="utf-8")
    table.write_text(text.replace("water,water_zone,urban,2,2,2,", "water,water_zone,urban,2,2,7,"), encoding="utf-8")
    areas, _, _ = zones_of(Row("water_zone", box(0, 0, 1, 1), "urban"), profile=read_profile(path))
    assert "YS9999012270001" in areas["water"]


def test_a_zone_without_a_code_is_refused_and_not_called_general(own):
    path, table = own
    rows = table.read_text(encoding="utf-8").splitlines(keepends=True)
    table.write_text("".join(row for row in rows if not row.startswith("water,water_zone,urban")), encoding="utf-8")
    with pytest.raises(BadInput, match="zone 'urban' of water_zone"):
        zones_of(Row("water_zone", box(0, 0, 1, 1), "urban"), profile=read_profile(path))
    table.write_text("".join(row for row in rows if ",general," not in row), encoding="utf-8")
    with pytest.raises(BadInput, match="no general zone for the element water"):
        zones_of(Row("water_zone", box(0, 0, 1, 1), "urban"), profile=read_profile(path))


def test_every_zone_of_a_role_with_an_element_has_a_code():
    rows = national().table("codes_ys.csv")
    coded = {(row["role"], row["zone"]) for row in rows}
    for role in national().roles.values():
        if role.element:
            for zone in role.zone_ids:
                assert (role.name, zone) in coded, (role.name, zone)
            assert role.zone_ids or (role.name, "*") in coded
            assert {row["element"] for row in rows if row["role"] == role.name} == {role.element}


ELEMENTS = {name: role.zone_ids or ("",) for name, role in national().roles.items() if role.element}
PATCH = st.sampled_from([(role, zone) for role, zones in ELEMENTS.items() for zone in zones])
PLACE = st.tuples(st.integers(0, 19), st.integers(0, 9), st.integers(1, 9), st.integers(1, 9))


@settings(max_examples=60)
@given(st.lists(st.tuples(PATCH, PLACE), min_size=1, max_size=8), st.booleans())
def test_every_full_cover_element_tiles_the_land(patches, with_sea):
    rows = [Row(role, box(*place), zone) for (role, zone), place in patches]
    rows += [Row("sea", box(15, 0, 10, 10))] if with_sea else []
    areas, laid, basis = zones_of(*rows)
    land = basis.area[~basis.ground.sea].sum()
    assert {element.element for element in laid} == {national().roles[role].element for (role, _), _ in patches}
    for element in laid:
        total = sum(areas[element.element].values())
        cover = element.element != "resource" or "undelivered" in element.filled
        assert total == pytest.approx(land) if cover else total <= land * (1 + 1e-12)
        # A zone lies in the county its code names, and has faces.
        for number, where in enumerate(element.county):
            here = element.of_face == number
            assert {basis.ground.districts[d] for d in basis.ground.county[here]} == {where}
        assert (element.of_face[basis.ground.sea] == -1).all()
