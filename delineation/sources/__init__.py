"""Sources (来源图层): vectors and rasters of a case."""

from __future__ import annotations

from .features import Features, SourceInfo
from .reading import Sources, read_sources

__all__ = ["Features", "SourceInfo", "Sources", "read_sources"]
