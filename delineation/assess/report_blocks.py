"""Of what the report of an assessment is made, whoever writes it down: sections of facts, tables, notes and maps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime

STRONG, SMALL, MARK = "strong", "small", "mark"
SITE_MAP, ELSEWHERE_MAP = "site", "elsewhere"
VERDICT_COLOURS = {
    "prohibit": "B3261E",
    "restrict": "C2570C",
    "conditional": "8A6A00",
    "needs_review": "8A6A00",
    "no_conflict": "1B7F5C",
    "not_assessed": "5F6368",
}
"""Of the verdict on the first page: verdict → RRGGBB."""


@dataclass(frozen=True)
class Line:
    """A line of a cell or a note; ``tone`` is how it looks: ``strong``, ``small`` or ``mark`` (red)."""

    text: str
    tone: str = ""


Row = tuple[tuple[Line, ...], ...]
"""Of a table: the lines of each cell."""


@dataclass(frozen=True)
class Facts:
    """What things are called, and what is said of each."""

    rows: tuple[tuple[str, tuple[Line, ...]], ...]


@dataclass(frozen=True)
class TableBlock:
    """A table.

    Attributes
    ----------
    heads : tuple of str
    widths : tuple of float
        Of the columns, in parts of the whole.
    rows : tuple of Row
    right : frozenset of int
        Columns of numbers.
    title : str
        Above it.
    """

    heads: tuple[str, ...]
    widths: tuple[float, ...]
    rows: tuple[Row, ...]
    right: frozenset[int] = frozenset()
    title: str = ""


@dataclass(frozen=True)
class Notes:
    """Paragraphs."""

    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Picture:
    """A map: ``site`` or ``elsewhere``."""

    name: str


Block = Facts | TableBlock | Notes | Picture


@dataclass(frozen=True)
class SectionBlock:
    """A part of a report with its heading."""

    heading: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Report:
    """A report.

    Attributes
    ----------
    title : str
    project : str
        What the project is called; that it has no name where it has none.
    plan : str
        Name and status of the plan.
    when : str
        When it was assessed, and as of which day.
    verdict : str
        By id.
    word : str
        The verdict in words.
    because : str
        One sentence why.
    first : tuple of Block
        What stands below that on the first page.
    sections : tuple of SectionBlock
    mark : str
        密级, as it stands at the head of each page.
    disclaimer : str
        At the foot of each page.
    illustration : str
        That the plan is a sample; "" where it is none.
    stamp : datetime, optional
        Of the answer.
    """

    title: str
    project: str
    plan: str
    when: str
    verdict: str
    word: str
    because: str
    first: tuple[Block, ...]
    sections: tuple[SectionBlock, ...]
    mark: str
    disclaimer: str
    illustration: str
    stamp: datetime.datetime | None
