"""The rule table as a reader sees it: rows in the order in which they decide, conditions and remarks in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..case.explanations import explain, load_explanations
from ..case.finding_texts import load_texts, message
from ..rules.table import read_rules
from ..rules.tester import test_rules

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..case.model import Case
    from ..case.profile import Profile
    from ..rules.table import Rule, RuleTable

__all__ = ["RuleRow", "Rulebook", "read_rulebook", "role_words", "source_words", "zone_words"]

_PLAIN = {"priority": 1, "key": 2, "general": 3}


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
        Name of the switch that gives its smallest area, "" for none.
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
    extra = case.file(case.rules.extra) if case.rules.extra else None
    table = read_rules(case.profile, case.rules.switches, extra)
    rasters = {raster.name: raster.zones.values() for raster in case.rasters}
    by_row: dict[str, list[str]] = {}
    loose = []
    remarks = test_rules(table, case.profile, rasters)
    texts = load_texts(case.profile) if remarks else {}
    for remark in remarks:
        said = message(remark.finding(), texts, language)
        for rule in remark.rules:
            by_row.setdefault(rule, []).append(said)
        if not remark.rules:
            loose.append(said)
    sources = load_explanations(case.profile) if explanations is None else explanations
    rows = tuple(_row(table, number, by_row, sources, case.profile, language) for number in table.order())
    return Rulebook(rows, table.switches, tuple(loose))


def _row(
    table: RuleTable,
    number: int,
    remarks: Mapping[str, list[str]],
    sources: Mapping[str, Any],
    profile: Profile,
    language: str,
) -> RuleRow:
    rule = table.rows[number]
    role, zones = role_words(profile, rule.role, language), _zones(rule, profile, language)
    title = rule.title if language == "zh" and rule.title else " ".join(filter(None, (role, zones)))
    switch, wanted = rule.switch or ("", "")
    return RuleRow(
        id=rule.id,
        precedence=rule.precedence,
        effect=rule.effect,
        role=role,
        zones=zones,
        condition=_condition(rule, profile, language),
        title=title,
        source=source_words(sources, rule.source, language),
        switch=switch,
        wanted=wanted,
        threshold=rule.min_area_text.removeprefix("$") if rule.min_area_text.startswith("$") else "",
        active=table.active[number],
        remarks=tuple(remarks.get(rule.id, ())),
    )


def source_words(explanations: Mapping[str, Mapping[str, Any]], source: str, language: str = "zh") -> str:
    """Name the source of a rule, each of several apart, as the profile words it."""
    separator = "；" if language == "zh" else "; "
    parts = [part.strip() for part in source.split(";") if part.strip()]
    return separator.join(explain(explanations, "source", part, language).name for part in parts)


def role_words(profile: Profile, role: str, language: str = "zh") -> str:
    """Name a role (or the raster of that name)."""
    if language == "zh" and role in profile.roles:
        return profile.roles[role].label
    return role.replace("_", " ")


def zone_words(profile: Profile, role: str, zone: str, language: str = "zh") -> str:
    """Name a zone of a role."""
    if language != "zh":
        return zone.replace("_", " ")
    words = profile.roles[role].zones.get(zone, ()) if role in profile.roles else ()
    if words:
        return words[0]
    return str(profile["categories"][str(_PLAIN[zone])]) if zone in _PLAIN else zone


def _full_zone(profile: Profile, role: str, zone: str, label: str) -> str:
    """Name a zone so that it stands alone: 水环境优先保护区 says its role, 优先保护区 does not."""
    known = profile.roles[role].zones.get(zone, ()) if role in profile.roles else ()
    telling = [word for word in known if word.startswith(label[:2])]
    return telling[0] if telling else label + zone_words(profile, role, zone)


def _zones(rule: Rule, profile: Profile, language: str) -> str:
    if "*" in rule.zones:
        return ""
    none = "未注明" if language == "zh" else "not stated"
    words = [zone_words(profile, rule.role, zone, language) if zone else none for zone in rule.zones]
    return ("、" if language == "zh" else ", ").join(dict.fromkeys(words))


def _condition(rule: Rule, profile: Profile, language: str) -> str:
    chinese = language == "zh"
    said = []
    for place, zh, en in ((rule.inside, "位于{}内", "inside {}"), (rule.outside, "位于{}外", "outside {}")):
        if place is None:
            continue
        role, zone = place
        words = role_words(profile, role, language)
        if zone:
            english = f"{words} {zone_words(profile, role, zone, language)}"
            words = _full_zone(profile, role, zone, words) if chinese else english
        said.append((zh if chinese else en).format(words))
    if rule.min_share:
        share = f"{rule.min_share:.0%}"
        said.append(f"占该要素面积不低于 {share}" if chinese else f"on {share} of the feature")
    if rule.min_area:
        said.append(f"要素面积不小于 {rule.min_area:,.0f} m²" if chinese else f"of {rule.min_area:,.0f} m² or more")
    return ("，" if chinese else ", ").join(said)
