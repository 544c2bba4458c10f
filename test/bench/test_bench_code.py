"""What a bench's results are kept by: the whole engine's code and the libraries, so that no stale row is read."""

from __future__ import annotations

import pytest
from control_units.delineation.bench.runs.run import code_digest, libraries_digest


@pytest.fixture
def engine(tmp_path):
    for name, text in {"__init__.py": "", "a.py": "x = 1\n", "room/__init__.py": "", "room/c.py": ""}.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def changed(engine):
    (engine / "room" / "c.py").write_text("y = 2\n", encoding="utf-8")


def moved(engine):
    (engine / "a.py").rename(engine / "room" / "a.py")


def renamed(engine):
    (engine / "a.py").rename(engine / "b.py")


def added(engine):
    (engine / "room" / "deep").mkdir()
    (engine / "room" / "deep" / "new.py").touch()


def handed_on(engine):
    (engine / "a.py").write_text("", encoding="utf-8")
    (engine / "room" / "__init__.py").write_text("x = 1\n", encoding="utf-8")


@pytest.mark.parametrize("change", [changed, moved, renamed, added, handed_on], ids=lambda one: one.__name__)
def test_the_digest_changes_with_whatever_changes_in_the_engine(engine, change):
    before = code_digest(engine)
    change(engine)
    assert code_digest(engine) != before


def test_what_python_and_others_leave_in_the_folder_is_no_code(engine):
    before = code_digest(engine)
    (engine / "__pycache__").mkdir()
    (engine / "__pycache__" / "a.cpython-313.pyc").write_bytes(b"x")
    (engine / "notes.txt").touch()
    assert code_digest(engine) == before


def test_the_engine_itself_is_what_is_summed_up(engine):
    assert code_digest() == code_digest() != code_digest(engine)


def test_the_libraries_have_one_digest_as_long_as_they_are_the_same():
    assert libraries_digest() == libraries_digest()
