"""The verb ``impact``: what newer files in place of sources would touch in a plan, before anything is done."""

from __future__ import annotations

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
        place="+",
    ),
    Option("layer", Message("the layer of a newer file"), "SOURCE=LAYER", repeat=True),
    Option(
        "field",
        Message("a column of a newer file: code, name, zone or grade, as in a case"),
        "SOURCE:KEY=COLUMN",
        repeat=True,
    ),
    Option("case", Message("the case, where it is not beside the plan"), "CASE.toml"),
    Option(
        "update",
        Message("as the method update would have it: land of which the rules say less now stays with its unit"),
        kind="switch",
    ),
    output_option("OUT.gpkg", Message("write what is touched, a shape a unit, for a map"), required=False),
    FORCE,
)


def _run(options: argparse.Namespace, progress: Progress) -> Result:
    from pathlib import Path

    from ...plan.file import read_plan
    from ...verbs.impacts import Newer, impact
    from ...verbs.replacing import locked_units

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
        update=options.update or None,
        **given(options, "case", "output", "force"),
        progress=progress,
    )
    document = found.document()
    problem = False
    for told, one in zip(document["sources"], found.sources, strict=True):
        say = options.say.of_profile(one.change.profile.path)
        told["to_confirm"] = [say(message) for message in one.change.to_confirm]
        told["problem"] = None if one.change.problem is None else say(one.change.problem.message())
        problem |= one.change.problem is not None
    if options.json:
        return Result(document, "", errors=problem)
    lines = [_text(document, options.say)]
    if locked := locked_units(read_plan(Path(options.plan)), found.units):
        lines += ["", options.say(Message('locked units that would change, unless [update] locked = "keep":'))]
        lines += [f"- {options.say(one)}" for one in locked]
    return Result(document, "\n".join(lines), errors=problem)


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
            lines.append(say(Message("the plan was made from another file than the case names: what follows is about")))
        lines += [f"- {sentence}" for sentence in one["to_confirm"]]
        if one["problem"]:
            lines.append(say(Message("the case cannot be read with it as it is: {problem}", problem=one["problem"])))
    if found["units"]:
        lines += ["", _units(found["units"], say)]
    rows = [say.row(Message("Category"), Message("Area now"), Message("Area then"))]
    rows += [
        [say.name("category", number), say.area(one["area_m2"]), say.area(one["after_m2"])]
        for number, one in found["categories"].items()
    ]
    lines += ["", tables.table(rows, [False, True, True])]
    for one in found["new"]:
        facts = {"county": one["county"], "kind": one["kind"], "area": one["area_m2"]}
        lines.append(say(Message("perhaps a new unit: {kind:role} in county {county}, {area:area}", **facts)))
    if found["about"]:
        lines.append(say(Message("~ cleaning, method or grouping may decide otherwise; a run tells")))
    return "\n".join(lines)


def _units(units: Sequence[dict[str, Any]], say: Voice) -> str:
    titles = (Message("Unit"), Message("Name"), Message("Touched"), Message("Area now"), Message("Area then"))
    rows = [say.row(*titles)]
    for one in units:
        about = "~" if one["about"] else ""
        areas = [say.area(one[key]) for key in ("touched_m2", "area_m2", "after_m2")]
        rows.append([one["code"], one["name"], *areas[:2], about + areas[2]])
    return tables.table(rows, [False, False, True, True, True])


VERB = Verb(
    "impact", Message("what newer sources would touch in a plan, before anything is done"), _OPTIONS, _run, order=96
)
