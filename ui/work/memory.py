"""What a project remembers: its case with what was not saved of it, and its plan, by paths relative to itself."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from qgis.core import QgsProject
from qgis.PyQt.QtCore import QObject

if TYPE_CHECKING:
    from contextlib import ExitStack

    from ...delineation.inputs import Inputs
    from .session import Session

__all__ = ["ProjectMemory"]

SCOPE = "control_units"


class ProjectMemory(QObject):
    """Writes into the project what the session does, and takes it up again when a project is opened.

    Another project means another session: nothing of the one before stays.
    """

    def __init__(self, session: Session, undo: ExitStack, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self._quiet = False
        project = QgsProject.instance()
        pairs = (
            (project.readProject, self._read), (project.cleared, self._cleared), (project.aboutToBeCleared, self._stop),
            (session.case_changed, self._write), (session.plan_changed, self._write),
            # Relative to the project's file: which is known, or another one, only when it is written.
            (project.writeProject, self._write),
        )  # fmt: skip
        for signal, slot in pairs:
            signal.connect(slot)
            undo.callback(signal.disconnect, slot)
        self._read()

    def _stop(self) -> None:
        self.session.cancel()

    def _cleared(self) -> None:
        self._quiet = True
        try:
            self.session.close()
        finally:
            self._quiet = False

    def _read(self, *_: object) -> None:
        case, plan = _path("case"), _path("plan")
        draft, _ok = QgsProject.instance().readEntry(SCOPE, "draft", "")
        if case is None and plan is None and not draft:
            return
        self._quiet = True
        try:
            self.session.restore(case, draft, plan, _inputs())
        except ImportError as error:
            self.session.report("open_case", error)
        finally:
            self._quiet = False

    def _write(self, *_: object) -> None:
        if self._quiet:
            return
        session, project = self.session, QgsProject.instance()
        draft = ""
        if session.case is not None and not session.case_saved:
            from ...delineation.casefile import case_text

            draft = case_text(session.case) if session.case.sources else ""
        inputs = json.dumps(dict(session.last_inputs.parts)) if session.last_inputs is not None else ""
        for key, value in (
            ("case", _relative(session.case_path)), ("plan", _relative(session.plan_path)), ("draft", draft),
            ("inputs", inputs),
        ):  # fmt: skip
            # An entry that says the same as before must not make the project ask to be saved.
            if project.readEntry(SCOPE, key, "")[0] != value:
                project.writeEntry(SCOPE, key, value)


def _relative(path: Path | None) -> str:
    return QgsProject.instance().writePath(path.as_posix()) if path is not None else ""


def _path(key: str) -> Path | None:
    text, _ok = QgsProject.instance().readEntry(SCOPE, key, "")
    return Path(QgsProject.instance().readPath(text)) if text else None


def _inputs() -> Inputs | None:
    text, _ok = QgsProject.instance().readEntry(SCOPE, "inputs", "")
    if not text:
        return None
    from ...delineation.inputs import Inputs

    try:
        return Inputs(dict(json.loads(text)))
    except (ValueError, TypeError):
        return None
