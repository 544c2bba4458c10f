"""The walk through a folder: every vector layer and raster read, however bad, and guessed."""

from __future__ import annotations

import contextlib
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from pyogrio.errors import DataSourceError

from ..case.profile import read_profile
from ..core.connections import is_database
from ..core.errors import BadInput, DelineationError
from ..core.messages import Message, at, foreign, joined
from ..core.progress import Progress, silent, within
from ..plan.file import read_meta
from ..sources import gate
from ..sources.coordinates.crs import short_name
from ..sources.files import split_layer
from ..sources.formats.databases import spatial_tables
from ..sources.formats.opening import PLAN_LAYERS, heard, lying
from ..sources.formats.paths import missing
from ..sources.formats.point_tables import WORKBOOKS, sheets_of
from ..sources.formats.shapefile import part
from ..sources.layer import PolygonLayer, read_layer
from ..sources.rasters.raster import open_raster
from .between_layers import compare, place_unplaced
from .metadata import metadata_of
from .model import Guess, Guessed, RasterGuess
from .roles import geometry_kind, guess_parts
from .vocabulary import Vocabulary, folded, vocabulary

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Sequence

    from numpy.typing import NDArray

    from ..sources.rasters.raster import Raster
    from .vocabulary import Vocabulary

# Formats of one layer, which the reader finds and mends by itself.
_ONE_LAYER = ("shp", "csv", "tab", "mif", "geojson", "json", "fgb", "zip")
_SHAPES_IN_TEXT = {
    "json": re.compile(rb'"(coordinates|features|rings|arcs)"'),
    "txt": re.compile(rb"\d\.\d+[,;\t ]+\d+\.\d+"),
}
_HEAD = 1_000_000
_READABLE = Message("the data as GeoPackage, Shapefile, GeoJSON, CSV or workbook (.xlsx), rasters as GeoTIFF")


def guess_sources(
    paths: Sequence[str | Path], *, profile: str | Path = "national", progress: Progress = silent
) -> tuple[Guessed, ...]:
    """Guess what files are, and hold the guesses against each other.

    Parameters
    ----------
    paths : sequence of str or Path
        ``FILE``, ``FILE|layername=L``, rasters, and folders, which are walked through.
    profile : str or Path
    progress : callable

    Returns
    -------
    tuple of Guessed
        One a layer (or part of a layer), raster, or file that cannot be read; in the order of paths and names.

    Raises
    ------
    BadInput
        A path that does not exist, or nothing in it that is a vector file or a raster.

    Examples
    --------
    >>> from control_units.delineation import verbs
    >>> [(one.layer, one.guess.role) for one in verbs.guess(["hand.gpkg"])]
    [('county', 'county'), ('township', 'township'), ('red_line', 'red_line'), ('water', 'water_zone')]
    """
    words = vocabulary(read_profile(profile))
    items = [item for path in paths for item in _items(str(path), words)]
    if not items:
        where = joined(map(str, paths))
        wanted = Message("a folder with vector files (Shapefile, GeoPackage, FileGDB …) or rasters")
        raise BadInput(Message("no vector file and no raster found"), where=where, wanted=wanted)
    found: list[Guessed] = []
    taken = set(words.profile.roles)
    for number, (path, layer, folders) in enumerate(items):
        step = within(progress, 0.95 * number / len(items), 0.95 * (number + 1) / len(items))
        step(0.0, Message("reading {name}", name=path.name))
        if _suffix(path) in words["files"]["raster"]:
            one = _raster(path, taken, words)
            taken |= {one.raster.name} if one.raster else set()
            found.append(one)
        else:
            found += _file(path, layer, folders, words, step)
    progress(0.95, Message("comparing layers"))
    compared = compare(place_unplaced(found), words)
    progress(1.0, Message("guessed"))
    # The layers themselves have served; only what was found out is handed on.
    return tuple(replace(one, read=None) for one in compared)


def _suffix(path: Path) -> str:
    return path.suffix.lower().removeprefix(".")


def _items(text: str, words: Vocabulary) -> Iterator[tuple[Path, str, tuple[str, ...]]]:
    """Files of a path with the layer asked for and the folders they lie in, the nearest first."""
    try:
        path, layer = (Path(text), "") if Path(text).exists() else split_layer(text)
        there = is_database(path) or path.exists()
    except OSError as error:
        what = Message("cannot be read ({error})", error=foreign(error))
        raise BadInput(what, where=at(text), wanted=Message("an existing folder or file")) from error
    if is_database(path):
        yield path, layer, ()
        return
    if not there:
        raise missing(path, Message("an existing folder or file"))
    if path.is_dir() and _suffix(path) != "gdb":
        # A file that is called as a connection is written is none by its whole path.
        folder = path.absolute()
        for file in _walk(folder, words):
            parents = file.relative_to(folder).parts[:-1]
            yield file, "", tuple(reversed(parents))
    else:
        yield path, layer, ()


def _walk(folder: Path, words: Vocabulary) -> Iterator[Path]:
    """Find the data files below a folder, by name; a FileGDB is one.

    Hidden files, locks of office programs and links to folders are left out; what looks like data and is not read is
    found all the same, to be named.
    """
    files = words["files"]
    known = {*files["vector"], *files["raster"], *files["unread"]}
    try:
        inside = sorted(folder.iterdir())
    except OSError:
        yield folder  # the reader says what is wrong with it
        return
    for path in inside:
        if path.name.startswith((".", "~")):
            continue
        if path.is_dir():
            if _suffix(path) == "gdb":
                yield path
            elif not path.is_symlink():
                yield from _walk(path, words)
        elif _suffix(path) in known and _holds_shapes(path):
            yield path


def _file(path: Path, layer: str, folders: tuple[str, ...], words: Vocabulary, progress: Progress) -> Iterator[Guessed]:
    if _suffix(path) in words["files"]["unread"]:
        what = Message("files of this kind are not read ({suffix})", suffix=path.suffix)
        yield Guessed(path, layer, error=BadInput(what, where=path, wanted=_READABLE))
        return
    try:
        names = [(name, "") for name in spatial_tables(path)] if is_database(path) else layers_of(path)
    except BadInput as error:
        yield Guessed(path, layer, error=error)
        return
    if {name for name, _ in names} >= PLAN_LAYERS and _is_plan(path):
        yield Guessed(path, kind="plan")
        return
    if layer:
        names = [(name, kind) for name, kind in names if name == layer] or [(layer, "")]
    for number, (name, kind) in enumerate(names):
        step = within(progress, number / len(names), (number + 1) / len(names))
        yield from _layer(path, name, kind, folders, words, step, alone=len(names) == 1)


def _is_plan(path: Path) -> bool:
    with contextlib.suppress(BadInput):
        return bool(read_meta(path))
    return False


def layers_of(path: Path) -> list[tuple[str, str]]:
    """Layers with their kind of geometry; one without a name where the reader has to find the layer itself."""
    if _suffix(path) in _ONE_LAYER:
        return [("", "")]
    if path.suffix.lower() in WORKBOOKS:
        return [(sheet, "Point") for sheet in sheets_of(path)] or [("", "")]
    try:
        with heard([]), lying(path) as file:
            found = [(str(name), str(kind)) for name, kind in gate.list_layers(file) if kind is not None]
    except (DataSourceError, UnicodeDecodeError, ValueError):
        return [("", "")]
    return found


def _holds_shapes(path: Path) -> bool:
    """Whether a file that may hold anything (JSON, text) holds geometry, and one of several parts lacks the others."""
    suffix = _suffix(path)
    if suffix == "dbf":
        return part(path, ".shp") is None
    try:
        if suffix in _SHAPES_IN_TEXT:
            with path.open("rb") as file:
                return bool(_SHAPES_IN_TEXT[suffix].search(file.read(_HEAD)))
    except OSError:
        return True  # the reader says what is wrong with it
    return True


def _layer(
    path: Path, name: str, kind: str, folders: tuple[str, ...], words: Vocabulary, progress: Progress, *, alone: bool
) -> Iterator[Guessed]:
    shown = "" if alone and folded(name) in ("", folded(path.stem)) else name
    try:
        layer = _read(path, name, kind, progress)
    except DelineationError as error:
        yield Guessed(path, shown, error=error)
        return
    told = metadata_of(path, layer.raw.layer)
    base = Guessed(
        path,
        shown,
        count=len(layer.row),
        geometry=geometry_kind(layer),
        crs=short_name(layer.crs) if layer.crs is not None else "",
        encoding=layer.raw.encoding,
        findings=layer.findings,
        date=told.date,
        date_from=told.source,
        provider=told.provider,
        folders=folders,
        read=layer,
    )
    guesses: tuple[Guess, ...] = guess_parts(layer, words, folders=folders)
    for guess in guesses:
        yield replace(base, guess=guess)


def _read(path: Path, name: str, kind: str, progress: Progress) -> PolygonLayer:
    """Read polygons, or what else there is: a layer of lines is no source yet, but may be a shoreline."""
    flat = "Line" in kind or "Point" in kind
    try:
        return read_layer(path, name=path.name, layer=name, buffered=flat, progress=progress)
    except BadInput as error:
        try:
            return read_layer(path, name=path.name, layer=name, buffered=not flat, progress=progress)
        except BadInput as other:
            # What is said of a layer of polygons is what its owner has to know.
            raise (other if flat else error) from None


def _raster(path: Path, taken: set[str], words: Vocabulary) -> Guessed:
    told = metadata_of(path)
    try:
        raster = open_raster(path)
        guess = guess_raster(raster, path.stem, taken, words)
    except DelineationError as error:
        return Guessed(path, kind="raster", error=error)
    return Guessed(
        path,
        kind="raster",
        raster=guess,
        crs=raster.crs,
        date=told.date,
        date_from=told.source,
        provider=told.provider,
    )


# ── What a raster seems to hold: scores, grades or classes, by its values and its name ──────────────────────────────

# Cells read to tell what values a raster has: blocks of rows from all over it.
_CELLS, _BLOCKS = 2_000_000, 16


def guess_raster(raster: Raster, stem: str, taken: Container[str], words: Vocabulary) -> RasterGuess:
    """Guess kind and direction of a raster.

    Parameters
    ----------
    raster : Raster
    stem : str
        Name of its file without the suffix.
    taken : container of str
        Names that other rasters and roles have.
    words : Vocabulary
    """
    settings = words["rasters"]
    values = _values(raster, int(settings["class_most"]))
    name = folded(stem)
    spec: dict[str, object] = next((s for s in settings["kinds"] if any(folded(w) in name for w in s["words"])), {})
    kind = "score"
    if values is not None:
        graded = len(values) > 1 and values[0] in (0, 1) and values[-1] - values[0] == len(values) - 1
        few = len(values) <= int(settings["grade_most"])
        kind = "grade" if graded and few and spec.get("kind") == "grade" else "class"
        if spec.get("kind") == "score":
            kind = "score"
    name, number = stem, 2
    while name in taken:
        name, number = f"{stem}_{number}", number + 1
    return RasterGuess(name, kind, str(spec.get("better", "high")), values or ())


def _values(raster: Raster, most: int) -> tuple[int, ...] | None:
    """Whole numbers the raster holds, where they are few; else None."""
    rows, columns = raster.shape
    height = max(1, min(rows, _CELLS // max(columns, 1) // _BLOCKS))
    found: NDArray[np.float64] = np.empty(0)
    for top in np.unique(np.linspace(0, max(rows - height, 0), _BLOCKS).astype(int)):
        block = raster.read((int(top), int(top) + height, 0, columns))
        found = np.union1d(found, block[np.isfinite(block)])
        if len(found) > most or (found != np.round(found)).any():
            return None
    return tuple(int(value) for value in found)
