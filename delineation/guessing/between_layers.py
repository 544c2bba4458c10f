"""Layers beside each other: townships nest in counties, one role has no two sources of the same content."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
import shapely
from shapely import STRtree

from ..core.errors import BadInput
from ..core.findings import Facts, Finding
from ..core.messages import at
from ..sources.coordinates.crs import parse_crs, to_crs
from ..sources.coordinates.crs_candidates import candidates
from ..sources.coordinates.ellipsoid import ellipsoidal_area
from .names import hits, unexplained
from .roles import no_source
from .versions import stale_word, title_of, verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from .model import Guess, Guessed
    from .vocabulary import Vocabulary

_DEGREES = "EPSG:4490"
_POINTS = 300  # a layer is located by so many of its features
_VERTICES = 200_000  # a feature of more is not asked for a point
_INSIDE, _SAME = 0.8, 0.85
_SOME = 0.3  # shared by two layers of one name: the same land years apart
_GRID = 40  # places along each side over a layer of few features
_BONUS = 0.35
# What makes a proposed CRS worth writing, and what a role keeps whose layer has none.
_LIKELY, _UNPLACED = 0.5, 0.45
# Village development boundaries are small [D]; towns have boundaries of square kilometres.
_SMALL, _MANY = 0.05e6, 30
_TWINS = 3  # layers like the one taken that are named with it


def compare(found: Sequence[Guessed], words: Vocabulary) -> list[Guessed]:
    """Hold the guesses of several layers against each other."""
    out = list(found)
    places = {number: points for number, one in enumerate(out) if (points := _points(one)) is not None}
    _nest(out, places, words)
    _village_boundaries(out, words)
    _twins(out, places, words)
    return out


def place_unplaced(found: Sequence[Guessed]) -> list[Guessed]:
    """Propose a CRS for layers that state none, by their coordinates and by where the others lie."""
    near = [
        (one.read.crs, _box(one.read.geometry)) for one in found if one.read is not None and one.read.crs is not None
    ]
    out = []
    for one in found:
        if one.read is None or one.read.crs is not None or one.guess is None or not one.guess.role:
            out.append(one)
            continue
        likely = candidates(_box(one.read.geometry), near)
        if likely and likely[0].confidence >= _LIKELY:
            note = Finding("S52", {"problem": "crs", "crs": likely[0].crs})
            changed = _with(one, uncertain=(*one.guess.uncertain, note))
            read = replace(one.read, crs=parse_crs(likely[0].crs))
            out.append(replace(changed, crs_candidates=tuple(item.crs for item in likely), read=read))
        else:
            note = Finding("S52", {"problem": "no_crs"})
            confidence = min(one.guess.confidence, _UNPLACED)
            out.append(_with(one, uncertain=(*one.guess.uncertain, note), confidence=confidence, ready=False))
    return out


def _box(geometry: NDArray[np.object_]) -> tuple[float, float, float, float]:
    west, south, east, north = shapely.total_bounds(geometry).tolist()
    return west, south, east, north


def _points(one: Guessed) -> NDArray[np.object_] | None:
    """Points within some of a layer's features, in degrees; None where they cannot be placed."""
    if one.read is None or not one.role or one.read.crs is None:
        return None
    geometry = one.read.geometry
    rows = np.unique(np.linspace(0, len(geometry) - 1, _POINTS).astype(int))
    some = geometry[rows]
    small = shapely.get_num_coordinates(some) < _VERTICES
    points = shapely.centroid(some)
    try:
        points[small] = shapely.point_on_surface(some[small])
        if len(geometry) < _POINTS:  # as many of few features as tell how much of their land another layer has
            west, south, east, north = _box(geometry)
            x, y = np.meshgrid(np.linspace(west, east, _GRID), np.linspace(south, north, _GRID))
            grid = shapely.points(x.ravel(), y.ravel())
            within = STRtree(grid).query(geometry, predicate="intersects")[1]
            points = np.concatenate([points, grid[np.unique(within)]])
        moved, _ = to_crs(points, one.read.crs, parse_crs(_DEGREES), at(one.read.name))
    except (BadInput, shapely.errors.GEOSException):
        return None
    here: NDArray[np.object_] = moved[~shapely.is_empty(moved)]
    return here


def _share_inside(points: NDArray[np.object_], other: Guessed) -> float:
    """Share of points within the other layer's features."""
    if other.read is None or other.read.crs is None or not len(points):
        return 0.0
    try:
        moved, _ = to_crs(points, parse_crs(_DEGREES), other.read.crs, at(other.read.name))
        inside = STRtree(moved).query(other.read.geometry, predicate="intersects")[1]
    except (BadInput, shapely.errors.GEOSException):
        return 0.0
    return len(np.unique(inside)) / len(points)


def _nest(out: list[Guessed], places: dict[int, NDArray[np.object_]], words: Vocabulary) -> None:
    """Townships that lie in counties, and are more, are the surer for it."""
    least = float(words["used"]) / 2
    counties = [n for n in places if out[n].role == "county" and out[n].confidence >= least and _ready(out[n])]
    for number, points in places.items():
        guess = out[number].guess
        if guess is None or guess.role not in ("township", "village") or not counties:
            continue
        county = max(counties, key=lambda n: out[n].confidence)
        share = _share_inside(points, out[county])
        if share >= _INSIDE and _town_share(out[county], out) >= _INSIDE:
            _confirm(out, county, share, out[number])
        title = title_of(out[county])
        if share >= _INSIDE and out[number].count > out[county].count:
            facts: Facts = {"problem": "nested", "count": out[number].count, "share": share}
            said = Finding("S50", {**facts, "other": title})
            confidence = 1.0 - (1.0 - guess.confidence) * (1.0 - _BONUS)
            if guess.ready:
                out[number] = _with(out[number], confidence=round(confidence, 2), reasons=(*guess.reasons, said))
        elif share < 0.5:
            note = Finding("S52", {"problem": "outside", "share": share, "other": title})
            out[number] = _with(out[number], uncertain=(*guess.uncertain, note))


def _confirm(out: list[Guessed], county: int, share: float, towns: Guessed) -> None:
    """Make counties surer whose features hold all townships, and whose codes the townships' begin with."""
    guess = out[county].guess
    if guess is None or any(said.facts.get("problem") == "holds" for said in guess.reasons):
        return
    said = Finding("S50", {"problem": "holds", "count": towns.count, "share": share, "other": title_of(towns)})
    confidence = 1.0 - (1.0 - guess.confidence) * (1.0 - 2 * _BONUS)
    out[county] = _with(out[county], confidence=round(confidence, 2), reasons=(*guess.reasons, said))


def _ready(one: Guessed) -> bool:
    return one.guess is not None and one.guess.ready


def _village_boundaries(out: list[Guessed], words: Vocabulary) -> None:
    """CZKFBJ beside a sure urban boundary, or of many small features, is the boundary of villages."""
    held = [
        n
        for n, one in enumerate(out)
        if one.guess
        and any(
            note.facts.get("problem") == "ambiguous" and one.role == "urban_boundary" for note in one.guess.uncertain
        )
    ]
    for number in held:
        guess, read = out[number].guess, out[number].read
        if guess is None or read is None:
            continue
        area = _areas(out[number])
        median = float(np.median(area)) if area is not None and len(area) else np.inf
        if out[number].count >= _MANY and median < _SMALL:
            said = Finding("S51", {"problem": "small", "count": out[number].count, "area": median / 1e6})
            cap = float(words["traps"]["village_boundary"]["cap"])
            reached = (("urban_boundary", cap), *guess.alternatives)
            out[number] = _with(
                out[number],
                role="",
                confidence=round(1.0 - cap, 2),
                reasons=no_source("urban_boundary", (said,)),
                alternatives=reached,
                uncertain=(),
                fields={},
            )


def _areas(one: Guessed) -> NDArray[np.float64] | None:
    if one.read is None or one.read.crs is None:
        return None
    geometry = one.read.geometry[:2000]
    try:
        return ellipsoidal_area(geometry, one.read.crs) if one.read.crs.is_geographic else shapely.area(geometry)
    except (BadInput, shapely.errors.GEOSException):
        return None


def _twins(out: list[Guessed], places: dict[int, NDArray[np.object_]], words: Vocabulary) -> None:
    """Of layers that hold the same the current one is used; where nobody can tell which it is, none is."""
    lost: set[int] = set()
    asked: dict[int, set[int]] = {}
    held = [n for n in places if out[n].confidence >= float(words["used"]) or not _ready(out[n])]
    boxes = {number: shapely.box(*shapely.total_bounds(places[number])) for number in held}
    for one, other in combinations(held, 2):
        if {one, other} & lost or not _alike(out[one], out[other]) or not boxes[one].intersects(boxes[other]):
            continue
        worse, reasons = verdict(out[one], out[other], words)
        old, new = (one, other) if worse < 0 else (other, one)
        its, others = _share_inside(places[old], out[new]), _share_inside(places[new], out[old])
        # An old layer of the same name may hold less than the new one; whatever else lies within another completes it.
        namesake = _core(out[one], words) == _core(out[other], words)
        within = namesake and worse != 0 and its >= _SAME
        least = _SOME if namesake else _SAME
        if not within and min(its, others) < least:
            continue
        if worse:
            lost.add(old)
            _drop(out, old, new, reasons)
            continue
        if not (_ready(out[one]) and _ready(out[other])):
            continue
        group = {one, other, *asked.get(one, ()), *asked.get(other, ())}
        asked |= dict.fromkeys(group, group)
    for number in held:
        guess, rivals = out[number].guess, sorted(asked.get(number, set()) - lost)
        if guess is None or number in lost:
            continue
        word, name = stale_word(out[number], words)
        if len(rivals) > 1:
            titles = tuple(title_of(out[n]) for n in rivals)
            facts: Facts = {"role": guess.role, "count": len(rivals), "layers": titles}
            note = Finding("S92", facts, value=float(len(rivals)))
            out[number] = _with(out[number], uncertain=(note, *guess.uncertain), ready=False)
        elif word and guess.ready:
            note = Finding("S52", {"problem": "stale", "word": word, "name": name})
            out[number] = _with(out[number], uncertain=(*guess.uncertain, note))


def _alike(one: Guessed, other: Guessed) -> bool:
    """Whether two layers may be one content: of one role, of the same zone and kind of shape, no parts of one layer."""
    if one.guess is None or other.guess is None or one.read is other.read or one.role != other.role:
        return False
    its, others = one.guess, other.guess
    zones, other_zones = set(its.zones.values()), set(others.zones.values())
    if zones and other_zones and zones.isdisjoint(other_zones):
        return False
    return (its.zone, its.where, one.geometry) == (others.zone, others.where, other.geometry)


def _core(one: Guessed, words: Vocabulary) -> tuple[object, ...]:
    """Give what the name of a layer says but for date, version and what any name has."""
    name = one.layer or one.path.stem
    return (unexplained(name, words), *sorted(word.key for word in hits(name, words)))


def _drop(out: list[Guessed], number: int, best: int, reasons: tuple[Finding, ...]) -> None:
    guess, kept = out[number].guess, out[best].guess
    if guess is None or kept is None:
        return
    out[number] = _with(
        out[number], confidence=min(guess.confidence, 0.4), reasons=(*guess.reasons, *reasons), ready=False
    )
    # Of a folder full of copies the first few are enough: each copy says itself what it repeats.
    if sum(item.facts.get("problem") == "twin" for item in kept.uncertain) < _TWINS:
        note = Finding("S52", {"problem": "twin", "other": title_of(out[number])})
        out[best] = _with(out[best], uncertain=(*kept.uncertain, note))


def _town_share(one: Guessed, all_of_them: Sequence[Guessed]) -> float:
    """How well the codes of counties are those the codes of the townships begin with, 0–1."""
    if one.role != "county":
        return 0.0
    codes = {str(code)[:6] for code in _codes(one)}
    towns = {str(code)[:6] for other in all_of_them if other.role == "township" for code in _codes(other)}
    return len(codes & towns) / len(codes | towns) if towns else 0.0


def _codes(one: Guessed) -> list[object]:
    if one.guess is None or one.read is None or "code" not in one.guess.fields:
        return []
    return list(one.read.raw.columns[one.guess.fields["code"]])


def _with(one: Guessed, **changes: object) -> Guessed:
    guess: Guess | None = one.guess
    return one if guess is None else replace(one, guess=replace(guess, **changes))  # type: ignore[arg-type]
