"""The registry of rules and the one verb that runs them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..core.errors import BadInput
from ..core.findings import Finding
from ..core.messages import NOTHING, Message, at
from ..core.progress import Progress, silent
from ..core.text import nearest
from .subject import Subject

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

__all__ = ["RULES", "Rule", "check", "finding", "rule"]

Run = Callable[[Subject], list[Finding]]


def finding(
    name: str,
    problem: str,
    *,
    value: float | None = None,
    where: BaseGeometry | None = None,
    units: Iterable[str] = (),
    **facts: str | int | float,
) -> Finding:
    """Word one finding of a rule; ``problem`` is the sub-table of its text, empty where the rule has one text only."""
    said = {"problem": problem, **facts} if problem else facts
    return Finding(name, said, value, where, tuple(str(unit) for unit in units))


@dataclass(frozen=True)
class Rule:
    """A rule of the checks.

    Attributes
    ----------
    id : str
        ``Q02``…
    run : callable
        Subject → findings.
    needs : tuple of str
        What it cannot do without (``Subject.lacks``).
    partly : bool
        It runs without its needs too, on what there is, and still counts as not fully checked.
    """

    id: str
    run: Run
    needs: tuple[str, ...]
    partly: bool


RULES: dict[str, Rule] = {}


def rule(name: str, *, needs: tuple[str, ...] = (), partly: bool = False) -> Callable[[Run], Run]:
    """Enter a function into the registry under its rule id."""

    def enter(run: Run) -> Run:
        RULES[name] = Rule(name, run, needs, partly)
        return run

    return enter


def check(
    subject: Subject, *, only: Iterable[str] | None = None, progress: Progress = silent
) -> tuple[list[Finding], list[str]]:
    """Run the rules on a subject.

    Parameters
    ----------
    subject : Subject
    only : iterable of str, optional
        Rule ids to run; all by default.
    progress : callable

    Returns
    -------
    findings : list of Finding
        By rule, in the order of their ids; where all rules run, after what reading the layer said.
    not_checked : list of str
        ``"Q12: zone:red_line"`` for a rule that lacks what it needs, ``"Q08 (partly): counties"`` for one that ran on
        what there is. A rule with neither findings nor an entry here has passed.

    Raises
    ------
    BadInput
        ``only`` names an unknown rule.
    """
    wanted = sorted(RULES) if only is None else sorted(set(only))
    for name in wanted:
        if name not in RULES:
            raise BadInput(Message("no rule {name}", name=name), where=Message("only"), wanted=nearest(name, RULES))
    findings = list(subject.reading) if only is None else []
    not_checked: list[str] = []
    for done, name in enumerate(wanted):
        progress(done / len(wanted), at(name))
        entry = RULES[name]
        missing = [lack for need in entry.needs for lack in subject.lacks(need)]
        if missing:
            not_checked.append(f"{name}{' (partly)' if entry.partly else ''}: {', '.join(missing)}")
        if not missing or entry.partly:
            findings += entry.run(subject)
    progress(1.0, NOTHING)
    return findings, not_checked
