"""How files are damaged: bytes of any, words and lines of texts, cells of databases; all drawn from a seed."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random
    from collections.abc import Callable
    from pathlib import Path

_TEXT = {
    ".toml",
    ".csv",
    ".json",
    ".geojson",
    ".xml",
    ".vrt",
    ".py",
    ".prj",
    ".cpg",
    ".mif",
    ".mid",
    ".gml",
    ".kml",
    ".tab",
}
_ODD = (
    "nan",
    "inf",
    "-1",
    "0",
    "1e999",
    "99999999999999999999",
    '""',
    "true",
    "[]",
    "{}",
    "x",
    "\0",
    "\u202e",
    "红" * 300,
    "",
)
_CELLS = (
    None,
    "",
    "x",
    -1,
    0,
    2**62,
    -(2**62),
    1e308,
    float("inf"),
    b"",
    b"\0\xff",
    b"\xed\xa0\xbd",
    "红" * 99,
    "[]",
    "{",
    "nan",
    1.5,
    "ZH99990110001",
    "999901",
)
_KINDS = (
    "flipped",
    "flipped",
    "changed",
    "zeroed",
    "extreme",
    "cut",
    "removed",
    "inserted",
    "swapped",
    "doubled",
)


def _place(content: bytes, dice: random.Random) -> int:
    """Draw a place: anywhere, in the head, or where something is."""
    kind = dice.random()
    if kind < 0.25:
        return dice.randrange(min(len(content), 256))
    place = dice.randrange(len(content))
    if kind < 0.7:
        found = re.compile(rb"[^\0]").search(content, place)
        place = found.start() if found else place
    return place


def _bytes(content: bytes, dice: random.Random) -> tuple[str, bytes]:
    if not content:
        return "filled", dice.randbytes(99)
    place, size = _place(content, dice), dice.choice((1, 1, 1, 2, 4, 8, 64, 1000))
    head, tail, rest = content[:place], content[place:], content[place + size :]
    kind = dice.choice(_KINDS)
    if kind == "flipped":
        new = head + bytes([tail[0] ^ 1 << dice.randrange(8)]) + tail[1:]
    elif kind == "cut":
        new = head
    elif kind == "removed":
        new = head + rest
    elif kind == "doubled":
        new = head + tail[:size] + tail
    elif kind == "inserted":
        new = head + dice.randbytes(size) + tail
    elif kind == "swapped":
        other = _place(content, dice)
        first, second = sorted((place, other))
        size = min(size, second - first)
        one, two = content[first : first + size], content[second : second + size]
        new = content[:first] + two + content[first + size : second] + one + content[second + size :]
    else:
        fill = {"zeroed": b"\0", "extreme": dice.choice((b"\xff", b"\x7f", b"\x80"))}.get(kind)
        new = head + (fill * size if fill else dice.randbytes(size))[: len(tail)] + rest
    return f"{kind} {size} at {place}", new


def _words(content: bytes, dice: random.Random) -> tuple[str, bytes]:
    """Damage a text so that it stays one: a word, a number, a quoted text, a line."""
    text = content.decode("utf-8", "surrogateescape")
    kind = dice.choice(("word", "number", "quoted", "line lost", "line doubled", "lines swapped", "mark lost"))
    lines = text.split("\n")
    if "line" in kind:
        first, second = dice.randrange(len(lines)), dice.randrange(len(lines))
        if kind == "line lost":
            del lines[first]
        elif kind == "line doubled":
            lines.insert(second, lines[first])
        else:
            lines[first], lines[second] = lines[second], lines[first]
        return f"{kind} {first + 1} {second + 1}", "\n".join(lines).encode("utf-8", "surrogateescape")
    pattern = {"word": r"[^\W\d]+", "number": r"\d[\d._]*", "quoted": r'"[^"\n]*"', "mark lost": r"[^\w\s]"}[kind]
    found = list(re.finditer(pattern, text))
    if not found:
        return _bytes(content, dice)
    one = dice.choice(found)
    odd = "" if kind == "mark lost" else dice.choice((*_ODD, dice.choice(found)[0]))
    new = text[: one.start()] + odd + text[one.end() :]
    return f"{kind} {one[0][:20]!r} at {one.start()} → {odd[:20]!r}", new.encode("utf-8", "surrogateescape")


def _cell(content: bytes, dice: random.Random) -> tuple[str, bytes]:
    """Write an odd value into a cell of a database."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        connection.deserialize(content)
        # Triggers call functions that SQLite alone lacks.
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f'DROP TRIGGER "{name}"')
        listed = "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name"
        tables = [name for (name,) in connection.execute(listed) if not name.startswith(("rtree", "sqlite"))]
        table = dice.choice(tables)
        rows = connection.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0]  # noqa: S608 - a name of its own
        columns = [row[1] for row in connection.execute(f'PRAGMA table_info("{table}")')]
        column, value, row = dice.choice(columns), dice.choice(_CELLS), dice.randrange(max(rows, 1))
        mark = "CAST(? AS TEXT)" if isinstance(value, bytes) and len(value) == 3 else "?"
        where = f'WHERE rowid = (SELECT rowid FROM "{table}" LIMIT 1 OFFSET {row})'  # noqa: S608
        try:
            connection.execute(f'UPDATE "{table}" SET "{column}" = {mark} {where}', (value,))  # noqa: S608
        except sqlite3.Error:
            return _bytes(content, dice)  # a value that the table itself refuses
        return f"{table}.{column} row {row + 1} = {value!r:.30}", connection.serialize()


def damaged(path: Path, dice: random.Random) -> str:
    """Damage a file once."""
    content = path.read_bytes()
    ways: list[Callable[[bytes, random.Random], tuple[str, bytes]]] = [_bytes]
    if path.suffix in _TEXT:
        ways += [_words] * 2
    elif content.startswith(b"SQLite format 3\0"):
        ways += [_cell]
    try:
        said, new = dice.choice(ways)(content, dice)
    except (sqlite3.Error, UnicodeDecodeError, IndexError):
        said, new = _bytes(content, dice)  # damaged before, so that SQLite itself finds no words, or no tables
    path.write_bytes(new)
    return said
