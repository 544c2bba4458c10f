"""A bureau's own profile beside the national one."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from control_units.delineation.case.profile import NATIONAL

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def own_profile(folder: Path, name: str = "", old: str = "", new: str = "") -> Path:
    """Copy the national one as ``own.toml`` and ``own/``; in the file of that name the old text is the new one."""
    shutil.copytree(NATIONAL, folder / "own")
    settings = NATIONAL.with_suffix(".toml").read_text("utf-8")
    (folder / "own.toml").write_text(settings.replace('tables = "national"', 'tables = "own"'), "utf-8")
    if name:
        text = (folder / name).read_text("utf-8")
        assert old in text
        (folder / name).write_text(text.replace(old, new, 1), "utf-8")
    return folder / "own.toml"


def numbers(value: object, *name: object) -> Iterator[tuple[str, float]]:
    """Walk the tables: each number by its place; lists of names and of codes are no thresholds."""
    if isinstance(value, dict):
        for key, one in value.items():
            yield from numbers(one, *name, key)
    elif isinstance(value, list):
        for number, one in enumerate(value):
            if isinstance(one, dict):
                yield from numbers(one, *name, number)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield ".".join(map(str, name)), value
