"""``map-png``: the map of the units as a picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...core.messages import Message
from ...core.progress import Progress, silent
from ..registry import Written, exporter

if TYPE_CHECKING:
    from pathlib import Path

    from ...plan.file import Plan


@exporter(
    "map-png", zh="管控单元图", en="Map of the units", file_zh="PNG 图片", file_en="Picture", suffix=".png", order=40
)
def map_png(
    plan: Plan | Path, output: Path, *, progress: Progress = silent, width: float = 297.0, dpi: int = 150
) -> Written:
    """Draw the map, so many millimetres wide."""
    from ..map_png import draw_map

    progress(0.0, Message("map"))
    count = draw_map(plan, output, width=width, dpi=dpi)
    progress(1.0, Message("map"))
    return Written((output,), {"units": count})
