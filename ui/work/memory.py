"""What a project remembers: its case with what was not saved of it, what is known of its sources, and its plan.

All by paths relative to the project's file.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qgis.core import QgsProject
from qgis.PyQt.QtCore import QObject

from .source_notes import known_text, read_known

if TYPE_CHECKING:
    from collections.abc import Mapping
    from contextlib import ExitStack

    from .session import Session

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
            (project.readProject, self._read),
            (project.cleared, self._cleared),
            (project.aboutToBeCleared, self._stop),
            (session.case_changed, self._write),
            (session.plan_changed, self._write),
            (session.known_changed, self._write),
            # Relative to the project's file: which is known, or another one, only when it is written.
            (project.writeProject, self._write),
        )
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
        case, plan, draft = _path("case"), _path("plan"), _text("draft")
        if case is None and plan is None and not draft:
            return
        self._quiet = True
        try:
            from ...delineation.sources.inputs import Inputs  # the engine's libraries load with the first case

            known = read_known(_text("known"), QgsProject.instance().readPath)
            inputs = Inputs(_table("inputs")) if _text("inputs") else None
            self.session.restore(case, draft, plan, inputs, stamps=_table("stamps"), known=known)
        except ImportError as error:
            self.session.report("open_case", error)
        finally:
            self._quiet = False

    def _write(self, *_: object) -> None:
        if self._quiet:
            return
        session = self.session
        case, draft = session.case, ""
        in_file = session.case_saved and session.case_path is not None
        if case is not None and not in_file and (case.sources or case.rasters or session.known):
            from ...delineation.case.writing import case_text

            draft = case_text(case)
        inputs = session.last_inputs
        # A case without a file has its sources by absolute paths.
        relative = QgsProject.instance().writePath if session.case_path is not None else str
        for key, value in (
            ("case", _relative(session.case_path)),
            ("plan", _relative(session.plan_path)),
            ("draft", draft),
            ("inputs", json.dumps(dict(inputs.parts)) if inputs is not None else ""),
            ("stamps", json.dumps(session.files.stamps) if inputs is not None else ""),
            ("known", known_text(session.known, relative) if case is not None else ""),
        ):
            _put(key, value)


def recall(key: str, plan: Path | None) -> tuple[dict[str, Any], bool]:
    """Read a table that the project remembers, {} of another version, and whether it was written for this plan."""
    try:
        found = json.loads(_text(key) or "{}")
        where = str(found.get("plan") or "")
    except (ValueError, AttributeError):
        return {}, False
    return found, bool(where) and Path(QgsProject.instance().readPath(where)) == plan


def remember(key: str, plan: Path | None, values: Mapping[str, Any]) -> None:
    """Have the project remember a table, written for a plan."""
    _put(key, json.dumps({"plan": _relative(plan), **values}, ensure_ascii=False, default=str))


def _put(key: str, value: str) -> None:
    # An entry that says the same as before must not make the project ask to be saved.
    if _text(key) != value:
        QgsProject.instance().writeEntry(SCOPE, key, value)


def _relative(path: Path | None) -> str:
    return QgsProject.instance().writePath(path.as_posix()) if path is not None else ""


def _text(key: str) -> str:
    return str(QgsProject.instance().readEntry(SCOPE, key, "")[0])


def _path(key: str) -> Path | None:
    text = _text(key)
    return Path(QgsProject.instance().readPath(text)) if text else None


def _table(key: str) -> dict[str, str]:
    """Read a table of texts; an empty one where it is of another version."""
    return {str(name): str(text) for name, text in recall(key, None)[0].items()}
