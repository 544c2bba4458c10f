"""Check installation: which libraries are there, what each is for, how to get what is missing without a network."""

from __future__ import annotations

import sys

from qgis.core import Qgis
from qgis.PyQt.QtCore import QCoreApplication, Qt
from qgis.PyQt.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from ...delineation.libraries import check, in_words, offline_command
from ..text import language
from .marks import mark_icon

__all__ = ["InstallationDialog", "show_installation"]

translate = QCoreApplication.translate


class InstallationDialog(QDialog):
    """The list, the command for what is missing, and a report to hand on."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(translate("ControlUnits", "Check installation"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(720, 500)
        statuses = self.statuses = check(load=True)
        layout = QVBoxLayout(self)
        lacking = [one for one in statuses if not one.usable]
        needed = [one for one in lacking if one.library.needed]
        if needed:
            text = translate("ControlUnits", "Nothing works without {names}.").format(
                names=", ".join(one.library.name for one in needed)
            )
        elif lacking:
            text = translate("ControlUnits", "All the main work can be done; {names} would add to it.").format(
                names=", ".join(one.library.name for one in lacking)
            )
        else:
            text = translate("ControlUnits", "Everything is there.")
        heading = QLabel(text, self)
        heading.setWordWrap(True)
        layout.addWidget(heading)
        layout.addWidget(self._table())
        self.command = offline_command(statuses)
        if self.command:
            label = QLabel(translate("ControlUnits", "In the OSGeo4W Shell, in the folder of the offline kit:"), self)
            layout.addWidget(label)
            line = QLineEdit(self.command, self)
            line.setReadOnly(True)
            line.setCursorPosition(0)
            layout.addWidget(line)
        versions = QLabel(f"QGIS {Qgis.QGIS_VERSION} · Python {sys.version.split()[0]}", self)
        layout.addWidget(versions)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        copy = buttons.addButton(translate("ControlUnits", "&Copy"), QDialogButtonBox.ButtonRole.ActionRole)
        copy.setToolTip(translate("ControlUnits", "Copies the list, to hand it to whoever helps."))
        copy.clicked.connect(self._copy)
        buttons.rejected.connect(self.close)
        layout.addWidget(buttons)

    def _table(self) -> QTreeWidget:
        chinese = language() == "zh"
        table = QTreeWidget(self)
        table.setRootIsDecorated(False)
        table.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        table.setHeaderLabels([
            translate("ControlUnits", "Library"), translate("ControlUnits", "Version"),
            translate("ControlUnits", "State"), translate("ControlUnits", "What it is for"),
        ])  # fmt: skip
        words = {
            "found": translate("ControlUnits", "found"), "replaced": translate("ControlUnits", "replaced"),
            "missing": translate("ControlUnits", "missing"), "too old": translate("ControlUnits", "too old"),
            "broken": translate("ControlUnits", "broken"),
        }  # fmt: skip
        for one in self.statuses:
            library = one.library
            use = library.zh if chinese else library.en
            without = library.without_zh if chinese else library.without_en
            item = QTreeWidgetItem(table, [library.name, one.version, words[one.state], use])
            mark = "done" if one.usable else "problem" if library.needed else "check"
            item.setIcon(0, mark_icon(mark))
            item.setToolTip(3, "\n".join(filter(None, [use, "" if one.usable else without, one.why])))
        for column in range(3):
            table.header().setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        return table

    def _copy(self) -> None:
        head = f"QGIS {Qgis.QGIS_VERSION}, Python {sys.version.split()[0]}, {sys.platform}"
        QApplication.clipboard().setText(f"{head}\n{in_words(self.statuses, language=language())}")


def show_installation(parent: QWidget | None = None) -> InstallationDialog:
    """Open the window; it does not stop the work."""
    dialog = InstallationDialog(parent)
    dialog.show()
    return dialog
