"""Whether a PNG is whole: every chunk's sum, every row of pixels (ISO/IEC 15948), without holding the picture."""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_SAMPLES = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}  # of a pixel by the type of colour
_LARGEST = 1 << 28  # bytes of a chunk


def size_of_whole(path: Path) -> tuple[int, int] | None:
    """Give width and height of a picture that is there from its first byte to its last, None of any other."""
    size: tuple[int, int] | None = None
    row = pixels = 0
    inflate = zlib.decompressobj()
    with path.open("rb") as file:
        if file.read(8) != _SIGNATURE:
            return None
        while len(head := file.read(8)) == 8:
            length, kind = struct.unpack(">I4s", head)
            data = file.read(min(length, _LARGEST))
            check = file.read(4)
            if len(data) != length or check != struct.pack(">I", zlib.crc32(data, zlib.crc32(kind))):
                return None
            if kind == b"IHDR" and length == 13:
                width, height, depth, colour, *_ = struct.unpack(">IIBBBBB", data)
                size, row = (width, height), (width * depth * _SAMPLES.get(colour, 1) + 7) // 8 + 1
            elif kind == b"IDAT":
                try:
                    pixels += len(inflate.decompress(data))
                except zlib.error:
                    return None
            elif kind == b"IEND":
                return size if size and inflate.eof and pixels == row * size[1] else None
    return None
