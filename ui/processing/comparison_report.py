"""A comparison of methods as one HTML file: its table by theme, and its plots inside."""

from __future__ import annotations

import base64
import csv
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from ..text import language, tr
from ..words import method_label
from .reports import heading, paragraph, table_of, write_page

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from .algorithm import Values
    from .log import Row

WIDTH = 960  # pixels, of a plot on the page


@dataclass(frozen=True)
class MetricColumn:
    """A metric as ``columns.csv`` tells it."""

    name: str
    zh: str
    en: str
    unit: str
    better: str


def comparison_report(path: Path, folder: Path, rows: Sequence[Row]) -> None:
    """Write what a comparison found.

    Parameters
    ----------
    path : Path
    folder : Path
        Of the comparison.
    rows : sequence of mapping
        As of ``bench``: one a method.

    Raises
    ------
    BadInput
        The file cannot be written.
    """
    from ...delineation.bench.measures.themes import by_theme, headed, shown
    from ...delineation.plan.file import read_meta

    tongue, meta = language(), read_meta(folder / "comparison.gpkg")
    with (folder / "columns.csv").open(encoding="utf-8-sig", newline="") as stream:
        columns: Values = {
            row["name"]: MetricColumn(**{key: row[key] for key in MetricColumn.__dataclass_fields__})
            for row in csv.DictReader(stream)
        }
    numbers = [f"{number}{' ★' if row['pareto_front'] else ''}" for number, row in enumerate(rows, 1)]
    parts = [
        paragraph(
            tr(
                "All methods label the same faces. ★: no other method is better in "
                "one metric of the front and as good in the rest.",
            )
        )
    ]
    if meta["classification"]:
        parts.insert(
            0, paragraph(tr("Classification: {mark}, the highest of the sources'", mark=meta["classification"]))
        )
    methods = [
        (
            number,
            method_label(str(row["method"])),
            _number(row["seconds"], ".2f"),
            _number(row["peak_bytes"], ".1f", 1e-6),
        )
        for number, row in zip(numbers, rows, strict=True)
    ]
    head = ("", tr("Method"), "s", "MB")
    parts.append(table_of(head, methods, numbers=(2, 3)))
    parts += [paragraph(f"{method_label(row['method'])}: {row['error']}", "note") for row in rows if row["error"]]
    directions = {"high": " ↑", "low": " ↓"}
    for theme, metrics in by_theme({name: one for name, one in columns.items() if name in rows[0]}):
        body = [
            (
                headed(metric, tongue) + directions.get(metric.better, ""),
                *(shown(metric, row[metric.name]) for row in rows),
            )
            for metric in metrics
            if any(row[metric.name] is not None for row in rows)
        ]
        if body:
            parts.append(heading(theme.zh if tongue == "zh" else theme.en))
            parts.append(table_of(("", *numbers), body, numbers=range(1, len(rows) + 1)))
    parts.append(heading(tr("Plots")))
    parts += [_picture(plot) for plot in sorted((folder / "plots").glob("*.png"), key=_rank)]
    parts.append(paragraph(tr("↑ high is better, ↓ low is better."), "note"))
    write_page(path, tr("Comparison of methods: {name}", name=meta["name"]), parts)


ORDER = (
    "metrics",
    "areas",
    "pareto",
    "maps",
    "agreement",
    "stability",
    "curve",
    "curve_by_terrain",
    "null",
    "truth",
    "uncertainty",
    "uncertainty_maps",
)


def _number(value: float | None, how: str, factor: float = 1.0) -> str:
    """Write a number; a dash where a method failed, or its memory was not measured."""
    return "–" if value is None else format(value * factor, how)


def _rank(plot: Path) -> tuple[int, str]:
    return ORDER.index(plot.stem) if plot.stem in ORDER else len(ORDER), plot.stem


def _picture(plot: Path) -> str:
    """Put a plot into the page itself: it has to open anywhere."""
    data = base64.b64encode(plot.read_bytes()).decode("ascii")
    return f'<p><img width="{WIDTH}" alt="{escape(plot.stem)}" src="data:image/png;base64,{data}"></p>'
