"""The entry lists beside those of a version before: what is new, gone, worded otherwise or the same, unit by unit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import QSignalBlocker, Qt, pyqtSignal
from qgis.PyQt.QtWidgets import QPushButton, QTextBrowser, QWidget

from ....delineation.lists.year_on_year import CHANGED, GONE, NEW, SAME
from ...text import tr
from ...widgets.choices import fill
from ...widgets.elided_combo import ElidedCombo
from ...widgets.file_dialogs import ask_open
from ...widgets.layout import in_column, in_flow, in_line
from ...widgets.muted import MutedLabel, muted_colour
from ...widgets.offered import offer
from ...widgets.plain_text import as_html
from ...work.previous_lists import FormerComparison, lists_before
from .clause_list import ClauseList, ShownRow, ShownRowsModel
from .unit_box import UnitButtons

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from ....delineation.lists.year_on_year import ListChange
    from ...work.previous_lists import Compared
    from ...work.session import Session
    from .clause_words import ClauseWords

CHANGES, ALL = "changes", ""  # besides the kinds: what is not the same, and all
CHIPS = {NEW: "allow", GONE: "prohibit", CHANGED: "restrict", SAME: "inform"}  # by the colours of effects
TEXT_LINES = 2
DETAIL = 5  # lines of what stands below the list, before it scrolls


def kind_words() -> dict[str, str]:
    """Give what each kind of change is called."""
    return {
        NEW: tr("new", "clause since a list before"),
        GONE: tr("gone", "clause since a list before"),
        CHANGED: tr("changed", "clause since a list before"),
        SAME: tr("same", "clause since a list before"),
    }


class _ChangesModel(ShownRowsModel):
    """A row a clause, by units; words of what is seen."""

    def word(self, place: int) -> ShownRow:
        one = self.items[place]
        said = one.now or one.before or {}
        return ShownRow(
            str(said.get("text", "")),
            effect=CHIPS[one.kind],
            effect_word=kind_words()[one.kind],
            beside=one.name,
            quiet=(self.words.dimension(one.dimension),),
            lines=TEXT_LINES,
        )


class ListsLastYear(QWidget):
    """What to compare with, a kind to list, the changes, and both wordings of the chosen one. It changes nothing."""

    zoom = pyqtSignal(str)  # unit id
    open_unit = pyqtSignal(str, str)  # unit id, "": show its list

    def __init__(self, session: Session, words: ClauseWords, parent: QWidget) -> None:
        super().__init__(parent, objectName="control_units_lists_last_year")
        self._session = session
        self._words = words
        self._chosen: list[Path] = []  # files that were chosen besides
        self._plan: Any = session.plan_path
        self.found: Sequence[ListChange] = ()
        self._told = ""  # what is said of the last comparison, "" before the first
        self.comparing = FormerComparison(session, self)
        self.comparing.answered.connect(self._take)
        self.comparing.failed.connect(self._fail)
        self.what = ElidedCombo(
            10,
            self,
            objectName="control_units_lists_before",
            toolTip=tr("The lists that those of this plan are compared with."),
            activated=self._picked,
        )
        self.what.setAccessibleName(self.what.toolTip())
        self.start = QPushButton(
            tr("&Compare"),
            self,
            objectName="control_units_lists_compare",
            autoDefault=False,
            clicked=self.compare,
        )
        self.kind = ElidedCombo(
            8,
            self,
            objectName="control_units_lists_change_kind",
            accessibleName=tr("Which changes are listed."),
            toolTip=tr("Which changes are listed."),
            currentIndexChanged=self._list,
        )
        self.note = MutedLabel("", self, objectName="control_units_lists_change_note")
        self.model = _ChangesModel(words, self)
        self.view = ClauseList(
            self,
            self.model,
            uniformItemSizes=True,
            accessibleName=tr("What became of the clauses"),
            picked=self._tell,
            change=self._zoom,
        )
        self.detail = QTextBrowser(self, openLinks=False)
        self.detail.setFixedHeight(DETAIL * self.fontMetrics().lineSpacing() + 12)
        self.to_unit = UnitButtons(self, self._zoom, lambda: self._unit() and self.open_unit.emit(self._unit(), ""))
        layout = in_column(
            in_line((self.what, 1), self.start),
            self.note,
            self.kind,
            (self.view, 100),
            self.detail,
            in_flow(self.to_unit.look, self.to_unit.go),
            on=self,
            margins=0,
            spacing=3,
        )
        layout.addStretch(1)  # without a list the rest stays at the top
        self._list()

    # ── what it may be compared with ──────────────────────────────────────────────────────────────────────────────

    def refresh(self) -> None:
        """Offer what there is to compare with; another plan begins anew."""
        if self._session.plan_path != self._plan:
            self._plan, self._chosen, self.found, self._told = self._session.plan_path, [], (), ""
            self.comparing.drop()
            self._list()
        kept = self.what.currentData()
        self.what.clear()
        for path, word in lists_before(self._session):
            self.what.addItem(word, path)
        for path in self._chosen:
            self.what.addItem(path.name, path)
            self.what.setItemData(self.what.count() - 1, str(path), Qt.ItemDataRole.ToolTipRole)
        if self.what.count():
            self.what.insertSeparator(self.what.count())
        self.what.addItem(tr("Another plan or workbook…"), None)
        self.what.setCurrentIndex(max(0, self.what.findData(kept) if kept is not None else 0))
        self._say()

    def _picked(self) -> None:
        if self.what.currentData() is not None:
            self._say()
            return
        kinds = tr("Plan or workbook of lists (*.gpkg *.xlsx)")
        path = ask_open(self, tr("Compare the lists with others"), kinds)
        if path is None:
            self.what.setCurrentIndex(0)
            return
        self.compare_with(path)

    def compare_with(self, path: Path) -> None:
        """Compare with a file, and offer it from now on."""
        if path not in self._chosen:
            self._chosen.append(path)
        self.refresh()
        self.what.setCurrentIndex(self.what.findData(path))
        self.compare()

    # ── comparing ─────────────────────────────────────────────────────────────────────────────────────────────────

    def compare(self) -> None:
        """Compare with what is chosen; without anything, a file is asked for."""
        path = self.what.currentData()
        if path is None:
            self._picked()
            return
        self._told = ""
        self.comparing.start(path)
        self._say()

    def _take(self, compared: Compared) -> None:
        found = self.found = compared.changes
        self._told = tr("Before: {name}", name=self.what.currentText())
        if compared.lost:
            self._told = tr(
                "{before}; rows that no unit answers to: {count}, the first {first}",
                before=self._told,
                count=f"{len(compared.lost):,}",
                first=compared.lost[0],
            )
        counts = dict.fromkeys((NEW, GONE, CHANGED, SAME), 0)
        for one in found:
            counts[one.kind] += 1
        counted = tr("{thing} ({count})", "a choice and how many there are")
        entries = [
            (CHANGES, tr("All changes"), sum(counts.values()) - counts[SAME]),
            *((kind, word, counts[kind]) for kind, word in kind_words().items()),
            (ALL, tr("All clauses"), len(found)),
        ]
        choices = ((kind, counted.format(thing=word, count=f"{count:,}")) for kind, word, count in entries)
        with QSignalBlocker(self.kind):
            fill(self.kind, choices, self.kind.currentData())
        self._list()

    def _fail(self, why: str) -> None:
        self.found = ()
        self._list()
        self.note.setText(why)

    def outdate(self) -> None:
        """Say that the lists were edited since."""
        if self._told:
            self._told = tr("Edits were made since; compare again to see them.")
            self._say()

    # ── what is shown ─────────────────────────────────────────────────────────────────────────────────────────────

    def _list(self) -> None:
        kind = self.kind.currentData()
        if kind == CHANGES:
            listed: Sequence[ListChange] = [one for one in self.found if one.kind != SAME]
        elif kind:
            listed = [one for one in self.found if one.kind == kind]
        else:
            listed = self.found
        self.model.put(listed)
        self._say()
        self._tell()

    def _chosen_change(self) -> ListChange | None:
        places = self.view.chosen()
        return self.model.items[places[0]] if places else None

    def _unit(self) -> str:
        one = self._chosen_change()
        return one.unit_id if one is not None else ""

    def _zoom(self) -> None:
        if self._unit():
            self.zoom.emit(self._unit())

    def _tell(self) -> None:
        one = self._chosen_change()
        quiet = muted_colour(self.palette()).name()
        self.detail.setVisible(bool(self.found))
        if one is None:
            text = tr("Choose a clause to read both wordings.")
            self.detail.setHtml(f'<p style="margin:0;color:{quiet}">{as_html(text)}</p>')
        else:
            parts = []
            for title, said in (
                (tr("Before", "a wording"), one.before),
                (tr("Now", "a wording"), one.now),
            ):
                text = tr("not in the list")
                if said is not None:
                    basis = tr("Basis: {basis}", basis=said["basis"] or "–")
                    text = f"[{self._words.effect(said['effect'])}] {said['text']}\n{basis}"
                head = f'<span style="color:{quiet}">{as_html(title)}</span>'
                parts.append(f'<p style="margin:0 0 3px 0">{head} {as_html(text)}</p>')
            self.detail.setHtml("".join(parts))
        none = tr("Choose a clause first.") if one is None else ""
        gone = tr("The unit is no more.") if one is not None and not one.unit_id else ""
        self.to_unit.offer(none or gone, shown=bool(self.found))

    def _say(self) -> None:
        """Say what is shown, and offer what can be done."""
        is_open = self._session.plan is not None
        why = "" if is_open else tr("No plan is open.")
        offer(self.start, tr("Lists what became of each clause; the plan stays as it is."), why)
        self.kind.setVisible(bool(self.found))
        self.view.setVisible(bool(self.found))
        if self.comparing.busy:
            self.note.setText(tr("Comparing…"))
        elif self._told:
            self.note.setText(self._told)
        elif self.what.currentData() is None:
            self.note.setText(tr("Choose last year’s plan, or the workbook of its lists, to compare with."))
        else:
            self.note.setText(tr("What became of each clause since, unit by unit; it changes nothing."))
