"""What is open: the case being drafted and the plan it gave, each with its file.

The engine's libraries load with the first case, not with QGIS: imports of what needs them stand in the methods.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import QObject, pyqtSignal

from ...delineation.errors import DelineationError
from ...delineation.profile import read_profile
from .beside import case_beside, plan_beside
from .demo import unpack_demo
from .runner import Failure

if TYPE_CHECKING:
    from ...delineation.case import Case
    from ...delineation.plan import Plan
    from .known import Known

__all__ = ["Opened"]


class Opened(QObject):
    """A case, a plan or both.

    Attributes
    ----------
    case : Case or None
        The draft; frozen, so every edit is ``change(…)``. Without a file its ``path`` is ``Path()`` and the paths of
        its sources are absolute.
    case_saved : bool
        The draft is what its file holds.
    plan : Plan or None
        The plan as its file holds it.
    plan_path : Path or None
    known : tuple of Known
        What is known of sources besides what the case says: doubts of a guess, layers that are not used.
    """

    case_changed = pyqtSignal()
    plan_changed = pyqtSignal()
    known_changed = pyqtSignal()
    failed = pyqtSignal(object)  # Failure

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.case: Case | None = None
        self.case_saved = True
        self.plan: Plan | None = None
        self.plan_path: Path | None = None
        self.known: tuple[Known, ...] = ()

    @property
    def empty(self) -> bool:
        """Nothing is open."""
        return self.case is None and self.plan is None

    @property
    def case_path(self) -> Path | None:
        """The case's file, None while it has none."""
        return self.case.path if self.case is not None and self.case.path.name else None

    @property
    def name(self) -> str:
        """What the header calls it."""
        if self.case is not None and self.case.name:
            return self.case.name
        return str(self.plan.meta.get("name", "")) if self.plan is not None else ""

    # ── the case ──────────────────────────────────────────────────────────────────────────────────────────────────

    def new(self) -> None:
        """Begin an empty case."""
        from ...delineation.case import Case

        self._take(Case(path=Path(), name="", profile=read_profile(), sources=()), None, None)

    def change(self, **fields: Any) -> None:
        """Change fields of the case: ``change(rules=replace(session.case.rules, switches={…}))``."""
        if self.case is None:
            self.new()
        changed = replace(self.case, **fields)
        if changed != self.case:
            self.case, self.case_saved = changed, False
            self.case_changed.emit()

    def open_case(self, path: Path) -> bool:
        """Open a case file, and the plan beside it where there is one; False and ``failed`` where it cannot be."""
        case = self._case_of(path)
        if case is None:
            return False
        plan = plan_beside(path)
        self._take(case, self._plan_of(plan) if plan.is_file() else None, plan)
        return True

    def save_case(self, path: Path) -> bool:
        """Write the case; its paths become relative to the file."""
        if self.case is None:
            return False
        try:
            from ...delineation.casefile import relocated, write_case_file

            case = relocated(self.case, path)
            write_case_file(case, path)
        except (DelineationError, OSError) as error:
            return self.report("save_case", error)
        self.case, self.case_saved = case, True
        self.case_changed.emit()
        return True

    def try_demo(self, documents: Path) -> bool:
        """Copy the demo into a folder of the user's and open it."""
        try:
            case = unpack_demo(documents)
        except OSError as error:
            return self.report("try_demo", error)
        return self.open_case(case)

    # ── the plan ──────────────────────────────────────────────────────────────────────────────────────────────────

    def open_plan(self, path: Path) -> bool:
        """Open a plan, and the case beside it where there is one."""
        plan = self._plan_of(path)
        if plan is None:
            return False
        case = case_beside(path)
        self._take(self._case_of(case) if case is not None else None, plan, path)
        return True

    def reload_plan(self) -> bool:
        """Read the plan again: somebody wrote to its file."""
        plan = self._plan_of(self.plan_path) if self.plan_path is not None else None
        if plan is not None:
            self.plan = plan
        self.plan_changed.emit()
        return plan is not None

    def set_known(self, known: tuple[Known, ...]) -> None:
        """Note what is known of sources besides the case."""
        if known != self.known:
            self.known = known
            self.known_changed.emit()

    # ── inside ────────────────────────────────────────────────────────────────────────────────────────────────────

    def _take(
        self, case: Case | None, plan: Plan | None, plan_path: Path | None, *, saved: bool = True,
        known: tuple[Known, ...] = (),
    ) -> None:  # fmt: skip
        """Work on something else; nothing of what was before stays."""
        self.case, self.case_saved, self.known = case, saved, known
        self.plan, self.plan_path = plan, plan_path if plan is not None else None
        self.case_changed.emit()
        self.plan_changed.emit()

    def _case_of(self, path: Path, draft: str = "") -> Case | None:
        """Read a case file, or the draft of one; what cannot be read is reported."""
        try:
            from ...delineation.casereading import parse_case, read_case

            return parse_case(draft, path, draft=True) if draft else read_case(path)
        except (DelineationError, ImportError) as error:
            self.report("open_case", error)
        return None

    def _plan_of(self, path: Path) -> Plan | None:
        try:
            from ...delineation.plan import read_plan

            return read_plan(path)
        except (DelineationError, ImportError) as error:
            self.report("open_plan", error)
        return None

    def report(self, doing: str, error: Exception, stage: str = "") -> bool:
        """Say that something did not work; the answer is False, for whoever passes it on."""
        self.failed.emit(Failure(doing, error, stage))
        return False
