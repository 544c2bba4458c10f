"""Options that several verbs take."""

from __future__ import annotations

import argparse
import math
from typing import TYPE_CHECKING

from ..core.messages import Message

if TYPE_CHECKING:
    from .voice import Voice

__all__ = ["NumberError", "add_editing", "add_force", "add_plan", "add_plugin", "count", "distance", "positive"]


def add_plan(parser: argparse.ArgumentParser, say: Voice) -> None:
    """Add the plan that a verb reads."""
    parser.add_argument("plan", metavar="PLAN.gpkg", help=say(Message("a plan")))


def add_force(parser: argparse.ArgumentParser, say: Voice) -> None:
    """Add ``--force``, of verbs that write a GeoPackage for others."""
    told = Message("replace also a GeoPackage that this product did not make, or that was changed since; never a plan")
    parser.add_argument("--force", action="store_true", help=say(told))


def add_editing(parser: argparse.ArgumentParser, say: Voice) -> None:
    """Add what all verbs that edit a plan ask."""
    parser.add_argument("--author", default="", help=say(Message("who, for the journal")))
    told = Message("take the plan from somebody on another computer who claims it and is gone")
    parser.add_argument("--break-lock", action="store_true", help=say(told))


def add_plugin(parser: argparse.ArgumentParser, say: Voice) -> None:
    """Add ``--plugin FILE``, as often as wanted: ``options.plugin`` is a list of paths."""
    parser.add_argument(
        "--plugin",
        action="append",
        default=[],
        metavar="FILE",
        help=say(Message("a Python file with methods of your own")),
    )


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
