"""A text behind a button: what a person who helps would ask for."""

from __future__ import annotations

from qgis.core import Qgis
from qgis.PyQt.QtCore import QCoreApplication, Qt
from qgis.PyQt.QtWidgets import QApplication, QDialog, QDialogButtonBox, QLabel, QPlainTextEdit, QVBoxLayout, QWidget

__all__ = ["show_details"]

translate = QCoreApplication.translate


def show_details(text: str, details: str, parent: QWidget | None = None) -> QDialog:
    """Open a window with a text that can be copied; it does not stop the work."""
    dialog = QDialog(parent)
    dialog.setWindowTitle(translate("ControlUnits", "Details"))
    dialog.resize(640, 380)
    layout = QVBoxLayout(dialog)
    heading = QLabel(text, dialog)
    heading.setWordWrap(True)
    layout.addWidget(heading)
    box = QPlainTextEdit(f"QGIS {Qgis.QGIS_VERSION}\n{details}", dialog)
    box.setReadOnly(True)
    layout.addWidget(box)
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, dialog)
    copy = buttons.addButton(translate("ControlUnits", "&Copy"), QDialogButtonBox.ButtonRole.ActionRole)
    copy.clicked.connect(lambda: QApplication.clipboard().setText(f"{text}\n{box.toPlainText()}"))
    buttons.rejected.connect(dialog.close)
    layout.addWidget(buttons)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.show()
    return dialog

