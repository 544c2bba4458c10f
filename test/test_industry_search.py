"""Industries as a person types them: codes, parts of names, pinyin initials."""

from __future__ import annotations

import pytest
from control_units.delineation.lists.industries import read_industries


@pytest.fixture(scope="module")
def industries():
    return read_industries()


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("C26", "C26"),
        ("c26", "C26"),
        ("26", "C26"),
        ("化学原料", "C26"),
        ("hxyl", "C26"),
        ("化原", "C26"),
        ("教育", "P"),
        ("jy", "P"),
        ("银", None),
        ("畜牧", "A03"),
        ("xmy", "A03"),
        ("kjtg", "M75"),
        ("C2614", "C2614"),
        ("X99", None),
        ("", None),
        ("zzzzzzzz", None),
    ],
)
def test_the_best_fit_comes_first(industries, text, first):
    found = industries.search(text)
    assert (found[0][0] if found else None) == first


def test_a_code_without_a_name_has_that_of_the_nearest_above(industries):
    assert industries.search("C2614")[0] == ("C2614", "化学原料和化学制品制造业")


def test_a_section_brings_its_divisions(industries):
    codes = [code for code, _ in industries.search("B", most=50)]
    assert codes[:8] == ["B", "B06", "B07", "B08", "B09", "B10", "B11", "B12"]


def test_no_more_are_given_than_are_wanted(industries):
    assert len(industries.search("业", most=7)) == 7


def test_each_name_has_its_initials_letter_by_letter(industries):
    for code, name in industries.names.items():
        signs = [letter for letter in name if "\u4e00" <= letter <= "\u9fff"]
        assert len(industries.initials[code]) == len(signs), code
        assert industries.initials[code].isascii()
