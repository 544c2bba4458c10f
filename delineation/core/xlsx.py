"""A workbook on disk: the same bytes for the same content, and never half of it; what its cells hold, read again."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING, Any

from openpyxl import load_workbook
from openpyxl.drawing.spreadsheet_drawing import SpreadsheetDrawing
from openpyxl.worksheet._writer import WorksheetWriter
from openpyxl.writer.excel import ExcelWriter

from .office_files import stamp_of, write_archive

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

__all__ = ["read_cells", "save"]


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
    stamp = stamp_of(date)
    book.properties.created = book.properties.modified = stamp
    raw = io.BytesIO()
    _Writer(book, zipfile.ZipFile(raw, "w")).save()
    write_archive(raw, path, stamp)


def read_cells(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Read what the cells of each sheet hold, row by row; a formula gives what was last computed of it."""
    book = load_workbook(path, read_only=True, data_only=True)
    try:
        return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book.worksheets}
    finally:
        book.close()


class _Writer(ExcelWriter):  # type: ignore[misc]
    """Does without temporary files: on a full disk they fail half-way, and once more when they are collected."""

    def write_worksheet(self, ws: Worksheet) -> None:
        ws._drawing = SpreadsheetDrawing()
        writer = WorksheetWriter(ws, io.BytesIO())
        writer.write()
        ws._rels = writer._rels
        self._archive.writestr(ws.path[1:], writer.out.getvalue())
        self.manifest.append(ws)
