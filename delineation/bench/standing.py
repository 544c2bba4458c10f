"""Methods of a comparison held against chance and against a known truth; what was computed is kept."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from ..errors import BadInput
from ..methods.regional import solvers
from ..progress import Progress, silent, within
from .kept import kept
from .null import Ground, Standing, random_divisions, stand
from .truth import Found, find_again

if TYPE_CHECKING:
    from .labels import Labelled
    from .run import Comparison

__all__ = ["planted", "standings"]


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
    text, seed = one.entry.text, comparison.case.seed

    def make() -> tuple[Standing, ...]:
        others = random_divisions(ground, one.division, count, seed=seed, progress=progress)
        return stand(comparison.scene, one.division, others)

    return kept(comparison.store.place(f"null {count} {text}", seed).with_suffix(".json"), Standing, make)


def planted(comparison: Comparison, counties: int, *, progress: Progress = silent) -> tuple[Found, ...]:
    """Let every regionalising method of a comparison find planted regions again; see `truth.find_again`.

    Other methods divide nothing but a case, and have no row.

    Parameters
    ----------
    comparison : Comparison
    counties : int
        Generated counties for each noise.
    progress : callable

    Raises
    ------
    BadInput
        What a method refuses; it is named.
    Cancelled
    """
    out: list[Found] = []
    mine = [one.entry for one in comparison.labelled if one.entry.method in solvers()]
    for number, entry in enumerate(mine):
        go_on = within(progress, number / len(mine), (number + 1) / len(mine))
        go_on(0.0, f"planted regions: {entry.text}")
        place = comparison.store.place(f"truth {counties} {entry.text}", 0).with_suffix(".json")
        asked = (entry.text, entry.method, entry.parameters)
        try:
            out += kept(place, Found, partial(find_again, [asked], seeds=counties, progress=go_on))
        except BadInput as error:
            where = f"{entry.text}, {error.where}" if error.where else entry.text
            raise BadInput(error.what, where=where, wanted=error.wanted) from error
    return tuple(out)
