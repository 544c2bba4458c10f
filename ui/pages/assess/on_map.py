"""The site on the map: drawn and dragged there, coloured by its verdict, with the other places that were found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import QObject

from ...map.on_map import zoom_to
from ...map.site_tool import SiteTool

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qgis.PyQt.QtWidgets import QWidget

    from ....delineation.plan.file import Plan
    from ...map.site_sketch import OtherPlace
    from ...work.assessment import Spot
    from .place import PlaceBar

__all__ = ["SiteOnMap"]

AROUND = 4.0  # how much wider than a site the map shows


class SiteOnMap(QObject):
    """What the desk does on the map.

    Attributes
    ----------
    tool : SiteTool
    """

    def __init__(self, iface: Any, bar: PlaceBar, parent: QWidget) -> None:
        super().__init__(parent)
        self._bar, self._crs = bar, ""
        self.canvas = iface.mapCanvas()
        self.tool = SiteTool(self.canvas)
        if hasattr(iface, "actionPan"):
            self.tool.pan.setAction(iface.actionPan())
        self.tool.buffer = bar.buffer.value()
        self.tool.hint_changed.connect(self.show_hint)
        # Not when a tool is taken down: it has the map still.
        self.canvas.mapToolSet.connect(self._show_tool)
        bar.draw.connect(self._draw)
        parent.destroyed.connect(self.tool.close)

    def follow(self, plan: Plan) -> None:
        """Draw in the CRS of a plan from now on."""
        self._crs = plan.crs
        self.tool.view.set_crs(plan.crs)

    def show(self, on: bool) -> None:
        """Show what is on the map, or give the map back and show nothing on it for a while."""
        (self.tool.sketch.show if on else self.tool.leave)()

    def show_spot(self, spot: Spot | None, *, look: bool = False) -> None:
        """Show the site; ``look`` brings it to the front."""
        self.tool.show_spot(spot)
        if look:
            self.zoom(spot)

    def set_buffer(self, metres: float) -> None:
        """Let this be round points and lines that are drawn."""
        self.tool.buffer = metres

    def zoom(self, spot: Spot | None) -> None:
        """Show the site with what lies round it."""
        if spot is not None and self._crs:
            zoom_to(self.canvas, spot.shape, self._crs, margin=AROUND)

    def tell(self, verdict: str, title: str = "", lines: Sequence[str] = (), warnings: Sequence[str] = ()) -> None:
        """Colour the site by what was answered, and say it beside the pointer while something is on its way."""
        self.tool.show_verdict(verdict)
        self.tool.tell(title, lines, warnings)

    def show_others(self, others: Sequence[OtherPlace], spot: Spot | None) -> None:
        """Show other places, all of those that are good; where none is, all that were tried."""
        self.tool.sketch.show_others(others)
        shown = [one.shape for one in others if one.number] or [one.shape for one in others]
        if shown and spot is not None and self._crs:
            import shapely

            box = shapely.box(*shapely.total_bounds([*shown, spot.shape]))
            zoom_to(self.canvas, box, self._crs, flash=False)

    def show_hint(self, *_: Any) -> None:
        """Say what to do with the tool where it is in hand."""
        self._bar.say(self.tool.hint() if self.tool.isActive() else "")

    def _draw(self, kind: int) -> None:
        """Take the map to draw a site of this kind; it stays in hand where it is so already."""
        self.tool.draw(kind)
        self._show_tool()

    def _show_tool(self, *_: Any) -> None:
        self._bar.show_tool(self.tool.kind if self.tool.isActive() else -1)
        self.show_hint()
