"""What GDAL has to open for a path: the layer of a file, a folder, an archive; missing or lying parts mended aside.

Nothing is written beside the user's files: what is changed is changed in a copy that goes when the layer is read.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import sqlite3
import warnings
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pyogrio
from pyogrio.errors import DataLayerError, DataSourceError

from ...core.atomic_files import head_of
from ...core.connections import is_database
from ...core.database_file import copy_of
from ...core.errors import BadInput
from ...core.gdal_options import gdal_options
from ...core.messages import Message, at, foreign
from .. import gate
from ..encoding.codepages import charset_encoding, two_byte_encoding
from ..encoding.reading import Stated
from .containers import LINES, SHAPEFILE, brief, by_its_name, copied, find_dataset, in_utf8, only_dataset, pick, room
from .databases import table_of
from .point_tables import WKT, WORKBOOKS, as_wkt
from .projection import read_projection
from .shapefile import DbfHeader, check_parts, has_index, part, read_table, stated_by

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ...core.findings import Finding
    from .containers import Aside

_MAPINFO = (".tab", ".dat", ".map", ".id", ".ind", ".mif", ".mid")
_GML = (".gml", ".gz")
_SQLITE = b"SQLite format 3\0"
PLAN_LAYERS = {"faces", "borders", "units"}
_PLAN = PLAN_LAYERS | {"journal", "meta"}  # tables that a plan has
_IN_QUOTES = re.compile(r'(?:^|(?<=[,;\t|]))"(?:[^"]|"")*(?:"|$)')
_CHARSET = re.compile(rb'(charset\s+"?)([\w.-]+)', re.IGNORECASE)
_WKT = re.compile(r"\s*(SRID=\d+;)?\s*(MULTI)?(POINT|LINESTRING|POLYGON|CURVE|SURFACE|GEOMETRYCOLLECTION|TIN)", re.I)
_HEAD = 1 << 16  # bytes that say what a file is: those before the data of a .mif; a .tab is all head
_READER = (Path(pyogrio.__file__).parent, Path(__file__).parent)  # a warning is put to the reader or to its caller
# GDAL says these of files that are read all the same, and the engine says what matters of them in its own words.
_KNOWN = ("More than one layer found", "Measured (M) geometry", "couldn't be converted", "non-standard", "deprecated")


@dataclass
class OpenDataset:
    """A dataset ready to be read.

    Attributes
    ----------
    dataset : str
        What GDAL opens.
    layer : str
    loose : bool
        Its texts are bytes whose encoding is only stated, if that.
    stated : sequence of Stated
    table : DbfHeader or None
        Head of its dBASE table.
    wkt : int
        Place of the column of texts that are its geometry, −1 where there is none.
    options : dict of str
        GDAL's open options.
    lines : int
        Features that a file of one a line should have, 0 for any other.
    crs : str
        Its CRS, where GDAL would not know it; "" where GDAL says it.
    unread : str
        What the .prj beside it says, where that cannot be read; "" where it can or there is none.
    written : str
        Encoding of the file, where what is opened is a copy in UTF-8; "" elsewhere.
    findings : list of Finding
        With "" as source.
    said : list of str
        What GDAL warned of.
    """

    dataset: str
    layer: str = ""
    loose: bool = False
    stated: Sequence[Stated] = ()
    table: DbfHeader | None = None
    wkt: int = -1
    options: dict[str, str] = field(default_factory=dict)
    lines: int = 0
    crs: str = ""
    unread: str = ""
    written: str = ""
    findings: list[Finding] = field(default_factory=list)
    said: list[str] = field(default_factory=list)


@contextmanager
def heard(said: list[str]) -> Iterator[None]:
    """Collect what GDAL warns of instead of printing it.

    Whatever the process warns of meanwhile is caught as well: files that the collector closes, numbers in other
    threads. None of it is said of the layer.
    """
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            yield
        finally:
            said += [str(item.message).strip() for item in caught if _of_reader(item)]


def _of_reader(caught: warnings.WarningMessage) -> bool:
    """Tell a warning of the reader; the collector's ones bear the name of the file that it happens to interrupt."""
    return issubclass(caught.category, (RuntimeWarning, UserWarning)) and Path(caught.filename).parent in _READER


def worth_saying(said: Sequence[str]) -> list[str]:
    """Pick the warnings that a reader of the layer has to know."""
    return [text for text in dict.fromkeys(said) if not any(known in text for known in _KNOWN)]


@contextmanager
def open_vector(path: Path, *, layer: str = "", words: tuple[str, ...] = ()) -> Iterator[OpenDataset]:
    """Find what to open and which layer of it; the copies it may need live as long as the context.

    Parameters
    ----------
    path : Path
        File, folder, archive or database.
    layer : str, optional
    words : tuple of str, optional
        Names under which the layer may be found in a file of several.

    Raises
    ------
    BadInput
        Missing, unreadable or cut file, no such layer, several layers and none named.
    """
    if is_database(path):
        yield OpenDataset(path.as_posix(), table_of(path, layer))
        return
    with _beside(path) as aside:
        file = find_dataset(path, layer, words, aside)
        opened = OpenDataset(str(file.absolute()))
        suffix = file.suffix.lower()
        if suffix == ".shp":
            _shapefile(opened, file, aside)
        elif suffix in (".tab", ".mif"):
            _mapinfo(opened, file, aside)
        elif file.is_file() and (_is_gml(file) or _is_held(file)):
            opened.dataset = str(_untouched(file, aside))
        elif suffix == ".csv":
            _csv(opened, file, path, aside)
        elif suffix in WORKBOOKS:
            opened.written, opened.stated = "UTF-8", [Stated("format", "UTF-8", "UTF-8")]
            _points(opened, file, layer, aside)
            layer = ""
        elif suffix == ".dxf":
            _whole_drawing(file)
        elif suffix in LINES:
            opened.lines = _lines(file)
        if re.search("[!;]", opened.dataset):
            # The reader takes what follows for a place inside an archive, or for nothing.
            opened.dataset = str(copied(Path(opened.dataset), aside("plain"), "layer"))
        if not opened.layer:
            wish = "" if file != path and suffix == ".shp" else layer
            opened.layer = _choose(opened, path, wish, words)
        yield opened


@contextmanager
def lying(path: Path) -> Iterator[Path]:
    """Give what GDAL may open of a file as it lies, to list its layers: nothing is written beside the user's."""
    with _beside(path) as aside:
        try:
            if path.suffix.lower() == ".zip" and path.is_file():
                yield only_dataset(path, aside)
            else:
                yield _untouched(path, aside)
        except BadInput as error:
            raise by_its_name(error, path) from error.__cause__


@contextmanager
def _beside(path: Path) -> Iterator[Aside]:
    """Make room for copies, only when one is needed: a full disk stops no file that is fine as it lies."""
    with ExitStack() as later:
        yield lambda name: room(path, later) / name


def _is_gml(file: Path) -> bool:
    head = head_of(file, _HEAD)
    return file.suffix.lower() in _GML or (head.lstrip().startswith(b"<") and b"opengis.net/gml" in head)


def _untouched(file: Path, aside: Aside) -> Path:
    """Give what GDAL may open in place of a file, where opening the file itself would do something to it."""
    if file.is_file() and _is_gml(file):
        return _without_traces(file, aside)
    if file.is_file() and _is_held(file):
        copy = aside("copied") / file.name
        copy.parent.mkdir()
        try:
            return copy_of(file, copy)
        except (OSError, sqlite3.Error, UnicodeDecodeError) as error:
            raise BadInput(
                Message(
                    "has to be copied, as another program has it open, and that fails ({error})", error=foreign(error)
                ),
                where=file,
                wanted=Message("that program closed, and room for temporary files"),
            ) from error
    return file


def _is_held(file: Path) -> bool:
    """Whether a GeoPackage is a plan, or one that another program is saving into.

    Such a file is copied by SQLite, as it stands at one moment: GDAL opens it in ways that drop this program's locks.
    """
    if head_of(file, len(_SQLITE)) != _SQLITE:
        return False
    log = file.with_name(file.name + "-wal")
    if log.is_file() and log.stat().st_size:
        return True
    # What SQLite says of a damaged file may quote it, and be no text.
    with contextlib.suppress(sqlite3.Error, UnicodeDecodeError), gate.database(file) as connection:
        names = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        return names >= _PLAN
    return False


def _without_traces(file: Path, aside: Aside) -> Path:
    """Link a GML elsewhere: GDAL writes what it learns of one into a .gfs beside it.

    The .gfs and the .xsd that are there are copied, with their times: an old .gfs counts for nothing.
    """
    link = copied(file, aside("linked"))
    for suffix in (".gfs", ".xsd"):
        if (there := part(file, suffix)) is not None:
            shutil.copy2(there, link.with_suffix(suffix))
    return link


def _choose(opened: OpenDataset, path: Path, layer: str, words: tuple[str, ...]) -> str:
    try:
        with heard(opened.said):
            listed = [(str(name), kind) for name, kind in gate.list_layers(opened.dataset)]
    except (DataSourceError, UnicodeDecodeError) as error:
        what, said = Message("cannot be read as a vector file ({error})", error=foreign(brief(error))), brief(error)
        wanted = Message("a whole file in a vector format, such as GeoPackage or Shapefile")
        if "locked" in said:
            wanted = Message("the file closed in the program that is writing it, or a copy")
        raise BadInput(what, where=path, wanted=wanted) from error
    layers = [name for name, kind in listed if kind is not None or opened.wkt >= 0]
    if not layers:
        raise BadInput(
            Message("no layer with geometry"), where=path, wanted=Message("a vector file with a layer of polygons")
        )
    return pick(layers, layer, words, at(path))


def _shapefile(opened: OpenDataset, file: Path, aside: Aside) -> None:
    opened.loose = True
    opened.findings += check_parts(file, "")
    table = part(file, ".dbf")
    opened.table = read_table(table) if table is not None else None
    opened.stated = stated_by(file, opened.table)
    parts = [part(file, suffix) for suffix in SHAPEFILE]
    odd = any(found is not None and found.suffix not in (found.suffix.lower(), found.suffix.upper()) for found in parts)
    odd = odd or any(found is not None and found.stem != file.stem for found in parts)
    indexed = has_index(file)
    stated = part(file, ".prj")
    projection = read_projection(stated) if stated is not None else None
    if odd or not indexed or projection is not None:
        dropped = [*([] if indexed else [".shx"]), *([] if projection is None else [".prj"])]
        copy = copied(file, aside("mended"), suffixes=tuple(suffix for suffix in SHAPEFILE if suffix not in dropped))
        if projection is not None:
            opened.crs, opened.unread = projection.crs, projection.unread
            opened.findings += filter(None, [projection.finding])
        if not indexed:
            _restore_index(copy, file)
        opened.dataset = str(copy)


def _restore_index(copy: Path, file: Path) -> None:
    """Let GDAL write the index of a copy; only this makes it read records in order."""
    try:
        with heard([]), gdal_options({"SHAPE_RESTORE_SHX": "YES"}):
            gate.read(copy, columns=[], encoding="ISO-8859-1", max_features=1)
    except (DataSourceError, DataLayerError, ValueError) as error:
        raise BadInput(
            Message("has no .shx and none can be made ({error})", error=foreign(brief(error))),
            where=file,
            wanted=Message("the .shx, or the whole Shapefile copied once more"),
        ) from error


def _mapinfo(opened: OpenDataset, file: Path, aside: Aside) -> None:
    opened.loose = True
    head = head_of(file, _HEAD)
    names = [found[2].decode("ascii", errors="replace") for found in _CHARSET.finditer(head)]
    said = [name for name in dict.fromkeys(names) if name.upper() != "NEUTRAL"]
    opened.stated = [Stated("format", f"Charset {name}", charset_encoding(name)) for name in said[:1]]
    data = part(file, ".dat")
    if data is not None and file.suffix.lower() == ".tab":
        opened.table = read_table(data)
        if opened.table is not None and opened.table.held < opened.table.records:
            raise BadInput(
                Message(
                    "is truncated: record {record} of {records} is the first incomplete one",
                    record=opened.table.held + 1,
                    records=opened.table.records,
                ),
                where=data,
                wanted=Message("the whole file, copied once more"),
            )
    if said:
        # Under a neutral charset GDAL hands out the bytes as they are.
        copy = copied(file, aside("neutral"), suffixes=_MAPINFO)
        body = file.read_bytes()
        copy.unlink()
        copy.write_bytes(_CHARSET.sub(rb"\1Neutral", body, count=len(names)))
        opened.dataset = str(copy)


def _csv(opened: OpenDataset, file: Path, path: Path, aside: Aside) -> None:
    """Find the column of geometry: the first whose first values are WKT."""
    opened.loose, opened.dataset = True, str(file)
    if two_byte := two_byte_encoding(head_of(file, _HEAD)):
        opened.written = two_byte
        # Excel's "Unicode text"; GDAL reads tables of one byte a letter.
        file = in_utf8(file, aside("utf-8"), two_byte)
        opened.dataset, opened.stated = str(file), [Stated("format", opened.written, "UTF-8")]
    # Excel's mark and separators are GDAL's to find; numbers stay texts, so codes keep their zeros.
    try:
        with heard(opened.said):
            meta, _, geometry, data = gate.read(str(file), encoding="ISO-8859-1", max_features=20)
    except (DataSourceError, DataLayerError, ValueError) as error:
        raise BadInput(
            Message("cannot be read as a table ({error})", error=foreign(brief(error))),
            where=path,
            wanted=Message("a CSV file"),
        ) from error
    for place, values in enumerate(data):
        said = [text for text in values.tolist() if isinstance(text, str) and text.strip()]
        if said and all(_WKT.match(text) for text in said):
            opened.wkt = place
            name = str(meta["fields"][place])
            if name.isascii():
                # GDAL knows more kinds of WKT, but takes no name that is not in UTF-8.
                opened.options = {"GEOM_POSSIBLE_NAMES": name, "KEEP_GEOM_COLUMNS": "YES"}
            _whole_table(file, path)
            return
    if geometry is None:
        _whole_table(file, path)
        _points(opened, file, "", aside)


def _points(opened: OpenDataset, file: Path, sheet: str, aside: Aside) -> None:
    """Open a table of coordinates as a copy with points; that of a CSV file is in the file's own encoding."""
    encoding = "utf-8"
    if file.suffix.lower() == ".csv":
        try:
            file.read_text(encoding=encoding)
        except UnicodeDecodeError:
            encoding = "gb18030"
    copy, opened.wkt = as_wkt(file, sheet, aside("points"), encoding)
    opened.loose, opened.dataset = True, str(copy)
    opened.options = {"GEOM_POSSIBLE_NAMES": WKT, "KEEP_GEOM_COLUMNS": "YES"}


def _whole_table(file: Path, path: Path) -> None:
    """Refuse a table whose last row lacks columns: it was cut there, and what it holds may be half a code."""
    with file.open("rb") as stream:
        head = stream.readline().decode("latin-1")
        stream.seek(-min(file.stat().st_size - len(head), 2**24), os.SEEK_END)
        last = stream.read().decode("latin-1").rstrip("\r\n").rpartition("\n")[2]
    mark = max(",;\t|", key=head.count)
    # A cell may be longer than the standard library's reader takes: outlines as WKT are.
    wanted, found = (_IN_QUOTES.sub("", line).count(mark) + 1 for line in (head, last))
    if last and found < wanted:
        raise BadInput(
            Message("is truncated: its last row has {found} of {wanted} columns", found=found, wanted=wanted),
            where=path,
            wanted=Message("the whole file, copied once more"),
        )


def _lines(file: Path) -> int:
    """Count features that are lines (RFC 8142: or begin with a record separator)."""
    with file.open("rb") as stream:
        lines = [line[:1] for line in stream if line.strip()]
    return lines.count(b"\x1e") or len(lines)


def _whole_drawing(file: Path) -> None:
    with file.open("rb") as stream:
        stream.seek(-min(file.stat().st_size, 64), os.SEEK_END)
        if b"EOF" not in stream.read():
            raise BadInput(
                Message("is truncated: no EOF at its end"),
                where=file,
                wanted=Message("the whole file, copied once more"),
            )
