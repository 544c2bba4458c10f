"""What the plugin says: a sentence where the user looks, and enough in the log for a report of a fault."""

from __future__ import annotations

import traceback
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from qgis.core import Qgis, QgsMessageLog
from qgis.PyQt.QtCore import QCoreApplication
from qgis.PyQt.QtWidgets import QPushButton

from ...delineation.errors import DelineationError, MissingLibrary
from ..text import sentence
from .details import show_details

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Messages", "Said"]

translate = QCoreApplication.translate
TAG = "Control Units"
SECONDS = 6


@dataclass(frozen=True)
class Said:
    """One message: ``level`` is ``info``, ``success``, ``warning`` or ``error``."""

    level: str
    text: str
    details: str = ""


LEVELS = {
    "info": Qgis.MessageLevel.Info,
    "success": Qgis.MessageLevel.Success,
    "warning": Qgis.MessageLevel.Warning,
    "error": Qgis.MessageLevel.Critical,
}


class Messages:
    """Says things. A problem goes onto the panel where it is open, else into QGIS's message bar; all goes into the log.

    Attributes
    ----------
    panel : callable or None
        Takes a ``Said`` and answers whether it was shown.
    """

    def __init__(self, iface: Any = None) -> None:
        self._iface = iface
        self.panel: Callable[[Said], bool] | None = None

    def say(self, text: str, level: str = "info", details: str = "") -> None:
        """Say one sentence."""
        said = Said(level, text, details)
        log = f"{text}\n{details}" if details else text
        QgsMessageLog.logMessage(log, TAG, LEVELS["info" if level == "success" else level], False)
        if self.panel is not None and self.panel(said):
            return
        if self._iface is not None:
            self._push(said)

    def fail(self, error: BaseException) -> None:
        """Word an error: the engine's in the user's language; anything else is a fault of the plugin and says so."""
        if isinstance(error, DelineationError):
            self.say(sentence(error), "error")
            return
        if isinstance(error, ModuleNotFoundError):
            missing = MissingLibrary(f"{error.name} is not installed", wanted=str(error.name))
            self.say(sentence(missing), "error")
            return
        if isinstance(error, OSError) and error.strerror:
            text = translate("ControlUnits", "{file}: {reason}. Choose another place, or close what holds the file.")
            self.say(text.format(file=error.filename or "", reason=error.strerror), "error")
            return
        details = "".join(traceback.format_exception(type(error), error, error.__traceback__))
        text = translate("ControlUnits", "This is a fault of the plugin ({kind}). Nothing was changed; please report it with the details.")  # noqa: E501
        self.say(text.format(kind=type(error).__name__), "error", details)

    def _push(self, said: Said) -> None:
        bar = self._iface.messageBar()
        widget = bar.createMessage(translate("ControlUnits", "Control units"), said.text)
        if said.details:
            button = QPushButton(translate("ControlUnits", "Details…"), widget)
            button.clicked.connect(lambda: show_details(said.text, said.details, self._iface.mainWindow()))
            widget.layout().addWidget(button)
        bar.pushWidget(widget, LEVELS[said.level], 0 if said.level == "error" else SECONDS)
