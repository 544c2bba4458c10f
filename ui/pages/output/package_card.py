"""The card of the Output page for the package that is filed one level up (备案成果包)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QWidget,
)

from ....delineation.core.errors import BadInput, visible
from ...processing.dropping import dropped
from ...text import listed, tr
from ...widgets.chosen_path import ChosenPath
from ...widgets.elided_combo import ElidedCombo
from ...widgets.elided_line import where_it_goes
from ...widgets.file_dialogs import ask_folder, ask_open, sure
from ...widgets.layout import STRETCH, form_on, in_column, in_line, take_width
from ...widgets.messages import words_of
from ...widgets.muted import MutedLabel
from ...widgets.plain_text import as_tip, embolden
from .last_year_box import LastYearBox
from .package_errors import OpenErrors
from .package_result import PackageResult

if TYPE_CHECKING:
    from qgis.PyQt.QtCore import QMimeData
    from qgis.PyQt.QtGui import QDragEnterEvent, QDropEvent

    from ....delineation.package.foreseen import ExpectedPackage, Slot
    from ...work.last_year import LastYear
    from ...work.packaging import Packaging

NAMED = 8  # documents that fit nowhere


class PackageCard(QFrame):
    """Shows what is wanted of the package, makes it, and says what came of it."""

    def __init__(self, packaging: Packaging, last_year: LastYear, parent: QWidget | None = None) -> None:
        super().__init__(parent, objectName="package_card", acceptDrops=True, frameShape=QFrame.Shape.StyledPanel)
        self.packaging = packaging
        title = QLabel(tr("Package for filing"), self)
        embolden(title)
        self.holds = MutedLabel("", self)
        self.slots = MutedLabel("", self, objectName="package_slots")
        self.result = PackageResult(packaging, self)
        self.errors = OpenErrors(self)
        self.errors.go.clicked.connect(self._with_reasons)
        self.last_year = LastYearBox(last_year, self)
        parts = (title, self.holds, self._form(), self.slots, self._start_row())
        in_column(*parts, self.result, self.errors, self.last_year, on=self, margins=(6, 4, 6, 5), spacing=3)
        packaging.changed.connect(self._follow)

    # ── looks ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def _form(self) -> QWidget:
        form = self.form = QWidget(self)
        self.layout_ = ElidedCombo(
            12,
            form,
            objectName="package_layout",
            toolTip=tr("Folders, files, layers, fields and sheets as the receiver wants them."),
            activated=self._choose,
        )
        take_width(self.layout_)
        tip = tr("Where the package's folder is put; the project remembers it.", "of QGIS")
        self.folder = ChosenPath(
            tip,
            form,
            objectName="package_folder",
            asked=self._ask_folder,
            cleared=lambda: self.packaging.put_into(None),
        )
        tip = tr("Folder with scanned documents: a file belongs where its name says.")
        self.documents = ChosenPath(
            tip,
            form,
            objectName="package_documents",
            asked=self._ask_documents,
            cleared=lambda: self.packaging.set_documents(None),
        )
        tip = tr("A private Ed25519 key (PEM); the project does not remember it.", "of QGIS")
        self.key = ChosenPath(
            tip, form, objectName="package_key", asked=self._ask_key, cleared=lambda: self.packaging.set_key(None)
        )
        form_on(
            form,
            (tr("&Layout"), self.layout_),
            (tr("Folder"), self.folder),
            (tr("Documents"), self.documents),
            (tr("Sign with"), self.key),
            spacing=3,
        )
        return form

    def _start_row(self) -> QHBoxLayout:
        self.start = QPushButton(
            tr("&Make the package"),
            self,
            objectName="package_start",
            toolTip=tr(
                "Checks the plan anew, writes all files, reads each back and compares it; "
                "the folder is there whole or not at all.",
            ),
            clicked=self.make,
        )
        return in_line(STRETCH, self.start)

    # ── what it shows ─────────────────────────────────────────────────────────────────────────────────────────────

    def _follow(self) -> None:
        if self.isVisible():
            self.refresh()

    def refresh(self) -> None:
        """Show the package as it is wanted, and what became of it."""
        packaging = self.packaging
        foreseen = packaging.foreseen()
        known = foreseen if foreseen is not None and not isinstance(foreseen, BadInput) else None
        idle = packaging.session.plan_path is not None and not packaging.outputs.busy
        for widget in (self.form, self.errors):
            widget.setEnabled(idle)
        self.start.setEnabled(packaging.possible)
        self._fill_layouts()
        self._show_folders()
        self.holds.say(self._what_it_holds(known))
        self.slots.say(self._documents_found(known))
        self.result.refresh(foreseen)
        self.errors.show_errors(packaging.refusing, packaging.reasons)
        self.last_year.refresh()

    def _fill_layouts(self) -> None:
        packaging, combo = self.packaging, self.layout_
        wanted = [(one.value, one.title) for one in packaging.layouts()]
        shown = [(combo.itemData(row), combo.itemText(row)) for row in range(combo.count())]
        if [one for one in shown if one[0]] != wanted:
            combo.clear()
            for value, title in wanted:
                combo.addItem(title, value)
                if value.lower().endswith(".toml"):
                    combo.setItemData(combo.count() - 1, as_tip(visible(value)), Qt.ItemDataRole.ToolTipRole)
            combo.insertSeparator(combo.count())
            combo.addItem(tr("Choose a file…"), None)
        combo.setCurrentIndex(combo.findData(packaging.chosen))

    def _show_folders(self) -> None:
        packaging = self.packaging
        none = tr("none", "no folder or file is chosen")
        plan, folder = packaging.session.plan_path, packaging.folder
        shown = "" if folder is None else where_it_goes(folder, plan)
        self.folder.show_path(shown, "" if folder is None else str(folder), chosen=packaging.is_elsewhere)
        unsigned = tr("none: the package is not signed")
        how = tr(
            "Whoever changes a package that is not signed can sum it anew. A private Ed25519 key is made once, by "
            "“openssl genpkey -algorithm ed25519 -out key.pem”; its public half goes to the receiver by another way.",
        )
        for line, path, text, tip in (
            (self.documents, packaging.documents, none, ""),
            (self.key, packaging.key, unsigned, how),
        ):
            line.show_path(text if path is None else path.name, tip if path is None else str(path), chosen=bool(path))

    def _what_it_holds(self, foreseen: ExpectedPackage | None) -> str:
        if foreseen is None:
            return ""
        return tr(
            "{places} files and layers; each is read back and compared before the package is called good.",
            places=foreseen.places,
        )

    def _documents_found(self, foreseen: ExpectedPackage | None) -> str:
        """Say slot by slot which document goes there, and which are missing."""
        packaging = self.packaging
        if foreseen is None or not foreseen.slots:
            return ""
        if packaging.documents is None:
            return tr("No documents: {slots} are noted as missing.", slots=visible(listed(foreseen.slots)))
        if packaging.lost is not None:
            return words_of(packaging.lost)
        lines = [line for slot in packaging.slots for line in _of_slot(slot)]
        if packaging.others:
            lines.append(
                tr(
                    "Left out, as they fit no place or several: {files}",
                    files=listed(file.name for file in packaging.others[:NAMED]),
                )
            )
        return "\n".join(map(visible, lines))

    # ── dropping ──────────────────────────────────────────────────────────────────────────────────────────────────

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self._dropped(event.mimeData()):
            event.acceptProposedAction()
        else:
            event.ignore()  # layers are for the panel

    def dropEvent(self, event: QDropEvent) -> None:
        folder = self._dropped(event.mimeData())
        if folder:
            event.acceptProposedAction()
            self.last_year.take(folder)
        else:
            event.ignore()

    def _dropped(self, mime: QMimeData) -> str:
        """Give the one folder that is dragged, as long as a package can be learned; else ""."""
        files, layers = dropped(mime)
        alone = len(files) == 1 and not layers and Path(files[0]).is_dir()
        return files[0] if alone and self.packaging.outputs.possible else ""

    # ── what it changes ───────────────────────────────────────────────────────────────────────────────────────────

    def _choose(self, row: int) -> None:
        value = self.layout_.itemData(row)
        if value is None:
            title = tr("A package layout")
            file = ask_open(self, title, tr("Package layout (*.toml)"))
            value = "" if file is None else str(file)
        if value:
            self.packaging.choose(value)
        else:
            self.refresh()

    def _ask_folder(self) -> None:
        folder = self.packaging.folder
        title = tr("Where the package's folder is put")
        chosen = ask_folder(self, title, None if folder is None else folder.parent)
        if chosen:
            self.packaging.put_into(Path(chosen))

    def _ask_documents(self) -> None:
        chosen = ask_folder(self, tr("Folder with scanned documents"), self.packaging.documents)
        if chosen:
            self.packaging.set_documents(Path(chosen))

    def _ask_key(self) -> None:
        title = tr("A private key to sign with")
        chosen = ask_open(self, title, tr("Keys (*.pem *.key);;All files (*)"))
        if chosen is not None:
            self.packaging.set_key(chosen)

    def make(self) -> None:
        """Make the package, after one question where something of somebody else would be replaced."""
        if self._may_replace():
            self.packaging.start()

    def _with_reasons(self) -> None:
        if self._may_replace():
            self.packaging.start(self.errors.reasons())

    def _may_replace(self) -> bool:
        if not self.packaging.possible:
            return False
        replaced = self.packaging.would_replace()
        if replaced is None:
            return True
        return sure(
            self,
            tr(
                "{folder} is there already and was not made from this plan. Replace it whole?",
                folder=visible(str(replaced)),
            ),
            tr("Replace it"),
        )


def _of_slot(slot: Slot) -> list[str]:
    names = listed(file.name for file in slot.files)
    text = tr("✓ {slot}: {files}") if names else tr("missing: {slot}")
    lines = [text.format(slot=slot.title, files=names)]
    if slot.unfit:
        text = tr("✗ {files}: the content is not what the name says, left out")
        lines.append(text.format(files=listed(file.name for file in slot.unfit)))
    return lines
