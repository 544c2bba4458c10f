"""A file beside another one that says who is editing it: one at a time, and whoever comes later is told by name.

It is two things at once: a lock of the system on that file, which ends with the process that holds it, however it
ends; and a note in it of host, process, user and time. Where a disk knows no locks, the process that the note names is
looked for. A lock file keeps people from working against each other; that nothing is lost is not its task.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import platform
import sys
import threading
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from .atomic_files import FULL, alive, machine
from .errors import BadInput, BeingEdited
from .messages import Message, foreign

if TYPE_CHECKING:
    from collections.abc import Iterator

_ENDING = ".lock"
_MOST = 4096  # bytes of a note that are read
_PLACE = 1 << 30  # the byte that is locked on Windows, where what is locked cannot be read
_PAUSE, _TRIES = 0.02, 25  # seconds between two looks at a file that somebody is just making; how many
_WANTED = Message("another try when that is finished; it can be read meanwhile")
_BREAKABLE = Message("another try when that is finished, or --break-lock if nobody is; it can be read meanwhile")

_MINE: dict[Path, Owner] = {}  # what this process itself is editing
_ONE_BY_ONE = threading.Lock()


@dataclass(frozen=True)
class Owner:
    """Who holds a lock file.

    Attributes
    ----------
    user, host, time : str
        As people are told; all "" where the file does not say.
    machine, started : str
        The computer (or container), and when the process began: a number of a process comes again.
    pid : int
    """

    user: str = ""
    host: str = ""
    time: str = ""
    machine: str = ""
    pid: int = 0
    started: str = ""


def lock_file(path: Path) -> Path:
    """Name the lock file of a file; of a link it lies where that leads to."""
    path = path.resolve()
    return path.with_name(path.name + _ENDING)


@contextlib.contextmanager
def sole_editor(path: Path, user: str, time: str, *, break_lock: bool = False) -> Iterator[Owner | None]:
    """Hold the lock file of a file while the block runs.

    Parameters
    ----------
    path : Path
    user, time : str
        Who begins to edit, and when: as others are told.
    break_lock : bool
        Take it from somebody on another computer, or whom nobody knows. A process that lives on this one can be seen,
        and ended, by whoever sits here: its lock stays.

    Yields
    ------
    Owner or None
        Whose lock was found here and taken over: he is dead, or it was broken.

    Raises
    ------
    BeingEdited
        Somebody has it, be it this process.
    BadInput
        The folder cannot be written to.
    """
    lock = lock_file(path)
    with _ONE_BY_ONE:
        # In a process of its own a look at the file may end the lock on it (network disks).
        if lock in _MINE:
            raise _refusal(path, _MINE[lock])
        mine = Owner(user, platform.node(), time, machine(), os.getpid(), _started(os.getpid()))
        try:
            handle, former = _taken(path, lock, mine, break_lock=break_lock)
        except OSError as error:
            if error.errno in FULL:
                raise BadInput(
                    Message("disk full"),
                    where=path,
                    wanted=Message("a place with free disk space and write permission; the old file is unchanged"),
                ) from error
            raise BadInput(
                Message("cannot be written ({error})", error=foreign(error)),
                where=lock,
                wanted=Message("a folder that can be written to: whoever edits a plan is noted beside it"),
            ) from error
        _MINE[lock] = mine
    try:
        yield former
    finally:
        with _ONE_BY_ONE:
            _MINE.pop(lock, None)
            _let_go(handle, lock)


def _taken(path: Path, lock: Path, mine: Owner, *, break_lock: bool) -> tuple[int, Owner | None]:
    """Make the file, or take over what somebody left, and lock it; the file stays open as long as it is held."""
    former: Owner | None = None
    looks = 0
    while True:
        handle, new = _opened(lock)
        got = _lock(handle)
        owner = _noted(handle)
        try:
            if new and got is not False and _is(handle, lock):
                os.write(handle, json.dumps(asdict(mine), ensure_ascii=False).encode(errors="replace"))
                handle, kept = -1, handle
                return kept, former
            looks += 1
            # It was let go of since it was opened, or its maker is just noting who he is.
            if not _is(handle, lock) or (owner is None and looks < _TRIES):
                time.sleep(_PAUSE)
                continue
            # An empty one was made by a process that was killed before it could say anything.
            if not (got and owner is None and os.fstat(handle).st_size == 0):
                former = owner or Owner()
                _may_take(path, former, held=got is False, break_lock=break_lock)
            _remove(handle, lock)
            handle = -1
        finally:
            if handle >= 0:
                os.close(handle)


def _may_take(path: Path, owner: Owner, *, held: bool, break_lock: bool) -> None:
    """Refuse to take a lock from somebody who may live."""
    here = owner.machine == machine()
    # One of this process that it does not hold any more stayed when it could not be taken away: its folder was gone.
    if here and not held and (owner.pid == os.getpid() or not _lives(owner)):
        return
    if here or not break_lock:
        raise _refusal(path, owner)


def _refusal(path: Path, owner: Owner) -> BeingEdited:
    breakable = owner.machine != machine()
    what = Message("its lock file does not say who is editing it")
    if owner.pid:
        what = Message(
            "{owner} is editing it on {host} since {since}",
            owner=owner.user or Message("somebody"),
            host=owner.host,
            since=owner.time,
        )
    wanted = _BREAKABLE if breakable else _WANTED
    return BeingEdited(
        what, where=path, wanted=wanted, breakable=breakable, owner=owner.user, host=owner.host, since=owner.time
    )


# ── The file ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _opened(lock: Path) -> tuple[int, bool]:
    """Open the file, and tell whether it was made by that."""
    binary = getattr(os, "O_BINARY", 0)
    while True:
        with contextlib.suppress(FileExistsError):
            return os.open(lock, os.O_RDWR | os.O_CREAT | os.O_EXCL | binary, 0o644), True
        with contextlib.suppress(FileNotFoundError):
            try:
                return os.open(lock, os.O_RDWR | binary), False
            except PermissionError:  # another user's
                return os.open(lock, os.O_RDONLY | binary), False


def _noted(handle: int) -> Owner | None:
    """Read whose it is; None where that is not to be made out."""
    os.lseek(handle, 0, os.SEEK_SET)
    try:
        found = json.loads(os.read(handle, _MOST))
        texts = {name: str(found.get(name) or "") for name in ("user", "host", "time", "machine", "started")}
        return Owner(pid=int(found["pid"]), **texts)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, OSError):
        return None


def _is(handle: int, lock: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(handle), lock.stat())
    except OSError:
        return False


def _remove(handle: int, lock: Path) -> None:
    if sys.platform == "win32":
        os.close(handle)  # Windows removes no file that is open
        with contextlib.suppress(FileNotFoundError):
            lock.unlink()
        return
    try:
        with contextlib.suppress(FileNotFoundError):
            lock.unlink()
    finally:
        os.close(handle)


def _let_go(handle: int, lock: Path) -> None:
    with contextlib.suppress(OSError):
        os.ftruncate(handle, 0)  # nobody's, should it stay: its folder was moved, or on Windows somebody looks at it
    # Where somebody broke the lock, the file of this name is his.
    if _is(handle, lock):
        with contextlib.suppress(OSError):
            _remove(handle, lock)
            return
    with contextlib.suppress(OSError):
        os.close(handle)


if sys.platform == "win32":

    def _lock(handle: int) -> bool | None:
        """Lock an open file: True if that was done, False if somebody else has it, None where a disk knows no locks."""
        import msvcrt

        os.lseek(handle, _PLACE, os.SEEK_SET)
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError as error:
            return False if error.errno in (errno.EACCES, errno.EDEADLK) else None
        return True

    def _started(pid: int) -> str:
        """Tell when a process began; "" where that is not known."""
        import ctypes
        from ctypes import wintypes

        kernel = ctypes.WinDLL("kernel32", use_last_error=True)
        kernel.OpenProcess.restype = wintypes.HANDLE
        handle = kernel.OpenProcess(0x1000, False, pid)  # PROCESS_QUERY_LIMITED_INFORMATION
        if not handle:
            return ""
        times = [wintypes.FILETIME() for _ in range(4)]
        known = kernel.GetProcessTimes(wintypes.HANDLE(handle), *map(ctypes.byref, times))
        kernel.CloseHandle(wintypes.HANDLE(handle))
        return str(times[0].dwHighDateTime << 32 | times[0].dwLowDateTime) if known else ""

else:

    def _lock(handle: int) -> bool | None:
        """Lock an open file: True if that was done, False if somebody else has it, None where a disk knows no locks."""
        import fcntl

        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            return False if error.errno in (errno.EWOULDBLOCK, errno.EACCES) else None
        return True

    def _started(pid: int) -> str:
        """Tell when a process began, in ticks since its machine did; "" where that is not known, or it has ended."""
        try:
            # proc(5): behind the name in brackets come the state and, as the 20th, the time.
            fields = Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()
            boot = Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
        except OSError:
            return ""
        return "" if fields[0] in (b"Z", b"X") else f"{boot} {fields[19].decode()}"


def _lives(owner: Owner) -> bool:
    """Tell whether the process that a note of this machine names is the one that runs under its number."""
    return alive(owner.pid) and (not owner.started or owner.started == _started(owner.pid))
