"""What became of the units between two versions, a row each: kind, units before and now, area."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.PyQt.QtCore import Qt

from ...map.version_layer import kind_icon, kinds
from ...text import square_kilometres, tr
from ...widgets.tables import NamesDelegate, RowsView, ViewColumn

if TYPE_CHECKING:
    from qgis.PyQt.QtWidgets import QWidget

    from ...work.version_rows import VersionRow

ALL, SAME = "", "unchanged"


def _lines(row: VersionRow) -> tuple[str, str]:
    """Name the unit before and the one now; by their codes too where they have one name."""
    if row.was == row.now and row.now is not None:
        return (row.now[1], row.now[0])
    alike = row.was is not None and row.now is not None and row.was[1] == row.now[1]
    was, now = ("–" if one is None else " ".join(one[::-1]) if alike else one[1] for one in (row.was, row.now))
    return (was, f"→ {now}")


def _area(row: VersionRow) -> str:
    return square_kilometres(row.area_m2)


def _tip(row: VersionRow) -> str:
    was, now = (" ".join(one) if one else "–" for one in (row.was, row.now))
    return f"{kinds()[row.kind]}\n{was}\n→ {now}\n{_area(row)} km²"


class _BeforeOverNow(NamesDelegate):
    """Paints the unit before and, below it, the one now."""

    QUIET = 0


def version_table(parent: QWidget) -> RowsView:
    """Make the table: the largest first; a click shows the place."""
    names = kinds()
    return RowsView(
        parent,
        ViewColumn(
            tr("Change", "what became of a unit"), lambda row: names[row.kind], icon=lambda row: kind_icon(row.kind)
        ),
        ViewColumn(tr("Unit before → now"), lambda row: " ".join(_lines(row)), lines=_lines, paints=_BeforeOverNow),
        ViewColumn("km²", _area, order=lambda row: row.area_m2, right=True),
        tip=_tip,
        wide=1,
        by=(2, Qt.SortOrder.DescendingOrder),
        on_click=True,
        accessibleName=tr("What became of the units"),
    )


def of_kind(row: VersionRow, kind: str) -> bool:
    """Tell whether a row is of a kind; with ``ALL``, whether it is a change."""
    return row.kind == kind if kind != ALL else row.kind != SAME
