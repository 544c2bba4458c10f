"""Evidence of faces that were cut, measured again by the rasters of the plan's case."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..basis.evidence import measure
from ..core.errors import BadInput, MissingLibrary
from ..sources.files import checksum
from ..sources.rasters.cells import exactextract_version
from ..sources.rasters.raster import open_raster

if TYPE_CHECKING:
    from ..case.model import Case
    from ..plan.file import Plan
    from ..sources.rasters.raster import Raster

__all__ = ["measured_anew"]

Row = tuple[tuple[Any, ...], dict[str, Any]]


def measured_anew(plan: Plan, case: Case | None) -> list[Row]:
    """Measure the pieces of cut faces, whose evidence is that of the faces they were cut from until then.

    A raster that is not here, or not what it was when the plan was made, is left alone: its values stay marked as
    inherited (``evidence.inherited``).

    Parameters
    ----------
    plan : Plan
        After its edits.
    case : Case or None
        What it was made from, where that is at hand.

    Returns
    -------
    list of (tuple, dict)
        Face and raster, with the values of the row.
    """
    inherited = plan.evidence["inherited"].fillna(0).to_numpy(dtype=np.int64) == 1
    if not inherited.any() or case is None or not exactextract_version():
        return []
    shapes = plan.faces.set_index("face_id")["geometry"]
    classes = {raster.name for raster in case.rasters if raster.kind == "class"}
    out: list[Row] = []
    for name, raster in _rasters(case, plan).items():
        ids = plan.evidence.loc[inherited & (plan.evidence["raster"] == name).to_numpy(), "face_id"]
        if not len(ids):
            continue
        faces = ids.to_numpy(dtype=np.int64)
        try:
            found = measure(shapes.loc[faces].to_numpy(dtype=object), plan.crs, {name: raster}, face_id=faces)
        except (BadInput, MissingLibrary):
            continue  # a raster that none of these faces touches
        for row in found.to_dict("records"):
            told = {key: row[key] for key in ("mean", "stdev", "majority", "covered")}
            if name in classes:
                told |= {"mean": None, "stdev": None}  # means of class numbers mean nothing
            out.append(((int(row["face_id"]), name), {**told, "inherited": 0}))
    return out


def _rasters(case: Case, plan: Plan) -> dict[str, Raster]:
    """Open the rasters of a case that are what they were when the plan was made."""
    then = dict(zip(plan.sources["role"], plan.sources["sha256"], strict=True))
    out = {}
    for raster in case.rasters:
        try:
            path = case.file(raster.path)
            if checksum(path) == then.get(raster.name):
                out[raster.name] = open_raster(path, raster.band, crs=raster.crs)
        except (BadInput, MissingLibrary, OSError):
            continue
    return out
