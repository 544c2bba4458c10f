"""The lists of a version before, of a plan's file or a workbook, compared with those of the session's plan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import QObject, pyqtSignal

from ..text import tr
from .job import Job

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from ...delineation.case.profile import Profile
    from ...delineation.lists.year_on_year import ListChange
    from ...delineation.plan.file import Plan
    from .session import Session

__all__ = ["Compared", "FormerComparison", "lists_before"]

# What of another plan is never looked at.
_SHAPELESS = ("units", "faces", "borders", "findings", "element_zones")


def lists_before(session: Session) -> list[tuple[Path, str]]:
    """Give the files with lists before that a session knows of, and what they are called."""
    from ...delineation.plan.history import has_undo, undo_file

    found: list[tuple[Path, str]] = []
    case, path = session.case, session.plan_path
    if case is not None and case.previous.lists:
        found.append((case.file(case.previous.lists), tr("Last year’s workbook of lists")))
    if case is not None and case.previous.path and case.previous.path.lower().endswith(".gpkg"):
        found.append((case.file(case.previous.path), tr("Last year’s plan")))
    if path is not None and has_undo(path):
        found.append((undo_file(path.resolve()), tr("The plan before the last run")))
    return [(file, word) for file, word in found if file.is_file()]


@dataclass(frozen=True)
class Compared:
    """What a comparison gave.

    Attributes
    ----------
    changes : sequence of ListChange
    lost : tuple of str
        Rows of a workbook, by code and name, that no unit of the plan answers to.
    """

    changes: Sequence[ListChange]
    lost: tuple[str, ...] = ()


class FormerComparison(QObject):
    """Reads and compares beside the main thread; only what was asked last is answered."""

    done = pyqtSignal(object)  # Compared
    failed = pyqtSignal(object)  # what went wrong

    def __init__(self, session: Session, owner: QObject) -> None:
        super().__init__(owner)
        self._session = session
        self._job = Job(session.runner, self)

    @property
    def busy(self) -> bool:
        """It is being worked out."""
        return self._job.busy

    def drop(self) -> None:
        """Answer nothing that is on its way."""
        self._job.drop()

    def start(self, path: Path) -> None:
        """Compare the plan's lists with those of a file; ``done`` or ``failed`` tells."""
        self.drop()
        plan, case = self._session.plan, self._session.case
        if plan is None:
            return
        if self._session.revision.is_open:
            # What was edited last the session's plan does not hold yet.
            self._session.revision.ask(
                lambda editor: editor.plan, lambda now: self._start(now, path, case and case.profile), self._lose
            )
            return
        self._start(plan, path, case and case.profile)

    def _start(self, plan: Plan, path: Path, profile: Profile | None) -> None:
        self._job.start(
            tr("Comparing entry lists"), lambda _: _compared(plan, path, profile), done=self._tell, failed=self._lose
        )

    def _tell(self, found: Compared) -> None:
        self.done.emit(found)

    def _lose(self, error: Exception) -> None:
        self.failed.emit(error)


@dataclass(frozen=True)
class _Named:
    """Units of the plan, to which the rows of a workbook are matched."""

    unit_id: tuple[str, ...]
    code: tuple[str, ...]
    name: tuple[str, ...]


def _compared(plan: Plan, path: Path, profile: Profile | None) -> Compared:
    from ...delineation.lists.year_on_year import list_changes

    if path.suffix.lower() == ".gpkg":
        from ...delineation.plan.file import read_plan

        former = read_plan(path, shapeless=_SHAPELESS)
        return Compared(list_changes(plan.units, plan.clauses, former.units, former.clauses, plan.lineage))
    from ...delineation.case.profile import profile_for_words
    from ...delineation.lists.wording import list_words
    from ...delineation.succession.former_lists import former_lists

    profile = profile or profile_for_words(plan)
    units: Any = _Named(*(tuple(plan.units[name].astype(str)) for name in ("unit_id", "code", "name")))
    found = former_lists(units, path, profile, list_words(profile, plan.meta))
    changes = list_changes(plan.units, plan.clauses, plan.units, found.clauses)
    return Compared(changes, tuple(" ".join(filter(None, (code, name))) for code, name, *_ in found.lost))
