"""What is wrong inside one source is found with feature, measure and place, and nothing else is."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import numpy as np
import pytest
import shapely
from control_units.delineation.basis import overlaps_and_gaps as tiling
from control_units.delineation.basis.build import lay_basis
from control_units.delineation.case.profile import read_profile
from control_units.delineation.case.reading import read_case
from control_units.delineation.checks import load_texts, to_rows
from control_units.delineation.partition import build
from control_units.delineation.sources import defects
from control_units.delineation.sources.features import Features, concatenate
from control_units.delineation.sources.layer import read_layer
from hand import CASE, SOUTH, WEST, box, hand

if TYPE_CHECKING:
    from pathlib import Path

    from control_units.delineation.basis.build import Basis
    from control_units.delineation.core.findings import Finding

SETTINGS = read_profile()["defects"]
TEXTS = load_texts()


def shapes(*geometry: shapely.Geometry) -> np.ndarray:
    return np.array(geometry, dtype=object)


def bow(x: float, y: float, size: float = 100.0) -> shapely.Polygon:
    return shapely.Polygon([(x, y), (x + size, y + size), (x + size, y), (x, y + size)])


def line(*numbers: float) -> shapely.LineString:
    return shapely.LineString([(WEST + x, SOUTH + y) for x, y in zip(numbers[::2], numbers[1::2], strict=True)])


def worded(findings: list[Finding]) -> list[str]:
    """Each finding in both languages: a template without its facts would raise."""
    return [row["message"] for language in ("zh", "en") for row in to_rows(findings, TEXTS, language)]


def laid(folder: Path, data: Path, role: str, file: str, more: str = "") -> Basis:
    """Lay out a case over the counties of CN-xiamen and one messy file."""
    case = folder / "case.toml"
    county = (data / "CN-xiamen" / "CN-xiamen.gpkg").as_posix()
    text = '[case]\nname = "defects"\ncrs = "EPSG:4548"\n'
    if role != "county":
        text += f'[[source]]\nrole = "county"\npath = "{county}"\nlayer = "county"\n'
    text += f'[[source]]\nrole = "{role}"\npath = "{(data / "MESSY" / file).as_posix()}"\n{more}'
    case.write_text(text, encoding="utf-8")
    return lay_basis(read_case(case))


def test_every_defect_of_the_ledger_and_no_other(data, tmp_path):
    basis = laid(tmp_path, data, "water_zone", "county_defects.gpkg", 'zone = "priority"\n')
    ledger = json.loads((data / "MESSY" / "county_defects.ledger.json").read_text(encoding="utf-8"))
    layer = read_layer(data / "MESSY" / "county_defects.gpkg")
    codes = dict(zip(layer.raw.feature_id.tolist(), layer.raw.columns["code"].tolist(), strict=True))
    area = dict(zip(layer.feature_id.tolist(), shapely.area(layer.geometry).tolist(), strict=True))
    mine = [one for one in basis.findings if "county_defects" in str(one.facts.get("source"))]
    by_name = dict(zip(layer.raw.columns["county"].tolist(), layer.raw.feature_id.tolist(), strict=True))

    def number(feature):
        """The number of a feature that is called by its name, beside it where several have that name."""
        said = getattr(feature, "facts", {"number": feature})
        return said["number"] if "number" in said else by_name[said["name"]]

    assert all(worded(mine))

    repeats = [one.facts for one in mine if one.id == "S44"]
    assert sorted(codes[number(one["feature"])] for one in repeats) == sorted(ledger[0]["codes"])
    for one in repeats:
        assert codes[number(one["first"])] == codes[number(one["feature"])]
        assert one["area"] == pytest.approx(area[number(one["feature"])], rel=1e-6)
        assert "fields" not in one

    (tie,) = (one for one in mine if one.id == "S07")
    assert codes[number(tie.facts["feature"])] == "BOW1"
    assert (tie.facts["before"], tie.facts["after"]) == pytest.approx((0.0, ledger[1]["area_abs_valid"]), rel=1e-6)
    assert shapely.Point(612_000, 2_722_000).distance(tie.geometry) < 1e-6

    (spike,) = (one for one in mine if one.id == "S43")
    assert codes[number(spike.facts["feature"])] == "SPK1"
    assert spike.facts["length"] == pytest.approx(8_000, rel=1e-6)
    assert spike.geometry.equals(shapely.Point(602_000.001, 2_725_000))

    (empty,) = (one for one in mine if one.id == "S04")
    assert {codes[by_name[one]] for one in re.findall("“(.+?)”", str(empty.facts["features"]))} == {"NUL1", "EMP1"}

    # What overlaps is measured by another tool, on the repaired shapes.
    geometry = dict(zip(layer.feature_id.tolist(), shapely.make_valid(layer.geometry), strict=True))
    truth = {(i, j): geometry[i].intersection(geometry[j]).area for i in geometry for j in geometry if i < j}
    same = {(number(one["first"]), number(one["feature"])) for one in repeats}
    wanted = {pair: size for pair, size in truth.items() if size > 10 and pair not in same}
    found = {
        (number(one.facts["first"]), number(one.facts["feature"])): one.facts["area"] for one in mine if one.id == "S45"
    }
    assert found == pytest.approx(wanted, rel=1e-6)
    assert {one.id for one in mine} == {"S04", "S07", "S43", "S44", "S45"}
    repair = [row for row in basis.ledger.rows if row.stage == "repair"]
    assert [(row.from_m2, row.to_m2) for row in repair] == [pytest.approx((0.0, 8e6), rel=1e-6)]
    assert basis.ledger.imbalance < 1e-9


def test_gaps_between_counties_are_told_with_both_names(data, tmp_path):
    basis = laid(tmp_path, data, "county", "county_gaps6m.gpkg")
    gaps = [one for one in basis.findings if one.id == "S46"]
    layer = read_layer(data / "MESSY" / "county_gaps6m.gpkg")
    # The counties were cut back by 3 m: grown again, they meet.
    whole = shapely.union_all(shapely.buffer(layer.geometry, 3.2, join_style="mitre"))
    grown = shapely.buffer(whole, -3.2, join_style="mitre")
    missing = grown.difference(shapely.union_all(layer.geometry)).area
    assert sum(one.value for one in gaps) == pytest.approx(missing, rel=0.01)
    assert all(one.facts["width"] == pytest.approx(6, abs=0.05) for one in gaps)
    names = {frozenset(one.facts["between"].split(" / ")) for one in gaps}
    pairs = (("同安区", "翔安区"), ("集美区", "同安区"), ("海沧区", "集美区"), ("思明区", "湖里区"))
    assert names == {frozenset(pair) for pair in pairs}
    covered = shapely.union_all(layer.geometry)
    assert all(0 < shapely.point_on_surface(one.geometry).distance(covered) < 3.1 for one in gaps)
    assert all(worded(gaps))


def test_overlapping_counties_are_told_pair_by_pair(data, tmp_path):
    basis = laid(tmp_path, data, "county", "county_overlap6m.gpkg")
    (said,) = (one for one in basis.findings if one.id == "S08")
    layer = read_layer(data / "MESSY" / "county_overlap6m.gpkg")
    ids, geometry = layer.feature_id.tolist(), layer.geometry
    pairs = [(i, j) for i in range(6) for j in range(i + 1, 6)]
    truth = {(ids[i], ids[j]): geometry[i].intersection(geometry[j]).area for i, j in pairs}
    truth = {pair: size for pair, size in truth.items() if size > 1}
    # Snapping moves 250 km of lines by half a millimetre.
    assert said.value == pytest.approx(sum(truth.values()), rel=1e-5)
    number = dict(zip(layer.raw.columns["county"].tolist(), ids, strict=True))
    told = {
        tuple(number[one.facts[side].facts["name"]] for side in ("first", "feature")): one.facts["area"]
        for one in said.facts["pairs"]
    }
    assert told == pytest.approx(truth, rel=1e-5)
    shared = shapely.union_all([geometry[i].intersection(geometry[j]) for i, j in pairs])
    assert len(said.geometry.geoms) == said.facts["count"] == len(truth)
    assert shared.contains(said.geometry)


def test_ten_thousand_bow_ties_are_one_finding():
    x, y = np.divmod(np.arange(10_000), 100)
    geometry = shapes(*(bow(200 * a, 200 * b, 100 + a / 10) for a, b in zip(x, y, strict=True)))
    whole = build(geometry)
    after = np.bincount(whole.coverage.feature, whole.area[whole.coverage.face], minlength=10_000)
    before, ids = shapely.area(geometry), np.arange(1, 10_001)
    (said,) = defects.invalid("zones", geometry, ids, before, after)
    sizes = (100 + x / 10) ** 2 / 2
    assert said.facts["count"] == 10_000
    assert said.facts["after"] == pytest.approx(sizes.sum(), rel=1e-6)
    assert said.value == pytest.approx(sizes.sum() - before.sum(), rel=1e-6)
    # The largest ties are those of the last column.
    named = [one.facts["feature"] for one in said.facts["listed"]]
    assert len(named) == 10
    assert min(named) > 9_900
    assert len(said.geometry.geoms) == 10
    assert all("10000" in text for text in worded([said]))


@pytest.mark.parametrize(
    ("shape", "problem", "after"),
    [
        (bow(0, 0), "crossing", 5_000.0),
        (shapely.MultiPolygon([shapely.box(0, 0, 10, 10), shapely.box(5, 0, 15, 10)]), "parts", 150.0),
        (shapely.Polygon(shapely.box(0, 0, 10, 10).exterior, [shapely.box(20, 20, 21, 21).exterior]), "outside", 100.0),
        (
            shapely.Polygon(
                shapely.box(0, 0, 10, 10).exterior,
                [shapely.box(1, 1, 5, 5).exterior, shapely.box(2, 2, 3, 3).exterior],
            ),
            "nested",
            84.0,
        ),
    ],
)
def test_an_invalid_shape_is_named_by_its_fault(shape, problem, after):
    whole = build(shapes(shape))
    covered = np.array([whole.area.sum()])
    (said,) = defects.invalid("x", shapes(shape), np.array([5]), shapely.area(shapes(shape)), covered)
    assert said.facts["problem"] == problem
    assert said.facts["after"] == pytest.approx(after)
    assert said.geometry is not None
    assert all("5" in text for text in worded([said]))


def test_a_ring_that_touches_itself_is_sound():
    eight = shapely.Polygon([(0, 0), (2, 2), (4, 0), (4, 4), (2, 2), (0, 4)])
    holed = shapely.Polygon(shapely.box(0, 0, 9, 9).exterior, [[(0, 0), (4, 1), (1, 4)]])
    assert defects.valid(shapes(eight, holed)).tolist() == [False, True]
    # A ring that meets itself in a point has the same area either way; it is told as touching, not as crossing.
    area = build(shapes(eight)).area.sum()
    (said,) = defects.invalid("x", shapes(eight), np.array([1]), shapely.area(shapes(eight)), np.array([area]))
    assert said.facts["before"] == said.facts["after"]
    assert said.facts["problem"] == "touching"


def test_spikes_at_any_place_of_the_ring_and_in_holes():
    needle = [(0, 0), (100, 0), (100, 50), (400, 50.001), (100, 50.002), (100, 100), (0, 100)]
    slit = [(20, 20), (40, 20), (30, 20.001), (40, 40), (20, 40)]
    turned = [needle[3:] + needle[:3], needle[2:] + needle[:2], needle[4:] + needle[:4], needle]
    geometry = shapes(*map(shapely.Polygon, turned), shapely.Polygon(needle[:3] + needle[5:], [slit]))
    found = defects.spikes("x", geometry, np.arange(1, 6), {"spike_angle": 1.0, "spike_length": 9.0})
    assert [one.facts["feature"] for one in found] == [1, 2, 3, 4, 5]
    assert [one.geometry.coords[0] for one in found] == [(400, 50.001)] * 4 + [(40, 20)]
    assert found[0].facts["length"] == pytest.approx(300)
    assert found[0].facts["area"] == pytest.approx(300 * 0.002 / 2, rel=1e-3)
    assert not defects.spikes("x", geometry, np.arange(1, 6), {"spike_angle": 1.0, "spike_length": 301.0})
    assert all(worded(found))


def test_a_sharp_corner_and_a_repeated_vertex_are_no_spikes():
    wedge = shapely.Polygon([(0, 0), (0, 0), (1000, 0), (1000, 20), (1000, 20)])
    assert not defects.spikes("x", shapes(wedge), np.array([1]), SETTINGS)


def test_rings_of_two_points_are_told():
    there = shapely.from_wkt("POLYGON((0 0,100 0,0 0))")
    hole = shapely.Polygon(shapely.box(0, 0, 9, 9).exterior, [[(1, 1), (2, 2), (2, 2), (1, 1)]])
    (said,) = defects.spikes("x", shapes(shapely.box(0, 0, 1, 1), there, hole), np.array([4, 5, 6]), SETTINGS)
    assert (said.id, str(said.facts["features"])) == ("S42", "5, 6")


def test_equal_shapes_however_they_run():
    box = shapely.box(0, 0, 3, 2)
    turned = shapely.Polygon([(3, 2), (3, 0), (0, 0), (0, 2)])
    nearly = shapely.box(0, 0, 3, 2 + 1e-9)
    columns = {"code": np.array(["a", "a", "b", "a"], dtype=object), "n": np.array([np.nan, np.nan, 1, 2])}
    geometry = shapes(box, turned, shapely.MultiPolygon([box]), nearly)
    found = defects.duplicates("x", geometry, np.array([11, 12, 13, 14]), columns)
    assert [(one.facts["first"], one.facts["feature"], one.facts.get("fields")) for one in found] == [(11, 12, None)]
    again = defects.duplicates("x", shapes(box, nearly, turned), np.array([1, 2, 3]), {"n": np.array([1, 1, 2])})
    assert [(one.facts["feature"], str(one.facts["fields"])) for one in again] == [(3, "n")]
    assert all(worded([*found, *again]))


def test_many_of_a_kind_are_one_finding():
    geometry = shapes(*[shapely.box(0, 0, 3, 2)] * 50)
    (said,) = defects.duplicates("x", geometry, np.arange(50), {})
    assert (said.facts["count"], said.value) == (49, 294.0)
    assert all(worded([said]))


def features(*geometry: shapely.Geometry, source: int = 0) -> Features:
    empty = np.full(len(geometry), "", dtype=object)
    return Features(
        geometry=shapes(*geometry),
        source=np.full(len(geometry), source),
        role=np.full(len(geometry), "water_zone"),
        feature_id=np.arange(1, len(geometry) + 1),
        zone=empty,
        grade=empty,
        subtype=empty,
        code=empty,
        name=empty,
    )


def test_each_pair_of_a_threefold_overlap():
    table = features(shapely.box(0, 0, 10, 10), shapely.box(5, 0, 15, 10), shapely.box(8, 0, 20, 10))
    whole = build(table.geometry)
    found = tiling.overlaps(np.ones(3, bool), table.source, whole.coverage, whole.area, 10.0)
    assert list(zip(found.first, found.second, found.area, strict=True)) == [(1, 2, 70.0), (0, 1, 50.0), (0, 2, 20.0)]
    apart = tiling.overlaps(np.ones(3, bool), np.arange(3), whole.coverage, whole.area, 10.0)
    assert not len(apart)
    told = tiling.overlap_findings(found, table, whole.faces, ["zones"])
    assert [one.value for one in told] == [70.0, 50.0, 20.0]
    assert [(one.facts["drawn"], one.facts["covered"]) for one in told] == [(220, 150), (200, 150), (220, 200)]
    assert all(shapely.box(0, 0, 20, 10).covers(one.geometry) for one in told)
    assert all(worded(told))


def test_many_overlaps_are_told_with_what_the_layer_draws_and_covers():
    """Twelve overlap in a row; one lies apart, and a source beside them does not count."""
    row = [shapely.box(8 * x, 0, 8 * x + 10, 10) for x in range(13)]
    one, other = features(*row, shapely.box(500, 0, 510, 10)), features(shapely.box(0, 0, 10, 10), source=1)
    table = concatenate([one, other])
    whole = build(table.geometry)
    found = tiling.overlaps(np.ones(15, bool), table.source, whole.coverage, whole.area, 10.0)
    (said,) = tiling.overlap_findings(found, table, whole.faces, ["red lines", "other"])
    assert (said.facts["count"], said.facts["total"]) == (12, 240)
    assert (said.facts["drawn"], said.facts["covered"]) == (1400, 1160)
    assert all(worded([said]))


NESTED = {"zone": ["nature_reserve", "nature_park"]}
OVERLAP = [box(1_000, 1_000, 2_000, 2_000), box(2_000, 1_000, 2_000, 1_000)]
TOUCHING = [box(1_000, 1_000, 2_000, 2_000), box(3_000, 1_000, 2_000, 1_000)]


def untiled(folder: Path, role: str, shapes: list, more: str = "", fields: dict | None = None) -> list[Finding]:
    """S45 of the hand case with one more layer."""
    text = f'{CASE}\n[[source]]\nrole = "{role}"\npath = "hand.gpkg"\nlayer = "more"\n{more}'
    case = hand(folder, text, more=(shapes, fields or {"name": ["甲", "乙"]}))
    found = [one for one in lay_basis(read_case(case)).findings if one.id == "S45"]
    assert all(worded(found))
    return found


@pytest.mark.parametrize(
    "role", ["red_line", "general_eco_space", "industrial_park", "urban_boundary", "farmland", "spatial_plan", "unit"]
)
def test_overlaps_within_one_source_are_told_for_whatever_divides_the_land(tmp_path, role):
    (said,) = untiled(tmp_path / "overlap", role, OVERLAP)
    assert (str(said.facts["first"]), str(said.facts["feature"])) == ("“甲”", "“乙”")
    assert (said.facts["area"], said.facts["drawn"], said.facts["covered"]) == (1e6, 6e6, 5e6)
    assert said.facts["source"] == "hand.gpkg|more"
    assert box(2_000, 1_000, 1_000, 1_000).contains(said.geometry)
    # Neighbours that touch are none.
    assert untiled(tmp_path / "touch", role, TOUCHING) == []


def test_grades_within_each_other_and_buffers_that_meet_are_no_overlaps(tmp_path):
    within = [box(1_000, 1_000, 3_000, 3_000), box(2_000, 2_000, 1_000, 1_000)]
    assert untiled(tmp_path / "reserve", "protected_area", within, fields=NESTED) == []
    grades = {"grade": ["二级保护区", "一级保护区"]}
    assert untiled(tmp_path / "water", "drinking_water", within, fields=grades) == []
    lines = [line(1_000, 1_000, 3_000, 1_000), line(3_000, 1_000, 3_000, 3_000)]
    assert untiled(tmp_path / "buffer", "general_eco_space", lines, "buffer = 50\n") == []


def test_a_crowd_on_one_face_is_paired_with_its_first():
    table = features(*[shapely.box(0, 0, 10, 10)] * 40)
    whole = build(table.geometry)
    found = tiling.overlaps(np.ones(40, bool), table.source, whole.coverage, whole.area, 10.0)
    assert len(found) == 39
    assert set(found.first.tolist()) == {0}


@pytest.mark.parametrize(
    ("shape", "count"),
    [
        (shapely.box(495, 100, 505, 900), 1),  # a slit that is closed
        (shapely.box(497, 0, 503, 900), 1),  # one that is open below
        (shapely.box(460, 460, 520, 520), 1),  # a small hole
        (shapely.box(300, 300, 700, 700), 0),  # a lake
        (shapely.box(480, 0, 520, 900), 0),  # a broad bay
        (shapely.box(0, 497, 100, 503), 0),  # a creek into one county alone
    ],
)
def test_a_gap_is_small_or_thin_or_between_two(shape, count):
    west, east = shapely.box(0, 0, 500, 1000).difference(shape), shapely.box(500, 0, 1000, 1000).difference(shape)
    whole = build(shapes(west, east))
    label = np.zeros(len(whole), np.int64)
    label[whole.coverage.face] = whole.coverage.feature
    found = tiling.gaps(whole, label, ["甲县", "乙县"], SETTINGS)
    assert len(found) == count
    for one in found:
        assert one.value == pytest.approx(shape.area, rel=0.01)
        assert shape.contains(one.geometry)
        assert set(one.facts["between"].split(" / ")) == {"甲县", "乙县"}
    assert all(worded(found)) or not count
