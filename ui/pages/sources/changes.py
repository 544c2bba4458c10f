"""What another file changed in a source: counts and areas in sentences, what to confirm, and a list of the features."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.gui import QgsCollapsibleGroupBoxBasic
from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import QPushButton, QVBoxLayout, QWidget

from ...map.change_layer import kinds
from ...text import listed, said, tr
from ...widgets.layout import in_column
from ...widgets.plain_text import PlainLabel
from ...widgets.tables import RowsView, ViewColumn
from ...words import zone_label

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ....delineation.verbs.source_comparison import SourceChange
    from ...work.source_entry import SourceEntry
    from ...work.updating import NewerFile

__all__ = ["ChangesBox"]

LISTED = 200  # features, those whose area changed most
VALUES = 8  # zone values that are named
SHOWN = 7  # lines of the list before it scrolls


class ChangesBox(QgsCollapsibleGroupBoxBasic):
    """Shows ``Entry.change``; hidden where there is none."""

    wanted = pyqtSignal(object)  # a row of ``SourceChange.rows``: zoom there
    on_map = pyqtSignal(object)  # the entry whose changes are to be drawn

    def __init__(self, parent: QWidget) -> None:
        super().__init__(tr("What it changes"), parent)
        self.setObjectName("control_units_source_changes")
        self._change: SourceChange | None = None
        self._entry: SourceEntry | NewerFile | None = None
        inner = QWidget(self)
        QVBoxLayout(self).addWidget(inner)
        self.text = PlainLabel("", inner, wrap=True, selectable=True)
        names = {**kinds(), "moved": tr("moved")}
        self.list = RowsView(
            inner,
            ViewColumn(tr("Change", "of a feature"), lambda row: names[row["change"]]),
            ViewColumn(tr("Feature"), _name),
            ViewColumn(tr("km² before"), lambda row: _km2(row["area_before_m2"]), right=True),
            ViewColumn(tr("km² now"), lambda row: _km2(row["area_after_m2"]), right=True),
            tip=lambda row: "\n".join(_differs(row, self._change)) or _name(row),
            wide=1,
            on_click=True,
            objectName="control_units_changed_features",
            alternatingRowColors=False,
            toolTip=tr("Click a line to see the place on the map."),
        )
        self.list.opened.connect(self.wanted)
        self.draw = QPushButton(
            tr("Show the changes on the &map"),
            inner,
            toolTip=tr("Draws what is new, gone and moved over the map."),
            clicked=lambda *_: self.on_map.emit(self._entry),
        )
        in_column(self.text, self.list, self.draw, on=inner, margins=0)

    def show_entry(self, entry: SourceEntry | NewerFile) -> None:
        """Show what the file that was chosen for an entry changes."""
        change, self._entry = entry.change, entry
        self.setVisible(change is not None)
        if change is None or change is self._change:
            self._change = change
            return
        self._change = change
        self.text.setText("\n".join(told(change)))
        self._fill(change)

    def _fill(self, change: SourceChange) -> None:
        self.list.rows.put(list(change.rows(LISTED)))
        self.list.fit(SHOWN)
        for widget in (self.list, self.draw):
            widget.setVisible(self.list.rows.rowCount() > 0)


def _name(row: Mapping[str, Any]) -> str:
    number = row["after"] if row["before"] is None else row["before"]
    return str(row["name"] or row["code"] or tr("no. {number}", number=number))


def _km2(area: float) -> str:
    return f"{area / 1e6:,.2f}" if area else "–"


def _differs(row: Mapping[str, Any], change: Any) -> Iterator[str]:
    """Say which texts of a feature are others."""
    texts = {
        "code": tr("code: {before} → {after}"),
        "name": tr("name: {before} → {after}"),
        "zone": tr("zone: {before} → {after}"),
        "grade": tr("grade: {before} → {after}"),
    }
    for key, (before, after) in row["differs"].items():
        shown = [
            zone_label(change.profile, change.role, one) if key in ("zone", "grade") else one for one in (before, after)
        ]
        yield texts[key].format(before=shown[0] or "–", after=shown[1] or "–")


def told(change: SourceChange) -> list[str]:
    """Say in sentences what has to be confirmed, and what changed: features and area."""
    asked, lines = change.to_confirm, list[str]()
    if asked:
        lines.append(tr("Please check:"))
        lines += [f"• {said(message, change.profile)}" for message in asked]
    counts = change.counts
    texts = {
        "unchanged": tr("{count} unchanged"),
        "moved": tr("{count} moved"),
        "relabelled": tr("{count} with other texts"),
        "new": tr("{count} new"),
        "gone": tr("{count} gone"),
    }
    parts = [text.format(count=f"{counts[key]:,}") for key, text in texts.items() if counts[key]]
    lines.append(
        tr(
            "Features: {before} before, {after} now: {parts}.",
            before=f"{len(change.before):,}",
            after=f"{len(change.after):,}",
            parts=listed(parts),
        )
    )
    areas = [float(one.area_m2.sum()) for one in (change.before, change.after)]
    if any(areas):
        text = tr("Area: {before} km² before, {after} km² now ({more} km²).")
        more = (areas[1] - areas[0]) / 1e6
        lines.append(text.format(before=_km2(areas[0]), after=_km2(areas[1]), more=f"{more:+,.2f}"))
    if change.match.key is not None:
        lines.append(tr("Features were recognised by column {field}.", field=change.match.key.new_name))
    else:
        lines.append(tr("No column tells the features apart: they were recognised by their shapes."))
    return [*lines, *_values(change)]


def _values(change: SourceChange) -> Iterator[str]:
    """Say which zone values came and went, and what the new ones are read as."""
    came = [
        f"“{one.value}” → {zone_label(change.profile, change.role, one.zone) or '?'}"
        for one in change.values
        if one.after and not one.before
    ]
    went = [f"“{one.value}”" for one in change.values if one.before and not one.after]
    for text, values in (
        (tr("New zone values: {values}."), came),
        (tr("Zone values that are gone: {values}."), went),
    ):
        if values:
            more = ["…"] if len(values) > VALUES else []
            yield text.format(values=listed([*values[:VALUES], *more]))
