"""What the sources measure, held against the faces: the ledger's rows of roles, what was lost, official areas."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from ..core.errors import BadInput
from ..core.findings import Facts, Finding, with_names
from ..core.measures import AREA_UNITS, nearest_unit
from ..core.messages import Message, counted
from ..core.sums import sum_by
from ..sources.defects import invalid, tell, valid

if TYPE_CHECKING:
    from ..case.model import Case
    from ..core.arrays import Bools, Floats, Ints
    from ..core.progress import Progress
    from ..partition import Partition
    from ..partition.ledger import Ledger
    from ..sources import Features, Sources

# Published areas are rounded; a smaller difference says nothing.
_OFFICIAL_ROUNDING = 1e-4
_UNIT_APART = 100.0  # times: no survey errs so far


def balance(
    case: Case,
    sources: Sources,
    features: Features,
    whole: Partition,
    area: Floats,
    inside: Bools,
    ledger: Ledger,
    progress: Progress,
) -> tuple[Floats, list[Finding]]:
    """Hold what the faces give back of each source against what was put in; name each transfer.

    Up to snapping, rows count feature by feature; the row ``overlap`` takes what several features of a source share
    once, and from there on areas are those of faces.

    Parameters
    ----------
    case : Case
    sources : Sources
    features : Features
        Of the sources, and raster grades behind them.
    whole : Partition
        Of all features, before the study area is taken from it.
    area : (n,) float64
        m² of its faces by the case's method.
    inside : (n,) bool
        Faces of the study area.
    ledger : Ledger
        Filled.
    progress : callable

    Returns
    -------
    area : (s,) float64
        m² that each vector source covers, each place once, before the study area clips it.
    findings : list of Finding
    """
    total = len(case.sources) + len(case.rasters) + len(case.cutting)
    count, names = len(features), [source_place(case, number) for number in range(total)]
    face, feature = whole.coverage.face, whole.coverage.feature
    covered = sum_by(feature, area[face], count)
    planar = sum_by(feature, whole.area[face], count)
    # Rings are measured in the plane; an ellipsoidal area follows in proportion.
    scale = np.divide(covered, planar, out=np.ones(count), where=planar > 0)
    own, noded = shapely.area(features.geometry) * scale, whole.snapped * scale
    sound = valid(features.geometry, progress=progress)
    # What the rings of a valid feature enclose after snapping, its faces must give back.
    unexplained = np.where(sound, np.abs(covered - noded), 0.0)
    once = np.unique(features.source[feature] * len(whole) + face)
    source, place = once // len(whole), once % len(whole)
    extent = sum_by(source, area[place], len(names))
    left = sum_by(source, np.where(inside[place], area[place], 0.0), len(names))
    beyond = sum_by(source, np.where(inside | whole.rounding, 0.0, area)[place], len(names))
    for change in sources.changes:
        after = own[features.source == change.source].sum() if change.to_m2 is None else change.to_m2
        ledger.role(change.stage, change.role, change.from_m2, float(after), change.text)
    roles = features.role.astype(str)
    for role in dict.fromkeys(roles.tolist()):
        mine = roles == role
        repaired, snapped = mine & ~sound, mine & sound
        ledger.role(
            "repair",
            role,
            own[repaired].sum(),
            covered[repaired].sum(),
            counted(int(repaired.sum()), "{n} invalid feature", "{n} invalid features"),
        )
        why = Message("snap rounding at {snap:g} m", snap=case.cleaning.snap)
        lost = float(unexplained[snapped].sum())
        ledger.role("snapping", role, own[snapped].sum(), covered[snapped].sum(), why, unexplained=lost)
        numbers = np.unique(features.source[mine])
        ledger.role(
            "overlap",
            role,
            covered[mine].sum(),
            extent[numbers].sum(),
            Message("ground covered by several features of one source is counted once"),
        )
        ledger.role("study area", role, extent[numbers].sum(), left[numbers].sum(), Message("outside the study area"))
    findings: list[Finding] = []
    for number, name in enumerate(names):
        bad = np.flatnonzero(~sound & (features.source == number))
        shapes, ids = features.geometry[bad], features.feature_id[bad]
        found = invalid(name, shapes, ids, own[bad], covered[bad], progress=progress)
        findings += with_names(found, ids, features.name[bad])
        gone = np.flatnonzero((features.source == number) & (covered <= 0) & (own > 0))
        findings += _vanished(name, features, gone, own)
    away = (covered > 0) & (sum_by(feature, inside[face].astype(np.float64), count) <= 0)
    findings += _outside(case, sources, features, away, extent, left, beyond, names)
    whole_area = extent[: len(case.sources)].copy()
    for number, cut in sources.cuts.items():
        whole_area[number] += cut.area
    return whole_area, findings + _official(sources, whole_area)


def source_place(case: Case, number: int) -> str:
    """Name a source or raster by its path, and its layer where the case gives one; behind them ``Case.cutting``."""
    beyond = number - len(case.sources) - len(case.rasters)
    if beyond >= 0:
        return case.cutting[beyond][1].path
    if number >= len(case.sources):
        return case.rasters[number - len(case.sources)].path
    return case.sources[number].place


def _vanished(name: str, features: Features, gone: Ints, own: Floats) -> list[Finding]:
    """Name the features that snapping left nothing of."""
    area = own[gone]
    return tell(
        "S17",
        name,
        area,
        facts=lambda row: {"feature": features.called(gone[row]), "area": float(area[row])},
        label=lambda row: Message(
            "{feature} ({area:.6f} m²)", feature=features.called(gone[row]), area=float(area[row])
        ),
        place=lambda row: shapely.Point(shapely.get_coordinates(features.geometry[gone[row]])[0]),
    )


def _outside(
    case: Case,
    sources: Sources,
    features: Features,
    away: Bools,
    extent: Floats,
    left: Floats,
    beyond: Floats,
    names: list[str],
) -> list[Finding]:
    """Tell what of each source the study area leaves out; ``away`` marks features wholly outside.

    ``beyond`` (m²) is the part that rounding did not make.
    """
    transfer = case.profile["transfer"]
    least, share = float(transfer["outside_min"]), float(transfer["outside_share"])
    findings = []
    for number, name in enumerate(names):
        mine = features.source == number
        if not mine.any():
            continue
        if extent[number] <= 0:
            raise BadInput(
                Message("nothing is left after snapping at {snap:g} m", snap=case.cleaning.snap),
                where=name,
                wanted=Message("polygons with an area"),
            )
        if left[number] <= 0 and number < len(case.sources):
            raise BadInput(
                Message("no overlap with the study area"),
                where=name,
                wanted=Message("features inside the counties (check the CRS and the file)"),
            )
        if number < len(case.sources) and case.sources[number].made:
            # It was made to reach beyond the study area.
            continue
        cut, lost = sources.cuts.get(number), float(extent[number] - left[number])
        count = int((away & mine).sum()) + (cut.features if cut else 0)
        if cut is not None:
            west, south, east, north = cut.frame
            facts: Facts = {"source": name, "area": lost + cut.area}
            facts |= {"problem": "sea" if features.of("sea")[mine].any() else "far"}
            facts |= {"west": west, "south": south, "east": east, "north": north, "beyond": cut.area}
            findings.append(Finding("S01", facts, value=lost + cut.area))
        elif beyond[number] > max(least, share * extent[number]):
            findings.append(Finding("S01", {"source": name, "area": lost}, value=lost))
        if count:
            findings.append(Finding("S15", {"source": name, "count": count}, value=float(count)))
    return findings


def _official(sources: Sources, total: Floats) -> list[Finding]:
    """Hold what each source covers against its official area; nothing is rescaled."""
    findings = []
    for info, covered in zip(sources.info, total, strict=True):
        area, official = float(covered), info.official_area_m2
        if not official or abs(area - official) <= _OFFICIAL_ROUNDING * official:
            continue
        said: Facts = {
            "source": f"{info.path}|{info.layer}",
            "area": area,
            "official": official,
            "area_km2": area / 1e6,
            "official_km2": official / 1e6,
            "difference": area - official,
            "share": area / official - 1,
        }
        if area > _UNIT_APART * official:
            # An official area that fits in another unit was not given in m².
            said |= {"problem": "unit", "unit": AREA_UNITS[nearest_unit(area / official)].sign}
        findings.append(Finding("S16", said, value=area - official))
    return findings
