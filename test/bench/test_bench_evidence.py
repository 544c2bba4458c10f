"""Metrics of evidence: variance, silhouettes, Geodetector, by hand, by all pairs and beside scikit-learn."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
import shapely
from bench_samples import KM, KM2, cells, grid, scene_of_faces, units
from control_units.delineation.bench.measures import silhouette as silhouette_file
from control_units.delineation.bench.measures.geodetector import detect
from control_units.delineation.bench.measures.metrics import measure, why_missing
from control_units.delineation.bench.measures.silhouette import silhouettes
from control_units.delineation.bench.scene.division import divide
from control_units.delineation.bench.scene.variables import standardise, variables_of
from control_units.delineation.case.model import RasterSpec
from scipy.special import betaincc, gammaln
from synthetic import EVIDENCE, Row, basis_of, box, case_of, county


def test_values_are_standardised_by_area_and_what_is_little_covered_left_out():
    table = pd.DataFrame(
        [
            (1, "dem", 0.0, 0, 0, 1.0), (2, "dem", 4.0, 0, 0, 0.6),
            (1, "ndvi", 1.0, 0, 0, 0.4), (2, "ndvi", 3.0, 0, 0, 1.0),
            (1, "cover", 1.0, 0, 0, 1.0), (2, "cover", 9.0, 0, 0, 1.0),
        ],
        columns=EVIDENCE,
    )  # fmt: skip
    basis = basis_of([county(0, 0, 4_000, 1_000), Row("red_line", box(0, 0, 1_000, 1_000), source=1)], table)
    assert basis.area == pytest.approx([KM2, 3 * KM2])
    kinds = {"dem": "score", "ndvi": "grade", "cover": "class", "slope": "score"}
    rasters = tuple(RasterSpec(name, f"{name}.tif", kind=kind) for name, kind in kinds.items())
    found = variables_of(case_of(rasters=rasters), basis)
    assert found.name == ("dem", "ndvi", "slope")
    assert found.centre[:2] == pytest.approx([3, 3])
    assert found.spread[:2] == pytest.approx([math.sqrt(3), 0])
    assert found.value[:, 0] == pytest.approx([-math.sqrt(3), 1 / math.sqrt(3)])
    # A class has no mean; 40 % of a face is too little; a raster without rows is known to be unknown.
    assert found.value[:, 1] == pytest.approx([math.nan, 0], nan_ok=True)
    assert found.unknown == ("slope",)
    assert found.space.face.tolist() == [1]
    assert found.share == pytest.approx(3 / 4)


def test_sums_of_squares_by_hand():
    scene = grid(1, 4, [0, 2, 4, 6])
    row = measure(scene, units(0, 0, 1, 1))
    # About the mean 3: total 20, within 4, between 16; the spread is √5.
    assert row["variance_ratio"] == pytest.approx(16 / 20)
    assert row["within_variance"] == pytest.approx(4 / 5 / 4)
    assert row["between_variance"] == pytest.approx(16 / 5 / 4)
    assert row["calinski_harabasz"] == pytest.approx((16 / 1) / (4 / 2))
    assert row["geodetector_q"] == row["geodetector_q[v0]"] == pytest.approx(0.8)
    assert math.isinf(measure(grid(1, 4, [0, 0, 1, 1]), units(0, 0, 1, 1))["calinski_harabasz"])


def test_variance_weighs_faces_by_area():
    """A face of 3 km² counts as three of 1 km²."""
    faces = [shapely.box(west * KM, 0, east * KM, KM) for west, east in ((0, 1), (1, 4), (4, 5))]
    scene = scene_of_faces(faces, [1, 5, 6])
    wide = measure(scene, units(0, 1, 1))
    split = measure(grid(1, 5, [1, 5, 5, 5, 6]), units(0, 1, 1, 1, 1))
    for name in ("variance_ratio", "within_variance", "between_variance", "geodetector_q"):
        assert wide[name] == pytest.approx(split[name]), name
    # 3 faces for 2 units, where the split one has 5.
    assert wide["calinski_harabasz"] == pytest.approx(split["calinski_harabasz"] / 3)


def test_calinski_harabasz_and_silhouette_of_scikit_learn():
    reference = pytest.importorskip("sklearn.metrics", reason="scikit-learn is absent")
    random = np.random.default_rng(5)
    scene = grid(6, 8, random.normal(size=(48, 3)) + np.arange(48)[:, None] / 20)
    for count in (2, 5):
        division = divide("random", np.full(48, 3), random.integers(0, count, 48))
        points = scene.variables.space.point
        wanted = reference.calinski_harabasz_score(points, division.unit)
        assert measure(scene, division)["calinski_harabasz"] == pytest.approx(wanted, rel=1e-12)
        # Scattered as they are, all units are neighbours: the graph holds back nothing.
        wanted = reference.silhouette_samples(points, division.unit, metric="sqeuclidean")
        assert silhouettes(scene, division) == pytest.approx(wanted, rel=1e-10)


def test_silhouette_by_hand():
    scene = grid(1, 4, [0, 2, 4, 6])
    wanted = [(26 - 4) / 26, (10 - 4) / 10, (10 - 4) / 10, (26 - 4) / 26]
    assert silhouettes(scene, units(0, 0, 1, 1)) == pytest.approx(wanted)
    row = measure(scene, units(0, 0, 1, 1))
    assert row["graph_silhouette"] == pytest.approx(sum(wanted) / 4)
    assert row["boundary_silhouette"] == pytest.approx(0.6)
    # Alone in its unit: 0. Further units do not count: the first face compares with the second unit only.
    assert silhouettes(scene, units(0, 1, 1, 2))[[0, 3]].tolist() == [0, 0]
    far = silhouettes(grid(1, 6, [0, 1, 9, 10, 0, 1]), units(0, 0, 1, 1, 2, 2))
    assert far[0] == pytest.approx((90.5 - 1) / 90.5)
    assert math.isnan(measure(scene, units(0, 0, 0, 0))["graph_silhouette"])
    assert silhouettes(grid(1, 4, [0, 0, 1, 1]), units(0, 0, 1, 1)).tolist() == [1] * 4


def test_an_infinite_index_is_missing_with_a_reason_of_its_own():
    scene, division = grid(1, 5, [0, 0, 1, 1, 1]), units(0, 0, 1, 1, 1)
    row = measure(scene, division)
    assert math.isinf(row["calinski_harabasz"])
    assert why_missing(scene, row)["calinski_harabasz"] == "infinite"


@pytest.mark.parametrize("boundary", [False, True])
def test_a_unit_without_values_is_no_alternative(boundary):
    scene = grid(1, 6, [1, 2, np.nan, np.nan, 8, 7])
    division = units(0, 0, 1, 1, 2, 2)
    assert np.isnan(silhouettes(scene, division, boundary=boundary)).all()
    assert why_missing(scene, measure(scene, division))["graph_silhouette"] == "division"
    # One with a value is, and a face without is still a border.
    scene = grid(1, 6, [1, 2, np.nan, 4, 8, 7])
    found = silhouettes(scene, division, boundary=boundary)
    assert scene.variables.space.face.tolist() == [0, 1, 3, 4, 5]
    assert found[[1, 3]] == pytest.approx([(4 - 1) / 4, (16 - 1) / 16])
    assert np.isnan(found[0]) == np.isnan(found[4]) == boundary


def slow_silhouettes(scene, division, *, boundary):
    """One face after the other, distance by distance."""
    weight, value = scene.area, scene.variables.value
    pairs = list(zip(scene.borders.left.tolist(), scene.borders.right.tolist(), strict=True))
    pairs += [(b, a) for a, b in pairs]
    out = []
    for i in range(len(scene)):
        if not np.isfinite(value[i]).all():
            continue
        mine = division.unit[i]

        def away(others, i=i):
            some = [j for j in others if np.isfinite(value[j]).all()]
            square = [((value[i] - value[j]) ** 2).sum() for j in some]
            return np.average(square, weights=weight[some]) if some else np.inf

        own = [j for j in np.flatnonzero(division.unit == mine) if j != i]
        start = [i] if boundary else np.flatnonzero(division.unit == mine).tolist()
        near = {division.unit[b] for a, b in pairs if a in start and division.unit[b] != mine}
        # A neighbour's neighbourhood is felt only through faces with a value: units without any do not count.
        b = min((away(np.flatnonzero(division.unit == unit)) for unit in near), default=np.inf)
        a = away(own)
        out.append(np.nan if np.isinf(b) else 0.0 if np.isinf(a) else (b - a) / max(a, b))
    return np.array(out)


@pytest.mark.parametrize("boundary", [False, True])
@pytest.mark.parametrize("many", [0, 4, 1_000])
def test_silhouettes_are_those_of_all_pairs(monkeypatch, boundary, many):
    monkeypatch.setattr(silhouette_file, "_MANY", many)
    for seed in range(3):
        random = np.random.default_rng(seed)
        values = random.normal(size=(40, 2))
        values[random.integers(0, 40, 4), 0] = np.nan
        scene = scene_of_faces(cells(40, seed), values)
        division = divide("random", np.full(40, 3), random.integers(0, 9, 40))
        wanted = slow_silhouettes(scene, division, boundary=boundary)
        found = silhouettes(scene, division, boundary=boundary)
        assert found == pytest.approx(wanted, rel=1e-9, nan_ok=True)
        known = ~np.isnan(wanted)
        mean = np.average(wanted[known], weights=scene.area[scene.variables.space.face][known])
        name = "boundary_silhouette" if boundary else "graph_silhouette"
        assert measure(scene, division, [name])[name] == pytest.approx(mean, rel=1e-9)


def upper_tail(f, one, two, noncentrality):
    """P(F > f) of the noncentral F, as the Poisson mixture of beta tails that defines it."""
    j = np.arange(400)
    poisson = np.exp(-noncentrality / 2 + j * np.log(noncentrality / 2) - gammaln(j + 1))
    return float((poisson * betaincc(one / 2 + j, two / 2, one * f / (one * f + two))).sum())


def test_geodetector_by_hand():
    found = detect(np.array([1.0, 2, 3, 4, 5, 6]), np.array([0, 0, 0, 1, 1, 1]))
    assert found.q == pytest.approx(1 - 4 / 17.5)
    assert found.f == pytest.approx(13.5)
    assert found.noncentrality == pytest.approx((4 + 25 - (math.sqrt(3) * 7) ** 2 / 6) / 3.5)
    assert (found.samples, found.strata) == (6, 2)
    assert found.p == pytest.approx(upper_tail(13.5, 1, 4, found.noncentrality), rel=1e-9)
    # The published λ goes with y's zero; q does not.
    moved = detect(np.array([1.0, 2, 3, 4, 5, 6, 7]) + 100, np.array([0, 0, 0, 1, 1, 1, 1]))
    still = detect(np.array([1.0, 2, 3, 4, 5, 6, 7]), np.array([0, 0, 0, 1, 1, 1, 1]))
    assert moved.q == pytest.approx(still.q)
    assert moved.noncentrality > 10 * still.noncentrality


def test_geodetector_with_weights():
    value, stratum = np.array([1.0, 2, 3, 4, 5, 6, 3]), np.array([0, 0, 0, 2, 2, 2, 2])
    plain, same = detect(value, stratum), detect(value, stratum, np.full(7, 2.5e6))
    assert (same.q, same.f, same.noncentrality, same.samples) == pytest.approx(
        (plain.q, plain.f, plain.noncentrality, plain.samples)
    )
    assert plain.strata == same.strata == 2
    # Weight 3 is as three values for q; for F there are (Σw)²/Σw² values, not nine.
    weight = np.array([1.0, 1, 1, 3, 1, 1, 1])
    heavy, thrice = detect(value, stratum, weight), detect(np.append(value, [4, 4]), np.append(stratum, [2, 2]))
    assert heavy.q == pytest.approx(thrice.q)
    assert heavy.samples == pytest.approx(81 / 15)
    assert heavy.f == pytest.approx(heavy.q / (1 - heavy.q) * (81 / 15 - 2))
    assert plain.p < heavy.p < 1


def test_geodetector_at_its_ends():
    clean = detect(np.array([1.0, 1, 2, 2]), np.array([0, 0, 1, 1]))
    assert (clean.q, clean.p) == (1, 0)
    assert math.isnan(detect(np.array([3.1, 3.1, 3.1]), np.array([0, 0, 1])).q)
    one = detect(np.array([1.0, 2, 3]), np.array([0, 0, 0]))
    assert one.q == 0
    assert math.isnan(one.p)
    each = detect(np.array([1.0, 2, 3]), np.array([0, 1, 2]))
    assert each.q == 1
    assert math.isnan(each.p)
    assert math.isnan(detect(np.zeros(0), np.zeros(0, dtype=np.int64)).q)


def test_each_variable_rests_on_its_own_faces():
    scene = grid(1, 4, np.array([[0, 5], [2, np.nan], [4, 7], [6, 6.5]]))
    row = measure(scene, units(0, 0, 1, 1))
    assert row["geodetector_q[v0]"] == pytest.approx(0.8)
    # 5 alone in its unit, 7 and 6.5 about 6.75, all about 18.5 / 3.
    mean = 18.5 / 3
    wanted = 1 - 2 * 0.25**2 / ((5 - mean) ** 2 + (7 - mean) ** 2 + (6.5 - mean) ** 2)
    assert row["geodetector_q[v1]"] == pytest.approx(wanted)
    assert row["geodetector_q"] == pytest.approx((0.8 + wanted) / 2)
    assert scene.variables.space.face.tolist() == [0, 2, 3]


def test_standardising_is_blind_to_unit_and_zero():
    random = np.random.default_rng(2)
    raw, area = random.normal(size=(20, 2)), random.uniform(1, 5, 20)
    one, two = standardise(("a", "b"), raw, area), standardise(("a", "b"), raw * [2.0, 0.1] + [273.15, -40], area)
    assert two.value == pytest.approx(one.value, rel=1e-9, abs=1e-10)
    assert (area @ one.value) / area.sum() == pytest.approx([0, 0], abs=1e-12)
    assert (area @ one.value**2) / area.sum() == pytest.approx([1, 1])
