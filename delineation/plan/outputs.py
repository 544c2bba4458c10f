"""What an output may take the place of: never what it is made from, never a plan; of other GeoPackages those of ours.

A GeoPackage of ours says what it held when it was made, in the table of metadata that the format has for it. A plan is
replaced by a run, an adoption or taking back alone, under rules of their own (``replaced.py``).
"""

from __future__ import annotations

import contextlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ..case.reading import read_case
from ..core.atomic_files import refuse_database
from ..core.errors import DelineationError, InTheWay
from ..core.geopackage import check_output, table_names
from ..core.messages import Message, at
from .content import Content, content_of
from .file import opened_plan, read_meta, read_table
from .replaced import in_words

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator

_URI = "control_units/content"
_PLAN = {"faces", "units", "journal"}
_ELSEWHERE = Message("another file name for the output")
_SAY = "INSERT INTO gpkg_metadata (id, md_standard_uri, mime_type, metadata) VALUES (?, ?, ?, ?)"
_STATED = "SELECT metadata FROM gpkg_metadata WHERE md_standard_uri = ?"
# GeoPackage 1.3, annex F.8: the extension "metadata", with one row of the whole file.
_METADATA = """
CREATE TABLE IF NOT EXISTS gpkg_extensions (table_name TEXT, column_name TEXT, extension_name TEXT NOT NULL,
  definition TEXT NOT NULL, scope TEXT NOT NULL, CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name));
CREATE TABLE gpkg_metadata (id INTEGER CONSTRAINT m_pk PRIMARY KEY ASC NOT NULL,
  md_scope TEXT NOT NULL DEFAULT 'dataset', md_standard_uri TEXT NOT NULL,
  mime_type TEXT NOT NULL DEFAULT 'text/xml', metadata TEXT NOT NULL DEFAULT '');
CREATE TABLE gpkg_metadata_reference (reference_scope TEXT NOT NULL, table_name TEXT, column_name TEXT,
  row_id_value INTEGER, timestamp DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
  md_file_id INTEGER NOT NULL, md_parent_id INTEGER,
  CONSTRAINT crmr_mfi_fk FOREIGN KEY (md_file_id) REFERENCES gpkg_metadata(id),
  CONSTRAINT crmr_mpi_fk FOREIGN KEY (md_parent_id) REFERENCES gpkg_metadata(id));
INSERT INTO gpkg_extensions VALUES
  ('gpkg_metadata', NULL, 'gpkg_metadata', 'http://www.geopackage.org/spec130/#extension_metadata', 'read-write'),
  ('gpkg_metadata_reference', NULL, 'gpkg_metadata',
   'http://www.geopackage.org/spec130/#extension_metadata', 'read-write');
INSERT INTO gpkg_metadata_reference (reference_scope, timestamp, md_file_id)
  SELECT 'geopackage', max(last_change), 1 FROM gpkg_contents
"""


@dataclass(frozen=True)
class OutputGuard:
    """Looks at the GeoPackage that an output is to take the place of, and leaves our mark in the new one.

    Attributes
    ----------
    place : Path
    force : bool
        One that is not ours, or that somebody has changed since, may go too; a plan never.
    """

    place: Path
    force: bool = False

    def check(self, connection: sqlite3.Connection | None) -> None:
        """Refuse what may not go.

        Parameters
        ----------
        connection : sqlite3.Connection or None
            To the file, under its lock (``database_file.replace``); None where it is no database.

        Raises
        ------
        InTheWay
        """
        names = set() if connection is None else table_names(connection)
        if names >= _PLAN:
            raise InTheWay(Message("is a plan, and would be lost"), where=at(self.place), wanted=_ELSEWHERE)
        if self.force:
            return
        stated = None if connection is None else _stated(connection, names)
        if connection is None or stated is None:
            what = Message("is a file that this product did not make")
        elif changes := content_of(connection, foreign=True).changed_since(stated):
            what = Message("has been changed since it was made: {changes}", changes=in_words(changes))
        else:
            return
        raise InTheWay(
            what,
            where=at(self.place),
            wanted=Message("another output, or what is there replaced (--force)"),
            forcible=True,
        )

    def sign(self, connection: sqlite3.Connection) -> None:
        """Write down in a new file what it holds."""
        told = json.dumps(content_of(connection, foreign=True).tables)
        for statement in _METADATA.split(";"):
            connection.execute(statement)
        connection.execute(_SAY, (1, _URI, "application/json", told))


def guarded(place: Path, inputs: Iterable[Path], *, force: bool = False) -> OutputGuard:
    """Refuse an output that may not go to its place, before any work is done for it.

    Parameters
    ----------
    place : Path
        A file or, of formats that are one, a folder.
    inputs : iterable of Path
        What is read for it.
    force : bool
        As of `OutputGuard`.

    Returns
    -------
    OutputGuard
        For `core.geopackage.new_file`, which asks it again under the lock.

    Raises
    ------
    InTheWay
        An input, a plan or another database, a GeoPackage that is not ours or was changed.
    """
    refuse_inputs(place, inputs)
    guard = OutputGuard(place, force)
    if place.suffix.lower() != ".gpkg":
        refuse_database(place)
    elif place.is_file():
        with opened_plan(place) as connection:
            guard.check(connection)
    return guard


def guarded_geopackage(place: Path, inputs: Iterable[Path], *, force: bool = False) -> OutputGuard:
    """Do as `guarded`, and refuse a place that cannot be a new GeoPackage at all."""
    check_output(place)
    return guarded(place, inputs, force=force)


def refuse_inputs(place: Path, inputs: Iterable[Path]) -> None:
    """Refuse an output that is one of its inputs, or a folder that holds one.

    Raises
    ------
    InTheWay
    """
    there = place.resolve()
    for one in inputs:
        real = one.resolve()
        alike = False
        with contextlib.suppress(OSError):  # one of them is not there, or is no file's name at all
            # Two names of one file: a hard link, letters that the disk does not tell apart.
            alike = there.samefile(real)
        if alike or real.is_relative_to(there):
            raise InTheWay(Message("the output is an input"), where=at(place), wanted=_ELSEWHERE)


def inputs_of_plan(plan: Path, place: Path) -> Iterator[Path]:
    """List what is read where something is drawn from a plan, and what the plan was made from.

    Parameters
    ----------
    plan : Path
    place : Path
        Of the output: where the case of a plan lies nobody knows, if not beside it, so what is called as a source is
        one, wherever it is.
    """
    yield plan
    try:
        paths = [str(path) for path in read_table(plan, "sources")["path"] if path]
        meta = read_meta(plan)
    except DelineationError:
        return  # who reads the plan says it
    for path in paths:
        yield plan.parent / path
        if place.exists() and Path(path).name.lower() == place.name.lower():
            yield place
    case = plan.parent / meta.get("case", "")
    if place.exists() and case.is_file():
        with contextlib.suppress(DelineationError):
            yield from read_case(case).inputs()


def _stated(connection: sqlite3.Connection, names: set[str]) -> Content | None:
    """Read what a GeoPackage of ours held when it was made; None of another."""
    row = connection.execute(_STATED, (_URI,)).fetchone() if "gpkg_metadata" in names else None
    try:
        return Content({name: (rows, total) for name, (rows, total) in json.loads(row[0]).items()}) if row else None
    except (TypeError, ValueError, AttributeError):
        return None
