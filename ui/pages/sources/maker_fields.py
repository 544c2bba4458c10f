"""What a source made on the spot is to be: squares, hexagons, catchments of a DEM, polygons united by a field."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from qgis.gui import QgsFileWidget
from qgis.PyQt.QtCore import QSignalBlocker, pyqtSignal
from qgis.PyQt.QtWidgets import QCheckBox, QComboBox, QDoubleSpinBox, QLabel, QWidget

from ....delineation.case.made_sources import KEYS, ROLES, Maker, check_made, parse_maker
from ....delineation.case.model import SourceSpec
from ....delineation.core.errors import DelineationError
from ....delineation.core.messages import NOTHING
from ...text import sentence, tr
from ...widgets.choices import choose, fill
from ...widgets.elided_combo import ElidedCombo
from ...widgets.layout import form_on, in_line, show_line
from ...widgets.muted import MutedLabel
from ...widgets.plain_text import PlainLabel
from ...words import role_label

if TYPE_CHECKING:
    from ....delineation.case.model import Case
    from ...work.sourcebook import SourceBook

__all__ = ["MakerFields", "maker_text", "roles_of_made"]

KM2 = 1e6
LETTERS = 8  # of a choice, at least
USUAL = {
    "grid": Maker("grid", size=1000.0),
    "hexagons": Maker("hexagons", size=1000.0),
    "catchments": Maker("catchments", area=5 * KM2),
    "townships": Maker("townships"),
}


def maker_text(maker: Maker) -> str:
    """Write what is to be made as ``parse_maker`` reads it; what is at its default is left out."""
    plain = Maker(maker.kind)
    said = []
    for key in KEYS[maker.kind]:
        value = getattr(maker, key)
        if value != getattr(plain, key):
            said.append(f"{key}={value:.15g}" if isinstance(value, int | float) else f"{key}={value}")
    return f"{maker.kind}:{','.join(said)}"


def roles_of_made(text: str, role: str) -> list[str]:
    """List the roles that what is made may have; the one that it has is among them."""
    kind = text.partition(":")[0].strip()
    return list(dict.fromkeys([*ROLES.get(kind, ()), role]))


class MakerFields(QWidget):
    """Fields of a maker. ``text`` is what the case says of it; what no field shows stays as it was."""

    edited = pyqtSignal()
    turned = pyqtSignal()  # to another kind

    def __init__(self, book: SourceBook, parent: QWidget) -> None:
        super().__init__(parent)
        self.book = book
        self._maker = USUAL["grid"]
        self._before: dict[str, Maker] = {}  # of the other kinds, as they were left
        self.kind: QComboBox = ElidedCombo(
            LETTERS,
            self,
            toolTip=tr("They cut the faces wherever their outlines run, and decide no category."),
            activated=lambda _: self._turn(self.kind.currentData()),
        )
        kinds = (
            ("grid", tr("Squares")),
            ("hexagons", tr("Hexagons")),
            ("catchments", tr("Catchments of an elevation model")),
            ("townships", tr("A layer's polygons united by a field")),
        )
        fill(self.kind, kinds)
        self.sentence = MutedLabel("", self)
        self.size = self._number(
            " m",
            1.0,
            1e6,
            100.0,
            tr("Side of a square; of a hexagon the distance between two sides."),
        )
        self.dem = QgsFileWidget(
            self,
            filter=tr("Rasters (*.tif *.tiff *.img *.asc *.vrt);;All files (*)"),
            dialogTitle=tr("Elevation model"),
            toolTip=tr("Heights in metres; it should reach a little beyond the counties."),
            fileChanged=self._written,
        )
        self.area = self._number(
            " km²",
            0.01,
            1e6,
            1.0,
            tr(
                "From this area on water is a stream, and every stretch of a stream has a catchment: the smaller, the more.",  # noqa: E501
            ),
            2,
        )
        self.coast = QCheckBox(
            tr("Sea up to a h&eight of"),
            self,
            toolTip=tr("Only where the elevation model has heights at sea; cells up to this height are sea."),
            toggled=self._written,
        )
        self.sea = self._number(" m", -1e4, 1e4, 1.0, self.coast.toolTip())
        self.shore = QWidget(self)
        in_line(self.coast, (self.sea, 1), on=self.shore, margins=0)
        self.of = ElidedCombo(
            LETTERS,
            self,
            toolTip=tr("The layer that is united; it has to be among the sources."),
            activated=self._written,
        )
        self.field = QComboBox(
            self,
            editable=True,
            toolTip=tr("Polygons with one value of this field become one."),
            activated=self._written,
            minimumContentsLength=LETTERS,
        )
        self.field.lineEdit().setToolTip(self.field.toolTip())
        self.field.lineEdit().editingFinished.connect(self._written)
        # The longest choice must not make the page wider than the panel.
        self.field.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.wrong = PlainLabel(
            "", self, objectName="control_units_maker_wrong", wrap=True, margin=4, frameShape=QLabel.Shape.StyledPanel
        )
        self.form = form_on(
            self,
            (tr("Wh&at"), self.kind),
            self.sentence,
            (tr("Si&ze"), self.size),
            (tr("&Elevation model"), self.dem),
            (tr("Streams fr&om"), self.area),
            self.shore,
            (tr("&Layer"), self.of),
            (tr("Fiel&d"), self.field),
            self.wrong,
        )
        self._show()

    def _number(self, unit: str, least: float, most: float, step: float, tip: str, digits: int = 1) -> QDoubleSpinBox:
        return QDoubleSpinBox(
            self,
            decimals=digits,
            minimum=least,
            maximum=most,
            singleStep=step,
            showGroupSeparator=True,
            suffix=unit,
            keyboardTracking=False,
            toolTip=tip,
            valueChanged=self._written,
        )

    # ── what it says ──────────────────────────────────────────────────────────────────────────────────────────────

    def text(self) -> str:
        """Say what is to be made, as a case does."""
        return maker_text(self._maker)

    def problem(self, role: str) -> str:
        """Say what is wrong with it as a source of this role; "" where nothing is."""
        from ....delineation.sources.examine import examine

        case, text = self._case(), self.text()
        try:
            parse_maker(text, NOTHING, case=True)
            spec = SourceSpec(role, made=text)
            if case is None:
                return ""
            check_made(case, spec, NOTHING)
            seen = examine(case, spec)
        except DelineationError as error:
            return sentence(error)
        return sentence(seen.problem) if seen.problem is not None else ""

    def check(self, role: str) -> bool:
        """Show what is wrong, if anything is."""
        problem = self.problem(role)
        self.wrong.say(problem)
        return not problem

    # ── what it shows ─────────────────────────────────────────────────────────────────────────────────────────────

    def show_text(self, text: str) -> None:
        """Show what a case says is made; one that is no maker's text is left to who wrote it."""
        try:
            maker = parse_maker(text, NOTHING, case=True)
        except DelineationError as error:
            self.wrong.setText(sentence(error))
            return
        if maker != self._maker:
            self._before, self._maker = {}, maker
        self._show()

    def _turn(self, kind: str) -> None:
        self._before[self._maker.kind] = self._maker
        self._maker = self._before.get(kind) or self._first(kind)
        self._show()
        self.turned.emit()

    def _first(self, kind: str) -> Maker:
        """Begin with what the case has: a raster that is called a DEM, villages to unite."""
        case = self._case()
        maker = USUAL[kind]
        if kind == "catchments" and case is not None:
            heights = [one.path for one in case.rasters if one.name.lower() in ("dem", "dsm", "elevation", "高程")]
            maker = replace(maker, dem=heights[0] if heights else "")
        if kind == "townships":
            roles = self._roles()
            of = next((role for role in ("village", "township") if role in roles), roles[0] if roles else "")
            maker = replace(maker, of=of)
        return maker

    def _show(self) -> None:
        maker, case = self._maker, self._case()
        fields = (self.kind, self.size, self.dem, self.area, self.coast, self.sea, self.of, self.field)
        blockers = [QSignalBlocker(one) for one in (*fields, self.field.lineEdit())]
        choose(self.kind, maker.kind)
        self.size.setValue(maker.size)
        self.dem.setFilePath(str(case.file(maker.dem)) if maker.dem and case is not None else maker.dem)
        self.area.setValue(maker.area / KM2)
        self.coast.setChecked(maker.sea is not None)
        self.sea.setEnabled(maker.sea is not None)
        self.sea.setValue(maker.sea or 0.0)
        self._show_townships(maker)
        del blockers
        lines = {
            "size": self.size,
            "dem": self.dem,
            "area": self.area,
            "sea": self.shore,
            "of": self.of,
            "field": self.field,
        }
        for key, widget in lines.items():
            shown = key in KEYS[maker.kind] and not (key == "of" and maker.file)
            show_line(self.form, widget, shown)
        self.sentence.setText(
            {
                "grid": tr("Squares over the study area, counted from its south-west corner."),
                "hexagons": tr("Hexagons over the study area, counted from its south-west corner."),
                "catchments": tr("Where rain runs off together, by the relief alone: canals and pumps are not known."),
                "townships": tr("For example villages with the same township code as townships."),
            }[maker.kind]
        )
        self.wrong.hide()

    def _show_townships(self, maker: Maker) -> None:
        case = self._case()
        fill(self.of, ())
        self.field.clear()
        if case is None or maker.kind != "townships":
            return
        roles = dict.fromkeys([*self._roles(), *filter(None, [maker.of])])
        fill(self.of, ((role, role_label(case.profile, role)) for role in roles), maker.of)
        for entry in self.book.entries:
            if not entry.raster and entry.role == maker.of and not entry.layer.made and entry.seen is not None:
                self.field.addItems([name for name in entry.seen.fields if self.field.findText(name) < 0])
        self.field.setEditText(maker.field)

    def _roles(self) -> list[str]:
        case = self._case()
        if case is None:
            return []
        there = dict.fromkeys(one.role for one in case.sources if not one.made)
        return [role for role in there if role in case.profile.roles and not case.profile.roles[role].guide]

    def _case(self) -> Case | None:
        return self.book.session.case

    def _written(self) -> None:
        """Take over what the fields of the kind say."""
        maker, case = self._maker, self._case()
        said: dict[str, Any] = {}
        if maker.kind in ("grid", "hexagons"):
            said["size"] = self._unless_shown(maker.size, self.size.value(), 1)
        if maker.kind == "catchments":
            path = self.dem.filePath().strip()
            if not maker.dem or case is None or path != str(case.file(maker.dem)):
                said["dem"] = path
            said["area"] = self._unless_shown(maker.area / KM2, self.area.value(), 2) * KM2
            said["sea"] = self.sea.value() if self.coast.isChecked() else None
        if maker.kind == "townships":
            said["of"] = self.of.currentData() or maker.of
            said["field"] = self.field.currentText().strip()
        changed = replace(maker, **said)
        if changed != maker:
            self._maker = changed
            self.sea.setEnabled(changed.sea is not None)
            if changed.of != maker.of:
                self._show()
            self.edited.emit()

    @staticmethod
    def _unless_shown(before: float, shown: float, digits: int) -> float:
        """Keep a number that the field shows as near as it can."""
        return before if round(before, digits) == shown else shown
