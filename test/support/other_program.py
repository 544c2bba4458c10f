"""Another program that works on a GeoPackage through SQLite, as GDAL and QGIS do: in this process or its own."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


def geometric(connection: sqlite3.Connection) -> sqlite3.Connection:
    """Give a connection the functions that the triggers of layers ask for: GDAL has them, SQLite alone does not."""
    connection.create_function("ST_IsEmpty", 1, lambda _: 0)
    for edge in ("MinX", "MaxX", "MinY", "MaxY"):
        connection.create_function(f"ST_{edge}", 1, lambda _: 0.0)
    return connection


def written(path: Path, *statements: str, mode: str = "DELETE") -> None:
    """Write into a file and close it, as QGIS does: in write-ahead mode it is switched off at the end."""
    with closing(geometric(sqlite3.connect(path, isolation_level=None))) as connection:
        for statement in (f"PRAGMA journal_mode={mode}", *statements, "PRAGMA journal_mode=DELETE"):
            connection.execute(statement).fetchall()


def restated(path: Path, *statements: str) -> Path:
    """Write into a plan and let it say what it holds then: what a test puts there was always in it."""
    from control_units.delineation.core.database_file import change_counter
    from control_units.delineation.plan.content import content_of, note_content

    with closing(geometric(sqlite3.connect(path, isolation_level=None))) as connection:
        for statement in ("BEGIN", *statements):
            connection.execute(statement)
        note_content(connection, content_of(connection), at=change_counter(connection) + 1)
        connection.execute("COMMIT")
    return path


def bit_lost(path: Path) -> None:
    """Change one byte inside a shape, past SQLite."""
    with closing(sqlite3.connect(path)) as connection:
        (blob,) = connection.execute("SELECT geom FROM faces ORDER BY length(geom) LIMIT 1").fetchone()
    data = path.read_bytes()
    place = data.index(blob) + 8 + 32 + 13 + 16  # behind the head, the box, what WKB says first, and a vertex
    path.write_bytes(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])


class Stranger:
    """A process that has a file open: call it with a statement, and it answers ``done`` or what was wrong."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process, self.pid = process, process.pid

    def __call__(self, statement: str) -> str:
        self.process.stdin.write(statement + "\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().strip()


@contextmanager
def stranger(path: Path, *statements: str) -> Iterator[Stranger]:
    """Another program that has done something to a file, and still has it open."""
    command = [sys.executable, __file__, str(path), *statements]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout.readline() == "ready\n"
            yield Stranger(process)
        finally:
            process.stdin.close()
            process.wait()


def held_by(connection: sqlite3.Connection, path: str) -> Callable[[str], None]:
    """Carry out what is asked for on standard input; ``lose locks`` does what a layer that is reloaded does."""

    def carry_out(statement: str) -> None:
        if statement == "lose locks":
            for file in (path, f"{path}-shm"):
                open(file).close()  # noqa: PTH123 - any opening and closing does it
        else:
            connection.execute(statement).fetchall()

    return carry_out


def main(path: str, *statements: str) -> None:
    """Do the statements, say so, and go on with those that come on standard input."""
    with closing(geometric(sqlite3.connect(path, isolation_level=None, timeout=5))) as connection:
        carry_out = held_by(connection, path)
        for statement in statements:
            carry_out(statement)
        print("ready", flush=True)
        for line in sys.stdin:
            try:
                carry_out(line.strip())
                print("done", flush=True)
            except sqlite3.Error as error:
                print(error, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
