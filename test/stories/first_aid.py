"""Story: what a planner stumbles over: a wheel in passing, a click beside the plan, a way out, a file that is gone."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

from driver import report
from edited_plan import run_it
from hands import (
    answer_for_all,
    find,
    plain,
    press,
    press_action,
    press_item,
    press_map,
    save_as,
    screen,
    settle_window,
    until,
)
from planner import clear_desk, open_panel, pictured, sources_read, unpack
from qgis.core import QgsPointXY
from qgis.PyQt.QtWidgets import QDialogButtonBox
from qgis.utils import iface
from sight import dock, line_of, map_drawn, page, to_page

if TYPE_CHECKING:
    from collections.abc import Generator

    from qgis.PyQt.QtWidgets import QWidget

GONE = "industrial_park"


def picture(name: str) -> None:
    """Save the screen under a name of this story's own."""
    screen(Path(os.environ["CONTROL_UNITS_SCREENS"]) / f"first-aid-{name}.png")


@pictured
def first_aid() -> Generator[float | None]:
    """From the demo's plan to its files, and back to a case whose layers have moved."""
    settle_window()
    clear_desk()
    yield from unpack()
    yield from open_panel()
    yield from sources_read()
    yield from turn_the_wheel()
    yield from to_page("run")
    yield from run_it()
    yield from until(lambda: page("run").session.plan_path is not None, "a plan")
    yield from ask_beside_the_plan()
    yield from save_what_there_is()
    yield from lose_a_file()


def turn_the_wheel() -> Generator[float]:
    """Turn a real wheel over a setting, from outside QGIS; then again with the focus there."""
    yield from to_page("method")
    method = page("method")
    yield 0.5
    combo = next(one for one in settings_in_sight(method))
    report["wheel"] = {"before": combo.currentText(), "focus": combo.hasFocus()}
    yield from wheel_over(combo)
    report["wheel"]["passed"] = combo.currentText()
    picture("wheel")


def settings_in_sight(root: QWidget) -> list[Any]:
    from qgis.PyQt.QtWidgets import QComboBox

    found = [one for one in root.findChildren(QComboBox) if one.isVisible() and one.isEnabled() and one.count() > 1]
    return [one for one in found if one.visibleRegion().contains(one.rect().center())]


def wheel_over(widget: QWidget) -> Generator[float]:
    at = widget.mapToGlobal(widget.rect().center())
    for button in ("5", "5", "4"):
        subprocess.run(["xdotool", "mousemove", str(at.x()), str(at.y()), "click", button], check=True)
        yield 0.3


def ask_beside_the_plan() -> Generator[float]:
    """Ask why where there is no plan."""
    yield from to_page("result")
    yield from map_drawn()
    result, canvas = page("result"), iface.mapCanvas()
    press_action(result.ask)
    corner = canvas.extent()
    press_map(canvas, QgsPointXY(corner.xMinimum() + corner.width() / 50, corner.yMinimum() + corner.height() / 50))
    yield 0.5
    report["beside"] = {"card": result.card.toPlainText(), "error": dock().notice.more.isVisible()}
    picture("beside")
    press_action(result.ask)


def save_what_there_is() -> Generator[float]:
    """From the result to files: the units by a name that the dialog is told, the lists by that which is proposed."""
    press_action(page("result").output)
    output = page("output")
    yield from until(output.isVisible, "the page of the output")
    path = output.session.plan_path.with_name("units.shp")
    row = output.rows["units"]
    output.area.ensureWidgetVisible(row)
    save_as(path.name, lambda: picture("dialog"))
    press(row.other)
    for what in ("units", "lists"):
        row = output.rows[what]
        output.area.ensureWidgetVisible(row)
        yield 0.1
        press(row.now)
        yield from until(lambda: not output.outputs.busy, "the end of an export")
        yield 0.3
        output.area.ensureWidgetVisible(row.folder)
        report[what] = {"said": row.became.text(), "folder": row.folder.isVisible()}
        picture(what)
    report["saved"] = sorted(one.name for one in path.parent.glob("*.*") if one.is_file())
    report["lists_there"] = output.outputs.target("lists").is_file()


def lose_a_file() -> Generator[float]:
    """The layers move; one of them is chosen anew, and all others of that file with it."""
    sources = page("sources")
    case = sources.session.case
    old = case.file(next(one.spec.path for one in sources.book.entries if one.title == GONE))
    away = Path(shutil.move(old, Path.home() / "Documents" / "moved.gpkg"))
    yield from to_page("sources")
    sources.look_again()
    yield from until(lambda: not sources.book.looks.busy, "another look")
    yield 0.3
    picture("missing")
    report["missing"] = {"blocked": bool(sources.session.blockers), "state": sources.state().sentence}
    press_item(sources.list, sources.list.indexFromItem(line_of(GONE)))
    yield from until(sources.details.isVisible, "the details")
    yield 0.3
    picture("missing-details")
    report["missing"]["buttons"] = [plain(one.text()) for one in (sources.details.other, sources.details.reload)]
    save_as(away.name, lambda: answer_for_all(picture), QDialogButtonBox.StandardButton.Open)
    press(sources.details.other)
    yield from until(lambda: all(one.mark == "present" for one in sources.book.entries), "all sources again")
    yield 0.3
    picture("found")
    report["found"] = {
        "blocked": bool(sources.session.blockers),
        "compared": sources.details.compared.text().splitlines(),
        "paths": sorted({Path(one.spec.path).name for one in sources.book.entries if one.spec.path}),
    }
    yield from to_page("run")
    report["found"]["runs"] = find(type(page("run").run), "control_units_run").isEnabled()
