"""What is checked: a plan's or a foreign layer's units with all that the rules may hold against them."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from ..lists.wording import DIMENSIONS
from .shapes import Pieces, coverage_is_valid, once, overlay, polygonal, solid, union

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from shapely.geometry.base import BaseGeometry

    from ..core.arrays import Bools, Ints, Objects
    from ..core.findings import Finding
    from ..lists.entries import EntryLists
    from .settings import CheckSettings


@dataclass(frozen=True)
class LayerFacts:
    """A layer as it was found: its name, its CRS (empty: none) and its bounds (minx, miny, maxx, maxy) in that CRS."""

    name: str
    crs: str
    bounds: tuple[float, float, float, float]


@dataclass(frozen=True)
class FieldFacts:
    """Fields of the unit layer as they were found.

    Attributes
    ----------
    table : pandas.DataFrame
        Attributes under their names in the file, one row a unit.
    types : mapping of str
        Field name → ``text``, ``integer``, ``number`` or ``other``.
    meanings : mapping of str
        Meaning (``code``, ``name``, …) → field name.
    restored : int
        Codes stored as numbers whose prefix was put back.
    derived : bool
        The category was read from the code, for want of a field.
    """

    table: pd.DataFrame
    types: Mapping[str, str]
    meanings: Mapping[str, str]
    restored: int = 0
    derived: bool = False


@dataclass(frozen=True)
class UpperScheme:
    """What a plan says of the scheme of the level above that it keeps to.

    Attributes
    ----------
    mode : str
        ``fixed`` or ``refine``.
    category : mapping of str to int
        Of its units, by their codes.
    """

    mode: str
    category: Mapping[str, int]


@dataclass(frozen=True)
class CheckSubject:
    """Units and their surroundings, all geometries in one projected CRS in metres.

    ``None`` means unknown: rules that need it are not run.

    Attributes
    ----------
    name : str
        File or layer the findings speak of.
    crs : str
        CRS of all geometries here.
    units : pandas.DataFrame
        code, name, category (1, 2, 3; 0 unknown), county, kind, sea (bool), area_m2 (as stated, NaN where nothing is),
        geometry.
    settings : CheckSettings
    layers : tuple of LayerFacts
        The unit layer first, then every other layer given.
    fields : FieldFacts
    counties : pandas.DataFrame or None
        code, geometry: land and whatever sea the county layer includes.
    sea : numpy array of polygons or None
        The sea; of length 0 where it is known that there is none.
    zones : mapping of str to pandas.DataFrame
        By role: zone, source, geometry, area_m2; for a plan also face and unit (row of ``units``, -1 none), one row a
        covered face and feature.
    element_zones : pandas.DataFrame or None
        code, element, zone, county, area_m2, geometry.
    official, read_area : mapping of str to float
        By role: official area of an approval document, and area of the source as it was read, m².
    grouping : mapping of int to str
        Category → the case's word of how faces are grouped (``part`` allows one part a unit).
    retired : frozenset of str or None
        Codes that may not be used again.
    recoded : mapping of str to collection of str
        Superseded county code → its successors: all are valid in a unit's code.
    reading : tuple of Finding
        What reading a foreign layer said: its encoding, its axes, its zone.
    faces : pandas.DataFrame or None
        A plan's faces: geometry, unit (row of ``units``, -1 none), county, sea, area_m2.
    upper : UpperScheme or None
        Of the level above; its units are the zones of role ``upper``.
    lists : EntryLists or None
        Of a layer, what its fields say.
    """

    name: str
    crs: str
    units: pd.DataFrame
    settings: CheckSettings
    layers: tuple[LayerFacts, ...]
    fields: FieldFacts
    counties: pd.DataFrame | None = None
    sea: Objects | None = None
    zones: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    element_zones: pd.DataFrame | None = None
    official: Mapping[str, float] = field(default_factory=dict)
    read_area: Mapping[str, float] = field(default_factory=dict)
    grouping: Mapping[int, str] = field(default_factory=dict)
    retired: frozenset[str] | None = None
    recoded: Mapping[str, Collection[str]] = field(default_factory=dict)
    reading: tuple[Finding, ...] = ()
    faces: pd.DataFrame | None = None
    upper: UpperScheme | None = None
    lists: EntryLists | None = None

    def lacks(self, need: str) -> list[str]:
        """Name what is unknown of a rule's need (``Rule.needs``); empty where it is met."""
        if need == "elements":
            there = set() if self.element_zones is None else set(self.element_zones["element"])
            return [f"element:{element}" for element in self.settings.full_cover if element not in there]
        if need == "dimensions":
            # What no field of a layer says may be said elsewhere.
            there = (
                set(DIMENSIONS) if self.lists is None or not self.lists.fields else set(self.lists.texts("dimension"))
            )
            return [f"dimension:{dimension}" for dimension in DIMENSIONS if dimension not in there]
        known = {
            "counties": self.counties is not None,
            "sea": self.sea is not None or not self.units["sea"].any(),
            "coastline": self.sea is not None,
            "element_zones": self.element_zones is not None and len(self.element_zones) > 0,
            "filled": self.element_zones is not None and "filled" in self.element_zones,
            "date": self.lists is not None and bool(self.lists.as_of),
            "retired": self.retired is not None,
            "grouping": bool(self.grouping),
            "library": self.lists is not None and len(self.lists.library) > 0,
            "lists": self.lists is not None,
            "priority_zones": any(want["role"] in self.zones for want in self.settings.of("Q13", "zones")),
        }
        if need.startswith(("official:", "zone:")):
            kind, _, role = need.partition(":")
            return [] if role in (self.official if kind == "official" else self.zones) else [need]
        return [] if known[need] else [need]

    @cached_property
    def codes(self) -> Objects:
        """Code of each unit; a unit without one is called by its row, ``#3``."""
        code = self.units["code"].to_numpy(dtype=object)
        return np.array([c if c else f"#{row + 1}" for row, c in enumerate(code)], dtype=object)

    @cached_property
    def valid(self) -> Bools:
        """Whether the geometry of each unit is valid as it stands; False where there is none."""
        return np.asarray(shapely.is_valid(self.units["geometry"].to_numpy(dtype=object)), dtype=bool)

    @cached_property
    def shapes(self) -> Objects:
        """Valid polygons of the units; what Q06 reports is repaired here so that the other rules can still measure."""
        return polygonal(self.units["geometry"].to_numpy(dtype=object), self.valid)

    @cached_property
    def category(self) -> Ints:
        """Category of each unit, 0 where unknown."""
        return np.asarray(self.units["category"], dtype=np.int64)

    @cached_property
    def is_sea(self) -> Bools:
        """Sea units, by the prefix of their code."""
        return np.asarray(self.units["sea"], dtype=bool)

    @cached_property
    def tree(self) -> shapely.STRtree:
        """Index over ``shapes``."""
        return shapely.STRtree(self.shapes)

    @cached_property
    def is_coverage(self) -> bool:
        """No two units overlap and common edges are identical: the quick proof that spares pairwise overlays."""
        return coverage_is_valid(self.shapes[~shapely.is_empty(self.shapes)])

    @cached_property
    def compared(self) -> Bools:
        """Units that can be held against the boundary: without a sea layer that is only the land ones."""
        return np.ones(len(self.units), dtype=bool) if self.sea is not None else ~self.is_sea

    @cached_property
    def covered(self) -> BaseGeometry:
        """Union of the compared units."""
        # Some units of a coverage are one too.
        return union(self.shapes[self.compared], self.settings.grid, tiled=self.is_coverage)

    @cached_property
    def land(self) -> Objects:
        """Counties without the sea, in the order of ``counties``; empty array where counties are unknown."""
        if self.counties is None:
            return np.empty(0, dtype=object)
        shapes = self.counties["geometry"].to_numpy(dtype=object)
        if self.faces is not None:
            # A plan's are unions of its faces.
            return np.asarray(shapes)
        shapes = polygonal(shapes)
        if self.sea is not None and len(self.sea):
            shapes = polygonal(shapely.difference(shapes, union(self.sea)))
        return shapes

    @cached_property
    def boundary(self) -> BaseGeometry:
        """Study area: counties and sea."""
        sea = self.sea if self.sea is not None else np.empty(0, dtype=object)
        return union(np.concatenate([self.land, sea]))

    @cached_property
    def county_shares(self) -> pd.DataFrame:
        """Area of each land unit in each county: unit (row), county, area_m2, geometry (a plan's: of one face each)."""
        if self.faces is not None:
            mine = self.faces[(self.faces["unit"] >= 0) & ~self.faces["sea"]]
            mine = mine[~self.is_sea[mine["unit"].to_numpy()]]
            return mine[["unit", "county", "area_m2", "geometry"]].reset_index(drop=True)
        if self.counties is None:
            return pd.DataFrame({"unit": [], "county": [], "area_m2": [], "geometry": []})
        rows = np.flatnonzero(~self.is_sea)
        pieces = overlay(self.shapes[rows], self.land, self.settings.tolerance)
        return pd.DataFrame(
            {
                "unit": rows[pieces.left],
                "county": self.counties["code"].to_numpy(dtype=object)[pieces.right],
                "area_m2": pieces.area,
                "geometry": pieces.shape,
            }
        )

    @cached_property
    def county_of(self) -> Objects:
        """County that holds the largest part of each land unit, empty where none does."""
        out = np.full(len(self.units), "", dtype=object)
        shares = self.county_shares.groupby(["unit", "county"], sort=True)["area_m2"].sum().reset_index()
        best = shares.sort_values("area_m2", kind="stable").groupby("unit")["county"].last()
        out[best.index.to_numpy(dtype=np.int64)] = best.to_numpy(dtype=object)
        return out

    def holders(self, role: str, zones: Collection[str] = ()) -> pd.DataFrame:
        """Which units hold a role's zones.

        Parameters
        ----------
        role : str
        zones : collection of str
            Values of the zone column to look at; empty means all.

        Returns
        -------
        pandas.DataFrame
            unit (row, -1 where no unit is), area_m2, geometry; overlapping features count once.
        """
        table = self.zones[role]
        if zones:
            table = table[table["zone"].isin(list(zones))]
        if "unit" in table:
            return table.drop_duplicates("face")[["unit", "area_m2", "geometry"]].reset_index(drop=True)
        shapes = once(table["geometry"].to_numpy(dtype=object))
        pieces = overlay(shapes, self.shapes, self.settings.tolerance)
        rest = solid(_uncovered(shapes, pieces), self.settings.tolerance)
        rest = rest[~shapely.is_empty(rest)]
        return pd.DataFrame(
            {
                "unit": np.concatenate([pieces.right, np.full(len(rest), -1)]),
                "area_m2": np.concatenate([pieces.area, shapely.area(rest)]),
                "geometry": np.concatenate([pieces.shape, rest]),
            }
        )


def _uncovered(shapes: Objects, pieces: Pieces) -> Objects:
    """Find what of each shape is in none of its pieces, for the shapes that do not lie in one piece whole."""
    whole = np.zeros(len(shapes), dtype=bool)
    whole[pieces.left[pieces.shape == shapes[pieces.left]]] = True
    start = np.searchsorted(pieces.left, np.arange(len(shapes)), side="left")
    stop = np.searchsorted(pieces.left, np.arange(len(shapes)), side="right")
    # One by one: a difference with the union of all units would walk along all of it for every shape.
    rest = [
        shapely.difference(shapes[row], shapely.union_all(pieces.shape[start[row] : stop[row]]))
        for row in np.flatnonzero(~whole)
    ]
    return np.array(rest, dtype=object)
