"""What a method gets and gives, and where it is found by name."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..errors import BadInput
from ..profile import nearest
from ..progress import Progress, silent
from .outside import in_words, whole
from .plugins import load_entry_points

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from ..findings import Finding
    from ..partition import Borders

__all__ = [
    "Labels", "Parameter", "Situation", "declared_parameters", "draws", "known_parameters", "method", "methods",
    "parameters", "run_method",
]  # fmt: skip


def _unknown(*asked: Any) -> NDArray[np.float64]:
    """Stand for what a situation does not know: no line, no raster of that name."""
    raise BadInput(f"nothing is known of {asked[0]}", where="situation", wanted="a situation of a case")


@dataclass(frozen=True)
class Situation:
    """What methods see of each face, cleaning done: riders carry their host's category and kind.

    Attributes
    ----------
    area : (n,) float64
        m².
    borders : Borders
    category, kind : (n,) int64
        Category 1–3; index into ``kinds``.
    kinds : tuple of str
        Role names, ``general`` among them.
    carved : (n,) bool
        Covered by a red line, water source, protected area or park: units of their own in every method.
    sea : (n,) bool
    county, township : (n,) int64
        District; township or −1.
    evidence : pandas.DataFrame
        ``face_id`` (row + 1), raster, mean, stdev, majority, covered.
    grades : mapping of str to mapping
        Raster name → value → word, as the case gives it.
    covered_min : float
        Share 0–1 below which a statistic decides nothing.
    root : (n,) int64
        Face whose labels each face carries: its host, else itself.
    perimeter : (n,) float64
        m.
    point : (n, 2) float64
        A point in each face.
    rasters : mapping of str to str
        Raster name → kind: score, grade, class.
    roles : tuple of str
        Roles of the case's sources.
    extent : callable
        Role → (n,) int64: equal numbers for faces that the same features of that role cover, −1 where none does.
    fixed : callable
        () → (n,) int64: the unit that each carved face makes under the case's grouping, numbered, −1 for others.
    lines : tuple of str
        Roles of the case's sources of lines, which cut nothing (``Role.guide``).
    along : callable
        (roles of ``lines``, m) → (b,) float64: share 0–1 of each border that lies so near to one of their lines.
    cells : callable
        Raster name → (n,) float64: how many of its cells each face is as large as.
    """

    area: NDArray[np.float64]
    borders: Borders
    category: NDArray[np.int64]
    kind: NDArray[np.int64]
    kinds: tuple[str, ...]
    carved: NDArray[np.bool_]
    sea: NDArray[np.bool_]
    county: NDArray[np.int64]
    township: NDArray[np.int64]
    evidence: pd.DataFrame
    grades: Mapping[str, Mapping[str, str]]
    covered_min: float
    root: NDArray[np.int64]
    perimeter: NDArray[np.float64]
    point: NDArray[np.float64]
    rasters: Mapping[str, str]
    roles: tuple[str, ...]
    extent: Callable[[str], NDArray[np.int64]]
    fixed: Callable[[], NDArray[np.int64]]
    lines: tuple[str, ...] = ()
    along: Callable[[Sequence[str], float], NDArray[np.float64]] = _unknown
    cells: Callable[[str], NDArray[np.float64]] = _unknown


@dataclass(frozen=True)
class Labels:
    """A labelling of the faces.

    Attributes
    ----------
    category, kind : (n,) int64
        As decided by the method.
    unit : (n,) int64
        Faces with the same number ≥ 0 are one unit; −1 leaves it to the grouping.
    findings : tuple of Finding
        What the method did short of what it was asked, or without being asked.
    """

    category: NDArray[np.int64]
    kind: NDArray[np.int64]
    unit: NDArray[np.int64]
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class Parameter:
    """A parameter of a method: its name and what it is where nobody says so."""

    name: str
    default: Any

    @property
    def required(self) -> bool:
        """It has no default."""
        return self.default is inspect.Parameter.empty


Method = Callable[..., Labels]
_METHODS: dict[str, Method] = {}
_DECLARED: dict[str, tuple[Parameter, ...]] = {}
_DRAWS: dict[str, bool] = {}
# What every method is given, and no method string names.
_GIVEN = ("situation", "problem", "seed", "progress")


def method(
    name: str, *, draws: bool = True, declared: Sequence[Parameter] | None = None
) -> Callable[[Method], Method]:
    """Register a function ``(situation, *, seed, …) -> Labels`` as a method; its keywords are its parameters.

    ``draws`` False says that the seed changes nothing: one seed stands for all. ``declared`` lists the parameters of a
    function that takes them as ``**keywords``.
    """

    def register(function: Method) -> Method:
        _METHODS[name] = function
        _DRAWS[name] = draws
        _DECLARED[name] = declared_parameters(function) if declared is None else tuple(declared)
        return function

    return register


def declared_parameters(function: Callable[..., Any]) -> tuple[Parameter, ...]:
    """Parameters of a method's function: its keywords, but for what every method is given."""
    declared = inspect.signature(function).parameters.values()
    return tuple(Parameter(one.name, one.default) for one in declared if one.name not in _GIVEN)


def methods() -> tuple[str, ...]:
    """Names of all methods."""
    return tuple(sorted(_METHODS))


def draws(name: str) -> bool:
    """Whether a method's result may depend on the seed."""
    return _DRAWS[name]


def parameters(name: str) -> tuple[Parameter, ...]:
    """Parameters of a method, as its function declares them; one that is not there is looked for in other packages.

    Raises
    ------
    BadInput
        Unknown method.
    """
    if name not in _METHODS:
        load_entry_points()
    if name not in _METHODS:
        raise BadInput(f"unknown method '{name}'", where="[method] name", wanted=nearest(name, _METHODS))
    return _DECLARED[name]


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
    told = {"progress": progress} if "progress" in inspect.signature(_METHODS[name]).parameters else {}
    with in_words(name):
        return whole(name, _METHODS[name](situation, seed=seed, **told, **given), situation)


def known_parameters(name: str, declared: Sequence[Parameter], given: Mapping[str, Any]) -> None:
    """Hold given parameters against those a method declares.

    Raises
    ------
    BadInput
        An unknown one, with the nearest known; or one without a default that is not given.
    """
    known = [parameter.name for parameter in declared]
    for key in given:
        if key not in known:
            wanted = nearest(key, known) if known else "no parameters"
            raise BadInput(f"unknown parameter '{key}' of method {name}", where="[method]", wanted=wanted)
    for parameter in declared:
        if parameter.required and parameter.name not in given:
            raise BadInput(f"method {name} without {parameter.name}", where="[method]", wanted=f"{parameter.name} = …")
