"""Story: a walk of mouse gestures drawn by a seed over all tools; after each the plan's file is looked at.

A gesture has landed (the journal grew by one edit, or went one back or on), has chosen a unit, was dropped by whoever
made it, or the panel has said why not. Silence is none of these.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from driver import report
from hands import (
    LEFT,
    NO_KEY,
    POPUP,
    draw_along,
    hover,
    keys,
    let_go,
    on_screen,
    press,
    press_down,
    press_map,
    settle_window,
    until,
)
from interrupted import opened
from planner import clear_desk, pictured, unpack
from qgis.core import QgsPointXY
from qgis.PyQt.QtCore import QEvent, QPoint, QPointF, Qt
from qgis.PyQt.QtGui import QMouseEvent
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QApplication
from qgis.utils import iface
from revising import ALT, CTRL, bump, card_text, inside, open_menus, outline, press_tool, revision, state, unit_of
from sight import dock, map_drawn, page, shot, to_page, units_layer

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

STEPS = 60
WIDE = 2.5  # pixels from the place in a face that is aimed at to its border, at least
SHIFT = Qt.KeyboardModifier.ShiftModifier
RETURN, ESCAPE = Qt.Key.Key_Return, Qt.Key.Key_Escape
LANDED, TOLD, CHOSEN, DROPPED, SILENT = "landed", "told", "chosen", "dropped", "silent"
WAITS = "waits"  # for what the hint says
AGREES = 0.15  # seconds after the last edit until the panel has said what it has to say

Hand = "Generator[float]"


# ── Where to put the hands ──────────────────────────────────────────────────────────────────────────────────────────


class Spots:
    """Places of the plan as it stands, drawn by a seed, that the map shows wide enough to be aimed at."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)  # noqa: S311 - a walk is to be repeated

    def large(self) -> list[int]:
        """Faces wide enough."""
        mesh, reach = state().mesh, WIDE * iface.mapCanvas().mapUnitsPerPixel()
        rows = np.flatnonzero(mesh.area > 4 * reach * reach)
        corners = mesh.point[rows][:, None] + reach * np.array([(-1, -1), (-1, 1), (1, 1), (1, -1)])
        return rows[shapely.contains(mesh.shape[rows], shapely.polygons(corners))].tolist()

    def face(self, but: str = "") -> int:
        """Any face, of another unit than one."""
        now, large = state(), np.array(self.large())
        return self.random.choice(large[now.label[large] != now.counters.place.get(but, -1)].tolist())

    def at(self, row: int) -> QgsPointXY:
        """A place well inside a face."""
        return QgsPointXY(*state().mesh.point[row].tolist())

    def unit(self, **facts: Any) -> Any:
        """Any unit that a hand can aim at."""
        now = state()
        found = [now.units[now.counters.ids[label]] for label in np.unique(now.label[self.large()]).tolist()]
        fit = [one for one in found if all(getattr(one, key) == value for key, value in facts.items())]
        return self.random.choice(fit) if fit else None

    def neighbours(self) -> tuple[int, int]:
        """Two faces of two units of one county, side by side where there are such; mostly the first may take both."""
        now, large = state(), self.large()
        all_pairs = np.array([(one, other) for one in large for other in large])
        beside = np.isin(all_pairs @ (len(now.label), 1), now.mesh.left * len(now.label) + now.mesh.right)
        county = np.asarray(now.faces.county)[all_pairs]
        fit = (np.diff(now.label[all_pairs])[:, 0] != 0) & (county[:, 0] == county[:, 1])
        pairs = all_pairs[fit & beside] if (fit & beside).any() else all_pairs[fit]
        pairs = np.concatenate([pairs, pairs[:, ::-1]])
        rank = now.category[pairs]
        may = pairs[(rank[:, 0] <= rank[:, 1]) & (rank[:, 1] > 1)]
        return tuple(self.random.choice((may if len(may) and self.random.random() < 0.8 else pairs).tolist()))

    def outside(self) -> QgsPointXY:
        """A place on the map where no plan is."""
        extent, mesh = iface.mapCanvas().extent(), state().mesh
        for _ in range(1000):
            x = extent.xMinimum() + self.random.uniform(0.02, 0.98) * extent.width()
            y = extent.yMinimum() + self.random.uniform(0.02, 0.98) * extent.height()
            if not len(mesh.tree.query(shapely.Point(x, y).buffer(extent.width() / 40), "intersects")):
                return QgsPointXY(x, y)
        raise AssertionError("the plan fills the map")


# ── Gestures, each with how it may end ──────────────────────────────────────────────────────────────────────────────


class Gestures:
    """What hands do; what is drawn is drawn by the seed."""

    def __init__(self, seed: int) -> None:
        self.spots = Spots(seed)
        self.random = self.spots.random
        self.canvas = iface.mapCanvas()

    def all(self) -> dict[Callable[[], Any], tuple[str, ...]]:
        """Every gesture, and how it may end."""
        does, wrong, either = (LANDED, TOLD), (TOLD,), (LANDED, TOLD, CHOSEN)
        return {
            self.stroke: either,
            self.strokes_with_shift: does,
            self.box: does,
            self.box_backwards: does,
            self.tiny_box: does,
            self.box_beside: wrong,
            self.pick_with_alt: (CHOSEN, TOLD),
            self.pick_with_t: (CHOSEN, TOLD),
            self.click_on_own: wrong,
            self.over_the_county: wrong,
            self.into_a_locked: wrong,
            self.off_the_map: either,
            self.merge: does,
            self.merge_with_itself: wrong,
            self.merge_alone: wrong,
            self.split: does,
            self.split_by_double_click: does,
            self.short_line: does,
            self.line_of_one_point: wrong,
            self.line_beside: wrong,
            self.reshape: does,
            self.reshape_anyhow: does,
            self.set_category: does,
            self.same_category: wrong,
            self.leave_category: (DROPPED,),
            self.new_unit: does,
            self.move_township: does,
            self.lock: does,
            self.undo: does,
            self.redo: does,
            self.click_beside: wrong,
            self.escape_half_way: (DROPPED, TOLD),
            self.right_button_half_way: (DROPPED, TOLD),
            self.double_click: (LANDED, TOLD, CHOSEN, WAITS),
            self.enter_for_nothing: wrong,
            self.key_half_way: wrong,
        }

    def drag(self, *places: QgsPointXY, modifier: Any = NO_KEY) -> None:
        """Button down, along, button up."""
        press_down(self.canvas, places[0], modifier)
        draw_along(self.canvas, places, modifier)
        let_go(self.canvas, places[-1], modifier)

    def key(self, key: Any, modifier: Any = NO_KEY) -> None:
        """Press a key while the map has the focus, as after a click on it."""
        self.canvas.setFocus()
        keys(self.canvas, key, modifier)

    def choose(self, unit_id: str) -> None:
        """Choose a unit, as a click in the table does."""
        revision().set_target(unit_id)

    # Paint

    def stroke(self) -> Any:
        press_tool("P")
        one, other = self.spots.neighbours()
        if revision().target and self.random.random() < 0.7:
            self.choose(unit_of(one).unit_id)
        self.drag(self.spots.at(one), self.spots.at(other))
        yield 0.1

    def strokes_with_shift(self) -> Any:
        press_tool("P")
        one, other = self.spots.neighbours()
        self.choose(unit_of(one).unit_id)
        self.drag(self.spots.at(one), self.spots.at(other), modifier=SHIFT)
        yield 0.1
        third = self.spots.at(other if self.random.random() < 0.7 else self.spots.face(but=unit_of(one).unit_id))
        self.drag(third, third, modifier=SHIFT)
        yield 0.1
        self.key(RETURN)

    def _boxed(self, size: float, sign: int = 1) -> None:
        press_tool("P")
        one, other = self.spots.neighbours()
        self.choose(unit_of(one).unit_id)
        at, reach = self.spots.at(other), size * self.canvas.mapUnitsPerPixel()
        corner = QgsPointXY(at.x() - sign * reach, at.y() + sign * reach)
        self.drag(corner, QgsPointXY(at.x() + sign * reach, at.y() - sign * reach), modifier=CTRL)

    def box(self) -> Any:
        self._boxed(9)
        yield 0.1

    def box_backwards(self) -> Any:
        self._boxed(9, -1)
        yield 0.1

    def tiny_box(self) -> Any:
        self._boxed(1)
        yield 0.1

    def box_beside(self) -> Any:
        press_tool("P")
        if self.random.random() < 0.5:
            self.choose(self.spots.unit().unit_id)
        at = self.spots.outside()
        self.drag(at, QgsPointXY(at.x() + 2 * self.canvas.mapUnitsPerPixel(), at.y()), modifier=CTRL)
        yield 0.1

    def pick_with_alt(self) -> Any:
        press_tool("P")
        press_map(self.canvas, self.spots.at(self.spots.face()), ALT)
        yield 0.1

    def pick_with_t(self) -> Any:
        press_tool("P")
        hover(self.canvas, self.spots.at(self.spots.face()))
        self.key(Qt.Key.Key_T)
        yield 0.1

    def click_on_own(self) -> Any:
        press_tool("P")
        row = self.spots.face()
        self.choose(unit_of(row).unit_id)
        press_map(self.canvas, self.spots.at(row))
        yield 0.1

    def over_the_county(self) -> Any:
        press_tool("P")
        row = self.spots.face()
        beyond = [one for one in self.spots.large() if unit_of(one).county != unit_of(row).county]
        self.choose(unit_of(row).unit_id)
        at = self.spots.at(self.random.choice(beyond))
        self.drag(at, at)
        yield 0.1

    def into_a_locked(self) -> Any:
        locked = self.spots.unit(locked=1) or self.spots.unit(locked=True)
        if locked is None:
            locked = self.spots.unit()
            press_tool("L")
            press_map(self.canvas, inside(locked.unit_id))
            yield from settled()
            self.before = look()
            iface.messageBar().clearWidgets()
        press_tool("P")
        self.choose(locked.unit_id)
        at = self.spots.at(self.spots.face(but=locked.unit_id))
        self.drag(at, at)
        yield 0.1

    def off_the_map(self) -> Any:
        """The mouse leaves the map with the button down, and lets go beside it."""
        press_tool("P")
        view, begin = self.canvas.viewport(), self.spots.at(self.spots.face())
        press_down(self.canvas, begin)
        here, beside = on_screen(self.canvas, begin), QPoint(-30, 40)
        for share in np.linspace(0, 1, 12):
            at = QPointF(here) + (QPointF(beside) - QPointF(here)) * float(share)
            there = QPointF(view.mapToGlobal(at.toPoint()))
            event = QMouseEvent(QEvent.Type.MouseMove, at, there, Qt.MouseButton.NoButton, LEFT, NO_KEY)
            QApplication.sendEvent(view, event)
        QTest.mouseRelease(view, LEFT, NO_KEY, beside)
        yield 0.1

    # Whole units

    def merge(self) -> Any:
        press_tool("M")
        one, other = self.spots.neighbours()
        press_map(self.canvas, self.spots.at(one))
        yield 0.1
        hover(self.canvas, self.spots.at(other))
        press_map(self.canvas, self.spots.at(other))
        yield from self._agree()

    def merge_with_itself(self) -> Any:
        press_tool("M")
        at = self.spots.at(self.spots.face())
        press_map(self.canvas, at)
        yield 0.1
        press_map(self.canvas, at)

    def merge_alone(self) -> Any:
        press_tool("M")
        press_map(self.canvas, self.spots.at(self.spots.face()))
        yield 0.1
        self.key(RETURN)

    def _menu(self) -> Any:
        press_tool("C")
        row = self.spots.face()
        at = self.spots.at(row)
        hover(self.canvas, at)
        press_map(self.canvas, at)
        yield from until(open_menus, "a menu", 20)
        yield POPUP
        return unit_of(row), open_menus()[0]

    def _agree(self) -> Any:
        """Where another name is proposed with the edit, Enter takes it."""
        yield from until(lambda: not revision().busy, "an edit")
        yield 0.3
        draft = getattr(page("revision").bar, "draft", None)
        if draft is not None and draft.ready and draft.op:
            self.key(RETURN)

    def _choose_in(self, menu: Any, number: int) -> None:
        press(menu, menu.actionGeometry(menu.actions()[number - 1]).center())

    def set_category(self) -> Any:
        unit, menu = yield from self._menu()
        self._choose_in(menu, self.random.choice([one for one in (1, 2, 3) if one != unit.category]))
        yield from self._agree()

    def same_category(self) -> Any:
        unit, menu = yield from self._menu()
        self._choose_in(menu, unit.category)
        yield 0.1

    def leave_category(self) -> Any:
        _, menu = yield from self._menu()
        keys(menu, ESCAPE)
        yield 0.1

    def new_unit(self) -> Any:
        press_tool("U")
        one, other = self.spots.neighbours()
        self.drag(self.spots.at(one), self.spots.at(other))
        yield from self._agree()

    def move_township(self) -> Any:
        press_tool("G")
        one, other = self.spots.neighbours()
        self.choose(unit_of(one).unit_id)
        hover(self.canvas, self.spots.at(other))
        yield 0.3
        press_map(self.canvas, self.spots.at(other))

    def lock(self) -> Any:
        press_tool("L")
        locked = self.spots.unit(locked=True)
        press_map(self.canvas, inside((locked or self.spots.unit()).unit_id))
        yield 0.1

    # Lines

    def _line(self, *places: tuple[float, float]) -> Any:
        for place in places:
            press_map(self.canvas, QgsPointXY(*place))
            yield 0.05

    def split(self) -> Any:
        press_tool("S")
        shape = max(shapely.get_parts(outline(self.spots.unit().unit_id)), key=shapely.area)
        west, south, east, north = shape.bounds
        x = self.random.uniform(0.8 * west + 0.2 * east, 0.2 * west + 0.8 * east)
        line = shapely.LineString([(x, south - 1), (x, north + 1)])
        across = max(shapely.get_parts(shapely.intersection(shape, line)), key=shapely.length)
        (_, low), (_, high) = shapely.get_coordinates(across)[[0, -1]]
        reach = 0.03 * (high - low)
        yield from self._line((x, low - reach), (x + reach, (low + high) / 2), (x, high + reach))
        self.key(RETURN)

    def split_by_double_click(self) -> Any:
        press_tool("S")
        west, south, east, north = shapely.total_bounds(state().mesh.shape)
        x = self.random.uniform(west + 0.2 * (east - west), east - 0.2 * (east - west))
        yield from self._line((x, south), (x, north))
        QTest.mouseDClick(self.canvas.viewport(), LEFT, NO_KEY, on_screen(self.canvas, QgsPointXY(x, north)))

    def short_line(self) -> Any:
        """A line that mostly begins and ends inside its unit."""
        press_tool("S")
        at = self.spots.at(self.spots.face())
        yield from self._line((at.x(), at.y()), (at.x() + 12 * self.canvas.mapUnitsPerPixel(), at.y()))
        self.key(RETURN)

    def line_of_one_point(self) -> Any:
        press_tool(self.random.choice("SR"))
        at = self.spots.at(self.spots.face())
        yield from self._line((at.x(), at.y()))
        self.key(RETURN)

    def line_beside(self) -> Any:
        press_tool(self.random.choice("SR"))
        at = self.spots.outside()
        yield from self._line((at.x(), at.y()), (at.x() + self.canvas.mapUnitsPerPixel(), at.y()))
        self.key(RETURN)

    def reshape(self) -> Any:
        press_tool("R")
        try:
            _, _, line = bump()
        except AssertionError:
            yield from self.reshape_anyhow()
            return
        yield from self._line(*line)
        self.key(RETURN)

    def reshape_anyhow(self) -> Any:
        press_tool("R")
        one, other = self.spots.neighbours()
        points = [self.spots.at(one), self.spots.at(other), self.spots.at(self.spots.face())]
        yield from self._line(*((at.x(), at.y()) for at in points))
        self.key(RETURN)

    # Wrong ones, and the way back

    def undo(self) -> Any:
        self.key(Qt.Key.Key_Z, CTRL)
        yield 0.1

    def redo(self) -> Any:
        self.key(Qt.Key.Key_Y, CTRL)
        yield 0.1

    def click_beside(self) -> Any:
        press_tool(self.random.choice("PMCL"))
        press_map(self.canvas, self.spots.outside())
        yield 0.1

    def _half(self) -> Any:
        key = self.random.choice("PMS")
        press_tool(key)
        one, other = self.spots.neighbours()
        if key == "P":
            press_down(self.canvas, self.spots.at(one))
            draw_along(self.canvas, [self.spots.at(one), self.spots.at(other)])
        else:
            press_map(self.canvas, self.spots.at(one))
        yield 0.1
        return key, self.spots.at(other)

    def escape_half_way(self) -> Any:
        key, at = yield from self._half()
        self.key(ESCAPE)
        if key == "P":
            let_go(self.canvas, at)

    def right_button_half_way(self) -> Any:
        key, at = yield from self._half()
        QTest.mouseClick(self.canvas.viewport(), Qt.MouseButton.RightButton, NO_KEY, on_screen(self.canvas, at))
        if key == "P":
            let_go(self.canvas, at)

    def double_click(self) -> Any:
        press_tool(self.random.choice("PMSRL"))
        place = on_screen(self.canvas, self.spots.at(self.spots.face()))
        QTest.mouseClick(self.canvas.viewport(), LEFT, NO_KEY, place)
        yield 0.05
        QTest.mouseDClick(self.canvas.viewport(), LEFT, NO_KEY, place)

    def enter_for_nothing(self) -> Any:
        press_tool(self.random.choice("PMSRCLUG"))
        self.key(self.random.choice((RETURN, Qt.Key.Key_Backspace)))
        yield 0.1

    def key_half_way(self) -> Any:
        """Another tool is wanted before a line or a merge is done."""
        press_tool(self.random.choice("MS"))
        press_map(self.canvas, self.spots.at(self.spots.face()))
        yield 0.1
        self.key(Qt.Key.Key_P)


# ── What became of it ───────────────────────────────────────────────────────────────────────────────────────────────

_asked: list[subprocess.Popen[str]] = []


def ask_oracle(line: str) -> dict[str, Any]:
    """Ask the process that looks at the file."""
    if not _asked:
        plan = Path(os.environ["CONTROL_UNITS_PLAN"])
        command = ["/usr/bin/python3", str(Path(__file__).with_name("plan_oracle.py")), str(plan)]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        _asked.append(subprocess.Popen([*command, str(plan.with_name("county.gpkg"))], encoding="utf-8", **pipes))
    child = _asked[0]
    child.stdin.write(line + "\n")
    child.stdin.flush()
    return json.loads(child.stdout.readline())


def look() -> dict[str, Any]:
    """What the file says, and what is wrong with it."""
    return ask_oracle("look")


def settled() -> Generator[float]:
    """Wait until what was asked for is on disk or refused, and the panel has said so."""
    yield 0.05
    yield from until(lambda: not revision().busy and revision().phase != "opening", "an edit", 30)
    yield AGREES


def bar_text() -> str:
    """What stands on QGIS's message bar."""
    item = iface.messageBar().currentItem()
    return item.text() if item is not None else ""


def outcome(before: dict[str, Any], after: dict[str, Any], target: str, line: str) -> tuple[str, str]:
    """How a gesture has ended, and what was said."""
    desk = page("revision")
    said, now = bar_text(), desk.line.text.text()
    if (after["head"], after["edits"]) != (before["head"], before["edits"]):
        return LANDED, said or now
    if said:
        return TOLD, said
    if revision().target != target and revision().target:
        name = state().units[revision().target].name
        return (CHOSEN, now) if name in now else (SILENT, now)
    on_its_way = any(getattr(tool, "on_its_way", False) for tool in desk.bar.tools.values())
    if now and now == desk.bar.hint_now():
        return (WAITS if on_its_way else DROPPED), now
    if now != line and now != desk.bar.hint_now():
        return TOLD, now
    return SILENT, now


def one_step(before: dict[str, Any], after: dict[str, Any]) -> bool:
    """Whether the journal grew by one edit, or the plan went one edit back or on, and nothing else."""
    grown = after["edits"] - before["edits"]
    return grown == 1 or (grown == 0 and after["head"] != before["head"])


def walk(seed: int) -> Generator[float, None, dict[str, Any]]:
    """Go through the gestures; after each the file is looked at."""
    gestures = Gestures(seed)
    kinds = gestures.all()
    order = list(kinds)
    gestures.random.shuffle(order)
    order += gestures.random.choices(list(kinds), k=STEPS - len(order))
    first = before = look()
    counts: Counter[str] = Counter()
    trail: list[dict[str, Any]] = report.setdefault("trail", [])
    for number, gesture in enumerate(order):
        iface.messageBar().clearWidgets()
        target, line = revision().target, page("revision").line.text.text()
        gestures.before = before
        steps, since = gesture(), time.monotonic()
        while True:
            try:
                pause = next(steps)
            except StopIteration:
                break
            yield pause
        yield from settled()
        before, after = gestures.before, look()
        ended, said = outcome(before, after, target, line)
        wrong = list(after["wrong"])
        if ended == LANDED and not one_step(before, after):
            wrong.append(
                f"the journal went from {before['head']}/{before['edits']} to {after['head']}/{after['edits']}"
            )
        if ended not in kinds[gesture]:
            wrong.append(f"it ended as {ended}, not as {' or '.join(kinds[gesture])}")
        counts[f"{gesture.__name__}: {ended}"] += 1
        trail.append({"number": number, "gesture": gesture.__name__, "ended": ended, "said": said, "wrong": wrong})
        trail[-1]["took"] = round(time.monotonic() - since, 2)
        if wrong:
            trail[-1]["card"] = card_text()
            shot(f"wrong-{number}-{gesture.__name__}")
        yield from hands_free()
        before = after
    return {"first": first, "last": before, "counts": counts}


def hands_free() -> Generator[float]:
    """Drop what a gesture has left half drawn."""
    for _ in range(3):
        if not any(getattr(tool, "on_its_way", False) for tool in page("revision").bar.tools.values()):
            return
        keys(iface.mapCanvas(), ESCAPE)
        yield 0.05


@pictured
def walking() -> Generator[float | None]:
    """The walk; then everything is undone."""
    settle_window()
    clear_desk()
    yield from unpack()
    yield from opened()
    yield from to_page("revision")
    press_tool("P")
    yield from until(lambda: revision().is_open, "the plan under revision", 60)
    iface.setActiveLayer(units_layer())
    iface.zoomToActiveLayer()
    yield from map_drawn()
    since = time.monotonic()
    found = yield from walk(int(os.environ["CONTROL_UNITS_SEED"]))
    report["walked"] = round(time.monotonic() - since, 1)
    report["counts"] = dict(found["counts"])
    shot("walked")
    ask_oracle(f"copy {os.environ['CONTROL_UNITS_PLAN']}.walked")
    head = found["last"]["head"]
    while revision().undo_title() and head:
        iface.mapCanvas().setFocus()
        keys(iface.mapCanvas(), Qt.Key.Key_Z, CTRL)
        yield from settled()
        now = look()["head"]
        assert now != head, f"an undo of edit {head} did nothing: {bar_text()}"
        head = now
    last = look()
    report["undone"] = {key: last[key] == found["first"][key] for key in ("labels", "codes", "head")}
    report["undone_wrong"] = last["wrong"]
    _asked[0].stdin.close()
    report["open_dialogs"] = [one.windowTitle() for one in QApplication.topLevelWidgets() if one.isModal()]
    assert dock().isVisible()
