"""The clauses of one unit, by dimension: each whole, with its effect, what brought it, its basis and its status."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import (
    QModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    pyqtSignal,
)
from qgis.PyQt.QtGui import QColor, QFont, QFontMetrics, QPainter, QPalette
from qgis.PyQt.QtWidgets import (
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from ...text import tr
from ...widgets.marks import paint_mark
from ...widgets.muted import muted_colour
from ...widgets.tables import RowsList, RowsModel, ViewColumn
from .clause_words import status_word

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qgis.PyQt.QtCore import QEvent
    from qgis.PyQt.QtGui import QKeyEvent, QResizeEvent

    from ...work.clause_book import ClauseBook
    from .clause_words import ClauseWords

SHOWN = Qt.ItemDataRole.UserRole
LEFT, RIGHT = (
    int(one | Qt.AlignmentFlag.AlignVCenter) for one in (Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight)
)
WRAPPED = int(Qt.TextFlag.TextWordWrap)  # from the left and the top
MARGIN, GAP, MARK = 4, 6, 14  # pixels: around a clause, between things in a line, of a status's mark
# Grounds for white letters on light and dark themes; the word stands in each, so nobody has to tell colours apart.
EFFECT_COLOURS = {
    "prohibit": "#b3261e",
    "restrict": "#b4540a",
    "condition": "#2a66a8",
    "offset": "#6b4fa0",
    "exit": "#7a4a2b",
    "inform": "#5f6b73",
    "allow": "#1b7f5c",
}
STATUS_MARKS = {"建议": "next", "待审": "check", "已审": "done"}


@dataclass(frozen=True)
class ShownRow:
    """What is painted of a row: a head, or a clause.

    Attributes
    ----------
    text : str
        Of a head its dimension, of a clause its wording.
    head : bool
    effect, effect_word, beside : str
        Its effect, and what stands beside that: its level.
    quiet : tuple of str
        Lines below: what brought it, basis, remark.
    status, status_word : str
    count : str
        Of a head, how many stand below it; of a clause of many units, how many.
    lines : int
        Lines of its wording at most, 0 for all.
    """

    text: str
    head: bool = False
    effect: str = ""
    effect_word: str = ""
    beside: str = ""
    quiet: tuple[str, ...] = ()
    status: str = ""
    count: str = ""
    lines: int = 0

    def whole(self) -> str:
        """Say all of it, line by line."""
        if self.head:
            return f"{self.text} {self.count}".strip()
        first = "  ".join(filter(None, (self.effect_word, self.beside, self.count)))
        return "\n".join((first, self.text, *self.quiet))


@lru_cache(maxsize=8192)
def _high(text: str, font: str, width: int) -> int:
    """Pixels that a text takes in a font (as QFont writes itself) where it is wrapped."""
    own = QFont()
    own.fromString(font)
    place = QFontMetrics(own).boundingRect(QRect(0, 0, width, 1 << 20), WRAPPED, text)
    return int(place.height())


@lru_cache(maxsize=16)
def _tall(font: str) -> int:
    """Pixels of a line of Chinese: another font lends its letters, which may be higher than a line of this one."""
    return _high("国\n国", font, 1 << 16) - _high("国", font, 1 << 16)


class ClauseDelegate(QStyledItemDelegate):
    """Paints what `ShownRow` holds: a chip, the wording wrapped, and quieter lines below it."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:
        self.initStyleOption(option, index)
        shown, font = index.data(SHOWN), option.font.toString()
        width = max(60, option.widget.viewport().width() - 2 * MARGIN)
        high = option.fontMetrics.lineSpacing() + 2 * MARGIN
        if shown.head:
            return QSize(width, high)
        if shown.lines:
            # All rows are of one height, which asks nothing of those that nobody sees.
            texts = (shown.lines + len(shown.quiet)) * _tall(font)
        else:
            texts = sum(_high(one, font, width) for one in _texts(shown, font, width))
        return QSize(width, high + 4 + texts)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        option = QStyleOptionViewItem(option)
        self.initStyleOption(option, index)
        shown = index.data(SHOWN)
        option.text = ""
        painter.save()
        if shown.head:
            self._paint_head(painter, option, shown)
        else:
            option.widget.style().drawControl(QStyle.ControlElement.CE_ItemViewItem, option, painter, option.widget)
            self._paint_clause(painter, option, shown)
        painter.restore()

    def _paint_head(self, painter: QPainter, option: QStyleOptionViewItem, shown: ShownRow) -> None:
        painter.fillRect(option.rect, option.palette.color(QPalette.ColorRole.AlternateBase))
        where = option.rect.adjusted(MARGIN, 0, -MARGIN, 0)
        painter.setPen(muted_colour(option.palette))
        painter.drawText(where, RIGHT, shown.count)
        font = QFont(option.font)
        font.setBold(True)
        painter.setFont(font)
        painter.setPen(option.palette.color(QPalette.ColorRole.Text))
        room = where.width() - option.fontMetrics.horizontalAdvance(shown.count) - GAP
        text = QFontMetrics(font).elidedText(shown.text, Qt.TextElideMode.ElideMiddle, room)
        painter.drawText(where, LEFT, text)

    def _paint_clause(self, painter: QPainter, option: QStyleOptionViewItem, shown: ShownRow) -> None:
        metrics, spacing = option.fontMetrics, option.fontMetrics.lineSpacing()
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        text = option.palette.color(QPalette.ColorRole.HighlightedText if chosen else QPalette.ColorRole.Text)
        soft = text if chosen else muted_colour(option.palette)
        where = option.rect.adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN)
        line = QRect(where.left(), where.top(), where.width(), spacing)
        left = self._chip(painter, line, shown, metrics) + GAP
        right = self._status(painter, line, shown, soft, metrics) - GAP
        painter.setPen(soft)
        said = metrics.elidedText(shown.beside, Qt.TextElideMode.ElideRight, max(0, right - left))
        painter.drawText(QRect(left, line.top(), right - left, spacing), LEFT, said)
        font, top = option.font.toString(), line.bottom() + 3
        for number, told in enumerate(_texts(shown, font, where.width())):
            painter.setPen(soft if number else text)
            place = QRect(where.left(), top, where.width(), _high(told, font, where.width()))
            painter.drawText(place, WRAPPED, told)
            top += place.height()

    def _chip(self, painter: QPainter, line: QRect, shown: ShownRow, metrics: QFontMetrics) -> int:
        """Paint the chip of an effect; where it ends."""
        wide = metrics.horizontalAdvance(shown.effect_word) + 10
        chip = QRectF(line.left(), line.top(), wide, line.height())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(EFFECT_COLOURS.get(shown.effect, EFFECT_COLOURS["inform"])))
        painter.drawRoundedRect(chip, 3, 3)
        painter.setPen(QColor("white"))
        painter.drawText(chip, int(Qt.AlignmentFlag.AlignCenter), shown.effect_word)
        return line.left() + wide

    def _status(self, painter: QPainter, line: QRect, shown: ShownRow, colour: QColor, metrics: QFontMetrics) -> int:
        """Paint status and count at the right; where they begin."""
        right = line.right()
        painter.setPen(colour)
        painter.drawText(line, RIGHT, shown.count)
        right -= metrics.horizontalAdvance(shown.count) + GAP
        if shown.status:
            top = line.top() + (line.height() - MARK) / 2
            paint_mark(painter, QRectF(right - MARK + 3, top, MARK, MARK), STATUS_MARKS.get(shown.status, "check"))
            right -= MARK
        return right


@lru_cache(maxsize=4096)
def _cut(text: str, font: str, width: int, lines: int) -> str:
    most = lines * _tall(font) + 1
    if _high(text, font, width) <= most:
        return text
    low, high = 0, len(text)
    while low < high:  # the longest beginning that fits with its ellipsis
        middle = (low + high + 1) // 2
        low, high = (middle, high) if _high(text[:middle] + "…", font, width) <= most else (low, middle - 1)
    return text[:low] + "…"


def _texts(shown: ShownRow, font: str, width: int) -> Sequence[str]:
    """Give the wording and the quieter lines; each cut where it has only so many lines."""
    if not shown.lines:
        return (shown.text, *shown.quiet)
    return [_cut(shown.text, font, width, shown.lines), *(_cut(one, font, width, 1) for one in shown.quiet)]


class ShownRowsModel(RowsModel):
    """A list of what `ShownRow` holds; what is not looked at is not worded."""

    def __init__(self, words: ClauseWords, parent: QWidget) -> None:
        given = {SHOWN: lambda shown: shown, Qt.ItemDataRole.AccessibleTextRole: self.whole}
        super().__init__(parent, ViewColumn("", lambda shown: shown.text, more=given), tip=self.whole)
        self.words = words
        self._shown: dict[int, ShownRow] = {}

    def put(self, items: Sequence[Any]) -> None:
        """Hold these rows and no others."""
        self._shown = {}
        super().put(items)

    def word(self, place: int) -> ShownRow:
        """Say what is painted at a place."""
        raise NotImplementedError

    def whole(self, shown: ShownRow) -> str:
        """Say all of a row, for its tool tip."""
        return shown.whole()

    def shown(self, row: int) -> ShownRow:
        if row not in self._shown:
            self._shown[row] = self.word(row)
        return self._shown[row]

    def reword(self) -> None:
        """Word all anew: more is known of what is told."""
        self._shown.clear()
        if len(self.items):
            self.dataChanged.emit(self.index(0, 0), self.index(len(self.items) - 1, 0))


class ClauseListModel(ShownRowsModel):
    """Clauses of a unit under heads of their dimensions: an item is a row of the book, or a dimension that begins."""

    def show(self, book: ClauseBook, rows: Sequence[int]) -> None:
        """Show rows of a book, which are those of one unit."""
        column = book.columns["dimension"]
        self._book = book
        self._by: dict[str, list[int]] = {one: [] for one in self.words.dimensions}
        for row in rows:
            self._by.setdefault(column.values[column.codes[row]], []).append(row)
        self.put([one for dimension, own in self._by.items() if own for one in (dimension, *own)])

    def row(self, place: int) -> int:
        """Give the book's row at a place, −1 for a head."""
        item = self.items[place] if 0 <= place < len(self.items) else ""
        return item if isinstance(item, int) else -1

    def place_of(self, row: int) -> int:
        """Find the place of a book's row, −1 where it is not listed."""
        return self.items.index(row) if row in self.items else -1

    def word(self, place: int) -> ShownRow:
        item, words, book = self.items[place], self.words, self._book
        if isinstance(item, str):
            return ShownRow(words.dimension(item), head=True, count=f"{len(self._by[item]):,}")
        row = book.row(item)
        unit = book.units[book.number[row.unit_id]]
        quiet = [tr("Because of: {what}", "what brought a clause", what=words.brought(row, unit)), words.basis(row)]
        if row.remark:
            quiet.append(tr("Remark: {remark}", remark=row.remark))
        return ShownRow(
            row.text,
            effect=row.effect,
            effect_word=words.effect(row.effect),
            beside=words.beside(row),
            quiet=tuple(quiet),
            status=row.status,
            count=status_word(row.status),
        )

    def flags(self, index: QModelIndex) -> Qt.ItemFlags:
        if self.row(index.row()) < 0:
            return Qt.ItemFlags(Qt.ItemFlag.ItemIsEnabled)
        return super().flags(index)


class ClauseList(RowsList):
    """The list; Enter asks to change what is chosen, Delete to take it out, Space to approve it, Insert for another."""

    picked = pyqtSignal()  # other rows are chosen
    change = pyqtSignal()
    remove = pyqtSignal()
    approve = pyqtSignal()
    add = pyqtSignal()

    def __init__(self, parent: QWidget, model: ShownRowsModel, **properties: Any) -> None:
        super().__init__(
            parent,
            model,
            verticalScrollBarPolicy=Qt.ScrollBarPolicy.ScrollBarAlwaysOn,  # else its coming wraps all texts anew
            **properties,
        )
        self.setItemDelegate(ClauseDelegate(self))
        self.setMinimumHeight(6 * self.fontMetrics().lineSpacing())
        self.selectionModel().selectionChanged.connect(self.picked)
        self.activated.connect(self.change)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        keys = {Qt.Key.Key_Delete: self.remove, Qt.Key.Key_Space: self.approve, Qt.Key.Key_Insert: self.add}
        asked = keys.get(event.key())
        if asked is not None and event.modifiers() == Qt.KeyboardModifier.NoModifier:
            event.accept()
            asked.emit()
            return
        super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.scheduleDelayedItemsLayout()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == event.Type.FontChange:
            self.scheduleDelayedItemsLayout()
