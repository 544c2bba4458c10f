"""One line that speaks during a revision, with what can be done about it; and why, on what document, edits are made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.PyQt.QtCore import QCoreApplication, Qt, pyqtSignal
from qgis.PyQt.QtWidgets import (
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ..widgets.marks import mark_icon
from ..widgets.narrow import Row
from ..widgets.plain_text import PlainLabel, as_tip

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from qgis.PyQt.QtGui import QResizeEvent

    from ..work.revision import Revision

__all__ = ["Answer", "ReasonFields", "SpeakingLine"]

translate = QCoreApplication.translate
Answer = tuple[str, str, "Callable[[], None]"]  # text of a button, its tool tip, what it does


class SpeakingLine(QWidget):
    """A sentence, its mark, and up to three buttons that answer it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("control_units_revision_line")
        self.sign = QLabel(self)
        self.text = PlainLabel("", self, wrap=True)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.text.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self._answers: tuple[Answer, ...] = ()
        self.buttons = [QPushButton(self) for _ in range(3)]
        for number, button in enumerate(self.buttons):
            button.setAutoDefault(False)
            button.clicked.connect(lambda *_, number=number: self._answers[number][2]())
        said = QHBoxLayout()
        said.addWidget(self.sign, 0, Qt.AlignmentFlag.AlignTop)
        said.addWidget(self.text, 1)
        self._row = QWidget(self)
        row = Row(self._row)
        for button in self.buttons:
            row.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2, 2, 2, 0)
        layout.setSpacing(2)
        layout.addLayout(said)
        layout.addWidget(self._row)

    def say(self, text: str, mark: str = "", answers: Sequence[Answer] = ()) -> None:
        """Say a sentence; ``mark`` is one of ``marks``, "" for none."""
        self.text.setText(text)
        self.sign.setVisible(bool(mark))
        if mark:
            self.sign.setPixmap(mark_icon(mark).pixmap(16, 16))
        self._answers = tuple(answers)
        for number, button in enumerate(self.buttons):
            button.setVisible(number < len(self._answers))
            if number < len(self._answers):
                button.setText(self._answers[number][0])
                button.setToolTip(as_tip(self._answers[number][1]))
        self._row.setVisible(bool(self._answers))
        self._fit()

    def _fit(self) -> None:
        # Two lines at least: what stands below stays where it is from one sentence to the next.
        least = 2 * self.fontMetrics().lineSpacing()
        self.text.setMinimumHeight(max(least, self.text.heightForWidth(self.text.width())))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()


class ReasonFields(QWidget):
    """Reason and document of all that is done next, behind one line that says what they are.

    ``before`` and ``after`` are buttons in the same line.
    """

    documented = pyqtSignal()  # Enter in a document that is named

    def __init__(
        self,
        revision: Revision,
        parent: QWidget | None = None,
        *,
        before: Sequence[QWidget] = (),
        after: Sequence[QWidget] = (),
    ) -> None:
        super().__init__(parent)
        self.revision = revision
        self.switch = QToolButton(self)
        self.switch.setObjectName("control_units_reason_switch")
        self.switch.setAutoRaise(True)
        self.switch.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.switch.setCheckable(True)
        self.switch.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.switch.toggled.connect(self._open)
        self.reason, self.basis = QLineEdit(self), QLineEdit(self)
        self.reason.setObjectName("control_units_reason")
        self.basis.setObjectName("control_units_basis")
        self.reason.setToolTip(translate("ControlUnits", "Why the next edits are made; the journal keeps it."))
        self.basis.setToolTip(
            translate(
                "ControlUnits",
                "Name and number of the document that the next edits rest on: what lowers a category needs one.",
            )
        )
        for field, name in ((self.reason, "reason"), (self.basis, "basis")):
            field.setClearButtonEnabled(True)
            field.setText(getattr(revision, name))
            field.textChanged.connect(lambda text, name=name: self._take(name, text))
        self.basis.returnPressed.connect(lambda: self.basis.text().strip() and self.documented.emit())
        self._fields = QWidget(self)
        form = QFormLayout(self._fields)
        form.setContentsMargins(4, 0, 0, 0)
        form.addRow(translate("ControlUnits", "Reason"), self.reason)
        form.addRow(translate("ControlUnits", "Document"), self.basis)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        line = QHBoxLayout()
        line.setSpacing(0)
        for widget in (*before, self.switch, *after):
            line.addWidget(widget, int(widget is self.switch))
        layout.addLayout(line)
        layout.addWidget(self._fields)
        self._open(on=False)

    def ask_for_document(self) -> None:
        """Open the fields, at the document."""
        self.switch.setChecked(True)
        self.basis.setFocus()
        self.basis.selectAll()

    def _take(self, name: str, text: str) -> None:
        setattr(self.revision, name, text.strip())
        self._say()

    def _open(self, on: bool) -> None:
        self._fields.setVisible(on)
        self.switch.setArrowType(Qt.ArrowType.DownArrow if on else Qt.ArrowType.RightArrow)
        self._say()

    def _say(self) -> None:
        reason, basis = self.revision.reason, self.revision.basis
        none = translate("ControlUnits", "none")
        text = translate("ControlUnits", "Reason: {reason}; document: {basis}")
        self.switch.setText(text.format(reason=reason or none, basis=basis or none).replace("&", "&&"))
        tip = translate("ControlUnits", "Reason and document go with every next edit, until they are changed.")
        self.switch.setToolTip(as_tip(f"{text.format(reason=reason or none, basis=basis or none)}\n{tip}"))
