"""The chart of the Pareto front: marks where the values are, and a legend that says whose they are."""

from __future__ import annotations

import warnings
from dataclasses import replace
from itertools import combinations

import matplotlib as mpl
import numpy as np
import pytest
from bench_runs import comparison
from chart_texts import overlapping
from control_units.delineation.bench.report import charts_of_fronts
from control_units.delineation.bench.report.chart_files import Shown, draw
from control_units.delineation.bench.report.tables import agreements
from control_units.delineation.core.figure import drawing

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


@pytest.fixture(scope="module", params=HARD)
def panel(request):
    values = HARD[request.param]
    figure, (axes,) = drawn(values, "zh")
    return values, figure, axes


def test_marks_are_at_the_values(panel):
    """One a method, in order, filled where it is on the front, seen whole."""
    values, _, axes = panel
    assert len(axes.lines) == len(values)
    for (across, up, front), line in zip(values, axes.lines, strict=True):
        ((x, y),) = line.get_xydata()
        assert (x, y) == (pytest.approx(across), pytest.approx(up, rel=1e-9))
        assert (line.get_markerfacecolor() != "none") == front
        (place,) = line.get_transform().transform(line.get_xydata())
        radius = line.get_markersize() / 2 * axes.figure.dpi / 72
        assert (place - radius > axes.bbox.min).all()
        assert (place + radius < axes.bbox.max).all()


def test_the_legend_shows_the_mark_of_each_method(panel):
    values, figure, axes = panel
    (legend,) = figure.legends
    keys, words = legend.get_lines(), [text.get_text() for text in legend.get_texts()]
    assert len(keys) == len(words) == len(values) + 2
    for number, line in enumerate(axes.lines):
        assert look(keys[number]) == look(line)
        assert words[number].startswith(f"{number + 1}  ")
    assert len({look(line)[:2] for line in axes.lines}) == len(values)
    over, out = overlapping(figure)
    assert not over
    assert not out
    assert axes.bbox.x1 < legend.get_window_extent().x0


def look(line):
    return line.get_marker(), line.get_color(), line.get_markerfacecolor()


def test_methods_in_one_place_lie_round_each_other(panel):
    _, _, axes = panel
    for one, other in combinations(axes.lines, 2):
        near = np.abs(
            one.get_transform().transform(one.get_xydata()) - other.get_transform().transform(other.get_xydata())
        )
        if near.max() < 1e-3:
            small, large = sorted((one, other), key=lambda line: line.get_markersize())
            assert large.get_markersize() >= small.get_markersize() + 2
            assert large.get_zorder() < small.get_zorder()


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
        every, first, second = (charts_of_fronts.pareto(one, NAMES[:2], "en").axes[0] for one in (found, some, none))
    assert [look(line) for line in first.lines] == [look(line) for line in every.lines[1:]]
    assert not second.lines


def test_the_same_values_are_the_same_files(tmp_path):
    found = of_values(HARD["much at nothing"])
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        with pytest.MonkeyPatch.context() as patch:
            # The other pictures take their time.
            patch.setattr("control_units.delineation.bench.report.chart_files.metric_bars", empty)
            for other in ("areas", "agreement", "borders_and_disputes", "stability"):
                patch.setattr(f"control_units.delineation.bench.report.chart_files.{other}", empty)
            draw(Shown(found, agreements(found), (), {}, (), (), NAMES[:2]), tmp_path / name, "zh")
    for suffix in ("png", "svg"):
        one, other = ((tmp_path / name / f"pareto.{suffix}").read_bytes() for name in ("one", "other"))
        assert one == other


def empty(*_):
    return mpl.figure.Figure(figsize=(1, 1))
