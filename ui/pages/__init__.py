"""The steps of the panel, from top to bottom."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .page import Page

__all__ = ["pages"]


def pages() -> Sequence[type[Page]]:
    """Give the steps in their order: another one is its file and a line here, with its icon and its help pages.

    Raises
    ------
    ImportError
        A library of the engine is missing.
    """
    from .method import MethodPage
    from .output import OutputPage
    from .result import ResultPage
    from .rules import RulesPage
    from .run import RunPage
    from .sources import SourcesPage

    return (SourcesPage, RulesPage, MethodPage, RunPage, ResultPage, OutputPage)
