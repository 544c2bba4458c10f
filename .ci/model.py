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
# Child (QGIS shows them in the order of their ids) → algorithm, where it stands, parameters, outputs of the model:
# output of the child → title. Scripts know an output by its title in lower case, with _ for a space.
CHILDREN: dict[str, tuple[str, tuple[float, float], dict[str, Any], dict[str, str]]] = {
    "step_1": (
        "guess_roles",
        (460, 150),
        {
            "LAYERS": Source.fromModelParameter("LAYERS"),
            "FOLDER": Source.fromModelParameter("FOLDER"),
            "NAME": Source.fromModelParameter("NAME"),
        },
        {"CASE": "Case", "ROLES": "Roles"},
    ),
    "step_2": (
        "delineate",
        (790, 250),
        {"CASE": Source.fromChildOutput("step_1", "CASE"), "LOAD": Source.fromStaticValue(True)},
        {"OUTPUT": "Plan"},
    ),
    "step_3": (
        "check_plan",
        (1120, 90),
        {"PLAN": Source.fromChildOutput("step_2", "OUTPUT")},
        {"FINDINGS": "Findings"},
    ),
    "step_4": (
        "describe_plan",
        (1120, 380),
        {"PLAN": Source.fromChildOutput("step_2", "OUTPUT")},
        {"UNITS_TABLE": "Units table", "REPORT": "Report"},
    ),
}
# A model file has one language; the designer shows both.
TITLES = {
    "step_1": "识别角色 Guess roles",
    "step_2": "划定 Delineate",
    "step_3": "质检 Check",
    "step_4": "统计 Describe",
}


def parameters() -> list[tuple[QgsProcessingParameterDefinition, tuple[float, float]]]:
    """Parameters of the model with their places."""
    layers = QgsProcessingParameterMultipleLayers(
        "LAYERS", "图层 Layers", QgsProcessing.SourceType.TypeVectorAnyGeometry, optional=True
    )
    folder = QgsProcessingParameterFile(
        "FOLDER", "文件夹 Folder", QgsProcessingParameterFile.Behavior.Folder, optional=True
    )
    name = QgsProcessingParameterString("NAME", "名称 Name", optional=True)
    return [(layers, (160, 60)), (folder, (160, 140)), (name, (160, 220))]


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
    model.setParameterOrder([definition.name() for definition, _ in parameters()])
    for key, (algorithm, place, values, outputs) in CHILDREN.items():
        child = QgsProcessingModelChildAlgorithm(f"control_units:{algorithm}")
        child.setChildId(key)
        child.setDescription(TITLES[key])
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
            final.setPosition(QPointF(place[0] + 40, place[1] + 90 + 55 * row))
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
