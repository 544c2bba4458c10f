"""Words of the entry lists, kept in a profile file: provinces name and order the four dimensions differently."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..core.errors import BadInput
from ..core.messages import Message, at, foreign, joined
from ..core.text import nearest

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = ["DIMENSIONS", "EFFECTS", "Wording", "read_wording"]

DIMENSIONS = ("space", "discharge", "risk", "resource")
EFFECTS = ("prohibit", "restrict", "require", "allow", "withdraw")


@dataclass(frozen=True)
class Wording:
    """How a profile prints what the engine names.

    Attributes
    ----------
    dimensions : mapping of str to str
        Dimension id → column heading, in the order of the columns.
    effects : mapping of str to str
        Effect id → the word set before a clause.
    notes : tuple of str
        Lines of the explanatory sheet.
    """

    dimensions: Mapping[str, str]
    effects: Mapping[str, str]
    notes: tuple[str, ...] = ()


def read_wording(path: Path) -> Wording:
    """Read ``lists.toml`` of a profile.

    Raises
    ------
    BadInput
        Not readable as TOML; a section lacks one of the fixed ids or has an unknown one; a word is blank or used twice.
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadInput(
            Message("cannot be read ({error})", error=foreign(error)),
            where=at(path),
            wanted=Message("a TOML file in UTF-8"),
        ) from error
    notes = content.get("notes", [])
    if not isinstance(notes, list) or not all(isinstance(note, str) for note in notes):
        raise BadInput(Message("'notes' is no list of texts"), where=at(path), wanted=Message('notes = ["…", "…"]'))
    return Wording(
        dimensions=_section(content, "dimensions", DIMENSIONS, path),
        effects=_section(content, "effects", EFFECTS, path),
        notes=tuple(notes),
    )


def _section(content: Mapping[str, object], name: str, known: tuple[str, ...], path: Path) -> dict[str, str]:
    where = Message("{path} [{name}]", path=path, name=name)
    section = content.get(name)
    if not isinstance(section, dict):
        raise BadInput(Message("section is missing"), where=where, wanted=joined(known))
    for key, word in section.items():
        if key not in known:
            raise BadInput(Message("unknown key '{key}'", key=key), where=where, wanted=nearest(key, known))
        if not isinstance(word, str) or not word.strip():
            raise BadInput(Message("'{key}' has no text", key=key), where=where, wanted=Message("a text"))
    lacking = [key for key in known if key not in section]
    if lacking:
        raise BadInput(Message("'{lacking}' is missing", lacking=lacking[0]), where=where, wanted=joined(known))
    words = [word.strip() for word in section.values()]
    twice = [word for word in words if words.count(word) > 1]
    if twice:
        raise BadInput(
            Message("'{twice}' is the text of two keys", twice=twice[0]),
            where=where,
            wanted=Message("a different text for each key"),
        )
    return dict(zip(section, words, strict=True))
