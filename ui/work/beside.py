"""What lies beside what: a case file and its plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["case_beside", "plan_beside"]

ENDING = ".plan.gpkg"


def plan_beside(case: Path) -> Path:
    """Where the plan of a case file goes."""
    return case.with_name(f"{case.stem}{ENDING}")


def case_beside(plan: Path) -> Path | None:
    """Find the case file of a plan; None where it has none."""
    names = (plan.with_name(f"{plan.name.removesuffix(ENDING)}.toml"), plan.with_suffix(".toml"))
    return next((path for path in names if path.is_file()), None)
