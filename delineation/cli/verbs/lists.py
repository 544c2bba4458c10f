"""The verb ``lists``: the entry lists of a plan, written as a workbook, or taken over from one."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...core.atomic_files import check_place
from ...core.errors import BadInput
from ...core.messages import Message, counted
from ...core.options import Option
from .. import tables
from ..options import AUTHOR, BREAK_LOCK, PLAN, given, output_option
from ..verb import Result, Verb

if TYPE_CHECKING:
    import argparse

    from ...core.progress import Progress


_OPTIONS = (
    PLAN,
    replace(output_option("LISTS.xlsx", Message("a workbook"), required=False), default=""),
    Option(
        "workbook",
        Message("a workbook with entry lists, ours or of others, whose clauses the plan takes over in one edit"),
        "FILE.xlsx",
        kind="file",
        title=Message("Workbook with entry lists"),
        suffix="xlsx xlsm csv",
        default="",
        flag="--import",
    ),
    Option(
        "remove_missing",
        Message("take out clauses whose rows were deleted from the sheet by clause; those of a level above stay"),
        kind="switch",
        title=Message("Take out clauses whose rows were deleted"),
    ),
    Option(
        "dry_run",
        Message("tell what the import would do, and do nothing"),
        kind="switch",
        title=Message("Preview only"),
    ),
    AUTHOR,
    BREAK_LOCK,
    Option("reason", Message("why the lists are imported, for the journal"), title=Message("Reason"), default=""),
    Option(
        "basis",
        Message("the document that the import rests on, for the journal"),
        title=Message("Document"),
        default="",
    ),
)
_SHOWN = 20  # lines of a preview; --json has them all


def _run(options: argparse.Namespace, progress: Progress) -> Result:
    from ...export.registry import export
    from ...lists.kept_library import unchecked_clauses, unchecked_in_words
    from ...lists.lint import lint_rows
    from ...plan.file import read_plan
    from ...plan.outputs import refuse_inputs

    output = Path(options.output) if options.output else None
    if output is not None:
        if output.suffix.lower() != ".xlsx":
            raise BadInput(
                Message("'{output}' is no .xlsx", output=options.output),
                where=Message("-o"),
                wanted=Message("LISTS.xlsx"),
            )
        check_place(output)
        refuse_inputs(output, map(Path, filter(None, [options.plan, options.workbook])))
    elif not options.workbook:
        raise BadInput(Message("nothing to do"), where=Message("lists"), wanted=Message("-o LISTS.xlsx or --import"))
    imported, lines = _imported(options, progress) if options.workbook else (None, [])
    plan = read_plan(Path(options.plan))
    if output is not None:
        found = export("lists-xlsx", plan, output, file=Path(options.plan)).facts
    else:
        found = {"units": len(plan.units), "clauses": len(plan.clauses)}
    tables.tell_changes(plan, options.plan, options.say)
    units = counted(found["units"], "{n} unit", "{n} units")
    clauses = counted(found["clauses"], "{n} clause", "{n} clauses")
    if output is not None:
        written = Message("{units}, {clauses} → {path}", units=units, clauses=clauses, path=options.output)
        lines.append(written)
    lint = lint_rows(plan, options.say.language)
    if lint:
        lines.append(counted(len(lint), "{n} remark on the lists", "{n} remarks on the lists"))
    refused = imported and imported["refused"]
    told = imported and {
        **imported,
        "refused": options.say(refused) if refused else None,
        "rows": [
            {name: said for name, said in row.items() if name != "change"}
            | {"reason": row["reason"] and options.say(row["reason"])}
            for row in imported["rows"]
        ],
    }
    document = {"units": found["units"], "clauses": found["clauses"], "lint": lint, "imported": told}
    unchecked = len(unchecked_clauses(plan.clauses, plan.library))
    if unchecked:
        lines.append(unchecked_in_words(unchecked))
    document |= {"basis_unchecked": unchecked, "changed": plan.changes}
    return Result(document, lines, errors=bool(refused))


def _imported(options: argparse.Namespace, progress: Progress) -> tuple[dict[str, Any], list[Message]]:
    """Import the workbook, and say what came of it."""
    from ...verbs.listing import import_lists

    done = import_lists(
        options.plan,
        options.workbook,
        **given(options, "remove_missing", "dry_run", "author", "reason", "basis", "break_lock"),
        progress=progress,
    )
    said = _rows_told(done)
    counts = Message(
        "{added} new, {changed} changed, {approved}, {removed} removed",
        added=counted(done["added"], "{n} clause", "{n} clauses"),
        changed=done["changed"],
        approved=counted(done["approved"], "{n} approved", "{n} approved"),
        removed=done["removed"] if done["remove_missing"] else 0,
    )
    if done["refused"] is not None:
        said += [done["refused"], Message("nothing was changed")]
    elif done["dry_run"]:
        said.append(Message("{counts}; preview: nothing was changed", counts=counts))
    elif done["head"] is None:
        said.append(Message("the plan has all else that {file} says; nothing was changed", file=done["file"]))
    else:
        said.append(
            Message("{counts}; the plan stands at entry {head} of its journal", counts=counts, head=done["head"])
        )
    if done["guessed"]:
        guessed = done["guessed"]
        said.append(
            counted(guessed, "{n} effect was guessed from the wording", "{n} effects were guessed from the wording")
        )
    return done, said


def _rows_told(done: dict[str, Any]) -> list[Message]:
    """Tell what is not taken: what is for one reason at one unit at its first row; in a preview all else too."""
    from ...lists.importing import KINDS

    first: dict[tuple[Any, ...], dict[str, Any]] = {}
    times: Counter[tuple[Any, ...]] = Counter()
    for row in done["rows"]:
        taken = row["kind"] not in ("kept", "not_taken", *(() if done["remove_missing"] else ("removed",)))
        if not taken or done["dry_run"]:
            why = row["reason"] or (KINDS[row["kind"]] if taken else _GONE)
            if row["kind"] == "changed":
                why = Message("{kind}: {changes}", kind=why, changes=row["change"])
            key = row["kind"], row["sheet"], row["code"], row["name"], why, row["clause_id"] if taken else ""
            first.setdefault(key, row)
            times[key] += 1
    said = []
    for key, row in [*first.items()][:_SHOWN]:
        what = " ".join(row[name] for name in ("code", "name", "clause_id") if row[name])
        told = Message("{what}: {reason}", what=what, reason=key[4]) if what else key[4]
        if row["sheet"]:
            place = Message("row {line} of sheet {sheet}", line=row["line"], sheet=row["sheet"])
            place = place if row["line"] else Message("sheet {sheet}", sheet=row["sheet"])
            told = Message("{place}: {told}", place=place, told=told)
        more = times[key] - 1
        said.append(counted(more, "{told} (and {n} more)", "{told} (and {n} more)", told=told) if more else told)
    if (rest := len(first) - _SHOWN) > 0:
        said.append(counted(rest, "and {n} line more; --json has all", "and {n} lines more; --json has all"))
    return said


_GONE = Message("its row is deleted; the plan keeps the clause without --remove-missing")


VERB = Verb("lists", Message("write the entry lists of a plan, or import some into it"), _OPTIONS, _run, order=100)
