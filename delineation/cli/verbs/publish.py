"""The verb ``publish``: what other programs work with, as files for them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ...core.messages import Message, counted
from ...core.options import Option
from ..options import OF_ALL
from ..verb import Result, Verb

if TYPE_CHECKING:
    import argparse

    from ...core.progress import Progress


_OPTIONS = (
    Option(
        "kind",
        Message(
            "what is published: schema, a JSON Schema (draft 2020-12) of every document of --json; options, one of the "
            "options of every verb, and a page of them in each language"
        ),
        "KIND",
        choices=("schema", "options"),
        place="1",
    ),
    Option("folder", Message("a folder; made where it is not there"), "DIR", place="1"),
)


def _run(options: argparse.Namespace, _: Progress) -> Result:
    from ...publish.options import option_files
    from ...publish.schemas import write_files, write_schemas
    from . import VERBS

    folder = Path(options.folder)
    if options.kind == "options":
        of_all = option_files({verb.name: (*OF_ALL, *verb.options) for verb in VERBS})
        files = write_files(folder, of_all)
        said = counted(len(files), "{n} file → {folder}", "{n} files → {folder}", folder=options.folder)
    else:
        files = write_schemas(folder)
        said = counted(len(files), "{n} JSON Schema → {folder}", "{n} JSON Schemas → {folder}", folder=options.folder)
    return Result({"files": [str(path) for path in files]}, said)


VERB = Verb(
    "publish",
    Message("publish for other programs: JSON Schemas of the --json documents, or of what the verbs take"),
    _OPTIONS,
    _run,
    order=150,
)
