"""``units-gpkg``: the units as a GeoPackage of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...core.progress import Progress, silent
from ..registry import Written, exporter, opened

if TYPE_CHECKING:
    from pathlib import Path

    from ...plan.file import Plan


@exporter("units-gpkg", zh="管控单元", en="Units", file_zh="GeoPackage", file_en="GeoPackage", suffix=".gpkg", order=30)
def units_gpkg(plan: Plan | Path, output: Path, *, progress: Progress = silent) -> Written:
    """Write the units."""
    from ..units import write_units

    told = write_units(opened(plan), output, progress=progress)
    return Written((output,), {"units": told["units"]}, told)
