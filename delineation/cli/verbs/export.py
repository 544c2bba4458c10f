"""The verb ``export``: a plan, or a part of it, as a file for others."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ...core.errors import BadInput
from ...core.messages import Message, at
from ...core.text import language
from .. import tables
from ..options import add_plan
from ..verb import Result, Verb

if TYPE_CHECKING:
    import argparse

    from ...core.progress import Progress
    from ...export.registry import Written

__all__ = ["VERB"]


def _arguments(parser: argparse.ArgumentParser) -> None:
    add_plan(parser)
    parser.add_argument("--format", metavar="NAME", help="what is written; without it all formats are listed")
    parser.add_argument("-o", "--output", metavar="OUT", help="a new file; a plan is never replaced")
    parser.add_argument(
        "--encoding", metavar="GBK|UTF-8", help="of a Shapefile's texts (default: GBK, UTF-8 where GBK lacks one)"
    )


def _run(options: argparse.Namespace, progress: Progress) -> Result:
    from ...export.registry import export, exporters

    if options.format is None:
        if options.output is not None or options.encoding is not None:
            raise BadInput(
                Message("no --format"),
                where=Message("export"),
                wanted=at("--format NAME, one of " + ", ".join(exporters())),
            )
        rows = [["format", "file", "what"]]
        rows += [[one.name, f"*{one.suffix}", one.title(language())] for one in exporters().values()]
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
    return Result(document, _text(written))


def _text(written: Written) -> str:
    """Say how much was written where, and what became of texts."""
    said = ", ".join(f"{count} {name}" for name, count in written.layers.items())
    lines = [f"{said} → {', '.join(str(path) for path in written.files)}"]
    if "encoding" in written.facts:
        lines.append(f"texts in {written.facts['encoding']}")
    if written.facts.get("cut"):
        lines.append(f"{written.facts['cut']} texts were too long for a Shapefile and were cut")
    if not written.noted:
        lines.append("the export could not be noted beside the plan")
    return "\n".join(lines)


VERB = Verb("export", "write a plan's lists, units or map as a file for others", _arguments, _run, order=110)
