"""Story: what happened to a plan, read and taken back by a click; the unit that is looked at stays the same one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import hands
from driver import report
from hands import press_button, press_item, press_tab, until
from planner import demo_plan, pictured
from qgis.PyQt.QtCore import QPoint
from qgis.PyQt.QtGui import QTextCursor
from sight import ZH, dock, map_drawn, page, shot, text, to_page, units_layer

if TYPE_CHECKING:
    from collections.abc import Generator

REASON = "河心洲，面积以批复为准" if ZH else "An islet, as approved"
BACK, AGAIN = ("撤回", "恢复") if ZH else ("Take it back", "Bring it back")


@pictured
def remembering() -> Generator[float | None]:
    """The demo: a run, an acceptance, an export, an adoption; then taken back and brought back."""
    yield from demo_plan()
    yield from look_at_a_unit()
    yield from accept()
    yield from adopt()
    yield from take_back()


def look_at_a_unit() -> Generator[float]:
    """Choose a unit in the table."""
    result = page("result")
    press_tab(result.tabs.tabBar(), 1)
    yield 0.2
    press_item(result.units.view, result.units.view.rows.index(3, 0))
    yield from until(lambda: result.card.card is not None, "its card")
    report["chosen"] = about()


def about() -> dict[str, Any]:
    """Which unit is chosen, by its name in the table, on the map and on the card."""
    result, plan = page("result"), dock().session.plan
    name = plan.units.set_index("unit_id")["name"]
    return {
        "table": [name[one] for one in result.units.selected()],
        "map": [name[one["unit_id"]] for one in units_layer().selectedFeatures()],
        "card": result.card.card.name if result.card.card is not None else "",
        "text": len(result.card.toPlainText()),
    }


def accept() -> Generator[float]:
    """Accept a finding, and export a table."""
    result = page("result")
    press_tab(result.tabs.tabBar(), 2)
    yield 0.2
    press_item(result.findings.view, result.findings.model.index(0, 0))
    hands.write(result.findings.reason, REASON)
    press_button(text=text("accept"))
    yield 0.3
    yield from to_page("output")
    row = page("output").rows["areas"]
    page("output").area.ensureWidgetVisible(row.now)
    yield 0.2
    hands.press(row.now)
    yield from until(lambda: not page("output").outputs.busy, "an export")


def adopt() -> Generator[float]:
    """Take another division into the plan."""
    session = dock().session
    reason = "会商后采用" if ZH else "Agreed at the meeting"
    session.start_adopt("ward", {"k": 110, "variables": "x+y"}, seed=1, author="root", reason=reason)
    yield from until(lambda: not session.busy, "an adoption")
    yield from until(page("result").isVisible, "the result")
    yield from map_drawn()
    yield from until(lambda: page("result").card.card is not None, "the card of the same unit")
    report["adopted"] = {**about(), "edits": session.edits, "accepted": len(session.plan.accepted)}
    press_tab(page("result").tabs.tabBar(), 3)
    yield 0.5
    shot("adopted")
    report["history"] = page("result").history.toPlainText()


def take_back() -> Generator[float]:
    """Take the adoption back, look, and bring it back."""
    session, result = dock().session, page("result")
    for answer in (BACK, AGAIN):
        yield from follow(answer)
        yield from until(lambda answer=answer: session.edits == (answer == AGAIN), answer)
        yield from until(lambda: result.card.card is not None, "the card of the same unit")
        yield from map_drawn()
        report[answer] = {**about(), "units": len(session.plan.units)}
        yield 0.3
        shot("taken-back" if answer == BACK else "brought-back")
    report["last"] = result.history.toPlainText()


def follow(answer: str) -> Generator[float]:
    """Click on a link of the history."""
    history = page("result").history
    history.verticalScrollBar().setValue(0)
    yield 0.2
    found = history.document().find(answer, 0)
    at = QTextCursor(found)
    at.setPosition(found.selectionStart() + 1)
    where = history.cursorRect(at).center()
    hands.press(history.viewport(), QPoint(where.x(), where.y()))
    yield 0.1
