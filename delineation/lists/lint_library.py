"""Lint of a clause library, clause by clause: names, scope, basis, text (L01–L05, L09–L11, L17–L20).

Also held against it are clauses that units have of their own, as far as they have terms.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ..core.findings import Finding
from ..core.messages import Message
from .entries import listed, of_clauses, of_units, short
from .kept_library import checked_bases
from .laws import IN_FORCE, NOT_YET, REPEALED, SUPERSEDED
from .lint_pairs import can_hold_together, related
from .place_names import CODE, bare_name

if TYPE_CHECKING:
    from ..core.messages import Fact
    from .entries import EntryLists, ParsedClause

__all__ = [
    "baseless",
    "beyond_their_law",
    "empty_places",
    "idle_exemptions",
    "laws_out_of_force",
    "misplaced_bans",
    "out_of_date",
    "permissions_that_forbid",
    "read_without_their_law",
    "sweeping",
    "unknown_codes",
    "unreachable",
]

_COUNTY = slice(2, 8)  # of a unit's code
_CATEGORY = 8
_TERMS = {"to": "expired", "from": "not_yet"}


def clause_finding(lists: EntryLists, rule: str, problem: str, entry: ParsedClause, **facts: Fact) -> Finding:
    """Word a finding of one clause, with the units that have it."""
    units = lists.units_of_clause.get(entry.id, ())
    return of_units(rule, units, problem=problem, clause=entry.id, text=short(entry.text), **facts)


# ── L01 codes ───────────────────────────────────────────────────────────────────────────────────────────────────────


def unknown_codes(lists: EntryLists) -> list[Finding]:
    """Find industries, groups, laws, facts, units of measure, roles and zones that nobody knows (L01).

    Returns
    -------
    list of Finding
        ``industry``, ``group`` (known, but not which industries it has), ``law``, ``fact``, ``unit``, ``zone``.
    """
    findings = []
    for entry in lists.entries:
        for problem, names in _unknown(entry, lists).items():
            if names:
                findings.append(clause_finding(lists, "L01", problem, entry, names=tuple(dict.fromkeys(names))))
    return findings


def _unknown(entry: ParsedClause, lists: EntryLists) -> dict[str, list[str]]:
    known = lists.known
    conditions = [*entry.when, *entry.terms.get("unless", ()), *filter(None, [entry.terms.get("limit")])]
    codes = [*entry.industries, *(code for one in conditions for code in one.get("industries", ()))]
    facts = known.facts.by_id
    units = [
        str(one["unit"])
        for one in conditions
        if one.get("unit") and one["fact"] in facts and one["unit"] not in facts[one["fact"]].units
    ]
    zones = []
    for kind in entry.kinds:
        role, _, zone = kind.partition(":")
        found = known.roles.get(role)
        if role in ("general", "sea") and not zone:
            continue
        if found is None or (zone and not found.has_zone(zone)):
            zones.append(kind)
    groups = known.industries.groups
    return {
        "industry": [code for code in codes if code not in groups and not known.industries.known(code)],
        "group": known.industries.empty_groups(codes),
        "law": [law for law in entry.laws if law not in known.laws.by_id],
        "fact": [str(one["fact"]) for one in conditions if one["fact"] not in facts],
        "unit": units,
        "zone": zones,
    }


# ── L02 scope ───────────────────────────────────────────────────────────────────────────────────────────────────────


def unreachable(lists: EntryLists) -> list[Finding]:
    """Find clauses that no unit can ever have (L02).

    Returns
    -------
    list of Finding
        ``category`` (a zone that is never of it), ``code`` (a unit of another category or county), and of a plan
        ``unit`` and ``place`` (there is none), all one a clause; ``admin`` (clauses of other areas; value: how many).
    """
    findings: list[Finding] = []
    elsewhere: list[str] = []
    prefixes: dict[str, None] = {}
    units = set(lists.units["code"])
    here = sorted(set(lists.county) - {""})
    names = {*lists.places, *map(bare_name, lists.units["name"]), *units}
    admits: dict[tuple[str, ...], bool] = {
        admin: not admin or any(county.startswith(admin) for county in here)
        for admin in {entry.admin for entry in lists.entries}
    }
    for entry in lists.entries:
        if problem := _impossible(entry, lists):
            findings.append(clause_finding(lists, "L02", problem, entry))
        elif not len(lists.units):
            continue
        elif entry.rank and not admits[entry.admin]:
            elsewhere.append(entry.id)
            prefixes |= dict.fromkeys(entry.admin)
        else:
            # A library of a province names units of all its counties.
            ours = [code for code in entry.units if code[_COUNTY] in here]
            if entry.units and len(ours) == len(entry.units) and not units.intersection(ours):
                findings.append(clause_finding(lists, "L02", "unit", entry, names=tuple(ours)))
            elif entry.places and len(lists.touches) and not any(bare_name(one) in names for one in entry.places):
                findings.append(clause_finding(lists, "L02", "place", entry, names=entry.places))
    if elsewhere:
        findings.append(of_clauses("L02", elsewhere, problem="admin", names=tuple(prefixes)))
    return findings


def _impossible(entry: ParsedClause, lists: EntryLists) -> str:
    """Tell what of a clause's scope contradicts itself, "" where nothing does."""
    if entry.category:
        if "general" in entry.kinds and 3 not in entry.category:
            return "category"
        if 1 not in entry.category and any(_is_priority(kind, lists) for kind in entry.kinds):
            return "category"
    codes = [code for code in entry.units if CODE.fullmatch(code)]
    if codes and entry.category and not any(int(code[_CATEGORY]) in entry.category for code in codes):
        return "code"
    if codes and entry.admin and not any(code[_COUNTY].startswith(entry.admin) for code in codes):
        return "code"
    return ""


def _is_priority(kind: str, lists: EntryLists) -> bool:
    """Whether no step puts a kind's land under a lower category than priority (``protected`` of its role)."""
    name, _, zone = kind.partition(":")
    role = lists.known.roles.get(name)
    return role is not None and role.protected and (not role.protected_zones or zone in role.protected_zones)


# ── L03 basis ───────────────────────────────────────────────────────────────────────────────────────────────────────


def baseless(lists: EntryLists) -> list[Finding]:
    """Find clauses without a basis, and count those whose basis nobody has checked (L03).

    Returns
    -------
    list of Finding
        ``missing``, one a clause of the library; ``own`` (rows of units, all in one; value: how many); ``unchecked``
        (what nobody has read, 待核, all in one; value: how many clauses).
    """
    of_library = [entry for entry in lists.entries if entry.library]
    findings = [clause_finding(lists, "L03", "missing", entry) for entry in of_library if not entry.basis.strip()]
    own = (lists.library_row < 0) & (lists.texts("basis").str.strip() == "").to_numpy() & (lists.unit_row >= 0)
    if own.any() and not lists.fields:
        units, ids = lists.named(lists.unit_row[own]), tuple(dict.fromkeys(lists.texts("clause_id")[own]))
        facts: dict[str, Fact] = {"problem": "own", "n": int(own.sum()), **listed(ids)}
        findings.append(Finding("L03", facts, float(own.sum()), None, units))
    of_rows = zip(lists.texts("clause_id"), lists.texts("basis"), strict=True)
    pairs = {*((entry.id, entry.basis) for entry in of_library), *of_rows} - checked_bases(lists.library)
    unchecked = {name for name, basis in pairs if basis.strip()}
    if unchecked:
        everything = len({entry.id for entry in of_library} | set(lists.texts("clause_id")))
        findings.append(of_clauses("L03", sorted(unchecked), problem="unchecked", all=everything))
    return findings


def read_without_their_law(lists: EntryLists) -> list[Finding]:
    """Find clauses of which the library says that somebody read them, though a law of theirs is 待核 itself (L17).

    Returns
    -------
    list of Finding
        All in one, with the laws; value: how many clauses, none of which counts as checked.
    """
    laws = lists.known.laws
    resting = {entry.id: laws.unread(entry.laws) for entry in lists.entries if entry.checked_on}
    ids = [name for name, unread in resting.items() if unread]
    titles = tuple(dict.fromkeys(laws.by_id[law].title for name in ids for law in resting[name]))
    return [of_clauses("L17", ids, laws=titles)] if ids else []


def beyond_their_law(lists: EntryLists) -> list[Finding]:
    """Find bases that name an article which their law does not have, by the table of laws (L20).

    Returns
    -------
    list of Finding
        One a clause and law, with the articles, and how many the law has.
    """
    laws, findings = lists.known.laws, []
    for entry in lists.entries:
        for law, numbers in laws.articles_named(entry.basis, entry.laws).items():
            if beyond := tuple(f"{one}" for one in numbers if one > laws.by_id[law].articles):
                found = laws.by_id[law]
                facts: dict[str, Fact] = {"law": found.title, "articles": beyond, "all": found.articles}
                findings.append(clause_finding(lists, "L20", "", entry, **facts))
    return findings


# ── L04, L05 time ───────────────────────────────────────────────────────────────────────────────────────────────────


def out_of_date(lists: EntryLists) -> list[Finding]:
    """Find clauses that are no longer, or not yet, in force at the plan's date (L04).

    Returns
    -------
    list of Finding
        ``expired`` and ``not_yet``, one a clause.
    """
    return [
        clause_finding(lists, "L04", _TERMS[lapsed], entry, date=str(entry.terms[lapsed]), as_of=lists.as_of)
        for entry in lists.entries
        if (lapsed := entry.lapsed(lists.as_of))
    ]


def laws_out_of_force(lists: EntryLists) -> list[Finding]:
    """Find laws that clauses rest on and that are not in force at the plan's date (L05).

    A law that a successor of it in the same clause replaces is there for comparison, and no finding.

    Returns
    -------
    list of Finding
        ``superseded`` (with what took its place) and ``repealed``: one a law; ``not_yet``: all that came after the plan
        in one, as it is the plan's date that they are asked for. Value: how many clauses.
    """
    laws = lists.known.laws
    resting: dict[str, list[ParsedClause]] = {}
    for entry in lists.entries:
        for law in entry.laws:
            if law in laws.by_id and laws.successor(law) not in entry.laws:
                resting.setdefault(law, []).append(entry)
    state = {law: laws.state(law, lists.as_of) if lists.as_of else IN_FORCE for law in sorted(resting)}
    findings = []
    for law, said in state.items():
        if said not in (SUPERSEDED, REPEALED):
            continue
        found, heir = laws.by_id[law], laws.by_id.get(laws.successor(law))
        facts: dict[str, Fact] = {
            "problem": said,
            "law": found.title,
            "date": found.last,
            "as_of": lists.as_of,
            "successor": heir.title if heir is not None else "",
            "n": len(resting[law]),
            **listed(entry.id for entry in resting[law]),
        }
        units = {code for entry in resting[law] for code in lists.units_of_clause.get(entry.id, ())}
        findings.append(Finding("L05", facts, float(len(resting[law])), None, tuple(sorted(units))))
    early = [law for law, said in state.items() if said == NOT_YET]
    if early:
        ids = list(dict.fromkeys(entry.id for law in early for entry in resting[law]))
        titles = tuple(
            Message("{title} ({date})", title=laws.by_id[one].title, date=laws.by_id[one].first) for one in early
        )
        findings.append(of_clauses("L05", ids, problem=NOT_YET, laws=titles, as_of=lists.as_of))
    return findings


# ── L09–L11 what a clause forbids, exempts; what there is none for ──────────────────────────────────────────────────


def sweeping(lists: EntryLists) -> list[Finding]:
    """Find prohibitions over whole categories that say for no industry and under no condition (L09).

    They would forbid a bakery. An assessment asks a person whether such a clause is meant, and never decides by it.
    """
    return [
        clause_finding(lists, "L09", "", entry)
        for entry in lists.entries
        if entry.effect == "prohibit" and entry.in_words_alone
    ]


def permissions_that_forbid(lists: EntryLists) -> list[Finding]:
    """Find clauses of effect ``allow`` whose text forbids before it permits anything (L18)."""
    forbids, permits = re.compile(lists.limits.forbids), re.compile(lists.limits.permits)

    def denies(text: str) -> bool:
        for part in map(str.strip, re.split("[。；;]", text)):
            if forbids.match(part) or (forbids.search(part) and not permits.search(part)):
                return True
            if permits.search(part):
                return False
        return False

    return [
        clause_finding(lists, "L18", "", entry)
        for entry in lists.entries
        if entry.effect == "allow" and denies(entry.text)
    ]


def misplaced_bans(lists: EntryLists) -> list[Finding]:
    """Find prohibitions to build somewhere that stand under another dimension than space (L19)."""
    sites = re.compile(lists.limits.sites)
    return [
        clause_finding(lists, "L19", "", entry, dimension=entry.dimension)
        for entry in lists.entries
        if entry.effect == "prohibit" and entry.dimension != "space" and sites.search(entry.text)
    ]


def idle_exemptions(lists: EntryLists) -> list[Finding]:
    """Find exemptions that nobody can ever claim (L10).

    Returns
    -------
    list of Finding
        ``industry`` (those who may claim it are none of those whom the clause concerns), ``condition`` (it asks for
        what the clause's own conditions rule out); one a clause and problem, with the number of the exemption.
    """
    findings = []
    for entry in lists.entries:
        for number, exemption in enumerate(entry.terms.get("unless", ()), start=1):
            own = lists.known.industries.expand([str(one) for one in exemption.get("industries", ())])
            facts: dict[str, Fact] = {"number": number, "fact": _fact(lists, str(exemption["fact"]))}
            if own and entry.codes and not any(related(one, other) for one in own for other in entry.codes):
                findings.append(clause_finding(lists, "L10", "industry", entry, **facts))
            elif not can_hold_together([*entry.when, exemption]):
                findings.append(clause_finding(lists, "L10", "condition", entry, **facts))
    return findings


def _fact(lists: EntryLists, name: str) -> Message | str:
    found = lists.known.facts.by_id.get(name)
    return name if found is None else found.title


def empty_places(lists: EntryLists) -> list[Finding]:
    """Find dimensions for which a library has no clause for a category (L11).

    Returns
    -------
    list of Finding
        One a category and dimension that its units need, with the units of that category.
    """
    if not len(lists.library):
        return []
    there: set[tuple[int, str]] = set()
    for entry in lists.entries:
        if entry.library:
            there |= {(category, entry.dimension) for category in entry.category or (1, 2, 3)}
    category = lists.units["category"].to_numpy()
    findings = []
    for number, needed in lists.limits.needed.items():
        for dimension in needed:
            if (number, dimension) not in there:
                units = lists.named((category == number).nonzero()[0])
                findings.append(of_units("L11", units, category=number, dimension=dimension))
    return findings
