"""GeoPackage files, written whole: layers through GDAL, tables through SQLite; same content, same bytes."""

from __future__ import annotations

import contextlib
import errno
import glob
import os
import sqlite3
import warnings
from typing import TYPE_CHECKING, Any

import numpy as np
import pyogrio
import shapely
from pyogrio.errors import DataLayerError, DataSourceError, FeatureError

from .errors import BadInput
from .progress import Progress, silent, within
from .replacing import alive

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    import pandas as pd

__all__ = [
    "Column", "check_output", "insert_rows", "new_file", "transaction", "write_features", "write_layers",
    "write_tables",
]  # fmt: skip

Column = tuple[str, str]
_REGISTER = """
INSERT INTO gpkg_contents (table_name, data_type, identifier, description, last_change, srs_id)
VALUES (?, 'attributes', ?, '', ?, 0)
"""
_BLOCK = 1 << 16  # features written in one call, where there are more than twice as many
_STYLE_TYPES = {"useAsDefault": "BOOLEAN", "update_time": "DATETIME"}


def check_output(path: Path) -> None:
    """Refuse an output that cannot be a new GeoPackage, before any work is done for it.

    Raises
    ------
    BadInput
        Another suffix, no such folder or no right to write there, or something that is no file stands in its place.
    """
    try:
        folder, something = path.is_dir(), path.exists() and not path.is_file()
    except OSError as error:
        what = f"cannot be written ({error.strerror})"
        raise BadInput(what, where=str(path), wanted="another file name for the output") from error
    if folder:
        raise BadInput("is a folder", where=str(path), wanted="a file name for the output")
    if path.suffix.lower() != ".gpkg":
        raise BadInput(f"'{path.name}' is no .gpkg", where=str(path), wanted="a GeoPackage's name for the output")
    if not path.parent.is_dir():
        raise BadInput("folder not found", where=str(path.parent), wanted="an existing folder for the output")
    # A device or a pipe would be replaced by a file.
    if something:
        raise BadInput("is no regular file", where=str(path), wanted="a file name for the output")
    if not os.access(path.resolve().parent, os.W_OK):
        raise BadInput("no right to write there", where=str(path.parent), wanted="a folder that can be written to")


def _draft_prefix(path: Path) -> str:
    # A name may be as long as the file system lets it; the draft's has to be shorter.
    return f".{path.stem[:40]}."


@contextlib.contextmanager
def new_file(path: Path, *, date: str) -> Iterator[Path]:
    """Give a draft beside ``path`` that takes its place when the block ends well, and vanishes when it does not.

    Parameters
    ----------
    path : Path
    date : str
        ISO time that GDAL writes into the file in place of now.

    Raises
    ------
    BadInput
        No such folder, no right to write, disk full.
    """
    check_output(path)
    # The file a link leads to is replaced, not the link.
    path = path.resolve()
    draft = path.parent / f"{_draft_prefix(path)}{os.getpid()}.draft.gpkg"
    pyogrio.set_gdal_config_options(
        {"OGR_CURRENT_DATE": date, "OGR_SQLITE_SYNCHRONOUS": "OFF", "OGR_SQLITE_JOURNAL": "OFF"}
    )
    try:
        _clear_leftovers(path)
        yield draft
        with draft.open("rb+") as file:
            os.fsync(file.fileno())
        draft.replace(path)
    except (DataSourceError, DataLayerError, FeatureError, sqlite3.Error, OSError) as error:
        said = (str(error).splitlines() or [type(error).__name__])[0].rpartition(" failed: ")[2]
        what = "disk full" if _is_full(draft) else f"cannot be written ({said})"
        raise BadInput(
            what, where=str(path), wanted="a place with room and the right to write; the old file is as it was"
        ) from error
    finally:
        pyogrio.set_gdal_config_options(
            {"OGR_CURRENT_DATE": None, "OGR_SQLITE_SYNCHRONOUS": None, "OGR_SQLITE_JOURNAL": None}
        )
        for leftover in (draft, draft.with_name(draft.name + "-journal"), draft.with_name(draft.name + "-wal")):
            leftover.unlink(missing_ok=True)


@contextlib.contextmanager
def transaction(path: Path) -> Iterator[sqlite3.Connection]:
    """Give a connection inside one transaction on a file that others may hold open.

    All of the block is in the file or nothing of it, whatever kills the process: SQLite's journal lies beside the file
    meanwhile, and ``settle`` plays back one that was left behind.

    Raises
    ------
    BadInput
        No such file, no right to write, disk full, or the file is locked by another program.
    """
    connection = None
    try:
        connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=rw", uri=True, isolation_level=None)
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("BEGIN IMMEDIATE")
        yield connection
        connection.execute("COMMIT")
    except sqlite3.Error as error:
        wanted = "a plan file with the right to write, not locked by another program; it is as it was"
        raise BadInput(f"cannot be written ({error})", where=str(path), wanted=wanted) from error
    finally:
        # Closing without a commit rolls back.
        if connection is not None:
            connection.close()


def insert_rows(
    connection: sqlite3.Connection, name: str, columns: Sequence[Column], rows: Sequence[Sequence[Any]]
) -> None:
    """Add rows to a table; one that the file lacks is made and registered first."""
    there = connection.execute("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", (name,)).fetchone()
    if not there:
        (now,) = connection.execute("SELECT strftime('%Y-%m-%dT%H:%M:%fZ', 'now')").fetchone()
        _create(connection, name, columns, [], now)
    _insert(connection, name, columns, rows)


def _is_full(draft: Path) -> bool:
    """Ask the disk itself: what GDAL and SQLite say of a full one ranges from a failed commit to a malformed schema."""
    try:
        with draft.open("ab") as file:
            file.write(bytes(1 << 20))
    except OSError as error:
        return error.errno in (errno.ENOSPC, errno.EFBIG, errno.EDQUOT)
    return False


def _clear_leftovers(path: Path) -> None:
    """Drafts of processes that were killed."""
    prefix = _draft_prefix(path)
    for draft in path.parent.glob(f"{glob.escape(prefix)}*.draft.gpkg*"):
        number = draft.name.removeprefix(prefix).split(".")[0]
        if not number.isdigit() or not alive(int(number)):
            # Windows, which is not asked who lives, refuses to delete what a process has open.
            with contextlib.suppress(OSError):
                draft.unlink()


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
        here(0.0, f"writing {name}")
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
        progress(start / count, f"writing {layer}")
        block = slice(start, start + size)
        with warnings.catch_warnings():
            # Inputs without a CRS make an output without one.
            warnings.filterwarnings("ignore", message="'crs' was not provided", category=UserWarning)
            pyogrio.raw.write(
                path, wkb[block], [values[block] for values in arrays], names, layer=layer, driver="GPKG",
                field_mask=[None if mask is None else mask[block] for mask in masks], geometry_type=geometry_type,
                crs=crs, append=append or start > 0, dataset_options=None if append or start else {"VERSION": "1.3"},
                layer_options={"SPATIAL_INDEX": "YES", "GEOMETRY_NAME": "geom", "FID": "fid"},
            )  # fmt: skip


def _array(values: pd.Series, kind: str) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any] | None]:
    missing = values.isna().to_numpy()
    mask = missing if missing.any() else None
    if kind == "INTEGER":
        return values.fillna(0).to_numpy(dtype=np.int64), mask
    if kind == "REAL":
        return values.to_numpy(dtype=np.float64), mask
    return values.astype(object).where(~missing, None).to_numpy(dtype=object), mask


def write_tables(
    path: Path, tables: Mapping[str, tuple[pd.DataFrame, Sequence[Column]]], styles: pd.DataFrame
) -> None:
    """Write tables without geometry, registered as attributes, and the styles QGIS looks for in the file."""
    date = pyogrio.get_gdal_config_option("OGR_CURRENT_DATE")
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        connection.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; BEGIN;")
        for name, (frame, columns) in tables.items():
            rows = list(zip(*(_values(frame[column], kind) for column, kind in columns), strict=True))
            _create(connection, name, columns, rows, date)
        columns = [(key, _STYLE_TYPES.get(key, "TEXT")) for key in styles.columns if key != "id"]
        rows = styles[[key for key, _ in columns]].astype(object).to_numpy().tolist()
        _create(connection, "layer_styles", columns, rows, date, "id")
        connection.execute("COMMIT")
    finally:
        connection.close()


def _values(values: pd.Series, kind: str) -> list[Any]:
    array, mask = _array(values, kind)
    listed: list[Any] = list(array.tolist())
    if mask is not None:
        return [None if gone else value for value, gone in zip(listed, mask, strict=True)]
    return listed


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _create(
    connection: sqlite3.Connection,
    name: str,
    columns: Sequence[Column],
    rows: Sequence[Sequence[Any]],
    date: str,
    key: str = "fid",
) -> None:
    types = ", ".join(f"{_quoted(column)} {kind}" for column, kind in columns)
    connection.execute(
        f"CREATE TABLE {_quoted(name)} ({_quoted(key)} INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, {types})"
    )
    _insert(connection, name, columns, rows)
    connection.execute(_REGISTER, (name, name, date))


def _insert(
    connection: sqlite3.Connection, name: str, columns: Sequence[Column], rows: Sequence[Sequence[Any]]
) -> None:
    # Names come from the constants of the plan's contract and are quoted, values are bound.
    names = ", ".join(_quoted(column) for column, _ in columns)
    marks = ", ".join("?" * len(columns))
    connection.executemany(" ".join(("INSERT INTO", _quoted(name), "(", names, ") VALUES (", marks, ")")), rows)
