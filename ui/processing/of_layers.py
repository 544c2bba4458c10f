"""Algorithms that take any number of layers, as QGIS shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from qgis.core import QgsProcessing, QgsProcessingParameterBoolean, QgsProcessingParameterMultipleLayers
from qgis.PyQt.QtCore import QCoreApplication

from .algorithm import Algorithm
from .taking import Taken, take

if TYPE_CHECKING:
    from qgis.core import QgsProcessingContext

__all__ = ["OfLayers"]

translate = QCoreApplication.translate


class OfLayers(Algorithm):
    """An algorithm of layers.

    Attributes
    ----------
    FIELDS : bool
        Fields matter, and not only ids and shapes.
    taken : list of Taken
        The layers, in their order.
    """

    LAYERS = "LAYERS"
    SELECTED = "SELECTED"
    FIELDS: ClassVar[bool] = True
    taken: list[Taken]

    def add_layers(self, title: str, kind: QgsProcessing.SourceType, help_text: str, *, optional: bool = False) -> None:
        """Add the list of layers, and whether only what is selected counts."""
        self.add(QgsProcessingParameterMultipleLayers(self.LAYERS, title, kind, optional=optional), help_text)
        self.add(
            QgsProcessingParameterBoolean(
                self.SELECTED, translate("ControlUnits", "Selected features only"), defaultValue=False
            ),
            translate("ControlUnits", "Of a layer with a selection only what is selected; other layers whole."),
        )

    def take(self, parameters: dict[str, Any], context: QgsProcessingContext) -> None:
        only = self.parameterAsBool(parameters, self.SELECTED, context)
        layers = self.parameterAsLayerList(parameters, self.LAYERS, context)
        self.taken = [take(layer, selected_only=only, fields=self.FIELDS) for layer in layers]
