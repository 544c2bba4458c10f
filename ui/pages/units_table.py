"""The units as a table, of a plan or as the edits of its revision have left them, in step with the map."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtWidgets import QAbstractItemView, QHeaderView, QWidget

from ...delineation.core.messages import share_text
from ..map.colours import chip_icon
from ..shipped import own_icon
from ..text import categories, square_kilometres, tr
from ..widgets.choices import find_field
from ..widgets.elided_combo import ElidedCombo
from ..widgets.layout import in_column, in_line
from ..widgets.tables import NamesDelegate, RowsView, ViewColumn
from .category_bar import short_names

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import pandas as pd
    from qgis.PyQt.QtCore import QPoint
    from qgis.PyQt.QtGui import QIcon, QResizeEvent

    from ...delineation.case.profile import Profile
    from ...delineation.revision.state import UnitRow

COLUMNS = ("name", "area_m2")
LIVE = ("category", "name", "area_m2", "share", "parts", "locked")  # of a plan under revision
SAID = Qt.ItemDataRole.AccessibleTextRole
SPARE = {"share": 320, "parts": 390}  # pixels of a table with room for what its tool tips say as well


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


def lines_of(units: pd.DataFrame) -> dict[str, UnitLine | UnitRow]:
    """Take the lines of a plan's ``units``, by their ids."""
    columns = [units[name].tolist() for name in UnitLine._fields]
    return {values[0]: UnitLine(*values) for values in zip(*columns, strict=True)}


def county_areas(lines: Iterable[UnitLine | UnitRow]) -> dict[str, float]:
    """Sum the areas of units by county, m²."""
    found: dict[str, float] = {}
    for one in lines:
        found[one.county] = found.get(one.county, 0.0) + float(one.area_m2)
    return found


class UnitsTable(QWidget):
    """The table with a field to find in it; of a plan under revision, with more columns and a choice of categories.

    Attributes
    ----------
    names : tuple of str
        Its columns: of `LIVE`.
    lines : mapping of str to UnitLine or UnitRow
        All units by their ids, whatever is looked for.
    """

    chosen = pyqtSignal(list)  # unit ids
    opened = pyqtSignal(str)  # unit id: double click, Enter
    menu_asked = pyqtSignal(object, list)  # where on the screen, ids of the chosen units

    def __init__(self, parent: QWidget | None = None, names: Sequence[str] = COLUMNS) -> None:
        super().__init__(parent)
        self.names = tuple(names)
        self.lines: Mapping[str, UnitLine | UnitRow] = {}
        self._counties: dict[str, float] = {}
        self._categories, self._short = categories(), short_names()
        self.find = find_field(
            self,
            tr("Find a unit by name or code"),
            tr("Only units whose name or code holds this text are listed."),
            self._filter,
        )
        self.kinds = ElidedCombo(
            5, self, visible=self.names == LIVE, toolTip=tr("Only units of this category are listed.")
        )
        self.kinds.addItem(tr("All categories"), 0)
        for category, name in self._short.items():
            self.kinds.addItem(chip_icon(category), name, category)
        self.kinds.currentIndexChanged.connect(self._filter)
        columns, wide = self._columns(), self.names.index("name")
        self.view = RowsView(
            self,
            *(columns[name] for name in self.names),
            key=lambda unit: unit.unit_id,
            tip=self._tip,
            wide=wide,
            by=(wide, Qt.SortOrder.AscendingOrder),
            selectionMode=QAbstractItemView.SelectionMode.ExtendedSelection,
            contextMenuPolicy=Qt.ContextMenuPolicy.CustomContextMenu,
            customContextMenuRequested=self._ask_for_menu,
            picked=lambda: self.chosen.emit(self.selected()),
        )
        self.view.opened.connect(lambda unit: self.opened.emit(unit.unit_id))
        in_column(in_line((self.find, 3), (self.kinds, 2)), (self.view, 1), on=self, margins=(0, 4, 0, 0))
        if self.names == LIVE:
            header = self.view.header()
            header.setMinimumSectionSize(22)
            # Two thin columns of signs: sorted by a click, which a mark of the order would leave no room for.
            for column in (LIVE.index("category"), LIVE.index("locked")):
                header.setSectionResizeMode(column, QHeaderView.ResizeMode.Fixed)
                header.resizeSection(column, 24)
            self.view.rows.setHeaderData(column, header.orientation(), own_icon("lock"), Qt.ItemDataRole.DecorationRole)

    def _columns(self) -> dict[str, ViewColumn]:
        columns = {
            "category": ViewColumn(
                "",
                lambda _: "",
                order=lambda unit: (unit.category, unit.code),
                icon=_chip,
                about=tr("Category; a click sorts by it."),
                more={SAID: lambda unit: self._short[int(unit.category)]},
            ),
            "name": ViewColumn(
                tr("Unit, by code"),
                lambda unit: str(unit.name),
                order=lambda unit: unit.code,
                lines=lambda unit: (str(unit.name), str(unit.code)),
                about=tr("Name, and below it the code; a click sorts by the code."),
                paints=NamesDelegate,
            ),
            "area_m2": ViewColumn(
                "km²",
                _area,
                order=lambda unit: unit.area_m2,
                right=True,
                about=tr("Area in km², as the edits have made it; a click sorts by it."),
            ),
            "share": ViewColumn(
                "%",
                lambda unit: share_text(self.share(unit)).removesuffix("%"),
                order=self.share,
                right=True,
                about=tr("Share of the county's area in %; a click sorts by it."),
            ),
            "parts": ViewColumn(
                tr("Parts", "head of a column: how many"),
                lambda unit: str(unit.parts),
                order=lambda unit: unit.parts,
                right=True,
                about=tr("How many parts the unit is of; a click sorts by it."),
            ),
            "locked": ViewColumn(
                "",
                lambda _: "",
                order=lambda unit: (unit.locked != 1, unit.code),
                icon=lambda unit: own_icon("lock") if unit.locked == 1 else None,
                about=tr("Locked: no edit touches the unit; a click sorts by it."),
                more={SAID: lambda unit: tr("locked") if unit.locked == 1 else ""},
            ),
        }
        if self.names != LIVE:
            columns["name"] = columns["name"]._replace(icon=_chip, about="")
            columns["area_m2"] = columns["area_m2"]._replace(title=tr("Area, km²"), about="")
        return columns

    def _tip(self, unit: UnitLine | UnitRow) -> str:
        lines = [str(unit.name), self._categories[int(unit.category)]]
        if self.names == LIVE:
            share = share_text(self.share(unit))
            lines.append(tr("{area} km², {share} of the county", area=_area(unit), share=share))
        lines.append(tr("Parts: {count}", count=unit.parts))
        if self.names == LIVE and unit.locked == 1:
            lines.append(tr("Locked: no edit touches it."))
        return "\n".join(filter(None, (*lines, str(unit.townships))))

    def share(self, unit: UnitLine | UnitRow) -> float:
        """Give the share of a unit in its county."""
        whole = self._counties.get(unit.county, 0.0)
        return float(unit.area_m2) / whole if whole else 0.0

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        for name, least in SPARE.items():
            if name in self.names:
                self.view.setColumnHidden(self.names.index(name), self.width() < least)

    def show_units(self, units: pd.DataFrame | None, profile: Profile | None = None) -> None:
        """Show a table of units, None for none; none of them is chosen: an id may be another unit's by now.

        Categories are called as the profile has them.
        """
        self._categories, self._short = categories(profile=profile), short_names(profile)
        self.view.rows.put(())
        self.follow({} if units is None else lines_of(units))

    def follow(self, units: Mapping[str, UnitLine | UnitRow]) -> None:
        """Show units as an edit has left them; what is chosen, the order and the place in the list stay."""
        self.lines, self._counties = units, county_areas(units.values())
        self.view.rows.follow(list(units.values()))

    def _filter(self, *_: object) -> None:
        text, category = self.find.text().strip().lower(), self.kinds.currentData()

        def wanted(unit: UnitLine | UnitRow) -> bool:
            fits = not category or unit.category == category
            return fits and any(text in str(one).lower() for one in (unit.name, unit.code))

        self.view.keep(wanted)

    # ── what is chosen ────────────────────────────────────────────────────────────────────────────────────────────

    def selected(self) -> list[str]:
        """Ids of the chosen units."""
        return [unit.unit_id for unit in self.view.chosen()]

    def select(self, unit_ids: Iterable[str]) -> None:
        """Choose units without telling of it."""
        self.view.choose(unit_ids)

    def _ask_for_menu(self, at: QPoint) -> None:
        # Where the click falls on none, there is nothing to offer.
        if self.view.indexAt(at).isValid() and self.selected():
            self.menu_asked.emit(self.view.viewport().mapToGlobal(at), self.selected())


def _chip(unit: UnitLine | UnitRow) -> QIcon:
    return chip_icon(int(unit.category))


def _area(unit: UnitLine | UnitRow) -> str:
    return square_kilometres(float(unit.area_m2))
