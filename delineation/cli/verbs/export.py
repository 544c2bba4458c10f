"""The verb ``export``: a plan, or a part of it, as a file for others."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...core.errors import BadInput
from ...core.messages import Message
from ...core.options import Option
from ...export.options import FORMAT_OPTIONS
from .. import tables
from ..options import FORCE, PLAN, given, output_option
from ..verb import Result, Verb

if TYPE_CHECKING:
    import argparse

    from ...core.progress import Progress

_OPTIONS = (
    PLAN,
    Option(
        "format",
        Message("What is written, and as what; without one all formats are listed."),
        "NAME",
        title=Message("Format"),
    ),
    output_option("OUT", Message("a new file; a plan is never replaced"), required=False),
    *FORMAT_OPTIONS.values(),
    FORCE,
)


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
    return Result(document, said_of(written))


def _given(options: argparse.Namespace) -> dict[str, str]:
    """Take the options of formats that were typed."""
    return {name: value for name, value in given(options, *FORMAT_OPTIONS).items() if value is not None}


VERB = Verb("export", Message("write a plan's lists, units or map as a file for others"), _OPTIONS, _run, order=110)
