"""What scripts and plugins rely on: the public names, loaded when they are asked for, and an example of each verb."""

from __future__ import annotations

import inspect
import subprocess
import sys
from pathlib import Path

import pytest
from control_units.delineation import verbs
from hand import hand

ROOT = Path(__file__).resolve().parent.parent
# Runs the examples of the verbs, in this order: later ones look at the plan that earlier ones make.
EXAMPLES = """
import doctest, sys
from pathlib import Path
from delineation import verbs
from delineation.export.registry import export
from delineation.plan.file import read_plan
order = ("run", "take_back", "log", "why", "assess", "assess_batch", "check", "suggest", "go", "adopt", "partition")
order += ("divide", "guess", "learn")
order += ("bench", "package", "verify", "compare_source", "impact", "foreseen", "edit", "undo", "redo", "import_lists")
order += ("scenarios", "branch", "switch", "compare_scenarios", "adopt_scenario", "version", "without_foreign")
assert sorted(order) == sorted(verbs.__all__), verbs.__all__
finder, runner, lacking = doctest.DocTestFinder(recurse=False), doctest.DocTestRunner(), []
for name in order:
    verb = getattr(verbs, name)
    found = [one for one in finder.find(verb, name, globs={}) if one.examples]
    lacking += [] if found else [name]
    if name == "import_lists":  # a workbook that somebody has looked through, and changed nothing in
        export("lists-xlsx", read_plan(Path("plan.gpkg")), Path("lists.xlsx"))
    for one in found:
        runner.run(one)
print(lacking, runner.summarize(verbose=False), file=sys.stderr)
sys.exit(bool(lacking or runner.failures))
"""


def python(code: str, folder: Path = ROOT, **options: str) -> subprocess.CompletedProcess[str]:
    from os import environ

    given = {**environ, "PYTHONPATH": f"{ROOT}:{environ.get('PYTHONPATH', '')}", **options}
    return subprocess.run(
        [sys.executable, "-c", code], cwd=folder, env=given, capture_output=True, text=True, check=False
    )


@pytest.mark.uses("rasterio", "exactextract", "sklearn")
@pytest.mark.slow
def test_the_example_of_every_verb_runs(tmp_path):
    hand(tmp_path)
    done = python(EXAMPLES, tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", verbs.__all__)
def test_every_file_of_a_verb_may_be_given_as_a_text(name):
    """Scripts write texts, as the examples do; that what a verb does goes for both is what mypy holds it to."""
    said = [one.annotation for one in inspect.signature(getattr(verbs, name)).parameters.values()]
    files = [one for one in said if "Path" in one]
    assert files
    assert [one for one in files if "str" not in one] == []


def test_the_engine_itself_imports_nothing():
    heavy = "{'numpy', 'pandas', 'shapely', 'pyogrio', 'delineation.verbs', 'delineation.core'}"
    done = python(f"import sys, delineation; print(sorted({heavy} & set(sys.modules)))")
    assert done.stdout.strip() == "[]", done.stderr


def test_public_names_are_there_by_attribute_and_by_import():
    code = (
        "import delineation\n"
        "from delineation import Case, Plan, verbs\n"
        "assert delineation.Plan is Plan and delineation.verbs is verbs and delineation.Case is Case\n"
        "assert {'Plan', 'verbs'} <= set(dir(delineation)) and set(verbs.__all__) <= set(dir(verbs))\n"
        "for name in verbs.__all__: assert callable(getattr(verbs, name))\n"
        "for module in (delineation, verbs):\n"
        "    try: module.nothing\n"
        "    except AttributeError as error: print(error)\n"
    )
    done = python(code)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("nothing") == 2


def test_the_package_says_that_it_is_typed():
    assert (ROOT / "delineation" / "py.typed").is_file()
