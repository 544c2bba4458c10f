"""What the report of an assessment needs of the plan's file: words, who may read it, and what its maps show."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from pyproj import CRS
from shapely.errors import GEOSException

from ..case.names import Glossary
from ..case.profile import profile_file, profile_for_words
from ..core.geopackage import crs_of
from ..core.messages import Message, at
from ..lists.rows import is_illustration
from ..lists.terms import ClauseVocabulary
from ..lists.wording import counties_of, read_wording
from ..partition.dissolve import united
from ..plan.file import meta_in, required_plan, rows_near, rows_with, schema_in, table_in
from ..plan.provenance import mark_of
from .plan_records import PlanUnit, settings_of

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence
    from pathlib import Path

    from ..core.arrays import Objects
    from ..sources.coordinates.crs import Box

OUTLINED = ("red_line", "protected_area", "drinking_water", "general_eco_space", "farmland", "urban_boundary")
"""Roles whose outlines a map shows, in the order in which they are named."""
_DETAIL = 4_000  # of how many parts of its width the lines of a map may be off
_OVERVIEW = 400  # of how many parts of its width the lines of an overview may be off
_LISTS = "lists.toml"


@dataclass(frozen=True)
class MapUnit:
    """A unit as far as a map shows it."""

    code: str
    name: str
    category: int
    sea: bool
    shape: Any


@dataclass(frozen=True)
class MapLayers:
    """What of a plan a map shows.

    Attributes
    ----------
    box : tuple of float
        West, south, east, north.
    units : tuple of MapUnit
    outlined : dict
        Role → polygons, of those of `OUTLINED` that there are.
    """

    box: Box
    units: tuple[MapUnit, ...]
    outlined: dict[str, Objects]


class ReportPlan:
    """A plan's file, as a report needs it.

    Parameters
    ----------
    path : Path

    Attributes
    ----------
    meta : dict of str
    crs : CRS
    bounds : tuple of float
    mark : str
        Highest 密级 of the plan and its sources; "" where none is stated.
    illustration : bool
        The plan calls itself a sample.

    Raises
    ------
    BadInput
        No plan, or a damaged one.
    """

    def __init__(self, path: Path) -> None:
        self.path, self.folder = path, path.absolute().parent
        with required_plan(path) as connection:
            self.meta = meta_in(connection, at(path))
            self.crs = CRS.from_user_input(crs_of(connection, "faces"))
            self.bounds: Box = connection.execute(
                "SELECT min(minx), min(miny), max(maxx), max(maxy) FROM rtree_faces_geom"
            ).fetchone()
            schema = schema_in(connection, at(path))
            marks = table_in(connection, "sources", at(path), schema)["classification"].fillna("").tolist()
            units = table_in(connection, "units", at(path), schema, shapes=False)
        self.unit_names = dict(zip(units["code"], units["name"], strict=True))
        self.profile = profile_for_words(self)
        self.names = Glossary(self.profile)
        self.mark = mark_of(self.meta, marks, [str(one) for one in self.profile["classification"]["levels"]])
        self.illustration = is_illustration(self.meta)
        self.counties = counties_of(self.meta)
        self._settings = settings_of(self.profile)

    def verdicts(self, language: str) -> dict[str, str]:
        """Give the words of verdicts by id."""
        return dict(self._settings["verdicts" if language == "zh" else "verdicts_en"])

    def profile_title(self, language: str) -> str:
        """Name the profile; profiles have a title in Chinese alone."""
        return str(self.profile.settings.get("title", "")) if language == "zh" else ""

    @property
    def conflict_roles(self) -> tuple[str, ...]:
        """Roles of which it is told how much lies under a site."""
        return tuple(self._settings["conflicts"])

    @cached_property
    def _wording(self) -> Any:
        return read_wording(profile_file(self.profile, _LISTS))

    @property
    def dimensions(self) -> tuple[str, ...]:
        """Ids of the dimensions, in the profile's order."""
        return tuple(self._wording.dimensions)

    def subdimension(self, name: str, language: str) -> str:
        """Name a sub-dimension; profiles have words for them in Chinese alone."""
        return str(self._wording.subdimensions.get(name, "")) if language == "zh" else ""

    @cached_property
    def _vocabulary(self) -> ClauseVocabulary:
        return ClauseVocabulary.of(self.profile)

    def value(self, fact: str, said: str, language: str) -> str:
        """Put the value of a fact into words."""
        known = self._vocabulary.facts.by_id.get(fact)
        named = known.choices.get(said) if known is not None else None
        return str(named) if named and language == "zh" else said.replace("_", " ")

    # ── maps ──────────────────────────────────────────────────────────────────────────────────────────────────────────

    def layers(self, box: Box) -> MapLayers:
        """Read what a map of a place shows."""
        with required_plan(self.path) as connection:
            units = tuple(_units(connection, at(self.path), box))
            return MapLayers(box, units, _outlined(connection, at(self.path), box))

    @cached_property
    def overview(self) -> MapLayers:
        """The units of the whole plan, with fewer vertices."""
        west, south, east, north = self.bounds
        with required_plan(self.path) as connection:
            units = list(_units(connection, at(self.path), None))
        shapes = shapely.simplify(
            np.array([*(one.shape for one in units), None], dtype=object)[:-1],
            max(east - west, north - south) / _OVERVIEW,
            preserve_topology=False,
        )
        kept = tuple(
            MapUnit(one.code, one.name, one.category, one.sea, shape)
            for one, shape in zip(units, shapes, strict=True)
            if not shapely.is_empty(shape)
        )
        return MapLayers(self.bounds, kept, {})


def _units(connection: sqlite3.Connection, where: Message, box: Box | None) -> Sequence[MapUnit]:
    units = table_in(connection, "units", where, schema_in(connection, where), **rows_near("units", box))
    shapes = _clipped(units["geometry"], box)
    out = []
    told = (units[name].tolist() for name in ("code", "name", "category", "kind"))
    for code, name, category, kind, shape in zip(*told, shapes, strict=True):
        if not shapely.is_empty(shape):
            out.append(MapUnit(code, name, category, PlanUnit("", code, "", 0, kind, "").sea, shape))
    return out


def _outlined(connection: sqlite3.Connection, where: Message, box: Box) -> dict[str, Objects]:
    schema = schema_in(connection, where)
    faces = table_in(connection, "faces", where, schema, **rows_near("faces", box)).set_index("face_id")["geometry"]
    faces = faces.sort_index()
    coverage = table_in(connection, "coverage", where, schema, **rows_with("role", OUTLINED))
    out = {}
    for role in OUTLINED:
        covered = coverage.loc[coverage["role"] == role, "face_id"]
        shapes = faces[faces.index.isin(covered)].to_numpy(dtype=object)
        parts = shapely.get_parts(united(shapes)) if len(shapes) else np.empty(0, dtype=object)
        near = _clipped(parts[shapely.get_dimensions(parts) == 2], box)
        if not shapely.is_empty(near).all():
            out[role] = near[~shapely.is_empty(near)]
    return out


def _clipped(shapes: Any, box: Box | None) -> Objects:
    """Cut polygons to a box and a little more, so that its edge is none of their outlines, to what is seen of them."""
    found = np.array([*shapes, None], dtype=object)[:-1]
    if box is None or not len(found):
        return found
    west, south, east, north = box
    room = 0.1 * max(east - west, north - south)
    found = shapely.simplify(found, max(east - west, north - south) / _DETAIL, preserve_topology=False)
    frame = west - room, south - room, east + room, north + room
    try:
        out = shapely.make_valid(shapely.clip_by_rect(found, *frame))
    except GEOSException:
        out = shapely.intersection(found, shapely.box(*frame))
    return np.asarray(out, dtype=object)
