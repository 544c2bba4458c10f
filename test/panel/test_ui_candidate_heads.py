"""Columns of candidates: their heads tell them apart, in little room."""

from __future__ import annotations

from types import SimpleNamespace

from control_units.ui import words
from control_units.ui.pages.candidates import table as candidate_table
from control_units.ui.pages.candidates.table import heads


def headed(*texts: str) -> list[str]:
    return heads([SimpleNamespace(text=text, number=number, profile=None) for number, text in enumerate(texts)])


def test_one_is_headed_by_its_method_and_first_parameter():
    assert headed("ward:k=6,variables=x+y") == ["Ward\nk=6, …"]
    assert headed("ward:compactness=0.25,k=6") == ["Ward\ncom…=0.25"]
    assert headed("maxp:floor=60000000") == ["max-p\nfloor=6e7"]
    assert headed("overlay") == ["Overlay"]
    assert headed("ward:k=6", "ward:k=6,scope=whole") == ["Ward\nk=6", "Ward\nover all …"]


def test_those_of_one_method_are_headed_by_what_the_others_have_otherwise():
    common = "locked=ZH65010220002,variables=x+y"
    assert headed(f"ward:k=60,{common}", f"ward:k=60,{common},compactness=0.5", f"skater:k=60,{common}") == [
        "Ward\nk=60, …",
        "Ward\ncom…=0.5",
        "SKATER\nk=60, …",
    ]
    assert headed(f"ward:k=60,{common}", f"ward:k=40,{common}") == ["Ward\nk=60, …", "Ward\nk=40, …"]


def test_those_that_still_read_alike_are_numbered_as_their_marks_are():
    long = "ward:k=60,locked=ZH6501022000"
    found = headed(f"{long}1", f"{long}2", f"{long}2")
    assert found == [f"Ward {n}\nloc…=ZH65…" for n in (1, 2, 3)]
    assert len(set(found)) == 3


def test_in_chinese_they_say_what_a_method_does_and_how_many_regions_there_are(monkeypatch):
    monkeypatch.setattr(candidate_table, "language", lambda: "zh")
    monkeypatch.setattr(words, "language", lambda: "zh")
    assert headed("ward:k=44,variables=x+y", "redcap:k=44") == ["层次聚类法\nk=44, …", "动态约束聚…\nk=44"]
