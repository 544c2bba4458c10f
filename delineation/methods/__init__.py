"""Division methods (划分方法): each labels the same faces, so that results compare exactly."""

from __future__ import annotations

from . import azp, fitting, kmeans_repaired, maxp, overlay, redcap, skater, ward
from .regional import regional, solve, solvers
from .registry import method, methods, run_method
from .situation import Labels, Situation

__all__ = [
    "Labels",
    "Situation",
    "azp",
    "fitting",
    "kmeans_repaired",
    "maxp",
    "method",
    "methods",
    "overlay",
    "redcap",
    "regional",
    "run_method",
    "skater",
    "solve",
    "solvers",
    "ward",
]
