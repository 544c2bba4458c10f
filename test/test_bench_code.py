"""What code a result comes out of: all of it that runs, and no more: no stale row is read, and few are made again."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from control_units.delineation import methods
from control_units.delineation.bench.runs.code import LABELS, MEASURES, code_digest, libraries_digest, modules_behind

ENGINE = Path(methods.__file__).resolve().parent.parent


@pytest.fixture
def engine(tmp_path):
    """An engine of few files: ``a`` imports ``b`` at its top, ``room.c`` in a function, ``d`` for hints alone."""
    files = {
        "__init__.py": "", "alone.py": "", "b.py": "from .room import e\n", "d.py": "", "room/__init__.py": "",
        "room/c.py": "from ..deep.f import g\n", "room/e.py": "from . import c as _\n", "deep/f.py": "g = 1\n",
        "deep/__init__.py": "from __future__ import annotations\n",
        "a.py": "from typing import TYPE_CHECKING\nfrom .b import one\nif TYPE_CHECKING:\n    from .d import two\n"
                "def run():\n    if one:\n        from .room.c import three\n        return three\n    return None\n",
    }  # fmt: skip
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def test_what_runs_is_found_and_nothing_else(engine):
    found = modules_behind("a", engine=engine)
    assert set(found) == {"", "a", "b", "room", "room.c", "room.e", "deep", "deep.f"}
    assert found["room"] == engine / "room" / "__init__.py"
    assert set(modules_behind("deep.f", engine=engine)) == {"", "deep", "deep.f"}
    assert modules_behind("nothing", engine=engine) == {}


@pytest.mark.parametrize(
    ("file", "changes"), [("deep/f.py", True), ("room/__init__.py", True), ("d.py", False), ("alone.py", False)]
)
def test_the_digest_changes_with_what_runs(engine, file, changes):
    before = code_digest("a", engine=engine)
    (engine / file).write_text("x = 2\n", encoding="utf-8")
    assert (code_digest("a", engine=engine) != before) is changes


def test_nothing_that_python_loads_for_labels_is_missed():
    """The oracle is Python itself: every module of the engine that is loaded with these is among those found."""
    names = ", ".join(f"'delineation.{one}'" for one in (*LABELS, *MEASURES))
    code = (
        f"import importlib, sys\nfor name in ({names}):\n    importlib.import_module(name)\n"
        "print(' '.join(one for one in sys.modules if one.partition('.')[0] == 'delineation'))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ENGINE.parent, capture_output=True, text=True, check=True)
    loaded = {name.partition(".")[2] for name in done.stdout.split()}
    found = set(modules_behind(*LABELS)) | set(modules_behind(*MEASURES))
    assert len(loaded) > 80
    assert loaded - found == set()


def test_charts_checks_and_the_command_line_do_not_decide_labels():
    rooms = {name.split(".")[0] for name in modules_behind(*LABELS)}
    assert {"methods", "solvers", "regions", "partition", "sources", "labelling", "judging", "cleaning"} <= rooms
    assert not {"cli", "checks", "guessing", "entrylist", "regionalise", "pipeline", "plan"} & rooms
    assert not {name for name in modules_behind(*LABELS, *MEASURES) if "chart" in name or "documents" in name}


def test_the_libraries_have_one_digest_as_long_as_they_are_the_same():
    assert libraries_digest() == libraries_digest()
