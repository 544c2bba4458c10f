"""Changes of counties and townships (行政区划变更): their table, and in which county of today an old one goes on."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..core.errors import BadInput
from ..core.filled_tables import read_rows
from ..core.messages import Message, one_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from pathlib import Path

    from ..case.model import Case

__all__ = ["AdminChange", "changes_of", "counties_now", "read_changes", "with_earlier"]

_CHANGE_COLUMNS = ("old_code", "new_code", "old_name", "new_name", "level", "kind", "date", "document")
_CHANGE_KINDS = ("rename", "merge", "split", "recode", "transfer")
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

    A county that gave up a part only, by rows of kind split or transfer, and is still among the ``standing`` goes on in
    itself, before the others.
    """
    todo, seen, now = [code], {code}, []
    while todo:
        old = todo.pop(0)
        rows = [row for row in changes if row.of_county and row.old_code == old and row.new_code]
        heirs = [row.new_code for row in rows]
        if old in heirs or all(row.kind in _IN_PART and old in standing for row in rows):
            now.append(old)
        todo += [heir for heir in dict.fromkeys(heirs) if heir not in seen]
        seen.update(heirs)
    return tuple(now)


def changes_of(case: Case) -> tuple[AdminChange, ...]:
    """Read the table of administrative changes of a case, where it names one."""
    return read_changes(case.file(case.admin.changes)) if case.admin.changes else ()


def read_changes(path: Path) -> tuple[AdminChange, ...]:
    """Read a table of administrative changes (CSV or a workbook).

    Raises
    ------
    BadInput
        Unreadable, unknown column or kind.
    """
    rows = read_rows(path, _CHANGE_COLUMNS)
    for row in rows:
        if row.cells["kind"] not in _CHANGE_KINDS:
            raise BadInput(
                Message("kind '{kind}'", kind=row.cells["kind"]),
                where=Message("{path}, line {line}", path=path, line=row.number),
                wanted=one_of(_CHANGE_KINDS),
            )
    keys = ("old_code", "new_code", "old_name", "new_name", "level", "kind")
    return tuple(AdminChange(**{key: row.cells[key] for key in keys}) for row in rows)


def with_earlier(changes: tuple[AdminChange, ...], meta: Mapping[str, str]) -> tuple[AdminChange, ...]:
    """Add what a plan of last year knows of counties that were recoded before it, where the table is silent on them.

    Its codes may still carry the superseded prefix, and this year's table tells this year's changes only.
    """
    told = {change.old_code for change in changes}
    before = json.loads(meta.get("recoded_counties", "{}"))
    return (
        *changes,
        *(
            AdminChange(old, new, "", "", "county", "recode")
            for old, heirs in before.items()
            if old not in told
            for new in heirs
        ),
    )
