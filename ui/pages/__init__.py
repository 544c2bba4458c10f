"""The steps of the panel, from top to bottom."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .page import Page

__all__ = ["pages"]

ORDER = (
    ("sources", "SourcesPage"),
    ("rules", "RulesPage"),
    ("method", "MethodPage"),
    ("run", "RunPage"),
    ("result", "ResultPage"),
)


def pages() -> Sequence[type[Page]]:
    """Give the steps in their order.

    Raises
    ------
    ImportError
        A library of the engine is missing.
    """
    there = [(name, kind) for name, kind in ORDER if find_spec(f"{__name__}.{name}") is not None]
    return [getattr(import_module(f".{name}", __name__), kind) for name, kind in there]
