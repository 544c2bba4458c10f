"""What rooms weigh is watched: one node too many in a room, or a room that nobody entered, fails what CI runs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TREE = {
    "delineation/plan/file.py": '"""What it is."""\n\nplan = 1\n',  # module, assign, name, store, constant
    "delineation/rules/table.py": 'def rows():\n    """Give rows."""\n',
    "ui/text.py": "word = 1\n",
}
# Two of a kind each: rooms of a house, and what stands at the top of another.
EXACT = "[delineation]\nplan = 5\nrules = 4\n[ui]\nfiles = 5\n"


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        (EXACT, ""),
        (EXACT.replace("plan = 5", "plan = 6"), ""),
        (EXACT.replace("plan = 5", "plan = 4"), "delineation/plan: 5 nodes, 4 are allowed"),
        (EXACT.replace("files = 5", "files = 4"), "ui/files: 5 nodes, 4 are allowed"),
        (EXACT.replace("rules = 4\n", ""), "delineation/rules: 4 nodes, 0 are allowed"),
        (EXACT.replace("[ui]", "lists = 9\n[ui]"), "delineation/lists: no such room"),
    ],
)
def test_a_room_over_its_weight_fails_by_name(tmp_path, limits, said):
    for name, text in {**TREE, "test/house/weight.toml": limits}.items():
        place = tmp_path / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
    ran = subprocess.run(
        [sys.executable, ROOT / ".ci" / "weigh.py", tmp_path], capture_output=True, text=True, check=False
    )
    assert ran.returncode == bool(said), ran.stderr
    assert ran.stderr.startswith(said)
    assert ran.stderr.count("\n") == bool(said)
    assert "all" in ran.stdout
