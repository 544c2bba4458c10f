"""The units as a table: a model over the plan's own, and a view in step with the map."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import (
    QAbstractTableModel,
    QCoreApplication,
    QItemSelectionModel,
    QModelIndex,
    QRect,
    QSignalBlocker,
    QSize,
    QSortFilterProxyModel,
    Qt,
    pyqtSignal,
)
from qgis.PyQt.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QLineEdit,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from ..map.colours import chip_icon
from ..text import categories
from ..widgets.muted import muted_colour
from ..widgets.plain_text import as_tip
from .category_bar import square_kilometres

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    import pandas as pd
    from qgis.PyQt.QtCore import QPoint
    from qgis.PyQt.QtGui import QPainter

    from ...delineation.case.profile import Profile

__all__ = ["UnitsModel", "UnitsTable"]

translate = QCoreApplication.translate
COLUMNS = ("name", "area_m2")
NUMBERS = ("area_m2",)
SORTED, CODE = Qt.ItemDataRole.UserRole, Qt.ItemDataRole.UserRole + 1
MARGIN = 3


class UnitsModel(QAbstractTableModel):
    """Rows of the plan's ``units``; nothing is copied into widgets, so that thousands cost nothing."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        names = (*COLUMNS, "code", "category", "parts", "unit_id", "townships")
        self._columns: dict[str, list[Any]] = {name: [] for name in names}
        self._categories: dict[int, str] = {}

    def show_units(self, units: pd.DataFrame, profile: Profile | None = None) -> None:
        """Show a table of units; categories are called as the profile has them."""
        self.beginResetModel()
        self._categories = categories(profile=profile)
        self._columns = {name: units[name].tolist() for name in self._columns}
        self.endResetModel()

    def unit_id(self, row: int) -> str:
        """Give the id of a row's unit."""
        return str(self._columns["unit_id"][row])

    def row_of(self, unit_id: str) -> int:
        """Find a unit's row, −1 where there is none."""
        ids = self._columns["unit_id"]
        return ids.index(unit_id) if unit_id in ids else -1

    def rowCount(self, parent: QModelIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._columns["unit_id"])

    def columnCount(self, parent: QModelIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        return (
            translate("ControlUnits", "Unit, by code"),
            translate("ControlUnits", "Area, km²"),
        )[section]

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        name, row = COLUMNS[index.column()], index.row()
        value = self._columns[name][row]
        if role == Qt.ItemDataRole.DisplayRole:
            return square_kilometres(float(value)) if name == "area_m2" else str(value)
        if role == CODE:
            return str(self._columns["code"][row])
        if role == SORTED:
            return float(value) if name in NUMBERS else str(self._columns["code"][row])
        if role == Qt.ItemDataRole.TextAlignmentRole and name in NUMBERS:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if role == Qt.ItemDataRole.DecorationRole and name == "name":
            return chip_icon(int(self._columns["category"][row]))
        if role == Qt.ItemDataRole.ToolTipRole:
            kind = self._categories[int(self._columns["category"][row])]
            parts = translate("ControlUnits", "Parts: {count}").format(count=self._columns["parts"][row])
            lines = (str(self._columns["name"][row]), kind, parts, str(self._columns["townships"][row]))
            return as_tip("\n".join(filter(None, lines)))
        return None


class _ByNameOrCode(QSortFilterProxyModel):
    """Keeps units whose name or code holds the text looked for."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._wanted = ""

    def look_for(self, text: str) -> None:
        """Look for another text, in letters of any case."""
        self._wanted = text.strip().lower()
        self.invalidateFilter()

    def filterAcceptsRow(self, row: int, parent: QModelIndex) -> bool:
        index = self.sourceModel().index(row, 0, parent)
        return any(self._wanted in str(index.data(role)).lower() for role in (Qt.ItemDataRole.DisplayRole, CODE))


class _NameOverCode(QStyledItemDelegate):
    """Paints a unit's name and, quieter and below it, its code; names of a county begin alike and differ at the end."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        self.initStyleOption(option, index)
        name, code = option.text, str(index.data(CODE))
        option.text = ""
        option.widget.style().drawControl(QStyle.ControlElement.CE_ItemViewItem, option, painter, option.widget)
        left = option.rect.left() + option.decorationSize.width() + 3 * MARGIN
        lines = QRect(left, option.rect.top() + MARGIN, option.rect.right() - left - MARGIN, option.rect.height())
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        role = option.palette.ColorRole.HighlightedText if chosen else option.palette.ColorRole.Text
        text, metrics = option.palette.color(role), option.fontMetrics
        painter.save()
        for number, line in enumerate((name, code)):
            painter.setPen(text if chosen or not number else muted_colour(option.palette))
            shown = metrics.elidedText(line, Qt.TextElideMode.ElideMiddle, lines.width())
            painter.drawText(lines.adjusted(0, number * metrics.lineSpacing(), 0, 0), Qt.AlignmentFlag.AlignTop, shown)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:
        hint = super().sizeHint(option, index)
        return QSize(hint.width(), 2 * option.fontMetrics.lineSpacing() + 2 * MARGIN)


class UnitsTable(QWidget):
    """The table with a field to find in it."""

    chosen = pyqtSignal(list)  # unit ids
    opened = pyqtSignal(str)  # unit id: double click, Enter
    menu_asked = pyqtSignal(object, list)  # where on the screen, ids of the chosen units

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = UnitsModel(self)
        self.sorted = _ByNameOrCode(self)
        self.sorted.setSourceModel(self.model)
        self.sorted.setSortRole(SORTED)
        self.find = QLineEdit(self)
        self.find.setClearButtonEnabled(True)
        self.find.setPlaceholderText(translate("ControlUnits", "Find a unit by name or code"))
        self.find.setToolTip(translate("ControlUnits", "Only units whose name or code holds this text are listed."))
        self.find.textChanged.connect(self.sorted.look_for)
        self.view = QTableView(self)
        self.view.setModel(self.sorted)
        self.view.setSortingEnabled(True)
        self.view.sortByColumn(0, Qt.SortOrder.AscendingOrder)
        self.view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.view.setAlternatingRowColors(True)
        self.view.setWordWrap(False)
        self.view.setItemDelegateForColumn(0, _NameOverCode(self.view))
        self.view.verticalHeader().hide()
        self.view.verticalHeader().setDefaultSectionSize(2 * self.fontMetrics().lineSpacing() + 2 * MARGIN)
        header = self.view.horizontalHeader()
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        self.view.selectionModel().selectionChanged.connect(lambda *_: self.chosen.emit(self.selected()))
        self.view.activated.connect(lambda index: self.opened.emit(self._unit_at(index)))
        self.view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.view.customContextMenuRequested.connect(self._ask_for_menu)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 4, 0, 0)
        layout.addWidget(self.find)
        layout.addWidget(self.view, 1)

    def show_units(self, units: pd.DataFrame, profile: Profile | None = None) -> None:
        """Show a table of units; none of them is chosen: an id may be another unit's by now."""
        blocker = QSignalBlocker(self.view.selectionModel())
        self.model.show_units(units, profile)
        del blocker

    def selected(self) -> list[str]:
        """Ids of the chosen units."""
        return [self._unit_at(index) for index in self.view.selectionModel().selectedRows()]

    def _ask_for_menu(self, at: QPoint) -> None:
        # Where the click falls on none, there is nothing to offer.
        if self.view.indexAt(at).isValid() and self.selected():
            self.menu_asked.emit(self.view.viewport().mapToGlobal(at), self.selected())

    def _unit_at(self, index: QModelIndex) -> str:
        return self.model.unit_id(self.sorted.mapToSource(index).row())

    def select(self, unit_ids: Collection[str] | Sequence[str]) -> None:
        """Choose units without telling of it."""
        selection = self.view.selectionModel()
        blocker = QSignalBlocker(selection)
        selection.clearSelection()
        first = None
        flags = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
        for unit_id in unit_ids:
            row = self.model.row_of(unit_id)
            index = self.sorted.mapFromSource(self.model.index(row, 0)) if row >= 0 else QModelIndex()
            if index.isValid():
                selection.select(index, flags)
                first = index if first is None else first
        del blocker
        self.view.viewport().update()
        if first is not None:
            self.view.scrollTo(first)
