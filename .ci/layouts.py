"""Writes resources/layouts, the sheets that maps and atlases are printed on, with QGIS.

Maps have A4 to A0, lying and standing; an atlas A4 and A3, standing. What stands on a sheet goes by the id of its
item: the map 地图, the legend 图例, the scale bar 比例尺, the north arrow 指北针, and the texts 标题, 密级, 编制单位 …
In a text ``{}`` is what the plan says in full (编制单位：某局), ``{value}`` only the value (某局); a text without
either stays as it is. An atlas has a map of where it is besides (位置图), a stripe in the colour of the category
(类别色) and two tables: 说明卡 on its first page, and 清单 on its second, which runs on to further pages like that one.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from qgis.core import (
    Qgis,
    QgsApplication,
    QgsFillSymbol,
    QgsLayoutFrame,
    QgsLayoutItem,
    QgsLayoutItemLabel,
    QgsLayoutItemLegend,
    QgsLayoutItemManualTable,
    QgsLayoutItemMap,
    QgsLayoutItemPage,
    QgsLayoutItemPicture,
    QgsLayoutItemScaleBar,
    QgsLayoutItemShape,
    QgsLayoutMeasurement,
    QgsLayoutMultiFrame,
    QgsLayoutPoint,
    QgsLayoutSize,
    QgsLayoutTable,
    QgsLegendStyle,
    QgsPrintLayout,
    QgsProject,
    QgsReadWriteContext,
    QgsTableCell,
    QgsTextFormat,
)
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtGui import QColor, QFont

LAYOUTS = Path(__file__).resolve().parent.parent / "resources" / "layouts"
PAPERS = {"A4": (210, 297), "A3": (297, 420), "A2": (420, 594), "A1": (594, 841), "A0": (841, 1189)}
# How much larger than on A3 everything is that is read from further away.
LARGER = {"A4": 0.74, "A3": 1.0, "A2": 1.3, "A1": 1.7, "A0": 2.2}
FAMILIES = ["Noto Sans CJK SC", "Source Han Sans SC", "Microsoft YaHei", "PingFang SC", "SimHei", "WenQuanYi Micro Hei"]
DARK = "#1a1a1a"
ARROW = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 60 100"><g stroke="#1a1a1a" stroke-width="2" '
    'stroke-linejoin="round"><path d="M30 28 L8 96 L30 80 Z" fill="#1a1a1a"/><path d="M30 28 L52 96 L30 80 Z" '
    'fill="#ffffff"/><path d="M22 22 L22 4 L38 22 L38 4" fill="none" stroke-width="4"/></g></svg>'
)


def text_format(size: float, *, bold: bool = False, colour: str = DARK) -> QgsTextFormat:
    """Make the look of a text; families further on in the list stand in for those that are not installed."""
    font = QFont(FAMILIES[0])
    font.setBold(bold)
    out = QgsTextFormat()
    out.setFont(font)
    out.setFamilies(FAMILIES)
    out.setForcedBold(bold)
    out.setSize(round(size, 1))
    out.setColor(QColor(colour))
    return out


@dataclass
class Sheet:
    """A sheet while its items are put on it; lengths in mm."""

    layout: QgsPrintLayout
    larger: float
    page: int = 0

    def put(self, item: QgsLayoutItem, name: str, x: float, y: float, width: float, height: float) -> None:
        self.layout.addLayoutItem(item)
        self.place(item, name, x, y, width, height)

    def place(self, item: QgsLayoutItem, name: str, x: float, y: float, width: float, height: float) -> None:
        item.setId(name)
        item.attemptMove(QgsLayoutPoint(round(x, 2), round(y, 2)), True, False, self.page)
        item.attemptResize(QgsLayoutSize(round(width, 2), round(height, 2)))

    def text(
        self,
        name: str,
        box: tuple[float, float, float, float],
        size: float,
        *,
        align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
        bold: bool = False,
        colour: str = DARK,
        text: str = "{}",
    ) -> QgsLayoutItemLabel:
        item = QgsLayoutItemLabel(self.layout)
        item.setText(text)
        item.setTextFormat(text_format(size * self.larger, bold=bold, colour=colour))
        item.setHAlign(align)
        item.setVAlign(Qt.AlignmentFlag.AlignVCenter if bold else Qt.AlignmentFlag.AlignTop)
        item.setMarginX(0)
        item.setMarginY(0)
        self.put(item, name, *box)
        return item

    def frame(self, name: str, box: tuple[float, float, float, float], width: float) -> None:
        item = QgsLayoutItemShape(self.layout)
        item.setShapeType(QgsLayoutItemShape.Shape.Rectangle)
        look = {"style": "no", "outline_color": DARK, "outline_width": f"{width * self.larger:.2f}"}
        item.setSymbol(QgsFillSymbol.createSimple(look))
        self.put(item, name, *box)

    def map(self, box: tuple[float, float, float, float], name: str = "地图") -> None:
        item = QgsLayoutItemMap(self.layout)
        item.setFrameEnabled(True)
        item.setFrameStrokeWidth(QgsLayoutMeasurement(round(0.3 * self.larger, 2)))
        item.setBackgroundColor(QColor("white"))
        self.put(item, name, *box)

    def legend(self, box: tuple[float, float, float, float], columns: int, *, size: float = 1.0) -> None:
        size *= self.larger
        item = QgsLayoutItemLegend(self.layout)
        item.setAutoUpdateModel(False)
        item.setResizeToContents(True)
        item.setTitle("图例")
        item.setWrapString("|")
        item.setColumnCount(columns)
        item.setSplitLayer(True)
        item.setEqualColumnWidth(False)
        item.setBoxSpace(0)
        item.setColumnSpace(6 * size)
        item.setSymbolWidth(8 * size)
        item.setSymbolHeight(4.5 * size)
        for part, points, bold in (
            (QgsLegendStyle.Style.Title, 12, True),
            (QgsLegendStyle.Style.Group, 9, False),
            (QgsLegendStyle.Style.Subgroup, 9, False),
            (QgsLegendStyle.Style.Symbol, 8.5, False),
            (QgsLegendStyle.Style.SymbolLabel, 8.5, False),
        ):
            style = item.style(part)
            style.setTextFormat(text_format(points * size, bold=bold))
            item.setStyle(part, style)
        item.rstyle(QgsLegendStyle.Style.Symbol).setMargin(QgsLegendStyle.Side.Top, 2.2 * size)
        item.rstyle(QgsLegendStyle.Style.SymbolLabel).setMargin(QgsLegendStyle.Side.Left, 2 * size)
        self.put(item, "图例", *box)

    def stripe(self, name: str, box: tuple[float, float, float, float], colour: str) -> None:
        item = QgsLayoutItemShape(self.layout)
        item.setShapeType(QgsLayoutItemShape.Shape.Rectangle)
        item.setSymbol(QgsFillSymbol.createSimple({"color": colour, "outline_style": "no"}))
        self.put(item, name, *box)

    def table(self, name: str, box: tuple[float, float, float, float], size: float, *, runs_on: bool) -> None:
        """Put a table whose cells are filled in when it is printed; of one that runs on every page has the headings."""
        item = QgsLayoutItemManualTable.create(self.layout)
        self.layout.addMultiFrame(item)
        frame = QgsLayoutFrame(self.layout, item)
        item.addFrame(frame, False)  # and to the layout
        self.place(frame, name, *box)
        item.setContentTextFormat(text_format(size * self.larger))
        item.setHeaderTextFormat(text_format(size * self.larger, bold=True))
        item.setHeaderHAlignment(QgsLayoutTable.HeaderHAlignment.HeaderLeft)
        item.setCellMargin(round(1.0 * self.larger, 2))
        item.setGridStrokeWidth(round(0.12 * self.larger, 2))
        item.setGridColor(QColor("#9a9a9a"))
        item.setWrapBehavior(QgsLayoutTable.WrapBehavior.TruncateText)
        item.setIncludeTableHeader(runs_on)
        every = QgsLayoutTable.HeaderMode.AllFrames
        item.setHeaderMode(every if runs_on else QgsLayoutTable.HeaderMode.NoHeaders)
        # An empty one is no table of QGIS's, and its frame is as wide as its columns are.
        item.setTableContents([[QgsTableCell("")]])
        item.setColumnWidths([round(box[2] - 2 * item.cellMargin() - 2 * item.gridStrokeWidth(), 2)])
        mode = QgsLayoutMultiFrame.ResizeMode
        item.setResizeMode(mode.RepeatUntilFinished if runs_on else mode.UseExistingFrames)

    def scale_bar(self, box: tuple[float, float, float, float], longest: float = 0.84, *, segments: int = 4) -> None:
        item = QgsLayoutItemScaleBar(self.layout)
        item.setStyle("Single Box")
        item.setUnits(Qgis.DistanceUnit.Kilometers)
        item.setUnitLabel("km")
        item.setNumberOfSegments(segments)
        item.setNumberOfSegmentsLeft(0)
        item.setHeight(round(1.8 * self.larger, 2))
        item.setLabelBarSpace(round(1.2 * self.larger, 2))
        item.setBoxContentSpace(1)
        item.setTextFormat(text_format(8 * self.larger))
        x, y, width, height = box
        # It takes the size that it needs: how long its bar may be, and where its middle is, has to be said apart.
        item.setMaximumBarWidth(round(longest * width, 2))
        item.setReferencePoint(QgsLayoutItem.ReferencePoint.UpperMiddle)
        self.put(item, "比例尺", x + width / 2, y, width, height)

    def north_arrow(self, box: tuple[float, float, float, float]) -> None:
        item = QgsLayoutItemPicture(self.layout)
        item.setMode(QgsLayoutItemPicture.Format.FormatSVG)
        item.setPicturePath("base64:" + base64.b64encode(ARROW.encode()).decode())
        item.setResizeMode(QgsLayoutItemPicture.ResizeMode.Zoom)
        item.setPictureAnchor(QgsLayoutItem.ReferencePoint.Middle)
        self.put(item, "指北针", *box)


# Notes: item, height in lines.
NOTES = (("状态", 1), ("坐标系", 2), ("面积口径", 2), ("底图来源", 4), ("审图号", 1))
LINE = 4.4  # mm on A3


def sheet(paper: str, *, wide: bool) -> QgsPrintLayout:
    """Lay out a sheet: title above, the map, and beside it (portrait: below it) what explains it."""
    short, long = PAPERS[paper]
    width, height = (long, short) if wide else (short, long)
    k = LARGER[paper]
    layout = QgsPrintLayout(QgsProject.instance())
    layout.initializeDefaults()
    layout.setName(f"{paper} {'横幅' if wide else '竖幅'}")
    page = layout.pageCollection().page(0)
    page.setPageSize(paper, QgsLayoutItemPage.Orientation.Landscape if wide else QgsLayoutItemPage.Orientation.Portrait)
    on = Sheet(layout, k)
    edge, gap = 8 * k, 4 * k
    inner = width - 2 * edge
    on.frame("图廓", (edge, edge, inner, height - 2 * edge), 0.6)
    top = edge + 20 * k
    on.text(
        "标题",
        (edge + 34 * k, edge + 2 * k, inner - 68 * k, 16 * k),
        20,
        align=Qt.AlignmentFlag.AlignHCenter,
        bold=True,
    )
    on.text(
        "密级", (edge + inner - 34 * k, edge + 4 * k, 30 * k, 6 * k), 9, align=Qt.AlignmentFlag.AlignRight, bold=True
    )
    if wide:
        side = 82 * k
        right = edge + inner - gap - side
        on.map((edge + gap, top, inner - 3 * gap - side, height - edge - gap - top))
        on.north_arrow((right, top, side, 22 * k))
        foot = sum(lines for _, lines in NOTES) * LINE * k + 2 * 7 * k
        floor = height - edge - gap
        scale = floor - foot - 26 * k
        on.legend((right, top + 26 * k, side, scale - top - 30 * k), 1)
        on.text("数字比例尺", (right, scale, side, 6 * k), 9, align=Qt.AlignmentFlag.AlignHCenter)
        on.scale_bar((right, scale + 6 * k, side, 13 * k))
        y = floor - foot
        for name, lines in NOTES:
            on.text(name, (right, y, side, lines * LINE * k), 8)
            y += lines * LINE * k
        on.text("编制单位", (right, floor - 13 * k, side, 7 * k), 9)
        on.text("日期", (right, floor - 6 * k, side, 6 * k), 9)
    else:
        strip = 58 * k
        below = height - edge - gap - strip
        on.map((edge + gap, top, inner - 2 * gap, below - gap - top))
        left, room = edge + gap, inner - 2 * gap
        legend, middle = 0.44 * room, 0.22 * room
        on.legend((left, below, legend, strip), 2)
        on.north_arrow((left + legend, below, middle, 26 * k))
        on.text("数字比例尺", (left + legend, below + 30 * k, middle, 6 * k), 9, align=Qt.AlignmentFlag.AlignHCenter)
        on.scale_bar((left + legend, below + 36 * k, middle, 13 * k))
        x, notes = left + legend + middle + gap, room - legend - middle - gap
        y = below
        for name, lines in NOTES:
            on.text(name, (x, y, notes, lines * LINE * k), 8)
            y += lines * LINE * k
        on.text("编制单位", (x, below + strip - 13 * k, notes, 7 * k), 9)
        on.text("日期", (x, below + strip - 6 * k, notes, 6 * k), 9)
    return layout


def atlas(paper: str) -> QgsPrintLayout:
    """Lay out a sheet of an atlas: a page with the map and what explains it, and one for a list that runs on."""
    width, height = PAPERS[paper]
    k = LARGER[paper] / LARGER["A4"]
    layout = QgsPrintLayout(QgsProject.instance())
    layout.initializeDefaults()
    layout.setName(f"{paper} 图集")
    pages = layout.pageCollection()
    pages.page(0).setPageSize(paper, QgsLayoutItemPage.Orientation.Portrait)
    second = QgsLayoutItemPage(layout)
    second.setPageSize(paper, QgsLayoutItemPage.Orientation.Portrait)
    pages.addPage(second)
    # More room where sheets are bound.
    left, right, top, floor = 20 * k, width - 12 * k, 11 * k, height - 20 * k
    inner, gap = right - left, 4 * k
    for page in (0, 1):
        on = Sheet(layout, k, page)
        on.text("标题", (left, top, inner - 52 * k, 5 * k), 8, colour="#5a5a5a")
        on.text("密级", (right - 50 * k, top, 50 * k, 5 * k), 8.5, align=Qt.AlignmentFlag.AlignRight, bold=True)
        on.stripe("类别色", (left, top + 7 * k, 2.2 * k, 14 * k), "#9a9a9a")
        on.text("名称", (left + 5 * k, top + 6.5 * k, inner - 27 * k, 8.5 * k), 15, bold=True)
        on.text("编码", (left + 5 * k, top + 15.5 * k, inner - 27 * k, 5.5 * k), 10)
        mark = on.text(
            "草稿", (right - 18 * k, top + 8 * k, 18 * k, 9 * k), 12, align=Qt.AlignmentFlag.AlignHCenter,
            bold=True, colour="#c8102e",
        )  # fmt: skip
        mark.setFrameStrokeColor(QColor("#c8102e"))
        mark.setFrameStrokeWidth(QgsLayoutMeasurement(round(0.5 * k, 2)))
        mark.setFrameEnabled(True)
        on.stripe("底线", (left, floor + 2 * k, inner, 0.25 * k), "#5a5a5a")
        on.text("编制单位", (left, floor + 3.5 * k, 0.62 * inner, 4.5 * k), 7.5, colour="#5a5a5a")
        on.text("日期", (left, floor + 8 * k, 0.62 * inner, 4.5 * k), 7.5, colour="#5a5a5a")
        end = Qt.AlignmentFlag.AlignRight
        on.text("幅号", (left + 0.62 * inner, floor + 3.5 * k, 0.38 * inner, 4.5 * k), 7.5, align=end)
        on.text("页号", (left + 0.62 * inner, floor + 8 * k, 0.38 * inner, 4.5 * k), 7.5, align=end)
    on = Sheet(layout, k, 0)
    head = top + 24 * k
    side = 52 * k
    high = 112 * k
    on.map((left, head, inner - gap - side, high))
    x = right - side
    on.map((x, head, side, 45 * k), "位置图")
    on.legend((x, head + 47.5 * k, side, 42 * k), 1, size=0.8)
    on.north_arrow((x, head + 91 * k, 11 * k, 20 * k))
    on.text("数字比例尺", (x + 12 * k, head + 93 * k, side - 12 * k, 5.5 * k), 8.5, align=Qt.AlignmentFlag.AlignHCenter)
    on.scale_bar((x + 12 * k, head + 98.5 * k, side - 12 * k, 13 * k), 0.7, segments=2)
    below = head + high + gap
    on.table("说明卡", (left, below, inner, floor - 15 * k - below), 8, runs_on=False)
    y = floor - 13.5 * k
    for name, row in (("坐标系", 0), ("面积口径", 1), ("状态", 2)):
        on.text(name, (left, y + 4.5 * row * k, 0.5 * inner - 3 * k, 4.5 * k), 7, colour="#5a5a5a")
    on.text("底图来源", (left + 0.5 * inner, y, 0.5 * inner, 9 * k), 7, colour="#5a5a5a")
    on.text("审图号", (left + 0.5 * inner, y + 9 * k, 0.5 * inner, 4.5 * k), 7, colour="#5a5a5a")
    on = Sheet(layout, k, 1)
    on.text("清单名", (left, head, inner, 6.5 * k), 10.5, bold=True)
    on.table("清单", (left, head + 8 * k, inner, floor - head - 8 * k), 8, runs_on=True)
    return layout


def same_every_time(path: Path) -> None:
    """Replace the random ids that QGIS gives items by numbers, and leave out what it says of the project it was in."""
    numbers: dict[str, str] = {}
    text = path.read_text(encoding="utf-8")
    text = re.sub(
        r"\{[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\}",
        lambda found: numbers.setdefault(found[0], f"{{00000000-0000-4000-8000-{len(numbers) + 1:012d}}}"),
        text,
    )
    path.write_text(text, encoding="utf-8")


def main() -> None:
    """Write the sheets of maps, for each paper and each way round, and those of atlases."""
    application = QgsApplication([], False)
    application.initQgis()
    LAYOUTS.mkdir(parents=True, exist_ok=True)
    made = {
        f"map_{paper}_{'landscape' if wide else 'portrait'}.qpt": partial(sheet, paper, wide=wide)
        for paper in PAPERS
        for wide in (True, False)
    }
    made |= {f"atlas_{paper}.qpt": partial(atlas, paper) for paper in ("A4", "A3")}
    for name, make in made.items():
        layout = make()
        if not layout.saveAsTemplate(str(LAYOUTS / name), QgsReadWriteContext()):
            raise SystemExit(f"{name} cannot be written")
        same_every_time(LAYOUTS / name)
        del layout
    application.exitQgis()


if __name__ == "__main__":
    main()
