"""Candidates on the map: a layer each in the plan's group, outlines only, in step with those that are kept.

A second one shows the land that a candidate takes out of priority, where it does.

The layers live in memory, and go when their candidate does. One that a project brings back is empty, and goes too.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from qgis.core import (
    Qgis,
    QgsCoordinateReferenceSystem,
    QgsFillSymbol,
    QgsLayerTreeGroup,
    QgsLayerTreeLayer,
    QgsLinePatternFillSymbolLayer,
    QgsProject,
    QgsSimpleLineSymbolLayer,
    QgsSingleSymbolRenderer,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtGui import QColor

from ..text import tr
from .candidate_marks import FAINT, colour_of
from .layers import LAYER, group_of, memory_layer
from .look import tip_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qgis.core import QgsFeature

    from ..work.candidates import Candidates
    from ..work.drawn_division import Beside

# Custom property of a candidate's layer: its method string.
CANDIDATE = "control_units/candidate"
HALO, WIDTH = 1.0, 0.5  # mm
LOWERED = "#B00020"  # what a candidate takes out of priority
APART, THIN = 2.0, 0.25  # mm, of the lines across it


def candidate_layers(project: QgsProject | None = None) -> list[QgsVectorLayer]:
    """Give the layers of candidates."""
    layers = (project or QgsProject.instance()).mapLayers().values()
    return [layer for layer in layers if layer.customProperty(CANDIDATE)]


class CandidateLayers:
    """Keeps the layers in step. One that the user removes stays away; its candidate is kept."""

    def __init__(self, candidates: Candidates) -> None:
        self._candidates = candidates
        self._project = QgsProject.instance()
        self._made: list[tuple[Beside, tuple[str, ...]]] = []
        candidates.changed.connect(self.follow)
        self.follow()

    def follow(self) -> None:
        """Show what is kept now."""
        kept = self._candidates.kept
        stays = [(one, layers) for one, layers in self._made if any(one is other for other in kept)]
        own = {layer for _, layers in stays for layer in layers}
        gone = [layer.id() for layer in candidate_layers(self._project) if layer.id() not in own]
        if gone:
            self._project.removeMapLayers(gone)
        self._made = stays
        for beside in kept:
            if not any(beside is one for one, _ in self._made):
                self._made.append((beside, self._show(beside)))
        for beside, names in self._made:
            opacity = 1.0 if self._candidates.fits(beside) else FAINT
            for layer in filter(None, map(self._project.mapLayer, names)):
                if layer.opacity() != opacity:
                    layer.setOpacity(opacity)
                    layer.triggerRepaint()

    def close(self) -> None:
        """Take all layers away."""
        with contextlib.suppress(RuntimeError, TypeError):
            self._candidates.changed.disconnect(self.follow)
        with contextlib.suppress(RuntimeError):
            self._project.removeMapLayers([layer.id() for layer in candidate_layers(self._project)])

    def _show(self, beside: Beside) -> tuple[str, ...]:
        """Show its units and, over them, the land that it takes out of priority."""
        title = tr("Candidate: {method}", method=beside.short_label)
        layers = [self._layer(beside, title, beside.features, _outline(colour_of(beside.number)))]
        if beside.lowered:
            title = tr("Put lower by {method}", method=beside.short_label)
            layers.append(self._layer(beside, title, beside.lowered, _lowered()))
        return tuple(layers)

    def _layer(self, beside: Beside, title: str, features: Sequence[QgsFeature], symbol: QgsFillSymbol) -> str:
        crs = QgsCoordinateReferenceSystem.fromWkt(beside.candidate.crs)
        layer = memory_layer(title, "MultiPolygon", crs, features[0].fields(), features)
        layer.setCustomProperty(CANDIDATE, beside.text)
        # QGIS would ask on leaving whether to save it.
        layer.setCustomProperty("skipMemoryLayersCheck", 1)
        layer.setReadOnly(True)
        layer.setRenderer(QgsSingleSymbolRenderer(symbol))
        layer.setMapTipTemplate(tip_text("name"))
        self._project.addMapLayer(layer, False)
        path = self._candidates.session.plan_path
        group = group_of(path, self._project) if path is not None else None
        node = (group or self._project.layerTreeRoot()).insertLayer(_place_in(group), layer)
        node.setExpanded(False)
        return str(layer.id())


def _place_in(group: QgsLayerTreeGroup | None) -> int:
    """Find the place over the units and their borders, under the findings."""
    first = group.children()[0] if group is not None and group.children() else None
    layer = first.layer() if isinstance(first, QgsLayerTreeLayer) else None
    return int(layer is not None and layer.customProperty(LAYER) == "findings")


def _outline(colour: QColor) -> QgsFillSymbol:
    """Draw a line in a light halo, and leave the inside to the plan below."""
    halo = QgsSimpleLineSymbolLayer(QColor(255, 255, 255, 200), HALO)
    line = QgsSimpleLineSymbolLayer(colour, WIDTH)
    for one in (halo, line):
        one.setWidthUnit(Qgis.RenderUnit.Millimeters)
    symbol = QgsFillSymbol()
    symbol.changeSymbolLayer(0, halo)
    symbol.appendSymbolLayer(line)
    return symbol


def _lowered() -> QgsFillSymbol:
    """Draw what is priority no more: a dashed line, and lines across."""
    line = QgsSimpleLineSymbolLayer(QColor(LOWERED), WIDTH, Qt.PenStyle.DashLine)
    line.setWidthUnit(Qgis.RenderUnit.Millimeters)
    across = QgsLinePatternFillSymbolLayer()
    across.setColor(QColor(LOWERED))
    across.setLineAngle(45)
    across.setDistance(APART)
    across.setLineWidth(THIN)
    symbol = QgsFillSymbol()
    symbol.changeSymbolLayer(0, across)
    symbol.appendSymbolLayer(line)
    return symbol
