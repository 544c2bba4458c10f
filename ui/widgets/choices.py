"""Lists to choose from, each line a value and what it is called; the field in which one looks for what is listed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtWidgets import QLineEdit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from qgis.PyQt.QtWidgets import QComboBox, QWidget


def choose(combo: QComboBox, value: Any) -> None:
    """Let the line of a value be the chosen one; the first where there is none of it."""
    combo.setCurrentIndex(max(0, combo.findData(value)))


def fill(combo: QComboBox, choices: Iterable[tuple[Any, ...]], chosen: Any = None) -> None:
    """Let a list have these lines (value, text, perhaps an icon), one of them chosen as ``choose`` does."""
    combo.clear()
    for value, text, *icon in choices:
        combo.addItem(*icon, text, value)
    choose(combo, chosen)


def find_field(parent: QWidget, asks: str, tip: str, look: Callable[[str], None], **properties: Any) -> QLineEdit:
    """Make the field at the head of a list in which one writes what is looked for."""
    return QLineEdit(parent, clearButtonEnabled=True, placeholderText=asks, toolTip=tip, textChanged=look, **properties)
