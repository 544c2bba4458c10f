"""Trees, tables and lists: how columns are headed, one model of plain rows and its views, lines below lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from qgis.PyQt.QtCore import (
    QAbstractTableModel,
    QItemSelectionModel,
    QModelIndex,
    QSignalBlocker,
    QSize,
    Qt,
    pyqtSignal,
)
from qgis.PyQt.QtWidgets import (
    QHeaderView,
    QListView,
    QStyle,
    QTableWidgetItem,
    QTreeView,
    QTreeWidget,
    QTreeWidgetItem,
)

from .plain_text import as_tip
from .two_lines import LINES, TwoLinesDelegate

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence

    from qgis.PyQt.QtGui import QIcon
    from qgis.PyQt.QtWidgets import QWidget

RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
ROLE = Qt.ItemDataRole
KEY = ROLE.UserRole + 30
BOXES = {None: None, False: Qt.CheckState.Unchecked, True: Qt.CheckState.Checked}


class ViewColumn(NamedTuple):
    """A column: how it is headed, and what stands in it of a row.

    Attributes
    ----------
    title : str
    text : callable
    order : callable, optional
        What rows are sorted by, where it is not their texts.
    icon : callable, optional
    lines : callable, optional
        Two lines that are painted in place of the text.
    right : bool
        Whether texts stand at the right, as numbers do.
    about : str
        Tool tip of its head.
    more : mapping
        Role → what else there is of a row.
    paints : type
        What paints two lines.
    """

    title: str
    text: Callable[[Any], str]
    order: Callable[[Any], Any] | None = None
    icon: Callable[[Any], QIcon | None] | None = None
    lines: Callable[[Any], Sequence[str]] | None = None
    right: bool = False
    about: str = ""
    more: Mapping[int, Any] = {}
    paints: type[TwoLinesDelegate] = TwoLinesDelegate


class NamesDelegate(TwoLinesDelegate):
    """Paints two names: those of a county begin alike and differ at the end."""

    CUT = (Qt.TextElideMode.ElideMiddle, Qt.TextElideMode.ElideMiddle)


class RowsModel(QAbstractTableModel):
    """Rows of any kind, which stay what they are: those that are wanted, in the order of the column they are sorted by.

    Parameters
    ----------
    *columns : ViewColumn
    key : callable, optional
        By what a row is known again.
    tip : callable, optional
        Plain text of a row's tool tip.

    Attributes
    ----------
    items : sequence
        What is listed.
    """

    items: Sequence[Any] = ()

    def __init__(
        self,
        parent: QWidget | None,
        *columns: ViewColumn,
        key: Callable[[Any], Hashable] = id,
        tip: Callable[[Any], str] | None = None,
    ) -> None:
        super().__init__(parent)
        self.columns, self._key = columns, key
        self._all: Sequence[Any] = ()
        self._keeps: Callable[[Any], bool] | None = None
        self._sorted = (-1, Qt.SortOrder.AscendingOrder)
        self._places: dict[Hashable, int] | None = None
        self._heads: list[dict[int, Any]] = [{} for _ in columns]
        self._said: list[dict[int, Callable[[Any], Any] | None]] = [
            {
                ROLE.DisplayRole: one.text,
                ROLE.DecorationRole: one.icon,
                ROLE.ToolTipRole: tip and (lambda row: as_tip(tip(row))),
                ROLE.TextAlignmentRole: (lambda _: RIGHT) if one.right else None,
                LINES: one.lines,
                **one.more,
            }
            for one in columns
        ]

    # ── what is listed ────────────────────────────────────────────────────────────────────────────────────────────

    def put(self, items: Sequence[Any]) -> None:
        """Hold these rows and no others; none of them is chosen."""
        self.beginResetModel()
        self._take(items)
        self.endResetModel()

    def follow(self, items: Sequence[Any]) -> None:
        """Hold these rows and no others; what is chosen stays so where it is still there, and nobody is told."""
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        keys = [self._key(self.items[one.row()]) for one in before]
        self._take(items)
        after = [self.index(self.row_of(key), one.column()) for key, one in zip(keys, before, strict=True)]
        self.changePersistentIndexList(before, after)
        self.layoutChanged.emit()

    def keep(self, wanted: Callable[[Any], bool]) -> None:
        """List the rows alone that are wanted."""
        self._keeps = wanted
        self.follow(self._all)

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        self._sorted = (column, order)
        self.follow(self._all)

    def _take(self, items: Sequence[Any]) -> None:
        self._all, self._places = items, None
        self.items = items if self._keeps is None else list(filter(self._keeps, items))
        column, order = self._sorted
        if column >= 0:
            by = self.columns[column].order or self.columns[column].text
            self.items = sorted(self.items, key=by, reverse=order == Qt.SortOrder.DescendingOrder)

    def row_of(self, key: Hashable) -> int:
        """Find the row of a key, −1 where it is not listed."""
        if self._places is None:
            self._places = {self._key(one): row for row, one in enumerate(self.items)}
        return self._places.get(key, -1)

    def shown(self, row: int) -> Any:
        """Give what columns show of a row."""
        return self.items[row]

    # ── as Qt asks ────────────────────────────────────────────────────────────────────────────────────────────────

    def rowCount(self, parent: QModelIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.items)

    def columnCount(self, parent: QModelIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else max(1, len(self.columns))

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = ROLE.DisplayRole) -> Any:
        there = orientation == Qt.Orientation.Horizontal and section < len(self._heads)
        return self._heads[section].get(role) if there else None

    def setHeaderData(self, section: int, orientation: Qt.Orientation, value: Any, role: int = ROLE.EditRole) -> bool:
        self._heads[section][role] = value
        self.headerDataChanged.emit(orientation, section, section)
        return True

    def data(self, index: QModelIndex, role: int = ROLE.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self.items):
            return None
        say = self._said[index.column()].get(role)
        return say(self.shown(index.row())) if say is not None else None


class RowsList(QListView):
    """Rows one below the other, each as high as what it says; ``properties`` are the view's, and its signals."""

    def __init__(self, parent: QWidget, model: RowsModel, **properties: Any) -> None:
        super().__init__(
            parent,
            resizeMode=QListView.ResizeMode.Adjust,
            verticalScrollMode=QListView.ScrollMode.ScrollPerPixel,
            horizontalScrollBarPolicy=Qt.ScrollBarPolicy.ScrollBarAlwaysOff,
            **properties,
        )
        self.setModel(model)

    def chosen(self) -> list[int]:
        """Give the rows of the model that are chosen, from the top."""
        return sorted(index.row() for index in self.selectionModel().selectedIndexes())

    def choose(self, places: Iterable[int]) -> None:
        """Choose rows of the model, and scroll to the first."""
        selection, flags = self.selectionModel(), QItemSelectionModel.SelectionFlag.Select
        selection.clearSelection()
        for number, place in enumerate(places):
            if not number:
                selection.setCurrentIndex(self.model().index(place, 0), flags)
                self.scrollTo(self.model().index(place, 0))
            selection.select(self.model().index(place, 0), flags)


class RowsView(QTreeView):
    """A line a row.

    Parameters
    ----------
    *columns : ViewColumn
    key, tip : callable, optional
        As `RowsModel` takes them.
    wide : int
        The column that has the room the others leave.
    by : tuple of int and Qt.SortOrder, optional
        What it is sorted by until a head is clicked.
    on_click : bool
        Whether a click opens a row, as a double click and Enter do.
    **properties
        Of the view, and its signals.
    """

    picked = pyqtSignal()  # other rows are chosen
    opened = pyqtSignal(object)  # a row: double click or Enter, or a click too

    def __init__(
        self,
        parent: QWidget,
        *columns: ViewColumn,
        key: Callable[[Any], Hashable] = id,
        tip: Callable[[Any], str] | None = None,
        wide: int = 0,
        by: tuple[int, Qt.SortOrder] | None = None,
        on_click: bool = False,
        **properties: Any,
    ) -> None:
        given = {"rootIsDecorated": False, "uniformRowHeights": True, "alternatingRowColors": True, **properties}
        super().__init__(parent, horizontalScrollBarPolicy=Qt.ScrollBarPolicy.ScrollBarAlwaysOff, **given)
        self.rows = RowsModel(self, *columns, key=key, tip=tip)
        self.setModel(self.rows)
        if by is not None:
            self.setSortingEnabled(True)
            self.sortByColumn(*by)
        head(self, *(one.title for one in columns), wide=wide, tips=[one.about for one in columns])
        for number, one in enumerate(columns):
            if one.lines is not None:
                self.setItemDelegateForColumn(number, one.paints(self))
        self.selectionModel().selectionChanged.connect(self.picked)
        for signal in (self.activated, self.clicked) if on_click else (self.activated,):
            signal.connect(lambda index: self.opened.emit(self.at(index)))

    def keep(self, wanted: Callable[[Any], bool]) -> None:
        """List the rows alone that are wanted."""
        before = self.chosen()
        self.rows.keep(wanted)
        if self.chosen() != before:
            self.picked.emit()

    def at(self, index: QModelIndex) -> Any:
        """Give what stands at an index."""
        return self.rows.items[index.row()]

    def chosen(self) -> list[Any]:
        """Give the rows that are chosen."""
        return [self.at(one) for one in self.selectionModel().selectedRows()]

    def row(self) -> Any:
        """Give the row that is chosen, None where none is."""
        return next(iter(self.chosen()), None)

    def fit(self, most: int) -> None:
        """Be as high as the rows; where there are more than so many, they scroll."""
        rows = self.sizeHintForRow(0) * min(self.rows.rowCount(), most)
        self.setFixedHeight(self.header().sizeHint().height() + rows + 2 * self.frameWidth())

    def choose(self, keys: Iterable[Hashable]) -> None:
        """Choose rows by their keys, the first of which is scrolled to; nobody is told."""
        found = [self.rows.index(row, 0) for row in map(self.rows.row_of, keys) if row >= 0]
        flags = QItemSelectionModel.SelectionFlag
        with QSignalBlocker(self.selectionModel()):
            self.clearSelection()
            for index in found:
                self.selectionModel().select(index, flags.Select | flags.Rows)
        self.viewport().update()
        if found:
            self.scrollTo(found[0])


def head(tree: QTreeView, *titles: str, wide: int = 0, tips: Sequence[str] = ()) -> None:
    """Head the columns of a tree: each is as wide as what it holds, but for one that has the room they leave."""
    header, across = tree.header(), Qt.Orientation.Horizontal
    header.setStretchLastSection(False)
    # Under a style sheet, as QGIS has one, Qt leaves a title less room than it takes to paint it whole: a letter more.
    letters, margin = header.fontMetrics(), header.style().pixelMetric(QStyle.PixelMetric.PM_HeaderMargin)
    for column, title in enumerate(titles):
        tree.model().setHeaderData(column, across, title, ROLE.DisplayRole)
        mode = QHeaderView.ResizeMode.Stretch if column == wide else QHeaderView.ResizeMode.ResizeToContents
        header.setSectionResizeMode(column, mode)
        if title and column != wide:
            # And one more for the arrow of a head that sorts.
            spare = letters.height() * (1 + tree.isSortingEnabled()) + 3 * margin
            size = QSize(letters.horizontalAdvance(title) + spare, letters.height() + margin)
            tree.model().setHeaderData(column, across, size, ROLE.SizeHintRole)
    for column, tip in enumerate(tips):
        tree.model().setHeaderData(column, across, as_tip(tip), ROLE.ToolTipRole)


def cell(text: str, *, tip: str = "", icon: QIcon | None = None, right: bool = False) -> QTableWidgetItem:
    """Make a cell of a table."""
    item = QTableWidgetItem(text)
    if tip:
        item.setToolTip(as_tip(tip))
    if icon is not None:
        item.setIcon(icon)
    if right:
        item.setTextAlignment(RIGHT)
    return item


# ── Lines below lines ───────────────────────────────────────────────────────────────────────────────────────────────


class TreeLine(NamedTuple):
    """A line of a tree, and the lines below it.

    Attributes
    ----------
    texts : sequence of str
        A column each.
    key : hashable, optional
        By what it is known again when a tree is filled anew.
    icon : QIcon, optional
        In the first column.
    tips : sequence of str
        Plain texts by column.
    below : sequence of TreeLine
    look : mapping
        Role → what holds for all columns, such as a font.
    cells : mapping
        Column → role → what holds there alone.
    on : bool, optional
        Whether its box is ticked; it has none otherwise.
    across : bool
        Whether its first text has the room of all columns.
    spread : bool
        Whether one sees what is below it.
    widgets : mapping
        Column → what makes the widget that stands there, of the tree.
    """

    texts: Sequence[str] = ()
    key: Any = None
    icon: QIcon | None = None
    tips: Sequence[str] = ()
    below: Sequence[TreeLine] = ()
    look: Mapping[int, Any] = {}
    cells: Mapping[int, Mapping[int, Any]] = {}
    on: bool | None = None
    across: bool = False
    spread: bool = True
    widgets: Mapping[int, Callable[[], QWidget]] = {}

    def data(self, column: int) -> dict[int, Any]:
        """Give what there is of it in a column: role → value."""
        box = {ROLE.CheckStateRole: BOXES[self.on], ROLE.DecorationRole: self.icon, KEY: self.key}
        return {
            ROLE.DisplayRole: self.texts[column] if column < len(self.texts) else "",
            ROLE.ToolTipRole: as_tip(self.tips[column]) if column < len(self.tips) else None,
            **self.look,
            **({} if column else box),
            **self.cells.get(column, {}),
        }


class LineTree(QTreeWidget):
    """Lines below lines.

    Parameters
    ----------
    *titles : str
        Of columns.
    wide : int
        The column that has the room the others leave.
    tips : sequence of str
        Tool tips of the titles.
    right : collection of int
        Columns whose texts stand at the right, as numbers do.
    **properties
        Of the view, and its signals.
    """

    ticked = pyqtSignal(QTreeWidgetItem, bool)  # a box by a person; what is put next says whether it stays so

    def __init__(
        self,
        parent: QWidget | None,
        *titles: str,
        wide: int = 0,
        tips: Sequence[str] = (),
        right: Collection[int] = (),
        **properties: Any,
    ) -> None:
        given = {"columnCount": len(titles), "horizontalScrollBarPolicy": Qt.ScrollBarPolicy.ScrollBarAlwaysOff}
        super().__init__(parent, **given, **properties)
        self._lines: Sequence[TreeLine] = ()
        self._right = right
        head(self, *titles, wide=wide, tips=tips)
        self.itemChanged.connect(lambda item: self.ticked.emit(item, item.checkState(0) == Qt.CheckState.Checked))

    def put(self, lines: Sequence[TreeLine]) -> None:
        """Show these lines and no others; nobody is told.

        What stands where the same line stood is only written anew, so that boxes, fields and what is spread stay; the
        lines that were chosen are chosen again.
        """
        before = [*self.selectedItems(), *filter(None, [self.currentItem()])]
        keys = [item.data(0, KEY) for item in before]
        with QSignalBlocker(self):
            self._put(self.invisibleRootItem(), self._lines, lines)
            self._lines, there = lines, self.items()
            if any(item not in there for item in before):
                self.selectionModel().clear()
                for item in there:
                    key = item.data(0, KEY)
                    item.setSelected(key is not None and key in keys)
                    if item.isSelected() and key == keys[-1]:
                        self.setCurrentItem(item, 0, QItemSelectionModel.SelectionFlag.NoUpdate)

    def _put(self, above: QTreeWidgetItem, before: Sequence[TreeLine], lines: Sequence[TreeLine]) -> None:
        same = [(old.key, old.spread) == (new.key, new.spread) for old, new in zip(before, lines, strict=False)]
        kept = [*same, False].index(False)
        for _ in range(kept, above.childCount()):
            above.removeChild(above.child(kept))
        for row, line in enumerate(lines):
            old = before[row] if row < kept else TreeLine()
            item = above.child(row) if row < kept else QTreeWidgetItem(above)
            for column in range(self.columnCount()):
                right = {ROLE.TextAlignmentRole: RIGHT} if column in self._right else {}
                for role, value in {**dict.fromkeys(old.data(column)), **right, **line.data(column)}.items():
                    item.setData(column, role, value)
            self._put(item, old.below, line.below)
            if row >= kept:
                item.setFirstColumnSpanned(line.across)
                item.setExpanded(line.spread)
                for column, make in line.widgets.items():
                    self.setItemWidget(item, column, make())

    def items(self) -> list[QTreeWidgetItem]:
        """List all lines, as they stand below each other."""
        lines: list[QTreeWidgetItem] = self.findItems("", Qt.MatchFlag.MatchContains | Qt.MatchFlag.MatchRecursive)
        return lines
