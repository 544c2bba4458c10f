"""``control_units:check_plan``: the quality rules on a plan, on any layer of units, or on a case's rule table."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsProcessingOutputString,
    QgsProcessingParameterFile,
    QgsWkbTypes,
)

from ...text import language, tr
from ..algorithm import POINTS, POLYGONS, Algorithm, worded
from ..inputs import reader_in
from ..log import last_stop, push_rows
from ..reports import findings_report, page_of
from ..sinks import OutputPlace, crs_of, pour_output

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..algorithm import Values
    from ..log import Row

COLUMNS = (("id", "TEXT"), ("severity", "TEXT"), ("units", "TEXT"), ("value", "REAL"), ("message", "TEXT"))


class CheckPlanAlgorithm(Algorithm):
    """Check; the same verb as ``python -m delineation check``."""

    NAME = "check_plan"
    GROUP = "review"
    ORDER = 70
    TAGS = ("quality", "validate", "topology", "gap", "质检", "检查", "拓扑", "编码", "自查")

    def title(self) -> str:
        return tr("Check a plan or a layer of units")

    def help(self) -> Sequence[str]:
        return (
            tr(
                "Runs the quality rules and gives every finding with its place, its measure and the units concerned.",
            ),
            tr(
                "Give either a plan file, a case file (its rule table is tested), or a layer of "
                "units from anywhere: its fields are recognised by their usual names, in "
                "Chinese or English.",
            ),
            tr(
                "Checked are, among others: gaps and overlaps, codes and names, counties, "
                "categories against red lines, areas, slivers and fields.",
            ),
            tr("Rules that lack what they need are named as not checked; nothing passes silently."),
            tr("A finding without a place is in the table without a point."),
        )

    def declare(self) -> None:
        self.add(
            QgsProcessingParameterFile(
                "PLAN",
                tr("Plan file or case file"),
                optional=True,
                fileFilter=tr("Plan or case (*.gpkg *.toml)"),
            ),
            tr("A plan (.gpkg) or a case (.toml). Leave it empty to check a layer."),
        )
        self.add_source(
            "LAYER",
            tr("Or a layer of units"),
            tr("Of the project or a file, as QGIS shows it: filter, selection and edits count."),
            POLYGONS,
            optional=True,
        )
        self.add_sink(
            "FINDINGS",
            tr("Findings"),
            POINTS,
            tr("Points with id, severity (error or warning), units, value and message."),
        )
        self.add_report(tr("The findings as a page to read and to print."))
        self.add_counts("ERRORS", "WARNINGS")
        self.addOutput(QgsProcessingOutputString("NOT_CHECKED", tr("Rules not checked")))

    def refusal(self, parameters: Values) -> str:
        given = [bool(parameters.get(key)) for key in ("PLAN", "LAYER")]
        return "" if sum(given) == 1 else tr("Give a plan or case file, or a layer of units: one of the two.")

    def take(self) -> None:
        self._taken = self.taken_of("LAYER")

    def work(self) -> Values:
        from ....delineation.verbs.checking import check_case, check_file

        reader = reader_in(self.context)
        unchecked = list[str]()
        crs = QgsCoordinateReferenceSystem()
        with worded(reader.named):
            if self._taken is not None:
                subject = self._taken.name
                spec = reader.lay_down(self._taken, self.feedback)
            else:
                spec = subject = self.file("PLAN")
            if spec.lower().endswith(".toml"):
                rows = self.engine(lambda _: check_case(spec, language=language()), reader.named)
            else:
                checked = self.engine(
                    lambda progress: check_file(spec, language=language(), progress=progress), reader.named
                )
                rows, unchecked, crs = checked.rows, checked.not_checked, crs_of(checked.crs)
        rows = [{**row, "message": reader.named(row["message"])} for row in rows]
        last_stop(self.feedback)
        push_rows(rows, self.feedback)
        if unchecked:
            self.feedback.pushInfo(tr("Not checked, for want of data: {rules}", rules=", ".join(unchecked)))
        results: Values = {
            "FINDINGS": self._points(rows, crs),
            "ERRORS": sum(row["severity"] == "error" for row in rows),
            "WARNINGS": sum(row["severity"] != "error" for row in rows),
            "NOT_CHECKED": ", ".join(unchecked),
        }
        return results | page_of(self, lambda page: findings_report(page, Path(subject).name, rows, unchecked))

    def _points(self, rows: Sequence[Row], crs: QgsCoordinateReferenceSystem) -> str:
        import numpy as np
        import shapely

        shapes = shapely.from_wkt(np.array([row["where"] or None for row in rows] or [None], dtype=object))
        columns: list[list[Any]] = [[row[name] for row in rows] for name, _ in COLUMNS]
        columns[2] = ["、".join(row["units"]) for row in rows]
        place = OutputPlace(QgsWkbTypes.Type.Point, crs, shapely.point_on_surface(shapes)[: len(rows)])
        return pour_output(self, "FINDINGS", COLUMNS, columns, place, "findings", 3)
