"""The demo updated in a real window: what it touches is told first, the rest stays to the last byte, all taken back."""

from __future__ import annotations

import re

import pytest
from newer_demo import COUNTY, RECODED, newer_layers
from pictures import SCREENS

TOUCHED = {  # by source: whose land is touched
    "red_line": {"ZH65010710001", "ZH65010710004", "ZH65010730001"},
    "industrial_park": {"ZH65012110004", "ZH65012120001", "ZH65012120003", "ZH65012130001"},
}
ROLES = ("red_line", "industrial_park", "township", "county")


@pytest.fixture(scope="module", params=["zh-Hans"])
def qgis(request, fresh_qgis):
    return fresh_qgis(request.param)


@pytest.fixture(scope="module")
def day(qgis, archive):
    for picture in SCREENS.glob("updating-zh-*.png"):
        picture.unlink()
    newer = qgis.folder / "newer"
    newer_layers(newer)
    told = qgis.story("updating.updating", archive, "updating", CONTROL_UNITS_NEWER=str(newer))
    print(f"\nupdate ({qgis.locale}): {told.report['took']} s in QGIS")
    return told.report


def units(step):
    return {row[0]: row[1:] for row in step["units"]}


def clauses(step):
    found = {}
    for code, *rest in step["clauses"]:
        found.setdefault(code, []).append(rest)
    return found


def test_each_newer_source_says_what_it_touches_by_itself(day):
    for role, codes in TOUCHED.items():
        assert set(day["alone"][role]["units"]) == codes
        assert f"单元 {len(codes)}、" in day["alone"][role]["said"][1]
    # Townships and the county are others, and no land changes hands for it.
    assert {code[2:8] for code in day["alone"]["county"]["units"]} == {COUNTY}


def test_all_together_are_told_before_anything_is_done(day):
    assert set(day["loses"]) <= set().union(*TOUCHED.values())
    assert len(day["touched"]) >= 7
    assert day["layer"][1]
    assert day["legend"]
    assert day["untouched_case"]
    assert "case.last.gpkg" in day["sentence"]
    assert day["enabled"]


def test_county_codes_are_asked_about_first(day):
    assert not day["enabled_unanswered"]
    asked, _, told = day["asked"]
    assert "含原县级代码的单元编码" in asked
    count = sum(code.startswith(f"ZH{COUNTY}") for code in units(day["before"]))
    assert told == f"• 县级代码 {COUNTY} → {RECODED}：{count} 个单元"
    assert f"沿用原县级代码的单元编码：{count} 个" in day["outcome"]
    assert 'on_recode = "recode"' not in day["case_after"]


def test_edits_made_since_are_named_before_the_update_is_taken_back(day):
    count, *named, _, again = day["question"].splitlines()
    assert count == "此后又有 9 步修订，将一并撤回"
    assert [line.startswith("第 ") and "南山区" in line for line in named] == [True] * 3
    assert again.startswith("恢复")


def test_untouched_units_are_the_same_to_the_last_byte(day):
    before, after = units(day["before"]), units(day["after"])
    assert set(before) == set(after)
    others = {code for code in before if before[code] != after[code]}
    assert others == set().union(*TOUCHED.values())
    lists = [clauses(day[step]) for step in ("before", "after")]
    assert lists[0].keys() == lists[1].keys()
    untouched = [code for code in lists[0] if code not in others]
    assert untouched
    assert all(lists[0][code] == lists[1][code] for code in untouched)


def test_names_and_codes_go_on(day):
    before, after = units(day["before"]), units(day["after"])
    assert {code: row[:2] for code, row in before.items()} == {code: row[:2] for code, row in after.items()}
    assert "沿用 58 个，停用 0 个" in day["outcome"]
    assert {row[2] for row in day["codes"]} == {"沿用", "拆分并合并"}  # what is touched exchanges land


def test_the_case_has_the_newer_sources_with_trigger_and_document(day):
    for role in ROLES:
        assert f"{role}_2026.gpkg" in day["case_after"]
    for text in ("red_line_adjusted", "park_adjusted", "administration", "自然资函〔2026〕12号", "2026-05"):
        assert text in day["case_after"]
    assert 'name = "update"' in day["case_after"]
    assert "行政区划变更.csv" in day["case_after"]


def test_changes_are_a_layer_and_proposals_are_done_by_a_button(day):
    assert set(day["kinds"]) >= {"up", "unchanged"}
    assert any("南山区" in row[0] for row in day["misfits"])
    names = [name for _, name, *_ in day["mended"]]
    assert not any(name.startswith("乌鲁木齐县") for name in names)
    assert sum(name.startswith("南山区") for name in names) == sum(
        row[0].startswith(f"ZH{COUNTY}") for row in day["mended"]
    )
    assert RECODED not in {row[0][2:8] for row in day["mended"]}


def test_the_update_is_taken_back_with_its_case(day):
    assert day["back"] == day["before"]
    assert day["case_back"] == day["case_before"]
    assert set(day["chosen_again"]) == set(ROLES)


def test_what_the_panel_says_is_chinese(day):
    foreign = [one for one in day["said"] if re.search(r"[A-Za-z]{4,} [a-z]{2,}", one)]
    assert foreign == []
