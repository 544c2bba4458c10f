"""What a method gets and gives, and where it is found by name."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..errors import BadInput
from ..profile import nearest

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from ..partition import Borders

__all__ = ["Labels", "Parameter", "Situation", "method", "methods", "parameters", "run_method"]


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


@dataclass(frozen=True)
class Labels:
    """A labelling of the faces.

    Attributes
    ----------
    category, kind : (n,) int64
        As decided by the method.
    unit : (n,) int64
        Faces with the same number ≥ 0 are one unit; −1 leaves it to the grouping.
    """

    category: NDArray[np.int64]
    kind: NDArray[np.int64]
    unit: NDArray[np.int64]


Method = Callable[..., Labels]
_METHODS: dict[str, Method] = {}


def method(name: str) -> Callable[[Method], Method]:
    """Register a function ``(situation, *, seed, …) -> Labels`` as a method; its keywords are its parameters."""

    def register(function: Method) -> Method:
        _METHODS[name] = function
        return function

    return register


def methods() -> tuple[str, ...]:
    """Names of all methods."""
    return tuple(sorted(_METHODS))


@dataclass(frozen=True)
class Parameter:
    """A parameter of a method: its name and what it is where nobody says so."""

    name: str
    default: Any


def parameters(name: str) -> tuple[Parameter, ...]:
    """Parameters of a method, as its function declares them.

    Raises
    ------
    BadInput
        Unknown method.
    """
    if name not in _METHODS:
        raise BadInput(f"unknown method '{name}'", where="[method] name", wanted=nearest(name, _METHODS))
    declared = inspect.signature(_METHODS[name]).parameters.values()
    return tuple(Parameter(one.name, one.default) for one in declared if one.name not in ("situation", "seed"))


def run_method(name: str, situation: Situation, given: Mapping[str, Any], *, seed: int) -> Labels:
    """Run a method by name.

    Raises
    ------
    BadInput
        Unknown method or parameter; the nearest known one is named.
    """
    known = [parameter.name for parameter in parameters(name)]
    for key in given:
        if key not in known:
            wanted = nearest(key, known) if known else "no parameters"
            raise BadInput(f"unknown parameter '{key}' of method {name}", where="[method]", wanted=wanted)
    return _METHODS[name](situation, seed=seed, **given)
