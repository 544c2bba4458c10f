"""A case with another method than its own: asked for by a method string, or none but the rules."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ..case.model import LIMITS
from ..case.reading import method_of
from ..core.errors import BadInput
from ..core.messages import Message
from .registry import parameters
from .table import known_parameters

if TYPE_CHECKING:
    from ..case.model import Case

__all__ = ["overlaid", "understood", "with_method"]


def with_method(case: Case, method: str, *, seed: int | None = None) -> Case:
    """Give a case the method of a method string, and a seed.

    Parameters
    ----------
    case : Case
    method : str
        ``NAME:key=value,…``.
    seed : int, optional
        The case's where not given.

    Raises
    ------
    BadInput
        An unknown method or parameter, or a seed below 0.
    """
    name, given = method_of({}, method, "[method]")
    known_parameters(name, parameters(name), given)
    seed = case.seed if seed is None else seed
    LIMITS["case.seed"].check("seed", seed, Message("seed"))
    return replace(case, method=name, method_parameters=given, seed=seed)


def understood(method: str) -> tuple[str, dict[str, Any]]:
    """Give what a method string asks for besides the defaults: of two that ask for the same, the same.

    One that cannot be read is all name.
    """
    try:
        name, given = method_of({}, method, "[method]")
        usual = {one.name: one.default for one in parameters(name)}
    except BadInput:
        return method, {}
    return name, {key: value for key, value in given.items() if key not in usual or value != usual[key]}


def overlaid(case: Case) -> Case:
    """Give a case the method that keeps what the rules say, as the scene of metrics wants it."""
    return replace(case, method="overlay", method_parameters={})
