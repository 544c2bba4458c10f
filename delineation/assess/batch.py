"""A batch of projects from a table: each row a site and a project; what is wrong with a row is said in its answer."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ..core.atomic_files import replacing
from ..core.errors import BadInput, DelineationError
from ..core.filled_tables import read_filled
from ..core.messages import Message, counted, word
from ..core.progress import Progress, silent
from .answer import day_of
from .project import one_line, split_facts
from .site import is_path

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from ..core.filled_tables import FilledRow
    from .answer import Assessor
    from .project import Project
    from .site import Site

COLUMNS = {
    "id": "编号",
    "name": "项目名称",
    "site": "位置",
    "x": "X",
    "y": "Y",
    "radius": "半径",
    "crs": "坐标系",
    "industry": "行业代码",
    "nature": "建设性质",
    "facts": "项目信息",
}
"""Columns of a batch: id → title. ``site`` is what the command line takes (WKT, ``x,y,radius``, the path of a file
beside the table), else ``x``, ``y`` and ``radius``. ``facts`` are ``NAME=VALUE UNIT`` with semicolons between."""
ERROR = "error"
_AT_ONCE = 100
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_TITLES = (
    *("编号", "项目名称", "研判结论", "管控单元", "决定条目", "条目内容", "冲突", "待补充信息", "替代要求"),
    *("说明", "结论代码"),
)
_TITLES_EN = (
    *("Id", "Project", "Verdict", "Units", "Deciding clauses", "Their texts", "Conflicts", "Facts missing", "Offsets"),
    *("Note", "Verdict id"),
)


def assess_rows(
    assessor: Assessor, path: Path, *, crs: str = "", as_of: str = "", progress: Progress = silent
) -> Iterator[dict[str, Any]]:
    """Answer the projects of a table, one after the other.

    Parameters
    ----------
    assessor : Assessor
        Best one that has read the whole plan.
    path : Path
        CSV in UTF-8 or GBK, or a workbook; its head has the ids of `COLUMNS` or their titles.
    crs : str
        Of rows that name none.
    as_of : str
        A day; without one it is not judged what is in force.
    progress : callable

    Yields
    ------
    dict
        The answer with ``id``, ``name`` and ``line`` in front; of a row that cannot be read ``id``, ``name``, ``line``
        and ``error``, one sentence with its line: the others are answered all the same.

    Raises
    ------
    BadInput
        The table cannot be read, or has no column that says where.
    """
    table = read_filled(path, COLUMNS, ("id",), empty=Message("no project"))
    if not any(row.cells["site"] or (row.cells["x"] and row.cells["y"]) for row in table.rows):
        raise BadInput(
            Message("no column says where the projects are"),
            where=Message("{path}", path=path),
            wanted=Message("a column site, or x and y"),
        )
    day = day_of(as_of)
    assessor.refresh()
    projects: dict[tuple[str, str, str], Project] = {}
    for first in range(0, len(table.rows), _AT_ONCE):
        progress(first / len(table.rows), counted(first, "{n} project assessed", "{n} projects assessed"))
        rows = table.rows[first : first + _AT_ONCE]
        read = [_read(assessor, row, path, crs, projects) for row in rows]
        places = iter(assessor.places([one[0] for one in read if not isinstance(one, str)]))
        for number, (row, one) in enumerate(zip(rows, read, strict=True), first + 1):
            head = {"id": row.cells["id"] or str(number), "name": row.cells["name"], "line": row.number}
            if isinstance(one, str):
                yield {**head, ERROR: one}
            else:
                yield {**head, **assessor.assess(*one, as_of=day, brief=True, places=next(places))}
    progress(1.0, counted(len(table.rows), "{n} project assessed", "{n} projects assessed"))


def _read(
    assessor: Assessor, row: FilledRow, path: Path, crs: str, projects: dict[tuple[str, str, str], Project]
) -> tuple[Site, Project] | str:
    """Read the site and the project of a row, or say what is wrong with it; `projects` are those known by now."""
    try:
        project = _project(assessor, row, projects)
        return _site(assessor, row, path.parent, crs), replace(project, name=one_line(row.cells["name"]))
    except DelineationError as error:
        where = Message("{path} line {line}", path=path.name, line=row.number)
        return assessor.say(BadInput(error.message(), where=where).message())


def _project(assessor: Assessor, row: FilledRow, projects: dict[tuple[str, str, str], Project]) -> Project:
    cells = row.cells
    key = cells["industry"], cells["nature"], cells["facts"]
    if key not in projects:
        facts = split_facts([cells["facts"]])
        projects[key] = assessor.project(industry=cells["industry"], nature=cells["nature"], facts=facts)
    return projects[key]


def _site(assessor: Assessor, row: FilledRow, folder: Path, crs: str) -> Site:
    cells = row.cells
    text: str | Path = cells["site"]
    if not text:
        parts = [cells["x"], cells["y"], *([cells["radius"]] if cells["radius"] else [])]
        if not (cells["x"] and cells["y"]):
            raise BadInput(Message("no site"), wanted=Message("WKT, x,y or x,y,radius in metres, or a file"))
        text = ",".join(parts)
    elif is_path(folder / text):
        text = folder / text
    return assessor.site(text, crs=cells["crs"] or crs)


def table_of(
    documents: Sequence[Mapping[str, Any]], language: str = "zh"
) -> tuple[Sequence[str], list[list[str | float | None]]]:
    """Give the verdict table of a batch: titles and a row a project."""
    rows = []
    for one in documents:
        if ERROR in one:
            unread = word(Message("cannot be read"), language)
            rows.append([one["id"], one["name"], unread, *[""] * (len(_TITLES) - 5), one[ERROR], ERROR])
            continue
        deciding = [clause for clause in one["clauses"] if clause["decides"]]
        rows.append(
            [
                one["id"],
                one["name"],
                one["title"],
                _listed(f"{unit['code']} {unit['name']}" for unit in one["units"]),
                _listed(clause["id"] for clause in deciding),
                _listed(clause["text"] for clause in deciding[:5]),
                _listed(f"{hit['name']} {_size(hit)}".strip() for hit in one["conflicts"]),
                _listed(fact["title"] for fact in one["facts_missing"]),
                _listed(f"{name} {ratio:g}" for name, ratio in one["offsets"].items()),
                _listed(unchecked["what"] for unchecked in one["not_checked"]),
                one["verdict"],
            ]
        )
    return _TITLES if language == "zh" else _TITLES_EN, rows


def _size(hit: Mapping[str, Any]) -> str:
    """Word how much of a site a conflict is; nothing of one that is a point."""
    if hit["area_m2"]:
        return f"{hit['area_m2']:.0f} m²"
    return f"{hit['length_m']:.0f} m" if hit["length_m"] else ""


def _listed(texts: Any) -> str:
    return "; ".join(texts)


def write_csv(documents: Sequence[Mapping[str, Any]], output: Path, language: str, classification: str) -> None:
    """Write the verdict table as CSV in UTF-8 with a mark, as spreadsheets want it; its last column is the 密级."""
    titles, rows = table_of(documents, language)
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([*titles, word(Message("Classification"), language)])
    # A text that begins like a formula would be one; a number is none, whatever its sign.
    writer.writerows(
        [f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell for cell in (*row, classification)]
        for row in rows
    )
    with replacing(output) as draft:
        draft.write_bytes(b"\xef\xbb\xbf" + text.getvalue().encode())
