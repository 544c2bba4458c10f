"""The verb ``export``: a plan, or a part of it, as a file for others."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

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

_OF_MAPS = (
    ("paper", "A4|A3|A2|A1|A0", "its paper (default: A3)"),
    ("dpi", "N", "dots per inch of a picture (default: 300)"),
    ("by", "township", "a map of each township besides"),
    ("unit", "NAME", "who compiled it"),
    ("review", "NUMBER", "its approval number; without one it says that it is not to be made public"),
    ("basemap", "TEXT", "where counties and townships come from (default: as the plan's sources say)"),
    ("layouts", "FOLDER", "sheets (.qpt) that take the place of the shipped ones of the same name"),
    ("drawn_by", "qgis|matplotlib", "who draws it (default: QGIS where it is there)"),
)


def _arguments(parser: argparse.ArgumentParser) -> None:
    add_plan(parser)
    parser.add_argument("--format", metavar="NAME", help="what is written; without it all formats are listed")
    parser.add_argument("-o", "--output", metavar="OUT", help="a new file; a plan is never replaced")
    parser.add_argument(
        "--encoding", metavar="GBK|UTF-8", help="of a Shapefile's texts (default: GBK, UTF-8 where GBK lacks one)"
    )
    for name, metavar, about in _OF_MAPS:
        parser.add_argument(f"--{name.replace('_', '-')}", metavar=metavar, help=f"of a map: {about}")


def _run(options: argparse.Namespace, progress: Progress) -> Result:
    from ...export.registry import export, exporters

    if options.format is None:
        if options.output is not None or _given(options):
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
    written = export(options.format, Path(options.plan), Path(options.output or ""), _given(options), progress=progress)
    files = [str(path) for path in written.files]
    document: dict[str, Any] = {"format": options.format, "files": files, "layers": dict(written.layers)}
    if "drawn_by" in written.facts:
        document["drawn_by"] = written.facts["drawn_by"]
    return Result(document, _text(written))


def _given(options: argparse.Namespace) -> dict[str, str]:
    """Take the options of formats that were typed."""
    names = ("encoding", *(name for name, _, _ in _OF_MAPS))
    return {name: getattr(options, name) for name in names if getattr(options, name) is not None}


def _text(written: Written) -> str:
    """Say how much was written where, and what became of texts."""
    said = ", ".join(f"{count} {name}" for name, count in written.layers.items())
    lines = [f"{said} → {', '.join(str(path) for path in written.files)}"]
    if "encoding" in written.facts:
        lines.append(f"texts in {written.facts['encoding']}")
    if drawn_by := written.facts.get("drawn_by"):
        because = written.facts.get("because")
        lines.append(f"drawn by {_DRAWERS[drawn_by]}" + (f": {because!s}" if because else ""))
    lines += [
        f"font {one} is not installed: {other} stands in" for one, other in written.facts.get("fonts", {}).items()
    ]
    if lacking := written.facts.get("lacking"):
        lines.append(f"no font has the characters {' '.join(lacking)}")
    if shortened := written.facts.get("shortened"):
        lines.append(f"too long for their place: {', '.join(shortened)}")
    if written.facts.get("cut"):
        lines.append(f"{written.facts['cut']} texts were too long for a Shapefile and were cut")
    return "\n".join(lines)


_DRAWERS = {"qgis": "QGIS", "matplotlib": "matplotlib"}
VERB = Verb("export", "write a plan's lists, units or map as a file for others", _arguments, _run, order=110)
