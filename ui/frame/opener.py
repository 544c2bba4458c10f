"""Opening: an empty case, a file, the demo; what takes time is done beside the main thread, and the panel says so."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from ...delineation.core.errors import Cancelled, visible
from ..shipped import DEMO
from ..text import changed_words, tr
from ..widgets.file_dialogs import ask_plan, documents, sure
from ..work.engine_loading import Engine
from ..work.open_reading import read_with_what_is_beside
from ..work.settings import PanelSetting

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ...delineation.case.model import Case
    from ...delineation.plan.file import Plan
    from ..work.open_reading import OpenedFiles
    from ..work.runner import Then
    from .dock import Dock


class Opener:
    """Opens things for a dock.

    Attributes
    ----------
    engine : Engine
        Loaded before anything is opened.
    showing : callable
        Of whoever shows plans: shows one on the map, a step at a time, before it is worked on.
    """

    def __init__(self, dock: Dock) -> None:
        self._dock = dock
        self.session, self.messages = dock.session, dock.place.messages
        self.engine = Engine(self.session.runner)
        self.showing: Callable[[Path, str], Iterator[None]] = _nothing

    def when_ready(self, do: Callable[[], object]) -> None:
        """Do something that needs the engine: at once, or when it is loaded, which the panel says meanwhile."""
        if self._dock.pages or self.engine.loaded:
            do()
            return

        def done() -> None:
            self._dock.welcome.wait(on=False)
            do()

        def failed(error: Exception) -> None:
            self._dock.welcome.wait(on=False)
            self.messages.fail(error, "loading")

        self._dock.welcome.wait(on=True)
        self.engine.load(done, failed)

    def new(self) -> None:
        """Begin an empty plan."""
        self.when_ready(self._new)

    def _new(self) -> None:
        if self._may_leave() and self._dock.ready():
            self.session.new()
            self._dock.turn_to("files")

    def open(self) -> None:
        """Ask for a plan or a case and open it."""
        path = ask_plan(self._dock)
        if path is not None:
            self.open_file(str(path))

    def open_file(self, file: str) -> None:
        """Open a plan or a case."""
        self.when_ready(lambda: self._open_file(file))

    def _open_file(self, file: str) -> None:
        def opened() -> None:
            PanelSetting.remember(file)
            if not self._dock.land():
                self._dock.turn_to("plan" if self.session.plan is not None else "files")

        if self._may_leave():
            self._read(Path(file).name, lambda: Path(file), opened)

    def try_demo(self) -> None:
        """Open the demo, in a copy of the user's own."""
        self.when_ready(self._try_demo)

    def _try_demo(self) -> None:
        def opened() -> None:
            path = self.session.case_path
            if path is not None:
                PanelSetting.remember(str(path))
                text = tr("The demo lies in {folder}. Go through the steps, or run it at once.", folder=path.parent)
                self.messages.say(text, "info")
            self._dock.turn_to("files")

        if self._may_leave():
            folder = Path(documents())
            self._read(tr("the demo"), lambda: unpack_demo(folder), opened)

    def _read(self, name: str, find: Callable[[], Path], opened: Then) -> None:
        """Read a case or a plan beside the main thread, since a large one takes seconds, and open it."""
        runner = self.session.runner
        before = self.session.case, self.session.plan

        def ended() -> None:
            self._opening("")

        def failed(error: Exception) -> None:
            ended()
            if not isinstance(error, Cancelled):
                self.messages.fail(error, "open" if not isinstance(error, ImportError) else "")

        title = tr("Opening {name}…", name=visible(name))
        self._opening(title)
        runner.start(
            title,
            lambda _: read_with_what_is_beside(find()),
            done=lambda found: runner.in_steps(self._take(found, before, opened), done=ended, failed=failed),
            failed=failed,
        )

    def _take(self, found: OpenedFiles, before: tuple[Case | None, Plan | None], opened: Then) -> Iterator[None]:
        """Work on what was read; pages and layers are made one at a time, so that the window never stands still."""
        session = self.session

        def wanted() -> bool:
            """Nobody has opened another project meanwhile."""
            return before[0] is session.case and before[1] is session.plan

        if found.case is not None or found.plan is not None:
            yield from self._dock.making()
        if found.plan is not None and found.plan_path is not None:
            for _ in self.showing(found.plan_path, found.name):
                yield
                if not wanted():
                    return
        if wanted() and session.take(found):
            if found.plan is not None and found.plan.changes:
                self.messages.say(changed_words(found.plan), "warning")
            yield
            opened()

    def _opening(self, title: str) -> None:
        """Say that something is being opened; nothing else can be done meanwhile."""
        self._dock.header.opening = title
        self._dock.header.refresh()
        stack = self._dock.stack
        # Only what is seen: pages that are made meanwhile would all be painted anew when they are switched on.
        for widget in (stack.currentWidget(),) if title else (self._dock.welcome, self._dock.work):
            widget.setEnabled(not title)
        self._dock.header.menu_button.setEnabled(not title)

    def _may_leave(self) -> bool:
        session = self.session
        if self._dock.header.opening:
            return False
        if session.busy:
            self.messages.say(tr("A run is on its way; stop it first."), "warning")
            return False
        case = session.case
        if case is None or session.case_saved or not (case.sources or case.rasters):
            return True
        name = session.name or tr("The new plan")
        return sure(self._dock, tr("“{name}” has changes that are not saved. Leave them?", name=name), tr("Leave them"))


def _nothing(*_: object) -> Iterator[None]:
    """Nobody shows plans."""
    return iter(())


# ── The demo in a folder of the user's, where a run may write beside it ─────────────────────────────────────────────

LEFT_OUT = (".py", ".md~")
FOLDER = "control_units_demo"


def unpack_demo(documents: Path) -> Path:
    """Copy the demo into a folder of its own below ``documents``.

    A copy that is there and whose case nobody changed is taken again; a changed one stays as it is and a new copy is
    made beside it.

    Returns
    -------
    Path
        The case file.
    """
    for number in range(1, 1000):
        folder = documents / (FOLDER if number == 1 else f"{FOLDER}_{number}")
        case = folder / "case.toml"
        if not folder.exists():
            # Made under another name first: half a copy is no demo.
            half = folder.with_name(f".{folder.name}.part")
            shutil.rmtree(half, ignore_errors=True)
            documents.mkdir(parents=True, exist_ok=True)
            shutil.copytree(DEMO, half, ignore=_unneeded)
            half.rename(folder)
            return case
        if case.is_file() and case.read_bytes() == (DEMO / "case.toml").read_bytes():
            return case
    raise FileExistsError(str(documents / FOLDER))


def _unneeded(_: str, names: list[str]) -> list[str]:
    return [name for name in names if name.startswith((".", "__")) or name.endswith(LEFT_OUT)]
