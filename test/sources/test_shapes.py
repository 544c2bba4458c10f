"""What kinds of geometry become: surfaces seen from above, arcs as chords, open rings closed, stumps left out."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any

import numpy as np
import pyogrio
import pytest
import shapely
from control_units.delineation.core.errors import BadInput
from control_units.delineation.partition import build
from control_units.delineation.sources.formats.wkb import decode
from control_units.delineation.sources.layer import read_layer
from control_units.delineation.sources.shapes import curved_features

if TYPE_CHECKING:
    from pathlib import Path

    from control_units.delineation.sources.layer import PolygonLayer

ROOF = "((0 0 5, 4 0 5, 0 4 5, 0 0 5))"
FLOOR = "((0 0 0, 4 0 0, 0 4 0, 0 0 0))"
WALL = "((0 0 0, 4 0 0, 4 0 5, 0 0 0))"
AWAY = "((10 0 0, 12 0 0, 10 2 0, 10 0 0))"


def csv(folder: Path, *shapes: str) -> Path:
    """Write a CSV of WKT, which GDAL reads as it stands."""
    path = folder / "shapes.csv"
    path.write_text("WKT,id\n" + "".join(f'"{shape}",{row}\n' for row, shape in enumerate(shapes)), encoding="utf-8")
    return path


def said(layer: PolygonLayer) -> dict[tuple[str, str], Any]:
    """Features that a finding names, by its id and problem."""
    return {
        (one.id, str(one.facts.get("problem", ""))): str(one.facts["features"]) if "features" in one.facts else None
        for one in layer.findings
    }


@pytest.mark.parametrize(
    ("shape", "area"),
    [
        (f"TIN Z ({FLOOR}, {WALL})", 8.0),
        (f"TIN Z ({FLOOR}, {WALL}, {ROOF}, {AWAY})", 10.0),
        (f"POLYHEDRALSURFACE Z ({FLOOR}, {ROOF})", 8.0),
        (f"TRIANGLE Z {AWAY}", 2.0),
        (f"GEOMETRYCOLLECTION Z (TIN Z ({FLOOR}, {ROOF}), TRIANGLE Z {AWAY})", 10.0),
    ],
)
def test_a_surface_is_what_it_covers_from_above(tmp_path, shape, area):
    layer = read_layer(csv(tmp_path, shape))
    assert shapely.area(layer.geometry).tolist() == pytest.approx([area])
    assert shapely.is_valid(layer.geometry).all()
    assert said(layer)["S41", ""] == "1"
    assert ("S05", "") in said(layer)


def test_a_wall_alone_covers_nothing(tmp_path):
    layer = read_layer(csv(tmp_path, f"TIN Z ({WALL})", f"POLYGON Z {AWAY}"))
    assert layer.feature_id.tolist() == [2]
    assert said(layer)["S04", ""] == "1"


def test_open_rings_are_closed_and_stumps_left_out(tmp_path):
    square, hole = "(0 0,4 0,4 4,0 4,0 0)", "(1 1,2 1,2 2,1 2)"
    layer = read_layer(
        csv(
            tmp_path,
            "POLYGON((0 0,1 0,1 1,0 1))",
            f"POLYGON({square},{hole})",
            f"POLYGON({square},(1 1,2 2))",
            f"MULTIPOLYGON(({square}),((9 9,9 9)))",
            f"POLYGON({square})",
            "POLYGON((7 7,8 8))",
        )
    )
    assert shapely.area(layer.geometry).tolist() == [1.0, 15.0, 16.0, 16.0, 16.0]
    assert said(layer)["S42", "open"] == "1, 2, 3, 6"
    assert said(layer)["S42", ""] == "3, 4, 6"
    assert said(layer)["S04", ""] == "6"


def test_polygons_of_nested_collections_and_what_lies_beside(tmp_path):
    inner = "GEOMETRYCOLLECTION(MULTIPOLYGON(((0 0,1 0,1 1,0 0)),((3 3,4 3,4 4,3 3))),POINT(9 9))"
    layer = read_layer(
        csv(
            tmp_path,
            f"GEOMETRYCOLLECTION({inner},LINESTRING(0 0,1 1))",
            "GEOMETRYCOLLECTION(POLYGON((0 0,2 0,2 2,0 0)))",
            "POINT(1 1)",
        )
    )
    assert shapely.area(layer.geometry).tolist() == [1.0, 2.0]
    assert said(layer)["S48", ""] == "1"
    assert said(layer)["S06", ""] == "3"


def test_arcs_are_named_and_the_chords_are_as_near_as_is_said(tmp_path):
    circle = "CURVEPOLYGON(CIRCULARSTRING(0 0, 100 100, 200 0, 100 -100, 0 0))"
    layer = read_layer(csv(tmp_path, "POLYGON((0 0,1 0,1 1,0 0))", circle))
    assert said(layer)["S40", ""] == "2"
    (finding,) = (one for one in layer.findings if one.id == "S40")
    lost = 1 - layer.geometry[1].area / (np.pi * 100**2)
    assert 0 < lost < 2 * finding.facts["percent"] / 100
    radius = np.hypot(*(shapely.get_coordinates(layer.geometry[1]) - (100, 0)).T)
    assert radius == pytest.approx(100)


def test_a_geopackage_that_declares_polygons_is_not_read_twice(tmp_path, monkeypatch):
    path = tmp_path / "plain.gpkg"
    wkb = shapely.to_wkb(np.array([shapely.box(0, 0, 1, 1)], dtype=object))
    pyogrio.raw.write(path, wkb, [np.array([1])], ["n"], layer="plain", geometry_type="Polygon", crs="EPSG:4548")

    def never(*_, **__):
        raise AssertionError

    monkeypatch.setattr("control_units.delineation.sources.shapes.gate.read", never)
    assert not len(curved_features(path, "plain"))


@pytest.mark.parametrize("cut", [3, 9, 30])
def test_bytes_that_break_off_name_the_feature(cut):
    tin = struct.pack("<BIIBIII", 1, 16, 1, 1, 17, 1, 4) + struct.pack("<8d", 0, 0, 1, 0, 0, 1, 0, 0)
    assert decode(np.array([tin], dtype=object), [7], "x").geometry[0].area == 0.5
    with pytest.raises(BadInput, match="feature 7"):
        decode(np.array([tin[:cut]], dtype=object), [7], "x")


def test_an_empty_hole_is_no_ring():
    geometry = np.array([shapely.from_wkt("POLYGON((0 0,4 0,4 4,0 0),EMPTY)"), shapely.box(9, 9, 10, 10)], dtype=object)
    assert sorted(build(geometry, snap=0.0).area.tolist()) == [1.0, 8.0]


# File and layer → features with an area, and what is said of them.
REAL = {
    ("fiona/test_tin.csv", ""): (3, {"S41", "S05"}),
    ("fiona/test_tin.shp", ""): (1, {"S41", "S05"}),
    ("fiona/testopenfilegdb.gdb.zip", "multipatch"): (5, {"S41", "S05"}),
    ("fiona/testopenfilegdb.gdb.zip", "polygonzm"): (1, {"S05"}),
    ("pyogrio/curvepolygon.gpkg", ""): (1, {"S40"}),
    ("pyogrio/multisurface.gpkg", ""): (1, {"S40"}),
    ("mapnik/poly-multihole.shp", ""): (1, set()),
    ("mapnik/poly_null_poly.shp", ""): (2, {"S04"}),
    ("qgis_testdata/multi_polys_with_empty_geoms.gpkg", ""): (8, {"S04", "S05"}),
}


@pytest.mark.parametrize(("file", "layer"), REAL)
def test_files_of_other_suites(data, file, layer):
    count, ids = REAL[file, layer]
    found = read_layer(data / "MESSY" / "real" / file, layer=layer)
    assert len(found.geometry) == count
    assert ids <= {one.id for one in found.findings}
    assert (shapely.area(found.geometry) > 0).all()
