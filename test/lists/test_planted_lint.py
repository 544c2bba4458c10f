"""Faults planted in a bureau's library and lists, each beside a twin that almost has it: ``lists`` names the one alone.

The table is ``data/planted_lint.csv``: of each pair what both stand beside (base), the fault with the rule that finds
it and what its message has to name, and the twin.
"""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from command import ask
from control_units.delineation.verbs import run
from hand import CASE, COUNTY, TOWNSHIP, hand
from own_profile import own_profile

TABLE = Path(__file__).parents[1] / "data" / "planted_lint.csv"
ROWS = list(csv.DictReader(TABLE.read_text("utf-8").splitlines()))
FAULTS = [row for row in ROWS if row["side"] == "fault"]
CELLS = list(ROWS[0])[4:]


def name(row: dict[str, str]) -> str:
    return f"{row['pair']}-{row['side']}"


@pytest.fixture(scope="module", params=["zh", "en"])
def told(request, tmp_path_factory) -> dict[str, list[tuple[str, str]]]:
    """Side → what the command line says of the lists drafted with it: rule and clauses, and the message."""
    found = {}
    for side in ("fault", "twin"):
        folder = tmp_path_factory.mktemp(side)
        own_profile(folder)
        with (folder / "own" / "clauses.csv").open("w", encoding="utf-8", newline="") as file:
            table = csv.writer(file)
            table.writerow(["id", *CELLS])
            table.writerows(
                [name(row), *(row[cell] for cell in CELLS)] for row in ROWS if row["side"] in ("base", side)
            )
        text = CASE.replace("2025-01-31", "2026-10-01", 1).replace('"national"', '"own.toml"')
        county, township = (
            (shapes, {**fields, "code": [code.replace("999901", "330106") for code in fields["code"]]})
            for shapes, fields in (COUNTY, TOWNSHIP)
        )
        run(hand(folder, text, county=county, township=township), folder / "plan.gpkg")
        answer = ask("lists", folder / "plan.gpkg", "-o", folder / "lists.xlsx", "--lang", request.param)
        assert answer.code == 0
        found[side] = [(f"{row['id']} {row['clause']}", row["message"]) for row in answer.document["lint"]]
    return found


def test_each_fault_is_named_with_its_numbers_and_places(told, request):
    assert len(FAULTS) >= 40
    language = request.node.callspec.params["told"]
    for row in FAULTS:
        rule = row["finds"].partition(".")[0]
        said = [message for what, message in told["fault"] if what.split()[0] == rule and name(row) in what]
        assert len(said) == 1, (row["pair"], row["finds"], said)
        for word in row["says"].split("|"):
            # The words of the profile stand in Chinese messages alone.
            assert word in said[0] or (language == "en" and not word.isascii()), (row["pair"], word, said)


def test_no_twin_is_named(told):
    rules = {row["finds"].partition(".")[0] for row in FAULTS}
    named = [(what, message) for what, message in told["twin"] if what.split()[0] in rules]
    assert named == []
    # What both sides stand beside has no fault of its own.
    assert not [what for what, _ in told["fault"] if what.split()[0] in rules and "-fault" not in what]
