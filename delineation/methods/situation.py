"""What a division method gets of a case's faces, and what it gives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..core.errors import BadInput
from ..core.messages import Message

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from ..core.findings import Finding
    from ..partition import Borders

__all__ = ["Labels", "Situation"]


def _unknown(*asked: Any) -> NDArray[Any]:
    """Stand for what a situation does not know: no line, no raster of that name."""
    raise BadInput(
        Message("nothing is known of {name}", name=str(asked[0])),
        where=Message("situation"),
        wanted=Message("a situation of a case"),
    )


@dataclass(frozen=True)
class Situation:
    """What methods see of each face, cleaning done: riders carry their host's category and kind.

    Attributes
    ----------
    area : (n,) float64
        m².
    borders : Borders
    category, kind : (n,) int64
        Category 1–3; index into ``kinds``.
    kinds : tuple of str
        Role names, ``general`` among them.
    carved : (n,) bool
        Covered by a red line, water source, protected area or park: units of their own in every method.
    sea : (n,) bool
    county, township : (n,) int64
        District; township or −1.
    evidence : pandas.DataFrame
        ``face_id`` (row + 1), raster, mean, stdev, majority, covered.
    grades : mapping of str to mapping
        Raster name → value → word, as the case gives it.
    covered_min : float
        Share 0–1 below which a statistic decides nothing.
    root : (n,) int64
        Face whose labels each face carries: its host, else itself.
    perimeter : (n,) float64
        m.
    point : (n, 2) float64
        A point in each face.
    rasters : mapping of str to str
        Raster name → kind: score, grade, class.
    roles : tuple of str
        Roles of the case's sources.
    extent : callable
        Role → (n,) int64: equal numbers for faces that the same features of that role cover, −1 where none does.
    fixed : callable
        () → (n,) int64: the unit that each carved face makes under the case's grouping, numbered, −1 for others.
    lines : tuple of str
        Roles of the case's sources of lines, which cut nothing (``Role.guide``).
    along : callable
        (roles of ``lines``, m) → (b,) float64: share 0–1 of each border that lies so near to one of their lines.
    former_units : callable
        (codes or names, where) → (n,) int64: which of these units of before (role ``unit``) covers each face, −1 where
        none does; ``all`` means each.
    cells : callable
        Raster name → (n,) float64: how many of its cells each face is as large as.
    """

    area: NDArray[np.float64]
    borders: Borders
    category: NDArray[np.int64]
    kind: NDArray[np.int64]
    kinds: tuple[str, ...]
    carved: NDArray[np.bool_]
    sea: NDArray[np.bool_]
    county: NDArray[np.int64]
    township: NDArray[np.int64]
    evidence: pd.DataFrame
    grades: Mapping[str, Mapping[str, str]]
    covered_min: float
    root: NDArray[np.int64]
    perimeter: NDArray[np.float64]
    point: NDArray[np.float64]
    rasters: Mapping[str, str]
    roles: tuple[str, ...]
    extent: Callable[[str], NDArray[np.int64]]
    fixed: Callable[[], NDArray[np.int64]]
    lines: tuple[str, ...] = ()
    along: Callable[[Sequence[str], float], NDArray[np.float64]] = _unknown
    cells: Callable[[str], NDArray[np.float64]] = _unknown
    former_units: Callable[[Sequence[str], Message], NDArray[np.int64]] = _unknown


@dataclass(frozen=True)
class Labels:
    """A labelling of the faces.

    Attributes
    ----------
    category, kind : (n,) int64
        As decided by the method.
    unit : (n,) int64
        Faces with the same number ≥ 0 are one unit; −1 leaves it to the grouping.
    findings : tuple of Finding
        What the method did short of what it was asked, or without being asked.
    """

    category: NDArray[np.int64]
    kind: NDArray[np.int64]
    unit: NDArray[np.int64]
    findings: tuple[Finding, ...] = ()
