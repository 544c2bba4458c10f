"""A learned profile as TOML: what a bureau reads and edits, each column with what it was matched by."""

from __future__ import annotations

import re
from dataclasses import MISSING, dataclass, fields
from functools import cache
from typing import TYPE_CHECKING, Any

from ...case.names import glossary
from ...core.errors import visible
from ...core.messages import Message, at, counted, word
from ...core.toml import toml_value
from .values import UNIT, ZONE
from .words import read_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ..profile import Filled, PackageItem, PackagePlace
    from .found import Match, TableMatch

_EXAMPLES, _SHORT = 3, 16  # values that a comment shows, and letters of each
_FIGURE = re.compile(r"[-+]?\d{1,6}(\.\d+)?|[-+]?\d{1,9}\.\d+")  # longer ones may call somebody or be of somebody
_CODE = re.compile(f"{UNIT.pattern}|{ZONE.pattern}")
_WITHIN = ("fields", "tables")

KINDS_IN_WORDS: Mapping[str, Message] = {
    "": Message("not in the profile"),
    "layer": Message("layer"),
    "export": Message("made of the plan"),
    "workbook": Message("workbook"),
    "document": Message("document"),
    "codes": Message("code tables"),
    "report": Message("report of the checks"),
    "case": Message("case"),
    "readme": Message("words for the receiver"),
    "slot": Message("place for a document"),
}
"""A kind of content (``profile.KINDS``) → what a file of last year became; "" of one that is in no profile."""


@dataclass(frozen=True)
class Block:
    """A content with what is told of it.

    Attributes
    ----------
    content : PackageItem
    said : tuple of Message
        Of the file.
    tables : tuple of TableMatch
        Of a layer the one of its fields; of a workbook or document those of its tables, in order.
    """

    content: PackageItem
    said: tuple[Message, ...] = ()
    tables: tuple[TableMatch, ...] = ()


def why(match: Match) -> Message:
    """Say what a column was matched by, or why it stays empty, with some values of last year."""
    if match.of:
        reasons = match.by if match.sure else (Message("only by its name: look at it"), *match.by[1:])
        return Message("{reasons:apart}", reasons=reasons)
    values = dict.fromkeys(str(value).strip() for value in match.column.values if value is not None)
    there = [value for value in values if value]
    if match.blank or not there:
        return match.against
    words = _plain_words()
    if all(_FIGURE.fullmatch(value) or _CODE.fullmatch(value) or value in words for value in there):
        shown = "、".join(visible(value)[:_SHORT] for value in there[:_EXAMPLES])
        return Message("{why}; last year: {values}", why=match.against, values=at(shown))
    # Other texts may be names, telephone numbers, offices: a profile goes from hand to hand.
    told = counted(len(there), "{n} different value", "{n} different values")
    return Message("{why}; last year: {values}", why=match.against, values=told)


@cache
def _plain_words() -> frozenset[str]:
    """Give the words that plans have for their categories, kinds and elements: they say nothing of anybody."""
    words = read_words()
    named = [name for names in words.categories.values() for name in names]
    named += [*words.category_names.values(), *words.kinds, *words.subtypes, *words.called["element"].values()]
    return frozenset([*named, *(label for _, _, label in words.zones.values())])


def profile_text(
    title: str,
    folder: str,
    place: PackagePlace,
    blocks: Sequence[Block],
    language: str,
    *,
    missing: Sequence[Message] = (),
) -> str:
    """Word a profile.

    Parameters
    ----------
    title : str
    folder : str
        The name of the package's folder, with tokens.
    place : PackagePlace
    blocks : sequence of Block
    language : str
        Of the comments.
    missing : sequence of Message
        Files and layers of last year that nothing makes.
    """
    say = _Comments(language)
    layers = [block.content for block in blocks if block.content.kind == "layer"]
    crs = {one.crs for one in layers if not one.path.lower().endswith(".kml")}
    common = crs.pop() if len(crs) == 1 else ""
    lines = [
        *say.lines(Message("Learned from a package that was accepted: what a column was matched by stands behind it.")),
        *say.lines(Message('A column with of = "" stays empty: enter what it is to hold, as export.records names it.')),
        f"title = {toml_value(title)}",
        f"folder = {toml_value(folder)}",
        *([f"crs = {toml_value(common)}"] if common else []),
        *([f"missing = {toml_value(chr(10).join(map(say, missing)))}"] if missing else []),
        "",
        "[place]",
        *(f"{key.name} = {toml_value(getattr(place, key.name))}" for key in fields(place)),
    ]
    for block in blocks:
        lines += ["", *(line for one in block.said for line in say.lines(one)), "[[file]]"]
        lines += _keys(block.content, "path", "kind", "title", without=("crs",) if common else ())
        if block.content.fields:
            matches = block.tables[0].matches if block.tables else ()
            lines += _columns("file.field", block.content.fields, matches, say)
        known = [table for table in block.tables if table.of]
        paired = len(known) == len(block.content.tables)
        for number, table in enumerate(block.content.tables):
            lines += _table(table, known[number] if paired else None, say)
    return "\n".join(lines) + "\n"


class _Comments:
    """Words comments in the language of the file."""

    def __init__(self, language: str) -> None:
        self.language, self.names = language, glossary()

    def __call__(self, message: Message) -> str:
        return " ".join(visible(word(message, self.language, self.names)).split())

    def lines(self, message: Message) -> list[str]:
        text = self(message)
        return [f"# {text}"] if text else []


def _keys(thing: Any, *first: str, without: Iterable[str] = ()) -> list[str]:
    """Write the keys of a dataclass that say more than its defaults."""
    out = []
    names = [one.name for one in fields(thing)]
    of = {one.name: one for one in fields(thing)}
    for name in [*first, *(one for one in names if one not in first)]:
        if name in _WITHIN or name in without or name == "columns":
            continue
        value, default = getattr(thing, name), of[name].default
        needed = default is MISSING and of[name].default_factory is MISSING
        if needed or (value != default and value not in ({}, (), "")):
            out.append(f"{name} = {toml_value(dict(value) if hasattr(value, 'items') else value)}")
    return out


def _table(table: Filled, match: TableMatch | None, say: _Comments) -> list[str]:
    by_place = {one.column.place: one for one in match.matches} if match is not None else {}
    matches = [by_place.get(column.column) for column in table.columns]
    return ["", "[[file.table]]", *_keys(table, "of"), *_columns("file.table.column", table.columns, matches, say)]


def _columns(head: str, columns: Sequence[Any], matches: Sequence[Match | None], say: _Comments) -> list[str]:
    lines = []
    for number, column in enumerate(columns):
        match = matches[number] if number < len(matches) else None
        first = [key for key in ("column", "name", "title", "alias") if hasattr(column, key)]
        lines += ["", f"[[{head}]]"]
        keys = _keys(column, *first, without=("of",))
        comment = say(why(match)) if match is not None else ""
        held = f"of = {toml_value(column.of)}" + (f"  # {comment}" if comment else "")
        lines += [keys[0], held, *keys[1:]]
    return lines
