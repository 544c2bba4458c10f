"""Shapes in a GeoPackage are byte for byte as GDAL writes them, and what it keeps of a layer stays right."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import numpy as np
import pytest
import shapely
from control_units.delineation.core.geometry_blobs import Extent, blobs, envelope, srs_of, with_gdal_functions
from control_units.delineation.core.geopackage import write_features

SHAPES = {
    "Point": ["POINT (1 2)", None, "POINT EMPTY"],
    "MultiPoint": ["MULTIPOINT (0.1 7, 3 2)"],
    "LineString": ["LINESTRING (0 0, 1.5 -1)", "LINESTRING EMPTY"],
    "MultiLineString": ["MULTILINESTRING ((0 0, 1 1), (2 2, 3 5))"],
    "Polygon": ["POLYGON ((0 0, 0 1, 1 1, 0 0), (0.1 0.2, 0.1 0.3, 0.2 0.3, 0.1 0.2))", "POLYGON EMPTY", None],
    "MultiPolygon": ["MULTIPOLYGON (((0 0, 0 1, 1 1, 0 0)), ((5 5, 5 6, 6.25 6, 5 5)))", "MULTIPOLYGON EMPTY"],
}


def layer(path, kind, shapes):
    wkb = np.array([*map(shapely.to_wkb, shapes), None], dtype=object)[:-1]
    write_features(path, "layer", kind, wkb, [np.arange(len(shapes))], ["number"], [None], "EPSG:4547")
    return with_gdal_functions(sqlite3.connect(path))


@pytest.mark.parametrize("kind", SHAPES)
def test_they_are_what_gdal_writes(tmp_path, kind):
    shapes = [None if text is None else shapely.from_wkt(text) for text in SHAPES[kind]]
    with closing(layer(tmp_path / "layer.gpkg", kind, shapes)) as file:
        srs = srs_of(file, "layer")
        assert (srs, srs_of(file, "no such layer")) == (4547, None)
        assert blobs(shapes, srs) == [blob for (blob,) in file.execute("SELECT geom FROM layer ORDER BY fid")]


@pytest.mark.parametrize("text", ["POINT (1 2)", "POINT EMPTY", "MULTIPOINT (0 7, 3 2)", "POLYGON EMPTY"])
def test_a_box_is_found_with_and_without_a_header_that_has_one(text):
    shape = shapely.from_wkt(text)
    (blob,) = blobs([shape], 4547)
    bare = b"GP\0\1\0\0\0\0" + shapely.to_wkb(shape)
    west, south, east, north = shape.bounds
    wanted = None if shape.is_empty else (west, east, south, north)
    assert envelope(blob) == wanted
    assert envelope(bare) == wanted


def test_the_index_follows_its_layer(tmp_path):
    shapes = [shapely.box(x, 0, x + 1, 1) for x in (0, 10)]
    with closing(layer(tmp_path / "layer.gpkg", "Polygon", shapes)) as file:
        moved, new = blobs([shapely.box(20, 5, 21, 6), shapely.box(30, 0, 31, 1)], 4547)
        file.execute("UPDATE layer SET geom = ? WHERE fid = 1", (moved,))
        file.execute("INSERT INTO layer (geom, number) VALUES (?, 7)", (new,))
        file.execute("DELETE FROM layer WHERE fid = 2")
        file.execute("UPDATE layer SET geom = NULL WHERE fid = 3")
        assert file.execute("SELECT * FROM rtree_layer_geom").fetchall() == [(1, 20.0, 21.0, 5.0, 6.0)]
        assert file.execute("SELECT feature_count FROM gpkg_ogr_contents").fetchall() == [(2,)]


@pytest.mark.parametrize(
    ("moved", "wanted"),
    [
        ((40, 40, 41, 41), (0.1, 41, 0.1, 41)),  # nothing that reached an edge goes
        ((3, 3, 4, 4), (0.1, 30.7, 0.1, 30.7)),
    ],
)
def test_an_extent_grows_with_what_comes(tmp_path, moved, wanted):
    shapes = [shapely.box(x + 0.1, x + 0.1, x + 0.7, x + 0.7) for x in (0, 10, 30)]
    with closing(layer(tmp_path / "layer.gpkg", "Polygon", shapes)) as file:
        kept = Extent(file, "layer")
        old, new = blobs([shapes[1], shapely.box(*moved)], 4547)
        file.execute("UPDATE layer SET geom = ? WHERE fid = 2", (new,))
        kept.count([old], [new])
        kept.write()
        assert file.execute("SELECT min_x, max_x, min_y, max_y FROM gpkg_contents").fetchone() == wanted


def test_an_extent_shrinks_when_what_reached_its_edge_goes(tmp_path):
    shapes = [shapely.box(x + 0.1, 0, x + 0.7, 1) for x in (0, 10, 30)]
    with closing(layer(tmp_path / "layer.gpkg", "Polygon", shapes)) as file:
        for fid, wanted in ((3, (0.1, 10.7, 0, 1)), (1, (10.1, 10.7, 0, 1)), (2, (None,) * 4)):
            kept = Extent(file, "layer")
            kept.count(file.execute("SELECT geom FROM layer WHERE fid = ?", (fid,)).fetchone())
            file.execute("DELETE FROM layer WHERE fid = ?", (fid,))
            kept.write()
            assert file.execute("SELECT min_x, max_x, min_y, max_y FROM gpkg_contents").fetchone() == wanted
