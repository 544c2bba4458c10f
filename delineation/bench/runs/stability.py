"""Stability: how much the divisions of one method agree when only the seed, or the weights a little, differ."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..measures.agreement import adjusted_rand, mean_pairwise, v_measure
from ..measures.metrics import Metric

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..scene.division import Division
    from ..scene.scene import Scene
    from .labels import Labelled


def _metric(name: str, zh: str, en: str) -> Metric:
    # Several divisions give it: one alone has none.
    return Metric(name, zh, en, "index", "high", lambda *_: float("nan"))


STABILITY = {
    metric.name: metric
    for metric in (
        _metric("ari_seeds", "种子间稳定性（调整兰德指数）", "stability over seeds, adjusted Rand"),
        _metric("v_seeds", "种子间稳定性（V-measure）", "stability over seeds, V-measure"),
        _metric("ari_weights", "权重±10%稳定性（调整兰德指数）", "stability over ±10 % weights, adjusted Rand"),
        _metric("v_weights", "权重±10%稳定性（V-measure）", "stability over ±10 % weights, V-measure"),
    )
}


def stability_of(labelled: Labelled, scene: Scene) -> dict[str, float]:
    """Measure the stability of a method: mean agreement by area of all pairs of its divisions.

    Over seeds, of a method that draws nothing: 1, as every seed gives the same. With one seed, or without variables to
    weigh, NaN. Adjusted Rand: Hubert & Arabie 1985; V-measure: Rosenberg & Hirschberg 2007.

    Parameters
    ----------
    labelled : Labelled
    scene : Scene
    """
    seeds = [one.division for one in labelled.seeds]
    if not labelled.entry.draws:
        seeds = [seeds[0], seeds[0]]
    shifts = [seeds[0], *(one.division for one in labelled.shifted)] if labelled.shifted else []
    return {
        "ari_seeds": _mean(seeds, scene, "ari"),
        "v_seeds": _mean(seeds, scene, "v"),
        "ari_weights": _mean(shifts, scene, "ari"),
        "v_weights": _mean(shifts, scene, "v"),
    }


def _mean(divisions: Sequence[Division], scene: Scene, how: str) -> float:
    face = scene.compared
    labels = [division.unit[face] for division in divisions]
    return mean_pairwise(labels, adjusted_rand if how == "ari" else v_measure, scene.area[face])
