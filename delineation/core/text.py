"""Texts: restored as they were meant, nearest to a mistyped one, quoted for SQL; the reader's language."""

from __future__ import annotations

import difflib
import json
import locale
import re
import unicodedata
from datetime import datetime
from typing import TYPE_CHECKING, Any

from .errors import BadInput, visible
from .messages import NOTHING, Message, at

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from .errors import Place

# Enough for the roles; of a thousand codes a sentence shows some.
_LISTED = 20

_NAMED = re.compile("[^（）［］，；：！？]+")  # all but what names have in full width
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060\ufeff]+")

# XML has no word for most of these, nor UTF-8 for half a pair; line breaks of other kinds are seen by nobody.
_UNHELD = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")
_LINES = re.compile("[\t\n\r]")
_TURNS = re.compile("[\u202a-\u202e\u2066-\u2069]")
# What turns and ends within a line deceives nobody, unless what it turns has no letter that is written from the right.
_INNER, _RIGHT = "[^\n\r\u202a-\u202e\u2066-\u2069]*", "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]"
_TURNED = re.compile(
    f"(?:[\u2066\u2068]|\u2067(?={_INNER}{_RIGHT})){_INNER}\u2069|(?:\u202a|\u202b(?={_INNER}{_RIGHT})){_INNER}\u202c"
)
_NESTED = 125  # levels of turns within turns that Unicode knows
_QUOTED = 40  # characters of a text in a sentence

_BREAK = re.compile(r"(?<=[A-Za-z,.;:)])\s*[\n\r\t\v\f]\s*(?=[A-Za-z(])")  # between words that need a space


def nearest(word: str, known: Iterable[str]) -> Message:
    """Name the known word most like ``word``, or the first of them where none is alike."""
    options = sorted(known)
    if close := alike(word, options):
        return at(close)
    if len(options) <= _LISTED:
        return Message("{words}", words=tuple(options)) if options else NOTHING
    return Message("{words}, … ({count} in all)", words=tuple(options[:_LISTED]), count=len(options))


def require_known(name: Any, known: Iterable[str], what: Message, where: Place) -> None:
    """Refuse a word that is not among the known ones, and name the one most like it.

    Raises
    ------
    BadInput
    """
    if name not in (options := list(known)):
        raise BadInput(what, where=where, wanted=nearest(str(name), options))


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


def clean_name(value: object) -> str:
    """Restore a name as `clean_text` does, but for its brackets and stops: 祥云片区（飞地） is called so."""
    return _NAMED.sub(lambda part: clean_text(part[0]), value) if isinstance(value, str) else clean_text(value)


def unfit(text: str, *, lines: bool = False) -> Message:
    r"""Say which character of a text no format could hold as it is meant, and why; nothing of a text that is fit.

    The one judge of what a person may write, whatever it is for: what passes here can be written into every format,
    and reads there as it does here. Right-to-left letters and their marks stay; so do embeddings and isolates that
    end in their line.

    Parameters
    ----------
    text : str
    lines : bool
        It may have several lines, and tabs in them.

    Examples
    --------
    >>> str(unfit("东山\ufffe单元"))
    "character 3 of '东山\\ufffe单元' is U+FFFE, which files cannot hold"
    """
    plain = text
    if _TURNS.search(text):
        for _ in range(_NESTED):
            plain = _TURNED.sub(lambda one: f" {one[0][1:-1]} ", plain)
    if found := _UNHELD.search(plain):
        return Message("character {place} of '{text}' is {code}, which files cannot hold", **_shown(text, found))
    if found := _TURNS.search(plain):
        return Message("character {place} of '{text}' is {code}, which turns the text around", **_shown(text, found))
    if not lines and (found := _LINES.search(plain)):
        return Message("character {place} of '{text}' is {code}, and it has to be a single line", **_shown(text, found))
    return NOTHING


def _shown(text: str, found: re.Match[str]) -> dict[str, Any]:
    start = max(0, found.start() - _QUOTED // 2)
    quoted = visible(text[start : start + _QUOTED])
    return {"place": found.start() + 1, "text": quoted, "code": f"U+{ord(found[0]):04X}"}


def refuse_unfit(text: str, where: Message, *, lines: bool = False) -> None:
    """Refuse a text that a person wrote and no format can hold: see `unfit`.

    Raises
    ------
    BadInput
    """
    if what := unfit(text, lines=lines):
        raise BadInput(what, where=where, wanted=Message("the text without it"))


def json_table(text: object) -> dict[str, Any]:
    """Read a JSON object that some program wrote, and another may have changed; what is none says nothing."""
    try:
        found = json.loads(text) if isinstance(text, str | bytes) else None
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def free_name(name: str, taken: Collection[str]) -> str:
    """Give a name that is not taken: numbered, from 2, where it is."""
    free, number = name, 1
    while free in taken:
        number += 1
        free = f"{name}{number}"
    return free


def free_column(name: str, taken: set[str]) -> str:
    """Give a name that stands nowhere yet, in whatever case, and take it: numbered, from 2, where it does."""
    free, number = name, 1
    while free.lower() in taken:
        number += 1
        free = f"{name}_{number}"
    taken.add(free.lower())
    return free


def fitted(text: str) -> str:
    """Take out of a text of a stranger's what `unfit` refuses of a person: data are written all the same."""
    return _TURNS.sub("", _UNHELD.sub("", text)) if unfit(text, lines=True) else text


def clock_time(time: str) -> str:
    """Write a time of a plan (ISO 8601, UTC) as the clock here has it; what is no time stays as it is."""
    try:
        return datetime.fromisoformat(time).astimezone().strftime("%Y-%m-%d %H:%M")
    except ValueError:
        return time


def quoted_name(name: str) -> str:
    """Quote the name of a table or column as SQL has it."""
    return '"' + name.replace('"', '""') + '"'


def language() -> str:
    """``zh`` on a Chinese system, else ``en``."""
    code = locale.getlocale()[0] or ""
    return "zh" if code.lower().startswith(("zh", "chinese")) else "en"
