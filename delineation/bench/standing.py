"""Where the methods of a comparison stand among random divisions: the null model, kept beside the labels."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from ..errors import BadInput
from ..progress import Progress, silent, within
from .null import Ground, Standing, random_divisions, stand

if TYPE_CHECKING:
    from pathlib import Path

    from .labels import Labelled
    from .run import Comparison

__all__ = ["standings"]


def standings(comparison: Comparison, count: int, *, progress: Progress = silent) -> dict[str, tuple[Standing, ...]]:
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
    ground = Ground.of(comparison.scene, comparison.basis.partition.point)
    out = {}
    for number, one in enumerate(comparison.labelled):
        go_on = within(progress, number / len(comparison.labelled), (number + 1) / len(comparison.labelled))
        go_on(0.0, f"null model of {one.entry.text}")
        out[one.entry.text] = _standing(comparison, one, ground, count, go_on)
    return out


def _standing(
    comparison: Comparison, one: Labelled, ground: Ground, count: int, progress: Progress
) -> tuple[Standing, ...]:
    seed = comparison.case.seed
    place = comparison.store.place(f"null {count} {one.entry.text}", seed).with_suffix(".json")
    try:
        return tuple(Standing(**row) for row in json.loads(place.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        # Not there, or broken: it is made.
        found = stand(
            comparison.scene, one.division,
            random_divisions(ground, one.division, count, seed=seed, progress=progress),
        )  # fmt: skip
    _keep(place, found)
    return found


def _keep(place: Path, found: tuple[Standing, ...]) -> None:
    part = place.with_suffix(".part")
    try:
        part.write_text(json.dumps([asdict(one) for one in found]), encoding="utf-8")
        part.replace(place)
    except OSError as error:
        what = f"cannot be written ({error.strerror})"
        raise BadInput(what, where=str(place), wanted="a folder with room and the right to write") from error
    finally:
        part.unlink(missing_ok=True)
