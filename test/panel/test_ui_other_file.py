"""A source whose file is gone, or is to be another: chosen anew, looked at again, or taken out; then a run goes on."""

from __future__ import annotations

import shutil
from dataclasses import replace

import pytest
from control_units.ui.frame.dock import Dock
from control_units.ui.pages import pages
from control_units.ui.pages.sources import details as details_module
from fakes import workplace
from hand import LAYERS, box, hand, write_layer
from qgis.PyQt.QtCore import QCoreApplication, Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QPushButton


@pytest.fixture
def dock(tmp_path):
    place = workplace()
    dock = Dock(place, pages)
    dock.resize(420, 700)
    dock.show()
    assert dock.ready()
    assert place.session.open_case(hand(tmp_path / "a"))
    settle(place.session)
    yield dock
    dock.close()
    dock.deleteLater()


def settle(session) -> None:
    while session.runner.finish():
        QCoreApplication.processEvents()
    QCoreApplication.processEvents()


@pytest.fixture
def water(tmp_path):
    """Another water layer, as a Shapefile of a bureau has it: other letters, one column more, one feature more."""
    shapes = [*LAYERS["water"][0], box(500, 500, 900, 900)]
    return write_layer(
        tmp_path / "水环境.shp",
        "水环境",
        shapes,
        {"ZONE": ["工业污染重点管控区"] * 2, "NOTE": ["x", "y"]},
        encoding="UTF-8",
    )


def lose(dock: Dock, tmp_path):
    """The file of one source goes while nobody looks."""
    water = write_layer(tmp_path / "a" / "water.gpkg", "water", *LAYERS["water"], kind="Polygon")
    session = dock.session
    sources = tuple(replace(one, path="water.gpkg") if one.layer == "water" else one for one in session.case.sources)
    session.change(sources=sources)
    settle(session)
    page = dock.turn_to("sources")
    entry = next(one for one in page.book.entries if one.title == "water")
    assert entry.mark == "present"
    away = shutil.move(water, tmp_path / "away.gpkg")
    page.look_again()
    settle(session)
    assert entry.mark == "problem"
    assert session.blockers["sources"]
    page._show(entry)
    return page, entry, away


def press(button) -> None:
    assert button.isVisible()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def choose(page, monkeypatch, file) -> None:
    monkeypatch.setattr(details_module, "ask_file", lambda *_: str(file))
    press(page.details.other)
    settle(page.session)


def test_another_file_takes_the_place_of_one_that_is_gone_and_a_run_goes_on(dock, tmp_path, monkeypatch, water):
    page, entry, _ = lose(dock, tmp_path)
    choose(page, monkeypatch, water)
    assert entry in page.book.entries
    assert entry.mark == "present"
    spec = next(one for one in dock.session.case.sources if one.role == "water_zone")
    assert (spec.path, spec.layer, dict(spec.fields)) == (str(water), "", {"zone": "ZONE"})
    assert page.details.compared.text().splitlines() == [
        "In place of water.gpkg | water.",
        "The field zone is called ZONE here.",
        "Columns that are new: ZONE, NOTE.",
        "Columns that are gone: zone.",
        "Features: 2; there were 1.",
    ]
    assert page.details.compared.isVisible()
    assert dock.session.blockers == {}
    dock.session.start_run()
    settle(dock.session)
    assert dock.session.plan is not None
    assert sorted(dock.session.plan.sources["count"]) == [1, 1, 2, 2]


def test_the_same_file_elsewhere_is_said_to_be_alike(dock, tmp_path, monkeypatch):
    page, _, away = lose(dock, tmp_path)
    choose(page, monkeypatch, away)
    assert page.details.compared.text().splitlines() == [
        "In place of water.gpkg | water.",
        "It has the same columns.",
        "Features: 1, as before.",
    ]
    assert dock.session.blockers == {}


def test_of_a_file_of_several_layers_the_one_of_that_name_is_taken(dock, tmp_path, monkeypatch):
    page, entry, _ = lose(dock, tmp_path)
    choose(page, monkeypatch, tmp_path / "a" / "hand.gpkg")
    assert (entry.spec.layer, entry.mark) == ("water", "present")


def test_else_the_layer_with_most_of_its_columns(dock, tmp_path, monkeypatch):
    page, entry, _ = lose(dock, tmp_path)
    write_layer(tmp_path / "b.gpkg", "first", [box(0, 0, 9, 9)], {"a": ["1"]})
    write_layer(tmp_path / "b.gpkg", "second", *LAYERS["water"])
    choose(page, monkeypatch, tmp_path / "b.gpkg")
    assert (entry.spec.layer, entry.mark) == ("second", "present")


def test_a_file_that_cannot_be_used_says_why_and_another_can_be_chosen(dock, tmp_path, monkeypatch, water):
    page, entry, _ = lose(dock, tmp_path)
    (tmp_path / "no.shp").write_bytes(b"no")
    choose(page, monkeypatch, tmp_path / "no.shp")
    assert entry.mark == "problem"
    assert page.details.problem.isVisible()
    choose(page, monkeypatch, water)
    assert entry.mark == "present"
    assert dock.session.blockers == {}


@pytest.mark.parametrize("all_", [True, False])
def test_a_file_of_several_sources_is_chosen_once(dock, tmp_path, monkeypatch, all_):
    page = dock.turn_to("sources")
    away = shutil.move(tmp_path / "a" / "hand.gpkg", tmp_path / "away.gpkg")
    page.look_again()
    settle(dock.session)
    assert [one.mark for one in page.book.entries] == ["problem"] * 4
    page._show(page.book.entries[0])
    asked = []
    monkeypatch.setattr(details_module, "sure", lambda *told: bool(asked.append(told[1])) or all_)
    choose(page, monkeypatch, away)
    assert len(asked) == 1
    assert "3" in asked[0]
    assert [one.mark for one in page.book.entries].count("present") == (4 if all_ else 1)
    assert (dock.session.blockers == {}) == all_


def test_a_file_that_is_back_is_looked_at_again(dock, tmp_path):
    page, entry, away = lose(dock, tmp_path)
    shutil.move(away, tmp_path / "a" / "water.gpkg")
    press(page.details.reload)
    assert entry.mark == "waiting"
    settle(dock.session)
    assert entry.mark == "present"
    assert dock.session.blockers == {}


def test_a_source_that_is_gone_for_good_is_taken_out(dock, tmp_path):
    page, entry, _ = lose(dock, tmp_path)
    page.details._remove()
    settle(dock.session)
    assert entry not in page.book.entries
    assert dock.session.blockers == {}


def test_a_source_that_a_run_refuses_is_marked_and_mended_in_two_clicks(dock, tmp_path):
    park = write_layer(tmp_path / "park.shp", "park", [box(100, 100, 900, 900)], {"name": ["甲园区"]}, crs=None)
    session, page = dock.session, dock.turn_to("sources")
    page.add_files_of([str(park)], "industrial_park")
    settle(session)
    entry = next(one for one in page.book.entries if one.role == "industrial_park")
    page.book.replace(entry, crs="EPSG:4534")  # the meridian 75°, of 114°
    settle(session)
    assert (entry.mark, session.blockers) == ("present", {})
    dock.turn_to("run")

    def refused() -> None:
        session.start_run()
        settle(session)
        assert entry.mark == "problem"
        assert "lies outside the study area when read in its own CRS" in dock.place.messages.texts[-1]
        assert dock.sentence.text() == "1 to mend: park.shp"

    refused()
    session.change(seed=4)  # another case: what the run said may hold no more
    settle(session)
    assert (entry.mark, session.blockers) == ("present", {})
    refused()
    press(dock.next)
    press(dock.next)
    assert page.details.entry is entry
    assert "lies outside the study area" in page.details.problem.text()
    press(next(one for one in page.findChildren(QPushButton) if one.text() == "Read it in EPSG:4547, meridian 114°"))
    settle(session)
    assert (entry.mark, session.blockers) == ("present", {})
    session.start_run()
    settle(session)
    assert "park.shp" in " ".join(session.plan.sources["path"])


def test_nothing_changes_where_nothing_is_chosen(dock, tmp_path, monkeypatch):
    page, entry, _ = lose(dock, tmp_path)
    spec = entry.spec
    choose(page, monkeypatch, "")
    assert entry.spec == spec
