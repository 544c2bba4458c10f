"""Story: may a project come to places of the demo: typed, drawn, dragged; why not, where else, a report, a table."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import shapely
from driver import report
from hands import (
    draw_along,
    keys,
    let_go,
    pick,
    press,
    press_button,
    press_down,
    press_item,
    press_map,
    press_tab,
    save_as,
    until,
    write,
)
from planner import demo_plan, pictured
from pyproj import Transformer
from qgis.core import QgsPointXY
from qgis.PyQt.QtCore import Qt, QTimer
from qgis.PyQt.QtWidgets import QComboBox, QDialogButtonBox
from qgis.utils import iface
from sight import dock, map_drawn, page, shot, to_page

if TYPE_CHECKING:
    from collections.abc import Generator

GROUNDS, ELSEWHERE, MANY = range(3)
TICK = 10  # milliseconds between two looks at how long the window stood still


def desk() -> Any:
    """The desk of assessment."""
    return page("assess")


def answered() -> Generator[float]:
    """Wait for the answer to what is asked now; tell verdict and units."""
    yield from until(lambda: desk().answer is not None and desk().answer.question == desk().question(), "an answer", 30)
    yield 0.2


def told() -> list[Any]:
    """What is answered: verdict, its word, why, units, seconds."""
    answer = desk().answer
    units = [unit["category"] for unit in answer.document["units"]]
    return [answer.document["verdict"], desk().head.title.text(), desk().head.text.text(), units, answer.seconds]


def deep_in(kind: str) -> Any:
    """A point deep in the largest unit of a kind, in the plan's CRS."""
    units = dock().session.plan.units
    unit = units[units["kind"] == kind].sort_values("area_m2").iloc[-1]
    circle = shapely.maximum_inscribed_circle(max(shapely.get_parts(unit["geometry"]), key=shapely.area))
    return shapely.Point(circle.coords[0])


def near_general() -> Any:
    """A point deep in a unit of the red line that lies near a general one of its county, in the plan's CRS."""
    units = dock().session.plan.units
    general = units[units["kind"] == "general"]
    best = None
    for _, unit in units[units["kind"] == "red_line"].iterrows():
        circle = shapely.maximum_inscribed_circle(max(shapely.get_parts(unit["geometry"]), key=shapely.area))
        own = general[general["code"].str[2:8] == unit["code"][2:8]]
        away = min((shapely.distance(shape, circle) for shape in own["geometry"]), default=1e9)
        if circle.length > 400 and (best is None or away < best[0]):
            best = (away, shapely.Point(circle.coords[0]))
    return best[1]


@pictured
def assessing() -> Generator[float | None]:
    """From the demo's plan to a report of a site that was moved to where the project may go."""
    yield from demo_plan()
    yield from to_page("assess")
    yield from until(lambda: desk().assessment.is_open, "the plan to be asked", 30)
    yield 0.5
    iface.messageBar().clearWidgets()
    report["sentence"] = desk().state().sentence
    shot("desk")
    yield from type_a_place()
    yield from draw_an_area()
    yield from say_the_industry()
    yield from drag_it()
    yield from say_a_fact()
    yield from look_elsewhere()
    yield from write_report()
    yield from many_projects()
    yield from begin_afresh()


def type_a_place() -> Generator[float]:
    """Longitude and latitude of a place in the red line."""
    point = near_general()
    way = Transformer.from_crs(dock().session.plan.crs, "EPSG:4490", always_xy=True)
    lon, lat = way.transform(point.x, point.y)
    press_button("control_units_assess_more")
    yield 0.2
    write(desk().place_bar.coordinates, f"{lon:.6f}, {lat:.6f}")
    keys(desk().place_bar.coordinates, Qt.Key.Key_Return)
    yield from answered()
    yield from map_drawn()
    report["typed"] = told()
    report["notice"] = desk().told.told.toPlainText()
    shot("typed")
    press_button("control_units_assess_more")
    yield 0.1


def draw_an_area() -> Generator[float]:
    """Three corners and a double click."""
    canvas, middle = iface.mapCanvas(), desk().spot.base
    step = canvas.extent().width() / 8
    press_button("control_units_assess_area")
    yield 0.2
    corners = [(-step, -step * 0.6), (step, -step * 0.5), (step * 0.7, step * 0.6), (-step * 0.8, step * 0.5)]
    # The first corner lies beside the site that is there, on which the tool would take hold.
    points = [QgsPointXY(middle.x + dx, middle.y + dy) for dx, dy in corners]
    for point in points[:-1]:
        press_map(canvas, point)
        yield 0.3
    shot("drawing")
    press_map(canvas, points[-1])
    yield 0.3
    keys(canvas, Qt.Key.Key_Return)
    yield from answered()
    report["drawn"] = told()
    report["kind"] = desk().answer.document["site"]["kind"]
    shot("drawn")


def say_the_industry() -> Generator[float]:
    """First letters of the pinyin; Enter takes what is found."""
    field = desk().project.industry
    write(field, "spzz")
    yield 0.4
    shot("industries")
    popup = field._completer.popup()
    report["popup"] = [popup.model().index(row, 0).data() for row in range(popup.model().rowCount())]
    keys(popup, Qt.Key.Key_Return)
    yield from answered()
    report["industry"] = [field.code, field.text()]
    report["with_industry"] = told()
    shot("industry")
    desk().project.name.setFocus()
    desk().project.name.insert("红岗食品二期")
    keys(desk().project.name, Qt.Key.Key_Return)
    yield from answered()
    report["named"] = [desk().answer.document["project"]["name"], desk().report.path().name]
    report["evidence"] = desk().told.area.height()
    shot("named")


def drag_it() -> Generator[float]:
    """The site is dragged over the border of its unit: the verdict follows while the button is down."""
    canvas, spot = iface.mapCanvas(), desk().spot
    centre = shapely.centroid(spot.base)
    begin = QgsPointXY(centre.x, centre.y)
    extent = canvas.extent()
    gaps, last = [], [time.perf_counter()]
    timer = QTimer()

    def look() -> None:
        now = time.perf_counter()
        gaps.append(now - last[0])
        last[0] = now

    timer.timeout.connect(look)
    seconds = []
    desk().assessment.answered.connect(lambda answer: seconds.append(answer.seconds))
    press_down(canvas, begin)
    timer.start(TICK)
    for share in range(1, 9):
        to = QgsPointXY(begin.x() + share / 8 * extent.width() / 5, begin.y() + share / 8 * extent.height() / 5)
        draw_along(canvas, [begin, to], steps=4)
        yield 0.1
    timer.stop()
    shot("dragging")
    report["card"] = desk().map.tool.card.text
    report["while_dragged"] = len(seconds)
    report["longest_answer"] = max(seconds, default=0.0)
    report["longest_gap"] = max(gaps)
    keys(canvas, Qt.Key.Key_Escape)
    let_go(canvas, to)
    yield from answered()
    report["put_back"] = bool(shapely.equals_exact(desk().spot.base, spot.base, 1e-6))


def say_a_fact() -> Generator[float]:
    """What the verdict hangs on is answered, and the verdict is another one."""
    facts, nature = desk().told.facts, desk().project.nature
    # What is new is forbidden here whatever else is said; what stands may have to go.
    yield from pick(nature, nature.findData("existing"))
    yield from answered()
    report["asked"] = [row.fact.title for row in facts.rows.values()]
    name = next((one for one, row in facts.rows.items() if row.choice is not None and row.choice.isVisible()), "")
    report["before_fact"] = told()
    if name:
        combo: QComboBox = facts.rows[name].choice
        desk().told.area.ensureWidgetVisible(combo)
        yield 0.2
        yield from pick(combo, 1)
        yield from answered()
        report["fact"] = [facts.rows[name].fact.title, combo.currentText(), name in desk().question().facts]
    report["after_fact"] = told()
    shot("fact")
    if name:
        yield from pick(facts.rows[name].choice, 0)
        yield from answered()
    yield from pick(nature, nature.findData("new"))
    yield from answered()
    bar = desk().told.area.verticalScrollBar()
    bar.setValue(bar.maximum() // 2)
    yield 0.2
    shot("clauses")


def look_elsewhere() -> Generator[float]:
    """Where it could go; the first of the places is taken."""
    press_tab(desk().tabs.tabBar(), ELSEWHERE)
    yield 0.2
    began = time.perf_counter()
    press_button("control_units_assess_look_elsewhere")
    yield from until(lambda: not desk().assessment.looking_elsewhere, "other places", 30)
    report["elsewhere_took"] = time.perf_counter() - began
    yield 0.5
    found = desk().elsewhere.answer.document["where_else"] if desk().elsewhere.answer is not None else []
    report["elsewhere"] = [sum(one["blocked_by"] is None for one in found), len(found)]
    report["elsewhere_said"] = desk().elsewhere.said.text()
    shot("elsewhere")
    if report["elsewhere"][0]:
        view = desk().elsewhere.list
        press_item(view, view.model().index(0, 0))
        yield from answered()
        yield from map_drawn()
        report["moved"] = told()
        shot("moved")


def write_report() -> Generator[float]:
    """A Word report beside the plan."""
    press_tab(desk().tabs.tabBar(), GROUNDS)
    yield 0.3
    row = desk().report
    report["target"] = str(row.path())
    press(row.now)
    yield from until(lambda: row.became.text() and not row._writing, "the report", 60)
    yield 0.2
    report["became"] = row.became.text()
    report["written"] = row.path().is_file()
    shot("report")


def many_projects() -> Generator[float]:
    """Two projects of a table, one of which cannot be read."""
    place = deep_in("general")
    table = Path(os.environ["HOME"]) / "Documents" / "projects.csv"
    lines = ["编号,项目名称,X,Y,半径,行业代码", f"1,化工园,{place.x:.1f},{place.y:.1f},200,C26", "2,未定,,,,C26"]
    table.write_text("\n".join(lines) + "\n", encoding="utf-8")
    press_tab(desk().tabs.tabBar(), MANY)
    yield 0.2
    save_as(table.name, lambda: None, QDialogButtonBox.StandardButton.Open)
    press_button("control_units_assess_table")
    yield from until(lambda: desk().batch.table is not None, "the table", 20)
    yield 0.3
    view = desk().batch.list
    report["table"] = [
        [view.rows.index(row, column).data() for column in range(3)] for row in range(view.rows.rowCount())
    ]
    press_item(view, view.model().index(0, 0))
    yield from answered()
    yield from map_drawn()
    report["chosen"] = told()
    shot("table")
    press(desk().batch.report.now)
    yield from until(lambda: desk().batch.report.became.text() and not desk().batch.report._writing, "the table", 60)
    report["saved"] = desk().batch.report.path().is_file()
    yield 0.2
    shot("saved")


def begin_afresh() -> Generator[float]:
    """Another project: nothing of the one before is left, on the desk or on the map."""
    press_tab(desk().tabs.tabBar(), GROUNDS)
    yield 0.2
    press_button("control_units_assess_new")
    yield from map_drawn()
    tool = desk().map.tool
    report["afresh"] = [desk().project.called(), desk().told.facts.answers(), desk().spot, tool.sketch.spot]
    shot("afresh")
