"""Twenty second years, each held to the oracle of `second_years`; and that the oracle notices what is wrong."""

from __future__ import annotations

import copy

import pytest
from second_years import CHANGES, SUITE, drawn, tried, turns_of


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Where first years are made once."""
    return tmp_path_factory.mktemp("years")


@pytest.mark.parametrize("number", SUITE, ids=lambda one: f"{one}-{drawn(one).how}-{drawn(one).changes[0][:2]}")
def test_what_goes_on_keeps_its_code_its_list_its_name_and_its_lock(folder, number):
    assert tried(folder, number) == []


@pytest.fixture(scope="module")
def turn(folder):
    """The year in which a park or a protected area is cancelled: one unit ends, all others go on."""
    return next(turns_of(folder, [*CHANGES].index("a feature is cancelled")))


def ended(turn):
    (key,) = {*turn.old.units} - {*turn.new.units}
    return turn.old.units[key]["code"]


def row(turn, **has):
    """A unit that goes on, of which some columns say something."""
    return next(row for row in turn.new.units.values() if all(row[key] == value for key, value in has.items()))


def clauses(turn, *has):
    return next(rows for rows in turn.new.clauses.values() if any(one[1:] == has for one in rows))


def swapped(turn):
    one, other = row(turn, category=2), row(turn, category=3)
    one["code"], other["code"] = other["code"], one["code"]


def reviewed_again(turn):
    rows = clauses(turn, "hand", "已审")
    rows[:] = [(text, origin, "待审") for text, origin, _ in rows]


FAULTS = {
    "codes are swapped": swapped,
    "a unit is coded anew": lambda turn: row(turn, category=2).update(code="ZH330101200099"),
    "a retired code is given again": lambda turn: row(turn, category=3).update(code=ended(turn)),
    "an ended unit is not retired": lambda turn: turn.new.retired.discard(ended(turn)),
    "a unit has another id": lambda turn: row(turn, category=1).update(unit_id="U000099"),
    "a lock is dropped": lambda turn: row(turn, locked=1).update(locked=0),
    "a lock comes from nowhere": lambda turn: row(turn, locked=0).update(locked=1),
    "a name is made anew": lambda turn: row(turn, kind="general").update(name="一般管控单元"),
    "a list is lost": lambda turn: clauses(turn, "hand", "已审").clear(),
    "a clause is to be reviewed again": reviewed_again,
    "a finding names an ended unit": lambda turn: turn.new.findings.append(
        {"id": "S58", "units": ended(turn), "facts": {}}
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_the_oracle_notices(turn, fault):
    wrong = copy.deepcopy(turn)
    FAULTS[fault](wrong)
    assert {*map(str, wrong.complaints())} - {*map(str, turn.complaints())}
