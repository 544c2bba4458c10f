"""A guess as a case file: what is sure stands as it is, the rest as comments a person can take up."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..case.profile import read_profile
from ..core.atomic_files import check_place, is_there, replacing
from ..core.errors import BadInput
from ..core.messages import Message, at
from .case_text import CaseText

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .model import Guessed

_KEEP = Message("another name for the case, or that file moved away (--force on the command line replaces it)")
_NAMED = 3  # files that cannot be read, of those that a refusal counts
_SIGN = b"# sha256 of all above, as guess wrote it: "


def check_case_output(output: Path) -> None:
    """Refuse an output that cannot be a case file, before any work is done for it.

    Raises
    ------
    BadInput
        Another suffix, a folder, or no folder to write into.
    """
    if output.suffix.lower() != ".toml":
        raise BadInput(
            Message("'{name}' is no .toml", name=output.name),
            where=at(output),
            wanted=Message("a case file's name for the output"),
        )
    check_place(output)


def write_case(
    guessed: Sequence[Guessed],
    output: Path,
    *,
    name: str = "",
    profile: str | Path = "national",
    force: bool = False,
) -> dict[str, Any]:
    """Write a case file for what was guessed; an existing one is replaced whole, where it is as this wrote it.

    The last line holds a digest of the others.

    Parameters
    ----------
    guessed : sequence of Guessed
    output : Path
        Paths in the case are relative to its folder.
    name : str, optional
        Name of the case; by default that of the folder the sources share.
    profile : str or Path
    force : bool
        Replace also what somebody has changed or written.

    Returns
    -------
    dict
        ``case`` (path), ``sources`` (each ``path``, ``layer``, ``kind`` (source, previous, raster, none), ``role``,
        ``confidence``, ``used``, ``fields``, ``zones``, ``zone``, ``where``, ``reasons``, ``uncertain``),
        ``uncertain`` (number of marks), ``missing`` (what the case lacks to be run), ``findings`` (what has to be
        answered before that: ``id``, ``severity``, ``role``, ``layers``, ``message``), ``errors`` (of files that cannot
        be read: ``what``, ``where``, ``wanted``).

    Raises
    ------
    BadInput
        Nothing that looks like a source, the output cannot be written, or holds what would be lost.
    """
    check_case_output(output)
    writer = CaseText(read_profile(profile), output)
    if not any(one.role or one.raster or one.kind == "plan" for one in guessed):
        if len(guessed) == 1 and guessed[0].error is not None:
            raise guessed[0].error
        errors = [one.path.name for one in guessed if one.error is not None]
        what = Message(
            "nothing looks like a source ({count} layers and files, {errors} of them cannot be read)",
            count=len(guessed),
            errors=len(errors),
        )
        if errors:
            named = (*errors[:_NAMED], *(["…"] if len(errors) > _NAMED else []))
            what = Message("{what}: {files}", what=what, files=named)
        raise BadInput(
            what, where=at(_shared(guessed)), wanted=Message("layers such as counties, townships, red lines or zones")
        )
    text = writer.text(guessed, name or Path(_shared(guessed)).name or output.stem, str(profile))
    if not force:
        _refuse_loss(output, text)
    with replacing(output) as part:
        part.write_bytes(_signed(text.encode()))
    return {
        "case": str(output),
        "sources": [writer.row(one) for one in guessed if one.error is None],
        "uncertain": writer.marks,
        "missing": writer.missing(guessed),
        "findings": writer.question_rows(guessed),
        "errors": [one.error.document(writer.language, writer.names) for one in guessed if one.error is not None],
    }


def _signed(text: bytes) -> bytes:
    return text + _SIGN + hashlib.sha256(text).hexdigest().encode() + b"\n"


def _refuse_loss(output: Path, text: str) -> None:
    """Refuse to replace a file that is not byte for byte what was written there, and say what would be lost."""
    if not is_there(output, Message("a file that can be read, or another name for the case")):
        return
    old = output.read_bytes()
    if old == _signed(old.rpartition(_SIGN)[0]):
        return
    what, new = Message("was changed after `guess` wrote it, or was written by hand"), {*text.splitlines()}
    lines = old.decode("utf-8", "replace").splitlines()
    lost = [line.strip() for line in lines if line.strip() and line not in new and _SIGN.decode() not in line]
    if lost:
        what = Message(
            "was changed after `guess` wrote it, or was written by hand: {count} of its lines would be "
            "lost, the first of them {line!r}",
            count=len(lost),
            line=lost[0][:60],
        )
    raise BadInput(what, where=at(output), wanted=_KEEP)


def _shared(guessed: Sequence[Guessed]) -> str:
    folders = [str(one.path.resolve().parent) for one in guessed]
    return os.path.commonpath(folders) if folders else "."
