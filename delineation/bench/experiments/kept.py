"""What was computed once for the same labels, kept beside them as rows of numbers."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, TypeVar

from ...replacing import replacing

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
    with replacing(place, wanted="a folder with room and the right to write") as part:
        part.write_text(json.dumps([asdict(one) for one in found], ensure_ascii=False), encoding="utf-8")  # type: ignore[call-overload]
    return found
