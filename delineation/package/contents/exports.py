"""Files of a package that the exporters write: lists, tables, maps."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from ...core.findings import Finding
from ...core.messages import Message, rounded
from ...core.office_files import text_of
from ...core.xlsx import read_cells
from ...export.pdf import is_whole, page_count
from ...export.png import size_of_whole
from ...export.registry import exporters
from ...export.telling import remarks_on, rows_in_words
from ...lists.rows import list_rows
from ...lists.workbook import CLAUSE_SHEET, is_record
from ..filling import fill_tokens
from ..registry import Put, content_kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from ...core.progress import Progress
    from ...export.registry import Written
    from ..filling import Filling
    from ..profile import PackageItem, PackageProfile

MAPS = ("map-pdf", "map-png")
_NAMED = 3
_OURS = ("drawn_by", "because", "fonts")  # what of an export concerns who made it alone


def _compare(filling: Filling, contents: Sequence[PackageItem], path: Path, put: Put) -> list[Message]:
    """Look for all that the plan has in what is written; a picture is looked at from its first byte to its last."""
    (content,) = contents
    format_ = content.format
    if format_ in MAPS:
        return [one for file in put.files if (one := _picture(file))]
    if format_ in ("lists-xlsx", "lists-docx"):
        # Where clauses stand once for all units nobody sees which unit lacks one.
        text = "\n".join(_words_of(path, without=filling.say(CLAUSE_SHEET)))
        return list(_lacking(filling, path.name, text))[:_NAMED]
    if format_ == "areas-xlsx":
        numbers = {
            rounded(cell, 4) for rows in read_cells(path).values() for row in rows for cell in row if _number(cell)
        }
        areas = filling.plan.units.groupby(["county", "category"])["area_m2"].sum() / 1e6
        return [
            Message(
                "{file}: {km2:,.4f} km² of county {county} is missing",
                file=filling.place(path),
                km2=area,
                county=key[0],
            )
            for key, area in areas.items()
            if rounded(area, 4) not in numbers
        ][:_NAMED]
    if format_ == "findings-xlsx":
        rows = [row for sheet in read_cells(path).values() for row in sheet[1:] if row and row[0] and any(row[1:3])]
        if len(rows) != len(filling.plan.findings):
            said = Message(
                "{file}: {found} of {count} findings",
                file=filling.place(path),
                found=len(rows),
                count=len(filling.plan.findings),
            )
            return [said]
        return []
    return []


def _number(cell: object) -> bool:
    return isinstance(cell, (int, float)) and not isinstance(cell, bool)


def _picture(file: Path) -> Message | None:
    if file.suffix == ".png":
        return None if size_of_whole(file) else Message("{file} is no whole picture", file=file.name)
    if is_whole(file) and page_count(file.read_bytes()):
        return None
    return Message("{file} is no whole PDF", file=file.name)


def _words_of(path: Path, *, without: str) -> Iterator[str]:
    """Give the texts that a workbook shows, but of one sheet, by column, as long ones go on below; or of a document."""
    if path.suffix == ".xlsx":
        for sheet, rows in read_cells(path).items():
            if sheet != without and not is_record(sheet):
                yield from (
                    "".join(str(cell) for cell in column if cell is not None) for column in zip(*rows, strict=True)
                )
        return
    text = text_of(path)
    yield text.rpartition(without)[0] or text


def _lacking(filling: Filling, name: str, text: str) -> Iterator[Message]:
    """Tell which codes, names and clauses a list lacks; a clause has to stand there for each unit that has it."""
    units = filling.plan.units
    for code, unit in zip(units["code"], units["name"], strict=True):
        if str(code) not in text or str(unit) not in text:
            yield Message("{file}: unit {code} {unit} is missing", file=name, code=str(code), unit=str(unit))
    printed = (own for row in list_rows(filling.plan) for own in (*row.clauses.values(), row.proposed))
    for clause, count in Counter(one.text for own in printed for one in own).items():
        if (found := text.count(clause)) < count:
            yield Message(
                "{file}: a clause stands there {found} times in place of {count}: {clause}",
                file=name,
                found=found,
                count=count,
                clause=clause[:40],
            )


@content_kind("export", _compare)
def _write(filling: Filling, contents: Sequence[PackageItem], path: Path, progress: Progress) -> Put:
    (content,) = contents
    options = options_of(content, filling.profile, filling.tokens)
    return put_of(filling, exporters()[content.format].write(filling.plan, path, progress=progress, **options))


def options_of(content: PackageItem, profile: PackageProfile, tokens: Mapping[str, str]) -> dict[str, str]:
    """Fill in the tokens of a format's options."""
    where = Message("{profile}, {path}", profile=profile.path, path=content.path)
    return {key: fill_tokens(value, tokens, where) for key, value in content.options.items()}


def draw_map(plan_file: Path, options: Mapping[str, str], path: Path, format_: str, progress: Progress) -> Written:
    """Draw a map of a plan's file: QGIS does it in a process of its own, which reads that.

    Parameters
    ----------
    plan_file : Path
    options : mapping
        Of the format.
    path : Path
        Its folder is made.
    format_ : str
        One of ``MAPS``.
    progress : callable
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    return exporters()[format_].write(plan_file, path, progress=progress, **options)


def put_of(filling: Filling, written: Written) -> Put:
    """Tell what an exporter wrote, and what of it is not as it was meant."""
    own = {key: fact for key, fact in written.facts.items() if key in _OURS}
    others = {key: fact for key, fact in written.facts.items() if key not in own}
    remarks = [
        Finding("P10", {"file": filling.place(written.files[0]), "remark": remark, **problem})
        for facts, problem in ((own, {"problem": "drawn"}), (others, {}))
        for remark in remarks_on(facts, 5)
    ]
    layers = tuple(rows_in_words(name, number) for name, number in written.layers.items())
    return Put(written.files, filling.say(Message("{layers}", layers=layers)) if layers else "", tuple(remarks))
