"""The pictures: readable, in Chinese and English, nothing over anything else, the same bytes every time."""

from __future__ import annotations

import math
import warnings
from dataclasses import replace
from itertools import pairwise
from xml.etree import ElementTree

import matplotlib as mpl
import numpy as np
import pytest
from bench_runs import METHODS, comparison
from chart_texts import overlapping, texts
from control_units.delineation.bench.experiments.boundary_confidence import boundary_confidence, disagreement
from control_units.delineation.bench.experiments.ground_truth import TruthRow
from control_units.delineation.bench.experiments.null_model import NullModelRank
from control_units.delineation.bench.experiments.threshold_curve import THRESHOLDS, Curve
from control_units.delineation.bench.experiments.uncertainty import AreaConfidence, Uncertainty
from control_units.delineation.bench.report import (
    chart_files,
    chart_frame,
    charts,
    charts_of_curves,
    charts_of_fronts,
    charts_of_maps,
)
from control_units.delineation.bench.report.chart_files import BARS, Shown, draw
from control_units.delineation.bench.report.chart_frame import labels, wrapped
from control_units.delineation.bench.report.tables import agreements
from control_units.delineation.core import figure as figures
from control_units.delineation.core.figure import drawing
from matplotlib import image

STEPS = np.array(THRESHOLDS)
CHOSEN = ("omission", "commission", "dominance", "polsby_popper_by_area")
NAMES = (
    "叠加法",
    "行政边界拟合法，优先保护占比阈值 = 0.05",
    "Ward，分区个数 = 3，评价指标 = 横坐标 + 纵坐标",
)  # METHODS
LONG = "redcap:order=full,linkage=average,k=20,variables=carrying_capacity:2+dem+slope"


def curve_of(terrain: str, fall: float) -> Curve:
    area = 5e8 * (1.4 - fall * STEPS)
    return Curve(terrain, STEPS, np.arange(40, 21, -1), area, STEPS * fall / 2, 9e9, 4e8, 30)


CURVES = (curve_of("", 1.0), curve_of("平原", 1.3), curve_of("丘陵", 0.9), curve_of("山地", 0.1))


def stood(found):
    """A standing for each metric, from best to worst."""
    names = list(found.metrics)
    return {
        row["method"]: tuple(
            NullModelRank(name, 1.0, 0.5, 0.1, number / len(names), 0.04 if number % 3 == 0 else 0.4, 19)
            for number, name in enumerate(names)
        )
        for row in found.rows
    }


def planted(found):
    """A row a noise for each method: the first two with regions of values, the rest with townships; one found none."""
    return [
        TruthRow(
            row["method"],
            "values" if number < 2 else "townships",
            noise,
            2,
            1.0 - noise / 3,
            0.1,
            math.nan if number == 1 else 200.0 * noise,
            0.0,
            8.0,
            "",
        )
        for number, row in enumerate(found.rows)
        for noise in (0.25, 2.0)
    ]


def doubtful(found):
    """Areas of each category, that of sources as they are at the lower end; faces from sure to changed for sure."""
    nothing, kept = np.zeros(0), np.linspace(1.0, 0.0, len(found.scene))
    return [
        Uncertainty(
            row["method"],
            nothing,
            nothing,
            kept,
            tuple(
                AreaConfidence(
                    row["method"], category, False, 1e6 * category, 2e6, 1e5, 1e6 * category, 4e6 * category, 20
                )
                for category in (1, 2, 3)
            ),
            20,
        )
        for row in found.rows
    ]


def many(count: int):
    """The comparison with more methods, of long names, whose numbers lie apart or together."""
    found = comparison()
    draw_of = np.random.default_rng(3)
    rows, labelled = [], []
    for number in range(count):
        row = dict(found.rows[number % 3]) | {"method": f"{LONG}+{number}", "pareto_front": number % 2 == 0}
        row |= {name: float(draw_of.integers(0, 4)) / 4 for name in CHOSEN}
        row |= {"area_priority": 1e7 * number, "boundary_silhouette": -0.2 + 0.1 * number, "variance_ratio": 0.5}
        rows.append(row)
        labelled.append(found.labelled[number % 3])
    return replace(found, rows=tuple(rows), labelled=tuple(labelled))


def pictures(found, language):
    bars = [name for name in BARS if any(row.get(name) is not None for row in found.rows)]
    return {
        "metrics": charts.metric_bars(found, bars, language),
        "areas": charts.areas(found, language),
        "pareto": charts_of_fronts.pareto(found, CHOSEN, language),
        "agreement": charts.agreement(found, agreements(found), language),
        "stability": charts.stability(found, language),
        "curve": charts_of_curves.curve(found, CURVES[0], language),
        "curve_by_terrain": charts_of_curves.curve_by_terrain(found, CURVES[1:], language),
        "null": charts.null_percentiles(found, stood(found), language),
        "truth": charts.found_again(found, planted(found), language),
        "doubt": charts.area_ranges(found, doubtful(found), language),
        "maps": charts_of_maps.borders_and_disputes(found, language),
        "certainty": charts_of_maps.certainty(found, doubtful(found), language),
    }


@pytest.mark.slow
@pytest.mark.parametrize(("count", "language"), [(3, "zh"), (9, "en")])
def test_no_text_lies_over_another_or_leaves_the_picture(count, language):
    found = comparison() if count == 3 else many(count)
    with drawing(), warnings.catch_warnings():
        # A character that the font lacks would show as an empty box.
        warnings.filterwarnings("error", message="Glyph")
        for name, figure in pictures(found, language).items():
            over, out = overlapping(figure)
            assert not over, (name, over)
            assert not out, (name, out)


def test_every_method_and_number_is_in_its_chart():
    found = comparison()
    with drawing():
        charts_of = pictures(found, "zh")
    for name in ("metrics", "areas", "agreement", "stability", "null", "pareto"):
        said = " ".join(texts(charts_of[name])).replace("\n", "")
        for number, method in enumerate(NAMES, 1):
            assert f"{number}  {method[:20]}" in said, name
        assert not any(method in said for method in METHODS[1:]), name
    assert "100.00" in texts(charts_of["metrics"])
    assert any(text.startswith("交点 T* = ") for text in texts(charts_of["curve"]))
    assert any(text.startswith("拐点 = ") for text in texts(charts_of["curve"])) == (CURVES[0].knee is not None)
    assert {"平原", "丘陵", "山地"} <= set(texts(charts_of["curve_by_terrain"]))
    assert any(text.endswith("*") for text in texts(charts_of["null"]))
    assert "试验县(示意)" in texts(charts_of["areas"])


def test_a_metric_that_is_better_low_is_turned_round():
    """Better than 3 of 4 random ones is 75, whichever end is better."""
    found = replace(comparison(), rows=comparison().rows[:1])
    standing = {
        found.rows[0]["method"]: (
            NullModelRank("omission", 0.1, 0.5, 0.1, 0.25, 0.05, 4),
            NullModelRank("dominance", 0.9, 0.5, 0.1, 0.75, 0.3, 4),
        )
    }  # fmt: skip
    with drawing():
        said = texts(charts.null_percentiles(found, standing, "en"))
    assert {"75*", "75"} <= set(said)


def test_what_was_found_of_each_truth_has_its_panels():
    found = comparison()
    with drawing():
        figure = charts.found_again(found, planted(found), "zh")
    regions, away, towns, _ = figure.axes
    assert [len(axes.lines) for axes in figure.axes] == [2, 2, 1, 1]
    assert [line.get_ydata().tolist() for line in regions.lines] == [pytest.approx([1 - 0.25 / 3, 1 / 3])] * 2
    assert away.lines[0].get_ydata().tolist() == pytest.approx([50.0, 400.0])
    assert np.isnan(away.lines[1].get_ydata()).all()
    assert [tick.get_text() for tick in towns.get_xticklabels()] == ["0.25", "2"]
    assert "沿乡镇界" in towns.get_title()


def test_ranges_of_areas_are_in_square_kilometres():
    found = comparison()
    with drawing():
        axes = charts.area_ranges(found, doubtful(found), "zh").axes[1]
    (lines,) = axes.collections
    assert [segment[:, 0].tolist() for segment in lines.get_segments()] == [pytest.approx([2.0, 8.0])] * 3
    mark, *ends = axes.lines
    assert mark.get_xdata().tolist() == pytest.approx([2.0] * 3)
    # A range that is narrower than the mark shows below it.
    assert [end.get_xdata().tolist() for end in ends] == [pytest.approx([2.0] * 3), pytest.approx([8.0] * 3)]
    assert all((end.get_ydata() < mark.get_ydata()).all() for end in ends)


def test_a_method_that_failed_in_every_sample_leaves_its_place_empty():
    found = comparison()
    first, *rest = doubtful(found)
    areas = tuple(replace(row, mean=math.nan, low=math.nan, high=math.nan, samples=0) for row in first.areas)
    doubts = [replace(first, areas=areas, kept=np.full(len(found.scene), math.nan), samples=0, failed=20), *rest]
    with drawing(), warnings.catch_warnings():
        warnings.simplefilter("error")
        ranges, maps = (
            charts.area_ranges(found, doubts, "zh"),
            charts_of_maps.certainty(found, doubts, "zh"),
        )
        ranges.canvas.draw()
        maps.canvas.draw()
    assert [len(axes.patches) > 0 for axes in maps.axes] == [False, True, True]
    assert any("20" in text for text in texts(ranges))


def test_maps_show_each_border_and_face_once_and_in_its_class():
    found, partition = comparison(), comparison().basis.partition
    borders = partition.borders
    with drawing():
        disputed, sure = charts_of_maps.borders_and_disputes(found, "zh").axes
        doubt = charts_of_maps.certainty(found, doubtful(found), "zh").axes[0]
    share = boundary_confidence(borders, found.labelled).share
    drawn = {
        (round(float(lines.get_linewidths()[0]), 2), mpl.colors.to_hex(lines.get_colors()[0])): sum(
            float(np.hypot(*np.diff(one, axis=0).T).sum()) for one in lines.get_segments()
        )
        for lines in sure.collections
    }
    assert sum(drawn.values()) == pytest.approx(borders.length[share > 0].sum())
    # Borders that every method draws are the widest; there is one county and no sea: nothing is given.
    assert drawn[2.6, "#4b2e83"] == pytest.approx(borders.length[share > 0.8].sum())
    assert (share > 0.8).any()
    assert drawn.get((0.3, "#4b2e83"), 0.0) == pytest.approx(borders.length[(share > 0) & (share <= 0.2)].sum())
    assert {colour for _, colour in drawn} == {"#4b2e83"}
    pairs = disagreement(found.labelled, len(partition)).pairs
    for axes, value, first in ((disputed, pairs, 0.0), (doubt, np.linspace(0.0, 1.0, len(partition)), 0.05)):
        shade = np.digitize(value, [first + 1e-9, 0.25 + 1e-9, 0.5 + 1e-9, 0.75 + 1e-9])
        area = {mpl.colors.to_hex(one.get_facecolor()): area_of(one.get_path()) for one in axes.patches}
        wanted = {charts_of_maps._SHADES[number]: partition.area[shade == number].sum() for number in set(shade)}
        assert set(area) == set(wanted)
        assert all(area[colour] == pytest.approx(size) for colour, size in wanted.items())


def area_of(path):
    """Area of a path whose holes run the other way round."""
    starts = np.flatnonzero(path.codes == path.MOVETO)
    rings = np.split(path.vertices, starts[1:])
    return abs(sum(float((x * np.roll(y, -1) - y * np.roll(x, -1)).sum()) / 2 for x, y in (ring.T for ring in rings)))


def test_bars_are_as_long_as_their_numbers():
    with drawing():
        axes = charts.metric_bars(comparison(), ["omission"], "en").axes[0]
    wanted = [row["omission"] * 100 for row in comparison().rows]
    assert [bar.get_width() for bar in axes.patches] == pytest.approx(wanted)
    front = [bar.get_facecolor() == mpl.colors.to_rgba(chart_frame.BLUE) for bar in axes.patches]
    assert front == [row["pareto_front"] for row in comparison().rows]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("fall", [-0.2, 0.0, 0.05, 1.3])
def test_the_legend_of_the_curve_covers_no_data(fall, language):
    """Also of a curve that ends as high as it began, or higher, where legends often are."""
    with drawing():
        figure = charts_of_curves.curve(comparison(), curve_of("", fall), language)
        figure.canvas.draw()
    legends = [*figure.legends, *(one for axes in figure.axes if (one := axes.get_legend()) is not None)]
    (box,) = [one.get_window_extent() for one in legends]
    for axes in figure.axes:
        for line in axes.lines:
            points = line.get_transform().transform(line.get_xydata())
            for start, end in pairwise(points):
                between = start + (end - start) * np.linspace(0.0, 1.0, 200)[:, None]
                assert not ((between > box.min) & (between < box.max)).all(axis=1).any()
    assert not any(box.overlaps(axes.get_tightbbox()) for axes in figure.axes)


def test_long_methods_break_where_a_parameter_ends():
    text = labels(many(1), "en")[0]
    assert text.startswith("1  REDCAP,\norder of neighbours = full,")
    assert labels(many(1), "zh")[0].startswith("1  REDCAP，邻接次序 = 全序，区间距离 = 平均距离，\n分区个数 = 20，")
    assert all(len(line) <= 34 for line in text.split("\n"))
    assert wrapped("红线纳入优先单元的比例（%） ↑", 16).split("\n") == ["红线纳入优先单元", "的比例（%） ↑"]
    assert wrapped("share of the dominant zone kind", 20).split("\n") == ["share of the", "dominant zone kind"]


def test_files_are_pictures(tmp_path):
    found = comparison()
    names = draw(Shown(found, agreements(found), CURVES[:1], {}, (), (), CHOSEN), tmp_path, "zh")
    assert names == ("metrics", "areas", "pareto", "agreement", "maps", "stability", "curve")
    made = sorted(path.name for path in tmp_path.iterdir())
    assert made == sorted(f"{name}.{suffix}" for name in names for suffix in ("png", "svg"))
    for name in made:
        if name.endswith(".png"):
            picture = image.imread(tmp_path / name)
            assert min(picture.shape[:2]) > 200
            assert 0.02 < (picture[..., :3].min(axis=2) < 0.9).mean() < 0.9
        else:
            raw = (tmp_path / name).read_bytes()
            root = ElementTree.fromstring(raw.decode())  # noqa: S314  (made here)
            assert root.tag.endswith("svg")
            assert b"<dc:date>" not in raw
            # Letters are outlines: no font is asked for.
            assert b"font-family" not in raw


def test_without_a_chinese_font_the_words_are_english(tmp_path, monkeypatch):
    monkeypatch.setattr(figures.font_manager, "get_font_names", lambda: ["DejaVu Sans"])
    said = []

    def noted(_, words):
        said.append(words)
        return mpl.figure.Figure()

    for name in ("areas", "metric_bars", "stability"):
        monkeypatch.setattr(chart_files, name, lambda *given: noted(*given[-2:]))
    found = replace(comparison(), rows=comparison().rows[:1], labelled=comparison().labelled[:1])
    with pytest.warns(UserWarning, match="fonts-noto-cjk"):
        draw(Shown(found, agreements(found), (), {}, (), (), ("omission",)), tmp_path, "zh")
    assert said == ["en"] * 3
