"""What follows from edits of a plan: evidence of cut faces, what units hold of their sources, findings."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ..core.errors import BadInput
from ..core.messages import Message
from ..core.progress import Progress, silent, within
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


def following(path: Path, *, progress: Progress = silent) -> Callable[[Plan], Followed]:
    """Give what tells an editor of a plan file what follows from its edits.

    It opens no plan file and takes no lock: a panel calls it in a thread of its own, and ``progress``, which is asked
    between its stages and between the rules of the checks, may raise ``Cancelled``.
    """

    def follow(plan: Plan) -> Followed:
        progress(0.0, Message("evidence of the pieces"))
        rows = measured_anew(plan, _case(path, plan))
        if rows:
            plan = with_changes(plan, [{"evidence": TableChange(key=("face_id", "raster"), changed=rows)}])
        progress(0.1, Message("what the units keep of their sources"))
        meta = {**plan.meta, "capture": captured_now(plan)}
        findings = checked_anew(plan, progress=within(progress, 0.2, 1.0))
        findings = findings.assign(fid=np.arange(1, len(findings) + 1))
        return Followed(replace(plan, findings=findings, meta=meta), rows)

    return follow


def _case(path: Path, plan: Plan) -> Case | None:
    try:
        return case_of_plan(path, plan)
    except BadInput:
        return None
