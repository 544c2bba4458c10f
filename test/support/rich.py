"""HAND with a layer for every role that a switch of the profile speaks of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hand import CASE, box, hand

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

LAYERS = {  # role → zones; each with overlapping boxes, so that every switch has something to change
    "industrial_park": ("",),
    "general_eco_space": ("",),
    "soil_zone": ("farmland_priority", "farmland_risk"),
    "resource_zone": ("fuel_ban", "land", "groundwater", "natural"),
    "urban_boundary": ("concentrated", "elastic"),
    "water_zone": ("priority", "catchment"),
    "air_zone": ("priority",),
}


def rich(folder: Path, method: str = "overlay", more: str = "", **other: Any) -> Path:
    """Write the layers, some of them others, and the case file, with more behind it; say where that is."""
    text, layers = CASE.replace('name = "overlay"', f'name = "{method}"'), {}
    for number, (role, zones) in enumerate(LAYERS.items()):
        shapes = [
            box(500 + 900 * number + 400 * k, 300 + 1_100 * k + 250 * number, 2_300, 1_900) for k in range(len(zones))
        ]
        fields = {"zone": list(zones), "name": [f"{role} {k}" for k in range(len(zones))]}
        layers[f"more_{role}"] = (shapes, fields)
        text += f'\n[[source]]\nrole = "{role}"\npath = "hand.gpkg"\nlayer = "more_{role}"\n'
        text += 'fields = { zone = "zone" }\n' if any(zones) else 'fields = { name = "name" }\n'
    return hand(folder, text + more, **{**layers, **other})
