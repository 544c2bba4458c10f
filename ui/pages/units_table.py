"""The units as a table: a model over the plan's own, or over those of its revision, and a view in step with the map."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from qgis.PyQt.QtCore import (
    QAbstractTableModel,
    QItemSelectionModel,
    QModelIndex,
    QRect,
    QSignalBlocker,
    QSortFilterProxyModel,
    Qt,
    pyqtSignal,
)
from qgis.PyQt.QtGui import QIcon
from qgis.PyQt.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QStyleOptionViewItem,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from ...delineation.core.messages import share_text
from ..map.colours import chip_icon
from ..shipped import ICONS
from ..text import categories, square_kilometres, tr
from ..widgets.elided_combo import ElidedCombo
from ..widgets.layout import in_line
from ..widgets.plain_text import as_tip
from ..widgets.tables import RIGHT
from ..widgets.two_lines import AT_TOP, TwoLinesDelegate
from .category_bar import short_names

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    import pandas as pd
    from qgis.PyQt.QtCore import QPoint
    from qgis.PyQt.QtGui import QResizeEvent

    from ...delineation.case.profile import Profile
    from ...delineation.revision.state import UnitRow

__all__ = ["LIVE", "UnitLine", "UnitsModel", "UnitsTable", "county_areas", "lines_of", "lock_icon"]

COLUMNS = ("name", "area_m2")
LIVE = ("category", "name", "area_m2", "share", "parts", "locked")  # of a plan under revision
NUMBERS = ("area_m2", "share", "parts")
SORTED, CODE = Qt.ItemDataRole.UserRole, Qt.ItemDataRole.UserRole + 1
MARGIN = 3
SPARE = {"share": 320, "parts": 390}  # pixels of a table with room for what its tool tips say as well
MANY = 50  # rows that are told of one by one; of more, all between them
WORTH = 1.0  # m² that the area of a county differs by when it is another one


class UnitLine(NamedTuple):
    """What the table shows of a unit; `UnitRow` has it all too."""

    unit_id: str
    code: str
    name: str
    category: int
    area_m2: float
    parts: int
    townships: str
    county: str
    locked: int


def lines_of(units: pd.DataFrame) -> list[UnitLine]:
    """Take the lines of a plan's ``units``."""
    columns = [units[name].tolist() for name in UnitLine._fields]
    return [UnitLine(*values) for values in zip(*columns, strict=True)]


def county_areas(lines: Iterable[UnitLine | UnitRow]) -> dict[str, float]:
    """Sum the areas of units by county, m²."""
    found: dict[str, float] = {}
    for one in lines:
        found[one.county] = found.get(one.county, 0.0) + float(one.area_m2)
    return found


def lock_icon() -> QIcon:
    """Give the sign of a unit that no edit touches."""
    return QIcon(str(ICONS / "lock.svg"))


class UnitsModel(QAbstractTableModel):
    """A row a unit, whose values stay where they are, so that thousands cost nothing.

    Attributes
    ----------
    names : tuple of str
        Its columns: of `LIVE`.
    """

    def __init__(self, parent: QWidget, names: Sequence[str] = COLUMNS) -> None:
        super().__init__(parent)
        self.names = tuple(names)
        self._lines: list[UnitLine | UnitRow] = []
        self._rows: dict[str, int] = {}
        self._counties: dict[str, float] = {}
        self._categories: dict[int, str] = {}
        self._short: dict[int, str] = {}

    def show_units(self, units: pd.DataFrame | None, profile: Profile | None = None) -> None:
        """Show a table of units, None for none; categories are called as the profile has them."""
        self.beginResetModel()
        self._categories, self._short = categories(profile=profile), short_names(profile)
        self._take([] if units is None else lines_of(units))
        self._counties = county_areas(self._lines)
        self.endResetModel()

    def follow(self, units: Mapping[str, UnitRow | UnitLine]) -> list[str]:
        """Show units as an edit has left them, and give the ids of those that it made: all others keep their rows."""
        gone = [row for row, one in enumerate(self._lines) if one.unit_id not in units]
        for row in reversed(gone):
            self.beginRemoveRows(QModelIndex(), row, row)
            del self._lines[row]
            self.endRemoveRows()
        if gone:
            self._take(self._lines)
        told = []
        for row, one in enumerate(self._lines):
            now = units[one.unit_id]
            if now is not one:
                self._lines[row] = now
                if any(getattr(now, name) != getattr(one, name) for name in UnitLine._fields):
                    told.append(row)
        if len(told) > MANY:
            self._say(told[0], told[-1])
        else:
            for row in told:
                self._say(row, row)
        new = [one for key, one in units.items() if key not in self._rows]
        if new:
            first = len(self._lines)
            self.beginInsertRows(QModelIndex(), first, first + len(new) - 1)
            self._take([*self._lines, *new])
            self.endInsertRows()
        self._follow_counties()
        return [one.unit_id for one in new]

    def _follow_counties(self) -> None:
        areas = county_areas(self._lines)
        moved = areas.keys() != self._counties.keys() or any(
            abs(area - self._counties[county]) > WORTH for county, area in areas.items()
        )
        if moved and self._lines and "share" in self.names:
            self._counties, column = areas, self.names.index("share")
            # Of that column alone: else all rows would be sorted anew, whatever they are sorted by.
            self.dataChanged.emit(self.index(0, column), self.index(len(self._lines) - 1, column))

    def _say(self, first: int, last: int) -> None:
        self.dataChanged.emit(self.index(first, 0), self.index(last, len(self.names) - 1))

    def _take(self, lines: Sequence[UnitLine | UnitRow]) -> None:
        self._lines = list(lines)
        self._rows = {one.unit_id: row for row, one in enumerate(self._lines)}

    def line(self, row: int) -> UnitLine | UnitRow:
        """Give what a row shows."""
        return self._lines[row]

    def unit_id(self, row: int) -> str:
        """Give the id of a row's unit."""
        return str(self._lines[row].unit_id)

    def row_of(self, unit_id: str) -> int:
        """Find a unit's row, −1 where there is none."""
        return self._rows.get(unit_id, -1)

    def share(self, row: int) -> float:
        """Give the share of a row's unit in its county."""
        one = self._lines[row]
        whole = self._counties.get(one.county, 0.0)
        return float(one.area_m2) / whole if whole else 0.0

    def rowCount(self, parent: QModelIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._lines)

    def columnCount(self, parent: QModelIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.names)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        name = self.names[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return {
                "name": tr("Unit, by code"),
                "area_m2": "km²" if self.names == LIVE else tr("Area, km²"),
                "share": "%",
                "parts": tr("Parts", "head of a column: how many"),
            }.get(name, "")
        if role == Qt.ItemDataRole.DecorationRole and name == "locked":
            return lock_icon()
        if role == Qt.ItemDataRole.ToolTipRole and self.names == LIVE:
            return {
                "category": tr("Category; a click sorts by it."),
                "name": tr("Name, and below it the code; a click sorts by the code."),
                "area_m2": tr("Area in km², as the edits have made it; a click sorts by it."),
                "share": tr("Share of the county's area in %; a click sorts by it."),
                "parts": tr("How many parts the unit is of; a click sorts by it."),
                "locked": tr("Locked: no edit touches the unit; a click sorts by it."),
            }[name]
        return None

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        name, row = self.names[index.column()], index.row()
        one = self._lines[row]
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(name, row)
        if role == CODE:
            return str(one.code)
        if role == SORTED:
            return self._sorted(name, row)
        if role == Qt.ItemDataRole.TextAlignmentRole and name in NUMBERS:
            return RIGHT
        if role == Qt.ItemDataRole.DecorationRole:
            if name == ("category" if "category" in self.names else "name"):
                return chip_icon(int(one.category))
            return lock_icon() if name == "locked" and one.locked == 1 else None
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tip(row)
        if role == Qt.ItemDataRole.AccessibleTextRole and name in ("category", "locked"):
            locked = tr("locked") if one.locked == 1 else ""
            return self._short[int(one.category)] if name == "category" else locked
        return None

    def _text(self, name: str, row: int) -> str:
        one = self._lines[row]
        if name == "area_m2":
            return square_kilometres(float(one.area_m2))
        if name == "share":
            return share_text(self.share(row)).removesuffix("%")
        return str(getattr(one, name)) if name in ("name", "parts") else ""

    def _sorted(self, name: str, row: int) -> Any:
        one = self._lines[row]
        if name == "share":
            return self.share(row)
        if name in NUMBERS:
            return float(getattr(one, name))
        # Within a category, and with a lock or without one, by code.
        first = {"category": one.category, "locked": int(one.locked != 1)}.get(name, "")
        return f"{first}{one.code}"

    def _tip(self, row: int) -> str:
        one = self._lines[row]
        lines = [str(one.name), self._categories[int(one.category)]]
        if self.names == LIVE:
            lines.append(
                tr(
                    "{area} km², {share} of the county",
                    area=square_kilometres(float(one.area_m2)),
                    share=share_text(self.share(row)),
                )
            )
        lines.append(tr("Parts: {count}", count=one.parts))
        if self.names == LIVE and one.locked == 1:
            lines.append(tr("Locked: no edit touches it."))
        return as_tip("\n".join(filter(None, (*lines, str(one.townships)))))


class _Wanted(QSortFilterProxyModel):
    """Keeps units whose name or code holds the text looked for, of the category asked for."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = ""
        self._category = 0

    def look_for(self, text: str) -> None:
        """Look for another text, in letters of any case."""
        self._text = text.strip().lower()
        self.invalidateFilter()

    def keep(self, category: int) -> None:
        """Keep the units of a category, 0 of all."""
        self._category = category
        self.invalidateFilter()

    def filterAcceptsRow(self, row: int, parent: QModelIndex) -> bool:  # noqa: ARG002 - Qt passes it
        one = self.sourceModel().line(row)
        fits = not self._category or one.category == self._category
        return fits and any(self._text in str(text).lower() for text in (one.name, one.code))


class _NameOverCode(TwoLinesDelegate):
    """Paints a unit's name and, quieter and below it, its code; names of a county begin alike and differ at the end."""

    CUT = (Qt.TextElideMode.ElideMiddle, Qt.TextElideMode.ElideMiddle)
    FLAGS = AT_TOP

    def lines(self, option: QStyleOptionViewItem, index: QModelIndex) -> tuple[str, str]:
        return option.text, str(index.data(CODE))

    def room(self, option: QStyleOptionViewItem) -> QRect:
        chip = 0 if option.icon.isNull() else option.decorationSize.width() + MARGIN
        return option.rect.adjusted(chip + 2 * MARGIN, MARGIN, -MARGIN - 1, 0)


class UnitsTable(QWidget):
    """The table with a field to find in it; of a plan under revision, with more columns and a choice of categories."""

    chosen = pyqtSignal(list)  # unit ids
    opened = pyqtSignal(str)  # unit id: double click, Enter
    menu_asked = pyqtSignal(object, list)  # where on the screen, ids of the chosen units

    def __init__(self, parent: QWidget | None = None, names: Sequence[str] = COLUMNS) -> None:
        super().__init__(parent)
        self._following = False
        self.model = UnitsModel(self, names)
        self.sorted = _Wanted(self)
        self.sorted.setSourceModel(self.model)
        self.sorted.setSortRole(SORTED)
        self.find = QLineEdit(
            self,
            clearButtonEnabled=True,
            placeholderText=tr("Find a unit by name or code"),
            toolTip=tr("Only units whose name or code holds this text are listed."),
            textChanged=self.sorted.look_for,
        )
        self.view = QTableView(
            self,
            alternatingRowColors=True,
            wordWrap=False,
            activated=lambda index: self.opened.emit(self._unit_at(index)),
            customContextMenuRequested=self._ask_for_menu,
            selectionBehavior=QAbstractItemView.SelectionBehavior.SelectRows,
            editTriggers=QAbstractItemView.EditTrigger.NoEditTriggers,
            contextMenuPolicy=Qt.ContextMenuPolicy.CustomContextMenu,
        )
        self.view.setModel(self.sorted)
        self.view.setSortingEnabled(True)
        self.view.sortByColumn(self.model.names.index("name"), Qt.SortOrder.AscendingOrder)
        self.view.setTabKeyNavigation(False)  # Tab goes on; the arrow keys go through the table
        self.view.setItemDelegateForColumn(self.model.names.index("name"), _NameOverCode(self.view))
        self.view.verticalHeader().hide()
        self.view.verticalHeader().setDefaultSectionSize(2 * self.fontMetrics().lineSpacing() + 2 * MARGIN)
        header = self.view.horizontalHeader()
        for column, name in enumerate(self.model.names):
            mode = QHeaderView.ResizeMode.Stretch if name == "name" else QHeaderView.ResizeMode.ResizeToContents
            header.setSectionResizeMode(column, mode)
        self.view.selectionModel().selectionChanged.connect(self._tell)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 4, 0, 0)
        self.kinds: ElidedCombo | None = None
        if self.model.names == LIVE:
            layout.addLayout(self._filters())
            # Two thin columns of signs: sorted by a click, which a mark of the order would leave no room for.
            header.setMinimumSectionSize(22)
            for name in ("category", "locked"):
                column = self.model.names.index(name)
                header.setSectionResizeMode(column, QHeaderView.ResizeMode.Fixed)
                header.resizeSection(column, 24)
        else:
            layout.addWidget(self.find)
        layout.addWidget(self.view, 1)

    def _filters(self) -> QHBoxLayout:
        self.kinds = ElidedCombo(5, self, toolTip=tr("Only units of this category are listed."))
        self.kinds.addItem(tr("All categories"), 0)
        for category, name in short_names().items():
            self.kinds.addItem(chip_icon(category), name, category)
        self.kinds.currentIndexChanged.connect(lambda _: self.sorted.keep(int(self.kinds.currentData())))
        return in_line((self.find, 3), (self.kinds, 2))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        for name, least in SPARE.items():
            if name in self.model.names:
                self.view.setColumnHidden(self.model.names.index(name), self.width() < least)

    def show_units(self, units: pd.DataFrame | None, profile: Profile | None = None) -> None:
        """Show a table of units, None for none; none of them is chosen: an id may be another unit's by now."""
        blocker = QSignalBlocker(self.view.selectionModel())
        self.model.show_units(units, profile)
        del blocker

    def follow(self, units: Mapping[str, UnitRow | UnitLine]) -> None:
        """Show units as an edit has left them; what is chosen, the order and the place in the list stay."""
        self._following = True
        self.model.follow(units)
        self._following = False

    def _tell(self, *_: object) -> None:
        # A unit that an edit took away is chosen by nobody any more.
        if not self._following:
            self.chosen.emit(self.selected())

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
