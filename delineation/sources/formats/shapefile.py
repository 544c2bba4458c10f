"""What a Shapefile's parts say before GDAL reads them: names, widths, language byte, and how many records each has."""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ...core.atomic_files import head_of
from ...core.errors import BadInput
from ...core.findings import Facts, Finding
from ...core.messages import Message, at
from ..encoding.codepages import driver_page, named_encoding
from ..encoding.reading import Stated

if TYPE_CHECKING:
    from pathlib import Path

    from ...core.arrays import Ints

_HEADER = 100  # bytes of the header of .shp and .shx


@dataclass(frozen=True)
class DbfHeader:
    """Head of a dBASE table.

    Attributes
    ----------
    names : tuple of bytes
    widths : tuple of int
        Bytes a value may have; 0 for fields that are not text.
    language : int
        Language driver, byte 29.
    records : int
        As the head promises.
    held : int
        Whole records in the file.
    """

    names: tuple[bytes, ...]
    widths: tuple[int, ...]
    language: int
    records: int
    held: int


def part(path: Path, suffix: str) -> Path | None:
    """Find a part of a Shapefile beside it, whatever the case of its suffix."""
    near = path.with_suffix(suffix)
    if near.is_file():
        return near
    pattern = re.compile(re.escape(path.stem) + re.escape(suffix), re.IGNORECASE)
    found = [item for item in path.parent.iterdir() if pattern.fullmatch(item.name) and item.is_file()]
    return sorted(found, key=lambda item: item.stem != path.stem)[0] if found else None


def read_table(path: Path) -> DbfHeader | None:
    """Read the head of a .dbf (or of MapInfo's .dat); None where it is no dBASE table.

    Only the head: the records are GDAL's.
    """
    with path.open("rb") as stream:
        head = stream.read(32)
        if len(head) < 32:
            return None
        records, start, length = struct.unpack_from("<IHH", head, 4)
        fields = stream.read(max(start - 32, 0))
    names, widths = [], []
    for start_of in range(0, len(fields) - 31, 32):
        field = fields[start_of : start_of + 32]
        if field[0] in (0x0D, 0x00):
            break
        names.append(field[:11].split(b"\0")[0])
        widths.append(field[16] if field[11:12] in b"CcM" else 0)
    if not names or not length:
        return None
    held = max(path.stat().st_size - start, 0) // length
    return DbfHeader(tuple(names), tuple(widths), head[29], records, held)


def stated_by(shapefile: Path, table: DbfHeader | None) -> list[Stated]:
    """Say what a Shapefile states of its encoding: its .cpg, then its language byte."""
    found = []
    label = part(shapefile, ".cpg")
    if label is not None:
        raw = label.read_bytes()[:80].replace(b"\0", b"")
        said = raw.decode("utf-8-sig", errors="replace").strip("\ufffd \t\r\n")
        if said:
            found.append(Stated("cpg", f".cpg {said}", named_encoding(said) or ""))
    page = driver_page(table.language) if table is not None else 0
    if table is not None and page:
        found.append(Stated("ldid", f"LDID {table.language} (CP{page})", named_encoding(str(page)) or ""))
    return found


def check_parts(shapefile: Path, place: str = "") -> list[Finding]:
    """Hold the parts of a Shapefile against each other before GDAL reads what it can of them.

    Returns
    -------
    list of Finding
        S27 a part is missing, S28 there are more records than shapes.

    Raises
    ------
    BadInput
        Empty or cut files, with the record at which they break.
    """
    findings = []
    index, table = part(shapefile, ".shx"), part(shapefile, ".dbf")
    for path in (shapefile, index, table):
        if path is not None and path.stat().st_size == 0:
            raise BadInput(
                Message("is empty (0 bytes)"), where=path, wanted=Message("the whole file, copied once more")
            )
    size = shapefile.stat().st_size
    head = head_of(shapefile, _HEADER)
    if len(head) < _HEADER or struct.unpack_from(">i", head)[0] != 9994:
        raise BadInput(
            Message("is not a .shp file (its header is truncated or damaged)"),
            where=shapefile,
            wanted=Message("a whole Shapefile"),
        )
    promised = 2 * struct.unpack_from(">i", head, 24)[0]
    offsets = _offsets(index) if index is not None and has_index(shapefile) else None
    if size < promised:
        raise BadInput(
            _cut(size, promised, offsets), where=shapefile, wanted=Message("the whole file, copied once more")
        )
    if offsets is None:
        findings.append(Finding("S27", {"source": place, "problem": "shx"}))
    if table is None:
        findings.append(Finding("S27", {"source": place, "problem": "dbf"}))
        return findings
    known = read_table(table)
    if known is None:
        return findings
    if known.held < known.records:
        raise BadInput(
            Message(
                "is truncated: record {record} of {records} is the first incomplete one",
                record=known.held + 1,
                records=known.records,
            ),
            where=table,
            wanted=Message("the whole file, copied once more"),
        )
    shapes = None if offsets is None else len(offsets)
    if shapes is not None and shapes > known.records:
        raise BadInput(
            Message(
                "has {shapes} shapes but only {records} records of attributes", shapes=shapes, records=known.records
            ),
            where=at(place) or at(shapefile),
            wanted=Message("a .shp and a .dbf of the same version"),
        )
    if shapes is not None and shapes < known.records:
        facts: Facts = {"source": place, "shapes": shapes, "records": known.records}
        findings.append(Finding("S28", facts, value=float(abs(shapes - known.records))))
    return findings


def has_index(shapefile: Path) -> bool:
    """Whether the .shx is there and as long as it says."""
    index = part(shapefile, ".shx")
    if index is None:
        return False
    head = head_of(index, _HEADER)
    return len(head) == _HEADER and index.stat().st_size >= 2 * int(struct.unpack_from(">i", head, 24)[0])


def _offsets(index: Path) -> Ints:
    """Byte ranges of the records of a .shp, as its .shx has them: (n, 2) start and end."""
    raw = index.read_bytes()[_HEADER:]
    pairs = 2 * np.frombuffer(raw[: len(raw) // 8 * 8], dtype=">i4").astype(np.int64).reshape(-1, 2)
    return np.column_stack([pairs[:, 0], pairs[:, 0] + pairs[:, 1] + 8])


def _cut(size: int, promised: int, offsets: Ints | None) -> Message:
    if offsets is None:
        return Message("is truncated: {size} of {promised} bytes", size=size, promised=promised)
    beyond = np.flatnonzero(offsets[:, 1] > size)
    first = int(beyond[0]) + 1 if len(beyond) else len(offsets)
    return Message(
        "is truncated: {size} of {promised} bytes, record {record} of {records} is the first incomplete one",
        size=size,
        promised=promised,
        record=first,
        records=len(offsets),
    )
