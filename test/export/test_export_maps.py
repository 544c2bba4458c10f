"""Maps without QGIS in the process: what is said on them, who draws, and that a file is there whole or not at all."""

from __future__ import annotations

import dataclasses
import json
import os
import re
import stat
import subprocess
import sys
import time
import zlib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely
from command import ROOT
from control_units.delineation.case.profile import NATIONAL, named_profile, read_profile
from control_units.delineation.cli.main import main
from control_units.delineation.core.errors import BadInput, Cancelled
from control_units.delineation.core.figure import drawing
from control_units.delineation.core.messages import Message, word
from control_units.delineation.export import map_figure, map_qgis
from control_units.delineation.export.map_png import tables_of
from control_units.delineation.export.map_sheet import (
    PAPERS,
    MapOptions,
    _township_names,
    broken,
    file_of,
    nice_scale,
    sheets,
    unit_table,
)
from control_units.delineation.export.pdf import UNIFIED, is_whole, mended, page_count
from control_units.delineation.export.png import size_of_whole
from control_units.delineation.export.registry import export, exporters, previewed
from control_units.delineation.plan.file import read_plan, write_plan
from control_units.delineation.sources.coordinates.crs import parse_crs
from control_units.delineation.verbs.running import run as pipeline
from file_text import left, run, text_of
from matplotlib import font_manager, image
from sample_plan import sample_plan, write_sample_plan

COUNTIES = ("甲县", "乙市")
TOWNS = {"330824101": "东镇", "330824102": "西乡"}


@pytest.fixture(scope="module")
def plan(tmp_path_factory):
    return write_sample_plan(tmp_path_factory.mktemp("plan") / "plan.gpkg")


USES = pytest.mark.uses("exactextract", "rasterio")


@pytest.fixture(scope="session")
def demo(tmp_path_factory):
    """The demo's plan."""
    plan = tmp_path_factory.mktemp("demo") / "plan.gpkg"
    pipeline(ROOT / "resources" / "demo" / "case.toml", plan)
    return plan


@pytest.fixture
def no_qgis(monkeypatch):
    monkeypatch.setenv(map_qgis.WHERE, "/nowhere/qgis_process")


# ── What a map says ─────────────────────────────────────────────────────────────────────────────────────────────────


def whole(tables, **options):
    return next(sheets(tables, MapOptions(**options)))


def test_a_sheet_says_what_the_plan_is_and_what_was_typed():
    texts = whole(tables_of(sample_plan()), unit="某局", review="GS(2024)1号", basemap="天地图").texts
    said = {name: full for name, (full, _) in texts.items()}
    assert {name: value for name, (_, value) in texts.items() if value != said[name]} == {
        "编制单位": "某局",
        "日期": "2024-05-01",
        "坐标系": texts["坐标系"][1],
        "底图来源": "天地图",
        "审图号": "GS(2024)1号",
        "状态": "草稿",
        "面积口径": texts["面积口径"][1],
    }
    assert all(value in said[name] for name, (_, value) in texts.items())
    # Of a Chinese map, which has no English name in it.
    assert said["坐标系"] == "坐标系：CGCS2000 3 度带，中央经线 120°（EPSG:4549）"


def test_without_an_approval_number_the_map_is_not_to_be_made_public():
    full, value = whole(tables_of(sample_plan())).texts["审图号"]
    assert full == value == word(Message("not approved: not to be made public"), "zh")
    empty = whole(tables_of(sample_plan())).texts["编制单位"]
    assert empty == ("", "")


def test_the_base_map_is_by_default_what_the_sources_say():
    plan = sample_plan()
    rows = {"source": ["a", "b", "c"], "role": ["county", "township", "red_line"], "provider": ["甲", "乙", "丙"]}
    sources = plan.sources.reindex(range(3)).assign(**rows, date=["2024", "", ""])
    assert whole(tables_of(dataclasses.replace(plan, sources=sources))).texts["底图来源"][1] == "甲（2024）；乙"


def test_the_legend_counts_land_and_sea_apart_and_shares_sum_to_100():
    legend = whole(tables_of(sample_plan())).legend()
    assert list(legend) == [(1, False), (2, False), (3, False), (1, True)]
    shares = [float(re.search(r"([\d.]+) ?%", size)[1]) for (_, sea), (_, size) in legend.items() if not sea]
    assert sum(shares) == pytest.approx(100)
    assert "%" not in legend[1, True][1]


def named_towns():
    """The sample plan, whose units name their townships, the largest first."""
    plan = sample_plan()
    areas = plan.faces.groupby(["unit_id", "township"])["area_m2"].sum()
    of = {unit: areas[unit].sort_values(ascending=False).index for unit in plan.units["unit_id"]}
    plan.units["townships"] = ["、".join(TOWNS[code] for code in of[unit]) for unit in plan.units["unit_id"]]
    return plan


def test_each_township_is_a_sheet_under_its_name_with_the_units_as_far_as_they_go():
    first, *towns = sheets(tables_of(named_towns()), MapOptions(by="township"))
    assert (first.name, first.focus) == ("", None)
    assert [town.name for town in towns] == ["东镇", "西乡"]
    areas = [town.units["area_m2"].sum() for town in towns]
    assert sum(areas) == pytest.approx(first.units["area_m2"].sum())
    assert all(town.units.geometry.area.sum() == pytest.approx(town.focus.area) for town in towns)
    assert all("东镇" not in town.townships.index for town in towns[:1])
    assert towns[0].texts["标题"][0].count("东镇") == 1


def sliver(plan, unit, township, area=50.0):
    """Give a unit a face that lies in another township by a few square metres."""
    row = plan.faces[plan.faces["unit_id"] == unit].iloc[[0]].assign(township=township, area_m2=area)
    row = row.assign(face_id=plan.faces["face_id"].max() + 1)
    return dataclasses.replace(plan, faces=pd.concat([plan.faces, row], ignore_index=True))


def towns_of(plan):
    return _township_names(tables_of(plan))


# Townships that units name, faces of others by a few square metres, and how all townships are called then.
NAMED = [
    ({"u1": "东镇", "u4": "西乡"}, "u1 330824102 u4 330824101", TOWNS),
    # One unit alone names both; what nobody names goes by its code.
    (
        {"u3": "西乡、东镇", "u1": "东镇"},
        "u1 330824102 u1 330824103 u3 330824103",
        {**TOWNS, "330824103": "330824103"},
    ),
    # One unit names them in another order than by their areas: the others decide.
    ({"u3": "东镇、西乡", "u1": "东镇", "u4": "西乡"}, "", TOWNS),
]


@pytest.mark.parametrize(("named", "slivers", "called"), NAMED)
def test_a_township_is_called_as_units_tell_whatever_slivers_they_have_of_others(named, slivers, called):
    plan = sample_plan()
    plan.units["townships"] = [named.get(unit, "") for unit in plan.units["unit_id"]]
    for unit, code in zip(slivers.split()[::2], slivers.split()[1::2], strict=True):
        plan = sliver(plan, unit, code)
    assert towns_of(plan) == called


def test_two_townships_of_one_name_in_two_counties_are_both_named():
    plan = sample_plan()
    plan.faces["township"] = plan.faces["unit_id"].map({"u1": "330824101", "u4": "330881101"}).fillna("")
    plan.units["townships"] = plan.units["unit_id"].map({"u1": "城关镇", "u4": "城关镇"}).fillna("")
    assert towns_of(sliver(plan, "u1", "330881101")) == {"330824101": "城关镇", "330881101": "城关镇"}


def test_counties_end_at_the_sea():
    tables = tables_of(sample_plan())
    sheet = whole(tables)
    sea = shapely.union_all(sheet.units.loc[sheet.units["sea"], "geometry"].to_numpy())
    assert set(sheet.counties.index) == set(COUNTIES)
    assert sea.area > 0
    assert shapely.intersection(shapely.union_all(sheet.counties.to_numpy()), sea).area == pytest.approx(0, abs=1)
    assert sum(sheet.counties.map(shapely.area)) + sea.area == pytest.approx(sheet.units["area_m2"].sum())


def test_a_county_that_is_all_sea_has_neither_line_nor_name():
    plan = sample_plan()
    plan.faces.loc[plan.faces["unit_id"] == "u5", "county"] = "330800"
    names = json.dumps({"330824": "甲县", "330881": "乙市", "330800": "海域"})
    plan = dataclasses.replace(plan, meta={**plan.meta, "county_names": names})
    assert set(whole(tables_of(plan)).counties.index) == set(COUNTIES)


def test_a_bureaus_own_profile_is_found_where_its_case_lies(tmp_path, no_qgis):  # noqa: ARG001
    """A plan holds the name alone; its file is beside the plan, or in a folder above it."""
    text = (NATIONAL.parent / "national.toml").read_text(encoding="utf-8")
    text = text.replace('tables = "national"', f'tables = "{NATIONAL}"').replace(
        'label = "生态保护红线"', 'label = "本市红线"'
    )
    (tmp_path / "own.toml").write_text(text, encoding="utf-8")
    (tmp_path / "out").mkdir()
    file = tmp_path / "out/plan.gpkg"
    sample = sample_plan()
    write_plan(dataclasses.replace(sample, meta={**sample.meta, "profile": "own"}), file)
    plan = read_plan(file)
    for name, one in exporters().items():
        if not name.startswith("atlas"):  # which QGIS alone prints
            assert export(name, file, tmp_path / f"{name}{one.suffix}").files, name
        assert previewed(name, plan), name
    assert read_profile(named_profile(plan)).roles["red_line"].label == "本市红线"
    assert named_profile(tables_of(file)) == tmp_path / "own.toml" == named_profile(tables_of(plan))
    (tmp_path / "own.toml").unlink()
    for kind in ("units-gpkg", "map-pdf", "map-png"):
        with pytest.raises(BadInput, match="made by the profile 'own', which is not here"):
            export(kind, file, tmp_path / f"u.{kind[-4:].strip('-')}")


def test_a_township_of_a_name_that_no_file_may_have_has_a_file():
    sheet = next(iter(list(sheets(tables_of(named_towns()), MapOptions(by="township")))[1:]))
    path = file_of(Path("a/m.pdf"), dataclasses.replace(sheet, name='x/..\\y:*?"<>|\n'))
    assert path.parent.parent == Path("a")
    assert not set('/\\:*?"<>|\n') & set(path.name)
    assert file_of(Path("a/m.pdf"), dataclasses.replace(sheet, name="")) == Path("a/m.pdf")
    assert len(file_of(Path("a/m.pdf"), dataclasses.replace(sheet, name="长" * 300)).name.encode()) < 255


@pytest.mark.parametrize(("least", "nice"), [(1, 1), (999, 1000), (1001, 1200), (387_212, 400_000), (8.1e6, 1e7)])
def test_a_scale_is_round_and_never_too_large(least, nice):
    assert nice_scale(least) == nice


def test_chinese_is_broken_anywhere_but_words_and_marks_stay_together():
    assert broken("甲乙丙丁", 2, len) == ["甲乙", "丙丁"]
    assert broken("甲（abc）", 5, len) == ["甲", "（abc）"]
    assert broken("甲乙，丙", 2, len) == ["甲", "乙，", "丙"]
    assert broken("one two", 3, len) == ["one", "two"]
    assert "".join(broken("a" * 50, 7, len)) == "a" * 50


# ── Drawn by matplotlib ─────────────────────────────────────────────────────────────────────────────────────────────


def test_a_pdf_has_its_size_its_fonts_and_texts_that_are_found(plan, tmp_path, no_qgis):  # noqa: ARG001
    out = tmp_path / "m.pdf"
    written = export("map-pdf", plan, out, {"paper": "A4", "unit": "某局"})
    assert written.facts["drawn_by"] == "matplotlib"
    assert written.facts["because"] == Message("no qgis_process found")
    assert written.layers == {"units": 5, "maps": 1}
    assert left(tmp_path) == ["m.pdf"]
    facts = run("pdfinfo", out)
    assert re.search(r"Pages:\s+2\b", facts)  # the second is the table of all units
    assert re.search(r"841\.\d+ x 595", facts)
    assert not re.search(r"Author|Creator|Producer", facts)
    fonts = run("pdffonts", out).splitlines()[2:]
    assert fonts
    assert all(re.search(r"Identity-H\s+yes", line) for line in fonts)
    found = text_of(out)
    sheet = whole(tables_of(plan), unit="某局")
    for full, _ in sheet.texts.values():
        assert re.sub(r"\s", "", full) in found
    lines = (said for line, said in sheet.line_words().items() if line != "undelivered")
    for name in (*COUNTIES, *(name for name, _ in sheet.legend().values()), *lines):
        assert name.replace(" ", "") in found, name
    assert "甲县·管控单元图" in found
    assert re.search(r"\dkm(?!²)", found)  # the scale bar


def everything_found(plan, pdf):
    found = text_of(pdf)
    units = tables_of(plan).units
    lacking = [text for text in (*units["code"], *units["name"]) if re.sub(r"\s", "", text) not in found]
    assert len(units)
    assert not lacking
    assert not re.search("[\u2e80-\u2fdf]", found)


@USES
def test_every_code_and_name_is_found(demo, plan, tmp_path, no_qgis):  # noqa: ARG001
    for one, paper, pages in ((demo, "A3", 3), (plan, "A0", 2)):  # 58 units; 5, one of them at sea
        written = export("map-pdf", one, tmp_path / "m.pdf", {"paper": paper})
        everything_found(one, tmp_path / "m.pdf")
        sizes = re.findall(r"Page +\d+ size: +(\S+) x (\S+)", run("pdfinfo", "-l", 9, tmp_path / "m.pdf"))
        assert len(sizes) == pages
        assert {tuple(round(float(side)) for side in size) for size in sizes[1:]} == {(595, 842)}  # upright A4
        assert "unlabelled" not in written.facts


def test_every_code_and_name_of_a_thousand_units_and_of_odd_ones_is_found(tmp_path, no_qgis):  # noqa: ARG001
    plan = sample_plan()
    names = ["很长的名称" * 9, "a $x^2$ & 〈甲〉", "", None, "龙头牛鬼食品产业园（示意）"]
    plan.units["name"] = names
    plan.units["code"] = ["", *plan.units["code"][1:]]
    tables = tables_of(plan)
    sheet = whole(tables)
    pages = unit_table(dataclasses.replace(sheet, units=pd.concat([sheet.units] * 300, ignore_index=True)))
    assert len(pages) == 34
    texts = [[text for text, *_ in page.texts] for page in pages]
    assert sum(page.count(names[1]) for page in texts) == 300
    assert all(y < 297 - 12 for page in pages for _, _, y, _ in page.texts)
    export("map-pdf", plan, tmp_path / "m.pdf", {"paper": "A4"})
    found = text_of(tmp_path / "m.pdf")
    for name in (*filter(None, names), *plan.units["code"]):
        assert re.sub(r"\s", "", name) in found, name


@USES
def test_a_picture_says_how_many_units_have_no_label(demo, tmp_path, no_qgis, capsys):  # noqa: ARG001
    tables = tables_of(demo)
    sheet = whole(tables)
    with drawing():
        figure, labelled = map_figure._figure(sheet, parse_crs(tables.crs), 210, 297, 60, 0.74)
    on_it = {text.get_text().replace("\n", "") for text in figure.axes[0].texts}
    pairs = zip(sheet.units["name"], sheet.units["code"], strict=True)
    assert labelled == sum(name in on_it or code in on_it for name, code in pairs)
    facts = export("map-png", demo, tmp_path / "m.png", {"paper": "A4", "dpi": 60}).facts
    assert facts["unlabelled"] == 58 - labelled > 0
    given = ["export", str(demo), "--format", "map-png", "-o", str(tmp_path / "m.png"), "--paper", "A4", "--dpi", "60"]
    assert main([*given, "--lang", "en"]) == 0
    assert f"{facts['unlabelled']} units have no label on the picture" in capsys.readouterr().out
    assert main([*given, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["unlabelled"] == facts["unlabelled"]


@pytest.mark.parametrize("drawn_by", ["", "matplotlib", "qgis"])
@pytest.mark.parametrize(
    ("sheet", "said"),
    [
        (None, "own: there is no such folder; wanted: a folder with map_A4_landscape.qpt"),
        (
            "map_A3_landscape.qpt",
            "own: the folder has no sheet of paper A4; wanted: a folder with map_A4_landscape.qpt",
        ),
    ],
)
def test_a_folder_without_the_sheet_is_told_whoever_draws(drawn_by, sheet, said, plan, tmp_path, no_qgis):  # noqa: ARG001
    folder = tmp_path / "own"
    if sheet:
        folder.mkdir()
        (folder / sheet).touch()
    with pytest.raises(BadInput, match=re.escape(said)):
        export("map-pdf", plan, tmp_path / "m.pdf", {"paper": "A4", "layouts": str(folder), "drawn_by": drawn_by})
    assert not (tmp_path / "m.pdf").exists()


@pytest.mark.parametrize("drawn_by", ["", "matplotlib"])
def test_without_qgis_sheets_of_ones_own_are_refused(drawn_by, plan, tmp_path, no_qgis):  # noqa: ARG001
    (tmp_path / "map_A4_portrait.qpt").touch()
    with pytest.raises(BadInput, match="the sheets of this folder are QGIS's, and"):
        export("map-pdf", plan, tmp_path / "m.pdf", {"paper": "A4", "layouts": str(tmp_path), "drawn_by": drawn_by})
    assert left(tmp_path) == ["map_A4_portrait.qpt"]


def share_of(colour: str, picture: np.ndarray) -> float:
    wanted = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)])
    return float((np.abs(picture - wanted).max(axis=2) <= 2).mean())


def test_each_category_is_drawn_in_its_colour_and_proportion(plan, tmp_path, no_qgis):  # noqa: ARG001
    export("map-png", plan, tmp_path / "map.png", {"paper": "A4", "dpi": 80})
    picture = np.round(image.imread(tmp_path / "map.png")[..., :3] * 255)
    shares = {key: share_of(colour, picture) for key, colour in map_figure.COLOURS.items()}
    assert min(shares.values()) > 0.005, shares
    assert share_of(map_figure.SEA_COLOURS[1], picture) > 0.02
    # 15 general faces against 4 priority ones; labels and lines cover a part of both.
    assert 2.5 < shares[3] / shares[1] < 6, shares
    assert left(tmp_path) == ["map.png"]


@pytest.mark.filterwarnings("ignore:Glyph")
def test_without_a_chinese_font_it_warns(plan, tmp_path, monkeypatch, no_qgis):  # noqa: ARG001
    monkeypatch.setattr(font_manager, "get_font_names", lambda: ["DejaVu Sans"])
    with pytest.warns(UserWarning, match="fonts-noto-cjk"):
        export("map-png", plan, tmp_path / "map.png", {"paper": "A4", "dpi": 40})


def test_a_picture_has_the_pixels_of_its_paper_and_the_same_bytes_each_time(plan, tmp_path, no_qgis):  # noqa: ARG001
    for name in "ab":
        export("map-png", plan, tmp_path / f"{name}.png", {"paper": "A4", "dpi": 100})
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()
    width, height = size_of_whole(tmp_path / "a.png")
    assert (width, height) == pytest.approx((1169, 827), abs=1)


def test_townships_get_files_of_their_own(tmp_path, no_qgis):  # noqa: ARG001
    written = export("map-png", named_towns(), tmp_path / "m.png", {"paper": "A4", "dpi": 40, "by": "township"})
    assert written.layers["maps"] == 3
    assert [path.name for path in written.files] == ["m.png", "m_东镇.png", "m_西乡.png"]
    assert all(size_of_whole(path) for path in written.files)
    assert len({path.parent for path in written.files}) == 2
    assert len(left(tmp_path)) == 4


def test_a_place_that_is_somebodys_folder_is_left_alone(tmp_path, no_qgis):  # noqa: ARG001
    options = {"paper": "A4", "dpi": 40, "by": "township"}
    place = export("map-png", named_towns(), tmp_path / "m.png", options).files[1]
    place.unlink()
    place.mkdir()
    (place / "mine").write_text("x")
    before = (tmp_path / "m.png").stat().st_mtime_ns
    with pytest.raises(BadInput, match="is a folder"):
        export("map-png", named_towns(), tmp_path / "m.png", options)
    assert (place / "mine").read_text() == "x"
    assert (tmp_path / "m.png").stat().st_mtime_ns == before


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"paper": "B5"}, "unknown paper 'B5'; wanted: A4"),
        ({"by": "village"}, "unknown division 'village'; wanted: township"),
        ({"dpi": "many"}, "many dots per inch on A3"),
        ({"dpi": 900, "paper": "A0"}, "900 dots per inch on A0"),
        ({"drawn_by": "hand"}, "nobody is called 'hand'"),
        ({"drawn_by": "qgis"}, "no qgis_process found"),
        ({"colour": "red"}, "no option 'colour'"),
    ],
)
def test_what_is_asked_wrongly_is_one_sentence(options, said, plan, tmp_path, no_qgis):  # noqa: ARG001
    with pytest.raises(BadInput, match=re.escape(said)):
        export("map-png", plan, tmp_path / "m.png", options)
    assert left(tmp_path) == []


def test_a_plan_without_townships_has_no_extracts(tmp_path, no_qgis):  # noqa: ARG001
    plan = sample_plan()
    plan.faces["township"] = ""
    with pytest.raises(BadInput, match="no township"):
        export("map-png", plan, tmp_path / "m.png", {"by": "township"})
    assert left(tmp_path) == []


def test_where_the_second_place_cannot_be_taken_the_first_old_map_is_there_again(tmp_path, no_qgis, monkeypatch):  # noqa: ARG001
    options = {"paper": "A4", "dpi": 40, "by": "township"}
    (tmp_path / "m.png").write_bytes(b"old")
    real = Path.replace

    def replace(self, target):
        # As Windows does while somebody has the picture open.
        if Path(target).name == "m.png" and size_of_whole(self):
            raise PermissionError(13, "Permission denied", str(self), None, str(target))
        return real(self, target)

    monkeypatch.setattr(Path, "replace", replace)
    with pytest.raises(BadInput, match=r"m\.png: cannot be written"):
        export("map-png", named_towns(), tmp_path / "m.png", options)
    assert left(tmp_path) == ["m.png"]
    assert (tmp_path / "m.png").read_bytes() == b"old"


# ── The child that is QGIS ──────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def child(tmp_path_factory, monkeypatch):
    """A program in the place of qgis_process: Python that knows the inputs of the algorithm as ``given``."""
    folder = tmp_path_factory.mktemp("child")

    def make(code):
        path = folder / "qgis_process"
        head = "import json, os, sys, time\nfrom pathlib import Path\n"
        head += "given = json.load(sys.stdin)['inputs']\n"
        path.write_text(f"#!{sys.executable}\n{head}{code}\n", encoding="utf-8")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        monkeypatch.setenv(map_qgis.WHERE, str(path))
        return folder

    return make


DRAWN = """
Path(given["OUTPUT"]).write_bytes(b"%PDF")
told = {"files": [Path(given["OUTPUT"]).name], "units": 5, "facts": {"paper": given["PAPER"], "by": given["BY"]}}
Path(given["REPORT"]).write_text(json.dumps(told))
"""


def test_the_child_is_given_what_was_asked_for_and_settings_of_its_own(child, plan, tmp_path):
    seen = child(f"""{DRAWN}
names = ("QGIS_CUSTOM_CONFIG_PATH", "QGIS_PLUGINPATH", "QT_QPA_PLATFORM")
ini = Path(os.environ["QGIS_CUSTOM_CONFIG_PATH"], "profiles", "default", "QGIS", "QGIS3.ini").read_text()
plugin = Path(os.environ["QGIS_PLUGINPATH"], "control_units", "metadata.txt").is_file()
Path(__file__).with_name("seen.json").write_text(json.dumps([sys.argv[1:4], given, ini, plugin]))
""")
    out = tmp_path / "m.pdf"
    written = export("map-pdf", plan, out, {"unit": "某 局=x", "dpi": "200"})
    assert written.files == (out,)
    assert written.facts == {"drawn_by": "qgis", "paper": "A3", "by": "whole"}
    assert left(tmp_path) == ["m.pdf"]
    command, given, settings, plugin = json.loads((seen / "seen.json").read_text())
    assert command == ["run", "control_units:print_map", "-"]
    assert (given["UNIT"], given["DPI"], given["PLAN"]) == ("某 局=x", 200, str(plan))
    assert "control_units=true" in settings
    assert plugin
    assert not Path(given["REPORT"]).parent.exists()


def test_a_child_that_fails_in_its_own_way_is_told_and_matplotlib_draws(child, plan, tmp_path):
    child('Path(given["OUTPUT"]).write_bytes(b"half"); sys.exit(7)')
    written = export("map-pdf", plan, tmp_path / "m.pdf", {"paper": "A4"})
    assert written.facts["drawn_by"] == "matplotlib"
    assert str(written.facts["because"]) == "qgis_process ended with code 7"
    assert is_whole(tmp_path / "m.pdf")
    with pytest.raises(BadInput, match="ended with code 7"):
        export("map-pdf", plan, tmp_path / "n.pdf", {"drawn_by": "qgis"})
    assert left(tmp_path) == ["m.pdf"]


def test_what_the_algorithm_says_of_bad_input_is_said_here_with_its_facts(child, plan, tmp_path):
    error = BadInput(Message("no layer '{layer}'", layer="x"), where=Message("a"), wanted=Message("b"))
    report = json.dumps({"error": map_qgis.write_error(error)})
    child(f"Path(given['REPORT']).write_text({report!r})")
    with pytest.raises(BadInput) as raised:
        export("map-pdf", plan, tmp_path / "m.pdf")
    assert raised.value.what == error.what
    assert str(raised.value) == "a: no layer 'x'; wanted: b"
    assert left(tmp_path) == []


def test_progress_is_the_childs(child, plan, tmp_path):
    child(
        f"Path(given['REPORT'] + '.steps').write_text('0.250'); time.sleep(0.4); {DRAWN.strip().replace(chr(10), '; ')}"
    )
    steps = []
    export("map-pdf", plan, tmp_path / "m.pdf", progress=lambda fraction, _: steps.append(fraction))
    assert steps == sorted(steps)
    assert {0.0, 0.25, 1.0} <= set(steps)


def test_who_is_stopped_is_gone_within_a_second_and_leaves_nothing(child, plan, tmp_path):
    seen = child(
        'Path(given["OUTPUT"]).write_bytes(b"half"); other = os.fork()\n'
        'if other: Path(__file__).with_name("pids").write_text(f"{os.getpid()} {other}")\n'
        "time.sleep(60)"
    )
    asked = []

    def stop(*_):
        if (seen / "pids").exists() and (seen / "pids").read_text():
            asked.append(time.monotonic())
            raise Cancelled

    with pytest.raises(Cancelled):
        export("map-pdf", plan, tmp_path / "m.pdf", progress=stop)
    assert time.monotonic() - asked[0] < 1
    assert left(tmp_path) == []
    time.sleep(0.1)
    for number in (seen / "pids").read_text().split():
        status = Path(f"/proc/{number}/stat")
        assert not status.exists() or status.read_text().split()[2] == "Z"


def test_a_child_that_says_nothing_is_given_up(child, plan, tmp_path, monkeypatch):
    child("time.sleep(60)")
    monkeypatch.setattr(map_qgis, "_PATIENCE", 0.3)
    written = export("map-pdf", plan, tmp_path / "m.pdf", {"paper": "A4"})
    assert "said nothing" in str(written.facts["because"])


def test_what_a_killed_run_left_goes_with_the_next(plan, tmp_path, no_qgis):  # noqa: ARG001
    code = (
        "import os, sys; from pathlib import Path; from delineation.export.maps import all_in_place\n"
        "with all_in_place(Path(sys.argv[1])) as folder:\n (folder / 'm.pdf').write_bytes(b'half'); os._exit(9)"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path / "m.pdf")], cwd=ROOT, check=False, timeout=60)
    assert len(left(tmp_path)) == 2
    export("map-pdf", plan, tmp_path / "m.pdf", {"paper": "A4"})
    assert left(tmp_path) == ["m.pdf"]


# ── Files ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def small_pdf(characters):
    """A PDF as Qt writes it: a stream whose length is an object of its own, one table of objects."""
    packed = zlib.compress(characters)
    bodies = [
        b"<< /Type /Catalog /Pages 2 0 R /Metadata 6 0 R\n>>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R >>",
        b"<< /Length 5 0 R /Filter /FlateDecode >>\nstream\n" + packed + b"\nendstream",
        b"%d" % len(packed),
        b"<< /Type /Metadata /Subtype /XML /Length 3 >>\nstream\nxmp\nendstream",
        b"<< /Producer (someone) /Author (login) >>",
    ]
    out, places = bytearray(b"%PDF-1.4\n"), []
    for number, body in enumerate(bodies, 1):
        places.append(len(out))
        out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    start = len(out)
    out += b"xref\n0 8\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places)
    return bytes(out) + b"trailer\n<< /Size 8 /Root 1 0 R /Info 7 0 R >>\nstartxref\n%d\n%%%%EOF\n" % start


def characters_in(pdf):
    return b"".join(
        zlib.decompress(one) for one in re.findall(rb"/FlateDecode.*?stream\n(.*?)\nendstream", pdf, re.DOTALL)
    ).decode()


def test_radicals_become_the_characters_that_people_write():
    table = b"1 beginbfchar\n<0001> <2F63>\nendbfchar\n"
    table += b"2 beginbfrange\n<0002> <0004> <2EEB>\n<0005> <0006> [<6771> <2EEC>]\n"
    before = small_pdf(table + b"endbfrange\n")
    after = mended(before, title="图", date=None)
    found = characters_in(after)
    assert "<0001> <751F>" in found  # ⽣ 生
    assert "<0002> <0004> [<6589> <9F50> <6B6F>]" in found  # ⻫⻬⻭ 斉齐歯
    assert "[<6771> <9F50>]" in found
    assert page_count(after) == 1
    assert b"login" not in after
    assert b"xmp" not in after
    assert mended(after, title="图", date=None) == after


def test_what_is_no_pdf_of_that_kind_is_not_touched():
    whole_file = small_pdf(b"x")
    for broken_file in (b"", whole_file[:-20], whole_file.replace(b"4 0 obj", b"9 0 obj"), b"%PDF-1.4\n%%EOF"):
        with pytest.raises(ValueError, match=r"object|stream"):
            mended(broken_file, title="", date=None)


def test_no_radical_is_left_without_its_character():
    radicals = [chr(code) for code in range(0x2E80, 0x2FD6) if code not in (0x2E9A, *range(0x2EF4, 0x2F00))]
    table = "".join(f"<{number:04X}> <{ord(one):04X}>\n" for number, one in enumerate(radicals))
    after = characters_in(mended(small_pdf(f"beginbfchar\n{table}endbfchar".encode()), title="", date=None))
    targets = {chr(int(one, 16)) for one in re.findall(r"<[0-9A-F]{4}> <([0-9A-F]{4})>", after)}
    assert len(targets) > 200
    assert not [one for one in targets if "\u2e80" <= one <= "\u2fdf"]
    assert UNIFIED["⻓"] == "长"


@pytest.mark.parametrize("harm", ["cut", "flip", "end", "none"])
def test_a_picture_that_is_not_whole_is_seen(harm, plan, tmp_path, no_qgis):  # noqa: ARG001
    path = tmp_path / "m.png"
    export("map-png", plan, path, {"paper": "A4", "dpi": 40})
    data = bytearray(path.read_bytes())
    if harm == "flip":
        data[len(data) // 2] ^= 1
    path.write_bytes({"cut": data[: len(data) // 2], "end": data[:-12]}.get(harm, data))
    assert (size_of_whole(path) is not None) == (harm == "none")


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("way", ["landscape", "portrait"])
def test_each_paper_has_a_sheet_with_all_items(paper, way):
    text = (ROOT / "resources" / "layouts" / f"map_{paper}_{way}.qpt").read_text(encoding="utf-8")
    wanted = {"地图", "图例", "比例尺", "数字比例尺", "指北针", *whole(tables_of(sample_plan())).texts}
    assert wanted <= set(re.findall(r' id="([^"]+)"', text))
    assert os.sep + "work" not in text
    assert "<projectlayers" not in text
