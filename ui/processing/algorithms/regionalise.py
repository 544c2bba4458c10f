"""``control_units:regionalise``: any polygon layer divided into contiguous regions by any method, without a case."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.core import (
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterMultipleLayers,
    QgsProcessingParameterString,
)
from qgis.PyQt.QtCore import QCoreApplication

from ....delineation.core.errors import BadInput
from ....delineation.core.messages import Message
from ...work.engine_thread import apart
from ..algorithm import Algorithm, field_parameter, real_parameter, whole_parameter, worded
from ..base_units import base_text, declare_base, take_base
from ..choices import choice
from ..inputs import reader_in
from ..log import last_stop, push_findings, reporting_to
from ..regions_out import pour_curve, pour_features, pour_regions
from ..sinks import wanted
from ..taking import Taken, take_source

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qgis.core import QgsProcessingParameterDefinition

translate = QCoreApplication.translate
# As the engine calls them.
SCALES = ("zscore", "range", "none")
CONTIGUITIES = ("queen", "rook")
MISSING = ("error", "mean", "leave_out")
SMALL = ("error", "keep")


class RegionaliseAlgorithm(Algorithm):
    """Divide; the same verb as ``python -m delineation regions``."""

    NAME = "regionalise"
    GROUP = "delineation"
    ORDER = 60
    TAGS = ("cluster", "regionalisation", "skater", "redcap", "ward", "max-p", "区划", "聚类", "分区", "空间约束")

    INPUT, METHOD, OPTIONS, K, K_MAX = "INPUT", "METHOD", "OPTIONS", "K", "K_MAX"
    VARIABLES, WEIGHTS, RASTERS, COORDINATES = "VARIABLES", "WEIGHTS", "RASTERS", "COORDINATES"
    SCALE, MISSING, CONTIGUITY, SNAP = "SCALE", "MISSING", "CONTIGUITY", "SNAP"
    FLOOR, MOST, SMALL, COMPACTNESS = "FLOOR", "MOST", "SMALL", "COMPACTNESS"
    KEEP_APART, FIXED = "KEEP_APART", "FIXED"
    ALIGN_FIELD, ALIGN_LINES, ALIGNMENT, ALIGN_WITHIN = "ALIGN_FIELD", "ALIGN_LINES", "ALIGNMENT", "ALIGN_WITHIN"
    SEED, METHOD_STRING, PLUGIN = "SEED", "METHOD_STRING", "PLUGIN"
    FEATURES, REGIONS, CURVE = "FEATURES", "REGIONS", "CURVE"
    REGIONS_COUNT, RATIO, WITHIN_SS = "REGIONS_COUNT", "RATIO", "WITHIN_SS"

    _taken: Taken
    _lines: Taken | None
    _townships: Taken | None

    def title(self) -> str:
        return translate("ControlUnits", "Divide a layer into contiguous regions")

    def help(self) -> Sequence[str]:
        return (
            translate("ControlUnits", "Groups neighbouring polygons that are alike into contiguous regions."),
            translate(
                "ControlUnits",
                "SKATER cuts the minimum spanning tree, REDCAP a tree of merges; ward merges "
                "what is most alike; azp moves polygons between regions; maxp makes as many "
                "regions as a floor allows; kmeans_repaired is k-means made contiguous, a "
                "baseline.",
            ),
            translate(
                "ControlUnits",
                "Neighbours share a border, whether or not their vertices match; gaps and "
                "overlaps are bridged within a tolerance and named in the log. Parts that do not "
                "touch are divided one by one.",
            ),
            translate(
                "ControlUnits",
                "With a range of numbers of regions each is tried, and the one with the largest "
                "pseudo-F is taken; the table of the curve shows them all.",
            ),
            translate(
                "ControlUnits",
                "The ratio is the share of the variance that lies between regions: the larger, "
                "the more alike are the polygons of a region.",
            ),
        )

    def declare(self) -> None:
        self._declare_task()
        self._declare_wishes()
        polygons = QgsProcessing.SourceType.TypeVectorPolygon
        self.add_sink(
            self.FEATURES,
            translate("ControlUnits", "Polygons with their region"),
            polygons,
            translate(
                "ControlUnits",
                "The layer's polygons and fields with region, a number from 0; empty where a polygon was left out.",
            ),
        )
        self.add_sink(
            self.REGIONS,
            translate("ControlUnits", "Regions"),
            polygons,
            translate(
                "ControlUnits",
                "Dissolved regions with number of polygons, area, perimeter, compactness and the "
                "means of the variables.",
            ),
        )
        self.add_sink(
            self.CURVE,
            translate("ControlUnits", "Curve of the number of regions"),
            QgsProcessing.SourceType.TypeVector,
            translate("ControlUnits", "k, within_ss, pseudo_f and mark (taken, knee): one row a number of regions."),
            optional=True,
        )
        self.add_numbers(
            (self.REGIONS_COUNT, translate("ControlUnits", "Number of regions")),
            (self.RATIO, translate("ControlUnits", "Ratio of variance between regions")),
            (self.WITHIN_SS, translate("ControlUnits", "Sum of squares within regions")),
        )

    def _declare_task(self) -> None:
        polygons = [QgsProcessing.SourceType.TypeVectorPolygon]
        self.add(
            QgsProcessingParameterFeatureSource(self.INPUT, translate("ControlUnits", "Polygon layer"), polygons),
            translate("ControlUnits", "Of the project or a file, as QGIS shows it: filter, selection and edits count."),
        )
        self.add(
            choice(
                self.METHOD,
                translate("ControlUnits", "Division method"),
                self.methods(regional=True),
                group="method",
            ),
            translate("ControlUnits", "How regions are found; see the help of the algorithm."),
        )
        self.add(
            field_parameter(self.VARIABLES, translate("ControlUnits", "Variables"), self.INPUT, several=True),
            translate("ControlUnits", "Fields with numbers that the polygons of a region are to be alike in."),
        )
        self.add(
            whole_parameter(self.K, translate("ControlUnits", "Number of regions"), default=5),
            translate("ControlUnits", "Not used by maxp, which finds it itself."),
        )
        self.add(
            whole_parameter(self.K_MAX, translate("ControlUnits", "Try numbers up to"), optional=True),
            translate("ControlUnits", "From the number above to this one; empty for that number alone."),
        )
        self.add_text(
            self.OPTIONS,
            translate("ControlUnits", "Parameters of the method (key=value,…)"),
            translate("ControlUnits", "For example order=full,linkage=complete for redcap."),
            advanced=True,
        )
        self.add(
            whole_parameter(self.SEED, translate("ControlUnits", "Seed of random choices"), default=1, least=0),
            translate("ControlUnits", "The same layer, seed and versions give the same regions."),
            advanced=True,
        )
        self.add_text(
            self.METHOD_STRING,
            translate("ControlUnits", "Or a method string (NAME:key=value,…)"),
            translate("ControlUnits", "In place of method and parameters above, for example a method of your own."),
            advanced=True,
        )
        self.add_plugin(self.PLUGIN)

    def _declare_wishes(self) -> None:
        def more(parameter: QgsProcessingParameterDefinition, text: str) -> None:
            self.add(parameter, text, advanced=True)

        text = QgsProcessingParameterString
        more(
            text(self.WEIGHTS, translate("ControlUnits", "Weights of variables (A:2,B:0.5)"), optional=True),
            translate("ControlUnits", "2 counts a variable twice; 1 where nothing is said."),
        )
        rasters = QgsProcessing.SourceType.TypeRaster
        more(
            QgsProcessingParameterMultipleLayers(
                self.RASTERS, translate("ControlUnits", "Rasters as variables"), rasters, optional=True
            ),
            translate(
                "ControlUnits",
                "The mean of each over every polygon; a polygon that it covers by less than half has no value.",
            ),
        )
        more(
            real_parameter(self.COORDINATES, translate("ControlUnits", "Weight of the place"), 0.0),
            translate("ControlUnits", "Centroids as variables; 0 leaves them out."),
        )
        more(
            choice(self.SCALE, translate("ControlUnits", "Scaling of variables"), SCALES),
            translate("ControlUnits", "zscore: mean 0, standard deviation 1; range: from 0 to 1; none: as they are."),
        )
        more(
            choice(self.MISSING, translate("ControlUnits", "Polygons without a value"), MISSING),
            translate("ControlUnits", "error: stop and name them; mean: take the mean; leave_out: no region."),
        )
        more(
            choice(self.CONTIGUITY, translate("ControlUnits", "Neighbours"), CONTIGUITIES),
            translate("ControlUnits", "queen: a common point is enough; rook: a common border."),
        )
        more(
            real_parameter(self.SNAP, translate("ControlUnits", "Tolerance of gaps, m"), None),
            translate("ControlUnits", "Gaps up to this are part of the border; a centimetre at most if empty."),
        )
        more(
            text(self.FLOOR, translate("ControlUnits", "At least in every region (FIELD=V,…)"), optional=True),
            translate("ControlUnits", "The sum of a field; area=5000000 is in m², count=4 in polygons."),
        )
        more(
            text(self.MOST, translate("ControlUnits", "At most in every region (FIELD=V,…)"), optional=True),
            translate("ControlUnits", "As above; a bound that stops the number of regions early is named in the log."),
        )
        more(
            choice(self.SMALL, translate("ControlUnits", "Parts that are too small"), SMALL),
            translate(
                "ControlUnits",
                "Parts that touch no other and have less in all than every region is to have. "
                "error: stop and name them; keep: leave each as a region, with a finding.",
            ),
        )
        more(
            real_parameter(self.COMPACTNESS, translate("ControlUnits", "Weight of compactness"), 0.0),
            translate("ControlUnits", "0.1 to 1 shortens borders at the price of likeness."),
        )
        more(
            field_parameter(self.KEEP_APART, translate("ControlUnits", "Never across values of"), self.INPUT),
            translate("ControlUnits", "A county's code, for example: no region crosses it."),
        )
        more(
            field_parameter(self.FIXED, translate("ControlUnits", "Fixed units"), self.INPUT),
            translate(
                "ControlUnits",
                "Polygons with the same value, not empty, stay together; regions grow from them and hold one at most.",
            ),
        )
        align = translate("ControlUnits", "Borders rather between values of")
        more(
            field_parameter(self.ALIGN_FIELD, align, self.INPUT),
            translate("ControlUnits", "A township's name, for example: borders there cost less."),
        )
        kinds = [QgsProcessing.SourceType.TypeVectorLine, QgsProcessing.SourceType.TypeVectorPolygon]
        more(
            QgsProcessingParameterFeatureSource(
                self.ALIGN_LINES, translate("ControlUnits", "Or borders rather along lines"), kinds, optional=True
            ),
            translate("ControlUnits", "Roads, rivers, ridges, or the outlines of polygons."),
        )
        more(
            real_parameter(self.ALIGNMENT, translate("ControlUnits", "Weight of alignment"), 1.0),
            translate("ControlUnits", "What borders elsewhere cost; of weight only with a field or lines."),
        )
        more(
            real_parameter(self.ALIGN_WITHIN, translate("ControlUnits", "Along lines within, m"), 10.0),
            translate("ControlUnits", "How far from a line a border may lie."),
        )
        declare_base(self, self.INPUT)

    def take(self, parameters: dict[str, Any], context: QgsProcessingContext) -> None:
        layer = self.parameterAsVectorLayer(parameters, self.INPUT, context)
        self._taken = take_source(parameters[self.INPUT], layer, context)
        self._lines = None
        if parameters.get(self.ALIGN_LINES):
            if parameters.get(self.ALIGN_FIELD):
                raise BadInput(Message("a field and lines to align borders with"), wanted=Message("one of the two"))
            lines = self.parameterAsVectorLayer(parameters, self.ALIGN_LINES, context)
            self._lines = take_source(parameters[self.ALIGN_LINES], lines, context)
        rasters = self.parameterAsLayerList(parameters, self.RASTERS, context)
        self._townships = take_base(self, parameters, context)
        self._rasters = {one.name(): one.source().partition("|")[0] for one in rasters}

    def _given(self, parameters: dict[str, Any], context: QgsProcessingContext) -> dict[str, Any]:
        """Say what is wanted as the verb takes it."""
        from ....delineation.methods.plugins import load_plugin
        from ....delineation.methods.regional import solver_parameters
        from ....delineation.regions.values import weights_of

        def text(key: str) -> str:
            return str(self.parameterAsString(parameters, key, context) or "").strip()

        def number(key: str) -> float:
            return float(self.parameterAsDouble(parameters, key, context))

        def one(key: str) -> str:
            return str(self.parameterAsEnumString(parameters, key, context))

        plugin = str(self.parameterAsFile(parameters, self.PLUGIN, context) or "")
        if plugin:
            load_plugin(plugin)
        method = text(self.METHOD_STRING) or one(self.METHOD)
        if text(self.OPTIONS) and not text(self.METHOD_STRING):
            method += f":{text(self.OPTIONS)}"
        takes_k = any(known.name == "k" for known in solver_parameters(method.partition(":")[0].strip()))
        fields = list(self.parameterAsStrings(parameters, self.VARIABLES, context))
        named = dict.fromkeys([*fields, *self._rasters], 1.0)
        if text(self.WEIGHTS):
            named |= weights_of(text(self.WEIGHTS), named)
        k = str(self.parameterAsInt(parameters, self.K, context))
        if parameters.get(self.K_MAX) is not None:
            k += f"..{self.parameterAsInt(parameters, self.K_MAX, context)}"
        return {
            "method": method,
            "variables": named,
            "k": k if takes_k else None,
            "scale": one(self.SCALE),
            "missing": one(self.MISSING),
            "coordinates": number(self.COORDINATES),
            "contiguity": one(self.CONTIGUITY),
            "snap": None if parameters.get(self.SNAP) is None else number(self.SNAP),
            "floor": [part for part in text(self.FLOOR).split(",") if part],
            "most": [part for part in text(self.MOST).split(",") if part],
            "small": one(self.SMALL),
            "compactness": number(self.COMPACTNESS),
            "keep_apart": text(self.KEEP_APART),
            "fixed": text(self.FIXED),
            "align": text(self.ALIGN_FIELD),
            "alignment": number(self.ALIGNMENT),
            "align_within": number(self.ALIGN_WITHIN),
            "rasters": self._rasters,
            "seed": self.parameterAsInt(parameters, self.SEED, context),
        }

    def work(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        from ....delineation.regionalise.division import divide
        from ....delineation.regionalise.request import Request

        reader = reader_in(context)
        with worded(reader.named):
            given = self._given(parameters, context)
            spec = reader.lay_down(self._taken, feedback)
            if self._lines is not None:
                given["align"] = reader.lay_down(self._lines, feedback)
            towns = self._townships
            laid = None if towns is None else lambda: str(reader.lay_down(towns, feedback))
            given["base"] = base_text(self, parameters, context, laid)
            found = apart(
                lambda progress: divide(spec, Request(**given), progress=progress),
                reporting_to(feedback, reader.named),
            )
        push_findings(found.findings, feedback, reader.named)
        last_stop(feedback)
        results = {
            self.FEATURES: pour_features(self, parameters, self.FEATURES, context, found),
            self.REGIONS: pour_regions(self, parameters, self.REGIONS, context, found),
            self.REGIONS_COUNT: found.k,
            self.RATIO: found.found.ratio,
            self.WITHIN_SS: found.found.within,
        }
        if wanted(parameters, self.CURVE):
            results[self.CURVE] = pour_curve(self, parameters, self.CURVE, context, found)
        return results
