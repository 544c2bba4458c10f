"""The verb ``export``: a plan, or a part of it, as a file for others."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ...core.errors import BadInput
from ...core.messages import Message, counted
from .. import tables
from ..options import add_plan
from ..verb import Result, Verb

if TYPE_CHECKING:
    import argparse

    from ...core.progress import Progress
    from ...export.registry import Written
    from ..voice import Voice

__all__ = ["VERB"]


def _arguments(parser: argparse.ArgumentParser, say: Voice) -> None:
    add_plan(parser, say)
    add = parser.add_argument
    add("--format", metavar="NAME", help=say(Message("what is written; without it all formats are listed")))
    add("-o", "--output", metavar="OUT", help=say(Message("a new file; a plan is never replaced")))
    told = say(Message("of a Shapefile's texts (default: GBK, UTF-8 where GBK lacks one)"))
    add("--encoding", metavar="GBK|UTF-8", help=told)


def _run(options: argparse.Namespace, progress: Progress) -> Result:
    from ...export.registry import export, exporters

    if options.format is None:
        if options.output is not None or options.encoding is not None:
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
    given = {} if options.encoding is None else {"encoding": options.encoding}
    written = export(options.format, Path(options.plan), Path(options.output or ""), given, progress=progress)
    files = [str(path) for path in written.files]
    document = {"format": options.format, "files": files, "layers": dict(written.layers)}
    return Result(document, _text(written, options.say))


def _text(written: Written, say: Voice) -> str:
    """Say how much was written where, and what became of texts."""
    layers = tuple(_counted(name, number) for name, number in written.layers.items())
    lines = [say(Message("{layers} → {files}", layers=layers, files=written.files))]
    if "encoding" in written.facts:
        lines.append(say(Message("texts in {encoding}", encoding=written.facts["encoding"])))
    if written.facts.get("cut"):
        cut = counted(
            written.facts["cut"],
            "{n} text was too long for a Shapefile and was cut",
            "{n} texts were too long for a Shapefile and were cut",
        )
        lines.append(say(cut))
    if not written.noted:
        lines.append(say(Message("the export could not be noted beside the plan")))
    return "\n".join(lines)


def _counted(layer: str, number: int) -> Message:
    if layer == "units":
        return counted(number, "{n} unit", "{n} units")
    if layer == "clauses":
        return counted(number, "{n} clause", "{n} clauses")
    return Message("{number} {layer}", number=number, layer=layer)


VERB = Verb("export", Message("write a plan's lists, units or map as a file for others"), _arguments, _run, order=110)
