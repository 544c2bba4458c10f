"""What a Shapefile's .prj says, where GDAL cannot tell: written in GBK or UTF-16, as a code, as WKT 2, or not at all.

A .prj is one CRS in ESRI's or OGC's WKT 1. Chinese software writes its name in GBK; editors save it in UTF-16; people
put ``EPSG:4548`` into it. What leaves no doubt is read, the rest is said to be there and unreadable.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ...errors import BadInput
from ...findings import Finding
from ..coordinates.crs import parse_crs, short_name

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Projection", "read_projection"]

_LONGEST = 1 << 16  # bytes; a CRS with all its remarks has a few thousand
_SHOWN = 40  # characters of a text that is none
_WKT_1 = re.compile(r"\s*(PROJCS|GEOGCS|GEOCCS|COMPD_CS|LOCAL_CS|VERT_CS|FITTED_CS)\s*[\[(]", re.IGNORECASE)
_WKT_2 = re.compile(r"\s*(PROJ|GEOG|GEOD|BOUND|COMPOUND|DERIVEDPROJ)(ETIC|RAPHIC|ECTED)?CRS\s*[\[(]", re.IGNORECASE)
_CODE = re.compile(r"\s*(?:urn:ogc:def:crs:)?EPSG:{1,2}(\d{4,6})\s*", re.IGNORECASE)
_PROJ = re.compile(r"\s*\+proj=\w+")
# ESRI's oldest form, a keyword a line; GDAL reads it.
_KEYWORDS = re.compile(r"\s*Projection\s+\w+", re.IGNORECASE)


@dataclass(frozen=True)
class Projection:
    """What has to be put in place of a .prj.

    Attributes
    ----------
    wkt : str
        Text for a .prj in UTF-8 that GDAL reads, "" for none.
    crs : str
        The CRS itself, where it is written in a way that GDAL takes for nothing; "" elsewhere.
    unread : str
        Why it cannot be read; "" where it can.
    finding : Finding
        S49, with "" as source.
    """

    wkt: str
    crs: str
    unread: str
    finding: Finding


def read_projection(path: Path) -> Projection | None:
    """Read a .prj that GDAL cannot read as it lies; None where it can.

    Raises
    ------
    OSError
        The file cannot be read.
    """
    with path.open("rb") as stream:
        raw = stream.read(_LONGEST)
    text, encoding = _decoded(raw)
    if not text.strip("\0 \t\r\n"):
        return _unread("it is empty" if len(raw) == raw.count(b"\0") + len(raw.split()) * 0 else "it is empty")
    if _KEYWORDS.match(text):
        return None
    code, first = _CODE.fullmatch(text), _WKT_1.match(text)
    if not (code or first or _WKT_2.match(text) or _PROJ.match(text)):
        return _unread(f"it begins with “{_plain(text)}”, which is no CRS")
    try:
        crs = parse_crs(f"EPSG:{code[1]}" if code else text.strip())
    except BadInput:
        said = f"EPSG:{code[1]} is no known code" if code else f"what begins with “{_plain(text)}” is no whole CRS"
        return _unread(said)
    if first and encoding == "UTF-8":
        return None
    facts: dict[str, str | int | float] = {"source": "", "encoding": encoding, "crs": short_name(crs, named=True)}
    if first:
        return Projection(text, "", "", Finding("S49", {**facts, "problem": "encoding"}))
    facts["said"] = _plain(text)
    return Projection("", short_name(crs), "", Finding("S49", {**facts, "problem": "notation"}))


def _unread(why: str) -> Projection:
    return Projection("", "", why, Finding("S49", {"source": "", "problem": "unread", "why": why}))


def _plain(text: str) -> str:
    """Give the beginning of a text in characters that a line can hold."""
    head = "".join(letter if letter.isprintable() else "�" for letter in text.strip()[: _SHOWN + 1])
    return head[:_SHOWN] + "…" if len(head) > _SHOWN else head


def _decoded(raw: bytes) -> tuple[str, str]:
    """Find the encoding: a mark, zeros between the letters, else the first that fits."""
    marks = ((b"\xef\xbb\xbf", "UTF-8"), (b"\xff\xfe", "UTF-16"), (b"\xfe\xff", "UTF-16"))
    tried = [name for mark, name in marks if raw.startswith(mark)]
    if not tried and b"\0" in raw:
        # Without a mark the zeros of its Latin letters say which byte comes first.
        tried = ["UTF-16-LE" if raw[1::2].count(0) > raw[0::2].count(0) else "UTF-16-BE"]
    for name in (*tried, "UTF-8", "GB18030"):
        try:
            text = raw.decode("utf-8-sig" if name == "UTF-8" else name)
        except UnicodeDecodeError:
            continue
        return text, name
    # Only its names can be wrong then: all else in a CRS is ASCII.
    return raw.decode("latin-1"), "Latin-1"
