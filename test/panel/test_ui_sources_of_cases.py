"""The Sources page from case to case: what was found out about the files of one says nothing of the next one's."""

from __future__ import annotations

import shutil
import sys

import pyogrio
import pytest
from control_units.ui.pages.sources.page import SourcesPage
from control_units.ui.pages.sources.role_list import ENTRY
from control_units.ui.shipped import DEMO
from control_units.ui.work.session import Session
from control_units.ui.work.settings import PanelSetting
from fakes import SlowRunner, workplace
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
    items = page.list.items()
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


HAND = '# Wang asks.\n[case]\nname = "甲县"  # as on the seal\n\n[[source]]\nrole = "county"\npath = "county.shp"\n'


def by_hand(tmp_path):
    """A session with a case that somebody wrote by hand, and what is said of files that were saved beside it."""
    (tmp_path / "case.toml").write_text(HAND, encoding="utf-8")
    session = Session(SlowRunner())
    assert session.open_case(tmp_path / "case.toml")
    session.change(name="乙县")
    beside = []
    session.saved_beside.connect(lambda *paths: beside.append([one.name for one in paths]))
    return session, beside


def test_a_hand_written_case_keeps_its_comments_when_it_is_saved(tmp_path):
    session, beside = by_hand(tmp_path)
    assert session.save_case(session.case_path)
    assert (tmp_path / "case.toml").read_text(encoding="utf-8") == HAND.replace("甲县", "乙县")
    assert beside == []
    assert PanelSetting.RECENT.get()[0] == str(session.case_path)  # whoever leaves before a run finds it there


def test_without_tomlkit_a_hand_written_case_goes_on_in_a_file_beside_it(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "tomlkit", None)
    session, beside = by_hand(tmp_path)
    assert session.save_case(session.case_path)
    assert (tmp_path / "case.toml").read_text(encoding="utf-8") == HAND
    assert session.case_path == tmp_path / "case.saved.toml"
    assert session.case_saved
    assert beside == [["case.toml", "case.saved.toml"]]
