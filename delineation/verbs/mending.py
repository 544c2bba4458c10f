"""Evidence of faces that were cut, measured again where the rasters of the plan's case are at hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..basis.evidence import measure
from ..case.reading import read_case
from ..core.errors import BadInput, MissingLibrary
from ..plan.provenance import case_of_plan
from ..sources.files import checksum
from ..sources.rasters.cells import exactextract_version
from ..sources.rasters.raster import open_raster

if TYPE_CHECKING:
    from ..case.model import Case
    from ..plan.file import Plan
    from ..revision.editor import Editor
    from ..sources.rasters.raster import Raster

__all__ = ["mend_evidence"]


def mend_evidence(editor: Editor) -> int:
    """Measure the pieces of cut faces, whose evidence is that of the faces they were cut from until then.

    A raster that is not here, or not what it was when the plan was made, is left alone: its values stay marked as
    inherited (``evidence.inherited``).

    Parameters
    ----------
    editor : Editor
        After its edits.

    Returns
    -------
    int
        Values that stay inherited.

    Raises
    ------
    BadInput
        The plan cannot be written.
    """
    plan = editor.plan
    inherited = plan.evidence["inherited"].fillna(0).to_numpy(dtype=np.int64) == 1
    if not inherited.any():
        return 0
    case = _case(editor, plan)
    if case is None or not exactextract_version():
        return int(inherited.sum())
    mended = 0
    classes = {raster.name for raster in case.rasters if raster.kind == "class"}
    for name, raster in _rasters(case, plan).items():
        rows = plan.evidence[inherited & (plan.evidence["raster"] == name).to_numpy()]
        if not len(rows):
            continue
        ids = rows["face_id"].to_numpy(dtype=np.int64)
        place = np.searchsorted(editor.state.mesh.face_id, ids)
        try:
            found = measure(editor.state.mesh.shape[place], plan.crs, {name: raster}, face_id=ids)
        except (BadInput, MissingLibrary):
            continue  # a raster that none of these faces touches
        changed: list[tuple[tuple[Any, ...], dict[str, Any]]] = []
        for row in found.to_dict("records"):
            told = {key: row[key] for key in ("mean", "stdev", "majority", "covered")}
            if name in classes:
                told |= {"mean": None, "stdev": None}  # means of class numbers mean nothing
            changed.append(((int(row["face_id"]), name), {**told, "inherited": 0}))
        editor.amend("evidence", ("face_id", "raster"), changed)
        mended += len(changed)
    return int(inherited.sum()) - mended


def _case(editor: Editor, plan: Plan) -> Case | None:
    try:
        return read_case(case_of_plan(editor.path, plan))
    except BadInput:
        return None


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
