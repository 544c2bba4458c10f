"""What a division method gets of a case's faces, and what it gives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..core.errors import BadInput
from ..core.messages import Message

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from ..core.arrays import Bools, Floats, Ints
    from ..core.findings import Finding
    from ..partition import Borders

# What an update did with a face (``Labels.outcome``): its unit goes on; the rules are stricter now; they say another
# kind of the same category; they are looser now and it was kept all the same, or was not; it had no unit; it lies in
# another county now; the lock of its unit goes before what they say.
KEPT, RAISED, CHANGED, HELD, LOWERED, NEW, TRANSFERRED, LOCKED = range(8)


def _unknown(*asked: Any) -> NDArray[Any]:
    """Stand for what a situation does not know: no line, no raster of that name."""
    raise BadInput(
        Message("nothing is known of {name}", name=str(asked[0])),
        where=Message("situation"),
        wanted=Message("a situation of a case"),
    )


@dataclass(frozen=True)
class UnitsThenAndNow:
    """Last year's units on the faces of today, and what the rules said there then and say now.

    Attributes
    ----------
    unit : (n,) int64
        Row of the unit that covers each face, −1 where none does.
    category, kind : (p,) int64
        Of each unit; 0 and −1 where its layer does not say.
    area : (p,) float64
        m² of each unit.
    then_category, then_kind : (n,) int64
        What the rules said of each face then, before cleaning; 0 and −1 where nobody knows: of a foreign layer.
    now_category, now_kind : (n,) int64
        What they say now, before cleaning.
    protected, sliver, rounding : (n,) bool
        No step puts it under a lower category; thinner and smaller than cleaning lets faces be, those included that
        rounding made.
    strange : (n,) bool
        It lies in another county by now than its unit, whose own goes on.
    ruled : (n,) int64
        The unit that rules and grouping alone would make of each face, numbered.
    locked : (p,) bool
        The unit neither loses land nor gets any, but for what is protected or lies in another county by now.
    follow : bool
        Where the rules are looser now, faces follow them; else they keep their unit.
    """

    unit: Ints
    category: Ints
    kind: Ints
    area: Floats
    then_category: Ints
    then_kind: Ints
    now_category: Ints
    now_kind: Ints
    protected: Bools
    sliver: Bools
    rounding: Bools
    strange: Bools
    ruled: Ints
    locked: Bools
    follow: bool = False


def _no_last_year() -> UnitsThenAndNow:
    """Stand for what a situation without a case does not know."""
    raise BadInput(
        Message("nothing is known of last year's units"),
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
    last_year : callable
        () → `UnitsThenAndNow`.
    """

    area: Floats
    borders: Borders
    category: Ints
    kind: Ints
    kinds: tuple[str, ...]
    carved: Bools
    sea: Bools
    county: Ints
    township: Ints
    evidence: pd.DataFrame
    grades: Mapping[str, Mapping[str, str]]
    covered_min: float
    root: Ints
    perimeter: Floats
    point: Floats
    rasters: Mapping[str, str]
    roles: tuple[str, ...]
    extent: Callable[[str], Ints]
    fixed: Callable[[], Ints]
    lines: tuple[str, ...] = ()
    along: Callable[[Sequence[str], float], Floats] = _unknown
    cells: Callable[[str], Floats] = _unknown
    former_units: Callable[[Sequence[str], Message], Ints] = _unknown
    last_year: Callable[[], UnitsThenAndNow] = _no_last_year


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
    outcome : (n,) int64 or None
        Of an update: what it did with each face (`KEPT` …). Faces that ride with a host have labels of their own then;
        else they have their host's.
    kept : (n,) bool or None
        Of an update: the faces on which the unit that they had goes on.
    """

    category: Ints
    kind: Ints
    unit: Ints
    findings: tuple[Finding, ...] = ()
    outcome: Ints | None = None
    kept: Bools | None = None
