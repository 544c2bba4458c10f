"""What a learned profile says of each column, beside what the delivery's builder wrote of it by hand."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from pathlib import Path  # noqa: TC003
from typing import Any

from last_year_reading import Delivery, Held, State  # noqa: TC002

# What a column holds by our words → by those of a profile, where these are others.
CALLED = {
    "category": {"category", "category_name"},
    "area_wan_mu": {"km2"},
    **{f"area_wan_mu_{digit}": {f"km2_{digit}"} for digit in (1, 2, 3)},
    "area_km2": {"area_km2", "km2"},
    **{f"area_km2_{digit}": {f"km2_{digit}"} for digit in (1, 2, 3)},
    "year": {"year", "filing_year"},
    "element_name": {"element_name", "element"},
    "zone_name": {"zone_name", "zone"},
}


@dataclass
class Learned:
    """Columns that were learned, those that were taken for something else, those that were left."""

    right: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)

    @property
    def all(self) -> int:
        """Count all."""
        return len(self.right) + len(self.wrong) + len(self.left)


def learned_of(delivery: Delivery, before: State, profile: Path) -> Learned:
    """Compare a profile with a delivery, its tokens filled in with last year's facts."""
    document = tomllib.loads(profile.read_text("utf-8"))
    place = document["place"]
    facts = before.facts | {"month": "11", "day": "30", "date": before.meta["date"].replace("-", ""), "volume": ""}
    facts |= {"code": place["city_code"], "area": before.facts["city"], "city_code": place["city_code"]}
    facts |= {"filing_year": before.facts["year"], "plan": before.meta["name"]}
    found: dict[tuple[str, str], Any] = {}
    for content in document["file"]:
        path = content["path"].format(**facts)
        if content["kind"] == "layer":
            found[path, content.get("layer", "").format(**facts)] = content.get("field", [])
        for table in content.get("table", []):
            name = table["sheet"].format(**facts) if "sheet" in table else f"{table['table']}"
            found[path, name] = table["column"]
    out = Learned()
    for held in delivery.held:
        _compare(held, found.get((before.said(held.file), before.said(held.name))), before.said, out)
    return out


def _compare(held: Held, columns: list[dict[str, Any]] | None, said: Any, out: Learned) -> None:
    by_title = {column.get("title") or column.get("name", ""): column for column in columns or ()}
    by_title |= {column["name"]: column for column in columns or () if "name" in column}
    for column in held.columns:
        where = f"{said(held.file).rpartition('/')[2]}|{said(held.name)}/{column.title}"
        one = by_title.get(column.title)
        if one is None:
            out.left.append(f"{where}: not in the profile")
        elif not one["of"]:
            (out.right if one.get("blank") and not column.of else out.left).append(where)
        elif one["of"] in CALLED.get(column.of, {column.of}):
            out.right.append(where)
        else:
            out.wrong.append(f"{where}: {one['of']}, not {column.of or 'empty'}")
