"""Features of all sources in one table of arrays: the rows that coverage points at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..core.findings import called

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..core.arrays import Bools, Ints, Objects
    from ..core.messages import Fact


@dataclass(frozen=True)
class SourceInfo:
    """What is known of one source (来源图层): its provenance. ``official_area_m2`` is 0 where none is stated."""

    role: str
    name: str
    path: str
    layer: str
    crs: str
    encoding: str
    count: int
    sha256: str
    date: str
    provider: str
    document: str
    classification: str
    official_area_m2: float
    trigger: str = ""


@dataclass(frozen=True)
class Features:
    """Polygon features in the case's CRS, one row each.

    Attributes
    ----------
    geometry : (m,) object
        Polygons or multipolygons, as they are in the file: possibly invalid.
    source : (m,) int64
        Position of the source.
    role, zone, grade, subtype, code, name : (m,) object
        Texts, "" where there is none; ``zone`` is a zone id of the profile, ``grade`` a grade id of the role.
    feature_id : (m,) int64
        FID in the file.
    """

    geometry: Objects
    source: Ints
    role: Objects
    feature_id: Ints
    zone: Objects
    grade: Objects
    subtype: Objects
    code: Objects
    name: Objects

    def __len__(self) -> int:
        """Count the features."""
        return len(self.geometry)

    def of(self, *roles: str) -> Bools:
        """Which rows have one of these roles."""
        return np.isin(self.role.astype(str), roles)

    def called(self, row: int) -> Fact:
        """Call a feature by its name, and by its number in the file where it has none, or shares it."""
        alike = (self.source == self.source[row]) & (self.name == self.name[row])
        return called(self.feature_id[row], self.name[row], alone=int(alike.sum()) == 1)

    def take(self, rows: Ints) -> Features:
        """Give some of the rows."""
        return Features(**{name: getattr(self, name)[rows] for name in Features.__dataclass_fields__})


def concatenate(parts: Sequence[Features]) -> Features:
    """All rows of several tables, in order."""
    names = Features.__dataclass_fields__
    return Features(**{name: np.concatenate([getattr(part, name) for part in parts]) for name in names})
