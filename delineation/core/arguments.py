"""Arguments of a call held against the types that its function declares, for whatever comes from Python."""

from __future__ import annotations

import ast
import functools
import inspect
import math
from collections.abc import Callable, Iterable, Mapping
from os import PathLike
from typing import Any

from .errors import BadInput
from .messages import Message, at, joined, one_of
from .toml import WORDS, shown

_SIMPLE: dict[str, type | tuple[type, ...]] = {"str": str, "Path": PathLike, "int": int, "float": (int, float)}
_SIMPLE |= {"bool": bool, "None": type(None)}
_LISTS = ("Sequence", "Iterable", "tuple")
_WORDS = {kind.__name__: said for kind, said in WORDS.items()} | {"Path": Message("a path")}
_WORDS |= dict.fromkeys(_LISTS, Message("a list")) | {"Mapping": Message("a dict")}


_LANGUAGES = ("", "zh", "en")
_OF_LANGUAGE = ("language", "spoken")  # parameters that name one


class _UnfitError(Exception):
    """A value is of another type than declared."""


def checked(function: Callable[..., Any], name: str, module: str) -> Callable[..., Any]:
    """Give a function as people call it: a value of another type than its parameter declares is a BadInput.

    A single item for a list is a list of one; a number of numpy is a number. A parameter may be declared as text, path,
    number, bool, None, list or mapping of these, or by the name of a class.

    Parameters
    ----------
    function : callable
    name, module : str
        Where it is imported from.
    """
    signature = inspect.signature(function)
    hints = {key: ast.parse(str(one.annotation), mode="eval").body for key, one in signature.parameters.items()}

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        try:
            bound = signature.bind(*args, **kwargs)
        except TypeError as error:
            raise TypeError(f"{name}() {error}") from None
        for key, value in bound.arguments.items():
            try:
                bound.arguments[key] = _held(hints[key], value)
            except _UnfitError:
                wanted = joined(dict.fromkeys(_words(hints[key])))
                raise BadInput(Message("found {shown}", shown=shown(value)), where=at(key), wanted=wanted) from None
            if key in _OF_LANGUAGE and value not in _LANGUAGES:
                wanted = one_of(filter(None, _LANGUAGES))
                raise BadInput(Message("found {shown}", shown=shown(value)), where=at(key), wanted=wanted)
        return function(*bound.args, **bound.kwargs)

    call.__name__ = call.__qualname__ = name
    call.__module__ = module  # whoever sends it to another process finds it again
    return call


def _alternatives(hint: ast.expr) -> list[ast.expr]:
    if isinstance(hint, ast.BinOp):
        return [*_alternatives(hint.left), *_alternatives(hint.right)]
    return [hint]


def _name(hint: ast.expr) -> str:
    return ast.unparse(hint.value if isinstance(hint, ast.Subscript) else hint)


def _words(hint: ast.expr) -> list[Message]:
    names = (_name(one) for one in _alternatives(hint))
    return [_WORDS.get(name, at(name)) for name in names if name != "None"]


def _held(hint: ast.expr, value: Any) -> Any:
    """Give the value as the first alternative that takes it."""
    value = value.item() if getattr(value, "shape", None) == () else value
    for one in _alternatives(hint):
        try:
            return _as(one, value)
        except _UnfitError:
            continue
    raise _UnfitError


def _as(hint: ast.expr, value: Any) -> Any:
    name = _name(hint)
    if name in _SIMPLE:
        number = isinstance(value, bool) and name != "bool"
        if number or not isinstance(value, _SIMPLE[name]) or (isinstance(value, float) and not math.isfinite(value)):
            raise _UnfitError
        return value
    if not isinstance(hint, ast.Subscript):
        classes = {one.__name__ for one in type(value).__mro__}
        if name == "Any" or name in classes or (name == "Progress" and callable(value)):
            return value
        raise _UnfitError
    inner = hint.slice
    if name in _LISTS:
        if isinstance(value, str | Mapping | PathLike) or not isinstance(value, Iterable):
            return (_held(inner, value),)
        return tuple(_held(inner, one) for one in value)
    if not isinstance(value, Mapping) or not isinstance(inner, ast.Tuple):
        raise _UnfitError
    return {key: _held(inner.elts[1], one) for key, one in value.items()}
