"""One source looked at before anything runs: its fields, its values as they will be read, and what is wrong with it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import shapely

from ..case.made_sources import check_made
from ..core.errors import BadInput, DelineationError
from ..core.messages import NOTHING, Message, at
from ..core.progress import Progress, silent, within
from ..core.text import clean_text
from .coordinates.crs import degrees_box, parse_crs, short_name
from .coordinates.crs_candidates import CrsCandidate, candidates
from .encoding.reading import TextReading
from .layer import PolygonLayer, read_layer
from .rasters.cells import exactextract_version, unmeasured_rasters
from .rasters.raster import open_raster
from .roles import PARK, find_field, park_fields, read_roles

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from ..case.model import Case, RasterSpec, SourceSpec
    from ..case.profile import Profile, Role
    from ..core.findings import Finding
    from .coordinates.crs import Box
    from .formats.vectors import RawLayer

_SAMPLES = 5  # values of a field that are shown
_ROWS = 6  # features that are shown
_VALUES = 200  # distinct values of a zone field; with more it is none


@dataclass(frozen=True)
class ZoneValue:
    """A value of the field of zones or, ``graded``, of grades: how often it stands there, and what it is read as.

    ``zone`` is the id of a zone or grade, "" where it is not known.
    """

    value: str
    count: int
    zone: str
    graded: bool = False


@dataclass(frozen=True)
class Examined:
    """What a look at a source found.

    Attributes
    ----------
    problem : mapping of str or None
        Facts of the BadInput that keeps the source from being used.
    count : int
    geometry : str
        ``polygon``, ``line`` or ``point``; ``raster``.
    crs : str
        As read, "" where nobody states one.
    crs_candidates : tuple of CrsCandidate
        Where nobody does.
    bounds : tuple of float or None
        Of the coordinates as they stand.
    reading : TextReading
        Encoding, its reasons and samples before and after.
    fields : mapping of str to tuple of str
        Field → its first distinct values.
    used : mapping of str to str
        ``code``, ``name``, ``zone``, ``grade`` → the field that is taken, "" where none is.
    rows : tuple of (code, name, zone, grade)
        The first features as they will be read.
    zone_values : tuple of ZoneValue
    findings : tuple of Finding
    box : Polygon or None
        Where it lies, in degrees.
    """

    problem: DelineationError | None = None
    count: int = 0
    geometry: str = ""
    crs: str = ""
    crs_candidates: tuple[CrsCandidate, ...] = ()
    bounds: Box | None = None
    reading: TextReading = field(default_factory=lambda: TextReading(""))
    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    used: Mapping[str, str] = field(default_factory=dict)
    rows: tuple[tuple[str, ...], ...] = ()
    zone_values: tuple[ZoneValue, ...] = ()
    findings: tuple[Finding, ...] = ()
    box: shapely.Polygon | None = None


def examine(case: Case, spec: SourceSpec, *, progress: Progress = silent) -> Examined:
    """Look at a vector source as ``read_sources`` would read it; what is wrong is told, not raised.

    Parameters
    ----------
    case : Case
        For its profile, and the folder that paths are relative to.
    spec : SourceSpec
        Its role may be unknown yet ("").
    progress : callable
    """
    if spec.made:
        return _examine_made(case, spec)
    role = case.profile.roles.get(spec.role)
    try:
        layer = _read(case, spec, role, within(progress, 0.0, 0.9))
    except DelineationError as error:
        return Examined(problem=error)
    raw, problem, findings = layer.raw, None, list(layer.findings)
    bounds: Box = tuple(shapely.total_bounds(layer.geometry).tolist())
    rows: tuple[tuple[str, ...], ...] = ()
    used: dict[str, str] = {}
    if role is not None:
        try:
            used = {key: find_field(raw, key, spec.fields, case.profile) for key in ("code", "name", "zone", "grade")}
            used |= park_fields(raw, spec.fields, case.profile) if spec.role == PARK else {}
            columns, found = read_roles(raw, spec, role, case.profile)
            findings += found
            first = range(min(_ROWS, len(raw.feature_id)))
            rows = tuple(tuple(str(columns[key][i]) for key in ("code", "name", "zone", "grade")) for i in first)
        except DelineationError as error:
            problem = error
    if layer.crs is None:
        # Before what its fields say: until it is settled nobody knows where the layer lies.
        try:
            layer.stated_crs()
        except BadInput as error:
            problem = error
    progress(1.0, Message("examined"))
    return Examined(
        problem=problem,
        count=len(layer.row),
        geometry=_kind(layer.geometry),
        crs=layer.shift or (short_name(layer.crs) if layer.crs is not None else ""),
        crs_candidates=candidates(bounds) if layer.crs is None else (),
        bounds=bounds,
        reading=raw.reading,
        fields={name: _samples(raw, name) for name in raw.columns},
        used=used,
        rows=rows,
        zone_values=_zone_values(raw, role, spec, used, case.profile),
        findings=tuple(findings),
        box=shapely.box(*degrees_box(bounds, layer.crs)) if layer.crs else None,
    )


def _examine_made(case: Case, spec: SourceSpec) -> Examined:
    """Look at what a made source is made from."""
    try:
        maker = spec.maker
        if maker is None or not maker.files:
            return Examined(geometry="polygon")
        check_made(case, spec, at(spec.made))
        if maker.dem:
            return Examined(geometry="polygon", crs=open_raster(case.file(maker.dem), maker.band, crs=maker.crs).crs)
        layer = read_layer(case.file(maker.file), name=maker.file, layer=maker.layer, columns=False)
        return Examined(geometry="polygon", crs=short_name(layer.stated_crs()), findings=layer.findings)
    except DelineationError as error:
        return Examined(problem=error, geometry="polygon")


def examine_raster(case: Case, spec: RasterSpec) -> Examined:
    """Look at a raster source."""
    try:
        raster = open_raster(case.file(spec.path), spec.band, crs=spec.crs)
    except DelineationError as error:
        return Examined(problem=error, geometry="raster")
    unmeasured = () if exactextract_version() else (unmeasured_rasters([spec.name], "exactextract"),)
    box = shapely.box(*degrees_box(raster.bounds, parse_crs(raster.crs)))
    return Examined(count=1, geometry="raster", crs=raster.crs, findings=unmeasured, box=box)


def _read(case: Case, spec: SourceSpec, role: Role | None, progress: Progress) -> PolygonLayer:
    options: dict[str, Any] = {
        "name": spec.path,
        "layer": spec.layer,
        "words": role.words if role else (),
        "where": spec.where,
        "encoding": spec.encoding,
        "crs": spec.crs,
        "progress": progress,
    }
    try:
        lines = role is not None and role.guide
        return read_layer(case.file(spec.path), buffered=spec.buffer > 0, lines=lines, **options)
    except BadInput:
        # Of what nobody knows yet what it is, lines and points are looked at too.
        if role is not None or spec.buffer:
            raise
        return read_layer(case.file(spec.path), buffered=True, **options)


def _kind(geometry: NDArray[Any]) -> str:
    kinds = Counter(shapely.get_dimensions(geometry).tolist())
    return {0: "point", 1: "line", 2: "polygon"}.get(max(kinds, default=-1), "")


def _samples(raw: RawLayer, name: str) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for value in raw.columns[name][:2000].tolist():
        text = clean_text(value)
        if text:
            found[text] = None
        if len(found) == _SAMPLES:
            break
    return tuple(found)


def _zone_values(
    raw: RawLayer, role: Role | None, spec: SourceSpec, used: Mapping[str, str], profile: Profile
) -> tuple[ZoneValue, ...]:
    if role is None:
        return ()
    # As ``read_roles`` has it: a graded role looks for the grade first, unless the case names a zone field.
    keys = ("grade", "zone") if role.graded and "zone" not in spec.fields else ("zone",)
    zones = next((used[key] for key in keys if used.get(key)), "") if role.takes_zone and not spec.zone else ""
    out = []
    for graded, name in ((False, zones), (True, used.get("grade") if role.grades else "")):
        counts = Counter(clean_text(value) for value in raw.columns[name].tolist()) if name else {}
        for value, count in sorted(counts.items()) if len(counts) <= _VALUES else ():
            try:
                zone = profile.zone(role, value, spec.zones, NOTHING, grade=graded)[0]
            except BadInput:
                zone = ""
            out.append(ZoneValue(value, count, zone, graded))
    return tuple(out)
