"""Of what reports, entry lists and other documents are made, whoever writes them: sections of facts, tables, notes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime
    from collections.abc import Callable

    from matplotlib.figure import Figure

STRONG, SMALL, MARK = "strong", "small", "mark"


@dataclass(frozen=True)
class Line:
    """A line of a cell or a note.

    Attributes
    ----------
    text : str
    tone : str
        How it looks: ``strong``, ``small`` or ``mark`` (red).
    lead : str
        Stands out before the text.
    """

    text: str
    tone: str = ""
    lead: str = ""


Row = tuple[tuple[Line, ...], ...]
"""Of a table: the lines of each cell. Where there are fewer cells than columns the last one takes what is left."""


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
    right, middle : frozenset of int
        Columns of numbers, and of short texts that stand in the middle.
    title : str
        Above it; of a table with ``over`` its first row, to which the contents lead.
    over : tuple of Line
        Below the title, as wide as the table and repeated with its heads.
    groups : bool
        The first column names groups: it stands once for all rows that follow each other with the same.
    """

    heads: tuple[str, ...]
    widths: tuple[float, ...]
    rows: tuple[Row, ...]
    right: frozenset[int] = frozenset()
    title: str = ""
    over: tuple[Line, ...] = ()
    groups: bool = False
    middle: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Notes:
    """Paragraphs."""

    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Picture:
    """A drawing.

    Attributes
    ----------
    size : tuple of float
        Width and height, mm.
    draw : callable
        ``(figure, corner)``: into a figure, with its left and lower edge in mm.
    """

    size: tuple[float, float]
    draw: Callable[[Figure, tuple[float, float]], None]


@dataclass(frozen=True)
class Banner:
    """What a document comes to, at its head: a word on a colour (RRGGBB), and why."""

    word: str
    why: str
    colour: str


Block = Facts | TableBlock | Notes | Picture


@dataclass(frozen=True)
class SectionBlock:
    """A part of a document with its heading."""

    heading: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Document:
    """A document.

    Attributes
    ----------
    title : str
    above : str
        Of what it speaks: above its title, and at the head of each page.
    below : tuple of Line
        Below its title.
    banner : Banner or None
    first : tuple of Block
        What stands below that on the first page.
    sections : tuple of SectionBlock
    mark : str
        密级, as it stands at the head of each page.
    foot : str
        At the foot of each page.
    numbers : str
        The number of a page: U+E000 stands for it, U+E001 for how many there are.
    language : str
    stamp : datetime or None
        Of its properties.
    contents : str
        Heading of its contents, of a document whose sections are chapters, each from a page of its own and named at
        the head of its pages; "" for a report whose sections follow each other.
    """

    title: str
    above: str
    below: tuple[Line, ...]
    banner: Banner | None
    first: tuple[Block, ...]
    sections: tuple[SectionBlock, ...]
    mark: str
    foot: str
    numbers: str
    language: str
    stamp: datetime.datetime | None
    contents: str = ""
