"""The verb ``edit``: operations on a plan, all of them or none."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ...core.errors import BadInput
from ...core.messages import Message, counted
from ...core.options import Option
from .. import tables
from ..options import AUTHOR, BREAK_LOCK, PLAN, given
from ..verb import Result, Verb

if TYPE_CHECKING:
    import argparse

    from ...core.progress import Progress
    from ..voice import Voice


_OPTIONS = (
    replace(PLAN, about=Message("A GeoPackage with a plan. It is changed.")),
    Option(
        "edits",
        Message("One edit a line, a JSON object each: `edit --help` lists what it may say."),
        "OPS.jsonl",
        kind="file",
        title=Message("File of edits"),
        default="",
        suffix="jsonl json",
        place="?",
    ),
    AUTHOR,
    BREAK_LOCK,
    Option("reason", Message("Of edits that do not say why themselves."), title=Message("Reason"), default=""),
    Option(
        "basis",
        Message("The document that edits rest on which do not say so themselves."),
        title=Message("Document"),
        default="",
    ),
    Option("dry_run", Message("tell what the edits would do, and do nothing"), kind="switch"),
    Option(
        "without_foreign",
        Message("edit nothing: write a copy without triggers, views and the like that others put into the plan"),
        "COPY.gpkg",
    ),
)


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
        return Result(done, [left, *(f"  {one['kind']} {one['name']}" for one in done["removed"])])
    said = given(options, "author", "reason", "basis")
    if options.dry_run:
        told = foreseen(options.plan, options.edits, **said)
        refused = _worded(told["refused"], options.say)
        return Result(
            {**told, "refused": refused}, [*map(_refusal, refused), *effects(told), *_to_review(told)], bool(refused)
        )
    done = edit(options.plan, options.edits, break_lock=options.break_lock, progress=progress, **said)
    refused = _worded(done["refused"], options.say)
    said_of = [*taken_over_text(done, options.say), *map(_refusal, refused), *_to_review(done)]
    if refused:
        said_of.append(Message("nothing was changed"))
    else:
        edits = counted(done["applied"], "{n} edit", "{n} edits")
        stands = Message("{edits}; the plan stands at entry {head} of its journal", edits=edits, head=done["head"])
        said_of += [stands, tables.findings_left(done["findings"])]
    return Result(printed({**done, "refused": refused}, options.say), said_of, errors=bool(refused))


def printed(done: dict[str, Any], say: Voice) -> dict[str, Any]:
    """Give what a verb that edits has done as ``--json`` prints it."""
    return {**done, "taken_over": _taken_over(done, say)}


def taken_over_text(done: dict[str, Any], say: Voice) -> list[str | Message]:
    """Say that somebody's claim on the plan was taken over, where it was."""
    found = _taken_over(done, say)
    return [f"{found['id']} {found['message']}"] if found else []


def _taken_over(done: dict[str, Any], say: Voice) -> dict[str, Any] | None:
    from ...case.finding_texts import load_texts, to_rows

    finding = done["taken_over"]
    return None if finding is None else to_rows([finding], load_texts(), say.language)[0]


def _worded(refused: list[dict[str, Any]], say: Voice) -> list[dict[str, Any]]:
    return [{"line": row["line"], "reason": say(row["reason"])} for row in refused]


def _refusal(row: dict[str, Any]) -> Message:
    return Message("line {line}: {reason}", line=row["line"], reason=row["reason"])


def effects(told: dict[str, Any]) -> list[Message]:
    """Say what changes, a line each."""
    said = [
        Message(
            "{county}, {category:category}: {before:area} → {after:area}",
            county=row["county"],
            category=row["category"],
            before=row["before_m2"],
            after=row["after_m2"],
        )
        for row in told["areas"]
    ]
    for unit in told["units"]:
        parts = unit["parts"]
        said.append(
            Message(
                "{code} {name}: {before} → {after} parts",
                code=unit["code"][1] or unit["code"][0],
                name=unit["name"][1] or unit["name"][0],
                before=parts[0] or 0,
                after=parts[1] or 0,
            )
        )
    return said


def _to_review(told: dict[str, Any]) -> list[Message]:
    """Say of a plan that gets another status how many of its clauses nobody has reviewed, where there are any."""
    from ...lists.draft import Review

    found = told["to_review"]
    return [Review(found["n"], found["of"]).message()] if found and found["n"] else []


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
    _OPTIONS,
    _run,
    order=31,
    more=_operations,
)
