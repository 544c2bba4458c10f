"""The verb ``edit``: operations on a plan, all of them or none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...core.errors import BadInput
from ...core.messages import Message, counted
from .. import tables
from ..options import Options, add_editing, add_plan
from ..verb import Result, Verb

if TYPE_CHECKING:
    import argparse

    from ...core.progress import Progress
    from ..voice import Voice

__all__ = ["VERB", "effects", "printed", "taken_over_text"]


def _arguments(add: Options) -> None:
    add_plan(add)
    add("edits", metavar="OPS.jsonl", nargs="?", default="", about=Message("operations, a JSON object a line"))
    add_editing(add)
    add("--reason", default="", about=Message("why, of edits that do not say so themselves"))
    add("--basis", default="", about=Message("the document they rest on, of edits that do not say so themselves"))
    add("--dry-run", action="store_true", about=Message("tell what the edits would do, and do nothing"))
    told = Message("edit nothing: write a copy without triggers, views and the like that others put into the plan")
    add("--without-foreign", metavar="COPY.gpkg", about=told)


def _run(options: argparse.Namespace, progress: Progress) -> Result:
    from ...verbs.editing import edit, foreseen, without_foreign

    if bool(options.edits) == bool(options.without_foreign):
        what = (
            Message("neither edits nor a copy to write") if not options.edits else Message("edits and a copy to write")
        )
        raise BadInput(what, where=Message("edit"), wanted=Message("OPS.jsonl or --without-foreign COPY.gpkg"))
    if options.without_foreign:
        done = without_foreign(options.plan, options.without_foreign)
        left = counted(
            len(done["removed"]),
            "{copy}: without {n} object of others",
            "{copy}: without {n} objects of others",
            copy=options.without_foreign,
        )
        return Result(
            done, "\n".join([options.say(left), *(f"  {one['kind']} {one['name']}" for one in done["removed"])])
        )
    said = {"author": options.author, "reason": options.reason, "basis": options.basis}
    if options.dry_run:
        told = foreseen(options.plan, options.edits, **said)
        refused = _worded(told["refused"], options.say)
        lines = [_refusal(row, options.say) for row in refused]
        return Result({**told, "refused": refused}, "\n".join([*lines, *effects(told, options.say)]), bool(refused))
    done = edit(options.plan, options.edits, break_lock=options.break_lock, progress=progress, **said)
    refused = _worded(done["refused"], options.say)
    lines = [*taken_over_text(done, options.say), *(_refusal(row, options.say) for row in refused)]
    if refused:
        lines.append(options.say(Message("nothing was changed")))
    else:
        lines.append(
            options.say(
                Message(
                    "{edits}; the plan stands at entry {head} of its journal",
                    edits=counted(done["applied"], "{n} edit", "{n} edits"),
                    head=done["head"],
                )
            )
        )
        lines.append(options.say(tables.findings_left(done["findings"])))
    return Result(printed({**done, "refused": refused}, options.say), "\n".join(lines), errors=bool(refused))


def printed(done: dict[str, Any], say: Voice) -> dict[str, Any]:
    """Give what a verb that edits has done as ``--json`` prints it."""
    return {**done, "taken_over": _taken_over(done, say)}


def taken_over_text(done: dict[str, Any], say: Voice) -> list[str]:
    """Say that somebody's claim on the plan was taken over, where it was."""
    found = _taken_over(done, say)
    return [f"{found['id']} {found['message']}"] if found else []


def _taken_over(done: dict[str, Any], say: Voice) -> dict[str, Any] | None:
    from ...case.finding_texts import load_texts, to_rows

    finding = done["taken_over"]
    return None if finding is None else to_rows([finding], load_texts(), say.language)[0]


def _worded(refused: list[dict[str, Any]], say: Voice) -> list[dict[str, Any]]:
    return [{"line": row["line"], "reason": say(row["reason"])} for row in refused]


def _refusal(row: dict[str, Any], say: Voice) -> str:
    return say(Message("line {line}: {reason}", line=row["line"], reason=row["reason"]))


def effects(told: dict[str, Any], say: Voice) -> list[str]:
    """Say what changes, a line each."""
    lines = []
    for row in told["areas"]:
        lines.append(
            say(
                Message(
                    "{county}, {category:category}: {before:area} → {after:area}",
                    county=row["county"],
                    category=row["category"],
                    before=row["before_m2"],
                    after=row["after_m2"],
                )
            )
        )
    for unit in told["units"]:
        parts = unit["parts"]
        lines.append(
            say(
                Message(
                    "{code} {name}: {before} → {after} parts",
                    code=unit["code"][1] or unit["code"][0],
                    name=unit["name"][1] or unit["name"][0],
                    before=parts[0] or 0,
                    after=parts[1] or 0,
                )
            )
        )
    return lines


def _operations(say: Voice) -> str:
    """List what a line of a file of edits may say."""
    from ...revision.ops import OPS

    lines = [say(Message("operations of a file of edits, one a line")) + ":"]
    for operation in OPS.values():
        lines.append(f"  {operation.name}: {say(operation.about)}")
        for key, field in operation.fields.items():
            told = Message("{parts:apart}", parts=(field.title, field.wanted))
            lines.append(f"      {key if field.needed else f'[{key}]'}: {say(told)}")
    return "\n".join(lines)


VERB = Verb(
    "edit",
    Message("edit a plan: assign, merge, split, rename … all or nothing"),
    _arguments,
    _run,
    order=31,
    more=_operations,
)
