"""`run.make_plan`: it makes a plan of what has been read, and opens nothing but the texts of the profile."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from control_units.delineation.case.reading import read_case
from control_units.delineation.run.make_plan import make_plan
from control_units.delineation.run.materials import read_materials
from control_units.delineation.run.run import Run
from control_units.delineation.verbs.running import run
from hand import CASE, hand

WATCHED: list[list[str]] = []


def _hook(event, args):
    if WATCHED and event in ("open", "sqlite3.connect") and isinstance(args[0], str | Path):
        WATCHED[-1].append(str(args[0]))


sys.addaudithook(_hook)


@pytest.mark.parametrize("more", ["", '\n[upper]\npath = "last.gpkg"\nmode = "free"\n'])
def test_all_files_of_an_update_were_read_before(tmp_path, more):
    run(hand(tmp_path), tmp_path / "last.gpkg")
    (tmp_path / "changes.csv").write_text("old_code,new_code,old_name,new_name,level,kind,date,document\n")
    text = CASE.replace('name = "overlay"', 'name = "update"') + '\n[previous]\npath = "last.gpkg"\n' + more
    case = read_case(hand(tmp_path, text + '\n[admin]\nchanges = "changes.csv"\n'))
    going = Run(case)
    labelling = going.label()
    read = read_materials(case, going.basis, labelling)
    WATCHED.append([])
    try:
        plan = make_plan(case, going.basis, labelling, read)
    finally:
        opened = [Path(one) for one in WATCHED.pop()]
    assert len(plan.units) == 3
    mine = [
        one for one in opened if case.profile.folder not in one.parents and one.suffix not in (".py", ".pyc", ".mo")
    ]
    assert not [one for one in mine if one.is_relative_to(tmp_path) or one.suffix in (".gpkg", ".csv", ".toml")]
