"""Which field is the code, the name, the zone; and what each zone value means."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from qgis.PyQt.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHeaderView,
    QLabel,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from ...text import tr
from ...widgets.choices import fill
from ...widgets.elided_combo import ElidedCombo
from ...widgets.layout import form_on, in_column, show_line
from ...widgets.marks import mark_icon
from ...widgets.tables import cell
from ...words import PREVIOUS, zone_label
from .box import SourceBox

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ....delineation.case.profile import Profile, Role
    from ...work.source_entry import Entry
    from ...work.sourcebook import SourceBook

__all__ = ["FieldsBox", "fill_table", "table_of"]

NARROW = 8  # characters of a combo box at least: a panel may be narrow
SHOWN = 8  # rows of a table before it scrolls


class FieldsBox(SourceBox):
    """Fields with the values they hold, the zone of each value, and the first features as they will be read."""

    def __init__(self, book: SourceBook, parent: QWidget) -> None:
        super().__init__(tr("Fields and values"), book, parent)
        self.combos: dict[str, QComboBox] = {}
        rows = list[tuple[str, QComboBox]]()
        for key, text, tip in (
            (
                "code",
                tr("&Code"),
                tr("Administrative or unit codes; counties need six digits."),
            ),
            (
                "name",
                tr("N&ame"),
                tr("Goes into the names of units and into reasons."),
            ),
            (
                "zone",
                tr("&Zone"),
                tr("The zone type of each feature; the rules go by it."),
            ),
            (
                "grade",
                tr("&Grade"),
                tr("The grade of each feature, for example 一级, 二级; 国家级, 省级; 核心保护区."),
            ),
        ):
            self.combos[key] = ElidedCombo(NARROW, self.inner, toolTip=tip, activated=partial(self._field_chosen, key))
            rows.append((text, self.combos[key]))
        self.whole: ElidedCombo = ElidedCombo(
            NARROW,
            self.inner,
            toolTip=tr("Where no field says it: the zone of every feature."),
            activated=lambda _: self.say(zone=self.whole.currentData()),
        )
        self.form = form_on(None, *rows, (tr("Zone of &all"), self.whole))
        self.values = table_of(self.inner, [tr("Value"), tr("Count"), tr("is read as")], 2)
        self.values.setObjectName("control_units_zone_values")
        self.as_read = QLabel(tr("The first features as they will be read:"), self.inner, wordWrap=True)
        self.rows = table_of(self.inner, [tr("Code"), tr("Name"), tr("Zone"), tr("Grade")], 1)
        in_column(self.form, self.values, self.as_read, self.rows, on=self.inner, margins=0)

    def show_entry(self, entry: Entry) -> None:
        """Show an entry."""
        self.entry = entry
        self.setVisible(not entry.raster and bool(entry.role))
        if entry.raster or not entry.role:
            return
        profile = self.book.session.profile
        role = profile.roles.get(entry.role)
        zoned = role if role is not None and role.takes_zone else None
        graded = role is not None and bool(role.graded or role.grades)
        for key, combo in self.combos.items():
            show_line(self.form, combo, {"zone": zoned is not None, "grade": graded}.get(key, True))
            self._fill(entry, combo, key)
        show_line(self.form, self.whole, zoned is not None)
        zones = [(zone, zone_label(profile, zoned.name, zone)) for zone in zoned.zone_ids] if zoned is not None else []
        fill(self.whole, [("", tr("by the field")), *zones] if zoned is not None else [], entry.layer.zone)
        self._fill_values(entry, profile, role)
        self._fill_rows(entry, profile, role)

    def _fill(self, entry: Entry, combo: QComboBox, key: str) -> None:
        seen, stated = entry.seen, entry.layer.fields.get(key, "")
        found = "" if seen is None or stated else seen.used.get(key, "")
        there = seen.fields if seen is not None else {}
        if entry.role == PREVIOUS or not found:
            automatic = tr("none found")
        else:
            automatic = _with_values(tr("{field} (found)", field=found), there.get(found, ()))
        named = [(name, _with_values(name, samples)) for name, samples in there.items()]
        if stated and stated not in there:
            named.append((stated, stated))
        fill(combo, [("", automatic), *named], stated)

    def _field_chosen(self, key: str, *_: object) -> None:
        if self.entry is not None:
            self.say(fields=_with(self.entry.layer.fields, key, self.combos[key].currentData()))

    def _fill_values(self, entry: Entry, profile: Profile, role: Role | None) -> None:
        found = entry.seen.zone_values if entry.seen is not None else ()
        # Those that nobody understands come first.
        values = sorted(found, key=lambda one: bool(one.zone))
        self.values.setVisible(bool(values) and role is not None)
        if role is None:
            return
        problem = mark_icon("problem")
        fill_table(
            self.values,
            [
                (
                    cell(one.value or tr("(empty)"), icon=None if one.zone else problem),
                    cell(f"{one.count:,}", right=True),
                )
                for one in values
            ],
        )
        for row, one in enumerate(values):
            combo = QComboBox(self.values, toolTip=tr("What this value means; the choice goes into the case."))
            read_as = zone_label(profile, role.name, one.zone) if one.zone else tr("choose…")
            ids = role.grades if one.graded else role.zone_ids
            zones = ((zone, zone_label(profile, role.name, zone)) for zone in ids)
            fill(combo, [("", read_as), *zones], entry.layer.zones.get(one.value, ""))
            combo.activated.connect(lambda _, value=one.value, box=combo: self._zone_chosen(value, box.currentData()))
            self.values.setCellWidget(row, 2, combo)
        fit_table(self.values)

    def _zone_chosen(self, value: str, zone: str) -> None:
        if self.entry is not None:
            self.say(zones=_with(self.entry.layer.zones, value, zone))

    def _fill_rows(self, entry: Entry, profile: Profile, role: Role | None) -> None:
        rows = entry.seen.rows if entry.seen is not None else ()
        self.rows.setVisible(bool(rows))
        self.as_read.setVisible(bool(rows))
        self.rows.setColumnHidden(2, role is None or not role.takes_zone)
        self.rows.setColumnHidden(3, role is None or not role.grades)
        lines = []
        for code, name, *said in rows:
            zones = [zone_label(profile, role.name, one) if role else one for one in said]
            lines.append([cell(text or "–", tip=text) for text in (code, name, *zones)])
        fill_table(self.rows, lines)


def _with_values(text: str, samples: Sequence[str]) -> str:
    return f"{text}: {', '.join(samples[:3])}" if samples else text


def _with(said: Mapping[str, str], key: str, value: str) -> dict[str, str]:
    """Say one thing otherwise, or with "" not at all."""
    others = {name: kept for name, kept in said.items() if name != key}
    return others | {key: value} if value else others


def table_of(parent: QWidget, heads: list[str], stretched: int) -> QTableWidget:
    """Make a table to read; one of its columns has the room that the others leave."""
    table = QTableWidget(
        0,
        len(heads),
        parent,
        tabKeyNavigation=False,
        editTriggers=QAbstractItemView.EditTrigger.NoEditTriggers,
        selectionMode=QAbstractItemView.SelectionMode.NoSelection,
    )
    table.setHorizontalHeaderLabels(heads)
    table.verticalHeader().hide()
    # Rows are measured before the columns have their widths: a text that wraps would leave them too high.
    table.setWordWrap(False)
    header = table.horizontalHeader()
    for column in range(len(heads)):
        mode = QHeaderView.ResizeMode.Stretch if column == stretched else QHeaderView.ResizeMode.ResizeToContents
        header.setSectionResizeMode(column, mode)
    return table


def fill_table(table: QTableWidget, lines: Sequence[Sequence[QTableWidgetItem]]) -> None:
    """Let a table have these lines and no others."""
    table.setRowCount(len(lines))
    for row, line in enumerate(lines):
        for column, item in enumerate(line):
            table.setItem(row, column, item)
    fit_table(table)


def fit_table(table: QTableWidget) -> None:
    """Make a table as high as its rows; a longer one scrolls."""
    table.resizeRowsToContents()
    rows = range(min(table.rowCount(), SHOWN))
    height = sum(table.rowHeight(row) for row in rows) + table.horizontalHeader().sizeHint().height()
    table.setFixedHeight(height + 2 * table.frameWidth())
