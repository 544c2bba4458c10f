"""``control_units:regionalise``: any polygon layer divided into contiguous regions by any method, without a case."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from qgis.core import QgsProcessingParameterMultipleLayers, QgsWkbTypes

from ....delineation.core.errors import BadInput
from ....delineation.core.messages import Message
from ....delineation.core.options import Option
from ...text import tr
from ..algorithm import LINES, POLYGONS, RASTERS, TABLE, Algorithm, field_parameter, worded
from ..base_units import base_text, declare_base, take_base
from ..choices import method_choice
from ..inputs import reader_in
from ..log import last_stop, push_findings
from ..sinks import OutputPlace, crs_of, pour_output
from ..taking import Taken, take

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ....delineation.regionalise.division import LayerDivision
    from ....delineation.regionalise.output import Column
    from ..algorithm import Values

KINDS = {"i": "INTEGER", "f": "REAL"}
OWN = (
    Option(
        "k",
        Message("Not used by maxp, which finds it itself."),
        kind="whole",
        title=Message("Number of regions"),
        default=5,
        least=1,
    ),
    Option(
        "k_max",
        Message("From the number above to this one; empty for that number alone."),
        kind="whole",
        title=Message("Try numbers up to"),
        least=1,
    ),
    Option(
        "options",
        Message("For example order=full,linkage=complete for redcap."),
        title=Message("Parameters of the method (key=value,…)"),
        advanced=True,
    ),
    Option(
        "method_string",
        Message("In place of method and parameters above, for example a method of your own."),
        title=Message("Or a method string (NAME:key=value,…)"),
        advanced=True,
    ),
    Option(
        "weights",
        Message("2 counts a variable twice; 1 where nothing is said."),
        title=Message("Weights of variables (A:2,B:0.5)"),
        advanced=True,
    ),
)


class RegionaliseAlgorithm(Algorithm):
    """Divide; the same verb as ``python -m delineation regions``."""

    NAME = "regionalise"
    VERB, OWN = "regions", OWN
    GROUP = "delineation"
    ORDER = 60
    TAGS = ("cluster", "regionalisation", "skater", "redcap", "ward", "max-p", "区划", "聚类", "分区", "空间约束")

    _taken: Taken
    _lines: Taken | None
    _townships: Taken | None

    def title(self) -> str:
        return tr("Divide a layer into contiguous regions")

    def help(self) -> Sequence[str]:
        return (
            tr("Groups neighbouring polygons that are alike into contiguous regions."),
            tr(
                "SKATER cuts the minimum spanning tree, REDCAP a tree of merges; ward merges "
                "what is most alike; azp moves polygons between regions; maxp makes as many "
                "regions as a floor allows; kmeans_repaired is k-means made contiguous, a "
                "baseline.",
            ),
            tr(
                "Neighbours share a border, whether or not their vertices match; gaps and "
                "overlaps are bridged within a tolerance and named in the log. Parts that do not "
                "touch are divided one by one.",
            ),
            tr(
                "With a range of numbers of regions each is tried, and the one with the largest "
                "pseudo-F is taken; the table of the curve shows them all.",
            ),
            tr(
                "The ratio is the share of the variance that lies between regions: the larger, "
                "the more alike are the polygons of a region.",
            ),
        )

    def declare(self) -> None:
        self._declare_task()
        self._declare_wishes()
        self.add_sink(
            "FEATURES",
            tr("Polygons with their region"),
            POLYGONS,
            tr(
                "The layer's polygons and fields with region, a number from 0; empty where a polygon was left out.",
            ),
        )
        self.add_sink(
            "REGIONS",
            tr("Regions"),
            POLYGONS,
            tr(
                "Dissolved regions with number of polygons, area, perimeter, compactness and the "
                "means of the variables.",
            ),
        )
        self.add_sink(
            "CURVE",
            tr("Curve of the number of regions"),
            TABLE,
            tr("k, within_ss, pseudo_f and mark (taken, knee): one row a number of regions."),
            optional=True,
        )
        self.add_numbers(
            ("REGIONS_COUNT", tr("Number of regions")),
            ("RATIO", tr("Ratio of variance between regions")),
            ("WITHIN_SS", tr("Sum of squares within regions")),
        )

    def _declare_task(self) -> None:
        self.add_source(
            "INPUT",
            tr("Polygon layer"),
            tr("Of the project or a file, as QGIS shows it: filter, selection and edits count."),
            POLYGONS,
        )
        self.add(
            method_choice(self, regional=True),
            tr("How regions are found; see the help of the algorithm."),
        )
        self.add(
            field_parameter("VARIABLES", tr("Variables"), "INPUT", several=True),
            tr("Fields with numbers that the polygons of a region are to be alike in."),
        )
        self.add_options("k", "k_max", "options", "seed", "method_string", "plugin")

    def _declare_wishes(self) -> None:
        def field(name: str, title: str, text: str) -> None:
            self.add(field_parameter(name, title, "INPUT"), text, advanced=True)

        self.add_options("weights")
        rasters = QgsProcessingParameterMultipleLayers("RASTERS", tr("Rasters as variables"), RASTERS, optional=True)
        self.add(
            rasters,
            tr(
                "The mean of each over every polygon; a polygon that it covers by less than half has no value.",
            ),
            advanced=True,
        )
        self.add_options("coordinates", "scale", "missing", "contiguity", "snap")
        self.add_options("floor", "most", "small", "compactness")
        field(
            "KEEP_APART",
            tr("Never across values of"),
            tr("A county's code, for example: no region crosses it."),
        )
        field(
            "FIXED",
            tr("Fixed units"),
            tr(
                "Polygons with the same value, not empty, stay together; regions grow from them and hold one at most.",
            ),
        )
        field(
            "ALIGN_FIELD",
            tr("Borders rather between values of"),
            tr("A township's name, for example: borders there cost less."),
        )
        self.add_source(
            "ALIGN_LINES",
            tr("Or borders rather along lines"),
            tr("Roads, rivers, ridges, or the outlines of polygons."),
            LINES,
            POLYGONS,
            optional=True,
            advanced=True,
        )
        self.add_options()
        declare_base(self, "INPUT")

    def take(self) -> None:
        layer = self.taken_of("INPUT")
        self._taken = layer if layer is not None else take(None)  # which says that there is none
        self._lines = self.taken_of("ALIGN_LINES")
        if self._lines is not None and self.parameters.get("ALIGN_FIELD"):
            raise BadInput(Message("a field and lines to align borders with"), wanted=Message("one of the two"))
        rasters = self.parameterAsLayerList(self.parameters, "RASTERS", self.context)
        self._townships = take_base(self)
        self._rasters = {one.name(): one.source().partition("|")[0] for one in rasters}

    def _given(self) -> Values:
        """Say what is wanted as the verb takes it."""
        from ....delineation.methods.plugins import load_plugins
        from ....delineation.methods.regional import solver_parameters
        from ....delineation.regions.values import weights_of

        given = self.given()
        load_plugins(given.pop("plugin"))
        own = {one.name: given.pop(one.name) for one in OWN}
        method = own["method_string"] or self.chosen("METHOD")
        if own["options"] and not own["method_string"]:
            method += f":{own['options']}"
        takes_k = any(known.name == "k" for known in solver_parameters(method.partition(":")[0].strip()))
        fields = list(self.parameterAsStrings(self.parameters, "VARIABLES", self.context))
        named = dict.fromkeys([*fields, *self._rasters], 1.0)
        if own["weights"]:
            named |= weights_of(own["weights"], named)
        k = f"{own['k']}" if own["k_max"] is None else f"{own['k']}..{own['k_max']}"
        return {
            "method": method,
            "variables": named,
            "k": k if takes_k else None,
            "keep_apart": self.text("KEEP_APART"),
            "fixed": self.text("FIXED"),
            "align": self.text("ALIGN_FIELD"),
            "rasters": self._rasters,
            **given,
        }

    def work(self) -> Values:
        from ....delineation.regionalise.division import divide
        from ....delineation.regionalise.request import Request

        reader = reader_in(self.context)
        with worded(reader.named):
            given = self._given()
            spec = reader.lay_down(self._taken, self.feedback)
            if self._lines is not None:
                given["align"] = reader.lay_down(self._lines, self.feedback)
            towns = self._townships
            given["base"] = base_text(self, None if towns is None else lambda: reader.lay_down(towns, self.feedback))
            found = self.engine(lambda progress: divide(spec, Request(**given), progress=progress), reader.named)
        push_findings(found.findings, self.feedback, reader.named)
        last_stop(self.feedback)
        results = {
            "FEATURES": pour_features(self, "FEATURES", found),
            "REGIONS": pour_regions(self, "REGIONS", found),
            "REGIONS_COUNT": found.k,
            "RATIO": found.found.ratio,
            "WITHIN_SS": found.found.within,
        }
        if self.wants("CURVE"):
            results["CURVE"] = pour_curve(self, "CURVE", found)
        return results


def pour_features(algorithm: Algorithm, key: str, found: LayerDivision) -> str:
    """Write the polygons with their region.

    Returns
    -------
    str
        The sink's id.
    """
    from ....delineation.regionalise.output import feature_columns, multi

    columns, values = _table(feature_columns(found))
    place = _place(found, multi(found.polygons.geometry))
    return pour_output(algorithm, key, columns, values, place, "regions", 1)


def pour_regions(algorithm: Algorithm, key: str, found: LayerDivision) -> str:
    """Write the dissolved regions."""
    from ....delineation.regionalise.output import region_columns

    columns, values = _table(region_columns(found))
    return pour_output(algorithm, key, columns, values, _place(found, found.outline), "region_outlines", 2)


def pour_curve(algorithm: Algorithm, key: str, found: LayerDivision) -> str:
    """Write the numbers of regions that were tried; one alone where no range was asked for."""
    columns = [("k", "INTEGER"), ("within_ss", "REAL"), ("pseudo_f", "REAL"), ("mark", "TEXT")]
    if found.choice is None:
        alone: list[Sequence[Any]] = [[found.k], [found.found.within], [None], ["taken"]]
        return pour_output(algorithm, key, columns, alone)
    choice = found.choice
    ratio = [value if np.isfinite(value) else None for value in choice.pseudo_f.tolist()]
    marks = [
        ", ".join(word for word, one in (("taken", choice.best), ("knee", choice.knee)) if one == k) or None
        for k in choice.k.tolist()
    ]
    values: list[Sequence[Any]] = [choice.k.tolist(), choice.within.tolist(), ratio, marks]
    return pour_output(algorithm, key, columns, values)


def _table(columns: Sequence[Column]) -> tuple[list[tuple[str, str]], list[list[Any]]]:
    """Names with their types, and plain values with None where one is missing."""
    heads, rows = [], []
    for name, values, gone in columns:
        heads.append((name, KINDS.get(values.dtype.kind, "TEXT")))
        listed = values.tolist()
        rows.append(listed if gone is None else [None if no else one for one, no in zip(listed, gone, strict=True)])
    return heads, rows


def _place(found: LayerDivision, geometry: np.ndarray[Any, Any]) -> OutputPlace:
    from ....delineation.sources.coordinates.crs import crs_text

    text = "" if found.polygons.crs is None else crs_text(found.polygons.crs)
    return OutputPlace(QgsWkbTypes.Type.MultiPolygon, crs_of(text), geometry)
