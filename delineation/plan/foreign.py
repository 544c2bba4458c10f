"""What works by itself in a plan file and neither GDAL nor we made: while it is there, no edit is made.

A trigger runs with whatever is written, a view or virtual table stands where rows are looked for, a table with rules of
its own swallows what comes into it. Plain tables of others do nothing, and block nothing.
"""

from __future__ import annotations

import contextlib
import re
import sqlite3
from functools import cache
from itertools import product
from typing import TYPE_CHECKING, Any

from ..core.database_file import transaction
from ..core.errors import BadInput
from ..core.messages import Message, at, first_few
from ..core.shipped import RESOURCES
from ..core.text import quoted_name
from .tables import LAYERS, TABLES, declared

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from pathlib import Path

__all__ = ["copy_without", "foreign_objects", "refuse_foreign", "refuse_stand_ins", "writing"]

Object = tuple[str, str]
"""Kind and name."""

_GDAL = RESOURCES / "gdal_objects.sql"
_OURS = frozenset((*LAYERS, *TABLES))
_INDICES = frozenset(f"rtree_{layer}_geom" for layer in LAYERS)
_REGISTERS = frozenset(("gpkg_geometry_columns", "gpkg_ogr_contents", "gpkg_extensions", "gpkg_contents"))
_GONE = "WHERE table_name NOT NULL AND table_name NOT IN (SELECT name FROM sqlite_master)"
_NAMED = 6  # objects that a message names
_KINDS = {
    "trigger": Message("trigger"),
    "view": Message("view"),
    "virtual table": Message("virtual table"),
    "index": Message("unique, partial or computed index"),
    "table": Message("rules of its own in table"),
}
_SCHEMA = """
SELECT type, name, lower(tbl_name), sql FROM sqlite_master
WHERE sql NOT NULL AND name NOT LIKE 'sqlite_stat%' ORDER BY rowid
"""
# What stands in braces in the statements of GDAL.
_WORDS = {
    **dict.fromkeys("tci", "[^\"']+"),
    "g": r"gpkg_\w+",
    **dict.fromkeys("nw", r"\w+"),
    "abort": r"(?:SELECT RAISE\(ABORT,'(?:[^']|'')*'\)WHERE[ (][^;]+;)+",
}
_NAME = r'(?:"[^"]+"|\w+)'
_TYPE = r"(?:TEXT|\w*INT|INTEGER|REAL|DOUBLE|FLOAT|BOOLEAN|DATE|DATETIME|BLOB|\w*(?:POINT|STRING|POLYGON))"
_COLUMN = (
    rf"{_NAME}(?: {_TYPE}(?:\(\d+\))?)?(?: ?PRIMARY KEY)?(?: AUTOINCREMENT)?(?: ?NOT NULL)?"
    r"(?: ?DEFAULT (?:NULL|-?[\d.]+|'(?:[^']|'')*'))?"
)
_PLAIN = {
    "table": re.compile(rf"CREATE TABLE {_NAME}\({_COLUMN}(?:,{_COLUMN})*\)", re.IGNORECASE),
    "index": re.compile(rf"CREATE INDEX {_NAME} ON {_NAME}\({_NAME}(?:,{_NAME})*\)", re.IGNORECASE),
}


def foreign_objects(connection: sqlite3.Connection) -> list[Object]:
    """Name what works by itself in a plan file, and neither GDAL nor we made: kind and name of each."""
    return [(kind, name) for kind, name, _ in _objects(connection, own=False)]


def refuse_foreign(connection: sqlite3.Connection, where: Message) -> None:
    """Refuse to write into a plan in which something of others works by itself.

    Raises
    ------
    BadInput
        With its names.
    """
    if found := foreign_objects(connection):
        raise BadInput(
            Message("holds what neither this program nor GDAL made: {objects}", objects=_named(found)),
            where=where,
            wanted=Message("a copy without it (edit PLAN --without-foreign COPY.gpkg); nothing was changed"),
        )


def refuse_stand_ins(connection: sqlite3.Connection, where: Message) -> None:
    """Refuse to read a plan in which something else stands in the place of a table, or of a layer's index.

    Raises
    ------
    BadInput
    """
    found = [(kind, name) for kind, name, _ in _objects(connection, own=False, among=_OURS | _INDICES)]
    if stand_ins := [one for one in found if one[0] != "table" or one[1].lower() in _INDICES]:
        raise BadInput(
            Message("in the place of one of its tables: {objects}", objects=_named(stand_ins)),
            where=where,
            wanted=Message("a plan file made by `run`"),
        )


def _named(objects: Iterable[Object]) -> Message:
    """List objects, the first few by name."""
    return first_few([Message("{kind} '{name}'", kind=_KINDS[kind], name=name) for kind, name in objects], _NAMED)


@contextlib.contextmanager
def writing(path: Path) -> Iterator[sqlite3.Connection]:
    """Give a connection inside one transaction on a plan; see `core.database_file.transaction`.

    Raises
    ------
    BadInput
        Something of others works by itself in it; or as of a transaction.
    """
    with transaction(path) as connection:
        refuse_foreign(connection, at(path))
        yield connection


def copy_without(connection: sqlite3.Connection, draft: Path) -> None:
    """Copy a plan but for what is foreign: its own tables and plain ones of others row by row, then indices, triggers.

    Parameters
    ----------
    connection : sqlite3.Connection
        To the plan, in a transaction.
    draft : Path
        Where there is no file yet.
    """
    shadows = {name for (name,) in connection.execute("SELECT name FROM pragma_table_list WHERE type = 'shadow'")}
    kept = [one for one in _objects(connection, own=True) if one[1] not in shadows]
    ruled = [name for kind, name in foreign_objects(connection) if kind == "table"]
    kept += [("table", name, _plain_table(connection, name)) for name in ruled]
    with contextlib.closing(sqlite3.connect(draft, isolation_level=None)) as copy:
        for key in ("application_id", "user_version"):
            copy.execute(f"PRAGMA {key} = {connection.execute(f'PRAGMA {key}').fetchone()[0]}")
        copy.executescript("PRAGMA journal_mode=OFF; BEGIN;")
        tables = [(name, sql) for kind, name, sql in kept if kind == "table"]
        for name, sql in tables:
            if name != "sqlite_sequence":  # it comes with the first table that is counted
                copy.execute(sql)
        for name, _ in tables:
            _copy_rows(connection, copy, name)
        for kind, _, sql in kept:
            if kind != "table":
                copy.execute(sql)
        # What bore the name of one of GDAL's was in its place.
        for layer, statement in product(LAYERS, _statements()[0][1:]):
            made = statement.replace("TRIGGER", "TRIGGER IF NOT EXISTS", 1)
            copy.execute(made.format(t=layer, c="geom", i="fid"))
        for register in _REGISTERS & dict(tables).keys():
            copy.execute(" ".join(("DELETE FROM", register, _GONE)))
        # SQLite counts changes of the copy anew: that nobody has changed it is for the sums to say.
        copy.execute("UPDATE meta SET value = '' WHERE key = 'content_at'")
        copy.execute("COMMIT")


def _plain_table(connection: sqlite3.Connection, name: str) -> str:
    """Give the statement of one of our tables without the rules that somebody put into it."""
    table = declared(name)
    types = {**dict(table.plain), "fid": "INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL", "geom": table.geometry.upper()}
    columns = connection.execute("SELECT name, hidden FROM pragma_table_xinfo(?)", (name,)).fetchall()
    kept = [column for column, made in columns if not made or column in types]
    listed = ", ".join(f"{quoted_name(column)} {types.get(column, '')}" for column in kept)
    return f"CREATE TABLE {quoted_name(name)} ({listed})"


def _copy_rows(connection: sqlite3.Connection, copy: sqlite3.Connection, name: str) -> None:
    columns = [str(column) for (column,) in copy.execute("SELECT name FROM pragma_table_info(?)", (name,))]
    if name == "sqlite_sequence":
        copy.execute("DELETE FROM sqlite_sequence")
    listed, marks, table = ", ".join(map(quoted_name, columns)), ", ".join("?" * len(columns)), quoted_name(name)
    rows = connection.execute(" ".join(("SELECT", listed, "FROM", table, "ORDER BY 1")))
    copy.executemany(" ".join(("INSERT INTO", table, "(", listed, ") VALUES (", marks, ")")), rows)


def _objects(
    connection: sqlite3.Connection, *, own: bool, among: Collection[str] = ()
) -> Iterator[tuple[str, str, str]]:
    """Give kind, name and SQL of what is foreign in a file, or of all that is not; among tables of some names."""
    for kind, name, table, sql in connection.execute(_SCHEMA).fetchall():
        if among and (kind not in ("table", "view") or name.lower() not in among):
            continue
        plain = _spaced(sql)
        if kind == "table" and plain.lower().startswith("create virtual"):
            kind = "virtual table"
        if kind in _PLAIN and table not in _INDICES:
            known = table not in _OURS or _PLAIN[kind].fullmatch(plain) is not None
        else:
            known = any(one.fullmatch(plain) for one in _of_gdal())
        if known == own:
            yield ("table" if own and kind == "virtual table" else kind), str(name), sql


@cache
def _statements() -> tuple[list[str], list[str]]:
    """Read what GDAL writes, and what other versions of it do."""
    text = _GDAL.read_text(encoding="utf-8").replace("{r}", "rtree_{t}_{c}")
    own, others = (part.splitlines() for part in text.split("-- Of other versions"))
    return [one for one in own if one.startswith("CREATE")], [one for one in others if one.startswith("CREATE")]


@cache
def _of_gdal() -> tuple[re.Pattern[str], ...]:
    own, others = _statements()
    return tuple(map(_pattern, (*own, *others)))


def _pattern(line: str) -> re.Pattern[str]:
    """Make a pattern of a statement: what stands in braces is any such word, and the same where it stands again."""
    pattern, seen = "", set[str]()
    for place, part in enumerate(re.split(r"\{(\w+)\}", _spaced(line))):
        if not place % 2:
            pattern += re.escape(part)
        else:
            pattern += f"(?P={part})" if part in seen else f"(?P<{part}>{_WORDS[part]})"
            seen.add(part)
    return re.compile(pattern, re.IGNORECASE)


def _spaced(sql: Any) -> str:
    """Write SQL with one blank where there are any, and none beside marks."""
    return re.sub(r"\s*([(),;])\s*|\s+", lambda found: found[1] or " ", str(sql).strip())
