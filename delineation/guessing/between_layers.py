"""Layers beside each other: townships nest in counties, one role has no two sources of the same content."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
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
from .field_matching import ADMIN
from .roles import no_source

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from .model import Guess, Guessed
    from .vocabulary import Vocabulary

__all__ = ["compare", "place_unplaced"]

_DEGREES = "EPSG:4490"
_POINTS = 300  # a layer is located by so many of its features
_VERTICES = 200_000  # a feature of more is not asked for a point
_INSIDE, _SAME = 0.8, 0.85
_BONUS = 0.35
# What makes a proposed CRS worth writing, and what a role keeps whose layer has none.
_LIKELY, _UNPLACED = 0.5, 0.45
# Village development boundaries are small [D]; towns have boundaries of square kilometres.
_SMALL, _MANY = 0.05e6, 30
_TWINS = 3  # layers like the one taken that are named with it
_OPEN = ("osm", "open", "旧", "old", "备份", "copy")


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
        title = _title(out[county])
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
    said = Finding("S50", {"problem": "holds", "count": towns.count, "share": share, "other": _title(towns)})
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
    """Of two layers that hold the same, the better is used."""
    for role in sorted({out[n].role for n in places}):
        rest = [n for n in places if out[n].role == role and out[n].confidence >= float(words["used"])]
        while len(rest) > 1:
            best = max(rest, key=lambda n: (_quality(out[n], out), -n))
            rest.remove(best)
            same = [n for n in rest if _same(out[best], out[n], places[best], places[n])]
            for number in same:
                rest.remove(number)
                _drop(out, number, best)
            if role in ADMIN and not same:
                continue


def _same(one: Guessed, other: Guessed, its: NDArray[np.object_], others: NDArray[np.object_]) -> bool:
    if one.read is other.read:  # parts of one layer
        return False
    if one.guess and other.guess and (one.guess.zone, one.guess.where) != (other.guess.zone, other.guess.where):
        return False
    return min(_share_inside(its, other), _share_inside(others, one)) >= _SAME


def _quality(one: Guessed, all_of_them: Sequence[Guessed]) -> float:
    """How good a source is: sure, with codes and names, the codes those of the townships, no open substitute."""
    guess = one.guess
    if guess is None:
        return 0.0
    score = guess.confidence + 0.1 * len(guess.fields) - 0.05 * len(guess.uncertain)
    return score - 0.5 * any(word in _names(one) for word in _OPEN) + _town_share(one, all_of_them)


def _names(one: Guessed) -> str:
    return f"{one.layer} {one.path.stem}".lower()


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


def _drop(out: list[Guessed], number: int, best: int) -> None:
    guess, kept = out[number].guess, out[best].guess
    if guess is None or kept is None:
        return
    word = next((word for word in _OPEN if word in _names(out[number])), "")
    better = _town_share(out[best], out) - _town_share(out[number], out)
    problem = "twin_open" if word else "twin_codes" if better > 0.01 else "twin"
    facts: Facts = {"problem": problem, "other": _title(out[best]), "word": word}
    said = Finding("S51", {**facts, "count": out[best].count, "own": out[number].count})
    out[number] = _with(out[number], confidence=min(guess.confidence, 0.4), reasons=(*guess.reasons, said), ready=False)
    # Of a folder full of copies the first few are enough: each copy says itself what it repeats.
    if sum(item.facts.get("problem") == "twin" for item in kept.uncertain) < _TWINS:
        note = Finding("S52", {"problem": "twin", "other": _title(out[number])})
        out[best] = _with(out[best], uncertain=(*kept.uncertain, note))


def _with(one: Guessed, **changes: object) -> Guessed:
    guess: Guess | None = one.guess
    return one if guess is None else replace(one, guess=replace(guess, **changes))  # type: ignore[arg-type]


def _title(one: Guessed) -> str:
    return f"{Path(one.path).name}|{one.layer}" if one.layer else Path(one.path).name
