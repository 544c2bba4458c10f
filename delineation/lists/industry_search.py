"""Finds industries as people look for them: by code, by a part of the name, by the first letters of its pinyin."""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cache
from typing import TYPE_CHECKING

from ..core.text import clean_text

if TYPE_CHECKING:
    from .industries import Industries

__all__ = ["initials", "search_industries"]

# GB 2312 sorts its 3,755 common characters by pinyin: where the syllables of each letter begin (none with i, u, v).
_LETTERS = "abcdefghjklmnopqrstwxyz"
_BEGIN = (
    *(0xB0A1, 0xB0C5, 0xB2C1, 0xB4EE, 0xB6EA, 0xB7A2, 0xB8C1, 0xB9FE, 0xBBF7, 0xBFA6, 0xC0AC, 0xC2E8),
    *(0xC4C3, 0xC5B6, 0xC5BE, 0xC6DA, 0xC8BB, 0xC8F6, 0xCBFA, 0xCDDA, 0xCEF4, 0xD1B9, 0xD4D1),
)
_END = 0xD7FA
_ANY = "?"
_CODE = re.compile(r"[a-tA-T]\d{0,4}")
_DIGITS = re.compile(r"\d{2,4}")
_MARKS = re.compile(r"[\W_]+")


@cache
def initials(text: str) -> str:
    """Give the first letter of the pinyin of each character; ``?`` for a rare one, letters and digits as they are.

    Of a character with several readings it is that by which GB 2312 sorts it.

    Examples
    --------
    >>> initials("化学原料")
    'hxyl'
    """
    out = []
    for character in _MARKS.sub("", text).lower():
        if character.isascii():
            out.append(character)
            continue
        try:
            high, low = character.encode("gb2312")
        except (UnicodeEncodeError, ValueError):
            out.append(_ANY)
            continue
        place = high << 8 | low
        out.append(_LETTERS[bisect_right(_BEGIN, place) - 1] if _BEGIN[0] <= place < _END else _ANY)
    return "".join(out)


def search_industries(industries: Industries, text: str, limit: int = 30) -> list[tuple[str, str]]:
    """Find industries: code and name, those first that begin as what is looked for.

    Parameters
    ----------
    industries : Industries
    text : str
        The beginning of a code with or without its letter, a part of a name, or first letters of its pinyin; a code
        that has no name of its own is found with that of the one above.
    limit : int

    Examples
    --------
    >>> from delineation.lists.industries import read_industries
    >>> search_industries(read_industries(), "hxyl")[0][0]
    'C26'
    """
    asked = clean_text(text)
    letters = _MARKS.sub("", asked).lower()
    if not letters:
        return []
    found: dict[str, tuple[int, str]] = {}
    for code in _deeper(industries, letters):
        found[code] = (1, code)
    for code, name in industries.names.items():
        if code == letters.upper():
            found[code] = (0, code)
        elif _begins(code, letters):
            found[code] = (2, code)
        elif asked in name:
            found[code] = (3 if name.startswith(asked) else 4, code)
        elif letters.isascii() and letters.isalpha() and (place := _place(initials(name), letters)) >= 0:
            found[code] = (5 if not place else 6, code)
    order = sorted(found, key=lambda code: found[code])
    return [(code, industries.name(code)) for code in order[:limit]]


def _begins(code: str, letters: str) -> bool:
    if _CODE.fullmatch(letters):
        return code.lower().startswith(letters)
    return bool(_DIGITS.fullmatch(letters)) and code[1:].startswith(letters)


def _deeper(industries: Industries, letters: str) -> list[str]:
    """Codes that are written whole and have no name of their own."""
    if _CODE.fullmatch(letters):
        codes = [letters.upper()]
    elif _DIGITS.fullmatch(letters):
        codes = [f"{section}{letters}" for section in industries.names if len(section) == 1]
    else:
        return []
    return [code for code in codes if industries.known(code) and code not in industries.names]


def _place(known: str, letters: str) -> int:
    """Where letters stand in first letters of a name; −1 for nowhere."""
    for start in range(len(known) - len(letters) + 1):
        if all(one in (other, _ANY) for one, other in zip(known[start:], letters, strict=False)):
            return start
    return -1
