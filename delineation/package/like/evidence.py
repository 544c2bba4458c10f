"""What the values of a column say of it: codes, their digits, the layer's own shapes, and words of the field."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from ...core.messages import Message
from .known import REPEATED
from .measures import areas_of, bounds_in_degrees, outlines_of
from .values import NOTHING_WRITTEN, codes_in, decimals_in, filled, raw_texts, texts_of
from .words import folded

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .found import FoundColumn, FoundTable
    from .known import Known
    from .words import Words

__all__ = ["ENOUGH", "Fit", "Rows", "fits_of"]

ENOUGH = 0.95
"""Share of the values that have to agree."""
FEW = 3
"""With fewer values, these alone prove nothing: the name has to say it too."""
RUNNING = 6
"""Numbers from one on that count rows, and are no digits in order."""
TOLERANCE = 0.005
"""Relative: what areas of two projections differ by at most; those of two sources differ by more."""
_FACTORS = {
    "area_m2": 1.0,
    "area_km2": 1e6,
    "area_ha": 1e4,
    "area_mu": 2000 / 3,
    "perimeter_m": 1.0,
    "perimeter_km": 1e3,
}
_SHARE_OFF = 0.06  # percentage points that a share may be off by rounding, or by which area it is of
_BREAKS = re.compile(r"[、,，;；/\n\s]+")
_BEHIND = re.compile(r"\s*[(（【\[][^)）】\]]*[)）】\]]\s*$")
_YEAR = re.compile(r"(19|20)\d\d年?")
_DATE = re.compile(r"(19|20)\d\d-(0[1-9]|1[0-2])-([0-2]\d|3[01])")
_IN_CITY = re.compile(r".{2,}?(市|州|盟|地区).{2,}")
_NAME = 60  # letters that a name has at most


@dataclass(frozen=True)
class Fit:
    """A column of a plan that the values of a column agree with.

    Attributes
    ----------
    of : str
    agree, count : int
        Values that agree, of all that there are.
    by : Message
        What they agree with.
    alone : bool
        It is enough where the name says nothing.
    sure : bool
        They were held against a value of their own row, and not only against a pattern.
    words : mapping
        Value → what stands for it there.
    """

    of: str
    agree: int
    count: int
    by: Message
    alone: bool = True
    sure: bool = True
    words: Mapping[str, str] = field(default_factory=dict)

    @property
    def said(self) -> Message:
        """Say what speaks for it."""
        if self.sure:
            return Message(
                "{agree} of {count} values agree with {what}", agree=self.agree, count=self.count, what=self.by
            )
        return Message("{agree} of {count} values are {what}", agree=self.agree, count=self.count, what=self.by)


class Rows:
    """A table with what is known of each of its rows.

    Parameters
    ----------
    table : FoundTable
    kind : str
        Of its rows: one of ``export.records.COLUMNS``.
    codes : sequence of str
        Of the unit, zone or county of each row; "" where nobody knows it.
    known : Known
    words : Words
    """

    def __init__(self, table: FoundTable, kind: str, codes: Sequence[str], known: Known, words: Words) -> None:
        self.table, self.kind, self.codes, self.known, self.words = table, kind, codes, known, words
        self._texts: dict[int, list[str]] = {}
        self._numbers: dict[int, NDArray[np.float64]] = {}

    def texts(self, column: FoundColumn) -> list[str]:
        """Give the values of a column as texts."""
        if column.place not in self._texts:
            self._texts[column.place] = texts_of(column)
        return self._texts[column.place]

    def numbers(self, column: FoundColumn) -> NDArray[np.float64]:
        """Give the values of a column as numbers."""
        if column.place not in self._numbers:
            self._numbers[column.place] = filled(column)
        return self._numbers[column.place]

    def values(self, column: FoundColumn) -> list[str]:
        """Give the values that there are."""
        return [text for text in self.texts(column) if text and text not in NOTHING_WRITTEN]

    def is_number(self, column: FoundColumn) -> bool:
        """Whether the values that there are are numbers."""
        there = len(self.values(column))
        return bool(there) and np.isfinite(self.numbers(column)).sum() >= ENOUGH * there

    @cached_property
    def records(self) -> list[Mapping[str, Any]]:
        """What the package's layers say of each row."""
        table = {"zones": self.known.zones, "counties": self.known.counties}.get(self.kind, self.known.units)
        return [table.get(code, {}) for code in self.codes]

    @cached_property
    def digits(self) -> list[str]:
        """The county's digits in each code; "" at sea, where they are a city's."""
        if self.kind == "counties":
            return list(self.codes)
        return [code[2:8] if code and not code.startswith("HY") else "" for code in self.codes]

    @cached_property
    def areas(self) -> list[NDArray[np.float64]]:
        """Areas (m²) of each row, as each way of measuring has them; NaN where nobody knows."""
        if self.table.geometry is not None:
            return areas_of(self.table)
        if self.kind not in ("units", "zones") or not any(self.records):
            return []
        ways = min(len(one["area_m2"]) for one in self.records if one)
        return [np.array([one["area_m2"][way] if one else np.nan for one in self.records]) for way in range(ways)]

    @cached_property
    def outlines(self) -> list[NDArray[np.float64]]:
        """Lengths (m) of the outlines."""
        return outlines_of(self.table)

    @cached_property
    def boxes(self) -> NDArray[np.float64] | None:
        """Box of each row's shape, in degrees."""
        return bounds_in_degrees(self.table)

    @cached_property
    def tested(self) -> frozenset[str]:
        """What values can be held against: a name alone is not enough for these."""
        found = {"code", "number", "year", "date", "classification"}
        if any(self.codes):
            found |= {"category", "county", "county_name", "city", "city_code", "province", "province_code"}
            found |= {"element", "element_name", "zone_name", "zones"}
        if self.areas:
            found |= {"area_m2", "area_km2", "area_ha", "area_mu"}
        if self.table.geometry is not None:
            found |= {"perimeter_m", "perimeter_km", "lon", "lat", "parts", "x", "y"}
        if self.kind == "counties" and any(self.records):
            found |= {f"{what}{whose}" for what in ("n", "km2", "share") for whose in ("", "_1", "_2", "_3")}
        return frozenset(found)


Test = Callable[[Rows, "FoundColumn"], list[Fit]]


def fits_of(rows: Rows, column: FoundColumn) -> list[Fit]:
    """Find what the values of a column agree with, each once.

    Parameters
    ----------
    rows : Rows
    column : FoundColumn
        With a value at least.
    """
    found: dict[str, Fit] = {}
    for test in _TESTS.get(rows.kind, ()):
        for fit in test(rows, column):
            other = found.get(fit.of)
            if other is None or (fit.alone, fit.sure, fit.agree) > (other.alone, other.sure, other.agree):
                found[fit.of] = fit
    return list(found.values())


def _agree(pairs: Sequence[tuple[str, str]], of: str, by: Message, **more: Any) -> list[Fit]:
    """Hold texts against those of their own rows: pairs of what is there and what is wanted."""
    agree = sum(there == wanted for there, wanted in pairs)
    if not pairs or agree < ENOUGH * len(pairs):
        return []
    more.setdefault("alone", len(pairs) >= FEW)
    return [Fit(of, agree, len(pairs), by, **more)]


def _repeats(pairs: Sequence[tuple[str, str]]) -> bool:
    """Whether ids recur: where each row has its own, any column goes with them."""
    groups = len({wanted for _, wanted in pairs})
    return groups > 1 and len(pairs) >= groups + FEW - 1


def _several(texts: Sequence[str]) -> bool:
    """Whether values are many enough, and not all the same."""
    return len(texts) >= FEW and len(set(texts)) > 1


# ── Codes and their digits ──────────────────────────────────────────────────────────────────────────────────────────


def _code(rows: Rows, column: FoundColumn) -> list[Fit]:
    read = codes_in(column, rows.kind, rows.words)
    if read.share < ENOUGH or (rows.kind != "clauses" and read.unique < ENOUGH):
        return []
    by = Message("codes of element zones") if rows.kind == "zones" else Message("codes of units")
    return [Fit("code", sum(map(bool, read.codes)), read.count, by, sure=False)]


def _category(rows: Rows, column: FoundColumn) -> list[Fit]:
    """Hold values against the category's digit of the codes: digits, words, or whatever stands for them one to one."""
    there = raw_texts(column)
    pairs = [(text, code[8]) for text, code in zip(there, rows.codes, strict=True) if text and code]
    by = Message("the category in the codes")
    if not pairs:
        return []
    words = _standing_for(pairs)
    agree = sum(words.get(digit) == text for text, digit in pairs)
    if agree < ENOUGH * len(pairs) or len(set(words.values())) < len(words):
        return []
    if all(text == digit for digit, text in words.items()):
        return [Fit("category", agree, len(pairs), by, alone=len(words) > 1 and len(pairs) >= FEW)]
    if all(_digit_said(text, rows.words) == digit for digit, text in words.items()):
        # 水环境一般区 is a type: where there are few, it goes with the category as well.
        alone = _repeats(pairs) and all(_is_plain(text, rows.words) for text in words.values())
        return [Fit("category", agree, len(pairs), by, alone, words=_all_words(words, rows.words))]
    # Anything else that goes with the category may be so by chance: its name has to say what it is.
    return [Fit("category", agree, len(pairs), by, alone=False, words=words)] if _repeats(pairs) else []


def _standing_for(pairs: Sequence[tuple[str, str]]) -> dict[str, str]:
    """Say what stands for each id most often: id → text."""
    counted: dict[str, Counter[str]] = defaultdict(Counter)
    for text, wanted in pairs:
        counted[wanted][text] += 1
    return {wanted: texts.most_common(1)[0][0] for wanted, texts in sorted(counted.items())}


def _digit_said(text: str, words: Words) -> str:
    """Give the one category that a text speaks of."""
    said = [digit for digit, names in words.categories.items() if any(name in text.lower() for name in names)]
    return said[0] if len(said) == 1 else ""


def _is_plain(text: str, words: Words) -> bool:
    """Whether a text says nothing but a category."""
    said = [name for names in words.categories.values() for name in names]
    for word in (*said, *words.listed("values", "fillers")):
        text = text.replace(word, "")
    return not text.strip("（）()")


def _all_words(found: Mapping[str, str], words: Words) -> dict[str, str]:
    """Add what stands for a category that last year had no unit of: worded alike, else as a plan has it."""
    out = dict(found)
    for digit, name in words.category_names.items():
        if digit not in out:
            alike = {text.replace(words.category_names[one], name) for one, text in found.items()}
            fits = [text for text in sorted(alike) if _digit_said(text, words) == digit]
            out[digit] = fits[0] if fits else name
    return dict(sorted(out.items()))


def _place_codes(rows: Rows, column: FoundColumn) -> list[Fit]:
    """Hold values against the digits of county, city and province in the codes."""
    texts = codes_plain(column)
    found = []
    for of, digits in (("county", 6), ("city_code", 4), ("province_code", 2)):
        wanted = [code[:digits].ljust(6, "0") if code else "" for code in rows.digits]
        pairs = [(text, code) for text, code in zip(texts, wanted, strict=True) if text and code]
        by = Message("the county in the codes")
        if fit := _agree(pairs, of, by):
            found += fit
        elif fit := _agree([(text, code.ljust(12, "0")) for text, code in pairs], of, by):
            # Twelve digits, as the statistics bureau has them.
            known = {code: code.ljust(12, "0") for _, code in pairs}
            found += [Fit(of, fit[0].agree, fit[0].count, by, fit[0].alone, words=known)]
    # A county that is a whole city by its digits (东莞) has one code for both.
    return found


def codes_plain(column: FoundColumn) -> list[str]:
    """Give values as digits: numbers as they are written without a point."""
    return [text.removesuffix(".0") for text in texts_of(column)]


def _place_names(rows: Rows, column: FoundColumn) -> list[Fit]:
    """Hold names of places against the digits in the codes: one name for each, and ended as such names are."""
    if rows.is_number(column):
        return []
    pairs = [(text, code) for text, code in zip(rows.texts(column), rows.digits, strict=True) if text and code]
    if not pairs:
        return []
    found = [*_province(rows, pairs)]
    for of, digits, table in (("county_name", 6, "county_ends"), ("city", 4, "city_ends")):
        ends = rows.words.listed("values", table)
        named = _standing_for([(text, code[:digits]) for text, code in pairs])
        agree = sum(named[code[:digits]] == text and text.endswith(ends) and len(text) > 1 for text, code in pairs)
        if agree < ENOUGH * len(pairs) or len(set(named.values())) < len(named):
            continue
        # One name for all rows may be anybody's.
        alone = _repeats([(text, code[:digits]) for text, code in pairs])
        by = Message("the county in the codes")
        if of == "county_name" and all(_IN_CITY.fullmatch(text) for text in named.values()):
            # 乌鲁木齐市天山区: a plan has the county's own name alone.
            found.append(Fit("county", agree, len(pairs), by, alone, words=named))
        else:
            found.append(Fit(of, agree, len(pairs), by, alone))
    return found


def _province(rows: Rows, pairs: Sequence[tuple[str, str]]) -> list[Fit]:
    names = rows.words["provinces"]
    wanted = [(text, str(names.get(code[:2], ""))) for text, code in pairs]
    return _agree(wanted, "province", Message("the province in the codes"))


# ── What the shapes measure ─────────────────────────────────────────────────────────────────────────────────────────


def _measures(rows: Rows, column: FoundColumn) -> list[Fit]:
    """Hold numbers against areas and outlines, in each unit that they may be in."""
    if not rows.is_number(column):
        return []
    numbers = rows.numbers(column)
    found: list[Fit] = []
    groups = (
        (rows.areas, ("area_m2", "area_km2", "area_ha", "area_mu"), Message("the measured areas")),
        (rows.outlines, ("perimeter_m", "perimeter_km"), Message("the measured outlines")),
    )
    for ways, names, by in groups:
        tried = [fit for of in names for measured in ways if (fit := _sized(numbers, measured, of, by))]
        if tried:
            found.append(max(tried, key=lambda one: one[0])[1])
    return found


def _sized(
    numbers: NDArray[np.float64], measured: NDArray[np.float64], of: str, by: Message
) -> tuple[tuple[int, int], Fit] | None:
    use = np.isfinite(numbers) & np.isfinite(measured) & (measured > 0)
    if not use.any():
        return None
    value, wanted = numbers[use] * _FACTORS[of], measured[use]
    off = np.abs(value - wanted)
    near = off <= TOLERANCE * wanted
    half = 0.5 * 10.0 ** -decimals_in(numbers[use]) * _FACTORS[of] * 1.001
    agree = near | (off <= half)
    # Zeros that small areas were rounded to agree with anything.
    if agree.sum() < ENOUGH * use.sum() or near.sum() < max(1, 0.3 * use.sum()):
        return None
    alone = near.sum() >= FEW and len(np.unique(value[near])) > 1
    return (int(agree.sum()), int(near.sum())), Fit(of, int(agree.sum()), int(use.sum()), by, bool(alone))


def _points(rows: Rows, column: FoundColumn) -> list[Fit]:
    """Hold numbers against the boxes of the shapes, in degrees."""
    if rows.boxes is None or not rows.is_number(column):
        return []
    numbers, found = rows.numbers(column), []
    use = np.isfinite(numbers) & np.isfinite(rows.boxes).all(axis=1)
    for of, low, high in (("lon", 0, 2), ("lat", 1, 3)):
        box = rows.boxes[use]
        agree = int(((box[:, low] <= numbers[use]) & (numbers[use] <= box[:, high])).sum())
        if use.any() and agree >= ENOUGH * use.sum():
            alone = use.sum() >= FEW and len(np.unique(numbers[use])) > 1
            found.append(Fit(of, agree, int(use.sum()), Message("where the shapes lie"), bool(alone)))
    return found


def _parts(rows: Rows, column: FoundColumn) -> list[Fit]:
    if rows.table.geometry is None or not rows.is_number(column):
        return []
    wanted = shapely.get_num_geometries(rows.table.geometry)
    numbers = rows.numbers(column)
    use = np.isfinite(numbers)
    agree = int((numbers[use] == wanted[use]).sum())
    if not use.any() or agree < ENOUGH * use.sum():
        return []
    alone = use.sum() >= FEW and len(np.unique(numbers[use])) > 1
    return [Fit("parts", agree, int(use.sum()), Message("the number of parts"), bool(alone))]


def _number(rows: Rows, column: FoundColumn) -> list[Fit]:
    numbers = rows.numbers(column)
    use = np.isfinite(numbers)
    if not use.any() or use.sum() < ENOUGH * len(numbers):
        return []
    running = numbers[use] == np.arange(1, use.sum() + 1)
    if not running.all():
        return []
    alone = use.sum() >= RUNNING
    return [Fit("number", int(use.sum()), int(use.sum()), Message("a running number"), bool(alone))]


# ── Names and words ─────────────────────────────────────────────────────────────────────────────────────────────────


def _name(rows: Rows, column: FoundColumn) -> list[Fit]:
    """Find names of units or zones: each once, and with words that such names have."""
    if rows.is_number(column):
        return []
    texts = rows.values(column)
    words = rows.words.listed("values", "zone_names" if rows.kind == "zones" else "unit_names")
    agree = sum(any(word in text for word in words) and len(text) <= _NAME for text in texts)
    most = len(set(texts)) >= ENOUGH * len(texts) if rows.kind != "clauses" else True
    if not texts or agree < ENOUGH * len(texts) or not most or codes_in(column, rows.kind, rows.words).share > 0.5:
        return []
    by = Message("names of element zones") if rows.kind == "zones" else Message("names of units")
    # Of clauses nearly every text has these words, and of a few rows their categories or types.
    alone = len(texts) >= RUNNING and rows.kind != "clauses"
    if rows.kind == "zones":
        alone = alone and _repeats([(code, code[8:11]) for code in rows.codes if code])
    return [Fit("name", agree, len(texts), by, alone=alone, sure=False)]


def _townships(rows: Rows, column: FoundColumn) -> list[Fit]:
    if rows.is_number(column):
        return []
    texts = rows.values(column)
    ends = rows.words.listed("values", "township_ends")
    items = [[_BEHIND.sub("", one) for one in _BREAKS.split(text) if one] for text in texts]
    agree = sum(all(len(one) > 1 and one.endswith(ends) for one in row) for row in items)
    if not texts or agree < ENOUGH * len(texts):
        return []
    listed = any(len(row) > 1 for row in items)
    alone = listed and _several(texts)
    return [Fit("townships", agree, len(texts), Message("names of townships"), alone, sure=False)]


_ZONE_CODE = re.compile(r"YS\d{6}[123]\d{6}")


def _zone_list(rows: Rows, column: FoundColumn) -> list[Fit]:
    texts = rows.values(column)
    agree = sum(all(_ZONE_CODE.fullmatch(one) for one in _BREAKS.split(text.upper()) if one) for text in texts)
    if not texts or agree < ENOUGH * len(texts):
        return []
    listed = len(texts) >= FEW and any(len(_BREAKS.split(text)) > 1 for text in texts)
    return [Fit("zones", agree, len(texts), Message("codes of element zones"), listed, sure=False)]


def _letters(text: str) -> str:
    return re.sub(r"\W+", "", text)


def _dimensions(rows: Rows, column: FoundColumn) -> list[Fit]:
    """Find texts of one dimension: each of them holds a clause of the library, and of that dimension alone."""
    if rows.is_number(column):
        return []
    texts = list(rows.values(column))
    if not texts or sum(map(len, texts)) < 10 * len(texts):
        return []
    found: Counter[str] = Counter()
    for text in texts:
        plain = _letters(text)
        whose = {dimension for clause, dimension in rows.words.clauses.items() if clause in plain}
        if len(whose) == 1:
            found[whose.pop()] += 1
    return [
        Fit(of, count, len(texts), Message("texts of the clause library"), len(texts) >= FEW, sure=False)
        for of, count in found.items()
        if count >= ENOUGH * len(texts)
    ]


def _clause_text(rows: Rows, column: FoundColumn) -> list[Fit]:
    texts = list(rows.values(column))
    if rows.is_number(column) or not texts:
        return []
    known = rows.words.clauses
    agree = sum(_letters(text) in known or any(one in _letters(text) for one in known) for text in set(texts))
    if agree < ENOUGH * len(set(texts)) or len(set(texts)) < FEW:
        return []
    return [Fit("text", agree, len(set(texts)), Message("texts of the clause library"), sure=False)]


def _vocabulary(rows: Rows, column: FoundColumn) -> list[Fit]:
    """Find columns whose values are words of one list: kinds, subtypes, dimensions, effects, severities, states."""
    texts = rows.values(column)
    if not texts:
        return []
    words, found = rows.words, []
    lists: tuple[tuple[str, frozenset[str]], ...] = {
        "units": (("kind_name", words.kinds), ("subtype", words.subtypes)),
        "clauses": (("level", frozenset(("国家", "省", "片区", "市", "县", "园区"))),),
        "findings": (("severity_name", words.severities), ("state_name", words.states)),
    }.get(rows.kind, ())
    for of, names in (*lists, ("classification", frozenset(words.levels))):
        agree = sum(text in names for text in texts)
        if agree >= ENOUGH * len(texts) and (of != "classification" or len(set(texts)) == 1):
            alone = of != "classification" and _several(texts)
            if of == "kind_name":
                # 水环境 and 大气环境 are elements as well.
                alone = any(not _element_said(text, words) for text in texts) and len(set(texts)) >= FEW
            found.append(Fit(of, agree, len(texts), Message("words that a plan has for it"), alone, sure=False))
    if rows.kind == "clauses":
        found += _worded(rows, column, "dimension", words.dimensions)
        found += _worded(rows, column, "effect", words.effects)
    return found


def _worded(rows: Rows, column: FoundColumn, of: str, names: Mapping[str, frozenset[str]]) -> list[Fit]:
    """Find a column of ids in words of any province, and what stands for each."""
    texts = [text for text in raw_texts(column) if text]
    ids = {name: one for one, known in names.items() for name in known}
    said = {text: ids.get(folded(text), "") for text in texts}
    agree = sum(bool(said[text]) for text in texts)
    if not texts or agree < ENOUGH * len(texts):
        return []
    stands = {**rows.words.called[of], **_standing_for([(text, said[text]) for text in texts if said[text]])}
    return [Fit(of, agree, len(texts), Message("words that a plan has for it"), _several(texts), False, stands)]


def _basis(rows: Rows, column: FoundColumn) -> list[Fit]:
    texts = rows.values(column)
    agree = sum("《" in text and "》" in text for text in texts)
    if not texts or agree < 0.8 * len(texts):
        return []
    return [Fit("basis", agree, len(texts), Message("names of laws"), _several(texts), sure=False)]


def _elements(rows: Rows, column: FoundColumn) -> list[Fit]:
    """Hold values against element and type in the codes of element zones."""
    there = raw_texts(column)
    digits = [(text, code[8:11]) for text, code in zip(there, rows.codes, strict=True) if text and code]
    table, found = rows.words.zones, []
    pairs = [(text, table[one][0]) for text, one in digits if one in table]
    if not pairs:
        return []
    stands = _standing_for(pairs)
    agree = sum(stands[element] == text for text, element in pairs)
    said = all(_element_said(text, rows.words) == element for element, text in stands.items())
    if agree >= ENOUGH * len(pairs) and len(set(stands.values())) == len(stands) and said:
        several = _repeats(pairs)
        words = {**rows.words.called["element"], **stands}
        found.append(Fit("element", agree, len(pairs), Message("the element in the codes"), several, words=words))
    labels = [(text, table[one][2]) for text, one in digits if one in table]
    stands = _standing_for(labels)
    agree = sum(stands[label] == text for text, label in labels)
    # As many words as there are types, and not only as many as elements or categories.
    types = len({one for _, one in digits})
    if agree >= ENOUGH * len(labels) and len(set(stands.values())) == len(stands) and not rows.is_number(column):
        fewer = max(len({code[place] for _, code in digits}) for place in (0, 1))
        alone = types > max(fewer, 1) and _repeats(labels)
        changed = any(label != text for label, text in stands.items())
        words = {**{label: label for _, _, label in table.values()}, **stands} if changed else {}
        by = Message("the type in the codes")
        found.append(Fit("zone_name", agree, len(labels), by, alone and _like_types(stands, rows.words), words=words))
    return found


def _element_said(text: str, words: Words) -> str:
    """Give the element that a text speaks of: 水环境 is water, 自然资源 resources, whichever word is the longest."""
    named = [(len(word), element) for element, names in words["elements"].items() for word in names if word in text]
    return str(max(named)[1]) if named else ""


def _like_types(stands: Mapping[str, str], words: Words) -> bool:
    """Whether words for types speak of their category or element: another thing may go with the type by chance."""
    ends = words.listed("values", "zone_names")
    return all(any(end in text for end in ends) for text in stands.values())


# ── What the layers of the package say of the same row ──────────────────────────────────────────────────────────────


def _repeated(rows: Rows, column: FoundColumn) -> list[Fit]:
    """Hold texts against those that a layer has for the same code; a Shapefile may have cut them."""
    if rows.table.geometry is not None or not any(rows.records):
        return []
    found = []
    texts = rows.texts(column)
    for of in REPEATED:
        wanted = [str(one.get(of, "")) for one in rows.records]
        pairs = [(text, other) for text, other in zip(texts, wanted, strict=True) if text and other]
        same = [(other if _cut(text, other) else text, other) for text, other in pairs]
        several = _several([other for _, other in pairs])
        found += _agree(same, of, Message("what the layers say by code"), alone=several)
    return found


def _cut(text: str, other: str) -> bool:
    short, long = sorted((text, other), key=len)
    return len(short) >= 10 and long.startswith(short)


def _sums(rows: Rows, column: FoundColumn) -> list[Fit]:
    """Hold numbers against the sums of the layers by county."""
    if rows.kind != "counties" or not any(rows.records) or not rows.is_number(column):
        return []
    numbers = rows.numbers(column)
    half = 0.5 * 10.0 ** -decimals_in(numbers) * 1.001
    use = np.isfinite(numbers) & np.array([bool(one) for one in rows.records])
    found = []
    for whose in ("", "_1", "_2", "_3"):
        wanted = np.array([one.get(f"n{whose}", np.nan) for one in rows.records], dtype=np.float64)
        found += _summed(numbers, wanted, use, 0.0, f"n{whose}")
        for what in ("km2", "share"):
            ways = min((len(one.get(f"{what}{whose}", ())) for one in rows.records if one), default=0)
            tried = []
            for way in range(ways):
                wanted = np.array([one[f"{what}{whose}"][way] if one else np.nan for one in rows.records])
                off = np.full(len(wanted), _SHARE_OFF) if what == "share" else TOLERANCE * wanted
                tried += _summed(numbers, wanted, use, np.maximum(off, half), f"{what}{whose}")
            found += tried[:1]
    return found


def _summed(
    numbers: NDArray[np.float64], wanted: NDArray[np.float64], use: NDArray[np.bool_], off: Any, of: str
) -> list[Fit]:
    use = use & np.isfinite(wanted)
    near = np.abs(numbers - wanted) <= off
    agree = int(near[use].sum())
    if not use.any() or agree < ENOUGH * use.sum():
        return []
    alone = use.sum() >= FEW and len(np.unique(numbers[use])) > 1
    return [Fit(of, agree, int(use.sum()), Message("the sums of the layers"), bool(alone))]


# ── What is the same in all rows ────────────────────────────────────────────────────────────────────────────────────


def _dates(rows: Rows, column: FoundColumn) -> list[Fit]:
    texts = rows.values(column)
    found = []
    for of, pattern, by in (("year", _YEAR, Message("years")), ("date", _DATE, Message("dates"))):
        agree = sum(pattern.fullmatch(text.removesuffix(".0")) is not None for text in texts)
        # One for all rows: of the data, and not of each unit. A plan says it in digits.
        one = len(set(texts)) == 1 and "年" not in texts[0]
        if texts and one and agree >= ENOUGH * len(texts):
            found.append(Fit(of, agree, len(texts), by, alone=False, sure=False))
    return found


def _findings(rows: Rows, column: FoundColumn) -> list[Fit]:
    texts = rows.values(column)
    agree = sum(re.fullmatch(r"[A-Z]\d{2,3}", text) is not None for text in texts)
    if texts and agree >= ENOUGH * len(texts):
        return [Fit("id", agree, len(texts), Message("ids of rules"), _several(texts), sure=False)]
    return []


def _spots(rows: Rows, column: FoundColumn) -> list[Fit]:
    if rows.table.geometry is None or not rows.is_number(column):
        return []
    points, numbers, found = shapely.centroid(rows.table.geometry), rows.numbers(column), []
    for of, wanted in (("x", shapely.get_x(points)), ("y", shapely.get_y(points))):
        use = np.isfinite(numbers) & np.isfinite(wanted)
        agree = int((np.abs(numbers[use] - wanted[use]) <= 1e-6 * np.abs(wanted[use]) + 0.01).sum())
        if use.any() and agree >= ENOUGH * use.sum():
            found.append(Fit(of, agree, int(use.sum()), Message("where the shapes lie"), use.sum() >= FEW))
    return found


def _hash(rows: Rows, column: FoundColumn) -> list[Fit]:
    texts = rows.values(column)
    agree = sum(re.fullmatch(r"[0-9a-f]{64}", text.lower()) is not None for text in texts)
    if texts and agree >= ENOUGH * len(texts):
        return [Fit("sha256", agree, len(texts), Message("sums SHA-256"), True, sure=False)]
    return []


_PLACES: tuple[Test, ...] = (_place_codes, _place_names)
_SHAPES: tuple[Test, ...] = (_measures, _points)
_TESTS: Mapping[str, tuple[Test, ...]] = {
    "units": (
        *(_code, _category, *_PLACES, *_SHAPES, _parts, _number, _name, _townships, _zone_list, _dimensions),
        *(_vocabulary, _repeated, _dates),
    ),
    "zones": (_code, _category, *_PLACES, *_SHAPES, _number, _name, _elements, _vocabulary, _repeated, _dates),
    "clauses": (_code, _category, *_PLACES, _number, _name, _clause_text, _vocabulary, _basis, _repeated),
    "counties": (*_PLACES, _number, _sums, _repeated),
    "findings": (_number, _findings, _vocabulary, _spots),
    "sources": (_number, _hash, _vocabulary),
}
