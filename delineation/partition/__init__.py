"""Partition (基础图斑): all boundaries noded once into faces that tile the plane."""

from __future__ import annotations

from .build import build, is_coverage, refine, select
from .dissolve import border_lines, dissolve, unite
from .model import ROUNDING, Borders, Coverage, Lines, Partition, land_of, made_by_rounding

__all__ = [
    "ROUNDING",
    "Borders",
    "Coverage",
    "Lines",
    "Partition",
    "border_lines",
    "build",
    "dissolve",
    "is_coverage",
    "land_of",
    "made_by_rounding",
    "refine",
    "select",
    "unite",
]
