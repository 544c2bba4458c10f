"""A division of the faces into units: what every method gives, and what the bench compares."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from ...core.arrays import number_of
from ...core.errors import BadInput
from ...core.messages import Message
from ...regions.problem import numbered

if TYPE_CHECKING:
    from ...core.arrays import Ints
    from ...labelling.label import Labelling


@dataclass(frozen=True)
class Division:
    """Category and unit of each face.

    The fields are taken as they are, so that thousands of divisions are cheap to make; ``divide`` numbers units that
    are not numbered yet and holds the categories against them.

    Attributes
    ----------
    name : str
        Of the method, as it stands in the table.
    category : (n,) int64
        1 priority, 2 key, 3 general; the same on all faces of a unit.
    unit : (n,) int64
        0 … k − 1, each at least once. How units are numbered changes no metric.
    """

    name: str
    category: Ints
    unit: Ints

    @cached_property
    def count(self) -> int:
        """Number of units, k."""
        return number_of(self.unit)

    @cached_property
    def unit_category(self) -> Ints:
        """Category of each unit, (k,)."""
        out = np.zeros(self.count, dtype=np.int64)
        out[self.unit] = self.category
        return out

    def on(self, face: Ints) -> Division:
        """Take some faces alone, (m,), units numbered anew."""
        return Division(self.name, self.category[face], np.unique(self.unit[face], return_inverse=True)[1].ravel())


def divide(name: str, category: Ints, unit: Ints) -> Division:
    """Make a division of categories and units; units are numbered by the first face of each.

    Parameters
    ----------
    name : str
    category : (n,) int64
        1–3.
    unit : (n,) int64
        Any numbers; faces with the same number are one unit.

    Raises
    ------
    BadInput
        Not as many categories as units; a category other than 1–3; a unit with faces of two categories.
    """
    where = Message("division {name}", name=name)
    if category.shape != unit.shape:
        raise BadInput(
            Message("{categories} categories for {faces} faces", categories=len(category), faces=len(unit)),
            where=where,
            wanted=Message("one category and one unit per face"),
        )
    if not np.isin(category, (1, 2, 3)).all():
        found = int(category[~np.isin(category, (1, 2, 3))][0])
        raise BadInput(Message("category {number}", number=found), where=where, wanted=Message("1, 2 or 3"))
    division = Division(name, category, numbered(unit))
    mixed = np.flatnonzero(division.unit_category[division.unit] != category)
    if len(mixed):
        raise BadInput(
            Message("unit {unit} has faces of two categories", unit=int(unit[mixed[0]])),
            where=where,
            wanted=Message("one category per unit"),
        )
    return division


def division_of(name: str, labelling: Labelling) -> Division:
    """Take the division that a labelling gives."""
    units = labelling.units
    return Division(name, units.category[units.of_face], units.of_face)
