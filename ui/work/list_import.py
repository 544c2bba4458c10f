"""A workbook of entry lists that somebody wants in the plan: held against it first, then taken as one edit."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import pyqtSignal

from ...delineation.core.messages import Message, word
from ..text import tr
from .plan_question import PlanQuestion

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from ...delineation.core.progress import Progress
    from ...delineation.lists.importing import ListImport
    from ...delineation.plan.file import Plan
    from .revision import Changed

__all__ = ["ImportRow", "ListImporting"]


@dataclass(frozen=True)
class ImportRow:
    """A difference between a workbook and the plan.

    Attributes
    ----------
    kind : str
        added, changed, approved, not_taken.
    sheet, line : str, int
        Where it stands.
    name : str
        Of the unit.
    clause_id, text : str
    before, after : mapping of str to str
        Fields that differ.
    reason : Message or None
        Why it is not taken.
    """

    kind: str
    sheet: str
    line: int
    name: str
    clause_id: str = ""
    text: str = ""
    before: Mapping[str, str] = field(default_factory=dict)
    after: Mapping[str, str] = field(default_factory=dict)
    reason: Message | None = None


def import_rows(plan: Plan, found: ListImport) -> list[ImportRow]:
    """Say row by row what a workbook says beyond a plan."""
    names = dict(zip(plan.units["unit_id"], plan.units["name"], strict=True))
    there = plan.clauses.set_index(["unit_id", "clause_id"]).fillna("").astype(str)
    out = [
        ImportRow(
            "not_taken",
            one.sheet,
            one.line,
            one.name or one.code,
            reason=Message("no unit of the plan is called {code} {name}", code=one.code, name=one.name),
        )
        for one in found.unmatched
    ]
    for row, (sheet, line) in zip(found.rows, found.lines, strict=True):
        said = row.get("add") or row["change"]
        after = {key: text for key, text in said.items() if key not in ("id", "text", "origin")}
        if "add" in row:
            out.append(ImportRow("added", sheet, line, names[row["unit"]], said["id"], said["text"], after=after))
            continue
        was = there.loc[(row["unit"], said["id"])]
        kind = "approved" if set(said) == {"id", "status"} else "changed"
        text = said.get("text", was["text"])
        before = {key: was[key] for key in said if key != "id"}
        out.append(ImportRow(kind, sheet, line, names[row["unit"]], said["id"], text, before, after))
    return out


class ListImporting(PlanQuestion):
    """Takes nothing that nobody has seen: where the plan was edited since, the workbook is held against it anew.

    Attributes
    ----------
    path : Path or None
        The workbook, None where none is wanted.
    found : list of ImportRow, or None
        What it says beyond the plan.
    op : mapping
        The edit that takes it.
    remove : bool
        Clauses whose rows were deleted are taken out too.
    """

    moved = pyqtSignal()  # the plan was edited since
    taken = pyqtSignal(object)  # list of ImportRow: it is in the plan

    path: Path | None = None
    found: list[ImportRow] | None = None
    op: Mapping[str, Any] = {"rows": ()}
    remove = False
    _head = 0  # of the plan that it was held against
    _taking = False

    def read(self, path: Path, *, remove: bool = False) -> None:
        """Hold a workbook against the plan; ``answered`` or ``failed`` tells."""
        self.path, self.remove, self._taking = path, remove, False

        def work(plan: Plan, _: Progress) -> tuple[list[ImportRow], dict[str, Any], int]:
            from ...delineation.case.profile import profile_for_words
            from ...delineation.lists.importing import read_import
            from ...delineation.lists.wording import list_words
            from ...delineation.revision.timeline import timeline_of

            profile = profile_for_words(plan)
            found = read_import(plan, path, profile, list_words(profile, plan.meta))
            reason = word(Message("import of an entry list"), str(profile.settings["language"]))
            op = {"op": "clauses", "rows": found.rows, "reason": f"{reason} {path.name}"}
            return import_rows(plan, found), op, timeline_of(plan).head

        self.ask(tr("Reading entry lists"), work)

    def _tell(self, answer: tuple[list[ImportRow], dict[str, Any], int]) -> None:
        self.found, self.op, self._head = answer
        super()._tell(self.found)

    def forget(self) -> None:
        """Want nothing any more."""
        self.drop()
        self.path = self.found = None

    def take(self) -> None:
        """Take it into the plan, as one edit of its journal."""
        self._session.revision.begin(self._take)

    def _take(self) -> None:
        revision = self._session.revision
        if self.path is None or self.found is None:
            return
        if revision.busy or revision.timeline.head != self._head:
            self._read_again()
        else:
            self._taking = True
            revision.do({**self.op, "reason": revision.reason or self.op["reason"]})

    def follow_refusal(self) -> None:
        """Go on after something was not done: it is still to be taken."""
        self._taking = False

    def follow_edit(self, changed: Changed) -> None:
        """Tell of what was taken; after another edit hold the workbook against the plan as that left it."""
        if self.found is None or self.path is None:
            return
        if self._taking and changed.kind == "do":
            found = self.found
            self.forget()
            self.taken.emit(found)
        else:
            self._read_again()

    def _read_again(self) -> None:
        self.read(self.path, remove=self.remove)
        self.moved.emit()
