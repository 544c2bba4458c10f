"""Options that several verbs have, and any option as an argument of the command line."""

from __future__ import annotations

import argparse
import math
from functools import partial
from typing import TYPE_CHECKING, Any

from ..core.messages import Message
from ..core.options import Option, told

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from .voice import Voice

PLAN = Option(
    "plan",
    Message("A GeoPackage with a plan."),
    "PLAN.gpkg",
    kind="file",
    title=Message("Plan file"),
    suffix="gpkg",
    place="1",
)
CASE = Option(
    "case",
    Message("Sources, rules, cleaning, method and grouping in one TOML file; paths are relative to it."),
    "CASE.toml",
    kind="file",
    title=Message("Case file"),
    suffix="toml",
    place="1",
)
FORCE = Option(
    "force",
    Message("replace also a GeoPackage that this product did not make, or that was changed since; never a plan"),
    kind="switch",
)
AUTHOR = Option("author", Message("who, for the journal"), default="")
BREAK_LOCK = Option(
    "break_lock",
    Message("take the plan from somebody on another computer who claims it and is gone"),
    kind="switch",
)
PLUGIN = Option(
    "plugin",
    Message("A Python file that registers methods. It is run: use only files you trust."),
    "FILE",
    kind="file",
    title=Message("File with methods of your own"),
    suffix="py",
    repeat=True,
    advanced=True,
)
SEED = Option(
    "seed",
    Message("The case's by default. The same case, seed and versions give the same result, byte by byte."),
    kind="whole",
    title=Message("Seed of random choices"),
    advanced=True,
)
WORKERS = Option(
    "workers",
    Message("The plan does not depend on their number."),
    kind="whole",
    title=Message("Threads for raster statistics"),
    default=1,
    least=1,
    advanced=True,
)
OF_ALL = (
    Option("json", Message("print exactly one JSON document on standard output"), kind="switch"),
    Option(
        "verbose",
        Message("print more detail to standard error"),
        kind="switch",
        flag="-v/--verbose",
    ),
    Option(
        "allow_host",
        Message("a database server that a case, a file or you name: none is connected to without it"),
        "HOST",
        repeat=True,
    ),
)
"""What every verb takes."""


def output_option(metavar: str, about: Message, *, required: bool = True) -> Option:
    """Make the option for the place that a verb writes to."""
    return Option("output", about, metavar, flag="-o/--output", required=required)


def given(options: argparse.Namespace, *names: str) -> dict[str, Any]:
    """Give what was said of some options, as the engine takes it."""
    return {name: getattr(options, name) for name in names}


def add_options(parser: argparse.ArgumentParser, options: Iterable[Option], say: Voice) -> None:
    """Add options to a parser, each with what ``--help`` says of it in the reader's language."""
    groups: dict[str, Any] = {"": parser}
    for option in options:
        if option.either not in groups:
            groups[option.either] = parser.add_mutually_exclusive_group()
        said = told(option, say.language)
        if option.kind == "switch" and option.default:
            said = say(Message("leave out: {what}", what=said))
        groups[option.either].add_argument(*option.flags, help=said.replace("%", "%%"), **_how(option))


def _how(option: Option) -> dict[str, Any]:
    """Say how argparse takes an option."""
    how: dict[str, Any] = {"default": option.default}
    if option.kind == "switch":
        how = {"action": "store_false" if option.default else "store_true"}
    else:
        usual = "N" if option.kind == "whole" else None
        how |= {"metavar": option.metavar or "|".join(filter(None, option.choices)) or usual, "type": _reader(option)}
    if option.repeat:
        how |= {"action": "append", "default": []}
    if not option.place:
        return how | {"dest": option.name, "required": option.required}
    # What stands at a place is refused here; what an option may be its verb knows, and says better.
    return how | {"choices": option.choices or None} | ({"nargs": option.place} if option.place != "1" else {})


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


def _reader(option: Option) -> Callable[[str], Any] | None:
    """Give what reads an option's text; None where it stays a text."""
    if option.kind == "real":
        return _real
    if option.kind == "whole":
        return int if option.least is None else partial(_whole, least=int(option.least))
    return _one_line if option.kind == "lines" else None


def _one_line(text: str) -> str:
    return text.replace("\n", ",")


def _real(text: str) -> float:
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
