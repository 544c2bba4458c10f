"""TOML files of a profile: a bureau's own is held against the shipped one, so that who uses a setting can rely on it.

A slip of whoever edited the file is told in one sentence: a setting of another kind when the file is read, one that is
missing when it is asked for.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from ..core.errors import BadInput
from ..core.given_files import read_toml, require_file
from ..core.messages import Message, at

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

_WORDS = {
    str: Message("a text in quotes"),
    float: Message("a number"),
    bool: Message("true or false"),
    list: Message("a list"),
    dict: Message("a table of settings"),
}


_ALIKE = Message("a setting of the same kind")


class Section(dict[str, Any]):
    """A table of settings; one that it lacks is a BadInput that names it, ``get`` and ``in`` are a dictionary's."""

    def __init__(self, found: Mapping[str, Any] | Iterable[tuple[str, Any]] = (), place: str = "") -> None:
        super().__init__(found)
        self.place = place
        for key, value in self.items():
            if isinstance(value, dict):
                self[key] = Section(value, f"{place} {key}")

    def __missing__(self, key: str) -> Any:
        """Say what is missing."""
        raise BadInput(
            Message("no setting {key}", key=key),
            where=at(self.place),
            wanted=Message("the setting, as in the national profile"),
        )


class ProfileRow(dict[str, str]):
    """A row of a profile's table; a column that it lacks is a BadInput that names it."""

    def __init__(self, found: Mapping[str, str], place: str) -> None:
        super().__init__(found)
        self.place = place

    def __missing__(self, key: str) -> str:
        """Say what is missing."""
        raise BadInput(
            Message("no column '{key}'", key=key),
            where=at(self.place),
            wanted=Message("the column, as in the national profile"),
        )


def read_settings(path: Path, shipped: Path) -> Section:
    """Read a file of a profile.

    Parameters
    ----------
    path : Path
    shipped : Path
        The national profile's file of that name.

    Raises
    ------
    BadInput
        Not there, no TOML in UTF-8, or a setting of another kind than the shipped one.
    """
    found = _toml(path)
    if path != shipped:
        _hold(found, _shipped(shipped), str(path))
    return Section(found, str(path))


def _toml(path: Path) -> dict[str, Any]:
    require_file(path, Message("a file of the profile"))
    state = path.stat()
    return _parsed(path, state.st_mtime_ns, state.st_size)


@functools.lru_cache(maxsize=64)
def _parsed(path: Path, changed: int, size: int) -> dict[str, Any]:  # noqa: ARG001 - what was edited is read again
    """Read a file once: the panel asks for the same few again and again, and each takes tens of milliseconds."""
    return read_toml(path, Message("a profile file in UTF-8"))


@functools.lru_cache(maxsize=32)
def _shipped(path: Path) -> dict[str, Any]:
    return _toml(path)


def _kind(value: Any) -> type:
    return float if isinstance(value, int | float) and not isinstance(value, bool) else type(value)


def _hold(found: Mapping[str, Any], model: Mapping[str, Any], place: str) -> None:
    other = None
    if len(set(map(_kind, model.values()))) == 1:
        # In a section of values of one kind names are free, and a new one is like the others.
        first = next(iter(model.values()))
        tables = [value for value in model.values() if isinstance(value, dict)]
        lists = [value for value in model.values() if isinstance(value, list)]
        merged = {key: one for table in tables for key, one in table.items()}
        other = merged or [one for each in lists for one in each] or first
    for key, value in found.items():
        wanted = model.get(key, other)
        if wanted is None:
            continue
        if _kind(value) is not _kind(wanted):
            raise BadInput(
                Message("setting {key} is of another kind than in the national profile", key=key),
                where=at(place),
                wanted=_WORDS.get(_kind(wanted), _ALIKE),
            )
        if isinstance(value, dict):
            _hold(value, wanted, f"{place} {key}")
        elif isinstance(value, list) and wanted and not set(map(_kind, value)) <= set(map(_kind, wanted)):
            raise BadInput(
                Message("list {key} holds values of another kind than in the national profile", key=key),
                where=at(place),
                wanted=Message("a list of values of the same kind"),
            )
