"""The table of all methods: for each its function, its parameters, and where it comes from if from outside."""

from __future__ import annotations

import contextlib
import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..core.errors import BadInput
from ..core.messages import Message, at
from ..core.text import nearest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ..regions.problem import Regions
    from .situation import Labels

PACKAGED = "entry point "  # how the place of what an installed package offers begins

Method = Callable[..., "Labels"]
Solver = Callable[..., "Regions"]
# What every method is given, and no method string names.
_GIVEN = ("situation", "problem", "seed", "progress")


@dataclass(frozen=True)
class Parameter:
    """A parameter of a method: its name and what it is where nobody says so."""

    name: str
    default: Any

    @property
    def required(self) -> bool:
        """It has no default."""
        return self.default is inspect.Parameter.empty


@dataclass(frozen=True)
class Origin:
    """Where a method from outside comes from.

    Attributes
    ----------
    place : str
        The file, or ``entry point NAME``.
    files : tuple of Path
        Its code.
    digest : str
        Of that code when it was loaded: a method whose code has changed is another method.
    """

    place: str
    files: tuple[Path, ...]
    digest: str

    @property
    def called(self) -> Message:
        """Say where it comes from."""
        name = self.place.removeprefix(PACKAGED)
        return at(name) if name == self.place else Message("entry point {name}", name=name)


@dataclass(frozen=True)
class MethodRow:
    """A method.

    Attributes
    ----------
    function : callable
        Labels the faces of a situation.
    draws : bool
        Whether the seed may change the result.
    parameters : tuple of Parameter
    solver : callable, optional
        Of one that regionalises: divides a `Problem`.
    unscaled : mapping
        The solver's defaults that differ where attributes are compared as they are.
    floor : str
        The solver's parameter that is the least area of a region, "" for none.
    order : int
        Its place where the engine's own methods are offered, from 1; 0 of one that is not.
    origin : Origin, optional
        Of one from a file or another package.
    """

    function: Method
    draws: bool
    parameters: tuple[Parameter, ...]
    solver: Solver | None = None
    unscaled: Mapping[str, Any] = field(default_factory=dict)
    floor: str = ""
    order: int = 0
    origin: Origin | None = None


TABLE: dict[str, MethodRow] = {}
"""Name → method. Registering adds a row, or puts another in its place; nothing else writes here."""


@contextlib.contextmanager
def kept(*, always: bool = True) -> Iterator[Mapping[str, MethodRow]]:
    """Put the table back as it was, always or only after an error; gives what it was."""
    before = dict(TABLE)
    try:
        yield before
    except BaseException:
        always = True
        raise
    finally:
        if always:
            TABLE.clear()
            TABLE.update(before)


def declared_parameters(function: Callable[..., Any]) -> tuple[Parameter, ...]:
    """Parameters of a method's function: its keywords, but for what every method is given."""
    declared = inspect.signature(function).parameters.values()
    return tuple(Parameter(one.name, one.default) for one in declared if one.name not in _GIVEN)


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
            wanted = nearest(key, known) if known else Message("no parameters")
            raise BadInput(
                Message("unknown parameter '{key}' of method {method}", key=key, method=name),
                where=Message("[method]"),
                wanted=wanted,
            )
    for parameter in declared:
        if parameter.required and parameter.name not in given:
            raise BadInput(
                Message("method {method} without {parameter}", method=name, parameter=parameter.name),
                where=Message("[method]"),
                wanted=Message("{name} = …", name=parameter.name),
            )
