"""All sources of a case: read, transformed once, checked, one table of features."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import shapely

from ..errors import BadInput
from ..findings import Finding
from ..progress import Progress, silent
from .crs import case_crs, ellipsoidal_area, parse_crs, same_datum, short_name, to_crs
from .features import Features, SourceInfo, concatenate
from .roles import read_roles
from .vectors import RawLayer, checksum, newest_change, read_vector

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from pyproj import CRS

    from ..case import Case, SourceSpec
    from ..profile import Role

__all__ = ["Sources", "read_sources"]

_POLYGONS, _COLLECTION = (3, 6), 7
# Published areas are rounded; a smaller difference says nothing.
_OFFICIAL_ROUNDING = 1e-4
# Beyond every projection in metres, zone prefixes included (the Earth's girth is 4.0e7 m).
_FARTHEST = 1e8


@dataclass(frozen=True)
class Sources:
    """What the case's vector sources hold.

    Attributes
    ----------
    crs : CRS
        Of the case; all geometry is in it.
    features : Features
    info : tuple of SourceInfo
        One a source, in the case's order.
    transformed : tuple of (role, from_m2, to_m2, text)
        Area before and after the transformation, for the ledger.
    findings : tuple of Finding
    """

    crs: CRS
    features: Features
    info: tuple[SourceInfo, ...]
    transformed: tuple[tuple[str, float, float, str], ...]
    findings: tuple[Finding, ...]


def read_sources(case: Case, *, progress: Progress = silent) -> Sources:
    """Read every ``[[source]]`` of the case.

    Raises
    ------
    BadInput
        Whatever cannot be used, with file, layer, field and feature.
    """
    raws: list[RawLayer] = []
    for number, spec in enumerate(case.sources):
        progress(0.6 * number / len(case.sources), f"reading {spec.path}")
        role = case.profile.role(spec.role)
        raws.append(
            read_vector(
                case.file(spec.path), layer=spec.layer, words=role.words, where=spec.where, encoding=spec.encoding
            )
        )
    own_crs = [_stated_crs(raw, spec) for raw, spec in zip(raws, case.sources, strict=True)]
    target = _target_crs(case, raws, own_crs)
    parts, infos, transformed, findings = [], [], [], []
    for number, (spec, raw, crs) in enumerate(zip(case.sources, raws, own_crs, strict=True)):
        progress(0.6 + 0.4 * number / len(raws), f"checking {spec.path}")
        role = case.profile.role(spec.role)
        part, info, change, found = _one(case, spec, raw, crs, target, role, number)
        parts.append(part)
        infos.append(info)
        findings += found
        if change is not None:
            transformed.append(change)
    return Sources(target, concatenate(parts), tuple(infos), tuple(transformed), tuple(findings))


def _stated_crs(raw: RawLayer, spec: SourceSpec) -> CRS:
    place = f"{raw.path}|{raw.layer}"
    text = spec.crs or raw.crs
    if not text:
        raise BadInput("no CRS", where=place, wanted='a .prj, or crs = "EPSG:…" in its [[source]]')
    return parse_crs(text, place)


def _target_crs(case: Case, raws: list[RawLayer], own: list[CRS]) -> CRS:
    given = case.crs or str(case.profile.settings.get("crs", ""))
    roles = [spec.role for spec in case.sources]
    study = roles.index("county") if "county" in roles else roles.index("township")
    geometry = raws[study].geometry
    # Of no features there are no bounds, and of empty ones they are no numbers.
    bounds = shapely.total_bounds(geometry) if len(geometry) else np.full(4, np.nan)
    if not np.isfinite(bounds).all():
        raise BadInput(
            "no geometry", where=f"{raws[study].path}|{raws[study].layer}", wanted="polygons of the study area"
        )
    return case_crs(given, tuple(bounds.tolist()), own[study])


def _one(
    case: Case, spec: SourceSpec, raw: RawLayer, crs: CRS, target: CRS, role: Role, number: int
) -> tuple[Features, SourceInfo, tuple[str, float, float, str] | None, list[Finding]]:
    place = f"{spec.path}|{raw.layer}"
    columns, findings = read_roles(raw, spec, role, case.profile)
    if raw.had_z:
        findings.append(Finding("S05", {"source": place}))
    if raw.guessed:
        findings.append(Finding("S02", {"source": place, "encoding": raw.encoding}))
    keep, geometry, found = _polygons(raw, spec, role, place)
    findings += found
    _refuse_nowhere(geometry, raw.feature_id[keep], place)
    change = None
    if crs != target:
        before = _areas(geometry, crs)
        geometry, accuracy = to_crs(geometry, crs, target, place)
        text = f"{short_name(crs)[:40]} → {short_name(target)}"
        change = (role.name, before, float(shapely.area(geometry).sum()), f"{place}: {text}")
        if not same_datum(crs, target):
            stated = f"±{accuracy:g} m" if accuracy is not None else "?"
            findings.append(
                Finding("S03", {"source": place, "from": crs.name, "to": target.name, "accuracy": stated})
            )
    if spec.buffer:
        geometry = shapely.buffer(geometry, spec.buffer)
    features = Features(
        geometry=geometry,
        source=np.full(len(geometry), number, dtype=np.int64),
        role=np.full(len(geometry), role.name, dtype=object),
        feature_id=raw.feature_id[keep],
        **{key: values[keep] for key, values in columns.items()},
    )
    area = float(shapely.area(geometry).sum())
    info = SourceInfo(
        role=role.name, name=spec.layer or Path(spec.path).stem, path=spec.path, layer=raw.layer, crs=short_name(crs),
        encoding=raw.encoding, count=len(raw.feature_id), sha256=checksum(raw.path), date=spec.date,
        provider=spec.provider, document=spec.document, classification=spec.classification, area_m2=area,
        official_area_m2=spec.official_area, modified=newest_change(raw.path),
    )  # fmt: skip
    official = spec.official_area
    if official and abs(area - official) > _OFFICIAL_ROUNDING * official:
        said: dict[str, str | int | float] = {"source": place, "area": area, "official": official}
        findings.append(Finding("S16", {**said, "share": area / official - 1}, value=area - official))
    return features, info, change, findings


def _areas(geometry: NDArray[np.object_], crs: CRS) -> float:
    areas = ellipsoidal_area(geometry, crs) if crs.is_geographic else shapely.area(geometry)
    return float(areas.sum())


def _polygons(
    raw: RawLayer, spec: SourceSpec, role: Role, place: str
) -> tuple[NDArray[np.int64], NDArray[np.object_], list[Finding]]:
    """Rows that can be used and their geometry: polygons, or what a buffer will turn into polygons."""
    geometry = raw.geometry.copy()
    kind = shapely.get_type_id(geometry)
    empty = (kind < 0) | shapely.is_empty(geometry)
    mixed = (kind == _COLLECTION) & ~empty
    geometry[mixed] = [_polygons_of(item) for item in geometry[mixed]]
    polygonal = np.isin(kind, _POLYGONS) | (mixed & ~shapely.is_empty(geometry))
    usable = ~empty & (~polygonal if spec.buffer else polygonal)
    findings = []
    if empty.any():
        findings.append(
            Finding("S04", {"source": place, "count": int(empty.sum()), "features": _ids(raw.feature_id[empty])})
        )
    other = ~empty & ~usable
    if not usable.any():
        if spec.buffer:
            raise BadInput("buffer on polygons", where=place, wanted="lines or points, or no buffer")
        if other.any():
            raise BadInput(
                f"lines or points for role {role.name}",
                where=place,
                wanted="polygons, or buffer = metres in its [[source]]",
            )
        emptied = spec.where and not len(kind)
        what = f'where = "{spec.where}" leaves no feature' if emptied else "no features with a geometry"
        raise BadInput(what, where=place, wanted="at least one polygon")
    if other.any():
        findings.append(
            Finding("S06", {"source": place, "count": int(other.sum()), "features": _ids(raw.feature_id[other])})
        )
    keep = np.flatnonzero(usable)
    return keep, geometry[keep], findings


def _refuse_nowhere(geometry: NDArray[np.object_], ids: NDArray[np.int64], place: str) -> None:
    """Refuse coordinates that are no numbers or lie nowhere on Earth, in degrees or in metres."""
    xy, row = shapely.get_coordinates(geometry, return_index=True)
    bad = np.flatnonzero(~(np.abs(xy) <= _FARTHEST).all(axis=1))
    if len(bad):
        x, y = xy[bad[0]]
        what = f"coordinate ({x:g}, {y:g}) of feature {ids[row[bad[0]]]} is no place on Earth"
        raise BadInput(what, where=place, wanted="coordinates in degrees or metres")


def _polygons_of(collection: shapely.GeometryCollection) -> shapely.MultiPolygon:
    parts = [shapely.get_parts(part) for part in shapely.get_parts(collection)]
    flat = np.concatenate(parts) if parts else np.empty(0, dtype=object)
    return shapely.MultiPolygon(list(flat[shapely.get_type_id(flat) == 3]))


def _ids(ids: NDArray[np.int64]) -> str:
    shown = ", ".join(str(item) for item in ids[:10])
    return shown + (f" … ({len(ids)})" if len(ids) > 10 else "")
