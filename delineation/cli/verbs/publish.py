"""The verb ``publish``: what other programs work with, as files for them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ...core.messages import Message, counted
from ...core.options import Option
from ..verb import Result, Verb

if TYPE_CHECKING:
    import argparse

    from ...core.progress import Progress

__all__ = ["VERB"]


_OPTIONS = (
    Option(
        "kind",
        Message("what is published: schema, a JSON Schema (draft 2020-12) of every document of --json"),
        "KIND",
        choices=("schema",),
        place="1",
    ),
    Option("folder", Message("a folder; made where it is not there"), "DIR", place="1"),
)


def _run(options: argparse.Namespace, _: Progress) -> Result:
    from ...publish.schemas import write_schemas

    files = write_schemas(Path(options.folder))
    said = counted(len(files), "{n} JSON Schema → {folder}", "{n} JSON Schemas → {folder}", folder=options.folder)
    return Result({"files": [str(path) for path in files]}, options.say(said))


VERB = Verb(
    "publish", Message("publish for other programs: JSON Schemas of the --json documents"), _OPTIONS, _run, order=150
)
