"""In which encoding texts are: what a file states is one witness, all its bytes are the others.

A ``.cpg``, a language byte and a charset each lie in real files. Every candidate is tried on all values and field
names; of those that fit, the one is taken under which the characters are the likeliest.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from .reading import Stated, TextReading

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

_UTF8, _GB18030, _LATIN = "UTF-8", "GB18030", "CP1252"
# Encodings that GB 18030-2022 contains: what one of them states, it reads.
_GB = ("GB2312", "GBK", _GB18030)
# Weight of what is stated, as a log of odds: a few characters that speak against it do not yet overrule it.
_TRUST = {"case": 1e9, "cpg": 6.0, "ldid": 4.0, "format": 4.0}
_CUT_ODDS = -4.0  # a value whose last character is cut is rare
_FAILED_ODDS = -200.0  # a value that does not fit speaks louder than any odd character
_HOPELESS = 200  # failed values after which a trial is given up and their number estimated
_UNREAD_ODDS = -12.0  # a byte of it: no byte of any character is as unlikely
_READ = 400_000  # bytes that are weighed; all are tried
_BROKEN = 0.05  # share of values that may fit no encoding before the layer is refused
_MOST = 0.99  # no confidence is shown above
_SAMPLES, _SAMPLE_LENGTH = 3, 24
_ORDINARY = 0.6  # share of ordinary characters under which a stated encoding is doubted


@dataclass(frozen=True)
class Texts:
    """Distinct texts of a field, as bytes.

    Attributes
    ----------
    values : tuple of bytes
        Those that are not plain ASCII.
    width : int
        Bytes that the field holds; 0 where it knows no limit.
    """

    values: tuple[bytes, ...]
    width: int = 0


def _codec(encoding: str) -> str:
    """Codec that reads an encoding: GB 18030 reads its predecessors too."""
    return _GB18030 if encoding in _GB else encoding


@dataclass(frozen=True)
class EncodingTrial:
    """All texts under one encoding.

    Attributes
    ----------
    encoding : str
    failed, cut : int
        Values that do not fit; values with a last character that was cut.
    odds : float
        Log of the likelihood of the characters.
    ordinary : float
        Share of characters beyond ASCII that are common in texts.
    triple : int
        Characters of three bytes and more: UTF-8 that fits by chance has none.
    """

    encoding: str
    failed: int
    cut: int
    odds: float
    ordinary: float
    triple: int


def decode_text(value: bytes, encoding: str, width: int = 0) -> tuple[str, bool, bool]:
    """Read a value of a field of so many bytes: text, whether its last character was cut, whether bytes do not fit."""
    codec = _codec(encoding)
    try:
        return value.decode(codec), False, False
    except UnicodeDecodeError:
        # Some writers keep the last byte of a field for a NUL.
        if width and len(value) >= width - 1:
            try:
                return codecs.getincrementaldecoder(codec)().decode(value), True, False
            except UnicodeDecodeError:
                pass
    return value.decode(codec, errors="replace"), False, True


def decode_all(column: Texts, encoding: str, *, whole: bool = False) -> list[tuple[str, bool, bool]]:
    """Read all values of a field as ``decode_text`` reads one: at once where all fit.

    Unless ``whole``, it stops where so many have failed that the encoding cannot be right.
    """
    try:
        # No value holds a NUL: a dBASE text ends there.
        texts = b"\0".join(column.values).decode(_codec(encoding)).split("\0")
    except UnicodeDecodeError:
        texts = []
    if texts and len(texts) == len(column.values):
        return [(text, False, False) for text in texts]
    out: list[tuple[str, bool, bool]] = []
    failed = 0
    for value in column.values:
        out.append(decode_text(value, encoding, column.width))
        failed += out[-1][2]
        if failed > _HOPELESS and not whole:
            break
    return out


def _try(encoding: str, columns: Sequence[Texts]) -> EncodingTrial:
    failed = cut = size = unread = 0
    read: list[str] = []
    for column in columns:
        found = decode_all(column, encoding)
        broken = sum(lost for _, _, lost in found)
        # Where it was given up early, the rest is taken to be no better.
        failed += broken * len(column.values) // max(len(found), 1)
        cut += sum(was_cut for _, was_cut, _ in found)
        for value, (text, _, lost) in zip(column.values, found, strict=False):
            # By bytes, so that all encodings are weighed by the same values.
            size += len(value)
            if size > _READ:
                break
            if lost:
                unread += len(value)
            else:
                read.append(text)
    odds, ordinary, triple = weigh("\n".join(read))
    return EncodingTrial(encoding, failed, cut, odds + _CUT_ODDS * cut + _UNREAD_ODDS * unread, ordinary, triple)


def choose_encoding(columns: Sequence[Texts], stated: Iterable[Stated]) -> tuple[EncodingTrial, TextReading]:
    """Choose the encoding that all texts of a layer fit best, of those stated, UTF-8 and GB 18030.

    Parameters
    ----------
    columns : sequence of Texts
        With at least one value.
    stated : iterable of Stated
        What the case states is taken, fit or not; anything else is evidence.

    Returns
    -------
    trial : EncodingTrial
        ``failed`` beyond ``Reading.lost`` of few means that nothing fits.
    reading : TextReading
        Without what only the rows tell (cut, lost).
    """
    said = [item for item in stated if item.basis != "case" or item.encoding]
    named = [item for item in said if item.encoding]
    trust: dict[str, float] = {_UTF8: 0.0, _GB18030: 0.0}
    for item in named:
        trust[_codec(item.encoding)] = trust.get(_codec(item.encoding), 0.0) + _TRUST[item.basis]
    trials = [_try(encoding, columns) for encoding in trust]
    count = sum(len(column.values) for column in columns)
    if all(trial.failed for trial in trials):
        latin = _try(_LATIN, columns)
        if latin.ordinary > _ORDINARY:
            trials.append(latin)
            trust.setdefault(_LATIN, -4.0)
    given = next((item for item in named if item.basis == "case"), None)
    rank = {trial.encoding: trial.odds + trust[trial.encoding] + _FAILED_ODDS * trial.failed for trial in trials}
    ordered = sorted(trials, key=lambda trial: -rank[trial.encoding])
    best = ordered[0]
    confidence = _confidence(ordered, rank)
    doubtful = ""
    if given is not None:
        taken = next(trial for trial in trials if trial.encoding == _codec(given.encoding))
        honest = sorted(trials, key=lambda trial: -trial.odds - _FAILED_ODDS * trial.failed)[0]
        if honest is not taken and honest.odds - taken.odds > _TRUST["cpg"] and not honest.failed:
            doubtful = honest.encoding
        best, confidence = taken, 1.0
    agreed = [item for item in named if _codec(item.encoding) == best.encoding]
    overruled = tuple(item.said for item in said if item not in agreed and (item.encoding or item.basis == "cpg"))
    basis = agreed[0].basis if agreed else "trial"
    if given is None and agreed and best.encoding != _UTF8 and best.ordinary < _ORDINARY:
        doubtful = "?"
    before = next((item.encoding for item in named if _codec(item.encoding) != best.encoding), "")
    reading = TextReading(
        encoding=_shown(best, agreed, columns),
        basis=basis,
        stated=tuple(item.said for item in said),
        overruled=() if given is not None else overruled,
        confidence=confidence,
        count=count,
        samples=_samples(columns, before or doubtful.strip("?") or "ISO-8859-1", best.encoding),
        doubtful=doubtful,
    )
    return best, reading


def _confidence(ordered: Sequence[EncodingTrial], rank: dict[str, float]) -> float:
    """Confidence in the first of the trials: by its lead over the second, and by how ordinary its texts are."""
    best = ordered[0]
    rivals = [trial for trial in ordered[1:] if not trial.failed]
    lead = rank[best.encoding] - max((rank[trial.encoding] for trial in rivals), default=-np.inf)
    chance = 1 / (1 + np.exp(-min(lead, 50.0)))
    plain = min(max((best.ordinary - 0.2) / 0.6, 0.0), 1.0)
    if best.encoding == _UTF8:
        plain = max(plain, 1 - 4.0**-best.triple)
    return float(min(chance * plain, _MOST)) * (0.8 if best.failed else 1.0)


def _shown(best: EncodingTrial, agreed: Sequence[Stated], columns: Sequence[Texts]) -> str:
    """Name the encoding as stated where that is true: GBK as GBK, unless GB 18030 is what reads it."""
    if best.encoding != _GB18030 or not agreed or agreed[0].encoding == _GB18030:
        return best.encoding
    return "GBK" if all(_fits(column, "GBK") for column in columns) else _GB18030


def _fits(column: Texts, codec: str) -> bool:
    try:
        b"\0".join(column.values).decode(codec)
    except UnicodeDecodeError:
        width = column.width or 2**31
        for value in column.values:
            try:
                codecs.getincrementaldecoder(codec)().decode(value, final=len(value) < width - 1)
            except UnicodeDecodeError:
                return False
    return True


def _samples(columns: Sequence[Texts], before: str, after: str) -> tuple[tuple[str, str], ...]:
    # The longest say most; fields take turns.
    chosen = [max(column.values, key=len) for column in columns if column.values]
    chosen += [value for column in columns for value in column.values[:_SAMPLES]]
    return tuple(
        (
            value.decode(_codec(before), errors="replace")[:_SAMPLE_LENGTH],
            decode_text(value, after, 1)[0][:_SAMPLE_LENGTH],
        )
        for value in list(dict.fromkeys(chosen))[:_SAMPLES]
    )


def refused(trial: EncodingTrial, reading: TextReading) -> bool:
    """Whether too many values fit the encoding not at all."""
    return trial.failed > _BROKEN * max(reading.count, 1)


# ── How likely characters are in texts of Chinese maps: it tells a text from the same bytes in another encoding ──

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
