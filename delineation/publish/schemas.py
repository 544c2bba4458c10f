"""The JSON Schemas of what the command line prints with ``--json``: one file a document, for programs that read them.

They are JSON Schema of draft 2020-12, kept by hand in ``resources/schemas``; each stands by itself. The number at the
end of a ``$id`` counts up where a document changes in a way that would mislead a program made for the one before. That
of a line of a file of edits, which ``edit`` reads, is made of the table of operations.
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

from ..core.atomic_files import check_place, filling
from ..core.errors import BadInput
from ..core.messages import Message, at, foreign
from ..core.shipped import RESOURCES
from ..core.text import json_table
from ..revision.ops import edit_schema

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

ID_OF_OPTIONS = "urn:control-units:options:"
"""How the ``$id`` of each schema of options begins; a page of options has it in its first line."""
ID = "urn:control-units:json:"
"""How the ``$id`` of each schema begins; the document's name and version follow: ``urn:control-units:json:run:1``."""

_FOLDER = RESOURCES / "schemas"
_SUFFIX = ".schema.json"
_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_MOST = 1_000_000  # bytes; a file that is larger is none of ours
_OTHER_FOLDER = Message("another folder for the schemas")


def schema_files() -> dict[str, Path]:
    """List the schemas: name of the document, which is that of its verb or ``error``, and the file, by name."""
    files = sorted(_FOLDER.iterdir())
    return {path.name.removesuffix(_SUFFIX): path for path in files if path.name.endswith(_SUFFIX)}


def made_files() -> dict[str, bytes]:
    """Give the schemas that are made of what the engine declares: name of the file, and what stands in it."""
    edits = {"$schema": _DIALECT, "$id": f"{ID}edits:1", **edit_schema()}
    return {f"edits{_SUFFIX}": f"{json.dumps(edits, ensure_ascii=False, indent=2)}\n".encode()}


def write_schemas(folder: Path) -> tuple[Path, ...]:
    """Write all schemas into a folder, together or not at all.

    Parameters
    ----------
    folder : Path
        Made where it is absent and its parent is there. Schemas of an earlier version are replaced, all else that is in
        it stays.

    Returns
    -------
    tuple of Path
        The files, ``NAME.schema.json``, by name.

    Raises
    ------
    BadInput
        No folder and no place for one, no right to write there, no room, or something else under the name of a schema.
    """
    shipped = {path.name: path.read_bytes() for path in schema_files().values()}
    return write_files(folder, dict(sorted({**made_files(), **shipped}.items())))


def write_files(folder: Path, files: Mapping[str, bytes]) -> tuple[Path, ...]:
    """Write files that say whose they are into a folder, by name; see `write_schemas`."""
    _check_folder(folder)
    for name in files:
        _spare(folder / name)
    with filling(folder) as draft:
        for name, content in files.items():
            (draft / name).write_bytes(content)
    return tuple(folder / name for name in files)


def _check_folder(folder: Path) -> None:
    """Refuse what can be no folder to write into."""
    try:
        is_folder, something = folder.is_dir(), folder.exists()
    except OSError as error:
        raise BadInput(
            Message("cannot be written ({error})", error=foreign(error)), where=at(folder), wanted=_OTHER_FOLDER
        ) from error
    if not something:
        check_place(folder)
    elif not is_folder:
        raise BadInput(Message("is no folder"), where=at(folder), wanted=_OTHER_FOLDER)
    elif not os.access(folder, os.W_OK):
        raise BadInput(
            Message("no write permission"), where=at(folder), wanted=Message("a folder that can be written to")
        )


def _spare(path: Path) -> None:
    """Refuse to write over anything but a schema of ours."""
    try:
        lost = path.exists() and not (path.is_file() and _is_ours(path))
    except OSError as error:
        raise BadInput(
            Message("cannot be read ({error})", error=foreign(error)), where=at(path), wanted=_OTHER_FOLDER
        ) from error
    if lost:
        raise BadInput(
            Message("is no JSON Schema of the command line, and would be lost"), where=at(path), wanted=_OTHER_FOLDER
        )


def _is_ours(path: Path) -> bool:
    """Tell whether a file was written here, of whatever version: a schema, or a page of options."""
    with path.open("rb") as stream:
        text = stream.read(_MOST + 1)
    if path.suffix == ".md":
        return text.startswith(f"<!-- {ID_OF_OPTIONS}".encode())
    return len(text) <= _MOST and str(json_table(text).get("$id", "")).startswith((ID, ID_OF_OPTIONS))
