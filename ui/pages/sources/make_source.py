"""Adding a source that is made on the spot, and changing one: a small dialog and a box of the source's details."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.gui import QgsCollapsibleGroupBoxBasic
from qgis.PyQt.QtWidgets import QDialog, QDialogButtonBox, QVBoxLayout, QWidget

from ...text import tr
from ...widgets.layout import STRETCH, in_column
from ...widgets.muted import MutedLabel
from .maker_fields import MakerFields

if TYPE_CHECKING:
    from ...work.source_entry import SourceEntry
    from ...work.sourcebook import SourceBook

__all__ = ["MakeDialog", "MakerBox"]

ROLE = "catchment"  # of what is made, until somebody says otherwise in its details


class MakeDialog(QDialog):
    """Asks what to make; the source is added when it can be."""

    def __init__(self, book: SourceBook, parent: QWidget) -> None:
        super().__init__(
            parent,
            objectName="control_units_make_source",
            windowTitle=tr("Make a source"),
            minimumWidth=400,
        )
        self.book = book
        text = tr(
            "Made at every run over the study area. Its outlines cut the faces, and it decides no category: units can be aligned with it or kept inside it.",  # noqa: E501
        )
        self.fields = MakerFields(book, self)
        self.fields.edited.connect(lambda: self.fields.check(ROLE))
        buttons = QDialogButtonBox(self, accepted=self.accept, rejected=self.reject)
        self.ok = buttons.addButton(tr("&Add"), QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.addButton(tr("&Cancel"), QDialogButtonBox.ButtonRole.RejectRole)
        in_column(MutedLabel(text, self), self.fields, STRETCH, buttons, on=self)

    def accept(self) -> None:
        """Add the source, where the engine has nothing against it."""
        if not self.fields.check(ROLE):
            return
        if not self.book.make(ROLE, self.fields.text()):
            self.fields.wrong.say(tr("The sources have just this already."))
            return
        super().accept()


class MakerBox(QgsCollapsibleGroupBoxBasic):
    """How a source is made; what is changed here goes into the case as soon as it can be made."""

    def __init__(self, book: SourceBook, parent: QWidget) -> None:
        super().__init__(tr("How it is made"), parent)
        self.book = book
        self.entry: SourceEntry | None = None
        self.fields = MakerFields(book, self)
        self.fields.edited.connect(self._edited)
        self.fields.turned.connect(self._edited)
        QVBoxLayout(self).addWidget(self.fields)

    def show_entry(self, entry: SourceEntry) -> None:
        """Show an entry; nothing of one that is a layer."""
        made = not entry.raster and bool(entry.layer.made)
        self.setVisible(made)
        # What is being written and cannot be made yet stays as it is.
        if made and (entry is not self.entry or not self.fields.wrong.isVisible()):
            self.fields.show_text(entry.layer.made)
        self.entry = entry

    def _edited(self) -> None:
        if self.entry is not None and self.fields.check(self.entry.role):
            self.book.replace(self.entry, made=self.fields.text())
