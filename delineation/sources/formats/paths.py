"""Paths as people write them: why one leads nowhere, and names that no program but the file system can say."""

from __future__ import annotations

import os
import re
import unicodedata
from pathlib import Path
from urllib.parse import unquote

from ...core.errors import BadInput
from ...core.messages import Message
from ..references import shown

# How the web and other databases are addressed; GDAL's drivers know more, but these are what people paste.
_ADDRESS = re.compile(
    r"(?:.*/)?(file|https?|ftp|s3|wfs|mysql|mssql|oci|odbc|jdbc|sde|oracle|sqlite|gpkg|memory):(.*)", re.I | re.S
)
_VARIABLE = re.compile(r"(^|/)~\w*/|\$\w|\$\{\w|%\w+%")
_DRIVE = re.compile(r"(?:.*/)?[A-Za-z]:[\\/]|(?:.*/)?\\\\")


def missing(path: Path, wanted: Message) -> BadInput:
    """Word that a path leads nowhere, with the path that was meant where one can be seen.

    Parameters
    ----------
    path : Path
    wanted : str
        What to ask for where none can.
    """
    text = path.as_posix()
    if packed := re.match(r"/+(vsi\w+)", text, re.IGNORECASE):
        return BadInput(
            Message(
                "is not a file on this computer: paths that GDAL reads through /{packed} are not opened",
                packed=packed[1],
            ),
            where=shown(text),
            wanted=Message("the file itself, by its path"),
        )
    address = _ADDRESS.fullmatch(text)
    if address and address[1].lower() == "file":
        plain = "/" + unquote(address[2]).lstrip("/")
        return BadInput(
            Message("is an address, not a path"), where=text, wanted=Message("the path {plain}", plain=plain)
        )
    if address:
        # What follows may hold a password.
        return BadInput(
            Message("is no file, and {address} connections are not read", address=address[1]),
            where=Message("{address}:…", address=address[1]),
            wanted=Message("a file, or a PostGIS database as PG:host=… dbname=…"),
        )
    if _DRIVE.match(text) and os.sep == "/":
        return BadInput(
            Message("is a path of a Windows computer"),
            where=text,
            wanted=Message("the path of the file on this computer"),
        )
    near = _near(path)
    if near is not None:
        return BadInput(
            Message("file not found"),
            where=text,
            wanted=Message("the name as it is written on the disk: {near}", near=near),
        )
    if _VARIABLE.search(text):
        return BadInput(
            Message("file not found"),
            where=text,
            wanted=Message("the whole path: ~ and variables are not replaced"),
        )
    return BadInput(Message("file not found"), where=text, wanted=wanted)


def _near(path: Path) -> Path | None:
    """Find the file that is meant where only case, white space, slashes or the form of letters differ."""
    turned = Path(path.as_posix().replace("\\", "/")) if os.sep == "/" else path
    if turned != path and turned.exists():
        return turned
    try:
        found = sorted(item for item in turned.parent.iterdir() if _plain(item.name) == _plain(turned.name))
    except OSError:
        return None
    return next((item for item in found if item.exists()), None)


def _plain(name: str) -> str:
    return unicodedata.normalize("NFKC", name).casefold().strip(" \t\r\n\"'“”")


def refuse_name(path: Path) -> None:
    """Refuse a path with bytes that are no UTF-8: nothing but the file system could say which file it is.

    Raises
    ------
    BadInput
        With the bytes written out.
    """
    try:
        str(path).encode("utf-8")
    except UnicodeEncodeError:
        shown = os.fsencode(path).decode("utf-8", "backslashreplace")
        raise BadInput(
            Message("its name is not in UTF-8 (such names come from Windows archives, in GBK)"),
            where=shown,
            wanted=Message("the file or folder renamed"),
        ) from None
