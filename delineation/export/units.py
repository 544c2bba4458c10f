"""The units of a plan as a layer of its own: a Shapefile for whoever wants one, else a GeoPackage."""

from __future__ import annotations

import errno
import shutil
import struct
from typing import TYPE_CHECKING, Any

import numpy as np
import pyogrio
import shapely

from ..case.profile import read_profile
from ..core.atomic_files import beside, sweep
from ..core.errors import BadInput
from ..core.geopackage import Column, check_output, new_file, worded_errors, write_layers, write_tables
from ..core.messages import Message, at, one_of
from ..core.progress import Progress, silent, within
from ..plan.file import read_meta
from ..plan.styles import layer_styles_rows

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from ..plan.file import Plan

__all__ = ["COLUMNS", "ENCODINGS", "shapefile_parts", "write_units"]

# Names that a Shapefile can hold: ten bytes, no Chinese.
COLUMNS: tuple[Column, ...] = (
    ("unit_id", "TEXT"),
    ("code", "TEXT"),
    ("name", "TEXT"),
    ("category", "INTEGER"),
    ("cat_name", "TEXT"),
    ("kind", "TEXT"),
    ("subtype", "TEXT"),
    ("county", "TEXT"),
    ("townships", "TEXT"),
    ("parts", "INTEGER"),
    ("area_km2", "REAL"),
    ("reasons", "TEXT"),
)
ENCODINGS = ("GBK", "UTF-8")
WIDTH = 254  # bytes of a text in a Shapefile
_DRAFT = ".draft.shp"
# Files of a Shapefile, and those that are worth nothing beside another one.
_PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg", ".sbn", ".sbx", ".qix", ".qpj", ".fbn", ".fbx")


def write_units(plan: Plan, path: Path, *, encoding: str = "", progress: Progress = silent) -> dict[str, Any]:
    """Write the units whole, or leave what is there as it was; the same plan gives the same bytes.

    A Shapefile is in GBK, as most programs of bureaus take it to be, and in UTF-8 where a text has a character that
    GBK lacks; its .cpg says which. Texts that are longer than it holds end with a whole character.

    Parameters
    ----------
    plan : Plan
    path : Path
        ``.shp`` or ``.gpkg``; an existing file is replaced, unless it is a plan.
    encoding : {"", "GBK", "UTF-8"}
        Of a Shapefile's texts, where it is not left to them.
    progress : callable

    Returns
    -------
    dict
        ``units`` (number), ``encoding``, and ``cut``: how many texts were cut.

    Raises
    ------
    BadInput
        An encoding that is none of these, or lacks a character; another suffix, no such folder or no right to write
        there, a full disk, a plan or an open file in its place.
    """
    suffix = path.suffix.lower()
    if suffix not in (".shp", ".gpkg"):
        raise BadInput(
            Message("'{name}' is no .shp or .gpkg", name=path.name),
            where=at(path),
            wanted=Message("UNITS.shp or UNITS.gpkg"),
        )
    if encoding and encoding not in ENCODINGS:
        raise BadInput(
            Message("unknown encoding '{encoding}'", encoding=encoding),
            where=at(path),
            wanted=one_of(ENCODINGS),
        )
    check_output(path, suffix)
    if suffix == ".gpkg" and read_meta(path):
        raise BadInput(
            Message("is a plan, and would be lost"), where=at(path), wanted=Message("another file name for the output")
        )
    names = read_profile(plan.meta.get("profile") or "national")["categories"]
    units = plan.units.assign(
        cat_name=[str(names.get(str(one), one)) for one in plan.units["category"].tolist()],
        # A number of a Shapefile has 24 digits, 15 of them behind the point: too few for large areas in m².
        area_km2=plan.units["area_m2"] / 1e6,
    )
    if suffix == ".shp":
        return _shapefile(units, plan.crs, path, plan.meta["date"], encoding, progress)
    with new_file(path, date=plan.meta["date"]) as draft:
        layers = {"units": (units, "MultiPolygon", COLUMNS)}
        write_layers(draft, layers, plan.crs, progress=within(progress, 0.0, 0.9))
        write_tables(draft, {}, layer_styles_rows(["units"], update_time=plan.meta["date"]))
        progress(1.0, Message("written"))
    return {"units": len(units), "encoding": "UTF-8", "cut": 0}


def shapefile_parts(path: Path) -> tuple[Path, ...]:
    """List the files of a Shapefile that are there, the .shp first."""
    place = path.resolve() if path.is_symlink() else path
    parts = (place.with_suffix(part) for part in _PARTS)
    return tuple(part for part in parts if part.exists())


def _shapefile(
    units: pd.DataFrame, crs: str, path: Path, date: str, encoding: str, progress: Progress
) -> dict[str, Any]:
    texts = {name: units[name].fillna("").astype(str).tolist() for name, kind in COLUMNS if kind == "TEXT"}
    lacking = _not_in_gbk(texts)
    if lacking and encoding == "GBK":
        what = Message("'{lacking}' is no character of GBK", lacking=lacking)
        raise BadInput(
            what, where=at(path), wanted=Message("UTF-8, or no encoding stated, so that it is chosen to fit the texts")
        )
    encoding = encoding or ("UTF-8" if lacking else "GBK")
    cut = {name: [_cut(text, encoding) for text in column] for name, column in texts.items()}
    kinds = {"INTEGER": np.int64, "REAL": np.float64}
    arrays = [
        np.array(cut[name], dtype=object) if kind == "TEXT" else units[name].fillna(0).to_numpy(dtype=kinds[kind])
        for name, kind in COLUMNS
    ]
    path = path.resolve()
    folder = beside(path, _DRAFT)
    progress(0.0, Message("writing units"))
    try:
        with worded_errors(path, folder / "room"):
            sweep(path, _DRAFT)
            folder.mkdir()
            pyogrio.raw.write(
                folder / f"{path.stem}.shp",
                shapely.to_wkb(units["geometry"].to_numpy(dtype=object)),
                arrays,
                [name for name, _ in COLUMNS],
                driver="ESRI Shapefile",
                geometry_type="MultiPolygon",
                crs=crs,
                encoding=encoding,
                layer_options={"DBF_DATE_LAST_UPDATE": date[:10]},
            )
            _check_whole(folder / f"{path.stem}.shp", len(units))
            # The last moment to stop: what follows puts the files in their place.
            progress(1.0, Message("written"))
            _put(folder, path)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    changed = sum(one != other for name in texts for one, other in zip(texts[name], cut[name], strict=True))
    return {"units": len(units), "encoding": encoding, "cut": changed}


def _not_in_gbk(texts: dict[str, list[str]]) -> str:
    """Find the first character that GBK lacks, "" where it has all of them."""
    whole = "".join(text for column in texts.values() for text in column)
    try:
        whole.encode("gbk")
    except UnicodeEncodeError as error:
        return whole[error.start]
    return ""


def _cut(text: str, encoding: str) -> str:
    """Cut a text to what fits, at a character and never within one."""
    return text.encode(encoding)[:WIDTH].decode(encoding, "ignore")


def _check_whole(shp: Path, count: int) -> None:
    """Hold the files against what their heads promise: GDAL says nothing of a disk that was full at the last bytes."""
    with shp.open("rb") as file:
        promised = 2 * struct.unpack(">24xi", file.read(28))[0]
    with shp.with_suffix(".dbf").open("rb") as file:
        rows, head, length = struct.unpack("<4xIHH", file.read(12))
    sizes = {".shp": promised, ".shx": 100 + 8 * count, ".dbf": head + rows * length + 1}
    if rows != count or any(shp.with_suffix(part).stat().st_size != size for part, size in sizes.items()):
        raise OSError(errno.ENOSPC, "not written whole")


def _put(folder: Path, path: Path) -> None:
    """Put the files in place of the old ones; where one of them cannot be replaced, all old ones are there again."""
    old = folder / "before"
    old.mkdir()
    moved, placed = [], []
    try:
        for part in _PARTS:
            place = path.with_suffix(part)
            if place.exists():
                place.replace(old / place.name)
                moved.append(place)
        # Whoever finds the .shp finds the rest.
        for file in sorted((one for one in folder.iterdir() if one.is_file()), key=lambda one: one.suffix == ".shp"):
            if file.suffix in _PARTS:
                file.replace(path.with_suffix(file.suffix))
                placed.append(path.with_suffix(file.suffix))
    except OSError:
        for place in placed:
            place.unlink(missing_ok=True)
        for place in moved:
            (old / place.name).replace(place)
        raise
