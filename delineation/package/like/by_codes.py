"""Evidence of the codes: what goes with the digits for county, category, element and type in them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ...case.names import glossary
from ...case.profile import UNDELIVERED
from ...core.messages import Message
from .rows import ENOUGH, FEW, RUNNING, Fit, agreeing, enough, one_to_one, recurring
from .values import codes_in, raw_texts, texts_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .found import FoundColumn
    from .rows import DescribedTable, Test
    from .words import KnownWords

__all__ = ["TESTS", "element_said"]

_IN_CITY = re.compile(r".{2,}?(市|州|盟|地区).{2,}")


def _code(rows: DescribedTable, column: FoundColumn) -> list[Fit]:
    read = codes_in(column, rows.kind, rows.words)
    if rows.kind != "clauses" and read.unique < ENOUGH:
        return []
    by = Message("codes of element zones") if rows.kind == "zones" else Message("codes of units")
    return enough("code", sum(map(bool, read.codes)), read.count, by, sure=False)


def _category(rows: DescribedTable, column: FoundColumn) -> list[Fit]:
    """Hold values against the category's digit of the codes: digits, words, or whatever stands for them one to one."""
    there = raw_texts(column)
    pairs = [(text, code[8]) for text, code in zip(there, rows.codes, strict=True) if text and code]
    by = Message("the category in the codes")
    words, agree = one_to_one(pairs)
    if not words:
        return []
    digits = all(text == digit for digit, text in words.items())
    if digits or all(rows.words.category_said(text) == digit for digit, text in words.items()):
        # A grade of something else may go by one, two, three as well, and yet not in every row of many.
        # 水环境一般区 is a type: where there are few, it goes with the category as well.
        plain = (
            agree == len(rows.codes) >= RUNNING
            if digits
            else all(_is_plain(text, rows.words) for text in words.values())
        )
        name = rows.table.file.rpartition("/")[2] + rows.table.name
        fixed = plain and len(pairs) >= FEW and {rows.words.category_said(name)} == set(words)
        alone = plain and (fixed or recurring(pairs))
        words = {} if digits else _all_words(words, rows.words)
        return [Fit("category", agree, len(pairs), by, alone, words=words, fixed=fixed)]
    # Anything else that goes with the category may be so by chance: its name has to say what it is.
    return [Fit("category", agree, len(pairs), by, alone=False, words=words)] if recurring(pairs) else []


def _is_plain(text: str, words: KnownWords) -> bool:
    """Whether a text says nothing but a category."""
    said = [name for names in words.categories.values() for name in names]
    for word in (*said, *words.listed("values", "fillers")):
        text = text.replace(word, "")
    return not text.strip("（）()")


def _all_words(found: Mapping[str, str], words: KnownWords) -> dict[str, str]:
    """Add what stands for a category that last year had no unit of: worded alike, else as a plan has it."""
    out = dict(found)
    for digit, name in words.category_names.items():
        if digit not in out:
            alike = {text.replace(words.category_names[one], name) for one, text in found.items()}
            fits = [text for text in sorted(alike) if words.category_said(text) == digit]
            out[digit] = fits[0] if fits else name
    return dict(sorted(out.items()))


def _place_codes(rows: DescribedTable, column: FoundColumn) -> list[Fit]:
    """Hold values against the digits of county, city and province in the codes."""
    texts = codes_plain(column)
    found = []
    for of, digits in (("county", 6), ("city_code", 4), ("province_code", 2)):
        wanted = [code[:digits].ljust(6, "0") if code else "" for code in rows.digits]
        pairs = [(text, code) for text, code in zip(texts, wanted, strict=True) if text and code]
        by = Message("the county in the codes")
        if fit := agreeing(pairs, of, by):
            found += fit
        elif fit := agreeing([(text, code.ljust(12, "0")) for text, code in pairs], of, by):
            # Twelve digits, as the statistics bureau has them.
            known = {code: code.ljust(12, "0") for _, code in pairs}
            found += [Fit(of, fit[0].agree, fit[0].count, by, fit[0].alone, words=known)]
    # A county that is a whole city by its digits (东莞) has one code for both.
    return found


def codes_plain(column: FoundColumn) -> list[str]:
    """Give values as digits: numbers as they are written without a point."""
    return [text.removesuffix(".0") for text in texts_of(column)]


def _place_names(rows: DescribedTable, column: FoundColumn) -> list[Fit]:
    """Hold names of places against the digits in the codes: one name for each, and ended as such names are."""
    if rows.is_number(column):
        return []
    pairs = [(text, code) for text, code in zip(rows.texts(column), rows.digits, strict=True) if text and code]
    if not pairs:
        return []
    found = [*_province(rows, pairs)]
    for of, digits, table in (("county_name", 6, "county_ends"), ("city", 4, "city_ends")):
        ends = rows.words.listed("values", table)
        named, _ = one_to_one([(text, code[:digits]) for text, code in pairs])
        agree = sum(named.get(code[:digits]) == text and text.endswith(ends) and len(text) > 1 for text, code in pairs)
        if agree < ENOUGH * len(pairs):
            continue
        # One name for all rows may be anybody's, unless the file is called so too.
        fixed = len(named) == 1 and len(pairs) >= FEW and digits == 6 and pairs[0][0] in rows.table.file
        alone = fixed or recurring([(text, code[:digits]) for text, code in pairs])
        by = Message("the county in the codes")
        if of == "county_name" and all(_IN_CITY.fullmatch(text) for text in named.values()):
            # 乌鲁木齐市天山区: a plan has the county's own name alone.
            found.append(Fit("county", agree, len(pairs), by, alone, words=named))
        else:
            found.append(Fit(of, agree, len(pairs), by, alone, fixed=fixed))
    return found


def _province(rows: DescribedTable, pairs: Sequence[tuple[str, str]]) -> list[Fit]:
    names = rows.words["provinces"]
    wanted = [(text, str(names.get(code[:2], ""))) for text, code in pairs]
    return agreeing(wanted, "province", Message("the province in the codes"))


def _elements(rows: DescribedTable, column: FoundColumn) -> list[Fit]:
    """Hold values against element and type in the codes of element zones."""
    there = raw_texts(column)
    digits = [(text, code[8:11]) for text, code in zip(there, rows.codes, strict=True) if text and code]
    table, found = rows.words.zones, []
    pairs = [(text, table[one][0]) for text, one in digits if one in table]
    stands, agree = one_to_one(pairs)
    if stands and all(element_said(text, rows.words) == element for element, text in stands.items()):
        several = recurring(pairs)
        words = {**rows.words.called["element"], **stands}
        found.append(Fit("element", agree, len(pairs), Message("the element in the codes"), several, words=words))
    # What was filled in though nobody delivered it says so behind its type, in packages of this product.
    names = glossary()
    mark = f"（{names('filled', UNDELIVERED, names.language, {})}）"
    labels = [(text.removesuffix(mark), table[one][2]) for text, one in digits if one in table]
    stands, agree = one_to_one(labels)
    # As many words as there are types, and not only as many as elements or categories.
    types = len({one for _, one in digits})
    if stands and not rows.is_number(column):
        fewer = max(len({code[place] for _, code in digits}) for place in (0, 1))
        alone = types > max(fewer, 1) and recurring(labels)
        changed = any(label != text for label, text in stands.items())
        words = {**{label: label for _, _, label in table.values()}, **stands} if changed else {}
        by = Message("the type in the codes")
        found.append(Fit("zone_name", agree, len(labels), by, alone and _like_types(stands, rows.words), words=words))
    return found


def element_said(text: str, words: KnownWords) -> str:
    """Give the element that a text speaks of: 水环境 is water, 自然资源 resources, whichever word is the longest."""
    named = [(len(word), element) for element, names in words["elements"].items() for word in names if word in text]
    return str(max(named)[1]) if named else ""


def _like_types(stands: Mapping[str, str], words: KnownWords) -> bool:
    """Whether words for types speak of their category or element: another thing may go with the type by chance."""
    ends = words.listed("values", "zone_names")
    return all(any(end in text for end in ends) for text in stands.values())


_PLACES: tuple[Test, ...] = (_place_codes, _place_names)
TESTS: Mapping[str, tuple[Test, ...]] = {
    "units": (_code, _category, *_PLACES),
    "zones": (_code, _category, *_PLACES, _elements),
    "clauses": (_code, _category, *_PLACES),
    "counties": _PLACES,
}
"""Kind of rows → what their columns are held against."""
