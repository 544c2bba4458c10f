"""Sources that reach round the globe: cut far from the study area, exact within, told; areas on the whole ellipsoid."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import pytest
import shapely
from control_units.delineation.basis.build import lay_basis
from control_units.delineation.case.reading import read_case
from control_units.delineation.core.errors import BadInput, Cancelled
from control_units.delineation.sources import read_sources
from control_units.delineation.sources.coordinates.clipping import cut_at, frame_round
from control_units.delineation.sources.coordinates.crs import parse_crs, to_crs
from control_units.delineation.sources.coordinates.ellipsoid import ellipsoidal_area
from control_units.delineation.verbs.running import delineate
from hand import CASE, COUNTY, hand, write_layer

if TYPE_CHECKING:
    from pathlib import Path

DEGREES = parse_crs("EPSG:4326")
FRAME = (113.0, 29.7, 115.1, 31.9)
GLOBE = 510_065_621_724_000.0  # m², of the ellipsoid of WGS 84
SEA = CASE + '\n[[source]]\nrole = "sea"\npath = "sea.gpkg"\n'


def shapes(*geometry: shapely.Geometry) -> np.ndarray:
    return np.array(geometry, dtype=object)


def silent(_fraction: float, _message: str) -> None:
    pass


def wavy(x: float, y: float, size: float, corners: int = 400) -> shapely.LinearRing:
    """An island with bays, so that a frame through it is crossed many times."""
    turn = np.arange(corners) / corners * 2 * np.pi
    radius = size * (1 + 0.4 * np.sin(31 * turn))
    return shapely.LinearRing(np.column_stack((x + radius * np.cos(turn), y + radius * np.sin(turn))))


def world(*holes: shapely.LinearRing) -> shapely.Polygon:
    """All that is not land: its rim is the rim of the map, and one edge of it the whole south."""
    north = range(-70, 91, 10)
    rim = [(-180, -78.7), (180, -78.7), *((180, y) for y in north), *((-180, y) for y in north[::-1])]
    return shapely.Polygon(rim, [*holes, wavy(-60, 0, 20), wavy(20, 0, 30)])


# The county of `hand` lies at 114.00–114.10° E, 30.70–30.81° N, in the bay of a land that the frame cuts.
LAND = wavy(113.2, 31.2, 0.9)


def even_odd(ring: np.ndarray, points: np.ndarray) -> np.ndarray:
    (ax, ay), (bx, by) = ring[:-1].T, ring[1:].T
    x, y = points[:, :1], points[:, 1:]
    with np.errstate(divide="ignore", invalid="ignore"):
        crosses = ((ay > y) != (by > y)) & (x < (bx - ax) * (y - ay) / (by - ay) + ax)
    return crosses.sum(axis=1) % 2 == 1


def vertices_inside(geometry: shapely.Geometry, frame: tuple[float, ...]) -> set[tuple[float, float]]:
    xy = shapely.get_coordinates(geometry)
    west, south, east, north = frame
    inside = (xy > (west, south)).all(axis=1) & (xy < (east, north)).all(axis=1)
    return set(map(tuple, xy[inside].tolist()))


def test_what_is_cut_is_exact_and_its_vertices_stay():
    sea = world(LAND, wavy(114.6, 30.0, 0.1), wavy(115.1, 31.9, 0.2))
    near = cut_at(shapes(sea), DEGREES, FRAME, silent)
    (cut,) = near.geometry
    wanted = shapely.intersection(sea, shapely.box(*FRAME))
    assert shapely.is_valid(cut)
    assert shapely.bounds(cut).tolist() == list(FRAME)
    assert shapely.area(shapely.symmetric_difference(cut, wanted)) < 1e-12
    assert vertices_inside(cut, FRAME) == vertices_inside(sea, FRAME)
    # No edge along the frame is so long that a map would bend it by metres.
    for ring in shapely.get_rings(shapely.get_parts(cut)):
        xy = shapely.get_coordinates(ring)
        along = ((xy[:-1] == xy[1:]) & np.isin(xy[:-1], FRAME)).any(axis=1)
        assert np.abs(np.diff(xy, axis=0))[along].max(initial=0.0) < 0.01
    whole = ellipsoidal_area(shapes(sea), DEGREES)[0]
    assert near.area == pytest.approx(whole - ellipsoidal_area(shapes(cut), DEGREES)[0], rel=1e-4)


def test_what_is_invalid_elsewhere_is_of_no_matter_and_what_is_so_here_stays():
    bow = shapely.LinearRing([(-100, 40), (-90, 50), (-90, 40), (-100, 50)])
    far = world(LAND, bow)
    assert not shapely.is_valid(far)
    (cut,) = cut_at(shapes(far), DEGREES, FRAME, silent).geometry
    assert shapely.is_valid(cut)
    assert cut.equals(cut_at(shapes(world(LAND)), DEGREES, FRAME, silent).geometry[0])
    here = shapely.LinearRing([(114.5, 30), (114.6, 30.1), (114.6, 30), (114.5, 30.1)])
    (cut,) = cut_at(shapes(world(LAND, here)), DEGREES, FRAME, silent).geometry
    assert not shapely.is_valid(cut)
    assert vertices_inside(here, FRAME) <= vertices_inside(cut, FRAME)


@pytest.mark.parametrize("seed", range(20))
def test_even_odd_inside_stays_however_a_ring_crosses_itself(seed):
    rng = np.random.default_rng(seed)
    ring = rng.uniform((112, 29), (116, 33), (12, 2)).round(int(rng.integers(0, 4)))
    ring = np.concatenate((ring, ring[:1]))
    near = cut_at(shapes(shapely.Polygon(ring)), DEGREES, FRAME, silent)
    points = rng.uniform(FRAME[:2], FRAME[2:], (500, 2))
    found = np.zeros(len(points), dtype=bool)
    for part in shapely.get_parts(near.geometry):
        for one in shapely.get_rings(part):
            found ^= even_odd(shapely.get_coordinates(one), points)
    assert (found == even_odd(ring, points)).all()


def test_features_that_touch_are_cut_at_the_same_points():
    rng = np.random.default_rng(3)
    border = np.column_stack((np.linspace(100, 130, 60), rng.uniform(29, 33, 60)))
    upper = shapely.Polygon([*border, (130, 60), (100, 60)])
    lower = shapely.Polygon([*border[::-1], (100, 0), (130, 0)])
    near = cut_at(shapes(upper, lower), DEGREES, FRAME, silent)
    assert shapely.area(near.geometry).sum() == pytest.approx(shapely.box(*FRAME).area, rel=1e-12)
    assert shapely.coverage_is_valid(near.geometry)


def test_only_what_no_crs_can_take_is_cut():
    target = parse_crs("EPSG:4547")
    county = (114.0, 30.7, 114.1, 30.8)
    country = shapely.box(73.5, 18, 135.1, 53.6)
    assert frame_round(shapes(country), DEGREES, county, target) is None
    for far in (world(), shapely.box(0, 0, 1, 1), shapely.box(100, 60, 120, 90)):
        assert frame_round(shapes(far), DEGREES, county, target) == pytest.approx((113, 29.7, 115.1, 31.8))
    wide = frame_round(shapes(world()), DEGREES, county, target, buffer=200_000)
    assert wide[0] < 110


def sea_case(folder: Path, geometry: list[shapely.Geometry], *, crs: str = "EPSG:4326", text: str = SEA) -> Path:
    case = hand(folder, text)
    write_layer(folder / "sea.gpkg", "sea", geometry, {"id": list(range(len(geometry)))}, crs=crs, kind="Unknown")
    return case


def of(findings: object, number: str) -> list[dict[str, object]]:
    return [json.loads(facts) for facts in findings.loc[findings["id"] == number, "facts"]]


def test_the_sea_of_the_globe_is_taken_as_a_sea(tmp_path):
    plan = delineate(read_case(sea_case(tmp_path, [world(LAND)])))
    (told,) = of(plan.findings, "S01")
    assert told["problem"] == "sea"
    assert told["area"] == pytest.approx(GLOBE, rel=0.2)
    assert "海域的外边界即该裁切框" in plan.findings.loc[plan.findings["id"] == "S01", "message"].item()
    assert of(plan.findings, "S07") == of(plan.findings, "S43") == of(plan.findings, "S38") == []
    at_sea = plan.units["code"].str.startswith("HY")
    area = plan.units.loc[at_sea, "area_m2"].sum()
    frame = shapely.segmentize(shapely.box(*(told[side] for side in ("west", "south", "east", "north"))), 0.001)
    moved = to_crs(shapes(frame.difference(shapely.Polygon(LAND))), DEGREES, parse_crs("EPSG:4547"), "")[0]
    assert area == pytest.approx(shapely.area(moved)[0], rel=1e-7)
    rows = plan.ledger[plan.ledger["role"] == "sea"]
    assert rows["stage"].tolist()[:2] == ["study area", "transformation"]
    assert rows["from_m2"].iloc[0] - rows["to_m2"].iloc[0] == pytest.approx(told["area"])
    assert float(plan.meta["imbalance"]) <= 1e-9
    source = plan.sources[plan.sources["role"] == "sea"]["area_m2"].item()
    assert source == pytest.approx(told["area"] + area, rel=1e-9)


def test_features_far_away_are_counted_and_the_rest_is_as_without_them(tmp_path):
    (county,) = to_crs(shapes(COUNTY[0][0]), parse_crs("EPSG:4547"), DEGREES, "")[0]
    here = [shapely.box(*county.buffer(-0.02).bounds), shapely.box(*county.buffer(-0.03).bounds)]
    text = CASE.replace('path = "hand.gpkg"\nlayer = "red_line"', 'path = "sea.gpkg"')
    alone = lay_basis(read_case(sea_case(tmp_path / "alone", here, text=text)))
    stray = [here[0], shapely.box(0, 0, 1, 1), shapely.MultiPolygon([here[1], shapely.box(-80, -80, -70, -70)])]
    basis = lay_basis(read_case(sea_case(tmp_path / "stray", stray, text=text)))
    assert shapely.equals_exact(basis.partition.faces, alone.partition.faces).all()
    told = {found.id: found.facts for found in basis.findings if found.id in ("S01", "S15")}
    assert told["S15"]["count"] == 1
    assert told["S01"]["problem"] == "far"
    lost = ellipsoidal_area(shapes(stray[1], shapely.box(-80, -80, -70, -70)), DEGREES).sum()
    assert told["S01"]["area"] == pytest.approx(lost, rel=2e-2)
    ids = basis.features.feature_id[basis.features.of("red_line")].tolist()
    assert ids == [1, 3]


def test_lines_and_projected_layers_are_cut_too(tmp_path):
    text = CASE + '\n[[source]]\nrole = "shoreline"\npath = "sea.gpkg"\nbuffer = 100\nzone = "priority"\n'
    line = shapely.LineString([(-170, 30.75), (114.05, 30.75), (114.05, 60), (170, 60)])
    plan = delineate(read_case(sea_case(tmp_path / "line", [line], text=text)))
    assert (plan.units["kind"] == "shoreline").any()
    globe = shapely.Polygon(shapely.box(-179, -80, 179, 80).exterior, [LAND])
    moved, _ = to_crs(shapes(globe), DEGREES, parse_crs("EPSG:3857"), "")
    plan = delineate(read_case(sea_case(tmp_path / "web", list(moved), crs="EPSG:3857")))
    assert of(plan.findings, "S01")[0]["problem"] == "sea"
    assert plan.units["code"].str.startswith("HY").any()


def test_grads_from_paris_are_cut_and_measured_as_degrees_are():
    paris = parse_crs("EPSG:4807")
    sea = world(LAND)
    turned = shapely.transform(shapes(sea), lambda xy: (xy - (2.33722917, 0)) / 0.9)
    one, other = cut_at(shapes(sea), DEGREES, FRAME, silent), cut_at(turned, paris, FRAME, silent)
    back = shapely.transform(other.geometry, lambda xy: xy * 0.9 + (2.33722917, 0))
    assert shapely.area(shapely.symmetric_difference(back, one.geometry)).sum() < 1e-6
    assert other.area == pytest.approx(one.area, rel=1e-3)
    assert ellipsoidal_area(turned, paris)[0] == pytest.approx(ellipsoidal_area(shapes(sea), DEGREES)[0], rel=1e-3)


def test_a_source_that_is_only_far_away_is_refused(tmp_path):
    with pytest.raises(BadInput, match="no overlap with the study area"):
        read_sources(read_case(sea_case(tmp_path, [shapely.box(0, 0, 1, 1), shapely.box(-10, 40, 160, 41)])))


def test_cutting_can_be_stopped():
    islands = [wavy(113 + 0.01 * number, 31.9, 0.2) for number in range(50)]

    def stop(_fraction, message):
        assert message
        raise Cancelled

    with pytest.raises(Cancelled):
        cut_at(shapes(*map(shapely.Polygon, islands)), DEGREES, FRAME, stop)


def test_a_point_without_a_place_names_both_systems():
    with pytest.raises(BadInput) as caught:
        to_crs(shapes(shapely.Point(-157.477, 1.98213)), DEGREES, parse_crs("EPSG:4548"), "sea.gpkg")
    assert "(-157.477, 1.98213) in EPSG:4326 cannot be transformed to EPSG:4548" in str(caught.value)


def parallel(latitude: float) -> list[tuple[float, float]]:
    return [(x, latitude) for x in range(-180, 181)]


def test_rings_round_the_globe_and_its_poles_have_their_area():
    """Against the closed formula of a zone on the authalic sphere: sin φ of WGS 84's authalic latitude at ±60°."""
    belt = shapely.Polygon(parallel(-60) + parallel(60)[::-1])
    cap = shapely.Polygon([*parallel(60), (180, 90), (-180, 90)])
    rest = shapely.Polygon([*parallel(60), (180, -90), (-180, -90)])
    zone = 0.8650588  # sine of the authalic latitude of 60°
    for polygon, share in (
        (shapely.box(-180, -90, 180, 90), 1),
        (shapely.box(-180, 0, 180, 90), 0.5),
        (belt, zone),
        (cap, (1 - zone) / 2),
        (rest, (1 + zone) / 2),
        (shapely.box(0, -90, 180, 90), 0.5),
    ):
        for one in (polygon, polygon.reverse()):
            area = ellipsoidal_area(shapes(one), DEGREES)[0]
            assert area == pytest.approx(share * GLOBE, rel=1e-4), (polygon.wkt[:60], area / GLOBE)
    sea = world(LAND)
    holes = ellipsoidal_area(shapes(*map(shapely.Polygon, sea.interiors)), DEGREES).sum()
    shell = ellipsoidal_area(shapes(shapely.Polygon(sea.exterior)), DEGREES)[0]
    assert ellipsoidal_area(shapes(sea), DEGREES)[0] == pytest.approx(shell - holes, rel=1e-12)
    assert shell > 0.9 * GLOBE


def test_many_small_areas_are_those_of_one_large():
    cells = [shapely.box(x, y, x + 20, y + 15) for x in range(-180, 180, 20) for y in range(-75, 75, 15)]
    whole = ellipsoidal_area(shapes(shapely.Polygon(parallel(-75) + parallel(75)[::-1])), DEGREES)[0]
    assert ellipsoidal_area(shapely.segmentize(shapes(*cells), 1), DEGREES).sum() == pytest.approx(whole, rel=1e-9)
