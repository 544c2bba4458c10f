"""The run of an update: case and plan of before are kept, come back when it stops, and change places when it is undone.

Knows no widget.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from qgis.PyQt.QtCore import QObject, pyqtSignal

from ..text import tr
from .job import Job
from .open_reading import plan_beside

if TYPE_CHECKING:
    from pathlib import Path

    from ...delineation.case.model import Case
    from ...delineation.core.progress import Progress
    from .updating import NewerFile, Updating

FIELDS = ("sources", "method", "method_parameters", "previous", "admin", "update")  # what an update says anew in a case


@dataclass(frozen=True, eq=False)
class _Made:
    """An update that was made: the case before and after, as its file had it, and the files that were chosen for it."""

    before: Case
    text_before: bytes
    after: Case
    text_after: bytes
    newer: tuple[NewerFile, ...]
    changes: str


class UpdateRun(QObject):
    """Makes the plan of an update, and brings case and plan of before back.

    Attributes
    ----------
    running : bool
        The run that is on its way is one of an update.
    copying : Job
        Keeps the plan as last year's units, before the run.
    """

    made = pyqtSignal()  # the plan of an update is there
    returned = pyqtSignal()  # the plan before an update is back, and the case with it

    def __init__(self, chosen: Updating) -> None:
        super().__init__(chosen)
        self._chosen, self._session = chosen, chosen.session
        self.running = False
        self.copying = Job(self._session.runner, self)
        self._copy: Path | None = None  # of the plan, for an update that is not made yet
        self._before: tuple[Case, bytes] | None = None  # of the run that is on its way
        self._own: Path | None = None  # the case file of the update of a filed plan
        self._made: _Made | None = None
        self._back = False  # the plan before the update is open
        self._session.plan_changed.connect(self._follow_plan)
        self._session.busy_changed.connect(self._follow_run)

    @property
    def was_made(self) -> bool:
        """The plan at hand is what an update has made; taking it back brings the case back too."""
        return self._made is not None and not self._back

    def copy_name(self) -> str:
        """Name the file beside the case that will keep the plan as it is now: last year's units."""
        if self._copy is not None:  # of the run that is on its way
            return self._copy.name
        case_path, chosen = self._session.case_path, self._chosen
        return "" if case_path is None or not chosen.takes_plan or chosen.filed else _free(case_path).name

    def own_case(self) -> Path | None:
        """Give the case file that the update of a filed plan goes into; None where it goes into the case itself."""
        if self._own is not None:  # of the run that is on its way
            return self._own
        case_path = self._session.case_path
        return _next_case(case_path) if case_path is not None and self._chosen.filed else None

    def start(self) -> None:
        """Make the plan anew with the newer files; the case has them when that is done."""
        session, chosen = self._session, self._chosen
        free = not (session.busy or session.taking_back or self.running or self.copying.busy)
        if not free or not chosen.ready or session.case is None or session.plan_path is None:
            return
        session.revision.close()
        case_path = session.needed_file()
        if case_path is None:
            return
        if not chosen.takes_plan or chosen.filed:
            self._run(str(session.plan_path))
            return
        source, copy = session.plan_path, _free(case_path)

        def work(_: Progress) -> Path:
            from ...delineation.core.database_file import BACK, copy_of
            from ...delineation.core.given_files import require_file

            require_file(source, BACK)
            return copy_of(source, copy)

        def done(copy: Path) -> None:
            self._copy = copy
            self._run(copy.name)

        def failed(error: Exception) -> None:
            copy.unlink(missing_ok=True)
            session.report("run", error, "replacing the plan")
            chosen.changed.emit()

        self.copying.start(tr("Keeping the plan as last year's units"), work, done=done, failed=failed)
        chosen.changed.emit()

    def forget(self) -> None:
        """Forget what was made, and what was about to be: something else is open."""
        self.copying.drop()
        self._discard_copy()
        self.running, self._made, self._back = False, None, False

    def _run(self, plan: str) -> None:
        session, chosen, case = self._session, self._chosen, self._session.case
        if case is None:
            return
        after = chosen.updated(case, chosen.newer, plan)
        fields = {name: getattr(after, name) for name in FIELDS}
        if not chosen.locks:  # nobody was asked
            fields["update"] = replace(after.update, locked=case.update.locked)
        if not session.case_saved and not session.save_case(case.path):
            self._discard_copy()
            return
        case, own = session.case or case, self.own_case()
        self._before, self.running, self._own = (case, _text(case)), True, own
        if own is not None and not session.save_case(own):
            self._give_up()
            return
        session.start_run(discard_edits=chosen.drops_edits(), changes=fields)
        if not session.busy:  # it was refused, and said why
            self._give_up()

    def _give_up(self) -> None:
        before, own = self._before, self._own
        if own is not None and before is not None and self._session.case_path == own:
            self._session.put_case_back(*before)
            with suppress(OSError):
                own.unlink(missing_ok=True)
        self.running, self._before, self._own = False, None, None
        self._discard_copy()
        self._chosen.changed.emit()

    def _discard_copy(self) -> None:
        copy, self._copy = self._copy, None
        if copy is not None:
            with suppress(OSError):
                copy.unlink(missing_ok=True)

    # ── what came after ───────────────────────────────────────────────────────────────────────────────────────────

    def _follow_run(self, busy: bool) -> None:
        if not busy and self.running:  # stopped, or failed
            self._give_up()
            self._chosen.ask()

    def _follow_plan(self) -> None:
        session = self._session
        if session.plan is None or session.edited:
            return
        if session.outcome is None:
            self._taken_back()
        elif self.running:
            self._finished()
        else:  # another run
            self._made, self._back = None, False

    def _finished(self) -> None:
        after, before, chosen = self._session.case, self._before, self._chosen
        self._made = None
        if before is not None and after is not None and self._own is None:
            self._made = _Made(*before, after, _text(after), tuple(chosen.newer), chosen.changes)
        self.running, self._before, self._copy, self._back, self._own = False, None, None, False, None
        chosen.put_back((), "", from_case=True)
        self.made.emit()

    def _taken_back(self) -> None:
        """Bring the case back with the plan: the one before the update, or once more the one after it."""
        made, session = self._made, self._session
        if made is None or session.case_path is None:
            return
        self._back = not self._back
        case = made.before if self._back else made.after
        if session.case == (made.after if self._back else made.before) and session.case_saved:
            session.put_case_back(case, made.text_before if self._back else made.text_after)
        else:  # it says something else by now, which stays
            session.change(**{name: getattr(case, name) for name in FIELDS})
            session.save_case(session.case_path)
        newer, changes = (made.newer, made.changes) if self._back else ((), "")
        self._chosen.put_back(newer, changes, from_case=self._chosen.goes_on())
        self.returned.emit()


def _next_case(case_path: Path) -> Path:
    """Find a name beside a case for the one of its next version, whose plan is not there either."""
    names = (case_path.with_name(f"{case_path.stem}_{number}.toml") for number in range(2, 1000))
    return next(path for path in names if not path.exists() and not plan_beside(path).exists())


def _text(case: Case) -> bytes:
    """Read the case's file as it stands; nothing where it cannot be read."""
    with suppress(OSError):
        return case.path.read_bytes()
    return b""


def _free(case_path: Path) -> Path:
    """Find a name beside the case for the plan as it is now: what an earlier update rests on stays."""
    names = (f"{case_path.stem}.last{number}.gpkg" for number in ("", *(f"_{count}" for count in range(2, 1000))))
    return next(path for path in map(case_path.with_name, names) if not path.exists())
