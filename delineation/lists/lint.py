"""Lint of entry lists and of the library they were made from: what it finds, in words, and how it is mended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from ..case.finding_texts import load_texts, to_rows
from ..case.names import Glossary
from ..case.profile import NATIONAL, profile_for_words, profile_settings
from ..case.profile_files import read_settings
from ..core.text import json_table
from . import lint_library, lint_lists, lint_pairs
from .draft import CLAUSE_COLUMNS
from .entries import EntryLists, LintLimits, LintVocabulary
from .mends import Mend, mends_of
from .place_names import renamed_units
from .touch import touches
from .wording import counties_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ..case.profile import Profile
    from ..core.findings import Finding
    from ..plan.file import Plan

    LintRule = Callable[[EntryLists], list[Finding]]

__all__ = [
    "LIBRARY_RULES",
    "LIST_RULES",
    "Mend",
    "limits_of",
    "lint_of_library",
    "lint_of_lists",
    "lint_rows",
    "lists_of_plan",
    "mends",
]

LIBRARY_RULES: Mapping[str, LintRule] = {
    "L01": lint_library.unknown_codes,
    "L02": lint_library.unreachable,
    "L03": lint_library.baseless,
    "L04": lint_library.out_of_date,
    "L05": lint_library.laws_out_of_force,
    "L06": lint_pairs.contradictions,
    "L07": lint_pairs.differing_limits,
    "L08": lint_pairs.same_texts,
    "L09": lint_library.sweeping,
    "L10": lint_library.idle_exemptions,
    "L11": lint_library.empty_places,
    "L12": lint_lists.altered,
    "L13": lint_lists.dropped,
    "L15": lint_lists.forgotten,
    "L17": lint_library.read_without_their_law,
    "L18": lint_library.permissions_that_forbid,
    "L19": lint_library.misplaced_bans,
    "L20": lint_library.beyond_their_law,
}
"""Rules that ask for the library that lists were made from."""
LIST_RULES: Mapping[str, LintRule] = {
    "L14": lint_lists.waiting,
    "L16": lint_lists.repeated,
    "Q15": lint_lists.filled,
    "Q29": lint_lists.foreign_names,
    "Q30": lint_lists.foreign_texts,
}
"""Rules of the lists alone."""
_HELD_AGAINST = ("L12", "L13", "L15")


def limits_of(profile: Profile, checks: Mapping[str, Any] | None = None) -> LintLimits:
    """Read the settings of the lint.

    Parameters
    ----------
    profile : Profile
    checks : mapping, optional
        ``checks.toml`` where the caller has it. What it lacks is the national profile's.
    """
    national = read_settings(NATIONAL / "checks.toml", NATIONAL / "checks.toml")
    own = profile_settings(profile, "checks.toml") if checks is None else checks
    needed, texts, words = (own.get(table) or national[table] for table in ("Q15", "Q30", "L18"))
    joining = profile_settings(profile, "lists.toml").get("joining") or settings_of_joining()
    return LintLimits(
        needed={int(category): tuple(these) for category, these in needed["dimensions"].items()},
        park_roles=tuple(texts["park_roles"]),
        ignored=tuple(texts["ignored"]),
        least_share=float(joining["least_share"]),
        **{name: str(words[name]) for name in ("forbids", "permits", "sites")},
    )


def settings_of_joining() -> Mapping[str, Any]:
    """Give the national settings of how clauses of zones are joined."""
    found: Mapping[str, Any] = read_settings(NATIONAL / "lists.toml", NATIONAL / "lists.toml")["joining"]
    return found


def lists_of_plan(plan: Plan, profile: Profile, limits: LintLimits | None = None) -> EntryLists | None:
    """Give the entry lists of a plan as lint looks at them; None where it has no table of clauses.

    Parameters
    ----------
    plan : Plan
    profile : Profile
        Its own, or the national one where that is elsewhere.
    limits : LintLimits, optional
        The profile's by default.
    """
    if not set(CLAUSE_COLUMNS[:10]) <= set(plan.clauses):
        return None
    columns = ("unit_id", "code", "name", "kind", "subtype", "county", "townships")
    units = pd.DataFrame({name: _texts(plan.units, name) for name in columns})
    units["category"] = pd.to_numeric(plan.units["category"], errors="coerce").fillna(0).astype("int64").to_numpy()
    clauses = pd.DataFrame({name: _texts(plan.clauses, name) for name in CLAUSE_COLUMNS})
    defaults = None
    if said := plan.meta.get("default_names"):
        renamed = renamed_units(plan.journal)
        defaults = {unit: str(name) for unit, name in json_table(said).items() if unit not in renamed}
    return EntryLists(
        units=units,
        clauses=clauses,
        known=LintVocabulary.of(profile),
        limits=limits or limits_of(profile),
        library=plan.library.reset_index(drop=True),
        touches=touches(plan),
        counties=counties_of(plan.meta),
        as_of=plan.meta.get("date", "")[:10],
        level=plan.meta.get("list_level", "") or "市",
        defaults=defaults,
    )


def _texts(table: pd.DataFrame, column: str) -> list[str]:
    if column not in table:
        return [""] * len(table)
    found = table[column].astype(object)
    return [str(one) for one in found.where(found.notna(), "").astype(str).str.strip()]


def lint_of_library(lists: EntryLists) -> list[Finding]:
    """Look at a library, and at clauses with terms that units have of their own."""
    rules = [rule for name, rule in LIBRARY_RULES.items() if name not in _HELD_AGAINST]
    return [one for rule in rules for one in rule(lists)]


def lint_of_lists(lists: EntryLists) -> list[Finding]:
    """Look at the lists of units, and hold them against their library where it is known."""
    rules = [*(LIBRARY_RULES[name] for name in _HELD_AGAINST if len(lists.library)), *LIST_RULES.values()]
    return [one for rule in rules for one in rule(lists)]


def lint_rows(plan: Plan, language: str = "zh") -> list[dict[str, Any]]:
    """Look at a plan's lists and library, in words.

    Returns
    -------
    list of dict
        ``id``, ``severity``, ``clause`` (ids, with 、 between where there are several), ``units`` (codes), ``value``,
        ``message``; errors first.
    """
    profile = profile_for_words(plan)
    lists = lists_of_plan(plan, profile)
    if lists is None:
        return []
    found = [*(lint_of_library(lists) if len(lists.library) else []), *lint_of_lists(lists)]
    rows = to_rows(found, load_texts(profile), language, Glossary(profile))
    told = [
        {
            "id": row["id"],
            "severity": row["severity"],
            "clause": _clauses(finding),
            "units": row["units"],
            "value": row["value"],
            "message": row["message"],
        }
        for row, finding in zip(rows, found, strict=True)
    ]
    return sorted(told, key=lambda row: (row["severity"] != "error", row["id"]))


def _clauses(finding: Finding) -> str:
    several = finding.facts.get("clauses", ())
    each = several if isinstance(several, (list, tuple)) else (several,)
    return str(finding.facts.get("clause") or "、".join(map(str, each)))


def mends(plan: Plan, finding: Finding) -> list[Mend]:
    """Give the ways to mend a finding of the lint in a plan, each an operation; none where a person has to write.

    Parameters
    ----------
    plan : Plan
    finding : Finding
        With the facts that it is stored with.
    """
    lists = lists_of_plan(plan, profile_for_words(plan))
    return [] if lists is None else mends_of(lists, finding)
