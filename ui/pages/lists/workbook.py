"""The entry lists as a workbook: written for others, and read again, with a look at what it would change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtWidgets import QCheckBox, QPushButton, QToolButton, QWidget

from ....delineation.core.columns import columns_of
from ....delineation.core.errors import visible
from ....delineation.lists.clause import Clause
from ...text import language, listed, said, tr
from ...widgets.file_dialogs import ask_open
from ...widgets.layout import in_column, in_flow
from ...widgets.messages import words_of
from ...widgets.offered import offer
from ...widgets.plain_text import PlainLabel
from ...work.list_import import ListImporting
from ...work.outputs import Outputs
from ..output.row import ask_target
from .clause_list import ClauseList, ShownRow, ShownRowsModel
from .clause_words import level_word, status_word

if TYPE_CHECKING:
    from collections.abc import Callable

    from qgis.PyQt.QtGui import QKeyEvent

    from ....delineation.lists.importing import ListImport
    from ....delineation.lists.sheet_edits import ImportRow
    from ...work.session import Session
    from .clause_words import ClauseWords

THING, FORMAT = "lists", "lists-xlsx"
# What is not taken stands first: nobody has to scroll for it. Chips by the colours of effects.
CHIPS = {
    "not_taken": "prohibit",
    "kept": "inform",
    "added": "allow",
    "changed": "restrict",
    "approved": "condition",
    "removed": "exit",
}


def kind_words(*, remove: bool) -> dict[str, str]:
    """Give what each kind of row is called, in the order in which they are listed."""
    return {
        "not_taken": tr("not taken", "row of a workbook"),
        "kept": tr("kept", "clause whose row was deleted"),
        "added": tr("new", "row of a workbook"),
        "changed": tr("changed", "row of a workbook"),
        "approved": tr("approved", "row of a workbook"),
        "removed": tr("removed", "clause whose row was deleted") if remove else tr("row deleted, stays in the plan"),
    }


def counts_in_words(found: ListImport, *, remove: bool) -> str:
    """Say how many rows are taken, by their kinds, and how many are not."""
    parts = []
    for kinds in (("added", "changed", "approved", "removed")[: 4 if remove else 3], ("not_taken", "kept")):
        count = {kind: sum(row.kind == kind for row in found.preview) for kind in kinds}
        parts.append(
            listed(f"{word} {count[kind]:,}" for kind, word in kind_words(remove=remove).items() if count.get(kind))
        )
    return tr("; ", "between lists of things").join(filter(None, parts)) or tr("nothing")


class _RowsModel(ShownRowsModel):
    """Differences between a workbook and the plan under heads of their kinds; each says where it stands."""

    def show(self, found: ListImport, *, remove: bool) -> None:
        """Show what a workbook says beyond the plan."""
        self._kinds = kind_words(remove=remove)
        items: list[Any] = []
        for kind in self._kinds:
            alike: dict[Any, list[ImportRow]] = {}  # what a line of the workbook says of several units
            for row in found.preview:
                if row.kind == kind:
                    key = (row.sheet, row.line, row.clause_id, row.text, str(row.before), str(row.after))
                    alike.setdefault(key, []).append(row)
            if alike:
                items += [(kind, sum(map(len, alike.values()))), *alike.values()]
        self.put(items)

    def word(self, place: int) -> ShownRow:
        item = self.items[place]
        if isinstance(item, tuple):
            return ShownRow(self._kinds[item[0]], head=True, count=f"{item[1]:,}")
        row = item[0]
        units = tr("units: {count}", "that carry a clause", count=f"{len(item):,}")
        if len(item) == 1:
            units = row.name if row.unit_id else f"{row.name} {row.code}".strip()
        told = [self._change(name, row) for name in row.after if name not in ("text", "origin")]
        if "text" in row.after and "text" in row.before:
            told.insert(0, tr("Worded before: {text}", text=row.before["text"]))
        if row.reason is not None:
            # Why it is not taken is what has to be read.
            told = [row.text, *told]
        where = tr("row deleted") if row.kind != "not_taken" else row.sheet
        if row.line:
            where = tr("{sheet} row {line}", sheet=row.sheet, line=row.line)
        return ShownRow(
            said(row.reason, self.words.profile) if row.reason is not None else row.text,
            effect=CHIPS[row.kind],
            effect_word=self._kinds[row.kind],
            beside=" · ".join(filter(None, (units, row.clause_id))),
            quiet=tuple(filter(None, told)),
            count=where,
        )

    def _change(self, name: str, row: ImportRow) -> str:
        words: dict[str, Callable[[str], str]] = {
            "status": status_word,
            "level": level_word,
            "dimension": self.words.dimension,
            "effect": self.words.effect,
            "subdimension": lambda text: self.words.facts.wording.subdimensions.get(text, text),
            "terms": self.words.terms,
        }
        column = next(one for one in columns_of(Clause) if one.name == name)
        before, after = (words.get(name, str)(one[name]) if one.get(name) else "–" for one in (row.before, row.after))
        text = tr("{column}: {before} → {after}") if row.before else tr("{column}: {after}")
        return text.format(column=column.zh if language() == "zh" else column.en, before=before, after=after)


class ListsWorkbook(QWidget):
    """What a workbook would change, row by row, before anything is written; and the buttons that read and write one.

    Attributes
    ----------
    buttons : tuple of QToolButton
        To import and to export, for whoever has room for them.
    """

    opened = pyqtSignal(bool)  # there is something to look at, or no more
    told = pyqtSignal(str, str)  # a sentence and its mark

    def __init__(self, session: Session, words: ClauseWords, parent: QWidget) -> None:
        super().__init__(parent, objectName="control_units_lists_workbook")
        self._session = session
        self._why_not = ""
        self.importing = ListImporting(session, self)
        self.importing.answered.connect(self._show)
        self.importing.failed.connect(self._fail)
        self.importing.moved.connect(self._moved)
        self.importing.taken.connect(self._taken)
        self.buttons = tuple(
            QToolButton(
                self,
                objectName=f"control_units_lists_{name}",
                text=text,
                autoRaise=True,
                focusPolicy=Qt.FocusPolicy.TabFocus,
                clicked=lambda *_, do=do: do(),
            )
            for name, text, do in (
                ("import", tr("Import lists…"), self.ask),
                ("export", tr("Export lists…"), self.export),
            )
        )
        self.head = PlainLabel("", self, wrap=True)
        self.head.keep_height()
        self.view = ClauseList(self, _RowsModel(words, self), accessibleName=tr("What the workbook would change"))
        self.remove = QCheckBox(
            self, objectName="control_units_lists_remove", clicked=lambda on: self._read(self.importing.path, remove=on)
        )
        self.take = QPushButton(
            tr("&Import", "a workbook"),
            self,
            objectName="control_units_lists_take",
            clicked=lambda *_: self.importing.take(),
        )
        self.leave = QPushButton(
            tr("&Leave", "what was written"),
            self,
            objectName="control_units_lists_leave",
            toolTip=tr("Leaves all as it was (Esc)."),
            clicked=lambda *_: self.close_preview(),
        )
        in_column(
            self.head,
            (self.view, 1),
            self.remove,
            in_flow(self.take, self.leave),
            on=self,
            margins=0,
            spacing=3,
        )

    def set_able(self, why_not: str, *, is_open: bool) -> None:
        """Offer to read and to write, or say why not."""
        none = "" if is_open else tr("No plan is open.")
        take_in, give_out = self.buttons
        offer(take_in, tr("Shows what a workbook of lists would change, before anything is written."), why_not)
        offer(give_out, tr("Writes the lists of all units into a workbook, as the page Output does."), none)
        self._why_not = why_not
        self._offer()

    def _offer(self) -> None:
        found = self.importing.found
        nothing = "" if found is not None and found.rows else tr("The workbook says nothing that the plan has not.")
        wait = tr("Wait until what is on its way is done.") if self.importing.busy else ""
        offer(
            self.take,
            tr("Takes all of it into the plan, as one edit that one undo takes back."),
            self._why_not or wait or nothing,
        )

    # ── reading ───────────────────────────────────────────────────────────────────────────────────────────────────

    def ask(self) -> None:
        """Ask for a workbook, and hold it against the plan."""
        plan, last = self._session.plan_path, Outputs.of(self._session).last_as(FORMAT)
        if plan is None:
            return
        folder = last.files[0].parent if last is not None and last.files[0].parent.is_dir() else plan.absolute().parent
        path = ask_open(self, tr("Import entry lists"), tr("Workbook of lists (*.xlsx *.xlsm *.csv)"), folder)
        if path is not None:
            self._read(path)

    def _read(self, path: Any, *, remove: bool = False) -> None:
        self.told.emit("", "")
        self.head.setText(tr("{file} is being held against the plan…", file=visible(path.name)))
        self.importing.read(path, remove=remove)
        self._offer()
        self.opened.emit(True)

    def _show(self, found: ListImport) -> None:
        remove, count = self.importing.remove, sum(row.kind == "removed" for row in found.preview)
        path, what = self.importing.path, counts_in_words(found, remove=remove)
        file = visible(path.name) if path is not None else ""
        self.head.setText(tr("{file} would change: {what}", file=file, what=what))
        self.view.model().show(found, remove=remove)
        self.remove.setText(tr("Also remove the clauses whose rows were deleted ({count})", count=f"{count:,}"))
        self.remove.setVisible(bool(count))
        self.remove.setChecked(remove)
        self._offer()
        self.view.setFocus()

    def _fail(self, why: str) -> None:
        self.close_preview()
        self.told.emit(why, "problem")

    def _moved(self) -> None:
        text = tr("The plan was edited since: look once more at what the workbook changes.")
        self.told.emit(text, "check")

    def _taken(self, found: ListImport) -> None:
        self.close_preview()
        self.told.emit(tr("Imported: {what}", what=counts_in_words(found, remove=self.importing.remove)), "done")

    def close_preview(self) -> None:
        """Leave all as it was."""
        self.importing.forget()
        self.view.model().put(())
        self.opened.emit(False)

    # ── writing ───────────────────────────────────────────────────────────────────────────────────────────────────

    def export(self) -> None:
        """Write the lists into a workbook that somebody names."""
        outputs = Outputs.of(self._session)
        outputs.choose(THING, FORMAT)
        if outputs.possible and ask_target(outputs, THING, self):
            outputs.changed.connect(self._written)
            outputs.start([THING])

    def _written(self) -> None:
        outputs = Outputs.of(self._session)
        if outputs.busy:
            return
        outputs.changed.disconnect(self._written)
        failure, last = outputs.failures.get(THING), outputs.last_as(FORMAT)
        if failure is not None:
            self.told.emit(
                tr("Not exported; what was there before is as it was. {why}", why=words_of(failure)), "problem"
            )
        elif last is not None:
            self.told.emit(tr("{file} is written.", file=visible(str(last.files[0]))), "done")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            event.accept()
            self.close_preview()
        else:
            super().keyPressEvent(event)
