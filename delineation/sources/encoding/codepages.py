"""Encodings by the names and numbers that files state them with."""

from __future__ import annotations

import re

_PAGES = {
    "936": "GBK",
    "54936": "GB18030",
    "65001": "UTF-8",
    "950": "BIG5",
    "949": "CP949",
    "932": "CP932",
    "874": "CP874",
    "28591": "ISO-8859-1",
    "88591": "ISO-8859-1",
    "51936": "GB2312",
    "20936": "GB2312",
    "1386": "GBK",
}
# Statements that name no encoding but "that of the machine".
_NONE = ("", "OEM", "ANSI", "SYSTEM", "NEUTRAL", "NONE", "DEFAULT", "ACP")
# Language drivers of dBASE and Visual FoxPro, as ESRI's software writes them (ESRI technical article 000013192;
# Visual FoxPro, "Code pages supported"); 0x57 is "the ANSI page of the machine" and names none.
_LANGUAGE = {
    437: (0x01, 0x09, 0x0B, 0x0D, 0x0F, 0x11, 0x15, 0x18, 0x19, 0x1B), 865: (0x08, 0x17, 0x66), 932: (0x13, 0x7B),
    850: (0x02, 0x0A, 0x0E, 0x10, 0x12, 0x14, 0x16, 0x1A, 0x1D, 0x25, 0x37), 1252: (0x03, 0x58, 0x59), 860: (0x24,),
    863: (0x1C, 0x6C), 852: (0x1F, 0x22, 0x23, 0x40, 0x64, 0x87), 866: (0x26, 0x65), 936: (0x4D, 0x7A),
    949: (0x4E, 0x79), 950: (0x4F, 0x78), 874: (0x50, 0x7C), 861: (0x67,), 737: (0x6A, 0x86), 857: (0x6B, 0x88),
    1250: (0xC8,), 1251: (0xC9,), 1253: (0xCB,), 1254: (0xCA,), 1257: (0xCC,),
}  # fmt: skip
_PAGE_OF = {driver: page for page, drivers in _LANGUAGE.items() for driver in drivers}
# Names of charsets in MapInfo files (MapInfo Pro, "CharSet clause").
_CHARSETS = {
    "WINDOWSSIMPCHINESE": "GBK",
    "WINDOWSTRADCHINESE": "BIG5",
    "WINDOWSLATIN1": "CP1252",
    "UTF-8": "UTF-8",
    "WINDOWSJAPANESE": "CP932",
    "WINDOWSKOREAN": "CP949",
    "CODEPAGE437": "CP437",
    "ISO8859_1": "ISO-8859-1",
}


def named_encoding(text: str) -> str | None:
    """Give the real name of an encoding as files and people write it: ``936``, ``ANSI 936``, ``UTF8``, ``GB2312``.

    Returns
    -------
    str or None
        "" where the text means the encoding of some machine; None for a name nobody knows.
    """
    word = text.replace("\0", "").strip("\ufeff\ufffd \t\r\n'\"").upper()
    if word in _NONE:
        return ""
    page = re.fullmatch(r"(?:ANSI|OEM|CP|MS|IBM|WINDOWS|X|CODEPAGE)?[ _-]*(\d{3,5})", word)
    if page:
        word = _PAGES.get(page[1], f"CP{page[1]}")
    spoken = {"UTF8": "UTF-8", "EUC-CN": "GB2312", "X-GBK": "GBK", "ISO 8859-1": "ISO-8859-1", "ISO88591": "ISO-8859-1"}
    word = spoken.get(word, word)
    try:
        b"A".decode(word)
    except (LookupError, UnicodeError):
        return None
    return word


def driver_page(driver: int) -> int:
    """Give the code page of a dBASE language driver; 0 where it names none."""
    return _PAGE_OF.get(driver, 0)


def charset_encoding(name: str) -> str:
    """Give the encoding of a MapInfo charset, "" for one nobody knows."""
    return _CHARSETS.get(name.upper()) or named_encoding(name) or ""


# ── Encodings of two bytes a character, as files show them in their first bytes ─────────────────────────────────────

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
