"""A .prj in any encoding and notation gives its CRS with a finding, or is said to be there and unreadable."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pyogrio
import pytest
from command import ask, refusal
from control_units.delineation.checks import load_texts, message
from control_units.delineation.core.errors import BadInput
from control_units.delineation.plan.file import read_plan
from control_units.delineation.sources.coordinates.crs import parse_crs, short_name
from control_units.delineation.sources.layer import read_layer
from control_units.delineation.verbs.checking import findings_in_words
from control_units.delineation.verbs.overlaying import partition
from hand import CASE, CRS, RED_LINE, WATER, hand, write_layer

if TYPE_CHECKING:
    from pathlib import Path

    from control_units.delineation.sources.layer import PolygonLayer

PLAIN = parse_crs(CRS).to_wkt("WKT1_ESRI")
CHINESE = PLAIN.replace("CGCS2000_3_Degree_GK_CM_114E", "国家2000_114", 1)
XIAN = parse_crs("EPSG:2383").to_wkt("WKT1_ESRI").replace("Xian_1980_3_Degree_GK_CM_114E", "西安80坐标系", 1)


def shapefile(folder: Path, prj: bytes | None, name: str = "red_line") -> Path:
    path = write_layer(folder / f"{name}.shp", name, *RED_LINE, crs=None)
    if prj is not None:
        path.with_suffix(".prj").write_bytes(prj)
    return path


def told(layer: PolygonLayer) -> list[str]:
    texts = load_texts()
    for one in layer.findings:
        assert "{" not in message(one, texts, "zh")
    return [str(one.facts.get("problem")) for one in layer.findings if one.id == "S49"]


def case_of(folder: Path, more: str = "") -> Path:
    """The hand case with its red line from the Shapefile."""
    text = CASE.replace('path = "hand.gpkg"\nlayer = "red_line"', f'path = "red_line.shp"\n{more}')
    assert text != CASE
    return hand(folder, text)


@pytest.mark.parametrize(
    ("raw", "code", "said"),
    [
        (CHINESE.encode("gbk"), CRS, ["encoding"]),
        (XIAN.encode("gbk"), "EPSG:2383", ["encoding"]),
        (CHINESE.encode("utf-16"), CRS, ["encoding"]),
        (PLAIN.encode("utf-16-le"), CRS, ["encoding"]),
        (PLAIN.encode("utf-16-be"), CRS, ["encoding"]),
        (PLAIN.replace("CGCS2000_3", "Zone\xff", 1).encode("latin-1"), CRS, ["encoding"]),
        (b"EPSG:4547\r\n", CRS, ["notation"]),
        ("EPSG:4547".encode("utf-16"), CRS, ["notation"]),
        (b"urn:ogc:def:crs:EPSG::4547", CRS, ["notation"]),
        (parse_crs(CRS).to_wkt().encode(), CRS, ["notation"]),
        # What GDAL reads by itself stays its own.
        (PLAIN.encode(), CRS, []),
        (CHINESE.encode(), CRS, []),
        (CHINESE.encode("utf-8-sig"), CRS, []),
    ],
)
def test_what_leaves_no_doubt_is_read(tmp_path, raw, code, said):
    path = shapefile(tmp_path, raw)
    layer = read_layer(path)
    assert short_name(layer.stated_crs()) == code
    assert told(layer) == said
    # The user's folder is as it was.
    assert path.with_suffix(".prj").read_bytes() == raw
    assert sorted(item.suffix for item in tmp_path.iterdir()) == [".cpg", ".dbf", ".prj", ".shp", ".shx"]


@pytest.mark.parametrize(
    "raw",
    [b"", b"\0" * 40, b"4547", b"EPSG:999999", b"\0\1\xfe\xff" * 9, PLAIN.encode()[:150], "国家2000".encode("gbk")],
)
def test_what_cannot_be_read_is_said_to_be_there(tmp_path, raw):
    layer = read_layer(shapefile(tmp_path, raw))
    assert layer.crs is None
    assert told(layer) == ["unread"]
    with pytest.raises(BadInput, match=r"its \.prj cannot be read as a CRS \(“") as error:
        layer.stated_crs()
    assert "a .prj that holds one" in str(error.value.wanted)
    # A line in the case settles it.
    assert short_name(read_layer(shapefile(tmp_path, raw), crs=CRS).stated_crs()) == CRS


def test_without_a_prj_none_is_spoken_of(tmp_path):
    layer = read_layer(shapefile(tmp_path, None))
    assert told(layer) == []
    with pytest.raises(BadInput, match="no CRS; ") as error:
        layer.stated_crs()
    assert "cannot be read" not in str(error.value)


def test_a_prj_in_capitals_and_an_index_that_is_missing(tmp_path):
    path = shapefile(tmp_path, None)
    path.with_suffix(".PRJ").write_bytes(CHINESE.encode("gbk"))
    path.with_suffix(".shx").unlink()
    layer = read_layer(path)
    assert short_name(layer.stated_crs()) == CRS
    assert [one.id for one in layer.findings] == ["S27", "S49"]


def test_run_partition_and_guess_read_a_name_in_gbk(tmp_path):
    path = shapefile(tmp_path, CHINESE.encode("gbk"))
    case = case_of(tmp_path)
    assert ask("run", case, "-o", tmp_path / "plan.gpkg").code in (0, 1)
    rows = findings_in_words(read_plan(tmp_path / "plan.gpkg"), "zh")
    (said,) = [row["message"] for row in rows if row["id"] == "S49"]
    assert said.startswith(
        "red_line.shp|red_line：.prj 不是 UTF-8 编码，已按 GB18030 读取，坐标系为 国家2000_114 (EPSG:4547)"
    )
    found = partition([path], tmp_path / "faces.gpkg")
    assert [one.id for one in found["findings"]] == ["S49"]
    assert pyogrio.read_info(tmp_path / "faces.gpkg", layer="faces")["crs"] == CRS
    folder = tmp_path / "folder"
    folder.mkdir()
    shapefile(folder, CHINESE.encode("gbk"), "生态保护红线")
    (one,) = ask("guess", folder, "-o", tmp_path / "guess.toml").document["sources"]
    assert one["role"] == "red_line"
    assert "坐标系为 国家2000_114" in (tmp_path / "guess.toml").read_text(encoding="utf-8")


def test_a_line_in_the_case_helps_where_the_prj_cannot(tmp_path):
    shapefile(tmp_path, b"hello")
    error = refusal("run", case_of(tmp_path), "-o", tmp_path / "plan.gpkg")
    assert error["what"].startswith("its .prj cannot be read as a CRS (“hello”); coordinates are x 501000")
    assert error["wanted"].startswith('crs = "EPSG:4547" in its [[source]]')
    (tmp_path / "hand.gpkg").unlink()
    case = case_of(tmp_path, f'crs = "{CRS}"\n')
    assert ask("run", case, "-o", tmp_path / "plan.gpkg").code in (0, 1)


def test_a_geopackage_whose_crs_is_named_in_gbk_is_refused_in_a_sentence(tmp_path):
    path = write_layer(tmp_path / "zones.gpkg", "zones", *WATER)
    wkt = CHINESE.replace("3_Degree", "x").encode("gbk")
    with closing(sqlite3.connect(path)) as base, base:
        base.execute("UPDATE gpkg_geometry_columns SET srs_id = 100001")
        base.execute("UPDATE gpkg_contents SET srs_id = 100001")
        row = ("odd", 100001, "NONE", 100001, wkt, "")
        base.execute("INSERT INTO gpkg_spatial_ref_sys VALUES (?, ?, ?, ?, CAST(? AS TEXT), ?)", row)
    base.close()
    error = refusal("partition", path, "-o", tmp_path / "faces.gpkg")
    assert error["what"] == "the name of its CRS is not in UTF-8"
    assert error["where"] == f"{path}|zones"
