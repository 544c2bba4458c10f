"""Where in a sheet or document table the head, the rows of data, their totals and the notes are.

It goes by what stands in the cells: rows of data hold numbers or codes, heads do not.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence  # noqa: TC003 - a dataclass has them
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

_TOTALS = re.compile(r"(全[市县区省盟州]|本[市县区]|各[县区])?(合计|总计|共计|总和)?([（(](?P<of>.*)[)）])?")
# 小计, 天山区小计, 优先保护单元合计: the sum of a part, whatever stands before the word.
_PARTS = re.compile(r"([^\d:：，。；,;]{0,20}小计|[^\d:：，。；,;]{1,20}(合计|总计|共计))([（(].*[)）])?")
_CODE = re.compile(r"(?<!\d)\d{6,}|[A-Z]{2}\d{6,}")
_NUMBER = re.compile(r"[-+]?(\d{1,3}([,，]\d{3})+|\d+)(\.\d+)?\s*[%％]?")
_PLACE = re.compile(r"[（(]?(\d{1,3})[)）]?|[甲乙丙丁戊]")
_NOTES = re.compile(
    r"\s*([（(]?(注|备注|说明|附注|附)[\d一二三四]*[:：.．、]|数据来源|资料来源|填[表报]|审核|制表|编制|单位负责人|联系)"
)
_LABEL = re.compile(r"[^:：]{1,12}[:：]")
_YEARS = range(1990, 2101)
_HEAD_ROWS = 3  # at most, the row that numbers columns not counted
_SPECIFIC = 2  # letters from which a text may name a county or category
_FIRST = 3  # cells of a row in which the word for a sum may stand


class _Unsaved:
    """What stands in a cell whose formula has no saved result: something, of which nobody knows what."""

    def __str__(self) -> str:
        return ""


UNSAVED = _Unsaved()
"""Value of such a cell in `CellGrid.values`."""


@dataclass(frozen=True)
class CellGrid:
    """Cells with what stands in them.

    Attributes
    ----------
    values : mapping
        (row, column), from 1, → a text, number or `UNSAVED`; of merged cells the first alone; empty ones are left out.
    spans : mapping
        (row, column) of the first of merged cells → (last row, last column).
    """

    values: Mapping[tuple[int, int], Any]
    spans: Mapping[tuple[int, int], tuple[int, int]] = field(default_factory=dict)

    @cached_property
    def covered(self) -> dict[tuple[int, int], tuple[int, int]]:
        """Cell → the first of the merged cells that it is one of; of those alone that hold something."""
        out: dict[tuple[int, int], tuple[int, int]] = {}
        for (top, left), (bottom, right) in self.spans.items():
            if (top, left) in self.values:
                for row in range(top, bottom + 1):
                    out |= {(row, column): (top, left) for column in range(left, right + 1)}
        return out

    @cached_property
    def rows(self) -> dict[int, dict[int, tuple[int, int]]]:
        """Row → column → the cell whose value stands there."""
        out: dict[int, dict[int, tuple[int, int]]] = {}
        for place in self.values:
            out.setdefault(place[0], {})[place[1]] = place
        for place, first in self.covered.items():
            out.setdefault(place[0], {})[place[1]] = first
        return out

    def value(self, row: int, column: int) -> Any:
        """Give what stands in a cell, of merged cells in all of them; None for nothing."""
        first = self.covered.get((row, column), (row, column))
        return self.values.get(first)

    def distinct(self, row: int) -> list[tuple[int, int]]:
        """Give the cells of a row that hold something, of merged ones the first, from the left."""
        return list(dict.fromkeys(place for _, place in sorted(self.rows.get(row, {}).items())))

    def texts(self, row: int) -> list[str]:
        """Give the texts of `distinct`."""
        return ["".join(str(self.values[place]).split()) for place in self.distinct(row)]

    def unsaved(self, row: int, column: int) -> bool:
        """Whether a formula without a saved result stands in a cell."""
        return self.value(row, column) is UNSAVED


@dataclass(frozen=True)
class TableOutline:
    """A table's place; rows and columns from 1, all inclusive.

    Attributes
    ----------
    head, first : int
        First row of the head, first row of data: all between them is head.
    last : int
        Last row of data; ``first - 1`` where there are none.
    left, right : int
        Columns.
    total : int
        Row of totals right behind the data, 0 for none.
    left_out : tuple of int
        Rows between ``first`` and ``last`` that are no records: sums of parts, heads of groups, heads repeated.
    parts : tuple of int
        Those of ``left_out`` that sum up a part: a county, a category.
    numbering : int
        Row of the head that numbers the columns, 0 for none.
    total_above : int
        Row of totals between head and data, 0 for none: ``first`` is the one behind it.
    """

    head: int
    first: int
    last: int
    left: int
    right: int
    total: int = 0
    left_out: tuple[int, ...] = ()
    parts: tuple[int, ...] = ()
    numbering: int = 0
    total_above: int = 0

    @property
    def records(self) -> list[int]:
        """Rows that are records."""
        return [row for row in range(self.first, self.last + 1) if row not in self.left_out]

    @property
    def size(self) -> int:
        """Cells of data."""
        return len(self.records) * (self.right - self.left + 1)


def find_tables(grid: CellGrid, heads: int = 0) -> list[TableOutline]:
    """Find the tables of a grid, the largest first.

    Parameters
    ----------
    grid : CellGrid
    heads : int
        Rows of the head, where the file says so itself.
    """
    found = [one for block in _blocks(grid) for one in _in_block(grid, block, heads)]
    return sorted(found, key=lambda one: (-one.size, one.head, one.left))


def titles_of(grid: CellGrid, outline: TableOutline) -> dict[int, str]:
    """Give each column its title: the cells of the head from above, "/" between."""
    out = {}
    last = (outline.total_above or outline.first) - 1
    rows = [row for row in range(outline.head, last + 1) if row != outline.numbering]
    for column in range(outline.left, outline.right + 1):
        cells = dict.fromkeys(place for row in rows if (place := grid.rows.get(row, {}).get(column)))
        texts = ("".join(str(grid.values[place]).split()) for place in cells)
        out[column] = "/".join(text for text in texts if text)
    return out


def is_number_text(text: str) -> bool:
    """Whether a text is a number, with separators or a percent sign."""
    return _NUMBER.fullmatch(text.strip()) is not None


def is_sum(text: str) -> bool:
    """Whether a text is the word for a sum, of all rows or of a part."""
    text = "".join(text.split())
    found = _TOTALS.fullmatch(text) if text else None
    return bool(found and (found[1] or found[2])) or _PARTS.fullmatch(text) is not None


# ── blocks ────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class _Block:
    """Rows without an empty one between them, in columns without an empty one between them."""

    rows: tuple[int, ...]
    left: int
    right: int


def _blocks(grid: CellGrid) -> list[_Block]:
    out = []
    runs: list[list[int]] = []
    for row in sorted(grid.rows):
        # One empty row within data does not end it: what follows has no head of its own.
        gap = row - runs[-1][-1] if runs else 0
        if runs and (gap == 1 or (gap == 2 and _goes_on(grid, runs[-1], row))):
            runs[-1].append(row)
        else:
            runs.append([row])
    for rows in runs:
        out += [_Block(tuple(rows), left, right) for left, right in _side_by_side(grid, rows)]
    return out


def _goes_on(grid: CellGrid, before: list[int], row: int) -> bool:
    """Whether data go on behind an empty row."""
    own, last = grid.rows[row], grid.rows[before[-1]]
    return (
        _is_data(grid, row, own) and _is_data(grid, before[-1], last) and len(own.keys() ^ last.keys()) <= len(own) // 3
    )


def _side_by_side(grid: CellGrid, rows: list[int]) -> list[tuple[int, int]]:
    """Part tables that stand beside each other: an empty column between, two columns and three rows in each."""
    own = [grid.rows[row] for row in rows]
    wide = [one for row, one in zip(rows, own, strict=True) if len(grid.distinct(row)) > 1]
    used = sorted({column for one in wide for column in one}) or sorted({column for one in own for column in one})
    parts: list[list[int]] = []
    for column in used:
        if parts and column == parts[-1][-1] + 1:
            parts[-1].append(column)
        else:
            parts.append([column])
    full = [sum(len(one.keys() & set(part)) > 1 for one in wide) for part in parts]
    if len(parts) > 1 and all(len(part) > 1 and count >= 3 for part, count in zip(parts, full, strict=True)):
        return [(part[0], part[-1]) for part in parts]
    return [(used[0], used[-1])]


# ── one table ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _in_block(grid: CellGrid, block: _Block, heads: int) -> list[TableOutline]:
    """Find the tables of a block: below the notes of one another may begin without an empty row."""
    out: list[TableOutline] = []
    rows = list(block.rows)
    while rows:
        found = _table(grid, block, rows, heads)
        if found is None:
            return out
        out.append(found)
        end = max(found.last, found.total, found.first)
        rows = [row for row in rows if row > end]
    return out


def _own(grid: CellGrid, block: _Block, row: int) -> dict[int, tuple[int, int]]:
    """Give the cells of a row within the block."""
    return {c: place for c, place in grid.rows.get(row, {}).items() if block.left <= c <= block.right}


def _table(grid: CellGrid, block: _Block, rows: list[int], heads: int) -> TableOutline | None:
    """Find the first table of a block: the first row of data that has a head above it."""
    cells = {row: _own(grid, block, row) for row in rows}
    data = [row for row in rows if _is_data(grid, row, cells[row])]
    start = rows[heads] if heads < len(rows) else rows[-1] + 1
    # Of a head of two rows some documents repeat the first alone.
    if heads and (not data or start in data or start > rows[-1]):
        return _from(grid, cells, rows, data, start)
    if not data:
        return _from(grid, cells, rows, data, _after_head_of_texts(grid, rows, cells))
    before = 0
    for start in data:
        # Below a row of data there is no head.
        if start - before != 1 and (found := _from(grid, cells, rows, data, start)):
            return found
        before = start
    return None


def _from(
    grid: CellGrid, cells: Mapping[int, Mapping[int, tuple[int, int]]], rows: list[int], data: list[int], start: int
) -> TableOutline | None:
    """Outline the table whose data, or row of totals above them, begin in a row; None where no head is above it."""
    above = [row for row in rows if row < start]
    skipped = []
    while len(above) > 1 and len(_distinct(cells[above[-1]])) == 1 and len(_distinct(cells[above[-2]])) > 1 and data:
        skipped.append(above.pop())  # the name of a group, before its first row
    if not above or len(_distinct(cells[above[-1]])) < 2 or (data and above[-1] in data):
        return None
    numbering = above[-1] if _is_numbering(grid, cells[above[-1]]) and len(above) > 1 else 0
    head = _head(grid, cells, above, bool(numbering))
    first = above[-1] + 1 if skipped or start > rows[-1] else start
    total_above = 0
    behind = [row for row in data if row > start]
    if behind and start in cells and _sums_up(grid, cells[start], behind) == "all":
        total_above, first = start, start + 1
    below = [row for row in rows if row >= first]
    last, total, left_out, parts = _end(grid, cells, below, above[-1], bool(data))
    if last < first and not _is_head_alone(grid, cells[above[-1]]):
        return None
    columns = {column for row in range(head, above[-1] + 1) for column in cells.get(row, {})}
    columns |= {column for row in range(first, last + 1) if row not in left_out for column in cells.get(row, {})}
    place = (head, first, last, min(columns), max(columns), total)
    return TableOutline(*place, tuple(left_out), tuple(parts), numbering, total_above)


def _is_head_alone(grid: CellGrid, cells: Mapping[int, tuple[int, int]]) -> bool:
    """Whether a row is a head though no row follows: some texts, none of which says who filled in what."""
    texts = [str(grid.values[place]) for place in _distinct(cells)]
    return len(texts) > 2 and not any(_LABEL.match(text) or _NOTES.match(text) for text in texts)


def _distinct(cells: Mapping[int, tuple[int, int]]) -> set[tuple[int, int]]:
    return set(cells.values())


def _is_data(grid: CellGrid, row: int, cells: Mapping[int, tuple[int, int]]) -> bool:
    """Whether a row holds numbers or codes, as rows of data do, and is none that numbers the columns."""
    if len(_distinct(cells)) < 2 or _is_numbering(grid, cells):
        return False
    values = [grid.values[place] for place in _distinct(cells) if place[0] == row]
    if any(isinstance(value, str) and _LABEL.match(value) for value in values) and len(values) < 4:
        return False  # "填报单位：…", "日期：2024-05-01"
    numbers = [value for value in values if isinstance(value, (int, float)) and not isinstance(value, bool)]
    if numbers and not all(value in _YEARS for value in numbers):
        return True
    texts = [value.strip() for value in values if isinstance(value, str)]
    return any(_CODE.search(text) or is_number_text(text) for text in texts)


def _is_numbering(grid: CellGrid, cells: Mapping[int, tuple[int, int]]) -> bool:
    """Whether a row numbers the columns: 甲 乙 1 2 3, (1) (2) (3)."""
    texts = [str(grid.values[place]).strip() for place in dict.fromkeys(cells[column] for column in sorted(cells))]
    found = [_PLACE.fullmatch(text) for text in texts]
    if len(texts) < 3 or not all(found):
        return False
    numbers = [int(one[1]) for one in found if one and one[1]]
    return bool(numbers) and numbers == list(range(1, len(numbers) + 1))


def _head(grid: CellGrid, cells: Mapping[int, Mapping[int, tuple[int, int]]], above: list[int], numbered: bool) -> int:
    """Find the first row of the head: those that share merged cells, or have what the one below lacks."""
    rows = above[:-1] if numbered else above
    head = rows[-1]
    for row in reversed(rows[:-1]):
        if head - row != 1 or rows[-1] - row >= _HEAD_ROWS or len(_distinct(cells[row])) < 2:
            break
        shared = _distinct(cells[row]) & _distinct(cells[head])
        lacking = cells[row].keys() - cells[head].keys()
        labelled = any(_LABEL.match(str(grid.values[place])) for place in _distinct(cells[row]))
        over = any(
            len({place for column, place in cells[head].items() if cells[row].get(column) == one}) > 1
            for one in _distinct(cells[row])
        )
        if not shared and (labelled or not (lacking or over)):
            break
        head = row
    return head


def _after_head_of_texts(grid: CellGrid, rows: list[int], cells: Mapping[int, Mapping[int, tuple[int, int]]]) -> int:
    """Find the row behind the head of a table that holds texts alone, or nothing yet."""
    widest = max(len(cells[row]) for row in rows)
    for row in rows:
        own = cells[row]
        single = [
            place for place in _distinct(own) if place[0] == row and sum(one == place for one in own.values()) == 1
        ]
        if len(own) >= 0.8 * widest and len(_distinct(own)) >= 2 and single and not _goes_below(grid, row, own):
            return row + 2 if row + 1 in cells and _is_numbering(grid, cells[row + 1]) else row + 1
    return rows[0]


def _goes_below(grid: CellGrid, row: int, cells: Mapping[int, tuple[int, int]]) -> bool:
    return any(grid.spans.get(place, place)[0] > row for place in _distinct(cells))


def _sums_up(grid: CellGrid, cells: Mapping[int, tuple[int, int]], records: Sequence[int] = ()) -> str:
    """Say what a row sums up: "all" rows, a "part" of them, or "" where it is no sum.

    One of its first cells has the word for it; a row is a part's where that or a cell beside it names what some of the
    records are of.
    """
    firsts = list(dict.fromkeys(cells[column] for column in sorted(cells)))
    for place in firsts[:_FIRST]:
        text = "".join(str(grid.values[place]).split())
        found = _TOTALS.fullmatch(text) if text else None
        if found and (found[1] or found[2]):
            others = [str(grid.values[one]) for one in firsts if one != place and isinstance(grid.values[one], str)]
            named = any(_names_group(grid, one, records) for one in (*others, found["of"] or ""))
            return "part" if named else "all"
        if text and _PARTS.fullmatch(text):
            return "part"
    return ""


def _names_group(grid: CellGrid, text: str, records: Sequence[int]) -> bool:
    """Whether a text is what some of the records say, and not all of them: the name of a county, a category."""
    text = "".join(text.split())
    if len(text) < _SPECIFIC or is_number_text(text):
        return False
    columns = {column for row in records for column in grid.rows.get(row, {})}
    for column in columns:
        same = sum("".join(str(grid.value(row, column)).split()) == text for row in records)
        if 0 < same < len(records):
            return True
    return False


def _end(
    grid: CellGrid,
    cells: Mapping[int, Mapping[int, tuple[int, int]]],
    rows: list[int],
    head: int,
    data: bool,
) -> tuple[int, int, list[int], list[int]]:
    """Find the last row of data, the row of totals behind it, rows between that are no records, sums of parts."""
    last, left_out = (rows[0] if rows else head + 1) - 1, list[int]()
    pending: list[int] = []
    records: list[int] = []
    wide = len(cells[head]) > 2
    for number, row in enumerate(rows):
        own = cells[row]
        following = rows[number + 1 :]
        texts = [str(grid.values[place]) for place in _distinct(own)]
        sums = bool(_sums_up(grid, own))
        alone = wide and len(_distinct(own)) == 1
        if any(_NOTES.match(text) for text in texts) or (alone and not following and not sums):
            break
        if row - max([last, *pending[-1:]]) > 2:
            break  # more than an empty row between
        repeated = own and [grid.values[one] for one in own.values()] == [
            grid.values[one] for one in cells[head].values()
        ]
        if repeated or sums or alone:
            pending.append(row)
        elif data and wide and len(own) < 2:
            break
        else:
            left_out += [one for one in range(last + 1, row) if one not in left_out]
            pending, last = [], row
            records.append(row)
    # Of what stands behind the last record, the row of totals is the last that sums up all; before it are parts.
    sums_up = {row: _sums_up(grid, cells[row], records) for row in (*left_out, *pending) if row in cells}
    behind: list[int] = []
    for row in pending:
        if row != max([last, *behind]) + 1 or not sums_up[row]:
            break
        behind.append(row)
    whole = [row for row in behind if sums_up[row] == "all"]
    total = whole[-1] if whole else 0
    inside = [row for row in behind if row < total] if total else behind
    left_out += inside
    parts = [row for row in left_out if sums_up.get(row)]
    return max([last, *inside]), total, left_out, parts
