"""Industries as a person types them: codes, parts of names, pinyin initials."""

from __future__ import annotations

import csv
import statistics
import time
from pathlib import Path

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
        ("銀", "C3222"),
        ("鑫", None),
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
    assert industries.search("C2699")[0] == ("C2699", "化学原料和化学制品制造业")


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


QUERIES = list(csv.DictReader((Path(__file__).parents[1] / "data/assess/industry_queries.csv").open(encoding="utf-8")))


def test_what_people_call_an_industry_is_among_the_first_three(industries):
    """The table was decided by hand from the words of the classification, which stand beside each code."""
    assert [row for row in QUERIES if industries.names[row["code"]] != row["name"]] == []
    found = {row["query"]: [code for code, _ in industries.search(row["query"], 3)] for row in QUERIES}
    assert [(row, found[row["query"]]) for row in QUERIES if row["code"] not in found[row["query"]]] == []


def test_no_synonym_repeats_a_name_and_each_was_decided(industries):
    synonyms = {(word, code) for code, words in industries.words.items() for word in words}
    assert len(synonyms) >= 150
    assert [one for one in synonyms if one[0] in industries.names[one[1]] or one[0] in industries.names.values()] == []
    assert {word for word, _ in synonyms} <= {row["query"] for row in QUERIES}


def test_a_name_that_one_copy_alone_has_says_so(industries):
    assert industries.name("C1713") == "棉印染精加工"
    assert industries.name("C153") == "精制茶加工（待核）"
    assert ("C153", "精制茶加工（待核）") in industries.search("C153")
    assert [code for code, _ in industries.search("精制茶加工")][:1] == ["C1530"]


def test_a_key_is_answered_within_twenty_milliseconds(industries):
    for row in QUERIES[:5]:
        industries.search(row["query"])
    times = []
    for row in QUERIES[::10]:
        start = time.process_time()
        industries.search(row["query"])
        times.append(time.process_time() - start)
    assert statistics.median(times) <= 0.020
