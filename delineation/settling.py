"""Before a plan file is read: what a killed program left half done is undone, what a running one writes is refused."""

from __future__ import annotations

import contextlib
import sqlite3
from typing import TYPE_CHECKING

from .errors import BadInput

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["settle"]

_PATIENCE = 2.0  # seconds for which a file may be held: a program that writes a plan needs less


def settle(path: Path) -> None:
    """Bring a file into a state in which GDAL can read it; nothing where there is none.

    Raises
    ------
    BadInput
        Another program is writing it, and goes on doing so.
    """
    if path.is_file():
        _recover(path)
        _refuse_locked(path)


def _recover(path: Path) -> None:
    """Play back the journal that a killed process left beside a file: the file is again as before its transaction."""
    if not path.with_name(path.name + "-journal").is_file():
        return
    # Readers without the right to write would refuse the file; a first read with that right plays the journal back.
    with contextlib.suppress(sqlite3.Error), contextlib.closing(
        sqlite3.connect(f"{path.resolve().as_uri()}?mode=rw", uri=True)
    ) as connection:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()


def _refuse_locked(path: Path) -> None:
    """Refuse a file that another program is writing: to GDAL it is no GeoPackage, and a run would take it for none."""
    try:
        with contextlib.closing(
            sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=_PATIENCE)
        ) as connection:
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.Error as error:
        # All else, as that it is no database, is for the reader to say.
        if "locked" in str(error):
            what, wanted = "another program is writing it", "the file closed there, or another try in a moment"
            raise BadInput(what, where=str(path), wanted=wanted) from error
