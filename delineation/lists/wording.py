"""Words of the entry lists, kept in a profile file: provinces name and order the four dimensions differently."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..case.names import BAN, effect_word
from ..case.profile import NATIONAL, profile_file
from ..core.errors import BadInput
from ..core.given_files import read_toml
from ..core.messages import Message, at, joined
from ..core.text import json_table, nearest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from ..case.profile import Profile

_STRAY = re.compile(r"[\s。；;，,]+")
# A ban, where no duty stands before it in the text; and what makes it one on places, projects and works.
_FORBIDS = re.compile("(?:(?!应当)[^。])*?(?:禁止|不得|严禁|不予批准)")
_WORKS = re.compile("建设|新建|扩建|设置|新设|作为|占用|开垦|采用|不予批准")

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
    "checked_source",
    "checked_on",
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
        Effect id → word.
    ban : str
        The word before a notice whose text forbids; "" for that of any notice.
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
    ban: str = ""
    notes: tuple[str, ...] = ()

    def effect(self, effect: str, text: str) -> str:
        """Give the word before the text of a clause: that of `printed_effect`, see `effect_word`."""
        return effect_word({**self.effects, BAN: self.ban}, printed_effect(effect, text), text)

    @property
    def effect_ids(self) -> dict[str, str]:
        """What a list may say of an effect → its id."""
        words = {word: key for key, word in self.effects.items()} | {key: key for key in EFFECTS}
        return words | ({self.ban: "inform"} if self.ban else {})


def counties_of(meta: Mapping[str, str]) -> dict[str, str]:
    """Read the names of counties, by code, from a plan's ``counties`` or ``county_names``.

    Raises
    ------
    BadInput
        They are no JSON, or no table.
    """
    text = meta.get("counties") or meta.get("county_names") or "{}"
    names = json_table(text)
    if not names and text.strip() != "{}":
        raise BadInput(
            Message("not a table of codes and names"),
            where=Message("plan, meta counties"),
            wanted=Message('{"330824": "…"}'),
        )
    return {str(code): str(name) for code, name in names.items()}


def printed_effect(effect: str, text: str) -> str:
    """Give the effect that lists print: a condition or notice that forbids places, projects or works is a ban."""
    bans = effect in ("condition", "inform") and _FORBIDS.match(text) and _WORKS.search(text)
    return "prohibit" if bans else effect


def plain_text(text: str) -> str:
    """Give a text as it is compared: without white space and stops."""
    return _STRAY.sub("", text)


def list_words(profile: Profile, meta: Mapping[str, str] | None = None) -> Wording:
    """Read how a profile words its lists: by its own ``lists.toml``, else by the national one.

    Parameters
    ----------
    profile : Profile
    meta : mapping, optional
        Of a plan: lists of a province that has words of its own for the dimensions have these.
    """
    return read_wording(profile_file(profile, "lists.toml"), tuple(counties_of(meta or {})))


def read_wording(path: Path, counties: Sequence[str] = ()) -> Wording:
    """Read ``lists.toml`` of a profile.

    Parameters
    ----------
    path : Path
    counties : sequence of str
        Codes. Where all of them are of one of its ``[variants]``, that names and orders the dimensions.

    Raises
    ------
    BadInput
        Not readable as TOML; a section lacks one of the fixed ids or has an unknown one; a word is blank or used twice.
    """
    content = read_toml(path, Message("a TOML file in UTF-8"))
    notes = content.get("notes", [])
    if not isinstance(notes, list) or not all(isinstance(note, str) for note in notes):
        raise BadInput(Message("'notes' is no list of texts"), where=at(path), wanted=Message('notes = ["…", "…"]'))
    national = read_toml(NATIONAL / "lists.toml", Message("a TOML file in UTF-8"))
    content = {section: national[section] for section in ("subdimensions", "columns")} | content
    effects = _section(content, "effects", EFFECTS, path, optional=(BAN,))
    return Wording(
        dimensions=_section(_variant(content, counties, path), "dimensions", DIMENSIONS, path),
        ban=effects.pop(BAN, ""),
        effects=effects,
        subdimensions=_section(content, "subdimensions", SUBDIMENSIONS, path, repeated=True),
        columns=_section(content, "columns", COLUMNS, path),
        notes=tuple(notes),
    )


def _variant(content: dict[str, Any], counties: Sequence[str], path: Path) -> dict[str, Any]:
    """Give the variant that all counties are of, else the file itself."""
    variants = content.get("variants", {})
    where = Message("{path} [{name}]", path=path, name="variants")
    if not isinstance(variants, dict) or not all(isinstance(one, dict) for one in variants.values()):
        raise BadInput(Message("no table of tables"), where=where, wanted=Message('[variants.NAME] admin = ["44"]'))
    for variant in variants.values():
        admin = variant.get("admin")
        if not isinstance(admin, list) or not all(isinstance(one, str) and one for one in admin):
            raise BadInput(
                Message("'{key}' is no list of texts", key="admin"), where=where, wanted=Message('admin = ["44"]')
            )
        if counties and all(county.startswith(tuple(admin)) for county in counties):
            return dict(variant)
    return content


def _section(
    content: Mapping[str, object],
    name: str,
    known: tuple[str, ...],
    path: Path,
    *,
    repeated: bool = False,
    optional: tuple[str, ...] = (),
) -> dict[str, str]:
    where = Message("{path} [{name}]", path=path, name=name)
    section = content.get(name)
    if not isinstance(section, dict):
        raise BadInput(Message("section is missing"), where=where, wanted=joined(known))
    for key, word in section.items():
        if key not in known + optional:
            raise BadInput(Message("unknown key '{key}'", key=key), where=where, wanted=nearest(key, known + optional))
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
