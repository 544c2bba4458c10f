"""What the plugin says: a sentence where the user looks, and enough in the log for a report of a fault."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

from qgis.core import Qgis, QgsMessageLog
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QUrl
from qgis.PyQt.QtGui import QDesktopServices
from qgis.PyQt.QtWidgets import QPushButton

from ...delineation.core.errors import DelineationError, MissingLibrary, visible
from ...delineation.core.libraries import check
from ...delineation.core.messages import at, foreign
from ..text import language, listed, sentence, tr
from ..text import said as in_words
from .details import details_of, show_details
from .plain_text import as_html

if TYPE_CHECKING:
    from collections.abc import Callable

    from qgis.gui import QgsMessageBarItem

TAG = "Control Units"
SECONDS = 6


@dataclass(frozen=True)
class Said:
    """One message: ``level`` is ``info``, ``success``, ``warning`` or ``error``; ``folder`` is one to open."""

    level: str
    text: str
    details: str = ""
    folder: str = ""


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
        self._at_map: Any = None  # what was said there last

    def say(self, text: str, level: str = "info", details: str = "", folder: str = "") -> None:
        """Say one sentence; a ``folder`` that it speaks of can be opened."""
        said = Said(level, visible(text), details, folder)
        _log(said)
        if self.panel is not None and self.panel(said):
            return
        if self._iface is not None:
            self._push(said)

    def say_at_map(self, text: str, level: str = "warning") -> None:
        """Say one sentence on QGIS's message bar, where the panel is open too: it is about what was done on the map."""
        said = Said(level, visible(text))
        _log(said)
        if self._iface is not None:
            if self._at_map is not None and not sip.isdeleted(self._at_map):
                self._iface.messageBar().popWidget(self._at_map)
            self._at_map = self._push(said)

    def fail(self, error: BaseException, doing: str = "", stage: str = "") -> None:
        """Word an error, with all that a report of it needs behind a button and in the log.

        Parameters
        ----------
        error : BaseException
            The engine's in the user's language; anything else is a fault of the plugin and says so.
        doing, stage : str
            As ``details_of`` takes them.
        """
        self.say(words_of(error), "error", details_of(error, doing, stage))

    def note(self, error: BaseException, doing: str = "", stage: str = "") -> None:
        """Put an error into the log alone: a page shows it already."""
        text = f"{words_of(error)}\n{details_of(error, doing, stage)}"
        QgsMessageLog.logMessage(escape(text, quote=False), TAG, LEVELS["warning"], False)

    def _push(self, said: Said) -> QgsMessageBarItem:
        bar = self._iface.messageBar()
        widget = bar.createMessage(tr("Control units"), as_html(said.text))
        if said.details:
            button = QPushButton(
                tr("Details…"),
                widget,
                clicked=lambda: show_details(said.text, said.details, self._iface.mainWindow()),
            )
            widget.layout().addWidget(button)
        if said.folder:
            button = QPushButton(tr("Open folder"), widget, clicked=lambda: open_folder(said.folder))
            widget.layout().addWidget(button)
        return bar.pushWidget(widget, LEVELS[said.level], 0 if said.level == "error" or said.folder else SECONDS)


def _log(said: Said) -> None:
    text = f"{said.text}\n{said.details}" if said.details else said.text
    # QGIS takes what is logged, and what is on its message bar, for HTML.
    level = LEVELS["info" if said.level == "success" else said.level]
    QgsMessageLog.logMessage(escape(text, quote=False), TAG, level, False)


def open_folder(folder: str) -> None:
    """Show a folder in the system's own program."""
    QDesktopServices.openUrl(QUrl.fromLocalFile(folder))


def words_of(error: BaseException) -> str:
    """Say in the user's language what an error means and what to do; what other programs said stays in the details."""
    help_ = tr("“Check installation” in the menu ☰ says how to get it.")
    if isinstance(error, MissingLibrary):
        return f"{sentence(error)}{'。' if language() == 'zh' else '. '}{help_}"
    if isinstance(error, DelineationError):
        return sentence(error)
    if isinstance(error, ImportError) and error.name and not error.name.startswith(__package__.partition(".")[0]):
        lacking = [one.library.name for one in check() if one.library.needed and not one.usable]
        names = listed(lacking or [error.name.partition(".")[0]])
        text = tr("Python lacks {names}, or cannot load it; nothing works without that.")
        return f"{text.format(names=names)}{'' if language() == 'zh' else ' '}{help_}"
    if isinstance(error, OSError) and error.strerror:
        return _of_the_system(error)
    return tr(
        "This is a fault of the plugin ({kind}). Nothing was changed; please report it with the details.",
        kind=type(error).__name__,
    )


def _of_the_system(error: OSError) -> str:
    """Word an error of files: the system's reason where there are words for it."""
    reason, system = foreign(error), str(error.strerror)
    if language() == "zh" and reason == at(system) and system.isascii():
        return tr(
            "{file} cannot be read or written. Choose another place, or close what holds the file.",
            file=error.filename or "",
        )
    return tr(
        "{file}: {reason}. Choose another place, or close what holds the file.",
        file=error.filename or "",
        reason=in_words(reason),
    )
