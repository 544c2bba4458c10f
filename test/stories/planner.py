"""The planner's story, in two parts: from the zip to a saved project, and the next morning.

What a user does is done by hands.py; what is read off the panel goes into ``report``, which test_planner.py asserts on.
"""

from __future__ import annotations

import os
import time
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING

from driver import PLUGIN, report
from hands import (
    drag,
    find,
    keys,
    pick,
    plain,
    press,
    press_action,
    press_box,
    press_button,
    press_item,
    press_map,
    press_tab,
    save_as,
    settle_window,
    until,
    write,
)
from qgis.core import QgsApplication, QgsCoordinateTransform, QgsProject, QgsSettings
from qgis.PyQt.QtCore import QObject, QPoint, QRect, Qt, QUrl, pyqtSlot
from qgis.PyQt.QtGui import QDesktopServices, QGuiApplication
from qgis.PyQt.QtWidgets import (
    QAbstractButton,
    QAction,
    QApplication,
    QComboBox,
    QDialog,
    QDockWidget,
    QLabel,
    QPushButton,
    QToolButton,
)
from qgis.utils import iface
from sight import (
    ZH,
    dock,
    files,
    line_of,
    lines,
    map_drawn,
    page,
    pictures_taken,
    project_layers,
    say_time,
    sentence,
    shot,
    states,
    text,
    to_page,
    units_layer,
    words,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from qgis.core import QgsFeature
    from qgis.PyQt.QtGui import QColor
    from qgis.PyQt.QtWidgets import QWidget

# Whose role is set wrong and right again; its field too.
PARK, NAME_FIELD, CODE_FIELD = "industrial_park", "园区名称", "园区代码"
SWITCHED = "R13"
REASON = "与自然资源部门核对过，边界以批复为准" if ZH else "Checked with the bureau: the approved line stands"


def clear_desk() -> None:
    """Close what QGIS shows at first and a planner has closed long ago."""
    for name in ("Browser",):
        one = iface.mainWindow().findChild(QDockWidget, name)
        if one is not None:
            one.close()


class Reader(QObject):
    """Stands in for the web browser that shows help pages."""

    def __init__(self) -> None:
        super().__init__()
        self.pages: list[str] = []

    @pyqtSlot(QUrl)
    def show(self, url: QUrl) -> None:
        """Take an address."""
        self.pages.append(url.toLocalFile())


def pictured(told: Callable[[], Generator[float | None]]) -> Callable[[], Generator[float | None]]:
    """Take a picture of where a story broke off."""

    @wraps(told)
    def through() -> Generator[float | None]:
        since = time.monotonic()
        try:
            yield from told()
        except Exception:
            shot("broken-off")
            raise
        finally:
            report["pictures"], report["took"] = pictures_taken[0], round(time.monotonic() - since, 1)

    return through


@pictured
def first_day() -> Generator[float | None]:
    """From the zip to a saved project."""
    settle_window()
    clear_desk()
    yield from unpack()
    yield from open_panel()
    yield from look_at_sources()
    yield from look_at_making()
    yield from correct_a_role()
    yield from run_and_cancel()
    yield from run_to_the_end()
    yield from ask_why()
    yield from read_help()
    yield from run_over()
    yield from by_keyboard()
    yield from try_a_switch()
    yield from accept_a_finding()
    yield from hand_in()
    yield from save_project()


def unpack() -> Generator[float]:
    """The zip goes in through QGIS's own installer."""
    import pyplugin_installer

    report["menu"] = [plain(iface.pluginMenu().title()), plain(iface.actionManagePlugins().text())]
    since = time.monotonic()
    pyplugin_installer.instance().installFromZipFile(os.environ["CONTROL_UNITS_ZIP"])
    yield 0.5
    report["installed"] = QgsSettings().value(f"PythonPlugins/{PLUGIN}", False, type=bool)
    iface.messageBar().clearWidgets()
    say_time("install", since)


def open_panel() -> Generator[float]:
    """The button in the toolbar opens the panel, which says how to begin."""
    report["hidden_at_first"] = not dock().isVisible()
    press_action(iface.mainWindow().findChild(QAction, "control_units_panel"))
    yield from until(dock().isVisible, "the panel")
    yield 0.3
    report["welcome"] = [plain(one.text()) for one in dock().welcome.buttons]
    report["width"] = dock().width()
    body = dock().widget()
    corner = body.mapToGlobal(body.rect().topLeft())
    report["panel"] = [corner.x(), corner.y(), body.width(), body.height()]
    shot("welcome")
    press_button(text=text("demo"))
    yield from until(lambda: dock().pages and page("sources").isVisible(), "the sources page")


def demo_plan() -> Generator[float]:
    """From the zip to the demo's plan, as far as the result and its map."""
    settle_window()
    clear_desk()
    yield from unpack()
    press_action(iface.mainWindow().findChild(QAction, "control_units_panel"))
    yield from until(dock().isVisible, "the panel")
    press_button(text=text("demo"))
    yield from until(lambda: dock().pages and page("sources").isVisible(), "the sources page")
    yield from to_page("run")
    press_button("control_units_run")
    yield from until(lambda: dock().session.plan is not None and not dock().session.busy, "a plan")
    yield from until(page("result").isVisible, "the result")
    yield from map_drawn()


def look_at_sources() -> Generator[float]:
    """Every line says that it was read."""
    yield from sources_read()
    yield 0.3
    report["sources"] = [words(item) for item in lines(page("sources").list)]
    report["demo_files"] = files()
    report["states_at_first"] = states()
    shot("sources")
    # The message has been read; on a slow machine it may have gone by itself.
    for one in dock().findChildren(QAbstractButton):
        if one.isVisible() and one.text() == "×":
            press(one)


def sources_read() -> Generator[float]:
    """Wait until every source was looked at."""
    book = page("sources").book
    yield from until(lambda: book.entries and all(one.mark == "present" for one in book.entries), "sources, read")


def correct_a_role() -> Generator[float]:
    """A role and a field are set wrong, which the line shows, and right again."""
    sources = page("sources")
    case = sources.session.case
    report["line"] = {"right": words(line_of(PARK))}
    press_item(sources.list, sources.list.indexFromItem(line_of(PARK)))
    yield from until(sources.details.isVisible, "the details")
    yield 0.2
    shot("details")
    yield from choose_role("farmland")
    yield from back()
    report["line"]["wrong"] = words(line_of(PARK))
    report["role_meanwhile"] = next(one.role for one in sources.book.entries if one.title == PARK)
    shot("wrong-role")
    press_item(sources.list, sources.list.indexFromItem(line_of(PARK)))
    yield from until(sources.details.isVisible, "the details")
    yield from choose_role(PARK)
    name = sources.details.fields.combos["name"]
    yield from choose(name, CODE_FIELD)
    report["field_meanwhile"] = next(one.spec.fields for one in sources.book.entries if one.title == PARK)
    yield from choose(sources.details.fields.combos["name"], NAME_FIELD)
    yield from back()
    report["line"]["again"] = words(line_of(PARK))
    report["same_case"] = sources.session.case == case
    shot("right-role")


def look_at_making() -> Generator[float]:
    """What a source made on the spot asks for; the engine says what is missing, and nothing is added."""
    sources = page("sources")
    case = sources.session.case
    press_action(sources.make)
    yield from until(lambda: sources.findChildren(QDialog, "control_units_make_source"), "the dialog")
    (dialog,) = sources.findChildren(QDialog, "control_units_make_source")
    yield from until(dialog.isVisible, "the dialog")
    fields = dialog.fields
    yield from pick(fields.kind, fields.kind.findData("catchments"))
    report["making"] = {"dem": Path(fields.dem.filePath()).name, "can": fields.problem("catchment")}
    shot("making")
    yield from pick(fields.kind, fields.kind.findData("townships"))
    press(dialog.ok)
    yield from until(fields.wrong.isVisible, "what is wrong")
    report["making"]["wrong"] = fields.wrong.text()
    report["making"]["texts"] = [
        plain(one.text()) for one in dialog.findChildren((QAbstractButton, QLabel)) if one.isVisible() and one.text()
    ]
    shot("making-wrong")
    keys(dialog, Qt.Key.Key_Escape)
    yield from until(lambda: not sources.findChildren(QDialog, "control_units_make_source"), "the list")
    report["making"]["same_case"] = sources.session.case == case
    # On a screen without a window manager nobody gives the keys back to the window below.
    iface.mainWindow().activateWindow()
    yield 0.2


def choose_role(role: str) -> Generator[float]:
    """Set the role of the source that is shown."""
    yield from choose(page("sources").details.role, role)


def choose(combo: QComboBox, data: str) -> Generator[float]:
    """Pick a line of a combo box by what it stands for, and wait until the file was looked at again."""
    yield from pick(combo, combo.findData(data))
    details = page("sources").details
    yield from until(lambda: details.entry.seen is not None and not page("sources").book.looks.busy, "another look")
    yield 0.1


def back() -> Generator[float]:
    """Back to the list."""
    press_button("control_units_back")
    yield from until(page("sources").list.isVisible, "the list")


def run_and_cancel() -> Generator[float]:
    """A run that is stopped writes nothing, and the panel says so."""
    yield 0.2
    button = find(QPushButton, "control_units_next")
    report["next"] = [sentence(), button.text()]
    press(button)
    yield from until(page("run").isVisible, "the run page")
    yield 0.2
    shot("ready")
    before = files()
    press_button("control_units_run")
    yield from until(lambda: page("run").bar.isVisible() and page("run").bar.value() > 250, "a run on its way")
    report["running"] = {"value": page("run").bar.value(), "left": page("run").now.text()}
    shot("running")
    since = time.monotonic()
    press_button("control_units_cancel")
    yield from until(lambda: not dock().session.busy, "the end of the run")
    say_time("cancel", since)
    yield 0.3
    report["cancelled"] = {
        "sentence": sentence(),
        "files": [one for one in files() if one not in before],
        "layers": len(project_layers()),
        "plan": dock().session.plan is not None,
        "usable": find(QAbstractButton, "control_units_run").isEnabled(),
    }
    shot("cancelled")


def run_to_the_end() -> Generator[float]:
    """The run makes a plan; its layers arrive."""
    since = time.monotonic()
    # By the keyboard this time.
    keys(find(QPushButton, "control_units_run"), Qt.Key.Key_Space)
    yield from until(lambda: dock().session.busy, "a run on its way")
    yield from until(lambda: not dock().session.busy, "the end of the run")
    say_time("run", since)
    yield from until(page("result").isVisible, "the result page")
    yield from map_drawn()
    report["layers"] = project_layers()
    report["states_after_run"] = states()
    report["new_files"] = [one for one in files() if one not in report["demo_files"]]
    shot("result")
    for number, name in ((1, "units"), (2, "findings")):
        press_tab(page("result").tabs.tabBar(), number)
        yield 0.3
        shot(name)
    press_tab(page("result").tabs.tabBar(), 0)


def ask_why() -> Generator[float]:
    """A click on the map explains the place."""
    result, canvas = page("result"), iface.mapCanvas()
    unit = unit_to_ask()
    press_action(result.ask)
    yield 0.1
    report["tool"] = canvas.mapTool() is result.tool
    layer = units_layer()
    inside = unit.geometry().poleOfInaccessibility(100)[0].asPoint()
    transform = QgsCoordinateTransform(layer.crs(), canvas.mapSettings().destinationCrs(), QgsProject.instance())
    since = time.monotonic()
    press_map(canvas, transform.transform(inside))
    yield from until(lambda: bool(result.card.toPlainText()), "the card")
    say_time("why", since)
    yield from map_drawn()
    report["why"] = {
        "name": unit["name"],
        "code": unit["code"],
        "reasons": unit["reasons"],
        "card": result.card.toPlainText(),
        "selected": [one["code"] for one in layer.getSelectedFeatures()],
        "in_table": result.units.selected() == [unit["unit_id"]],
    }
    press_tab(result.tabs.tabBar(), 1)
    yield 0.2
    # Room for all of the card.
    sizes = result.splitter.sizes()
    drag(result.splitter.handle(1), 160 - sizes[0])
    yield 0.3
    shot("why")
    drag(result.splitter.handle(1), sizes[0] - result.splitter.sizes()[0])
    yield 0.1
    # The tool goes as it came.
    press_action(result.ask)
    yield 0.1
    report["tool_after"] = canvas.mapTool() is result.tool


def unit_to_ask() -> QgsFeature:
    """The largest unit that a park made key: easy to hit on the map."""
    units = [one for one in units_layer().getFeatures() if one["category"] == 2]
    return max(units, key=lambda one: one.geometry().poleOfInaccessibility(100)[1])


def read_help() -> Generator[float]:
    """? opens the page on this step, in the user's language, with its picture."""
    reader = Reader()
    QDesktopServices.setUrlHandler("file", reader, "show")
    press(find(QToolButton, "control_units_help"))
    yield from until(lambda: reader.pages, "a help page")
    QDesktopServices.unsetUrlHandler("file")
    report["help"] = reader.pages


def run_over() -> Generator[float]:
    """The plan is made once more while the map shows it: nothing is to be complained of, all is there again."""
    before = signs()
    yield from to_page("run")
    press_button("control_units_run")
    yield from until(lambda: dock().session.busy, "a run on its way")
    yield from until(lambda: not dock().session.busy, "the end of the run")
    yield from until(page("result").isVisible, "the result page")
    yield from map_drawn()
    layers = QgsProject.instance().mapLayers().values()
    counts = [one.featureCount() for one in layers if not one.customProperty("control_units/source_layer")]
    report["run_over"] = {"layers": project_layers(), "least": min(counts), "signs": [before, signs()]}
    yield from to_page("run")
    yield 0.2
    report["stages"] = {
        name: page("run").stages.rows.index(row, 1).data() for row, name in enumerate(page("run").stages.rows.items)
    }
    shot("run-over")


def signs() -> list[str]:
    """What QGIS marks the project's layers with, such as that they go with it."""
    tree, view = QgsProject.instance().layerTreeRoot(), iface.layerTreeView()
    return [sign.toolTip() for node in tree.findLayers() for sign in view.indicators(node)]


def by_keyboard() -> Generator[float]:
    """Tab goes from the steps through the page, the next step has a key, and so have the tools."""
    yield from to_page("rules")
    dock().steps.setFocus()
    yield 0.1
    met = []
    for _ in range(12):
        keys(QApplication.focusWidget(), Qt.Key.Key_Tab)
        met.append(QApplication.focusWidget())
        if not page("rules").isAncestorOf(met[-1]):
            break
    report["tabbed"] = {
        "inside": sum(page("rules").isAncestorOf(one) for one in met),
        "left": not dock().isAncestorOf(met[-1]),
        "filter": met[0] is page("rules").filter,
        "first": str(met[0]),
    }
    yield from to_page("result")
    keys(iface.mapCanvas(), Qt.Key.Key_W, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
    yield 0.1
    report["asked_by_key"] = iface.mapCanvas().mapTool() is page("result").tool
    keys(iface.mapCanvas(), Qt.Key.Key_Escape)
    yield 0.1


def leftovers(widget: QWidget) -> float:
    """Which share of a widget looks on the screen otherwise than it paints itself."""
    corner = widget.mapToGlobal(widget.rect().topLeft())
    grabbed = QGuiApplication.primaryScreen().grabWindow(0, corner.x(), corner.y(), widget.width(), widget.height())
    seen = grabbed.toImage()
    # What lies behind it paints first.
    own = widget.window().grab(QRect(widget.mapTo(widget.window(), QPoint(0, 0)), widget.size())).toImage()
    spots = [(x, y) for x in range(2, widget.width() - 2, 3) for y in range(2, widget.height() - 2, 3)]
    other = sum(differ(seen.pixelColor(*spot), own.pixelColor(*spot)) for spot in spots)
    return other / len(spots)


def differ(one: QColor, other: QColor) -> bool:
    """Two colours that nobody would take for one."""
    return max(abs(a - b) for a, b in zip(one.getRgb()[:3], other.getRgb()[:3], strict=True)) > 24


def try_a_switch() -> Generator[float]:
    """A switch shows at once what it would do; discarding leaves all as it was."""
    yield from to_page("rules")
    rules = page("rules")
    yield 0.5
    shot("rules")
    bars = rules.bar.bars
    before = list(bars.before)
    item = next(one for one in lines(rules.tree) if one.text(0).startswith(f"{SWITCHED} "))
    ticked = item.checkState(0)
    press_box(rules.tree, item)
    since = time.monotonic()
    yield from until(lambda: item.checkState(0) != ticked, "a tick")
    yield from until(lambda: bool(bars.after), "the bar of what would be")
    say_time("switch", since)
    yield from map_drawn()
    report["trial"] = {
        "before": before,
        "after": list(bars.after),
        "lines": bars.lines(),
        "words": rules.bar.sentence.text(),
        "on_map": sum(rules.preview.item.shown.values()),
        "item": rules.preview.item.isVisible(),
        "layers": project_layers() == report["layers"],
        "explained": rules.explanation.text(),
        "in_sight": rules.tree.viewport().rect().contains(rules.tree.visualItemRect(item).center()),
    }
    shot("trial")
    press_button(text=text("discard"), within=rules)
    yield 0.3
    report["discarded"] = {
        "after": list(bars.after),
        "on_map": rules.preview.item.isVisible(),
        "ticked": item.checkState(0) == ticked,
        "changed": list(dock().session.changed_since_run() or ()),
    }
    shot("discarded")
    yield from to_page("method")
    yield 0.3
    shot("method")
    # Imported here: it uses what stands in this file.
    from suggesting import suggest_units

    yield from suggest_units()


def accept_a_finding() -> Generator[float]:
    """A finding is looked at, and accepted with a reason."""
    yield from to_page("result")
    result = page("result")
    press_tab(result.tabs.tabBar(), 2)
    yield 0.2
    model = result.findings.model
    before = model.open_count()
    place = next(one for one in model.items if model.listed([one])["geometry"].iloc[0] is not None)
    press_item(result.findings.view, model.index(model.row_of(place), 0))
    yield 0.2
    press(result.findings.zoom_button)
    yield from map_drawn()
    shot("finding")
    write(result.findings.reason, REASON)
    press_button(text=text("accept"))
    yield 0.3
    report["accepted"] = {
        "before": before,
        "after": model.open_count(),
        "told": result.findings.told.text(),
        "words": model.words(place),
        "reason": REASON,
    }
    shot("accepted")


def hand_in() -> Generator[float]:
    """The lists and the units go into files beside the plan."""
    yield from to_page("output")
    output = page("output")
    for what in ("lists", "units"):
        output.area.ensureWidgetVisible(output.rows[what])
        yield 0.1
        press(output.rows[what].now)
        yield from until(lambda: not output.outputs.busy, "the end of an export")
    yield 0.3
    output.area.verticalScrollBar().setValue(0)
    report["handed_in"] = [output.outputs.target(what).is_file() for what in ("lists", "units")]
    shot("output")


def save_project() -> Generator[float]:
    """The project is saved where QGIS proposes it, which is not the demo's folder."""
    press_action(iface.actionZoomFullExtent())
    yield from map_drawn()
    path = Path.home() / ("示例 项目.qgz" if ZH else "my project.qgz")
    yield from to_page("sources")
    save_as(path.name, lambda: shot("save"))
    press_action(iface.actionSaveProject())
    yield from until(path.is_file, "the project's file")
    yield 0.3
    project = QgsProject.instance()
    report["project"] = {
        "file": str(path),
        "dirty": project.isDirty(),
        "entries": {key: project.readEntry(PLUGIN, key, "")[0] for key in ("case", "plan", "draft")},
    }
    report["states_at_last"] = states()
    report["name"] = dock().header.name.text()


@pictured
def next_morning() -> Generator[float | None]:
    """QGIS was closed; the project brings everything back."""
    settle_window()
    report["open_again"] = dock().isVisible()
    if not dock().isVisible():
        press_action(iface.mainWindow().findChild(QAction, "control_units_panel"))
    yield from until(lambda: dock().pages, "the pages")
    yield from sources_read()
    iface.messageBar().clearWidgets()
    yield from map_drawn()
    shot("again")
    report["layers"] = project_layers()
    report["states"] = states()
    report["name"] = dock().header.name.text()
    report["dirty"] = QgsProject.instance().isDirty()
    yield from to_page("result")
    result = page("result")
    press_tab(result.tabs.tabBar(), 2)
    yield 0.3
    model = result.findings.model
    report["accepted"] = {
        "open": model.open_count(),
        "found": [dict(one) for place in model.items if (one := model.acceptance(place)) is not None],
    }
    accepted = next(place for place in model.items if model.acceptance(place) is not None)
    press_item(result.findings.view, model.index(model.row_of(accepted), 0))
    yield 0.3
    shot("found-again")
    yield from to_page("run")
    yield 0.3
    shot("run-again")
    # For the evening, in another theme: QGIS takes it up when it starts.
    QgsSettings().setValue("UI/UITheme", "Night Mapping")


@pictured
def by_night() -> Generator[float | None]:
    """In a dark theme no page leaves anything of itself on the next, and all can be read."""
    settle_window()
    if not dock().isVisible():
        press_action(iface.mainWindow().findChild(QAction, "control_units_panel"))
    yield from until(lambda: dock().pages, "the pages")
    yield from sources_read()
    iface.messageBar().clearWidgets()
    yield from map_drawn()
    report["theme"] = QgsApplication.themeName()
    report["night"] = {}
    taken = set()
    for name in ("rules", "method", "run", "result", "output", "sources", "rules", "method"):
        yield from to_page(name)
        yield from until(lambda: not page("rules").trial.laying.busy, "a basis for previews")
        yield 0.4
        report["night"][name] = leftovers(page(name))
        if name not in taken:
            taken.add(name)
            shot(f"night-{name}")
    from suggesting import adopt_by_night

    yield from adopt_by_night()
