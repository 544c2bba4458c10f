"""A small plan to revise: two counties and a sea, a red line, parks, water zones, and slivers that ride with hosts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import shapely
from command import ask
from hand import CASE, SOUTH, WEST, box, hand

if TYPE_CHECKING:
    from pathlib import Path

RED, INTAKE, PARK, WEST_PARK, WATER, GENERAL = (f"U00000{number}" for number in range(1, 7))
OTHER_RED, OTHER_INTAKE, OTHER_PARK, OTHER_WATER, OTHER_GENERAL, SEA = (f"U{number:06d}" for number in range(7, 13))
_MORE = """
[[source]]
role = "sea"
path = "hand.gpkg"
layer = "sea"

[[source]]
role = "industrial_park"
path = "hand.gpkg"
layer = "park"
fields = { name = "name" }

[[source]]
role = "drinking_water"
path = "hand.gpkg"
layer = "intake"
fields = { grade = "grade", name = "name" }
"""


def _slanted(x: float, y: float, width: float, height: float, lean: float) -> shapely.Polygon:
    """A rectangle whose upper edge is moved sideways: its sides cross others at odd places."""
    ring = shapely.get_coordinates(box(x, y, width, height))
    top = ring[:, 1].max()
    ring[ring[:, 1] == top, 0] += lean
    return shapely.Polygon(ring)


LAYERS = {
    "county": (
        [box(0, 0, 6_000, 8_000), box(6_000, 0, 4_000, 8_000)],
        {"code": ["999901", "999902"], "name": ["甲县", "乙县"]},
    ),
    "township": (
        [
            box(0, 0, 3_000, 8_000),
            box(3_000, 0, 3_000, 8_000),
            box(6_000, 0, 4_000, 4_000),
            box(6_000, 4_000, 4_000, 4_000),
        ],
        {
            "code": ["999901001", "999901002", "999902001", "999902002"],
            "name": ["甲一镇", "甲二镇", "乙一镇", "乙二镇"],
        },
    ),
    "red_line": (
        [_slanted(500, 500, 2_000, 1_500, 130), _slanted(7_000, 5_000, 1_500, 1_500, -90)],
        {"id": ["R1", "R2"]},
    ),
    # Beside the red line and the township's border by some metres: slivers between them.
    "water": (
        [box(2_400, 495, 2_000, 1_520), box(2_997, 3_000, 1_800, 2_000), box(6_000, 3_996, 2_000, 1_000)],
        {"zone": ["工业污染重点管控区", "工业污染重点管控区", "农业污染重点管控区"]},
    ),
    "sea": ([box(0, 7_000, 10_000, 1_000)], {"id": ["S1"]}),
    "park": (
        [
            _slanted(1_000, 3_000, 1_200, 900, 60),
            box(3_900, 4_998, 1_000, 900),
            _slanted(8_500, 1_000, 1_000, 2_998, 45),
        ],
        {"name": ["东园", "西园", "乙园"]},
    ),
    "intake": (
        [box(4_500, 800, 900, 900), box(7_200, 2_000, 700, 700)],
        {"grade": ["一级", "二级"], "name": ["甲水源", "乙水源"]},
    ),
}


def at(x: float, y: float) -> list[float]:
    """A place, in metres from the county's corner."""
    return [WEST + x, SOUTH + y]


def line(*points: tuple[float, float]) -> str:
    """A line through places."""
    return shapely.LineString([at(*one) for one in points]).wkt


def revision_case(folder: Path, more: str = "", **layers: tuple[list, dict]) -> Path:
    """Write the layers and the case file, and say where that is."""
    return hand(folder, CASE + _MORE + more, **{**LAYERS, **layers})


def revision_plan(folder: Path, more: str = "", **layers: tuple[list, dict]) -> Path:
    """Run the case, and say where the plan is."""
    case = revision_case(folder, more, **layers)
    answer = ask("run", case, "-o", folder / "plan.gpkg")
    assert answer.code in (0, 1), answer
    return folder / "plan.gpkg"
