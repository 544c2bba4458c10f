"""Every format of a plan through one function and one verb: whole or not at all, and never in place of a plan."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pyogrio
import pytest
from command import ROOT, ask, refusal
from control_units.delineation.core.errors import BadInput
from control_units.delineation.core.messages import NOTHING, Message
from control_units.delineation.export import registry
from control_units.delineation.export.registry import Written, export, exporter, exporters
from control_units.delineation.export.telling import remarks_of, said_of
from control_units.delineation.plan.file import read_plan, write_plan
from hand import hand
from osgeo import gdal
from sample_plan import write_sample_plan

FORMATS = {
    "lists-xlsx": ".xlsx",
    "lists-docx": ".docx",
    "clauses-xlsx": ".xlsx",
    "units-shp": ".shp",
    "units-gdb": ".gdb",
    "units-gpkg": ".gpkg",
    "units-kml": ".kml",
    "map-png": ".png",
    "map-pdf": ".pdf",
    "atlas-pdf": ".pdf",
    "zones-shp": ".shp",
    "zones-gdb": ".gdb",
    "zones-gpkg": ".gpkg",
    "zones-kml": ".kml",
    "areas-xlsx": ".xlsx",
    "findings-xlsx": ".xlsx",
}
# The geodatabase driver writes times of its own: equal in content, not in bytes. An atlas has tests of its own.
SAME_BYTES = [name for name in FORMATS if not name.endswith("gdb") and name != "atlas-pdf"]


@pytest.fixture(scope="module")
def plan(tmp_path_factory):
    return write_sample_plan(tmp_path_factory.mktemp("plan") / "plan.gpkg")


def test_the_formats_are_listed_without_reading_a_plan(plan, tmp_path):
    listed = {"formats": list(exporters())}
    assert ask("export", plan).document == ask("export", tmp_path / "none.gpkg").document == listed
    there = {name: one.suffix for name, one in exporters().items()}
    assert [(name, suffix) for name, suffix in there.items() if name in FORMATS] == list(FORMATS.items())
    assert all(one.title("zh") and one.title("en").isascii() for one in exporters().values())


# QGIS draws both maps in processes of its own: which one is the other's twin is for make test-all.
@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.all) if name == "map-pdf" else name for name in SAME_BYTES]
)
def test_the_verb_writes_what_the_function_writes_and_says_what(name, plan, tmp_path):
    out = tmp_path / f"out{FORMATS[name]}"
    found = ask("export", plan, "--format", name, "-o", out).document
    more = {"map-png": ["drawn_by"], "map-pdf": ["drawn_by", "pages"]}
    assert list(found) == ["format", "files", "layers", *more.get(name, [])]
    assert found["format"] == name
    assert found["files"][0] == str(out)
    assert sorted(found["files"]) == sorted(str(path) for path in tmp_path.iterdir())
    assert any(count > 0 for count in found["layers"].values())
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    written = export(name, read_plan(plan), out)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before
    assert [str(path) for path in written.files] == found["files"]


def test_the_verb_of_the_lists_writes_the_same_workbook(plan, tmp_path):
    told = ask("lists", plan, "-o", tmp_path / "a.xlsx").document
    layers = ask("export", plan, "--format", "lists-xlsx", "-o", tmp_path / "b.xlsx").document["layers"]
    assert {key: told[key] for key in layers} == layers
    assert told["imported"] is None
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


@pytest.mark.parametrize("name", ["units-gpkg", "units-shp", "lists-xlsx"])
def test_some_units_alone_are_exported_by_their_codes(name, plan, tmp_path):
    codes = "ZH33082410001,ZH33088130001"
    found = ask("export", plan, "--format", name, "-o", tmp_path / f"out{FORMATS[name]}", "--codes", codes)
    assert found.document["layers"]["units"] == 2
    refused = refusal("export", plan, "--format", name, "-o", tmp_path / f"no{FORMATS[name]}", "--codes", "ZH0")
    assert refused["what"] == "no unit 'ZH0'"


@pytest.mark.parametrize("encoding", ["GBK", "UTF-8"])
def test_a_shapefile_has_the_encoding_that_is_asked_for_whatever_the_program_around_has_set(encoding, plan, tmp_path):
    # QGIS sets this for its whole process as soon as it opens a Shapefile.
    before = gdal.GetConfigOption("SHAPE_ENCODING")
    gdal.SetConfigOption("SHAPE_ENCODING", "")
    try:
        export("units-shp", plan, tmp_path / "units.shp", {"encoding": encoding})
    finally:
        gdal.SetConfigOption("SHAPE_ENCODING", before)
    names = read_plan(plan).units["name"].tolist()
    assert names[0].encode(encoding) in (tmp_path / "units.dbf").read_bytes()
    assert (tmp_path / "units.cpg").read_text() == encoding
    assert pyogrio.raw.read(tmp_path / "units.shp", columns=["HJGKDYMC"])[3][0].tolist() == names


def test_a_character_that_the_encoding_lacks_is_named_and_nothing_written(plan, tmp_path):
    rare = read_plan(plan)
    rare.units["name"] = "㐀𠮷县"
    write_plan(rare, tmp_path / "rare.gpkg")
    given = ("export", tmp_path / "rare.gpkg", "--format", "units-shp", "-o", tmp_path / "units.shp")
    assert "GBK has no character “㐀”, “𠮷”" in refusal(*given, "--encoding", "GBK")["what"]
    assert [path.name for path in tmp_path.iterdir()] == ["rare.gpkg"]
    assert ask(*given).code == 0
    assert (tmp_path / "units.cpg").read_text() == "UTF-8"
    assert set(pyogrio.raw.read(tmp_path / "units.shp", columns=["HJGKDYMC"])[3][0]) == {"㐀𠮷县"}


FULL = "units-shp units-gdb units-gpkg units-kml map-pdf map-png lists-docx lists-xlsx"


@pytest.mark.parametrize("name", FULL.split())
def test_on_a_full_disk_the_file_is_named_and_what_was_there_stays(name, plan, tmp_path):
    """By the limit of a process, as a disk is not ours to fill."""
    out = tmp_path / f"out{FORMATS[name]}"
    if name not in ("units-gdb", "units-gpkg"):  # such of others are not written over
        out.write_bytes(b"old")
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    limit = "resource.setrlimit(resource.RLIMIT_FSIZE, (3000, 3000))"
    code = f"import resource, sys; from delineation.cli.main import main; {limit}; sys.exit(main())"
    given = ["export", plan, "--format", name, "-o", out, *["--drawn-by", "matplotlib"] * name.startswith("map")]
    done = subprocess.run([sys.executable, "-c", code, *given], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert f"{out}: " in done.stderr
    assert "disk" in done.stderr
    assert ".maps" not in done.stderr
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_what_is_asked_wrongly_is_one_sentence(plan, tmp_path):
    out = tmp_path / "out.gpkg"
    given = ("export", plan, "-o", out, "--format")
    assert refusal(*given, "unit-gpkg")["wanted"] == "units-gpkg"
    assert refusal(*given, "units-shp")["what"] == "'out.gpkg' is no .shp"
    assert refusal(*given, "units-gpkg", "--encoding", "GBK")["wanted"] == "units-shp, zones-shp"
    error = refusal("export", plan, "-o", tmp_path / "u.shp", "--format", "units-shp", "--encoding", "Latin-1")
    assert error["wanted"] == "GBK | UTF-8"
    assert "-o NAME.gpkg" in refusal("export", plan, "--format", "units-gpkg")["wanted"]
    assert "--format" in refusal("export", plan, "-o", out)["wanted"]
    assert "not found" in refusal("export", tmp_path / "no.gpkg", "--format", "units-gpkg", "-o", out)["what"]
    assert "folder not found" in refusal("export", plan, "--format", "units-gpkg", "-o", tmp_path / "a/b.gpkg")["what"]
    assert not list(tmp_path.iterdir())


def test_a_format_is_added_by_a_function_and_its_keywords_are_its_options(plan, tmp_path, monkeypatch):
    monkeypatch.setattr(registry, "_EXPORTERS", dict(registry._EXPORTERS))

    @exporter("areas-txt", zh="面积", en="Areas", file_zh="文本", file_en="Text", suffix=".txt", order=15)
    def areas_txt(plan, output, *, progress, digits=0):  # noqa: ARG001
        areas = registry.opened(plan).units["area_m2"]
        output.write_text("\n".join(f"{area:.{digits}f}" for area in areas))
        return Written((output,), {"units": len(areas)})

    assert list(exporters())[:2] == ["lists-xlsx", "areas-txt"]
    assert ask("export", plan).document["formats"][1] == "areas-txt"
    assert ask("export", plan, "--format", "areas-txt", "-o", tmp_path / "a.txt").document["layers"] == {"units": 5}
    export("areas-txt", plan, tmp_path / "a.txt", {"digits": 2})
    assert np.loadtxt(tmp_path / "a.txt").sum() == pytest.approx(read_plan(plan).units["area_m2"].sum())
    with pytest.raises(BadInput, match="no option 'encoding'; wanted: units-shp, zones-shp"):
        export("areas-txt", plan, tmp_path / "b.txt", {"encoding": "GBK"})


ALL_SAID = {  # what a writer may say → the sentence that it becomes
    "encoding": ("GBK", "texts in GBK"),
    "drawn_by": ("matplotlib", "drawn by matplotlib: no qgis_process found"),
    "because": (Message("no qgis_process found"), ""),
    "fonts": ({"SimHei": "Noto Sans"}, "font SimHei is not installed: Noto Sans stands in"),
    "lacking": (["𠮷", "㐀"], "no font has the characters 𠮷, 㐀"),
    "shortened": (["unit"], "too long for their place: unit"),
    "cut": (2, "2 texts were longer than their fields and were cut"),
    "mended": (1, "1 feature had no valid geometry in degrees and was repaired"),
}


def test_all_that_there_is_to_say_of_an_export_is_said(tmp_path):
    facts = {key: value for key, (value, _) in ALL_SAID.items()}
    written = Written((tmp_path / "a.shp", tmp_path / "a.dbf"), {"units": 1, "poems": 3}, facts)
    first = f"1 unit, 3 poems → {tmp_path / 'a.shp'}, {tmp_path / 'a.dbf'}"
    not_noted = "the export could not be noted beside the plan"
    said = [str(one) for one in said_of(written)]
    assert said == [first, *(text for _, text in ALL_SAID.values() if text), not_noted]
    assert [str(one) for one in remarks_of(written)] == said[2:]
    # What is as it was meant is no remark.
    fine = Written((tmp_path / "a.pdf",), {"maps": 1}, {"drawn_by": "qgis", "because": NOTHING, "cut": 0}, noted=True)
    assert [str(one) for one in said_of(fine)] == [f"1 map → {tmp_path / 'a.pdf'}", "drawn by QGIS"]
    assert remarks_of(fine) == []
    assert [str(one) for one in said_of(Written((), {}, noted=True))] == ["no file was written"]
    many = Written((), {}, {"lacking": "abcd"}, noted=True)
    assert [str(one) for one in remarks_of(many, 2)] == ["no font has the characters a, b … (4)"]


@pytest.mark.parametrize("listed", ["cli.verbs import VERBS", "export.registry import exporters; exporters()"])
def test_what_is_only_listed_loads_no_library(listed):
    unneeded = {"numpy", "pandas", "matplotlib", "openpyxl", "pyogrio", "scipy"}
    code = f"import sys; from delineation.{listed}; print(sorted({unneeded!r} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_source_is_spared_where_the_case_lies_elsewhere(tmp_path):
    """Its path lies from the case, which the plan does not know the place of."""
    (tmp_path / "case").mkdir()
    (tmp_path / "plans").mkdir()
    own = tmp_path / "plans" / "plan.gpkg"
    assert ask("run", hand(tmp_path / "case"), "-o", own).code in (0, 1)
    source = tmp_path / "case" / "hand.gpkg"
    before = source.read_bytes()
    given = ("export", own, "--format", "units-gpkg", "-o")
    assert refusal(*given, source)["what"] == "the output is an input"
    assert source.read_bytes() == before
    assert ask(*given, tmp_path / "other.gpkg").code == 0
