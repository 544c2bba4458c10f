"""Methods from outside the package: a file, or whatever another package offers under the entry point."""

from __future__ import annotations

import contextlib
import hashlib
import importlib.metadata
import importlib.util
import inspect
import sys
from dataclasses import dataclass
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType
from typing import TYPE_CHECKING

from ..errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

__all__ = ["ENTRY_POINT", "Origin", "line_of", "load_entry_points", "load_plugin", "load_plugins", "origin_of"]

ENTRY_POINT = "control_units.methods"
# The name under which the engine is found in a checkout; installed it is ``control_units.delineation``.
_ENGINE = "delineation"
_OWN = __name__.removesuffix(".methods.plugins")
_WANTED = "a Python file that registers methods"


@dataclass(frozen=True)
class Origin:
    """Where a method from outside comes from.

    Attributes
    ----------
    place : str
        The file, or ``entry point NAME``.
    files : tuple of Path
        Its code.
    digest : str
        Of that code when it was loaded: a method whose code has changed is another method.
    """

    place: str
    files: tuple[Path, ...]
    digest: str


_ORIGINS: dict[str, Origin] = {}


def origin_of(name: str) -> Origin | None:
    """Say where a method comes from; None for one of the engine's own, and for one that is not there.

    A function that somebody registers in a running Python has an origin as well: the file it is written in.
    """
    from .regional import _SOLVERS
    from .registry import _METHODS

    function = _SOLVERS.get(name, _METHODS.get(name))
    if function is None or name in _ORIGINS:
        return _ORIGINS.get(name) if function is not None else None
    module = str(getattr(function, "__module__", None))
    return None if module.startswith(f"{_OWN}.") else _written(module, function)


def _written(module: str, function: Callable[..., object]) -> Origin:
    try:
        file = Path(inspect.getfile(function))
    except (TypeError, OSError):
        file = Path(module)
    if file.is_file():
        return Origin(str(file), (file,), _digest((file,)))
    # Typed into a console: what it compiled to. Addresses in it make it another method in another process, rightly so.
    code = getattr(function, "__code__", function)
    return Origin(module, (), hashlib.sha256(repr((code, getattr(code, "co_code", b""))).encode()).hexdigest())


def load_plugins(paths: Iterable[str | Path]) -> None:
    """Load files that register methods, one after the other; see ``load_plugin``."""
    for path in paths:
        load_plugin(path)


def load_plugin(path: str | Path) -> tuple[str, ...]:
    """Load a Python file that registers methods with ``@method`` or ``@regional``.

    The file imports ``delineation.methods``, or ``control_units.delineation.methods``, at its top: both are the engine
    that is running, whatever it is called where it is installed. A file may be loaded again, and then stands for what
    it holds by now.

    Parameters
    ----------
    path : path

    Returns
    -------
    tuple of str
        Names of the methods that were not there before.

    Raises
    ------
    BadInput
        No such file, an error in it, no method in it, or one with the name of one of the engine's; then nothing of it
        is registered.
    """
    from .registry import methods

    file = Path(path)
    if not file.is_file():
        raise BadInput("no such file", where=str(path), wanted=_WANTED)
    before = set(methods())
    name = f"{_OWN}.methods.plugin_{file.stem}"
    spec = importlib.util.spec_from_file_location(name, file, loader=_Loader(name, str(file)))
    if spec is None or file.suffix != ".py":
        raise BadInput("is no Python file", where=str(path), wanted="a file NAME.py that registers methods")
    module = importlib.util.module_from_spec(spec)
    with _Aliased(), _registering() as origins:
        origin = Origin(str(path), (file,), _digest((file,)))
        _execute(module, file)
        if not origins.add(origin):
            raise BadInput("registers no method", where=str(path), wanted="a function under @method or @regional")
    return tuple(sorted(set(methods()) - before))


def load_entry_points() -> tuple[str, ...]:
    """Load the methods that installed packages offer under the entry point ``control_units.methods``.

    Who asks for a method that is not there has it looked for here (`registry.parameters`), so that a package which
    cannot be loaded is in nobody's way but of those who need it.

    Returns
    -------
    tuple of str
        Names of the methods that were not there before.

    Raises
    ------
    BadInput
        One that cannot be loaded, or that has the name of a method that is there.
    """
    from .registry import methods

    before = set(methods())
    with _Aliased():
        for point in sorted(importlib.metadata.entry_points(group=ENTRY_POINT), key=lambda one: one.name):
            place = f"entry point {point.name}"
            with _registering() as origins:
                try:
                    point.load()
                except BadInput:
                    raise
                except Exception as error:
                    what = f"cannot be loaded ({type(error).__name__}: {error})"
                    raise BadInput(what, where=place, wanted=point.value) from error
                files = _files_of(point.module)
                origins.add(Origin(place, files, _digest(files)), again=False)
    return tuple(sorted(set(methods()) - before))


class _Origins:
    """What a plugin has registered since it began to be loaded."""

    def __init__(self) -> None:
        from .regional import _SOLVERS, _UNSCALED
        from .registry import _DECLARED, _DRAWS, _METHODS

        self._tables: tuple[dict[str, object], ...] = (_METHODS, _DRAWS, _DECLARED, _SOLVERS, _UNSCALED)  # type: ignore[assignment]
        self._before = [dict(table) for table in self._tables]

    def new(self) -> list[str]:
        """Names that were registered, or registered again."""
        return [name for name, function in self._tables[0].items() if self._before[0].get(name) is not function]

    def add(self, origin: Origin, *, again: bool = True) -> list[str]:
        """Note where they come from; ``again``: they may take the place of others from outside."""
        for name in self.new():
            if name in self._before[0] and not (again and name in _ORIGINS):
                raise BadInput(f"there is a method '{name}' already", where=origin.place, wanted="another name")
        _ORIGINS.update(dict.fromkeys(self.new(), origin))
        return self.new()

    def undo(self) -> None:
        """Leave nothing of what was registered."""
        for table, before in zip(self._tables, self._before, strict=True):
            table.clear()
            table.update(before)


@contextlib.contextmanager
def _registering() -> Iterator[_Origins]:
    origins = _Origins()
    try:
        yield origins
    except BaseException:
        origins.undo()
        raise


def _files_of(module: str) -> tuple[Path, ...]:
    """Python files of the package that a module belongs to; where that is a mere folder, of the part of it."""
    names = module.split(".")
    for count in range(1, len(names) + 1):
        found = sys.modules.get(".".join(names[:count]))
        file = getattr(found, "__file__", None)
        if file is not None:
            path = Path(file)
            return tuple(sorted(path.parent.rglob("*.py"))) if path.stem == "__init__" else (path,)
    return ()


def _digest(files: Sequence[Path]) -> str:
    found = hashlib.sha256()
    for file in files:
        with contextlib.suppress(OSError):
            found.update(file.read_bytes() + b"\0")
    return found.hexdigest()


class _Loader(SourceFileLoader):
    """Compiles the file each time: one changed within a second would be taken for what it was before."""

    def get_code(self, fullname: str) -> CodeType:  # noqa: ARG002 - the signature of a loader
        return self.source_to_code(self.get_data(self.path), self.path)


def _execute(module: ModuleType, file: Path) -> None:
    loader = module.__spec__.loader if module.__spec__ is not None else None
    try:
        if loader is not None:
            loader.exec_module(module)
    except BadInput:
        raise
    except Exception as error:
        line = line_of(error, file)
        what = f"{type(error).__name__}: {error}"
        raise BadInput(what, where=f"{file}{line}", wanted=_WANTED) from error


def line_of(error: Exception, file: Path) -> str:
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
