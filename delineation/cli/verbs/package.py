"""The verb ``package``: what is filed one level up, made of a plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...core.messages import Message, counted
from .. import tables
from ..options import Options, add_plan
from ..verb import Result, Verb

if TYPE_CHECKING:
    import argparse

    from ...core.progress import Progress
    from ...package.build import Packaged
    from ..voice import Voice

__all__ = ["VERB"]


def _arguments(add: Options) -> None:
    add_plan(add)
    add(
        "-o",
        "--output",
        metavar="DIR",
        required=True,
        about=Message("the package's folder; an earlier package is replaced whole"),
    )
    add(
        "--profile",
        metavar="NAME|FILE.toml",
        default="national",
        about=Message("folders, files and fields of the package (default: national)"),
    )
    add(
        "--edition",
        metavar="filing",
        default="filing",
        about=Message("for whom it is made (default: filing, one level up)"),
    )
    add(
        "--accept",
        metavar="FILE.csv",
        about=Message(
            "table of errors that may stand (rule, x, y, reason); of a finding without a place: rule,,,reason"
        ),
    )
    add("--documents", metavar="FOLDER", about=Message("scanned documents for the slots of the profile"))
    add("--city", metavar="NAME", default="", about=Message("the city, where the profile does not say it"))
    add("--province", metavar="NAME", default="", about=Message("the province, where the profile does not say it"))
    add("--sign", metavar="KEY", about=Message("private Ed25519 key to sign the manifest with"))


def _run(options: argparse.Namespace, progress: Progress) -> Result:
    from ...package.build import package

    made = package(
        options.plan,
        options.output,
        profile=options.profile,
        edition=options.edition,
        accept=options.accept,
        documents=options.documents,
        key=options.sign,
        city=options.city,
        province=options.province,
        language=options.say.language,
        progress=progress,
    )
    document = {
        "files": list(made.files),
        "manifest": None if made.manifest is None else str(made.manifest),
        "findings": made.findings,
        "slots": [{"slot": slot, "files": list(files)} for slot, files in made.slots.items()],
    }
    return Result(document, _text(made, options.say), errors=made.refused)


def _text(made: Packaged, say: Voice) -> str:
    parts = [tables.findings_text(made.findings, [], say)] if made.findings else []
    mark = made.classification or Message("not stated")
    if made.refused:
        open_ = len(made.open_errors)
        parts.append(
            say(
                counted(
                    open_,
                    "nothing was written: {n} error is open; mend it, or accept it with a reason (--accept)",
                    "nothing was written: {n} errors are open; mend them, or accept each with a reason (--accept)",
                )
            )
        )
    else:
        parts.append(say(counted(len(made.files), "{n} file → {folder}", "{n} files → {folder}", folder=made.folder)))
        parts.append(say(Message("classification: {mark}", mark=mark)))
        cut = any(row["id"] in ("P03", "P12") for row in made.findings)
        whole = Message("everything was read back and is as the plan has it")
        parts.append(
            say(Message("everything was read back; of the plan's texts some are cut, as said") if cut else whole)
        )
        if not made.noted:
            parts.append(say(Message("the export could not be noted beside the plan")))
    return "\n".join(parts)


VERB = Verb("package", Message("make the package that is filed one level up"), _arguments, _run, order=120)
