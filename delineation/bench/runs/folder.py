"""The folder of a bench: what may be written there, and how all of it gets there at once."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING

from ...core.atomic_files import drafts, refuse_database, set_date
from ...core.database_file import replace
from ...core.errors import BadInput
from ...core.messages import Message, first_few, foreign
from ...plan.outputs import guarded

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ...case.model import Case
    from ...core.database_file import Guard
    from ...plan.outputs import OutputGuard

LABELS = "labels"
"""Finished labels are kept in this folder; everything else is made anew."""
_DRAFT = ".draft"
_PLOTS = "plots"
_OWN = Message("a folder used for nothing but the bench")
# What a bench can write: what an earlier run left of it, and this one does not make, would be a lie beside the rest.
_FILES = (
    "methods.csv",
    "methods.md",
    "methods.xlsx",
    "methods.tex",
    "columns.csv",
    "missing.csv",
    "agreement.csv",
    "costs.csv",
    "findings.csv",
    "curve.csv",
    "curve_marks.csv",
    "null.csv",
    "truth.csv",
    "uncertainty.csv",
    "comparison.gpkg",
)


def check_folder(folder: Path, case: Case) -> OutputGuard:
    """Refuse a folder that a bench must not write into, and give the guard of the GeoPackage in it.

    Raises
    ------
    BadInput
        Something that is no folder, one that holds a file of the case, one that holds files and is none of a bench, or
        one that cannot be written to; ``SOURCE_DATE_EPOCH`` that is no date.
    """
    set_date()
    place = folder.resolve()
    try:
        something = folder.exists()
    except OSError as error:
        raise BadInput(
            Message("cannot be written ({error})", error=foreign(error)),
            where=folder,
            wanted=Message("a folder for the bench: a new one, or one it has made"),
        ) from error
    if something and not folder.is_dir():
        raise BadInput(
            Message("is no folder"),
            where=folder,
            wanted=Message("a folder for the bench: a new one, or one it has made"),
        )
    if folder.is_dir() and not os.access(folder, os.W_OK):
        raise BadInput(Message("no write permission"), where=folder, wanted=Message("a folder that can be written to"))
    for path in case.inputs():
        # Also deeper in it: a folder that a bench fills is one that somebody empties.
        if path.resolve().is_relative_to(place):
            raise BadInput(
                Message("holds an input of the case ({path})", path=path.resolve().relative_to(place)),
                where=folder,
                wanted=_OWN,
            )
    held = sorted(path.name for path in folder.glob("*") if not _is_idle(path)) if folder.is_dir() else []
    if held and LABELS not in held:
        raise BadInput(
            Message("holds files that do not come from a bench run: {names}", names=first_few(held, 3)),
            where=folder,
            wanted=_OWN,
        )
    return guarded(folder / "comparison.gpkg", ())


def _is_idle(path: Path) -> bool:
    """Whether a file is one that systems leave in folders, or that a bench left which was killed."""
    return path.name.startswith(".") or path.name.lower() in ("thumbs.db", "desktop.ini")


@contextlib.contextmanager
def left_clean(folder: Path) -> Iterator[None]:
    """Leave no empty folder behind where a bench stops before it has finished anything."""
    try:
        yield
    except BaseException:
        for place in (folder / LABELS, folder):
            with contextlib.suppress(OSError):
                place.rmdir()
        raise


@contextlib.contextmanager
def drafted(folder: Path, guard: Guard) -> Iterator[Path]:
    """Give a folder to write into whose files take their places when the block ends well, and vanish when it does not.

    Each is replaced whole. Files and plots of an earlier bench that this one did not make go away; drafts of a bench
    that still runs stay: of two in one folder, the last to end has its files there.

    Parameters
    ----------
    folder : Path
        Of the bench.
    guard : Guard
        Of its GeoPackage: see `check_folder`.

    Raises
    ------
    BadInput
        No room, or a file that another program has open.
    """
    wanted = Message("a folder with free disk space, none of whose files is open in another program")
    with drafts(folder / "bench", _DRAFT, stands_for=folder, wanted=wanted) as draft:
        (draft / _PLOTS).mkdir()
        yield draft
        made = sorted(path.relative_to(draft) for path in draft.rglob("*") if path.is_file())
        # First those that another program may hold open: the rest then stays with them as it was.
        made.sort(key=lambda name: name.suffix not in (".gpkg", ".xlsx"))
        (folder / _PLOTS).mkdir(exist_ok=True)
        for name in made:
            if name.suffix == ".gpkg":
                replace(draft / name, folder / name, guard=guard)
            else:
                refuse_database(folder / name)
                (draft / name).replace(folder / name)
        pictures = [path for path in (folder / _PLOTS).glob("*") if path.suffix in (".svg", ".png")]
        for path in (*(folder / name for name in _FILES), *pictures):
            if path.relative_to(folder) not in made:
                path.unlink(missing_ok=True)
