"""The words the guess goes by: ``guess.toml`` of the profile, its roles and its field aliases."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ..case.profile import Profile, profile_settings
from ..core import column_names
from ..core.errors import BadInput
from ..core.messages import Message
from ..core.text import clean_text

if TYPE_CHECKING:
    from collections.abc import Mapping

CHINESE = re.compile(r"[\u3400-\u9fff]")
_LEVELS = ("strong", "fair", "weak", "eco")
# A zone's word says its role by itself from four characters on.
_LONG = 4
_NEGATION = ("before", "behind", "extent", "but")


def folded(text: object) -> str:
    """Fold a name for comparison: case, white space, full-width forms."""
    return clean_text(text).lower()


@dataclass(frozen=True)
class Word:
    """A word that stands for a role, or, with ``trap``, for something that is no source."""

    text: str
    role: str
    strength: float
    trap: str = ""

    @cached_property
    def key(self) -> str:
        """As it is compared: folded, Latin words without their joints."""
        text = folded(self.text)
        return text if self.chinese else re.sub(r"[^a-z]", "", text)

    @cached_property
    def chinese(self) -> bool:
        """Whether it is looked for anywhere in a name."""
        return bool(CHINESE.search(self.text))


@dataclass(frozen=True)
class Vocabulary:
    """A profile with the settings of the guess."""

    profile: Profile
    settings: Mapping[str, Any]

    def __getitem__(self, section: str) -> Any:
        """Give a setting or a table of settings.

        Raises
        ------
        BadInput
            The profile lacks it.
        """
        try:
            return self.settings[section]
        except KeyError:
            wanted = Message("the setting, as in the national profile")
            raise BadInput(
                Message("no setting {section}", section=section), where=Message("guess.toml"), wanted=wanted
            ) from None

    @cached_property
    def words(self) -> tuple[Word, ...]:
        """All words of names, a text once a role, the strongest first."""
        strength = {**self["strength"], "eco": 0.55}
        found: dict[tuple[str, str], Word] = {}

        def add(word: Word) -> None:
            found.setdefault((word.key, word.role or word.trap), word)

        for trap, spec in self["traps"].items():
            for text in spec["words"]:
                add(Word(text, "", float(strength["strong"]), trap))
        for role, levels in self["names"].items():
            for level in _LEVELS:
                for text in levels.get(level, ()):
                    add(Word(text, role, float(strength[level])))
        for role in self.profile.roles.values():
            if role.guide:  # roads and rivers of a base map are no layer that the law knows
                continue
            for text in role.words:
                add(Word(text, role.name, float(strength["fair" if len(text) > 1 else "weak"])))
            for text in (text for words in role.zones.values() for text in words):
                if len(text) >= _LONG and text in self.own_zone_words[role.name]:
                    add(Word(text, role.name, float(strength["strong"])))
        return tuple(sorted(found.values(), key=lambda word: (-len(word.key), -word.strength, word.role)))

    @cached_property
    def negations(self) -> tuple[re.Pattern[str], re.Pattern[str]]:
        """What stands before or behind a word and turns it into its opposite: 非红线, 红线范围（外）."""
        before, behind, extent, but = ("|".join(map(re.escape, self["negation"][key])) for key in _NEGATION)
        alone = r"(?:(?<![a-z])|(?=[\u3400-\u9fff]))", r"(?:(?![a-z])|(?<=[\u3400-\u9fff]))"
        return (
            re.compile(rf"{alone[0]}({before})[\W_]*$"),
            re.compile(rf"^[\W_]*(?:{extent})*[\W_]*(?!{but})({behind}){alone[1]}"),
        )

    @cached_property
    def zone_words(self) -> frozenset[str]:
        """All words of roles and zones, folded."""
        roles = self.profile.roles.values()
        said = [*self.profile["plain"].values(), *(role.words for role in roles)]
        said += [words for role in roles for words in role.zones.values()]
        return frozenset(folded(word) for words in said for word in words)

    @cached_property
    def own_zone_words(self) -> dict[str, frozenset[str]]:
        """Zone words (cleaned) that one role has and no other."""
        roles = self.profile.roles.values()
        said = {role.name: {clean_text(word) for words in role.zones.values() for word in words} for role in roles}
        plain = {clean_text(word) for words in self.profile["plain"].values() for word in words}
        return {
            name: frozenset(words - plain - {word for other, its in said.items() if other != name for word in its})
            for name, words in said.items()
        }

    @cached_property
    def element_role(self) -> dict[str, str]:
        """Element → the role of its zones; ecology has two and is left out."""
        found: dict[str, list[str]] = {}
        for role in self.profile.roles.values():
            if role.element:
                found.setdefault(role.element, []).append(role.name)
        return {element: roles[0] for element, roles in found.items() if len(roles) == 1}

    @cached_property
    def zone_by_digits(self) -> dict[tuple[str, str], str]:
        """(element, three digits of an element-zone code) → zone id; ``codes_ys.csv``, to be checked by a person."""
        found: dict[tuple[str, str], str] = {}
        for row in self.profile.table("codes_ys.csv"):
            if row["zone"] != "*":
                digits = row["category"] + row["element_digit"] + row["subtype_digit"]
                found.setdefault((row["element"], digits), row["zone"])
        return found

    @cached_property
    def ecology_digits(self) -> tuple[str, str]:
        """The three digits of a red line and of general ecological space in element-zone codes."""
        found = {
            row["role"]: row["category"] + row["element_digit"] + row["subtype_digit"]
            for row in self.profile.table("codes_ys.csv")
            if row["element"] == "ecology" and row["zone"] == "*"
        }
        return found.get("red_line", ""), found.get("general_eco_space", "")

    @cached_property
    def stems(self) -> dict[str, str]:
        """优先, 重点, 一般 → plain zone id: the shortest Chinese word of each."""
        return {
            min((word for word in words if CHINESE.search(word)), key=len): plain
            for plain, words in self.profile["plain"].items()
            if any(CHINESE.search(word) for word in words)
        }

    def aliases(self, key: str) -> list[str]:
        """Column names of a meaning, folded, the best first."""
        return [
            column_names.folded(name) for name in (*self.profile["fields"].get(key, ()), *self["columns"].get(key, ()))
        ]


def vocabulary(profile: Profile) -> Vocabulary:
    """Read ``guess.toml`` of the profile's folder, else the national one.

    Raises
    ------
    BadInput
        Missing or no valid TOML.
    """
    return Vocabulary(profile, profile_settings(profile, "guess.toml"))
