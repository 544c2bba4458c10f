"""Folders, archives and parts of datasets: which file a path means, and copies of files under other names."""

from __future__ import annotations

import os
import re
import shutil
import stat
import tempfile
import zipfile
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

from ...core.atomic_files import head_of, temporary_folder
from ...core.errors import BadInput
from ...core.messages import Message, at, first_few, foreign, joined
from ...core.text import nearest
from .. import gate
from ..references import shown
from .paths import missing, refuse_name
from .shapefile import part

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from contextlib import ExitStack

    # Makes room for a copy of that name, only when one is needed.
    Aside = Callable[[str], Path]

__all__ = [
    "LINES",
    "SHAPEFILE",
    "brief",
    "by_its_name",
    "copied",
    "find_dataset",
    "in_utf8",
    "only_dataset",
    "pick",
    "room",
]

# Parts of a dataset that people choose instead of the file that leads it.
_LEADERS = {
    **dict.fromkeys((".dbf", ".shx", ".prj", ".cpg", ".qpj", ".sbn", ".sbx", ".qix", ".qmd"), ".shp"),
    **dict.fromkeys((".dat", ".map", ".id", ".ind"), ".tab"),
    ".mid": ".mif",
}
SHAPEFILE = (".shp", ".dbf", ".shx", ".prj", ".cpg")
LINES = (".geojsonl", ".geojsons", ".ndjson", ".jsonl")
_DATASETS = (
    ".shp",
    ".gpkg",
    ".gdb",
    ".geojson",
    ".kml",
    ".kmz",
    ".tab",
    ".mif",
    ".fgb",
    ".gml",
    ".csv",
    ".xlsx",
    ".sqlite",
    ".dxf",
    *LINES,
)
_ROOM = "layer"  # names the folders for copies
# In the names of an archive's entries: drives and streams of Windows, what no terminal shows.
_UNSAFE = re.compile(r"[:\x00-\x1f\x7f]")
# Parts that leave their folder, on some system, or are a device of Windows.
_LEAVING = re.compile(r"[. ]*|(con|prn|aux|nul|com\d|lpt\d)[ ]*(\..*)?", re.IGNORECASE)
_SAID = 160  # characters that a sentence quotes of a library
_NAMED = 5  # files that a message names
_HEAD = 512  # bytes; a copy that broke off may be zeros, and no format begins with so many
# How QGIS writes a file inside an archive.
_VSIZIP = re.compile(r"/vsizip/(.+?\.zip)(/(?:.*/)?([^/]*?)(?:\.\w+)?)?$", re.IGNORECASE)


def pick(layers: Sequence[str], layer: str, words: tuple[str, ...], where: Message) -> str:
    """Choose a name: the one asked for, the only one, or the one that is a word of the role."""
    if layer:
        if layer not in layers:
            raise BadInput(Message("no layer '{layer}'", layer=layer), where=where, wanted=nearest(layer, layers))
        return layer
    if len(layers) == 1:
        return layers[0]
    known = {word.lower() for word in words}
    named = [name for name in layers if name.lower() in known]
    if len(named) == 1:
        return named[0]
    raise BadInput(
        Message("{count} layers and none named", count=len(layers)),
        where=where,
        wanted=Message("layer = … in a case, FILE|layername=… elsewhere, with one of {layers}", layers=joined(layers)),
    )


def find_dataset(path: Path, layer: str, words: tuple[str, ...], aside: Aside) -> Path:
    """Find the file or geodatabase that a path means."""
    packed = _VSIZIP.match(path.as_posix())
    if packed and not path.exists():
        # The two bars before an absolute path may have become one.
        archive = next((place for place in (Path("/", packed[1]), Path(packed[1])) if place.exists()), Path(packed[1]))
        return find_dataset(archive, packed[3] or layer, words, aside)
    if not path.exists():
        raise missing(path, Message("an existing vector file"))
    refuse_name(path)
    suffix = path.suffix.lower()
    if path.is_dir():
        return path if suffix == ".gdb" else _within(path, layer, words, at(path))
    if not path.is_file():
        raise BadInput(Message("is no regular file"), where=path, wanted=Message("a vector file"))
    head = head_of(path, _HEAD)
    if not head.strip(b"\0"):
        what = (
            Message("holds nothing but zeros in its first {count} bytes", count=len(head))
            if head
            else Message("is empty (0 bytes)")
        )
        raise BadInput(what, where=path, wanted=Message("the whole file, copied once more"))
    if suffix == ".gdbtable":
        raise BadInput(
            Message("is a part of a geodatabase"),
            where=path,
            wanted=Message("its folder: {parent}", parent=path.parent),
        )
    leader = part(path, _LEADERS[suffix]) if suffix in _LEADERS else None
    if leader is not None:
        raise BadInput(Message("is only a part of {name}", name=leader.name), where=path, wanted=leader)
    if suffix == ".zip":
        # The tables of a geodatabase may lie in it without their folder.
        folder = _unpacked(path, aside(path.stem if path.stem.lower().endswith(".gdb") else "archive"))
        bare = folder.suffix.lower() == ".gdb" and any(folder.glob("*.gdbtable"))
        return folder if bare else _within(folder, layer, words, at(path), packed=True)
    return path


def _within(folder: Path, layer: str, words: tuple[str, ...], where: Message, *, packed: bool = False) -> Path:
    """Find the dataset of a folder: the only one, or the Shapefile that bears the layer's name."""
    if any(folder.glob("*.gdbtable")):
        raise BadInput(
            Message("is a geodatabase without its suffix"),
            where=where,
            wanted=Message("the name {name}.gdb", name=folder.name),
        )
    # An archive is searched to its depth, a folder of the user's only as far as one sees.
    items = sorted(folder.rglob("*") if packed else folder.iterdir())
    found = [
        item for item in items if item.suffix.lower() in _DATASETS and (item.is_file() or item.suffix.lower() == ".gdb")
    ]
    if not found:
        held = [item.name for item in items]
        what = Message("is an empty folder")
        if held:
            what = Message("holds no vector file ({held})", held=first_few(held, _NAMED))
        raise BadInput(what, where=where, wanted=Message("a Shapefile, GeoPackage or geodatabase"))
    if len(found) == 1:
        return found[0]
    if all(item.suffix.lower() == ".shp" for item in found):
        stem = pick([item.stem for item in found], layer, words, where)
        return next(item for item in found if item.stem == stem)
    names = [str(item.relative_to(folder)) for item in found]
    raise BadInput(
        Message("holds {count} vector files", count=len(found)),
        where=where,
        wanted=Message("one of them as the path: {files}", files=first_few(names, _NAMED)),
    )


def only_dataset(path: Path, aside: Aside) -> Path:
    """Unpack an archive to list its layers: its only dataset, or the folder of all."""
    folder = _unpacked(path, aside("archive"))
    found = [item for item in folder.rglob("*") if item.suffix.lower() in _DATASETS]
    return found[0] if len(found) == 1 else folder


def _unpacked(path: Path, folder: Path) -> Path:
    try:
        with gate.archive(path) as archive:
            items = archive.infolist()
            most, largest = _limit("ENTRIES", 20_000), _limit("GIB", 4)
            size = sum(item.file_size for item in items) / 2**30
            if len(items) > most or size > largest:
                raise BadInput(
                    Message("holds {count:,} entries, {size:,.1f} GiB unpacked", count=len(items), size=size),
                    where=path,
                    wanted=Message(
                        "at most {most:,} entries and {largest:,} GiB, unless CONTROL_UNITS_ARCHIVE_ENTRIES and "
                        "CONTROL_UNITS_ARCHIVE_GIB in the environment say more; or the unpacked files",
                        most=most,
                        largest=largest,
                    ),
                )
            # All of them are looked at before the first is written, and none gives more than its size says.
            for target, item in _targets(items, folder, path).items():
                target.parent.mkdir(parents=True, exist_ok=True)
                with archive.open(item) as source, target.open("wb") as copy:
                    shutil.copyfileobj(source, copy)
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, OSError, EOFError) as error:
        raise BadInput(
            Message("cannot be unpacked ({error})", error=foreign(brief(error))),
            where=path,
            wanted=Message("a whole .zip without a password"),
        ) from error
    return folder


def _limit(unit: str, usual: int) -> int:
    """Read how much of an archive is unpacked: what the environment says, else more than any layer needs."""
    name = f"CONTROL_UNITS_ARCHIVE_{unit}"
    text = os.environ.get(name) or str(usual)
    if not re.fullmatch(r"[0-9]{1,9}", text):
        raise BadInput(Message("'{text}' is no limit", text=text), where=name, wanted=Message("a whole number"))
    return int(text)


def _targets(items: Sequence[zipfile.ZipInfo], folder: Path, path: Path) -> dict[Path, zipfile.ZipInfo]:
    """Say where each entry of an archive goes: within the folder, on every system, or the archive is refused."""
    found: dict[Path, zipfile.ZipInfo] = {}
    files: set[str] = set()
    folders: set[str] = set()
    for item in items:
        # Old tools of Windows write its own bars.
        name, written = (text.replace("\\", "/") for text in (item.filename, item.orig_filename))
        if "\0" in written:
            name = written  # some programs go on where others end
        elif not item.flag_bits & 0x800 and name == written:
            # Without the mark of UTF-8 (or the name once more) it is bytes; Windows writes them in its own page.
            name = _first_that_fits(name.encode("cp437", errors="replace")).replace("\\", "/")
        parts = [piece for piece in name.split("/") if piece not in ("", ".")]
        kind = stat.S_IFMT(item.external_attr >> 16)
        if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
            raise _outside(path, Message("its entry {name} is a link or a device", name=shown(name)))
        if name.startswith("/") or _UNSAFE.search(name) or any(_LEAVING.fullmatch(piece) for piece in parts):
            raise _outside(path, Message("its entry {name} leads out of it", name=shown(name)))
        target = folder.joinpath(*parts)
        if not target.resolve().is_relative_to(folder.resolve()):
            raise _outside(path, Message("its entry {name} leads out of it", name=shown(name)))
        plain = "/".join(parts).casefold()
        above = plain.split("/")
        folders |= {"/".join(above[:count]) for count in range(1, len(above))}
        if name.endswith("/") or not parts or kind == stat.S_IFDIR:
            folders |= {plain} - {""}
            continue
        files.add(plain)
        found[target] = item
    if both := sorted(files & folders):
        raise _outside(path, Message("its entry {name} is a file and a folder", name=shown(both[0])))
    return found


def _outside(path: Path, what: Message) -> BadInput:
    return BadInput(
        what, where=path, wanted=Message("an archive of files and folders with plain names, or the unpacked files")
    )


def _first_that_fits(raw: bytes) -> str:
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("cp437")


def copied(file: Path, folder: Path, stem: str = "", suffixes: tuple[str, ...] = ()) -> Path:
    """Make a dataset appear in another folder, its parts under suffixes in lower case: linked where it can be."""
    names = suffixes or (SHAPEFILE if file.suffix.lower() == ".shp" else ())
    parts = {suffix: found for suffix in names if (found := part(file, suffix)) is not None}
    parts = parts or {file.suffix: file}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for suffix, found in parts.items():
            _linked(found, folder / f"{stem or file.stem}{suffix}")
    except OSError as error:
        raise no_room(file, error) from error
    return folder / f"{stem or file.stem}{file.suffix.lower() if file.suffix not in parts else file.suffix}"


def _linked(file: Path, target: Path) -> None:
    try:
        target.symlink_to(file.resolve())
    except OSError:
        # Windows lets only administrators make links.
        copy = shutil.copytree if file.is_dir() else shutil.copyfile
        copy(file, target)


def in_utf8(file: Path, folder: Path, encoding: str) -> Path:
    """Write a text file once more, in UTF-8."""
    copy = folder / file.name
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with file.open(encoding=encoding, newline="") as source, copy.open("w", encoding="utf-8", newline="") as target:
            shutil.copyfileobj(source, target)
    except UnicodeError as error:
        raise BadInput(
            Message(
                "begins in {encoding} and breaks off or goes on in another encoding ({error})",
                encoding=encoding,
                error=foreign(brief(error)),
            ),
            where=file,
            wanted=Message("the whole file, saved as CSV in UTF-8"),
        ) from error
    except OSError as error:
        raise no_room(file, error) from error
    return copy


def room(path: Path, kept: ExitStack) -> Path:
    """Make a folder for what is read of a file in its place; it goes with the context. All such folders are made here.

    Raises
    ------
    BadInput
        There is no room for it.
    """
    try:
        return kept.enter_context(temporary_folder(_ROOM))
    except OSError as error:
        raise no_room(path, error) from error


def by_its_name(error: BadInput, path: Path) -> BadInput:
    """Word an error of a copy as one of the file that was copied, of an archive with the place within it."""
    folder = re.escape(tempfile.gettempdir())
    found = re.fullmatch(
        rf"{folder}[/\\]control-units-{_ROOM}[\w.]+[/\\][^/\\|]+(.*)", str(error.where.facts.get("at", "")), re.DOTALL
    )
    if found is None:
        return error
    inside = found[1] if path.suffix.lower() == ".zip" else ""
    return BadInput(error.what, where=f"{path}{inside}", wanted=error.wanted)


def no_room(path: Path, error: OSError) -> BadInput:
    """Word a failed copy: a full disk, no right to write."""
    return BadInput(
        Message("has to be copied before it can be read, and that fails ({error})", error=foreign(error)),
        where=path,
        wanted=Message("space in the folder for temporary files"),
    )


def brief(error: BaseException) -> str:
    """Say what GDAL or GEOS says, without its advice, its SQL and the path, which stand elsewhere in the sentence."""
    text = (isinstance(error, OSError) and error.strerror) or str(error)
    lines = text.strip().splitlines() or [type(error).__name__]
    sentence = re.split(r"\. |; (?=[A-Z])", lines[0])[0]
    said = re.sub(r"SELECT .* FROM ", "SELECT … FROM ", sentence.rpartition(" failed: ")[2])
    said = re.sub(r"^'[^']*' (?=not |does )", "", said).rstrip(".;")
    return said if len(said) < _SAID else f"{said[:_SAID]}…"
