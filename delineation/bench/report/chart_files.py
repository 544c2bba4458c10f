"""The pictures of a comparison as files: SVG and PNG, the same bytes for the same comparison."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ...core.figure import chinese_font, drawing, save
from ...core.messages import Message
from ...core.progress import Progress, silent
from .charts import agreement, area_ranges, areas, found_again, metric_bars, null_percentiles, stability
from .charts_of_curves import curve, curve_by_terrain
from .charts_of_fronts import pareto
from .charts_of_maps import borders_and_disputes, certainty

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from matplotlib.figure import Figure

    from ..experiments.ground_truth import TruthRow
    from ..experiments.null_model import NullModelRank
    from ..experiments.threshold_curve import Curve
    from ..experiments.uncertainty import Uncertainty
    from ..runs.run import Comparison
    from .tables import Agreements

BARS = (
    "units",
    "red_line_capture",
    "omission",
    "commission",
    "dominance_with_priority",
    "entropy",
    "variance_ratio",
    "boundary_silhouette",
    "polsby_popper_by_area",
    "boundary_length",
    "boundary_on_townships",
    "fragments",
)
"""Metrics of the chart of bars; those that no method has are left out."""
_DPI = 150


@dataclass(frozen=True)
class Shown:
    """What there is to draw.

    Attributes
    ----------
    comparison : Comparison
    alike : Agreements
    curves : sequence of Curve
        All the land first, then terrain classes; may be empty.
    stood : mapping of str to sequence of NullModelRank
        Null model by method string; may be empty.
    again : sequence of TruthRow
        What was found of what was planted; may be empty.
    doubts : sequence of Uncertainty
        What errors of the sources leave, one a method; may be empty.
    front : tuple of str
        Metrics of the Pareto front.
    """

    comparison: Comparison
    alike: Agreements
    curves: Sequence[Curve]
    stood: Mapping[str, Sequence[NullModelRank]]
    again: Sequence[TruthRow]
    doubts: Sequence[Uncertainty]
    front: tuple[str, ...]


def draw(shown: Shown, folder: Path, language: str, *, progress: Progress = silent) -> tuple[str, ...]:
    """Draw all that a comparison has something for.

    Parameters
    ----------
    shown : Shown
    folder : Path
        Is there.
    language : {"zh", "en"}
        Where no font has Chinese characters the words are English.
    progress : callable

    Returns
    -------
    tuple of str
        Names of the pictures, without suffix.

    Raises
    ------
    Cancelled
    """
    comparison, curves = shown.comparison, shown.curves
    said = language if chinese_font() else "en"
    bars = [name for name in BARS if any(row.get(name) is not None for row in comparison.rows)]
    jobs: dict[str, Callable[[], Figure]] = {
        "metrics": lambda: metric_bars(comparison, bars, said),
        "areas": lambda: areas(comparison, said),
    }
    if len(shown.front) > 1:
        jobs["pareto"] = lambda: pareto(comparison, shown.front, said)
    if len(comparison.rows) > 1:
        jobs["agreement"] = lambda: agreement(comparison, shown.alike, said)
    if sum(len(one.seeds) + len(one.shifted) for one in comparison.labelled) > 1:
        jobs["maps"] = lambda: borders_and_disputes(comparison, said)
    jobs["stability"] = lambda: stability(comparison, said)
    if curves:
        jobs["curve"] = lambda: curve(comparison, curves[0], said)
    if len(curves) > 1:
        jobs["curve_by_terrain"] = lambda: curve_by_terrain(comparison, curves[1:], said)
    if shown.stood:
        jobs["null"] = lambda: null_percentiles(comparison, shown.stood, said)
    if shown.again:
        jobs["truth"] = lambda: found_again(comparison, shown.again, said)
    if shown.doubts:
        jobs["uncertainty"] = lambda: area_ranges(comparison, shown.doubts, said)
        jobs["uncertainty_maps"] = lambda: certainty(comparison, shown.doubts, said)
    for number, (name, job) in enumerate(jobs.items()):
        progress(number / len(jobs), Message("plots"))
        with drawing(**{"hatch.linewidth": 0.5, "figure.dpi": _DPI, "savefig.dpi": _DPI}):
            figure = job()
            for step, suffix in enumerate(("png", "svg"), 1):
                progress((number + step / 3) / len(jobs), Message("plots"))
                save(figure, folder / f"{name}.{suffix}")
    return tuple(jobs)
