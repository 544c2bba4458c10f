"""Where a package goes: a draft beside its place, put there whole; what is there before stays whatever goes wrong."""

from __future__ import annotations

import contextlib
import glob
import hashlib
import json
import shutil
from typing import TYPE_CHECKING

from ..core.atomic_files import alive, beside, drafts, machine, put_in_places
from ..core.errors import BadInput, readable
from ..core.messages import Message, first_few
from .verify import MANIFEST, OWN

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from pathlib import Path

_DRAFT = ".draft"


def check_folder(folder: Path, plan: Path) -> None:
    """Refuse a place that holds anything but a package, or the plan itself."""
    wanted = Message("a new folder, an empty one, or an earlier package")
    place = folder.resolve()
    if not place.parent.is_dir():
        raise BadInput(
            Message("folder not found"), where=folder.parent, wanted=Message("an existing folder for the output")
        )
    if place.exists() and not place.is_dir():
        raise BadInput(Message("is a file"), where=folder, wanted=wanted)
    if plan.resolve().is_relative_to(place):
        raise BadInput(Message("the plan itself lies in this folder"), where=folder, wanted=wanted)
    if not place.is_dir():
        return
    with readable(folder, wanted):
        there = {entry.relative_to(place).as_posix() for entry in place.rglob("*") if not entry.is_dir()}
    if others := sorted(there - _listed(place)):
        what = Message("the folder holds other files: {names}", names=first_few(others, 3))
        raise BadInput(what, where=folder, wanted=wanted)


def _listed(folder: Path) -> set[str]:
    """List the files that the manifest of a package names, and its own; none where there is no manifest."""
    try:
        document = json.loads((folder / MANIFEST).read_bytes())
        return {str(row["path"]) for row in document["files"]} | set(OWN)
    except (OSError, ValueError, TypeError, KeyError):
        return set()


def restore(place: Path) -> None:
    """Put a package back that a killed process had moved aside, or take it away where the new one is in its place."""
    for aside in place.parent.glob(glob.escape(f".{place.stem[:40]}.") + f"*{_aside_ending(place)}"):
        where, number = aside.name.split(".")[-5:-3]
        if where == machine() and alive(int(number)):
            continue  # it is about to put its own package there
        with contextlib.suppress(OSError):
            left = next(aside.iterdir(), None)
            if left is not None and not (place / MANIFEST).is_file():
                left.replace(place)
            shutil.rmtree(aside)


def _aside_ending(place: Path) -> str:
    """Give what the folder ends in that holds this package alone meanwhile, whose name it may hold a part of."""
    return f".{hashlib.blake2b(place.name.encode(), digest_size=4).hexdigest()}.before"


def put_package(draft: Path, place: Path) -> None:
    """Put a draft in its place; where that cannot be, the package that stood there is there again."""
    aside = beside(place, _aside_ending(place))
    try:
        put_in_places([(draft, place)], aside)
    finally:
        if place.exists():
            shutil.rmtree(aside, ignore_errors=True)


def draft_of(folder: Path, place: Path) -> AbstractContextManager[Path]:
    """Give a folder beside the package's place, which goes in the end; what a disk says is told of that place.

    Raises
    ------
    BadInput
        No room, no right to write, or another program has the package open.
    """
    wanted = Message("a place with free disk space and write permission, which no other program uses")
    return drafts(place, _DRAFT, stands_for=folder, wanted=wanted)
