"""Counties with planted categories, and zone maps of them that err: in where borders lie, and in what zones are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from ...basis.evidence import COLUMNS
from ...case.model import Cleaning
from ...core.arrays import number_of, own_or
from ...core.progress import Progress, silent
from ...labelling.cleaning import CleaningInput, fragments, slivers
from ...methods.registry import run_method
from ...methods.situation import Situation
from ...partition import Borders
from .random_fields import smooth_field
from .synthetic_regions import CELL, Cells, lay_cells, plant_regions

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ...core.arrays import Ints

_KINDS = ("general_eco_space", "urban_boundary", "general")  # of category 1, 2, 3: none of them is carved
_LENGTH = 5 * CELL  # m, within which zone borders are displaced alike
_WRONG = 0.05  # share of cells with a wrong zone, at a noise of 1
_TOWNSHIPS, _ZONES = 25, 12


@dataclass(frozen=True)
class PlantedZones:
    """A county of townships with planted categories.

    Attributes
    ----------
    cells : Cells
    township : (n,) int64
    truth : (n,) int64
        Category of each cell, 1–3.
    """

    cells: Cells
    township: Ints
    truth: Ints

    def mapped(self, noise: float, seed: int) -> Ints:
        """Draw the categories that a zone map with errors gives, (n,).

        Parameters
        ----------
        noise : float
            The map is displaced by a smooth random field of ``noise`` × 500 m standard deviation in x and in y, and
            ``noise`` × 5 % of the cells have one of the other categories.
        seed : int
        """
        rng = np.random.default_rng([seed, 1])
        point = self.cells.point
        place = point + smooth_field(noise * CELL, _LENGTH, rng).at(point)
        category = self.truth[cKDTree(point).query(place)[1]]
        wrong = rng.random(len(category)) < noise * _WRONG
        return np.where(wrong, (category - 1 + rng.integers(1, 3, len(category))) % 3 + 1, category)

    def situation(self, noise: float, seed: int) -> Situation:
        """Lay out the county as methods see it: zones mapped with errors, fragments cleaned as a case cleans them."""
        cells, graph, none = self.cells, self.cells.graph, np.zeros(len(self.cells), dtype=bool)
        borders = Borders(graph.left, graph.right, graph.border)
        category, county = self.mapped(noise, seed), np.zeros(len(cells), dtype=np.int64)
        subject = CleaningInput(
            area=cells.area,
            perimeter=cells.perimeter,
            borders=borders,
            category=category,
            kind=category - 1,
            district=county,
            protected=none,
            pinned=none,
            belt=none,
        )
        usual = Cleaning()
        riding = slivers(subject, max_area=usual.sliver_area, max_thinness=usual.sliver_thinness)
        host, _, _ = fragments(subject, riding, max_area=usual.fragment_area, belt_thinness=0.0)
        root = own_or(host)
        return Situation(
            area=cells.area,
            borders=borders,
            category=category[root],
            kind=category[root] - 1,
            kinds=_KINDS,
            carved=none,
            sea=none,
            county=county,
            township=self.township[root],
            evidence=pd.DataFrame({name: [] for name in COLUMNS}),
            grades={},
            covered_min=0.5,
            root=root,
            perimeter=cells.perimeter,
            point=cells.point,
            rasters={},
            roles=("township",),
            extent=self._extent,
            fixed=lambda: np.full(len(cells), -1, dtype=np.int64),
        )

    def _extent(self, role: str) -> Ints:
        return self.township if role == "township" else np.full(len(self.cells), -1, dtype=np.int64)


def plant_zones(side: int, seed: int, *, on_townships: bool) -> PlantedZones:
    """Plant categories in a county of ``side`` × ``side`` cells and 25 townships.

    Categories are dealt out in turn, so that each has about a third, to the townships (``on_townships``: what fitting
    supposes), or to 12 zones whose borders have nothing to do with townships (what overlay does not mind).

    Parameters
    ----------
    side, seed : int
    on_townships : bool
    """
    rng = np.random.default_rng([seed, 0])
    cells = lay_cells(side, rng)
    township = plant_regions(cells, _TOWNSHIPS, rng)
    zone = township if on_townships else plant_regions(cells, _ZONES, rng)
    category = rng.permutation(np.arange(number_of(zone)) % 3 + 1)
    return PlantedZones(cells, township, category[zone])


def categories_found(
    planted: PlantedZones,
    method: str,
    parameters: Mapping[str, Any],
    noise: float,
    seed: int,
    progress: Progress = silent,
) -> Ints:
    """Let a method judge the zones of a planted county; the category of each cell, (n,).

    Raises
    ------
    BadInput
        The method needs what such a county does not have: values, a terrain raster.
    """
    situation = planted.situation(noise, seed)
    labels = run_method(method, situation, parameters, seed=seed, progress=progress)
    return labels.category[situation.root]
