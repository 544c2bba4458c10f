"""What scrolls when the panel is shorter than a page."""

from __future__ import annotations

from qgis.PyQt import sip
from qgis.PyQt.QtCore import Qt, QTimer
from qgis.PyQt.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget


def scrolled(page: QWidget) -> tuple[QScrollArea, QWidget, QVBoxLayout]:
    """Make an area, what scrolls in it, and the layout of that; it is as wide as the page, however narrow."""
    area = QScrollArea(
        page,
        widgetResizable=True,
        frameShape=QFrame.Shape.NoFrame,
        horizontalScrollBarPolicy=Qt.ScrollBarPolicy.ScrollBarAlwaysOff,
    )
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # Tab scrolls it to what it reaches
    inside = QWidget(area)
    layout = QVBoxLayout(inside)
    layout.setContentsMargins(0, 0, 4, 0)
    area.setWidget(inside)
    # The page behind fills in the colour: in a dark style sheet, two fills leave remains of other pages.
    inside.setAutoFillBackground(False)
    area.viewport().setAutoFillBackground(False)
    return area, inside, layout


def bring_into_view(widget: QWidget) -> None:
    """Scroll whatever a widget lies in so that it is seen, once it has its place: what went wrong is below no fold."""

    def scroll() -> None:
        parent = None if sip.isdeleted(widget) else widget.parentWidget()
        while parent is not None and not isinstance(parent, QScrollArea):
            parent = parent.parentWidget()
        if parent is not None and widget.isVisible():
            parent.ensureWidgetVisible(widget, 0, MARGIN)

    # A text that was just set wraps, and moves what lies below it, when its layout has run.
    QTimer.singleShot(0, scroll)


MARGIN = 12  # pixels left above and below
