"""The Sources page from case to case: what was found out about the files of one says nothing of the next one's."""

from __future__ import annotations

import shutil

import pyogrio
import pytest
from control_units.ui.pages.source_list import ENTRY
from control_units.ui.pages.sources import SourcesPage
from control_units.ui.shipped import DEMO
from fakes import workplace
from hand import hand


@pytest.fixture
def page():
    page = SourcesPage(workplace())
    page.show()
    yield page
    page.deleteLater()


def look(page, case) -> dict[str, tuple[str, int | None]]:
    """Open a case; the mark and the count of features of each line."""
    assert page.session.open_case(case)
    page.session.runner.finish()
    items = [page.list.topLevelItem(row) for row in range(page.list.topLevelItemCount())]
    assert any(item.data(0, ENTRY) is not None for item in items)
    told = {}
    for entry in page.book.entries:
        told[entry.role] = (entry.mark, None if entry.raster or entry.seen is None else entry.seen.count)
    return told


@pytest.fixture
def cases(tmp_path):
    """The demo, and a copy of it without its slope and with fewer parks."""
    whole, spoiled = tmp_path / "whole", tmp_path / "spoiled"
    shutil.copytree(DEMO, whole)
    shutil.copytree(DEMO, spoiled)
    (spoiled / "slope.tif").unlink()
    parks = next(one for one in _specs(whole / "case.toml") if one.role == "industrial_park")
    frame = pyogrio.read_dataframe(spoiled / parks.path, layer=parks.layer or None)
    pyogrio.write_dataframe(frame[:2], spoiled / parks.path, layer=parks.layer or None)
    return whole / "case.toml", spoiled / "case.toml", len(frame)


def _specs(case):
    from control_units.delineation.case.reading import read_case

    return read_case(case).sources


def test_a_spoiled_copy_is_not_ticked_after_the_whole_one(page, cases):
    whole, spoiled, count = cases
    before = look(page, whole)
    assert before["slope"][0] == "present"
    assert before["industrial_park"] == ("present", count)
    after = look(page, spoiled)
    assert after["slope"][0] == "problem"
    assert after["industrial_park"][1] == 2
    assert page.session.blockers


def test_a_whole_copy_is_not_blamed_after_the_spoiled_one(page, cases):
    whole, spoiled, count = cases
    assert look(page, spoiled)["slope"][0] == "problem"
    after = look(page, whole)
    assert after["slope"][0] == "present"
    assert after["industrial_park"] == ("present", count)
    assert not page.session.blockers


def test_a_case_saved_to_another_folder_keeps_what_was_found_out(page, tmp_path):
    """The files are the same ones, by other paths."""
    case = hand(tmp_path / "first")
    assert look(page, case)
    (tmp_path / "second" / "deep").mkdir(parents=True)
    seen = [entry.seen for entry in page.book.entries]
    assert all(seen)
    assert page.session.save_case(tmp_path / "second" / "deep" / "case.toml")
    assert [entry.seen for entry in page.book.entries] == seen
    assert page.session.runner.waiting == []
