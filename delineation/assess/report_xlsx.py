"""The report of an assessment as a workbook: what it says, a sheet a table, with numbers to reckon with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..core.messages import Message, percent
from ..core.progress import Progress, silent
from ..core.sheets import Sheet, write_sheets
from ..export.document import Facts
from .report_content import ReportWords, report_of
from .report_plan import ReportPlan

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from ..export.document import Document

_SIZE, _SHARE, _COUNT = "#,##0.00", "0.00", "0"


def write_xlsx(
    answer: Mapping[str, Any], plan: Path, output: Path, *, language: str, progress: Progress = silent
) -> None:
    """Write the report of an answer as a workbook.

    Parameters
    ----------
    answer : mapping
        As ``assess --json`` prints it.
    plan : Path
        Its plan's file.
    output : Path
        An existing file is replaced whole.
    language : str
        That of the answer.
    progress : callable

    Raises
    ------
    BadInput
        No plan, or the file cannot be written.
    """
    told = Message("workbook of the answer")
    progress(0.0, told)
    words = ReportWords(ReportPlan(plan), language)
    report = report_of(answer, words)
    write_sheets(output, list(_sheets(answer, report, words)), report.stamp, mark=report.mark)
    progress(1.0, told)


def _sheets(answer: Mapping[str, Any], report: Document, words: ReportWords) -> Iterator[Sheet]:
    say = words.say

    def sheet(title: Message, heads: list[Message], rows: list[list[Any]], formats: list[str]) -> Sheet:
        return Sheet(say(title), [say(head) for head in heads], rows, formats, (report.above, report.foot))

    facts = [block for part in report.sections for block in part.blocks if isinstance(block, Facts)]
    pairs = [[name, "\n".join(line.text for line in lines)] for block in facts for name, lines in block.rows]
    banner, said = report.banner, []
    if banner:
        said = [[say(Message("Verdict in words")), banner.word], [say(Message("One sentence")), banner.why]]
    notes = [[say(Message("To be known:")), text] for text in answer["notices"]]
    unchecked = [[say(Message("Not checked:")), one["what"]] for one in answer["not_checked"]]
    offsets = [
        [words.name("effect", "offset"), say(Message("{pollutant}: {ratio:g} to 1", pollutant=name, ratio=ratio))]
        for name, ratio in answer["offsets"].items()
    ]
    heads = [Message("Item"), Message("Answer")]
    yield sheet(Message("Verdict and project"), heads, pairs[:1] + said + pairs[1:] + offsets + unchecked + notes, [])

    sizes = [Message("Area (m²)"), Message("Length (m)")]
    yield sheet(
        Message("Units"),
        [Message("Code"), Message("Name"), Message("Category"), *sizes, Message("Share (%)"), Message("Crossings")],
        [
            [unit["code"], unit["name"], words.name("category", str(unit["category"])), unit["area_m2"],
             unit["length_m"], percent(unit["share"]), unit["crossings"]]
            for unit in answer["units"]
        ],
        ["", "", "", _SIZE, _SIZE, _SHARE, _COUNT],
    )  # fmt: skip
    yield sheet(
        Message("Element zones"),
        [Message("Code"), Message("Name"), Message("County or district"), *sizes],
        [
            [zone["code"], zone["name"], words.plan.counties.get(zone["county"], zone["county"]), zone["area_m2"],
             zone["length_m"]]
            for zone in answer["zones"]
        ],
        ["", "", "", _SIZE, _SIZE],
    )  # fmt: skip
    yield sheet(
        Message("Conflicts"),
        [Message("Layer"), *sizes, Message("Competent")],
        [[one["name"], one["area_m2"], one["length_m"], one["department"]] for one in answer["conflicts"]],
        ["", _SIZE, _SIZE, ""],
    )
    yield _clauses(answer, report, words)
    yield sheet(
        Message("To be said"),
        [Message("No."), Message("To be said"), Message("Answers"), Message("Can lead to")],
        [
            [number, fact["title"], words.choices(fact), words.verdicts(fact["verdicts"])]
            for number, fact in enumerate(answer["facts_missing"], 1)
        ],
        [_COUNT],
    )
    if answer["where_else"]:
        yield sheet(
            Message("Where else"),
            [Message("No."), Message("Unit"), Message("Away (m)"), Message("Verdict"), Message("Id"),
             Message("What is in the way"), Message("Place (WKT)")],
            [
                [number, one["unit"], one["distance_m"], words.verdicts([one["verdict"]]),
                 *reversed(words.in_the_way(one)), one["wkt"]]
                for number, one in enumerate(answer["where_else"], 1)
            ],
            [_COUNT, "", _SIZE],
        )  # fmt: skip
    yield sheet(
        Message("Layers"),
        [Message("Layer"), Message("Role"), Message("Date of the data"), Message("Classification"), Message("SHA-256")],
        [
            [words.source(one), words.name("role", one["role"]), one["date"], one["classification"], one["sha256"]]
            for one in answer["plan"]["sources"]
        ],
        [],
    )


def _clauses(answer: Mapping[str, Any], report: Document, words: ReportWords) -> Sheet:
    say = words.say
    yes, no = say(Message("yes")), say(Message("no"))
    heads = (
        Message("Deciding"),
        Message("Applies"),
        Message("Effect"),
        Message("Requirement"),
        Message("Legal basis"),
        Message("Basis checked"),
        Message("Applies, and why"),
        Message("Dimension"),
        Message("Level"),
        Message("Issuer"),
        Message("Id"),
        Message("Units"),
        Message("Reviewed"),
    )
    rows = [
        [
            yes if one["decides"] else "",
            words.applies(one["applies"]),
            words.name("effect", one["effect"], text=one["text"]),
            one["text"],
            one["basis"],
            yes if one["basis_checked"] else no,
            one["why"],
            words.name("dimension", one["dimension"]) if one["dimension"] else "",
            words.name("level", one["level"]),
            one["issuer"],
            one["id"],
            "; ".join(one["units"]),
            yes if one["reviewed"] else no,
        ]
        for one in answer["clauses"]
    ]
    return Sheet(say(Message("All clauses")), [say(head) for head in heads], rows, [], (report.above, report.foot))
