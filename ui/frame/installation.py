"""Check installation: which libraries are there, what each is for, how to get what is missing without a network."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from qgis.core import Qgis
from qgis.PyQt import sip
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import (
    QApplication,
    QDialog,
    QDialogButtonBox,
    QLabel,
    QLineEdit,
    QWidget,
)

from ...delineation.core.libraries import check, in_words, offline_command, osgeo4w_command
from ..text import language, listed, tr
from ..widgets.layout import in_column
from ..widgets.marks import mark_icon
from ..widgets.tables import RowsView, ViewColumn

if TYPE_CHECKING:
    from qgis.PyQt.QtGui import QIcon

    from ...delineation.core.libraries import Status
    from ..work.runner import Runner


class InstallationDialog(QDialog):
    """The list, the commands for what is missing, and a report to hand on.

    It opens at once with what lies on the disk; whether each library can be loaded takes a moment, and comes later.

    Parameters
    ----------
    runner : Runner
        Loads them beside the main thread.
    """

    def __init__(self, runner: Runner, parent: QWidget | None = None) -> None:
        super().__init__(parent, windowTitle=tr("Check installation"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(720, 540)
        self.heading = QLabel(self, wordWrap=True)
        self.table = _table(self)
        layout = in_column(self.heading, self.table, on=self)
        self.hints: list[tuple[QLabel, QLineEdit]] = []
        for text in (
            tr(
                "These come with QGIS 3.40 or newer: install it once more. Or in the OSGeo4W Shell, in a folder of downloaded packages:",  # noqa: E501
            ),
            tr("In the OSGeo4W Shell, in the folder of the offline kit:"),
        ):
            label, line = QLabel(text, self, wordWrap=True), QLineEdit(self, readOnly=True)
            label.setBuddy(line)
            layout.addWidget(label)
            layout.addWidget(line)
            self.hints.append((label, line))
        versions = QLabel(f"QGIS {Qgis.QGIS_VERSION} · Python {sys.version.split()[0]}", self)
        layout.addWidget(versions)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self, rejected=self.close)
        copy = buttons.addButton(tr("&Copy"), QDialogButtonBox.ButtonRole.ActionRole)
        copy.setToolTip(tr("Copies the list, to hand it to whoever helps."))
        copy.clicked.connect(self._copy)
        layout.addWidget(buttons)
        self._load(runner)

    def _load(self, runner: Runner) -> None:
        self._show(check())
        self.heading.setText(tr("Each library is being loaded, to see whether it works…"))

        def done(statuses: list[Status]) -> None:
            if not sip.isdeleted(self):
                self._show(statuses)

        # What cannot be loaded is told by its status; a check that was stopped leaves the first list.
        stop = runner.start(tr("Check installation"), lambda _: check(load=True), done=done, failed=lambda _: None)
        self.finished.connect(lambda _: stop())

    def _show(self, statuses: list[Status]) -> None:
        self.statuses = statuses
        lacking = [one for one in statuses if not one.usable]
        needed = listed(one.library.name for one in lacking if one.library.needed)
        if needed:
            text = tr("Nothing works without {names}.", names=needed)
        elif lacking:
            text = tr(
                "All the main work can be done; {names} would add to it.",
                names=listed(one.library.name for one in lacking),
            )
        else:
            text = tr("Everything is there.")
        self.heading.setText(text)
        self.table.rows.put(statuses)
        commands = (osgeo4w_command(statuses), offline_command(statuses))
        for (label, line), command in zip(self.hints, commands, strict=True):
            label.setVisible(bool(command))
            line.setVisible(bool(command))
            line.setText(command)
            line.setCursorPosition(0)

    def _copy(self) -> None:
        head = f"QGIS {Qgis.QGIS_VERSION}, Python {sys.version.split()[0]}, {sys.platform}"
        QApplication.clipboard().setText(f"{head}\n{in_words(self.statuses, language=language())}")


def _table(parent: QWidget) -> RowsView:
    words = {
        "found": tr("found"),
        "replaced": tr("replaced"),
        "missing": tr("missing"),
        "too old": tr("too old"),
        "broken": tr("broken"),
    }

    def mark(one: Status) -> QIcon:
        return mark_icon("done" if one.usable else "problem" if one.library.needed else "check")

    def use(one: Status) -> str:
        return one.library.zh if language() == "zh" else one.library.en

    def tip(one: Status) -> str:
        without = one.library.without_zh if language() == "zh" else one.library.without_en
        return "\n".join(filter(None, [use(one), "" if one.usable else without, one.why]))

    return RowsView(
        parent,
        ViewColumn(tr("Library"), lambda one: one.library.name, icon=mark),
        ViewColumn(tr("Version"), lambda one: one.version),
        ViewColumn(tr("State"), lambda one: words[one.state]),
        ViewColumn(tr("What it is for"), use),
        tip=tip,
        wide=3,
        alternatingRowColors=False,
        selectionMode=RowsView.SelectionMode.NoSelection,
    )


def show_installation(runner: Runner, parent: QWidget) -> InstallationDialog:
    """Open the window; it does not stop the work."""
    dialog = InstallationDialog(runner, parent)
    dialog.show()
    return dialog
