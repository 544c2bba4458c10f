"""Where methods from outside come from: their code, its digest, and the line in it where an error arose."""

from __future__ import annotations

import contextlib
import hashlib
import inspect
from pathlib import Path
from typing import TYPE_CHECKING

from .table import TABLE, Origin

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_OWN = __name__.rpartition(".")[0].rpartition(".")[0]


def origin_of(name: str) -> Origin | None:
    """Say where a method comes from; None for one of the engine's own, and for one that is not there.

    A function that somebody registers in a running Python has an origin as well: the file it is written in.
    """
    row = TABLE.get(name)
    if row is None or row.origin is not None:
        return None if row is None else row.origin
    function = row.solver or row.function
    module = str(getattr(function, "__module__", None))
    return None if module.startswith(f"{_OWN}.") else _written(module, function)


def digest_of(files: Sequence[Path]) -> str:
    """SHA-256 of files, one after the other; what cannot be read counts as nothing."""
    found = hashlib.sha256()
    for file in files:
        with contextlib.suppress(OSError):
            found.update(file.read_bytes() + b"\0")
    return found.hexdigest()


def line_of(error: BaseException, file: Path) -> int:
    """Find the line of the file in which an error arose, 0 where it is none of it."""
    if isinstance(error, SyntaxError):
        return error.lineno or 0
    trace, line = error.__traceback__, 0
    while trace is not None:
        if Path(trace.tb_frame.f_code.co_filename) == file:
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


def _written(module: str, function: Callable[..., object]) -> Origin:
    try:
        file = Path(inspect.getfile(function))
    except (TypeError, OSError):
        file = Path(module)
    if file.is_file():
        return Origin(str(file), (file,), digest_of((file,)))
    # Typed into a console: what it compiled to. Addresses in it make it another method in another process, rightly so.
    code = getattr(function, "__code__", function)
    return Origin(module, (), hashlib.sha256(repr((code, getattr(code, "co_code", b""))).encode()).hexdigest())
