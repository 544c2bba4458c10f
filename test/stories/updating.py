"""Story: the demo is updated by a newer red line, a moved park, merged townships and a recoded county."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from driver import report
from edited_plan import rows
from hands import (
    answer_for_all,
    drop,
    find,
    press,
    press_button,
    press_item,
    press_tab,
    until,
    write,
)
from planner import demo_plan, pictured
from qgis.core import QgsProject
from qgis.PyQt.QtCore import QPoint
from qgis.utils import iface
from sight import dock, lines, map_drawn, page, shot, to_page

if TYPE_CHECKING:
    from collections.abc import Generator

UPDATE, SOURCES, TOUCHED, DOING, AFTER = 4, 0, 1, 2, 3
MARK = QPoint(10, 10)  # of an answer: beside its words nothing is pressed
# By role: what the planner writes, of what is asked once.
DOCUMENTS = {
    "red_line": ("自然资函〔2026〕12号", "2026-05"),
    "industrial_park": ("园区调整批复〔2026〕7号", "2026-04"),
    "township": ("民政函〔2026〕3号", "2026-03"),
    "county": ("国函〔2026〕5号", "2026-03"),
}


def box() -> Any:
    """The tab Update."""
    return page("revision").update_box


def plan() -> Path:
    """The plan's file."""
    return Path(dock().session.plan_path)


def digest() -> dict[str, Any]:
    """Units as the file has them, to the last byte of their outlines, with their clauses."""
    units = rows(plan(), "SELECT code, name, category, hex(geom) FROM units ORDER BY code")
    clauses = rows(plan(), "SELECT code, clause_id, dimension, effect, text FROM clauses ORDER BY code, rowid")
    return {"units": units, "clauses": clauses}


def case_file() -> str:
    """The case as its file says it."""
    return Path(dock().session.case_path).read_text(encoding="utf-8")


def newer(role: str) -> Path:
    """The newer file of a role, or the table of changes."""
    folder = Path(os.environ["CONTROL_UNITS_NEWER"])
    return next(one for one in folder.iterdir() if one.stem.startswith("行政区划" if role == "admin" else role))


def line(role: str) -> Any:
    """The line of a role in the list of the tab."""
    from control_units.ui.pages.update.sources import SPEC

    for item in lines(box().list):
        spec = item.data(0, SPEC)
        if role == (spec if isinstance(spec, str) else spec.role):
            return item
    raise AssertionError(role)


def drop_on(role: str) -> None:
    """Drag the newer file onto the line of its role."""
    tree = box().list
    tree.scrollToItem(line(role))
    drop(tree.viewport(), newer(role), at=tree.visualItemRect(line(role)).center())


def settled() -> Generator[float]:
    """Wait until all is compared, and what it touches is known."""
    yield from until(lambda: not box().updating.busy, "what the newer sources touch", 60)
    yield 0.3


def said(item: Any) -> list[str]:
    """What a line of the list says."""
    from control_units.ui.widgets.two_lines import LINES

    return [*item.data(0, LINES), *(item.text(column) for column in range(1, item.columnCount()))]


def listed(table: Any) -> list[list[str]]:
    """What the lines of a table say, two of them in the first column."""
    from control_units.ui.widgets.two_lines import LINES

    rows, columns = table.rows, range(1, table.rows.columnCount())
    return [
        [*rows.index(row, 0).data(LINES), *(rows.index(row, one).data() for one in columns)]
        for row in range(rows.rowCount())
    ]


def view(number: int) -> Generator[float]:
    """Turn to a view of the tab."""
    press_tab(box().views, number)
    yield 0.3


@pictured
def updating() -> Generator[float | None]:
    """From the demo's plan to that of the next year, and back, and there again."""
    yield from demo_plan()
    yield from to_page("revision")
    report["before"], report["case_before"] = digest(), case_file()
    press_tab(page("revision").tabs.tabBar(), UPDATE)
    yield 0.4
    iface.messageBar().clearWidgets()
    report["hint"] = box().hint.text()
    shot("begun")
    yield from choose_one_at_a_time()
    yield from look_at_what_is_touched()
    yield from do_it()
    yield from look_at_the_outcome()
    yield from mend()
    yield from take_back()


def choose_one_at_a_time() -> Generator[float]:
    """Each newer file is dropped on its line; what it touches by itself is told there, trigger and document asked."""
    report["alone"] = {}
    for role, (document, date) in DOCUMENTS.items():
        drop_on(role)
        yield from until(lambda: box().sources.currentWidget() is box().details, "the details")
        yield from settled()
        details = box().details
        write(details.document, document)
        write(details.date, date)
        press(details.name)  # elsewhere: what was written is taken
        details.date.clearFocus()
        yield 0.2
        if role == "red_line":
            shot("asked")
        if details.right.isVisible():
            press(details.right)
        press(details.return_)
        yield 0.2
        found = box().updating.impact
        one = next(one for one in found.sources if one.change.role == role)
        codes = {unit.unit_id: unit.code for unit in found.units}
        report["alone"][role] = {
            "said": said(line(role)),
            "units": sorted(codes[unit_id] for unit_id in one.units),
            "area_m2": one.area_m2,
        }
    drop_on("admin")
    yield from settled()
    report["admin"] = said(line("admin"))
    shot("chosen")


def look_at_what_is_touched() -> Generator[float]:
    """All together: the sentence, the bars, the table, a layer on the map; nothing is changed by that."""
    yield from view(TOUCHED)
    touched = box().touched
    report["told"] = touched.told.text()
    report["touched"] = listed(touched.units)
    found = box().updating.impact
    report["loses"] = sorted(one.code for one in found.units if one.loses_m2 or one.gains_m2)
    press_button("control_units_draw_touched")
    yield from until(lambda: touched.layer.layer() is not None and touched.layer.layer().readOnly(), "the layer")
    press_item(touched.units, touched.units.rows.index(touched.units.rows.rowCount() - 1, 0))
    yield from map_drawn()
    layer = touched.layer.layer()
    report["layer"] = [layer.featureCount(), layer.readOnly()]
    report["legend"] = [one.label() for one in layer.renderer().categories()]
    shot("touched")
    report["untouched_case"] = case_file() == report["case_before"]


def do_it() -> Generator[float]:
    """One sentence says what will happen; then it does."""
    yield from view(DOING)
    doing = box().doing
    report["enabled_unanswered"] = doing.do.isEnabled()
    report["asked"] = [doing.told.text(), *doing.recodes.told.text().splitlines()]
    shot("asked-about-codes")
    press(doing.recodes.answers["keep"], MARK)
    yield from settled()
    report["sentence"] = box().doing.told.text()
    report["enabled"] = box().doing.do.isEnabled()
    shot("before-doing")
    press_button("control_units_update_do")
    yield from until(lambda: dock().session.busy, "the run")
    yield 1.5
    shot("running")
    yield from until(lambda: not dock().session.busy, "the end of the run", 120)
    yield from until(lambda: box().after.isVisible(), "the outcome")
    yield from map_drawn()
    report["after"], report["case_after"] = digest(), case_file()


def look_at_the_outcome() -> Generator[float]:
    """What did not fit with its proposals, codes and names, and all changes as a layer."""
    after = box().after
    yield from until(lambda: after.report is not None, "the report", 30)
    yield 0.3
    report["outcome"] = after.told.text()
    report["misfits"] = listed(after.misfits)
    shot("outcome")
    after.what.setCurrentIndex(1)
    yield 0.3
    report["codes"] = listed(after.codes)
    shot("codes")
    after.what.setCurrentIndex(0)
    yield 0.2
    press_button("control_units_update_changes")
    changes = page("revision").changes
    yield from until(lambda: changes.found is not None and changes.layer.layer() is not None, "the changes", 60)
    yield from until(lambda: changes.layer.layer().readOnly(), "all of the changes", 30)
    iface.mapCanvas().setExtent(changes.layer.layer().extent())
    iface.mapCanvas().refresh()
    yield from map_drawn()
    report["kinds"] = sorted({row.kind for row in changes.found.rows})
    shot("changes")
    QgsProject.instance().removeMapLayer(changes.layer.layer().id())


def mend() -> Generator[float]:
    """What is proposed is done: one line, then all of its kind."""
    press_tab(page("revision").tabs.tabBar(), UPDATE)
    yield 0.3
    after, revision = box().after, dock().session.revision
    press_button("control_units_update_mend")
    yield from until(lambda: len(after._done) == 1, "an edit", 60)
    yield 0.3
    press_item(after.misfits, after.misfits.rows.index(1, 0))
    yield 0.2
    press_button("control_units_update_mend_all")
    yield from until(lambda: not after._asked and not revision.busy, "all edits", 60)
    yield 0.5
    report["mended"] = digest()["units"]
    shot("mended")
    press_button("control_units_next")
    yield from until(lambda: revision.phase == "closed", "the end of the revision", 60)


def take_back() -> Generator[float]:
    """The update is taken back, and the case with it; what was chosen is still there."""
    yield 0.5
    answer_for_all(shot)
    press(find(type(box().after.back), "control_units_update_back"))
    yield from until(lambda: not dock().session.taking_back and box().sources.isVisible(), "the plan before", 60)
    yield from map_drawn()
    report["back"], report["case_back"] = digest(), case_file()
    report["chosen_again"] = [one.spec.role for one in box().updating.newer]
    shot("taken-back")
