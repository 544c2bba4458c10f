"""Arguments, exit codes, and the one place where errors become text."""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import logging
import os
import signal
import sys
import warnings
from typing import TYPE_CHECKING, Any, TextIO

from ..core.errors import BadInput, Cancelled, DelineationError, MissingLibrary, visible
from ..core.libraries import demand
from ..core.messages import Message, at, foreign
from ..core.text import language
from . import verbs
from .progress_bar import ProgressBar
from .voice import LANGUAGES, asked_language, voice_for

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import FrameType

__all__ = ["main"]

DONE, ERRORS_FOUND, BAD_INPUT, INTERRUPTED = 0, 1, 2, 130
_PLACE = Message("a place with room and the right to use it")


class _Parser(argparse.ArgumentParser):
    """A parser whose complaints are one sentence and exit code 2 (``--json`` gets them as a document)."""

    def error(self, message: str) -> Any:
        usage = " ".join(self.format_usage().split()).removeprefix("usage: ")
        raise BadInput(at(message), where=at(self.prog), wanted=at(usage))


def parser() -> argparse.ArgumentParser:
    """All verbs with their options."""
    common = _Parser(add_help=False)
    common.add_argument("--json", action="store_true", help="print exactly one JSON document on standard output")
    common.add_argument(
        "--lang", choices=LANGUAGES, help="language of what is said: the system's by default, English in JSON"
    )
    common.add_argument("-v", "--verbose", action="store_true", help="say more on standard error")
    top = _Parser(
        prog="python -m delineation", description="Divide a territory into ecological-environment control units."
    )
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
    # GDAL is shown a proxy that is none (``sources/gate.py``): nothing may go round it, and PROJ asks for no grids.
    for name in ("no_proxy", "NO_PROXY"):
        os.environ.pop(name, None)
    os.environ["PROJ_NETWORK"] = "OFF"
    as_json = "--json" in given
    # A document is read by programs: English, unless somebody asks for another language.
    spoken = asked_language(given) or ("en" if as_json else language())
    _widen(as_json)
    signal.signal(signal.SIGINT, _interrupt)
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        _refuse_bytes(given)
        options = parser().parse_args(given)
        logging.basicConfig(
            level=logging.INFO if options.verbose else logging.WARNING, stream=sys.stderr, format="%(message)s"
        )
        # What a method of somebody's own prints is no part of the answer.
        with warnings.catch_warnings(), contextlib.redirect_stdout(sys.stderr):
            if not options.verbose:
                # What libraries murmur; whatever matters to the user is a finding.
                warnings.simplefilter("ignore")
            demand()
            options.say = voice_for(spoken)
            quiet = as_json and not options.verbose
            with ProgressBar(options.say, quiet=quiet, verbose=options.verbose) as progress:
                result = options.run(options, progress)
    except DelineationError as error:
        return _refuse(error, spoken, as_json)
    except ImportError as error:
        # A step imports the library that it alone needs; a bureau's computer may lack it.
        what = Message("{name} cannot be loaded ({error})", name=error.name or "–", error=foreign(error))
        wanted = Message("see python -m delineation.libraries")
        return _refuse(MissingLibrary(what, wanted=wanted), spoken, as_json)
    except OSError as error:
        # Disks and networks fail at any moment; a step that expects it words it better.
        what, where = Message("cannot be used ({error})", error=foreign(error)), at(error.filename or given[0])
        return _refuse(BadInput(what, where=where, wanted=_PLACE), spoken, as_json)
    except (KeyboardInterrupt, Cancelled) as stopped:
        told = [one for one in stopped.args if isinstance(one, Message)]
        said = BadInput(told[0] if told else Message("interrupted; nothing was written"))
        _say({"error": said.document(spoken)} if as_json else said.sentence(spoken), sys.stderr)
        return INTERRUPTED
    if not _say(result.document if as_json else visible(result.text, lines=True), sys.stdout):
        return BAD_INPUT
    return ERRORS_FOUND if result.errors else DONE


def _refuse(error: DelineationError, language: str, as_json: bool) -> int:
    voice = voice_for(language)
    _say({"error": error.document(language, voice.names)} if as_json else voice.error(error), sys.stderr)
    return BAD_INPUT


def _refuse_bytes(given: Sequence[str]) -> None:
    """Refuse arguments that are no text: they could be neither written into a file nor said."""
    for text in given:
        try:
            text.encode()
        except UnicodeEncodeError:
            shown = os.fsencode(text).decode("utf-8", "backslashreplace")
            wanted = Message("the text in UTF-8, or the file or folder renamed")
            raise BadInput(Message("the argument is not in UTF-8"), where=at(shown), wanted=wanted) from None


def _interrupt(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 - the signature of a handler
    raise KeyboardInterrupt


def _widen(as_json: bool) -> None:
    """Let no character stop the output: JSON is UTF-8, and what a terminal or a file name cannot say is escaped."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8" if as_json else None, errors="backslashreplace")


def _say(what: Any, stream: TextIO) -> bool:
    """Print a text on the stream, or a document on standard output; False where nobody takes it."""
    text = what if isinstance(what, str) else json.dumps(what, ensure_ascii=False, allow_nan=False, indent=1)
    target = stream if isinstance(what, str) else sys.stdout
    try:
        print(text, file=target, flush=True)
    except OSError as error:
        # What is left goes nowhere, and closing must not fail over it again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), target.fileno())
        if isinstance(error, BrokenPipeError):
            return True  # the reader has seen enough (``head``)
        if target is not sys.stderr:
            refused = BadInput(
                Message("cannot be written ({error})", error=foreign(error)),
                where=Message("standard output"),
                wanted=_PLACE,
            )
            _say(str(refused), sys.stderr)
        return False
    return True
