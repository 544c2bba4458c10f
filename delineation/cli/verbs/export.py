"""The verb ``export``: a plan, or a part of it, as a file for others."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...core.errors import BadInput
from ...core.messages import Message, counted
from .. import tables
from ..options import add_plan
from ..verb import Result, Verb

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping

    from ...core.progress import Progress
    from ...export.registry import Written
    from ..voice import Voice

__all__ = ["VERB"]

_OF_MAPS = (
    ("paper", "A4|A3|A2|A1|A0", Message("of a map: its paper (default: A3)")),
    ("dpi", "N", Message("of a map: dots per inch of a picture (default: 300)")),
    ("by", "township", Message("of a map: one of each township besides")),
    ("unit", "NAME", Message("of a map: who compiled it")),
    (
        "review",
        "NUMBER",
        Message("of a map: its approval number; without one it is not to be made public, and says so"),
    ),
    ("basemap", "TEXT", Message("of a map: where counties and townships come from (default: as the sources say)")),
    ("layouts", "FOLDER", Message("of a map: sheets (.qpt) in place of the shipped ones of the same name")),
    ("drawn_by", "qgis|matplotlib", Message("of a map: who draws it (default: QGIS where it is there)")),
)
_DRAWERS = {"qgis": "QGIS", "matplotlib": "matplotlib"}


def _arguments(parser: argparse.ArgumentParser, say: Voice) -> None:
    add_plan(parser, say)
    add = parser.add_argument
    add("--format", metavar="NAME", help=say(Message("what is written; without it all formats are listed")))
    add("-o", "--output", metavar="OUT", help=say(Message("a new file; a plan is never replaced")))
    told = say(Message("encoding of a Shapefile's texts (default: GBK; UTF-8 where GBK lacks a character)"))
    add("--encoding", metavar="GBK|UTF-8", help=told)
    for name, metavar, about in _OF_MAPS:
        add(f"--{name.replace('_', '-')}", metavar=metavar, help=say(about))


def _run(options: argparse.Namespace, progress: Progress) -> Result:
    from ...export.registry import export, exporters

    if options.format is None:
        if options.output is not None or _given(options):
            raise BadInput(
                Message("no --format"),
                where=Message("export"),
                wanted=Message("--format NAME, one of {names}", names=tuple(exporters())),
            )
        rows = [options.say.row(Message("Format"), Message("File"), Message("What"))]
        spoken = options.say.language
        rows += [[one.name, f"*{one.suffix}", one.title(spoken)] for one in exporters().values()]
        return Result({"formats": list(exporters())}, tables.table(rows, [False, False, False]))
    known = exporters().get(options.format)
    if options.output is None and known is not None:
        raise BadInput(
            Message("no --output"), where=Message("export"), wanted=Message("-o NAME{suffix}", suffix=known.suffix)
        )
    written = export(options.format, Path(options.plan), Path(options.output or ""), _given(options), progress=progress)
    files = [str(path) for path in written.files]
    document: dict[str, Any] = {"format": options.format, "files": files, "layers": dict(written.layers)}
    for name in ("drawn_by", "unlabelled"):
        if name in written.facts:
            document[name] = written.facts[name]
    return Result(document, _text(written, options.say))


def _given(options: argparse.Namespace) -> dict[str, str]:
    """Take the options of formats that were typed."""
    names = ("encoding", *(name for name, _, _ in _OF_MAPS))
    return {name: getattr(options, name) for name in names if getattr(options, name) is not None}


def _text(written: Written, say: Voice) -> str:
    """Say how much was written where, and what became of texts."""
    layers = tuple(_counted(name, number) for name, number in written.layers.items())
    lines = [say(Message("{layers} → {files}", layers=layers, files=written.files))]
    if "encoding" in written.facts:
        lines.append(say(Message("texts in {encoding}", encoding=written.facts["encoding"])))
    lines += [say(one) for one in _of_map(written.facts)]
    if written.facts.get("cut"):
        cut = counted(
            written.facts["cut"],
            "{n} text was longer than its field and was cut",
            "{n} texts were longer than their fields and were cut",
        )
        lines.append(say(cut))
    if written.facts.get("mended"):
        mended = counted(
            written.facts["mended"],
            "{n} feature had no valid geometry in degrees and was repaired",
            "{n} features had no valid geometry in degrees and were repaired",
        )
        lines.append(say(mended))
    if not written.noted:
        lines.append(say(Message("the export could not be noted beside the plan")))
    return "\n".join(lines)


def _of_map(facts: Mapping[str, Any]) -> list[Message]:
    """Say who drew a map, and what of it is not as it was meant."""
    lines = []
    if who := _DRAWERS.get(facts.get("drawn_by", "")):
        why = facts.get("because")
        lines.append(Message("drawn by {who}: {why}", who=who, why=why) if why else Message("drawn by {who}", who=who))
    for font, other in facts.get("fonts", {}).items():
        lines.append(Message("font {font} is not installed: {other} stands in", font=font, other=other))
    if lacking := facts.get("lacking"):
        lines.append(Message("no font has the characters {lacking}", lacking=tuple(lacking)))
    if unlabelled := facts.get("unlabelled"):
        lines.append(
            counted(
                unlabelled,
                "{n} unit has no label on the picture; the PDF has a table of all units",
                "{n} units have no label on the picture; the PDF has a table of all units",
            )
        )
    if shortened := facts.get("shortened"):
        lines.append(Message("too long for their place: {shortened}", shortened=tuple(shortened)))
    return lines


def _counted(layer: str, number: int) -> Message:
    known = {
        "units": counted(number, "{n} unit", "{n} units"),
        "zones": counted(number, "{n} element zone", "{n} element zones"),
        "clauses": counted(number, "{n} clause", "{n} clauses"),
        "counties": counted(number, "{n} county", "{n} counties"),
        "findings": counted(number, "{n} finding", "{n} findings"),
        "maps": counted(number, "{n} map", "{n} maps"),
    }
    return known.get(layer) or Message("{number} {layer}", number=number, layer=layer)


VERB = Verb("export", Message("write a plan's lists, units or map as a file for others"), _arguments, _run, order=110)
