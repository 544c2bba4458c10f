"""``control_units:delineate``: a case file in, a plan file out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from qgis.core import (
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterFileDestination,
    QgsProcessingUtils,
)
from qgis.PyQt.QtCore import QCoreApplication

from ...map.layers import let_go, refuse_edited, take_up
from ...text import language
from ...work.engine_thread import apart, on_main_thread
from ...work.settings import who
from ..algorithm import Algorithm, whole_parameter
from ..log import push_rows, reporting_to
from ..sinks import is_temporary, pour_plan_layer, wanted
from ..styling import load_plan_layers, style_output

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ....delineation.plan.file import Plan

translate = QCoreApplication.translate


class DelineateAlgorithm(Algorithm):
    """Run a case in this process; the same verb as ``python -m delineation run``."""

    NAME = "delineate"
    GROUP = "delineation"
    ORDER = 30
    TAGS = ("overlay", "plan", "划定", "划分", "叠加", "红线")

    METHOD = "METHOD"
    SEED = "SEED"
    WORKERS = "WORKERS"
    REPLAY = "REPLAY"
    DISCARD_EDITS = "DISCARD_EDITS"
    LOAD = "LOAD"
    OUTPUT = PLAN_OUTPUT = "OUTPUT"
    UNITS_LAYER = "UNITS_LAYER"
    FACES_LAYER = "FACES_LAYER"
    FINDINGS_LAYER = "FINDINGS_LAYER"
    UNITS = "UNITS"
    FACES = "FACES"
    AREA = "AREA"
    ERRORS = "ERRORS"
    WARNINGS = "WARNINGS"

    def title(self) -> str:
        return translate("ControlUnits", "Delineate control units")

    def help(self) -> Sequence[str]:
        return (
            translate("ControlUnits", "Runs a case and writes the plan as one GeoPackage."),
            translate("ControlUnits", "All boundaries are noded once; rules give faces categories; faces form units."),
            translate(
                "ControlUnits",
                "The plan holds faces, units with code, name and reasons, element zones, entry "
                "lists, the area ledger, findings and the provenance of every source.",
            ),
            translate("ControlUnits", "Without a method or a seed, those of the case are used."),
            translate(
                "ControlUnits",
                "A plan that people have edited is not overwritten, unless its edits are to be replayed or discarded.",
            ),
            translate("ControlUnits", "A case for your own layers is written by “Guess roles and write a case”."),
        )

    def declare(self) -> None:
        about = translate(
            "ControlUnits", "Sources, rules, cleaning and method in one TOML file; paths are relative to it."
        )
        self.add_case(about)
        self.add_text(
            self.METHOD,
            translate("ControlUnits", "Method (NAME or NAME:key=value,…)"),
            translate("ControlUnits", "In place of the case's method, for example fitting:threshold=0.4."),
        )
        self.add(
            whole_parameter(self.SEED, translate("ControlUnits", "Seed of random choices"), least=0, optional=True),
            translate("ControlUnits", "The same case, seed and versions give the same plan, byte by byte."),
            advanced=True,
        )
        self.add(
            whole_parameter(self.WORKERS, translate("ControlUnits", "Threads for raster statistics"), default=1),
            translate("ControlUnits", "The plan does not depend on their number."),
            advanced=True,
        )
        self.add(
            QgsProcessingParameterBoolean(
                self.REPLAY, translate("ControlUnits", "Replay edits of an existing plan"), defaultValue=False
            ),
            translate(
                "ControlUnits",
                "Each edit is done again where it was, on the division that was adopted last, and units that go on "
                "keep their codes; an edit that no longer fits is a finding with a proposal.",
            ),
            advanced=True,
        )
        self.add(
            QgsProcessingParameterBoolean(
                self.DISCARD_EDITS, translate("ControlUnits", "Discard edits of an existing plan"), defaultValue=False
            ),
            translate("ControlUnits", "Without it, a plan file that holds people's edits is left as it is."),
            advanced=True,
        )
        self.add(
            QgsProcessingParameterBoolean(
                self.LOAD, translate("ControlUnits", "Load units, faces and findings"), defaultValue=True
            ),
            translate("ControlUnits", "The plan's own layers, styled, read-only and in a group of their own."),
        )
        self.add(
            QgsProcessingParameterFileDestination(
                self.OUTPUT, translate("ControlUnits", "Plan file"), translate("ControlUnits", "Plan (*.gpkg)")
            ),
            translate("ControlUnits", "A GeoPackage; it appears whole or not at all."),
        )
        polygons, points = QgsProcessing.SourceType.TypeVectorPolygon, QgsProcessing.SourceType.TypeVectorPoint
        for name, title, kind in (
            (self.UNITS_LAYER, translate("ControlUnits", "Copy of the units"), polygons),
            (self.FACES_LAYER, translate("ControlUnits", "Copy of the faces"), polygons),
            (self.FINDINGS_LAYER, translate("ControlUnits", "Copy of the findings"), points),
        ):
            text = translate("ControlUnits", "For other formats, and for the next step of a model.")
            self.add_sink(name, title, kind, text, optional=True)
        self.add_numbers(
            (self.UNITS, translate("ControlUnits", "Number of units")),
            (self.FACES, translate("ControlUnits", "Number of faces")),
            (self.AREA, translate("ControlUnits", "Area in m²")),
            (self.ERRORS, translate("ControlUnits", "Number of errors")),
            (self.WARNINGS, translate("ControlUnits", "Number of warnings")),
        )

    def work(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        # The engine's libraries load with the first run, not with QGIS.
        from ....delineation.case.reading import read_case
        from ....delineation.plan.summary import summarise
        from ....delineation.revision.store import refuse_claimed
        from ....delineation.verbs.rerunning import run_again, take_place

        output = self.parameterAsFileOutput(parameters, self.OUTPUT, context)
        case = Path(self.parameterAsFile(parameters, self.CASE, context))
        seed = None if parameters.get(self.SEED) is None else self.parameterAsInt(parameters, self.SEED, context)
        method = self.parameterAsString(parameters, self.METHOD, context) or None
        options: dict[str, Any] = {
            "workers": self.parameterAsInt(parameters, self.WORKERS, context),
            "replay": self.parameterAsBool(parameters, self.REPLAY, context),
            "discard_edits": self.parameterAsBool(parameters, self.DISCARD_EDITS, context),
        }
        on_main_thread(lambda: refuse_edited(Path(output)))
        refuse_claimed(Path(output))
        outcome = apart(
            lambda progress: run_again(
                read_case(case, method=method, seed=seed), Path(output), **options, progress=progress
            ),
            reporting_to(feedback),
        )
        try:
            # What QGIS keeps for a while has no history.
            noting = not is_temporary(parameters.get(self.OUTPUT))
            author = who()
            _, noted = apart(lambda _: take_place(outcome, let_go=_released, noting=noting, author=author))
            if not noted:
                feedback.pushWarning(
                    translate("ControlUnits", "The run could not be noted in the history beside the plan.")
                )
        finally:
            on_main_thread(lambda: take_up(Path(output)))
        summary = apart(lambda _: summarise(outcome.plan))
        results = self._hand_out(output, outcome.plan, parameters, context, feedback)
        return results | {
            self.OUTPUT: output,
            self.UNITS: summary["units"],
            self.FACES: summary["faces"],
            self.AREA: summary["area_m2"],
            self.ERRORS: summary["findings"]["error"],
            self.WARNINGS: summary["findings"]["warning"],
        }

    def _hand_out(
        self,
        output: str,
        plan: Plan,
        parameters: dict[str, Any],
        context: QgsProcessingContext,
        feedback: QgsProcessingFeedback,
    ) -> dict[str, Any]:
        """Say what was found, and give the layers that were asked for."""
        from ....delineation.verbs.checking import findings_in_words

        rows = findings_in_words(plan, language())
        push_rows(rows, feedback)
        results = {}
        for order, (key, layer) in enumerate(
            ((self.FACES_LAYER, "faces"), (self.UNITS_LAYER, "units"), (self.FINDINGS_LAYER, "findings")), start=1
        ):
            if not wanted(parameters, key):
                continue
            texts = [row["message"] for row in rows] if layer == "findings" else None
            results[key] = pour_plan_layer(self, parameters, key, context, plan, layer, texts)
            style_output(context, results[key], layer, order)
        if self.parameterAsBool(parameters, self.LOAD, context):
            titles = {
                "units": translate("ControlUnits", "Control units"),
                "faces": translate("ControlUnits", "Faces"),
                "findings": translate("ControlUnits", "Findings"),
            }
            load_plan_layers(context, output, _group(plan.meta.get("name", ""), Path(output)), titles)
        return results


def _released(plan: Path) -> None:
    on_main_thread(lambda: let_go(plan))


def _group(name: str, plan: Path) -> str:
    """Name the group of a plan's layers: the plan, and its file, so that two plans of one case are told apart."""
    if not name or plan.is_relative_to(QgsProcessingUtils.tempFolder()):
        return name or plan.stem
    return f"{name} · {plan.stem}"
