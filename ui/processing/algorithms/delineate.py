"""``control_units:delineate``: a case file in, a plan file out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from qgis.core import (
    QgsProcessingParameterBoolean,
    QgsProcessingParameterFileDestination,
    QgsProcessingUtils,
)

from ...map.layers import let_go, refuse_edited, take_up
from ...text import language, tr
from ...work.engine_thread import apart, on_main_thread
from ...work.settings import who
from ..algorithm import POINTS, POLYGONS, Algorithm, counts_of
from ..log import push_rows
from ..sinks import pour_plan_layer
from ..styling import load_plan_layers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ....delineation.plan.file import Plan
    from ..algorithm import Values


class DelineateAlgorithm(Algorithm):
    """Run a case in this process; the same verb as ``python -m delineation run``."""

    NAME = "delineate"
    VERB = "run"
    GROUP = "delineation"
    ORDER = 30
    TAGS = ("overlay", "plan", "划定", "划分", "叠加", "红线")

    OUTPUT = PLAN_OUTPUT = "OUTPUT"

    def title(self) -> str:
        return tr("Delineate control units")

    def help(self) -> Sequence[str]:
        return (
            tr("Runs a case and writes the plan as one GeoPackage."),
            tr("All boundaries are noded once; rules give faces categories; faces form units."),
            tr(
                "The plan holds faces, units with code, name and reasons, element zones, entry "
                "lists, the area ledger, findings and the provenance of every source.",
            ),
            tr("Without a method or a seed, those of the case are used."),
            tr(
                "A plan that people have edited is not overwritten, unless its edits are to be replayed or discarded.",
            ),
            tr("A case for your own layers is written by “Guess roles and write a case”."),
        )

    def declare(self) -> None:
        self.add_case()
        self.add_options("method", "seed", "workers", "replay", "discard_edits")
        self.add(
            QgsProcessingParameterBoolean("LOAD", tr("Load units, faces and findings"), defaultValue=True),
            tr("The plan's own layers, styled, read-only and in a group of their own."),
        )
        self.add(
            QgsProcessingParameterFileDestination("OUTPUT", tr("Plan file"), tr("Plan (*.gpkg)")),
            tr("A GeoPackage; it appears whole or not at all."),
        )
        for name, title, kind in (
            ("UNITS_LAYER", tr("Copy of the units"), POLYGONS),
            ("FACES_LAYER", tr("Copy of the faces"), POLYGONS),
            ("FINDINGS_LAYER", tr("Copy of the findings"), POINTS),
        ):
            self.add_sink(name, title, kind, tr("For other formats, and for the next step of a model."), optional=True)
        self.add_counts("UNITS", "FACES", "AREA", "ERRORS", "WARNINGS")

    def work(self) -> Values:
        # The engine's libraries load with the first run, not with QGIS.
        from ....delineation.case.reading import read_case
        from ....delineation.plan.summary import summarise
        from ....delineation.revision.store import refuse_claimed
        from ....delineation.verbs.rerunning import run_again, take_place

        output, case = self.output("OUTPUT"), Path(self.file("CASE"))
        of_case, of_run = self.given("method", "seed"), self.given("workers", "replay", "discard_edits")
        on_main_thread(lambda: refuse_edited(output))
        refuse_claimed(output)
        outcome = self.engine(
            lambda progress: run_again(read_case(case, **of_case), output, **of_run, progress=progress)
        )
        try:
            # What QGIS keeps for a while has no history.
            noting = not self.is_temporary("OUTPUT")
            author = who()
            _, noted = apart(lambda _: take_place(outcome, let_go=_released, noting=noting, author=author))
            if not noted:
                self.feedback.pushWarning(tr("The run could not be noted in the history beside the plan."))
        finally:
            on_main_thread(lambda: take_up(output))
        summary = apart(lambda _: summarise(outcome.plan))
        return self._hand_out(output, outcome.plan) | {"OUTPUT": str(output), **counts_of(summary)}

    def _hand_out(self, output: Path, plan: Plan) -> Values:
        """Say what was found, and give the layers that were asked for."""
        from ....delineation.verbs.checking import findings_in_words

        rows = findings_in_words(plan, language())
        push_rows(rows, self.feedback)
        results = {}
        for order, (key, layer) in enumerate(
            (("FACES_LAYER", "faces"), ("UNITS_LAYER", "units"), ("FINDINGS_LAYER", "findings")), start=1
        ):
            if self.wants(key):
                texts = [row["message"] for row in rows] if layer == "findings" else None
                results[key] = pour_plan_layer(self, key, plan, layer, texts, order)
        if self.parameterAsBool(self.parameters, "LOAD", self.context):
            titles = {
                "units": tr("Control units"),
                "faces": tr("Faces"),
                "findings": tr("Findings"),
            }
            load_plan_layers(self.context, str(output), _group(plan.meta.get("name", ""), output), titles)
        return results


def _released(plan: Path) -> None:
    on_main_thread(lambda: let_go(plan))


def _group(name: str, plan: Path) -> str:
    """Name the group of a plan's layers: the plan, and its file, so that two plans of one case are told apart."""
    if not name or plan.is_relative_to(QgsProcessingUtils.tempFolder()):
        return name or plan.stem
    return f"{name} · {plan.stem}"
