"""TOML as this project writes it; reading is the standard library's."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import date, time
from typing import Any

__all__ = ["toml_key", "toml_text", "toml_value"]

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
