"""What roles, zones, categories and the like are called, in Chinese and English: no reader is shown an id."""

from __future__ import annotations

import re
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

from .explanations import load_explanations
from .profile import NATIONAL, UNDELIVERED, Profile, profile_settings, read_profile
from .profile_files import read_settings

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ..core.messages import Fact

__all__ = ["BAN", "Glossary", "effect_word", "glossary"]

FILE, LISTS = "names.toml", "lists.toml"
BAN = "inform_ban"
"""Beside the effects: a notice of what the law forbids to whoever is there, which decides on no project by itself."""
_FORBIDS = re.compile("禁止|不得|严禁")
_PLAIN = {"priority": "1", "key": "2", "general": "3"}
# Groups of the explanations whose names are names of things.
_EXPLAINED = ("method", "parameter", "switch", "choice", "cleaning", "grouping")

_IN_BRACKETS = re.compile("[(（]([^，,)）]+)")
# Settings of methods that name things, and what.
_SETTINGS = {
    "variables": "variable",
    "terrain": "raster",
    "keep_apart": "role",
    "align": "role",
    "least": "sum",
    "most": "sum",
}


class Glossary:
    """Names of things by the kind of thing and its id; a `Names` for messages.

    Parameters
    ----------
    profile : Profile
        Its roles, categories and kinds are the Chinese ones; English, and what it has no table for, is in its
        ``names.toml`` and the national one.

    Examples
    --------
    >>> glossary()("role", "red_line", "zh", {})
    '生态保护红线'
    >>> glossary()("zone", "industrial", "en", {"role": "water_zone"})
    'industrial pollution'
    """

    def __init__(self, profile: Profile) -> None:
        self.profile = profile
        self._names = _tables(profile)
        self._lists: Mapping[str, Any] | None = None
        self._explained: Mapping[str, Mapping[str, Any]] | None = None
        self._coded: Sequence[Mapping[str, str]] | None = None

    def __call__(self, kind: str, name: str, language: str, facts: Mapping[str, Fact], /) -> str:
        """Name one thing; one that nobody named goes by its id."""
        own: Callable[..., str] | None = getattr(self, f"_{kind}", None)
        if own is not None:
            return own(name, language, facts)
        if kind in _EXPLAINED:
            return self._explanation(kind, name, language)
        return self._listed(kind, name, language)

    @property
    def language(self) -> str:
        """The profile's own language, that of all that is written into files."""
        return str(self.profile.settings["language"])

    def category(self, number: int, language: str) -> str:
        """Name a category, 1–3."""
        return self._category(str(number), language, {})

    def role(self, name: str, language: str) -> str:
        """Name a role."""
        return self._role(name, language, {})

    def zone(self, role: str, zone: str, language: str) -> str:
        """Name a zone of a role."""
        return self._zone(zone, language, {"role": role})

    def kind(self, name: str, language: str) -> str:
        """Name the kind of a unit."""
        return self._kind(name, language, {})

    def method(self, text: str, language: str, *, short: bool = False) -> str:
        """Name a method and what it is asked for, of a method string (``ward:k=6,variables=x+y``).

        ``short`` gives of its name what stands in brackets, by which those who know it call it.
        """
        name, _, rest = text.partition(":")
        asked = []
        for item in filter(None, rest.split(",")):
            key, equals, value = item.partition("=")
            setting, dot, inner = key.partition(".")
            called = self._explanation("parameter", setting, language) + dot + inner
            asked.append(f"{called} = {self.setting(setting, value, language)}" if equals else called)
        named = self._explanation("method", name, language)
        inside = _IN_BRACKETS.search(named) if short else None
        named = inside[1] if inside else named
        comma, colon = ("，", "：") if language == "zh" else (", ", ": ")
        return f"{named}{comma if short else colon}{comma.join(asked)}" if asked else named

    def setting(self, name: str, value: str, language: str) -> str:
        """Say a setting's value: what it names, or which choice it is; a number as it is."""
        kind = _SETTINGS.get(name)
        if kind is None:
            return self._explanation("choice", value, language)
        parts = []
        for part in value.split("+"):
            thing, colon, number = part.partition(":")
            parts.append(self(kind, thing, language, {}) + colon + number)
        return " + ".join(parts)

    def _asked(self, name: str, language: str, facts: Mapping[str, Fact]) -> str:  # noqa: ARG002
        return self.method(name, language)

    def listed(self, kind: str, language: str) -> Mapping[str, str]:
        """Give all that the tables of names have of a kind: id → name."""
        return self._names.get(language, {}).get(kind, {})

    def _finding(self, name: str, language: str, facts: Mapping[str, Fact]) -> str:  # noqa: ARG002
        return str(self._registered.get(name, {}).get(f"title_{language}", name))

    def _check(self, name: str, language: str, facts: Mapping[str, Fact]) -> str:  # noqa: ARG002
        return str(self._registered.get(name, {}).get(f"asks_{language}", name))

    @cached_property
    def _registered(self) -> Mapping[str, Mapping[str, Any]]:
        from .finding_texts import load_texts  # which words facts by the names of this file

        return load_texts(self.profile)

    def variable(self, name: str, language: str) -> str:
        """Name what methods compare: a raster or a statistic of one, a role, a place."""
        return self._variable(name, language, {})

    def _listed(self, kind: str, name: str, language: str) -> str:
        return str(self._names.get(language, {}).get(kind, {}).get(name, name))

    def _role(self, name: str, language: str, facts: Mapping[str, Fact]) -> str:  # noqa: ARG002
        role = self.profile.roles.get(name)
        if role is None:
            return self._raster(name, language, {})
        return role.label if language == "zh" else self._listed("role", name, language).replace("_", " ")

    def _zone(self, name: str, language: str, facts: Mapping[str, Fact]) -> str:
        role = str(facts.get("role", ""))
        if not role and facts.get("element"):
            called = self._zone_of_element(name, language, facts)
            if facts.get("filled") != UNDELIVERED:
                return called
            mark = self._listed("filled", UNDELIVERED, language)
            return f"{called}（{mark}）" if language == "zh" else f"{called} ({mark})"
        if language == "zh":
            known = self.profile.roles.get(role)
            words = (known.zones.get(name) or known.grades.get(name)) if known else ()
            if words:
                return words[0]
            return self._category(_PLAIN[name], language, facts) if name in _PLAIN else name
        own = self._names.get(language, {}).get("zone_of", {}).get(role, {}).get(name)
        return str(own) if own else self._listed("zone", name, language).replace("_", " ")

    def _fullzone(self, name: str, language: str, facts: Mapping[str, Fact]) -> str:
        """Name a zone so that it stands alone: 水环境优先保护区 or 高污染燃料禁燃区 do, 优先保护区 does not."""
        role, zone = str(facts["role"]), self._zone(name, language, facts)
        label = self._role(role, language, facts)
        if language != "zh":
            return f"{label} ({zone})"
        known = self.profile.roles[role].zones.get(name, ()) if role in self.profile.roles else ()
        telling = [one for one in known if one.startswith(label[:2])]
        if telling:
            return telling[0]
        return zone if known and name not in _PLAIN else label + zone

    def _zone_of_element(self, name: str, language: str, facts: Mapping[str, Fact]) -> str:
        """Call a zone of the element that stands beside it as its code table does."""
        if self._coded is None:
            self._coded = self.profile.table("codes_ys.csv")
        for row in self._coded:
            of_role = row["zone"] == "*"
            if row["element"] == facts.get("element") and name == (row["role"] if of_role else row["zone"]):
                if language == self.language:
                    return row["label"]
                if of_role:
                    return self._role(name, language, facts)
                # Several elements have zones of priority protection.
                zone = self._zone(name, language, {"role": row["role"]})
                return f"{self('element', row['element'], language, {})} ({zone})"
        return self._zone(name, language, {})

    def _category(self, name: str, language: str, facts: Mapping[str, Fact]) -> str:  # noqa: ARG002
        return str(self.profile["categories"][name]) if language == "zh" else self._listed("category", name, language)

    def _kind(self, name: str, language: str, facts: Mapping[str, Fact]) -> str:
        if language == "zh":
            return self.profile.label(name)
        return self._listed("kind", name, language) if name == "general" else self._role(name, language, facts)

    def _title(self, name: str, language: str, facts: Mapping[str, Fact]) -> str:
        """Call a rule by its title, which is in the profile's language; in another one by its role and zones."""
        if name and language == self.language:
            return name
        zones = facts.get("zones") or ()
        beside = {"role": facts.get("role", "")}
        listed = [
            self._zone(str(zone), language, beside)
            for zone in (zones if isinstance(zones, (list, tuple)) else (zones,))
            if zone not in ("", "*")
        ]
        role = self._role(str(beside["role"]), language, facts)
        if not listed:
            return role
        return f"{role}（{'、'.join(listed)}）" if language == "zh" else f"{role} ({', '.join(listed)})"

    def _dimension(self, name: str, language: str, facts: Mapping[str, Fact]) -> str:  # noqa: ARG002
        return str(self._of_lists("dimension", language).get(name, name))

    def _effect(self, name: str, language: str, facts: Mapping[str, Fact]) -> str:
        return effect_word(self._of_lists("effect", language), name, str(facts.get("text", "")))

    def _of_lists(self, kind: str, language: str) -> Mapping[str, str]:
        """Give the names of what the entry lists are ordered by: in Chinese as the profile heads their columns."""
        if language != "zh":
            return self._names.get(language, {}).get(kind, {})
        if self._lists is None:
            self._lists = profile_settings(self.profile, LISTS)
        return dict(self._lists.get(f"{kind}s", {}))

    def _raster(self, name: str, language: str, facts: Mapping[str, Fact]) -> str:  # noqa: ARG002
        return self._listed("raster", name, language)

    def _variable(self, name: str, language: str, facts: Mapping[str, Fact]) -> str:
        if name in ("x", "y"):
            return self._listed("place", name, language)
        raster, equals, value = name.partition(" = ")
        if equals:  # one class of a raster
            return f"{self._raster(raster, language, facts)} = {value}"
        raster, dot, statistic = name.rpartition(".")
        if dot and statistic in self._names["en"]["statistic"]:
            said = self._listed("statistic", statistic, language)
            raster = self._raster(raster, language, facts)
            return f"{raster}（{said}）" if language == "zh" else f"{raster} ({said})"
        return self._role(name, language, facts)

    def _sum(self, name: str, language: str, facts: Mapping[str, Fact]) -> str:
        known = self._names.get(language, {}).get("sum", {})
        return str(known[name]) if name in known else self._role(name, language, facts)

    def _explanation(self, kind: str, name: str, language: str) -> str:
        if self._explained is None:
            self._explained = load_explanations(self.profile)
        return str(self._explained.get(kind, {}).get(name, {}).get(f"name_{language}", name))


def _tables(profile: Profile) -> dict[str, dict[str, dict[str, Any]]]:
    """Language → kind → id → name: the national ones, a bureau's own on top."""
    out: dict[str, dict[str, dict[str, Any]]] = {}
    for folder in dict.fromkeys([NATIONAL, profile.folder]):
        path = folder / FILE
        if not path.is_file():
            continue
        for language, kinds in read_settings(path, NATIONAL / FILE).items():
            known = out.setdefault(language, {})
            for kind, names in kinds.items():
                known[kind] = {**known.get(kind, {}), **names}
    return out


def glossary(profile: Profile | None = None) -> Glossary:
    """Give the names of a profile, the national one's by default."""
    return _national() if profile is None else Glossary(profile)


@lru_cache(maxsize=1)
def _national() -> Glossary:
    return Glossary(read_profile("national"))


def effect_word(words: Mapping[str, str], effect: str, text: str) -> str:
    """Give the word for the effect of a clause: a notice whose text forbids has one of its own (`BAN`)."""
    ban = effect == "inform" and _FORBIDS.search(text) and words.get(BAN)
    return str(ban or words.get(effect, effect))
