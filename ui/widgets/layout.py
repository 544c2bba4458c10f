"""Lines and columns of widgets, each said in one expression."""

from __future__ import annotations

from typing import Any

from qgis.PyQt.QtWidgets import QBoxLayout, QFormLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from .narrow import Row

STRETCH = 1  # among parts: room that grows


def in_column(*parts: Any, **given: Any) -> QVBoxLayout:
    """Lay parts out one below the other; what may be given is what ``_fill`` takes."""
    return _fill(QVBoxLayout, parts, **given)


def in_line(*parts: Any, **given: Any) -> QHBoxLayout:
    """Lay parts out one beside the other, as ``in_column``."""
    return _fill(QHBoxLayout, parts, **given)


def in_flow(*widgets: QWidget, on: QWidget | None = None) -> Row:
    """Lay widgets out as words are: on the next line where one has no room; Enter presses no button among them."""
    row = Row(on)
    for widget in widgets:
        if isinstance(widget, QPushButton):
            widget.setAutoDefault(False)
        row.addWidget(widget)
    return row


def form_on(parent: QWidget | None = None) -> QFormLayout:
    """Make a form without margins, whose fields are as wide as there is room."""
    form = QFormLayout(parent)
    form.setContentsMargins(0, 0, 0, 0)
    form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
    return form


def _fill(
    kind: type[QBoxLayout],
    parts: tuple[Any, ...],
    *,
    on: QWidget | None = None,
    margins: int | tuple[int, int, int, int] | None = None,
    spacing: int | None = None,
) -> Any:
    """Make a layout.

    Parameters
    ----------
    kind : type
    parts : tuple
        Widgets and layouts, each alone or with its stretch (a widget with its alignment too); a number is room that
        grows, as ``STRETCH`` is.
    on : QWidget, optional
        What they lie on; None of what goes into another layout.
    margins : int or tuple of int, optional
        Pixels on the left, above, on the right, below; one number is all of them.
    spacing : int, optional
    """
    layout = kind() if on is None else kind(on)
    if margins is not None:
        layout.setContentsMargins(*((margins,) * 4 if isinstance(margins, int) else margins))
    if spacing is not None:
        layout.setSpacing(spacing)
    for part in parts:
        if isinstance(part, int):
            layout.addStretch(part)
            continue
        item, *how = part if isinstance(part, tuple) else (part,)
        (layout.addWidget if isinstance(item, QWidget) else layout.addLayout)(item, *how)
    return layout
