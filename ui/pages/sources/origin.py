"""Where a source comes from: 数据时点, provider, document, official area, 密级."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from qgis.PyQt.QtWidgets import QComboBox, QLineEdit, QWidget

from ...text import tr
from ...widgets.choices import fill
from ...widgets.day_edit import DAY, take_only
from ...widgets.layout import form_on, show_line
from .box import SourceBox

if TYPE_CHECKING:
    from ...work.source_entry import SourceEntry
    from ...work.sourcebook import SourceBook

__all__ = ["OriginBox"]

DATE = re.compile(r"\d{4}(-(0?[1-9]|1[0-2])(-(0?[1-9]|[12]\d|3[01]))?)?")


class OriginBox(SourceBox):
    """Provenance; it goes into the plan, its lists and its package."""

    def __init__(self, book: SourceBook, parent: QWidget) -> None:
        super().__init__(tr("Provenance"), book, parent)
        inner, rows = self.inner, list[tuple[str, QWidget]]()
        self.edits: dict[str, QLineEdit] = {}
        for key, label, hint, tip in (
            (
                "date",
                tr("&Date of the data"),
                "2024-05",
                tr("Year, month or day that the data stand for."),
            ),
            (
                "provider",
                tr("&Provider"),
                "",
                tr("The bureau or person the layer was received from."),
            ),
            (
                "document",
                tr("Doc&ument"),
                "",
                tr("The approval that makes it valid, with its number."),
            ),
            (
                "official_area",
                tr("O&fficial area (km²)"),
                "",
                tr("As published; the area as read is compared with it, never scaled to it."),
            ),
        ):
            edit = QLineEdit(
                inner, placeholderText=hint, toolTip=tip, editingFinished=lambda name=key: self._written(name)
            )
            self.edits[key] = edit
            rows.append((label, edit))
        take_only(self.edits["official_area"], r"\d{0,9}([.]\d{0,6})?")
        take_only(self.edits["date"], DAY)
        self.level: QComboBox = QComboBox(
            inner,
            toolTip=tr("Every output carries the highest of its sources."),
            activated=lambda _: self.say(classification=self.level.currentData()),
        )
        self.form = form_on(inner, *rows, (tr("C&lassification"), self.level))

    def show_entry(self, entry: SourceEntry) -> None:
        """Show an entry."""
        self.entry = entry
        area = self.edits["official_area"]
        show_line(self.form, area, not entry.raster)
        for key, edit in self.edits.items():
            if not edit.hasFocus() and not (entry.raster and key == "official_area"):
                value = getattr(entry.spec, key)
                edit.setText(value if isinstance(value, str) else _square_kilometres(value))
        levels = self.book.session.profile["classification"]["levels"]
        fill(self.level, [("", tr("not stated")), *((level, level) for level in levels)], entry.spec.classification)

    def _written(self, key: str) -> None:
        if self.entry is None:
            return
        text = self.edits[key].text().strip()
        if key == "official_area":
            self.say(official_area=float(text or 0) * 1e6)
        elif key != "date" or not text or DATE.fullmatch(text):
            self.say(**{key: text})
        else:
            self.edits[key].setText(self.entry.spec.date)


def _square_kilometres(area: float) -> str:
    return f"{area / 1e6:.6f}".rstrip("0").rstrip(".") if area else ""
