"""Control Units (管控单元划定): a QGIS plugin."""

from __future__ import annotations

from typing import Any


def classFactory(iface: Any) -> Any:  # noqa: N802 - the name QGIS calls
    """Make the plugin."""
    from .plugin import ControlUnitsPlugin

    return ControlUnitsPlugin(iface)
