"""Workbooks and documents on disk: the same bytes for the same content, and never half of it."""

from __future__ import annotations

import html
import io
import re
import zipfile
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from .atomic_files import replacing, set_date
from .errors import BadInput
from .messages import Message

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from typing import BinaryIO

# The dates that a zip archive can carry.
_EARLIEST, _LATEST = datetime(1980, 1, 1), datetime(2107, 12, 31)
_TAG, _ENDS = re.compile(rb"<[^>]*>"), re.compile(rb"</w:p>|<w:br/>")


def document_date(stated: str) -> datetime | None:
    """Find the date of a file's properties: ``SOURCE_DATE_EPOCH``, else the date stated (ISO 8601), else none.

    It is printed nowhere: what people read is the day that somebody stated (`plan.stated`).

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


def stamp_of(date: datetime | None) -> datetime:
    """Give the time that a file's properties and its archive's entries carry."""
    return min(max(date or _EARLIEST, _EARLIEST), _LATEST).replace(microsecond=0)


def file_time(stated: str = "") -> str:
    """Give the time by which a GeoPackage says that it was changed; it is of the file, and says nothing of the data.

    Examples
    --------
    >>> file_time("2026-11-30"), file_time()
    ('2026-11-30T00:00:00.000Z', '1980-01-01T00:00:00.000Z')
    """
    return stamp_of(document_date(stated)).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def text_of(path: Path) -> str:
    """Read the text of a Word document's body, a line for each paragraph and line break."""
    with zipfile.ZipFile(path) as archive:
        body = _ENDS.sub(b"\n", archive.read("word/document.xml"))
    return html.unescape(_TAG.sub(b"", body).decode())


def write_archive(raw: BinaryIO, path: Path, stamp: datetime, replaced: Mapping[str, bytes] | None = None) -> None:
    """Write a zip archive anew, with one date and in the same way on all systems, beside its place; then move it there.

    Parameters
    ----------
    raw : binary file
        The archive as a library wrote it.
    path : Path
        An existing file is replaced whole.
    stamp : datetime
        Of all entries.
    replaced : mapping, optional
        Entries by name that stand in the place of the library's own.

    Raises
    ------
    BadInput
        The folder is missing or the file cannot be replaced (in use by another program), or the disk is full.
    """
    # In memory first: on a full disk an archive fails half-way, and once more when it is collected.
    whole, own = io.BytesIO(), replaced or {}
    with zipfile.ZipFile(raw) as source, zipfile.ZipFile(whole, "w") as target:
        for name in source.namelist():
            entry = zipfile.ZipInfo(name, date_time=stamp.timetuple()[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 0
            target.writestr(entry, own[name] if name in own else source.read(name))
    with replacing(path, wanted=Message("an existing folder, and a file that no other program has open")) as part:
        part.write_bytes(whole.getvalue())
