"""Every metric of the table against its formula, face by face in plain Python, on random maps.

A metric that is added without a formula here fails the first test.
"""

from __future__ import annotations

import copy
import math
import re
from functools import partial
from itertools import combinations

import numpy as np
import pytest
import shapely
from bench_runs import finished, method
from bench_samples import KM2, cells, scene_of_faces
from control_units.delineation.bench.measures.metrics import measure, metrics_of
from control_units.delineation.bench.runs.stability import STABILITY, stability_of
from control_units.delineation.bench.scene.division import divide
from control_units.delineation.bench.scene.scene import PriorityZones
from scipy.stats import ncf

COUNT = 36
CATEGORIES = {"priority": 1, "key": 2, "general": 3}
SOURCES = ("red", "eco")


class Map:
    """A random map of polygons, and a division of it, as lists that the formulas below go through one by one."""

    def __init__(self, seed: int) -> None:
        rng = np.random.default_rng(seed)
        self.faces = cells(COUNT, seed)
        self.area = [face.area for face in self.faces]
        middle = [face.centroid for face in self.faces]
        self.sea = [point.x > 8_000 for point in middle]
        self.town = [-1 if point.x > 8_000 or rng.random() < 0.1 else int(point.x // 3_000) for point in middle]
        self.zone = rng.integers(0, 3, COUNT).tolist()
        self.asks = {name: (rng.random(COUNT) < 0.3).tolist() for name in SOURCES}
        self.red = self.asks["red"]
        # What no source asks for is sometimes made priority by a rule without one, and the other way round.
        self.priority = [any(row) != bool(rng.random() < 0.1) for row in zip(*self.asks.values(), strict=True)]
        self.raw = rng.normal(size=(COUNT, 2)) * (1, 50) + (0, 300)
        self.raw[rng.integers(0, COUNT, 3), 0] = np.nan
        self.unit = (rng.integers(0, 4, COUNT) + 10 * np.array(self.sea)).tolist()
        of_unit = {unit: int(rng.integers(1, 4)) for unit in sorted(set(self.unit))}
        of_unit[min(of_unit)], of_unit[max(of_unit)] = 1, 2
        self.category = [of_unit[unit] for unit in self.unit]
        self.units = sorted(of_unit)
        self.of_unit = of_unit
        self.fragment = 4 * KM2
        zones = np.array([self.asks[name] for name in SOURCES])
        self.scene = scene_of_faces(
            self.faces,
            self.raw,
            sea=np.array(self.sea),
            township=np.array(self.town),
            zone=np.array(self.zone),
            zones=((1, "red_line"), (2, "water_zone"), (3, "general")),
            red_line=np.array(self.red),
            priority=np.array(self.priority),
            priority_zones=PriorityZones(SOURCES, zones),
            fragment_area=self.fragment,
        )
        self.division = divide("random", np.array(self.category), np.array(self.unit))
        self.drawn()

    def drawn(self):
        self.count = len(self.faces)
        self.shape = {unit: shapely.union_all([self.faces[i] for i in self.of(unit)]) for unit in self.units}
        self.touching = [
            (a, b, shapely.intersection(self.faces[a], self.faces[b]).length)
            for a, b in combinations(range(self.count), 2)
            if shapely.intersection(self.faces[a], self.faces[b]).length > 0
        ]
        self.z = self.standardised()

    def on_land(self):
        """What methods are compared on, as a map of its own."""
        out, land = copy.copy(self), [i for i in range(COUNT) if not self.sea[i]]
        for name in ("faces", "area", "sea", "town", "zone", "red", "priority", "unit", "category"):
            setattr(out, name, [getattr(self, name)[i] for i in land])
        out.asks = {name: [asks[i] for i in land] for name, asks in self.asks.items()}
        out.raw, out.units = self.raw[land], sorted(set(out.unit))
        out.drawn()
        return out

    def of(self, unit):
        return [i for i in range(self.count) if self.unit[i] == unit]

    def standardised(self):
        """(x − mean) / standard deviation, by area, over the faces that have a value."""
        out = np.full(self.raw.shape, np.nan)
        for column in range(2):
            known = [i for i in range(self.count) if not math.isnan(self.raw[i, column])]
            size = sum(self.area[i] for i in known)
            mean = sum(self.area[i] * self.raw[i, column] for i in known) / size
            spread = math.sqrt(sum(self.area[i] * (self.raw[i, column] - mean) ** 2 for i in known) / size)
            for i in known:
                out[i, column] = (self.raw[i, column] - mean) / spread
        return out

    def sized(self, faces):
        return sum(self.area[i] for i in faces)

    def share(self, part, whole):
        """Area of the faces of ``whole`` that are in ``part``, by that of ``whole``; NaN where there are none."""
        inside = [i for i in range(self.count) if whole(i)]
        if not inside:
            return math.nan
        return self.sized(i for i in inside if part(i)) / self.sized(inside)


# Formulas: one direction per metric


def by_category(m, name):
    sea, what = name.startswith("sea_"), name.removeprefix("sea_")
    kind, _, word = what.partition("_")
    category = CATEGORIES[word]
    if kind == "area":
        return m.sized(i for i in range(m.count) if m.category[i] == category and m.sea[i] == sea)
    return sum(m.of_unit[u] == category and all(m.sea[i] for i in m.of(u)) == sea for u in m.units)


def compactness(m):
    return {u: 4 * math.pi * m.shape[u].area / m.shape[u].length ** 2 for u in m.units}


def zone_areas(m, unit):
    return [m.sized(i for i in m.of(unit) if m.zone[i] == zone) for zone in range(3)]


def entropy(m):
    total = 0.0
    for unit in m.units:
        whole = m.sized(m.of(unit))
        total -= sum(part * math.log(part / whole) for part in zone_areas(m, unit) if part)
    return total / sum(m.area)


def with_priority(m):
    held = [u for u in m.units if any(m.priority[i] for i in m.of(u))]
    return sum(max(zone_areas(m, u)) for u in held) / sum(m.sized(m.of(u)) for u in held)


def squares(m):
    """W, T, faces and units with all values; weights are areas with mean 1."""
    known = [i for i in range(m.count) if not np.isnan(m.z[i]).any()]
    mean_area = m.sized(known) / len(known)

    def around_mean(faces):
        size = sum(m.area[i] / mean_area for i in faces)
        middle = sum(m.area[i] / mean_area * m.z[i] for i in faces) / size
        return sum(m.area[i] / mean_area * float(((m.z[i] - middle) ** 2).sum()) for i in faces)

    groups = [[i for i in known if m.unit[i] == u] for u in m.units]
    groups = [group for group in groups if group]
    return sum(map(around_mean, groups)), around_mean(known), len(known), len(groups)


def calinski(m):
    within, total, faces, count = squares(m)
    return (total - within) / (count - 1) / (within / (faces - count))


def silhouette(m, *, boundary):
    """Mean by area of s = (b − a) / max(a, b), squared distances, over faces that have a unit to be compared with."""
    known = [i for i in range(m.count) if not np.isnan(m.z[i]).any()]
    both = [(a, b) for a, b, _ in m.touching] + [(b, a) for a, b, _ in m.touching]

    def away(i, others):
        size = m.sized(others)
        return sum(m.area[j] * float(((m.z[i] - m.z[j]) ** 2).sum()) for j in others) / size

    told = []
    for i in known:
        here = [i] if boundary else m.of(m.unit[i])
        near = {m.unit[b] for a, b in both if a in here and m.unit[b] != m.unit[i]}
        groups = [[j for j in known if m.unit[j] == unit] for unit in near]
        groups = [group for group in groups if group]
        if not groups:
            continue
        own = [j for j in known if m.unit[j] == m.unit[i] and j != i]
        b = min(away(i, group) for group in groups)
        s = (b - away(i, own)) / max(away(i, own), b) if own else 0.0
        told.append((m.area[i], s))
    return sum(w * s for w, s in told) / sum(w for w, _ in told)


def geodetector(m, column):
    """q and p of the factor detector, values weighing by area as so many of Kish's effective samples."""
    known = [i for i in range(m.count) if not math.isnan(m.z[i, column])]
    samples = m.sized(known) ** 2 / sum(m.area[i] ** 2 for i in known)
    weight = {i: m.area[i] / m.sized(known) * samples for i in known}
    value = {i: m.z[i, column] for i in known}

    def mean(faces):
        return sum(weight[i] * value[i] for i in faces) / sum(weight[i] for i in faces)

    def squared(faces):
        return sum(weight[i] * (value[i] - mean(faces)) ** 2 for i in faces)

    groups = [[i for i in known if m.unit[i] == u] for u in m.units]
    groups = [group for group in groups if group]
    q = 1 - sum(map(squared, groups)) / squared(known)
    size = [sum(weight[i] for i in group) for group in groups]
    variance = squared(known) / (samples - 1)
    first = sum(mean(group) ** 2 for group in groups)
    second = sum(math.sqrt(n) * mean(group) for n, group in zip(size, groups, strict=True)) ** 2 / samples
    f = q / (1 - q) * (samples - len(groups)) / (len(groups) - 1)
    return q, float(ncf.sf(f, len(groups) - 1, samples - len(groups), (first - second) / variance))


def on_townships(m):
    drawn = [(a, b, length) for a, b, length in m.touching if m.unit[a] != m.unit[b]]
    return sum(length for a, b, length in drawn if m.town[a] != m.town[b]) / sum(length for _, _, length in drawn)


def pairs_with_towns(m):
    return len({(m.unit[i], m.town[i]) for i in range(m.count) if m.town[i] >= 0})


def parts(m):
    return [part for u in m.units for part in shapely.get_parts(m.shape[u])]


def of_source(m, name, what):
    asks = m.asks[name]
    if what == "omission":
        return m.share(lambda i: m.category[i] != 1, lambda i: asks[i])
    held = {m.unit[i] for i in range(m.count) if asks[i]}
    return m.share(
        lambda i: not any(row[i] for row in m.asks.values()), lambda i: m.category[i] == 1 and m.unit[i] in held
    )


FORMULAS = {
    "units": lambda m: len(m.units),
    "mean_unit_area": lambda m: sum(m.area) / len(m.units),
    "red_line_capture": lambda m: m.share(lambda i: m.category[i] == 1, lambda i: m.red[i]),
    "omission": lambda m: m.share(lambda i: m.category[i] != 1, lambda i: m.priority[i]),
    "omission_area": lambda m: m.sized(i for i in range(m.count) if m.priority[i] and m.category[i] != 1),
    "commission": lambda m: m.share(lambda i: not m.priority[i], lambda i: m.category[i] == 1),
    "commission_area": lambda m: m.sized(i for i in range(m.count) if not m.priority[i] and m.category[i] == 1),
    "dominance": lambda m: sum(max(zone_areas(m, u)) for u in m.units) / sum(m.area),
    "dominance_with_priority": with_priority,
    "entropy": entropy,
    "within_variance": lambda m: squares(m)[0] / (squares(m)[2] * 2),
    "between_variance": lambda m: (squares(m)[1] - squares(m)[0]) / (squares(m)[2] * 2),
    "variance_ratio": lambda m: 1 - squares(m)[0] / squares(m)[1],
    "calinski_harabasz": calinski,
    "graph_silhouette": lambda m: silhouette(m, boundary=False),
    "boundary_silhouette": lambda m: silhouette(m, boundary=True),
    "geodetector_q": lambda m: (geodetector(m, 0)[0] + geodetector(m, 1)[0]) / 2,
    "polsby_popper": lambda m: sum(compactness(m).values()) / len(m.units),
    "polsby_popper_by_area": lambda m: sum(c * m.shape[u].area for u, c in compactness(m).items()) / sum(m.area),
    "boundary_length": lambda m: sum(length for a, b, length in m.touching if m.unit[a] != m.unit[b]),
    "outline_length": lambda m: shapely.union_all(m.faces).length,
    "boundary_on_townships": on_townships,
    "parts_per_unit": lambda m: len(parts(m)) / len(m.units),
    "fragments": lambda m: sum(part.area < m.fragment for part in parts(m)),
    "townships_per_unit": lambda m: pairs_with_towns(m) / len({m.unit[i] for i in range(m.count) if m.town[i] >= 0}),
    "units_per_township": lambda m: pairs_with_towns(m) / len({town for town in m.town if town >= 0}),
}
for prefix in ("", "sea_"):
    for kind in ("units", "area"):
        for word in CATEGORIES:
            FORMULAS[f"{prefix}{kind}_{word}"] = lambda m, name=f"{prefix}{kind}_{word}": by_category(m, name)
for source in SOURCES:
    for what in ("omission", "commission"):
        FORMULAS[f"{what}[{source}]"] = lambda m, source=source, what=what: of_source(m, source, what)
for column in (0, 1):
    for place, letter in enumerate("qp"):
        FORMULAS[f"geodetector_{letter}[v{column}]"] = lambda m, c=column, p=place: geodetector(m, c)[p]


def test_every_metric_has_a_formula_here():
    assert set(FORMULAS) == set(metrics_of(Map(0).scene))


def test_every_metric_says_where_it_comes_from():
    for name, metric in metrics_of(Map(0).scene).items():
        function = metric.function.func if isinstance(metric.function, partial) else metric.function
        told = function.__doc__
        assert re.search(r"Source|domain facts|see ``|\b(18|19|20)\d\d\b", told), name
        words = {"m²": "m²", "m": "m[.;:]", "nat": "nat"}.get(metric.unit, "")
        assert re.search(words, told), name


@pytest.mark.parametrize("seed", range(4))
def test_every_metric_is_what_its_formula_says(seed):
    drawn = Map(seed)
    found = measure(drawn.scene, drawn.division)
    land = drawn.on_land()
    assert 0 < land.count < COUNT
    wanted = {name: formula(drawn if name.startswith("sea_") else land) for name, formula in FORMULAS.items()}
    for name, value in wanted.items():
        assert found[name] == pytest.approx(value, rel=1e-7, abs=1e-9, nan_ok=True), name
    assert sum(math.isnan(value) for value in wanted.values()) <= 1


def adjusted_rand(one, two, area):
    """Over all pairs of points of the land: how many more agree than by chance, of as many as could."""
    size, n = sum(area), range(len(area))

    def together(*labels):
        same = [(i, j) for i in n for j in n if all(label[i] == label[j] for label in labels)]
        return sum(area[i] * area[j] for i, j in same) / size**2

    chance = together(one) * together(two)
    return (together(one, two) - chance) / ((together(one) + together(two)) / 2 - chance)


def v_measure(one, two, area):
    """Harmonic mean of homogeneity and completeness."""
    size = sum(area)

    def uncertain(*labels):
        amounts = {}
        for i, weight in enumerate(area):
            key = tuple(label[i] for label in labels)
            amounts[key] = amounts.get(key, 0.0) + weight / size
        return -sum(share * math.log(share) for share in amounts.values())

    shared = uncertain(one) + uncertain(two) - uncertain(one, two)
    h, c = shared / uncertain(one), shared / uncertain(two)
    return 2 * h * c / (h + c)


def test_stability_is_what_its_formula_says():
    drawn, rng = Map(1), np.random.default_rng(5)
    seeds = [rng.integers(0, 4, COUNT).tolist() for _ in range(3)]
    shifted = [rng.integers(0, 4, COUNT).tolist() for _ in range(2)]
    one = method(*map(finished, seeds), shifted=tuple(map(finished, shifted)), text="azp:k=4")
    one = type(one)(type(one.entry)("azp:k=4", "azp", {"k": 4}), one.seeds, one.shifted)
    found = stability_of(one, drawn.scene)
    assert set(found) == set(STABILITY)
    for name, how in (("ari", adjusted_rand), ("v", v_measure)):
        for what, runs in (("seeds", seeds), ("weights", [seeds[0], *shifted])):
            land = [[run[i] for i in range(COUNT) if not drawn.sea[i]] for run in runs]
            wanted = [how(a, b, drawn.on_land().area) for a, b in combinations(land, 2)]
            assert found[f"{name}_{what}"] == pytest.approx(sum(wanted) / len(wanted), rel=1e-9), (name, what)
