"""What every step and desk of the panel has in common: a name, an icon, a state in one sentence and one next action."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import QWidget

from ..shipped import own_icon

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qgis.core import QgsMapLayer
    from qgis.gui import QgsMapCanvas
    from qgis.PyQt.QtGui import QIcon, QShowEvent

    from ..widgets.messages import Messages
    from ..work.session import Session

Mark = Literal["done", "next", "problem", "todo"]


@dataclass(frozen=True)
class StepState:
    """How far a step is.

    Attributes
    ----------
    mark : str
        ``done`` ✔, ``next`` ● (can be worked on now), ``problem`` ! (something must be mended), ``todo`` ○ (waits for
        another step).
    sentence : str
        What is missing, or what was done; one sentence in the user's language.
    action : str
        Text of the button for the next step, "" where this page offers none.
    """

    mark: Mark
    sentence: str = ""
    action: str = ""


@dataclass(frozen=True)
class Workplace:
    """What pages are given: fakes in tests.

    Attributes
    ----------
    session : Session
    messages : Messages
        The message bar and the log.
    iface : QgisInterface
    """

    session: Session
    messages: Messages
    iface: Any

    @property
    def canvas(self) -> QgsMapCanvas:
        """The map."""
        return self.iface.mapCanvas()


class Page(QWidget):
    """One step, or one desk. Subclasses build their widgets in ``__init__`` and follow the session's signals.

    A page that is not shown does nothing on a signal but note it: ``refresh`` is called when it comes to the front.

    Attributes
    ----------
    NAME : str
        Also of its icon ``resources/icons/step_NAME.svg`` and its help pages ``resources/help/NAME.en.html``, ``.zh``.
    FOR : {"", "files", "plan"}
        What brings it to the front by itself: a case without a plan, and files that are dropped on the panel; or a plan
        that was made or opened.
    DESK : bool
        It is no step: opened in any order, and never what comes next.
    """

    NAME: ClassVar[str]
    FOR: ClassVar[Literal["", "files", "plan"]] = ""
    DESK: ClassVar[bool] = False
    state_changed = pyqtSignal()  # ask the panel to look at ``state()`` again
    asked_for = pyqtSignal(str)  # ask the panel to bring another page to the front, by its name

    def __init__(self, place: Workplace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(f"control_units_{self.NAME}")
        self.place = place
        self.session = place.session
        self.acting: tuple[QWidget, ...] = ()  # its own buttons that do what ``act`` does

    def title(self) -> str:
        """Name the step in the user's language."""
        raise NotImplementedError

    def icon(self) -> QIcon:
        """Give the icon of the list."""
        return own_icon(f"step_{self.NAME}")

    def state(self) -> StepState:
        """Say how far the step is; cheap, since it is asked after every change."""
        raise NotImplementedError

    def refresh(self) -> None:
        """Show the session as it is now."""

    def follow(self, *_: object) -> None:
        """Show the session as it is now where somebody looks; else only ask the panel to look at ``state()`` again."""
        if self.isVisible():
            self.refresh()
        else:
            self.state_changed.emit()

    def look_again(self) -> None:
        """Look at the disk: somebody comes back to QGIS from another program; cheap, since that happens often."""

    def take_in(self, files: Sequence[str], layers: Sequence[QgsMapLayer]) -> None:
        """Take in what was dropped on the panel; asked of the page for files."""

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()

    def act(self) -> None:
        """Do what ``state().action`` says."""
