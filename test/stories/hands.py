"""A user's hands inside QGIS: widgets found by what they are called or say, clicked and written into by real events.

Nothing here calls a slot. What needs time is a generator that a story goes through with ``yield from``.
"""

from __future__ import annotations

import itertools
import re
import sys
import threading
import time
import traceback
from typing import TYPE_CHECKING, Any

from driver import report
from qgis.core import QgsApplication
from qgis.PyQt.QtCore import QEvent, QMimeData, QPoint, QPointF, QRect, Qt, QTimer, QUrl
from qgis.PyQt.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QInputMethodEvent, QMouseEvent
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import (
    QAbstractButton,
    QAction,
    QApplication,
    QComboBox,
    QDialogButtonBox,
    QFileDialog,
    QLineEdit,
    QMessageBox,
    QStyle,
    QStyleOptionViewItem,
    QToolButton,
    QWidget,
)
from qgis.utils import iface

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence
    from pathlib import Path

    from qgis.core import QgsPointXY
    from qgis.gui import QgsMapCanvas
    from qgis.PyQt.QtCore import QModelIndex
    from qgis.PyQt.QtWidgets import QAbstractItemView, QMenu, QTabBar, QTreeWidget, QTreeWidgetItem

LEFT, NO_KEY = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
# A popup takes no release for as long after it has opened: that of the click that opened it.
POPUP = 0.5


class NotThereError(Exception):
    """What a hand reached for is not on the screen."""


def until(condition: Callable[[], Any], what: str, seconds: float = 120) -> Generator[float]:
    """Wait until something is so."""
    stop = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > stop:
            raise NotThereError(f"{what}: not after {seconds} s\n{threads()}")
        yield 0.05


def threads() -> str:
    """Tell where every thread of Python is, and what tasks QGIS has: what is waited for may wait itself."""
    names = {one.ident: one.name for one in threading.enumerate()}
    tasks = [(one.description(), one.status(), one.progress()) for one in QgsApplication.taskManager().tasks()]
    stacks = [
        f"thread {names.get(number, number)}:\n{''.join(traceback.format_stack(frame)[-12:])}"
        for number, frame in sys._current_frames().items()
        if number != threading.get_ident()
    ]
    return "\n".join([f"tasks: {tasks}", *stacks])


def find(kind: type[QWidget], name: str = "", text: str = "", within: QWidget | None = None) -> Any:
    """Find the one visible widget of a kind by its object name or its text, the letter after & underlined or not."""
    roots = [within] if within is not None else [one for one in QApplication.topLevelWidgets() if one.isVisible()]
    found = [one for root in roots for one in (root, *root.findChildren(kind)) if isinstance(one, kind)]
    found = [
        one
        for one in dict.fromkeys(found)
        if one.isVisible() and (not name or one.objectName() == name) and (not text or plain(one.text()) == text)
    ]
    if len(found) != 1:
        raise NotThereError(f"{len(found)} of {kind.__name__} {name or text!r}")
    return found[0]


def plain(text: str) -> str:
    """Give a text without the marks of its keys: a letter underlined, or (&X) after Chinese."""
    return re.sub(r"\(&.\)", "", text).replace("&&", "\0").replace("&", "").replace("\0", "&")


def press(widget: QWidget, at: QPoint | None = None, *, double: bool = False) -> None:
    """Click a widget, in its middle or at a place; it has to be there, in sight and enabled."""
    at = widget.rect().center() if at is None else at
    if not widget.isVisible() or not widget.isEnabled():
        raise NotThereError(f"{widget.objectName() or widget} is hidden or off")
    if not widget.visibleRegion().contains(at):
        raise NotThereError(f"{widget.objectName() or widget}: {at} is out of sight")
    if isinstance(widget, QAbstractButton):
        note(widget.text())
    click = QTest.mouseDClick if double else QTest.mouseClick
    click(widget, LEFT, NO_KEY, at)


def note(text: str) -> None:
    """Keep what was clicked, by what it says: pages that tell where to click are held against it."""
    report.setdefault("clicked", []).append(plain(text).strip())


def press_button(name: str = "", text: str = "", within: QWidget | None = None) -> None:
    """Click a button."""
    press(find(QAbstractButton, name, text, within))


def press_action(action: QAction) -> None:
    """Click the button that stands for an action in a toolbar."""
    for one in action.associatedWidgets():
        buttons = (
            [one]
            if isinstance(one, QToolButton)
            else [one.widgetForAction(action)]
            if hasattr(one, "widgetForAction")
            else []
        )
        for button in buttons:
            if button is not None and button.isVisible():
                press(button)
                return
    raise NotThereError(f"no visible button of {action.objectName()}")


def press_item(view: QAbstractItemView, index: QModelIndex, *, double: bool = False) -> None:
    """Click a row of a view."""
    view.scrollTo(index)
    spot = view.visualRect(index).intersected(view.viewport().rect())
    note(str(index.data() or ""))
    press(view.viewport(), spot.center(), double=double)


def press_box(tree: QTreeWidget, item: QTreeWidgetItem) -> None:
    """Click the box before a line of a tree."""
    tree.scrollToItem(item)
    option = QStyleOptionViewItem()
    option.initFrom(tree)
    option.rect = tree.visualItemRect(item)
    option.features = QStyleOptionViewItem.ViewItemFeature.HasCheckIndicator
    if not item.icon(0).isNull():
        option.features |= QStyleOptionViewItem.ViewItemFeature.HasDecoration
    # A line may be higher than it is wide: the box stands where the style centres it.
    box = tree.style().subElementRect(QStyle.SubElement.SE_ItemViewItemCheckIndicator, option, tree)
    press(tree.viewport(), QRect(box).center())


def drag(widget: QWidget, down: int) -> None:
    """Take a widget, such as the bar between two others, so many pixels down (up where it is negative)."""
    at = widget.rect().center()
    there = widget.mapToGlobal(at) + QPoint(0, down)
    QTest.mousePress(widget, LEFT, NO_KEY, at)
    # QTest moves the mouse with no button held.
    here, none = QPointF(widget.mapFromGlobal(there)), Qt.MouseButton.NoButton
    QApplication.sendEvent(widget, QMouseEvent(QEvent.Type.MouseMove, here, QPointF(there), none, LEFT, NO_KEY))
    QTest.mouseRelease(widget, LEFT, NO_KEY, widget.mapFromGlobal(there))


def drop(widget: QWidget, *files: Path, at: QPoint | None = None) -> None:
    """Drag files from the system's own program over a widget, its middle or a place, and let them go there."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(one)) for one in files])
    at = widget.rect().center() if at is None else at
    if not widget.visibleRegion().contains(at):
        raise NotThereError(f"{widget.objectName() or widget} is out of sight")
    # As Qt does with what a desktop sends: whoever does not take it lets its parent have it.
    target: QWidget | None = widget
    while target is not None:
        place, action = target.mapFromGlobal(widget.mapToGlobal(at)), Qt.DropAction.CopyAction
        enter = QDragEnterEvent(place, action, data, LEFT, NO_KEY)
        enter.ignore()
        if target.acceptDrops():
            QApplication.sendEvent(target, enter)
        if enter.isAccepted():
            QApplication.sendEvent(target, QDropEvent(QPointF(place), action, data, LEFT, NO_KEY))
            return
        target = target.parentWidget()
    raise NotThereError(f"nobody takes {[one.name for one in files]}")


def press_tab(bar: QTabBar, number: int) -> None:
    """Click a tab."""
    note(bar.tabText(number))
    press(bar, bar.tabRect(number).center())


def pick(combo: QComboBox, row: int) -> Generator[float]:
    """Open a combo box and click one of its lines."""
    if row < 0:
        among = [combo.itemText(number) for number in range(combo.count())]
        raise NotThereError(f"{combo.objectName()}: no such line among {among}")
    view = combo.view()
    # What a busy machine answers late may close a list that has just opened: a person opens it again.
    for _ in range(2):
        if not view.isVisible():
            press(combo)
            yield POPUP
    press_item(view, view.model().index(row, combo.modelColumn()))
    yield 0.1


def pick_in_menu(menu: QMenu, text: str) -> None:
    """Click a line of an open menu."""
    action = next((one for one in menu.actions() if plain(one.text()) == text), None)
    if action is None or not menu.isVisible():
        raise NotThereError(f"{text!r} among {[plain(one.text()) for one in menu.actions()]}")
    press(menu, menu.actionGeometry(action).center())


def write(field: QWidget, text: str) -> None:
    """Write into a field that is clicked first: letters as keys, Chinese as an input method gives it."""
    press(field)
    if isinstance(field, QLineEdit) and field.text():
        QTest.keyClick(field, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        QTest.keyClick(field, Qt.Key.Key_Delete)
    if text.isascii():
        QTest.keyClicks(field, text)
        return
    event = QInputMethodEvent()
    event.setCommitString(text)
    QApplication.sendEvent(field, event)


def keys(widget: QWidget, key: Qt.Key, modifier: Qt.KeyboardModifier = NO_KEY) -> None:
    """Press a key."""
    QTest.keyClick(widget, key, modifier)


def press_map(canvas: QgsMapCanvas, point: QgsPointXY, modifier: Qt.KeyboardModifier = NO_KEY) -> None:
    """Click the map where a point (in its CRS) is."""
    QTest.mouseClick(canvas.viewport(), LEFT, modifier, on_screen(canvas, point))


def save_as(
    name: str,
    done: Callable[[], None],
    button: QDialogButtonBox.StandardButton = QDialogButtonBox.StandardButton.Save,
) -> None:
    """Answer the next file dialog with a name: it is modal, so that a timer has to be there before it is."""
    stop = time.monotonic() + 120

    def look() -> None:
        dialog = QApplication.activeModalWidget()
        if isinstance(dialog, QFileDialog):
            write(dialog.findChild(QLineEdit, "fileNameEdit"), name)
            QTimer.singleShot(400, lambda: answer(dialog))
        elif time.monotonic() < stop:
            QTimer.singleShot(100, look)

    def answer(dialog: QFileDialog) -> None:
        # The dialog lets a name be taken once it has looked at the folder, and looks at the name as it is written only.
        ready = dialog.findChild(QDialogButtonBox).button(button)
        if dialog.isVisible() and not ready.isEnabled() and time.monotonic() < stop:
            write(dialog.findChild(QLineEdit, "fileNameEdit"), name)
            QTimer.singleShot(400, lambda: answer(dialog))
            return
        # What a timer calls has nobody above it: a dialog that stays would hold up the story for good.
        try:
            done()
            press(ready)
        finally:
            if dialog.isVisible():
                dialog.reject()

    QTimer.singleShot(200, look)


def screen(path: Path) -> None:
    """Save what the whole screen shows, with menus and dialogs."""
    path.parent.mkdir(parents=True, exist_ok=True)
    QApplication.processEvents()
    QGuiApplication.primaryScreen().grabWindow(0).save(str(path))


def settle_window() -> None:
    """Give QGIS the whole screen, as a planner has it."""
    window, room = iface.mainWindow(), QGuiApplication.primaryScreen().availableGeometry()
    window.setGeometry(room)
    window.activateWindow()


# ── Strokes over the map: the button goes down, the mouse is drawn along, the button goes up ────────────────────────


def on_screen(canvas: QgsMapCanvas, point: QgsPointXY) -> QPoint:
    """Where on the map's widget a point (in its CRS) is; it has to be there. The card at the pointer takes no mouse."""
    place = canvas.getCoordinateTransform().transform(point)
    found = QPoint(round(place.x()), round(place.y()))
    if not canvas.viewport().rect().contains(found):
        raise NotThereError(f"{found} is beside the map")
    return found


def press_down(canvas: QgsMapCanvas, point: QgsPointXY, modifier: Qt.KeyboardModifier = NO_KEY) -> None:
    """Press the left button where a point of the map is, and hold it."""
    QTest.mousePress(canvas.viewport(), LEFT, modifier, on_screen(canvas, point))


def draw_along(
    canvas: QgsMapCanvas, points: Sequence[QgsPointXY], modifier: Qt.KeyboardModifier = NO_KEY, steps: int = 6
) -> None:
    """Move the mouse through points of the map with the left button held, as QTest does not."""
    view, none = canvas.viewport(), Qt.MouseButton.NoButton
    places = [on_screen(canvas, point) for point in points]
    for one, other in itertools.pairwise(places):
        for number in range(1, steps + 1):
            here = QPointF(one) + (QPointF(other) - QPointF(one)) * (number / steps)
            there = QPointF(view.mapToGlobal(here.toPoint()))
            QApplication.sendEvent(view, QMouseEvent(QEvent.Type.MouseMove, here, there, none, LEFT, modifier))


def let_go(canvas: QgsMapCanvas, point: QgsPointXY, modifier: Qt.KeyboardModifier = NO_KEY) -> None:
    """Release the left button where a point of the map is."""
    QTest.mouseRelease(canvas.viewport(), LEFT, modifier, on_screen(canvas, point))


def hover(canvas: QgsMapCanvas, point: QgsPointXY) -> None:
    """Move the mouse to a point of the map, no button held."""
    view, none = canvas.viewport(), Qt.MouseButton.NoButton
    here = on_screen(canvas, point)
    event = QMouseEvent(QEvent.Type.MouseMove, QPointF(here), QPointF(view.mapToGlobal(here)), none, none, NO_KEY)
    QApplication.sendEvent(view, event)


def answer_for_all(picture: Callable[[str], object]) -> None:
    """Press the button that loses something, once the question stands there."""
    report["answering"] = True

    def look() -> None:
        box, inside = QApplication.activeModalWidget(), QPoint(10, 10)
        role = QMessageBox.ButtonRole.DestructiveRole
        buttons = [one for one in box.buttons() if box.buttonRole(one) == role] if isinstance(box, QMessageBox) else []
        # A box that was just opened may not have been laid out yet.
        if buttons and buttons[0].visibleRegion().contains(inside):
            picture("question")
            report["question"] = box.text()
            press(buttons[0], inside)
            report["answering"] = False
        else:
            QTimer.singleShot(200, look)

    QTimer.singleShot(200, look)
