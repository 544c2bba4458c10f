"""A batch of projects from a table: each row a site and a project; what is wrong with a row is said in its answer."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

from ..core.atomic_files import replacing
from ..core.errors import BadInput, DelineationError
from ..core.filled_tables import read_filled
from ..core.messages import Message, counted
from ..core.progress import Progress, silent
from .answer import day_of
from .project import split_fact

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from ..core.filled_tables import FilledRow
    from .answer import Assessor

__all__ = ["COLUMNS", "ERROR", "assess_rows", "table_of", "write_csv"]

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
_TABLE = ("id", "name", "verdict", "title", "units", "decided_by", "texts", "conflicts", "facts_missing", "offsets")
_TITLES = ("编号", "项目名称", "研判结论", "结论", "管控单元", "决定条目", "条目内容", "冲突", "待补充信息", "替代要求")
_TITLES_EN = (
    *("Id", "Project", "Verdict", "In words", "Units", "Deciding clauses", "Their texts", "Conflicts"),
    *("Facts missing", "Offsets"),
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
        A day; today where nothing is said.
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
    table = read_filled(
        path, COLUMNS, ("id",), Message("table of projects cannot be read"), empty=Message("no project")
    )
    if not any(row.cells["site"] or (row.cells["x"] and row.cells["y"]) for row in table.rows):
        what = Message("no column says where the projects are")
        raise BadInput(what, where=Message("{path}", path=path), wanted=Message("a column site, or x and y"))
    day = day_of(as_of)
    assessor.refresh()
    for number, row in enumerate(table.rows):
        if not number % 50:
            done = counted(number, "{n} project assessed", "{n} projects assessed")
            progress(number / len(table.rows), done)
        head = {"id": row.cells["id"] or str(number + 1), "name": row.cells["name"], "line": row.number}
        try:
            yield {**head, **_answer(assessor, row, path.parent, crs, day)}
        except DelineationError as error:
            where = Message("{path} line {line}", path=path.name, line=row.number)
            yield {**head, ERROR: assessor.say(BadInput(error.message(), where=where).message())}
    progress(1.0, counted(len(table.rows), "{n} project assessed", "{n} projects assessed"))


def _answer(assessor: Assessor, row: FilledRow, folder: Path, crs: str, day: str) -> dict[str, Any]:
    cells = row.cells
    text: str | Path = cells["site"]
    if not text:
        parts = [cells["x"], cells["y"], *([cells["radius"]] if cells["radius"] else [])]
        if not (cells["x"] and cells["y"]):
            raise BadInput(Message("no site"), wanted=Message("WKT, x,y or x,y,radius in metres, or a file"))
        text = ",".join(parts)
    elif (folder / text).is_file():
        text = folder / text
    facts = dict(split_fact(one) for one in cells["facts"].replace("；", ";").split(";") if one.strip())
    project = assessor.project(industry=cells["industry"], nature=cells["nature"], facts=facts)
    site = assessor.site(text, crs=cells["crs"] or crs)
    return assessor.assess(site, project, as_of=day, brief=True)


def table_of(
    documents: Sequence[Mapping[str, Any]], language: str = "zh"
) -> tuple[Sequence[str], list[list[str | float | None]]]:
    """Give the verdict table of a batch: titles and a row a project."""
    rows = []
    for one in documents:
        if ERROR in one:
            rows.append([one["id"], one["name"], ERROR, one[ERROR], *[""] * (len(_TABLE) - 4)])
            continue
        deciding = [clause for clause in one["clauses"] if clause["decides"]]
        rows.append(
            [
                one["id"],
                one["name"],
                one["verdict"],
                one["title"],
                _listed(f"{unit['code']} {unit['name']}" for unit in one["units"]),
                _listed(clause["id"] for clause in deciding),
                _listed(clause["text"] for clause in deciding[:5]),
                _listed(f"{hit['name']} {hit['area_m2']:.0f} m²" for hit in one["conflicts"]),
                _listed(fact["title"] for fact in one["facts_missing"]),
                _listed(f"{name} {ratio:g}" for name, ratio in one["offsets"].items()),
            ]
        )
    return _TITLES if language == "zh" else _TITLES_EN, rows


def _listed(texts: Any) -> str:
    return "; ".join(texts)


def write_csv(documents: Sequence[Mapping[str, Any]], output: Path, language: str) -> None:
    """Write the verdict table as CSV in UTF-8 with a mark, as spreadsheets want it."""
    titles, rows = table_of(documents, language)
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(titles)
    # A cell that begins like a formula would be one.
    writer.writerows([[f"'{cell}" if str(cell)[:1] in ("=", "+", "@") else cell for cell in row] for row in rows])
    with replacing(output) as draft:
        draft.write_bytes(b"\xef\xbb\xbf" + text.getvalue().encode())
