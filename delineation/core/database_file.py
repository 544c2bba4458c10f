"""A GeoPackage as the database that others may hold open: read, edited and replaced under its own lock.

What SQLite promises holds on local disks. On POSIX a process loses the locks of a file when it opens and closes that
file in any other way, so nothing here, and nobody meanwhile, opens the file but through SQLite.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from .atomic_files import beside, is_full, sweep
from .errors import BadInput, ChangedElsewhere, HeldOpen
from .messages import Message, foreign

if TYPE_CHECKING:
    from collections.abc import Iterator

_PATIENCE = 2.0  # seconds for which a file may be held: a program that writes a plan needs less
_REPLACING = 3.0  # seconds to wait for the last reader or writer before a file is replaced
_WINDOWS = os.name == "nt"
_KEPT = ".kept.gpkg"
_PAUSE = 0.05  # seconds between two tries
_TAKING_IN = 500  # milliseconds to wait for readers of a write-ahead log before it stays for another time
_WRITING = Message("another program is writing it")
_READING = Message("another program is reading it")
_MOVED = Message("another plan was put in its place meanwhile")
_RETRY = Message("a retry, on the plan as it is now")
BACK = Message("the file put back in its place, or opened where it is now: all that was saved is in it")
_LATER = Message("the file closed there, or another try in a moment")
_NO_DATABASE = ("SQLITE_NOTADB", "SQLITE_CORRUPT")
_LOOK = "SELECT count(*) FROM sqlite_master"


class Guard(Protocol):
    """What has to be true of a database before another takes its place."""

    def check(self, connection: sqlite3.Connection | None) -> Path | None:
        """Look at the old file under its lock; what this raises leaves it in its place.

        Parameters
        ----------
        connection : sqlite3.Connection or None
            None of a file that is no database, and has no lock.

        Returns
        -------
        Path or None
            A copy that was kept (``keep_copy``): taken back where the file cannot be replaced after all.
        """


class _Own:
    """Of drafts, and of files that the product keeps for itself beside a plan: nothing is in the way."""

    def check(self, connection: sqlite3.Connection | None) -> None:
        pass


OWN = _Own()


def settle(path: Path) -> None:
    """Bring a file to rest that a killed process left: its journal is played back, its write-ahead log taken in.

    Programs that read without a lock, as QGIS does, see of such a file what it was in the middle of a transaction. One
    that somebody holds open is left alone, and one at rest is not even opened.
    """
    if _there(path, "-journal"):
        # Readers without the right to write would refuse the file; a first read with that right plays the journal back.
        with contextlib.suppress(sqlite3.Error), contextlib.closing(_connect(path, "rw", _PATIENCE)) as connection:
            connection.execute(_LOOK).fetchone()
    # Who lost its locks (see above) would lose with the log what it saves next: the system knows who has it open.
    if _there(path, "-wal") and not holders(path, own=True):
        with contextlib.suppress(sqlite3.Error):
            with contextlib.closing(_connect(path, "rw", 0)) as connection:
                connection.execute("PRAGMA locking_mode=EXCLUSIVE")
                connection.execute(_LOOK).fetchone()
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            # One that locks alone does not take the log's index away with the log.
            with contextlib.closing(_connect(path, "rw", 0)) as connection:
                connection.execute(_LOOK).fetchone()


@contextlib.contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """Give a connection inside one read transaction: all that is read through it is of one moment.

    Raises
    ------
    BadInput
        Another program is writing the file, and goes on doing so.
    sqlite3.Error
        It is no database, or damaged.
    """
    settle(path)
    # Without the right to write SQLite leaves another program's -wal alone. Where there is none, it would leave an
    # empty one behind, which only a connection with that right takes away again.
    log = _there(path, "-wal")
    connection = _connect(path, "rw" if not log and os.access(path, os.W_OK) else "ro", _PATIENCE)
    try:
        try:
            _begin(connection)
        except sqlite3.OperationalError as error:
            if "locked" in str(error):
                who = tuple(holders(path))
                what = _written_by(who) if who else _WRITING
                raise HeldOpen(what, where=path, wanted=_LATER) from error
            # What a killed writer left is played back first, and a write-ahead log has its index: both take room.
            if error.sqlite_errorname.startswith(("SQLITE_IOERR", "SQLITE_FULL")) and _no_room(path):
                raise _unwritten(error, path, begun=False) from error
            if log or error.sqlite_errorname not in ("SQLITE_CANTOPEN", "SQLITE_READONLY_DIRECTORY"):
                raise
            # In write-ahead mode, in a folder that cannot be written to: nobody else writes there either.
            connection.close()
            connection = sqlite3.connect(f"{path.resolve().as_uri()}?immutable=1", uri=True, isolation_level=None)
            _begin(connection)
        yield connection
    finally:
        connection.close()


def _begin(connection: sqlite3.Connection) -> None:
    connection.execute("BEGIN")
    # A transaction begins with its first reading.
    connection.execute(_LOOK).fetchone()


@contextlib.contextmanager
def transaction(path: Path) -> Iterator[sqlite3.Connection]:
    """Give a connection inside one transaction on a file that others may hold open.

    All of the block is in the file or nothing of it, whatever kills the process: SQLite's journal lies beside the file
    meanwhile, and ``settle`` plays back one that was left behind.

    Raises
    ------
    HeldOpen
        Another program writes the file, or reads it and keeps it from being written, for longer than two seconds.
    ChangedElsewhere
        Another file was put in its place while this one was waited for: what is locked is not what lies there.
    BadInput
        No such file, no right to write, or disk full. Nothing is changed then.
    """
    connection, begun, there = None, False, _identity(path)
    try:
        connection = _connect(path, "rw", _PATIENCE)
        connection.execute("PRAGMA synchronous=FULL")
        # All pages are written when it commits: the moment in which readers without a lock see half of it is short.
        connection.execute("PRAGMA cache_spill=OFF")
        connection.execute("BEGIN IMMEDIATE")
        begun = True
        if _identity(path) != there:
            raise ChangedElsewhere(_MOVED, where=path, wanted=_RETRY)
        yield connection
        connection.execute("COMMIT")
    except sqlite3.Error as error:
        if connection is not None:
            connection.close()
        settle(path)
        raise _unwritten(error, path, begun=begun) from error
    else:
        # Where the file is in write-ahead mode, what was saved goes from its log into the file: a copy lacks nothing
        # then. A reader may be in the way, and it is saved all the same.
        with contextlib.suppress(sqlite3.Error):
            connection.execute(f"PRAGMA busy_timeout={_TAKING_IN}")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        # Closing without a commit rolls back.
        if connection is not None:
            connection.close()


def _unwritten(error: sqlite3.Error, path: Path, *, begun: bool) -> BadInput:
    """Word why a transaction was not done: it could not begin for writers, or not end for readers."""
    name = getattr(error, "sqlite_errorname", "")
    if name.startswith("SQLITE_BUSY"):
        who, what = tuple(holders(path)), _READING if begun else _WRITING
        if who:
            what = Message("{programs} is reading it", programs=who) if begun else _written_by(who)
        return HeldOpen(
            what, where=path, wanted=Message("the file closed there, or another try in a moment; nothing was changed")
        )
    if name == "SQLITE_READONLY_DBMOVED":
        return ChangedElsewhere(_MOVED, where=path, wanted=_RETRY)
    if name == "SQLITE_NOTADB":
        return ChangedElsewhere(
            Message("another file was put in its place, and it is no plan"), where=path, wanted=BACK
        )
    if name == "SQLITE_CANTOPEN" and not path.exists():
        return BadInput(Message("file not found"), where=path, wanted=BACK)
    if name == "SQLITE_FULL" or (name.startswith("SQLITE_IOERR") and _no_room(path)):
        return BadInput(
            Message("disk full"),
            where=path,
            wanted=Message("a place with free disk space and write permission; the old file is unchanged"),
        )
    return BadInput(
        Message("cannot be written ({error})", error=foreign(error)),
        where=path,
        wanted=Message("a plan file with write permission, not locked by another program; the file is unchanged"),
    )


def _written_by(programs: tuple[str, ...]) -> Message:
    return Message("{programs} is writing it", programs=programs)


def _no_room(path: Path) -> bool:
    draft = beside(path, ".room")
    try:
        return is_full(draft)
    finally:
        with contextlib.suppress(OSError):
            draft.unlink()


def change_counter(connection: sqlite3.Connection) -> int | None:
    """Give SQLite's count of the transactions that wrote into a file; None in write-ahead mode, which does not count.

    SQLite itself goes by it to tell whether what it has read still holds (database file format, 1.3.6 and 1.3.7).
    """
    try:
        head = connection.execute("SELECT data FROM sqlite_dbpage WHERE pgno = 1").fetchone()[0]
    except sqlite3.OperationalError:
        # Not every build has that table. Windows' locks outlive that somebody else closes the file.
        file = Path(connection.execute("PRAGMA database_list").fetchone()[2])
        if _WINDOWS and file.is_file():
            with file.open("rb") as opened:
                head = opened.read(100)
        else:
            head = connection.serialize()
    return int.from_bytes(head[24:28], "big") if head[18:20] == b"\1\1" else None


def copy_of(path: Path, copy: Path) -> Path:
    """Copy a database as it stands at one moment, what its -wal holds included."""
    with reading(path) as source, contextlib.closing(sqlite3.connect(copy)) as target:
        source.execute("COMMIT")  # the copy is a transaction of its own
        source.backup(target)
        target.execute("PRAGMA journal_mode=DELETE")
    return copy


def replace(draft: Path, path: Path, *, guard: Guard) -> None:
    """Put a finished database in the place of another, or where there was none.

    The old one is brought to rest first: journal played back, write-ahead log taken in and switched off. Then it is
    locked against everybody, checked, and replaced while the lock is held, so that nothing that others saved is lost,
    and no log of the old file is played into the new one. The old file itself is never written into: who still has it
    open keeps it whole, and SQLite refuses to write into what has been moved away.

    Parameters
    ----------
    draft : Path
        In the same folder; on the disk when this is called (``fsync``).
    path : Path
        Of a link the file that it leads to is replaced.
    guard : Guard
        Asked under the lock whether the old file may go.

    Raises
    ------
    HeldOpen
        Another program has the file open and does not let go of it in three seconds.
    OSError, sqlite3.Error
        It cannot be replaced.
    """
    until, path = time.monotonic() + _REPLACING, path.resolve()
    if not path.exists():
        _refuse_orphans(path)
        _rename(draft, path, until)
        return
    settle(path)
    with contextlib.closing(_connect(path, "rw", _PAUSE)) as connection:
        locked = _locked_alone(connection, path, until)
        # One that a program keeps between its transactions: it has none now.
        if locked and _there(path, "-journal"):
            _beside(path, "-journal").unlink()
        kept = guard.check(connection if locked else None)
        if _WINDOWS:
            # Windows replaces no open file; the moment between is too short for a person, and a program would be told.
            connection.close()
        try:
            _rename(draft, path, until)
        except BaseException:
            if kept is not None:
                kept.unlink(missing_ok=True)
            raise


def _locked_alone(connection: sqlite3.Connection, path: Path, until: float) -> bool:
    """Lock a database in which no write-ahead log is left; False where the file is no database, and has no lock."""
    while True:
        try:
            if connection.execute("PRAGMA journal_mode").fetchone() != ("delete",):
                # A program that reloads a layer loses its locks on POSIX and would not be asked: the system knows it.
                if not holders(path):
                    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                    connection.execute("PRAGMA journal_mode=DELETE")
            else:
                connection.execute("BEGIN EXCLUSIVE")
                # Somebody may have begun a log in between; it is asked under the lock, where none can be begun.
                if connection.execute("PRAGMA journal_mode").fetchone() == ("delete",):
                    return True
                connection.execute("ROLLBACK")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error):
                raise
        except sqlite3.DatabaseError as error:
            if error.sqlite_errorname in _NO_DATABASE:
                return False
            raise
        if time.monotonic() >= until:
            raise held(path)
        time.sleep(_PAUSE)


def _refuse_orphans(path: Path) -> None:
    """Refuse a place where the log or journal of a file lies that is not there: it would be played into the new one."""
    for ending in ("-wal", "-journal", "-shm"):
        if not _there(path, ending):
            continue
        left = _beside(path, ending)
        if left.stat().st_size and ending != "-shm":
            raise BadInput(
                Message("holds unfinished changes of a database file that is no longer here"),
                where=left,
                wanted=Message(
                    "that file moved next to its database or elsewhere, or an output name other than {name}",
                    name=path.name,
                ),
            )
        left.unlink(missing_ok=True)


def _rename(draft: Path, path: Path, until: float) -> None:
    while True:
        try:
            os.replace(draft, path)  # noqa: PTH105 - what tests make fail as Windows would
            break
        except PermissionError as error:
            # Elsewhere it is a right that is missing, not a program that has the file open.
            if not _WINDOWS:
                raise
            if time.monotonic() >= until:
                raise held(path) from error
            time.sleep(_PAUSE)
    if not _WINDOWS:
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            # Not every network disk can; the new name is there all the same.
            with contextlib.suppress(OSError):
                os.fsync(folder)
        finally:
            os.close(folder)


def keep_copy(connection: sqlite3.Connection, path: Path, kept: Path) -> Path:
    """Keep what is about to be replaced under another name; an earlier one there goes.

    A link where the disk has them; a copy where it has none, or where the file has another name already: once it is
    replaced each is a file of its own, and what is written into one is in no other.

    Parameters
    ----------
    connection : sqlite3.Connection
        As ``replace`` hands it to its check.
    path, kept : Path
        In one folder, and no links.

    Raises
    ------
    HeldOpen
        Another program has the earlier one open.
    OSError, sqlite3.Error
        It cannot be kept.
    """
    names = path.stat().st_nlink
    # A link that a try left which was killed before it replaced the file.
    if names == 2 and kept.exists() and kept.samefile(path):
        return kept
    sweep(kept, _KEPT)
    draft = beside(kept, _KEPT)
    try:
        linked = False
        if names == 1:
            with contextlib.suppress(OSError):
                os.link(path, draft)
                linked = True
        if not linked:
            # The file must not be opened in another way while its lock is held.
            draft.write_bytes(connection.serialize())
        replace(draft, kept, guard=OWN)
    finally:
        draft.unlink(missing_ok=True)
    return kept


def held(path: Path) -> HeldOpen:
    """Word that a file is held open, and by whom, where the system tells."""
    who = tuple(holders(path))
    what = Message("another program, often QGIS with a layer that was edited, has it open")
    if who:
        what = Message("{programs} has it open", programs=who)
    return HeldOpen(
        what, where=path, wanted=Message("the layer removed there, or that program closed; nothing was changed")
    )


def refuse_held(path: Path) -> None:
    """Refuse a file that another program has open in write-ahead mode, before any work is done for its successor.

    Raises
    ------
    HeldOpen
    """
    if _there(path, "-wal") and holders(path):
        raise held(path)


def holders(path: Path, *, own: bool = False) -> list[str]:
    """Name the other programs that have a database or its log open, as far as this system and this user are told.

    Parameters
    ----------
    path : Path
    own : bool
        This one too.
    """
    if not sys.platform.startswith("linux"):
        return []
    wanted = {_identity(_beside(path, ending)) for ending in ("", "-wal", "-shm")} - {None}
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        if int(process.name) == os.getpid() and not own:
            continue
        # Processes come and go, and other users' are closed to us.
        with contextlib.suppress(OSError):
            if any(_identity(one) in wanted for one in (process / "fd").iterdir()):
                name = (process / "comm").read_text(encoding="utf-8", errors="replace").strip()
                found.append(f"{name} (process {process.name})")
    return found


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _connect(path: Path, mode: str, timeout: float) -> sqlite3.Connection:
    uri = f"{path.resolve().as_uri()}?mode={mode}"
    connection = sqlite3.connect(uri, uri=True, isolation_level=None, timeout=timeout)
    # What a stranger's schema computes calls no function that could do anything but compute.
    connection.execute("PRAGMA trusted_schema=OFF")
    return connection


def _there(path: Path, ending: str) -> bool:
    # Beside the longest names that a file system takes there can be none.
    return os.path.isfile(_beside(path, ending))  # noqa: PTH113 - pathlib raises


def _beside(path: Path, ending: str) -> Path:
    # SQLite names them after the file that a link leads to.
    path = path.resolve()
    return path.with_name(path.name + ending)
