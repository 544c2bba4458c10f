"""What people edited in the sheets of a lists workbook by unit, held against what was printed there."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from ..core.filled_tables import show_cell
from ..core.messages import Message, word
from ..core.text import fitted
from ..sources.roles import unit_fields
from .draft import APPROVED, PROPOSED, TO_REVIEW
from .foreign_lists import ListEntry, clause_of, name_key
from .workbook import CLAUSE_SHEET, CODE, HEAD_ROWS, NUMBER

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from ..case.profile import Profile
    from ..core.table_outline import CellGrid
    from .foreign_lists import SplitClause
    from .wording import Wording
    from .workbook import SheetClause

NOT_TAKEN = "not_taken"
NOT_READ = Message("column {column} is made of the plan, and not read")
KEPT_FIELDS = ("dimension", "subdimension", "effect", "text", "basis", "level", "issuer", "remark", "terms")
# A clause as `rows.clause_lines` prints it: its number, then its effect in brackets.
_ITEM = re.compile(r"(?m)^\s*(\d+)\s*[.．、]\s*(?=[\[【])")
_NUMBER = re.compile(r"(?m)^\s*\d+\s*[.．、]")
# The same in English: what it rests on in round brackets, its provenance in angle ones, its marks in words.
_ENGLISH = re.compile(
    r"(?s)(?P<text>.*?)(?:\s\((?P<basis>(?:[^()]|\([^()]*\))*)\))?(?:\s<(?P<why>[^<>]*)>)?(?P<marks>(?:\s\[[^\]]*\])*)"
)
_MARKS = {
    "basis to check": "待核",
    "proposed, no part of the list": "建议",
    "to be reviewed": TO_REVIEW,
    "approved": APPROVED,
}


@dataclass(frozen=True)
class ImportRow:
    """A difference between a workbook and a plan.

    Attributes
    ----------
    kind : {"added", "changed", "approved", "removed", "kept", "not_taken"}
        ``removed`` is what the workbook does not have any more; ``kept`` is what stays since it is of a level above.
    sheet : str
    line : int
        Its row there; 0 of what has none.
    code, name : str
        The unit as written.
    unit_id : str
        "" where no unit answers.
    clause_id : str
    text, effect : str
        Of the clause as it is to be.
    before, after : mapping
        Fields that differ.
    level : str
        Of the clause in the plan.
    reason : Message or None
        Why it is not taken, and what to do.
    """

    kind: str
    sheet: str
    line: int
    code: str = ""
    name: str = ""
    unit_id: str = ""
    clause_id: str = ""
    text: str = ""
    effect: str = ""
    before: Mapping[str, str] = field(default_factory=dict)
    after: Mapping[str, str] = field(default_factory=dict)
    level: str = ""
    reason: Message | None = None


@dataclass(frozen=True)
class SaidClause:
    """A clause that a workbook says of a unit.

    Attributes
    ----------
    sheet, line, code, name
        Where it stands.
    clause : mapping
        Its fields.
    place : int
        In its dimension.
    guessed : bool
        Its effect was read off its words.
    edited : mapping of str to str or None
        What was printed of the fields that were edited since; None where that is not known.
    missing : bool
        It was printed, and its row was deleted.
    """

    sheet: str
    line: int
    code: str
    name: str
    clause: Mapping[str, str]
    place: int = 0
    guessed: bool = False
    edited: Mapping[str, str] | None = None
    missing: bool = False


@dataclass
class _Unit:
    """The rows of a unit on a sheet: what stands below each heading, with the rows."""

    line: int
    cells: dict[str, list[tuple[int, str]]] = field(default_factory=dict)

    def text(self, heading: str) -> str:
        return "\n".join(text for _, text in self.cells.get(heading, ()))

    def items(self, heading: str) -> list[tuple[int, int, str]]:
        """Part what stands below the heading of a dimension into clauses: number, row, text behind the number."""
        text = self.text(heading)
        if not text:
            return []
        starts = [(found.start(), int(found[1]), found.end()) for found in _ITEM.finditer(text)]
        if not starts or text[: starts[0][0]].strip():
            starts.insert(0, (0, 0, 0))
        ends = [*(start for start, *_ in starts[1:]), len(text)]
        return [
            (number, self._line(heading, begin), text[begin:end].strip())
            for (_, number, begin), end in zip(starts, ends, strict=True)
        ]

    def _line(self, heading: str, place: int) -> int:
        for line, text in self.cells[heading]:
            if place <= len(text):
                return line
            place -= len(text) + 1
        return self.line


def edited_sheets(
    grids: Mapping[str, CellGrid],
    printed: Mapping[str, CellGrid],
    clauses: Sequence[SheetClause],
    profile: Profile,
    wording: Wording,
) -> Iterator[ImportRow | SaidClause]:
    """Compare all sheets but that by clause with what was printed on them.

    Parameters
    ----------
    grids, printed : mapping
        Sheets as they are, and as they were printed, by title.
    clauses : sequence of SheetClause
        The sheet by clause as it was printed.
    profile : Profile
    wording : Wording

    Yields
    ------
    SaidClause
        A clause that was edited.
    ImportRow
        What cannot be understood.
    """
    names = {name_key(one) for one in (*unit_fields(profile)["fields"]["code"]["names"], word(CODE, "en"))}
    was = {title: _units(grid, names) for title, grid in printed.items()}
    now = {title: _units(grid, names) for title, grid in grids.items()}
    reader = _Reader(clauses, wording, english=str(profile.settings["language"]) != "zh")
    anywhere = {code: unit for units in reversed(was.values()) for code, unit in (units or {}).items()}
    elsewhere = {code for title, units in now.items() if title not in was for code in units or ()}
    for title, units in now.items():
        if units is None and title in printed:
            yield from _rows(title, grids[title], printed[title])
        elif units is None:
            yield not_taken(title, 0, Message("a sheet without a column of codes of units"))
        else:
            for code, unit in units.items():
                first = (was.get(title) or {}).get(code) or anywhere.get(code)
                if first is None:
                    why = Message("a unit that was not printed; add its clauses in sheet {sheet}", sheet=CLAUSE_SHEET)
                    yield not_taken(title, unit.line, why, code=code)
                else:
                    yield from reader.differences(title, code, first, unit)
    for title, units in was.items():
        lost = {
            code: unit for code, unit in (units or {}).items() if code not in elsewhere | (now.get(title) or {}).keys()
        }
        if title not in now and (lost or units is None):
            yield not_taken(title, 0, Message("the sheet is missing; what is in the plan stays"))
            continue
        for code, unit in lost.items():
            yield from reader.differences(title, code, unit, _Unit(0, {heading: [] for heading in unit.cells}))


def fields_of(row: SheetClause) -> dict[str, str]:
    """Give the fields of a clause of the sheet by clause."""
    return {name: plain(getattr(row, name)) for name in ("clause_id", *KEPT_FIELDS, "origin")}


def plain(text: object) -> str:
    """Write a text as every workbook gives it back: line ends of one kind, nothing before or behind, no controls."""
    if text is None or text != text:
        return ""
    return fitted(re.sub(r"\r\n?", "\n", str(text))).strip()


def not_taken(
    sheet: str, line: int, reason: Message, code: str = "", was: str = "", now: str = "", clause_id: str = ""
) -> ImportRow:
    """Tell of what is not taken, with its text as it was printed and as it is."""
    before, after = ({"text": text} if text else {} for text in (was, now))
    return ImportRow(
        NOT_TAKEN, sheet, line, code, clause_id=clause_id, text=now or was, before=before, after=after, reason=reason
    )


def _units(grid: CellGrid, names: Collection[str]) -> dict[str, _Unit] | None:
    """Read the rows of a sheet by unit; None where it has no column of codes."""
    for head in range(1, HEAD_ROWS + 1):
        heads = {column: show_cell(grid.value(head, column)) for column in grid.rows.get(head, {})}
        code = next((column for column, title in heads.items() if name_key(title) in names), 0)
        if code:
            break
    else:
        return None
    units: dict[str, _Unit] = {}
    here = ""
    for row in sorted(one for one in grid.rows if one > head):
        here = show_cell(grid.value(row, code)) or here
        unit = units.setdefault(here, _Unit(row))
        for column, title in heads.items():
            if text := plain(show_cell(grid.value(row, column))):
                unit.cells.setdefault(title, []).append((row, text))
    for unit in units.values():
        unit.cells = {title: unit.cells.get(title, []) for title in heads.values()}
    return units


def _rows(title: str, now: CellGrid, was: CellGrid) -> Iterator[ImportRow]:
    """Tell of rows that are not as they were printed, of a sheet of which none is read."""
    here, first = (
        [(row, " ".join(map(show_cell, map(grid.values.get, grid.distinct(row))))) for row in sorted(grid.rows)]
        for grid in (now, was)
    )
    matched = SequenceMatcher(None, [text for _, text in first], [text for _, text in here], autojunk=False)
    for tag, start, end, begin, stop in matched.get_opcodes():
        if tag != "equal":
            line = here[begin][0] if begin < stop else first[start][0]
            before, after = ("\n".join(text for _, text in rows) for rows in (first[start:end], here[begin:stop]))
            why = Message("nothing is read on this sheet; it is made of the plan at each export")
            yield not_taken(title, line, why, was=before, now=after)


class _Reader:
    """Reads edits of clauses off what is printed of them."""

    def __init__(self, clauses: Sequence[SheetClause], wording: Wording, *, english: bool) -> None:
        self.wording, self.english = wording, english
        self.dimensions = {heading: dimension for dimension, heading in wording.dimensions.items()}
        self.printed: dict[tuple[str, str, int], list[SheetClause]] = {}
        for clause in clauses:
            for code, _, place, state in clause.units:
                if (state or clause.status) != PROPOSED:  # those are numbered by themselves
                    self.printed.setdefault((code, clause.dimension, place), []).append(clause)

    def differences(self, sheet: str, code: str, was: _Unit, now: _Unit) -> Iterator[ImportRow | SaidClause]:
        """Tell what of a unit is not as it was printed."""
        ordinal = {word(NUMBER, "zh"), word(NUMBER, "en")}
        for heading in dict.fromkeys([*was.cells, *now.cells]):
            before, after = was.text(heading), now.text(heading)
            if before == after or heading in ordinal:
                continue
            if heading in self.dimensions:
                yield from self._clauses(sheet, code, heading, was, now)
            elif now.line:
                line = next((line for line, _ in now.cells.get(heading, ())), now.line)
                why = NOT_READ.filled({"column": heading})
                yield not_taken(sheet, line, why, code, before, after)
        if not now.line and not any(was.text(heading) for heading in self.dimensions):
            yield not_taken(sheet, was.line, Message("the row is deleted; the unit stays"), code=code)

    def _clauses(self, sheet: str, code: str, heading: str, was: _Unit, now: _Unit) -> Iterator[ImportRow | SaidClause]:
        """Compare the clauses of a dimension: those in other words go by their number."""
        dimension = self.dimensions[heading]
        before, after = was.items(heading), now.items(heading)
        same = {text for *_, text in before} & {text for *_, text in after}
        old, new = ([item for item in items if item[2] not in same] for items in (before, after))
        numbered = {number: (number, line, text) for number, line, text in reversed(new)}
        for number, line, text in old:
            own = self.printed.get((code, dimension, number), [])
            found = numbered.pop(number, None)
            if found is None:
                why = Message(
                    "it is deleted here; to take it out, take the unit out of its row in sheet {sheet}",
                    sheet=CLAUSE_SHEET,
                )
                for clause_id in [one.clause_id for one in own] or [""]:
                    yield not_taken(sheet, line, why, code, text, clause_id=clause_id)
                continue
            new.remove(found)
            entry = ListEntry(code, "", dimension, text)
            fields = self._edited(entry, own, text, found[2])
            for one in own if fields else ():
                whole = fields_of(one)
                edited = {key: whole.get(key, "") for key in fields}
                yield SaidClause(sheet, found[1], code, "", whole | fields, number, edited=edited)
            if not fields:
                why = Message("it cannot be told what is changed; edit it in sheet {sheet}", sheet=CLAUSE_SHEET)
                yield not_taken(sheet, found[1], why, code, text, found[2], own[0].clause_id if own else "")
        for _, line, text in new:
            why = Message(
                "no clause of this unit was printed here; add it as a row of sheet {sheet}", sheet=CLAUSE_SHEET
            )
            yield not_taken(sheet, line, why, code, now=text)

    def _edited(self, entry: ListEntry, own: Sequence[SheetClause], was: str, now: str) -> dict[str, str]:
        """Give the fields that differ; none where anything is not understood."""
        if self.english and own:
            was, now = (_in_chinese_marks(text, rests=bool(own[0].basis)) for text in (was, now))
        old, new = (clause_of(text, entry, self.wording) for text in (was, now))
        if (
            not own
            or _squashed(old.text) != _squashed(own[0].text)
            or new.guessed
            or len(_NUMBER.findall(new.text)) > len(_NUMBER.findall(old.text))
            or self._rest(was, old) != self._rest(now, new)
        ):
            return {}
        # What is too high for a row goes on in the next: the line end between is none of the clause.
        text = new.text if "\n" in own[0].text else new.text.replace("\n", "")
        fields = {"text": text.strip(), "effect": new.effect, "basis": new.basis}
        changed = {key: value for key, value in fields.items() if _squashed(value) != _squashed(getattr(old, key))}
        if new.status != old.status:
            return changed | {"status": APPROVED} if new.status == APPROVED else {}
        return changed

    def _rest(self, item: str, clause: SplitClause) -> str:
        """Give what stands of a clause beside what is read of it."""
        rest = re.sub(r"^[\[【][^\]】]*[\]】]", "", _squashed(item))
        for part in (clause.text, f"〔{clause.basis}〕" if clause.basis else ""):
            rest = rest.replace(_squashed(part), "", 1)
        return re.sub(r"[\[【（(](待审|已审|已核)[\]】）)]$", "", rest)


def _in_chinese_marks(item: str, *, rests: bool) -> str:
    """Write what stands around an English clause as it is read; the brackets of one that rests on nothing are words."""
    found = _ENGLISH.fullmatch(item)
    if found is None:
        return item
    basis, why = found["basis"] if rests else None, found["why"]
    text = item[: found.end("text") if basis or found["basis"] is None else found.end("basis") + 1]
    marks = re.sub(r"\[(.*?)\]", lambda one: f"【{_MARKS.get(one[1], one[1])}】", found["marks"])
    return "".join((text, f"〔{basis}〕" if basis else "", f"［{why}］" if why else "", marks))


def _squashed(text: str) -> str:
    return re.sub(r"\s", "", text)
