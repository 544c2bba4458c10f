"""Lineage: which old unit lives on in which new one, and by how much."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..core.arrays import listed

if TYPE_CHECKING:
    from .predecessor import Succession

__all__ = ["lineage_rows"]


def lineage_rows(onto: Succession, new_codes: tuple[str, ...], min_share: float) -> list[dict[str, str | float]]:
    """Rows of the plan's lineage table: old, new, area_m2, relation, old_name.

    Pairs below ``min_share`` of the smaller unit are noise of digitising and left out. Relations: ``same`` (one to one,
    code kept), ``recode`` (one to one, another code), ``category`` (one to one, another category), ``split``,
    ``merge``, ``rearranged`` (both), ``retired`` (no heir), ``new`` (no ancestor).
    """
    before = onto.before
    small = np.minimum(before.area[onto.old], onto.area[onto.new])
    use = onto.shared >= min_share * small
    old, new, shared = onto.old[use], onto.new[use], onto.shared[use]
    heirs = np.bincount(old, minlength=len(before))
    ancestors = np.bincount(new, minlength=len(new_codes))
    rows: list[dict[str, str | float]] = []

    def add(o: int, n: int, area: float, relation: str) -> None:
        old_code, old_name = (before.code[o], before.name[o]) if o >= 0 else ("", "")
        new_code = new_codes[n] if n >= 0 else ""
        rows.append(
            {"old": old_code, "new": new_code, "area_m2": float(area), "relation": relation, "old_name": old_name}
        )

    for o, n, area in zip(listed(old), listed(new), listed(shared), strict=True):
        if heirs[o] == 1 and ancestors[n] == 1:
            old_code, new_code = before.code[o], new_codes[n]
            changed = "category" if old_code[8:9] != new_code[8:9] else "recode"
            add(o, n, area, "same" if old_code == new_code else changed)
        else:
            several = heirs[o] > 1, ancestors[n] > 1
            add(o, n, area, "rearranged" if all(several) else "split" if several[0] else "merge")
    for o in listed(np.flatnonzero(heirs == 0)):
        add(o, -1, before.area[o], "retired")
    for n in listed(np.flatnonzero(ancestors == 0)):
        add(-1, n, onto.area[n], "new")
    return rows
