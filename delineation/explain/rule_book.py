"""The rule table as a reader sees it: rows in the order in which they decide, conditions and remarks in words."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING, Any

from ..case.explanations import explain, load_explanations
from ..case.finding_texts import load_texts, message
from ..case.names import Glossary
from ..core.messages import NOTHING, Message, joined, word
from ..rules.table import rules_of
from ..rules.tester import test_case

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..case.model import Case
    from ..rules.table import Rule, RuleTable


@dataclass(frozen=True)
class RuleRow:
    """One rule in words.

    Attributes
    ----------
    id : str
    precedence : int
    effect : int
        Category 1–3, or 0: it informs the lists and decides nothing.
    role, zones, condition, title, source : str
        Words; "" where there is nothing to say.
    switch : str
        Name of the switch it hangs on, "" for none.
    wanted : str
        Value at which the switch makes the row active, as text.
    threshold : str
        Name of the switch that gives its grades or its smallest area, "" for none.
    active : bool
    remarks : tuple of str
        What the tester says of this row.
    """

    id: str
    precedence: int
    effect: int
    role: str
    zones: str
    condition: str
    title: str
    source: str
    switch: str
    wanted: str
    threshold: str
    active: bool
    remarks: tuple[str, ...]


@dataclass(frozen=True)
class Rulebook:
    """Rows in the order in which they decide, the switches as set, and remarks that concern no row."""

    rows: tuple[RuleRow, ...]
    switches: Mapping[str, Any]
    remarks: tuple[str, ...]


def read_rulebook(
    case: Case, language: str = "zh", *, explanations: Mapping[str, Mapping[str, Any]] | None = None
) -> Rulebook:
    """Read, test and word the rule table of a case.

    Parameters
    ----------
    case : Case
    language : str
        ``zh`` or ``en``.
    explanations : mapping, optional
        Of ``load_explanations``, for who reads rules often.

    Raises
    ------
    BadInput
        A rule table that cannot be used.
    """
    table = rules_of(case)
    by_row: dict[str, list[str]] = {}
    loose = []
    remarks = test_case(case, table)
    texts, names = load_texts(case.profile) if remarks else {}, Glossary(case.profile)
    for remark in remarks:
        said = message(remark.finding(), texts, language, names)
        for rule in remark.rules:
            by_row.setdefault(rule, []).append(said)
        if not remark.rules:
            loose.append(said)
    sources = load_explanations(case.profile) if explanations is None else explanations
    rows = tuple(_row(table, number, by_row, sources, names, language) for number in table.order())
    return Rulebook(rows, table.switches, tuple(loose))


def _row(
    table: RuleTable,
    number: int,
    remarks: Mapping[str, list[str]],
    sources: Mapping[str, Any],
    names: Glossary,
    language: str,
) -> RuleRow:
    rule = table.rows[number]
    switch, wanted = rule.switch or ("", "")
    return RuleRow(
        id=rule.id,
        precedence=rule.precedence,
        effect=rule.effect,
        role=names.role(rule.role, language),
        zones=_zones(rule, names, language),
        condition=word(_condition(rule), language, names),
        title=names("title", rule.title, language, rule.facts()),
        source=source_words(sources, rule.source, language),
        switch=switch,
        wanted=wanted,
        threshold=rule.threshold,
        active=table.active[number],
        remarks=tuple(remarks.get(rule.id, ())),
    )


def source_words(explanations: Mapping[str, Mapping[str, Any]], source: str, language: str = "zh") -> str:
    """Name the source of a rule, each of several apart, as the profile words it."""
    parts = [part.strip() for part in source.split(";") if part.strip()]
    named = tuple(explain(explanations, "source", part, language).name for part in parts)
    return word(Message("{parts:apart}", parts=named), language)


def _zones(rule: Rule, names: Glossary, language: str) -> str:
    """Name its zones, then its grades, as far as it does not take all."""
    said = [one for asked in (rule.zones, rule.grades) if "*" not in asked for one in asked]
    known = (names.zone(rule.role, one, language) if one else word(Message("not stated"), language) for one in said)
    return word(joined(dict.fromkeys(known)), language) if said else ""


def _condition(rule: Rule) -> Message:
    said = []
    if rule.inside is not None:
        said.append(Message("inside {place}", place=_place(*rule.inside)))
    if rule.outside is not None:
        said.append(Message("outside {place}", place=_place(*rule.outside)))
    if rule.min_share:
        said.append(Message("on {share:share} of the feature", share=rule.min_share))
    if rule.min_area:
        said.append(Message("of {area:area} or more", area=rule.min_area))
    return reduce(lambda first, then: Message("{first}, {then}", first=first, then=then), said) if said else NOTHING


def _place(role: str, zone: str) -> Message:
    if zone:
        return Message("{zone:fullzone}", role=role, zone=zone)
    return Message("{role:role}", role=role)
