"""Units and element zones as layers of their own: ``units-shp``, ``zones-gdb`` … a row each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from ...core.messages import Message, counted, joined
from ...core.progress import Progress, silent
from ..registry import Exporter, Written, exporter, opened, preview

if TYPE_CHECKING:
    from collections.abc import Mapping
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


def _written(what: str, driver: str, plan: Plan | Path, output: Path, progress: Progress, encoding: str) -> Written:
    from ..layers import files_of, layer_of, write_layer

    layer = layer_of(opened(plan), what)
    told = write_layer(layer, output, driver, encoding=encoding, progress=progress)
    count = len(layer.geometry)
    return Written(files_of(output, driver), {what: count}, {"units": count, **told})


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


_NAMED = 3  # fields that a preview names


@preview("units")
@preview("zones")
def _preview(plan: Plan, format_: Exporter, options: Mapping[str, Any]) -> Message:
    from ..layers import encoding_of, layer_of, names_in

    layer = layer_of(plan, format_.what)
    count = len(layer.geometry)
    driver = next(one for _, suffix, _, _, one in _FILES if suffix == format_.suffix)
    names = names_in(layer, driver)
    features = (
        counted(count, "{n:,} unit", "{n:,} units")
        if format_.what == "units"
        else counted(count, "{n:,} element zone", "{n:,} element zones")
    )
    fields = Message("{count} fields ({fields} …)", count=len(names), fields=joined(names[:_NAMED]))
    if driver == "ESRI Shapefile":
        encoding = encoding_of(layer, str(options.get("encoding") or ""))
        return Message("{features}; {fields}; texts in {encoding}", features=features, fields=fields, encoding=encoding)
    if driver == "KML":
        return Message("{features}; {fields}; degrees, WGS 84", features=features, fields=fields)
    return Message("{features}; {fields}, with aliases and code tables", features=features, fields=fields)
