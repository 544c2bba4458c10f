"""A case as the text of its file: only what differs from the defaults, and read again it is the same case."""

from __future__ import annotations

import os
from collections.abc import Iterator  # noqa: TC003 - one import for hints and use
from dataclasses import MISSING, Field, fields, replace
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any, cast

from ..core.atomic_files import replacing
from ..core.connections import is_database
from ..core.errors import BadInput
from ..core.messages import Message, at
from ..core.toml import toml_text, toml_value
from .made_sources import moved as made_moved

if TYPE_CHECKING:
    from .model import Case

__all__ = ["case_text", "relocated", "write_case_file"]

# Above this many folders up, a file does not lie with the case but somewhere on the disk.
_UPWARDS = 3


def case_text(case: Case) -> str:
    """Write a case as TOML.

    Returns
    -------
    str
        ``read_case`` of a file with this text gives an equal case, but for its path.
    """
    blocks = [list(_head(case))]
    blocks += [["[[source]]", *_lines(spec)] for spec in case.sources]
    blocks += [["[[raster]]", *_lines(spec)] for spec in case.rasters]
    for name in ("rules", "cleaning", "grouping"):
        blocks.append(_section(name, getattr(case, name)))
    if case.method != "overlay" or case.method_parameters:
        parameters = {"name": case.method, **case.method_parameters}
        blocks.append(["[method]", *(_line(key, value) for key, value in parameters.items())])
    blocks += [_section(name, getattr(case, name)) for name in ("previous", "admin", "upper")]
    return "\n\n".join("\n".join(block) for block in blocks if block) + "\n"


def write_case_file(case: Case, path: Path) -> None:
    """Write a case file; an existing one is replaced whole, or left as it was.

    Raises
    ------
    BadInput
        The folder cannot be written to, or the case holds a text that no file can.
    """
    try:
        text = case_text(case).encode("utf-8")
    except UnicodeEncodeError as error:
        what = Message("cannot be written (a text that is no Unicode)")
        raise BadInput(what, where=at(path), wanted=Message("a place that can be written to")) from error
    with replacing(path) as part:
        part.write_bytes(text)


def relocated(case: Case, path: Path) -> Case:
    """Give the case with another file, its relative paths written anew so that they name the same files.

    Files that lie with the new case get relative paths; what is far away, or on another drive, an absolute one.
    """
    folder = path.resolve().parent

    def moved(text: str) -> str:
        if not text or is_database(text):
            return text
        if case.path.name and not Path(text).is_absolute() and case.folder.resolve() == folder:
            return text
        return _seen_from(folder, case.file(text).absolute())

    profile = moved(case.rules.profile) if case.rules.profile.endswith(".toml") else case.rules.profile
    return replace(
        case,
        path=path,
        name=case.name or path.stem,
        sources=tuple(
            replace(spec, path=moved(spec.path), made=spec.made and made_moved(spec.made, at("made"), moved))
            for spec in case.sources
        ),
        rasters=tuple(replace(spec, path=moved(spec.path)) for spec in case.rasters),
        rules=replace(case.rules, profile=profile, extra=moved(case.rules.extra)),
        previous=replace(case.previous, path=moved(case.previous.path)),
        admin=replace(case.admin, changes=moved(case.admin.changes)),
        upper=replace(case.upper, path=moved(case.upper.path)),
    )


def _seen_from(folder: Path, file: Path) -> str:
    try:
        near = PurePath(os.path.relpath(file, folder))
    except ValueError:  # another drive
        return file.as_posix()
    return file.as_posix() if near.parts[: _UPWARDS + 1] == ("..",) * (_UPWARDS + 1) else near.as_posix()


def _head(case: Case) -> Iterator[str]:
    yield "[case]"
    yield f"name = {toml_text(case.name)}"
    if case.crs:
        yield _line("crs", case.crs)
    if case.area != str(case.profile["area"].get("method", "planar")):
        yield _line("area", case.area)
    yield _line("seed", case.seed)


def _section(name: str, values: Any) -> list[str]:
    lines = list(_lines(values))
    return [f"[{name}]", *lines] if lines else []


def _lines(values: Any) -> Iterator[str]:
    """Lines of a dataclass's fields that are not as they would be anyway."""
    for item in fields(values):
        value = getattr(values, item.name)
        if value != _default(item):
            yield _line(item.name, value)


def _default(item: Field[Any]) -> Any:
    if item.default_factory is not MISSING:
        return cast("Any", item.default_factory)()
    return None if item.default is MISSING else item.default


def _line(key: str, value: Any) -> str:
    return f"{key} = {toml_value(value)}"
