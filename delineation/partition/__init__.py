"""Partition (基础图斑): all boundaries noded once into faces that tile the plane."""

from __future__ import annotations

from .build import build, select
from .model import Borders, Coverage, Partition

__all__ = ["Borders", "Coverage", "Partition", "build", "select"]
