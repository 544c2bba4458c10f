"""``lists --import``: an entry list that somebody has, as clauses of a plan, in one edit."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..case.profile import profile_for_words
from ..core.messages import Message, word
from ..core.progress import Progress, silent
from ..lists.importing import ListImport, read_import
from ..lists.wording import list_words
from ..plan.file import read_plan
from ..plan.replaced import require_unchanged
from .editing import edit

if TYPE_CHECKING:
    from ..case.profile import Profile

__all__ = ["import_lists"]

_SHOWN = 12  # letters of a digest, as people compare them


def import_lists(
    plan_path: str | Path,
    workbook: str | Path,
    *,
    author: str = "",
    reason: str = "",
    break_lock: bool = False,
    progress: Progress = silent,
) -> dict[str, Any]:
    """Take over what a workbook of entry lists says beyond a plan: all of it in one entry of the journal, or nothing.

    Clauses that the plan has in that unit and dimension are not doubled; they turn from 待审 to 已审 where the workbook
    says so. What the workbook does not say stays in the plan.

    Parameters
    ----------
    plan_path : path
    workbook : path
        One of ours (``lists-xlsx``), of which the sheet by clause counts, or of others: a row a unit or a clause.
    author, reason : str
        Who (the login name by default), and why.
    break_lock : bool
        Take the plan from somebody on another computer who claims it and is gone.
    progress : callable

    Returns
    -------
    dict
        ``file``, ``sha256``; ``own``: it is a workbook of ours; ``added``, ``changed``, ``approved``, ``same``,
        ``guessed``: clauses; ``unmatched``: rows that no unit answers to, with ``sheet``, ``line``, ``code``, ``name``,
        ``nearest`` (a unit that may be meant) and ``clauses``; ``refused``: why nothing was done, else None; ``head``:
        the entry of the journal that the plan stands at, None where nothing was to be done.

    Raises
    ------
    BadInput
        No plan, no list in the workbook, a row that cannot be read, somebody else at work on the plan.

    Examples
    --------
    >>> from delineation import verbs
    >>> verbs.import_lists("plan.gpkg", "lists.xlsx")["added"]
    0
    """
    path, file = Path(plan_path), Path(workbook)
    progress(0.0, Message("reading the plan"))
    plan = read_plan(path)
    require_unchanged(path, plan.changes)
    profile = profile_for_words(plan)
    progress(0.2, Message("workbook"))
    found = read_import(plan, file, profile, list_words(profile, plan.meta))
    if not found.rows:
        return _told(found, file)
    said = _words(found, file, profile)
    row = {"op": "clauses", "rows": found.rows, "reason": reason or said["reason"], "basis": said["basis"]}
    done = edit(path, [row], author=author, break_lock=break_lock, progress=progress)
    refused = done["refused"][0]["reason"] if done["refused"] else None
    return {**_told(found, file), "refused": refused, "head": done["head"]}


def _words(found: ListImport, file: Path, profile: Profile) -> dict[str, str]:
    """Say in the journal, in the language of the profile, what the edit rests on: the file as it was then."""
    language = str(profile.settings["language"])
    reason = Message("import of an entry list")
    basis = Message("{file}, SHA-256 {digest}", file=file.name, digest=found.digest[:_SHOWN])
    return {"reason": word(reason, language), "basis": word(basis, language)}


def _told(found: ListImport, file: Path) -> dict[str, Any]:
    return {
        "file": file.name,
        "sha256": found.digest,
        **{key: getattr(found, key) for key in ("own", "added", "changed", "approved", "same", "guessed")},
        "unmatched": list(map(vars, found.unmatched)),
        "refused": None,
        "head": None,
    }
