"""Findings: what was found, where, how to mend it; and the two answers: zoom there, accept with a reason."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import QAbstractListModel, QCoreApplication, QModelIndex, Qt, pyqtSignal
from qgis.PyQt.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListView,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from ...delineation.core.errors import BadInput
from ...delineation.core.findings import Finding
from ...delineation.core.messages import facts_of
from ..text import language, names_of
from ..widgets.marks import mark_icon
from ..widgets.plain_text import PlainLabel, as_tip
from .history_view import local_time

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from ...delineation.case.profile import Profile
    from ...delineation.plan.file import Plan

__all__ = ["FindingsList", "FindingsModel"]

translate = QCoreApplication.translate


class FindingsModel(QAbstractListModel):
    """The plan's findings, worded in the user's language."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.findings: pd.DataFrame | None = None
        self.accepted: pd.DataFrame | None = None
        self._texts: Mapping[str, Any] = {}
        self._names = names_of()
        self._by: list[int] = []
        self._rows: list[int] = []
        self._words: dict[int, str] = {}
        self.with_accepted = True

    def show_plan(self, plan: Plan | None, profile: Profile | None) -> None:
        """Show a plan's findings."""
        from ...delineation.checks import load_texts

        self.beginResetModel()
        self.findings = plan.findings if plan is not None else None
        self.accepted = plan.accepted if plan is not None else None
        self._texts, self._names = load_texts(profile) if profile is not None else {}, names_of(profile)
        self._words = {}
        self._match()
        self.endResetModel()

    def show_accepted(self, accepted: pd.DataFrame | None = None, *, with_accepted: bool | None = None) -> None:
        """Take another table of acceptances, or show or hide what is accepted."""
        self.beginResetModel()
        self.accepted = self.accepted if accepted is None else accepted
        self.with_accepted = self.with_accepted if with_accepted is None else with_accepted
        self._match()
        self.endResetModel()

    def _match(self) -> None:
        from ...delineation.plan.acceptance import acceptance_of

        if self.findings is None or self.accepted is None:
            self._by, self._rows = [], []
            return
        self._by = acceptance_of(self.findings, self.accepted).tolist()
        self._rows = [row for row, by in enumerate(self._by) if self.with_accepted or by < 0]

    def open_count(self) -> int:
        """Count findings that nobody accepted."""
        return sum(by < 0 for by in self._by)

    def first_error(self) -> int:
        """Find the first row with an error that nobody accepted, −1 where there is none."""
        if self.findings is None:
            return -1
        severity = self.findings["severity"].tolist()
        wanted = (row for row, place in enumerate(self._rows) if severity[place] == "error" and self._by[place] < 0)
        return next(wanted, -1)

    def finding(self, row: int) -> pd.DataFrame:
        """Give a row's finding as a table of one."""
        return self.findings.iloc[[self._rows[row]]]

    def acceptance(self, row: int) -> Mapping[str, str] | None:
        """Give who accepted it, when and why; None while nobody did."""
        by = self._by[self._rows[row]]
        return self.accepted.iloc[by].to_dict() if by >= 0 else None

    def words(self, row: int) -> str:
        """Say what was found; the text in the file where the profile has none any more."""
        from ...delineation.case.finding_texts import message

        place = self._rows[row]
        if place not in self._words:
            stored = self.findings.iloc[place]
            value = None if stored["value"] != stored["value"] else float(stored["value"])
            units = tuple(filter(None, str(stored["units"] or "").split("、")))
            try:
                finding = Finding(str(stored["id"]), facts_of(json.loads(stored["facts"] or "{}")), value, units=units)
                self._words[place] = message(finding, self._texts, language(), self._names)
            except (BadInput, KeyError, ValueError, IndexError):
                self._words[place] = str(stored["message"])
        return self._words[place]

    def rowCount(self, parent: QModelIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = index.row()
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{self.findings['id'].iloc[self._rows[row]]}  {self.words(row)}"
        if role == Qt.ItemDataRole.DecorationRole:
            if self._by[self._rows[row]] >= 0:
                return mark_icon("done")
            return mark_icon("problem" if self.findings["severity"].iloc[self._rows[row]] == "error" else "check")
        if role == Qt.ItemDataRole.ToolTipRole:
            return as_tip(self.accepted_words(row) or self.words(row))
        return None

    def accepted_words(self, row: int) -> str:
        """Say who accepted a finding, when and why; "" while nobody did."""
        accepted = self.acceptance(row)
        if accepted is None:
            return ""
        text = translate("ControlUnits", "Accepted by {author}, {time}: {reason}")
        day = local_time(accepted["time"]).partition(" ")[0]
        return text.format(author=accepted["author"] or "?", time=day, reason=accepted["reason"])


class FindingsList(QWidget):
    """The list, what the chosen one says in full, and its answers."""

    zoom = pyqtSignal(object)  # row of findings, a table of one
    accept = pyqtSignal(object, str)  # row, reason
    withdraw = pyqtSignal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = FindingsModel(self)
        self.view = QListView(self)
        self.view.setModel(self.model)
        self.view.setWordWrap(True)
        self.view.setAlternatingRowColors(True)
        self.view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view.setResizeMode(QListView.ResizeMode.Adjust)
        self.view.selectionModel().currentChanged.connect(lambda *_: self._show())
        self.view.activated.connect(lambda *_: self._zoom())
        self.all = QCheckBox(translate("ControlUnits", "Show &accepted ones too"), self)
        self.all.setToolTip(translate("ControlUnits", "Accepted findings stay in the plan with who, when and why."))
        self.all.setChecked(True)
        self.all.toggled.connect(lambda on: self.model.show_accepted(with_accepted=on))
        self.none = QLabel(translate("ControlUnits", "Nothing was found that a reader must know."), self)
        self.told = PlainLabel("", self)
        self.told.setWordWrap(True)
        self.told.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.reason = QLineEdit(self)
        self.reason.setPlaceholderText(translate("ControlUnits", "Reason why it may stay as it is"))
        self.reason.setToolTip(translate("ControlUnits", "Stands in the plan with your name; a new run keeps it."))
        self.zoom_button = QPushButton(translate("ControlUnits", "&Zoom"), self)
        self.zoom_button.setToolTip(translate("ControlUnits", "Show the place on the map."))
        self.accept_button = QPushButton(translate("ControlUnits", "Accept with &reason"), self)
        self.withdraw_button = QPushButton(translate("ControlUnits", "&Withdraw"), self)
        self.withdraw_button.setToolTip(translate("ControlUnits", "Take the acceptance back."))
        self.zoom_button.clicked.connect(self._zoom)
        self.accept_button.clicked.connect(self._accept)
        self.reason.returnPressed.connect(self._accept)
        self.reason.textChanged.connect(lambda _: self._enable())
        self.withdraw_button.clicked.connect(lambda: self.withdraw.emit(self.chosen()))
        buttons = QHBoxLayout()
        for button in (self.zoom_button, self.accept_button, self.withdraw_button):
            buttons.addWidget(button)
        buttons.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 4, 0, 0)
        for widget, stretch in ((self.none, 0), (self.view, 1), (self.told, 0), (self.reason, 0)):
            layout.addWidget(widget, stretch)
        layout.addLayout(buttons)
        layout.addWidget(self.all)
        self.model.modelReset.connect(self._show)
        self._show()

    def chosen(self) -> Any:
        """Give the chosen finding as a table of one, None where none is."""
        index = self.view.currentIndex()
        return self.model.finding(index.row()) if index.isValid() else None

    def choose(self, row: int) -> None:
        """Choose a finding."""
        self.view.setCurrentIndex(self.model.index(row))

    def _show(self) -> None:
        index = self.view.currentIndex()
        self.none.setVisible(self.model.rowCount() == 0)
        self.view.setVisible(self.model.rowCount() > 0)
        for widget in (self.told, self.reason, self.zoom_button, self.accept_button, self.withdraw_button):
            widget.setVisible(index.isValid())
        if index.isValid():
            accepted = self.model.acceptance(index.row())
            self.told.setText(self.model.accepted_words(index.row()))
            self.told.setVisible(accepted is not None)
            self.reason.setText(accepted["reason"] if accepted is not None else "")
            self.withdraw_button.setVisible(accepted is not None)
        self._enable()

    def _enable(self) -> None:
        chosen = self.chosen()
        self.accept_button.setEnabled(bool(self.reason.text().strip()))
        self.accept_button.setToolTip(
            translate("ControlUnits", "Keep the reason in the plan.")
            if self.reason.text().strip()
            else translate("ControlUnits", "Write a reason first.")
        )
        self.zoom_button.setEnabled(chosen is not None and chosen["geometry"].iloc[0] is not None)

    def _zoom(self) -> None:
        chosen = self.chosen()
        if chosen is not None and chosen["geometry"].iloc[0] is not None:
            self.zoom.emit(chosen)

    def _accept(self) -> None:
        chosen = self.chosen()
        if chosen is not None and self.reason.text().strip():
            self.accept.emit(chosen, self.reason.text().strip())
