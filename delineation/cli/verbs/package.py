"""The verb ``package``: what is filed one level up, made of a plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...core.messages import Message, counted
from ...core.options import Option
from .. import tables
from ..options import PLAN, given, output_option
from ..verb import Result, Verb

if TYPE_CHECKING:
    import argparse

    from ...core.progress import Progress
    from ...package.build import Packaged
    from ..voice import Voice


_WHERE = Message("Where neither plan nor layout says it; it goes into names and tables.")
_OPTIONS = (
    PLAN,
    output_option("DIR", Message("the package's folder; an earlier package is replaced whole")),
    Option(
        "profile",
        Message("Folders, files and fields of the package: its name, or a file (.toml)."),
        "NAME|FILE.toml",
        title=Message("Package layout"),
        default="national",
    ),
    Option(
        "edition",
        Message("for whom it is made (default: filing, one level up)"),
        "filing",
        default="filing",
    ),
    Option(
        "accept",
        Message("A table with columns rule, x, y and reason: a line for each error; without a place: rule,,,reason."),
        "FILE.csv",
        kind="file",
        title=Message("Errors that may stay"),
        suffix="csv",
    ),
    Option(
        "documents",
        Message("A file belongs where its name says; what is missing is a warning."),
        kind="folder",
        metavar="FOLDER",
        title=Message("Folder with scanned documents"),
    ),
    Option("city", _WHERE, "NAME", title=Message("City"), default=""),
    Option("province", _WHERE, "NAME", title=Message("Province"), default=""),
    Option(
        "key",
        Message("A private Ed25519 key (PEM); without one the package is not signed, which is a warning."),
        "KEY",
        kind="file",
        title=Message("Key to sign with"),
        flag="--sign",
        advanced=True,
    ),
)


def _run(options: argparse.Namespace, progress: Progress) -> Result:
    from ...package.build import package

    made = package(
        options.plan,
        options.output,
        **given(options, "profile", "edition", "accept", "documents", "key", "city", "province"),
        language=options.say.language,
        progress=progress,
    )
    document = {
        "files": list(made.files),
        "manifest": None if made.manifest is None else str(made.manifest),
        "findings": made.findings,
        "slots": [{"slot": slot, "files": list(files)} for slot, files in made.slots.items()],
    }
    return Result(document, _told(made, options.say), errors=made.refused)


def _told(made: Packaged, say: Voice) -> list[str | Message]:
    said: list[str | Message] = [tables.findings_text(made.findings, [], say)] if made.findings else []
    mark = made.classification or Message("not stated")
    if made.refused:
        from ...package.accepting import FIRM

        errors = made.open_errors
        said.append(
            counted(len(errors), "nothing was written: {n} error is open", "nothing was written: {n} errors are open")
        )
        if any(row["id"] not in FIRM for row in errors):
            said.append(Message("mend what is open, or accept it with a reason (--accept)"))
    else:
        said.append(counted(len(made.files), "{n} file → {folder}", "{n} files → {folder}", folder=made.folder))
        said.append(Message("classification: {mark}", mark=mark))
        cut = any(row["id"] in ("P03", "P12") for row in made.findings)
        whole = Message("everything was read back and is as the plan has it")
        said.append(Message("everything was read back; of the plan's texts some are cut, as said") if cut else whole)
        if not made.noted:
            said.append(Message("the export could not be noted beside the plan"))
    return said


VERB = Verb("package", Message("make the package that is filed one level up"), _OPTIONS, _run, order=120)
