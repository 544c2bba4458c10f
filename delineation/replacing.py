"""Files that are there whole or not at all: written beside their place, then put there."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from .errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["replacing"]

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
    part = path.with_name(f".{path.name[:_LONGEST]}.part{path.suffix}")
    try:
        yield part
        part.replace(path)
    except OSError as error:
        raise BadInput(f"cannot be written ({error.strerror or error})", where=str(path), wanted=wanted) from error
    finally:
        with contextlib.suppress(OSError):
            part.unlink()
