"""Tab goes through the panel as the eye does: from the top down, and from the left to the right within a line."""

from __future__ import annotations

from functools import cmp_to_key
from typing import TYPE_CHECKING

from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QWidget

if TYPE_CHECKING:
    from collections.abc import Iterator


class Tabbing(QWidget):
    """Holds what is tabbed through.

    Qt goes by the order in which widgets were made, and pages, rows and buttons of the panel are made as they are
    needed; so the way is found when somebody goes it. From the last one it leads out, as Qt has it.
    """

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Take the next step, backwards where ``forward`` is False."""
        way = list(in_order(self))
        here = self.focusWidget()
        if not way or here is None:
            return super().focusNextPrevChild(forward)
        place = _place(way, here) + (1 if forward else -1)
        target = way[place] if 0 <= place < len(way) else self._outside(way[-1 if forward else 0], forward)
        if target is None:
            target = way[0 if forward else -1]
        target.setFocus(Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason)
        return True

    def _outside(self, end: QWidget, forward: bool) -> QWidget | None:
        """Find what comes after the panel, or before it; None where there is nothing else in the window."""
        one = end
        while True:
            one = one.nextInFocusChain() if forward else one.previousInFocusChain()
            if one is end or one is None:
                return None
            if one is not self and not self.isAncestorOf(one) and one.window() is self.window() and _takes_tab(one):
                return one


def in_order(root: QWidget) -> Iterator[QWidget]:
    """Give all below a widget that Tab can reach now, in the order of the eye."""
    children = [one for one in root.children() if isinstance(one, QWidget) and not one.isWindow() and one.isVisible()]
    for child in sorted(children, key=cmp_to_key(_before)):
        if _takes_tab(child):
            yield child
        yield from in_order(child)


def _place(way: list[QWidget], here: QWidget) -> int:
    """Where on the way a widget is; one that Tab does not reach counts as what holds it."""
    one: QWidget | None = here
    while one is not None:
        for number, step in enumerate(way):
            if step is one:
                return number
        one = one.parentWidget()
    return -1


def _takes_tab(widget: QWidget) -> bool:
    return (
        widget.isVisible()
        and widget.isEnabled()
        and widget.focusProxy() is None
        and bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
    )


def _before(one: QWidget, other: QWidget) -> int:
    """Compare two neighbours: side by side where they share most of their height, else one above the other."""
    a, b = one.geometry(), other.geometry()
    shared = min(a.bottom(), b.bottom()) - max(a.top(), b.top())
    side_by_side = 2 * shared > min(a.height(), b.height())
    return a.left() - b.left() if side_by_side else a.top() - b.top()
