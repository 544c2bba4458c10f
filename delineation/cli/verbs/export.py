"""The verb ``export``: a plan, or a part of it, as a file for others."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...core.errors import BadInput
from ...core.messages import Message
from .. import tables
from ..options import Options, add_force, add_plan
from ..verb import Result, Verb

if TYPE_CHECKING:
    import argparse

    from ...core.progress import Progress

__all__ = ["VERB"]

_OF_FORMATS = (
    ("paper", "A4|A3|A2|A1|A0", Message("of a map: its paper (default: A3)")),
    ("dpi", "N", Message("of a map: dots per inch of a picture (default: 300)")),
    ("by", "township", Message("of a map: one of each township besides")),
    ("sheets", "unit|county", Message("of an atlas: what has a sheet of its own (default: unit)")),
    ("split", "county", Message("of an atlas: a file for each county, in a folder beside the overview")),
    ("unit", "NAME", Message("of a map: who compiled it")),
    (
        "review",
        "NUMBER",
        Message("of a map: its approval number; without one it is not to be made public, and says so"),
    ),
    ("basemap", "TEXT", Message("of a map: where counties and townships come from (default: as the sources say)")),
    ("layouts", "FOLDER", Message("of a map: sheets (.qpt) in place of the shipped ones of the same name")),
    ("drawn_by", "qgis|matplotlib", Message("of a map: who draws it (default: QGIS where it is there)")),
    ("codes", "CODE,…", Message("of units and lists: only the units of these codes")),
    ("rules", "ID,…", Message("of findings: only those of these rules")),
    ("state", "open|accepted", Message("of findings: only those that are open, or accepted")),
)


def _arguments(add: Options) -> None:
    add_plan(add)
    add("--format", metavar="NAME", about=Message("what is written; without it all formats are listed"))
    add("-o", "--output", metavar="OUT", about=Message("a new file; a plan is never replaced"))
    add(
        "--encoding",
        metavar="GBK|UTF-8",
        about=Message("encoding of a Shapefile's texts (default: GBK; UTF-8 where GBK lacks a character)"),
    )
    for name, metavar, about in _OF_FORMATS:
        add(f"--{name.replace('_', '-')}", metavar=metavar, about=about)
    add_force(add)


def _run(options: argparse.Namespace, progress: Progress) -> Result:
    from ...export.registry import export, exporters
    from ...export.telling import said_of

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
    plan, output = Path(options.plan), Path(options.output or "")
    written = export(options.format, plan, output, _given(options), force=options.force, progress=progress)
    files = [str(path) for path in written.files]
    document: dict[str, Any] = {"format": options.format, "files": files, "layers": dict(written.layers)}
    for name in ("drawn_by", "unlabelled", "pages", "resumed", "changed"):
        if name in written.facts:
            document[name] = written.facts[name]
    return Result(document, "\n".join(options.say(one) for one in said_of(written)))


def _given(options: argparse.Namespace) -> dict[str, str]:
    """Take the options of formats that were typed."""
    names = ("encoding", *(name for name, _, _ in _OF_FORMATS))
    return {name: getattr(options, name) for name in names if getattr(options, name) is not None}


VERB = Verb("export", Message("write a plan's lists, units or map as a file for others"), _arguments, _run, order=110)
