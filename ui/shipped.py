"""Where the files that come with the plugin are."""

from __future__ import annotations

from configparser import ConfigParser
from functools import cache
from pathlib import Path

__all__ = ["DEMO", "EMPTY", "HELP", "ICONS", "PICTURES", "STYLES", "plugin_version"]

_ROOT = Path(__file__).resolve().parent.parent
DEMO = _ROOT / "resources" / "demo"
HELP = _ROOT / "resources" / "help"
PICTURES = HELP / "pictures"
ICONS = _ROOT / "resources" / "icons"
EMPTY = _ROOT / "resources" / "empty"
STYLES = _ROOT / "resources" / "styles"


@cache
def plugin_version() -> str:
    """Read the plugin's version from its manifest."""
    manifest = ConfigParser(interpolation=None)
    manifest.read(_ROOT / "metadata.txt", encoding="utf-8")
    return manifest.get("general", "version", fallback="")
