"""Words of the entry lists, kept in a profile file: provinces name and order the four dimensions differently."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..case.profile import NATIONAL
from ..core.errors import BadInput
from ..core.messages import Message, at, foreign, joined
from ..core.text import nearest

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = [
    "COLUMNS",
    "DIMENSIONS",
    "EFFECTS",
    "FORMER_EFFECTS",
    "SUBDIMENSIONS",
    "Wording",
    "effect_id",
    "plain_text",
    "read_wording",
]

_STRAY = re.compile(r"[\s。；;，,]+")

DIMENSIONS = ("space", "discharge", "risk", "resource")
SUBDIMENSIONS = (
    "space_prohibit",
    "space_restrict",
    "space_allow",
    "space_exit",
    "discharge_total",
    "discharge_upgrade",
    "discharge_offset",
    "discharge_other",
    "risk_enterprise",
    "risk_park",
    "risk_land",
    "risk_joint",
    "resource_water",
    "resource_groundwater",
    "resource_energy",
    "resource_fuel_ban",
    "resource_land",
    "resource_other",
)
EFFECTS = ("prohibit", "restrict", "condition", "offset", "exit", "inform", "allow")
FORMER_EFFECTS = {"require": "condition", "withdraw": "exit"}
"""What effects were called in libraries and plans of earlier versions → what they are called now."""


COLUMNS = (
    "id",
    "level",
    "issuer",
    "admin",
    "category",
    "kind",
    "zone",
    "place",
    "industries",
    "applies_to",
    "when",
    "unless",
    "dimension",
    "sub",
    "effect",
    "pollutant",
    "ratio",
    "limit",
    "text",
    "basis",
    "verified",
    "law",
    "from",
    "to",
    "page",
)
"""Columns of a clause library's file, in the order in which they are written."""


@dataclass(frozen=True)
class Wording:
    """How a profile prints what the engine names.

    Attributes
    ----------
    dimensions : mapping of str to str
        Dimension id → column heading, in the order of the columns.
    effects : mapping of str to str
        Effect id → the word set before a clause.
    subdimensions : mapping of str to str
        Sub-dimension id, which begins with its dimension's → word.
    columns : mapping of str to str
        Column of a clause library → its title.
    notes : tuple of str
        Lines of the explanatory sheet.
    """

    dimensions: Mapping[str, str]
    effects: Mapping[str, str]
    subdimensions: Mapping[str, str]
    columns: Mapping[str, str]
    notes: tuple[str, ...] = ()


def plain_text(text: str) -> str:
    """Give a text as it is compared: without white space and stops."""
    return _STRAY.sub("", text)


def effect_id(text: str) -> str:
    """Give the effect that a text names, by an id of today or of an earlier version; else the text as it is."""
    return FORMER_EFFECTS.get(text, text)


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
    _fill_in(content)
    return Wording(
        dimensions=_section(content, "dimensions", DIMENSIONS, path),
        effects=_section(content, "effects", EFFECTS, path),
        subdimensions=_section(content, "subdimensions", SUBDIMENSIONS, path, repeated=True),
        columns=_section(content, "columns", COLUMNS, path),
        notes=tuple(notes),
    )


def _fill_in(content: dict[str, Any]) -> None:
    """Let a file of an earlier version name effects as it did, and have the national words for what came since."""
    national = tomllib.loads((NATIONAL / "lists.toml").read_text(encoding="utf-8"))
    effects = content.get("effects")
    if isinstance(effects, dict) and not effects.keys().isdisjoint(FORMER_EFFECTS):
        since = {effect: national["effects"][effect] for effect in ("offset", "inform")}
        content["effects"] = {**since, **{effect_id(effect): word for effect, word in effects.items()}}
    for section in ("subdimensions", "columns"):
        content.setdefault(section, national[section])


def _section(
    content: Mapping[str, object], name: str, known: tuple[str, ...], path: Path, *, repeated: bool = False
) -> dict[str, str]:
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
    twice = [word for word in words if words.count(word) > 1 and not repeated]
    if twice:
        raise BadInput(
            Message("'{twice}' is the text of two keys", twice=twice[0]),
            where=where,
            wanted=Message("a different text for each key"),
        )
    return dict(zip(section, words, strict=True))
