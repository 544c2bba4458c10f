"""What all algorithms share: looks, help, the parameters that several have, one sentence for each error."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from qgis.core import (
    QgsProcessing,
    QgsProcessingAlgorithm,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingParameterDefinition,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterFile,
    QgsProcessingParameterFileDestination,
)
from qgis.PyQt.QtCore import QCoreApplication
from qgis.PyQt.QtGui import QIcon

from ...delineation.errors import Cancelled, DelineationError, MissingLibrary
from ...delineation.libraries import demand
from ..text import sentence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

__all__ = ["RESOURCES", "Algorithm", "worded"]

translate = QCoreApplication.translate
RESOURCES = Path(__file__).resolve().parents[2] / "resources"


class Algorithm(QgsProcessingAlgorithm):
    """An algorithm is a verb of the engine: subclasses say what they take, ``work`` calls the verb.

    Attributes
    ----------
    NAME : str
        Its id; of its icon and its picture too.
    GROUP : {"preparation", "delineation", "review"}
    TAGS : sequence of str
        Words a user may look for it by.
    opened : bool
        Somebody is about to use it; False of the one that stands in the toolbox's list.
    """

    NAME: ClassVar[str]
    GROUP: ClassVar[str]
    TAGS: ClassVar[Sequence[str]] = ()

    REPORT = "REPORT"

    opened = False

    def createInstance(self) -> Algorithm:
        made = type(self)()
        made.opened = True
        return made

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
        return {
            "preparation": translate("ControlUnits", "Preparation"),
            "delineation": translate("ControlUnits", "Delineation"),
            "review": translate("ControlUnits", "Review"),
        }[self.GROUP]

    def groupId(self) -> str:
        return self.GROUP

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

    def declare(self) -> None:
        """Say which parameters and outputs there are."""
        raise NotImplementedError

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: ARG002 - QGIS passes it
        self.declare()

    def add(self, parameter: QgsProcessingParameterDefinition, help_text: str, *, advanced: bool = False) -> None:
        """Add a parameter with its explanation."""
        parameter.setHelp(help_text)
        if advanced:
            parameter.setFlags(parameter.flags() | QgsProcessingParameterDefinition.Flag.FlagAdvanced)
        self.addParameter(parameter)

    def add_plugin(self, name: str) -> None:
        """Add the parameter for a file with methods of the user's own."""
        title = translate("ControlUnits", "File with methods of your own")
        self.add(
            QgsProcessingParameterFile(name, title, extension="py", optional=True),
            translate("ControlUnits", "A Python file that registers methods. It is run: use only files you trust."),
            advanced=True,
        )

    def methods(self, known: tuple[str, ...], *, regional: bool) -> tuple[str, ...]:
        """List division methods: those of other packages too, once somebody opens the algorithm."""
        if not self.opened:
            return known
        from ..work.offered import with_offered

        return with_offered(known, regional=regional)

    def add_sink(
        self, name: str, title: str, kind: QgsProcessing.SourceType, help_text: str, *, optional: bool = False
    ) -> None:
        """Add an output layer; one that is optional does not come about by itself."""
        sink = QgsProcessingParameterFeatureSink(name, title, kind, optional=optional, createByDefault=not optional)
        self.add(sink, help_text)

    def add_report(self, help_text: str) -> None:
        """Add a page to read and to print."""
        title, kind = translate("ControlUnits", "Report"), translate("ControlUnits", "Web page (*.html)")
        page = QgsProcessingParameterFileDestination(self.REPORT, title, kind, optional=True, createByDefault=True)
        self.add(page, help_text)

    def add_numbers(self, *outputs: tuple[str, str]) -> None:
        """Add outputs that are numbers: name, title."""
        for name, title in outputs:
            self.addOutput(QgsProcessingOutputNumber(name, title))

    def canExecute(self) -> tuple[bool, str]:
        try:
            demand()
        except MissingLibrary as error:
            return False, sentence(error)
        return True, ""

    def take(self, parameters: dict[str, Any], context: QgsProcessingContext) -> None:
        """Take on the main thread what only exists there: nothing, if an algorithm does not say otherwise."""

    def prepareAlgorithm(
        self,
        parameters: dict[str, Any],
        context: QgsProcessingContext,
        feedback: QgsProcessingFeedback,  # noqa: ARG002 - QGIS passes it
    ) -> bool:
        with worded():
            self.take(parameters, context)
        return True

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
