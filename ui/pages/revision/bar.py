"""The tools of a revision as a bar: one in hand at a time, undo and redo with what they would do, and all gestures."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from qgis.PyQt import sip
from qgis.PyQt.QtCore import QSize, Qt, pyqtSignal
from qgis.PyQt.QtGui import QIcon
from qgis.PyQt.QtWidgets import QAction, QDialog, QTextBrowser, QToolButton, QWidget

from ...map.line_tools import ReshapeTool, SplitTool
from ...map.map_tools import WhyTool
from ...map.paint_tool import NewUnitTool, PaintTool
from ...map.revision_tool import DrawingBoard
from ...map.unit_tools import CategoryTool, LockTool, MergeTool, TownshipTool
from ...shipped import own_icon
from ...text import tr
from ...widgets.layout import STRETCH, in_column, in_line
from .operation_form import OperationForm, operations_html
from .undo import action_button, show_history, undo_actions

if TYPE_CHECKING:
    from collections.abc import Iterable

    from qgis.gui import QgsMapCanvas
    from qgis.PyQt.QtGui import QResizeEvent

    from ...map.revision_tool import RevisionTool
    from ...work.revision import Revision

WHY, FORM, RENAME, RENUMBER = "W", "O", "E", "D"
_WINDOWS = {"?": "gestures", FORM: "form"}
LEAST, AIR = 28, 10  # pixels of a tool without its name, and around a name


def _tools() -> dict[str, tuple[str, str, str]]:
    """Give key → icon, name, and what it does in one sentence."""
    return {
        "P": (
            "paint",
            tr("Paint", "tool"),
            tr("Drag over faces: they go to the chosen unit."),
        ),
        "M": (
            "merge",
            tr("Merge", "tool"),
            tr("Click the unit that stays, then the one that goes into it."),
        ),
        "S": (
            "split",
            tr("Split", "tool"),
            tr("Draw a line across a unit: it becomes two."),
        ),
        "R": (
            "reshape",
            tr("Border", "tool"),
            tr("Draw the border between two units anew."),
        ),
        "C": (
            "category",
            tr("Class", "tool"),
            tr("Click a unit to give it another category."),
        ),
        "U": (
            "new_unit",
            tr("New", "tool: a new unit"),
            tr("Paint or click faces: they become a new unit."),
        ),
        "G": (
            "township",
            tr("Township", "tool"),
            tr("Click a township: what a unit has there goes to the chosen unit."),
        ),
        "L": (
            "lock",
            tr("Lock", "tool"),
            tr("Click a unit: no edit touches it until it is unlocked."),
        ),
        WHY: (
            "why",
            tr("Why", "tool"),
            tr("Click a place to see why it is what it is."),
        ),
    }


def _deeds() -> dict[str, tuple[str, str, str]]:
    """Give key → icon, name and sentence of what is no tool: buttons, keys and the list of gestures are made of it."""
    return {
        RENAME: ("rename", tr("Rename"), tr("Gives the chosen unit another name, in its card.")),
        RENUMBER: ("renumber", tr("Renumber"), tr("Gives the chosen unit another number, in its card.")),
        FORM: ("", "…", tr("Any operation as a form, in a window beside; “?” lists them.")),
        "?": ("", "?", tr("All gestures and keys of the revision, in a window beside.")),
    }


def revision_tools(revision: Revision, canvas: QgsMapCanvas) -> list[RevisionTool]:
    """Make the tools of a map; they share one sketch and one card."""
    board = DrawingBoard(revision, canvas)
    return [
        tool(board)
        for tool in (
            PaintTool,
            MergeTool,
            SplitTool,
            ReshapeTool,
            CategoryTool,
            NewUnitTool,
            TownshipTool,
            LockTool,
        )
    ]


def close_tools(tools: Iterable[RevisionTool]) -> None:
    """Take tools off the map for good, with all that they have drawn."""
    tools = list(tools)
    for tool in tools:
        tool.close()
    for board in {tool.board for tool in tools}:
        board.close()


class RevisionBar(QWidget):
    """Tools on the map, undo and redo.

    Attributes
    ----------
    actions_by_key : dict of str to QAction
        What each key does. They have no shortcuts of their own: QGIS has actions with the same, and of two nobody gets
        the key; whoever sees keys first triggers them.
    tools : dict of str to QgsMapTool
        By the same keys.
    draft : UnitDraft
        What is settled in the panel before a tool does it.
    beside : tuple of QToolButton
        Undo, redo and the list of gestures: where there is room for them.
    """

    pressed = pyqtSignal(str)  # key of the tool that was taken in hand
    hint = pyqtSignal(str)  # what the tool in hand waits for
    told = pyqtSignal(object)  # what a tool has to say: a text or a message
    put = pyqtSignal()  # another tool has the map, of these or of QGIS
    why = pyqtSignal(float, float)  # a place of the map, in its CRS

    def __init__(self, revision: Revision, canvas: QgsMapCanvas, parent: QWidget) -> None:
        super().__init__(parent)
        self.revision, self.canvas = revision, canvas
        self.tools: dict[str, Any] = {}
        self._resting = ""  # key of the tool that was put down when the desk was left
        self.actions_by_key: dict[str, QAction] = {}
        self._buttons: list[QToolButton] = []
        self._sheet: QDialog | None = None
        self._form: OperationForm | None = None
        for key, (icon, name, sentence) in _tools().items():
            action = self._action(key, icon, name, f"{name} ({key})\n{sentence}", checkable=True)
            action.triggered.connect(lambda on, key=key: self._press(key, on=on))
            self._buttons.append(action_button(action, self))
        in_line(*self._buttons, STRETCH, on=self, margins=0, spacing=0)
        for key, (icon, name, sentence) in _deeds().items():
            self._action(key, icon, name, f"{sentence} ({key})")
        keyed = self.actions_by_key
        keyed |= undo_actions(revision, self, "revision")
        self.undo, self.redo = keyed["Ctrl+Z"], keyed["Ctrl+Y"]
        self.form, self.ask = keyed[FORM], keyed["?"]
        # What is on its way to the disk may be undone at once: that waits its turn.
        revision.busy_changed.connect(lambda on: on and self.undo.setEnabled(True))
        self.ask.triggered.connect(lambda *_: self._show_gestures())
        self.form.triggered.connect(lambda *_: self._show_form())
        self.beside = tuple(action_button(action, self) for action in (self.undo, self.redo, self.form, self.ask))
        self._take_tools()

    # ── building ──────────────────────────────────────────────────────────────────────────────────────────────────

    def _action(self, key: str, icon: str, name: str, tip: str, *, checkable: bool = False) -> QAction:
        action = self.actions_by_key[key] = QAction(
            own_icon(icon) if icon else QIcon(),
            name,
            self,
            objectName=f"control_units_revision_{icon or _WINDOWS[key]}",
            toolTip=tip,
            checkable=checkable,
        )
        return action

    def _take_tools(self) -> None:
        found, why = revision_tools(self.revision, self.canvas), WhyTool(self.canvas)
        self.draft = found[0].board.draft
        for tool in found:
            tool.hint_changed.connect(self.hint)
            tool.told.connect(self.told)
        why.asked.connect(self.why)
        self.tools = {**{tool.KEY: tool for tool in found}, WHY: why}
        for key, tool in self.tools.items():
            tool.setAction(self.actions_by_key[key])
        # By a method: with one, nothing is told any more once the bar is gone.
        self.canvas.mapToolSet.connect(self._tool_set)
        self.destroyed.connect(why.close)
        self.destroyed.connect(why.deleteLater)
        self.destroyed.connect(lambda *_: close_tools(found))

    def _tool_set(self, *_: object) -> None:
        self.put.emit()

    def minimumSizeHint(self) -> QSize:
        return QSize(len(self._buttons) * LEAST, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        named = [max(LEAST, AIR + one.fontMetrics().horizontalAdvance(one.text())) for one in self._buttons]
        style, wide = Qt.ToolButtonStyle.ToolButtonIconOnly, [LEAST] * len(named)
        if sum(named) <= self.width():
            style, wide = Qt.ToolButtonStyle.ToolButtonTextUnderIcon, named
        for button, pixels in zip(self._buttons, wide, strict=True):
            button.setToolButtonStyle(style)
            button.setFixedWidth(pixels)

    # ── a tool in hand ────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def key(self) -> str:
        """Key of the tool in hand, "" for none of these."""
        current = self.canvas.mapTool()
        return next((key for key, tool in self.tools.items() if tool is current), "")

    def _press(self, key: str, *, on: bool) -> None:
        # Each tool gives the map back to the one before it, which is none of these.
        self.put_down()
        if on:
            self.tools[key].start()
            self.pressed.emit(key)

    def put_down(self) -> None:
        """Give the map back to the tool that had it."""
        if self.key:
            self.tools[self.key].stop()

    def rest(self) -> None:
        """Put a tool that edits down while another page is in front."""
        if self.key and self.key != WHY:
            self._resting = self.key
            self.put_down()

    def resume(self) -> None:
        """Take up what `rest` has put down, where the plan is still under revision and nobody draws elsewhere."""
        key, self._resting = self._resting, ""
        current = self.canvas.mapTool()
        free = current is None or not current.flags() & current.Flag.EditTool
        if key and free and self.revision.is_open and self.actions_by_key[key].isEnabled():
            self.tools[key].start()
            self.pressed.emit(key)

    def hint_now(self) -> str:
        """Say what the tool in hand waits for, "" where there is none."""
        key = self.key
        if key == WHY:
            return _tools()[WHY][2]
        return str(self.tools[key].hint()) if key else ""

    # ── what it shows ─────────────────────────────────────────────────────────────────────────────────────────────

    def refresh(self, *, able: bool, asks: bool, edits: int) -> None:
        """Show what can be done: ``able`` to edit, ``asks`` why; ``edits`` is how many there are to undo."""
        for key in _tools():
            self.actions_by_key[key].setEnabled(asks if key == WHY else able)
        self.form.setEnabled(able)
        for key in (RENAME, RENUMBER):
            self.actions_by_key[key].setEnabled(able and bool(self.revision.target))
        begins = self.revision.phase == "closed" and edits > 0
        show_history(self.revision, self.undo, self.redo, able=able, begins=begins)

    def _show_form(self) -> None:
        self._form = self._form or OperationForm(self.revision, self)
        self._form.show()
        self._form.raise_()

    def _show_gestures(self) -> None:
        if self._sheet is not None and not sip.isdeleted(self._sheet) and self._sheet.isVisible():
            self._sheet.close()
            return
        self._sheet = sheet = QDialog(
            self.window(), objectName="control_units_gestures", windowTitle=tr("Gestures and keys of the revision")
        )
        sheet.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        in_column(QTextBrowser(sheet, html=gestures_html() + operations_html()), on=sheet, margins=0)
        sheet.resize(460, 560)
        sheet.show()


def gestures() -> list[tuple[str, str]]:
    """List gesture or key, and what it does."""
    told = tr("{tool}: {sentence}")
    return [
        *((key, told.format(tool=name, sentence=sentence)) for key, (_, name, sentence) in _tools().items()),
        (
            tr("Drag"),
            tr("Paints; begun at a border, the unit left behind grows."),
        ),
        (
            tr("Shift+drag"),
            tr("Adds a stroke; Enter does it."),
        ),
        (tr("Shift+click"), tr("Takes several units, to merge them.")),
        ("1  2  3", tr("The category of the unit that was clicked, with the tool for it.")),
        (tr("Ctrl+drag"), tr("Takes all faces in a box.")),
        (
            tr("Alt+click, T"),
            tr("Chooses the unit that strokes go to; the table does too."),
        ),
        ("[  ]", tr("A smaller, a larger brush.")),
        (tr("Click, click"), tr("Sets the points of a line.")),
        (
            tr("Double click, Enter"),
            tr("Ends a line, or takes what is chosen."),
        ),
        (tr("Backspace"), tr("Takes back the last point of a line.")),
        (
            tr("Esc, right click"),
            tr("Drops the gesture; nothing is changed."),
        ),
        (
            tr("Middle button"),
            tr("Moves the map, in the middle of a gesture too."),
        ),
        ("Ctrl+Z", tr("Undoes the last edit.")),
        ("Ctrl+Y, Ctrl+Shift+Z", tr("Does again what was undone.")),
        *((key, sentence) for key, (_, _, sentence) in _deeds().items()),
    ]


def gestures_html() -> str:
    """Give them as a table."""
    rows = "".join(
        f'<tr><td width="34%" style="padding:2px 8px 2px 4px"><b>{escape(how)}</b></td>'
        f'<td style="padding:2px">{escape(what)}</td></tr>'
        for how, what in gestures()
    )
    keys = tr(
        "Keys work while the map, a button or a card has the focus. In a list or a table letters look for a row, and in a text field they are text; undo and redo work in lists too.",  # noqa: E501
    )
    return f"<table width='100%'>{rows}</table><p>{escape(keys)}</p>"
