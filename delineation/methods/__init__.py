"""Division methods (划分方法): each labels the same faces, so that results compare exactly."""

from __future__ import annotations

from . import fitting, overlay
from .registry import Labels, Situation, method, methods, run_method

__all__ = ["Labels", "Situation", "fitting", "method", "methods", "overlay", "run_method"]
