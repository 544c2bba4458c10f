"""What is to be told of units that go on: locked ones that changed, names that are out of date."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ..core.arrays import listed
from ..core.findings import Facts, Finding
from ..core.text import free_name

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from ..basis.ground import Ground
    from ..labelling.units import Units
    from .administrative import AdminChange
    from .predecessor import Predecessor, Succession

_ELSEWHERE = 1 << 20  # rank of a change of another place


def codes_now(onto: Succession, codes: Sequence[str]) -> dict[str, str]:
    """Give for the code of each previous unit that of the unit in which it goes on, or of its heir where it ended."""
    lives = {**dict(onto.ended), **{row: unit for unit, row in enumerate(listed(onto.kept))}}
    return {code: codes[lives[row]] for row, code in enumerate(onto.before.code) if lives.get(row, -1) >= 0}


def of_units_now(findings: Iterable[Finding], now: Mapping[str, str]) -> list[Finding]:
    """Let findings on a layer of units be of units of this plan: ``now`` has their codes by those of the layer."""
    return [replace(one, units=tuple({now[code]: None for code in one.units if code in now})) for one in findings]


def locked_changed(onto: Succession, codes: Sequence[str]) -> list[Finding]:
    """Tell units that somebody had locked and that an update changed all the same: rules go before a lock."""
    last = onto.before
    now = {row: unit for unit, row in enumerate(listed(onto.kept))}
    heir = dict(onto.ended)
    findings = []
    for row in listed(np.flatnonzero(last.locked)):
        unit = now.get(row, -1)
        stays = onto.shared_by(row, unit)
        lost = float(last.area[row]) - stays
        gained = float(onto.area[unit]) - stays if unit >= 0 else 0.0
        if max(lost, gained) <= max(1.0, 1e-6 * float(last.area[row]), last.rounding(row)):
            continue
        place = unit if unit >= 0 else heir.get(row, -1)
        facts: Facts = {
            "unit": codes[unit] if unit >= 0 else last.code[row],
            "lost": max(lost, 0.0),
            "gained": max(gained, 0.0),
        }
        findings.append(Finding("S87", facts, value=max(lost, gained), units=(codes[place],) if place >= 0 else ()))
    return findings


def previous_names(
    names: Sequence[str],
    codes: Sequence[str],
    units: Units,
    ground: Ground,
    places: Collection[str],
    before: Predecessor,
) -> list[Finding]:
    """Names that still hold place names the change table retired where they lie, with the name proposed (S14).

    Places of other counties and townships may be called the same, and of a county that was split one part may keep the
    name. What is called by a name of today already is left as it is, also where that holds the previous one.

    Parameters
    ----------
    names, codes : sequence of str
        One a unit.
    units : Units
    ground : Ground
    places : collection of str
        What features are called: a previous name that is a part of such a name is none.
    before : Predecessor
        Has the changes.
    """
    findings, taken = [], set(names)
    changes = [row for row in before.changes if row.old_name]
    longer = {place for place in places if any(row.old_name in place and row.old_name != place for row in changes)}
    for unit, (name, code) in enumerate(zip(names, codes, strict=True)):
        if not any(row.old_name in name for row in changes):
            continue
        now: dict[str, str] = {}
        for row in sorted(changes, key=lambda row: _rank(row, unit, units, ground, before)):
            if row.old_name not in now and _rank(row, unit, units, ground, before) < _ELSEWHERE:
                now = {old: row.new_name if new == row.old_name else new for old, new in now.items()}
                now[row.old_name] = now.get(row.new_name, row.new_name)
        settled = {*now.values()}
        # At each place the longest name counts; every second part is one.
        known = sorted({*now, *settled, *longer} - {""}, key=len, reverse=True)
        parts = re.split(f"({'|'.join(map(re.escape, known))})", name)
        previous = {old: now[old] for old in parts[1::2] if old in now and old not in settled}
        if previous:
            proposed = free_name("".join(previous.get(part, part) for part in parts), taken)
            taken.add(proposed)
            facts: Facts = {"unit": code, "old": tuple(previous), "proposed": proposed}
            findings.append(Finding("S14", facts, units=(code,)))
    return findings


def _rank(row: AdminChange, unit: int, units: Units, ground: Ground, before: Predecessor) -> int:
    """Rank a change among those of a unit's place: its own first, of townships that with most land."""
    if not row.new_code or row.level not in ("county", "township", ""):
        return 0
    codes = [ground.townships[town][0] for town in units.townships[unit]]
    if row.new_code in dict(ground.townships):
        return codes.index(row.new_code) if row.new_code in codes else _ELSEWHERE
    county, district = row.new_code[:6], ground.districts[units.district[unit]]
    return int(district != county) if district in (county, *before.counties_now(county)) else _ELSEWHERE
