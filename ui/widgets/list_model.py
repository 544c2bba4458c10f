"""What lists of the panel share: a row each of what they hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import QAbstractListModel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qgis.PyQt.QtCore import QModelIndex

__all__ = ["ListModel"]


class ListModel(QAbstractListModel):
    """A list.

    Attributes
    ----------
    items : sequence
        What its rows are of.
    """

    items: Sequence[Any] = ()

    def rowCount(self, parent: QModelIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.items)

    def put(self, items: Sequence[Any]) -> None:
        """Hold these rows and no others."""
        self.beginResetModel()
        self.items = items
        self.endResetModel()
