"""Coordinate systems of layers: missing, contradicted, of another datum; never a silent shift."""

from __future__ import annotations

import tomllib
import warnings

import numpy as np
import pyogrio
import pytest
import shapely
from command import refusal
from control_units.delineation.case.reading import read_case
from control_units.delineation.checks import load_texts, message
from control_units.delineation.core.errors import BadInput
from control_units.delineation.sources import read_sources
from control_units.delineation.sources.coordinates.crs import degrees_box, operation, parse_crs, to_crs
from control_units.delineation.sources.coordinates.crs_candidates import candidates, no_crs
from control_units.delineation.sources.coordinates.datums import datum_finding, datum_name
from control_units.delineation.sources.coordinates.gcj import to_gcj
from control_units.delineation.sources.coordinates.outlying_features import refuse_strays
from control_units.delineation.sources.coordinates.stated_crs import place_shapes
from control_units.delineation.sources.layer import read_layer
from control_units.delineation.verbs.overlaying import partition
from hand import CASE as HAND
from hand import RED_LINE, hand, write_layer

ESRI = (
    'PROJCS["{name}",GEOGCS["GCS_{datum}",DATUM["D_{datum}",SPHEROID["{ellipsoid}",{axis},{flattening}]],'
    'PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],PROJECTION["Gauss_Kruger"],'
    'PARAMETER["False_Easting",{easting}],PARAMETER["False_Northing",0.0],PARAMETER["Central_Meridian",{meridian}],'
    'PARAMETER["Scale_Factor",1.0],PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]'
)
KRASOVSKY = {"ellipsoid": "Krasovsky_1940", "axis": 6378245.0, "flattening": 298.3}
CGCS = {"ellipsoid": "CGCS2000", "axis": 6378137.0, "flattening": 298.257222101}
DEGREES = np.array([shapely.box(117.9, 24.4, 118.1, 24.6), shapely.box(118.1, 24.4, 118.4, 24.9)], dtype=object)
MEANT = ("S03", "S30", "S31", "S32", "S33", "S34", "S37")


def at(crs, geometry=DEGREES):
    return geometry if crs == "EPSG:4490" else to_crs(geometry, parse_crs("EPSG:4490"), parse_crs(crs), "")[0]


def swapped(geometry):
    return shapely.transform(geometry, lambda points: points[:, ::-1])


def told(placed):
    return [finding.id for finding in placed.findings]


def messy(data, name):
    return data / "MESSY" / name / f"{name}.shp"


# ---- missing

BOUNDS = {code: tuple(shapely.total_bounds(at(code)).tolist()) for code in ("EPSG:4490", "EPSG:4527", "EPSG:4548")}


def test_candidates_by_size():
    first = candidates(BOUNDS["EPSG:4490"])[0]
    assert (first.crs, first.confidence > 0.5) == ("EPSG:4490", True)
    zoned = candidates(BOUNDS["EPSG:4527"])
    assert [one.crs for one in zoned] == ["EPSG:4527", "EPSG:2363", "EPSG:2415"]
    assert zoned[0].confidence > 0.5 > zoned[1].confidence
    assert "39" in str(zoned[0].reason)
    assert "117" in str(zoned[0].reason)
    bare = candidates(BOUNDS["EPSG:4548"])
    assert {one.crs for one in bare} == {f"EPSG:{code}" for code in range(4534, 4555)}
    assert max(one.confidence for one in bare) < 0.1
    assert candidates((200.0, 200.0, 400.0, 400.0)) == ()


@pytest.mark.parametrize(("zone", "code"), [(13, 4491), (20, 4498), (23, 4501), (25, 4513), (40, 4528), (45, 4533)])
def test_candidates_of_every_zone_are_that_zone(zone, code):
    easting = zone * 1e6 + 500_000
    (first, *_) = candidates((easting - 50_000, 4_300_000.0, easting + 50_000, 4_400_000.0))
    assert first.crs == f"EPSG:{code}"
    values = {one.name: one.value for one in parse_crs(first.crs).coordinate_operation.params}
    assert values["False easting"] == easting


def test_candidates_beside_other_layers():
    """Metres without a zone: the zone in which they fall where the others are."""
    near = [(parse_crs("EPSG:4490"), BOUNDS["EPSG:4490"])]
    found = candidates(BOUNDS["EPSG:4548"], near)
    assert found[0].crs == "EPSG:4548"
    assert found[0].confidence > 0.5
    near = [(parse_crs("EPSG:4548"), BOUNDS["EPSG:4548"])]
    (first,) = candidates(BOUNDS["EPSG:4548"], near)
    assert (first.crs, first.confidence > 0.9) == ("EPSG:4548", True)


WEB = (13_120_000.0, 2_800_000.0, 13_160_000.0, 2_850_000.0)
XIAMEN, KASHGAR = (117.8, 24.2, 118.5, 24.9), (75.0, 38.0, 76.5, 40.0)


def test_metres_of_web_maps_are_no_zone_of_the_far_west():
    assert [one.crs for one in candidates(WEB)] == ["EPSG:3857"]
    what, wanted = no_crs(WEB, [(parse_crs("EPSG:4490"), XIAMEN)])
    assert "Web Mercator" in str(what)
    assert str(wanted).startswith('crs = "EPSG:3857" in its [[source]]')
    # Northing first, as every other order is read.
    (first,) = candidates((WEB[1], WEB[0], WEB[3], WEB[2]), [(parse_crs("EPSG:4490"), XIAMEN)])
    assert (first.crs, first.swapped) == ("EPSG:3857", True)


def test_where_both_a_zone_and_web_mercator_fit_the_other_layers_decide():
    either = (13_500_000.0, 4_300_000.0, 13_600_000.0, 4_400_000.0)
    assert {one.crs for one in candidates(either)} == {"EPSG:4491", "EPSG:2327", "EPSG:21413", "EPSG:3857"}
    assert max(one.confidence for one in candidates(either)) < 0.5
    _, wanted = no_crs(either, ())
    assert "one of EPSG:4491 (CGCS2000 / Gauss-Kruger zone 13)" in str(wanted)
    assert "EPSG:3857 (WGS 84 / Pseudo-Mercator)" in str(wanted)
    first = candidates(either, [(parse_crs("EPSG:4490"), KASHGAR)])[0]
    assert (first.crs, first.confidence > 0.5) == ("EPSG:4491", True)
    (only,) = candidates(either, [(parse_crs("EPSG:4490"), (121.0, 35.5, 122.0, 37.0))])
    assert (only.crs, only.confidence > 0.5) == ("EPSG:3857", True)


def test_what_lies_off_the_other_layers_is_not_proposed():
    near = [(parse_crs("EPSG:4490"), KASHGAR)]
    for bounds in (BOUNDS["EPSG:4527"], BOUNDS["EPSG:4548"], BOUNDS["EPSG:4490"]):
        assert candidates(bounds, near) == ()
        what, wanted = no_crs(bounds, near)
        assert str(what).startswith("no CRS; coordinates are x ")
        assert str(wanted) == 'a .prj, or crs = "EPSG:…" in its [[source]]'


def test_a_crs_without_a_code_is_no_proposal():
    """Its whole text is no line of a case."""
    own = parse_crs(parse_crs("EPSG:4548").to_wkt("WKT1_ESRI").replace("117.0", "117.25"))
    box = tuple(shapely.total_bounds(at("EPSG:4548")).tolist())
    assert all(one.crs.startswith("EPSG:") for one in candidates(box, [(own, box)]))


def test_a_file_without_prj_names_its_zone(data):
    layer = read_layer(messy(data, "town_zone39_noprj"))
    assert layer.crs is None
    with pytest.raises(BadInput, match="no CRS") as caught:
        layer.stated_crs()
    assert 'crs = "EPSG:4527"' in str(caught.value.wanted)
    given = read_layer(messy(data, "town_zone39_noprj"), crs="EPSG:4527")
    assert told(given) == told(read_layer(messy(data, "town_epsg4527")))


def test_degrees_without_a_crs_name_cgcs2000(data):
    layer = read_layer(data / "MESSY" / "xiamen_county_wkt.csv")
    with pytest.raises(BadInput) as caught:
        layer.stated_crs()
    assert 'crs = "EPSG:4490"' in str(caught.value.wanted)


# ---- axes and zones


@pytest.mark.parametrize("code", ["EPSG:4490", "EPSG:4527", "EPSG:4548", "EPSG:2437", "EPSG:4326", "EPSG:32650"])
def test_swapped_axes_come_back(code):
    right = at(code)
    placed = place_shapes(swapped(right), code, "", "towns")
    assert told(placed) == ["S31"]
    assert shapely.equals_exact(placed.geometry, right, 0).all()
    assert told(place_shapes(right, code, "", "towns")) == []


def test_swapped_axes_below_ninety_degrees_are_seen_where_the_crs_is_of_china():
    """Urumqi: latitude 43, longitude 87: both could be latitudes."""
    right = np.array([shapely.box(87, 43, 88, 44)], dtype=object)
    placed = place_shapes(swapped(right), "EPSG:4490", "", "towns")
    assert told(placed) == ["S31"]
    assert shapely.equals_exact(placed.geometry, right, 0).all()
    # WGS 84 is of the whole world: only the study area can tell.
    assert told(place_shapes(swapped(right), "EPSG:4326", "", "towns")) == []


def test_real_file_with_swapped_axes(data):
    right = read_layer(messy(data, "town_epsg4490"))
    mended = read_layer(messy(data, "town_latlon_swapped"))
    assert "S31" in told(mended)
    # Swapping turned the rings round.
    assert shapely.equals_exact(shapely.normalize(right.geometry), shapely.normalize(mended.geometry), 0).all()


@pytest.mark.parametrize(
    ("stated", "true", "problem"),
    [
        ("EPSG:4548", "EPSG:4527", "added"),
        ("EPSG:4527", "EPSG:4548", "dropped"),
        ("EPSG:2363", "EPSG:2384", "dropped"),
        ("EPSG:2436", "EPSG:2415", "added"),
        ("EPSG:4509", "EPSG:4498", "added"),
    ],
)
def test_zone_number_and_crs_disagree(stated, true, problem):
    right = at(true)
    placed = place_shapes(right, stated, "", "towns")
    assert [(one.id, one.facts["problem"]) for one in placed.findings] == [("S32", problem)]
    assert placed.crs == parse_crs(true)
    assert placed.geometry is right
    both = place_shapes(swapped(right), stated, "", "towns")
    assert told(both) == ["S31", "S32"]
    assert both.crs == parse_crs(true)
    assert shapely.equals_exact(both.geometry, right, 0).all()


def test_a_zone_number_of_another_meridian_is_an_error():
    with pytest.raises(BadInput, match="do not fit") as caught:
        place_shapes(at("EPSG:4528"), "EPSG:4548", "", "towns")
    assert 'crs = "EPSG:4528"' in str(caught.value.wanted)


def test_degrees_said_to_be_metres_and_the_reverse():
    for code, wanted in (("EPSG:4548", "EPSG:4490"), ("EPSG:3857", "EPSG:4326"), ("EPSG:2437", "EPSG:4214")):
        with pytest.raises(BadInput, match="coordinates are degrees") as caught:
            place_shapes(DEGREES, code, "", "towns")
        assert f'crs = "{wanted}"' in str(caught.value.wanted)
    with pytest.raises(BadInput, match="coordinates are metres") as caught:
        place_shapes(at("EPSG:4527"), "EPSG:4490", "", "towns")
    assert 'crs = "EPSG:4527"' in str(caught.value.wanted)


@pytest.mark.parametrize(
    ("name", "datum", "line"),
    [
        (
            "CGCS2000_3_Degree_GK_CM_117E",
            "China_Geodetic_Coordinate_System_2000",
            'crs = "EPSG:4490" in its [[source]]',
        ),
        ("西安80坐标系", "Xian_1980", 'crs = "EPSG:4610" in its [[source]]'),
        ("own", "Nobody_1999", 'crs = "EPSG:…" in its [[source]], that of D_Nobody_1999'),
    ],
)
def test_the_line_that_is_offered_is_one_of_a_case(name, datum, line):
    """ESRI's names of Chinese systems have no code that PROJ would know; their whole text is no TOML."""
    text = ESRI.format(name=name, datum=datum, easting=500000.0, meridian=117.0, **CGCS)
    with pytest.raises(BadInput) as caught:
        place_shapes(DEGREES, text, "", "towns")
    assert str(caught.value.wanted) == line
    assert tomllib.loads(line.split(" in its")[0])


def test_one_zone_further_is_no_alarm(data):
    """117 E data in the zone of 114 E, as bureaus at a zone's edge do."""
    assert not {"S31", "S32", "S33"} & set(told(read_layer(messy(data, "town_epsg4547"))))


def test_far_features_are_counted():
    far = np.array([*DEGREES, *DEGREES, *DEGREES, shapely.box(2, 48, 3, 49)], dtype=object)
    (found,) = place_shapes(far, "EPSG:4490", "", "towns", ids=np.arange(10, 17)).findings
    assert (found.id, found.facts["count"], found.facts["of"], str(found.facts["features"])) == ("S33", 1, 7, "16")


TOWNS = np.array([shapely.box(117.8 + x / 10, 24.4, 117.9 + x / 10, 24.5) for x in range(4)], dtype=object)


@pytest.mark.parametrize("count", [1, 2, 4])
@pytest.mark.parametrize("code", ["EPSG:4490", "EPSG:4326", "EPSG:4548", "EPSG:4527"])
@pytest.mark.parametrize("stray", [shapely.box(0, 0, 0.01, 0.01), shapely.box(2, 48, 3, 49)])
def test_a_stray_feature_of_the_study_area_is_named(count, code, stray):
    crs = parse_crs(code)
    # What is drawn at 0, 0 lies there in metres, too.
    stray = stray if crs.is_geographic or stray.bounds[0] == 0 else at("EPSG:3857", np.array([stray]))[0]
    geometry = np.array([*at(code, TOWNS[:count]), stray], dtype=object)
    # In the zone-39 projection it lies beyond what can be turned into degrees at all.
    where = r"lies at longitude -?\d+\.\d\d°, latitude -?\d+\.\d\d°, the others at"
    if code == "EPSG:4527":
        where = "are too far off to be converted to degrees; the others lie at"
    with pytest.raises(BadInput, match=rf"feature 77 {where} longitude 117\.80 … ") as caught:
        refuse_strays(geometry, np.array([*range(count), 77]), crs, "county")
    assert str(caught.value.where) == "county"
    refuse_strays(geometry[:count], np.arange(count), crs, "county")


def test_a_run_over_a_stray_feature_names_it(tmp_path):
    codes = {"code": [f"35020{row}" for row in range(1, 6)], "name": list("甲乙丙丁戊")}
    shapes = [*TOWNS, shapely.box(0, 0, 0.01, 0.01)]
    write_layer(tmp_path / "county.gpkg", "county", shapes, codes, crs="EPSG:4490")
    case = tmp_path / "case.toml"
    text = '[case]\nname = "stray"\n[[source]]\nrole = "county"\npath = "county.gpkg"\n'
    case.write_text(text, encoding="utf-8")
    error = refusal("run", case, "-o", tmp_path / "plan.gpkg")
    assert error["where"] == "county.gpkg|county"
    assert error["what"].startswith("feature 5 lies at longitude 0.01°, latitude 0.01°, the others at longitude 117.80")
    case.write_text(f'{text}where = "fid < 5"\n', encoding="utf-8")
    assert len(read_sources(read_case(case)).features) == 4


def test_a_run_over_web_mercator_without_a_crs_names_it(tmp_path):
    case = hand(tmp_path, HAND.replace('path = "hand.gpkg"\nlayer = "red_line"', 'path = "web.shp"'))
    moved = to_crs(np.array(RED_LINE[0], dtype=object), parse_crs("EPSG:4547"), parse_crs("EPSG:3857"), "")[0]
    write_layer(tmp_path / "web.shp", "web", list(moved), RED_LINE[1], crs=None)
    error = refusal("run", case, "-o", tmp_path / "plan.gpkg")
    assert error["wanted"] == 'crs = "EPSG:3857" in its [[source]], which is WGS 84 / Pseudo-Mercator'


def test_islands_far_off_and_a_country_are_no_strays():
    hainan = [shapely.box(109.5, 18.5, 110.0, 19.5), shapely.box(110.0, 19.0, 111.0, 20.0)]
    far_off = shapely.box(108.0, 3.9, 117.0, 17.0)
    country = [shapely.box(x, y, x + 3, y + 3) for x, y in ((75, 38), (87, 30), (105, 35), (121, 31), (128, 47))]
    for shapes in ([*hainan, far_off], country, [shapely.box(2, 48, 3, 49), shapely.box(3, 48, 4, 49)]):
        refuse_strays(np.array(shapes, dtype=object), np.arange(len(shapes)), parse_crs("EPSG:4490"), "county")


def test_a_local_crs_counts_as_none():
    placed = place_shapes(DEGREES, 'LOCAL_CS["Nonearth",UNIT["Meter",1.0]]', "", "towns")
    assert (placed.crs, told(placed)) == (None, ["S37"])
    with pytest.raises(BadInput, match="Nonearth"):
        place_shapes(DEGREES, None, 'LOCAL_CS["Nonearth",UNIT["Meter",1.0]]', "towns")


def test_axis_order_of_formats(data):
    """EPSG:4490 is latitude first by its definition; files and GDAL have longitude first."""
    for name in ("xiamen_county_crs84.geojson", "xiamen_county.kml", "xiamen_county.tab", "xiamen_county_z.gpkg"):
        layer = read_layer(data / "MESSY" / name)
        west, south, east, north = shapely.total_bounds(layer.geometry)
        assert 117.8 < west < east < 118.5
        assert 24.4 < south < north < 25
        assert "S31" not in told(layer)


# ---- datums


@pytest.mark.parametrize(
    ("text", "name", "custom"),
    [
        (
            ESRI.format(name="CGCS2000_3_Degree_GK_CM_117E", datum="China_2000", easting=5e5, meridian=117, **CGCS),
            "CGCS2000",
            False,
        ),
        (
            ESRI.format(name="CGCS2000_3_Degree_GK_CM_117E", datum="CGCS_2000", easting=5e5, meridian=117, **CGCS),
            "CGCS2000",
            True,
        ),
        (ESRI.format(name="CGCS2000_LTM", datum="China_2000", easting=5e5, meridian=118.5, **CGCS), "CGCS2000", True),
        (ESRI.format(name="BJ", datum="Beijing_1954", easting=5e5, meridian=117, **KRASOVSKY), "Beijing 1954", False),
        (
            ESRI.format(
                name="Xian_1980_3_Degree_GK_Zone_39",
                datum="Xian_1980",
                easting=39.5e6,
                meridian=117,
                ellipsoid="Xian_1980",
                axis=6378140.0,
                flattening=298.257,
            ),
            "Xian 1980",
            False,
        ),
        (
            ESRI.format(name="Xiamen_92", datum="Xiamen_92", easting=51_298.0, meridian=118.5, **KRASOVSKY),
            "D_Xiamen_92",
            True,
        ),
    ],
)
def test_names_of_datums_in_files(text, name, custom):
    crs = parse_crs(text)
    assert datum_name(crs) == name
    assert (crs.to_authority(min_confidence=70) is None) == custom
    target = parse_crs("EPSG:4548")
    found = datum_finding("towns", crs, target, tuple(shapely.total_bounds(at("EPSG:4548")).tolist()))
    assert (found is None) == (name == "CGCS2000")
    if found is not None:
        assert found.id == "S30"
        assert found.facts["problem"] == ("none" if name == "D_Xiamen_92" else "old")


def test_beijing_1954_is_named_with_what_is_not_public(data):
    layer = read_layer(messy(data, "town_bj54_epsg2437"))
    target = parse_crs("EPSG:4548")
    bounds = tuple(shapely.total_bounds(layer.geometry).tolist())
    done = operation(layer.crs, target, bounds)
    assert (done.ballpark, done.accuracy) == (True, None)
    found = datum_finding("towns", layer.crs, target, bounds)
    zh = message(found, load_texts(), "zh")
    assert "参数未公开" in zh
    assert "Beijing 1954" in zh
    assert "测绘" in zh


def test_wgs_84_is_a_plain_finding():
    crs = parse_crs("EPSG:4326")
    found = datum_finding("towns", crs, parse_crs("EPSG:4548"), (117.9, 24.4, 118.4, 24.9))
    assert (found.id, found.facts["problem"], found.value) == ("S03", "null", 1.0)
    assert "GCJ-02" in message(found, load_texts(), "zh")


def test_an_operation_with_an_area_is_named_with_its_accuracy():
    """In the Pearl River basin EPSG has parameters of Beijing 1954; elsewhere nothing moves."""
    one, other = parse_crs("EPSG:4214"), parse_crs("EPSG:4326")
    inside = operation(one, other, (113.0, 21.0, 114.0, 22.0))
    assert inside == type(inside)("Beijing 1954 to WGS 84 (3)", 15.0, ballpark=False)
    found = datum_finding("towns", one, other, (113.0, 21.0, 114.0, 22.0))
    assert (found.id, found.value) == ("S03", 15.0)
    assert "Beijing 1954 to WGS 84 (3)" in message(found, load_texts(), "en")
    assert operation(one, other, (117.9, 24.4, 118.4, 24.9)).ballpark


def test_one_layer_is_moved_by_one_operation():
    """A layer across the edge of an operation's area is not torn apart."""
    pair = np.array([shapely.box(115, 22.5, 116, 22.8), shapely.box(117.5, 22.5, 118, 22.8)], dtype=object)
    moved = to_crs(pair, parse_crs("EPSG:4214"), parse_crs("EPSG:4326"), "")[0]
    steps = np.hypot(*(shapely.get_coordinates(moved) - shapely.get_coordinates(pair)).T)
    # All by much the same, or none at all: in degrees, 60 m are 0.0006.
    assert np.ptp(steps) < 1e-4


def test_six_variants_lie_in_one_place(data):
    target = parse_crs("EPSG:4548")
    places = {}
    for code in (4490, 4527, 4528, 4547, 4548, 4549):
        layer = read_layer(messy(data, f"town_epsg{code}"))
        places[code] = to_crs(layer.geometry, layer.crs, target, "")[0]
        assert datum_finding("", layer.crs, target, tuple(shapely.total_bounds(layer.geometry).tolist())) is None
    first = places[4490]
    for moved in places.values():
        assert np.abs(shapely.get_coordinates(moved) - shapely.get_coordinates(first)).max() < 1e-3
        np.testing.assert_allclose(shapely.area(moved), shapely.area(first), rtol=1e-9)


# ---- a whole case

CASE = '[case]\nname = "x"\n{crs}\n[[source]]\nrole = "county"\npath = "{county}"\nlayer = "county"\n{fields}\n'
TOWN = '[[source]]\nrole = "township"\npath = "{path}"\n{more}\n'


@pytest.fixture
def sources(data, tmp_path):
    """Sources of a case: Xiamen's counties, and a file of towns."""

    def read(path, more="", crs='crs = "EPSG:4548"', county=None):
        own = county is not None
        county = county or data / "CN-xiamen" / "CN-xiamen.gpkg"
        fields = 'fields = { code = "name" }' if own else ""
        text = CASE.format(crs=crs, county=county.as_posix(), fields=fields)
        text += TOWN.format(path=path.as_posix(), more=more)
        (tmp_path / "case.toml").write_text(text, encoding="utf-8")
        return read_sources(read_case(tmp_path / "case.toml"))

    return read


def write(path, geometry, crs, first=0, layer=""):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        pyogrio.raw.write(
            path,
            shapely.to_wkb(geometry),
            [np.arange(first, first + len(geometry)).astype(str).astype(object)],
            ["name"],
            layer=layer or path.stem,
            geometry_type="Polygon",
            crs=crs,
            encoding="UTF-8",
        )
    return path


def test_gcj_in_a_case(data, sources, tmp_path):
    """As stated: suspected, offered. With the offered line: converted, in the ledger, no suspicion."""
    towns = read_layer(data / "CN-xiamen" / "CN-xiamen.gpkg", layer="town_voronoi")
    parts = shapely.get_parts(towns.geometry)
    moved = shapely.transform(parts, lambda points: np.column_stack(to_gcj(points[:, 0], points[:, 1])))
    path = write(tmp_path / "towns.gpkg", moved, "EPSG:4326")
    found = sources(path)
    ids = [one.id for one in found.findings]
    assert "S35" in ids
    assert "S03" in ids
    line = next(one for one in found.findings if one.id == "S35").facts["line"]
    assert line == 'crs = "GCJ-02"'
    mended = sources(path, more=line)
    ids = [one.id for one in mended.findings]
    assert "S34" in ids
    assert not {"S03", "S35", "S36"} & set(ids)
    assert mended.info[1].crs == "GCJ-02"
    (row,) = [str(change.text) for change in mended.changes if change.role == "township"]
    assert "GCJ-02 → EPSG:4490 → EPSG:4548" in row
    mine = mended.features.of("township")
    truth = to_crs(parts, towns.crs, mended.crs, "")[0]
    apart = shapely.get_coordinates(mended.features.geometry[mine]) - shapely.get_coordinates(truth)
    assert np.abs(apart).max() < 1e-3


def test_missing_crs_in_a_case_names_the_line(data, sources, tmp_path):
    with pytest.raises(BadInput, match="no CRS") as caught:
        sources(messy(data, "town_zone39_noprj"))
    assert 'crs = "EPSG:4527"' in str(caught.value.wanted)
    found = sources(messy(data, "town_zone39_noprj"), more='crs = "EPSG:4527"')
    assert not {"S35", "S36"} & {one.id for one in found.findings}
    # No zone number: the counties tell the zone.
    bare = write(tmp_path / "bare.shp", shapely.get_parts(read_layer(messy(data, "town_epsg4548")).geometry), None)
    with pytest.raises(BadInput, match="where the other layers are") as caught:
        sources(bare)
    assert 'crs = "EPSG:4548"' in str(caught.value.wanted)


def test_axes_that_only_the_study_area_can_tell(sources, tmp_path):
    """WGS 84 has both orders; the study area has one, and it is held against the case's CRS itself."""
    county = np.array([shapely.box(87, 43, 88, 44)], dtype=object)
    towns = np.array([shapely.box(87, 43, 87.5, 44), shapely.box(87.5, 43, 88, 44)], dtype=object)
    for turned in ("towns", "county"):
        path = write(tmp_path / f"towns_{turned}.gpkg", swapped(towns) if turned == "towns" else towns, "EPSG:4326")
        study = swapped(county) if turned == "county" else county
        study = write(tmp_path / f"county_{turned}.gpkg", study, "EPSG:4326", first=650102, layer="county")
        found = sources(path, crs='crs = "EPSG:4538"', county=study)
        said = [(one.facts["problem"], turned in one.facts["source"]) for one in found.findings if one.id == "S31"]
        assert said == [("study", True)]
        west, south, east, north = shapely.total_bounds(found.features.geometry)
        assert 400_000 < west < east < 600_000
        assert 4_700_000 < south < north < 4_900_000


def test_a_wrong_zone_names_the_right_one(data, sources, tmp_path):
    """Data of CM 117 E said to be of CM 114 E: 300 km off, and the error says which zone hits."""
    towns = shapely.get_parts(read_layer(messy(data, "town_epsg4548")).geometry)
    path = write(tmp_path / "wrong.gpkg", towns, "EPSG:4547")
    with pytest.raises(BadInput, match="lies outside the study area") as caught:
        sources(path)
    assert 'crs = "EPSG:4548"' in str(caught.value.wanted)
    assert "meridian 114° (EPSG:4547)), but within it when read in CGCS2000, 3-degree zone, meridian 117°" in str(
        caught.value.what
    )


def test_beijing_1954_taken_for_cgcs2000_is_suspected(data, sources, tmp_path):
    """A datum's shift, here of 80 m, that a wrong label leaves in the coordinates."""
    towns = shapely.get_parts(read_layer(messy(data, "town_epsg4548")).geometry)
    moved = shapely.transform(towns, lambda points: points + np.array([64, -48]))
    path = write(tmp_path / "old.gpkg", moved, "EPSG:4548")
    (found,) = [one for one in sources(path).findings if one.id in ("S35", "S36")]
    assert found.id == "S36"
    assert found.facts["length"] == pytest.approx(80, abs=0.5)


def test_the_case_refuses_gcj_as_its_own_crs(sources, data):
    with pytest.raises(BadInput, match="GCJ-02 is no CRS"):
        sources(messy(data, "town_epsg4490"), crs='crs = "GCJ-02"')


# ---- the verb partition


def test_partition_takes_no_degrees_for_metres(data):
    """A layer without a CRS is taken to be in the common one only where it can be."""
    metres, bare = messy(data, "town_epsg4527"), messy(data, "town_zone39_noprj")
    found = partition([metres, bare])
    assert [one.id for one in found["findings"] if one.id in ("S19", *MEANT)] == ["S19"]
    with pytest.raises(BadInput, match="no CRS") as caught:
        partition([messy(data, "town_epsg4490"), bare])
    assert "common CRS" in str(caught.value.wanted)


def test_partition_takes_the_first_crs_that_is_stated(data):
    """Not none, because the first layer states none."""
    found = partition([messy(data, "town_zone39_noprj"), messy(data, "town_epsg4527")])
    assert [one.facts["source"] for one in found["findings"] if one.id == "S19"] == ["town_zone39_noprj"]
    areas = [row["area_m2"] for row in found["inputs"].values()]
    assert areas[0] == pytest.approx(areas[1], rel=1e-12)


def test_partition_refuses_sizes_that_differ(data, tmp_path):
    degrees = write(tmp_path / "degrees.shp", DEGREES, None)
    with pytest.raises(BadInput, match="no CRS") as caught:
        partition([degrees, messy(data, "town_zone39_noprj")])
    assert "another order of magnitude" in str(caught.value.wanted)


def test_every_text_of_this_room_can_be_said():
    """All variants, both languages, over the facts that code gives them."""
    texts = load_texts()
    crs, bounds = parse_crs("EPSG:4548"), BOUNDS["EPSG:4548"]
    findings = [
        datum_finding("towns", parse_crs(code), crs, bounds)
        for code in ("EPSG:2384", "EPSG:4326", "EPSG:4258", "+proj=longlat +ellps=clrk66 +type=crs")
    ]
    assert [one.facts.get("problem") for one in findings] == ["old", "null", "none", "unknown"]
    findings += place_shapes(swapped(at("EPSG:4527")), "EPSG:4548", "", "towns").findings
    findings += place_shapes(at("EPSG:4548"), "EPSG:4527", "", "towns").findings
    findings += place_shapes(DEGREES, None, "BD-09", "towns").findings
    for finding in findings:
        for language in ("zh", "en"):
            assert "towns" in message(finding, texts, language)


def test_degrees_count_from_greenwich_whatever_the_meridian():
    """NTF (Paris) / Lambert zone II counts grads from Paris; its own area of use is in degrees from Greenwich."""
    box = degrees_box((47_680.0, 1_703_258.0, 1_031_401.0, 2_677_441.0), parse_crs("EPSG:27572"))
    np.testing.assert_allclose(box, (-5.6, 42.2, 8.7, 51.1), atol=0.3)
    assert degrees_box((2.0, 48.0, 3.0, 49.0), parse_crs("EPSG:4490")) == (2.0, 48.0, 3.0, 49.0)


def test_a_french_layer_lies_where_it_says(data):
    assert not {"S31", "S32", "S33"} & set(told(read_layer(data / "REGION" / "Guerry.shp")))
