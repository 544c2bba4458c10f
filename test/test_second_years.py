"""Twenty second years, each held to the oracle of `second_years`; and that the oracle notices what is wrong."""

from __future__ import annotations

import copy

import pytest
from second_years import CHANGES, SUITE, Drawn, drawn, tried, turns_of

CANCELLED = [*CHANGES].index("is_cancelled")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Where first years are made once."""
    return tmp_path_factory.mktemp("years")


def named(number):
    what: Drawn = drawn(number)
    return f"{number}-{'-'.join([what.how, what.written, *what.changes[0][:2]])}"


@pytest.mark.parametrize("number", range(SUITE), ids=named)
def test_what_goes_on_keeps_its_code_its_list_its_name_and_its_lock(folder, number):
    assert tried(folder, number) == []


# ── The oracle is not blind ─────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def turn(folder):
    """The year in which a park or a protected area is cancelled: one unit ends, all others go on."""
    return next(turns_of(folder, CANCELLED))


def units_that(turn, holds):
    """Rows of units that go on for which something holds."""
    return [row for key, row in turn.new.units.items() if key in turn.old.units and holds(key, row)]


def ended(turn):
    (key,) = {*turn.old.units} - {*turn.new.units}
    return turn.old.units[key]


def codes_are_swapped(turn):
    one, other = units_that(turn, lambda _, row: row["category"] == 2 and row["county"] == "330102")[:2]
    one["code"], other["code"] = other["code"], one["code"]


def a_unit_is_coded_anew(turn):
    (one, *_) = units_that(turn, lambda *_: True)
    turn.new.retired.add(one["code"])
    one["code"] = f"{one['code'][:9]}0099"


def a_retired_code_is_given_again(turn):
    (one, *_) = units_that(turn, lambda _, row: row["kind"] == ended(turn)["kind"])
    one["code"] = ended(turn)["code"]


def an_ended_unit_is_not_retired(turn):
    turn.new.retired.discard(ended(turn)["code"])


def a_unit_has_another_id(turn):
    key = next(iter(turn.new.units))
    for told in (turn.new.units, turn.new.shapes, turn.new.clauses, turn.new.groups):
        told["U000099"] = told.pop(key, [])
    for face in turn.new.faces:
        face["unit_id"] = "U000099" if face["unit_id"] == key else face["unit_id"]


def a_lock_is_dropped(turn):
    units_that(turn, lambda _, row: row["locked"] == 1)[0]["locked"] = 0


def a_lock_comes_from_nowhere(turn):
    units_that(turn, lambda _, row: row["locked"] == 0)[0]["locked"] = 1


def a_name_is_made_anew(turn):
    units_that(turn, lambda _, row: row["name"].startswith("改名"))[0]["name"] = "乙县一般管控单元"


def a_clause_is_lost(turn):
    turn.new.clauses[next(key for key in turn.new.units if turn.new.by_hand(key))].clear()


def a_clause_is_no_longer_reviewed(turn):
    rows = next(rows for rows in turn.new.clauses.values() if any(row[1:] == ("hand", "已审") for row in rows))
    rows[:] = [(text, origin, "待审") for text, origin, _ in rows]


def a_finding_names_a_unit_of_last_year(turn):
    turn.new.findings.append({"id": "S58", "units": ended(turn)["code"], "facts": {}})


FAULTS = (
    codes_are_swapped,
    a_unit_is_coded_anew,
    a_retired_code_is_given_again,
    an_ended_unit_is_not_retired,
    a_unit_has_another_id,
    a_lock_is_dropped,
    a_lock_comes_from_nowhere,
    a_name_is_made_anew,
    a_clause_is_lost,
    a_clause_is_no_longer_reviewed,
    a_finding_names_a_unit_of_last_year,
)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_the_oracle_notices(turn, fault):
    wrong = copy.deepcopy(turn)
    fault(wrong)
    more = {*wrong.complaints()} - {*turn.complaints()}
    assert more
