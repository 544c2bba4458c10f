"""What the panel says is sentences of one language; names, and what other programs say, stand in them as they are."""

from __future__ import annotations

import re
from dataclasses import replace
from types import SimpleNamespace
from typing import TYPE_CHECKING

import control_units
import pandas as pd
import pytest
from control_units.delineation.case.model import RasterSpec, SourceSpec
from control_units.delineation.case.profile import read_profile
from control_units.delineation.case.reading import read_case
from control_units.delineation.case.writing import write_case_file
from control_units.delineation.core import messages as core_messages
from control_units.delineation.core.errors import BadInput, DelineationError
from control_units.delineation.core.messages import Message, at, counted, foreign
from control_units.delineation.plan.file import read_plan
from control_units.delineation.sources.examine import examine, examine_raster
from control_units.ui import text, words
from control_units.ui.pages.candidates.table import heads
from control_units.ui.pages.history_view import HistoryView
from control_units.ui.pages.result.summary_tree import SummaryTree
from control_units.ui.pages.sources.page import SourcesPage
from control_units.ui.pages.sources.role_list import ENTRY
from control_units.ui.pages.units_table import UnitsTable
from control_units.ui.pages.why_card import clauses_html
from control_units.ui.widgets import messages
from control_units.ui.widgets.details import details_of
from control_units.ui.widgets.messages import words_of
from control_units.ui.work.source_entry import SourceEntry
from fakes import own_profile, workplace
from hand import hand
from qgis.core import QgsApplication
from qgis.PyQt.QtCore import Qt
from sample_plan import sample_plan

if TYPE_CHECKING:
    from pathlib import Path

# Two or more Latin words in a row; file names, keys and codes of a CRS are single ones.
CHINESE = re.compile("[一-鿿]")
FOREIGN = re.compile(r"[A-Za-z]{2,}[ ,]+[A-Za-z]{2,}")


def broken_vector(folder: Path) -> None:
    (folder / "x.gpkg").write_bytes(b"no database at all" * 100)
    examined(folder, SourceSpec("county", "x.gpkg"))


def broken_shapefile(folder: Path) -> None:
    (folder / "x.shp").write_bytes(b"nothing" * 50)
    examined(folder, SourceSpec("county", "x.shp"))


def broken_raster(folder: Path) -> None:
    (folder / "x.tif").write_text("no raster", encoding="utf-8")
    found = examine_raster(read_case(folder / "case.toml"), RasterSpec("dem", "x.tif"))
    raise found.problem


def bad_condition(folder: Path) -> None:
    examined(folder, SourceSpec("county", "hand.gpkg", layer="county", where="nothing of = that kind"))


def bad_toml(folder: Path) -> None:
    (folder / "bad.toml").write_text("[case\nname = 1\n", encoding="utf-8")
    read_case(folder / "bad.toml")


def no_plan(folder: Path) -> None:
    (folder / "p.gpkg").write_bytes(b"no database at all" * 100)
    read_plan(folder / "p.gpkg")


def no_right_to_write(folder: Path) -> None:
    class Held(type(folder)):
        def write_bytes(self, *_: object) -> int:
            raise PermissionError(13, "Permission denied", str(self))

    write_case_file(read_case(folder / "case.toml"), Held(folder / "new.toml"))


def examined(folder: Path, spec: SourceSpec) -> None:
    found = examine(read_case(folder / "case.toml"), spec)
    raise found.problem


def chinese(error: DelineationError) -> str:
    return error.sentence("zh", text.names_of())


def facts_of(*parts: object) -> list[str]:
    """Names, and what other programs said, in messages and those within them."""
    found = []
    for part in parts:
        if isinstance(part, Message):
            found += facts_of(*part.facts.values())
        elif isinstance(part, str):
            found.append(part)
    return found


CASES = (
    broken_vector,
    broken_shapefile,
    broken_raster,
    bad_condition,
    bad_toml,
    no_plan,
    no_right_to_write,
)


@pytest.mark.parametrize("breaks", CASES, ids=lambda one: one.__name__)
def test_an_error_is_wholly_chinese_and_its_details_have_the_rest(breaks, tmp_path):
    hand(tmp_path)
    with pytest.raises(DelineationError) as caught:
        breaks(tmp_path)
    error = caught.value
    said = chinese(error)
    # Longest first: a fact may be a part of another.
    for fact in sorted(facts_of(error.what, error.where, error.wanted), key=len, reverse=True):
        said = said.replace(fact, "")
    assert re.search(r"[一-鿿]{2}", said)
    assert not FOREIGN.search(said), said
    assert "（）" not in chinese(error)
    assert str(error.what) in details_of(error)


@pytest.mark.parametrize("reason", ["Permission denied", "No space left on device", "Something nobody has heard of"])
def test_an_error_of_the_system_is_wholly_chinese(monkeypatch, reason):
    translated = {
        "{file}: {reason}. Choose another place, or close what holds the file.": "{file}：{reason}。请换一个位置。",
        "{file} cannot be read or written. Choose another place, or close what holds the file.": "{file} 无法读写。",
    }
    monkeypatch.setattr(text, "language", lambda: "zh")
    monkeypatch.setattr(messages, "language", lambda: "zh")
    monkeypatch.setattr(messages, "tr", lambda source, **facts: translated.get(source, source).format(**facts))
    said = words_of(OSError(13, reason, "甲.gpkg"))
    assert said.startswith("甲.gpkg")
    assert not FOREIGN.search(said), said
    assert reason in details_of(OSError(13, reason, "甲.gpkg"))


def test_what_other_programs_say_most_often_is_said_in_the_users_language():
    what = Message("cannot be read ({error})", error=foreign("not recognized as being in a supported file format"))
    error = BadInput(what, where=at("x.shp"))
    assert error.sentence() == "x.shp: cannot be read (not recognized as being in a supported file format)"
    assert chinese(error) == "x.shp：无法读取（不是 GDAL 能识别的格式）"


def test_a_missing_catalogue_means_english_and_no_error(monkeypatch, tmp_path):
    monkeypatch.setattr(core_messages, "_CATALOGUES", tmp_path)
    core_messages._catalogue.cache_clear()
    try:
        error = BadInput(Message("no layer '{layer}'", layer="red_line"), where=at("a.gpkg"))
        assert chinese(error) == "a.gpkg: no layer 'red_line'"
        assert text.said(counted(2, "{n} feature", "{n} features")) == "2 features"
    finally:
        core_messages._catalogue.cache_clear()


SAYS = {
    "zh-Hans": ("x.shp：找不到文件；需要：已有的矢量文件", "生态保护红线"),
    "en_US": ("x.shp: file not found; wanted: an existing vector file", "Ecological red line"),
}


@pytest.fixture(params=SAYS)
def locale(request, monkeypatch):
    """The plugin in a QGIS of that language."""
    monkeypatch.setattr(QgsApplication, "locale", staticmethod(lambda: request.param))
    plugin = control_units.classFactory(None)
    plugin.initProcessing()
    yield request.param
    plugin.unload()


def test_a_source_that_is_not_there_is_said_in_the_language_of_qgis(tmp_path, locale):
    hand(tmp_path)
    with (tmp_path / "case.toml").open("a", encoding="utf-8") as case:
        case.write('\n[[source]]\nrole = "red_line"\npath = "x.shp"\n')
    place = workplace()
    page = SourcesPage(place)
    page.show()
    assert place.session.open_case(tmp_path / "case.toml")
    place.session.runner.finish()
    (entry,) = [one for one in page.book.entries if one.role == "red_line" and one.spec.path == "x.shp"]
    says, role = SAYS[locale]
    (line,) = [one for one in page.list.items() if one.data(0, ENTRY) is entry]
    assert line.text(0) == role
    assert says in line.toolTip(0)
    page._show(entry)
    assert page.details.problem.text() == says.split("：" if locale != "en_US" else ": ", 1)[1]
    page.deleteLater()


CALLED = {
    "zh-Hans": [
        "生态保护红线",
        "不采用",
        "工业污染重点管控区",
        "怪区",
        "面积（m²）",
        "承载力",
        "层次聚类法（Ward，邻接约束）：分区个数 = 6，评价指标 = 横坐标 + 坡度（标准差）:2",
        "空间布局约束",
    ],
    "en_US": [
        "Ecological red line",
        "Not used",
        "Industrial pollution",
        "怪区",
        "Area, m²",
        "Carrying capacity",
        "Agglomerative clustering (Ward): number of regions = 6, "
        "variables compared = easting + slope (standard deviation):2",
        "Spatial layout",
    ],
}


def test_things_are_called_by_their_names_and_what_a_user_wrote_is_left_alone(locale):
    profile = read_profile()
    called = [
        words.role_label(profile, "red_line"),
        words.role_label(profile, ""),
        words.zone_label(profile, "water_zone", "industrial"),
        words.zone_label(profile, "water_zone", "怪区"),
        words.sum_label(profile, "area"),
        words.raster_label(profile, "carrying_capacity"),
        words.method_label("ward:k=6,variables=x+slope.stdev:2", profile),
        text.capital(text.names_of(profile)("dimension", "space", text.language(), {})),
    ]
    assert called == CALLED[locale]
    assert words.made_label("townships:of=general_eco_space,field=DM").count("_") == 0
    assert words.part_label("raster:carrying_capacity").isascii() == (locale == "en_US")


def test_things_are_called_as_the_profile_of_the_case_or_the_plan_calls_them(tmp_path):
    own = read_profile(own_profile(tmp_path))
    assert words.made_label("townships:of=red_line,field=DM", own) == "The red line united by DM"
    assert words.made_label("townships:of=red_line,field=DM") == "Ecological red line united by DM"
    entry = SourceEntry(SourceSpec("township", "", made="townships:of=red_line,field=DM"))
    assert entry.title_in(own) == "The red line united by DM"
    assert words.parts_label(("raster:slope", "frame"), own) == "raster steepness, CRS, area or snap distance"
    clauses = pd.DataFrame({"dimension": ["space"], "text": ["x"]})
    assert "<p>Where</p>" in clauses_html(clauses, own)
    assert "<p>Spatial layout</p>" in clauses_html(clauses)
    (head,) = heads([SimpleNamespace(text="ward:k=6", number=0, profile=own)])
    assert head.startswith("Our clustering")
    # A plan says only what its profile is called: where that is elsewhere, the national one's names hold.
    for name, wanted in (
        ("", "Priority protection"),
        ("national", "Priority protection"),
        ("gone", "Priority protection"),
    ):
        plan = SimpleNamespace(meta={"profile": name}, folder=None)
        assert text.categories("en", text.profile_of(plan))[1] == wanted
    plan = SimpleNamespace(meta={"profile": str(own.path)}, folder=None)
    assert text.categories("en", text.profile_of(plan))[1] == "Class one"


def test_the_result_is_shown_in_the_words_of_the_profile(tmp_path):
    own = read_profile(own_profile(tmp_path))
    plan = sample_plan()
    tree, table, history = SummaryTree(), UnitsTable(), HistoryView()
    op = '{"op": "relabel", "method": "ward:k=6", "seed": 1}'
    entry = {"seq": 1, "time": "2024-05-01T00:00:00Z", "author": "a", "reason": "r", "basis": "", "op": op, "undone": 0}
    edited = replace(plan, journal=pd.DataFrame([entry]))
    for profile, category, method in ((own, "Class", "our clustering"), (read_profile(), "Priority", "Ward")):
        tree.show_plan(plan, profile)
        assert category in {row.text(0) for top in tops(tree) for row in (top.child(at) for at in range(3))}
        table.show_units(plan.units, profile)
        index = table.view.rows.index(table.view.rows.row_of("u1"), 0)
        assert category in index.data(Qt.ItemDataRole.ToolTipRole)
        history.show_plan(edited, tmp_path / "plan.gpkg", profile)
        assert method in history.toPlainText()


def tops(tree) -> list:
    items = (tree.topLevelItem(at) for at in range(tree.topLevelItemCount()))
    return [item for item in items if item.childCount()]


def test_a_text_is_said_with_its_facts_and_without_any_as_it_is():
    assert text.tr("{count} s", count="3") == "3 s"
    assert text.tr("{count} s") == "{count} s"
    assert text.tr("{text} {meaning}", text="a", meaning="b") == "a b"
