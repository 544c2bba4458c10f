"""A county's folder with two layers of its red line, in GBK, of which one is out of date, or nobody can tell which."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import openpyxl
from dbf import Column, table
from hand import COUNTY, TOWNSHIP, box, write_layer

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

NOW = [box(0, 0, 4_000, 3_000)]
BEFORE = [box(0, 0, 3_500, 2_600)]  # what the line was: within the present one, and smaller


class Twin(NamedTuple):
    """A layer of a red line: where it lies, and what more its table says."""

    path: str
    fields: Mapping[str, Any] = {}


def write_county(
    folder: Path, *twins: tuple[Twin, Sequence[Any]], **more: tuple[Sequence[Any], dict[str, Any]]
) -> Path:
    """Write county, townships, layers of red lines and more layers as Shapefiles in GBK."""
    layers = {"县级行政区": COUNTY, "乡镇级行政区": TOWNSHIP, **more}
    layers |= {twin.path: (shapes, {"红线编码": ["R1"] * len(shapes), **twin.fields}) for twin, shapes in twins}
    for name, (shapes, fields) in layers.items():
        path = folder / f"{name}.shp"
        path.parent.mkdir(parents=True, exist_ok=True)
        # The table byte by byte: not every GDAL writes Chinese names of fields in GBK.
        write_layer(path, path.stem, shapes, {"id": list(range(len(shapes)))})
        texts = {key: [str(value).encode("gbk") for value in values] for key, values in fields.items()}
        path.with_suffix(".dbf").write_bytes(table([Column(key.encode("gbk"), text) for key, text in texts.items()]))
        path.with_suffix(".cpg").write_text("GBK", encoding="ascii")
    return folder


def write_book(path: Path, **sheets: list[list[Any]]) -> Path:
    """Write a workbook."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        page = book.create_sheet(title)
        for row in rows:
            page.append(row)
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(path)
    return path
