"""The Sources page asks which of several layers of one content is taken, and for a red line; none is the default."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from control_units.ui.pages.sources.page import SourcesPage
from control_units.ui.work.source_notes import known_text, read_known
from fakes import workplace
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtTest import QTest
from twins import BEFORE, NOW, Twin, write_county

if TYPE_CHECKING:
    from qgis.PyQt.QtWidgets import QPushButton


@pytest.fixture
def page():
    page = SourcesPage(workplace())
    page.resize(380, 560)
    page.show()
    yield page
    page.deleteLater()


def add(page, *files) -> None:
    page.add_files_of([str(file) for file in files])
    page.session.runner.finish()
    page.refresh()


def confirm_all(page) -> None:
    """Answer all but the questions that only a choice answers."""
    page.book.confirm(*page.book.entries)


def answers(page) -> list[QPushButton]:
    return [page.bar.answers.itemAt(place).widget() for place in range(page.bar.answers.count())]


def reds(page) -> list[str]:
    return [spec.path.rpartition("/")[2] for spec in page.session.case.sources if spec.role == "red_line"]


def states(page) -> dict[str, str]:
    items = page.list.items()
    return {f"{item.text(0)}: {item.text(1)}": item.text(2) for item in items}


@pytest.fixture
def twins(page, tmp_path):
    """Two layers of one content are there, and all is confirmed that can be."""
    add(page, write_county(tmp_path / "in", (Twin("甲/生态保护红线"), NOW), (Twin("乙/生态保护红线"), BEFORE)))
    confirm_all(page)


@pytest.mark.usefixtures("twins")
@pytest.mark.parametrize(("place", "other"), [(0, "甲"), (1, "乙")])
def test_neither_is_taken_until_one_is_chosen_by_the_keyboard(page, place, other):
    assert reds(page) == []
    assert "2 layers hold the same (ecological red line)" in page.bar.text.text()
    assert page.bar.isVisible()
    assert not page.bar.confirm.isVisible()
    assert [one.text() for one in answers(page)] == ["Take 乙/生态保护红线.shp", "Take 甲/生态保护红线.shp"]
    assert list(states(page).values())[:2] == ["choose one"] * 2
    said = "Ecological red line: choose which of 2 layers is taken."
    assert (page.state().mark, page.state().sentence, page.state().action) == ("problem", said, "Answer")
    assert page.session.blockers["sources"] == said
    # The question outlives the project.
    again = [one for one in read_known(known_text(page.session.known, str), str) if one.guess and one.guess.rivals]
    assert sorted((one.path.rpartition("/in/")[2], one.role) for one in again) == [
        ("乙/生态保护红线.shp", ""),
        ("甲/生态保护红线.shp", ""),
    ]
    page.act()
    QTest.keyClick(answers(page)[place], Qt.Key.Key_Space)
    assert not page.bar.isVisible()
    assert "sources" not in page.session.blockers
    left = next(entry for entry in page.book.entries if f"/{other}/" in entry.spec.path)
    assert (left.mark, left.guess.reasons[-1].facts["problem"]) == ("unused", "chosen")
    assert reds(page) == ["生态保护红线.shp"]


def test_what_comes_later_is_held_against_what_is_there(page, tmp_path):
    names = [f"生态保护红线{year}" for year in (2018, 2023)]
    folder = write_county(tmp_path / "in", *((Twin(name), NOW) for name in names))
    for name in names:
        add(page, folder / f"{name}.shp")
        assert reds(page) == [f"{name}.shp"]
    old = next(entry for entry in page.book.entries if entry.spec.path.endswith("2018.shp"))
    assert (old.mark, old.guess.reasons[-1].facts["problem"]) == ("unused", "older")


def test_without_a_red_line_a_run_waits_for_an_answer(page, tmp_path):
    folder = write_county(tmp_path / "in", (Twin("生态保护红线"), NOW))
    add(page, folder / "县级行政区.shp", folder / "乡镇级行政区.shp")
    confirm_all(page)
    page.refresh()
    line = "Ecological red line: none yet"
    assert states(page)[line] == "missing"
    said = "There is no Ecological red line: add it, or say that there is none."
    assert (page.state().mark, page.state().sentence) == ("problem", said)
    assert page.session.blockers["sources"] == said
    assert page.bar.text.text().startswith(
        "no ecological red line: what lies in it is judged by the other sources alone"
    )
    file, none = answers(page)
    assert [one.text().replace("&", "") for one in (file, none)] == [
        "Choose its file…",
        "There is none in this territory",
    ]
    wanted = []
    page.bar.wanted.disconnect()
    page.bar.wanted.connect(wanted.append)
    QTest.mouseClick(file, Qt.MouseButton.LeftButton)
    assert wanted == ["red_line"]
    QTest.mouseClick(none, Qt.MouseButton.LeftButton)
    assert states(page)[line] == "none here"
    assert (page.state().mark, page.session.blockers) == ("done", {})
    assert not page.bar.isVisible()
    add(page, folder / "生态保护红线.shp")
    assert line not in states(page)
