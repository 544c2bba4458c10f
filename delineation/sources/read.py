"""All sources of a case: read, transformed once, checked, one table of features."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import shapely

from ..findings import Finding
from ..progress import Progress, silent, within
from .crs import case_crs, ellipsoidal_area, same_datum, short_name, to_crs
from .features import Features, SourceInfo, concatenate
from .files import checksum, newest_change
from .layer import PolygonLayer, read_layer
from .roles import read_roles

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from pyproj import CRS

    from ..case import Case, SourceSpec

__all__ = ["Sources", "read_sources"]

# Published areas are rounded; a smaller difference says nothing.
_OFFICIAL_ROUNDING = 1e-4
_NO_CRS = 'a .prj, or crs = "EPSG:…" in its [[source]]'


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
        layer.stated_crs(_NO_CRS)
        layers.append(layer)
    target = _target_crs(case, layers)
    parts, infos, transformed, findings = [], [], [], []
    for number, (spec, layer) in enumerate(zip(case.sources, layers, strict=True)):
        progress(0.8 + 0.2 * number / count, f"placing {spec.path}")
        part, info, change, found = _one(case, spec, layer, target, number)
        parts.append(part)
        infos.append(info)
        findings += found
        if change is not None:
            transformed.append(change)
    return Sources(target, concatenate(parts), tuple(infos), tuple(transformed), tuple(findings))


def _target_crs(case: Case, layers: list[PolygonLayer]) -> CRS:
    given = case.crs or str(case.profile.settings.get("crs", ""))
    roles = [spec.role for spec in case.sources]
    study = layers[roles.index("county") if "county" in roles else roles.index("township")]
    return case_crs(given, tuple(shapely.total_bounds(study.geometry).tolist()), study.stated_crs(_NO_CRS))


def _one(
    case: Case, spec: SourceSpec, layer: PolygonLayer, target: CRS, number: int
) -> tuple[Features, SourceInfo, tuple[str, float, float, str] | None, list[Finding]]:
    raw, place, crs, geometry = layer.raw, layer.name, layer.stated_crs(_NO_CRS), layer.geometry
    columns, findings = read_roles(raw, spec, case.profile.role(spec.role), case.profile)
    findings += layer.findings
    change = None
    if crs != target:
        before = _areas(geometry, crs)
        geometry, accuracy = to_crs(geometry, crs, target, place)
        text = f"{short_name(crs)[:40]} → {short_name(target)}"
        change = (spec.role, before, float(shapely.area(geometry).sum()), f"{place}: {text}")
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
        role=np.full(len(geometry), spec.role, dtype=object),
        feature_id=layer.feature_id,
        **{key: values[layer.row] for key, values in columns.items()},
    )
    area = float(shapely.area(geometry).sum())
    info = SourceInfo(
        role=spec.role, name=spec.layer or Path(spec.path).stem, path=spec.path, layer=raw.layer, crs=short_name(crs),
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
