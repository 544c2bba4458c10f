"""A text behind a button: what a person who helps would ask for."""

from __future__ import annotations

import platform
import sys
import traceback

from qgis.core import Qgis
from qgis.PyQt.QtCore import QT_VERSION_STR, Qt, QUrl
from qgis.PyQt.QtWidgets import QApplication, QDialog, QDialogButtonBox, QPlainTextEdit, QTextBrowser, QWidget

from ...delineation.core.errors import DelineationError
from ...delineation.core.libraries import check
from ..shipped import plugin_version
from ..text import tr
from .layout import in_column
from .plain_text import PlainLabel


def details_of(error: BaseException, doing: str = "", stage: str = "") -> str:
    """Write down what a report of a fault needs, in English, as its reader may be anywhere.

    Parameters
    ----------
    error : BaseException
    doing : str
        What was tried: ``run``, ``open_case`` …
    stage : str
        What the engine was at.
    """
    facts = {"doing": doing, "stage": stage, "error": type(error).__name__}
    if isinstance(error, DelineationError):
        facts |= {"found": str(error.what), "where": str(error.where), "wanted": str(error.wanted)}
    else:
        facts["found"] = str(error)
    lines = [f"{name}: {fact}" for name, fact in facts.items() if fact]
    trace = "".join(traceback.format_exception(type(error), error, error.__traceback__)).strip()
    return "\n".join([*lines, "", *_versions(), "", trace])


def _versions() -> list[str]:
    """Versions of all that takes part; nothing is loaded for it."""
    vectors = sys.modules.get("pyogrio")
    gdal = ".".join(map(str, vectors.__gdal_version__)) if vectors is not None else ""
    libraries = [f"{one.library.name} {one.version or one.state}" for one in check()]
    return [
        f"Control Units {plugin_version()}, QGIS {Qgis.QGIS_VERSION}, Qt {QT_VERSION_STR}, "
        f"Python {sys.version.split()[0]}, {platform.platform()}",
        ", ".join([*libraries, *([f"GDAL {gdal}"] if gdal else [])]),
    ]


def show_details(text: str, details: str, parent: QWidget | None = None) -> QDialog:
    """Open a window with a text that can be copied; it does not stop the work."""
    dialog = QDialog(parent, windowTitle=tr("Details"))
    heading = PlainLabel(text, dialog, wrap=True)
    box = QPlainTextEdit(details, dialog, readOnly=True)
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, dialog, rejected=dialog.close)
    copy = buttons.addButton(tr("&Copy"), QDialogButtonBox.ButtonRole.ActionRole)
    copy.clicked.connect(lambda: QApplication.clipboard().setText(f"{text}\n{box.toPlainText()}"))
    return _shown(dialog, heading, box, buttons)


def show_page(address: QUrl, parent: QWidget | None = None) -> None:
    """Open a window with a help page, whose links lead to the others, where no browser shows it."""
    dialog = QDialog(parent, windowTitle=tr("Help"))
    _shown(dialog, QTextBrowser(dialog, objectName="control_units_help_page", source=address))


def _shown(dialog: QDialog, *parts: QWidget) -> QDialog:
    in_column(*parts, on=dialog)
    dialog.resize(640, 420)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.show()
    return dialog
