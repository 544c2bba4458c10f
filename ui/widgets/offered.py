"""Buttons that say why they cannot be pressed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .plain_text import as_tip

if TYPE_CHECKING:
    from qgis.PyQt.QtWidgets import QAbstractButton


def offer(button: QAbstractButton, tip: str, why_not: str = "") -> None:
    """Let a button be pressed, or say in its tool tip why it cannot; ``tip`` says what it does."""
    button.setEnabled(not why_not)
    button.setToolTip(as_tip(why_not or tip))
