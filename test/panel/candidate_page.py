"""The Method page with the card of the clustering methods open, on a small case: what several test files begin with."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

from control_units.delineation.basis.build import lay_basis
from control_units.delineation.case.reading import read_case
from control_units.delineation.run.run import BasisWithInputs
from control_units.delineation.sources.inputs import inputs_of
from control_units.delineation.verbs.running import run
from control_units.ui.pages.method.page import MethodPage
from fakes import workplace
from rich import rich

if TYPE_CHECKING:
    from pathlib import Path

    from control_units.ui.pages.page import Workplace


def case_with_plan(folder: Path) -> Path:
    """Write a case with its plan beside it."""
    run(rich(folder), folder / "case.plan.gpkg")
    return folder


def laid_basis(folder: Path) -> BasisWithInputs:
    """Lay its basis."""
    case = read_case(folder / "case.toml")
    return BasisWithInputs(lay_basis(case), inputs_of(case))


def place_in(folder: Path, target: Path) -> Workplace:
    """Open a copy of a case."""
    for path in folder.iterdir():
        shutil.copy(path, target)
    place = workplace()
    assert place.session.open_case(target / "case.toml")
    return place


def shown(page: Any) -> Any:
    """Show a page as wide as in the panel."""
    page.resize(380, 600)
    page.show()
    page.refresh()
    return page


def opened(place: Workplace, laid: BasisWithInputs) -> MethodPage:
    """Give the page with the card open and the sources laid."""
    place.session.laid = laid
    page = shown(MethodPage(place))
    page.clustering.click()
    form(page).variables.show_text("x+y")
    settle(page)
    return page


def form(page: MethodPage) -> Any:
    return page.cluster.form


def box(page: MethodPage) -> Any:
    return page.cluster.box


def settle(page: MethodPage) -> None:
    """Let the form ask what it would ask a little later, and answer all."""
    if form(page)._soon.isActive():
        form(page)._soon.stop()
        form(page)._soon.timeout.emit()
    page.session.runner.finish()


def suggest(page: MethodPage, method: str = "ward", k: int = 8) -> None:
    """Ask for a candidate and wait for it."""
    form(page).combo.setCurrentIndex(form(page).combo.findData(method))
    form(page).take_k(k)
    box(page).suggest.click()
    settle(page)
