"""The atlas: what stands on its sheets and is found there, how it goes on where it was killed, and that it is whole."""

from __future__ import annotations

import dataclasses
import getpass
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from control_units.delineation.core.errors import BadInput, Cancelled
from control_units.delineation.core.messages import Message
from control_units.delineation.export.atlas import draw_atlas
from control_units.delineation.export.atlas_sheet import Atlas, AtlasOptions
from control_units.delineation.export.history import read_history
from control_units.delineation.export.map_qgis import NoQgisError
from control_units.delineation.export.map_sheet import LAYOUTS
from control_units.delineation.export.registry import export, exporters
from control_units.delineation.lists.rows import list_rows
from control_units.delineation.plan.file import read_plan, write_plan
from control_units.ui.map import atlas as ui_atlas
from control_units.ui.map.atlas import print_parts
from control_units.ui.work.export_options import choice_word, option_title
from file_text import left, run, text_of
from qgis.core import QgsLayoutExporter, QgsProcessingContext, QgsProcessingFeedback, QgsProject
from sample_plan import sample_plan

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """The demo's plan."""
    from control_units.delineation.verbs.running import run as delineate

    plan = tmp_path_factory.mktemp("demo") / "plan.gpkg"
    delineate(ROOT / "resources" / "demo" / "case.toml", plan)
    return plan


def here(plan, folder, options, progress):
    return print_parts(plan, folder, options, progress=progress)


def atlas_of(plan, output, *, progress=lambda *_: None, draw=here, **options):
    return draw_atlas(plan, output, AtlasOptions.read(**options), progress, draw)


@pytest.fixture(scope="module")
def printed(demo, tmp_path_factory):
    """The demo's atlas, with what it was told while it was printed: when, and how long the window waited."""
    out = tmp_path_factory.mktemp("printed") / "atlas.pdf"
    cpu, gaps = [time.process_time()], []

    def progress(*_):
        gaps.append(time.process_time() - cpu[0])
        cpu[0] = time.process_time()

    written = atlas_of(demo, out, progress=progress, unit="某某生态环境局")
    return written, gaps


# ── What stands on it ───────────────────────────────────────────────────────────────────────────────────────────────


def test_every_code_and_every_name_is_found(printed, demo):
    found = text_of(printed[0].files[0])
    units = read_plan(demo).units
    assert len(units) == 58
    assert not re.findall("[\u2e80-\u2fdf]", found)
    for text in (*units["code"], *units["name"]):
        assert found.count(re.sub(r"\s", "", text)) >= 2, text  # in the index, and on its sheet


def test_every_clause_and_every_reason_is_found(printed, demo):
    found = text_of(printed[0].files[0], "-raw")  # cell by cell
    plan = read_plan(demo)
    atlas = Atlas(plan, AtlasOptions())
    # What is only proposed is no part of the lists, and what two zones say in the same words prints once.
    listed = [one.text for row in list_rows(plan) for own in row.clauses.values() for one in own]
    for text, count in Counter(listed).items():
        assert found.count(re.sub(r"\s", "", text)) >= count, text
    for part in atlas.parts[:2]:
        for sheet in atlas.sheets_of(part):
            for _, said in sheet.card:
                for line in said.split("\n"):
                    assert re.sub(r"\s|²", "", line) in found.replace("²", ""), line


def test_pages_are_as_counted_and_all_fonts_are_in_it(printed):
    written, _ = printed
    facts = run("pdfinfo", written.files[0])
    assert int(re.search(r"Pages:\s+(\d+)", facts)[1]) == written.facts["pages"] > 58 * 2
    assert "595 x 842 pts (A4)" in facts
    fonts = [line.split() for line in run("pdffonts", written.files[0]).splitlines()[2:]]
    assert fonts
    assert all(line[-5] == "yes" and line[-3] == "yes" for line in fonts), fonts
    assert "No syntax" in run("qpdf", "--check", written.files[0])
    assert written.layers == {"units": 58, "sheets": 58}
    assert not {"fonts", "lacking", "shortened", "resumed"} & set(written.facts), written.facts


def test_nothing_says_who_was_logged_in(printed, demo):
    data = printed[0].files[0].read_bytes()
    assert "Author" not in run("pdfinfo", printed[0].files[0])
    for name in (getpass.getuser(), str(Path.home()), str(demo.parent)):
        assert name == "/" or name.encode("utf-16-be") not in data
        assert f"({name})".encode() not in data


def test_each_page_of_a_sheet_says_mark_and_draft_and_its_number(printed):
    """The fourth page is the first sheet's first: before it are the map of the whole and two of the index."""
    pages = [text_of(printed[0].files[0], "-f", number, "-l", number) for number in range(2, 16)]
    for page in pages:
        assert "密级：公开" in page
        assert "草稿" in page
        assert "某某生态环境局" in page
    assert "ZH65010210001" in pages[2]
    assert pages[2].endswith("1/5") or "第1页，共5页" in pages[2] or "page1of5" in pages[2]
    assert "管控维度" in pages[3]
    assert "管控维度" in pages[4]  # where the list runs on it has its headings again


def test_the_contents_lead_to_counties_and_sheets(printed):
    outline = run("qpdf", "--json", "--json-key=outlines", printed[0].files[0])
    tops = json.loads(outline)["outlines"]
    assert len(tops) == 2 + 8
    assert [len(one["kids"]) for one in tops[2:]] == [6, 6, 5, 6, 5, 11, 10, 9]
    assert tops[2]["kids"][0]["title"].startswith("ZH65010210001 ")
    assert tops[2]["kids"][0]["destpageposfrom1"] == 4


def test_the_window_has_its_turn(printed):
    """Of the processor's time, with room for a slower one: the clock's is as long as others here like."""
    assert len(printed[1]) > 58 + 20
    assert max(printed[1]) < 0.6, sorted(printed[1])[-5:]


def test_a_county_may_have_a_sheet_with_a_table_of_its_units(sample_plan_file, tmp_path):
    written = atlas_of(sample_plan_file, tmp_path / "a.pdf", sheets="county")
    assert written.layers == {"units": 5, "sheets": 2}
    found = text_of(tmp_path / "a.pdf")
    for code in read_plan(sample_plan_file).units["code"]:
        assert found.count(code) >= 2


def test_each_county_may_have_a_file_whose_name_windows_takes(tmp_path):
    plan = sample_plan()
    names = {code: f'甲/乙:"{number}"?. ' for number, code in enumerate(sorted(set(plan.units["county"])))}
    file = tmp_path / "plan.gpkg"
    meta = plan.meta | {"county_names": json.dumps(names)}
    write_plan(dataclasses.replace(plan, meta=meta), file)
    written = atlas_of(file, tmp_path / "a.pdf", split="county")
    first, *counties = written.files
    assert first == tmp_path / "a.pdf"
    assert len(counties) == 2
    for path in counties:
        assert path.is_file()
        assert not set('\\/:*?"<>|') & set(path.name)
        assert path.stem == path.stem.strip(" .")
        assert path.parent.parent == tmp_path
    assert (
        sum(int(re.search(r"Pages:\s+(\d+)", run("pdfinfo", one))[1]) for one in written.files)
        == written.facts["pages"]
    )


def test_the_mark_is_the_highest_of_plan_and_sources(tmp_path):
    plan = sample_plan()
    sources = plan.sources.reindex([0]).assign(source="a", role="county", classification="内部")
    file = tmp_path / "plan.gpkg"
    write_plan(dataclasses.replace(plan, sources=sources, meta=plan.meta | {"classification": "公开"}), file)
    atlas_of(file, tmp_path / "a.pdf")
    found = text_of(tmp_path / "a.pdf", "-f", "2")
    assert "密级：内部" in found
    assert "密级：公开" not in found


def test_a_plan_that_is_agreed_on_has_no_stamp(tmp_path):
    plan = sample_plan()
    file = tmp_path / "plan.gpkg"
    write_plan(dataclasses.replace(plan, meta=plan.meta | {"status": "报批稿"}), file)
    atlas_of(file, tmp_path / "a.pdf")
    assert "草稿" not in text_of(tmp_path / "a.pdf", "-f", "2")


def test_the_scale_bar_stays_on_the_sheet(demo):
    atlas = Atlas(read_plan(demo), AtlasOptions())
    pages = ui_atlas._Pages(atlas, LAYOUTS / "atlas_A4.qpt", lambda: None)
    bar, room = pages.layout.itemById("比例尺"), pages.layout.itemById("数字比例尺").sceneBoundingRect()
    for part in atlas.parts[:3]:
        for sheet in atlas.sheets_of(part):
            pages.show(sheet, part)
            assert bar.sceneBoundingRect().right() <= room.right() + 0.5
            assert bar.sceneBoundingRect().left() >= room.left() - 0.5
    pages.clear()


def test_a_long_list_runs_on_and_its_pages_go_again(demo):
    atlas = Atlas(read_plan(demo), AtlasOptions())
    pages = ui_atlas._Pages(atlas, LAYOUTS / "atlas_A4.qpt", lambda: None)
    part = atlas.parts[0]
    sheet = next(atlas.sheets_of(part))
    long = dataclasses.replace(sheet, rows=sheet.rows * 4)
    # Even a clause that is higher than a page.
    longest = dataclasses.replace(sheet, rows=(("空间", "1", "很长的条文" * 900, "", ""), *sheet.rows))
    counts = [pages.show(one, part) for one in (sheet, long, sheet, longest, sheet)]
    assert counts[0] == counts[2] == counts[4]
    assert counts[1] > counts[0] + 3
    assert counts[3] > counts[0]
    pages.clear()


# ── Whole or not at all ─────────────────────────────────────────────────────────────────────────────────────────────


def test_who_stops_leaves_nothing(sample_plan_file, tmp_path):
    (tmp_path / "a.pdf").write_bytes(b"old")

    def stop(fraction, _):
        if fraction > 0.5:
            raise Cancelled

    with pytest.raises(Cancelled):
        atlas_of(sample_plan_file, tmp_path / "a.pdf", progress=stop)
    assert left(tmp_path) == ["a.pdf"]
    assert (tmp_path / "a.pdf").read_bytes() == b"old"


def test_two_atlases_are_not_printed_at_once(sample_plan_file, tmp_path):
    """Between two sheets the window has its turn, and somebody may press the button again."""
    told = []

    def again(fraction, _):
        if fraction > 0.5 and not told:
            with pytest.raises(BadInput, match="being printed already") as error:
                atlas_of(sample_plan_file, tmp_path / "b.pdf")
            told.append(error)

    atlas_of(sample_plan_file, tmp_path / "a.pdf", progress=again)
    assert told
    assert left(tmp_path) == ["a.pdf"]


def test_a_success_that_is_none_is_seen(sample_plan_file, tmp_path, monkeypatch):
    """On a full disk QGIS calls a PDF a success."""
    real = QgsLayoutExporter.exportToPdf

    def halved(*given):
        result = real(*given)
        path = Path(next(one for one in given if isinstance(one, str)))
        path.write_bytes(path.read_bytes()[:1000])
        return result

    monkeypatch.setattr(QgsLayoutExporter, "exportToPdf", halved)
    with pytest.raises(BadInput, match="could not draw"):
        atlas_of(sample_plan_file, tmp_path / "a.pdf")
    assert left(tmp_path) == []


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="mounting a small disk needs root")
def test_a_full_disk_is_one_sentence(sample_plan_file, tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=300k", "tmpfs", disk], capture_output=True).returncode:
        pytest.skip("no right to mount")
    try:
        with pytest.raises(BadInput, match="disk full"):
            atlas_of(sample_plan_file, disk / "a.pdf")
        assert left(disk) == []
    finally:
        subprocess.run(["umount", disk], check=False)


def test_a_folder_that_is_not_there_is_one_sentence(sample_plan_file, tmp_path):
    with pytest.raises(BadInput, match="folder not found"):
        atlas_of(sample_plan_file, tmp_path / "none" / "a.pdf")


def test_a_place_that_cannot_be_taken_is_one_sentence(sample_plan_file, tmp_path, monkeypatch):
    """On Windows nobody replaces what another program has open."""
    (tmp_path / "a.pdf").write_bytes(b"old")
    real = Path.replace

    def held(self, target):
        if self.name == "a.pdf":
            raise PermissionError(13, "used by another process", str(self))
        return real(self, target)

    monkeypatch.setattr(Path, "replace", held)
    with pytest.raises(BadInput, match="cannot be written"):
        atlas_of(sample_plan_file, tmp_path / "a.pdf")
    assert left(tmp_path) == ["a.pdf"]
    assert (tmp_path / "a.pdf").read_bytes() == b"old"


# ── Going on where it was killed ────────────────────────────────────────────────────────────────────────────────────


def test_who_was_killed_goes_on_and_prints_one_county_again(sample_plan_file, tmp_path):
    """Printed in a process that is killed at the second county; here the first is taken as it is."""
    script = tmp_path / "printing.py"
    script.write_text(KILLED, encoding="utf-8")
    place = tmp_path / "out"
    place.mkdir()
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "QT_HASH_SEED": "0"}
    command = [sys.executable, script, ROOT, sample_plan_file, place / "a.pdf"]
    child = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert child.returncode == -signal.SIGKILL, child.stderr
    drafts = [path for path in place.iterdir() if path.is_dir()]
    parts = {path.name for folder in drafts for path in folder.glob("part-????.pdf")}
    assert parts == {"part-0000.pdf", "part-0001.pdf", "part-0002.pdf"}
    said = set()
    written = atlas_of(sample_plan_file, place / "a.pdf", progress=lambda _, message: said.add(str(message)))
    assert written.facts["resumed"] == 1
    assert {"atlas: overview", "atlas: index", "atlas: 甲县"}.isdisjoint(said)
    assert "atlas: 乙市" in said
    assert left(place) == ["a.pdf"]
    units = read_plan(sample_plan_file).units
    found = text_of(place / "a.pdf")
    assert all(code in found for code in units["code"])


def test_of_another_plan_nothing_is_gone_on_from(sample_plan_file, tmp_path):
    def die(fraction, _):
        if fraction > 0.8:
            raise NoQgisError(Message("killed"))

    with pytest.raises(BadInput, match="killed"):
        atlas_of(sample_plan_file, tmp_path / "a.pdf", progress=die)
    assert len(list(tmp_path.glob(".a.*.atlas"))) == 1
    written = atlas_of(sample_plan_file, tmp_path / "a.pdf", unit="某局")
    assert "resumed" not in written.facts
    assert left(tmp_path) == ["a.pdf"]


KILLED = """
import os, signal, sys, types
from pathlib import Path

root, plan, output = map(Path, sys.argv[1:])
package = types.ModuleType("control_units")
package.__path__ = [str(root)]
sys.modules["control_units"] = package
from qgis.core import QgsApplication

application = QgsApplication([], False)
application.initQgis()
from control_units.delineation.export.atlas import draw_atlas
from control_units.delineation.export.atlas_sheet import AtlasOptions
from control_units.ui.map.atlas import print_parts


def progress(fraction, message):
    if "乙市" in str(message):
        os.kill(os.getpid(), signal.SIGKILL)


draw_atlas(plan, output, AtlasOptions(), progress, lambda p, f, o, g: print_parts(p, f, o, progress=g))
"""


# ── Sheets of a bureau's own ────────────────────────────────────────────────────────────────────────────────────────


def own_sheet(folder, old, new):
    folder.mkdir()
    text = (LAYOUTS / "atlas_A4.qpt").read_text(encoding="utf-8")
    assert old in text
    (folder / "atlas_A4.qpt").write_text(text.replace(old, new), encoding="utf-8")
    return folder


def test_a_font_that_is_not_there_is_told_and_another_stands_in(sample_plan_file, tmp_path):
    folder = own_sheet(tmp_path / "own", "Noto Sans CJK SC", "方正小标宋 X")
    written = atlas_of(sample_plan_file, tmp_path / "a.pdf", layouts=str(folder))
    assert list(written.facts["fonts"]) == ["方正小标宋 X"]
    found = text_of(tmp_path / "a.pdf")
    assert all(found.count(code) >= 2 for code in read_plan(sample_plan_file).units["code"])


@pytest.mark.parametrize(("old", "new", "said"), [
    ("<Layout", "<Nothing", "cannot be read"), ('id="地图"', 'id="图"', "has no map"),
])  # fmt: skip
def test_a_sheet_that_cannot_be_used_is_named(old, new, said, sample_plan_file, tmp_path):
    folder = own_sheet(tmp_path / "own", old, new)
    with pytest.raises(BadInput, match=rf"atlas_A4\.qpt: the sheet {said}"):
        atlas_of(sample_plan_file, tmp_path / "a.pdf", layouts=str(folder))
    assert not (tmp_path / "a.pdf").exists()


def test_a_sheet_may_do_without_tables_and_the_map_of_the_place(sample_plan_file, tmp_path):
    folder = own_sheet(tmp_path / "own", 'id="清单"', 'id="表"')
    text = (folder / "atlas_A4.qpt").read_text(encoding="utf-8")
    text = text.replace('id="说明卡"', 'id="卡"').replace('id="位置图"', 'id="某图"')
    (folder / "atlas_A4.qpt").write_text(text, encoding="utf-8")
    assert atlas_of(sample_plan_file, tmp_path / "a.pdf", layouts=str(folder)).layers["sheets"] == 5


# ── The algorithm, and the process of its own ───────────────────────────────────────────────────────────────────────


def test_the_algorithm_prints_and_notes_it(toolbox, sample_plan_file, tmp_path):
    QgsProject.instance().clear()
    algorithm, feedback = toolbox("print_atlas"), QgsProcessingFeedback()
    assert algorithm.flags() & algorithm.Flag.FlagNoThreading
    plan = shutil.copy(sample_plan_file, tmp_path / "plan.gpkg")
    out = tmp_path / "a.pdf"
    results, ok = algorithm.run({"PLAN": str(plan), "OUTPUT": str(out)}, QgsProcessingContext(), feedback)
    assert ok, feedback.textLog()
    assert (results["UNITS"], results["SHEET_COUNT"]) == (5, 5)
    assert results["PAGES"] == int(re.search(r"Pages:\s+(\d+)", run("pdfinfo", out))[1])
    (noted,) = read_history(tmp_path / "plan.gpkg")
    assert (noted.format, noted.files, noted.options) == ("atlas-pdf", (out,), {})
    assert not QgsProject.instance().mapLayers()


def test_who_cancels_the_algorithm_has_no_file(toolbox, sample_plan_file, tmp_path):
    feedback = QgsProcessingFeedback()
    feedback.progressChanged.connect(lambda percent: feedback.cancel() if percent > 50 else None)
    given = {"PLAN": str(sample_plan_file), "OUTPUT": str(tmp_path / "a.pdf")}
    toolbox("print_atlas").run(given, QgsProcessingContext(), feedback)
    assert feedback.isCanceled()
    assert left(tmp_path) == []


@pytest.mark.parametrize("name", ["sheets", "split"])
def test_choices_have_words(name):
    option = next(one for one in exporters()["atlas-pdf"].settings if one.name == name)
    words = [choice_word(option, one) for one in option.choices]
    assert len(set(words)) == 2
    assert not set(words) & {*option.choices, ""}
    assert option_title(option) != str(option.about) != ""


needs_process = pytest.mark.skipif(shutil.which("qgis_process") is None, reason="no qgis_process on this system")


@needs_process
def test_the_engine_has_qgis_print_in_a_process_of_its_own(sample_plan_file, tmp_path):
    written = export("atlas-pdf", sample_plan_file, tmp_path / "a.pdf", {"unit": "某局"})
    atlas_of(sample_plan_file, tmp_path / "b.pdf", unit="某局")
    assert written.layers == {"units": 5, "sheets": 5}
    assert text_of(tmp_path / "a.pdf") == text_of(tmp_path / "b.pdf")
    assert left(tmp_path) == ["a.pdf", "b.pdf"]


@needs_process
def test_a_child_that_is_stopped_is_gone_within_a_second_and_leaves_nothing(demo, tmp_path):
    stopped = []

    def stop(fraction, _):
        if fraction > 0.1:
            stopped.append(time.monotonic())
            raise Cancelled

    with pytest.raises(Cancelled):
        export("atlas-pdf", demo, tmp_path / "a.pdf", progress=stop)
    assert time.monotonic() - stopped[0] < 1
    assert left(tmp_path) == []
