"""Story: the demo's plan is revised with real mouse and keys; then closed, opened again and found as it was."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from driver import report
from edited_plan import rows
from hands import (
    POPUP,
    draw_along,
    hover,
    keys,
    let_go,
    pick,
    press,
    press_action,
    press_button,
    press_down,
    press_map,
    press_tab,
    settle_window,
    until,
    write,
)
from planner import clear_desk, demo_plan, pictured
from qgis.core import QgsFeature, QgsPointXY, QgsProject, QgsRectangle, QgsVectorLayer
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QAction, QApplication, QFrame, QLabel, QMenu, QToolBar
from qgis.utils import iface
from sight import dock, map_drawn, page, shot, to_page, units_layer

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
NEW_NAME = "东山重点管控单元"
ROOM = 1.8  # how much wider the map is than what is worked on


# ── Where to put the hands: found in the plan, as a planner sees it on the map ──────────────────────────────────────


def revision() -> Any:
    """What the panel revises."""
    return dock().session.revision


def state() -> Any:
    """The plan as it stands."""
    return revision().state


def unit_of(row: int) -> Any:
    """The unit of a face."""
    now = state()
    return now.units[now.counters.ids[now.label[row]]]


def alike(one: Any, other: Any) -> bool:
    """Two units may exchange faces without a document: one county, one category, both on land or at sea."""
    same = (one.county, one.category, one.code[:2]) == (other.county, other.category, other.code[:2])
    return one.unit_id != other.unit_id and same


@dataclass(frozen=True)
class Chain:
    """A face of the unit that grows, and three faces of another one behind it, by their rows."""

    target: Any
    giver: Any
    first: int
    taken: tuple[int, int, int]


def chain() -> Chain:
    """Three faces in a row that a stroke can reach from the unit beside them, through no others."""
    now = state()
    mesh = now.mesh
    neighbours: dict[int, list[int]] = {}
    for left, right in zip(mesh.left.tolist(), mesh.right.tolist(), strict=True):
        neighbours.setdefault(left, []).append(right)
        neighbours.setdefault(right, []).append(left)
    large = mesh.area > np.quantile(mesh.area, 0.6)
    for left, right in zip(mesh.left.tolist(), mesh.right.tolist(), strict=True):
        for first, begin in ((left, right), (right, left)):
            target, giver = unit_of(first), unit_of(begin)
            if not alike(target, giver) or not large[first] or not large[begin]:
                continue
            mine = [one for one in neighbours[begin] if unit_of(one).unit_id == giver.unit_id and large[one]]
            for second in mine:
                for third in neighbours[second]:
                    if third == begin or not large[third] or unit_of(third).unit_id != giver.unit_id:
                        continue
                    line = shapely.LineString(mesh.point[[first, begin, second, third]])
                    met = set(mesh.tree.query(line, "intersects").tolist())
                    if met <= {first, begin, second, third} and len(now.rows_of(giver.unit_id)) > 8:
                        return Chain(target, giver, first, (begin, second, third))
    raise AssertionError("no such faces")


def split_line() -> tuple[Any, list[tuple[float, float]]]:
    """A line across a large unit, begun and ended a little outside of it, that cuts it into two."""
    for row in sorted(state().units.values(), key=lambda one: -one.area_m2):
        if row.locked or row.category != 3:
            continue
        shape = max(shapely.get_parts(outline(row.unit_id)), key=shapely.area)
        west, south, east, north = shape.bounds
        for share in (0.5, 0.4, 0.6, 0.3, 0.7, 0.2, 0.8):
            x = west + share * (east - west)
            across = shapely.intersection(shape, shapely.LineString([(x, south - 1), (x, north + 1)]))
            for mine in sorted(shapely.get_parts(across), key=shapely.length)[-2:]:
                (_, low), (_, high) = shapely.get_coordinates(mine)[[0, -1]]
                reach = 0.03 * (high - low)
                line = [(x, low - reach), (x + reach, (low + high) / 2), (x, high + reach)]
                if cuts(row, line):
                    return row, line
    raise AssertionError("no unit that a line divides")


def cuts(row: Any, line: list[tuple[float, float]]) -> bool:
    """Whether the engine divides a unit by a line, and most of that lies in the unit."""
    from control_units.delineation.core.errors import BadInput
    from control_units.delineation.revision.apply import apply
    from control_units.delineation.revision.ops import Edit

    drawn = shapely.LineString(line)
    if shapely.intersection(drawn, outline(row.unit_id)).length < 0.8 * drawn.length:
        return False
    try:
        apply(state(), Edit("split", {"unit": row.unit_id, "line": drawn.wkt}))
    except BadInput:
        return False
    return True


def outline(unit_id: str) -> Any:
    """The outline of a unit."""
    now = state()
    return now.mesh.outlines(now.label, np.array([now.counters.place[unit_id]]))[0]


def bump() -> tuple[Any, Any, list[tuple[float, float]]]:
    """A border of two units, and a line that leaves one over it and comes back: what lies between changes hands."""
    now = state()
    mesh = now.mesh
    best = (0.0, None)
    for number in np.argsort(-mesh.length)[:400].tolist():
        one, other = unit_of(int(mesh.left[number])), unit_of(int(mesh.right[number]))
        if not alike(one, other) or one.locked or other.locked or one.category == 1:
            continue
        line = max(shapely.get_parts(mesh.border_shapes(np.array([number]))[0]), key=shapely.length)
        a, b = shapely.line_interpolate_point(line, [0.3, 0.7], normalized=True)
        across = np.array([-(b.y - a.y), b.x - a.x]) / 2
        middle = np.array([(a.x + b.x) / 2, (a.y + b.y) / 2])
        for sign in (1, -1):
            tip, start, end = (
                middle + sign * across,
                np.array([a.x, a.y]) - sign * 0.25 * across,
                np.array([b.x, b.y]) - sign * 0.25 * across,
            )
            spots = [now.mesh.at(*spot) for spot in (start, tip, end)]
            if min(spots) < 0:
                continue
            units = [unit_of(spot).unit_id for spot in spots]
            if units[0] == units[2] != units[1] and {units[0], units[1]} == {one.unit_id, other.unit_id}:
                drawn = shapely.LineString([start, tip, end])
                met = {unit_of(row).unit_id for row in mesh.tree.query(drawn, "intersects").tolist()}
                if met == {one.unit_id, other.unit_id} and drawn.length > best[0]:
                    mine = (one, other) if units[0] == one.unit_id else (other, one)
                    best = (drawn.length, (*mine, [tuple(spot) for spot in (start, tip, end)]))
    assert best[1] is not None, "no such border"
    return best[1]


def pair_to_merge() -> tuple[Any, Any]:
    """Two neighbours that may become one without a document."""
    now = state()
    for left, right in zip(now.mesh.left.tolist(), now.mesh.right.tolist(), strict=True):
        one, other = unit_of(left), unit_of(right)
        if alike(one, other) and not one.locked and not other.locked:
            return (one, other) if one.area_m2 >= other.area_m2 else (other, one)
    raise AssertionError("no such pair")


def inside(unit_id: str) -> QgsPointXY:
    """A place well inside a unit, on the map."""
    shape = max(shapely.get_parts(outline(unit_id)), key=shapely.area)
    x, y = shapely.get_coordinates(shapely.maximum_inscribed_circle(shape))[0]
    return on_map((float(x), float(y)))


def on_map(place: tuple[float, float]) -> QgsPointXY:
    """A place of the plan in the map's CRS, which is the plan's in this story."""
    return QgsPointXY(*place)


def show(places: Sequence[tuple[float, float]]) -> Generator[float]:
    """Bring some places into the middle of the map, and wait for it."""
    xs, ys = zip(*places, strict=True)
    extent = QgsRectangle(min(xs), min(ys), max(xs), max(ys))
    extent.scale(ROOM)
    iface.mapCanvas().setExtent(extent)
    iface.mapCanvas().refresh()
    yield from map_drawn()


# ── What the file says, read by another program ─────────────────────────────────────────────────────────────────────


def digest() -> dict[str, Any]:
    """Units with their codes, names, categories and faces, and where the journal stands, as the file has them."""
    plan = dock().session.plan_path
    columns = "unit_id, code, name, category, locked, round(area_m2, 1), kind"
    units = rows(plan, f"SELECT {columns} FROM units ORDER BY unit_id")  # noqa: S608 - names of its own
    faces = rows(plan, "SELECT face_id, unit_id FROM faces ORDER BY face_id")
    (meta,) = rows(plan, "SELECT value FROM meta WHERE key = 'head'") or [("0",)]
    return {"units": units, "faces": faces, "head": int(meta[0])}


def copied(name: str) -> None:
    """Keep a copy of the file as it stands, for whoever looks at it when QGIS has gone."""
    plan = dock().session.plan_path
    copy = Path(os.environ["HOME"]) / f"{name}.gpkg"
    rows(plan, f"VACUUM INTO '{copy}'")
    report.setdefault("copies", {})[name] = str(copy)


def changed_by(act: Any) -> Generator[float, None, Any]:
    """Do something with the hands, and wait until the revision tells that it is on disk."""
    told: list[Any] = []
    revision().changed.connect(told.append)
    refused: list[Any] = []
    revision().refused.connect(refused.append)
    act()
    yield from until(lambda: told or refused, "an edit")
    revision().changed.disconnect(told.append)
    revision().refused.disconnect(refused.append)
    assert told, refused[0].error.sentence()
    yield 0.1
    return told[0]


def press_tool(key: str) -> None:
    """Take a tool in hand by its button."""
    bar = page("revision").bar
    if bar.key != key:  # a second press puts it down
        press_action(bar.actions_by_key[key])


def card_text() -> str:
    """What the card at the pointer says."""
    cards = iface.mainWindow().findChildren(QFrame, "control_units_cursor_card")
    labels = [label for one in cards if one.isVisible() for label in one.findChildren(QLabel) if label.isVisible()]
    return "\n".join(label.text() for label in labels if label.text())


def begin_scenario(box: Any) -> None:
    """Begin a scenario under the name that is proposed."""
    press(box.begin)


def compared(box: Any) -> Generator[float]:
    """Compare the scenario that is current with the main plan."""
    press_tab(page("revision").tabs.tabBar(), 2)
    yield 0.2
    press(box.compare)
    yield from until(lambda: box.table.isVisible() and box.table.sums.rows.rowCount() > 3, "the comparison", 30)
    yield 0.3
    report["compared"] = [
        [box.table.sums.rows.index(row, column).data() for column in range(4)]
        for row in range(box.table.sums.rows.rowCount())
    ]


def look_at_changes() -> Generator[float]:
    """What differs from the plan as the run left it, in the desk and on the map."""
    desk = page("revision")
    press_tab(desk.tabs.tabBar(), 3)
    yield 0.2
    box = desk.changes
    press(box.start)
    yield from until(lambda: box.found is not None and box.sums.count() > 1, "what differs", 30)
    canvas = iface.mapCanvas()
    canvas.setExtent(units_layer().extent())
    canvas.refresh()
    yield from map_drawn()
    yield 0.5
    report["kinds"] = [box.sums.itemText(row) for row in range(box.sums.count())]
    report["change_rows"] = box.table.model().rowCount() if hasattr(box.table, "model") else -1
    shot("changes")
    press(box.slide)
    yield 0.5
    shot("swipe")
    # The line is taken by its grip, not by the tool in hand that paints.
    press_tool("P")
    before, centre = digest(), canvas.extent().center()
    quarter = QgsPointXY(centre.x() - canvas.extent().width() / 4, centre.y())
    press_down(canvas, centre)
    draw_along(canvas, [centre, quarter])
    let_go(canvas, quarter)
    yield 0.5
    report["swiped"] = [box.line.value() / box.line.maximum(), digest() == before, revision().drawing]
    shot("swiped")
    press_action(desk.bar.actions_by_key["P"])
    press(box.slide)
    yield 0.2


def own_digitizing() -> Generator[float]:
    """QGIS's own pencil is tried on the units: it says why not, and names what edits them."""
    iface.setActiveLayer(units_layer())
    yield 0.2
    action = iface.actionToggleEditing()
    report["pencil_tip"] = action.toolTip()
    (button,) = [one for one in action.associatedWidgets() if isinstance(one, QToolBar) and one.isVisible()][:1]
    place = button.widgetForAction(action)
    QTest.mouseClick(place, Qt.MouseButton.LeftButton)
    yield 0.4
    item = iface.messageBar().currentItem()
    report["pencil_said"] = item.text() if item is not None else ""
    report["pencil_edits"] = units_layer().isEditable()
    shot("pencil")
    iface.messageBar().clearWidgets()


def open_menus() -> list[QMenu]:
    """The menus that are open."""
    return [one for one in QApplication.topLevelWidgets() if isinstance(one, QMenu) and one.isVisible()]


# ── The story ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pictured
def revising() -> Generator[float | None]:
    """From the demo's plan to one that was painted, split, reshaped and merged; undone, done again, and branched."""
    yield from demo_plan()
    report["plan"] = str(dock().session.plan_path)
    report["steps"] = [digest()]
    copied("first")
    yield from to_page("revision")
    yield 0.3
    iface.messageBar().clearWidgets()
    report["before"] = page("revision").line.text.text()
    shot("desk")
    yield from ask_why()
    yield from paint()
    yield from split()
    yield from reshape()
    yield from lower_a_red_line()
    yield from merge()
    yield from found_unit()
    yield from move_township()
    yield from undo_and_redo()
    yield from branch_and_compare()
    yield from look_at_changes()
    yield from own_digitizing()
    yield from finish()
    yield from save_project()


def ask_why() -> Generator[float]:
    """A place is asked about: the card says why it is what it is."""
    desk = page("revision")
    press_tool("W")
    plan = dock().session.plan
    unit = plan.units[plan.units["category"] == 1].sort_values("area_m2").iloc[-1]
    point = shapely.maximum_inscribed_circle(max(shapely.get_parts(unit["geometry"]), key=shapely.area))
    press_map(iface.mapCanvas(), QgsPointXY(*shapely.get_coordinates(point)[0].tolist()))
    yield from until(lambda: unit["name"] in desk.why.toPlainText(), "the card", 30)
    report["why"] = desk.why.toPlainText()
    shot("why")


def paint() -> Generator[float]:
    """Three faces go to the unit beside them in one stroke."""
    desk, canvas = page("revision"), iface.mapCanvas()
    press_tool("P")
    yield from until(lambda: revision().is_open, "the plan under revision", 60)
    yield 0.2
    report["claimed"] = list(dock().session.plan_path.parent.glob("*.lock")) != []
    found = chain()
    mesh = state().mesh
    spots = [tuple(mesh.point[row]) for row in (found.first, *found.taken)]
    yield from show([*spots, *mesh.bounds[list(found.taken)].reshape(-1, 2).tolist()])
    press_map(canvas, on_map(spots[0]), ALT)
    yield from until(lambda: revision().target == found.target.unit_id, "the target")
    ids = mesh.face_id[list(found.taken)].tolist()
    foreseen: list[Any] = []
    revision().foreseen.connect(foreseen.append)
    press_down(canvas, on_map(spots[0]))
    draw_along(canvas, [on_map(one) for one in spots[:3]])
    yield 0.1
    draw_along(canvas, [on_map(one) for one in spots[2:]])
    yield from until(lambda: foreseen and len(foreseen[-1].op["faces"]) >= 3, "what would follow")
    yield 0.3
    report["card"] = card_text()
    shot("painting")
    revision().foreseen.disconnect(foreseen.append)
    changed = yield from changed_by(lambda: let_go(canvas, on_map(spots[-1])))
    report["painted"] = {
        "wanted": ids,
        "target": found.target.unit_id,
        "entries": len(changed.entries),
        "title": changed.titles[0],
    }
    report["steps"].append(digest())
    yield from map_drawn()
    report["undo_tip"] = desk.bar.undo.toolTip()
    shot("painted")


def split() -> Generator[float]:
    """A unit is divided by a line of three points."""
    canvas = iface.mapCanvas()
    unit, line = split_line()
    yield from show([*line, *shapely.get_coordinates(shapely.box(*outline(unit.unit_id).bounds)).tolist()])
    press_tool("S")
    for place in line[:-1]:
        press_map(canvas, on_map(place))
        yield 0.1
    hover(canvas, on_map(line[-1]))
    yield 0.6
    report["split_card"] = card_text()
    shot("splitting")

    def end() -> None:
        press_map(canvas, on_map(line[-1]))
        keys(canvas, Qt.Key.Key_Return)

    changed = yield from changed_by(end)
    made = changed.entries[0].op["made"]
    report["split"] = {"unit": unit.unit_id, "new": made["unit_id"], "title": changed.titles[0]}
    report["steps"].append(digest())
    yield from map_drawn()
    shot("split")


def reshape() -> Generator[float]:
    """A border is moved by a line that leaves it and comes back."""
    canvas = iface.mapCanvas()
    one, other, line = bump()
    yield from show(line)
    press_tool("R")
    for place in line[:-1]:
        press_map(canvas, on_map(place))
        yield 0.1
    hover(canvas, on_map(line[-1]))
    yield 0.6
    shot("reshaping")

    def end() -> None:
        press_map(canvas, on_map(line[-1]))
        keys(canvas, Qt.Key.Key_Return)

    changed = yield from changed_by(end)
    report["reshaped"] = {"units": [one.unit_id, other.unit_id], "title": changed.titles[0]}
    report["steps"].append(digest())
    yield from map_drawn()
    shot("reshaped")


def lower(unit: Any, picture: str) -> Generator[float]:
    """A unit is to get the lowest category, by the menu on the map; it is refused."""
    canvas = iface.mapCanvas()
    place = inside(unit.unit_id)
    yield from show([(place.x() - 800, place.y() - 800), (place.x() + 800, place.y() + 800)])
    press_tool("C")
    hover(canvas, place)
    yield 0.3
    press_map(canvas, place)
    yield from until(lambda: open_menus(), "a menu")
    yield POPUP
    refused: list[Any] = []
    revision().refused.connect(refused.append)
    (menu,) = open_menus()
    shot(picture)
    lowest = menu.actions()[-1]
    press(menu, menu.actionGeometry(lowest).center())
    draft = page("revision").bar.draft
    yield from until(lambda: refused or draft.ready, "a refusal, or a name for the category")
    if not refused:
        keys(canvas, Qt.Key.Key_Return)
        yield from until(lambda: refused, "a refusal")
    revision().refused.disconnect(refused.append)
    yield 0.3


def lower_a_red_line() -> Generator[float]:
    """Land under a red line is to get a lower category: refused in words, and nothing changes."""
    desk = page("revision")
    yield from lower(next(one for one in state().units.values() if one.kind == "red_line"), "category")
    report["refused"] = desk.line.text.text()
    report["document_of_red_line"] = desk.reasons.basis.isVisible()
    report["after_refusal"] = digest()
    shot("refused")
    iface.messageBar().clearWidgets()


def lower_by_document() -> Generator[float]:
    """Two units get a lower category: each asks for a document of its own."""
    desk = page("revision")
    field, report["asked"] = desk.reasons.basis, []
    for unit in [one for one in state().units.values() if one.category == 2][:2]:
        yield from lower(unit, "lowering")
        report["asked"].append([field.isVisible(), field.text(), state().units[unit.unit_id].category])
        shot("document")
        if len(report["asked"]) == 1:
            press(desk.line.buttons[0])
            yield 0.2
            QTest.keyClicks(QApplication.focusWidget(), "KZF-2026-8")
            changed = yield from changed_by(lambda: keys(field, Qt.Key.Key_Return))
            report["lowered"] = [changed.after.units[unit.unit_id].category, changed.entries[0].basis]
    iface.messageBar().clearWidgets()


def merge() -> Generator[float]:
    """Two neighbours become one."""
    canvas = iface.mapCanvas()
    one, other = pair_to_merge()
    bounds = [outline(unit.unit_id).bounds for unit in (one, other)]
    yield from show([corner for found in bounds for corner in (found[:2], found[2:])])
    press_tool("M")
    press_map(canvas, inside(one.unit_id))
    yield 0.2
    hover(canvas, inside(other.unit_id))
    yield 0.6
    report["merge_card"] = card_text()
    shot("merging")
    changed = yield from changed_by(lambda: press_map(canvas, inside(other.unit_id)))
    report["merged"] = {"stays": one.unit_id, "goes": other.unit_id, "title": changed.titles[0]}
    report["steps"].append(digest())
    yield from map_drawn()
    shot("merged")


def faces_to_found() -> tuple[Any, list[int]]:
    """A unit of the lowest category with much land, and three large faces of it in a row."""
    now = state()
    mesh = now.mesh
    pairs = np.stack([mesh.left, mesh.right], axis=1)
    pairs = np.concatenate([pairs, pairs[:, ::-1]])
    for giver in sorted(now.units.values(), key=lambda one: (-one.category, -one.area_m2)):
        rows_there = now.rows_of(giver.unit_id)
        large = rows_there[np.argsort(-mesh.area[rows_there])][:12]
        inner = pairs[np.isin(pairs, large).all(axis=1)].tolist()
        for first, second in inner:
            stroke = shapely.LineString(mesh.point[[first, second]])
            met = set(mesh.tree.query(stroke, "intersects").tolist())
            third = next((row for start, row in inner if start == second and row not in met), None)
            if third is not None and len(rows_there) > 8 and not giver.locked:
                return giver, [first, second, third]
    raise AssertionError("no such faces")


def found_unit() -> Generator[float]:
    """Faces of one unit are painted and clicked; category, kind and name are said in the panel: they become a unit."""
    canvas, form = iface.mapCanvas(), page("revision").card.form
    giver, taken = faces_to_found()
    mesh = state().mesh
    spots = [tuple(mesh.point[row]) for row in taken]
    yield from show([*spots, *mesh.bounds[taken].reshape(-1, 2).tolist()])
    press_tool("U")
    yield from until(form.isVisible, "the form of a new unit")
    press_down(canvas, on_map(spots[0]))
    draw_along(canvas, [on_map(one) for one in spots[:2]])
    let_go(canvas, on_map(spots[1]))
    yield 0.2
    press_map(canvas, on_map(spots[2]))
    yield 0.2
    category = 2 if giver.category != 2 else 1
    yield from pick(form.category, form.category.findData(category))
    kind = form.kind.itemData(form.kind.count() - 1)
    yield from pick(form.kind, form.kind.findData(kind))
    write(form.name, NEW_NAME)
    yield from until(lambda: NEW_NAME in card_text(), "what would follow")
    yield 0.3
    shot("new-unit")
    changed = yield from changed_by(lambda: press(form.go))
    op = changed.entries[0].op
    report["founded"] = {
        "unit": op["made"]["unit_id"],
        "giver": giver.unit_id,
        "wanted": mesh.face_id[taken].tolist(),
        "category": category,
        "kind": kind,
    }
    report["steps"].append(digest())
    copied("founded")
    yield from map_drawn()
    shot("founded")


def township_to_move() -> tuple[int, int]:
    """Two large faces side by side: one of the unit that grows, one of a township that its neighbour has a part of."""
    now = state()
    pairs = np.stack([now.mesh.left, now.mesh.right], axis=1)
    for pair in pairs[np.argsort(-now.mesh.area[pairs].min(axis=1))].tolist():
        for mine, row in (pair, pair[::-1]):
            target, giver = unit_of(mine), unit_of(row)
            there = now.faces.township[now.rows_of(giver.unit_id)] == now.faces.township[row]
            if alike(target, giver) and not giver.locked and not there.all():
                return mine, row
    raise AssertionError("no such township")


def move_township() -> Generator[float]:
    """What a unit has of a township goes to another one by a click."""
    canvas = iface.mapCanvas()
    mine, row = township_to_move()
    target, giver, now = unit_of(mine), unit_of(row), state()
    town = str(now.faces.township[row])
    wanted = now.mesh.face_id[[one for one in now.rows_of(giver.unit_id) if now.faces.township[one] == town]].tolist()
    yield from show(now.mesh.bounds[[mine, row]].reshape(-1, 2).tolist())
    press_tool("G")
    hover(canvas, on_map(tuple(now.mesh.point[mine].tolist())))
    keys(canvas, Qt.Key.Key_T)
    yield from until(lambda: revision().target == target.unit_id, "the target")
    at = on_map(tuple(now.mesh.point[row].tolist()))
    hover(canvas, at)
    yield from until(lambda: "km²" in card_text(), "what would follow")
    yield 0.3
    report["township_card"] = card_text()
    shot("township")
    changed = yield from changed_by(lambda: press_map(canvas, at))
    report["moved"] = {"target": target.unit_id, "giver": giver.unit_id, "town": town, "wanted": wanted}
    report["moved"]["title"] = changed.titles[0]
    report["steps"].append(digest())
    copied("moved")
    yield from map_drawn()
    shot("moved")
    press_tool("P")


def undo_and_redo() -> Generator[float]:
    """All is undone by Ctrl+Z on the map, and done again by Ctrl+Y in the panel, another layer in edit mode beside."""
    canvas, desk = iface.mapCanvas(), page("revision")
    count = len(report["steps"]) - 1
    strange = QgsVectorLayer("Polygon?crs=EPSG:4326", "strange", "memory")
    QgsProject.instance().addMapLayer(strange)
    strange.startEditing()
    strange.addFeature(QgsFeature(strange.fields()))
    iface.setActiveLayer(strange)
    yield 0.3
    canvas.setFocus()
    for _ in range(count):
        yield from changed_by(lambda: keys(canvas, Qt.Key.Key_Z, CTRL))
    report["undone"] = digest()
    copied("undone")
    report["strange_kept"] = strange.featureCount()
    yield from map_drawn()
    shot("undone")
    press_tab(desk.tabs.tabBar(), 1)
    yield 0.2
    shot("history-undone")
    desk.history.setFocus()
    for _ in range(count):
        yield from changed_by(lambda: keys(QApplication.focusWidget(), Qt.Key.Key_Y, CTRL))
    report["redone"] = digest()
    strange.rollBack()
    QgsProject.instance().removeMapLayer(strange.id())
    yield from map_drawn()
    report["history"] = [what for what, _ in listed_edits(desk)]
    shot("history")


def listed_edits(desk: Any) -> list[list[Any]]:
    """Give the edits as the desk lists them, the newest first: what was done, and whether it stands."""
    model = desk.history.model
    return [[model.what(seq), model.stands(seq)] for seq in model.items if seq]


def branch_and_compare() -> Generator[float]:
    """Another way is tried in a scenario, and both are laid side by side."""
    desk = page("revision")
    press_tab(desk.tabs.tabBar(), 2)
    yield 0.3
    shot("scenarios")
    report["branched"] = (yield from changed_by(lambda: begin_scenario(desk.scenarios))).kind
    unit = next(one for one in state().units.values() if one.category == 3)
    revision().set_target(unit.unit_id)
    yield 0.1
    one, other = pair_to_merge()
    bounds = [outline(found.unit_id).bounds for found in (one, other)]
    yield from show([corner for found in bounds for corner in (found[:2], found[2:])])
    press_tool("M")
    press_map(iface.mapCanvas(), inside(one.unit_id))
    yield 0.2
    yield from changed_by(lambda: press_map(iface.mapCanvas(), inside(other.unit_id)))
    report["in_scenario"] = digest()
    yield from compared(desk.scenarios)
    shot("compared")
    report["scenarios"] = revision().scenarios()


def finish() -> Generator[float]:
    """The revision is finished: the plan is free, and its findings are of now."""
    yield from until(lambda: not revision().busy, "the last edit")
    press_button("control_units_next")
    yield from until(lambda: revision().phase == "closed", "the end of the revision", 60)
    yield 0.5
    report["tools_in_hand"] = [key for key, one in page("revision").bar.actions_by_key.items() if one.isChecked()]
    report["free"] = list(dock().session.plan_path.parent.glob("*.lock")) == []
    report["findings_at"] = rows(dock().session.plan_path, "SELECT value FROM meta WHERE key = 'findings_at'")
    report["last"] = digest()
    shot("finished")


def save_project() -> Generator[float]:
    """The project is saved, for the next morning."""
    path = Path(os.environ["HOME"]) / "revised.qgz"
    report["project"] = str(path)
    assert QgsProject.instance().write(str(path))
    yield 0.3


@pictured
def reopened() -> Generator[float | None]:
    """The next morning: the plan is as it was left, its history too, and what was undone can be undone again."""
    settle_window()
    clear_desk()
    yield from until(lambda: dock() is not None, "the panel")
    if not dock().isVisible():
        press_action(iface.mainWindow().findChild(QAction, "control_units_panel"))
    yield from until(lambda: dock().session.plan is not None and dock().pages, "the plan")
    yield from to_page("revision")
    report["last"] = digest()
    desk = page("revision")
    press_tab(desk.tabs.tabBar(), 1)
    yield 0.5
    shot("reopened")
    press_action(desk.bar.actions_by_key["Ctrl+Z"])
    yield from until(lambda: revision().is_open and not revision().busy and revision().redo_title(), "an undo", 60)
    report["undone"] = digest()
    report["history"] = listed_edits(desk)
    report["scenarios"] = revision().scenarios()
    yield from map_drawn()
    shot("undone-next-morning")
    yield from lower_by_document()
