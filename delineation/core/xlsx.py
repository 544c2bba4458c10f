"""A workbook on disk: the same bytes for the same content, never half of it, read again; those of others with care."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from typing import TYPE_CHECKING, Any

from openpyxl import load_workbook
from openpyxl.drawing.spreadsheet_drawing import SpreadsheetDrawing
from openpyxl.utils import range_boundaries
from openpyxl.worksheet._writer import WorksheetWriter
from openpyxl.worksheet.merge import MergeCell, MergeCells
from openpyxl.writer.excel import ExcelWriter

from .errors import BadInput
from .messages import Message, counted, foreign
from .office_files import stamp_of, write_archive
from .office_reading import archive_of, examined

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from pathlib import Path

    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

# What openpyxl makes an object of each, whatever a sheet says of its size.
_CELLS, _COVERED = 1_000_000, 500_000
_CELL = re.compile(rb"<(?:\w+:)?(?:c|row)[ />]")
_COVERING = re.compile(rb"<(?:\w+:)?(?:mergeCell|hyperlink)\b[^>]*?\bref=[\"']([^\"']+)[\"']")
_SHEETS = "xl/worksheets/"
_WANTED = Message("a workbook that a spreadsheet program opens and saves as .xlsx")


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


def load(path: Path, *, values: bool = False, members: Mapping[str, bytes] | None = None) -> Workbook:
    """Open a workbook, of others as well: nothing in it is followed, and nothing grows without end.

    Parameters
    ----------
    path : Path
    values : bool
        What formulas gave when the workbook was saved, in place of the formulas; texts without their looks.
    members : mapping, optional
        What `office_reading.examined` has read of it.

    Returns
    -------
    openpyxl.Workbook
        Without links to other workbooks and without macros.

    Raises
    ------
    BadInput
        It cannot be read (see `office_reading.examined`), has more than a million cells or rows, or merges more than
        half a million.
    """
    members = examined(path) if members is None else members
    sheets = [content for name, content in members.items() if name.startswith(_SHEETS) and name.endswith(".xml")]
    if (count := sum(len(_CELL.findall(one)) for one in sheets)) > _CELLS:
        raise BadInput(Message("holds {count:,} cells and rows", count=count), where=path, wanted=_FEWER)
    if (count := sum(_area(ref) for one in sheets for ref in _COVERING.findall(one))) > _COVERED:
        raise BadInput(Message("merges or links {count:,} cells", count=count), where=path, wanted=_FEWER)
    try:
        # What openpyxl leaves out it says to the screen; whoever needs to know asks the archive.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return load_workbook(archive_of(members), data_only=values, rich_text=not values, keep_links=False)
    except Exception as error:  # of a file that breaks its format openpyxl raises anything
        said = foreign(f"{type(error).__name__}: {error}".splitlines()[0][:200])
        raise BadInput(
            Message("cannot be read as a workbook ({error})", error=said), where=path, wanted=_WANTED
        ) from error


_FEWER = Message("a workbook in which rows and columns behind the last one are deleted, not only empty")


def not_kept(members: Mapping[str, bytes]) -> list[Message]:
    """Name what a workbook has (see `office_reading.examined`) and openpyxl does not keep."""

    def files(pattern: str) -> int:
        return sum(bool(re.match(pattern, name, re.IGNORECASE)) for name in members)

    def marks(folder: str, pattern: bytes) -> int:
        return sum(len(re.findall(pattern, one)) for name, one in members.items() if name.startswith(folder))

    found = (
        counted(marks("xl/drawings/drawing", rb"<xdr:(?:sp|cxnSp)[ >]"), "{n} shape", "{n} shapes"),
        counted(files(r"xl/media/.*\.(emf|wmf|svg|tiff?)$"), "{n} picture", "{n} pictures"),
        counted(files("xl/(ctrlProps|activeX)/[^/]*xml$"), "{n} form control", "{n} form controls"),
        counted(files("xl/embeddings/"), "{n} embedded object", "{n} embedded objects"),
        counted(marks(_SHEETS, rb"<x14:sparkline>"), "{n} sparkline", "{n} sparklines"),
        counted(marks(_SHEETS, rb"<x14:cfRule "), "{n} format by condition", "{n} formats by condition"),
        counted(marks(_SHEETS, rb"<x14:dataValidation "), "{n} validation", "{n} validations"),
        counted(files("xl/(slicers|timelines)/"), "{n} slicer", "{n} slicers"),
        counted(files("xl/threadedComments/"), "{n} thread of comments", "{n} threads of comments"),
        counted(files("xl/externalLinks/[^/]*xml$"), "{n} link to another workbook", "{n} links to other workbooks"),
        counted(files(r"xl/vbaProject\.bin$"), "{n} project of macros", "{n} projects of macros"),
    )
    return [one for one in found if one.facts["n"]]


def _area(ref: bytes) -> int:
    """Count the cells of a reference; of whole rows and columns, which have no end, more than may be."""
    try:
        left, top, right, bottom = range_boundaries(ref.decode("ascii", "replace"))
    except ValueError:
        return 0  # openpyxl will say that it is none
    if None in (left, top, right, bottom):
        return _COVERED + 1
    return int((right - left + 1) * (bottom - top + 1))


class _SheetWriter(WorksheetWriter):  # type: ignore[misc]
    """Writes merged cells in their order: openpyxl keeps them in a set, which has none."""

    def write_merged_cells(self) -> None:
        if merged := self.ws.merged_cells.sorted():
            self.xf.send(MergeCells(mergeCell=[MergeCell(str(one)) for one in merged]).to_tree())


class _Writer(ExcelWriter):  # type: ignore[misc]
    """Does without temporary files: on a full disk they fail half-way, and once more when they are collected."""

    def write_worksheet(self, ws: Worksheet) -> None:
        ws._drawing = SpreadsheetDrawing()
        ws._drawing.charts, ws._drawing.images = ws._charts, ws._images
        writer = _SheetWriter(ws, io.BytesIO())
        writer.write()
        ws._rels = writer._rels
        self._archive.writestr(ws.path[1:], writer.out.getvalue())
        self.manifest.append(ws)
