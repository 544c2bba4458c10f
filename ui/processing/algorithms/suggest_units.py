"""``control_units:suggest_units``: candidate units of a case by any method, beside the plan and without touching it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from qgis.core import (
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputString,
)
from qgis.PyQt.QtCore import QCoreApplication

from ....delineation.core.errors import BadInput
from ....delineation.core.messages import Message, at
from ...text import categories, language, said
from ...work.engine_thread import apart
from ..algorithm import Algorithm, whole_parameter
from ..choices import choice
from ..log import last_stop, push_findings, reporting_to
from ..sinks import Place, columns_of, crs_of, kind_of, pour_output
from ..styling import style_output

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from ....delineation.verbs.suggesting import Suggestion

translate = QCoreApplication.translate
# As the engine calls them, its own default values first.
SCOPES = ("category", "whole")
CORES = ("grow", "apart")
UNITS = (
    ("unit", "INTEGER"),
    ("category", "INTEGER"),
    ("category_name", "TEXT"),
    ("kind", "TEXT"),
    ("name", "TEXT"),
    ("county", "TEXT"),
    ("townships", "TEXT"),
    ("parts", "INTEGER"),
    ("area_m2", "REAL"),
    ("area_km2", "REAL"),
)
METRICS = (
    ("metric", "TEXT"),
    ("title", "TEXT"),
    ("value", "REAL"),
    ("overlay", "REAL"),
    ("unit", "TEXT"),
    ("better", "TEXT"),
)


class SuggestUnitsAlgorithm(Algorithm):
    """Suggest; the labels are those of ``python -m delineation run CASE --method …``."""

    NAME = "suggest_units"
    GROUP = "delineation"
    ORDER = 40
    TAGS = ("candidate", "cluster", "skater", "redcap", "ward", "max-p", "备选", "建议", "聚类", "划分方法", "拟合")

    METHOD, K, VARIABLES, SCOPE = "METHOD", "K", "VARIABLES", "SCOPE"
    OPTIONS, CORES, SEED, METHOD_STRING, PLUGIN = "OPTIONS", "CORES", "SEED", "METHOD_STRING", "PLUGIN"
    UNITS, BORDERS, METRICS = "UNITS", "BORDERS", "METRICS"
    UNITS_COUNT, METHOD_USED = "UNITS_COUNT", "METHOD_USED"

    def title(self) -> str:
        return translate("ControlUnits", "Suggest units by a method")

    def help(self) -> Sequence[str]:
        return (
            translate(
                "ControlUnits",
                "Divides the faces of a case by any method and shows the units that come out, as "
                "a candidate beside the plan. No plan is written or changed.",
            ),
            translate(
                "ControlUnits",
                "Overlay keeps the categories of the rules; fitting gives each township one "
                "category; the others group faces that are alike and neighbours: skater and "
                "redcap cut trees, ward merges, azp moves faces between regions, maxp makes as "
                "many regions as a floor allows, kmeans_repaired is the baseline.",
            ),
            translate(
                "ControlUnits",
                "Red lines, water sources, protected areas and parks stay whole: a unit may grow "
                "from one but never splits it or joins two. No unit crosses a county or the "
                "shore.",
            ),
            translate(
                "ControlUnits",
                "The table of metrics has each number of the candidate beside that of the rules "
                "alone. “Compare division methods” holds several methods against each other.",
            ),
            translate("ControlUnits", "The method string among the results can be given to “Delineate control units”."),
        )

    def declare(self) -> None:
        self._declare_task()
        polygons = QgsProcessing.SourceType.TypeVectorPolygon
        self.add_sink(
            self.UNITS,
            translate("ControlUnits", "Candidate units"),
            polygons,
            translate(
                "ControlUnits",
                "Number, category, kind, name, county, townships, parts and area; hatched, so "
                "that the plan shows through.",
            ),
        )
        self.add_sink(
            self.BORDERS,
            translate("ControlUnits", "Candidate borders"),
            QgsProcessing.SourceType.TypeVectorLine,
            translate(
                "ControlUnits",
                "Lines between candidate units with their length and what they lie on: township, "
                "county, shore or other.",
            ),
        )
        self.add_sink(
            self.METRICS,
            translate("ControlUnits", "Metrics of the candidate"),
            QgsProcessing.SourceType.TypeVector,
            translate(
                "ControlUnits",
                "One row a metric: value, the same of the rules alone (overlay), unit, and "
                "whether high or low is better.",
            ),
        )
        self.add_numbers((self.UNITS_COUNT, translate("ControlUnits", "Number of units")))
        self.addOutput(QgsProcessingOutputString(self.METHOD_USED, translate("ControlUnits", "Method string")))

    def _declare_task(self) -> None:
        self.add_case()
        self.add(
            choice(
                self.METHOD,
                translate("ControlUnits", "Division method"),
                self.methods(regional=False),
                self.methods(regional=True)[0],
                group="method",
            ),
            translate("ControlUnits", "How units are found; see the help of the algorithm."),
        )
        self.add(
            whole_parameter(self.K, translate("ControlUnits", "Number of regions"), default=20, optional=True),
            translate("ControlUnits", "Not used by overlay, fitting and maxp. Sea units come on top of them."),
        )
        self.add_text(
            self.VARIABLES,
            translate("ControlUnits", "Variables and weights (dem:2+slope+x+y)"),
            translate(
                "ControlUnits",
                "What the faces of a unit are to be alike in: rasters of the case by name, roles "
                "by the share they cover, x and y. Empty: every raster of scores or grades.",
            ),
        )
        self.add(
            choice(self.SCOPE, translate("ControlUnits", "Where units are made"), SCOPES),
            translate(
                "ControlUnits",
                "Always county by county. category: within each category of a county; whole: over all "
                "of them, which may take land out of priority.",
            ),
        )
        self.add_text(
            self.OPTIONS,
            translate("ControlUnits", "More parameters of the method (key=value,…)"),
            translate(
                "ControlUnits",
                "For example threshold=0.3 for fitting, order=full,linkage=ward for redcap, "
                "min_area=5000000 or compactness=0.3 for any that regionalises.",
            ),
            advanced=True,
        )
        self.add(
            choice(self.CORES, translate("ControlUnits", "Red lines, water sources and parks"), CORES),
            translate("ControlUnits", "grow: a unit may grow from one; apart: each is a unit by itself."),
            advanced=True,
        )
        self.add(
            whole_parameter(self.SEED, translate("ControlUnits", "Seed of random choices"), least=0, optional=True),
            translate("ControlUnits", "The same case, seed and versions give the same candidate."),
            advanced=True,
        )
        self.add_text(
            self.METHOD_STRING,
            translate("ControlUnits", "Or a method string (NAME:key=value,…)"),
            translate("ControlUnits", "In place of all of the above, for example a method of your own."),
            advanced=True,
        )
        self.add_plugin(self.PLUGIN)

    def work(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        from ....delineation.labelling.lowered_land import lowered_words
        from ....delineation.methods.plugins import load_plugin
        from ....delineation.verbs.suggesting import suggest

        case = Path(self.parameterAsFile(parameters, self.CASE, context))
        plugin = self.parameterAsFile(parameters, self.PLUGIN, context)
        if plugin:
            load_plugin(plugin)
        method = self._method(parameters, context)
        seed = None if parameters.get(self.SEED) is None else self.parameterAsInt(parameters, self.SEED, context)
        found = apart(lambda progress: suggest(case, method, seed=seed, progress=progress), reporting_to(feedback))
        push_findings(found.findings, feedback)
        if found.lowered:
            text = translate(
                "ControlUnits",
                "This candidate takes land out of priority that the sources put there: {lands}. Adopting it asks for the document that allows it.",  # noqa: E501
            )
            feedback.pushWarning(text.format(lands=said(lowered_words(found.lowered))))
        last_stop(feedback)
        return {
            self.UNITS: self._units(found, parameters, context),
            self.BORDERS: self._borders(found, parameters, context),
            self.METRICS: pour_output(self, parameters, self.METRICS, context, METRICS, _metrics(found)),
            self.UNITS_COUNT: len(found.units),
            self.METHOD_USED: found.method,
        }

    def _method(self, parameters: dict[str, Any], context: QgsProcessingContext) -> str:
        """Put the method string together; what the method does not take is left out."""
        from ....delineation.methods.registry import parameters as declared

        def text(key: str) -> str:
            return str(self.parameterAsString(parameters, key, context) or "").strip()

        if text(self.METHOD_STRING):
            return text(self.METHOD_STRING)
        method = str(self.parameterAsEnumString(parameters, self.METHOD, context))
        known = {one.name for one in declared(method)}
        wishes = {
            "k": "" if parameters.get(self.K, 20) is None else str(self.parameterAsInt(parameters, self.K, context)),
            "variables": text(self.VARIABLES),
            "scope": str(self.parameterAsEnumString(parameters, self.SCOPE, context)),
            "cores": str(self.parameterAsEnumString(parameters, self.CORES, context)),
        }
        if "," in wishes["variables"]:
            what, wanted = Message("variables are separated by a comma"), Message("names joined by +")
            raise BadInput(what, where=at(wishes["variables"]), wanted=wanted)
        usual = (CORES[0], "")  # where units are made is always said: a profile may have another default
        said = [f"{key}={value}" for key, value in wishes.items() if key in known and value not in usual]
        said += [part.strip() for part in text(self.OPTIONS).split(",") if part.strip()]
        return f"{method}:{','.join(said)}" if said else method

    def _units(self, found: Suggestion, parameters: dict[str, Any], context: QgsProcessingContext) -> str:
        words = categories()
        table = found.units.assign(
            category_name=found.units["category"].map(words), area_km2=found.units["area_m2"] / 1e6
        )
        return self._pour(self.UNITS, UNITS, table, found.crs, "candidate_units", 1, parameters, context)

    def _borders(self, found: Suggestion, parameters: dict[str, Any], context: QgsProcessingContext) -> str:
        from ....delineation.verbs.suggesting import BORDERS

        return self._pour(self.BORDERS, BORDERS, found.borders, found.crs, "candidate_borders", 2, parameters, context)

    def _pour(
        self,
        key: str,
        columns: Sequence[tuple[str, str]],
        table: pd.DataFrame,
        crs: str,
        look: str,
        order: int,
        parameters: dict[str, Any],
        context: QgsProcessingContext,
    ) -> str:
        kind = kind_of("MultiPolygon" if key == self.UNITS else "MultiLineString")
        place = Place(kind, crs_of(crs), table["geometry"].to_numpy(dtype=object))
        values = columns_of(table, [name for name, _ in columns])
        destination = pour_output(self, parameters, key, context, columns, values, place)
        style_output(context, destination, look, order)
        return destination


def _metrics(found: Suggestion) -> list[list[Any]]:
    table = found.metrics.assign(
        title=[metric.zh if language() == "zh" else metric.en for metric in found.known.values()]
    )
    return columns_of(table, [name for name, _ in METRICS])
