"""The atlas without QGIS in the process: what its sheets say, its files put together, and what is said without QGIS."""

from __future__ import annotations

import dataclasses
import os
import re
import subprocess
import sys

import pytest
from command import ROOT
from control_units.delineation.cli.main import main
from control_units.delineation.core.atomic_files import resuming
from control_units.delineation.core.errors import BadInput
from control_units.delineation.export import map_qgis
from control_units.delineation.export.atlas import PART, draw_atlas, read_part
from control_units.delineation.export.atlas_sheet import Atlas, AtlasOptions, AtlasPart, atlas_layout
from control_units.delineation.export.pdf import Bookmark, joined_pdf, mended, page_count
from control_units.delineation.export.registry import previewed
from control_units.delineation.plan.file import read_plan
from control_units.delineation.plan.provenance import mark_of
from sample_plan import sample_plan, write_sample_plan


@pytest.fixture(scope="module")
def plan(tmp_path_factory):
    return write_sample_plan(tmp_path_factory.mktemp("plan") / "plan.gpkg")


# ── What its sheets say ─────────────────────────────────────────────────────────────────────────────────────────────


def test_each_unit_has_a_sheet_county_by_county():
    atlas = Atlas(sample_plan(), AtlasOptions())
    sheets = [sheet for part in atlas.parts for sheet in atlas.sheets_of(part)]
    assert [sheet.number for sheet in sheets] == [1, 2, 3, 4, 5] == sorted(atlas.numbers.values())
    assert atlas.count == 5
    assert {unit for sheet in sheets for unit in sheet.units} == set(atlas.plan.units["unit_id"])
    assert [part.first for part in atlas.parts] == [1, 1 + len(atlas.parts[0].units)]


def test_a_countys_sheet_shows_all_its_units_and_lists_them():
    atlas = Atlas(sample_plan(), AtlasOptions(sheets="county"))
    first, second = (next(atlas.sheets_of(part)) for part in atlas.parts)
    assert len(first.units) + len(second.units) == 5
    assert [len(sheet.rows) for sheet in (first, second)] == [len(sheet.units) for sheet in (first, second)]
    assert sum(share for share in (one.share for one in first.columns)) == pytest.approx(1)
    assert atlas.count == 2


def test_a_plan_without_what_its_rules_go_by_states_the_reasons_that_it_keeps():
    plan = sample_plan()
    assert "covered_min" not in plan.meta
    plan.units["reasons"] = "R01 生态保护红线"
    atlas = Atlas(plan, AtlasOptions())
    sheet = next(atlas.sheets_of(atlas.parts[0]))
    assert "R01 生态保护红线" in [text for _, text in sheet.card]


@pytest.mark.parametrize(("status", "stamp"), [("草稿", "草稿"), ("报批稿", ""), ("", "草稿")])
def test_what_is_a_draft_is_stamped(status, stamp):
    plan = sample_plan()
    atlas = Atlas(dataclasses.replace(plan, meta=plan.meta | {"status": status}), AtlasOptions())
    assert next(atlas.sheets_of(atlas.parts[0])).texts["草稿"][0] == stamp


def test_the_mark_is_the_highest_that_is_known():
    levels = ["公开", "内部", "秘密"]
    assert mark_of({"classification": "公开"}, ["", "秘密", "内部"], levels) == "秘密"
    assert mark_of({}, ["", ""], levels) == ""
    assert mark_of({"classification": "绝密"}, ["内部"], levels) == "绝密"  # nobody knows it: it is not made less


def test_names_of_files_are_such_as_windows_takes():
    part = AtlasPart(1, "33/08", '甲:县*"。 . ', 1, ())
    assert part.file == "33_08_甲_县__。"
    assert AtlasPart(7, "", " . ", 1, ()).file == "7"


@pytest.mark.parametrize(
    ("given", "what"), [({"paper": "A0"}, "A0"), ({"sheets": "town"}, "town"), ({"split": "unit"}, "unit")]
)
def test_an_unknown_choice_is_named(given, what):
    with pytest.raises(BadInput, match=f"unknown choice '{what}'"):
        AtlasOptions.read(**given)


@pytest.mark.parametrize("there", [True, False])
def test_a_folder_without_the_sheet_is_told_before_anything_is_done(there, plan, tmp_path):
    folder = tmp_path / "sheets"
    if there:
        folder.mkdir()
    with pytest.raises(BadInput, match=r"no sheet atlas_A4\.qpt" if there else "no such folder"):
        draw_atlas(plan, tmp_path / "a.pdf", AtlasOptions(layouts=str(folder)), lambda *_: None)


def test_a_profiles_own_sheet_comes_before_the_shipped_one(tmp_path):
    (tmp_path / "layouts").mkdir()
    assert atlas_layout(AtlasOptions(), tmp_path).parent.name == "layouts"
    assert tmp_path not in atlas_layout(AtlasOptions(), tmp_path).parents
    own = tmp_path / "layouts" / "atlas_A4.qpt"
    own.touch()
    assert atlas_layout(AtlasOptions(), tmp_path) == own


def test_its_preview_says_sheets_and_counties(plan):
    said = str(previewed("atlas-pdf", read_plan(plan)))
    assert "5 units" in said
    assert "2 counties" in said


# ── Without QGIS ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_without_qgis_it_is_one_sentence_and_exit_2(plan, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv(map_qgis.WHERE, "/nowhere/qgis_process")
    place = tmp_path / "a.pdf"
    assert main(["export", str(plan), "--format", "atlas-pdf", "-o", str(place), "--lang", "en"]) == 2
    told = capsys.readouterr().err.strip()
    assert "no qgis_process found" in told
    assert "\n" not in told
    assert list(tmp_path.iterdir()) == []


def test_a_child_that_ends_well_without_parts_is_not_believed(plan, tmp_path):
    with pytest.raises(BadInput, match="printed 0 of 3 parts"):
        draw_atlas(plan, tmp_path / "a.pdf", AtlasOptions(), lambda *_: None, lambda *_: {"parts": 3, "units": 5})
    assert list(tmp_path.iterdir()) == []


# ── Its files ───────────────────────────────────────────────────────────────────────────────────────────────────────


def qt_pdf(path, *texts):
    """A PDF as Qt lays it out, a page a text."""
    objects = {1: b"<< /Type /Catalog /Pages 2 0 R >>", 3: b"<< /Title <FEFF0041> /CreationDate (D:20240501000000Z) >>"}
    kids = [4 + 2 * number for number in range(len(texts))]
    listed = b" ".join(b"%d 0 R" % kid for kid in kids)
    objects[2] = b"<< /Type /Pages /Kids [ " + listed + b" ] /Count %d >>" % len(texts)
    for kid, text in zip(kids, texts, strict=True):
        stream = b"BT /F1 12 Tf 20 20 Td (" + text.encode() + b" 3 0 R) Tj ET"
        objects[kid] = (
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 100] /Contents %d 0 R "
            b"/Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>" % (kid + 1)
        )
        objects[kid + 1] = b"<< /Length %d >>\nstream\n" % len(stream) + stream + b"\nendstream"
    data, places = b"%PDF-1.4\n", []
    for number, body in sorted(objects.items()):
        places.append(len(data))
        data += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    start = len(data)
    data += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    data += b"".join(b"%010d 00000 n \n" % place for place in places)
    data += b"trailer\n<< /Size %d /Root 1 0 R /Info 3 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    path.write_bytes(data)
    return path


def test_pages_of_several_files_come_one_after_the_other(tmp_path):
    files = [qt_pdf(tmp_path / "1.pdf", "one", "two"), qt_pdf(tmp_path / "2.pdf", "three")]
    marks = [Bookmark("甲县", 0, 0), Bookmark("一", 0, 1), Bookmark("二", 1, 1), Bookmark("乙市", 2, 0)]
    out = tmp_path / "all.pdf"
    joined_pdf(files, out, marks, title="图集")
    data = out.read_bytes()
    assert page_count(data) == 3
    assert mended(data, title="x", date=None)  # it is as whole as the others
    if subprocess.run(["which", "qpdf", "pdftotext"], capture_output=True, check=False).returncode:
        pytest.skip("no qpdf or pdftotext on this system")
    assert "No syntax" in subprocess.run(["qpdf", "--check", out], capture_output=True, text=True, check=True).stdout
    text = subprocess.run(["pdftotext", out, "-"], capture_output=True, text=True, check=True).stdout
    # What looks like a reference in a page's own text stays as it is.
    assert re.findall(r"\w+ 3 0 R", text) == ["one 3 0 R", "two 3 0 R", "three 3 0 R"]


def test_a_common_character_that_shares_its_shape_with_a_rare_one_is_noted(tmp_path):
    body = b"/CIDInit begincmap\n1 beginbfchar\n<0001> <3B35>\nendbfchar\nendcmap"
    path = qt_pdf(tmp_path / "1.pdf", "one")
    data = path.read_bytes()
    old = re.search(rb"5 0 obj\n.*?endobj\n", data, re.DOTALL)[0]
    new = b"5 0 obj\n<< /Length %d >>\nstream\n" % len(body) + body + b"\nendstream\nendobj\n"
    data = data.replace(old, new)
    data = re.sub(rb"startxref\n\d+", b"startxref\n%d" % data.index(b"xref\n0"), data)
    assert b"<80F6>" in mended(data, title="x", date=None)


def test_a_part_is_there_once_it_is_whole_and_has_the_pages_that_it_says(tmp_path):
    part = qt_pdf(tmp_path / PART.format(number=2), "one", "two")
    assert read_part(part) is None
    part.with_suffix(".json").write_text('{"title": "甲县", "file": "a", "sheets": [["一", 2]], "facts": {}}')
    assert read_part(part)["title"] == "甲县"
    part.write_bytes(part.read_bytes()[:-20])
    assert read_part(part) is None


class BrokenOffError(Exception):
    """Ends a block, and leaves its drafts."""


def left_by(tmp_path, ending):
    with (
        pytest.raises(BrokenOffError),
        resuming(tmp_path / "a.pdf", ending, sweeping=".atlas", keep=BrokenOffError) as folder,
    ):
        (folder / "part").touch()
        raise BrokenOffError
    return folder


def test_drafts_that_an_error_left_are_gone_on_from_and_then_go(tmp_path):
    first = left_by(tmp_path, ".1.atlas")
    assert first.is_dir()
    with resuming(tmp_path / "a.pdf", ".1.atlas", sweeping=".atlas", keep=BrokenOffError) as folder:
        assert (folder / "part").is_file()
        assert not first.exists()
    assert list(tmp_path.iterdir()) == []


def test_drafts_of_something_else_go_and_those_at_work_stay(tmp_path):
    left_by(tmp_path, ".1.atlas")
    with resuming(tmp_path / "a.pdf", ".2.atlas", sweeping=".atlas", keep=BrokenOffError) as mine:
        assert [one for one in tmp_path.iterdir() if one != mine] == []
        with resuming(tmp_path / "a.pdf", ".2.atlas", sweeping=".atlas", keep=BrokenOffError) as other:
            assert mine.is_dir()
            assert other != mine


def test_drafts_of_a_process_that_was_killed_are_gone_on_from(tmp_path):
    script = (
        "import os, sys, types\nfrom pathlib import Path\n"
        "sys.path.insert(0, sys.argv[1])\n"
        "from delineation.core.atomic_files import resuming\n"
        "with resuming(Path(sys.argv[2]), '.1.atlas', sweeping='.atlas', keep=OSError) as folder:\n"
        "    (folder / 'part').touch()\n    os._exit(9)\n"
    )
    command = [sys.executable, "-c", script, str(ROOT), str(tmp_path / "a.pdf")]
    assert subprocess.run(command, env=os.environ, check=False).returncode == 9
    with resuming(tmp_path / "a.pdf", ".1.atlas", sweeping=".atlas", keep=BrokenOffError) as folder:
        assert (folder / "part").is_file()
