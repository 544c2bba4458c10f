"""How likely characters are in texts of Chinese maps: it tells a text from the same bytes in another encoding."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["weigh"]

# Classes of characters with their share in Chinese map attributes and how many there are: an estimate that only has to
# keep text and mojibake apart. Level 1 and 2 are those of GB/T 2312 (3,755 and 3,008 characters).
_SHARES = (
    ("other", 1e-5, 60_000), ("level 1", 0.92, 3_755), ("level 2", 0.04, 3_008), ("traditional", 0.01, 2_700),
    ("rare", 2e-4, 40_000), ("sign", 0.02, 300), ("kana", 5e-5, 180), ("letter", 1e-4, 400), ("private", 1e-8, 6_400),
    ("control", 1e-9, 64), ("accent", 0.03, 200),
)  # fmt: skip
_CLASS = {name: number for number, (name, _, _) in enumerate(_SHARES)}
_LOG_ODDS = np.array([np.log(share / count) for _, share, count in _SHARES])
_ORDINARY_CLASSES = [_CLASS[name] for name in ("level 1", "level 2", "traditional", "sign", "accent")]


@lru_cache(maxsize=1)
def _classes() -> NDArray[np.uint8]:
    """Class of each character of the basic plane."""
    table = np.zeros(0x1_0000, dtype=np.uint8)
    for name, first, last in (
        ("control", 0x80, 0xA0),
        ("letter", 0xA1, 0x800),
        ("kana", 0x3040, 0x3100),
        ("rare", 0x3400, 0xA000),
        ("private", 0xE000, 0xF900),
        ("kana", 0xFF61, 0xFFDD),
        ("private", 0xD800, 0xE000),
        ("private", 0xFFFD, 0xFFFE),
    ):
        table[first:last] = _CLASS[name]
    low = (0xA1, 0xFF)
    big5 = ((0xA4, 0xC7), (0x40, 0xFF), "big5", "traditional")
    rows = (((0xB0, 0xD8), low, "gb2312", "level 1"), ((0xD8, 0xF8), low, "gb2312", "level 2"))
    for lead, trail, codec, name in (big5, *rows):
        pairs = bytes(byte for a in range(*lead) for b in range(*trail) for byte in (a, b))
        table[_points(pairs.decode(codec, errors="ignore"))] = _CLASS[name]
    signs = "、。·—…‘’“”〈〉《》「」【】（）！，：；？％＋－／①②③④⑤⑥⑦⑧⑨⑩ⅠⅡⅢⅣⅤ℃㎡°×±～〔〕㎞㎏²³μ"
    full = "".join(map(chr, (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B), 0x3000)))
    table[_points(signs + full)] = _CLASS["sign"]
    return table


def _points(text: str) -> NDArray[np.uint32]:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")


def weigh(text: str) -> tuple[float, float, int]:
    """Weigh the characters of a text beyond ASCII: log of their odds, share of ordinary ones, those of three bytes."""
    points = _points(text)
    beyond = points >= 0x80
    kind = np.full(len(points), _CLASS["rare"], dtype=np.uint8)
    kind[points < 0x1_0000] = _classes()[points[points < 0x1_0000]]
    lower = points | 0x20
    ascii_letter = (lower >= 0x61) & (lower <= 0x7A)
    near = np.zeros(len(points), dtype=bool)
    near[1:] |= ascii_letter[:-1]
    near[:-1] |= ascii_letter[1:]
    kind[near & (points >= 0xC0) & (points < 0x250)] = _CLASS["accent"]
    found = kind[beyond]
    if not len(found):
        return 0.0, 1.0, 0
    ordinary = float(np.isin(found, _ORDINARY_CLASSES).mean())
    return float(_LOG_ODDS[found].sum()), ordinary, int((points >= 0x800).sum())
