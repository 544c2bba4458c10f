"""The mouse wheel changes a setting only where somebody is at work on it; over all others it scrolls the page."""

from __future__ import annotations

from qgis.PyQt.QtCore import QEvent, QObject, Qt
from qgis.PyQt.QtWidgets import QAbstractSpinBox, QComboBox, QDial, QSlider, QWidget

SETTINGS = (QComboBox, QAbstractSpinBox, QSlider, QDial)


def calm_wheels(root: QWidget) -> None:
    """Keep the wheel from settings without the focus: those in a widget now, and those that come into it later."""
    _Calm(root).watch(root)


class _Calm(QObject):
    def watch(self, widget: QWidget) -> None:
        for one in (widget, *widget.findChildren(QWidget)):
            one.installEventFilter(self)
            if isinstance(one, SETTINGS) and one.focusPolicy() == Qt.FocusPolicy.WheelFocus:
                # Else Qt gives it the focus just before it gives it the wheel.
                one.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ChildPolished and isinstance(event.child(), QWidget):
            self.watch(event.child())
        elif event.type() == QEvent.Type.Wheel and isinstance(watched, SETTINGS) and not watched.hasFocus():
            event.ignore()  # what the widget is in has it
            return True
        return False
