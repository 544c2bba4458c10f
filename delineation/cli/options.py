"""Options that several verbs take."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

__all__ = ["add_plugin"]


def add_plugin(parser: argparse.ArgumentParser) -> None:
    """Add ``--plugin FILE``, as often as wanted: ``options.plugin`` is a list of paths."""
    parser.add_argument(
        "--plugin", action="append", default=[], metavar="FILE", help="a Python file with methods of your own"
    )
