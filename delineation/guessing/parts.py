"""Layers that hold several roles: counties and townships together, zones of several elements in one table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..text import clean_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from ..sources.layer import PolygonLayer
    from .columns import Column
    from .vocabulary import Vocabulary

__all__ = ["Part", "parts_of"]

_WHOLE, _SOME = 0.95, 0.01


@dataclass(frozen=True)
class Part:
    """Features of one role within a layer: those whose ``column`` has one of ``values``; ``where`` says so in SQL."""

    role: str
    column: str
    values: frozenset[str]
    where: str

    def rows(self, layer: PolygonLayer) -> NDArray[np.bool_]:
        """Which of the layer's rows in use."""
        cells = layer.raw.columns[self.column][layer.row].tolist()
        return np.array([clean_text(value) in self.values for value in cells], dtype=bool)


def parts_of(columns: Mapping[str, Column], words: Vocabulary) -> list[Part]:
    """Parts of a layer, where it has several; nothing where it is of one role."""
    for column in columns.values():
        shares = column.levels
        admin = shares.get("county", 0.0) + shares.get("town", 0.0) + shares.get("above", 0.0)
        if admin >= _WHOLE and min(shares.get("county", 0.0), shares.get("town", 0.0)) > _SOME and column.unique > 0.8:
            return _levels(column)
        if shares.get("zone", 0.0) >= _WHOLE and (parts := _elements(column, words)):
            return parts
    return []


def _levels(column: Column) -> list[Part]:
    counties = frozenset(text for text in column.values if len(text) == 6 or not text[6:].strip("0"))
    above = frozenset(text for text in counties if text[4:6] == "00")
    towns = frozenset(column.values) - counties
    out = []
    for role, values in (("county", counties - above), ("township", towns)):
        out.append(Part(role, column.name, values, _one_of(column, values, among=frozenset(column.values))))
    return out


def _one_of(column: Column, values: frozenset[str], among: frozenset[str]) -> str:
    """Write a condition for some values of a column, by their length where that tells them apart, else one by one."""
    field = '"' + column.name.replace('"', '""') + '"'
    lengths = {len(text) for text in values}
    if not column.numeric and len(lengths) == 1 and not any(len(text) in lengths for text in among - values):
        return f"{field} LIKE '{'_' * lengths.pop()}'"
    if column.numeric:
        least, most = min(map(int, values)), max(map(int, values))
        if not any(least <= int(text) <= most for text in among - values):
            return f"{field} >= {least} AND {field} <= {most}"
        return f"{field} IN ({', '.join(sorted(values))})"
    return f"{field} IN ({', '.join(repr_sql(text) for text in sorted(values))})"


def repr_sql(text: str) -> str:
    """Quote a text as SQL has it."""
    return "'" + text.replace("'", "''") + "'"


def _elements(column: Column, words: Vocabulary) -> list[Part]:
    """Zones by the digits of their codes: of one element each, the ecology's apart as red line and general space."""
    red, general = words.ecology_digits
    roles: dict[tuple[str, str], set[str]] = {}
    for text in column.values:
        element = words["codes"]["element"].get(text[9:10], "")
        if element == "ecology":
            role = {red: "red_line", general: "general_eco_space"}.get(text[8:11], "")
            pattern = "YS______" + text[8:11] + "%"
        else:
            role, pattern = words.element_role.get(element, ""), "YS_______" + text[9:10] + "%"
        if role:
            roles.setdefault((role, pattern), set()).add(text)
    if len(roles) < 2:
        return []
    field = '"' + column.name.replace('"', '""') + '"'
    return [
        Part(role, column.name, frozenset(values), f"{field} LIKE '{pattern}'")
        for (role, pattern), values in sorted(roles.items())
    ]
