"""A plan's layers are views that nobody edits with QGIS's own tools; whoever tries is told why, and what does it.

QGIS itself greys its pencil for such a layer without a word.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from qgis.core import Qgis, QgsMapLayer, QgsProject, QgsVectorLayer
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QEvent, QObject
from qgis.PyQt.QtWidgets import QAction, QApplication, QMenu, QPushButton, QToolBar, QToolButton, QWidget

from ..text import language, tr
from ..widgets.plain_text import as_html
from .layers import LAYER, file_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from qgis.PyQt.QtGui import QMouseEvent

PENCIL = "mActionToggleEditing"  # as QGIS calls it, in its window and in each attribute table
TABLE = "QgsAttributeTableDialog"
SAID = "control_units_read_only"
SECONDS = 15
# The page of the panel that does what somebody wants of a layer; those that are not named show what edits change.
DESKS = {"findings": "result", "county_borders": "sources", "element_zones": "sources"}


def why_read_only(layer: QgsMapLayer) -> str:
    """Say why a layer of a plan is not edited here, and what does it; "" for any other layer."""
    name = _name_of(layer)
    if not name:
        return ""
    # On QGIS's message bar there is room for two lines, between two panels.
    text = tr("“{layer}” only shows the plan: QGIS's own tools do not edit it.")
    gap = "" if language() == "zh" else " "
    return f"{text.format(layer=layer.name())}{gap}{_tool_for(name)}"


def _tool_for(name: str) -> str:
    tools = {
        "faces": tr("Paint (P) in the Revision desk gives faces to another unit."),
        "units": tr("In the Revision desk: Split (S), Reshape (R), Set category (C)."),
        "borders": tr("Reshape (R) in the Revision desk moves a border."),
        "county_borders": tr("Counties come from a source: change that, and run again."),
        "element_zones": tr("Element zones come from the sources: change these, and run again."),
        "findings": tr("A finding is accepted, with a reason, in Result."),
    }
    return tools.get(name, tr("The Revision desk changes the plan."))


def _button_text(desk: str) -> str:
    return {
        "result": tr("Open Result"),
        "sources": tr("Open Sources"),
    }.get(desk, tr("Open the Revision desk"))


def _name_of(layer: QgsMapLayer | None) -> str:
    """Tell which layer of a plan it is; "" for one that has only got the looks, and with them the mark, of one."""
    if not isinstance(layer, QgsVectorLayer) or not layer.customProperty(LAYER):
        return ""
    name = str(layer.customProperty(LAYER))
    file = file_of(layer)
    return name if file is not None and file.suffix.lower() == ".gpkg" else ""


class ReadOnlyLayers(QObject):
    """Keeps the layers of plans read-only, and answers whoever tries to edit one.

    Parameters
    ----------
    iface : QgisInterface
    open_desk : callable
        Brings a page of the panel to the front, for the plan of a file.
    """

    def __init__(
        self, iface: Any, open_desk: Callable[[str, Path | None], None], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._iface, self._open_desk = iface, open_desk
        self._pencil: QAction = iface.actionToggleEditing()
        # What has a tip of ours, with its own, and what is watched, with none: in QGIS's window, in attribute tables.
        self._changed: list[tuple[QAction | QWidget, str | None]] = []
        self._tables: list[tuple[QAction | QWidget, str | None]] = []
        self._kept: list[QgsVectorLayer] = []
        project = QgsProject.instance()
        self._pairs = (
            (project.layersAdded, self._keep),
            (project.readProject, self._keep_all),
            (iface.currentLayerChanged, self._turn_to),
            (QApplication.instance().focusChanged, self._in_table),
        )
        for signal, slot in self._pairs:
            signal.connect(slot)
        self._keep_all()
        self._turn_to(iface.activeLayer())

    def close(self) -> None:
        """Keep nothing any more, and leave QGIS's buttons as they were."""
        for signal, slot in self._pairs:
            with suppress(TypeError, RuntimeError):
                signal.disconnect(slot)
        for layer in self._kept:
            if not sip.isdeleted(layer):
                layer.readOnlyChanged.disconnect(self._seal)
                layer.editingStarted.disconnect(self._seal)
                layer.editingStopped.disconnect(self._seal)
        self._kept.clear()
        self._restore(self._changed)
        self._restore(self._tables)

    # ── keeping ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _keep_all(self, *_: object) -> None:
        self._keep(QgsProject.instance().mapLayers().values())

    def _keep(self, layers: Iterable[QgsMapLayer]) -> None:
        """Have layers of plans read-only from now on: a project may have been saved without that."""
        self._kept = [one for one in self._kept if not sip.isdeleted(one)]
        for layer in layers:
            if _name_of(layer) and layer not in self._kept:
                self._kept.append(layer)
                if not layer.isEditable():  # what somebody has begun before he may end
                    layer.setReadOnly(True)
                layer.readOnlyChanged.connect(self._seal)
                layer.editingStarted.connect(self._seal)
                layer.editingStopped.connect(self._seal)

    def _seal(self) -> None:
        """Take back what has made a layer writable, at once: a script may write in its next line."""
        for layer in self._kept:
            if sip.isdeleted(layer) or layer.readOnly() or not _name_of(layer):
                continue
            if layer.isEditable() and not layer.isModified():
                layer.rollBack()
            if layer.setReadOnly(True):
                self.tell(layer)

    # ── telling ───────────────────────────────────────────────────────────────────────────────────────────────────

    def tell(self, layer: QgsMapLayer) -> None:
        """Say on QGIS's message bar why a layer is not edited, with a button that opens what does it."""
        bar, text = self._iface.messageBar(), why_read_only(layer)
        if not text:
            return
        for one in bar.items():
            if one.objectName() == SAID:
                bar.popWidget(one)
        desk, plan = DESKS.get(_name_of(layer), "revision"), file_of(layer)
        said = bar.createMessage(as_html(text))
        said.setObjectName(SAID)
        button = QPushButton(
            _button_text(desk), said, clicked=lambda: (bar.popWidget(said), self._open_desk(desk, plan))
        )
        said.layout().addWidget(button)
        bar.pushWidget(said, Qgis.MessageLevel.Info, SECONDS)

    # ── QGIS's own buttons ────────────────────────────────────────────────────────────────────────────────────────

    def _turn_to(self, layer: QgsMapLayer | None) -> None:
        """Give the pencil the tip of a plan's layer that is the active one now, else its own."""
        self._restore(self._changed)
        text = why_read_only(layer) if layer is not None else ""
        if text:
            self._changed = [(self._pencil, self._pencil.toolTip())]
            self._pencil.setToolTip(_as_tip(text))
            for place in self._pencil.associatedWidgets():
                button = place.widgetForAction(self._pencil) if isinstance(place, QToolBar) else place
                button.installEventFilter(self)
                self._changed.append((button, None))

    def _in_table(self, _before: QWidget | None, now: QWidget | None) -> None:
        """Find the pencil that an attribute table has of its own, when the focus comes into that."""
        table = _table_of(now)
        layer = _layer_of(table)
        text = why_read_only(layer) if layer is not None else ""
        if table is None or not text:
            return
        buttons = (one.defaultAction() for one in table.findChildren(QToolButton))
        pencil = next((one for one in buttons if one is not None and one.objectName() == PENCIL), None)
        if pencil is None or any(one is pencil for one, _ in self._tables):
            return
        self._tables = [one for one in self._tables if not sip.isdeleted(one[0])]
        self._tables.append((pencil, pencil.toolTip()))
        pencil.setToolTip(_as_tip(text))
        for button in pencil.associatedWidgets():
            if isinstance(button, QToolButton):
                button.installEventFilter(self)
                self._tables.append((button, None))

    def _restore(self, changed: list[tuple[QAction | QWidget, str | None]]) -> None:
        for thing, tip in changed:
            if sip.isdeleted(thing):
                continue
            if tip is None:
                thing.removeEventFilter(self)
            else:
                thing.setToolTip(tip)
        changed.clear()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.MouseButtonPress and self._pressed_in_vain(watched, event):
            layer = _layer_of(_table_of(watched)) or self._iface.activeLayer()
            if layer is not None:
                self.tell(layer)
        return False

    def _pressed_in_vain(self, watched: QWidget, event: QMouseEvent) -> bool:
        if isinstance(watched, QMenu):
            action = watched.actionAt(event.pos())
            return action is self._pencil and not action.isEnabled()
        return not watched.isEnabled()


def _as_tip(text: str) -> str:
    """Write a text as HTML, so that it has several lines."""
    return f"<p>{as_html(text)}</p>"


def _table_of(widget: QWidget | None) -> QWidget | None:
    """Find the attribute table that a widget is in; None where it is in none."""
    while widget is not None and widget.metaObject().className() != TABLE:
        widget = widget.parentWidget()
    return widget


def _layer_of(table: QWidget | None) -> QgsMapLayer | None:
    """Give the layer of an attribute table, which has its id in its name."""
    return QgsProject.instance().mapLayer(table.objectName().partition("/")[2]) if table is not None else None
