"""What regions of a case have to add up to, what is too small for it, and what messages say of it."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import product

import numpy as np
import pandas as pd
import pytest
import shapely
from cases import ROOT
from control_units.delineation.basis.build import lay_basis
from control_units.delineation.case.finding_texts import message
from control_units.delineation.case.model import Cleaning, RasterSpec
from control_units.delineation.case.reading import read_case
from control_units.delineation.checks import load_texts
from control_units.delineation.core.errors import BadInput
from control_units.delineation.labelling.label import label
from control_units.delineation.methods import run_method
from control_units.delineation.methods.face_sums import additive, limits_of
from control_units.delineation.sources.rasters.grids import cell_areas, shift
from control_units.delineation.sources.rasters.raster import open_raster
from raster_files import write as write_raster
from synthetic import EVIDENCE, Row, basis_of, box, case_of, county, face_at

METHODS = {
    "ward": {},
    "skater": {},
    "redcap": {},
    "azp": {"starts": 2},
    "kmeans_repaired": {"runs": 2},
}
KM2 = 1e6
PEOPLE = RasterSpec("people", "people.tif", kind="score")
# A county of 6 × 6 villages of a square kilometre, and one of two villages that touches it nowhere.
VILLAGES = [Row("village", box(1_000 * x, 1_000 * y, 1_000, 1_000)) for x, y in product(range(6), range(6))]
ISLE = [Row("village", box(20_000 + 1_000 * x, 0, 1_000, 1_000)) for x in range(2)]
LAND = [county(0, 0, 6_000, 6_000), county(20_000, 0, 2_000, 1_000, code="999902", name="乙县"), *VILLAGES, *ISLE]
TOWN = Row("urban_boundary", box(500, 500, 2_000, 2_000), "concentrated", source=1)


@pytest.fixture(scope="module")
def land():
    return basis_of(LAND)


@pytest.fixture(scope="module")
def one():
    """The large county alone."""
    return basis_of([LAND[0], *VILLAGES])


def divided(basis, method, **given):
    """Label the faces by a method; evidence and rasters as the basis and ``rasters`` have them."""
    more = {key: given.pop(key) for key in ("rasters", "path", "cleaning") if key in given}
    path = more.pop("path", None)
    case = case_of(method=method, method_parameters={"variables": "x+y", "scope": "whole", **given}, **more)
    return label(replace(case, path=path) if path else case, basis)


def sums(labelling, value):
    """What each unit adds up to."""
    return np.bincount(labelling.units.of_face, value)


# --- what adds up ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "more"), METHODS.items())
def test_every_method_keeps_areas_and_counts(one, name, more):
    found = divided(one, name, k=4, least=f"area:{7 * KM2}+faces:7", most="faces:12", **more)
    assert len(found.units) == 4
    count = sums(found, np.ones(36))
    assert count.min() >= 7 and count.max() <= 12
    assert sums(found, one.area).min() >= 7 * KM2


@pytest.mark.parametrize(("name", "more"), METHODS.items())
@pytest.mark.parametrize("k", ["4..6", 4.0, float("nan")])
def test_every_method_refuses_a_number_of_regions_that_is_none(one, name, more, k):
    with pytest.raises(BadInput, match="a whole number of 1 or more"):
        divided(one, name, k=k, **more)


@pytest.mark.parametrize(("west", "with_left"), [(2_000, True), (2_800, False)])
def test_what_grows_from_a_unit_across_an_outline_stays_on_the_side_that_most_of_it_is_on(west, with_left):
    """A red line of 1.2 km across the outline at 3 km: without the rule one region would hold both sides."""
    sides = [Row("village", box(3_000 * x, 0, 3_000, 2_000)) for x in range(2)]
    basis = basis_of([county(0, 0, 6_000, 2_000), *sides, Row("red_line", box(west, 500, 1_200, 1_000), source=1)])
    left, right, core = (face_at(basis, *at) for at in ((100, 100), (5_900, 100), (3_100, 1_000)))
    # A node of two faces counts as two.
    smallest = r"\(the smallest: face \d at \d+, 1000, the separate part with face \d at \d+, 1000 \(3 polygons\)\)"
    with pytest.raises(BadInput, match=f"below the 2 parts .* {smallest}"):
        divided(basis, "ward", k=1, keep_apart="village")
    found = divided(basis, "ward", k=2, keep_apart="village")
    unit = found.units.of_face
    assert (unit[core] == unit[left], unit[core] == unit[right]) == (with_left, not with_left)
    assert unit[face_at(basis, 2_900, 1_000)] == unit[core]
    (said,) = [one for one in found.findings if one.id == "S78"]
    assert said.facts["problem"] == "across" and said.value == 1
    assert "(villages)" in message(said, load_texts(), "en") and "（村级行政区）" in message(said, load_texts(), "zh")
    assert not [one for one in divided(basis, "ward", k=2).findings if one.id == "S78"]


def test_the_old_words_and_the_new_say_the_same(one):
    old = divided(one, "ward", k=4, min_area=7e6, max_area=1.1e7)
    new = divided(one, "ward", k=4, least="area:7e+6", most="area:11e6")
    assert old.labels.unit.tolist() == new.labels.unit.tolist()


def test_what_rides_counts_with_its_host():
    """A sliver of 100 m² is no face of its own where faces are counted, and adds its area."""
    strip = Row("village", box(1_000, 0, 0.1, 1_000))
    basis = basis_of([LAND[0], *VILLAGES, strip])
    found = divided(basis, "ward", k=9, least="faces:4", most="faces:4", cleaning=Cleaning(fragment_area=0))
    assert len(basis.partition) == 37
    assert np.bincount(found.units.of_face[found.host < 0]).tolist() == [4] * 9


def test_a_role_adds_up_to_what_it_covers():
    """The urban boundary is 4 km² over parts of nine villages; both halves are to have 1.5 of it at least."""
    basis = basis_of([LAND[0], *VILLAGES, TOWN])
    town = np.array([shapely.intersection(face, TOWN.geometry).area for face in basis.partition.faces])
    assert town.sum() == pytest.approx(4 * KM2)
    free, held = (divided(basis, "ward", k=2, cores="grow", **more) for more in ({}, {"least": "urban_boundary:1.5e6"}))
    assert sums(free, town).min() < 1.5 * KM2 <= sums(held, town).min()


@pytest.fixture
def peopled(one, tmp_path):
    """A raster of people on cells of 500 m, four a village, and evidence of it as measured by hand."""
    cells = np.arange(144, dtype="float32").reshape(1, 12, 12) + 1
    write_raster(tmp_path / "people.tif", cells, transform=(500.0, 0.0, 0.0, 0.0, -500.0, 6_000.0), crs="EPSG:4547")
    x, y = (one.partition.point // 1_000).astype(int).T
    blocks = cells[0].reshape(6, 2, 6, 2)[::-1].transpose(0, 2, 1, 3).reshape(6, 6, 4)[y, x]
    rows = {"face_id": np.arange(1, 37), "raster": "people", "mean": blocks.mean(axis=1), "stdev": 0.0}
    table = pd.DataFrame(rows | {"majority": blocks[:, 0], "covered": 1.0})[list(EVIDENCE)]
    return replace(one, evidence=table, sources=_Placed()), blocks.sum(axis=1), tmp_path / "case.toml"


class _Placed:
    """Sources of which only the CRS is asked."""

    guides: dict = {}  # noqa: RUF012

    @property
    def crs(self):
        from control_units.delineation.sources.coordinates.crs import parse_crs

        return parse_crs("EPSG:4547")


@pytest.mark.touches("rasterio")
def test_a_raster_adds_up_to_the_sum_of_its_cells(peopled):
    basis, people, path = peopled
    assert people.sum() == 144 * 145 / 2
    for most, fits in ((3_000, True), (2_500, False)):
        given = {"k": 4, "least": "people:2300", "most": f"people:{most}", "rasters": (PEOPLE,), "path": path}
        if fits:
            total = sums(divided(basis, "ward", **given), people)
            assert total.sum() == people.sum() and total.min() >= 2_300 and total.max() <= most
        else:
            with pytest.raises(BadInput, match=re.escape("people 10440, at most 2500 a region")):
                divided(basis, "ward", **given)


@pytest.mark.uses("rasterio")
def test_the_floor_of_maxp_may_be_on_anything(peopled):
    basis, people, path = peopled
    more = {"rasters": (PEOPLE,), "path": path}
    found = divided(basis, "maxp", floor="people:2000", **more)
    assert len(found.units) == 5 and sums(found, people).min() >= 2_000
    same = divided(basis, "maxp", least="people:2000", **more)
    assert same.labels.unit.tolist() == found.labels.unit.tolist()
    area = divided(basis, "maxp", floor=5e6)
    assert len(area.units) == 7 and sums(area, basis.area).min() >= 5e6
    both = divided(basis, "maxp", floor="people:2000+faces:8", **more)
    assert len(both.units) == 4 and sums(both, np.ones(36)).min() >= 8
    with pytest.raises(BadInput, match=re.escape("[method] maxp floor: '2000people'")):
        divided(basis, "maxp", floor="2000people")


@pytest.mark.touches("rasterio")
def test_a_cell_in_degrees_is_as_large_as_the_ellipsoid_says(tmp_path):
    """Against pyproj's geodesic areas; the projection's scale is within 1e-4 near its meridian."""
    from pyproj import Geod, Transformer

    step = 1 / 120
    transform = (step, 0.0, 113.5, 0.0, -step, 31.0)
    write_raster(tmp_path / "d.tif", np.ones((1, 100, 100), "float32"), transform=transform, crs="EPSG:4490")
    places = np.array([(500_000.0, 3_400_000.0), (520_000.0, 3_380_000.0)])
    lon, lat = Transformer.from_crs(4547, 4490, always_xy=True).transform(*places.T)
    boxes = shapely.box(lon - step / 2, lat - step / 2, lon + step / 2, lat + step / 2)
    wanted = [Geod(ellps="GRS80").geometry_area_perimeter(cell)[0] for cell in boxes]
    assert cell_areas(open_raster(tmp_path / "d.tif"), places, "EPSG:4547") == pytest.approx(wanted, rel=1e-4)


@pytest.mark.uses("rasterio", "exactextract")
def test_rasters_of_the_demo_add_up_to_their_cells():
    """Against the cells whose centres lie in the study area, on a metric raster and on one in degrees."""
    pytest.importorskip("exactextract", reason="nothing measures rasters over faces")
    case = read_case(ROOT / "resources" / "demo" / "case.toml")
    case = replace(case, rasters=tuple(one for one in case.rasters if one.name in ("slope", "dem")))
    basis = lay_basis(case)
    seen = {}

    def look(situation):
        seen.update({one.name: additive(situation, one.name, "here").sum() for one in case.rasters})
        return run_method("overlay", situation, {}, seed=1)

    label(case, basis, divide=look)
    outline = np.array([shapely.union_all(basis.partition.faces)])
    for one in case.rasters:
        raster = open_raster(case.file(one.path))
        dx, _, west, _, dy, north = raster.transform
        row, column = np.indices(raster.shape)
        study = shift(outline, basis.sources.crs.to_wkt(), raster.crs, "demo")[0]
        inside = shapely.contains_xy(study, west + dx * (column + 0.5), north + dy * (row + 0.5))
        assert seen[one.name] == pytest.approx(np.nansum(raster.read()[inside]), rel=2e-3)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("area:5e6+faces:3", {"area": 5e6, "faces": 3}),
        ("area:5e+6+faces:3", {"area": 5e6, "faces": 3}),
        ("a:b:2", {"a:b": 2}),
        ("", {}),
        (" people : 7 ", {"people": 7}),
    ],
)
def test_sums_are_read(text, wanted):
    assert limits_of(text, "least") == wanted


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"least": "area:5+area:6"}, "'area' is given twice"),
        ({"least": "area"}, "'area'; wanted: name:number above 0"),
        ({"least": "area:-1"}, "name:number above 0"),
        ({"least": 5e6}, "least = 5000000.0; wanted: name:number above 0"),
        ({"least": "aera:5"}, "nothing called 'aera' that can be summed; wanted: area"),
        ({"least": "area:5", "min_area": 4}, "area is also limited by min_area; wanted: only one of the two limits"),
        ({"least": "area:5", "most": "area:4"}, "the lower bound 5 on area is above the upper bound 4"),
        ({"small": "drop"}, r"small = 'drop'; wanted: error \| keep"),
        ({"least": f"area:{40 * KM2}"}, r"has area 36.0000 km² in all, less than the 40.0000 km² that every region"),
        (
            {"least": "faces:10", "most": "faces:11"},
            r"needs at least 4 regions \(faces 36, at most 11 a region\), but has .* only 3",
        ),
    ],
)
def test_what_is_refused(one, given, said):
    with pytest.raises(BadInput, match=said):
        divided(one, "ward", k=3, **given)


# --- what is too small ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "more"), METHODS.items())
def test_parts_below_the_least_are_kept(land, name, more):
    given = {"k": 4, "least": f"area:{5 * KM2}", "most": "faces:20", **more}
    with pytest.raises(BadInput, match=r"has area 2.0000 km² in all, less than the 5.0000 km² .*; wanted: small"):
        divided(land, name, **given)
    found = divided(land, name, small="keep", **given)
    isle = land.partition.point[:, 0] > 10_000
    assert len(set(found.units.of_face[isle])) == 1
    assert len(set(found.units.of_face[~isle])) == 3
    assert np.sort(sums(found, land.area))[1] >= 5 * KM2
    (told,) = [one for one in found.labels.findings if one.id == "S80"]
    assert (told.facts["count"], told.facts["bound"], told.facts["limit"]) == (1, "area", 5 * KM2)
    assert "(2 polygons) = 2.0000 km²" in str(told.facts["listed"])


def test_maxp_keeps_what_is_below_its_floor(land):
    with pytest.raises(BadInput, match="small = keep"):
        divided(land, "maxp", floor=5e6)
    found = divided(land, "maxp", floor=5e6, small="keep")
    assert len(found.units) == 7 + 1
    assert [one.id for one in found.labels.findings] == ["S80"]


def test_inside_each_category_the_rest_is_divided():
    """Two patches of general eco space, of one village and of four, cannot have two of them each."""
    eco = [Row("general_eco_space", box(0, 0, 1_000, 1_000)), Row("general_eco_space", box(4_000, 4_000, 2_000, 2_000))]
    basis = basis_of([LAND[0], *VILLAGES, *eco])
    given = {"k": 6, "scope": "category", "least": "faces:2", "small": "keep"}
    found = divided(basis, "ward", **given)
    category, unit = found.judgement.category, found.units.of_face
    assert len(found.units) == 6
    assert sorted(sums(found, np.ones(36)))[0] == 1
    assert all(len(set(category[unit == number])) == 1 for number in range(6))
    (told,) = [one for one in found.labels.findings if one.id == "S80"]
    assert told.facts["count"] == 1
    # Counties are closed whatever is said, so that both words mean the same.
    full = divided(basis, "ward", **{**given, "scope": "county_category"})
    assert full.labels.unit.tolist() == found.labels.unit.tolist()


# --- what is said ---------------------------------------------------------------------------------------------------


def test_a_floor_that_divides_nothing_is_told(one):
    found = divided(one, "maxp", floor=1e6)
    (told,) = found.labels.findings
    assert (told.id, told.value) == ("S81", 36.0)
    assert "area 1.0000 km²" in message(told, load_texts(), "en")
    assert not divided(one, "maxp", floor=2e6).labels.findings


def test_messages_say_where_a_face_is(land):
    """The number is the plan's ``face_id``, the place lies in that face."""
    with pytest.raises(BadInput) as caught:
        divided(land, "ward", k=4, max_area=5e5)
    row, x, y = map(int, re.search(r"face (\d+) at (\d+), (\d+)", str(caught.value)).groups())
    assert land.partition.faces[row - 1].contains(shapely.Point(x, y))
    found = divided(land, "ward", k=4, least="faces:5", small="keep")
    assert "图斑 37（20" in message(found.labels.findings[0], load_texts(), "zh")
