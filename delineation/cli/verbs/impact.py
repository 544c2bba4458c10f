"""The verb ``impact``: what newer files in place of sources would touch in a plan, before anything is done."""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from typing import TYPE_CHECKING, Any

from ...core.messages import Message, counted
from ...core.options import Option
from .. import tables
from ..options import FORCE, PLAN, given, output_option
from ..verb import Result, Verb

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from ...core.progress import Progress
    from ..voice import Voice

__all__ = ["VERB"]


_OPTIONS = (
    PLAN,
    Option(
        "newer",
        Message("a source (its role, where the case has one of that role, else its file or layer) and its newer file"),
        "SOURCE=FILE",
        place="*",
    ),
    Option("layer", Message("the layer of a newer file"), "SOURCE=LAYER", repeat=True),
    Option(
        "field",
        Message("a column of a newer file: code, name, zone or grade, as in a case"),
        "SOURCE:KEY=COLUMN",
        repeat=True,
    ),
    Option("case", Message("the case, where it is not beside the plan"), "CASE.toml"),
    Option("changes", Message("a table of administrative changes, in place of that of the case"), "FILE"),
    Option(
        "on_recode",
        Message("what a county's new code does to codes of units, in place of what the case says"),
        choices=("keep", "recode"),
        default="",
    ),
    Option("anew", Message("all is divided anew by the case's method; by default units are kept"), kind="switch"),
    output_option("OUT.gpkg", Message("write what is touched, a shape a unit, for a map"), required=False),
    FORCE,
)


def _run(options: argparse.Namespace, progress: Progress) -> Result:
    from pathlib import Path

    from ...verbs.impacts import Newer, impact

    layers = dict(_pair(text, "SOURCE=LAYER") for text in options.layer)
    fields: dict[str, dict[str, str]] = {}
    for text in options.field:
        place, column = _pair(text, "SOURCE:KEY=COLUMN")
        source, _, key = place.rpartition(":")
        fields.setdefault(source, {})[key] = column
    newer = {}
    for text in options.newer:
        source, file = _pair(text, "SOURCE=FILE")
        newer[source] = Newer(Path(file).absolute(), layers.pop(source, ""), fields.pop(source, {}))
    for left in (*layers, *fields):
        raise _no_source(left)
    found = impact(
        options.plan,
        newer,
        update=not options.anew,
        **given(options, "case", "changes", "on_recode", "output", "force"),
        progress=progress,
    )
    document = found.document()
    for told, one in zip(document["sources"], found.sources, strict=True):
        say = options.say.of_profile(one.change.profile.path)
        told["to_confirm"] = [say(message) for message in one.change.to_confirm]
    return Result(document, "" if options.json else _text(document, options.say))


def _pair(text: str, wanted: str) -> tuple[str, str]:
    from ...core.errors import BadInput
    from ...core.messages import at

    # A path may hold an equals sign, a source's name seldom does.
    source, _, value = text.partition("=")
    if not source or not value:
        raise BadInput(Message("'{text}' is no pair", text=text), where=at("impact"), wanted=at(wanted))
    return source, value


def _no_source(name: str) -> Exception:
    from ...core.errors import BadInput
    from ...core.messages import at

    what = Message("no newer file for source '{name}'", name=name)
    return BadInput(what, where=at("impact"), wanted=at("SOURCE=FILE"))


def _text(found: dict[str, Any], say: Voice) -> str:
    lines: list[str] = []
    for one in found["sources"]:
        lines.append(f"{say.name('role', one['role'])} ← {one['file']}")
        lines.append(
            say(
                Message(
                    "touches {faces} of {units}: {area:area}",
                    faces=counted(one["faces"], "{n} face", "{n} faces"),
                    units=counted(len(one["units"]), "{n} unit", "{n} units"),
                    area=one["area_m2"],
                )
            )
        )
        if not one["cuts"]:
            lines.append(say(Message("only guides borders: no face is touched")))
        if not one["same_file"]:
            lines.append(say(Message("the plan was made from another file than the one that it was compared with")))
        lines += [f"- {sentence}" for sentence in one["to_confirm"]]
    if found["units"]:
        lines += ["", _units(found["units"], say)]
    for one in found["new"]:
        facts = {key: one[key] for key in ("code", "name", "area_m2")}
        lines.append(say(Message("new unit {code} ({name}), {area_m2:area}", **facts)))
    rows = [say.row(Message("Category"), Message("Area now"), Message("Area then"))]
    rows += [
        [say.name("category", number), say.area(one["area_m2"]), say.area(one["after_m2"])]
        for number, one in found["categories"].items()
    ]
    lines += ["", tables.table(rows, [False, True, True]), "", *_clauses(found["clauses"], say)]
    return "\n".join([*lines, tables.findings_text(found["findings"], (), say)])


def _units(units: Sequence[dict[str, Any]], say: Voice) -> str:
    titles = (Message("Unit"), Message("Name"), Message("Touched"), Message("Area now"), Message("Area then"))
    rows = [say.row(*titles, Message("Then"))]
    for one in units:
        areas = [say.area(one[key]) for key in ("touched_m2", "area_m2", "after_m2")]
        rows.append([one["code"], one["name"], *areas, say(_fate(one))])
    return tables.table(rows, [False, False, True, True, True, False])


def _fate(unit: dict[str, Any]) -> Message:
    """Say what becomes of a unit."""
    if unit["why"]:
        its = {"successor": unit["successor"]}
        return {
            "outside": Message("ends: its land leaves the plan"),
            "category": Message("ends: its land is of another category, in {successor}", **its),
            "county": Message("ends: its land lies in another county, in {successor}", **its),
            "kind": Message("ends: its land is of another kind, in {successor}", **its),
            "joined": Message("ends: joined with {successor}", **its),
        }[unit["why"]]
    if unit["code_after"] != unit["code"]:
        return Message("goes on as {unit}", unit=unit["code_after"])
    if unit["name_after"] != unit["name"]:
        return Message("goes on as {unit}", unit=unit["name_after"])
    if unit["locked"] and unit["loses_m2"] + unit["gains_m2"] > 0:
        return Message("goes on; it is locked, and changes all the same")
    return Message("goes on")


def _clauses(clauses: Sequence[dict[str, Any]], say: Voice) -> list[str]:
    """Count what becomes of clauses, by unit now and then."""
    lines = []
    for unit, own in groupby(clauses, key=lambda one: (one["code"], one["code_after"])):
        count = Counter(one["kind"] for one in own)
        told = {
            "new": Message("{count} new", count=count["new"]),
            "changed": Message("{count} worded otherwise", count=count["changed"]),
            "moved": Message("{count} from a unit that ends", count=count["moved"]),
            "review": Message("{count} to be reviewed", count=count["review"]),
            "gone": Message("{count} gone", count=count["gone"]),
        }
        parts = tuple(message for kind, message in told.items() if count[kind])
        units = " → ".join(filter(None, dict.fromkeys(unit)))
        lines.append(say(Message("clauses of {units}: {parts}", units=units, parts=parts)))
    return lines


VERB = Verb(
    "impact",
    Message("what an update with newer sources would do to a plan, before anything is done"),
    _OPTIONS,
    _run,
    order=96,
)
