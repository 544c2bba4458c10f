"""Maps by QGIS's print layouts: what stands on them, that they are whole or not there, and by a process of its own."""

from __future__ import annotations

import dataclasses
import re
import shutil
import socket
from pathlib import Path

import pytest
from control_units.delineation.case.profile import Profile
from control_units.delineation.core.errors import BadInput, Cancelled
from control_units.delineation.export import map_qgis, map_sheet
from control_units.delineation.export.history import read_history
from control_units.delineation.export.map_png import tables_of
from control_units.delineation.export.map_sheet import LAYOUTS, MapOptions, sheets
from control_units.delineation.export.maps import DRAWERS
from control_units.delineation.export.png import size_of_whole
from control_units.delineation.export.registry import export, exporters
from control_units.delineation.plan.file import read_plan, write_plan
from control_units.ui.map import printing
from control_units.ui.map.printing import print_maps
from control_units.ui.work.export_options import choice_word
from file_text import left, run, text_of
from qgis.core import QgsLayoutExporter, QgsProcessing, QgsProcessingContext, QgsProcessingFeedback, QgsProject
from qgis.PyQt.QtGui import QFontDatabase, QImage
from sample_plan import sample_plan

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
RADICALS = re.compile("[\u2e80-\u2fdf]")


@pytest.fixture(scope="session")
def demo(tmp_path_factory):
    """The demo's plan."""
    from control_units.delineation.verbs.running import run

    case = ROOT / "resources" / "demo" / "case.toml"
    plan = tmp_path_factory.mktemp("demo") / "plan.gpkg"
    run(case, plan)
    return plan


@pytest.fixture(scope="module")
def printed(demo, tmp_path_factory):
    """The demo's map and its extracts, A3."""
    out = tmp_path_factory.mktemp("printed") / "m.pdf"
    return print_maps(demo, out, MapOptions(by="township", unit="某某生态环境局"))


def test_a_map_is_of_its_paper_with_all_fonts_in_it(printed):
    facts = run("pdfinfo", printed.files[0])
    assert re.search(r"Pages:\s+3\b", facts)  # the map, and a table of 58 units
    assert "842 x 1191 pts (A3)" in facts
    assert "Author" not in facts
    assert "乌鲁木齐市生态环境分区管控" in facts
    fonts = [line.split() for line in run("pdffonts", printed.files[0]).splitlines()[2:]]
    assert fonts
    assert all(line[-5:-2][0] == "yes" and line[-3] == "yes" for line in fonts), fonts
    assert "No syntax" in run("qpdf", "--check", printed.files[0])
    assert printed.facts["pages"] == 3
    assert "fonts" not in printed.facts
    assert "lacking" not in printed.facts
    assert "shortened" not in printed.facts


def test_what_stands_on_a_map_is_found(printed, demo):
    tables = tables_of(demo)
    sheet = next(sheets(tables, MapOptions(unit="某某生态环境局")))
    found = text_of(printed.files[0])
    for full, _ in sheet.texts.values():
        assert re.sub(r"\s", "", full) in found, full
    lines = sheet.line_words()
    assert lines.pop("undelivered") not in found  # the demo has no such land
    for name in (*sheet.counties.index, *(name for name, _ in sheet.legend().values()), *lines.values()):
        assert name in found, name
    for _, size in sheet.legend().values():
        assert re.sub(r"\s", "", size).replace("²", "") in found.replace("²", ""), size
    assert "1:800000" in found
    assert "图例" in found
    assert "40km" in found


def everything_found(plan, pdf):
    found = text_of(pdf)
    units = read_plan(plan).units
    lacking = [text for text in (*units["code"], *units["name"]) if re.sub(r"\s", "", text) not in found]
    assert len(units)
    assert not lacking
    assert not RADICALS.search(found)


def test_every_code_and_name_is_found(printed, demo, sample_plan_file, tmp_path):
    everything_found(demo, printed.files[0])
    print_maps(sample_plan_file, tmp_path / "sea.pdf", MapOptions(paper="A0"))  # a unit of it lies at sea
    everything_found(sample_plan_file, tmp_path / "sea.pdf")
    assert not RADICALS.search("".join(text_of(path) for path in printed.files))


def test_odd_and_long_names_are_found(tmp_path):
    plan = sample_plan()
    names = ["很长的名称" * 9, "[% 1 + 1 %] <b>&", "", "", "龙头牛鬼食品产业园（示意）"]
    plan.units["name"] = names
    write_plan(plan, tmp_path / "plan.gpkg")
    print_maps(tmp_path / "plan.gpkg", tmp_path / "m.pdf", MapOptions(paper="A4"))
    found = text_of(tmp_path / "m.pdf")
    for name in (*filter(None, names), *plan.units["code"]):
        assert re.sub(r"\s", "", name) in found, name


def test_every_township_has_its_file(printed, demo):
    first, *towns = printed.files
    assert len(towns) == read_plan(demo).faces["township"].replace("", None).nunique() == 18
    assert {path.parent for path in towns} == {first.with_name("m_乡镇")}
    assert all(run("pdfinfo", path).count("A3") == 1 for path in towns)
    assert all(re.search(r"Pages:\s+1\b", run("pdfinfo", path)) for path in towns)
    assert left(first.parent) == sorted([first.name, "m_乡镇", *(path.name for path in towns)])


def test_a_picture_has_300_dots_an_inch(sample_plan_file, tmp_path):
    out = tmp_path / "m.png"
    facts = print_maps(sample_plan_file, out, MapOptions(paper="A4")).facts
    assert size_of_whole(out) == (3508, 2480) == tuple(facts["pixels"])
    assert "unlabelled" not in facts
    picture = QImage(str(out))
    assert (picture.width(), picture.height()) == (3508, 2480)
    assert not [key for key in picture.textKeys() if key not in ("", "Description")], picture.textKeys()


@pytest.mark.parametrize("kind", ["pdf", "png"])
def test_the_same_plan_gives_the_same_bytes(kind, sample_plan_file, tmp_path):
    for name in "ab":
        print_maps(sample_plan_file, tmp_path / f"{name}.{kind}", MapOptions(paper="A4", dpi=60))
    assert (tmp_path / f"a.{kind}").read_bytes() == (tmp_path / f"b.{kind}").read_bytes()


def test_the_users_project_is_not_touched(sample_plan_file, tmp_path):
    QgsProject.instance().clear()
    before = left(sample_plan_file.parent)
    print_maps(sample_plan_file, tmp_path / "m.pdf", MapOptions(paper="A4"))
    assert not QgsProject.instance().mapLayers()
    assert not QgsProject.instance().layoutManager().layouts()
    assert left(sample_plan_file.parent) == before


# ── Sheets of a bureau's own ────────────────────────────────────────────────────────────────────────────────────────


def own_sheets(folder, old, new):
    folder.mkdir()
    for way in ("landscape", "portrait"):
        name = f"map_A4_{way}.qpt"
        text = (LAYOUTS / name).read_text(encoding="utf-8")
        assert old in text
        (folder / name).write_text(text.replace(old, new), encoding="utf-8")
    return folder


def test_a_sheet_of_a_bureaus_own_takes_the_place_of_the_shipped_one(sample_plan_file, tmp_path):
    folder = own_sheets(tmp_path / "own", 'labelText="{}"', 'labelText="甲局专用 {value}"')
    print_maps(sample_plan_file, tmp_path / "m.pdf", MapOptions(paper="A4", unit="丙局", layouts=str(folder)))
    found = text_of(tmp_path / "m.pdf")
    assert "甲局专用丙局" in found
    assert "编制单位" not in found


def test_of_a_folder_with_one_sheet_that_one_is_taken(sample_plan_file, tmp_path):
    folder = own_sheets(tmp_path / "own", 'labelText="{}"', 'labelText="甲局专用 {value}"')
    for way, page in (("landscape", "A4 竖幅"), ("portrait", "A4 横幅")):
        taken = (folder / f"map_A4_{way}.qpt").rename(tmp_path / way)
        facts = print_maps(sample_plan_file, tmp_path / "m.pdf", MapOptions(paper="A4", layouts=str(folder))).facts
        assert facts["page"] == page
        taken.rename(folder / f"map_A4_{way}.qpt")


def test_a_profile_brings_sheets_of_its_own(sample_plan_file, tmp_path, monkeypatch):
    folder = own_sheets(tmp_path / "layouts", 'labelText="{}"', 'labelText="乙局 {}"')
    monkeypatch.setattr(Profile, "folder", folder.parent)
    words = map_sheet.glossary()
    monkeypatch.setattr(map_sheet, "glossary", lambda _: words)
    print_maps(sample_plan_file, tmp_path / "m.pdf", MapOptions(paper="A4"))
    assert "乙局甲县·管控单元图" in text_of(tmp_path / "m.pdf")


def test_a_plan_in_degrees_is_as_wide_as_it_is_high(tmp_path):
    plan = sample_plan()
    degrees = {
        name: getattr(plan, name).set_geometry("geometry", crs=plan.crs).to_crs("EPSG:4490")
        for name in ("faces", "units")
    }
    few = {name: getattr(plan, name).iloc[:0] for name in ("borders", "element_zones", "findings")}
    path = tmp_path / "plan.gpkg"
    write_plan(dataclasses.replace(plan, **degrees, **few, crs="EPSG:4490"), path)
    facts = print_maps(path, tmp_path / "m.pdf", MapOptions(paper="A4")).facts
    assert (
        facts["scale"]
        == print_maps(sample_plan_path(tmp_path), tmp_path / "n.pdf", MapOptions(paper="A4")).facts["scale"]
    )
    assert "ChinaGeodeticCoordinateSystem2000(EPSG:4490)" in text_of(tmp_path / "m.pdf")


def sample_plan_path(folder):
    path = folder / "projected.gpkg"
    write_plan(sample_plan(), path)
    return path


def test_a_font_that_is_not_there_is_told_and_another_stands_in(sample_plan_file, tmp_path):
    folder = own_sheets(tmp_path / "own", "Noto Sans CJK SC", "方正小标宋 X")
    facts = print_maps(sample_plan_file, tmp_path / "m.pdf", MapOptions(paper="A4", layouts=str(folder))).facts
    assert list(facts["fonts"]) == ["方正小标宋 X"]
    assert "管控单元图" in text_of(tmp_path / "m.pdf")


def test_without_any_chinese_font_there_is_no_map_of_boxes(sample_plan_file, tmp_path, monkeypatch):
    monkeypatch.setattr(printing, "_installed", lambda _: False)
    monkeypatch.setattr(printing, "QFontDatabase", type("None", (), {
        "WritingSystem": QFontDatabase.WritingSystem, "families": lambda *_: []
    }))  # fmt: skip
    with pytest.raises(BadInput, match="no font with Chinese characters"):
        print_maps(sample_plan_file, tmp_path / "m.pdf", MapOptions(paper="A4"))
    assert left(tmp_path) == []


@pytest.mark.parametrize(("old", "new"), [("<Layout", "<Nothing"), ('id="地图"', 'id="图"'), ("</Layout>", "")])
def test_a_sheet_that_cannot_be_used_is_named(old, new, sample_plan_file, tmp_path):
    folder = own_sheets(tmp_path / "own", old, new)
    with pytest.raises(BadInput, match=r"own/map_A4_\w+\.qpt: the sheet"):
        print_maps(sample_plan_file, tmp_path / "m.pdf", MapOptions(paper="A4", layouts=str(folder)))
    assert not (tmp_path / "m.pdf").exists()


# ── Whole or not at all ─────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("kind", ["pdf", "png"])
@pytest.mark.parametrize("harm", ["empty", "half"])
def test_a_success_that_is_none_is_seen(kind, harm, sample_plan_file, tmp_path, monkeypatch):
    """On a full disk QGIS calls a PDF a success."""
    name = "exportToPdf" if kind == "pdf" else "exportToImage"
    real = getattr(QgsLayoutExporter, name)

    def halved(self, path, settings):
        result = real(self, path, settings)
        data = Path(path).read_bytes()
        Path(path).write_bytes(data[: len(data) // 2] if harm == "half" else b"")
        return result

    monkeypatch.setattr(QgsLayoutExporter, name, halved)
    out = tmp_path / f"m.{kind}"
    out.write_bytes(b"old")
    with pytest.raises(BadInput, match="could not draw"):
        print_maps(sample_plan_file, out, MapOptions(paper="A4", dpi=60))
    assert left(tmp_path) == [out.name]
    assert out.read_bytes() == b"old"


def test_who_stops_leaves_nothing(sample_plan_file, tmp_path):
    def stop(fraction, _):
        if fraction > 0.5:
            raise Cancelled

    with pytest.raises(Cancelled):
        print_maps(sample_plan_file, tmp_path / "m.pdf", MapOptions(paper="A4", by="township"), progress=stop)
    assert left(tmp_path) == []


# ── The algorithm, and the process of its own ───────────────────────────────────────────────────────────────────────


def test_the_algorithm_prints_and_says_what(toolbox, sample_plan_file, tmp_path):
    algorithm, context, feedback = toolbox("print_map"), QgsProcessingContext(), QgsProcessingFeedback()
    assert algorithm.flags() & algorithm.Flag.FlagNoThreading
    out = tmp_path / "m.pdf"
    given = {"PLAN": str(sample_plan_file), "PAPER": "A4", "BY": "township", "OUTPUT": str(out)}
    results, ok = algorithm.run(given, context, feedback)
    assert ok, feedback.textLog()
    assert (results["UNITS"], results["MAPS"], results["OUTPUT"]) == (5, 3, str(out))
    assert feedback.textLog().count(".pdf") >= 3


def test_the_algorithm_prints_the_zones_of_each_element(toolbox, demo, tmp_path):
    algorithm, context, feedback = toolbox("print_map"), QgsProcessingContext(), QgsProcessingFeedback()
    given = {"PLAN": str(demo), "PAPER": "A4", "THEME": "elements", "OUTPUT": str(tmp_path / "{element}.pdf")}
    results, ok = algorithm.run(given, context, feedback)
    assert (ok, results["MAPS"]) == (True, 5), feedback.textLog()
    found = text_of(tmp_path / "大气环境.pdf")
    air = read_plan(demo).element_zones.query("element == 'air'")
    assert [code for code in air["code"] if code not in found] == []  # on the map, or in its table
    assert all(one in found for one in ("大气环境管控分区图", "优先保护区", "重点管控区", "一般管控区"))
    assert "生态保护红线" not in found
    assert "生态保护红线" in text_of(tmp_path / "生态.pdf")


def test_who_may_draw_has_words():
    option = next(one for one in exporters()["map-pdf"].settings if one.name == "drawn_by")
    words = [choice_word(option, one) for one in option.choices]
    assert option.choices == DRAWERS
    assert len({*words, *DRAWERS}) == 6


def test_the_algorithm_says_what_was_shortened_and_which_units_have_no_label(toolbox, demo, tmp_path):
    given = {"PLAN": str(demo), "PAPER": "A4", "DPI": 60, "UNIT": "很长的编制单位名称" * 40}
    feedback = QgsProcessingFeedback()
    out = tmp_path / "m.png"
    _, ok = toolbox("print_map").run({**given, "OUTPUT": str(out)}, QgsProcessingContext(), feedback)
    assert ok, feedback.textLog()
    assert "编制单位" in feedback.textLog()  # it shrinks first, and then is cut
    facts = print_maps(demo, tmp_path / "n.png", MapOptions(paper="A4", dpi=60)).facts
    assert 0 < facts["unlabelled"] < 58
    assert "shortened" not in facts
    assert f"{facts['unlabelled']} units have no label on the picture" in feedback.textLog()


def test_the_algorithm_notes_what_it_printed_and_spares_the_sources(toolbox, tmp_path):
    plan = sample_plan()
    sources = plan.sources.reindex([0]).assign(source="a", role="county", path="county.pdf")
    file = tmp_path / "plan.gpkg"
    write_plan(dataclasses.replace(plan, sources=sources), file)
    (tmp_path / "county.pdf").write_bytes(b"source")

    def printed(name):
        feedback = QgsProcessingFeedback()
        given = {"PLAN": str(file), "PAPER": "A4", "UNIT": "某局", "OUTPUT": name}
        return *toolbox("print_map").run(given, QgsProcessingContext(), feedback), feedback.textLog()

    _, ok, log = printed(str(tmp_path / "county.pdf"))
    assert not ok
    assert "the output is an input" in log
    assert (tmp_path / "county.pdf").read_bytes() == b"source"
    assert read_history(file) == ()
    _, ok, log = printed(QgsProcessing.TEMPORARY_OUTPUT)
    assert ok, log
    assert read_history(file) == ()  # what is temporary is no part of it
    _, ok, log = printed(str(tmp_path / "m.pdf"))
    assert ok, log
    (noted,) = read_history(file)
    assert (noted.format, noted.files) == ("map-pdf", (tmp_path / "m.pdf",))
    assert noted.options == {"paper": "A4", "unit": "某局"}
    assert noted.plan.status == "草稿"


@pytest.mark.parametrize(
    ("given", "said"),
    [({"OUTPUT": "m.svg"}, "is no .pdf / .png"), ({"DPI": 5, "OUTPUT": "m.png"}, "5 dots per inch")],
)
def test_what_is_given_wrongly_is_one_sentence(given, said, toolbox, sample_plan_file, tmp_path):
    feedback = QgsProcessingFeedback()
    output = str(tmp_path / given["OUTPUT"])
    whole = {"PLAN": str(sample_plan_file), **given, "OUTPUT": output}
    _, ok = toolbox("print_map").run(whole, QgsProcessingContext(), feedback)
    assert not ok
    assert said in feedback.textLog()
    assert left(tmp_path) == []


needs_process = pytest.mark.skipif(shutil.which("qgis_process") is None, reason="no qgis_process on this system")


@needs_process
def test_the_engine_has_qgis_draw_in_a_process_of_its_own(sample_plan_file, tmp_path):
    assert map_qgis.find_qgis_process()
    print_maps(sample_plan_file, tmp_path / "here.pdf", MapOptions(paper="A4", unit="某局"))
    written = export("map-pdf", sample_plan_file, tmp_path / "m.pdf", {"paper": "A4", "unit": "某局"})
    export("map-pdf", read_plan(sample_plan_file), tmp_path / "n.pdf", {"paper": "A4", "unit": "某局"})
    assert written.facts["drawn_by"] == "qgis", written.facts
    assert written.layers == {"units": 5, "maps": 1}
    assert (tmp_path / "m.pdf").read_bytes() == (tmp_path / "n.pdf").read_bytes()
    assert text_of(tmp_path / "m.pdf") == text_of(tmp_path / "here.pdf")
    assert left(tmp_path) == ["here.pdf", "m.pdf", "n.pdf"]
    assert [one.files for one in read_history(sample_plan_file)].count((tmp_path / "m.pdf",)) == 1


@needs_process
def test_a_sheet_of_a_stranger_has_no_way_out(sample_plan_file, tmp_path):
    """Its picture lies on another computer: nobody asks there."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.1)
        address = f"http://127.0.0.1:{server.getsockname()[1]}/x.png"
        (tmp_path / "sheets").mkdir()
        for path in LAYOUTS.glob("map_A4_*.qpt"):
            text, changed = re.subn(r'file="base64:[^"]*"', f'file="{address}"', path.read_text(encoding="utf-8"))
            assert changed == 1
            (tmp_path / "sheets" / path.name).write_text(text, encoding="utf-8")
        options = {"paper": "A4", "dpi": 60, "layouts": str(tmp_path / "sheets")}
        written = export("map-png", sample_plan_file, tmp_path / "m.png", options)
        assert written.facts["drawn_by"] == "qgis", written.facts
        with pytest.raises(TimeoutError):
            server.accept()


@needs_process
def test_a_plan_in_memory_and_its_townships_are_drawn_by_the_child(sample_plan_file, tmp_path):
    options = {"paper": "A4", "by": "township", "dpi": 60}
    written = export("map-png", read_plan(sample_plan_file), tmp_path / "m.png", options)
    assert written.facts["drawn_by"] == "qgis", written.facts
    assert [size_of_whole(path) for path in written.files] == [tuple(written.facts["pixels"])] * 3
