"""The basis of a plan: partition, ground, evidence. Everything after it only labels faces."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import shapely

from ..core.arrays import number_of
from ..core.errors import BadInput
from ..core.messages import Message
from ..core.progress import Progress, silent, within
from ..core.text import nearest
from ..partition import Partition, border_lines, build, refine, select
from ..partition.alignment import share_along
from ..partition.arcs import lengths
from ..partition.ledger import Ledger
from ..sources import Features, Sources, read_sources
from ..sources.coordinates.areal_scale import stretched_areas
from ..sources.coordinates.ellipsoid import ellipsoidal_area
from ..sources.features import concatenate
from ..sources.previous_units import joined_units, polygons_of, previous_specs, read_previous_units
from ..sources.rasters.gradezones import grade_polygons
from ..sources.rasters.grids import cell_areas
from ..sources.rasters.raster import open_raster
from .evidence import as_opened, collect
from .ground import Ground, lay_ground, study_mask
from .overlaps_and_gaps import gaps, overlap_findings, overlaps
from .source_areas import balance, source_place

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import pandas as pd

    from ..case.model import Case
    from ..core.arrays import Floats, Ints
    from ..core.findings import Finding
    from ..sources.previous_units import PreviousUnits
    from ..sources.rasters.raster import Raster
    from .evidence import Alter


@dataclass(frozen=True)
class Basis:
    """What the case's sources give, before any rule.

    Attributes
    ----------
    sources : Sources
    source_area : (s,) float64
        m² that each of them covers, each place once, before the study area clips it, by the case's method.
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
    cutting : mapping of str to PreviousUnits
        By role: ``upper`` and, of an update, ``unit``: the units whose borders cut (``Case.cutting``), also where they
        are those of sources.
    """

    sources: Sources
    source_area: Floats
    features: Features
    partition: Partition
    area: Floats
    ground: Ground
    evidence: pd.DataFrame
    ledger: Ledger
    findings: tuple[Finding, ...]
    cutting: Mapping[str, PreviousUnits] = field(default_factory=dict)

    def extent(self, role: str) -> Ints:
        """Give equal numbers to faces that the same features of a role cover, −1 to those that none does."""
        coverage, count = self.partition.coverage, len(self.partition)
        mine = self.features.of(role)[coverage.feature]
        face, feature = coverage.face[mine], coverage.feature[mine]
        # Coverage is sorted by face, then feature: a set of features is a run, and its k-th member the k-th column.
        first, turn = np.unique(face, return_index=True)[1], np.arange(len(face))
        turn -= np.repeat(first, lengths(first, len(face)))
        sets = np.full((count, number_of(turn)), -1, dtype=np.int64)
        sets[face, turn] = feature
        number = np.unique(sets, axis=0, return_inverse=True)[1].ravel().astype(np.int64)
        covered = np.zeros(count, dtype=bool)
        covered[face] = True
        return np.where(covered, number, -1)

    def former_units(self, names: Sequence[str], where: Message) -> Ints:
        """Find units of before (role ``unit``) by code or name, ``all`` for each: the first that covers each face, −1.

        Raises
        ------
        BadInput
            A code or name that none of them has.
        """
        mine = np.flatnonzero(self.features.of("unit"))
        code, name = self.features.code[mine].astype(str), self.features.name[mine].astype(str)
        chosen = np.zeros(len(self.features), dtype=bool)
        for text in names:
            found = np.ones(len(mine), dtype=bool) if text == "all" else (code == text) | (name == text)
            if not found.any():
                raise BadInput(
                    Message("no unit has the code or name '{text}'", text=text),
                    where=where,
                    wanted=nearest(text, [one for one in (*code, *name) if one]),
                )
            chosen[mine[found]] = True
        coverage = self.partition.coverage
        use = chosen[coverage.feature]
        out = np.full(len(self.partition), len(self.features), dtype=np.int64)
        np.minimum.at(out, coverage.face[use], coverage.feature[use])
        return np.where(out < len(self.features), out, -1)

    def along(self, roles: Sequence[str], within: float) -> Floats:
        """Share 0–1 of each border that lies within so many metres of a line of these roles (``Role.guide``)."""
        mine = [lines for number, lines in self.sources.guides.items() if self.sources.info[number].role in roles]
        return share_along(border_lines(self.partition), np.concatenate(mine), within)

    def cells(self, raster: Raster) -> Floats:
        """How many cells of a raster each face is as large as: its area ÷ that of a cell where it lies, (n,)."""
        return self.partition.area / cell_areas(raster, self.partition.point, self.sources.crs.to_wkt())


def lay_basis(
    case: Case,
    *,
    sources: Sources | None = None,
    altered: Alter = as_opened,
    workers: int = 1,
    stage: Callable[[str], None] = lambda _: None,
    progress: Progress = silent,
) -> Basis:
    """Read the sources, node them once, lay them out.

    Parameters
    ----------
    case : Case
    sources : Sources, optional
        Of the case, as read already; they are read where not given.
    altered : callable
        (name, raster as opened) → raster that is measured, and whose grades cut.
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
    if sources is None:
        sources = read_sources(case, progress=within(progress, 0.0, 0.15))
    findings = list(sources.findings)
    features = _with_grades(case, sources, findings, altered)
    features, cutting = _with_units(case, sources, features)
    # Those of last year's units are told with the plan, whether they cut or not.
    findings += cutting["upper"].findings if "upper" in cutting else ()
    stage("partition")
    features, whole = _noded(case, features, within(progress, 0.15, 0.5))
    ledger = Ledger()
    inside = study_mask(features, whole.coverage, len(whole))
    if not whole.area[inside].sum() > 0:
        raise BadInput(
            Message("the study area has no size"),
            where=Message("county, township and sea sources"),
            wanted=Message("polygons with an area"),
        )
    area = whole.area if case.area == "planar" else ellipsoidal_area(whole.faces, sources.crs)
    if case.area == "planar":
        bounds = tuple(shapely.total_bounds(whole.faces[inside]).tolist())
        findings += stretched_areas(sources.crs, bounds, float(case.profile["defects"].get("area_stray", 0.001)))
    source_area, found = balance(case, sources, features, whole, area, inside, ledger, within(progress, 0.5, 0.53))
    findings += found
    partition = select(whole, inside)
    area = area[inside]
    _refuse_strange_guides(case, sources, partition)
    ground, found = lay_ground(features, partition.coverage, area, case.profile, partition.point, partition.rounding)
    findings += found
    progress(0.53, Message("overlaps and gaps"))
    findings += _untiled(case, features, partition, area, ground)
    progress(0.55, Message("overlaps and gaps"))
    stage("evidence")
    evidence, found = collect(
        partition.faces,
        area,
        sources.crs.to_wkt(),
        case.rasters,
        locate=case.file,
        altered=altered,
        covered_min=float(case.profile["evidence"]["covered_min"]),
        workers=workers,
        progress=within(progress, 0.55, 1.0),
    )
    findings += found
    told = tuple(findings)
    return Basis(sources, source_area, features, partition, area, ground, evidence, ledger, told, cutting)


def _refuse_strange_guides(case: Case, sources: Sources, partition: Partition) -> None:
    """Refuse lines none of which lies in the study area: nothing could be kept to them."""
    for number, lines in sources.guides.items():
        if not len(shapely.STRtree(partition.faces).query(lines, "intersects")[0]):
            raise BadInput(
                Message("no overlap with the study area"),
                where=source_place(case, number),
                wanted=Message("features inside the counties (check the CRS and the file)"),
            )


def _with_grades(case: Case, sources: Sources, findings: list[Finding], altered: Alter) -> Features:
    """Take the vector features, and the grades of rasters that cut the partition as features of the raster's name."""
    study = sources.features.of("county" if sources.features.of("county").any() else "township", "sea")
    bounds = shapely.total_bounds(sources.features.geometry[study])
    parts = [sources.features]
    for number, spec in enumerate(case.rasters, len(case.sources)):
        if not spec.zones:
            continue
        raster = altered(spec.name, open_raster(case.file(spec.path), spec.band, crs=spec.crs))
        grades = grade_polygons(raster, spec.zones, sources.crs.to_wkt(), bounds=tuple(bounds.tolist()))
        findings += grades.findings
        count = len(grades.polygons)
        if not count:
            continue
        empty = np.full(count, "", dtype=object)
        parts.append(
            Features(
                geometry=grades.polygons,
                source=np.full(count, number, dtype=np.int64),
                role=np.full(count, spec.name, dtype=object),
                feature_id=np.arange(1, count + 1),
                zone=grades.zone,
                grade=empty,
                subtype=empty,
                code=empty,
                name=grades.grade,
            )
        )
    return concatenate(parts)


def _noded(case: Case, features: Features, progress: Progress) -> tuple[Features, Partition]:
    """Node all features; units of an update or of the level above come last, and cut the faces that the others made."""
    last = features.of("upper", *(["unit"] if case.method == "update" else []))
    if not last.any():
        return features, build(features.geometry, snap=case.cleaning.snap, progress=progress)
    features = features.take(np.concatenate([np.flatnonzero(~last), np.flatnonzero(last)]))
    count = int((~last).sum())
    whole = build(features.geometry[:count], snap=case.cleaning.snap, progress=within(progress, 0.0, 0.5))
    return features, refine(
        whole, features.geometry[count:], snap=case.cleaning.snap, progress=within(progress, 0.5, 1.0)
    )


def _with_units(case: Case, sources: Sources, features: Features) -> tuple[Features, dict[str, PreviousUnits]]:
    """Add the units of ``Case.cutting`` as features, behind those of sources and rasters."""
    study = sources.features.of("county" if sources.features.of("county").any() else "township", "sea")
    x0, y0, x1, y1 = shapely.total_bounds(sources.features.geometry[study]).tolist()
    parts, cutting = [features], {}
    for number, (role, spec) in enumerate(case.cutting, len(case.sources) + len(case.rasters)):
        units = read_previous_units(case, sources.crs, (x0, y0, x1, y1), spec=spec, position=number)
        shapes = polygons_of(units.geometry)
        there = np.flatnonzero(~(shapely.is_missing(shapes) | shapely.is_empty(shapes)))
        empty = np.full(len(there), "", dtype=object)
        code = np.array([*units.code, None], dtype=object)[:-1][there]
        parts.append(
            Features(
                geometry=shapes[there],
                source=np.full(len(there), number, dtype=np.int64),
                role=np.full(len(there), role, dtype=object),
                feature_id=units.feature_id[there],
                # The plan's table ``coverage`` tells units of the level above by their codes.
                zone=code if role == "upper" else empty,
                grade=empty,
                subtype=empty,
                code=code,
                name=np.array([*units.name, None], dtype=object)[:-1][there],
            )
        )
        cutting[role] = units
    if case.method == "update" and not case.previous_cuts and previous_specs(case):
        read = [
            read_previous_units(case, sources.crs, (x0, y0, x1, y1), spec=spec, position=number)
            for number, spec in previous_specs(case)
        ]
        cutting["unit"] = joined_units(read)
    return concatenate(parts), cutting


def _untiled(case: Case, features: Features, partition: Partition, area: Floats, ground: Ground) -> list[Finding]:
    """Overlaps within the sources whose features should tile, and gaps between administrative areas."""
    settings = case.profile["defects"]
    has_counties = bool(features.of("county").any())
    # Overlaps of the areas that make up the study area were told where they were settled.
    roles = [role for role in settings["tiling"] if role != ("county" if has_counties else "township")]
    least = float(settings["overlap_min"])
    # Buffers of lines that meet overlap as they should.
    buffered = np.array([*(spec.buffer > 0 for spec in case.sources), *(False for _ in (*case.rasters, *case.cutting))])
    which = features.of(*roles) & ~buffered[features.source]
    found = overlaps(which, features.source, partition.coverage, area, least)
    # Equal shapes were told as such.
    one, other = features.geometry[found.first], features.geometry[found.second]
    alike = (shapely.bounds(one) == shapely.bounds(other)).all(axis=1)
    alike[alike] = shapely.equals_identical(shapely.normalize(one[alike]), shapely.normalize(other[alike]))
    found = found.take(~alike)
    names = [source_place(case, number) for number in range(len(case.sources) + len(case.rasters) + len(case.cutting))]
    findings = overlap_findings(found, features, partition.faces, names)
    if has_counties:
        return findings + gaps(partition, ground.county, ground.district_names, settings)
    return findings + gaps(partition, ground.township, [name for _, name in ground.townships], settings)
