"""The edits of a plan, the newest first: what, when, by whom and why; any of them can be gone back to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import (
    QEvent,
    QModelIndex,
    QPointF,
    QRect,
    QSize,
    Qt,
    QTimer,
    pyqtSignal,
)
from qgis.PyQt.QtGui import QBrush, QFont, QPalette, QPen, QTextLayout, QTextOption
from qgis.PyQt.QtWidgets import (
    QPushButton,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from ....delineation.core.errors import BadInput
from ....delineation.core.text import clock_time as local_time
from ...text import sentence, tr
from ...widgets.choices import find_field
from ...widgets.layout import in_column, in_flow
from ...widgets.muted import muted_colour
from ...widgets.offered import offer
from ...widgets.tables import RowsList, RowsModel, ViewColumn
from ...words import scenario_label
from ...work.journal_tree import JournalTree
from ...work.revision import entry_title

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qgis.PyQt.QtGui import QPainter

    from ....delineation.plan.file import Plan
    from ....delineation.revision.timeline import JournalEntry, Timeline
    from ...work.revision import Bounds, Revision

BASE = 0  # the line for the plan as its run left it
LINES, MARGIN, RAIL, DOT = 3, 4, 22, 5  # lines of text; pixels: around, of the line with the dots, half a dot
AT_ONCE = 400  # edits that are looked through before the window gets a turn
SEQ, STANDS, HEAD, QUIET = (Qt.ItemDataRole.UserRole + number for number in range(4))


class HistoryModel(RowsModel):
    """Edits of a timeline, the newest first, and last the plan as its run left it; only what shows is worded."""

    def __init__(self, parent: QWidget | None = None) -> None:
        said = {
            SEQ: int,
            STANDS: self.stands,
            HEAD: lambda seq: self.line is not None and seq == self.line.head,
            QUIET: self.lines,
            Qt.ItemDataRole.AccessibleTextRole: self._text,
        }
        super().__init__(parent, ViewColumn("", self.what, more=said), key=int, tip=self._text)
        self.line: Timeline | None = None
        self._stands: set[int] = set()
        self._elsewhere: dict[int, str] = {}  # edits that stand in another scenario alone
        self._words: dict[int, tuple[JournalEntry, str]] = {}
        self._wanted = ""
        self._looking: Iterator[list[int]] | None = None
        self._soon = QTimer(self, timeout=self._look)

    # ── what is shown ─────────────────────────────────────────────────────────────────────────────────────────────

    def show(self, line: Timeline | None) -> None:
        """Show another timeline, or the same one with what was done since: lines that stay keep their places."""
        self.line, self._stands, self._elsewhere = line, set(), {}
        if line is not None:
            self._stands.update(line.path(line.head))
            for name, head in line.scenarios.items():
                for seq in line.path(head):
                    # What was made here and undone is undone, though a scenario that began behind it has it still.
                    if seq not in self._stands and line.entries[seq].scenario != line.scenario:
                        self._elsewhere.setdefault(seq, name)
        if self._wanted:
            self.look_for(self._wanted)
            return
        self.follow(self._every())

    def look_for(self, text: str) -> None:
        """Keep edits that have a text somewhere; many are looked through in lots."""
        self._wanted = text.strip().lower()
        self._soon.stop()
        self._looking = None
        self.put([] if self._wanted else self._every())
        if self._wanted:
            self._looking = self._found()
            self._look()

    def _every(self) -> list[int]:
        return [*sorted(self.line.entries, reverse=True), BASE] if self.line is not None else []

    def _found(self) -> Iterator[list[int]]:
        every = self._every()
        for start in range(0, len(every), AT_ONCE):
            yield [seq for seq in every[start : start + AT_ONCE] if self._wanted in self._text(seq).lower()]

    def _look(self) -> None:
        """Look through some more."""
        found = next(self._looking, None) if self._looking is not None else None
        if found is None:
            self._soon.stop()
            self._looking = None
            return
        if found:
            self.follow([*self.items, *found])
        self._soon.start(0)

    # ── what is said ──────────────────────────────────────────────────────────────────────────────────────────────

    def entry(self, seq: int | None) -> JournalEntry | None:
        """Give an edit; None for nothing, and for the plan as its run left it."""
        return self.line.entries.get(seq) if seq is not None and self.line is not None else None

    def what(self, seq: int) -> str:
        """Say what an edit did."""
        entry = self.entry(seq)
        if entry is None:
            return tr("As the run left it")
        known = self._words.get(seq)
        if known is None or known[0] is not entry:
            known = self._words[seq] = (entry, entry_title(entry))
        return known[1]

    def stands(self, seq: int) -> bool:
        """Tell whether an edit is in force."""
        return seq == BASE or seq in self._stands

    def elsewhere(self, seq: int) -> str:
        """Give the name of the other scenario in which alone an edit stands; "" for all others."""
        return self._elsewhere.get(seq, "")

    def lines(self, seq: int) -> tuple[str, ...]:
        """Say when and by whom an edit was made, and then why: two lines, which may be empty."""
        entry = self.entry(seq)
        if entry is None or self.line is None:
            return (tr("before the first edit"), "")
        state = ""
        if seq == self.line.head:
            state = tr("the plan stands here")
        elif name := self.elsewhere(seq):
            state = tr("only in “{scenario}”", scenario=scenario_label(name))
        elif not self.stands(seq):
            state = tr("undone")
        first = "  ".join(filter(None, (state, local_time(entry.time), entry.author)))
        told = (
            (tr("Reason: {reason}"), entry.reason),
            (tr("Basis: {reason}"), entry.basis),
        )
        return (first, "  ".join(text.format(reason=fact) for text, fact in told if fact))

    def _text(self, seq: int) -> str:
        return "\n".join(filter(None, (self.what(seq), *self.lines(seq))))


class _EditDelegate(QStyledItemDelegate):
    """Paints a dot on a line that leads to the plan as it is, what was done, and quieter when, by whom and why."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        self.initStyleOption(option, index)
        what, quiet = option.text, [line for line in index.data(QUIET) if line]
        option.text = ""
        option.widget.style().drawControl(QStyle.ControlElement.CE_ItemViewItem, option, painter, option.widget)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        palette, stands, head = option.palette, bool(index.data(STANDS)), bool(index.data(HEAD))
        text = palette.color(QPalette.ColorRole.HighlightedText if chosen else QPalette.ColorRole.Text)
        soft = text if chosen else muted_colour(palette)
        painter.save()
        first, last = index.row() == 0, index.row() == index.model().rowCount() - 1
        self._rail(painter, option.rect, text if stands else soft, stands=stands, head=head, first=first, last=last)
        font = QFont(option.font)
        font.setBold(head)
        # What stands in another scenario was not undone.
        font.setStrikeOut(not stands and not index.model().elsewhere(index.data(SEQ)))
        where = option.rect.adjusted(RAIL, MARGIN, -MARGIN, -MARGIN)
        lines = [(line, font, text if stands else soft) for line in _wrapped(what, font, where.width())]
        plain = QFont(option.font)
        lines += [(line, plain, soft) for line in quiet]
        if len(lines) > LINES:  # one line is left for all that is quieter
            lines = [*lines[:2], ("  ".join(quiet), plain, soft)]
        for number, (line, own, colour) in enumerate(lines):
            painter.setFont(own)
            painter.setPen(colour)
            shown = painter.fontMetrics().elidedText(line, Qt.TextElideMode.ElideMiddle, where.width())
            spacing = option.fontMetrics.lineSpacing()
            place = QRect(where.left(), where.top() + number * spacing, where.width(), spacing)
            painter.drawText(place, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), shown)
        painter.restore()

    def _rail(
        self, painter: QPainter, where: QRect, colour: Any, *, stands: bool, head: bool, first: bool, last: bool
    ) -> None:
        painter.setRenderHint(painter.RenderHint.Antialiasing)
        centre = QPointF(where.left() + RAIL / 2, where.top() + MARGIN + painter.fontMetrics().lineSpacing() / 2)
        painter.setPen(QPen(colour, 1))
        if not last:
            painter.drawLine(QPointF(centre.x(), centre.y() + DOT), QPointF(centre.x(), where.bottom() + 1))
        if not first:
            painter.drawLine(QPointF(centre.x(), where.top()), QPointF(centre.x(), centre.y() - DOT))
        painter.setBrush(QBrush(colour) if stands else QBrush(Qt.BrushStyle.NoBrush))
        painter.drawEllipse(centre, DOT - 1.5, DOT - 1.5)
        if head:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(colour, 1.5))
            painter.drawEllipse(centre, DOT + 1, DOT + 1)

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:  # noqa: ARG002 - all are alike
        return QSize(10 * RAIL, LINES * option.fontMetrics.lineSpacing() + 2 * MARGIN)


def _wrapped(text: str, font: QFont, width: int) -> list[str]:
    """Part a text into the two lines at most that it gets; the second one holds all the rest."""
    layout = QTextLayout(text, font)
    layout.setTextOption(QTextOption(Qt.AlignmentFlag.AlignLeft))
    option = layout.textOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    layout.beginLayout()
    line = layout.createLine()
    line.setLineWidth(max(width, 1))
    layout.endLayout()
    first = line.textLength()
    # Qt counts as it stores texts, in units of sixteen bits.
    units = text.encode("utf-16-le")
    head, rest = (part.decode("utf-16-le", errors="ignore") for part in (units[: 2 * first], units[2 * first :]))
    return [head.rstrip(), rest] if rest.strip() else [head]


class RevisionHistory(QWidget):
    """The list with a field to find in it, and what can be done with the edit that is chosen.

    Follows the revision, and where none is open the journal of the session's plan.
    """

    chosen = pyqtSignal(object)  # west, south, east, north of where the chosen edit was made, in the plan's CRS; None
    zoom = pyqtSignal(object)  # the same, to be shown
    compare = pyqtSignal(int)  # the plan as it was at an edit is to be compared with the present one

    def __init__(self, revision: Revision, parent: QWidget | None = None) -> None:
        super().__init__(parent, objectName="control_units_revision_history")
        self._revision, self._session = revision, revision.parent()
        self._tree = JournalTree(revision, self, self.isVisible)
        self.model = HistoryModel(self)
        self.find = find_field(
            self,
            tr("Find an edit"),
            tr("Only edits are listed whose words, author, reason or document hold this text."),
            self.model.look_for,
        )
        self.view = RowsList(
            self,
            self.model,
            uniformItemSizes=True,
            accessibleName=tr("Edits of the plan"),
            activated=lambda *_: self._zoom(),
        )
        self.view.setItemDelegate(_EditDelegate(self.view))
        self.view.selectionModel().selectionChanged.connect(lambda *_: self._choose())
        self.model.modelReset.connect(self._choose)
        self.go_there, self.take_back, self.look_there, self.compare_now = (
            QPushButton(text, self, clicked=clicked)
            for text, clicked in (
                ("", lambda *_: self._go(self.seq())),
                (tr("Take this and all &later back"), lambda *_: self._go(self._before())),
                (tr("&Zoom there"), lambda *_: self._zoom()),
                (tr("&Compare with now"), lambda *_: self.compare.emit(self.seq())),
            )
        )
        buttons = in_flow(self.go_there, self.take_back, self.look_there, self.compare_now)
        in_column(self.find, (self.view, 1), buttons, on=self, margins=(0, 4, 0, 0))
        self._tree.changed.connect(lambda: self._show(self._tree.line))
        self._offer()

    # ── what is shown ─────────────────────────────────────────────────────────────────────────────────────────────

    def showEvent(self, event: QEvent) -> None:
        super().showEvent(event)
        self._tree.show()

    def _show(self, line: Timeline | None) -> None:
        seq, bar = self.seq(), self.view.verticalScrollBar()
        head_seen = self._seen(self.model.line.head) if self.model.line is not None else False
        place, rows = bar.value(), self.model.rowCount()
        self.model.show(line)
        more, high = self.model.rowCount() - rows, self.view.sizeHintForRow(0)
        if place and more > 0:
            self.view.doItemsLayout()
            bar.setValue(place + more * high)  # what is read stays where it is
        if line is not None and head_seen and not self._seen(line.head) and (row := self.model.row_of(line.head)) >= 0:
            self.view.scrollTo(self.model.index(row, 0))
        (self._choose if self.seq() != seq else self._offer)()

    def _seen(self, seq: int) -> bool:
        row = self.model.row_of(seq)
        return row >= 0 and self.view.viewport().rect().contains(self.view.visualRect(self.model.index(row, 0)))

    # ── what is chosen ────────────────────────────────────────────────────────────────────────────────────────────

    def seq(self) -> int | None:
        """Give the number of the edit that is chosen, 0 for the plan as its run left it, None for nothing."""
        return next((self.model.items[row] for row in self.view.chosen()), None)

    def _before(self) -> int | None:
        """Give the edit that the chosen one was made on."""
        entry = self.model.entry(self.seq())
        return entry.parent if entry is not None else None

    def _go(self, seq: int | None) -> None:
        if seq is not None:
            self._revision.go(seq)

    def place(self) -> Bounds | None:
        """Where the chosen edit was made, in the plan's CRS."""
        entry = self.model.entry(self.seq())
        if entry is None:
            return None
        if self._revision.is_open:
            return self._revision.bounds_of(entry.seq)
        return _bounds_in(self._session.plan, entry.op)

    def _choose(self) -> None:
        self._offer()
        self.chosen.emit(self.place())

    def _zoom(self) -> None:
        bounds = self.place()
        if bounds is not None:
            self.zoom.emit(bounds)

    def _offer(self) -> None:
        """Offer what can be done with the edit that is chosen, or say why it cannot."""
        seq, line = self.seq(), self.model.line
        again = seq is not None and not self.model.stands(seq)
        self.go_there.setText(tr("&Redo to here") if again else tr("&Go back to here"))
        none = tr("Choose an edit first.")
        there = _unreachable(line, seq) if line is not None and seq is not None else none
        if not there and line is not None and seq == line.head:
            there = tr("The plan stands here already.")
        tip = tr("The plan is again as it was right after this edit; nothing is lost by it.")
        if again:
            tip = tr("Does again what leads to this edit, and undoes what does not.")
        offer(self.go_there, tip, there)
        before = self._before()
        no_edit = none if seq is None else "" if before is not None else tr("This is no edit.")
        why = no_edit or (tr("It does not stand in this scenario.") if again else "")
        if not why and line is not None and before is not None:
            why = _unreachable(line, before)
        offer(self.take_back, tr("The plan is as it was right before this edit; “Redo to here” brings it back."), why)
        why = no_edit or ("" if self.place() is not None else tr("It has no place on the map any more."))
        offer(self.look_there, tr("Shows on the map where the edit was made."), why)
        offer(self.compare_now, tr("Lists and draws what differs between this edit and now."), there)


def _unreachable(line: Timeline, seq: int) -> str:
    """Say why the plan cannot be brought to an edit, "" where it can."""
    try:
        line.way(seq)
    except BadInput as error:
        return sentence(error)
    return ""


def _bounds_in(plan: Plan | None, op: Any) -> Bounds | None:
    """Find where an edit of a plan that is not under revision was made."""
    import shapely

    from ....delineation.revision.operation import places_of, units_of

    if plan is None:
        return None
    if points := places_of(op):
        found = shapely.bounds(shapely.multipoints(points))
    else:
        shapes = plan.units.loc[plan.units["unit_id"].isin(units_of(op)), "geometry"]
        found = shapely.total_bounds(shapes.to_numpy()) if len(shapes) else None
    if found is None:
        return None
    west, south, east, north = map(float, found)
    return west, south, east, north
