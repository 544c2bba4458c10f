"""What can be done with several sources at once: encodings that were read alike, what is to be seen, chosen lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import QFrame, QPushButton, QWidget

from ..text import tr
from ..widgets.layout import STRETCH, in_column, in_line
from ..widgets.plain_text import PlainLabel, as_tip

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..work.source_entry import Entry
    from ..work.sourcebook import SourceBook

__all__ = ["SourceBar"]

SHOWN = 9  # samples of texts, one a layer
LONG = 14  # characters of a sample


class SourceBar(QFrame):
    """One sentence and its buttons over the list; hidden where there is nothing to do at once."""

    confirmed = pyqtSignal(list)  # entries that a person says are right
    encodings_confirmed = pyqtSignal(list)  # entries whose texts read right
    shown = pyqtSignal(list)  # entries to be shown on the map

    def __init__(self, book: SourceBook, parent: QWidget | None = None) -> None:
        super().__init__(parent, objectName="control_units_source_bar", frameShape=QFrame.Shape.StyledPanel)
        self.book = book
        self._entries: list[Entry] = []
        self.text = PlainLabel("", self, wrap=True)
        self.map = QPushButton(
            tr("Show on the &map"),
            self,
            toolTip=tr("Draws them on the map and zooms to them."),
            clicked=lambda *_: self.shown.emit(self._entries),
        )
        self.all_right = QPushButton(
            tr("All of them read &right"),
            self,
            clicked=lambda *_: self.encodings_confirmed.emit(self._entries),
            toolTip=tr("Writes the encoding into the case for all of these layers; the files stay as they are."),
        )
        self.confirm = QPushButton(
            self,
            toolTip=tr("Takes what was guessed, so that it is not asked again."),
            clicked=lambda *_: self.confirmed.emit(self._entries),
        )
        in_column(self.text, in_line(STRETCH, self.map, self.all_right, self.confirm), on=self, margins=(6, 4, 6, 4))
        self.hide()

    def refresh(self, chosen: Sequence[Entry]) -> None:
        """Offer what can be done with the chosen lines, else with what was read alike, else with what was drawn."""
        several = len(chosen) > 1
        alike = [] if several else self.book.read_alike()
        self._entries = list(chosen) if several else alike or self.book.unseen()
        self.setVisible(bool(self._entries))
        asked = sum(entry.mark == "check" for entry in self._entries)
        self.map.setVisible(several)
        self.confirm.setVisible(not alike and asked > 0)
        self.all_right.setVisible(bool(alike))
        if several:
            text = tr("{count} sources are chosen.")
            if asked:
                text = tr("{count} sources are chosen, {asked} of them to be confirmed.")
            self.text.setText(text.format(count=len(chosen), asked=asked))
            self.confirm.setText(tr("&Confirm {count}", count=asked))
            self.text.setToolTip("")
        elif alike:
            self.text.setText(self._told())
            self.text.setToolTip(as_tip("\n".join(self._samples(40))))
        elif self._entries:
            text = tr("Protecting sources on the map ({count}): {names}. Do they lie where they should?")
            comma = tr(", ", "between things listed")
            names = [entry.title for entry in self._entries]
            shown = [*names[:SHOWN], "…"] if len(names) > SHOWN else names
            self.text.setText(text.format(count=len(names), names=comma.join(shown)))
            self.text.setToolTip(as_tip("\n".join(names)))
            self.confirm.setText(tr("They are &right"))

    def _told(self) -> str:
        """Say how they were read, with a text of each: who reads them knows whether that is right."""
        readings = [entry.seen.reading for entry in self._entries]
        text = tr(
            "{count} layers do not say rightly how their texts are encoded. All were read as {encoding} (confidence {share} and more). Do these read well? {samples}",  # noqa: E501
        )
        least = min(reading.confidence for reading in readings)
        comma = tr(", ", "between things listed")
        return text.format(
            count=len(readings),
            encoding=readings[0].encoding,
            share=f"{int(100 * least)}%",
            samples=comma.join(self._samples(LONG)[:SHOWN]),
        )

    def _samples(self, most: int) -> list[str]:
        samples = [max((after for _, after in entry.seen.reading.samples), key=len) for entry in self._entries]
        return list(dict.fromkeys(one if len(one) <= most else f"{one[: most - 1]}…" for one in samples))
