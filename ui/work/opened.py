"""What is open: the case being drafted and the plan it gave, each with its file.

The engine's libraries load with the first case, not with QGIS: imports of what needs them stand in the methods.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import QObject, pyqtSignal

from ...delineation.case.profile import read_profile
from ...delineation.core.errors import DelineationError
from ..text import profile_of
from .open_reading import OpenedFiles, read_with_what_is_beside
from .runner import Failure
from .settings import PanelSetting

if TYPE_CHECKING:
    from ...delineation.case.model import Case
    from ...delineation.case.profile import Profile
    from ...delineation.plan.file import Plan
    from ...delineation.sources.inputs import Inputs
    from .source_notes import SourceNote


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
    known : tuple of SourceNote
        What is known of sources besides what the case says: doubts of a guess, layers that are not used.
    """

    opened = pyqtSignal()  # something else: nothing that was known or set of what was open before holds
    case_changed = pyqtSignal()
    plan_changed = pyqtSignal()
    known_changed = pyqtSignal()
    saved_beside = pyqtSignal(object, object)  # the case's file, written by hand, and the new one
    failed = pyqtSignal(object)  # Failure

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.case: Case | None = None
        self.case_saved = True
        self.plan: Plan | None = None
        self.plan_path: Path | None = None
        self.known: tuple[SourceNote, ...] = ()
        self.last_inputs: Inputs | None = None

    @property
    def empty(self) -> bool:
        """Nothing is open."""
        return self.case is None and self.plan is None

    @property
    def case_path(self) -> Path | None:
        """The case's file, None while it has none."""
        return self.case.path if self.case is not None and self.case.path.name else None

    @property
    def profile(self) -> Profile:
        """The case's profile, the plan's where only a plan is open, the national one where that is elsewhere."""
        if self.case is not None:
            return self.case.profile
        return (profile_of(self.plan) if self.plan is not None else None) or read_profile()

    def file(self, path: str) -> Path:
        """Find a path of the case, from where we stand."""
        return self.case.file(path) if self.case is not None else Path(path)

    @property
    def name(self) -> str:
        """What the header calls it."""
        return OpenedFiles(self.case, self.plan).name

    # ── the case ──────────────────────────────────────────────────────────────────────────────────────────────────

    def new(self) -> Case:
        """Begin an empty case."""
        from ...delineation.case.model import Case

        case = Case(path=Path(), name="", profile=read_profile(), sources=())
        self._take(case, None, None)
        return case

    def change(self, **fields: Any) -> None:
        """Change fields of the case: ``change(rules=replace(session.case.rules, switches={…}))``."""
        changed = replace(self.case or self.new(), **fields)
        if changed != self.case:
            self.case, self.case_saved = changed, False
            self.case_changed.emit()

    def open_case(self, path: Path) -> bool:
        """Read a case with its plan, or a plan with its case, and work on it; see ``take``."""
        return self.take(read_with_what_is_beside(path))

    def take(self, found: OpenedFiles) -> bool:
        """Work on what was read; False and ``failed`` where it could not be."""
        for failure in found.failures:
            self.failed.emit(failure)
        if found.case is None and found.plan is None:
            return False
        self._take(found.case, found.plan, found.plan_path, inputs=found.inputs)
        return True

    def save_case(self, path: Path) -> bool:
        """Write the case; its paths become relative to the file.

        Over its own file it is written so that comments of whoever wrote that by hand stay; where they cannot stay, it
        goes into another file beside it, which is its file from then on, and ``saved_beside`` says so.
        """
        if self.case is None:
            return False
        try:
            from ...delineation.case.writing import relocated, rewrite_case_file, write_case_file

            case, written = relocated(self.case, path), path
            if path == self.case_path:
                written = rewrite_case_file(case, path)
            else:
                write_case_file(case, path)
        except (DelineationError, OSError) as error:
            return self.report("save_case", error)
        self.case, self.case_saved = replace(case, path=written), True
        PanelSetting.remember(str(written))
        self.case_changed.emit()
        if written != path:
            self.saved_beside.emit(path, written)
        return True

    def put_case_back(self, case: Case, text: bytes) -> bool:
        """Work on the case as it was once, its file to the last byte as it was then."""
        from ...delineation.core.atomic_files import replacing

        try:
            with replacing(case.path) as part:
                part.write_bytes(text)
        except (DelineationError, OSError) as error:
            return self.report("save_case", error)
        self.case, self.case_saved = case, True
        self.case_changed.emit()
        return True

    def set_known(self, known: tuple[SourceNote, ...]) -> None:
        """Note what is known of sources besides the case."""
        if known != self.known:
            self.known = known
            self.known_changed.emit()

    # ── inside ────────────────────────────────────────────────────────────────────────────────────────────────────

    def _take(
        self,
        case: Case | None,
        plan: Plan | None,
        plan_path: Path | None,
        *,
        saved: bool = True,
        inputs: Inputs | None = None,
        known: tuple[SourceNote, ...] = (),
    ) -> None:
        """Work on something else; nothing of what was before stays."""
        self.case, self.case_saved, self.known, self.last_inputs = case, saved, known, inputs
        self.plan, self.plan_path = plan, plan_path if plan is not None else None
        self.opened.emit()
        self.case_changed.emit()
        self.plan_changed.emit()

    def report(self, doing: str, error: Exception, stage: str = "") -> bool:
        """Say that something did not work; the answer is False, for whoever passes it on."""
        self.failed.emit(Failure(doing, error, stage))
        return False
