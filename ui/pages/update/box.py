"""Update (动态更新): newer sources beside those in use, what they would touch, doing it, and what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import QStackedWidget, QTabBar, QWidget

from ....delineation.core.errors import DelineationError
from ...map.change_layer import ChangeLayer
from ...map.on_map import zoom_to, zoom_to_layers
from ...processing.dropping import copies_beside, preparing
from ...text import tr
from ...widgets.file_dialogs import documents, project_home
from ...widgets.layout import in_column
from ...widgets.muted import MutedLabel
from ...work.updating import Updating
from .after import UpdateAfter, is_update
from .doing import UpdateDoing
from .sources import NewerDetails, UpdateSources, source_title
from .touched import UpdateTouched

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qgis.core import QgsMapLayer
    from qgis.PyQt.QtGui import QHideEvent, QShowEvent

    from ....delineation.case.model import SourceSpec
    from ...work.updating import NewerFile
    from ..page import Workplace

SOURCES, TOUCHED, DOING, AFTER = range(4)


class UpdateBox(QWidget):
    """Four views: the sources, what is touched, doing it, what it came to."""

    chosen = pyqtSignal(object)  # bounds of what is chosen, in the plan's CRS; None

    def __init__(self, place: Workplace, parent: QWidget | None = None) -> None:
        super().__init__(parent, objectName="control_units_update")
        self.place, self.session = place, place.session
        self.canvas = place.canvas
        self.updating = Updating(self.session, self)
        self.drawn = ChangeLayer(self.session.runner, self)
        self.drawn.ready.connect(self._drawn)
        self._build()
        self.updating.changed.connect(self._follow)
        self.updating.run.made.connect(lambda: self.show_view(AFTER))
        self.updating.run.returned.connect(lambda: self.show_view(SOURCES))
        self.session.opened.connect(lambda: self.show_view(SOURCES))
        self.session.plan_changed.connect(self._follow)
        self._follow()

    def _build(self) -> None:
        self.views = QTabBar(self, objectName="control_units_update_views", drawBase=False, expanding=True)
        for name, tip in (
            (
                tr("Sources", "of an update"),
                tr("Newer files beside the sources in use."),
            ),
            (
                tr("Touched", "by an update"),
                tr("What they would touch, before anything is done."),
            ),
            (
                tr("Do it", "an update"),
                tr("Puts the newer files into the case and makes the plan anew."),
            ),
            (
                tr("Outcome", "of an update"),
                tr("Codes and names kept and lost, and what did not fit."),
            ),
        ):
            self.views.setTabToolTip(self.views.addTab(name), tip)
        self.hint = MutedLabel("", self)
        self.list = UpdateSources(self.updating, self)
        self.details = NewerDetails(self.updating, self)
        self.touched = UpdateTouched(self.updating, self)
        self.doing = UpdateDoing(self.updating, self)
        self.after = UpdateAfter(self.updating, self)
        self.sources = QStackedWidget(self)
        for widget in (self.list, self.details):
            self.sources.addWidget(widget)
        self.stack = QStackedWidget(self)
        for widget in (self.sources, self.touched, self.doing, self.after):
            self.stack.addWidget(widget)
        in_column(self.views, self.hint, (self.stack, 1), on=self, margins=(0, 2, 0, 0), spacing=3)
        self.views.currentChanged.connect(self._turned)
        self.list.opened.connect(self.open)
        self.list.dropped_layers.connect(self._take_layers)
        self.details.back.connect(self._back)
        self.details.changes.wanted.connect(self._zoom_to_change)
        self.details.changes.on_map.connect(self._draw)
        self.details.other_wanted.connect(self.list.ask)
        self.touched.chosen.connect(self.chosen)
        self.touched.zoom.connect(self._show)

    # ── what it shows ─────────────────────────────────────────────────────────────────────────────────────────────

    def show_view(self, view: int) -> None:
        """Turn to one of the views."""
        if view == SOURCES:
            self._back()
        self.views.setCurrentIndex(view)

    def _turned(self, view: int) -> None:
        self.stack.setCurrentIndex(view)
        self.chosen.emit(None)
        self._follow()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.updating.watch(on=True)
        self._follow()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.updating.watch(on=False)

    def _follow(self) -> None:
        missing = self.missing()
        self.views.setVisible(not missing)
        self.stack.setVisible(not missing)
        hint = missing
        if not missing and self.views.currentIndex() == SOURCES and self.sources.currentWidget() is self.list:
            hint = tr("Press … in a line, or drop a newer file on it: what it would touch is told first.")
            hint = "" if self.updating.newer or self.updating.changes else hint
        self.hint.say(hint)
        if missing or not self.isVisible():
            return
        self.list.fill()
        if self.sources.currentWidget() is self.details and self.details.newer not in self.updating.newer:
            self._back()
        if self.views.currentIndex() == AFTER:
            self.after.refresh()
        self.views.setTabEnabled(AFTER, is_update(self.session.plan))

    def missing(self) -> str:
        """Say what is missing for an update; "" where nothing is."""
        session = self.session
        if session.plan is None:
            return tr("An update needs a plan: make one, or open one.")
        if session.case is None:
            return tr(
                "The case that this plan was made from is missing: an update changes its sources. Open the case, or begin one with this plan as its previous units.",  # noqa: E501
            )
        if not self.updating.sources():
            return tr("The case has no layer that a newer file could take the place of.")
        return ""

    # ── sources ───────────────────────────────────────────────────────────────────────────────────────────────────

    def open(self, newer: NewerFile) -> None:
        """Show what is asked of a newer file, and what it changes."""
        self.details.show_newer(newer)
        self.sources.setCurrentWidget(self.details)
        self._follow()

    def _back(self) -> None:
        self.sources.setCurrentWidget(self.list)
        self._follow()

    def _take_layers(self, spec: SourceSpec, layers: Sequence[QgsMapLayer]) -> None:
        """Take a layer of the project, with its filter and unsaved edits, as a newer file."""
        try:
            prepare = preparing((), layers, copies_beside(self.session.case_path, project_home(), documents()))
        except (DelineationError, ImportError) as error:
            self.place.messages.fail(error)
            return
        newer = self.updating.choose(spec, layers[0].name(), prepare=prepare)
        if newer is not None:
            self.open(newer)

    # ── on the map ────────────────────────────────────────────────────────────────────────────────────────────────

    def _title(self, newer: NewerFile) -> str:
        case = self.session.case
        return "" if case is None else source_title(newer.spec, self.updating.sources(), case.profile)

    def _draw(self, newer: NewerFile) -> None:
        if newer.change is not None:
            self.drawn.show(newer.change, self._title(newer))

    def _show(self, shape: Any, crs: str) -> None:
        zoom_to(self.canvas, shape, crs)

    def _drawn(self, layer: QgsMapLayer) -> None:
        zoom_to_layers(self.canvas, [layer])

    def _zoom_to_change(self, row: dict[str, Any]) -> None:
        import shapely

        change = self.details.newer.change if self.details.newer is not None else None
        if change is not None:
            zoom_to(self.canvas, shapely.geometrycollections(change.shapes_of(row)), change.crs.to_wkt())

    def shut(self) -> None:
        """Leave the map for good."""
        self.touched.shut()
        self.drawn.clear()
