"""Trees and tables: how their columns are headed, and what stands in a line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import QSize, Qt
from qgis.PyQt.QtWidgets import QHeaderView, QStyle, QTableWidgetItem, QTreeWidgetItem

from .plain_text import as_tip

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from qgis.PyQt.QtGui import QIcon
    from qgis.PyQt.QtWidgets import QTreeWidget

__all__ = ["RIGHT", "cell", "head", "tree_line"]

RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)


def head(tree: QTreeWidget, *titles: str, wide: int = 0, tips: Sequence[str] = ()) -> None:
    """Head the columns of a tree: each is as wide as what it holds, but for one that has the room they leave."""
    tree.setHeaderLabels(titles)
    header = tree.header()
    header.setStretchLastSection(False)
    # Under a style sheet, as QGIS has one, Qt leaves a title less room than it takes to paint it whole: a letter more.
    letters, margin = header.fontMetrics(), header.style().pixelMetric(QStyle.PixelMetric.PM_HeaderMargin)
    for column, title in enumerate(titles):
        mode = QHeaderView.ResizeMode.Stretch if column == wide else QHeaderView.ResizeMode.ResizeToContents
        header.setSectionResizeMode(column, mode)
        if title and column != wide:
            tree.headerItem().setSizeHint(
                column,
                QSize(letters.horizontalAdvance(title) + letters.height() + 3 * margin, letters.height() + margin),
            )
    for column, tip in enumerate(tips):
        tree.headerItem().setToolTip(column, as_tip(tip))


def tree_line(
    texts: Sequence[str],
    data: Mapping[int, Any],
    *,
    icon: QIcon | None = None,
    tips: str | Sequence[str] = (),
    right: Collection[int] = (),
    on: QTreeWidget | QTreeWidgetItem | None = None,
) -> QTreeWidgetItem:
    """Make a line of a tree.

    Parameters
    ----------
    texts : sequence of str
        A column each.
    data : mapping
        Role → what the first column holds besides.
    icon : QIcon, optional
        In the first column.
    tips : str or sequence of str
        Plain texts by column, or one for all of them.
    right : collection of int
        Columns whose texts stand at the right, as numbers do.
    on : QTreeWidget or QTreeWidgetItem, optional
        What it is the last line of from now on.
    """
    item = QTreeWidgetItem(texts) if on is None else QTreeWidgetItem(on, texts)
    for role, value in data.items():
        item.setData(0, role, value)
    if icon is not None:
        item.setIcon(0, icon)
    for column, tip in enumerate([tips] * len(texts) if isinstance(tips, str) else tips):
        item.setToolTip(column, as_tip(tip))
    for column in right:
        item.setTextAlignment(column, RIGHT)
    return item


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
