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
from .sources.coordinates.crs import ellipsoidal_area
from .sources.defects import invalid, tell, valid
from .sources.features import concatenate
from .sources.rasters.gradezones import grade_polygons
from .sources.rasters.raster import open_raster
from .sums import sum_by
from .tiling import gaps, overlap_findings, overlaps

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

    def extent(self, role: str) -> NDArray[np.int64]:
        """Give equal numbers to faces that the same features of a role cover, −1 to those that none does."""
        coverage, count = self.partition.coverage, len(self.partition)
        mine = self.features.of(role)[coverage.feature]
        face, feature = coverage.face[mine], coverage.feature[mine]
        # Coverage is sorted by face, then feature: a set of features is a run, and its k-th member the k-th column.
        first, turn = np.unique(face, return_index=True)[1], np.arange(len(face))
        turn -= np.repeat(first, np.diff(np.append(first, len(face))))
        sets = np.full((count, int(turn.max(initial=-1)) + 1), -1, dtype=np.int64)
        sets[face, turn] = feature
        number = np.unique(sets, axis=0, return_inverse=True)[1].ravel().astype(np.int64)
        covered = np.zeros(count, dtype=bool)
        covered[face] = True
        return np.where(covered, number, -1)


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
    whole = build(features.geometry, snap=case.cleaning.snap, progress=within(progress, 0.15, 0.5))
    ledger = Ledger()
    for role, before, after, text in sources.transformed:
        ledger.role("transformation", role, before, after, text)
    inside = study_mask(features, whole.coverage, len(whole))
    if not whole.area[inside].sum() > 0:
        where = "county, township and sea sources"
        raise BadInput("the study area has no size", where=where, wanted="polygons with an area")
    area = whole.area if case.area == "planar" else ellipsoidal_area(whole.faces, sources.crs)
    findings += _balance(case, features, whole, area, inside, ledger, within(progress, 0.5, 0.53))
    partition = select(whole, inside)
    area = area[inside]
    ground, found = lay_ground(features, partition.coverage, area, case.profile, partition.point)
    findings += found
    progress(0.53, "overlaps and gaps")
    findings += _untiled(case, features, partition, area, ground)
    progress(0.55, "overlaps and gaps")
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
        raster = open_raster(case.file(spec.path), spec.band, crs=spec.crs)
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
    progress: Progress,
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
    sound = valid(features.geometry, progress=progress)
    # What the rings of a valid feature enclose after snapping, its faces must give back.
    unexplained = np.where(sound, np.abs(covered - noded), 0.0)
    roles = features.role.astype(str)
    for role in dict.fromkeys(roles.tolist()):
        mine = roles == role
        repaired = mine & ~sound
        ledger.role(
            "repair", role, own[repaired].sum(), covered[repaired].sum(), f"{int(repaired.sum())} invalid features"
        )
        snapped = mine & sound
        text = f"snap rounding at {case.cleaning.snap:g} m"
        lost = float(unexplained[snapped].sum())
        ledger.role("snapping", role, own[snapped].sum(), covered[snapped].sum(), text, unexplained=lost)
        ledger.role("study area", role, covered[mine].sum(), within_study[mine].sum(), "outside the study area")
    names = [_source_name(case, number) for number in range(len(case.sources) + len(case.rasters))]
    findings: list[Finding] = []
    for number, name in enumerate(names):
        bad = np.flatnonzero(~sound & (features.source == number))
        shapes, ids = features.geometry[bad], features.feature_id[bad]
        findings += invalid(name, shapes, ids, own[bad], covered[bad], progress=progress)
        gone = np.flatnonzero((features.source == number) & (covered <= 0) & (own > 0))
        findings += _vanished(name, features, gone, own)
    return findings + _outside(case, features, covered, within_study, names)


def _source_name(case: Case, number: int) -> str:
    if number >= len(case.sources):
        return case.rasters[number - len(case.sources)].path
    spec = case.sources[number]
    return f"{spec.path}|{spec.layer}" if spec.layer else spec.path


def _vanished(name: str, features: Features, gone: NDArray[np.int64], own: NDArray[np.float64]) -> list[Finding]:
    """Name the features that snapping left nothing of."""
    ids, area = features.feature_id[gone], own[gone]
    return tell(
        "S17", name, area,
        facts=lambda row: {"feature": int(ids[row]), "area": float(area[row])},
        label=lambda row: f"{ids[row]} ({area[row]:.6f} m²)",
        place=lambda row: shapely.Point(shapely.get_coordinates(features.geometry[gone[row]])[0]),
    )  # fmt: skip


def _untiled(
    case: Case, features: Features, partition: Partition, area: NDArray[np.float64], ground: Ground
) -> list[Finding]:
    """Overlaps within the sources whose features should tile, and gaps between administrative areas."""
    settings = case.profile["defects"]
    has_counties = bool(features.of("county").any())
    # Overlaps of the areas that make up the study area were told where they were settled.
    roles = [role for role in settings["tiling"] if role != ("county" if has_counties else "township")]
    least = float(settings["overlap_min"])
    found = overlaps(features.of(*roles), features.source, partition.coverage, area, least)
    # Equal shapes were told as such.
    one, other = features.geometry[found.first], features.geometry[found.second]
    alike = (shapely.bounds(one) == shapely.bounds(other)).all(axis=1)
    alike[alike] = shapely.equals_identical(shapely.normalize(one[alike]), shapely.normalize(other[alike]))
    found = found.take(~alike)
    names = [_source_name(case, number) for number in range(len(case.sources) + len(case.rasters))]
    findings = overlap_findings(found, features, partition.point, names)
    if has_counties:
        return findings + gaps(partition, ground.county, ground.district_names, settings)
    return findings + gaps(partition, ground.township, [name for _, name in ground.townships], settings)


def _outside(
    case: Case,
    features: Features,
    covered: NDArray[np.float64],
    within_study: NDArray[np.float64],
    names: list[str],
) -> list[Finding]:
    transfer = case.profile["transfer"]
    least, share = float(transfer["outside_min"]), float(transfer["outside_share"])
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
        if lost > max(least, share * covered[mine].sum()):
            findings.append(Finding("S01", {"source": name, "area": lost}, value=lost))
        away = mine & (within_study <= 0) & (covered > 0)
        if away.any():
            findings.append(Finding("S15", {"source": name, "count": int(away.sum())}, value=float(away.sum())))
    return findings
