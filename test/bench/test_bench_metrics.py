"""Metrics of the bench on counties solved by hand, what is missing or refused, and the demo case."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import shapely
from bench_samples import KM, KM2, grid, scaled, units
from control_units.delineation.basis.build import lay_basis
from control_units.delineation.bench.measures.dominance import entropy_by_unit
from control_units.delineation.bench.measures.fragmentation import part_areas
from control_units.delineation.bench.measures.metrics import METRICS, NEEDS, measure, metrics_of, why_missing
from control_units.delineation.bench.measures.unit_shapes import perimeters
from control_units.delineation.bench.scene.division import Division, divide, division_of
from control_units.delineation.bench.scene.scene import PriorityZones, lay_scene, scene_of
from control_units.delineation.case.reading import read_case
from control_units.delineation.core.errors import BadInput
from control_units.delineation.labelling.label import label
from control_units.delineation.partition.dissolve import dissolve
from control_units.delineation.plan.assemble import capture
from control_units.delineation.verbs.trials import with_settings
from synthetic import Row, box, case_of, county, labelled

pytestmark = pytest.mark.uses("rasterio", "exactextract")

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ["county", "township", "red", "eco", "park", "sea"]
# West: red line 4 km² and eco 4 km², 1 of it under the red line. East: a park of 6 km². 50 km² each.
ROWS = [
    county(0, 0, 10_000, 10_000),
    Row("township", box(0, 0, 5_000, 10_000), code="999901001", name="甲镇", source=1),
    Row("township", box(5_000, 0, 5_000, 10_000), code="999901002", name="乙镇", source=1),
    Row("red_line", box(1_000, 1_000, 2_000, 2_000), source=2),
    Row("general_eco_space", box(2_000, 2_000, 2_000, 2_000), source=3),
    Row("industrial_park", box(6_000, 6_000, 2_000, 3_000), name="东园", source=4),
]


def measured(rows=ROWS, **settings):
    """Scene, division and row of a synthetic county under a method."""
    basis, labelling = labelled(rows, **settings)
    scene = lay_scene(case_of(**settings), basis, labelling, SOURCES)
    division = division_of("method", labelling)
    return scene, division, measure(scene, division)


def fitted(rows=ROWS, **parameters):
    return measured(rows, method="fitting", method_parameters={"carve": False, **parameters})


# Amounts, priority, function


def test_a_county_under_overlay():
    _, _, row = measured()
    assert row["units"] == 4
    assert [row[f"units_{name}"] for name in ("priority", "key", "general")] == [2, 1, 1]
    areas = [row[f"area_{name}"] for name in ("priority", "key", "general")]
    assert areas == pytest.approx([7 * KM2, 6 * KM2, 87 * KM2])
    assert row["mean_unit_area"] == pytest.approx(25 * KM2)
    assert (row["red_line_capture"], row["omission"], row["omission_area"]) == (1, 0, 0)
    assert (row["commission"], row["commission_area"], row["omission[red]"], row["omission[eco]"]) == (0, 0, 0, 0)
    assert (row["dominance"], row["entropy"], row["dominance_with_priority"]) == (1, 0, 1)
    # 8 km round the red line, of the eco space 8 km less the 2 km it shares, and 10 km round the park.
    assert row["boundary_length"] == pytest.approx(24 * KM)
    assert row["outline_length"] == pytest.approx(40 * KM)
    assert row["boundary_on_townships"] == 0
    assert (row["townships_per_unit"], row["units_per_township"]) == (5 / 4, 5 / 2)
    assert row["parts_per_unit"] == 1


def test_a_county_fitted_to_its_townships():
    _, _, row = fitted(threshold=0.1, threshold_key=0.1)
    assert [row[f"units_{name}"] for name in ("priority", "key", "general")] == [1, 1, 0]
    assert (row["red_line_capture"], row["omission"]) == (1, 0)
    assert row["commission"] == pytest.approx(43 / 50)
    assert row["commission_area"] == pytest.approx(43 * KM2)
    assert row["commission[red]"] == row["commission[eco]"] == pytest.approx(43 / 50)
    assert row["dominance"] == pytest.approx((43 + 44) / 100)
    assert row["dominance_with_priority"] == pytest.approx(43 / 50)
    west = -sum(p * math.log(p) for p in (0.08, 0.06, 0.86))
    east = -sum(p * math.log(p) for p in (0.12, 0.88))
    assert row["entropy"] == pytest.approx((west + east) / 2)
    assert (row["townships_per_unit"], row["units_per_township"], row["boundary_on_townships"]) == (1, 1, 1)
    assert row["boundary_length"] == pytest.approx(10 * KM)
    assert [row["polsby_popper"], row["polsby_popper_by_area"]] == pytest.approx([4 * math.pi * 50 / 30**2] * 2)


def test_a_threshold_too_high_loses_all_priority_zones():
    scene, _, row = fitted(threshold=0.5)
    assert (row["red_line_capture"], row["omission"], row["units_priority"]) == (0, 1, 0)
    assert row["omission_area"] == pytest.approx(7 * KM2)
    assert row["omission[red]"] == row["omission[eco]"] == 1
    # No priority unit: there is nothing of which a share could be wrong, which is not the same as nothing wrong.
    assert math.isnan(row["commission"])
    assert row["commission_area"] == 0
    missing = why_missing(scene, row)
    assert missing["commission"] == missing["commission[red]"] == "division"
    assert missing["variance_ratio"] == "evidence"


def test_a_source_is_asked_what_it_asks_for_not_what_was_decided():
    """A park carved out of eco space: the eco space is missed by its source, though the rules decided so."""
    rows = [*ROWS, Row("industrial_park", box(3_000, 3_000, 1_000, 1_000), name="西园", source=4)]
    scene, _, row = measured(rows, switches={"park_over_eco": True})
    assert row["omission"] == 0
    assert row["omission[eco]"] == pytest.approx(1 / 4)
    assert scene.priority_zones.source == ("red", "eco")
    assert scene.zones == ((1, "general_eco_space"), (1, "red_line"), (2, "industrial_park"), (3, "general"))


def test_each_source_has_its_own_units_and_its_own_losses():
    """Six faces of 1 km²: source A on 0 and 1, B on 1, 3 and 5; units of category 1, 1, 2."""
    asks = np.array([[True, True, False, False, False, False], [False, True, False, True, False, True]])
    zones = PriorityZones(("A", "B"), asks)
    scene = grid(1, 6, priority=asks.any(axis=0), priority_zones=zones)
    row = measure(scene, units(0, 0, 0, 1, 1, 2, category=[1, 1, 1, 1, 1, 2]))
    # Face 5 is lost to a key unit; of the other units face 2 of the first and face 4 of the second are no one's zone.
    assert (row["omission_area"], row["omission"]) == pytest.approx((KM2, 1 / 4))
    assert (row["omission[A]"], row["omission[B]"]) == pytest.approx((0, 1 / 3))
    assert (row["commission_area"], row["commission"]) == pytest.approx((2 * KM2, 2 / 5))
    # A lies in the first unit alone, B in both.
    assert (row["commission[A]"], row["commission[B]"]) == pytest.approx((1 / 3, 2 / 5))


def test_per_source_figures_are_those_of_the_plan():
    basis, labelling = labelled(ROWS, method="fitting", method_parameters={"threshold": 0.9, "carve": False})
    row = measure(lay_scene(case_of(), basis, labelling, SOURCES), division_of("fitting", labelling))
    held = {each["source"]: each["omission"] for each in capture(basis, labelling, SOURCES) if each["category"] == 1}
    assert held == {"red": 1, "eco": 1}
    assert {name: row[f"omission[{name}]"] for name in held} == held


def test_priority_and_key_zones_of_one_role_are_two_functions():
    rows = [
        county(0, 0, 10_000, 10_000),
        Row("water_zone", box(0, 0, 5_000, 10_000), "priority", source=2),
        Row("water_zone", box(5_000, 0, 5_000, 10_000), "industrial", source=2),
    ]
    scene, _, _ = measured(rows)
    one = Division("one", np.full(len(scene), 1), np.zeros(len(scene), dtype=np.int64))
    assert measure(scene, one, ["dominance", "entropy"]) == pytest.approx({"dominance": 0.5, "entropy": math.log(2)})


def test_land_and_sea_are_tallied_apart():
    sea = Row("sea", box(10_000, 0, 4_000, 10_000), source=5)
    _, _, row = measured([*ROWS, sea, Row("red_line", box(10_000, 0, 1_000, 10_000), source=2)])
    assert row["units"] == 4  # methods are compared on land
    assert [row[f"units_{name}"] for name in ("priority", "key", "general")] == [2, 1, 1]
    assert [row[f"sea_units_{name}"] for name in ("priority", "key", "general")] == [1, 0, 1]
    assert row["area_priority"] == pytest.approx(7 * KM2)
    assert row["sea_area_priority"] == pytest.approx(10 * KM2)
    assert row["sea_area_general"] == pytest.approx(30 * KM2)
    inland, _, alone = measured()
    assert {name: row[name] for name in metrics_of(inland) if "[" not in name} == pytest.approx(
        {name: value for name, value in alone.items() if "[" not in name}, nan_ok=True
    )
    assert "sea_units_key" not in metrics_of(measured()[0])


def test_dominance_and_entropy_by_unit():
    scene = grid(1, 4, zone=np.array([0, 1, 1, 1]), zones=((1, "red_line"), (3, "general")))
    assert entropy_by_unit(scene, units(0, 0, 1, 1)) == pytest.approx([math.log(2), 0])
    assert measure(scene, units(0, 0, 0, 0), ["dominance"]) == {"dominance": 0.75}


# What is missing, what is refused


def test_what_is_missing_is_nan_and_said():
    scene = grid(2, 2)
    row = measure(scene, units(0, 0, 1, 1))
    missing = why_missing(scene, row)
    assert {name for name, value in row.items() if math.isnan(value)} == set(missing)
    assert missing == {
        "red_line_capture": "red_line",
        "omission": "priority",
        "omission_area": "priority",
        "commission": "division",
        "dominance_with_priority": "priority",
        "within_variance": "evidence",
        "between_variance": "evidence",
        "variance_ratio": "evidence",
        "calinski_harabasz": "evidence",
        "graph_silhouette": "evidence",
        "boundary_silhouette": "evidence",
        "geodetector_q": "evidence",
        "boundary_on_townships": "township",
        "townships_per_unit": "township",
        "units_per_township": "township",
        "fragments": "fragment_area",
    }
    assert set(missing.values()) <= set(NEEDS)


def test_evidence_that_does_not_vary_or_is_not_there_is_said_by_variable():
    values = np.column_stack([np.arange(4.0), np.full(4, 0.1), np.full(4, np.nan)])
    scene = grid(1, 4, values)
    row = measure(scene, units(0, 0, 1, 1))
    assert row["variance_ratio"] == pytest.approx(0.8)
    missing = why_missing(scene, row)
    for name in ("geodetector_q[v1]", "geodetector_p[v1]", "geodetector_q[v2]", "geodetector_p[v2]"):
        assert missing[name] == "evidence"
    assert scene.variables.unknown == ("v2",)
    whole = measure(scene, units(0, 0, 0, 0))
    assert why_missing(scene, whole)["calinski_harabasz"] == "division"
    assert whole["variance_ratio"] == 0


def test_the_register_is_whole():
    assert len(METRICS) == len({metric.zh for metric in METRICS.values()}) == len({m.en for m in METRICS.values()})
    scene = grid(1, 4, [0, 1, 2, 3], sea=np.array([False, False, False, True]))
    for name, metric in metrics_of(scene).items():
        assert name == metric.name
        assert metric.unit in ("m", "m²", "share", "index", "nat", "count"), name
        assert metric.better in ("high", "low", "none"), name
        assert metric.needs in ("", *NEEDS), name
        assert isinstance(metric.function(scene, units(0, 0, 1, 2)), float), name


def test_sources_and_rasters_are_called_by_words():
    """No id in a title: a source goes by its role, and by its own name too where two have one role."""
    asks = np.zeros((3, 4), dtype=bool)
    zones = PriorityZones(("hx2020", "water_a", "water_b"), asks, ("red_line", "water_zone", "water_zone"))
    scene = grid(1, 4, [0, 1, 2, 3], priority_zones=zones)
    scene = replace(scene, variables=replace(scene.variables, name=("dem",)))
    known = metrics_of(scene)
    assert {
        name: (one.zh, one.en) for name, one in known.items() if name.startswith(("omission[", "geodetector_q["))
    } == {
        "omission[hx2020]": ("漏划率：生态保护红线", "omission of ecological red line"),
        "omission[water_a]": ("漏划率：水环境管控分区（water_a）", "omission of water environment zone (water_a)"),
        "omission[water_b]": ("漏划率：水环境管控分区（water_b）", "omission of water environment zone (water_b)"),
        "geodetector_q[dem]": ("地理探测器 q：高程", "Geodetector q of elevation"),
    }


def test_what_cannot_be_measured_is_refused():
    scene = grid(1, 4)
    with pytest.raises(BadInput, match="dominance"):
        measure(scene, units(0, 0, 1, 1), ["dominence"])
    with pytest.raises(BadInput, match="same faces"):
        measure(scene, units(0, 0, 1))
    with pytest.raises(BadInput, match="two categories"):
        divide("x", np.array([1, 2]), np.array([5, 5]))
    with pytest.raises(BadInput, match="category 4"):
        divide("x", np.array([1, 4]), np.array([5, 6]))
    with pytest.raises(BadInput, match="1 categories for 2"):
        divide("x", np.array([1]), np.array([5, 6]))
    assert divide("x", np.array([1, 2, 1]), np.array([9, 4, 9])).unit.tolist() == [0, 1, 0]


# On real cases


def test_the_county_solved_by_hand(data):
    case = read_case(data / "HAND" / "case.toml")
    basis = lay_basis(case)
    labelling = label(case, basis)
    scene = scene_of(case, basis, labelling)
    row = measure(scene, division_of("overlay", labelling))
    assert [row[f"units_{name}"] for name in ("priority", "key", "general")] == [2, 4, 1]
    wanted = [25 * KM2, 47.5 * KM2, 327.5 * KM2]
    assert [row[f"area_{name}"] for name in ("priority", "key", "general")] == pytest.approx(wanted)
    assert row["red_line_capture"] == 1
    assert row["omission_area"] == 0
    # The sliver of the eco space's notch rides with it: 4 m × 2,000 m of other land inside.
    assert row["commission_area"] == pytest.approx(8_000)
    assert row["commission"] == pytest.approx(8_000 / (25 * KM2))
    # Red line and eco space in two parts each, the rest in one.
    assert row["parts_per_unit"] == pytest.approx(9 / 7)


@pytest.fixture(scope="module")
def demo():
    case = read_case(ROOT / "resources" / "demo" / "case.toml")
    basis = lay_basis(case)
    settings = {
        "overlay": {"method": "overlay"},
        "part": {"grouping": {"priority": "part", "key": "part", "general": "township"}},
        "fitting": {"method": "fitting", "parameters": {"threshold": 0.5}},
    }
    labels = {name: label(with_settings(case, **each), basis) for name, each in settings.items()}
    scene = scene_of(case, basis, labels["fitting"])
    divisions = {name: division_of(name, each) for name, each in labels.items()}
    return basis, scene, divisions, {name: measure(scene, each) for name, each in divisions.items()}


@pytest.mark.touches("exactextract")
def test_the_demo_shows_what_the_literature_says(demo, absent):
    """Domain facts 3.1 and 3.3: fitting loses priority area and mixes functions, overlay makes longer, ragged lines."""
    basis, scene, _, rows = demo
    overlay, fitting = rows["overlay"], rows["fitting"]
    for row in rows.values():
        assert row["red_line_capture"] == 1
        total = sum(row[f"area_{name}"] for name in ("priority", "key", "general"))
        assert total == pytest.approx(basis.area.sum(), rel=1e-12)
        assert sum(row[f"units_{name}"] for name in ("priority", "key", "general")) == row["units"]
    assert overlay["omission"] == 0 < fitting["omission"] < 1
    assert overlay["area_priority"] > fitting["area_priority"]
    assert overlay["dominance"] > fitting["dominance"]
    assert overlay["entropy"] < fitting["entropy"]
    assert overlay["boundary_length"] > fitting["boundary_length"]
    assert overlay["boundary_on_townships"] < fitting["boundary_on_townships"] <= 1
    assert overlay["units_per_township"] > fitting["units_per_township"]
    assert overlay["parts_per_unit"] > rows["part"]["parts_per_unit"] >= 1
    assert scene.variables.name == ("carrying_capacity", "dem", "slope", "ndvi")
    # Where what measures rasters is not installed, nothing else suffers, and the table says so.
    told = {name: why_missing(scene, row) for name, row in rows.items()}
    if not len(basis.evidence):
        assert absent
        assert set(told["overlay"].values()) == {"evidence"}
        return
    assert told["overlay"] == told["fitting"] == told["part"] == {}
    assert scene.variables.share == 1
    for row in rows.values():
        assert row["within_variance"] + row["between_variance"] == pytest.approx(1)
        assert row["variance_ratio"] == pytest.approx(row["geodetector_q"])
        assert row["boundary_silhouette"] > row["graph_silhouette"]
    assert rows["part"]["variance_ratio"] > overlay["variance_ratio"]


def test_outlines_of_the_demo_are_those_of_its_dissolved_units(demo):
    basis, scene, divisions, _ = demo
    for division in divisions.values():
        shapes = dissolve(basis.partition, division.unit, division.count)
        assert perimeters(scene, division) == pytest.approx(shapely.length(shapes), rel=1e-9)
        assert len(part_areas(scene, division)) == shapely.get_num_geometries(shapes).sum()


def test_numbers_of_units_mean_nothing(demo):
    _, scene, divisions, rows = demo
    for name, division in divisions.items():
        order = np.random.default_rng(7).permutation(division.count)
        again = measure(scene, replace(division, unit=order[division.unit]))
        assert again == pytest.approx(rows[name], rel=1e-9, abs=1e-12, nan_ok=True)


def test_a_larger_scale_changes_areas_and_lengths_alone(demo):
    _, scene, divisions, rows = demo
    known, large = metrics_of(scene), scaled(scene, 3.0)
    for name, division in divisions.items():
        again = measure(large, division)
        factor = {"m": 3.0, "m²": 9.0}
        wanted = {key: value * factor.get(known[key].unit, 1.0) for key, value in rows[name].items()}
        assert again == pytest.approx(wanted, rel=1e-9, abs=1e-12, nan_ok=True)
