"""A site as people write it: WKT, a point, a file, in whatever CRS; what cannot be meant is refused in a sentence."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from assess_plan import small_assessor
from command import refusal
from control_units.delineation.assess.site import read_site
from control_units.delineation.core.errors import BadInput
from control_units.delineation.core.messages import word
from control_units.delineation.sources.coordinates.crs import parse_crs, to_crs
from control_units.delineation.sources.coordinates.gcj import to_gcj
from hand import CRS, SOUTH, WEST, box, write_layer

BOUNDS = (WEST, SOUTH, WEST + 10_000, SOUTH + 10_000)
PLOT = box(2_000, 2_000, 300, 200)


def read(text, **options):
    return read_site(text, CRS, bounds=BOUNDS, **options)


def degrees(shape):
    return to_crs(np.array([shape], dtype=object), parse_crs(CRS), parse_crs("EPSG:4490"), parse_where())[0][0]


def parse_where():
    from control_units.delineation.core.messages import Message

    return Message("test")


def told(site) -> str:
    return " ".join(word(one) for one in site.notices)


def test_wkt_is_taken_as_it_is():
    site = read(PLOT.wkt)
    assert site.kind == "polygon"
    assert site.shape.equals(PLOT)
    assert not site.notices


@pytest.mark.parametrize("text", ["{x},{y},100", "{x}, {y}, 100", "{x}，{y}，100", "{x} {y} 100"])
def test_a_point_with_a_radius_is_a_circle(text):
    site = read(text.format(x=WEST + 2_000, y=SOUTH + 2_000))
    assert site.shape.area == pytest.approx(np.pi * 100**2, rel=0.002)


def test_a_point_and_a_line_stay_what_they_are():
    assert read(f"{WEST},{SOUTH}").kind == "point"
    line = read(f"LINESTRING ({WEST} {SOUTH}, {WEST + 1_000} {SOUTH})")
    assert (line.kind, line.line.length) == ("line", 1_000)


def test_a_buffer_keeps_the_line_it_was_made_of():
    site = read(f"LINESTRING ({WEST} {SOUTH}, {WEST + 1_000} {SOUTH})", buffer=20.0)
    assert (site.kind, site.line.length) == ("polygon", 1_000)


def test_degrees_are_known_by_their_numbers_and_told():
    site = read(degrees(PLOT).wkt)
    assert shapely.symmetric_difference(site.shape, PLOT).area < 1e-3
    assert "CGCS2000" in told(site)


def test_degrees_said_to_be_degrees_are_not_told():
    site = read(degrees(PLOT).wkt, given="EPSG:4326")
    assert site.shape.centroid.distance(PLOT.centroid) < 2.0
    assert not site.notices


def test_wkt_may_name_its_crs():
    site = read("SRID=4490;" + degrees(PLOT).wkt)
    assert site.shape.centroid.distance(PLOT.centroid) < 1e-3


def test_latitude_before_longitude_is_refused():
    point = degrees(PLOT.centroid)
    with pytest.raises(BadInput, match="latitude stands before longitude"):
        read(f"{point.y},{point.x}")


def test_shifted_coordinates_are_converted_with_a_warning():
    point = degrees(PLOT.centroid)
    x, y = (float(one[0]) for one in to_gcj(np.array([point.x]), np.array([point.y])))
    site = read(f"{x},{y}", given="GCJ-02")
    assert site.shape.distance(PLOT.centroid) < 1e-2
    assert "GCJ-02" in told(site)
    assert read(f"{x},{y}").shape.distance(PLOT.centroid) > 300


@pytest.mark.parametrize("suffix", [".gpkg", ".shp", ".geojson", ".kml"])
def test_a_file_is_read_in_its_own_crs(tmp_path, suffix):
    plain = suffix in (".geojson", ".kml")
    shape, crs = (degrees(PLOT), "EPSG:4326") if plain else (PLOT, CRS)
    options = {"driver": "KML"} if suffix == ".kml" else {}
    path = write_layer(tmp_path / f"site{suffix}", "site", [shape], {"Name": ["甲"]}, crs=crs, **options)
    site = read(path)
    assert site.kind == "polygon"
    assert site.shape.centroid.distance(PLOT.centroid) < 2.0


def test_the_features_of_a_file_are_one_site(tmp_path):
    halves = [box(2_000, 2_000, 150, 200), box(2_150, 2_000, 150, 200)]
    site = read(write_layer(tmp_path / "site.gpkg", "site", halves, {"a": [1, 2]}))
    assert site.shape.equals(PLOT)
    assert "2 features" in told(site)


def test_lines_of_a_file_are_a_line(tmp_path):
    line = shapely.LineString([(WEST, SOUTH), (WEST + 500, SOUTH)])
    site = read(write_layer(tmp_path / "line.gpkg", "line", [line], {"a": [1]}, kind="LineString"))
    assert (site.kind, site.line.length) == ("line", 500)


@pytest.mark.parametrize(
    ("head", "encoding"), [("x,y", "utf-8"), ("点号,X,Y", "utf-8-sig"), ("点号,横坐标,纵坐标", "gbk")]
)
def test_a_table_of_corners_is_a_plot(tmp_path, head, encoding):
    path = tmp_path / "corners.csv"
    rows = [f"{x},{y}" for x, y in PLOT.exterior.coords[:-1]]
    if head.count(",") == 2:
        rows = [f"J{number},{row}" for number, row in enumerate(rows)]
    path.write_bytes("\n".join([head, *rows]).encode(encoding))
    assert read(path).shape.equals(PLOT)


def test_of_columns_of_one_name_the_first_are_the_coordinates(tmp_path):
    path = tmp_path / "corners.csv"
    rows = [f"{x},{y},1,2" for x, y in PLOT.exterior.coords[:-1]]
    path.write_text("\n".join(["x,y,x,y", *rows]), encoding="utf-8")
    assert read(path).shape.equals(PLOT)


def test_a_corner_without_numbers_is_told_with_its_line(tmp_path):
    path = tmp_path / "corners.csv"
    path.write_text(f"x,y\n{WEST},{SOUTH}\n{WEST},none\n", encoding="utf-8")
    with pytest.raises(BadInput, match=r"corners\.csv line 3"):
        read(path)


def test_heights_are_left_out_and_told():
    site = read(f"POINT Z ({WEST + 10} {SOUTH + 10} 55)")
    assert not site.shape.has_z
    assert "heights" in told(site)


REFUSED = {
    "POLYGON ((0 0, 1 1": "cannot be read as WKT",
    f"POLYGON (({WEST} {SOUTH}, {WEST + 10} {SOUTH + 10}, {WEST + 10} {SOUTH}, {WEST} {SOUTH + 10}, {WEST} {SOUTH}))": (
        "not a valid shape: Self-intersection"
    ),
    "POLYGON EMPTY": "an empty shape",
    f"POLYGON (({WEST} {SOUTH}, {WEST + 10} {SOUTH}, {WEST} {SOUTH}, {WEST} {SOUTH}))": "not a valid shape",
    f"LINESTRING ({WEST} {SOUTH}, {WEST} {SOUTH})": "not a valid shape",
    f"GEOMETRYCOLLECTION (POINT ({WEST} {SOUTH}))": "is no point, line or polygon",
    "4000000,9000000": "from the plan",
    f"{SOUTH},{WEST}": "northing stands before easting",
    f"{38_000_000 + WEST},{SOUTH}": "the number of their zone in front (38)",
    f"{WEST},{SOUTH},0": "is no point",
    f"{WEST},{SOUTH},-5": "is no point",
    f"{WEST},{SOUTH},nan": "is no point",
    f"{WEST},{SOUTH},200000": "a radius or buffer of 200000 m",
    f"{WEST},{SOUTH},30000": "larger than the plan",
    f"{WEST},{SOUTH},1,2": "4 numbers",
    "nowhere": "is no site",
    "nowhere.shp": "file not found",
}


@pytest.mark.parametrize("text", REFUSED)
def test_what_cannot_be_meant_is_refused(text):
    with pytest.raises(BadInput) as error:
        read(text)
    assert REFUSED[text] in str(error.value)
    assert error.value.wanted


def test_an_outline_that_crosses_itself_in_a_file_is_refused(tmp_path):
    bow = shapely.Polygon([(WEST, SOUTH), (WEST + 10, SOUTH + 10), (WEST + 10, SOUTH), (WEST, SOUTH + 10)])
    path = write_layer(tmp_path / "bow.gpkg", "bow", [bow], {"a": [1]})
    with pytest.raises(BadInput, match="not a valid shape: Self-intersection"):
        read(path)


def test_the_command_line_refuses_in_one_sentence(tmp_path):
    plan = small_assessor(tmp_path).path
    assert refusal("assess", plan, "nowhere.shp")["what"] == "file not found"
    assert "industry" in refusal("assess", plan, f"{WEST},{SOUTH}", "--industry", "X99")["what"]
    assert "fact" in refusal("assess", plan, f"{WEST},{SOUTH}", "--fact", "colour=red")["what"]
    assert refusal("assess", plan, f"{WEST},{SOUTH}", "--as-of", "2026-13-01")["what"]
    assert refusal("assess", plan, f"{WEST},{SOUTH}", "--none-here", "moon")["what"]
    assert refusal("assess", plan, f"{WEST},{SOUTH}", "-o", tmp_path / "report.txt")["what"]


def test_a_file_that_names_no_crs_is_in_the_plans_and_told(tmp_path):
    path = write_layer(tmp_path / "plot.shp", "plot", [PLOT], {"a": [1]})
    path.with_suffix(".prj").unlink()
    site = read(path)
    assert site.shape.equals(PLOT)
    assert "plot.shp names no CRS" in told(site)
    path.with_suffix(".prj").write_text("nonsense", encoding="utf-8")
    with pytest.raises(BadInput):
        read(path)


def test_what_is_told_of_a_file_has_no_folders_of_somebodys_machine(tmp_path):
    site = read(write_layer(tmp_path / "site.geojson", "site", [degrees(PLOT)], {"a": [1]}, crs="EPSG:4326"))
    assert "site.geojson" in told(site)
    assert str(tmp_path) not in told(site)
