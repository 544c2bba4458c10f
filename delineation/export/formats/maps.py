"""``map-png``, ``map-pdf``: the map of the units as a picture, and to print."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from ...core.progress import Progress, silent
from ..registry import Written, exporter

if TYPE_CHECKING:
    from pathlib import Path

    from ...plan.file import Plan
    from ..registry import Write


def _writer(*, picture: bool) -> Write:
    def write(
        plan: Plan | Path,
        output: Path,
        *,
        progress: Progress = silent,
        paper: Literal["A4", "A3", "A2", "A1", "A0"] = "A3",
        dpi: int = 300,
        theme: str = "",
        by: Literal["", "township"] = "",
        unit: str = "",
        review: str = "",
        basemap: str = "",
        layouts: str = "",
        drawn_by: Literal["", "qgis", "matplotlib"] = "",
    ) -> Written:
        """Draw the maps; see `MapOptions`."""
        from ..map_sheet import MapOptions
        from ..maps import draw_maps

        options = MapOptions.read(
            picture=picture,
            paper=paper,
            dpi=dpi,
            by=by,
            unit=unit,
            review=review,
            basemap=basemap,
            layouts=layouts,
            theme=theme,
        )
        return draw_maps(plan, output, options, drawn_by, progress)

    return write


for _name, _suffix, _zh, _en, _order in (
    ("map-png", ".png", "PNG 图片", "Picture", 40),
    ("map-pdf", ".pdf", "PDF 文件", "PDF", 41),
):
    exporter(_name, zh="管控单元图", en="Map of the units", file_zh=_zh, file_en=_en, suffix=_suffix, order=_order)(
        _writer(picture=_suffix == ".png")
    )
