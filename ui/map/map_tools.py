"""Tools on the map: one that borrows it, one whose gestures keys cancel and finish, and a click that asks why."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

from qgis.core import QgsApplication
from qgis.gui import QgsMapTool
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QPoint, Qt, pyqtSignal

if TYPE_CHECKING:
    from qgis.gui import QgsMapCanvas, QgsMapMouseEvent
    from qgis.PyQt.QtGui import QKeyEvent


class BorrowingTool(QgsMapTool):
    """A tool that takes the map, and gives it back to the one that had it.

    Attributes
    ----------
    before : QgsMapTool or None
        What had the map.
    """

    before: QgsMapTool | None = None

    def __init__(self, canvas: QgsMapCanvas, keeper: Any = None) -> None:
        super().__init__(canvas)
        self._keeper = keeper or self  # of what had the map: several tools may share it

    def start(self) -> None:
        """Take the map."""
        current = self.canvas().mapTool()
        if current is not self:
            self._keeper.before = current
            self.canvas().setMapTool(self)

    def stop(self) -> None:
        """Give the map back to the tool that had it."""
        if sip.isdeleted(self):  # QGIS closes
            return
        canvas = self.canvas()
        if canvas.mapTool() is not self:
            return
        before, self._keeper.before = self._keeper.before, None
        if before is not None and not sip.isdeleted(before):
            canvas.setMapTool(before)
        else:
            canvas.unsetMapTool(self)

    def close(self) -> None:
        """Leave the map for good, as far as Qt has not taken it down already."""
        with contextlib.suppress(RuntimeError):
            self.stop()


class GestureTool(BorrowingTool):
    """A tool for gestures: Esc cancels, and without any leaves the map; Enter finishes, Backspace takes back."""

    hint_changed = pyqtSignal(str)

    def __init__(self, canvas: QgsMapCanvas, keeper: Any = None) -> None:
        super().__init__(canvas, keeper)
        self._down = False  # the left button is
        self._pixel = QPoint()  # where the pointer was last
        canvas.keyPressed.connect(self._key_while_down)

    @property
    def on_its_way(self) -> bool:
        """Something is half drawn."""
        return False

    def cancel(self) -> None:
        """Forget what is half drawn."""

    def finish(self) -> None:
        """Do what has been drawn so far."""

    def step_back(self) -> None:
        """Take back the last point."""

    def key(self, event: QKeyEvent) -> bool:  # noqa: ARG002 - some tools have keys of their own
        """Take a key of its own; False for any other."""
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Cancel, finish, take back; other keys are not for it."""
        key = event.key()
        if key == Qt.Key.Key_Escape:
            # With the button down the tool stays: the one before it would take the release for a click.
            if self.on_its_way or self._down:
                self.cancel()
            else:
                self.stop()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.finish()
        elif key == Qt.Key.Key_Backspace:
            self.step_back()
        elif not self.key(event):
            event.ignore()
            return
        event.accept()

    def _key_while_down(self, event: QKeyEvent) -> None:
        """Take a key while the button is down, of which the map tells by a signal only."""
        if self._down and self.isActive():
            self.keyPressEvent(event)

    def deactivate(self) -> None:
        """Leave the map."""
        self._down = False
        super().deactivate()

    def close(self) -> None:
        """Leave the map for good."""
        super().close()
        with contextlib.suppress(RuntimeError, TypeError):
            self.canvas().keyPressed.disconnect(self._key_while_down)


class WhyTool(BorrowingTool):
    """Emits the point clicked, in the map's CRS; Esc gives the tool before it back."""

    asked = pyqtSignal(float, float)

    def __init__(self, canvas: QgsMapCanvas) -> None:
        super().__init__(canvas)
        self.setCursor(QgsApplication.getThemeCursor(QgsApplication.Cursor.Identify))

    def flags(self) -> QgsMapTool.Flags:
        """Have the map's menu open at a right click: what can be done there is in it, and how to end."""
        return QgsMapTool.Flags(QgsMapTool.Flag.ShowContextMenu)

    def canvasReleaseEvent(self, event: QgsMapMouseEvent) -> None:
        """Ask of the place under the cursor."""
        if event.button() == Qt.MouseButton.LeftButton:
            point = self.toMapCoordinates(event.pos())
            self.asked.emit(point.x(), point.y())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """End on Esc."""
        if event.key() == Qt.Key.Key_Escape:
            event.accept()
            self.stop()
