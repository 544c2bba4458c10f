"""Scenarios in the desk: begun, switched between, compared side by side, and one made the main plan."""

from __future__ import annotations

import pytest
from control_units.ui.pages.revision.scenario_list import ScenarioList, proposed_name
from qgis.PyQt.QtTest import QSignalSpy
from telling import done, until


@pytest.fixture
def place(plan_place):
    return plan_place


@pytest.fixture
def scenarios(place):
    scenarios = ScenarioList(place.session.revision)
    scenarios.resize(380, 560)
    scenarios.show()
    until(lambda: scenarios.list.rows.rowCount(), place)
    yield scenarios
    scenarios.close()
    scenarios.deleteLater()


def listed(scenarios) -> list[tuple[str, str]]:
    return texts(scenarios.list)


def texts(table) -> list[tuple[str, ...]]:
    rows, columns = range(table.rows.rowCount()), range(table.rows.columnCount())
    return [tuple(table.rows.index(row, column).data() for column in columns) for row in rows]


def choose(scenarios, row) -> None:
    scenarios.list.setCurrentIndex(scenarios.list.rows.index(row, 0))


def widened(revision) -> dict:
    """Faces of general land given to a unit of the same place beside it."""
    state = revision.state
    mesh, ids = state.mesh, state.counters.ids
    for left, right in zip(mesh.left.tolist(), mesh.right.tolist(), strict=True):
        one, other = (state.units[ids[state.label[row]]] for row in (left, right))
        if one is not other and one.category > other.category and (one.county, one.code[:2]) == (other.county, "ZH"):
            return {"op": "assign", "faces": [int(mesh.face_id[left])], "unit": other.unit_id}
    raise AssertionError("no such pair")


@pytest.fixture
def two(scenarios, place):
    """An edit in the main plan, and two in a scenario that begins there; the scenario is the current one."""
    revision = place.session.revision
    unit = next(iter(place.session.plan.units["unit_id"]))
    done(revision, lambda: revision.do({"op": "rename", "unit": unit, "name": "新名称"}))
    scenarios.name.setText("方案乙")
    done(revision, scenarios.begin.click)
    done(revision, lambda: revision.do(widened(revision)))
    done(revision, lambda: revision.do({"op": "lock", "unit": unit}))
    return scenarios


def test_a_scenario_begins_where_the_plan_stands_under_a_name_that_is_proposed(scenarios, place):
    assert listed(scenarios) == [("Main plan (current)", "0")]
    assert scenarios.name.text() == "Scenario B" == proposed_name({"Main plan"})
    done(place.session.revision, scenarios.begin.click)
    assert listed(scenarios) == [("Main plan", "0"), ("Scenario B (current)", "0")]
    assert scenarios.name.text() == "Scenario C"
    scenarios.name.setText("Scenario B")
    scenarios._offer()
    assert not scenarios.begin.isEnabled() and "of this name" in scenarios.begin.toolTip()


def test_scenarios_are_listed_with_their_edits_and_switched_between(two, place):
    revision = place.session.revision
    assert listed(two) == [("Main plan", "1"), ("方案乙 (current)", "3")]
    choose(two, 1)
    assert not two.switch.isEnabled() and "current" in two.switch.toolTip()
    choose(two, 0)
    done(revision, two.switch.click)
    assert listed(two) == [("Main plan (current)", "1"), ("方案乙", "3")]
    assert revision.timeline.scenario == "main"


def test_two_scenarios_stand_side_by_side_with_the_units_that_differ(two, place):
    choose(two, 1)
    two.compare.click()
    table = two.table
    until(lambda: table.found, place)
    rows = {label: [*numbers] for label, *numbers in texts(table.sums)}
    assert rows["Edits"] == ["1", "3", "+2"]
    raised = rows["Raised, km²"]
    assert raised[0] == "0.00" and float(raised[1]) > 0 and raised[2] == f"+{raised[1]}"
    km2 = [
        float(rows[f"{kind}, km²"][2].replace("–", "0"))
        for kind in ("Priority protection", "Key control", "General control")
    ]
    assert sum(km2) == pytest.approx(0, abs=0.011) and any(km2)
    kinds = [line[0] for line in texts(table.units)]
    assert {"other land", "other details"} >= set(kinds) and "other land" in kinds
    zoomed = QSignalSpy(table.zoom)
    table.units.clicked.emit(table.units.rows.index(0, 0))
    west, south, east, north = zoomed[0][0]
    assert west < east and south < north
    drawn = QSignalSpy(table.on_map)
    table.draw.click()
    assert list(drawn[0]) == ["main", "方案乙"]
    done(place.session.revision, place.session.revision.undo)
    assert table.again.isVisible()
    table.again.click()
    until(lambda: table.found.other.edits == 2, place)
    assert not table.again.isVisible()


def test_scenarios_of_a_plan_that_nobody_revises_are_compared_too(two, place):
    session = place.session
    session.revision.close()
    assert session.open_case(session.plan_path)
    until(lambda: len(listed(two)) == 2, place)
    choose(two, 0)
    two.compare.click()
    until(lambda: two.table.found, place)
    assert session.revision.phase == "closed"
    assert [two.table.found.one.edits, two.table.found.other.edits] == [1, 3]


def test_what_it_means_to_make_a_scenario_the_main_plan_is_said_before(two, place):
    choose(two, 1)
    two.adopt.click()
    assert two.question.isVisible()
    assert "2 edits come" in two.meaning.text() and "0 of its own" in two.meaning.text()
    assert place.session.revision.timeline.scenario == "方案乙"
    choose(two, 0)
    assert not two.adopt.isEnabled()


def test_a_scenario_becomes_the_main_plan_and_where_that_stood_stays(two, place):
    revision = place.session.revision
    choose(two, 1)
    two.adopt.click()
    done(revision, two.yes.click)
    assert not two.question.isVisible()
    assert listed(two)[0] == ("Main plan (current)", "3")
    assert revision.timeline.scenario == "main" and len(listed(two)) == 3
    assert "1" in {edits for _, edits in listed(two)[1:]}
