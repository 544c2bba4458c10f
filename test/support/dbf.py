"""A writer of Shapefiles whose bytes are exactly those asked for: what GDAL would repair is not repaired here."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


@dataclass(frozen=True)
class Column:
    """A field: its name and values as bytes, its width; ``kind`` is C, N or F."""

    name: bytes
    values: Sequence[bytes]
    width: int = 30
    kind: bytes = b"C"


def table(columns: Sequence[Column], language: int = 0, promised: int | None = None) -> bytes:
    """Bytes of a dBASE III table; names are cut at ten bytes and values at the width, wherever that is."""
    count = len(columns[0].values)
    length = 1 + sum(column.width for column in columns)
    head = struct.pack(
        "<B3BIHH20x", 3, 26, 1, 1, count if promised is None else promised, 33 + 32 * len(columns), length
    )
    head = head[:29] + bytes([language]) + head[30:]
    fields = b"".join(
        column.name[:10].ljust(11, b"\0") + column.kind + bytes(4) + bytes([column.width, 0]) + bytes(14)
        for column in columns
    )
    rows = b"".join(
        b" " + b"".join(column.values[row][: column.width].ljust(column.width) for column in columns)
        for row in range(count)
    )
    return head + fields + b"\r" + rows + b"\x1a"


def polygons(count: int) -> tuple[bytes, bytes]:
    """Bytes of .shp and .shx of so many unit squares."""
    records, index, at = [], [], 50
    for number in range(count):
        ring = [(number, 0), (number, 1), (number + 1, 1), (number + 1, 0), (number, 0)]
        points = b"".join(struct.pack("<2d", *point) for point in ring)
        body = struct.pack("<i4d3i", 5, number, 0, number + 1, 1, 1, 5, 0) + points
        records.append(struct.pack(">2i", number + 1, len(body) // 2) + body)
        index.append(struct.pack(">2i", at, len(body) // 2))
        at += len(records[-1]) // 2
    box = struct.pack("<8d", 0, 0, count, 1, 0, 0, 0, 0)

    def file(parts: list[bytes]) -> bytes:
        body = b"".join(parts)
        head = struct.pack(">i20xi", 9994, 50 + len(body) // 2) + struct.pack("<2i", 1000, 5)
        return head + box + body

    return file(records), file(index)


def shapefile(
    path: Path, columns: Sequence[Column], *, language: int = 0, cpg: bytes | None = None, promised: int | None = None
) -> Path:
    """Write a Shapefile of squares with a table of exactly these bytes."""
    shp, shx = polygons(len(columns[0].values))
    path.write_bytes(shp)
    path.with_suffix(".shx").write_bytes(shx)
    path.with_suffix(".dbf").write_bytes(table(columns, language, promised))
    if cpg is not None:
        path.with_suffix(".cpg").write_bytes(cpg)
    return path
