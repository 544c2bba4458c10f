"""Methods from outside the package: a file, or whatever another package offers under the entry point."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import sys
from pathlib import Path
from types import ModuleType

from ..errors import BadInput

__all__ = ["ENTRY_POINT", "load_entry_points", "load_plugin"]

ENTRY_POINT = "control_units.methods"
# The name under which the engine is found in a checkout; installed it is ``control_units.delineation``.
_ENGINE = "delineation"
_OWN = __name__.removesuffix(".methods.plugins")


def load_plugin(path: str | Path) -> tuple[str, ...]:
    """Load a Python file that registers methods with ``@method`` or ``@regional``.

    The file imports ``delineation.methods``, or ``control_units.delineation.methods``, at its top: both are the engine
    that is running, whatever it is called where it is installed.

    Parameters
    ----------
    path : path

    Returns
    -------
    tuple of str
        Names of the methods it registered.

    Raises
    ------
    BadInput
        No such file, an error in it, or no method in it.
    """
    from .registry import methods

    file = Path(path)
    if not file.is_file():
        raise BadInput("no such file", where=str(path), wanted="a Python file that registers methods")
    before = set(methods())
    spec = importlib.util.spec_from_file_location(f"{_OWN}.methods.plugin_{file.stem}", file)
    if spec is None or spec.loader is None:
        raise BadInput("is no Python file", where=str(path), wanted="a file NAME.py that registers methods")
    module = importlib.util.module_from_spec(spec)
    with _Aliased():
        _execute(module, file)
    added = tuple(sorted(set(methods()) - before))
    if not added and not any(getattr(one, "__module__", "") == module.__name__ for one in vars(module).values()):
        raise BadInput("registers no method", where=str(path), wanted="a function under @method or @regional")
    return added


def load_entry_points() -> tuple[str, ...]:
    """Load the methods that installed packages offer under the entry point ``control_units.methods``.

    Raises
    ------
    BadInput
        One that cannot be loaded.
    """
    from .registry import methods

    before = set(methods())
    with _Aliased():
        for point in sorted(importlib.metadata.entry_points(group=ENTRY_POINT), key=lambda one: one.name):
            try:
                point.load()
            except Exception as error:
                what = f"cannot be loaded ({type(error).__name__}: {error})"
                raise BadInput(what, where=f"entry point {point.name}", wanted=point.value) from error
    return tuple(sorted(set(methods()) - before))


def _execute(module: ModuleType, file: Path) -> None:
    loader = module.__spec__.loader if module.__spec__ is not None else None
    try:
        if loader is not None:
            loader.exec_module(module)
    except BadInput:
        raise
    except Exception as error:
        line = _line(error, file)
        what = f"{type(error).__name__}: {error}"
        raise BadInput(what, where=f"{file}{line}", wanted="a Python file that registers methods") from error


def _line(error: Exception, file: Path) -> str:
    """Say in which line of the file an error arose."""
    if isinstance(error, SyntaxError):
        return f", line {error.lineno}" if error.lineno else ""
    trace, line = error.__traceback__, 0
    while trace is not None:
        if Path(trace.tb_frame.f_code.co_filename) == file:
            line = trace.tb_lineno
        trace = trace.tb_next
    return f", line {line}" if line else ""


class _Aliased:
    """Both names of the engine mean the one that is running, for as long as a plugin is loaded."""

    def __enter__(self) -> None:
        names = {_ENGINE, f"control_units.{_ENGINE}"} - {_OWN}
        if _OWN == _ENGINE and "control_units" not in sys.modules:
            # A package without modules of its own, for the longer name to stand in.
            engine_of = ModuleType("control_units")
            engine_of.__path__ = []
            extra = {"control_units": engine_of}
        else:
            extra = {}
        engine = {name: module for name, module in sys.modules.items() if name == _OWN or name.startswith(_OWN + ".")}
        self._added = extra | {
            alias + name.removeprefix(_OWN): module
            for alias in sorted(names)
            for name, module in engine.items()
            if alias + name.removeprefix(_OWN) not in sys.modules
        }
        sys.modules.update(self._added)

    def __exit__(self, *_: object) -> None:
        for name in self._added:
            sys.modules.pop(name, None)
