"""What one can answer to candidates: adopt one for a reason, drop one, hold them against each other at length."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.PyQt.QtCore import QCoreApplication
from qgis.PyQt.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from .adopting import AdoptingLine

if TYPE_CHECKING:
    from ..work.session import Session

__all__ = ["Answers"]

translate = QCoreApplication.translate


class Answers(QWidget):
    """The fields; while a candidate is adopted, how far that is stands in the place of the buttons."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        self.reason = QLineEdit(self)
        self.reason.setObjectName("candidates_reason")
        self.reason.setPlaceholderText(translate("ControlUnits", "Reason for adopting, for the journal"))
        self.reason.setAccessibleName(translate("ControlUnits", "Reason for adopting"))
        self.reason.setToolTip(translate("ControlUnits", "Stands in the plan's journal with your name and the time."))
        self.reason.setMaxLength(400)
        layout.addWidget(self.reason)
        self.adopting = AdoptingLine(session, self)
        self.adopting.adopted.connect(self.reason.clear)  # a try that came to nothing keeps it
        layout.addWidget(self.adopting)
        row = QHBoxLayout()
        self.adopt = QPushButton(translate("ControlUnits", "&Adopt"), self)
        self.adopt.setObjectName("candidates_adopt")
        self.discard = QPushButton(translate("ControlUnits", "&Discard"), self)
        self.discard.setObjectName("candidates_discard")
        self.discard.setToolTip(translate("ControlUnits", "Drops the candidate of the marked column, and its layer."))
        row.addWidget(self.adopt)
        row.addWidget(self.discard)
        row.addStretch(1)
        layout.addLayout(row)
        self.compare = QPushButton(translate("ControlUnits", "Co&mpare methods…"), self)
        self.compare.setObjectName("candidates_compare")
        self.compare.setToolTip(
            translate(
                "ControlUnits",
                "Opens “Compare division methods” with this case and these candidates: more metrics, random divisions, stability, and how sure each border is.",  # noqa: E501
            )
        )
        last = QHBoxLayout()
        last.addWidget(self.compare)
        last.addStretch(1)
        layout.addLayout(last)
        session.busy_changed.connect(self.refresh)

    def refresh(self) -> None:
        """Show the buttons, or how far adopting is."""
        on = self.adopting.on
        self.reason.setReadOnly(on)
        for button in (self.adopt, self.discard, self.compare):
            button.setVisible(not on)
