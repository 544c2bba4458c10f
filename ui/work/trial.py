"""A trial (试算): settings that are tried on the open plan, shown before they are kept.

The pages Rules and Method share it. Nothing is written until the trial is kept; then the case takes the settings and
the plan is run again, on the basis that lies in memory.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import QObject, QTimer, pyqtSignal

from ...delineation.core.errors import BadInput, Cancelled, DelineationError
from ...delineation.core.messages import Message
from ..text import tr
from .job import Job
from .laying import Laying
from .settings import who

if TYPE_CHECKING:
    from ...delineation.case.model import Case
    from ...delineation.core.progress import Progress
    from ...delineation.plan.file import Plan
    from ...delineation.verbs.trials import CurrentLabels, Relabelled
    from .session import Session

# Several clicks in quick succession are one question.
PATIENCE = 60  # milliseconds


class Trying(Enum):
    """What a trial is doing."""

    NOTHING = "nothing"
    LAYING = "laying"  # it waits for the basis: sources are read and cut
    LABELLING = "labelling"
    SHOWN = "shown"
    FAILED = "failed"


class Trial(QObject):
    """Settings that differ from the case, and what they would give.

    Attributes
    ----------
    settings : dict
        As ``trials.with_settings`` takes them; empty while nothing is tried.
    result : Relabelled or None
    error : Exception or None
    doing : Trying
    laying : Laying
        The basis it is labelled on.
    """

    changed = pyqtSignal()  # settings, result or what it is doing
    failed = pyqtSignal(object)  # why what is tried cannot be shown

    def __init__(self, session: Session) -> None:
        super().__init__(session, objectName="control_units_trial")
        self.session = session
        self.settings: dict[str, Any] = {}
        self.result: Relabelled | None = None
        self.error: Exception | None = None
        self.doing = Trying.NOTHING
        self._standing: tuple[Plan, CurrentLabels] | None = None
        self._job = Job(session.runner, self)
        self._timer = QTimer(self, singleShot=True, interval=PATIENCE, timeout=self._start)
        self.laying = Laying(session)
        self.laying.changed.connect(self._laid)
        session.plan_changed.connect(self.drop)
        session.busy_changed.connect(self._wait_over)

    @property
    def live(self) -> bool:
        """Changes are tried on a plan; without one they go straight into the case."""
        return self.session.plan is not None and self.session.case is not None

    @property
    def case(self) -> Case | None:
        """The case with what is tried."""
        return self._tried()

    @property
    def method(self) -> str:
        """Name of the method that is tried: the one that was adopted, where one was."""
        return self.session.adopted.partition(":")[0] or self._method()

    def change(self, **settings: Any) -> bool:
        """Change settings: keywords of ``with_settings``; False and ``error`` where the case cannot take them."""
        if self.session.case is None:
            self.session.new()
        merged = dict(self.settings)
        if settings.get("method", self._method()) != self._method():
            merged.pop("parameters", None)
        for key, value in settings.items():
            merged[key] = {**merged.get(key, {}), **value} if key in ("switches", "cleaning", "grouping") else value
        before, self.settings = self.settings, merged
        try:
            self._refuse_over_adopted(settings)
            tried = self._tried()
        except DelineationError as error:
            self.settings, self.error = before, error
            self.changed.emit()
            return False
        self.error = None
        if not self.live:
            self.settings = {}
            self._take(tried)
            self.changed.emit()
            return True
        if _same_settings(tried, self.session.case):
            self.drop()
            return True
        self.doing = Trying.LABELLING if self.laying.fitting() else Trying.LAYING
        self.changed.emit()
        self._timer.start()
        return True

    def warm(self) -> None:
        """Make ready what the first change would have to wait for: the basis, laid beside the main thread."""
        if self.live and not self.settings:
            self.laying.start()

    def keep(self) -> None:
        """Put what is tried into the case, and run it; nothing is kept before it was shown."""
        if self.doing is not Trying.SHOWN or self.session.busy:
            return
        tried = self._tried()
        self._halt()
        self._note(kept=True)
        self.settings, self.result, self.doing = {}, None, Trying.NOTHING
        self._take(tried)
        self.changed.emit()
        self.session.start_run()

    def drop(self) -> None:
        """Forget what is tried; the map is as the plan has it."""
        self._halt()
        self.settings, self.result, self.error, self.doing = {}, None, None, Trying.NOTHING
        self.session.set_preview(None)
        self.changed.emit()

    def discard(self) -> None:
        """Drop what is tried, and note that in the plan's history where its effect was shown."""
        if self.doing is Trying.SHOWN:
            self._note(kept=False)
        self.drop()

    # ── inside ────────────────────────────────────────────────────────────────────────────────────────────────────

    def _note(self, *, kept: bool) -> None:
        from ...delineation.verbs.noting import note_keep

        before, tried, plan = self.session.case, self._tried(), self.session.plan_path
        if (
            before is not None
            and tried is not None
            and plan is not None
            and not note_keep(plan, before, tried, kept=kept, author=who())
        ):
            self.session.not_noted.emit()

    def _method(self) -> str:
        return str(self.settings.get("method") or (self.session.case.method if self.session.case else ""))

    def _tried(self) -> Case | None:
        from ...delineation.verbs.trials import with_settings

        return with_settings(self.session.case, **self.settings) if self.session.case is not None else None

    def _labelled_as(self) -> Case | None:
        """Give the case with the method that the plan is labelled by: one that was adopted goes before its own."""
        from ...delineation.plan.journal import case_to_replay

        case, plan = self.session.case, self.session.plan
        return case_to_replay(case, plan) if case is not None and self.session.replays else case

    def _refuse_over_adopted(self, settings: dict[str, Any]) -> None:
        """Refuse another method of the case: a run would replay what was adopted, and nothing would change."""
        case = self.session.case
        if case is None or not self.session.adopted:
            return
        method, parameters = settings.get("method", case.method), settings.get("parameters", case.method_parameters)
        if (method, parameters) != (case.method, case.method_parameters):
            adopted = self.session.adopted.partition(":")[0]
            raise BadInput(
                Message("the plan's labels were adopted from {method:method}", method=adopted),
                wanted=Message("another candidate to adopt, or a run that discards the edits"),
            )

    def _take(self, tried: Case | None) -> None:
        if tried is not None:
            names = ("rules", "cleaning", "grouping", "method", "method_parameters")
            self.session.change(**{name: getattr(tried, name) for name in names})

    def _halt(self) -> None:
        self._timer.stop()
        self._job.drop()

    def _stands(self, plan: Plan) -> CurrentLabels:
        """How a plan's faces are labelled beneath its edits; found once a plan, beside the main thread."""
        from ...delineation.verbs.replaying import standing_beneath

        known = self._standing
        if known is None or known[0] is not plan:
            self._standing = known = (plan, standing_beneath(plan))
        return known[1]

    def _start(self) -> None:
        """Compute, beside the main thread; of several questions only the last one is answered."""
        self._halt()
        if not self.settings or not self.live or self.session.busy:
            return
        laid = self.laying.fitting()
        if laid is None:
            # However many questions there are meanwhile, the basis is laid once and answers the newest.
            self.doing = Trying.LAYING
            self.laying.start(again=True)
            self.changed.emit()
            return
        case, settings, plan = self._labelled_as(), dict(self.settings), self.session.plan
        if case is None or plan is None:
            return
        if self.session.adopted:
            settings = {key: value for key, value in settings.items() if key not in ("method", "parameters")}
        self.doing = Trying.LABELLING
        self.changed.emit()

        def work(progress: Progress) -> Relabelled:
            from ...delineation.verbs.trials import relabel

            return relabel(case, laid.basis, self._stands(plan), progress=progress, **settings)

        self._job.start(tr("Preview of changed settings"), work, done=self._done, failed=self._failed)

    def _laid(self) -> None:
        """Go on where the basis was waited for."""
        if self.doing is Trying.LAYING and self.settings and not self.laying.busy:
            if self.laying.fitting() is not None:
                self._start()
                return
            if self.laying.error is not None:
                self._failed(self.laying.error)
                return
            if not self.session.busy:
                self._timer.start()  # the sources are others by now
        self.changed.emit()

    def _wait_over(self, busy: bool) -> None:
        """Answer what was asked during a run that was stopped or failed; one that went through drops the question."""
        if not busy and self.settings and self.result is None:
            self._timer.start()

    def _done(self, result: Relabelled) -> None:
        self.result, self.doing = result, Trying.SHOWN
        self.session.set_preview(result)
        self.changed.emit()

    def _failed(self, error: Exception) -> None:
        if isinstance(error, Cancelled):
            self.drop()
            return
        self.result, self.error, self.doing = None, error, Trying.FAILED
        self.session.set_preview(None)
        self.failed.emit(error)
        self.changed.emit()


def trial_of(session: Session) -> Trial:
    """Give the session's trial, made where there is none yet: pages share it."""
    found = session.findChild(Trial, "control_units_trial")
    return found if found is not None else Trial(session)


def _same_settings(one: Case | None, other: Case | None) -> bool:
    names = ("cleaning", "grouping", "method", "method_parameters")
    if one is None or other is None or any(getattr(one, name) != getattr(other, name) for name in names):
        return False
    defaults = one.profile["switches"]
    return {**defaults, **one.rules.switches} == {**defaults, **other.rules.switches}
