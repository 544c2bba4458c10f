"""The part of the planner's story about methods that cluster: candidates, plots, curve, comparison, adopting."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from driver import report
from hands import keys, pick, press, press_item, press_tab, until, write
from qgis.core import QgsProject
from qgis.PyQt.QtCore import QPoint, Qt
from qgis.PyQt.QtWidgets import QApplication, QDialog, QPlainTextEdit, QScrollArea, QToolTip
from sight import ZH, map_drawn, page, say_time, shot, to_page

if TYPE_CHECKING:
    from collections.abc import Generator

    from qgis.PyQt.QtWidgets import QWidget

WHY = "会商后采用：单元更紧凑" if ZH else "Agreed at the meeting"


def box() -> Any:
    """Candidates and what one can do with them."""
    return page("method").cluster.box


def form() -> Any:
    """The method and its settings."""
    return page("method").cluster.form


def bring(widget: QWidget) -> Generator[float]:
    """Scroll the page to a widget."""
    page("method").findChild(QScrollArea).ensureWidgetVisible(widget)
    yield 0.2


def top_at(widget: QWidget) -> Generator[float]:
    """Scroll the page so that it begins with a widget."""
    method = page("method")
    down = widget.mapTo(method.inside, QPoint(0, 0)).y()
    method.findChild(QScrollArea).verticalScrollBar().setValue(down - 4)
    yield 0.2


def open_card() -> Generator[float]:
    """Choose clustering, and wait until it is known how many regions there are at least."""
    method = page("method")
    yield from bring(method.clustering)
    press(method.clustering, QPoint(10, method.clustering.height() // 2))
    yield from until(method.cluster.isVisible, "the card of the clustering methods")
    yield from until(lambda: form().least > 1, "the least number of regions")


def suggest() -> Generator[float]:
    """Ask for a candidate."""
    count = len(page("method").candidates.kept)
    yield from bring(box().suggest)
    press(box().suggest)
    yield from until(lambda: len(page("method").candidates.kept) > count, "a candidate")


def suggest_units() -> Generator[float]:
    """Two candidates beside the plan, a curve over k, plots, the way to the toolbox; then all is discarded."""
    method, before = page("method"), len(QgsProject.instance().mapLayers())
    area, begun = method.findChild(QScrollArea), time.monotonic()
    yield from open_card()
    yield from bring(form().more)
    press(form().more)
    yield 0.2
    yield from top_at(form().more)
    shot("more-settings")
    press(form().more)
    yield 0.2
    yield from bring(form().variables)
    shot("clustering")
    since = time.monotonic()
    yield from suggest()
    say_time("candidate", since)
    yield from map_drawn()
    yield from look_at_curve()
    yield from bring(box().answers)
    shot("candidate")
    kept = method.candidates.kept
    layers = [one for one in QgsProject.instance().mapLayers().values() if one.providerType() == "memory"]
    report["candidate"] = {
        "text": kept[0].text,
        "least": form().least,
        "columns": box().table.columnCount(),
        "layers": [(one.name(), one.featureCount(), one.isValid()) for one in layers],
        "units": kept[0].candidate.row["units"],
        "knee": method.candidates.choice.knee,
        "scroll": area.horizontalScrollBar().maximum(),
    }
    yield from look_at_plots()
    yield from compare()
    while method.candidates.kept:
        count = len(method.candidates.kept)
        yield from bring(box().discard)
        press(box().discard)
        yield from until(lambda count=count: len(method.candidates.kept) < count, "a candidate less")
    report["candidate"]["left"] = len(QgsProject.instance().mapLayers()) - before
    say_time("clustering", begun)
    yield from bring(method.cards["overlay"])
    press(method.cards["overlay"], QPoint(10, method.cards["overlay"].height() // 2))
    yield from until(lambda: not method.cluster.isVisible(), "the card is folded")


def look_at_curve() -> Generator[float]:
    """Other settings make the curve out of date, which it says; the settings back, it holds again."""
    yield from bring(box().ask_curve)
    press(box().ask_curve)
    yield from until(box().curve.isVisible, "the curve of k")
    tick, _ = form().variables.rows["x+y"]
    yield from bring(tick)
    press(tick, QPoint(8, tick.height() // 2))
    yield from until(lambda: box().curve.stale, "the curve is out of date")
    yield from bring(box().curve_words)
    report["stale"] = {"words": box().curve_words.text(), "before": form().k}
    press(box().curve, QPoint(30, box().curve.height() // 2))
    report["stale"]["after"] = form().k
    shot("stale-curve")
    yield from bring(tick)
    press(tick, QPoint(8, tick.height() // 2))
    yield from until(lambda: not box().curve.stale, "the curve holds again")
    yield from bring(box().curve)
    # A knee that is taken by a click.
    choice = page("method").candidates.choice
    press(box().curve, QPoint(round(box().curve.x_of(choice.knee)), box().curve.height() // 2))
    report["stale"]["taken"] = [form().k, choice.knee]


def look_at_plots() -> Generator[float]:
    """A second candidate; a mark tells of itself and is chosen; two metrics against each other."""
    yield from suggest()
    yield from map_drawn()
    plots = box().plots
    yield from top_at(box().ask_curve)
    report["plots"] = {"first": box().table.chosen}
    mark = next(one for one in plots.strips.marks() if one.candidate == 1)
    press(plots.strips, QPoint(round(mark.at.x()), round(mark.at.y())))
    report["plots"]["clicked"] = box().table.chosen
    keys(plots.strips, Qt.Key.Key_Up)
    report["plots"]["by_key"] = box().table.chosen
    shot("plots")
    lowest = max(plots.strips.marks(), key=lambda one: one.at.y())
    where = plots.strips.mapToGlobal(QPoint(round(lowest.at.x()), round(lowest.at.y())))
    QToolTip.showText(where, plots.strips.words_of(lowest), plots.strips)
    report["plots"]["told"] = plots.strips.words_of(lowest)
    yield 0.3
    shot("told")
    QToolTip.hideText()
    press(plots.two)
    yield from until(plots.scatter.isVisible, "two metrics")
    yield from pick(plots.up, plots.up.findData("boundary_on_townships"))
    yield from bring(plots.scatter)
    report["plots"]["axes"] = [plots.scatter.across.name, plots.scatter.up.name]
    report["plots"]["marks"] = len(plots.scatter.marks())
    shot("two-metrics")
    press(plots.all)
    yield 0.1


def compare() -> Generator[float]:
    """The button opens the toolbox's dialog with case and methods filled in; QGIS goes on beside it."""
    yield from bring(box().compare)
    press(box().compare)
    yield from until(lambda: algorithm_dialog() is not None, "the dialog of the comparison")
    dialog = algorithm_dialog()
    yield 0.5
    shot("compare")
    given = dialog.createProcessingParameters()
    report["compare"] = {
        "modal": dialog.isModal(),
        "methods": [one.toPlainText() for one in dialog.findChildren(QPlainTextEdit)],
        "given": {key: given[key] for key in ("CASE", "METHODS")},
        "candidates": [one.text for one in page("method").candidates.kept],
    }
    dialog.close()
    yield from until(lambda: algorithm_dialog() is None, "the dialog is closed")


def algorithm_dialog() -> Any:
    """The dialog of an algorithm, where one is open."""
    found = [
        one
        for one in QApplication.topLevelWidgets()
        if isinstance(one, QDialog) and one.isVisible() and hasattr(one, "createProcessingParameters")
    ]
    return found[0] if found else None


def adopt_by_night() -> Generator[float]:
    """In the dark theme: a candidate is adopted with a reason; the journal has it, and the card of each unit."""
    begun = time.monotonic()
    yield from to_page("method")
    yield from open_card()
    yield from suggest()
    yield from map_drawn()
    yield from bring(box().plots)
    shot("night-plots")
    text = box().chosen.text
    yield from bring(box().reason)
    write(box().reason, WHY)
    session = page("method").session
    press(box().adopt)
    # What the profile presets is said too.
    yield from until(lambda: not session.busy and session.adopted == f"{text},scope=category", "an adopted plan")
    yield from map_drawn()
    yield from to_page("result")
    result = page("result")
    press_tab(result.tabs.tabBar(), 1)
    yield 0.2
    press_item(result.units.view, result.units.view.model().index(0, 0))
    yield from until(lambda: bool(result.card.toPlainText()), "the card")
    press_tab(result.tabs.tabBar(), 3)
    yield 0.3
    report["adopted"] = {
        "method": session.adopted,
        "reason": WHY,
        "journal": result.history.toPlainText(),
        "card": result.card.toPlainText(),
        "tabs": [result.tabs.tabText(number) for number in range(result.tabs.count())],
        "cut": result.tabs.tabBar().sizeHint().width() - result.tabs.width(),
    }
    shot("night-journal")
    say_time("adopting", begun)
