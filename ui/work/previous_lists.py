"""The lists of a version before, of a plan's file or a workbook, compared with those of the session's plan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..text import tr
from .plan_question import PlanQuestion

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from ...delineation.case.profile import Profile
    from ...delineation.lists.year_on_year import ListChange
    from ...delineation.plan.file import Plan
    from .session import Session

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


class FormerComparison(PlanQuestion):
    """Reads other lists, and compares those of the plan with them."""

    def start(self, path: Path) -> None:
        """Compare the plan's lists with those of a file; ``answered`` or ``failed`` tells."""
        case = self._session.case
        profile = case.profile if case is not None else None
        self.ask(tr("Comparing entry lists"), lambda plan, _: _compared(plan, path, profile))


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
    from ...delineation.succession.previous_lists import previous_lists

    profile = profile or profile_for_words(plan)
    units: Any = _Named(*(tuple(plan.units[name].astype(str)) for name in ("unit_id", "code", "name")))
    found = previous_lists(units, path, profile, list_words(profile, plan.meta))
    changes = list_changes(plan.units, plan.clauses, plan.units, found.clauses)
    return Compared(changes, tuple(" ".join(filter(None, (code, name))) for code, name, *_ in found.lost))
