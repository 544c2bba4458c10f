"""The verb ``bench``: methods compared on one case, from its file to a folder of tables, plots and layers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..bench.experiments.threshold_curve import fitting_curve
from ..bench.experiments.validation import doubts, standings, truths
from ..bench.report.layers import write_comparison
from ..bench.report.tables import (
    agreement_rows,
    agreements,
    column_rows,
    cost_rows,
    curve_rows,
    doubt_rows,
    finding_rows,
    mark_rows,
    method_rows,
    missing_rows,
    null_rows,
    truth_rows,
    write_csv,
)
from ..bench.runs.folder import check_folder, drafted, left_clean
from ..bench.runs.run import PARETO, compare_methods
from ..case.reading import read_case
from ..core.errors import BadInput, needed
from ..core.messages import Message
from ..core.progress import Progress, silent, within

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..bench.report.chart_files import Shown

SIGMA = 10.0  # m: what lines err by, where nothing else is said


def bench(
    case_path: str | Path,
    methods: Sequence[str],
    output: str | Path,
    *,
    seeds: int = 1,
    plugins: Sequence[str | Path] = (),
    pareto: Sequence[str] = PARETO,
    nulls: int = 99,
    truth: int = 0,
    samples: int = 0,
    sigma: float = SIGMA,
    curve: bool = True,
    language: str = "",
    spoken: str = "",
    progress: Progress = silent,
) -> dict[str, Any]:
    """Compare division methods on one case and write what comes out.

    Into the folder go ``methods`` as CSV (names that scripts rely on, SI units), Markdown, XLSX and LaTeX (words of the
    profile's language); ``columns.csv`` (what the columns mean), ``missing.csv``, ``agreement.csv``, ``costs.csv``
    (time and memory: all that does not repeat), ``findings.csv``; ``curve.csv`` and ``curve_marks.csv`` (fitting over
    its threshold); ``null.csv``, ``truth.csv``, ``uncertainty.csv``; ``comparison.gpkg``; and ``plots/`` as SVG and
    PNG. Finished labels stay in ``labels/``: what ran once for the same case does not run again.

    Parameters
    ----------
    case_path : path
    methods : sequence of str
        Method strings, ``name:key=value,…``.
    output : path
        A folder; made where it is absent, continued where it is one of a bench. Every file is replaced whole.
    seeds : int
        How many, for methods that draw: the case's and the ones after it.
    plugins : sequence of path
        Python files that register methods.
    pareto : sequence of str
        Metrics of the Pareto front.
    nulls : int
        Random divisions that each method is held against; 0 for none.
    truth : int
        Generated counties, for each noise, in which methods are to find what was planted; 0 for none.
    samples : int
        How often the case is labelled from sources with errors; 0 for never.
    sigma : float
        Of these errors: standard deviation of lines in x and in y, m.
    curve : bool
        Whether the curve of fitting is computed.
    language : {"", "zh", "en"}
        Of documents and plots; by default the profile's.
    spoken : {"", "zh", "en"}
        Of the findings that are returned; by default as the documents.
    progress : callable

    Returns
    -------
    dict
        ``methods``: a row a method: its string, metrics (None where one cannot be told), ``pareto_front``, ``error``
        (why it gave no labels, None where it did), ``seconds`` and ``peak_bytes`` (`store.Cost`). ``findings``:
        rows as ``checks.to_rows`` gives them, with ``method``, "" for the case's own.

    Raises
    ------
    BadInput
        What the case, a plugin or the folder cannot be used for; an unknown method; or none that gives labels.
    MissingLibrary
        matplotlib or openpyxl is not there.
    Cancelled
        Finished labels stay; no other file has changed.

    Examples
    --------
    >>> from control_units.delineation import verbs
    >>> rows = verbs.bench("case.toml", ["overlay"], "bench", nulls=0, curve=False)["methods"]
    >>> [(row["method"], row["units"]) for row in rows]
    [('overlay', 3)]
    """
    with needed("–", Message("matplotlib 3.7 and openpyxl 3.1 or newer"), where=Message("bench")):
        from ..bench.report.chart_files import Shown, draw
        from ..bench.report.documents import latex, markdown, write_workbook
    if nulls < 0:
        raise BadInput(
            Message("{count} random divisions", count=nulls),
            where=Message("nulls"),
            wanted=Message("0 for none, or more"),
        )
    if truth < 0:
        raise BadInput(
            Message("{count} counties", count=truth), where=Message("truth"), wanted=Message("0 for none, or more")
        )
    if samples < 0:
        raise BadInput(
            Message("{count} samples", count=samples),
            where=Message("samples"),
            wanted=Message("0 for none, or more"),
        )
    folder = Path(output)
    guard = check_folder(folder, read_case(case_path))
    with left_clean(folder):
        found = compare_methods(
            case_path,
            methods,
            folder,
            seeds=seeds,
            plugins=plugins,
            pareto=pareto,
            progress=within(progress, 0.0, 0.45),
        )
    usual = "zh" if str(found.case.profile.settings["language"]) == "zh" else "en"
    written = language or usual
    chosen = tuple(name for name in pareto if any(row.get(name) is not None for row in found.rows))
    shown = Shown(
        comparison=found,
        alike=agreements(found),
        front=chosen,
        stood=standings(found, nulls, progress=within(progress, 0.45, 0.58)) if nulls else {},
        again=truths(found, truth, progress=within(progress, 0.58, 0.63)) if truth else (),
        doubts=doubts(found, samples, sigma, progress=within(progress, 0.63, 0.8)) if samples else (),
        curves=fitting_curve(found, progress=within(progress, 0.8, 0.87)) if curve else (),
    )
    with drafted(folder, guard) as draft:
        _write_tables(shown, draft, written)
        (draft / "methods.md").write_text(markdown(found, chosen, written), encoding="utf-8", newline="\n")
        (draft / "methods.tex").write_text(latex(found, chosen, written), encoding="utf-8", newline="\n")
        write_workbook(found, chosen, shown.alike, shown.curves, draft / "methods.xlsx", written)
        put = within(progress, 0.87, 0.92)
        write_comparison(found, draft / "comparison.gpkg", guard=guard, doubts=shown.doubts, progress=put)
        draw(shown, draft / "plots", written, progress=within(progress, 0.92, 1.0))
        progress(1.0, Message("done"))
    costs = {one.entry.text: one.seeds[0].cost for one in found.labelled}
    rows = []
    for row in found.table_in(spoken or written):
        cost = costs.get(row["method"])
        took = (None, None) if cost is None else (cost.seconds, cost.peak_bytes or None)
        rows.append({**row, "seconds": took[0], "peak_bytes": took[1]})
    return {"methods": rows, "findings": finding_rows(found, spoken or written, shown.doubts)[1]}


def _write_tables(shown: Shown, draft: Path, language: str) -> None:
    """Write the tables for scripts."""
    found = shown.comparison
    findings = finding_rows(found, language, shown.doubts)[0]
    tables = {
        "methods": method_rows(found, language),
        "columns": column_rows(found),
        "missing": missing_rows(found, language),
        "costs": cost_rows(found),
        "findings": findings,
        "agreement": agreement_rows(found, shown.alike),
    }
    if shown.curves:
        tables |= {"curve": curve_rows(shown.curves), "curve_marks": mark_rows(shown.curves)}
    if shown.stood:
        tables["null"] = null_rows(shown.stood)
    if shown.again:
        tables["truth"] = truth_rows(shown.again, language, found.names)
    if shown.doubts:
        tables["uncertainty"] = doubt_rows(shown.doubts)
    for name, table in tables.items():
        write_csv(table, draft / f"{name}.csv")
