"""TOML: as this project writes it, and what the standard library reads of it held against frozen dataclasses."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from datetime import date, time
from typing import TYPE_CHECKING, Any, TypeVar, cast, get_args, get_origin, get_type_hints

from .errors import BadInput
from .messages import NOTHING, Message, at, foreign, one_of
from .text import nearest, refuse_unfit

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "WORDS",
    "Limit",
    "blocks_of",
    "check_known",
    "entries",
    "entry",
    "entry_of",
    "section",
    "shown",
    "table",
    "toml_error",
    "toml_key",
    "toml_text",
    "toml_value",
    "typed",
]

_BARE = re.compile(r"^[A-Za-z0-9_-]+$")
_SHORT = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def toml_text(value: str) -> str:
    """Write a text as a basic string, on one line."""
    return '"' + "".join(map(_letter, value)) + '"'


def _letter(letter: str) -> str:
    if letter in _SHORT:
        return _SHORT[letter]
    number = ord(letter)
    # The line separators of Unicode are let through by TOML and torn apart by editors.
    plain = 0x20 <= number < 0x7F or (number >= 0xA0 and number not in (0x2028, 0x2029))
    return letter if plain else f"\\u{number:04X}"


def toml_key(key: str) -> str:
    """Write a key, in quotes where it needs them."""
    return key if _BARE.match(key) else toml_text(key)


def toml_value(value: Any) -> str:
    """Write a value on one line: a table as an inline table.

    Raises
    ------
    TypeError
        Something that TOML has no word for.
    """
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return toml_text(value)
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return repr(value) if math.isfinite(value) else str(value)
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, Mapping):
        pairs = (f"{toml_key(str(key))} = {toml_value(item)}" for key, item in value.items())
        return "{ " + ", ".join(pairs) + " }" if value else "{}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(toml_value, value)) + "]"
    raise TypeError(f"TOML has no {type(value).__name__}")


_PLACE = re.compile(r"(.*) \(at line (\d+), column (\d+)\)", re.DOTALL)
_END = " (at end of document)"
# What the library says most often, word for word.
_SAID = {
    said.template: said
    for said in (
        Message("Invalid value"),
        Message("Invalid statement"),
        Message("Cannot overwrite a value"),
        Message("Expected '=' after a key in a key/value pair"),
        Message("Expected newline or end of document after a statement"),
        Message("Expected ']' at the end of a table declaration"),
        Message("Expected ']]' at the end of an array declaration"),
        Message("Invalid initial character for a key part"),
        Message("Unclosed array"),
        Message("Unclosed inline table"),
        Message("Unterminated string"),
        Message("Unescaped '\\' in a string"),
    )
}


def toml_error(error: Exception) -> Message:
    """Word why a text is no TOML, with the place that the library names at the end of its sentence."""
    text = str(error)
    if found := _PLACE.fullmatch(text):
        words, line, column = found.groups()
        return Message(
            "{words} (at line {line}, column {column})", words=_words(words), line=int(line), column=int(column)
        )
    if text.endswith(_END):
        return Message("{words} (at the end of the file)", words=_words(text.removesuffix(_END)))
    return foreign(text)


def _words(text: str) -> Message:
    return _SAID.get(text) or at(text)


# ── Tables of a TOML file as frozen dataclasses: known keys, right types, sensible values, or one sentence ──

T = TypeVar("T")
WORDS = {
    str: Message("a text in quotes"),
    int: Message("a whole number"),
    float: Message("a number"),
    bool: Message("true or false"),
}


@dataclass(frozen=True)
class Limit:
    """What a value may be: one of ``choices``, a text of one ``line``, or a number from ``least`` to ``most``."""

    choices: tuple[str, ...] = ()
    least: float = -math.inf
    most: float = math.inf
    unit: Message = NOTHING
    line: bool = False

    def check(self, key: str, value: Any, where: Message) -> None:
        """Refuse what is outside."""
        if self.choices:
            if value not in self.choices:
                raise BadInput(
                    Message("{key} = '{value}'", key=key, value=value),
                    where=where,
                    wanted=one_of(filter(None, self.choices)),
                )
        elif self.line:
            refuse_unfit(value, Message("{where} {key}", where=where, key=key))
        elif not self.least <= value <= self.most:
            span = Message("{least:,.0f} to {most:,.0f}", least=self.least, most=self.most)
            if self.most == math.inf:
                span = Message("{least:,.0f} or more", least=self.least)
            raise BadInput(
                Message("{key} = {value:,}", key=key, value=value),
                where=where,
                wanted=Message("{unit}, {span}", unit=self.unit, span=span) if self.unit else span,
            )


def check_known(found: Mapping[str, Any], known: Sequence[str] | Mapping[str, Any], where: Message) -> None:
    """Refuse a key that is not known; the nearest known one is named."""
    for key in found:
        if key not in known:
            raise BadInput(Message("unknown key '{key}'", key=key), where=where, wanted=nearest(str(key), known))


def table(raw: Mapping[str, Any], name: str, where: Message) -> Mapping[str, Any]:
    """Find a table of the file; an empty one where it is absent."""
    found = raw.get(name, {})
    if not isinstance(found, dict):
        raise BadInput(
            Message("[{name}] is no table", name=name),
            where=where,
            wanted=Message("[{name}] with key = value lines", name=name),
        )
    return found


def section(kind: type[T], raw: Mapping[str, Any], name: str, file: str, limits: Mapping[str, Limit]) -> T:
    """Read ``[name]`` as a dataclass."""
    return _build(kind, table(raw, name, at(file)), name, Message("{file} [{name}]", file=file, name=name), limits)


def entries(kind: type[T], raw: Mapping[str, Any], name: str, file: str, limits: Mapping[str, Limit]) -> list[T]:
    """Read all ``[[name]]`` as dataclasses."""
    return [
        _build(kind, entry, name, Message("{file} [[{name}]] {number}", file=file, name=name, number=number), limits)
        for number, entry in enumerate(blocks_of(raw, name, file), 1)
    ]


def blocks_of(raw: Mapping[str, Any], name: str, file: str) -> list[Mapping[str, Any]]:
    """Give all ``[[name]]`` as they were read."""
    found = raw.get(name, [])
    if not isinstance(found, list) or not all(isinstance(entry, dict) for entry in found):
        raise BadInput(
            Message("{name} is no list of tables", name=name),
            where=file,
            wanted=Message("[[{name}]] blocks", name=name),
        )
    return found


def entry_of(kind: type[T], found: Mapping[str, Any], name: str, where: str, limits: Mapping[str, Limit]) -> T:
    """Read one table, which messages call ``where``, as a dataclass; ``name`` is what its limits go by."""
    return _build(kind, found, name, at(where), limits)


def entry(given: T, changes: Mapping[str, Any], name: str, limits: Mapping[str, Limit]) -> T:
    """Change values of a dataclass that a table was read as, held against what the table may hold."""
    values = {item.name: getattr(given, item.name) for item in fields(cast("Any", given))}
    return _build(type(given), {**values, **changes}, name, Message("[{name}]", name=name), limits)


def _build(kind: type[T], found: Mapping[str, Any], name: str, where: Message, limits: Mapping[str, Limit]) -> T:
    known = {item.name: item for item in fields(cast("Any", kind))}
    check_known(found, known, where)
    for key, item in known.items():
        if item.default is MISSING and item.default_factory is MISSING and found.get(key, "") == "":
            raise BadInput(
                Message("{key} is empty", key=key) if key in found else Message("no key '{key}'", key=key),
                where=where,
                wanted=Message("{key} = …", key=key),
            )
    hints = get_type_hints(kind)
    values = {
        key: typed(hints[key], value, Message("{where} {key}", where=where, key=key)) for key, value in found.items()
    }
    for key, value in values.items():
        if f"{name}.{key}" in limits:
            limits[f"{name}.{key}"].check(key, value, where)
    return kind(**values)


def typed(hint: Any, value: Any, where: Message) -> Any:
    """Hold a value against a type: text, whole number, finite number, true or false, a table or a list of these."""
    if get_origin(hint) is tuple:
        if not isinstance(value, list | tuple):
            form = Message("a list, as in {example}", example='["…", "…"]')
            raise BadInput(Message("found {shown}", shown=shown(value)), where=where, wanted=form)
        return tuple(typed(get_args(hint)[0], item, where) for item in value)
    if get_origin(hint) is not None:
        if not isinstance(value, dict):
            raise BadInput(
                Message("found {shown}", shown=shown(value)), where=where, wanted=Message("a table { key = value }")
            )
        inner = get_args(hint)[1]
        return {
            str(key): item if inner is Any else typed(inner, item, Message("{where}.{key}", where=where, key=key))
            for key, item in value.items()
        }
    wanted = int | float if hint is float else hint
    # To Python true is a whole number; to the reader of a case it is not.
    if not isinstance(value, wanted) or (isinstance(value, bool) and hint is not bool):
        raise BadInput(Message("found {shown}", shown=shown(value)), where=where, wanted=WORDS[hint])
    if hint is float and not math.isfinite(value):
        raise BadInput(Message("found {value}", value=value), where=where, wanted=Message("a finite number"))
    if isinstance(value, str):
        refuse_unfit(value, where, lines=True)
    return float(value) if hint is float else value


def shown(value: Any) -> Message:
    """Show a value as the file has it."""
    if isinstance(value, bool):
        return at(str(value).lower())
    if isinstance(value, str):
        return Message("'{text}'", text=value)
    if isinstance(value, date | time):
        return at(value.isoformat())
    if isinstance(value, dict):
        return Message("a table")
    return Message("a list") if isinstance(value, list | tuple) else at(value)
