"""The units of the entry lists on the map: chosen there, by a click or by the selection, and shown there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.core import QgsCsException
from qgis.PyQt.QtCore import QObject, pyqtSignal

from ...map.map_tools import WhyTool
from ...map.on_map import UnitSelection, in_plan, unit_at, zoom_to_unit

if TYPE_CHECKING:
    from qgis.PyQt.QtWidgets import QWidget

    from ..page import Workplace

__all__ = ["ListsOnMap"]


class ListsOnMap(QObject):
    """Without a map nothing is chosen there."""

    clicked = pyqtSignal(str)  # unit id, "" beside the plan
    put_down = pyqtSignal()  # another tool has the map

    def __init__(self, place: Workplace, page: QWidget) -> None:
        super().__init__(page)
        self._session = place.session
        self.canvas = place.iface.mapCanvas() if place.iface is not None else None
        self.selection = UnitSelection(page)
        self.tool = WhyTool(self.canvas) if self.canvas is not None else None
        if self.tool is not None:
            self.tool.asked.connect(self._click)
            self.tool.deactivated.connect(self.put_down)
            page.destroyed.connect(self.tool.close)

    def pick(self, on: bool) -> None:
        """Have the next click choose a unit, or give the map back."""
        if self.tool is not None:
            self.tool.start() if on else self.tool.stop()

    def select(self, unit_id: str) -> None:
        """Choose a unit on the map."""
        self.selection.select([unit_id])

    def zoom(self, unit_id: str) -> None:
        """Show a unit as it is now, and flash it."""
        if self.canvas is not None and self._session.plan is not None:
            self.select(unit_id)
            zoom_to_unit(self.canvas, self._session.plan, self._session.revision.state, unit_id)

    def _click(self, x: float, y: float) -> None:
        plan = self._session.plan
        if plan is None:
            return
        try:
            unit_id = unit_at(plan, self._session.revision.state, *in_plan(self.canvas, x, y, plan.crs))
        except QgsCsException:
            unit_id = ""
        self.clicked.emit(unit_id)
