"""Files that are there whole or not at all: written beside their place, then put there."""

from __future__ import annotations

import contextlib
import glob
import os
from typing import TYPE_CHECKING

from .errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["alive", "replacing"]

_LONGEST = 60  # characters of the name, so that what is added to it still fits


@contextlib.contextmanager
def replacing(path: Path, *, wanted: str = "a place that can be written to") -> Iterator[Path]:
    """Give a file to write, which takes its place when the block ends well, and vanishes when it does not.

    Parameters
    ----------
    path : Path
        An existing file is replaced whole, or left as it was.
    wanted : str
        What the error asks for.

    Raises
    ------
    BadInput
        The folder is missing or cannot be written to, the disk is full, or another program has the file open.
    """
    start, end = f".{path.name[:_LONGEST]}.", f".part{path.suffix}"
    # Two processes may write the same file at a time: each has its own.
    part = path.with_name(f"{start}{os.getpid()}{end}")
    try:
        for left in path.parent.glob(f"{glob.escape(start)}*{glob.escape(end)}"):
            number = left.name[len(start) : -len(end)]
            if number.isdigit() and not alive(int(number)):
                # Windows, which is not asked who lives, refuses to delete what a process has open.
                with contextlib.suppress(OSError):
                    left.unlink()
        yield part
        part.replace(path)
    except OSError as error:
        raise BadInput(f"cannot be written ({error.strerror or error})", where=str(path), wanted=wanted) from error
    finally:
        with contextlib.suppress(OSError):
            part.unlink()


def alive(process: int) -> bool:
    """Whether a process of this machine runs; on Windows, where asking could end it, never.

    Parameters
    ----------
    process : int
        Its number.
    """
    if os.name == "nt":
        return False
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True
