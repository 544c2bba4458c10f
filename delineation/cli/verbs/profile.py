"""The verb ``profile``: the layout of a package that was accepted, learned as a profile."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...core.errors import visible
from ...core.messages import Message, counted
from ...core.options import Option
from .. import tables
from ..options import output_option
from ..verb import Result, Verb

if TYPE_CHECKING:
    import argparse

    from ...core.progress import Progress
    from ...package.like.found import Match, TableMatch
    from ...package.like.learn import Learned, LearnedFile
    from ..voice import Voice


_OPTIONS = (
    Option(
        "like",
        Message("a folder with last year's package, or the province's sample"),
        "FOLDER",
        required=True,
    ),
    output_option("PROFILE.toml", Message("the profile to be written")),
)


def _run(options: argparse.Namespace, progress: Progress) -> Result:
    from ...package.like.learn import learn

    learned = learn(options.like, options.output, progress=progress)
    say: Voice = options.say
    return Result(_document(learned, say), "" if options.json else _text(learned, say))


def _document(learned: Learned, say: Voice) -> dict[str, Any]:
    from ...package.like.writing import why

    def column(match: Match) -> dict[str, Any]:
        said = visible(say(why(match)))
        return {
            "name": visible(match.column.title),
            "of": match.of,
            "by": said,
            "matched": bool(match.of) or match.blank,
            "sure": match.sure,
        }

    return {
        "profile": str(learned.profile),
        "files": [
            {
                "path": file.path,
                "as": file.kind,
                "said": [visible(say(one)) for one in file.said],
                "undecided": [visible(table.table.name) for table in file.undecided],
                "columns": [column(match) for match in file.matches],
            }
            for file in learned.files
        ],
        "columns": learned.columns,
        "by_values": learned.proved,
        "by_name": learned.named,
        "matched": learned.matched,
        "unmatched": learned.unmatched,
    }


def _text(learned: Learned, say: Voice) -> str:
    """Write file by file and line by line what was matched, and why the rest was not."""
    parts = [_file(file, say) for file in learned.files]
    columns = counted(learned.columns, "{n} column", "{n} columns")
    parts.append(
        say(
            Message(
                "{columns}: {proved} by their values, {named} only by their names, {empty} stay empty",
                columns=columns,
                proved=learned.proved,
                named=learned.named,
                empty=learned.columns - learned.proved - learned.named,
            )
        )
        + "\n"
        + say(Message("profile: {path}", path=learned.profile))
    )
    return "\n\n".join(parts)


def _file(file: LearnedFile, say: Voice) -> str:
    from ...package.like.writing import KINDS_IN_WORDS

    lines = [f"{visible(file.path)}: {say(KINDS_IN_WORDS[file.kind])}"]
    lines += [f"  {visible(say(one))}" for one in file.said]
    for table in file.tables:
        if file.kind and table.of:
            lines += _columns(table, say, named=len(file.tables) > 1)
    return "\n".join(lines)


def _columns(table: TableMatch, say: Voice, *, named: bool) -> list[str]:
    from ...export.records import COLUMNS
    from ...package.like.writing import why

    rows = [["", *say.row(Message("Column"), Message("Holds"), Message("Why"))]]
    for match in table.matches:
        mark = "+" if match.sure else "?" if match.of else ""
        holds = say(COLUMNS[table.of][match.of]) if match.of else ""
        rows.append([mark, visible(match.column.title), holds, visible(say(why(match)))])
    head = [f"  {visible(table.table.name)}"] if named else []
    return [*head, *(f"  {line}" for line in tables.table(rows, [False] * 4).splitlines())]


VERB = Verb("profile", Message("learn a package's layout from one that was accepted"), _OPTIONS, _run, order=140)
