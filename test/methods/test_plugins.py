"""Methods from outside the package: a file, as the documentation shows it, and a package with an entry point."""

from __future__ import annotations

import re
import sys

import geopandas as gpd
import numpy as np
import pyogrio
import pytest
import shapely
from bench_runs import comparison, county
from cases import ROOT
from command import ask, refusal
from control_units.delineation.bench.runs.run import compare_methods
from control_units.delineation.core.errors import BadInput
from control_units.delineation.labelling.label import label
from control_units.delineation.methods import Labels, registry
from control_units.delineation.methods.external_code import origin_of
from control_units.delineation.methods.plugins import ENTRY_POINT, load_entry_points, load_plugin
from control_units.delineation.methods.table import TABLE
from control_units.delineation.verbs.trials import with_settings

PAGE = (ROOT / "docs" / "comparing.en.md").read_text(encoding="utf-8")
SHOWN = next(one for one in re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL) if "@method" in one)

SOLVER = """\
import numpy as np
from control_units.delineation.methods import regional
from control_units.delineation.regions.problem import Regions

@regional("by_component", draws=False)
def by_component(problem, *, seed=1, progress=None):
    return Regions(problem.graph.component())
"""


@pytest.fixture
def plugin(tmp_path):
    def write(text, name="mine.py"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


def labelled(**settings):
    found = comparison()
    return label(with_settings(found.case, **settings), found.basis)


# A file


def test_the_readme_shows_it_in_ten_lines():
    assert len([line for line in SHOWN.splitlines() if line.strip()]) == 10


def test_the_file_of_the_readme_is_a_method_with_its_parameters(plugin, tmp_path):
    assert load_plugin(plugin(SHOWN, "majority.py")) == ("majority",)
    assert not registry.draws("majority")
    assert [(one.name, one.default) for one in registry.parameters("majority")] == [("key", 1.0)]
    found = compare_methods(
        county(tmp_path / "case"),
        ["overlay", "majority", "majority:key=100"],
        tmp_path / "bench",
        plugins=[tmp_path / "majority.py"],
    )
    one, heavy = found.rows[1:]
    # Both townships are mostly general; the red line is carved out. 甲镇 and 乙镇 have 2 and 4 km² of the key zone.
    assert [one[f"units_{name}"] for name in ("priority", "key", "general")] == [1, 0, 2]
    assert [heavy[f"units_{name}"] for name in ("priority", "key", "general")] == [1, 2, 0]
    assert one["red_line_capture"] == 1
    assert one["omission"] == 0


def test_what_is_not_a_parameter_of_it_is_refused(plugin):
    load_plugin(plugin(SHOWN))
    with pytest.raises(BadInput, match="unknown parameter 'kye' of method majority; wanted: key") as caught:
        labelled(method="majority", parameters={"kye": 2})
    assert str(caught.value.wanted) == "key"


@pytest.mark.parametrize("name", ["delineation", "control_units.delineation"])
def test_the_engine_has_both_its_names_while_a_file_is_loaded(plugin, name):
    before = set(sys.modules)
    text = SHOWN.replace("from control_units.delineation.methods", f"from {name}.methods")
    assert load_plugin(plugin(text)) == ("majority",)
    labels = labelled(method="majority").labels
    assert isinstance(labels, Labels)
    # It leaves no second engine behind.
    assert {one for one in set(sys.modules) - before if one.startswith("delineation")} == set()


def test_a_solver_is_a_method_of_faces_as_well(plugin):
    load_plugin(plugin(SOLVER))
    labels = labelled(method="by_component", parameters={"variables": "x+y", "scope": "whole"}).labels
    # The county is one piece, and its red line with it.
    assert len(np.unique(labels.unit)) == 1
    assert "variables" in [one.name for one in registry.parameters("by_component")]


@pytest.mark.parametrize(
    ("text", "what", "where"),
    [
        ("import numpy\n\nthis is no Python\n", "SyntaxError", "line 3"),
        ("import numpy\nimport nothing_of_that_name\n", "ModuleNotFoundError", "line 2"),
        ("def f():\n    return 1 / 0\n\nf()\n", "ZeroDivisionError", "line 2"),
        ("import sys\n\nsys.exit(3)\n", "SystemExit: 3", "line 3"),
        ("x = 1\n", "registers no method", "mine.py"),
    ],
)
def test_a_file_with_an_error_is_refused_with_its_line(plugin, text, what, where):
    with pytest.raises(BadInput) as caught:
        load_plugin(plugin(text))
    assert what in str(caught.value.what)
    assert where in str(caught.value.where)
    assert "registers methods" in str(caught.value.wanted) or "@method" in str(caught.value.wanted)


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(BadInput, match="file not found"):
        load_plugin(tmp_path / "none.py")


def test_a_file_may_be_loaded_again_and_then_is_what_it_is_by_now(plugin):
    path = plugin(SHOWN)
    assert load_plugin(path) == ("majority",)
    before = origin_of("majority")
    # Nothing is new, and nothing is wrong.
    assert load_plugin(path) == ()
    assert origin_of("majority") == before
    # Changed within the second, and no longer than before: what Python keeps compiled must not stand in for it.
    plugin(SHOWN.replace("key=1.0", "key=9.0"))
    load_plugin(path)
    assert [one.default for one in registry.parameters("majority")] == [9.0]
    assert origin_of("majority").digest != before.digest
    assert not list(path.parent.glob("__pycache__"))


@pytest.mark.parametrize("text", [SHOWN.replace("majority", "overlay"), SOLVER.replace("by_component", "ward")])
def test_no_method_of_the_engine_is_replaced(plugin, text):
    table = dict(TABLE)
    with pytest.raises(BadInput, match=r"there is a method '(overlay|ward)' already") as caught:
        load_plugin(plugin(text))
    assert str(caught.value.wanted) == "another name"
    assert table == TABLE
    assert origin_of("overlay") is None and origin_of("ward") is None


def test_a_file_that_fails_half_way_leaves_no_method(plugin):
    with pytest.raises(BadInput, match="ZeroDivisionError"):
        load_plugin(plugin(SHOWN + "\n1 / 0\n"))
    assert "majority" not in registry.methods()


# What goes wrong in it


@pytest.mark.parametrize(
    ("body", "what", "where"),
    [
        ("1 / 0", "method mine stopped with ZeroDivisionError: division by zero", "mine.py, line 6"),
        ("exit(3)", "method mine stopped with SystemExit: 3", "mine.py, line 6"),
        ("None", "the labels' category is NoneType", "mine.py, method mine"),
        (
            "Labels(situation.category[1:], situation.kind, situation.county)",
            "the labels' category is int64 (",
            "method mine",
        ),
        (
            "Labels(situation.category * 0.5, situation.kind, situation.county)",
            "the labels' category is float64 (",
            "method mine",
        ),
        ("Labels(situation.category * 0 + 4, situation.kind, situation.county)", "category 4", "method mine"),
        ("Labels(situation.category, situation.kind * 0 + 99, situation.county)", "kind 99", "method mine"),
    ],
)
def test_what_is_wrong_with_a_method_is_one_sentence(plugin, body, what, where):
    load_plugin(
        plugin(
            f"from delineation.methods import Labels, method\n\n@method('mine')\ndef mine(situation, *, seed=1):\n"
            f"    _ = seed\n    return {body}\n"
        )
    )
    with pytest.raises(BadInput) as caught:
        labelled(method="mine")
    assert str(caught.value.what).startswith(what)
    assert str(caught.value.where).endswith(where)


def test_a_solver_that_stops_is_named_too(plugin):
    load_plugin(plugin(SOLVER.replace("Regions(problem.graph.component())", "problem.nothing")))
    with pytest.raises(BadInput, match="by_component stopped with AttributeError") as caught:
        labelled(method="by_component", parameters={"variables": "x+y"})
    assert "mine.py, line 7" in str(caught.value.where)


# Doors


def test_run_and_adopt_take_it_and_a_replay_without_it_says_so(plugin, tmp_path):
    path, case, plan = plugin(SHOWN), county(tmp_path / "case"), tmp_path / "case" / "plan.gpkg"
    error = refusal("run", case, "-o", plan, "--method", "majority:key=100")
    assert error["what"] == "unknown method 'majority'"
    ran = ask("run", case, "-o", tmp_path / "mine.gpkg", "--method", "majority:key=100", "--plugin", path)
    assert ran.code == 0
    assert sum(row["2"]["n"] for row in ran.document["by_county"].values()) == 2
    assert ask("run", case, "-o", plan).code == 0
    assert ask("adopt", plan, "majority:key=100", "--plugin", path, "--reason", "trial").code == 0
    forget("majority")
    before = plan.read_bytes()
    error = refusal("run", case, "-o", plan, "--replay")
    assert error["what"] == "journal entry 1 is a relabel by method 'majority', which is not there"
    assert error["where"] == str(plan)
    assert "--plugin FILE" in error["wanted"] and "--discard-edits" in error["wanted"]
    assert plan.read_bytes() == before
    again = ask("run", case, "-o", plan, "--replay", "--plugin", path)
    assert again.code == 0
    assert again.document["by_county"] == ran.document["by_county"]


def test_a_method_may_have_a_chinese_name(plugin, tmp_path):
    text = SHOWN.replace('"majority"', '"多数法"').replace("key=1.0", "权重=1.0").replace("(2, key)", "(2, 权重)")
    answer = ask(
        "bench",
        county(tmp_path / "case"),
        "--methods",
        "overlay,多数法:权重=100,多数法",
        "--plugin",
        plugin(text),
        "--nulls",
        2,
        "--no-curve",
        "-o",
        tmp_path / "out",
    )
    assert answer.code == 0, answer
    assert [row["method"] for row in answer.document["methods"]] == ["overlay", "多数法:权重=100", "多数法"]
    assert answer.document["methods"][1]["units_key"] == 2
    layers = {str(name) for name in pyogrio.list_layers(tmp_path / "out" / "comparison.gpkg")[:, 0]}
    assert {"units_多数法_权重_100", "units_多数法"} <= layers
    assert "多数法:权重=100" in (tmp_path / "out" / "methods.csv").read_text(encoding="utf-8-sig")


def test_what_a_method_prints_is_no_part_of_the_answer(plugin, tmp_path):
    file = plugin(SHOWN.replace("    town =", '    print("hello")\n    town =') + '\nprint("loaded")\n')
    case, plan = county(tmp_path / "case"), tmp_path / "plan.gpkg"
    answer = ask("run", case, "-o", plan, "--method", "majority", "--plugin", file)
    assert answer.code == 0 and "by_county" in answer.document
    assert answer.err.split() == ["loaded", "hello"]


def test_regions_takes_a_solver_of_ones_own(plugin, tmp_path):
    boxes = [shapely.box(x, 0, x + 10, 10) for x in (0, 10, 40, 50)]
    gpd.GeoDataFrame({"a": [1.0, 2.0, 3.0, 5.0]}, geometry=boxes, crs="EPSG:4549").to_file(tmp_path / "layer.gpkg")
    layer, output = tmp_path / "layer.gpkg", tmp_path / "out.gpkg"
    given = ("regions", layer, "--method", "by_component", "--variables", "a", "-o", output)
    assert refusal(*given)["what"] == "unknown method 'by_component'"
    found = ask(*given, "--plugin", plugin(SOLVER))
    assert found.code == 0, found
    assert found.document["labels"] == [0, 0, 1, 1]


def forget(name):
    TABLE.pop(name, None)


# A package


@pytest.fixture
def package(tmp_path, monkeypatch):
    """An installed package, as Python's metadata sees it: a module and its ``.dist-info`` on the path."""

    def install(module, points, text=SHOWN):
        site = tmp_path / "site"
        info = site / f"{module}-1.0.dist-info"
        info.mkdir(parents=True)
        (site / f"{module}.py").write_text(text, encoding="utf-8")
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {module}\nVersion: 1.0\n", encoding="utf-8")
        lines = "".join(f"{name} = {value}\n" for name, value in points.items())
        (info / "entry_points.txt").write_text(f"[{ENTRY_POINT}]\n{lines}", encoding="utf-8")
        monkeypatch.syspath_prepend(str(site))
        return site

    yield install
    for name in ("bureau_methods", "broken_methods"):
        sys.modules.pop(name, None)


def test_an_installed_package_offers_methods(package, tmp_path):
    package("bureau_methods", {"majority": "bureau_methods:majority"})
    case = county(tmp_path / "case")
    # Nobody has to load it: who asks for it by name has it.
    found = compare_methods(case, ["majority:key=100"], tmp_path / "bench")
    assert found.rows[0]["units_key"] == 2
    assert load_entry_points() == ()
    assert origin_of("majority").place == "entry point majority"
    assert ask("run", case, "-o", tmp_path / "plan.gpkg", "--method", "majority").code == 0


def test_an_installed_package_that_changes_makes_its_rows_anew(package, tmp_path):
    site = package("bureau_methods", {"majority": "bureau_methods:majority"})
    case, text = county(tmp_path / "case"), "majority:key=100"
    first = compare_methods(case, [text, "overlay"], tmp_path / "bench")
    kept = {path.name for path in (tmp_path / "bench" / "labels").iterdir()}
    assert first.rows[0]["units_key"] == 2
    forget("majority")
    sys.modules.pop("bureau_methods")
    file = site / "bureau_methods.py"
    file.write_text(SHOWN.replace("category == c) * w", "category == c) * min(w, 1)") + "\n", encoding="utf-8")
    second = compare_methods(case, [text, "overlay"], tmp_path / "bench")
    assert second.rows[0]["units_key"] == 0
    # The other row was read: one file more.
    assert len({path.name for path in (tmp_path / "bench" / "labels").iterdir()} - kept) == 1


def test_a_package_that_cannot_be_loaded_is_named_to_those_who_need_it(package):
    package("broken_methods", {"mine": "broken_methods:nothing"}, "x = 1\n")
    assert len(labelled(method="overlay").labels.unit)
    with pytest.raises(BadInput, match="entry point mine: cannot be loaded"):
        labelled(method="mine")
    with pytest.raises(BadInput) as caught:
        load_entry_points()
    assert str(caught.value.where) == "entry point mine"
    assert str(caught.value.wanted) == "broken_methods:nothing"


def test_the_readme_names_the_entry_point():
    assert f'[project.entry-points."{ENTRY_POINT}"]' in PAGE
