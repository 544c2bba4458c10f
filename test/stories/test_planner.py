"""A planner's first hour and next morning, in Chinese and in English: what the story of planner.py must have seen."""

from __future__ import annotations

import html
import os
import re
from pathlib import Path

import pytest
from pictures import DOCS, FIRST, FIRST_WINDOW, SCREENS, take_pictures

ROLES = 13
FOREIGN = re.compile(r"Open Sans|Plugin installed successfully|shapely\.geos")  # what QGIS and its libraries say
CHINESE = re.compile(r"[一-鿿]")
HALF = re.compile(r"[A-Za-z]{2,}(?:[ ,;:]+[A-Za-z]{2,}){2,}")
KNOWN = re.compile(r"OSGeo4W Shell|[\w./\\-]+\.(gpkg|tif|shp|toml)")


@pytest.fixture(scope="module")
def screens(qgis):
    """No picture of a former run is taken for one of this run."""
    for picture in SCREENS.glob(f"planner-{'zh' if qgis.locale.startswith('zh') else 'en'}-*.png"):
        picture.unlink()
    return SCREENS


@pytest.fixture(scope="module")
def home(qgis):
    """A user who has saved nothing yet."""
    folder = qgis.folder / "home"
    (folder / "Documents").mkdir(parents=True)
    return folder


@pytest.fixture(scope="module")
def day(qgis, archive, home, screens):  # noqa: ARG001 - old pictures go first
    told = qgis.tell("planner.first_day", screen="1366x768", CONTROL_UNITS_ZIP=str(archive), HOME=str(home))
    took = told.report["took"], told.report["seconds"]["clustering"]
    print("\nfirst day ({}): {} s in QGIS, {} s of it with clustering".format(qgis.locale, *took))
    return told


@pytest.fixture(scope="module")
def night(qgis, day, morning, home):
    project, first = day.report["project"]["file"], str(morning.report["pictures"])
    return qgis.tell("planner.by_night", screen="1366x768", project=project, HOME=str(home), CONTROL_UNITS_FIRST=first)


@pytest.fixture(scope="module")
def morning(qgis, day, home):
    project = day.report["project"]["file"]
    first = str(day.report["pictures"])
    told = qgis.tell(
        "planner.next_morning", screen="1366x768", project=project, HOME=str(home), CONTROL_UNITS_FIRST=first
    )
    print(f"\nnext morning ({qgis.locale}): {told.report['took']} s in QGIS")
    if os.environ.get("CONTROL_UNITS_PICTURES"):
        take_pictures(SCREENS, "zh" if qgis.locale.startswith("zh") else "en", day.report["panel"])
    return told


def complaints(told) -> list[str]:
    """Warnings and errors of ours, and whatever Python said."""
    lines = [*told.report["heard"], *told.report["log"], *told.err.splitlines()]
    # QGIS says in the user's language that a task failed; and what goes wrong with a file is said under OGR or GDAL.
    bad = re.compile(
        r"warning:|Python (error|warning)|Traceback|box:|\| (Control Units|OGR|GDAL) \| [12]$|Task failed|任务执行失败",
        re.IGNORECASE,
    )
    return [line for line in lines if bad.search(line) and not FOREIGN.search(line)]


def test_qgis_leaves_with_exit_code_0_and_nothing_to_complain_of(day, morning, night):
    for told in (day, morning, night):
        assert told.code == 0, told.err
        assert complaints(told) == []


def test_the_panel_opens_by_its_button_and_says_how_to_begin(day):
    assert day.report["installed"]
    assert day.report["hidden_at_first"]
    assert len(day.report["welcome"]) == 3
    assert day.report["width"] <= 460, "too wide beside a map on a screen of 1366"


def test_the_first_page_tells_where_to_click_in_the_order_of_the_story(day, qgis):
    """What stands in bold on the page is what was clicked, word for word; a tab may count beside its name."""
    tongue = "zh" if qgis.locale.startswith("zh") else "en"
    page = (DOCS / f"first_run.{tongue}.md").read_text(encoding="utf-8")
    named, clicked = re.findall(r"\*\*(.+?)\*\*", page), iter(day.report["clicked"])
    assert len(named) > 15
    assert [one for one in day.report["menu"] if one not in page] == [], "what QGIS itself calls its menu"
    unheard = [
        one for one in named if not any(re.fullmatch(rf"{re.escape(one)}( \(?\d+\)?)?", text) for text in clicked)
    ]
    assert unheard[:1] == [], day.report["clicked"]
    pictures = re.findall(r"\]\((first_\w+)\.(?:zh|en)\.png\)", page)
    assert sorted(pictures) == sorted([*FIRST, *FIRST_WINDOW]), "each picture of the page is one of this story"


def test_the_demo_opens_in_one_click(day):
    roles = [line for line in day.report["sources"] if line[1]]
    assert len(roles) == ROLES + 6
    assert "case.toml" in day.report["demo_files"]
    assert [mark for mark, _ in day.report["states_at_first"].values()] == [
        *("done", "done", "done", "next", "todo", "todo", "todo", "todo", "todo")
    ]


def test_a_source_can_be_made_on_the_spot_and_what_is_missing_is_said(day, qgis):
    making = day.report["making"]
    assert making["dem"] == "dem.tif"
    assert making["can"] == ""
    assert ("没有写明字段" if qgis.locale.startswith("zh") else "names no field") in making["wrong"]
    assert making["same_case"], "looked at and left, nothing is added"
    if qgis.locale.startswith("zh"):
        assert [one for one in making["texts"] if not CHINESE.search(one)] == []


def test_a_role_and_a_field_are_corrected_in_place(day, qgis):
    line = day.report["line"]
    assert day.report["role_meanwhile"] == "farmland"
    assert line["wrong"][0] != line["right"][0]
    assert (line["wrong"][1], line["wrong"][2]) == (
        line["right"][1],
        "待确认" if qgis.locale.startswith("zh") else "confirm",
    )
    assert line["again"] == line["right"]
    assert day.report["field_meanwhile"]["name"] == "园区代码"
    assert day.report["same_case"], "set right again, the case is what it was"


def test_the_next_step_is_named(day, qgis):
    said, button = day.report["next"]
    assert said
    assert button == ("下一步：运行" if qgis.locale.startswith("zh") else "Next: Run")


def test_a_cancelled_run_writes_nothing_and_says_so(day):
    cancelled = day.report["cancelled"]
    assert day.report["running"]["value"] > 0
    assert day.report["running"]["left"]
    assert cancelled["files"] == []
    assert cancelled["layers"] == 0
    assert not cancelled["plan"]
    assert cancelled["usable"]
    assert re.search(r"nothing was written|没有写出", cancelled["sentence"])


def test_the_layers_arrive_styled_in_one_group(day):
    layers = day.report["layers"]
    assert day.report["new_files"] == ["case.plan.gpkg", "case.plan.history.jsonl"]
    assert len(layers) == 6
    assert {group for group, *_ in layers} == {day.report["name"]}
    shown = {name: row for name, *row in (layer[1:] for layer in layers)}
    assert all(valid and read_only for _, valid, read_only, *_ in shown.values())
    renderers = [row[3] for row in shown.values()]
    assert renderers == [
        "categorizedSymbol",
        "singleSymbol",
        "singleSymbol",
        "RuleRenderer",
        "categorizedSymbol",
        "RuleRenderer",
    ]
    visible, labelled = [row[0] for row in shown.values()], [row[4] for row in shown.values()]
    assert visible == [True, True, True, True, False, False]
    assert labelled[3], "units carry their names"
    marks = {name: mark for name, (mark, _) in day.report["states_after_run"].items()}
    assert {marks.pop(name) for name in ("output", "lists", "assess")} == {"next"}
    assert set(marks.values()) == {"done"}


def test_a_click_on_the_map_says_why(day):
    why = day.report["why"]
    assert day.report["tool"]
    assert not day.report["tool_after"]
    assert why["name"] in why["card"]
    assert why["code"] in why["card"]
    rule = re.match(r"R\d+[a-z]?", why["reasons"])[0]
    assert re.search(rf"(rule|规则) {rule}\b", why["card"]), why["card"]
    assert re.search(r"\d+\.\d\d ?%", why["card"])
    assert why["selected"] == [why["code"]]
    assert why["in_table"]


def test_rasters_were_measured_and_the_card_tells_of_them(day, qgis):
    card = day.report["why"]["card"]
    chinese = qgis.locale.startswith("zh")
    title = "评价指标" if chinese else "Evidence"
    assert title in card
    evidence = card.split(title)[1]
    names = ("承载力", "高程", "坡度", "植被指数", "土地覆盖", "气候类型")
    if not chinese:
        names = ("carrying capacity", "elevation", "slope", "vegetation index", "land cover", "climate class")
    assert [name for name in names if name not in evidence.lower()] == [], evidence
    assert "carrying_capacity" not in evidence
    assert re.search(r"\d+\.\d\d%", evidence)
    assert day.report["stages"]["evidence"] not in ("", "left out", "未执行")


def test_a_run_over_a_plan_that_is_shown_leaves_all_as_it_was(day):
    assert day.report["run_over"]["layers"] == day.report["layers"]
    assert day.report["run_over"]["least"] > 0
    before, after = day.report["run_over"]["signs"]
    assert after == before, "QGIS takes no layer for one that goes with it"


def test_the_keyboard_reaches_the_page_and_leaves_the_panel(day):
    assert day.report["tabbed"]["filter"], "the first field of the page comes after the steps"
    assert day.report["tabbed"]["inside"] >= 4
    assert day.report["asked_by_key"]


def test_in_a_dark_theme_no_page_shows_remains_of_another(night):
    assert night.report["theme"] == "Night Mapping"
    assert len(night.report["night"]) == 6
    assert {name: share for name, share in night.report["night"].items() if share > 0.01} == {}


def test_help_opens_on_the_step_with_its_picture(day, qgis):
    (page,) = day.report["help"]
    tongue = "zh" if qgis.locale.startswith("zh") else "en"
    assert Path(page).name == f"result.{tongue}.html"
    text = Path(page).read_text(encoding="utf-8")
    pictures = re.findall(r'<img src="([^"]+)"', text)
    assert pictures
    assert all((Path(page).parent / html.unescape(one)).is_file() for one in pictures)


def test_a_switch_shows_at_once_what_it_would_do(day):
    trial, discarded = day.report["trial"], day.report["discarded"]
    assert sum(trial["after"]) == pytest.approx(sum(trial["before"]), rel=1e-9)
    assert trial["after"][0] > trial["before"][0] + 1e6
    assert trial["item"]
    assert trial["on_map"] > 0
    assert f"{trial['on_map']:,}" in trial["words"]
    assert trial["layers"], "the plan's layers stay as they are"
    assert trial["in_sight"], "the switch that was clicked stays in sight"
    assert trial["explained"]
    assert discarded["after"] == []
    assert not discarded["on_map"]
    assert discarded["ticked"]
    assert discarded["changed"] == []


def test_a_candidate_stands_beside_the_plan_until_it_is_discarded(day):
    found = day.report["candidate"]
    assert found["text"].startswith("ward:k=")
    assert found["columns"] == 2
    ((name, count, valid),) = found["layers"]
    assert "Ward" in name
    assert name.endswith(f" = {found['text'].partition('=')[2]}")
    assert count == found["units"]
    assert valid
    assert found["knee"] >= found["least"] > 1
    assert found["scroll"] == 0, "no wider than the panel"
    assert found["left"] == 0


def test_a_curve_of_other_settings_says_so_and_takes_no_click(day):
    stale = day.report["stale"]
    assert re.search(r"other settings|其他设置", stale["words"])
    assert stale["after"] == stale["before"]
    taken, knee = stale["taken"]
    assert taken == knee


def test_plots_hold_the_candidates_against_the_plan(day):
    plots = day.report["plots"]
    assert (plots["first"], plots["clicked"], plots["by_key"]) == (0, 1, 0)
    assert re.search(r"better|worse|as the plan|较优|较差|与现有成果相同", plots["told"])
    assert plots["axes"] == ["variance_ratio", "boundary_on_townships"]
    assert plots["marks"] == 3


def test_the_comparison_opens_filled_in_beside_the_map(day):
    compare = day.report["compare"]
    assert not compare["modal"]
    assert compare["given"]["CASE"].endswith("control_units_demo/case.toml")
    methods = compare["given"]["METHODS"].split("\n")
    assert methods == ["overlay", *reversed(compare["candidates"])]
    assert any("ward:k=" in text for text in compare["methods"])


def test_what_was_adopted_stands_in_the_journal_and_on_the_cards(night):
    adopted = night.report["adopted"]
    for text in (adopted["journal"], adopted["card"]):
        regions = re.search(r"k=(\d+)", adopted["method"])[1]
        assert re.search(rf"{regions} (regions|个分区)", text), "in words, not as it is typed"
        assert adopted["reason"] in text
    assert adopted["tabs"][3] in ("History", "历史")
    assert adopted["cut"] <= 10, "of one name a letter at most gives way, and its tool tip has all of it"


def test_a_finding_is_accepted_with_a_reason(day):
    accepted = day.report["accepted"]
    assert accepted["after"] == accepted["before"] - 1
    assert accepted["reason"] in accepted["told"]


def test_lists_and_units_are_handed_in(day):
    assert day.report["handed_in"] == [True, True]


def test_the_project_remembers_by_relative_path(day):
    project = day.report["project"]
    assert not project["dirty"]
    assert project["entries"] == {
        "case": "./Documents/control_units_demo/case.toml",
        "plan": "./Documents/control_units_demo/case.plan.gpkg",
        "draft": "",
    }


def test_the_next_morning_all_is_there(day, morning):
    then, now = day.report, morning.report
    assert now["layers"] == then["layers"]
    assert now["states"] == then["states_at_last"]
    assert now["name"] == then["name"]
    assert not now["dirty"]
    assert now["accepted"]["open"] == then["accepted"]["after"]
    assert [one["reason"] for one in now["accepted"]["found"]] == [then["accepted"]["reason"]]


def test_everything_is_said_in_the_users_language(day, morning, qgis):
    """Whatever stands on the panel, but for what the user's files say."""
    said = [*day.report["said"], *morning.report["said"]]
    if qgis.locale.startswith("zh"):
        # A sentence of which half was left in English is found too: names of files and libraries are single words.
        worded = [*said, *day.report["worded"], *morning.report["worded"]]
        foreign = [one for one in worded if HALF.search(KNOWN.sub("", one))]
        foreign += [one for one in said if re.search(r"[A-Za-z]{4,} [a-z]{2,}", one) and not CHINESE.search(one)]
    else:
        foreign = [one for one in said if CHINESE.search(one)]
    assert foreign == []


def test_each_step_left_a_picture(night, screens, qgis):
    tongue = "zh" if qgis.locale.startswith("zh") else "en"
    pictures = sorted(screens.glob(f"planner-{tongue}-*.png"))
    assert len(pictures) == night.report["pictures"]
    assert [int(one.name.split("-")[2]) for one in pictures] == list(range(1, len(pictures) + 1))
    assert not any("broken-off" in one.name for one in pictures)
