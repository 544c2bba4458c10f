"""Reading what is to be opened, a case and its plan, whichever of them was asked for; touches nothing of QGIS."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ...delineation.core.errors import DelineationError
from .runner import Failure

if TYPE_CHECKING:
    from ...delineation.case.model import Case
    from ...delineation.case.profile import Profile
    from ...delineation.plan.file import Plan
    from ...delineation.sources.inputs import Inputs


@dataclass(frozen=True)
class OpenedFiles:
    """What was read, and what could not be.

    Attributes
    ----------
    case : Case or None
    plan : Plan or None
    plan_path : Path or None
    failures : tuple of Failure
    inputs : Inputs or None
        What the plan was made from, as the history beside it has it.
    """

    case: Case | None = None
    plan: Plan | None = None
    plan_path: Path | None = None
    failures: tuple[Failure, ...] = ()
    inputs: Inputs | None = None

    @property
    def name(self) -> str:
        """What the panel calls it, and the group of the plan's layers."""
        if self.case is not None and self.case.name:
            return self.case.name
        return str(self.plan.meta.get("name", "")) if self.plan is not None else ""


def read(case_path: Path | None = None, plan_path: Path | None = None, *, draft: str = "") -> OpenedFiles:
    """Read a case, a plan or both.

    Parameters
    ----------
    case_path : Path, optional
    plan_path : Path, optional
    draft : str
        Text of the case, where its file does not hold what was changed; with no ``case_path`` it has no file yet.

    Returns
    -------
    Found
    """
    failures: list[Failure] = []
    case, plan = None, None
    if case_path is not None or draft:
        try:
            from ...delineation.case.reading import parse_case, read_case

            path = case_path or Path()
            case = parse_case(draft, path, draft=True) if draft else read_case(path)
            _read_texts(case.profile)
        except (DelineationError, ImportError) as error:
            failures.append(Failure("open_case", error))
    if plan_path is not None:
        try:
            from ...delineation.plan.file import read_plan

            plan = read_plan(plan_path, summed=True)
        except (DelineationError, ImportError) as error:
            failures.append(Failure("open_plan", error))
    return OpenedFiles(case, plan, plan_path, tuple(failures))


def _read_texts(profile: Profile) -> None:
    """Read what pages will ask for: the files are kept, and the window does not stand still for them."""
    from ...delineation.case.explanations import load_explanations
    from ...delineation.case.finding_texts import load_texts
    from ...delineation.case.names import Glossary
    from ...delineation.case.profile import read_profile

    for one in (profile, read_profile()):
        load_explanations(one)
        load_texts(one)
        Glossary(one)


def read_with_what_is_beside(path: Path) -> OpenedFiles:
    """Read a case with the plan beside it, or a plan with the case beside it; nothing where ``path`` cannot be read."""
    if path.suffix.lower() == ".toml":
        plan = plan_beside(path)
        found = read(path, plan if plan.is_file() else None)
        return _knowing(found) if found.case is not None else OpenedFiles(failures=found.failures[:1])
    found = read(None, path)
    if found.plan is None:
        return found
    from ...delineation.plan.provenance import case_of_plan, find_case

    try:
        if find_case(path, found.plan) is not None:
            case = case_of_plan(path, found.plan)
            _read_texts(case.profile)
            found = replace(found, case=case)
    except DelineationError as error:
        return replace(found, failures=(Failure("open_case", error),))
    return _knowing(found)


def _knowing(found: OpenedFiles) -> OpenedFiles:
    """Add what the plan was made from: a case that was changed since is known by that."""
    if found.case is None or found.plan_path is None:
        return found
    from ...delineation.verbs.noting import inputs_of_plan

    return replace(found, inputs=inputs_of_plan(found.plan_path))


# ── What lies beside what: a case file and its plan ─────────────────────────────────────────────────────────────────

ENDING = ".plan.gpkg"


def plan_beside(case: Path) -> Path:
    """Where the plan of a case file goes."""
    return case.with_name(f"{case.stem}{ENDING}")
