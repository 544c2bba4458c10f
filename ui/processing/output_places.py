"""Where the outputs of an algorithm go, and what they may not take the place of."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from qgis.core import (
    QgsProcessing,
    QgsProcessingOutputLayerDefinition,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterFile,
    QgsProcessingParameterMultipleLayers,
    QgsProcessingParameterVectorLayer,
    QgsProviderRegistry,
)

from ...delineation.core.atomic_files import is_database

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qgis.core import QgsMapLayer, QgsProcessingContext

    from .algorithm import Algorithm, Values


def refuse_outputs(algorithm: Algorithm, parameters: Values, context: QgsProcessingContext) -> None:
    """Refuse a plan, and what is read here, as the place of an output: QGIS itself would write over either."""
    from ...delineation.plan.file import opened_plan
    from ...delineation.plan.outputs import OutputGuard, refuse_inputs

    inputs = [*_files(algorithm, parameters, context)]
    for name, place in _places(algorithm, parameters, context):
        refuse_inputs(place, inputs)
        if name != algorithm.PLAN_OUTPUT and is_database(place):
            with opened_plan(place) as connection:
                OutputGuard(place, force=True).check(connection)


def _places(algorithm: Algorithm, parameters: Values, context: QgsProcessingContext) -> Iterator[tuple[str, Path]]:
    """Give the files and folders that outputs are to go to, those left to QGIS not among them."""
    for one in algorithm.destinationParameterDefinitions():
        given = parameters.get(one.name())
        if isinstance(given, QgsProcessingOutputLayerDefinition):
            given = given.sink.valueAsString(context.expressionContext())[0]
        if isinstance(given, str) and given not in ("", QgsProcessing.TEMPORARY_OUTPUT):
            parts = QgsProviderRegistry.instance().decodeUri("ogr", given.removeprefix("ogr:"))
            named = re.search(r"""dbname=(['"])(.+?)\1""", given)
            yield one.name(), Path(named[2] if named else parts.get("path") or given)


def _files(algorithm: Algorithm, parameters: Values, context: QgsProcessingContext) -> Iterator[Path]:
    """Give the files that are read: those that are named, and those of layers."""
    for one in algorithm.parameterDefinitions():
        name, given = one.name(), parameters.get(one.name())
        if given in (None, ""):
            continue
        if isinstance(one, QgsProcessingParameterFile):
            yield Path(algorithm.parameterAsFile(parameters, name, context))
        elif isinstance(one, QgsProcessingParameterMultipleLayers):
            yield from map(_file_of, algorithm.parameterAsLayerList(parameters, name, context))
        elif isinstance(one, (QgsProcessingParameterFeatureSource, QgsProcessingParameterVectorLayer)):
            layer = algorithm.parameterAsVectorLayer(parameters, name, context)
            if layer is not None:
                yield _file_of(layer)


def _file_of(layer: QgsMapLayer) -> Path:
    parts = QgsProviderRegistry.instance().decodeUri(layer.providerType(), layer.source())
    return Path(parts.get("path") or layer.source())
