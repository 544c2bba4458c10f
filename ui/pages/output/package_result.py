"""What became of a package: where it is, its classification, what its reader is told, and whether it is whole."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from qgis.PyQt.QtCore import QSize, pyqtSignal
from qgis.PyQt.QtWidgets import (
    QToolButton,
    QWidget,
)

from ....delineation.core.errors import visible
from ...text import capital, said, tr
from ...widgets.layout import STRETCH, in_column, in_line
from ...widgets.marks import mark_icon
from ...widgets.messages import open_folder, words_of
from ...widgets.signed_line import SIGN, SignedLine
from ...widgets.tables import RowsList, RowsModel, ViewColumn
from .row import local_time

if TYPE_CHECKING:
    from ....delineation.package.build import Packaged
    from ....delineation.package.foreseen import ExpectedPackage
    from ....delineation.package.verify import Verified
    from ...work.packaging import Packaging

LINES = 8  # of remarks in sight, and of faults that are named


class PackageResult(QWidget):
    """The lower part of the package's card."""

    zoom = pyqtSignal(str)  # where, as WKT in the plan's coordinates

    def __init__(self, packaging: Packaging, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.packaging = packaging
        self._folder = Path()  # of the package that is there
        self.became = SignedLine("package_became", self)
        self.notes_button = QToolButton(
            self,
            objectName="package_warnings",
            checkable=True,
            toolTip=tr("What a reader of the package is told."),
            toggled=self._show_notes,
        )
        self.verify = QToolButton(
            self,
            objectName="package_verify",
            text=tr("Verify"),
            toolTip=tr("Holds every file against the package's manifest."),
            clicked=lambda *_: self.packaging.verify(self._folder),
        )
        self.open = QToolButton(
            self,
            objectName="package_open",
            text=tr("Open", "a folder"),
            toolTip=tr("Shows the folder in which it lies."),
            clicked=lambda *_: open_folder(str(self._folder)),
        )
        self.verified = SignedLine("package_verified", self)
        self.notes = self._notes()
        in_column(
            self.became,
            in_line(self.notes_button, STRETCH, self.verify, self.open, spacing=4),
            self.notes,
            self.verified,
            on=self,
            margins=0,
            spacing=3,
        )

    def _notes(self) -> RowsList:
        self.warnings = RowsModel(
            self,
            ViewColumn(
                "", lambda row: visible(f"{row['id']}  {row['message']}"), icon=lambda _: mark_icon("check", SIGN)
            ),
            tip=lambda row: visible(str(row["message"])),
        )
        notes = RowsList(
            self,
            self.warnings,
            objectName="package_notes",
            wordWrap=True,
            alternatingRowColors=True,
            iconSize=QSize(SIGN, SIGN),
            accessibleName=tr("What a reader of the package is told"),
            visible=False,
            activated=lambda index: self._zoom(self.warnings.items[index.row()]["where"] or ""),
        )
        notes.setFixedHeight(self.fontMetrics().lineSpacing() * LINES)
        return notes

    def refresh(self, foreseen: ExpectedPackage | Exception | None) -> None:
        """Show what became of the package; an error in place of what is foreseen is why there will be none."""
        packaging = self.packaging
        mark, text, there = self._became(foreseen)
        self.became.say(mark, text)
        verified = packaging.verified
        whole = ("", "") if verified is None else _what_was_verified(verified)
        self.verified.say(*whole)
        for button in (self.open, self.verify):
            button.setVisible(there and not packaging.busy)
        self.verify.setEnabled(packaging.outputs.possible)
        self._show_notes()
        self.setVisible(bool(text or verified) or there)

    def _became(self, foreseen: ExpectedPackage | Exception | None) -> tuple[str, str, bool]:
        """Give a mark, a sentence, and whether there is a package to open."""
        packaging = self.packaging
        last, made = packaging.last, packaging.made
        mark, text, there = "", "", False
        if made is not None and not made.refused:
            self._folder = made.folder
            mark, text, there = "done", _what_was_made(made), made.folder.is_dir()
        elif last is not None:
            self._folder = last.files[0]
            there = self._folder.is_dir()
            if not there:
                mark, text = "waiting", tr("Made {time}; {folder} is no longer there.")
            elif packaging.outputs.is_present(last):
                mark, text = "done", tr("Made {time}: {folder}")
            else:
                mark, text = "check", tr("Out of date: made {time}; the plan has changed since.")
            text = text.format(time=local_time(last.time), folder=visible(self._folder.name))
        failure = packaging.failure if packaging.failure is not None else foreseen
        if isinstance(failure, Exception):
            mark, text = "problem", words_of(failure)
        if packaging.busy:
            return "next", tr("On its way…"), there
        # Open errors are told below, a row each.
        return mark, "" if packaging.refusing and failure is foreseen else text, there

    def _show_notes(self) -> None:
        """List the warnings, the package's own first."""
        made = self.packaging.made
        rows = [row for row in reversed(made.findings) if row["severity"] != "error"] if made is not None else []
        self.notes_button.setText(tr("Warnings ({count})", count=len(rows)))
        self.notes_button.setVisible(bool(rows) and not self.packaging.busy)
        shown = bool(rows) and not self.packaging.busy and self.notes_button.isChecked()
        self.notes.setVisible(shown)
        if shown:
            self.warnings.put(rows)

    def _zoom(self, where: str) -> None:
        if where:
            self.zoom.emit(where)


def _what_was_made(made: Packaged) -> str:
    """Say what was written, as what, and what of it a reader has to know."""
    from ....delineation.package.verify import OWN

    warnings = sum(row["severity"] != "error" for row in made.findings)
    accepted = len(made.findings) - warnings
    text = tr("Made and read back: {folder}\n{files} files, classification: {mark}, {warnings} warnings")
    mark = made.classification or tr("not stated")
    files = sum(name not in OWN for name in made.files)
    facts = {"files": files, "mark": visible(mark), "warnings": warnings}
    lines = [text.format(folder=visible(made.folder.name), **facts)]
    if accepted:
        text = tr("Errors that stand with a reason: {count}")
        lines.append(text.format(count=accepted))
    if not made.noted:
        lines.append(tr("It could not be noted in the plan's history."))
    return "\n".join(lines)


def _what_was_verified(verified: Verified) -> tuple[str, str]:
    """Give a mark, and what was found; of a package that nobody signed it is no proof."""
    from ....delineation.verbs.verifying import faults_in_words, signature_in_words, verified_in_words

    faults = [one for kind in faults_in_words(verified) for one in kind]
    lines = [visible(capital(said(one))) for one in (verified_in_words(verified), *faults[:LINES])]
    if len(faults) > LINES:
        lines.append(tr("… and {count} more", count=len(faults) - LINES))
    mark = ("check" if verified.signature.state == "none" else "done") if verified.ok else "problem"
    return mark, "\n".join([*lines, visible(capital(said(signature_in_words(verified.signature))))])
