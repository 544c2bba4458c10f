"""``version``: a new version of a plan is begun, as a draft."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..core.database_file import settle
from ..core.errors import BadInput
from ..core.geopackage import check_output
from ..core.messages import Message, at
from ..core.progress import Progress, patiently, silent, within
from ..plan.entries import check_said, edits_of, with_acceptances_of
from ..plan.file import FINDINGS_AT, empty_table, findings_at, read_meta, read_plan, write_plan
from ..plan.history import known_state, note
from ..plan.replaced import former_plan, require_unchanged
from ..plan.status import CARRIED, DRAFT, refuse_filed
from ..plan.summary import summarise
from ..revision.state import given_by
from ..revision.timeline import REDO_TO
from .following import following

if TYPE_CHECKING:
    from ..plan.file import Plan

__all__ = ["version"]


def version(
    plan_path: str | Path, output: str | Path, *, reason: str, author: str = "", progress: Progress = silent
) -> dict[str, Any]:
    """Begin a new version of a plan: a draft with its units, codes and lists, whatever its status.

    The journal of the new one is empty but for what was accepted, and ``meta.previous`` names the plan that it comes
    from, with the sum of what that holds: whoever has both can tell whether that is still what it was. Serials that
    were used stay used.

    Parameters
    ----------
    plan_path, output : path
        The plan stays as it is. In the place of the output there must be no plan that people have worked on.
    reason : str
        Why a new one is begun.
    author : str
        For the history; the login name by default.
    progress : callable

    Returns
    -------
    dict
        As ``summarise``, with ``previous``: ``name``, ``status``, ``content``.

    Raises
    ------
    BadInput
        No plan, no reason, or an output that cannot be written.

    Examples
    --------
    >>> from delineation import verbs
    >>> verbs.version("plan.gpkg", "draft.gpkg", reason="五年更新")["previous"]["status"]
    '草稿'
    """
    path, target = Path(plan_path), Path(output)
    check_output(target)
    check_said(author, reason)
    if not reason.strip():
        raise BadInput(
            Message("no reason"),
            where=Message("version"),
            wanted=Message("a sentence that says why a new version is begun (--reason)"),
        )
    if target.exists() and path.exists() and target.samefile(path):
        raise BadInput(
            Message("is the plan itself"), where=at(target), wanted=Message("another output: the plan stays as it is")
        )
    settle(path)
    require_unchanged(path)
    plan: Plan = patiently(lambda _: read_plan(path), progress, Message("reading the plan"))
    if findings_at(plan.meta) is not None:
        # The new one has no journal that could say which of its edits they are of.
        plan = following(path, progress=within(progress, 0.1, 0.3))(plan).plan
    former = former_plan(target)
    refuse_filed(read_meta(target), target)
    elsewhere = Message("another output")
    former.refuse_changes(elsewhere)
    if former.edits:
        raise BadInput(Message("is a plan that people have edited"), where=at(target), wanted=elsewhere)
    given = given_by(plan.journal)
    live = set(plan.units["code"].astype(str))
    used = {*json.loads(plan.meta.get("retired_codes", "[]")), *given["code"]} - live
    numbers = [int(one[1:]) for one in given["unit_id"] if one[1:].isdigit()]
    last = max([int(plan.meta.get("last_unit_id", "0")), *numbers])
    state = known_state(path)
    previous = {"name": path.name, "status": plan.meta.get("status", ""), "content": state.content}
    new = replace(
        plan,
        meta={
            **{
                key: text
                for key, text in plan.meta.items()
                if key not in ("head", "scenario", "status_date", "status_document", FINDINGS_AT, REDO_TO)
            },
            "status": DRAFT,
            "retired_codes": json.dumps(sorted(used), ensure_ascii=False),
            "last_unit_id": str(last),
            CARRIED: "1" if len(edits_of(plan.journal)) or plan.meta.get(CARRIED) else "",
            "previous": json.dumps({**previous, "reason": reason.strip()}, ensure_ascii=False, sort_keys=True),
        },
        journal=with_acceptances_of(empty_table("journal"), plan.journal),
        base=empty_table("base"),
        retired=empty_table("retired"),
        scenarios=empty_table("scenarios"),
        ledger=plan.ledger,
    )
    write_plan(new, target, check=former.check, progress=within(progress, 0.3, 1.0))
    note(target, "version", {"reason": reason.strip(), "of": previous, "units": len(new.units)}, author=author)
    progress(1.0, Message("done"))
    return {**summarise(new), "previous": previous}
