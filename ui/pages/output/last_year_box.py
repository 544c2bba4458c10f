"""As last year (照去年的样子交): a package dropped here is learned, shown line by line, and becomes the layout."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import QModelIndex, QRect, QSize, Qt
from qgis.PyQt.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QStyleOptionViewItem,
    QWidget,
)

from ....delineation.core.errors import visible
from ...text import capital, said, tr
from ...widgets.choices import fill
from ...widgets.elided_combo import ElidedCombo
from ...widgets.file_dialogs import ask_folder, ask_save_as
from ...widgets.fold_button import FoldButton
from ...widgets.layout import STRETCH, form_on, in_column, in_line, take_width
from ...widgets.marks import mark_icon
from ...widgets.messages import words_of
from ...widgets.muted import MutedLabel
from ...widgets.signed_line import SIGN, SignedLine
from ...widgets.tables import LineTree, TreeLine
from ...widgets.two_lines import AT_TOP, TwoLinesDelegate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ....delineation.core.messages import Message
    from ....delineation.package.like.found import Match, TableMatch
    from ....delineation.package.like.learn import Learned, LearnedFile
    from ...work.last_year import LastYear

COLUMN, WHOLE, REASONS = (Qt.ItemDataRole.UserRole + number for number in range(3))
HEIGHT = 250  # pixels of the list
EDGE = 4  # pixels around the lines of a row
FEW = 2  # sentences about files


class LastYearBox(QWidget):
    """A place to drop a package, what was learned from it, and a field to say what a column holds."""

    def __init__(self, last_year: LastYear, parent: QWidget | None = None) -> None:
        super().__init__(parent, objectName="package_last_year")
        self.last_year = last_year
        self._shown: Learned | None = None
        self.head = FoldButton(
            self,
            objectName="last_year_head",
            text=tr("As last year"),
            toolTip=tr("Learns the layout from a package that was accepted, or from the province's sample."),
        )
        self.body = QWidget(self, visible=False)
        self.head.toggled.connect(self.body.setVisible)
        self.told = SignedLine("last_year_told", self.body)
        self.result = QWidget(self.body)
        self.tree = LineTree(
            self.result,
            "",
            objectName="last_year_tree",
            headerHidden=True,
            uniformRowHeights=True,
            indentation=10,
            iconSize=QSize(SIGN, SIGN),
            accessibleName=tr("What was learned, line by line"),
            verticalScrollMode=QAbstractItemView.ScrollMode.ScrollPerPixel,
            currentItemChanged=self._show_line,
        )
        self.tree.setItemDelegate(_TwoLines(self.tree))
        self.tree.setFixedHeight(HEIGHT)
        in_column(self.tree, self._correction(), self._buttons(), on=self.result, margins=0, spacing=3)
        in_column(self._zone(), self.told, self.result, on=self.body, margins=0, spacing=3)
        in_column(self.head, self.body, on=self, margins=(0, 2, 0, 0), spacing=3)
        last_year.changed.connect(self.refresh)
        self.refresh()

    # ── looks ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def _zone(self) -> QFrame:
        self.zone = QFrame(self.body, objectName="last_year_zone", frameShape=QFrame.Shape.StyledPanel)
        hint = MutedLabel(tr("Drop the folder of last year's package here, unpacked, or choose it."), self.zone)
        self.choose = QPushButton(
            tr("Choose a folder…"),
            self.zone,
            objectName="last_year_choose",
            toolTip=tr("It is only read. Nothing is learned from archives."),
            clicked=self._ask,
        )
        in_line((hint, 1), self.choose, on=self.zone, margins=(6, 4, 6, 4))
        return self.zone

    def _correction(self) -> QWidget:
        """Make the field for what the chosen column holds, below why it is taken for that."""
        box = QWidget(self.result)
        self.why = MutedLabel("", box, objectName="last_year_why")
        self.correction = QWidget(box)
        self.holds = ElidedCombo(
            6,
            self.correction,
            objectName="last_year_holds",
            maxVisibleItems=20,
            toolTip=tr("What is written into this column this year."),
            activated=self._correct,
        )
        take_width(self.holds)
        self.namesakes = QPushButton(
            self.correction,
            objectName="last_year_namesakes",
            toolTip=tr("Says the same of all columns of this name in other tables, where it can be."),
            clicked=lambda *_: self._correct(self.holds.currentIndex(), namesakes=True),
        )
        form_on(self.correction, (tr("This &column holds"), self.holds), self.namesakes)
        in_column(self.why, self.correction, on=box, margins=0, spacing=3)
        return box

    def _buttons(self) -> QHBoxLayout:
        self.use = QPushButton(
            tr("Use this layout"),
            self.result,
            objectName="last_year_use",
            toolTip=tr("Keeps it as a file beside the plan and packages by it."),
            clicked=self._use,
        )
        self.away = QPushButton(
            tr("Close"),
            self.result,
            toolTip=tr("Shows this list no longer; a layout that is used stays."),
            clicked=lambda *_: self.last_year.forget(),
        )
        return in_line(STRETCH, self.away, self.use)

    # ── what it shows ─────────────────────────────────────────────────────────────────────────────────────────────

    def refresh(self) -> None:
        """Show what was learned."""
        last_year = self.last_year
        learned, idle = last_year.learned, last_year.packaging.outputs.possible
        self.zone.setVisible(learned is None)
        self.choose.setEnabled(idle)
        self.result.setVisible(learned is not None)
        self.use.setVisible(not last_year.used)
        self.use.setEnabled(idle)
        self.correction.setEnabled(idle)
        if last_year.failure is not None:
            self.told.say("problem", words_of(last_year.failure))
        elif last_year.busy:
            self.told.say("next", tr("Looking at every column…"))
        elif learned is not None:
            open_ = learned.unmatched or learned.named or any(file.undecided for file in learned.files)
            self.told.say("check" if open_ else "done", _summary(learned, used=last_year.used))
        else:
            self.told.say("", "")
        if learned is not self._shown:
            self._fill(learned)

    def _fill(self, learned: Learned | None) -> None:
        """Show all lines; the one that was chosen stays so, at first the first column that nobody recognised."""
        again = learned is not None and self._shown is not None and learned.folder == self._shown.folder
        self._shown = learned
        if not again:
            self.tree.put([])
        self.tree.put([_file_line(file) for file in learned.files] if learned is not None else [])
        held = ((item, item.data(0, COLUMN)) for item in self.tree.items())
        unknown = (item for item, column in held if column and not column[1].of and not column[1].blank)
        if not again:
            self.tree.setCurrentItem(next(unknown, None))
        self._show_line()

    def _chosen(self) -> tuple[TableMatch, Match] | None:
        item = self.tree.currentItem()
        held: Any = item.data(0, COLUMN) if item is not None else None
        return held

    def _show_line(self) -> None:
        """Say in full why the chosen line is what it is, and offer what else a column may hold."""
        from ....delineation.export.records import COLUMNS
        from ....delineation.package.like.correcting import BY_HAND, namesakes_of

        item, held = self.tree.currentItem(), self._chosen()
        self.correction.setVisible(held is not None)
        self.why.say(str(item.data(0, WHOLE) or "") if item is not None else "")
        if held is None:
            return
        table, match = held
        columns = ((name, capital(said(message))) for name, message in COLUMNS[table.of].items())
        fill(self.holds, [("", tr("Nothing, it stays empty")), *columns], match.of)
        learned, by_hand = self.last_year.learned, BY_HAND in (*match.by, match.against)
        others = namesakes_of(learned, table, match, match.of) if by_hand and learned is not None else ()
        self.namesakes.setVisible(bool(others))
        self.namesakes.setText(tr("Correct its &namesakes too ({count})", count=len(others)))

    # ── what it does ──────────────────────────────────────────────────────────────────────────────────────────────

    def take(self, folder: str) -> None:
        """Learn a package that was dropped or chosen."""
        self.head.setChecked(True)
        self.last_year.learn(Path(folder))

    def _ask(self) -> None:
        chosen = ask_folder(self, tr("Folder of last year's package"))
        if chosen:
            self.take(chosen)

    def _correct(self, row: int, *, namesakes: bool = False) -> None:
        held, of = self._chosen(), self.holds.itemData(row)
        if held is not None and (namesakes or of != held[1].of):
            self.last_year.correct(*held, of, namesakes=namesakes)

    def _use(self) -> None:
        last_year, learned = self.last_year, self.last_year.learned
        place = learned.profile if last_year.kept and learned is not None else last_year.proposed()
        if place is not None and place.exists() and not last_year.kept:
            kind = tr("Package layout (*.toml)")
            place = ask_save_as(self, tr("Keep the layout as"), place, kind, ".toml")
        if place is not None:
            self.last_year.use(place)


def _summary(learned: Learned, *, used: bool) -> str:
    """Say in a sentence or two how much was recognised."""
    text = tr(
        "Of {columns} columns {proved} are known by their values, {named} only by their names, {empty} stay empty."
    )
    counts = {"columns": learned.columns, "proved": learned.proved, "named": learned.named}
    lines = [text.format(**counts, empty=learned.columns - learned.proved - learned.named)]
    if not learned.columns:
        # No tables, or a package of this product: what is said of its files is all there is.
        lines = list(dict.fromkeys(visible(capital(said(one))) for file in learned.files for one in file.said))
        del lines[FEW:]
    left = sum(not file.kind for file in learned.files)
    if left:
        lines.append(tr("Files that have no place in it: {count}.", count=left))
    if used:
        text = tr("It is the layout of this package: {file}")
        lines.append(text.format(file=visible(learned.profile.name)))
    return "\n".join(lines)


def _file_line(file: LearnedFile) -> TreeLine:
    """Make the line of a file, with a line for each column and for what is said of it below."""
    from ....delineation.package.like.writing import KINDS_IN_WORDS

    shown = [table for table in file.tables if file.kind and table.of]
    below: list[TreeLine] = []
    for table in shown:
        columns = [_column_line(table, match) for match in table.matches]
        if len(shown) > 1:
            icon = mark_icon("check" if table in file.undecided else "done", SIGN)
            columns = [TreeLine([visible(table.table.name)], icon=icon, below=columns)]
        below += columns
    mark, became = "check" if file.undecided else "done" if file.kind else "unused", KINDS_IN_WORDS[file.kind]
    return _line(mark, visible(file.path), capital(said(became)), file.said, below=below)


def _column_line(table: TableMatch, match: Match) -> TreeLine:
    from ....delineation.export.records import COLUMNS
    from ....delineation.package.like.writing import why

    mark = "done" if match.sure else "check" if match.of else ""
    holds = capital(said(COLUMNS[table.of][match.of])) if match.of else tr("empty")
    column = match.column
    name = f"{column.title} ({column.alias})" if column.alias and column.alias != column.title else column.title
    return _line(mark, visible(name), holds, (why(match),), (table, match))


def _line(
    mark: str,
    name: str,
    became: str,
    why: tuple[Message, ...],
    column: tuple[TableMatch, Match] | None = None,
    below: Sequence[TreeLine] = (),
) -> TreeLine:
    text = tr("{column} → {content}", column=name, content=became)
    reasons = [visible(capital(said(one))) for one in why]
    whole = "\n".join([text, *reasons])
    held = {COLUMN: column, WHOLE: whole, REASONS: " ".join(reasons), Qt.ItemDataRole.AccessibleTextRole: whole}
    return TreeLine([text], icon=mark_icon(mark, SIGN) if mark else None, tips=[whole], below=below, cells={0: held})


class _TwoLines(TwoLinesDelegate):
    """Paints what a line says, and below it, quieter, why."""

    CUT = (Qt.TextElideMode.ElideRight, Qt.TextElideMode.ElideRight)
    FLAGS = AT_TOP

    def lines(self, option: QStyleOptionViewItem, index: QModelIndex) -> tuple[str, str]:
        return option.text, str(index.data(REASONS) or "")

    def room(self, option: QStyleOptionViewItem) -> QRect:
        return option.rect.adjusted(SIGN + 8, EDGE, -EDGE, -EDGE)

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:
        return QSize(super().sizeHint(option, index).width(), 2 * option.fontMetrics.lineSpacing() + 2 * EDGE)
