"""The rule table as a tree: a row a rule in the order in which they decide, its remarks below it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import QModelIndex, QRect, QSignalBlocker, QSize, Qt, pyqtSignal
from qgis.PyQt.QtGui import QBrush, QColor, QPalette
from qgis.PyQt.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QDoubleSpinBox,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)

from ....delineation.case.explanations import explain
from ...map.colours import chip_icon
from ...text import capital, language, listed, tr
from ...widgets.choices import choose, fill
from ...widgets.marks import mark_icon
from ...widgets.muted import muted_colour
from ...widgets.plain_text import as_tip
from ...widgets.tables import LineTree, TreeLine
from ..category_bar import short_names

if TYPE_CHECKING:
    from collections.abc import Mapping

    from qgis.PyQt.QtGui import QResizeEvent

    from ....delineation.explain.rule_book import Rulebook, RuleRow

ROW = Qt.ItemDataRole.UserRole


class _Wrapping(QStyledItemDelegate):
    """Rows as high as their wrapped text: the view's own hint comes before its columns have their width."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:
        hint = super().sizeHint(option, index)
        view = option.widget
        if index.column() != 0 or not isinstance(view, QTreeWidget):
            return hint
        spanned = view.isFirstItemColumnSpanned(view.itemFromIndex(index))
        width = view.viewport().width() if spanned else view.columnWidth(0)
        depth = 1 if index.parent().isValid() else 0
        marked = index.data(Qt.ItemDataRole.CheckStateRole) is not None or depth
        room = max(60, width - view.indentation() * depth - (30 if marked else 8))
        text = option.fontMetrics.boundingRect(
            QRect(0, 0, room, 10_000), Qt.TextFlag.TextWordWrap, str(index.data(Qt.ItemDataRole.DisplayRole) or "")
        )
        return QSize(hint.width(), max(option.fontMetrics.height(), text.height()) + 6)


class RuleTree(LineTree):
    """Rules; those that hang on a switch have a box to tick."""

    switched = pyqtSignal(str, object)  # switch, value
    chosen = pyqtSignal(object)  # RuleRow or None

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(
            parent,
            tr("Rule, the strongest first"),
            tr("Makes it"),
            rootIsDecorated=False,
            indentation=14,
            wordWrap=True,
            alternatingRowColors=True,
            verticalScrollMode=QAbstractItemView.ScrollMode.ScrollPerPixel,
            currentItemChanged=lambda item, _: self.chosen.emit(self._row_of(item)),
            ticked=self._tick,
        )
        self.setItemDelegate(_Wrapping(self))
        self.header().sectionResized.connect(lambda *_: self.scheduleDelayedItemsLayout())
        self._book: Any = None  # Rulebook

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        # What a switch would do stands below the tree and takes room from it: the switch must not get out of sight.
        if self.currentItem() is not None:
            self.scrollToItem(self.currentItem())

    def show_book(
        self, book: Rulebook, allowed: Mapping[str, Any], explanations: Mapping[str, Mapping[str, Any]]
    ) -> None:
        """Show a rule table.

        Parameters
        ----------
        book : Rulebook
        allowed : mapping
            ``switch_values`` of the profile.
        explanations : mapping
            Of ``load_explanations``.
        """
        self._book, self._allowed, self._texts = book, allowed, explanations
        # The first rule of each has its field.
        named = {row.threshold: row.id for row in reversed(book.rows) if row.threshold and row.active}
        lines = [self._line(row, named.get(row.threshold) == row.id) for row in book.rows]
        self.put([*lines, *(TreeLine([text], icon=mark_icon("problem"), across=True) for text in book.remarks)])
        for name in named:
            box = self.findChild(QWidget, f"threshold_{name}")
            if isinstance(box, QComboBox):
                choose(box, book.switches[name])
            elif box is not None:
                with QSignalBlocker(box):
                    box.setValue(float(book.switches.get(name, 0.0)))

    def _line(self, row: RuleRow, threshold: bool) -> TreeLine:
        title = capital(row.title)
        tip = [title, row.zones, row.condition]
        if row.source:
            tip.append(tr("Source: {source}", source=row.source))
        if row.switch:
            tip.append(explain(self._texts, "switch", row.switch, language()).sentence)
        else:
            tip.append(tr("Always applies; only a table of extra rules replaces it."))
        # Chinese titles say the condition themselves.
        condition = f"\n{row.condition}" if row.condition and language() != "zh" else ""
        # In words too: a dark theme paints all lines in one colour, whatever colour they were given.
        off = "" if row.active else tr("switched off", "a rule")
        texts = filter(None, (f"{row.id}  {title}{condition}", tied_words(row, self._book), off))
        font = self.font()
        font.setItalic(not row.active)
        colour = self.palette().color(QPalette.ColorRole.Text) if row.active else muted_colour(self.palette())
        return TreeLine(
            ["\n".join(texts), {**short_names(), 0: tr("informs lists")}[row.effect]],
            row.id,
            tips=["\n".join(filter(None, tip))],
            below=[
                *(
                    [TreeLine(key=row.threshold, across=True, widgets={0: partial(self._threshold, row.threshold)})]
                    * threshold
                ),
                *map(_remark, row.remarks),
            ],
            look={Qt.ItemDataRole.ForegroundRole: QBrush(colour), Qt.ItemDataRole.FontRole: font},
            cells={0: {ROW: row}, 1: {Qt.ItemDataRole.DecorationRole: chip_icon(row.effect)}},
            on=row.active if row.switch else None,
        )

    def _threshold(self, name: str) -> QWidget:
        """Make the field of a threshold."""
        told = explain(self._texts, "switch", name, language())
        value = self._book.switches.get(name, 0.0)
        if name in self._allowed:
            box = QComboBox(self, objectName=f"threshold_{name}", toolTip=as_tip(told.sentence))
            named = [(one, explain(self._texts, "choice", one, language()).name) for one in self._allowed[name]]
            fill(box, [(one, f"{capital(told.name)}  {text}") for one, text in named], value)
            box.activated.connect(lambda _: self.switched.emit(name, box.currentData()))
            return box
        return QDoubleSpinBox(
            self,
            objectName=f"threshold_{name}",
            minimum=0,
            maximum=1e12,
            decimals=0,
            singleStep=100_000,
            showGroupSeparator=True,
            prefix=f"{capital(told.name)}  ",
            suffix=f" {told.unit}" if told.unit else "",
            toolTip=as_tip(told.sentence),
            keyboardTracking=False,
            value=float(value),
            valueChanged=lambda value: self.switched.emit(name, float(value)),
        )

    @staticmethod
    def _row_of(item: QTreeWidgetItem | None) -> RuleRow | None:
        """Give the rule of an item; remarks and thresholds stand below theirs."""
        while item is not None and item.parent() is not None:
            item = item.parent()
        row: RuleRow | None = item.data(0, ROW) if item is not None else None
        return row

    def _tick(self, item: QTreeWidgetItem, on: bool) -> None:
        row = item.data(0, ROW)
        # A click on the box alone would not choose the line, whose explanation is wanted now.
        self.setCurrentItem(item)
        self.switched.emit(row.switch, self._value(row, on))

    def _value(self, row: RuleRow, on: bool) -> Any:
        """Value the switch has to have for the row to apply, or not to."""
        if row.wanted in ("true", "false"):
            return (row.wanted == "true") == on
        if on:
            return row.wanted
        others = [value for value in self._allowed.get(row.switch, ()) if value != row.wanted]
        return others[0] if others else self._book.switches.get(row.switch)


def _remark(text: str) -> TreeLine:
    return TreeLine(
        [text],
        icon=mark_icon("problem"),
        tips=[tr("The tester found this in the rule table before any run.")],
        look={Qt.ItemDataRole.ForegroundRole: QColor("#c8321e")},
        across=True,
    )


def tied_words(row: RuleRow, book: Rulebook) -> str:
    """Say which other rules hang on the same switch: those that go on and off with a row, and those it replaces."""
    others = [one for one in book.rows if row.switch and one.switch == row.switch and one.id != row.id]
    said = []
    for alike, text in (
        (True, tr("on and off together with {rules}")),
        (False, tr("in place of {rules}: one switch")),
    ):
        rules = [one.id for one in others if (one.wanted == row.wanted) == alike]
        if rules:
            said.append(text.format(rules=listed(rules)))
    return listed(said)
