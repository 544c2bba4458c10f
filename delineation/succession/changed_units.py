"""What is to be told of units that go on: locked ones that changed, names that are out of date."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..core.arrays import listed
from ..core.findings import Facts, Finding

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .predecessor import Predecessor, Succession

__all__ = ["former_names", "locked_changed"]


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
        if max(lost, gained) <= max(1.0, 1e-6 * float(last.area[row])):
            continue
        place = unit if unit >= 0 else heir.get(row, -1)
        facts: Facts = {
            "unit": codes[unit] if unit >= 0 else last.code[row],
            "lost": max(lost, 0.0),
            "gained": max(gained, 0.0),
        }
        findings.append(Finding("S87", facts, value=max(lost, gained), units=(codes[place],) if place >= 0 else ()))
    return findings


def former_names(
    names: list[str], codes: tuple[str, ...], districts: Sequence[str], before: Predecessor
) -> list[Finding]:
    """Names that still hold a place name the change table retired where they lie, with the name proposed.

    Places of other counties may be called the same, and of a county that was split one part may keep the name.
    """
    findings = []
    for change in before.changes:
        if not change.old_name or change.old_name == change.new_name:
            continue
        anywhere = not change.new_code or change.level not in ("county", "township", "")
        here = () if anywhere else before.counties_now(change.new_code[:6])
        for name, code, district in zip(names, codes, districts, strict=True):
            if change.old_name in name and (anywhere or district in here):
                proposed = name.replace(change.old_name, change.new_name)
                facts = {"unit": code, "old": change.old_name, "proposed": proposed}
                findings.append(Finding("S14", facts, units=(code,)))
    return findings
