"""Layers of a package: units, element zones and findings as Shapefile, geodatabase, GeoPackage or KML."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from pyproj import CRS
from pyproj.exceptions import CRSError

from ...core.errors import BadInput
from ...core.findings import Facts, Finding
from ...core.messages import Message, at, counted
from ...export.layers import (
    SUFFIXES,
    encoding_of,
    files_of,
    fitting,
    in_crs,
    layer_from,
    names_in,
    outside_gbk,
    read_layers,
    texts_beside,
    write_layers,
)
from ...sources.coordinates.crs import degrees_box, parse_crs, short_name, to_crs, zone_of
from ...sources.formats.vectors import read_vector
from ..registry import Put, content_kind
from ..table_rows import unlike_last_year

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from ...core.progress import Progress
    from ...export.layers import Layer
    from ...sources.formats.vectors import RawLayer
    from ..filling import Filling
    from ..profile import PackageItem

_DRIVERS = {suffix: driver for driver, suffix in SUFFIXES.items()}
# Of the plan's own coordinates a geodatabase moves vertices by up to 3e-7 m, of others by half a step of its grid.
_GRID = (5e-5, 5e-10)  # m, degrees
_AREA = 0.05  # m²
_RELATIVE = 1e-9
_DEGREE = 111_320.0  # m at the equator; nearer to the poles those of longitude are less
_PLACE, _POINT = 1e-5, 1e-3  # m; a geodatabase has a coarser grid for points
_NAMED = 3  # differences that are told of a layer
_LISTED = 8  # texts that a finding names


def layer_in(filling: Filling, content: PackageItem) -> Layer:
    """Make the layer that a block of the profile asks for.

    Parameters
    ----------
    filling : Filling
    content : PackageItem

    Raises
    ------
    BadInput
        A field is to hold what a plan does not.
    """
    name, title, fields = read_layers(filling.rules)[content.of]
    where = Message("{profile}, {path}", profile=filling.profile.path, path=content.path)
    records = filling.records(content.of)
    layer = layer_from(
        records.chosen([] if content.undecided else records.rows(content.only, where)),
        filling.plan,
        filling.rules,
        filling.filled(content.layer, where) or name,
        filling.filled(content.title, where) or title,
        content.fields or fields,
        where,
    )
    if crs := filling.crs_of(content):
        layer = in_crs(layer, crs)
    if content.encoding != "GBK":
        return layer
    texts = {field.name: _in_gbk(layer.columns[field.name]) for field in layer.fields if field.type == "text"}
    return replace(layer, columns={**layer.columns, **texts})


def check_zones(filling: Filling) -> None:
    """Refuse layers in a zone of CGCS2000 that is more than its own width away from the plan.

    Raises
    ------
    BadInput
        The CRS, its meridian and where the plan lies are named.
    """
    plan = filling.plan
    west, _, east, _ = degrees_box(tuple(shapely.total_bounds(plan.units.geometry)), parse_crs(plan.crs))
    for crs in filling.other_crs:
        width, meridian, _ = zone_of(crs) or (360, 0, False)
        if not west - width <= meridian <= east + width:
            what = Message(
                "crs = '{crs}' is the zone of meridian {meridian}°, and the plan lies at {longitude:.1f}°",
                crs=short_name(crs),
                meridian=meridian,
                longitude=(west + east) / 2,
            )
            wanted = Message("the zone that the plan lies in, or no crs, for the plan's own")
            raise BadInput(what, where=filling.profile.path, wanted=wanted)


def _in_gbk(texts: NDArray[Any]) -> NDArray[Any]:
    """Write units of area out: GBK has no ²."""
    return np.array([text.replace("km²", "平方千米").replace("m²", "平方米") for text in texts], dtype=object)


def _compare(filling: Filling, contents: Sequence[PackageItem], path: Path, put: Put) -> list[Message]:  # noqa: ARG001
    """Read each layer as any program would, and hold count, fields, texts, numbers and areas against the plan."""
    out: list[Message] = []
    driver = _DRIVERS[path.suffix.lower()]
    for content in contents:
        layer = layer_in(filling, content)
        found = read_vector(path, layer="" if driver == "ESRI Shapefile" else layer.name)
        out += _differences(layer, found, driver, content)
        if driver == "ESRI Shapefile":
            out += _otherwise_encoded(layer, path, _encoding(layer, content))
    return [Message("{file}: {difference}", file=filling.place(path), difference=one) for one in out[:_NAMED]]


def _otherwise_encoded(layer: Layer, path: Path, encoding: str) -> list[Message]:
    """Hold the bytes of a Shapefile's texts against the encoding it states: a reader may see through a wrong one."""
    columns, _ = fitting(layer, encoding)
    texts = (str(text) for field in layer.fields if field.type == "text" for text in columns[field.name])
    sample = next((text for text in texts if not text.isascii()), "")
    if sample.encode(encoding) in path.with_suffix(".dbf").read_bytes():
        return []
    return [Message("texts in another encoding than {encoding}", encoding=encoding)]


def _differences(layer: Layer, found: RawLayer, driver: str, content: PackageItem) -> list[Message]:
    count = len(layer.geometry)
    if len(found.geometry) != count:
        said = Message("{found} features, and the plan has {count}", found=len(found.geometry), count=count)
        return [said]
    out: list[Message] = []
    shapefile = driver == "ESRI Shapefile"
    names = names_in(layer, driver, _encoding(layer, content) if shapefile else "")
    if driver == "KML":
        # What a placemark is called stands before all fields, under a name of the format's own.
        names = ["Name" if name == layer.name_field else name for name in names]
    # KMLs and geodatabases have fields of their own besides.
    read = [name for name in found.columns if shapefile or driver == "GPKG" or name in names]
    if read != sorted(names, key=lambda name: driver != "KML" or name != "Name"):
        return [Message("fields {found} in place of {wanted}", found=tuple(read), wanted=tuple(names))]
    columns, _ = fitting(layer, _encoding(layer, content) if shapefile else "", whole=driver == "KML")
    for field, name in zip(layer.fields, names, strict=True):
        wanted, there = columns[field.name], found.columns[name]
        different = [row for row in range(count) if not _alike(wanted[row], there[row], field.decimals)]
        if different:
            row = different[0]
            said = counted(
                len(different),
                "field {field}: {n} value is another one ('{found}' for '{wanted}')",
                "field {field}: {n} values are others ('{found}' for '{wanted}')",
                field=name,
                found=str(there[row])[:40],
                wanted=str(wanted[row])[:40],
            )
            out.append(said)
    return [*out, *_displaced(layer, found, driver)]


def _displaced(layer: Layer, found: RawLayer, driver: str) -> list[Message]:
    """Hold places against the plan: coordinate system, extent of each feature, and its area."""
    try:
        wanted_crs = CRS.from_user_input(layer.crs)
        own = CRS.from_user_input(found.crs or "")
    except CRSError:
        return [Message("its coordinate system cannot be read")]
    there = shapely.bounds(found.geometry)
    if not own.equals(wanted_crs, ignore_axis_order=True):
        corners = np.array([shapely.box(*shapely.total_bounds(found.geometry))], dtype=object)
        moved = shapely.bounds(to_crs(corners, own, wanted_crs, at(layer.title))[0])
        if not np.allclose(moved, shapely.bounds(corners), rtol=0, atol=_PLACE):
            return [Message("its coordinate system is {found}", found=own.name)]
    degrees = wanted_crs.is_geographic
    # KMLs state degrees to fifteen digits; others the coordinates as they are, a geodatabase on its grid.
    grid = _GRID[degrees] if driver == "OpenFileGDB" else 0.0
    off = np.abs(there - shapely.bounds(layer.geometry))
    worst = int(np.nan_to_num(off).max(axis=1, initial=0.0).argmax()) if len(off) else 0
    if (
        len(off)
        and not (np.isnan(off) | (off <= grid + (1e-8 if degrees else _POINT if layer.points else _PLACE))).all()
    ):
        return [Message("feature {number} lies elsewhere", number=worst + 1)]
    if layer.points:
        return []
    square = _DEGREE**2 if degrees else 1.0
    wanted_area, there_area = square * shapely.area(layer.geometry), square * shapely.area(found.geometry)
    off = np.abs(wanted_area - there_area)
    if not (off > _AREA + _RELATIVE * wanted_area + square * grid * shapely.length(layer.geometry)).any():
        return []
    worst = int(off.argmax())
    area = Message(
        "feature {number} has {found:area} in place of {wanted:area}",
        number=worst + 1,
        found=float(there_area[worst]),
        wanted=float(wanted_area[worst]),
    )
    return [area]


def _alike(wanted: Any, there: Any, decimals: int) -> bool:
    """Compare a value with what was read: formats have no empty text, and give whole numbers as others."""
    if isinstance(wanted, str):
        return wanted == ("" if there is None or there != there else str(there))
    if there is None or (isinstance(there, float) and math.isnan(there)):
        return wanted is None
    return wanted is not None and abs(float(wanted) - float(there)) <= max(0.5 * 10.0**-decimals, 1e-9 * abs(wanted))


def _encoding(layer: Layer, content: PackageItem) -> str:
    """Choose a Shapefile's encoding: where GBK lacks a character, its successor GB18030 has it."""
    if content.encoding == "GBK" and outside_gbk(layer):
        return "GB18030"
    return encoding_of(layer, content.encoding)


@content_kind("layer", _compare)
def _write(filling: Filling, contents: Sequence[PackageItem], path: Path, progress: Progress) -> Put:
    driver = _DRIVERS[path.suffix.lower()]
    layers = [layer_in(filling, content) for content in contents]
    findings, about = [], []
    encoding = _encoding(layers[0], contents[0]) if driver == "ESRI Shapefile" else ""
    try:
        told = write_layers(layers, path, driver, encoding=encoding, progress=progress)
    except BadInput as error:
        # Fields are those of the package's profile, whatever file the writer has in mind.
        own = Message("{profile}, {path}", profile=filling.profile.path, path=contents[0].path)
        if not contents[0].fields or str(path) in str(error.where):
            raise
        raise BadInput(error.what, where=own, wanted=error.wanted) from error
    if encoding == "GB18030" and contents[0].encoding != encoding:
        letters = tuple(sorted(outside_gbk(layers[0])))
        findings.append(Finding("P05", {"file": filling.place(path), "letters": letters}, value=float(len(letters))))
    if told["cut"]:
        facts: Facts = {
            "file": filling.place(path),
            "count": told["cut"],
            "texts": tuple(told["cut_texts"][:_LISTED]),
            "place": filling.place(texts_beside(path)) if encoding else told["texts_in"],
        }
        findings.append(Finding("P03", facts, value=float(told["cut"])))
    if told["mended"]:
        remark = counted(
            told["mended"],
            "{n} feature had no valid geometry in its coordinate system and was repaired",
            "{n} features had no valid geometry in their coordinate system and were repaired",
        )
        findings.append(Finding("P10", {"file": filling.place(path), "remark": remark}))
    for content, layer in zip(contents, layers, strict=True):
        for field in content.fields:
            values, column = layer.columns[field.name], field.alias or field.name
            findings += unlike_last_year(values, field.was, column, filling.place(path), layer.title)
        if content.undecided:
            findings.append(Finding("P29", {"file": filling.place(path), "table": at(layer.title)}))
        elif not len(layer.geometry):
            findings.append(Finding("P19", {"file": filling.place(path), "layer": layer.title}))
        rows = counted(len(layer.geometry), "{title}: {n} feature", "{title}: {n} features", title=layer.title)
        about.append(filling.say(rows))
        findings += [
            Finding("P02", {"file": filling.place(path), "column": field.alias or field.name, "sheet": layer.title})
            for field in layer.fields
            if not field.of and contents[0].fields and not field.blank
        ]
    if encoding:
        about.append(filling.say(Message("texts in {encoding}", encoding=encoding)))
    files = files_of(path, driver)
    if not files:
        raise BadInput(Message("nothing was written"), where=path, wanted=Message("a folder that can be written to"))
    if encoding and told["cut"]:
        files = (*files, texts_beside(path))
    return Put(files, "；".join(about), tuple(findings))
