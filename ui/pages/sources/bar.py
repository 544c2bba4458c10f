"""What is asked of sources, and can be done with several: which is current, encodings read alike, chosen lines."""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING

from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtWidgets import QFrame, QPushButton, QVBoxLayout, QWidget

from ....delineation.core.errors import visible
from ...text import findings_rows, listed, tr
from ...widgets.layout import STRETCH, in_column, in_line
from ...widgets.plain_text import PlainLabel, as_tip

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ....delineation.core.findings import Finding
    from ....delineation.sources.encoding.reading import TextReading
    from ...work.source_entry import SourceEntry
    from ...work.sourcebook import SourceBook
    from .role_list import SourceList

__all__ = ["SourceBar"]

SHOWN = 9  # samples of texts, one a layer
LONG = 14  # characters of a sample
LONGEST = 300  # pixels of an answer


class SourceBar(QFrame):
    """One sentence and its buttons over the list; hidden where there is nothing to do at once."""

    encodings_confirmed = pyqtSignal(list)  # entries whose texts read right
    wanted = pyqtSignal(str)  # a role whose file is to be chosen

    def __init__(self, book: SourceBook, sources: SourceList, parent: QWidget) -> None:
        super().__init__(parent, objectName="control_units_source_bar", frameShape=QFrame.Shape.StyledPanel)
        self.book, self.list = book, sources
        self._entries: list[SourceEntry] = []
        self.text = PlainLabel("", self, wrap=True)
        self.map = QPushButton(
            self,
            toolTip=tr("Draws them on the map and zooms to them."),
            clicked=lambda *_: self._do("show"),
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
            clicked=lambda *_: self._do("confirm"),
        )
        self.answers = QVBoxLayout()
        buttons = in_line(STRETCH, self.map, self.all_right, self.confirm)
        in_column(self.text, self.answers, buttons, on=self, margins=(6, 4, 6, 4))
        self.hide()

    def refresh(self, chosen: Sequence[SourceEntry]) -> None:
        """Put what only a person can answer, else offer what can be done with chosen lines, or with several at once."""
        while self.answers.count():
            before = self.answers.takeAt(0).widget()
            before.hide()
            before.deleteLater()
        if question := self._which() or ("" if len(chosen) > 1 or self.book.read_alike() else self._absent()):
            self.text.setText(question)
            self.text.setToolTip("")
            self.all_right.hide()
            self._offer("show")
            self.show()
            return
        several = len(chosen) > 1
        alike = [] if several else self.book.read_alike()
        self._entries = list(chosen) if several else alike or self.book.unseen()
        self.setVisible(bool(self._entries))
        self._offer("show" if several else "", "" if alike else "confirm")
        self.all_right.setVisible(bool(alike))
        if several:
            text, asked = tr("{count} sources are chosen."), sum(entry.mark == "check" for entry in chosen)
            if asked:
                text = tr("{count} sources are chosen, {asked} of them to be confirmed.")
            self.text.setText(text.format(count=len(chosen), asked=asked))
            self.text.setToolTip("")
        elif alike:
            self.text.setText(self._told())
            self.text.setToolTip(as_tip("\n".join(self._samples(40))))
        elif self._entries:
            text = tr("Protecting sources on the map ({count}): {names}. Do they lie where they should?")
            names = [entry.title for entry in self._entries]
            shown = [*names[:SHOWN], "…"] if len(names) > SHOWN else names
            self.text.setText(text.format(count=len(names), names=listed(shown)))
            self.text.setToolTip(as_tip("\n".join(names)))
            self.confirm.setText(tr("They are &right"))

    def _offer(self, *names: str) -> None:
        """Show the buttons of deeds that can be done."""
        deeds = self.list.deeds(self._entries)
        for name, button in (("show", self.map), ("confirm", self.confirm)):
            button.setVisible(name in names and name in deeds)
            button.setText(deeds[name].text if name in deeds else "")

    def _do(self, name: str) -> None:
        deed = self.list.deeds(self._entries)[name]
        deed.signal.emit(deed.of)

    def answer(self) -> None:
        """Bring the keyboard to the first answer."""
        self.answers.itemAt(0).widget().setFocus()

    def _which(self) -> str:
        """Ask which of several layers of one content is taken, with a button each; "" where nobody has to be asked."""
        for group in self.book.questions():
            self._entries = group
            places = [self.book.session.file(entry.spec.path).absolute() for entry in group]
            folder = os.path.commonpath([place.parent for place in places])
            for entry, place in zip(group, places, strict=True):
                name = visible(os.path.relpath(place, folder)).replace("&", "&&")
                name = f"{name} | {entry.layer.layer}" if entry.layer.layer else name
                self._answer(tr("Take {name}", name=name), partial(self.book.accept, entry))
            asked = group[0].guess
            return self._worded(asked.rivals) if asked is not None and asked.rivals is not None else ""
        return ""

    def _want(self, role: str) -> None:
        self.wanted.emit(role)

    def _absent(self) -> str:
        """Ask for a source that a case is expected to have; "" where none is absent, or there are no sources yet."""
        from ....delineation.core.findings import Finding

        for role in self.book.absent() if self.book.entries else ():
            self._entries = []
            self._answer(tr("Choose its &file…"), partial(self._want, role))
            self._answer(tr("There is &none in this territory"), partial(self.book.state_none, role))
            return self._worded(Finding("S91", {"role": role}))
        return ""

    def _worded(self, asked: Finding) -> str:
        return str(findings_rows([asked], self.book.session.profile)[0]["message"])

    def _answer(self, text: str, does: Callable[[], object]) -> None:
        # A long path gives way in its middle, and is told whole at the pointer.
        shown = self.fontMetrics().elidedText(text, Qt.TextElideMode.ElideMiddle, LONGEST)
        button = QPushButton(shown, self, toolTip=as_tip(text.replace("&", "")), clicked=lambda *_: does())
        button.setAutoDefault(False)
        self.answers.addWidget(button)

    def _told(self) -> str:
        """Say how they were read, with a text of each: who reads them knows whether that is right."""
        readings = self._readings()
        text = tr(
            "{count} layers do not say rightly how their texts are encoded. All were read as {encoding} (confidence {share} and more). Do these read well? {samples}",  # noqa: E501
        )
        least = min(reading.confidence for reading in readings)
        return text.format(
            count=len(readings),
            encoding=readings[0].encoding,
            share=f"{int(100 * least)}%",
            samples=listed(self._samples(LONG)[:SHOWN]),
        )

    def _readings(self) -> list[TextReading]:
        return [reading for entry in self._entries if (reading := entry.reading) is not None]

    def _samples(self, most: int) -> list[str]:
        samples = [max((after for _, after in reading.samples), key=len) for reading in self._readings()]
        return list(dict.fromkeys(one if len(one) <= most else f"{one[: most - 1]}…" for one in samples))
