"""One line that speaks during a revision, with what can be done about it; and why, on what document, edits are made."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from qgis.PyQt.QtCore import QRect, Qt, pyqtSignal
from qgis.PyQt.QtWidgets import QLabel, QLineEdit, QPushButton, QWidget

from ....delineation.core.text import clock_time as local_time
from ...text import tr
from ...widgets.fold_button import FoldButton
from ...widgets.layout import form_on, give_width, in_column, in_flow, in_line
from ...widgets.marks import mark_icon
from ...widgets.plain_text import PlainLabel, as_tip

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qgis.PyQt.QtGui import QResizeEvent

    from ....delineation.core.errors import BeingEdited
    from ....delineation.revision.consequences import Consequences
    from ...work.revision import Revision
    from ...work.runner import Then

SIGN, EDGE, LEAST, TALL = 16, 2, 100, 2000  # pixels of the mark, around the line, of a text at least and at most
Answer = tuple[str, str, "Then"]  # text of a button, its tool tip, what it does


class SpeakingLine(QWidget):
    """A sentence, its mark, and up to three buttons that answer it.

    Parameters
    ----------
    parent : QWidget
    lines : int
        Of the sentence, at most: of a longer one the middle is left out, and its tool tip has all; what says a problem
        stays whole. 0 for no bound.
    """

    def __init__(self, parent: QWidget, *, lines: int = 0) -> None:
        super().__init__(parent, objectName="control_units_revision_line")
        self._lines = lines
        self._said = self._mark = ""
        self.sign = QLabel(self)
        self.text = PlainLabel(
            "", self, wrap=True, selectable=True, alignment=Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop
        )
        give_width(self.text)
        self._answers: tuple[Answer, ...] = ()
        self.buttons = [
            QPushButton(self, clicked=lambda *_, number=number: self._answers[number][2]()) for number in range(3)
        ]
        said = in_line((self.sign, 0, Qt.AlignmentFlag.AlignTop), (self.text, 1))
        self._row = QWidget(self)
        in_flow(*self.buttons, on=self._row)
        in_column(said, self._row, on=self, margins=(EDGE, EDGE, EDGE, 0), spacing=2)

    def say(self, text: str, mark: str = "", answers: Sequence[Answer] = ()) -> None:
        """Say a sentence; ``mark`` is one of ``marks``, "" for none."""
        self._said, self._mark = text, mark
        self.sign.setVisible(bool(mark))
        if mark:
            self.sign.setPixmap(mark_icon(mark).pixmap(SIGN, SIGN))
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
        room = self.width() - 2 * EDGE - (0 if self.sign.isHidden() else SIGN + self.layout().spacing() + 2 * EDGE)
        metrics = self.text.fontMetrics()
        wide = QRect(0, 0, max(room, LEAST), TALL)

        def high(text: str) -> int:
            # A label's own height for a width counts the height that it was given last.
            return int(metrics.boundingRect(wide, Qt.TextFlag.TextWordWrap, text).height())

        def short(count: int) -> str:
            return f"{self._said[: count - count // 2]}…{self._said[len(self._said) - count // 2 :]}"

        text, most = self._said, high("\n" * (self._lines - 1))
        if self._lines and self._mark != "problem" and self.isVisible() and high(text) > most:
            text = short(bisect_left(range(len(text)), most + 1, key=lambda count: high(short(count))) - 1)
        self.text.setText(text)
        self.text.setToolTip(as_tip(self._said) if text != self._said else "")
        self.text.setFixedHeight(max(2 * metrics.lineSpacing(), high(text)) + EDGE)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()


class ReasonFields(QWidget):
    """Reason of what is done, and document of what is done next, behind one line that says what they are.

    ``before`` and ``after`` are buttons in the same line.
    """

    documented = pyqtSignal()  # Enter in a document that is named

    def __init__(
        self,
        revision: Revision,
        parent: QWidget,
        *,
        before: Sequence[QWidget] = (),
        after: Sequence[QWidget] = (),
    ) -> None:
        super().__init__(parent)
        self.revision = revision
        self.switch = FoldButton(self, objectName="control_units_reason_switch", toggled=self._open)
        give_width(self.switch)
        self.reason, self.basis = (
            QLineEdit(
                getattr(revision, name),
                self,
                objectName=f"control_units_{name}",
                toolTip=tip,
                clearButtonEnabled=True,
                textChanged=lambda text, name=name: revision.say(**{name: text}),
            )
            for name, tip in (
                ("reason", tr("Why the next edits are made; the journal keeps it.")),
                (
                    "basis",
                    tr(
                        "Name and number of the document that the next edit rests on; what lowers a category asks for it each time.",  # noqa: E501
                    ),
                ),
            )
        )
        self.basis.returnPressed.connect(lambda: self.basis.text().strip() and self.documented.emit())
        self._fields = QWidget(self)
        form_on(self._fields, (tr("Reason"), self.reason), (tr("Document"), self.basis), margins=(4, 0, 0, 0))
        in_column(in_line(*before, (self.switch, 1), *after, spacing=0), self._fields, on=self, margins=0, spacing=2)
        self._open(on=False)
        revision.said_changed.connect(self.look)

    def look(self) -> None:
        """Show reason and document as they are: written in at another desk, or cleared."""
        for field, text in ((self.reason, self.revision.reason), (self.basis, self.revision.basis)):
            if field.text().strip() != text:
                field.setText(text)
        self._say()

    def show_document(self) -> None:
        """Open the fields: a document is asked for."""
        self.switch.setChecked(True)

    def ask_for_document(self) -> None:
        """Go to the document."""
        self.show_document()
        self.basis.setFocus()
        self.basis.selectAll()

    def _open(self, on: bool) -> None:
        self._fields.setVisible(on)
        self._say()

    def _say(self) -> None:
        reason, basis = self.revision.reason, self.revision.basis
        none = tr("none")
        text = tr("Reason: {reason}; document: {basis}")
        if not (reason or basis):
            text = tr("No reason, no document")
        self.switch.setText(text.format(reason=reason or none, basis=basis or none).replace("&", "&&"))
        tip = tr("The reason goes with every edit until the revision ends, the document with the next edit alone.")
        self.switch.setToolTip(as_tip(f"{text.format(reason=reason or none, basis=basis or none)}\n{tip}"))


def broken_words(found: Consequences) -> str:
    """Say which unit fell apart, and how many others did."""
    broken = [one for one in found.units if one["contiguity"] == "broken"]
    words = tr(
        "“{name}” is of {parts} parts now, and is to be of one.", name=broken[0]["name"][1], parts=broken[0]["parts"][1]
    )
    more = tr("The same holds for others: {count}.", count=len(broken) - 1)
    return f"{words} {more}" if len(broken) > 1 else words


# ── Somebody else at work ───────────────────────────────────────────────────────────────────────────────────────────


def claim_words(claim: BeingEdited) -> str:
    """Say who edits a plan, on which computer, since when."""
    since = local_time(claim.since)
    text = tr("{owner} edits this plan.")
    if claim.host and since:
        text = tr("{owner} edits this plan on the computer {host} since {since}.")
    return text.format(owner=claim.owner or tr("Somebody"), host=claim.host, since=since)


def speak_of_claim(
    line: SpeakingLine,
    claim: BeingEdited,
    again: Then,
    take: Then,
    leave: Then | None,
) -> None:
    """Say who edits the plan, and offer to look again and, where nobody can tell whether he still does, to take it.

    Parameters
    ----------
    line : SpeakingLine
    claim : BeingEdited
    again, take, leave : callable
        What the buttons do; with ``leave``, what taking it over means is said, and it is asked for once more.
    """
    look = (
        tr("Try again"),
        tr("Look whether the plan is free by now."),
        again,
    )
    if not claim.breakable:
        text = tr("It can be looked at meanwhile.")
        line.say(f"{claim_words(claim)} {text}", "problem", (look,))
    elif leave is None:
        text = tr("Nobody here can tell whether that goes on still.")
        tip = tr("Edit the plan although somebody else may be at it; asks once more.")
        over = (tr("Take it over…"), tip, take)
        line.say(f"{claim_words(claim)} {text}", "problem", (look, over))
    else:
        text = tr(
            "Ask {owner} first: of two who edit one plan, one loses what he does. Take it over only where the other has stopped.",  # noqa: E501
        )
        tip = tr("The other one’s claim ends, and the revision begins here.")
        stay = tr("The plan stays with whoever edits it.")
        answers = (
            (tr("Take it over now"), tip, take),
            (tr("Leave it"), stay, leave),
        )
        line.say(text.format(owner=claim.owner or tr("Somebody")), "problem", answers)
