"""The verb ``publish``: what other programs work with, as files for them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ...core.messages import Message, counted
from ..verb import Result, Verb

if TYPE_CHECKING:
    import argparse

    from ...core.progress import Progress
    from ..options import Options

__all__ = ["VERB"]


def _arguments(add: Options) -> None:
    add(
        "kind",
        choices=("schema",),
        metavar="KIND",
        about=Message("what is published: schema, a JSON Schema (draft 2020-12) of every document of --json"),
    )
    add("folder", metavar="DIR", about=Message("a folder; made where it is not there"))


def _run(options: argparse.Namespace, _: Progress) -> Result:
    from ...publish.schemas import write_schemas

    files = write_schemas(Path(options.folder))
    said = counted(len(files), "{n} JSON Schema → {folder}", "{n} JSON Schemas → {folder}", folder=options.folder)
    return Result({"files": [str(path) for path in files]}, options.say(said))


VERB = Verb(
    "publish", Message("publish for other programs: JSON Schemas of the --json documents"), _arguments, _run, order=150
)
