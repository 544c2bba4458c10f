"""Story: the package for filing, from an error that stands in the way to one in last year's form."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import hands
from driver import report
from hands import drop, find, pick, press_action, settle_window, until, write
from planner import clear_desk, pictured, unpack
from qgis.PyQt.QtWidgets import QAction
from qgis.utils import iface
from sight import TONGUE, dock, folder_of_demo, map_drawn, page, shot, states, text, to_page

if TYPE_CHECKING:
    from collections.abc import Generator

    from qgis.PyQt.QtWidgets import QWidget

ZH = TONGUE == "zh"
REASONS = (
    ("该单元名称待市里统一命名，见会议纪要〔2025〕12号", "编码沿用上一年，见更新说明第3页", "清单随编码沿用上一年")
    if ZH
    else ("The city names this unit, minutes 12/2025", "The code is last year's, see page 3", "So is its list")
)


@pictured
def filing() -> Generator[float | None]:
    """A plan with two errors is packaged, verified, and packaged again as last year."""
    settle_window()
    clear_desk()
    yield from unpack()
    yield from plan_with_errors()
    yield from refused()
    yield from with_reasons()
    yield from verified()
    yield from as_last_year()
    yield from again()


def reach(widget: QWidget) -> Generator[float, None, QWidget]:
    """Scroll to what is to be clicked."""
    page("output").area.ensureWidgetVisible(widget)
    yield 0.1
    return widget


def press(widget: QWidget) -> Generator[float]:
    """Scroll to something and click it."""
    yield from reach(widget)
    hands.press(widget)
    yield 0.1


def done() -> Generator[float]:
    """Wait until what was asked for has come to its end."""
    yield from until(lambda: not page("output").outputs.busy, "the end of it", 300)
    yield 0.4


def plan_with_errors() -> Generator[float]:
    """The demo's plan as it would be if a unit had no name and two had one code; then the page."""
    press_action(iface.mainWindow().findChild(QAction, "control_units_panel"))
    yield from until(dock().isVisible, "the panel")
    hands.press_button(text=text("demo"))
    yield from until(lambda: dock().pages and page("sources").isVisible(), "the sources page")
    yield from to_page("run")
    hands.press_button("control_units_run")
    yield from until(lambda: dock().session.plan is not None and not dock().session.busy, "a plan")
    folder = folder_of_demo().with_name("faulty")
    shutil.copytree(folder_of_demo(), folder)
    from control_units.delineation.plan.file import read_plan, write_plan

    (file,) = folder.glob("*.plan.gpkg")
    plan = read_plan(file)
    plan.units.loc[5, "name"] = ""
    plan.units.loc[1, "code"] = plan.units.loc[0, "code"]
    file.unlink()
    write_plan(plan, file)
    dock().opener.open_file(str(folder / "case.toml"))
    yield from until(lambda: dock().session.plan_path == file, "the plan with errors")
    yield 0.5
    yield from to_page("output")
    yield from map_drawn()
    report["panel_width"] = dock().width()
    body = dock().widget()
    corner = body.mapToGlobal(body.rect().topLeft())
    report["panel"] = [corner.x(), corner.y(), body.width(), body.height()]
    shot("card")


def card() -> Any:
    """The card."""
    return page("output").card


def refused() -> Generator[float]:
    """The package is refused, with a row for each error."""
    report["stated"] = [field.text() for field in page("output").stated.fields.values()]
    report["folder"] = card().folder.line.whole
    yield from press(card().start)
    shot("busy")
    yield from done()
    errors = card().errors
    yield from reach(errors.go)
    shot("refused")
    report["refused"] = [errors.told.text.text(), [one.error["message"] for one in errors.rows], errors.go.isEnabled()]
    report["state_refused"] = states()["output"]
    yield from press(errors.rows[0].zoom)
    yield from map_drawn()
    shot("zoomed")


def with_reasons() -> Generator[float]:
    """A reason is written for each, and the package is made."""
    errors = card().errors
    for row, reason in zip(errors.rows, REASONS, strict=True):
        write((yield from reach(row.reason)), reason)
    yield from reach(errors.go)
    shot("reasons")
    yield from press(errors.go)
    yield from done()
    yield from reach(card().result)
    shot("made")
    made = page("output").packaging.made
    report["made"] = card().result.became.text.text()
    report["package"] = str(made.folder)
    document = json.loads((made.folder / "manifest.json").read_bytes())
    report["accepted"] = document["findings"]["accepted"]
    report["reasons"] = [row["reason"] for row in made.findings if row["severity"] == "error"]


def verified() -> Generator[float]:
    """It is verified; its warnings are read."""
    yield from press(card().result.notes_button)
    yield from press(card().result.verify)
    yield from done()
    yield from reach(card().result)
    shot("verified")
    report["verified"] = card().result.verified.text.text()
    report["warnings"] = [f"{row['id']}  {row['message']}" for row in card().result.warnings.items]
    yield from press(card().result.notes_button)


def as_last_year() -> Generator[float]:
    """Last year's package is dropped, looked through, corrected, and used."""
    box = card().last_year
    yield from press(box.head)
    yield from reach(box.zone)
    shot("zone")
    drop(box.zone, Path(os.environ["CONTROL_UNITS_LAST_YEAR"]))
    yield 0.1
    yield from done()
    yield from reach(box.use)
    shot("learned")
    report["learned"] = box.told.text.text()
    report["first"] = box.tree.currentItem().text(0)
    report["lines"] = lines(box.tree.invisibleRootItem())
    report["why"] = box.why.text()
    yield from reach(box.holds)
    yield from pick(box.holds, box.holds.findData("parts"))
    yield 0.3
    yield from reach(box.use)
    shot("corrected")
    report["corrected"] = [box.told.text.text(), box.tree.currentItem().text(0)]
    yield from press(box.use)
    yield from reach(box.told)
    shot("used")
    report["used"] = [box.told.text.text(), card().layout_.currentText()]


def lines(item: Any) -> list[str]:
    """What every line of a tree says, from above."""
    out = []
    for row in range(item.childCount()):
        out += [item.child(row).text(0), *lines(item.child(row))]
    return out


def again() -> Generator[float]:
    """The package of this year in last year's form: the errors are there again, and so are the reasons."""
    yield from press(card().start)
    yield from done()
    errors = card().errors
    report["remembered"] = [row.reason.text() for row in errors.rows]
    yield from press(errors.go)
    yield from done()
    page("output").area.verticalScrollBar().setValue(0)
    yield 0.2
    shot("as-last-year")
    made = page("output").packaging.made
    report["again"] = [card().result.became.text.text(), sorted(made.files), str(made.folder)]
    yield from press(page("output").past)
    yield 0.3
    bar = page("output").area.verticalScrollBar()
    bar.setValue(bar.maximum())
    yield 0.2
    shot("history")
    history = page("output").history
    report["history"] = [history.rows.index(row, 1).data() for row in range(history.rows.rowCount())]
    find(type(history), "output_history")
