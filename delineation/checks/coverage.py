"""What the units cover: one county each, the red line, the other priority zones, land or sea (Q11–Q13, Q24)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from .registry import finding, rule
from .shapes import merged, once, overlay, union
from .topology import coast_gap, gaps, overlap_findings, overlaps

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..core.arrays import Objects
    from ..core.findings import Finding
    from .subject import CheckSubject


def _by_unit(pieces: pd.DataFrame) -> Iterator[tuple[int, float, Objects]]:
    """Yield row, area and shapes of each unit's pieces."""
    unit = pieces["unit"].to_numpy(dtype=np.int64)
    area, shapes = pieces["area_m2"].to_numpy(dtype=np.float64), pieces["geometry"].to_numpy(dtype=object)
    for row in np.unique(unit):
        yield int(row), float(area[unit == row].sum()), shapes[unit == row]


@rule("Q11", needs=("counties",))
def q11(subject: CheckSubject) -> list[Finding]:
    """Check that no land unit crosses a county line. At sea there is none.

    Returns
    -------
    list of Finding
        One per unit; value: its area (m²) outside the county that holds most of it; place: that area.
    """
    shares = subject.county_shares
    main = subject.county_of[shares["unit"].to_numpy(dtype=np.int64)]
    over = shares[(shares["county"].to_numpy(dtype=object) != main)]
    findings = []
    for row, area, shapes in _by_unit(over):
        others = tuple(sorted({str(c) for c in over.loc[over["unit"] == row, "county"]}))
        where, units, county = merged(shapes), (subject.codes[row],), str(subject.county_of[row])
        findings.append(
            finding("Q11", "", value=area, where=where, units=units, county=county, others=others, area_m2=area)
        )
    return findings


@rule("Q12", needs=("zone:red_line",))
def q12(subject: CheckSubject) -> list[Finding]:
    """Check that all of the red line lies in priority units, and report what clipping to the study area cost.

    Returns
    -------
    list of Finding
        ``lower`` (one per unit of a lower or unknown category, value m²), ``uncovered`` (in no unit, value m²),
        ``clipped`` (a warning: area as read less area inside the study area, value m²).
    """
    held = subject.holders("red_line")
    unit = held["unit"].to_numpy(dtype=np.int64)
    findings = []
    lower = held[(unit >= 0) & (subject.category[unit] != 1)]
    for row, area, shapes in _by_unit(lower):
        where, units, category = merged(shapes), (subject.codes[row],), int(subject.category[row])
        findings.append(finding("Q12", "lower", value=area, where=where, units=units, category=category, area_m2=area))
    bare = held.loc[unit < 0, "geometry"].to_numpy(dtype=object)
    if subject.faces is None and subject.counties is not None and len(bare):
        # Red line beyond the boundary is what clipping cost, not a gap in the units.
        bare = overlay(bare, np.array([subject.boundary], dtype=object), subject.settings.tolerance).shape
    if len(bare):
        area = float(shapely.area(bare).sum())
        findings.append(finding("Q12", "uncovered", value=area, where=merged(bare), area_m2=area))
    return findings + _clipped(subject)


def _clipped(subject: CheckSubject) -> list[Finding]:
    read = subject.read_area.get("red_line")
    table = subject.zones["red_line"]
    where = None
    if subject.faces is not None:
        # As the area of each source was measured: what several of its features cover counts once.
        inside = float(table.drop_duplicates(["source", "face"])["area_m2"].sum())
    elif subject.counties is not None:
        shapes = once(table["geometry"].to_numpy(dtype=object))
        shapely.prepare(subject.boundary)
        rim = ~shapely.covers(subject.boundary, shapes)
        outside = shapely.difference(shapes[rim], subject.boundary)
        read = float(shapely.area(shapes).sum()) if read is None else read
        inside = float(shapely.area(shapes).sum() - shapely.area(outside).sum())
        where = merged(outside) if rim.any() else None
    else:
        return []
    if read is None or read - inside <= float(subject.settings.of("Q12", "clip_tolerance")) * read:
        return []
    lost = read - inside
    return [finding("Q12", "clipped", value=lost, where=where, area_m2=lost, read_m2=read, share=lost / read)]


@rule("Q13", needs=("priority_zones",))
def q13(subject: CheckSubject) -> list[Finding]:
    """Check that priority units hold at least the set share of each other kind of priority zone that there is.

    Returns
    -------
    list of Finding
        One per row of the setting; value: share of the zones' area in priority units; place and units: where the rest
        lies.
    """
    findings = []
    for want in subject.settings.of("Q13", "zones"):
        role = want["role"]
        if role not in subject.zones:
            continue
        held = subject.holders(role, want["zones"])
        whole = float(held["area_m2"].sum())
        unit = held["unit"].to_numpy(dtype=np.int64)
        outside = held[(unit < 0) | (subject.category[unit] != 1)]
        share = 1 - float(outside["area_m2"].sum()) / whole if whole else 1.0
        if len(outside) and share < float(want["coverage"]):
            rows = np.unique(outside["unit"].to_numpy(dtype=np.int64))
            findings.append(
                finding(
                    "Q13",
                    "",
                    value=share,
                    where=merged(outside["geometry"].to_numpy(dtype=object)),
                    units=subject.codes[rows[rows >= 0]],
                    role=role,
                    share=share,
                    wanted=float(want["coverage"]),
                    area_m2=float(outside["area_m2"].sum()),
                )
            )
    return findings


@rule("Q24", needs=("coastline",), partly=True)
def q24(subject: CheckSubject) -> list[Finding]:
    """Check that land and sea units neither overlap nor leave a gap, each on its own side of the coastline.

    Returns
    -------
    list of Finding
        ``overlap`` (pairs), ``gap`` (units: its neighbours), ``mixed`` (a land unit's area at sea or a sea unit's on
        land); value m².
    """
    if not subject.is_sea.any() and (subject.sea is None or not len(subject.sea)):
        return []
    found = overlaps(subject)
    findings = overlap_findings("Q24", subject, subject.is_sea[found.left] != subject.is_sea[found.right])
    if subject.sea is not None:
        for gap, units in zip(*gaps(subject), strict=True):
            if coast_gap(subject, gap, units):
                area = float(gap.area)
                findings.append(finding("Q24", "gap", value=area, where=gap, units=subject.codes[units], area_m2=area))
    overlapped = {unit for one in findings if one.facts["problem"] == "overlap" for unit in one.units}
    for row, area, shapes in _by_unit(_astray(subject)):
        # An overlap across the coastline has put one of the two on the wrong side already.
        if subject.codes[row] not in overlapped:
            where, one = merged(shapes), (subject.codes[row],)
            findings.append(finding("Q24", "mixed", value=area, where=where, units=one, area_m2=area))
    return findings


def _astray(subject: CheckSubject) -> pd.DataFrame:
    """Land units' area at sea and sea units' area on land: unit, area_m2, geometry."""
    if subject.faces is not None:
        mine = subject.faces[subject.faces["unit"] >= 0]
        wrong = subject.is_sea[mine["unit"].to_numpy(dtype=np.int64)] != mine["sea"].to_numpy(dtype=bool)
        return mine[wrong][["unit", "area_m2", "geometry"]]
    frames = []
    sea = subject.sea if subject.sea is not None else np.empty(0, dtype=object)
    for rows, other in ((np.flatnonzero(~subject.is_sea), sea), (np.flatnonzero(subject.is_sea), subject.land)):
        if len(rows) and len(other):
            pieces = overlay(subject.shapes[rows], np.array([union(other)], dtype=object), subject.settings.tolerance)
            frames.append(pd.DataFrame({"unit": rows[pieces.left], "area_m2": pieces.area, "geometry": pieces.shape}))
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=["unit", "area_m2", "geometry"])
