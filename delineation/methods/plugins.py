"""Methods from outside the package: a file, or whatever another package offers under the entry point."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import sys
from dataclasses import replace
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType
from typing import TYPE_CHECKING

from ..core.errors import BadInput
from ..core.given_files import require_file
from ..core.messages import Message, at, foreign
from .external_code import digest_of, line_of
from .table import PACKAGED, TABLE, Origin, kept

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from .table import MethodRow

ENTRY_POINT = "control_units.methods"
# The name under which the engine is found in a checkout; installed it is ``control_units.delineation``.
_ENGINE = "delineation"
_OWN = __name__.rpartition(".")[0].rpartition(".")[0]
_WANTED = Message("a Python file that registers methods")


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
    file = Path(path)
    require_file(file, _WANTED)
    name = f"{_OWN}.methods.plugin_{file.stem}"
    spec = importlib.util.spec_from_file_location(name, file, loader=_Loader(name, str(file)))
    if spec is None or file.suffix != ".py":
        raise BadInput(
            Message("is no Python file"), where=path, wanted=Message("a file NAME.py that registers methods")
        )
    module = importlib.util.module_from_spec(spec)
    with _Aliased(), kept(always=False) as before:
        origin = Origin(str(path), (file,), digest_of((file,)))
        _execute(module, file)
        if not _sign(before, origin):
            raise BadInput(
                Message("registers no method"),
                where=path,
                wanted=Message("a function decorated with @method or @regional"),
            )
    return tuple(sorted(set(TABLE) - set(before)))


def load_entry_points(told: Callable[[BadInput], None] | None = None) -> tuple[str, ...]:
    """Load the methods that installed packages offer under the entry point ``control_units.methods``.

    Who asks for a method that is not there has it looked for here (`registry.parameters`), so that a package which
    cannot be loaded is in nobody's way but of those who need it.

    Parameters
    ----------
    told : callable, optional
        Told of each package that cannot be loaded, which is then passed over; without it the first one is an error.

    Returns
    -------
    tuple of str
        Names of the methods that were not there before.

    Raises
    ------
    BadInput
        One that cannot be loaded, or that has the name of a method that is there.
    """
    there = set(TABLE)
    with _Aliased():
        for point in sorted(importlib.metadata.entry_points(group=ENTRY_POINT), key=lambda one: one.name):
            try:
                _load(point)
            except BadInput as error:
                if told is None:
                    raise
                told(error)
    return tuple(sorted(set(TABLE) - there))


def _load(point: importlib.metadata.EntryPoint) -> None:
    place = Origin(f"{PACKAGED}{point.name}", (), "").called
    with kept(always=False) as before:
        try:
            point.load()
        except BadInput:
            raise
        except (Exception, SystemExit) as error:
            raise BadInput(
                Message("cannot be loaded ({error}: {text})", error=type(error).__name__, text=foreign(error)),
                where=place,
                wanted=point.value,
            ) from error
        files = _files_of(point.module)
        _sign(before, Origin(f"{PACKAGED}{point.name}", files, digest_of(files)), again=False)


def _sign(before: Mapping[str, MethodRow], origin: Origin, *, again: bool = True) -> list[str]:
    """Note where what was registered comes from; ``again``: it may take the place of others from outside."""
    new = [name for name, row in TABLE.items() if before.get(name) is not row]
    for name in new:
        if name in before and not (again and before[name].origin is not None):
            raise BadInput(
                Message("there is a method '{name}' already", name=name),
                where=origin.called,
                wanted=Message("another name"),
            )
        TABLE[name] = replace(TABLE[name], origin=origin)
    return new


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
    except (Exception, SystemExit) as error:
        # A script ends itself where it takes its reader for a command line.
        line = line_of(error, file)
        what = Message("{error}: {text}", error=type(error).__name__, text=foreign(error))
        where = Message("{file}, line {line}", file=file, line=line) if line else at(file)
        raise BadInput(what, where=where, wanted=_WANTED) from error


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
