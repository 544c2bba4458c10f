"""``control_units:compare_methods``: division methods held against each other on the faces of one case."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from qgis.core import QgsProcessingParameterFolderDestination

from ...text import language, tr
from ..algorithm import LINES, POLYGONS, TABLE, Algorithm
from ..comparison_report import comparison_report
from ..log import last_stop, push_rows
from ..reports import page_of
from ..sinks import pour_file_layer, pour_output

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..algorithm import Values
    from ..log import Row

# Overlay and fitting are what the guidelines name; the two others are the quickest that regionalise.
USUAL = "overlay\nfitting:threshold=0.5\nskater:k=20\nward:k=20"
LAST = (("pareto_front", "INTEGER"), ("error", "TEXT"), ("seconds", "REAL"), ("peak_bytes", "INTEGER"))


class CompareMethodsAlgorithm(Algorithm):
    """Compare; the same verb as ``python -m delineation bench``."""

    NAME = "compare_methods"
    VERB = "bench"
    GROUP = "delineation"
    ORDER = 50
    TAGS = ("bench", "compare", "pareto", "stability", "比较", "对比", "划分方法", "稳定性", "边界", "检验")

    def title(self) -> str:
        return tr("Compare division methods")

    def help(self) -> Sequence[str]:
        return (
            tr(
                "Labels the same faces of a case by several methods and measures what comes out, "
                "so that the methods compare exactly.",
            ),
            tr(
                "The table has one row a method: units and areas by category, what is missed of "
                "the priority zones and what is added, likeness within units, shape, borders on "
                "township lines, stability over seeds and weights, time and memory. The Pareto "
                "front marks methods to which no other is equal in all and better in something.",
            ),
            tr(
                "Boundary confidence says how often a border survives across methods, seeds and "
                "weights: the wider, the surer. The map of disagreement shows where the category "
                "of a face depends on the method.",
            ),
            tr(
                "Random contiguous divisions of the same size tell what a value is worth. The "
                "curve runs fitting over its threshold from 5 to 95 %.",
            ),
            tr(
                "The folder gets tables (CSV, Markdown, Excel, LaTeX), plots (SVG, PNG) and the "
                "layers; what is finished there is not computed again.",
            ),
        )

    def declare(self) -> None:
        self.add_case()
        self.add_options("methods", default=USUAL)
        self.add_options("seeds", default=3, least=1)
        self.add_options("nulls", "truth", "samples")
        self.add_options("sigma", default=10.0)
        self.add_options("curve", "pareto", "plugin")
        self.add_options()
        self.add_sink(
            "METRICS",
            tr("Metrics by method"),
            TABLE,
            tr(
                "One row a method, one column a metric, in m, m² and shares from 0 to 1; "
                "columns.csv in the folder says what they mean.",
            ),
        )
        self.add_sink(
            "CONFIDENCE",
            tr("Boundary confidence"),
            LINES,
            tr("Lines with confidence (0 to 1), what they lie on, and one column a method."),
        )
        self.add_sink(
            "DISAGREEMENT",
            tr("Disagreement"),
            POLYGONS,
            tr("Faces with the share of each category and the share of pairs of runs that differ."),
        )
        self.add(
            QgsProcessingParameterFolderDestination("OUTPUT", tr("Folder for tables and plots")),
            tr("A folder of its own; one of an earlier comparison is continued."),
        )
        self.add_report(tr("Table and plots as a page to read and to print."))
        self.add_numbers(
            ("METHODS_COUNT", tr("Number of methods")),
            ("ON_FRONT", tr("Methods on the Pareto front")),
        )

    def work(self) -> Values:
        from ....delineation.bench.report.layers import CONFIDENCE, DISAGREEMENT
        from ....delineation.bench.runs.entries import split_methods
        from ....delineation.bench.runs.run import PARETO
        from ....delineation.verbs.benchmarking import bench

        folder, options = Path(self.text("OUTPUT")), self.given()
        case, methods = options.pop("case"), split_methods(options.pop("methods"))
        metrics = (options.pop("pareto") or "").split(",")
        options["pareto"] = [one.strip() for one in metrics if one.strip()] or PARETO
        options["plugins"] = options.pop("plugin")
        found = self.engine(
            lambda progress: bench(case, methods, folder, **options, language=language(), progress=progress)
        )
        push_rows([{**row, "message": _of(row)} for row in found["findings"]], self.feedback)
        last_stop(self.feedback)
        results: Values = {
            "OUTPUT": str(folder),
            "METRICS": self._metrics(found["methods"]),
            "METHODS_COUNT": len(found["methods"]),
            "ON_FRONT": sum(bool(row["pareto_front"]) for row in found["methods"]),
        }
        layers = str(folder / "comparison.gpkg")
        for order, (key, layer) in enumerate((("DISAGREEMENT", DISAGREEMENT), ("CONFIDENCE", CONFIDENCE)), 1):
            results[key] = pour_file_layer(self, key, layers, layer, order)
        return results | page_of(self, lambda page: comparison_report(page, folder, found["methods"]))

    def _metrics(self, rows: Sequence[Row]) -> str:
        last = [name for name, _ in LAST]
        metrics = [name for name in rows[0] if name not in ("method", *last)]
        columns = [("method", "TEXT"), *((name, "REAL") for name in metrics), *LAST]
        values = [[_plain(row[name]) for row in rows] for name, _ in columns]
        return pour_output(self, "METRICS", columns, values)


def _plain(value: Any) -> Any:
    return int(value) if isinstance(value, bool) else value


def _of(row: Row) -> str:
    """Name the method that a finding is of."""
    return f"{row['method']}: {row['message']}" if row["method"] else str(row["message"])
