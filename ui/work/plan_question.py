"""What takes its time to find out about a plan as its last edit left it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import QObject, pyqtSignal

from ...delineation.core.errors import DelineationError
from ..text import sentence
from .job import Job

if TYPE_CHECKING:
    from collections.abc import Callable

    from ...delineation.core.progress import Progress
    from ...delineation.plan.file import Plan
    from .session import Session


class PlanQuestion(QObject):
    """Is worked out beside the main thread; only what was asked last is answered."""

    answered = pyqtSignal(object)
    failed = pyqtSignal(str)  # what is wrong; "" where the session tells it

    def __init__(self, session: Session, owner: QObject) -> None:
        super().__init__(owner)
        self._session = session
        self._job = Job(session.runner, self)
        self._asked: object = None

    @property
    def busy(self) -> bool:
        """It is being worked out."""
        return self._asked is not None

    def drop(self) -> None:
        """Answer nothing that is on its way."""
        self._asked = None
        self._job.drop()

    def ask(self, title: str, work: Callable[[Plan, Progress], Any]) -> None:
        """Work something out; ``answered`` or ``failed`` tells."""
        self.drop()
        revision, plan = self._session.revision, self._session.plan
        self._asked = work if plan is not None else None

        def start(now: Plan) -> None:
            if self._asked is work:
                self._job.start(title, lambda progress: work(now, progress), done=self._tell, failed=self._lose)

        if revision.is_open:
            # What was edited last the session's plan does not hold yet.
            revision.ask(lambda editor: editor.plan, start, self._lose)
        elif plan is not None:
            start(plan)

    def _tell(self, found: Any) -> None:
        self._asked = None
        self.answered.emit(found)

    def _lose(self, error: Exception) -> None:
        self._asked = None
        if isinstance(error, DelineationError):
            self.failed.emit(sentence(error))
        else:
            self._session.report("lists", error)
            self.failed.emit("")
