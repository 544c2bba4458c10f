"""All sources of a case, layers and what is made on the spot: transformed once, checked, one table of features."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import shapely

from ..core.connections import is_database
from ..core.errors import BadInput
from ..core.findings import with_names
from ..core.messages import Message, at
from ..core.progress import Progress, patiently, shared, silent, within
from .coordinates.area_of_use import reach
from .coordinates.clipping import cut_at, frame_round
from .coordinates.crs import case_crs, degrees_box, short_name, to_crs
from .coordinates.datums import datum_finding
from .coordinates.long_edges import bent_edges
from .coordinates.outlying_features import refuse_strays
from .coordinates.stated_crs import Placed, bounds_of, place_among
from .coordinates.systematic_offset import OffsetSource, systematic_offsets
from .defects import shape_findings
from .features import Features, SourceInfo, concatenate
from .files import checksum, content_sum
from .layer import PolygonLayer, read_layer
from .made.of_case import make_source
from .measure import measured
from .roles import PARK, Park, parks_of, read_roles

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pyproj import CRS

    from ..case.model import Case, SourceSpec
    from ..case.profile import Role
    from ..core.arrays import Objects
    from ..core.findings import Finding
    from .coordinates.crs import Box


@dataclass(frozen=True)
class Change:
    """What reading did to the area of a source, for the ledger.

    Attributes
    ----------
    stage, role : str
    source : int
        Position of the source.
    from_m2 : float
    to_m2 : float or None
        None: what its features measure in the case's CRS.
    text : Message
    """

    stage: str
    role: str
    source: int
    from_m2: float
    to_m2: float | None
    text: Message


@dataclass(frozen=True)
class Cut:
    """What a source lost because it lies far outside the study area.

    Attributes
    ----------
    frame : tuple of float
        Degrees within which it was kept.
    area : float
        m² on the ellipsoid, whatever the case's measure: no plane takes it.
    features : int
        Of which nothing is left.
    """

    frame: Box
    area: float
    features: int


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
    changes : tuple of Change
        Of areas, in the order in which they came about.
    cuts : mapping of int to Cut
        By position of the source.
    findings : tuple of Finding
    guides : mapping of int to (l,) object
        By position of the source: lines, of sources whose role cuts nothing and decides nothing (``Role.guide``). They
        are no features.
    parks : tuple of Park
        What layers say of parks.
    """

    crs: CRS
    features: Features
    info: tuple[SourceInfo, ...]
    changes: tuple[Change, ...]
    cuts: Mapping[int, Cut]
    findings: tuple[Finding, ...]
    guides: Mapping[int, Objects] = field(default_factory=dict)
    parks: tuple[Park, ...] = ()


@dataclass(frozen=True)
class Given:
    """A layer of the case as read, and its features in the case's CRS, row by row."""

    role: str
    layer: PolygonLayer
    features: Features


def read_sources(case: Case, *, progress: Progress = silent) -> Sources:
    """Read every ``[[source]]`` of the case, and make those that are made; in the case's order.

    Raises
    ------
    BadInput
        Whatever cannot be used, with file, layer, field and feature.
    """
    place = np.array([number for number, spec in enumerate(case.sources) if not spec.made], dtype=np.int64)
    made = [number for number, spec in enumerate(case.sources) if spec.made]
    if not made:
        return read_layers(case, progress=progress)[0]
    layers = replace(case, sources=tuple(case.sources[number] for number in place))
    read, given = read_layers(layers, progress=within(progress, 0.0, 0.6))
    parts, findings = [replace(read.features, source=place[read.features.source])], list(read.findings)
    infos = {int(number): info for number, info in zip(place, read.info, strict=True)}
    for number, here in shared(within(progress, 0.6, 1.0), made):
        part, infos[number], found = make_source(case, number, given, read.crs, progress=here)
        parts.append(part)
        findings += found
    every = concatenate(parts)
    return replace(
        read,
        features=every.take(np.argsort(every.source, kind="stable")),
        info=tuple(infos[number] for number in range(len(case.sources))),
        changes=tuple(replace(change, source=int(place[change.source])) for change in read.changes),
        cuts={int(place[number]): cut for number, cut in read.cuts.items()},
        guides={int(place[number]): lines for number, lines in read.guides.items()},
        findings=tuple(findings),
    )


def layer_of(case: Case, spec: SourceSpec, role: Role | None, progress: Progress) -> PolygonLayer:
    """Read the layer of a ``[[source]]`` as it says that it is to be read."""
    return read_layer(
        case.file(spec.path),
        name=spec.path,
        layer=spec.layer,
        words=role.words if role is not None else (),
        where=spec.where,
        encoding=spec.encoding,
        crs=spec.crs,
        buffered=spec.buffer > 0,
        lines=role is not None and role.guide,
        progress=progress,
    )


def read_layers(case: Case, *, progress: Progress = silent) -> tuple[Sources, list[Given]]:
    """Read every ``[[source]]`` of a case all of which are layers.

    Raises
    ------
    BadInput
        Whatever cannot be used, with file, layer, field and feature.
    """
    layers: list[PolygonLayer] = []
    for spec, here in shared(within(progress, 0.0, 0.8), case.sources):
        role = case.profile.role(spec.role)
        if role.guide and spec.buffer:
            raise BadInput(
                Message("buffer on role {role:role}", role=role.name),
                where=spec.path,
                wanted=Message("no buffer: its lines cut nothing"),
            )
        layers.append(layer_of(case, spec, role, here))
    _all_stated(layers)
    study = _study(case)
    refuse_strays(layers[study].geometry, layers[study].feature_id, layers[study].stated_crs(), layers[study].name)
    layers[study] = _within_case(case, layers[study])
    target = _target_crs(case, layers[study])
    layers = _among(layers, study)
    box = _study_box(case, layers)
    parts, infos, changes, findings = [], [], [], []
    given: list[Given] = []
    cuts: dict[int, Cut] = {}
    guides: dict[int, Objects] = {}
    parks: list[Park] = []
    pairs = list(zip(case.sources, layers, strict=True))
    for number, ((spec, layer), here) in enumerate(shared(within(progress, 0.8, 1.0), pairs)):
        here(0.0, Message("placing {path}", path=spec.path))
        if spec.role != case.sources[study].role:
            layer, cut = _near(spec, layer, box, target, within(here, 0.0, 0.5))
            cuts |= {number: cut} if cut else {}
        part, info, changed, found = _one(case, spec, layer, target, number, cuts.get(number))
        infos.append(info)
        given.append(Given(spec.role, layer, part))
        findings += found
        if case.profile.role(spec.role).guide:
            guides[number] = part.geometry
            parts.append(part.take(np.zeros(0, dtype=np.int64)))
            continue
        parts.append(part)
        parks += parks_of(layer.raw, part.name, layer.row, spec, case.profile) if spec.role == PARK else []
        if not spec.buffer:
            columns = {key: values[layer.row] for key, values in layer.raw.columns.items()}
            found = shape_findings(
                layer.name,
                part.geometry,
                part.feature_id,
                columns,
                case.profile["defects"],
                progress=within(here, 0.5, 1.0),
            )
            findings += with_names(found, part.feature_id, part.name)
        changes += changed
    lines = [
        OffsetSource(layer.name, spec.role, part.geometry, layer.stated_crs(), layer.shift)
        for number, (spec, layer, part) in enumerate(zip(case.sources, layers, parts, strict=True))
        if not spec.buffer and number not in guides
    ]
    findings += systematic_offsets(lines, target)
    return Sources(
        target, concatenate(parts), tuple(infos), tuple(changes), cuts, tuple(findings), guides, tuple(parks)
    ), given


def _all_stated(layers: list[PolygonLayer]) -> None:
    """Refuse layers without a CRS, naming the one their coordinates look like, beside the others."""
    near = [(layer.crs, bounds) for layer in layers if layer.crs and (bounds := bounds_of(layer.geometry))]
    for layer in layers:
        layer.stated_crs(near)


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


def _study_box(case: Case, layers: list[PolygonLayer]) -> Box:
    """Bounds of the counties, else townships, of all sources, in degrees."""
    role = case.sources[_study(case)].role
    mine = [layer for spec, layer in zip(case.sources, layers, strict=True) if spec.role == role]
    bounds = [tuple(shapely.total_bounds(layer.geometry).tolist()) for layer in mine]
    boxes = np.array([degrees_box(box, layer.stated_crs()) for box, layer in zip(bounds, mine, strict=True)])
    (west, south), (east, north) = boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)
    return float(west), float(south), float(east), float(north)


def _near(
    spec: SourceSpec, layer: PolygonLayer, study: Box, target: CRS, progress: Progress
) -> tuple[PolygonLayer, Cut | None]:
    """Cut off what lies too far away for the case's CRS."""
    crs = layer.stated_crs()
    frame = frame_round(layer.geometry, crs, study, target, buffer=spec.buffer)
    if frame is None:
        return layer, None
    near = patiently(
        lambda go_on: cut_at(layer.geometry, crs, frame, go_on), progress, Message("cutting {name}", name=layer.name)
    )
    if not len(near.row):
        raise BadInput(
            Message("no overlap with the study area"),
            where=layer.name,
            wanted=Message("features inside the counties (check the CRS and the file)"),
        )
    cut = Cut(frame, near.area, len(layer.row) - len(near.row))
    return replace(layer, row=layer.row[near.row], geometry=near.geometry), cut


def _one(
    case: Case, spec: SourceSpec, layer: PolygonLayer, target: CRS, number: int, cut: Cut | None
) -> tuple[Features, SourceInfo, list[Change], list[Finding]]:
    raw, place, crs, geometry = layer.raw, layer.name, layer.stated_crs(), layer.geometry
    ellipsoidal = case.area == "ellipsoidal"
    columns, findings = read_roles(raw, spec, case.profile.role(spec.role), case.profile)
    findings += with_names(layer.findings, raw.feature_id, columns["name"])
    changes = []
    before = layer.read_area
    if cut is not None or (crs != target and before is None):
        before = measured(geometry, crs, ellipsoidal=ellipsoidal)
    if cut is not None and before is not None:
        west, south, east, north = cut.frame
        text = Message(
            "{place}: cut at longitude {west:.2f} to {east:.2f}°, latitude {south:.2f} to {north:.2f}°",
            place=place,
            west=west,
            east=east,
            south=south,
            north=north,
        )
        changes.append(Change("study area", spec.role, number, before + cut.area, before, text))
    if crs != target and before is not None:
        bounds = tuple(shapely.total_bounds(geometry).tolist())
        shifted = None if layer.shift else datum_finding(place, crs, target, bounds)
        stray = float(case.profile["defects"]["edge_stray"])
        bent = bent_edges(geometry, layer.feature_id, crs, target, place, stray)
        findings += with_names(bent, raw.feature_id, columns["name"])
        geometry, _ = to_crs(geometry, crs, target, at(place))
        steps = " → ".join([*filter(None, [layer.shift]), short_name(crs)[:40], short_name(target)])
        text = Message("{place}: {steps}", place=place, steps=steps)
        changes.append(Change("transformation", spec.role, number, before, None, text))
        findings += [shifted] if shifted else []
    if spec.buffer or case.profile.role(spec.role).guide:
        # Lines and points have no area that could have changed.
        changes = []
    if spec.buffer:
        geometry = shapely.buffer(geometry, spec.buffer)
    features = Features(
        geometry=geometry,
        source=np.full(len(geometry), number, dtype=np.int64),
        role=np.full(len(geometry), spec.role, dtype=object),
        feature_id=layer.feature_id,
        **{key: values[layer.row] for key, values in columns.items()},
    )
    info = SourceInfo(
        role=spec.role,
        name=spec.layer or Path(spec.path).stem,
        path=spec.path,
        layer=raw.layer,
        crs=layer.shift or short_name(crs),
        encoding=raw.encoding,
        count=len(raw.feature_id),
        sha256=content_sum(raw) if is_database(raw.path) else checksum(raw.path),
        date=spec.date,
        provider=spec.provider,
        document=spec.document,
        classification=spec.classification,
        official_area_m2=spec.official_area,
        trigger=spec.trigger,
    )
    return features, info, changes, findings
