"""The verb ``sources``: what another file in place of a source of a case changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...core.messages import Message, counted
from ...core.options import Option
from .. import tables
from ..verb import Result, Verb

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping, Sequence

    from ...core.progress import Progress
    from ..voice import Voice

_SHOWN = 30  # features that are listed for people; the document has all


_OPTIONS = (
    Option("case", Message("the case whose source is compared"), "CASE.toml", place="1"),
    Option(
        "source",
        Message("the source: its role where the case has one of that role, else its file or layer"),
        "SOURCE",
        place="1",
    ),
    Option("file", Message("the file that is to take its place"), "FILE", place="1"),
)


def _run(options: argparse.Namespace, progress: Progress) -> Result:
    from pathlib import Path

    from ...verbs.source_comparison import compare_source

    change = compare_source(options.case, options.source, Path(options.file).absolute(), progress=progress)
    say = options.say.of_profile(change.profile.path)
    found = change.document()
    found["to_confirm"] = [say(message) for message in change.to_confirm]
    found["problem"] = None if change.problem is None else say(change.problem.message())
    return Result(found, "" if options.json else _text(found, say), errors=change.problem is not None)


def _text(found: dict[str, Any], say: Voice) -> str:
    before, after = found["before"], found["after"]
    titles = say.row(Message("File"), Message("Features"), Message("Area"), Message("Encoding"), Message("CRS"))
    columns = [
        [say(title), one["path"], str(one["features"]), say.area(one["area_m2"]), one["encoding"], one["crs"]]
        for title, one in ((Message("Before"), before), (Message("After"), after))
    ]
    rows = [list(row) for row in zip(["", *titles], *columns, strict=True)]
    lines = [
        say.name("role", found["role"]),
        tables.table(rows, [False, False, False]),
        _counts(found["features"], say),
    ]
    if found["key"] is not None:
        lines.append(say(Message("recognised by column '{column}'", column=found["key"]["before"])))
    quoted = {key: tuple(f"'{name}'" for name in names) for key, names in found["columns"].items()}
    for key, text in (
        ("new", Message("new columns: {names}", names=quoted["new"])),
        ("gone", Message("columns that are gone: {names}", names=quoted["gone"])),
    ):
        lines += [say(text)] if found["columns"][key] else []
    values = found["zone_values"]
    came = tuple(f"'{one['value']}'" for one in values if one["after"] and not one["before"])
    went = tuple(f"'{one['value']}'" for one in values if one["before"] and not one["after"])
    lines += [say(Message("new zone values: {values}", values=came))] if came else []
    lines += [say(Message("zone values that are gone: {values}", values=went))] if went else []
    lines += _changes(found["changes"], say)
    if found["to_confirm"]:
        lines.append(say(Message("to confirm:")))
        lines += [f"- {sentence}" for sentence in found["to_confirm"]]
    if found["problem"]:
        lines.append(say(Message("the case cannot be read with it as it is: {problem}", problem=found["problem"])))
    return "\n".join(lines)


def _counts(features: Mapping[str, int], say: Voice) -> str:
    return say(
        Message(
            "{unchanged} unchanged, {moved} moved, {relabelled} with other texts, {new} new, {gone} gone", **features
        )
    )


def _changes(changes: Sequence[Mapping[str, Any]], say: Voice) -> list[str]:
    """Write the first features that changed as a table."""
    words = {
        "moved": Message("moved"),
        "relabelled": Message("other texts"),
        "gone": Message("gone"),
        "new": Message("new"),
    }
    if not changes:
        return []
    rows = [say.row(Message("Change"), Message("Feature"), Message("Area before"), Message("Area after"))]
    for one in changes[:_SHOWN]:
        name = one["name"] or one["code"] or f"{one['before'] if one['after'] is None else one['after']}"
        # What is new had no area, and what is gone has none.
        areas = [say.area(one[f"area_{when}_m2"]) if one[when] is not None else "–" for when in ("before", "after")]
        rows.append([say(words[one["change"]]), name, *areas])
    lines = [tables.table(rows, [False, False, True, True])]
    if len(changes) > _SHOWN:
        left = len(changes) - _SHOWN
        lines.append(say(counted(left, "… and {n} more; --json has all", "… and {n} more; --json has all")))
    return lines


VERB = Verb("sources", Message("what another file in place of a source changes"), _OPTIONS, _run, order=95)
