"""Options that several verbs take."""

from __future__ import annotations

import argparse
import math

__all__ = ["add_plan", "add_plugin", "count", "distance", "positive"]


def add_plan(parser: argparse.ArgumentParser) -> None:
    """Add the plan that a verb reads."""
    parser.add_argument("plan", metavar="PLAN.gpkg")


def add_plugin(parser: argparse.ArgumentParser) -> None:
    """Add ``--plugin FILE``, as often as wanted: ``options.plugin`` is a list of paths."""
    parser.add_argument(
        "--plugin", action="append", default=[], metavar="FILE", help="a Python file with methods of your own"
    )


# ── Numbers as the command line takes them; what is none is refused in one sentence by argparse ─────────────────────


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
        raise argparse.ArgumentTypeError(f"found '{text}', wanted a number from 0")
    return value


def _whole(text: str, least: int) -> int:
    if not text.isdecimal() or int(text) < least:
        raise argparse.ArgumentTypeError(f"found '{text}', wanted a whole number from {least}")
    return int(text)
