"""Options that several verbs take."""

from __future__ import annotations

import argparse
import math
from typing import TYPE_CHECKING, Any

from ..core.messages import Message

if TYPE_CHECKING:
    from .voice import Voice

__all__ = [
    "NumberError",
    "Options",
    "add_editing",
    "add_force",
    "add_plan",
    "add_plugin",
    "add_running",
    "count",
    "distance",
    "positive",
]


class Options:
    """Adds arguments to a parser, each with what ``--help`` says of it in the reader's language.

    Parameters
    ----------
    parser : argparse.ArgumentParser, or a group of it
    say : Voice
    """

    def __init__(self, parser: Any, say: Voice) -> None:
        self.parser, self.say = parser, say

    def __call__(self, *names: str, about: Message, **how: Any) -> None:
        """Add one, as ``add_argument`` takes it."""
        self.parser.add_argument(*names, help=self.say(about), **how)

    def either(self) -> Options:
        """Give what adds arguments of which one alone may be given."""
        return Options(self.parser.add_mutually_exclusive_group(), self.say)


def add_plan(add: Options) -> None:
    """Add the plan that a verb reads."""
    add("plan", metavar="PLAN.gpkg", about=Message("a plan"))


def add_force(add: Options) -> None:
    """Add ``--force``, of verbs that write a GeoPackage for others."""
    told = Message("replace also a GeoPackage that this product did not make, or that was changed since; never a plan")
    add("--force", action="store_true", about=told)


def add_editing(add: Options) -> None:
    """Add what all verbs that edit a plan ask."""
    add("--author", default="", about=Message("who, for the journal"))
    add(
        "--break-lock",
        action="store_true",
        about=Message("take the plan from somebody on another computer who claims it and is gone"),
    )


def add_plugin(add: Options) -> None:
    """Add ``--plugin FILE``, as often as wanted: ``options.plugin`` is a list of paths."""
    add(
        "--plugin", action="append", default=[], metavar="FILE", about=Message("a Python file with methods of your own")
    )


def add_running(add: Options) -> None:
    """Add what all verbs that run a case ask."""
    add("--seed", type=int, metavar="N", about=Message("the case's by default"))
    add_plugin(add)
    add("--workers", type=positive, default=1, metavar="N", about=Message("threads"))


# ── Numbers as the command line takes them; what is none is refused in one sentence ─────────────────────────────────


class NumberError(argparse.ArgumentTypeError):
    """What is written is not the number that an option takes.

    Attributes
    ----------
    said : Message
    """

    def __init__(self, said: Message) -> None:
        super().__init__(str(said))
        self.said = said


def positive(text: str) -> int:
    """Read a whole number from 1."""
    return _whole(text, 1)


def count(text: str) -> int:
    """Read a whole number from 0."""
    return _whole(text, 0)


def distance(text: str) -> float:
    """Read a number from 0."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 <= value < math.inf:
        raise NumberError(Message("found '{text}', wanted a number of 0 or more", text=text))
    return value


def _whole(text: str, least: int) -> int:
    if not text.isdecimal() or int(text) < least:
        raise NumberError(Message("found '{text}', wanted a whole number of {least} or more", text=text, least=least))
    return int(text)
