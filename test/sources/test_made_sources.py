"""Sources that a case makes on the spot: they cut the partition like any other, decide nothing, say what they are."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import shapely
from command import ask, refusal
from control_units.delineation.case.reading import parse_case, read_case
from control_units.delineation.case.writing import case_text, relocated
from control_units.delineation.core.errors import BadInput, Cancelled
from control_units.delineation.plan.file import read_plan
from control_units.delineation.plan.outputs import refuse_inputs
from control_units.delineation.sources import read_sources
from control_units.delineation.sources.examine import examine
from control_units.delineation.sources.files import checksum
from control_units.delineation.sources.inputs import inputs_of, stamps_of
from control_units.delineation.verbs.running import run
from hand import CASE, CRS, SIZE, SOUTH, WEST, box, hand, write_layer
from made_cases import CATCHMENTS, MORE, dem, made_case, with_made
from raster_files import write as write_raster

pytestmark = [pytest.mark.touches("rasterio"), pytest.mark.uses("exactextract")]


def planned(folder, *kinds, **more):
    run(made_case(folder, *kinds, **more), folder / "plan.gpkg")
    return read_plan(folder / "plan.gpkg")


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    """The plan without made sources."""
    return planned(tmp_path_factory.mktemp("plain"))


@pytest.mark.parametrize("kinds", [("catchments",), ("grid", "townships"), tuple(MORE)])
def test_made_sources_cut_the_partition_and_decide_nothing(tmp_path, plain, kinds):
    plan = planned(tmp_path / "made", *kinds)
    faces = plan.faces["geometry"].to_numpy(dtype=object)
    assert shapely.coverage_is_valid(faces)
    assert float(plan.faces["area_m2"].sum()) == pytest.approx(SIZE**2, rel=1e-12)
    assert float(plan.meta["imbalance"]) < 1e-9
    assert len(faces) > len(plain.faces)
    for column in ("rule_category", "category"):
        assert plan.faces.groupby(column)["area_m2"].sum().to_dict() == pytest.approx(
            plain.faces.groupby(column)["area_m2"].sum().to_dict(), rel=1e-9
        )
    assert plan.units["code"].tolist() == plain.units["code"].tolist()
    # No source says that something of it lies outside: it was made to.
    assert not {"S01", "S15"} & set(plan.findings["id"])


def test_catchments_are_those_of_the_dem_and_cover_everything(tmp_path):
    plan = planned(tmp_path, "catchments")
    over = plan.coverage[plan.coverage["role"] == "catchment"]
    assert sorted(over["face_id"]) == sorted(plan.faces["face_id"])
    assert over["feature_id"].nunique() > 5
    # Lines between catchments are edges of cells.
    merged = plan.faces.set_index("face_id").loc[over["face_id"]].groupby(over["feature_id"].to_numpy())["geometry"]
    inner = box(0, 0, SIZE, SIZE).buffer(-1)
    corners = np.vstack([shapely.get_coordinates(shapely.union_all(one.to_numpy())) for _, one in merged])
    corners = corners[shapely.contains_xy(inner, *corners.T)] - (WEST, SOUTH)
    on_line = np.isclose(corners % 250, 0, atol=2e-3) | np.isclose(corners % 250, 250, atol=2e-3)
    # Where other lines cross an edge there is a vertex too, on one of the two.
    assert on_line.any(axis=1).all()
    assert on_line.all(axis=1).sum() > 50


def test_a_grid_lies_at_multiples_of_its_size_and_only_where_the_area_is(tmp_path):
    sources = read_sources(read_case(made_case(tmp_path, "grid")))
    cells = sources.features.geometry[sources.features.of("unit")]
    assert (shapely.get_coordinates(cells) % 3000 == 0).all()
    assert len(cells) == 4 * 4  # from 498000 and 3399000; those that only touch the county are not there


def test_townships_are_the_features_of_a_role_as_one(tmp_path):
    town = (
        [box(0, 0, 5_000, SIZE), box(5_000, 0, 2_500, SIZE), box(7_500, 0, 2_500, SIZE)],
        {"code": ["999901001", "999901002", "999901003"], "name": ["甲镇", "乙镇", "甲镇"]},
    )
    case = hand(tmp_path, with_made("townships"), township=town)
    sources = read_sources(read_case(case))
    mine = sources.features.take(np.flatnonzero(sources.features.of("village")))
    assert mine.name.tolist() == ["甲镇", "乙镇"]
    assert mine.code.tolist() == ["", ""]
    assert shapely.area(mine.geometry).tolist() == [0.75 * SIZE**2, 0.25 * SIZE**2]
    assert [one.id for one in sources.findings if one.id == "S86"] == ["S86"]


def test_where_it_comes_from_is_in_the_plan(tmp_path):
    plan = planned(tmp_path, *MORE, raster=True)
    rows = plan.sources.set_index("source")
    mine = rows.loc["catchments"]
    assert (mine["role"], mine["path"], mine["layer"]) == ("catchment", "dem.tif", CATCHMENTS)
    assert mine["sha256"] == checksum(tmp_path / "dem.tif")
    # Date and classification are the DEM's, which the case states where it is evidence.
    assert (mine["date"], mine["classification"], mine["provider"]) == ("2026-02", "内部", "水利局")
    assert mine["count"] > 5
    assert mine["area_m2"] >= SIZE**2
    assert rows.loc["grid", ["layer", "path", "sha256"]].tolist() == ["grid:size=3000", "", ""]
    assert rows.loc["grid", "count"] == 16
    assert rows.loc["townships_2", "sha256"] == checksum(tmp_path / "hand.gpkg")
    assert plan.meta["classification"] == "内部"
    answer = ask("info", tmp_path / "plan.gpkg")
    assert CATCHMENTS in [one["layer"] for one in answer.document["provenance"]]


def test_a_classification_of_its_own_goes_to_the_plan(tmp_path):
    case = made_case(tmp_path, "catchments", "grid")
    text = case.read_text(encoding="utf-8").replace('provider = "水利局"', 'classification = "秘密"\ndate = "2027"')
    case.write_text(text, encoding="utf-8")
    run(case, tmp_path / "plan.gpkg")
    plan = read_plan(tmp_path / "plan.gpkg")
    assert plan.meta["classification"] == "秘密"
    assert plan.sources.set_index("source").loc["catchments", "date"] == "2027"


def test_the_same_case_gives_the_same_bytes(tmp_path):
    case = made_case(tmp_path, *MORE)
    for name in ("one", "two"):
        run(case, tmp_path / f"{name}.gpkg", workers=len(name))
    assert (tmp_path / "one.gpkg").read_bytes() == (tmp_path / "two.gpkg").read_bytes()


def test_no_vertex_of_a_red_line_moves(tmp_path):
    """A red line on no round coordinate, across cells, catchments and hexagons."""
    rng = np.random.default_rng(9)
    angle = np.sort(rng.random(40)) * 2 * np.pi
    ring = np.column_stack([np.cos(angle), np.sin(angle)]) * (2_000 + 700 * rng.random((40, 1)))
    shape = shapely.Polygon(np.round(ring + np.array([WEST + 5_000.123, SOUTH + 4_999.77]), 4))
    case = hand(tmp_path, with_made("catchments", "grid", "hexagons"), red_line=([shape], {"id": ["R"]}))
    dem(tmp_path)
    run(case, tmp_path / "p.gpkg")
    plan = read_plan(tmp_path / "p.gpkg")
    mine = plan.faces["face_id"].isin(plan.coverage.loc[plan.coverage["role"] == "red_line", "face_id"])
    red = shapely.union_all(plan.faces.loc[mine, "geometry"].to_numpy(dtype=object))
    wanted = np.round(shapely.get_coordinates(shape)[:-1], 3)
    got = {(round(x, 3), round(y, 3)) for x, y in shapely.get_coordinates(red)}
    assert {(round(x, 3), round(y, 3)) for x, y in wanted} <= got
    assert (plan.faces.loc[mine, "rule_category"] == 1).all()


def test_skater_divides_the_faces_of_catchments(tmp_path):
    text = with_made("catchments").replace('name = "overlay"', 'name = "skater"\nk = 12\nvariables = "x+y"')
    text = text.replace("fragment_area = 0", "fragment_area = 0\nsliver_area = 0").replace("sliver_area = 10_000\n", "")
    case = hand(tmp_path, text)
    dem(tmp_path)
    summary = run(case, tmp_path / "plan.gpkg")
    plan = read_plan(tmp_path / "plan.gpkg")
    assert summary["units"] == len(plan.units) >= 12
    assert float(plan.meta["imbalance"]) < 1e-9
    assert float(plan.units["area_m2"].sum()) == pytest.approx(SIZE**2, rel=1e-9)
    # Without them the land has too few faces to be divided so.
    plain = text.replace(MORE["catchments"], "")
    assert "k = 12" in refusal("run", hand(tmp_path / "plain", plain), "-o", tmp_path / "p.gpkg")["what"]


# --- the case file ----------------------------------------------------------------------------------------------------


def test_a_case_with_made_sources_is_written_as_it_was(tmp_path):
    path = made_case(tmp_path, *MORE, raster=True)
    case = read_case(path)
    assert parse_case(case_text(case), path) == case
    assert f'made = "{CATCHMENTS}"' in case_text(case)
    moved = relocated(case, tmp_path / "elsewhere" / "case.toml")
    made = [spec.made for spec in moved.sources if spec.made]
    assert made[:2] == ["catchments:dem=../dem.tif,area=5e6", "grid:size=3000"]
    assert made[-1] == "townships:file=../hand.gpkg,layer=basins,field=name"
    assert {moved.file(file).resolve() for spec in moved.sources for file in spec.files} == {
        (tmp_path / name).resolve() for name in ("hand.gpkg", "dem.tif")
    }
    assert relocated(case, tmp_path / "other.toml").sources == case.sources


def test_a_changed_dem_or_text_is_seen(tmp_path):
    path = made_case(tmp_path, "catchments", "grid")
    case = read_case(path)
    before = inputs_of(case)
    assert f"source:{CATCHMENTS}" in before.parts
    assert {"file:dem.tif", "file:hand.gpkg"} <= set(stamps_of(case)) == {"file:dem.tif", "file:hand.gpkg"}
    write_raster(tmp_path / "dem.tif", np.zeros((4, 4)), transform=(9.0, 0, WEST, 0, -9.0, SOUTH), crs=CRS)
    assert inputs_of(case).changed_since(before) == ("file:dem.tif",)
    coarser = replace(case, sources=(*case.sources[:-1], replace(case.sources[-1], made="grid:size=9000")))
    assert "source:grid:size=9000" in inputs_of(coarser).changed_since(before)
    with pytest.raises(BadInput, match="the output is an input"):
        refuse_inputs(tmp_path / "dem.tif", case.inputs())


def test_a_look_at_a_made_source(tmp_path):
    case = read_case(made_case(tmp_path, *MORE))
    looks = {spec.made: examine(case, spec) for spec in case.sources if spec.made}
    assert all(one.problem is None and one.geometry == "polygon" for one in looks.values())
    assert looks[CATCHMENTS].crs == CRS
    (tmp_path / "dem.tif").unlink()
    assert str(examine(case, case.sources[4]).problem.what) == "file not found"


@pytest.mark.parametrize(
    ("lines", "what", "wanted"),
    [
        ('role = "catchment"\npath = "a.gpkg"\nmade = "grid:size=5"', "path and made", "one of the two"),
        ('role = "catchment"', "no key 'path'", "made"),
        ('role = "catchment"\nmade = ""', "no key 'path'", "made"),
        ('role = "catchment"\nmade = "catchmint:dem=dem.tif"', "unknown kind of base units 'catchmint'", "catchments"),
        ('role = "catchment"\nmade = "grid:sise=5"', "grid takes no 'sise'", "size"),
        ('role = "catchment"\nmad = "grid:size=5"', "unknown key 'mad'", "made"),
        ('role = "catchment"\nmade = 5', "found 5", "text"),
        ('role = "red_line"\nmade = "grid:size=5"', "grid cannot be of role ecological red line", "catchment | unit"),
        ('role = "township"\nmade = "catchments:dem=dem.tif,area=5e6"', "cannot be of role township", "catchment"),
        (
            'role = "catchment"\nmade = "grid:size=500"\nbuffer = 5',
            "'buffer' applies to layers read from a file",
            "role and made",
        ),
        (
            'role = "catchment"\nmade = "grid:size=500"\nfields = { name = "a" }',
            "'fields' applies to layers read from a file",
            "role and made",
        ),
        ('role = "village"\nmade = "townships:of=villages,field=a"', "no layer of role 'villages'", "county"),
        ('role = "village"\nmade = "townships:of=township,field=nam"', "no field 'nam'", "name"),
        (
            'role = "village"\nmade = "townships:field=name"',
            "does not say which layer the townships are taken from",
            "townships:of=",
        ),
        ('role = "village"\nmade = "townships:of=township"', "names no field", "field="),
        ('role = "catchment"\nmade = "grid:size=1"', "cells of size 1", "no more than"),
        ('role = "catchment"\nmade = "catchments:dem=no.tif,area=5e6"', "file not found", "raster"),
        ('role = "catchment"\nmade = "catchments:dem=dem.tif,area=5e3"', "cells of the DEM", "an area of"),
        ('role = "catchment"\nmade = "townships:file=hand.gpkg,layer=far"', "no overlap", "inside the counties"),
        ('role = "catchment"\nmade = "grid:size=500"\ndate = "morgen"', "date = 'morgen'", "2025"),
    ],
)
def test_what_cannot_be_made(tmp_path, lines, what, wanted):
    case = hand(tmp_path, CASE + f"\n[[source]]\n{lines}\n", far=([box(90_000, 0, 10, 10)], {"name": ["x"]}))
    dem(tmp_path)
    error = refusal("run", case, "-o", tmp_path / "p.gpkg")
    assert what in error["what"]
    assert wanted in error["wanted"]
    assert not (tmp_path / "p.gpkg").exists()


def test_made_townships_are_no_study_area(tmp_path):
    text = CASE.replace('role = "county"', 'role = "village"')
    more = '[[source]]\nrole = "township"\nmade = "townships:of=village,field=name"\n'
    error = refusal("run", hand(tmp_path, text + more), "-o", tmp_path / "p.gpkg")
    assert "cannot define it" in error["what"]
    only = CASE.replace('role = "county"', 'role = "village"').replace('role = "township"', 'role = "urban_boundary"')
    error = refusal("run", hand(tmp_path / "only", only + more), "-o", tmp_path / "p.gpkg")
    assert "cannot define it" in error["what"]


def test_twice_the_same_is_refused_and_two_sizes_are_not(tmp_path):
    one, two = MORE["grid"], MORE["grid"].replace("3000", "5000")
    assert (
        "repeats [[source]] 5 in the same role"
        in refusal("run", hand(tmp_path, CASE + one + one), "-o", tmp_path / "p.gpkg")["what"]
    )
    run(hand(tmp_path / "two", CASE + one + two), tmp_path / "p.gpkg")
    assert read_plan(tmp_path / "p.gpkg").sources["source"].tolist()[-2:] == ["grid", "grid_2"]


def test_a_study_area_that_the_dem_half_covers(tmp_path):
    case = hand(tmp_path, with_made("catchments"))
    height = np.add.outer(np.arange(40.0), abs(np.arange(20) - 10.0))
    write_raster(tmp_path / "dem.tif", height, transform=(250.0, 0, WEST, 0, -250.0, SOUTH + SIZE), crs=CRS)
    run(case, tmp_path / "p.gpkg")
    plan = read_plan(tmp_path / "p.gpkg")
    (said,) = plan.findings[plan.findings["id"] == "S84"].to_dict("records")
    assert said["value"] == pytest.approx(SIZE**2 / 2)
    assert "dem.tif" in said["message"]
    over = plan.faces["face_id"].isin(plan.coverage.loc[plan.coverage["role"] == "catchment", "face_id"])
    assert float(plan.faces.loc[over, "area_m2"].sum()) == pytest.approx(SIZE**2 / 2)


def test_catchments_end_at_the_sea_of_the_case(tmp_path):
    """The DEM knows nothing of the sea; the case does."""
    text = CASE + MORE["catchments"] + '\n[[source]]\nrole = "sea"\npath = "hand.gpkg"\nlayer = "sea"\n'
    shore = box(0, -2_000, SIZE, 4_000)
    case = hand(tmp_path, text, sea=([shore], {"name": ["海"]}))
    dem(tmp_path)
    run(case, tmp_path / "p.gpkg")
    plan = read_plan(tmp_path / "p.gpkg")
    wet = plan.faces["face_id"].isin(plan.coverage.loc[plan.coverage["role"] == "sea", "face_id"])
    over = plan.faces["face_id"].isin(plan.coverage.loc[plan.coverage["role"] == "catchment", "face_id"])
    # All of the land, and of the sea what cells on the shore stick out.
    assert over[~wet].all()
    assert float(plan.faces.loc[over & wet, "area_m2"].sum()) < 3 * 250 * SIZE
    assert "S84" not in set(plan.findings["id"])


def test_cancelling_while_a_source_is_made(tmp_path):
    case = read_case(made_case(tmp_path, "catchments"))

    def stop(_, message):
        if str(message).startswith("making"):
            raise Cancelled

    with pytest.raises(Cancelled):
        read_sources(case, progress=stop)


def test_a_layer_of_townships_in_another_crs(tmp_path):
    shape = shapely.box(113.9, 30.6, 114.05, 30.9)
    write_layer(tmp_path / "deg.gpkg", "deg", [shape], {"name": ["x"]}, crs="EPSG:4490")
    text = CASE.replace("[rules]", '[[source]]\nrole = "catchment"\nmade = "townships:file=deg.gpkg"\n\n[rules]')
    sources = read_sources(read_case(hand(tmp_path, text)))
    mine = sources.features.geometry[sources.features.of("catchment")]
    assert len(mine) == 1
    assert shapely.area(mine[0]) == pytest.approx(14_370 * 33_270, rel=0.02)
    assert sources.info[-1].crs == "EPSG:4490"
