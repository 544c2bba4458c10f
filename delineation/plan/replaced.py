"""The plan that a new one takes the place of: what people have put into it, by whatever program, and what goes on."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from ..core.database_file import keep_copy
from ..core.errors import BadInput, ChangedElsewhere
from ..core.geopackage import column_names, table_names
from ..core.messages import Message, at, counted, joined
from .content import Content, changed_tables, content_now, content_of, holds_others, row_sum, stated_content, table_sum
from .entries import edits_of, with_acceptances_of
from .file import OWN_STYLES, empty_table, meta_in, opened_plan, schema_in, table_in
from .history import keep_for_undo
from .tables import LAYERS, TABLES

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping
    from pathlib import Path

    import pandas as pd

    from .file import Plan

ANEW = Message("the plan read anew, and the edit done again; nothing was changed")
"""What is wanted of whoever edits a plan that is another by now."""

_STYLES = "layer_styles"
_BESIDE = {"journal", "accepted"}  # findings may be accepted beside an editor
_NAMED = 4  # tables that a message names
_AS_IT_WAS = Message("the plan as it was, or a run that discards the changes (--discard-edits)")


@dataclass(frozen=True)
class ReplacedPlan:
    """A plan file as it was when a new one was begun that will replace it.

    Attributes
    ----------
    path : Path
    content : Content or None
        None where there is no file of layers or tables.
    strange : bool
        It is a GeoPackage, but no plan.
    edits : int
        Entries of its journal that change labels or clauses.
    edit_sum : int
        A sum over these.
    changes : mapping of str to (int, int)
        Tables that other programs have changed since the file was written, rows before and now (−1: no such table).
    styles : tuple of mapping
        Rows of ``layer_styles`` that people saved.
    kept : bool
        What is replaced is kept beside the new plan.
    others : bool
        Others keep tables in it, which do not go on: it is kept in any case.
    """

    path: Path
    content: Content | None = None
    strange: bool = False
    edits: int = 0
    edit_sum: int = 0
    changes: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    styles: tuple[Mapping[str, Any], ...] = ()
    kept: bool = False
    others: bool = False

    def refuse_changes(self, wanted: Message) -> None:
        """Refuse to go on where other programs have changed the plan, or where it is none but holds something else.

        Raises
        ------
        ChangedElsewhere
        """
        if self.strange and self.content is not None:
            raise ChangedElsewhere(
                Message(
                    "is a GeoPackage, but no plan: {changes}", changes=in_words(self.content.changed_since(Content()))
                ),
                where=at(self.path),
                wanted=wanted,
            )
        require_unchanged(self.path, self.changes, wanted)

    def check(self, connection: sqlite3.Connection | None) -> Path | None:
        """Refuse to replace a file that has changed since, and keep it where that was asked for (``Guard``).

        Raises
        ------
        ChangedElsewhere
        """
        if connection is None:
            return None
        now = _look(self.path, connection)
        # Where there was no plan, one that somebody made meanwhile may be replaced as long as nobody has worked on it.
        same = not (now.edits or now.changes)
        if self.content is not None:
            same = (now.content, now.styles) == (self.content, self.styles)
        if not same:
            what = Message("another program has changed the plan meanwhile")
            changed = (now.content or Content()).changed_since(self.content or Content())
            if changed and self.content is not None and now.content is not None:
                what = Message("another program has changed the plan meanwhile: {changes}", changes=in_words(changed))
            raise ChangedElsewhere(what, where=at(self.path), wanted=Message("a retry, on the plan as it is now"))
        # Of a link what it leads to is replaced, and kept where that lies.
        path = self.path.resolve()
        if now.content is not None and not now.strange:
            keep_for_undo(connection, path)
        if not (self.kept or now.others):
            return None
        return keep_copy(connection, path, path.with_name(f"{path.stem}.before.gpkg"))


def require_unchanged(path: Path, changes: Mapping[str, tuple[int, int]], wanted: Message = _AS_IT_WAS) -> None:
    """Refuse to go on from a plan that other programs have changed (`Plan.changes`).

    Raises
    ------
    ChangedElsewhere
    """
    if changes:
        raise ChangedElsewhere(changes_in_words(changes), where=at(path), wanted=wanted)


def require_same(connection: sqlite3.Connection, path: Path, stated: Content | None) -> None:
    """Refuse a file that is not the plan which was read: under its lock, before the first row is written.

    Parameters
    ----------
    connection : sqlite3.Connection
        In the transaction that is going to write.
    path : Path
    stated : Content or None
        ``Plan.stated``, as it was read; None of whoever has read nothing.

    Raises
    ------
    ChangedElsewhere
        It is another plan, or another program has written into it since.
    """
    now = stated_content(connection)
    if stated is not None and not stated.changed_since(now or Content()).keys() <= _BESIDE:
        raise ChangedElsewhere(Message("another plan was put in its place meanwhile"), where=at(path), wanted=ANEW)
    if stated is None or now is None or now.at != stated.at:
        require_unchanged(path, changed_tables(connection))


def changes_in_words(changes: Mapping[str, tuple[int, int]]) -> Message:
    """Say that a plan is not as it was written: what is read out of it may be another's."""
    return Message("other programs have changed the plan since it was made: {changes}", changes=in_words(changes))


def replaced_plan(path: Path) -> ReplacedPlan:
    """Look at the plan that will be replaced.

    Raises
    ------
    BadInput
        A damaged file, or one that another program is writing.
    """
    with opened_plan(path) as connection:
        return ReplacedPlan(path) if connection is None else _look(path, connection)


def _look(path: Path, connection: sqlite3.Connection) -> ReplacedPlan:
    meta = meta_in(connection, at(path))
    if not meta:
        if table_names(connection) >= {"faces", "units", "journal"}:
            raise BadInput(
                Message("no table 'meta'"),
                where=at(path),
                wanted=Message("a plan file made by `run`, or another output"),
            )
        held = content_of(connection, foreign=True)
        return ReplacedPlan(path, held, strange=True) if held.tables else ReplacedPlan(path)
    stated = stated_content(connection)
    now = content_now(connection)
    changes = {} if stated is None else now.changed_since(stated)
    styles = tuple(_styles_of_people(connection))
    edits = edits_of(_journal_in(connection, path))
    return ReplacedPlan(
        path,
        now,
        edits=len(edits),
        edit_sum=_sum(edits),
        changes=changes,
        styles=styles,
        others=holds_others(connection),
    )


def _journal_in(connection: sqlite3.Connection, path: Path) -> pd.DataFrame:
    if "journal" not in table_names(connection):
        return empty_table("journal")
    return table_in(connection, "journal", at(path), schema_in(connection, at(path)))


def _sum(edits: pd.DataFrame) -> int:
    return row_sum(tuple(str(value) for row in edits.to_numpy().tolist() for value in row))


def with_acceptances(plan: Plan, replaced: ReplacedPlan) -> tuple[Plan, ReplacedPlan]:
    """Give a new plan what was accepted in the one that it will replace, also since that was looked at.

    Table ``accepted`` goes on, and the entries of the journal that say who accepted what, when and why.
    """
    if replaced.content is None:
        return plan, replaced
    with opened_plan(replaced.path) as connection:
        if connection is None or "accepted" not in table_names(connection):
            return plan, replaced
        where = at(replaced.path)
        accepted = table_in(connection, "accepted", where, schema_in(connection, where)).fillna("")
        journal = _journal_in(connection, replaced.path)
        sums = {"accepted": table_sum(connection, "accepted")}
        # An edit that was made since would be lost: the sum of the journal stays what it was, and tells.
        if "journal" in replaced.content.tables and _sum(edits_of(journal)) == replaced.edit_sum:
            sums["journal"] = table_sum(connection, "journal")
        content = Content({**replaced.content.tables, **sums})
    plan = replace(plan, accepted=accepted, journal=with_acceptances_of(plan.journal, journal))
    return plan, replace(replaced, content=content)


def _styles_of_people(connection: sqlite3.Connection) -> list[dict[str, Any]]:
    """Rows of ``layer_styles`` that are not as a run wrote them, for layers and tables that every plan has."""
    if _STYLES not in table_names(connection):
        return []
    stated = connection.execute("SELECT value FROM meta WHERE key = ?", (OWN_STYLES,)).fetchone()
    try:
        sums = set(json.loads(stated[0])) if stated else set()
    except (TypeError, ValueError):
        sums = set()
    names = column_names(connection, _STYLES)
    if not {"id", "f_table_name", "styleName"} <= set(names):
        return []  # no styles that QGIS would read
    rows = connection.execute("SELECT * FROM layer_styles ORDER BY id").fetchall()
    found = []
    for values in rows:
        row = dict(zip(names, values, strict=True))
        row.pop("id")
        if row_sum(tuple(row.values())) not in sums and row["f_table_name"] in (*LAYERS, *TABLES):
            found.append(row)
    return found


def in_words(changes: Mapping[str, tuple[int, int]]) -> Message:
    """List changed tables with their rows."""
    said = []
    for name, (before, now) in changes.items():
        if before < 0:
            said.append(counted(now, "{table} (new, {n} row)", "{table} (new, {n} rows)", table=name))
        elif now < 0:
            said.append(Message("{table} (gone)", table=name))
        elif before != now:
            said.append(
                counted(now, "{table} ({before} → {n} row)", "{table} ({before} → {n} rows)", table=name, before=before)
            )
        else:
            said.append(counted(now, "{table} (values in its {n} row)", "{table} (values in its {n} rows)", table=name))
    more = len(said) - _NAMED
    if more > 0:
        return Message("{changes}, and {count} more", changes=tuple(said[:_NAMED]), count=more)
    return joined(said)
