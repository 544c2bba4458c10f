"""From the values of a column to zone ids: what the profile reads, what a map can translate, what nobody knows."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..case.profile import PLAIN
from ..core.text import clean_text
from .names import denies

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ..case.profile import Role
    from .columns import ColumnSample
    from .vocabulary import Vocabulary

_TAIL = re.compile(r"([((（].*[))）]|重点|优先|一般|管控|保护|污染|风险|分区|区|类)+$")
_ZONE_CODE = re.compile(r"^YS\d{6}(\d)(\d)(\d)\d{4}$")
_DIGITS = re.compile(r"^[1-3]\d\d$")
# Grades and the like say little by themselves: a road has them too.
_SHORT, _SHORT_STRENGTH, _OWN_STRENGTH = 4, 0.3, 0.84


@dataclass(frozen=True)
class ZoneReading:
    """How a column reads as zones of one role.

    Attributes
    ----------
    column : ColumnSample
    known : mapping of str to str
        Values that the profile reads by itself, with their zone ids.
    mapped : mapping of str to str
        Values that a map has to translate, with the zone ids it seems they mean.
    unknown : tuple of str
    share : float
        Share of all features with a value known or mapped, 0–1.
    """

    column: ColumnSample
    known: Mapping[str, str]
    mapped: Mapping[str, str]
    unknown: tuple[str, ...]
    share: float

    @property
    def blank(self) -> bool:
        """Whether some features have no value."""
        return self.column.filled < self.column.rows


def read_zones(column: ColumnSample, role: Role, vocabulary: Vocabulary) -> ZoneReading | None:
    """Read a column as zones of a role; None where it has too many values, or none that is known."""
    if not column.filled or len(column.values) > int(vocabulary["zone_values"]):
        return None
    known, mapped, unknown = {}, {}, []
    for value in column.values:
        zone = _profile_zone(value, role, vocabulary)
        if zone:
            known[value] = zone
        elif not denies(value, vocabulary) and (zone := _similar(value, role) or _coded(value, role, vocabulary)):
            mapped[value] = zone
        else:
            unknown.append(value)
    found = sum(column.values[value] for value in (*known, *mapped))
    if not found or len(mapped) > int(vocabulary["many_words"]):
        return None
    return ZoneReading(column, known, mapped, tuple(unknown), found / column.rows)


def _profile_zone(value: str, role: Role, vocabulary: Vocabulary) -> str:
    known = vocabulary.profile.known_zone(role, value)
    return known[0] if known is not None else ""


def _similar(value: str, role: Role) -> str:
    """Zone whose word has the value's characters in their order, or the other way round; only where one has."""
    core = _TAIL.sub("", clean_text(value))
    if len(core) < _SHORT - 1:
        return ""
    found = {
        zone
        for zone, words in role.zones.items()
        for word in words
        if _within(core, clean_text(word)) or (len(inner := _TAIL.sub("", clean_text(word))) > 2 and inner in value)
    }
    return found.pop() if len(found) == 1 else ""


def _within(short: str, long: str) -> bool:
    letters = iter(long)
    return all(letter in letters for letter in short)


def _coded(value: str, role: Role, vocabulary: Vocabulary) -> str:
    """Zone by the three digits (category, element, subtype), alone or within an element-zone code, or by one digit."""
    code = _ZONE_CODE.match(value)
    digits = "".join(code.groups()) if code else value if _DIGITS.match(value) else ""
    if digits:
        return vocabulary.zone_by_digits.get((role.element, digits), "")
    plain = vocabulary["zone_digits"].get(value, "") if role.zoned else ""
    return str(plain)


def own_share(column: ColumnSample, role: Role, vocabulary: Vocabulary) -> tuple[float, str]:
    """How much a column's values speak of this role's zones and no other's.

    Returns
    -------
    strength : float
        0–1.
    sample : str
        A value that does.
    """
    words = vocabulary.own_zone_words[role.name]
    if not words or not column.filled or len(column.values) > int(vocabulary["zone_values"]):
        return 0.0, ""
    long = tuple(word for word in words if len(word) >= _SHORT)
    total = strength = 0.0
    sample = ""
    for value, count in column.values.items():
        clear = (any(word in value for word in long) and not denies(value, vocabulary)) or (
            "准" in value and value in words
        )
        weight = _OWN_STRENGTH if clear else _SHORT_STRENGTH if value in words else 0.0
        if not weight and _profile_zone(value, role, vocabulary) in PLAIN:
            continue
        total += count
        strength += count * weight
        if weight and (not sample or clear):
            sample = value
    return (strength / total if total else 0.0), sample


def zone_of_name(names: Iterable[str], role: Role, vocabulary: Vocabulary) -> str:
    """Zone of a whole layer by its name: the longest zone word in it, else its 优先, 重点 or 一般."""
    for name in names:
        text = clean_text(name)
        found = [
            (len(word), zone)
            for zone, words in role.zones.items()
            for word in map(clean_text, words)
            if len(word) >= _SHORT and word in text
        ]
        if found:
            return max(found)[1]
        stems = {plain for word, plain in vocabulary.stems.items() if word in text}
        if len(stems) == 1:
            return stems.pop()
    return ""
