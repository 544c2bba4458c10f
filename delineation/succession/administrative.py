"""Changes of counties and townships (行政区划变更): their table, and in which county of today an old one goes on."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..core.errors import BadInput
from ..core.filled_tables import read_rows
from ..core.findings import Facts, Finding
from ..core.messages import Message, one_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from pathlib import Path

    from ..case.model import Case

_CHANGE_COLUMNS = ("old_code", "new_code", "old_name", "new_name", "level", "kind", "date", "document")
_CHANGE_KINDS = ("rename", "merge", "split", "recode", "transfer")
_CODE = re.compile(r"(\d{6}|\d{9}|\d{12})?")
_IN_PART = ("split", "transfer")  # what leaves a county standing


@dataclass(frozen=True)
class AdminChange:
    """A change of an administrative unit (撤乡并镇, 撤县设区, recoding), domain facts 2.7."""

    old_code: str
    new_code: str
    old_name: str
    new_name: str
    level: str
    kind: str

    @property
    def of_county(self) -> bool:
        """It speaks of a county."""
        return self.level in ("county", "")


def counties_now(changes: Sequence[AdminChange], code: str, standing: Collection[str] = ()) -> tuple[str, ...]:
    """Today's codes of a county by the change table, change upon change; the old one itself where none speaks.

    A county that is still among the ``standing`` goes on in itself, before the others: it gave up a part (rows of kind
    split or transfer), or its row contradicts the ground. Not where another county has taken its code.
    """
    todo, seen, now = [code], {code}, []
    rows = [row for row in changes if row.of_county and row.new_code]
    while todo:
        old = todo.pop(0)
        heirs = [row.new_code for row in rows if row.old_code == old]
        in_part = all(row.kind in _IN_PART for row in rows if row.old_code == old)
        if not heirs or old in heirs or (old in standing and (in_part or not _taken(rows, old))):
            now.append(old)
        todo += [heir for heir in dict.fromkeys(heirs) if heir not in seen]
        seen.update(heirs)
    # Counties that took each other's codes lead back to where they began: each went where its own row says.
    return tuple(now) or tuple(row.new_code for row in rows if row.old_code == code)


def _taken(rows: Iterable[AdminChange], code: str) -> bool:
    """Whether another county has a county's code by now."""
    return any(row.new_code == code != row.old_code and row.kind not in _IN_PART for row in rows)


def contradictions(
    changes: Sequence[AdminChange], units: Mapping[str, int], standing: Collection[str], source: str
) -> list[Finding]:
    """Name rows of the change table that contradict the county layer, and counties that went nobody knows where.

    Parameters
    ----------
    changes : sequence of AdminChange
    units : mapping of str to int
        County of last year's codes → how many units.
    standing : collection of str
        Counties of today.
    source : str
        What the table is called.

    Returns
    -------
    list of Finding
        S88: ``stands`` of a county that was recoded or merged, as the table says, and is still there; ``absent`` where
        none of its heirs is there; ``silent`` where it is gone and no row speaks of it.
    """
    told: dict[str, list[tuple[str, int]]] = {"stands": [], "absent": [], "silent": []}
    for county, count in sorted(units.items()):
        rows = [row for row in changes if row.of_county and row.old_code == county and row.new_code != county]
        said = "、".join([f"{county}→{row.new_code} ({row.kind})" for row in rows]) or county
        if county in standing:
            if any(row.kind not in _IN_PART for row in rows) and not _taken(changes, county):
                told["stands"].append((said, count))
        elif not {*counties_now(changes, county, standing)} & {*standing}:
            told["absent" if rows else "silent"].append((said, count))
    findings = []
    for problem, listed in told.items():
        if listed:
            number = sum(count for _, count in listed)
            rows_said = tuple(said for said, _ in listed)
            facts: Facts = {"source": source, "count": number, "listed": rows_said, "problem": problem}
            findings.append(Finding("S88", facts, value=float(number)))
    return findings


def changes_of(case: Case) -> tuple[AdminChange, ...]:
    """Read the table of administrative changes of a case, where it names one."""
    return read_changes(case.file(case.admin.changes)) if case.admin.changes else ()


def read_changes(path: Path) -> tuple[AdminChange, ...]:
    """Read a table of administrative changes (CSV or a workbook).

    Raises
    ------
    BadInput
        Unreadable, unknown column or kind, a code of another form.
    """
    rows = read_rows(path, _CHANGE_COLUMNS)
    for row in rows:
        if row.cells["kind"] not in _CHANGE_KINDS:
            raise BadInput(
                Message("kind '{kind}'", kind=row.cells["kind"]),
                where=Message("{path}, line {line}", path=path, line=row.number),
                wanted=one_of(_CHANGE_KINDS),
            )
        for name in ("old_code", "new_code"):
            if not _CODE.fullmatch(row.cells[name]):
                raise BadInput(
                    Message("{column} = '{text}'", column=name, text=row.cells[name]),
                    where=Message("{path}, line {line}", path=path, line=row.number),
                    wanted=Message("a code of 6 digits (county), 9 (township) or 12 (village)"),
                )
    keys = ("old_code", "new_code", "old_name", "new_name", "level", "kind")
    return tuple(AdminChange(**{key: row.cells[key] for key in keys}) for row in rows)


def with_earlier(changes: tuple[AdminChange, ...], meta: Mapping[str, str]) -> tuple[AdminChange, ...]:
    """Add what a plan of last year knows of counties that were recoded or split before it.

    Its codes may still carry the superseded prefix, and this year's table tells this year's changes only.
    """
    told = {(change.old_code, change.new_code) for change in changes}
    before: dict[str, list[str]] = json.loads(meta.get("recoded_counties", "{}"))
    return (
        *changes,
        *(
            AdminChange(old, new, "", "", "county", "split" if old in heirs else "recode")
            for old, heirs in before.items()
            for new in heirs
            if (old, new) not in told
        ),
    )
