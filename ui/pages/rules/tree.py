"""The rule table as a tree: a row a rule in the order in which they decide, its remarks below it."""

from __future__ import annotations

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
from ...widgets.tables import head
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


class RuleTree(QTreeWidget):
    """Rules; those that hang on a switch have a box to tick."""

    switched = pyqtSignal(str, object)  # switch, value
    chosen = pyqtSignal(object)  # RuleRow or None

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(
            parent,
            rootIsDecorated=False,
            indentation=14,
            wordWrap=True,
            alternatingRowColors=True,
            horizontalScrollBarPolicy=Qt.ScrollBarPolicy.ScrollBarAlwaysOff,
            verticalScrollMode=QAbstractItemView.ScrollMode.ScrollPerPixel,
        )
        head(self, tr("Rule, the strongest first"), tr("Makes it"))
        self.setItemDelegate(_Wrapping(self))
        self.header().sectionResized.connect(lambda *_: self.scheduleDelayedItemsLayout())
        self._book: Any = None  # Rulebook
        self.itemChanged.connect(self._ticked)
        self.currentItemChanged.connect(lambda item, _: self.chosen.emit(self._row_of(item)))

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
        blocker = QSignalBlocker(self)
        same = self._book is not None and [row.id for row in self._book.rows] == [row.id for row in book.rows]
        self._book, self._allowed, self._texts = book, allowed, explanations
        # Ticking must not throw the reader back to the top.
        if same and self.topLevelItemCount() == len(book.rows) + len(book.remarks):
            for number, row in enumerate(book.rows):
                item = self.topLevelItem(number)
                # Every touched item makes the view measure all of them again.
                if item.data(0, ROW) != row:
                    self._fill(item, row, book)
            for name in {row.threshold for row in book.rows if row.threshold}:
                box = self.findChild(QComboBox, f"threshold_{name}")
                if box is not None:
                    choose(box, book.switches[name])
        else:
            self.clear()
            thresholds: set[str] = set()
            for row in book.rows:
                item = QTreeWidgetItem(self)
                self._fill(item, row, book)
                if row.threshold and row.active and row.threshold not in thresholds:
                    thresholds.add(row.threshold)
                    self._add_threshold(item, row.threshold, book)
            for text in book.remarks:
                item = QTreeWidgetItem(self, [text])
                item.setIcon(0, mark_icon("problem"))
                item.setFirstColumnSpanned(True)
            self.expandAll()
        del blocker

    def _fill(self, item: QTreeWidgetItem, row: RuleRow, book: Rulebook) -> None:
        title = capital(row.title)
        tip = [title, row.zones, row.condition]
        if row.source:
            tip.append(tr("Source: {source}", source=row.source))
        item.setData(0, ROW, row)
        # Chinese titles say the condition themselves.
        condition = f"\n{row.condition}" if row.condition and language() != "zh" else ""
        shared = tied_words(row, book)
        # In words too: a dark theme paints all lines in one colour, whatever colour they were given.
        off = "" if row.active else tr("switched off", "a rule")
        item.setText(0, "\n".join(filter(None, (f"{row.id}  {title}{condition}", shared, off))))
        names = {**short_names(), 0: tr("informs lists")}
        item.setText(1, names[row.effect])
        item.setIcon(1, chip_icon(row.effect))
        if row.switch:
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(0, Qt.CheckState.Checked if row.active else Qt.CheckState.Unchecked)
            tip.append(explain(self._texts, "switch", row.switch, language()).sentence)
        else:
            item.setFlags(item.flags() & ~Qt.ItemFlag.ItemIsUserCheckable)
            tip.append(tr("Always applies; only a table of extra rules replaces it."))
        item.setToolTip(0, as_tip("\n".join(filter(None, tip))))
        text = self.palette().color(QPalette.ColorRole.Text) if row.active else muted_colour(self.palette())
        font = self.font()
        font.setItalic(not row.active)
        for column in (0, 1):
            item.setForeground(column, QBrush(text))
            item.setFont(column, font)
        self._fill_remarks(item, row)

    def _fill_remarks(self, item: QTreeWidgetItem, row: RuleRow) -> None:
        for number in reversed(range(item.childCount())):
            if item.child(number).data(0, ROW) == row.id:
                item.removeChild(item.child(number))
        for text in row.remarks:
            child = QTreeWidgetItem(item, [text])
            child.setData(0, ROW, row.id)
            child.setIcon(0, mark_icon("problem"))
            child.setForeground(0, QColor("#c8321e"))
            child.setFirstColumnSpanned(True)
            child.setToolTip(0, tr("The tester found this in the rule table before any run."))
        item.setExpanded(True)

    def _add_threshold(self, item: QTreeWidgetItem, name: str, book: Rulebook) -> None:
        told = explain(self._texts, "switch", name, language())
        child = QTreeWidgetItem(item)
        child.setFirstColumnSpanned(True)
        if name in self._allowed:
            box = QComboBox(self, objectName=f"threshold_{name}", toolTip=as_tip(told.sentence))
            named = [(one, explain(self._texts, "choice", one, language()).name) for one in self._allowed[name]]
            fill(box, [(one, f"{capital(told.name)}  {text}") for one, text in named], book.switches[name])
            box.activated.connect(lambda _: self.switched.emit(name, box.currentData()))
            self.setItemWidget(child, 0, box)
            return
        box = QDoubleSpinBox(
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
            value=float(book.switches.get(name, 0.0)),
            valueChanged=lambda value: self.switched.emit(name, float(value)),
        )
        self.setItemWidget(child, 0, box)

    @staticmethod
    def _row_of(item: QTreeWidgetItem | None) -> RuleRow | None:
        """Give the rule of an item; remarks and thresholds stand below theirs."""
        while item is not None and item.parent() is not None:
            item = item.parent()
        found = item.data(0, ROW) if item is not None else None
        return found if hasattr(found, "switch") else None

    def _ticked(self, item: QTreeWidgetItem, column: int) -> None:
        row = item.data(0, ROW)
        if column != 0 or not hasattr(row, "switch") or not row.switch:
            return
        on = item.checkState(0) == Qt.CheckState.Checked
        if on != row.active:
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
