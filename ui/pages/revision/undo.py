"""Undo and redo of a revision as buttons that say what they would do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.PyQt.QtCore import QSize, Qt
from qgis.PyQt.QtWidgets import QAction, QToolButton

from ...shipped import own_icon
from ...text import tr
from ...widgets.plain_text import as_tip

if TYPE_CHECKING:
    from qgis.PyQt.QtWidgets import QWidget

    from ...work.revision import Revision

UNDO_KEYS = ("Ctrl+Z", "Ctrl+Y")


def undo_actions(revision: Revision, parent: QWidget, desk: str) -> dict[str, QAction]:
    """Make what the keys of undo and redo do at a desk."""
    undo, redo = (
        QAction(
            own_icon(icon), name, parent, objectName=f"control_units_{desk}_{icon}", triggered=lambda *_, do=do: do()
        )
        for icon, name, do in (("undo", tr("Undo"), revision.undo), ("redo", tr("Redo"), revision.redo))
    )
    return {"Ctrl+Z": undo, "Ctrl+Y": redo, "Ctrl+Shift+Z": redo}


def action_button(action: QAction, parent: QWidget) -> QToolButton:
    """Make a flat button of an action."""
    button = QToolButton(
        parent,
        objectName=f"{action.objectName()}_button",
        autoRaise=True,
        iconSize=QSize(20, 20),
        focusPolicy=Qt.FocusPolicy.TabFocus,
        accessibleName=action.toolTip() if action.icon().isNull() else action.text(),
    )
    button.setDefaultAction(action)
    return button


def undo_words(revision: Revision, *, begins: bool = False) -> tuple[str, str]:
    """Say what undo and redo would do; with ``begins``, undo begins the revision where nothing is open."""
    undo, redo = revision.undo_title(), revision.redo_title()
    nothing = tr("Begin the revision and undo the last edit") if begins else tr("Nothing to undo")
    return (
        tr("Undo: {title}", title=undo) if undo else nothing,
        tr("Redo: {title}", title=redo) if redo else tr("Nothing to redo"),
    )


def show_history(revision: Revision, undo: QAction, redo: QAction, *, able: bool, begins: bool = False) -> None:
    """Show what undo and redo would do, and whether they may."""
    undo.setEnabled(able and (begins or bool(revision.undo_title())))
    redo.setEnabled(able and bool(revision.redo_title()))
    for action, words, key in zip((undo, redo), undo_words(revision, begins=begins), UNDO_KEYS, strict=True):
        action.setToolTip(as_tip(f"{words} ({key})"))
