"""Hostile input: every door answers it with one clear sentence and exit code 2, or takes it and says what it did."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import warnings
from contextlib import closing
from itertools import count
from pathlib import Path

import numpy as np
import pytest
import shapely
from command import ROOT, ask, child, refusal
from control_units.delineation.case.profile import PROFILES
from control_units.delineation.core.database_file import transaction
from control_units.delineation.core.toml import toml_text
from control_units.delineation.plan.file import read_plan
from control_units.delineation.plan.tables import LAYERS, TABLES
from control_units.delineation.sources import gate
from control_units.delineation.sources.rasters.raster import Raster
from fuzz_damages import told
from hand import CASE, COUNTY, RED_LINE, SIZE, SOUTH, TOWNSHIP, WATER, WEST, box, hand, write_layer
from pyproj import CRS
from raster_files import case_with_raster

RED_LINE_SOURCE = 'path = "hand.gpkg"\nlayer = "red_line"'
COUNTY_SOURCE = 'path = "hand.gpkg"\nlayer = "county"'
AREA = SIZE * SIZE
NAN = float("nan")
SPECS = {name: table.plain for name, table in {**LAYERS, **TABLES}.items() if name != "borders"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with the hand county; the tests add what is broken."""
    folder = tmp_path_factory.mktemp("bad")
    hand(folder)
    return folder


@pytest.fixture(scope="module")
def plan(folder):
    path = folder / "plan.gpkg"
    assert ask("run", folder / "case.toml", "-o", path).code == 0
    return path


@pytest.fixture
def write_case(folder):
    """Write a case beside the hand county; no run of it may leave anything behind but its output."""
    numbers = count()
    made = []

    def write(text: str | bytes) -> Path:
        path = folder / f"case{next(numbers)}.toml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        made.append(path)
        return path

    yield write
    for path in made:
        path.unlink()


@pytest.fixture
def refuse(write_case, tmp_path):
    """Facts of the refusal of a case, which writes nothing."""

    def run(text: str | bytes, *more: object) -> dict[str, str]:
        error = refusal("run", write_case(text), "-o", tmp_path / "out.gpkg", *more)
        assert not list(tmp_path.glob("*out*"))
        return error

    return run


def swapped(old: str, new: str) -> str:
    assert old in CASE
    return CASE.replace(old, new, 1)


# --- the case file --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("a = = 1", "not readable as TOML"),
        ('[case]\nname = "试验"'.encode("gbk"), "not UTF-8"),
        (b"\x8f\xd1\x00\xb7" * 16 + b"\xff\xfe", "not UTF-8"),
        (b"[case]\x00", "not readable as TOML"),
        ("", "no [[source]]"),
        ('[case]\nname = "x"', "no [[source]]"),
        ("[[case]]\n", "[case] is no table"),
        ("[source]\n", "source is no list of tables"),
        ("cleaning = 3\n", "[cleaning] is no table"),
        ("source = 3\n", "source is no list of tables"),
    ],
)
def test_a_file_that_is_no_case(refuse, text, what):
    assert what in refuse(text)["what"]


def test_a_case_that_is_not_there(tmp_path):
    for path in (tmp_path / "no.toml", tmp_path):
        assert str(path) in refusal("run", path, "-o", tmp_path / "out.gpkg")["where"]


@pytest.mark.parametrize(
    ("where", "key", "nearest"),
    [
        ("[case]", "sead", "seed"),
        ("[[source]]", "rolle", "role"),
        ("[[raster]]", "bnd", "band"),
        ("[rules]", "profil", "profile"),
        ("[cleaning]", "sliver_aera", "sliver_area"),
        ("[grouping]", "prioirty", "priority"),
        ("[method]", "thresold", "threshold"),
        ("[previous]", "pth", "path"),
        ("[admin]", "chnges", "changes"),
        ("[upper]", "mod", "mode"),
        ("[groupng]", "x", "grouping"),
    ],
)
def test_an_unknown_key_in_any_section_names_the_nearest(refuse, where, key, nearest):
    text = CASE.replace('name = "overlay"', 'name = "fitting"')
    if where in CASE:
        text = text.replace(where, f"{where}\n{key} = 1", 1)
    else:
        text += f"\n{where}\n{key} = 1\n"
    error = refuse(text)
    assert error["wanted"] == nearest
    assert (key if nearest != "grouping" else "groupng") in error["what"]
    assert where.strip("[]") in error["where"] + error["what"]


@pytest.mark.parametrize("section", ["[[source]] 1 (hand.gpkg) fields", "[previous] fields"])
def test_an_unknown_meaning_of_a_field_names_the_nearest(refuse, section):
    text = swapped('{ code = "code", name = "name" }', '{ cod = "code" }')
    if "previous" in section:
        text = CASE + '[previous]\npath = "hand.gpkg"\nfields = { cod = "code" }\n'
    error = refuse(text)
    assert (error["what"], error["wanted"]) == ("unknown key 'cod'", "code")
    assert section in error["where"]


TEXT, NUMBER, WHOLE, TABLE = "a text in quotes", "number", "whole number", "a table"
KEYS = [
    ('name = "hand"', "name", TEXT),
    ('crs = "EPSG:4547"', "crs", TEXT),
    ("seed = 1", "seed", WHOLE),
    ("seed = 1", "area", TEXT),
    ('role = "county"', "role", TEXT),
    ('path = "hand.gpkg"', "path", TEXT),
    ('layer = "red_line"', "layer", TEXT),
    ('layer = "red_line"', "where", TEXT),
    ('layer = "red_line"', "zone", TEXT),
    ('layer = "red_line"', "encoding", TEXT),
    ('layer = "red_line"', "date", TEXT),
    ('layer = "red_line"', "classification", TEXT),
    ('layer = "red_line"', "buffer", NUMBER),
    ('layer = "red_line"', "official_area", NUMBER),
    ('fields = { zone = "zone" }', "fields", TABLE),
    ('fields = { zone = "zone" }', "zones", TABLE),
    ('profile = "national"', "profile", TEXT),
    ('profile = "national"', "switches", TABLE),
    ("sliver_area = 10_000", "sliver_area", NUMBER),
    ("sliver_area = 10_000", "sliver_thinness", NUMBER),
    ("sliver_area = 10_000", "snap", NUMBER),
    ("fragment_area = 0", "fragment_area", NUMBER),
    ('name = "overlay"', "name", TEXT),
]
VALUES = {TEXT: '"words"', NUMBER: "1.5", WHOLE: "7", TABLE: '{ a = "b" }'}
WRONG = ["true", "1.5", '"words"', "nan", "inf", "-inf", "[1]", "{ a = 1 }", "1979-05-27", "07:32:00"]


@pytest.mark.parametrize(("line", "key", "kind"), KEYS, ids=[f"{key}-{line.split()[0]}" for line, key, _ in KEYS])
def test_a_value_of_the_wrong_type_is_said_as_the_file_has_it(refuse, line, key, kind):
    for value in WRONG:
        if value == VALUES[kind] or (kind == TABLE and value.startswith("{")):
            continue
        error = refuse(swapped(line, f"{key} = {value}"))
        assert error["where"].endswith(key), (value, error)
        assert kind in error["wanted"] or "finite" in error["wanted"], (value, error)
        said = {"[1]": "a list", "{ a = 1 }": "a table", '"words"': "'words'"}.get(value, value)
        assert error["what"] == f"found {said}"


@pytest.mark.parametrize(
    ("line", "new", "wanted"),
    [
        ("seed = 1", "seed = -1", "0 to 4,294,967,295"),
        ("seed = 1", "seed = 99999999999", "0 to 4,294,967,295"),
        ("seed = 1", 'area = "flat"', "planar | ellipsoidal"),
        ("sliver_area = 10_000", "sliver_area = -1", "m², 0 or more"),
        ("sliver_area = 10_000", "sliver_thinness = -0.1", "0 or more"),
        ("sliver_area = 10_000", "snap = -0.001", "metres, 0 to 10"),
        ("sliver_area = 10_000", "snap = 1e9", "metres, 0 to 10"),
        ("fragment_area = 0", "fragment_area = -5", "m², 0 or more"),
        ('layer = "red_line"', "buffer = -5", "metres, 0 to 1,000,000"),
        ('layer = "red_line"', "official_area = -5", "m², 0 or more"),
        ('layer = "red_line"', 'date = "2025-02-30"', "2025, 2025-01 or 2025-01-31"),
        ('layer = "red_line"', 'date = "yesterday"', "2025, 2025-01 or 2025-01-31"),
        ('path = "hand.gpkg"', 'path = ""', "path = …"),
        ('path = "hand.gpkg"', 'path = "a\\u0000b"', "the text without it"),
        ('role = "red_line"\n', "", "role = …"),
        ('crs = "EPSG:4547"', 'crs = "EPSG:4490"', "a projected CRS in metres"),
        ('crs = "EPSG:4547"', 'crs = "nonsense"', 'one like "EPSG:4549"'),
        ('role = "red_line"', 'role = "redline"', "red_line"),
        ('role = "red_line"', 'role = "xyz"', "air_zone, catchment, county"),
        ('profile = "national"', 'profile = "natinal"', "national"),
        ('profile = "national"', "switches = { soil_priorty = false }", "soil_priority"),
        ('profile = "national"', 'switches = { soil_priority = "maybe" }', "true or false"),
        ('name = "overlay"', 'name = "overlaid"', "overlay"),
        ('name = "overlay"', "threshold = 0.5", "no parameters"),
        ('name = "overlay"', 'name = "fitting"\nthreshold = 1.5', "a share from 0 to 1"),
        ('name = "overlay"', 'name = "fitting"\nthreshold = nan', "a share from 0 to 1"),
        ('name = "overlay"', 'name = "fitting"\nterrain = 1979-05-27', "a text, a number, true or false"),
        ('fields = { zone = "zone" }', 'zone = "industrail"', "industrial"),
        ('fields = { zone = "zone" }', 'fields = { zone = "zon" }', "zone"),
        ('layer = "red_line"', 'layer = "redline"', "red_line"),
        ('layer = "red_line"', 'layer = "red_line"\nwhere = "nonsense ="', "a valid condition on its fields"),
        ('layer = "red_line"', 'layer = "red_line"\nencoding = "klingon"', "a name such as UTF-8"),
        ('layer = "red_line"', 'layer = "red_line"\nbuffer = 5', "lines or points, or no buffer"),
        ('layer = "red_line"', 'layer = "red_line"\nzone = "priority"', "its [[source]] without zone"),
    ],
)
def test_a_value_that_cannot_be(refuse, line, new, wanted):
    error = refuse(swapped(line, new))
    assert error["wanted"].startswith(wanted) or wanted in error["wanted"].split("; ")[0], error


@pytest.mark.parametrize(
    ("block", "wanted"),
    [
        ('[[raster]]\nname = "a"\npath = "no.tif"', "an existing raster file"),
        ('[[raster]]\nname = "a"\npath = "hand.gpkg"', "a whole file"),
        ('[[raster]]\nname = "red_line"\npath = "no.tif"', "a name of its own"),
        ('[[raster]]\nname = "a"\npath = "no.tif"\n[[raster]]\nname = "a"\npath = "b.tif"', "a name of its own"),
        ('[[raster]]\nname = ""\npath = "no.tif"', "name = …"),
        ('[[raster]]\nname = "a"\npath = "no.tif"\nband = 0', "1 or more"),
        ('[[raster]]\nname = "a"\npath = "no.tif"\nband = true', "a whole number"),
        ('[[raster]]\nname = "a"\npath = "no.tif"\nkind = "scores"', "score | grade | class"),
        ('[[raster]]\nname = "a"\npath = "no.tif"\nbetter = "up"', "high | low"),
        ('[[raster]]\nname = "a"\npath = "no.tif"\ngrades = { "1" = 2 }', "a text in quotes"),
        ('[grouping]\npriority = "kinds"', "kind | township | named | part"),
        ('[admin]\non_recode = "kep"', "keep | recode"),
        ('[admin]\nchanges = "no.csv"', "a CSV file or a workbook (.xlsx)"),
        ('[previous]\npath = "no.gpkg"', "an existing vector file"),
        ('[previous]\npath = "hand.gpkg"\nlayer = "red_line"', "[previous] fields"),
        ('[upper]\nmode = "fre"', "free | refine | fixed"),
    ],
)
@pytest.mark.uses("rasterio")
def test_a_section_that_cannot_be(refuse, block, wanted):
    assert wanted in refuse(f"{CASE}\n{block}\n")["wanted"]


def test_no_county_and_no_township(refuse):
    blocks = [block for block in CASE.split("\n\n") if "county" not in block and "township" not in block]
    assert refuse("\n\n".join(blocks))["what"] == "no source of role county or township"


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("x = 1", "no [roles.…] tables"),
        ("roles = 3", "setting roles is of another kind"),
        ("[roles]\ncounty = 3", "setting county is of another kind"),
        ("[roles.county]\nx = 1", "unknown key 'x'"),
        (b"\xff\xfe", "is not UTF-8"),
    ],
)
def test_a_profile_that_is_none(refuse, folder, text, what):
    (folder / "own.toml").write_bytes(text if isinstance(text, bytes) else text.encode())
    assert what in refuse(swapped('"national"', '"own.toml"'))["what"]


@pytest.fixture
def own(write_case, tmp_path):
    """A profile of one's own with all its tables, as a case of its own names it; a file of it may be changed."""
    shutil.copytree(PROFILES, tmp_path, dirs_exist_ok=True)
    (tmp_path / "national.toml").rename(tmp_path / "own.toml")

    def case(name: str, change) -> Path:
        path = tmp_path / name
        path.write_bytes(change(path.read_bytes()))
        return write_case(swapped('"national"', toml_text(str(tmp_path / "own.toml"))))

    return case


@pytest.mark.parametrize(
    ("name", "old", "new", "what"),
    [
        ("national/rules.csv", b"R01", b"R\xff1", "neither UTF-8 nor GBK"),
        ("national/rules.csv", b"R01", b"R" * 200_000, "not a CSV table"),
        ("national/codes_ys.csv", b"subtype_digit", b"digit", "no column 'subtype_digit'"),
        ("own.toml", b"unit_prefix", b"prefix", "no setting unit_prefix"),
        ("own.toml", b'sea_digits = "city"', b"sea_digits = 3", "setting sea_digits is of another kind"),
        ("national/checks.toml", b"tolerance = 0.001", b'tolerance = "x"', "setting tolerance is of another kind"),
        ("national/findings.toml", b'severity = "warning"', b'severity = "grave"', "has no severity"),
        ("national/findings_guess.toml", b"zh = ", b"zu = ", "no setting zh"),
    ],
)
def test_a_profile_of_ones_own_with_a_slip(own, tmp_path, name, old, new, what):
    case = own(name, lambda content: content.replace(old, new))
    verb = ("run", case, "-o", tmp_path / "out.gpkg")
    if "guess" in name:
        verb = ("guess", case.parent / "hand.gpkg", "-o", tmp_path / "out.toml", "--profile", tmp_path / "own.toml")
    assert what in refusal(*verb)["what"]
    assert not list(tmp_path.glob("out*"))


def test_a_profile_of_ones_own_as_windows_saves_it(own, tmp_path):
    for name in ("own.toml", "national/checks.toml", "national/findings.toml", "national/rules.csv"):
        case = own(name, lambda content: b"\xef\xbb\xbf" + content.replace(b"\n", b"\r\n"))
    assert ask("run", case, "-o", tmp_path / "out.gpkg").document["by_county"]["999901"]["1"]["n"] == 1


def test_a_setting_of_a_guess_that_is_missing(own, tmp_path):
    case = own("national/guess.toml", lambda content: content.replace(b"cap = 0.15\nwords", b"cap = 0.15\nwordz", 1))
    error = refusal("guess", case.parent, "-o", tmp_path / "g.toml", "--profile", tmp_path / "own.toml")
    assert error["what"] == "no setting words"
    assert error["where"].endswith("guess.toml traps evaluation")


# --- files ----------------------------------------------------------------------------------------------------------


def broken(folder: Path, name: str) -> Path:
    """A file no program can read as a layer."""
    whole = (folder / "hand.gpkg").read_bytes()
    content = {
        "garbage.gpkg": np.random.default_rng(1).bytes(5000),
        "empty.gpkg": b"",
        "empty.shp": b"",
        "garbage.shp": np.random.default_rng(2).bytes(500),
        "garbage.zip": b"PK\x03\x04" + np.random.default_rng(3).bytes(99),
        "half.gpkg": whole[: len(whole) // 2],
        "head.gpkg": whole[:100],
        "page.gpkg": whole[:4096],
        "last.gpkg": whole[:-4096],
        "words.txt": b"no layer",
        "cut.geojson": b'{"type": "FeatureCollection", "features": [',
        "table.csv": b"a,b\n1,2\n",
    }
    path = folder / name
    if name in content:
        path.write_bytes(content[name])
    elif name == "folder":
        path.mkdir(exist_ok=True)
    return path


FILES = [
    "garbage.gpkg",
    "empty.gpkg",
    "empty.shp",
    "garbage.shp",
    "garbage.zip",
    "half.gpkg",
    "head.gpkg",
    "page.gpkg",
    "last.gpkg",
    "words.txt",
    "cut.geojson",
    "table.csv",
    "folder",
    "missing.gpkg",
]


@pytest.mark.parametrize("name", FILES)
def test_a_source_that_cannot_be_read(refuse, folder, name):
    broken(folder, name)
    error = refuse(swapped('path = "hand.gpkg"\nlayer = "red_line"', f'path = "{name}"'))
    assert error["where"] == str(folder / name)
    assert "SELECT" not in error["what"]
    assert str(folder) not in error["what"]


@pytest.mark.parametrize("name", FILES)
def test_a_plan_that_cannot_be_read(folder, tmp_path, name):
    path = broken(folder, name)
    for verb in (("info", path), ("why", path, "1,2"), ("lists", path, "-o", tmp_path / "lists.xlsx"), ("check", path)):
        assert str(path) in refusal(*verb)["where"]
    assert not list(tmp_path.iterdir())


def test_a_layer_that_is_no_plan(folder, tmp_path):
    path = folder / "hand.gpkg"
    for verb in (("info", path), ("why", path, "1,2"), ("lists", path, "-o", tmp_path / "lists.xlsx")):
        assert "no table" in refusal(*verb)["what"]
    error = refusal("check", path)
    assert "layers have fields of units" in error["what"]
    assert "no unit" not in error["what"]


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("ALTER TABLE faces RENAME COLUMN host TO guest", "no column 'host'"),
        ("DELETE FROM meta", "in table meta"),
        ("UPDATE meta SET value = 'x'", "in table meta"),
        ("DELETE FROM meta WHERE key = 'imbalance'", "no 'imbalance' in table meta"),
        ("UPDATE meta SET value = 'nan' WHERE key = 'imbalance'", "imbalance = 'nan' in table meta"),
        ("UPDATE meta SET value = '[]' WHERE key = 'county_names'", "county_names = '[]' in table meta"),
        ("UPDATE meta SET value = '' WHERE key = 'grouping'", "grouping = '' in table meta"),
        ("UPDATE faces SET unit_id = 'U999999'", "faces of unit 'U999999', which does not exist"),
    ],
)
def test_a_plan_somebody_has_been_at(plan, tmp_path, statement, what):
    path = tmp_path / "plan.gpkg"
    shutil.copy(plan, path)
    told(path, statement, sealed=False)
    for verb in (
        ("info", path),
        ("why", path, "502000,3402000"),
        ("lists", path, "-o", tmp_path / "l.xlsx"),
        ("check", path),
    ):
        assert what in refusal(*verb)["what"]


TEXTS = [
    *((table, next(column for column, kind in columns if kind == "TEXT")) for table, columns in SPECS.items()),
    ("meta", "value"),
    ("gpkg_contents", "table_name"),
    ("gpkg_spatial_ref_sys", "organization"),
]


@pytest.mark.parametrize(("table", "column"), TEXTS)
def test_a_text_of_a_plan_that_is_no_utf8(plan, folder, tmp_path, table, column):
    path, case = tmp_path / "plan.gpkg", folder / "case.toml"
    shutil.copy(plan, path)
    with closing(sqlite3.connect(path)) as connection, connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f'DROP TRIGGER "{name}"')
        spoilt = "CAST(X'E7FF' AS TEXT)"
        update = ("UPDATE", table, "SET", column, "=", spoilt, "WHERE rowid = (SELECT max(rowid) FROM", table, ")")
        if not connection.execute(" ".join(update)).rowcount:
            connection.execute(" ".join(("INSERT INTO", table, "(", column, ") VALUES (", spoilt, ")")))
    before = path.read_bytes()
    for verb in (
        ("info", path),
        ("why", path, "502000,3402000"),
        ("check", path),
        ("lists", path, "-o", tmp_path / "l.xlsx"),
        ("adopt", path, "overlay", "--case", case),
        ("run", case, "-o", path),
        ("check", f"{path}|layername=units"),
        ("guess", path, "-o", tmp_path / "guess.toml"),
        ("partition", f"{path}|layername=units", "-o", tmp_path / "p.gpkg"),
    ):
        answer = ask(*verb)
        # Who does not read the text has nothing to say of it.
        if answer.code == 2 or (table in SPECS and verb[0] in ("info", "why", "lists", "adopt")):
            assert answer.code == 2, verb
            said = answer.document["error"]["what"]
            assert any(words in said for words in ("UTF-8", "have changed the plan", "cannot be read", "CRS")), verb
            assert path.read_bytes() == before
        path.write_bytes(before)


@pytest.fixture(scope="module")
def shapefile(tmp_path_factory):
    red_lines = [box(500 * n, 500, 200, 200) for n in range(1, 9)]
    return write_layer(tmp_path_factory.mktemp("shp") / "red.shp", "red", red_lines, {"id": list("abcdefgh")})


def source_of(path: Path) -> str:
    return swapped(RED_LINE_SOURCE, f'path = "{path.as_posix()}"')


def test_a_shapefile_without_its_prj(refuse, shapefile, tmp_path):
    for file in shapefile.parent.iterdir():
        shutil.copy(file, tmp_path)
    (tmp_path / "red.prj").unlink()
    assert "no CRS" in refuse(source_of(tmp_path / "red.shp"))["what"]


def test_a_truncated_shapefile_is_refused_with_the_record_at_which_it_breaks(refuse, shapefile, tmp_path):
    for file in shapefile.parent.iterdir():
        shutil.copy(file, tmp_path)
    path = tmp_path / "red.shp"
    whole = path.read_bytes()
    for kept, first in ((len(whole) // 2, 4), (110, 1)):
        path.write_bytes(whole[:kept])
        error = refuse(source_of(path))
        said = f"is truncated: {kept} of {len(whole)} bytes, record {first} of 8 is the first incomplete one"
        assert error["what"] == said
        assert str(path) in error["where"]


def test_a_crs_that_cannot_be_computed_with(refuse):
    whole = CRS.from_user_input("EPSG:4547").to_wkt()
    text = whole.replace('"Scale factor at natural origin",1', '"Scale factor at natural origin",0')
    assert text != whole
    source = f"{RED_LINE_SOURCE}\ncrs = {toml_text(text)}"
    assert "cannot be used for transformations" in refuse(swapped(RED_LINE_SOURCE, source))["what"]


@pytest.mark.parametrize(
    ("geometry", "what"), [([None], "no features with a geometry"), ([box(0, 1e12, 5, 5)], "is no place on Earth")]
)
def test_a_former_version_or_a_layer_of_units_that_lies_nowhere(refuse, tmp_path, geometry, what):
    path = write_layer(tmp_path / "old.gpkg", "units", geometry, {"code": ["ZH99990130001"], "name": ["甲"]})
    assert what in refuse(f'{CASE}\n[previous]\npath = "{path.as_posix()}"\n')["what"]
    if "Earth" in what:
        assert what in refusal("check", path)["what"]


def test_a_geometry_of_no_known_type(refuse, tmp_path):
    shutil.copy(write_layer(tmp_path / "red.gpkg", "red", *RED_LINE, kind="Unknown"), tmp_path / "odd.gpkg")
    with closing(sqlite3.connect(tmp_path / "odd.gpkg")) as connection, connection:
        connection.execute("UPDATE gpkg_geometry_columns SET m = 999901")
    assert "of no known type" in refuse(source_of(tmp_path / "odd.gpkg"))["what"]


@pytest.mark.parametrize("name", ["hand.gpkg", "plan.gpkg"])
def test_a_damaged_database_whose_fault_is_no_text(plan, tmp_path, name):
    """SQLite quotes the name that it stumbles over, and the name is no UTF-8."""
    path = tmp_path / name
    content = (plan.parent / name).read_bytes()
    path.write_bytes(content.replace(b"CREATE TABLE", b"CREATE T\xf9BLE"))
    for verb in (
        ("info", path),
        ("lists", path, "-o", tmp_path / "l.xlsx"),
        ("check", path),
        ("partition", f"{path}|layername=county", "-o", tmp_path / "p.gpkg"),
        ("guess", path, "-o", tmp_path / "g.toml"),
    ):
        if verb[0] != "guess":
            assert path.name in refusal(*verb)["where"]
        else:
            assert ask(*verb).code in (0, 2)
    assert {one.name for one in tmp_path.iterdir()} <= {name, "g.toml"}


def test_no_crs(refuse, tmp_path):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for role, layer in (("red_line", RED_LINE), ("county", COUNTY)):
            path = write_layer(tmp_path / f"{role}.gpkg", role, *layer, crs=None)
            text = swapped(f'path = "hand.gpkg"\nlayer = "{role}"', f'path = "{path.as_posix()}"')
            error = refuse(text)
            assert error["what"].startswith("no CRS; coordinates are x ")
            assert str(path) in error["where"]


def test_several_layers_and_none_named(refuse):
    error = refuse(CASE + '\n[[source]]\nrole = "farmland"\npath = "hand.gpkg"\n')
    assert error["what"] == "4 layers and none named"
    for name in ("county", "township", "red_line", "water"):
        assert name in error["wanted"]


@pytest.mark.parametrize("path", ["hand.gpkg", "red.shp"])
@pytest.mark.parametrize(
    ("condition", "what"),
    [
        ("id = 'R1'; DROP TABLE red_line", ";"),
        ("id = 'R1';", ";"),
        ("id = 'R1' -- x", "--"),
        ("id /* x */ = 'R1'", "/*"),
        ("1 = 1) UNION SELECT * FROM county WHERE (1 = 1", "UNION"),
        ("id IN (SELECT id FROM red_line)", "SELECT"),
        ("id = 'R1' limit 1", "limit"),
        ("id = 'R1' ORDER  BY id", "ORDER  BY"),
        ("1 = 1 GROUP BY id", "GROUP BY"),
        ("id IN (WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT x FROM c)", "WITH"),
        # Twins.
        ("id = 'R1'", ""),
        ("id IN ('R1', 'a;b', '-- select', 'it''s; /*')", ""),
        ("\"id\" LIKE 'R%' AND 'with' <> id", ""),
    ],
)
def test_a_condition_is_one_condition(write_case, folder, tmp_path, path, condition, what):
    if not (folder / "red.shp").exists():
        write_layer(folder / "red.shp", "red", *RED_LINE)
    layer = "red_line" if path == "hand.gpkg" else "red"
    source = f'path = "{path}"\nlayer = "{layer}"\nwhere = {toml_text(condition)}'
    case, out = write_case(swapped(RED_LINE_SOURCE, source)), tmp_path / "out.gpkg"
    if what:
        assert refusal("run", case, "-o", out)["what"] == f"where holds a second statement ({what})"
    else:
        assert ask("run", case, "-o", out).document["by_county"]["999901"]["1"]["n"] == 1


COUNTED = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c)"
ENDLESS = " ".join((COUNTED, "SELECT fid, geom, id FROM red_line, c WHERE x < 0"))


def view(folder: Path, text: str) -> Path:
    """The hand county with a view as a layer."""
    hand(folder)
    with closing(sqlite3.connect(folder / "hand.gpkg")) as connection, connection:
        connection.execute(f"CREATE VIEW seen AS {text}")
        connection.execute(
            "INSERT INTO gpkg_contents (table_name, data_type, identifier, srs_id) "
            "SELECT 'seen', 'features', 'seen', srs_id FROM gpkg_contents WHERE table_name = 'red_line'"
        )
        connection.execute(
            "INSERT INTO gpkg_geometry_columns SELECT 'seen', column_name, geometry_type_name, srs_id, z, m "
            "FROM gpkg_geometry_columns WHERE table_name = 'red_line'"
        )
    case = folder / "case.toml"
    case.write_text(swapped('layer = "red_line"', 'layer = "seen"'), encoding="utf-8")
    return case


def test_a_view_that_never_ends_is_stopped_by_a_limit_and_by_cancel(tmp_path, monkeypatch):
    case, out = view(tmp_path, ENDLESS), tmp_path / "out.gpkg"
    monkeypatch.setattr(gate, "VIEW_SECONDS", 0.5)
    assert refusal("run", case, "-o", out)["what"] == "view 'seen' does not end within 0.5 seconds"
    # GDAL looks into it whichever layer of the file is read.
    assert "does not end" in refusal("partition", f"{tmp_path / 'hand.gpkg'}|layername=county", "-o", out)["what"]
    run = child("run", case, "-o", out)
    try:
        with pytest.raises(subprocess.TimeoutExpired):
            run.wait(5)
        run.send_signal(signal.SIGINT)
        run.communicate(timeout=10)
    finally:
        run.kill()
    assert run.returncode == 130
    assert not out.exists()


def test_a_view_that_ends_is_read(tmp_path):
    case = view(tmp_path, "SELECT fid, geom, id FROM red_line")
    assert ask("run", case, "-o", tmp_path / "out.gpkg").document["by_county"]["999901"]["1"]["n"] == 1


# --- rasters --------------------------------------------------------------------------------------------------------


@pytest.fixture
def unmeasured(write_case, tmp_path, absent):
    """Run a case whose raster nobody looks into for want of exactextract; True where that was so, and it was said."""

    def run(text: str) -> bool:
        if "exactextract" not in absent:
            return False
        assert ask("run", write_case(text), "-o", tmp_path / "unmeasured.gpkg").code == 0
        assert "S62" in set(read_plan(tmp_path / "unmeasured.gpkg").findings["id"])
        (tmp_path / "unmeasured.gpkg").unlink()
        return True

    return run


@pytest.mark.touches("rasterio", "exactextract")
def test_a_raster_off_the_study_area(refuse, unmeasured, tmp_path):
    if unmeasured(case_with_raster(tmp_path / "off.tif", west=WEST + 400_000)):
        return
    error = refuse(case_with_raster(tmp_path / "off.tif", west=WEST + 400_000))
    assert "outside the study area" in error["what"]
    assert "off.tif" in error["where"]


@pytest.mark.touches("rasterio", "exactextract")
def test_a_raster_without_a_crs_or_cut_short(refuse, unmeasured, tmp_path):
    assert "no CRS" in refuse(case_with_raster(tmp_path / "no.tif", crs=None))["what"]
    text = case_with_raster(tmp_path / "cut.tif")
    (tmp_path / "cut.tif").write_bytes((tmp_path / "cut.tif").read_bytes()[:20_000])
    assert unmeasured(text) or "cannot be read" in refuse(text)["what"]
    assert "band 3 of a raster of 1" in refuse(case_with_raster(tmp_path / "one.tif") + "band = 3\n")["what"]


@pytest.mark.parametrize("value", [-3.4028234663852886e38, 2.0**53, 2.0**60, 1e308])
@pytest.mark.touches("rasterio", "exactextract")
def test_a_raster_whose_cells_are_all_one_huge_value(write_case, unmeasured, tmp_path, value):
    text = case_with_raster(tmp_path / "huge.tif", values=np.full((1, 100, 100), value))
    if unmeasured(text):
        return
    assert ask("run", write_case(text), "-o", tmp_path / "plan.gpkg").code == 0
    found = read_plan(tmp_path / "plan.gpkg").findings
    assert list(found["id"][found["id"].isin(["S61", "S64"])]) == (["S64"] if abs(value) > 1e30 else [])
    assert ask("why", tmp_path / "plan.gpkg", "502000,3402000").code == 0
    assert ask("guess", tmp_path / "huge.tif", "-o", tmp_path / "guess.toml").code == 0


@pytest.fixture
def vast(tmp_path):
    """A sparse raster of 200,000 × 200,000 cells of 10 m around the county."""
    gdal = pytest.importorskip("osgeo.gdal")
    from osgeo import osr

    path = tmp_path / "vast.tif"
    with gdal.ExceptionMgr(), osr.ExceptionMgr():
        options = ["SPARSE_OK=TRUE", "TILED=YES", "BIGTIFF=YES"]
        file = gdal.GetDriverByName("GTiff").Create(str(path), 200_000, 200_000, 1, gdal.GDT_Byte, options)
        system = osr.SpatialReference()
        system.SetFromUserInput("EPSG:4547")
        file.SetSpatialRef(system)
        file.SetGeoTransform((WEST - 1e6, 10.0, 0.0, SOUTH + 1e6, 0.0, -10.0))
        file.FlushCache()
        del file
    return path


@pytest.mark.touches("rasterio", "exactextract")
def test_a_vast_raster_is_read_by_the_windows_of_the_study_area(write_case, vast, tmp_path, monkeypatch):
    read, cells = Raster.read, []

    def counting(self, window=None):
        values = read(self, window)
        cells.append(values.size)
        return values

    monkeypatch.setattr(Raster, "read", counting)
    block = f'{CASE}\n[[raster]]\nname = "slope"\npath = "{vast.as_posix()}"\n'
    for more in ("", 'kind = "grade"\nzones = { "5" = "eco_important" }\n'):
        cells.clear()
        assert ask("run", write_case(block + more), "-o", tmp_path / "plan.gpkg").code == 0
        # The county has 1000 × 1000 of them, and each of its faces a window.
        assert sum(cells) < 4e6
    assert ask("guess", vast, "-o", tmp_path / "guess.toml").code == 0


@pytest.mark.touches("rasterio")
def test_grades_of_more_cells_than_are_held_are_refused(odd, vast):
    block = f'\n[[raster]]\nname = "a"\npath = "{vast.as_posix()}"\nzones = {{ "5" = "eco_important" }}\n'
    wide = box(-400_000, -300_000, 800_000, 600_000)
    error = refusal(*odd("county", [wide], county("999901"), text=f'{CASE}{block}kind = "grade"\n'))
    assert error["what"].endswith(" cells of the raster in the study area")


# --- what is in the layers ------------------------------------------------------------------------------------------


@pytest.fixture
def odd(write_case, tmp_path):
    """Run the hand case with another layer in place of one of its own."""

    def run(layer: str, geometry: list, fields: dict[str, list] | None = None, text: str = CASE):
        path = write_layer(
            tmp_path / "odd.gpkg", layer, geometry, fields or {"id": ["x"] * len(geometry)}, kind="Unknown"
        )
        case = text.replace(f'path = "hand.gpkg"\nlayer = "{layer}"', f'path = "{path.as_posix()}"\nlayer = "{layer}"')
        assert case != text
        return ("run", write_case(case), "-o", tmp_path / "out.gpkg")

    return run


def county(*codes: object) -> dict[str, list]:
    return {"code": list(codes), "name": ["x"] * len(codes)}


def polygon(*points: tuple[float, float]) -> shapely.Geometry:
    with np.errstate(invalid="ignore"):
        return shapely.Polygon([(WEST + x, SOUTH + y) for x, y in points])


R = RED_LINE[0][0]
POINT, LINE = shapely.Point(WEST + 1000, SOUTH + 1000), shapely.LineString([(WEST, SOUTH), (WEST + 1000, SOUTH)])
FLAT = polygon((1000, 1000), (2000, 1000), (1000, 1000))
COLLECTION = shapely.GeometryCollection


@pytest.mark.parametrize("code", ["12345", "1234567", "abcdef", "", None, "99990a", "999901001"])
def test_a_malformed_county_code(odd, code):
    error = refusal(*odd("county", COUNTY[0], county(code)))
    assert f"county code '{code or ''}' of feature “x”" in error["what"]
    assert "field code" in error["where"]
    assert "six digits" in error["wanted"]


@pytest.mark.parametrize("code", ["999901", " 999901\n", "９９９９０１", "999901000000", 999901, 999901.0])
def test_a_county_code_that_can_be_read(odd, code):
    assert list(ask(*odd("county", COUNTY[0], county(code))).document["by_county"]) == ["999901"]


@pytest.mark.parametrize(
    ("geometry", "what"),
    [
        ([FLAT], "the study area has no size"),
        ([polygon((0, 0), (1e-9, 0), (1e-9, 1e-9))], "the study area has no size"),
        ([None], "no features with a geometry"),
        ([], "no features with a geometry"),
        ([shapely.Polygon()], "no features with a geometry"),
        ([POINT], "is a polygon"),
        ([polygon((0, 0), (NAN, 5), (5, 5), (0, 0))], "is no place on Earth"),
        ([polygon((0, 0), (1e300, 5), (5, 5), (0, 0))], "is no place on Earth"),
    ],
)
def test_a_county_that_is_no_area(odd, geometry, what):
    assert what in refusal(*odd("county", geometry, county(*["999901"] * len(geometry))))["what"]


@pytest.mark.parametrize(
    ("geometry", "what"),
    [
        ([box(50_000, 0, 100, 100)], "no overlap with the study area"),
        ([shapely.box(113.9, 30.7, 114.0, 30.8)], "coordinates are degrees"),
        ([], "no features with a geometry"),
        ([None, None], "no features with a geometry"),
        ([shapely.Polygon()], "no features with a geometry"),
        ([COLLECTION([])], "no features with a geometry"),
        ([POINT], "is a polygon"),
        ([LINE], "is a polygon"),
        ([COLLECTION([POINT])], "is a polygon"),
        ([FLAT], "nothing is left after snapping at 0.001 m"),
        ([polygon((0, 0), (1e-9, 0), (1e-9, 1e-9))], "nothing is left after snapping at 0.001 m"),
        ([R, polygon((0, 0), (NAN, NAN), (5, 5), (0, 0))], "of feature 2 is no place on Earth"),
        ([polygon((0, 0), (float("inf"), 5), (5, 5), (0, 0))], "is no place on Earth"),
        ([polygon((0, 0), (1e300, 5), (5, 1e300), (0, 0))], "is no place on Earth"),
    ],
)
def test_a_layer_with_nothing_to_use(odd, tmp_path, geometry, what):
    error = refusal(*odd("red_line", geometry))
    assert what in error["what"]
    assert "odd.gpkg|red_line" in error["where"]
    assert not (tmp_path / "out.gpkg").exists()


def test_coordinates_beyond_the_reach_of_their_crs(refuse, tmp_path):
    path = write_layer(
        tmp_path / "far.gpkg", "red_line", [shapely.box(100, 80, 120, 300)], {"id": ["x"]}, crs="EPSG:4490"
    )
    error = refuse(source_of(path))
    assert "(x 100 … 120, y 80 … 300) do not fit CRS" in error["what"]
    assert "far.gpkg" in error["where"]


@pytest.mark.parametrize(
    ("geometry", "share", "findings"),
    [
        ([COLLECTION([R, POINT])], R.area, set()),
        ([COLLECTION([COLLECTION([R])])], R.area, set()),
        ([COLLECTION([R, box(2_000, 2_000, 2_000, 2_000)])], 7e6, {"S07"}),
        ([shapely.force_3d(R, 5)], R.area, {"S05"}),
        ([R, R, R], R.area, set()),
        ([R, None, shapely.Polygon()], R.area, {"S04"}),
        ([R, POINT, LINE], R.area, {"S06"}),
        ([R, FLAT], R.area, {"S07"}),
        ([polygon((1000, 1000), (3000, 1000), (3000, 1000 + 1e-9), (3000, 3000), (1000, 3000))], R.area, set()),
        ([polygon((1000, 1000), (3000, 3000), (3000, 1000), (1000, 3000))], R.area / 2, {"S07"}),
        ([shapely.MultiPolygon([R, R])], R.area, {"S07"}),
        ([R, box(50_000, 0, 100, 100)], R.area, {"S01", "S15"}),
    ],
    ids=[
        "points beside",
        "nested",
        "overlapping parts",
        "z",
        "duplicates",
        "nulls",
        "mixed",
        "flat",
        "1e-9 edge",
        "bow-tie",
        "part twice",
        "one outside",
    ],
)
def test_an_odd_layer_is_taken_and_told(odd, tmp_path, geometry, share, findings):
    answer = ask(*odd("red_line", geometry))
    assert answer.code == 0
    assert answer.err == ""
    assert answer.document["area_m2"] == pytest.approx(AREA, rel=1e-9)
    assert answer.document["by_county"]["999901"]["1"]["area_m2"] == pytest.approx(share, rel=1e-6)
    with closing(sqlite3.connect(tmp_path / "out.gpkg")) as connection, connection:
        found = {name for (name,) in connection.execute("SELECT id FROM findings WHERE id < 'T' AND id LIKE 'S%'")}
    connection.close()
    assert findings <= found
    assert ask("check", tmp_path / "out.gpkg").code == 0


def test_snap_zero_takes_the_shortest_edges(odd):
    geometry = [polygon((1000, 1000), (3000, 1000), (3000, 1000 + 1e-9), (3000, 3000), (1000, 3000))]
    answer = ask(*odd("red_line", geometry, text=swapped("sliver_area = 10_000", "snap = 0")))
    assert answer.document["area_m2"] == pytest.approx(AREA, rel=1e-9)


def test_counties_that_overlap(odd, tmp_path):
    answer = ask(*odd("county", [box(0, 0, 6_000, SIZE), box(4_000, 0, 6_000, SIZE)], county("999901", "999902")))
    sizes = {code: sum(one["area_m2"] for one in by.values()) for code, by in answer.document["by_county"].items()}
    assert sizes == pytest.approx({"999901": 6e7, "999902": 4e7})
    with closing(sqlite3.connect(tmp_path / "out.gpkg")) as connection, connection:
        assert connection.execute("SELECT value FROM findings WHERE id = 'S08'").fetchall() == [(pytest.approx(2e7),)]
    connection.close()


def test_a_township_across_counties_is_cut_by_them(odd):
    answer = ask(*odd("county", [box(0, 0, 3_000, SIZE), box(3_000, 0, 7_000, SIZE)], county("999901", "999902")))
    assert answer.document["area_m2"] == pytest.approx(AREA, rel=1e-9)
    sizes = {code: sum(one["area_m2"] for one in by.values()) for code, by in answer.document["by_county"].items()}
    assert sizes == pytest.approx({"999901": 3e7, "999902": 7e7})


def test_townships_without_a_code(odd):
    named = {"code": [None, None], "name": ["甲镇", "乙镇"]}
    assert ask(*odd("township", TOWNSHIP[0], named)).code == 0
    assert ask(*odd("township", TOWNSHIP[0], {"code": [None, None], "name": [None, None]})).code == 0


def test_townships_without_a_code_and_no_county(odd):
    start, stop = CASE.index('[[source]]\nrole = "county"'), CASE.index('[[source]]\nrole = "township"')
    text = CASE[:start] + CASE[stop:]
    error = refusal(*odd("township", TOWNSHIP[0], {"code": [None, None], "name": ["甲镇", "乙镇"]}, text=text))
    assert "has code ''" in error["what"]
    assert "first six digits are the county" in error["wanted"]


@pytest.mark.parametrize("zone", ["瞎写", None, 3])
def test_an_unknown_zone_value_names_its_feature(odd, zone):
    error = refusal(*odd("water", WATER[0], {"zone": [zone]}))
    assert "feature 1" in error["what"] + error["where"]
    assert "industrial" in error["wanted"]


# --- the command line -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "wanted"),
    [
        ("", "fitting, kmeans_repaired, maxp, overlay"),
        ("overlai", "overlay"),
        ("overlay:x=1", "no parameters"),
        ("fitting:threshold", "NAME:key=value"),
        ("fitting:=1", "NAME:key=value"),
        ("fitting:threshold=", "NAME:key=value"),
        ("fitting:threshold=many", "a share from 0 to 1"),
        ("fitting:threshold=2", "a share from 0 to 1"),
        ("fitting:thresold=0.5", "threshold"),
        ("fitting:threshold=0.5,threshold.plain=0.4", "threshold=value, or one"),
        ("fitting:threshold.plain=0.4,threshold=0.5", "threshold=value, or one"),
        ("fitting:threshold.plain=0.4", "the name of a [[raster]]"),
    ],
)
def test_a_method_that_is_not_there(refuse, method, wanted):
    assert wanted in refuse(CASE, "--method", method)["wanted"]


@pytest.mark.parametrize(
    "arguments",
    [
        ["frobnicate"],
        [],
        ["run"],
        ["run", "CASE"],
        ["run", "CASE", "-o", "OUT", "--seed", "x"],
        ["run", "CASE", "-o", "OUT", "--seed", "-1"],
        ["run", "CASE", "-o", "OUT", "--workers", "0"],
        ["run", "CASE", "-o", "OUT", "--workers", "-3"],
        ["run", "CASE", "-o", "OUT", "--workers", "two"],
        ["run", "CASE", "-o", "OUT", "--replay", "--discard-edits"],
        ["run", "CASE", "-o", "OUT", "--methd", "overlay"],
        ["info"],
        ["info", "OUT", "more"],
        ["check", ""],
        ["check", "|layername=x"],
    ],
)
def test_arguments_that_make_no_sense(folder, tmp_path, arguments):
    named = {"CASE": folder / "case.toml", "OUT": tmp_path / "out.gpkg"}
    refusal(*[named.get(item, item) for item in arguments])
    assert not list(tmp_path.iterdir())


def test_an_output_that_cannot_be(folder, plan, tmp_path):
    case = folder / "case.toml"
    (tmp_path / "a folder.gpkg").mkdir()
    os.mkfifo(tmp_path / "pipe.gpkg")
    before = sorted(tmp_path.iterdir())
    for name, what in {
        "no/such/out.gpkg": "folder not found",
        "a folder.gpkg": "is a folder",
        ".": "is a folder",
        "out.shp": "is no .gpkg",
        "out": "is no .gpkg",
        "pipe.gpkg": "is no regular file",
        "n" * 300 + ".gpkg": "cannot be written",
    }.items():
        assert what in refusal("run", case, "-o", tmp_path / name)["what"]
    assert "an existing folder" in refusal("lists", plan, "-o", tmp_path / "no" / "lists.xlsx")["wanted"]
    assert "is no .xlsx" in refusal("lists", plan, "-o", tmp_path / "lists.docx")["what"]
    assert sorted(tmp_path.iterdir()) == before


LONG = "n" * 300


def test_names_longer_than_the_file_system_takes(folder, plan, tmp_path, write_case):
    case, out = folder / "case.toml", tmp_path / "out.gpkg"
    named = tmp_path / "named.gpkg"
    shutil.copy(plan, named)
    with transaction(named) as connection:
        connection.execute("INSERT INTO meta (key, value) VALUES ('case', ?)", (f"{LONG}.toml",))
    overlay = ("overlay",)
    for verb in (
        *((verb, tmp_path / f"{LONG}.gpkg", *more) for verb, *more in (("info",), ("why", "1,2"), ("check",))),
        ("lists", tmp_path / LONG, "-o", tmp_path / "l.xlsx"),
        ("lists", plan, "-o", tmp_path / f"{LONG}.xlsx"),
        ("check", tmp_path / f"{LONG}.toml"),
        ("check", f"{tmp_path / LONG}|layername=x"),
        ("guess", tmp_path / LONG, "-o", tmp_path / "g.toml"),
        ("guess", folder, "-o", tmp_path / f"{LONG}.toml"),
        ("guess", folder, "-o", tmp_path / "g.toml", "--profile", LONG),
        ("guess", folder, "-o", tmp_path / "g.toml", "--profile", f"{LONG}.toml"),
        ("bench", case, "--methods", *overlay, "-o", tmp_path / LONG),
        ("bench", tmp_path / f"{LONG}.toml", "--methods", *overlay, "-o", tmp_path / "b"),
        ("run", case, "-o", out, "--plugin", tmp_path / f"{LONG}.py"),
        ("run", case, "-o", tmp_path / f"{LONG}.gpkg"),
        ("run", write_case(swapped('"national"', f'"{LONG}"')), "-o", out),
        ("run", write_case(swapped('"national"', f'"{LONG}.toml"')), "-o", out),
        ("run", write_case(swapped('profile = "national"', f'extra = "{LONG}.csv"')), "-o", out),
        ("run", write_case(swapped('path = "hand.gpkg"', f'path = "{LONG}.gpkg"')), "-o", out),
        ("adopt", tmp_path / f"{LONG}.gpkg", *overlay),
        ("adopt", plan, *overlay, "--case", tmp_path / f"{LONG}.toml"),
        ("adopt", named, *overlay),
        ("partition", tmp_path / f"{LONG}.gpkg", "-o", out),
    ):
        assert ask(*verb).code == 2, verb
    assert [path.name for path in tmp_path.iterdir()] == ["named.gpkg"]


def test_whatever_else_the_system_refuses_is_one_sentence(plan, monkeypatch):
    def broken(*_):
        raise OSError(5, "Input/output error", "/data/plan.gpkg")

    monkeypatch.setattr("control_units.delineation.plan.file.opened_plan", broken)
    error = refusal("info", plan)
    assert (error["what"], error["where"]) == ("cannot be used (Input/output error)", "/data/plan.gpkg")


def test_arguments_that_are_no_text(folder, plan, tmp_path):
    odd, case = os.fsdecode(b"\xba\xec"), folder / "case.toml"
    for verb in (
        ("info", tmp_path / odd),
        ("why", plan, odd),
        ("why", plan, "1,2", "--crs", odd),
        ("check", odd),
        (odd,),
        ("lists", plan, "-o", tmp_path / f"{odd}.xlsx"),
        ("guess", folder, "-o", tmp_path / f"{odd}.toml"),
        ("guess", folder, "-o", tmp_path / "g.toml", "--name", odd),
        ("adopt", plan, "overlay", "--reason", odd),
        ("run", case, "-o", tmp_path / f"{odd}.gpkg"),
        ("run", case, "-o", tmp_path / "a.gpkg", "--method", odd),
        ("bench", case, "--methods", "overlay", "-o", tmp_path / odd),
        ("partition", f"{folder / 'hand.gpkg'}|layername=county", "-o", tmp_path / "p.gpkg", "--crs", odd),
    ):
        error = refusal(*verb)
        assert error["what"] == "the argument is not in UTF-8"
        assert r"\xba\xec" in error["where"]
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("text", ["abc", "-5", "1.5", "²", "٣", "99999999999999", "253402300800", "\udcba"])
def test_a_date_for_files_that_is_none(folder, plan, tmp_path, monkeypatch, text):
    case, layer = folder / "case.toml", f"{folder / 'hand.gpkg'}|layername=township"
    shutil.copy(plan, tmp_path / "own.gpkg")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", text)
    for verb in (
        ("run", case, "-o", tmp_path / "p.gpkg"),
        ("adopt", tmp_path / "own.gpkg", "overlay", "--case", case),
        ("lists", plan, "-o", tmp_path / "l.xlsx"),
        ("partition", layer, "-o", tmp_path / "p.gpkg"),
        ("bench", case, "--methods", "overlay", "--nulls", "0", "-o", tmp_path / "b"),
    ):
        assert refusal(*verb)["where"] == "SOURCE_DATE_EPOCH"
    assert [path.name for path in tmp_path.iterdir()] == ["own.gpkg"]
    assert ask("info", plan).code == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device that is always full")
def test_a_full_standard_output(plan):
    def run(*arguments, where):
        verb = [sys.executable, "-m", "delineation", *arguments]
        with Path(where).open("wb") as full:
            found = subprocess.run(
                verb, cwd=ROOT, stdout=full, stderr=subprocess.PIPE, check=False, timeout=300, encoding="utf-8"
            )
        return found.returncode, found.stderr

    for arguments in (("info", str(plan)), ("check", str(plan), "--json"), ("info", "no.gpkg", "--json")):
        code, said = run(*arguments, where="/dev/full")
        assert (code, said.count("\n")) == (2, 1)
        assert said.startswith("error: standard output: cannot be written (")
    assert run("info", str(plan), where=os.devnull) == (0, "")


def test_an_output_name_as_long_as_the_file_system_lets_it(folder, tmp_path):
    out = tmp_path / ("划" * 83 + ".gpkg")
    assert ask("run", folder / "case.toml", "-o", out).code == 0
    assert [path.name for path in tmp_path.iterdir()] == [out.name]


def test_a_partition_of_nothing(tmp_path):
    hand(tmp_path)
    own, layer = tmp_path / "hand.gpkg", f"{tmp_path / 'hand.gpkg'}|layername=red_line"
    out = tmp_path / "faces.gpkg"
    for more in (("--snap", "nan"), ("--snap", "inf"), ("--snap", "-1"), ("--snap", "x"), ("--crs", "nonsense")):
        refusal("partition", layer, "-o", out, *more)
    refusal("partition", f"{own}|layername=no", "-o", out)
    refusal("partition", tmp_path / "no.gpkg", "-o", out)
    assert "is no .gpkg" in refusal("partition", layer, "-o", tmp_path / "faces.shp")["what"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["case.toml", "hand.gpkg"]
    assert ask("partition", layer, "-o", out).document["faces"] == 1


def test_guess_replaces_only_what_it_wrote_itself(folder, tmp_path):
    out = tmp_path / "case.toml"
    guess = ("guess", folder / "hand.gpkg", "-o", out)
    assert ask(*guess).code == 0
    own = out.read_bytes()
    assert ask(*guess, "--name", "another").code == 0
    assert ask(*guess).code == 0
    assert out.read_bytes() == own
    assert ask("run", out, "-o", tmp_path / "plan.gpkg").code == 0
    last, told, first = (
        own.splitlines()[-1],
        "was changed after `guess` wrote it, or was written by hand:",
        "the first of them",
    )
    for text, lost in (
        (own.replace(b"[[source]]", b"seed = 7\n[[source]]", 1), f"{told} 1 of its lines would be lost, {first} 'seed"),
        (own + b"# mine\n", f"{told} 1 of its lines would be lost, {first} '# mine'"),
        (own.replace(last, last[:-1]), told),
        (own.replace(b"\n", b"\r\n"), told),
        (own[: -len(last) - 1], told),
        (own[:-1], told),
        (own + b"\n", told),
        (b"", told),
        (b"\xff" * 9, "1 of its lines would be lost"),
        (CASE.encode(), "of its lines would be lost"),
    ):
        out.write_bytes(text)
        error = refusal(*guess)
        assert lost in error["what"] + ":"
        assert "--force" in error["wanted"]
        assert out.read_bytes() == text
        assert ask(*guess, "--force").code == 0
        assert out.read_bytes() == own


def test_a_link_is_followed_by_all_verbs(plan, folder, tmp_path):
    (tmp_path / "there").mkdir()
    layer, case = f"{folder / 'hand.gpkg'}|layername=township", folder / "case.toml"
    for name, verb in {
        "lists.xlsx": ("lists", plan),
        "case.toml": ("guess", folder / "hand.gpkg"),
        "plan.gpkg": ("run", case),
        "faces.gpkg": ("partition", layer),
        "bench": ("bench", case, "--methods", "overlay", "--nulls", "0", "--no-curve"),
    }.items():
        (tmp_path / name).symlink_to(tmp_path / "there" / name)
        if name == "bench":
            (tmp_path / "there" / name).mkdir()
        for _ in range(2):
            assert ask(*verb, "-o", tmp_path / name).code == 0
            assert (tmp_path / name).is_symlink()
            assert (tmp_path / "there" / name).exists()
    (tmp_path / "read.gpkg").symlink_to(plan)
    for verb in (("info",), ("why", "502000,3402000"), ("check",)):
        assert ask(verb[0], tmp_path / "read.gpkg", *verb[1:]).code == 0
    assert ask("adopt", tmp_path / "plan.gpkg", "overlay", "--case", folder / "case.toml").code == 0
    assert (tmp_path / "plan.gpkg").is_symlink()


@pytest.mark.skipif(os.name != "posix", reason="rights of a POSIX file system")
def test_a_folder_one_may_not_write_to():
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        place.chmod(0o755)
        hand(place)
        (place / "closed").mkdir(mode=0o555)
        # The superuser may write anywhere: then the verb is run by nobody.
        nobody = {"user": 65534, "group": 65534, "extra_groups": []} if os.geteuid() == 0 else {}
        try:
            run = child("run", place / "case.toml", "-o", place / "closed" / "plan.gpkg", **nobody)
        except PermissionError:
            pytest.skip("nobody may not enter the checkout")
        out, err = run.communicate(timeout=300)
        if run.returncode == 1 and "delineation" in err and "No module" in err:
            pytest.skip("nobody may not read the checkout")
        assert run.returncode == 2, err
        assert out == ""
        assert err.startswith("error: ")
        assert "no write permission" in err
        assert err.count("\n") == 1
        assert not list((place / "closed").iterdir())


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("nonsense", "no unit 'nonsense'"),
        ("", "no unit ''"),
        ("zh99990110001", "no unit 'zh99990110001'"),
        ("' OR 1=1 --", "no unit"),
        ("1,2", "lies outside the plan"),
        ("nan,nan", "lies outside the plan"),
        ("1e999,1", "lies outside the plan"),
        ("a,b", "is no point"),
        ("1,2,3", "is no point"),
        (",", "is no point"),
    ],
)
def test_why_of_nothing(plan, what, said):
    assert said in refusal("why", plan, what)["what"]


def test_why_of_a_point_in_another_crs(plan):
    found = refusal("why", plan, "100,30", "--crs", "EPSG:4490")
    assert "lies outside the plan" in found["what"]
    assert found["wanted"] == "a point in its area, in EPSG:4547 or in the CRS that --crs names"
    assert "unknown CRS" in refusal("why", plan, "502000,3402000", "--crs", "EPSG:x")["what"]
    assert ask("why", plan, "502000,3402000").document["category"] == 1


def test_a_thousand_units_do_not_stand_in_one_sentence():
    from control_units.delineation.core.text import nearest

    said = str(nearest("nonsense", [f"ZH99990{n:06}" for n in range(1000)]))
    assert said.endswith("… (1000 in all)")
    assert len(said) < 400


def test_chinese_paths_with_spaces(tmp_path):
    place = tmp_path / "某县 数据（一） 100% #1"
    case = hand(place).rename(place / "划定 方案.toml")
    out, lists = place / "成果 草稿.gpkg", place / "准入 清单.xlsx"
    assert ask("run", case, "-o", out).code == 0
    assert ask("info", out).document["units"] == 3
    assert ask("why", out, "502000,3402000").document["category"] == 1
    assert ask("check", f"{out}|layername=units").code == 0
    assert ask("lists", out, "-o", lists).document["units"] == 3
    shapes = write_layer(place / "红线 2024.shp", "红线 2024", *RED_LINE, encoding="GBK")
    case.write_text(swapped(RED_LINE_SOURCE, f'path = "{shapes.name}"'), encoding="utf-8")
    assert ask("run", case, "-o", out).code == 0
    assert not [path.name for path in place.iterdir() if path.name.startswith(".")]


def test_one_sentence_on_a_terminal_and_nothing_else(folder, tmp_path):
    run = child("run", folder / "no case.toml", "-o", tmp_path / "out.gpkg")
    out, err = run.communicate(timeout=300)
    assert (run.returncode, out) == (2, "")
    assert err == f"error: {folder / 'no case.toml'}: file not found; wanted: a case file\n"


def test_a_reader_that_goes_away_and_a_terminal_without_chinese(plan):
    verb = [sys.executable, "-m", "delineation", "info", str(plan)]
    plain = {**os.environ, "PYTHONIOENCODING": "ascii"}
    run = subprocess.run(verb, cwd=ROOT, capture_output=True, env=plain, check=False, timeout=300)
    assert (run.returncode, run.stderr) == (0, b"")
    assert b"\\u" in run.stdout
    run = subprocess.run([*verb, "--json"], cwd=ROOT, capture_output=True, env=plain, check=False, timeout=300)
    assert json.loads(run.stdout.decode("utf-8"))["provenance"][1]["layer"] == "township"
    read, write = os.pipe()
    os.close(read)
    run = subprocess.run(verb, cwd=ROOT, stdout=write, stderr=subprocess.PIPE, check=False, timeout=300)
    os.close(write)
    assert run.stderr == b""
