"""The register of metrics: each with its name, its unit, which way is better, and what it rests on."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Literal

import numpy as np

from ...case.names import glossary
from ...core.errors import BadInput
from ...core.messages import Message
from ...core.text import require_known
from .dominance import dominance, dominance_with_priority, entropy
from .fragmentation import fragments, parts_per_unit
from .geodetector import mean_q, p_of_variable, q_of_variable
from .priority_zones import (
    commission,
    commission_area,
    commission_of_source,
    omission,
    omission_area,
    omission_of_source,
    red_line_capture,
)
from .silhouette import boundary_silhouette, graph_silhouette
from .unit_counts import (
    area_of_category,
    mean_unit_area,
    number_of_units,
    townships_per_unit,
    units_of_category,
    units_per_township,
)
from .unit_shapes import boundary_length, boundary_on_townships, outline_length, polsby_popper, polsby_popper_by_area
from .variance import between_variance, calinski_harabasz, variance_ratio, within_variance

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from ...core.messages import Names
    from ..scene.division import Division
    from ..scene.scene import Scene

Better = Literal["high", "low", "none"]


@dataclass(frozen=True)
class Metric:
    """One column of the table of methods.

    Attributes
    ----------
    name : str
        Of the column; ``omission[red_line]`` and ``geodetector_q[dem]`` are of one source and one raster.
    zh, en : str
        Words.
    unit : str
        ``m``, ``m²``, ``share`` (0–1), ``index``, ``nat`` or ``count``.
    better : {"high", "low", "none"}
        ``none`` describes and does not judge.
    function : callable
        (scene, division) → float, NaN where it cannot be told.
    needs : str
        Key of ``NEEDS``: what has to be in the case, "" for nothing.
    """

    name: str
    zh: str
    en: str
    unit: str
    better: Better
    function: Callable[[Scene, Division], float]
    needs: str = ""


# What a metric can lack, and how that is said.
NEEDS: Mapping[str, Message] = {
    "red_line": Message("no red line in the case"),
    "priority": Message("no zone that the rules make priority"),
    "evidence": Message("no raster, too little covered, or no value varies"),
    "township": Message("no townships in the case"),
    "fragment_area": Message("the case sets no fragment area"),
    "seeds": Message("one seed only"),
    "weights": Message("the method weighs no variables, or one only"),
    "infinite": Message("nothing varies within units: the value is infinite"),
    "division": Message("too few or too many units, or no priority unit"),
}

_AT_SEA = "sea_"  # how the names of what is counted at sea begin
_CATEGORIES = ((1, "priority", "优先保护"), (2, "key", "重点管控"), (3, "general", "一般管控"))


def _by_category(sea: bool) -> Iterable[Metric]:
    prefix, zh, en = (_AT_SEA, "海域", " at sea") if sea else ("", "", "")
    for number, name, word in _CATEGORIES:
        count = partial(units_of_category, category=number, sea=sea)
        yield Metric(f"{prefix}units_{name}", f"{zh}{word}单元数", f"{name} units{en}", "count", "none", count)
    for number, name, word in _CATEGORIES:
        area = partial(area_of_category, category=number, sea=sea)
        yield Metric(f"{prefix}area_{name}", f"{zh}{word}面积", f"area of {name} units{en}", "m²", "none", area)


def _by_name(metrics: Iterable[Metric]) -> dict[str, Metric]:
    return {metric.name: metric for metric in metrics}


METRICS: Mapping[str, Metric] = _by_name(
    [
        Metric("units", "单元数", "units", "count", "none", number_of_units),
        *_by_category(sea=False),
        Metric("mean_unit_area", "单元平均面积", "mean area of a unit", "m²", "none", mean_unit_area),
        Metric(
            "red_line_capture",
            "红线纳入优先单元的比例",
            "red line in priority units",
            "share",
            "high",
            red_line_capture,
            "red_line",
        ),
        Metric("omission", "优先区漏划率", "omission of priority zones", "share", "low", omission, "priority"),
        Metric(
            "omission_area",
            "优先区漏划面积",
            "priority zones outside priority units",
            "m²",
            "low",
            omission_area,
            "priority",
        ),
        Metric("commission", "优先单元多划率", "commission in priority units", "share", "low", commission),
        Metric("commission_area", "优先单元多划面积", "other land in priority units", "m²", "low", commission_area),
        Metric("dominance", "主导功能一致度", "share of the dominant zone kind", "share", "high", dominance),
        Metric(
            "dominance_with_priority",
            "含优先区单元的主导功能一致度",
            "share of the dominant zone kind in units with priority zones",
            "share",
            "high",
            dominance_with_priority,
            "priority",
        ),
        Metric("entropy", "功能混合熵", "entropy of zone kinds", "nat", "low", entropy),
        Metric("within_variance", "单元内方差", "variance within units", "index", "low", within_variance, "evidence"),
        Metric(
            "between_variance", "单元间方差", "variance between units", "index", "high", between_variance, "evidence"
        ),
        Metric(
            "variance_ratio",
            "单元间方差占比",
            "share of variance between units",
            "share",
            "high",
            variance_ratio,
            "evidence",
        ),
        Metric(
            "calinski_harabasz",
            "Calinski–Harabasz 指数",
            "Calinski–Harabasz",
            "index",
            "high",
            calinski_harabasz,
            "evidence",
        ),
        Metric("graph_silhouette", "图轮廓系数", "graph silhouette", "index", "high", graph_silhouette, "evidence"),
        Metric(
            "boundary_silhouette",
            "边界轮廓系数",
            "boundary silhouette",
            "index",
            "high",
            boundary_silhouette,
            "evidence",
        ),
        Metric(
            "geodetector_q",
            "地理探测器 q（各指标平均）",
            "Geodetector q, mean of variables",
            "share",
            "high",
            mean_q,
            "evidence",
        ),
        Metric("polsby_popper", "紧凑度", "Polsby–Popper", "index", "high", polsby_popper),
        Metric(
            "polsby_popper_by_area",
            "紧凑度（按面积加权）",
            "Polsby–Popper, by area",
            "index",
            "high",
            polsby_popper_by_area,
        ),
        Metric("boundary_length", "单元边界长度", "boundary between units", "m", "low", boundary_length),
        Metric("outline_length", "研究区外轮廓长度", "outline of the study area", "m", "none", outline_length),
        Metric(
            "boundary_on_townships",
            "边界落在乡镇界的比例",
            "boundary on township lines",
            "share",
            "high",
            boundary_on_townships,
            "township",
        ),
        Metric("parts_per_unit", "单元平均块数", "parts per unit", "count", "low", parts_per_unit),
        Metric("fragments", "零碎地块数", "fragments", "count", "low", fragments, "fragment_area"),
        Metric(
            "townships_per_unit", "每单元乡镇数", "townships per unit", "count", "none", townships_per_unit, "township"
        ),
        Metric(
            "units_per_township", "每乡镇单元数", "units per township", "count", "none", units_per_township, "township"
        ),
    ]
)


def metrics_of(scene: Scene, names: Names | None = None) -> dict[str, Metric]:
    """Name all metrics of a scene: the registered ones, those at sea where there is any, one a source, two a raster.

    Parameters
    ----------
    scene : Scene
    names : callable, optional
        What roles and rasters are called (`glossary`): the national profile's by default.

    Returns
    -------
    dict of str to Metric
        In the order of the table's columns.
    """
    named = glossary() if names is None else names
    more = list(_by_category(sea=True)) if scene.sea.any() else []
    for number, (name, words) in enumerate(zip(scene.priority_zones.source, _sources(scene, named), strict=True)):
        miss, add = partial(omission_of_source, source=number), partial(commission_of_source, source=number)
        more.append(_of_thing("omission", name, "漏划率", "omission of", words, "share", "low", miss))
        more.append(_of_thing("commission", name, "多划率", "commission with", words, "share", "low", add))
    for number, name in enumerate(scene.variables.name):
        q, p = partial(q_of_variable, variable=number), partial(p_of_variable, variable=number)
        words = named("raster", name, "zh", {}), named("raster", name, "en", {})
        more.append(_of_thing("geodetector_q", name, "地理探测器 q", "Geodetector q of", words, "share", "high", q))
        more.append(_of_thing("geodetector_p", name, "地理探测器 p", "Geodetector p of", words, "index", "none", p))
    return {**METRICS, **_by_name(more)}


def _of_thing(
    measure_name: str,
    name: str,
    zh: str,
    en: str,
    words: tuple[str, str],
    unit: str,
    better: Better,
    function: Callable[[Scene, Division], float],
) -> Metric:
    """Make the metric of one source or raster; ``words`` are its Chinese and its English name."""
    needs = "evidence" if measure_name.startswith("geodetector") else ""
    return Metric(f"{measure_name}[{name}]", f"{zh}：{words[0]}", f"{en} {words[1]}", unit, better, function, needs)


def _sources(scene: Scene, names: Names) -> list[tuple[str, str]]:
    """Call each source by its role, in Chinese and English; with its own name behind it where several have one role."""
    zones = scene.priority_zones
    roles = zones.role or zones.source
    out = []
    for role, source in zip(roles, zones.source, strict=True):
        zh, en = names("role", role, "zh", {}), names("role", role, "en", {})
        out.append((f"{zh}（{source}）", f"{en} ({source})") if roles.count(role) > 1 else (zh, en))
    return out


def measure(scene: Scene, division: Division, names: Iterable[str] | None = None) -> dict[str, float]:
    """Measure a division: one row of the table.

    All but the metrics at sea is measured on land (``Scene.compared``).

    Parameters
    ----------
    scene : Scene
    division : Division
        Of the scene's faces.
    names : iterable of str, optional
        Metrics wanted; all of ``metrics_of`` where not given.

    Returns
    -------
    dict of str to float
        NaN where a metric cannot be told; ``why_missing`` says why.

    Raises
    ------
    BadInput
        An unknown metric, with the nearest known; a division of other faces.
    """
    if len(division.unit) != len(scene):
        raise BadInput(
            Message(
                "the division has {divided} faces, the case has {known}", divided=len(division.unit), known=len(scene)
            ),
            where=Message("division {name}", name=division.name),
            wanted=Message("a division of the same faces"),
        )
    known = metrics_of(scene)
    chosen = list(known if names is None else names)
    for name in chosen:
        require_known(name, known, Message("unknown metric '{name}'", name=name), Message("metrics"))
    land = division if scene.land is scene else division.on(scene.compared)
    return {
        name: known[name].function(*((scene, division) if name.startswith(_AT_SEA) else (scene.land, land)))
        for name in chosen
    }


def why_missing(scene: Scene, row: Mapping[str, float]) -> dict[str, str]:
    """Say why metrics of a row are missing: name of each that is no finite number → key of ``NEEDS``.

    Parameters
    ----------
    scene : Scene
    row : mapping of str to float
        From ``measure``.
    """
    known = metrics_of(scene)
    lacking = {key for key in NEEDS if not _has(scene.land, key)}
    missing = [name for name, value in row.items() if name in known and np.isnan(value)]
    # A table of numbers has no place for these either.
    beyond = {name: "infinite" for name, value in row.items() if name in known and np.isinf(value)}
    return beyond | {
        name: known[name].needs if known[name].needs in lacking or _unknown(scene.land, name) else "division"
        for name in missing
    }


def _has(scene: Scene, need: str) -> bool:
    held = {
        "red_line": lambda: bool(scene.red_line.any()),
        "priority": lambda: bool(scene.priority.any()),
        "evidence": lambda: scene.variables.space.total > 0,
        "township": lambda: bool((scene.township >= 0).any()),
        "fragment_area": lambda: scene.fragment_area > 0,
    }
    return need not in held or held[need]()


def _unknown(scene: Scene, name: str) -> bool:
    """Whether a metric is that of a raster that has no value, or none that varies."""
    variable = name.partition("[")[2].rstrip("]")
    if not name.startswith("geodetector_") or variable not in scene.variables.name:
        return False
    return not float(scene.variables.spread[scene.variables.name.index(variable)]) > 0
