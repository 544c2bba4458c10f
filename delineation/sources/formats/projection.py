"""What a Shapefile's .prj says, where GDAL cannot tell: written in GBK or UTF-16, as a code, as WKT 2, or not at all.

A .prj is one CRS in ESRI's or OGC's WKT 1. Chinese software writes its name in GBK; editors save it in UTF-16; people
put ``EPSG:4548`` into it. What leaves no doubt is read, the rest is said to be there and unreadable.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ...core.atomic_files import head_of
from ...core.errors import BadInput
from ...core.findings import Facts, Finding
from ..coordinates.crs import parse_crs, short_name
from ..encoding.codepages import two_byte_encoding

if TYPE_CHECKING:
    from pathlib import Path

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
    """What is put in place of a .prj.

    Attributes
    ----------
    crs : str
        The CRS, "" where it cannot be read.
    unread : str
        The beginning of what cannot be read, in quotes; "" where it can.
    finding : Finding or None
        S49, with "" as source; None where nothing is odd but its language.
    """

    crs: str
    unread: str = ""
    finding: Finding | None = None


def read_projection(path: Path) -> Projection | None:
    """Read a .prj that GDAL cannot read as it lies, or not as well; None where it can.

    Raises
    ------
    OSError
        The file cannot be read.
    """
    text, encoding = _decoded(head_of(path, _LONGEST))
    if _KEYWORDS.match(text):
        return None
    code, first = _CODE.fullmatch(text), _WKT_1.match(text)
    if not (code or first or _WKT_2.match(text) or _PROJ.match(text)):
        return _unread(text)
    try:
        crs = parse_crs(f"EPSG:{code[1]}" if code else text.strip())
    except BadInput:
        return _unread(text)
    if first and encoding == "UTF-8":
        # GDAL reads it, but knows the code of a CRS only by a name in Latin letters.
        return None if text.isascii() else Projection(short_name(crs))
    facts: Facts = {"source": "", "crs": short_name(crs, named=True)}
    facts |= {"problem": "encoding", "encoding": encoding} if first else {"problem": "notation", "said": _plain(text)}
    return Projection(short_name(crs), finding=Finding("S49", facts))


def _unread(text: str) -> Projection:
    said = _plain(text)
    return Projection("", f"“{said}”", Finding("S49", {"source": "", "problem": "unread", "said": said}))


def _plain(text: str) -> str:
    """Give the beginning of a text in characters that a line can hold."""
    head = "".join(letter if letter.isprintable() else "�" for letter in text.strip()[: _SHOWN + 1])
    return head[:_SHOWN] + "…" if len(head) > _SHOWN else head


def _decoded(raw: bytes) -> tuple[str, str]:
    """Find the encoding: a mark, zeros between the letters, else the first that fits."""
    for name in filter(None, (two_byte_encoding(raw), "UTF-8", "GB18030")):
        try:
            return raw.decode("utf-8-sig" if name == "UTF-8" else name), name
        except UnicodeDecodeError:
            continue
    # Only its names can be wrong then: all else in a CRS is ASCII.
    return raw.decode("latin-1"), "Latin-1"
