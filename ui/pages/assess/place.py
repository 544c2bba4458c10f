"""Where a project is to stand: drawn on the map, typed, taken from a selected feature, or read from a file."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import QSignalBlocker, QSize, Qt, pyqtSignal
from qgis.PyQt.QtWidgets import QDoubleSpinBox, QLineEdit, QPushButton, QToolButton, QWidget

from ....delineation.core.errors import BadInput
from ....delineation.core.messages import Message
from ...map.site_tool import LINE, POINT, POLYGON
from ...processing.taking import site_wkb, way_into
from ...shipped import own_icon
from ...text import tr
from ...widgets.choices import fill
from ...widgets.elided_combo import ElidedCombo
from ...widgets.file_dialogs import ask_open
from ...widgets.fold_button import FoldButton
from ...widgets.layout import form_on, in_column, in_flow, in_line
from ...widgets.muted import MutedLabel
from ...widgets.offered import offer

if TYPE_CHECKING:
    from pathlib import Path

    from qgis.core import QgsVectorLayer

__all__ = ["PlaceBar", "selected_shape"]

WIDEST = 100_000.0  # m of a radius or buffer
FIRST = 100.0  # m that a point has round it at first
_RADIUS = re.compile(r"\s*([-+\d.]+)[\s,，;；、]+([-+\d.]+)[\s,，;；、]+([\d.]+)\s*")
PLAN = "plan"


def selected_shape(layer: QgsVectorLayer | None, crs: str) -> Any:
    """Give what is selected in a layer as one shape of shapely in a CRS.

    Raises
    ------
    BadInput
        No layer with a selection is active, or it cannot be brought into the CRS.
    """
    import shapely

    where = Message("the site")
    if layer is None or not hasattr(layer, "selectedFeatureCount") or not layer.selectedFeatureCount():
        raise BadInput(
            Message("nothing is selected in the active layer"),
            where=where,
            wanted=Message("a feature that is selected"),
        )
    way = way_into(layer.crs(), crs)
    geometries = [feature.geometry() for feature in layer.selectedFeatures()]
    shapes = [shapely.from_wkb(site_wkb(one, way)) for one in geometries if not one.isNull()]
    if not shapes:
        raise BadInput(Message("an empty shape"), where=where, wanted=Message("a feature with a shape"))
    if len({int(shapely.get_dimensions(shape)) for shape in shapes}) > 1:
        raise BadInput(Message("points, lines and polygons mixed"), where=where, wanted=Message("one of them alone"))
    return shapes[0] if len(shapes) == 1 else shapely.union_all(shapes)


class PlaceBar(QWidget):
    """Buttons and fields of the site."""

    draw = pyqtSignal(int)  # begin to draw this kind
    typed = pyqtSignal(str, str)  # coordinates, their CRS
    file_chosen = pyqtSignal(object)  # Path

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, objectName="control_units_assess_place")
        self.buttons: dict[int, QToolButton] = {}
        for kind, name, text, tip in (
            (
                POINT,
                "point",
                tr("Point", "kind of site"),
                tr("Click on the map: a point with a radius. What is drawn can be dragged."),
            ),
            (
                LINE,
                "line",
                tr("Line", "kind of site"),
                tr("Draw a road or a pipe; with a buffer, or as the line alone."),
            ),
            (
                POLYGON,
                "area",
                tr("Area", "kind of site"),
                tr("Draw the outline of the site, corner by corner."),
            ),
        ):
            button = QToolButton(
                self,
                objectName=f"control_units_assess_{name}",
                icon=own_icon(f"site_{name}"),
                iconSize=QSize(18, 18),
                text=text,
                toolTip=tip,
                checkable=True,
                clicked=lambda *_, kind=kind: self.draw.emit(kind),
                toolButtonStyle=Qt.ToolButtonStyle.ToolButtonTextBesideIcon,
                focusPolicy=Qt.FocusPolicy.StrongFocus,
            )
            self.buttons[kind] = button
        self.buffer = QDoubleSpinBox(
            self,
            objectName="control_units_assess_buffer",
            minimum=0.0,
            maximum=WIDEST,
            decimals=0,
            singleStep=50,
            value=FIRST,
            keyboardTracking=False,
            prefix=tr("round ", "radius or buffer of a site"),
            suffix=tr(" m"),
            accessibleName=tr("Radius or buffer"),
            toolTip=tr("Metres round a point or a line; 0: the point or the line alone."),
        )
        self.more = FoldButton(
            self,
            objectName="control_units_assess_more",
            text=tr("Other ways", "to say where a site is"),
            toolTip=tr("Coordinates, a selected feature of any layer, or a file with the site."),
            focusPolicy=Qt.FocusPolicy.StrongFocus,
        )
        self.said = MutedLabel("", self, objectName="control_units_assess_hint")
        self.said.setMinimumHeight(self.said.fontMetrics().lineSpacing())  # its place is kept where it says nothing
        self._other = self._ways()
        self.more.toggled.connect(self._other.setVisible)
        line = in_flow(*self.buttons.values(), self.buffer, self.more)
        in_column(line, self._other, self.said, on=self, margins=0, spacing=2)

    def _ways(self) -> QWidget:
        box = QWidget(self, visible=False)
        self.coordinates = QLineEdit(
            box,
            objectName="control_units_assess_coordinates",
            placeholderText=tr("87.617, 43.793 or x, y"),
            toolTip=tr(
                "Longitude and latitude in degrees, or x and y in metres, the radius in metres after them; "
                "or WKT. Enter puts the site there.",
            ),
            returnPressed=self._type,
            textChanged=self._offer,
        )
        self.crs = ElidedCombo(
            8,
            box,
            objectName="control_units_assess_crs",
            accessibleName=tr("CRS of the coordinates"),
            toolTip=tr(
                "What the coordinates are in. Those of web maps are shifted on purpose: named, they are converted."
            ),
        )
        fill(
            self.crs,
            (
                ("", tr("By the numbers", "CRS of coordinates")),
                ("EPSG:4490", tr("CGCS2000 / WGS 84, degrees")),
                (PLAN, tr("The plan's CRS, metres")),
                ("GCJ-02", tr("GCJ-02 (web maps)")),
                ("BD-09", tr("BD-09 (Baidu)")),
            ),
        )

        def button(name: str, text: str, tip: str = "") -> QPushButton:
            return QPushButton(text, box, objectName=f"control_units_assess_{name}", autoDefault=False, toolTip=tip)

        self.put = button("put", tr("Put it there"))
        self.put.clicked.connect(self._type)
        self.selected = button(
            "selected",
            tr("Selected feature"),
            tr("What is selected in the active layer, whatever its kind and CRS."),
        )
        self.file = button(
            "file",
            tr("From a file…"),
            tr("A vector layer in any CRS, or a CSV with the corners of the plot in order."),
        )
        self.file.clicked.connect(self._ask_file)
        self.show_it = button("zoom", tr("To the site"))
        self.clear = button("clear", tr("Clear", "the site of a project"))
        form = form_on(
            None,
            (tr("Coordinates"), self.coordinates),
            (tr("They are in"), in_line((self.crs, 1), self.put, spacing=4)),
            spacing=3,
        )
        in_column(
            form,
            in_flow(self.selected, self.file, self.show_it, self.clear),
            on=box,
            margins=(8, 0, 0, 2),
            spacing=3,
        )
        self._has_site = False
        self._offer()
        return box

    def _type(self) -> None:
        text = self.coordinates.text().strip()
        if not text:
            return
        if found := _RADIUS.fullmatch(text):
            text = f"{found[1]},{found[2]}"
            self.buffer.setValue(float(found[3]))
        self.typed.emit(text, str(self.crs.currentData()))

    def _ask_file(self) -> None:
        kinds = tr("Sites (*.shp *.gpkg *.geojson *.json *.kml *.dxf *.csv *.txt *.zip)") + ";;" + tr("All files (*)")
        chosen: Path | None = ask_open(self, tr("File with the site"), kinds)
        if chosen is not None:
            self.file_chosen.emit(chosen)

    def _offer(self) -> None:
        tip = tr("Puts the site at these coordinates.")
        none = tr("Write the coordinates first.")
        offer(self.put, tip, "" if self.coordinates.text().strip() else none)
        none = "" if self._has_site else tr("There is no site yet.")
        offer(self.show_it, tr("Shows the site on the map."), none)
        offer(self.clear, tr("Takes the site off the map; the project stays as it was said."), none)

    def show_site(self, *, there: bool, dimension: int = 0) -> None:
        """Offer what can be done with the site, where there is one."""
        self._has_site = there
        self.buffer.setEnabled(not there or dimension < 2)
        self._offer()

    def show_tool(self, kind: int) -> None:
        """Show which kind is being drawn; −1 for none."""
        for one, button in self.buttons.items():
            button.setChecked(one == kind)

    def set_buffer(self, metres: float) -> None:
        """Show a radius or buffer without telling of it."""
        with QSignalBlocker(self.buffer):
            self.buffer.setValue(metres)

    def say(self, text: str) -> None:
        """Say what to do, or what the site is."""
        self.said.setText(text)
