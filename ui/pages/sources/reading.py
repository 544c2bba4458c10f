"""How a file was read: its encoding with samples before and after, and its CRS."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.core import QgsCoordinateReferenceSystem
from qgis.gui import QgsProjectionSelectionWidget
from qgis.PyQt.QtCore import QSignalBlocker
from qgis.PyQt.QtWidgets import QComboBox, QDoubleSpinBox, QLineEdit, QWidget

from ...text import tr
from ...widgets.choices import fill
from ...widgets.elided_combo import ElidedCombo
from ...widgets.layout import form_on, show_line
from ...widgets.plain_text import PlainLabel
from .box import SourceBox
from .fields import SHOWN, table_of

if TYPE_CHECKING:
    from ....delineation.sources.encoding.reading import TextReading
    from ....delineation.sources.examine import Examined
    from ...work.source_entry import SourceEntry
    from ...work.sourcebook import SourceBook

__all__ = ["ReadingBox", "crs_name"]

ENCODINGS = ("UTF-8", "GB18030", "GBK", "BIG5", "CP1252")
SHIFTED = ("GCJ-02", "BD-09")
OTHER = "other"


class ReadingBox(SourceBox):
    """Encoding, CRS, condition and buffer."""

    def __init__(self, book: SourceBook, parent: QWidget) -> None:
        super().__init__(tr("Encoding and CRS"), book, parent)
        inner = self.inner
        self.encoding: QComboBox = QComboBox(
            inner,
            toolTip=tr("Choose another one where the samples below read wrong."),
            activated=lambda _: self.say(encoding=self.encoding.currentData()),
        )
        self.why = PlainLabel("", inner, wrap=True)
        self.samples = table_of(inner, [tr("as the file says"), tr("as it was read")], 1)
        self.samples.setObjectName("control_units_samples")
        self.crs = ElidedCombo(
            12,
            inner,
            toolTip=tr("Where the file states none or a wrong one; nothing is written to it."),
            activated=self._crs_chosen,
        )
        self.choose = QgsProjectionSelectionWidget(inner, crsChanged=self._other_crs)
        self.where = QLineEdit(
            inner,
            placeholderText=tr("all features"),
            toolTip=tr("Only features that fulfil it, for example \"LX\" = '01'."),
            editingFinished=self._where_written,
        )
        self.buffer = QDoubleSpinBox(
            inner,
            minimum=0,
            maximum=1_000_000,
            decimals=1,
            suffix=" m",
            keyboardTracking=False,
            toolTip=tr("Makes polygons of lines and points, so wide to each side."),
            valueChanged=lambda metres: self.say(buffer=metres),
        )
        self.form = form_on(
            inner,
            (tr("&Encoding"), self.encoding),
            self.why,
            self.samples,
            (tr("C&RS"), self.crs),
            ("", self.choose),
            (tr("Co&ndition"), self.where),
            (tr("&Buffer"), self.buffer),
        )

    def show_entry(self, entry: SourceEntry) -> None:
        """Show an entry."""
        self.entry = entry
        seen = entry.seen
        for field in (self.encoding, self.where):
            show_line(self.form, field, not entry.raster)
        if not entry.raster:
            self._show_encoding(entry)
            if not self.where.hasFocus():
                self.where.setText(entry.layer.where)
        else:
            self.why.hide()
            self.samples.hide()
        # Of a role that wants polygons, lines are refused without a buffer, and nothing more is known of them.
        lines = seen is not None and (seen.geometry in ("line", "point") or _is_flat(seen))
        role = None if entry.raster else self.book.session.profile.roles.get(entry.role)
        # Lines to align with cut nothing, however wide; a buffer that a case gives them can be taken back.
        flat = not entry.raster and (entry.layer.buffer > 0 or (lines and not (role is not None and role.guide)))
        show_line(self.form, self.buffer, flat)
        if flat:
            with QSignalBlocker(self.buffer):
                self.buffer.setValue(entry.layer.buffer)
        self._show_crs(entry)

    def _show_encoding(self, entry: SourceEntry) -> None:
        reading = entry.seen.reading if entry.seen is not None else None
        found = reading.encoding if reading is not None and not entry.layer.encoding else ""
        text = tr("{encoding} (found)", encoding=found) if found else tr("find it out")
        names = dict.fromkeys([*filter(None, [entry.layer.encoding]), *ENCODINGS])
        fill(self.encoding, [("", text), *((name, name) for name in names)], entry.layer.encoding)
        samples = reading.samples if reading is not None else ()
        self.samples.setVisible(bool(samples))
        # Read as the file says, there is no other reading to hold it against.
        as_told = reading is not None and reading.basis != "case" and bool(reading.stated) and not reading.overruled
        self.samples.setColumnHidden(0, as_told)
        self.samples.rows.put(samples)
        self.samples.fit(SHOWN)
        self.why.setVisible(bool(samples))
        self.why.setText("" if reading is None else self._why(reading))

    def _why(self, reading: TextReading) -> str:
        if reading.basis == "case":
            return tr("Read as you have chosen. Do the samples read well?")
        if reading.overruled:
            text = tr(
                "The file says {stated}, which does not fit its texts; they were read as {encoding} (confidence {share}). Please check the samples.",  # noqa: E501
            )
        elif reading.stated:
            text = tr("Read as the file says: {stated}.")
        else:
            text = tr(
                "The file does not say its encoding; its texts were read as {encoding} (confidence {share}). Please check the samples.",  # noqa: E501
            )
        stated = ", ".join(reading.overruled or reading.stated)
        return text.format(stated=stated, encoding=reading.encoding, share=f"{reading.confidence:.0%}")

    def _show_crs(self, entry: SourceEntry) -> None:
        seen, given = entry.seen, entry.spec.crs
        if given:
            text = tr("as the file says")
        elif seen is not None and seen.crs:
            text = tr("{crs} (of the file)", crs=crs_name(seen.crs))
        else:
            text = tr("the file states none")
        proposed = [one.crs for one in self.book.offered_crs(entry)[:4]]
        named = dict.fromkeys(name for name in (*proposed, *filter(None, [given])) if name not in SHIFTED)
        shifted = [("GCJ-02", tr("GCJ-02 (Amap, Tencent): convert")), ("BD-09", tr("BD-09 (Baidu): convert"))]
        choices = [("", text), *((name, crs_name(name)) for name in named), *(() if entry.raster else shifted)]
        fill(self.crs, [*choices, (OTHER, tr("another one…"))], given)
        self.choose.hide()

    def _crs_chosen(self, _: int) -> None:
        chosen, entry = self.crs.currentData(), self.entry
        if chosen == OTHER and entry is not None:
            with QSignalBlocker(self.choose):
                known = entry.spec.crs or (entry.seen.crs if entry.seen is not None else "")
                self.choose.setCrs(QgsCoordinateReferenceSystem(known))
            self.choose.show()
            self.choose.selectCrs()
            return
        self.say(crs=chosen)

    def _other_crs(self, crs: QgsCoordinateReferenceSystem) -> None:
        if crs.isValid():
            self.say(crs=crs.authid() or crs.toWkt())

    def _where_written(self) -> None:
        if self.entry is not None and not self.entry.raster:
            self.say(where=self.where.text().strip())


def _is_flat(seen: Examined) -> bool:
    """Tell whether lines or points were refused for want of a buffer."""
    from ....delineation.sources.shapes import NoPolygon

    return isinstance(seen.problem, NoPolygon)


def crs_name(crs: str) -> str:
    """Name a CRS as QGIS does."""
    known = QgsCoordinateReferenceSystem(crs)
    return f"{crs} - {known.description()}" if known.isValid() and len(crs) < 20 else crs[:40]
