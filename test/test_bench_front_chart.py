"""The chart of the Pareto front: marks where the values are; numbers beside them, readable, in the values' order."""

from __future__ import annotations

import warnings
from dataclasses import replace
from itertools import combinations, pairwise

import matplotlib as mpl
import numpy as np
import pytest
from bench_runs import comparison
from chart_texts import overlapping
from control_units.delineation.bench.report import charts_of_fronts
from control_units.delineation.bench.report.chart_frame import BLUE
from control_units.delineation.bench.report.label_column import named_together, slots, snapped, spread
from control_units.delineation.bench.report.plots import Shown, draw
from control_units.delineation.bench.report.tables import agreements
from control_units.delineation.core.figure import drawing
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.text import Annotation

NAMES = ("omission", "commission", "dominance", "variance_ratio", "polsby_popper_by_area")
LONG = "redcap:order=full,linkage=average,k=20,variables=carrying_capacity:2+dem+slope"

# Per cent across and up; whether on the front.
ON, OFF = True, False
HARD = {
    "two": [(0, 1, ON), (0.4, 0, OFF)],
    "one place, front and others": [(10, 100, ON), (10, 100, OFF), (10, 100, ON)],
    "all equal": [(5, 100, ON)] * 12,
    "all on one height": [(9 * number, 100, number % 2 == 0) for number in range(12)],
    "all at the top": [(number, 100 - 0.01 * number, ON) for number in range(11)] + [(0, 0, OFF)],
    "all at the bottom": [(12 - number, 0.001 * number, OFF) for number in range(11)] + [(0, 100, ON)],
    "at both ends": [(number, 100 * (number % 2), number < 5) for number in range(12)],
    "nearly equal": [(50 + 1e-6 * (number % 5), 100 - 1e-6 * number, number % 3 == 0) for number in range(12)],
    "equal but for rounding": [(10, 30, ON), (10, 30 * (1 + 2e-16 * 3), ON), (20, 0, ON)],
    "much at nothing": [
        (0, 0.88, ON), (0, 0, ON), (1.2, 4, ON), (0.5, 0.5, OFF), (9, 9, OFF), (3, 7, OFF), (4, 7.1, ON),
        (2, 2.27, OFF), (1, 0.5, OFF), (3, 0.88, OFF), (25, 30, OFF), (7, 3.2, OFF),
    ],
    "close in the middle": [
        (0, 100, ON), (25.4, 80.8, ON), (1.2, 73.79, ON), (7.5, 73.3, OFF), (7.1, 74.8, OFF), (5.2, 73.55, OFF),
        (4.3, 92.6, ON),
    ],
}  # fmt: skip


def of_values(values, names=NAMES[:2]):
    """The comparison with methods of these values in the first metric and in all others."""
    found = comparison()
    rows = []
    for number, (across, up, front) in enumerate(values):
        row = dict(found.rows[number % 3]) | {"method": f"{LONG}+{number}", "pareto_front": front}
        rows.append(row | dict.fromkeys(names, up / 100) | {names[0]: across / 100})
    return replace(found, rows=tuple(rows), labelled=tuple(found.labelled[number % 3] for number in range(len(rows))))


def drawn(values, language, names=NAMES[:2]):
    """The figure as it is when it has been drawn, and its panels."""
    with drawing(), warnings.catch_warnings():
        warnings.filterwarnings("error", message="Glyph")
        figure = charts_of_fronts.pareto(of_values(values, names), names, language)
        figure.canvas.draw()
    return figure, [axes for axes in figure.axes if axes.axison]


def notes_of(axes):
    """Each label of a panel with the methods that it names."""
    out = []
    for note in axes.findobj(Annotation):
        members = []
        for part in note.get_text().split(","):
            first, _, last = part.partition("–")
            members.extend(range(int(first), int(last or first) + 1))
        out.append((note, members))
    return out


@pytest.fixture(scope="module", params=HARD)
def panel(request):
    values = HARD[request.param]
    figure, (axes,) = drawn(values, "zh")
    return values, figure, axes


def test_marks_are_at_the_values(panel):
    values, _, axes = panel
    marks = [(line.get_xdata()[0], line.get_ydata()[0], line.get_markerfacecolor()) for line in axes.lines]
    assert all(len(line.get_xdata()) == 1 and line.get_marker() == "o" for line in axes.lines)
    for across, up, front in values:
        assert (pytest.approx(across), pytest.approx(up, rel=1e-9), BLUE if front else "none") in marks
    for mark in marks:
        assert mark in [
            (pytest.approx(across), pytest.approx(up, rel=1e-9), BLUE if on else "none") for across, up, on in values
        ]
    # A mark is seen whole.
    for line in axes.lines:
        (place,) = line.get_transform().transform(line.get_xydata())
        radius = line.get_markersize() / 2 * axes.figure.dpi / 72
        assert (place - radius > axes.bbox.min).all()
        assert (place + radius < axes.bbox.max).all()


def test_every_method_is_named_once_and_with_its_equals_alone(panel):
    values, _, axes = panel
    notes = notes_of(axes)
    assert sorted(number for _, members in notes for number in members) == list(range(1, len(values) + 1))
    for note, members in notes:
        for across, up, front in (values[number - 1] for number in members):
            assert note.xy == (pytest.approx(across), pytest.approx(up, rel=1e-9))
            face = mpl.colors.to_hex(note.get_bbox_patch().get_facecolor()).upper()
            assert face == (BLUE if front else "#FFFFFF")
    places = [(*note.xy, note.get_color()) for note, _ in notes]
    assert len(set(places)) == len(places)


def test_labels_lie_in_a_column_beside_the_panel_and_over_nothing(panel):
    _, figure, axes = panel
    boxes = [note.get_bbox_patch().get_window_extent() for note, _ in notes_of(axes)]
    over, out = overlapping(figure)
    assert not over
    assert not out
    assert not any(one.overlaps(other) for one, other in combinations(boxes, 2))
    assert len({round(box.x0) for box in boxes}) == 1
    keys = figure.legends[0].get_window_extent()
    for box in boxes:
        assert axes.bbox.x1 < box.x0 < box.x1 < keys.x0
        assert axes.bbox.y0 - 0.5 <= box.y0 < box.y1 <= axes.bbox.y1 + 0.5


def test_labels_are_in_the_order_of_their_values(panel):
    _, _, axes = panel
    notes = sorted((note for note, _ in notes_of(axes)), key=lambda note: note.get_bbox_patch().get_window_extent().y0)
    heights = [note.xy[1] for note in notes]
    assert heights == sorted(heights)


def test_a_line_leads_from_each_label_to_its_mark(panel):
    _, figure, axes = panel
    pixel = figure.dpi / 72
    ends = []
    for note, _ in notes_of(axes):
        start, end = note.arrow_patch.get_path().vertices[[0, -1]]
        box = note.get_bbox_patch().get_window_extent()
        # A steep one leaves by the box's corner.
        assert box.x0 - 1.5 * pixel <= start[0] < box.x0 + 3 * pixel
        assert box.y0 - 1.5 * pixel <= start[1] <= box.y1 + 1.5 * pixel
        mark = axes.transData.transform(note.xy)
        assert np.hypot(*(end - mark)) <= 5.5 * pixel
        ends.append((note.xy, mark, start))
    # Of methods of one height no line crosses another.
    for (one, a, b), (other, c, d) in combinations(ends, 2):
        if one[1] == other[1] and one[0] != other[0]:
            left, right = ((a, b), (c, d)) if one[0] < other[0] else ((c, d), (a, b))
            at = left[0][1] + (right[0][0] - left[0][0]) / (left[1][0] - left[0][0]) * (left[1][1] - left[0][1])
            assert (at - right[0][1]) * (left[1][1] - right[1][1]) > 0


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("count", [2, 12])
def test_panels_keep_apart(count, language):
    found = list(HARD["much at nothing"][:count])
    figure, panels = drawn(found, language, NAMES)
    over, out = overlapping(figure)
    assert not over
    assert not out
    assert len(panels) == len(NAMES) - 1
    keys = figure.legends[0].get_window_extent()
    assert keys.y0 >= 0
    extents = [axes.get_tightbbox() for axes in panels]
    assert not any(one.overlaps(other) for one, other in combinations([*extents, keys], 2))


def test_a_method_without_a_value_is_left_out_and_one_with_nobody_known_is_empty():
    found = of_values(HARD["close in the middle"])
    rows = [dict(row) for row in found.rows]
    rows[0]["commission"] = None
    some = replace(found, rows=tuple(rows))
    none = replace(found, rows=tuple(row | {"omission": None} for row in rows))
    with drawing():
        first, second = (charts_of_fronts.pareto(one, NAMES[:2], "en").axes[0] for one in (some, none))
    assert sorted(number for _, members in notes_of(first) for number in members) == [2, 3, 4, 5, 6, 7]
    assert not notes_of(second)


def test_the_same_values_are_the_same_files(tmp_path):
    found = of_values(HARD["much at nothing"])
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        with pytest.MonkeyPatch.context() as patch:
            # The other pictures take their time.
            patch.setattr("control_units.delineation.bench.report.plots.metric_bars", empty)
            for other in ("areas", "agreement", "borders_and_disputes", "stability"):
                patch.setattr(f"control_units.delineation.bench.report.plots.{other}", empty)
            draw(Shown(found, agreements(found), (), {}, (), (), NAMES[:2]), tmp_path / name, "zh")
    for suffix in ("png", "svg"):
        one, other = ((tmp_path / name / f"pareto.{suffix}").read_bytes() for name in ("one", "other"))
        assert one == other


def empty(*_):
    return mpl.figure.Figure(figsize=(1, 1))


@given(st.lists(st.floats(-3, 3), max_size=12), st.floats(0.01, 0.3))
@settings(max_examples=80, deadline=None)
def test_spread_heights_are_a_step_apart_between_the_limits(wanted, step):
    wanted = np.sort(np.array(wanted, dtype=np.float64))
    height = spread(wanted, step, 0.0, 1.0)
    least = min(step, 1.0 / max(len(wanted) - 1, 1))
    assert ((height >= 0) & (height <= 1 + 1e-12)).all()
    assert all(after - before >= least - 1e-12 for before, after in pairwise(height))


def test_heights_that_have_room_stay_and_others_give_way_alike():
    assert spread(np.array([0.1, 0.5, 0.9]), 0.2, 0.0, 1.0) == pytest.approx([0.1, 0.5, 0.9])
    assert spread(np.array([0.5, 0.5, 0.9]), 0.2, 0.0, 1.0) == pytest.approx([0.4, 0.6, 0.9])
    assert spread(np.array([0.0, 0.0, 0.9]), 0.2, 0.0, 1.0) == pytest.approx([0.0, 0.2, 0.9])
    assert spread(np.array([0.9, 1.0, 1.0]), 0.2, 0.0, 1.0) == pytest.approx([0.6, 0.8, 1.0])
    # The nearest to the column has the nearest place.
    x, y = np.array([1.0, 3.0, 2.0]), np.full(3, 0.5)
    assert slots(x, y, 0.1, 0.0, 1.0) == pytest.approx([0.6, 0.5, 0.4])


def test_numbers_are_written_in_few_letters():
    wanted = {(4,): "4", (1, 3): "1,3", (2, 3): "2,3", (1, 2, 3, 5, 7, 8, 9): "1–3,5,7–9"}
    assert {numbers: named_together(numbers) for numbers in wanted} == wanted
    assert snapped(np.array([1.0, 0.3, 0.1 + 0.2, 0.30001])).tolist() == [1.0, 0.3, 0.3, 0.30001]
