"""Files that people write and hand over: regular ones, read whole, of texts that every format can hold."""

from __future__ import annotations

import json
import stat
import tomllib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import shapely
from shapely.errors import GEOSException

from .errors import BadInput
from .messages import Message, at, foreign
from .text import refuse_unfit
from .toml import toml_error

if TYPE_CHECKING:
    from pathlib import Path

_MOST = 1 << 28  # bytes: what people write is smaller, and what grows without end is none of it
_DEEPEST = 100  # brackets within brackets


def require_file(path: Path, wanted: Message) -> None:
    """Refuse what is no regular file before it is opened: a pipe would be waited for, a device has no end.

    Raises
    ------
    BadInput
        Not there, a folder, a pipe or device, or nothing that the file system looks up; ``wanted`` is what it asks for.
    """
    try:
        kind = path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        what = Message("file not found")
    except (OSError, ValueError) as error:  # a name too long, a closed folder, a null character
        what = Message("cannot be read ({error})", error=foreign(error))
    else:
        if stat.S_ISREG(kind):
            return
        what = Message("is a folder") if stat.S_ISDIR(kind) else Message("is no regular file")
    raise BadInput(what, where=at(path), wanted=wanted)


def read_given(path: Path, wanted: Message, *, most: int = _MOST) -> bytes:
    """Read a file whole.

    Raises
    ------
    BadInput
        As of `require_file`; or it cannot be read, or is larger than ``most`` bytes.
    """
    require_file(path, wanted)
    try:
        with path.open("rb") as stream:
            raw = stream.read(most + 1)
    except OSError as error:
        raise BadInput(
            Message("cannot be read ({error})", error=foreign(error)), where=at(path), wanted=wanted
        ) from error
    if len(raw) > most:
        raise BadInput(Message("the file is too large"), where=at(path), wanted=wanted)
    return raw


def read_text(path: Path, wanted: Message, *, most: int = _MOST) -> str:
    """Read a text in UTF-8, its ends of lines as newlines; refuse it as `read_given` does, and where it is none."""
    try:
        text = read_given(path, wanted, most=most).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInput(Message("is not UTF-8"), where=at(path), wanted=wanted) from error
    return text.replace("\r\n", "\n").replace("\r", "\n")


def read_toml(path: Path, wanted: Message) -> dict[str, Any]:
    """Read a TOML file; see `read_text` and `parse_toml` for what is refused."""
    return parse_toml(read_text(path, wanted), at(path), wanted)


def parse_toml(text: str, where: Message, wanted: Message) -> dict[str, Any]:
    """Read the text of a TOML file, which messages call ``where``.

    Raises
    ------
    BadInput
        No TOML, nested beyond reason, or with a text that no format can hold.
    """
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadInput(
            Message("not readable as TOML ({error})", error=toml_error(error)), where=where, wanted=wanted
        ) from error
    except RecursionError as error:
        raise _too_deep(where, wanted) from error
    refuse_unsound(found, where, wanted)
    return found


def parse_json(text: str, where: Message, wanted: Message) -> Any:
    """Read a JSON document, which messages call ``where``.

    Raises
    ------
    BadInput
        No JSON, a key twice in one object, nested beyond reason, or with a text that no format can hold.
    """

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in pairs:
            if key in found:  # of two values only the last would be heard
                raise BadInput(Message("key '{key}' stands there twice", key=key), where=where, wanted=wanted)
            found[key] = value
        return found

    try:
        found = json.loads(text, object_pairs_hook=once)
    except RecursionError as error:
        raise _too_deep(where, wanted) from error
    except ValueError as error:
        raise BadInput(Message("is no JSON"), where=where, wanted=wanted) from error
    refuse_unsound(found, where, wanted)
    return found


def refuse_unsound(found: Any, where: Message, wanted: Message) -> None:
    """Refuse what a person wrote, as TOML or JSON have it, for a text that no format can hold, or its nesting.

    Raises
    ------
    BadInput
        See `text.unfit`; keys are texts, too.
    """
    waiting = [(found, 0)]
    while waiting:
        value, depth = waiting.pop()
        if isinstance(value, str):
            refuse_unfit(value, where, lines=True)
        elif isinstance(value, Mapping | list):
            if depth == _DEEPEST:
                raise _too_deep(where, wanted)
            inner = (*value, *value.values()) if isinstance(value, Mapping) else value
            waiting += [(one, depth + 1) for one in inner]


def shape_of_wkt(text: str) -> Any:
    """Read a shape from WKT; of collections within collections GEOS would crash.

    Raises
    ------
    GEOSException
    """
    if len(text) > _DEEPEST and text.upper().count("COLLECTION") > _DEEPEST:
        raise GEOSException("ParseException: collections within collections")
    return shapely.from_wkt(text)


def _too_deep(where: Message, wanted: Message) -> BadInput:
    return BadInput(Message("brackets are nested deeper than {most}", most=_DEEPEST), where=where, wanted=wanted)
