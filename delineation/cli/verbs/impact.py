"""The verb ``impact``: what newer files in place of sources would touch in a plan, before anything is done."""

from __future__ import annotations

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
    from ...verbs.impacts import Impact
    from ..voice import Voice

_AREAS = (Message("Touched"), Message("Area now"), Message("Area then"))

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
    from ...verbs.source_comparison import locked_units

    layers = _pairs(options.layer, "SOURCE=LAYER")
    fields: dict[str, dict[str, str]] = {}
    for place, column in _pairs(options.field, "SOURCE:KEY=COLUMN").items():
        source, _, key = place.rpartition(":")
        fields.setdefault(source, {})[key] = column
    newer = {}
    for source, file in _pairs(options.newer, "SOURCE=FILE").items():
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
    document = found.document(options.say.language)
    for told, one in zip(document["sources"], found.sources, strict=True):
        say = options.say.of_profile(one.change.profile.path)
        told["to_confirm"] = [say(message) for message in one.change.to_confirm]
    if options.json:
        return Result(document, "")
    lines = [_text(found, document, options.say)]
    if locked := locked_units(found.units):
        lines += ["", options.say(Message("locked units that would change:"))]
        lines += [f"- {options.say(one)}" for one in locked]
    return Result(document, "\n".join(lines))


def _pairs(texts: Sequence[str], wanted: str) -> dict[str, str]:
    """Read what is said of each source; none is said twice."""
    from ...core.errors import BadInput
    from ...core.messages import at

    out: dict[str, str] = {}
    for text in texts:
        # A path may hold an equals sign, a source's name seldom does.
        source, _, value = text.partition("=")
        if not source or not value:
            raise BadInput(Message("'{text}' is no pair", text=text), where=at("impact"), wanted=at(wanted))
        if source in out:
            raise BadInput(
                Message("'{name}' is given twice", name=source), where=at("impact"), wanted=Message("one value each")
            )
        out[source] = value
    return out


def _no_source(name: str) -> Exception:
    from ...core.errors import BadInput
    from ...core.messages import at

    return BadInput(
        Message("no newer file for source '{name}'", name=name), where=at("impact"), wanted=at("SOURCE=FILE")
    )


def _text(told: Impact, found: dict[str, Any], say: Voice) -> str:
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
    if told.units:
        rows = [say.row(Message("Unit"), *_AREAS, Message("Then"), Message("Name"))]
        for unit in told.units:
            areas = [say.area(area) for area in (unit.touched_m2, unit.area_m2, unit.after_m2)]
            rows.append([unit.code, *areas, say(unit.fate), unit.name])
        lines += ["", tables.table(rows, [False, True, True, True, False, False])]
    for new in told.new:
        lines.append(
            say(Message("new unit {unit} ({name}), {area:area}", unit=new.code, name=new.name, area=new.area_m2))
        )
    rows = [say.row(Message("Category"), *_AREAS[1:])]
    rows += [
        [say.name("category", number), say.area(one["area_m2"]), say.area(one["after_m2"])]
        for number, one in found["categories"].items()
    ]
    lines += ["", tables.table(rows, [False, True, True]), "", *map(say, told.told)]
    for unit, own in groupby(told.clauses, key=lambda one: one.code_after or one.code):
        lines += [f"{unit}:", *(f"  {say(one.said)}" for one in own)]
    return "\n".join([*lines, tables.findings_text(found["findings"], (), say)])


VERB = Verb(
    "impact",
    Message("what an update with newer sources would do to a plan, before anything is done"),
    _OPTIONS,
    _run,
    order=96,
)
