"""Layers in every format that bureaus send, whole and broken: right values, or one sentence that says what is wrong."""

from __future__ import annotations

import gc
import re
import shutil
import sqlite3
import threading
import warnings
import zipfile
from contextlib import closing
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely
from command import ask
from control_units.delineation.case.model import SourceSpec
from control_units.delineation.case.profile import read_profile
from control_units.delineation.core.errors import BadInput
from control_units.delineation.sources.files import checksum, split_layer
from control_units.delineation.sources.formats import vectors
from control_units.delineation.sources.layer import read_layer
from control_units.delineation.sources.rasters.raster import open_raster
from control_units.delineation.sources.roles import read_roles
from dbf import Column, shapefile
from hand import CASE, hand
from hand import CRS as HAND_CRS
from hand import LAYERS as HAND_LAYERS
from raster_files import write as write_raster

WANTED = (
    "columns of longitude and latitude, in degrees or as 121°28′30″, of degrees, minutes and seconds, of X and Y, "
    "or of shapes as WKT"
)
COUNT = 40
NAMES = [f"乡镇{number}甲" for number in range(COUNT)]
CODES = [f"3502030{number:05d}" for number in range(COUNT)]
SHAPES = [shapely.box(118 + number / 100, 24, 118.01 + number / 100, 24.1) for number in range(COUNT)]
DRIVERS = {
    "gpkg": "GPKG",
    "geojson": "GeoJSON",
    "fgb": "FlatGeobuf",
    "gml": "GML",
    "kml": "LIBKML",
    "kmz": "LIBKML",
    "tab": "MapInfo File",
    "mif": "MapInfo File",
    "csv": "CSV",
    "sqlite": "SQLite",
    "gdb": "OpenFileGDB",
    "shp": "ESRI Shapefile",
    "geojsonl": "GeoJSONSeq",
}


@pytest.fixture(autouse=True)
def silence(capfd):
    """Nothing that a library warns of reaches a user raw."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.filterwarnings("ignore", category=DeprecationWarning)
        yield
    said = capfd.readouterr()
    assert "Warning" not in said.err
    assert "ERROR" not in said.err


def frame() -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"code": CODES, "name": NAMES}, geometry=SHAPES, crs="EPSG:4490")


def written(path: Path, what: gpd.GeoDataFrame | None = None, **options) -> Path:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if path.suffix == ".csv":
            options["layer_options"] = {"GEOMETRY": "AS_WKT"}
        if path.suffix == ".shp":
            options["encoding"] = "UTF-8"
        driver = DRIVERS[path.suffix[1:]]
        pyogrio.write_dataframe(frame() if what is None else what, path, driver=driver, **options)
    return path


def refused(path: Path, **options) -> BadInput:
    with pytest.raises(BadInput) as caught:
        read_layer(path, **options)
    error = caught.value
    where = str(error.where)
    assert Path(path).name in where or Path(path).stem in where, error
    assert error.wanted
    assert "\n" not in str(error)
    assert not re.search(r"/layer-\w+/", str(error)), "the place of a temporary copy"
    return error


def rows_of(path: Path, **options) -> dict[str, tuple[str, float]]:
    """Name by code, with the place of its square: whatever the order the format keeps."""
    layer = read_layer(path, **options)
    columns = {name.lower(): values for name, values in layer.raw.columns.items()}
    west = np.round(shapely.bounds(layer.geometry)[:, 0], 6)
    # LIBKML takes a field "name" for the place mark's own.
    return dict(zip(columns["code"], zip(columns["name"], west, strict=True), strict=True))


TRUTH = {code: (name, round(118 + row / 100, 6)) for row, (code, name) in enumerate(zip(CODES, NAMES, strict=True))}


@pytest.mark.parametrize("suffix", sorted(DRIVERS))
def test_every_format_gives_the_same_values(tmp_path, suffix):
    path = written(tmp_path / f"a.{suffix}")
    assert rows_of(path) == TRUTH
    assert not [
        finding.id for finding in read_layer(path).findings if finding.id in ("S22", "S23", "S24", "S26", "S28")
    ]


@pytest.mark.parametrize("inside", ["town.shp", "乡镇/town.shp", "a/b.gdb", "town.gpkg"])
def test_archives_are_read_without_unpacking_them_by_hand(tmp_path, inside):
    source = tmp_path / "in" / inside
    source.parent.mkdir(parents=True)
    written(source)
    archive = tmp_path / "送审稿.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        for file in sorted((tmp_path / "in").rglob("*")):
            if file.is_file():
                packed.write(file, file.relative_to(tmp_path / "in"))
    assert rows_of(archive) == TRUTH
    assert read_layer(archive).raw.layer == Path(inside).stem or inside.endswith(".gdb")
    # As QGIS writes it.
    assert rows_of(Path(f"/vsizip/{archive}/{inside}")) == TRUTH


def test_an_archive_with_names_in_gbk(tmp_path):
    written(tmp_path / "t.shp")
    archive = tmp_path / "a.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        for file in tmp_path.glob("t.*"):
            packed.writestr(f"QQQQ{file.suffix}", file.read_bytes())
    # What Windows writes: bytes of its own page, without the mark of UTF-8.
    archive.write_bytes(archive.read_bytes().replace(b"QQQQ", "乡镇".encode("gbk")))
    assert read_layer(archive).raw.layer == "乡镇"


def test_an_archive_that_is_none_or_locked_or_empty(tmp_path):
    path = tmp_path / "a.zip"
    path.write_bytes(b"PK\3\4 this is no archive")
    assert "cannot be unpacked" in str(refused(path).what)
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("readme.txt", "nothing")
    assert "holds no vector file (readme.txt)" in str(refused(path).what)


def test_a_folder_is_the_one_dataset_in_it(tmp_path):
    folder = tmp_path / "成果"
    folder.mkdir()
    assert "is an empty folder" in str(refused(folder).what)
    written(folder / "town.shp")
    assert rows_of(folder) == TRUTH
    written(folder / "county.shp")
    assert "2 layers and none named" in str(refused(folder).what)
    assert rows_of(folder, layer="town") == TRUTH
    written(folder / "x.gpkg")
    assert "holds 3 vector files" in str(refused(folder).what)


@pytest.mark.parametrize(
    ("suffix", "what"),
    [
        ("gpkg", "cannot be read"),
        ("geojson", "cannot be read"),
        ("fgb", "cannot be read"),
        ("gml", "cannot be read"),
        ("kml", "cannot be read"),
        ("tab", "cannot be read"),
        ("mif", "cannot be read"),
        ("csv", "2 of 3 columns"),
        ("sqlite", "cannot be read"),
        ("geojsonl", "features can be read"),
        ("shp", "is the first incomplete one"),
        ("zip", "cannot be unpacked"),
    ],
)
def test_half_a_file_is_refused_and_nothing_is_dropped_in_silence(tmp_path, suffix, what):
    path = written(tmp_path / ("a.shp" if suffix == "zip" else f"a.{suffix}"))
    if suffix == "zip":
        path = Path(shutil.make_archive(str(tmp_path.parent / "packed"), "zip", tmp_path))
    body = path.read_bytes()
    half = body[: len(body) // 2]
    # A table cut within its last column looks like any other.
    path.write_bytes(half.rpartition(b",")[0] if suffix == "csv" else half)
    assert what in str(refused(path).what)
    path.write_bytes(b"")
    assert str(refused(path).what) == "is empty (0 bytes)"


def test_a_drawing_is_read_whole_or_not_at_all(tmp_path):
    path = tmp_path / "a.dxf"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pyogrio.write_dataframe(frame()[["geometry"]], path, driver="DXF")
    layer = read_layer(path)
    assert shapely.area(layer.geometry).sum() == pytest.approx(shapely.area(SHAPES).sum())
    body = path.read_bytes()
    path.write_bytes(body[: len(body) // 2])
    assert str(refused(path).what) == "is truncated: no EOF at its end"


@pytest.mark.parametrize("suffix", [".dbf", ".shx"])
def test_half_a_part_of_a_shapefile(tmp_path, suffix):
    path = written(tmp_path / "a.shp")
    part = path.with_suffix(suffix)
    body = part.read_bytes()
    part.write_bytes(body[: len(body) // 2])
    if suffix == ".dbf":
        assert (
            str(refused(part.with_suffix(".shp")).what) == "is truncated: record 20 of 40 is the first incomplete one"
        )
    else:
        assert rows_of(path) == TRUTH
        assert [f.facts["problem"] for f in read_layer(path).findings if f.id == "S27"] == ["shx"]
    part.write_bytes(b"")
    assert str(refused(path).what) == "is empty (0 bytes)"


def test_a_missing_index_is_rebuilt_and_the_folder_is_left_alone(tmp_path):
    path = written(tmp_path / "a.shp")
    path.with_suffix(".shx").unlink()
    before = {file.name: file.stat().st_mtime_ns for file in tmp_path.iterdir()}
    assert rows_of(path) == TRUTH
    assert [f.facts["problem"] for f in read_layer(path).findings if f.id == "S27"] == ["shx"]
    assert {file.name: file.stat().st_mtime_ns for file in tmp_path.iterdir()} == before


def test_a_missing_table_leaves_the_shapes(tmp_path):
    path = written(tmp_path / "a.shp")
    path.with_suffix(".dbf").unlink()
    layer = read_layer(path)
    assert len(layer.geometry) == COUNT
    assert [f.facts["problem"] for f in layer.findings if f.id == "S27"] == ["dbf"]


def test_shapes_and_records_that_do_not_match_are_an_error_among_the_findings(tmp_path):
    path = shapefile(tmp_path / "a.shp", [Column(b"N", [b"1", b"2", b"3"])])
    other = shapefile(tmp_path / "b.shp", [Column(b"N", [b"1", b"2"])])
    shutil.copy(other.with_suffix(".dbf"), path.with_suffix(".dbf"))
    assert str(refused(path).what) == "has 3 shapes but only 2 records of attributes"
    shapefile(path, [Column(b"N", [b"1", b"2", b"3"])])
    shutil.copy(path.with_suffix(".dbf"), other.with_suffix(".dbf"))
    (told,) = [finding for finding in read_layer(other).findings if finding.id == "S28"]
    assert (told.facts["shapes"], told.facts["records"]) == (2, 3)


@pytest.mark.parametrize("suffixes", [("SHP", "SHX", "DBF", "CPG", "PRJ"), ("shp", "SHX", "Dbf", "CPG", "PRJ")])
def test_suffixes_in_capitals(tmp_path, suffixes):
    path = written(tmp_path / "a.shp")
    names = "甲乙".encode("GBK")
    shapefile(path, [Column(b"NAME", [names] * 3)], cpg=b"GBK")
    for suffix in suffixes:
        path.with_suffix(f".{suffix.lower()}").rename(path.with_suffix(f".{suffix}"))
    layer = read_layer(path.with_suffix(f".{suffixes[0]}"))
    assert layer.raw.columns["NAME"].tolist() == ["甲乙"] * 3
    assert layer.raw.reading.basis == "cpg"
    assert layer.crs is not None


def test_a_part_chosen_instead_of_the_whole_names_the_whole(tmp_path):
    written(tmp_path / "a.shp")
    for suffix in (".dbf", ".shx", ".prj"):
        error = refused(tmp_path / f"a{suffix}")
        assert str(error.what) == "is only a part of a.shp"
        assert str(error.wanted).endswith("a.shp")
    written(tmp_path / "b.tab")
    assert str(refused(tmp_path / "b.dat").wanted).endswith("b.tab")


@pytest.mark.parametrize("kind", ["xlsx", "docx", "png", "txt"])
def test_what_is_no_map_is_refused(tmp_path, kind):
    path = tmp_path / f"a.{kind}"
    if kind == "xlsx":
        pd.DataFrame({"a": [1]}).to_excel(path)
    elif kind == "docx":
        docx = pytest.importorskip("docx")
        docx.Document().save(path)
    elif kind == "png":
        image = pytest.importorskip("PIL.Image")
        image.new("RGB", (4, 4)).save(path)
    else:
        path.write_text("no map", encoding="utf-8")
    said = "no columns of coordinates" if kind == "xlsx" else "cannot be read"
    assert said in str(refused(path).what) or "no layer with geometry" in str(refused(path).what)


@pytest.mark.parametrize(
    "name", ["a#b", "a%20b", "a'b", "a|b", "a!b", "a b", "乡镇 (2) 终稿", "a&b;c", "-a", "长" * 60, "a.b.c", "a?b=c"]
)
@pytest.mark.parametrize("suffix", ["shp", "gpkg"])
def test_names_of_every_kind(tmp_path, name, suffix):
    folder = tmp_path / name / ("深" * 70)
    folder.mkdir(parents=True)
    path = folder / f"{name}.{suffix}"
    written(tmp_path / f"plain.{suffix}")
    for file in tmp_path.glob("plain.*"):
        shutil.copy(file, folder / f"{name}{file.suffix}")
    assert len(str(path).encode()) > 260
    assert rows_of(path) == TRUTH
    assert split_layer(str(path)) == (path, "")
    assert split_layer(f"{path}|layername=x") == (path, "x")


def test_what_else_the_process_warns_of_meanwhile_is_not_said_of_the_layer(tmp_path, monkeypatch):
    """The collector closes a file, another thread divides by nothing, GDAL warns: only that is of the layer."""
    path = written(tmp_path / "a.gpkg")
    read = vectors._read

    def noisy(*asked):
        lost = [path.open("rb")]
        lost.append(lost)
        del lost
        gc.collect()
        other = threading.Thread(target=np.log, args=(np.zeros(1),))
        other.start()
        other.join()
        warnings.warn_explicit("Corrupt data", RuntimeWarning, pyogrio.raw.__file__, 198)
        return read(*asked)

    monkeypatch.setattr(vectors, "_read", noisy)
    layer = read_layer(path)
    assert [(finding.id, finding.facts["said"]) for finding in layer.findings] == [("S26", "Corrupt data")]


def test_several_layers_with_and_without_geometry(tmp_path):
    path = written(tmp_path / "a.gpkg", layer="town")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pyogrio.write_dataframe(pd.DataFrame({"a": [1]}), path, layer="table", append=True)
    assert rows_of(path) == TRUTH
    assert "no layer 'table'" in str(refused(path, layer="table").what)
    written(path, layer="county", append=True)
    assert "2 layers and none named" in str(refused(path).what)
    assert rows_of(path, words=("county",)) == TRUTH


@pytest.mark.parametrize("geometry", ["WKT", "geom", "图形", "the_geom"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk"])
def test_tables_with_wkt_in_any_column_and_encoding(tmp_path, geometry, encoding):
    path = tmp_path / "a.csv"
    table = pd.DataFrame({"code": CODES, "name": NAMES, geometry: [shape.wkt for shape in SHAPES]})
    table.to_csv(path, index=False, encoding=encoding)
    assert rows_of(path) == TRUTH
    layer = read_layer(path)
    assert list(layer.raw.columns) == ["code", "name"]
    assert layer.crs is None
    assert [f.id for f in layer.findings if f.id == "S02"] == (["S02"] if encoding == "gbk" else [])


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("mark", [",", "\t"])
def test_a_table_in_two_bytes_a_letter_is_read(tmp_path, encoding, mark):
    """Excel saves "Unicode text" so."""
    path = tmp_path / "a.csv"
    table = pd.DataFrame({"编码": CODES, "name": NAMES, "WKT": [shape.wkt for shape in SHAPES]})
    table.to_csv(path, index=False, encoding=encoding, sep=mark)
    before = path.read_bytes()
    layer = read_layer(path)
    assert list(layer.raw.columns) == ["编码", "name"]
    assert layer.raw.columns["name"].tolist() == NAMES
    assert layer.raw.encoding == encoding.upper()
    assert not {"S02", "S22", "S23"} & {one.id for one in layer.findings}
    assert read_layer(path, encoding="UTF-16").raw.columns["name"].tolist() == NAMES
    assert read_layer(path, where=f"name = '{NAMES[1]}'").raw.columns["name"].tolist() == [NAMES[1]]
    assert f"is in {encoding.upper()} by its first bytes, not in GBK" in str(refused(path, encoding="GBK").what)
    assert len(read_layer(path, columns=False).row) == len(SHAPES)
    assert (path.read_bytes(), list(tmp_path.iterdir())) == (before, [path])


def test_a_table_in_two_bytes_a_letter_that_is_cut_or_has_no_shapes(tmp_path):
    path = tmp_path / "a.csv"
    table = pd.DataFrame({"code": CODES, "WKT": [shape.wkt for shape in SHAPES]})
    table.to_csv(path, index=False, encoding="utf-16")
    path.write_bytes(path.read_bytes()[:-3])
    assert "begins in UTF-16 and breaks off" in str(refused(path).what)
    pd.DataFrame({"Nx": CODES}).to_csv(path, index=False, encoding="utf-16")
    error = refused(path)
    assert (str(error.what), str(error.wanted)) == ("no columns of coordinates among Nx", WANTED)


def test_a_row_whose_wkt_is_broken_is_named(tmp_path):
    path = tmp_path / "a.csv"
    texts = [shape.wkt for shape in SHAPES]
    texts[7] = "POLYGON ((1 1, 2 2"
    pd.DataFrame({"code": CODES, "WKT": texts}).to_csv(path, index=False)
    error = refused(path)
    assert "feature 8 holds no whole WKT: “POLYGON ((1 1, 2 2…”" in str(error.what)
    pd.DataFrame({"code": CODES, "x": 1.0}).to_csv(path, index=False)
    assert str(refused(path).what) == "no columns of coordinates among code, x"


def test_a_geojson_in_gbk_is_read_and_said(tmp_path):
    path = written(tmp_path / "a.geojson")
    path.write_bytes(path.read_text(encoding="utf-8").encode("gbk"))
    assert rows_of(path) == TRUTH
    (told,) = [finding for finding in read_layer(path).findings if finding.id == "S02"]
    assert told.facts["encoding"] == "GB18030"


def test_an_encoding_of_the_case_is_obeyed_and_doubted_where_the_format_knows_better(tmp_path):
    path = written(tmp_path / "a.gpkg")
    assert rows_of(path, encoding="UTF-8") == TRUTH
    layer = read_layer(path, encoding="ISO-8859-1")
    assert layer.raw.columns["name"][0] == NAMES[0].encode().decode("latin-1")
    (told,) = [finding for finding in layer.findings if finding.id == "S22"]
    assert told.facts["better"] == "UTF-8"
    assert "unknown encoding 'GBQ'" in str(refused(path, encoding="GBQ").what)


@pytest.mark.parametrize("suffix", ["tab", "mif"])
@pytest.mark.parametrize(
    ("charset", "said"),
    [("WindowsSimpChinese", []), ("WindowsLatin1", ["S02"]), ("Neutral", ["S02"]), ("UTF-8", ["S02"])],
)
def test_a_mapinfo_charset_may_lie(tmp_path, suffix, charset, said):
    path = written(tmp_path / "a.tab" if suffix == "tab" else tmp_path / "a.mif", encoding="CP936")
    body = path.read_bytes()
    assert re.search(rb"[Cc]harset \"\w+\"", body)
    path.write_bytes(re.sub(rb"([Cc]harset )\"?\w+\"?", rb'\1"' + charset.encode() + b'"', body))
    assert rows_of(path) == TRUTH
    layer = read_layer(path)
    assert [f.id for f in layer.findings if f.id in ("S02", "S22")] == said
    assert layer.raw.encoding == ("GB18030" if said else "GBK")


def test_columns_of_every_kind_do_not_break_reading(tmp_path):
    path = tmp_path / "a.gpkg"
    many = frame().assign(
        day=pd.Timestamp("2025-01-31"), flag=True, small=np.float32(1.5), whole=np.int64(7), none=None
    )
    written(path, many)
    layer = read_layer(path)
    assert {"day", "flag", "small", "whole"} <= set(layer.raw.columns)
    assert layer.raw.types["whole"] == "integer"
    assert layer.raw.types["small"] == "number"
    assert layer.raw.types["day"] == "other"
    json = tmp_path / "a.geojson"
    written(json)
    json.write_text(json.read_text(encoding="utf-8").replace('"code":', '"list": ["a", "b"], "t": "12:30:00", "code":'))
    assert rows_of(json) == TRUTH
    assert ["list" in f.facts["said"] for f in read_layer(json).findings if f.id == "S26"] in ([], [True])


def test_names_of_fields_lose_what_is_stray_and_stay_distinct(tmp_path):
    path = tmp_path / "a.geojson"
    written(path)
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace('"code":', '"\\ufeffcode\\n":').replace('"name":', '" name ": "x", "": 1, "name":'),
        encoding="utf-8",
    )
    layer = read_layer(path)
    assert list(layer.raw.columns) == ["code", "name", "field_3", "name_2"]
    assert layer.raw.columns["name_2"].tolist() == NAMES
    (told,) = [finding for finding in layer.findings if finding.id == "S24"]
    assert told.facts["count"] == 2


def test_names_cut_within_a_character_are_trimmed_and_found_by_their_alias(tmp_path):
    for encoding, cut in (("UTF-8", "乡镇代"), ("GBK", "环境管控单")):
        title = {"UTF-8": "乡镇代码", "GBK": "环境管控单元编码"}[encoding]
        path = shapefile(tmp_path / f"{encoding}.shp", [Column(title.encode(encoding), [b"1"])], cpg=encoding.encode())
        layer = read_layer(path)
        assert list(layer.raw.columns) == [cut]
        spec = SourceSpec("county", path.name, fields={"code": title})
        with pytest.raises(BadInput, match="county code '1'"):
            read_roles(layer.raw, spec, read_profile().role("county"), read_profile())


def test_two_names_cut_to_the_same_are_kept_apart_and_not_guessed_between(tmp_path):
    columns = [
        Column("环境管控单元编码".encode("GBK"), [b"1"]),
        Column("环境管控单元名称".encode("GBK"), ["甲".encode("GBK")]),
    ]
    layer = read_layer(shapefile(tmp_path / "a.shp", columns, cpg=b"GBK"))
    assert len(layer.raw.columns) == 2
    assert "甲" in [values[0] for values in layer.raw.columns.values()]


def codes_as(tmp_path: Path, values, role: str = "county") -> tuple[list[str], list[str]]:
    path = tmp_path / "codes.gpkg"
    if isinstance(values[0], str):
        what = gpd.GeoDataFrame({"code": values}, geometry=SHAPES[: len(values)], crs="EPSG:4490")
    else:
        what = gpd.GeoDataFrame({"code": np.array(values)}, geometry=SHAPES[: len(values)], crs="EPSG:4490")
    written(path, what)
    raw = read_layer(path).raw
    columns, findings = read_roles(raw, SourceSpec(role, path.name), read_profile().role(role), read_profile())
    return columns["code"].tolist(), [f"{f.id}.{f.facts.get('problem', '')}" for f in findings if f.id == "S25"]


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ([420526.0, 350203.0], []),
        ([420526, 350203], []),
        (["420526.0", "350203.00"], []),
        (["4.20526E+05", "3.50203e5"], []),
        (["420526", " 350203\n"], []),
        (["4.20526E5", "3.502E+05"], ["S25.digits"]),
    ],
)
def test_county_codes_that_were_numbers(tmp_path, values, told):
    if told:
        assert codes_as(tmp_path, values) == (["420526", "350200"], told)
    else:
        assert codes_as(tmp_path, values) == (["420526", "350203"], told)


def test_long_codes_that_were_numbers(tmp_path):
    assert codes_as(tmp_path, [350203001001.0], "township") == (["350203001001"], [])
    assert codes_as(tmp_path, [350203001001000.0], "township") == (["350203001001000"], [])
    assert codes_as(tmp_path, ["3.50203E+11"], "township") == (["350203000000"], ["S25.digits"])
    _, told = codes_as(tmp_path, np.array([350203001001], dtype=np.float32), "township")
    assert told == ["S25.digits"]


def test_previous_codes_that_were_numbers_get_their_prefix_back(tmp_path):
    case = hand(tmp_path)
    shapes, _ = HAND_LAYERS["county"]
    pyogrio.write_dataframe(
        gpd.GeoDataFrame({"HJGKDYBM": [99990130007.0]}, geometry=shapes, crs=HAND_CRS), tmp_path / "previous.gpkg"
    )
    case.write_text(CASE + '\n[previous]\npath = "previous.gpkg"\n', encoding="utf-8")
    plan = tmp_path / "plan.gpkg"
    assert ask("run", case, "-o", plan).code == 0
    assert "ZH99990130007" in set(pyogrio.read_dataframe(plan, layer="units")["code"])
    with closing(sqlite3.connect(plan)) as database:
        ((text,),) = database.execute("SELECT message FROM findings WHERE id = 'S25'").fetchall()
    assert "ZH99990130007" in text


def test_a_fraction_is_no_code(tmp_path):
    with pytest.raises(BadInput, match=r"county code '420526\.5'"):
        codes_as(tmp_path, [420526.5])


@pytest.mark.parametrize(("suffix", "part"), [("shp", ".DBF"), ("tab", ".dat"), ("mif", ".mid")])
def test_a_change_in_any_part_changes_the_sum(tmp_path, suffix, part):
    path = written(tmp_path / f"a.{suffix}")
    path.with_suffix(part.lower()).rename(path.with_suffix(part))
    before = checksum(path)
    body = bytearray(path.with_suffix(part).read_bytes())
    body[-9] ^= 1
    path.with_suffix(part).write_bytes(bytes(body))
    assert checksum(path) != before


def test_real_files_that_are_damaged(data):
    folder = data / "MESSY" / "real"
    error = refused(folder / "corrupt_swellendam_water.shp")
    assert str(error.what) == "has 38 shapes but only 37 records of attributes"
    latin = read_layer(folder / "pyshp" / "latin1.shp")
    assert latin.raw.encoding == "CP1252"
    assert "Ñandú" in [values[0] for values in latin.raw.columns.values()]
    assert "polygon" in str(refused(folder / "pyshp" / "corrupt_too_long.shp").what)


@pytest.mark.uses("rasterio")
def test_what_gdal_says_is_heard_in_any_thread_and_after_rasters(tmp_path):
    path, raster = tmp_path / "odd.gpkg", write_raster(tmp_path / "a.tif", np.zeros((1, 4, 4)))
    frame().to_file(path)
    content = bytearray(path.read_bytes())
    content[68:72] = b"\xb0x\xb0x"  # the id of the application, which GDAL warns of
    path.write_bytes(content)
    heard = []

    def read():
        heard.append([one.facts["said"] for one in read_layer(path).findings if "said" in one.facts])

    read()
    open_raster(raster).read()
    read()
    # As another plugin of the same process does it.
    with pytest.importorskip("rasterio").open(raster):
        read()
    read()
    other = threading.Thread(target=read)
    other.start()
    other.join()
    assert heard[0]
    assert len(heard) == 5
    assert all(one == heard[0] for one in heard)
