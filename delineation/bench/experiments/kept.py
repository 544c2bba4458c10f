"""What was computed once for the same labels, kept beside them as rows of numbers."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, TypeVar

from ...errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

__all__ = ["kept"]

Row = TypeVar("Row")


def kept(place: Path, kind: type[Row], make: Callable[[], Iterable[Row]]) -> tuple[Row, ...]:
    """Read rows from a file; make and keep them where it is not there, or broken.

    Parameters
    ----------
    place : Path
        A file of JSON.
    kind : type
        A dataclass of texts and numbers.
    make : callable
        Gives the rows.

    Raises
    ------
    BadInput
        The folder cannot be written to.
    """
    try:
        return tuple(kind(**row) for row in json.loads(place.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        found = tuple(make())
    part = place.with_suffix(".part")
    try:
        part.write_text(json.dumps([asdict(one) for one in found], ensure_ascii=False), encoding="utf-8")  # type: ignore[call-overload]
        part.replace(place)
    except OSError as error:
        what = f"cannot be written ({error.strerror})"
        raise BadInput(what, where=str(place), wanted="a folder with room and the right to write") from error
    finally:
        part.unlink(missing_ok=True)
    return found
