"""What the case says of one source, beside what a look at the file found; corrected in place."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from qgis.core import QgsApplication
from qgis.gui import QgsCollapsibleGroupBoxBasic
from qgis.PyQt.QtCore import Qt, QTimer, pyqtSignal
from qgis.PyQt.QtWidgets import (
    QComboBox,
    QFrame,
    QLabel,
    QPushButton,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ....delineation.core.errors import BadInput, visible
from ....delineation.core.messages import NOTHING
from ...map.source_preview import SourcePreview
from ...text import findings_rows, language, sentence, tr
from ...widgets.choices import fill
from ...widgets.file_dialogs import ask_file, sure
from ...widgets.layout import STRETCH, form_on, in_column, in_flow, in_line
from ...widgets.muted import MutedLabel
from ...widgets.plain_text import PlainLabel, as_html, as_tip
from ...widgets.scrolled import bring_into_view
from ...words import PREVIOUS, raster_label, role_label, sure_word
from .changes import ChangesBox
from .fields import FieldsBox
from .make_source import MakerBox
from .maker_fields import roles_of_made
from .origin import OriginBox
from .reading import ReadingBox, crs_name

if TYPE_CHECKING:
    from collections.abc import Callable

    from qgis.PyQt.QtGui import QKeyEvent

    from ....delineation.case.profile import Profile
    from ....delineation.sources.examine import Examined
    from ...map.source_layers import SourceLayers
    from ...widgets.narrow import WrappingLayout
    from ...work.source_entry import SourceEntry
    from ...work.sourcebook import SourceBook

__all__ = ["SourceDetails", "reasons"]

MOST_FIXES = 3
PICTURE = 2  # place of the preview: under the heading


def reasons(entry: SourceEntry, profile: Profile) -> list[str]:
    """Say why an entry is taken for what it is, and what a person has to confirm."""
    if entry.guess is None:
        return []
    from ....delineation.guessing import words

    said = words(entry.guess, language(), profile)
    return [*(_contradicted(entry, profile) or said.uncertain), *said.reasons]


def _contradicted(entry: SourceEntry, profile: Profile) -> list[str]:
    """Say that a person gave a layer another role than it was recognised as."""
    if entry.guess is None or not entry.role or not entry.suggested:
        return []
    role, guessed = role_label(profile, entry.role), role_label(profile, entry.suggested)
    share = f"{entry.guess.confidence:.0%}"
    return [tr("Given as {role}, but it looks like {guessed} ({share}).", role=role, guessed=guessed, share=share)]


class SourceDetails(QScrollArea):
    """One source, in place of the list."""

    closed = pyqtSignal()
    confirmed = pyqtSignal(list)  # the entry, in a list as of ``SourceList``
    shown = pyqtSignal(list)  # to be shown on the map and zoomed to

    def __init__(self, book: SourceBook, parent: QWidget, layers: SourceLayers) -> None:
        super().__init__(
            parent,
            objectName="control_units_source_details",
            widgetResizable=True,
            frameShape=QFrame.Shape.NoFrame,
            horizontalScrollBarPolicy=Qt.ScrollBarPolicy.ScrollBarAlwaysOff,
        )
        self.book, self.layers = book, layers
        self.entry: SourceEntry | None = None
        self._pictured = ""  # what the preview shows
        inner = QWidget(self)
        self.heading = QLabel(inner, wordWrap=True, textInteractionFlags=Qt.TextInteractionFlag.TextSelectableByMouse)
        self.map = QToolButton(
            inner,
            objectName="control_units_show_source",
            toolTip=tr("Draws it on the map, as it will be read, and zooms to it."),
            accessibleName=tr("Show on the map"),
            clicked=lambda: self.shown.emit([self.entry]),
            icon=QgsApplication.getThemeIcon("/mActionZoomToLayer.svg"),
        )
        self.preview = SourcePreview(inner)
        self.preview.setToolTip(tr("What the file holds. Click to show it on the map."))
        self.preview.clicked.connect(lambda: self.shown.emit([self.entry]))
        self.preview.painted.connect(self._painted)
        layers.drawn.connect(self._drawn)
        self.compared = MutedLabel("", inner, objectName="control_units_source_compared")
        self.changes = ChangesBox(inner)
        self.changes.setScrollOnExpand(False)
        self.problem = PlainLabel(
            "",
            inner,
            objectName="control_units_source_problem",
            wrap=True,
            margin=4,
            selectable=True,
            frameShape=QFrame.Shape.StyledPanel,
        )
        self.fixes = QVBoxLayout()
        self.role = QComboBox(
            inner,
            maxVisibleItems=30,
            toolTip=tr("What this layer is; it decides which rules apply to it."),
            activated=self._role_chosen,
        )
        self.guide = MutedLabel(
            tr(
                "These lines cut no face and decide no category. Borders of units keep to them where the method is told so: Method, lines to keep to.",  # noqa: E501
            ),
            inner,
        )
        self.maker = MakerBox(book, inner)
        self.fields = FieldsBox(book, inner)
        self.reading = ReadingBox(book, inner)
        self.origin = OriginBox(book, inner)
        for box, collapsed in ((self.fields, False), (self.reading, True), (self.origin, True)):
            box.setScrollOnExpand(False)  # what is opened for a problem must not push the problem out of sight
            box.setCollapsed(collapsed)
        self.findings = PlainLabel("", inner, wrap=True, selectable=True)
        self.notes = QgsCollapsibleGroupBoxBasic(tr("What the reader noticed"), inner)
        QVBoxLayout(self.notes).addWidget(self.findings)
        above = (
            self._buttons(inner),
            in_line((self.heading, 1), (self.map, 0, Qt.AlignmentFlag.AlignTop)),
            self.preview,
            self._file_buttons(inner),
            self.compared,
            self.changes,
            self.problem,
            self.fixes,
        )
        boxes = (self.maker, self.fields, self.reading, self.origin, self.notes)
        in_column(
            *above, form_on(None, (tr("&Role"), self.role)), self.guide, *boxes, STRETCH, on=inner, margins=(2, 4, 6, 4)
        )
        self.setWidget(inner)

    def _buttons(self, inner: QWidget) -> WrappingLayout:
        back = QPushButton(
            tr("‹ All &sources"),
            inner,
            objectName="control_units_back",
            flat=True,
            toolTip=tr("Back to the list (Esc)"),
            clicked=self.closed,
        )
        self.confirm = QPushButton(
            tr("This is &right"),
            inner,
            toolTip=tr("Takes what was guessed, so that it is not asked again."),
            clicked=lambda: self.confirmed.emit([self.entry]),
        )
        remove = QPushButton(
            tr("Take &out"),
            inner,
            toolTip=tr("Takes the layer out of the case; the file stays as it is."),
            clicked=self._remove,
        )
        return in_flow(back, self.confirm, remove)

    def _file_buttons(self, inner: QWidget) -> WrappingLayout:
        self.other = QPushButton(
            tr("Choose another &file…"),
            inner,
            objectName="control_units_other_file",
            toolTip=tr(
                "The case then reads this source from there; fields are matched by name, and what differs is shown."
            ),
            clicked=self._ask_file,
        )
        self.reload = QPushButton(
            tr("Look a&gain"),
            inner,
            objectName="control_units_reload",
            toolTip=tr("Reads the file anew, after it was put back or mended."),
            clicked=lambda: self.entry is not None and self.book.reload(self.entry),
        )
        return in_flow(self.other, self.reload)

    def _ask_file(self) -> None:
        entry = self.entry
        file = ask_file(self, entry.title_in(self.book.session.profile)) if entry is not None else ""
        if entry is None or not file:
            return
        others = self.book.beside(entry)
        question = tr(
            "Other sources that cannot be used and are of the same file: {count}. Shall they be read from {file} too?",
            count=len(others),
            file=visible(Path(file).name),
        )
        every, one = tr("All of them"), tr("This one only")
        if others and not sure(self, question, every, one):
            others = []
        self.book.take_file(entry, file, others)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)

    def show_entry(self, entry: SourceEntry | None) -> None:
        """Show another entry, its problems opened."""
        fresh = entry is not self.entry
        self.entry = entry
        self.refresh()
        if fresh and entry is not None:
            # After the layout has found its size: until then the bar's range is that of the entry before.
            QTimer.singleShot(0, lambda: self.verticalScrollBar().setValue(0))
            # What the entry before was in doubt about is no reason to hide anything of this one.
            self.fields.setCollapsed(False)
            self.reading.setCollapsed(not (entry.misread or (entry.seen is not None and entry.seen.crs_candidates)))
            if entry.misread:
                # A long path or tall letters above may leave them too little room.
                bring_into_view(self.reading.samples)

    def _look_at(self, entry: SourceEntry) -> None:
        """Draw the picture of an entry, when its layer is there; another file, or reading, is another picture."""
        layers = self.layers if self.layers.can_show(entry) else None
        version = layers.version(entry) if layers is not None else ""
        if version and version == self._pictured:
            return
        self._pictured = version
        self.preview.forget()
        self.preview.setVisible(layers is not None)
        self.map.setVisible(layers is not None)
        if layers is not None:
            # The layers below are wanted for their place alone.
            for one in (*self._ground(entry), entry):
                layers.load(one)

    def _ground(self, entry: SourceEntry) -> list[SourceEntry]:
        """Give the counties or townships, over which an entry is drawn."""
        for role in ("county", "township"):
            found = [
                one for one in self.book.entries if one.role == role and one is not entry and one.mark == "present"
            ]
            if found:
                return found
        return []

    def _drawn(self, entry: SourceEntry) -> None:
        shown, layers = self.entry, self.layers
        if shown is None:
            return
        ground = self._ground(shown)
        if entry is not shown and entry not in ground:
            return
        under = [layer for one in ground if layers.is_drawn(one) and (layer := layers.layer_of(one))]
        if layers.is_drawn(shown):
            self.preview.show_layers(layers.layer_of(shown), under)

    def _painted(self) -> None:
        if self.entry is not None:
            self.entry.drawn = True

    def _place_boxes(self, entry: SourceEntry) -> None:
        """Put the samples before and after above the reasons where somebody has to read them, else the picture."""
        layout = self.widget().layout()
        for widget in (self.reading, self.preview, self.changes):
            layout.removeWidget(widget)
        if entry.misread:
            layout.insertWidget(layout.indexOf(self.problem), self.reading)
            layout.insertWidget(layout.indexOf(self.problem) + 1, self.preview)
        else:
            layout.insertWidget(layout.indexOf(self.origin), self.reading)
            layout.insertWidget(PICTURE, self.preview)
        layout.insertWidget(PICTURE, self.changes)

    def refresh(self) -> None:
        """Show the entry as it is now."""
        entry, case = self.entry, self.book.session.case
        if entry is None or case is None:
            return
        if entry not in self.book.entries:
            self.entry = None
            self.closed.emit()
            return
        seen = entry.seen
        made = "" if entry.raster else entry.layer.made
        texts = [f"<b>{as_html(entry.title_in(case.profile))}</b>", as_html(visible(made or entry.spec.path))]
        if seen is not None and seen.count and not entry.raster:
            texts.append(as_html(_measure(seen)))
        self.heading.setText("<br>".join(texts))
        for button in (self.other, self.reload):
            button.setVisible(not made)
        self.compared.say("\n".join(entry.compared))
        self.changes.show_entry(entry)
        self._look_at(entry)
        self._place_boxes(entry)
        self._show_problem(entry)
        self.confirm.setVisible(entry.mark == "check")
        self._show_fixes(entry)
        self._show_roles(entry, case.profile)
        for box in (self.maker, self.fields, self.reading, self.origin):
            box.show_entry(entry)
        if made:
            self.fields.hide()
            self.reading.hide()
        else:
            self.reading.show()
        rows = findings_rows(seen.findings, case.profile) if seen is not None else []
        self.findings.setText("\n".join(f"• {row['message']}" for row in rows))
        self.notes.setVisible(bool(rows))

    def _show_roles(self, entry: SourceEntry, profile: Profile) -> None:
        """List what it may be: first what cuts faces, then lines to align with."""
        self.role.setEnabled(not entry.raster)
        guides = [name for name, role in profile.roles.items() if role.guide]
        if entry.raster:
            fill(self.role, [(entry.role, raster_label(profile, entry.role))])
        elif entry.layer.made:
            fill(self.role, ((name, role_label(profile, name)) for name in roles_of_made(entry.layer.made, entry.role)))
        else:
            cutting = ["", *(name for name in profile.roles if name not in guides), PREVIOUS]
            fill(self.role, ((name, role_label(profile, name)) for name in cutting))
            self.role.insertSeparator(self.role.count())
            self.role.addItem(tr("Lines for alignment"))
            self.role.model().item(self.role.count() - 1).setEnabled(False)
            for name in guides:
                self.role.addItem(role_label(profile, name), name)
        self.role.setCurrentIndex(self.role.findData(entry.role))
        self.guide.setVisible(not entry.raster and entry.role in guides)

    def _show_problem(self, entry: SourceEntry) -> None:
        seen, profile = entry.seen, self.book.session.profile
        offered, lines = self.book.offered_crs(entry), list[str]()
        if seen is not None and seen.problem:
            # Where it is stands above; what a case would say of its CRS, the buttons below do.
            wanted = NOTHING if offered and not seen.crs else seen.problem.wanted
            lines.append(sentence(BadInput(seen.problem.what, wanted=wanted), profile))
        elif self.book.astray(entry):
            lines.append(tr("It lies outside the study area: is its CRS right?"))
        if offered:
            lines.append(tr("Choose its CRS below; where none offered is right, under Encoding and CRS."))
        if seen is None or not seen.problem:
            lines += self._reasoned(entry, profile)
        self.problem.say("\n".join(lines))

    def _reasoned(self, entry: SourceEntry, profile: Profile) -> list[str]:
        """Say what has to be confirmed, then what it was taken for and why."""
        guess = entry.guess
        if guess is None:
            return []
        from ....delineation.guessing import words

        told, lines = words(guess, language(), profile), []
        if uncertain := _contradicted(entry, profile) or told.uncertain:
            lines += [tr("Please check:"), *(f"• {one}" for one in uncertain)]
        share = f"{guess.confidence:.0%}"
        if guess.role:
            role = role_label(profile, PREVIOUS if guess.role == "unit" else guess.role)
            word = sure_word(guess.confidence, used=0.5, sure=0.8)
            lines.append(tr("Recognised as {role} ({word}, {share}), because:", role=role, word=word, share=share))
        else:
            lines.append(tr("Not recognised as a source, because:"))
        return [*lines, *(f"• {one}" for one in told.reasons)]

    def _show_fixes(self, entry: SourceEntry) -> None:
        """Offer what can be done about it with one click."""
        from ....delineation.sources.coordinates.crs import parse_crs, zone_of

        while self.fixes.count():
            self.fixes.takeAt(0).widget().deleteLater()
        if entry.suggested:
            text = tr("Use it as {role}")
            role = role_label(self.book.session.profile, entry.suggested)
            self._fix(text.format(role=role), lambda: self.book.accept(entry))
        if not entry.spec.crs or self.book.astray(entry):
            for one in self.book.offered_crs(entry)[:MOST_FIXES]:
                # A CRS's whole name is wider than the panel: of a zone its meridian tells people more than its number.
                text = tr("Read it in {crs}", crs=one.crs)
                if (zone := zone_of(parse_crs(one.crs))) is not None:
                    text = tr("Read it in {crs}, meridian {degrees}°", crs=one.crs, degrees=zone[1])
                self._fix(
                    text,
                    partial(self.book.replace, entry, crs=one.crs),
                    crs_name(one.crs),
                )

    def _fix(self, text: str, does: Callable[[], None], more: str = "") -> None:
        button = QPushButton(text.replace("&", "&&"), self, clicked=lambda *_: does())
        tip = tr("Writes this into the case; the file stays as it is.")
        button.setToolTip(as_tip(f"{more}\n{tip}" if more else tip))
        self.fixes.addWidget(button)

    def _remove(self) -> None:
        if self.entry is not None:
            self.book.remove(self.entry)
        self.closed.emit()

    def _role_chosen(self, _: int) -> None:
        role, entry = self.role.currentData(), self.entry
        if entry is None or role == entry.role:
            return
        spec = entry.layer
        said = {"fields": spec.fields, "zones": spec.zones, "zone": spec.zone, "buffer": spec.buffer}
        entry.before[spec.role] = said
        # Fields and zones of another role mean nothing here; what is common stays.
        common = {key: value for key, value in spec.fields.items() if key in ("code", "name")}
        kept = dict(entry.before.get(role, {"fields": common, "zones": {}, "zone": "", "buffer": spec.buffer}))
        guides = self.book.session.profile.roles
        if role in guides and guides[role].guide:
            kept["buffer"] = 0.0  # lines that cut nothing are as wide as nothing
        if not role or not spec.role or entry.held:
            entry.guess = None  # taken out by a person, too doubtful to be used by itself, or about another role
        entry.confirmed = entry.held = False
        self.book.replace(entry, role=role, **kept)
        if role and spec.role and entry.guess is None and not spec.made:
            self.book.hold_against_guess(entry)


def _measure(seen: Examined) -> str:
    kinds = {
        "polygon": tr("{count} polygons"),
        "line": tr("{count} lines"),
        "point": tr("{count} points"),
    }
    text = kinds.get(seen.geometry, "{count}").format(count=f"{seen.count:,}")
    encoding = seen.reading.encoding if seen.reading is not None else ""
    return " · ".join(filter(None, (text, seen.crs or tr("no CRS"), encoding)))
