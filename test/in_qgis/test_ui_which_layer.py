"""The Sources page asks which of several layers of one content is taken, and for a red line; none is the default."""

from __future__ import annotations

import pytest
from control_units.delineation.case.reading import read_case
from control_units.ui.pages.sources import SourcesPage
from control_units.ui.work.source_notes import known_text, read_known
from fakes import workplace
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QApplication, QPushButton
from twins import BEFORE, NOW, Twin, write_county


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
    items = [page.list.topLevelItem(row) for row in range(page.list.topLevelItemCount())]
    return {f"{item.text(0)}: {item.text(1)}": item.text(2) for item in items}


@pytest.fixture
def twins(tmp_path):
    return write_county(tmp_path / "in", (Twin("甲/生态保护红线"), NOW), (Twin("乙/生态保护红线"), BEFORE))


def test_neither_is_taken_and_confirming_does_not_answer(page, twins):
    add(page, twins)
    confirm_all(page)
    assert reds(page) == []
    assert page.bar.isVisible()
    assert "2 layers hold the same (ecological red line)" in page.bar.text.text()
    assert not page.bar.confirm.isVisible()
    assert [one.text() for one in answers(page)] == ["Take 乙/生态保护红线.shp", "Take 甲/生态保护红线.shp"]
    assert list(states(page).values())[:2] == ["choose one"] * 2
    assert page.state().mark == "problem"
    said = "Ecological red line: choose which of 2 layers is taken."
    assert (page.state().sentence, page.state().action) == (said, "Answer")
    assert page.session.blockers["sources"] == said


@pytest.mark.parametrize(("place", "other"), [(0, "甲"), (1, "乙")])
def test_one_is_chosen_by_the_keyboard_and_the_other_says_so(page, twins, tmp_path, place, other):
    add(page, twins)
    confirm_all(page)
    page.act()
    assert QApplication.focusWidget() is None or QApplication.focusWidget() in answers(page)
    QTest.keyClick(answers(page)[place], Qt.Key.Key_Space)
    (spec,) = [spec for spec in page.session.case.sources if spec.role == "red_line"]
    assert spec.path.endswith(("乙/生态保护红线.shp", "甲/生态保护红线.shp")[place])
    assert not page.bar.isVisible()
    assert "sources" not in page.session.blockers
    left = next(entry for entry in page.book.entries if f"/{other}/" in entry.spec.path)
    assert left.mark == "unused"
    assert [said.facts["problem"] for said in left.guess.reasons][-1] == "chosen"
    assert page.session.save_case(tmp_path / "case.toml")
    assert [one.path for one in read_case(tmp_path / "case.toml").sources if one.role == "red_line"] == [
        f"in/{('乙', '甲')[place]}/生态保护红线.shp"
    ]


def test_the_question_outlives_the_project(page, twins):
    add(page, twins)
    text = known_text(page.session.known, str)
    again = [one for one in read_known(text, str) if one.guess is not None and one.guess.rivals]
    assert sorted(one.path.rpartition("/in/")[2] for one in again) == ["乙/生态保护红线.shp", "甲/生态保护红线.shp"]
    assert all(one.role == "" for one in again)


def test_what_comes_later_is_held_against_what_is_there(page, tmp_path):
    years = [(Twin(f"生态保护红线{year}"), NOW) for year in (2018, 2023)]
    folder = write_county(tmp_path / "in", *years)
    add(page, folder / "县级行政区.shp", folder / "生态保护红线2018.shp")
    assert reds(page) == ["生态保护红线2018.shp"]
    add(page, folder / "生态保护红线2023.shp")
    assert reds(page) == ["生态保护红线2023.shp"]
    old = next(entry for entry in page.book.entries if entry.spec.path.endswith("2018.shp"))
    assert (old.mark, old.guess.reasons[-1].facts["problem"]) == ("unused", "older")


def test_without_a_red_line_a_run_waits_for_an_answer(page, tmp_path):
    add(page, write_county(tmp_path / "in"))
    confirm_all(page)
    page.refresh()
    assert states(page)["Ecological red line: none yet"] == "missing"
    said = "There is no Ecological red line: add it, or say that there is none."
    assert (page.state().mark, page.state().sentence) == ("problem", said)
    assert page.session.blockers["sources"] == said
    assert page.bar.text.text().startswith("no ecological red line: no land becomes priority protection for its sake")
    assert [one.text().replace("&", "") for one in answers(page)] == [
        "Choose its file…",
        "There is none in this territory",
    ]
    QTest.mouseClick(answers(page)[1], Qt.MouseButton.LeftButton)
    assert states(page)["Ecological red line: none yet"] == "none here"
    assert (page.state().mark, page.session.blockers) == ("done", {})
    assert not page.bar.isVisible()


def test_a_red_line_that_is_added_answers_it(page, tmp_path):
    folder = write_county(tmp_path / "in", (Twin("生态保护红线"), NOW))
    add(page, folder / "县级行政区.shp")
    wanted = []
    page.bar.wanted.disconnect()
    page.bar.wanted.connect(wanted.append)
    QTest.mouseClick(answers(page)[0], Qt.MouseButton.LeftButton)
    assert wanted == ["red_line"]
    add(page, folder / "生态保护红线.shp")
    assert "Ecological red line: none yet" not in states(page)
    assert answers(page) == []
