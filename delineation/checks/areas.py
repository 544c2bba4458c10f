"""Area balances: units against the boundary, element zones against the land, red line against the official figure.

Rules Q10, Q21, Q26, Q31.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from ..case.profile import UNDELIVERED
from ..core.messages import Message
from .registry import finding, rule
from .shapes import spot, union

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from ..core.arrays import Floats
    from ..core.findings import Finding
    from .subject import CheckSubject

# Stands for the county where the sea is balanced.
_SEA = "sea"


def land_areas(subject: CheckSubject) -> pd.Series:
    """Land area (m²) by county code: a plan's from its faces, by its own area method, else planar."""
    if subject.faces is not None:
        land = subject.faces[~subject.faces["sea"]]
        return land.groupby("county")["area_m2"].sum()
    if subject.counties is None:
        return pd.Series(dtype=float)
    return pd.Series(shapely.area(subject.land), index=subject.counties["code"].to_numpy()).groupby(level=0).sum()


def _measured(subject: CheckSubject) -> Floats:
    """Area of each unit, m²: a plan's the sum of its faces, else planar."""
    if subject.faces is None:
        return np.asarray(shapely.area(subject.shapes), dtype=np.float64)
    mine = subject.faces[subject.faces["unit"] >= 0]
    sums = np.bincount(mine["unit"].to_numpy(), weights=mine["area_m2"].to_numpy(), minlength=len(subject.units))
    return np.asarray(sums, dtype=np.float64)


@rule("Q10", needs=("counties", "sea"), partly=True)
def q10(subject: CheckSubject) -> list[Finding]:
    """Check that units sum up to the boundary's area, shares to 100.00, and stated areas are the measured ones.

    Returns
    -------
    list of Finding
        ``stated`` (per unit; value: relative deviation), ``sum`` (per county and for the sea; value: relative
        deviation), ``shares`` (per county; value: sum of the three categories' shares in percent).

    Notes
    -----
    A unit that crosses a county line counts in each county with its part there, so that Q11's faults are not reported
    twice.
    """
    measured = _measured(subject)
    stated = subject.units["area_m2"].to_numpy(dtype=np.float64)
    stated = np.where(np.isnan(stated), measured, stated)
    floor, share = (float(subject.settings.of("Q10", key)) for key in ("stated_floor", "stated_tolerance"))
    difference = np.abs(stated - measured)
    findings = []
    for row in np.flatnonzero((difference > floor) & (difference > share * measured)):
        said, real = float(stated[row]), float(measured[row])
        findings.append(
            finding(
                "Q10",
                "stated",
                value=said / real - 1 if real else float("inf"),
                where=spot(subject.shapes[row : row + 1]),
                units=(subject.codes[row],),
                stated_m2=said,
                measured_m2=real,
            )
        )
    parts = _by_county(subject, stated, measured)
    return findings + _sums(subject, parts) + _shares(subject, parts)


def _by_county(subject: CheckSubject, stated: Floats, measured: Floats) -> pd.DataFrame:
    """Stated area of each unit's part in each county, the sea as a county of its own: unit, county, area_m2."""
    if subject.counties is None:
        return pd.DataFrame({"unit": np.arange(len(stated)), "county": "", "area_m2": stated})
    parts = subject.county_shares[["unit", "county", "area_m2"]].copy()
    rows = parts["unit"].to_numpy(dtype=np.int64)
    scale = np.divide(stated, measured, out=np.zeros_like(stated), where=measured > 0)
    parts["area_m2"] = parts["area_m2"].to_numpy(dtype=np.float64) * scale[rows]
    if subject.sea is None or not (len(subject.sea) or subject.is_sea.any()):
        return parts
    sea = np.flatnonzero(subject.is_sea)
    at_sea = pd.DataFrame({"unit": sea, "county": _SEA, "area_m2": stated[sea]})
    return pd.concat([parts, at_sea], ignore_index=True)


def _sums(subject: CheckSubject, parts: pd.DataFrame) -> list[Finding]:
    if subject.counties is None:
        return []
    want = land_areas(subject)
    if subject.sea is not None and len(subject.sea):
        if subject.faces is not None:
            sea = float(subject.faces.loc[subject.faces["sea"], "area_m2"].sum())
        else:
            sea = float(union(subject.sea).area)
        want = pd.concat([want, pd.Series({_SEA: sea})])
    have = parts.groupby("county")["area_m2"].sum().reindex(want.index, fill_value=0.0)
    tolerance = float(subject.settings.of("Q10", "tolerance"))
    findings = []
    for name, whole in want.items():
        county, units = str(name), float(have[name])
        if abs(units - whole) > tolerance * whole:
            findings.append(
                finding(
                    "Q10",
                    "sum",
                    value=units / whole - 1 if whole else float("inf"),
                    where=_county_spot(subject, county),
                    county=_named(county),
                    units_m2=units,
                    boundary_m2=float(whole),
                )
            )
    return findings


def _shares(subject: CheckSubject, parts: pd.DataFrame) -> list[Finding]:
    known = subject.category[parts["unit"].to_numpy(dtype=np.int64)] > 0
    whole = parts.groupby("county")["area_m2"].sum()
    have = parts[known].groupby("county")["area_m2"].sum().reindex(whole.index, fill_value=0.0)
    findings = []
    for name in whole.index[whole > 0]:
        percent = round(100.0 * float(have[name] / whole[name]), 2)
        if percent != 100.0:
            rows = np.unique(parts[~known & (parts["county"] == name).to_numpy()]["unit"].to_numpy(dtype=np.int64))
            county, units = str(name), subject.codes[rows]
            where = _county_spot(subject, county)
            findings.append(
                finding(
                    "Q10", "shares", value=percent, where=where, units=units, county=_named(county), percent=percent
                )
            )
    return findings


def _named(county: str) -> str | Message:
    return Message("sea") if county == _SEA else county


def _county_spot(subject: CheckSubject, county: str) -> BaseGeometry | None:
    if county == _SEA and subject.sea is not None:
        return spot(subject.sea[:1])
    if subject.counties is None:
        return None
    rows = np.flatnonzero((subject.counties["code"] == county).to_numpy(dtype=bool))
    return spot(subject.land[rows[:1]])


@rule("Q21", needs=("counties", "element_zones", "elements"), partly=True)
def q21(subject: CheckSubject) -> list[Finding]:
    """Check that the zones of each element that covers the land sum up to the land area, county by county.

    Returns
    -------
    list of Finding
        One per element and county; value: relative deviation. An element without any zone is not checked.
    """
    zones = subject.element_zones
    if zones is None or subject.counties is None:
        return []
    land = land_areas(subject)
    tolerance = float(subject.settings.of("Q21", "tolerance"))
    findings = []
    for element in subject.settings.full_cover:
        mine = zones[zones["element"] == element]
        if not len(mine):
            continue
        sums = mine.groupby("county")["area_m2"].sum()
        for name, whole in land.items():
            have = float(sums.get(name, 0.0))
            if abs(have - whole) > tolerance * whole:
                findings.append(
                    finding(
                        "Q21",
                        "",
                        value=have / whole - 1 if whole else float("inf"),
                        where=_county_spot(subject, str(name)),
                        element=element,
                        county=str(name),
                        zones_m2=have,
                        land_m2=float(whole),
                    )
                )
    return findings


@rule("Q31", needs=("filled",))
def q31(subject: CheckSubject) -> list[Finding]:
    """Tell the land that an unfinished element leaves uncovered, which was filled in with its general zone.

    Returns
    -------
    list of Finding
        One per element and county; value: its share of the county's land; place: in it.
    """
    zones = subject.element_zones
    if zones is None:
        return []
    share = zones["area_m2"] / zones.groupby(["element", "county"])["area_m2"].transform("sum")
    bare = zones.assign(share=share)[zones["filled"] == UNDELIVERED]
    return [
        finding(
            "Q31",
            "",
            value=row.share,
            where=spot(np.array([row.geometry])),
            element=row.element,
            county=row.county,
            area_m2=row.area_m2,
        )
        for row in bare.itertuples()
    ]


@rule("Q26", needs=("zone:red_line", "official:red_line"))
def q26(subject: CheckSubject) -> list[Finding]:
    """Check that the red line's area in the units equals the official area within the tolerance.

    Returns
    -------
    list of Finding
        At most one; value: relative deviation.
    """
    held = subject.holders("red_line")
    have = float(held.loc[held["unit"] >= 0, "area_m2"].sum())
    official = subject.official["red_line"]
    value = have / official - 1
    if abs(value) <= float(subject.settings.of("Q26", "tolerance")):
        return []
    return [finding("Q26", "", value=value, plan_m2=have, official_m2=official)]
