"""A plan's layers in QGIS: one group, in sensible order, styled, read-only; let go of while its file is replaced."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from qgis.core import (
    QgsLayerTreeGroup,
    QgsMapLayer,
    QgsProject,
    QgsProviderRegistry,
    QgsVectorLayer,
    QgsWkbTypes,
)
from qgis.PyQt import sip

from ...delineation.core.errors import HeldOpen
from ...delineation.core.messages import Message, at
from ..shipped import EMPTY
from ..text import tr
from .look import dress, fit_legend, own_fields

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from contextlib import ExitStack

    from qgis.core import QgsCoordinateReferenceSystem, QgsFeature, QgsFields
    from qgis.gui import QgsMapCanvas

# Custom property of a plan's layer: which one it is.
LAYER = "control_units/layer"
# What a layer shows, and by which provider, while it is let go of.
SOURCE = "control_units/source"
PROVIDER = "control_units/provider"
# From the top down; those that are not ticked are there for whoever wants them.
# Units lie over faces and would hide them; the borders between faces show from near by.
ORDER = (
    ("findings", True),
    ("county_borders", True),
    ("borders", True),
    ("units", True),
    ("faces", False),
    ("element_zones", False),
)
# Of the borders those that part two counties. Faces stand in the file in the order of their numbers, by which it finds
# them at once; the pieces of those that edits have cut stand anywhere.
_COUNTY = (
    "(SELECT county FROM faces WHERE fid = coalesce("
    '(SELECT fid FROM faces WHERE fid = "{side}" AND face_id = "{side}"), '
    '(SELECT fid FROM faces WHERE face_id = "{side}")))'
)
_OF_COUNTIES = f"{_COUNTY.format(side='left')} <> {_COUNTY.format(side='right')}"


def _titles() -> dict[str, str]:
    return {
        "findings": tr("Findings"),
        "units": tr("Control units"),
        "county_borders": tr("Borders of counties"),
        "borders": tr("Borders of faces"),
        "faces": tr("Faces"),
        "element_zones": tr("Element zones"),
    }


def _source(plan: Path, name: str) -> str:
    """Where a layer of a plan lies, as QGIS writes it."""
    if name == "county_borders":
        return f"{plan.as_posix()}|layername=borders|subset={_OF_COUNTIES}"
    return f"{plan.as_posix()}|layername={name}"


def memory_layer(
    title: str,
    kind: str,
    crs: QgsCoordinateReferenceSystem,
    fields: QgsFields,
    features: Iterable[QgsFeature] = (),
) -> QgsVectorLayer:
    """Make a layer in memory."""
    layer = QgsVectorLayer(kind, title, "memory")
    layer.setCrs(crs)
    layer.dataProvider().addAttributes(list(fields))
    layer.updateFields()
    layer.dataProvider().addFeatures(list(features))
    layer.updateExtents()
    return layer


def file_of(layer: QgsMapLayer) -> Path | None:
    """Give the file that a layer shows, or showed before it was let go of."""
    source, provider = layer.customProperty(SOURCE), layer.customProperty(PROVIDER) or "ogr"
    if not source:
        source, provider = layer.source(), layer.providerType()
    path = QgsProviderRegistry.instance().decodeUri(provider, source).get("path", "")
    return Path(path) if path else None


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
    found = [(group.name(), file_of(layers[0])) for group, layers in _groups(project or QgsProject.instance())]
    return [(name, file) for name, file in found if file is not None]


def group_of(plan: Path, project: QgsProject | None = None) -> QgsLayerTreeGroup | None:
    """Find the group of a plan."""
    groups = _groups(project or QgsProject.instance())
    return next((group for group, layers in groups if _same(file_of(layers[0]), plan)), None)


def plan_layer(plan: Path, name: str, project: QgsProject | None = None) -> QgsVectorLayer | None:
    """Find a layer of a plan (``units``, ``faces``, ``findings`` …) among those that are shown."""
    for layer in _layers_of(plan, project or QgsProject.instance()):
        if layer.customProperty(LAYER) == name:
            return layer
    return None


def _layers_of(plan: Path, project: QgsProject) -> list[QgsVectorLayer]:
    return [layer for _, layers in _groups(project) if _same(file_of(layers[0]), plan) for layer in layers]


def show_plan(plan: Path, name: str, project: QgsProject | None = None) -> QgsLayerTreeGroup | None:
    """Show a plan's layers in a group of its own, on top; one that is there stays where and as the user has it."""
    project = project or QgsProject.instance()
    if group_of(plan, project) is not None:
        take_up(plan, project)
    for _ in showing(plan, name, project):
        pass
    return group_of(plan, project)


def showing(plan: Path, name: str, project: QgsProject | None = None) -> Iterator[None]:
    """Show the layers of a plan that are not shown yet, one a step: each takes QGIS a moment."""
    project = project or QgsProject.instance()
    if group_of(plan, project) is not None:
        return
    group = project.layerTreeRoot().insertGroup(0, name or plan.stem)
    titles = _titles()
    for layer_name, ticked in ORDER:
        if sip.isdeleted(group):  # the user took it away between two steps
            return
        layer = QgsVectorLayer(_source(plan, layer_name), titles[layer_name], "ogr")
        if not layer.isValid() or (layer_name == "county_borders" and not _several_counties(plan)):
            continue
        layer.setCustomProperty(LAYER, layer_name)
        dress(layer, layer_name, plan)
        project.addMapLayer(layer, False)
        node = group.addLayer(layer)
        node.setItemVisibilityChecked(ticked)
        node.setExpanded(layer_name == "units")
        yield


def _several_counties(plan: Path) -> bool:
    units = QgsVectorLayer(_source(plan, "units"), "", "ogr")
    return len(units.uniqueValues(units.fields().indexOf("county"), 2)) > 1


def layers_of_file(plan: Path, project: QgsProject | None = None) -> list[QgsMapLayer]:
    """Give every layer of the project that shows something of a plan's file, whoever added it."""
    return [layer for layer in (project or QgsProject.instance()).mapLayers().values() if _same(file_of(layer), plan)]


def refuse_edited(plan: Path, project: QgsProject | None = None) -> None:
    """Refuse to go on while a layer of the plan's file is in edit mode: what is not saved yet would be lost.

    Raises
    ------
    HeldOpen
    """
    for layer in layers_of_file(plan, project):
        if isinstance(layer, QgsVectorLayer) and layer.isEditable():
            raise HeldOpen(
                Message("layer '{layer}' of the plan is being edited", layer=layer.name()),
                where=at(plan),
                wanted=Message("its edits saved or cancelled in QGIS"),
            )
        if not isinstance(layer, QgsVectorLayer):
            raise HeldOpen(
                Message("layer '{layer}' shows this file and cannot let go of it", layer=layer.name()),
                where=at(plan),
                wanted=Message("that layer removed from the project"),
            )


def let_go(plan: Path, project: QgsProject | None = None) -> None:
    """Close the plan's file: nobody replaces one that is open. The layers stay, empty, with their looks.

    Raises
    ------
    HeldOpen
        A layer of the file is in edit mode; then all stay as they are.
    """
    refuse_edited(plan, project)
    for layer in layers_of_file(plan, project):
        if layer.customProperty(SOURCE):
            continue
        layer.setCustomProperty(SOURCE, layer.source())
        layer.setCustomProperty(PROVIDER, layer.providerType())
        if layer.isValid():
            # Of the same kind, or it would lose its looks; a source that is none would be complained of in the log, and
            # one in memory would be taken for a layer that goes with QGIS.
            kind = QgsWkbTypes.geometryDisplayString(layer.geometryType()).lower().replace(" ", "_")
            nothing = EMPTY / f"{kind}.fgb"
            layer.setDataSource(nothing.as_posix(), layer.name(), "ogr")


def repaint_without(canvas: QgsMapCanvas, undo: ExitStack) -> None:
    """Have the map painted anew when a layer is taken away: QGIS does it after its own menu, and nobody else."""
    gone = QgsProject.instance().layersRemoved
    gone.connect(canvas.refresh)
    undo.callback(gone.disconnect, canvas.refresh)


def take_up(plan: Path, project: QgsProject | None = None) -> None:
    """Show what the file holds now."""
    for layer in layers_of_file(plan, project):
        own, waiting = layer.customProperty(LAYER), layer.customProperty(SOURCE)
        source = _source(plan, own) if own else waiting or layer.source()
        provider = layer.customProperty(PROVIDER) or layer.providerType()
        layer.removeCustomProperty(SOURCE)
        layer.removeCustomProperty(PROVIDER)
        if not layer.isValid() or layer.source() != source:
            layer.setDataSource(source, layer.name(), provider)
        else:
            layer.dataProvider().reloadData()
        if own:
            layer.setReadOnly(True)
            if layer.isValid():
                # Another plan may have other counties, and another profile.
                own_fields(layer, own, plan)
            fit_legend(layer, own)
        layer.triggerRepaint()


def take_up_all(project: QgsProject | None = None) -> None:
    """Show every plan again that was let go of and is still there: it was not replaced, or by another file."""
    project = project or QgsProject.instance()
    waiting = {
        file
        for layer in project.mapLayers().values()
        if layer.customProperty(SOURCE) and (file := file_of(layer)) is not None and file.is_file()
    }
    for file in sorted(waiting):
        take_up(file, project)
