"""Layers of one layout, such as one a county: what their columns hold by the rows of all of them together."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ...core.column_names import BY_NAME, folded
from .found import FoundTable, Match, TableMatch
from .matching import match_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .words import KnownWords

_ONE_BY_ONE = {"number"}  # counts the rows of each layer anew


def match_layers(tables: Sequence[FoundTable | None], words: KnownWords) -> list[TableMatch | None]:
    """Say what the rows of each layer are and what its columns hold.

    In a file of one county the county's name is the same in all rows, which proves nothing; in all files together it
    goes with the county. And what agrees in a few rows by chance does not in those of all files.

    Parameters
    ----------
    tables : sequence of FoundTable or None
        None where a layer cannot be read.
    words : KnownWords

    Returns
    -------
    list of TableMatch or None
    """
    matches = [match_table(table, words=words) if table is not None else None for table in tables]
    alike: dict[tuple[object, ...], list[int]] = defaultdict(list)
    for place, match in enumerate(matches):
        if match is not None and match.of in ("units", "zones") and match.table.geometry is not None:
            titles = tuple(folded(column.title) for column in match.table.columns)
            alike[(match.of, match.table.crs, titles)].append(place)
    for places in alike.values():
        group = [one for place in places if (one := matches[place]) is not None]
        if len(group) < 2:
            continue
        together = match_table(_joined([one.table for one in group]), words=words)
        if together.of == group[0].of:
            for place, one in zip(places, group, strict=True):
                matches[place] = replace(one, matches=tuple(map(_better, one.matches, together.matches)))
    return matches


def _joined(tables: Sequence[FoundTable]) -> FoundTable:
    """Put the rows of layers with the same columns below each other."""
    columns = tuple(
        replace(first, values=[value for table in tables for value in table.columns[place].values])
        for place, first in enumerate(tables[0].columns)
    )
    shapes = [table.geometry for table in tables if table.geometry is not None]
    return FoundTable("", "", columns, np.concatenate(shapes), tables[0].crs)


def _better(alone: Match, together: Match) -> Match:
    """Choose what a column is taken for: by its own layer, or by all of that layout."""
    if alone.blank or alone.of == together.of:
        return replace(together, column=alone.column) if alone.of and together.words else alone
    if not alone.of or (BY_NAME not in alone.by and alone.of not in _ONE_BY_ONE):
        return replace(together, column=alone.column)
    return alone
