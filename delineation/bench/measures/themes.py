"""Metrics by what they are about: the order and the parts in which tables and plots show them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .metrics import Metric


@dataclass(frozen=True)
class Theme:
    """A group of metrics.

    Attributes
    ----------
    name : str
    zh, en : str
        Words.
    metrics : tuple of str
        Names; one that ends in ``[`` stands for all that begin so.
    """

    name: str
    zh: str
    en: str
    metrics: tuple[str, ...]


_BY_CATEGORY = tuple(f"{what}_{name}" for what in ("units", "area") for name in ("priority", "key", "general"))
THEMES = (
    Theme("amounts", "数量与面积", "Amounts", ("units", *_BY_CATEGORY, "mean_unit_area")),
    Theme("sea", "海域", "Sea", tuple(f"sea_{name}" for name in _BY_CATEGORY)),
    Theme(
        "priority",
        "优先区的保护",
        "Priority zones",
        (
            "red_line_capture",
            "omission",
            "omission_area",
            "commission",
            "commission_area",
        ),
    ),
    Theme("function", "主导功能", "Function", ("dominance", "dominance_with_priority", "entropy")),
    Theme(
        "evidence",
        "指标同质性",
        "Homogeneity",
        (
            "within_variance",
            "between_variance",
            "variance_ratio",
            "calinski_harabasz",
            "graph_silhouette",
            "boundary_silhouette",
            "geodetector_q",
        ),
    ),
    Theme(
        "shape",
        "形状与边界",
        "Shape and boundary",
        (
            "polsby_popper",
            "polsby_popper_by_area",
            "boundary_length",
            "outline_length",
            "boundary_on_townships",
            "parts_per_unit",
            "fragments",
        ),
    ),
    Theme("townships", "与乡镇的关系", "Townships", ("townships_per_unit", "units_per_township")),
    Theme("stability", "稳定性", "Stability", ("ari_seeds", "v_seeds", "ari_weights", "v_weights")),
    Theme("sources", "各来源图层", "By source", ("omission[", "commission[")),
    Theme("rasters", "各评价指标", "By raster", ("geodetector_q[", "geodetector_p[")),
)
_REST = Theme("rest", "其他", "More", ())
# Metric's unit → what people read it in: (unit, in Chinese, factor, digits behind the point).
_READ = {
    "m²": ("km²", "km²", 1e-6, 2),
    "m": ("km", "km", 1e-3, 1),
    "share": ("%", "%", 100.0, 2),
    "index": ("", "", 1.0, 3),
    "nat": ("nat", "nat", 1.0, 3),
    "count": ("", "个", 1.0, 2),
}
MISSING = "–"


def by_theme(metrics: Mapping[str, Metric]) -> list[tuple[Theme, list[Metric]]]:
    """Sort metrics into themes; those of no theme come last, and a theme without any is left out.

    Parameters
    ----------
    metrics : mapping of str to Metric
    """
    left = dict(metrics)
    out = []
    for theme in THEMES:
        mine = [
            metric
            for part in theme.metrics
            for name, metric in metrics.items()
            if name == part or (part.endswith("[") and name.startswith(part))
        ]
        for metric in mine:
            left.pop(metric.name, None)
        if mine:
            out.append((theme, mine))
    return [*out, (_REST, list(left.values()))] if left else out


def unit_of(metric: Metric, language: str) -> str:
    """Name the unit in which people read a metric: km², km, %, and in Chinese 个; "" for an index."""
    english, chinese, _, _ = _READ[metric.unit]
    return chinese if language == "zh" else english


def factor_of(metric: Metric) -> float:
    """By what a metric in its own unit is multiplied to be in the one that people read."""
    return _READ[metric.unit][2]


def headed(metric: Metric, language: str) -> str:
    """Word a column: the metric and the unit it is read in."""
    word = metric.zh if language == "zh" else metric.en
    unit = unit_of(metric, language)
    if not unit:
        return word
    return f"{word}（{unit}）" if language == "zh" else f"{word} ({unit})"


def shown(metric: Metric, value: float | int | None) -> str:
    """Write a value as people read it; ``–`` for none.

    Parameters
    ----------
    metric : Metric
    value : float, int or None
        In the metric's own unit.
    """
    if value is None:
        return MISSING
    if metric.unit == "count" and float(value).is_integer():
        return f"{int(value):,}"
    _, _, factor, digits = _READ[metric.unit]
    # What is nearly nothing has no sign.
    text = f"{value * factor:,.{digits}f}"
    return text.removeprefix("-") if float(text.replace(",", "")) == 0 else text
