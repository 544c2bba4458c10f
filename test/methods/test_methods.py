"""Division methods on a county of four townships solved by hand, and what the units keep of their sources."""

from __future__ import annotations

import dataclasses
import itertools

import numpy as np
import pandas as pd
import pytest
from control_units.delineation.case.model import Cleaning, RasterSpec
from control_units.delineation.case.reading import read_case
from control_units.delineation.core.errors import BadInput
from control_units.delineation.explain.why import why
from control_units.delineation.methods import Labels, Situation, method, methods, run_method
from control_units.delineation.partition import Borders
from control_units.delineation.plan.assemble import capture
from control_units.delineation.verbs.running import delineate
from hand import CASE, hand
from hand import box as at
from hypothesis import given, settings
from hypothesis import strategies as st
from synthetic import EVIDENCE, NO_CLEANING, Row, basis_of, box, county, face_at, labelled

KM2 = 1e6
TOWNS = [
    Row("township", box(10_000 * (n % 2), 10_000 * (n // 2), 10_000, 10_000), code=f"99990100{n + 1}", name=f"{name}镇")
    for n, name in enumerate("甲乙丙丁")
]
# 甲: red line 10 of 100 km², eco 60. 乙: park 20, eco 30, water 45. 丙: eco 50. 丁: air 50. Sea off 乙 and 丁.
COUNTY = [
    county(0, 0, 22_000, 20_000),
    *TOWNS,
    Row("red_line", box(0, 0, 1_000, 10_000), source=2),
    Row("general_eco_space", box(1_000, 0, 6_000, 10_000), source=3),
    Row("industrial_park", box(10_000, 0, 2_000, 10_000), name="东园", source=4),
    Row("general_eco_space", box(12_000, 0, 3_000, 10_000), source=3),
    Row("water_zone", box(15_000, 0, 4_500, 10_000), "industrial", source=5),
    Row("general_eco_space", box(0, 10_000, 10_000, 5_000), source=3),
    Row("air_zone", box(10_000, 10_000, 5_000, 10_000), "high_emission", source=6),
    Row("sea", box(20_000, 0, 2_000, 20_000), source=7),
    Row("red_line", box(21_000, 0, 1_000, 20_000), source=2),
]
SOURCES = ["county", "township", "red_line", "eco", "park", "water", "air", "sea"]
# Points of the four remainders, and of what is carved or sea.
PLACES = {"甲": (9_000, 5_000), "乙": (19_800, 5_000), "丙": (5_000, 19_000), "丁": (19_000, 15_000)}


def fitted(rows=COUNTY, *, places=PLACES, **options):
    """Category of each township's remainder, with basis and labelling."""
    setting = {key: options.pop(key) for key in ("evidence", "rasters", "cleaning") if key in options}
    basis, labelling = labelled(rows, method="fitting", method_parameters=options, **setting)
    found = {name: int(labelling.labels.category[face_at(basis, *spot)]) for name, spot in places.items()}
    return found, basis, labelling


def test_shares_of_the_remainder_decide():
    """甲 60/90 eco; 乙 30/80 eco and 45/80 water; 丙 50/100 eco; 丁 50/100 air."""
    found, basis, labelling = fitted()
    assert found == {"甲": 1, "乙": 2, "丙": 1, "丁": 2}
    units, kinds = labelling.units, labelling.kinds
    rows = sorted(
        (int(c), kinds[k], bool(s), round(a / KM2, 6))
        for c, k, s, a in zip(units.category, units.kind, units.sea, units.area, strict=True)
    )
    assert rows == [
        (1, "general_eco_space", False, 90.0), (1, "general_eco_space", False, 100.0), (1, "red_line", False, 10.0),
        (1, "red_line", True, 20.0), (2, "air_zone", False, 100.0), (2, "industrial_park", False, 20.0),
        (2, "water_zone", False, 80.0), (3, "general", True, 20.0),
    ]  # fmt: skip
    # The sea is as the rules have it.
    sea = basis.ground.sea
    assert (labelling.labels.category[sea] == labelling.judgement.category[sea]).all()
    assert (labelling.labels.unit[sea] == -1).all()


@pytest.mark.parametrize(
    ("options", "wanted"),
    [
        ({"threshold": 60 / 90}, {"甲": 1, "乙": 2, "丙": 3, "丁": 2}),
        ({"threshold": 0.67}, {"甲": 3, "乙": 2, "丙": 3, "丁": 2}),
        ({"threshold": 0.375}, {"甲": 1, "乙": 1, "丙": 1, "丁": 2}),
        ({"threshold": 0.376}, {"甲": 1, "乙": 2, "丙": 1, "丁": 2}),
        ({"threshold_key": 0.57}, {"甲": 1, "乙": 3, "丙": 1, "丁": 3}),
        ({"threshold_key": 0.5}, {"甲": 1, "乙": 2, "丙": 1, "丁": 2}),
        ({"threshold_key": 0.51}, {"甲": 1, "乙": 2, "丙": 1, "丁": 3}),
        # Of the whole cell: 甲 60, 乙 30 and 45, 丙 50, 丁 50 of 100.
        ({"denominator": "cell"}, {"甲": 1, "乙": 3, "丙": 1, "丁": 2}),
        ({"denominator": "cell", "threshold": 0.6}, {"甲": 1, "乙": 3, "丙": 3, "丁": 2}),
        ({"denominator": "cell", "threshold": 0.61}, {"甲": 3, "乙": 3, "丙": 3, "丁": 2}),
        ({"denominator": "cell", "threshold_key": 0.45}, {"甲": 1, "乙": 2, "丙": 1, "丁": 2}),
        # A category without any share is never taken, whatever the threshold.
        ({"threshold": 0}, {"甲": 1, "乙": 1, "丙": 1, "丁": 2}),
        # Nothing carved: 甲 70, 乙 30 and 65 of 100.
        ({"carve": False, "threshold": 0.7}, {"甲": 1, "乙": 2, "丙": 3, "丁": 2}),
        ({"carve": False, "threshold": 0.71}, {"甲": 3, "乙": 2, "丙": 3, "丁": 2}),
        ({"carve": False, "threshold_key": 0.65}, {"甲": 1, "乙": 2, "丙": 1, "丁": 3}),
    ],
)
def test_thresholds_and_denominators(options, wanted):
    assert fitted(**options)[0] == wanted


def test_what_is_carved_keeps_its_category_under_any_threshold():
    for threshold in (0.01, 0.5, 1.0):
        _, basis, labelling = fitted(threshold=threshold, threshold_key=threshold)
        for place, wanted in (((500, 5_000), 1), ((11_000, 5_000), 2), ((21_500, 100), 1)):
            assert labelling.labels.category[face_at(basis, *place)] == wanted
    _, basis, labelling = fitted(carve=False, threshold=0.8)
    assert labelling.labels.category[face_at(basis, 500, 5_000)] == 3


def test_a_park_is_carved_out_whole():
    """Of a park in 丁 a quarter lies under ecological space, which stays priority; neither part falls to the cell."""
    park, eco = Row("industrial_park", box(16_000, 12_000, 2_000, 2_000), name="西园"), box(17_500, 12_000, 500, 2_000)
    found, basis, labelling = fitted([*COUNTY, park, Row("general_eco_space", eco, source=3)])
    # 50 of the remaining 96 km² are air.
    assert found["丁"] == 2
    for x, wanted in ((16_500, (2, "industrial_park")), (17_700, (1, "general_eco_space"))):
        face = face_at(basis, x, 13_000)
        assert (labelling.labels.category[face], labelling.kinds[labelling.labels.kind[face]]) == wanted
        assert labelling.labels.unit[face] == -1


def test_a_protected_sliver_is_carved_though_its_host_is_not():
    """A strip of red line rides with eco space; where the township becomes general, it goes on by itself."""
    strip = Row("red_line", box(0, 10_000, 2, 2_000), source=2)
    options = {"threshold": 0.6, "cleaning": Cleaning(fragment_area=0)}
    found, basis, labelling = fitted([*COUNTY, strip], **options)
    face = face_at(basis, 1, 11_000)
    assert found["丙"] == 3
    assert labelling.host[face] == -1
    assert (labelling.labels.category[face], labelling.kinds[labelling.labels.kind[face]]) == (1, "red_line")
    _, basis, labelling = fitted([*COUNTY, strip], **options | {"threshold": 0.4})
    assert labelling.host[face] == face_at(basis, 5_000, 11_000)
    assert labelling.labels.category[face] == 1


def test_what_rides_follows_its_host_into_its_township():
    """A strip of 丁 that rides with a face of 丙 is of its cell."""
    towns = [*COUNTY, Row("village", box(9_996, 10_000, 4, 1_000))]
    towns[3] = dataclasses.replace(TOWNS[2], geometry=box(0, 10_000, 9_998, 10_000))
    towns[4] = dataclasses.replace(TOWNS[3], geometry=box(9_998, 10_000, 10_002, 10_000))
    _, basis, labelling = fitted(towns, cleaning=Cleaning(fragment_area=0))
    riders = np.flatnonzero(labelling.host >= 0)
    assert len(riders)
    for array in (labelling.labels.unit, labelling.labels.category, labelling.units.of_face):
        assert (array[riders] == array[labelling.host[riders]]).all()
    assert (basis.ground.township[riders] != basis.ground.township[labelling.host[riders]]).any()


def terrain(basis, classes, covered=1.0) -> pd.DataFrame:
    """Evidence that gives each township's faces a class of terrain."""
    value = np.array(classes)[basis.ground.township]
    rows = {"face_id": np.arange(1, len(value) + 1), "raster": "relief", "mean": value, "stdev": 0.0, "majority": value}
    return pd.DataFrame(rows | {"covered": covered})[list(EVIDENCE)]


RELIEF = (RasterSpec("relief", "relief.tif", kind="class", grades={"1": "mountain", "2": "hill", "3": "plain"}),)


def test_thresholds_by_terrain():
    basis = basis_of(COUNTY)
    # Townships by code: 甲 mountain, 乙 plain, 丙 hill, 丁 plain.
    evidence = terrain(basis, [1.0, 3.0, 2.0, 3.0])
    options = {"terrain": "relief", "evidence": evidence, "rasters": RELIEF}
    by_class = {"mountain": 0.7, "hill": 0.5, "plain": 0.3}
    assert fitted(threshold=by_class, **options)[0] == {"甲": 3, "乙": 1, "丙": 1, "丁": 2}
    key = {"mountain": 0.1, "hill": 0.1, "plain": 0.6}
    assert fitted(threshold_key=key, **options)[0] == {"甲": 1, "乙": 3, "丙": 1, "丁": 3}
    # Classes that are not named take the default, or are asked for.
    assert fitted(threshold={"mountain": 0.7, "default": 0.51}, **options)[0] == {"甲": 3, "乙": 2, "丙": 3, "丁": 2}
    with pytest.raises(BadInput, match=r"terrain class '(hill|plain)'"):
        fitted(threshold={"mountain": 0.7}, **options)


def test_the_class_of_a_cell_is_that_of_most_of_its_area():
    basis = basis_of(COUNTY)
    evidence = terrain(basis, [1.0, 1.0, 1.0, 1.0])
    eco = face_at(basis, 5_000, 11_000)
    rest = face_at(basis, *PLACES["丙"])
    plain = evidence["face_id"].isin([rest + 1])
    evidence.loc[plain, "majority"] = 3.0
    options = {"terrain": "relief", "rasters": RELIEF, "threshold": {"mountain": 0.4, "plain": 0.9}}
    # Half and half: the class that comes first by name.
    assert fitted(evidence=evidence, **options)[0]["丙"] == 1
    evidence.loc[evidence["face_id"] == eco + 1, "majority"] = 3.0
    assert fitted(evidence=evidence, **options)[0]["丙"] == 3
    # A value that rests on too little of its face decides nothing.
    evidence.loc[evidence["face_id"] == rest + 1, "covered"] = 0.1
    evidence.loc[evidence["face_id"] == eco + 1, "majority"] = 1.0
    assert fitted(evidence=evidence, **options)[0]["丙"] == 1


def test_cells_without_terrain_need_a_default():
    basis = basis_of(COUNTY)
    evidence = terrain(basis, [1.0, 1.0, 1.0, 1.0])
    bare = evidence[~evidence["face_id"].isin(np.flatnonzero(basis.ground.township == 3) + 1)]
    options = {"terrain": "relief", "evidence": bare, "rasters": RELIEF}
    with pytest.raises(BadInput, match="cells without terrain"):
        fitted(threshold={"mountain": 0.5}, **options)
    assert fitted(threshold={"mountain": 0.5, "default": 0.5}, **options)[0]["丁"] == 2
    for name in ("", "slope"):
        with pytest.raises(BadInput, match="no evidence from terrain raster"):
            fitted(threshold={"mountain": 0.5}, **options | {"terrain": name})


def test_a_township_in_two_counties_is_two_cells():
    rows = [
        county(0, 0, 5_000, 10_000),
        county(5_000, 0, 5_000, 10_000, code="999902", name="乙县"),
        Row("township", box(0, 0, 10_000, 10_000), code="999901001", name="甲镇"),
        Row("general_eco_space", box(0, 0, 3_000, 10_000)),
    ]
    places = {"west": (4_000, 1), "east": (9_000, 1)}
    found, basis, labelling = fitted(rows, places=places)
    assert found == {"west": 1, "east": 3}
    assert len(labelling.units) == 2
    assert [len(np.unique(basis.ground.county[labelling.units.of_face == unit])) for unit in range(2)] == [1, 1]


def test_land_in_no_township_is_a_cell_of_its_county():
    found, _, _ = fitted([COUNTY[0], *TOWNS[1:], *COUNTY[5:]])
    assert found == {"甲": 1, "乙": 2, "丙": 1, "丁": 2}


def test_a_county_all_carved_or_all_sea():
    square = box(0, 0, 10, 10)
    rows = [county(0, 0, 10, 10), Row("red_line", square), Row("township", square, code="999901001")]
    _, _, labelling = fitted(rows, places={}, threshold=1.0)
    assert labelling.labels.category.tolist() == [1]
    _, _, labelling = fitted([*rows, Row("sea", box(0, 0, 10, 10))], places={})
    assert labelling.units.sea.tolist() == [True]


def situation_of(area, category, township, carved=None, sea=None) -> Situation:
    count = len(area)
    none = np.zeros(0, dtype=np.int64)
    kinds = ("red_line", "general_eco_space", "water_zone", "general")
    return Situation(
        area=np.array(area, dtype=float),
        borders=Borders(none, none, np.zeros(0)),
        category=np.array(category),
        kind=np.array(category),
        kinds=kinds,
        carved=np.zeros(count, bool) if carved is None else np.array(carved),
        sea=np.zeros(count, bool) if sea is None else np.array(sea),
        county=np.zeros(count, dtype=np.int64),
        township=np.array(township),
        evidence=pd.DataFrame({column: [] for column in EVIDENCE}),
        grades={},
        covered_min=0.5,
        root=np.arange(count),
        perimeter=np.full(count, 4.0),
        point=np.zeros((count, 2)),
        rasters={},
        roles=(),
        extent=lambda _: np.full(count, -1),
        fixed=lambda: np.full(count, -1),
    )


FACES = st.lists(
    st.tuples(st.integers(1, 1000), st.integers(1, 3), st.integers(-1, 4), st.booleans(), st.integers(0, 5)),
    min_size=1, max_size=40,
)  # fmt: skip


@settings(max_examples=150)
@given(FACES, st.sampled_from(["remainder", "cell"]), st.booleans())
def test_fitted_priority_area_does_not_grow_with_the_threshold(faces, denominator, carve):
    """Domain facts 3.3: F(T) is non-increasing, not below the overlay's area for small T, not above it at T = 1."""
    area, category, township, carved, sea = (np.array(column) for column in zip(*faces, strict=True))
    situation = situation_of(area, category, township, carved, sea == 0)
    overlay = run_method("overlay", situation, {}, seed=1)

    def priority(labels: Labels) -> float:
        return float(area[(labels.category == 1)].sum())

    curve = []
    for threshold in np.linspace(0, 1, 11):
        parameters = {"threshold": float(threshold), "denominator": denominator, "carve": carve}
        labels = run_method("fitting", situation, parameters, seed=1)
        curve.append(priority(labels))
        # Each cell has one category, and the sea its own.
        for unit in np.unique(labels.unit[labels.unit >= 0]):
            assert len(np.unique(labels.category[labels.unit == unit])) == 1
        assert (labels.category[situation.sea] == category[situation.sea]).all()
    assert all(later <= before for before, later in itertools.pairwise(curve))
    assert curve[0] >= priority(overlay) >= curve[-1]


def test_no_threshold_is_missed_by_the_last_digit():
    """Ten tenths: 0.1 summed up seven times is less than 0.7 in floats."""
    situation = situation_of([0.1] * 10, [1] * 7 + [3] * 3, [0] * 10)
    assert run_method("fitting", situation, {"threshold": 0.7}, seed=1).category.tolist() == [1] * 10


def test_the_kind_of_a_cell_is_its_largest_of_the_category():
    situation = situation_of([40, 20, 25, 15], [1, 1, 1, 3], [0] * 4)
    situation = dataclasses.replace(situation, kind=np.array([3, 0, 1, 3]), category=np.array([3, 1, 1, 1]))
    labels = run_method("fitting", situation, {"threshold": 0.6}, seed=1)
    assert labels.kind.tolist() == [1] * 4
    labels = run_method("fitting", situation, {"threshold": 0.61}, seed=1)
    assert labels.kind.tolist() == [3] * 4


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ({"treshold": 0.5}, "threshold"),
        ({"threshold": 1.5}, "a share from 0 to 1"),
        ({"threshold": -0.1}, "a share from 0 to 1"),
        ({"threshold": "half"}, "a share from 0 to 1"),
        ({"threshold": True}, "a share from 0 to 1"),
        ({"threshold_key": {"plain": 2}}, "no evidence|a share"),
        ({"denominator": "county"}, r"remainder \| cell"),
        ({"carve": "no"}, r"true \| false"),
    ],
)
def test_bad_parameters_are_refused(parameters, said):
    with pytest.raises(BadInput, match=said):
        run_method("fitting", situation_of([1], [1], [0]), parameters, seed=1)


def test_the_registry_knows_its_methods(tmp_path):
    assert {"fitting", "overlay"} <= set(methods())
    situation = situation_of([1], [1], [0])
    with pytest.raises(BadInput, match="unknown method 'fiting'; wanted: fitting"):
        run_method("fiting", situation, {}, seed=1)
    with pytest.raises(BadInput, match="unknown parameter 'threshold' of method overlay; wanted: no parameters"):
        run_method("overlay", situation, {"threshold": 0.5}, seed=1)
    case = tmp_path / "case.toml"
    case.write_text('[[source]]\nrole = "county"\npath = "a.gpkg"\n', encoding="utf-8")
    read = read_case(case, method="fitting:threshold.mountain=0.4,denominator=cell,carve=false")
    assert read.method == "fitting"
    assert read.method_parameters == {"threshold": {"mountain": 0.4}, "denominator": "cell", "carve": False}


def test_a_method_of_one_s_own_runs_like_any_other():
    @method("halves")
    def halves(situation: Situation, *, seed: int = 1, at: float = 0.0) -> Labels:
        unit = (situation.area > at).astype(np.int64) + seed
        return Labels(situation.category, situation.kind, unit)

    basis, labelling = labelled(COUNTY[:5], method="halves", method_parameters={"at": 1.0}, seed=7)
    assert (labelling.labels.unit == 8).all()
    assert len(labelling.units) == 1
    assert labelling.units.area.sum() == basis.area.sum()


def rows_of(**options) -> dict:
    basis, labelling = labelled(COUNTY, cleaning=NO_CLEANING, **options)
    rows = capture(basis, labelling, SOURCES)
    return {(row["source"], row["category"]): row for row in rows}


def test_capture_of_the_overlay_is_whole():
    rows = rows_of()
    assert set(rows) == {("red_line", 1), ("eco", 1), ("park", 2), ("water", 2), ("air", 2)}
    for row in rows.values():
        assert (row["captured"], row["omission"], row["commission"]) == (1, 0, 0)
    assert rows["red_line", 1]["area_m2"] == pytest.approx(30 * KM2)
    assert (rows["eco", 1]["area_m2"], rows["eco", 1]["role"]) == (pytest.approx(140 * KM2), "general_eco_space")


def test_capture_of_the_fitting_by_hand():
    """甲 and 丙 priority: of 140 km² eco 110 are held; of their 190 km² eco units 80 are not eco. 乙 and 丁 key."""
    rows = rows_of(method="fitting")
    red, eco, park, water, air = (
        rows[key]
        for key in (
            ("red_line", 1),
            ("eco", 1),
            ("park", 2),
            ("water", 2),
            ("air", 2),
        )
    )
    assert (red["captured"], red["commission"], park["captured"], park["commission"]) == (1, 0, 1, 0)
    assert (eco["captured"], eco["omission"]) == (pytest.approx(110 / 140), pytest.approx(30 / 140))
    assert eco["commission"] == pytest.approx(80 / 190)
    assert (water["captured"], water["commission"]) == (1, pytest.approx(35 / 80))
    assert (air["captured"], air["commission"]) == (1, pytest.approx(0.5))


def test_the_red_line_is_always_captured_whole():
    for options in ({"threshold": 1.0, "threshold_key": 1.0}, {"threshold": 0.0}, {"denominator": "cell"}):
        row = rows_of(method="fitting", method_parameters=options)["red_line", 1]
        assert row["captured"] == 1


def test_why_says_how_far_a_cell_is_from_its_threshold(tmp_path):
    """The hand county: of 甲镇's 46 km² beside the red line 24 lie under water, 52.17 %; 乙镇 has none."""
    water = ([at(1_000, 4_000, 4_000, 6_000)], {"zone": ["工业污染重点管控区"]})
    case = hand(tmp_path, CASE.replace('name = "overlay"', 'name = "fitting"'), water=water)
    plan = delineate(read_case(case))
    cards = {key: why(plan, key) for key in plan.units["code"]}
    assert [card["category"] for card in cards.values()] == [1, 2, 3]
    red, key, general = cards.values()
    assert red["next_category"]["category"] == 3
    over = "its share is 2.17 percentage points above the threshold of 50.00%"
    assert key["next_category"] == {"category": 3, "distance": over}
    assert general["next_category"] == {
        "category": 1,
        "distance": "its share is 50.00 percentage points below the threshold of 50.00%",
    }
    plan = delineate(read_case(case, method="fitting:threshold_key=0.6"))
    corner = at(500, 500, 1, 1).centroid
    card = why(plan, f"{corner.x},{corner.y}")
    assert card["category"] == 3
    assert card["next_category"]["distance"] == "its share is 7.83 percentage points below the threshold of 60.00%"
