"""The verb ``lists``: the entry lists of a plan, written as a workbook, or taken over from one."""

from __future__ import annotations

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

__all__ = ["VERB"]


_OPTIONS = (
    PLAN,
    replace(output_option("LISTS.xlsx", Message("a workbook"), required=False), default=""),
    Option(
        "workbook",
        Message("a workbook with entry lists, ours or of others, whose clauses the plan takes over in one edit"),
        "FILE.xlsx",
        default="",
        flag="--import",
    ),
    AUTHOR,
    BREAK_LOCK,
    Option("reason", Message("why the lists are imported, for the journal"), default=""),
)


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
    told = {**imported, "refused": options.say(refused)} if imported and refused else imported
    document = {"units": found["units"], "clauses": found["clauses"], "lint": lint, "imported": told}
    unchecked = len(unchecked_clauses(plan.clauses, plan.library))
    if unchecked:
        lines.append(unchecked_in_words(unchecked))
    document |= {"basis_unchecked": unchecked, "changed": plan.changes}
    return Result(document, lines, errors=bool(refused))


def _imported(options: argparse.Namespace, progress: Progress) -> tuple[dict[str, Any], list[Message]]:
    """Import the workbook, and say what came of it."""
    from ...lists.workbook import CLAUSE_SHEET
    from ...verbs.listing import import_lists

    done = import_lists(
        options.plan,
        options.workbook,
        **given(options, "author", "reason", "break_lock"),
        progress=progress,
    )
    said = _lost(done["unmatched"])
    if done["refused"] is not None:
        said += [done["refused"], Message("nothing was changed")]
    elif done["head"] is None and done["own"]:
        said.append(
            Message(
                "the plan has all that sheet {sheet} of {file} says, which alone is read; nothing was changed",
                sheet=CLAUSE_SHEET,
                file=done["file"],
            )
        )
    elif done["head"] is None:
        said.append(Message("the plan has all that {file} says; nothing was changed", file=done["file"]))
    else:
        said.append(
            Message(
                "{added} new, {changed} changed, {approved}; the plan stands at entry {head} of its journal",
                added=counted(done["added"], "{n} clause", "{n} clauses"),
                changed=done["changed"],
                approved=counted(done["approved"], "{n} approved", "{n} approved"),
                head=done["head"],
            )
        )
    if done["guessed"]:
        guessed = done["guessed"]
        said.append(
            counted(guessed, "{n} effect was guessed from the wording", "{n} effects were guessed from the wording")
        )
    return done, said


def _lost(rows: list[dict[str, Any]]) -> list[Message]:
    """Name each unit that the plan does not have once: where it stands first, and how many clauses it has in all."""
    firsts: dict[tuple[str, str], dict[str, Any]] = {}
    counts: dict[tuple[str, str], int] = {}
    for row in rows:
        key = row["code"], row["name"]
        firsts.setdefault(key, {one: row[one] for one in ("line", "sheet", "code", "name", "nearest")})
        counts[key] = counts.get(key, 0) + row["clauses"]
    return [
        Message(
            "{name} ({found})",
            name=Message("row {line} of sheet {sheet}: no unit {code} {name}", **row)
            if not row["nearest"]
            else Message("row {line} of sheet {sheet}: no unit {code} {name}; is it {nearest}?", **row),
            found=counted(counts[key], "{n} clause", "{n} clauses"),
        )
        for key, row in firsts.items()
    ]


VERB = Verb("lists", Message("write the entry lists of a plan, or import some into it"), _OPTIONS, _run, order=100)
