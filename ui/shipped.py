"""Where the files that come with the plugin are."""

from __future__ import annotations

from pathlib import Path

__all__ = ["DEMO", "ENGINE_WORDS", "HELP", "ICONS", "PICTURES"]

_ROOT = Path(__file__).resolve().parent.parent
DEMO = _ROOT / "resources" / "demo"
HELP = _ROOT / "resources" / "help"
PICTURES = HELP / "pictures"
ICONS = _ROOT / "resources" / "icons"
ENGINE_WORDS = _ROOT / "i18n" / "engine_zh_CN.toml"
