"""What an update would do, before anything is done: areas by category before and after, and a line a unit."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import QPushButton, QWidget

from ....delineation.core.errors import DelineationError
from ...map.colours import chip_icon
from ...map.version_layer import TouchedLayer, touched_features
from ...text import categories, listed, names_of, said, sentence, square_kilometres, tr
from ...text import language as tongue
from ...widgets.layout import in_column, in_flow
from ...widgets.offered import offer
from ...widgets.plain_text import PlainLabel, as_tip
from ...widgets.tables import RowsView, ViewColumn
from ...work.job import Job
from ..category_bar import CategoryBar, short_names

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qgis.core import QgsFeature
    from qgis.PyQt.QtGui import QResizeEvent

    from ....delineation.case.profile import Profile
    from ....delineation.verbs.impacts import Impact, UnitImpact
    from ...work.updating import Updating

ROOM, NARROW = 170, 290  # pixels: what bars leave to sentence and units; of a table with room for three numbers
FEW = 8  # clauses or findings that a tip lists
WORTH = 5_000.0  # m² from which on an area is worth two digits of km²


class UpdateTouched(QWidget):
    """A sentence, bars by category, the units; a layer of all that is touched."""

    chosen = pyqtSignal(object)  # bounds of what is touched of the unit that is chosen, in the plan's CRS; None
    zoom = pyqtSignal(object, str)  # what is touched of it, to be shown, and the CRS

    def __init__(self, updating: Updating, parent: QWidget) -> None:
        super().__init__(parent, objectName="control_units_update_touched")
        self.updating = updating
        self.layer = TouchedLayer(self)
        self._drawing = Job(updating.session.runner, self)
        self._shown: Impact | None = None
        self.told = PlainLabel("", self, wrap=True)
        self.told.keep_height()
        self.bars = CategoryBar(self, after=tr("After", "the update"))
        self.units = self._table()
        self.draw = QPushButton(
            tr("Show on the &map"),
            self,
            objectName="control_units_draw_touched",
            clicked=self.show_on_map,
        )
        self.clear = QPushButton(tr("&Take off the map"), self, clicked=self._clear)
        in_column(self.told, self.bars, (self.units, 1), in_flow(self.draw, self.clear), on=self, margins=0, spacing=3)
        self.layer.ready.connect(self._offer)
        updating.changed.connect(self.refresh)
        self.refresh()

    def _table(self) -> RowsView:
        areas = (
            ("touched_m2", tr("Touched", "area"), tr("km² of the unit that newer sources touch")),
            ("loses_m2", tr("Loses", "area"), tr("km² that the unit would lose")),
            ("gains_m2", tr("Gains", "area"), tr("km² that the unit would gain")),
        )
        table = RowsView(
            self,
            ViewColumn(
                tr("Unit, and where its land goes"),
                lambda unit: unit.name,
                icon=lambda unit: chip_icon(unit.category, hatched=True),
                lines=self._lines,
                about=tr("What becomes of the unit: an update was made for it beside the plan, which stays as it is."),
            ),
            *(ViewColumn(title, partial(_area, place), right=True, about=tip) for place, title, tip in areas),
            tip=self._tip,
            on_click=True,
            objectName="control_units_touched_units",
            accessibleName=tr("Units that would be touched"),
            toolTip=tr("Click a line to see what of the unit is touched."),
        )
        table.picked.connect(lambda: self.chosen.emit(getattr(self._shape(table.row()), "bounds", None)))
        table.opened.connect(self._zoom)
        return table

    # ── what it shows ─────────────────────────────────────────────────────────────────────────────────────────────

    def refresh(self) -> None:
        """Show what is known."""
        impact = self.updating.impact
        self.told.setText(self.words())
        self.told.setToolTip(as_tip(_findings(impact)) if impact is not None else "")
        if impact is not self._shown:
            self._shown = impact
            self._fill(impact)
            if impact is None:
                self._clear()
        self._offer()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Give way where there is little room: the units are what one comes for, their tool tips have all of it."""
        some = self._shown is not None and bool(self._shown.units or self._shown.new)
        self.bars.setVisible(some and self.height() > self.bars.sizeHint().height() + ROOM)
        self.units.setColumnHidden(1, self.width() < NARROW)

    def words(self) -> str:
        """Say in a sentence or two what would be touched, or why nobody knows."""
        updating, impact = self.updating, self.updating.impact
        if impact is None:
            error = updating.impact_error
            if error is not None:
                return sentence(error) if isinstance(error, DelineationError) else str(error)
            if updating.busy:
                return tr("The update is being made for a look, beside the plan…")
            return tr("Choose a newer file for a source first.")
        if not (impact.units or impact.new):
            return tr("The update changes nothing of the plan.")
        text = tr("Touched: {faces} faces of {units} units, {area} km²; {moved} km² of it change hands.")
        touched = [one for one in impact.units if one.touched_m2 > 0]
        parts = [
            text.format(
                faces=f"{impact.faces:,}",
                units=f"{len(touched):,}",
                area=square_kilometres(impact.area_m2),
                moved=square_kilometres(sum(one.loses_m2 for one in impact.units)),
            )
        ]
        parts += map(said, impact.told)
        return " ".join(parts) if tongue() == "en" else "".join(parts)

    def _fill(self, impact: Impact | None) -> None:
        none = impact is None or not (impact.units or impact.new)
        self._fit()
        self.units.setVisible(not none)
        if impact is None:
            self.units.rows.put(())
            return
        self.bars.show_areas(impact.flow.sum(axis=1).tolist(), impact.flow.sum(axis=0).tolist())
        # What changes stands above what is only called otherwise.
        units = sorted(impact.units, key=lambda one: (-one.loses_m2 - one.gains_m2, -one.touched_m2))
        self.units.rows.put([*units, *sorted(impact.new, key=lambda one: -one.area_m2)])

    def _profile(self) -> Profile | None:
        case = self.updating.session.case
        return case.profile if case is not None else None

    def _below(self, unit: Any) -> str:
        """Say what becomes of a unit, or what a new one is."""
        if _is_new(unit):
            kind = names_of(self._profile())("kind", unit.kind, tongue(), {})
            return f"{tr('a new unit')} · {kind}"
        return listed([said(unit.fate), *_becomes(unit, self._profile())])

    def _lines(self, unit: Any) -> tuple[str, str]:
        return unit.name, f"{self._below(unit)} · {unit.code}"

    def _tip(self, unit: Any) -> str:
        lines = [unit.name, unit.code, categories(profile=self._profile())[unit.category], self._below(unit)]
        if not _is_new(unit):
            before, after = square_kilometres(unit.area_m2), square_kilometres(unit.after_m2)
            clauses = self._shown.clauses if self._shown is not None else ()
            lines += [
                tr("touched: {area} km²", area=_area("touched_m2", unit)),
                tr("{before} → {after} km²", before=before, after=after),
                *[said(one.said) for one in clauses if one.code == unit.code][:FEW],
            ]
        return "\n".join(lines)

    def _shape(self, unit: Any) -> Any:
        impact = self.updating.impact
        return None if impact is None else impact.shapes.get(getattr(unit, "unit_id", ""))

    def _zoom(self, unit: Any) -> None:
        shape, impact = self._shape(unit), self.updating.impact
        if shape is not None and impact is not None:
            self.zoom.emit(shape, impact.crs)

    # ── on the map ────────────────────────────────────────────────────────────────────────────────────────────────

    def show_on_map(self) -> None:
        """Draw what is touched, a shape a unit; read only."""
        impact, legend = self.updating.impact, self.layer.legend()
        if impact is None:
            return

        def done(features: list[QgsFeature]) -> None:
            if self.updating.impact is impact:
                self.layer.show(features, impact.crs, tr("What the update would touch"))
                self._offer()

        self._drawing.start(
            tr("What newer sources would touch"),
            lambda _: touched_features(impact, legend),
            done=done,
            failed=lambda _: None,
        )

    def _clear(self) -> None:
        self._drawing.drop()
        self.layer.clear()
        self._offer()

    def _offer(self) -> None:
        impact = self.updating.impact
        none = impact is None or not impact.shapes
        why_not = tr("Nothing is known to be touched.") if none else ""
        offer(self.draw, tr("Draws what is touched of each unit; nothing is changed."), why_not)
        off = "" if self.layer.layer() is not None else tr("It is not on the map.")
        offer(self.clear, tr("Takes the layer away."), off)

    def shut(self) -> None:
        """Leave the map for good."""
        self._drawing.drop()
        self.layer.close()


def _findings(impact: Impact) -> str:
    """List what the checks would say that they do not say now."""
    more = [f"{one.id} {one.message}" for one in impact.findings(tongue())]
    return "\n".join([tr("New findings: {count}", count=len(more)), *more[:FEW]])


def _becomes(unit: UnitImpact, profile: Profile | None) -> Iterator[str]:
    """Say where the land goes that a unit would lose, and what it keeps though the rules say less."""
    names = short_names(profile)
    for category, area in sorted(unit.to.items(), key=lambda pair: -pair[1]):
        if area < WORTH:
            continue
        words = tr("{area} → {category}")
        if category == unit.category:
            words = tr("{area} → another unit")
        elif category not in names:
            words = tr("{area} → out of the plan")
        yield words.format(area=square_kilometres(area), category=names.get(category, ""))
    if unit.held_m2 >= WORTH:
        yield tr("{area} kept although the rules say less", area=square_kilometres(unit.held_m2))


def _is_new(unit: Any) -> bool:
    return not hasattr(unit, "fate")


def _area(place: str, unit: Any) -> str:
    """Give what of a unit is touched, lost or gained, km²; a new one gains all it has."""
    if _is_new(unit):
        return {"loses_m2": "–", "gains_m2": square_kilometres(unit.area_m2)}.get(place, "")
    area = getattr(unit, place)
    return square_kilometres(area) if area >= WORTH or place == "touched_m2" else "–"
