"""Entry lists as a document: what they rest on, contents, a chapter a category and a table a unit, one by clause."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..core.messages import Message, counted
from ..core.office_files import document_date
from ..core.progress import Progress, silent
from ..lists.rows import SEA, ListRow, PrintedClause, features_of, full_rows, sections
from ..lists.workbook import CLAUSE_SHEET, clause_groups, states_of, unit_line
from .document import MARK, SMALL, STRONG, Document, Facts, Line, Notes, SectionBlock, TableBlock
from .document_docx import write_docx
from .list_cover import ListWords, size

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..case.profile import Profile
    from ..lists.wording import Wording
    from ..plan.file import Plan
    from .document import Row

_HEADS = Message("Dimension"), Message("No."), Message("Requirement"), Message("Legal basis"), Message("Review")
# Of these columns; Chinese words are short.
_WIDTHS = {"zh": (0.0941, 0.056, 0.4463, 0.3206, 0.083)}
_WIDTHS_ELSE = (0.1235, 0.0519, 0.4267, 0.2734, 0.1245)
# By clause: its number, requirement, basis, state; below it the units.
_BY_CLAUSE = {"zh": (0.1038, 0.498, 0.3152, 0.083)}
_BY_CLAUSE_ELSE = (0.1038, 0.4772, 0.2945, 0.1245)


def write_lists(
    plan: Plan,
    path: str | Path,
    *,
    profile: Profile | None = None,
    wording: Wording | None = None,
    progress: Progress = silent,
) -> dict[str, Any]:
    """Write a plan's entry lists as DOCX, in the profile's language; the same plan gives the same bytes.

    Parameters
    ----------
    plan : Plan
        ``units``, ``clauses`` and ``meta``, of which is read what ``lists_xlsx.write_lists`` reads.
    path : str or Path
        An existing file is replaced whole.
    profile, wording : optional
        Else the plan's profile (``national`` where it names none) and its ``lists.toml``.
    progress : callable
        See `progress.Progress`.

    Returns
    -------
    dict
        ``units`` and ``clauses``: numbers written.

    Raises
    ------
    BadInput
        A date or county table that cannot be read, a clause of an unknown dimension, or a file that cannot be written.
    """
    rows = full_rows(plan)
    words = _Words(plan, profile, wording)
    write_docx(words.document(rows), Path(path), progress=progress)
    return {"units": len(rows), "clauses": sum(len(row.all_clauses) + len(row.proposed) for row in rows)}


class _Words(ListWords):
    """What the document says, from the plan and its profile."""

    def __init__(self, plan: Plan, profile: Profile | None, wording: Wording | None) -> None:
        super().__init__(plan, profile, wording)
        # Most clauses stand in many units.
        self._clauses: dict[PrintedClause, Row] = {}

    def document(self, rows: Sequence[ListRow]) -> Document:
        """Give the whole document."""
        say, name = self.say, self.meta.get("name") or self.say(Message("not stated"))
        chapters = {self._chapter(key): own for key, own in sections(rows).items() if own}
        facts = Facts(tuple((title, (Line(text),)) for title, text in self.cover(chapters)))
        notes = tuple(Line(f"{number}. {note}") for number, note in enumerate(self.wording.notes, start=1))
        if notes:
            notes = (Line(say(Message("Notes")), STRONG), *notes)
        parts = [
            SectionBlock(title, (Notes((Line(say(size(own))),)), *self._units(own))) for title, own in chapters.items()
        ]
        listed = [row for own in chapters.values() for row in own if row.all_clauses or row.proposed]
        if listed:
            parts.append(SectionBlock(_sentence(say(CLAUSE_SHEET)), (self._by_clause(listed),)))
        return Document(
            title=say(Message("Ecological entry lists")),
            above=name,
            below=(),
            banner=None,
            first=(facts, Notes(notes)),
            sections=tuple(parts),
            mark=say(Message("classification: {mark}", mark=self.mark)),
            foot=self.status,
            numbers=say(Message("page {page} of {pages}", page="\ue000", pages="\ue001")),
            language=self.language,
            stamp=document_date(self.meta.get("date", "")),
            contents=say(Message("Contents")),
        )

    def _chapter(self, key: int) -> str:
        return _sentence(self.say(Message("sea units")) if key == SEA else self.category(key))

    def _units(self, rows: Sequence[ListRow]) -> list[TableBlock]:
        heads = tuple(map(self.say, _HEADS))
        return [
            TableBlock(
                heads,
                _WIDTHS.get(self.language, _WIDTHS_ELSE),
                tuple(self._rows(row)),
                title=f"{number}. {row.code} {row.name}",
                over=tuple(Line(self.say(text)) for text in self._facts(row)),
                groups=True,
                middle=frozenset({1, 4}),
            )
            for number, row in enumerate(rows, start=1)
        ]

    def _facts(self, row: ListRow) -> list[Message]:
        facts = [
            Message(
                "County: {county}; category: {category}; kind: {kind}; area: {km2:,.4f} km²",
                county=self.county(row.county),
                category=self.category(row.category),
                kind=self.kind(row),
                km2=row.area / 1e6,
            )
        ]
        if row.townships:
            facts.append(Message("Townships: {townships}", townships=row.townships))
        if row.zones:
            facts.append(Message("Element zones: {codes}", codes=row.zones))
        return [*facts, Message("Features: {features}", features=features_of(row))]

    def _rows(self, row: ListRow) -> list[Row]:
        """Clauses of a unit by dimension, then those that are only proposed."""
        nothing = (Line(self.say(Message("no clause in this dimension")), MARK),)
        parts = [(heading, row.clauses[dimension]) for dimension, heading in self.wording.dimensions.items()]
        if row.proposed:
            parts.append((self.say(Message("Proposed, no part of the list")), row.proposed))
        return [
            ((Line(heading),), *cells)
            for heading, clauses in parts
            for cells in (map(self._clause, clauses) if clauses else ((nothing,),))
        ]

    def _clause(self, clause: PrintedClause) -> Row:
        if clause not in self._clauses:
            self._clauses[clause] = (
                (Line(str(clause.number)),),
                self._requirement(clause),
                (Line(clause.basis),),
                tuple(Line(self.say(mark), MARK) for mark in clause.marks),
            )
        return self._clauses[clause]

    def _requirement(self, clause: PrintedClause, dimension: str = "") -> tuple[Line, ...]:
        """Say what a clause asks for, and below it its level, its sub-dimension, why it applies, what is remarked."""
        below = self.provenance(clause, f"{clause.level} {clause.issuer}".strip(), dimension, clause.remark)
        return Line(clause.text, lead=f"【{self.effect(clause)}】"), Line(below, SMALL)

    def _by_clause(self, rows: Sequence[ListRow]) -> TableBlock:
        """Give the table that has each clause once, with the units it stands in."""
        out: list[Row] = []
        for clause, units in clause_groups(rows, self.wording):
            states = states_of(units)
            marks = [*states, *([self.say(Message("basis to check"))] if clause.unchecked else [])]
            named = "；".join(self.say(unit_line(unit, own, state=len(states) > 1)) for unit, own in units)
            alike = replace(clause, own=False, touched=None)
            out.append(
                (
                    (Line(clause.clause_id),),
                    self._requirement(alike, self.wording.dimensions[clause.dimension]),
                    (Line(clause.basis),),
                    tuple(map(Line, marks)),
                )
            )
            standing = counted(len(units), "In {n} unit: {units}", "In {n} units: {units}", units=named)
            out.append(((Line(self.say(standing), SMALL),),))
        return TableBlock(
            tuple(map(self.say, (Message("Number of the clause"), *_HEADS[2:]))),
            _BY_CLAUSE.get(self.language, _BY_CLAUSE_ELSE),
            tuple(out),
            middle=frozenset({3}),
        )


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
