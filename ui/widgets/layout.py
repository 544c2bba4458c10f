"""Lines and columns of widgets, each said in one expression."""

from __future__ import annotations

from typing import Any

from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import (
    QBoxLayout,
    QFormLayout,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from .narrow import WrappingLayout

STRETCH = 1  # among parts: room that grows


def in_column(*parts: Any, **given: Any) -> QVBoxLayout:
    """Lay parts out one below the other; what may be given is what ``_fill`` takes."""
    return _fill(QVBoxLayout, parts, **given)


def in_line(*parts: Any, **given: Any) -> QHBoxLayout:
    """Lay parts out one beside the other, as ``in_column``."""
    return _fill(QHBoxLayout, parts, **given)


def in_flow(*widgets: QWidget, on: QWidget | None = None) -> WrappingLayout:
    """Lay widgets out as words are: on the next line where one has no room; Enter presses no button among them."""
    row = WrappingLayout(on)
    for widget in widgets:
        if isinstance(widget, QPushButton):
            widget.setAutoDefault(False)
        row.addWidget(widget)
    return row


def form_on(
    parent: QWidget | None, *rows: Any, margins: tuple[int, ...] = (0, 0, 0, 0), spacing: int = -1
) -> QFormLayout:
    """Make a form whose fields are as wide as there is room; a row is a title and a widget or layout, or one alone."""
    form = QFormLayout(
        parent,
        fieldGrowthPolicy=QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow,
        rowWrapPolicy=QFormLayout.RowWrapPolicy.WrapLongRows,
    )
    form.setContentsMargins(*margins)
    form.setVerticalSpacing(spacing)
    for row in rows:
        form.addRow(*(row if isinstance(row, tuple) else (row,)))
    return form


def in_splitter(on: QWidget, *parts: tuple[QWidget, int]) -> QSplitter:
    """Lay widgets, each with its stretch, out one below the other, with bars to drag between them."""
    splitter = QSplitter(Qt.Orientation.Vertical, on, childrenCollapsible=False)
    for place, (widget, stretch) in enumerate(parts):
        splitter.addWidget(widget)
        splitter.setStretchFactor(place, stretch)
    return splitter


def take_width(*widgets: QWidget) -> None:
    """Make widgets as wide as there is room, and as high as they ask for."""
    for widget in widgets:
        widget.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)


def give_width(*widgets: QWidget) -> None:
    """Make widgets as wide as there is room, however little, and as high as they ask for."""
    for widget in widgets:
        widget.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)


def show_line(form: QFormLayout, field: QWidget, on: bool) -> None:
    """Show a field of a form with its label, or neither."""
    field.setVisible(on)
    label = form.labelForField(field)
    if label is not None:
        label.setVisible(on)


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
