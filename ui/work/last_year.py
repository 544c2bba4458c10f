"""Last year's package, learned as a layout: what each of its columns was taken for, and what a person says it is.

Knows no widget. What was learned lies in a folder for temporary files until somebody wants to use it.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from qgis.PyQt.QtCore import QObject, pyqtSignal

from ...delineation.core.errors import BadInput
from ..text import tr

if TYPE_CHECKING:
    from ...delineation.core.progress import Progress
    from ...delineation.package.like.found import Match, TableMatch
    from ...delineation.package.like.learn import Learned
    from .packaging import Packaging

LEARNING = "like"  # what ``Outputs.at_work`` says meanwhile


class LastYear(QObject):
    """What was learned from a package of last year.

    Attributes
    ----------
    packaging : Packaging
        Whose layout it becomes.
    learned : Learned or None
    failure : Exception or None
        Why the last thing that was tried failed.
    """

    changed = pyqtSignal()

    def __init__(self, packaging: Packaging, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.packaging = packaging
        self.learned: Learned | None = None
        self.failure: Exception | None = None
        self._scratch: tempfile.TemporaryDirectory[str] | None = None
        packaging.session.opened.connect(self.forget)

    @property
    def busy(self) -> bool:
        """A package is being learned."""
        return self.packaging.outputs.at_work == LEARNING

    @property
    def used(self) -> bool:
        """It is the layout of this year's package."""
        return self.learned is not None and self.packaging.chosen == str(self.learned.profile)

    @property
    def kept(self) -> bool:
        """It lies where somebody put it."""
        return self.learned is not None and self._scratch is None

    def proposed(self) -> Path | None:
        """Give the file that the layout is kept in: beside the plan."""
        plan = self.packaging.session.plan_path
        name = tr("as_last_year", "name of a file")
        return None if plan is None else plan.absolute().parent / f"{name}.toml"

    def learn(self, folder: Path) -> None:
        """Learn a package beside the main thread."""
        proposed = self.proposed()
        if proposed is None:
            return
        scratch = tempfile.TemporaryDirectory(prefix="control-units-like.", ignore_cleanup_errors=True)
        output = Path(scratch.name) / proposed.name

        def work(progress: Progress) -> Learned:
            from ...delineation.package.like.learn import learn

            return learn(folder, output, progress=progress)

        def done(learned: Learned) -> None:
            self.forget()
            self.learned, self._scratch = learned, scratch
            self.changed.emit()

        title = tr("Learning {name}", name=folder.name)
        if self.packaging.outputs.work_on(LEARNING, title, work, done=done, failed=self._failed):
            self.forget()

    def correct(self, table: TableMatch, match: Match, of: str, *, namesakes: bool = False) -> None:
        """Say what a column holds, and its namesakes in other tables."""
        from ...delineation.package.like.correcting import corrected

        if self.learned is None or self.busy:
            return
        try:
            self.learned, self.failure = corrected(self.learned, table, match, of, namesakes=namesakes), None
        except BadInput as error:
            self.failure = error
        self.changed.emit()
        if self.used:
            self.packaging.choose(str(self.learned.profile))

    def use(self, output: Path) -> None:
        """Make it the layout of this year's package, kept in a file; as it is where it is kept already."""
        from ...delineation.package.like.correcting import put_learned

        if self.learned is None or self.busy:
            return
        try:
            if output != self.learned.profile:
                self.learned = put_learned(self.learned, output)
        except BadInput as error:
            self.failure = error
            self.changed.emit()
            return
        self.failure = None
        self._clean_up()
        self.packaging.choose(str(output))
        self.changed.emit()

    def forget(self) -> None:
        """Show no package any more; a layout that is used stays where it is."""
        self.learned, self.failure = None, None
        self._clean_up()
        self.changed.emit()

    def _clean_up(self) -> None:
        scratch, self._scratch = self._scratch, None
        if scratch is not None:
            scratch.cleanup()

    def _failed(self, error: Exception) -> None:
        self.failure = error
        self.changed.emit()
