"""A way out of the result: its entry lists and its units as files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.PyQt.QtCore import QCoreApplication, QObject, pyqtSignal

from ...delineation.core.errors import BadInput, Cancelled, visible
from ...delineation.core.messages import Message, at
from ..text import language
from ..widgets.file_dialogs import ask_save

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from qgis.PyQt.QtWidgets import QWidget

    from ...delineation.core.progress import Progress
    from ...delineation.export.registry import Written
    from .page import Workplace

__all__ = ["Saving"]

translate = QCoreApplication.translate


class Saving(QObject):
    """Saves what a plan file holds, one thing at a time and beside the main thread."""

    changed = pyqtSignal()  # something is being saved, or is no more

    def __init__(self, place: Workplace, parent: QWidget) -> None:
        super().__init__(parent)
        self._place, self._session, self._parent = place, place.session, parent
        self.busy = False

    @property
    def possible(self) -> bool:
        """There is a plan, and nothing is being saved or run."""
        return self._session.plan_path is not None and not self.busy and not self._session.busy

    def lists(self) -> None:
        """Ask for a place and save the entry lists there."""
        self._ask(
            "lists",
            translate("ControlUnits", "Save the entry lists"),
            translate("ControlUnits", "{name} entry lists").format(name=self._session.name),
            translate("ControlUnits", "{clauses} clauses of {units} units are in {file}.").format,
        )

    def units(self) -> None:
        """Ask for a place and save the units there, as one of the kinds of files that there are for them."""
        self._ask(
            "units",
            translate("ControlUnits", "Save the units"),
            translate("ControlUnits", "{name} control units").format(name=self._session.name),
            _of_units,
        )

    def _ask(self, what: str, title: str, name: str, worded: Callable[..., str]) -> None:
        """Ask for a place, and save there in the format of ``what`` that its suffix stands for."""
        from ...delineation.export.registry import exporters

        formats = {one.suffix: one for one in exporters().values() if one.what == what}
        kinds = {suffix: one.file_kind(language()) for suffix, one in formats.items()}
        path = ask_save(self._parent, title, name, kinds)
        if path is not None:
            # A suffix of no format is refused where the file would be written, in one sentence.
            one = formats.get(path.suffix.lower(), next(iter(formats.values())))
            self._save(path, one.name, worded)

    def _save(self, path: Path, name: str, worded: Callable[..., str]) -> None:
        plan_path = self._session.plan_path
        if plan_path is None or not self.possible:
            return
        try:
            self._refuse(path)
        except BadInput as error:
            self._place.messages.fail(error)
            return

        def work(progress: Progress) -> Written:
            from ...delineation.export.registry import export

            return export(name, plan_path, path, progress=progress)

        def done(written: Written) -> None:
            self._turn(on=False)
            self._place.messages.say(
                worded(file=visible(str(path)), **written.facts), "success", folder=str(path.parent)
            )

        def failed(error: Exception) -> None:
            self._turn(on=False)
            if not isinstance(error, Cancelled):
                self._place.messages.fail(error, "save")

        self._turn(on=True)
        title = translate("ControlUnits", "Saving {name}").format(name=path.name)
        self._session.runner.start(title, work, done=done, failed=failed)

    def _refuse(self, path: Path) -> None:
        """Refuse to write over the plan, its case, or what the case reads."""
        session, case = self._session, self._session.case
        held = [one for one in (session.plan_path, session.case_path) if one is not None]
        if case is not None:
            specs = (*case.sources, *case.rasters)
            held += [case.file(file) for spec in specs for file in spec.files]
        if any(one.resolve() == path.resolve() for one in held):
            what, wanted = Message("the case needs this file"), Message("another file name for the output")
            raise BadInput(what, where=at(path), wanted=wanted)

    def _turn(self, *, on: bool) -> None:
        self.busy = on
        self.changed.emit()


def _of_units(*, file: str, units: int, encoding: str, cut: int) -> str:
    parts = [translate("ControlUnits", "{units} units are in {file}.").format(units=units, file=file)]
    if file.lower().endswith(".shp"):
        more = translate(
            "ControlUnits", "Its fields have short names (code, name, cat_name …), its texts are in {encoding}."
        )
        parts.append(more.format(encoding=encoding))
    if cut:
        more = translate("ControlUnits", "Texts that were too long for a Shapefile and were cut: {count}.")
        parts.append(more.format(count=cut))
    return ("" if language() == "zh" else " ").join(parts)
