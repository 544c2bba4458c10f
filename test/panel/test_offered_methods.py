"""Methods of other packages: in the panel and in the toolbox once somebody opens them, and never in the way."""

from __future__ import annotations

import sys

import pytest
from candidate_page import form, place_in, settle, shown
from control_units.delineation.methods.plugins import ENTRY_POINT
from control_units.delineation.methods.registry import offered
from control_units.delineation.methods.table import TABLE
from control_units.ui.pages.method.page import MethodPage
from control_units.ui.processing.algorithms import regionalise, suggest_units
from control_units.ui.work import offered_methods
from hand import box, write_layer
from qgis.core import Qgis, QgsApplication, QgsProcessingContext, QgsProcessingFeedback, QgsProject

TEXT = """\
import numpy as np
from control_units.delineation.methods import Labels, method, regional
from control_units.delineation.regions.problem import Regions

@method("bureau_plain", draws=False)
def plain(situation, *, seed=1, share=0.5):
    return Labels(situation.category, situation.kind, np.full(len(situation.area), -1))

@regional("bureau_halves", draws=False)
def halves(problem, *, seed=1, progress=None, k):
    return Regions(np.arange(len(problem)) * k // len(problem))
"""
BROKEN = "import no_such_library_anywhere\n"


@pytest.fixture(autouse=True)
def fresh(monkeypatch):
    monkeypatch.setattr(offered_methods, "_asked", [])


@pytest.fixture
def log():
    said = []

    def take(text, tag, _):
        if tag == "Control Units":
            said.append(text)

    signal = QgsApplication.messageLog().messageReceived[str, str, Qgis.MessageLevel]
    signal.connect(take)
    yield said
    signal.disconnect(take)


@pytest.fixture
def packages(tmp_path, monkeypatch):
    """Two installed packages, as Python's metadata sees them; the broken one is asked first."""
    site = tmp_path / "site"
    for module, points, text in (
        ("broken_bureau", {"a_broken": "broken_bureau:nothing"}, BROKEN),
        ("good_bureau", {"bureau_plain": "good_bureau:plain", "bureau_halves": "good_bureau:halves"}, TEXT),
    ):
        info = site / f"{module}-1.0.dist-info"
        info.mkdir(parents=True)
        (site / f"{module}.py").write_text(text, encoding="utf-8")
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {module}\nVersion: 1.0\n", encoding="utf-8")
        lines = "".join(f"{name} = {value}\n" for name, value in points.items())
        (info / "entry_points.txt").write_text(f"[{ENTRY_POINT}]\n{lines}", encoding="utf-8")
    monkeypatch.syspath_prepend(str(site))
    yield
    for name in ("broken_bureau", "good_bureau"):
        sys.modules.pop(name, None)


@pytest.fixture
def place(folder, tmp_path):
    (tmp_path / "case").mkdir()
    yield place_in(folder, tmp_path / "case")
    QgsProject.instance().clear()


def options(algorithm):
    return algorithm.parameterDefinition("METHOD").options()


@pytest.mark.usefixtures("packages")
def test_nothing_is_loaded_before_somebody_looks(place):
    page = MethodPage(place)
    assert not {"bureau_plain", "bureau_halves"} & set(TABLE)
    for algorithm in (suggest_units.SuggestUnitsAlgorithm(), regionalise.RegionaliseAlgorithm()):
        algorithm.initAlgorithm()  # as the toolbox lists it
        assert not {"bureau_plain", "bureau_halves"} & set(options(algorithm))
    assert "good_bureau" not in sys.modules
    assert set(page.cards) == {"overlay", "fitting", "update"}


@pytest.mark.usefixtures("packages")
def test_the_panel_lists_them_and_says_once_what_is_broken(place, log):
    page = shown(MethodPage(place))
    assert "bureau_plain" in page.cards
    assert "bureau_halves" not in page.cards
    page.clustering.click()
    settle(page)
    combo = form(page).combo
    assert combo.itemData(combo.count() - 1) == "bureau_halves"
    combo.setCurrentIndex(combo.count() - 1)
    settle(page)
    assert form(page).given()["k"] >= 1
    page.cards["bureau_plain"].click()
    settle(page)
    assert page.parameters["bureau_plain"]["share"].isVisible()
    page.hide()
    shown(page)
    shown(MethodPage(place))
    (said,) = [text for text in log if "no_such_library_anywhere" in text]
    assert "entry point a_broken" in said


@pytest.mark.usefixtures("packages")
def test_the_toolbox_lists_them_and_runs_one(toolbox, log, tmp_path):
    assert options(toolbox("suggest_units"))[:9] == list(offered(regional=False))
    assert set(options(toolbox("suggest_units"))[9:]) == {"bureau_plain", "bureau_halves"}
    assert options(toolbox("regionalise"))[6:] == ["bureau_halves"]
    shapes = [box(1_000 * x, 0, 1_000, 1_000) for x in range(6)]
    write_layer(tmp_path / "row.gpkg", "row", shapes, {"a": list(range(6))})
    context, feedback = QgsProcessingContext(), QgsProcessingFeedback()
    context.setProject(QgsProject.instance())
    given = {
        "INPUT": f"{tmp_path / 'row.gpkg'}|layername=row",
        "METHOD": "bureau_halves",
        "VARIABLES": ["a"],
        "K": 3,
        "FEATURES": "memory:",
        "REGIONS": "memory:",
    }
    results, ok = toolbox("regionalise").run(given, context, feedback)
    assert ok, feedback.textLog()
    assert results["REGIONS_COUNT"] == 3
    assert len([text for text in log if "no_such_library_anywhere" in text]) == 1


@pytest.mark.usefixtures("packages")
def test_a_case_that_names_one_is_shown_as_it_is(place):
    given = {"k": 9, "variables": "x+y", "compactness": 0.5}
    place.session.change(method="bureau_halves", method_parameters=given)
    page = shown(MethodPage(place))
    settle(page)
    assert form(page).method == "bureau_halves"
    assert form(page).given() == given
