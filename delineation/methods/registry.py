"""Methods by name: registered by a decorator, asked for their parameters, run."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

from ..core.messages import Message
from ..core.progress import Progress, silent
from ..core.text import require_known
from .external import in_messages, in_words, whole
from .plugins import load_entry_points
from .table import TABLE, MethodRow, Parameter, declared_parameters, known_parameters

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .situation import Labels, Situation
    from .table import Method


def method(name: str, *, draws: bool = True, order: int = 0) -> Callable[[Method], Method]:
    """Register a function ``(situation, *, seed, …) -> Labels`` as a method; its keywords are its parameters.

    ``draws`` False says that the seed changes nothing: one seed stands for all. ``order`` is the place among the
    engine's own methods where toolbox and panel offer them; those from outside have none, and come after them.
    """

    def register(function: Method) -> Method:
        TABLE[name] = MethodRow(function, draws, declared_parameters(function), order=order)
        return function

    return register


def methods() -> tuple[str, ...]:
    """Names of all methods."""
    return tuple(sorted(TABLE))


def offered(*, regional: bool) -> tuple[str, ...]:
    """Name the engine's own methods as they are offered, or only those that regionalise."""
    rows = {name: row for name, row in TABLE.items() if row.order and row.origin is None}
    return tuple(sorted((name for name in rows if rows[name].solver or not regional), key=lambda one: rows[one].order))


def draws(name: str) -> bool:
    """Whether a method's result may depend on the seed."""
    return TABLE[name].draws


def parameters(name: str) -> tuple[Parameter, ...]:
    """Parameters of a method, as its function declares them; one that is not there is looked for in other packages.

    Raises
    ------
    BadInput
        Unknown method.
    """
    if name not in TABLE:
        load_entry_points()
    require_known(name, TABLE, Message("unknown method '{name}'", name=name), Message("[method] name"))
    return TABLE[name].parameters


def run_method(
    name: str, situation: Situation, given: Mapping[str, Any], *, seed: int, progress: Progress = silent
) -> Labels:
    """Run a method by name; ``progress`` is handed to those that take it.

    Raises
    ------
    BadInput
        Unknown method or parameter; the nearest known one is named. Or what a method from outside stopped with, or gave
        that is no labelling.
    """
    known_parameters(name, parameters(name), given)
    row = TABLE[name]
    told = {"progress": in_messages(progress)} if "progress" in inspect.signature(row.function).parameters else {}
    with in_words(name):
        return whole(name, row.function(situation, seed=seed, **told, **given), situation)
