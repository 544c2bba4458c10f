"""Where the files that come with the plugin are."""

from __future__ import annotations

from configparser import ConfigParser
from functools import cache

from qgis.PyQt.QtGui import QIcon

from ..delineation.core.shipped import RESOURCES, ROOT

DEMO = RESOURCES / "demo"
HELP = RESOURCES / "help"
PICTURES = HELP / "pictures"
ICONS = RESOURCES / "icons"
EMPTY = RESOURCES / "empty"
STYLES = RESOURCES / "styles"


@cache
def plugin_version() -> str:
    """Read the plugin's version from its manifest."""
    manifest = ConfigParser(interpolation=None)
    manifest.read(ROOT / "metadata.txt", encoding="utf-8")
    return manifest.get("general", "version", fallback="")


def own_icon(name: str) -> QIcon:
    """Give an icon of the plugin."""
    return QIcon(str(ICONS / f"{name}.svg"))
