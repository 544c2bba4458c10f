"""How files are damaged: bytes of any, words and lines of texts, cells of databases, tables of plans; from a seed."""

from __future__ import annotations

import re
import sqlite3
import struct
from contextlib import closing, suppress
from typing import TYPE_CHECKING

import shapely
from control_units.delineation.plan.content import content_of, note_content
from control_units.delineation.plan.tables import LAYERS, TABLES

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


_ARC = struct.pack("<BII6d", 1, 8, 3, 0, 0, 1, 1, 2, 0)
SHAPES = {
    "arc": _ARC,
    "compound curve": struct.pack("<BII", 1, 9, 1) + _ARC,
    "curved polygon": struct.pack("<BII", 1, 10, 1) + _ARC,
    "empty": shapely.to_wkb(shapely.Polygon()),
    "point": shapely.to_wkb(shapely.Point(1, 2)),
    "line": shapely.to_wkb(shapely.LineString([(0, 0), (1, 1)])),
    "infinite": shapely.to_wkb(shapely.polygons([(0, 0), (float("inf"), 0), (1, 1), (0, 0)])),
    "far": shapely.to_wkb(shapely.polygons([(0, 0), (1.1e12, 0), (1, 1), (0, 0)])),
    "cut off": _ARC[:20],
}
"""Shapes that no layer of a plan has but points, by what they are."""
_REGISTERS = ("gpkg_geometry_columns", "gpkg_contents", "gpkg_spatial_ref_sys", "gpkg_ogr_contents", "layer_styles")


def blob(wkb: bytes) -> bytes:
    """Write a shape as GeoPackages have it."""
    return b"GP\0\1" + bytes(4) + wkb


def told(path: Path, statement: str, *values: object, sealed: bool = True) -> None:
    """Change a plan by a statement that none of its triggers notices, and let it say that this is what it holds."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        triggers = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in triggers:
            connection.execute(f'DROP TRIGGER "{name}"')
        connection.execute(statement, values)
        for _, sql in triggers:
            with suppress(sqlite3.Error):  # its table went
                connection.execute(sql)
        with suppress(sqlite3.Error):  # it says nothing any more
            if sealed:
                note_content(connection, content_of(connection))


def damaged_plan(path: Path, dice: random.Random) -> str:
    """Damage a plan in one of its tables; half of the plans say that it has always been so."""
    table, sealed = dice.choice((*LAYERS, *TABLES)), dice.random() < 0.5
    column = dice.choice((LAYERS.get(table) or TABLES[table]).names)
    many = f"(SELECT max(count(*), 1) FROM {table})"  # noqa: S608 - a name of its own
    row = f"(SELECT rowid FROM {table} LIMIT 1 OFFSET {dice.randrange(999)} % {many})"  # noqa: S608
    kind = dice.choice(
        ("cell", "cell", "cell", "cell", "shape", "shape", "column", "table", "rows", "meta", "register")
    )
    value: object = dice.choice(_CELLS)
    statement, values = f'UPDATE {table} SET "{column}" = ? WHERE rowid = {row}', (value,)  # noqa: S608
    if kind == "shape":
        table, shape = dice.choice(tuple(LAYERS)), dice.choice(tuple(SHAPES))
        statement, values, value = f"UPDATE {table} SET geom = ?", (blob(SHAPES[shape]),), shape  # noqa: S608
    elif kind == "meta":
        column = "value"
        statement, values = f"UPDATE meta SET value = ? WHERE rowid = {row.replace(table, 'meta')}", (value,)  # noqa: S608
    elif kind != "cell":
        table = dice.choice(_REGISTERS) if kind == "register" else table
        statement = {"column": f'ALTER TABLE {table} DROP COLUMN "{column}"', "rows": f"DELETE FROM {table}"}.get(  # noqa: S608
            kind, f"DROP TABLE {table}"
        )
        values = ()
    try:
        told(path, statement, *values, sealed=sealed)
    except sqlite3.Error:
        return damaged(path, dice)  # damaged before, or a table that it refuses
    return f"{kind} {table}.{column} = {value!r:.30}{' sealed' * sealed}"
