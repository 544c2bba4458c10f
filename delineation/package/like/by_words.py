"""Evidence of words: names of units and townships, texts of the clause library, words of fixed lists, dates."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from ...core.column_names import folded
from ...core.messages import Message
from .by_codes import element_said
from .rows import ENOUGH, FEW, RUNNING, Fit, enough, recurring, standing_for, varied
from .values import codes_in, raw_texts

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from .found import FoundColumn
    from .rows import DescribedTable, Test

_BREAKS = re.compile(r"[、,，;；/\n\s]+")
_BEHIND = re.compile(r"\s*[(（【\[][^)）】\]]*[)）】\]]\s*$")
_YEAR = re.compile(r"(19|20)\d\d年?")
_DATE = re.compile(r"(19|20)\d\d-(0[1-9]|1[0-2])-([0-2]\d|3[01])")
_ZONE_CODE = re.compile(r"YS\d{6}[123]\d{6}")
_RULE, _SUM = re.compile(r"[A-Z]\d{2,3}"), re.compile(r"[0-9a-f]{64}")
_SENTENCE = re.compile("[。；;，！？]")
_NAME = 60  # letters that a name has at most


def _name(rows: DescribedTable, column: FoundColumn) -> list[Fit]:
    """Find names of units or zones: each once, and with words that such names have."""
    if rows.is_number(column):
        return []
    texts = rows.values(column)
    words = rows.words.listed("values", "zone_names" if rows.kind == "zones" else "unit_names")
    # A sentence is no name.
    agree = sum(
        any(word in text for word in words) and len(text) <= _NAME and not _SENTENCE.search(text) for text in texts
    )
    most = len(set(texts)) >= ENOUGH * len(texts) if rows.kind != "clauses" else True
    if not most or codes_in(column, rows.kind, rows.words).share > 0.5:
        return []
    by = Message("names of element zones") if rows.kind == "zones" else Message("names of units")
    # Of clauses nearly every text has these words, and of a few rows their categories or types.
    alone = len(texts) >= RUNNING and rows.kind != "clauses"
    if rows.kind == "zones":
        alone = alone and recurring([(code, code[8:11]) for code in rows.codes if code])
    return enough("name", agree, len(texts), by, alone=alone, sure=False)


def _townships(rows: DescribedTable, column: FoundColumn) -> list[Fit]:
    if rows.is_number(column):
        return []
    texts = rows.values(column)
    ends = rows.words.listed("values", "township_ends")
    items = [[_BEHIND.sub("", one) for one in _BREAKS.split(text) if one] for text in texts]
    agree = sum(all(len(one) > 1 and one.endswith(ends) for one in row) for row in items)
    alone = any(len(row) > 1 for row in items) and varied(texts)
    return enough("townships", agree, len(texts), Message("names of townships"), alone=alone, sure=False)


def _letters(text: str) -> str:
    return re.sub(r"\W+", "", text)


def _dimensions(rows: DescribedTable, column: FoundColumn) -> list[Fit]:
    """Find texts of one dimension: each of them holds a clause of the library, and of that dimension alone."""
    if rows.is_number(column):
        return []
    texts = rows.values(column)
    if sum(map(len, texts)) < 10 * len(texts):
        return []
    found: Counter[str] = Counter()
    for text in texts:
        plain = _letters(text)
        whose = {dimension for clause, dimension in rows.words.clauses.items() if clause in plain}
        if len(whose) == 1:
            found[whose.pop()] += 1
    by, alone = Message("texts of the clause library"), len(texts) >= FEW
    return [fit for of, count in found.items() for fit in enough(of, count, len(texts), by, alone=alone, sure=False)]


def _clause_text(rows: DescribedTable, column: FoundColumn) -> list[Fit]:
    texts = set(rows.values(column))
    if rows.is_number(column) or len(texts) < FEW:
        return []
    agree = sum(any(one in _letters(text) for one in rows.words.clauses) for text in texts)
    return enough("text", agree, len(texts), Message("texts of the clause library"), sure=False)


def _vocabulary(rows: DescribedTable, column: FoundColumn) -> list[Fit]:
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
            alone = of != "classification" and varied(texts)
            if of == "kind_name":
                # 水环境 and 大气环境 are elements as well.
                alone = any(not element_said(text, words) for text in texts) and len(set(texts)) >= FEW
            found.append(Fit(of, agree, len(texts), Message("words that a plan has for it"), alone, sure=False))
    if rows.kind == "clauses":
        found += _worded(rows, column, "dimension", words.dimensions)
        found += _worded(rows, column, "effect", words.effects)
    return found


def _worded(rows: DescribedTable, column: FoundColumn, of: str, names: Mapping[str, frozenset[str]]) -> list[Fit]:
    """Find a column of ids in words of any province, and what stands for each."""
    texts = [text for text in raw_texts(column) if text]
    ids = {name: one for one, known in names.items() for name in known}
    said = {text: ids.get(folded(text), "") for text in texts}
    agree = sum(bool(said[text]) for text in texts)
    stands = {**rows.words.called[of], **standing_for([(text, said[text]) for text in texts if said[text]])}
    by = Message("words that a plan has for it")
    return enough(of, agree, len(texts), by, alone=varied(texts), sure=False, words=stands)


def _dates(rows: DescribedTable, column: FoundColumn) -> list[Fit]:
    texts = rows.values(column)
    found = []
    for of, pattern, by in (("year", _YEAR, Message("years")), ("date", _DATE, Message("dates"))):
        agree = sum(pattern.fullmatch(text.removesuffix(".0")) is not None for text in texts)
        # One for all rows: of the data, and not of each unit. A plan says it in digits.
        if len(set(texts)) == 1 and "年" not in texts[0]:
            found += enough(of, agree, len(texts), by, alone=False, sure=False)
    return found


def _looking(
    of: str, looks: Callable[[str], bool], by: Message, alone: Callable[[Sequence[str]], bool], least: float = ENOUGH
) -> Test:
    """Make what finds a column by how its values look."""

    def test(rows: DescribedTable, column: FoundColumn) -> list[Fit]:
        texts = rows.values(column)
        agree = sum(map(looks, texts))
        if not texts or agree < least * len(texts):
            return []
        return [Fit(of, agree, len(texts), by, alone(texts), sure=False)]

    return test


def _several_zones(texts: Sequence[str]) -> bool:
    return len(texts) >= FEW and any(len(_BREAKS.split(text)) > 1 for text in texts)


_zone_list = _looking(
    "zones",
    lambda text: all(_ZONE_CODE.fullmatch(one) for one in _BREAKS.split(text.upper()) if one),
    Message("codes of element zones"),
    _several_zones,
)
_basis = _looking("basis", lambda text: "《" in text and "》" in text, Message("names of laws"), varied, 0.8)
_rules = _looking("id", lambda text: bool(_RULE.fullmatch(text)), Message("ids of rules"), varied)
_hash = _looking("sha256", lambda text: bool(_SUM.fullmatch(text.lower())), Message("sums SHA-256"), bool)


TESTS: Mapping[str, tuple[Test, ...]] = {
    "units": (_name, _townships, _zone_list, _dimensions, _vocabulary, _dates),
    "zones": (_name, _vocabulary, _dates),
    "clauses": (_name, _clause_text, _vocabulary, _basis),
    "findings": (_rules, _vocabulary),
    "sources": (_hash, _vocabulary),
}
"""Kind of rows → what their columns are held against."""
