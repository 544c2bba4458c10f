"""A line of names joined by ``+``, written by hand or picked from a menu of those that there are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.core import QgsApplication
from qgis.PyQt.QtCore import QCoreApplication, Qt
from qgis.PyQt.QtWidgets import QLineEdit, QMenu, QWidget

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from qgis.PyQt.QtGui import QKeyEvent

__all__ = ["NamesEdit"]

translate = QCoreApplication.translate


class NamesEdit(QLineEdit):
    """A text as the engine reads it; the button at its end, or the key Down, lists what may be added.

    Parameters
    ----------
    names : callable
        Gives pairs of a name and what it is called, as they are when the menu opens.
    sums : bool
        Each name takes a number: ``area:5e6``.
    """

    def __init__(
        self, names: Callable[[], Sequence[tuple[str, str]]], *, sums: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._names, self._sums = names, sums
        self.setPlaceholderText(translate("ControlUnits", "none"))
        icon = QgsApplication.getThemeIcon("/mActionAdd.svg")
        self.adding = self.addAction(icon, QLineEdit.ActionPosition.TrailingPosition)
        self.adding.setToolTip(translate("ControlUnits", "Add one of those that the case has (key Down)"))
        self.adding.triggered.connect(self._choose)

    def menu(self) -> QMenu:
        """List what is not in the text yet."""
        menu = QMenu(self)
        there = {part.partition(":")[0].strip() for part in self.text().split("+")}
        for name, title in self._names():
            if name not in there:
                action = menu.addAction((title if title == name else f"{title} ({name})").replace("&", "&&"))
                action.setData(name)
                action.triggered.connect(lambda *_, one=name: self.add(one))
        if menu.isEmpty():
            menu.addAction(translate("ControlUnits", "The case has no more of them")).setEnabled(False)
        return menu

    def add(self, name: str) -> None:
        """Add a name; one that takes a number waits for it."""
        before = self.text().strip().rstrip("+").rstrip()
        self.setText(f"{before}+{name}" if before else name)
        if self._sums:
            self.insert(":")
            self.setFocus()
        else:
            self.editingFinished.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Down:
            self._choose()
        else:
            super().keyPressEvent(event)

    def _choose(self) -> None:
        menu = self.menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.mapToGlobal(self.rect().bottomLeft()))
