"""Industries are found as people look for them."""

from __future__ import annotations

import pytest
from control_units.delineation.lists.industries import Industries, read_industries
from control_units.delineation.lists.industry_search import initials, search_industries


@pytest.fixture(scope="module")
def industries():
    return read_industries()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("C26", "C26"),
        ("c26", "C26"),
        ("26", "C26"),
        ("C2614", "C2614"),
        ("2614", "C2614"),
        ("化学原料", "C26"),
        ("HXYL", "C26"),
        ("hxyl", "C26"),
        ("mtkchxx", "B06"),
        ("水的生产", "D46"),
    ],
)
def test_code_name_and_first_letters_find_an_industry(industries, text, code):
    assert search_industries(industries, text)[0][0] == code


def test_a_code_without_a_name_has_that_of_the_one_above(industries):
    assert search_industries(industries, "C2614")[0] == ("C2614", industries.names["C26"])


def test_all_of_a_section_are_found_by_its_letter_itself_first(industries):
    found = [code for code, _ in search_industries(industries, "c", limit=200)]
    assert found[0] == "C"
    assert {code for code in industries.names if code.startswith("C")} <= set(found)


@pytest.mark.parametrize("text", ["", "  ", "、", "Z99", "2699999", "zzzzzz"])
def test_what_is_none_finds_nothing(industries, text):
    assert search_industries(industries, text) == []


def test_a_rare_character_fits_any_letter():
    assert initials("醴陵") == "?l"
    assert search_industries(Industries({"C": "醴陵陶瓷"}), "lltc") == [("C", "醴陵陶瓷")]


def test_no_more_are_given_than_are_wanted(industries):
    assert len(search_industries(industries, "业", limit=5)) == 5
