"""What the plan is to become: which things, as what kind of file, with which options and where; and their exports.

Knows no widget. What was chosen is remembered in the project; what was exported stands beside the plan
(``delineation/export/history.py``), whoever exported it.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import QObject, pyqtSignal

from ...delineation.core.errors import BadInput, Cancelled, InTheWay, visible
from ...delineation.core.messages import NOTHING, Message, at
from ...delineation.export.history import PlanState, history_file, known_state, read_history
from ...delineation.export.registry import export, exporters, previewed
from ..text import fit_for_file, language, tr
from .job import Job
from .memory import recall, remember
from .settings import who

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from ...delineation.core.progress import Progress
    from ...delineation.export.history import Exported
    from ...delineation.export.registry import Exporter, Written
    from .runner import Done, Failed
    from .session import Session

ENTRY = "output"  # in the project
AT_FIRST = ("lists", "units", "map")  # what is ticked until somebody ticks otherwise


@dataclass(frozen=True)
class Thing:
    """One thing that a plan can become.

    Attributes
    ----------
    what : str
    formats : tuple of Exporter
        As what kinds of files.
    """

    what: str
    formats: tuple[Exporter, ...]

    @property
    def title(self) -> str:
        """Name it in the user's language."""
        return self.formats[0].zh if language() == "zh" else self.formats[0].en


@dataclass
class Wish:
    """How somebody wants one thing.

    Attributes
    ----------
    ticked : bool
    format : str
        Name of its format.
    options : dict
        Option → value: what is set for one kind of file holds for the others that have it too.
    targets : dict
        Format → file that was chosen; a path that lies from the plan's folder, else an absolute one.
    """

    ticked: bool
    format: str
    options: dict[str, Any] = field(default_factory=dict)
    targets: dict[str, str] = field(default_factory=dict)


class Outputs(QObject):
    """What is wanted of the session's plan, and what became of it.

    Attributes
    ----------
    things : tuple of Thing
    wishes : dict of str to Wish
    failures : dict of str to Exception
        Thing → why its last export failed.
    written : dict of str to Written
        Thing → what its last export wrote, since the plan was opened or changed.
    at_work : str
        The thing that is being exported, "" where none is.
    waiting : list of str
        Those that come after it.
    """

    changed = pyqtSignal()  # a wish, the history, what is being exported
    advanced = pyqtSignal(float, object)  # share of all that is being exported, the engine's message
    exported = pyqtSignal(str, object)  # thing, Written

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.session = session
        of: dict[str, list[Exporter]] = {}
        for one in exporters().values():
            of.setdefault(one.what, []).append(one)
        self.things = tuple(Thing(what, tuple(formats)) for what, formats in of.items())
        self.formats = exporters()
        self.wishes: dict[str, Wish] = {}
        self.failures: dict[str, Exception] = {}
        self.written: dict[str, Written] = {}
        self.at_work = ""
        self.waiting: list[str] = []
        self._all = 0  # how many are exported together
        self._agreed: set[Path] = set()  # files that somebody chose, and was asked about where they were there
        self.history: tuple[Exported, ...] = ()
        self.now = PlanState()
        self._seen: tuple[Any, ...] = ()
        self._previews: dict[tuple[Any, ...], Message | Exception] = {}
        self._job = Job(session.runner, self)
        self._job.progressed.connect(self._advance)
        session.opened.connect(self._opened)
        session.plan_changed.connect(self._plan_changed)
        self._read()

    @classmethod
    def of(cls, session: Session) -> Outputs:
        """Give those of a session: pages that export share them."""
        return session.findChild(cls) or cls(session, session)

    # ── what is wanted ────────────────────────────────────────────────────────────────────────────────────────────

    def format_of(self, what: str) -> Exporter:
        """Give the format that a thing is wanted in."""
        return self.formats[self.wishes[what].format]

    def options_of(self, what: str) -> dict[str, Any]:
        """Give what is set of it otherwise than by default."""
        given = self.wishes[what].options
        return {
            one.name: given[one.name]
            for one in self.format_of(what).settings
            if one.name in given and given[one.name] != one.default
        }

    def target(self, what: str) -> Path | None:
        """Give the file that a thing goes into; None without a plan."""
        plan = self.session.plan_path
        if plan is None:
            return None
        wish = self.wishes[what]
        chosen = wish.targets.get(wish.format)
        return plan.absolute().parent / chosen if chosen else self.proposed(what)

    def proposed(self, what: str) -> Path | None:
        """Propose a file beside the plan, with the plan's name."""
        plan = self.session.plan_path
        if plan is None:
            return None
        name = self.session.name or plan.name.removesuffix(".gpkg").removesuffix(".plan")
        title = next(one.title for one in self.things if one.what == what)
        stem = fit_for_file(visible(f"{name}_{title}"))
        return plan.absolute().parent / f"{stem}{self.format_of(what).suffix}"

    def tick(self, what: str, *, on: bool) -> None:
        """Want a thing together with the others, or not."""
        self.wishes[what].ticked = on
        self._changed()

    def choose(self, what: str, format_: str) -> None:
        """Want it as another kind of file."""
        self.wishes[what].format = format_
        self.failures.pop(what, None)
        self.written.pop(what, None)
        self._changed()

    def set_option(self, what: str, name: str, value: Any) -> None:
        """Set an option of the format in which it is wanted."""
        self.wishes[what].options[name] = value
        self.failures.pop(what, None)
        self._changed()

    def set_target(self, what: str, path: Path) -> None:
        """Want it in a certain file."""
        plan = self.session.plan_path
        if plan is not None:
            wish, folder = self.wishes[what], plan.absolute().parent
            inside = path.is_relative_to(folder)
            self._agreed.add(path)
            wish.targets[wish.format] = (path.relative_to(folder) if inside else path).as_posix()
            self.failures.pop(what, None)
            self._changed()

    def ticked(self) -> list[str]:
        """List the things that are wanted together."""
        return [one.what for one in self.things if self.wishes[one.what].ticked]

    def preview(self, what: str) -> Message | Exception:
        """Say what an export would hold, or why it would fail."""
        plan, options = self.session.plan, self.options_of(what)
        if plan is None:
            return NOTHING
        key = (what, self.wishes[what].format, json.dumps(options, default=str))
        if key not in self._previews:
            try:
                self._previews[key] = previewed(self.wishes[what].format, plan, options)
            except Exception as error:  # the export itself says more
                self._previews[key] = error
        return self._previews[key]

    # ── what became of it ─────────────────────────────────────────────────────────────────────────────────────────

    def look(self) -> bool:
        """Look at plan and history on the disk; whether something there has changed."""
        if self.session.revision.busy:
            return False  # an edit is just being written; the plan that follows from it is looked at
        plan = self.session.plan_path
        seen: tuple[Any, ...] = ()
        if plan is not None:
            # While QGIS has it open, what is saved into it may lie in a log beside it.
            log = plan.with_name(f"{plan.name}-wal")
            seen = (plan, (stamp(plan), stamp(log)), stamp(history_file(plan)))
        if seen == self._seen:
            return False
        if plan is None:
            self.history, self.now = (), PlanState()
        else:
            if seen[:2] != self._seen[:2]:
                self.now = known_state(plan)
            self.history = read_history(plan)
        self._seen = seen
        return True

    def last(self, what: str) -> Exported | None:
        """Give the last export of a thing in the format in which it is wanted."""
        return self.last_as(self.wishes[what].format)

    def is_present(self, one: Exported) -> bool:
        """Whether it was exported from the plan as it is now."""
        return bool(one.plan.content) and one.plan.content == self.now.content

    def last_as(self, format_: str) -> Exported | None:
        """Give the last export in a format, of this plan or of what stood in its place."""
        return next((one for one in reversed(self.history) if one.format == format_), None)

    def strangers(self, whats: Sequence[str]) -> list[Path]:
        """List the files that exports would replace, and that were not exported from this plan, or changed since."""
        targets = [path for path in map(self.target, whats) if path is not None]
        return [path for path in targets if path.exists() and path not in self._agreed and not self.is_ours(path)]

    def is_ours(self, path: Path) -> bool:
        """Whether something was exported from this plan, and is as it was then as far as its file can tell."""
        from ...delineation.plan.outputs import guarded

        try:
            guarded(path, ())
        except InTheWay as error:
            if error.forcible:
                return False
        except BadInput:
            pass  # the export itself says it
        return any(path in one.files for one in self.history)

    # ── exporting ─────────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def busy(self) -> bool:
        """Something is being exported."""
        return bool(self.at_work)

    @property
    def possible(self) -> bool:
        """There is a plan, and nothing is being exported or run."""
        return self.session.plan_path is not None and not self.busy and not self.session.busy

    def start(self, whats: Sequence[str]) -> None:
        """Export things, one after the other beside the main thread; what they replace was agreed to."""
        if not self.possible or not whats:
            return
        self._agreed.update(self.strangers(whats))
        self.failures = {what: error for what, error in self.failures.items() if what not in whats}
        self.waiting, self._all = list(whats), len(whats)
        self._next()

    def work_on(
        self,
        what: str,
        title: str,
        work: Callable[[Progress], Any],
        *,
        done: Done,
        failed: Failed,
    ) -> bool:
        """Do something else that is slow, in turn with the exports; False where another is on its way.

        Parameters
        ----------
        what : str
            Stands in ``at_work`` meanwhile; no name of a thing.
        title, work, done, failed
            As of ``Job.start``; ``failed`` is not called where somebody stopped the work.
        """
        if not self.possible:
            return False

        def end(answer: Done | None, result: Any = None) -> None:
            self.at_work = ""
            self.look()
            if answer is not None:
                answer(result)
            self.changed.emit()

        self.at_work, self.waiting, self._all = what, [], 1
        self._job.start(title, work, done=partial(end, done), failed=partial(end, failed), stopped=partial(end, None))
        self.changed.emit()
        return True

    def stop(self) -> None:
        """Ask what is being exported to stop, and begin no other."""
        self.waiting = []
        self._job.stop()

    def _next(self) -> None:
        while self.waiting:
            what = self.waiting.pop(0)
            plan, path = self.session.plan_path, self.target(what)
            if plan is None or path is None:
                break
            try:
                self._refuse(what, path)
            except BadInput as error:
                self.failures[what] = error
                continue
            self.at_work = what
            self._begin(what, plan, path)
            self.changed.emit()
            return
        self.at_work = ""
        self.changed.emit()

    def _begin(self, what: str, plan: Path, path: Path) -> None:
        name, options, author = self.wishes[what].format, self.options_of(what), who()
        force = path in self._agreed

        def done(written: Written) -> None:
            self.look()
            self.written[what] = written
            self._agreed.discard(path)
            self.exported.emit(what, written)
            self._next()

        def failed(error: Exception) -> None:
            if isinstance(error, Cancelled):
                self.waiting = []
            else:
                self.failures[what] = error
            self._next()

        self._job.start(
            tr("Exporting {name}", name=path.name),
            lambda progress: export(name, plan, path, options, force=force, author=author, progress=progress),
            done=done,
            failed=failed,
        )

    def _advance(self, fraction: float, message: Message) -> None:
        before = self._all - len(self.waiting) - 1
        self.advanced.emit((before + fraction) / max(self._all, 1), message)

    def _refuse(self, what: str, path: Path) -> None:
        """Refuse to write over the plan, its case, what the case reads, or what another ticked thing goes into."""
        from ...delineation.plan.outputs import refuse_inputs

        session, case, place = self.session, self.session.case, path.resolve()
        wanted = Message("another file name for the output")
        held = [one for one in (session.plan_path, session.case_path) if one is not None]
        refuse_inputs(path, [*held, *(case.inputs() if case is not None else ())])
        others = [self.target(one.what) for one in self.things if one.what != what and self.wishes[one.what].ticked]
        if self.wishes[what].ticked and place in [one.resolve() for one in others if one is not None]:
            raise BadInput(Message("two exports would go into this file"), where=at(path), wanted=wanted)

    # ── the project ───────────────────────────────────────────────────────────────────────────────────────────────

    def _opened(self) -> None:
        self._job.drop()
        self.at_work, self.waiting, self.failures, self.written = "", [], {}, {}
        self._agreed.clear()
        self._read()

    def _plan_changed(self) -> None:
        self._previews.clear()
        self.failures.clear()
        self.written.clear()
        self.look()
        self.changed.emit()

    def _changed(self) -> None:
        self._write()
        self.changed.emit()

    def _read(self) -> None:
        """Take up what the project remembers; targets only where it is of the same plan."""
        found, same = recall(ENTRY, self.session.plan_path)
        rows = found.get("rows")
        rows = rows if isinstance(rows, dict) else {}
        self.wishes = {one.what: self._wish(one, rows.get(one.what), same=same) for one in self.things}
        self._previews.clear()
        self._seen = ()
        self.look()
        self.changed.emit()

    def _wish(self, thing: Thing, row: Any, *, same: bool) -> Wish:
        names = [one.name for one in thing.formats]
        row = row if isinstance(row, dict) else {}
        name = row.get("format")
        options, targets = row.get("options"), row.get("targets")
        return Wish(
            ticked=bool(row.get("ticked", thing.what in AT_FIRST)),
            format=name if name in names else names[0],
            options=dict(options) if isinstance(options, dict) else {},
            targets={
                key: str(value)
                for key, value in (targets if same and isinstance(targets, dict) else {}).items()
                if key in names and value
            },
        )

    def _write(self) -> None:
        rows = {what: asdict(wish) for what, wish in self.wishes.items()}
        remember(ENTRY, self.session.plan_path, {"rows": rows})


def stamp(path: Path) -> tuple[int, int]:
    """Tell how a file looks, without reading it."""
    try:
        found = path.stat()
    except OSError:
        return (0, 0)
    return (found.st_mtime_ns, found.st_size)
