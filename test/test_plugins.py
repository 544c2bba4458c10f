"""Methods from outside the package: a file, as the README shows it, and a package that offers them by entry point."""

from __future__ import annotations

import re
import sys

import numpy as np
import pytest
from bench_runs import comparison, county
from cases import ROOT
from control_units.delineation.bench.run import compare_methods
from control_units.delineation.errors import BadInput
from control_units.delineation.labelling import label
from control_units.delineation.methods import registry
from control_units.delineation.methods.plugins import ENTRY_POINT, load_entry_points, load_plugin
from control_units.delineation.relabel import with_settings

README = (ROOT / "README.md").read_text(encoding="utf-8")
SHOWN = re.search(r"```python\n(.*?@method.*?)```", README.partition("## Comparing methods")[2], re.DOTALL)[1]

SOLVER = """\
import numpy as np
from control_units.delineation.methods import regional
from control_units.delineation.regions.problem import Regions

@regional("by_component", draws=False)
def by_component(problem, *, seed=1, progress=None):
    return Regions(problem.graph.component())
"""


@pytest.fixture(autouse=True)
def own_registry(monkeypatch):
    """What a test registers is gone after it."""
    for name in ("_METHODS", "_DRAWS", "_DECLARED"):
        monkeypatch.setattr(registry, name, dict(getattr(registry, name)))
    # The package has a function of the module's name.
    solvers = sys.modules["control_units.delineation.methods.regional"]
    monkeypatch.setattr(solvers, "_SOLVERS", dict(solvers._SOLVERS))


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
        county(tmp_path / "case"), ["overlay", "majority", "majority:key=100"], tmp_path / "bench",
        plugins=[tmp_path / "majority.py"],
    )  # fmt: skip
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
    assert caught.value.wanted == "key"


@pytest.mark.parametrize("name", ["delineation", "control_units.delineation"])
def test_the_engine_has_both_its_names_while_a_file_is_loaded(plugin, name):
    before = set(sys.modules)
    text = SHOWN.replace("from delineation.methods", f"from {name}.methods")
    assert load_plugin(plugin(text)) == ("majority",)
    labels = labelled(method="majority").labels
    assert isinstance(labels, registry.Labels)
    # It leaves no second engine behind.
    assert {one for one in set(sys.modules) - before if one.startswith("delineation")} == set()


def test_a_solver_is_a_method_of_faces_as_well(plugin):
    load_plugin(plugin(SOLVER))
    labels = labelled(method="by_component", parameters={"variables": "x+y"}).labels
    # The county is one piece, and its red line with it.
    assert len(np.unique(labels.unit)) == 1
    assert "variables" in [one.name for one in registry.parameters("by_component")]


@pytest.mark.parametrize(
    ("text", "what", "where"),
    [
        ("import numpy\n\nthis is no Python\n", "SyntaxError", "line 3"),
        ("import numpy\nimport nothing_of_that_name\n", "ModuleNotFoundError", "line 2"),
        ("def f():\n    return 1 / 0\n\nf()\n", "ZeroDivisionError", "line 2"),
        ("x = 1\n", "registers no method", "mine.py"),
    ],
)  # fmt: skip
def test_a_file_with_an_error_is_refused_with_its_line(plugin, text, what, where):
    with pytest.raises(BadInput) as caught:
        load_plugin(plugin(text))
    assert what in caught.value.what
    assert where in caught.value.where
    assert "registers methods" in caught.value.wanted or "@method" in caught.value.wanted


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(BadInput, match="no such file"):
        load_plugin(tmp_path / "none.py")


def test_a_file_may_be_loaded_again(plugin):
    path = plugin(SHOWN)
    assert load_plugin(path) == ("majority",)
    # Nothing is new, and nothing is wrong.
    assert load_plugin(path) == ()


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
    assert load_entry_points() == ("majority",)
    found = compare_methods(county(tmp_path / "case"), ["majority:key=100"], tmp_path / "bench")
    assert found.rows[0]["units_key"] == 2


def test_a_package_that_cannot_be_loaded_is_named(package):
    package("broken_methods", {"mine": "broken_methods:nothing"}, "x = 1\n")
    with pytest.raises(BadInput) as caught:
        load_entry_points()
    assert caught.value.where == "entry point mine"
    assert caught.value.wanted == "broken_methods:nothing"


def test_the_readme_names_the_entry_point():
    assert f'[project.entry-points."{ENTRY_POINT}"]' in README
