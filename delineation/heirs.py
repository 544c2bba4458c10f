"""What of a plan goes on in the one that takes its place: codes, ids and names of units that stay much the same."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from .lineage import Previous, pairs_of, read_changes, shared_with
from .sources.coordinates.crs import ellipsoidal_area, parse_crs, to_crs
from .sums import sum_by

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .basis import Basis
    from .case import Case
    from .plan import Plan

__all__ = ["previous_of_plan", "same_faces"]


def same_faces(plan: Plan, basis: Basis) -> bool:
    """Whether a plan lies on the faces of a basis, to the last vertex."""
    old, new = plan.faces["geometry"].to_numpy(dtype=object), basis.partition.faces
    return len(old) == len(new) and bool(shapely.equals_identical(old, new).all())


def previous_of_plan(case: Case, plan: Plan, basis: Basis, unit: NDArray[np.int64]) -> Previous:
    """Take a plan that is about to be replaced for the version before.

    Parameters
    ----------
    case : Case
    plan : Plan
        On the faces of the basis, or on those of an earlier one.
    basis : Basis
    unit : (n,) int64
        New unit of each of its faces.

    Returns
    -------
    Previous

    Raises
    ------
    BadInput
        The case's table of administrative changes cannot be read.
    """
    units, area, count = plan.units, basis.area, len(plan.units)
    shared: tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]
    if same_faces(plan, basis):
        old = pd.Index(units["unit_id"]).get_indexer(plan.faces["unit_id"]).astype(np.int64)
        shared, size = (np.arange(len(area)), old, area), np.asarray(sum_by(old, area, count))
    else:
        geometry, own, crs = units["geometry"].to_numpy(dtype=object), parse_crs(plan.crs), basis.sources.crs
        if own != crs:
            geometry, _ = to_crs(geometry, own, crs, "units")
        geometry = np.where(shapely.is_valid(geometry), geometry, shapely.make_valid(geometry))
        size = shapely.area(geometry) if case.area == "planar" else ellipsoidal_area(geometry, crs)
        shared = shared_with(basis.partition.faces, area, geometry)
    return Previous(
        code=tuple(units["code"]),
        name=tuple(units["name"]),
        unit_id=tuple(units["unit_id"]),
        retired=tuple(json.loads(plan.meta.get("retired_codes", "[]"))),
        last_id=int(plan.meta.get("last_unit_id", "0")),
        area=size,
        **pairs_of(shared, area, unit),
        changes=read_changes(case.file(case.admin.changes)) if case.admin.changes else (),
    )
