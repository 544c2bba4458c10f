"""How far a place is from the next category: what would have to go, or which share is missing."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from .sums import sum_by

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .rejudging import Rejudged

__all__ = ["Next", "next_category"]


@dataclass(frozen=True)
class Next:
    """The category that would hold instead, and what separates the place from it.

    Attributes
    ----------
    category : int
    role : str
        Role whose features decide now; "" under a threshold.
    area_m2, share : float
        Area that would change if they were not there, m² and 0–1 of the place.
    gap : float
        Under fitting: how far a share is over the threshold, 0–1; negative where it lies under it.
    of : int
        Category whose share that is, 0 for none.
    threshold : float
        0–1.
    """

    category: int
    role: str = ""
    area_m2: float = 0.0
    share: float = 0.0
    gap: float = 0.0
    of: int = 0
    threshold: float = 0.0

    def distance(self) -> str:
        """Say it with its unit."""
        if not self.of:
            return f"{self.area_m2:.2f} m² of {self.role} ({self.share:.2%} of the area)"
        # What a place could become lacks a share; what it is has one to lose.
        where = "under" if self.of == self.category else "over"
        return f"{abs(self.gap) * 100:.2f} percentage points of its share {where} the threshold {self.threshold:.0%}"

    def facts(self) -> dict[str, Any]:
        """Give it as numbers."""
        return asdict(self)


def next_category(
    again: Rejudged, category: int, kind: str, root: NDArray[np.int64], faces: NDArray[np.int64]
) -> Next | None:
    """Find the category that would hold if what decides were not there, and how much would have to go.

    Parameters
    ----------
    again : Rejudged
    category : int
        What the unit is.
    kind : str
        Its kind.
    root : (n,) int64
        Row of the face whose labels each face carries.
    faces : (k,) int64
        Rows of the faces asked about.

    Returns
    -------
    Next or None
        None where nothing decides.
    """
    plan = again.plan
    if plan.meta["method"] == "fitting":
        # The share is the whole cell's, also where one of its points is asked about.
        cell = np.flatnonzero(plan.faces["unit_id"] == plan.faces["unit_id"].iloc[faces[0]])
        fitted = _fitted(again, category, root, cell)
        if fitted is not None:
            return fitted
    if category == 3:
        return None
    other = again.judge(without=kind)
    before, after = again.judgement.category[root[faces]], other.category[root[faces]]
    area = again.area[faces]
    changes = before != after
    if not changes.any():
        return None
    following = int(sum_by(after[changes], area[changes], 4).argmax())
    size, whole = float(area[changes].sum()), float(area.sum())
    return Next(following, role=kind, area_m2=size, share=size / whole)


def _fitted(again: Rejudged, category: int, root: NDArray[np.int64], faces: NDArray[np.int64]) -> Next | None:
    """Under fitting a cell's category hangs on a share and a threshold; None for sea, what is carved, or by terrain."""
    parameters = json.loads(again.plan.meta["method_parameters"])
    limit = {1: parameters.get("threshold", 0.5), 2: parameters.get("threshold_key", 0.5)}
    ruled, area = again.judgement.category[root[faces]], again.area[faces]
    share = {c: float(area[ruled == c].sum() / area.sum()) for c in (1, 2)}
    plain = all(isinstance(value, int | float) for value in limit.values())
    at_sea = again.coverage.face[again.features.of("sea")[again.coverage.feature]]
    if not plain or parameters.get("denominator", "remainder") != "remainder" or np.isin(faces, at_sea).any():
        return None
    if category == 3:
        following = min(limit, key=lambda c: (limit[c] - share[c], c))
        return Next(following, gap=share[following] - limit[following], of=following, threshold=limit[following])
    if share[category] >= 1 - 1e-12:
        return None
    following = 2 if category == 1 and share[2] >= limit[2] else 3
    return Next(following, gap=share[category] - limit[category], of=category, threshold=limit[category])
