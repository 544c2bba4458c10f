"""A case as the text of its file: only what differs from the defaults, and read again it is the same case."""

from __future__ import annotations

import codecs
import os
from collections.abc import Callable, Iterator  # noqa: TC003 - one import for hints and use
from dataclasses import MISSING, Field, fields, replace
from itertools import count
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any, cast

from ..core.atomic_files import replacing
from ..core.connections import is_database
from ..core.errors import BadInput
from ..core.given_files import parse_toml
from ..core.messages import Message, at
from ..core.toml import toml_text, toml_value
from .handwritten import rewritten
from .made_sources import moved as made_moved
from .reading import parse_case

if TYPE_CHECKING:
    from .model import Case

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
    blocks += [_section(name, getattr(case, name)) for name in ("previous", "admin", "update", "upper", "lists")]
    return "\n\n".join("\n".join(block) for block in blocks if block) + "\n"


def write_case_file(case: Case, path: Path) -> None:
    """Write a case file; an existing one is replaced whole, or left as it was.

    Raises
    ------
    BadInput
        The folder cannot be written to, or the case holds a text that no file can.
    """
    text = case_text(case)
    parse_toml(text, at(path), Message("a case file"))
    with replacing(path) as part:
        part.write_bytes(text.encode())


def rewrite_case_file(case: Case, path: Path) -> Path:
    """Write a case over its own file; of one that somebody wrote by hand comments and order stay.

    Returns
    -------
    Path
        ``path``; or a new file beside it, where the one that is there would have lost something: without tomlkit, or
        where it is built in a way that cannot be kept.

    Raises
    ------
    BadInput
        As of ``write_case_file``.
    """
    try:
        written = path.read_bytes()
    except OSError:  # there is none; or the place says so when it is written to
        write_case_file(case, path)
        return path
    text = _kept_by_hand(written, case, path)
    if text is None:
        path = _free_beside(path)
    if text is None or not text:
        write_case_file(case, path)
    else:
        with replacing(path) as part:
            part.write_bytes(text)
    return path


def _kept_by_hand(written: bytes, case: Case, path: Path) -> bytes | None:
    """Give a hand-written file with the case's values; b"" where nobody wrote it, None where it cannot be kept."""
    mark = codecs.BOM_UTF8 if written.startswith(codecs.BOM_UTF8) else b""
    try:
        text = written.removeprefix(mark).decode("utf-8")
        lines = "\r\n" if "\r\n" in text else "\n"
        text = text.replace("\r\n", "\n")
        former = case_text(parse_case(text, path, draft=True))
        if text == former:
            return b""
        new = rewritten(text, former, case_text(case))
        if new is None or parse_case(new, path, draft=True) != case:
            return None
        return mark + new.replace("\n", lines).encode("utf-8")
    except (ImportError, BadInput, ValueError, LookupError, TypeError):
        # No tomlkit, no case any more, or nothing that can be taken apart: whoever wrote it has it as it is.
        return None


def _free_beside(path: Path) -> Path:
    names = (path.with_name(f"{path.stem}.saved{number or ''}.toml") for number in count())
    return next(name for name in names if not name.exists())


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

    return replace(with_files(case, moved), path=path, name=case.name or path.stem)


def with_files(case: Case, move: Callable[[str], str]) -> Case:
    """Write each file that a case names anew."""
    profile = move(case.rules.profile) if case.rules.profile.endswith(".toml") else case.rules.profile
    return replace(
        case,
        sources=tuple(
            replace(spec, path=move(spec.path), made=spec.made and made_moved(spec.made, at("made"), move))
            for spec in case.sources
        ),
        rasters=tuple(replace(spec, path=move(spec.path)) for spec in case.rasters),
        rules=replace(case.rules, profile=profile, extra=move(case.rules.extra)),
        previous=replace(case.previous, path=move(case.previous.path), lists=move(case.previous.lists)),
        admin=replace(case.admin, changes=move(case.admin.changes)),
        upper=replace(case.upper, path=move(case.upper.path)),
        lists=replace(case.lists, library=tuple(map(move, case.lists.library))),
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
    for key in ("date", "filing_year", "province", "city", "expected"):
        if value := getattr(case, key):
            yield _line(key, value)


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
