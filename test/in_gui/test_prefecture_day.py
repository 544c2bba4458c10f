"""A day with layers of a strange prefecture, in Chinese and in English: what prefecture_day.py must have seen."""

from __future__ import annotations

import re
import subprocess

import openpyxl
import pytest
import strange_prefecture
from pictures import SCREENS

MOST_CLICKS = 20  # from an empty QGIS to a printed atlas and a workbook
UNCONFIRMED = strange_prefecture.SHAPEFILES
CHINESE = re.compile(r"[一-鿿]")


@pytest.fixture(scope="module")
def place(qgis):
    """Where the story's files lie: what the departments handed in, and the red line of a year later."""
    for picture in SCREENS.glob(f"prefecture-{'zh' if qgis.locale != 'en' else 'en'}-*.png"):
        picture.unlink()
    documents = qgis.folder / "home" / "Documents"
    layers = strange_prefecture.make(documents / ("澜河市资料" if qgis.locale != "en" else "layers"), wrong=False)
    newer = documents / "2026" / "生态保护红线_2026.shp"
    strange_prefecture.newer_red_line(layers / strange_prefecture.RED_LINE, newer)
    return {
        "HOME": str(documents.parent),
        "CONTROL_UNITS_LAYERS": str(layers),
        "CONTROL_UNITS_NEWER": str(newer),
        "CONTROL_UNITS_SHOTS": "prefecture",
    }


@pytest.fixture(scope="module")
def day(qgis, archive, place):
    told = qgis.tell("prefecture_day.by_day", screen="1600x1000", CONTROL_UNITS_ZIP=str(archive), **place)
    assert told.code == 0
    print(f"\na prefecture's day ({qgis.locale}): {told.report['took']} s, {told.report['clicks']} clicks to an atlas")
    return told.report


@pytest.fixture(scope="module")
def night(qgis, day, place):
    first = str(day["pictures"])
    told = qgis.tell(
        "prefecture_day.by_night", screen="1600x1000", project=day["project"], CONTROL_UNITS_FIRST=first, **place
    )
    assert told.code == 0
    return told.report


def test_encodings_are_one_question(day):
    asked = [title for title, mark in day["marks"].items() if mark == "check"]
    assert len(asked) >= UNCONFIRMED
    assert strange_prefecture.COUNTIES["459901"] in day["asked"]
    left = [title for title, mark in day["marks_then"].items() if mark == "check"]
    assert len(left) == len(asked) - UNCONFIRMED + len(day["protecting"])


def test_what_protects_is_seen_before_one_click_confirms_all_of_it(day):
    assert len(day["protecting"]) > 1
    assert all(day["protecting"].values())
    assert [title for title in day["protecting"] if title not in day["asked_then"]] == []
    assert {day["marks_then"][title] for title in day["protecting"]} == {"check"}
    assert set(day["marks_seen"]) == {"present"}


def test_sources_are_a_group_that_is_off_until_it_is_wanted(day):
    assert day["sources_on_map"] == [len(strange_prefecture.TRUTH), 0]


def test_a_printed_atlas_and_a_workbook_take_few_clicks(day):
    assert day["clicks"] <= MOST_CLICKS
    text = subprocess.run(["pdftotext", day["atlas"], "-"], check=True, capture_output=True, text=True).stdout
    assert len(day["codes"]) > 10
    assert [code for code in day["codes"] if code not in text] == []
    assert openpyxl.load_workbook(day["lists"]).sheetnames


def test_the_unit_that_was_asked_stays_chosen_and_explained(day):
    asked = day["asked_unit"]
    assert asked["code"] in asked["card"]
    assert asked["again"] == [asked["code"]]
    assert asked["card_again"] == asked["card"]
    assert len(day["chosen_adopted"]) == 1
    assert day["chosen_adopted"][0] in day["card_adopted"]


def test_features_go_by_their_names(day):
    assert re.search(r"[上下]..断面", day["asked_unit"]["card"])


def test_what_was_accepted_stays_accepted_as_long_as_it_says_the_same(day):
    said = day["finding"]["words"]
    assert day["accepted"]["accepted"] == [said]
    for then in (day["accepted_then"], day["accepted_adopted"]):
        assert then["accepted"] or then["open"], "the finding is gone: this tests nothing"
        assert then["accepted"] == [one for one in (*then["accepted"], *then["open"]) if one == said], then


def test_another_red_line_says_what_changed(day, qgis):
    words = ("新增 1 个", "消失 1 个", "变动 1 个") if qgis.locale != "en" else ("1 new", "1 gone", "1 moved")
    assert [one for one in words if one not in day["replaced"]] == []


def test_the_history_has_the_day_in_order(day, qgis):
    zh = qgis.locale != "en"
    wanted = (
        ("采用", "生态保护红线_2026", "接受", "图集")
        if zh
        else ("took the division", "生态保护红线_2026", "accepted", "Atlas")
    )
    places = [day["history"].find(one) for one in wanted]
    assert -1 not in places
    assert places == sorted(places), "the newest first"


def test_the_attribute_table_speaks_the_users_language(day, qgis):
    named = [one for one in day["aliases"] if one]
    assert len(named) > 10
    if qgis.locale != "en":
        assert [one for one in named if not CHINESE.search(one)] == []


def test_the_evening_goes_on_where_the_day_ended(night):
    assert night["theme"] == "Night Mapping"
    assert night["landed"] == "result"


def test_every_page_fits_a_narrow_panel(night):
    narrow = {name: found for name, found in night["narrow"].items() if name.endswith(" 320")}
    assert len(narrow) == 6
    assert {name: found for name, found in narrow.items() if found[0] > 330 or found[1] > 0} == {}


def test_everything_is_said_in_the_users_language(day, night, qgis):
    said = [*day["said"], *night["said"]]
    if qgis.locale == "en":
        own = "澜江|青岩|白沙|临浪|保护|管控|行政|乡镇|园区|农田|边界|空间|斑块"
        assert [one for one in said if CHINESE.search(one) and not re.search(own, one)] == []
    else:
        assert [one for one in said if re.search(r"[A-Za-z]{4,} [a-z]{2,}", one) and not CHINESE.search(one)] == []


def test_each_step_left_a_picture(night, qgis):
    tongue = "en" if qgis.locale == "en" else "zh"
    pictures = sorted(SCREENS.glob(f"prefecture-{tongue}-*.png"))
    assert len(pictures) == night["pictures"]
    assert not any("broken-off" in one.name for one in pictures)
