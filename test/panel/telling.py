"""Waiting for what a revision tells from its thread: signals come when the main thread lives on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtTest import QSignalSpy, QTest

if TYPE_CHECKING:
    from collections.abc import Callable

    from control_units.ui.pages.page import Workplace
    from control_units.ui.widgets.tables import RowsView
    from control_units.ui.work.revision import Revision

TRIES, PAUSE = 400, 25  # times, milliseconds


def waited(spy: QSignalSpy, count: int = 1) -> QSignalSpy:
    """Wait until a signal has come so often."""
    for _ in range(TRIES):
        if len(spy) >= count:
            return spy
        QTest.qWait(PAUSE)
    raise AssertionError("not told of")


def done(revision: Revision, act: Callable[[], Any]) -> Any:
    """Do something, and wait until it is on disk; what was told of it."""
    changed = QSignalSpy(revision.changed)
    act()
    return waited(changed)[0][0]


def until(there: Callable[[], Any], place: Workplace) -> None:
    """Wait until something is so, with work that is waited for done meanwhile."""
    for _ in range(TRIES):
        place.session.runner.finish()
        if there():
            return
        QTest.qWait(PAUSE)
    raise AssertionError("did not come")


def texts_of(table: RowsView) -> list[list[str]]:
    """Give the texts of a table, row by row."""
    rows = table.rows
    return [[rows.index(row, at).data() for at in range(rows.columnCount())] for row in range(rows.rowCount())]
