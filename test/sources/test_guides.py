"""Lines that borders of units keep to: roads, ridges, rivers as sources that cut nothing and decide nothing."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from itertools import product

import numpy as np
import pandas as pd
import pytest
import shapely
from control_units.delineation.basis.build import lay_basis
from control_units.delineation.case.reading import method_of, read_case
from control_units.delineation.core.errors import BadInput
from control_units.delineation.guessing import guess_sources
from control_units.delineation.labelling.label import label
from control_units.delineation.partition import border_lines
from control_units.delineation.partition.alignment import share_along
from control_units.delineation.plan.file import read_plan
from control_units.delineation.sources.examine import examine
from control_units.delineation.verbs.running import run
from hand import CASE, SIZE, SOUTH, WEST, box, hand, write_layer
from shapely import LineString, MultiLineString, Point

# A hundred villages of a square kilometre; nothing else, so that units follow x alone.
VILLAGES = [box(1_000 * x, 1_000 * y, 1_000, 1_000) for x, y in product(range(10), range(10))]
PLAIN = CASE[: CASE.index('[[source]]\nrole = "red_line"')] + CASE[CASE.index("[rules]") :]
VILLAGE = '[[source]]\nrole = "village"\npath = "hand.gpkg"\nlayer = "village"\n\n'
ROAD = '[[source]]\nrole = "road"\npath = "hand.gpkg"\nlayer = "road"\nclassification = "秘密"\n\n'


def line(*places: tuple[float, float]) -> LineString:
    """A line by metres from the county's corner."""
    return LineString([(WEST + x, SOUTH + y) for x, y in places])


def county(folder, *, road=None, more=ROAD, **layers):
    """A case of the villages and a road, by default one eight metres east of the third column."""
    lines = [line((3_008, -500), (3_008, SIZE + 500))] if road is None else road
    text = PLAIN.replace("[rules]", VILLAGE + more + "[rules]")
    village = (VILLAGES, {"name": [f"{n}村" for n in range(100)]})
    return hand(folder, text, village=village, road=(lines, {"id": list(range(len(lines)))}), **layers)


def divided(case, basis, method):
    """Labels of the faces by a method string."""
    name, given = method_of({}, method, "method")
    return label(replace(case, method=name, method_parameters=given), basis)


def west_of(basis, labelling):
    """Easting of the border between two units that part west from east."""
    unit, x = labelling.units.of_face, basis.partition.point[:, 0] - WEST
    assert len(labelling.units) == 2
    first = unit == unit[x.argmin()]
    assert x[first].max() < x[~first].min()
    return (x[first].max() + x[~first].min()) / 2


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    case = read_case(county(tmp_path_factory.mktemp("guides")))
    return case, lay_basis(case)


def test_shares_are_what_buffers_cut_out():
    """Against shapely: borders inside the union of lines widened with 256 chords a circle."""
    rng, corner = np.random.default_rng(3), np.array([5e5, 3.4e6])
    borders = shapely.linestrings(rng.uniform(0, 100, (60, 3, 2)) + corner)
    borders = np.append(borders, shapely.multilinestrings([borders[0], borders[1]]))
    lines = shapely.linestrings(rng.uniform(0, 100, (8, 3, 2)) + corner)
    for within in (0.5, 4.0, 30.0):
        wide = shapely.buffer(shapely.union_all(lines), within, quad_segs=64)
        wanted = shapely.length(shapely.intersection(borders, wide)) / shapely.length(borders)
        assert wanted.mean() > 0.05
        assert share_along(borders, lines, within) == pytest.approx(wanted, abs=1e-3)


def test_shares_by_hand():
    border = [LineString([(0, 0), (100, 0)]), LineString([(50, -50), (50, 50)]), LineString([(0, 200), (100, 200)])]
    lines = np.array([LineString([(20, 3), (60, 3)]), MultiLineString([[(50, 3), (70, 3)], [(0, 500), (1, 500)]])])
    found = share_along(np.array(border, dtype=object), lines, 5.0)
    # Beside 20–70, and round the two ends 4 m more (3² + 4² = 5²); across from −2 to 8; nothing.
    assert found == pytest.approx([0.58, 0.10, 0.0])
    assert share_along(np.array(border, dtype=object), lines[:0], 5.0).tolist() == [0.0, 0.0, 0.0]
    on = share_along(np.array(border, dtype=object), np.array([LineString([(30, 0), (90, 0)])]), 0.0)
    assert on == pytest.approx([0.6, 0.0, 0.0], abs=1e-6)


def test_the_borders_of_a_case_are_measured(tmp_path):
    bent = [line((2_000, 0), (2_000, 4_000), (3_500, 6_500), (6_000, 6_500), (9_000, 9_400))]
    basis = lay_basis(read_case(county(tmp_path, road=bent)))
    borders = border_lines(basis.partition)
    wide = shapely.buffer(bent[0], 300, quad_segs=256)
    wanted = shapely.length(shapely.intersection(borders, wide)) / shapely.length(borders)
    found = basis.along(["road"], 300)
    assert found == pytest.approx(wanted, abs=1e-4)
    assert (found == 1).sum() >= 4 and (found == 0).sum() > 100


@pytest.mark.parametrize("method", ["ward", "skater", "redcap", "azp"])
@pytest.mark.uses("sklearn")
def test_units_part_along_the_road(made, method):
    """A cut in the middle leaves 20 of 82.5 within, one along the road 30, and costs 10 of 180 km of borders more."""
    case, basis = made
    assert west_of(basis, divided(case, basis, f"{method}:k=2,variables=x")) in (5_000, 6_000)
    drawn = divided(case, basis, f"{method}:k=2,variables=x,align=road,alignment=5")
    assert west_of(basis, drawn) == pytest.approx(3_000)


def test_how_near_a_road_has_to_be(made):
    case, basis = made
    for within, wanted in ((7, 5_000), (9, 3_000)):
        found = divided(case, basis, f"skater:k=2,variables=x,align=road,alignment=5,align_within={within}")
        assert west_of(basis, found) == pytest.approx(wanted)
    # Named without a weight it is as much as all of the variance.
    assert divided(case, basis, "ward:k=2,variables=x,align=road").labels.unit.tolist() == (
        divided(case, basis, "ward:k=2,variables=x,align=road,alignment=1").labels.unit.tolist()
    )


def test_outlines_are_lines_too(tmp_path):
    """Polygons as guides, and the same polygons as a layer that cuts, draw the same borders."""
    plots = [box(0, 0, 3_000, SIZE), box(3_000, 0, 7_000, SIZE)]
    more = ROAD.replace('"road"', '"guide"', 1) + VILLAGE.replace("village", "catchment", 1).replace("village", "road")
    case = read_case(county(tmp_path, road=plots, more=more))
    basis = lay_basis(case)
    plot, borders = basis.extent("catchment"), basis.partition.borders
    wanted = (plot[borders.left] != plot[borders.right]).astype(float)
    assert wanted.sum() == 10
    # Borders that end on a line are near it for a centimetre of a kilometre.
    assert basis.along(["guide"], 0.01) == pytest.approx(wanted, abs=1.1e-5)
    for role, place in (("guide", 3_000), ("catchment", 3_000), ("township", 5_000), ("township+guide", 5_000)):
        found = divided(case, basis, f"skater:k=2,variables=x,align={role},alignment=5")
        assert west_of(basis, found) == pytest.approx(place)


@pytest.mark.uses("sklearn")
def test_a_plan_says_what_it_drew_on_and_nothing_is_cut(tmp_path):
    method = "ward:k=2,variables=x,align=road,alignment=30"
    with_road = county(tmp_path / "a")
    run(with_road, tmp_path / "a.gpkg", method=method)
    plan = read_plan(tmp_path / "a.gpkg")
    row = plan.sources[plan.sources["role"] == "road"].iloc[0]
    assert row["sha256"] == hashlib.sha256((tmp_path / "a" / "hand.gpkg").read_bytes()).hexdigest()
    assert (row["count"], row["path"], row["layer"], row["classification"]) == (1, "hand.gpkg", "road", "秘密")
    assert pd.isna(row["area_m2"])
    assert plan.meta["classification"] == "秘密"
    said = json.loads(plan.meta["method_parameters"])
    assert (said["align"], said["alignment"]) == ("road", 30)
    run(county(tmp_path / "b", more=""), tmp_path / "b.gpkg", method="ward:k=2,variables=x")
    bare = read_plan(tmp_path / "b.gpkg")
    assert plan.faces["area_m2"].tolist() == bare.faces["area_m2"].tolist()
    assert not (plan.coverage["role"] == "road").any()
    assert "road" not in set(plan.ledger["role"])
    ours, theirs = set(plan.findings["id"]), set(bare.findings["id"])
    assert ours == theirs


def test_lines_in_another_crs(tmp_path):
    """A road in degrees lies where the same road in metres does."""
    from pyproj import Transformer

    way = np.array([(WEST + 3_000, SOUTH + y) for y in range(-500, 10_501, 100)])
    lonlat = np.column_stack(Transformer.from_crs(4547, 4490, always_xy=True).transform(*way.T))
    write_layer(tmp_path / "far.gpkg", "road", [LineString(lonlat)], {"id": [1]}, crs="EPSG:4490", kind="LineString")
    case = read_case(county(tmp_path, more=ROAD.replace("hand.gpkg", "far.gpkg")))
    basis = lay_basis(case)
    (lines,) = basis.sources.guides.values()
    assert shapely.hausdorff_distance(lines[0], LineString(way)) < 0.01
    assert basis.along(["road"], 0.1).sum() == pytest.approx(10, abs=0.01)


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ("align=raod", "the case has no source of role 'raod'; wanted: road"),
        ("align=ridges.gpkg", "a file of lines as a .*source.* of role ridge, river, road or guide"),
        ("keep_apart=road", "'road' is a role of lines, and lines cannot keep regions apart"),
        ("keep_apart=vilage", "wanted: village"),
        ("alignment=3", "alignment without align"),
        ("align=road,align_within=-1", "align_within = -1; wanted: a number of 0 or more"),
        ("variables=road", "'road'"),
    ],
)
def test_what_is_refused(made, parameters, said):
    case, basis = made
    text = parameters if "variables" in parameters else f"variables=x,{parameters}"
    with pytest.raises(BadInput, match=said):
        divided(case, basis, f"ward:k=2,{text}")


@pytest.mark.parametrize(
    ("road", "more", "said"),
    [
        ([Point(WEST, SOUTH)], ROAD, "none of 1 features is a line"),
        ([line((50_000, 0), (60_000, 0))], ROAD, "no overlap with the study area"),
        (None, ROAD.replace("classification", "buffer = 20\nclassification"), "buffer on role road"),
        (None, ROAD.replace("classification", 'zone = "key"\nclassification'), "role road takes no zone"),
    ],
)
def test_lines_that_cannot_be_used(tmp_path, road, more, said):
    with pytest.raises(BadInput, match=said):
        lay_basis(read_case(county(tmp_path, road=road, more=more)))


def test_points_beside_lines_are_told(tmp_path):
    road = [line((3_000, 0), (3_000, SIZE)), Point(WEST + 1, SOUTH + 1), shapely.GeometryCollection([box(1, 1, 9, 9)])]
    case = read_case(county(tmp_path, road=road))
    basis = lay_basis(case)
    (found,) = [one for one in basis.findings if one.id == "S06"]
    assert (found.facts["problem"], str(found.facts["features"])) == ("lines", "2")
    (lines,) = basis.sources.guides.values()
    assert shapely.length(lines).tolist() == [SIZE, 36.0]
    looked = examine(case, next(spec for spec in case.sources if spec.role == "road"))
    assert (looked.problem, looked.geometry, looked.count) == (None, "line", 2)


def test_a_guess_takes_no_road_for_a_layer_of_the_law(tmp_path):
    write_layer(tmp_path / "roads.gpkg", "roads", [line((0, 0), (9, 9))], {"id": [1]}, kind="LineString")
    (found,) = guess_sources([tmp_path / "roads.gpkg"])
    assert found.guess is None or found.guess.role not in ("road", "ridge", "river", "guide")
