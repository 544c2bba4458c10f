"""``atlas-pdf``: a sheet a unit, or a county, with map, reasons and list, to print."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from ...core.progress import Progress, silent
from ..registry import Written, exporter

if TYPE_CHECKING:
    from pathlib import Path

    from ...plan.file import Plan


@exporter(
    "atlas-pdf", zh="管控单元图集", en="Atlas of the units", file_zh="PDF 文件", file_en="PDF", suffix=".pdf", order=45
)
def atlas_pdf(
    plan: Plan | Path,
    output: Path,
    *,
    progress: Progress = silent,
    paper: Literal["A4", "A3"] = "A4",
    sheets: Literal["unit", "county"] = "unit",
    split: Literal["", "county"] = "",
    unit: str = "",
    review: str = "",
    basemap: str = "",
    layouts: str = "",
) -> Written:
    """Print the atlas; see `AtlasOptions`."""
    from ..atlas import draw_atlas
    from ..atlas_sheet import AtlasOptions

    options = AtlasOptions.read(
        paper=paper, sheets=sheets, split=split, unit=unit, review=review, basemap=basemap, layouts=layouts
    )
    return draw_atlas(plan, output, options, progress)
