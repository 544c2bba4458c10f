"""A Word document of a package of others as a template that is filled."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from ..profile import Content
    from .found import TableMatch
    from .known import Known

__all__ = ["learn_document"]


def learn_document(file: Path, relative: str, known: Known, templates: Path) -> tuple[list[Content], list[TableMatch]]:  # noqa: ARG001
    """Learn a document; none is learned yet.

    Parameters
    ----------
    file : Path
    relative : str
        Its path in the package.
    known : Known
    templates : Path
        The folder that templates are written into.

    Returns
    -------
    contents : list of Content
    tables : list of TableMatch
    """
    return [], []
