"""What stands in a folder of a registry is found there: adding an entry is adding a file."""

from __future__ import annotations

import builtins
import sys
from pathlib import Path

import pytest
from control_units.delineation import checks, methods
from control_units.delineation.cli import verbs
from control_units.delineation.core.folder_modules import modules_of
from control_units.delineation.methods.registry import offered

ROWS = "ROWS = []\n"
ENTRY = "from . import ROWS\nROWS.append(__name__.rpartition('.')[2])\n"


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A package with a registry, two entries and a subfolder."""
    folder = tmp_path / "shop_of_tests"
    for name, text in {"__init__": ROWS, "b": ENTRY, "a": ENTRY, "deep/__init__": "", "deep/c": ENTRY}.items():
        (folder / name).parent.mkdir(exist_ok=True, parents=True)
        (folder / f"{name}.py").write_text(text)
    monkeypatch.syspath_prepend(tmp_path)
    yield folder
    for name in [name for name in sys.modules if name.partition(".")[0] == folder.name]:
        del sys.modules[name]


def test_a_file_is_an_entry(package):
    import shop_of_tests as shop

    (package / "late.py").write_text(ENTRY)
    found = modules_of(shop.__name__, shop.__path__)
    assert [module.__name__ for module in found] == [f"shop_of_tests.{name}" for name in ("a", "b", "late")]
    assert shop.ROWS == ["a", "b", "late"]
    modules_of(shop.__name__, shop.__path__)
    assert shop.ROWS == ["a", "b", "late"]


@pytest.mark.usefixtures("package")
def test_what_is_found_passes_where_qgis_looks_and_is_forgotten_at_a_reload(monkeypatch):
    import shop_of_tests as shop

    seen, original = [], builtins.__import__
    monkeypatch.setattr(builtins, "__import__", lambda name, *more: seen.append(name) or original(name, *more))
    modules_of(shop.__name__, shop.__path__)
    assert {"shop_of_tests.a", "shop_of_tests.b"} <= set(seen)


def test_an_entry_that_fails_is_an_error_and_not_passed_over(package):
    import shop_of_tests as shop

    (package / "bad.py").write_text("import no_such_library_anywhere")
    with pytest.raises(ModuleNotFoundError, match="no_such_library_anywhere"):
        modules_of(shop.__name__, shop.__path__)


def test_verbs_are_those_of_the_files_each_with_a_place_of_its_own():
    files = {path.stem for path in Path(verbs.__file__).parent.glob("[!_]*.py")}
    assert {verb.name for verb in verbs.VERBS} == files
    assert [verb.order for verb in verbs.VERBS] == sorted({verb.order for verb in verbs.VERBS})


def test_methods_and_rules_are_those_of_the_files():
    own, regional = offered(regional=False), offered(regional=True)
    # The registry of methods is a folder with their common parts beside them: a method's file bears its name.
    files = {path.stem for path in Path(methods.__file__).parent.glob("[!_]*.py")}
    assert set(own) == set(methods.methods()) & files
    assert regional == tuple(name for name in own if name in regional)
    assert {*own} > {*regional} > {"ward"}
    homes = {rule.run.__module__.rpartition(".")[2] for rule in checks.RULES.values()}
    assert {"areas", "codes", "coverage", "fields", "layers", "slivers", "topology"} <= homes
