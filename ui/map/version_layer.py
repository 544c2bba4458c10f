"""What became of units between two versions of a plan, or would by newer sources: layers in memory, over all others.

Each kind has a colour and a hatch of its own, so that they are told apart in grey.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, ClassVar

from qgis.core import (
    QgsCategorizedSymbolRenderer,
    QgsFeature,
    QgsFields,
    QgsFillSymbol,
    QgsRendererCategory,
    QgsSimpleFillSymbolLayer,
    QgsSymbolLayerUtils,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QObject, QSize

from ..text import tr
from ..work.features import feature_of, fields_of
from .look import hatched, tip_text
from .source_layers import OneLayer

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from qgis.PyQt.QtGui import QIcon

    from ...delineation.verbs.impacts import Impact, UnitImpact
    from ..work.version_rows import VersionRow

VERSION = "control_units/version_changes"  # custom property of the layer
# What became of land → colour, hatch, style of its line. A white ground keeps the plan's own colours from showing.
LOOKS = {
    "up": ("#0b6e4f", "solid", "solid"),
    "down": ("#b00020", "f_diagonal", "solid"),
    "new": ("#7a4b00", "cross", "solid"),
    "gone": ("#303030", "diagonal_x", "dash"),
    "split": ("#7b4fa3", "vertical", "solid"),
    "merged": ("#00707a", "horizontal", "solid"),
    "moved": ("#2f7fc1", "b_diagonal", "solid"),
    "renamed": ("#8c6d1f", "dense7", "solid"),
    "unchanged": ("#606060", "no", "dot"),
}
PALE, GROUND = 110, "255,255,255,200"  # of 255, of what is filled without a hatch; below all that changes
TEXTS = ("kind", "name", "was", "now")
TIP = '<b>{kind}</b><br>{was} → {now}<br>[% format_number("area_km2", 2) %] km²'


def kinds() -> dict[str, str]:
    """Name what may have become of land, in the order of the legend."""
    return {
        "up": tr("stricter category"),
        "down": tr("looser category"),
        "new": tr("new unit"),
        "gone": tr("unit gone"),
        "split": tr("split off"),
        "merged": tr("merged"),
        "moved": tr("to another unit"),
        "renamed": tr("other code or name"),
        "unchanged": tr("unchanged"),
    }


def _symbol(kind: str) -> QgsFillSymbol:
    colour, inside, line = LOOKS[kind]
    symbol = hatched(colour, inside, line, "0.3" if kind == "unchanged" else "0.5", PALE)
    if kind != "unchanged":
        ground = QgsSimpleFillSymbolLayer.create({"color": GROUND, "outline_style": "no"})
        symbol.insertSymbolLayer(0, ground)
    return symbol


@cache
def kind_icon(kind: str) -> QIcon:
    """Give a kind as the legend shows it."""
    return QgsSymbolLayerUtils.symbolPreviewIcon(_symbol(kind), QSize(22, 14))


def _fields() -> QgsFields:
    return fields_of(TEXTS, ["area_km2"])


def version_features(rows: Sequence[VersionRow]) -> list[QgsFeature]:
    """Make the features of the layer, one a row; may be called beside the main thread."""
    fields, names, out = _fields(), kinds(), list[QgsFeature]()
    for row in rows:
        values = [row.kind, names[row.kind], _called(row.was), _called(row.now), row.area_m2 / 1e6]
        out.append(feature_of(fields, row.shape, values))
    return out


def _called(unit: tuple[str, str] | None) -> str:
    return " ".join(unit) if unit is not None else "–"


class VersionLayer(OneLayer):
    """Keeps at most one layer of changes; another comparison takes its place."""

    PROPERTY: ClassVar[str] = VERSION

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._title = ""
        self._project.readProject.connect(self._read)

    def show(self, features: Sequence[QgsFeature], crs: str, title: str) -> None:
        """Draw changes over all other layers."""
        self.clear()
        layer = QgsVectorLayer("MultiPolygon", title, "memory")
        there = {feature.attribute(0) for feature in features}
        names = {kind: name for kind, name in self.legend().items() if kind in there}
        categories = [QgsRendererCategory(kind, _symbol(kind), name) for kind, name in names.items()]
        layer.setRenderer(QgsCategorizedSymbolRenderer("kind", categories))
        self._put(layer, crs, self.tip())
        self._title = title
        self._filler.fill(layer, features[0].fields() if features else _fields(), features)

    def legend(self) -> dict[str, str]:
        """Name what it tells apart, by what stands in field ``kind``."""
        return kinds()

    def tip(self) -> str:
        """Give its map tip."""
        return TIP.format(kind=tip_text("name"), was=tip_text("was"), now=tip_text("now"))

    def outdate(self, *, stale: bool) -> None:
        """Say in the layer's name that the plan was edited since, or that it is as the plan is."""
        layer = self.layer()
        if layer is not None:
            layer.setName(tr("{title} (out of date: edits since)", title=self._title) if stale else self._title)

    def close(self) -> None:
        """Take it off the map for good."""
        if self._name:
            self.clear()

    def _read(self, *_: object) -> None:
        """Take away what a project brings back: layers in memory come without their features."""
        self.clear()


# ── What newer sources would touch: a shape a unit, before anything is done ─────────────────────────────────────────

TOUCHED = "control_units/touched"  # custom property of the layer
TOUCHED_TIP = (
    '<b>{name}</b> {code}<br>{what}<br>[% format_number("touched_km2", 2) %] km²'
    '<br>− [% format_number("loses_km2", 2) %] km² + [% format_number("gains_km2", 2) %] km²'
)


class TouchedLayer(VersionLayer):
    """Keeps at most one layer of what would be touched, with the looks of what became of units."""

    PROPERTY: ClassVar[str] = TOUCHED

    def legend(self) -> dict[str, str]:
        return {
            "up": tr("to a stricter category"),
            "down": tr("to a looser category"),
            "moved": tr("to another unit of its category"),
            "gone": tr("of a unit that ends"),
            "renamed": tr("touched, and stays what it is"),
        }

    def tip(self) -> str:
        return TOUCHED_TIP.format(name=tip_text("name"), code=tip_text("code"), what=tip_text("what"))


def touched_kind(unit: UnitImpact) -> str:
    """Say what most of the land that a unit would lose becomes, or that it ends; a key of the legend."""
    if not unit.code_after:
        return "gone"
    to = {category: area for category, area in unit.to.items() if area > 0}
    if not to:
        return "renamed"
    most = max(to, key=lambda category: to[category])
    if most == unit.category or not most:
        return "moved"
    return "up" if most < unit.category else "down"


def touched_features(found: Impact, legend: Mapping[str, str]) -> list[QgsFeature]:
    """Make the features of the layer, one a unit; may be called beside the main thread."""
    fields = fields_of(("kind", "what", "code", "name"), ("touched_km2", "loses_km2", "gains_km2"))
    out = list[QgsFeature]()
    for unit in found.units:
        shape = found.shapes.get(unit.unit_id)
        if shape is None:  # it is only given land
            continue
        kind = touched_kind(unit)
        areas = (unit.touched_m2, unit.loses_m2, unit.gains_m2)
        values = [kind, legend[kind], unit.code, unit.name, *(area / 1e6 for area in areas)]
        out.append(feature_of(fields, shape, values))
    return out
