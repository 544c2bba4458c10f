"""A plan's layers in QGIS: one group, in sensible order, styled, read-only; let go of while its file is replaced."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from qgis.core import QgsLayerTreeGroup, QgsProject, QgsVectorLayer, QgsWkbTypes
from qgis.PyQt.QtCore import QCoreApplication

from ..shipped import EMPTY
from .look import dress

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["LAYER", "group_of", "let_go", "plan_layer", "plans_shown", "show_plan", "take_up", "take_up_all"]

translate = QCoreApplication.translate
# Custom property of a plan's layer: which one it is.
LAYER = "control_units/layer"
# What it shows, while it is let go of.
SOURCE = "control_units/source"
# From the top down; those that are not ticked are there for whoever wants them.
# Units lie over faces and would hide them; the borders between faces show from near by.
ORDER = (
    ("findings", True), ("county_borders", True), ("borders", True), ("units", True), ("faces", False),
    ("element_zones", False),
)  # fmt: skip
# Of the borders those that part two counties. Faces stand in the file in the order of their numbers, by which alone
# it finds them at once; where they should not, there is no line.
_COUNTY = "(SELECT county FROM faces WHERE fid = \"{side}\" AND face_id = \"{side}\")"
_OF_COUNTIES = f"{_COUNTY.format(side='left')} <> {_COUNTY.format(side='right')}"


def _titles() -> dict[str, str]:
    return {
        "findings": translate("ControlUnits", "Findings"),
        "units": translate("ControlUnits", "Control units"),
        "county_borders": translate("ControlUnits", "Borders of counties"),
        "borders": translate("ControlUnits", "Borders of faces"),
        "faces": translate("ControlUnits", "Faces"),
        "element_zones": translate("ControlUnits", "Element zones"),
    }


def _source(plan: Path, name: str) -> str:
    """Where a layer of a plan lies, as QGIS writes it."""
    if name == "county_borders":
        return f"{plan.as_posix()}|layername=borders|subset={_OF_COUNTIES}"
    return f"{plan.as_posix()}|layername={name}"


def _file(layer: QgsVectorLayer) -> Path | None:
    source = layer.customProperty(SOURCE) or layer.source()
    return Path(source.partition("|")[0]) if source else None


def _same(one: Path | None, other: Path) -> bool:
    return one is not None and one.resolve() == other.resolve()


def _groups(project: QgsProject) -> Iterator[tuple[QgsLayerTreeGroup, list[QgsVectorLayer]]]:
    for group in project.layerTreeRoot().findGroups(True):
        layers = [node.layer() for node in group.findLayers() if node.parent() is group]
        mine = [layer for layer in layers if layer is not None and layer.customProperty(LAYER)]
        if mine:
            yield group, mine


def plans_shown(project: QgsProject | None = None) -> list[tuple[str, Path]]:
    """Give the plans that the project shows, name of the group and file; two years of a county may have one name."""
    found = [(group.name(), _file(layers[0])) for group, layers in _groups(project or QgsProject.instance())]
    return [(name, file) for name, file in found if file is not None]


def group_of(plan: Path, project: QgsProject | None = None) -> QgsLayerTreeGroup | None:
    """Find the group of a plan."""
    groups = _groups(project or QgsProject.instance())
    return next((group for group, layers in groups if _same(_file(layers[0]), plan)), None)


def plan_layer(plan: Path, name: str, project: QgsProject | None = None) -> QgsVectorLayer | None:
    """Find a layer of a plan (``units``, ``faces``, ``findings`` …) among those that are shown."""
    for layer in _layers_of(plan, project or QgsProject.instance()):
        if layer.customProperty(LAYER) == name:
            return layer
    return None


def _layers_of(plan: Path, project: QgsProject) -> list[QgsVectorLayer]:
    return [layer for _, layers in _groups(project) if _same(_file(layers[0]), plan) for layer in layers]


def show_plan(plan: Path, name: str, project: QgsProject | None = None) -> QgsLayerTreeGroup:
    """Show a plan's layers in a group of its own, on top; one that is there stays where and as the user has it."""
    project = project or QgsProject.instance()
    group = group_of(plan, project)
    if group is not None:
        take_up(plan, project)
        return group
    group = project.layerTreeRoot().insertGroup(0, name or plan.stem)
    titles = _titles()
    for layer_name, ticked in ORDER:
        layer = QgsVectorLayer(_source(plan, layer_name), titles[layer_name], "ogr")
        if not layer.isValid() or (layer_name == "county_borders" and not _several_counties(plan)):
            continue
        layer.setCustomProperty(LAYER, layer_name)
        dress(layer, layer_name)
        project.addMapLayer(layer, False)
        node = group.addLayer(layer)
        node.setItemVisibilityChecked(ticked)
        node.setExpanded(layer_name == "units")
    return group


def _several_counties(plan: Path) -> bool:
    units = QgsVectorLayer(_source(plan, "units"), "", "ogr")
    return len(units.uniqueValues(units.fields().indexOf("county"), 2)) > 1


def let_go(plan: Path, project: QgsProject | None = None) -> None:
    """Close the plan's file: Windows does not replace one that is open. The layers stay, empty, with their looks."""
    for layer in _layers_of(plan, project or QgsProject.instance()):
        layer.setCustomProperty(SOURCE, layer.source())
        if layer.isValid():
            # Of the same kind, or it would lose its looks; a source that is none would be complained of in the log, and
            # one in memory would be taken for a layer that goes with QGIS.
            nothing = EMPTY / f"{QgsWkbTypes.geometryDisplayString(layer.geometryType()).lower()}.fgb"
            layer.setDataSource(nothing.as_posix(), layer.name(), "ogr")


def take_up(plan: Path, project: QgsProject | None = None) -> None:
    """Show what the file holds now."""
    for layer in _layers_of(plan, project or QgsProject.instance()):
        source = _source(plan, layer.customProperty(LAYER))
        layer.removeCustomProperty(SOURCE)
        if not layer.isValid() or layer.source() != source:
            layer.setDataSource(source, layer.name(), "ogr")
        else:
            layer.dataProvider().reloadData()
        layer.setReadOnly(True)
        layer.triggerRepaint()


def take_up_all(project: QgsProject | None = None) -> None:
    """Show every plan again that was let go of and is still there: it was not replaced, or by another file."""
    project = project or QgsProject.instance()
    waiting = {
        file for _, layers in _groups(project) if any(layer.customProperty(SOURCE) for layer in layers)
        if (file := _file(layers[0])) is not None and file.is_file()
    }  # fmt: skip
    for file in sorted(waiting):
        take_up(file, project)
