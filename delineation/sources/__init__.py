"""Sources (来源图层): vectors and rasters of a case."""

from __future__ import annotations

from .every import read_sources
from .features import Features, SourceInfo
from .reading import Sources

__all__ = ["Features", "SourceInfo", "Sources", "read_sources"]
