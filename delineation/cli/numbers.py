"""Numbers as the command line takes them; what is none is refused in one sentence by argparse."""

from __future__ import annotations

import argparse
import math

__all__ = ["count", "distance", "positive"]


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
