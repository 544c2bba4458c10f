"""Tables of a comparison as rows: methods, what is missing and why, agreement, costs, findings, the threshold curve.

They are written as CSV with names that scripts can rely on, values in m, m² and shares, and an empty field where there
is none. The files are UTF-8 with a byte order mark: without it Excel on a Chinese system reads them as GBK; pandas and
R take it as it is, Python's ``open`` wants ``encoding="utf-8-sig"``.
"""

from __future__ import annotations

import csv
import io
from dataclasses import asdict, dataclass, fields
from functools import partial
from typing import TYPE_CHECKING, Any

from ...checks import load_texts, to_rows
from ...core.errors import visible
from ...core.findings import Facts, Finding
from ...core.messages import plain_names, word
from ..experiments.ground_truth import TruthRow
from ..experiments.uncertainty import AreaConfidence
from ..measures.agreement import adjusted_rand, kappa, pairwise, v_measure
from ..measures.metrics import NEEDS
from ..runs.run import PARETO_FRONT

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from ...core.arrays import Floats
    from ...core.messages import Names
    from ..experiments.null_model import NullModelRank
    from ..experiments.threshold_curve import Curve
    from ..experiments.uncertainty import Uncertainty
    from ..runs.run import Comparison

# What is compared, and how: units by area, categories by area.
AGREEMENT: dict[str, tuple[Callable[..., float], str]] = {
    "ari": (adjusted_rand, "unit"),
    "v_measure": (v_measure, "unit"),
    "kappa": (kappa, "category"),
}


@dataclass(frozen=True)
class ReportTable:
    """A table as it is written.

    Attributes
    ----------
    columns : tuple of str
    rows : list of list
        Texts, numbers, truth values, or None for what is missing.
    """

    columns: tuple[str, ...]
    rows: list[list[Any]]


@dataclass(frozen=True)
class Agreements:
    """How alike the methods' divisions are, by area: (m, m) each, symmetric, NaN where it cannot be told.

    Attributes
    ----------
    ari, v_measure : (m, m) float64
        Of the units: adjusted Rand (Hubert & Arabie 1985) and V-measure (Rosenberg & Hirschberg 2007).
    kappa : (m, m) float64
        Of the categories (Cohen 1960).
    """

    ari: Floats
    v_measure: Floats
    kappa: Floats


def agreements(comparison: Comparison) -> Agreements:
    """Compare the first division of each method with that of each other, on the faces that are compared."""
    divisions, face = [one.division for one in comparison.labelled], comparison.scene.compared
    area = comparison.scene.area[face]
    found = {
        name: pairwise([getattr(division, of)[face] for division in divisions], how, area)
        for name, (how, of) in AGREEMENT.items()
    }
    return Agreements(**found)


def method_rows(comparison: Comparison, language: str = "en") -> ReportTable:
    """List the methods (``methods.csv``), a row each.

    ``method`` is its string, ``pareto_front`` whether it is on the Pareto front, ``error`` why there is nothing; the
    other columns are metrics, in their own units.
    """
    columns = ("method", PARETO_FRONT, *comparison.metrics, "error")
    return ReportTable(columns, [[row[name] for name in columns] for row in comparison.table_in(language)])


def column_rows(comparison: Comparison) -> ReportTable:
    """Say what the columns of ``methods.csv`` mean (``columns.csv``): a row a metric.

    ``name`` of the column, its title (``zh``, ``en``), its ``unit``, and which end is ``better`` (high, low, none).
    """
    rows = [[one.name, one.zh, one.en, one.unit, one.better] for one in comparison.metrics.values()]
    return ReportTable(("name", "zh", "en", "unit", "better"), rows)


def missing_rows(comparison: Comparison, language: str) -> ReportTable:
    """Say why a metric of a method is not there (``missing.csv``): a row for each empty field of ``methods.csv``.

    ``method`` and ``metric`` name the field, ``reason`` says why it is empty.
    """
    rows = [
        [row["method"], name, comparison.said(NEEDS[why], language)]
        for row, missing in zip(comparison.rows, comparison.missing, strict=True)
        for name, why in missing.items()
    ]
    rows += [
        [one.entry.text, name, comparison.said(one.error.message(), language)]
        for one in comparison.failed
        for name in comparison.metrics
    ]
    return ReportTable(("method", "metric", "reason"), rows)


def agreement_rows(comparison: Comparison, found: Agreements) -> ReportTable:
    """List the agreement of each pair of methods (``agreement.csv``), by area: ``method`` and ``other``.

    ``ari`` (adjusted Rand) and ``v_measure`` compare units, ``kappa`` compares categories.
    """
    texts = [one.entry.text for one in comparison.labelled]
    rows = [
        [texts[one], texts[other], *(_plain(getattr(found, name)[one, other]) for name in AGREEMENT)]
        for one in range(len(texts))
        for other in range(one + 1, len(texts))
    ]
    return ReportTable(("method", "other", *AGREEMENT), rows)


def cost_rows(comparison: Comparison) -> ReportTable:
    """List wall time and memory of each method, apart from all else because they do not repeat (``costs.csv``).

    ``seconds`` and ``peak_bytes`` are of the first seed, rules and cleaning included; ``seconds_all`` of all ``runs``;
    see `store.Cost`. What was taken from the store has the cost of when it ran.
    """
    rows = []
    for one in comparison.labelled:
        runs, first = (*one.seeds, *one.shifted), one.seeds[0].cost
        rows.append(
            [
                one.entry.text,
                len(runs),
                first.seconds,
                sum(run.cost.seconds for run in runs),
                first.peak_bytes or None,
            ]
        )
    return ReportTable(("method", "runs", "seconds", "seconds_all", "peak_bytes"), rows)


def finding_rows(
    comparison: Comparison, language: str, doubts: Sequence[Uncertainty] = ()
) -> tuple[ReportTable, list[dict[str, Any]]]:
    """List what the sources and the methods had to say (``findings.csv``), and the same as ``to_rows`` gives it.

    ``method`` is empty for the case's own; ``runs`` says in how many of the method's a finding came up. ``id`` and
    ``severity`` are those of the list of findings, ``message`` is its text.
    """
    in_rows = partial(to_rows, texts=load_texts(comparison.case.profile), language=language, names=comparison.names)
    rows, told = [], []
    for one in in_rows(comparison.basis.findings):
        rows.append(["", one["id"], one["severity"], 1, one["message"]])
        told.append({**one, "method": ""})
    for method in comparison.labelled:
        counted: dict[tuple[str, str], list[Any]] = {}
        for run in (*method.seeds, *method.shifted):
            for one in in_rows([Finding(name, facts) for name, facts in run.findings]):
                counted.setdefault((one["id"], one["message"]), [one, 0])[1] += 1
        for one, count in counted.values():
            rows.append([method.entry.text, one["id"], one["severity"], count, one["message"]])
            told.append({**one, "method": method.entry.text})
    failures = [(one.entry.text, Finding("S90", {"why": one.error.message()})) for one in comparison.failed]
    for doubt in doubts:
        if doubt.failed:
            samples = doubt.failed + doubt.samples
            facts: Facts = {"problem": "sample", "failed": doubt.failed, "samples": samples, "why": doubt.why}
            failures.append((doubt.method, Finding("S90", facts, value=doubt.failed)))
    for text, failure in failures:
        (one,) = in_rows([failure])
        rows.append([text, one["id"], one["severity"], 1, one["message"]])
        told.append({**one, "method": text})
    return ReportTable(("method", "id", "severity", "runs", "message"), rows), told


def curve_rows(curves: Sequence[Curve]) -> ReportTable:
    """List the points of the threshold curve (``curve.csv``): a row a terrain class, ``all`` first, and threshold.

    ``terrain``, ``threshold``, ``units``, ``priority_area`` and ``omission`` are those of `Curve`.
    """
    rows = [
        [curve.terrain or "all", float(threshold), int(units), float(area), _plain(omission)]
        for curve in curves
        for threshold, units, area, omission in zip(
            curve.threshold, curve.units, curve.priority_area, curve.omission, strict=True
        )
    ]
    return ReportTable(("terrain", "threshold", "units", "priority_area", "omission"), rows)


def mark_rows(curves: Sequence[Curve]) -> ReportTable:
    """List crossing with overlay, ``knee`` and ``fall`` of each curve (``curve_marks.csv``); see `Curve`.

    ``terrain``, ``land``, ``overlay_area`` and ``overlay_units`` are those of the curve.
    ``crossing``, ``crossing_low`` and ``crossing_high`` are threshold, low and high of its `Crossing`, if any.
    """
    rows = []
    for curve in curves:
        crossing = curve.crossing
        at = (None, None, None) if crossing is None else (crossing.threshold, crossing.low, crossing.high)
        named = curve.terrain or "all"
        rows.append(
            [
                named,
                curve.land,
                curve.overlay_area,
                curve.overlay_units,
                *at,
                curve.knee,
                _plain(curve.fall),
            ]
        )
    head = ("terrain", "land", "overlay_area", "overlay_units", "crossing", "crossing_low", "crossing_high", "knee")
    return ReportTable((*head, "fall"), rows)


def null_rows(standings: Mapping[str, Sequence[NullModelRank]]) -> ReportTable:
    """List where each metric of each method stands among random divisions (``null.csv``); see `null_model.Standing`.

    Parameters
    ----------
    standings : mapping of str to sequence of NullModelRank
        Of each method string.
    """
    names = ("value", "mean", "spread", "percentile", "p")
    rows = [
        [method, one.metric, *(_plain(getattr(one, name)) for name in names), one.count]
        for method, found in standings.items()
        for one in found
    ]
    return ReportTable(("method", "metric", *names, "count"), rows)


def truth_rows(found: Sequence[TruthRow], language: str = "en", names: Names = plain_names) -> ReportTable:
    """List what each method found of what was planted (``truth.csv``); see `ground_truth.TruthRow`."""
    columns = tuple(one.name for one in fields(TruthRow))
    rows = [{**asdict(one), "why": visible(word(one.why, language, names))} for one in found]
    return ReportTable(columns, [[_plain(row[name]) for name in columns] for row in rows])


def doubt_rows(found: Sequence[Uncertainty]) -> ReportTable:
    """List what errors of the sources leave of the areas of categories (``uncertainty.csv``); see `AreaConfidence`."""
    names = tuple(one.name for one in fields(AreaConfidence))
    return ReportTable(names, [[_plain(getattr(row, name)) for name in names] for one in found for row in one.areas])


def write_csv(table: ReportTable, path: Path) -> None:
    """Write a table as CSV: UTF-8 with a byte order mark, lines ended as RFC 4180 has them."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(table.columns)
    writer.writerows([[_field(value) for value in row] for row in table.rows])
    path.write_bytes(text.getvalue().encode("utf-8-sig"))


def _field(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else value


def _plain(value: Any) -> Any:
    """Give a number as Python has it, None for NaN; texts and whole numbers as they are."""
    if isinstance(value, str | bool | int):
        return value
    return float(value) if value == value else None
