"""``control_units:suggest_units``: candidate units of a case by any method, beside the plan and without touching it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from qgis.core import QgsProcessingOutputString, QgsProcessingParameterDefinition

from ....delineation.core.errors import BadInput
from ....delineation.core.messages import Message, at
from ....delineation.core.options import Option
from ...text import categories, language, said, tr
from ..algorithm import LINES, POLYGONS, TABLE, Algorithm
from ..choices import method_choice
from ..log import last_stop, push_findings
from ..sinks import OutputPlace, columns_of, crs_of, kind_of, pour_output

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from ....delineation.verbs.suggesting import Suggestion
    from ..algorithm import Values

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


OWN = (
    Option(
        "k",
        Message("Not used by overlay, fitting and maxp. Sea units come on top of them."),
        kind="whole",
        title=Message("Number of regions"),
        default=20,
        least=1,
    ),
    Option(
        "variables",
        Message(
            "What the faces of a unit are to be alike in: rasters of the case by name, roles by the share they cover, "
            "x and y. Empty: every raster of scores or grades."
        ),
        title=Message("Variables and weights (dem:2+slope+x+y)"),
        default="",
    ),
    Option(
        "scope",
        Message(
            "Always county by county. category: within each category of a county; whole: over all of them, which may "
            "take land out of priority."
        ),
        kind="choice",
        title=Message("Where units are made"),
        default="category",
        choices=("category", "whole"),
    ),
    Option(
        "options",
        Message(
            "For example threshold=0.3 for fitting, order=full,linkage=ward for redcap, min_area=5000000 or "
            "compactness=0.3 for any that regionalises."
        ),
        title=Message("More parameters of the method (key=value,…)"),
        default="",
        advanced=True,
    ),
    Option(
        "cores",
        Message("grow: a unit may grow from one; apart: each is a unit by itself."),
        kind="choice",
        title=Message("Red lines, water sources and parks"),
        default="grow",
        choices=("grow", "apart"),
        advanced=True,
    ),
    Option(
        "method_string",
        Message("In place of all of the above, for example a method of your own."),
        title=Message("Or a method string (NAME:key=value,…)"),
        default="",
        advanced=True,
    ),
)


class SuggestUnitsAlgorithm(Algorithm):
    """Suggest; the labels are those of ``python -m delineation run CASE --method …``."""

    NAME = "suggest_units"
    VERB, OWN = "run", OWN
    GROUP = "delineation"
    ORDER = 40
    TAGS = ("candidate", "cluster", "skater", "redcap", "ward", "max-p", "备选", "建议", "聚类", "划分方法", "拟合")

    def title(self) -> str:
        return tr("Suggest units by a method")

    def help(self) -> Sequence[str]:
        return (
            tr(
                "Divides the faces of a case by any method and shows the units that come out, as "
                "a candidate beside the plan. No plan is written or changed.",
            ),
            tr(
                "Overlay keeps the categories of the rules; fitting gives each township one "
                "category; the others group faces that are alike and neighbours: skater and "
                "redcap cut trees, ward merges, azp moves faces between regions, maxp makes as "
                "many regions as a floor allows, kmeans_repaired is the baseline.",
            ),
            tr(
                "Red lines, water sources, protected areas and parks stay whole: a unit may grow "
                "from one but never splits it or joins two. No unit crosses a county or the "
                "shore.",
            ),
            tr(
                "The table of metrics has each number of the candidate beside that of the rules "
                "alone. “Compare division methods” holds several methods against each other.",
            ),
            tr("The method string among the results can be given to “Delineate control units”."),
        )

    def declare(self) -> None:
        self._declare_task()
        self.add_sink(
            "UNITS",
            tr("Candidate units"),
            POLYGONS,
            tr(
                "Number, category, kind, name, county, townships, parts and area; hatched, so "
                "that the plan shows through.",
            ),
        )
        self.add_sink(
            "BORDERS",
            tr("Candidate borders"),
            LINES,
            tr(
                "Lines between candidate units with their length and what they lie on: township, "
                "county, shore or other.",
            ),
        )
        self.add_sink(
            "METRICS",
            tr("Metrics of the candidate"),
            TABLE,
            tr(
                "One row a metric: value, the same of the rules alone (overlay), unit, and "
                "whether high or low is better.",
            ),
        )
        self.add_numbers(("UNITS_COUNT", tr("Number of units")))
        self.addOutput(QgsProcessingOutputString("METHOD_USED", tr("Method string")))

    def _declare_task(self) -> None:
        from ....delineation.methods.registry import offered

        self.add_case()
        self.add(
            method_choice(self, regional=False, usual=offered(regional=True)[0]),
            tr("How units are found; see the help of the algorithm."),
        )
        self.add_options("k")
        k = self.parameterDefinition("K")
        k.setFlags(k.flags() | QgsProcessingParameterDefinition.Flag.FlagOptional)
        self.add_options("variables", "scope", "options", "cores", "seed", "method_string", "plugin")

    def work(self) -> Values:
        from ....delineation.labelling.lowered_land import lowered_words
        from ....delineation.methods.plugins import load_plugins
        from ....delineation.verbs.suggesting import suggest

        case, given = Path(self.file("CASE")), self.given("seed", "plugin")
        load_plugins(given["plugin"])
        method = self._method()
        found = self.engine(lambda progress: suggest(case, method, seed=given["seed"], progress=progress))
        push_findings(found.findings, self.feedback)
        if found.lowered:
            self.feedback.pushWarning(
                tr(
                    "This candidate takes land out of priority that the sources put there: {lands}. Adopting it asks for the document that allows it.",  # noqa: E501
                    lands=said(lowered_words(found.lowered)),
                )
            )
        last_stop(self.feedback)
        return {
            "UNITS": self._units(found),
            "BORDERS": self._borders(found),
            "METRICS": pour_output(self, "METRICS", METRICS, _metrics(found)),
            "UNITS_COUNT": len(found.units),
            "METHOD_USED": found.method,
        }

    def _method(self) -> str:
        """Put the method string together; what the method does not take is left out."""
        from ....delineation.methods.registry import parameters as declared

        wishes = self.given("k", "variables", "scope", "cores")
        options = self.given("options", "method_string")
        if options["method_string"]:
            return str(options["method_string"])
        method = self.chosen("METHOD")
        known = {one.name for one in declared(method)}
        if self.parameters.get("K", 20) is None:
            del wishes["k"]
        if "," in wishes["variables"]:
            what, wanted = Message("variables are separated by a comma"), Message("names joined by +")
            raise BadInput(what, where=at(wishes["variables"]), wanted=wanted)
        usual = ("grow", "")  # where units are made is always said: a profile may have another default
        said = [f"{key}={value}" for key, value in wishes.items() if key in known and value not in usual]
        said += [part.strip() for part in options["options"].split(",") if part.strip()]
        return f"{method}:{','.join(said)}" if said else method

    def _units(self, found: Suggestion) -> str:
        words = categories()
        table = found.units.assign(
            category_name=found.units["category"].map(words), area_km2=found.units["area_m2"] / 1e6
        )
        return self._pour("UNITS", UNITS, table, found.crs, "candidate_units", 1)

    def _borders(self, found: Suggestion) -> str:
        from ....delineation.verbs.suggesting import BORDERS

        return self._pour("BORDERS", BORDERS, found.borders, found.crs, "candidate_borders", 2)

    def _pour(
        self, key: str, columns: Sequence[tuple[str, str]], table: pd.DataFrame, crs: str, look: str, order: int
    ) -> str:
        kind = kind_of("MultiPolygon" if key == "UNITS" else "MultiLineString")
        place = OutputPlace(kind, crs_of(crs), table["geometry"].to_numpy(dtype=object))
        return pour_output(self, key, columns, columns_of(table, [name for name, _ in columns]), place, look, order)


def _metrics(found: Suggestion) -> list[list[Any]]:
    table = found.metrics.assign(
        title=[metric.zh if language() == "zh" else metric.en for metric in found.known.values()]
    )
    return columns_of(table, [name for name, _ in METRICS])
