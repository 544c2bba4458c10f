"""Texts: restored as they were meant, nearest to a mistyped one, quoted for SQL; the reader's language."""

from __future__ import annotations

import difflib
import locale
import re
import unicodedata
from typing import TYPE_CHECKING

from .messages import NOTHING, Message, at

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["alike", "clean_text", "language", "nearest", "quoted_name"]

# Enough for the roles; of a thousand codes a sentence shows some.
_LISTED = 20

_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060\ufeff]+")

_BREAK = re.compile(r"(?<=[A-Za-z,.;:)])\s*[\n\r\t\v\f]\s*(?=[A-Za-z(])")  # between words that need a space


def nearest(word: str, known: Iterable[str]) -> Message:
    """Name the known word most like ``word``, or the first of them where none is alike."""
    options = sorted(known)
    if close := alike(word, options):
        return at(close)
    if len(options) <= _LISTED:
        return Message("{words}", words=tuple(options)) if options else NOTHING
    return Message("{words}, … ({count} in all)", words=tuple(options[:_LISTED]), count=len(options))


def alike(word: str, known: Iterable[str]) -> str:
    """Find the known word most like ``word``, "" where none is alike."""
    return next(iter(difflib.get_close_matches(word, sorted(known), n=1, cutoff=0.5)), "")


def clean_text(value: object) -> str:
    """Restore a text as it was meant: no stray white space or controls, full-width forms folded, floats as codes."""
    if value is None:
        return ""
    if isinstance(value, float):
        if value != value:
            return ""
        if value.is_integer():
            return str(int(value))
    text = unicodedata.normalize("NFKC", str(value)).strip()
    if text.isprintable():
        return text
    # Line breaks of a spreadsheet's cell, marks without width, NUL.
    return _UNSEEN.sub("", _BREAK.sub(" ", text)).strip()


def quoted_name(name: str) -> str:
    """Quote the name of a table or column as SQL has it."""
    return '"' + name.replace('"', '""') + '"'


def language() -> str:
    """``zh`` on a Chinese system, else ``en``."""
    code = locale.getlocale()[0] or ""
    return "zh" if code.lower().startswith(("zh", "chinese")) else "en"
