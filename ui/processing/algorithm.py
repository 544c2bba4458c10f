"""What all algorithms share: looks, help, one sentence for each error, progress that can be stopped."""

from __future__ import annotations

from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from qgis.core import (
    QgsProcessingAlgorithm,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingParameterDefinition,
)
from qgis.PyQt.QtCore import QCoreApplication
from qgis.PyQt.QtGui import QIcon

from ...delineation.errors import Cancelled, DelineationError, MissingLibrary
from ..text import findings_rows, said, sentence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from ...delineation.findings import Finding
    from ...delineation.progress import Progress

__all__ = ["RESOURCES", "Algorithm", "push_findings", "push_rows", "reporting_to", "worded"]

translate = QCoreApplication.translate
RESOURCES = Path(__file__).resolve().parents[2] / "resources"
NEEDED = ("numpy", "pandas", "shapely", "pyogrio", "geopandas")
SHOWN = 12  # findings of one kind that the log lists before it counts


class Algorithm(QgsProcessingAlgorithm):
    """An algorithm is a verb of the engine: subclasses say what they take, ``work`` calls the verb."""

    NAME: ClassVar[str]
    TAGS: ClassVar[Sequence[str]] = ()

    def createInstance(self) -> Algorithm:
        return type(self)()

    def name(self) -> str:
        return self.NAME

    def title(self) -> str:
        """Name the algorithm in the user's language."""
        raise NotImplementedError

    def help(self) -> Sequence[str]:
        """Explain it in paragraphs, in the user's language."""
        raise NotImplementedError

    def displayName(self) -> str:
        return self.title()

    def group(self) -> str:
        raise NotImplementedError

    def groupId(self) -> str:
        raise NotImplementedError

    def shortDescription(self) -> str:
        return self.help()[0]

    def shortHelpString(self) -> str:
        # One line: QGIS makes a paragraph of every line and would tear the picture's tag apart.
        picture = RESOURCES / "help" / f"{self.NAME}.svg"
        first, *rest = self.help()
        image = f'<img src="{picture.as_uri()}">'
        return "".join([f"<p>{first}</p>", f"<p>{image}</p>", *(f"<p>{text}</p>" for text in rest)])

    def tags(self) -> list[str]:
        common = ["control unit", "zoning", "environment", "管控单元", "生态环境分区管控", "三线一单"]
        return [*self.TAGS, *common]

    def icon(self) -> QIcon:
        return QIcon(self.svgIconPath())

    def svgIconPath(self) -> str:
        return str(RESOURCES / "icons" / f"{self.NAME}.svg")

    def add(self, parameter: QgsProcessingParameterDefinition, help_text: str, *, advanced: bool = False) -> None:
        """Add a parameter with its explanation."""
        parameter.setHelp(help_text)
        if advanced:
            parameter.setFlags(parameter.flags() | QgsProcessingParameterDefinition.Flag.FlagAdvanced)
        self.addParameter(parameter)

    def canExecute(self) -> tuple[bool, str]:
        missing = [library for library in NEEDED if find_spec(library) is None]
        if not missing:
            return True, ""
        return False, sentence(MissingLibrary(f"{missing[0]} is not installed", wanted=", ".join(missing)))

    def work(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        """Call the engine and hand out what it gives."""
        raise NotImplementedError

    def processAlgorithm(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        """Run the verb.

        Raises
        ------
        QgsProcessingException
            With the engine's sentence in the user's language, where an input cannot be used.
        """
        try:
            with worded():
                return self.work(parameters, context, feedback)
        except Cancelled:
            return {}


@contextmanager
def worded(named: Callable[[DelineationError], DelineationError] | None = None) -> Iterator[None]:
    """Turn what the engine raises into the one sentence that QGIS shows; ``named`` tells its place as the user does."""
    try:
        yield
    except DelineationError as error:
        raise QgsProcessingException(sentence(named(error) if named else error)) from error
    except ModuleNotFoundError as error:
        missing = MissingLibrary(f"{error.name} is not installed", wanted=error.name or str(error))
        raise QgsProcessingException(sentence(missing)) from error


def reporting_to(feedback: QgsProcessingFeedback, named: Callable[[str], str] = str) -> Progress:
    """Progress that QGIS shows in the user's language, and whose user may stop.

    Parameters
    ----------
    feedback : QgsProcessingFeedback
    named : callable, optional
        Replaces files by the layers they stand for.
    """
    last = [""]

    def progress(fraction: float, message: str) -> None:
        if feedback.isCanceled():
            raise Cancelled
        feedback.setProgress(100 * fraction)
        # A stage is said once, not at each of its ticks: the log keeps every text.
        if message and message != last[0]:
            last[0] = message
            feedback.setProgressText(said(named(message)))

    return progress


def push_rows(rows: Iterable[dict[str, Any]], feedback: QgsProcessingFeedback) -> None:
    """Write findings into the log: errors as errors, warnings as warnings, many of one kind counted."""
    by_id: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        by_id.setdefault(str(row["id"]), []).append(row)
    for number, group in by_id.items():
        for row in group[:SHOWN]:
            text = f"{number}  {row['message']}"
            if row["severity"] == "error":
                feedback.reportError(text, False)
            else:
                feedback.pushWarning(text)
        if len(group) > SHOWN:
            more = translate("ControlUnits", "{id}: and {count} more of this kind")
            feedback.pushInfo(more.format(id=number, count=len(group) - SHOWN))


def push_findings(
    findings: Iterable[Finding], feedback: QgsProcessingFeedback, named: Callable[[str], str] = str
) -> None:
    """Word findings and write them into the log."""
    push_rows([{**row, "message": named(row["message"])} for row in findings_rows(findings)], feedback)
