"""A plan against the scheme of the level above (Q23)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from .registry import finding, rule
from .shapes import spot

if TYPE_CHECKING:
    from ..core.findings import Finding
    from .subject import CheckSubject, UpperScheme

_LEAST = 1.0  # m²: less is rounding


@rule("Q23")
def q23(subject: CheckSubject) -> list[Finding]:
    """Check that a plan agrees with the upper level's scheme under ``fixed`` and ``refine``.

    Returns
    -------
    list of Finding
        ``bare`` (value: m² that no unit of it covers); of ``fixed`` ``code`` and ``category``, of ``refine``
        ``crosses`` and ``lower``; one per unit and problem. Nothing where the plan keeps to no scheme.
    """
    upper = subject.upper
    if upper is None or subject.faces is None:
        return []
    table = subject.zones.get("upper", pd.DataFrame({"face": [], "unit": [], "zone": [], "area_m2": []}))
    table = table[table["unit"] >= 0].drop_duplicates("face")
    findings = _bare(subject, table)
    shares = table.groupby(["unit", "zone"], sort=True)["area_m2"].sum().reset_index()
    shares = shares[shares["area_m2"] > _LEAST]
    for row, mine in shares.groupby("unit", sort=True):
        findings += _unit(subject, upper, int(row), mine)
    return findings


def _unit(subject: CheckSubject, upper: UpperScheme, row: int, shares: pd.DataFrame) -> list[Finding]:
    """Hold one unit against those of the level above in which it lies."""
    code, category = subject.codes[row], int(subject.category[row])
    where, inside = spot(subject.shapes[row : row + 1]), [str(one) for one in shares["zone"]]
    largest = str(shares.loc[shares["area_m2"].idxmax(), "zone"])
    findings = []
    if upper.mode == "fixed":
        if inside != [code]:
            findings.append(finding("Q23", "code", where=where, units=(code,), upper=tuple(inside)))
        wanted = upper.category.get(largest, category)
        if category != wanted:
            findings.append(
                finding("Q23", "category", where=where, units=(code,), upper=largest, category=category, wanted=wanted)
            )
        return findings
    if len(inside) > 1:
        findings.append(finding("Q23", "crosses", where=where, units=(code,), upper=tuple(inside)))
    strict = np.array([upper.category.get(one, 3) for one in inside])
    lower = shares["area_m2"].to_numpy(dtype=np.float64)[strict < category]
    if len(lower):
        size = float(lower.sum())
        over = tuple(one for one, above in zip(inside, strict, strict=True) if above < category)
        found = finding(
            "Q23", "lower", value=size, where=where, units=(code,), category=category, area_m2=size, upper=over
        )
        findings.append(found)
    return findings


def _bare(subject: CheckSubject, table: pd.DataFrame) -> list[Finding]:
    """Tell land that no unit of the level above covers."""
    faces = subject.faces
    if faces is None:
        return []
    left = faces[~np.isin(np.arange(len(faces)), table["face"].to_numpy(dtype=np.int64)) & (faces["unit"] >= 0)]
    size = float(left["area_m2"].sum())
    if size <= _LEAST:
        return []
    units = [subject.codes[row] for row in np.unique(left["unit"].to_numpy(dtype=np.int64))]
    where = spot(left["geometry"].to_numpy(dtype=object))
    return [finding("Q23", "bare", value=size, where=where, units=units, area_m2=size)]
