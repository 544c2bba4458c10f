"""Makes libraries absent for one test run (``pytest --without rasterio``), in its process and in those it starts.

In other runs a process that a test starts notes here, as it ends, which libraries it has loaded.

Python itself runs this file as it starts, where its folder is on ``PYTHONPATH``; ``conftest.py`` sees to both.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import sys

NAMES = "CONTROL_UNITS_WITHOUT"
LOADED = "CONTROL_UNITS_LOADED"


class Absent:
    """Stands before all other finders and says of some libraries that they are not there."""

    def __init__(self, names: frozenset[str]) -> None:
        self.names = names

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:  # noqa: ARG002 - Python's hook
        if name.partition(".")[0] in self.names:
            raise ModuleNotFoundError(f"No module named {name!r}: made absent for this test run", name=name)


def make_absent(names: frozenset[str]) -> None:
    """Hide these libraries; none of them may be loaded already."""
    loaded = sorted(names & set(sys.modules))
    if loaded:
        raise RuntimeError(f"already loaded, so that it cannot be made absent: {', '.join(loaded)}")
    sys.meta_path.insert(0, Absent(names))


def note_loaded(path: str) -> None:
    """Add the names of all libraries to a file that is there."""
    with contextlib.suppress(OSError):  # some tests fill the disk, or are another user
        file = os.open(path, os.O_WRONLY | os.O_APPEND)
        os.write(file, "".join({f"{name.partition('.')[0]}\n" for name in sys.modules}).encode())
        os.close(file)


if __name__ == "sitecustomize":
    if os.environ.get(NAMES):
        make_absent(frozenset(os.environ[NAMES].split(",")))
    if os.environ.get(LOADED):
        atexit.register(note_loaded, os.environ[LOADED])
