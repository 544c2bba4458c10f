"""Keys of the Revision desk: they reach the plan from the map and the panel, and nobody else loses one."""

from __future__ import annotations

from itertools import product

import pytest
from control_units.ui.frame.dock import Dock
from control_units.ui.pages.page import Page, StepState
from control_units.ui.shipped import ICONS
from fakes import workplace
from qgis.core import QgsFeature, QgsProject, QgsVectorLayer
from qgis.gui import (
    QgsAdvancedDigitizingDockWidget,
    QgsFilterLineEdit,
    QgsMapTool,
    QgsMapToolDigitizeFeature,
    QgsMapToolPan,
)
from qgis.PyQt.QtCore import QEvent, Qt
from qgis.PyQt.QtGui import QIcon, QKeyEvent, QKeySequence
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import (
    QAction,
    QApplication,
    QComboBox,
    QListWidget,
    QPlainTextEdit,
    QPushButton,
    QSpinBox,
    QTextBrowser,
    QTextEdit,
    QVBoxLayout,
)

NONE, SHIFT, CONTROL = Qt.NoModifier, Qt.ShiftModifier, Qt.ControlModifier
UNDO, REDO, REDO_TOO = (Qt.Key_Z, CONTROL), (Qt.Key_Y, CONTROL), (Qt.Key_Z, CONTROL | SHIFT)
NAMES = {UNDO: "Ctrl+Z", REDO: "Ctrl+Y", REDO_TOO: "Ctrl+Shift+Z"}
KINDS = (QPushButton, QListWidget, QTextBrowser, QgsFilterLineEdit, QTextEdit, QPlainTextEdit, QSpinBox, QComboBox)
LETTERS = "PMSRCLWOED"  # the tools, why, the form of any operation, another name and number


class Desk(Page):
    """A desk that notes what it is asked for."""

    NAME = "revision"
    why_not = ""

    def __init__(self, place, parent=None) -> None:
        super().__init__(place, parent)
        self.asked: list[str] = []
        self.actions_by_key = {}
        for key in (*LETTERS, *NAMES.values(), "?"):
            action = QAction(key, self)
            action.triggered.connect(lambda _, key=key: self.asked.append(key))
            self.actions_by_key[key] = action
        self.fields = {kind: kind(self) for kind in KINDS}
        self.fields["editable"] = QComboBox(self)
        self.fields["editable"].setEditable(True)
        layout = QVBoxLayout(self)
        for field in self.fields.values():
            layout.addWidget(field)

    def title(self) -> str:
        return "Revision"

    def icon(self) -> QIcon:
        return QIcon(str(ICONS / "step_rules.svg"))

    def state(self) -> StepState:
        return StepState("todo")


class Step(Desk):
    """Another page."""

    NAME = "sources"


class Brush(QgsMapTool):
    """A tool of the desk that notes its keys."""

    KEY = "P"

    def __init__(self, canvas) -> None:
        super().__init__(canvas)
        self.keys: list[int] = []

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt calls it so
        self.keys.append(event.key())


class Window:
    """QGIS's window as far as keys go: map, panel, and an Edit menu that undoes what is drawn in a layer."""

    def __init__(self) -> None:
        self.place = workplace()
        self.place.session.new()
        window = self.place.iface.window
        self.canvas = self.place.iface.canvas
        window.setCentralWidget(self.canvas)
        self.undone: list[str] = []
        menu = window.menuBar().addMenu("Edit")
        for keys in ("Ctrl+Z", "Ctrl+Shift+Z", "Ctrl+Y", "P", "Esc"):
            menu.addAction(keys, lambda keys=keys: self.undone.append(keys)).setShortcut(QKeySequence(keys))
        self.beside = QListWidget(window)
        self.dock = Dock(self.place, lambda: (Step, Desk), window)
        window.addDockWidget(Qt.RightDockWidgetArea, self.dock)
        window.statusBar().addWidget(self.beside)
        window.show()
        window.activateWindow()
        QTest.qWaitForWindowActive(window)
        QTest.qWait(20)
        self.dock.ready()
        self.desk = self.dock.turn_to("revision")
        self.brush = Brush(self.canvas)
        self.foreign = QgsVectorLayer("Point", "of somebody", "memory")
        QgsProject.instance().addMapLayer(self.foreign)

    def press(self, widget, key, modifier=NONE) -> None:
        widget.setFocus()
        assert QApplication.focusWidget() is widget
        QTest.keyClick(widget, key, modifier)


@pytest.fixture
def window():
    window = Window()
    yield window
    window.dock.keys.close()
    window.canvas.unsetMapTool(window.brush)
    window.place.iface.window.close()
    QgsProject.instance().clear()


@pytest.mark.parametrize(
    ("keys", "where", "edited"), product(NAMES, ("map", "panel"), ("nothing edited", "a layer edited"))
)
def test_undo_and_redo_are_the_plans_whatever_is_edited_beside_it(window, keys, where, edited):
    window.canvas.setMapTool(window.brush)
    if edited == "a layer edited":
        window.foreign.startEditing()
        window.foreign.addFeature(QgsFeature(window.foreign.fields()))
        window.canvas.setCurrentLayer(window.foreign)
    window.press(window.canvas if where == "map" else window.desk.fields[QPushButton], *keys)
    assert window.desk.asked == [NAMES[keys]]
    assert window.undone == []
    assert window.foreign.undoStack().count() == (edited == "a layer edited")
    window.foreign.rollBack()


def test_what_is_drawn_in_another_layer_is_undone_there_while_its_tool_has_the_map(window):
    window.foreign.startEditing()
    window.canvas.setCurrentLayer(window.foreign)
    cad = QgsAdvancedDigitizingDockWidget(window.canvas)
    drawing = QgsMapToolDigitizeFeature(window.canvas, cad)
    window.canvas.setMapTool(drawing)
    window.press(window.canvas, *UNDO)
    assert (window.desk.asked, window.undone) == ([], ["Ctrl+Z"])
    window.press(window.desk.fields[QPushButton], *UNDO)
    assert (window.desk.asked, window.undone) == (["Ctrl+Z"], ["Ctrl+Z"])
    window.canvas.setMapTool(QgsMapToolPan(window.canvas))
    window.press(window.canvas, *UNDO)
    assert window.desk.asked == ["Ctrl+Z"] * 2
    window.foreign.rollBack()


@pytest.mark.parametrize("kind", [QgsFilterLineEdit, QTextEdit, QPlainTextEdit, QSpinBox, "editable", "beside"])
def test_who_writes_or_works_elsewhere_loses_no_key(window, kind):
    window.canvas.setMapTool(window.brush)
    field = window.beside if kind == "beside" else window.desk.fields[kind]
    for keys in ((Qt.Key_S,), (Qt.Key_M, SHIFT), UNDO, REDO, (Qt.Key_Escape,), (Qt.Key_1,), (Qt.Key_Return,)):
        window.press(field, *keys)
    assert window.desk.asked == []
    assert window.brush.keys == []


@pytest.fixture
def said_at_map(window, monkeypatch):
    said = []
    monkeypatch.setattr(window.place.messages, "say_at_map", lambda text, *_: said.append(text))
    return said


def test_letters_choose_tools_from_map_and_panel_with_caps_lock_too(window):
    for letter in LETTERS:
        window.press(window.canvas, getattr(Qt, f"Key_{letter}"))
        window.press(window.desk.fields[QPushButton], getattr(Qt, f"Key_{letter}"))
    assert window.desk.asked == [letter for letter in LETTERS for _ in range(2)]
    assert window.undone == []
    # With Caps Lock Qt gives the capital letter, and no modifier.
    window.canvas.setFocus()
    for kind in (QEvent.ShortcutOverride, QEvent.KeyPress):
        QApplication.sendEvent(window.canvas, QKeyEvent(kind, Qt.Key_S, NONE, "S"))
    assert window.desk.asked[2 * len(LETTERS) :] == ["S"]
    window.press(window.canvas, Qt.Key_S, SHIFT)
    window.press(window.canvas, Qt.Key_A)
    assert len(window.desk.asked) == 2 * len(LETTERS) + 1


@pytest.mark.parametrize("kind", [QListWidget, QComboBox])
def test_a_letter_in_a_list_looks_for_a_row_and_takes_no_tool(window, kind):
    field = window.desk.fields[kind]
    field.addItems(["Alpha", "Mountain", "Plain"])
    field.setCurrentIndex(0) if kind is QComboBox else field.setCurrentRow(0)
    window.press(field, Qt.Key_M)
    assert field.currentText() == "Mountain" if kind is QComboBox else field.currentItem().text() == "Mountain"
    assert window.desk.asked == []
    window.press(field, *UNDO)
    assert window.desk.asked == ["Ctrl+Z"]


@pytest.mark.parametrize(
    ("key", "why"),
    [(UNDO, "Nothing to undo"), (REDO, "Nothing to redo"), ((Qt.Key_E,), "choose a unit first"), ((Qt.Key_P,), "P: ")],
)
def test_a_key_that_can_do_nothing_now_says_why(window, monkeypatch, key, why):
    said = []
    monkeypatch.setattr(window.place.messages, "say_at_map", said.append)
    monkeypatch.setattr(window.place.session, "plan", object())
    for action in window.desk.actions_by_key.values():
        action.setEnabled(False)
    window.press(window.canvas, *key)
    assert len(said) == 1 and why in said[0]
    window.place.session.revision.drawing = True
    window.press(window.canvas, *key)
    assert "half drawn" in said[1]
    assert (window.desk.asked, window.undone) == ([], [])


@pytest.mark.parametrize("key", [UNDO, REDO])
def test_while_the_plan_is_being_read_undo_says_so_and_not_that_there_is_nothing(window, said_at_map, key):
    for action in window.desk.actions_by_key.values():
        action.setEnabled(False)
    window.place.session.revision.phase = "opening"
    window.press(window.canvas, *key)
    assert said_at_map == [f"{NAMES[key]}: The plan is being read; a moment."]
    window.place.session.revision.phase = "closed"
    window.press(window.canvas, *key)
    assert said_at_map[1].startswith("Nothing to")


@pytest.mark.parametrize("key", [UNDO, REDO, (Qt.Key_E,)])
@pytest.mark.parametrize("locked", [False, True])
def test_where_nothing_may_be_edited_now_a_key_says_why_not_that_there_is_nothing(window, said_at_map, key, locked):
    if locked:
        window.desk.state = lambda: StepState("problem", "李四 edits this plan.")
    else:
        window.desk.why_not = "Wait a moment."
    for action in window.desk.actions_by_key.values():
        action.setEnabled(False)
    window.press(window.canvas, *key)
    assert len(said_at_map) == 1 and said_at_map[0].endswith("李四 edits this plan." if locked else "Wait a moment.")


def test_a_question_mark_opens_the_keys_the_chinese_one_as_well(window):
    window.canvas.setFocus()
    for text, key in (("?", Qt.Key_Question), ("？", 0xFF1F)):
        QApplication.sendEvent(window.canvas, QKeyEvent(QEvent.KeyPress, key, SHIFT, text))
    assert window.desk.asked == ["?", "?"]


def test_no_input_method_stands_between_the_map_and_its_keys(window):
    # An input method takes letters before Qt sees them, where a widget says that text can be entered.
    for widget in (window.canvas, window.desk.fields[QPushButton]):
        assert not widget.testAttribute(Qt.WA_InputMethodEnabled)


def test_a_gesture_is_ended_from_map_and_panel_even_while_the_mouse_is_down(window):
    window.canvas.setMapTool(window.brush)
    keys = [Qt.Key_Escape, Qt.Key_Backspace, Qt.Key_Return, Qt.Key_Enter, Qt.Key_BracketLeft, Qt.Key_1, Qt.Key_T]
    QTest.mousePress(window.canvas.viewport(), Qt.LeftButton)
    for key in keys:
        window.press(window.canvas, key)
    QTest.mouseRelease(window.canvas.viewport(), Qt.LeftButton)
    assert window.brush.keys == keys
    assert window.undone == []
    # A list looks for what is typed, and a button is pressed; Esc they have no use for.
    pressed = []
    window.desk.fields[QPushButton].setDefault(True)
    window.desk.fields[QPushButton].clicked.connect(pressed.append)
    for key in (Qt.Key_Escape, Qt.Key_1):
        window.press(window.desk.fields[QListWidget], key)
    for key in (Qt.Key_Return, Qt.Key_2):
        window.press(window.desk.fields[QPushButton], key)
    assert window.brush.keys[len(keys) :] == [Qt.Key_Escape, Qt.Key_2]
    assert len(pressed) == 1


def test_in_the_middle_of_a_stroke_nothing_is_undone_and_no_other_tool_taken_and_it_says_so(window, said_at_map):
    window.canvas.setMapTool(window.brush)
    window.place.session.revision.drawing = True
    window.press(window.canvas, *UNDO)
    window.press(window.canvas, Qt.Key_M)
    assert (window.desk.asked, window.undone) == ([], [])
    assert len(said_at_map) == 2 and all("Esc" in one for one in said_at_map)


def test_a_key_held_down_goes_on_undoing_only_when_the_edit_before_is_done(window, monkeypatch):
    revision = window.place.session.revision
    window.canvas.setFocus()
    again = QKeyEvent(QEvent.KeyPress, Qt.Key_Z, CONTROL, "", True)
    letter = QKeyEvent(QEvent.KeyPress, Qt.Key_P, NONE, "p", True)
    monkeypatch.setattr(type(revision), "busy", True)
    for event in (again, letter):
        QApplication.sendEvent(window.canvas, event)
    assert window.desk.asked == []
    monkeypatch.setattr(type(revision), "busy", False)
    QApplication.sendEvent(window.canvas, again)
    assert window.desk.asked == ["Ctrl+Z"]


def test_an_action_that_is_off_is_not_done_and_says_so_and_the_key_goes_nowhere_else(window, said_at_map):
    window.desk.actions_by_key["Ctrl+Z"].setEnabled(False)
    window.canvas.setMapTool(window.brush)
    window.press(window.canvas, *UNDO)
    assert (window.desk.asked, window.undone) == ([], [])
    assert said_at_map == ["Nothing to undo"]


def test_on_another_page_without_a_tool_all_keys_are_qgis_own(window):
    window.dock.turn_to("sources")
    for widget in (window.canvas, window.dock.pages[0].fields[QPushButton]):
        window.press(widget, *UNDO)
        window.press(widget, Qt.Key_P)
    assert window.desk.asked == []
    assert window.undone == ["Ctrl+Z", "P"] * 2
    window.canvas.setMapTool(window.brush)
    window.press(window.canvas, *UNDO)
    assert window.desk.asked == ["Ctrl+Z"]


def test_nothing_is_watched_after_the_end_and_where_there_is_no_desk(window):
    window.dock.keys.close()
    window.press(window.canvas, *UNDO)
    assert (window.desk.asked, window.undone) == ([], ["Ctrl+Z"])
    other = Dock(window.place, lambda: (Step,), window.place.iface.window)
    assert other.ready()
    window.press(window.canvas, *REDO)
    assert window.undone == ["Ctrl+Z", "Ctrl+Y"]
