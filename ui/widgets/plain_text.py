"""What people and files say, shown as it is written and never taken for HTML: in labels, in tool tips."""

from __future__ import annotations

from html import escape
from typing import Any

from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QLabel, QSizePolicy, QWidget


def as_html(text: str) -> str:
    """Write a text so that HTML shows it as it is, line by line."""
    return escape(text).replace("\n", "<br>")


def as_tip(text: str) -> str:
    """Write a text so that a tool tip shows it as it is: Qt takes one for HTML where it looks like it."""
    return f"<p style='white-space:pre-wrap'>{escape(text)}</p>" if Qt.mightBeRichText(text) else text


def embolden(widget: QWidget, *, bold: bool = True) -> None:
    """Let a widget's text be bold, or plain again."""
    font = widget.font()
    font.setBold(bold)
    widget.setFont(font)


class PlainLabel(QLabel):
    """A label for what was not written in this program; its buddy's ``&`` counts all the same.

    ``selectable`` is a text that the mouse may select; ``properties`` are Qt's, as any of its widgets takes them.
    """

    def __init__(
        self,
        text: str = "",
        parent: QWidget | None = None,
        *,
        wrap: bool = False,
        selectable: bool = False,
        **properties: Any,
    ) -> None:
        super().__init__(parent, wordWrap=wrap, **properties)
        if selectable:
            self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setText(text)

    def say(self, text: str) -> None:
        """Show a text; where there is none, nothing."""
        self.setText(text)
        self.setVisible(bool(text))

    def keep_height(self) -> None:
        """Be as high as the text needs, however low the panel: what lies below gives way."""
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
