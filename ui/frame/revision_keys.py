"""Keys of the desks that edit: they reach the plan, its tools and its undo while the map or the panel has the focus.

A shortcut of an action would not do: QGIS undoes with the same keys what somebody draws in another layer, and of two
actions with one shortcut Qt triggers none. So the widget that has the focus is watched: what is pressed there is taken
before Qt looks for a shortcut. Only that widget, and not all of QGIS: what Python watches waits for the engine's thread
at each of its events.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Any

from qgis.PyQt import sip
from qgis.PyQt.QtCore import QEvent, QObject, Qt
from qgis.PyQt.QtWidgets import (
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QTextEdit,
    QWidget,
)

from ..pages.revision.undo import undo_words
from ..text import tr

if TYPE_CHECKING:
    from collections.abc import Mapping

    from qgis.gui import QgsMapTool
    from qgis.PyQt.QtGui import QKeyEvent
    from qgis.PyQt.QtWidgets import QAction

    from .dock import Dock

DESK = "revision"
NO_KEY, SHIFT, CONTROL = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
)
_IGNORED = Qt.KeyboardModifier.KeypadModifier | Qt.KeyboardModifier.GroupSwitchModifier
_HISTORY = {
    (Qt.Key.Key_Z, CONTROL): "Ctrl+Z",
    (Qt.Key.Key_Y, CONTROL): "Ctrl+Y",
    (Qt.Key.Key_Z, CONTROL | SHIFT): "Ctrl+Shift+Z",
}
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_CANCEL = Qt.Key.Key_Escape
# What a gesture that is on its way is told by.
_GESTURE = {
    _CANCEL,
    Qt.Key.Key_Backspace,
    *_ENTER,
    Qt.Key.Key_BracketLeft,
    Qt.Key.Key_BracketRight,
    Qt.Key.Key_1,
    Qt.Key.Key_2,
    Qt.Key.Key_3,
    Qt.Key.Key_T,
}
# Widgets that answer to such keys themselves: a list looks for what is typed, a text goes back.
_OWN_GESTURES = (QAbstractItemView, QComboBox, QTextEdit, QPlainTextEdit)


class RevisionKeys(QObject):
    """Watches the widget with the focus while the desk is in front, or one of its tools has the map.

    Parameters
    ----------
    dock : Dock
        With its pages; where the desk is not among them nothing is watched.
    """

    def __init__(self, dock: Dock) -> None:
        super().__init__(dock)
        self._dock = dock
        self._canvas = dock.place.canvas
        self._desk: Any = next((page for page in dock.pages if page.NAME == DESK), None)
        self._watched: QWidget | None = None
        self._closed = self._desk is None
        if self._closed:
            return
        application = QApplication.instance()
        application.focusChanged.connect(self._focus_moved)
        application.aboutToQuit.connect(self.close)

    def close(self) -> None:
        """Watch nothing any more."""
        if not self._closed:
            self._closed = True
            QApplication.instance().focusChanged.disconnect(self._focus_moved)
            self._let_go()

    def _focus_moved(self, _before: QWidget | None, now: QWidget | None) -> None:
        self._let_go()
        if now is not None and self._is_place(now):
            self._watched = now
            now.installEventFilter(self)

    def _let_go(self) -> None:
        watched, self._watched = self._watched, None
        if watched is not None and not sip.isdeleted(watched):
            watched.removeEventFilter(self)

    def _is_place(self, widget: QWidget) -> bool:
        """Tell whether keys that go to a widget may be the desk's: it is the map, or in the panel and no text field."""
        if widget is self._canvas:
            return True
        return (widget is self._dock or self._dock.isAncestorOf(widget)) and not _takes_text(widget)

    # ── who is asked ──────────────────────────────────────────────────────────────────────────────────────────────

    def _tool(self) -> QgsMapTool | None:
        """Give the tool of the desk that has the map."""
        tool = self._canvas.mapTool()
        return tool if getattr(tool, "KEY", "") else None

    def _in_charge(self) -> bool:
        """Tell whether the desk is at work: who draws in another layer on the map has the keys that QGIS gives him."""
        if self._tool() is not None:
            return True
        if not self._dock.isVisible() or self._in_front() is None:
            return False
        on_map = self._watched is self._canvas
        other = self._canvas.mapTool() if on_map else None
        return other is None or not other.flags() & other.Flag.EditTool

    def _actions(self) -> Mapping[str, QAction]:
        """Give what keys do: of the desk in front, else of the one whose tool has the map."""
        front = self._in_front()
        return (front if front is not None and self._tool() is None else self._desk).actions_by_key

    def _in_front(self) -> Any:
        """Give the page in front where it is a desk that edits; else None."""
        page = self._dock.book.currentWidget()
        return page if page is self._desk or (page.DESK and hasattr(page, "actions_by_key")) else None

    # ── keys ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind not in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress) or watched is not self._watched:
            return False
        if QApplication.activePopupWidget() is not None or _takes_text(watched) or not self._in_charge():
            return False
        name, tool = _named(event), self._tool()
        if len(name) == 1 and name != "?" and isinstance(watched, (QAbstractItemView, QComboBox)):
            name = ""  # a list looks for what is typed
        name = name if name in self._actions() else ""
        if not name and (tool is None or not self._is_gesture(watched, event)):
            return False
        if kind == QEvent.Type.KeyPress:
            if name:
                self._trigger(name, again=event.isAutoRepeat())
            elif tool is not None:
                # Not by way of the map: while a button of the mouse is down it passes no key on.
                tool.keyPressEvent(event)
        event.accept()
        return True

    def _is_gesture(self, watched: QWidget, event: QKeyEvent) -> bool:
        key = event.key()
        if key not in _GESTURE or _modifiers(event) not in (NO_KEY, SHIFT):
            return False
        if key == _CANCEL or watched is self._canvas:
            return True
        return not isinstance(watched, _OWN_GESTURES) and not (isinstance(watched, QPushButton) and key in _ENTER)

    def _trigger(self, name: str, *, again: bool) -> None:
        """Do what a key stands for; in the middle of a stroke, and held down while an edit is on its way, nothing."""
        revision = self._dock.session.revision
        action: QAction | None = self._actions().get(name)
        if again and (name not in _HISTORY.values() or revision.busy):
            return
        if action is not None and revision.drawing:
            self._dock.place.messages.say_at_map(tr("A gesture is half drawn: Enter does it, Esc drops it."))
        elif action is not None and action.isEnabled():
            action.trigger()
        elif action is not None and not again:
            self._dock.place.messages.say_at_map(self._why_not(name))

    def _why_not(self, name: str) -> str:
        """Say why a key does nothing now."""
        desk = self._in_front() or self._desk
        state = desk.state()
        if desk.why_not or state.mark == "problem":
            return f"{name}: {desk.why_not or state.sentence}"
        if name in _HISTORY.values() and self._dock.session.revision.phase == "opening":
            return f"{name}: {tr('The plan is being read; a moment.')}"
        if name in _HISTORY.values():
            undo, redo = undo_words(self._dock.session.revision)
            return undo if name == "Ctrl+Z" else redo
        if name in "ED":
            return tr("{key}: choose a unit first, in the table or on the map.", key=name)
        return f"{name}: {state.sentence}"


def _named(event: QKeyEvent) -> str:
    """Name the action that a key stands for; "" for none."""
    key, modifiers = event.key(), _modifiers(event)
    if modifiers in (NO_KEY, SHIFT) and unicodedata.normalize("NFKC", event.text()) == "?":
        return "?"
    if modifiers == NO_KEY and Qt.Key.Key_A <= key <= Qt.Key.Key_Z:
        return chr(key)  # the same with Caps Lock
    return _HISTORY.get((key, modifiers), "")


def _modifiers(event: QKeyEvent) -> Qt.KeyboardModifiers:
    return event.modifiers() & ~_IGNORED


def _takes_text(widget: QWidget) -> bool:
    """Tell whether somebody can write in a widget."""
    if isinstance(widget, (QTextEdit, QPlainTextEdit)):
        return not widget.isReadOnly()
    return isinstance(widget, (QLineEdit, QAbstractSpinBox)) or (isinstance(widget, QComboBox) and widget.isEditable())
