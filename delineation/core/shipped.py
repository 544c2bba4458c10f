"""Where what comes with the program lies: profiles, styles, schemas, catalogues; and which version it is."""

from __future__ import annotations

import configparser
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RESOURCES = ROOT / "resources"


def own_version() -> str:
    """Give the version of the program, as its manifest says it."""
    found = configparser.ConfigParser(interpolation=None)
    found.read(ROOT / "metadata.txt", encoding="utf-8")
    return found.get("general", "version", fallback="")
