"""The steps of the panel, from top to bottom, and its desks below them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .page import Page


def pages() -> Sequence[type[Page]]:
    """Give steps and desks in their order: another one is its file and a line here, with its icon and its help pages.

    Raises
    ------
    ImportError
        A library of the engine is missing.
    """
    from .assess.page import AssessPage
    from .lists.page import ListsPage
    from .method.page import MethodPage
    from .output.page import OutputPage
    from .result.page import ResultPage
    from .revision.page import RevisionPage
    from .rules.page import RulesPage
    from .run import RunPage
    from .sources.page import SourcesPage

    steps = (SourcesPage, RulesPage, MethodPage, RunPage, ResultPage, OutputPage)
    desks = (RevisionPage, ListsPage, AssessPage)
    return (*steps, *desks)
