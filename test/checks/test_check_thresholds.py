"""Each number of ``checks.toml`` on both sides of its value: what is told, of which unit, how much and where."""

from __future__ import annotations

import math
import tomllib
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from checks_plan import CODE, CRS, STEP, X0, Y0, box, changed, clean_plan, reshaped
from control_units.delineation import checks
from control_units.delineation.case.profile import NATIONAL
from control_units.delineation.checks.settings import load_settings
from own_profile import numbers

if TYPE_CHECKING:
    from collections.abc import Callable

    from control_units.delineation.plan.file import Plan

TABLES = tomllib.loads((NATIONAL / "checks.toml").read_text("utf-8"))
LENGTH = 2_000.0  # m, of strips
OUT = (8, 8)  # a face of the general unit u1


THRESHOLDS = dict(numbers(TABLES))


class Case(NamedTuple):
    """How a plan comes to have a quantity, and what is told of it.

    ``above``: told where the quantity is above the threshold, else below; ``value`` and ``place`` of a quantity.
    """

    plan: Callable[[float], Plan]
    rule: str
    problem: str
    above: bool
    units: tuple[str, ...]
    value: Callable[[float], float]
    place: Callable[[float], shapely.Geometry] | None = None
    settings: dict[str, float] = {}  # noqa: RUF012 - never written to
    step: float = 0.001  # share of the threshold by which the quantity is beside it


def strip(width: float) -> shapely.Geometry:
    """A strip between the units of both counties, as wide in the mean (2·area/perimeter) as is said."""
    return box(10, 4, width * LENGTH / (LENGTH - width), LENGTH)


def coast(width: float) -> shapely.Geometry:
    return box(20, 4, width * LENGTH / (LENGTH - width), LENGTH)


def moved(piece: Callable[[float], shapely.Geometry]) -> Callable[[float], Plan]:
    """A piece of the general unit that the park has."""
    return lambda size: reshaped(reshaped(clean_plan(), "u5", add=piece(size)), "u1", cut=piece(size))


def cell(table: str, column: str, chosen: Callable[[pd.DataFrame], Any], value: Callable[[float], float]) -> Callable:
    def plan(size: float) -> Plan:
        whole = clean_plan()
        return changed(whole, table, chosen(getattr(whole, table)).to_numpy(), column, value(size))

    return plan


def thin(thinness: float) -> shapely.Geometry:
    """A rectangle of 8,000 m², πr / (1 + r)² where r is width by length."""
    half = math.pi / (2 * thinness) - 1
    ratio = half - math.sqrt(half * half - 1)
    return box(8, 8, math.sqrt(8_000 * ratio), math.sqrt(8_000 / ratio))


def spike(angle: float, arm: float) -> shapely.Polygon:
    """A spike of the park's eastern border: its angle in degrees, the length of its edges."""
    high, wide = (arm * turned(math.radians(angle / 2)) for turned in (math.sin, math.cos))
    return shapely.Polygon([(X0 + 4_000, Y0 + 7_500 - high), tip(wide), (X0 + 4_000, Y0 + 7_500 + high)])


def tip(wide: float) -> tuple[float, float]:
    return X0 + 4_000 + wide, Y0 + 7_500


def zoned(want: dict[str, Any]) -> Callable[[float], Plan]:
    """A share of a zone's area in the red line's unit, the rest in a face of the general one."""

    def plan(share: float) -> Plan:
        whole = clean_plan()
        inside = whole.faces.loc[whole.faces["unit_id"] == "u3", "face_id"]
        x, y = X0 + (OUT[0] + 0.5) * STEP, Y0 + (OUT[1] + 0.5) * STEP
        out = shapely.contains_xy(whole.faces["geometry"].to_numpy(), x, y)
        zone = {"role": want["role"], "source": 9, "feature_id": 1, "zone": next(iter(want["zones"]), "")}
        rows = pd.DataFrame({"face_id": [*inside, *whole.faces.loc[out, "face_id"]], **zone})
        others = whole.coverage[whole.coverage["role"] != want["role"]]
        whole = replace(whole, coverage=pd.concat([others, rows], ignore_index=True))
        return changed(whole, "faces", out, "area_m2", 9e6 * (1 - share) / share)

    return plan


# A spike of a metre and half a degree is 9 mm wide at its foot, which is rounding: a blunter one tells of the length.
SPIKE = {"Q14.spike_angle": 2.0}
CASES = {
    "general.tolerance": Case(
        lambda width: reshaped(clean_plan(), "u2", cut=strip(width)),
        *("Q08", "gap", True, (CODE["u1"], CODE["u2"]), lambda width: strip(width).area, strip),
        step=0.1,  # differences are rounded to a tenth of it
    ),
    "Q04.sea_digits": Case(
        lambda same: changed(clean_plan(), "units", SEA, "code", "HY" + "330101"[: int(same)].ljust(6, "9") + "30001"),
        *("Q04", "county", False, (), lambda _: 0.0),
    ),
    "Q08.narrow_gap": Case(
        lambda width: reshaped(clean_plan(), "u2", cut=box(10, 0, width, 10_000)),
        *("Q08", "hole", False, (CODE["u1"], CODE["u2"]), lambda width: width * 10_000),
        lambda width: box(10, 0, width, 10_000),
        step=0.05,
    ),
    "Q10.tolerance": Case(
        cell("units", "area_m2", lambda units: units["unit_id"] == "u5", lambda share: 9e6 + share * 1e8),
        *("Q10", "sum", True, (), lambda share: share),
    ),
    "Q10.stated_tolerance": Case(
        cell("units", "area_m2", lambda units: units["unit_id"] == "u5", lambda share: 9e6 * (1 + share)),
        *("Q10", "stated", True, (CODE["u5"],), lambda share: share),
    ),
    "Q10.stated_floor": Case(
        cell("units", "area_m2", lambda units: units["unit_id"] == "u5", lambda more: 9e6 + more),
        *("Q10", "stated", True, (CODE["u5"],), lambda more: more / 9e6, None, {"Q10.stated_tolerance": 0.0}),
    ),
    "Q12.clip_tolerance": Case(
        cell("sources", "area_m2", lambda sources: sources["role"] == "red_line", lambda share: 9e6 / (1 - share)),
        *("Q12", "clipped", True, (), lambda share: 9e6 / (1 - share) - 9e6),
    ),
    **{
        f"Q13.zones.{number}.coverage": Case(
            zoned(want), "Q13", "", False, (CODE["u1"],), lambda share: share, lambda _: box(*OUT, STEP, STEP)
        )
        for number, want in enumerate(TABLES["Q13"]["zones"])
    },
    "Q14.sliver_area": Case(
        moved(lambda area: box(8, 8, area / 1_000, 1_000)),
        *("Q14", "sliver", False, (CODE["u5"],), lambda area: area, lambda area: box(8, 8, area / 1_000, 1_000)),
    ),
    "Q14.sliver_thinness": Case(moved(thin), "Q14", "sliver", False, (CODE["u5"],), lambda _: 8_000.0, thin),
    "Q14.tiny_area": Case(
        moved(lambda area: box(8, 8, math.sqrt(area), math.sqrt(area))),
        *("Q14", "tiny", False, (CODE["u5"],), lambda area: area),
        lambda area: box(8, 8, math.sqrt(area), math.sqrt(area)),
    ),
    "Q14.spike_angle": Case(
        moved(lambda angle: spike(angle, 300.0)),
        *("Q14", "spike", False, (CODE["u5"],), lambda _: 1.0),
        lambda angle: shapely.Point(tip(300.0 * math.cos(math.radians(angle / 2)))),
    ),
    "Q14.spike_length": Case(
        moved(lambda arm: spike(1.5, arm)),
        *("Q14", "spike", True, (CODE["u5"],), lambda _: 1.0),
        *(lambda arm: shapely.Point(tip(arm * math.cos(math.radians(0.75)))), SPIKE),
    ),
    "Q21.tolerance": Case(
        cell(
            "element_zones",
            "area_m2",
            lambda zones: (zones["element"] == "air") & (zones["county"] == "330102"),
            lambda share: 1e8 * (1 - share),
        ),
        *("Q21", "", True, (), lambda share: -share),
    ),
    "Q24.gap_width": Case(
        lambda width: reshaped(clean_plan(), "u7", cut=coast(width)),
        *("Q24", "gap", False, (CODE["u2"], CODE["u7"]), lambda width: coast(width).area, coast),
    ),
    "Q26.tolerance": Case(
        cell("sources", "official_area_m2", lambda sources: sources["role"] == "red_line", lambda by: 9e6 / (1 + by)),
        *("Q26", "", True, (), lambda share: share),
    ),
}
SEA = (clean_plan().units["unit_id"] == "u7").to_numpy()


def told(case: Case, quantity: float, *, bare: bool) -> list[checks.Finding]:
    """What the case's rule says; without boundaries of counties where the units are a bare layer."""
    settings = load_settings()
    for name, value in case.settings.items():
        table, key = name.split(".")
        settings = replace(settings, checks={**settings.checks, table: {**settings.checks[table], key: value}})
    plan = case.plan(quantity)
    subject = checks.subject_from_plan(plan, settings=settings)
    if bare:
        frame = gpd.GeoDataFrame({"HJGKDYBM": plan.units["code"]}, geometry=plan.units["geometry"].to_list(), crs=CRS)
        subject = checks.subject_from_frame(frame, "units", settings=settings)
    found = checks.check(subject, only=[case.rule])[0]
    return [one for one in found if one.facts.get("problem", "") == case.problem]


def test_each_threshold_has_a_case():
    assert set(CASES) == set(THRESHOLDS)


@pytest.mark.parametrize("name", CASES)
def test_a_threshold_parts_what_is_told_from_what_is_not(name):
    case, limit = CASES[name], THRESHOLDS[name]
    low, high = limit * (1 - case.step), limit * (1 + case.step)
    if isinstance(limit, int):
        low, high = limit - 1, limit
    elif name.endswith("coverage"):  # no more than all
        high = min(high, 1.0)
    bare = name == "Q08.narrow_gap"
    seen, silent = (high, low) if case.above else (low, high)
    assert told(case, silent, bare=bare) == []
    (finding,) = told(case, seen, bare=bare)
    if case.units:
        assert set(finding.units) == set(case.units)
    assert finding.value == pytest.approx(case.value(seen), rel=1e-3)
    if case.place:
        where = case.place(seen)
        assert shapely.hausdorff_distance(finding.geometry, where) < 0.01
