"""What became of the units between two versions, a row each: kind, units before and now, area."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QSortFilterProxyModel,
    Qt,
    pyqtSignal,
)
from qgis.PyQt.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QTableView,
    QWidget,
)

from ...map.version_layer import kind_icon, kinds
from ...text import square_kilometres, tr
from ...widgets.plain_text import as_tip
from ...widgets.tables import RIGHT
from ...widgets.two_lines import LINES, TwoLinesDelegate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ...work.version_rows import VersionRow

__all__ = ["ALL", "KIND", "SAME", "VersionTable"]

KIND, SORTED, BOUNDS = (Qt.ItemDataRole.UserRole + number for number in range(3))
ALL, SAME = "", "unchanged"
MARGIN, LEAST = 3, 72  # pixels: around texts, of a column


class _RowsModel(QAbstractTableModel):
    """What became of land, a row each."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.rows: Sequence[VersionRow] = ()
        self._kinds = kinds()

    def show(self, rows: Sequence[VersionRow]) -> None:
        """Show other rows."""
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def rowCount(self, parent: QModelIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.rows)

    def columnCount(self, parent: QModelIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else 3

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        return (
            tr("Change", "what became of a unit"),
            tr("Unit before → now"),
            "km²",
        )[section]

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row, column = self.rows[index.row()], index.column()
        if role == KIND:
            return row.kind
        if role == BOUNDS:
            return row.bounds
        if role == LINES:
            return _lines(row)
        if role == SORTED and column == 2:
            return row.area_m2
        if role in (Qt.ItemDataRole.DisplayRole, SORTED):
            return (self._kinds[row.kind], " ".join(_lines(row)), square_kilometres(row.area_m2))[column]
        if role == Qt.ItemDataRole.DecorationRole and not column:
            return kind_icon(row.kind)
        if role == Qt.ItemDataRole.TextAlignmentRole and column == 2:
            return RIGHT
        if role == Qt.ItemDataRole.ToolTipRole:
            was, now = (" ".join(one) if one else "–" for one in (row.was, row.now))
            return as_tip(f"{self._kinds[row.kind]}\n{was}\n→ {now}\n{square_kilometres(row.area_m2)} km²")
        return None


def _lines(row: VersionRow) -> tuple[str, ...]:
    """Name the unit before and the one now; by their codes too where they have one name."""
    if row.was == row.now and row.now is not None:
        return (row.now[1], row.now[0])
    alike = row.was is not None and row.now is not None and row.was[1] == row.now[1]
    was, now = ("–" if one is None else " ".join(one[::-1]) if alike else one[1] for one in (row.was, row.now))
    return (was, f"→ {now}")


class _OfKind(QSortFilterProxyModel):
    """Keeps rows of one kind, or all that are a change."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._kind = ALL

    def keep(self, kind: str) -> None:
        """Keep rows of another kind."""
        self._kind = kind
        self.invalidateFilter()

    def filterAcceptsRow(self, row: int, parent: QModelIndex) -> bool:
        kind = self.sourceModel().index(row, 0, parent).data(KIND)
        return kind == self._kind if self._kind != ALL else kind != SAME


class _BeforeOverNow(TwoLinesDelegate):
    """Paints the unit before and, below it, the one now: names of a county begin alike and differ at the end."""

    QUIET = 0
    CUT = (Qt.TextElideMode.ElideMiddle, Qt.TextElideMode.ElideMiddle)


class VersionTable(QTableView):
    """The largest first; a click shows the place."""

    chosen = pyqtSignal(object)  # bounds of the row that is chosen, in the plan's CRS; None
    zoom = pyqtSignal(object)  # the same, to be shown

    def __init__(self, parent: QWidget) -> None:
        super().__init__(
            parent,
            tabKeyNavigation=False,
            alternatingRowColors=True,
            wordWrap=False,
            accessibleName=tr("What became of the units"),
            selectionBehavior=QAbstractItemView.SelectionBehavior.SelectRows,
            selectionMode=QAbstractItemView.SelectionMode.SingleSelection,
            editTriggers=QAbstractItemView.EditTrigger.NoEditTriggers,
        )
        self._rows, self.sorted = _RowsModel(self), _OfKind(self)
        self.sorted.setSourceModel(self._rows)
        self.sorted.setSortRole(SORTED)
        self.setModel(self.sorted)
        self.setSortingEnabled(True)
        self.sortByColumn(2, Qt.SortOrder.DescendingOrder)
        self.setItemDelegateForColumn(1, _BeforeOverNow(self))
        self.horizontalHeader().setMinimumSectionSize(LEAST)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(2 * self.fontMetrics().lineSpacing() + 2 * MARGIN)
        for column, mode in enumerate(("ResizeToContents", "Stretch", "ResizeToContents")):
            self.horizontalHeader().setSectionResizeMode(column, getattr(QHeaderView.ResizeMode, mode))
        self.selectionModel().currentRowChanged.connect(lambda index, _: self.chosen.emit(index.data(BOUNDS)))
        self.clicked.connect(lambda index: self.zoom.emit(index.data(BOUNDS)))
        self.activated.connect(lambda index: self.zoom.emit(index.data(BOUNDS)))

    def show_rows(self, rows: Sequence[VersionRow]) -> None:
        """Show other rows."""
        self._rows.show(rows)

    def keep(self, kind: str) -> None:
        """List rows of one kind alone; ``ALL`` for all that are a change."""
        self.sorted.keep(kind)
