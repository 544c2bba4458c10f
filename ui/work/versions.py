"""What a plan is compared with: as its run left it, at an edit, a scenario, the plan before, another file."""

from __future__ import annotations

import contextlib
import gc
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .plan_question import PlanQuestion

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from ...delineation.core.progress import Progress
    from ...delineation.plan.file import Plan
    from ...delineation.revision.state import State
    from ...delineation.revision.timeline import Timeline


@dataclass(frozen=True)
class PlanVersion:
    """A state of a plan.

    Attributes
    ----------
    kind : str
        now, edit, scenario, file.
    seq : int
        Of an edit; 0 for the plan as its run left it.
    name : str
        Of a scenario.
    path : Path or None
        Of another file.
    """

    kind: str = "now"
    seq: int = 0
    name: str = ""
    path: Path | None = None


NOW = PlanVersion()
_Own = tuple[dict[PlanVersion, Any], Any]  # states, or plans, of versions, and the timeline


# What of another plan is never looked at.
_SHAPELESS = ("faces", "borders", "findings", "element_zones")


def _state_of(version: PlanVersion, path: Path, state: State, line: Timeline) -> State:
    """Give the state of a version that the plan's own journal leads to."""
    from ...delineation.revision.editor import state_at

    if version == NOW:
        return state
    return state_at(path, state, line, line.head_of(version.name) if version.kind == "scenario" else version.seq)


@contextlib.contextmanager
def _uncollected() -> Iterator[None]:
    """Collect no garbage meanwhile: with the rows of a whole plan at hand that stops all threads, the window's too."""
    on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if on:
            gc.enable()


class Comparing(PlanQuestion):
    """Works something out from several versions of the session's plan.

    What the journal leads to is asked of the revision where one is open, for nobody else may open its file then.
    """

    def start(self, title: str, versions: Sequence[PlanVersion], work: Callable[[list[Any], Timeline], Any]) -> None:
        """Get the states of versions, and work something out from them.

        Parameters
        ----------
        title : str
            What QGIS's list of tasks calls it.
        versions : sequence of PlanVersion
        work : callable
            Touches no layer, no widget and no project; gets the states in the order of ``versions``, and the timeline.
            Where one is of another file, plans in place of states; the only other version is then the present one.
        """
        path, plan = self._session.plan_path, self._session.plan
        if path is None:
            self.drop()
            return
        of_plans = any(one.kind == "file" for one in versions)

        def own(path: Path, plan: Plan, state: State, line: Timeline) -> _Own:
            """Get what the journal leads to; beside other files the plan itself, as they have no journal in common."""
            if of_plans:
                return {NOW: plan}, line
            return {one: _state_of(one, path, state, line) for one in versions}, line

        def rest(found: _Own | None, progress: Progress) -> Any:
            """Read the other files, and work it out."""
            from ...delineation.core.messages import Message
            from ...delineation.plan.file import read_plan
            from ...delineation.revision.editor import open_state

            seen, line = found if found is not None else own(path, *open_state(path, plan))
            progress(0.3, Message("reading the plan"))
            with _uncollected():
                files = {one: one.path for one in versions if one.kind == "file" and one.path is not None}
                others = {one: read_plan(path, shapeless=_SHAPELESS) for one, path in files.items()}
            progress(0.6, Message("comparing shapes"))
            return work([{**seen, **others}[one] for one in versions], line)

        self._ask(title, lambda editor: own(editor.path, editor.plan, editor.state, editor.timeline), rest)
