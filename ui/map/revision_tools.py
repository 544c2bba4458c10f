"""The tools of a revision on the map, in the order of the toolbar."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .line_tools import ReshapeTool, SplitTool
from .paint_tool import PaintTool
from .revision_tool import DrawingBoard, RevisionTool
from .unit_tools import CategoryTool, LockTool, MergeTool

if TYPE_CHECKING:
    from collections.abc import Iterable

    from qgis.gui import QgsMapCanvas

    from ..work.revision import Revision

__all__ = [
    "CategoryTool",
    "LockTool",
    "MergeTool",
    "PaintTool",
    "ReshapeTool",
    "RevisionTool",
    "SplitTool",
    "close_tools",
    "revision_tools",
]


def revision_tools(revision: Revision, canvas: QgsMapCanvas) -> list[RevisionTool]:
    """Make the tools of a map; they share one sketch and one card."""
    board = DrawingBoard(revision, canvas)
    return [tool(board) for tool in (PaintTool, MergeTool, SplitTool, ReshapeTool, CategoryTool, LockTool)]


def close_tools(tools: Iterable[RevisionTool]) -> None:
    """Take tools off the map for good, with all that they have drawn."""
    tools = list(tools)
    for tool in tools:
        tool.close()
    for board in {tool.board for tool in tools}:
        board.close()
