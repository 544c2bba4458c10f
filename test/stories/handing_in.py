"""Story: from an empty QGIS to files on the disk, in every format; and how many clicks a map and a table take."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import hands
from driver import report
from hands import find, plain, press_action, press_button, settle_window, until
from planner import clear_desk, pictured, unpack
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QAction, QPushButton
from qgis.utils import iface
from sight import dock, map_drawn, page, sentence, shot, states, text, to_page

if TYPE_CHECKING:
    from collections.abc import Generator


@pictured
def handing_in() -> Generator[float | None]:
    """The demo's plan is made and handed in."""
    settle_window()
    clear_desk()
    yield from unpack()
    with counted() as clicks:
        yield from shortest_way()
    report["clicks"] = clicks[0]
    yield from every_format()
    yield from out_of_date()


class counted:  # noqa: N801 - used as a function
    """Count what a hand does: each click, whatever it is on."""

    def __enter__(self) -> list[int]:
        self._click, count = QTest.mouseClick, [0]

        def click(*arguments: object) -> None:
            count[0] += 1
            self._click(*arguments)

        QTest.mouseClick = click
        return count

    def __exit__(self, *_: object) -> None:
        QTest.mouseClick = self._click


def shortest_way() -> Generator[float]:
    """The button of the panel, the demo, and then always the button at the lower right."""
    press_action(iface.mainWindow().findChild(QAction, "control_units_panel"))
    yield from until(dock().isVisible, "the panel")
    press_button(text=text("demo"))
    yield from until(lambda: dock().pages and page("sources").isVisible(), "the sources page")
    book = page("sources").book
    yield from until(lambda: book.entries and all(one.mark == "present" for one in book.entries), "sources, read")
    yield 0.3
    yield from by_next("run")
    press_button("control_units_run")
    yield from until(lambda: dock().session.plan is not None and not dock().session.busy, "a plan")
    yield from until(page("result").isVisible, "the result")
    yield from map_drawn()
    report["after_run"] = [sentence(), plain(find(QPushButton, "control_units_next").text())]
    output = page("output")
    yield from by_next("output")
    yield 0.5
    shot("output")
    report["previews"] = {what: row.holds.text() for what, row in output.rows.items()}
    report["ticked"] = output.outputs.ticked()
    press_button("output_export_ticked")
    yield 0.1
    shot("exporting")
    yield from until(lambda: not output.outputs.busy, "the end of it", 300)
    yield 0.3
    shot("exported")
    report["first"] = {what: row.became.text() for what, row in output.rows.items()}
    report["files"] = listed()
    report["state"] = states()["output"]


def by_next(name: str) -> Generator[float]:
    """Press the button at the lower right until a page shows; or its step, where another is wanted first."""
    button = find(QPushButton, "control_units_next")
    if page(name).title() in button.text():
        hands.press(button)
    else:
        yield from to_page(name)
    yield from until(page(name).isVisible, name)


def listed() -> list[str]:
    """What lies beside the plan."""
    return sorted(one.name for one in dock().session.plan_path.parent.iterdir())


def every_format() -> Generator[float]:
    """Each thing in each of its kinds of files, chosen by keys."""
    output = page("output")
    report["formats"] = {}
    for row in output.rows.values():
        for number in range(row.kind.count()):
            row.kind.setFocus()
            QTest.keyClick(row.kind, Qt.Key.Key_Home)
            for _ in range(number):
                QTest.keyClick(row.kind, Qt.Key.Key_Down)
            output.area.ensureWidgetVisible(row.now)
            yield 0.1
            if row.more.isVisible() and not row.more.isChecked() and number == 0:
                hands.press(row.more)
                yield 0.2
                output.area.ensureWidgetVisible(row)
                shot(f"options-{row.thing.what}")
                hands.press(row.more)
                output.area.ensureWidgetVisible(row.now)
                yield 0.1
            hands.press(row.now)
            yield from until(lambda: not output.outputs.busy, row.kind.currentData(), 300)
            yield 0.1
            target = output.outputs.target(row.thing.what)
            report["formats"][row.kind.currentData()] = [str(target), target.exists(), row.became.text()]
    output.area.ensureWidgetVisible(output.past)
    yield 0.2
    hands.press(output.past)
    yield 0.3
    output.area.verticalScrollBar().setValue(output.area.verticalScrollBar().maximum())
    yield 0.2
    shot("history")
    report["history"] = output.history.rows.rowCount()


def out_of_date() -> Generator[float]:
    """A finding is accepted: what was exported is of an earlier plan; then one export fails."""
    yield from to_page("result")
    result = page("result")
    hands.press_tab(result.tabs.tabBar(), 2)
    yield 0.2
    hands.press_item(result.findings.view, result.findings.model.index(0, 0))
    hands.write(result.findings.reason, "ok")
    press_button(text=text("accept"))
    yield 0.3
    yield from to_page("output")
    output = page("output")
    output.area.verticalScrollBar().setValue(0)
    yield 0.3
    shot("out-of-date")
    report["out_of_date"] = {what: row.became.text() for what, row in output.rows.items()}
    report["state_then"] = states()["output"]
    row = output.rows["lists"]
    output.outputs.set_target("lists", Path(os.environ["HOME"]) / "nowhere" / "lists.xlsx")
    output.area.ensureWidgetVisible(row)
    yield 0.1
    hands.press(row.now)
    yield from until(lambda: not output.outputs.busy, "a failure")
    yield 0.3
    shot("failed")
    report["failed"] = row.became.text()
