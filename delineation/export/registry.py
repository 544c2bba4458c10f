"""The registry of formats that a plan is exported to, and the one function that exports.

Formats are listed where nothing of a plan is needed yet, QGIS's toolbox for one: what reads plans is imported late.
"""

from __future__ import annotations

import contextlib
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin, get_type_hints

from ..core.atomic_files import check_place
from ..core.errors import BadInput
from ..core.messages import NOTHING, Message, at, joined
from ..core.options import Kind, Option
from ..core.progress import Progress, silent
from ..core.text import require_known
from .options import FORMAT_OPTIONS

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from ..core.geopackage import SigningGuard
    from ..plan.file import Plan

__all__ = [
    "PARTS",
    "Exporter",
    "Written",
    "check_output",
    "export",
    "exporter",
    "exporters",
    "noted",
    "opened",
    "preview",
    "previewed",
]

GEODATABASE = ".gdb"  # a folder of files
PARTS = ("codes", "rules", "state")
"""Options that ask for a part of a thing: some units, some findings."""
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
    noted : bool
        It stands in the plan's history: see ``export.history``.
    """

    files: tuple[Path, ...]
    layers: Mapping[str, int]
    facts: Mapping[str, Any] = field(default_factory=dict)
    noted: bool = False


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

    @property
    def settings(self) -> tuple[Option, ...]:
        """What may be set, as the keyword of the function says it: ``Literal[…]``, or the type of its default."""
        keywords = inspect.signature(self.write).parameters
        return tuple(_option(self.write, name, keywords[name].default) for name in self.options)

    def title(self, language: str) -> str:
        """Word what is written, and as what."""
        return f"{self.zh}（{self.file_zh}）" if language == "zh" else f"{self.en} ({self.file_en})"

    def file_kind(self, language: str) -> str:
        """Word the kind of file as dialogs do that ask for one."""
        return f"{self.file_zh if language == 'zh' else self.file_en} (*{self.suffix})"


def _option(write: Write, name: str, default: Any) -> Option:
    # One annotation at a time: others name what is imported for type checkers alone.
    only = SimpleNamespace(__annotations__={name: write.__annotations__.get(name, "str")})
    kind = None
    with contextlib.suppress(NameError):
        kind = get_type_hints(only, globalns=getattr(write, "__globals__", {}))[name]
    choices = get_args(kind) if get_origin(kind) is Literal else ()
    kinds: dict[type, Kind] = {bool: "switch", int: "whole", float: "real"}
    found: Kind = "choice" if choices else kinds.get(type(default), "text")
    return replace(FORMAT_OPTIONS.get(name) or Option(name), kind=found, default=default, choices=choices)


Preview = Callable[["Plan", Exporter, Mapping[str, Any]], Message]
"""``(plan, exporter, options)`` → what the export will hold, in a line."""

_EXPORTERS: dict[str, Exporter] = {}
_PREVIEWS: dict[str, Preview] = {}


def exporter(
    name: str, *, zh: str, en: str, file_zh: str, file_en: str, suffix: str, order: int, without: Collection[str] = ()
) -> Callable[[Write], Write]:
    """Enter a function into the registry, see `Exporter`; ``without`` some of its keywords as options."""

    def enter(write: Write) -> Write:
        options = tuple(key for key in inspect.signature(write).parameters if key not in (*_GIVEN, *without))
        _EXPORTERS[name] = Exporter(name, zh, en, file_zh, file_en, suffix, order, write, options)
        return write

    return enter


def exporters() -> dict[str, Exporter]:
    """All formats by name, in their order."""
    from . import formats  # noqa: F401 - its files enter themselves

    return dict(sorted(_EXPORTERS.items(), key=lambda item: item[1].order))


def preview(what: str) -> Callable[[Preview], Preview]:
    """Enter what says beforehand what the formats of ``what`` hold (``units`` of ``units-shp``)."""

    def enter(tell: Preview) -> Preview:
        _PREVIEWS[what] = tell
        return tell

    return enter


def previewed(name: str, plan: Plan, options: Mapping[str, Any] | None = None) -> Message:
    """Say what an export would hold; nothing where nobody says it.

    Raises
    ------
    BadInput
        The export would fail in the same way.
    """
    from . import previews  # noqa: F401 - its functions enter themselves

    found = exporters()[name]
    tell = _PREVIEWS.get(found.what)
    return tell(plan, found, options or {}) if tell is not None else NOTHING


def opened(plan: Plan | Path, codes: str = "") -> Plan:
    """Read a plan, where only its file is given, and keep of its units those of some codes, with commas between them.

    Its ``classification`` is what its sources ask for: each format prints it.

    Raises
    ------
    BadInput
        No plan, or no unit of such a code.
    """
    from ..plan.file import read_plan
    from ..plan.provenance import inherited

    plan = inherited(read_plan(plan) if isinstance(plan, Path) else plan)
    chosen = [code.strip() for code in codes.split(",") if code.strip()]
    known = plan.units["code"].astype(str)
    for code in chosen:
        require_known(code, known, Message("no unit '{what}'", what=code), Message("codes"))
    if not chosen:
        return plan
    units = plan.units[known.isin(chosen)].reset_index(drop=True)
    clauses = plan.clauses[plan.clauses["unit_id"].isin(units["unit_id"])].reset_index(drop=True)
    return replace(plan, units=units, clauses=clauses)


def export(
    name: str,
    plan: Plan | str | Path,
    output: str | Path,
    options: Mapping[str, Any] | None = None,
    *,
    file: Path | None = None,
    force: bool = False,
    author: str = "",
    progress: Progress = silent,
) -> Written:
    """Write a plan in a format, whole or not at all; the same plan gives the same bytes.

    What was exported is noted beside the plan (``export.history``).

    Parameters
    ----------
    name : str
        Of the format.
    plan : Plan or path of its file
    output : path
        An existing file is replaced, unless it is a plan, another database, or was read for this.
    options : mapping, optional
        Of the format.
    file : Path, optional
        Where a plan that is given as such was read from.
    force : bool
        Replace also a GeoPackage that this product did not make, or that was changed since.
    author : str
        Who, for the plan's history; the login name by default.
    progress : callable

    Raises
    ------
    BadInput
        Unknown format or option, a file name of another kind, a place that cannot be written to, a plan or one of its
        sources in its place, no plan.
    """
    from ..core.given_files import refuse_unsound

    known, path = exporters(), Path(output)
    require_known(name, known, Message("unknown format '{name}'", name=name), Message("export"))
    found = known[name]
    for key in options or {}:
        if key not in found.options:
            able = [one.name for one in known.values() if key in one.options]
            raise BadInput(
                Message("{name} has no option '{key}'", name=name, key=key),
                where=Message("export"),
                wanted=joined(able or found.options),
            )
    refuse_unsound(dict(options or {}), Message("export"), Message("options of the format"))
    check_output(path, (found.suffix,))
    plan = Path(plan) if isinstance(plan, str) else plan
    source = plan if isinstance(plan, Path) else file

    def write(guard: SigningGuard) -> Written:
        if found.suffix != ".gpkg":
            return found.write(plan, path, progress=progress, **(options or {}))
        from ..core.geopackage import new_file

        # Under the lock of the file that is replaced: QGIS may hold it open, with a log beside it.
        with new_file(path, guard=guard) as draft:
            written = found.write(plan, draft, progress=progress, **(options or {}))
        return replace(written, files=(path,))

    written = noted(name, source, path, options, write, force=force, author=author)
    return _with_changes(written, {} if isinstance(plan, Path) else plan.changes)


def _with_changes(written: Written, changes: Mapping[str, Any]) -> Written:
    """Let what was written say that its plan was not as it was made."""
    return replace(written, facts={**written.facts, "changed": changes}) if changes else written


def noted(
    name: str,
    plan: Path | None,
    output: Path,
    options: Mapping[str, Any] | None,
    write: Callable[[SigningGuard], Written],
    *,
    force: bool = False,
    author: str = "",
) -> Written:
    """Have a plan written by whoever does, over nothing that would be lost, and note that in its history.

    Raises
    ------
    InTheWay
        See `plan.outputs.guarded`; of a plan's file, also what the plan was made from.
    """
    from ..plan.outputs import guarded, inputs_of_plan
    from .history import known_state, note_export

    guard = guarded(output, [] if plan is None else inputs_of_plan(plan, output), force=force)
    if plan is None:
        return write(guard)
    state = known_state(plan)
    written = write(guard)
    done = note_export(plan, name, written.files, state, options, author=author)
    return replace(_with_changes(written, state.changed), noted=done)


def check_output(path: Path, suffixes: Sequence[str]) -> str:
    """Refuse a place that cannot be written to, and give the suffix that the file has.

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
    return suffix


def _check_geodatabase(path: Path) -> None:
    """Refuse to write a geodatabase over a folder of anything else."""
    if path.is_dir() and any(path.glob("*.gdbtable")):
        check_place(path.with_suffix(".gdb.new"))
    else:
        check_place(path)
