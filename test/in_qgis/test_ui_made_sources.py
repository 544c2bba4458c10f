"""Sources that a case makes on the spot, in the panel: shown as what they are, kept, and never taken for a folder."""

from __future__ import annotations

import pytest
from control_units.delineation.casereading import read_case
from control_units.ui.pages.source_list import ENTRY
from control_units.ui.pages.sources import SourcesPage
from fakes import workplace
from test_made_sources import CATCHMENTS, MORE, made_case


@pytest.fixture
def page(tmp_path):
    page = SourcesPage(workplace())
    page.show()
    page.session.open_case(made_case(tmp_path / "data", "catchments", "grid"))
    page.session.runner.finish()
    yield page
    page.deleteLater()


def entry_of(page, title):
    return next(entry for entry in page.book.entries if entry.title == title)


def test_they_are_listed_by_what_makes_them(page):
    items = [page.list.topLevelItem(row) for row in range(page.list.topLevelItemCount())]
    texts = {item.text(1): item.text(2) for item in items if item.data(0, ENTRY) is not None}
    assert {CATCHMENTS, "grid:size=3000"} <= set(texts)
    for title in (CATCHMENTS, "grid:size=3000"):
        entry = entry_of(page, title)
        assert entry.mark == "present"
        page.details.show_entry(entry)
    assert entry_of(page, CATCHMENTS).seen.crs == "EPSG:4547"
    assert page.session.blockers == {}


def test_other_changes_leave_them_as_they_were(page, tmp_path):
    before = [spec for spec in page.session.case.sources if spec.made]
    page.book.replace(entry_of(page, "county"), provider="某局")
    page.session.runner.finish()
    assert [spec for spec in page.session.case.sources if spec.made] == before
    page.session.save_case(tmp_path / "data" / "again.toml")
    assert [spec.made for spec in read_case(tmp_path / "data" / "again.toml").sources if spec.made] == [
        CATCHMENTS, "grid:size=3000",
    ]  # fmt: skip
    (tmp_path / "other").mkdir()
    page.session.save_case(tmp_path / "other" / "moved.toml")
    moved = read_case(tmp_path / "other" / "moved.toml")
    assert next(spec.made for spec in moved.sources if spec.made) == CATCHMENTS.replace("dem.tif", "../data/dem.tif")


def test_a_dem_that_is_gone_is_a_problem_and_one_is_removed(page, tmp_path):
    (tmp_path / "data" / "dem.tif").unlink()
    page.book.looks.look_where_changed()
    page.session.runner.finish()
    assert entry_of(page, CATCHMENTS).mark == "problem"
    assert entry_of(page, "grid:size=3000").mark == "present"
    page.book.remove(entry_of(page, CATCHMENTS))
    assert [spec.made for spec in page.session.case.sources if spec.made] == ["grid:size=3000"]


def test_two_of_one_role_are_two_entries(tmp_path):
    page = SourcesPage(workplace())
    case = made_case(tmp_path, "grid")
    case.write_text(case.read_text(encoding="utf-8") + MORE["grid"].replace("3000", "5000"), encoding="utf-8")
    page.session.open_case(case)
    page.session.runner.finish()
    assert len([entry for entry in page.book.entries if entry.spec.made]) == 2
    page.deleteLater()
