"""The steps of the panel, from top to bottom, and its desks below them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .page import Page

__all__ = ["pages"]


def pages() -> Sequence[type[Page]]:
    """Give steps and desks in their order: another one is its file and a line here, with its icon and its help pages.

    Raises
    ------
    ImportError
        A library of the engine is missing.
    """
    from .assess import AssessPage
    from .lists import ListsPage
    from .method import MethodPage
    from .output import OutputPage
    from .result import ResultPage
    from .revision import RevisionPage
    from .rules import RulesPage
    from .run import RunPage
    from .sources import SourcesPage

    steps = (SourcesPage, RulesPage, MethodPage, RunPage, ResultPage, OutputPage)
    desks = (RevisionPage, ListsPage, AssessPage)
    return (*steps, *desks)
