"""What people state of a plan and no source knows: on the Output page, asked once for all that is made of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.PyQt.QtWidgets import QFrame, QGridLayout, QLabel, QLineEdit, QWidget

from ....delineation.plan.statement import STATED, province_of, stated_by, statement
from ....delineation.plan.status import is_filed
from ...text import listed, said, tr
from ...widgets.day_edit import DayEdit, take_only
from ...widgets.file_dialogs import sure
from ...widgets.muted import MutedLabel

if TYPE_CHECKING:
    from ...work.session import Session

YEAR = "filing_year"


class StatedForm(QFrame):
    """Four fields, empty until somebody fills them in; kept in the case, and in the plan that its documents come of."""

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(parent, objectName="stated_form", frameShape=QFrame.Shape.StyledPanel)
        self.session, self._asking = session, False
        self.titles = {key: said(title) for key, title in STATED.items()}
        self.fields: dict[str, QLineEdit] = {"date": DayEdit(self, stated=lambda day: self._say("date", day))}
        for key in (YEAR, "province", "city"):
            self.fields[key] = QLineEdit(
                self, editingFinished=lambda name=key: self._say(name, self.fields[name].text().strip())
            )
        take_only(self.fields[YEAR], r"\d{0,4}")
        grid = QGridLayout(self)
        for row, (key, field) in enumerate(self.fields.items()):
            field.setAccessibleName(self.titles[key])
            field.setToolTip(tr("Stands on all documents, lists and maps; kept in the case."))
            grid.addWidget(QLabel(self.titles[key], self), row, 0)
            grid.addWidget(field, row, 1)
        self.told = MutedLabel("", self)
        grid.addWidget(self.told, len(self.fields), 0, 1, 2)

    def known(self) -> dict[str, str]:
        """Give what is stated: of the plan, else of the case."""
        plan, case = self.session.plan, self.session.case
        return plan.meta if plan is not None else stated_by(case) if case is not None else {}

    def refresh(self, *, idle: bool = True) -> None:
        """Show what is stated, and what is missing."""
        known = self.known()
        self.setEnabled(idle and bool(known) and not self.session.busy and not is_filed(known.get("status", "")))
        for key, field in self.fields.items():
            if not field.hasFocus():
                field.setText(known.get(key, ""))
        province, (_, in_words) = province_of(known), statement(known)[2]
        self.fields["province"].setPlaceholderText(said(in_words) if province else "")
        missing = [title for key, title in self.titles.items() if not (known | {"province": province}).get(key)]
        self.told.say(tr("Not filled in: {fields}. Documents say so.", fields=listed(missing)) if missing else "")

    def point(self) -> None:
        """Put the hand into the first field that is empty."""
        next(field for field in self.fields.values() if not field.text()).setFocus()

    def _say(self, key: str, text: str) -> None:
        before = self.known().get(key, "")
        if self._asking or text == before:
            return
        if key == YEAR and not self._is_meant(int(text or 0)):
            self.fields[key].setText(before)
            return
        self.session.state(**{key: int(text or 0) if key == YEAR else text})

    def _is_meant(self, year: int) -> bool:
        """Ask whether a filing year is meant that is not later than last year's."""
        from ....delineation.plan.file import read_meta

        case = self.session.case
        path = case.previous.path if case is not None else ""
        last = int(read_meta(self.session.file(path)).get(YEAR) or 0) if path else 0
        if not 0 < year <= last:
            return True
        question = tr("The last version was filed for {last}. Is this one filed for {year}?", last=last, year=year)
        self._asking = True  # the question takes the hand from the field, which has its say once more
        meant = sure(self, question, tr("Yes, for {year}", year=year))
        self._asking = False
        return meant
