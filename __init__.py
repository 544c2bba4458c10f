"""Control Units (管控单元划定): a QGIS plugin."""

from __future__ import annotations

from typing import Any


def __getattr__(name: str) -> Any:
    """Give the version when it is asked for."""
    if name == "__version__":
        from .delineation.core.shipped import own_version

        return own_version()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def classFactory(iface: Any) -> Any:  # noqa: N802 - the name QGIS calls
    """Make the plugin."""
    from .plugin import ControlUnitsPlugin

    return ControlUnitsPlugin(iface)
