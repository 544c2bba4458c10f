"""In which CRS a result lies and how its areas are measured: what is usual, why, and a choice of another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.core import QgsCoordinateReferenceSystem
from qgis.gui import QgsProjectionSelectionWidget
from qgis.PyQt.QtCore import QSignalBlocker, pyqtSignal
from qgis.PyQt.QtWidgets import QComboBox, QFrame, QGroupBox, QWidget

from ...delineation.core.errors import BadInput
from ..text import said, sentence, tr
from ..widgets.choices import choose, fill
from ..widgets.layout import give_width, in_column
from ..widgets.muted import MutedLabel
from ..widgets.plain_text import PlainLabel

if TYPE_CHECKING:
    from ...delineation.case.model import Case
    from ...delineation.plan.file import Plan
    from ..work.session import Session

METHODS = ("planar", "ellipsoidal")


def crs_words(plan: Plan) -> str:
    """Name a plan's CRS, with its number where it has one: the zones of CGCS2000 by width and meridian."""
    from ...delineation.sources.coordinates.crs import crs_words as words
    from ...delineation.sources.coordinates.crs import parse_crs

    return said(words(parse_crs(plan.crs)))


def area_words(method: str) -> str:
    """Name a way of measuring areas."""
    return {
        "planar": tr("on the map plane of this CRS"),
        "ellipsoidal": tr("on the ellipsoid"),
    }.get(method, method)


def excess_words(plan: Plan) -> str:
    """Say how far a plan's areas are from those on the ellipsoid; "" where they are those, or nobody knows."""
    from ...delineation.plan.summary import area_excess

    excess = area_excess(plan)
    if not excess:
        return ""
    return tr("In the middle of this plan they are {excess} against those on the ellipsoid.", excess=f"{excess:+.3%}")


class CoordinatesBox(QGroupBox):
    """Shows what the case says; a choice goes into the case, and shows with the next run."""

    changed = pyqtSignal()  # the case says something else by now

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(tr("Coordinates and areas"), parent)
        self._session = session
        self.crs = QgsProjectionSelectionWidget(
            self,
            objectName="result_crs",
            toolTip=tr("The CRS of the plan and of all that is handed in; a projected one, in metres."),
        )
        self.crs.setOptionVisible(QgsProjectionSelectionWidget.CrsOption.CrsNotSet, True)
        self.crs.setNotSetText(tr("3-degree zone of the study area (default)"))
        give_width(self.crs)
        self.crs.crsChanged.connect(self._take_crs)
        self.crs_words = MutedLabel("", self)
        self.wrong = PlainLabel(
            "",
            self,
            wrap=True,
            objectName="result_crs_wrong",
            margin=3,
            visible=False,
            frameShape=QFrame.Shape.StyledPanel,
        )
        self.area = QComboBox(
            self,
            objectName="result_area",
            accessibleName=tr("How areas are measured"),
            toolTip=tr("Areas in tables, lists and checks are measured so."),
        )
        fill(self.area, ((method, tr("Areas {how}", how=area_words(method))) for method in METHODS))
        give_width(self.area)
        self.area.currentIndexChanged.connect(self._take_area)
        self.area_words = MutedLabel("", self)
        in_column(self.crs, self.crs_words, self.wrong, self.area, self.area_words, on=self)

    def show_case(self, case: Case) -> None:
        """Show CRS and area method of a case, with the reason where they are the usual ones."""
        with QSignalBlocker(self.crs), QSignalBlocker(self.area):
            if not self.wrong.isVisible():
                self.crs.setCrs(QgsCoordinateReferenceSystem(case.crs) if case.crs else QgsCoordinateReferenceSystem())
            choose(self.area, case.area)
        self.crs_words.setText(self._why_crs(case))
        self.area_words.setText(self._why_area(case))

    def _why_crs(self, case: Case) -> str:
        plan = self._session.plan
        given = str(case.profile.settings.get("crs", ""))
        if case.crs:
            text = tr("Set in this case. An empty choice takes the 3-degree zone.")
        elif given:
            text = tr("Default of the profile: {crs}.", crs=given)
        else:
            text = tr(
                "Default: the CGCS2000 3-degree zone whose meridian is nearest to the middle of the counties: there lengths and areas are distorted least.",  # noqa: E501
            )
        if plan is None:
            return text
        here = tr("Of this plan: {crs}.", crs=crs_words(plan))
        return f"{text}\n{here}"

    def _why_area(self, case: Case) -> str:
        usual = str(case.profile["area"].get("method", METHODS[0]))
        if case.area != usual:
            text = tr("Set in this case; the profile's default is: areas {how}.", how=area_words(usual))
        elif usual == "planar":
            text = tr("Default of the profile: filings state areas of the Gauss–Krüger plane.")
        else:
            text = tr("Default of the profile: independent of the CRS.")
        plan = self._session.plan
        more = excess_words(plan) if plan is not None else ""
        return f"{text}\n{more}" if more else text

    def _take_crs(self, crs: QgsCoordinateReferenceSystem) -> None:
        from ...delineation.sources.coordinates.crs import projected_crs

        text = (crs.authid() or crs.toWkt()) if crs.isValid() else ""
        try:
            if text:
                projected_crs(text)
        except BadInput as error:
            self.wrong.say(sentence(BadInput(error.what, wanted=error.wanted)))
            return
        self.wrong.hide()
        self._change(crs=text)

    def _take_area(self, row: int) -> None:
        self._change(area=str(self.area.itemData(row)))

    def _change(self, **fields: str) -> None:
        case = self._session.case
        if case is not None and any(getattr(case, name) != value for name, value in fields.items()):
            self._session.change(**fields)
            self.changed.emit()
