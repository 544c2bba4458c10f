"""What ``regionalise`` divides in place of the layer's polygons: its parameters, and their text for the engine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.core import QgsProcessingParameterNumber, QgsProcessingParameterRasterLayer

from ...delineation.core.errors import BadInput
from ...delineation.core.messages import Message
from ..text import tr
from .algorithm import POLYGONS, field_parameter
from .choices import choice

if TYPE_CHECKING:
    from collections.abc import Callable

    from .algorithm import Algorithm
    from .taking import Taken

# As the engine calls them.
BASES = ("layer", "grid", "hexagons", "catchments", "townships")
BASE, SIZE, DEM, AREA = "BASE", "BASE_SIZE", "BASE_DEM", "BASE_AREA"
FIELD, LAYER, LAYER_FIELD = "BASE_FIELD", "BASE_LAYER", "BASE_LAYER_FIELD"


def declare_base(algorithm: Algorithm, layer: str) -> None:
    """Add the parameters; ``layer`` names the one with the polygons."""

    def more(parameter: Any, text: str) -> None:
        algorithm.add(parameter, text, advanced=True)

    def number(name: str, title: str, default: float, text: str) -> None:
        kind = QgsProcessingParameterNumber.Type.Double
        more(QgsProcessingParameterNumber(name, title, kind, default, minValue=0.0), text)

    more(
        choice(BASE, tr("What is divided"), BASES),
        tr(
            "The layer's polygons, or units made over them: squares, hexagons, catchments of a "
            "DEM, or townships. They take fields over by area.",
        ),
    )
    number(
        SIZE,
        tr("Size of cells, m"),
        1000.0,
        tr("Side of a square; of a hexagon the distance between two sides."),
    )
    more(
        QgsProcessingParameterRasterLayer(DEM, tr("Elevation model (for catchments)"), optional=True),
        tr(
            "Depressions are filled, water runs the steepest way, and every link of its streams "
            "has a catchment. Where there is no value, each connected part is a unit.",
        ),
    )
    number(
        AREA,
        tr("Contributing area of a stream, m²"),
        5e6,
        tr(
            "From which on water is a stream: the smaller, the more catchments. Those under a "
            "tenth of it go to the one below.",
        ),
    )
    more(
        field_parameter(FIELD, tr("Townships: field of the layer"), layer),
        tr("Polygons with one value of it are one unit, also where they do not touch."),
    )
    algorithm.add_source(
        LAYER,
        tr("Townships: or another layer"),
        tr("Its polygons cut the layer; what they leave of it is a unit for each connected part."),
        POLYGONS,
        optional=True,
        advanced=True,
    )
    more(
        field_parameter(LAYER_FIELD, tr("Townships: field of that layer"), LAYER),
        tr("Its polygons with one value are one unit; each polygon by itself if empty."),
    )


def take_base(algorithm: Algorithm) -> Taken | None:
    """Take on the main thread the layer that townships come from, where there is one."""
    return algorithm.taken_of(LAYER) if algorithm.chosen(BASE) == "townships" else None


def base_text(algorithm: Algorithm, lay_down: Callable[[], str] | None) -> str:
    """Say what is divided as the engine takes it; "" for the layer's own polygons.

    Parameters
    ----------
    algorithm : Algorithm
    lay_down : callable or None
        Gives the file of the layer that townships come from.

    Raises
    ------
    BadInput
        Catchments without an elevation model, townships without a field or a layer, or with both.
    """
    from ...delineation.sources.files import split_layer

    kind = algorithm.chosen(BASE)
    if kind == "layer":
        return ""
    if kind in ("grid", "hexagons"):
        return f"{kind}:size={_number(algorithm, SIZE)}"
    if kind == "catchments":
        raster = algorithm.parameterAsRasterLayer(algorithm.parameters, DEM, algorithm.context)
        if raster is None:
            raise BadInput(
                Message("no elevation model"),
                where=Message("catchments"),
                wanted=Message("a raster with heights for the catchments"),
            )
        return f"catchments:dem={raster.source().partition('|')[0]},area={_number(algorithm, AREA)}"
    field = algorithm.text(FIELD)
    if (lay_down is None) == (not field):
        raise BadInput(
            Message("neither or both of field and layer are given"),
            where=Message("townships"),
            wanted=Message("one of the two"),
        )
    if lay_down is None:
        return f"townships:field={field}"
    path, layer = split_layer(lay_down())
    theirs = ("layer", layer), ("field", algorithm.text(LAYER_FIELD))
    more = [f"{key}={value}" for key, value in theirs if value]
    return ",".join([f"townships:file={path}", *more])


def _number(algorithm: Algorithm, key: str) -> str:
    return repr(float(algorithm.parameterAsDouble(algorithm.parameters, key, algorithm.context)))
