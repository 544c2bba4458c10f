"""What ``regionalise`` divides in place of the layer's polygons: its parameters, and their text for the engine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.core import (
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterRasterLayer,
)
from qgis.PyQt.QtCore import QCoreApplication

from ...delineation.core.errors import BadInput
from ...delineation.core.messages import Message
from .algorithm import field_parameter, real_parameter
from .choices import choice
from .taking import Taken, take_source

if TYPE_CHECKING:
    from collections.abc import Callable

    from .algorithm import Algorithm

__all__ = ["base_text", "declare_base", "take_base"]

translate = QCoreApplication.translate
# As the engine calls them.
BASES = ("layer", "grid", "hexagons", "catchments", "townships")
BASE, SIZE, DEM, AREA = "BASE", "BASE_SIZE", "BASE_DEM", "BASE_AREA"
FIELD, LAYER, LAYER_FIELD = "BASE_FIELD", "BASE_LAYER", "BASE_LAYER_FIELD"


def declare_base(algorithm: Algorithm, layer: str) -> None:
    """Add the parameters; ``layer`` names the one with the polygons."""

    def more(parameter: Any, text: str) -> None:
        algorithm.add(parameter, text, advanced=True)

    more(
        choice(BASE, translate("ControlUnits", "What is divided"), BASES),
        translate(
            "ControlUnits",
            "The layer's polygons, or units made over them: squares, hexagons, catchments of a "
            "DEM, or townships. They take fields over by area.",
        ),
    )
    more(
        real_parameter(SIZE, translate("ControlUnits", "Size of cells, m"), 1000.0),
        translate("ControlUnits", "Side of a square; of a hexagon the distance between two sides."),
    )
    more(
        QgsProcessingParameterRasterLayer(
            DEM, translate("ControlUnits", "Elevation model (for catchments)"), optional=True
        ),
        translate(
            "ControlUnits",
            "Depressions are filled, water runs the steepest way, and every link of its streams "
            "has a catchment. Where there is no value, each connected part is a unit.",
        ),
    )
    more(
        real_parameter(AREA, translate("ControlUnits", "Contributing area of a stream, m²"), 5e6),
        translate(
            "ControlUnits",
            "From which on water is a stream: the smaller, the more catchments. Those under a "
            "tenth of it go to the one below.",
        ),
    )
    more(
        field_parameter(FIELD, translate("ControlUnits", "Townships: field of the layer"), layer),
        translate("ControlUnits", "Polygons with one value of it are one unit, also where they do not touch."),
    )
    polygons = [QgsProcessing.SourceType.TypeVectorPolygon]
    more(
        QgsProcessingParameterFeatureSource(
            LAYER, translate("ControlUnits", "Townships: or another layer"), polygons, optional=True
        ),
        translate(
            "ControlUnits", "Its polygons cut the layer; what they leave of it is a unit for each connected part."
        ),
    )
    more(
        field_parameter(LAYER_FIELD, translate("ControlUnits", "Townships: field of that layer"), LAYER),
        translate("ControlUnits", "Its polygons with one value are one unit; each polygon by itself if empty."),
    )


def take_base(algorithm: Algorithm, parameters: dict[str, Any], context: QgsProcessingContext) -> Taken | None:
    """Take on the main thread the layer that townships come from, where there is one."""
    if algorithm.parameterAsEnumString(parameters, BASE, context) != "townships" or not parameters.get(LAYER):
        return None
    return take_source(parameters[LAYER], algorithm.parameterAsVectorLayer(parameters, LAYER, context), context)


def base_text(
    algorithm: Algorithm, parameters: dict[str, Any], context: QgsProcessingContext, lay_down: Callable[[], str] | None
) -> str:
    """Say what is divided as the engine takes it; "" for the layer's own polygons.

    Parameters
    ----------
    algorithm, parameters, context
    lay_down : callable or None
        Gives the file of the layer that townships come from.

    Raises
    ------
    BadInput
        Catchments without an elevation model, townships without a field or a layer, or with both.
    """
    from ...delineation.sources.files import split_layer

    kind = str(algorithm.parameterAsEnumString(parameters, BASE, context))

    def number(key: str) -> str:
        return repr(float(algorithm.parameterAsDouble(parameters, key, context)))

    if kind == "layer":
        return ""
    if kind in ("grid", "hexagons"):
        return f"{kind}:size={number(SIZE)}"
    if kind == "catchments":
        raster = algorithm.parameterAsRasterLayer(parameters, DEM, context)
        if raster is None:
            wanted = Message("a raster with heights for the catchments")
            raise BadInput(Message("no elevation model"), where=Message("catchments"), wanted=wanted)
        return f"catchments:dem={raster.source().partition('|')[0]},area={number(AREA)}"
    field = str(algorithm.parameterAsString(parameters, FIELD, context) or "")
    if (lay_down is None) == (not field):
        what = Message("no field and no layer, or both")
        raise BadInput(what, where=Message("townships"), wanted=Message("one of them"))
    if lay_down is None:
        return f"townships:field={field}"
    path, layer = split_layer(lay_down())
    theirs = str(algorithm.parameterAsString(parameters, LAYER_FIELD, context) or "")
    more = [f"{key}={value}" for key, value in (("layer", layer), ("field", theirs)) if value]
    return ",".join([f"townships:file={path}", *more])
