"""Tools on the map: a click asks why a place is what it is."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from qgis.core import QgsApplication
from qgis.gui import QgsMapTool
from qgis.PyQt.QtCore import Qt, pyqtSignal

if TYPE_CHECKING:
    from qgis.gui import QgsMapCanvas, QgsMapMouseEvent
    from qgis.PyQt.QtGui import QKeyEvent

__all__ = ["WhyTool"]


class WhyTool(QgsMapTool):
    """Emits the point clicked, in the map's CRS; Esc gives the tool before it back."""

    asked = pyqtSignal(float, float)

    def __init__(self, canvas: QgsMapCanvas) -> None:
        super().__init__(canvas)
        self._before: QgsMapTool | None = None
        self.setCursor(QgsApplication.getThemeCursor(QgsApplication.Cursor.Identify))

    def start(self) -> None:
        """Take the map."""
        current = self.canvas().mapTool()
        if current is not self:
            self._before = current
            self.canvas().setMapTool(self)

    def stop(self) -> None:
        """Give the map back to the tool that had it."""
        if self.canvas().mapTool() is not self:
            return
        before, self._before = self._before, None
        if before is not None:
            self.canvas().setMapTool(before)
        else:
            self.canvas().unsetMapTool(self)

    def close(self) -> None:
        """Leave the map for good, as far as Qt has not taken it down already."""
        with contextlib.suppress(RuntimeError):
            self.stop()

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
