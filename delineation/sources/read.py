"""All sources of a case: read, transformed once, checked, one table of features."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import shapely

from ..errors import BadInput
from ..findings import Finding
from ..progress import Progress, silent, within
from .coordinates.candidates import no_crs
from .coordinates.crs import case_crs, degrees_box, ellipsoidal_area, short_name, to_crs
from .coordinates.datums import datum_finding
from .coordinates.edges import bent_edges
from .coordinates.misfit import Lines, misfits
from .coordinates.placing import Placed, bounds_of, place_among
from .coordinates.reach import reach
from .defects import shape_findings
from .features import Features, SourceInfo, concatenate
from .files import checksum, content_sum, newest_change
from .formats.databases import is_database
from .layer import PolygonLayer, read_layer
from .roles import read_roles

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from pyproj import CRS

    from ..case import Case, SourceSpec

__all__ = ["Sources", "read_sources"]

# Published areas are rounded; a smaller difference says nothing.
_OFFICIAL_ROUNDING = 1e-4
# Units in which areas are published, m² each: an official area that fits in one of them was not given in m².
_UNITS = (("km²", 1e6), ("hm²", 1e4), ("万亩", 1e7 / 1.5), ("亩", 1e3 / 1.5))
_UNIT_APART = 100.0  # times: no survey errs so far


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
    layers: list[PolygonLayer] = []
    count = len(case.sources)
    for number, spec in enumerate(case.sources):
        role = case.profile.role(spec.role)
        layer = read_layer(
            case.file(spec.path), name=spec.path, layer=spec.layer, words=role.words, where=spec.where,
            encoding=spec.encoding, crs=spec.crs, buffered=spec.buffer > 0,
            progress=within(progress, 0.8 * number / count, 0.8 * (number + 1) / count),
        )  # fmt: skip
        layers.append(layer)
    _all_stated(layers)
    study = _study(case)
    layers[study] = _within_case(case, layers[study])
    target = _target_crs(case, layers[study])
    layers = _among(layers, study)
    parts, infos, transformed, findings = [], [], [], []
    for number, (spec, layer) in enumerate(zip(case.sources, layers, strict=True)):
        progress(0.8 + 0.2 * number / count, f"placing {spec.path}")
        part, info, change, found = _one(case, spec, layer, target, number)
        parts.append(part)
        infos.append(info)
        findings += found
        if not spec.buffer:
            columns = {key: values[layer.row] for key, values in layer.raw.columns.items()}
            findings += shape_findings(
                layer.name, part.geometry, part.feature_id, columns, case.profile["defects"],
                progress=within(progress, 0.8 + 0.2 * (number + 0.5) / count, 0.8 + 0.2 * (number + 1) / count),
            )  # fmt: skip
        if change is not None:
            transformed.append(change)
    lines = [
        Lines(layer.name, spec.role, part.geometry, layer.stated_crs(), layer.shift)
        for spec, layer, part in zip(case.sources, layers, parts, strict=True)
        if not spec.buffer
    ]
    findings += misfits(lines, target)
    return Sources(target, concatenate(parts), tuple(infos), tuple(transformed), tuple(findings))


def _all_stated(layers: list[PolygonLayer]) -> None:
    """Refuse layers without a CRS, naming the one their coordinates look like, beside the others."""
    near = [(layer.crs, bounds) for layer in layers if layer.crs and (bounds := bounds_of(layer.geometry))]
    for layer in layers:
        if layer.crs is None:
            what, wanted = no_crs(tuple(shapely.total_bounds(layer.geometry).tolist()), near)
            raise BadInput(what, where=layer.name, wanted=wanted)


def _study(case: Case) -> int:
    roles = [spec.role for spec in case.sources]
    return roles.index("county") if "county" in roles else roles.index("township")


def _given(case: Case) -> str:
    return case.crs or str(case.profile.settings.get("crs", ""))


def _target_crs(case: Case, study: PolygonLayer) -> CRS:
    return case_crs(_given(case), tuple(shapely.total_bounds(study.geometry).tolist()), study.stated_crs())


def _within_case(case: Case, study: PolygonLayer) -> PolygonLayer:
    """Hold the study area against the area of use of the case's CRS."""
    if not _given(case):
        return study
    return _placed(study, reach(case_crs(_given(case), (0.0,) * 4, study.stated_crs())))


def _among(layers: list[PolygonLayer], study: int) -> list[PolygonLayer]:
    """Hold all layers against the study area."""
    bounds = tuple(shapely.total_bounds(layers[study].geometry).tolist())
    area = degrees_box(bounds, layers[study].stated_crs())
    return [layer if number == study else _placed(layer, area) for number, layer in enumerate(layers)]


def _placed(layer: PolygonLayer, area: tuple[float, float, float, float]) -> PolygonLayer:
    placed = place_among(Placed(layer.crs, layer.geometry, layer.findings), area, layer.name)
    return replace(layer, geometry=placed.geometry, findings=placed.findings)


def _one(
    case: Case, spec: SourceSpec, layer: PolygonLayer, target: CRS, number: int
) -> tuple[Features, SourceInfo, tuple[str, float, float, str] | None, list[Finding]]:
    raw, place, crs, geometry = layer.raw, layer.name, layer.stated_crs(), layer.geometry
    columns, findings = read_roles(raw, spec, case.profile.role(spec.role), case.profile)
    findings += layer.findings
    change = None
    if crs != target:
        before = _areas(geometry, crs) if layer.read_area is None else layer.read_area
        bounds = tuple(shapely.total_bounds(geometry).tolist())
        shifted = None if layer.shift else datum_finding(place, crs, target, bounds)
        findings += bent_edges(
            geometry, layer.feature_id, crs, target, place, float(case.profile["defects"]["edge_stray"])
        )
        geometry, _ = to_crs(geometry, crs, target, place)
        text = " → ".join([*filter(None, [layer.shift]), short_name(crs)[:40], short_name(target)])
        change = (spec.role, before, float(shapely.area(geometry).sum()), f"{place}: {text}")
        findings += [shifted] if shifted else []
    if spec.buffer:
        geometry = shapely.buffer(geometry, spec.buffer)
    features = Features(
        geometry=geometry,
        source=np.full(len(geometry), number, dtype=np.int64),
        role=np.full(len(geometry), spec.role, dtype=object),
        feature_id=layer.feature_id,
        **{key: values[layer.row] for key, values in columns.items()},
    )
    area = float(shapely.area(geometry).sum())
    info = SourceInfo(
        role=spec.role, name=spec.layer or Path(spec.path).stem, path=spec.path, layer=raw.layer,
        crs=layer.shift or short_name(crs),
        encoding=raw.encoding, count=len(raw.feature_id),
        sha256=content_sum(raw) if is_database(raw.path) else checksum(raw.path), date=spec.date,
        provider=spec.provider, document=spec.document, classification=spec.classification, area_m2=area,
        official_area_m2=spec.official_area, modified=newest_change(raw.path),
    )  # fmt: skip
    official = spec.official_area
    if official and abs(area - official) > _OFFICIAL_ROUNDING * official:
        said: dict[str, str | int | float] = {"source": place, "area": area, "official": official}
        said |= {"area_km2": area / 1e6, "official_km2": official / 1e6, "difference": area - official}
        if area > _UNIT_APART * official:
            nearest = min(_UNITS, key=lambda unit: abs(math.log(area / official / unit[1])))
            said |= {"problem": "unit", "unit": nearest[0]}
        findings.append(Finding("S16", {**said, "share": area / official - 1}, value=area - official))
    return features, info, change, findings


def _areas(geometry: NDArray[np.object_], crs: CRS) -> float:
    areas = ellipsoidal_area(geometry, crs) if crs.is_geographic else shapely.area(geometry)
    return float(areas.sum())
