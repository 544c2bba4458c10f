"""The sources on the map: shown, hidden and zoomed to; what another file changes in one; what nobody has seen yet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import QObject

from ...map.change_layer import ChangeLayer
from ...map.on_map import zoom_to, zoom_to_layers
from ...map.source_layers import SourceLayers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qgis.PyQt.QtWidgets import QWidget

    from ...work.source_entry import SourceEntry
    from ...work.sourcebook import SourceBook
    from ..page import Workplace


class SourcesOnMap(QObject):
    """What the page does on the map; nothing of it where there is no map.

    Attributes
    ----------
    layers : SourceLayers or None
    changed : ChangeLayer
        What another file changes in a source.
    """

    def __init__(self, book: SourceBook, place: Workplace, parent: QWidget) -> None:
        super().__init__(parent)
        self._session = book.session
        self._asked: list[SourceEntry] = []
        self._later: list[SourceEntry] = []  # to be zoomed to when the engine has read it
        self.layers = SourceLayers(book)
        self._canvas = place.canvas
        self.changed = ChangeLayer(book.session.runner, self)
        self.changed.ready.connect(self._changes_drawn)
        self.changed.failed.connect(place.messages.fail)
        self.layers.failed.connect(place.messages.fail)
        self.layers.drawn.connect(self._drawn_later)
        parent.destroyed.connect(self.layers.close)
        parent.destroyed.connect(self.changed.clear)

    def unseen(self, entries: Sequence[SourceEntry]) -> list[SourceEntry]:
        """List those that protect and were never seen on the map: nobody confirms a red line unseen."""
        return [one for one in entries if not one.drawn and self._protects(one)]

    def _protects(self, entry: SourceEntry) -> bool:
        role = self._session.profile.roles.get(entry.role)
        return role is not None and role.protected and not entry.raster

    def show(self, entries: Sequence[SourceEntry], *, beside: Sequence[SourceEntry] = ()) -> None:
        """Draw sources and zoom to all of them; those ``beside`` are only drawn."""
        for entry in (*beside, *entries):
            self.layers.show(entry)
        self._asked = list(entries)
        self._zoom()

    def hide(self, entries: Sequence[SourceEntry]) -> None:
        """Switch sources off."""
        for entry in entries:
            self.layers.hide(entry)

    def _zoom(self) -> None:
        layers = self.layers
        drawn = [entry for entry in self._asked if layers.is_drawn(entry)]
        if zoom_to_layers(self._canvas, [layers.layer_of(entry) for entry in drawn]):
            for entry in drawn:
                entry.drawn = True
        self._later = [entry for entry in self._asked if entry not in drawn]

    def _drawn_later(self, entry: SourceEntry) -> None:
        if entry in self._later:
            self._zoom()

    def show_changes(self, entry: SourceEntry) -> None:
        """Draw what another file changed in a source."""
        if entry.change is not None:
            self.changed.show(entry.change, entry.title_in(self._session.profile))

    def _changes_drawn(self, layer: Any) -> None:
        zoom_to_layers(self._canvas, [layer])

    def zoom_to_change(self, entry: SourceEntry | None, row: dict[str, Any]) -> None:
        """Show the place of one changed feature, before and after."""
        if entry is None or entry.change is None:
            return
        import shapely

        shape = shapely.geometrycollections(entry.change.shapes_of(row))
        zoom_to(self._canvas, shape, entry.change.crs.to_wkt())
