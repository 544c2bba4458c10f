"""A trial (试算): settings that are tried on the open plan, shown before they are kept.

The pages Rules and Method share it. Nothing is written until the trial is kept; then the case takes the settings and
the plan is run again, on the basis that lies in memory.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import QCoreApplication, QObject, QTimer, pyqtSignal

from ...delineation.errors import Cancelled, DelineationError

if TYPE_CHECKING:
    from collections.abc import Callable

    from ...delineation.case import Case
    from ...delineation.progress import Progress
    from ...delineation.relabel import Relabelled, Standing
    from ...delineation.rerun import Laid
    from .session import Session

__all__ = ["Trial", "Trying", "trial_of"]

translate = QCoreApplication.translate
# Several clicks in quick succession are one question.
PATIENCE = 60  # milliseconds
_OF_BASIS = ("frame", "profile", "order", "source", "raster")


class Trying(Enum):
    """What a trial is doing."""

    NOTHING = "nothing"
    LAYING = "laying"  # sources are read and cut again: there is no basis in memory
    LABELLING = "labelling"
    SHOWN = "shown"
    FAILED = "failed"


class Trial(QObject):
    """Settings that differ from the case, and what they would give.

    Attributes
    ----------
    settings : dict
        As ``relabel.with_settings`` takes them; empty while nothing is tried.
    result : Relabelled or None
    error : Exception or None
    doing : Trying
    """

    changed = pyqtSignal()  # settings, result or what it is doing
    progressed = pyqtSignal(float, str)

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.setObjectName("control_units_trial")
        self.session = session
        self.settings: dict[str, Any] = {}
        self.result: Relabelled | None = None
        self.error: Exception | None = None
        self.doing = Trying.NOTHING
        self._standing: tuple[Any, Standing] | None = None
        self._stop: Callable[[], None] | None = None
        self._turn = 0
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(PATIENCE)
        self._timer.timeout.connect(self._start)
        session.plan_changed.connect(self.drop)
        session.busy_changed.connect(self._wait_over)

    @property
    def live(self) -> bool:
        """Changes are tried on a plan; without one they go straight into the case."""
        return self.session.plan is not None and self.session.case is not None

    @property
    def case(self) -> Case | None:
        """The case with what is tried."""
        return self.result.case if self.result is not None else self._tried()

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
        self.doing = Trying.LABELLING if self._fitting_basis() else Trying.LAYING
        self.changed.emit()
        self._timer.start()
        return True

    def warm(self) -> None:
        """Load what the first change would have to wait for."""
        if self.live and not self.settings:
            self._fitting_basis()
            self._stands()

    def keep(self) -> None:
        """Put what is tried into the case, and run it; nothing is kept before it was shown."""
        if self.doing is not Trying.SHOWN or self.session.busy:
            return
        tried = self._tried()
        self._halt()
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

    # ── inside ────────────────────────────────────────────────────────────────────────────────────────────────────

    def _method(self) -> str:
        return str(self.settings.get("method") or (self.session.case.method if self.session.case else ""))

    def _tried(self) -> Case | None:
        from ...delineation.relabel import with_settings

        return with_settings(self.session.case, **self.settings) if self.session.case is not None else None

    def _take(self, tried: Case | None) -> None:
        if tried is not None:
            names = ("rules", "cleaning", "grouping", "method", "method_parameters")
            self.session.change(**{name: getattr(tried, name) for name in names})

    def _halt(self) -> None:
        self._timer.stop()
        self._turn += 1
        if self._stop is not None:
            self._stop()
            self._stop = None

    def _fitting_basis(self) -> Laid | None:
        """Give the basis in memory where it was laid from what the case says now."""
        from ...delineation.inputs import settings_of

        laid, case = self.session.laid, self.session.case
        if laid is None or case is None:
            return None
        changed = settings_of(case).changed_since(laid.inputs, content=False)
        return None if any(part.partition(":")[0] in _OF_BASIS for part in changed) else laid

    def _stands(self) -> Standing:
        """How the plan's faces are labelled; found once a plan."""
        from ...delineation.relabel import standing_of_plan

        if self._standing is None or self._standing[0] is not self.session.plan:
            self._standing = (self.session.plan, standing_of_plan(self.session.plan))
        return self._standing[1]

    def _start(self) -> None:
        """Compute, beside the main thread; of several questions only the last one is answered."""
        self._halt()
        if not self.settings or not self.live or self.session.busy:
            return
        turn, laid, case, settings = self._turn, self._fitting_basis(), self.session.case, dict(self.settings)
        standing = self._stands()
        self.doing = Trying.LABELLING if laid else Trying.LAYING
        self.changed.emit()

        def work(progress: Progress) -> tuple[Laid, Relabelled]:
            from ...delineation.relabel import relabel

            lies = laid or _lay(case, progress)
            return lies, relabel(case, lies.basis, standing, **settings)

        self._stop = self.session.runner.start(
            translate("ControlUnits", "Preview of changed settings"),
            work,
            done=lambda found: self._done(turn, found),
            failed=lambda error: self._failed(turn, error),
            progress=self.progressed.emit,
        )

    def _wait_over(self, busy: bool) -> None:
        """Answer what was asked during a run that was stopped or failed; one that went through drops the question."""
        if not busy and self.settings and self.result is None:
            self._timer.start()

    def _done(self, turn: int, found: tuple[Laid, Relabelled]) -> None:
        laid, result = found
        if turn != self._turn:
            return
        self._stop = None
        self.session.laid = laid
        self.result, self.doing = result, Trying.SHOWN
        self.session.set_preview(result)
        self.changed.emit()

    def _failed(self, turn: int, error: Exception) -> None:
        if turn != self._turn:
            return
        self._stop = None
        if isinstance(error, Cancelled):
            self.drop()
            return
        self.result, self.error, self.doing = None, error, Trying.FAILED
        self.session.set_preview(None)
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


def _lay(case: Case, progress: Progress) -> Laid:
    from ...delineation.basis import lay_basis
    from ...delineation.inputs import inputs_of
    from ...delineation.progress import within
    from ...delineation.rerun import Laid

    inputs = inputs_of(case, progress=within(progress, 0.0, 0.02))
    return Laid(lay_basis(case, progress=within(progress, 0.02, 0.98)), inputs)
