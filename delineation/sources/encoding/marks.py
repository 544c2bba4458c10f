"""Encodings of two bytes a character, as files show them in their first bytes."""

from __future__ import annotations

__all__ = ["two_byte_encoding"]

_MARKS = (b"\xff\xfe", b"\xfe\xff")
_ZEROS = 1 / 3  # share of every other byte, from which Latin letters are written in two bytes each


def two_byte_encoding(head: bytes) -> str:
    """Tell UTF-16 by its mark, else by the zeros between Latin letters.

    Returns
    -------
    str
        ``UTF-16``, ``UTF-16-LE``, ``UTF-16-BE`` or "".
    """
    if head.startswith(_MARKS):
        return "UTF-16"
    pairs = len(head) // 2
    first, second = head[0::2].count(0), head[1::2].count(0)
    if max(first, second) <= _ZEROS * pairs:
        return ""
    return "UTF-16-LE" if second > first else "UTF-16-BE"
