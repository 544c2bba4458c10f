"""The registry of formats that a plan is exported to, and the one function that exports.

Formats are listed where nothing of a plan is needed yet, QGIS's toolbox for one: what reads plans is imported late.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..core.atomic_files import check_place, is_database
from ..core.errors import BadInput
from ..core.messages import Message, at, joined
from ..core.progress import Progress, silent
from ..core.text import nearest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ..plan.file import Plan

__all__ = ["Exporter", "Written", "check_output", "export", "exporter", "exporters", "opened"]

GEODATABASE = ".gdb"  # a folder of files
# What every format's function is given, and nobody sets.
_GIVEN = ("plan", "output", "progress")


@dataclass(frozen=True)
class Written:
    """What an export wrote.

    Attributes
    ----------
    files : tuple of Path
        All of them; the one that was asked for comes first.
    layers : mapping
        Layer or table → number of its rows.
    facts : mapping
        What else there is to say of it, as the writer says it.
    """

    files: tuple[Path, ...]
    layers: Mapping[str, int]
    facts: Mapping[str, Any] = field(default_factory=dict)


Write = Callable[..., Written]
"""A format's function: ``(plan, output, *, progress, …)``; its other keywords are the format's options."""


@dataclass(frozen=True)
class Exporter:
    """A format.

    Attributes
    ----------
    name : str
        ``units-shp``: what is written, and as what. A contract of the command line.
    zh, en : str
        What is written.
    file_zh, file_en : str
        As what.
    suffix : str
    order : int
        Its place where formats are listed.
    write : callable
    options : tuple of str
        What may be set.
    """

    name: str
    zh: str
    en: str
    file_zh: str
    file_en: str
    suffix: str
    order: int
    write: Write
    options: tuple[str, ...]

    @property
    def what(self) -> str:
        """``units`` of ``units-shp``: formats of one such word hold the same."""
        return self.name.partition("-")[0]

    def title(self, language: str) -> str:
        """Word what is written, and as what."""
        return f"{self.zh}（{self.file_zh}）" if language == "zh" else f"{self.en} ({self.file_en})"

    def file_kind(self, language: str) -> str:
        """Word the kind of file as dialogs do that ask for one."""
        return f"{self.file_zh if language == 'zh' else self.file_en} (*{self.suffix})"


_EXPORTERS: dict[str, Exporter] = {}


def exporter(
    name: str, *, zh: str, en: str, file_zh: str, file_en: str, suffix: str, order: int
) -> Callable[[Write], Write]:
    """Enter a function into the registry; see `Exporter`."""

    def enter(write: Write) -> Write:
        options = tuple(key for key in inspect.signature(write).parameters if key not in _GIVEN)
        _EXPORTERS[name] = Exporter(name, zh, en, file_zh, file_en, suffix, order, write, options)
        return write

    return enter


def exporters() -> dict[str, Exporter]:
    """All formats by name, in their order."""
    from . import formats  # noqa: F401 - its files enter themselves

    return dict(sorted(_EXPORTERS.items(), key=lambda item: item[1].order))


def opened(plan: Plan | Path) -> Plan:
    """Read a plan, where only its file is given."""
    from ..plan.file import read_plan

    return read_plan(plan) if isinstance(plan, Path) else plan


def export(
    name: str,
    plan: Plan | str | Path,
    output: str | Path,
    options: Mapping[str, Any] | None = None,
    *,
    progress: Progress = silent,
) -> Written:
    """Write a plan in a format, whole or not at all; the same plan gives the same bytes.

    Parameters
    ----------
    name : str
        Of the format.
    plan : Plan or path of its file
    output : path
        An existing file is replaced, unless it is a plan.
    options : mapping, optional
        Of the format.
    progress : callable

    Raises
    ------
    BadInput
        Unknown format or option, a file name of another kind, a place that cannot be written to, a plan in its place,
        no plan.
    """
    known, path = exporters(), Path(output)
    if name not in known:
        raise BadInput(
            Message("unknown format '{name}'", name=name), where=Message("export"), wanted=nearest(name, known)
        )
    found = known[name]
    for key in options or {}:
        if key not in found.options:
            able = ", ".join(one.name for one in known.values() if key in one.options)
            raise BadInput(
                Message("{name} has no option '{key}'", name=name, key=key),
                where=Message("export"),
                wanted=at(able) or joined(found.options),
            )
    check_output(path, (found.suffix,))
    return found.write(Path(plan) if isinstance(plan, str) else plan, path, progress=progress, **(options or {}))


def check_output(path: Path, suffixes: Sequence[str]) -> str:
    """Refuse a place that cannot be written to or holds a plan, and give the suffix that the file has.

    Raises
    ------
    BadInput
    """
    suffix = path.suffix.lower()
    if suffix not in suffixes:
        raise BadInput(
            Message("'{name}' is no {suffix}", name=path.name, suffix=at(" / ".join(suffixes))),
            where=at(path),
            wanted=Message("a name with {suffix}", suffix=at(" / ".join(suffixes))),
        )
    if suffix == GEODATABASE:
        _check_geodatabase(path)
    else:
        check_place(path)
    _spare(path, suffix)
    return suffix


def _check_geodatabase(path: Path) -> None:
    """Refuse to write a geodatabase over a folder of anything else."""
    if path.is_dir() and any(path.glob("*.gdbtable")):
        check_place(path.with_suffix(".gdb.new"))
    else:
        check_place(path)


def _spare(path: Path, suffix: str) -> None:
    """Refuse to write over a plan, whatever its file is called."""
    from ..plan.file import read_meta

    if not is_database(path):
        return
    wanted = Message("another file name for the output")
    if suffix != ".gpkg":
        raise BadInput(Message("is a plan or another database"), where=at(path), wanted=wanted)
    if read_meta(path):
        raise BadInput(Message("is a plan, and would be lost"), where=at(path), wanted=wanted)
