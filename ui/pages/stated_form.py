"""What people state of a plan and no source knows: on the Output page, asked once for all that is made of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import QRegularExpression
from qgis.PyQt.QtGui import QRegularExpressionValidator
from qgis.PyQt.QtWidgets import QFrame, QGridLayout, QLabel, QLineEdit, QWidget

from ...delineation.plan.statement import province_of, stated_by
from ...delineation.plan.status import is_filed
from ..text import tr
from ..widgets.day_edit import DayEdit
from ..widgets.file_dialogs import sure
from ..widgets.muted import MutedLabel

if TYPE_CHECKING:
    from ..work.session import Session

__all__ = ["StatedForm"]


class StatedForm(QFrame):
    """Four fields, empty until somebody fills them in; kept in the case, and in the plan that its documents come of."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent, objectName="stated_form", frameShape=QFrame.Shape.StyledPanel)
        self.session = session
        self._asking = False
        grid = QGridLayout(self)
        grid.setContentsMargins(6, 4, 6, 5)
        grid.setVerticalSpacing(3)
        self.date = DayEdit(self, stated=lambda day: self._say("date", day))
        self.fields: dict[str, QLineEdit] = {"date": self.date}
        for key in ("filing_year", "province", "city"):
            self.fields[key] = QLineEdit(self, editingFinished=lambda name=key: self._say(name, self._text(name)))
        year = QRegularExpression(r"\d{0,4}")
        self.fields["filing_year"].setValidator(QRegularExpressionValidator(year, self))
        self.titles = {
            "date": tr("Compiled on"),
            "filing_year": tr("Filing year"),
            "province": tr("Province"),
            "city": tr("City"),
        }
        tip = tr("Stands on all documents, lists and maps; kept in the case.")
        for number, (key, field) in enumerate(self.fields.items()):
            field.setObjectName(f"stated_{key}")
            field.setAccessibleName(self.titles[key])
            field.setToolTip(tip)
            label = QLabel(self.titles[key], self)
            label.setBuddy(field)
            grid.addWidget(label, number // 2, number % 2 * 2)
            grid.addWidget(field, number // 2, number % 2 * 2 + 1)
        self.told = MutedLabel("", self, objectName="stated_told")
        grid.addWidget(self.told, 2, 0, 1, 4)

    def _text(self, key: str) -> str:
        return self.fields[key].text().strip()

    def known(self) -> dict[str, str]:
        """Give what is stated: of the plan, else of the case."""
        session = self.session
        of_case = {} if session.case is None else stated_by(session.case)
        meta = of_case if session.plan is None else session.plan.meta
        return {key: meta.get(key, "") for key in self.fields}

    def refresh(self, *, idle: bool = True) -> None:
        """Show what is stated, and what is missing."""
        session, known = self.session, self.known()
        meta = {} if session.plan is None else session.plan.meta
        self.setVisible(session.plan is not None or session.case is not None)
        self.setEnabled(idle and not session.busy and not is_filed(meta.get("status", "")))
        for key, field in self.fields.items():
            if not field.hasFocus():
                field.setText(known[key])
        if not self.date.hasFocus():
            self.date.show_day(known["date"])
        province = province_of(meta)
        by_code = tr("{province} (by the county codes)", province=province) if province else ""
        self.fields["province"].setPlaceholderText(by_code)
        known["province"] = known["province"] or province
        missing = [self.titles[key] for key, text in known.items() if not text]
        between = tr(", ", "between things listed")
        text = tr("Not filled in: {fields}. Documents say so; nothing is filed without date and filing year.")
        self.told.setText(text.format(fields=between.join(missing)) if missing else "")
        self.told.setVisible(bool(missing))

    def point(self) -> None:
        """Put the hand into the first field that is empty."""
        empty = next((field for key, field in self.fields.items() if not self.known()[key]), None)
        if empty is not None:
            empty.setFocus()

    def _say(self, key: str, text: str) -> None:
        if self._asking or text == self.known()[key]:
            return
        value: Any = text
        if key == "filing_year":
            value = int(text or 0)
            if not self._is_meant(value):
                self.fields[key].setText(self.known()[key])
                return
        self.session.state(**{key: value})

    def _is_meant(self, year: int) -> bool:
        """Ask whether a filing year is meant that is not later than last year's."""
        from ...delineation.plan.file import read_meta

        case = self.session.case
        path = case.previous.path if case is not None else ""
        last = int(read_meta(case.file(path)).get("filing_year") or 0) if case is not None and path else 0
        if not 0 < year <= last:
            return True
        self._asking = True
        question = tr("The last version was filed for {last}. Is this one filed for {year}?", last=last, year=year)
        meant = sure(self, question, tr("Yes, for {year}", year=year))
        self._asking = False
        return meant
