"""``units-shp``: the units as a Shapefile."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...core.progress import Progress, silent
from ..registry import Written, exporter, opened

if TYPE_CHECKING:
    from pathlib import Path

    from ...plan.file import Plan


@exporter("units-shp", zh="管控单元", en="Units", file_zh="Shapefile", file_en="Shapefile", suffix=".shp", order=20)
def units_shp(plan: Plan | Path, output: Path, *, progress: Progress = silent, encoding: str = "") -> Written:
    """Write the units in an encoding; without one it is GBK where that has all characters, else UTF-8."""
    from ..units import shapefile_parts, write_units

    told = write_units(opened(plan), output, encoding=encoding, progress=progress)
    return Written(shapefile_parts(output), {"units": told["units"]}, told)
