"""Files that are there whole or not at all: written beside their place, then put there; what killed runs left goes."""

from __future__ import annotations

import contextlib
import datetime
import errno
import functools
import glob
import hashlib
import os
import platform
import secrets
import shutil
import sqlite3
import sys
import tempfile
import uuid
from pathlib import Path
from typing import TYPE_CHECKING

from .errors import BadInput, readable
from .messages import Message, foreign

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = [
    "FULL",
    "alive",
    "beside",
    "check_place",
    "drafts",
    "filling",
    "head_of",
    "is_database",
    "is_full",
    "is_there",
    "part_of",
    "put_in_places",
    "put_together",
    "refuse_database",
    "replacing",
    "resuming",
    "set_date",
    "sweep",
    "temporary_folder",
]

_ROOM = Message("a place that can be written to")
_FREE = Message("a place with free disk space and write permission")
FULL = (errno.ENOSPC, errno.EFBIG, errno.EDQUOT)

_FOLDER = ".draft"
_LONGEST = 40  # characters of the name, so that what is added to it still fits
_LATEST = 253_402_300_799  # the last second of the year 9999, in which calendars end


def set_date() -> datetime.datetime | None:
    """Give the date that ``SOURCE_DATE_EPOCH`` sets for whatever is written (UTC), None where it is not set.

    Raises
    ------
    BadInput
        It is set to something else than seconds since 1970.
    """
    text = os.environ.get("SOURCE_DATE_EPOCH", "").strip()
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 12 and int(text) <= _LATEST):
        raise BadInput(
            Message("{text!r} is no time", text=text[:40]),
            where=Message("SOURCE_DATE_EPOCH"),
            wanted=Message("seconds since 1970"),
        )
    return datetime.datetime.fromtimestamp(int(text), datetime.UTC)


def is_there(path: Path, wanted: Message) -> bool:
    """Whether there is a file; what the file system does not even look up is told: a name too long, a closed folder.

    Parameters
    ----------
    path : Path
    wanted : Message
        What the error asks for; of a full disk it is room, whatever else is wanted.

    Raises
    ------
    BadInput
    """
    with readable(path, wanted):
        return path.is_file()


def is_database(path: Path) -> bool:
    """Whether a file is one of SQLite, as plans and all GeoPackages are."""
    if not path.is_file():
        return False
    return head_of(path, 16) == b"SQLite format 3\0"


def head_of(path: Path, size: int) -> bytes:
    """Read the first bytes of a file, ``size`` at most."""
    with path.open("rb") as stream:
        return stream.read(size)


def refuse_database(path: Path) -> None:
    """Refuse to put a file of another kind in the place of a plan or another database, whatever that is called.

    Raises
    ------
    BadInput
    """
    if is_database(path):
        raise BadInput(
            Message("is a plan or another database"), where=path, wanted=Message("another file name for the output")
        )


def check_place(path: Path) -> None:
    """Refuse an output that cannot be a new file, before any work is done for it.

    Raises
    ------
    BadInput
        No such folder or no right to write there, a name that the file system does not take, or something that is no
        file stands in its place.
    """
    try:
        folder, something = path.is_dir(), path.exists() and not path.is_file()
    except OSError as error:
        raise BadInput(
            Message("cannot be written ({error})", error=foreign(error)),
            where=path,
            wanted=Message("another file name for the output"),
        ) from error
    if folder:
        raise BadInput(Message("is a folder"), where=path, wanted=Message("a file name for the output"))
    if not path.parent.is_dir():
        raise BadInput(
            Message("folder not found"), where=path.parent, wanted=Message("an existing folder for the output")
        )
    # A device or a pipe would be replaced by a file.
    if something:
        raise BadInput(Message("is no regular file"), where=path, wanted=Message("a file name for the output"))
    if not os.access(path.resolve().parent, os.W_OK):
        raise BadInput(
            Message("no write permission"), where=path.parent, wanted=Message("a folder that can be written to")
        )


@contextlib.contextmanager
def replacing(path: Path, *, wanted: Message = _ROOM) -> Iterator[Path]:
    """Give a file to write, which takes its place when the block ends well, and vanishes when it does not.

    For files that nobody holds open to write into; a database is replaced by ``database_file.replace``.

    Parameters
    ----------
    path : Path
        An existing file is replaced whole, or left as it was; of a link, the file that it leads to.
    wanted : Message
        What the error asks for; of a full disk it is room, whatever else is wanted.

    Raises
    ------
    BadInput
        The folder is missing or cannot be written to, the disk is full, or another program has the file open; what
        stands there is a database, such as a plan.
    """
    named = path
    part = None
    try:
        path = path.resolve()
        refuse_database(named)
        ending = f".part{path.suffix}"
        part = beside(path, ending)
        sweep(path, ending)
        yield part
        part.replace(path)
    except OSError as error:
        raise BadInput(
            Message("cannot be written ({error})", error=foreign(error)),
            where=named,
            wanted=_FREE if error.errno in FULL else wanted,
        ) from error
    finally:
        if part is not None:
            with contextlib.suppress(OSError):
                part.unlink()


@contextlib.contextmanager
def drafts(
    place: Path, ending: str, *, stands_for: Path, named: Path | None = None, wanted: Message = _ROOM
) -> Iterator[Path]:
    """Give an empty folder beside a place, which goes when the block ends; what is wrong there is told of that place.

    Parameters
    ----------
    place : Path
        No link.
    ending : str
        Of the folder's name; what killed processes left under it goes first.
    stands_for : Path
        The folder that people know: a writer names the draft, what its reader looks for is this.
    named : Path, optional
        What was asked for, where that is not the folder.
    wanted : Message
        What the error asks for; of a full disk it is room, whatever else is wanted.

    Raises
    ------
    BadInput
        No such folder, no right to write, no room, or another program has one of the files open.
    """
    folder = beside(place, ending)
    try:
        sweep(place, ending)
        folder.mkdir()
        yield folder
    except BadInput as error:
        where = str(error.where)
        if str(folder) not in where:
            raise
        raise BadInput(error.what, where=where.replace(str(folder), str(stands_for)), wanted=error.wanted) from error
    except (OSError, sqlite3.Error) as error:
        # What GDAL says of a full disk is that a file could not be written: the disk itself is asked.
        full = getattr(error, "errno", None) in FULL or (folder.is_dir() and is_full(folder / "room"))
        what = Message("disk full") if full else Message("cannot be written ({error})", error=foreign(error))
        put = str(getattr(error, "filename2", None) or folder)  # what a move was to become
        told = named or stands_for if str(folder) in put else put
        raise BadInput(what, where=told, wanted=_FREE if full else wanted) from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def put_together(path: Path, suffixes: Sequence[str]) -> Iterator[Path]:
    """Give an empty folder for files (or folders) of one stem, which take the places of the old ones together.

    Where one of them cannot be put in its place, all old ones are there again.

    Parameters
    ----------
    path : Path
        One of them: the others lie beside it, under the same name.
    suffixes : sequence of str
        Of all that may be written there, and of what is worth nothing beside the new ones; whoever finds the first
        finds the rest.

    Raises
    ------
    BadInput
        As of ``drafts``; a database in one of the places.
    """
    place = path.resolve()
    with drafts(place, _FOLDER, stands_for=path.parent, named=path) as folder:
        yield folder
        pairs = [(folder / f"{place.stem}{suffix}", part_of(place, suffix)) for suffix in suffixes]
        put_in_places(pairs, folder / "before")


@contextlib.contextmanager
def filling(folder: Path) -> Iterator[Path]:
    """Give an empty folder whose files take their places in another one together.

    Where one of them cannot be put in its place, all old ones are there again.

    Parameters
    ----------
    folder : Path
        Made where it is absent, and then there with all files or not at all; what else it holds stays.

    Raises
    ------
    BadInput
        As of ``drafts``; a database in one of the places.
    """
    place = folder.resolve()
    new = not place.exists()
    with drafts(place if new else place / "files", _FOLDER, stands_for=folder) as draft:
        yield draft
        if new:
            draft.replace(place)
        else:
            made = sorted(draft.iterdir())
            put_in_places([(file, (place / file.name).resolve()) for file in made], draft / "before")


def part_of(path: Path, suffix: str) -> Path:
    """Name the file of several that has a suffix; the one that was asked for is called as it was asked for."""
    return path if path.suffix.lower() == suffix else path.with_suffix(suffix)


def is_full(draft: Path) -> bool:
    """Ask the disk itself: what GDAL and SQLite say of a full one ranges from a failed commit to a malformed schema."""
    try:
        with draft.open("ab") as file:
            file.write(bytes(1 << 20))
    except OSError as error:
        return error.errno in FULL
    return False


def put_in_places(pairs: Sequence[tuple[Path, Path]], aside: Path) -> None:
    """Put files (or folders) in their places together; where one cannot be, all old ones are there again.

    Parameters
    ----------
    pairs : sequence of (Path, Path)
        New file and its place; of one that is not there only the old one goes. Places are emptied in this order and
        taken in the opposite one: whoever finds the first finds the rest.
    aside : Path
        A folder to be made on the same disk, for the old ones meanwhile.

    Raises
    ------
    OSError
        One of the places cannot be taken.
    BadInput
        A database stands in one of them.
    """
    for _, place in pairs:
        refuse_database(place)
    aside.mkdir()
    moved: list[tuple[Path, Path]] = []
    placed: list[Path] = []
    try:
        for number, (_, place) in enumerate(pairs):
            if place.exists():
                old = aside / f"{number}-{place.name}"[:_LONGEST]
                place.replace(old)
                moved.append((old, place))
        for new, place in reversed(pairs):
            if new.exists():
                new.replace(place)
                placed.append(place)
    except BaseException:  # an interruption as well
        for place in placed:
            shutil.rmtree(place) if place.is_dir() else place.unlink(missing_ok=True)
        for old, place in moved:
            old.replace(place)
        raise


def beside(path: Path, ending: str) -> Path:
    """Name a draft of a file: hidden, beside it, of this process alone.

    The name says machine and process, so that whoever finds it there knows whether its maker still lives.
    """
    return path.with_name(f".{path.stem[:_LONGEST]}.{_mine()}{ending}")


def sweep(path: Path, ending: str) -> None:
    """Delete the drafts (see ``beside``) that processes of this machine left beside a file when they were killed."""
    _sweep(path.parent, f".{path.stem[:_LONGEST]}.", ending)


_HELD: set[Path] = set()  # folders for drafts that this process works in


@contextlib.contextmanager
def resuming(path: Path, ending: str, *, sweeping: str, keep: type[BaseException]) -> Iterator[Path]:
    """Give a folder beside a file for drafts, with all that is left in it where its maker was killed.

    It goes when the block ends, unless that happens by an error after which somebody may go on.

    Parameters
    ----------
    path : Path
    ending : str
        Says what the drafts are of; it ends in ``sweeping``.
    sweeping : str
        Folders of this ending go, whatever they are of, where nobody works in them.
    keep : type
        The error after which the folder stays.

    Raises
    ------
    OSError
        It cannot be made.
    """
    mine = beside(path, ending)
    _HELD.add(mine)
    kept = False
    try:
        start = f".{path.stem[:_LONGEST]}."
        for left in _abandoned(path.parent, start, ending):
            with contextlib.suppress(OSError):  # another process was quicker
                left.rename(mine)
                break
        for left in _abandoned(path.parent, start, sweeping):
            shutil.rmtree(left, ignore_errors=True)
        mine.mkdir(exist_ok=True)
        yield mine
    except keep:
        kept = any(mine.iterdir())
        raise
    finally:
        _HELD.discard(mine)
        if not kept:
            shutil.rmtree(mine, ignore_errors=True)


def _abandoned(folder: Path, start: str, ending: str) -> Iterator[Path]:
    """Find folders for drafts that nobody works in: their process is gone, or it is this one and let go of them."""
    start = f"{start}{machine()}."
    for left in sorted(folder.glob(f"{glob.escape(start)}*{glob.escape(ending)}")):
        number = left.name.removeprefix(start).partition(".")[0]
        mine = number == str(os.getpid())
        if number.isdigit() and left.is_dir() and left not in _HELD and (mine or not alive(int(number))):
            yield left


@contextlib.contextmanager
def temporary_folder(what: str) -> Iterator[Path]:
    """Give a folder for temporary files that goes when the block ends; those of processes that were killed go first.

    Raises
    ------
    OSError
        There is no room for it.
    """
    place, start = Path(tempfile.gettempdir()), f"control-units-{what}."
    _sweep(place, start, "")
    folder = place / f"{start}{_mine()}"
    folder.mkdir(mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _mine() -> str:
    return f"{machine()}.{os.getpid()}.{secrets.token_hex(4)}"


@functools.cache
def machine() -> str:
    """Tell this machine from another that uses the same shared folder, and a container from its host."""
    node = uuid.getnode()
    marks = [platform.node(), "" if node >> 40 & 1 else str(node)]  # without a network card it is made up each time
    with contextlib.suppress(OSError):
        marks.append(Path("/etc/machine-id").read_text("ascii"))
    with contextlib.suppress(OSError):
        marks.append(str(Path("/proc/self/ns/pid").readlink()))
    return hashlib.blake2b(" ".join(marks).encode(), digest_size=4).hexdigest()


def _sweep(folder: Path, start: str, ending: str) -> None:
    # Of another machine's processes nobody knows here whether they live.
    start = f"{start}{machine()}."
    for left in folder.glob(f"{glob.escape(start)}*"):
        number = left.name.removeprefix(start).partition(".")[0]
        if number.isdigit() and ending in left.name and not alive(int(number)):
            # Another process may sweep at the same time; Windows refuses to delete what somebody has open.
            with contextlib.suppress(OSError):
                shutil.rmtree(left) if left.is_dir() else left.unlink()


def alive(process: int) -> bool:
    """Whether a process of this machine runs.

    Parameters
    ----------
    process : int
        Its number.
    """
    if sys.platform == "win32":
        return _alive_on_windows(process)
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True


if sys.platform == "win32":

    def _alive_on_windows(process: int) -> bool:
        """Ask Windows, where a signal would end the process."""
        import ctypes

        query, still_active, denied = 0x1000, 259, 5  # PROCESS_QUERY_LIMITED_INFORMATION, STILL_ACTIVE, access denied
        kernel = ctypes.WinDLL("kernel32", use_last_error=True)
        handle = kernel.OpenProcess(query, False, process)
        if not handle:
            return ctypes.get_last_error() == denied
        code = ctypes.c_ulong()
        known = kernel.GetExitCodeProcess(handle, ctypes.byref(code))
        kernel.CloseHandle(handle)
        return not known or code.value == still_active
