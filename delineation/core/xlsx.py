"""A workbook on disk: the same bytes for the same content, and never half of it."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from openpyxl.drawing.spreadsheet_drawing import SpreadsheetDrawing
from openpyxl.worksheet._writer import WorksheetWriter
from openpyxl.writer.excel import ExcelWriter

from .atomic_files import replacing, set_date
from .errors import BadInput
from .messages import Message

if TYPE_CHECKING:
    from pathlib import Path

    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

__all__ = ["document_date", "save"]

# The earliest date a zip archive can carry.
_EARLIEST = datetime(1980, 1, 1)


def document_date(stated: str) -> datetime | None:
    """Find the date that goes into a document: ``SOURCE_DATE_EPOCH``, else the date stated (ISO 8601), else none.

    Raises
    ------
    BadInput
        Either is set but no date.
    """
    if date := set_date():
        return date.replace(tzinfo=None)
    if not stated.strip():
        return None
    try:
        date = datetime.fromisoformat(stated.strip())
    except ValueError as error:
        raise BadInput(
            Message("'{stated}' is no date", stated=stated),
            where=Message("plan, meta date"),
            wanted=Message("a date like 2025-12-31"),
        ) from error
    return date.astimezone(UTC).replace(tzinfo=None) if date.tzinfo else date


def save(book: Workbook, path: Path, date: datetime | None) -> None:
    """Write a workbook beside its place and move it there.

    Parameters
    ----------
    book : openpyxl.Workbook
    path : Path
        An existing file is replaced whole.
    date : datetime or None
        Of the document's properties and of the archive's entries.

    Raises
    ------
    BadInput
        The folder is missing or the file cannot be replaced (in use by another program).
    """
    stamp = max(date or _EARLIEST, _EARLIEST).replace(microsecond=0)
    book.properties.created = book.properties.modified = stamp
    raw, whole = io.BytesIO(), io.BytesIO()
    _Writer(book, zipfile.ZipFile(raw, "w")).save()
    # The archive is written anew, with one date and in the same way on all systems.
    with zipfile.ZipFile(raw) as source, zipfile.ZipFile(whole, "w") as target:
        for name in source.namelist():
            entry = zipfile.ZipInfo(name, date_time=stamp.timetuple()[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 0
            target.writestr(entry, source.read(name))
    with replacing(path, wanted=Message("an existing folder, and a file that no other program has open")) as part:
        part.write_bytes(whole.getvalue())


class _Writer(ExcelWriter):  # type: ignore[misc]
    """Does without temporary files: on a full disk they fail half-way, and once more when they are collected."""

    def write_worksheet(self, ws: Worksheet) -> None:
        ws._drawing = SpreadsheetDrawing()
        writer = WorksheetWriter(ws, io.BytesIO())
        writer.write()
        ws._rels = writer._rels
        self._archive.writestr(ws.path[1:], writer.out.getvalue())
        self.manifest.append(ws)
