"""Which evidence regions are to be alike in: the case's rasters and the place, each with a tick and a weight."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING

from qgis.PyQt.QtCore import QSignalBlocker, Qt, pyqtSignal
from qgis.PyQt.QtWidgets import QCheckBox, QDoubleSpinBox, QGridLayout, QLabel, QLineEdit, QWidget

from ...text import listed, tr
from ...widgets.layout import in_column
from ...widgets.muted import MutedLabel
from ...widgets.plain_text import PlainLabel, as_tip
from ...words import raster_label

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ....delineation.case.explanations import Explanation
    from ....delineation.case.model import Case

PLACE = "x+y"
NEEDED = ("rasterio", "exactextract")  # to measure rasters
LIGHTEST, HEAVIEST = 0.1, 100.0  # weights that a field can show, in tenths


def why_unmeasured(case: Case) -> dict[str, str]:
    """Say of each raster of a case that cannot be measured here why, and what to do: name → sentences."""
    from ....delineation.core.libraries import check, offline_command

    lacking = [one for one in check() if one.library.name in NEEDED and not one.usable]
    if lacking:
        text = tr(
            "Rasters cannot be measured: Python lacks {libraries}. Place and roles can still be compared. To install it, in the OSGeo4W Shell, in the folder of the offline kit:\n{command}\nThen start QGIS again. The menu's “Check installation” shows it too.",  # noqa: E501
        )
        names = listed(one.library.name for one in lacking)
        command = offline_command(lacking) or f"python -m pip install {' '.join(one.library.name for one in lacking)}"
        return dict.fromkeys((one.name for one in case.rasters), text.format(libraries=names, command=command))
    text = tr("{raster} cannot be measured: {file} is not there. Choose it anew under Sources.")
    out = {}
    for raster in case.rasters:
        path = case.file(raster.path)
        # What lies in an archive, or comes by one of GDAL's own ways, is for the engine to find.
        if not path.exists() and not str(path).startswith("/vsi") and not any(map(Path.is_file, path.parents)):
            label = raster_label(case.profile, raster.name)
            out[raster.name] = text.format(raster=label, file=path.name)
    return out


class VariablesField(QWidget):
    """A row a variable. ``text`` is what the engine reads; "" stands for its own choice.

    What cannot be measured is off, and why stands below the rows. Where the engine has nothing to choose, the place is
    ticked: it can always be compared.
    """

    edited = pyqtSignal()

    def __init__(self, told: Explanation, parent: QWidget) -> None:
        super().__init__(parent)
        self._told = told
        self._kinds: dict[str, str] | None = None
        self._off: dict[str, str] = {}  # rasters that cannot be measured, and why
        self._given: tuple[str, str] | None = None  # what the fields say of a text, and the text
        self._instead = False  # nobody asked for the place: there was nothing else
        self.rows: dict[str, tuple[QCheckBox, QDoubleSpinBox]] = {}
        self._grid = QGridLayout()
        self._grid.setVerticalSpacing(1)
        self._grid.setColumnStretch(0, 1)
        self.off_words = PlainLabel(
            "",
            self,
            wrap=True,
            objectName="variables_off",
            margin=3,
            visible=False,
            frameShape=QLabel.Shape.StyledPanel,
            selectable=True,
        )
        self.more = QLineEdit(
            self,
            placeholderText=tr("more, joined by +: slope.stdev+red_line"),
            accessibleName=told.name,
            toolTip=tr(
                "Other statistics of a raster (name.stdev, name.majority) and roles, whose share of a face counts; weights as name:2.",  # noqa: E501
            ),
            editingFinished=self.edited,
        )
        self.wrong = PlainLabel(
            "",
            self,
            objectName="setting_parameter_variables_wrong",
            wrap=True,
            margin=3,
            visible=False,
            frameShape=QLabel.Shape.StyledPanel,
        )
        title, alike = (
            PlainLabel(told.name, self),
            MutedLabel(tr("Regions are to be alike in these; a weight of 2 counts twice."), self),
        )
        parts = (title, self._grid, self.off_words, self.more, self.wrong, alike)
        in_column(*parts, on=self, margins=(0, 2, 0, 2), spacing=1)

    def show_rasters(
        self, kinds: Mapping[str, str], label: Callable[[str], str] = str, off: Mapping[str, str] | None = None
    ) -> None:
        """List a case's rasters (name → kind) by their labels; as ticked as the engine does by itself.

        ``off`` says of those that cannot be measured why (``why_unmeasured``).
        """
        off = dict(off or {})
        if (self._kinds, self._off) == (dict(kinds), off):
            return
        nobodys = self._kinds is None or (self._instead and self.text() == PLACE)
        text, self._kinds, self._off = "" if nobodys else self.text(), dict(kinds), off
        self.off_words.say("\n".join(dict.fromkeys(off.values())))
        for box, weight in self.rows.values():
            for widget in (box, weight):
                self._grid.removeWidget(widget)
                widget.deleteLater()
        self.rows = {}
        for number, name in enumerate([*kinds, PLACE]):
            title = tr("place (x and y)") if name == PLACE else label(name)
            box = QCheckBox(title, self, toolTip=as_tip(off.get(name, self._told.sentence)), enabled=name not in off)
            weight = QDoubleSpinBox(
                self,
                minimum=LIGHTEST,
                maximum=HEAVIEST,
                decimals=1,
                singleStep=0.5,
                keyboardTracking=False,
                prefix="× ",
                accessibleName=tr("Weight of {name}", name=title),
                toolTip=as_tip(tr("How much {name} counts beside the others.", name=title)),
            )
            box.toggled.connect(weight.setEnabled)
            box.toggled.connect(self.edited)
            weight.valueChanged.connect(self.edited)
            self._grid.addWidget(box, number, 0)
            self._grid.addWidget(weight, number, 1, Qt.AlignmentFlag.AlignRight)
            self.rows[name] = (box, weight)
        self.show_text(text)

    def show_text(self, text: str) -> None:
        """Show what a case or the user says, without telling of it; "" ticks what the engine would take."""
        given: dict[str, float] = {}
        rest = []
        for part in filter(None, (item.strip() for item in text.split("+"))):
            name, _, weight = part.partition(":")
            try:
                said = float(weight or 1)
            except ValueError:
                said = math.nan
            # What a field of weights cannot show stays as it was written.
            if LIGHTEST <= said <= HEAVIEST and round(said, 1) == said and name not in given:
                given[name] = said
            else:
                rest.append(part)
        if "x" in given and given.get("x") == given.get("y"):
            given[PLACE] = given.pop("x")
            given.pop("y")
        self._instead = not text and not set(self._usual()) - set(self._off)
        if not text:
            given = dict.fromkeys([*self._usual(), *([PLACE] if self._instead else [])], 1.0)
        for name, (box, weight) in self.rows.items():
            blockers = QSignalBlocker(box), QSignalBlocker(weight)
            on = name in given and name not in self._off
            box.setChecked(on)
            weight.setEnabled(on)
            weight.setValue(given.pop(name, 1.0))
            del blockers
        rest += [f"{name}:{weight:g}" if weight != 1 else name for name, weight in given.items()]
        self.more.setText("+".join(rest))
        asked = {part.partition(":")[0].strip() for part in text.split("+")} if text else set(self._usual())
        # Of what cannot be measured nothing is asked, whoever said so.
        self._given = None if self._instead or asked & set(self._off) else (self._said(), text)

    def text(self) -> str:
        """Give the variables as the engine reads them; as they were given, where nobody changed them."""
        said = self._said()
        return self._given[1] if self._given is not None and said == self._given[0] else said

    @property
    def empty(self) -> bool:
        """Somebody unticked all there is, which the engine would take for its own choice: ``text`` is "" as well."""
        ticked = any(box.isChecked() for box, _ in self.rows.values())
        return not ticked and not self.more.text().strip().strip("+")

    def empty_words(self) -> str:
        """Say what to do where every box is empty."""
        if set(self._usual()) - set(self._off):
            return tr("Choose at least one: without any there is nothing to be alike in.")
        return tr(
            "The case has no raster that can be compared: tick “place (x and y)”, or add a raster of scores under Sources.",  # noqa: E501
        )

    def _usual(self) -> list[str]:
        """List what the engine takes by itself."""
        return [name for name, kind in (self._kinds or {}).items() if kind != "class"]

    def _said(self) -> str:
        parts = []
        for name, (box, weight) in self.rows.items():
            if box.isChecked():
                said = f":{weight.value():g}" if weight.value() != 1 else ""
                parts += [f"{one}{said}" for one in name.split("+")]
        more = self.more.text().strip().strip("+")
        usual = not more and not self._off and parts == self._usual()
        return "" if usual else "+".join([*parts, *filter(None, [more])])
