"""A bureau's folders as they come: each file is read rightly or refused in one sentence, and nothing is left behind."""

from __future__ import annotations

import os
import sys
import tempfile
import zipfile
from pathlib import Path

import numpy as np
import pyogrio
import pytest
import shapely
from command import ask, refusal
from control_units.delineation.checks import load_texts, message
from control_units.delineation.cli import main
from control_units.delineation.core.findings import Finding
from control_units.delineation.core.messages import area_text
from control_units.delineation.core.text import clean_text
from control_units.delineation.plan.file import read_plan
from control_units.delineation.sources.formats.containers import brief
from control_units.delineation.verbs.checking import findings_in_words
from hand import CASE, COUNTY, CRS, RED_LINE, SIZE, SOUTH, TOWNSHIP, WEST, box, hand, write_layer


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The hand county in a folder; temporary files go to a place of their own, which has to be empty in the end."""
    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    bureau = tmp_path / "资料 #1"
    bureau.mkdir()
    hand(bureau)
    yield bureau
    assert not list(place.iterdir())


def case_with(folder: Path, text: str) -> Path:
    path = folder / "case.toml"
    path.write_text(text, encoding="utf-8")
    return path


def red_line_at(folder: Path, path: str) -> Path:
    """The hand case with its red line read from another path."""
    text = CASE.replace('path = "hand.gpkg"\nlayer = "red_line"', f"path = '{path}'\nlayer = \"red_line\"")
    assert text != CASE
    return case_with(folder, text)


def refused(folder: Path, path: str) -> dict[str, str]:
    output = folder / "plan.gpkg"
    output.write_bytes(b"as it was")
    error = refusal("run", red_line_at(folder, path), "-o", output)
    assert output.read_bytes() == b"as it was"
    output.unlink()
    return error


def told(folder: Path, case: Path, number: str, language: str = "en") -> list[str]:
    output = folder / "plan.gpkg"
    assert ask("run", case, "-o", output).code in (0, 1)
    return [row["message"] for row in findings_in_words(read_plan(output), language) if row["id"] == number]


def county_layer(folder: Path, fields: dict[str, list], shapes: list | None = None) -> Path:
    """The hand case with counties of one's own."""
    write_layer(folder / "own.gpkg", "county", shapes or COUNTY[0], fields)
    text = CASE.replace('path = "hand.gpkg"\nlayer = "county"', 'path = "own.gpkg"\nlayer = "county"')
    return case_with(folder, text.replace('fields = { code = "code", name = "name" }\ndate = "2025-01-31"\n', "", 1))


# --- paths ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["HAND.gpkg", " hand.gpkg ", ".\\hand.gpkg", "“hand.gpkg”"])
def test_a_path_that_is_nearly_one_names_the_file_that_is_there(folder, path):
    if (folder / path).exists():
        pytest.skip("this file system makes no difference")
    assert refused(folder, path)["wanted"].endswith(str(folder / "hand.gpkg"))


def test_a_name_in_decomposed_letters_is_found_by_the_composed_one(folder):
    write_layer(folder / "re\u0301gion.gpkg", "red_line", *RED_LINE)
    if (folder / "r\u00e9gion.gpkg").exists():
        pytest.skip("this file system makes no difference")
    assert "re\u0301gion.gpkg" in refused(folder, "r\u00e9gion.gpkg")["wanted"]


@pytest.mark.parametrize("path", ["~/hand.gpkg", "$HOME/hand.gpkg", "${HOME}/hand.gpkg", "%TEMP%/hand.gpkg"])
def test_variables_are_not_replaced_and_that_is_said(folder, path):
    assert "variables are not replaced" in refused(folder, path)["wanted"]


def test_an_address_of_a_file_is_answered_with_its_path(folder):
    assert refused(folder, "file:///data/%E5%8E%BF.gpkg")["wanted"] == "the path /data/县.gpkg"


@pytest.mark.parametrize(
    "path",
    ["MySQL:x,user=a,password=geheim", "OCI:scott/geheim@x", "https://a:geheim@b.cn/x.gpkg", "WFS:https://geheim"],
)
def test_a_connection_that_is_not_read_is_refused_without_its_password(folder, path):
    error = refused(folder, path)
    assert "connections are not read" in error["what"]
    assert "geheim" not in str(error)


@pytest.mark.skipif(os.sep == "\\", reason="there it is a path")
@pytest.mark.parametrize("path", ["D:\\资料\\红线.gpkg", "\\\\server\\share\\红线.gpkg"])
def test_a_path_of_windows_elsewhere(folder, path):
    assert "Windows" in refused(folder, path)["what"]


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such names")
def test_a_name_that_is_not_utf8_is_refused_by_its_bytes_and_guessed_around(folder):
    odd = Path(os.fsdecode(os.fsencode(folder) + b"/\xba\xec\xcf\xdf.gpkg"))
    odd.write_bytes((folder / "hand.gpkg").read_bytes())
    error = refusal("partition", f"{odd}|layername=county", "-o", folder / "faces.gpkg")
    assert "\\xba\\xec\\xcf\\xdf.gpkg" in error["where"]
    found = ask("guess", folder, "-o", folder / "guess.toml")
    assert found.code == 0
    assert ["UTF-8" in one["what"] for one in found.document["errors"]] == [True]
    assert "\\xba\\xec\\xcf\\xdf.gpkg" in (folder / "guess.toml").read_text(encoding="utf-8")


# --- files ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", ["gpkg", "shp", "tab", "mif", "kml", "geojsonl", "csv", "zip"])
def test_a_huge_file_of_zeros_is_refused_at_once(folder, suffix):
    with (folder / f"big.{suffix}").open("wb") as stream:
        stream.truncate(2**30)
    assert "nothing but zeros" in refused(folder, f"big.{suffix}")["what"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes with names")
def test_pipes_and_links_that_lead_nowhere_or_in_circles(folder):
    os.mkfifo(folder / "pipe.gpkg")
    (folder / "self.gpkg").symlink_to(folder / "self.gpkg")
    (folder / "round").symlink_to(folder, target_is_directory=True)
    (folder / "gone.shp").symlink_to(folder / "nowhere.shp")
    assert refused(folder, "self.gpkg")["what"] == "file not found"
    found = ask("guess", folder, "-o", folder / "guess.toml").document
    assert len(found["sources"]) == 4
    links = [(Path(one["facts"]["at"]).name, one["what"]) for one in found["errors"]]
    lost, pipe = "file not found", "is no regular file"
    assert sorted(links) == [("gone.shp", lost), ("pipe.gpkg", pipe), ("self.gpkg", lost)]


def test_what_one_may_not_read(folder, monkeypatch):
    """Rights that are taken from a file do not bind root, who may run the tests."""
    before = Path.open

    def closed(self, *arguments, **options):
        if self.name == "x.gpkg":
            raise PermissionError(13, "Permission denied", str(self))
        return before(self, *arguments, **options)

    write_layer(folder / "x.gpkg", "red_line", *RED_LINE)
    monkeypatch.setattr(Path, "open", closed)
    error = refused(folder, "x.gpkg")
    assert error["what"] == "cannot be read (Permission denied)"
    assert error["where"].endswith("x.gpkg")


def test_an_archive_in_an_archive_is_not_passed_over_in_silence(folder):
    with zipfile.ZipFile(folder / "外.zip", "w") as archive:
        archive.writestr("内.zip", b"PK\x05\x06" + bytes(18))
    found = ask("guess", folder, "-o", folder / "guess.toml").document
    assert [one["what"] for one in found["errors"]] == ["holds no vector file (内.zip)"]
    assert "holds no vector file" in refusal("guess", folder / "外.zip", "-o", folder / "guess.toml")["what"]


def test_a_folder_full_of_copies_asks_one_question_not_one_for_each(folder):
    for number in range(6):
        (folder / f"第{number}版.gpkg").write_bytes((folder / "hand.gpkg").read_bytes())
    found = ask("guess", folder, "-o", folder / "guess.toml").document
    (asked,) = (one for one in found["findings"] if one["role"] == "county")
    assert (asked["id"], len(asked["layers"])) == ("S92", 7)
    assert not [one for one in found["sources"] if one["role"] == "county" and one["used"]]


# --- fields and values ----------------------------------------------------------------------------------------------


def test_fields_that_differ_in_case_are_taken_as_stated_or_told(folder):
    path = folder / "fields.geojson"
    shape = shapely.to_geojson(shapely.box(111.0, 30.72, 111.1, 30.8))
    fields = '{"Code": "999901", "code": "2", "CODE": "3", "name": "甲"}'
    path.write_text(
        f'{{"type": "FeatureCollection", "features": [{{"type": "Feature", "properties": {fields},'
        f' "geometry": {shape}}}]}}',
        encoding="utf-8",
    )
    head = f'[case]\nname = "x"\ncrs = "{CRS}"\n[[source]]\nrole = "county"\npath = "fields.geojson"\n'
    case = case_with(folder, head)
    assert "Code, code, CODE differ only in case; Code was taken" in told(folder, case, "S24")[0]
    assert "“Code”" in told(folder, case, "S24", "zh")[0]
    case = case_with(folder, head + 'fields = { code = "CODE" }\n')
    assert "county code '3'" in refusal("run", case, "-o", folder / "plan.gpkg")["what"]


@pytest.mark.parametrize("code", ["'999901", "\u200b999901", "\ufeff999901", "999\n901", "999901\0"])
def test_codes_with_what_nobody_sees(folder, code):
    case = county_layer(folder, {"code": [code], "name": ["甲"]})
    assert ask("run", case, "-o", folder / "plan.gpkg").code == 0


@pytest.mark.parametrize(
    ("text", "meant"),
    [("工业污染\r\n重点管控区", "工业污染重点管控区"), ("North\nCounty", "North County"), ("\x07甲\u2060镇", "甲镇")],
)
def test_texts_lose_line_breaks_and_marks_without_width(text, meant):
    assert clean_text(text) == meant


def test_counties_of_different_names_under_one_code(folder):
    shapes = [box(0, 0, 5_000, SIZE), box(5_000, 0, 5_000, SIZE)]
    case = county_layer(folder, {"code": ["999901", "999901"], "name": ["甲县", "乙县"]}, shapes)
    assert "2 counties of different names (甲县, 乙县) share the code 999901" in told(folder, case, "S39")[0]
    # Islands are features of their own, and no reason to speak.
    (folder / "own.gpkg").unlink()
    case = county_layer(folder, {"code": ["999901", "999901"], "name": ["甲县", "甲县"]}, shapes)
    assert not told(folder, case, "S39")


def test_a_condition_that_is_no_sql_is_refused_without_a_list_of_all_fields(folder):
    case = case_with(folder, CASE.replace('layer = "red_line"', 'layer = "red_line"\nwhere = "id = = 1"'))
    assert "SELECT … FROM" in refusal("run", case, "-o", folder / "plan.gpkg")["what"]
    assert brief(ValueError('SELECT m."a", m."b" FROM "t" m')) == 'SELECT … FROM "t" m'
    advice = "It might help to specify the correct driver explicitly with '<DRIVER>:', e.g. 'CSV:path'."
    for stop in ".;":
        said = f"'/a/b.gpkg' not recognized as being in a supported file format{stop} {advice}"
        assert brief(ValueError(said)) == "not recognized as being in a supported file format"


def test_a_source_listed_twice(folder):
    block = '[[source]]\nrole = "red_line"\npath = "./hand.gpkg"\nlayer = "red_line"\n'
    error = refusal("run", case_with(folder, CASE + block), "-o", folder / "plan.gpkg")
    assert error["what"] == "repeats [[source]] 3 in the same role"


@pytest.mark.parametrize(
    ("area", "unit", "chinese"),
    [
        (100.0, "km²", "平方千米"),
        (9_000.0, "ha", "公顷"),
        (150_000.0, "mu", "亩"),
        (15.0, "units of 10,000 mu", "万亩"),
    ],
)
def test_an_official_area_in_another_unit(folder, area, unit, chinese):
    case = case_with(folder, CASE.replace('date = "2025-01-31"\n\n', f"official_area = {area}\n\n"))
    assert f"read in {unit} the official figure would agree" in told(folder, case, "S16")[0]
    assert f"如按{chinese}计则相近" in told(folder, case, "S16", "zh")[0]


# --- shapes ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("frame", [(-180, -90, 180, 90), (-179.9, -80, 179.9, 80)])
def test_a_frame_of_the_globe_is_refused_by_both_doors(folder, frame):
    path = write_layer(folder / "globe.gpkg", "red_line", [shapely.box(*frame)], {"id": ["x"]}, crs="EPSG:4490")
    assert "° of longitude" in refused(folder, "globe.gpkg")["what"]
    assert "° of longitude" in refusal("partition", path, "-o", folder / "faces.gpkg")["what"]


def test_edges_that_bend_on_the_map_are_told_and_short_ones_are_not(folder):
    """A parallel's chord strays by R Δλ² sin φ cos φ / 8: 101 m for 0.968° at 31.3° north, 99 m for 0.958°."""
    for name, width in (("long", 0.968), ("short", 0.958)):
        shape = shapely.box(114.0, 30.2, 114.0 + width, 31.3)
        write_layer(folder / f"{name}.gpkg", "red_line", [shape], {"id": ["x"]}, crs="EPSG:4490")
    assert not told(folder, red_line_at(folder, "short.gpkg"), "S38")
    (said,) = told(folder, red_line_at(folder, "long.gpkg"), "S38")
    assert "up to 101 m" in said


def test_a_flat_polygon_is_called_flat(folder):
    flat = shapely.Polygon([(WEST + x, SOUTH + 9_000) for x in (1_000, 2_000, 3_000)])
    write_layer(folder / "flat.gpkg", "red_line", [RED_LINE[0][0], flat], {"id": ["x", "y"]})
    assert "it has no area" in told(folder, red_line_at(folder, "flat.gpkg"), "S07")[0]


def test_a_grid_coarser_than_the_layer_is_an_error_not_an_empty_file(folder):
    arguments = ("partition", f"{folder / 'hand.gpkg'}|layername=red_line", "-o", folder / "faces.gpkg")
    assert "nothing is left after snapping at 1e+06 m" in refusal(*arguments, "--snap", "1e6")["what"]
    assert not (folder / "faces.gpkg").exists()


def test_a_crooked_neck_between_areas_stops_no_run(data, folder):
    """Towns of a FileGDB lie on a grid of 1e-9°: what closes a slit there crosses itself, and GEOS gives up on such."""
    package = data / "CN-xiamen" / "CN-xiamen.gpkg"
    meta, _, wkb, fields = pyogrio.raw.read(package, layer="town_voronoi", columns=["town_code", "town_name"])
    on_grid = shapely.transform(shapely.from_wkb(wkb), lambda xy: np.round((xy + 400) * 1e9) / 1e9 - 400)
    columns = {name: list(values) for name, values in zip(meta["fields"], fields, strict=True)}
    write_layer(folder / "towns.gpkg", "t", list(on_grid), columns, crs="EPSG:4490", kind="MultiPolygon")
    source = '[[source]]\nrole = "{}"\npath = "{}"\nlayer = "{}"\n'
    text = '[case]\nname = "x"\n' + source.format("county", package.as_posix(), "county")
    answer = ask("run", case_with(folder, text + source.format("township", "towns.gpkg", "t")), "-o", folder / "p.gpkg")
    assert answer.code == 0


def test_areas_are_said_in_units_one_can_imagine():
    assert area_text(36_023_453_479_143.61) == "36,023,453.4791 km²"
    assert area_text(429.346) == "429.35 m²"
    said = Finding("S01", {"source": "x", "area": 2_500_000.0})
    assert message(said, load_texts(), "zh") == "x：研究区以外的 2.5000 km² 未参与划定"


def test_the_rounding_of_borders_is_no_finding(folder):
    edge = box(5_000, 0, 5_000.000_005, SIZE)
    write_layer(folder / "town.gpkg", "township", [TOWNSHIP[0][0], edge], TOWNSHIP[1])
    text = CASE.replace('path = "hand.gpkg"\nlayer = "township"', 'path = "town.gpkg"\nlayer = "township"')
    assert not told(folder, case_with(folder, text), "S01")
    wide = box(5_000, 0, 5_001, SIZE)
    write_layer(folder / "wide.gpkg", "township", [TOWNSHIP[0][0], wide], TOWNSHIP[1])
    (said,) = told(folder, case_with(folder, text.replace("town.gpkg", "wide.gpkg")), "S01")
    assert "1.00 ha outside" in said


def test_a_name_in_a_message_hides_nothing(tmp_path, capsys):
    """A file may be called so that what is said of it reads otherwise: line breaks and turned directions are shown."""
    twisted, shown = "a\u202egpj.shp\nall is well\u2066", "a\\u202egpj.shp\\nall is well\\u2066"
    (tmp_path / twisted).touch()
    assert main(["check", str(tmp_path / twisted)]) == 2
    said = capsys.readouterr().err
    assert shown in said
    assert said.count("\n") == 1
    finding = Finding("S79", {"problem": "renamed", "count": 1, "fields": twisted})
    for tongue in ("zh", "en"):
        assert "\\u202e" in message(finding, load_texts(), tongue)
