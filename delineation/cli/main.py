"""Arguments, exit codes, and the one place where errors become text."""

from __future__ import annotations

import argparse
import io
import json
import logging
import signal
import sys
import warnings
from collections.abc import Sequence
from types import FrameType
from typing import Any

from ..errors import BadInput, Cancelled, DelineationError
from . import verbs
from .bar import ProgressBar

__all__ = ["main"]

DONE, ERRORS_FOUND, BAD_INPUT, INTERRUPTED = 0, 1, 2, 130


class _Parser(argparse.ArgumentParser):
    """A parser whose complaints are one sentence and exit code 2 (``--json`` gets them as a document)."""

    def error(self, message: str) -> Any:
        raise BadInput(message, where=self.prog, wanted=" ".join(self.format_usage().split()).removeprefix("usage: "))


def parser() -> argparse.ArgumentParser:
    """All verbs with their options."""
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--json", action="store_true", help="print exactly one JSON document on standard output")
    common.add_argument("-v", "--verbose", action="store_true", help="say more on standard error")
    top = _Parser(prog="python -m delineation", description="Divide a territory into ecological-environment control units.")
    sub = top.add_subparsers(dest="verb", required=True, metavar="VERB", parser_class=_Parser)
    for verb in verbs.VERBS:
        # An option is written out: ``--json`` is looked for before the arguments are understood.
        one = sub.add_parser(verb.name, parents=[common], help=verb.help, description=verb.help, allow_abbrev=False)
        verb.arguments(one)
        one.set_defaults(run=verb.run)
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one verb.

    Returns
    -------
    int
        0 done, 1 findings of severity error, 2 bad input, 130 interrupted.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    as_json = "--json" in given
    _widen(as_json)
    signal.signal(signal.SIGINT, _interrupt)
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        options = parser().parse_args(given)
        logging.basicConfig(level=logging.INFO if options.verbose else logging.WARNING, stream=sys.stderr, format="%(message)s")
        with warnings.catch_warnings(), ProgressBar(quiet=as_json and not options.verbose, verbose=options.verbose) as progress:
            if not options.verbose:
                # What libraries murmur; whatever matters to the user is a finding.
                warnings.simplefilter("ignore")
            result = options.run(options, progress)
    except DelineationError as error:
        if as_json:
            _print_json({"error": error.facts()})
        else:
            print(f"error: {error}", file=sys.stderr)
        return BAD_INPUT
    except (KeyboardInterrupt, Cancelled):
        if as_json:
            _print_json({"error": BadInput("interrupted; nothing was written").facts()})
        else:
            print("interrupted; nothing was written", file=sys.stderr)
        return INTERRUPTED
    if as_json:
        _print_json(result.document)
    else:
        print(result.text)
    return ERRORS_FOUND if result.errors else DONE


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _widen(as_json: bool) -> None:
    """Let no character stop the output: JSON is UTF-8, and what a terminal or a file name cannot say is escaped."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8" if as_json else None, errors="backslashreplace")


def _print_json(document: Any) -> None:
    sys.stdout.write(json.dumps(document, ensure_ascii=False, allow_nan=False, indent=1) + "\n")
