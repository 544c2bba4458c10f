"""GeoPackage files: written whole, layers by GDAL and tables by SQLite, same content, same bytes; read by SQLite.

Reading by SQLite alone, in one transaction, gives the tables of one moment, and drops nobody's locks.
"""

from __future__ import annotations

import contextlib
import math
import os
import sqlite3
import warnings
from itertools import zip_longest
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import pandas as pd
import pyogrio
import shapely
from pyogrio.errors import DataLayerError, DataSourceError, FeatureError

from .atomic_files import beside, check_place, is_full, set_date, sweep
from .database_file import Guard, replace
from .errors import BadInput
from .gdal_options import gdal_options
from .geometry_blobs import with_gdal_functions, wkb_of
from .messages import NOTHING, Message, at, foreign
from .progress import Progress, silent, within
from .text import quoted_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

Column = tuple[str, str]
_REGISTER = """
INSERT INTO gpkg_contents (table_name, data_type, identifier, description, last_change, srs_id)
VALUES (?, 'attributes', ?, '', ?, 0)
"""
_DRAFT = ".draft.gpkg"
_ROWS = 1 << 13  # rows that are read at once
_LOT = 200  # values in one statement: SQLite took 999 at the most for long
_BLOCK = 1 << 16  # features written in one call, where there are more than twice as many
_RUN = Message("a plan file made by `run`")
_FAR = 1e12  # m: no coordinate is as large
_NO_SHAPE = (shapely.errors.GEOSException, NotImplementedError, BadInput)  # arcs are not implemented
_FINITE = (-math.inf, math.inf)
_PYTHON: dict[str, set[type]] = {"INTEGER": {int}, "REAL": {float, int}, "TEXT": {str}}
_STYLE_TYPES = {"useAsDefault": "BOOLEAN", "update_time": "DATETIME"}


def check_output(path: Path, suffix: str = ".gpkg") -> None:
    """Refuse an output that cannot be a new file of its kind, before any work is done for it.

    Raises
    ------
    BadInput
        Another suffix, no such folder or no right to write there, something that is no file stands in its place, or
        ``SOURCE_DATE_EPOCH`` is no date.
    """
    check_place(path)
    set_date()
    if path.suffix.lower() != suffix:
        raise BadInput(
            Message("'{name}' is no .gpkg", name=path.name),
            where=at(path),
            wanted=Message("a GeoPackage's name for the output"),
        )


class SigningGuard(Guard, Protocol):
    """A guard of files that say what they held when they were made."""

    def sign(self, connection: sqlite3.Connection) -> None:
        """Write that into the new file, in a transaction."""


@contextlib.contextmanager
def new_file(path: Path, *, guard: SigningGuard, date: str = "") -> Iterator[Path]:
    """Give a draft beside ``path`` that takes its place when the block ends well, and vanishes when it does not.

    Parameters
    ----------
    path : Path
    guard : SigningGuard
        Says whether what stands there may go, and marks the new file.
    date : str
        As of `new_draft`.

    Raises
    ------
    BadInput
        As of `new_draft`; the old file is held open, or may not go.
    """
    with new_draft(path, sign=guard.sign, date=date) as draft:
        yield draft
    put_draft(draft, path, guard)


@contextlib.contextmanager
def new_draft(path: Path, *, sign: Callable[[sqlite3.Connection], None], date: str = "") -> Iterator[Path]:
    """Give a draft beside ``path``, which is whole and on the disk when the block ends well, and else vanishes.

    Parameters
    ----------
    path : Path
    sign : callable
        Called at the end, in a transaction.
    date : str
        ISO time that GDAL writes into the file in place of now; "" where the block sees to that.

    Raises
    ------
    BadInput
        No such folder, no right to write, disk full.
    """
    check_output(path)
    # The file a link leads to is replaced, not the link.
    place = path.resolve()
    draft = beside(place, _DRAFT)
    settings = {"OGR_SQLITE_SYNCHRONOUS": "OFF", "OGR_SQLITE_JOURNAL": "OFF"}
    if date:
        settings["OGR_CURRENT_DATE"] = date
    try:
        with worded_errors(place, draft):
            sweep(place, _DRAFT)
            with gdal_options(settings):
                yield draft
            with contextlib.closing(sqlite3.connect(draft, isolation_level=None)) as connection:
                connection.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; BEGIN;")
                sign(connection)
                connection.execute("COMMIT")
            with draft.open("rb+") as file:
                os.fsync(file.fileno())
    except BaseException:
        drop_draft(draft)
        raise


def put_draft(draft: Path, path: Path, guard: Guard) -> None:
    """Put a draft in its place, from which it vanishes either way.

    Raises
    ------
    BadInput
        The old file is held open, or may not go.
    """
    try:
        with worded_errors(path.resolve(), draft):
            replace(draft, path, guard=guard)
    finally:
        drop_draft(draft)


def drop_draft(draft: Path) -> None:
    """Delete a draft with what SQLite leaves beside it."""
    for leftover in (draft, draft.with_name(draft.name + "-journal"), draft.with_name(draft.name + "-wal")):
        leftover.unlink(missing_ok=True)


@contextlib.contextmanager
def worded_errors(path: Path, draft: Path) -> Iterator[None]:
    """Say in one sentence why a file cannot be written; ``draft`` is asked whether the disk is full."""
    try:
        yield
    except (DataSourceError, DataLayerError, FeatureError, sqlite3.Error, OSError) as error:
        said = (str(error).splitlines() or [type(error).__name__])[0].rpartition(" failed: ")[2]
        what = Message("disk full") if is_full(draft) else Message("cannot be written ({error})", error=foreign(said))
        raise BadInput(
            what,
            where=at(path),
            wanted=Message("a place with free disk space and write permission; the old file is unchanged"),
        ) from error


def write_layers(
    path: Path,
    layers: Mapping[str, tuple[pd.DataFrame, str, Sequence[Column]]],
    crs: str,
    *,
    progress: Progress = silent,
) -> None:
    """Write feature layers; each is (table with ``geometry``, geometry type, columns)."""
    for number, (name, (frame, geometry_type, columns)) in enumerate(layers.items()):
        here = within(progress, number / len(layers), (number + 1) / len(layers))
        here(0.0, Message("writing {name}", name=name))
        arrays, masks = [], []
        for column, kind in columns:
            values, mask = _array(frame[column], kind)
            arrays.append(values)
            masks.append(mask)
        wkb = shapely.to_wkb(frame["geometry"].to_numpy(dtype=object))
        names = [column for column, _ in columns]
        write_features(path, name, geometry_type, wkb, arrays, names, masks, crs, append=number > 0, progress=here)


def write_features(
    path: Path,
    layer: str,
    geometry_type: str,
    wkb: np.ndarray[Any, Any],
    arrays: list[Any],
    names: list[str],
    masks: list[Any],
    crs: str | None,
    *,
    append: bool = False,
    progress: Progress = silent,
) -> None:
    """Write one feature layer from arrays; a mask is True where a value is missing."""
    # A call that writes a million features could not be stopped; most layers are one block.
    count = max(len(wkb), 1)
    size = _BLOCK if count > 2 * _BLOCK else count
    for start in range(0, count, size):
        progress(start / count, Message("writing {layer}", layer=layer))
        block = slice(start, start + size)
        with warnings.catch_warnings():
            # Inputs without a CRS make an output without one.
            warnings.filterwarnings("ignore", message="'crs' was not provided", category=UserWarning)
            pyogrio.raw.write(
                path,
                wkb[block],
                [values[block] for values in arrays],
                names,
                layer=layer,
                driver="GPKG",
                field_mask=[None if mask is None else mask[block] for mask in masks],
                geometry_type=geometry_type,
                crs=crs,
                append=append or start > 0,
                dataset_options=None if append or start else {"VERSION": "1.3"},
                layer_options={"SPATIAL_INDEX": "YES", "GEOMETRY_NAME": "geom", "FID": "fid"},
            )


def _array(values: pd.Series, kind: str) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any] | None]:
    missing = values.isna().to_numpy()
    mask = missing if missing.any() else None
    if kind == "INTEGER":
        return values.fillna(0).to_numpy(dtype=np.int64), mask
    if kind == "REAL":
        return values.to_numpy(dtype=np.float64), mask
    array = values.astype(object).to_numpy(dtype=object, copy=True)
    array[missing] = None
    return array, mask


def write_tables(
    path: Path, tables: Mapping[str, tuple[pd.DataFrame, Sequence[Column]]], styles: pd.DataFrame | None = None
) -> None:
    """Write tables without geometry, registered as attributes, and the styles QGIS looks for in the file, if any."""
    date = pyogrio.get_gdal_config_option("OGR_CURRENT_DATE")
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        connection.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; BEGIN;")
        for name, (frame, columns) in tables.items():
            numbered = [("fid", "INTEGER"), *columns] if "fid" in frame else columns
            rows = list(zip(*(_values(frame[column], kind) for column, kind in numbered), strict=True))
            _create(connection, name, columns, [], date)
            insert_rows(connection, name, numbered, rows)
        if styles is not None:
            columns = [(key, _STYLE_TYPES.get(key, "TEXT")) for key in styles.columns if key != "id"]
            rows = styles[[key for key, _ in columns]].astype(object).to_numpy().tolist()
            _create(connection, "layer_styles", columns, rows, date, "id")
        connection.execute("COMMIT")
    finally:
        connection.close()


def number_rows(path: Path, numbers: Mapping[str, Sequence[int]]) -> None:
    """Give rows of layers that GDAL has written their own numbers (``fid``), which ascend.

    Parameters
    ----------
    path : Path
    numbers : mapping of str to sequence of int
        Of each row of a layer, in order.
    """
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
        with_gdal_functions(connection)
        connection.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; BEGIN;")
        for name, fids in numbers.items():
            moved = [(fid, row) for row, fid in enumerate(fids, 1) if fid != row]
            update = " ".join(("UPDATE", quoted_name(name), "SET fid = ? WHERE fid = ?"))
            connection.executemany(update, moved[::-1])
        connection.execute("COMMIT")


def _values(values: pd.Series, kind: str) -> list[Any]:
    array, mask = _array(values, kind)
    listed: list[Any] = list(array.tolist())
    if mask is not None:
        return [None if gone else value for value, gone in zip(listed, mask, strict=True)]
    return listed


def _create(
    connection: sqlite3.Connection,
    name: str,
    columns: Sequence[Column],
    rows: Sequence[Sequence[Any]],
    date: str,
    key: str = "fid",
) -> None:
    types = ", ".join(f"{quoted_name(column)} {kind}" for column, kind in columns)
    connection.execute(
        f"CREATE TABLE {quoted_name(name)} ({quoted_name(key)} INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, {types})"
    )
    insert_rows(connection, name, columns, rows)
    connection.execute(_REGISTER, (name, name, date))


def insert_rows(
    connection: sqlite3.Connection, name: str, columns: Sequence[Column], rows: Sequence[Sequence[Any]]
) -> None:
    """Add rows to a table."""
    # Names come from the constants of the plan's contract and are quoted, values are bound.
    names = ", ".join(quoted_name(column) for column, _ in columns)
    marks = ", ".join("?" * len(columns))
    connection.executemany(" ".join(("INSERT INTO", quoted_name(name), "(", names, ") VALUES (", marks, ")")), rows)


# ── reading ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def table_names(connection: sqlite3.Connection) -> set[str]:
    """Name the layers and tables of a file."""
    return {str(name) for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}


def column_names(connection: sqlite3.Connection, table: str) -> list[str]:
    """Name the columns of a layer or table."""
    return [str(name) for (name,) in connection.execute("SELECT name FROM pragma_table_info(?)", (table,))]


def in_lots(connection: sqlite3.Connection, select: str, column: str, values: Sequence[Any]) -> Iterator[Any]:
    """Give the rows that have one of many values in a column, some hundreds by one statement.

    Parameters
    ----------
    connection : sqlite3.Connection
    select : str
        Up to ``WHERE``, and what stands there already.
    column : str
    values : sequence
        Each once.
    """
    for begin in range(0, len(values), _LOT):
        lot = values[begin : begin + _LOT]
        statement = " ".join((select, quoted_name(column), "IN (", ", ".join("?" * len(lot)), ")"))
        yield from connection.execute(statement, lot)


def read_frame(
    connection: sqlite3.Connection,
    name: str,
    columns: Sequence[Column],
    where: Message,
    *,
    shapes: str = "",
    defaults: Mapping[str, Any] | None = None,
    needed: Mapping[str, tuple[float, float]] | None = None,
    among: str = "",
    values: Sequence[Any] = (),
) -> pd.DataFrame:
    """Read columns of a layer or table, or of some of its rows.

    Parameters
    ----------
    connection : sqlite3.Connection
    name : str
    columns : sequence of (str, str)
        Each with its type, ``INTEGER``, ``REAL`` or ``TEXT``. Whole numbers stay whole where some are missing.
    where : Message
        What messages call the file.
    shapes : str
        Read the column ``geom`` too, as ``geometry``: shapely objects of this type or one of its parts, points None
        where there is none.
    defaults : mapping, optional
        Columns that may be missing, and what they hold then.
    needed : mapping, optional
        Columns that each row has, a number within the two.
    among : str
        Condition in SQL, from ``WHERE``, and its values.

    Raises
    ------
    BadInput
        A column that is not there, a value of another type or beyond its bounds, text that is no UTF-8, a shape that is
        none or of another type.
    sqlite3.Error
        A damaged file.
    """
    place = Message("{file}|{table}", file=where, table=name)
    there = column_names(connection, name)
    lacking = {column: value for column, value in (defaults or {}).items() if column not in there}
    kept = [(column, kind) for column, kind in columns if column not in lacking]
    wanted = [column for column, _ in kept] + (["geom"] if shapes else [])
    for column in wanted:
        if column not in there:
            raise BadInput(Message("no column '{column}'", column=column), where=place, wanted=_RUN)
    table = " ".join(("FROM", quoted_name(name), among, "ORDER BY rowid"))
    select = " ".join(("SELECT", ", ".join(map(quoted_name, wanted)), table))
    read: list[list[Any]] = [[] for _ in wanted]
    # Of equal texts one is kept: most columns have few, and SQLite makes each anew.
    texts: list[dict[Any, Any] | None] = [{} if kind == "TEXT" else None for _, kind in kept]
    try:
        cursor = connection.execute(select, values)
        while rows := cursor.fetchmany(_ROWS):
            for listed, part, same in zip_longest(read, zip(*rows, strict=True), texts):
                listed.extend(part if same is None else map(same.setdefault, part, part))
    except sqlite3.OperationalError as error:
        if "decode" not in str(error):
            raise
        raise _undecodable(connection, select, values, wanted, place) from error
    found = dict(zip(wanted, read, strict=True)) | {column: [lacking[column]] * len(read[0]) for column in lacking}
    bounds = needed or {}
    try:
        frame = pd.DataFrame(
            {column: _column(found[column], kind, column, bounds.get(column)) for column, kind in columns}
        )
        if shapes:
            frame["geometry"] = pd.Series(_shapes(read[-1], shapes), dtype=object)
    except _OddValueError as odd:
        row, what, want = odd.args
        fids = connection.execute(" ".join(("SELECT rowid", table)), values).fetchall()
        raise BadInput(Message("{what} in row {row}", what=what, row=fids[row][0]), where=place, wanted=want) from odd
    return frame


class _OddValueError(Exception):
    """A value that a column may not have: its row, from 0, what it is, and what is wanted."""


def _shape(blob: Any) -> Any:
    """Read a shape; what cannot be read is an empty polygon."""
    try:
        return shapely.from_wkb(wkb_of(blob, NOTHING))
    except _NO_SHAPE:
        return shapely.Polygon()


def _shapes(blobs: Sequence[Any], kind: str) -> Any:
    """Read shapes of a type, or of what it is made of; only points may be missing."""
    wanted = Message("a shape of type {kind}, whole and of finite coordinates", kind=kind)
    try:
        shapes = np.asarray(shapely.from_wkb([wkb_of(blob, NOTHING) for blob in blobs]), dtype=object)
    except _NO_SHAPE:
        shapes = np.array([*map(_shape, blobs), None], dtype=object)[:-1]
    types = shapely.get_type_id(shapes)
    whole = [shapely.GeometryType[one.upper()].value for one in {kind, kind.removeprefix("Multi")}]
    odd = ~np.isin(types, whole) | shapely.is_empty(shapes)
    coordinates, owner = shapely.get_coordinates(shapes, return_index=True)
    odd[owner[~(np.abs(coordinates) < _FAR).all(axis=1)]] = True
    if kind == "Point":
        odd &= types >= 0
    if odd.any():
        row = int(odd.argmax())
        found = (
            Message("a shape of type {kind}", kind=shapes[row].geom_type)
            if shapes[row]
            else Message("no shape that can be read")
        )
        raise _OddValueError(row, found, wanted)
    return shapes


def crs_of(connection: sqlite3.Connection, layer: str) -> str:
    """Give the CRS of a layer: ``EPSG:n``, or WKT where no register knows it."""
    row = connection.execute(
        "SELECT organization, organization_coordsys_id, definition FROM gpkg_spatial_ref_sys "
        "JOIN gpkg_contents USING (srs_id) WHERE table_name = ?",
        (layer,),
    ).fetchone()
    if row is None:
        return ""
    organization, number, definition = row
    return f"{organization.upper()}:{number}" if str(organization).upper() in ("EPSG", "ESRI") else str(definition)


def _column(
    values: Sequence[Any],
    kind: str,
    column: str,
    needed: tuple[float, float] | None,
) -> Any:
    kinds = set(map(type, values))
    good = _PYTHON[kind] | ({type(None)} if needed is None else set())
    odd = np.array([type(value) not in good for value in values]) if kinds - good else np.zeros(len(values), dtype=bool)
    array: Any = values
    if kind == "TEXT":
        array = pd.Series(values, dtype=object)
    elif not odd.any():
        whole = kind == "INTEGER" and type(None) not in kinds
        array = np.array(values, dtype=np.int64 if whole else np.float64)
        low, high = needed or _FINITE
        odd = (array < low) | (array > high) | np.isinf(array)
        array = pd.array(values, dtype="Int64") if kind == "INTEGER" and not whole else array
    if odd.any():
        row = int(odd.argmax())
        found = Message("{column} = {values!r}", column=column, values=str(values[row])[:40])
        if values[row] is None:
            found = Message("no {column}", column=column)
        wanted = Message("a text") if kind == "TEXT" else Message("a number")
        if needed is not None and math.isfinite(needed[0]):
            wanted = Message("a number from {low:g} to {high:g}", low=needed[0], high=needed[1])
        raise _OddValueError(row, found, wanted)
    return array


def _undecodable(
    connection: sqlite3.Connection, select: str, values: Sequence[Any], columns: Sequence[str], place: Message
) -> BadInput:
    """Find the text that is no UTF-8."""
    connection.text_factory = bytes
    for number, row in enumerate(connection.execute(select, values), 1):
        for column, value in zip(columns, row, strict=True):
            try:
                value.decode() if isinstance(value, bytes) and column != "geom" else None
            except UnicodeDecodeError:
                return BadInput(
                    Message(
                        "the text of column '{column}' in row {number} is not in UTF-8", column=column, number=number
                    ),
                    where=place,
                    wanted=Message("the text written anew, or the plan made anew by `run`"),
                )
    return BadInput(Message("a text is not in UTF-8"), where=place, wanted=_RUN)
