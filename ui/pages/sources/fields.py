"""Which field is the code, the name, the zone; and what each zone value means."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QComboBox, QLabel, QWidget

from ...text import tr
from ...widgets.choices import fill
from ...widgets.elided_combo import ElidedCombo
from ...widgets.layout import form_on, in_column, show_line
from ...widgets.marks import mark_icon
from ...widgets.plain_text import as_tip
from ...widgets.tables import RowsView, ViewColumn
from ...words import PREVIOUS, zone_label
from .box import SourceBox

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ....delineation.case.profile import Profile, Role
    from ...work.source_entry import SourceEntry
    from ...work.sourcebook import SourceBook

__all__ = ["SHOWN", "FieldsBox", "table_of"]

NARROW = 8  # characters of a combo box at least: a panel may be narrow
SHOWN = 8  # rows of a table before it scrolls
READ_AS = 2  # the column with a list to choose from


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
            (
                "park_industries",
                tr("Leading industries"),
                tr("What it says of a named park becomes a clause of that park."),
            ),
            (
                "park_emissions",
                tr("Permitted emissions"),
                tr("What it says of a named park becomes a clause of that park."),
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
        self.values = RowsView(
            self.inner,
            ViewColumn(
                tr("Value"),
                lambda one: one.value or tr("(empty)"),
                icon=lambda one: None if one.zone else mark_icon("problem"),
            ),
            ViewColumn(tr("Features"), lambda one: f"{one.count:,}", right=True),
            ViewColumn(tr("is read as"), lambda _: ""),
            wide=0,
            objectName="control_units_zone_values",
            alternatingRowColors=False,
            uniformRowHeights=False,
            selectionMode=RowsView.SelectionMode.NoSelection,
        )
        self.as_read = QLabel(tr("The first features as they will be read:"), self.inner, wordWrap=True)
        self.rows = table_of(self.inner, [tr("Code"), tr("Name"), tr("Zone"), tr("Grade")], 1)
        in_column(self.form, self.values, self.as_read, self.rows, on=self.inner, margins=0)

    def show_entry(self, entry: SourceEntry) -> None:
        """Show an entry."""
        self.entry = entry
        self.setVisible(not entry.raster and bool(entry.role))
        if entry.raster or not entry.role:
            return
        from ....delineation.sources.roles import PARK, PARK_FIELDS

        profile = self.book.session.profile
        role = profile.roles.get(entry.role)
        zoned = role if role is not None and role.takes_zone else None
        graded = role is not None and bool(role.graded or role.grades)
        only = {"zone": zoned is not None, "grade": graded} | dict.fromkeys(PARK_FIELDS, entry.role == PARK)
        for key, combo in self.combos.items():
            show_line(self.form, combo, only.get(key, True))
            self._fill(entry, combo, key)
        show_line(self.form, self.whole, zoned is not None)
        zones = [(zone, zone_label(profile, zoned.name, zone)) for zone in zoned.zone_ids] if zoned is not None else []
        fill(self.whole, [("", tr("by the field")), *zones] if zoned is not None else [], entry.layer.zone)
        self._fill_values(entry, profile, role)
        self._fill_rows(entry, profile, role)

    def _fill(self, entry: SourceEntry, combo: QComboBox, key: str) -> None:
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

    def _fill_values(self, entry: SourceEntry, profile: Profile, role: Role | None) -> None:
        found = entry.seen.zone_values if entry.seen is not None else ()
        # Those that nobody understands come first.
        values = sorted(found, key=lambda one: bool(one.zone))
        self.values.setVisible(bool(values) and role is not None)
        if role is None:
            return
        self.values.rows.put(values)
        for row, one in enumerate(values):
            read_as = zone_label(profile, role.name, one.zone) if one.zone else tr("choose…")
            tip = tr("{value} is read as {zone}; the choice goes into the case.", value=one.value, zone=read_as)
            combo = QComboBox(self.values, toolTip=as_tip(tip), minimumContentsLength=NARROW)
            combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            ids = role.grades if one.graded else role.zone_ids
            zones = ((zone, zone_label(profile, role.name, zone)) for zone in ids)
            fill(combo, [("", read_as), *zones], entry.layer.zones.get(one.value, ""))
            combo.activated.connect(lambda _, value=one.value, box=combo: self._zone_chosen(value, box.currentData()))
            self.values.setIndexWidget(self.values.rows.index(row, READ_AS), combo)
        self.values.fit(SHOWN)

    def _zone_chosen(self, value: str, zone: str) -> None:
        if self.entry is not None:
            self.say(zones=_with(self.entry.layer.zones, value, zone))

    def _fill_rows(self, entry: SourceEntry, profile: Profile, role: Role | None) -> None:
        rows = entry.seen.rows if entry.seen is not None else ()
        self.rows.setVisible(bool(rows))
        self.as_read.setVisible(bool(rows))
        self.rows.setColumnHidden(2, role is None or not role.takes_zone)
        self.rows.setColumnHidden(3, role is None or not role.grades)
        lines = []
        for code, name, *said in rows:
            zones = [zone_label(profile, role.name, one) if role else one for one in said]
            lines.append((code, name, *zones))
        self.rows.rows.put(lines)
        self.rows.fit(SHOWN)


def _with_values(text: str, samples: Sequence[str]) -> str:
    return f"{text}: {', '.join(samples[:3])}" if samples else text


def _with(said: Mapping[str, str], key: str, value: str) -> dict[str, str]:
    """Say one thing otherwise, or with "" not at all."""
    others = {name: kept for name, kept in said.items() if name != key}
    return others | {key: value} if value else others


def table_of(parent: QWidget, heads: Sequence[str], wide: int) -> RowsView:
    """Make a table of texts to read; one of its columns has the room that the others leave."""

    def column(place: int, title: str) -> ViewColumn:
        tip = {Qt.ItemDataRole.ToolTipRole: lambda row: as_tip(row[place])}
        return ViewColumn(title, lambda row: row[place] or "–", more=tip)

    return RowsView(
        parent,
        *map(column, range(len(heads)), heads),
        wide=wide,
        alternatingRowColors=False,
        selectionMode=RowsView.SelectionMode.NoSelection,
    )
