"""A workbook on disk: the same bytes for the same content, and never half of it."""

from __future__ import annotations

import errno
import io
import os
import zipfile
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from lxml.etree import SerialisationError
from openpyxl.xml.functions import tostring

from ..errors import BadInput
from ..replacing import replacing

if TYPE_CHECKING:
    from pathlib import Path

    from openpyxl import Workbook

__all__ = ["document_date", "save"]

# The earliest date a zip archive can carry.
_EARLIEST = datetime(1980, 1, 1)
_CORE = "docProps/core.xml"


def document_date(stated: str) -> datetime | None:
    """Find the date that goes into a document: ``SOURCE_DATE_EPOCH``, else the date stated (ISO 8601), else none.

    Raises
    ------
    BadInput
        Either is set but no date.
    """
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "").strip()
    if epoch:
        try:
            return datetime.fromtimestamp(int(epoch), UTC).replace(tzinfo=None)
        except (ValueError, OverflowError, OSError) as error:
            raise BadInput(f"'{epoch}' is no time", where="SOURCE_DATE_EPOCH", wanted="seconds since 1970") from error
    if not stated.strip():
        return None
    try:
        date = datetime.fromisoformat(stated.strip())
    except ValueError as error:
        raise BadInput(f"'{stated}' is no date", where="plan, meta date", wanted="a date like 2025-12-31") from error
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
    book.properties.created = stamp
    raw = io.BytesIO()
    wanted = "an existing folder, and a file that no other program has open"
    with replacing(path, wanted=wanted) as part:
        try:
            book.save(raw)
        except SerialisationError as error:
            # openpyxl writes through temporary files of its own, and lxml has an error of its own for a full disk.
            raise OSError(errno.ENOSPC, "no room for its temporary files") from error
        # Saving sets the time of modification to now; it is set back and the archive written anew with one date.
        book.properties.modified = stamp
        core = tostring(book.properties.to_tree())
        with zipfile.ZipFile(raw) as source, zipfile.ZipFile(part, "w") as target:
            for name in source.namelist():
                entry = zipfile.ZipInfo(name, date_time=stamp.timetuple()[:6])
                entry.compress_type = zipfile.ZIP_DEFLATED
                entry.create_system = 0
                target.writestr(entry, core if name == _CORE else source.read(name))
