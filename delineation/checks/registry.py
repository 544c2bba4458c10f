"""The registry of rules and the one verb that runs them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..core.findings import Finding
from ..core.messages import NOTHING, Fact, Message
from ..core.progress import Progress, silent
from ..core.text import require_known
from .subject import CheckSubject

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

__all__ = ["RULES", "CheckRule", "check", "finding", "rule"]

Run = Callable[[CheckSubject], list[Finding]]


def finding(
    name: str,
    problem: str,
    *,
    value: float | None = None,
    where: BaseGeometry | None = None,
    units: Iterable[str] = (),
    **facts: Fact,
) -> Finding:
    """Word one finding of a rule; ``problem`` is the sub-table of its text, empty where the rule has one text only."""
    said: dict[str, Fact] = {"problem": problem, **facts} if problem else facts
    return Finding(name, said, value, where, tuple(str(unit) for unit in units))


@dataclass(frozen=True)
class CheckRule:
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


RULES: dict[str, CheckRule] = {}
# What a rule may lack (``Rule.needs``), in words; ``element:…``, ``zone:…``, ``official:…``, ``dimension:…`` name it.
_NEEDS = {
    "counties": Message("county boundaries"),
    "sea": Message("the sea area"),
    "coastline": Message("the coastline"),
    "element_zones": Message("element zones"),
    "filled": Message("which zones were filled in"),
    "date": Message("the day on which the plan was compiled"),
    "retired": Message("retired codes"),
    "grouping": Message("the grouping of the case"),
    "library": Message("the clause library that the lists were made from"),
    "lists": Message("lists of units"),
    "priority_zones": Message("priority zones other than the red line"),
}


def rule(name: str, *, needs: tuple[str, ...] = (), partly: bool = False) -> Callable[[Run], Run]:
    """Enter a function into the registry under its rule id."""

    def enter(run: Run) -> Run:
        RULES[name] = CheckRule(name, run, needs, partly)
        return run

    return enter


def check(
    subject: CheckSubject, *, only: Iterable[str] | None = None, progress: Progress = silent
) -> tuple[list[Finding], list[Message]]:
    """Run the rules on a subject.

    Parameters
    ----------
    subject : CheckSubject
    only : iterable of str, optional
        Rule ids to run; all by default.
    progress : callable

    Returns
    -------
    findings : list of Finding
        By rule, in the order of their ids; where all rules run, after what reading the layer said.
    not_checked : list of Message
        A rule that lacks what it needs, or ran partly, on what there is: ``rule`` and ``lacks`` are among the facts. A
        rule with neither findings nor an entry here has passed.

    Raises
    ------
    BadInput
        ``only`` names an unknown rule.
    """
    wanted = sorted(RULES) if only is None else sorted(set(only))
    for name in wanted:
        require_known(name, RULES, Message("no rule {name}", name=name), Message("only"))
    findings = list(subject.reading) if only is None else []
    not_checked: list[Message] = []
    for done, name in enumerate(wanted):
        progress(done / len(wanted), Message("quality rule {rule}", rule=name))
        entry = RULES[name]
        missing = [lack for need in entry.needs for lack in subject.lacks(need)]
        if missing:
            lacks = tuple(_lack(need) for need in missing)
            not_checked.append(
                Message("{rule} (partly): {lacks}", rule=name, lacks=lacks)
                if entry.partly
                else Message("{rule}: {lacks}", rule=name, lacks=lacks)
            )
        if not missing or entry.partly:
            findings += entry.run(subject)
    progress(1.0, NOTHING)
    return findings, not_checked


def _lack(need: str) -> Message:
    """Say what a rule lacks."""
    kind, _, name = need.partition(":")
    if kind == "element":
        return Message("zones of {element:element}", element=name)
    if kind == "dimension":
        return Message("a field of {dimension:dimension}", dimension=name)
    if kind == "zone":
        return Message("layer {role:role}", role=name)
    return Message("official area of {role:role}", role=name) if kind == "official" else _NEEDS[need]
