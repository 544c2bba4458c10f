"""Gestures of a revision on a map, by the mouse: each becomes one edit, or none."""

from __future__ import annotations

import itertools
import json
import shutil
import time
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest
import shapely
from control_units.delineation.plan.file import read_plan, write_plan
from control_units.delineation.revision.consequences import Consequences
from control_units.ui.map import line_tools, plan_redraw
from control_units.ui.map.consequence_words import contiguity_sentence, done_words
from control_units.ui.map.layers import plan_layer, show_plan
from control_units.ui.map.line_tools import caught_by
from control_units.ui.map.map_tools import WhyTool
from control_units.ui.map.plan_redraw import PlanRedraw
from control_units.ui.pages.revision.bar import close_tools, revision_tools
from control_units.ui.pages.revision.unit_form import UnitForm
from control_units.ui.work.settings import PanelSetting
from fakes import workplace
from qgis.core import QgsCoordinateReferenceSystem, QgsProject, QgsRectangle
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QPoint, QPointF, QRect, Qt
from qgis.PyQt.QtGui import QMouseEvent
from qgis.PyQt.QtTest import QSignalSpy, QTest
from qgis.PyQt.QtWidgets import QApplication

LEFT, RIGHT, MIDDLE = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton, Qt.MouseButton.MiddleButton
NONE, SHIFT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier
CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier


@dataclass
class Map:
    """A map with a plan under revision, and a hand for it."""

    place: Any
    revision: Any
    canvas: Any
    tools: dict[str, Any]
    redraw: Any
    changed: QSignalSpy
    refused: QSignalSpy
    told: list[str]

    @property
    def state(self):
        return self.revision.state

    @property
    def sketch(self):
        return self.tools["paint"].board.sketch

    @property
    def draft(self):
        return self.tools["paint"].board.draft

    @property
    def card(self):
        return self.tools["paint"].board.card

    def pixel(self, place) -> QPoint:
        return self.tools["paint"].board.view.pixel(*map(float, place)).toPoint()

    def send(self, kind, place, button=LEFT, held=LEFT, modifiers=NONE) -> None:
        self.send_at(kind, self.pixel(place), button, held, modifiers)

    def send_at(self, kind, pixel, button, held, modifiers=NONE) -> None:
        at, view = QPointF(pixel), self.canvas.viewport()
        QApplication.sendEvent(view, QMouseEvent(kind, at, view.mapToGlobal(at.toPoint()), button, held, modifiers))

    def press(self, place, button=LEFT, modifiers=NONE) -> None:
        self.send(QMouseEvent.Type.MouseButtonPress, place, button, button, modifiers)

    def move(self, place, held=LEFT, modifiers=NONE) -> None:
        self.send(QMouseEvent.Type.MouseMove, place, Qt.MouseButton.NoButton, held, modifiers)

    def release(self, place, button=LEFT, modifiers=NONE) -> None:
        self.send(QMouseEvent.Type.MouseButtonRelease, place, button, Qt.MouseButton.NoButton, modifiers)

    def drag(self, *places, modifiers=NONE) -> None:
        self.press(places[0], modifiers=modifiers)
        for one, other in itertools.pairwise(places):
            for share in (0.25, 0.5, 0.75, 1.0):
                self.move(np.add(one, share * np.subtract(other, one)), modifiers=modifiers)
        self.release(places[-1], modifiers=modifiers)

    def click(self, place, button=LEFT, modifiers=NONE) -> None:
        self.move(place, Qt.MouseButton.NoButton)
        self.press(place, button, modifiers)
        self.release(place, button, modifiers)

    def double_click(self, place) -> None:
        self.click(place)
        self.send(QMouseEvent.Type.MouseButtonDblClick, place)
        self.release(place)

    def key(self, key) -> None:
        QTest.keyClick(self.canvas, key)

    def use(self, name):
        tool = self.tools[name]
        tool.start()
        return tool

    def wait(self, what) -> None:
        for _ in range(2000):
            if what():
                return
            QTest.qWait(15)
        raise AssertionError("not so in time")

    def unit(self, **facts):
        return next(one for one in self.state.units.values() if all(getattr(one, k) == v for k, v in facts.items()))

    def inside(self, unit):
        """A point inside the largest face of a unit."""
        faces = self.state.rows_of(unit.unit_id)
        return self.state.mesh.point[faces[self.state.faces.area[faces].argmax()]]

    def labels(self):
        return self.state.label.copy()


@pytest.fixture
def board(plan_file, tmp_path, request):
    PanelSetting.AUTHOR.set("张三")
    path = tmp_path / "plan.gpkg"
    shutil.copy(plan_file, path)
    if meta := getattr(request, "param", None):
        plan = read_plan(path)
        write_plan(replace(plan, meta={**plan.meta, **meta}), path)
    place = workplace()
    assert place.session.open_case(path)
    canvas = place.iface.mapCanvas()
    place.iface.window.setCentralWidget(canvas)
    place.iface.window.resize(1000, 800)
    place.iface.window.show()
    show_plan(path, "plan")
    layer = plan_layer(path, "units")
    canvas.setDestinationCrs(layer.crs())
    canvas.setLayers([layer])
    extent = layer.extent()
    extent.scale(1.1)
    canvas.setExtent(extent)
    revision = place.session.revision
    tools = {type(tool).__name__.removesuffix("Tool").lower(): tool for tool in revision_tools(revision, canvas)}
    redraw = PlanRedraw(revision, canvas)
    told: list[str] = []
    for tool in tools.values():
        tool.told.connect(told.append)
    found = Map(
        place, revision, canvas, tools, redraw, QSignalSpy(revision.changed), QSignalSpy(revision.refused), told
    )
    revision.begin()
    found.wait(lambda: revision.is_open)
    yield found
    close_tools(tools.values())
    redraw.close()
    revision.shut()
    canvas.setLayers([])
    QgsProject.instance().clear()
    place.iface.window.close()
    PanelSetting.AUTHOR.set("")


def neighbours(state):
    """Two large faces beside each other; that of the second may go to the unit of the first, and is not all of its."""
    mesh, ids = state.mesh, state.counters.ids
    order = np.argsort(-np.minimum(mesh.area[mesh.left], mesh.area[mesh.right]))
    for pair in zip(mesh.left[order].tolist(), mesh.right[order].tolist(), strict=True):
        for left, right in (pair, pair[::-1]):
            one, other = (state.units[ids[state.label[row]]] for row in (left, right))
            alike = (one.county, one.code[:2]) == (other.county, other.code[:2])
            if one is not other and alike and one.category <= other.category and other.area_m2 > mesh.area[right] + 1e5:
                return left, right
    raise AssertionError("no such pair")


def test_a_stroke_begun_in_a_unit_takes_faces_over_to_it_in_one_edit(board):
    state = board.state
    left, right = neighbours(state)
    paint = board.use("paint")
    hints = QSignalSpy(paint.hint_changed)
    board.press(state.mesh.point[left])
    assert board.revision.drawing
    board.move(state.mesh.point[right])
    assert board.sketch.now.faces and board.card.isVisible()
    assert board.card.title.text() == state.units[state.counters.ids[state.label[left]]].name
    board.wait(lambda: board.sketch.now.outlines)
    assert "%" in board.card.text
    board.release(state.mesh.point[right])
    assert not board.revision.drawing
    assert board.sketch.sent
    drawn = []
    board.revision.changed.connect(lambda _: drawn.append(bool(board.sketch.sent)))
    board.wait(lambda: len(board.changed))
    assert drawn == [True]  # it is told of, and the map does not show it yet
    assert board.state.label[right] == state.label[left]
    assert len(board.revision.timeline.entries) == 1
    on_disk = read_plan(board.revision.path).faces["unit_id"].to_numpy()
    assert on_disk[right] == state.counters.ids[state.label[left]]
    board.wait(lambda: board.sketch.is_empty)
    assert len(hints)


def test_a_chosen_target_gets_the_faces_wherever_the_stroke_begins(board):
    state = board.state
    left, right = neighbours(state)
    board.use("paint")
    board.click(state.mesh.point[left], modifiers=ALT)
    assert board.revision.target == state.counters.ids[state.label[left]]
    board.click(state.mesh.point[right])
    board.wait(lambda: len(board.changed))
    assert board.state.label[right] == state.label[left]


def test_begun_on_a_border_the_unit_grows_that_the_pointer_leaves(board):
    state = board.state
    left, right = neighbours(state)
    shared = shapely.intersection(state.mesh.shape[left], state.mesh.shape[right])
    begin = shapely.line_interpolate_point(max(shapely.get_parts(shared), key=shapely.length), 0.5, normalized=True)
    at = (begin.x, begin.y)
    board.use("paint")
    board.press(at)
    assert not board.sketch.now.faces
    board.move(np.add(at, 0.8 * (state.mesh.point[right] - at)))
    board.move(state.mesh.point[right])
    board.release(state.mesh.point[right])
    board.wait(lambda: len(board.changed))
    assert board.state.label[right] == state.label[left]
    assert board.state.label[left] == state.label[left]


def test_esc_and_the_right_button_cancel_and_leave_no_trace(board):
    state = board.state
    left, right = neighbours(state)
    before = WhyTool(board.canvas)
    board.canvas.setMapTool(before)
    paint = board.use("paint")
    for end in (lambda: board.key(Qt.Key.Key_Escape), lambda: board.press(state.mesh.point[right], RIGHT)):
        board.press(state.mesh.point[left])
        board.move(state.mesh.point[right])
        assert board.sketch.now.faces
        end()
        board.release(state.mesh.point[right])
        assert board.sketch.is_empty and not board.card.isVisible() and not board.revision.drawing
    QTest.qWait(150)
    assert not len(board.changed)
    assert board.canvas.mapTool() is paint
    # Nothing is drawn of a press beside the plan: with the button down Esc leaves the tool in hand, released it goes.
    beside = state.mesh.bounds[:, :2].min(axis=0) - 5 * board.canvas.mapUnitsPerPixel()
    board.press(beside)
    board.key(Qt.Key.Key_Escape)
    assert board.canvas.mapTool() is paint
    board.release(beside)
    board.key(Qt.Key.Key_Escape)
    assert board.canvas.mapTool() is before
    board.use("merge")
    board.key(Qt.Key.Key_Escape)
    assert board.canvas.mapTool() is before
    board.canvas.unsetMapTool(before)


@pytest.mark.parametrize("boxed", [False, True])
def test_a_stroke_with_shift_waits_for_the_next_or_a_box_and_both_are_one_edit(board, boxed):
    state = board.state
    target = next(one for one in state.units.values() if one.category == 2)
    board.revision.set_target(target.unit_id)
    from_general = board.unit(kind="general", county=target.county)
    faces = state.rows_of(from_general.unit_id)
    first, second = faces[np.argsort(-state.faces.area[faces])][:2].tolist()
    board.use("paint")
    board.press(state.mesh.point[first], modifiers=SHIFT)
    board.release(state.mesh.point[first], modifiers=SHIFT)
    QTest.qWait(100)
    assert not len(board.changed) and board.sketch.now.faces
    if boxed:
        size = 4 * board.canvas.mapUnitsPerPixel()
        board.drag(state.mesh.point[second] - size, state.mesh.point[second] + size, modifiers=CTRL)
    else:
        board.click(state.mesh.point[second])
    board.wait(lambda: len(board.changed))
    place = state.counters.place[target.unit_id]
    assert (board.state.label[[first, second]] == place).all()
    assert len(board.revision.timeline.entries) == 1


def test_strokes_that_wait_are_done_by_enter(board):
    state = board.state
    left, right = neighbours(state)
    paint = board.use("paint")
    board.press(state.mesh.point[left], modifiers=SHIFT)
    board.move(state.mesh.point[right], modifiers=SHIFT)
    board.release(state.mesh.point[right], modifiers=SHIFT)
    assert "Enter" in paint.hint() and board.revision.drawing
    board.key(Qt.Key.Key_Return)
    board.wait(lambda: len(board.changed))
    assert board.state.label[right] == state.label[left]


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("pixels", [40, 4, 0])
def test_a_box_with_ctrl_takes_the_faces_that_it_touches(board, pixels, sign):
    state = board.state
    left, right = neighbours(state)
    target = state.counters.ids[state.label[left]]
    board.revision.set_target(target)
    board.use("paint")
    # Off the inner point of any face: what lies in the box is none.
    mesh, unit = state.mesh, board.canvas.mapUnitsPerPixel()
    at = mesh.point[right] + (3 * unit, 3 * unit) if pixels < 40 else mesh.point[right]
    half = sign * pixels * unit / 2
    board.drag(at - half, at + half, modifiers=CTRL)
    board.wait(lambda: len(board.changed))
    corners = [board.pixel(at - half), board.pixel(at + half)]
    places = [board.tools["paint"].board.view.at(one) for one in corners]
    box = shapely.box(*np.min(places, axis=0), *np.max(places, axis=0)) if pixels else shapely.Point(places[0])
    touched = np.flatnonzero(shapely.intersects(mesh.shape, box))
    own = state.units[target]
    units = [state.units[state.counters.ids[one]] for one in state.label[touched]]
    may = [
        row for row, one in zip(touched, units, strict=True) if (one.county, one.code[:2]) == (own.county, own.code[:2])
    ]
    now = board.state
    assert right in may
    assert {now.counters.ids[now.label[row]] for row in may} == {target}


def test_a_box_or_a_click_that_takes_nothing_says_so(board):
    state = board.state
    left, _ = neighbours(state)
    unit = state.units[state.counters.ids[state.label[left]]]
    board.revision.set_target(unit.unit_id)
    paint = board.use("paint")
    west, south, *_ = shapely.total_bounds(state.mesh.shape)
    beside = np.array([west, south]) - 5 * board.canvas.mapUnitsPerPixel()
    board.drag(beside - 5, beside, modifiers=CTRL)
    board.click(state.mesh.point[left])
    board.press(state.mesh.point[left], modifiers=SHIFT)
    board.release(state.mesh.point[left], modifiers=SHIFT)
    assert len(board.told) == 3 and all(unit.name in one for one in board.told)
    assert not board.revision.drawing and not paint.on_its_way
    elsewhere = next(one for one in state.units.values() if one.county != unit.county)
    board.click(board.inside(elsewhere))
    assert "county" in board.told[3]
    board.revision.set_target("")
    board.drag(beside - 5, beside, modifiers=CTRL)
    assert "no face" in board.told[4]
    QTest.qWait(100)
    assert not len(board.changed)


def test_t_chooses_the_unit_under_the_pointer_as_alt_does(board):
    state = board.state
    left, right = neighbours(state)
    one, other = (state.units[state.counters.ids[state.label[row]]] for row in (left, right))
    paint = board.use("paint")
    board.move(state.mesh.point[left], Qt.MouseButton.NoButton)
    board.key(Qt.Key.Key_T)
    assert board.revision.target == one.unit_id and one.name in paint.hint() and not board.told
    board.key(Qt.Key.Key_T)
    assert one.name in board.told[0]
    board.click(state.mesh.point[right], modifiers=ALT)
    assert board.revision.target == other.unit_id
    west, south, *_ = shapely.total_bounds(state.mesh.shape)
    board.move((west - 20, south - 20), Qt.MouseButton.NoButton)
    board.key(Qt.Key.Key_T)
    assert "no unit" in board.told[1] and board.revision.target == other.unit_id
    board.use("lock")
    board.move(state.mesh.point[left], Qt.MouseButton.NoButton)
    board.key(Qt.Key.Key_T)
    assert board.revision.target == other.unit_id


@pytest.mark.parametrize("name", ["paint", "merge", "split", "reshape", "category", "lock"])
def test_enter_and_backspace_for_nothing_say_what_is_wanted(board, name):
    tool = board.use(name)
    for number, key in enumerate((Qt.Key.Key_Return, Qt.Key.Key_Backspace), 1):
        board.key(key)
        assert len(board.told) == number and tool.hint() in board.told[-1]


def test_enter_with_one_point_of_a_line_says_how_many_there_have_to_be(board):
    split = board.use("split")
    board.click(board.inside(board.unit(kind="general", county="999901")))
    board.key(Qt.Key.Key_Return)
    assert "two points and has 1" in board.told[0] and split.on_its_way
    board.double_click(board.inside(board.unit(kind="general", county="999901")))
    assert "has 1" in board.told[-1]


def test_a_merge_of_one_unit_and_one_that_is_clicked_again_are_told(board):
    unit = board.unit(kind="general", county="999901")
    merge = board.use("merge")
    board.click(board.inside(unit))
    board.key(Qt.Key.Key_Return)
    assert unit.name in board.told[0] and merge.on_its_way
    board.click(board.inside(unit))
    assert unit.name in board.told[1] and not merge.on_its_way


def test_a_stroke_stays_in_its_county_and_on_its_side_of_the_shore(board):
    state = board.state
    paint = board.use("paint")
    one = board.unit(county="999901", kind="general")
    board.press(board.inside(one))
    elsewhere = [row for row in state.units.values() if row.county != one.county or row.code[:2] != one.code[:2]]
    for row in elsewhere:
        board.move(board.inside(row))
    assert "county" in paint.hint()
    taken = set(paint._rows)
    board.release(board.inside(elsewhere[-1]))
    places = {(state.units[state.counters.ids[state.label[row]]].county) for row in taken}
    assert places <= {"999901"}
    assert not any(state.setting.is_sea(state.units[state.counters.ids[state.label[row]]].code) for row in taken)


def test_a_refused_stroke_says_why_while_it_is_drawn_and_leaves_the_map_as_it_was(board):
    state = board.state
    red = board.unit(kind="red_line", county="999901")
    general = board.unit(kind="general", county="999901")
    board.revision.set_target(general.unit_id)
    before = board.labels()
    board.use("paint")
    board.press(board.inside(red))
    board.wait(lambda: "red line" in board.card.text)
    board.release(board.inside(red))
    board.wait(lambda: len(board.refused))
    assert board.sketch.is_empty
    assert (board.state.label == before).all() and board.state is state


def test_panning_with_the_middle_button_leaves_no_stroke_across_the_map(board):
    state = board.state
    paint = board.use("paint")
    unit = board.unit(kind="general", county="999901")
    at = board.inside(unit)
    board.revision.set_target(next(one for one in state.units.values() if one.category == 2).unit_id)
    board.press(at)
    taken, before = set(paint._rows), board.canvas.extent()
    begun = board.pixel(at)
    for kind, aside in (("Press", 0), ("Move", 20), ("Move", 160), ("Release", 160)):
        type_of = getattr(QMouseEvent.Type, "MouseMove" if kind == "Move" else f"MouseButton{kind}")
        button = Qt.MouseButton.NoButton if kind == "Move" else MIDDLE
        board.send_at(type_of, begun + QPoint(aside, 0), button, LEFT | (MIDDLE if kind != "Release" else LEFT))
    assert board.canvas.extent().xMinimum() < before.xMinimum()
    assert paint._rows == taken
    here = np.add(at, (2_600.0, 100.0))
    board.move(here)
    assert paint._rows - taken == {state.mesh.at(*here)} - taken
    assert board.sketch.now.faces
    board.key(Qt.Key.Key_Escape)


def test_the_brush_grows_and_shrinks_by_the_brackets(board):
    paint = board.use("paint")
    QTest.keyClicks(board.canvas, "]]")
    assert paint.brush == 12
    QTest.keyClicks(board.canvas, "[")
    assert paint.brush == 6
    assert board.sketch.brush is not None


def test_two_units_are_merged_by_two_clicks_and_the_strictest_category_holds(board):
    state = board.state
    one = board.unit(kind="general", county="999901")
    other = next(row for row in state.units.values() if row.county == one.county and row.category == 2)
    merge = board.use("merge")
    assert "stays" in merge.hint()
    board.click(board.inside(one))
    assert one.name in merge.hint()
    board.move(board.inside(other), Qt.MouseButton.NoButton)
    board.wait(lambda: "strictest" in board.card.text)
    assert not len(board.changed)
    board.click(board.inside(other))
    # The general unit's name was the rule's, which calls what it becomes otherwise.
    board.wait(lambda: board.draft.ready)
    assert not len(board.changed)
    proposed = board.draft.name
    board.key(Qt.Key.Key_Return)
    board.wait(lambda: len(board.changed))
    assert other.unit_id not in board.state.units
    after = board.state.units[one.unit_id]
    assert (after.category, after.name) == (2, proposed)
    assert proposed != one.name
    board.wait(lambda: board.sketch.is_empty)


def test_several_units_are_collected_with_shift_and_merged_by_enter(board):
    state = board.state
    units = [row for row in state.units.values() if row.county == "999901" and not state.setting.is_sea(row.code)][:3]
    board.use("merge")
    for row in units:
        board.click(board.inside(row), modifiers=SHIFT)
    board.key(Qt.Key.Key_Return)
    board.wait(lambda: board.draft.ready or len(board.changed))
    board.key(Qt.Key.Key_Return)
    board.wait(lambda: len(board.changed))
    assert [row.unit_id in board.state.units for row in units] == [True, False, False]
    assert len(board.revision.timeline.entries) == 1


def test_the_category_of_a_unit_is_chosen_from_a_menu_that_foresees(board):
    key = next(row for row in board.state.units.values() if row.category == 2)
    category = board.use("category")
    board.click(board.inside(key))
    board.wait(category.menu.isVisible)
    assert [action.isChecked() for action in category.menu.actions()] == [False, True, False]
    category.menu.setActiveAction(category.menu.actions()[2])
    board.wait(lambda: "lower category" in board.card.text)
    assert not board.card.geometry().intersects(
        QRect(board.canvas.mapFromGlobal(category.menu.pos()), category.menu.size())
    )
    QTest.keyClick(category.menu, Qt.Key.Key_1)
    board.wait(lambda: board.draft.ready)
    assert "proposes a name" in category.hint()
    board.wait(lambda: category.hint() in board.card.text)  # where the eyes are
    assert board.card.isVisible() and "Enter" in board.card.text and "Esc" in board.card.text
    proposed = board.draft.name
    board.key(Qt.Key.Key_Return)
    board.wait(lambda: len(board.changed))
    assert board.state.units[key.unit_id].category == 1
    assert board.state.units[key.unit_id].name == proposed != key.name
    board.click(board.inside(key))
    board.wait(category.menu.isVisible)
    QTest.keyClick(category.menu, Qt.Key.Key_Escape)
    board.wait(lambda: not board.card.isVisible())
    assert not board.revision.drawing


def test_a_proposed_name_that_is_left_leaves_all_as_it_was(board):
    key = next(row for row in board.state.units.values() if row.category == 2)
    category = board.use("category")
    board.click(board.inside(key))
    board.wait(category.menu.isVisible)
    QTest.keyClick(category.menu, Qt.Key.Key_1)
    board.wait(lambda: board.draft.ready)
    board.key(Qt.Key.Key_Escape)
    assert not board.draft.op and not board.revision.drawing and board.sketch.is_empty
    QTest.qWait(100)
    assert not len(board.changed)
    assert board.state.units[key.unit_id] is key


def test_a_name_that_a_person_gave_stays_and_is_told(board):
    key = next(row for row in board.state.units.values() if row.category == 2)
    board.revision.do({"op": "rename", "unit": key.unit_id, "name": "西片"})
    board.wait(lambda: len(board.changed))
    category = board.use("category")
    board.click(board.inside(key))
    board.wait(category.menu.isVisible)
    QTest.keyClick(category.menu, Qt.Key.Key_1)
    board.wait(lambda: len(board.changed) == 2)
    assert board.state.units[key.unit_id].name == "西片"
    assert "keeps its name" in done_words(board.changed[1][0])


def test_faces_painted_and_clicked_become_a_unit_with_the_name_of_the_rule(board):
    state = board.state
    _, right = neighbours(state)
    before = board.labels()
    giver = state.units[state.counters.ids[state.label[right]]]
    board.use("newunit")
    assert board.draft.op["op"] == "create" and not board.draft.op["faces"]
    board.click(state.mesh.point[right])
    board.wait(lambda: board.draft.proposed is not None)
    assert board.draft.op["faces"] == [int(state.mesh.face_id[right])]
    board.wait(lambda: f"{giver.name} gives" in board.card.text)
    # A second click lets it go again.
    board.click(state.mesh.point[right])
    assert board.draft.op["faces"] == [] and not board.card.isVisible()
    board.click(state.mesh.point[right])
    board.wait(lambda: board.draft.proposed is not None)
    proposed = board.draft.name
    board.key(Qt.Key.Key_Return)
    board.wait(lambda: len(board.changed))
    row = board.state.units[board.state.counters.ids[board.state.label[right]]]
    assert (row.name, row.category, row.county) == (proposed, giver.category, giver.county)
    size = shapely.area(state.mesh.shape[np.flatnonzero(before != board.state.label)]).sum()
    assert row.area_m2 == pytest.approx(size)
    assert "Done:" in done_words(board.changed[0][0]) and f"{giver.name} gives" in done_words(board.changed[0][0])
    board.revision.undo()
    board.wait(lambda: len(board.changed) == 2)
    assert (board.labels() == before).all()


def test_a_box_of_a_new_unit_waits_and_leaving_the_tool_drops_it(board):
    state = board.state
    _, right = neighbours(state)
    west, south, east, north = state.mesh.bounds[right]
    tool = board.use("newunit")
    begin = state.mesh.point[right]
    board.drag(begin, (east + 50, north + 50), (west - 50, south - 50), begin + 1, modifiers=CTRL)
    board.wait(lambda: board.draft.found is not None)
    assert tool.on_its_way and board.draft.op["faces"] and not len(board.changed)
    board.use("paint")
    assert not board.draft.op and board.sketch.is_empty
    QTest.qWait(100)
    assert not len(board.changed)


@pytest.mark.parametrize("name", ["newunit", "township"])
def test_a_tool_that_settles_things_claims_no_plan_when_the_revision_ends(board, name):
    board.use(name)
    assert board.draft.op
    ended = QSignalSpy(board.revision.ended)
    board.revision.close()
    board.wait(lambda: len(ended))
    QTest.qWait(50)
    assert (board.revision.phase, board.draft.op) == ("closed", {})


def test_a_typed_name_stays_when_the_category_changes_and_a_proposed_one_does_not(board):
    state = board.state
    _, right = neighbours(state)
    board.use("newunit")
    board.click(state.mesh.point[right])
    board.wait(lambda: board.draft.proposed is not None)
    first = board.draft.name
    other = 1 if board.draft.op["category"] != 1 else 2
    board.draft.say(category=other, kind=None)
    board.wait(lambda: board.draft.name != first)
    board.draft.say(name="新片区")
    board.draft.say(category=2 if other == 1 else 1, kind=None)
    board.wait(lambda: board.draft.found is not None and board.draft.found.op.get("name"))
    assert board.draft.name == "新片区"


def test_a_name_that_was_proposed_for_another_category_is_not_given(board):
    state = board.state
    _, right = neighbours(state)
    board.use("newunit")
    board.click(state.mesh.point[right])
    board.wait(lambda: board.draft.proposed is not None)
    stale = board.draft.name
    board.draft.say(category=1, kind=None)
    board.draft.agree()  # before anything is proposed for it
    board.wait(lambda: len(board.changed))
    (new,) = [row for key, row in board.state.units.items() if key not in state.units]
    assert new.category == 1 and new.name != stale
    (rule,) = [one for one in board.changed[0][0].consequences.names if one.unit == new.unit_id]
    assert new.name == rule.name


def test_a_township_from_the_list_stays_while_the_pointer_moves_until_a_click(board):
    state = board.state
    one, other = sorted({str(town) for town in state.faces.township if town})[:2]
    target = board.unit(kind="general", county="999901")
    board.revision.set_target(target.unit_id)
    board.use("township")
    form = UnitForm(board.draft, None)
    board.draft.changed.emit()

    def place_of(town):
        rows = [
            row
            for row in range(len(state.label))
            if state.faces.township[row] == town and state.counters.ids[state.label[row]] != target.unit_id
        ]
        return state.mesh.point[max(rows, key=lambda row: state.faces.area[row])]

    def chosen():
        return board.draft.op["township"]

    def choose(town):
        form.township.setCurrentIndex(form.township.findData(town))
        form.township.activated.emit(form.township.currentIndex())

    board.move(place_of(one), Qt.MouseButton.NoButton)
    assert chosen() == one
    choose(other)
    assert chosen() == other and "from" not in board.draft.op
    board.move(place_of(one) + 1, Qt.MouseButton.NoButton)
    board.move(place_of(other), Qt.MouseButton.NoButton)
    board.move(place_of(one), Qt.MouseButton.NoButton)
    assert chosen() == other
    choose("")
    assert chosen() == "" and not board.draft.complete
    board.move(place_of(other), Qt.MouseButton.NoButton)
    assert chosen() == other
    choose(one)
    asked = []
    board.revision.do = asked.append
    board.click(place_of(other))
    assert [op["township"] for op in asked] == [other]
    form.deleteLater()


def test_a_township_that_is_clicked_goes_to_the_chosen_unit_in_one_edit(board):
    state = board.state
    ids = state.counters.ids
    target, giver, town = next(
        (one, other, town)
        for one in state.units.values()
        for other in state.units.values()
        for town in state.towns_of(state.rows_of(other.unit_id))
        if one is not other
        and (one.county, one.code[:2], one.category) == (other.county, other.code[:2], other.category)
    )
    board.revision.set_target(target.unit_id)
    tool = board.use("township")
    assert target.name in tool.hint()
    rows = [row for row in state.rows_of(giver.unit_id) if state.faces.township[row] == town]
    place = state.mesh.point[max(rows, key=lambda row: state.faces.area[row])]
    board.move(place, Qt.MouseButton.NoButton)
    board.wait(
        lambda: board.card.isVisible() and (f"{giver.name} gives" in board.card.text or "ends" in board.card.text)
    )
    board.click(place)
    board.wait(lambda: len(board.changed))
    assert {ids[one] for one in board.state.label[rows]} == {target.unit_id}
    size = shapely.area(state.mesh.shape[rows]).sum()
    assert board.state.units[target.unit_id].area_m2 == pytest.approx(target.area_m2 + size)
    board.revision.undo()
    board.wait(lambda: len(board.changed) == 2)
    assert (board.state.label == state.label).all()


def test_a_township_of_another_county_is_refused_in_a_sentence(board):
    state = board.state
    target = board.unit(kind="general", county="999901")
    other = board.unit(kind="general", county="999902")
    board.revision.set_target(target.unit_id)
    board.use("township")
    board.click(board.inside(other))
    board.wait(lambda: len(board.refused))
    assert "lies in county 999902" in board.refused[0][0].error.sentence("en")
    assert (board.state.label == state.label).all()


def test_a_click_locks_a_unit_marks_it_and_another_unlocks_it(board):
    unit = board.unit(kind="general", county="999901")
    board.use("lock")
    assert not board.sketch.locks
    board.click(board.inside(unit))
    board.wait(lambda: len(board.changed) == 1)
    assert board.state.units[unit.unit_id].locked
    assert len(board.sketch.locks) == 1
    paint = board.use("paint")
    board.revision.set_target(unit.unit_id)
    board.click(board.inside(unit))
    assert "locked" in board.told[-1] and not paint.on_its_way
    board.use("lock")
    board.click(board.inside(unit))
    board.wait(lambda: len(board.changed) == 2)
    assert not board.state.units[unit.unit_id].locked
    assert not board.sketch.locks


def test_a_line_splits_the_unit_that_most_of_it_runs_through(board):
    state = board.state
    unit = board.unit(kind="general", county="999902")
    west, south, east, north = shapely.bounds(shapely.union_all(state.mesh.shape[state.rows_of(unit.unit_id)]))
    middle = (west + east) / 2 + 321.0
    split = board.use("split")
    board.click((middle, north + 300.0))
    board.click((middle + 150.0, (south + north) / 2))
    assert board.sketch.now.line and "Backspace" in split.hint()
    board.double_click((middle, south - 150.0))
    board.wait(lambda: len(board.changed) or len(board.refused))
    assert not len(board.refused)
    assert len(board.state.units) == len(state.units) + 1
    assert set(board.changed[0][0].outlines) >= {unit.unit_id}
    board.wait(lambda: board.sketch.is_empty)


def test_what_a_line_would_do_is_shown_before_it_is_finished_and_a_vertex_taken_back(board):
    state = board.state
    unit = board.unit(kind="general", county="999902")
    west, south, east, north = shapely.bounds(shapely.union_all(state.mesh.shape[state.rows_of(unit.unit_id)]))
    middle = (west + east) / 2 + 321.0
    split = board.use("split")
    board.click((middle, north + 300.0))
    board.move((middle, south - 150.0), Qt.MouseButton.NoButton)
    board.wait(lambda: len(board.sketch.now.outlines) > 1)
    assert "New" in board.card.text
    board.click((middle, (south + north) / 2))
    board.wait(lambda: "ends inside" in board.card.text)
    board.key(Qt.Key.Key_Backspace)
    assert len(split._vertices) == 1
    board.key(Qt.Key.Key_Escape)
    assert board.sketch.is_empty
    assert not len(board.changed) and not len(board.refused)


def test_a_line_that_will_not_do_is_given_back_to_be_mended(board):
    unit = board.unit(kind="general", county="999902")
    at = board.inside(unit)
    split = board.use("split")
    board.click(at)
    board.click(np.add(at, (500.0, 0.0)))
    board.key(Qt.Key.Key_Return)
    board.wait(lambda: len(board.refused))
    assert len(split._vertices) == 2 and split.on_its_way
    board.key(Qt.Key.Key_Escape)
    assert board.sketch.is_empty


def test_the_pointer_is_caught_by_a_vertex_first_and_then_by_a_border(board):
    state = board.state
    corner = shapely.get_coordinates(state.mesh.shape[neighbours(state)[0]])[0]
    board.use("split")
    pixel = board.canvas.mapUnitsPerPixel()
    board.move(corner + 4 * pixel, Qt.MouseButton.NoButton)
    assert board.sketch.at_vertex
    assert board.sketch.snapped == tuple(corner.tolist())
    vertices = shapely.get_coordinates(state.mesh.shape)
    here, there = max(itertools.pairwise(vertices), key=lambda pair: np.hypot(*(pair[1] - pair[0])))
    along = (there - here) / np.hypot(*(there - here))
    middle = (here + there) / 2
    assert np.hypot(*(vertices - middle).T).min() > 9 * pixel
    board.move(middle + 4 * pixel * along[::-1] * (1, -1), Qt.MouseButton.NoButton)
    assert board.sketch.snapped is not None and not board.sketch.at_vertex
    on_it = shapely.Point(board.sketch.snapped)
    assert shapely.distance(on_it, shapely.LineString([here, there])) < 1e-3


def test_a_line_from_border_to_border_is_the_new_border_of_the_two_units(board):
    state = board.state
    mesh, ids = state.mesh, state.counters.ids
    one = board.unit(kind="general", county="999902")
    pairs = {}
    for left, right, length in zip(mesh.left.tolist(), mesh.right.tolist(), mesh.length.tolist(), strict=True):
        names = {ids[state.label[left]], ids[state.label[right]]}
        if one.unit_id in names and len(names) == 2:
            other = state.units[(names - {one.unit_id}).pop()]
            if other.county == one.county and other.category > 1 and other.code[:2] == one.code[:2]:
                pairs.setdefault(other.unit_id, []).append((length, left, right))
    other, rows = max(pairs.items(), key=lambda pair: sum(row[0] for row in pair[1]))
    shared = shapely.union_all([shapely.intersection(mesh.shape[left], mesh.shape[right]) for _, left, right in rows])
    ends = [
        segment
        for part in shapely.get_parts(shared)
        for segment in zip(part.coords, part.coords[1:], strict=False)
        if part.geom_type == "LineString"
    ]
    longest = shapely.LineString(max(ends, key=lambda pair: np.hypot(*np.subtract(*pair))))
    start, end = (shapely.line_interpolate_point(longest, at, normalized=True) for at in (0.2, 0.8))
    middle = np.array([(start.x + end.x) / 2, (start.y + end.y) / 2])
    aside = 0.2 * np.array([start.y - end.y, end.x - start.x])
    into = [state.counters.ids[state.label[mesh.at(*(middle + side))]] for side in (aside, -aside)]
    bulge = middle + aside * (1 if into[0] == one.unit_id else -1)
    reshape = board.use("reshape")
    board.revision.set_target(other)
    board.click((start.x, start.y))
    board.click(bulge)
    board.click((end.x, end.y))
    board.wait(lambda: board.sketch.now.outlines or board.card.text)
    assert set(reshape._units) == {one.unit_id, other} and reshape._units[0] == other
    board.key(Qt.Key.Key_Return)
    board.wait(lambda: len(board.changed) or len(board.refused))
    assert not len(board.refused), board.refused[0][0].error
    assert board.state.units[other].area_m2 > state.units[other].area_m2
    board.wait(lambda: board.sketch.is_empty)


def test_a_map_in_another_crs_takes_the_same_strokes(board):
    state = board.state
    board.canvas.setDestinationCrs(QgsCoordinateReferenceSystem("EPSG:3857"))
    board.canvas.setExtent(
        board.tools["paint"].board.view.on_map(tuple(shapely.total_bounds(state.mesh.shape).tolist()))
    )
    left, right = neighbours(state)
    board.use("paint")
    board.drag(state.mesh.point[left], state.mesh.point[right])
    board.wait(lambda: len(board.changed))
    assert board.state.label[right] == state.label[left]
    path = board.tools["paint"].board.view.path(state.mesh.shape[[right]])
    assert path.contains(QPointF(board.pixel(state.mesh.point[right])))


def test_the_layers_show_what_was_done_and_the_map_goes_to_what_was_undone(board):
    state = board.state
    layer = plan_layer(board.revision.path, "units")
    one = board.unit(kind="general", county="999901")
    other = next(row for row in state.units.values() if row.county == one.county and row.category == 2)
    count = layer.featureCount()
    layer.selectByIds([other.fid])
    board.revision.do({"op": "merge", "units": [one.unit_id, other.unit_id], "category": 2})
    board.wait(lambda: len(board.changed) == 1)
    assert not layer.selectedFeatureIds()
    assert {str(row["unit_id"]) for row in layer.getFeatures()} == set(board.state.units)
    board.wait(lambda: layer.featureCount() == count - 1)
    far = QgsRectangle(50_000, 50_000, 50_400, 50_300)
    board.canvas.setExtent(far)
    board.revision.undo()
    board.wait(lambda: len(board.changed) == 2)
    place = board.pixel(board.inside(other))
    assert board.canvas.viewport().rect().contains(place)
    board.revision.close()
    assert layer.featureCount() == count


def test_tools_taken_off_the_map_leave_nothing_on_it(board):
    items = len(board.canvas.scene().items())
    card = board.card
    board.use("split")
    board.click(board.inside(board.unit(kind="general", county="999902")))
    close_tools(board.tools.values())
    QTest.qWait(50)
    assert board.canvas.mapTool() is None
    assert len(board.canvas.scene().items()) == items - 1
    assert sip.isdeleted(card)
    close_tools(board.tools.values())


def test_a_tool_taken_while_the_plan_is_closed_begins_its_revision(board):
    board.revision.close()
    paint = board.use("paint")
    assert board.revision.phase == "opening"
    board.press((0.0, 0.0))
    assert board.told
    board.wait(lambda: board.revision.is_open)
    assert paint.isActive()


@pytest.mark.parametrize("board", [{"grouping": json.dumps({"key": "part"})}], indirect=True)
def test_what_falls_apart_is_red_and_told_before_it_is_done(board):
    west, other = (row for row in board.state.units.values() if "园" in row.name and row.county == "999901")
    board.revision.set_target(west.unit_id)
    board.use("paint")
    board.press(board.inside(other))
    board.wait(lambda: len(board.sketch.now.broken))
    assert f"{west.name} will be in 2 parts." in board.card.text
    (alone,) = board.sketch.now.broken
    assert shapely.contains_xy(alone, *board.inside(other)) or shapely.contains_xy(alone, *board.inside(west))
    board.key(Qt.Key.Key_Escape)


def test_units_that_fall_apart_are_named_and_no_others(board):
    unit = {"unit": "U1", "name": ("丙", "丙"), "parts": (1, 3), "contiguity": "broken"}
    found = Consequences(units=(unit, {**unit, "contiguity": "whole", "name": ("丁", "丁"), "parts": (1, 1)}))
    said = contiguity_sentence(found, board.state)
    assert "丙" in said and "3" in said and "丁" not in said


def test_a_box_that_has_come_back_to_what_is_the_targets_already_foresees_nothing(board):
    state = board.state
    left, right = neighbours(state)
    board.revision.set_target(state.counters.ids[state.label[left]])
    board.use("paint")
    board.press(state.mesh.point[left], modifiers=CTRL)
    board.move(state.mesh.point[right], modifiers=CTRL)
    board.wait(lambda: board.sketch.now.outlines)
    board.move(state.mesh.point[left], modifiers=CTRL)
    assert not board.sketch.now.outlines and not board.sketch.now.faces


def test_the_card_is_as_large_as_what_it_says_whatever_it_said_before(board):
    card = board.card
    card.say("ABCDEF", 2, ["1 km²"])
    small = card.size()
    assert card.title.height() < 2 * card.title.fontMetrics().height()
    card.say("ABCDEF " * 20, 2, ["1 km²"] * 8, ["a warning " * 20])
    assert card.height() > 3 * small.height()
    card.say("ABCDEF", 2, ["1 km²"])
    assert card.size() == small


def test_beside_the_map_the_card_stays_on_it(board):
    state = board.state
    left, _ = neighbours(state)
    board.use("paint")
    board.press(state.mesh.point[left])
    width = board.canvas.width()
    board.send_at(QMouseEvent.Type.MouseMove, QPoint(width + 300, 200), Qt.MouseButton.NoButton, LEFT)
    assert board.card.isVisible()
    assert board.card.x() >= 0 and board.card.x() + board.card.width() <= width


def test_a_line_that_is_refused_behind_another_edit_is_given_back_too(board):
    unit = board.unit(kind="general", county="999902")
    at = board.inside(unit)
    split = board.use("split")
    board.click(at)
    board.click(np.add(at, (500.0, 0.0)))
    board.revision.do({"op": "rename", "unit": unit.unit_id, "name": "another"})
    board.key(Qt.Key.Key_Return)
    board.wait(lambda: len(board.refused))
    assert len(board.changed) == 1
    assert len(split._vertices) == 2 and split.on_its_way


def test_a_stroke_that_fails_by_a_fault_of_ours_leaves_nothing_on_the_map(board, monkeypatch):
    state = board.state
    left, right = neighbours(state)
    board.revision.set_target(state.counters.ids[state.label[left]])
    failed = QSignalSpy(board.place.session.failed)

    def fail(*_):
        raise RuntimeError("a fault")

    monkeypatch.setattr(board.revision._editor, "do_all", fail)
    board.use("paint")
    board.click(state.mesh.point[right])
    board.wait(lambda: len(failed))
    assert board.sketch.is_empty and not len(board.changed)


def test_far_out_where_nothing_can_be_aimed_at_the_pointer_is_caught_by_nothing(board, monkeypatch):
    state = board.state
    corner = tuple(shapely.get_coordinates(state.mesh.shape[neighbours(state)[0]])[0].tolist())
    reach = 50.0
    assert caught_by(state, corner, reach)[1] == "vertex"
    monkeypatch.setattr(line_tools, "MOST", 1)
    assert caught_by(state, corner, reach) == (corner, "")


def test_the_editor_stands_still_for_as_long_as_the_file_is_read_again(board, monkeypatch):
    still = []

    def read_slowly(_path):
        time.sleep(0.4)
        still.append(board.revision._thread.busy)

    monkeypatch.setattr(plan_redraw, "PATIENCE", 0.1)
    monkeypatch.setattr(board.redraw, "read_again", read_slowly)
    board.redraw._ask_to_reload()
    board.wait(lambda: still)
    assert still == [True]
