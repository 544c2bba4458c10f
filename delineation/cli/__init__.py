"""Command line: arguments in, one JSON document or readable text out, exit 0, 1 or 2."""

from __future__ import annotations

from .main import main

__all__ = ["main"]
