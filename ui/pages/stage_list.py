"""The stages of a run, with a mark and a time each."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from qgis.PyQt.QtCore import QCoreApplication, Qt
from qgis.PyQt.QtWidgets import QAbstractItemView, QHeaderView, QTreeWidget, QTreeWidgetItem, QWidget

from ..widgets.marks import mark_icon
from ..widgets.plain_text import as_tip
from ..words import seconds, stage_titles

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..work.pace import Pace

__all__ = ["StageList"]

translate = QCoreApplication.translate


class StageList(QTreeWidget):
    """A line a stage; as high as its lines."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("control_units_stages")
        self.setAccessibleName(translate("ControlUnits", "Stages of the run"))
        self.setColumnCount(2)
        self.setHeaderLabels([translate("ControlUnits", "Stage"), translate("ControlUnits", "Time")])
        self.setRootIsDecorated(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        header = self.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        self.lines = {}
        for name, title in stage_titles().items():
            self.lines[name] = QTreeWidgetItem(self, [title, ""])
            self.lines[name].setTextAlignment(1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def fit(self) -> None:
        """Make the list as high as its lines, whatever the font."""
        first = next(iter(self.lines.values()))
        row = max(self.sizeHintForRow(0), self.visualItemRect(first).height())
        head = self.header().sizeHint().height()
        self.setFixedHeight(head + row * len(self.lines) + 2 * self.frameWidth() + 2)

    def show_pace(self, pace: Pace | None, *, made: bool, left_out: Mapping[str, str]) -> None:
        """Show how far a run is.

        Parameters
        ----------
        pace : Pace or None
            None where no run of this session is to be shown.
        made : bool
            There is a plan; how long it took is not known.
        left_out : mapping of str to str
            Stage → why it did nothing.
        """
        now = time.monotonic()
        for name, item in self.lines.items():
            mark, text = "done" if made else "todo", ""
            if pace is not None:
                if name in pace.skipped:
                    mark, text = "done", translate("ControlUnits", "unchanged")
                elif name in pace.taken:
                    mark, text = "done", seconds(pace.taken[name])
                elif name == pace.stage:
                    mark, text = "next", seconds(pace.elapsed(now))
            if mark == "done" and name in left_out:
                mark, text = "check", translate("ControlUnits", "left out")
            item.setIcon(0, mark_icon(mark))
            item.setText(1, text)
            for column in (0, 1):
                item.setToolTip(column, as_tip(left_out.get(name, "")))
