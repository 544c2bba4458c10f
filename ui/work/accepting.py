"""Accepting findings, and taking that back: written into the plan's file, and into the session's plan."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import QObject, pyqtSignal

from ...delineation.core.errors import DelineationError
from .settings import who

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from .session import Session


class Accepting(QObject):
    """Writes at once; while the plan is edited, in the editor's turn."""

    written = pyqtSignal()  # the session's plan has it
    failed = pyqtSignal(object)  # DelineationError

    def __init__(self, session: Session, owner: QObject) -> None:
        super().__init__(owner)
        self._session = session

    def accept(self, finding: Any, reason: str) -> None:
        """Accept a finding with a reason."""
        from ...delineation.plan.acceptance import accept
        from ...delineation.plan.history import now_text

        now = now_text()
        self._write(lambda path: accept(path, finding, reason=reason, author=who(), time=now))

    def withdraw(self, finding: Any) -> None:
        """Accept a finding no more."""
        from ...delineation.plan.acceptance import withdraw
        from ...delineation.plan.history import now_text

        now = now_text()
        self._write(lambda path: withdraw(path, finding, author=who(), time=now))

    def withdraw_entry(self, entry: Any) -> None:
        """Take an acceptance back by its entry in the journal."""
        from ...delineation.plan.acceptance import accepted_in

        self.withdraw(accepted_in(entry))

    def _write(self, verb: Callable[[Any], Any]) -> None:
        from ...delineation.plan.file import read_table

        revision, path = self._session.revision, self._session.plan_path
        if revision.phase != "closed":
            revision.ask(
                lambda editor: editor.accept(verb),
                lambda plan: self._written(path, plan.accepted, plan.journal),
                self._fail,
            )
            return
        if path is None:
            return
        try:
            table = verb(path)
            journal = read_table(path, "journal")
        except DelineationError as error:
            self._fail(error)
            return
        self._written(path, table, journal)

    def _fail(self, error: Exception) -> None:
        self.failed.emit(error)

    def _written(self, path: Path | None, table: Any, journal: Any) -> None:
        plan = self._session.plan
        if path == self._session.plan_path and plan is not None:
            self._session.plan = replace(plan, accepted=table, journal=journal)
            self._session.watch.note()
            self.written.emit()
