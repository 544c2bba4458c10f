"""What scripts and plugins rely on: the public names, loaded when they are asked for, and an example of each verb."""

from __future__ import annotations

import dataclasses
import inspect
import subprocess
import sys
import tempfile
from pathlib import Path

import control_units.delineation
import numpy as np
import pandas as pd
import pytest
import shapely
from control_units.delineation import BadInput, verbs
from hand import hand
from verb_calls import PUBLIC, placed, public_folder

ROOT = Path(__file__).resolve().parents[2]
# Runs the examples of the verbs, in this order: later ones look at the plan that earlier ones make.
EXAMPLES = """
import doctest, sys
from pathlib import Path
from control_units.delineation import verbs
from control_units.delineation.export.registry import export
from control_units.delineation.plan.file import read_plan
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

    with tempfile.TemporaryDirectory() as place:
        Path(place, "control_units").symlink_to(ROOT)  # as an installed package is found
        given = {**environ, "PYTHONPATH": f"{place}:{ROOT}:{environ.get('PYTHONPATH', '')}", **options}
        return subprocess.run(
            [sys.executable, "-c", code], cwd=folder, env=given, capture_output=True, text=True, check=False
        )


@pytest.mark.uses("rasterio", "exactextract", "sklearn")
@pytest.mark.slow
def test_the_example_of_every_verb_runs(tmp_path):
    hand(tmp_path)
    done = python(EXAMPLES, tmp_path, CONTROL_UNITS_QGIS_PROCESS="/nowhere")
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def public(tmp_path_factory):
    return public_folder(tmp_path_factory.mktemp("public"))


TIMES = ("peak_bytes", "seconds", "seconds_all", "time", "timings_s")


def plain(value):
    """Take an answer apart to what can be compared: seconds and times are others at each call."""
    if dataclasses.is_dataclass(value):
        value = {one.name: getattr(value, one.name) for one in dataclasses.fields(value)}
    if isinstance(value, pd.DataFrame):
        value = value.to_dict("list")
    if isinstance(value, dict):
        return {str(key): plain(one) for key, one in value.items() if key not in TIMES}
    if isinstance(value, list | tuple | np.ndarray):
        return [plain(one) for one in value]
    return value.wkt if isinstance(value, shapely.Geometry) else str(value)


@pytest.mark.uses("rasterio", "exactextract", "sklearn")
@pytest.mark.parametrize("name", sorted(verbs.__all__))
def test_every_verb_takes_its_files_as_paths_and_as_texts(public, tmp_path, name, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1790000000")
    answers = []
    for kind in (Path, str):
        new = tmp_path / "new"
        new.mkdir()
        answers.append(plain(getattr(verbs, name)(**placed(PUBLIC[name], public, new, kind))))
        new.rename(tmp_path / kind.__name__)
    assert answers[0] == answers[1]
    assert answers[0] not in (None, [], {})


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


@pytest.mark.parametrize(
    ("verb", "given", "said"),
    [
        ("run", {"seed": 1.5}, "seed: found 1.5; wanted: a whole number"),
        ("run", {"seed": True}, "seed: found true; wanted: a whole number"),
        ("run", {"seed": "a"}, "seed: found 'a'; wanted: a whole number"),
        ("run", {"seed": -1}, "seed: seed = -1"),
        ("run", {"method": ["ward"]}, "method: found a list; wanted: a text in quotes"),
        ("bench", {"methods": "overlay", "nulls": 1.5}, "nulls: found 1.5"),
        ("bench", {"methods": "overlai"}, "[method] name: unknown method 'overlai'"),  # one method, not its letters
        ("bench", {"methods": ["overlay"], "language": "fr"}, "language: found 'fr'; wanted: zh | en"),
        ("divide", {"method": "ward", "seed": "a"}, "seed: found 'a'"),
        ("divide", {"method": "ward", "rasters": "r.tif"}, "rasters: found 'r.tif'; wanted: a dict"),
    ],
)
def test_an_argument_of_another_type_is_refused_and_nothing_is_written(tmp_path, verb, given, said):
    hand(tmp_path)
    before = sorted(tmp_path.iterdir())
    with pytest.raises(BadInput) as error:
        getattr(verbs, verb)(tmp_path / "case.toml", output=tmp_path / "out.gpkg", **given)
    assert str(error.value).startswith(said)
    assert sorted(tmp_path.iterdir()) == before


def test_an_unknown_argument_is_named_with_the_verb():
    with pytest.raises(TypeError, match=r"divide\(\) got an unexpected keyword argument 'varables'"):
        verbs.divide("a.gpkg", method="ward", varables="a")
    assert {"variables", "k", "floor", "seed"} <= set(inspect.signature(verbs.divide).parameters)


def test_numbers_of_numpy_are_numbers(tmp_path):
    hand(tmp_path)
    made = verbs.run(tmp_path / "case.toml", tmp_path / "plan.gpkg", seed=np.int64(3))
    assert made["units"] == 3


def test_there_is_one_version():
    stated = [line for line in (ROOT / "metadata.txt").read_text("utf-8").splitlines() if line.startswith("version=")]
    told = python("from delineation.cli import main; main(['--version'])").stdout
    assert told == f"control-units {control_units.__version__}\n"
    assert stated == [f"version={control_units.delineation.__version__}"]


def test_the_package_says_that_it_is_typed():
    assert (ROOT / "delineation" / "py.typed").is_file()
