"""Regionalisation problems with published answers, and lattices: what the methods are held against."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import shapely
from cases import lacking
from control_units.delineation.regions.feasibility import most_by_bounds
from control_units.delineation.regions.objective import squares
from control_units.delineation.regions.problem import Bound, Graph, Problem, numbered

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).resolve().parents[1]
GUERRY = ("Crm_prs", "Crm_prp", "Litercy", "Donatns", "Infants", "Suicids")


def problem_of(values: np.ndarray, pairs: np.ndarray, **more) -> Problem:
    """A problem of these values and neighbours; all else as in the literature unless said."""
    pairs = np.asarray(pairs, dtype=np.int64).reshape(-1, 2)
    pairs = pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]
    values = np.asarray(values, dtype=np.float64)
    n, e = len(values), len(pairs)
    given = {
        "mass": np.ones(n),
        "price": np.zeros(e),
        "bounds": (),
        "core": np.full(n, -1),
        "area": np.ones(n),
        "perimeter": np.full(n, 4.0),
        "names": np.array([f"polygon {row + 1}" for row in range(n)], dtype=object),
    }
    border = more.pop("border", np.ones(e))
    return Problem(values=values, graph=Graph(n, pairs[:, 0], pairs[:, 1], border), **given | more)


def zscore(table: np.ndarray) -> np.ndarray:
    """Standardise by the sample's standard deviation."""
    return (table - table.mean(axis=0)) / table.std(axis=0, ddof=1)


def vertex_neighbours(polygons: Sequence) -> np.ndarray:
    """Pairs of polygons with a vertex in common: queen contiguity where vertices match, by another way than ours."""
    seen: dict[tuple[float, float], set[int]] = {}
    for row, polygon in enumerate(polygons):
        for point in map(tuple, shapely.get_coordinates(polygon)):
            seen.setdefault(point, set()).add(row)
    return np.array(sorted({(a, b) for rows in seen.values() for a in rows for b in rows if a < b}))


def guerry_table(data: Path):
    """Guerry's 85 departments as a GeoDataFrame, or a skip with its reason."""
    file = data / "REGION" / "Guerry.shp"
    if not file.is_file():
        lacking(f"{file} is not there")
    import geopandas

    return geopandas.read_file(file)


def guerry(data: Path, **more) -> Problem:
    """Guerry, six z-scored variables (total sum of squares 504), 210 queen links."""
    table = guerry_table(data)
    return problem_of(zscore(table[list(GUERRY)].to_numpy(dtype=float)), vertex_neighbours(table.geometry), **more)


def mexico(**more) -> Problem:
    """Mexico's 32 states, six raw variables, 69 queen links."""
    lines = [line for line in (ROOT / "data" / "mexico.csv").read_text(encoding="utf-8").splitlines()[3:] if line]
    cells = [line.split(",") for line in lines]
    values = np.array([[float(cell) for cell in row[1:7]] for row in cells])
    pairs = [(number, int(other)) for number, row in enumerate(cells) for other in row[7].split()]
    return problem_of(values, np.array(pairs), **more)


def lattice(side: int, variables: int = 2, seed: int = 1, **more) -> Problem:
    """Rook neighbours on a square lattice with smooth values and noise."""
    row, column = np.divmod(np.arange(side * side), side)
    random = np.random.default_rng(seed)
    waves = [np.sin((1 + n) * row / side * 3) + np.cos((2 + n) * column / side * 2) for n in range(variables)]
    values = zscore(np.column_stack(waves) + 0.3 * random.normal(size=(side * side, variables)))
    node = np.arange(side * side).reshape(side, side)
    pairs = np.vstack(
        [
            np.column_stack([node[:, :-1].ravel(), node[:, 1:].ravel()]),
            np.column_stack([node[:-1].ravel(), node[1:].ravel()]),
        ]
    )
    return problem_of(values, pairs, **more)


def contiguous(problem: Problem, labels: np.ndarray) -> bool:
    """Every region is one connected piece (checked by a walk of its own)."""
    neighbours: list[list[int]] = [[] for _ in labels]
    for a, b in zip(problem.graph.left.tolist(), problem.graph.right.tolist(), strict=True):
        neighbours[a].append(b)
        neighbours[b].append(a)
    for region in set(labels.tolist()):
        members = {int(node) for node in np.flatnonzero(labels == region)}
        reached, front = set(), [min(members)]
        while front:
            node = front.pop()
            if node not in reached:
                reached.add(node)
                front += [other for other in neighbours[node] if other in members]
        if reached != members:
            return False
    return True


def ratio(problem: Problem, labels: np.ndarray) -> float:
    """Share of the variance that lies between the regions."""
    return squares(problem.values, problem.mass, labels).ratio


def room(problem: Problem) -> int:
    return int(most_by_bounds(problem, problem.graph.component()).sum())


def holds(problem: Problem, labels: np.ndarray) -> bool:
    """All that a division has to be: numbered, in one piece each, within bounds, a core a region, within components."""
    count = labels.max() + 1
    sums = [(bound, np.bincount(labels, bound.value, minlength=count)) for bound in problem.bounds]
    component = problem.graph.component()
    return bool(
        (numbered(labels) == labels).all()
        and contiguous(problem, labels)
        and all(((s >= b.least * (1 - 1e-12)) & (s <= b.most * (1 + 1e-12))).all() for b, s in sums)
        and np.bincount(labels[problem.core >= 0], minlength=count).max() <= 1
        and all(len(set(component[labels == one].tolist())) == 1 for one in range(count))
    )


def by_fours(**more) -> Problem:
    return mexico(bounds=(Bound("count", np.ones(32), 4.0),), **more)
