"""Where what comes with the program lies: profiles, styles, schemas, catalogues."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RESOURCES = ROOT / "resources"
