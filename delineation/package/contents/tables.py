"""Workbooks of a package that tell of it: its code tables, and the report of the checks."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from ...core.messages import Message, counted
from ...core.office_files import document_date
from ...core.sheets import Sheet, write_sheets
from ...core.xlsx import read_cells
from ...export.list_cover import plan_facts
from ...lists.wording import DIMENSIONS, EFFECTS
from ...plan.summary import filled_words
from ...sources.coordinates.crs import crs_words
from ..registry import Put, content_kind

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from ...core.progress import Progress
    from ..filling import Filling
    from ..profile import PackageItem


def _compare(filling: Filling, contents: Sequence[PackageItem], path: Path, put: Put) -> list[Message]:  # noqa: ARG001
    (content,) = contents
    sheets = _codes(filling) if content.kind == "codes" else _report(filling)
    found = read_cells(path)
    out = []
    for sheet in sheets:
        rows = found.get(sheet.title, [])[1 : len(sheet.rows) + 1]
        if len(rows) != len(sheet.rows) or not all(map(_alike, rows, sheet.rows)):
            out.append(Message("{file}: sheet {sheet} has other rows", file=filling.place(path), sheet=sheet.title))
    return out


def _alike(found: Sequence[Any], wanted: Sequence[Any]) -> bool:
    """Compare rows as a sheet keeps them: nothing for an empty text, numbers to fifteen digits."""
    cells = [*wanted, *[None] * (len(found) - len(wanted))]
    return len(found) <= len(cells) and all(
        math.isclose(one, other, rel_tol=1e-14)
        if isinstance(one, float) and isinstance(other, (int, float))
        else (one or None) == (other or None)
        for one, other in zip(cells, [*found, *[None] * (len(cells) - len(found))], strict=True)
    )


@content_kind("codes", _compare)
def _write_codes(filling: Filling, contents: Sequence[PackageItem], path: Path, progress: Progress) -> Put:  # noqa: ARG001
    sheets = _codes(filling)
    write_sheets(path, sheets, document_date(filling.plan.meta.get("date", "")), mark=_mark(filling))
    return Put((path,), filling.say(counted(len(sheets), "{n} code table", "{n} code tables")))


def _mark(filling: Filling) -> str:
    return filling.say(
        Message("Classification: {mark}", mark=filling.tokens["classification"] or Message("not stated"))
    )


def _codes(filling: Filling) -> list[Sheet]:
    """Make a sheet of each code table that codes and fields of the package rest on, and of words without a code."""
    names, language = filling.names, filling.language
    code, word = filling.say(Message("Code")), filling.say(Message("Words"))
    counties = filling.records("counties")
    kinds = sorted({names.kind(str(kind), language) for kind in filling.plan.units["kind"]})
    zones = [
        [
            row["category"] + row["element_digit"] + row["subtype_digit"],
            row["label"],
            names("certainty", row["confidence"], language, {}),
        ]
        for row in filling.rules.table("codes_ys.csv")
    ]
    note = Message(
        "Digits of an element zone's code; unverified, to be held against the province's own data specification"
    )
    places = [counties.column(name, Message("codes")) for name in ("county", "county_name")]
    sheets: list[tuple[Message, list[str], list[list[Any]]]] = [
        (Message("categories"), [code, word], [[str(one), names.category(one, language)] for one in (1, 2, 3)]),
        (
            Message("types of element zones"),
            [code, word, filling.say(Message("Certainty"))],
            sorted(zones, key=lambda row: row[0]),
        ),
        (Message("counties"), [code, word], [list(row) for row in zip(*places, strict=True)]),
        (Message("kinds of units"), [word], [[one] for one in kinds]),
        (Message("dimensions"), [word], [[names("dimension", one, language, {})] for one in DIMENSIONS]),
        (Message("effects of clauses"), [word], [[names("effect", one, language, {})] for one in EFFECTS]),
    ]
    return [
        Sheet(filling.say(title), head, rows, (), [filling.say(note)] if len(head) == 3 else ())
        for title, head, rows in sheets
    ]


@content_kind("report", _compare, last=True)
def _write_report(filling: Filling, contents: Sequence[PackageItem], path: Path, progress: Progress) -> Put:  # noqa: ARG001
    write_sheets(path, _report(filling), document_date(filling.plan.meta.get("date", "")), mark=_mark(filling))
    rules = counted(len(filling.checked), "{n} rule", "{n} rules")
    found = counted(len(filling.findings), "{n} finding", "{n} findings")
    return Put((path,), filling.say(Message("{rules}, {findings}", rules=rules, findings=found)))


def _report(filling: Filling) -> list[Sheet]:
    """Say what was checked, what was found and what of it was accepted why, and what could not be checked."""
    return [_facts(filling), _remarks(filling), _rules(filling), _findings(filling)]


def _facts(filling: Filling) -> Sheet:
    meta, plan = filling.plan.meta, filling.plan
    errors, accepted, warnings = filling.counts
    said = plan_facts({**meta, "classification": filling.tokens["classification"]}, meta["crs"], filling.rules)
    rows: list[tuple[Message, Any]] = [
        *((title, filling.say(text)) for title, text in said),
        *((Message("Coordinate system of the layers"), filling.say(crs_words(one))) for one in filling.other_crs),
        (Message("Units"), len(plan.units)),
        (Message("Area in km²"), round(float(plan.units["area_m2"].sum()) / 1e6, 4)),
        (Message("Element zones"), len(plan.element_zones)),
        *((Message("Of these filled in"), filling.say(one)) for one in filled_words(plan.element_zones)),
        (Message("Clauses"), len(plan.clauses)),
        (Message("Imbalance of the area ledger"), meta["imbalance"]),
        (Message("Rules that were run"), len(filling.checked)),
        (Message("Rules that could not be run, or in part"), len(filling.not_checked)),
        (Message("Errors"), errors),
        (Message("Errors accepted with a reason"), accepted),
        (Message("Warnings"), warnings),
    ]
    head = [filling.say(Message("Item")), filling.say(Message("Content"))]
    return Sheet(filling.say(Message("conclusion")), head, [[filling.say(what), value] for what, value in rows])


def _rules(filling: Filling) -> Sheet:
    lacking = {
        str(one.facts["rule"]): filling.say(Message("{lacks}", lacks=one.facts["lacks"])) for one in filling.not_checked
    }
    rows = []
    for rule in filling.checked:
        mine = filling.findings[filling.findings["id"] == rule]
        errors = int((mine["severity"] == "error").sum())
        if len(mine):
            result = filling.say(
                Message("{errors} errors, {warnings} warnings", errors=errors, warnings=len(mine) - errors)
            )
        else:
            result = filling.say(Message("not checked") if rule in lacking else Message("passed"))
        rows.append([rule, filling.names("check", rule, filling.language, {}), result, lacking.get(rule, "")])
    head = [Message("Rule"), Message("What it holds"), Message("Result"), Message("What was missing")]
    return Sheet(filling.say(Message("rules")), [filling.say(one) for one in head], rows)


def _findings(filling: Filling) -> Sheet:
    records, where = filling.records("findings"), Message("report")
    names = ("id", "severity_name", "message", "units", "x", "y", "state_name", "reason")
    columns = [records.column(name, where) for name in names]
    head = [
        Message("Rule"),
        Message("Severity"),
        Message("Finding"),
        Message("Units"),
        Message("x"),
        Message("y"),
        Message("State"),
        Message("Reason"),
    ]
    # To the millimetre, as it is shown: what is written is what is read back.
    rows = [[round(cell, 3) if isinstance(cell, float) else cell for cell in row] for row in zip(*columns, strict=True)]
    formats = ["", "", "", "", "0.000", "0.000", "", ""]
    return Sheet(filling.say(Message("findings")), [filling.say(one) for one in head], rows, formats)


def _remarks(filling: Filling) -> Sheet:
    """List what of the package itself is not as it was meant; it is known once the other files are written."""
    head = [filling.say(Message("Rule")), filling.say(Message("Severity")), filling.say(Message("Finding"))]
    return Sheet(filling.say(Message("package")), head, [list(row) for row in filling.remarks])
