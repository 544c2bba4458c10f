"""The line of the desk of entry lists: who else is at work, what was refused and what would allow it, what is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import QCoreApplication, QObject

from ...delineation.core.errors import BeingEdited
from ..text import capital, said, sentence
from .revision_line import claim_words, speak_of_claim
from .revision_voice import filed_words, is_filed_plan

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ...delineation.case.profile import Profile
    from ..work.revision import Changed, Refusal, Revision
    from ..work.session import Session
    from .revision_line import Answer, ReasonFields, SpeakingLine

__all__ = ["ListsVoice"]

translate = QCoreApplication.translate


class ListsVoice(QObject):
    """Speaks where there is something to say, and is no line else."""

    def __init__(
        self, session: Session, line: SpeakingLine, reasons: ReasonFields, profile: Callable[[], Profile]
    ) -> None:
        super().__init__(line)
        self._session, self._line, self._reasons, self._profile = session, line, reasons, profile
        self.revision: Revision = session.revision
        self._warned = False
        self._told: tuple[str, str, tuple[Answer, ...]] | None = None
        self._undocumented: dict[str, Any] | None = None
        reasons.documented.connect(self._again_with_document)
        self.revision.begun.connect(self.forget)
        self.revision.ended.connect(self.forget)

    def forget(self) -> None:
        """Speak no more of what happened last."""
        self._warned, self._told, self._undocumented = False, None, None
        self.speak()

    def speak(self) -> None:
        """Say what is to be said now."""
        revision, plan, line = self.revision, self._session.plan, self._line
        line.show()
        if plan is None:
            line.say(translate("ControlUnits", "Entry lists need a plan: make one, or open one."))
        elif is_filed_plan(plan):
            line.say(filed_words(plan), "waiting")
        elif revision.claimed_by is not None and not revision.is_open:
            self._speak_of_claim()
        elif self._told is not None:
            line.say(*self._told)
        elif revision.phase == "opening":
            line.say(translate("ControlUnits", "The plan is being read for its revision…"), "waiting")
        else:
            line.hide()

    def say(self, text: str, mark: str = "", answers: Sequence[Answer] = ()) -> None:
        """Say something that lasts until something else happens."""
        self._told = (text, mark, tuple(answers)) if text else None
        self.speak()

    def ask(self, text: str, button: str, tip: str, do: Callable[[], None]) -> None:
        """Ask once more before something large is done."""

        def go() -> None:
            self.forget()
            do()

        stay = translate("ControlUnits", "All stays as it is.")
        self.say(text, "check", ((button, tip, go), (translate("ControlUnits", "Not now"), stay, self.forget)))

    # ── what was done, or was not ─────────────────────────────────────────────────────────────────────────────────

    def tell_changed(self, changed: Changed) -> None:
        """Say what was undone or done again."""
        self.forget()
        title = "; ".join(changed.titles)
        if changed.kind == "undo":
            self.say(translate("ControlUnits", "Undone: {title}").format(title=title), "done")
        elif changed.kind == "redo":
            self.say(translate("ControlUnits", "Done again: {title}").format(title=title), "done")

    def refusal_words(self, refusal: Refusal) -> str:
        """Say why something was not done."""
        if isinstance(refusal.error, BeingEdited):
            return claim_words(refusal.error)
        if refusal.needs_basis:
            text = translate("ControlUnits", "{what}: only with a document that allows it.")
            return text.format(what=capital(said(refusal.error.what, self._profile())))
        return sentence(refusal.error, self._profile())

    def tell_refused(self, refusal: Refusal) -> None:
        """Say why something was not done, and what would allow it."""
        self.forget()
        if isinstance(refusal.error, BeingEdited):
            return  # the state says it, as long as that lasts
        answers: list[Answer] = []
        if refusal.needs_basis and refusal.op is not None:
            self._undocumented = dict(refusal.op)
            tip = translate("ControlUnits", "Name the document that it rests on; Enter there does it after all.")
            answers = [(translate("ControlUnits", "Name the document…"), tip, self._reasons.ask_for_document)]
        self.say(self.refusal_words(refusal), "problem", answers)

    def _again_with_document(self) -> None:
        op, self._undocumented = self._undocumented, None
        if op is not None:
            self.say("")
            self.revision.do(op)

    # ── somebody else at work ─────────────────────────────────────────────────────────────────────────────────────

    def _speak_of_claim(self) -> None:
        leave, warn = (lambda: self._warn(on=False)), (lambda: self._warn(on=True))
        take = self._take_over if self._warned else warn
        speak_of_claim(self._line, self.revision.claimed_by, self.revision.begin, take, leave if self._warned else None)

    def _warn(self, *, on: bool) -> None:
        self._warned = on
        self.speak()

    def _take_over(self) -> None:
        self._warned = False
        self.revision.begin(break_lock=True)
