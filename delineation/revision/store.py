"""Edits on disk: the rows that one changes are written into the plan in one transaction, or nothing is.

A connection lives as long as one edit. Whoever calls `commit` sees to it that nothing else in this process opens the
file meanwhile: on POSIX that drops SQLite's locks (``core/database_file.py``). What an edit is based on is the number
``meta.head``: of two editors who start from the same one the second is refused, whoever holds the lock of `claim`.
"""

from __future__ import annotations

import contextlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import chain, groupby
from operator import itemgetter, methodcaller
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ..core.atomic_files import machine
from ..core.database_file import settle
from ..core.errors import BadInput, ChangedElsewhere, HeldOpen
from ..core.findings import Facts, Finding
from ..core.geometry_blobs import COLUMN, Extent, blobs, srs_of, with_gdal_functions, wkb_of
from ..core.geopackage import column_names, in_lots, table_names
from ..core.lock_file import sole_editor
from ..core.messages import Message, at
from ..core.text import quoted_name
from ..plan.content import kept_up, stated_content
from ..plan.file import opened_plan, schema_in
from ..plan.foreign import writing
from ..plan.history import login_name, now_text
from ..plan.replaced import ANEW, require_same
from ..plan.tables import SCHEMA, declared

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Iterator, Sequence
    from pathlib import Path

    from ..plan.content import Content, ContentTally

__all__ = [
    "Changes",
    "Claim",
    "EntryThere",
    "TableChange",
    "claim",
    "commit",
    "refuse_claimed",
    "settle",
    "unedited",
]

_SHAPE = "geometry"
_SIMPLE = frozenset((int, str, bytes, type(None)))  # what SQLite takes as it is
_MAY_LACK = ("coverage", "evidence", "ledger", "retired")  # faces without rasters, a ledger before the first edit
_HEAD = "SELECT value FROM meta WHERE key = 'head'"
_MOST_VALUES = 900  # in one statement: SQLite took 999 for long
_COUNTED = "SELECT seq FROM sqlite_sequence WHERE name = ?"
_CONTENT = "SELECT value FROM meta WHERE key = 'content'"
# Columns by which rows of large tables are looked for: an index is made when that first happens.
_INDEXED = {
    "faces": ("face_id",),
    "units": ("unit_id",),
    "clauses": ("unit_id",),
    "borders": ("left", "right"),
    "coverage": ("face_id",),
    "evidence": ("face_id",),
    "base": ("face_id",),
}


class EntryThere(ChangedElsewhere):
    """The journal has an entry of that number by now: a finding was accepted beside the editor."""


@dataclass(frozen=True)
class TableChange:
    """Rows of one table that an edit changes.

    Values are texts, numbers or None under the names of columns. ``geometry`` is a shape of two dimensions, or None;
    ``fid`` the number of a row in its table: with it a row that is put back is the very same again.

    Attributes
    ----------
    key : tuple of str
        The columns that tell rows apart; ``fid`` is one as well.
    gone : sequence of tuple
        Keys of rows that go: all that have one. Where there is none the plan was changed by somebody else, but in a
        table of which a key may have none.
    new : sequence of mapping
        Rows that come. Columns that are not named hold what they do where nothing fills them.
    changed : sequence of (tuple, mapping)
        Key, as it is before, and what changes in all rows that have it.
    retire : int or None
        Entry of the journal under which the rows that go or change are kept in table ``retired``, as they were.
    """

    key: tuple[str, ...]
    gone: Sequence[tuple[Any, ...]] = ()
    new: Sequence[Mapping[str, Any]] = ()
    changed: Sequence[tuple[tuple[Any, ...], Mapping[str, Any]]] = ()
    retire: int | None = None


Changes = Mapping[str, TableChange]
"""What an edit changes, by table."""


@dataclass(frozen=True)
class Claim:
    """The right to edit a plan, until its block ends.

    Attributes
    ----------
    path : Path
    taken_over : Finding or None
        Whose lock lay there (``S55``): a process of this machine that was killed, or one whose lock was broken.
    """

    path: Path
    taken_over: Finding | None = None


@contextlib.contextmanager
def claim(path: Path, *, author: str = "", break_lock: bool = False) -> Iterator[Claim]:
    """Be the one who edits a plan while the block runs; ``NAME.gpkg.lock`` beside it tells the others.

    Parameters
    ----------
    path : Path
    author : str
        As others are told; the login name by default.
    break_lock : bool
        Take the lock of another computer, or one that nobody knows. That of a process which lives here stays.

    Raises
    ------
    BeingEdited
        Somebody else edits it, or another claim in this process. It can be read.
    BadInput
        No right to write in its folder.
    """
    with sole_editor(path, author or login_name(), now_text(), break_lock=break_lock) as former:
        taken = None
        if former is not None:
            facts: Facts = {"owner": former.user or Message("somebody"), "host": former.host, "since": former.time}
            if former.machine != machine():
                facts["problem"] = "broken" if former.pid else "unknown"
            taken = Finding("S55", facts)
        yield Claim(path, taken)


@contextlib.contextmanager
def unedited(path: Path) -> Iterator[None]:
    """See to it that nobody edits a plan while the block puts another in its place; nothing where there is none yet.

    Raises
    ------
    BeingEdited
        Somebody does.
    """
    if not path.is_file():
        yield
        return
    with claim(path):
        yield


def refuse_claimed(path: Path) -> None:
    """Refuse to work for minutes on what could not be put in a plan's place; others may begin to edit it meanwhile.

    Raises
    ------
    BeingEdited
        Somebody edits the plan now.
    """
    with unedited(path):
        pass


def commit(path: Path, *batches: Changes, seen: int, head: int, stated: Content | None = None) -> Content | None:
    """Write an edit into a plan file: it is on disk whole when this returns, and not at all when it raises.

    Besides the rows of ``changes`` only ``meta`` is written: ``head`` and what the plan says of its content, kept up
    by the rows that change. Layers keep their index, count and extent. The file keeps its journal mode; in write-ahead
    mode its log is taken in.

    Parameters
    ----------
    path : Path
    *batches : mapping of str to TableChange
        By table, one after the other.
    seen, head : int
        ``meta.head`` before, from which the edit was made, and after. A plan that was never edited has 0.
    stated : Content, optional
        What the plan said that it holds when it was read, as it did (``Plan.stated``): another may have been put in its
        place that has the same head, or another program have written into it since.

    Returns
    -------
    Content or None
        What the plan says that it holds now; None where it says nothing.

    Raises
    ------
    ChangedElsewhere
        The head or a table is another one, or a row that changes or goes is not there.
    HeldOpen
        Another program writes the file, or reads it and does not let go of it within two seconds.
    BadInput
        No right to write, disk full, no plan; or the edit did not reach the file though the system said so.
    """
    where = at(path)
    with writing(path) as connection:
        with_gdal_functions(connection)
        schema = schema_in(connection, where)
        if not schema:
            raise BadInput(Message("cannot be read"), where=where, wanted=Message("a plan file (GeoPackage)"))
        if schema < SCHEMA:  # it has no place for all that rows hold
            raise BadInput(
                Message(
                    "a plan of schema {schema}, and edits are written into one of {most}", schema=schema, most=SCHEMA
                ),
                where=where,
                wanted=Message("the plan made anew by `run`"),
            )
        if stated is not None:
            require_same(connection, path, stated)
        with kept_up(connection, sound=stated is not None) as tally:
            _move_head(connection, tally, seen, head, where)
            for changes in batches:
                for name, change in changes.items():
                    _Rows(connection, tally, name, where).write(change)
        content = connection.execute(_CONTENT).fetchone()
        after = stated_content(connection)
    # A process that lost its locks is told that all is saved, and it is not. Where another program writes by now for
    # longer than one can wait, it is what SQLite said.
    with contextlib.suppress(HeldOpen), opened_plan(path) as anew:
        if anew is None or not _stands(anew, batches, head, content):
            raise BadInput(
                Message("the edit is not in the file, though it was saved there"),
                where=where,
                wanted=Message("a disk that keeps what is saved on it, the plan read anew, and the edit done again"),
            )
    # What SQLite counts is written with all the rest.
    return after if after is None or after.at is None else replace(after, at=after.at + 1)


def _stands(
    connection: sqlite3.Connection, batches: Sequence[Changes], head: int, content: tuple[Any, ...] | None
) -> bool:
    """Tell whether an edit is in a file: as it was written, or by its entries where an editor has gone on from it."""
    if connection.execute(_HEAD).fetchone() == (str(head),) and connection.execute(_CONTENT).fetchone() == content:
        return True
    rows = [row for changes in batches if "journal" in changes for row in changes["journal"].new]
    values = [{column: _plain(value) for column, value in row.items()} for row in rows]
    return bool(rows) and all(_found(connection, "journal", list(row), list(row.values())) for row in values)


def _move_head(connection: sqlite3.Connection, tally: ContentTally, seen: int, head: int, where: Message) -> None:
    (stated,) = connection.execute(_HEAD).fetchone() or ("0",)
    if stated != str(seen):
        raise ChangedElsewhere(
            Message("it was changed meanwhile: its last edit is {head}, not {seen}", head=stated, seen=seen),
            where=where,
            wanted=ANEW,
        )
    _set_meta(connection, tally, "head", str(head))


def _set_meta(connection: sqlite3.Connection, tally: ContentTally, key: str, value: str) -> None:
    row = connection.execute("SELECT rowid FROM meta WHERE key = ?", (key,)).fetchone()
    if row is None:
        row = (connection.execute("INSERT INTO meta (key, value) VALUES (?, ?)", (key, value)).lastrowid,)
    else:
        tally.gone("meta", row)
        connection.execute("UPDATE meta SET value = ? WHERE rowid = ?", (value, *row))
    tally.came("meta", row)


# ── Rows ────────────────────────────────────────────────────────────────────────────────────────────────────────────


class _Rows:
    """The rows of one table in the transaction of an edit, with what is kept of them: sums, and a layer's extent."""

    def __init__(self, connection: sqlite3.Connection, tally: ContentTally, name: str, where: Message) -> None:
        self._connection, self._tally, self._name, self._where = connection, tally, name, where
        self._quoted = quoted_name(name)
        self._srs = srs_of(connection, name)
        self._columns = {*column_names(connection, name), *([] if self._srs is None else [_SHAPE])}
        self._extent = Extent(connection, name)
        self._defaults = declared(name).defaults

    def write(self, change: TableChange) -> None:
        """Delete, change and insert, in this order: a row may take the number of one that goes."""
        self._check(change)
        if change.gone or change.changed:
            for column in (one for one in _INDEXED.get(self._name, ()) if one in change.key):
                index = (quoted_name(f"{self._name}_{column}"), "ON", self._quoted, "(", quoted_name(column), ")")
                self._connection.execute(" ".join(("CREATE INDEX IF NOT EXISTS", *index)))
        may_lack = self._name in _MAY_LACK
        gone = list(dict.fromkeys(chain.from_iterable(self._rows_of(change.key, change.gone, may_lack=may_lack))))
        told = [(key, row) for key, row in change.changed if row]
        fids = self._rows_of(change.key, [key for key, _ in told])
        changed = [(fid, row) for (_, row), found in zip(told, fids, strict=True) for fid in found]
        touched = list(dict.fromkeys(fid for fid, _ in changed))
        both = list(dict.fromkeys([*gone, *touched]))
        if change.retire is not None:
            self._keep(both, change.retire)
        self._tally.gone(self._name, both)
        self._extent.count(gone=self._shapes([*gone, *(fid for fid, row in changed if _SHAPE in row)]))
        delete = " ".join(("DELETE FROM", self._quoted, "WHERE rowid = ?"))
        self._connection.executemany(delete, [(fid,) for fid in gone])
        whole = [{**self._defaults, **row} for row in change.new]
        values, new = self._values([row for _, row in changed]), self._values(whole)
        if self._name == "journal" and any(self._has_entry(row["seq"]) for row in new if "seq" in row):
            raise EntryThere(
                Message("it was changed meanwhile: its journal has gone on"), where=self._where, wanted=ANEW
            )
        self._update([(fid, row) for (fid, _), row in zip(changed, values, strict=True)])
        came = self._insert(new)
        self._tally.came(self._name, [*touched, *came])
        self._extent.count(new=[row[COLUMN] for row in (*values, *new) if COLUMN in row])
        self._extent.write()

    def _keep(self, fids: Sequence[int], seq: int) -> None:
        """Copy rows as they are into table ``retired``."""
        rows = []
        names = column_names(self._connection, self._name)
        select = " ".join(("SELECT", ", ".join(map(quoted_name, ("rowid", *names))), "FROM", self._quoted, "WHERE"))
        for _, *row in sorted(in_lots(self._connection, select, "rowid", fids), key=itemgetter(0)):
            told = dict(zip(names, row, strict=True))
            shape = told.pop(COLUMN, None)
            text = json.dumps(told, ensure_ascii=False, sort_keys=True)
            wkb = (wkb_of(shape, self._where) or b"").hex()
            rows.append({"seq": seq, "layer": self._name, "row": text, "shape": wkb})
        _Rows(self._connection, self._tally, "retired", self._where).write(TableChange(("seq",), new=rows))

    def _check(self, change: TableChange) -> None:
        named = {*change.key, *chain.from_iterable(change.new), *chain.from_iterable(row for _, row in change.changed)}
        # SQLite takes a name that it does not know for a text.
        if unknown := named - self._columns:
            raise ValueError(f"table {self._name} has no column {min(unknown)}")

    def _rows_of(
        self, columns: Sequence[str], keys: Sequence[Sequence[Any]], *, may_lack: bool = False
    ) -> list[list[int]]:
        """Find the rows of each key."""
        plain = [tuple(map(_plain, key)) for key in keys]
        found: dict[tuple[Any, ...], list[int]] = {key: [] for key in plain}
        if not found:
            return []
        if any(None in key for key in found):
            found = {key: _found(self._connection, self._name, columns, key) for key in found}
        else:
            select = " ".join(("SELECT", ", ".join(map(quoted_name, columns)), ", rowid FROM", self._quoted, "WHERE"))
            firsts = list(dict.fromkeys(key[0] for key in found))
            for *key, fid in in_lots(self._connection, select, columns[0], firsts):
                if (rows := found.get(tuple(key))) is not None:
                    rows.append(fid)
        if not may_lack and not all(found.values()):
            what = Message("it was changed meanwhile: what the edit changes is no longer there")
            place = Message("{file}|{table}", file=self._where, table=self._name)
            raise ChangedElsewhere(what, where=place, wanted=ANEW)
        return [sorted(found[key]) for key in plain]

    def _values(self, rows: Sequence[Mapping[str, Any]]) -> Sequence[Mapping[str, Any]]:
        """Give rows as SQLite takes them: Python's own numbers, shapes as GDAL writes them."""
        shaped = [number for number, row in enumerate(rows) if _SHAPE in row]
        if not shaped and _SIMPLE.issuperset(map(type, chain.from_iterable(map(methodcaller("values"), rows)))):
            return rows
        out = [{column: _plain(value) for column, value in row.items()} for row in rows]
        for number in shaped:
            del out[number][_SHAPE]
        if self._srs is not None and shaped:
            written = blobs([rows[number][_SHAPE] for number in shaped], self._srs)
            for number, blob in zip(shaped, written, strict=True):
                out[number][COLUMN] = blob
        return out

    def _update(self, rows: Sequence[tuple[int, Mapping[str, Any]]]) -> None:
        for names, alike in groupby(rows, lambda one: tuple(one[1])):
            settings = ", ".join(f"{quoted_name(column)} = ?" for column in names)
            statement = " ".join(("UPDATE", self._quoted, "SET", settings, "WHERE rowid = ?"))
            self._connection.executemany(statement, [(*row.values(), fid) for fid, row in alike])

    def _has_entry(self, seq: Any) -> bool:
        return self._connection.execute("SELECT 1 FROM journal WHERE seq = ?", (seq,)).fetchone() is not None

    def _insert(self, rows: Sequence[Mapping[str, Any]]) -> list[int]:
        """Insert rows, and number those that have no number as SQLite would: on from the highest that ever was."""
        last, came = 0 if all("fid" in row for row in rows) else self._last(), []
        for names, alike in groupby(rows, tuple):
            values = [tuple(row.values()) for row in alike]
            fids = [value[names.index("fid")] for value in values] if "fid" in names else []
            fids = fids or list(range(last + 1, last + 1 + len(values)))
            last = max(last, *fids)
            columns = ", ".join(map(quoted_name, ("rowid", *names)))
            row = f"({', '.join('?' * (1 + len(names)))})"
            whole = [(fid, *value) for fid, value in zip(fids, values, strict=True)]
            for lot in _lots(whole, max(1, _MOST_VALUES // len(whole[0]))):
                statement = ("INSERT INTO", self._quoted, "(", columns, ") VALUES", ", ".join([row] * len(lot)))
                self._connection.execute(" ".join(statement), list(chain.from_iterable(lot)))
            came += fids
        return came

    def _last(self) -> int:
        """Give the highest number that a row has, or ever had where the table keeps count."""
        (last,) = self._connection.execute(" ".join(("SELECT coalesce(max(rowid), 0) FROM", self._quoted))).fetchone()
        counted = None
        if "sqlite_sequence" in table_names(self._connection):
            counted = self._connection.execute(_COUNTED, (self._name,)).fetchone()
        return max(int(last), int((counted or (0,))[0] or 0))

    def _shapes(self, fids: Collection[int]) -> list[bytes | None]:
        if self._srs is None:
            return []
        select = " ".join(("SELECT", COLUMN, "FROM", self._quoted, "WHERE"))
        return [blob for (blob,) in in_lots(self._connection, select, "rowid", list(fids))]


def _lots(rows: Sequence[tuple[Any, ...]], size: int) -> Iterator[Sequence[tuple[Any, ...]]]:
    for begin in range(0, len(rows), size):
        yield rows[begin : begin + size]


def _found(connection: sqlite3.Connection, name: str, columns: Sequence[str], key: Sequence[Any]) -> list[int]:
    terms = " AND ".join(f"{quoted_name(column)} IS ?" for column in columns)
    select = " ".join(("SELECT rowid FROM", quoted_name(name), "WHERE", terms))
    return [fid for (fid,) in connection.execute(select, key)]


def _plain(value: Any) -> Any:
    if isinstance(value, np.generic):
        value = value.item()
    return None if value is pd.NA or (isinstance(value, float) and math.isnan(value)) else value
