"""Codes of units and element zones: pattern, place, category, uniqueness (Q04, Q05, Q22)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .registry import finding, rule
from .shapes import polygonal, spot

if TYPE_CHECKING:
    import pandas as pd

    from ..core.arrays import Bools
    from ..core.findings import Finding
    from ..core.messages import Fact
    from .subject import CheckSubject


def _texts(values: pd.Series) -> pd.Series:
    return values.astype("string").fillna("")


def _rows(mask: pd.Series | Bools) -> list[int]:
    return [int(row) for row in np.flatnonzero(np.asarray(mask, dtype=bool))]


@rule("Q04", needs=("counties",), partly=True)
def q04(subject: CheckSubject) -> list[Finding]:
    """Check that a unit's code fits the pattern, its county digits the unit's place, its category digit the category.

    Returns
    -------
    list of Finding
        ``pattern``, ``county`` (value: share of the unit that lies in the county of its code), ``category``; one per
        unit and problem.

    Notes
    -----
    A sea unit's digits may be a city's or a province's, so only the leading ones are compared. Recoded counties and the
    profile's accepted codes are valid.
    """
    code = _texts(subject.units["code"])
    land = code.str.fullmatch(subject.settings.of("codes", "land")).to_numpy(dtype=bool)
    sea = code.str.fullmatch(subject.settings.of("codes", "sea")).to_numpy(dtype=bool)

    def at(row: int, problem: str, value: float | None = None, **facts: Fact) -> Finding:
        units, where = (subject.codes[row],), spot(subject.shapes[row : row + 1])
        return finding("Q04", problem, value=value, where=where, units=units, **facts)

    findings = [at(row, "pattern") for row in _rows((code != "").to_numpy(dtype=bool) & ~land & ~sea)]
    digit = code.str.slice(8, 9).where(land | sea, "0").astype(int).to_numpy()
    category = subject.category
    for row in _rows((land | sea) & (category > 0) & (digit != category)):
        findings.append(at(row, "category", digit=int(digit[row]), category=int(category[row])))
    if subject.counties is None:
        return findings
    said = code.str.slice(2, 8).to_numpy(dtype=object)
    lies = subject.county_of
    accepted = np.isin(said.astype(str), [str(c) for c in subject.settings.of("Q04", "accepted_counties")])
    leading = int(subject.settings.of("Q04", "sea_digits"))
    heads = tuple(sorted({str(c)[:leading] for c in subject.counties["code"]}))
    heir = np.array([where in subject.recoded.get(c, ()) for c, where in zip(said, lies, strict=True)], dtype=bool)
    wrong = land & (lies != "") & (said != lies) & ~heir & ~accepted
    astray = sea & ~np.array([str(c).startswith(heads) for c in said], dtype=bool)
    for row in _rows(wrong | astray):
        place = str(lies[row]) or heads
        findings.append(at(row, "county", _share(subject, row, str(said[row])), county=str(said[row]), lies=place))
    return findings


def _share(subject: CheckSubject, row: int, county: str) -> float:
    """Share of a unit's land area that lies in a county."""
    shares = subject.county_shares
    mine = shares[shares["unit"] == row]
    whole = float(mine["area_m2"].sum())
    return float(mine.loc[mine["county"] == county, "area_m2"].sum()) / whole if whole else 0.0


@rule("Q05", needs=("retired",), partly=True)
def q05(subject: CheckSubject) -> list[Finding]:
    """Check that unit codes are unique, and none is a retired code used again.

    Returns
    -------
    list of Finding
        ``twice`` (value: number of units with the code) and ``retired``, one per code.
    """
    code = _texts(subject.units["code"])
    findings = []
    twice = np.flatnonzero((code != "").to_numpy(dtype=bool) & code.duplicated(keep=False).to_numpy(dtype=bool))
    for name, rows in code.iloc[twice].groupby(code.iloc[twice].to_numpy(), sort=True).indices.items():
        n, where = len(rows), spot(subject.shapes[twice[rows]])
        findings.append(finding("Q05", "twice", value=float(n), where=where, units=(str(name),), n=n))
    for row in _rows(code.isin(subject.retired or ())):
        where = spot(subject.shapes[row : row + 1])
        findings.append(finding("Q05", "retired", where=where, units=(subject.codes[row],)))
    return findings


@rule("Q22", needs=("element_zones",))
def q22(subject: CheckSubject) -> list[Finding]:
    """Check that element-zone codes are unique, fit the pattern, and their category and element digits fit the zone.

    Returns
    -------
    list of Finding
        ``blank``, ``pattern``, ``twice`` (value: number of zones with the code), ``digits``.

    Notes
    -----
    Digits by ``codes_ys.csv`` of the profile. Its subtype digit is unverified and not compared; zones it does not list
    are not compared.
    """
    zones = subject.element_zones
    if zones is None:
        return []
    code = _texts(zones["code"])
    shapes = polygonal(zones["geometry"].to_numpy(dtype=object))
    fits = code.str.fullmatch(subject.settings.of("codes", "element_zone")).to_numpy(dtype=bool)
    element, zone = zones["element"].astype(str).tolist(), zones["zone"].astype(str).tolist()
    findings = []
    for row in _rows(~fits):
        where, said = spot(shapes[row : row + 1]), str(code.iloc[row])
        findings.append(
            finding("Q22", "pattern" if said else "blank", where=where, code=said, element=element[row], zone=zone[row])
        )
    twice = np.flatnonzero((code != "").to_numpy(dtype=bool) & code.duplicated(keep=False).to_numpy(dtype=bool))
    for name, rows in code.iloc[twice].groupby(code.iloc[twice].to_numpy(), sort=True).indices.items():
        n = len(rows)
        findings.append(finding("Q22", "twice", value=float(n), where=spot(shapes[twice[rows]]), code=str(name), n=n))
    for row in _rows(fits):
        want = "".join(subject.settings.zone_digits.get((element[row], zone[row]), ("", "")))
        said = str(code.iloc[row])
        if want and said[8:10] != want:
            findings.append(
                finding(
                    "Q22",
                    "digits",
                    where=spot(shapes[row : row + 1]),
                    code=said,
                    element=element[row],
                    zone=zone[row],
                    found=said[8:10],
                    wanted=want,
                )
            )
    return findings
