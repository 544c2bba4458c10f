"""Workbooks and documents of others, looked at before any library opens them: whole, without a password, of a size."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from typing import TYPE_CHECKING

from .errors import BadInput
from .given_files import read_given
from .messages import Message, at, foreign

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_UNPACKED = 200 * 2**20  # bytes: a workbook of 200,000 full cells unpacks to some 20 MB
_COMPOUND = bytes.fromhex("d0cf11e0a1b11ae1")  # files of Office 97, and those with a password
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
# Office writes no document types; by entities of their own they grow without end, or read other files.
_DOCTYPE = re.compile(rb"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)
_XML = (".xml", ".rels", ".vml")
_WANTED = Message("a file as Excel 2007 or Word 2007 and later save it (.xlsx, .docx), without a password")
_FAILURES = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError)


def examined(path: Path) -> dict[str, bytes]:
    """Read what a workbook or document holds, entry by entry, and refuse what no library should be given.

    Parameters
    ----------
    path : Path

    Returns
    -------
    dict
        Name of the entry → its bytes, in the order of the archive.

    Raises
    ------
    BadInput
        No such file, one of Office 97 or with a password, no archive or a damaged one, one that unpacks to more than
        200 MB, XML that declares entities.
    """
    where = at(path)
    raw = read_given(path, _WANTED)
    if raw.startswith(_COMPOUND):
        what = Message("is protected by a password") if _ENCRYPTED in raw else Message("is a file of Office 97 to 2003")
        raise BadInput(what, where=where, wanted=_WANTED)
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            entries = [one for one in archive.infolist() if not one.is_dir()]
            # Sizes as the archive's own list states them: more than that is not unpacked.
            if sum(one.file_size for one in entries) > _UNPACKED:
                raise BadInput(
                    Message("unpacks to more than {size} MB", size=_UNPACKED // 2**20), where=where, wanted=_WANTED
                )
            members = {one.filename: archive.read(one) for one in entries}
    except _FAILURES as error:
        raise BadInput(
            Message("is damaged, or no workbook or document ({error})", error=foreign(error)),
            where=where,
            wanted=_WANTED,
        ) from error
    for name, content in members.items():
        # Without zeros UTF-16 reads as the rest does.
        if name.lower().endswith(_XML) and _DOCTYPE.search(content.replace(b"\0", b"")):
            raise BadInput(Message("{name} declares entities", name=name), where=where, wanted=_WANTED)
    return members


def archive_of(members: Mapping[str, bytes]) -> io.BytesIO:
    """Pack entries into an archive in memory."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_STORED) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    whole.seek(0)
    return whole
