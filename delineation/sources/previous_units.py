"""Last year's control units (既有管控单元), read once for all that compares with them: any layer, or a plan of ours.

They serve ``[previous]`` (codes, names, lineage), sources of role ``unit``, the method ``update`` and ``[upper]``, the
units of the level above. A foreign layer is read through the field aliases of the profile (``unit_fields.toml``); a
plan of ours also says what was decided of each of its faces, by which rules, and which clauses its units have.
"""

from __future__ import annotations

import json
import re
import sqlite3
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from ..case.model import Previous as PreviousSpec
from ..case.model import Upper
from ..core.database_file import reading
from ..core.errors import BadInput
from ..core.findings import Finding
from ..core.geopackage import crs_of, read_frame, table_names
from ..core.messages import Message, at
from ..core.text import clean_name, clean_text
from .coordinates.crs import parse_crs, to_crs
from .coordinates.crs_candidates import no_crs
from .coordinates.datums import datum_finding
from .coordinates.ellipsoid import ellipsoidal_area
from .coordinates.stated_crs import place_shapes
from .formats.vectors import raw_findings, read_vector
from .numeric_codes import code_findings, code_texts, restore_prefix
from .roles import (
    UNIT_MEANINGS,
    categories_said,
    column_findings,
    find_unit_fields,
    texts_of,
    unit_fields,
    unit_matches,
)
from .shapes import mended, refuse_nowhere
from .unit_defects import category_findings, cut_texts, stated_areas, units_of_codes

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray
    from pyproj import CRS

    from ..case.model import Case, SourceSpec
    from ..case.profile import Profile
    from .coordinates.crs import Box
    from .formats.vectors import RawLayer

TEXT_MEANINGS = ("spatial", "discharge", "risk", "resource")
"""Meanings of fields that hold a dimension of the entry list each (``unit_fields.toml``)."""

_CODE_DIGITS = 11  # county, category, serial
_CODE = re.compile(r"^[A-Z]*(\d{6})([123])\d{4}$")
# What is read of a plan of ours; columns that are no numbers are texts.
_PLAN_TABLES = {
    "faces": ("face_id", "category", "rule_category", "unit_id", "area_m2", "host"),
    "coverage": ("face_id", "role", "source", "feature_id", "zone", "grade"),
    "features": ("source", "feature_id", "name"),
    "sources": ("source", "role", "date"),
    "rules": (
        "id",
        "precedence",
        "role",
        "zone",
        "grade",
        "effect",
        "switch",
        "inside",
        "outside",
        "min_area",
        "min_share",
        "active",
        "title",
        "source",
    ),
}
_NUMBERS = {
    **dict.fromkeys(("face_id", "category", "rule_category", "host", "feature_id", "precedence", "active"), "INTEGER"),
    **dict.fromkeys(("area_m2", "min_area", "min_share"), "REAL"),
}


@dataclass(frozen=True)
class PreviousPlan:
    """What a plan of ours says beyond its units: its faces, what covers them, the rules it was judged by.

    Attributes
    ----------
    faces : pandas.DataFrame
        ``face_id``, ``category``, ``rule_category``, ``unit_id``, ``area_m2``, ``host``, ``geometry`` in the CRS that
        was asked for.
    coverage, features, sources, rules : pandas.DataFrame
        As the plan's tables of these names.
    """

    faces: pd.DataFrame
    coverage: pd.DataFrame
    features: pd.DataFrame
    sources: pd.DataFrame
    rules: pd.DataFrame


@dataclass(frozen=True)
class PreviousUnits:
    """Last year's units, one a feature, in the CRS that was asked for.

    Attributes
    ----------
    path : Path
    layer : str
    place : str
        What messages call it: file and layer.
    crs : CRS
        Of ``geometry``.
    geometry : (p,) object
        Valid; None or empty where the layer has none.
    feature_id : (p,) int64
        FID in the file.
    source : (p,) int64
        Position of the spec it was read by, where several were joined (`joined_units`).
    code : tuple of str
        Each once.
    name, unit_id, kind, subtype, county : tuple of str
        "" where the layer has none. ``county``: six digits, from the code, else as the layer says.
    category : (p,) int64
        By the digit of the code, else by the field; 0 where neither says.
    area : (p,) float64
        m², measured by the case's method.
    stated_area : (p,) float64
        m², as the layer's own field says, NaN where it does not, or in a unit of measure that nobody knows.
    fields : mapping of str to str
        Meaning (as in ``unit_fields.toml``) → field that was found for it.
    columns : mapping of str to (p,) arrays
        All fields of the layer as read.
    meta : mapping of str to str
        What a plan of ours says of itself; empty for a foreign layer.
    date : str
        数据时点: as the case says, else of the plan.
    findings : tuple of Finding
        Encoding, CRS, repair, codes, areas.
    more : mapping of (int, int) to int
        Source and FID of further features of a unit → its row: several that share a code are parts of one.
    """

    path: Path
    layer: str
    place: str
    crs: CRS
    geometry: NDArray[np.object_]
    feature_id: NDArray[np.int64]
    source: NDArray[np.int64]
    code: tuple[str, ...]
    name: tuple[str, ...]
    unit_id: tuple[str, ...]
    kind: tuple[str, ...]
    subtype: tuple[str, ...]
    county: tuple[str, ...]
    category: NDArray[np.int64]
    area: NDArray[np.float64]
    stated_area: NDArray[np.float64]
    fields: Mapping[str, str] = field(default_factory=dict)
    columns: Mapping[str, NDArray[Any]] = field(default_factory=dict)
    meta: Mapping[str, str] = field(default_factory=dict)
    date: str = ""
    findings: tuple[Finding, ...] = ()
    more: Mapping[tuple[int, int], int] = field(default_factory=dict)

    def __len__(self) -> int:
        """Count the units."""
        return len(self.code)

    @property
    def ours(self) -> bool:
        """They are those of one plan of ours."""
        return bool(self.meta) and len(np.unique(self.source)) < 2

    @property
    def retired(self) -> tuple[str, ...]:
        """Codes that were retired before."""
        return tuple(json.loads(self.meta.get("retired_codes", "[]")))

    @property
    def last_id(self) -> int:
        """Highest number a unit id ever had."""
        return int(self.meta.get("last_unit_id", "0"))

    @property
    def year(self) -> str:
        """Year that it speaks for, "" where nobody says."""
        found = re.match(r"\d{4}", self.date)
        return found[0] if found else ""

    @cached_property
    def plan(self) -> PreviousPlan | None:
        """What a plan of ours says of its faces, read when it is asked for; None for a foreign layer.

        Raises
        ------
        BadInput
            A damaged file.
        """
        return _plan_at(self.path, self.crs) if self.ours else None


def previous_specs(case: Case) -> list[tuple[int, PreviousSpec | SourceSpec]]:
    """List what gives last year's units to the method ``update``: sources of role ``unit``, else ``[previous]``.

    Returns
    -------
    list of (int, spec)
        Position among the sources, for ``[previous]`` the one behind all sources and rasters, as ``basis`` lays it.
    """
    found: list[tuple[int, PreviousSpec | SourceSpec]] = [
        (number, spec) for number, spec in enumerate(case.sources) if spec.role == "unit"
    ]
    if not found and case.previous.path:
        found.append((len(case.sources) + len(case.rasters), case.previous))
    return found


def read_previous_units(
    case: Case,
    crs: CRS,
    study: Box,
    *,
    spec: PreviousSpec | SourceSpec | Upper | None = None,
    position: int = 0,
) -> PreviousUnits:
    """Read last year's units.

    Parameters
    ----------
    case : Case
        Gives profile, folder and the way areas are measured.
    crs : CRS
        To bring them into.
    study : tuple of float
        Bounds of the study area in it: a layer without a CRS is held against them.
    spec : Previous, SourceSpec or Upper, optional
        A source of role ``unit``, or the units of the level above; ``[previous]`` by default.
    position : int
        Kept in ``PreviousUnits.source``.

    Raises
    ------
    BadInput
        Unreadable, no field with codes, a code that occurs twice, no polygon, no CRS.
    """
    spec = spec or case.previous
    key = "[previous]" if isinstance(spec, PreviousSpec) else "[upper]" if isinstance(spec, Upper) else "[[source]]"
    path = case.file(spec.path)
    words = (*case.profile.role("unit").words, "units")
    where = getattr(spec, "where", "")
    raw = read_vector(path, layer=spec.layer, words=words, encoding=spec.encoding, where=where)
    place = f"{path}|{raw.layer}"
    fields = find_unit_fields(raw, spec.fields, case.profile)
    code_field = fields.get("code", "")
    if not code_field:
        raise BadInput(
            Message("no field with unit codes"),
            where=at(place),
            wanted=Message('{table} fields = {{ code = "{field}" }}', table=key, field=_like_codes(raw) or "…"),
        )
    if not shapely.get_num_coordinates(raw.geometry).any():
        raise BadInput(Message("no features with a geometry"), where=at(place), wanted=Message("at least one polygon"))
    geometry, findings = _placed(raw, spec, crs, study, place, key)
    invalid = ~shapely.is_valid(geometry)
    geometry[invalid] = shapely.make_valid(geometry[invalid])
    texts, doubtful = code_texts(raw.columns[code_field])
    restored_codes, restored = restore_prefix(texts, str(case.profile["codes"]["unit_prefix"]), _CODE_DIGITS)
    findings += code_findings(restored_codes, restored, doubtful, code_field, place)
    codes = tuple(restored_codes.tolist())
    findings += [
        Finding("S18", {"source": place, "feature": int(raw.feature_id[row]), "code": codes[row]})
        for row in np.flatnonzero(invalid | shapely.is_missing(geometry))
    ]
    together = units_of_codes(codes, _texts(raw, fields.get("name", "")), geometry, raw.feature_id, place)
    if not len(together.first):
        raise BadInput(
            Message("no unit has a code"), where=at(place), wanted=Message("codes in field '{field}'", field=code_field)
        )
    geometry, codes = together.geometry, tuple(codes[row] for row in map(int, together.first))
    raw = replace(
        raw,
        columns={name: values[together.first] for name, values in raw.columns.items()},
        feature_id=raw.feature_id[together.first],
    )
    findings += together.findings
    meta = _meta_at(path) if raw.layer == "units" else {}
    size = shapely.area(geometry) if case.area == "planar" else ellipsoidal_area(geometry, crs)
    stated: NDArray[np.float64] = np.full(len(codes), np.nan)
    area_field = fields.get("area_m2") or fields.get("stated_area", "")
    if area_field:
        values = raw.columns[area_field].tolist()
        stated, found = stated_areas(values, area_field, np.nan_to_num(size), codes, place)
        findings += [] if meta else found
    if not meta:
        stated_keys = {UNIT_MEANINGS.get(key, key) for key in spec.fields}
        by_name = {key: match for key, match in unit_matches(raw, case.profile).items() if key not in stated_keys}
        findings += column_findings(raw.columns, by_name, place)
        said = _field_categories(raw, fields, case.profile)
        digit = np.array([unit_category(code) for code in codes], dtype=np.int64)
        findings += category_findings(codes, digit, said, fields.get("category", ""), place)
        findings += cut_texts(raw, {key: fields[key] for key in TEXT_MEANINGS if key in fields}, place)
    county = [match[1] if (match := _CODE.match(code)) else "" for code in codes]
    county = [own or said for own, said in zip(county, _texts(raw, "county" if meta else ""), strict=True)]
    return PreviousUnits(
        path=path,
        layer=raw.layer,
        place=place,
        crs=crs,
        geometry=geometry,
        feature_id=raw.feature_id,
        source=np.full(len(codes), position, dtype=np.int64),
        code=codes,
        name=_texts(raw, fields.get("name", ""), clean_name),
        unit_id=_texts(raw, "unit_id"),
        kind=_texts(raw, fields.get("kind", "")),
        subtype=_texts(raw, "subtype" if meta else ""),
        county=tuple(county),
        category=_categories(raw, codes, fields, case.profile),
        area=np.nan_to_num(size),
        stated_area=stated,
        fields=fields,
        columns=raw.columns,
        meta=meta,
        date=spec.date or meta.get("date", "")[:10],
        findings=tuple(findings),
        more={(position, number): unit for number, unit in together.more.items()},
    )


def joined_units(parts: Sequence[PreviousUnits]) -> PreviousUnits:
    """Put the units of several layers together, as land and sea units often lie apart.

    Raises
    ------
    BadInput
        Two layers hold the same code.
    """
    first = parts[0]
    if len(parts) == 1:
        return first
    owner: dict[str, str] = {}
    for part in parts:
        for code in part.code:
            if owner.setdefault(code, part.place) != part.place:
                raise BadInput(
                    Message("code '{code}' is also in {other}", code=code, other=owner[code]),
                    where=at(part.place),
                    wanted=Message("one feature per code"),
                )
    arrays = ("geometry", "feature_id", "source", "category", "area", "stated_area")
    texts = ("code", "name", "unit_id", "kind", "subtype", "county", "findings")
    numbers = [part.last_id for part in parts]
    meta: dict[str, str] = {}
    if any(part.meta for part in parts):
        retired = sorted({code for part in parts for code in part.retired})
        meta = {**parts[int(np.argmax(numbers))].meta, "retired_codes": json.dumps(retired)}
    together: dict[str, Any] = {name: np.concatenate([getattr(part, name) for part in parts]) for name in arrays}
    together |= {name: tuple(one for part in parts for one in getattr(part, name)) for name in texts}
    # Each layer calls its lists as it will: together they go by their meanings.
    lists = [meaning for meaning in TEXT_MEANINGS if any(meaning in part.fields for part in parts)]
    columns = {meaning: [_column(part, part.fields.get(meaning, ""), None) for part in parts] for meaning in lists}
    columns["locked"] = [_column(part, "locked", 0) for part in parts]
    return replace(
        first,
        **together,
        fields={meaning: meaning for meaning in lists},
        columns={name: np.concatenate(values) for name, values in columns.items()},
        meta=meta,
        date=max(part.date for part in parts),
        more={
            key: row + start
            for part, start in zip(parts, np.cumsum([0, *map(len, parts[:-1])]).tolist(), strict=True)
            for key, row in part.more.items()
        },
    )


def _column(units: PreviousUnits, name: str, default: object) -> NDArray[Any]:
    values = units.columns.get(name)
    return np.full(len(units), default, dtype=object) if values is None else values.astype(object)


def polygons_of(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    """Keep of each shape its polygons: mending leaves lines where a ring ran back on itself."""
    mixed = np.flatnonzero(shapely.get_type_id(shapes) == shapely.GeometryType.GEOMETRYCOLLECTION)
    out = shapes.copy()
    for row in mixed:
        parts = shapely.get_parts(shapely.get_parts(shapes[row]))
        out[row] = shapely.multipolygons(parts[shapely.get_dimensions(parts) == 2])
    return out


def unit_category(code: str) -> int:
    """Read the category from a unit's code (domain facts 1.2), 0 where it has no such digit."""
    match = _CODE.match(code)
    return int(match[2]) if match else 0


def _like_codes(raw: RawLayer) -> str:
    """Find the column most of whose values look like codes of units, "" for none: to propose, not to take."""
    for name, values in raw.columns.items():
        texts = [text for text in map(clean_text, values.tolist()) if text]
        if texts and sum(map(bool, map(_CODE.match, texts))) > len(texts) / 2:
            return name
    return ""


def _placed(
    raw: RawLayer, spec: PreviousSpec | SourceSpec | Upper, crs: CRS, study: Box, place: str, key: str
) -> tuple[NDArray[np.object_], list[Finding]]:
    """Bring the shapes of a layer into a CRS, with what is to be said of reading them."""
    refuse_nowhere(raw.geometry, raw.feature_id, place)
    placed = place_shapes(raw.geometry.copy(), raw.crs, spec.crs, place, key=key, ids=raw.feature_id)
    geometry, own = placed.geometry, placed.crs
    bounds = tuple(shapely.total_bounds(geometry).tolist())
    if own is None:
        what, wanted = no_crs(bounds, [(crs, study)], key=key, unread=raw.unread)
        raise BadInput(what, where=at(place), wanted=wanted)
    findings = [*raw_findings(raw, place), *mended(raw, place), *placed.findings]
    if own != crs:
        said = datum_finding(place, own, crs, bounds)
        findings += [said] if said else []
        geometry, _ = to_crs(geometry, own, crs, at(place))
    return geometry, findings


def _texts(raw: RawLayer, name: str, clean: Callable[[object], str] = clean_text) -> tuple[str, ...]:
    return tuple(texts_of(raw, name, clean).tolist())


def _categories(raw: RawLayer, codes: Sequence[str], fields: Mapping[str, str], profile: Profile) -> NDArray[np.int64]:
    found = np.array([unit_category(code) for code in codes], dtype=np.int64)
    return found if found.all() else np.where(found > 0, found, _field_categories(raw, fields, profile))


def _field_categories(raw: RawLayer, fields: Mapping[str, str], profile: Profile) -> NDArray[np.int64]:
    """Category that the layer's field says, 0 where it says none."""
    return categories_said(_texts(raw, fields.get("category", "")), unit_fields(profile)["category"])


# ── A plan of ours ──────────────────────────────────────────────────────────────────────────────────────────────────


def _meta_at(path: Path) -> dict[str, str]:
    """Key–value pairs of a plan of ours; nothing where the file is none."""
    if path.suffix.lower() != ".gpkg" or not path.is_file():
        return {}
    try:
        with reading(path) as connection:
            if not {"meta", "faces", "units"} <= set(table_names(connection)):
                return {}
            rows = connection.execute("SELECT key, value FROM meta").fetchall()
    except sqlite3.Error as error:
        raise _damaged(path) from error
    return {str(key): str(value) for key, value in rows}


def _plan_at(path: Path, crs: CRS) -> PreviousPlan:
    where = at(path)
    try:
        with reading(path) as connection:
            there = table_names(connection)
            frames = {
                name: read_frame(connection, name, columns, where, shapes="Polygon" if name == "faces" else "")
                if name in there
                else pd.DataFrame({column: pd.Series(dtype=object) for column, _ in columns})
                for name, said in _PLAN_TABLES.items()
                for columns in [[(column, _NUMBERS.get(column, "TEXT")) for column in said]]
            }
            own = parse_crs(crs_of(connection, "faces"))
    except (sqlite3.Error, shapely.errors.GEOSException) as error:
        raise _damaged(path) from error
    if own != crs:
        shapes, _ = to_crs(frames["faces"]["geometry"].to_numpy(dtype=object), own, crs, where)
        frames["faces"] = frames["faces"].assign(geometry=shapes)
    return PreviousPlan(**frames)


def _damaged(path: Path) -> BadInput:
    return BadInput(Message("cannot be read"), where=at(path), wanted=Message("a whole plan file (GeoPackage)"))
