"""What mends a finding of the entry lists: worked out beside the main thread for the finding that is chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import QCoreApplication, QObject, pyqtSignal

from .job import Job

if TYPE_CHECKING:
    from ...delineation.core.findings import Finding
    from ...delineation.lists.mends import Mend
    from .session import Session

__all__ = ["ListMends"]

translate = QCoreApplication.translate


class ListMends(QObject):
    """Answers only what was asked last."""

    found = pyqtSignal(object, object)  # finding, tuple of Mend

    def __init__(self, session: Session, owner: QObject | None = None) -> None:
        super().__init__(owner)
        self._session = session
        self._job = Job(session.runner, self)

    def ask(self, finding: Finding | None) -> None:
        """Work out what mends a finding; None drops what is on its way."""
        self._job.drop()
        plan = self._session.plan
        if finding is None or plan is None:
            return

        def work(_: object) -> list[Mend]:
            from ...delineation.lists.lint import mends

            return mends(plan, finding)

        def done(found: list[Mend]) -> None:
            self.found.emit(finding, tuple(found))

        def failed(error: Exception) -> None:
            self._session.report("lists", error)

        title: Any = translate("ControlUnits", "Looking for what mends a finding")
        self._job.start(title, work, done=done, failed=failed)
