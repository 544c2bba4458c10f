"""Two counties whose elements are delivered each in its own way, so that every share can be worked out by eye.

甲县 is 10 km by 10 km, 乙县 east of it as large. Air: 9 % of 甲县 (a priority zone of 4 km², a general one of 5 km²),
all of 乙县. Soil: one priority zone in 甲县, no general one. Water: all of 甲县, nothing of 乙县.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import shapely
from hand import CASE, box, hand

if TYPE_CHECKING:
    from pathlib import Path

KM2 = 1e6
COUNTIES = {"999901": box(0, 0, 10_000, 10_000), "999902": box(10_000, 0, 10_000, 10_000)}
NAMES = {"999901": "甲县", "999902": "乙县"}
PRIORITY, KEY, GENERAL = "优先保护区", "农用地优先保护区", "一般管控区"
AIR = [
    (box(0, 0, 2_000, 2_000), PRIORITY),
    (box(2_000, 0, 2_500, 2_000), GENERAL),
    (COUNTIES["999902"], GENERAL),
]
SOIL = [(box(3_000, 3_000, 1_000, 1_000), KEY)]
WATER = [(box(4_000, 4_000, 3_000, 2_000), PRIORITY), (COUNTIES["999901"], GENERAL)]
_ZONED = """
[[source]]
role = "{role}"
path = "hand.gpkg"
layer = "{layer}"
fields = {{ zone = "zone" }}
"""
SOURCES = CASE.replace(
    "[rules]", "".join(_ZONED.format(role=f"{one}_zone", layer=one) for one in ("air", "soil")) + "\n[rules]"
)


def zoned(rows: list[tuple[Any, str]]) -> tuple[list[Any], dict[str, list[Any]]]:
    """Features with their zones as a layer."""
    return [shape for shape, _ in rows], {"zone": [zone for _, zone in rows]}


def case_of(folder: Path, text: str = SOURCES, **layers: list[tuple[Any, str]]) -> Path:
    """Write the two counties into a folder; ``layers`` in place of those above."""
    chosen = {"air": AIR, "soil": SOIL, "water": WATER, **layers}
    towns = [shapely.box(*shapely.bounds(one)) for one in COUNTIES.values()]
    return hand(
        folder,
        text,
        county=(list(COUNTIES.values()), {"code": list(COUNTIES), "name": list(NAMES.values())}),
        township=(towns, {"code": [f"{code}001" for code in COUNTIES], "name": ["甲镇", "乙镇"]}),
        **{name: zoned(rows) for name, rows in chosen.items()},
    )
