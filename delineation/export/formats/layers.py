"""Units and element zones as layers of their own: ``units-shp``, ``zones-gdb`` … a row each."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from ...core.progress import Progress, silent
from ..registry import Written, exporter, opened

if TYPE_CHECKING:
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
# Options that not all of them have.
_ONLY = {"encoding": "shp", "codes": "units", "boundaries": "units", "apart": "zones"}
_SUMMED = ("cut", "mended", "cut_texts")


def _writer(what: str, driver: str) -> Write:
    def write(
        plan: Plan | Path,
        output: Path,
        *,
        progress: Progress = silent,
        encoding: Literal["", "GBK", "UTF-8"] = "",
        codes: str = "",
        boundaries: Literal["", "yes"] = "",
        apart: Literal["", "no"] = "",
    ) -> Written:
        """Write the layers: of units all or those of some codes, of zones a layer for each element or one of all.

        A Shapefile's texts are in GBK where that has all characters, else in UTF-8. Formats of one layer a file have
        all units or zones in the output, and beside it a file for each other layer, by its name.
        """
        from ...core.messages import Message, at
        from ...core.text import require_known
        from ...plan.outputs import guarded, inputs_of_plan
        from ..layers import files_of, layers_of, texts_beside, write_layers

        for key, value, said in (("boundaries", boundaries, "yes"), ("apart", apart, "no")):
            require_known(value or said, (said,), Message("{key} = '{value}'", key=key, value=value), at("export"))
        shapefile, own = driver == "ESRI Shapefile", opened(plan, codes)
        layers, left_out = layers_of(own, what, together=bool(apart))
        count = sum(len(layer.geometry) for layer in layers)
        if boundaries:
            more, left_out = layers_of(own, "boundaries")
            layers += more
        targets = {output: layers}
        if len(layers) > 1 and driver in ("ESRI Shapefile", "KML"):
            whole, _ = layers_of(own, what, together=True)
            beside = layers[what == "units" :]
            targets = {output: whole} | {output.with_stem(f"{output.stem}_{one.name}"): [one] for one in beside}
            if isinstance(plan, Path):
                for path in targets:
                    guarded(path, inputs_of_plan(plan, path))
        facts: dict[str, Any] = {"units": count, "withheld": left_out}
        files: tuple[Path, ...] = ()
        for path, held in targets.items():
            told = write_layers(held, path, driver, encoding=encoding, progress=progress)
            files += files_of(path, driver)
            if told["cut"] and shapefile:
                files += (texts_beside(path),)
            for key, value in told.items():
                facts[key] = facts[key] + value if key in _SUMMED and key in facts else value
        if not shapefile:
            facts.pop("encoding")  # others have but one
        return Written(files, {what: count}, facts)

    return write


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
            without=[name for name, of in _ONLY.items() if of not in (_what, _file)],
        )(_writer(_what, _driver))
