"""Writes resources/models: the example model, built with QGIS so that it is exactly what QGIS reads and writes."""

from __future__ import annotations

import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

from qgis.core import (
    QgsApplication,
    QgsProcessing,
    QgsProcessingModelAlgorithm,
    QgsProcessingModelChildAlgorithm,
    QgsProcessingModelChildParameterSource,
    QgsProcessingModelOutput,
    QgsProcessingModelParameter,
    QgsProcessingParameterDefinition,
    QgsProcessingParameterFile,
    QgsProcessingParameterMultipleLayers,
    QgsProcessingParameterString,
)
from qgis.PyQt.QtCore import QPointF, QSizeF

ROOT = Path(__file__).resolve().parent.parent
MODEL = ROOT / "resources" / "models" / "control_units_example.model3"
Source = QgsProcessingModelChildParameterSource
# Child → algorithm, where it stands, parameters, outputs of the model: output of the child → title, and the name under
# which scripts know it is that title in lower case with _ for each space.
CHILDREN: dict[str, tuple[str, tuple[float, float], dict[str, Any], dict[str, str]]] = {
    "guess": (
        "guess_roles",
        (330, 120),
        {
            "LAYERS": Source.fromModelParameter("LAYERS"),
            "FOLDER": Source.fromModelParameter("FOLDER"),
            "NAME": Source.fromModelParameter("NAME"),
        },
        {"CASE": "Case", "ROLES": "Roles"},
    ),
    "delineate": (
        "delineate",
        (620, 220),
        {"CASE": Source.fromChildOutput("guess", "CASE"), "LOAD": Source.fromStaticValue(True)},
        {"OUTPUT": "Plan"},
    ),
    "check": (
        "check_plan",
        (910, 100),
        {"PLAN": Source.fromChildOutput("delineate", "OUTPUT")},
        {"FINDINGS": "Findings"},
    ),
    "describe": (
        "describe_plan",
        (910, 340),
        {"PLAN": Source.fromChildOutput("delineate", "OUTPUT")},
        {"UNITS_TABLE": "Units table", "REPORT": "Report"},
    ),
}


def parameters() -> list[tuple[QgsProcessingParameterDefinition, tuple[float, float]]]:
    """Parameters of the model with their places."""
    layers = QgsProcessingParameterMultipleLayers(
        "LAYERS", "Layers", QgsProcessing.SourceType.TypeVectorAnyGeometry, optional=True
    )
    folder = QgsProcessingParameterFile(
        "FOLDER", "Folder of files", QgsProcessingParameterFile.Behavior.Folder, optional=True
    )
    name = QgsProcessingParameterString("NAME", "Name of the case", optional=True)
    return [(layers, (80, 60)), (folder, (80, 140)), (name, (80, 220))]


def load_provider() -> Any:
    """Register the plugin's algorithms under the package's real name."""
    spec = spec_from_file_location("control_units", ROOT / "__init__.py", submodule_search_locations=[str(ROOT)])
    if spec is None or spec.loader is None:
        raise SystemExit("the plugin cannot be loaded")
    package = module_from_spec(spec)
    sys.modules["control_units"] = package
    spec.loader.exec_module(package)
    from control_units.ui.processing.provider import ControlUnitsProvider

    provider = ControlUnitsProvider()
    QgsApplication.processingRegistry().addProvider(provider)
    return provider


def make() -> QgsProcessingModelAlgorithm:
    """Chain the algorithms."""
    model = QgsProcessingModelAlgorithm("control_units_example", "examples", "examples")
    for definition, place in parameters():
        component = QgsProcessingModelParameter(definition.name())
        component.setPosition(QPointF(*place))
        component.setSize(QSizeF(180, 40))
        model.addModelParameter(definition, component)
    for key, (algorithm, place, values, outputs) in CHILDREN.items():
        child = QgsProcessingModelChildAlgorithm(f"control_units:{algorithm}")
        child.setChildId(key)
        child.setDescription(QgsApplication.processingRegistry().algorithmById(f"control_units:{algorithm}").displayName())
        child.setPosition(QPointF(*place))
        child.setSize(QSizeF(220, 40))
        for name, source in values.items():
            child.addParameterSources(name, [source])
        finals = {}
        for row, (output, title) in enumerate(outputs.items()):
            final = QgsProcessingModelOutput(title)
            final.setDescription(title)
            final.setChildId(key)
            final.setChildOutputName(output)
            final.setPosition(QPointF(place[0] + 90, place[1] + 75 + 50 * row))
            final.setSize(QSizeF(180, 36))
            finals[title] = final
        child.setModelOutputs(finals)
        model.addChildAlgorithm(child)
    model.updateDestinationParameters()
    return model


def main() -> None:
    """Write the model file."""
    application = QgsApplication([], False)
    application.initQgis()
    provider = load_provider()
    MODEL.parent.mkdir(parents=True, exist_ok=True)
    model = make()
    valid, problems = model.validate()
    if not valid:
        raise SystemExit("; ".join(problems))
    if not model.toFile(str(MODEL)):
        raise SystemExit(f"{MODEL} cannot be written")
    del model
    QgsApplication.processingRegistry().removeProvider(provider)
    application.exitQgis()


if __name__ == "__main__":
    main()
