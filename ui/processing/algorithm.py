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
    QgsProcessingParameterBoolean,
    QgsProcessingParameterDefinition,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterField,
    QgsProcessingParameterFile,
    QgsProcessingParameterFileDestination,
    QgsProcessingParameterMultipleLayers,
    QgsProcessingParameterNumber,
)
from qgis.PyQt.QtCore import QCoreApplication
from qgis.PyQt.QtGui import QIcon

from ...delineation.core.errors import Cancelled, DelineationError, MissingLibrary
from ...delineation.core.libraries import demand
from ...delineation.core.messages import Message, at
from ..text import sentence
from .taking import Taken, take

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from qgis.core import QgsProcessingContext

__all__ = ["RESOURCES", "Algorithm", "OfLayers", "field_parameter", "real_parameter", "whole_parameter", "worded"]

translate = QCoreApplication.translate
RESOURCES = Path(__file__).resolve().parents[2] / "resources"


class Algorithm(QgsProcessingAlgorithm):
    """An algorithm is a verb of the engine: subclasses say what they take, ``work`` calls the verb.

    Attributes
    ----------
    NAME : str
        Its id; of its icon and its picture too.
    GROUP : {"preparation", "delineation", "review"}
    ORDER : int
        Its place among the algorithms.
    TAGS : sequence of str
        Words a user may look for it by.
    opened : bool
        Somebody is about to use it; False of the one that stands in the toolbox's list.
    """

    NAME: ClassVar[str]
    GROUP: ClassVar[str]
    ORDER: ClassVar[int]
    TAGS: ClassVar[Sequence[str]] = ()

    PLAN, REPORT = "PLAN", "REPORT"

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

    def add_plan(self) -> None:
        """Add the parameter for the file of a plan that is read."""
        self.add(
            QgsProcessingParameterFile(self.PLAN, translate("ControlUnits", "Plan file"), extension="gpkg"),
            translate("ControlUnits", "A GeoPackage made by “Delineate control units”."),
        )

    def add_plugin(self, name: str) -> None:
        """Add the parameter for a file with methods of the user's own."""
        title = translate("ControlUnits", "File with methods of your own")
        self.add(
            QgsProcessingParameterFile(name, title, extension="py", optional=True),
            translate("ControlUnits", "A Python file that registers methods. It is run: use only files you trust."),
            advanced=True,
        )

    def methods(self, *, regional: bool) -> tuple[str, ...]:
        """List division methods: those of other packages too, once somebody opens the algorithm."""
        from ...delineation.methods.registry import offered

        known = offered(regional=regional)
        if not self.opened:
            return known
        from ..work.offered_methods import with_offered

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
def worded(named: Callable[[str], str] = str) -> Iterator[None]:
    """Turn what the engine raises into the one sentence that QGIS shows; ``named`` calls places as the user does."""
    try:
        yield
    except DelineationError as error:
        raise QgsProcessingException(named(sentence(error))) from error
    except ModuleNotFoundError as error:
        what = Message("{name} is not installed", name=error.name or "–")
        missing = MissingLibrary(what, wanted=at(error.name or error))
        raise QgsProcessingException(sentence(missing)) from error


# ── Parameters that are a field of a layer or a number, as several algorithms take them ─────────────────────────────


def field_parameter(name: str, title: str, layer: str, *, several: bool = False) -> QgsProcessingParameterField:
    """Make a parameter that is a field, or several, of the layer that another parameter gives; it may be empty."""
    return QgsProcessingParameterField(
        name, title, parentLayerParameterName=layer, allowMultiple=several, optional=True
    )


def whole_parameter(
    name: str, title: str, *, default: int | None = None, least: int = 1, optional: bool = False
) -> QgsProcessingParameterNumber:
    """Make a parameter that is a whole number."""
    kind = QgsProcessingParameterNumber.Type.Integer
    return QgsProcessingParameterNumber(name, title, kind, default, optional=optional, minValue=least)


def real_parameter(name: str, title: str, default: float | None) -> QgsProcessingParameterNumber:
    """Make a parameter that is a number from 0; without a default it may be empty."""
    kind = QgsProcessingParameterNumber.Type.Double
    return QgsProcessingParameterNumber(name, title, kind, default, optional=default is None, minValue=0.0)


# ── Algorithms that take any number of layers, as QGIS shows them ───────────────────────────────────────────────────


class OfLayers(Algorithm):
    """An algorithm of layers.

    Attributes
    ----------
    FIELDS : bool
        Fields matter, and not only ids and shapes.
    taken : list of Taken
        The layers, in their order.
    """

    LAYERS = "LAYERS"
    SELECTED = "SELECTED"
    FIELDS: ClassVar[bool] = True
    taken: list[Taken]

    def add_layers(self, title: str, kind: QgsProcessing.SourceType, help_text: str, *, optional: bool = False) -> None:
        """Add the list of layers, and whether only what is selected counts."""
        self.add(QgsProcessingParameterMultipleLayers(self.LAYERS, title, kind, optional=optional), help_text)
        self.add(
            QgsProcessingParameterBoolean(
                self.SELECTED, translate("ControlUnits", "Selected features only"), defaultValue=False
            ),
            translate("ControlUnits", "Of a layer with a selection only what is selected; other layers whole."),
        )

    def take(self, parameters: dict[str, Any], context: QgsProcessingContext) -> None:
        only = self.parameterAsBool(parameters, self.SELECTED, context)
        layers = self.parameterAsLayerList(parameters, self.LAYERS, context)
        self.taken = [take(layer, selected_only=only, fields=self.FIELDS) for layer in layers]
