"""What all algorithms share: looks, help, parameters and how they are read, one sentence for each error."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias, TypeVar

from qgis.core import (
    QgsProcessing,
    QgsProcessingAlgorithm,
    QgsProcessingException,
    QgsProcessingOutputFile,
    QgsProcessingOutputLayerDefinition,
    QgsProcessingOutputNumber,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterDefinition,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterField,
    QgsProcessingParameterFileDestination,
    QgsProcessingParameterMultipleLayers,
    QgsProcessingParameterString,
)
from qgis.PyQt.QtGui import QIcon

from ...delineation.cli.verbs import VERBS
from ...delineation.core.connections import allow_hosts
from ...delineation.core.errors import Cancelled, DelineationError, MissingLibrary
from ...delineation.core.libraries import demand
from ...delineation.core.messages import Message, at
from ...delineation.core.shipped import RESOURCES
from ..map.layers import refuse_edited, take_up
from ..text import said, sentence, tr
from ..work.engine_thread import apart, on_main_thread
from ..work.settings import who
from .log import reporting_to
from .options import parameter_of, value_of
from .output_places import refuse_outputs
from .taking import Taken, take, take_source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from qgis.core import QgsProcessingContext, QgsProcessingFeedback

    from ...delineation.core.options import Option
    from ...delineation.core.progress import Progress
    from .log import Row

T = TypeVar("T")
Values: TypeAlias = dict[str, Any]  # parameters or results by name
ANY, POINTS = QgsProcessing.SourceType.TypeVectorAnyGeometry, QgsProcessing.SourceType.TypeVectorPoint
LINES, POLYGONS = QgsProcessing.SourceType.TypeVectorLine, QgsProcessing.SourceType.TypeVectorPolygon
TABLE, RASTERS = QgsProcessing.SourceType.TypeVector, QgsProcessing.SourceType.TypeRaster


@cache
def options_of(algorithm: type[Algorithm]) -> dict[str, Option]:
    """List the options of an algorithm's verb and its own by name."""
    of_verb = [option for one in VERBS if one.name == algorithm.VERB for option in one.options]
    return {one.name: one for one in (*of_verb, *algorithm.OWN)}


class Algorithm(QgsProcessingAlgorithm):
    """An algorithm is a verb of the engine: subclasses say what they take, ``work`` calls the verb.

    Attributes
    ----------
    NAME : str
        Its id; of its icon and its picture too, where there are such.
    VERB : str
        The verb whose options it has.
    OWN : sequence of Option
        What only the toolbox offers.
    GROUP : {"preparation", "delineation", "review"}
    ORDER : int
        Its place among the algorithms.
    TAGS : sequence of str
        Words a user may look for it by.
    PLAN_OUTPUT : str
        The output that may be a plan in the place of a plan, under the engine's own rules for that.
    opened : bool
        Somebody is about to use it; False of the one that stands in the toolbox's list.
    parameters, context, feedback
        Of the run: QGIS makes an algorithm for each.
    """

    NAME: ClassVar[str]
    VERB: ClassVar[str] = ""
    OWN: ClassVar[Sequence[Option]] = ()
    GROUP: ClassVar[str]
    ORDER: ClassVar[int]
    TAGS: ClassVar[Sequence[str]] = ()
    PLAN_OUTPUT: ClassVar[str] = ""

    opened = False
    parameters: Values
    context: QgsProcessingContext
    feedback: QgsProcessingFeedback

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
            "preparation": tr("Preparation"),
            "delineation": tr("Delineation"),
            "review": tr("Review"),
        }[self.GROUP]

    def groupId(self) -> str:
        return self.GROUP

    def shortDescription(self) -> str:
        return self.help()[0]

    def shortHelpString(self) -> str:
        # One line: QGIS makes a paragraph of every line and would tear the picture's tag apart.
        picture = RESOURCES / "help" / f"{self.NAME}.svg"
        first, *rest = self.help()
        images = [f'<img src="{picture.as_uri()}">'] if picture.exists() else []
        return "".join(f"<p>{text}</p>" for text in (first, *images, *rest))

    def tags(self) -> list[str]:
        common = ["control unit", "zoning", "environment", "管控单元", "生态环境分区管控", "三线一单"]
        return [*self.TAGS, *common]

    def icon(self) -> QIcon:
        return QIcon(self.svgIconPath())

    def svgIconPath(self) -> str:
        own = RESOURCES / "icons" / f"{self.NAME}.svg"
        return str(own if own.exists() else RESOURCES / "icons" / "control_units.svg")

    def declare(self) -> None:
        """Say which parameters and outputs there are."""
        raise NotImplementedError

    def initAlgorithm(self, configuration: Values | None = None) -> None:  # noqa: ARG002 - QGIS passes it
        self.declare()

    def add(self, parameter: QgsProcessingParameterDefinition, help_text: str, *, advanced: bool = False) -> None:
        """Add a parameter with its explanation."""
        parameter.setHelp(help_text)
        if advanced:
            parameter.setFlags(parameter.flags() | QgsProcessingParameterDefinition.Flag.FlagAdvanced)
        self.addParameter(parameter)

    def add_options(self, *names: str, **otherwise: Any) -> None:
        """Add parameters for options, said ``otherwise`` than they are declared where the toolbox has reasons to.

        Without names for all that the toolbox has and that are not there yet.
        """
        options = options_of(type(self))  # type: ignore[arg-type]  # a class of Qt is hashable
        rest = [name for name, one in options.items() if one.title and not self.has(one)]
        for name in names or rest:
            option = replace(options[name], **otherwise)
            self.add(parameter_of(option), said(option.about), advanced=option.advanced)

    def has(self, option: Option) -> bool:
        """Tell whether there is a parameter for an option."""
        return self.parameterDefinition(option.name.upper()) is not None

    def add_text(self, name: str, title: str, help_text: str, *, advanced: bool = False) -> None:
        """Add a parameter that is a text, and may be empty."""
        self.add(QgsProcessingParameterString(name, title, optional=True), help_text, advanced=advanced)

    def add_source(
        self,
        name: str,
        title: str,
        help_text: str,
        *kinds: QgsProcessing.SourceType,
        optional: bool = False,
        advanced: bool = False,
    ) -> None:
        """Add a layer whose features it takes."""
        source = QgsProcessingParameterFeatureSource(name, title, list(kinds), optional=optional)
        self.add(source, help_text, advanced=advanced)

    def add_case(self) -> None:
        """Add the case that it reads, and the database servers that this may come from."""
        self.add_options("case")
        self.add_text(
            "ALLOW_HOST",
            tr("Database servers that may be connected to"),
            tr(
                "Separated by commas, as the case names them. No other is connected to, and nothing is kept for the "
                "next time.",
            ),
            advanced=True,
        )

    def add_sink(
        self, name: str, title: str, kind: QgsProcessing.SourceType, help_text: str, *, optional: bool = False
    ) -> None:
        """Add an output layer; one that is optional does not come about by itself."""
        sink = QgsProcessingParameterFeatureSink(name, title, kind, optional=optional, createByDefault=not optional)
        self.add(sink, help_text)

    def add_report(self, help_text: str) -> None:
        """Add a page to read and to print."""
        title, kind = tr("Report"), tr("Web page (*.html)")
        page = QgsProcessingParameterFileDestination("REPORT", title, kind, optional=True, createByDefault=True)
        self.add(page, help_text)

    def add_numbers(self, *outputs: tuple[str, str]) -> None:
        """Add outputs that are numbers: name, title."""
        for name, title in outputs:
            self.addOutput(QgsProcessingOutputNumber(name, title))

    def add_counts(self, *names: str) -> None:
        """Add numbers that several give; see ``counts_of``."""
        titles = {
            "UNITS": tr("Number of units"),
            "FACES": tr("Number of faces"),
            "AREA": tr("Area in m²"),
            "ERRORS": tr("Number of errors"),
            "WARNINGS": tr("Number of warnings"),
        }
        self.add_numbers(*((name, titles[name]) for name in names))

    # ── what was given ────────────────────────────────────────────────────────────────────────────────────────────

    def given(self, *names: str) -> Values:
        """Give what was said of options, without names of all that have a parameter, as the engine takes it."""
        options = options_of(type(self))  # type: ignore[arg-type]  # a class of Qt is hashable
        every = [name for name, one in options.items() if one.title and self.has(one)]
        return {name: value_of(options[name], self) for name in names or every}

    def text(self, name: str) -> str:
        """Give the text of a parameter, without blanks around it."""
        return self.parameterAsString(self.parameters, name, self.context).strip()

    def chosen(self, name: str) -> str:
        """Give the engine's name of what was chosen."""
        return str(self.parameterAsEnumString(self.parameters, name, self.context))

    def file(self, name: str) -> str:
        """Give the file of a parameter, or ""."""
        return self.parameterAsFile(self.parameters, name, self.context)

    def output(self, name: str) -> Path:
        """Give the file that an output goes to."""
        return Path(self.parameterAsFileOutput(self.parameters, name, self.context))

    def wants(self, name: str) -> bool:
        """Whether an optional output is asked for; a batch leaves a text without letters where it is not."""
        value = self.parameters.get(name)
        if isinstance(value, QgsProcessingOutputLayerDefinition):
            value = value.sink.staticValue()
        return value is not None and value != ""

    def is_temporary(self, name: str) -> bool:
        """Whether an output was left to QGIS."""
        given = self.parameters.get(name)
        given = getattr(getattr(given, "sink", None), "staticValue", lambda: given)()
        return given in (None, "", QgsProcessing.TEMPORARY_OUTPUT)

    def taken_of(self, name: str) -> Taken | None:
        """Take on the main thread the layer of a parameter, where one was given."""
        if not self.parameters.get(name):
            return None
        layer = self.parameterAsVectorLayer(self.parameters, name, self.context)
        return take_source(self.parameters[name], layer, self.context)

    def engine(self, call: Callable[[Progress], T], named: Callable[[str], str] = str) -> T:
        """Have the engine do something, in a thread of its own; ``named`` calls places as the user does."""
        return apart(call, reporting_to(self.feedback, named))

    # ── a run ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def canExecute(self) -> tuple[bool, str]:
        try:
            demand()
        except MissingLibrary as error:
            return False, sentence(error)
        return True, ""

    def refusal(self, parameters: Values) -> str:  # noqa: ARG002 - for those that say otherwise
        """Say why parameters do not go together; "" where they do."""
        return ""

    def checkParameterValues(self, parameters: Values, context: QgsProcessingContext) -> tuple[bool, str]:
        ok, text = super().checkParameterValues(parameters, context)
        try:
            if ok:
                refuse_outputs(self, parameters, context)
                text = self.refusal(parameters)
        except DelineationError as error:
            return False, sentence(error)
        return ok and not text, text

    def take(self) -> None:
        """Take on the main thread what only exists there: nothing, if an algorithm does not say otherwise."""

    def prepareAlgorithm(
        self, parameters: Values, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> bool:
        self.parameters, self.context, self.feedback = parameters, context, feedback
        with worded():
            refuse_outputs(self, parameters, context)  # of a step in a model QGIS checks nothing
            self.take()
        return True

    def work(self) -> Values:
        """Call the engine and hand out what it gives."""
        raise NotImplementedError

    def processAlgorithm(
        self, parameters: Values, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> Values:
        """Run the verb.

        Raises
        ------
        QgsProcessingException
            With the engine's sentence in the user's language, where an input cannot be used.
        """
        self.parameters, self.context, self.feedback = parameters, context, feedback
        hosts = self.text("ALLOW_HOST").split(",")
        try:
            with worded(), allow_hosts(*map(str.strip, hosts)):
                return self.work()
        except Cancelled:
            return {}


def counts_of(summary: Row) -> Values:
    """Give the numbers of a plan as outputs."""
    found = {"UNITS": summary["units"], "FACES": summary["faces"], "AREA": summary["area_m2"]}
    return found | {"ERRORS": summary["findings"]["error"], "WARNINGS": summary["findings"]["warning"]}


@contextmanager
def worded(named: Callable[[str], str] = str) -> Iterator[None]:
    """Turn what the engine raises into the one sentence that QGIS shows; ``named`` calls places as the user does."""
    try:
        yield
    except DelineationError as error:
        raise QgsProcessingException(named(sentence(error))) from error
    except ModuleNotFoundError as error:
        missing = MissingLibrary(
            Message("{name} is not installed", name=error.name or "–"), wanted=at(error.name or error)
        )
        raise QgsProcessingException(sentence(missing)) from error


def field_parameter(name: str, title: str, layer: str, *, several: bool = False) -> QgsProcessingParameterField:
    """Make a parameter that is a field, or several, of the layer that another parameter gives; it may be empty."""
    return QgsProcessingParameterField(
        name, title, parentLayerParameterName=layer, allowMultiple=several, optional=True
    )


# ── Algorithms that edit a plan ─────────────────────────────────────────────────────────────────────────────────────


class OfPlan(Algorithm):
    """An algorithm that edits a plan by a verb, all of it or nothing."""

    def add_edited(self, *numbers: tuple[str, str]) -> None:
        """Add what every edit gives, and its own numbers."""
        self.addOutput(QgsProcessingOutputFile("OUTPUT", tr("The plan as edited")))
        self.add_numbers(*numbers, ("HEAD", tr("Entry of the journal at which the plan stands")))

    def edited(self, verb: Callable[..., Values]) -> tuple[Values, Values]:
        """Have a verb edit the plan while nobody else does; what it tells, and the results so far."""
        given = self.given()
        plan = Path(given.pop("plan"))
        on_main_thread(lambda: refuse_edited(plan))
        done = self.engine(lambda progress: verb(plan, **given, author=who(), progress=progress))
        on_main_thread(lambda: take_up(plan))
        return done, {"OUTPUT": str(plan), "HEAD": done["head"]}


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

    FIELDS: ClassVar[bool] = True
    taken: list[Taken]

    def add_layers(self, title: str, kind: QgsProcessing.SourceType, help_text: str, *, optional: bool = False) -> None:
        """Add the list of layers, and whether only what is selected counts."""
        self.add(QgsProcessingParameterMultipleLayers("LAYERS", title, kind, optional=optional), help_text)
        self.add(
            QgsProcessingParameterBoolean("SELECTED", tr("Selected features only"), defaultValue=False),
            tr("Of a layer with a selection only what is selected; other layers whole."),
        )

    def take(self) -> None:
        only = self.parameterAsBool(self.parameters, "SELECTED", self.context)
        layers = self.parameterAsLayerList(self.parameters, "LAYERS", self.context)
        self.taken = [take(layer, selected_only=only, fields=self.FIELDS) for layer in layers]
