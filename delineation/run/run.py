"""One run of a case: its basis is laid, or kept from a run before; faces are labelled; a plan is made of them."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from ..basis.build import Basis, lay_basis
from ..core.messages import Message
from ..core.progress import Progress, patiently, silent, within
from ..labelling.label import label
from ..methods.of_case import stated
from ..plan.provenance import source_names
from ..sources.inputs import Inputs, inputs_of
from .make_plan import make_plan
from .materials import read_materials

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ..case.model import Case
    from ..labelling.label import Labelling
    from ..plan.file import Plan


class Stage(NamedTuple):
    """A part of a run, as people are shown it.

    Attributes
    ----------
    id : str
    end : float
        Share of ``progress`` at which it ends, 0–1.
    steps : tuple of str
        What is timed apart in it, by the names under which ``timings_s`` tells it.
    """

    id: str
    end: float
    steps: tuple[str, ...]


STAGES = (
    Stage("sources", 0.0985, ("sources",)),
    Stage("partition", 0.3345, ("partition",)),
    Stage("evidence", 0.6, ("evidence",)),
    Stage("units", 0.7, ("rules", "cleaning", "method", "units")),
    Stage("lists", 0.83, ("element zones", "dissolve", "entry lists", "tables")),
    Stage("checks", 0.9, ("checks",)),
    Stage("writing", 1.0, ("write",)),
)
ENDS: Mapping[str, float] = {stage.id: stage.end for stage in STAGES}
_OF_STEP = {step: stage.id for stage in STAGES for step in stage.steps}
# Share of progress that looking at the inputs takes, where they are compared with those of a run before.
_INPUTS = 0.01


@dataclass
class Stopwatch:
    """Seconds a step took, by name; ``start`` ends the step before."""

    seconds: dict[str, float] = field(default_factory=dict)
    _name: str = ""
    _since: float = 0.0

    def start(self, name: str = "") -> None:
        """Begin a step; no name ends the last one."""
        now = time.perf_counter()
        if self._name:
            self.seconds[self._name] = self.seconds.get(self._name, 0.0) + now - self._since
        self._name, self._since = name, now

    def by_stage(self) -> dict[str, float]:
        """Sum up seconds by ``Stage.id``."""
        seconds: dict[str, float] = {}
        for name, spent in self.seconds.items():
            stage = _OF_STEP[name]
            seconds[stage] = seconds.get(stage, 0.0) + spent
        return seconds


@dataclass(frozen=True)
class BasisWithInputs:
    """A basis, and all that the run it comes from was made from."""

    basis: Basis
    inputs: Inputs


class Run:
    """One run of a case, as far as whoever asks for it goes; nothing is done before it is asked for.

    Parameters
    ----------
    case : Case
    before : BasisWithInputs, optional
        Of a run before; its basis is kept where sources, rasters, snap and profile are what they were.
    watched : bool
        Somebody will ask for ``inputs``: they are taken before anything is read, so that what changes meanwhile is
        found changed afterwards.
    workers : int
        Threads; no result depends on it.
    kept : callable, optional
        Called where the basis of the run before is kept.
    progress : callable
        Its share ends each stage where ``STAGES`` says.

    Attributes
    ----------
    watch : Stopwatch
        What each step took.
    """

    def __init__(
        self,
        case: Case,
        *,
        before: BasisWithInputs | None = None,
        watched: bool = False,
        workers: int = 1,
        kept: Callable[[], None] = lambda: None,
        progress: Progress = silent,
    ) -> None:
        self.case, self.before, self.watch = case, before, Stopwatch()
        self._workers, self._tell, self._progress = workers, kept, progress
        self._watched = watched or before is not None

    def part(self, first: str, last: str = "") -> Progress:
        """Give the progress of a stage, or of all from one stage to another: their own 0–1."""
        ids = [stage.id for stage in STAGES]
        start = STAGES[ids.index(first) - 1].end if first != ids[0] else 0.0
        return within(self._progress, start, ENDS[last or first])

    @cached_property
    def inputs(self) -> Inputs:
        """All that the run is made from, as digests."""
        return inputs_of(self.case, progress=within(self._progress, 0.0, _INPUTS), whole=False)

    @cached_property
    def kept(self) -> bool:
        """Sources, partition and evidence are those of the run before."""
        return self.before is not None and self.before.inputs.basis == self.inputs.basis

    @cached_property
    def basis(self) -> Basis:
        """All that the sources give: kept, or laid.

        Raises
        ------
        BadInput
            Whatever in the sources cannot be used.
        Cancelled
        """
        if self._watched:
            self.inputs  # noqa: B018 - taken now
        if self.before is not None and self.kept:
            self._tell()
            self._progress(ENDS["evidence"], Message("sources, partition and evidence are unchanged"))
            return self.before.basis
        start = _INPUTS if self._watched else 0.0
        laying = within(self._progress, start, ENDS["evidence"])
        return lay_basis(self.case, workers=self._workers, stage=self.watch.start, progress=laying)

    @property
    def laid(self) -> BasisWithInputs:
        """For the next run."""
        return BasisWithInputs(self.basis, self.inputs)

    def label(self, case: Case | None = None, *, progress: Progress | None = None) -> Labelling:
        """Judge, clean, divide and group the faces.

        Parameters
        ----------
        case : Case, optional
            The same with other rules, cleaning, grouping or method.
        progress : callable, optional
            In place of this stage's part.

        Raises
        ------
        BadInput
            Rules, a method or a parameter that cannot be used.
        Cancelled
        """
        basis = self.basis
        go_on = progress or self.part("units")
        go_on(0.0, Message("rules, cleaning, units"))
        return label(case or self.case, basis, stage=self.watch.start, progress=go_on)

    def conclude(self, labelling: Labelling, case: Case | None = None, *, replaced: Plan | None = None) -> Plan:
        """Make the plan of a labelling: see ``make_plan``.

        Parameters
        ----------
        labelling : Labelling
        case : Case, optional
            As of ``label``.
        replaced : Plan, optional
            The plan that this one takes the place of, where people have edited it.
        """
        chosen = case or self.case
        read = read_materials(chosen, self.basis, labelling, replaced, names=source_names(stated(self.case)))
        # Dissolving, and above all the checks, make calls that take their time where a polygon is huge.
        return patiently(
            lambda go_on: make_plan(chosen, self.basis, labelling, read, stage=self.watch.start, progress=go_on),
            self.part("lists", "checks"),
            Message("codes and names"),
        )
