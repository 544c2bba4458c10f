"""Arguments, exit codes, and the one place where errors become text."""

from __future__ import annotations

import argparse
import contextlib
import functools
import io
import json
import logging
import os
import signal
import sys
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TextIO

from ..core.connections import allow_hosts
from ..core.errors import BadInput, Cancelled, DelineationError, MissingLibrary, visible
from ..core.libraries import demand
from ..core.messages import NOTHING, Message, as_written, at, foreign
from ..core.shipped import own_version
from ..core.text import language, nearest, refuse_unfit
from . import verbs
from .options import OF_ALL, NumberError, add_options
from .progress_bar import ProgressBar
from .tables import wrapped
from .voice import LANGUAGES, Voice, asked_language, voice_for

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from types import FrameType

__all__ = ["main"]

DONE, ERRORS_FOUND, BAD_INPUT, INTERRUPTED = 0, 1, 2, 130
_PLACE = Message("a place with free disk space and write permission")
_USAGE = Message("usage: ")


class _Help(argparse.HelpFormatter):
    """Help in the reader's language; argparse's own few words are set where it takes them."""

    def __init__(self, say: Voice, prog: str) -> None:
        super().__init__(prog)
        self._say = say

    def add_usage(self, usage: Any, actions: Any, groups: Any, prefix: str | None = None) -> None:
        super().add_usage(usage, actions, groups, self._say(_USAGE) if prefix is None else prefix)

    def _split_lines(self, text: str, width: int) -> list[str]:
        return wrapped(text, width)


class _Parser(argparse.ArgumentParser):
    """A parser whose complaints are one sentence and exit code 2 (``--json`` gets them as a document)."""

    def __init__(self, *, say: Voice, **named: Any) -> None:
        super().__init__(add_help=False, formatter_class=functools.partial(_Help, say), **named)
        self._say, self._usage_line = say, ""
        self._needed: list[argparse.Action] = []
        self.more: Callable[[Voice], str] | None = None
        self._positionals.title = say(Message("positional arguments"))
        self._optionals.title = say(Message("options"))

    def format_help(self) -> str:
        self._require(True)
        return super().format_help() + (f"\n{self.more(self._say)}\n" if self.more is not None else "")

    def error(self, message: str) -> Any:
        complaint = sys.exception()
        number = complaint.__context__ if isinstance(complaint, argparse.ArgumentError) else None
        if isinstance(complaint, argparse.ArgumentError) and isinstance(number, NumberError):
            what = Message("argument {option}: {wrong}", option=complaint.argument_name, wrong=number.said)
        elif isinstance(complaint, argparse.ArgumentError):
            wrong = foreign(complaint.message)
            what = Message("argument {option}: {wrong}", option=complaint.argument_name or "–", wrong=wrong)
        else:
            what = at(message)
        self._refuse(what)

    def parse_args(self, args: Any = None, namespace: Any = None) -> Any:
        found, extra = self.parse_known_args(args, namespace)
        self._refuse_unknown(extra)
        return found

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        # What is missing is said here: argparse would say it in English.
        self._usage_line = self.format_usage()
        self._needed = [action for action in self._actions if action.required]
        self._require(False)
        try:
            found, extra = super().parse_known_args(args, namespace)
        finally:
            self._require(True)
        lacking = [action for action in self._needed if getattr(found, action.dest, None) is None]
        if lacking:
            # An option that is misspelt is more likely what went wrong than one that is left out.
            self._refuse_unknown(extra)
            names = tuple("/".join(one.option_strings) or str(one.metavar or one.dest) for one in lacking)
            self._refuse(Message("missing arguments: {arguments}", arguments=names))
        return found, extra

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        choices = None if action.choices is None else list(map(str, action.choices))
        if choices is not None and value not in choices:
            option = "/".join(action.option_strings) or str(action.metavar or action.dest)
            self._refuse(
                Message("argument {option}: '{value}' is not one of its choices", option=option, value=str(value)),
                nearest(str(value), choices),
            )

    def _require(self, required: bool) -> None:
        """Say whether what a verb needs is required, as its usage shows it; argparse itself is not to miss it."""
        for action in self._needed:
            action.required = required

    def _refuse_unknown(self, extra: Sequence[str]) -> None:
        if extra:
            self._refuse(Message("unknown arguments: {arguments}", arguments=tuple(extra)))

    def _refuse(self, what: Message, wanted: Message = NOTHING) -> NoReturn:
        usage = " ".join(self._usage_line.split()).removeprefix(self._say(_USAGE).strip()).strip()
        raise BadInput(what, where=at(self.prog), wanted=wanted or at(usage))


def parser(say: Voice | None = None, given: Collection[str] | None = None) -> argparse.ArgumentParser:
    """All verbs with their options, and help in the language of a voice, by default English.

    Parameters
    ----------
    say : Voice, optional
    given : collection of str, optional
        What is going to be parsed: a verb that is not named there is listed and gets no options.
    """
    say = say or voice_for("en")
    top = _Parser(
        say=say,
        prog="control-units" if Path(sys.argv[0]).stem == "control-units" else "python -m delineation",
        description=say(Message("Divide a territory into ecological-environment control units.")),
    )
    _add_common(top, say)
    told = say(Message("show the version and exit"))
    top.add_argument("--version", action="version", version=f"control-units {own_version()}", help=told)
    sub = top.add_subparsers(dest="verb", required=True, metavar="VERB", parser_class=_Parser)
    for verb in verbs.VERBS:
        # An option is written out: ``--json`` is looked for before the arguments are understood.
        told = say(verb.help)
        one = sub.add_parser(verb.name, say=say, help=told, description=told, allow_abbrev=False)
        if given is not None and verb.name not in given:
            continue
        if verb.usage:
            one.usage = f"{one.prog} {verb.usage}"
        _add_common(one, say)
        add_options(one, (*OF_ALL, *verb.options), say)
        one.set_defaults(run=verb.run)
        one.more = verb.more
    return top


def _add_common(parser: argparse.ArgumentParser, say: Voice) -> None:
    parser.add_argument("-h", "--help", action="help", help=say(Message("show this help message and exit")))
    parser.add_argument(
        "--lang", choices=LANGUAGES, help=say(Message("language of messages: the system's by default, English in JSON"))
    )


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
        _refuse_unfit(given)
        say = voice_for(spoken)
        options = parser(say, given).parse_args(given)
        logging.basicConfig(
            level=logging.INFO if options.verbose else logging.WARNING, stream=sys.stderr, format="%(message)s"
        )
        # What a method of somebody's own prints is no part of the answer.
        with warnings.catch_warnings(), contextlib.redirect_stdout(sys.stderr):
            if not options.verbose:
                # What libraries murmur; whatever matters to the user is a finding.
                warnings.simplefilter("ignore")
            demand()
            options.say = say
            quiet = as_json and not options.verbose
            hosts = allow_hosts(*options.allow_host)
            with hosts, ProgressBar(say, quiet=quiet, verbose=options.verbose) as progress:
                result = options.run(options, progress)
    except DelineationError as error:
        return _refuse(error, spoken, as_json)
    except ImportError as error:
        # A step imports the library that it alone needs; a bureau's computer may lack it.
        what = Message("{name} cannot be loaded ({error})", name=error.name or "–", error=foreign(error))
        wanted = Message("the library; python -m delineation.libraries lists what is missing")
        return _refuse(MissingLibrary(what, wanted=wanted), spoken, as_json)
    except OSError as error:
        # Disks and networks fail at any moment; a step that expects it words it better.
        what, where = Message("cannot be used ({error})", error=foreign(error)), at(error.filename or given[0])
        return _refuse(BadInput(what, where=where, wanted=_PLACE), spoken, as_json)
    except (KeyboardInterrupt, Cancelled) as stopped:
        told = [one for one in stopped.args if isinstance(one, Message)]
        said = BadInput(told[0] if told else Message("interrupted; nothing was written"))
        voice = voice_for(spoken)
        told_as = (voice.language, voice.names)
        _say({"error": said.document(*told_as)} if as_json else said.sentence(*told_as), sys.stderr, voice)
        return INTERRUPTED
    lines = (result.lines,) if isinstance(result.lines, str | Message) else result.lines
    text = "" if as_json else "\n".join(line if isinstance(line, str) else say(line) for line in lines)
    if not _say(result.document if as_json else visible(text, lines=True), sys.stdout, say):
        return BAD_INPUT
    return ERRORS_FOUND if result.errors else DONE


def _refuse(error: DelineationError, language: str, as_json: bool) -> int:
    voice = voice_for(language)
    _say({"error": error.document(language, voice.names)} if as_json else voice.error(error), sys.stderr, voice)
    return BAD_INPUT


def _refuse_unfit(given: Sequence[str]) -> None:
    """Refuse arguments that are no text, or one that no format can hold, but for the names of what is there."""
    for text in given:
        try:
            text.encode()
        except UnicodeEncodeError:
            shown = visible(text).replace("\\udc", "\\x")  # as which Python lets bytes through
            raise BadInput(
                Message("the argument is not in UTF-8"),
                where=at(shown),
                wanted=Message("the text in UTF-8, or the file or folder renamed"),
            ) from None
        if not os.path.exists(text.partition("|")[0]):  # noqa: PTH110 - what cannot be looked up is not there
            refuse_unfit(text, Message("command line"), lines=True)


def _interrupt(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 - the signature of a handler
    raise KeyboardInterrupt


def _widen(as_json: bool) -> None:
    """Let no character stop the output: JSON is UTF-8, and what a terminal or a file name cannot say is escaped."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8" if as_json else None, errors="backslashreplace")


def _say(what: Any, stream: TextIO, voice: Voice) -> bool:
    """Print a text on the stream, or a document on standard output; False where nobody takes it."""
    text = (
        what if isinstance(what, str) else json.dumps(as_written(what), ensure_ascii=False, allow_nan=False, indent=1)
    )
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
            _say(voice.error(refused), sys.stderr, voice)
        return False
    return True
