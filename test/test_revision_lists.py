"""Entry lists under revision: the library follows the land, what people did to a list stays, and nothing is lost."""

from __future__ import annotations

import json
import random
import shutil
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from command import ask, refusal
from control_units.delineation import verbs
from control_units.delineation.core.messages import word
from control_units.delineation.explain.journal_words import edit_words
from control_units.delineation.lists.draft import draft
from control_units.delineation.lists.kept_library import library_of_plan, library_table
from control_units.delineation.lists.touch import touches
from control_units.delineation.plan.file import read_plan, write_plan
from control_units.delineation.revision.editor import editing
from hand import SOUTH, WEST
from revision_moves import Walk
from revision_plan import revision_plan

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

PARK, WEST_PARK, OTHER_PARK, WATER = "U000006", "U000007", "U000009", "U000005"
ABOVE = "N-ALL-S1"
ADD = {"id": "A-1", "text": "禁止新建焦化", "dimension": "space"}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return revision_plan(tmp_path_factory.mktemp("revision_lists"))


@pytest.fixture
def plan(made, tmp_path):
    return shutil.copy(made, tmp_path / "plan.gpkg")


def done(plan: Path, *edits: dict[str, Any], **said: str) -> dict[str, Any]:
    found = verbs.edit(plan, list(edits), author="甲", **said)
    assert found["refused"] == []
    return found


def refused(plan: Path, *edits: dict[str, Any], **said: str) -> str:
    before = plan.read_bytes()
    found = verbs.edit(plan, list(edits), author="甲", **said)
    assert plan.read_bytes() == before
    (one,) = found["refused"]
    return str(one["reason"])


def own(plan: Path, unit: str) -> pd.DataFrame:
    clauses = read_plan(plan).clauses
    return clauses[clauses["unit_id"] == unit].set_index("clause_id")


def add(unit: str, number: int, **more: str) -> dict[str, Any]:
    return {"unit": unit, "add": {"id": f"A-{number}", "text": f"要求{number}", "dimension": "risk", **more}}
