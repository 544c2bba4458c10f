"""What follows from edits of a plan: evidence of cut faces, what units hold of their sources, findings."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ..case.reading import read_case
from ..core.errors import BadInput
from ..plan.provenance import case_of_plan
from ..revision.editor import Followed
from ..revision.store import TableChange
from ..revision.tables import with_changes
from .checking import checked_anew
from .measuring import measured_anew
from .replaying import captured_now

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ..case.model import Case
    from ..plan.file import Plan

__all__ = ["following"]


def following(path: Path) -> Callable[[Plan, Plan], Followed]:
    """Give what tells an editor of a plan file what follows from its edits."""

    def follow(before: Plan, after: Plan) -> Followed:
        rows = measured_anew(after, _case(path, after))
        if rows:
            after = with_changes(after, [{"evidence": TableChange(key=("face_id", "raster"), changed=rows)}])
        meta = {**after.meta, "capture": captured_now(after)}
        findings = checked_anew(after, before)
        findings = findings.assign(fid=np.arange(1, len(findings) + 1))
        return Followed(replace(after, findings=findings, meta=meta), rows)

    return follow


def _case(path: Path, plan: Plan) -> Case | None:
    try:
        return read_case(case_of_plan(path, plan))
    except BadInput:
        return None
