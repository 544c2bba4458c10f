"""Partition (基础图斑): all boundaries noded once into faces that tile the plane."""

from __future__ import annotations

from .build import build, is_coverage, refine, select
from .dissolve import border_lines, dissolve, unite
from .model import Borders, Coverage, Lines, Partition

__all__ = [
    "Borders",
    "Coverage",
    "Lines",
    "Partition",
    "border_lines",
    "build",
    "dissolve",
    "is_coverage",
    "refine",
    "select",
    "unite",
]
