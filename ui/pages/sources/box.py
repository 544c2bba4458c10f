"""A part of a source's details: a form below a head that folds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.gui import QgsCollapsibleGroupBoxBasic
from qgis.PyQt.QtWidgets import QFormLayout, QVBoxLayout, QWidget

if TYPE_CHECKING:
    from ...work.source_entry import SourceEntry
    from ...work.sourcebook import SourceBook


class SourceBox(QgsCollapsibleGroupBoxBasic):
    """What the case says of an entry; subclasses put their fields into ``form``, which lies on ``inner``."""

    form: QFormLayout

    def __init__(self, title: str, book: SourceBook, parent: QWidget) -> None:
        super().__init__(title, parent)
        self.book = book
        self.entry: SourceEntry | None = None
        # A group box that opens shows all its children, also those that were hidden: it gets one.
        self.inner = QWidget(self)
        QVBoxLayout(self).addWidget(self.inner)

    def say(self, **fields: Any) -> None:
        """Let the case say something else of the entry that is shown, where one is."""
        if self.entry is not None:
            self.book.replace(self.entry, **fields)
