"""Boundary confidence and disagreement by hand, and the layers that QGIS loads."""

from __future__ import annotations

import math
from itertools import combinations

import numpy as np
import pyogrio
import pytest
import shapely
from bench_runs import METHODS, comparison, finished, method
from bench_samples import grid
from control_units.delineation.basis.ground import Ground
from control_units.delineation.bench.experiments.boundary_confidence import (
    LINES,
    boundary_confidence,
    disagreement,
    lines_of,
)
from control_units.delineation.bench.report.layers import short_names, write_comparison
from control_units.delineation.plan.outputs import OutputGuard

STRIP = grid(1, 4)  # four squares in a row, three borders
ONE = method(finished([0, 0, 1, 1], [1, 1, 3, 3]))
TWO = method(finished([0, 1, 1, 1], [1, 3, 3, 3]), shifted=[finished([0, 0, 1, 2], [1, 1, 3, 2])])


# Numbers


def test_a_border_is_as_sure_as_its_methods_are():
    found = boundary_confidence(STRIP.borders, [ONE, TWO])
    assert found.by_method.tolist() == [[0, 1, 0], [0.5, 0.5, 0.5]]
    # The second method has two runs and still speaks once.
    assert found.share.tolist() == [0.25, 0.75, 0.25]


def test_numbers_of_units_mean_nothing():
    again = method(finished([5, 5, 2, 2]), finished([0, 0, 7, 7]))
    assert boundary_confidence(STRIP.borders, [again]).share.tolist() == [0, 1, 0]


def test_disagreement_of_a_face_by_hand():
    found = disagreement([ONE, TWO], 4)
    assert found.share[:, 1].tolist() == [0.75, 0, 0.25]
    # Runs weigh 1/2, 1/4, 1/4: pairs 1/8, 1/8, 1/16, of which the first and the last differ.
    assert found.pairs.tolist() == pytest.approx([0, 3 / 5, 0, 3 / 5])
    wanted = -(0.75 * math.log(0.75) + 0.25 * math.log(0.25))
    assert found.entropy.tolist() == pytest.approx([0, wanted, 0, wanted])
    assert found.category.tolist() == [1, 1, 3, 3]


def test_of_equal_shares_the_stricter_category_stands():
    found = disagreement([method(finished([0], [3])), method(finished([0], [2]))], 1)
    assert (found.category.tolist(), found.pairs.tolist()) == ([2], [1])
    assert found.entropy.tolist() == pytest.approx([math.log(2)])


def test_one_run_agrees_with_nobody():
    found = disagreement([ONE], 4)
    assert np.isnan(found.pairs).all()
    assert (found.entropy == 0).all()


@pytest.mark.parametrize("seed", range(3))
def test_disagreement_is_the_share_of_pairs_counted_one_by_one(seed):
    draw = np.random.default_rng(seed)
    runs = [[finished([0] * 6, draw.integers(1, 4, 6)) for _ in range(count)] for count in (1, 3, 2)]
    found = disagreement([method(*runs[0]), method(*runs[1][:1], shifted=runs[1][1:]), method(*runs[2])], 6)
    weighed = [(run.division.category, 1 / (3 * len(group))) for group in runs for run in group]
    pairs = [(one != two, a * b) for (one, a), (two, b) in combinations(weighed, 2)]
    wanted = sum(weight * differ for differ, weight in pairs) / sum(weight for _, weight in pairs)
    assert found.pairs == pytest.approx(wanted)
    assert found.share.sum(axis=0) == pytest.approx(np.ones(6))


def test_with_as_many_runs_in_each_method_every_pair_counts_the_same():
    runs = [finished([0], [category]) for category in (1, 1, 2, 3)]
    assert disagreement([method(*runs[:2]), method(*runs[2:])], 1).pairs.tolist() == pytest.approx([5 / 6])


def test_what_a_border_lies_on():
    ground = Ground(
        sea=np.array([False, False, False, True]),
        county=np.array([0, 0, 1, 2]),
        township=np.array([0, 1, 2, -1]),
        districts=("a", "b", "c"),
        district_names=("a", "b", "c"),
        townships=(("1", "甲"), ("2", "乙"), ("3", "丙")),
    )
    assert [LINES[number] for number in lines_of(STRIP.borders, ground)] == ["township", "county", "shore"]


# Layers


def test_methods_have_names_that_a_layer_can_have():
    texts = ["overlay", "fitting:threshold=0.3", "fitting:threshold=0,3", "聚类:k=3", "Overlay", "x:" + "y" * 99]
    names = short_names(texts)
    assert names[:5] == ("overlay", "fitting_threshold_0_3", "fitting_threshold_0_3_2", "聚类_k_3", "Overlay_2")
    assert len(names[5]) == 48


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    path = tmp_path_factory.mktemp("layers") / "comparison.gpkg"
    write_comparison(comparison(), path, guard=OutputGuard(path))
    return path


def read(path, layer):
    info, _, shapes, data = pyogrio.raw.read(path, layer=layer)
    table = dict(zip(info["fields"], data, strict=True))
    return table, None if shapes is None else shapely.from_wkb(shapes)


NAMES = short_names(METHODS)


def test_the_file_holds_confidence_disagreement_and_the_units_of_each_method(written):
    layers = pyogrio.list_layers(written)[:, 0].tolist()
    units = [f"units_{name}" for name in NAMES]
    assert layers == ["boundary_confidence", "disagreement", *units, "methods", "meta", "layer_styles"]
    methods, _ = read(written, "methods")
    assert methods["method"].tolist() == list(METHODS)
    assert methods["layer"].tolist() == units
    # Ward with two variables: one seed, each weight up and down.
    assert methods["runs"].tolist() == [1, 1, 5]
    meta, _ = read(written, "meta")
    assert dict(zip(meta["key"], meta["value"], strict=True))["name"] == "试验县(示意)"


def test_confidence_lies_on_the_lines_that_the_methods_draw(written):
    basis = comparison().basis
    borders = basis.partition.borders
    table, lines = read(written, "boundary_confidence")
    found = boundary_confidence(borders, comparison().labelled)
    drawn = np.flatnonzero(found.share > 0)
    assert 0 < len(drawn) < len(borders.left)
    assert (table["left"] - 1).tolist() == borders.left[drawn].tolist()
    assert shapely.length(lines) == pytest.approx(table["length_m"])
    assert table["length_m"] == pytest.approx(borders.length[drawn])
    assert table["confidence"] == pytest.approx(np.mean([table[f"by_{name}"] for name in NAMES], axis=0))
    assert ((table["confidence"] > 0) & (table["confidence"] <= 1)).all()
    assert set(table["line"]) == {"other", "township"}
    # Overlay draws the outline of the red line; no run of fitting draws anything but its township's border beside it.
    red = shapely.box(501_000, 3_401_000, 503_000, 3_403_000).boundary
    round_red = shapely.distance(lines, red) == 0
    assert (table["by_overlay"][round_red] == 1).all()


def test_units_of_a_method_are_those_of_its_division(written):
    basis = comparison().basis
    for name, one in zip(NAMES, comparison().labelled, strict=True):
        table, shapes = read(written, f"units_{name}")
        assert len(shapes) == one.division.count
        assert shapely.area(shapes) == pytest.approx(table["area_m2"])
        assert table["category"].tolist() == one.division.unit_category.tolist()
        assert set(table["county"]) == {"999901"}
        assert table["area_m2"].sum() == pytest.approx(basis.area.sum())
        assert shapely.coverage_is_valid(shapes)


def test_disagreement_covers_every_face(written):
    table, shapes = read(written, "disagreement")
    assert len(shapes) == len(comparison().basis.area)
    assert table["priority"] + table["key"] + table["general"] == pytest.approx(np.ones(len(shapes)))
    assert ((table["differ"] >= 0) & (table["differ"] <= 1)).all()
    assert table["differ"].max() > 0


def test_every_layer_carries_its_style(written):
    table, _ = read(written, "layer_styles")
    style = dict(zip(table["f_table_name"], table["styleQML"], strict=True))
    assert set(style) == {"boundary_confidence", "disagreement", *(f"units_{name}" for name in NAMES)}
    assert all("<qgis" in text for text in style.values())
    assert 'attr="confidence"' in style["boundary_confidence"]
    assert style["units_overlay"] != style["disagreement"]
