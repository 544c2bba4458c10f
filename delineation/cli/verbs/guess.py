"""The verb ``guess``: a case for a folder of files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...core.messages import Message, counted
from ...core.options import Option
from .. import tables
from ..options import given, output_option
from ..verb import Result, Verb

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from ...core.progress import Progress
    from ...guessing import Guessed
    from ..voice import Voice


_OPTIONS = (
    Option("paths", Message("a folder, searched with its subfolders; or FILE|layername=L"), "FOLDER", place="+"),
    output_option("CASE.toml", Message("the case to be written")),
    Option(
        "name",
        Message("As it stands in the plan, for example the name of the county and the year; empty: the folder's."),
        title=Message("Name of the case"),
        default="",
    ),
    Option(
        "profile",
        Message("Words, settings and tables; national is shipped, a bureau may have its own."),
        "NAME",
        title=Message("Profile"),
        default="national",
        advanced=True,
    ),
    Option(
        "force",
        Message("replace also a case that was changed or written by hand"),
        kind="switch",
    ),
)


def _run(options: argparse.Namespace, progress: Progress) -> Result:
    from ...guessing import guess_sources, write_case
    from ...guessing.case_file import check_case_output

    output = Path(options.output)
    check_case_output(output)
    guessed = guess_sources(options.paths, profile=options.profile, progress=progress)
    found = write_case(guessed, output, **given(options, "name", "profile", "force"))
    say = options.say.of_profile(options.profile)
    _reword(found, guessed, say, options.profile)
    return Result(found, "" if options.json else _text(found, say))


def _reword(found: dict[str, Any], guessed: Sequence[Guessed], say: Voice, profile: str) -> None:
    """Say in the reader's language why each layer was taken for what, and why files cannot be read."""
    from ...case.profile import read_profile
    from ...guessing import words
    from ...guessing.case_text import CaseText

    used = read_profile(profile)
    found["findings"] = CaseText(used, Path(found["case"])).question_rows(guessed, say.language)
    for row, one in zip(found["sources"], (one for one in guessed if one.error is None), strict=True):
        if one.guess is not None and "reasons" in row:
            said = words(one.guess, say.language, used)
            row["reasons"], row["uncertain"] = list(said.reasons), list(said.uncertain)
    found["errors"] = [one.error.document(say.language, say.names) for one in guessed if one.error is not None]


def _text(found: dict[str, Any], say: Voice) -> str:
    """Write what each layer was taken for."""
    rows = [["", *say.row(Message("Layer"), Message("Role"), Message("Confidence"), Message("To confirm"))]]
    for one in found["sources"]:
        name = f"{one['path']}|{one['layer']}" if one["layer"] else one["path"]
        role = say.name("role", one["role"]) if one["role"] else ""
        sure = f"{one['confidence']:.2f}" if "confidence" in one and one["role"] else ""
        rows.append(["+" if one["used"] else "-", name, role, sure, str(len(one.get("uncertain", ())) or "")])
    lines = [tables.table(rows, [False, False, False, True, True])] if len(rows) > 1 else []
    lines += [
        say(Message("cannot be read: {where}: {what}", where=one["where"], what=one["what"])) for one in found["errors"]
    ]
    points = counted(
        found["uncertain"],
        "{n} point to confirm, marked in the case: {path}",
        "{n} points to confirm, marked in the case: {path}",
        path=found["case"],
    )
    lines.append(say(points))
    lines += [one["message"] for one in found["findings"]]
    if found["missing"]:
        roles = tuple(say.name("role", role) for role in found["missing"])
        lines.append(say(Message("the case cannot be run without a study area: no layer of {roles}", roles=roles)))
    return "\n".join(lines)


VERB = Verb("guess", Message("write a case for a folder of files"), _OPTIONS, _run, order=90)
