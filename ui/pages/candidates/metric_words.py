"""Metrics of a division in words: names, values with their units, and which of them judge."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ....delineation.bench.measures.metrics import METRICS
from ....delineation.core.messages import share_text
from ....delineation.verbs.candidates import MEASURED
from ...text import language, square_kilometres, tr

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ....delineation.bench.measures.metrics import Metric
    from ...work.drawn_division import Beside


def metric_name(metric: Metric) -> str:
    """Name a metric."""
    return metric.zh if language() == "zh" else metric.en[:1].upper() + metric.en[1:]


def shown_value(metric: Metric, value: float) -> str:
    """Write a value: areas in km², shares in %."""
    if not math.isfinite(value):
        return "–"
    if metric.unit == "m²":
        return square_kilometres(value)
    if metric.unit == "share":
        return share_text(value)
    return f"{value:,.0f}" if metric.unit == "count" else f"{value:,.3f}"


def way_words(metric: Metric) -> str:
    """Say which way a metric is better."""
    text = {
        "high": tr("{metric}: higher is better."),
        "low": tr("{metric}: lower is better."),
        "none": tr("{metric}: describes, does not judge."),
    }[metric.better]
    return text.format(metric=metric_name(metric))


def judging(plan: Mapping[str, float], kept: Sequence[Beside]) -> list[Metric]:
    """Give the metrics that judge, and that plan and some candidate have."""

    def known(name: str) -> bool:
        return any(math.isfinite(one.candidate.row.get(name, math.nan)) for one in kept)

    return [
        METRICS[name]
        for name in MEASURED
        if METRICS[name].better != "none" and math.isfinite(plan.get(name, math.nan)) and known(name)
    ]


def gain_of(metric: Metric, value: float, plan: float) -> float:
    """How much better a value is than the plan's, in the metric's unit: what is worse is negative."""
    return plan - value if metric.better == "low" else value - plan
