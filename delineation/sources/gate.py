"""The gate: the one place that opens a foreign file, so that nothing it says makes anything leave this computer.

Whatever a library is to open passes here: a database, where its host was allowed (``core/connections.py``), or a local
file, whose content is examined first (``references.py``), with all that it leads to and all that a library would open
beside it. While it is open, GDAL finds no way out of the thread in case something was overlooked: its proxy is a closed
port. What it is read with is a driver of a plain local format.
"""

from __future__ import annotations

import functools
import importlib
import re
import sqlite3
import sys
import time
import warnings
import zipfile
from contextlib import ExitStack, closing, contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyogrio
import pyogrio._err
from pyogrio.errors import DataSourceError, GeometryError
from pyogrio.raw import read as read_ogr

from ..core.atomic_files import head_of
from ..core.connections import permitted
from ..core.errors import BadInput, Cancelled, MissingLibrary
from ..core.gdal_options import gdal_bindings, gdal_options
from ..core.messages import Message, at, foreign
from ..core.text import quoted_name
from .formats.paths import missing, refuse_name
from .references import leads, local, overview_file, pam_leads, refuse_sql, sidecars

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType, TracebackType

__all__ = ["archive", "database", "library", "list_layers", "passed", "raster", "read", "read_info", "vector"]

_CLOSED = "127.0.0.1:1"  # a port on which nothing listens
_CONFINED = {
    "GDAL_HTTP_PROXY": _CLOSED,
    "GDAL_HTTPS_PROXY": _CLOSED,
    "CPL_VSIL_CURL_ALLOWED_FILENAME": "-",
    "GML_SKIP_RESOLVE_ELEMS": "ALL",
    "GML_DOWNLOAD_SCHEMA": "NO",
    "GDAL_VRT_ENABLE_PYTHON": "NO",
    "GDAL_VRT_RAWRASTERBAND_ALLOWED_SOURCE": "SIBLING_OR_CHILD_OF_VRT_PATH",
}
_VECTORS = (
    "ESRI Shapefile",
    "GPKG",
    "OpenFileGDB",
    "FileGDB",
    "GeoJSON",
    "GeoJSONSeq",
    "ESRIJSON",
    "TopoJSON",
    "JSONFG",
    "KML",
    "LIBKML",
    "MapInfo File",
    "FlatGeobuf",
    "GML",
    "CSV",
    "SQLite",
    "DXF",
    "DGN",
    "CAD",
    "GPX",
    "OGR_VRT",
    "OGR_GMT",
    "MiraMonVector",
    "AVCBin",
    "AVCE00",
    "SXF",
    "MapML",
    "JML",
    "GeoRSS",
    "Geoconcept",
    "WAsP",
    "S57",
    "OSM",
    "Idrisi",
    "SVG",
    "Selafin",
    "PGDUMP",
    "UK .NTF",
    "OGR_SDTS",
    "TIGER",
    "EDIGEO",
    "Parquet",
    "Arrow",
    "XLSX",
    "ODS",
    "XLS",
    "netCDF",
)
_RASTERS = (
    "GTiff",
    "COG",
    "HFA",
    "AAIGrid",
    "GRASSASCIIGrid",
    "AIG",
    "netCDF",
    "SRTMHGT",
    "USGSDEM",
    "DTED",
    "ENVI",
    "EHdr",
    "GenBin",
    "PNG",
    "JPEG",
    "JP2OpenJPEG",
    "JP2ECW",
    "JP2KAK",
    "ECW",
    "JPEG2000",
    "BMP",
    "GIF",
    "WEBP",
    "VRT",
    "GPKG",
    "XYZ",
    "SAGA",
    "ILWIS",
    "GSAG",
    "GSBG",
    "GS7BG",
    "RST",
    "NWT_GRD",
    "NWT_GRC",
    "GRIB",
    "PCRaster",
    "RMF",
    "ISG",
    "OpenFileGDB",
    "BT",
    "LCP",
    "GTX",
    "ZMap",
    "SIGDEM",
    "PCIDSK",
    "HDF4",
    "HDF4Image",
    "HDF5",
    "HDF5Image",
    "NITF",
    "FITS",
    "BAG",
    "MBTiles",
    "ERS",
)
_PLAIN = Message("a plain local format, such as GeoPackage, Shapefile, geodatabase or GeoJSON")
# What was examined: path and kind → the files looked at, each as it was then.
_examined: dict[tuple[Path, str], dict[Path, tuple[int, int] | None]] = {}
_MOST = 20_000  # of them
VIEW_SECONDS = 20.0  # that a view may take


@contextmanager
def passed(path: str | Path, *, raster: str = "") -> Iterator[str]:
    """Let a library open a file: only while the context lasts, and only by the name that it gives.

    Parameters
    ----------
    path : str or Path
        A local file, or a folder that is a dataset; of vectors also a connection ``PG:…``.
    raster : {"", "rasterio", "gdal"}
        The library that opens it as a raster; by default it is a vector dataset.

    Raises
    ------
    BadInput
        No local file, or one that leads elsewhere; the address is named. A database on a host that nobody allowed.
    """
    with _confined():
        if not raster and re.match("PG:", str(path), re.IGNORECASE):
            yield permitted(str(path), scram=_takes_scram())
            return
        place = Path(path)
        if str(place.absolute()).startswith("/vsi") or not place.exists():
            raise missing(place, Message("an existing file on this computer"))
        refuse_name(place)
        if place.suffix.lower() == ".zip":
            # The libraries would look into it, and open whatever lies there.
            raise BadInput(
                Message("is an archive, which is not read as it is"),
                where=path,
                wanted=Message("the unpacked files"),
            )
        _examine(place, raster)
        yield str(place.absolute())


@contextmanager
def _confined() -> Iterator[None]:
    """Leave GDAL no way to a network: in this thread alone, where its own bindings can say so."""
    gdal = gdal_bindings()
    _listen()
    # For rasters these bindings read themselves, also where pyogrio has a GDAL of its own.
    with gdal_options(_CONFINED), gdal.config_options(_CONFINED) if gdal is not None else nullcontext(), _unheard():
        yield


@functools.cache
def _takes_scram() -> bool:
    """Tell whether GDAL's libpq knows ``require_auth``, by an address that is none: it reads the keys first."""
    try:
        pyogrio.list_layers("PG:require_auth=none hostaddr=-")
    except DataSourceError as error:
        return "require_auth" not in str(error)
    return False


def _listen() -> None:
    """Let pyogrio hear what GDAL says in this thread: by itself it hears the one alone in which it was loaded.

    Each time anew: rasterio, which others in the process use too, puts an ear of its own before pyogrio's and leaves
    it there.
    """
    getattr(pyogrio._err, "_register_error_handler", lambda: None)()


@contextmanager
def _unheard() -> Iterator[None]:
    """Drop what the ears of rasterio and pyogrio fail over: words of GDAL that quote a file, and are no text."""
    unraisable, hook = sys.unraisablehook, sys.excepthook

    def drop(said: sys.UnraisableHookArgs) -> None:
        if not isinstance(said.exc_value, UnicodeDecodeError):
            unraisable(said)

    def drop_first(kind: type[BaseException], value: BaseException, trace: TracebackType | None) -> None:
        # Cython prints it a first time so.
        if kind is not UnicodeDecodeError:
            hook(kind, value, trace)

    sys.unraisablehook, sys.excepthook = drop, drop_first
    try:
        yield
    finally:
        sys.unraisablehook, sys.excepthook = unraisable, hook


def library(name: str) -> ModuleType:
    """Load a raster library, or a module of it.

    Raises
    ------
    MissingLibrary
        It is not installed.
    """
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise MissingLibrary(
            Message("{name} is not installed", name=name), wanted=Message("rasterio, or GDAL's Python bindings (osgeo)")
        ) from error


# ── Examination ─────────────────────────────────────────────────────────────────────────────────────────────────────
# ---------------------------------------------------------------------------------------------------- ──


def _examine(path: Path, raster: str) -> None:
    """Examine a file, all it leads to and all that is opened beside it; once, as long as none of them changes."""
    known = _examined.get((path.absolute(), raster))
    if known is not None and all(_state(one) == state for one, state in known.items()):
        return
    seen: dict[Path, tuple[int, int] | None] = {}
    _look(path, raster, seen)
    if len(_examined) > _MOST:
        _examined.clear()
    _examined[path.absolute(), raster] = seen


def _state(path: Path) -> tuple[int, int] | None:
    try:
        said = path.stat()
    except OSError:
        return None
    return said.st_size, said.st_mtime_ns


def _look(
    path: Path, raster: str, seen: dict[Path, tuple[int, int] | None], *, raw: bool = False, beside: bool = False
) -> None:
    """Examine a file once: ``raw`` where its bytes are cells, ``beside`` where it is opened because it lies there."""
    if path.absolute() in seen:
        return
    seen[path.absolute()] = _state(path)
    if path.is_dir():
        for one in path.iterdir():
            # A geodatabase holds its files itself.
            if one.is_symlink() and not one.resolve().is_relative_to(path.resolve()):
                local(str(one.readlink()), (), path / one.name)
        if not raster:
            return
    elif raw:
        return
    elif not path.is_file():
        raise BadInput(Message("is no regular file"), where=path, wanted=Message("a whole file of a format GDAL reads"))
    else:
        for reference in leads(path, raster=bool(raster)):
            _look(reference.path, raster, seen, raw=reference.raw)
        _check_schema(path)
        if not raster:
            _check_driver(path)
            return
    for sidecar in sidecars(path):
        if not sidecar.is_file():
            seen.setdefault(sidecar.absolute(), None)
        elif sidecar.name.endswith(".aux.xml"):
            seen[sidecar.absolute()] = _state(sidecar)
            for overview in pam_leads(sidecar):
                _look(overview, raster, seen)
        elif sidecar.suffix not in (".aux", ".rrd"):
            _look(sidecar, raster, seen, beside=True)
    try:
        _look_within(path, raster, seen)
    except BadInput as error:
        # What lies beside a raster and is none is passed over by whoever opens the raster.
        if not (beside and isinstance(error.__cause__, Exception)):
            raise


def _look_within(path: Path, raster: str, seen: dict[Path, tuple[int, int] | None]) -> None:
    with _opened(str(path), raster) as dataset:
        named = dataset.tags(ns="OVERVIEWS") if raster == "rasterio" else dataset.GetMetadata("OVERVIEWS") or {}
        for overview in overview_file(named["OVERVIEW_FILE"], path) if "OVERVIEW_FILE" in named else ():
            _look(overview, raster, seen)


def _check_schema(path: Path) -> None:
    """Refuse SQLite whose tables, views or triggers would open something."""
    if head_of(path, 16) != b"SQLite format 3\0":
        return
    try:
        with database(path) as connection:
            connection.text_factory = lambda raw: raw.decode("utf-8", "replace")
            connection.execute("PRAGMA writable_schema = ON")  # a schema that is damaged is read all the same
            rows = connection.execute("SELECT type, name, sql FROM sqlite_master WHERE sql NOT NULL").fetchall()
            for _, _, text in rows:
                refuse_sql(str(text), at(path))
            for name in (str(name) for kind, name, _ in rows if kind == "view"):
                _run_through(connection, name, path)
    except (sqlite3.Error, UnicodeDecodeError):
        return  # GDAL asks the same library, and says what is wrong


def _run_through(connection: sqlite3.Connection, view: str, path: Path) -> None:
    """Read a view to its end, where it can be stopped: GDAL cannot be, and looks into all views of a file."""
    until = time.monotonic() + VIEW_SECONDS
    connection.set_progress_handler(lambda: time.monotonic() > until, 10_000)
    try:
        for _ in connection.execute(" ".join(("SELECT * FROM", quoted_name(view)))):
            continue
    except sqlite3.OperationalError as error:
        if "interrupted" not in str(error):
            return  # such as a function that GDAL alone has
        if time.monotonic() <= until:
            raise Cancelled from error  # a signal came in the middle of it
        raise BadInput(
            Message("view '{view}' does not end within {seconds:g} seconds", view=view[:60], seconds=VIEW_SECONDS),
            where=path,
            wanted=Message("the view saved as a layer of its own, or taken out of the file"),
        ) from error
    finally:
        connection.set_progress_handler(None, 0)


def _check_driver(path: Path) -> None:
    """Refuse a vector format that is none of the plain ones."""
    gdal = gdal_bindings()
    try:
        if gdal is not None:
            found = gdal.IdentifyDriverEx(str(path.absolute()), gdal.OF_VECTOR)
            name = found.ShortName if found is not None else ""
        else:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                name = pyogrio.read_info(str(path.absolute())).get("driver", "")
    except (DataSourceError, ValueError, LookupError, RuntimeError, UnboundLocalError):
        return  # who reads it says what is wrong with it
    if name and name not in _VECTORS:
        raise BadInput(Message("is of format {name}, which is not read", name=name), where=path, wanted=_PLAIN)


# ── Opening ─────────────────────────────────────────────────────────────────────────────────────────────────────────
# -------------------------------------------------------------------------------------------------------- ──


def list_layers(dataset: str | Path) -> Any:
    """List the layers of a dataset, as ``pyogrio.list_layers``."""
    with passed(dataset) as name:
        try:
            return pyogrio.list_layers(name)
        except GeometryError as error:
            raise _no_geometry(dataset, error) from error
        except (SystemError, UnicodeDecodeError) as error:
            # The reader fails half-way through the text.
            raise BadInput(
                Message("the name of a layer is not in UTF-8"),
                where=dataset,
                wanted=Message("the layer renamed, or the file written anew"),
            ) from error


def read_info(dataset: str | Path, **options: Any) -> dict[str, Any]:
    """Describe a layer, as ``pyogrio.read_info``."""
    with passed(dataset) as name:
        try:
            said: dict[str, Any] = pyogrio.read_info(name, **options)
        except GeometryError as error:
            raise _no_geometry(dataset, error) from error
        return said


def read(dataset: str | Path, **options: Any) -> Any:
    """Read a layer, as ``pyogrio.raw.read``."""
    with passed(dataset) as name:
        try:
            return read_ogr(name, **options)
        except GeometryError as error:
            raise _no_geometry(dataset, error) from error


def _no_geometry(dataset: str | Path, error: Exception) -> BadInput:
    return BadInput(
        Message("the geometry of a layer is of no known type ({error})", error=foreign(error)),
        where=dataset,
        wanted=Message("the layer saved once more, or another one"),
    )


@contextmanager
def raster(path: str, backend: str) -> Iterator[Any]:
    """Open a raster with a library of that name, as a dataset of its.

    Raises
    ------
    BadInput
        It cannot be opened, or not be read while it is open.
    """
    with _confined_library(backend), passed(path, raster=backend), _opened(path, backend) as dataset:
        yield dataset


@contextmanager
def vector(dataset: str | Path) -> Iterator[Any]:
    """Open vector data with GDAL's own bindings, which alone tell widths, aliases and code tables of fields.

    Raises
    ------
    BadInput
        It cannot be opened, or not be read while it is open.
    MissingLibrary
        These bindings are not installed.
    """
    gdal = library("osgeo.gdal")
    with passed(dataset) as name, gdal.ExceptionMgr(), library("osgeo.ogr").ExceptionMgr():
        try:
            yield gdal.OpenEx(name, gdal.OF_VECTOR, allowed_drivers=list(_VECTORS))
        except RuntimeError as error:
            raise BadInput(
                Message("cannot be read as a vector file ({error})", error=foreign(str(error).splitlines()[0])),
                where=dataset,
                wanted=_PLAIN,
            ) from error


@contextmanager
def _confined_library(backend: str) -> Iterator[None]:
    with ExitStack() as options:
        if backend == "rasterio":
            # Its GDAL may be one of its own.
            options.enter_context(library("rasterio").Env(**_CONFINED))
        yield


@contextmanager
def _opened(path: str, backend: str) -> Iterator[Any]:
    if backend == "rasterio":
        rasterio = library("rasterio")
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", rasterio.errors.NotGeoreferencedWarning)
                # Its ``open`` takes one driver's name only.
                opened = rasterio.io.DatasetReader(str(Path(path).absolute()), driver=list(_RASTERS))
            with opened as dataset:
                yield dataset
        except (rasterio.errors.RasterioError, UnicodeDecodeError) as error:
            # What GDAL says of a damaged file may quote it, and be no text.
            raise _unreadable(path, error) from error
        return
    gdal = library("osgeo.gdal")
    # The exception flag is one for the whole process, which may be QGIS: it is set for these calls only.
    with gdal.ExceptionMgr():
        try:
            yield gdal.OpenEx(str(Path(path).absolute()), gdal.OF_RASTER, allowed_drivers=list(_RASTERS))
        except RuntimeError as error:
            raise _unreadable(path, error) from error


def _unreadable(path: str, error: Exception) -> BadInput:
    # GDAL's own bindings say it in several lines, the later ones being guesses.
    said = str(error).splitlines()[0]
    return BadInput(
        Message("raster cannot be read ({error})", error=foreign(said)),
        where=path,
        wanted=Message("a whole file of a format GDAL reads"),
    )


@contextmanager
def archive(path: Path) -> Iterator[zipfile.ZipFile]:
    """Open an archive of a stranger's; who unpacks it examines the names of its entries first."""
    with zipfile.ZipFile(path) as opened:
        yield opened


@contextmanager
def database(path: Path) -> Iterator[sqlite3.Connection]:
    """Open a GeoPackage or another SQLite file of a stranger's, to look something up in it."""
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as connection:
        yield connection
