"""``version``: a new version of a plan is begun, as a draft."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..core.database_file import settle
from ..core.errors import BadInput
from ..core.geopackage import drop_draft
from ..core.messages import Message
from ..core.progress import Progress, patiently, silent, within
from ..plan.entries import check_said, edits_of, with_acceptances_of
from ..plan.file import FINDINGS_AT, draft_plan, empty_table, findings_at, read_plan
from ..plan.history import known_state, note
from ..plan.outputs import guarded_geopackage
from ..plan.replaced import require_unchanged
from ..plan.statement import NEEDED
from ..plan.status import CARRIED, DRAFT
from ..plan.summary import summarise
from ..revision.state import given_by
from ..revision.timeline import REDO_TO
from .after_edits import following
from .rerunning import put_plan, take_place

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..core.database_file import Guard
    from ..plan.file import Plan


@dataclass(frozen=True)
class _NewVersion:
    """A new version that waits to take its place (`rerunning.Waiting`)."""

    target: Path
    waiting: Path
    guard: Guard
    plan: Plan
    previous: Mapping[str, str]

    def put_in_place(self, *, elsewhere: bool) -> Path:  # noqa: ARG002 - it goes nowhere else
        return put_plan(self.waiting, self.target, self.guard)

    def note(self, path: Path, *, author: str) -> bool:
        told = json.loads(self.plan.meta["previous"])
        facts = {"reason": told["reason"], "of": self.previous, "units": len(self.plan.units)}
        return note(path, "version", facts, author=author)

    def discard(self) -> None:
        drop_draft(self.waiting)


def version(
    plan_path: str | Path,
    output: str | Path,
    *,
    reason: str,
    force: bool = False,
    author: str = "",
    progress: Progress = silent,
) -> dict[str, Any]:
    """Begin a new version of a plan: a draft with its units, codes and lists, whatever its status.

    The journal of the new one is empty but for what was accepted, and ``meta.previous`` names the plan that it comes
    from, with the sum of what that holds: whoever has both can tell whether that is still what it was. Serials that
    were used stay used.

    Parameters
    ----------
    plan_path, output : path
        The plan stays as it is. In the place of the output there must be no plan.
    reason : str
        Why a new one is begun.
    force : bool
        Replace a GeoPackage there that this product did not make.
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
    >>> from control_units.delineation import verbs
    >>> verbs.version("plan.gpkg", "draft.gpkg", reason="五年更新")["previous"]["status"]
    '草稿'
    """
    path, target = Path(plan_path), Path(output)
    check_said(author, reason)
    if not reason.strip():
        raise BadInput(
            Message("no reason"),
            where=Message("version"),
            wanted=Message("a sentence that says why a new version is begun (--reason)"),
        )
    guard = guarded_geopackage(target, [path], force=force)
    settle(path)
    plan: Plan = patiently(lambda _: read_plan(path, summed=True), progress, Message("reading the plan"))
    require_unchanged(path, plan.changes)
    if findings_at(plan.meta) is not None:
        # The new one has no journal that could say which of its edits they are of.
        plan = following(path, progress=within(progress, 0.1, 0.3))(plan).plan
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
            # When it is compiled and for which year it is filed is stated anew.
            **dict.fromkeys(NEEDED.values(), ""),
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
    waiting = draft_plan(new, target, progress=within(progress, 0.3, 1.0))
    take_place(_NewVersion(target, waiting, guard, new, previous), author=author)
    return {**summarise(new), "previous": previous}
