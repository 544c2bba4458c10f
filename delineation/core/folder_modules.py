"""The modules of a folder, found and not listed: how a registry of one file an entry learns of a new one."""

from __future__ import annotations

import pkgutil
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import ModuleType


def modules_of(package: str, path: Iterable[str]) -> list[ModuleType]:
    """Import all modules of a package, those of its subfolders not, in the order of their names.

    Parameters
    ----------
    package, path
        Its ``__name__`` and ``__path__``: the name differs between a checkout and the installed plugin.
    """
    names = sorted(f"{package}.{found.name}" for found in pkgutil.iter_modules(path) if not found.ispkg)
    for name in names:
        # Not by importlib: when it reloads a plugin, QGIS forgets the modules that came through ``__import__``, as
        # statements do. What it did not see would stay, and register itself nowhere the second time.
        __import__(name)
    return [sys.modules[name] for name in names]
