"""A strange prefecture by the command line: what is asked, what is taken, and every number of the package it files."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import openpyxl
import pyogrio
import pytest
import strange_prefecture
from command import ask
from prefecture_numbers import compared
from strange_prefecture import SPACES, TRUTH

pytestmark = pytest.mark.slow

SCRIPT = Path(__file__).with_name("prefecture_numbers.py")
ANSWERS = 'date = "2026-11-30"\nfiling_year = 2026\nprovince = "广西壮族自治区"\ncity = "澜河市"\n'
CHOSEN = f'\n[[source]]\nrole = "general_eco_space"\npath = "{SPACES[1]}"\nfields = {{ name = "名称" }}\n'
# What stands on nothing that sources say: a threshold of the profile, and slivers that stayed.
NOT_COMPARED = {"说明": 1, "质检问题": 1}


@pytest.fixture(scope="module")
def guessed(tmp_path_factory):
    """The folder with a case of which nobody has answered anything, and what the guess says."""
    folder = strange_prefecture.make(tmp_path_factory.mktemp("澜河市"))
    return folder, ask("guess", folder, "-o", folder / "case.toml", "--lang", "zh").document


@pytest.fixture(scope="module")
def filed(guessed, tmp_path_factory):
    """The package of the case whose questions were answered in its file."""
    case = guessed[0] / "case.toml"
    case.write_text(case.read_text("utf-8").replace("[case]\n", f"[case]\n{ANSWERS}", 1) + CHOSEN, "utf-8")
    folder = tmp_path_factory.mktemp("备案")
    assert ask("run", case, "-o", folder / "plan.gpkg").code == 0
    answer = ask("package", folder / "plan.gpkg", "-o", folder / "成果包")
    assert answer.code == 0, answer
    return folder / "成果包"


def test_of_each_role_the_right_file_is_taken_and_where_nobody_can_tell_none(guessed):
    _, document = guessed
    taken = {source["path"]: source["role"] for source in document["sources"] if source["used"]}
    assert taken == {file: role for role, (file, _) in TRUTH.items() if file not in SPACES}
    (question,) = document["findings"]
    assert [question["id"], sorted(question["layers"])] == ["S92", sorted(SPACES)]


def test_what_nobody_has_stated_is_in_no_package(guessed, tmp_path):
    folder, _ = guessed
    bare = folder / "bare.toml"
    bare.write_text((folder / "case.toml").read_text("utf-8").replace(ANSWERS, ""), "utf-8")
    assert ask("run", bare, "-o", tmp_path / "plan.gpkg").code == 0
    answer = ask("package", tmp_path / "plan.gpkg", "-o", tmp_path / "package")
    assert answer.code == 1
    assert not (tmp_path / "package").exists()


def test_every_number_of_the_package_follows_from_the_sources(filed, guessed):
    found = compared(filed, guessed[0])
    assert found.wrong == []
    assert {place: len(left) for place, left in found.left.items() if left} == NOT_COMPARED
    for kind, least in {
        "share of a reason": 30,
        "merged land": 30,
        "area of a zone": 35,
        "zone of a clause": 500,
    }.items():
        assert found.compared[kind] >= least, kind


def test_the_script_imports_none_of_the_engine_and_notices_what_was_changed(filed, guessed, tmp_path):
    package = shutil.copytree(filed, tmp_path / "package")
    (lists,), (areas,) = package.glob("**/*准入清单.xlsx"), package.glob("**/*面积统计表.xlsx")
    change(lists, "说明", "2026-11-30", "2026-11-29")
    change(areas, "分县", "青岩县", None)
    (layer,) = package.glob("**/*.gpkg")
    for name in ("HJGKDY", "HJYSGKFQ"):
        rows = pyogrio.read_dataframe(layer, layer=name)
        if name == "HJGKDY":
            rows["HDYJ"] = [
                re.sub(r"\d(?=%)", lambda digit: str((int(digit[0]) + 1) % 10), rows["HDYJ"][0], count=1),
                *rows["HDYJ"][1:],
            ]
        else:
            rows["MJ"] = [rows["MJ"][0] + 0.001, *rows["MJ"][1:]]
        pyogrio.write_dataframe(rows, layer, layer=name, append=False)
    done = subprocess.run([sys.executable, SCRIPT, package, guessed[0]], capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stderr
    for kind in ("share of a reason", "area of a zone", "what people stated", "rows of a table"):
        assert f"\n{kind}: " in done.stdout


def change(book: Path, sheet: str, old: str, new: str | None) -> None:
    """Put another text in a cell's place; without one its row goes."""
    opened = openpyxl.load_workbook(book)
    (cell,) = [cell for row in opened[sheet] for cell in row if cell.value == old]
    if new is None:
        opened[sheet].delete_rows(cell.row)
    else:
        cell.value = new
    opened.save(book)
