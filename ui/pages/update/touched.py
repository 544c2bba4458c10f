"""What an update would do, before anything is done: areas by category before and after, and a line a unit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtWidgets import QPushButton, QTreeWidget, QTreeWidgetItem, QWidget

from ....delineation.core.errors import DelineationError
from ...map.colours import chip_icon
from ...map.version_layer import TouchedLayer, touched_features
from ...text import categories, names_of, said, sentence, square_kilometres, tr
from ...text import language as tongue
from ...widgets.layout import in_column, in_flow
from ...widgets.offered import offer
from ...widgets.plain_text import PlainLabel, as_tip
from ...widgets.tables import head, tree_line
from ...widgets.two_lines import LINES, TwoLinesDelegate
from ...work.job import Job
from ..category_bar import CategoryBar, short_names

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qgis.core import QgsFeature
    from qgis.PyQt.QtGui import QResizeEvent

    from ....delineation.case.profile import Profile
    from ....delineation.verbs.impacts import Impact, NewUnit, UnitImpact
    from ...work.updating import Updating

__all__ = ["UpdateTouched"]

UNIT = Qt.ItemDataRole.UserRole
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

    def _table(self) -> QTreeWidget:
        table = QTreeWidget(
            self,
            objectName="control_units_touched_units",
            accessibleName=tr("Units that would be touched"),
            toolTip=tr("Click a line to see what of the unit is touched."),
            rootIsDecorated=False,
            uniformRowHeights=True,
            alternatingRowColors=True,
            itemClicked=self._zoom,
            itemActivated=self._zoom,
            horizontalScrollBarPolicy=Qt.ScrollBarPolicy.ScrollBarAlwaysOff,
        )
        table.setItemDelegateForColumn(0, TwoLinesDelegate(table))
        tips = (
            tr("What becomes of the unit: an update was made for it beside the plan, which stays as it is."),
            tr("km² of the unit that newer sources touch"),
            tr("km² that the unit would lose"),
            tr("km² that the unit would gain"),
        )
        titles = tr("Unit, and where its land goes"), tr("Touched", "area"), tr("Loses", "area"), tr("Gains", "area")
        head(table, *titles, tips=tips)
        table.currentItemChanged.connect(lambda item, _: self.chosen.emit(self._bounds(item)))
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
        self.units.clear()
        none = impact is None or not (impact.units or impact.new)
        self._fit()
        self.units.setVisible(not none)
        if impact is None:
            return
        self.bars.show_areas(impact.flow.sum(axis=1).tolist(), impact.flow.sum(axis=0).tolist())
        profile = self.updating.session.case.profile if self.updating.session.case is not None else None
        # What changes stands above what is only called otherwise.
        for unit in sorted(impact.units, key=lambda one: (-one.loses_m2 - one.gains_m2, -one.touched_m2)):
            self.units.addTopLevelItem(self._line(unit, profile))
        for new in sorted(impact.new, key=lambda one: -one.area_m2):
            self.units.addTopLevelItem(self._new_line(new, profile))

    def _line(self, unit: UnitImpact, profile: Profile | None) -> QTreeWidgetItem:
        comma = tr(", ", "between things listed")
        below = comma.join([said(unit.fate), *_becomes(unit, profile)])
        areas = [
            square_kilometres(area) if area >= WORTH or not column else "–"
            for column, area in enumerate((unit.touched_m2, unit.loses_m2, unit.gains_m2))
        ]
        own = [one for one in self._shown.clauses if one.code == unit.code] if self._shown is not None else []
        lines = [
            unit.name,
            unit.code,
            categories(profile=profile)[unit.category],
            below,
            tr("touched: {area} km²", area=areas[0]),
            tr(
                "{before} → {after} km²", before=square_kilometres(unit.area_m2), after=square_kilometres(unit.after_m2)
            ),
            *(said(one.said) for one in own[:FEW]),
        ]
        data = {LINES: (unit.name, f"{below} · {unit.code}"), UNIT: unit.unit_id}
        return _tree_line([unit.name, *areas], data, unit.category, lines)

    def _new_line(self, new: NewUnit, profile: Profile | None) -> QTreeWidgetItem:
        kind = names_of(profile)("kind", new.kind, tongue(), {})
        below = f"{tr('a new unit')} · {kind} · {new.code}"
        texts = [new.name, "", "–", square_kilometres(new.area_m2)]
        whole = [new.name, new.code, kind, categories(profile=profile)[new.category]]
        return _tree_line(texts, {LINES: (new.name, below)}, new.category, whole)

    def _shape(self, item: QTreeWidgetItem | None) -> Any:
        impact = self.updating.impact
        return impact.shapes.get(item.data(0, UNIT)) if item is not None and impact is not None else None

    def _bounds(self, item: QTreeWidgetItem | None) -> Any:
        shape = self._shape(item)
        return None if shape is None else shape.bounds

    def _zoom(self, item: QTreeWidgetItem | None) -> None:
        shape, impact = self._shape(item), self.updating.impact
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


def _tree_line(texts: list[str], data: dict[int, Any], category: int, whole: list[str]) -> QTreeWidgetItem:
    icon = chip_icon(category, hatched=True)
    return tree_line(texts, data, icon=icon, tips="\n".join(whole), right=(1, 2, 3))
