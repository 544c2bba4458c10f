"""The sources of the case on the map: a group with a layer each, off until it is ticked, and read only then.

A layer is opened as the engine reads it: its encoding, CRS and condition are those of the case, or those that were
found out. What QGIS would read otherwise (texts of other formats, coordinates shifted on purpose) the engine reads
beside the main thread, and the layer lives in memory.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsFeature,
    QgsField,
    QgsFields,
    QgsFillSymbol,
    QgsLayerTreeGroup,
    QgsLayerTreeLayer,
    QgsLineSymbol,
    QgsMarkerSymbol,
    QgsProject,
    QgsRasterLayer,
    QgsSingleSymbolRenderer,
    QgsVectorLayer,
    QgsWkbTypes,
)
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QMetaType, QObject, QTimer, pyqtSignal
from qgis.PyQt.QtGui import QColor

from ..shipped import EMPTY
from ..text import tr
from ..words import PREVIOUS, raster_label, role_label
from ..work.features import feature_of
from ..work.job import Job
from .layers import group_of, plans_shown
from .look import tip_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qgis.core import QgsFeatureRenderer, QgsMapLayer

    from ...delineation.core.progress import Progress
    from ...delineation.sources.layer import PolygonLayer
    from ..work.source_entry import SourceEntry
    from ..work.sourcebook import SourceBook

# Custom properties: which source a layer shows, the looks that it was given, and how it was read; of the group that it
# is ours.
SOURCE_LAYER, LOOKS, READ = "control_units/source_layer", "control_units/looks", "control_units/read"
GROUP = "control_units/sources"
# Formats that QGIS reads as the engine does, once it is told the encoding.
DIRECT = (".shp", ".gpkg", ".gdb", ".fgb", ".sqlite")
OUTLINES = ("county", "township", "village")  # lie over what is filled
AT_ONCE = 2_000  # features that are handed over before QGIS gets a turn
KINDS = {"polygon": "MultiPolygon", "line": "MultiLineString", "point": "MultiPoint"}


class SourceLayers(QObject):
    """Keeps the group in step with the sources of a book."""

    drawn = pyqtSignal(object)  # Entry whose layer can be drawn now
    ticked = pyqtSignal()  # a layer was switched on or off
    failed = pyqtSignal(object)  # the exception

    def __init__(self, book: SourceBook) -> None:
        super().__init__(book)
        self.book = book
        self._project = QgsProject.instance()
        self._group: QgsLayerTreeGroup | None = None
        self._keys: dict[int, str] = {}  # which entry had which layer, by the identity of the entry
        self._wanted: list[SourceEntry] = []  # to be read by the engine
        self._filling: SourceEntry | None = None  # handed over part by part
        self._filler = Filler(self)
        self._filler.filled.connect(self._filled)
        self._job = Job(book.session.runner, self)
        book.changed.connect(self.follow)
        self._project.layersAdded.connect(self._adopt)
        self._project.layersRemoved.connect(self.ticked)
        self.follow()

    # ── what is there ─────────────────────────────────────────────────────────────────────────────────────────────

    def layer_of(self, entry: SourceEntry) -> QgsMapLayer | None:
        """Find the layer of an entry; None where it has none."""
        key = self._key(entry)
        return next((layer for layer in self._layers() if layer.customProperty(SOURCE_LAYER) == key), None)

    def can_show(self, entry: SourceEntry) -> bool:
        """Tell whether there is something to be shown."""
        if not entry.raster and entry.layer.made:
            return False
        return entry.seen is not None and not (entry.seen.problem and not entry.seen.count)

    def is_shown(self, entry: SourceEntry) -> bool:
        """Tell whether its layer is ticked."""
        node = self._node(entry)
        return node is not None and node.isVisible()

    def is_drawn(self, entry: SourceEntry) -> bool:
        """Tell whether its layer holds what the file holds by now."""
        layer = self.layer_of(entry)
        return layer is not None and layer.customProperty(READ) == self._reading(entry)

    def version(self, entry: SourceEntry) -> str:
        """Name what would be drawn: another file, or another reading of it, is another picture."""
        return f"{self._key(entry)}|{self._reading(entry)}"

    def show(self, entry: SourceEntry) -> None:
        """Tick an entry's layer, and the group; read it where that was not done."""
        if not self.can_show(entry):
            return
        self._node_of(entry)
        self._bring_forward()
        self._node_of(entry).setItemVisibilityCheckedParentRecursive(True)
        self._root_group().setExpanded(True)
        self.load(entry)

    def hide(self, entry: SourceEntry) -> None:
        """Switch its layer off."""
        node = self._node(entry)
        if node is not None:
            node.setItemVisibilityChecked(False)

    def load(self, entry: SourceEntry) -> None:
        """Read its layer, shown or not; ``drawn`` tells when it is there."""
        if not self.can_show(entry):
            return
        self._node_of(entry)
        layer = self.layer_of(entry)
        if self.is_drawn(entry):
            self.drawn.emit(entry)
        elif entry.raster or self._opened(entry, layer):
            self._read(entry, layer)
        elif entry is not self._filling and entry not in self._wanted:
            self._wanted.append(entry)
            self._next()

    # ── in step with the book ─────────────────────────────────────────────────────────────────────────────────────

    def follow(self) -> None:
        """Show the sources that there are now; what is ticked and styled stays as it is."""
        used = [entry for entry in self.book.entries if entry.raster or entry.role]
        entries = [entry for entry in used if self.can_show(entry)]
        # What is not looked at yet, as after a project was opened, keeps the layer that it has.
        keys = {self._key(entry) for entry in used if entry.seen is None or self.can_show(entry)}
        # Another file of a source that is looked at is looked at too.
        before, self._keys = self._keys, {id(entry): self._key(entry) for entry in used}
        seen = {layer.customProperty(SOURCE_LAYER) for layer in self._layers() if self._ticked(layer)}
        again = [one for one in entries if before.get(id(one), "") in seen - keys]
        gone = [layer.id() for layer in self._layers() if layer.customProperty(SOURCE_LAYER) not in keys]
        if gone:
            self._project.removeMapLayers(gone)
        for entry in sorted((one for one in entries if not one.raster), key=self._rank):
            node = self._node_of(entry)
            layer = node.layer()
            self._dress(entry, layer)
            stale = layer.customProperty(READ) not in (None, "", self._reading(entry))
            if stale or (node.isVisible() and not self.is_drawn(entry)):
                self.load(entry)
        for entry in again:
            self.show(entry)
        if self._group is not None and not self._layers():
            self._drop_group()

    def _ticked(self, layer: QgsMapLayer) -> bool:
        node = self._project.layerTreeRoot().findLayer(layer.id())
        return node is not None and node.isVisible()

    def close(self) -> None:
        """Take all of it away."""
        self._job.drop()
        with contextlib.suppress(RuntimeError, TypeError):
            self.book.changed.disconnect(self.follow)
            self._project.layersAdded.disconnect(self._adopt)
            self._project.layersRemoved.disconnect(self.ticked)
        with contextlib.suppress(RuntimeError):
            self._project.removeMapLayers([layer.id() for layer in self._layers()])
            self._drop_group()

    def _adopt(self, layers: Sequence[QgsMapLayer]) -> None:
        """Take up the layers that a project brings back; those in memory came without their features."""
        for layer in layers:
            if layer.customProperty(SOURCE_LAYER) and layer.providerType() == "memory" and layer.featureCount() == 0:
                layer.removeCustomProperty(READ)

    def _layers(self) -> list[QgsMapLayer]:
        return [layer for layer in self._project.mapLayers().values() if layer.customProperty(SOURCE_LAYER)]

    def _key(self, entry: SourceEntry) -> str:
        spec: Any = entry.spec
        path = self.book.session.file(spec.path).absolute().as_posix()
        return "|".join((path, str(spec.band) if entry.raster else spec.layer, "" if entry.raster else spec.where))

    def _reading(self, entry: SourceEntry) -> str:
        """How the engine reads it: another answer means that the layer has to be read again."""
        if entry.raster or entry.seen is None or entry.reading is None:
            return entry.stamp
        return f"{entry.reading.encoding}|{entry.seen.crs}|{entry.stamp}"

    def _rank(self, entry: SourceEntry) -> tuple[bool, int]:
        roles = [*self.book.session.profile.roles, PREVIOUS]
        return entry.role not in OUTLINES, roles.index(entry.role) if entry.role in roles else len(roles)

    # ── the group and its nodes ───────────────────────────────────────────────────────────────────────────────────

    def _root_group(self) -> QgsLayerTreeGroup:
        root = self._project.layerTreeRoot()
        group = next((one for one in root.findGroups() if one.customProperty(GROUP)), None)
        if group is None:
            # Under the plans, over what the user has besides.
            at = max((place + 1 for place in self._places_of_plans()), default=0)
            group = root.insertGroup(at, tr("Sources of the plan"))
            group.setCustomProperty(GROUP, 1)
            group.setExpanded(False)
        if group is not self._group:
            group.visibilityChanged.connect(self._visibility_changed)
            self._group = group
        return group

    def _places_of_plans(self) -> list[int]:
        """Where the groups of plans stand in the tree."""
        children = self._project.layerTreeRoot().children()
        plans = [group_of(path, self._project) for _, path in plans_shown(self._project)]
        return [children.index(one) for one in plans if one in children]

    def _bring_forward(self) -> None:
        """Put the group over the plans: their units hide all that lies under them."""
        root, group = self._project.layerTreeRoot(), self._root_group()
        children = root.children()
        first = min(self._places_of_plans(), default=len(children))
        if group in children and children.index(group) > first:
            # Its place is taken first: layers that stand nowhere leave the project.
            root.insertChildNode(first, group.clone())
            root.removeChildNode(group)

    def _drop_group(self) -> None:
        group, self._group = self._group, None
        with contextlib.suppress(RuntimeError):
            if group is not None and group.parent() is not None and not group.children():
                group.parent().removeChildNode(group)

    def _node(self, entry: SourceEntry) -> QgsLayerTreeLayer | None:
        layer = self.layer_of(entry)
        return self._project.layerTreeRoot().findLayer(layer.id()) if layer is not None else None

    def _node_of(self, entry: SourceEntry) -> QgsLayerTreeLayer:
        """Give the node of an entry, made where there is none."""
        node = self._node(entry)
        if node is not None:
            self._root_group()
            return node
        layer = self.layer_of(entry)
        if layer is None:
            layer = self._placeholder(entry)
            self._project.addMapLayer(layer, False)
        group = self._root_group()
        rank = self._rank(entry)
        nodes = [one for one in self.book.entries if not one.raster and one is not entry and self._node(one)]
        before = sum(self._rank(one) <= rank for one in nodes) if not entry.raster else len(group.children())
        node = group.insertLayer(before, layer)
        node.setItemVisibilityChecked(False)
        node.setExpanded(False)
        return node

    def _placeholder(self, entry: SourceEntry) -> QgsMapLayer:
        """Make the layer as it stands in the tree before anybody wants to see it."""
        if entry.raster:
            path = self.book.session.file(entry.spec.path).as_posix()
            layer: QgsMapLayer = QgsRasterLayer(path, raster_label(self.book.session.profile, entry.role))
        else:
            layer = QgsVectorLayer(_empty(entry), "", "ogr")
            layer.setReadOnly(True)
            self._set_crs(layer, entry)
            self._dress(entry, layer)
        layer.setCustomProperty(SOURCE_LAYER, self._key(entry))
        return layer

    def _dress(self, entry: SourceEntry, layer: QgsVectorLayer) -> None:
        """Name it, and give it the looks of its role; those that somebody has given it since stay."""
        profile = self.book.session.profile
        same = [one for one in self.book.entries if one.role == entry.role and not one.raster]
        title = role_label(profile, entry.role)
        title = title if len(same) < 2 else f"{title}: {entry.title_in(profile)}"
        if layer.name() != title:
            layer.setName(title)
        kind = QgsWkbTypes.geometryDisplayString(layer.geometryType()).lower()
        if layer.customProperty(LOOKS) != f"{entry.role}|{kind}":
            layer.setRenderer(_role_renderer(entry.role, kind))
            layer.setCustomProperty(LOOKS, f"{entry.role}|{kind}")
            layer.triggerRepaint()

    def _set_crs(self, layer: QgsMapLayer, entry: SourceEntry) -> None:
        crs = QgsCoordinateReferenceSystem()
        if entry.seen is not None and entry.seen.crs and crs.createFromUserInput(entry.seen.crs):
            layer.setCrs(crs)

    def _visibility_changed(self, *_: object) -> None:
        for entry in self.book.entries:
            if self.is_shown(entry) and not self.is_drawn(entry):
                self.load(entry)
        self.ticked.emit()

    # ── reading ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _opened(self, entry: SourceEntry, layer: QgsVectorLayer) -> bool:
        """Let QGIS open the file where it reads it as the engine does."""
        spec, path = entry.layer, self.book.session.file(entry.spec.path)
        if path.suffix.lower() not in DIRECT or spec.crs in ("GCJ-02", "BD-09") or not path.exists():
            return False
        source = f"{path.as_posix()}|layername={spec.layer}" if spec.layer else path.as_posix()
        layer.setDataSource(source, layer.name(), "ogr", False)
        several = not spec.layer and layer.isValid() and len(layer.dataProvider().subLayers()) > 1
        if path.suffix.lower() == ".shp" and layer.isValid() and entry.reading is not None:
            layer.setProviderEncoding(entry.reading.encoding)
        if not layer.isValid() or several or (spec.where and not layer.setSubsetString(spec.where)):
            layer.setDataSource(_empty(entry), layer.name(), "ogr", False)
            return False
        return True

    def _read(self, entry: SourceEntry, layer: QgsMapLayer) -> None:
        """Note that the layer is there."""
        if not entry.raster:
            self._set_crs(layer, entry)
            layer.setReadOnly(True)
            self._dress(entry, layer)
            name = entry.seen.used.get("name", "") if entry.seen is not None else ""
            if name in layer.fields().names():
                layer.setDisplayExpression(f'"{name}"')
                layer.setMapTipTemplate(tip_text(name))
        layer.setCustomProperty(READ, self._reading(entry))
        layer.triggerRepaint()
        self.drawn.emit(entry)

    def _next(self) -> None:
        """Let the engine read the next one that QGIS would read otherwise."""
        if not self._wanted or self._job.busy or self._filling is not None:
            return
        entry, case = self._wanted[0], self.book.session.case
        spec = entry.layer
        if case is None or entry not in self.book.entries:
            self._wanted.pop(0)
            self._next()
            return

        def work(progress: Progress) -> InMemory:
            from ...delineation.sources.layer import read_layer

            role = case.profile.roles.get(spec.role)
            lines = entry.seen is not None and entry.seen.geometry in ("line", "point")
            return in_memory(
                read_layer(
                    case.file(spec.path),
                    name=spec.path,
                    layer=spec.layer,
                    words=role.words if role else (),
                    where=spec.where,
                    encoding=spec.encoding,
                    crs=spec.crs,
                    buffered=lines and not (role is not None and role.guide),
                    lines=lines and role is not None and role.guide,
                    progress=progress,
                )
            )

        def done(found: InMemory) -> None:
            layer = self.layer_of(entry)
            self._wanted.pop(0)
            if layer is None:
                self._next()
                return
            layer.setDataSource(found.kind, layer.name(), "memory", False)
            self._filling = entry
            self._filler.fill(layer, found.fields, found.features)

        def failed(error: Exception) -> None:
            self._wanted.pop(0)
            self.hide(entry)
            self.failed.emit(error)
            self._next()

        self._job.start(
            tr("Reading {name}", name=entry.title), work, done=done, failed=failed, stopped=lambda: self._wanted.clear()
        )

    def _filled(self, name: str) -> None:
        entry, self._filling = self._filling, None
        layer = self._project.mapLayer(name)
        if layer is not None and entry is not None:
            self._read(entry, layer)
        self._next()


class Filler(QObject):
    """Hands features over to a layer in memory, some at a time: the window stays free."""

    filled = pyqtSignal(str)  # id of the layer

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._name, self._features = "", list[QgsFeature]()
        self._soon = QTimer(self, timeout=self._some)

    def fill(self, layer: QgsVectorLayer, fields: QgsFields, features: Sequence[QgsFeature]) -> None:
        """Begin with a layer; ``filled`` tells when it has all of them, or is gone."""
        layer.setCustomProperty("skipMemoryLayersCheck", 1)  # QGIS would ask on leaving whether to save it
        layer.dataProvider().addAttributes(list(fields))
        layer.updateFields()
        self._name, self._features = layer.id(), list(features)
        self._soon.start(0)

    def _some(self) -> None:
        layer = QgsProject.instance().mapLayer(self._name)
        if layer is not None and self._features:
            layer.dataProvider().addFeatures(self._features[:AT_ONCE])
            del self._features[:AT_ONCE]
            return
        self._soon.stop()
        if layer is not None:
            layer.updateExtents()
        self.filled.emit(self._name)


class OneLayer(QObject):
    """Keeps at most one layer of a kind, in memory and over all others; another takes its place.

    Attributes
    ----------
    PROPERTY : str
        Custom property by which its layer is known.
    """

    PROPERTY: ClassVar[str]
    ready = pyqtSignal(object)  # the layer, with all its features

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._project = QgsProject.instance()
        self._filler, self._name = Filler(self), ""
        self._filler.filled.connect(self._filled)

    def layer(self) -> QgsVectorLayer | None:
        """Give the layer, None where there is none."""
        return self._project.mapLayer(self._name) if self._name else None

    def _put(self, layer: QgsVectorLayer, crs: str, tip: str) -> None:
        """Put a layer on the map, to be filled."""
        system = QgsCoordinateReferenceSystem()
        if system.createFromUserInput(crs):
            layer.setCrs(system)
        layer.setCustomProperty(self.PROPERTY, 1)
        layer.setMapTipTemplate(tip)
        self._project.addMapLayer(layer, False)
        self._project.layerTreeRoot().insertLayer(0, layer)
        self._name = layer.id()

    def clear(self) -> None:
        """Take it off the map."""
        layers = () if sip.isdeleted(self._project) else self._project.mapLayers().values()  # QGIS ends
        gone = [layer.id() for layer in layers if layer.customProperty(self.PROPERTY)]
        self._name = ""
        if gone:
            self._project.removeMapLayers(gone)

    def _filled(self, name: str) -> None:
        layer = self._project.mapLayer(name)
        if layer is not None:
            layer.setReadOnly(True)
            layer.triggerRepaint()
            self.ready.emit(layer)


@dataclass(frozen=True)
class InMemory:
    """A layer as the engine read it, for QGIS's memory: its kind of geometry, its fields and its features."""

    kind: str
    fields: QgsFields
    features: tuple[QgsFeature, ...]


def in_memory(layer: PolygonLayer) -> InMemory:
    """Make features of what the engine has read; touches no layer."""
    from ...delineation.guessing.roles import geometry_kind

    fields, columns = QgsFields(), []
    for name, values in layer.raw.columns.items():
        used = values[layer.row]
        number = used.dtype.kind in "iuf"
        fields.append(QgsField(name, QMetaType.Type.Double if number else QMetaType.Type.QString))
        columns.append(used.tolist() if number else [None if one is None else str(one) for one in used.tolist()])
    features = []
    for row, shape in enumerate(layer.geometry):
        features.append(feature_of(fields, shape, [values[row] for values in columns]))
    return InMemory(KINDS[geometry_kind(layer)], fields, tuple(features))


# ── Simple looks by role: what protects in greens and red, water blue, people warm ──────────────────────────────────

# Role → colour, share of it inside (0: an outline only), width of the line in mm.
ROLE_LOOKS = {
    "county": ("#3a3a3a", 0.0, 0.8),
    "township": ("#6b6b6b", 0.0, 0.4),
    "village": ("#9a9a9a", 0.0, 0.2),
    "sea": ("#9cc9e3", 0.35, 0.2),
    "red_line": ("#c62828", 0.28, 0.5),
    "general_eco_space": ("#7cb342", 0.3, 0.3),
    "protected_area": ("#1b7f3c", 0.3, 0.4),
    "drinking_water": ("#0d5ea8", 0.3, 0.4),
    "water_zone": ("#4aa3df", 0.18, 0.3),
    "air_zone": ("#8e7cc3", 0.18, 0.3),
    "soil_zone": ("#8d6e3f", 0.25, 0.3),
    "resource_zone": ("#7a8450", 0.2, 0.3),
    "industrial_park": ("#7b1fa2", 0.3, 0.4),
    "urban_boundary": ("#e07b00", 0.15, 0.5),
    "farmland": ("#d4b106", 0.3, 0.2),
    "spatial_plan": ("#a1887f", 0.15, 0.3),
    "catchment": ("#26a69a", 0.0, 0.4),
    "unit": ("#555555", 0.0, 0.4),
    "previous": ("#555555", 0.0, 0.4),
    "shoreline": ("#0277bd", 0.0, 0.5),
    "river": ("#4aa3df", 0.0, 0.4),
    "road": ("#a0522d", 0.0, 0.4),
    "ridge": ("#6d4c41", 0.0, 0.4),
}
OTHER_LOOKS = ("#607d8b", 0.15, 0.3)


def _empty(entry: SourceEntry) -> str:
    """Give a file without features, of the kind that an entry has."""
    kind = entry.seen.geometry if entry.seen is not None and entry.seen.geometry in KINDS else "polygon"
    return str((EMPTY / f"{kind}.fgb").as_posix())


def _role_renderer(role: str, kind: str) -> QgsFeatureRenderer:
    """Draw all features of a source alike; ``kind`` is ``polygon``, ``line`` or ``point``."""
    colour, inside, width = ROLE_LOOKS.get(role, OTHER_LOOKS)
    if kind == "line":
        symbol = QgsLineSymbol.createSimple({"color": colour, "width": str(width)})
    elif kind == "point":
        symbol = QgsMarkerSymbol.createSimple({"color": colour, "size": "2.4", "outline_color": "#ffffff"})
    else:
        fill = QColor(colour)
        fill.setAlphaF(inside)
        symbol = QgsFillSymbol.createSimple(
            {
                "color": f"{fill.red()},{fill.green()},{fill.blue()},{fill.alpha()}",
                "style": "solid" if inside else "no",
                "outline_color": colour,
                "outline_width": str(width),
            }
        )
    return QgsSingleSymbolRenderer(symbol)
