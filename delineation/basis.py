"""The basis of a plan: partition, ground, evidence. Everything after it only labels faces."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from .errors import BadInput
from .evidence import collect
from .findings import Finding
from .ground import Ground, lay_ground, study_mask
from .partition import Partition, build, select
from .partition.ledger import Ledger
from .progress import Progress, silent, within
from .sources import Features, Sources, read_sources
from .sources.crs import ellipsoidal_area
from .sources.features import concatenate
from .sources.gradezones import grade_polygons
from .sources.rasters import open_raster
from .sums import sum_by

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd
    from numpy.typing import NDArray

    from .case import Case

__all__ = ["Basis", "lay_basis"]


@dataclass(frozen=True)
class Basis:
    """What the case's sources give, before any rule.

    Attributes
    ----------
    sources : Sources
    features : Features
        Vector sources, and raster grades that cut the partition.
    partition : Partition
        Of the study area.
    area : (n,) float64
        Face areas in m² by the case's method; ``partition.area`` is planar.
    ground : Ground
    evidence : pandas.DataFrame
    ledger : Ledger
    findings : tuple of Finding
    """

    sources: Sources
    features: Features
    partition: Partition
    area: NDArray[np.float64]
    ground: Ground
    evidence: pd.DataFrame
    ledger: Ledger
    findings: tuple[Finding, ...]


def lay_basis(
    case: Case, *, workers: int = 1, stage: Callable[[str], None] = lambda _: None, progress: Progress = silent
) -> Basis:
    """Read the sources, node them once, lay them out.

    Parameters
    ----------
    case : Case
    workers : int
        Threads for evidence; the result does not depend on it.
    stage : callable
        Told the name of each stage as it begins.
    progress : callable

    Raises
    ------
    BadInput
        Whatever in the sources cannot be used.
    """
    stage("sources")
    sources = read_sources(case, progress=within(progress, 0.0, 0.15))
    findings = list(sources.findings)
    features = _with_grades(case, sources, findings)
    stage("partition")
    whole = build(features.geometry, snap=case.cleaning.snap, progress=within(progress, 0.15, 0.55))
    ledger = Ledger()
    for role, before, after, text in sources.transformed:
        ledger.role("transformation", role, before, after, text)
    inside = study_mask(features, whole.coverage, len(whole))
    if not whole.area[inside].sum() > 0:
        where = "county, township and sea sources"
        raise BadInput("the study area has no size", where=where, wanted="polygons with an area")
    area = whole.area if case.area == "planar" else ellipsoidal_area(whole.faces, sources.crs)
    findings += _balance(case, features, whole, area, inside, ledger)
    partition = select(whole, inside)
    area = area[inside]
    ground, found = lay_ground(features, partition.coverage, area, case.profile)
    findings += found
    stage("evidence")
    evidence, found = collect(
        partition.faces,
        area,
        sources.crs.to_wkt(),
        case.rasters,
        locate=case.file,
        covered_min=float(case.profile["evidence"]["covered_min"]),
        workers=workers,
        progress=within(progress, 0.55, 1.0),
    )
    findings += found
    return Basis(sources, features, partition, area, ground, evidence, ledger, tuple(findings))


def _with_grades(case: Case, sources: Sources, findings: list[Finding]) -> Features:
    """Take the vector features, and the grades of rasters that cut the partition as features of the raster's name."""
    study = sources.features.of("county" if sources.features.of("county").any() else "township", "sea")
    bounds = shapely.total_bounds(sources.features.geometry[study])
    parts = [sources.features]
    for number, spec in enumerate(case.rasters, len(case.sources)):
        if not spec.zones:
            continue
        raster = open_raster(case.file(spec.path), spec.band)
        grades = grade_polygons(raster, spec.zones, sources.crs.to_wkt(), bounds=tuple(bounds.tolist()))
        findings += grades.findings
        count = len(grades.polygons)
        if not count:
            continue
        empty = np.full(count, "", dtype=object)
        parts.append(Features(
            geometry=grades.polygons, source=np.full(count, number, dtype=np.int64),
            role=np.full(count, spec.name, dtype=object),
            feature_id=np.arange(1, count + 1), zone=grades.zone, subtype=empty, code=empty, name=grades.grade,
        ))  # fmt: skip
    return concatenate(parts)


def _balance(
    case: Case,
    features: Features,
    whole: Partition,
    area: NDArray[np.float64],
    inside: NDArray[np.bool_],
    ledger: Ledger,
) -> list[Finding]:
    """Hold what the faces give back of each feature against what was put in; name repair, snapping and losses."""
    count = len(features)
    covered = sum_by(whole.coverage.feature, area[whole.coverage.face], count)
    planar = sum_by(whole.coverage.feature, whole.area[whole.coverage.face], count)
    kept = whole.coverage.face[inside[whole.coverage.face]], whole.coverage.feature[inside[whole.coverage.face]]
    within_study = sum_by(kept[1], area[kept[0]], count)
    # Rings are measured in the plane; an ellipsoidal area follows in proportion.
    scale = np.divide(covered, planar, out=np.ones(count), where=planar > 0)
    own, noded = shapely.area(features.geometry) * scale, whole.snapped * scale
    valid = shapely.is_valid(features.geometry)
    # What the rings of a valid feature enclose after snapping, its faces must give back.
    unexplained = np.where(valid, np.abs(covered - noded), 0.0)
    roles = features.role.astype(str)
    for role in dict.fromkeys(roles.tolist()):
        mine = roles == role
        repaired = mine & ~valid
        ledger.role(
            "repair", role, own[repaired].sum(), covered[repaired].sum(), f"{int(repaired.sum())} invalid features"
        )
        snapped = mine & valid
        text = f"snap rounding at {case.cleaning.snap:g} m"
        lost = float(unexplained[snapped].sum())
        ledger.role("snapping", role, own[snapped].sum(), covered[snapped].sum(), text, unexplained=lost)
        ledger.role("study area", role, covered[mine].sum(), within_study[mine].sum(), "outside the study area")
    names = [_source_name(case, number) for number in range(len(case.sources) + len(case.rasters))]
    findings = _invalid(features, ~valid, own, covered, names)
    gone = (covered <= 0) & (own > 0)
    findings += [
        Finding("S17", {**_who(features, row, names), "area": float(own[row])}, value=float(own[row]))
        for row in np.flatnonzero(gone)
    ]
    return findings + _outside(case, features, covered, within_study, names)


def _source_name(case: Case, number: int) -> str:
    if number >= len(case.sources):
        return case.rasters[number - len(case.sources)].path
    spec = case.sources[number]
    return f"{spec.path}|{spec.layer}" if spec.layer else spec.path


def _invalid(
    features: Features,
    bad: NDArray[np.bool_],
    own: NDArray[np.float64],
    covered: NDArray[np.float64],
    names: list[str],
) -> list[Finding]:
    rows = np.flatnonzero(bad)
    reasons = shapely.is_valid_reason(features.geometry[rows])
    return [
        Finding(
            "S07",
            {
                **_who(features, row, names),
                "why": str(reason).split("[")[0],
                "before": float(own[row]),
                "after": float(covered[row]),
            },
            value=float(covered[row] - own[row]),
            geometry=_place(str(reason)),
        )
        for row, reason in zip(rows, reasons, strict=True)
    ]


def _who(features: Features, row: np.int64, names: list[str]) -> dict[str, str | int]:
    return {"source": names[features.source[row]], "feature": int(features.feature_id[row])}


def _place(reason: str) -> shapely.Point | None:
    """Read the point that GEOS names in ``Self-intersection[x y]``."""
    head, bracket, tail = reason.partition("[")
    if not head or not bracket:
        return None
    x, y = (float(number) for number in tail.rstrip("]").split()[:2])
    return shapely.Point(x, y)


def _outside(
    case: Case,
    features: Features,
    covered: NDArray[np.float64],
    within_study: NDArray[np.float64],
    names: list[str],
) -> list[Finding]:
    least = float(case.profile["transfer"]["outside_min"])
    findings = []
    for number, name in enumerate(names):
        mine = features.source == number
        if not mine.any():
            continue
        if covered[mine].sum() <= 0:
            what = f"nothing is left after snapping at {case.cleaning.snap:g} m"
            raise BadInput(what, where=name, wanted="polygons with an area")
        lost = float(covered[mine].sum() - within_study[mine].sum())
        if within_study[mine].sum() <= 0 and number < len(case.sources):
            raise BadInput(
                "no overlap with the study area",
                where=name,
                wanted="features inside the counties (check the CRS and the file)",
            )
        if lost > least:
            findings.append(Finding("S01", {"source": name, "area": lost}, value=lost))
        away = mine & (within_study <= 0) & (covered > 0)
        if away.any():
            findings.append(Finding("S15", {"source": name, "count": int(away.sum())}, value=float(away.sum())))
    return findings
