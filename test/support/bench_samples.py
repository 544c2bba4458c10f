"""Scenes small enough to be solved by hand: a grid of squares, or any polygons that tile, laid out without a case."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from control_units.delineation.bench.scene.division import Division
from control_units.delineation.bench.scene.scene import PriorityZones, Scene
from control_units.delineation.bench.scene.variables import standardise
from control_units.delineation.partition import Borders

if TYPE_CHECKING:
    from collections.abc import Sequence

KM, KM2 = 1e3, 1e6


def scene_of_faces(faces: Sequence[shapely.Polygon], values: Any = None, **more: Any) -> Scene:
    """A scene of polygons that tile, borders found by pairwise intersection; nothing else is known unless given."""
    count = len(faces)
    pairs = [(a, b, shapely.intersection(faces[a], faces[b]).length) for a, b in combinations(range(count), 2)]
    pairs = [pair for pair in pairs if pair[2] > 0]
    left, right = (np.array([pair[end] for pair in pairs], dtype=np.int64) for end in (0, 1))
    borders = Borders(left, right, np.array([pair[2] for pair in pairs], dtype=np.float64))
    area = shapely.area(np.array(faces, dtype=object))
    raw = np.zeros((count, 0)) if values is None else np.asarray(values, dtype=float).reshape(count, -1)
    nothing = np.zeros(count, dtype=bool)
    whole = {
        "area": area,
        "planar": area,
        "perimeter": shapely.length(np.array(faces, dtype=object)),
        "borders": borders,
        "sea": nothing,
        "county": np.zeros(count, dtype=np.int64),
        "township": np.full(count, -1, dtype=np.int64),
        "red_line": nothing,
        "priority": nothing,
        "priority_zones": PriorityZones((), np.zeros((0, count), dtype=bool)),
        "zone": np.zeros(count, dtype=np.int64),
        "zones": ((3, "general"),),
        "fragment_area": 0.0,
        "variables": standardise(tuple(f"v{n}" for n in range(raw.shape[1])), raw, area),
    }
    return Scene(**whole | more)


def grid(rows: int, columns: int, values: Any = None, **more: Any) -> Scene:
    """Squares of 1 km, numbered along the rows from the lower left corner."""
    faces = [shapely.box(c * KM, r * KM, c * KM + KM, r * KM + KM) for r in range(rows) for c in range(columns)]
    return scene_of_faces(faces, values, **more)


def units(*labels: int, category: Any = 3) -> Division:
    """A division by the units of the faces; one category for all, or one a face."""
    unit = np.array(labels, dtype=np.int64)
    return Division("hand", np.broadcast_to(np.asarray(category, dtype=np.int64), unit.shape), unit)


def cells(count: int, seed: int) -> list[shapely.Polygon]:
    """A square of 10 km tiled by Voronoi cells of random points."""
    points = np.random.default_rng(seed).uniform(0, 10 * KM, (count, 2))
    square = shapely.box(0, 0, 10 * KM, 10 * KM)
    found = shapely.get_parts(shapely.voronoi_polygons(shapely.MultiPoint(points), extend_to=square))
    return list(shapely.intersection(found, square))


def scaled(scene: Scene, factor: float) -> Scene:
    """The same scene with all lengths ``factor`` times as long."""
    borders = replace(scene.borders, length=scene.borders.length * factor)
    return replace(
        scene,
        area=scene.area * factor**2,
        planar=scene.planar * factor**2,
        perimeter=scene.perimeter * factor,
        borders=borders,
        fragment_area=scene.fragment_area * factor**2,
        variables=replace(scene.variables, area=scene.variables.area * factor**2),
    )
