"""Where a package goes: a draft beside its place, put there whole; what is there before stays whatever goes wrong."""

from __future__ import annotations

import contextlib
import json
import shutil
from typing import TYPE_CHECKING

from ..core.atomic_files import beside, drafts, put_in_places
from ..core.errors import BadInput
from ..core.messages import Message, at, first_few, foreign
from .verify import MANIFEST, OWN

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from pathlib import Path

__all__ = ["check_folder", "draft_of", "put_package", "restore"]

_DRAFT, _ASIDE = ".draft", ".before"


def check_folder(folder: Path, plan: Path) -> None:
    """Refuse a place that holds anything but a package, or the plan itself."""
    wanted = Message("a new folder, an empty one, or an earlier package")
    place = folder.resolve()
    if not place.parent.is_dir():
        raise BadInput(
            Message("folder not found"), where=at(folder.parent), wanted=Message("an existing folder for the output")
        )
    if place.exists() and not place.is_dir():
        raise BadInput(Message("is a file"), where=at(folder), wanted=wanted)
    if plan.resolve().is_relative_to(place):
        raise BadInput(Message("the plan itself lies in this folder"), where=at(folder), wanted=wanted)
    if not place.is_dir():
        return
    try:
        there = {entry.relative_to(place).as_posix() for entry in place.rglob("*") if not entry.is_dir()}
    except OSError as error:
        raise BadInput(
            Message("cannot be read ({error})", error=foreign(error)), where=at(folder), wanted=wanted
        ) from error
    if others := sorted(there - _listed(place)):
        what = Message("the folder holds other files: {names}", names=first_few(others, 3))
        raise BadInput(what, where=at(folder), wanted=wanted)


def _listed(folder: Path) -> set[str]:
    """List the files that the manifest of a package names, and its own; none where there is no manifest."""
    try:
        document = json.loads((folder / MANIFEST).read_bytes())
        return {str(row["path"]) for row in document["files"]} | set(OWN)
    except (OSError, ValueError, TypeError, KeyError):
        return set()


def restore(place: Path) -> None:
    """Put a package back that a killed process had moved aside when it was about to put a new one in its place."""
    if place.exists() or not place.parent.is_dir():
        return
    for aside in sorted(place.parent.glob(f".{place.stem[:40]}.*{_ASIDE}")):
        left = aside / f"0-{place.name}"[:40]
        if left.is_dir():
            with contextlib.suppress(OSError):
                left.replace(place)
                shutil.rmtree(aside, ignore_errors=True)
                return


def put_package(draft: Path, place: Path) -> None:
    """Put a draft in its place; where that cannot be, the package that stood there is there again."""
    aside = beside(place, _ASIDE)
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
