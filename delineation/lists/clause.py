"""One requirement of an entry list: a row of table ``clauses`` of a plan, whose columns are declared here alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from ..core.columns import Column, TableRow, columns_of, rows_of

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "BY_PEOPLE",
    "CLAUSE_COLUMNS",
    "HAND",
    "PREVIOUS",
    "Clause",
    "LibraryRow",
    "UnitId",
    "clauses_of",
]

HAND, PREVIOUS = BY_PEOPLE = "hand", "previous"
"""Origins of clauses that a person wrote, and of those of last year's lists of others."""


UnitId = Annotated[str, Column("单元内部编号", "Unit id", shown=False)]
# What table ``library`` has too.
ClauseId = Annotated[str, Column("条目编号", "Clause")]
Dimension = Annotated[str, Column("维度", "Dimension")]
Effect = Annotated[str, Column("管控效力", "Effect")]
Text = Annotated[str, Column("管控要求", "Text")]
Basis = Annotated[str, Column("依据", "Basis")]
Level = Annotated[str, Column("层级", "Level")]
Subdimension = Annotated[str, Column("细分维度", "Sub-dimension")]
Issuer = Annotated[str, Column("制定机关", "Issued by")]
Terms = Annotated[str, Column("适用条件", "Terms", shown=False)]


@dataclass(frozen=True, kw_only=True)
class Clause(TableRow):
    """A requirement that a unit is under."""

    unit_id: UnitId
    code: Annotated[str, Column("环境管控单元编码", "Unit code")] = ""
    clause_id: ClauseId
    dimension: Dimension = ""
    effect: Effect = ""
    text: Text = ""
    basis: Basis = ""
    level: Level = ""
    origin: Annotated[str, Column("来源", "Origin")] = ""
    status: Annotated[str, Column("状态", "Status")] = ""
    subdimension: Subdimension = ""
    issuer: Issuer = ""
    remark: Annotated[str, Column("备注", "Remark")] = ""
    terms: Terms = ""

    @property
    def said(self) -> tuple[str, str, str, str]:
        """What it asks for, whoever carries it."""
        return self.clause_id, self.dimension, self.effect, self.text

    @property
    def asks(self) -> tuple[str, ...]:
        """All that a lower level must not alter: everything but status, remark, and whose it is."""
        said = (self.dimension, self.subdimension, self.effect, self.text, self.basis)
        return (*said, self.level, self.issuer, self.terms)

    @property
    def by_people(self) -> bool:
        """Tell whether a person wrote it, or it comes from a list of others."""
        return self.origin in BY_PEOPLE


@dataclass(frozen=True, kw_only=True)
class LibraryRow(TableRow):
    """A clause as the library that a plan keeps has it."""

    clause_id: ClauseId
    level: Level = ""
    issuer: Issuer = ""
    dimension: Dimension = ""
    subdimension: Subdimension = ""
    effect: Effect = ""
    text: Text = ""
    basis: Basis = ""
    verified: Annotated[int, Column("依据已核", "Basis checked", within=(0, 1))]
    checked_source: Annotated[str, Column("核对来源", "Text that was read")] = ""
    checked_on: Annotated[str, Column("核对日期", "Read on")] = ""
    page: Annotated[str, Column("出处页码", "Page")] = ""
    terms: Terms = "{}"


CLAUSE_COLUMNS = tuple(column.name for column in columns_of(Clause))
"""Names of the columns of table ``clauses``."""


def clauses_of(table: pd.DataFrame) -> dict[str, tuple[Clause, ...]]:
    """Give the rows of a table ``clauses`` by unit; without numbers of their own they are numbered in its order."""
    out: dict[str, list[Clause]] = {}
    for one in rows_of(table, Clause):
        out.setdefault(one.unit_id, []).append(one)
    return {key: tuple(rows) for key, rows in out.items()}
