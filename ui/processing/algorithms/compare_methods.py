"""``control_units:compare_methods``: division methods held against each other on the faces of one case."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from qgis.core import (
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterFolderDestination,
    QgsProcessingParameterNumber,
    QgsProcessingParameterString,
)
from qgis.PyQt.QtCore import QCoreApplication

from ...text import language
from ...work.engine_thread import apart
from ..algorithm import Algorithm, real_parameter
from ..comparison_report import comparison_report
from ..log import last_stop, push_rows, reporting_to
from ..sinks import pour_file_layer, pour_output
from ..styling import style_output

if TYPE_CHECKING:
    from collections.abc import Sequence

translate = QCoreApplication.translate
# Overlay and fitting are what the guidelines name; the two others are the quickest that regionalise.
USUAL = "overlay\nfitting:threshold=0.5\nskater:k=20\nward:k=20"
LAST = (("pareto_front", "INTEGER"), ("error", "TEXT"), ("seconds", "REAL"), ("peak_bytes", "INTEGER"))


class CompareMethodsAlgorithm(Algorithm):
    """Compare; the same verb as ``python -m delineation bench``."""

    NAME = "compare_methods"
    GROUP = "delineation"
    ORDER = 50
    TAGS = ("bench", "compare", "pareto", "stability", "比较", "对比", "划分方法", "稳定性", "边界", "检验")

    METHODS, SEEDS, NULLS = "METHODS", "SEEDS", "NULLS"
    TRUTH, SAMPLES, SIGMA = "TRUTH", "SAMPLES", "SIGMA"
    CURVE, PARETO, PLUGIN, OUTPUT = "CURVE", "PARETO", "PLUGIN", "OUTPUT"
    METRICS, CONFIDENCE, DISAGREEMENT = "METRICS", "CONFIDENCE", "DISAGREEMENT"
    METHODS_COUNT, ON_FRONT = "METHODS_COUNT", "ON_FRONT"

    def title(self) -> str:
        return translate("ControlUnits", "Compare division methods")

    def help(self) -> Sequence[str]:
        return (
            translate(
                "ControlUnits",
                "Labels the same faces of a case by several methods and measures what comes out, "
                "so that the methods compare exactly.",
            ),
            translate(
                "ControlUnits",
                "The table has one row a method: units and areas by category, what is missed of "
                "the priority zones and what is added, likeness within units, shape, borders on "
                "township lines, stability over seeds and weights, time and memory. The Pareto "
                "front marks methods to which no other is equal in all and better in something.",
            ),
            translate(
                "ControlUnits",
                "Boundary confidence says how often a border survives across methods, seeds and "
                "weights: the wider, the surer. The map of disagreement shows where the category "
                "of a face depends on the method.",
            ),
            translate(
                "ControlUnits",
                "Random contiguous divisions of the same size tell what a value is worth. The "
                "curve runs fitting over its threshold from 5 to 95 %.",
            ),
            translate(
                "ControlUnits",
                "The folder gets tables (CSV, Markdown, Excel, LaTeX), plots (SVG, PNG) and the "
                "layers; what is finished there is not computed again.",
            ),
        )

    def declare(self) -> None:
        whole = QgsProcessingParameterNumber.Type.Integer
        self.add_case()
        self.add(
            QgsProcessingParameterString(
                self.METHODS, translate("ControlUnits", "Methods (NAME:key=value,…), one a line"), USUAL, multiLine=True
            ),
            translate(
                "ControlUnits",
                "On one line or several, for example overlay, fitting:threshold=0.3, redcap:k=20,order=full.",
            ),
        )
        self.add(
            QgsProcessingParameterNumber(
                self.SEEDS, translate("ControlUnits", "Number of seeds"), whole, 3, minValue=1, maxValue=1000
            ),
            translate("ControlUnits", "For methods that draw: the case's seed and those after it."),
        )
        self.add(
            QgsProcessingParameterNumber(
                self.NULLS,
                translate("ControlUnits", "Random divisions a method is held against"),
                whole,
                99,
                minValue=0,
                maxValue=100_000,
            ),
            translate("ControlUnits", "Each metric gets its percentile and p among them; 0 for none."),
            advanced=True,
        )
        for name, title, text in (
            (
                self.TRUTH,
                translate("ControlUnits", "Counties with a known truth, for each noise"),
                translate(
                    "ControlUnits",
                    "Generated counties with planted regions: how well each method finds them again; 0 for none.",
                ),
            ),
            (
                self.SAMPLES,
                translate("ControlUnits", "Runs on sources with errors"),
                translate(
                    "ControlUnits",
                    "Boundaries and rasters are shifted at random: how sure areas and categories are; 0 for none.",
                ),
            ),
        ):
            number = QgsProcessingParameterNumber(name, title, whole, 0, minValue=0, maxValue=10_000)
            self.add(number, text, advanced=True)
        self.add(
            real_parameter(self.SIGMA, translate("ControlUnits", "Standard deviation of these errors, m"), 10.0),
            translate("ControlUnits", "Of the position of boundaries."),
            advanced=True,
        )
        self.add(
            QgsProcessingParameterBoolean(
                self.CURVE, translate("ControlUnits", "Curve of fitting over its threshold"), defaultValue=True
            ),
            translate("ControlUnits", "Units, priority area and omission from 5 to 95 %; needs townships."),
            advanced=True,
        )
        self.add_text(
            self.PARETO,
            translate("ControlUnits", "Metrics of the Pareto front (A,B,…)"),
            translate(
                "ControlUnits",
                "Names of columns; empty: omission, commission, dominance, share of variance "
                "between units, compactness.",
            ),
            advanced=True,
        )
        self.add_plugin(self.PLUGIN)
        self.add_sink(
            self.METRICS,
            translate("ControlUnits", "Metrics by method"),
            QgsProcessing.SourceType.TypeVector,
            translate(
                "ControlUnits",
                "One row a method, one column a metric, in m, m² and shares from 0 to 1; "
                "columns.csv in the folder says what they mean.",
            ),
        )
        self.add_sink(
            self.CONFIDENCE,
            translate("ControlUnits", "Boundary confidence"),
            QgsProcessing.SourceType.TypeVectorLine,
            translate("ControlUnits", "Lines with confidence (0 to 1), what they lie on, and one column a method."),
        )
        self.add_sink(
            self.DISAGREEMENT,
            translate("ControlUnits", "Disagreement"),
            QgsProcessing.SourceType.TypeVectorPolygon,
            translate(
                "ControlUnits", "Faces with the share of each category and the share of pairs of runs that differ."
            ),
        )
        self.add(
            QgsProcessingParameterFolderDestination(
                self.OUTPUT, translate("ControlUnits", "Folder for tables and plots")
            ),
            translate("ControlUnits", "A folder of its own; one of an earlier comparison is continued."),
        )
        self.add_report(translate("ControlUnits", "Table and plots as a page to read and to print."))
        self.add_numbers(
            (self.METHODS_COUNT, translate("ControlUnits", "Number of methods")),
            (self.ON_FRONT, translate("ControlUnits", "Methods on the Pareto front")),
        )

    def work(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        from ....delineation.bench.report.layers import CONFIDENCE, DISAGREEMENT
        from ....delineation.bench.runs.entries import split_methods
        from ....delineation.bench.runs.run import PARETO
        from ....delineation.verbs.comparing import bench

        def text(key: str) -> str:
            return str(self.parameterAsString(parameters, key, context) or "").strip()

        case, folder = self.parameterAsFile(parameters, self.CASE, context), Path(text(self.OUTPUT))
        plugin = self.parameterAsFile(parameters, self.PLUGIN, context)
        options: dict[str, Any] = {
            "seeds": self.parameterAsInt(parameters, self.SEEDS, context),
            "plugins": [plugin] if plugin else [],
            "pareto": [one.strip() for one in text(self.PARETO).split(",") if one.strip()] or PARETO,
            "nulls": self.parameterAsInt(parameters, self.NULLS, context),
            "truth": self.parameterAsInt(parameters, self.TRUTH, context),
            "samples": self.parameterAsInt(parameters, self.SAMPLES, context),
            "sigma": self.parameterAsDouble(parameters, self.SIGMA, context),
            "curve": self.parameterAsBool(parameters, self.CURVE, context),
            "language": language(),
        }
        methods = split_methods(text(self.METHODS).replace("\n", ","))
        found = apart(
            lambda progress: bench(case, methods, folder, **options, progress=progress), reporting_to(feedback)
        )
        push_rows([{**row, "message": _of(row)} for row in found["findings"]], feedback)
        last_stop(feedback)
        results: dict[str, Any] = {
            self.OUTPUT: str(folder),
            self.METRICS: self._metrics(found["methods"], parameters, context),
            self.METHODS_COUNT: len(found["methods"]),
            self.ON_FRONT: sum(bool(row["pareto_front"]) for row in found["methods"]),
        }
        layers = str(folder / "comparison.gpkg")
        for order, (key, layer) in enumerate(((self.DISAGREEMENT, DISAGREEMENT), (self.CONFIDENCE, CONFIDENCE)), 1):
            results[key] = pour_file_layer(self, parameters, key, context, feedback, layers, layer)
            style_output(context, results[key], layer, order)
        page = self.parameterAsFileOutput(parameters, self.REPORT, context)
        if page:
            comparison_report(Path(page), folder, found["methods"])
            results[self.REPORT] = page
        return results

    def _metrics(
        self, rows: Sequence[dict[str, Any]], parameters: dict[str, Any], context: QgsProcessingContext
    ) -> str:
        last = [name for name, _ in LAST]
        metrics = [name for name in rows[0] if name not in ("method", *last)]
        columns = [("method", "TEXT"), *((name, "REAL") for name in metrics), *LAST]
        values = [[_plain(row[name]) for row in rows] for name, _ in columns]
        return pour_output(self, parameters, self.METRICS, context, columns, values)


def _plain(value: Any) -> Any:
    return int(value) if isinstance(value, bool) else value


def _of(row: dict[str, Any]) -> str:
    """Name the method that a finding is of."""
    return f"{row['method']}: {row['message']}" if row["method"] else str(row["message"])
