"""Units by county and category, with the range of published plans behind each share."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import QModelIndex, QRectF, Qt
from qgis.PyQt.QtGui import QColor, QPainter, QPen
from qgis.PyQt.QtWidgets import (
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)

from ....delineation.core.messages import share_text
from ....delineation.plan.published import Band, bands, hint, level_of, read_published
from ....delineation.plan.summary import filled_words, summarise
from ...map.colours import CATEGORY_COLOURS, chip_icon
from ...text import capital, changed_words, language, said, square_kilometres, tr
from ...widgets.muted import muted_colour
from ...widgets.plain_text import as_tip
from ...widgets.tables import head, tree_line
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


class SummaryTree(QTreeWidget):
    """A row a county, its categories below it; the whole territory on top."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(
            parent,
            indentation=12,
            uniformRowHeights=True,
            horizontalScrollBarPolicy=Qt.ScrollBarPolicy.ScrollBarAlwaysOff,
        )
        head(self, tr("County"), tr("Count"), tr("Area, km²"), tr("Share"), wide=3)
        self.headerItem().setToolTip(
            3,
            tr("The mark is this plan's share; the band is the range of published plans: a hint, not a check."),
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
        self.clear()
        if plan.changes:
            told = changed_words(plan)
            self._say(told, told)
        if self._published[0] is not profile:
            self._published = (profile, read_published(profile))
        self._names = short_names(profile)
        summary = summarise(plan)
        names = json.loads(plan.meta["county_names"])
        land, sea = summary["by_county"], summary["sea"]
        if len(land) > 1:
            title = tr("All counties")
            item = self._add(title, total_of(land.values()), self._bands(level_of(land)))
            item.setExpanded(True)
        for code, table in land.items():
            self._add(names.get(code) or code, table, self._bands("county")).setExpanded(len(land) <= 4)
        for code, table in sea.items():
            title = tr("Sea {code}", code=names.get(code) or code)
            self._add(title, table, bands(self._published[1], "province", "sea"))
        self._add_frame(plan, profile)
        self._fit()

    def _add_frame(self, plan: Plan, profile: Profile) -> None:
        """Say below the numbers which zones were filled in, in which CRS they are, and how areas are measured."""
        crs = tr("Coordinates: {crs}", crs=crs_words(plan))
        area = tr("Areas {how}", how=area_words(plan.meta["area_method"]))
        filled = [capital(said(one, profile)) for one in filled_words(plan.element_zones)]
        for text, tip in (*((one, one) for one in filled), (crs, crs), (area, f"{area}. {excess_words(plan)}")):
            self._say(text, tip).setForeground(0, muted_colour(self.palette()))

    def _say(self, text: str, tip: str) -> QTreeWidgetItem:
        item = QTreeWidgetItem(self, [text])
        item.setFirstColumnSpanned(True)
        item.setToolTip(0, as_tip(tip))
        return item

    def _bands(self, level: str) -> dict[int, Band]:
        return bands(self._published[1], level)

    def _add(self, title: str, table: Mapping[str, Mapping[str, float]], ranges: Mapping[int, Band]) -> QTreeWidgetItem:
        area, count = sum(row["area_m2"] for row in table.values()), sum(row["n"] for row in table.values())
        item = tree_line([title, str(int(count)), square_kilometres(area), ""], {}, right=(1, 2, 3), on=self)
        font = item.font(0)
        font.setBold(True)
        for column in range(4):
            item.setFont(column, font)
        for key, row in table.items():
            category = int(key)
            texts = [self._names[category], str(int(row["n"])), square_kilometres(row["area_m2"])]
            child = tree_line(
                [*texts, share_text(row["share"])],
                {CATEGORY: category},
                icon=chip_icon(category),
                right=(1, 2, 3),
                on=item,
            )
            child.setData(3, SHARE, float(row["share"]))
            if category in ranges:
                child.setData(3, BAND, ranges[category])
                child.setToolTip(3, hint(ranges[category], float(row["share"]), language()))
        for one in (item, *(item.child(number) for number in range(item.childCount()))):
            said = tr("{name}: {count} units", name=one.text(0), count=one.text(1))
            one.setToolTip(0, as_tip(said))
        return item
