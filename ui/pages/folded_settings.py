"""What every clustering method can be asked for besides the few things in sight: by what it is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.PyQt.QtCore import QCoreApplication
from qgis.PyQt.QtWidgets import QLabel

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from qgis.PyQt.QtWidgets import QVBoxLayout, QWidget

    from ...delineation.methods.table import Parameter

__all__ = ["fill_groups"]

translate = QCoreApplication.translate


def fill_groups(
    layout: QVBoxLayout, parent: QWidget, folded: Mapping[str, Parameter], make: Callable[[Parameter], QWidget]
) -> None:
    """Add the rows of settings to a layout, group by group under their titles."""
    groups = _groups()
    named = {name for _, names in groups for name in names}
    # What nobody has put into a group yet is shown all the same.
    groups[-1] = (groups[-1][0], (*groups[-1][1], *(name for name in folded if name not in named)))
    for title, names in groups:
        label = QLabel(title, parent)
        label.setStyleSheet("font-weight: bold")
        layout.addWidget(label)
        for name in names:
            if name in folded:
                layout.addWidget(make(folded[name]))


def _groups() -> list[tuple[str, tuple[str, ...]]]:
    return [
        (
            translate("ControlUnits", "How large a region may be"),
            ("min_area", "max_area", "least", "most", "small"),
        ),
        (
            translate("ControlUnits", "Where borders run"),
            ("locked", "keep_apart", "compactness", "align", "alignment", "align_within"),
        ),
        (translate("ControlUnits", "How faces count"), ("missing", "weigh")),
    ]
