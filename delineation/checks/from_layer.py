"""A foreign layer of units, read through field aliases, as the subject of checks."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyogrio.errors import DataLayerError, DataSourceError
from pyproj import CRS

from ..core.connections import is_database
from ..core.errors import BadInput
from ..core.messages import Message, at, joined
from ..lists.draft import CLAUSE_COLUMNS
from ..lists.entries import EntryLists, LintVocabulary
from ..lists.lint import limits_of
from ..lists.wording import DIMENSIONS
from ..sources import gate
from ..sources.coordinates.crs import parse_crs, short_name, to_crs
from ..sources.coordinates.stated_crs import place_shapes
from ..sources.formats.opening import heard, lying
from ..sources.formats.vectors import raw_findings, read_vector
from ..sources.previous_units import TEXT_MEANINGS
from ..sources.roles import column_findings, may_be_cut, unit_columns
from ..sources.shapes import refuse_nowhere
from .aliases import categories_of, codes_of, column, kind_of, meanings_of, unit_fields_in
from .settings import CheckSettings, load_settings
from .shapes import polygonal
from .subject import CheckSubject, FieldFacts, LayerFacts

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from numpy.typing import NDArray


@dataclass(frozen=True)
class Surroundings:
    """What a foreign unit layer may be held against. Each frame has its own CRS and is brought to the units'.

    Attributes
    ----------
    counties : GeoDataFrame, optional
        With a column ``code``.
    sea : GeoDataFrame, optional
        Empty where it is known that there is no sea.
    zones : mapping of str to GeoDataFrame
        By role; a column ``zone`` where the role has several (``Q13.zones``). ``red_line`` for Q12 and Q26.
    element_zones : GeoDataFrame, optional
        With code, element, zone, county, and area_m2 where areas are stated.
    official, read_area : mapping of str to float
        By role, m².
    retired : frozenset of str, optional
        Codes that may not be used again.
    recoded : mapping of str to collection of str
        Superseded county code → its successor.
    grouping : mapping of int to str
        Category → word of the case's ``[grouping]``.
    """

    counties: gpd.GeoDataFrame | None = None
    sea: gpd.GeoDataFrame | None = None
    zones: Mapping[str, gpd.GeoDataFrame] = field(default_factory=dict)
    element_zones: gpd.GeoDataFrame | None = None
    official: Mapping[str, float] = field(default_factory=dict)
    read_area: Mapping[str, float] = field(default_factory=dict)
    retired: frozenset[str] | None = None
    recoded: Mapping[str, Collection[str]] = field(default_factory=dict)
    grouping: Mapping[int, str] = field(default_factory=dict)


def subject_from_layer(
    path: Path | str,
    layer: str = "",
    *,
    fields: Mapping[str, str] | None = None,
    encoding: str = "",
    crs: str = "",
    around: Surroundings | None = None,
    settings: CheckSettings | None = None,
) -> CheckSubject:
    """Read a layer of units in any format GDAL knows.

    Parameters
    ----------
    path : Path or str
        File or folder.
    layer : str, optional
        Layer name; by default the only layer, or the only one with fields for a unit's code and category.
    fields : mapping of str to str, optional
        Meaning → field name, before the profile's aliases.
    encoding, crs : str, optional
        Override the file's.
    around : Surroundings, optional
    settings : CheckSettings, optional
        The national profile's by default.

    Raises
    ------
    BadInput
        No such file or layer, not readable, no polygons, nothing in it is recognised as a unit's code or category, or
        coordinates that contradict its CRS.
    """
    settings, path = settings or load_settings(), Path(path)
    layer = layer or _unit_layer(path, fields or {}, settings)
    raw = read_vector(path, layer=layer, encoding=encoding)
    called = f"{path.as_posix() if is_database(path) else path.name}|{raw.layer}"
    # The reader hands out names without stray white space; here it is what is looked for, unless two names are alike.
    distinct = len(set(raw.titles.values())) == len(raw.titles)
    names = raw.titles if distinct else {name: name for name in raw.columns}
    types = {names[name]: kind for name, kind in raw.types.items()}
    # A layer of something else is told by its fields, whatever its coordinates are.
    cut = may_be_cut(path)
    meanings_of(types, fields or {}, settings, at(called), cut=cut)
    geometry = raw.geometry.copy()
    there = ~(shapely.is_missing(geometry) | shapely.is_empty(geometry))
    refuse_nowhere(geometry[there], raw.feature_id[there], called)
    placed = place_shapes(geometry[there], raw.crs, crs, called, key="layer", ids=raw.feature_id[there])
    geometry[there] = placed.geometry
    frame = gpd.GeoDataFrame(
        {names[name]: values for name, values in raw.columns.items()}, geometry=list(geometry), crs=placed.crs
    )
    subject = subject_from_frame(frame, called, fields=fields, types=types, around=around, settings=settings, cut=cut)
    matches = unit_columns(types, settings.fields["fields"], cut=cut)
    by_name = {meaning: match for meaning, match in matches.items() if meaning not in (fields or {})}
    told = column_findings(types, by_name, called)
    return replace(subject, reading=(*raw_findings(raw, called), *told, *placed.findings))


def _unit_layer(path: Path, fields: Mapping[str, str], settings: CheckSettings) -> str:
    """Name the only layer with fields of units; leave it to the reader where there is no choice."""
    if not path.exists():
        return ""
    try:
        with heard([]), lying(path) as file:
            names = [str(name) for name, kind in gate.list_layers(file) if kind is not None]
            if len(names) < 2:
                return ""
            has = {name: [str(f) for f in gate.read_info(file, layer=name)["fields"]] for name in names}
    except (DataSourceError, DataLayerError, UnicodeDecodeError, UnboundLocalError):
        # The reader words what is wrong with the file.
        return ""
    marks = {name: unit_fields_in(has[name], fields, settings, cut=may_be_cut(path)) for name in names}
    found = [name for name in names if marks[name] and marks[name] == max(marks.values())]
    if len(found) != 1:
        raise BadInput(
            Message("{count} of {all} layers have fields of units", count=len(found), all=len(names)),
            where=at(path),
            wanted=Message("the name of one layer: {found}", found=joined(found or names)),
        )
    return found[0]


def subject_from_frame(
    frame: gpd.GeoDataFrame,
    name: str,
    *,
    fields: Mapping[str, str] | None = None,
    types: Mapping[str, str] | None = None,
    around: Surroundings | None = None,
    settings: CheckSettings | None = None,
    cut: bool = False,
) -> CheckSubject:
    """Prepare a layer of units that has been read.

    Parameters
    ----------
    frame : GeoDataFrame
        Units, under the field names of their file.
    name : str
        What findings call it.
    types : mapping of str to str, optional
        Field → ``text``, ``integer``, ``number``, ``other`` as the file declares it; else as the values are.
    fields, around, settings
        See ``subject_from_layer``.
    cut : bool
        A Shapefile may have cut the names of the fields.

    Returns
    -------
    Subject
        Geographic coordinates, and projected ones not in metres, are brought to the 3-degree Gauss-Kruger zone of their
        middle, vertex by vertex; a layer without a CRS is taken as CGCS2000 degrees where its numbers can be degrees,
        else as metres (Q02 reports it).

    Raises
    ------
    BadInput
        Nothing is recognised as a unit's code or category, a given field does not exist, no polygons, or coordinates
        that do not fit the CRS.
    """
    settings, around = settings or load_settings(), around or Surroundings()
    table = pd.DataFrame(frame.drop(columns=frame.geometry.name)).reset_index(drop=True)
    types = {str(c): (types or {}).get(str(c)) or kind_of(table[c]) for c in table}
    meanings = meanings_of(types, fields or {}, settings, at(name), cut=cut)
    if not (shapely.get_dimensions(np.asarray(frame.geometry, dtype=object)) == 2).any():
        raise BadInput(Message("no polygons"), where=at(name), wanted=Message("a polygon layer of control units"))
    target = _target(frame, name)
    code, restored = codes_of(table, meanings, settings)
    category, derived = categories_of(table, meanings, code, settings)
    area = np.full(len(table), np.nan)
    if "area_m2" in meanings:
        area = pd.to_numeric(table[meanings["area_m2"]], errors="coerce").to_numpy(dtype=np.float64)
    units = pd.DataFrame(
        {
            "code": code,
            "name": column(table, meanings, "name"),
            "category": category,
            "county": [c[2:8] for c in code],
            "kind": column(table, meanings, "kind"),
            "sea": [c.startswith(settings.sea_prefix) for c in code],
            "area_m2": area,
            "geometry": _moved(frame, target, name),
        }
    )
    lists = _lists(table, meanings, units, settings)
    named = {"counties": around.counties, "sea": around.sea, "element_zones": around.element_zones, **around.zones}
    others = [_facts(other, role) for role, other in named.items() if other is not None and len(other)]
    return CheckSubject(
        name=name,
        crs="" if target is None else short_name(target),
        units=units,
        settings=settings,
        layers=(_facts(frame, name), *others),
        fields=FieldFacts(table, types, meanings, restored, derived),
        counties=None if around.counties is None else _table(around.counties, target, "counties", ("code",)),
        sea=None if around.sea is None else polygonal(_moved(around.sea, target, "sea")),
        zones={role: _zone(given, target, role) for role, given in around.zones.items()},
        element_zones=None if around.element_zones is None else _element_zones(around.element_zones, target),
        official=around.official,
        read_area=around.read_area,
        grouping=around.grouping,
        retired=around.retired,
        recoded=around.recoded,
        lists=lists,
    )


def _lists(
    table: pd.DataFrame, meanings: Mapping[str, str], units: pd.DataFrame, settings: CheckSettings
) -> EntryLists | None:
    """Give the entry lists that the fields of a layer hold; None where it has no field of a dimension."""
    said = {
        dimension: column(table, meanings, meaning)
        for dimension, meaning in zip(DIMENSIONS, TEXT_MEANINGS, strict=True)
        if meaning in meanings
    }
    if not said:
        return None
    ids = [code or f"#{row + 1}" for row, code in enumerate(units["code"])]
    rows = [(ids[row], units["code"][row], one, text) for one, texts in said.items() for row, text in enumerate(texts)]
    clauses = pd.DataFrame(rows, columns=["unit_id", "code", "dimension", "text"]).reindex(columns=CLAUSE_COLUMNS)
    own = pd.DataFrame({name: units[name] for name in ("code", "name", "category", "kind", "county")})
    # What its code says goes for a sea unit's county as well; townships and subtypes no field tells.
    own = own.assign(unit_id=ids, subtype="", townships="", county_name=column(table, meanings, "county_name"))
    named = own[(own["county_name"] != "") & (own["county"] != "")].groupby("county")["county_name"]
    counties = {str(code): str(names.mode().iloc[0]) for code, names in named}
    profile = settings.profile
    limits = limits_of(profile, settings.checks)
    return EntryLists(own, clauses.fillna(""), LintVocabulary.of(profile), limits, counties=counties, fields=True)


def _degrees(bounds: NDArray[np.float64]) -> bool:
    return bool(np.isfinite(bounds).all() and np.abs(bounds[::2]).max() <= 180 and np.abs(bounds[1::2]).max() <= 90)


def _stated(frame: gpd.GeoDataFrame) -> CRS | None:
    """CRS of a layer; of one without, CGCS2000 degrees where its numbers can be degrees."""
    if frame.crs is not None:
        return CRS.from_user_input(frame.crs)
    return parse_crs("EPSG:4490") if _degrees(np.asarray(frame.total_bounds)) else None


def _target(frame: gpd.GeoDataFrame, name: str) -> CRS | None:
    """CRS to measure in; none where coordinates are taken as metres as they are."""
    crs = _stated(frame)
    if crs is None or (crs.is_projected and crs.axis_info[0].unit_conversion_factor == 1.0):
        return crs
    corners = shapely.points(np.asarray(frame.total_bounds).reshape(2, 2))
    degrees, _ = to_crs(corners, crs, parse_crs("EPSG:4490"), at(name))
    longitude = float(shapely.get_x(degrees).mean())
    # CGCS2000 3-degree Gauss-Kruger without zone prefix: EPSG:4534 at 75° E to EPSG:4554 at 135° E (EPSG registry).
    # Outside China the nearest zone still measures; the extent is Q02's finding.
    return parse_crs(f"EPSG:{4534 + int(np.clip(round(longitude / 3), 25, 45)) - 25}")


def _moved(frame: gpd.GeoDataFrame, target: CRS | None, name: str) -> NDArray[np.object_]:
    """Geometries in the target CRS, invalid ones as invalid as they were."""
    shapes: NDArray[np.object_] = np.array(frame.geometry, dtype=object)
    given = _stated(frame)
    if target is None or given is None or given == target or not len(shapes):
        return shapes
    return to_crs(shapes, given, target, at(name))[0]


def _facts(frame: gpd.GeoDataFrame, name: str) -> LayerFacts:
    x0, y0, x1, y1 = (float(v) for v in frame.total_bounds)
    return LayerFacts(name, "" if frame.crs is None else short_name(CRS.from_user_input(frame.crs)), (x0, y0, x1, y1))


def _table(frame: gpd.GeoDataFrame, target: CRS | None, name: str, columns: tuple[str, ...]) -> pd.DataFrame:
    """Text columns and geometry of a surrounding layer."""
    missing = [c for c in columns if c not in frame]
    if missing:
        raise BadInput(
            Message("no column {missing}", missing=missing[0]),
            where=at(name),
            wanted=Message("columns {columns}", columns=joined(columns)),
        )
    texts: dict[str, Any] = {c: column(frame, {c: c}, c) for c in columns}
    return pd.DataFrame({**texts, "geometry": _moved(frame, target, name)})


def _zone(frame: gpd.GeoDataFrame, target: CRS | None, role: str) -> pd.DataFrame:
    out = _table(frame, target, role, ("zone",) if "zone" in frame else ())
    out["geometry"] = polygonal(out["geometry"].to_numpy(dtype=object))
    out["area_m2"] = shapely.area(out["geometry"].to_numpy(dtype=object))
    return out.assign(source=role, zone=out.get("zone", ""))


def _element_zones(frame: gpd.GeoDataFrame, target: CRS | None) -> pd.DataFrame:
    out = _table(frame, target, "element_zones", ("code", "element", "zone", "county"))
    measured = shapely.area(polygonal(out["geometry"].to_numpy(dtype=object)))
    stated = frame["area_m2"].to_numpy(dtype=np.float64) if "area_m2" in frame else measured
    return out.assign(area_m2=np.where(np.isnan(stated), measured, stated))
