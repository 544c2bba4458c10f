"""The pictures of a comparison as files: SVG and PNG, the same bytes for the same comparison."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..figure import chinese_font, drawing, save
from ..progress import Progress, silent
from .charts import agreement, areas, metric_bars, pareto, stability
from .charts_of_curves import curve, curve_by_terrain
from .charts_of_nulls import null_percentiles

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from matplotlib.figure import Figure

    from .curve import Curve
    from .null import Standing
    from .run import Comparison
    from .tables import Agreements

__all__ = ["BARS", "draw"]

BARS = (
    "units", "red_line_capture", "omission", "commission", "dominance_with_priority", "entropy", "variance_ratio",
    "boundary_silhouette", "polsby_popper_by_area", "boundary_length", "boundary_on_townships", "fragments",
)  # fmt: skip
"""Metrics of the chart of bars; those that no method has are left out."""
_DPI = 150


def draw(
    comparison: Comparison,
    alike: Agreements,
    curves: Sequence[Curve],
    stood: Mapping[str, Sequence[Standing]],
    chosen: Sequence[str],
    folder: Path,
    language: str,
    *,
    progress: Progress = silent,
) -> tuple[str, ...]:
    """Draw all that the comparison has something for.

    Parameters
    ----------
    comparison : Comparison
    alike : Agreements
    curves : sequence of Curve
        May be empty.
    stood : mapping of str to sequence of Standing
        Null model by method string; may be empty.
    chosen : sequence of str
        Metrics of the Pareto front.
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
    said = language if chinese_font() else "en"
    bars = [name for name in BARS if any(row.get(name) is not None for row in comparison.rows)]
    jobs: dict[str, Callable[[], Figure]] = {
        "metrics": lambda: metric_bars(comparison, bars, said),
        "areas": lambda: areas(comparison, said),
    }
    if len(chosen) > 1:
        jobs["pareto"] = lambda: pareto(comparison, chosen, said)
    if len(comparison.rows) > 1:
        jobs["agreement"] = lambda: agreement(comparison, alike, said)
    jobs["stability"] = lambda: stability(comparison, said)
    if curves:
        jobs["curve"] = lambda: curve(comparison, curves[0], said)
    if len(curves) > 1:
        jobs["curve_by_terrain"] = lambda: curve_by_terrain(comparison, curves[1:], said)
    if stood:
        jobs["null"] = lambda: null_percentiles(comparison, stood, said)
    for number, (name, job) in enumerate(jobs.items()):
        progress(number / len(jobs), "plots")
        with drawing(**{"hatch.linewidth": 0.5, "figure.dpi": _DPI, "savefig.dpi": _DPI}):
            figure = job()
            for suffix in ("png", "svg"):
                save(figure, folder / f"{name}.{suffix}")
    return tuple(jobs)
