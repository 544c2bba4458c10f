"""The place of the pages: one that is higher than the panel scrolls, and none makes the panel higher."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.PyQt.QtCore import QEvent, QObject, QSize, Qt
from qgis.PyQt.QtWidgets import QFrame, QScrollArea, QStackedWidget, QWidget

if TYPE_CHECKING:
    from qgis.PyQt.QtGui import QResizeEvent

__all__ = ["PageArea"]

LEAST = 72  # pixels of a page that are always in sight


class PageArea(QScrollArea):
    """Gives the page in front the room there is, at least what it needs.

    Qt's own ``widgetResizable`` would give every page what the longest one would like to have.
    """

    def __init__(self, book: QStackedWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # Tab scrolls it to what it reaches
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._book = book
        self.setWidget(book)
        # The panel behind fills in the colour.
        book.setAutoFillBackground(False)
        self.viewport().setAutoFillBackground(False)
        book.currentChanged.connect(lambda _: self.fit())

    def fit(self) -> None:
        """Make the book as large as the area, or as the page in front has to be."""
        page, room = self._book.currentWidget(), self.viewport().size()
        least = page.minimumSizeHint().height() if page is not None else 0
        self._book.resize(room.width(), max(room.height(), least))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._book.minimumSizeHint().width(), LEAST)

    def sizeHint(self) -> QSize:
        return QSize(self._book.sizeHint())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._book and event.type() == QEvent.Type.LayoutRequest:
            self.fit()
            self.updateGeometry()
        return bool(super().eventFilter(watched, event))
