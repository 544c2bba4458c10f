"""Tables of a plan as workbooks, in the profile's language: areas by county and category, findings."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from ..case.names import glossary
from ..case.profile import plan_profile
from ..core.errors import BadInput
from ..core.messages import Message, joined, percent, rounded, word
from ..core.office_files import document_date
from ..core.sheets import Sheet, write_sheets
from ..lists.draft import is_sea
from ..plan.acceptance import acceptance_of
from ..plan.statement import statement

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pandas as pd

    from ..case.names import Glossary
    from ..core.arrays import Bools
    from ..plan.file import Plan

__all__ = ["area_rows", "write_areas", "write_findings"]

CATEGORIES = (1, 2, 3)
_AREA, _SHARE, _COUNT = "#,##0.0000", "0.00", "0"


def area_rows(units: pd.DataFrame, by: Sequence[str]) -> list[tuple[tuple[str, ...], list[int], list[float]]]:
    """Count units and sum their areas (m²) by category, for each value of ``by``, in its order."""
    out = []
    for key, group in units.groupby(list(by), sort=True):
        chosen = [group.loc[group["category"] == category, "area_m2"] for category in CATEGORIES]
        out.append((tuple(map(str, key)), [len(one) for one in chosen], [float(one.sum()) for one in chosen]))
    return out


class _Page:
    """Words of a plan's tables."""

    def __init__(self, plan: Plan) -> None:
        self.plan, self.profile = plan, plan_profile(plan)
        self.names: Glossary = glossary(self.profile)
        self.language = str(self.profile.settings.get("language", "zh"))
        self.counties = json.loads(plan.meta.get("county_names") or "{}")

    def say(self, message: Message) -> str:
        return word(message, self.language, self.names)

    @property
    def mark(self) -> str:
        """What stands at the head of each page: who may read it."""
        return self.say(
            Message("Classification: {mark}", mark=self.plan.meta.get("classification") or Message("not stated"))
        )

    def notes(self) -> tuple[str, ...]:
        """Say below every table which plan it is of, of when and where, how areas were measured, who may read it."""
        meta = self.plan.meta
        method = Message("ellipsoidal areas") if meta.get("area_method") == "ellipsoidal" else Message("planar areas")
        said = [
            Message("{name}, status {status}", name=meta.get("name", ""), status=meta.get("status", "")),
            Message("CRS {crs}, {method}", crs=meta.get("crs", ""), method=method),
            *(Message("{title}: {text}", title=title, text=text) for title, text in statement(meta)),
        ]
        if meta.get("classification"):
            said.append(Message("classification: {mark}", mark=meta["classification"]))
        return tuple(self.say(one) for one in said)


def write_areas(plan: Plan, path: Path) -> dict[str, Any]:
    """Write areas by county and category, and by kind of unit.

    Returns
    -------
    dict
        ``units``, ``counties``.

    Raises
    ------
    BadInput
        The file cannot be written.
    """
    page, units = _Page(plan), plan.units
    sea = is_sea(units).to_numpy(dtype=bool)
    land = area_rows(units.loc[~sea], ["county"])
    sheets = [_areas(page, page.say(Message("by county")), land, total=True)]
    if sea.any():
        sheets.append(_areas(page, page.say(Message("sea")), area_rows(units.loc[sea], ["county"]), total=True))
    sheets.append(_kinds(page, units))
    write_sheets(path, sheets, document_date(plan.meta.get("date", "")), mark=page.mark)
    return {"units": len(units), "counties": len(land)}


def _areas(
    page: _Page, title: str, rows: list[tuple[tuple[str, ...], list[int], list[float]]], *, total: bool
) -> Sheet:
    head = [page.say(Message("Code")), page.say(Message("County or district"))]
    for category in CATEGORIES:
        for said in (
            Message("{category:category}, units", category=category),
            Message("{category:category}, km²", category=category),
            Message("{category:category}, %", category=category),
        ):
            head.append(page.say(said))
    head += [page.say(Message("units in all")), page.say(Message("km² in all")), page.say(Message("% in all"))]
    body = [_area_row([code, page.counties.get(code, "")], counts, areas) for (code,), counts, areas in rows]
    if total and len(rows) > 1:
        counts = [sum(row[1][n] for row in rows) for n in range(3)]
        areas = [sum(row[2][n] for row in rows) for n in range(3)]
        body.append(_area_row([page.say(Message("all")), ""], counts, areas))
    return Sheet(title, head, body, ["", "", *[_COUNT, _AREA, _SHARE] * 4], page.notes())


def _area_row(head: list[str], counts: Sequence[int], areas: Sequence[float]) -> list[Any]:
    cells, whole = list[Any](head), sum(areas)
    for count, area in zip((*counts, sum(counts)), (*areas, whole), strict=True):
        cells += [count, rounded(area / 1e6, 4), percent(area / whole) if whole else 0.0]
    return cells


def _kinds(page: _Page, units: pd.DataFrame) -> Sheet:
    head = [
        Message("Code"),
        Message("County or district"),
        Message("Category"),
        Message("Kind"),
        Message("Units"),
        Message("km²"),
    ]
    body: list[list[Any]] = []
    for (county, category, kind), group in units.groupby(["county", "category", "kind"], sort=True):
        named = [page.names.category(int(category), page.language), page.names.kind(str(kind), page.language)]
        body.append(
            [county, page.counties.get(county, ""), *named, len(group), rounded(group["area_m2"].sum() / 1e6, 4)]
        )
    return Sheet(
        page.say(Message("by kind")),
        [page.say(one) for one in head],
        body,
        ["", "", "", "", _COUNT, _AREA],
        page.notes(),
    )


def write_findings(plan: Plan, path: Path, *, rules: str = "", state: str = "") -> dict[str, Any]:
    """Write the findings of a plan, errors first, with the place of each and, where it is accepted, by whom and why.

    Parameters
    ----------
    plan : Plan
    path : Path
    rules : str
        Ids of the rules whose findings are written, with commas between them; all by default.
    state : str
        ``open`` or ``accepted``; all by default.

    Returns
    -------
    dict
        ``findings``, ``errors``.

    Raises
    ------
    BadInput
        A rule that no finding of the plan has, or the file cannot be written.
    """
    page = _Page(plan)
    by = acceptance_of(plan.findings, plan.accepted)
    accepted = by >= 0
    wanted = _wanted(plan.findings, rules) & (accepted == (state == "accepted") if state else True)
    head = [
        Message("Rule"),
        Message("Severity"),
        Message("Finding"),
        Message("Units"),
        Message("Value"),
        Message("x, y"),
        Message("About"),
        Message("State"),
        Message("Accepted by"),
        Message("Accepted on"),
        Message("Why accepted"),
    ]
    body: list[list[Any]] = []
    for row, acceptance in zip(plan.findings[wanted].to_dict("records"), map(int, by[wanted]), strict=True):
        shape = row["geometry"]
        there = shape is not None and not shapely.is_empty(shape)
        place = f"{shapely.get_x(shape):.3f}, {shapely.get_y(shape):.3f}" if there else ""
        value = None if row["value"] is None or np.isnan(row["value"]) else float(row["value"])
        about, severity, said = (
            page.names(kind, name, page.language, {})
            for kind, name in (
                ("finding", str(row["id"])),
                ("severity", str(row["severity"])),
                ("state", "accepted" if acceptance >= 0 else "open"),
            )
        )
        answer = ["", "", ""]
        if acceptance >= 0:
            answer = plan.accepted.iloc[acceptance][["author", "time", "reason"]].fillna("").astype(str).tolist()
        body.append([row["id"], severity, row["message"], row["units"], value, place, about, said, *answer])
    sheet = Sheet(
        page.say(Message("findings")),
        [page.say(one) for one in head],
        body,
        ["", "", "", "", "General"],
        page.notes(),
    )
    write_sheets(path, [sheet], document_date(plan.meta.get("date", "")), mark=page.mark)
    return {"findings": len(body), "errors": int((plan.findings.loc[wanted, "severity"] == "error").sum())}


def _wanted(findings: pd.DataFrame, rules: str) -> Bools:
    """Which findings are of these rules."""
    chosen = [one.strip() for one in rules.split(",") if one.strip()]
    known = list(dict.fromkeys(findings["id"].astype(str)))
    for one in chosen:
        if one not in known:
            raise BadInput(
                Message("no finding of rule {rule}", rule=one),
                where=Message("rules"),
                wanted=joined(known) if known else Message("a plan with findings"),
            )
    return np.asarray(findings["id"].isin(chosen or known), dtype=bool)
