"""Where a source lies: FILE or FILE|layername=L, the files that belong to it, their sum and their age."""

from __future__ import annotations

import errno
import hashlib
import os
import re
from pathlib import Path

import numpy as np
import shapely

from ..core.connections import hide_password, is_database
from ..core.errors import BadInput
from ..core.messages import Message
from .formats.containers import SHAPEFILE
from .formats.databases import spatial_tables
from .formats.shapefile import part
from .formats.vectors import RawLayer, read_vector
from .references import companions

# What GDAL notes beside a raster that it has only looked at, and what holds it: nothing of this is content.
_NOTED = re.compile(rb'<MDI key="STATISTICS_[A-Z_]+">[^<]*</MDI>|<Histograms>.*?</Histograms>', re.DOTALL)
_HOLDER = re.compile(rb"<(Metadata|PAMRasterBand|PAMDataset)[^>]*></\1>")
# The parts that carry a dataset's content; they are hashed with it.
_PARTS = {".shp": SHAPEFILE, ".tab": (".tab", ".dat", ".map", ".id"), ".mif": (".mif", ".mid")}


def split_layer(text: str) -> tuple[Path, str]:
    """Split ``FILE`` or ``FILE|layername=L``, as QGIS writes it, into file and layer; a database is a file too.

    Raises
    ------
    BadInput
        Anything else behind the bar.
    """
    file, bar, layer = text.rpartition("|layername=")
    if bar and layer and "|" not in layer:
        connection, _ = hide_password(file)
        return Path(connection), layer
    connection, table = hide_password(text)
    if connection != text:
        return Path(connection), table
    file, bar, option = text.partition("|")
    # A bar may stand in a file's own name.
    if bar and not os.path.exists(text):  # noqa: PTH110 - pathlib raises for a name too long
        raise BadInput(
            Message("cannot read '|{option}'", option=option),
            where=text,
            wanted=Message("FILE or FILE|layername=L"),
        )
    return Path(text), ""


def _files(path: Path) -> list[Path]:
    if path.is_dir():
        return sorted(file for file in path.rglob("*") if file.is_file())
    parts = [part(path, suffix) for suffix in _PARTS.get(path.suffix.lower(), ())]
    # What another program has saved in a GeoPackage, and still has open, is in a log beside it.
    log = path.with_name(path.name + "-wal")
    logs = [log] if log.is_file() and log.stat().st_size else []
    return [item for item in parts if item is not None] or [path, *logs, *_within(companions(path))]


def _within(paths: list[Path]) -> list[Path]:
    """Files, and those of folders that are datasets."""
    return [file for path in paths for file in (_files(path) if path.is_dir() else [path])]


def checksum(path: Path, layer: str = "") -> str:
    """SHA-256 of a file, a dataset's parts, a folder's files in order of names, or of a database a table, else all."""
    if is_database(path) and layer:
        return content_sum(read_vector(path, layer=layer))
    total = hashlib.sha256()
    if is_database(path):
        for table in spatial_tables(path):
            total.update(checksum(path, table).encode())
        return total.hexdigest()
    if path.exists() and not (path.is_file() or path.is_dir()):
        raise OSError(errno.EINVAL, "no regular file", str(path))  # a pipe would be waited for without an end
    for file in _files(path):
        if file.name.endswith(".aux.xml") and file != path:
            total.update(_stated(file.read_bytes()))
            continue
        with file.open("rb") as stream:
            while block := stream.read(1 << 20):
                total.update(block)
    return total.hexdigest()


def _stated(text: bytes) -> bytes:
    """Take out of a raster's .aux.xml what GDAL noted of its values; nothing is left where that is all."""
    rest = re.sub(rb"\s+(?=<)|(?<=>)\s+", b"", _NOTED.sub(b"", text))
    while (fewer := _HOLDER.sub(b"", rest)) != rest:
        rest = fewer
    return rest


def content_sum(raw: RawLayer) -> str:
    """SHA-256 of a layer's content, in order of feature ids: names, ids, geometry (WKB), values."""
    total = hashlib.sha256()
    total.update(repr([*raw.columns]).encode())
    order = np.argsort(raw.feature_id, kind="stable")
    total.update(raw.feature_id[order].astype("<i8").tobytes())
    for body in shapely.to_wkb(raw.geometry[order], byte_order=1).tolist():
        total.update(body or b"\0")
    for values in raw.columns.values():
        total.update(repr(values[order].tolist()).encode())
    return total.hexdigest()


def stamp(path: Path) -> str:
    """Size and time of last change of a file and its parts, without reading them: what differs may have changed.

    Returns
    -------
    str
        "" for a database, which does not say; ``missing`` where there is nothing.
    """
    if is_database(path):
        return ""
    try:
        told = [file.stat() for file in _files(path)]
    except (OSError, BadInput):
        return "missing"  # or a VRT that leads elsewhere
    # Of each file: one that was put back may be as large and older than its neighbours.
    return hashlib.sha256(repr([(one.st_size, one.st_mtime_ns) for one in told]).encode()).hexdigest()[:16]
