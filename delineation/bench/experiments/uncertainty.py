"""Uncertainty: what the errors of sources leave of categories, face by face, and of their areas."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from ...basis.build import lay_basis
from ...core.errors import BadInput
from ...core.messages import NOTHING, Message
from ...core.progress import Progress, shared, silent, within
from ...core.sums import sum_by
from ...labelling.label import label
from ..scene.division import division_of
from .positional_errors import Displacing, altering

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from ...basis.build import Basis
    from ...case.model import Case
    from ...core.arrays import Floats, Ints
    from ...partition import Partition
    from ..runs.entries import BenchEntry
    from ..runs.labels import Labelled
    from ..runs.store import Store
    from .positional_errors import Disturbance

_POINTS = 20_000  # spread over the land, beside one in each face


@dataclass(frozen=True)
class Uncertainty:
    """What errors of the sources leave of one method's categories.

    Attributes
    ----------
    method : str
        Method string.
    probability : (n, 3) float64
        Share of the samples in which a face has category 1, 2, 3; rows add up to 1. A face that a sample divides has
        each by the share of its points.
    entropy : (n,) float64
        −Σ p·ln p, nat (Shannon 1948): 0 where all samples agree, ln 3 where each category is as likely.
    kept : (n,) float64
        Probability of the category that the sources as they are give.
    areas : tuple of AreaConfidence
        Land, then sea where there is any.
    samples : int
        In which the method gave a division; where there is none all numbers are NaN.
    failed : int
        Samples in which it gave none, as where errors tear a county into more parts than it is to have units.
    why : Message
        Why the first of them failed.
    """

    method: str
    probability: Floats
    entropy: Floats
    kept: Floats
    areas: tuple[AreaConfidence, ...]
    samples: int
    failed: int = 0
    why: Message = NOTHING


def uncertainty(
    labelled: Sequence[Labelled],
    case: Case,
    basis: Basis,
    disturbance: Disturbance,
    *,
    samples: int,
    seed: int,
    store: Store | None = None,
    progress: Progress = silent,
) -> tuple[Uncertainty, ...]:
    """Label the faces of a case anew from sources with errors, so many times.

    Each sample displaces every source (`positional_errors.Displacing`), alters every raster
    (`positional_errors.altering`), lays the basis again and labels it by each method. Whatever the faces of a sample
    are, categories are read off them at points of the undisturbed faces (`probe_points`).

    Parameters
    ----------
    labelled : sequence of Labelled
        Methods with their divisions of the undisturbed basis; the first seed's counts.
    case : Case
    basis : Basis
        Undisturbed.
    disturbance : Disturbance
    samples : int
        1 or more; 20 tell a probability to ± 0.1.
    seed : int
        Of the errors; methods that draw go on with the seed of the case.
    store : Store, optional
        Keeps every sample, so that none is made twice.
    progress : callable

    Returns
    -------
    tuple of Uncertainty
        One a method.

    Raises
    ------
    BadInput
        No sample; sources with errors from which nothing can be made; the sample is named.
    Cancelled
        Samples that are finished stay in the store.
    """
    if samples < 1:
        raise BadInput(
            Message("{count} samples", count=samples), where=Message("uncertainty"), wanted=Message("1 or more")
        )
    owner, place = probe_points(basis.partition)
    points = shapely.STRtree(shapely.points(place))
    entries, displacing = [one.entry for one in labelled], Displacing(basis.sources, disturbance)
    hits = np.zeros((len(labelled), len(basis.area), 3))
    areas = np.full((samples, len(labelled), 2, 3), np.nan)
    why = [NOTHING] * len(labelled)
    for number, go_on in shared(progress, range(samples)):
        go_on(0.0, Message("uncertainty: sample {number} of {samples}", number=number + 1, samples=samples))
        make = partial(
            _sample,
            case=case,
            displacing=displacing,
            seed=(seed, number),
            points=points,
            progress=go_on,
        )
        try:
            found = _kept(entries, disturbance, (seed, number), len(place), store, make)
        except BadInput as error:
            where = (
                Message("sample {number}, {where}", number=number + 1, where=error.where)
                if error.where
                else Message("sample {number}", number=number + 1)
            )
            raise BadInput(error.what, where=where, wanted=error.wanted) from error
        for row, one in enumerate(found):
            if isinstance(one, Message):
                why[row] = why[row] or one
                continue
            category, areas[number, row] = one
            hits[row] += sum_by(owner * 3 + category - 1, np.ones(len(owner)), hits[row].size).reshape(-1, 3)
    return tuple(_told(one, basis, hits[row], areas[:, row], why[row]) for row, one in enumerate(labelled))


def probe_points(partition: Partition, count: int = _POINTS) -> tuple[Ints, Floats]:
    """Choose points in faces: one in each, and those of a square lattice of about ``count`` over all of them.

    Returns
    -------
    face : (m,) int64
    place : (m, 2) float64
    """
    step = float(np.sqrt(partition.area.sum() / count))
    west, south, east, north = shapely.total_bounds(partition.faces).tolist()
    columns, rows = np.arange(west + step / 2, east, step), np.arange(south + step / 2, north, step)
    lattice = np.stack(np.meshgrid(columns, rows), axis=-1).reshape(-1, 2)
    face, point = shapely.STRtree(shapely.points(lattice)).query(partition.faces, "contains")
    owner = np.concatenate([np.arange(len(partition)), face])
    return owner, np.concatenate([partition.point, lattice[point]])


# Category at each point and areas, or why there are none.
_One = tuple["Ints", "Floats"] | Message
_Sampled = list[_One]


def _sample(
    entries: Sequence[BenchEntry],
    case: Case,
    displacing: Displacing,
    seed: tuple[int, ...],
    points: shapely.STRtree,
    progress: Progress,
) -> _Sampled:
    """Category at each point, and area by land and sea and category, of each method; or why it gave none."""
    altered = altering(case, displacing.disturbance, seed)
    laid = lay_basis(case, sources=displacing.drawn(seed), altered=altered, progress=within(progress, 0.0, 0.7))
    face = _located(laid.partition, points)
    out: _Sampled = []
    for entry, go_on in shared(within(progress, 0.7, 1.0), entries):
        try:
            category = division_of(entry.text, label(entry.case(case, case.seed), laid, progress=go_on)).category
        except BadInput as error:
            out.append(error.message())
            continue
        place = laid.ground.sea * 3 + category - 1
        out.append((category[face], sum_by(place, laid.area, 6).reshape(2, 3)))
    return out


def _located(partition: Partition, points: shapely.STRtree) -> Ints:
    """Face in which each point lies; of one on a line the first of the nearest."""
    out = np.full(len(points), -1, dtype=np.int64)
    face, point = points.query(partition.faces, "contains")
    out[point] = face
    left = np.flatnonzero(out < 0)
    if len(left):
        which, near = shapely.STRtree(partition.faces).query_nearest(points.geometries[left])
        out[left[which[::-1]]] = near[::-1]
    return out


def _kept(
    entries: Sequence[BenchEntry],
    disturbance: Disturbance,
    seed: tuple[int, ...],
    points: int,
    store: Store | None,
    make: Callable[[Sequence[BenchEntry]], _Sampled],
) -> _Sampled:
    """Take a sample from the store; make and keep it of those methods that are not there."""
    if store is None:
        return make(entries)
    names = [f"uncertainty {disturbance} {seed[1]} {entry.key}" for entry in entries]
    found = [_held(store.arrays(name, seed[0]), points) for name in names]
    absent = [number for number, one in enumerate(found) if one is None]
    made = make([entries[number] for number in absent]) if absent else []
    for number, one in zip(absent, made, strict=True):
        found[number] = one
        kept: dict[str, NDArray[Any]]
        if isinstance(one, Message):
            kept = {"why": np.array(json.dumps(one.document(), ensure_ascii=False))}
        else:
            kept = {"category": one[0].astype(np.int8), "area": one[1]}
        store.keep(names[number], seed[0], kept)
    return [one for one in found if one is not None]


def _held(arrays: Mapping[str, NDArray[Any]] | None, points: int) -> _One | None:
    """Categories and areas of a stored sample, or why there are none; None where it is not one of as many points."""
    if arrays is not None and {*arrays} == {"why"}:
        try:
            return Message.read(json.loads(str(arrays["why"])))
        except (ValueError, KeyError, TypeError, AttributeError):
            return None
    if arrays is None or {*arrays} != {"category", "area"} or arrays["category"].shape != (points,):
        return None
    return arrays["category"].astype(np.int64), arrays["area"]


def _told(one: Labelled, basis: Basis, hits: Floats, areas: Floats, why: Message) -> Uncertainty:
    text, division = one.entry.text, one.division
    drawn = areas[~np.isnan(areas).any(axis=(1, 2))]
    with np.errstate(invalid="ignore"):
        probability = hits / hits.sum(axis=1, keepdims=True)
    logs = np.log(probability, out=np.zeros_like(probability), where=probability > 0)
    sea = basis.ground.sea
    own = sum_by(sea * 3 + division.category - 1, basis.area, 6).reshape(2, 3)
    return Uncertainty(
        method=text,
        probability=probability,
        entropy=np.abs((probability * logs).sum(axis=1)),
        kept=probability[np.arange(len(sea)), division.category - 1],
        areas=tuple(confidence(text, own, drawn, sea=bool(sea.any()))),
        samples=len(drawn),
        failed=len(areas) - len(drawn),
        why=why,
    )


# ── Confidence of areas: between which limits the area of a category lies when sources err ──────────────────────────

_LOW, _HIGH = 0.05, 0.95
_NAN = float("nan")


@dataclass(frozen=True)
class AreaConfidence:
    """What errors of the sources leave of the area of one category.

    Attributes
    ----------
    method : str
        Method string.
    category : int
        1–3.
    sea : bool
        Land and sea are tallied apart.
    area : float
        m², with the sources as they are.
    mean, spread : float
        Of the samples: mean and standard deviation (with n − 1; NaN of one sample), m².
    low, high : float
        Between which nine tenths of the samples lie: their 5 % and 95 % quantiles, m² (linear between samples; type 7
        of Hyndman & Fan 1996).
    samples : int
    """

    method: str
    category: int
    sea: bool
    area: float
    mean: float
    spread: float
    low: float
    high: float
    samples: int


def confidence(method: str, own: Floats, areas: Floats, *, sea: bool) -> Iterator[AreaConfidence]:
    """Say what samples leave of the areas of categories.

    Parameters
    ----------
    method : str
    own : (2, 3) float64
        m² on land and at sea by category, undisturbed.
    areas : (s, 2, 3) float64
        Of the samples.
    sea : bool
        Whether there is any.
    """
    for row in range(1 + sea):
        for column in range(3):
            drawn = areas[:, row, column]
            yield AreaConfidence(
                method=method,
                category=column + 1,
                sea=bool(row),
                area=float(own[row, column]),
                mean=float(drawn.mean()) if len(drawn) else _NAN,
                spread=float(drawn.std(ddof=1)) if len(drawn) > 1 else _NAN,
                low=float(np.quantile(drawn, _LOW)) if len(drawn) else _NAN,
                high=float(np.quantile(drawn, _HIGH)) if len(drawn) else _NAN,
                samples=len(drawn),
            )
