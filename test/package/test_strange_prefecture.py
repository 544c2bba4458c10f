"""A strange prefecture by the command line: what is asked, what is taken, and every number of the package it files."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import strange_prefecture
from command import ask
from control_units.delineation.export import map_qgis
from prefecture_numbers import compared
from strange_prefecture import SPACES, TRUTH

pytestmark = pytest.mark.slow

SCRIPT = Path(strange_prefecture.__file__).with_name("prefecture_numbers.py")
ANSWERS = 'date = "2026-11-30"\nfiling_year = 2026\nprovince = "广西壮族自治区"\ncity = "澜河市"\n'
CHOSEN = f'\n[[source]]\nrole = "general_eco_space"\npath = "{SPACES[1]}"\nfields = {{ name = "名称" }}\n'
# What stands on nothing that sources say: a threshold of the profile, and slivers that stayed.
NOT_COMPARED = {"说明": 1, "质检问题": 1}
LEAST = {"share of a reason": 30, "merged land": 30, "area of a zone": 35, "zone of a clause": 500}


@pytest.fixture(scope="module")
def guessed(tmp_path_factory):
    """The folder with a case of which nobody has answered anything, and what the guess says."""
    folder = strange_prefecture.make(tmp_path_factory.mktemp("澜河市"))
    return folder, ask("guess", folder, "-o", folder / "case.toml", "--lang", "zh").document


@pytest.fixture(scope="module")
def filed(guessed):
    """The package of the case whose questions were answered in its file."""
    folder, _ = guessed
    case, plan = folder / "case.toml", folder / "plan.gpkg"
    case.write_text(case.read_text("utf-8").replace("[case]\n", f"[case]\n{ANSWERS}", 1) + CHOSEN, "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(
            map_qgis.WHERE, "/nowhere/qgis_process"
        )  # in the window QGIS draws the map, here nobody waits for it
        for verb in (("run", case, "-o", plan), ("package", plan, "-o", folder / "成果包")):
            answer = ask(*verb)
            assert answer.code == 0, answer
    return folder / "成果包"


def test_of_each_role_the_right_file_is_taken_and_where_nobody_can_tell_none(guessed):
    _, document = guessed
    taken = {source["path"]: source["role"] for source in document["sources"] if source["used"]}
    assert taken == {file: role for role, (file, _) in TRUTH.items() if file not in SPACES}
    (question,) = document["findings"]
    assert [question["id"], sorted(question["layers"])] == ["S92", sorted(SPACES)]


def test_every_number_of_the_package_follows_from_the_sources(filed, guessed):
    found = compared(filed, guessed[0])
    assert found.wrong == []
    assert {place: len(left) for place, left in found.left.items() if left} == NOT_COMPARED
    assert {kind: found.compared[kind] for kind, least in LEAST.items() if found.compared[kind] < least} == {}


@pytest.mark.all
def test_the_script_imports_none_of_the_engine_and_notices_other_sources(filed, guessed, tmp_path):
    """As if the package had been made of last time's red line."""
    other = shutil.copytree(guessed[0], tmp_path / "other", ignore=shutil.ignore_patterns(filed.name))
    for file in other.glob("生态保护红线2018.*"):
        file.replace(file.with_stem("生态保护红线2023"))
    done = subprocess.run([sys.executable, SCRIPT, filed, other], capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stderr
    for kind in ("share of a reason", "area of a zone", "filled land"):
        assert f"\n{kind}: " in done.stdout
