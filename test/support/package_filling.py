"""What the files of a package are filled with, of the small plan: findings of all kinds, remarks, what lies where."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import pandas as pd
import shapely
from control_units.delineation.case.profile import read_profile
from control_units.delineation.core.messages import Message
from control_units.delineation.core.progress import silent
from control_units.delineation.package.filling import Filling, tokens_of
from control_units.delineation.package.like.documents import open_document
from control_units.delineation.package.like.tables import part_files
from control_units.delineation.package.like.workbooks import open_workbook
from control_units.delineation.package.profile import PackageItem, PackagePlace, PackageProfile
from control_units.delineation.package.registry import content_kinds
from sample_plan import sample_plan

if TYPE_CHECKING:
    from pathlib import Path

    from control_units.delineation.package.like.found import TableMatch
    from control_units.delineation.package.like.known import KnownFacts

PROFILE = read_profile("national")
KINDS = content_kinds()
POINT = shapely.Point(507_500.25, 3_207_500)


def learn_workbook(
    file: Path, relative: str, known: KnownFacts, templates: Path
) -> tuple[list[PackageItem], list[TableMatch]]:
    """Learn a workbook by itself, as if the package had no other file."""
    opened = open_workbook(file, relative, known)
    part_files([opened], known)
    return opened.learned(templates)


def learn_document(
    file: Path, relative: str, known: KnownFacts, templates: Path
) -> tuple[list[PackageItem], list[TableMatch]]:
    """Learn a document by itself, as if the package had no other file."""
    opened = open_document(file, relative, known)
    part_files([opened], known)
    return opened.learned(templates)


def finding(rule: str, severity: str, state: str = "open", reason: str = "", place=POINT) -> dict:
    return {
        "id": rule,
        "severity": severity,
        "message": f"{rule}的问题",
        "value": 1.0,
        "units": "u1",
        "facts": "{}",
        "geometry": place,
        "state": state,
        "reason": reason,
    }


FINDINGS = pd.DataFrame(
    [
        finding("Q07", "error", "accepted", "已核实"),
        finding("Q07", "error"),
        finding("Q07", "error"),
        finding("Q07", "warning", "accepted", "另行说明"),
        finding("Q10", "warning", place=None),
    ]
)
REMARKS = (("P01", "提示", "缺少附件：批文"), ("P04", "提示", "来源未注明密级"))


def filling_of(folder: Path, *, place: PackagePlace | None = None, mark: str = "内部", meta=None, **changed) -> Filling:
    plan = sample_plan()
    plan.units["area_m2"] = plan.units["area_m2"] + [123.4, 0, 0, 0, 0]
    place = place or PackagePlace("浙江省", "衢州市")
    plan = dataclasses.replace(plan, meta=plan.meta | {"province": place.province, "city": place.city} | (meta or {}))
    profile = PackageProfile(folder / "p.toml", "", "", place, changed.pop("contents", ()))
    tokens = tokens_of(plan.meta, PROFILE, profile, mark, "zh")
    given = {
        "checked": ("Q07", "Q10", "Q11", "Q21"),
        "not_checked": (
            Message("{rule} lacks {lacks}", rule="Q11", lacks="行政区"),
            Message("{rule} lacks {lacks}", rule="Q10", lacks="乡镇"),
        ),
        "root": folder,
        "written": (("矢量/a.shp", "单元", "5 个要素"), ("b.txt", "", ""), ("c.xlsx", "", "3 张表")),
        "remarks": REMARKS,
    }
    findings = changed.pop("findings", FINDINGS)
    return Filling(
        plan, folder / "plan.gpkg", PROFILE, profile, tokens, findings, **({"told": findings} | given | changed)
    )


def written(filling: Filling, kind: str, name: str, **content):
    """Write one content; gives its file and what was put there, which reads well."""
    held = [PackageItem(name, kind, **content)]
    path = filling.root / name
    put = KINDS[kind].write(filling, held, path, silent)
    assert KINDS[kind].compare(filling, held, path, put) == []
    return path, put


def with_table(opened: Any, *rows: tuple[str, ...]) -> Any:
    """Add a table to a document."""
    table = opened.add_table(len(rows), len(rows[0]))
    for row, texts in zip(table.rows, rows, strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    return table
