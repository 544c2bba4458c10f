"""Units by county and category, with the range of published plans behind each share."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import QModelIndex, QRectF, Qt
from qgis.PyQt.QtGui import QBrush, QColor, QPainter, QPen
from qgis.PyQt.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem, QWidget

from ....delineation.core.messages import share_text
from ....delineation.plan.published import Band, bands, hint, level_of, read_published
from ....delineation.plan.summary import filled_words, summarise
from ...map.colours import CATEGORY_COLOURS, chip_icon
from ...text import capital, changed_words, language, said, square_kilometres, tr
from ...widgets.muted import muted_colour
from ...widgets.tables import LineTree, TreeLine
from ..category_bar import short_names
from ..coordinates_box import area_words, crs_words, excess_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from qgis.PyQt.QtGui import QResizeEvent

    from ....delineation.case.profile import Profile
    from ....delineation.plan.file import Plan
    from ....delineation.plan.published import Published

MARGIN = 8  # pixels between the line and the digits, and behind them
WIDEST, NARROWEST = "100.00%", 12  # a share in digits; pixels of a line on which a mark still says something
SHARE, BAND, CATEGORY = (Qt.ItemDataRole.UserRole + number for number in (0, 1, 2))


def total_of(tables: Iterable[Mapping[str, Mapping[str, float]]]) -> dict[str, dict[str, float]]:
    """Sum tables of ``summarise`` over counties."""
    out = {key: {"n": 0.0, "area_m2": 0.0, "share": 0.0} for key in ("1", "2", "3")}
    for table in tables:
        for key, row in table.items():
            out[key]["n"] += row["n"]
            out[key]["area_m2"] += row["area_m2"]
    whole = sum(row["area_m2"] for row in out.values())
    for row in out.values():
        row["share"] = row["area_m2"] / whole if whole else 0.0
    return out


class _ShareDelegate(QStyledItemDelegate):
    """Paints a share as a mark on a line from 0 to 100 %, the published range as a faint band behind it."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        share, band = index.data(SHARE), index.data(BAND)
        # Digits stand at the right; nothing is painted under them.
        digits = option.fontMetrics.horizontalAdvance(WIDEST) + MARGIN
        where = QRectF(option.rect).adjusted(3, 3, -digits, -3)
        if share is not None and where.width() >= NARROWEST:
            painter.save()
            if isinstance(band, Band):
                colour = QColor(CATEGORY_COLOURS[band.category])
                colour.setAlpha(70)
                left, wide = where.left() + where.width() * band.low, where.width() * (band.high - band.low)
                painter.fillRect(QRectF(left, where.top(), wide, where.height()), colour)
            painter.setPen(QPen(option.palette.color(option.palette.ColorRole.Text), 1.6))
            x = where.left() + where.width() * float(share)
            painter.drawLine(round(x), round(where.top()), round(x), round(where.bottom()))
            painter.restore()
        super().paint(painter, option, index)


class SummaryTree(LineTree):
    """A row a county, its categories below it; the whole territory on top."""

    def __init__(self, parent: QWidget | None = None) -> None:
        share = tr("The mark is this plan's share; the band is the range of published plans: a hint, not a check.")
        titles = tr("County"), tr("Count"), tr("Area, km²"), tr("Share")
        super().__init__(
            parent, *titles, wide=3, tips=("", "", "", share), right=(1, 2, 3), indentation=12, uniformRowHeights=True
        )
        self.setItemDelegateForColumn(3, _ShareDelegate(self))
        self.header().setMinimumSectionSize(24)
        self._published: tuple[Any, tuple[Published, ...]] = (None, ())
        self._names: dict[int, str] = {}

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave out the numbers of units where there is no room for shares; the tool tips of the names have them."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        taken = sum(max(self.sizeHintForColumn(one), self.header().sectionSizeHint(one)) for one in range(3))
        digits = self.fontMetrics().horizontalAdvance(WIDEST) + MARGIN
        self.setColumnHidden(1, self.viewport().width() < taken + digits)

    def show_plan(self, plan: Plan, profile: Profile) -> None:
        """Show a plan's summary."""
        if self._published[0] is not profile:
            self._published = (profile, read_published(profile))
        self._names = short_names(profile)
        summary = summarise(plan)
        names = json.loads(plan.meta["county_names"])
        land, sea = summary["by_county"], summary["sea"]
        told = changed_words(plan) if plan.changes else ""
        lines = [TreeLine([told], tips=[told], across=True)] if told else []
        if len(land) > 1:
            lines.append(self._county(tr("All counties"), total_of(land.values()), self._bands(level_of(land))))
        for code, table in land.items():
            lines.append(self._county(names.get(code) or code, table, self._bands("county"), spread=len(land) <= 4))
        for code, table in sea.items():
            title = tr("Sea {code}", code=names.get(code) or code)
            lines.append(self._county(title, table, bands(self._published[1], "province", "sea"), spread=False))
        self.put([*lines, *self._frame(plan, profile)])
        self._fit()

    def _frame(self, plan: Plan, profile: Profile) -> list[TreeLine]:
        """Say below the numbers which zones were filled in, in which CRS they are, and how areas are measured."""
        crs = tr("Coordinates: {crs}", crs=crs_words(plan))
        area = tr("Areas {how}", how=area_words(plan.meta["area_method"]))
        filled = [capital(said(one, profile)) for one in filled_words(plan.element_zones)]
        grey = {Qt.ItemDataRole.ForegroundRole: QBrush(muted_colour(self.palette()))}
        texts = [*((one, one) for one in filled), (crs, crs), (area, f"{area}. {excess_words(plan)}")]
        return [TreeLine([text], tips=[tip], look=grey, across=True) for text, tip in texts]

    def _bands(self, level: str) -> dict[int, Band]:
        return bands(self._published[1], level)

    def _county(
        self,
        title: str,
        table: Mapping[str, Mapping[str, float]],
        ranges: Mapping[int, Band],
        *,
        spread: bool = True,
    ) -> TreeLine:
        area, count = sum(row["area_m2"] for row in table.values()), sum(row["n"] for row in table.values())
        font = self.font()
        font.setBold(True)
        return TreeLine(
            [title, str(int(count)), square_kilometres(area), ""],
            tips=[_count_words(title, count)],
            look={Qt.ItemDataRole.FontRole: font},
            below=[self._category(int(key), row, ranges.get(int(key))) for key, row in table.items()],
            spread=spread,
        )

    def _category(self, category: int, row: Mapping[str, float], band: Band | None) -> TreeLine:
        name, share = self._names[category], float(row["share"])
        return TreeLine(
            [name, str(int(row["n"])), square_kilometres(row["area_m2"]), share_text(share)],
            tips=[_count_words(name, row["n"]), "", "", hint(band, share, language()) if band is not None else ""],
            icon=chip_icon(category),
            cells={0: {CATEGORY: category}, 3: {SHARE: share, BAND: band}},
        )


def _count_words(name: str, count: float) -> str:
    return tr("{name}: {count} units", name=name, count=int(count))
