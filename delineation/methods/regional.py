"""Methods that regionalise: a solver of a `Problem`, found by name, that is a division method of faces as well."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ..core.errors import BadInput
from ..core.messages import Message
from ..core.progress import Progress, silent
from ..core.text import nearest
from .external import in_messages, in_words
from .face_sums import AREA, limits_of
from .plugins import load_entry_points
from .regionalise_faces import regionalise_faces
from .settings import SETTINGS, MethodSettings
from .table import TABLE, MethodRow, Parameter, Solver, declared_parameters, known_parameters

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ..regions.problem import Problem, Regions
    from .situation import Labels, Situation
    from .table import Method


def regional(
    name: str, *, draws: bool = True, unscaled: Mapping[str, Any] | None = None, floor: str = "", order: int = 0
) -> Callable[[Solver], Solver]:
    """Register a function ``(problem, *, seed, progress, …) -> Regions``; its other keywords are its parameters.

    It is then a method of the verbs ``regions``, ``run`` and ``bench`` alike. A solver that takes ``limit_s`` gives the
    best division found when that many seconds are over.

    Parameters
    ----------
    name : str
    draws : bool
        False says that the seed changes nothing.
    unscaled : mapping, optional
        Defaults that differ where attributes are compared as they are, neither standardised nor brought to a range.
    floor : str, optional
        Parameter that is the least area of a region, m²: see `floor_of`.
    order : int, optional
        See `registry.method`.
    """

    def register(function: Solver) -> Solver:
        own = declared_parameters(function)
        faces = _on_faces(name, own)
        TABLE[name] = MethodRow(faces, draws, (*own, *SETTINGS), function, dict(unscaled or {}), floor, order)
        return function

    return register


def _on_faces(name: str, own: tuple[Parameter, ...]) -> Method:
    """Make a division method of a solver: its own parameters go to it, the rest say how the faces are divided."""
    mine = {parameter.name for parameter in own}

    def run(situation: Situation, *, seed: int = 1, progress: Progress = silent, **given: Any) -> Labels:
        settings = MethodSettings(**{key: value for key, value in given.items() if key not in mine})
        parameters = {key: value for key, value in given.items() if key in mine}
        settings = _floored(name, settings, parameters)

        def solver(problem: Problem) -> Regions:
            return solve(name, problem, parameters, seed=seed, progress=progress)

        return regionalise_faces(situation, settings, solver, Message("[method] {method}", method=name))

    return run


def floor_of(name: str) -> str:
    """Name a solver's parameter that is the least area of a region, "" where it has none."""
    return TABLE[name].floor if name in TABLE else ""


def _floored(name: str, settings: MethodSettings, parameters: dict[str, Any]) -> MethodSettings:
    """Take a method's own floor, in m² or in words (``population:20000``), for a least sum of every region.

    So it may be on whatever adds up over faces, and parts that are too small for it may be kept.
    """
    key = floor_of(name)
    floor = parameters.get(key)
    if isinstance(floor, str):
        limits_of(floor, Message("[method] {method} {setting}", method=name, setting=key))
    elif isinstance(floor, int | float) and not isinstance(floor, bool) and 0 < floor < float("inf"):
        floor = f"{AREA}:{float(floor)!r}"
    else:
        return settings
    parameters[key] = 0.0
    return replace(settings, least="+".join(filter(None, [settings.least, floor])))


def unscaled_defaults(name: str) -> Mapping[str, Any]:
    """Defaults of a solver that differ where attributes are compared as they are."""
    return TABLE[name].unscaled if name in TABLE else {}


def solvers() -> tuple[str, ...]:
    """Names of all regionalising methods."""
    return tuple(sorted(name for name, row in TABLE.items() if row.solver is not None))


def solver_parameters(name: str) -> tuple[Parameter, ...]:
    """Parameters of a solver, as its function declares them; one without a default has to be given.

    Raises
    ------
    BadInput
        Unknown method.
    """
    return declared_parameters(_solver(name))


def solve(
    name: str, problem: Problem, given: Mapping[str, Any], *, seed: int = 1, progress: Progress = silent
) -> Regions:
    """Run a solver by name.

    Parameters
    ----------
    name : str
    problem : Problem
    given : mapping
        Its parameters.
    seed : int
    progress : callable

    Raises
    ------
    BadInput
        Unknown method or parameter, one that is missing, or a request that cannot be met.
    """
    solver = _solver(name)
    known_parameters(name, declared_parameters(solver), given)
    with in_words(name):
        return solver(problem, seed=seed, progress=in_messages(progress), **given)


def _solver(name: str) -> Solver:
    """Find a solver; one that is not there is looked for in other packages."""
    if name not in TABLE:
        load_entry_points()
    found = TABLE[name].solver if name in TABLE else None
    if found is None:
        raise BadInput(
            Message("unknown method '{name}'", name=name),
            where=Message("[method] name"),
            wanted=nearest(name, solvers()),
        )
    return found
