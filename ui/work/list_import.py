"""A workbook of entry lists that somebody wants in the plan: held against it first, then taken as one edit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.PyQt.QtCore import pyqtSignal

from ..text import tr
from .plan_question import PlanQuestion

if TYPE_CHECKING:
    from pathlib import Path

    from ...delineation.core.progress import Progress
    from ...delineation.lists.importing import ListImport
    from ...delineation.plan.file import Plan
    from .revision import Changed


class ListImporting(PlanQuestion):
    """Takes nothing that nobody has seen: where the plan was edited since, the workbook is held against it anew.

    Attributes
    ----------
    path : Path or None
        The workbook, None where none is wanted.
    found : ListImport or None
        What it says beyond the plan.
    remove : bool
        Clauses whose rows were deleted are taken out too.
    """

    moved = pyqtSignal()  # the plan was edited since
    taken = pyqtSignal(object)  # ListImport: it is in the plan

    path: Path | None = None
    found: ListImport | None = None
    remove = False
    _head = 0  # of the plan that it was held against
    _taking = False

    def read(self, path: Path, *, remove: bool = False) -> None:
        """Hold a workbook against the plan; ``answered`` or ``failed`` tells."""
        self.path, self.remove, self._taking = path, remove, False

        def work(plan: Plan, progress: Progress) -> tuple[ListImport, int]:
            from ...delineation.revision.timeline import timeline_of
            from ...delineation.verbs.listing import foresee_import

            return foresee_import(plan, path, remove_missing=remove, progress=progress), timeline_of(plan).head

        self.ask(tr("Reading entry lists"), work)

    def _tell(self, answer: tuple[ListImport, int]) -> None:
        self.found, self._head = answer
        super()._tell(self.found)

    def forget(self) -> None:
        """Want nothing any more."""
        self.drop()
        self.path = self.found = None

    def take(self) -> None:
        """Take it into the plan, as one edit of its journal."""
        self._session.revision.begin(self._take)

    def _take(self) -> None:
        from ...delineation.verbs.listing import import_op

        revision = self._session.revision
        line, plan = revision.timeline, self._session.plan
        if self.path is None or self.found is None or line is None or plan is None:
            return
        if revision.busy or line.head != self._head:
            self._read_again(self.path)
        else:
            self._taking = True
            revision.do(import_op(self.found, self.path, plan, reason=revision.reason))

    def follow_refusal(self) -> None:
        """Go on after something was not done: it is still to be taken."""
        self._taking = False

    def follow_edit(self, changed: Changed) -> None:
        """Tell of what was taken; after another edit hold the workbook against the plan as that left it."""
        if self.found is None or self.path is None:
            return
        if self._taking and changed.kind == "do":
            found = self.found
            self.forget()
            self.taken.emit(found)
        else:
            self._read_again(self.path)

    def _read_again(self, path: Path) -> None:
        self.read(path, remove=self.remove)
        self.moved.emit()
