"""Adopting a method's division as a plan's labels: an edit of kind ``relabel`` in its journal."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ..case.model import Case
from ..case.reading import read_case
from ..core.database_file import refuse_held
from ..core.errors import BadInput
from ..core.geopackage import check_output
from ..core.messages import Message, at
from ..core.progress import Progress, patiently, silent
from ..labelling.lowered_land import lowered_land, lowered_words
from ..methods.of_case import with_method
from ..plan.entries import appended, with_acceptances_of
from ..plan.file import Plan, draft_plan, read_meta, read_plan
from ..plan.history import login_name, now_text, settle_undo
from ..plan.journal import relabel_of, require_readable
from ..plan.outputs import refuse_inputs
from ..plan.provenance import case_of_plan, source_names, sources_table
from ..plan.replaced import replaced_plan, require_unchanged, with_acceptances
from ..plan.status import refuse_filed
from ..plan.summary import summarise
from ..revision.apply import NeedsDocument
from ..revision.timeline import timeline_of
from ..run.run import Run
from ..succession.predecessor import same_faces
from .replaying import edited_plan
from .rerunning import Outcome, take_place
from .trials import refuse_other_faces

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ..basis.build import Basis
    from ..labelling.label import Labelling
    from ..labelling.lowered_land import LoweredLand
    from ..run.run import BasisWithInputs


def adopt(
    plan_path: str | Path,
    method: str,
    *,
    seed: int | None = None,
    author: str = "",
    reason: str = "",
    basis: str = "",
    case: Case | str | Path | None = None,
    laid: BasisWithInputs | None = None,
    workers: int = 1,
    progress: Progress = silent,
) -> dict[str, Any]:
    """Take a method's division as the labels of a plan.

    The faces stay, and people's edits are done again on the new labels, as far as they fit them (see ``run``). Units,
    zones, entry lists, checks, findings and the ledger are made anew; a unit that goes on (see ``assign_codes``, with
    the plan itself as the version before) keeps its code, id and name, serials and ids that were used once are not used
    again, and findings that somebody accepted stay accepted. The journal gets an entry
    ``{"op": "relabel", "method": "skater:k=60", "seed": 1}`` whose inverse is the labelling before.

    Parameters
    ----------
    plan_path : path
        Replaced whole, or left as it was.
    method : str
        Method string, ``name:key=value,…``.
    seed : int, optional
        The case's where not given.
    author, reason, basis : str
        Who (the login name by default), why, and the document that it rests on: title or number. A division that takes
        land out of priority, which the sources put there, is not adopted without one. When is ``SOURCE_DATE_EPOCH``,
        else now.
    case : Case or path, optional
        What the plan was made from; looked for beside the plan where not given.
    laid : BasisWithInputs, optional
        Of the run that made the plan; its basis is taken where the sources are what they were.
    workers : int
        Threads for evidence, where the basis is laid again; the plan does not depend on it.
    progress : callable

    Returns
    -------
    dict
        As ``summarise``, with ``adopted``: the journal entry, and how many codes are ``kept``, ``new`` and ``retired``.

    Raises
    ------
    BadInput
        No plan; no case, or one that gives other faces or rules by now; a journal that cannot be read; a method,
        parameter or seed that cannot be used; priority land put lower and no ``basis``; a file that cannot be written,
        or that another program has changed or holds open.
    Cancelled
        The plan is as it was.

    Examples
    --------
    >>> from control_units.delineation import verbs
    >>> done = verbs.adopt("plan.gpkg", "ward:k=4,variables=x+y", reason="compact units")
    >>> done["adopted"]["kept"], done["adopted"]["new"]
    (3, 1)
    """
    outcome = adopt_beside(
        Path(plan_path),
        method,
        seed=seed,
        author=author,
        reason=reason,
        basis=basis,
        case=case,
        laid=laid,
        workers=workers,
        progress=progress,
    )
    _, noted = take_place(outcome, author=author)
    entry = outcome.plan.journal.iloc[-1]
    told = {"seq": int(entry["seq"]), **json.loads(entry["op"]), **(outcome.codes or {})}
    return {**summarise(outcome.plan), "adopted": told, "noted": noted}


def adopt_beside(
    plan_path: Path,
    method: str,
    *,
    seed: int | None = None,
    author: str = "",
    reason: str = "",
    basis: str = "",
    case: Case | str | Path | None = None,
    laid: BasisWithInputs | None = None,
    shown: str = "",
    workers: int = 1,
    kept: Callable[[], None] = lambda: None,
    progress: Progress = silent,
) -> Outcome:
    """Do as ``adopt``, but let the new plan wait beside its place: for a caller who has the old one open.

    Parameters
    ----------
    shown : str
        ``Candidate.division`` of what somebody looked at: another division is refused.
    kept : callable, optional
        As of ``rerunning.run_again``.

    Returns
    -------
    Outcome
        As of ``rerunning.run_again``; its case is the one that the plan was made from, its plan the new one.

    Raises
    ------
    BadInput
        As ``adopt``; a division that comes out otherwise than ``shown``.
    Cancelled
        Nothing is left behind.
    """
    target = plan_path
    check_output(target)
    settle_undo(target)
    replaced = patiently(lambda _: replaced_plan(target), progress, Message("reading the plan"))
    instead = Message("a run that discards them (--discard-edits), or the plan as it was")
    if not replaced.strange:  # what is no plan is for its reader to say
        replaced.refuse_changes(instead)
    refuse_held(target)
    refuse_filed(read_meta(target), target)
    old = patiently(lambda _: read_plan(target, summed=True), progress, Message("reading the plan"))
    # Also what no program wrote, and SQLite did not count: bits that a disk has lost.
    require_unchanged(target, old.changes, instead)
    require_readable(old.journal)
    edited = edited_plan(old)
    standing = old if edited is None else edited.before
    refuse_other_faces(len(standing.faces), cut=standing.cut, where=at(target))
    if not isinstance(case, Case):
        case = read_case(case) if case else case_of_plan(target, old)
    refuse_inputs(target, case.inputs())
    chosen = with_method(case, method, seed=seed)
    going = Run(case, before=laid, watched=True, workers=workers, kept=kept, progress=progress)
    _require_same_case(standing, case, going.basis, target)
    labelling = going.label(chosen)
    _require_same_rules(standing, labelling, target)
    if shown and labelling.division != shown:
        raise BadInput(
            Message("the division now differs from the one that was shown"),
            where=target,
            wanted=Message("a new suggestion to adopt"),
        )
    _require_basis(lowered_land(going.basis, labelling), basis, target)
    plan = going.conclude(labelling, chosen, replaced=standing)
    op = relabel_of(chosen.method, chosen.method_parameters, chosen.seed)
    before = relabel_of(old.meta["method"], json.loads(old.meta["method_parameters"]), int(old.meta.get("seed", "1")))
    plan, replaced = with_acceptances(plan, replaced)
    journal = with_acceptances_of(old.journal, plan.journal)
    line = timeline_of(old)
    journal = appended(
        journal,
        op,
        before,
        author=author or login_name(),
        time=now_text(),
        reason=reason,
        basis=basis,
        parent=line.bound_head(),
        scenario=line.scenario,
    )
    plan = replace(plan, journal=journal)
    if edited is not None:
        plan = edited.replayed_on(plan, case=case, on=int(journal["seq"].max()))
    going.watch.start("write")
    waiting = draft_plan(plan, target, styles=replaced.styles, progress=going.part("writing"))
    going.watch.start()
    return Outcome(
        going.case, plan, going.laid, replaced, waiting, going.kept, (), going.watch, codes=_codes(old, plan)
    )


def _require_same_case(old: Plan, case: Case, basis: Basis, target: Path) -> None:
    """Refuse a case that would change more than labels."""
    wanted = Message("the case as it was, or a new run of it that replays the edits (--replay)")
    if not same_faces(old, basis):
        raise BadInput(Message("the case now gives other faces"), where=target, wanted=wanted)
    now = sources_table(case, basis, source_names(case))
    then = old.sources[old.sources["role"] != "previous"]
    columns = ["source", "role", "sha256"]
    if now[columns].astype(str).to_numpy().tolist() != then[columns].astype(str).to_numpy().tolist():
        raise BadInput(Message("the case now has other sources"), where=target, wanted=wanted)
    settings = {"grouping": asdict(case.grouping), "cleaning": asdict(case.cleaning)}
    for key, value in settings.items():
        if json.loads(old.meta.get(key, "{}")) != json.loads(json.dumps(value)):
            raise BadInput(Message("the case now has other settings in [{key}]", key=key), where=target, wanted=wanted)


def _require_same_rules(old: Plan, labelling: Labelling, target: Path) -> None:
    if not np.array_equal(old.faces["rule_category"].to_numpy(dtype=np.int64), labelling.judgement.category):
        raise BadInput(
            Message("the case now has other rules"),
            where=target,
            wanted=Message("the case as it was, or a new run of it that replays the edits (--replay)"),
        )


def _require_basis(lands: Sequence[LoweredLand], basis: str, target: Path) -> None:
    """Refuse to take land out of priority that the sources put there, where no document is named that allows it."""
    if lands and not basis.strip():
        raise NeedsDocument(
            Message("the division takes land out of priority: {lands}", lands=lowered_words(lands)),
            where=target,
            wanted=Message(
                "title or number of the document that allows it (--basis), "
                "or a division within categories (scope=category)"
            ),
        )


def _codes(old: Plan, new: Plan) -> dict[str, int]:
    before, after = set(old.units["code"]), set(new.units["code"])
    return {"kept": len(before & after), "new": len(after - before), "retired": len(before - after)}
