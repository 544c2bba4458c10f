"""What is found in a package of others: tables with their columns, and what a column was taken for."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ...core.messages import NOTHING, Message

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

__all__ = ["FoundColumn", "FoundTable", "Match", "TableMatch"]


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
        Of its cells some are formulas whose results were not saved: it is not empty, though it has no values there.
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
    """

    file: str
    name: str
    columns: tuple[FoundColumn, ...]
    geometry: NDArray[np.object_] | None = None
    crs: str = ""


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
    """

    column: FoundColumn
    of: str = ""
    by: tuple[Message, ...] = ()
    against: Message = NOTHING
    words: Mapping[str, str] = field(default_factory=dict)
    blank: bool = False


@dataclass(frozen=True)
class TableMatch:
    """What a table was taken for.

    Attributes
    ----------
    table : FoundTable
    of : str
        Name of ``export.records.COLUMNS``: units, zones, clauses, counties …; "" where it is none of them.
    category : int
        Where all rows are units of one category: that; else 0.
    matches : tuple of Match
        One a column, in order.
    told : tuple of Message
        What else whoever learns from the file has to know of the table, or of the file: what was left out, what stays
        as it was last year.
    """

    table: FoundTable
    of: str
    category: int = 0
    matches: tuple[Match, ...] = ()
    told: tuple[Message, ...] = ()
