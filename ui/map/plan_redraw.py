"""The map in step with a plan that is revised: layers drawn again, what an undo changed shown, the file read again.

Drawing again takes nothing but a repaint. What QGIS keeps of a layer beside (how many features it has) is read again
when nothing is being edited: that opens and closes the file, which drops the locks of whoever writes it in this
process. So the thread of the editor stands still meanwhile.
"""

from __future__ import annotations

import contextlib
import threading
from typing import TYPE_CHECKING, Any

from qgis.core import QgsProject, QgsRectangle
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QObject, QTimer, pyqtSignal

from ..work.features import as_geometry
from ..work.runner import nothing
from .layers import LAYER, layers_of_file, plan_layer
from .plan_view import PlanView

if TYPE_CHECKING:
    from pathlib import Path

    from qgis.gui import QgsMapCanvas

    from ...delineation.revision.editor import Editor
    from ..work.revision import Changed, Revision

IDLE = 700  # milliseconds after the last edit until the file is read again
PATIENCE = 2.0  # seconds that the editor's thread waits for that
MOST_FLASHED = 200  # faces
JUMPS = ("undo", "redo", "go", "switch", "adopt")


class PlanRedraw(QObject):
    """Follows a revision; the layers are those of its plan in a project."""

    _may_reload = pyqtSignal(object)  # a lock for whoever begins first, and an event: the thread waits until it is set

    def __init__(self, revision: Revision, canvas: QgsMapCanvas) -> None:
        super().__init__(revision)
        self._revision, self._canvas = revision, canvas
        self._project = QgsProject.instance()
        self._view = PlanView(canvas)
        self._idle = QTimer(self, singleShot=True, interval=IDLE, timeout=self._ask_to_reload)
        self._signals = (
            (revision.changed, self._changed),
            (revision.followed, self._followed),
            (revision.ended, self._ended),
            (self._may_reload, self._reload),
        )
        for signal, slot in self._signals:
            signal.connect(slot)

    def close(self) -> None:
        """Follow no more."""
        self._idle.stop()
        for signal, slot in self._signals:
            with contextlib.suppress(RuntimeError, TypeError):
                signal.disconnect(slot)

    def _changed(self, changed: Changed) -> None:
        path = self._revision.path
        if path is None:
            return
        names = {"units", "faces"}
        if changed.before.mesh is not changed.after.mesh:
            names |= {"borders", "county_borders", "element_zones"}
        for layer in layers_of_file(path, self._project):
            # A layer that somebody added by hand shows of the file we do not know what.
            if layer.customProperty(LAYER) in (*names, None, ""):
                layer.triggerRepaint()
        if changed.before.units.keys() != changed.after.units.keys():
            self._units_come_and_go(changed)
        self._idle.start()
        if changed.kind in JUMPS:
            self._show_where(changed)

    def _units_come_and_go(self, changed: Changed) -> None:
        """Drop what is no more from the selection; who keeps places of units in the file finds them anew."""
        layer = plan_layer(self._revision.path, "units", self._project) if self._revision.path is not None else None
        if layer is None:
            return
        gone = [row.fid for key, row in changed.before.units.items() if key not in changed.after.units]
        layer.dataChanged.emit()
        if set(gone) & set(layer.selectedFeatureIds()):
            layer.deselect(gone)

    def _followed(self) -> None:
        if self._revision.path is not None:
            layer = plan_layer(self._revision.path, "findings", self._project)
            if layer is not None:
                layer.triggerRepaint()
        self._idle.start()

    # ── where it was ──────────────────────────────────────────────────────────────────────────────────────────────

    def _show_where(self, changed: Changed) -> None:
        """Pan to what was undone where it lies outside the view, and flash it; the scale stays."""
        if changed.bounds is None or sip.isdeleted(self._canvas):
            return
        self._view.set_crs(changed.after.setting.plan.crs)
        box = self._view.on_map(changed.bounds)
        if box is None:
            return
        view = self._canvas.extent()
        if not view.intersects(box):
            width, height, centre = view.width() / 2, view.height() / 2, box.center()
            box = QgsRectangle(centre.x() - width, centre.y() - height, centre.x() + width, centre.y() + height)
            self._canvas.setExtent(box)
            self._canvas.refresh()
        self._canvas.flashGeometries([as_geometry(shape) for shape in _flashed(changed)], self._view.crs)

    # ── reading again ─────────────────────────────────────────────────────────────────────────────────────────────

    def _ask_to_reload(self) -> None:
        revision = self._revision
        if not revision.is_open:
            return
        if revision.busy or revision.drawing:
            self._idle.start()
            return

        def stand_still(_: Editor) -> None:
            begun, done = threading.Lock(), threading.Event()
            self._may_reload.emit((begun, done))
            waited = 0.0
            while not done.wait(0.05) and waited < PATIENCE and revision.is_open:
                waited += 0.05
            if not begun.acquire(blocking=False):  # else whoever comes too late must not
                done.wait()

        revision.ask(stand_still, nothing, nothing, question="reload")

    def _reload(self, asked: tuple[threading.Lock, threading.Event]) -> None:
        begun, done = asked
        if not begun.acquire(blocking=False):
            self._idle.start()
            return
        try:
            self.read_again(self._revision.path)
        finally:
            done.set()

    def _ended(self) -> None:
        """Read the file again at once: nobody in this process writes it any more."""
        if self._idle.isActive():
            self._idle.stop()
            self.read_again(self._revision.path)

    def read_again(self, path: Path | None) -> None:
        """Have QGIS read a plan's file again, with what is chosen in its layers."""
        for layer in layers_of_file(path, self._project) if path is not None else ():
            if layer.isValid() and layer.dataProvider() is not None:
                chosen = layer.selectedFeatureIds()  # QGIS drops them; edits never give a unit's number to another
                layer.dataProvider().reloadData()
                if chosen:
                    layer.selectByIds(chosen)
                layer.triggerRepaint()


def _flashed(changed: Changed) -> list[Any]:
    """Give what is flashed: the faces that changed hands, or outlines where these are many, or none."""
    shapes = list(changed.moved)
    if not shapes or len(shapes) > MOST_FLASHED:
        shapes = list(changed.outlines.values())
    return shapes
