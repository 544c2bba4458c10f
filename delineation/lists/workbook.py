"""The sheet of a lists workbook that has a clause a row and the units it stands in: laid out, and read again exactly.

Rows of equal content are one, whatever units they are in; a reviewer sees each clause once. Behind a unit's code stands
the place that the clause has in its dimension there, so that lists keep their order, and its state where units differ.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from functools import cache
from typing import TYPE_CHECKING, Any

from ..core.column_names import KnownNames
from ..core.filled_tables import show_cell
from ..core.messages import Message, joined, one_of, word
from ..core.table_outline import CellGrid
from ..core.text import nearest
from .draft import APPROVED, PROPOSED, TO_REVIEW
from .library import LEVELS
from .wording import DIMENSIONS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from .rows import ListRow, PrintedClause
    from .wording import Wording

CLAUSE_SHEET = Message("Lists by clause")
AS_PRINTED = Message("As printed")
"""Of the hidden sheet that has all others as they were written: sheet, row, what stood in its cells."""
NUMBER, CODE = Message("No."), Message("Code of the control unit")
BY_CLAUSE = (
    (NUMBER, 5.5),
    (Message("Number of the clause"), 10.0),
    (Message("Level"), 6.5),
    (Message("Issuing body"), 11.0),
    (Message("Dimension"), 10.0),
    (Message("Sub-dimension"), 13.0),
    (Message("Effect"), 6.5),
    (Message("Requirement"), 52.0),
    (Message("Legal basis"), 34.0),
    (Message("Basis checked"), 7.0),
    (Message("Why it applies"), 18.0),
    (Message("Review"), 7.0),
    (Message("Remarks"), 14.0),
    (Message("Number of units"), 7.0),
    (Message("Units it stands in"), 84.0),
    (Message("Id of the sub-dimension"), 0.0),
    (Message("Origin"), 0.0),
    (Message("Terms"), 0.0),
)
"""Columns and their widths in characters; those of no width are for machines, and hidden."""

_KEYS = (
    "number",
    "clause_id",
    "level",
    "issuer",
    "dimension",
    "subdimension",
    "effect",
    "text",
    "basis",
    "basis_checked",
    "why",
    "status",
    "remark",
    "count",
    "units",
    "subdimension_id",
    "origin",
    "terms",
)
HEADINGS = {key: heading for key, (heading, _) in zip(_KEYS, BY_CLAUSE, strict=True)}
"""What the columns are called, by the names that fields have."""
_MADE = ("basis_checked", "why", "count")  # columns that follow from others
_NEEDED = ("clause_id", "dimension", "effect", "text", "basis", "units")
# Fields that are no part of what a clause says: its place, what brought it where, what follows from other fields.
_APART = ("number", "status", "to_review", "unchecked", "own", "place", "touched")
_UNIT = re.compile(r"(?P<code>\S+)(?:\s+(?:第(?P<zh>\d+)条|no\. (?P<en>\d+)))?\s*(?P<name>[^（(【\[]*)")
_STATE = re.compile(r"[\[【]([^\[【\]】]+)[\]】]$")
_BETWEEN = re.compile(r"[；;\n\r]")
HEAD_ROWS = 3
"""Rows among which the head of a sheet is: a bureau may have put a title above it."""


@dataclass(frozen=True)
class SheetClause:
    """A clause as the sheet has it; texts as in the plan's ``clauses``.

    Attributes
    ----------
    line : int
        Its row in the sheet.
    clause_id, level, issuer, dimension, subdimension, effect, text, basis, status, remark, origin, terms : str
        ``clause_id`` is "" of a row that somebody added.
    made : mapping of str to str
        Cells that are not read, by heading: what follows from other fields, and columns that somebody added.
    units : tuple of (str, str, int, str)
        Code, name, place in the dimension there (0 where it is not said), state ("" where it is that of the row).
    wrong : Message or None
        Which of its cells cannot be read, and what they may say; what is not known is "" then.
    """

    line: int
    clause_id: str
    level: str
    issuer: str
    dimension: str
    subdimension: str
    effect: str
    text: str
    basis: str
    status: str
    remark: str
    origin: str
    terms: str
    made: Mapping[str, str]
    units: tuple[tuple[str, str, int, str], ...]
    wrong: Message | None = None


def clause_groups(
    rows: Iterable[ListRow], wording: Wording
) -> list[tuple[PrintedClause, list[tuple[ListRow, PrintedClause]]]]:
    """Give every clause once with the units it stands in: by dimension, level, then number."""
    groups: dict[tuple[str, ...], list[tuple[ListRow, PrintedClause]]] = {}
    for row in rows:
        for clause in (*row.all_clauses, *row.proposed):
            key = tuple(str(getattr(clause, one.name)) for one in fields(clause) if one.name not in _APART)
            groups.setdefault(key, []).append((row, clause))
    order = {dimension: number for number, dimension in enumerate(wording.dimensions)}
    levels = {level: number for number, level in enumerate(LEVELS)}

    def place(item: tuple[tuple[str, ...], list[tuple[ListRow, PrintedClause]]]) -> tuple[Any, ...]:
        clause = item[1][0][1]
        level = levels.get(clause.level, len(levels))
        return order[clause.dimension], level, clause.clause_id, item[1][0][0].code, item[0]

    return [(units[0][1], units) for _, units in sorted(groups.items(), key=place)]


def states_of(units: Iterable[tuple[ListRow, PrintedClause]]) -> list[str]:
    """List the states that a clause has in its units."""
    return sorted({clause.status for _, clause in units})


def unit_line(row: ListRow, clause: PrintedClause, *, state: bool = False) -> Message:
    """Name a unit that a clause stands in, with its place there, its state, the share of a zone that covers little."""
    name = _BETWEEN.sub(" ", row.name)
    said = Message("{code} no. {number} {name}", code=row.code, number=clause.number, name=name)
    if clause.touched is not None:
        said = Message("{unit} ({of_unit:share} of the unit)", unit=said, of_unit=clause.touched.share_of_unit)
    return Message("{unit} [{state}]", unit=said, state=clause.status) if state else said


def clause_sheet(grids: Mapping[str, CellGrid]) -> tuple[str, CellGrid, int, dict[str, int]] | None:
    """Find the sheet by clause in a workbook: its title, cells, head row and columns; None where there is none."""
    for title, grid in grids.items():
        for row in range(1, HEAD_ROWS + 1):
            columns = _columns(grid, row)
            if all(one in columns for one in _NEEDED):
                return title, grid, row, columns
    return None


def is_record(title: str) -> bool:
    """Tell whether a sheet is the hidden one that keeps what was printed."""
    return title in (word(AS_PRINTED, "zh"), word(AS_PRINTED, "en"))


def printed_sheets(grids: Mapping[str, CellGrid]) -> tuple[str, dict[str, CellGrid]] | None:
    """Give the name of the plan and its sheets as they were printed; None of a workbook that does not keep them."""
    record = next((grid for title, grid in grids.items() if is_record(title)), None)
    if record is None:
        return None
    cells: dict[str, dict[tuple[int, int], Any]] = {}
    for (line, column), value in record.values.items():
        sheet, row = (show_cell(record.value(line, one)) for one in (1, 2))
        if column > 2 and sheet and row.isdigit():
            cells.setdefault(sheet, {})[int(row), column - 2] = value
    return show_cell(record.value(1, 3)), {sheet: CellGrid(own) for sheet, own in cells.items()}


def _columns(grid: CellGrid, row: int) -> dict[str, int]:
    titles = {column: str(grid.value(row, column)) for column in sorted(grid.rows.get(row, {}))}
    found = _known_names().columns([*titles.values()])
    return {key: [*titles][hits[0].place] for key, hits in found.items()}


@cache
def _known_names() -> KnownNames:
    names = {key: (word(heading, "zh"), word(heading, "en")) for key, heading in HEADINGS.items()}
    return KnownNames(names, ranked=False)


def read_clause_rows(found: tuple[str, CellGrid, int, dict[str, int]], wording: Wording) -> list[SheetClause]:
    """Read the rows of a sheet by clause; what goes on in rows below is put together again.

    A row without text, or with an unknown dimension, effect, sub-dimension, level or state, says so in ``wrong``.
    """
    _, grid, head, known = found
    read = {key: column for key, column in known.items() if key not in _MADE}
    taken = {*read.values()}
    made = {show_cell(grid.value(head, column)): column for column in grid.rows[head] if column not in taken}
    columns = made | read
    cells: list[tuple[int, dict[str, list[str]]]] = []
    for row in sorted(one for one in grid.rows if one > head):
        texts = {key: _text(grid.value(row, column)) for key, column in columns.items()}
        if not any(texts[key] for key in read):
            continue
        goes_on = not texts["clause_id"].strip() and not texts.get("number", "").strip().isdigit()
        if goes_on and cells and texts.get("number", "").strip():
            for key, text in texts.items():
                cells[-1][1][key].append(text)
        else:
            cells.append((row, {key: [text] for key, text in texts.items()}))
    return [_row(line, texts, [*made], wording) for line, texts in cells]


def _text(value: Any) -> str:
    if value is None:
        return ""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _row(line: int, texts: Mapping[str, Sequence[str]], made: Sequence[str], wording: Wording) -> SheetClause:
    wrong: list[Message] = []

    def whole(key: str) -> str:
        return "".join(texts.get(key, ())).strip()

    def known(key: str, text: str, names: Mapping[str, str], wanted: Sequence[str]) -> str:
        if text not in names:
            may_be = nearest(text, wanted) if text else one_of(wanted)
            cell = Message("{column}: '{text}' is not known; {wanted}", column=HEADINGS[key], text=text, wanted=may_be)
            wrong.append(cell)
        return names.get(text, "")

    if not whole("text"):
        wrong.append(Message("{column} is empty", column=HEADINGS["text"]))
    dimensions = {name: one for one, name in wording.dimensions.items()} | {one: one for one in DIMENSIONS}
    dimension = known("dimension", whole("dimension"), dimensions, list(wording.dimensions.values()))
    effect = known("effect", whole("effect"), wording.effect_ids, list(wording.effects.values()))
    level = known("level", whole("level"), {one: one for one in ("", *LEVELS)}, LEVELS)
    states = (TO_REVIEW, PROPOSED, APPROVED)
    each = [
        known("status", one.strip(), {one: one for one in ("", *states)}, states)
        for one in _BETWEEN.split(whole("status"))
    ]
    subdimension = _subdimension(whole, dimension, known, wording)
    return SheetClause(
        line=line,
        clause_id=whole("clause_id"),
        level=level,
        issuer=whole("issuer"),
        dimension=dimension,
        subdimension=subdimension,
        effect=effect,
        text=whole("text"),
        basis=whole("basis"),
        status=each[0] if len(each) == 1 else "",
        remark=whole("remark"),
        origin=whole("origin"),
        terms=whole("terms"),
        made={heading: whole(heading) for heading in made},
        units=tuple(
            _unit(one, states if len(each) > 1 else ())
            for cell in texts.get("units", ())
            for one in _BETWEEN.split(cell)
            if one.strip()
        ),
        wrong=joined(wrong) if wrong else None,
    )


def _subdimension(whole: Any, dimension: str, known: Any, wording: Wording) -> str:
    """Give the sub-dimension by its word, or that whose id stands hidden beside it: a word may be that of several."""
    said, kept = whole("subdimension"), whole("subdimension_id")
    if said == wording.subdimensions.get(kept, kept):
        return str(kept)
    own = {name: one for one, name in wording.subdimensions.items() if one.startswith(f"{dimension}_")}
    names = {"": "", **own, **{one: one for one in own.values()}}
    return str(known("subdimension", said, names, list(own)))


def _unit(line: str, states: Sequence[str]) -> tuple[str, str, int, str]:
    """Read the line of a unit; its state counts where the row has several."""
    state = _STATE.search(line.strip())
    found = _UNIT.match(line.strip())
    if found is None:  # of nothing but blanks, which is left out before
        return line.strip(), "", 0, ""
    own = state[1] if state and state[1] in states else ""
    return found["code"], found["name"].strip(), int(found["zh"] or found["en"] or 0), own
