"""The plugin's zip holds what a user needs and nothing of the workshop, and runs from where it is unpacked."""

from __future__ import annotations

import configparser
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
REQUIRED = ["name", "description", "version", "qgisMinimumVersion", "author", "email", "about", "tracker", "repository"]


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    """The zip of the files as they lie here, committed or not; git's own index and objects stay untouched."""
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        pytest.skip("no git checkout here, and the zip is made by git archive")
    scratch = tmp_path_factory.mktemp("git")
    (scratch / "objects").mkdir()
    inner = subprocess.run(
        ["git", "rev-parse", "--git-path", "objects"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    environment = os.environ | {
        "GIT_INDEX_FILE": str(scratch / "index"),
        "GIT_OBJECT_DIRECTORY": str(scratch / "objects"),
        "GIT_ALTERNATE_OBJECT_DIRECTORIES": str(ROOT / inner.stdout.strip()),
    }

    def git(*arguments):
        command = ["git", *arguments]
        return subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True
        ).stdout.strip()

    git("add", "--all")
    path = scratch / "control_units.zip"
    how = ["--format=zip", "--prefix=control_units/", "--worktree-attributes", "-o", str(path)]
    git("archive", *how, git("write-tree"))
    with zipfile.ZipFile(path) as opened:
        yield opened


@pytest.fixture(scope="module")
def names(archive):
    return {name.removeprefix("control_units/") for name in archive.namelist() if not name.endswith("/")}


def test_all_lies_in_one_folder_named_as_the_package(archive):
    assert {name.split("/")[0] for name in archive.namelist()} == {"control_units"}


def test_what_a_user_needs_is_there(names):
    engine = {path.relative_to(ROOT).as_posix() for path in (ROOT / "delineation").rglob("*.py")}
    styles = {path.relative_to(ROOT).as_posix() for path in (ROOT / "resources" / "styles").iterdir()}
    assert {"LICENSE", "metadata.txt", "__init__.py", "plugin.py", "resources/icons/control_units.svg"} <= names
    assert engine <= names
    assert styles <= names


def test_the_workshop_stays_at_home(names):
    folders = {name.split("/")[0] for name in names if "/" in name}
    assert folders <= {"delineation", "ui", "resources", "i18n"}
    assert not names & {"Makefile", "pyproject.toml", "requirements.txt", ".gitignore", ".gitattributes"}
    wrong = [name for name in names if name.endswith((".pyc", ".ts", ".sh", ".qrc"))]
    wrong += [name for name in names if name.startswith("resources/demo/") and name.endswith(".py")]
    assert not wrong


def test_what_lint_looks_at_is_what_ships(names):
    done = subprocess.run([".ci/shipped"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert set(done.stdout.splitlines()) == names


def test_the_plugin_sites_gate(archive, names):
    assert sum(one.compress_size for one in archive.infolist()) < 25_000_000
    assert not [one.filename for one in archive.infolist() if not one.is_dir() and (one.external_attr >> 16) & 0o111]
    parser = configparser.ConfigParser()
    parser.read_string(archive.read("control_units/metadata.txt").decode("utf-8"))
    general = parser["general"]
    assert all(general.get(key, "").strip() for key in [*REQUIRED, "homepage"])
    assert general["icon"] in names
    assert general["hasProcessingProvider"] == "yes"


def test_it_runs_from_where_it_is_unpacked(archive, tmp_path):
    archive.extractall(tmp_path)
    code = "from control_units.delineation import pipeline, styles; print(sorted(styles.styles()))"
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "units" in done.stdout, done.stderr
