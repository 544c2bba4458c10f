"""The journal as a tree: what stands, what can be undone and redone, and the scenarios that branch from it.

Each edit names the one it was made on (``parent``). The labels of a plan stand at one of them, the head: all edits on
the way to it stand, all others are undone, and none is ever taken out. A scenario (比选方案) is a name for a head.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..core.columns import rows_of
from ..core.errors import BadInput
from ..core.messages import Message
from ..core.text import json_table, nearest
from ..plan.entries import ACCEPT, RELABEL, WITHDRAW, is_undone, read_op
from ..plan.tables import JournalRow

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from ..plan.file import Plan

BASE = 0
"""The head of a plan as its run left it."""
MAIN = "main"
"""The scenario that every plan has."""
REDO_TO = "redo_to"
"""Key of table ``meta``: `Timeline.ahead`."""


@dataclass(frozen=True)
class JournalEntry:
    """An edit in the journal.

    Attributes
    ----------
    seq, parent : int
        Its number, and that of the edit it was made on; `BASE` for none.
    scenario : str
        In which it was made.
    op, inverse : mapping
    author, time, reason, basis : str
    bound : bool
        Nothing before it can be reached: it stands for labels that were made anew.
    """

    seq: int
    parent: int
    scenario: str
    op: Mapping[str, Any]
    inverse: Mapping[str, Any]
    author: str
    time: str
    reason: str
    basis: str
    bound: bool = False


@dataclass(frozen=True)
class Timeline:
    """The edits of a plan, and where it stands.

    Attributes
    ----------
    entries : mapping of int to JournalEntry
    head : int
    scenario : str
        The current one.
    scenarios : mapping of str to int
        Their heads; the current one's is ``head``.
    last : int
        The highest number in the journal, acceptances included.
    ahead : int
        Where the head stood before the last undos, to which redo leads; `BASE` where none are to be done again.
    """

    entries: Mapping[int, JournalEntry]
    head: int
    scenario: str
    scenarios: Mapping[str, int]
    last: int
    ahead: int = BASE

    def names(self) -> list[str]:
        """Name the scenarios, the main one first."""
        return sorted({*self.scenarios, self.scenario}, key=lambda name: (name != MAIN, name))

    def listed(self) -> list[dict[str, Any]]:
        """List the scenarios: name, head, whether it is the current one, and how many edits stand in it."""
        return [
            {
                "name": name,
                "head": self.head_of(name),
                "current": name == self.scenario,
                "edits": len(self.path(self.head_of(name))),
            }
            for name in self.names()
        ]

    def path(self, seq: int) -> list[int]:
        """Give the edits that stand where the head is ``seq``, the first one first."""
        out: list[int] = []
        while seq != BASE and seq in self.entries:
            out.append(seq)
            seq = self.entries[seq].parent
        return out[::-1]

    def bound_head(self) -> int:
        """Give the last entry that stands and made all labels anew: what other edits were made on."""
        return next((seq for seq in reversed(self.path(self.head)) if self.entries[seq].bound), BASE)

    def to_undo(self) -> JournalEntry | None:
        """Give the edit that undo takes back; None where there is none left."""
        return self.entries.get(self.head)

    def to_redo(self) -> JournalEntry | None:
        """Give the edit that redo does again: of those made here the one undone last.

        Where nobody knows any more, the newest, one of this scenario first.
        """
        undone = self.path(self.ahead)
        if self.head == BASE or self.head in undone:
            following = undone[undone.index(self.head) + 1 if self.head in undone else 0 :]
            if following and not self.entries[following[0]].bound:
                return self.entries[following[0]]
        ahead = [one for one in self.entries.values() if one.parent == self.head and not one.bound]
        return max(ahead, key=lambda one: (one.scenario == self.scenario, one.seq), default=None)

    def ahead_from(self, head: int) -> int:
        """Tell where redo leads to when undo or redo has brought the head there; `BASE` where nothing lies ahead."""
        far = self.ahead or self.head
        return far if far != head and (head == BASE or head in self.path(far)) else BASE

    def way(self, seq: int) -> tuple[list[int], list[int]]:
        """Give what to undo, the newest first, and then what to do, to bring the head to ``seq``.

        Raises
        ------
        BadInput
            It lies before labels that were made anew.
        """
        here, there = self.path(self.head), self.path(seq)
        common = 0
        while common < min(len(here), len(there)) and here[common] == there[common]:
            common += 1
        undo, do = here[common:][::-1], there[common:]
        for one in (*undo, *do):
            self.require_reachable(self.entries[one])
        return undo, do

    def require_reachable(self, entry: JournalEntry) -> None:
        """Refuse to undo, or do again, what replaced all labels, and what was made before that."""
        if entry.bound:
            raise BadInput(
                Message("entry {seq} was made before the labels were made anew", seq=entry.seq)
                if entry.op.get("op") != RELABEL
                else Message("entry {seq} is an adopted division", seq=entry.seq),
                where=Message("journal"),
                wanted=Message("an edit since then; a run or an adoption is taken back by `log --take-back`"),
            )

    def head_of(self, scenario: str) -> int:
        """Find the head of a scenario.

        Raises
        ------
        BadInput
            There is none of that name.
        """
        if scenario == self.scenario:
            return self.head
        if scenario not in self.scenarios:
            raise BadInput(
                Message("no scenario '{name}'", name=scenario),
                where=Message("scenarios"),
                wanted=nearest(scenario, sorted({*self.scenarios, self.scenario})),
            )
        return self.scenarios[scenario]


def timeline_of(plan: Plan) -> Timeline:
    """Read the tree of a plan's journal; entries that name none before them are one line."""
    entries, standing = entries_of(plan.journal)
    last = max([0, *plan.journal["seq"].astype(int)])
    head = int(plan.meta.get("head", standing))
    heads = {str(name): int(seq) for name, seq in zip(plan.scenarios["name"], plan.scenarios["head"], strict=True)}
    scenario = plan.meta.get("scenario") or MAIN
    return Timeline(entries, head, scenario, {**heads, scenario: head}, last, int(plan.meta.get(REDO_TO) or BASE))


def entries_of(journal: pd.DataFrame) -> tuple[dict[int, JournalEntry], int]:
    """Read the edits in a plan's table ``journal`` by their numbers, and find the last one that stands: the head."""
    entries: dict[int, JournalEntry] = {}
    before = BASE
    for row in rows_of(journal.sort_values("seq"), JournalRow):
        op = read_op(row.op)
        if op is not None and op["op"] in (ACCEPT, WITHDRAW):
            continue
        parent = before if row.parent is None else int(row.parent)
        # Labels of a relabel, and of what cannot be read, are of no edit: nothing leads back over them.
        bound = op is None or op["op"] == RELABEL or bool(op.get("before_run"))
        entries[row.seq] = JournalEntry(
            row.seq,
            parent,
            row.scenario or MAIN,
            op or {},
            json_table(row.inverse),
            author=row.author,
            time=row.time,
            reason=row.reason,
            basis=row.basis,
            bound=bound,
        )
        if not is_undone(row.undone):
            before = row.seq
    return entries, before
