"""Labels of every method and seed on one basis, made or taken from the store."""

from __future__ import annotations

import time
import tracemalloc
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from ...core.errors import BadInput
from ...core.messages import Message
from ...core.progress import Progress, shared, silent, within
from ...labelling.label import label
from ...methods.face_values import variables_of_text
from ...methods.registry import parameters
from ...methods.settings import MethodSettings
from ..scene.division import Division, division_of
from .store import Cost, Finished

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ...basis.build import Basis
    from ...case.model import Case
    from .entries import BenchEntry
    from .store import Store

SHIFT = 0.1  # share by which the weights of variables are shifted
TRACED = 20.0
"""s: a longer run is not made a second time for its memory, as the tracer slows it down two to four times."""


@dataclass(frozen=True)
class Labelled:
    """All divisions of one entry.

    Attributes
    ----------
    entry : BenchEntry
    seeds : tuple of Finished
        One a seed, the first seed's first; of a method that draws nothing one only.
    shifted : tuple of Finished
        With each variable's weight a tenth up and down; empty where the method has no variables.
    """

    entry: BenchEntry
    seeds: tuple[Finished, ...]
    shifted: tuple[Finished, ...]

    @property
    def division(self) -> Division:
        """The division of the first seed: the one that the table is about."""
        return self.seeds[0].division


def label_entry(
    entry: BenchEntry, case: Case, basis: Basis, seeds: Sequence[int], store: Store, *, progress: Progress = silent
) -> Labelled:
    """Label the faces by one entry for every seed, and with shifted weights.

    Raises
    ------
    BadInput
        What the method refuses; the entry is named.
    Cancelled
    """
    drawn = list(seeds) if entry.draws else list(seeds[:1])
    shifts = list(weight_shifts(entry, case))
    found: list[Finished] = []
    runs = [*((entry, seed) for seed in drawn), *((one, drawn[0]) for one in shifts)]
    for (one, seed), go_on in shared(progress, runs):
        go_on(
            0.0,
            Message("{method:asked}", method=entry.text)
            if one is entry
            else Message("{method:asked} with other weights", method=entry.text),
        )
        held = store.get(entry.text, one.key, seed)
        if held is None or len(held.division.unit) != len(basis.area):
            held = _made(entry.text, one, case, basis, seed, go_on, trace=not found)
            store.put(one.key, seed, held)
        found.append(held)
    return Labelled(entry, tuple(found[: len(drawn)]), tuple(found[len(drawn) :]))


def weight_shifts(entry: BenchEntry, case: Case) -> Iterator[BenchEntry]:
    """Give the entry with the weight of one variable a tenth up, then down, for each in turn.

    A method without variables, or with one only (whose weight changes no distance but by a factor), has none.
    """
    if not any(parameter.name == "variables" for parameter in parameters(entry.method)):
        return
    given = entry.parameters.get("variables", MethodSettings().variables)
    try:
        weights = variables_of_text(str(given), {raster.name: raster.kind for raster in case.rasters})
    except BadInput:
        # The method will say so itself, if it minds: one from outside may mean something else by its variables.
        return
    if len(weights) < 2:
        return
    for name in weights:
        for factor in (1 + SHIFT, 1 - SHIFT):
            shifted = {one: weight * factor if one == name else weight for one, weight in weights.items()}
            text = "+".join(f"{one}:{weight:.12g}" for one, weight in shifted.items())
            shown = f"{entry.text} [{name} × {factor:g}]"
            yield replace(entry, text=shown, parameters={**entry.parameters, "variables": text})


def _made(
    name: str, entry: BenchEntry, case: Case, basis: Basis, seed: int, progress: Progress, *, trace: bool
) -> Finished:
    """Label once for the time and, of the first seed, once more under a tracer, which slows it down, for the memory.

    What peaks is Python's and numpy's memory; the peak of the process is no measure of one method, as it never falls,
    and a process of its own would lay the basis again and cannot be had inside QGIS.
    """
    chosen = entry.case(case, seed)
    start = time.perf_counter()
    labelling = label(chosen, basis, progress=within(progress, 0.0, 0.5))
    seconds = time.perf_counter() - start
    peak = 0
    if trace and seconds <= TRACED and not tracemalloc.is_tracing():
        tracemalloc.start()
        try:
            label(chosen, basis, progress=within(progress, 0.5, 1.0))
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    division = division_of(name, labelling)
    division = Division(name, division.category.astype(np.int64), division.unit.astype(np.int64))
    method_findings = tuple((one.id, dict(one.facts)) for one in labelling.labels.findings)
    return Finished(division, Cost(seconds, peak), method_findings)
