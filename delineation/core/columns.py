"""Tables whose columns are declared once: as the annotated fields of the class of their rows."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar, get_args, get_type_hints
from weakref import WeakKeyDictionary

from .messages import Message

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from .geopackage import Column as Plain

__all__ = ["Column", "Table", "TableRow", "columns_of", "plain_rows", "rows_of"]

_TYPES = {str: "TEXT", int: "INTEGER", float: "REAL"}


@dataclass(frozen=True)
class Column:
    """What a field's annotation says of its column: ``Annotated[float, Column("面积", "Area", unit="m²")]``.

    Attributes
    ----------
    zh, en : str
        Title.
    unit : str
        ``m²``, ``m``, ``0–1`` for a share, "" for what has none.
    within : (float, float)
        Bounds of a number.
    since : int
        The first schema that has it; in files of a lower one it holds its default.
    shown : bool
        It is for readers: attribute tables show it, and profiles of files for others may ask for it by its name.
    shown_in : str
        The unit that it is shown in, "" for its own.
    behind : str
        The column that it stands behind where it is shown, "" for its own place.
    width : int
        Of a shown one, in pixels; −1 as QGIS has it.
    words : str
        What its values are, where readers are shown words in their place: ``category``, ``kind``, ``yes_no`` …
    name, type, default, needed
        As its field has them: ``TEXT``, ``INTEGER`` or ``REAL``; what it is where nothing fills it; whether each row
        has it, which is so where the field has no default: a file that lacks it is damaged.
    """

    # What cannot be hashed `typing` does not keep: in its caches this class, and with it the module, would outlive the
    # plugin in QGIS.
    __hash__ = None  # type: ignore[assignment]

    zh: str
    en: str
    unit: str = ""
    within: tuple[float, float] = (-math.inf, math.inf)
    since: int = 1
    shown: bool = True
    shown_in: str = ""
    behind: str = ""
    width: int = -1
    words: str = ""
    name: str = ""
    type: str = "TEXT"
    default: str | float | None = None
    needed: bool = False

    @property
    def said(self) -> Message:
        """Its title as a message that begins within a sentence."""
        english = self.title("en")
        english = english if english[:2].isupper() else english[:1].lower() + english[1:]
        return Message("{title:both}", title=(self.title("zh"), english))

    def title(self, language: str, unit: str = "") -> str:
        """Give its title with its unit, or with another that it is shown in."""
        title, unit = self.zh if language == "zh" else self.en, unit or self.unit
        if not unit:
            return title
        return f"{title}（{unit}）" if language == "zh" else f"{title} ({unit})"


@dataclass(frozen=True, kw_only=True)
class TableRow:
    """A row of a table; ``fid`` is its place in the file, 0 where it has none yet."""

    fid: int = 0

    def record(self) -> dict[str, Any]:
        """Give what it says by the names of its fields, as JSON keeps it."""
        return dict(vars(self))


# Of classes whose columns were read; none is kept alive by it.
_COLUMNS: WeakKeyDictionary[type[TableRow], tuple[Column, ...]] = WeakKeyDictionary()

AnyRow = TypeVar("AnyRow", bound=TableRow)


@dataclass(frozen=True)
class Table:
    """A table or, with a geometry type, a layer.

    Attributes
    ----------
    zh, en : str
        Title.
    row : type
        Its rows: each annotated field is a column.
    geometry : str
        ``Polygon`` … of a layer, "" of a table.
    since : int
        The first schema that has it; in files of a lower one it is empty.
    """

    zh: str
    en: str
    row: type[TableRow]
    geometry: str = ""
    since: int = 1

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """Its columns in the order of the file."""
        return columns_of(self.row)

    @cached_property
    def plain(self) -> tuple[Plain, ...]:
        """Names and types, as GeoPackages are written and read by."""
        return tuple((column.name, column.type) for column in self.columns)

    @property
    def needed(self) -> Mapping[str, tuple[float, float]]:
        """What each row has, and within which bounds."""
        return {column.name: column.within for column in self.columns if column.needed}

    @cached_property
    def defaults(self) -> Mapping[str, str | float | None]:
        """What each column holds where nothing fills it."""
        return {column.name: column.default for column in self.columns}

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the columns in order; of a layer without its geometry."""
        return tuple(column.name for column in self.columns)


def columns_of(row: type[TableRow]) -> tuple[Column, ...]:
    """Give the columns that the fields of a class of rows declare, in their order."""
    if row in _COLUMNS:
        return _COLUMNS[row]
    out = []
    for name, hint in get_type_hints(row, include_extras=True).items():
        for column in getattr(hint, "__metadata__", ()):
            kind = _TYPES[(get_args(hint.__origin__) or (hint.__origin__,))[0]]
            default = getattr(row, name, "" if kind == "TEXT" else None)
            out.append(replace(column, name=name, type=kind, default=default, needed=not hasattr(row, name)))
    _COLUMNS[row] = tuple(out)
    return _COLUMNS[row]


def rows_of(frame: pd.DataFrame, row: type[AnyRow]) -> list[AnyRow]:
    """Read the rows of a table; those without numbers of their own are numbered in its order.

    What a row lacks is what its column holds where nothing fills it.
    """
    values = {"fid": frame["fid"].tolist() if "fid" in frame else range(1, len(frame) + 1)}
    for column in columns_of(row):
        cells = frame.get(column.name)
        blank = [column.default] * len(frame)
        values[column.name] = (
            blank if cells is None else cells.astype(object).where(cells.notna(), column.default).tolist()
        )
    return [row(**dict(zip(values, one, strict=True))) for one in zip(*values.values(), strict=True)]


def plain_rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Give the rows of a table by the names of its columns, None for what is missing."""
    rows: list[dict[str, Any]] = frame.astype(object).where(frame.notna(), None).to_dict("records")
    return rows
