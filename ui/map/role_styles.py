"""Simple looks of the sources on the map, by their role: what protects in greens and red, water blue, people warm."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.core import QgsFillSymbol, QgsLineSymbol, QgsMarkerSymbol, QgsSingleSymbolRenderer
from qgis.PyQt.QtGui import QColor

if TYPE_CHECKING:
    from qgis.core import QgsFeatureRenderer

__all__ = ["role_renderer"]

# Role → colour, share of it inside (0: an outline only), width of the line in mm.
LOOKS = {
    "county": ("#3a3a3a", 0.0, 0.8),
    "township": ("#6b6b6b", 0.0, 0.4),
    "village": ("#9a9a9a", 0.0, 0.2),
    "sea": ("#9cc9e3", 0.35, 0.2),
    "red_line": ("#c62828", 0.28, 0.5),
    "general_eco_space": ("#7cb342", 0.3, 0.3),
    "protected_area": ("#1b7f3c", 0.3, 0.4),
    "drinking_water": ("#0d5ea8", 0.3, 0.4),
    "water_zone": ("#4aa3df", 0.18, 0.3),
    "air_zone": ("#8e7cc3", 0.18, 0.3),
    "soil_zone": ("#8d6e3f", 0.25, 0.3),
    "resource_zone": ("#7a8450", 0.2, 0.3),
    "industrial_park": ("#7b1fa2", 0.3, 0.4),
    "urban_boundary": ("#e07b00", 0.15, 0.5),
    "farmland": ("#d4b106", 0.3, 0.2),
    "spatial_plan": ("#a1887f", 0.15, 0.3),
    "catchment": ("#26a69a", 0.0, 0.4),
    "unit": ("#555555", 0.0, 0.4),
    "previous": ("#555555", 0.0, 0.4),
    "shoreline": ("#0277bd", 0.0, 0.5),
    "river": ("#4aa3df", 0.0, 0.4),
    "road": ("#a0522d", 0.0, 0.4),
    "ridge": ("#6d4c41", 0.0, 0.4),
}
OTHER = ("#607d8b", 0.15, 0.3)


def role_renderer(role: str, kind: str) -> QgsFeatureRenderer:
    """Draw all features of a source alike; ``kind`` is ``polygon``, ``line`` or ``point``."""
    colour, inside, width = LOOKS.get(role, OTHER)
    if kind == "line":
        symbol = QgsLineSymbol.createSimple({"color": colour, "width": str(width)})
    elif kind == "point":
        symbol = QgsMarkerSymbol.createSimple({"color": colour, "size": "2.4", "outline_color": "#ffffff"})
    else:
        fill = QColor(colour)
        fill.setAlphaF(inside)
        symbol = QgsFillSymbol.createSimple(
            {
                "color": f"{fill.red()},{fill.green()},{fill.blue()},{fill.alpha()}",
                "style": "solid" if inside else "no",
                "outline_color": colour,
                "outline_width": str(width),
            }
        )
    return QgsSingleSymbolRenderer(symbol)
