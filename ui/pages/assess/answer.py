"""The answer to a project at a site: the verdict and why, the facts that it asks for, all that it rests on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import QRect, Qt, QTimer, QUrl, pyqtSignal
from qgis.PyQt.QtGui import QFont
from qgis.PyQt.QtWidgets import (
    QFrame,
    QLabel,
    QTextBrowser,
    QWidget,
)

from ...map.site_sketch import VERDICT_COLOURS
from ...text import tr
from ...widgets.elided_line import ElidedLine
from ...widgets.layout import STRETCH, give_width, in_column, in_line
from ...widgets.marks import mark_icon
from ...widgets.muted import muted_colour
from ...widgets.plain_text import PlainLabel
from ...widgets.scrolled import scrolled
from .facts import FactFields, facts_asked
from .words import EXEMPT, FACT, FOLD, NONE, NOT, SOME, answer_html, because, dim, place_words

if TYPE_CHECKING:
    from qgis.PyQt.QtGui import QResizeEvent, QWheelEvent

    from ....delineation.case.profile import Profile
    from ...work.assessment import Answered, Grounds

__all__ = ["AnswerTab", "VerdictHead", "head_of"]

PAUSE = 120  # milliseconds that a site stands still until all of its answer is shown
EDGE, SIGN, LEAST, TALL = 4, 16, 80, 2000  # pixels


class VerdictHead(QFrame):
    """The verdict in words, in its colour, and why in one sentence; or what was wrong with the question."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, objectName="control_units_assess_verdict", frameShape=QFrame.Shape.StyledPanel)
        self.title = QLabel(
            self, objectName="control_units_assess_title", margin=EDGE, textFormat=Qt.TextFormat.PlainText
        )
        font = QFont(self.title.font())
        font.setBold(True)
        font.setPointSizeF(font.pointSizeF() * 1.25)
        self.title.setFont(font)
        self.where = ElidedLine(self)
        self.text = PlainLabel(
            "",
            self,
            wrap=True,
            objectName="control_units_assess_because",
            alignment=Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop,
            selectable=True,
        )
        give_width(self.text)
        self.verdict = ""
        self.title.setText(" ")
        self.title.setMinimumHeight(self.title.sizeHint().height())
        keep = self.title.sizePolicy()
        keep.setRetainSizeWhenHidden(True)  # what stands below stays where it is at the first verdict
        self.title.setSizePolicy(keep)
        in_column(
            in_line(self.title, (self.where, 1), spacing=8),
            self.text,
            on=self,
            margins=(EDGE, EDGE, EDGE, EDGE),
            spacing=3,
        )

    def show_verdict(self, verdict: str, title: str, where: str, why: str) -> None:
        """Show an answer."""
        if verdict != self.verdict:
            self.verdict = verdict
            colour = VERDICT_COLOURS.get(verdict, "#5f6b73")
            self.title.setStyleSheet(f"background-color:{colour};color:white;border-radius:3px;")
        self.title.setText(title)
        self.title.show()
        self.where.show_text(where, where)
        self._say(why)

    def show_problem(self, text: str) -> None:
        """Say what is wrong with the question."""
        self.verdict = "problem"
        self.title.setStyleSheet("")
        self.title.setPixmap(mark_icon("problem").pixmap(SIGN, SIGN))
        self.title.show()
        self.where.show_text("", "")
        self._say(text)

    def show_line(self, text: str) -> None:
        """Say what to do, as there is no answer."""
        self.verdict = ""
        self.title.hide()
        self.where.show_text("", "")
        self._say(text)

    def show_age(self, of: str) -> None:
        """Show in grey what was answered of something else; "" for what is asked now."""
        dim(self, bool(of))
        if of:
            self.where.show_text(of, of)

    def _say(self, text: str) -> None:
        dim(self, False)
        self.text.setText(text)
        self._fit()

    def _fit(self) -> None:
        # Two lines at least, so that what stands below stays where it is while a site is dragged.
        metrics, room = self.text.fontMetrics(), max(self.width() - 2 * EDGE - 4, LEAST)
        text = metrics.boundingRect(QRect(0, 0, room, TALL), Qt.TextFlag.TextWordWrap, self.text.text())
        self.text.setFixedHeight(max(2 * metrics.lineSpacing(), text.height()) + 2)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()


class _WholeBrowser(QTextBrowser):
    """As high as its text: what it lies in scrolls."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(
            parent,
            openLinks=False,
            frameShape=QFrame.Shape.NoFrame,
            verticalScrollBarPolicy=Qt.ScrollBarPolicy.ScrollBarAlwaysOff,
            horizontalScrollBarPolicy=Qt.ScrollBarPolicy.ScrollBarAlwaysOff,
        )
        self.document().documentLayout().documentSizeChanged.connect(self._fit)

    def _fit(self) -> None:
        self.setFixedHeight(int(self.document().size().height()) + 4)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


class AnswerTab(QWidget):
    """Facts that are asked for, then all that the answer rests on."""

    field_asked = pyqtSignal(str)  # industry, nature
    none_here_said = pyqtSignal(str, bool)  # role, whether the territory has nothing of it

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, objectName="control_units_assess_answer")
        self.area, inside, layout = scrolled(self)
        self.area.setObjectName("control_units_assess_scrolled")
        self.facts = FactFields(inside)
        self.told = _WholeBrowser(inside)
        self.told.setObjectName("control_units_assess_told")
        self.told.setAccessibleName(tr("Clauses, and what else the answer rests on"))
        self.told.anchorClicked.connect(self._follow)
        layout.addLayout(in_column(self.facts, self.told, STRETCH))
        in_column(self.area, on=self, margins=0)
        self._folded = {EXEMPT, NOT}
        self.none_here: tuple[str, ...] = ()  # as of the assessment
        self._shown: Answered | None = None
        self._grounds: Grounds | None = None
        self._profile: Profile | None = None
        self._timer = QTimer(self, singleShot=True, interval=PAUSE, timeout=self._fill)
        self.told.hide()
        self._of: Any = None  # site and project, without facts, that the fields are of

    def show_answer(self, answer: Answered, grounds: Grounds, profile: Profile | None, *, now: bool = True) -> None:
        """Show an answer, at once or when nothing newer comes."""
        self._shown, self._grounds, self._profile = answer, grounds, profile
        if now:
            self._fill()
        else:
            self._timer.start()

    def clear(self) -> None:
        """Show no answer; what was said of the project stays."""
        self._timer.stop()
        self._shown, self._of = None, None
        self.told.clear()
        self.told.hide()
        self.facts.offer((), same=False)

    def _fill(self) -> None:
        self._timer.stop()
        answer, grounds = self._shown, self._grounds
        if answer is None or grounds is None:
            return
        question = answer.question
        of = (question.spot, question.industry, question.nature, question.as_of)
        asked = facts_asked(answer.document, grounds.vocabulary, grounds.verdicts, question.facts)
        self.facts.offer(asked, same=of == self._of)
        self._of = of
        self._write()

    def _write(self) -> None:
        if self._shown is None:
            return
        muted = muted_colour(self.palette()).name()
        place = self.area.verticalScrollBar().value()
        self.told.setHtml(
            answer_html(
                self._shown.document,
                self._profile,
                muted=muted,
                folded=self._folded,
                fields=tuple(self.facts.rows),
                none_here=self.none_here,
            )
        )
        self.told.show()
        self.area.verticalScrollBar().setValue(place)

    def _follow(self, link: QUrl) -> None:
        said = link.toString()
        if said.startswith(FOLD):
            self._folded ^= {said.removeprefix(FOLD)}
            self._write()
        elif said.startswith((NONE, SOME)):
            self.none_here_said.emit(said[len(NONE) :], said.startswith(NONE))
        elif said.startswith(FACT):
            name = said.removeprefix(FACT)
            if name in ("industry", "nature"):
                self.field_asked.emit(name)
                return
            field = self.facts.focus_on(name)
            if field is not None:
                self.area.ensureWidgetVisible(field)


def head_of(answer: Answered, profile: Profile | None) -> tuple[str, str, str, str]:
    """Give verdict, its word, what the site is, and why in one sentence."""
    document = answer.document
    return str(document["verdict"]), str(document["title"]), place_words(answer), because(document, profile)
