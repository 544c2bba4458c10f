"""``lists --import``: an entry list that somebody has, as clauses of a plan, in one edit."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..case.profile import profile_for_words
from ..core.messages import Message, word
from ..core.progress import Progress, silent
from ..lists.importing import KINDS, ImportRow, ListImport, changes_of, read_import
from ..lists.sheet_edits import NOT_TAKEN
from ..lists.terms import ClauseVocabulary
from ..lists.wording import list_words
from ..plan.file import read_plan
from ..plan.replaced import require_unchanged
from .editing import edit, foreseen

if TYPE_CHECKING:
    from ..plan.file import Plan

_SHOWN = 12  # letters of a digest, as people compare them
_OPEN = ("~${name}", ".~lock.{name}#")  # what Excel, WPS and LibreOffice lay beside a workbook that they have open


def foresee_import(
    plan: Plan, workbook: str | Path, *, remove_missing: bool = False, progress: Progress = silent
) -> ListImport:
    """Compare a workbook of entry lists with a plan, as `import_lists` does; nothing is written."""
    file = Path(workbook)
    progress(0.2, Message("workbook"))
    profile = profile_for_words(plan)
    found = read_import(plan, file, profile, list_words(profile, plan.meta), remove_missing=remove_missing)
    if any(file.with_name(one.format(name=file.name)).exists() for one in _OPEN):
        why = Message("it is open in another program; what is not saved there is not read")
        return replace(found, preview=[ImportRow(NOT_TAKEN, "", 0, reason=why), *found.preview])
    return found


def import_op(found: ListImport, file: Path, plan: Plan, *, reason: str = "", basis: str = "") -> dict[str, Any]:
    """Make the edit that takes over what was found; its reason names the file as it was then."""
    source = Message("{file}, SHA-256 {digest}", file=file.name, digest=found.digest[:_SHOWN])
    said = Message("{reason}: {source}", reason=reason or Message("import of an entry list"), source=source)
    language = str(profile_for_words(plan).settings["language"])
    return {"op": "clauses", "rows": found.rows, "reason": word(said, language), "basis": basis}


def import_lists(
    plan_path: str | Path,
    workbook: str | Path,
    *,
    remove_missing: bool = False,
    dry_run: bool = False,
    author: str = "",
    reason: str = "",
    basis: str = "",
    break_lock: bool = False,
    progress: Progress = silent,
) -> dict[str, Any]:
    """Take over what a workbook of entry lists says beyond a plan: all of it in one entry of the journal, or nothing.

    Clauses that the plan has in that unit and dimension are not doubled. Of our own workbooks (``lists-xlsx``) what was
    edited on any sheet since it was printed counts; what cannot be understood is told.

    Parameters
    ----------
    plan_path : path
    workbook : path
        One of ours, or of others: a row a unit or a clause.
    remove_missing : bool
        Take out clauses whose rows were deleted from the sheet by clause; those of a level above the lists' stay.
    dry_run : bool
        Tell what would be done, and do nothing.
    author, reason, basis : str
        Who (the login name by default), why, and the document that it rests on.
    break_lock : bool
        Take the plan from somebody on another computer who claims it and is gone.
    progress : callable

    Returns
    -------
    dict
        ``file``, ``sha256``; ``own``: it is a workbook of ours; ``added``, ``changed``, ``approved``, ``removed``,
        ``kept`` (of a level above), ``not_taken``: numbers of ``rows``, see `lists.importing.ImportRow`, each with its
        ``change`` in words; ``same``: clauses that the plan has; ``guessed``: effects read off the words; ``refused``:
        why nothing was done, else None; ``head``: the entry of the journal that the plan stands at, None where nothing
        was done. Without ``remove_missing`` what is ``removed`` is told and stays in the plan.

    Raises
    ------
    BadInput
        No plan, no list in the workbook, a row that cannot be read, somebody else at work on the plan.

    Examples
    --------
    >>> from control_units.delineation import verbs
    >>> verbs.import_lists("plan.gpkg", "lists.xlsx")["added"]
    0
    """
    path, file = Path(plan_path), Path(workbook)
    progress(0.0, Message("reading the plan"))
    plan = read_plan(path)
    require_unchanged(path, plan.changes)
    found = foresee_import(plan, file, remove_missing=remove_missing, progress=progress)
    profile = profile_for_words(plan)
    wording, vocabulary = list_words(profile, plan.meta), ClauseVocabulary.of(profile)
    told = {
        "file": file.name,
        "sha256": found.digest,
        "own": found.own,
        **{kind: found.count(kind) for kind in KINDS},
        "same": found.same,
        "guessed": found.guessed,
        "remove_missing": remove_missing,
        "dry_run": dry_run,
        "rows": [{**vars(row), "change": changes_of(row, wording, vocabulary)} for row in found.preview],
        "refused": None,
        "head": None,
    }
    if not found.rows:
        return told
    row = import_op(found, file, plan, reason=reason, basis=basis)
    if dry_run:
        refused = foreseen(path, [row])["refused"]
        return {**told, "refused": refused[0]["reason"] if refused else None}
    done = edit(path, [row], author=author, break_lock=break_lock, progress=progress)
    refused = done["refused"]
    return {**told, "refused": refused[0]["reason"] if refused else None, "head": done["head"]}
