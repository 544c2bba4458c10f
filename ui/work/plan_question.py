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
    from ...delineation.revision.editor import Editor
    from .session import Session


class PlanQuestion(QObject):
    """Is worked out beside the main thread; only what was asked last is answered.

    Parameters
    ----------
    session : Session
    owner : QObject
    about : str
        As the session reports what goes wrong with it.
    """

    answered = pyqtSignal(object)
    failed = pyqtSignal(str)  # what is wrong; "" where the session tells it

    def __init__(self, session: Session, owner: QObject, about: str = "lists") -> None:
        super().__init__(owner)
        self._session, self._about = session, about
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
        plan = self._session.plan
        if plan is None:
            self.drop()
        else:
            # What was edited last the session's plan does not hold yet.
            self._ask(title, lambda editor: editor.plan, lambda now, progress: work(now or plan, progress))

    def _ask(self, title: str, of_editor: Callable[[Editor], Any], work: Callable[[Any, Progress], Any]) -> None:
        """Work something out from what the editor of a revision gives; from None where none is open."""
        self.drop()
        self._asked, revision = work, self._session.revision

        def start(found: Any) -> None:
            if self._asked is work:
                self._job.start(title, lambda progress: work(found, progress), done=self._tell, failed=self._lose)

        def lose(error: Exception) -> None:
            if self._asked is work:
                self._lose(error)

        if revision.is_open:
            revision.ask(of_editor, start, lose, question=f"{self._about} {id(self)}")
        else:
            start(None)

    def _tell(self, found: Any) -> None:
        self._asked = None
        self.answered.emit(found)

    def _lose(self, error: Exception) -> None:
        self._asked = None
        if isinstance(error, DelineationError):
            self.failed.emit(sentence(error))
        else:
            self._session.report(self._about, error)
            self.failed.emit("")
