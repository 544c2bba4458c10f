"""Questions whether a project may come to a site: asked beside the main thread, and answered as fast as they come.

One thread has what was read of the plan. While the plan is under revision that is the thread of its editor, so that
nothing of this process opens the file in the middle of an edit; a question waits for an edit, and an edit for a
question. Of several questions that wait only the last is asked.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeAlias

from qgis.PyQt import sip
from qgis.PyQt.QtCore import QObject, pyqtSignal

from ...delineation.core.errors import Cancelled
from ...delineation.core.progress import silent
from ..text import language, tr
from ..words import role_label
from .editor_thread import EditorThread
from .job import Job

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from ...delineation.assess.answer import Assessor
    from ...delineation.core.messages import Message
    from ...delineation.core.progress import Progress
    from ...delineation.lists.terms import ClauseVocabulary
    from .runner import Done, Failed
    from .session import Session

PLACES = 10  # other places that are looked for
Document: TypeAlias = "Mapping[str, Any]"  # an answer, as `assess --json` prints it
_SITE, _ELSEWHERE, _READ = "site", "site elsewhere", "site read"


@dataclass(frozen=True)
class Spot:
    """Where a project is to stand, as it was drawn, written or read, so that it can be moved.

    Attributes
    ----------
    base : shapely.Geometry
        Points, lines or polygons in the plan's CRS.
    buffer : float
        m round points and lines.
    notices : tuple of Message
        What had to be taken for granted to read it.
    """

    base: Any
    buffer: float = 0.0
    notices: tuple[Message, ...] = ()

    @property
    def dimension(self) -> int:
        """0 for points, 1 for lines, 2 for polygons."""
        import shapely

        return int(shapely.get_dimensions(self.base))

    @property
    def shape(self) -> Any:
        """The site itself: with what its buffer adds."""
        import shapely

        if self.dimension < 2 and self.buffer > 0:
            return shapely.buffer(self.base, self.buffer, quad_segs=16)
        return self.base

    def moved(self, dx: float, dy: float) -> Spot:
        """Give the same somewhere else, metres east and north."""
        import numpy as np
        import shapely

        base = shapely.transform(self.base, lambda places: places + np.array([dx, dy]))
        return replace(self, base=base, notices=())


@dataclass(frozen=True)
class Question:
    """A project at a site.

    Attributes
    ----------
    spot : Spot
    name : str
        What the project is called.
    industry, nature : str
        "" where nobody said.
    facts : mapping
        Fact → value, with its unit after a space.
    as_of : str
        ISO date; "" where nobody states one.
    """

    spot: Spot
    name: str = ""
    industry: str = ""
    nature: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    as_of: str = ""


@dataclass(frozen=True)
class Answered:
    """What came of a question.

    Attributes
    ----------
    question : Question
    document : mapping
        As ``assess --json`` prints it.
    seconds : float
        That the engine took.
    """

    question: Question
    document: Document
    seconds: float


@dataclass(frozen=True)
class Grounds:
    """What a plan says before anything is asked.

    Attributes
    ----------
    vocabulary : ClauseVocabulary
        Industries and facts that a project may be said to have.
    verdicts : mapping of str to str
        Id → word.
    disclaimer : str
    """

    vocabulary: ClauseVocabulary
    verdicts: Mapping[str, str]
    disclaimer: str


@dataclass(frozen=True)
class AssessedTable:
    """A table of projects with its answers."""

    path: Path
    documents: Sequence[Document]
    as_of: str = ""


class Assessment(QObject):
    """Asks of the session's plan, by its file as it stands.

    Attributes
    ----------
    path : Path or None
        Of the plan that is asked.
    none_here : tuple of str
        Roles of which, as somebody has said, the territory has nothing: a layer of them is not missed.
    grounds : Grounds or None
        None until the plan was looked at.
    """

    opened = pyqtSignal()  # the grounds are there
    answered = pyqtSignal(object)  # Answered
    refused = pyqtSignal(object)  # what was wrong with a question
    found_elsewhere = pyqtSignal(object)  # Answered, with other places in its document
    not_found_elsewhere = pyqtSignal(object)  # why not; Cancelled where something else was asked meanwhile

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._revision = session, session.revision
        self._thread = EditorThread(self)
        self._job = Job(session.runner, self)
        self._assessor: Assessor | None = None
        self.path: Path | None = None
        self.none_here: tuple[str, ...] = ()
        self.grounds: Grounds | None = None
        self._plan_turn = 0  # another plan, another turn: what was asked of the one before is answered by nobody
        self._turn = 0  # of questions
        self.looking_elsewhere = False

    # ── the plan ──────────────────────────────────────────────────────────────────────────────────────────────────

    def follow(self, path: Path | None) -> None:
        """Ask this plan from now on; None asks none."""
        if path == self.path:
            return
        self._plan_turn += 1
        self._turn += 1
        self._thread.forget(_SITE)
        self._job.drop()
        self.path, self._assessor, self.grounds, self.looking_elsewhere = path, None, None, False
        self.none_here = ()
        if path is not None:
            self._open(path)

    def say_none_here(self, roles: Sequence[str]) -> None:
        """Take note of what the territory has nothing of; the plan is read again."""
        if tuple(roles) != self.none_here and self.path is not None:
            self.none_here = tuple(roles)
            self._open(self.path)

    def _open(self, path: Path) -> None:
        tongue, none_here = language(), self.none_here

        def read() -> tuple[Any, Grounds]:
            from ...delineation.assess.answer import Assessor

            assessor = Assessor(path, language=tongue, none_here=none_here)
            records = assessor.refresh()
            settings, chinese = records.settings, tongue == "zh"
            verdicts = dict(settings["verdicts" if chinese else "verdicts_en"])
            told = str(settings["disclaimer"]["zh" if chinese else "en"])
            return assessor, Grounds(records.vocabulary, verdicts, told)

        def take(found: tuple[Any, Grounds]) -> None:
            self._assessor, self.grounds = found
            self.opened.emit()

        self._send(read, take, self._refuse)

    @property
    def busy(self) -> bool:
        """A table or a report is on its way."""
        return self._job.busy

    @property
    def is_open(self) -> bool:
        """Something can be asked."""
        return self._assessor is not None

    # ── questions ─────────────────────────────────────────────────────────────────────────────────────────────────

    def ask(self, question: Question) -> None:
        """Have a question answered by ``answered`` or ``refused``; one that waits still is not asked any more."""
        assessor, told = self._assessor, self._told()
        if assessor is None:
            return
        self._turn += 1
        self._send(lambda: _answer(assessor, question, told), self._answer, self._refuse, question=_SITE)

    def _answer(self, answer: Answered) -> None:
        self.answered.emit(answer)

    def _refuse(self, error: Exception) -> None:
        self.refused.emit(error)

    def read_site(self, text: str | Path, crs: str, done: Done, failed: Failed) -> None:
        """Read a site as somebody has written it, or a file; see ``assess.site.read_site``."""
        assessor = self._assessor
        if assessor is not None:
            self._send(lambda: assessor.site(text, crs=crs), done, failed, question=_READ)

    def look_elsewhere(self, question: Question) -> None:
        """Look for other places; whatever else is asked meanwhile comes first, and ends it."""
        assessor, told = self._assessor, self._told()
        if assessor is None:
            return
        self._turn += 1
        turn, self.looking_elsewhere = self._turn, True

        def going_on(*_: Any) -> None:
            if turn != self._turn:
                raise Cancelled

        def found(answer: Answered) -> None:
            self.looking_elsewhere = False
            self.found_elsewhere.emit(answer)

        def lost(error: Exception) -> None:
            self.looking_elsewhere = False
            self.not_found_elsewhere.emit(error)

        self._send(lambda: _answer(assessor, question, told, PLACES, going_on), found, lost, question=_ELSEWHERE)

    def _told(self) -> list[str]:
        """Give the notice that somebody has said what the territory has nothing of."""
        if not self.none_here:
            return []
        names = tr(", ", "between two measures").join(role_label(None, role) for role in self.none_here)
        return [tr("As was said by hand, there is nothing here of: {roles}", roles=names)]

    def _send(
        self,
        call: Callable[[], Any],
        done: Done,
        failed: Failed,
        *,
        question: str = "",
    ) -> None:
        turn = self._plan_turn

        def mine() -> bool:
            return not sip.isdeleted(self) and turn == self._plan_turn

        def take(result: Any) -> None:
            if mine():
                done(result)

        def lose(error: Exception) -> None:
            if mine():
                failed(error)

        if self._revision.is_open:
            self._revision.ask(lambda _: call(), take, lose, question=question)
        else:
            self._thread.ask(call, take, lose, question=question)

    # ── what takes longer ─────────────────────────────────────────────────────────────────────────────────────────

    def assess_table(self, table: Path, as_of: str, done: Callable[[AssessedTable], None], failed: Failed) -> None:
        """Answer a table of projects."""
        path, none_here, tongue = self.path, self.none_here, language()
        if path is None:
            return

        def work(progress: Progress) -> AssessedTable:
            from ...delineation.verbs.assessing import assess_batch

            found = assess_batch(path, table, as_of=as_of, none_here=none_here, language=tongue, progress=progress)
            return AssessedTable(table, found, as_of)

        self._run(tr("Assess projects"), work, done, failed)

    def write_report(
        self,
        documents: Sequence[Document],
        output: Path,
        done: Done,
        failed: Failed,
        *,
        batch: bool,
    ) -> None:
        """Write the report of an answer, or of a table of them."""
        path, tongue = self.path, language()
        if path is None:
            return

        def work(progress: Progress) -> Path:
            from ...delineation.assess.reporting import write_report

            write_report(documents, path, output, batch=batch, language=tongue, progress=progress)
            return output

        self._run(tr("Report of an assessment"), work, done, failed)

    def _run(
        self,
        title: str,
        work: Callable[[Progress], Any],
        done: Done,
        failed: Failed,
    ) -> None:
        if self._revision.is_open:
            self._send(lambda: work(silent), done, failed)
        else:
            self._job.start(title, work, done=done, failed=failed)

    def shut(self) -> None:
        """Answer nothing any more."""
        self._plan_turn += 1
        self._turn += 1
        self._job.drop()
        self._thread.close()


def _answer(
    assessor: Assessor, question: Question, told: list[str], elsewhere: int = 0, progress: Progress = silent
) -> Answered:
    from ...delineation.assess.site import site_of

    started = time.perf_counter()
    spot, records = question.spot, assessor.refresh()
    buffer = spot.buffer if spot.dimension < 2 else 0.0
    site = site_of(spot.base, buffer=buffer, bounds=records.bounds, notices=spot.notices)
    project = assessor.project(
        name=question.name, industry=question.industry, nature=question.nature, facts=question.facts
    )
    found = assessor.assess(site, project, as_of=question.as_of, where_else=elsewhere, progress=progress)
    found["notices"] = [*found["notices"], *told]
    return Answered(question, found, time.perf_counter() - started)
