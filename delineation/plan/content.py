"""What a plan file holds, as a sum: so that what other programs change in it is seen (``meta.content``).

Of the plan's own layers and tables (``tables.py``) and nothing else: styles, which people save, and tables that others
keep in the same file are in no sum.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import marshal
from dataclasses import dataclass, field
from functools import partial
from itertools import repeat
from operator import methodcaller
from typing import TYPE_CHECKING, Any

import numpy as np

from ..core.database_file import change_counter
from ..core.geopackage import column_names, in_lots
from ..core.text import quoted_name
from .tables import LAYERS, TABLES

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Iterable, Iterator, Mapping

# Keys of table ``meta`` that say what the file holds, and are no part of it: the sum of all, rows and sum of each
# table, and SQLite's count of changes when that was written.
KEYS = ("content", "content_by_table", "content_at")
_NOT_OURS = ("gpkg_", "rtree_", "sqlite_")  # what SQLite, GDAL and QGIS keep for themselves
_OURS = frozenset((*LAYERS, *TABLES))
_WHOLE = 1 << 64
_MANY = 1_000  # rows from which it is worth to see whether they stand in one row
_STATED = "SELECT key, value FROM meta WHERE key IN (?, ?, ?)"
_LISTED = (
    "SELECT name, sql, type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%' FROM sqlite_master "
    "WHERE type IN ('table', 'view')"
)


@dataclass(frozen=True)
class Content:
    """Rows and sum of each table.

    Attributes
    ----------
    tables : mapping of str to (int, int)
        Table or view → number of rows (of a view 0); sum modulo 2⁶⁴ of a 64-bit hash of its and its columns' names, and
        of one of each row.
    at : int, optional
        Of what a file says of itself: SQLite's count of changes when that was read.
    """

    tables: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    at: int | None = field(default=None, compare=False)

    @property
    def total(self) -> int:
        """Sum of all tables, modulo 2⁶⁴."""
        return sum(one for _, one in self.tables.values()) % _WHOLE

    def changed_since(self, before: Content) -> dict[str, tuple[int, int]]:
        """Give the tables that differ: rows before and now, −1 where there is no such table."""
        nothing = (-1, 0)
        return {
            name: (before.tables.get(name, nothing)[0], self.tables.get(name, nothing)[0])
            for name in sorted({*self.tables, *before.tables})
            if self.tables.get(name) != before.tables.get(name)
        }


def content_of(connection: sqlite3.Connection, *, foreign: bool = False) -> Content:
    """Sum up the layers and tables of a plan file.

    Parameters
    ----------
    connection : sqlite3.Connection
        In a transaction, so that all is of one moment.
    foreign : bool
        Of a file that is no plan: all tables but those that SQLite, GDAL and QGIS keep for themselves.
    """
    # Of a view, or a table that is none, what it is made of.
    return Content(
        {
            str(name): table_sum(connection, name) if real else (0, row_sum((name, sql)))
            for name, sql, real in connection.execute(_LISTED).fetchall()
            if (not str(name).startswith(_NOT_OURS) if foreign else name in _OURS)
        }
    )


def holds_others(connection: sqlite3.Connection) -> bool:
    """Tell whether others keep tables or views of theirs in a plan file; styles are looks of the plan."""
    names = {str(name) for name, *_ in connection.execute(_LISTED)} - _OURS - {"layer_styles"}
    return any(not name.startswith(_NOT_OURS) for name in names)


def content_now(connection: sqlite3.Connection) -> Content:
    """Tell what a plan file holds: by what it says of itself, where a glance does not say that somebody has written.

    SQLite counts what changes a file, in its header; and all tables have as many rows as they had. Where either differs
    all rows are summed up.
    """
    stated = stated_content(connection)
    return stated if stated is not None and _seems(connection, stated) else content_of(connection)


def changed_tables(connection: sqlite3.Connection, *, summed: bool = False) -> dict[str, tuple[int, int]]:
    """Give the tables of a plan file that are not as the file says of itself, whoever changed them.

    Parameters
    ----------
    connection : sqlite3.Connection
        In a transaction.
    summed : bool
        Sum up all rows also where a glance (`content_now`) sees no change: a disk that has lost a bit, and who wrote
        past SQLite, counted nothing.

    Returns
    -------
    dict
        Rows said and found (−1: no table).
    """
    stated = stated_content(connection)
    if stated is None:
        return {}
    return (content_of(connection) if summed else content_now(connection)).changed_since(stated)


def _seems(connection: sqlite3.Connection, stated: Content) -> bool:
    """Tell, without reading it all, that a plan file holds what it says."""
    if not unchanged(connection):
        return False
    there = {name: real for name, _, real in connection.execute(_LISTED) if name in _OURS}
    if there != dict.fromkeys(stated.tables, 1):
        return False
    counts = [" ".join(("(SELECT count(*) FROM", quoted_name(name), _but_notes(name), ")")) for name in there]
    select = " ".join(("SELECT", ", ".join(counts)))
    found = connection.execute(select, KEYS if "meta" in there else ()).fetchone()
    return bool(found == tuple(stated.tables[name][0] for name in there))


def table_sum(connection: sqlite3.Connection, name: str) -> tuple[int, int]:
    """Count the rows of a table, and sum up their hashes; the file's notes of its own content are left out."""
    where = _but_notes(name)
    # Texts as the bytes they are: another program may have written some that are no UTF-8.
    before, connection.text_factory = connection.text_factory, bytes
    try:
        rows = connection.execute(" ".join(("SELECT * FROM", quoted_name(name), where)), KEYS if where else ())
        columns = [column for column, *_ in rows.description]
        hashes = _hashes(rows)
    finally:
        connection.text_factory = before
    return len(hashes), (row_sum((name, *columns)) + int(hashes.sum(dtype=np.uint64))) % _WHOLE


def _but_notes(name: str) -> str:
    return "WHERE key NOT IN (?, ?, ?)" if name == "meta" else ""


_digest, _bytes_of = partial(hashlib.blake2b, digest_size=8), methodcaller("digest")


def _hashes(rows: Iterable[tuple[Any, ...]]) -> np.ndarray[Any, np.dtype[np.uint64]]:
    """Hash rows to 64 bits: BLAKE2b of their values in the form that ``marshal`` 2 gives them, the same everywhere."""
    return np.frombuffer(b"".join(map(_bytes_of, map(_digest, map(marshal.dumps, rows, repeat(2))))), dtype="<u8")


def row_sum(row: tuple[Any, ...]) -> int:
    """Hash one row to 64 bits."""
    return int(_hashes([row])[0])


def stated_content(connection: sqlite3.Connection) -> Content | None:
    """Read what a plan says it holds: nothing where the note is gone or was changed; None of a file that is no plan."""
    if not {"key", "value"} <= set(column_names(connection, "meta")):
        return None
    stated = dict(connection.execute(_STATED, KEYS).fetchall())
    try:
        listed = json.loads(stated[KEYS[1]])
        found = Content({str(name): (int(rows), int(one, 16)) for name, (rows, one) in listed.items()})
    except (KeyError, TypeError, ValueError, AttributeError):
        found = Content()
    # A note that does not agree with itself was changed: nothing is as it says.
    agrees = stated.get(KEYS[0]) == str(found.total)
    tables = {name: one for name, one in found.tables.items() if agrees and name in _OURS}
    return Content(tables, change_counter(connection))


def unchanged(connection: sqlite3.Connection) -> bool:
    """Tell that SQLite has counted no change of a plan file since it said what it holds."""
    stated = dict(connection.execute(_STATED, KEYS).fetchall())
    return bool(stated.get(KEYS[2], "") == str(change_counter(connection)))


def note_content(connection: sqlite3.Connection, content: Content, *, at: int | None = None) -> None:
    """Write down in a plan file what it holds.

    Parameters
    ----------
    connection : sqlite3.Connection
        In a transaction.
    content : Content
    at : int, optional
        What ``change_counter`` will give after the transaction; nobody else may have the file.
    """
    by_table = {name: [rows, f"{one:016x}"] for name, (rows, one) in sorted(content.tables.items())}
    values = (str(content.total), json.dumps(by_table), "" if at is None else str(at))
    for key, value in zip(KEYS, values, strict=True):
        if not connection.execute("UPDATE meta SET value = ? WHERE key = ?", (value, key)).rowcount:
            connection.execute("INSERT INTO meta (key, value) VALUES (?, ?)", (key, value))


class ContentTally:
    """What one transaction changes in a plan file, taken down row by row: `kept_up` writes the sum at its end.

    Parameters
    ----------
    connection : sqlite3.Connection
    whole : collection of str
        Tables that are summed up whole before and after, of which no row has to be told.
    """

    def __init__(self, connection: sqlite3.Connection, whole: Collection[str] = ()) -> None:
        self._connection, self._whole = connection, whole
        self._changes: dict[str, tuple[int, int]] = {}

    def change(self, name: str, rows: int, total: int) -> None:
        """Note that a table has so many rows more, and that its sum is so much higher."""
        rows_before, total_before = self._changes.get(name, (0, 0))
        self._changes[name] = rows_before + rows, total_before + total

    def gone(self, name: str, fids: Collection[int]) -> None:
        """Note rows, by their numbers, that are about to be deleted or changed."""
        self._count(name, fids, -1)

    def came(self, name: str, fids: Collection[int]) -> None:
        """Note rows that were just inserted or changed."""
        self._count(name, fids, 1)

    def _count(self, name: str, fids: Collection[int], sign: int) -> None:
        if name not in self._whole and fids:
            rows, total = _rows_sum(self._connection, name, fids)
            self.change(name, sign * rows, sign * total)

    def added_to(self, content: Content) -> Content:
        """Give what a file holds that held this before."""
        tables = dict(content.tables)
        for name, (rows, total) in self._changes.items():
            rows_before, total_before = tables.get(name, (0, 0))
            tables[name] = rows_before + rows, (total_before + total) % _WHOLE
        return Content(tables)


@contextlib.contextmanager
def kept_up(connection: sqlite3.Connection, *names: str, sound: bool = False) -> Iterator[ContentTally]:
    """Keep up what a plan file says of its content while the block changes it, in the same transaction.

    What other programs have changed before stays as visible as it was: only what the block changes is put down.

    Parameters
    ----------
    connection : sqlite3.Connection
        In a transaction that has changed nothing yet.
    *names : str
        Tables that are summed up before and after the block, which may make them; of others it tells the tally.
    sound : bool
        The file is known to hold what it says, whatever SQLite has counted since.
    """
    # Where nobody else has written, nobody has after this transaction either.
    changes = change_counter(connection) if sound or unchanged(connection) else None
    before, stated = _sums(connection, names), stated_content(connection)
    tally = ContentTally(connection, names)
    yield tally
    if stated is None:
        return
    for name, (rows, total) in _sums(connection, names).items():
        rows_before, total_before = before.get(name, (0, 0))
        tally.change(name, rows - rows_before, total - total_before)
    note_content(connection, tally.added_to(stated), at=None if changes is None else changes + 1)


def _sums(connection: sqlite3.Connection, names: tuple[str, ...]) -> dict[str, tuple[int, int]]:
    there = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    return {name: table_sum(connection, name) for name in names if name in there}


def _rows_sum(connection: sqlite3.Connection, name: str, fids: Collection[int]) -> tuple[int, int]:
    notes = "key NOT IN ('content', 'content_by_table', 'content_at') AND" if name == "meta" else ""
    select = " ".join(("SELECT * FROM", quoted_name(name), "WHERE", notes))
    listed = list(fids)
    before, connection.text_factory = connection.text_factory, bytes
    try:
        if len(listed) > _MANY and max(listed) - min(listed) + 1 == len(listed):
            rows = connection.execute(" ".join((select, "rowid BETWEEN ? AND ?")), (min(listed), max(listed)))
            hashes = _hashes(rows)
        else:
            hashes = _hashes(in_lots(connection, select, "rowid", listed))
    finally:
        connection.text_factory = before
    return len(hashes), int(hashes.sum(dtype=np.uint64))
