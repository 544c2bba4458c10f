"""The demo in a folder of the user's, where a run may write beside it."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from ..shipped import DEMO

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["unpack_demo"]

LEFT_OUT = (".py", ".md~")
FOLDER = "control_units_demo"


def unpack_demo(documents: Path) -> Path:
    """Copy the demo into a folder of its own below ``documents``.

    A copy that is there and whose case nobody changed is taken again; a changed one stays as it is and a new copy is
    made beside it.

    Returns
    -------
    Path
        The case file.
    """
    for number in range(1, 1000):
        folder = documents / (FOLDER if number == 1 else f"{FOLDER}_{number}")
        case = folder / "case.toml"
        if not folder.exists():
            # Made under another name first: half a copy is no demo.
            half = folder.with_name(f".{folder.name}.part")
            shutil.rmtree(half, ignore_errors=True)
            documents.mkdir(parents=True, exist_ok=True)
            shutil.copytree(DEMO, half, ignore=_unneeded)
            half.rename(folder)
            return case
        if case.is_file() and case.read_bytes() == (DEMO / "case.toml").read_bytes():
            return case
    raise FileExistsError(str(documents / FOLDER))


def _unneeded(_: str, names: list[str]) -> list[str]:
    return [name for name in names if name.startswith((".", "__")) or name.endswith(LEFT_OUT)]
