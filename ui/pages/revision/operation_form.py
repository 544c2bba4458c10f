"""Any operation of a revision as a form, and all of them as help: what each says, the engine's table declares."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import QTimer
from qgis.PyQt.QtWidgets import QComboBox, QDialog, QLineEdit, QPushButton, QWidget

from ...text import capital, said, tr
from ...widgets.choices import fill
from ...widgets.layout import STRETCH, form_on, in_column
from ...widgets.plain_text import PlainLabel, as_tip

if TYPE_CHECKING:
    from qgis.PyQt.QtGui import QShowEvent

    from ....delineation.revision.fields import Field
    from ....delineation.revision.operation import Operation
    from ...work.revision import Revision

LEAST = 380  # pixels


def _operations() -> dict[str, Operation]:
    """Give the operations that edit a plan under revision."""
    from ....delineation.revision.operations import OPS

    return {name: one for name, one in OPS.items() if one.apply is not None}


class OperationForm(QDialog):
    """A window beside the desk: an operation, its fields, and a button that does it.

    Attributes
    ----------
    inputs : dict of str to QWidget
        Of the operation that is chosen, by field: a box where there are few values, else a line to type in.
    """

    def __init__(self, revision: Revision, parent: QWidget) -> None:
        super().__init__(
            parent,
            objectName="control_units_operation_form",
            windowTitle=tr("Any operation"),
            minimumWidth=LEAST,
        )
        self.revision = revision
        self.inputs: dict[str, QComboBox | QLineEdit] = {}
        self.operations = QComboBox(self)
        offered = ((name, one.title) for name, one in _operations().items() if not one.own_desk)
        fill(self.operations, ((name, capital(said(title))) for name, title in offered))
        self.about = PlainLabel("", self, wrap=True)
        self.fields = form_on(None)
        self.go = QPushButton(
            tr("Do it", "an operation"),
            self,
            toolTip=tr("Does the operation; the desk says what came of it, and undo takes it back."),
            clicked=lambda *_: self.revision.do(self.op()),
        )
        in_column(self.operations, self.about, self.fields, STRETCH, self.go, on=self)
        self.operations.currentIndexChanged.connect(lambda _: self._ask())

    @property
    def operation(self) -> Operation:
        """The one that is chosen."""
        return _operations()[self.operations.currentData()]

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._ask()

    def _ask(self) -> None:
        """Ask for what the operation says."""
        about, state = capital(said(self.operation.about)), self.revision.state
        if self.operation.beforehand is not None and state is not None:
            about = f"{about}\n{capital(said(self.operation.beforehand(state)))}"
        self.about.setText(about)
        while self.fields.rowCount():
            self.fields.removeRow(0)
        self.inputs = {key: self._input(key, field) for key, field in self.operation.fields.items()}
        for key, field in self.operation.fields.items():
            title = capital(said(field.title))
            self.fields.addRow(title if field.needed else _optional(title), self.inputs[key])
        self._look()
        # Inputs of a window that is open already are shown, and counted by its layout, a turn later.
        QTimer.singleShot(0, self.adjustSize)

    def _input(self, key: str, field: Field) -> QComboBox | QLineEdit:
        wanted = said(field.wanted)
        named = {"objectName": f"control_units_operation_{key}", "toolTip": as_tip(wanted)}
        if not field.choices:
            text = self.revision.target if key == "unit" else ""
            return QLineEdit(text, self, placeholderText=wanted, textChanged=lambda _: self._look(), **named)
        box = QComboBox(self, **named)
        choices = ((value, capital(said(word))) for value, word in field.choices.items())
        fill(box, choices if field.needed else [(None, ""), *choices])
        return box

    def op(self) -> dict[str, Any]:
        """Give the operation as a line of JSON has it; what is left empty is not said."""
        values = {}
        for key, box in self.inputs.items():
            if isinstance(box, QComboBox):
                values[key] = box.currentData()
            elif text := box.text().strip():
                values[key] = self.operation.fields[key].typed(text)
        return {"op": self.operation.name, **{key: value for key, value in values.items() if value is not None}}

    def _look(self) -> None:
        """Let only be done what says all that it has to."""
        needed = {key for key, field in self.operation.fields.items() if field.needed}
        self.go.setEnabled(self.op().keys() >= needed)


def _optional(title: str) -> str:
    return f"{title} ({tr('optional')})"


def operations_html() -> str:
    """List the operations with what each says and does, as a table."""
    rows = []
    for operation in _operations().values():
        titles = [(capital(said(field.title)), field.needed) for field in operation.fields.values()]
        asks = ", ".join(title if needed else _optional(title) for title, needed in titles)
        told = f"{escape(capital(said(operation.about)))}<br><i>{escape(asks)}</i>"
        rows.append(f"<tr><td width='34%'><b>{escape(capital(said(operation.title)))}</b></td><td>{told}</td></tr>")
    return f"<table width='100%' cellpadding='2'>{''.join(rows)}</table>"
