"""Units and element zones as layers of their own: ``units-shp``, ``zones-gdb`` … a row each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from ...core.progress import Progress, silent
from ..registry import Written, exporter, opened

if TYPE_CHECKING:
    from pathlib import Path

    from ...plan.file import Plan
    from ..registry import Write

# What is written, with its place among the formats.
_WHAT = {"units": ("管控单元", "Units", 20), "zones": ("环境要素管控分区", "Element zones", 60)}
# As what: suffix, words, GDAL's driver.
_FILES = (
    ("shp", ".shp", "Shapefile", "Shapefile", "ESRI Shapefile"),
    ("gdb", ".gdb", "文件地理数据库", "File geodatabase", "OpenFileGDB"),
    ("gpkg", ".gpkg", "GeoPackage", "GeoPackage", "GPKG"),
    ("kml", ".kml", "KML", "KML", "KML"),
)


def _written(
    what: str, driver: str, plan: Plan | Path, output: Path, progress: Progress, encoding: str, codes: str = ""
) -> Written:
    from ..layers import files_of, layer_of, texts_beside, write_layer

    layer = layer_of(opened(plan, codes), what)
    told = write_layer(layer, output, driver, encoding=encoding, progress=progress)
    count = len(layer.geometry)
    if driver != "ESRI Shapefile":
        told.pop("encoding")  # others have but one
    files = files_of(output, driver)
    if told["cut"] and driver == "ESRI Shapefile":
        files = (*files, texts_beside(output))
    return Written(files, {what: count}, {"units": count, **told})


def _writer(what: str, driver: str) -> Write:
    def write(plan: Plan | Path, output: Path, *, progress: Progress = silent) -> Written:
        """Write the layer."""
        return _written(what, driver, plan, output, progress, "")

    def write_shapefile(
        plan: Plan | Path,
        output: Path,
        *,
        progress: Progress = silent,
        encoding: Literal["", "GBK", "UTF-8"] = "",
    ) -> Written:
        """Write the layer in an encoding; without one it is GBK where that has all characters, else UTF-8."""
        return _written(what, driver, plan, output, progress, encoding)

    def write_units(plan: Plan | Path, output: Path, *, progress: Progress = silent, codes: str = "") -> Written:
        """Write all units, or those of some codes."""
        return _written(what, driver, plan, output, progress, "", codes)

    def write_units_shapefile(
        plan: Plan | Path,
        output: Path,
        *,
        progress: Progress = silent,
        encoding: Literal["", "GBK", "UTF-8"] = "",
        codes: str = "",
    ) -> Written:
        """Write all units, or those of some codes, in an encoding as of ``write_shapefile``."""
        return _written(what, driver, plan, output, progress, encoding, codes)

    if what == "units":
        return write_units_shapefile if driver == "ESRI Shapefile" else write_units
    return write_shapefile if driver == "ESRI Shapefile" else write


for _what, (_zh, _en, _order) in _WHAT.items():
    for _number, (_file, _suffix, _file_zh, _file_en, _driver) in enumerate(_FILES):
        exporter(
            f"{_what}-{_file}",
            zh=_zh,
            en=_en,
            file_zh=_file_zh,
            file_en=_file_en,
            suffix=_suffix,
            order=_order + _number,
        )(_writer(_what, _driver))
