"""Entry lists at their desk in a real window: read, written in, reviewed, mended, undone, held against last year's."""

from __future__ import annotations

import pytest
from pictures import SCREENS


@pytest.fixture(scope="module", params=["zh-Hans"])
def qgis(request, fresh_qgis):
    return fresh_qgis(request.param)


@pytest.fixture(scope="module")
def told(qgis, archive):
    for picture in SCREENS.glob("listing-zh-*.png"):
        picture.unlink()
    told = qgis.story("listing.listing", archive, "listing", screen="1280x720")
    print(f"\nlists ({qgis.locale}): {told.report['took']} s in QGIS")
    return told


def statuses(rows):
    return {(unit, clause): status for unit, clause, _, status, _ in rows}


def test_a_clause_says_what_brought_it_and_how_much_that_covers(told):
    assert "生态保护红线" in told.report["why"]
    assert "km²" in told.report["why"]
    assert "%" in told.report["lines"][0]


def test_the_map_goes_to_the_unit(told):
    assert all(told.report["jumped"])


def test_a_clause_is_written_changed_and_the_change_undone(told):
    first = "禁止在水源涵养林内新建宿营地。"
    (op,) = told.report["written"]
    assert op["add"]["text"] == first
    assert told.report["reason"] == "县级会审意见"
    assert "H61" in told.report["industry"]
    assert told.report["chosen"] == [first]
    assert told.report["changed"] == ["禁止在水源涵养林内新建、扩建宿营地。"]
    assert told.report["undone"] == [first]
    assert "没有可重做的修改" in told.report["nothing"]


def test_a_unit_is_approved_and_a_proposed_clause_taken_in(told):
    unit = told.report["unit"]
    own = {status for (of, _), status in statuses(told.report["approved"]).items() if of == unit}
    assert "待审" not in own
    assert "建议" in told.report["proposed"] or "触" in told.report["proposed"]


def test_many_units_are_asked_for_once_more(told):
    assert "单元" in told.report["asked"]
    assert "待审" in statuses(told.report["at_last"]).values()


def test_a_finding_is_mended_by_a_click(told):
    assert told.report["mends"]
    assert told.report["mended"][0] == 1
    assert len(told.report["lint_after"]) < len(told.report["lint"])


def test_last_years_lists_stand_beside_these(told):
    assert {"new", "gone", "changed", "same"} <= set(told.report["kinds"])
    assert "县级方案" in told.report["both"]


def test_a_workbook_comes_back_and_what_it_changes_is_seen_and_taken_as_one_edit(told):
    assert "会审清单.xlsx" in told.report["written_told"]
    assert told.report["preview"][0] == "未采用 1"
    assert "ZH65010099999" in told.report["preview"][1]
    assert told.report["reason_seen"]
    assert any("待审 → 已审" in one for one in told.report["preview"])
    entries, said = told.report["imported"]
    assert entries == 1
    assert said.startswith("已导入：新增 1、修改 1、审核 ")
    assert said.endswith("；未采用 1")
    after = {text for _, _, text, *_ in told.report["after_import"]}
    assert {"禁止在水源涵养林内新建、改建、扩建宿营地。", "宿营地配备污水收集设施。"} <= after


def test_the_plan_is_free_at_the_end_and_nothing_is_complained_of(told):
    assert told.code == 0
    assert "error" not in told.report, told.report["error"]
    assert told.report["free"]
    heard = [line for line in told.report["heard"] if "Traceback" in line or "warning:" in line]
    assert [line for line in heard if "shapely.geos" not in line] == []
