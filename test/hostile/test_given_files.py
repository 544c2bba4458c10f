"""What is no file, what has no end, brackets without end, archives that burst: each refused at once, in a sentence."""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import socket
import zipfile
from contextlib import contextmanager
from pathlib import Path

import pytest
from command import ask, refusal
from control_units.delineation import verbs
from control_units.delineation.core.errors import BadInput
from filed_package import filed
from hand import CASE, RED_LINE, hand, write_layer

LAYERS = 'path = "hand.gpkg"\nlayer = "red_line"'
AT_ONCE = 10  # s, many times what a refusal takes on a busy machine


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """The hand county with its plan and a package, and what is no file in the place of one."""
    folder = tmp_path_factory.mktemp("given")
    hand(folder)
    assert ask("run", folder / "case.toml", "-o", folder / "plan.gpkg").code == 0
    (folder / "ops.jsonl").write_text('{"op": "lock", "unit": "U000001"}\n', encoding="utf-8")
    filed(folder, signer="a")
    (folder / "no files").mkdir()
    return folder


def no_files(folder: Path, suffix: str) -> list[Path]:
    """A pipe that nobody writes into, a device without an end, a socket, a folder."""
    pipe, device, plug, inner = (folder / f"{name}{suffix}" for name in ("pipe", "device", "plug", "folder"))
    if not pipe.exists():
        os.mkfifo(pipe)
        device.symlink_to("/dev/zero")
        inner.mkdir()
        here = Path.cwd()
        os.chdir(folder)  # the path of a socket is short
        try:
            with socket.socket(socket.AF_UNIX) as one:
                one.bind(plug.name)
        finally:
            os.chdir(here)
    return [pipe, device, plug, inner]


@contextmanager
def at_once():
    """Fail where something is waited for, or read without an end."""

    def late(*_):
        raise AssertionError("it is waited for")

    before, room = signal.signal(signal.SIGALRM, late), resource.getrlimit(resource.RLIMIT_AS)
    held = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (held + (2 << 30), room[1]))
    signal.alarm(AT_ONCE)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
        resource.setrlimit(resource.RLIMIT_AS, room)


def source(key: str) -> str:
    return CASE.replace(LAYERS, f'{key}"')


RASTER = '[[raster]]\nname = "q"\npath = "X"\nkind = "score"\nbetter = "high"\n'
RUN = "run asks.toml -o out.gpkg"
REGIONS = "regions hand.gpkg|layername=township --method skater --k 2 --coordinates 1 -o out.gpkg"
# Suffix, the arguments with a path X in them, relative ones being in the folder of the county, and a case with it.
DOORS = {
    "case": (".toml", "run X -o out.gpkg"),
    "case to check": (".toml", "check X"),
    "case of the bench": (".toml", "bench X --methods overlay -o out"),
    "case to adopt": (".toml", "adopt plan.gpkg overlay --reason r --case X"),
    "case of sources": (".toml", "sources X red_line hand.gpkg"),
    "case of an impact": (".toml", "impact plan.gpkg red_line=hand.gpkg --case X"),
    "geopackage": (".gpkg", RUN, source('path = "X')),
    "shapefile": (".shp", RUN, source('path = "X')),
    "archive": (".zip", RUN, source('path = "X')),
    "table": (".csv", RUN, source('path = "X')),
    "dem": (".tif", RUN, source('made = "catchments:dem=X,area=1e6')),
    "raster": (".tif", RUN, CASE + RASTER),
    "previous": (".gpkg", RUN, CASE + '[previous]\npath = "X"\n'),
    "upper": (".gpkg", RUN, CASE + '[upper]\npath = "X"\n'),
    "changes": (".csv", RUN, CASE + '[previous]\npath = "plan.gpkg"\n[admin]\nchanges = "X"\n'),
    "rules": (".csv", RUN, CASE.replace('"national"', '"national"\nextra = "X"')),
    "profile": (".toml", RUN, CASE.replace("national", "X")),
    "plugin": (".py", "run case.toml -o out.gpkg --plugin X"),
    "plan": (".gpkg", "info X"),
    "plan to explain": (".gpkg", "why X 1,2"),
    "plan to check": (".gpkg", "check X"),
    "plan to edit": (".gpkg", "edit X ops.jsonl"),
    "plan to undo": (".gpkg", "undo X"),
    "plan to tell": (".gpkg", "log X"),
    "plan of scenarios": (".gpkg", "scenario X list"),
    "plan of lists": (".gpkg", "lists X -o out.xlsx"),
    "plan to assess": (".gpkg", "assess X 1,2"),
    "plan to export": (".gpkg", "export X --format units-gpkg -o out.gpkg"),
    "plan of a version": (".gpkg", "version X -o out.gpkg --reason r"),
    "plan to package": (".gpkg", "package X -o out"),
    "plan to adopt": (".gpkg", "adopt X overlay --reason r"),
    "edits": (".jsonl", "edit plan.gpkg X"),
    "lists": (".xlsx", "lists plan.gpkg --import X"),
    "site": (".geojson", "assess plan.gpkg X"),
    "corners": (".csv", "assess plan.gpkg X"),
    "batch": (".csv", "assess plan.gpkg --batch X"),
    "batch as a workbook": (".xlsx", "assess plan.gpkg --batch X"),
    "layer": (".geojson", "partition X -o out.gpkg"),
    "layer of regions": (".gpkg", "regions X --method skater --k 2 --coordinates 1 -o out.gpkg"),
    "lines to keep to": (".gpkg", f"{REGIONS} --align X"),
    "base units": (".tif", f"{REGIONS} --base catchments:dem=X,area=1e6"),
    "variable": (".tif", f"{REGIONS} --raster a=X"),
    "layer to guess": (".shp", "guess X -o out.toml"),
    "newer source": (".gpkg", "impact plan.gpkg red_line=X --case case.toml"),
    "source beside": (".gpkg", "sources case.toml red_line X"),
    "profile of a package": (".toml", "package plan.gpkg -o out --profile X"),
    "acceptances": (".csv", "package plan.gpkg -o out --accept X"),
    "key": (".pem", "package plan.gpkg -o out --sign X"),
    "public key": (".pub", "verify 备案成果包 --key X"),
    "package": (".zip", "verify X"),
    "last year": (".zip", "profile --like X -o out.toml"),
}


@pytest.mark.uses("rasterio")
@pytest.mark.parametrize("door", DOORS)
def test_what_is_no_file_is_refused_at_once(place, monkeypatch, door):
    suffix, asked, *case = DOORS[door]
    monkeypatch.chdir(place)
    for path in no_files(place, suffix):
        for text in case:
            (place / "asks.toml").write_text(text.replace("X", str(path)), encoding="utf-8")
        with at_once():
            error = refusal(*asked.replace("X", str(path)).split())
        assert path.name in error["where"] + error["what"], error
        assert not list(place.glob("*out*")), path


DEEP = 5_000
OPS = '{{"op": "accept", "rule": "Q05", "reason": "r", "facts": {}}}'
NESTED = {
    "lists of a line": OPS.format('{"a": ' + "[" * DEEP + "]" * DEEP + "}"),
    "objects of a line": OPS.format('{"a":' * DEEP + "1" + "}" * DEEP),
    "a line without an end": "[" * DEEP * 100,
    "terms": json.dumps({"op": "clause", "unit": "U000001", "add": {"id": "a", "text": "t", "terms": "[" * DEEP}}),
    "a line to cut by": json.dumps({"op": "split", "unit": "U000001", "line": "GEOMETRYCOLLECTION(" * DEEP * 20}),
}


@pytest.mark.parametrize("text", NESTED.values(), ids=NESTED)
def test_brackets_without_end_in_an_edit_are_a_sentence(place, tmp_path, text):
    (tmp_path / "ops.jsonl").write_text(text, encoding="utf-8")
    assert "ops.jsonl line 1" in refusal("edit", place / "plan.gpkg", tmp_path / "ops.jsonl")["where"]


@pytest.mark.parametrize("text", ["[" * DEEP, "{a=" * DEEP, "[" * DEEP + "]" * DEEP, "1\n" + "a." * DEEP + "b = 1"])
def test_brackets_without_end_in_toml_are_a_sentence(place, tmp_path, text):
    (tmp_path / "a.toml").write_text(f"{CASE}\nx = {text}\n", encoding="utf-8")
    (tmp_path / "case.toml").write_text(CASE.replace('"national"', '"a.toml"'), encoding="utf-8")
    for asked in (("check", tmp_path / "a.toml"), ("run", tmp_path / "case.toml", "-o", tmp_path / "o.gpkg")):
        assert "a.toml" in refusal(*asked)["where"]
    package = ("package", place / "plan.gpkg", "-o", tmp_path / "o", "--profile", tmp_path / "a.toml")
    assert "a.toml" in refusal(*package)["where"]


def test_a_hundred_brackets_are_few_enough_and_one_more_is_not(place, tmp_path):
    for depth, said in ((98, 1), (99, 2)):
        (tmp_path / "ops.jsonl").write_text(OPS.format('{"a": ' + "[" * depth + "]" * depth + "}"), encoding="utf-8")
        assert ask("edit", place / "plan.gpkg", tmp_path / "ops.jsonl").code == said


def test_brackets_without_end_in_a_layer_a_site_and_a_condition(place, tmp_path):
    feature = '{"type": "Feature", "properties": {"a": %s}, "geometry": null}'
    (tmp_path / "a.geojson").write_text(
        '{"type": "FeatureCollection", "features": [' + feature % ("[" * DEEP + "]" * DEEP) + "]}", encoding="utf-8"
    )
    (tmp_path / "a.csv").write_text(f'WKT,a\n"{"GEOMETRYCOLLECTION(" * DEEP * 20}",1\n', encoding="utf-8")
    long = ", ".join(f"{x} {y}" for x, y in [(0, 0), *((n, n % 2) for n in range(20_000)), (20_000, 9), (0, 9), (0, 0)])
    (tmp_path / "long.csv").write_text(f'WKT,a\n"POLYGON (({long}))",1\n', encoding="utf-8")
    assert ask("partition", tmp_path / "long.csv", "--crs", "EPSG:4547", "-o", tmp_path / "l.gpkg").code == 0
    for name in ("a.geojson", "a.csv"):
        refusal("partition", tmp_path / name, "-o", tmp_path / "o.gpkg")
    refusal("assess", place / "plan.gpkg", "GEOMETRYCOLLECTION(" * DEEP + "POINT(1 2)" + ")" * DEEP)
    with pytest.raises(BadInput, match="WKT"):
        verbs.assess(place / "plan.gpkg", "GEOMETRYCOLLECTION(" * DEEP * 20)
    case = place / "deep.toml"
    for text in ("(" * DEEP + "1=1" + ")" * DEEP, "NOT (" * DEEP + "1=1" + ")" * DEEP, "(" * DEEP * 20):
        case.write_text(CASE.replace(LAYERS, f'{LAYERS}\nwhere = "{text}"'), encoding="utf-8")
        answer = ask("run", case, "-o", tmp_path / "o.gpkg")
        assert answer.code == 0 or (answer.code == 2 and answer.document["error"]["where"]), answer


def test_a_key_that_stands_twice_is_named(place, tmp_path):
    wrong = {
        "name": '{"op": "rename", "unit": "U000001", "name": "甲", "name": "乙"}',
        "unit": '{"op": "clauses", "rows": [{"unit": "U000001", "unit": "U000002", "remove": "a"}]}',
        "terms": '{"op": "clause", "unit": "U000001", "add": {"id": "a", "terms": {}, "terms": {}}}',
    }
    for key, line in wrong.items():
        (tmp_path / "ops.jsonl").write_text(f"\n{line}\n", encoding="utf-8")
        error = refusal("edit", place / "plan.gpkg", tmp_path / "ops.jsonl")
        assert error["what"] == f"key '{key}' stands there twice"
        assert error["where"].endswith("line 2")


# ── archives ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("limits", "entries", "size", "fits"),
    [
        ({}, 20_000, 0, True),
        ({}, 20_001, 0, False),
        ({"CONTROL_UNITS_ARCHIVE_ENTRIES": "10"}, 11, 0, False),
        ({"CONTROL_UNITS_ARCHIVE_ENTRIES": "20001"}, 20_001, 0, True),
        ({"CONTROL_UNITS_ARCHIVE_GIB": "1"}, 10, (1 << 30) - 9_000, True),
        ({"CONTROL_UNITS_ARCHIVE_GIB": "1"}, 10, 1 << 30, False),
        ({"CONTROL_UNITS_ARCHIVE_GIB": "many"}, 10, 0, False),
    ],
)
def test_an_archive_is_unpacked_up_to_a_limit_that_can_be_set(tmp_path, monkeypatch, limits, entries, size, fits):
    for name, limit in limits.items():
        monkeypatch.setenv(name, limit)
    layer = write_layer(tmp_path / "red.shp", "red", *RED_LINE)
    parts = sorted(layer.parent.glob("red.*"))
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for part in parts:
            archive.write(part, part.name)
        for number in range(entries - len(parts)):
            archive.writestr(f"n/{number}.txt", bytes(0 if number else size))
    asked = ("partition", tmp_path / "a.zip", "-o", tmp_path / "o.gpkg")
    if fits:
        assert ask(*asked).document["faces"] == 1
    else:
        error = refusal(*asked)
        assert "CONTROL_UNITS_ARCHIVE" in error["where"] + error["wanted"]


# ── last year's folder ───────────────────────────────────────────────────────────────────────────────────────────────


def test_last_years_folder_is_left_by_no_link(place, tmp_path):
    folder = tmp_path / "last year"
    (folder / "in").mkdir(parents=True)
    assert ask("export", place / "plan.gpkg", "--format", "units-gpkg", "-o", folder / "units_2024.gpkg").code == 0
    shutil.copy(folder / "units_2024.gpkg", tmp_path / "secret.gpkg")
    (folder / "in" / "units_copy.gpkg").symlink_to(folder / "units_2024.gpkg")
    links = {"secret.gpkg": "../secret.gpkg", "away": tmp_path, "around": folder, "self.gpkg": "self.gpkg"}
    for name, target in (links | {"nowhere.gpkg": "none.gpkg", "zero.gpkg": "/dev/zero"}).items():
        (folder / name).symlink_to(target)
    os.mkfifo(folder / "pipe.xlsx")
    with at_once():
        answer = ask("profile", "--like", folder, "-o", tmp_path / "linked.toml")
    learned = {one["path"].partition("|")[0] for one in answer.document["files"] if one["as"]}
    assert learned == {"units_2024.gpkg", "in/units_copy.gpkg"}
