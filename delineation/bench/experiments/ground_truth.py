"""Known truth: how much of what was planted each method finds again, the more noise the less."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ...core.arrays import number_of
from ...core.errors import BadInput
from ...core.messages import NOTHING, Message
from ...core.progress import Progress, silent, within
from ...methods.regional import solve, solver_parameters, solvers
from ..measures.agreement import adjusted_rand
from .synthetic_regions import Planted, displacement, plant
from .synthetic_zones import PlantedZones, categories_found, plant_zones

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from ..runs.entries import BenchEntry

NOISES = (0.25, 0.5, 1.0, 2.0)
# What is planted, in the order of the table's rows.
TRUTHS = ("values", "townships", "zones")
_SIDE, _REGIONS, _VARIABLES = 30, 8, 3


@dataclass(frozen=True)
class Recovery:
    """What one method found in one planted county.

    Attributes
    ----------
    method : str
        Method string.
    noise : float
        See `TruthRow`.
    seed : int
        Of the county and its noise.
    ari : float
        Adjusted Rand index with the truth, by number of cells (Hubert & Arabie 1985).
    displacement : float
        m; see `synthetic_regions.displacement`.
    k : int
        Regions, or categories, found.
    truth : str
        One of `TRUTHS`.
    why : Message
        Why nothing was found; says nothing where something was.
    """

    method: str
    noise: float
    seed: int
    ari: float
    displacement: float
    k: int
    truth: str = TRUTHS[0]
    why: Message = NOTHING


@dataclass(frozen=True)
class TruthRow:
    """What one method found at one noise, over several counties.

    Attributes
    ----------
    method : str
        Method string.
    truth : str
        ``values``: regions that differ in their values. ``townships``, ``zones``: categories of townships, or of zones
        whose borders have nothing to do with townships.
    noise : float
        Of values: in standard deviations of the signal (`planted.Planted.problem`). Of categories: zone borders lie off
        by ``noise`` × 500 m, and ``noise`` × 5 % of the cells are in a wrong zone (`planted_zones.PlantedZones`).
    counties : int
        In which the method found anything.
    ari, ari_spread : float
        Mean and standard deviation over counties of the adjusted Rand index with the truth; NaN where there is none.
    displacement, displacement_spread : float
        The same of the displacement of borders, m.
    k : float
        Mean number of regions, or of categories, found.
    why : Message
        Why there is nothing; says nothing where there is.
    """

    method: str
    truth: str
    noise: float
    counties: int
    ari: float
    ari_spread: float
    displacement: float
    displacement_spread: float
    k: float
    why: Message


def truth_table(
    entries: Sequence[BenchEntry], *, noises: Sequence[float] = NOISES, counties: int = 3, progress: Progress = silent
) -> tuple[TruthRow, ...]:
    """Let methods find what was planted in generated counties: rows by method, truth and noise.

    A method that regionalises is held against regions planted in values, each region of them about as large as any
    other: it is told how many there are, or, where it takes a floor in place of k, an area that so many reach and one
    more cannot. Any other method judges zone maps with errors and is held against planted categories, once where these
    follow townships and once where they do not. Settings of a case (``variables``, ``scope``, …) play no part.

    Parameters
    ----------
    entries : sequence of BenchEntry
        As ``read_entries`` gives them.
    noises : sequence of float
        Not below 0.
    counties : int
        For each noise.
    progress : callable

    Raises
    ------
    BadInput
        A noise below 0, or no county.
    Cancelled
    """
    if counties < 1 or any(not 0 <= noise < np.inf for noise in noises):
        raise BadInput(
            Message("{counties} counties, noises {noises:g}", counties=counties, noises=tuple(noises)),
            where=Message("known truth"),
            wanted=Message("1 county or more, and noises of 0 or more"),
        )
    methods = [(entry.text, entry.method, entry.parameters) for entry in entries]
    found: dict[tuple[str, str, float], list[Recovery]] = {}
    for one in find_again(methods, noises=noises, seeds=counties, progress=progress):
        found.setdefault((one.method, one.truth, one.noise), []).append(one)
    order = [(text, truth, noise) for text, name, _ in methods for truth in _truths(name) for noise in noises]
    return tuple(_row(found[key]) for key in dict.fromkeys(order))


def find_again(
    methods: Sequence[tuple[str, str, Mapping[str, Any]]],
    *,
    noises: Sequence[float] = NOISES,
    seeds: int = 3,
    progress: Progress = silent,
) -> Iterator[Recovery]:
    """Let methods find what was planted, one by one; see `truth_table`.

    Parameters
    ----------
    methods : sequence of (text, name, parameters)
    noises : sequence of float
    seeds : int
        Counties for each noise.
    progress : callable
    """
    total, done = seeds * len(noises) * sum(len(_truths(name)) for _, name, _ in methods), 0
    for seed in range(1, seeds + 1):
        regions = plant(_SIDE, _REGIONS, _VARIABLES, seed)
        zones = {truth: plant_zones(_SIDE, seed, on_townships=truth == "townships") for truth in TRUTHS[1:]}
        for noise in noises:
            for text, name, parameters in methods:
                for truth in _truths(name):
                    go_on = within(progress, done / total, (done + 1) / total)
                    go_on(0.0, Message("known truth: {method:asked}", method=text))
                    done += 1
                    try:
                        if truth == "values":
                            found = _regions(regions, name, parameters, noise, seed, go_on)
                        else:
                            found = _categories(zones[truth], name, parameters, noise, seed, go_on)
                    except BadInput as error:
                        yield Recovery(text, noise, seed, np.nan, np.nan, 0, truth, _sentence(error))
                    else:
                        yield Recovery(text, noise, seed, *found, truth)


def _truths(method: str) -> tuple[str, ...]:
    return TRUTHS[:1] if method in solvers() else TRUTHS[1:]


def _sentence(error: BadInput) -> Message:
    if not error.wanted:
        return error.what
    return Message("{what} (wanted: {wanted})", what=error.what, wanted=error.wanted)


def _regions(
    planted: Planted, method: str, parameters: Mapping[str, Any], noise: float, seed: int, progress: Progress
) -> tuple[float, float, int]:
    takes = {parameter.name for parameter in solver_parameters(method)}
    own = {key: value for key, value in parameters.items() if key in takes}
    own |= {"k": planted.k} if "k" in takes else {"floor": planted.floor} if "floor" in takes else {}
    labels = solve(method, planted.problem(noise, seed), own, seed=seed, progress=progress).labels
    away = displacement(planted.cells, planted.truth, labels)
    return adjusted_rand(planted.truth, labels), away, number_of(labels)


def _categories(
    planted: PlantedZones, method: str, parameters: Mapping[str, Any], noise: float, seed: int, progress: Progress
) -> tuple[float, float, int]:
    category = categories_found(planted, method, parameters, noise, seed, progress)
    away = displacement(planted.cells, planted.truth, category)
    return adjusted_rand(planted.truth, category), away, len(np.unique(category))


def _row(found: Sequence[Recovery]) -> TruthRow:
    there = [one for one in found if not one.why]
    # No border found: nothing lies anywhere.
    away = np.array([one.displacement for one in there if np.isfinite(one.displacement)])
    ari = np.array([one.ari for one in there])
    first = found[0]
    return TruthRow(
        method=first.method,
        truth=first.truth,
        noise=first.noise,
        counties=len(there),
        ari=_mean(ari),
        ari_spread=_spread(ari),
        displacement=_mean(away),
        displacement_spread=_spread(away),
        k=_mean(np.array([one.k for one in there])),
        why=next((one.why for one in found if one.why), NOTHING),
    )


def _mean(values: NDArray[Any]) -> float:
    return float(values.mean()) if len(values) else float("nan")


def _spread(values: NDArray[Any]) -> float:
    return float(values.std(ddof=1)) if len(values) > 1 else float("nan")
