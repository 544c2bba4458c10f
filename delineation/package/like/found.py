"""What is found in a package of others: tables with their columns, and what a column was taken for."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ...core.messages import NOTHING, Message

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True)
class FoundColumn:
    """A column of a layer, sheet or table.

    Attributes
    ----------
    place : int
        From 1, in the file's order.
    title : str
        Its name; of a head of several rows all of them from above, "/" between.
    alias : str
        What the file calls it besides, or "".
    values : sequence
        One a row: texts, numbers, None.
    type : {"text", "integer", "real"}
        As the file declares it; of a sheet as its cells are.
    width, decimals : int
        As the file declares them, 0 where it does not.
    table : mapping
        Code → words where the file has a code table for it.
    formulas : bool
        Formulas stand in it whose results were not saved: that it has no values does not say that it was empty.
    """

    place: int
    title: str
    alias: str = ""
    values: Sequence[Any] = ()
    type: str = "text"
    width: int = 0
    decimals: int = 0
    table: Mapping[str, str] = field(default_factory=dict)
    formulas: bool = False


@dataclass(frozen=True)
class FoundTable:
    """A table of rows.

    Attributes
    ----------
    file : str
        Path in the package, "/" between folders.
    name : str
        Of the layer or sheet; of a table in a document its number.
    columns : tuple of FoundColumn
    geometry : (n,) object or None
        Of a layer.
    crs : str
        Of a layer: WKT or authority code.
    above : tuple of str
        What stands above its head, the nearest first: titles, headings; of a layer what its file calls it besides.
    """

    file: str
    name: str
    columns: tuple[FoundColumn, ...]
    geometry: NDArray[np.object_] | None = None
    crs: str = ""
    above: tuple[str, ...] = ()


@dataclass(frozen=True)
class Match:
    """What a column was taken for.

    Attributes
    ----------
    column : FoundColumn
    of : str
        Name of ``export.records.COLUMNS``; "" where nothing was found: the column stays empty.
    by : tuple of Message
        What speaks for it: its name, and how many of its values.
    against : Message
        Why it was left: no evidence, evidence that contradicts, or two columns that are alike.
    words : mapping
        Value → what stands for it there, where last year's file has other words than a plan.
    blank : bool
        It is meant to stay empty, as last year (a remark): no finding.
    sure : bool
        Values speak for it, or a person said so; else it goes by its name only.
    """

    column: FoundColumn
    of: str = ""
    by: tuple[Message, ...] = ()
    against: Message = NOTHING
    words: Mapping[str, str] = field(default_factory=dict)
    blank: bool = False
    sure: bool = False


@dataclass(frozen=True)
class TableMatch:
    """What a table was taken for.

    Attributes
    ----------
    table : FoundTable
    of : str
        Name of ``export.records.COLUMNS``: units, zones, clauses, counties …; "" where it is none of them.
    matches : tuple of Match
        One a column, in order.
    codes : tuple of str
        Of the unit, zone or county that each row is of; "" where nothing says it.
    only : mapping or None
        Which of the rows it holds, as a profile's ``only``; nothing for all. None where it holds some, and nothing says
        which.
    told : tuple of Message
        What else whoever learns from the file has to know of the table, or of the file: what was left out, what stays
        as it was last year.
    """

    table: FoundTable
    of: str
    matches: tuple[Match, ...] = ()
    codes: tuple[str, ...] = ()
    only: Mapping[str, str] | None = field(default_factory=dict)
    told: tuple[Message, ...] = ()
