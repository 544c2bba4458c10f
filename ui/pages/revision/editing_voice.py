"""What desks that edit say on their line: who else is at work, what was refused, what fell apart, a hint."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import QObject

from ....delineation.core.errors import BeingEdited
from ....delineation.core.messages import Message
from ....delineation.core.text import clock_time as local_time
from ....delineation.plan.status import is_filed
from ...map.consequence_words import done_words
from ...text import capital, findings_rows, said, sentence, tr
from .line import broken_words, claim_words, speak_of_claim

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ....delineation.plan.file import Plan
    from ...work.revision import Changed, Refusal, Revision
    from ...work.runner import Then
    from ...work.session import Session
    from ..page import Workplace
    from .bar import RevisionBar
    from .line import Answer, ReasonFields, SpeakingLine


def is_filed_plan(plan: Plan) -> bool:
    """Tell whether a plan is filed, published or void: nobody changes it."""
    return is_filed(str(plan.meta.get("status") or ""))


def filed_words(plan: Plan) -> str:
    """Say that a filed plan stays as it is, and what begins a draft."""
    return tr(
        "The plan is filed ({status}) and stays as it is; a new version of it begins a draft.",
        status=plan.meta.get("status", ""),
    )


def why_not(session: Session) -> str:
    """Say why a plan may not be edited now, "" where it may."""
    if session.plan is None:
        return tr("No plan is open.")
    if is_filed_plan(session.plan):
        return filed_words(session.plan)
    if session.busy or session.taking_back or session.revision.ending:
        return tr("Wait until what is on its way is done.")
    return ""


class EditingVoice(QObject):
    """What all desks that edit a plan say on their line: what happened last, what was refused, who else is at work.

    Parameters
    ----------
    session : Session
    line : SpeakingLine
    reasons : ReasonFields
    needs : str
        What it says where there is no plan.
    """

    def __init__(self, session: Session, line: SpeakingLine, reasons: ReasonFields, needs: str) -> None:
        super().__init__(line)
        self._session, self._line, self._reasons, self._needs = session, line, reasons, needs
        self.revision: Revision = session.revision
        self._warned = False  # what taking a plan over means was said
        self._told: tuple[str, str, tuple[Answer, ...]] | None = None  # text, mark, answers: of what happened last
        reasons.documented.connect(self._again_with_document)
        self.revision.begun.connect(self._begun)
        self.revision.ended.connect(self.forget)

    def forget(self) -> None:
        """Speak no more of what happened last."""
        self._warned, self._told, self.revision.undocumented = False, None, ()

    def _begun(self) -> None:
        """Say whose unfinished editing of the plan goes on here, where it was somebody's."""
        self.forget()
        found = self.revision.taken_over
        if found is not None:
            found = replace(found, facts={**found.facts, "since": local_time(str(found.facts["since"]))})
            (row,) = findings_rows([found], self._session.profile)
            self.say(row["message"], "check")

    def speak(self) -> None:
        """Say what is to be said now."""
        revision, plan, line = self.revision, self._session.plan, self._line
        if plan is None:
            line.say(self._needs)
        elif is_filed_plan(plan):
            line.say(filed_words(plan), "waiting")
        elif revision.claimed_by is not None and not revision.is_open:
            self._speak_of_claim()
        elif revision.ending:
            line.say(tr("What follows from the edits is being worked out…"), "waiting")
        elif revision.phase == "opening":
            line.say(tr("The plan is being read for its revision…"), "waiting")
        elif self._told is not None:
            line.say(*self._told)
        else:
            line.say(self.at_rest())

    def at_rest(self) -> str:
        """Say what can be done, where nothing has happened."""
        raise NotImplementedError

    def say(self, text: str, mark: str = "", answers: Sequence[Answer] = ()) -> None:
        """Say something that lasts until something else happens."""
        self._told = (text, mark, tuple(answers)) if text else None
        self.speak()

    # ── what was done, or was not ─────────────────────────────────────────────────────────────────────────────────

    def tell_changed(self, changed: Changed) -> None:
        """Say what was undone or done again."""
        self.forget()
        title = "; ".join(changed.titles)
        if changed.kind == "undo":
            self.say(tr("Undone: {title}", title=title), "done")
        elif changed.kind == "redo":
            self.say(tr("Done again: {title}", title=title), "done")

    def refusal_words(self, refusal: Refusal) -> str:
        """Say why something was not done."""
        if isinstance(refusal.error, BeingEdited):
            return claim_words(refusal.error)
        if refusal.needs_basis:
            # What is wanted, the engine words for whoever writes operations: here there is a field for it.
            return tr(
                "{what}: only with a document that allows it.",
                what=capital(said(refusal.error.what, self._session.profile)),
            )
        return sentence(refusal.error, self._session.profile)

    def tell_refused(self, refusal: Refusal) -> None:
        """Say why something was not done, and what would allow it."""
        self._warned = False
        answers: list[Answer] = []
        if self.revision.undocumented:
            tip = tr("Name the document that it rests on; Enter there does it after all.")
            answers = [(tr("Name the document…"), tip, self._reasons.ask_for_document)]
            self._reasons.show_document()
            if self.revision.basis:
                tip = tr("Does it after all, by the document in the field.")
                answers.insert(0, (tr("By this document"), tip, self._again_with_document))
        # Who else is at work the state says, as long as that lasts.
        claimed = isinstance(refusal.error, BeingEdited)
        self.say("" if claimed else self.refusal_words(refusal), "problem", answers)

    def _again_with_document(self) -> None:
        if ops := self.revision.undocumented:
            self.say("")
            self.revision.do_by(ops, self.revision.basis)

    # ── somebody else at work ─────────────────────────────────────────────────────────────────────────────────────

    def _speak_of_claim(self) -> None:
        leave, warn = (lambda: self._warn(on=False)), (lambda: self._warn(on=True))
        take = self._take_over if self._warned else warn
        if (claim := self.revision.claimed_by) is not None:
            speak_of_claim(self._line, claim, self.revision.begin, take, leave if self._warned else None)

    def _warn(self, *, on: bool) -> None:
        self._warned = on
        self.speak()

    def _take_over(self) -> None:
        self._warned = False
        self.revision.begin(break_lock=True)


class RevisionVoice(EditingVoice):
    """Speaks on a line: what lasts goes before what happened last, and that before a tool's hint.

    Parameters
    ----------
    place : Workplace
    line : SpeakingLine
    bar : RevisionBar
    reasons : ReasonFields
    """

    def __init__(
        self,
        place: Workplace,
        line: SpeakingLine,
        bar: RevisionBar,
        reasons: ReasonFields,
    ) -> None:
        super().__init__(place.session, line, reasons, tr("A revision needs a plan: make one, or open one."))
        self._place, self._bar = place, bar
        self._hint = ""
        bar.pressed.connect(self._pressed)
        bar.hint.connect(self._hear)
        bar.told.connect(self._tell_of_tool)
        self.revision.changed.connect(self._changed)
        self.revision.refused.connect(self._refused)
        self.revision.target_changed.connect(self._aimed)
        bar.put.connect(self._laid_down)

    def at_rest(self) -> str:
        if self._bar.key:
            return self._hint
        if self.revision.is_open:
            return tr("Under revision, no tool in hand: take one to go on. “?” lists gestures and keys.")
        return tr("Take a tool: it begins the revision. “?” lists gestures and keys.")

    # ── tools ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def _pressed(self, _: str) -> None:
        self.forget()
        self._hear(self._bar.hint_now())

    def _laid_down(self) -> None:
        """Say what is true without a tool; what was refused or fell apart stays till something else happens."""
        if not self._bar.key:
            self.speak()

    def _aimed(self) -> None:
        """Name the unit that was chosen; what was said of another one is over."""
        if self._bar.key and not self.revision.drawing:
            if self._told is not None and not self._told[2]:
                self._told = None
            self._hear(self._bar.hint_now())

    def _hear(self, hint: str) -> None:
        self._hint = hint
        if self.revision.drawing:
            self._told = None  # another gesture has begun
        self.speak()

    def _tell_of_tool(self, what: Any) -> None:
        text = said(what, self._session.profile) if isinstance(what, Message) else str(what)
        self.say(text, "check")
        self._place.messages.say_at_map(text)

    def _changed(self, changed: Changed) -> None:
        self.tell_changed(changed)
        if changed.kind != "do":
            return
        done = done_words(changed)
        if changed.consequences.breaks:
            self.say(f"{done} {broken_words(changed.consequences)}", "check", self._mending(changed))
        else:
            self.say(done, "done")

    def _mending(self, changed: Changed) -> list[Answer]:
        title = tr("Undo: {title}", title=self.revision.undo_title())
        undo = (tr("Undo"), title, self.revision.undo)
        if not changed.repair:
            return [undo]
        repair = (
            tr("Repair"),
            tr("What was cut off goes to the neighbour that it borders on most."),
            lambda: self.revision.do_all(list(changed.repair)),
        )
        return [repair, undo]

    def _refused(self, refusal: Refusal) -> None:
        self.tell_refused(refusal)
        self._place.messages.say_at_map(self.refusal_words(refusal))


class ListsVoice(EditingVoice):
    """Speaks at the desk of lists; its line is always there, and what stands below stays where it is."""

    def forget(self) -> None:
        """Speak no more of what happened last."""
        super().forget()
        self.speak()

    def at_rest(self) -> str:
        return tr("Each edit of a list goes into the plan’s journal, and undo takes it back.")

    def ask(self, text: str, button: str, tip: str, do: Then) -> None:
        """Ask once more before something large is done."""

        def go() -> None:
            self.forget()
            do()

        stay = tr("All stays as it is.")
        self.say(text, "check", ((button, tip, go), (tr("Not now"), stay, self.forget)))
