"""Stand-ins for what is slow or needs a window: a runner that waits to be told, messages, the QGIS interface."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from command import ROOT
from control_units.delineation.core.errors import Cancelled
from control_units.ui.pages.page import Workplace
from control_units.ui.widgets.messages import Messages
from control_units.ui.work.session import Session
from qgis.core import QgsProcessingContext, QgsProcessingFeedback, QgsProject
from qgis.gui import QgsMapCanvas, QgsMessageBar
from qgis.PyQt.QtWidgets import QMainWindow

if TYPE_CHECKING:
    from pathlib import Path


class SlowRunner:
    """Keeps work until ``finish``: between the two the main thread is free, as with a task."""

    def __init__(self) -> None:
        self.waiting: list[tuple[str, Any, Any, Any, Any]] = []
        self.stopped: list[str] = []

    def start(self, title: str, work: Any, *, done: Any, failed: Any, progress: Any = None) -> Any:
        entry = (title, work, done, failed, progress or (lambda *_: None))
        self.waiting.append(entry)

        def stop() -> None:
            if entry in self.waiting:
                self.waiting.remove(entry)
                self.stopped.append(title)
                failed(Cancelled())

        return stop

    def in_steps(self, steps: Any, *, done: Any, failed: Any) -> None:
        self.start("in steps", lambda _: list(steps), done=lambda _: done(), failed=failed)

    def finish(self) -> int:
        """Do all that waits; say how much that was."""
        count = 0
        while self.waiting:
            _, work, done, failed, progress = self.waiting.pop(0)
            count += 1
            try:
                result = work(progress)
            except Exception as error:
                failed(error)
            else:
                done(result)
        return count


class Iface:
    """The parts of QgisInterface that pages use."""

    def __init__(self) -> None:
        self.window = QMainWindow()
        self.canvas = QgsMapCanvas(self.window)
        self.bar = QgsMessageBar(self.window)

    def mapCanvas(self) -> QgsMapCanvas:  # noqa: N802 - QGIS calls it so
        return self.canvas

    def messageBar(self) -> QgsMessageBar:  # noqa: N802
        return self.bar

    def mainWindow(self) -> QMainWindow:  # noqa: N802
        return self.window


class StopsAt(QgsProcessingFeedback):
    """A user who presses Cancel when the bar has come so far."""

    def __init__(self, percent: float) -> None:
        super().__init__()
        self.percent = percent

    def isCanceled(self) -> bool:  # noqa: N802 - QGIS calls it so
        return self.progress() >= self.percent


def processed(algorithm: Any, given: dict[str, Any]) -> tuple[dict[str, Any], bool, str, QgsProcessingContext]:
    """Run an algorithm in the project that is open: results, whether it went well, its log, and where layers are."""
    context, feedback = QgsProcessingContext(), QgsProcessingFeedback()
    context.setProject(QgsProject.instance())
    results, ok = algorithm.run(given, context, feedback)
    return results, ok, feedback.textLog(), context


class Said(Messages):
    """Messages that are kept."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.details: list[str] = []
        self.noted: list[BaseException] = []

    def say(self, text: str, level: str = "info", details: str = "", folder: str = "") -> None:  # noqa: ARG002 - as Messages
        self.texts.append(text)
        self.details.append(details)

    def note(self, error: BaseException, doing: str = "", stage: str = "") -> None:  # noqa: ARG002 - as Messages
        self.noted.append(error)


def workplace(runner: Any | None = None) -> Workplace:
    """Make a workplace with a session that has nothing open."""
    return Workplace(Session(runner or SlowRunner()), Said(), Iface())


OWN_NAMES = """
[en.category]
1 = "class one"
[en.role]
red_line = "the red line"
[en.stage]
repair = "mending"
[en.raster]
slope = "steepness"
[en.dimension]
space = "where"
"""
OWN_METHOD = """
[method.ward]
name_zh = "本院聚类"
name_en = "our clustering"
zh = "聚类。"
en = "Clusters."
"""


def own_profile(folder: Path) -> Path:
    """Write a bureau's profile, which calls some things otherwise in English, and give its file."""
    text = (ROOT / "resources" / "profiles" / "national.toml").read_text(encoding="utf-8")
    (folder / "own").mkdir()
    (folder / "own.toml").write_text(text.replace('tables = "national"', 'tables = "own"', 1), encoding="utf-8")
    (folder / "own" / "names.toml").write_text(OWN_NAMES, encoding="utf-8")
    (folder / "own" / "explanations.toml").write_text(OWN_METHOD, encoding="utf-8")
    return folder / "own.toml"
