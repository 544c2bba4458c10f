"""A comparison small enough for every test: the county of `hand.py` with a few methods, and divisions made by hand."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import numpy as np
from control_units.delineation.bench.runs.entries import BenchEntry
from control_units.delineation.bench.runs.labels import Labelled
from control_units.delineation.bench.runs.run import Comparison, compare_methods
from control_units.delineation.bench.runs.store import Cost, Finished
from control_units.delineation.bench.scene.division import Division
from control_units.delineation.core.progress import Progress, silent
from control_units.delineation.methods.registry import method as registered
from control_units.delineation.methods.situation import Labels, Situation
from hand import CASE, box, hand

if TYPE_CHECKING:
    from collections.abc import Sequence

# Farmland decides nothing: between its fields are borders of faces that hardly any method draws.
_FARMLAND = ([box(x, 7_000, 500, 2_000) for x in (7_000, 7_500, 8_000)], {"id": ["F1", "F2", "F3"]})
TEXT = CASE.replace('name = "hand"', 'name = "试验县(示意)"').replace(
    "[rules]", '[[source]]\nrole = "farmland"\npath = "hand.gpkg"\nlayer = "farmland"\n\n[rules]'
)
METHODS = ("overlay", "fitting:threshold=0.05", "ward:k=3,variables=x+y")


def finished(unit: Sequence[int], category: Sequence[int] | None = None, **more: Any) -> Finished:
    """A run that gave these units and categories."""
    units = np.array(unit, dtype=np.int64)
    categories = np.full(len(units), 3) if category is None else np.array(category, dtype=np.int64)
    return Finished(Division("hand", categories, units), Cost(1.0, 1), more.get("findings", ()))


def register_dice() -> None:
    """Register a method that draws, and whose variables have weights: ``dice``."""

    @registered("dice")
    def _dice(situation: Situation, *, seed: int = 1, variables: str = "", progress: Progress = silent) -> Labels:
        progress(0.5, "rolling")
        unit = np.random.default_rng([seed, len(variables)]).integers(0, 2, len(situation.area))
        return Labels(np.full(len(unit), 3), np.full(len(unit), situation.kinds.index("general")), unit)


def method(*seeds: Finished, shifted: Sequence[Finished] = (), text: str = "overlay") -> Labelled:
    """All runs of a method."""
    return Labelled(BenchEntry(text, "overlay", {}), tuple(seeds), tuple(shifted))


def rows_of(path: Path) -> list[dict[str, str]]:
    """Rows of a table of a comparison."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def county(folder: Path) -> Path:
    """Write the case of the county of two townships."""
    return hand(folder, TEXT, farmland=_FARMLAND)


# Lives as long as the tests do: the comparison goes on keeping labels in it.
_FOLDER = TemporaryDirectory(prefix="bench_runs.")


@cache
def comparison() -> Comparison:
    """Three methods on the county of two townships; nobody may change it."""
    folder = Path(_FOLDER.name)
    return compare_methods(county(folder / "case"), METHODS, folder / "bench")
