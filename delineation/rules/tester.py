"""The rule-table tester: contradictory, unreachable and missing rows, found before any run."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import product
from typing import TYPE_CHECKING

from ..core.findings import Finding
from ..core.messages import NOTHING, Fact, Message, counted
from .table import ATTRIBUTE, Rule, RuleTable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ..case.model import Case
    from ..case.profile import Profile


@dataclass(frozen=True)
class Remark:
    """What the tester says of a row.

    Attributes
    ----------
    kind : str
        ``contradictory``, ``unreachable``, ``missing`` or ``unknown``.
    rules : tuple of str
        Ids of the rows concerned; empty for a missing row.
    role : str
    zones : tuple of str
        Zones, and grades where it is one of some; "" is one that is not stated, ``*`` any.
    facts : mapping
        What else its text names: see ``S13`` in ``findings.toml``.
    """

    kind: str
    rules: tuple[str, ...]
    role: str
    zones: tuple[str, ...]
    facts: Mapping[str, Fact] = field(default_factory=dict)

    def finding(self) -> Finding:
        """Give the remark as a finding of the plan."""
        facts = {"problem": self.kind, "rules": self.rules, "role": self.role, "zone": "|".join(self.zones) or "-"}
        return Finding("S13", {**facts, "place": _place(self.role, self.zones), **self.facts})


def test_case(case: Case, table: RuleTable) -> list[Remark]:
    """Test the rule table of a case, whose rasters may cut the partition."""
    return check_rule_table(table, case.profile, {raster.name: raster.zones.values() for raster in case.rasters})


def check_rule_table(
    table: RuleTable, profile: Profile, extra_roles: Mapping[str, Iterable[str]] | None = None
) -> list[Remark]:
    """Test a rule table against itself and the profile's roles, zones and grades.

    A pair is *contradictory* where both rows are active at equal precedence for the same role, zone and grade under
    the same conditions, with different effects. A row is *unreachable* where active rows that ask no more than it does
    decide all its zones and grades before it, or where its conditions exclude each other or its switch can never have
    the value asked for. A role with a zone and grade is *missing* where no active row speaks of it whatever else
    holds. *Unknown* are roles, zones and grades that the profile does not have.

    Parameters
    ----------
    table : RuleTable
    profile : Profile
    extra_roles : mapping of str to iterable of str, optional
        Names of rasters whose zones cut the partition.

    Returns
    -------
    list of Remark
    """
    extra = {role: set(zones) for role, zones in (extra_roles or {}).items()}
    active = [row for row, on in zip(table.rows, table.active, strict=True) if on]
    return [
        *_unknown(table, profile, extra),
        *_contradictory(active, profile),
        *_unreachable(table, profile),
        *_missing(active, profile, extra),
    ]


# pytest would take the verb for a test of its own.
check_rule_table.__test__ = False  # type: ignore[attr-defined]


def _zones(row: Rule, profile: Profile) -> set[tuple[str, str]]:
    """Give the zones that a row speaks of, each with each of the grades."""
    role = profile.roles.get(row.role)
    zones = {"", *(role.zone_ids if role else ())} if "*" in row.zones else row.zones
    grades = {"", *(role.grades if role else ())} if "*" in row.grades else row.grades
    return set(product(zones, grades))


def _told(zone: str, *grades: str) -> tuple[str, ...]:
    """Give a zone with grades of it, as far as there are any."""
    return (zone, *grades) if zone else grades or ("",)


def _place(role: str, zones: tuple[str, ...]) -> Message:
    """Name a role with its zones, where it is not all of it."""
    if not any(zones) or "*" in zones:
        return Message("{role:role}", role=role)
    named = tuple(zone or Message("not stated") for zone in zones)
    return Message("{role:role} ({zone:zone})", role=role, zone=named)


def _conditions(row: Rule) -> tuple[object, ...]:
    return (row.inside, row.outside, row.min_area_text, row.min_share)


def _unknown(table: RuleTable, profile: Profile, extra: Mapping[str, set[str]]) -> list[Remark]:
    remarks = []
    for row in table.rows:
        places = [(row.role, zone) for zone in row.zones] + [place for place in (row.inside, row.outside) if place]
        strange = {(role, zone): _no_zone(role, zone, profile, extra) for role, zone in places}
        if row.role in profile.roles:
            for grade in sorted({*row.grades} - {"", "*", *profile.roles[row.role].grades}):
                strange[row.role, grade] = Message("{role:role} has no grade '{grade}'", role=row.role, grade=grade)
        remarks += [
            Remark("unknown", (row.id,), role, (zone,), {"why": why}) for (role, zone), why in strange.items() if why
        ]
    return remarks


def _no_zone(role: str, zone: str, profile: Profile, extra: Mapping[str, set[str]]) -> Message:
    """Say that there is no such role, or zone of it; nothing where there is."""
    known = profile.roles.get(role)
    if known is None and role not in extra:
        return Message("there is no role '{role}'", role=role)
    if zone in ("", "*", *(known.zone_ids if known else extra[role])) or (known and known.free_zone):
        return NOTHING
    if known:
        return Message("{role:role} has no zone '{zone}'", role=role, zone=zone)
    return Message("raster {raster:raster} has no zone '{zone}'", raster=role, zone=zone)


def _contradictory(active: list[Rule], profile: Profile) -> list[Remark]:
    remarks = []
    for number, one in enumerate(active):
        for other in active[number + 1 :]:
            if (one.role, one.precedence) != (other.role, other.precedence) or one.effect == other.effect:
                continue
            shared = _zones(one, profile) & _zones(other, profile)
            if shared and _conditions(one) == _conditions(other):
                facts = {"precedence": one.precedence}
                remarks.append(Remark("contradictory", (one.id, other.id), one.role, _told(*min(shared)), facts))
    return remarks


def _unreachable(table: RuleTable, profile: Profile) -> list[Remark]:
    remarks = []
    ahead: list[Rule] = []
    for number in table.order():
        row, on = table.rows[number], table.active[number]
        why = None
        if row.switch and not _possible(row.switch, profile):
            why = Message(
                "the switch '{switch:switch}' never has the value '{value}'",
                switch=row.switch[0],
                value=row.switch[1],
            )
        elif row.inside and row.outside and row.inside[0] == row.outside[0] and row.outside[1] in ("", row.inside[1]):
            why = Message("nothing is inside and outside {role:role} at once", role=row.inside[0])
        elif on and row.effect != ATTRIBUTE:
            stronger = [other for other in ahead if _shadows(other, row)]
            decided = set().union(*(_zones(other, profile) for other in stronger))
            if stronger and _zones(row, profile) <= decided:
                ids = tuple(other.id for other in stronger)
                why = counted(len(ids), "{rules} decides before it", "{rules} decide before it", rules=ids)
        if why is not None:
            remarks.append(Remark("unreachable", (row.id,), row.role, row.zones, {"why": why}))
        ahead += [row] if on else []
    return remarks


def _possible(switch: tuple[str, str], profile: Profile) -> bool:
    name, value = switch
    default = profile["switches"][name]
    allowed = profile["switch_values"].get(name) or (("true", "false") if isinstance(default, bool) else None)
    return allowed is None or value in allowed


def _shadows(other: Rule, row: Rule) -> bool:
    """Whether ``other``, which goes before ``row``, decides wherever ``row`` matches."""
    if other.role != row.role or other.effect == ATTRIBUTE:
        return False
    # Of equal precedence and another effect is a contradiction, and said to be one.
    if other.precedence == row.precedence and other.effect != row.effect:
        return False
    return not other.conditional or _conditions(other) == _conditions(row)


def _missing(active: list[Rule], profile: Profile, extra: Mapping[str, set[str]]) -> list[Remark]:
    remarks = []
    for name, zones in extra.items():
        rows = [row for row in active if row.role == name]
        for zone in sorted(zones):
            if not any(zone in row.zones or "*" in row.zones for row in rows):
                remarks.append(Remark("missing", (), name, (zone,)))
    for role in profile.roles.values():
        if role.free_zone or not (role.takes_zone or role.element or role.protected or role.frozen):
            continue
        optional = role.optional_zone or not role.takes_zone
        wanted = [*role.zone_ids, *([""] if optional else [])]
        spoken = set().union(*(_zones(row, profile) for row in active if row.role == role.name and not row.conditional))
        for zone in wanted:
            lost = [grade for grade in (*role.grades, "") if (zone, grade) not in spoken]
            if lost:
                named = () if len(lost) > len(role.grades) else lost
                remarks.append(Remark("missing", (), role.name, _told(zone, *named)))
    return remarks
