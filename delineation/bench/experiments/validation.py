"""Methods of a comparison held against chance, a known truth and errors of the sources; what was computed is kept."""

from __future__ import annotations

import json
from dataclasses import asdict
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from ...core.atomic_files import replacing
from ...core.messages import Message
from ...core.progress import Progress, shared, silent
from .ground_truth import TruthRow, truth_table
from .null_model import GrowthGround, NullModelRank, random_divisions, stand
from .positional_errors import Disturbance
from .uncertainty import uncertainty

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from ..runs.labels import Labelled
    from ..runs.run import Comparison
    from .uncertainty import Uncertainty

__all__ = ["doubts", "kept", "standings", "truths"]


def standings(
    comparison: Comparison, count: int, *, progress: Progress = silent
) -> dict[str, tuple[NullModelRank, ...]]:
    """Hold the first division of every method against random contiguous ones like it.

    Parameters
    ----------
    comparison : Comparison
    count : int
        Random divisions a method; p is 1/(count + 1) at least.
    progress : callable

    Returns
    -------
    dict of str to tuple of Standing
        Of each method string, one a metric. What was computed for the same labels is read from the folder.

    Raises
    ------
    BadInput
        The folder cannot be written to.
    Cancelled
    """
    ground = GrowthGround.of(comparison.scene, comparison.basis.partition.point)
    out = {}
    for one, go_on in shared(progress, comparison.labelled):
        go_on(0.0, Message("null model of {method:asked}", method=one.entry.text))
        out[one.entry.text] = _standing(comparison, one, ground, count, go_on)
    return out


def _standing(
    comparison: Comparison, one: Labelled, ground: GrowthGround, count: int, progress: Progress
) -> tuple[NullModelRank, ...]:
    text, seed = one.entry.key, comparison.case.seed

    def make() -> tuple[NullModelRank, ...]:
        others = random_divisions(ground, one.division, count, seed=seed, progress=progress)
        return stand(comparison.scene, one.division, others)

    store = comparison.store
    return kept(store.place(f"null {count} {text}", seed).with_suffix(".json"), NullModelRank, make)


def truths(comparison: Comparison, counties: int, *, progress: Progress = silent) -> tuple[TruthRow, ...]:
    """Let every method of a comparison find what was planted in generated counties; see `ground_truth.truth_table`.

    Parameters
    ----------
    comparison : Comparison
    counties : int
        Generated counties for each noise.
    progress : callable

    Raises
    ------
    BadInput
        The folder cannot be written to.
    Cancelled
    """
    out: list[TruthRow] = []
    entries = [one.entry for one in comparison.labelled]
    for entry, go_on in shared(progress, entries):
        go_on(0.0, Message("planted regions: {method:asked}", method=entry.text))
        place = comparison.store.place(f"truth {counties} {entry.key}", 0).with_suffix(".json")
        out += kept(place, TruthRow, partial(truth_table, [entry], counties=counties, progress=go_on))
    return tuple(out)


def doubts(
    comparison: Comparison, samples: int, sigma: float, *, progress: Progress = silent
) -> tuple[Uncertainty, ...]:
    """Label a case by every method from sources with errors; see `uncertainty.uncertainty`.

    Parameters
    ----------
    comparison : Comparison
    samples : int
    sigma : float
        Standard deviation of the sources' lines in x and in y, m; rasters err as `positional_errors.Disturbance` has
        it.
    progress : callable

    Raises
    ------
    BadInput
        A sigma below 0; what a method refuses.
    Cancelled
    """
    found, disturbance = comparison, Disturbance(sigma)
    return uncertainty(
        found.labelled,
        found.case,
        found.basis,
        disturbance,
        samples=samples,
        seed=found.case.seed,
        store=found.store,
        progress=progress,
    )


# ── What was computed once for the same labels, kept beside them as rows of numbers ─────────────────────────────────

Row = TypeVar("Row")


def kept(place: Path, kind: type[Row], make: Callable[[], Iterable[Row]]) -> tuple[Row, ...]:
    """Read rows from a file; make and keep them where it is not there, or broken.

    Parameters
    ----------
    place : Path
        A file of JSON.
    kind : type
        A dataclass of texts, numbers and messages.
    make : callable
        Gives the rows.

    Raises
    ------
    BadInput
        The folder cannot be written to.
    """
    try:
        rows = json.loads(place.read_text(encoding="utf-8"), object_hook=_read)
        return tuple(kind(**row) for row in rows)
    except (OSError, ValueError, TypeError):
        found = tuple(make())
    with replacing(place, wanted=Message("a folder with free disk space and write permission")) as part:
        rows = [asdict(one) for one in found]  # type: ignore[call-overload]
        part.write_text(json.dumps(rows, ensure_ascii=False, default=Message.document), encoding="utf-8")
    return found


def _read(found: dict[str, Any]) -> Any:
    """Make a message again of what is one."""
    return Message.read(found) if {"message", "facts"} <= set(found) else found
